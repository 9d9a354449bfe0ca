/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * query-migrate of the source, by release and status (spec/migration.md 10).
 */
#include "reference/migration/outgoing_private.h"

static void put_uint(MigValue *dict, const char *key, guint64 value) { mig_value_dict_put(dict, key, mig_value_uint(value)); }
static void put_int(MigValue *dict, const char *key, gint64 value) { mig_value_dict_put(dict, key, mig_value_int(value)); }

static MigValue *ram_info(MigOutgoing *o)
{
    const MigStats *stats = &o->stats;
    MigRelease release = o->vm->release;
    gboolean completed = o->status == MIG_STATUS_COMPLETED;
    MigValue *ram = mig_value_dict();

    put_uint(ram, "transferred", release >= MIG_R(8, 2) ? mig_outgoing_total_bytes(o) : stats->transferred);
    put_uint(ram, "remaining", completed || o->ram == NULL ? 0 : mig_ram_save_remaining(o->ram));
    put_uint(ram, "total", o->ram ? mig_ram_save_total(o->ram) : mig_ram_size(o->vm->ram));
    put_uint(ram, "duplicate", stats->duplicate);
    if (release < MIG_R(9, 1))
        put_uint(ram, "skipped", 0);
    put_uint(ram, "normal", stats->normal);
    put_uint(ram, "normal-bytes", stats->normal * MIG_PAGE_SIZE);
    put_uint(ram, "dirty-pages-rate", completed ? 0 : stats->dirty_pages_rate);
    mig_value_dict_put(ram, "mbps", mig_value_double(stats->mbps));
    if (release != MIG_R(2, 5) || o->status != MIG_STATUS_POSTCOPY_ACTIVE)
        put_uint(ram, "dirty-sync-count", stats->dirty_sync_count);
    if (release >= MIG_R(2, 7))
        put_uint(ram, "postcopy-requests", stats->postcopy_requests);
    if (release >= MIG_R(2, 10))
        put_uint(ram, "page-size", MIG_PAGE_SIZE);
    if (release >= MIG_R(3, 0))
        put_uint(ram, "multifd-bytes", stats->multifd_bytes);
    if (release >= MIG_R(4, 0))
        put_uint(ram, "pages-per-second", (guint64) stats->pages_per_second);
    if (release >= MIG_R(7, 0)) {
        put_uint(ram, "precopy-bytes", stats->precopy_bytes);
        put_uint(ram, "downtime-bytes", stats->downtime_bytes);
        put_uint(ram, "postcopy-bytes", stats->postcopy_bytes);
    }
    if (release >= MIG_R(7, 1))
        put_uint(ram, "dirty-sync-missed-zero-copy", 0);
    return ram;
}

static MigValue *xbzrle_info(MigOutgoing *o)
{
    const MigStats *stats = &o->stats;
    MigValue *info = mig_value_dict();

    put_uint(info, "cache-size", mig_vm_param(o->vm, MIG_PARAM_XBZRLE_CACHE_SIZE));
    put_uint(info, "bytes", stats->xbzrle_bytes);
    put_uint(info, "pages", stats->xbzrle_pages);
    put_uint(info, "cache-miss", stats->xbzrle_cache_miss);
    mig_value_dict_put(info, "cache-miss-rate", mig_value_double(stats->xbzrle_cache_miss_rate));
    if (o->vm->release >= MIG_R(5, 1))
        mig_value_dict_put(info, "encoding-rate", mig_value_double(stats->xbzrle_encoding_rate));
    put_uint(info, "overflow", stats->xbzrle_overflow);
    return info;
}

static MigValue *compression_info(MigOutgoing *o)
{
    const MigStats *stats = &o->stats;
    MigValue *info = mig_value_dict();

    put_uint(info, "pages", stats->compress_pages);
    put_uint(info, "busy", 0);
    mig_value_dict_put(info, "busy-rate", mig_value_double(0));
    put_uint(info, "compressed-size", stats->compressed_bytes);
    mig_value_dict_put(info, "compression-rate", mig_value_double(stats->compressed_bytes
                       ? (double) (stats->compress_pages * MIG_PAGE_SIZE) / (double) stats->compressed_bytes : 0));
    return info;
}

static gint64 expected_downtime(MigOutgoing *o)
{
    if (o->vm->release < MIG_R(11, 1))
        return o->expected_downtime_ms;
    /* {11.1} computed when asked */
    if (o->bandwidth <= 0)
        return G_MAXINT64;
    return (gint64) ((double) mig_ram_save_remaining(o->ram) / o->bandwidth);
}

static gboolean in_postcopy(MigStatus status)
{
    return status == MIG_STATUS_POSTCOPY_ACTIVE || status == MIG_STATUS_POSTCOPY_DEVICE || status == MIG_STATUS_POSTCOPY_PAUSED
           || status == MIG_STATUS_POSTCOPY_RECOVER || status == MIG_STATUS_POSTCOPY_RECOVER_SETUP;
}

static void put_times(MigOutgoing *o, MigValue *info)
{
    if (o->status == MIG_STATUS_COMPLETED) {
        put_int(info, "total-time", o->total_ms);
        put_int(info, "downtime", o->downtime_ms);
    } else {
        put_int(info, "total-time", mig_vm_now_ms(o->vm) - o->start_ms);
        if (in_postcopy(o->status) && o->vm->release >= MIG_R(8, 0))
            put_int(info, "downtime", o->downtime_ms);
        else
            put_int(info, "expected-downtime", expected_downtime(o));
    }
    put_int(info, "setup-time", o->setup_ms);
}

static gboolean shows_progress(MigStatus status)
{
    switch (status) {
    case MIG_STATUS_ACTIVE:
    case MIG_STATUS_CANCELLING:
    case MIG_STATUS_PRE_SWITCHOVER:
    case MIG_STATUS_DEVICE:
    case MIG_STATUS_FAILING:
    case MIG_STATUS_POSTCOPY_DEVICE:
    case MIG_STATUS_POSTCOPY_ACTIVE:
    case MIG_STATUS_POSTCOPY_PAUSED:
    case MIG_STATUS_POSTCOPY_RECOVER:
    case MIG_STATUS_POSTCOPY_RECOVER_SETUP:
    case MIG_STATUS_COMPLETED:
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean shows_error(MigOutgoing *o)
{
    if (o->error == NULL || o->vm->release < MIG_R(2, 7))
        return FALSE;
    return o->status == MIG_STATUS_FAILED || o->vm->release >= MIG_R(8, 2);
}

void mig_outgoing_query(MigOutgoing *o, MigValue *info)
{
    MigVm *vm = o->vm;
    guint blockers = mig_vm_blocker_count(vm);

    if (vm->release == MIG_R(6, 0))
        mig_value_dict_put(info, "blocked", mig_value_bool(blockers > 0));
    if (vm->release >= MIG_R(6, 0) && blockers) {
        MigValue *reasons = mig_value_list();

        for (guint i = 0; i < blockers; i++)
            mig_value_list_append(reasons, mig_value_string(mig_vm_blocker(vm, i)));
        mig_value_dict_put(info, "blocked-reasons", reasons);
    }
    if (o->status == MIG_STATUS_NONE)
        return;
    mig_value_dict_put(info, "status", mig_value_string(mig_status_name(o->status)));
    if (shows_progress(o->status)) {
        int throttle = o->ram ? mig_ram_save_throttle(o->ram) : 0;

        mig_value_dict_put(info, "ram", ram_info(o));
        if (mig_vm_has_cap(vm, MIG_CAP_XBZRLE))
            mig_value_dict_put(info, "xbzrle-cache", xbzrle_info(o));
        if (vm->release >= MIG_R(3, 1) && vm->release < MIG_R(9, 1) && mig_vm_has_cap(vm, MIG_CAP_COMPRESS))
            mig_value_dict_put(info, "compression", compression_info(o));
        put_times(o, info);
        if (throttle && o->status != MIG_STATUS_COMPLETED && vm->release >= MIG_R(2, 5))
            put_int(info, vm->release < MIG_R(2, 7) ? "x-cpu-throttle-percentage" : "cpu-throttle-percentage", throttle);
        if (vm->release >= MIG_R(11, 1) && o->status != MIG_STATUS_COMPLETED)
            put_uint(info, "remaining", o->ram ? mig_ram_save_remaining(o->ram) : 0);
    }
    if (shows_error(o))
        mig_value_dict_put(info, "error-desc", mig_value_string(o->error->message));
}
