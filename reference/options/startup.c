/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What happens before the first command (spec/options.md 4 and 10): the machine type sets some properties, then -global in
 * its order, each without the rules; then the rules run once on the whole.
 */
#include <stdlib.h>
#include <string.h>

#include "reference/options/options_private.h"
#include "reference/options/property_value.h"

static MigRule put(MigOptions *options, const char *name, const char *value)
{
    const MigProfile *profile = options->profile;
    MigPropertyInfo info;
    MigType type = MIG_TYPE_BOOL;
    guint64 number = 0;
    MigRule rule;

    if (!mig_property_find(profile, name, &info)) {
        return MIG_RULE_PROPERTY_UNKNOWN;
    }
    if (info.kind == MIG_PROPERTY_OF_PARAM) {
        mig_param_property(profile, (MigParam) info.index, &type);
        if (mig_options_text_index((MigParam) info.index) >= 0) {
            mig_options_put_text(options, (MigParam) info.index, g_strdup(value));
            return MIG_RULE_NONE;
        }
    } else if (info.kind == MIG_PROPERTY_OWN) {
        type = profile->property[info.index]->type;
    }
    rule = mig_property_value(profile, type, value, &number);
    if (rule != MIG_RULE_NONE) {
        return rule;
    }
    switch (info.kind) {
    case MIG_PROPERTY_OF_PARAM:
        options->values.value[info.index] = number;
        break;
    case MIG_PROPERTY_OF_CAP:
        options->caps = number != 0 ? options->caps | MIG_CAP_BIT(info.index) : options->caps & ~MIG_CAP_BIT(info.index);
        break;
    case MIG_PROPERTY_OWN:
        options->property[info.index] = number;
        break;
    }
    return MIG_RULE_NONE;
}

/* "pc-q35-8.2" -> 802; 0 when the name carries no release. */
static MigRelease release_of(const char *machine_type)
{
    const char *last = strrchr(machine_type, '-');
    char *end;
    guint64 major, minor;

    if (last == NULL) {
        return 0;
    }
    major = g_ascii_strtoull(last + 1, &end, 10);
    if (end == last + 1 || *end != '.' || !g_ascii_isdigit(end[1])) {
        return 0;
    }
    minor = g_ascii_strtoull(end + 1, &end, 10);
    return *end == '\0' && major < 100 && minor < 100 ? MIG_RELEASE((MigRelease) major, (MigRelease) minor) : 0;
}

void mig_options_apply_machine(MigOptions *options, const char *machine_type)
{
    MigRelease machine = release_of(machine_type), release = options->profile->release;

    for (gsize i = 0; machine != 0 && i < mig_table_machines_count; i++) {
        const MigMachineRow *row = &mig_table_machines[i];

        if (row->from <= release && release <= row->to && machine <= row->machine) {
            MigRule rule = put(options, row->property, row->value);

            g_assert(rule == MIG_RULE_NONE);
        }
    }
}

gboolean mig_options_set_global(MigOptions *options, const char *property, const char *value, GError **error)
{
    const MigProfile *profile = options->profile;
    g_autofree char *text = NULL;
    MigRule rule;

    if (profile->release < R(2, 10)) {
        text = mig_rule_text(profile, MIG_RULE_STARTUP_NO_OBJECT, "property", property, NULL);
        mig_options_message(options, text);
        return TRUE;
    }
    rule = put(options, property, value);
    if (rule == MIG_RULE_NONE) {
        return TRUE;
    }
    text = mig_rule_text(profile, rule, "property", property, "value", value, NULL);
    g_set_error(error, MIG_DIES, MIG_DIES_EXIT_1, "can't apply global migration.%s=%s: %s", property, value, text);
    return FALSE;
}

/* Everything is on for the first time, nothing listens yet, and there is no guest RAM whose kind could be wrong. */
static MigFactSet facts_at_start(const MigOptions *options)
{
    MigFactSet facts = mig_options_fact_set(options) | MIG_FACT_MEMORY_TRACKING | MIG_FACT_MULTI_CHANNEL;

    return facts & ~(MigFactSet) (MIG_FACT_INCOMING_SOCKET | MIG_FACT_RDMA | MIG_FACT_BUSY_CAPS | MIG_FACT_BUSY_MIGRATE);
}

gboolean mig_options_start(MigOptions *options, GError **error)
{
    const MigProfile *profile = options->profile;
    MigFactSet facts = facts_at_start(options);
    g_autoptr(GError) refused = NULL;
    MigRule rule, warnings[3];
    guint count;

    if (profile->release < R(2, 10)) {
        return TRUE;
    }
    rule = mig_params_check(profile, facts, options->caps, &options->values, &options->values, profile->params);
    if (rule == MIG_RULE_NONE) {
        rule = mig_caps_check(profile, facts, 0, options->caps,
                              (MigCompression) options->values.value[MIG_PARAM_MULTIFD_COMPRESSION],
                              options->values.value[MIG_PARAM_TLS_CREDS] == MIG_TEXT_SET);
        count = mig_caps_warnings(profile, options->caps, rule, warnings);
        for (guint i = 0; i < count; i++) {
            mig_options_print_rule(options, warnings[i]);
        }
    }
    if (rule == MIG_RULE_NONE) {
        return TRUE;
    }
    (void) mig_rule_fail(profile, rule, &refused, "reason", "Userfaultfd not available: Operation not permitted", NULL);
    g_set_error_literal(error, MIG_DIES, MIG_DIES_EXIT_1, refused->message);
    return FALSE;
}

gboolean mig_options_may_block(const MigOptions *options, const char *reason, gboolean idle, GError **error)
{
    const MigProfile *profile = options->profile;

    if (profile->release < R(2, 9)) {
        return TRUE;
    }
    if (mig_options_only_migratable(options)) {
        return mig_rule_fail(profile, MIG_RULE_BLOCKER_ONLY_MIGRATABLE, error, "reason", reason, NULL);
    }
    if (!idle) {
        return mig_rule_fail(profile, MIG_RULE_BLOCKER_BUSY, error, "reason", reason, NULL);
    }
    return TRUE;
}
