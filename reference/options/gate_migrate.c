/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `migrate` before anything happens. The order of the parts changed twice: up to 7.2 the state of the machine comes first and the
 * address is looked at only after the status became setup; 8.0 and 8.1 look at the text of the address before; from 8.2 on
 * the address is parsed first of all, so that a wrong one hides that a migration is running.
 */
#include "reference/options/gate.h"

#include <string.h>

#include "reference/options/gate_transport.h"
#include "reference/options/options_private.h"

static gboolean refuse(const MigOptions *options, MigRule rule, GError **error)
{
    return mig_rule_fail(options->profile, rule, error, NULL);
}

static gboolean die(MigDies how, const char *message, GError **error)
{
    g_set_error_literal(error, MIG_DIES, (int) how, message);
    return FALSE;
}

void mig_migrate_plan_clear(MigMigratePlan *plan)
{
    mig_address_clear(&plan->address);
    mig_address_clear(&plan->cpr_address);
    memset(plan, 0, sizeof *plan);
}

static MigMode mode_of(const MigOptions *options)
{
    return (MigMode) mig_options_number(options, MIG_PARAM_MODE);
}

/* ---- The address {8.2-} ---- */

static const char *type_of(const MigValue *channel)
{
    return mig_value_get_string(mig_value_dict_get(channel, "channel-type"));
}

static const MigValue *find_channel(const MigValue *channels, const char *type)
{
    for (guint i = 0; i < mig_value_list_length(channels); i++) {
        if (strcmp(type_of(mig_value_list_get(channels, i)), type) == 0) {
            return mig_value_list_get(channels, i);
        }
    }
    return NULL;
}

static gboolean read_channels(const MigOptions *options, const MigValue *channels, MigMigratePlan *plan, GError **error)
{
    const MigProfile *profile = options->profile;
    const MigValue *main_channel, *cpr_channel;
    guint count = mig_value_list_length(channels);

    if (profile->release <= R(9, 2)) {
        if (count > 1) {
            return refuse(options, MIG_RULE_MIG_CHANNELS_MANY, error);
        }
        return mig_address_from_channel(profile, mig_value_dict_get(mig_value_list_get(channels, 0), "addr"), &plan->address,
                                        error);
    }
    for (guint i = 0; i < count; i++) {
        const char *type = type_of(mig_value_list_get(channels, i));

        if (find_channel(channels, type) != mig_value_list_get(channels, i)) {
            return mig_rule_fail(profile, MIG_RULE_MIG_CHANNELS_DUP, error, "type", type, NULL);
        }
    }
    main_channel = find_channel(channels, "main");
    cpr_channel = find_channel(channels, "cpr");
    if (profile->release >= R(11, 0) && mode_of(options) == MIG_MODE_CPR_TRANSFER && cpr_channel == NULL) {
        return refuse(options, MIG_RULE_MIG_CPR_CHANNEL, error);
    }
    if (main_channel == NULL) {
        return die(MIG_DIES_SEGV, "", error);
    }
    plan->has_cpr_address = cpr_channel != NULL;
    return mig_address_from_channel(profile, mig_value_dict_get(main_channel, "addr"), &plan->address, error)
        && (cpr_channel == NULL
            || mig_address_from_channel(profile, mig_value_dict_get(cpr_channel, "addr"), &plan->cpr_address, error));
}

static gboolean read_address(MigOptions *options, const MigMigrateArguments *arguments, MigMigratePlan *plan, GError **error)
{
    const MigProfile *profile = options->profile;
    MigRelease release = profile->release;
    gboolean channels = arguments->channels != NULL && mig_value_list_length(arguments->channels) > 0;

    if (release == R(8, 2) && arguments->uri != NULL && arguments->channels != NULL) {
        return refuse(options, MIG_RULE_MIG_URI_AND_CHANNELS, error);
    }
    if (release >= R(9, 0) && (arguments->uri != NULL) == channels) {
        return refuse(options, MIG_RULE_MIG_URI_OR_CHANNELS, error);
    }
    g_return_val_if_fail(channels || arguments->uri != NULL, FALSE);
    if (!(channels ? read_channels(options, arguments->channels, plan, error)
                   : mig_address_parse(profile, arguments->uri, FALSE, &plan->address, error))) {
        return FALSE;
    }
    plan->address_known = TRUE;
    if (!mig_gate_transport(options, &plan->address, error)) {
        return FALSE;
    }
    if (release >= R(10, 0) && release <= R(10, 2) && mode_of(options) == MIG_MODE_CPR_TRANSFER && !plan->has_cpr_address) {
        return refuse(options, MIG_RULE_MIG_CPR_CHANNEL, error);
    }
    if (release <= R(9, 0)) {
        if (arguments->inc) {
            mig_options_print_rule(options, MIG_RULE_MIG_INC_DEPRECATED);
        }
        if (arguments->blk) {
            mig_options_print_rule(options, MIG_RULE_MIG_BLK_DEPRECATED);
        }
    }
    return TRUE;
}

/* ---- The state of the machine ---- */

static gboolean check_machine(const MigOptions *options, const MigFacts *facts, GError **error)
{
    const MigProfile *profile = options->profile;
    MigRelease release = profile->release;

    if (mig_status_busy_migrate(profile, facts->status)) {
        return refuse(options, MIG_RULE_MIG_BUSY, error);
    }
    if (facts->inmigrate) {
        return refuse(options, MIG_RULE_MIG_INMIGRATE, error);
    }
    if (facts->postmigrate && release >= R(6, 0)) {
        return refuse(options, MIG_RULE_MIG_POSTMIGRATE, error);
    }
    if (facts->hwpoison && release >= R(9, 0)) {
        return refuse(options, MIG_RULE_MIG_HWPOISON, error);
    }
    if (release >= R(11, 0) && mode_of(options) == MIG_MODE_CPR_EXEC && mig_value_list_length(options->cpr_exec) == 0) {
        return refuse(options, MIG_RULE_MIG_CPR_EXEC_COMMAND, error);
    }
    if (facts->nonmigratable_device != NULL) {
        return mig_rule_fail(profile, MIG_RULE_MIG_NONMIGRATABLE, error, "device", facts->nonmigratable_device, NULL);
    }
    if (facts->blocker != NULL) {
        return mig_rule_fail(profile, MIG_RULE_MIG_BLOCKED, error, "blocker", facts->blocker, NULL);
    }
    return TRUE;
}

/* {9.0-} Options that were each accepted but do not go together now. */
static gboolean check_options(const MigOptions *options, GError **error)
{
    const guint64 *v = options->values.value;

    if (mig_options_has(options, MIG_CAP_MAPPED_RAM)) {
        if (v[MIG_PARAM_TLS_CREDS] == MIG_TEXT_SET) {
            return refuse(options, MIG_RULE_MIG_MAPPED_RAM_TLS, error);
        }
        if (v[MIG_PARAM_MULTIFD_COMPRESSION] != MIG_COMPRESSION_NONE) {
            return refuse(options, MIG_RULE_MIG_MAPPED_RAM_COMPRESSION, error);
        }
    }
    if (mode_of(options) == MIG_MODE_NORMAL) {
        return TRUE;
    }
    if (mig_options_postcopy(options)) {
        return refuse(options, MIG_RULE_MIG_CPR_POSTCOPY, error);
    }
    if (mig_options_has(options, MIG_CAP_BACKGROUND_SNAPSHOT)) {
        return refuse(options, MIG_RULE_MIG_CPR_BGSNAP, error);
    }
    if (mig_options_has(options, MIG_CAP_X_COLO)) {
        return refuse(options, MIG_RULE_MIG_CPR_COLO, error);
    }
    if (mode_of(options) == MIG_MODE_CPR_EXEC && mig_value_list_length(options->cpr_exec) == 0) {
        return refuse(options, MIG_RULE_MIG_CPR_EXEC_REQUIRED, error);
    }
    return TRUE;
}

/* {2.10-9.0} blk and inc are capabilities in disguise. */
static gboolean take_block(MigOptions *options, const MigMigrateArguments *arguments, MigMigratePlan *plan, GError **error)
{
    MigRelease release = options->profile->release;

    if (!(arguments->blk || arguments->inc) || release < R(2, 10)) {
        return TRUE;
    }
    if (release >= R(6, 1) && mig_options_has(options, MIG_CAP_X_COLO)) {
        return refuse(options, MIG_RULE_MIG_BLK_COLO, error);
    }
    if (mig_options_has(options, MIG_CAP_BLOCK) || mig_options_number(options, MIG_PARAM_BLOCK_INCREMENTAL) != 0) {
        return refuse(options, MIG_RULE_MIG_BLK_CONFLICT, error);
    }
    plan->block_set = mig_options_set_block(options, arguments->blk, arguments->inc, error);
    return plan->block_set;
}

static gboolean prepare(MigOptions *options, const MigMigrateArguments *arguments, MigMigratePlan *plan, GError **error)
{
    MigRelease release = options->profile->release;
    MigFacts facts;

    mig_options_facts(options, &facts);
    if (arguments->resume && release >= R(3, 0)) {
        if (facts.status != MIG_STATUS_POSTCOPY_PAUSED) {
            return refuse(options, MIG_RULE_MIG_RESUME_STATE, error);
        }
        if (mig_options_has(options, MIG_CAP_RELEASE_RAM)) {
            return refuse(options, MIG_RULE_MIG_RESUME_RELEASE_RAM, error);
        }
        plan->resume = TRUE;
        return TRUE;
    }
    if (!check_machine(options, &facts, error) || (release >= R(9, 0) && !check_options(options, error))) {
        return FALSE;
    }
    if (release >= R(11, 0) && mode_of(options) == MIG_MODE_CPR_TRANSFER && arguments->uri != NULL) {
        return die(MIG_DIES_ABORT, "", error);
    }
    return take_block(options, arguments, plan, error);
}

gboolean mig_gate_migrate(MigOptions *options, const MigMigrateArguments *arguments, MigMigratePlan *ret_plan, GError **error)
{
    MigMigratePlan plan = { .address_known = FALSE };
    gboolean ok = TRUE;

    if (options->profile->release >= R(8, 2)) {
        ok = read_address(options, arguments, &plan, error);
    } else {
        ok = mig_gate_transport_text(options, arguments->uri, error);
    }
    if (!ok || !prepare(options, arguments, &plan, error)) {
        mig_migrate_plan_clear(&plan);
        return FALSE;
    }
    *ret_plan = plan;
    return TRUE;
}

gboolean mig_gate_migrate_address(MigOptions *options, const MigMigrateArguments *arguments, MigMigratePlan *plan,
                                  gboolean *ret_silent, gboolean *ret_described, GError **error)
{
    static const char *const schemes[] = { "tcp:", "unix:", "vsock:", "fd:", "exec:", "rdma:" };
    const MigProfile *profile = options->profile;
    gboolean known = FALSE;

    *ret_silent = *ret_described = FALSE;
    if (plan->address_known) {
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        known = known || g_str_has_prefix(arguments->uri, schemes[i]);
    }
    plan->address_known = mig_address_parse(profile, arguments->uri, FALSE, &plan->address, error);
    *ret_silent = !plan->address_known && !known && profile->release >= R(8, 1);
    *ret_described = !plan->address_known && known;
    return plan->address_known;
}

gboolean mig_gate_fd_missing(const MigOptions *options, const char *name, gboolean by_number, GError **error)
{
    if (by_number) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Invalid file descriptor number '%s'", name);
        return FALSE;
    }
    return mig_rule_fail(options->profile, MIG_RULE_MIG_FD, error, "name", name, NULL);
}
