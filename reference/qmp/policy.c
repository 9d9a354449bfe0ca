/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/policy.h"

#include "reference/qmp/error.h"
#include "reference/qmp/schema.h"

#include <string.h>

static gboolean parse_input(MigPolicyInput *input, const char *value)
{
    static const char *const names[] = { "accept", "reject", "crash" };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(value, names[i]) == 0) {
            *input = (MigPolicyInput) i;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean parse_output(gboolean *hide, const char *value)
{
    *hide = strcmp(value, "hide") == 0;
    return *hide || strcmp(value, "accept") == 0;
}

static gboolean parse_one(MigPolicy *policy, const char *key, const char *value, GError **error)
{
    gboolean good;

    if (strcmp(key, "deprecated-input") == 0) {
        good = parse_input(&policy->deprecated_input, value);
    } else if (strcmp(key, "unstable-input") == 0) {
        good = parse_input(&policy->unstable_input, value);
    } else if (strcmp(key, "deprecated-output") == 0) {
        good = parse_output(&policy->hide_deprecated_output, value);
    } else if (strcmp(key, "unstable-output") == 0) {
        good = parse_output(&policy->hide_unstable_output, value);
    } else {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Parameter '%s' is unexpected", key);
        return FALSE;
    }
    if (!good) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Parameter '%s' does not accept value '%s'", key, value);
    }
    return good;
}

gboolean mig_policy_parse(MigPolicy *policy, const char *text, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    for (guint i = 0; parts[i]; i++) {
        char *equals = strchr(parts[i], '=');

        if (!equals) {
            g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Expected '=' after parameter '%s'", parts[i]);
            return FALSE;
        }
        *equals = '\0';
        /* The default of the type may be named and says nothing. */
        if (strcmp(parts[i], "type") != 0 && !parse_one(policy, parts[i], equals + 1, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean refuses(MigPolicyInput input, const char *adjective, const char *what, const char *name, GError **error)
{
    MigQmpErrorClass error_class = strcmp(what, "command") == 0 ? MIG_QMP_ERROR_COMMAND_NOT_FOUND : MIG_QMP_ERROR_GENERIC;

    switch (input) {
    case MIG_POLICY_ACCEPT:
        return FALSE;
    case MIG_POLICY_REJECT:
        g_set_error(error, MIG_QMP_ERROR, error_class, "%s %s %s disabled by policy", adjective, what, name);
        return TRUE;
    case MIG_POLICY_CRASH:
        g_set_error(error, MIG_QMP_DIES, MIG_QMP_DIES_ABORT, "%s %s %s: crash by policy", adjective, what, name);
        return TRUE;
    }
    return FALSE;
}

gboolean mig_policy_refuses(const MigPolicy *policy, guint features, const char *what, const char *name, GError **error)
{
    return ((features & MIG_SCHEMA_DEPRECATED) && refuses(policy->deprecated_input, "Deprecated", what, name, error))
        || ((features & MIG_SCHEMA_UNSTABLE) && refuses(policy->unstable_input, "Unstable", what, name, error));
}

gboolean mig_policy_hides(const MigPolicy *policy, guint features)
{
    return ((features & MIG_SCHEMA_DEPRECATED) && policy->hide_deprecated_output)
        || ((features & MIG_SCHEMA_UNSTABLE) && policy->hide_unstable_output);
}
