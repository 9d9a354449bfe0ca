/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/options/command.h"

#include <string.h>

#include "reference/options/options_private.h"

static gboolean refuse(const MigOptions *options, MigRule rule, GError **error)
{
    return mig_rule_fail(options->profile, rule, error, NULL);
}

gboolean mig_command_start_postcopy(const MigOptions *options, GError **error)
{
    MigFacts facts;

    mig_options_facts(options, &facts);
    if (!mig_options_postcopy(options)) {
        return refuse(options, MIG_RULE_POSTCOPY_CAP, error);
    }
    return facts.status != MIG_STATUS_NONE || refuse(options, MIG_RULE_POSTCOPY_NONE, error);
}

gboolean mig_command_continue(const MigOptions *options, MigStatus state, GError **error)
{
    MigFacts facts;

    mig_options_facts(options, &facts);
    return facts.status == state
        || mig_rule_fail(options->profile, MIG_RULE_CONTINUE_STATE, error, "state", mig_status_name(facts.status), NULL);
}

static gboolean may_pause(const MigOptions *options, MigStatus status)
{
    return status == MIG_STATUS_POSTCOPY_ACTIVE
        || (status == MIG_STATUS_POSTCOPY_RECOVER && options->profile->release >= R(8, 2));
}

gboolean mig_command_pause(const MigOptions *options, gboolean *ret_source, GError **error)
{
    MigFacts facts;

    mig_options_facts(options, &facts);
    *ret_source = may_pause(options, facts.status);
    return *ret_source || may_pause(options, facts.incoming_status) || refuse(options, MIG_RULE_PAUSE_STATE, error);
}

gboolean mig_command_cancel(const MigOptions *options, GError **error)
{
    MigFacts facts;

    mig_options_facts(options, &facts);
    switch (facts.status) {
    case MIG_STATUS_POSTCOPY_DEVICE:
    case MIG_STATUS_POSTCOPY_ACTIVE:
    case MIG_STATUS_POSTCOPY_PAUSED:
    case MIG_STATUS_POSTCOPY_RECOVER_SETUP:
    case MIG_STATUS_POSTCOPY_RECOVER:
        return options->profile->release < R(10, 0) || refuse(options, MIG_RULE_CANCEL_POSTCOPY, error);
    default:
        return TRUE;
    }
}

gboolean mig_command_calc_dirty_rate(const MigOptions *options, gint64 time_ms, const char *mode, gint64 sample_pages,
                                     gboolean measuring, GError **error)
{
    MigRelease release = options->profile->release;
    gboolean ring = (mig_options_fact_set(options) & MIG_FACT_DIRTY_RING) != 0;
    gboolean sampling = mode == NULL || strcmp(mode, "page-sampling") == 0;

    if (measuring) {
        return refuse(options, MIG_RULE_DIRTYRATE_BUSY, error);
    }
    if (release <= R(8, 1) ? time_ms < 1000 || time_ms > 60000 : time_ms < 50 || time_ms > 60000) {
        return refuse(options, MIG_RULE_DIRTYRATE_TIME, error);
    }
    if (sample_pages >= 0 && !sampling && release >= R(6, 2)) {
        return refuse(options, MIG_RULE_DIRTYRATE_SAMPLES_MODE, error);
    }
    if (sample_pages >= 0 && release >= R(6, 1) && (sample_pages < 128 || sample_pages > 16384)) {
        return refuse(options, MIG_RULE_DIRTYRATE_SAMPLES, error);
    }
    if (release >= R(6, 2) && !sampling && (strcmp(mode, "dirty-ring") == 0) != ring) {
        return mig_rule_fail(options->profile, MIG_RULE_DIRTYRATE_MODE, error, "mode", mode, NULL);
    }
    return TRUE;
}

gboolean mig_command_set_vcpu_dirty_limit(const MigOptions *options, gint64 cpu_index, gint64 cpus, gboolean limiting,
                                          GError **error)
{
    if (!(mig_options_fact_set(options) & MIG_FACT_DIRTY_RING)) {
        return refuse(options, MIG_RULE_DLIMIT_KVM, error);
    }
    if (cpu_index >= cpus) {
        return refuse(options, MIG_RULE_DLIMIT_INDEX, error);
    }
    return !(limiting && options->profile->release >= R(8, 1)) || refuse(options, MIG_RULE_DLIMIT_RUNNING, error);
}

gboolean mig_command_cancel_vcpu_dirty_limit(const MigOptions *options, gint64 cpu_index, gint64 cpus, gboolean limiting,
                                             gboolean *ret_nothing, GError **error)
{
    *ret_nothing = !(mig_options_fact_set(options) & MIG_FACT_DIRTY_RING);
    if (*ret_nothing) {
        return TRUE;
    }
    if (cpu_index >= cpus) {
        return refuse(options, MIG_RULE_DLIMIT_INDEX, error);
    }
    return !(limiting && options->profile->release >= R(8, 1)) || refuse(options, MIG_RULE_DLIMIT_CANCEL_RUNNING, error);
}

gboolean mig_command_client_migrate_info(const MigOptions *options, const char *protocol, GError **error)
{
    /* No display of ours is SPICE. */
    return refuse(options, strcmp(protocol, "spice") != 0 ? MIG_RULE_CLIENT_PROTOCOL : MIG_RULE_CLIENT_SPICE, error);
}

gboolean mig_command_colo_lost_heartbeat(const MigOptions *options, GError **error)
{
    MigFacts facts;

    mig_options_facts(options, &facts);
    return facts.colo || refuse(options, MIG_RULE_COLO_MODE, error);
}

gboolean mig_command_xen_set_replication(const MigOptions *options, gboolean enable, gboolean has_failover, GError **error)
{
    return !(enable && has_failover) || refuse(options, MIG_RULE_XEN_REPLICATION_FAILOVER, error);
}
