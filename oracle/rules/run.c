/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Run states: which changes are legal, and what a migration does to the VM on either side.
 */
#include "oracle/rule.h"

#include <string.h>

#define R(name) ORA_RUN_##name
#define EVER ORA_FOREVER

static const struct {
    OraRun from, to;
    OraRelease since, until;
} edges[] = {
    { R(DEBUG), R(FINISH_MIGRATE), 204, EVER },      { R(DEBUG), R(RUNNING), 204, EVER },
    { R(DEBUG), R(SUSPENDED), 204, EVER },           { R(DEBUG), R(PRELAUNCH), 206, EVER },
    { R(INMIGRATE), R(GUEST_PANICKED), 204, EVER },  { R(INMIGRATE), R(INTERNAL_ERROR), 204, EVER },
    { R(INMIGRATE), R(IO_ERROR), 204, EVER },        { R(INMIGRATE), R(PAUSED), 204, EVER },
    { R(INMIGRATE), R(RUNNING), 204, EVER },         { R(INMIGRATE), R(SHUTDOWN), 204, EVER },
    { R(INMIGRATE), R(SUSPENDED), 204, EVER },       { R(INMIGRATE), R(WATCHDOG), 204, EVER },
    { R(INMIGRATE), R(FINISH_MIGRATE), 205, EVER },  { R(INMIGRATE), R(POSTMIGRATE), 206, EVER },
    { R(INMIGRATE), R(PRELAUNCH), 206, EVER },       { R(INMIGRATE), R(COLO), 208, EVER },
    { R(INTERNAL_ERROR), R(FINISH_MIGRATE), 204, EVER }, { R(INTERNAL_ERROR), R(PAUSED), 204, EVER },
    { R(INTERNAL_ERROR), R(PRELAUNCH), 206, EVER },
    { R(IO_ERROR), R(FINISH_MIGRATE), 204, EVER },   { R(IO_ERROR), R(RUNNING), 204, EVER },
    { R(IO_ERROR), R(PRELAUNCH), 206, EVER },
    { R(PAUSED), R(FINISH_MIGRATE), 204, EVER },     { R(PAUSED), R(RUNNING), 204, EVER },
    { R(PAUSED), R(PRELAUNCH), 206, EVER },          { R(PAUSED), R(COLO), 208, EVER },
    { R(PAUSED), R(POSTMIGRATE), 211, EVER },        { R(PAUSED), R(SUSPENDED), 900, EVER },
    { R(POSTMIGRATE), R(FINISH_MIGRATE), 204, EVER }, { R(POSTMIGRATE), R(RUNNING), 204, EVER },
    { R(POSTMIGRATE), R(PRELAUNCH), 206, EVER },
    { R(PRELAUNCH), R(FINISH_MIGRATE), 204, EVER },  { R(PRELAUNCH), R(INMIGRATE), 204, EVER },
    { R(PRELAUNCH), R(RUNNING), 204, EVER },         { R(PRELAUNCH), R(SUSPENDED), 900, EVER },
    { R(FINISH_MIGRATE), R(POSTMIGRATE), 204, EVER }, { R(FINISH_MIGRATE), R(RUNNING), 204, EVER },
    { R(FINISH_MIGRATE), R(PRELAUNCH), 206, EVER },  { R(FINISH_MIGRATE), R(COLO), 208, EVER },
    { R(FINISH_MIGRATE), R(PAUSED), 211, EVER },     { R(FINISH_MIGRATE), R(INTERNAL_ERROR), 801, EVER },
    { R(FINISH_MIGRATE), R(IO_ERROR), 801, EVER },   { R(FINISH_MIGRATE), R(SHUTDOWN), 801, EVER },
    { R(FINISH_MIGRATE), R(SUSPENDED), 801, EVER },  { R(FINISH_MIGRATE), R(WATCHDOG), 801, EVER },
    { R(FINISH_MIGRATE), R(GUEST_PANICKED), 801, EVER },
    { R(RESTORE_VM), R(RUNNING), 204, EVER },        { R(RESTORE_VM), R(PRELAUNCH), 206, EVER },
    { R(RESTORE_VM), R(SUSPENDED), 900, EVER },
    { R(RUNNING), R(DEBUG), 204, EVER },             { R(RUNNING), R(FINISH_MIGRATE), 204, EVER },
    { R(RUNNING), R(GUEST_PANICKED), 204, EVER },    { R(RUNNING), R(INTERNAL_ERROR), 204, EVER },
    { R(RUNNING), R(IO_ERROR), 204, EVER },          { R(RUNNING), R(PAUSED), 204, EVER },
    { R(RUNNING), R(RESTORE_VM), 204, EVER },        { R(RUNNING), R(SAVE_VM), 204, EVER },
    { R(RUNNING), R(SHUTDOWN), 204, EVER },          { R(RUNNING), R(SUSPENDED), 204, EVER },
    { R(RUNNING), R(WATCHDOG), 204, EVER },          { R(RUNNING), R(COLO), 208, EVER },
    { R(SAVE_VM), R(RUNNING), 204, EVER },           { R(SAVE_VM), R(SUSPENDED), 900, EVER },
    { R(SHUTDOWN), R(FINISH_MIGRATE), 204, EVER },   { R(SHUTDOWN), R(PAUSED), 204, EVER },
    { R(SHUTDOWN), R(PRELAUNCH), 206, EVER },        { R(SHUTDOWN), R(COLO), 502, EVER },
    { R(SUSPENDED), R(FINISH_MIGRATE), 204, EVER },  { R(SUSPENDED), R(RUNNING), 204, EVER },
    { R(SUSPENDED), R(PRELAUNCH), 206, EVER },       { R(SUSPENDED), R(COLO), 208, EVER },
    { R(SUSPENDED), R(PAUSED), 900, EVER },          { R(SUSPENDED), R(RESTORE_VM), 900, EVER },
    { R(SUSPENDED), R(SAVE_VM), 900, EVER },         { R(SUSPENDED), R(SHUTDOWN), 900, EVER },
    { R(WATCHDOG), R(FINISH_MIGRATE), 204, EVER },   { R(WATCHDOG), R(RUNNING), 204, EVER },
    { R(WATCHDOG), R(PRELAUNCH), 206, EVER },        { R(WATCHDOG), R(COLO), 208, EVER },
    { R(GUEST_PANICKED), R(FINISH_MIGRATE), 204, EVER }, { R(GUEST_PANICKED), R(RUNNING), 204, EVER },
    { R(GUEST_PANICKED), R(PRELAUNCH), 206, EVER },
    { R(COLO), R(RUNNING), 208, EVER },              { R(COLO), R(SHUTDOWN), 601, EVER },
    { R(COLO), R(PRELAUNCH), 701, EVER },
    { R(PRECONFIG), R(INMIGRATE), 300, 502 },        { R(PRECONFIG), R(PRELAUNCH), 300, EVER },
};

/* One edge, or *any_way* of several; without *past_running* none that begins, ends or passes in running; without *reset*
 * none to prelaunch but the one that a migrated state takes. */
static gboolean may_go(OraRelease release, OraRun from, OraRun to, gboolean any_way, gboolean past_running, gboolean reset)
{
    guint reached = 0, before = 1;

    while (reached != before) {
        before = reached;
        for (gsize i = 0; i < G_N_ELEMENTS(edges); i++) {
            gboolean starts = edges[i].from == from || (any_way && ((reached >> edges[i].from) & 1) != 0);

            if (starts && (release == 0 || ora_release_within(release, edges[i].since, edges[i].until)) &&
                (past_running || (edges[i].from != R(RUNNING) && edges[i].to != R(RUNNING))) &&
                (reset || edges[i].to != R(PRELAUNCH) || edges[i].from == R(INMIGRATE) ||
                 /* a VM started with -S gets back what it had */ edges[i].from == R(FINISH_MIGRATE))) {
                reached |= 1u << edges[i].to;
            }
        }
    }
    return (reached >> to) & 1;
}

static void report_edge(OraCase *c, const OraRule *rule, const OraLane *lane, guint index, OraRun from, OraRun to)
{
    OraFinding *finding = ora_case_find(c, rule, lane, index);

    ora_finding_expected(finding, "a change of run state that %s allows", ora_release_name(lane->release));
    ora_finding_actual(finding, "%s -> %s", ora_run_name(from), ora_run_name(to));
}

static gboolean was_reset(const OraCase *c, const OraLane *lane)
{
    for (guint i = 0; i < lane->records->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));

        if ((record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_RESET) ||
            (record->kind == ORA_KIND_REPLY && strcmp(record->command.execute, "system_reset") == 0)) {
            return TRUE;
        }
    }
    return FALSE;
}

static void check_transitions(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        OraRun run = R(UNKNOWN);
        gboolean events = FALSE; /* STOP or RESUME since that poll */
        gboolean reset = was_reset(c, lane);

        for (guint k = 0; k < lane->pulses->len; k++) {
            const OraPulse *pulse = ORA_PULSE(lane, k);
            const OraRecord *record = ora_case_record(c, pulse->index);

            if (pulse->by == ORA_BY_STATE) {
                if (record->state.from != R(UNKNOWN) && record->state.from != record->state.to &&
                    !may_go(lane->release, (OraRun) record->state.from, pulse->run, FALSE, TRUE, TRUE)) {
                    report_edge(c, rule, lane, pulse->index, (OraRun) record->state.from, pulse->run);
                }
            } else if (pulse->by == ORA_BY_EVENT) {
                events = TRUE;
            } else if (pulse->run != R(UNKNOWN)) {
                /* A poll next to an event may show what was before it. */
                if (run != R(UNKNOWN) && run != pulse->run &&
                    !may_go(lane->release, run, pulse->run, TRUE, events || c->blur_ns > 0, reset)) {
                    report_edge(c, rule, lane, pulse->index, run, pulse->run);
                }
                run = pulse->run;
                events = FALSE;
            }
        }
    }
}

/* STOP is sent by a VM that ran, RESUME by one that did not. */
static void check_pairs(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraPulse *last = NULL;

        for (guint k = 0; k < lane->pulses->len; k++) {
            const OraPulse *pulse = ORA_PULSE(lane, k);
            OraFinding *finding;

            if (pulse->by != ORA_BY_EVENT) {
                continue;
            }
            if (last != NULL && last->running == pulse->running) {
                finding = ora_case_find(c, rule, lane, pulse->index);
                ora_finding_record(finding, last->index);
                ora_finding_expected(finding, "%s before another %s", pulse->running ? "STOP" : "RESUME",
                                     pulse->running ? "RESUME" : "STOP");
                ora_finding_actual(finding, "%s twice", pulse->running ? "RESUME" : "STOP");
            }
            last = pulse;
        }
    }
}

/* What query-status shows for longer than a poll takes was announced by STOP or RESUME. */
static void check_announced(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        gint64 blur = MAX(c->blur_ns, 1);
        int running = -1;

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            /* RESUME is sent before the state changes, STOP only when the processors stand and the devices were told. */
            gint64 late = c->blur_ns > 0 && record->kind == ORA_KIND_STATUS && !record->status.running ? G_GINT64_CONSTANT(1000000000)
                                                                                                      : blur;
            gboolean stirs = FALSE, missing = FALSE;
            OraFinding *finding;

            if (record->kind == ORA_KIND_EVENT &&
                (record->event.event == ORA_EVENT_STOP || record->event.event == ORA_EVENT_RESUME)) {
                running = record->event.event == ORA_EVENT_RESUME;
            }
            if (record->kind != ORA_KIND_STATUS || record->status.query_status == NULL) {
                continue;
            }
            if (running == -1) {
                running = record->status.running;
            }
            if (running == record->status.running) {
                continue;
            }
            for (guint n = k + 1; n < lane->records->len && !stirs; n++) {
                const OraRecord *later = ora_case_record(c, g_array_index(lane->records, guint, n));

                if (later->t_ns > record->t_ns + late) {
                    break;
                }
                if (later->kind == ORA_KIND_EVENT &&
                    (later->event.event == ORA_EVENT_STOP || later->event.event == ORA_EVENT_RESUME)) {
                    stirs = (later->event.event == ORA_EVENT_RESUME) == record->status.running;
                    missing = !stirs; /* the other one comes first: this one was never sent */
                    break;
                }
            }
            for (guint n = k; n > 0 && !stirs; n--) {
                const OraRecord *earlier = ora_case_record(c, g_array_index(lane->records, guint, n - 1));

                if (earlier->t_ns < record->t_ns - blur) {
                    break;
                }
                stirs = earlier->kind == ORA_KIND_EVENT &&
                        (earlier->event.event == ORA_EVENT_STOP || earlier->event.event == ORA_EVENT_RESUME);
            }
            /* The very end of a trace may have cut the event off. */
            if (stirs || (!missing && lane->end_ns - record->t_ns < MIN(late, G_GINT64_CONSTANT(400000000)))) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, index);
            ora_finding_expected(finding, "%s before the VM is seen %s", record->status.running ? "RESUME" : "STOP",
                                 record->status.running ? "running" : "stopped");
            ora_finding_actual(finding, "run state %s, and no such event", ora_run_name(record->status.run));
            break;
        }
    }
}

static gboolean may_start(const OraRecord *reply)
{
    static const char *const starting[] = { "cont", "stop", "system_reset", "system_wakeup", "human-monitor-command", "quit",
                                            "snapshot-load" };

    for (gsize i = 0; i < G_N_ELEMENTS(starting); i++) {
        if (strcmp(starting[i], reply->command.execute) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* A guest counts only while its VM runs: between two polls that both show it stopped, with nothing between that starts it, the
 * count stands. It is read a moment after the answer, so a few ticks are nothing. */
static void check_ticks(OraCase *c, const OraRule *rule)
{
    const gint64 few = c->virtual_time ? 0 : 10, soon = 1000000000;

    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraRecord *stood = NULL;
        guint stood_index = 0;

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            gboolean starts = FALSE;
            OraFinding *finding;

            if (record->kind == ORA_KIND_EVENT || (record->kind == ORA_KIND_REPLY && may_start(record)) ||
                (record->kind == ORA_KIND_STATUS && (record->status.query_status == NULL || record->status.running))) {
                stood = record->kind == ORA_KIND_EVENT && record->event.event != ORA_EVENT_RESUME &&
                                record->event.event != ORA_EVENT_STOP
                            ? stood
                            : NULL;
                continue;
            }
            if (record->kind != ORA_KIND_STATUS || record->status.guest_ticks == ORA_ABSENT) {
                continue;
            }
            if (stood == NULL) {
                stood = record;
                stood_index = index;
                continue;
            }
            for (guint n = k + 1; n < lane->records->len && !starts; n++) {
                const OraRecord *later = ora_case_record(c, g_array_index(lane->records, guint, n));

                if (later->t_ns > record->t_ns + soon) {
                    break;
                }
                starts = (later->kind == ORA_KIND_EVENT && later->event.event == ORA_EVENT_RESUME) ||
                         (later->kind == ORA_KIND_STATUS && later->status.running);
            }
            if (starts || record->status.guest_ticks <= stood->status.guest_ticks + few ||
                (!c->virtual_time && lane->end_ns - record->t_ns < 100000000)) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, index);
            ora_finding_record(finding, stood_index);
            ora_finding_expected(finding, "%" G_GINT64_FORMAT " ticks, as the guest had when it was stopped",
                                 stood->status.guest_ticks);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT " ticks in run state %s", record->status.guest_ticks,
                               ora_run_name(record->status.run));
            break;
        }
    }
}

/* stop and cont say so before they answer, when they change anything. */
static void check_told(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            gboolean stops = strcmp(command->execute, "stop") == 0, seen = FALSE, steady = TRUE;
            OraFinding *finding;

            /* What cont does depends on more than whether the VM runs. */
            if (!command->ok || !stops || ora_lane_running(lane, command->sent_ns) != 1 || !ora_lane_answers_after(lane, command->t_ns)) {
                continue;
            }
            for (guint n = 0; n < lane->pulses->len; n++) {
                const OraPulse *pulse = ORA_PULSE(lane, n);

                seen = seen || (pulse->by == ORA_BY_EVENT && !pulse->running && pulse->t_ns >= command->sent_ns - c->blur_ns &&
                                pulse->t_ns <= command->t_ns + MAX(c->blur_ns, 1000000));
                /* What changed a moment ago may be told in another order. */
                steady = steady && !((pulse->by == ORA_BY_EVENT || !pulse->running) &&
                                     pulse->t_ns > command->sent_ns - c->blur_ns && pulse->t_ns < command->sent_ns);
            }
            if (seen || !steady || ora_lane_run(lane, command->sent_ns) != R(RUNNING)) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, command->index);
            ora_finding_expected(finding, "STOP with stop, because the VM ran");
            ora_finding_actual(finding, "none");
        }
    }
}

static gboolean user_touched(const OraLane *lane, gint64 from_ns, gint64 to_ns)
{
    for (guint i = 0; i < lane->commands->len; i++) {
        const OraCommand *command = ORA_COMMAND(lane, i);

        if (command->touches && command->sent_ns >= from_ns && command->sent_ns <= to_ns) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean special_flow(const OraLane *lane, gint64 t_ns)
{
    return ora_lane_capability(lane, "background-snapshot", t_ns) == 1 || ora_lane_capability(lane, "x-colo", t_ns) == 1 ||
           ora_lane_had(lane, ORA_MACHINE_OUTGOING, ORA_STATUS_COLO, G_MININT64, t_ns);
}

/* Until when a status that began at *from_ns* is known to last: where nothing but polls shows it, up to the last poll that
 * does. A monitor may be blocked for seconds. */
static gint64 known_until(const OraCase *c, const OraLane *lane, OraMachine machine, const OraMove *move, gint64 end_ns)
{
    gint64 last = move->t_ns;

    if (c->virtual_time || move->t_ns >= lane->events_ns) {
        return end_ns;
    }
    for (guint i = 0; i < lane->records->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));

        if (record->t_ns <= end_ns && record->kind == ORA_KIND_STATUS && record->status.status == move->to &&
            ora_lane_status(lane, machine, record->t_ns) == move->to) {
            last = MAX(last, record->t_ns);
        }
    }
    return last;
}

/* The longest time for which the VM ran although the machine was in one of the statuses of *mask*; ret_index is the record
 * that shows it. A state lasts until something shows another. */
static gint64 ran_while(const OraCase *c, const OraLane *lane, OraMachine machine, guint mask, guint *ret_index)
{
    gint64 longest = 0;

    for (guint m = 0; m < lane->moves->len; m++) {
        const OraMove *move = ORA_MOVE(lane, m);
        gint64 end = lane->end_ns;

        if (move->machine != machine || ((mask >> move->to) & 1) == 0) {
            continue;
        }
        for (guint n = m + 1; n < lane->moves->len; n++) {
            if (ORA_MOVE(lane, n)->machine == machine) {
                end = ORA_MOVE(lane, n)->t_ns;
                break;
            }
        }
        end = known_until(c, lane, machine, move, end);
        for (guint k = 0; k < lane->pulses->len; k++) {
            const OraPulse *pulse = ORA_PULSE(lane, k);
            gint64 until = k + 1 < lane->pulses->len ? ORA_PULSE(lane, k + 1)->t_ns : lane->end_ns;
            gint64 both = MIN(until, end) - MAX(pulse->t_ns, move->t_ns);

            /* Polls are kept when something changed: an old one says nothing about a status that came later, an event does. */
            if (pulse->running && both > longest && (pulse->by != ORA_BY_POLL || pulse->t_ns >= move->t_ns)) {
                longest = both;
                *ret_index = pulse->index;
            }
        }
    }
    return longest;
}

#define BIT(status) (1u << ORA_STATUS_##status)

/* From the switchover on the source's VM does not run. */
static void check_stopped(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        /* Up to 9.2 postcopy-active is set before the VM is stopped. */
        gint64 settle = lane->release <= 902 ? MAX(c->blur_ns, 100000000) : MAX(c->blur_ns, 1000000);
        guint index = 0;
        OraFinding *finding;

        if (special_flow(lane, G_MAXINT64) ||
            ran_while(c, lane, ORA_MACHINE_OUTGOING,
                      BIT(PRE_SWITCHOVER) | BIT(DEVICE) | BIT(POSTCOPY_DEVICE) | BIT(POSTCOPY_ACTIVE) | BIT(POSTCOPY_PAUSED) |
                          BIT(POSTCOPY_RECOVER_SETUP) | BIT(POSTCOPY_RECOVER), &index) <= settle) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, index);
        ora_finding_expected(finding, "the VM is stopped (finish-migrate)");
        ora_finding_actual(finding, "the VM runs in status %s",
                           ora_status_name(ora_lane_status(lane, ORA_MACHINE_OUTGOING, ora_case_record(c, index)->t_ns + 1)));
    }
}

/* The last poll of an ended migration in (from, to) that nothing contradicts soon: an unchanged state is not written down again. */
static const OraPulse *settled(const OraCase *c, const OraLane *lane, gint64 from_ns, gint64 to_ns)
{
    gint64 lasts = c->virtual_time ? 1000000 : 200000000;
    const OraPulse *last = NULL;

    to_ns = MIN(to_ns, lane->end_ns);
    for (guint k = 0; k < lane->pulses->len; k++) {
        const OraPulse *pulse = ORA_PULSE(lane, k);

        if (pulse->t_ns > from_ns && pulse->t_ns < to_ns) {
            last = pulse;
        }
    }
    if (last == NULL || last->by == ORA_BY_EVENT || to_ns - last->t_ns < lasts) {
        return NULL;
    }
    /* An answer that shows the migration at work is of before its end. */
    if (last->by == ORA_BY_POLL) {
        const OraRecord *record = ora_case_record(c, last->index);

        return record->status.migrate == NULL || record->status.status <= ORA_STATUS_NONE ||
                       ora_status_is_terminal(record->status.status)
                   ? last
                   : NULL;
    }
    return last;
}

/* The first moment from *from_ns* on at which a user or another migration takes hold of the VM. */
static gint64 until_touched(const OraLane *lane, gint64 from_ns)
{
    gint64 until = G_MAXINT64;

    for (guint k = 0; k < lane->commands->len; k++) {
        const OraCommand *command = ORA_COMMAND(lane, k);

        if (command->sent_ns >= from_ns && command->sent_ns < until &&
            (command->touches || strcmp(command->execute, "migrate") == 0)) {
            until = command->sent_ns;
        }
    }
    return until;
}

/* completed leaves the source in postmigrate. */
static void check_postmigrate(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint m = 0; m < lane->moves->len; m++) {
            const OraMove *move = ORA_MOVE(lane, m);
            const OraPulse *after;
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_OUTGOING || move->to != ORA_STATUS_COMPLETED || lane->commands->len == 0 || special_flow(lane, move->t_ns) ||
                lane->killed || move->from == ORA_STATUS_CANCELLING ||
                /* Sent before, done behind it. */
                ora_lane_command(lane, "cont", move->t_ns - 2000000000, move->t_ns) != NULL) {
                continue;
            }
            for (guint k = 0; k < lane->pulses->len; k++) {
                const OraPulse *pulse = ORA_PULSE(lane, k);

                /* What has been given away does not start by itself. */
                if (pulse->by == ORA_BY_EVENT && pulse->running && pulse->t_ns > move->t_ns &&
                    !user_touched(lane, move->t_ns - G_GINT64_CONSTANT(2000000000), pulse->t_ns + 2000000) &&
                    ora_lane_command(lane, "migrate", move->t_ns, pulse->t_ns + 2000000) == NULL &&
                    ora_lane_command(lane, "migrate_cancel", G_MININT64, pulse->t_ns) == NULL &&
                    ora_lane_status(lane, ORA_MACHINE_OUTGOING, pulse->t_ns) == ORA_STATUS_COMPLETED) {
                    finding = ora_case_find(c, rule, lane, pulse->index);
                    ora_finding_record(finding, move->index);
                    ora_finding_expected(finding, "postmigrate until somebody sends cont");
                    ora_finding_actual(finding, "RESUME");
                    break;
                }
            }
            after = settled(c, lane, move->t_ns, until_touched(lane, move->t_ns));
            if (after == NULL || after->run == R(POSTMIGRATE)) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, after->index);
            ora_finding_record(finding, move->index);
            ora_finding_expected(finding, "postmigrate");
            ora_finding_actual(finding, "%s", ora_run_name(after->run));
        }
    }
}

/* A precopy that failed or was cancelled leaves the VM as it was. */
static void check_kept(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        gint64 begin = G_MININT64;
        gboolean postcopy = FALSE;

        for (guint m = 0; m < lane->moves->len; m++) {
            const OraMove *move = ORA_MOVE(lane, m);
            const OraPulse *before = NULL, *after;
            gboolean same, stopped;
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_OUTGOING) {
                continue;
            }
            if (move->to == ORA_STATUS_SETUP) {
                const OraCommand *migrate = ora_lane_command(lane, "migrate", G_MININT64, move->t_ns + 2000000);

                begin = migrate != NULL && !c->virtual_time ? migrate->sent_ns : move->t_ns;
                postcopy = FALSE;
            }
            /* postcopy-device gives the VM back; the later phases do not. */
            postcopy = postcopy || (ora_status_is_postcopy(move->to) && move->to != ORA_STATUS_POSTCOPY_DEVICE);
            if ((move->to != ORA_STATUS_CANCELLED && move->to != ORA_STATUS_FAILED) || postcopy || begin == G_MININT64 || lane->commands->len == 0 ||
                special_flow(lane, move->t_ns) || user_touched(lane, begin, move->t_ns)) {
                continue;
            }
            after = settled(c, lane, move->t_ns, until_touched(lane, move->t_ns));
            for (guint k = 0; k < lane->pulses->len && ORA_PULSE(lane, k)->t_ns < begin; k++) {
                before = ORA_PULSE(lane, k);
            }
            if (before == NULL || after == NULL || (before->by != ORA_BY_EVENT && before->run == R(FINISH_MIGRATE)) ||
                /* What a command did meanwhile no poll shows. */
                user_touched(lane, before->t_ns, begin)) {
                continue;
            }
            stopped = after->run == R(POSTMIGRATE) || after->run == R(FINISH_MIGRATE);
            same = before->running == after->running &&
                   (before->by == ORA_BY_EVENT ? before->running || !stopped : before->run == after->run);
            if (same) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, after->index);
            ora_finding_record(finding, move->index);
            ora_finding_expected(finding, "%s, as before the migration",
                                 before->by != ORA_BY_EVENT ? ora_run_name(before->run)
                                 : before->running          ? "running"
                                                            : "paused");
            ora_finding_actual(finding, "%s after %s", ora_run_name(after->run), ora_status_name(move->to));
            if (after->run == R(POSTMIGRATE) && ora_quirk_applies("paused-becomes-postmigrate", lane->release) &&
                (!before->running || ora_lane_command(lane, "migrate-start-postcopy", begin, move->t_ns) != NULL)) {
                ora_finding_known(finding, "paused-becomes-postmigrate");
            } else if (after->run == R(FINISH_MIGRATE) && (lane->release >= 1002 || lane->release == 0)) {
                ora_finding_known(finding, "inactive-disk-run");
            } else if (before->run == R(POSTMIGRATE) && ora_quirk_applies("postmigrate-fail-resumes", lane->release)) {
                ora_finding_known(finding, "postmigrate-fail-resumes");
            }
        }
    }
}

/* A STOP of the migration shows that the source ran. */
static gboolean ran_before(const OraLane *source, gint64 t_ns)
{
    for (guint k = source->pulses->len; k > 0; k--) {
        const OraPulse *pulse = ORA_PULSE(source, k - 1);

        if (pulse->t_ns <= t_ns && pulse->by != ORA_BY_EVENT && pulse->run == R(POSTMIGRATE) && pulse->t_ns < t_ns - 1000000000) {
            return FALSE;      /* what an earlier migration left, given away by this one */
        }
        if (pulse->t_ns <= t_ns && pulse->by == ORA_BY_EVENT) {
            return !pulse->running && ora_lane_command(source, "stop", pulse->t_ns - 1000000000, pulse->t_ns) == NULL;
        }
    }
    return FALSE;
}

/* The source's VM was paused or never started when the migration began, and nobody started it. */
static gboolean stood_before(const OraLane *source, gint64 t_ns)
{
    OraRun run = R(UNKNOWN);

    for (guint k = 0; k < source->pulses->len && ORA_PULSE(source, k)->t_ns <= t_ns; k++) {
        const OraPulse *pulse = ORA_PULSE(source, k);

        if (pulse->running) {
            run = R(RUNNING);
        } else if (pulse->by != ORA_BY_EVENT && pulse->run != R(FINISH_MIGRATE) && pulse->run != R(POSTMIGRATE)) {
            run = pulse->run;
        }
    }
    return run == R(PAUSED) || run == R(PRELAUNCH);
}

/* How many migrations *source* began by then; an earlier one may have left its VM in another state. */
static guint attempts_until(const OraLane *source, gint64 t_ns)
{
    guint count = 0;

    for (guint m = 0; m < source->moves->len && ORA_MOVE(source, m)->t_ns <= t_ns; m++) {
        count += ORA_MOVE(source, m)->machine == ORA_MACHINE_OUTGOING && ORA_MOVE(source, m)->to == ORA_STATUS_SETUP;
    }
    return count;
}

/* The run state that a destination takes at the end. */
static void check_destination(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraLane *source = ora_case_peer(c, lane, 0);
        const OraMove *completed = NULL;
        const OraPulse *after = NULL;
        gboolean postcopy = ora_lane_had(lane, ORA_MACHINE_INCOMING, ORA_STATUS_POSTCOPY_ACTIVE, G_MININT64, G_MAXINT64);
        OraRun sent = R(UNKNOWN), want = R(UNKNOWN);
        OraFinding *finding;

        for (guint m = 0; m < lane->moves->len && completed == NULL; m++) {
            completed = ORA_MOVE(lane, m)->machine == ORA_MACHINE_INCOMING && ORA_MOVE(lane, m)->to == ORA_STATUS_COMPLETED
                            ? ORA_MOVE(lane, m)
                            : NULL;
        }
        if (lane->role != ORA_ROLE_DST || completed == NULL || special_flow(lane, G_MAXINT64) ||
            ora_lane_had(lane, ORA_MACHINE_INCOMING, ORA_STATUS_COLO, G_MININT64, G_MAXINT64)) {
            continue;
        }
        after = settled(c, lane, completed->t_ns, until_touched(lane, completed->t_ns));
        if (after == NULL) {
            continue;
        }
        finding = NULL;
        if (after->run == R(INMIGRATE) || after->run == R(FINISH_MIGRATE)) {
            finding = ora_case_find(c, rule, lane, after->index);
            ora_finding_expected(finding, "running, or the state that the source sent");
        } else if (source != NULL && !postcopy && !user_touched(lane, G_MININT64, after->t_ns) &&
                   (after->run == R(PRELAUNCH) || after->run == R(POSTMIGRATE)) && ran_before(source, completed->t_ns)) {
            /* Whatever the command line: a VM that ran becomes running, or paused by -S. */
            finding = ora_case_find(c, rule, lane, after->index);
            ora_finding_expected(finding, "running, or paused by -S, because the source ran");
        } else if (source != NULL && postcopy && after->run == R(RUNNING) && !user_touched(lane, G_MININT64, after->t_ns) &&
                   stood_before(source, completed->t_ns)) {
            finding = ora_case_find(c, rule, lane, after->index);
            ora_finding_expected(finding, "stopped, as the source was");
            ora_finding_known(finding, "postcopy-ignores-global-state");
        } else if (source != NULL && ora_case_command_line(c, ORA_ROLE_DST, "-S", FALSE) >= 0 &&
                   ora_case_command_line(c, ORA_ROLE_SRC, "store-global-state=off", TRUE) == 0 && attempts_until(source, completed->t_ns) == 1 &&
                   ora_lane_capability(source, "background-snapshot", completed->t_ns) != 1 &&
                   !user_touched(lane, G_MININT64, after->t_ns)) {
            /* With the command line known the state is known: what the source was in when it was stopped. */
            for (guint k = 0; k < source->pulses->len; k++) {
                const OraPulse *pulse = ORA_PULSE(source, k);

                if (pulse->t_ns > completed->t_ns || pulse->run == R(FINISH_MIGRATE) || pulse->run == R(POSTMIGRATE)) {
                    break;
                }
                sent = pulse->by == ORA_BY_EVENT ? (pulse->running ? R(RUNNING) : sent) : pulse->run;
            }
            if (sent == R(RUNNING) || (sent != R(UNKNOWN) && postcopy) || (sent == R(SUSPENDED) && lane->release >= 900)) {
                want = ora_case_command_line(c, ORA_ROLE_DST, "-S", FALSE) == 1 ? R(PAUSED) : R(RUNNING);
            } else {
                want = sent;
            }
            if (want != R(UNKNOWN) && want != after->run && !(sent == R(SUSPENDED) && after->run == R(SUSPENDED))) {
                finding = ora_case_find(c, rule, lane, after->index);
                ora_finding_expected(finding, "%s, because the source was %s", ora_run_name(want), ora_run_name(sent));
            }
        }
        if (finding != NULL) {
            ora_finding_record(finding, completed->index);
            ora_finding_actual(finding, "%s after completed", ora_run_name(after->run));
        }
    }
}

/* The destination's VM does not run while its migration is only active. */
static void check_inmigrate(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        guint index = 0;
        OraFinding *finding;

        /* The status that ends the wait follows the start of the VM at once. */
        if (lane->role != ORA_ROLE_DST || special_flow(lane, G_MAXINT64) ||
            ran_while(c, lane, ORA_MACHINE_INCOMING, BIT(ACTIVE), &index) <= (c->virtual_time ? 20000000 : 400000000)) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, index);
        ora_finding_expected(finding, "run state inmigrate while the incoming status is active");
        ora_finding_actual(finding, "the VM runs");
    }
    /* A state that the stream brought is set at the end, not when its section is read. */
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint m = 0; m < lane->moves->len && lane->role == ORA_ROLE_DST && !special_flow(lane, G_MAXINT64); m++) {
            const OraMove *move = ORA_MOVE(lane, m);
            gint64 end = m + 1 < lane->moves->len ? ORA_MOVE(lane, m + 1)->t_ns : lane->end_ns;

            end = known_until(c, lane, ORA_MACHINE_INCOMING, move, end);
            for (guint k = 0; k < lane->pulses->len && move->machine == ORA_MACHINE_INCOMING && move->to == ORA_STATUS_ACTIVE;
                 k++) {
                const OraPulse *pulse = ORA_PULSE(lane, k);
                OraFinding *finding;

                if (pulse->by == ORA_BY_EVENT || pulse->running || pulse->run == R(INMIGRATE) || pulse->run == R(UNKNOWN) ||
                    pulse->t_ns <= move->t_ns || pulse->t_ns + MAX(c->blur_ns * 2, 20000000) >= end) {
                    continue;
                }
                finding = ora_case_find(c, rule, lane, pulse->index);
                ora_finding_expected(finding, "run state inmigrate while the incoming status is active");
                ora_finding_actual(finding, "%s", ora_run_name(pulse->run));
                return;
            }
        }
    }
}

/* A background snapshot leaves the VM as it was (up to 8.2: running). */
static void check_snapshot(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint m = 0; m < lane->moves->len; m++) {
            const OraMove *move = ORA_MOVE(lane, m);
            const OraCommand *migrate;
            const OraPulse *before = NULL, *after;
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_OUTGOING || !ora_status_is_terminal(move->to) ||
                ora_lane_capability(lane, "background-snapshot", move->t_ns) != 1) {
                continue;
            }
            migrate = ora_lane_command(lane, "migrate", G_MININT64, move->t_ns);
            after = settled(c, lane, move->t_ns, until_touched(lane, move->t_ns));
            for (guint k = 0; migrate != NULL && k < lane->pulses->len && ORA_PULSE(lane, k)->t_ns < migrate->sent_ns; k++) {
                before = ORA_PULSE(lane, k);
            }
            if (before == NULL || after == NULL || user_touched(lane, before->t_ns, move->t_ns) ||
                before->running == after->running || (!before->running && lane->release <= 802)) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, after->index);
            ora_finding_record(finding, move->index);
            ora_finding_expected(finding, before->running ? "the VM runs, as before" : "the VM is stopped, as before");
            ora_finding_actual(finding, "%s after %s", ora_run_name(after->run), ora_status_name(move->to));
            if (move->to == ORA_STATUS_FAILED && before->running && ora_quirk_applies("snapshot-failed-paused", lane->release)) {
                ora_finding_known(finding, "snapshot-failed-paused");
            }
        }
    }
}

const OraRule ora_rules_run[] = {
    { "run.transition", "The run state of a VM changes only along the legal changes of its release.", 204, EVER,
      "STATE-GRAPH", "6.4", check_transitions },
    { "run.pairs", "STOP and RESUME alternate.", 204, EVER, "RUNSTATE-KEPT", "7", check_pairs },
    { "run.announced", "STOP and RESUME are sent whenever the VM stops and runs.", 204, EVER, "FAIL-VISIBLE", "7",
      check_announced },
    { "run.ticks", "The guest of a VM that is stopped does not count on.", 204, EVER, "ONE-OWNER", "5.1", check_ticks },
    { "run.told", "A stop that stops the VM sends STOP.", 204, EVER, "FAIL-VISIBLE", "7", check_told },
    { "run.stopped", "In pre-switchover, device and postcopy the source's VM does not run.", 211, EVER, "ONE-OWNER", "6.1",
      check_stopped },
    { "run.postmigrate", "A completed migration leaves the source in postmigrate.", 204, EVER, "RUNSTATE-KEPT", "6.1",
      check_postmigrate },
    { "run.kept", "A precopy that failed or was cancelled leaves the source's VM in the run state it had.", 204, EVER,
      "RUNSTATE-KEPT", "6.1", check_kept },
    { "run.destination", "After completion the destination runs, is paused by -S, or is in the state that the source sent.",
      206, EVER, "RUNSTATE-KEPT", "6.2", check_destination },
    { "run.snapshot", "A background snapshot leaves the VM running, or stopped, as it was (9.0-).", 600, EVER,
      "SNAP-ALL-OR-NOTHING", "8.9", check_snapshot },
    { "run.inmigrate", "The destination's VM waits in inmigrate while its migration is active.", 206, EVER, "ONE-OWNER", "6.1",
      check_inmigrate },
    { 0 },
};
