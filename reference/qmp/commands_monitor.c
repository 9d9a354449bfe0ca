/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Commands about the monitor itself and the process (spec/qmp.md 3 and 12.1).
 */
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <stdlib.h>
#include <string.h>

MigValue *mig_qmp_version(const MigQmp *qmp)
{
    static const char *const names[] = { "major", "minor", "micro" };
    g_auto(GStrv) parts = g_strsplit(mig_profile_version(qmp->profile), ".", 3);
    MigValue *version = mig_value_dict(), *qemu = mig_value_dict();

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        mig_value_dict_put(qemu, names[i], mig_value_int(i < g_strv_length(parts) ? atoi(parts[i]) : 0));
    }
    mig_value_dict_put(version, "qemu", qemu);
    mig_value_dict_put(version, "package", mig_value_string(qmp->package));
    return version;
}

static MigValue *qmp_capabilities(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigMonitor *monitor = context->monitor;
    MigValue *enable = mig_value_dict_get(arguments, "enable");

    if (monitor->negotiated) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_COMMAND_NOT_FOUND,
                            "Capabilities negotiation is already complete, command ignored");
        return NULL;
    }
    monitor->negotiated = TRUE;
    /* The only capability is "oob"; the schema has seen to that. */
    monitor->oob_enabled = enable && mig_value_list_length(enable) > 0;
    return mig_value_dict();
}

static MigValue *query_version(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_qmp_version(context->qmp);
}

static MigValue *query_commands(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_schema_list_commands(&context->qmp->schema);
}

static MigValue *query_qmp_schema(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_schema_introspect(&context->qmp->schema);
}

/* All events of 5.2, which printed them in this order; earlier releases know fewer, and only those of our area are told apart. */
static MigValue *query_events(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    static const struct { const char *name; MigRelease from; } events[] = {
        { "ACPI_DEVICE_OST", 0 }, { "RTC_CHANGE", 0 }, { "MEM_UNPLUG_ERROR", 0 }, { "MEMORY_DEVICE_SIZE_CHANGE", MIG_RELEASE(5, 1) },
        { "BALLOON_CHANGE", 0 }, { "DEVICE_DELETED", 0 }, { "UNPLUG_PRIMARY", MIG_RELEASE(4, 2) }, { "COLO_EXIT", MIG_RELEASE(3, 1) },
        { "MIGRATION_PASS", MIG_RELEASE(2, 6) }, { "MIGRATION", 0 }, { "VNC_DISCONNECTED", 0 }, { "VNC_INITIALIZED", 0 },
        { "VNC_CONNECTED", 0 }, { "SPICE_MIGRATE_COMPLETED", 0 }, { "SPICE_DISCONNECTED", 0 }, { "SPICE_INITIALIZED", 0 },
        { "SPICE_CONNECTED", 0 }, { "RDMA_GID_STATUS_CHANGED", MIG_RELEASE(4, 0) }, { "FAILOVER_NEGOTIATED", MIG_RELEASE(4, 2) },
        { "NIC_RX_FILTER_CHANGED", 0 }, { "DUMP_COMPLETED", MIG_RELEASE(2, 6) }, { "VSERPORT_CHANGE", 0 },
        { "BLOCK_EXPORT_DELETED", MIG_RELEASE(5, 2) }, { "JOB_STATUS_CHANGE", MIG_RELEASE(3, 0) }, { "QUORUM_REPORT_BAD", 0 },
        { "QUORUM_FAILURE", 0 }, { "BLOCK_WRITE_THRESHOLD", 0 }, { "BLOCK_JOB_PENDING", MIG_RELEASE(2, 12) }, { "BLOCK_JOB_READY", 0 },
        { "BLOCK_JOB_ERROR", 0 }, { "BLOCK_JOB_CANCELLED", 0 }, { "BLOCK_JOB_COMPLETED", 0 }, { "BLOCK_IO_ERROR", 0 },
        { "BLOCK_IMAGE_CORRUPTED", 0 }, { "PR_MANAGER_STATUS_CHANGED", MIG_RELEASE(3, 0) }, { "DEVICE_TRAY_MOVED", 0 },
        { "MEMORY_FAILURE", MIG_RELEASE(5, 2) }, { "GUEST_CRASHLOADED", MIG_RELEASE(5, 0) }, { "GUEST_PANICKED", 0 }, { "WATCHDOG", 0 },
        { "WAKEUP", 0 }, { "SUSPEND_DISK", 0 }, { "SUSPEND", 0 }, { "RESUME", 0 }, { "STOP", 0 }, { "RESET", 0 }, { "POWERDOWN", 0 },
        { "SHUTDOWN", 0 },
    };
    MigValue *list = mig_value_list();

    for (gsize i = 0; i < G_N_ELEMENTS(events); i++) {
        MigValue *entry;

        if (context->release < events[i].from) {
            continue;
        }
        entry = mig_value_dict();
        mig_value_dict_put(entry, "name", mig_value_string(events[i].name));
        mig_value_list_append(list, entry);
    }
    return list;
}

static MigValue *query_name(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *reply = mig_value_dict();

    if (context->qmp->guest_name) {
        mig_value_dict_put(reply, "name", mig_value_string(context->qmp->guest_name));
    }
    return reply;
}

static MigValue *query_uuid(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *reply = mig_value_dict();

    mig_value_dict_put(reply, "UUID", mig_value_string(context->qmp->uuid));
    return reply;
}

static MigValue *query_kvm(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *reply = mig_value_dict();

    mig_value_dict_put(reply, "enabled", mig_value_bool(context->qmp->kvm));
    mig_value_dict_put(reply, "present", mig_value_bool(TRUE));
    return reply;
}

static MigValue *query_target(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *reply = mig_value_dict();

    mig_value_dict_put(reply, "arch", mig_value_string("x86_64"));
    return reply;
}

static MigValue *query_chardev(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *list = mig_value_list();

    for (guint i = 0; i < context->qmp->monitors->len; i++) {
        MigMonitor *monitor = g_ptr_array_index(context->qmp->monitors, i);
        MigValue *entry;

        if (!monitor->chardev) {
            continue;
        }
        entry = mig_value_dict();
        mig_value_dict_put(entry, "label", mig_value_string(monitor->chardev));
        mig_value_dict_put(entry, "filename", mig_value_string(monitor->filename ? monitor->filename : ""));
        mig_value_dict_put(entry, "frontend-open", mig_value_bool(TRUE));
        mig_value_list_append(list, entry);
    }
    return list;
}

const MigCommandHandler mig_commands_monitor[] = {
    { "qmp_capabilities", qmp_capabilities },
    { "query-version", query_version },
    { "query-commands", query_commands },
    { "query-qmp-schema", query_qmp_schema },
    { "query-events", query_events },
    { "query-name", query_name },
    { "query-uuid", query_uuid },
    { "query-kvm", query_kvm },
    { "query-target", query_target },
    { "query-chardev", query_chardev },
    { NULL },
};
