/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * migrate-set-capabilities, and the helper behind `migrate` with blk or inc.
 */
#include <string.h>

#include "reference/options/options_private.h"

/* Why the host cannot do postcopy: in the reply from 8.1 on, before on stderr. */
#define HOST_REASON "Userfaultfd not available: Operation not permitted"
#define HOST_REASON_OLD "postcopy_ram_supported_by_host: userfaultfd not available: Operation not permitted"

typedef struct {
    MigCapSet listed, wanted;
    guint colo_entries;
} List;

static gboolean read_list(const MigProfile *profile, const MigValue *capabilities, List *ret_list, GError **error)
{
    List list = { 0 };

    for (guint i = 0; i < mig_value_list_length(capabilities); i++) {
        const MigValue *entry = mig_value_list_get(capabilities, i);
        const MigValue *name = mig_value_dict_get(entry, "capability"), *state = mig_value_dict_get(entry, "state");
        MigCap cap;

        g_return_val_if_fail(name != NULL && state != NULL, FALSE);
        if (!mig_cap_find(profile, mig_value_get_string(name), &cap)) {
            /* The schema has refused such names before; a caller without one gets its newest text. */
            g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Parameter 'capability' does not accept value '%s'",
                        mig_value_get_string(name));
            return FALSE;
        }
        list.listed |= MIG_CAP_BIT(cap);
        list.wanted = mig_value_get_bool(state) ? list.wanted | MIG_CAP_BIT(cap) : list.wanted & ~MIG_CAP_BIT(cap);
        list.colo_entries += cap == MIG_CAP_X_COLO;
    }
    *ret_list = list;
    return TRUE;
}

static gboolean fail(const MigOptions *options, MigRule rule, GError **error)
{
    if (rule == MIG_RULE_CAP_POSTCOPY_HOST && options->profile->release <= R(8, 0)) {
        mig_options_message(options, HOST_REASON_OLD);
    }
    return mig_rule_fail(options->profile, rule, error, "reason", HOST_REASON, NULL);
}

static void print_warnings(const MigOptions *options, MigCapSet result, MigRule refused)
{
    MigRule rules[3];
    guint count = mig_caps_warnings(options->profile, result, refused, rules);

    for (guint i = 0; i < count; i++) {
        mig_options_print_rule(options, rules[i]);
    }
}

static gboolean tls_stored(const MigOptions *options)
{
    return options->values.value[MIG_PARAM_TLS_CREDS] == MIG_TEXT_SET;
}

gboolean mig_options_set_capabilities(MigOptions *options, const MigValue *capabilities, GError **error)
{
    const MigProfile *profile = options->profile;
    MigFactSet facts = mig_options_fact_set(options);
    MigCapsVerdict verdict;
    List list;

    if (!read_list(profile, capabilities, &list, error)) {
        return FALSE;
    }
    verdict = mig_caps_set(profile, facts, options->caps, list.listed, list.wanted,
                           (MigCompression) options->values.value[MIG_PARAM_MULTIFD_COMPRESSION], tls_stored(options));
    if (verdict.rule == MIG_RULE_CAP_COLO_UNSUPPORTED && list.colo_entries > 1) {
        /* Setting an error that is set already is a failed assertion. */
        g_set_error_literal(error, MIG_DIES, MIG_DIES_ABORT, "");
        return FALSE;
    }
    if (profile->release >= R(8, 2)) {
        print_warnings(options, (options->caps & ~list.listed) | (list.wanted & list.listed), verdict.rule);
    }
    if (verdict.cleared_compress) {
        mig_options_print_rule(options, MIG_RULE_CAP_POSTCOPY_COMPRESS_CLEAR);
    }
    if (verdict.cleared_host) {
        mig_options_message(options, HOST_REASON_OLD);
        mig_options_print_rule(options, MIG_RULE_CAP_POSTCOPY_HOST_CLEAR);
    }
    options->caps = verdict.caps;
    return verdict.rule == MIG_RULE_NONE ? TRUE : fail(options, verdict.rule, error);
}

gboolean mig_options_set_block(MigOptions *options, gboolean blk, gboolean inc, GError **error)
{
    const MigProfile *profile = options->profile;
    MigFactSet facts = mig_options_fact_set(options);
    MigCapSet result = options->caps | MIG_CAP_BIT(MIG_CAP_BLOCK);
    MigRule rule;

    if (!blk && !inc) {
        return TRUE;
    }
    rule = mig_caps_check(profile, facts, options->caps, result,
                          (MigCompression) options->values.value[MIG_PARAM_MULTIFD_COMPRESSION], tls_stored(options));
    print_warnings(options, result, rule);
    if (rule != MIG_RULE_NONE) {
        return fail(options, rule, error);
    }
    options->caps = result;
    options->block_by_migrate = TRUE;
    if (inc) {
        options->values.value[MIG_PARAM_BLOCK_INCREMENTAL] = TRUE;
        options->incremental_by_migrate = TRUE;
    }
    return TRUE;
}

void mig_options_reset_block(MigOptions *options)
{
    if (options->block_by_migrate) {
        options->caps &= ~MIG_CAP_BIT(MIG_CAP_BLOCK);
    }
    if (options->incremental_by_migrate) {
        options->values.value[MIG_PARAM_BLOCK_INCREMENTAL] = FALSE;
    }
    options->block_by_migrate = options->incremental_by_migrate = FALSE;
}
