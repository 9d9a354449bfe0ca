/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The rest of the area: dirty rate, vCPU limits, announcements, COLO, Xen, yank, and what sessions use beside it.
 */
#include "reference/machine/ram.h"
#include "reference/options/command.h"
#include "reference/options/options.h"
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <string.h>

static const gint64 ns_per_ms = 1000000;

static MigValue *done(gboolean good)
{
    return good ? mig_value_dict() : NULL;
}

static MigValue *refuse(GError **error, const char *text)
{
    g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, text);
    return NULL;
}

static MigOptions *options_of(MigCommandContext *context)
{
    return mig_vm_options(context->vm);
}

/* ---- Dirty rate ---- */

static gboolean is_measuring(const MigQmp *qmp)
{
    return qmp->dirty_rate_start_ns && !qmp->dirty_rate_over && mig_qmp_now_ns(qmp) < qmp->dirty_rate_start_ns + qmp->dirty_rate_ms * ns_per_ms;
}

/* Sampling leaves out small blocks; with nothing to sample the measurement is over at once. */
static gboolean has_samples(MigCommandContext *context)
{
    MigRam *ram = mig_vm_ram(context->vm);

    for (guint i = 0; i < mig_ram_block_count(ram); i++) {
        if (mig_ram_block(ram, i)->size >= (guint64) 128 << 20) {
            return TRUE;
        }
    }
    return FALSE;
}

static const char *const modes[] = { "page-sampling", "dirty-ring", "dirty-bitmap" };

static MigValue *calc_dirty_rate(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigQmp *qmp = context->qmp;
    gint64 time = mig_argument_int(arguments, "calc-time", 0), samples = mig_argument_int(arguments, "sample-pages", -1);
    const char *unit = mig_argument_text(arguments, "calc-time-unit"), *mode = mig_argument_text(arguments, "mode");
    gboolean given = mig_value_dict_get(arguments, "sample-pages") != NULL;

    if (g_strcmp0(unit, "millisecond") != 0) {
        /* Out of range either way, and no overflow. */
        time = CLAMP(time, -1000000, 1000000) * 1000;
    }
    /* A negative number given is as bad as zero; -1 says "not given". */
    if (!mig_command_calc_dirty_rate(options_of(context), time, mode ? mode : modes[0], given ? MAX(samples, 0) : -1,
                                     is_measuring(qmp), error)) {
        return NULL;
    }
    qmp->dirty_rate_start_ns = mig_qmp_now_ns(qmp);
    qmp->dirty_rate_ms = time;
    qmp->dirty_rate_over = g_strcmp0(mode ? mode : modes[0], modes[0]) == 0 && !has_samples(context);
    qmp->dirty_rate_samples = given ? samples : 512;
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        qmp->dirty_rate_mode = mode && strcmp(mode, modes[i]) == 0 ? modes[i] : i == 0 ? modes[0] : qmp->dirty_rate_mode;
    }
    return mig_value_dict();
}

static MigValue *query_dirty_rate(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const MigQmp *qmp = context->qmp;
    const char *unit = mig_argument_text(arguments, "calc-time-unit");
    gboolean known = qmp->dirty_rate_start_ns != 0;
    MigValue *reply = mig_value_dict();

    mig_value_dict_put(reply, "status", mig_value_string(!known ? "unstarted" : is_measuring(qmp) ? "measuring" : "measured"));
    mig_value_dict_put(reply, "start-time", mig_value_int(qmp->dirty_rate_start_ns / 1000 / ns_per_ms));
    mig_value_dict_put(reply, "calc-time", mig_value_int(g_strcmp0(unit, "millisecond") == 0 ? qmp->dirty_rate_ms
                                                         : qmp->dirty_rate_ms / 1000));
    if (context->release >= MIG_RELEASE(8, 2)) {
        mig_value_dict_put(reply, "calc-time-unit", mig_value_string(unit ? unit : "second"));
    }
    if (context->release >= MIG_RELEASE(6, 1)) {
        mig_value_dict_put(reply, "sample-pages", mig_value_int(known ? qmp->dirty_rate_samples : 0));
    }
    if (context->release >= MIG_RELEASE(6, 2)) {
        mig_value_dict_put(reply, "mode", mig_value_string(known ? qmp->dirty_rate_mode : modes[0]));
    }
    if (known && !is_measuring(qmp)) {
        mig_value_dict_put(reply, "dirty-rate", mig_value_int(qmp->dirty_rate_over ? -1 : 0));
    }
    return reply;
}

/* ---- vCPU limits: no vCPU of ours has one ---- */

static MigValue *set_vcpu_dirty_limit(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_command_set_vcpu_dirty_limit(options_of(context), mig_argument_int(arguments, "cpu-index", -1), 1, FALSE, error));
}

static MigValue *cancel_vcpu_dirty_limit(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    gboolean nothing;

    return done(mig_command_cancel_vcpu_dirty_limit(options_of(context), mig_argument_int(arguments, "cpu-index", -1), 1, FALSE,
                                                    &nothing, error));
}

static MigValue *empty_list(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_value_list();
}

/* ---- Announcements, SPICE ---- */

static MigValue *announce_self(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_value_dict();             /* there is no network device to announce */
}

static MigValue *client_migrate_info(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_command_client_migrate_info(options_of(context), mig_argument_text(arguments, "protocol"), error));
}

/* ---- COLO and Xen ---- */

static MigValue *colo_lost_heartbeat(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_command_colo_lost_heartbeat(options_of(context), error));
}

static MigValue *query_colo_status(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *reply = mig_value_dict();

    mig_value_dict_put(reply, "mode", mig_value_string("none"));
    if (context->release >= MIG_RELEASE(4, 0)) {
        mig_value_dict_put(reply, "last-mode", mig_value_string("none"));
    }
    mig_value_dict_put(reply, "reason", mig_value_string("none"));
    return reply;
}

static MigValue *query_xen_replication_status(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *reply = mig_value_dict();

    mig_value_dict_put(reply, "error", mig_value_bool(FALSE));
    return reply;
}

static MigValue *xen_set_replication(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_command_xen_set_replication(options_of(context), mig_argument_bool(arguments, "enable"),
                                                mig_value_dict_get(arguments, "failover") != NULL, error));
}

/* Nothing is replicated and no Xen asks: both do nothing. */
static MigValue *do_nothing(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_value_dict();
}

/* The texts name the file where it cannot be opened; 8.2 brought new ones together with migration to files. */
static MigValue *refuse_file(MigCommandContext *context, gboolean create, const char *path, int error_number, GError **error)
{
    g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, context->release < MIG_RELEASE(8, 2) ? "Unable to open %s: %s"
                : create ? "Could not create '%s': %s" : "Could not open '%s': %s", path, g_strerror(error_number));
    return NULL;
}

/* Nothing is written: no device here has a state that another process could load alone. */
static MigValue *xen_save_devices_state(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const MigQmpHost *host = &context->qmp->host;
    const char *path = mig_argument_text(arguments, "filename");
    gboolean running = mig_vm_running(context->vm);
    int error_number = 0;
    MigValue *result = NULL;

    mig_vm_stop_to(context->vm, MIG_RUN_SAVE_VM, FALSE);
    if (host->can_create && !host->can_create(host->opaque, path, &error_number)) {
        (void) refuse_file(context, TRUE, path, error_number, error);
    } else {
        result = mig_value_dict();
    }
    if (running) {
        mig_vm_start(context->vm);
    }
    return result;
}

static MigValue *xen_load_devices_state(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const MigQmpHost *host = &context->qmp->host;
    const char *path = mig_argument_text(arguments, "filename");
    int error_number = 0;

    if (mig_vm_running(context->vm)) {
        return refuse(error, "Cannot update device state while vm is running");
    }
    if (host->can_read && !host->can_read(host->opaque, path, &error_number)) {
        return refuse_file(context, FALSE, path, error_number, error);
    }
    return refuse(error, "An IO error has occurred");
}

/* ---- yank ---- */

static MigValue *query_yank(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *list = mig_value_list();

    for (guint i = 0; i < context->qmp->monitors->len; i++) {
        const MigMonitor *monitor = g_ptr_array_index(context->qmp->monitors, i);

        if (monitor->yankable) {
            MigValue *entry = mig_value_dict();

            mig_value_dict_put(entry, "type", mig_value_string("chardev"));
            mig_value_dict_put(entry, "id", mig_value_string(monitor->chardev));
            mig_value_list_append(list, entry);
        }
    }
    if (mig_vm_yank_instance_exists(context->vm)) {
        MigValue *entry = mig_value_dict();

        mig_value_dict_put(entry, "type", mig_value_string("migration"));
        mig_value_list_append(list, entry);
    }
    return list;
}

static MigMonitor *find_yankable(const MigQmp *qmp, const char *chardev)
{
    for (guint i = 0; i < qmp->monitors->len; i++) {
        MigMonitor *monitor = g_ptr_array_index(qmp->monitors, i);

        if (monitor->yankable && strcmp(monitor->chardev, chardev) == 0) {
            return monitor;
        }
    }
    return NULL;
}

static gboolean has_instance(MigCommandContext *context, const MigValue *instance)
{
    const char *type = mig_argument_text(instance, "type");

    if (strcmp(type, "migration") == 0) {
        return mig_vm_yank_instance_exists(context->vm);
    }
    return strcmp(type, "chardev") == 0 && find_yankable(context->qmp, mig_argument_text(instance, "id"));
}

/* All are looked up before the first is acted on. */
static MigValue *yank(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *instances = mig_value_dict_get(arguments, "instances");

    for (guint i = 0; i < mig_value_list_length(instances); i++) {
        if (!has_instance(context, mig_value_list_get(instances, i))) {
            g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Instance not found");
            return NULL;
        }
    }
    for (guint i = 0; i < mig_value_list_length(instances); i++) {
        MigValue *instance = mig_value_list_get(instances, i);

        if (strcmp(mig_argument_text(instance, "type"), "migration") == 0) {
            if (!mig_vm_cmd_yank_migration(context->vm, error)) {
                return NULL;
            }
        } else {
            MigMonitor *monitor = find_yankable(context->qmp, mig_argument_text(instance, "id"));

            if (monitor->shutdown) {
                monitor->shutdown(monitor->opaque);
            }
        }
    }
    return mig_value_dict();
}

/* ---- Beside the area ---- */

static MigValue *blockdev_add(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const MigQmpHost *host = &context->qmp->host;
    const char *config = mig_argument_text(arguments, "config");
    int error_number = 0;

    if (!config) {
        return refuse(error, "the reference engine has no block devices");
    }
    if (host->open_config && host->open_config(host->opaque, config, &error_number)) {
        context->qmp->blocked = TRUE;
        return NULL;
    }
    g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Could not read blkdebug config file: %s", g_strerror(error_number));
    return NULL;
}

static MigValue *nbd_server_add(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const char *device = mig_argument_text(arguments, "device");

    g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC,
                context->release < MIG_RELEASE(6, 0) ? "Cannot find device=%s nor node_name=%s"
                : "Cannot find device='%s' nor node-name='%s'", device, device);
    return NULL;
}

static MigValue *pmemsave(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const MigQmpHost *host = &context->qmp->host;
    gint64 offset = mig_argument_int(arguments, "val", 0), size = mig_argument_int(arguments, "size", 0);

    if (!host->save_memory) {
        return refuse(error, "the reference engine saves no memory here");
    }
    return done(host->save_memory(host->opaque, (guint64) offset, (guint64) size, mig_argument_text(arguments, "filename"), error));
}

/* Virtual memory as a CPU sees it: there is no CPU. */
static MigValue *memsave(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return refuse(error, "Parameter 'cpu-index' expects a CPU number");
}

static MigValue *query_replay(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *reply;

    /* Left out of builds without TCG, which say so. */
    if (context->qmp->kvm) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_COMMAND_NOT_FOUND, "replay support not available");
        return NULL;
    }
    reply = mig_value_dict();
    mig_value_dict_put(reply, "mode", mig_value_string("none"));
    mig_value_dict_put(reply, "icount", mig_value_int(0));
    return reply;
}

const MigCommandHandler mig_commands_other[] = {
    { "calc-dirty-rate", calc_dirty_rate },
    { "query-dirty-rate", query_dirty_rate },
    { "set-vcpu-dirty-limit", set_vcpu_dirty_limit },
    { "cancel-vcpu-dirty-limit", cancel_vcpu_dirty_limit },
    { "query-vcpu-dirty-limit", empty_list },
    { "query-migrationthreads", empty_list },
    { "announce-self", announce_self },
    { "client_migrate_info", client_migrate_info },
    { "x-colo-lost-heartbeat", colo_lost_heartbeat },
    { "query-colo-status", query_colo_status },
    { "query-xen-replication-status", query_xen_replication_status },
    { "xen-set-replication", xen_set_replication },
    { "xen-set-global-dirty-log", do_nothing },
    { "xen-colo-do-checkpoint", do_nothing },
    { "xen-save-devices-state", xen_save_devices_state },
    { "xen-load-devices-state", xen_load_devices_state },
    { "query-yank", query_yank },
    { "yank", yank },
    { "blockdev-add", blockdev_add },
    { "nbd-server-add", nbd_server_add },
    { "pmemsave", pmemsave },
    { "memsave", memsave },
    { "query-replay", query_replay },
    { "query-block", empty_list },
    { "query-blockstats", empty_list },
    { "query-block-jobs", empty_list },
    { "query-named-block-nodes", empty_list },
    { "query-cpus-fast", empty_list },
    { "query-iothreads", empty_list },
    { NULL },
};
