/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/virtual/world.h"

#include "oracle/trace.h"
#include "reference/machine/vm.h"
#include "reference/options/profile.h"
#include "reference/qmp/monitor.h"
#include "reference/qmp/printer.h"
#include "reference/qmp/qmp.h"
#include "sim/link/record.h"
#include "sim/virtual/constants.h"
#include "sim/virtual/host.h"
#include "sim/virtual/kernel.h"
#include "sim/virtual/net.h"

#include <signal.h>
#include <string.h>

#define LINK_URI "tcp:192.0.2.2:4444"        /* a documentation address (RFC 5737) */

enum {
    STDERR_LINES_MAX = 20,
    COMPARED_BYTEWISE = 16,                  /* pages whose bytes are made as a spot check of the comparison by reference */
};

typedef struct {
    guint64 id;
    char *command;
    json_t *arguments;
    gint64 sent_ns;
    gboolean oob;
} Pending;

/* Pages seen since the last other record of a direction: there are thousands, so they are told as one. */
typedef struct {
    guint64 pages, offset, size;
    guint32 section;
    OraStreamChannel channel;
    guint channel_index;
    gboolean back;
} PageRun;

typedef struct World World;

typedef struct {
    World *world;
    SimSide side;
    OraSide name;              /* dst, dst2, … */
    guint generation;
    MigProfile *profile;
    SimHost *host;             /* NULL: does not run */
    MigVm *vm;
    MigQmp *qmp;
    MigMonitor *monitor;
    GString *output;           /* of the monitor, not looked at yet */
    GString *input;            /* on its way to the monitor */
    SimEvent input_event, poll_event, rate_event, look_event;
    GQueue pending;            /* Pending* */
    json_t *errors;            /* last lines of stderr */
    gboolean negotiated;
    gboolean frozen;           /* SIGSTOP: its monitor says nothing */
    char *status, *run, *error_desc;       /* as last recorded */
    int outgoing, incoming, run_state;     /* as last observed */
    gint64 kept_ns;
} Side;

struct World {
    SimWorld base;
    const SimMachine *machine;
    SimChoices *choices;
    gboolean choices_owned;
    SimKernel *kernel;
    SimNet *net;
    Side sides[SIM_SIDE_COUNT];
    GQueue items;              /* SimItem* */
    guint64 id_next;
    guint32 seed;
    GArray *choices_at;        /* gsize per trace record */
    /* Which connection is which channel. */
    guint connections, attempt_first, main_first;      /* main_first: of the attempt that was no resume */
    GArray *page_runs;         /* of PageRun, two per connection */
    gboolean resuming, multifd, preempt;
    gboolean finished;
};

static World *self(SimWorld *world) { return (World *) world; }
static gint64 now_ns(const World *world) { return sim_kernel_now_ns(world->kernel); }

#define OF(type, event, member) ((type *) ((char *) (event) - G_STRUCT_OFFSET(type, member)))

/* To be called after appending: notes how many choices had been made by then. */
static void noted(World *world)
{
    gsize count = sim_choices_count(world->choices);

    while (world->choices_at->len < ora_trace_length(world->base.trace)) {
        g_array_append_val(world->choices_at, count);
    }
}

static void give(World *world, SimItemKind kind, SimSide side, guint64 id, json_t *data)
{
    SimItem *item = g_new0(SimItem, 1);

    *item = (SimItem) { .kind = kind, .side = side, .t_ns = now_ns(world), .id = id, .data = data };
    g_queue_push_tail(&world->items, item);
}

/* ---- JSON from the engine ---- */

/* As the text that a monitor sends would be read: members in the monitor's order, fractions as they are written there. */
static json_t *to_json(const MigValue *value)
{
    g_autofree guint *order = NULL;
    g_autoptr(GString) text = NULL;
    gint64 number;
    json_t *json;

    switch (mig_value_type(value)) {
    case MIG_VALUE_NULL:
        return json_null();
    case MIG_VALUE_BOOL:
        return json_boolean(mig_value_get_bool(value));
    case MIG_VALUE_STRING:
        json = json_string(mig_value_get_string(value));
        return json != NULL ? json : json_null();
    case MIG_VALUE_LIST:
        json = json_array();
        for (guint i = 0; i < mig_value_list_length(value); i++) {
            json_array_append_new(json, to_json(mig_value_list_get(value, i)));
        }
        return json;
    case MIG_VALUE_DICT:
        json = json_object();
        order = mig_value_dict_order(value);
        for (guint i = 0; i < mig_value_dict_size(value); i++) {
            json_object_set_new(json, mig_value_dict_key(value, order[i]), to_json(mig_value_dict_item(value, order[i])));
        }
        return json;
    case MIG_VALUE_NUMBER:
        if (mig_value_number_kind(value) == MIG_NUMBER_INT64 && mig_value_get_int(value, &number)) {
            return json_integer(number);
        }
        break;
    }
    text = g_string_new(NULL);
    mig_value_print(value, MIG_PRINT_COMPACT, text);
    json = json_loadb(text->str, text->len, JSON_DECODE_ANY, NULL);
    return json != NULL ? json : json_null();
}

/* ---- Status ---- */

static gboolean changed(char **last, const char *now)
{
    if (g_strcmp0(*last, now) == 0) {
        return FALSE;
    }
    g_free(*last);
    *last = g_strdup(now);
    return TRUE;
}

static const char *text_of(json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

/* Asks as a client would, but without sending anything. */
static void look(Side *side, gboolean keep)
{
    World *world = side->world;
    g_autoptr(MigValue) migrate = mig_vm_query_migrate(side->vm);
    g_autoptr(MigValue) run = mig_vm_query_status(side->vm);
    json_t *migrate_json = to_json(migrate), *run_json = to_json(run);
    gboolean news = changed(&side->status, text_of(migrate_json, "status"));

    news = changed(&side->run, text_of(run_json, "status")) || news;
    news = changed(&side->error_desc, text_of(migrate_json, "error-desc")) || news;
    if (news || keep) {
        side->kept_ns = now_ns(world);
        ora_trace_append_status(world->base.trace, now_ns(world), side->name, json_incref(migrate_json), json_incref(run_json),
                                world->machine->machine_none ? ORA_ABSENT
                                : (gint64) sim_guest_ticks(sim_host_guest(side->host), now_ns(world)));
        noted(world);
    }
    if (news) {
        give(world, SIM_ITEM_STATUS, side->side, 0, json_pack("{s:O, s:O}", "migrate", migrate_json, "run", run_json));
    }
    json_decref(migrate_json);
    json_decref(run_json);
}

/* A client that heard of something asks; its question takes a moment to arrive. */
static void look_soon(Side *side)
{
    if (!sim_event_scheduled(&side->look_event)) {
        sim_event_schedule(side->world->kernel, &side->look_event, now_ns(side->world) + 2 * SIM_QMP_NS);
    }
}

static void look_fire(SimEvent *event)
{
    Side *side = OF(Side, event, look_event);

    if (side->frozen || mig_vm_monitor_blocked(side->vm)) {
        look_soon(side);                                          /* no answer before the big lock is free */
    } else {
        look(side, FALSE);
    }
}

static void poll_fire(SimEvent *event)
{
    Side *side = OF(Side, event, poll_event);

    /* A monitor that waits for the big lock would not answer. */
    if (!side->frozen && !mig_vm_monitor_blocked(side->vm)) {
        look(side, TRUE);
    }
    sim_event_schedule(side->world->kernel, event, now_ns(side->world) + SIM_POLL_NS);
}

/* ---- What the engine tells ---- */

static int machine_number(OraMachine machine, const char *text)
{
    return machine == ORA_MACHINE_RUN ? (int) ora_run_parse(text) : (int) ora_status_parse(text);
}

static void on_observe(gpointer opaque, const MigObservation *observation)
{
    Side *side = opaque;
    World *world = side->world;

    switch (observation->kind) {
    case MIG_OBSERVE_STATUS:
    case MIG_OBSERVE_RUN_STATE: {
        OraMachine machine = observation->kind == MIG_OBSERVE_RUN_STATE ? ORA_MACHINE_RUN
                             : observation->incoming ? ORA_MACHINE_INCOMING : ORA_MACHINE_OUTGOING;
        int *last = machine == ORA_MACHINE_RUN ? &side->run_state : machine == ORA_MACHINE_INCOMING ? &side->incoming : &side->outgoing;
        int now = machine_number(machine, observation->text);

        ora_trace_append_state(world->base.trace, now_ns(world), side->name, machine, *last, now);
        noted(world);
        *last = now;
        look_soon(side);
        break;
    }
    case MIG_OBSERVE_MESSAGE:
        while (json_array_size(side->errors) >= STDERR_LINES_MAX) {
            json_array_remove(side->errors, 0);
        }
        json_array_append_new(side->errors, json_string(observation->text));
        break;
    case MIG_OBSERVE_MARK:
        break;
    }
}

static void on_output(gpointer opaque, const char *bytes, gsize size)
{
    g_string_append_len(((Side *) opaque)->output, bytes, (gssize) size);
}

static void pending_free(gpointer data)
{
    Pending *pending = data;

    g_free(pending->command);
    json_decref(pending->arguments);
    g_free(pending);
}

static Pending *take_pending(Side *side, json_t *id)
{
    for (GList *link = side->pending.head; link != NULL; link = link->next) {
        Pending *pending = link->data;

        if (json_is_integer(id) && (guint64) json_integer_value(id) == pending->id) {
            g_queue_delete_link(&side->pending, link);
            return pending;
        }
    }
    return NULL;
}

static void on_message(Side *side, json_t *message)
{
    World *world = side->world;

    if (json_object_get(message, "QMP") != NULL) {
        return;
    }
    if (json_object_get(message, "event") != NULL) {
        const char *problem = NULL;

        if (!ora_trace_append_whole(world->base.trace, now_ns(world), side->name, ORA_KIND_EVENT, json_incref(message), &problem)) {
            ora_trace_append_note(world->base.trace, now_ns(world), side->name, NULL, problem);
        }
        noted(world);
        if (side->side == SIM_SOURCE && g_strcmp0(text_of(message, "event"), "MIGRATION_PASS") == 0) {
            sim_net_dirty_sync(world->net, (guint64) json_integer_value(json_object_get(json_object_get(message, "data"), "pass")));
        }
        give(world, SIM_ITEM_EVENT, side->side, 0, json_incref(message));
        return;
    }
    {
        Pending *pending = take_pending(side, json_object_get(message, "id"));
        json_t *problem = json_object_get(message, "error");

        if (pending == NULL && !side->negotiated) {
            side->negotiated = TRUE;                              /* the answer to qmp_capabilities */
            return;
        }
        ora_trace_append_reply(world->base.trace, now_ns(world), pending != NULL ? pending->sent_ns : now_ns(world), side->name,
                               pending != NULL ? pending->command : "(raw)",
                               pending != NULL ? json_incref(pending->arguments) : NULL, json_incref(json_object_get(message, "return")),
                               text_of(problem, "class"), text_of(problem, "desc"), pending != NULL && pending->oob);
        noted(world);
        give(world, SIM_ITEM_REPLY, side->side, pending != NULL ? pending->id : 0, json_incref(message));
        if (pending != NULL) {
            pending_free(pending);
        }
    }
}

/* Complete lines of the monitor's output become messages. */
static void drain(Side *side)
{
    char *end;

    while (side->output->len > 0 && (end = memchr(side->output->str, '\n', side->output->len)) != NULL) {
        gsize size = (gsize) (end - side->output->str) + 1;
        json_t *message = json_loadb(side->output->str, size, JSON_ALLOW_NUL, NULL);

        g_string_erase(side->output, 0, (gssize) size);
        if (json_is_object(message)) {
            on_message(side, message);
        }
        json_decref(message);
    }
}

/* ---- Processes ---- */

static void input_fire(SimEvent *event)
{
    Side *side = OF(Side, event, input_event);
    g_autoptr(GString) input = NULL;

    if (side->frozen) {
        return;                                                   /* it is read when the process goes on */
    }
    input = side->input;
    side->input = g_string_new(NULL);
    mig_monitor_feed(side->monitor, (const guint8 *) input->str, input->len);
    look_soon(side);
}

static void rate_fire(SimEvent *event)
{
    Side *side = OF(Side, event, rate_event);
    MigEnv *env = sim_host_env(side->host);

    mig_qmp_expire(side->qmp, mig_env_clock_ns(env, MIG_CLOCK_HOST));
}

static void schedule_rate(Side *side)
{
    gint64 due_ns = mig_qmp_deadline(side->qmp);

    if (due_ns < 0) {
        sim_event_cancel(side->world->kernel, &side->rate_event);
    } else if (!sim_event_scheduled(&side->rate_event)) {
        gint64 host_ns = mig_env_clock_ns(sim_host_env(side->host), MIG_CLOCK_HOST);

        sim_event_schedule(side->world->kernel, &side->rate_event, now_ns(side->world) + MAX(due_ns - host_ns, 0));
    }
}

/* The process is gone: everything of it goes. */
static void bury(Side *side, int code, int signal_number, gboolean teardown)
{
    World *world = side->world;
    Pending *pending;

    if (side->host == NULL) {
        return;
    }
    drain(side);
    if (side->vm != NULL && !mig_vm_monitor_blocked(side->vm) && !teardown && signal_number == 0) {
        look(side, FALSE);                                        /* its last words */
        drain(side);
    }
    while ((pending = g_queue_pop_head(&side->pending)) != NULL) {
        ora_trace_append_reply(world->base.trace, now_ns(world), pending->sent_ns, side->name, pending->command,
                               json_incref(pending->arguments), NULL, NULL, NULL, pending->oob);
        pending_free(pending);
    }
    sim_event_cancel(world->kernel, &side->input_event);
    sim_event_cancel(world->kernel, &side->poll_event);
    sim_event_cancel(world->kernel, &side->rate_event);
    sim_event_cancel(world->kernel, &side->look_event);
    sim_guest_run(sim_host_guest(side->host), now_ns(world), FALSE);
    sim_host_guest(side->host)->ram = NULL;
    g_clear_pointer(&side->qmp, mig_qmp_free);
    side->monitor = NULL;
    g_clear_pointer(&side->vm, mig_vm_free);
    g_clear_pointer(&side->host, sim_host_free);
    g_string_truncate(side->output, 0);
    g_string_truncate(side->input, 0);
    ora_trace_append_exit(world->base.trace, now_ns(world), side->name, signal_number != 0 ? -1 : code, signal_number, teardown,
                          side->errors);
    side->errors = NULL;
    noted(world);
    if (!teardown) {
        give(world, SIM_ITEM_EXIT, side->side, 0, signal_number != 0 ? json_pack("{s:i}", "signal", signal_number)
                                                                     : json_pack("{s:i}", "code", code));
    }
}

/* What the engine did in a step becomes visible. */
static void settle(World *world)
{
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        Side *side = &world->sides[i];
        int code;

        if (side->host == NULL) {
            continue;
        }
        if (side->output->len > 0) {
            drain(side);
        }
        if (sim_host_exited(side->host, &code)) {
            bury(side, code, 0, FALSE);
            continue;
        }
        schedule_rate(side);
    }
}

static MigContent content_of(SimContents contents)
{
    return contents == SIM_CONTENTS_RANDOM ? MIG_CONTENT_RANDOM : contents == SIM_CONTENTS_TEXT ? MIG_CONTENT_TEXT : MIG_CONTENT_ZERO;
}

static gboolean start_side(World *world, Side *side, GError **error)
{
    static const MigDeviceConfig devices[] = {
        { .idstr = "timer", .version = 2, .size = 24 },
        { .idstr = "cpu_common", .version = 1, .size = 8 },
        { .idstr = "cpu", .version = 12, .size = 2400 },
        { .idstr = "fw_cfg", .version = 2, .size = 18 },
        { .idstr = "PCIBUS", .version = 1, .size = 20 },
    };
    const SimMachine *machine = world->machine;
    MigRamBlockConfig block = {
        .idstr = machine->machine_none ? "ram" : "pc.ram", .size = machine->ram_bytes, .content = content_of(machine->contents),
    };
    g_autofree char *machine_type = NULL;
    MigVmConfig config = {
        .profile = side->profile, .seed = world->seed, .blocks = &block, .block_count = 1, .devices = devices,
        .device_count = machine->machine_none ? 0 : G_N_ELEMENTS(devices),
    };
    MigQmpConfig qmp = { .profile = side->profile };
    MigMonitorConfig monitor = { .chardev = "qmp", .filename = "unix:", .yankable = TRUE, .output = on_output, .opaque = side };
    g_autofree char *incoming = NULL;
    MigEnv *env;

    bury(side, 0, SIGKILL, TRUE);
    side->generation++;
    side->name = side->generation == 1 ? (side->side == SIM_SOURCE ? ORA_SRC : ORA_DST)
                 : ORA_SIDE(side->side == SIM_SOURCE ? ORA_ROLE_SRC : ORA_ROLE_DST, side->generation + 1);
    if (!machine->machine_none) {
        int release = MIN(mig_profile_release(world->sides[0].profile), mig_profile_release(world->sides[1].profile));

        machine_type = g_strdup_printf("pc-q35-%d.%d", release / 100, release % 100);
    }
    config.machine = machine_type;
    if (side->side == SIM_DESTINATION) {
        if (machine->destination_uri != NULL) {
            g_auto(GStrv) parts = g_strsplit(machine->destination_uri, "{link}", -1);

            incoming = g_strjoinv(LINK_URI, parts);
        } else if (machine->destination_waits) {
            incoming = g_strdup("defer");
        }
    }
    config.incoming = incoming;
    config.stopped = side->side == SIM_SOURCE ? machine->source_paused : machine->destination_paused;
    config.globals = (const char *const *) (side->side == SIM_SOURCE ? machine->source_globals : machine->destination_globals);

    side->host = sim_host_new(world->kernel, world->net, side->side == SIM_SOURCE ? SIM_END_SOURCE : SIM_END_DESTINATION,
                              &machine->workload);
    side->errors = json_array();
    side->negotiated = FALSE;
    side->frozen = FALSE;
    side->outgoing = side->incoming = ORA_STATUS_NONE;
    side->run_state = incoming != NULL ? ORA_RUN_INMIGRATE : ORA_RUN_PRELAUNCH;
    g_clear_pointer(&side->status, g_free);
    g_clear_pointer(&side->run, g_free);
    g_clear_pointer(&side->error_desc, g_free);
    sim_host_on_observe(side->host, on_observe, side);
    env = sim_host_env(side->host);
    side->vm = mig_vm_new(env, &config, error);
    if (side->vm == NULL) {
        g_clear_pointer(&side->host, sim_host_free);
        g_prefix_error(error, "%s: ", sim_side_name(side->side));
        if (error != NULL && *error != NULL) {
            (*error)->domain = SIM_WORLD_ERROR;
            (*error)->code = SIM_WORLD_ERROR_SETUP;
        }
        json_decref(side->errors);
        side->errors = NULL;
        return FALSE;
    }
    sim_host_guest(side->host)->ram = mig_vm_ram(side->vm);
    if (machine->machine_none) {
        sim_host_guest(side->host)->workload.kind = SIM_WORKLOAD_IDLE;
    }
    mig_qmp_config_defaults(&qmp, side->profile);
    qmp.vm = side->vm;
    side->qmp = mig_qmp_new(&qmp);
    side->monitor = mig_monitor_new(side->qmp, &monitor);
    mig_monitor_open(side->monitor);
    {
        const char *capabilities = machine->oob ? "{\"execute\":\"qmp_capabilities\",\"arguments\":{\"enable\":[\"oob\"]}}\n"
                                                : "{\"execute\":\"qmp_capabilities\"}\n";
        mig_monitor_feed(side->monitor, (const guint8 *) capabilities, strlen(capabilities));
    }
    drain(side);
    if (incoming != NULL && strcmp(incoming, "defer") != 0) {
        const char *problem;

        (void) ora_trace_append_whole(world->base.trace, now_ns(world), side->name, ORA_KIND_EVENT,
                                      json_pack("{s:s, s:s}", "harness", "incoming", "uri", incoming), &problem);
    }
    look(side, TRUE);
    sim_event_schedule(world->kernel, &side->poll_event, now_ns(world) + SIM_POLL_NS);
    return TRUE;
}

static gboolean virtual_start(SimWorld *base, SimSide side, GError **error)
{
    World *world = self(base);

    return world->sides[side].host != NULL || start_side(world, &world->sides[side], error);
}

static gboolean virtual_restart(SimWorld *base, SimSide side, GError **error)
{
    return start_side(self(base), &self(base)->sides[side], error);
}

static void virtual_stop(SimWorld *base, SimSide which, SimStop how)
{
    World *world = self(base);
    Side *side = &world->sides[which];
    const char *problem;

    if (side->host == NULL) {
        return;
    }
    (void) ora_trace_append_whole(base->trace, now_ns(world), side->name, ORA_KIND_EVENT,
                                  json_pack("{s:s, s:i}", "harness", "signal", "signal", how == SIM_STOP_KILL ? SIGKILL
                                            : how == SIM_STOP_TERM ? SIGTERM : how == SIM_STOP_FREEZE ? SIGSTOP : SIGCONT), &problem);
    noted(world);
    switch (how) {
    case SIM_STOP_KILL:
        bury(side, 0, SIGKILL, FALSE);
        break;
    case SIM_STOP_TERM:
        mig_vm_cmd_quit(side->vm, FALSE, "host-signal");
        settle(world);
        break;
    case SIM_STOP_FREEZE:
    case SIM_STOP_THAW:
        side->frozen = how == SIM_STOP_FREEZE;
        sim_host_freeze(side->host, side->frozen);
        if (!side->frozen && side->input->len > 0 && !sim_event_scheduled(&side->input_event)) {
            sim_event_schedule(world->kernel, &side->input_event, now_ns(world));
        }
        break;
    }
}

/* ---- Requests ---- */

static gboolean gone(SimSide side, GError **error)
{
    g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_GONE, "%s does not run", sim_side_name(side));
    return FALSE;
}

/* What tells one channel from another on the link. */
static void overhear(World *world, const char *command, json_t *arguments)
{
    json_t *item;
    gsize i;

    if (strcmp(command, "migrate") == 0) {
        world->attempt_first = sim_net_connection_count(world->net);
        world->resuming = json_is_true(json_object_get(arguments, "resume"));
        if (!world->resuming) {
            world->main_first = world->attempt_first;
        }
    } else if (strcmp(command, "migrate-set-capabilities") == 0) {
        json_array_foreach(json_object_get(arguments, "capabilities"), i, item) {
            const char *name = text_of(item, "capability");
            gboolean on = json_is_true(json_object_get(item, "state"));

            if (g_strcmp0(name, "multifd") == 0 || g_strcmp0(name, "x-multifd") == 0) {
                world->multifd = on;
            } else if (g_strcmp0(name, "postcopy-preempt") == 0) {
                world->preempt = on;
            }
        }
    }
}

static gboolean virtual_send(SimWorld *base, SimSide which, const char *command, json_t *arguments, gboolean oob, guint64 *ret_id,
                             GError **error)
{
    World *world = self(base);
    Side *side = &world->sides[which];
    Pending *pending;
    json_t *request;
    char *text;

    if (side->host == NULL) {
        return gone(which, error);
    }
    if (which == SIM_SOURCE) {
        overhear(world, command, arguments);
    }
    pending = g_new0(Pending, 1);
    *pending = (Pending) {
        .id = world->id_next++, .command = g_strdup(command), .arguments = json_deep_copy(arguments), .sent_ns = now_ns(world), .oob = oob,
    };
    g_queue_push_tail(&side->pending, pending);
    request = json_object();
    json_object_set_new(request, oob ? "exec-oob" : "execute", json_string(command));
    if (arguments != NULL) {
        json_object_set(request, "arguments", arguments);
    }
    json_object_set_new(request, "id", json_integer((json_int_t) pending->id));
    text = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    g_string_append(side->input, text);
    g_string_append_c(side->input, '\n');
    free(text);
    if (!sim_event_scheduled(&side->input_event)) {
        sim_event_schedule(world->kernel, &side->input_event, now_ns(world) + SIM_QMP_NS);
    }
    *ret_id = pending->id;
    return TRUE;
}

static gboolean virtual_send_raw(SimWorld *base, SimSide which, const void *bytes, gsize size, GError **error)
{
    World *world = self(base);
    Side *side = &world->sides[which];

    if (side->host == NULL) {
        return gone(which, error);
    }
    g_string_append_len(side->input, bytes, (gssize) size);
    if (!sim_event_scheduled(&side->input_event)) {
        sim_event_schedule(world->kernel, &side->input_event, now_ns(world) + SIM_QMP_NS);
    }
    return TRUE;
}

/* ---- Time ---- */

static SimWait virtual_wait(SimWorld *base, gint64 deadline_ns, SimItem *ret_item)
{
    World *world = self(base);

    for (;;) {
        SimItem *item = g_queue_pop_head(&world->items);

        if (item != NULL) {
            *ret_item = *item;
            g_free(item);
            return SIM_WAIT_ITEM;
        }
        switch (sim_kernel_step(world->kernel, deadline_ns)) {
        case SIM_RAN:
            settle(world);
            break;
        case SIM_RAN_TO_LIMIT:
            return SIM_WAIT_DEADLINE;
        case SIM_RAN_DRY:
            sim_kernel_idle_until(world->kernel, deadline_ns);
            return SIM_WAIT_NOTHING_CAN_HAPPEN;
        }
    }
}

static gint64 virtual_now_ns(SimWorld *base) { return now_ns(self(base)); }
static gboolean virtual_running(SimWorld *base, SimSide side) { return self(base)->sides[side].host != NULL; }

static guint64 virtual_guest_ticks(SimWorld *base, SimSide side)
{
    World *world = self(base);

    return world->sides[side].host != NULL ? sim_guest_ticks(sim_host_guest(world->sides[side].host), now_ns(world)) : 0;
}

/* ---- Memory ---- */

static gboolean virtual_compare_memory(SimWorld *base, SimMemory *ret_memory, GError **error)
{
    World *world = self(base);
    MigRam *rams[SIM_SIDE_COUNT];
    MigRamBlock *blocks[SIM_SIDE_COUNT];
    char *difference = NULL;

    *ret_memory = (SimMemory) { .equal = TRUE };
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        if (world->sides[i].host == NULL) {
            return gone((SimSide) i, error);
        }
        sim_guest_catch_up(sim_host_guest(world->sides[i].host), now_ns(world));
        rams[i] = mig_vm_ram(world->sides[i].vm);
        blocks[i] = mig_ram_block(rams[i], 0);
    }
    ret_memory->bytes_compared = mig_ram_size(rams[0]);
    if (!mig_ram_equal(rams[0], rams[1], &difference)) {
        ret_memory->equal = FALSE;
        ret_memory->pages_different = 1;
        ret_memory->detail = difference;
        return TRUE;
    }
    /* The comparison above believes references; here some bytes are made and looked at. */
    for (guint64 i = 0; i < COMPARED_BYTEWISE; i++) {
        guint64 page = i * (blocks[0]->page_count - 1) / (COMPARED_BYTEWISE - 1);
        guint8 bytes[SIM_SIDE_COUNT][MIG_PAGE_SIZE];

        mig_ram_page_bytes(blocks[0], page, bytes[0]);
        mig_ram_page_bytes(blocks[1], page, bytes[1]);
        if (memcmp(bytes[0], bytes[1], MIG_PAGE_SIZE) != 0) {
            ret_memory->equal = FALSE;
            ret_memory->pages_different = 1;
            ret_memory->first_difference = page * MIG_PAGE_SIZE;
            ret_memory->detail = g_strdup("equal by reference, different by bytes");
            return TRUE;
        }
    }
    ret_memory->detail = g_strdup("page versions of all blocks");
    return TRUE;
}

/* ---- The link ---- */

static const char *virtual_link_uri(SimWorld *base, SimSide side) { return LINK_URI; }
static void virtual_set_weather(SimWorld *base, const SimWeather *weather) { sim_net_set_weather(self(base)->net, weather); }
static void virtual_arm_fault(SimWorld *base, const SimFault *fault) { sim_net_arm_fault(self(base)->net, fault); }
static void virtual_heal(SimWorld *base) { sim_net_heal(self(base)->net); }

static const char *channel_name(OraStreamChannel channel, guint index)
{
    g_autofree char *numbered = channel == ORA_CHANNEL_MULTIFD ? g_strdup_printf("multifd%u", index) : NULL;

    return numbered != NULL ? g_intern_string(numbered) : ora_stream_channel_name(channel);
}

static void tell_pages(World *world, guint slot)
{
    PageRun *run = slot < world->page_runs->len ? &g_array_index(world->page_runs, PageRun, slot) : NULL;

    if (run != NULL && run->pages > 0) {
        OraStream stream = {
            .channel = channel_name(run->channel, run->channel_index), .record = "pages", .name = "ram", .offset = run->offset,
            .size = run->size, .section = run->section, .value = (gint64) run->pages, .back = run->back,
        };

        run->pages = 0;
        ora_trace_append_stream(world->base.trace, now_ns(world), ORA_LINK, &stream);
        noted(world);
    }
}

static void on_action(gpointer opaque, const char *action, SimDirection direction, guint connection, guint64 bytes, const char *detail)
{
    World *world = opaque;
    json_t *data = json_object();

    json_object_set_new(data, "conn", json_integer(connection));
    if (direction != SIM_BOTH_WAYS) {
        json_object_set_new(data, "dir", json_string(direction == SIM_TO_DESTINATION ? "sd" : "ds"));
    }
    json_object_set_new(data, "bytes", json_integer((json_int_t) bytes));
    if (detail != NULL) {
        json_object_set_new(data, "fault", json_string(detail));
    }
    if (strcmp(action, "cut") == 0 || strcmp(action, "reset") == 0) {
        json_object_set_new(data, "how", json_string(strcmp(action, "cut") == 0 ? "fin" : "rst"));
        action = "cut";
    }
    tell_pages(world, connection * 2);
    tell_pages(world, connection * 2 + 1);
    ora_trace_append_action(world->base.trace, now_ns(world), ORA_LINK, action, data);
    noted(world);
    if (strcmp(action, "connected") == 0) {
        world->connections = MAX(world->connections, connection + 1);
    }
}

/* By what the source was told: the first connection of an attempt is main, the others are multifd or preempt. */
static gboolean classify_channel(const World *world, guint connection, SimDirection direction, OraWalkerConfig *ret_config)
{
    guint number = connection - MIN(connection, world->attempt_first);
    gboolean main = number == 0;

    ret_config->channel_index = 0;
    if (direction == SIM_TO_SOURCE) {
        ret_config->channel = world->resuming ? ORA_CHANNEL_RP_2 : ORA_CHANNEL_RP;
        return main;
    }
    if (main && !world->resuming) {
        ret_config->channel = ORA_CHANNEL_MAIN;
        return TRUE;
    }
    if (!main && world->multifd) {
        ret_config->channel = ORA_CHANNEL_MULTIFD;
        ret_config->channel_index = number - 1;
        return TRUE;
    }
    ret_config->channel = main ? ORA_CHANNEL_MAIN_2 : ORA_CHANNEL_PREEMPT;
    ret_config->main = sim_net_walker(world->net, world->main_first, SIM_TO_DESTINATION);
    return ret_config->main != NULL && (main || world->preempt);
}

static gboolean on_classify(gpointer opaque, guint connection, SimDirection direction, OraWalkerConfig *ret_config)
{
    World *world = opaque;

    ret_config->release = (int) mig_profile_release(world->sides[SIM_SOURCE].profile);
    return classify_channel(world, connection, direction, ret_config);
}

static void on_record(gpointer opaque, guint connection, SimDirection direction, const OraStreamRecord *record)
{
    World *world = opaque;
    guint slot = connection * 2 + (direction == SIM_TO_SOURCE);
    OraStream stream;

    if (sim_record_is_page(record)) {
        PageRun *run;

        if (slot >= world->page_runs->len) {
            g_array_set_size(world->page_runs, slot + 1);
        }
        run = &g_array_index(world->page_runs, PageRun, slot);
        if (run->pages++ == 0) {
            run->offset = record->offset;
            run->section = record->section_id;
            run->channel = record->channel;
            run->channel_index = record->channel_index;
            run->back = direction == SIM_TO_SOURCE;
        }
        run->size = record->offset + record->size - run->offset;
        return;
    }
    tell_pages(world, slot);
    sim_record_to_trace(record, channel_name(record->channel, record->channel_index), direction == SIM_TO_SOURCE, &stream);
    ora_trace_append_stream(world->base.trace, now_ns(world), ORA_LINK, &stream);
    noted(world);
}

/* What a host sent breaks a rule of the stream. Notes break nothing and are left out. */
static void on_finding(gpointer opaque, const OraStreamFinding *finding)
{
    World *world = opaque;
    g_autofree char *text = NULL;

    if (finding->grade == ORA_GRADE_NOTE) {
        return;
    }
    text = ora_stream_finding_text(finding);
    ora_trace_append_note(world->base.trace, now_ns(world), ORA_LINK, ORA_STREAM_NOTE, text);
    noted(world);
}

/* ---- Beginning and end ---- */

static void virtual_free(SimWorld *base)
{
    World *world = self(base);
    SimItem *item;

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        bury(&world->sides[i], 0, SIGKILL, TRUE);
    }
    for (guint i = 0; i < world->page_runs->len; i++) {
        tell_pages(world, i);
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        Side *side = &world->sides[i];

        if (side->output != NULL) {
            g_string_free(side->output, TRUE);
            g_string_free(side->input, TRUE);
        }
        g_free(side->status);
        g_free(side->run);
        g_free(side->error_desc);
        g_clear_pointer(&side->profile, mig_profile_unref);
    }
    while ((item = g_queue_pop_head(&world->items)) != NULL) {
        sim_item_clear(item);
        g_free(item);
    }
    sim_net_free(world->net);
    sim_kernel_free(world->kernel);
    if (world->choices_owned) {
        sim_choices_free(world->choices);
    }
    g_array_unref(world->choices_at);
    g_array_unref(world->page_runs);
    g_free(world);
}

static const SimWorldOps virtual_ops = {
    .name = "sim",
    .start = virtual_start,
    .restart = virtual_restart,
    .stop = virtual_stop,
    .send = virtual_send,
    .send_raw = virtual_send_raw,
    .wait = virtual_wait,
    .now_ns = virtual_now_ns,
    .running = virtual_running,
    .guest_ticks = virtual_guest_ticks,
    .compare_memory = virtual_compare_memory,
    .link_uri = virtual_link_uri,
    .set_weather = virtual_set_weather,
    .arm_fault = virtual_arm_fault,
    .heal = virtual_heal,
    .free = virtual_free,
};

gsize sim_virtual_world_choices(const SimWorld *base)
{
    return sim_choices_count(((const World *) base)->choices);
}

GArray *sim_virtual_world_choices_at(SimWorld *base)
{
    noted(self(base));
    return g_array_copy(self(base)->choices_at);
}

MigVm *sim_virtual_world_vm(SimWorld *base, SimSide side)
{
    return self(base)->sides[side].vm;
}

static MigProfile *find_profile(const char *name, const char *changes, GError **error)
{
    g_autoptr(MigProfile) usual = mig_profile_find(name, error);

    return usual == NULL || changes == NULL ? g_steal_pointer(&usual) : mig_profile_with(usual, changes, error);
}

SimWorld *sim_virtual_world_new(const SimWorldSetup *setup, SimChoices *choices, GError **error)
{
    g_autoptr(MigProfile) source = find_profile(setup->profile, setup->changes, error);
    g_autoptr(MigProfile) destination =
        source == NULL ? NULL : find_profile(setup->destination_profile != NULL ? setup->destination_profile : setup->profile, setup->changes, error);
    World *world;

    if (source == NULL || destination == NULL) {
        return NULL;
    }
    world = g_new0(World, 1);
    world->base.ops = &virtual_ops;
    world->base.trace = setup->trace;
    world->machine = setup->machine;
    world->choices_owned = choices == NULL;
    world->choices = choices != NULL ? choices : sim_choices_new_seeded(setup->seed);
    world->kernel = sim_kernel_new(world->choices);
    world->net = sim_net_new(world->kernel, &setup->weather);
    world->seed = (guint32) setup->seed;
    world->id_next = 1;
    world->choices_at = g_array_new(FALSE, FALSE, sizeof (gsize));
    world->page_runs = g_array_new(FALSE, TRUE, sizeof (PageRun));
    g_queue_init(&world->items);
    sim_net_on_action(world->net, on_action, world);
    sim_net_set_viewer(world->net, on_classify, on_record, world);
    sim_net_on_finding(world->net, on_finding, world);
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        Side *side = &world->sides[i];

        side->world = world;
        side->side = (SimSide) i;
        side->profile = mig_profile_ref(i == SIM_SOURCE ? source : destination);
        side->output = g_string_new(NULL);
        side->input = g_string_new(NULL);
        side->input_event.fire = input_fire;
        side->poll_event.fire = poll_fire;
        side->rate_event.fire = rate_fire;
        side->look_event.fire = look_fire;
        g_queue_init(&side->pending);
    }
    return &world->base;
}
