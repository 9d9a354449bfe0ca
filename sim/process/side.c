/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/side.h"

#include "sim/process/child.h"
#include "sim/process/firmware.h"
#include "sim/process/qmp_client.h"

#include <gio/gio.h>
#include <glob.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MS G_GINT64_CONSTANT(1000000)
#define START_NS (15000 * MS)         /* real time: for a process to answer, for a guest to fill its memory */
#define POLL_NS (25 * MS)             /* between two looks at the status, in the clock of the processes */
#define POLL_REAL_NS (5 * MS)         /* and in real time at least so much */
#define KEEP_NS (850 * MS)            /* a status without news is recorded so often */
#define STRADDLE_NS (3 * MS)          /* real time between two answers that are not of one moment any more */
#define STRADDLES_MAX 3               /* then the pair is taken as it is */

typedef enum { FOR_RUNNER, FOR_POLL_MIGRATE, FOR_POLL_RUN, FOR_ASK } Purpose;

typedef struct {
    Purpose purpose;
    char *command;
    json_t *arguments;        /* NULL: none */
    gboolean oob;
    gint64 sent_ns;
} Pending;

struct SimProcessSide {
    SimProcessSideSetup setup;
    guint generation;
    OraSide ora;
    SimChild *child;
    SimQmp *qmp;
    gboolean tearing_down;
    char *qmp_path, *ticks_path, *bios_path;
    char *version, *command;
    GHashTable *pending;      /* id -> Pending */
    json_t *requests;         /* array of texts */
    json_t *greeting;
    json_t *answer;           /* of sim_process_side_ask() */
    /* Polling. */
    SimLoopTimer poll_timer;
    gboolean poll_under_way;
    json_t *poll_migrate;     /* first half of a poll */
    gint64 poll_migrate_ns;   /* when it came */
    gboolean poll_event;      /* an event came since */
    guint straddles;          /* polls in a row that were thrown away */
    json_t *last_migrate, *last_run;
    char *last_status;
    gint64 kept_ns;
    /* Of a target whose guest has no debug port: time for which the status said "running", up to last_run_ns. */
    gint64 ran_ns, last_run_ns;
};

static void pending_free(gpointer data)
{
    Pending *pending = data;

    g_free(pending->command);
    json_decref(pending->arguments);
    g_free(pending);
}

static gint64 now_ns(const SimProcessSide *side)
{
    return sim_loop_now_ns(side->setup.loop);
}

static void give_item(SimProcessSide *side, SimItemKind kind, guint64 id, json_t *data)
{
    SimItem item = { .kind = kind, .side = side->setup.side, .t_ns = now_ns(side), .id = id, .data = data };

    side->setup.item(side->setup.owner, &item);
}

/* An event as it came, or what was done to the process; a target may send anything. */
static void append_whole(SimProcessSide *side, json_t *data)
{
    const char *problem;

    if (!ora_trace_append_whole(side->setup.trace, now_ns(side), side->ora, ORA_KIND_EVENT, data, &problem)) {
        g_autofree char *note = g_strdup_printf("an event that is none: %s", problem);

        ora_trace_append_note(side->setup.trace, now_ns(side), side->ora, NULL, note);
    }
}

/* ---- The status, polled ---- */

static const char *text_of(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static gboolean same_text(json_t *one, json_t *other, const char *key)
{
    return g_strcmp0(text_of(one, key), text_of(other, key)) == 0;
}

static void on_status(SimProcessSide *side, json_t *migrate, json_t *run)
{
    gboolean news = side->last_run == NULL || !same_text(migrate, side->last_migrate, "status") ||
                    !same_text(migrate, side->last_migrate, "error-desc") || !same_text(run, side->last_run, "status");
    gboolean change = news || !json_equal(migrate, side->last_migrate);

    if (news || now_ns(side) - side->kept_ns >= KEEP_NS) {
        side->kept_ns = now_ns(side);
        ora_trace_append_status(side->setup.trace, now_ns(side), side->ora, json_incref(migrate), json_incref(run),
                                side->setup.image != NULL ? (gint64) sim_process_side_ticks(side) : ORA_ABSENT);
    }
    if (side->last_run != NULL && json_is_true(json_object_get(side->last_run, "running")) && json_is_true(json_object_get(run, "running"))) {
        side->ran_ns += now_ns(side) - side->last_run_ns;
    }
    side->last_run_ns = now_ns(side);
    json_decref(side->last_migrate);
    json_decref(side->last_run);
    side->last_migrate = json_incref(migrate);
    side->last_run = json_incref(run);
    g_free(side->last_status);
    side->last_status = g_strdup(text_of(migrate, "status") != NULL ? text_of(migrate, "status") : "none");
    if (change) {
        give_item(side, SIM_ITEM_STATUS, 0, json_pack("{s:O, s:O}", "migrate", migrate, "run", run));
    }
}

static void remember(SimProcessSide *side, guint64 id, Purpose purpose, const char *command, json_t *arguments, gboolean oob)
{
    Pending *pending = g_new0(Pending, 1);
    guint64 *key = g_new(guint64, 1);

    *key = id;
    pending->purpose = purpose;
    pending->command = g_strdup(command);
    pending->arguments = json_incref(arguments);
    pending->oob = oob;
    pending->sent_ns = now_ns(side);
    g_hash_table_insert(side->pending, key, pending);
}

static void arm_poll(SimProcessSide *side)
{
    sim_loop_arm(side->setup.loop, &side->poll_timer, now_ns(side) + MAX(POLL_NS, POLL_REAL_NS * side->setup.time_scale));
}

static void on_poll(SimLoopTimer *timer)
{
    SimProcessSide *side = timer->owner;
    guint64 id;

    /* A monitor that does not answer gets no more questions: it is blocked, and the queue of an out-of-band one is short. */
    if (!side->poll_under_way && side->qmp != NULL && (id = sim_qmp_send(side->qmp, "query-migrate", NULL, FALSE)) != 0) {
        remember(side, id, FOR_POLL_MIGRATE, "query-migrate", NULL, FALSE);
        id = sim_qmp_send(side->qmp, "query-status", NULL, FALSE);
        if (id != 0) {
            remember(side, id, FOR_POLL_RUN, "query-status", NULL, FALSE);
            side->poll_under_way = TRUE;
        }
    }
    arm_poll(side);
}

static void on_poll_reply(SimProcessSide *side, Purpose purpose, json_t *message)
{
    json_t *value = json_object_get(message, "return");

    if (purpose == FOR_POLL_MIGRATE) {
        json_decref(side->poll_migrate);
        side->poll_migrate = json_is_object(value) ? json_incref(value) : json_object();
        side->poll_migrate_ns = now_ns(side);
        side->poll_event = FALSE;
        return;
    }
    side->poll_under_way = FALSE;
    /* The two answers make one record. When the target was busy in between, or something happened, they are of two
     * moments and would show a state that never was: ask again at once. */
    if (side->straddles < STRADDLES_MAX &&
        (side->poll_event || now_ns(side) - side->poll_migrate_ns > STRADDLE_NS * side->setup.time_scale)) {
        side->straddles++;
        sim_loop_arm(side->setup.loop, &side->poll_timer, now_ns(side));
    } else if (json_is_object(value) && side->poll_migrate != NULL) {
        side->straddles = 0;
        on_status(side, side->poll_migrate, value);
    }
    json_decref(side->poll_migrate);
    side->poll_migrate = NULL;
}

/* ---- The monitor ---- */

static void record_reply(SimProcessSide *side, const Pending *pending, json_t *message)
{
    json_t *value = json_object_get(message, "return");
    json_t *problem = json_object_get(message, "error");

    ora_trace_append_reply(side->setup.trace, now_ns(side), pending != NULL ? pending->sent_ns : now_ns(side), side->ora,
                           pending != NULL ? pending->command : "(raw)",
                           pending != NULL ? json_incref(pending->arguments) : NULL, json_incref(value), text_of(problem, "class"),
                           text_of(problem, "desc"), pending != NULL && pending->oob);
}

static void on_qmp_reply(SimQmp *qmp, guint64 id, json_t *message, gpointer owner)
{
    SimProcessSide *side = owner;
    Pending *pending = id != 0 ? g_hash_table_lookup(side->pending, &id) : NULL;

    (void) qmp;
    if (pending == NULL) {
        record_reply(side, NULL, message);
        give_item(side, SIM_ITEM_REPLY, 0, json_incref(message));
        return;
    }
    switch (pending->purpose) {
    case FOR_RUNNER:
        record_reply(side, pending, message);
        give_item(side, SIM_ITEM_REPLY, id, json_incref(message));
        break;
    case FOR_POLL_MIGRATE:
    case FOR_POLL_RUN:
        on_poll_reply(side, pending->purpose, message);
        break;
    case FOR_ASK:
        json_decref(side->answer);
        side->answer = json_incref(message);
        break;
    }
    g_hash_table_remove(side->pending, &id);
}

static void on_qmp_event(SimQmp *qmp, json_t *message, gpointer owner)
{
    SimProcessSide *side = owner;

    (void) qmp;
    side->poll_event = TRUE;
    append_whole(side, json_incref(message));
    give_item(side, SIM_ITEM_EVENT, 0, json_incref(message));
}

static void on_qmp_greeting(SimQmp *qmp, json_t *message, gpointer owner)
{
    SimProcessSide *side = owner;

    (void) qmp;
    json_decref(side->greeting);
    side->greeting = json_incref(message);
}

static void on_qmp_garbage(SimQmp *qmp, const char *text, gpointer owner)
{
    SimProcessSide *side = owner;
    g_autofree char *note = g_strdup_printf("the monitor sent what is no JSON object: %s", text);

    (void) qmp;
    ora_trace_append_note(side->setup.trace, now_ns(side), side->ora, NULL, note);
}

static void on_qmp_closed(SimQmp *qmp, gpointer owner)
{
    (void) qmp;
    (void) owner;             /* the exit of the process says the rest */
}

static const SimQmpHandlers qmp_handlers = { .greeting = on_qmp_greeting,
                                             .reply = on_qmp_reply,
                                             .event = on_qmp_event,
                                             .garbage = on_qmp_garbage,
                                             .closed = on_qmp_closed };

/* ---- The process ---- */

static int compare_ids(gconstpointer a, gconstpointer b)
{
    guint64 one = **(guint64 *const *) a, other = **(guint64 *const *) b;

    return one < other ? -1 : one > other;
}

/* Requests of the runner that will never be answered. */
static void give_up_pending(SimProcessSide *side)
{
    GHashTableIter iter;
    gpointer key, value;
    g_autoptr(GPtrArray) ids = g_ptr_array_new();

    g_hash_table_iter_init(&iter, side->pending);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (((Pending *) value)->purpose == FOR_RUNNER) {
            g_ptr_array_add(ids, key);
        }
    }
    g_ptr_array_sort(ids, compare_ids);
    for (guint i = 0; i < ids->len; i++) {
        Pending *pending = g_hash_table_lookup(side->pending, g_ptr_array_index(ids, i));

        ora_trace_append_reply(side->setup.trace, now_ns(side), pending->sent_ns, side->ora, pending->command,
                               json_incref(pending->arguments), NULL, NULL, NULL, pending->oob);
    }
    g_hash_table_remove_all(side->pending);
    side->poll_under_way = FALSE;
    json_decref(side->poll_migrate);
    side->poll_migrate = NULL;
}

static void on_child_ended(SimChild *child, gpointer owner)
{
    SimProcessSide *side = owner;
    int code = sim_child_exit_code(child), number = sim_child_exit_signal(child);
    json_t *lines = json_array();

    sim_loop_disarm(&side->poll_timer);
    if (side->qmp != NULL) {
        sim_qmp_drain(side->qmp);          /* its last words */
    }
    give_up_pending(side);
    for (const char *const *line = sim_child_stderr(child); *line != NULL; line++) {
        json_array_append_new(lines, json_string(*line));
    }
    ora_trace_append_exit(side->setup.trace, now_ns(side), side->ora, code, number > 0 ? number : 0, side->tearing_down, lines);
    if (!side->tearing_down) {
        give_item(side, SIM_ITEM_EXIT, 0, code >= 0 ? json_pack("{s:i}", "code", code) : json_pack("{s:i}", "signal", number));
    }
}

void sim_process_side_end(SimProcessSide *side)
{
    if (side->child != NULL && sim_child_running(side->child)) {
        side->tearing_down = TRUE;
        sim_child_signal(side->child, SIGKILL);
        sim_child_wait(side->child, START_NS);
    }
    sim_loop_disarm(&side->poll_timer);
    g_clear_pointer(&side->qmp, sim_qmp_free);
    g_clear_pointer(&side->child, sim_child_free);
    g_hash_table_remove_all(side->pending);
    if (side->qmp_path != NULL) {
        unlink(side->qmp_path);
    }
}

void sim_process_side_stop(SimProcessSide *side, SimStop how)
{
    static const int numbers[] = { [SIM_STOP_KILL] = SIGKILL, [SIM_STOP_TERM] = SIGTERM, [SIM_STOP_FREEZE] = SIGSTOP, [SIM_STOP_THAW] = SIGCONT };

    if (side->child == NULL || !sim_child_running(side->child)) {
        return;
    }
    append_whole(side, json_pack("{s:s, s:i}", "harness", "signal", "signal", numbers[how]));
    sim_child_signal(side->child, numbers[how]);
}

static char *faketime_library(void)
{
    static const char *const patterns[] = { "/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1",
                                            "/usr/local/lib/faketime/libfaketimeMT.so.1" };
    char *path = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(patterns) && path == NULL; i++) {
        glob_t found;

        if (glob(patterns[i], 0, NULL, &found) == 0) {
            path = g_strdup(found.gl_pathv[0]);
        }
        globfree(&found);
    }
    return path;
}

static char **make_environment(const SimProcessSide *side, GError **error)
{
    g_autofree char *library = NULL;
    char **environment = g_new0(char *, 3);

    if (side->setup.time_scale > 1) {
        library = faketime_library();
        if (library == NULL) {
            g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP, "a faked clock needs libfaketimeMT, which is not here");
            g_strfreev(environment);
            return NULL;
        }
        environment[0] = g_strdup_printf("LD_PRELOAD=%s", library);
        environment[1] = g_strdup_printf("FAKETIME=+0 x%u", side->setup.time_scale);
    }
    return environment;
}

/* For people and captures: the private folder is $D. */
static char *printable(const SimProcessSide *side, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, sim_keeper_dir(side->setup.keeper), -1);

    return g_strjoinv("$D", parts);
}

static char **make_command(SimProcessSide *side, const char *incoming, GError **error)
{
    static const char *const contents[] = { [SIM_CONTENTS_RANDOM] = "random", [SIM_CONTENTS_ZERO] = "zero", [SIM_CONTENTS_TEXT] = "text" };
    const SimMachine *machine = side->setup.machine;
    g_autofree char *ram = g_strdup_printf("%" G_GUINT64_FORMAT "K", machine->ram_bytes / 1024);
    gboolean none = machine->machine_none;
    gboolean source = side->setup.side == SIM_SOURCE;
    SimTargetValues values = {
        .qmp = side->qmp_path,
        .incoming = incoming,
        .ram = ram,
        .bios = none ? NULL : side->bios_path,
        .ticks = none ? NULL : side->ticks_path,
        .machine = none ? "none" : side->setup.machine_type,
        .accel = none ? NULL : side->setup.accel,
        .contents = contents[machine->contents],
        .dir = sim_keeper_dir(side->setup.keeper),
        .stopped = source ? machine->source_paused : machine->destination_paused,
        .globals = source ? machine->source_globals : machine->destination_globals,
    };

    return sim_target_command(side->setup.target, &values, error);
}

static gboolean gone_at_start(SimProcessSide *side, const char *what, GError **error)
{
    g_autofree char *lines = side->child != NULL ? g_strjoinv("; ", (char **) sim_child_stderr(side->child)) : g_strdup("");

    g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP, "%s (%s): %s%s%s", sim_side_name(side->setup.side), side->setup.target->name,
                what, lines[0] != '\0' ? ": " : "", lines);
    return FALSE;
}

/* The monitor: connect, greeting, negotiation. may_end: the process may end by itself in between (a wrong -incoming
 * address); that is an exit like any other then, and no error of the set-up. */
static gboolean connect_monitor(SimProcessSide *side, gboolean may_end, GError **error)
{
    gint64 deadline_ns = now_ns(side) + START_NS * side->setup.time_scale;
    json_t *arguments = NULL, *reply, *version;
    json_t *qmp;

    while (side->qmp == NULL && sim_child_running(side->child)) {
        side->qmp = sim_qmp_new(side->setup.loop, side->qmp_path, &qmp_handlers, side, NULL);
        if (side->qmp == NULL) {
            if (now_ns(side) > deadline_ns) {
                return gone_at_start(side, "nobody listens on the monitor's socket", error);
            }
            sim_loop_step(side->setup.loop, now_ns(side) + 2 * MS * side->setup.time_scale);
        }
    }
    while (side->greeting == NULL && sim_child_running(side->child)) {
        if (now_ns(side) > deadline_ns) {
            return gone_at_start(side, "no greeting from the monitor", error);
        }
        sim_loop_step(side->setup.loop, deadline_ns);
    }
    if (side->greeting == NULL) {
        return may_end || gone_at_start(side, "it ended at once", error);
    }
    qmp = json_object_get(side->greeting, "QMP");
    version = json_object_get(json_object_get(qmp, "version"), "qemu");
    g_free(side->version);
    side->version = g_strdup_printf("%d.%d.%d", (int) json_integer_value(json_object_get(version, "major")),
                                    (int) json_integer_value(json_object_get(version, "minor")),
                                    (int) json_integer_value(json_object_get(version, "micro")));
    if (side->setup.target->version != NULL && !g_str_has_prefix(side->version, side->setup.target->version)) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP, "target %s is not here: %s says that it is %s", side->setup.target->name,
                    side->setup.target->binary != NULL ? side->setup.target->binary : "the program", side->version);
        return FALSE;
    }
    if (side->setup.machine->oob && json_array_size(json_object_get(qmp, "capabilities")) > 0) {
        arguments = json_pack("{s:[s]}", "enable", "oob");
    }
    reply = sim_process_side_ask(side, "qmp_capabilities", arguments, START_NS, error);
    json_decref(arguments);
    json_decref(reply);
    if (reply == NULL && sim_child_running(side->child)) {
        return FALSE;
    }
    g_clear_error(error);
    return TRUE;
}

static gboolean has_debug_port(const SimProcessSide *side)
{
    return strstr(side->setup.target->command, "{ticks}") != NULL;
}

static gboolean wait_for_guest(SimProcessSide *side, GError **error)
{
    gint64 deadline_ns = now_ns(side) + START_NS * side->setup.time_scale;

    while (sim_process_side_ticks(side) == 0 && sim_child_running(side->child)) {
        if (now_ns(side) > deadline_ns) {
            return gone_at_start(side, "the guest does not run", error);
        }
        sim_loop_step(side->setup.loop, now_ns(side) + 5 * MS * side->setup.time_scale);
    }
    return TRUE;
}

static void new_paths(SimProcessSide *side)
{
    const char *role = side->setup.side == SIM_SOURCE ? "src" : "dst";
    g_autofree char *qmp = g_strdup_printf("%s%u.qmp", role, side->generation);
    g_autofree char *ticks = g_strdup_printf("%s%u.ticks", role, side->generation);

    g_free(side->qmp_path);
    g_free(side->ticks_path);
    g_free(side->bios_path);
    side->qmp_path = sim_keeper_path(side->setup.keeper, qmp);
    side->ticks_path = sim_keeper_path(side->setup.keeper, ticks);
    side->bios_path = sim_keeper_path(side->setup.keeper, "guest.bin");
}

gboolean sim_process_side_start(SimProcessSide *side, const char *incoming, GError **error)
{
    g_auto(GStrv) argv = NULL, environment = NULL;
    g_autofree char *note = NULL, *joined = NULL;
    gboolean source = side->setup.side == SIM_SOURCE;

    sim_process_side_end(side);
    side->generation++;
    side->ora = ORA_SIDE(source ? ORA_ROLE_SRC : ORA_ROLE_DST, side->generation > 1 ? side->generation + 1 : ORA_SIDE_BARE);
    side->tearing_down = FALSE;
    new_paths(side);
    g_clear_pointer(&side->greeting, json_decref);
    g_clear_pointer(&side->last_migrate, json_decref);
    g_clear_pointer(&side->last_run, json_decref);
    if (side->setup.image != NULL &&
        !g_file_set_contents(side->bios_path, g_bytes_get_data(side->setup.image, NULL), (gssize) g_bytes_get_size(side->setup.image), error)) {
        return FALSE;
    }
    argv = make_command(side, incoming, error);
    environment = argv != NULL ? make_environment(side, error) : NULL;
    if (environment == NULL) {
        return FALSE;
    }
    g_free(side->command);
    joined = g_strjoinv(" ", argv);
    side->command = printable(side, joined);
    note = g_strdup_printf("started: %s", side->command);
    ora_trace_append_note(side->setup.trace, now_ns(side), side->ora, NULL, note);
    if (incoming != NULL && strcmp(incoming, "defer") != 0) {
        append_whole(side, json_pack("{s:s, s:s}", "harness", "incoming", "uri", incoming));
    }
    side->child = sim_child_new(side->setup.keeper, side->setup.loop,
                                &(SimChildSetup){ .argv = argv, .environment = environment, .isolate = side->setup.isolate }, on_child_ended,
                                side, error);
    if (side->child == NULL) {
        g_prefix_error(error, "%s: ", sim_side_name(side->setup.side));
        return FALSE;
    }
    if (!connect_monitor(side, incoming != NULL && strcmp(incoming, "defer") != 0, error)) {
        return FALSE;
    }
    if (source && side->setup.image != NULL && has_debug_port(side) && !side->setup.machine->source_paused && !wait_for_guest(side, error)) {
        return FALSE;
    }
    on_poll(&side->poll_timer);
    return TRUE;
}

/* ---- Requests ---- */

guint64 sim_process_side_send(SimProcessSide *side, const char *command, json_t *arguments, gboolean oob)
{
    guint64 id = side->qmp != NULL ? sim_qmp_send(side->qmp, command, arguments, oob) : 0;

    if (id != 0) {
        json_t *request = json_pack("{s:s}", "execute", command);
        g_autofree char *shown = NULL;
        char *text;

        if (arguments != NULL) {
            json_object_set(request, "arguments", arguments);
        }
        text = json_dumps(request, 0);
        shown = printable(side, text);
        json_array_append_new(side->requests, json_string(shown));
        free(text);
        json_decref(request);
        remember(side, id, FOR_RUNNER, command, arguments, oob);
    }
    return id;
}

gboolean sim_process_side_send_raw(SimProcessSide *side, const void *bytes, gsize size)
{
    return side->qmp != NULL && sim_qmp_send_raw(side->qmp, bytes, size);
}

guint64 sim_process_side_begin_ask(SimProcessSide *side, const char *command, json_t *arguments)
{
    guint64 id = side->qmp != NULL ? sim_qmp_send(side->qmp, command, arguments, FALSE) : 0;

    g_clear_pointer(&side->answer, json_decref);
    if (id != 0) {
        remember(side, id, FOR_ASK, command, arguments, FALSE);
    }
    return id;
}

json_t *sim_process_side_ask(SimProcessSide *side, const char *command, json_t *arguments, gint64 timeout_ns, GError **error)
{
    return sim_process_side_end_ask(side, sim_process_side_begin_ask(side, command, arguments), command, timeout_ns, error);
}

json_t *sim_process_side_end_ask(SimProcessSide *side, guint64 id, const char *command, gint64 timeout_ns, GError **error)
{
    gint64 deadline_ns = now_ns(side) + timeout_ns * side->setup.time_scale;
    json_t *problem, *value = NULL;

    if (id == 0) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_GONE, "%s: the monitor is gone", sim_side_name(side->setup.side));
        return NULL;
    }
    while (side->answer == NULL && side->child != NULL && sim_child_running(side->child) && now_ns(side) < deadline_ns) {
        sim_loop_step(side->setup.loop, deadline_ns);
    }
    problem = json_object_get(side->answer, "error");
    if (problem != NULL) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP, "%s: %s: %s", sim_side_name(side->setup.side), command,
                    text_of(problem, "desc") != NULL ? text_of(problem, "desc") : "refused");
    } else if (side->answer == NULL) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_GONE, "%s: no reply to %s", sim_side_name(side->setup.side), command);
    } else {
        value = json_incref(json_object_get(side->answer, "return"));
    }
    g_clear_pointer(&side->answer, json_decref);
    return value;
}

/* ---- The rest ---- */

SimProcessSide *sim_process_side_new(const SimProcessSideSetup *setup)
{
    SimProcessSide *side = g_new0(SimProcessSide, 1);

    side->setup = *setup;
    side->pending = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, pending_free);
    side->requests = json_array();
    side->last_status = g_strdup("none");
    side->poll_timer = (SimLoopTimer) { .expire = on_poll, .owner = side };
    return side;
}

void sim_process_side_free(SimProcessSide *side)
{
    if (side == NULL) {
        return;
    }
    sim_process_side_end(side);
    g_hash_table_unref(side->pending);
    json_decref(side->requests);
    json_decref(side->greeting);
    json_decref(side->answer);
    json_decref(side->poll_migrate);
    json_decref(side->last_migrate);
    json_decref(side->last_run);
    g_free(side->last_status);
    g_free(side->qmp_path);
    g_free(side->ticks_path);
    g_free(side->bios_path);
    g_free(side->version);
    g_free(side->command);
    g_free(side);
}

void sim_process_side_drain(SimProcessSide *side)
{
    if (side->qmp != NULL) {
        sim_qmp_drain(side->qmp);
    }
}

gboolean sim_process_side_running(const SimProcessSide *side)
{
    return side->child != NULL && sim_child_running(side->child);
}

guint64 sim_process_side_ticks(const SimProcessSide *side)
{
    struct stat status;

    if (strstr(side->setup.target->command, "{ticks}") == NULL) {
        return (guint64) (side->ran_ns / (1000 * MS / SIM_FIRMWARE_TICKS_PER_SECOND));
    }
    return side->ticks_path != NULL && stat(side->ticks_path, &status) == 0 ? (guint64) status.st_size : 0;
}

guint sim_process_side_generation(const SimProcessSide *side)
{
    return side->generation;
}

const char *sim_process_side_version(const SimProcessSide *side)
{
    return side->version;
}

const char *sim_process_side_command(const SimProcessSide *side)
{
    return side->command;
}

json_t *sim_process_side_requests(const SimProcessSide *side)
{
    return json_incref(side->requests);
}

const char *sim_process_side_last_status(const SimProcessSide *side)
{
    return side->last_status;
}
