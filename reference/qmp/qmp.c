/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/qmp.h"

#include "reference/options/capability.h"
#include "reference/options/parameter.h"
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <string.h>

static const gint64 rate_limit_ns = G_GINT64_CONSTANT(1000000000);

/* A snapshot of a development cycle lacks names that its release has. */
static gboolean snapshot_has(gpointer opaque, const char *type, const char *name)
{
    const MigProfile *profile = opaque;
    MigCap cap;
    MigParam param;

    if (strcmp(type, "MigrationCapability") == 0) {
        return mig_cap_find(profile, name, &cap);
    }
    if (strcmp(type, "MigrateSetParameters") == 0 || strcmp(type, "MigrationParameters") == 0) {
        return mig_param_find(profile, name, &param);
    }
    return TRUE;
}

static guint build_conditions(const MigProfile *profile)
{
    static const struct { const char *aspect; guint condition; } map[] = {
        { "replication", MIG_SCHEMA_IF_REPLICATION }, { "zstd", MIG_SCHEMA_IF_ZSTD }, { "qpl", MIG_SCHEMA_IF_QPL },
        { "uadk", MIG_SCHEMA_IF_UADK }, { "qatzip", MIG_SCHEMA_IF_QATZIP },
    };
    gsize count;
    const MigAspect *aspects = mig_profile_aspects(&count);
    guint conditions = 0;

    for (gsize i = 0; i < count; i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(map); j++) {
            if (strcmp(aspects[i].name, map[j].aspect) == 0
                && (mig_profile_has(profile, &aspects[i]) || !mig_profile_knows(profile, &aspects[i]))) {
                conditions |= map[j].condition;
            }
        }
    }
    return conditions;
}

static void take_vm_event(gpointer opaque, const char *name, const MigValue *data, gint64 host_ns)
{
    mig_qmp_event(opaque, name, data, host_ns);
}

static void vm_unblocked(gpointer opaque)
{
    MigQmp *qmp = opaque;

    mig_qmp_dispatch(qmp);
    for (guint i = 0; i < qmp->monitors->len; i++) {
        mig_monitor_continue(g_ptr_array_index(qmp->monitors, i));
    }
}

static void rate_limit_free(gpointer data)
{
    MigRateLimit *limit = data;

    g_free(limit->name);
    g_free(limit->key);
    mig_value_unref(limit->data);
    g_free(limit);
}

static void held_event_free(MigHeldEvent *event)
{
    g_free(event->name);
    mig_value_unref(event->data);
    g_free(event);
}

/* The builds whose answers are recorded: a profile plays exactly these (spec/qmp.md 0). Those from source have no package
 * text and were made without TCG, so they run under KVM by default. */
void mig_qmp_config_defaults(MigQmpConfig *config, MigProfile *profile)
{
    static const struct { const char *version, *package; } packaged[] = {
        { "5.2.0", "Debian 1:5.2+dfsg-11+deb11u3" }, { "7.2.22", "Debian 1:7.2+dfsg-7+deb12u18+b3" },
        { "10.0.13", "Debian 1:10.0.13+ds-0+deb13u1" }, { "11.1.3", "Debian 1:11.1.3+ds-1" },
    };

    memset(config, 0, sizeof(*config));
    config->profile = profile;
    config->kvm = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(packaged); i++) {
        if (strcmp(packaged[i].version, mig_profile_version(profile)) == 0) {
            config->package = packaged[i].package;
            config->kvm = FALSE;
        }
    }
}

MigQmp *mig_qmp_new(const MigQmpConfig *config)
{
    MigQmp *qmp = g_new0(MigQmp, 1);

    qmp->profile = mig_profile_ref(config->profile);
    qmp->vm = config->vm;
    qmp->schema.release = mig_profile_release(config->profile);
    qmp->schema.conditions = build_conditions(config->profile);
    qmp->schema.policy = config->policy;
    if (mig_profile_snapshot(config->profile) != 0) {
        qmp->schema.has = snapshot_has;
        qmp->schema.opaque = qmp->profile;
    }
    qmp->host = config->host;
    qmp->package = g_strdup(config->package ? config->package : "");
    qmp->guest_name = g_strdup(config->guest_name);
    qmp->uuid = g_strdup(config->uuid ? config->uuid : "00000000-0000-0000-0000-000000000000");
    qmp->machine = g_strdup(config->machine ? config->machine : "none-machine");
    qmp->preconfig = config->preconfig;
    qmp->start_after_preconfig = config->start_after_preconfig;
    qmp->kvm = config->kvm;
    qmp->monitors = g_ptr_array_new();
    qmp->rate_limits = g_ptr_array_new_with_free_func(rate_limit_free);
    mig_qmp_init_jobs(qmp);
    mig_qmp_init_objects(qmp);
    mig_qmp_init_fdsets(qmp);
    g_queue_init(&qmp->held);
    g_queue_init(&qmp->later);
    if (qmp->vm) {
        mig_vm_add_event_func(qmp->vm, take_vm_event, qmp);
        mig_vm_on_monitor_unblocked(qmp->vm, vm_unblocked, qmp);
    }
    return qmp;
}

void mig_qmp_free(MigQmp *qmp)
{
    if (!qmp) {
        return;
    }
    if (qmp->vm) {
        mig_vm_remove_event_func(qmp->vm, take_vm_event, qmp);
        mig_vm_on_monitor_unblocked(qmp->vm, NULL, NULL);
    }
    while (qmp->monitors->len) {
        mig_monitor_free(g_ptr_array_index(qmp->monitors, qmp->monitors->len - 1));
    }
    g_ptr_array_unref(qmp->monitors);
    g_ptr_array_unref(qmp->rate_limits);
    g_queue_clear_full(&qmp->held, (GDestroyNotify) held_event_free);
    g_queue_clear_full(&qmp->later, (GDestroyNotify) held_event_free);
    mig_value_unref(qmp->blocked_id);
    mig_qmp_free_jobs(qmp);
    mig_qmp_free_objects(qmp);
    mig_qmp_free_fdsets(qmp);
    mig_profile_unref(qmp->profile);
    g_free(qmp->package);
    g_free(qmp->guest_name);
    g_free(qmp->uuid);
    g_free(qmp->machine);
    g_free(qmp);
}

/* ---- Events ---- */

/* The order changed in 9.0, and in stable releases before (spec/qmp.md 8: 7.2.22 behaves as 9.0). */
gboolean mig_qmp_replies_first(const MigQmp *qmp)
{
    g_auto(GStrv) parts = g_strsplit(mig_profile_version(qmp->profile), ".", 3);
    gint64 micro = g_strv_length(parts) == 3 ? g_ascii_strtoll(parts[2], NULL, 10) : 0;

    if (qmp->schema.release == MIG_RELEASE(7, 2)) {
        return micro < 10;
    }
    if (qmp->schema.release == MIG_RELEASE(8, 2)) {
        return micro < 2;
    }
    return qmp->schema.release < MIG_RELEASE(9, 0);
}

static void send_event(MigQmp *qmp, const char *name, const MigValue *data, gint64 host_ns)
{
    g_autoptr(MigValue) event = mig_value_dict();
    MigValue *stamp = mig_value_dict();

    mig_value_dict_put(stamp, "seconds", mig_value_int(host_ns / G_GINT64_CONSTANT(1000000000)));
    mig_value_dict_put(stamp, "microseconds", mig_value_int(host_ns % G_GINT64_CONSTANT(1000000000) / 1000));
    mig_value_dict_put(event, "timestamp", stamp);
    mig_value_dict_put(event, "event", mig_value_string(name));
    if (data) {
        mig_value_dict_put(event, "data", mig_value_ref((MigValue *) data));
    }
    for (guint i = 0; i < qmp->monitors->len; i++) {
        MigMonitor *monitor = g_ptr_array_index(qmp->monitors, i);

        if (monitor->negotiated) {
            mig_monitor_send(monitor, event);
        }
    }
}

static const char *member_text(const MigValue *data, const char *name)
{
    MigValue *member = data ? mig_value_dict_get(data, name) : NULL;

    return member && mig_value_type(member) == MIG_VALUE_STRING ? mig_value_get_string(member) : "";
}

/* What tells two instances of a rate-limited event apart; NULL: the event is not limited (spec/qmp.md 8 and 16). */
static const char *rate_limit_key(const MigQmp *qmp, const char *name, const MigValue *data)
{
    static const struct { const char *name, *member; MigRelease from; } limited[] = {
        { "RTC_CHANGE", NULL, 0 }, { "WATCHDOG", NULL, 0 }, { "BALLOON_CHANGE", NULL, 0 },
        { "QUORUM_REPORT_BAD", "node-name", 0 }, { "QUORUM_FAILURE", NULL, 0 }, { "VSERPORT_CHANGE", "id", 0 },
        { "MEMORY_DEVICE_SIZE_CHANGE", "qom-path", 0 }, { "BLOCK_IO_ERROR", "qom-path", MIG_RELEASE(10, 0) },
        { "HV_BALLOON_STATUS_REPORT", NULL, MIG_RELEASE(8, 2) },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(limited); i++) {
        if (strcmp(limited[i].name, name) == 0 && qmp->schema.release >= limited[i].from) {
            return limited[i].member ? member_text(data, limited[i].member) : "";
        }
    }
    return NULL;
}

static MigRateLimit *find_rate_limit(MigQmp *qmp, const char *name, const char *key)
{
    for (guint i = 0; i < qmp->rate_limits->len; i++) {
        MigRateLimit *limit = g_ptr_array_index(qmp->rate_limits, i);

        if (strcmp(limit->name, name) == 0 && strcmp(limit->key, key) == 0) {
            return limit;
        }
    }
    return NULL;
}

static MigHeldEvent *held_event_new(const char *name, const MigValue *data, gint64 host_ns)
{
    MigHeldEvent *event = g_new(MigHeldEvent, 1);

    event->name = g_strdup(name);
    event->data = data ? mig_value_ref((MigValue *) data) : NULL;
    event->host_ns = host_ns;
    return event;
}

static gboolean comes_behind_reply(const char *name)
{
    return strcmp(name, "RESET") == 0 || strcmp(name, "POWERDOWN") == 0 || strcmp(name, "SHUTDOWN") == 0
        || strcmp(name, "RESUME") == 0;
}

void mig_qmp_event(MigQmp *qmp, const char *name, const MigValue *data, gint64 host_ns)
{
    const char *key = rate_limit_key(qmp, name, data);
    MigRateLimit *limit;

    qmp->now_ns = host_ns;
    if (qmp->hold_events && comes_behind_reply(name)) {
        g_queue_push_tail(&qmp->held, held_event_new(name, data, host_ns));
        return;
    }
    if (!key) {
        send_event(qmp, name, data, host_ns);
        return;
    }
    limit = find_rate_limit(qmp, name, key);
    if (!limit) {
        limit = g_new0(MigRateLimit, 1);
        limit->name = g_strdup(name);
        limit->key = g_strdup(key);
        limit->due_ns = host_ns + rate_limit_ns;
        g_ptr_array_add(qmp->rate_limits, limit);
        send_event(qmp, name, data, host_ns);
        return;
    }
    /* Only the newest is kept. */
    mig_value_unref(limit->data);
    limit->data = data ? mig_value_ref((MigValue *) data) : NULL;
    limit->host_ns = host_ns;
    limit->held = TRUE;
}

gint64 mig_qmp_deadline(const MigQmp *qmp)
{
    gint64 deadline = -1;

    for (guint i = 0; i < qmp->rate_limits->len; i++) {
        const MigRateLimit *limit = g_ptr_array_index(qmp->rate_limits, i);

        deadline = deadline < 0 ? limit->due_ns : MIN(deadline, limit->due_ns);
    }
    return deadline;
}

void mig_qmp_expire(MigQmp *qmp, gint64 host_ns)
{
    qmp->now_ns = host_ns;
    for (guint i = 0; i < qmp->rate_limits->len; ) {
        MigRateLimit *limit = g_ptr_array_index(qmp->rate_limits, i);

        if (limit->due_ns > host_ns) {
            i++;
        } else if (limit->held) {
            /* The held one is sent, with the time at which it happened, and starts a new second. */
            send_event(qmp, limit->name, limit->data, limit->host_ns);
            g_clear_pointer(&limit->data, mig_value_unref);
            limit->held = FALSE;
            limit->due_ns = host_ns + rate_limit_ns;
            i++;
        } else {
            g_ptr_array_remove_index(qmp->rate_limits, i);
        }
    }
}

void mig_qmp_event_later(MigQmp *qmp, const char *name, MigValue *data)
{
    MigHeldEvent *event = held_event_new(name, NULL, -1);

    event->data = data;
    g_queue_push_tail(&qmp->later, event);
}

/* Events that the running command caused and that come behind its reply. */
static void flush_events(MigQmp *qmp)
{
    MigHeldEvent *event;

    while ((event = g_queue_pop_head(&qmp->held)) || (event = g_queue_pop_head(&qmp->later))) {
        gint64 host_ns = event->host_ns;

        if (host_ns < 0) {
            host_ns = qmp->vm ? mig_env_clock_ns(mig_vm_env(qmp->vm), MIG_CLOCK_HOST) : qmp->now_ns;
        }
        send_event(qmp, event->name, event->data, host_ns);
        held_event_free(event);
    }
}

/* ---- Requests in turn ---- */

static MigMonitor *next_monitor(MigQmp *qmp)
{
    for (guint i = 0; i < qmp->monitors->len; i++) {
        MigMonitor *monitor = g_ptr_array_index(qmp->monitors, (qmp->turn + i) % qmp->monitors->len);

        if (!g_queue_is_empty(&monitor->requests)) {
            qmp->turn = (qmp->turn + i + 1) % qmp->monitors->len;
            return monitor;
        }
    }
    return NULL;
}

static void serve(MigQmp *qmp, MigMonitor *monitor)
{
    MigRequest *request = g_queue_pop_head(&monitor->requests);
    guint generation = monitor->generation;
    MigValue *reply, *id = NULL;

    if (request->error) {
        reply = mig_error_reply(request->error);
    } else {
        reply = mig_request_run(monitor, request->value);
        if (mig_value_type(request->value) == MIG_VALUE_DICT) {
            id = mig_value_dict_get(request->value, "id");
        }
    }
    if (!reply && qmp->blocked) {
        qmp->blocked_monitor = monitor;
        qmp->blocked_generation = generation;
        qmp->blocked_id = id ? mig_value_ref(id) : NULL;
    }
    if (reply && monitor->generation == generation) {
        mig_monitor_send(monitor, reply);
    }
    mig_value_unref(reply);
    mig_request_free(request);
    qmp->hold_events = FALSE;
    flush_events(qmp);
}

static gboolean may_serve(const MigQmp *qmp)
{
    return !qmp->blocked && !qmp->quitting && !(qmp->vm && mig_vm_monitor_blocked(qmp->vm));
}

void mig_qmp_dispatch(MigQmp *qmp)
{
    MigMonitor *monitor;

    if (qmp->dispatching) {
        return;
    }
    qmp->dispatching = TRUE;
    while (may_serve(qmp) && (monitor = next_monitor(qmp))) {
        serve(qmp, monitor);
    }
    qmp->dispatching = FALSE;
}

void mig_qmp_unblock(MigQmp *qmp, const char *text)
{
    GError *error = NULL;
    g_autoptr(MigValue) reply = NULL;

    if (!qmp->blocked) {
        return;
    }
    qmp->blocked = FALSE;
    /* The only file that is read like this is a rule file of blkdebug; the client that uses one gives an empty rule. */
    g_set_error_literal(&error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC,
                        text && strstr(text, "[inject-error]") ? "Missing event name for rule" : "Could not parse blkdebug config file");
    reply = mig_error_reply(error);
    if (qmp->blocked_id) {
        mig_value_dict_put(reply, "id", g_steal_pointer(&qmp->blocked_id));
    }
    if (qmp->blocked_monitor && qmp->blocked_monitor->generation == qmp->blocked_generation) {
        mig_monitor_send(qmp->blocked_monitor, reply);
    }
    g_error_free(error);
    qmp->blocked_monitor = NULL;
    vm_unblocked(qmp);
}

gboolean mig_qmp_is_quitting(const MigQmp *qmp)
{
    return qmp->quitting || (qmp->vm && mig_vm_has_exited(qmp->vm));
}
