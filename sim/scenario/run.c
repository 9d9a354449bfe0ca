/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario/run.h"

#include "oracle/judge.h"
#include "reference/options/profile.h"
#include "sim/process/target.h"
#include "sim/virtual/world.h"
#include "sim/world.h"

#include <string.h>

#define MS G_GINT64_CONSTANT(1000000)

enum {
    REPLY_S = 30,              /* a monitor that says nothing for so long hangs, unless the scenario says it may */
    SETTLE_S = 10,             /* for the destination to finish after the source has */
    ALIVE_MS = 250,            /* how long ticks are watched to see who runs */
};

static const char *const verdict_names[] = { "pass", "known", "FAIL", "skip", "ERROR" };
G_STATIC_ASSERT(G_N_ELEMENTS(verdict_names) == SIM_VERDICT_COUNT);

const char *sim_verdict_name(SimVerdict verdict) { return verdict_names[verdict]; }

/* What the runner knows of a side. */
typedef struct {
    GPtrArray *events;         /* of the present process: statuses in lower case, other events in capitals; interned */
    GPtrArray *seen;           /* statuses since the migration in question began; interned */
    const char *status, *run;  /* now; interned; NULL: not known */
    char *error_desc;
    guint64 pass;
    gboolean exited;
    int exit_code, exit_signal;
    gboolean stopped_in_migration;     /* STOP since the last migrate: its guest ran until then */
    gboolean listening;
    json_t *migrate;           /* last query-migrate seen */
} Side;

typedef struct { guint64 id; const SimStep *step; } Later;

typedef struct {
    const SimScenario *scenario;
    SimResult *result;
    SimWorld *world;
    OraTrace *trace;
    int releases[SIM_SIDE_COUNT];      /* 0: not known */
    gboolean compare;          /* memory, once the migration completed */
    Side sides[SIM_SIDE_COUNT];
    GArray *later;             /* of Later: answers that nobody has waited for yet */
    gint64 begin_ns, step_ns;
    gboolean failed;           /* a step failed: the rest makes no sense */
    /* The reply that a command step waits for. */
    guint64 awaited;
    json_t *reply;
} Run;

/* ---- Findings of the scenario ---- */

static OraFinding *finding_at(Run *run, const char *id, SimPosition position, OraSide side, const char *sentence)
{
    g_autofree char *rule = g_strdup_printf("%s:%d:%d: %s", run->scenario->path, position.line, position.column, sentence);
    OraFinding *finding = ora_finding_new(id, ORA_GRADE_FAIL, NULL, rule, side, run->world->ops->now_ns(run->world));
    guint length = ora_trace_length(run->trace);

    if (length > 0) {
        ora_finding_record(finding, length - 1);
    }
    g_ptr_array_add(run->result->findings, finding);
    return finding;
}

static OraSide ora_side(SimSide side) { return side == SIM_SOURCE ? ORA_SRC : ORA_DST; }

static OraFinding *step_failed(Run *run, const char *id, const SimStep *step)
{
    g_autofree char *text = sim_step_to_string(step);

    run->failed = TRUE;
    return finding_at(run, id, step->position, ora_side(step->side), text);
}

/* ---- Items ---- */

static void note_seen(Side *side, const char *status)
{
    if (!g_ptr_array_find(side->seen, status, NULL)) {
        g_ptr_array_add(side->seen, (gpointer) status);
    }
}

static void note_status(Side *side, const char *status)
{
    side->status = g_intern_string(status);
    note_seen(side, side->status);
}

static const char *text_of(json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

static void on_event(Run *run, Side *side, json_t *event)
{
    const char *name = text_of(event, "event");
    json_t *data = json_object_get(event, "data");

    if (name == NULL) {
        return;
    }
    if (g_str_equal(name, "MIGRATION")) {
        const char *status = text_of(data, "status");

        if (status != NULL) {
            note_status(side, status);
            g_ptr_array_add(side->events, (gpointer) g_intern_string(status));
        }
        return;
    }
    if (g_str_equal(name, "MIGRATION_PASS")) {
        side->pass = (guint64) json_integer_value(json_object_get(data, "pass"));
        return;
    }
    if (g_str_equal(name, "STOP")) {
        side->stopped_in_migration = TRUE;
    }
    g_ptr_array_add(side->events, (gpointer) g_intern_string(name));
}

static void on_status(Run *run, Side *side, json_t *data)
{
    json_t *migrate = json_object_get(data, "migrate");
    const char *status = text_of(migrate, "status"), *run_state = text_of(json_object_get(data, "run"), "status");

    if (status != NULL) {
        note_status(side, status);
    }
    if (run_state != NULL) {
        side->run = g_intern_string(run_state);
    }
    g_free(side->error_desc);
    side->error_desc = g_strdup(text_of(migrate, "error-desc"));
    json_decref(side->migrate);
    side->migrate = json_incref(migrate);
}

static void check_later(Run *run, const SimItem *item);

static void on_item(Run *run, SimItem *item)
{
    Side *side = &run->sides[item->side];

    switch (item->kind) {
    case SIM_ITEM_EVENT:
        on_event(run, side, item->data);
        break;
    case SIM_ITEM_STATUS:
        on_status(run, side, item->data);
        break;
    case SIM_ITEM_REPLY:
        if (run->awaited != 0 && item->id == run->awaited) {
            run->reply = json_incref(item->data);
            run->awaited = 0;
        } else {
            check_later(run, item);
        }
        break;
    case SIM_ITEM_EXIT: {
        json_t *number = json_object_get(item->data, "signal");

        side->exited = TRUE;
        side->exit_signal = (int) json_integer_value(number);
        side->exit_code = number != NULL ? -1 : (int) json_integer_value(json_object_get(item->data, "code"));
        break;
    }
    }
    sim_item_clear(item);
}

/* Lets time pass until something happened or the deadline. FALSE: the deadline. */
static gboolean pass_time(Run *run, gint64 deadline_ns)
{
    SimItem item;

    switch (run->world->ops->wait(run->world, deadline_ns, &item)) {
    case SIM_WAIT_ITEM:
        on_item(run, &item);
        return TRUE;
    case SIM_WAIT_DEADLINE:
    case SIM_WAIT_NOTHING_CAN_HAPPEN:
        break;
    }
    return FALSE;
}

static gint64 now_ns(Run *run) { return run->world->ops->now_ns(run->world); }

static void let_pass(Run *run, gint64 until_ns)
{
    while (now_ns(run) < until_ns && pass_time(run, until_ns)) {
        /* on_item() has done what there is to do */
    }
}

/* ---- Commands ---- */

/* Strings with {link} in them get the address of the link at that side. */
static json_t *fill(Run *run, json_t *value, SimSide side)
{
    const char *key;
    json_t *item, *copy;
    gsize i;

    switch (json_typeof(value)) {
    case JSON_STRING: {
        const char *text = json_string_value(value);

        if (strstr(text, "{link}") != NULL) {
            g_auto(GStrv) parts = g_strsplit(text, "{link}", -1);
            g_autofree char *filled = g_strjoinv(run->world->ops->link_uri(run->world, side), parts);

            return json_string(filled);
        }
        return json_incref(value);
    }
    case JSON_OBJECT:
        copy = json_object();
        json_object_foreach(value, key, item) {
            json_object_set_new(copy, key, fill(run, item, side));
        }
        return copy;
    case JSON_ARRAY:
        copy = json_array();
        json_array_foreach(value, i, item) {
            json_array_append_new(copy, fill(run, item, side));
        }
        return copy;
    case JSON_INTEGER:
    case JSON_REAL:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        break;
    }
    return json_incref(value);
}

/* Everything in `wanted` is in `value`: members of objects, equality of all else. */
static gboolean contains(json_t *value, json_t *wanted)
{
    const char *key;
    json_t *item;

    if (!json_is_object(wanted)) {
        return json_equal(value, wanted);
    }
    json_object_foreach(wanted, key, item) {
        if (!contains(json_object_get(value, key), item)) {
            return FALSE;
        }
    }
    return json_is_object(value);
}

static char *dumps(json_t *value)
{
    char *text = value != NULL ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    char *copy = g_strdup(text != NULL ? text : "nothing");

    free(text);
    return copy;
}

static const SimExpectReply *expected_reply(const Run *run, const SimStep *step)
{
    for (guint i = 0; i < step->expect->len; i++) {
        const SimExpectReply *expect = g_ptr_array_index(step->expect, i);

        if (sim_releases_contain(expect->releases, run->releases[step->side])) {
            return expect;
        }
    }
    return NULL;
}

static void check_reply(Run *run, const SimStep *step, json_t *reply)
{
    static const SimExpectReply plain;
    const SimExpectReply *expect = expected_reply(run, step);
    json_t *error = json_object_get(reply, "error");
    g_autofree char *got = dumps(reply);
    gboolean good;

    if (expect == NULL) {
        expect = &plain;
    }
    if (expect->any) {
        return;
    }
    if (!expect->error) {
        good = error == NULL && (expect->value == NULL || contains(json_object_get(reply, "return"), expect->value));
    } else {
        good = error != NULL && (expect->error_class == NULL || g_strcmp0(expect->error_class, text_of(error, "class")) == 0)
               && (expect->error_text == NULL || g_strcmp0(expect->error_text, text_of(error, "desc")) == 0);
    }
    if (!good) {
        OraFinding *finding = step_failed(run, "scenario.reply", step);
        g_autofree char *wanted = expect->value != NULL ? dumps(expect->value) : NULL;

        if (expect->error) {
            ora_finding_expected(finding, "an error%s%s%s%s%s", expect->error_class != NULL ? " of class " : "",
                                 expect->error_class != NULL ? expect->error_class : "", expect->error_text != NULL ? ": «" : "",
                                 expect->error_text != NULL ? expect->error_text : "", expect->error_text != NULL ? "»" : "");
        } else {
            ora_finding_expected(finding, "a return%s%s", wanted != NULL ? " that contains " : "", wanted != NULL ? wanted : "");
        }
        ora_finding_actual(finding, "%s", got);
    }
}

static void check_later(Run *run, const SimItem *item)
{
    for (guint i = 0; i < run->later->len; i++) {
        Later later = g_array_index(run->later, Later, i);

        if (later.id == item->id) {
            g_array_remove_index(run->later, i);
            check_reply(run, later.step, item->data);
            return;
        }
    }
}

/* Sends and waits for the reply, which the caller owns. NULL: none came, or it could not be sent. */
static json_t *ask(Run *run, SimSide side, const char *command, json_t *arguments, gboolean oob, gint64 within_ns)
{
    guint64 id;
    gint64 deadline_ns = now_ns(run) + within_ns;

    if (!run->world->ops->send(run->world, side, command, arguments, oob, &id, NULL)) {
        return NULL;
    }
    run->awaited = id;
    g_clear_pointer(&run->reply, json_decref);
    while (run->awaited != 0 && !run->sides[side].exited && now_ns(run) < deadline_ns && pass_time(run, deadline_ns)) {
        /* on_item() takes the reply */
    }
    run->awaited = 0;
    return g_steal_pointer(&run->reply);
}

/* A command of the runner's own, which has to work. */
static gboolean tell(Run *run, SimSide side, const char *command, json_t *arguments)
{
    json_t *reply = ask(run, side, command, arguments, FALSE, REPLY_S * 1000 * MS);
    gboolean good = json_object_get(reply, "return") != NULL;

    if (!good) {
        g_autofree char *got = dumps(reply);
        g_autofree char *sentence = g_strdup_printf("the runner's own command to the %s: %s", sim_side_name(side), command);
        OraFinding *finding = finding_at(run, "scenario.runner", (SimPosition) { 1, 1 }, ora_side(side), sentence);

        ora_finding_expected(finding, "a return");
        ora_finding_actual(finding, "%s", got);
        run->failed = TRUE;
    }
    json_decref(reply);
    json_decref(arguments);
    return good;
}

static void switch_events_on(Run *run, SimSide side)
{
    if (run->scenario->events) {
        (void) tell(run, side, "migrate-set-capabilities", json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "events", "state", 1));
    }
}

static void listen_if_needed(Run *run)
{
    Side *destination = &run->sides[SIM_DESTINATION];

    if (run->scenario->listens && !destination->listening && !destination->exited) {
        destination->listening = TRUE;
        (void) tell(run, SIM_DESTINATION, "migrate-incoming",
                    json_pack("{s:s}", "uri", run->world->ops->link_uri(run->world, SIM_DESTINATION)));
    }
}

static void do_command(Run *run, const SimStep *step)
{
    json_t *arguments = step->arguments != NULL ? fill(run, step->arguments, step->side) : NULL;
    gboolean migrates = step->side == SIM_SOURCE && g_str_equal(step->command, "migrate");
    const SimExpectReply *expect = expected_reply(run, step);
    g_autoptr(GPtrArray) seen_before = NULL;
    g_autoptr(GError) error = NULL;
    guint64 id;

    if (migrates) {
        g_autofree char *before = dumps(step->arguments);

        if (strstr(before, "{link}") != NULL) {
            listen_if_needed(run);
        }
        /* A refused migrate changes nothing, also not what was seen; a wait after it looks back then. */
        if (expect == NULL || !expect->error) {
            seen_before = run->sides[SIM_SOURCE].seen;
            run->sides[SIM_SOURCE].seen = g_ptr_array_new();
            run->sides[SIM_SOURCE].stopped_in_migration = FALSE;
        }
    }
    if (step->no_wait) {
        if (run->world->ops->send(run->world, step->side, step->command, arguments, step->oob, &id, &error)) {
            Later later = { id, step };
            g_array_append_val(run->later, later);
        }
    } else {
        json_t *reply = ask(run, step->side, step->command, arguments, step->oob, REPLY_S * 1000 * MS);

        for (guint i = 0; seen_before != NULL && json_object_get(reply, "error") != NULL && i < seen_before->len; i++) {
            note_seen(&run->sides[SIM_SOURCE], g_ptr_array_index(seen_before, i));
        }
        if (reply != NULL) {
            check_reply(run, step, reply);
        } else if (expect == NULL || !expect->any) {
            OraFinding *finding = step_failed(run, "scenario.reply", step);

            ora_finding_expected(finding, "a reply");
            ora_finding_actual(finding, run->sides[step->side].exited ? "the process is gone" : "no reply within %d s", REPLY_S);
        }
        json_decref(reply);
    }
    json_decref(arguments);
}

/* ---- Waiting ---- */

static gboolean wait_is_over(const Run *run, const SimStep *step, gsize events_from)
{
    const Side *side = &run->sides[step->side];

    switch (step->wait) {
    case SIM_WAIT_FOR_STATUS:
        for (guint i = 0; step->wanted[i] != NULL; i++) {
            if (g_ptr_array_find(side->seen, g_intern_string(step->wanted[i]), NULL)) {
                return TRUE;
            }
        }
        return FALSE;
    case SIM_WAIT_FOR_EVENT:
        for (gsize e = events_from; e < side->events->len; e++) {
            if (g_strv_contains((const char *const *) step->wanted, g_ptr_array_index(side->events, e))) {
                return TRUE;
            }
        }
        return FALSE;
    case SIM_WAIT_FOR_RUN:
        return side->run != NULL && g_strv_contains((const char *const *) step->wanted, side->run);
    case SIM_WAIT_FOR_PASS:
        return side->pass >= step->wanted_pass;
    case SIM_WAIT_FOR_EXIT:
        return side->exited;
    }
    return FALSE;
}

static char *state_of(const Run *run, SimSide which)
{
    const Side *side = &run->sides[which];

    if (side->exited) {
        return side->exit_signal != 0 ? g_strdup_printf("the process ended by signal %d", side->exit_signal)
                                      : g_strdup_printf("the process ended with status %d", side->exit_code);
    }
    return g_strdup_printf("status %s, run state %s%s%s", side->status != NULL ? side->status : "none",
                           side->run != NULL ? side->run : "not known", side->error_desc != NULL ? ", error-desc " : "",
                           side->error_desc != NULL ? side->error_desc : "");
}

static void do_wait(Run *run, const SimStep *step)
{
    gint64 deadline_ns = now_ns(run) + step->within_ns;

    /* An event may have come before somebody waited for it. */
    while (!wait_is_over(run, step, 0)) {
        if (run->sides[step->side].exited || !pass_time(run, deadline_ns)) {
            OraFinding *finding;
            g_autofree char *state = NULL;

            if (wait_is_over(run, step, 0)) {
                return;
            }
            finding = step_failed(run, "scenario.wait", step);
            state = state_of(run, step->side);
            ora_finding_expected(finding, "this within %" G_GINT64_FORMAT " ms", step->within_ns / MS);
            ora_finding_actual(finding, "%s", state);
            return;
        }
    }
}

/* ---- Steps ---- */

static void forget_process(Side *side)
{
    g_ptr_array_set_size(side->events, 0);
    g_ptr_array_set_size(side->seen, 0);
    side->status = side->run = NULL;
    side->exited = side->listening = side->stopped_in_migration = FALSE;
    side->pass = 0;
    g_clear_pointer(&side->error_desc, g_free);
    g_clear_pointer(&side->migrate, json_decref);
}

static gboolean do_restart(Run *run, SimSide side, GError **error)
{
    /* What the old process said before it goes. */
    let_pass(run, now_ns(run) + 1);
    if (!run->world->ops->restart(run->world, side, error)) {
        return FALSE;
    }
    forget_process(&run->sides[side]);
    switch_events_on(run, side);
    return TRUE;
}

static gboolean do_step(Run *run, const SimStep *step, GError **error)
{
    const SimWorldOps *ops = run->world->ops;
    g_autofree char *text = sim_step_to_string(step);
    g_autofree char *where = g_strdup_printf("%s:%d", run->scenario->path, step->position.line);

    ora_trace_append_note(run->trace, now_ns(run), ORA_RUNNER, where, text);
    switch (step->kind) {
    case SIM_STEP_COMMAND:
        do_command(run, step);
        break;
    case SIM_STEP_RAW:
        (void) ops->send_raw(run->world, SIM_SOURCE, step->raw, strlen(step->raw), NULL);
        break;
    case SIM_STEP_WAIT:
        do_wait(run, step);
        break;
    case SIM_STEP_AFTER:
        let_pass(run, now_ns(run) + step->time_ns);
        break;
    case SIM_STEP_AT:
        let_pass(run, run->begin_ns + step->time_ns);
        break;
    case SIM_STEP_FAULT:
        ops->arm_fault(run->world, step->fault);
        break;
    case SIM_STEP_WEATHER:
        ops->set_weather(run->world, &step->weather);
        break;
    case SIM_STEP_HEAL:
        ops->heal(run->world);
        break;
    case SIM_STEP_RESTART:
        return do_restart(run, step->side, error);
    case SIM_STEP_STOP:
        ops->stop(run->world, step->side, step->stop);
        break;
    }
    return TRUE;
}

/* By the status as it was seen last; a process without a migration has "none". */
static gboolean condition_holds(const Run *run, const SimStep *step)
{
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        const Side *side = &run->sides[i];

        if (step->only_if[i] != NULL
            && (side->exited || !g_strv_contains((const char *const *) step->only_if[i], side->status != NULL ? side->status : "none"))) {
            return FALSE;
        }
    }
    return TRUE;
}

/* ---- The end: memory, who runs ---- */

static gboolean wait_run(Run *run, SimSide side, const char *state, gint64 within_ns)
{
    gint64 deadline_ns = now_ns(run) + within_ns;

    while (g_strcmp0(run->sides[side].run, state) != 0 && !run->sides[side].exited && pass_time(run, deadline_ns)) {
        /* on_item() notes the run state */
    }
    return g_strcmp0(run->sides[side].run, state) == 0;
}

static gboolean wait_status(Run *run, SimSide side, const char *status, gint64 within_ns)
{
    gint64 deadline_ns = now_ns(run) + within_ns;

    while (g_strcmp0(run->sides[side].status, status) != 0 && !run->sides[side].exited && pass_time(run, deadline_ns)) {
        /* on_item() notes the status */
    }
    return g_strcmp0(run->sides[side].status, status) == 0;
}

static void compare_memory(Run *run)
{
    const SimScenario *scenario = run->scenario;
    Side *source = &run->sides[SIM_SOURCE], *destination = &run->sides[SIM_DESTINATION];
    SimMemory memory = { 0 };
    g_autoptr(GError) error = NULL;

    if (!scenario->compare || source->exited || g_strcmp0(source->status, "completed") != 0 || scenario->machine.machine_none) {
        return;
    }
    /* -S keeps the destination still; it has finished when its run state has left inmigrate. */
    if (!wait_status(run, SIM_DESTINATION, "completed", SETTLE_S * 1000 * MS)) {
        return;                                                   /* the judge says what this means */
    }
    if (destination->exited) {
        return;                                                   /* it completed, and was killed afterwards */
    }
    (void) wait_run(run, SIM_DESTINATION, source->stopped_in_migration ? "paused" : destination->run, SETTLE_S * 1000 * MS);
    if (!run->compare) {
        /* only the guest goes on */
    } else if (run->world->ops->compare_memory(run->world, &memory, &error)) {
        OraMemory record = {
            .moment = "switch-over", .compared = TRUE, .equal = memory.equal, .pages = memory.bytes_compared / 4096,
            .different = memory.pages_different, .first_page = memory.first_difference / 4096,
        };

        ora_trace_append_memory(run->trace, now_ns(run), ORA_DST, &record);
        if (!memory.equal && scenario->expect_memory.line > 0) {
            OraFinding *finding = finding_at(run, "scenario.memory", scenario->expect_memory, ORA_DST, "memory: equal");

            ora_finding_expected(finding, "the destination's memory equal to the source's at the switch-over");
            ora_finding_actual(finding, "%" G_GUINT64_FORMAT " pages differ, the first at 0x%" G_GINT64_MODIFIER "x: %s",
                               memory.pages_different, memory.first_difference, memory.detail != NULL ? memory.detail : "");
        }
        g_free(memory.detail);
    } else {
        ora_trace_append_note(run->trace, now_ns(run), ORA_RUNNER, NULL, error->message);
    }
    /* A guest that ran until the switch-over goes on. */
    if (source->stopped_in_migration && g_strcmp0(destination->run, "paused") == 0) {
        if (tell(run, SIM_DESTINATION, "cont", NULL)) {
            (void) wait_run(run, SIM_DESTINATION, "running", SETTLE_S * 1000 * MS);
        }
    }
}

static void who_runs(Run *run, gboolean runs[SIM_SIDE_COUNT])
{
    guint64 ticks[SIM_SIDE_COUNT];

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        ticks[i] = run->world->ops->guest_ticks(run->world, (SimSide) i);
    }
    let_pass(run, now_ns(run) + ALIVE_MS * MS);
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        gboolean alive = run->world->ops->running(run->world, (SimSide) i) && !run->sides[i].exited;

        runs[i] = alive && (run->scenario->machine.machine_none ? g_strcmp0(run->sides[i].run, "running") == 0
                            : run->world->ops->guest_ticks(run->world, (SimSide) i) > ticks[i]);
    }
}

/* ---- Expectations ---- */

static void check_running(Run *run)
{
    static const char *const names[] = { "any", "the source alone", "the destination alone", "neither side", "both sides" };
    gboolean runs[SIM_SIDE_COUNT];

    if (run->scenario->expect_running->len == 0) {
        return;
    }
    who_runs(run, runs);
    for (guint i = 0; i < run->scenario->expect_running->len; i++) {
        const SimExpectRunning *expect = g_ptr_array_index(run->scenario->expect_running, i);
        SimRunning got = runs[0] ? (runs[1] ? SIM_RUNNING_BOTH : SIM_RUNNING_SOURCE) : runs[1] ? SIM_RUNNING_DESTINATION : SIM_RUNNING_NEITHER;

        if (!sim_releases_contain(expect->releases, run->releases[SIM_SOURCE])) {
            continue;
        }
        if (expect->running != SIM_RUNNING_ANY && expect->running != got) {
            OraFinding *finding = finding_at(run, "scenario.running", expect->position, ORA_RUNNER, "who runs the guest at the end");

            ora_finding_expected(finding, "%s", names[expect->running]);
            ora_finding_actual(finding, "%s", names[got]);
        }
        break;
    }
}

static void check_events(Run *run, const SimExpectEvents *expect)
{
    const Side *side = &run->sides[expect->side];
    gboolean capitals = FALSE, good = TRUE;
    guint at = 0;
    g_autoptr(GString) got = g_string_new(NULL);
    g_autofree char *wanted = g_strjoinv(", ", expect->wanted);

    for (guint i = 0; expect->wanted[i] != NULL; i++) {
        capitals = capitals || g_ascii_isupper(expect->wanted[i][0]);
    }
    for (guint i = 0; i < side->events->len; i++) {
        const char *event = g_ptr_array_index(side->events, i);

        if (!capitals && g_ascii_isupper(event[0])) {
            continue;
        }
        g_string_append_printf(got, "%s%s", got->len > 0 ? ", " : "", event);
        if (expect->wanted[at] != NULL && g_str_equal(expect->wanted[at], event)) {
            at++;
        } else if (expect->exactly) {
            good = FALSE;
        }
    }
    good = good && expect->wanted[at] == NULL;
    if (!good) {
        OraFinding *finding = finding_at(run, "scenario.events", expect->position, ora_side(expect->side), "events of this side");

        ora_finding_expected(finding, "%s%s", wanted, expect->exactly ? " and nothing else" : ", others may come between");
        ora_finding_actual(finding, "%s", got->len > 0 ? got->str : "none");
    }
}

static gboolean exit_is(const Side *side, const char *wanted)
{
    if (g_str_equal(wanted, "none")) {
        return !side->exited;
    }
    if (g_str_has_prefix(wanted, "signal ")) {
        return side->exited && side->exit_signal == (int) g_ascii_strtoull(wanted + 7, NULL, 10);
    }
    return side->exited && side->exit_signal == 0 && side->exit_code == (int) g_ascii_strtoull(wanted, NULL, 10);
}

static void check_fact(Run *run, const SimExpectFact *expect)
{
    static const char *const sentences[] = { "status at the end", "run state at the end", "how the process ended", "error-desc at the end" };
    const Side *side = &run->sides[expect->side];
    g_autofree char *wanted = g_strjoinv(" or ", expect->wanted);
    gboolean good = FALSE;

    for (guint i = 0; expect->wanted[i] != NULL && !good; i++) {
        switch (expect->kind) {
        case SIM_FACT_STATUS:
            good = g_strcmp0(side->status != NULL ? side->status : "none", expect->wanted[i]) == 0;
            break;
        case SIM_FACT_RUN:
            good = !side->exited && g_strcmp0(side->run, expect->wanted[i]) == 0;
            break;
        case SIM_FACT_EXIT:
            good = exit_is(side, expect->wanted[i]);
            break;
        case SIM_FACT_ERROR_DESC:
            good = g_strcmp0(side->error_desc, expect->wanted[i]) == 0;
            break;
        }
    }
    if (!good) {
        OraFinding *finding = finding_at(run, "scenario.end", expect->position, ora_side(expect->side), sentences[expect->kind]);
        g_autofree char *state = state_of(run, expect->side);

        ora_finding_expected(finding, "%s", wanted);
        ora_finding_actual(finding, "%s", state);
    }
}

static void check_number(Run *run, const SimExpectNumber *expect, json_t *migrate)
{
    g_auto(GStrv) path = g_strsplit(expect->member, ".", -1);
    json_t *value = migrate;

    for (guint i = 0; path[i] != NULL; i++) {
        value = json_object_get(value, path[i]);
    }
    if (!json_is_integer(value) || (expect->has_min && json_integer_value(value) < expect->min)
        || (expect->has_max && json_integer_value(value) > expect->max)) {
        OraFinding *finding = finding_at(run, "scenario.number", expect->position, ORA_SRC, expect->member);
        g_autofree char *got = dumps(value);

        ora_finding_expected(finding, "%s%" G_GINT64_FORMAT, !expect->has_max ? "at least " : !expect->has_min ? "at most " : "", expect->min);
        ora_finding_actual(finding, "%s", got);
    }
}

static void check_numbers(Run *run)
{
    json_t *reply;

    if (run->scenario->expect_numbers->len == 0) {
        return;
    }
    reply = ask(run, SIM_SOURCE, "query-migrate", NULL, FALSE, REPLY_S * 1000 * MS);
    for (guint i = 0; i < run->scenario->expect_numbers->len; i++) {
        const SimExpectNumber *expect = g_ptr_array_index(run->scenario->expect_numbers, i);

        if (sim_releases_contain(expect->releases, run->releases[SIM_SOURCE])) {
            check_number(run, expect, json_object_get(reply, "return"));
        }
    }
    json_decref(reply);
}

/* The first entry of each side whose releases match counts. */
static void check_expectations(Run *run)
{
    const SimScenario *scenario = run->scenario;
    gboolean events_done[SIM_SIDE_COUNT] = { FALSE };

    check_running(run);
    check_numbers(run);
    for (guint i = 0; i < scenario->expect_events->len; i++) {
        const SimExpectEvents *expect = g_ptr_array_index(scenario->expect_events, i);

        if (!events_done[expect->side] && sim_releases_contain(expect->releases, run->releases[expect->side])) {
            events_done[expect->side] = TRUE;
            check_events(run, expect);
        }
    }
    for (guint i = 0; i < scenario->expect_facts->len; i++) {
        const SimExpectFact *expect = g_ptr_array_index(scenario->expect_facts, i);

        if (sim_releases_contain(expect->releases, run->releases[expect->side])) {
            check_fact(run, expect);
        }
    }
    for (guint i = 0; i < run->later->len; i++) {
        Later later = g_array_index(run->later, Later, i);
        const SimExpectReply *expect = expected_reply(run, later.step);

        if (expect == NULL || !expect->any) {
            OraFinding *finding = step_failed(run, "scenario.reply", later.step);

            ora_finding_expected(finding, "a reply before the end");
            ora_finding_actual(finding, "none");
        }
    }
}

/* ---- The run ---- */

static void play(Run *run, GError **error)
{
    const SimScenario *scenario = run->scenario;

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        if (!run->world->ops->start(run->world, (SimSide) i, error)) {
            return;
        }
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        switch_events_on(run, (SimSide) i);
    }
    run->begin_ns = now_ns(run);
    for (guint i = 0; i < scenario->steps->len && !run->failed; i++) {
        const SimStep *step = g_ptr_array_index(scenario->steps, i);

        if (sim_releases_contain(step->releases, run->releases[step->side]) && condition_holds(run, step) && !do_step(run, step, error)) {
            return;
        }
    }
    if (!run->failed) {
        compare_memory(run);
        /* What is still on its way, as the last status and a process that ends. */
        let_pass(run, now_ns(run) + 100 * MS);
        check_expectations(run);
    }
}

static void run_done(Run *run)
{
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        Side *side = &run->sides[i];

        g_ptr_array_unref(side->events);
        g_ptr_array_unref(side->seen);
        g_free(side->error_desc);
        json_decref(side->migrate);
    }
    json_decref(run->reply);
    g_array_unref(run->later);
}

static void decide(SimResult *result, const SimRunSetup *setup)
{
    guint bad = ora_findings_bad(result->findings, setup->strict);

    result->verdict = bad > 0 ? SIM_VERDICT_FAIL : SIM_VERDICT_PASS;
    for (guint i = 0; bad == 0 && i < result->findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(result->findings, i);

        if (finding->grade == ORA_GRADE_KNOWN) {
            result->verdict = SIM_VERDICT_KNOWN;
        }
    }
}

static SimResult *refuse(SimResult *result, SimVerdict verdict, const char *reason)
{
    result->verdict = verdict;
    result->reason = g_strdup(reason);
    return result;
}

static char *release_range(SimReleases releases)
{
    return releases.until == 0 ? g_strdup_printf("since qemu-%s", ora_release_name(releases.since))
           : releases.since == 0 ? g_strdup_printf("until qemu-%s", ora_release_name(releases.until))
           : g_strdup_printf("qemu-%s to qemu-%s", ora_release_name(releases.since), ora_release_name(releases.until));
}

/* Who plays and by which release it is judged. FALSE: *result says why it cannot be run. */
static gboolean choose_profiles(SimResult *result, const SimRunSetup *setup, gboolean sim, int releases[SIM_SIDE_COUNT])
{
    const char *targets[SIM_SIDE_COUNT] = {
        setup->target, setup->destination_target != NULL ? setup->destination_target : setup->target,
    };
    const char *profiles[SIM_SIDE_COUNT] = {
        setup->profile, setup->destination_profile != NULL ? setup->destination_profile : setup->profile,
    };

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SimTarget) target = NULL;
        g_autoptr(MigProfile) profile = NULL;
        const char *name = profiles[i];

        if (!sim) {
            target = sim_target_find(targets[i], &error);
            if (target == NULL) {
                refuse(result, g_error_matches(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP) ? SIM_VERDICT_SKIP : SIM_VERDICT_ERROR,
                       error->message);
                return FALSE;
            }
            if (name == NULL) {
                name = target->profile;
            }
        } else if (name == NULL) {
            name = "qemu-7.2";
        }
        if (name != NULL) {
            profile = mig_profile_find(name, &error);
            if (profile == NULL) {
                refuse(result, SIM_VERDICT_ERROR, error->message);
                return FALSE;
            }
            releases[i] = mig_profile_release(profile);
            if (i == SIM_SOURCE) {
                result->profile = g_strdup(mig_profile_name(profile));
            }
        }
    }
    return TRUE;
}

static char *join_changes(const char *one, const char *two)
{
    return one != NULL && two != NULL ? g_strjoin(" ", one, two, NULL) : g_strdup(one != NULL ? one : two);
}

SimResult *sim_run(const SimScenario *scenario, const SimRunSetup *setup)
{
    SimResult *result = g_new0(SimResult, 1);
    const char *target = setup->target != NULL ? setup->target : "sim";
    gboolean sim = g_str_equal(target, "sim");
    int releases[SIM_SIDE_COUNT] = { 0 };
    gint64 real_ns = g_get_monotonic_time() * 1000;
    g_autofree char *capture_name = g_strdelimit(g_strdup(scenario->slug), "/", '-');
    g_autoptr(GError) error = NULL;
    g_autofree char *changes = join_changes(setup->changes, scenario->changes);
    const char *why = sim ? scenario->skip_sim : scenario->skip_real != NULL ? scenario->skip_real :
                      changes != NULL ? "a real target is built as it is, with: and without: are for sim" : NULL;
    Run run = {
        .scenario = scenario, .result = result,
        .compare = scenario->compare && !scenario->machine.machine_none && (sim || !scenario->compare_sim_only),
    };
    SimWorldSetup world_setup = {
        .machine = &scenario->machine, .weather = scenario->weather, .target = target, .destination_target = setup->destination_target,
        .seed = setup->seed, .time_scale = setup->time_scale, .tcp = scenario->tcp, .capture_folder = setup->capture,
        .capture_name = capture_name, .changes = changes,
    };
    OraHeader header = { .scenario = scenario->slug, .target = target, .seed = setup->seed, .has_seed = sim, .virtual_time = sim,
                         .memory_expected = run.compare, .last_fault_ns = ORA_ABSENT };

    result->scenario = scenario;
    result->target = g_strdup(target);
    result->findings = ora_findings_new();
    result->trace = run.trace = world_setup.trace = ora_trace_new();
    if (why != NULL) {
        return refuse(result, SIM_VERDICT_SKIP, why);
    }
    if (!choose_profiles(result, setup, sim, releases)) {
        return result;
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        if (!sim_releases_contain(scenario->releases, releases[i])) {
            g_autofree char *range = release_range(scenario->releases);
            g_autofree char *reason = g_strdup_printf("for %s", range);

            return refuse(result, SIM_VERDICT_SKIP, reason);
        }
    }
    run.releases[SIM_SOURCE] = releases[SIM_SOURCE];
    run.releases[SIM_DESTINATION] = releases[SIM_DESTINATION];
    header.source = releases[SIM_SOURCE];
    header.destination = releases[SIM_DESTINATION];
    ora_trace_append_header(run.trace, &header, NULL, NULL, NULL);
    world_setup.profile = result->profile;
    world_setup.destination_profile = setup->destination_profile;
    run.world = sim ? sim_virtual_world_new(&world_setup, setup->choices, &error) : sim_process_world_new(&world_setup, &error);
    if (run.world != NULL) {
        run.later = g_array_new(FALSE, FALSE, sizeof (Later));
        for (int i = 0; i < SIM_SIDE_COUNT; i++) {
            run.sides[i].events = g_ptr_array_new();
            run.sides[i].seen = g_ptr_array_new();
        }
        play(&run, &error);
        result->virtual_ns = now_ns(&run);
        if (sim) {
            result->choices = sim_virtual_world_choices(run.world);
            result->choices_at = sim_virtual_world_choices_at(run.world);
        }
        sim_world_free(run.world);
        run_done(&run);
    }
    if (error != NULL) {
        refuse(result, g_error_matches(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP) ? SIM_VERDICT_SKIP : SIM_VERDICT_ERROR, error->message);
    } else {
        OraJudge judge = { .source = releases[SIM_SOURCE], .destination = releases[SIM_DESTINATION] };
        g_autoptr(GPtrArray) findings = ora_judge(run.trace, &judge);

        while (findings->len > 0) {
            g_ptr_array_add(result->findings, g_ptr_array_steal_index(findings, 0));
        }
        ora_findings_sort(result->findings);
        decide(result, setup);
    }
    result->real_ns = g_get_monotonic_time() * 1000 - real_ns;
    return result;
}

void sim_result_free(SimResult *result)
{
    if (result != NULL) {
        g_free(result->target);
        g_free(result->profile);
        g_free(result->reason);
        g_ptr_array_unref(result->findings);
        ora_trace_free(result->trace);
        if (result->choices_at != NULL) {
            g_array_unref(result->choices_at);
        }
        g_free(result);
    }
}
