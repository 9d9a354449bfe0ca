/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From records to lanes: which process said what, and what its two machines (outgoing, incoming) and its VM did.
 */
#include "oracle/case.h"
#include "oracle/edge.h"

#include <stdlib.h>
#include <string.h>

enum { BLUR_REAL_MS = 120, POLL_REAL_MS = 3000, BOUND_DEFAULT_S = 30 };

static OraLane *lane_new(OraSide side, OraRelease release, guint incarnation)
{
    OraLane *lane = g_new0(OraLane, 1);

    lane->side = side;
    lane->role = ora_side_role(side);
    lane->release = release;
    lane->incarnation = incarnation;
    lane->records = g_array_new(FALSE, FALSE, sizeof(guint));
    lane->commands = g_array_new(FALSE, FALSE, sizeof(OraCommand));
    lane->settings = g_array_new(FALSE, FALSE, sizeof(OraSetting));
    lane->starts = g_array_new(FALSE, FALSE, sizeof(gint64));
    lane->sets = g_array_new(FALSE, FALSE, sizeof(guint));
    lane->moves = g_array_new(FALSE, FALSE, sizeof(OraMove));
    lane->exact = g_array_new(FALSE, FALSE, sizeof(OraMove));
    lane->pulses = g_array_new(FALSE, FALSE, sizeof(OraPulse));
    lane->events_ns = G_MAXINT64;
    return lane;
}

static void lane_free(gpointer data)
{
    OraLane *lane = data;

    g_array_free(lane->records, TRUE);
    g_array_free(lane->commands, TRUE);
    g_array_free(lane->settings, TRUE);
    g_array_free(lane->starts, TRUE);
    g_array_free(lane->sets, TRUE);
    g_array_free(lane->moves, TRUE);
    g_array_free(lane->exact, TRUE);
    g_array_free(lane->pulses, TRUE);
    g_free(lane);
}

/* Commands */

static gint by_sent(gconstpointer a, gconstpointer b)
{
    const OraCommand *x = a, *y = b;

    if (x->sent_ns != y->sent_ns) {
        return x->sent_ns < y->sent_ns ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static gboolean may_touch(const char *execute)
{
    static const char *const touching[] = { "stop", "cont", "system_reset", "quit", "system_powerdown", "system_wakeup",
                                            "human-monitor-command", "x-colo-lost-heartbeat", "snapshot-load",
                                            "snapshot-save" };

    for (gsize i = 0; i < G_N_ELEMENTS(touching); i++) {
        if (strcmp(touching[i], execute) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static void collect_commands(OraCase *c, OraLane *lane)
{
    guint replies = 0;

    for (guint i = 0; i < lane->records->len; i++) {
        guint index = g_array_index(lane->records, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        OraCommand command = { 0 };

        if (record->kind != ORA_KIND_REPLY) {
            continue;
        }
        if (lane->commands->len >= ORA_COMMANDS_MAX) {
            c->truncated = TRUE;
            break;
        }
        replies++;
        command.index = index;
        command.t_ns = record->t_ns;
        command.sent_ns = record->command.sent_ns != ORA_ABSENT ? record->command.sent_ns : record->t_ns;
        command.execute = record->command.execute;
        command.arguments = record->command.arguments;
        command.ret = record->command.ret;
        command.error_class = record->command.error_class;
        command.error_desc = record->command.error_desc;
        command.ok = record->command.error_desc == NULL && !record->command.no_reply;
        command.oob = record->command.oob;
        command.no_reply = record->command.no_reply;
        command.touches = may_touch(command.execute);
        g_array_append_val(lane->commands, command);
    }
    /* Requests whose reply never came are commands too: they were sent. */
    for (guint i = 0; i < lane->records->len; i++) {
        guint index = g_array_index(lane->records, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        OraCommand command = { 0 };
        gboolean answered = FALSE;

        if (record->kind != ORA_KIND_REQUEST) {
            continue;
        }
        if (lane->commands->len >= ORA_COMMANDS_MAX) {
            c->truncated = TRUE;
            break;
        }
        for (guint k = 0; k < replies && !answered; k++) {
            const OraCommand *reply = ORA_COMMAND(lane, k);

            answered = reply->t_ns >= record->t_ns && ABS(reply->sent_ns - record->t_ns) <= G_GINT64_CONSTANT(1000) &&
                       strcmp(reply->execute, record->command.execute) == 0;
        }
        if (!answered) {
            command.index = index;
            command.t_ns = G_MAXINT64;
            command.sent_ns = record->t_ns;
            command.execute = record->command.execute;
            command.arguments = record->command.arguments;
            command.oob = record->command.oob;
            command.no_reply = TRUE;
            command.touches = may_touch(command.execute);
            g_array_append_val(lane->commands, command);
        }
    }
    if (lane->commands->len > 1) {
        g_array_sort(lane->commands, by_sent);
    }
}

const OraCommand *ora_lane_command(const OraLane *lane, const char *execute, gint64 from_ns, gint64 to_ns)
{
    for (guint i = lane->commands->len; i > 0; i--) {
        const OraCommand *command = ORA_COMMAND(lane, i - 1);

        if (command->sent_ns >= from_ns && command->sent_ns <= to_ns && strcmp(command->execute, execute) == 0) {
            return command;
        }
    }
    return NULL;
}

gboolean ora_lane_answers_after(const OraLane *lane, gint64 t_ns)
{
    for (guint i = lane->commands->len; i > 0; i--) {
        const OraCommand *command = ORA_COMMAND(lane, i - 1);

        if (command->sent_ns > t_ns && command->t_ns != G_MAXINT64) {
            return TRUE;
        }
    }
    /* A run that was ended in order has every answer that came. */
    return lane->end_ns - t_ns > (lane->exit != NULL && lane->exit->exit.teardown ? 100000000 : G_GINT64_CONSTANT(1000000000));
}

int ora_lane_capability(const OraLane *lane, const char *name, gint64 t_ns)
{
    for (guint i = lane->settings->len; i > 0; i--) {
        const OraSetting *setting = &g_array_index(lane->settings, OraSetting, i - 1);

        if (setting->sent_ns <= t_ns && strcmp(setting->name, name) == 0) {
            return setting->on;
        }
    }
    return -1;
}

const json_t *ora_lane_parameter(const OraLane *lane, const char *name, gint64 t_ns)
{
    for (guint i = lane->sets->len; i > 0; i--) {
        const OraCommand *command = ORA_COMMAND(lane, g_array_index(lane->sets, guint, i - 1));
        const json_t *value = command->sent_ns <= t_ns ? json_object_get(command->arguments, name) : NULL;

        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

/* What the accepted set commands say, in the order they were sent. */
static void collect_settings(OraCase *c, OraLane *lane)
{
    for (guint i = 0; i < lane->commands->len; i++) {
        const OraCommand *command = ORA_COMMAND(lane, i);
        const json_t *list = json_object_get(command->arguments, "capabilities");

        if (command->error_desc == NULL && strcmp(command->execute, "migrate") == 0 &&
            !json_is_true(json_object_get(command->arguments, "resume"))) {
            g_array_append_val(lane->starts, command->sent_ns);
        }
        if (command->ok && strcmp(command->execute, "migrate-set-parameters") == 0) {
            g_array_append_val(lane->sets, i);
        }
        if (!command->ok || strcmp(command->execute, "migrate-set-capabilities") != 0) {
            continue;
        }
        for (gsize k = 0; k < json_array_size(list); k++) {
            const json_t *item = json_array_get(list, k);
            OraSetting setting = { command->sent_ns, json_string_value(json_object_get(item, "capability")),
                                   json_is_true(json_object_get(item, "state")) };

            if (lane->settings->len >= ORA_COMMANDS_MAX) {
                c->truncated = TRUE;
                return;
            }
            if (setting.name != NULL) {
                g_array_append_val(lane->settings, setting);
            }
        }
    }
}

/* Statuses */

OraStatus ora_lane_status(const OraLane *lane, OraMachine machine, gint64 t_ns)
{
    OraStatus status = ORA_STATUS_NONE;

    for (guint i = 0; i < lane->moves->len; i++) {
        const OraMove *move = ORA_MOVE(lane, i);

        if (move->t_ns >= t_ns) {
            break;
        }
        if (move->machine == machine) {
            status = move->to;
        }
    }
    return status;
}

gboolean ora_lane_had(const OraLane *lane, OraMachine machine, OraStatus status, gint64 from_ns, gint64 to_ns)
{
    OraStatus before = ORA_STATUS_NONE;

    for (guint i = 0; i < lane->moves->len; i++) {
        const OraMove *move = ORA_MOVE(lane, i);

        if (move->machine != machine) {
            continue;
        }
        if (move->t_ns > to_ns) {
            break;
        }
        if (move->to == status && move->t_ns >= from_ns) {
            return TRUE;
        }
        before = move->t_ns < from_ns ? move->to : before;
    }
    return before == status;
}

/* Whose is an event MIGRATION setup: the last command before it that makes one decides. */
static OraMachine machine_of_setup(const OraLane *lane, gint64 t_ns, gint64 blur_ns)
{
    static const char *const makers[] = { "migrate", "migrate-incoming", "migrate-recover" };
    const OraCommand *best = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(makers); i++) {
        const OraCommand *command = ora_lane_command(lane, makers[i], G_MININT64, t_ns + MIN(blur_ns, 2000000));

        if (command != NULL && (best == NULL || by_sent(best, command) < 0)) {
            best = command;
        }
    }
    if (best == NULL) {
        return lane->incoming ? ORA_MACHINE_INCOMING : ORA_MACHINE_OUTGOING;
    }
    return strcmp(best->execute, "migrate") == 0 ? ORA_MACHINE_OUTGOING : ORA_MACHINE_INCOMING;
}

/* An answer can be as old as its question, and this was asked after the poll before it was done; but none waits for ever. */
static gint64 asked_after(const OraCase *c, const OraLane *lane, guint at)
{
    const gint64 now = ora_case_record(c, g_array_index(lane->records, guint, at))->t_ns;

    for (guint i = at; i > 0 && c->blur_ns > 0; i--) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i - 1));

        if (now - record->t_ns > POLL_REAL_MS * G_GINT64_CONSTANT(1000000)) {
            return now - POLL_REAL_MS * G_GINT64_CONSTANT(1000000);
        }
        if (record->kind == ORA_KIND_STATUS) {
            return MIN(record->t_ns, now - c->blur_ns);
        }
    }
    return now - c->blur_ns;
}

static gboolean is_recent(const OraLane *lane, OraMachine machine, OraStatus status, gint64 from_ns, gint64 to_ns)
{
    return ora_lane_had(lane, machine, status, from_ns, to_ns);
}

/* An event on this lane within the blur after record number *at* announces *status*: the poll was ahead of it. */
static gboolean is_announced_soon(const OraCase *c, const OraLane *lane, guint at, OraStatus status)
{
    gint64 limit = ora_case_record(c, g_array_index(lane->records, guint, at))->t_ns + c->blur_ns;

    for (guint i = at + 1; i < lane->records->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));

        if (record->t_ns > limit) {
            break;
        }
        if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_MIGRATION &&
            record->event.status == status) {
            return TRUE;
        }
    }
    return FALSE;
}

static void collect_moves(OraCase *c, OraLane *lane)
{
    /* A process begins with no outgoing migration. What an incoming one did before the first record is not known. */
    OraStatus now[2] = { ORA_STATUS_NONE, ORA_STATUS_UNKNOWN };
    guint attempt = 0;

    for (guint i = 0; i < lane->records->len; i++) {
        guint index = g_array_index(lane->records, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        OraMove move = { .index = index, .t_ns = record->t_ns };

        if (lane->moves->len >= ORA_MOVES_MAX || lane->exact->len >= ORA_MOVES_MAX) {
            c->truncated = TRUE;
            break;
        }
        if (record->kind == ORA_KIND_STATE && record->state.machine != ORA_MACHINE_RUN) {
            move.machine = record->state.machine;
            move.from = (OraStatus) record->state.from;
            move.to = (OraStatus) record->state.to;
            move.by = ORA_BY_STATE;
            move.attempt = attempt + (move.machine == ORA_MACHINE_OUTGOING && move.to == ORA_STATUS_SETUP);
            g_array_append_val(lane->exact, move);
            continue;
        }
        if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_MIGRATION) {
            move.by = ORA_BY_EVENT;
            move.to = record->event.status;
            if (move.to == ORA_STATUS_SETUP) {
                move.machine = machine_of_setup(lane, record->t_ns, c->blur_ns);
            } else {
                /* The outgoing object speaks while it is at work; else the incoming one of a VM that receives. */
                gboolean outgoing_works = now[0] != ORA_STATUS_NONE && !ora_status_is_terminal(now[0]);
                gboolean again = now[0] == ORA_STATUS_FAILED && move.to == ORA_STATUS_FAILED;

                move.machine = !lane->incoming || outgoing_works || (again && now[1] == ORA_STATUS_COMPLETED)
                                   ? ORA_MACHINE_OUTGOING
                                   : ORA_MACHINE_INCOMING;
                /* Both at work at once (a migrate during an incoming postcopy): the one that may go there. */
                if (lane->incoming && outgoing_works && now[1] > ORA_STATUS_NONE && !ora_status_is_terminal(now[1]) &&
                    ora_edge_find(ora_source_edges, lane->release, now[0], move.to) == NULL &&
                    ora_edge_find(ora_destination_edges, lane->release, now[1], move.to) != NULL) {
                    move.machine = ORA_MACHINE_INCOMING;
                }
            }
        } else if (record->kind == ORA_KIND_STATUS && record->status.migrate != NULL) {
            move.by = ORA_BY_POLL;
            move.to = record->status.status;
            /* The second query was never answered: when the first one was, nobody wrote down. */
            if (c->blur_ns > 0 && record->status.query_status == NULL) {
                continue;
            }
            /* query-migrate shows the outgoing object as soon as it is not none. */
            move.machine = now[0] != ORA_STATUS_NONE || !lane->incoming ? ORA_MACHINE_OUTGOING : ORA_MACHINE_INCOMING;
            if (move.machine == ORA_MACHINE_INCOMING && move.to != now[1] && lane->starts->len > 0 &&
                g_array_index(lane->starts, gint64, 0) <= record->t_ns) {
                /* It sends by now; an answer that was on its way may be of before. */
                if (record->t_ns - g_array_index(lane->starts, gint64, 0) <= c->blur_ns) {
                    continue;
                }
                move.machine = ORA_MACHINE_OUTGOING;
            }
            if (move.machine == ORA_MACHINE_INCOMING && lane->release != 0 && lane->release < 300) {
                continue; /* query-migrate says nothing of an incoming migration before 3.0 */
            }
            if (now[move.machine] == ORA_STATUS_UNKNOWN) {
                now[move.machine] = move.to;
                if (move.to == ORA_STATUS_NONE) {
                    continue;
                }
                move.from = ORA_STATUS_UNKNOWN;
                g_array_append_val(lane->moves, move);
                continue;
            }
            if (is_recent(lane, move.machine, move.to, asked_after(c, lane, i), record->t_ns) ||
                (c->blur_ns > 0 && is_announced_soon(c, lane, i, move.to))) {
                continue;
            }
            if (lane->incoming && move.machine == ORA_MACHINE_INCOMING && move.to == ORA_STATUS_SETUP &&
                machine_of_setup(lane, record->t_ns, c->blur_ns) == ORA_MACHINE_OUTGOING) {
                move.machine = ORA_MACHINE_OUTGOING;
            }
        } else {
            continue;
        }
        if (move.machine == ORA_MACHINE_OUTGOING && move.to == ORA_STATUS_SETUP) {
            attempt++;
        }
        move.attempt = attempt;
        if (move.to == now[move.machine] && move.by == ORA_BY_POLL) {
            continue;
        }
        move.from = now[move.machine];
        now[move.machine] = move.to;
        g_array_append_val(lane->moves, move);
    }
}

/* Times */

/* The time stamp of an event; ORA_ABSENT when it has none. */
static gint64 stamp_of(const OraRecord *record)
{
    const json_t *stamp = record->kind == ORA_KIND_EVENT ? json_object_get(record->data, "timestamp") : NULL;
    const json_t *seconds = json_object_get(stamp, "seconds"), *micro = json_object_get(stamp, "microseconds");

    if (!json_is_integer(seconds) || !json_is_integer(micro) || json_integer_value(seconds) < 0 ||
        json_integer_value(seconds) > G_GINT64_CONSTANT(1) << 33) {
        return ORA_ABSENT;
    }
    return json_integer_value(seconds) * G_GINT64_CONSTANT(1000000000) + CLAMP(json_integer_value(micro), 0, 999999) * 1000;
}

static gint by_value(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

    return x < y ? -1 : x > y;
}

static void find_clock(const OraCase *c, OraLane *lane)
{
    g_autoptr(GArray) lags = g_array_new(FALSE, FALSE, sizeof(gint64));

    lane->clock_ns = ORA_ABSENT;
    for (guint i = 0; i < lane->records->len && !c->virtual_time; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));
        gint64 stamp = stamp_of(record);

        if (stamp != ORA_ABSENT) {
            gint64 lag = record->t_ns - stamp;

            g_array_append_val(lags, lag);
        }
    }
    if (lags->len >= 3) {
        g_array_sort(lags, by_value);
        lane->clock_ns = g_array_index(lags, gint64, lags->len / 2);
    }
}

gint64 ora_lane_emitted(const OraCase *c, const OraLane *lane, guint index)
{
    const OraRecord *record = ora_case_record(c, index);
    gint64 stamp = stamp_of(record);

    return stamp == ORA_ABSENT || lane->clock_ns == ORA_ABSENT ? record->t_ns : MIN(record->t_ns, stamp + lane->clock_ns);
}

gint64 ora_lane_looked(const OraCase *c, const OraLane *lane, guint index)
{
    const OraRecord *record = ora_case_record(c, index);
    const OraMove *setup = NULL;

    if (c->virtual_time || record->status.stats == NULL || record->status.stats->total_time_ms < 0 ||
        ora_status_is_terminal(record->status.status)) {
        return record->t_ns;
    }
    for (guint i = 0; i < lane->moves->len && ORA_MOVE(lane, i)->t_ns <= record->t_ns; i++) {
        const OraMove *move = ORA_MOVE(lane, i);

        setup = move->machine == ORA_MACHINE_OUTGOING && move->to == ORA_STATUS_SETUP && move->by == ORA_BY_EVENT ? move : setup;
    }
    return setup == NULL || record->status.stats->total_time_ms > (record->t_ns - setup->t_ns) / 1000000
               ? record->t_ns
               : ora_lane_emitted(c, lane, setup->index) + record->status.stats->total_time_ms * 1000000;
}

/* Run states */

/* The answer to a poll that an event overtook is soon followed by another one: unless the recorder leaves out polls that
 * show nothing new. Then what is shown stands. */
static gboolean poll_stands(const OraCase *c, const OraLane *lane, guint at)
{
    const gint64 dense = 100000000, wait = 500000000;
    const OraRecord *before = NULL;
    guint close = 0;

    for (guint i = 0; i < lane->records->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));

        if (record->kind != ORA_KIND_STATUS) {
            continue;
        }
        if (i > at) {
            return FALSE;
        }
        close += before != NULL && record->t_ns - before->t_ns < dense && i < at;
        before = record;
    }
    return close >= 1 && lane->end_ns - ora_case_record(c, g_array_index(lane->records, guint, at))->t_ns >= wait;
}

static void collect_pulses(OraCase *c, OraLane *lane)
{
    for (guint i = 0; i < lane->records->len; i++) {
        guint index = g_array_index(lane->records, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        OraPulse pulse = { .index = index, .t_ns = record->t_ns };
        const OraPulse *last = lane->pulses->len > 0 ? ORA_PULSE(lane, lane->pulses->len - 1) : NULL;

        if (lane->pulses->len >= ORA_PULSES_MAX) {
            c->truncated = TRUE;
            break;
        }
        if (record->kind == ORA_KIND_EVENT &&
            (record->event.event == ORA_EVENT_STOP || record->event.event == ORA_EVENT_RESUME)) {
            pulse.running = record->event.event == ORA_EVENT_RESUME;
            pulse.by = ORA_BY_EVENT;
        } else if (record->kind == ORA_KIND_STATUS && record->status.query_status != NULL) {
            pulse.run = record->status.run;
            pulse.running = record->status.running;
            pulse.by = ORA_BY_POLL;
            /* The answer may be older than an event that overtook it. */
            if (last != NULL && last->by == ORA_BY_EVENT && last->running != pulse.running &&
                record->t_ns - last->t_ns < c->blur_ns && !poll_stands(c, lane, i)) {
                continue;
            }
        } else if (record->kind == ORA_KIND_STATE && record->state.machine == ORA_MACHINE_RUN) {
            pulse.run = (OraRun) record->state.to;
            pulse.running = pulse.run == ORA_RUN_RUNNING;
            pulse.by = ORA_BY_STATE;
        } else {
            continue;
        }
        g_array_append_val(lane->pulses, pulse);
    }
}

int ora_lane_running(const OraLane *lane, gint64 t_ns)
{
    int running = -1;

    for (guint i = 0; i < lane->pulses->len && ORA_PULSE(lane, i)->t_ns < t_ns; i++) {
        running = ORA_PULSE(lane, i)->running;
    }
    if (running < 0 && lane->pulses->len > 0) {
        const OraPulse *first = ORA_PULSE(lane, 0);

        /* A STOP shows that it ran before, a RESUME that it did not; a poll shows what was already so. */
        running = first->by == ORA_BY_EVENT ? !first->running : first->running;
    }
    return running;
}

OraRun ora_lane_run(const OraLane *lane, gint64 t_ns)
{
    OraRun run = ORA_RUN_UNKNOWN;

    for (guint i = 0; i < lane->pulses->len && ORA_PULSE(lane, i)->t_ns < t_ns; i++) {
        if (ORA_PULSE(lane, i)->by != ORA_BY_EVENT) {
            run = ORA_PULSE(lane, i)->run;
        }
    }
    return run;
}

/* The case */

gboolean ora_record_is_fault(const OraRecord *record)
{
    static const char *const harmless[] = { "connected", "eof", "listener starts accepting", "announce frame", "step" };

    if (record->kind == ORA_KIND_EXIT) {
        return !record->exit.teardown;
    }
    if (record->kind != ORA_KIND_EVENT) {
        return FALSE;
    }
    if (record->event.event == ORA_EVENT_HARNESS) {
        return strcmp(record->event.name, "signal") == 0;
    }
    if (record->event.event != ORA_EVENT_ACTION) {
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++) {
        if (strcmp(record->event.name, harmless[i]) == 0) {
            return FALSE;
        }
    }
    return TRUE;
}

static gint by_time(gconstpointer a, gconstpointer b, gpointer trace)
{
    guint x = *(const guint *) a, y = *(const guint *) b;
    gint64 tx = ora_trace_get(trace, x)->t_ns, ty = ora_trace_get(trace, y)->t_ns;

    if (tx != ty) {
        return tx < ty ? -1 : 1;
    }
    return x < y ? -1 : x > y;
}

static OraLane *open_lane(OraCase *c, OraSide side)
{
    guint incarnation = 0;

    for (guint i = 0; i < c->lanes->len; i++) {
        OraLane *lane = g_ptr_array_index(c->lanes, i);

        if (lane->side == side) {
            if (lane->exit == NULL) {
                return lane;
            }
            incarnation++;
        }
    }
    if (c->lanes->len >= ORA_LANES_MAX) {
        c->truncated = TRUE;
        return NULL;
    }
    g_ptr_array_add(c->lanes, lane_new(side, ora_side_role(side) == ORA_ROLE_SRC ? c->source : c->destination,
                                       incarnation));
    return g_ptr_array_index(c->lanes, c->lanes->len - 1);
}

static gint lanes_by_side(gconstpointer a, gconstpointer b)
{
    const OraLane *x = *(OraLane *const *) a, *y = *(OraLane *const *) b;

    if (x->side != y->side) {
        return x->side < y->side ? -1 : 1;
    }
    return x->incarnation < y->incarnation ? -1 : x->incarnation > y->incarnation;
}

/* A process that was started to receive: its VM waits in inmigrate, or somebody told it to listen. */
static gboolean lane_is_incoming(const OraCase *c, const OraLane *lane)
{
    for (guint i = 0; i < lane->records->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));

        if (record->kind == ORA_KIND_STATUS && record->status.query_status != NULL) {
            return record->status.run == ORA_RUN_INMIGRATE || lane->role == ORA_ROLE_DST;
        }
        if (record->kind == ORA_KIND_REPLY && record->command.ret != NULL &&
            strcmp(record->command.execute, "migrate-incoming") == 0) {
            return TRUE;
        }
    }
    return lane->role == ORA_ROLE_DST;
}

OraCase *ora_case_new(const OraTrace *trace, const OraJudge *judge)
{
    const OraHeader *header = ora_trace_header(trace);
    OraCase *c = g_new0(OraCase, 1);

    c->trace = trace;
    c->source = judge->source;
    c->destination = judge->destination;
    c->presumed = judge->presumed;
    c->bound_ns = judge->bound_ns != 0 ? judge->bound_ns : (gint64) BOUND_DEFAULT_S * G_GINT64_CONSTANT(1000000000);
    c->virtual_time = header->virtual_time;
    c->blur_ns = header->virtual_time ? 0 : (gint64) BLUR_REAL_MS * 1000000;
    c->last_fault_ns = header->last_fault_ns;
    c->end_ns = G_MININT64;
    c->order = g_array_new(FALSE, FALSE, sizeof(guint));
    c->links = g_array_new(FALSE, FALSE, sizeof(guint));
    c->lanes = g_ptr_array_new_with_free_func(lane_free);
    c->findings = ora_findings_new();
    c->surplus = ora_findings_new();
    for (guint i = 0; i < ora_trace_length(trace); i++) {
        g_array_append_val(c->order, i);
    }
    g_array_sort_with_data(c->order, by_time, (gpointer) (gsize) trace);

    for (guint i = 0; i < c->order->len; i++) {
        guint index = g_array_index(c->order, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        OraRole role = ora_side_role(record->side);
        OraLane *lane;

        c->end_ns = MAX(c->end_ns, record->t_ns);
        if (ora_record_is_fault(record)) {
            c->last_fault_ns = c->last_fault_ns == ORA_ABSENT ? record->t_ns : MAX(c->last_fault_ns, record->t_ns);
        }
        if (role == ORA_ROLE_LINK) {
            g_array_append_val(c->links, index);
            c->scripted = c->scripted || (record->kind == ORA_KIND_EVENT && (g_str_has_prefix(record->event.name, "fake ") ||
                                          strcmp(record->event.name, "feed") == 0));
            continue;
        }
        if ((role != ORA_ROLE_SRC && role != ORA_ROLE_DST) || record->kind == ORA_KIND_NOTE) {
            continue;
        }
        lane = open_lane(c, record->side);
        if (lane == NULL) {
            continue;
        }
        lane->start_ns = lane->records->len == 0 ? record->t_ns : lane->start_ns;
        lane->end_ns = record->t_ns;
        g_array_append_val(lane->records, index);
        lane->answers = lane->answers || !(record->kind == ORA_KIND_REQUEST || record->kind == ORA_KIND_EXIT ||
                                           (record->kind == ORA_KIND_REPLY && record->command.no_reply));
        if (record->kind == ORA_KIND_EXIT) {
            lane->exit = record;
            lane->exit_index = index;
        } else if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_HARNESS &&
                   strcmp(record->event.name, "signal") == 0) {
            lane->killed = TRUE;
        }
    }
    if (c->lanes->len > 1) {
        qsort(c->lanes->pdata, c->lanes->len, sizeof(gpointer), lanes_by_side);
    }
    for (guint i = 0; i < c->lanes->len; i++) {
        OraLane *lane = g_ptr_array_index(c->lanes, i);

        lane->incoming = lane_is_incoming(c, lane);
        find_clock(c, lane);
        collect_commands(c, lane);
        collect_settings(c, lane);
        collect_moves(c, lane);
        collect_pulses(c, lane);
        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);

            if (lane->events_ns == G_MAXINT64 && command->ok && ora_lane_capability(lane, "events", command->sent_ns) == 1) {
                lane->events_ns = command->t_ns;
            }
        }
    }
    return c;
}

void ora_case_free(OraCase *c)
{
    if (c == NULL) {
        return;
    }
    g_array_free(c->order, TRUE);
    g_array_free(c->links, TRUE);
    g_ptr_array_free(c->lanes, TRUE);
    g_ptr_array_free(c->surplus, TRUE);
    if (c->findings != NULL) {
        g_ptr_array_free(c->findings, TRUE);
    }
    g_free(c);
}

const OraLane *ora_case_peer(const OraCase *c, const OraLane *lane, guint i)
{
    OraRole want = lane->role == ORA_ROLE_SRC ? ORA_ROLE_DST : ORA_ROLE_SRC;
    guint number = ora_side_number_plus_1(lane->side);
    gboolean tries = FALSE;

    /* src0 … srcN: tries of a run that repeats itself; each has the destination of its number. */
    for (guint k = 0; k < c->lanes->len; k++) {
        const OraLane *other = g_ptr_array_index(c->lanes, k);

        tries = tries || (other->role == ORA_ROLE_SRC && ora_side_number_plus_1(other->side) != ORA_SIDE_BARE);
    }
    for (guint k = 0; k < c->lanes->len; k++) {
        const OraLane *other = g_ptr_array_index(c->lanes, k);

        if (other->role != want || (tries && ora_side_number_plus_1(other->side) != number)) {
            continue;
        }
        if (i-- == 0) {
            return other;
        }
    }
    return NULL;
}

gboolean ora_case_action(const OraCase *c, const char *action, gint64 from_ns, gint64 to_ns)
{
    for (guint i = 0; i < c->links->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(c->links, guint, i));

        if (record->t_ns >= from_ns && record->t_ns <= to_ns && record->kind == ORA_KIND_EVENT &&
            strcmp(record->event.name, action) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

int ora_case_command_line(const OraCase *c, OraRole role, const char *word, gboolean part)
{
    const OraRecord *header = ora_case_record(c, 0);
    const json_t *command;

    if (header == NULL || header->kind != ORA_KIND_HEADER) {
        return -1;
    }
    command = json_object_get(json_object_get(header->data, role == ORA_ROLE_SRC ? "source" : "destination"), "command");
    if (!json_is_array(command)) {
        return -1;
    }
    for (gsize i = 0; i < json_array_size(command); i++) {
        const char *text = json_string_value(json_array_get(command, i));

        if (text != NULL && (part ? strstr(text, word) != NULL : strcmp(text, word) == 0)) {
            return 1;
        }
    }
    return 0;
}
