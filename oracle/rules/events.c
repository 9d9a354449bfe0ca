/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Events: which come at all, in which order, and that none is missing. Within one process the order of arrival is exact.
 */
#include "oracle/rules/edges.h"

#include <string.h>

#define EVER ORA_FOREVER
#define S(name) ORA_STATUS_##name

/* The number that the first pass of a migration has. */
static gint64 first_pass(OraRelease release)
{
    return release >= 1101 ? 2 : 1;
}

static void check_passes(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        gint64 want = ORA_ABSENT; /* not known */
        gboolean fresh = FALSE;   /* since setup no pass was reported */

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            OraFinding *finding;

            if (record->kind != ORA_KIND_EVENT) {
                continue;
            }
            if (record->event.event == ORA_EVENT_MIGRATION && record->event.status == S(SETUP)) {
                want = lane->release != 0 ? first_pass(lane->release) : ORA_ABSENT;
                fresh = TRUE;
            }
            /* Up to 11.0 the sync of the set-up is reported before active. */
            if (record->event.event == ORA_EVENT_MIGRATION && record->event.status == S(ACTIVE) && fresh && !lane->incoming &&
                lane->release >= 206 && lane->release <= 1100 &&
                ora_lane_capability(lane, "background-snapshot", record->t_ns) != 1) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_expected(finding, "pass 1 before active");
                ora_finding_actual(finding, "no pass since setup");
            }
            fresh = fresh && record->event.event != ORA_EVENT_MIGRATION_PASS &&
                    !(record->event.event == ORA_EVENT_MIGRATION && record->event.status == S(ACTIVE));
            if (record->event.event != ORA_EVENT_MIGRATION_PASS) {
                continue;
            }
            if (want != ORA_ABSENT && record->event.number != want + record->event.thinned) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_expected(finding, "pass %" G_GINT64_FORMAT, want + record->event.thinned);
                ora_finding_actual(finding, "pass %" G_GINT64_FORMAT, record->event.number);
            }
            want = record->event.number + 1;
        }
    }
}

/* Without the capability there are no events MIGRATION, but for the destination's setup up to 8.1. */
static void check_off(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraCommand *on = NULL;

        for (guint k = 0; k < lane->commands->len && on == NULL; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);

            on = ora_lane_capability(lane, "events", command->sent_ns) == 1 ? command : NULL;
        }
        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            OraFinding *finding;

            if (record->kind != ORA_KIND_EVENT || (on != NULL && record->t_ns >= on->sent_ns - 2000000) ||
                (record->event.event != ORA_EVENT_MIGRATION && record->event.event != ORA_EVENT_MIGRATION_PASS) ||
                (record->event.event == ORA_EVENT_MIGRATION && record->event.status == S(SETUP) && lane->release <= 801) ||
                /* Who never sets capabilities by command may have done it on the command line. */
                (on == NULL && (ora_lane_command(lane, "migrate-set-capabilities", G_MININT64, G_MAXINT64) == NULL ||
                                ora_case_command_line(c, lane->role, "events", TRUE) == 1))) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, index);
            ora_finding_expected(finding, "no such event before the capability is on");
            ora_finding_actual(finding, "%s %s", record->event.name,
                               record->event.event == ORA_EVENT_MIGRATION ? ora_status_name(record->event.status) : "");
            break;
        }
    }
}

/* With the capability every change of status has its event. */
static void check_complete(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->moves->len && lane->events_ns != G_MAXINT64; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            OraFinding *finding;

            /* Up to 8.1 the destination's event setup is no status: the query goes its own way around it. */
            if (move->by != ORA_BY_POLL || move->t_ns <= lane->events_ns + (move->from == S(NONE) ? c->blur_ns : 0) ||
                move->from == S(UNKNOWN) ||
                (move->machine == ORA_MACHINE_INCOMING && lane->release <= 801 && move->from == S(SETUP) &&
                 (move->to == S(NONE) || move->to == S(POSTCOPY_PAUSED) || lane->release == 0)) ||
                /* An answer that was on its way when the event came. */
                (!c->virtual_time && move->machine == ORA_MACHINE_INCOMING &&
                 (move->to == S(NONE) || move->from == S(NONE))) ||
                move->t_ns + c->blur_ns > lane->end_ns) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, move->index);
            ora_finding_expected(finding, "event MIGRATION %s around the change", ora_status_name(move->to));
            ora_finding_actual(finding, "query-migrate shows %s, the last event was %s", ora_status_name(move->to),
                               ora_status_name(move->from));
        }
    }
}

static gboolean two_by_design(const OraLane *lane)
{
    return ora_lane_capability(lane, "background-snapshot", G_MAXINT64) == 1 ||
           ora_lane_capability(lane, "x-colo", G_MAXINT64) == 1 ||
           ora_lane_had(lane, ORA_MACHINE_OUTGOING, S(COLO), G_MININT64, G_MAXINT64);
}

/* Statuses whose event comes only after the STOP of a VM that ran. */
static const struct {
    OraStatus status;
    OraRelease since;
} after_stop[] = {
    { S(PRE_SWITCHOVER), 211 }, { S(DEVICE), 211 }, { S(POSTCOPY_DEVICE), 1002 }, { S(POSTCOPY_ACTIVE), 1000 },
    { S(COMPLETED), 204 },
};

static void check_stop_first(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        int running = -1; /* by events alone: their order is exact */

        if (two_by_design(lane)) {
            continue;
        }
        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);

            if (record->kind == ORA_KIND_STATUS && record->status.query_status != NULL && running == -1) {
                running = record->status.running;
            }
            if (record->kind != ORA_KIND_EVENT) {
                continue;
            }
            if (record->event.event == ORA_EVENT_STOP || record->event.event == ORA_EVENT_RESUME) {
                running = record->event.event == ORA_EVENT_RESUME;
            }
            if (record->event.event != ORA_EVENT_MIGRATION || running != 1) {
                continue;
            }
            for (guint m = 0; m < lane->moves->len; m++) {
                const OraMove *move = ORA_MOVE(lane, m);

                if (move->index != index || move->machine != ORA_MACHINE_OUTGOING) {
                    continue;
                }
                for (gsize s = 0; s < G_N_ELEMENTS(after_stop); s++) {
                    OraFinding *finding;

                    if (after_stop[s].status != move->to || lane->release < after_stop[s].since ||
                        (move->from == S(CANCELLING) && move->to == S(COMPLETED)) ||
                        ora_lane_command(lane, "cont", move->t_ns - 1000000000, move->t_ns) != NULL ||
                        /* A stop that meets the switchover: who is first changes the run state, who waits reports. */
                        ora_lane_command(lane, "stop", move->t_ns - 1000000000, move->t_ns) != NULL) {
                        continue;
                    }
                    finding = ora_case_find(c, rule, lane, index);
                    ora_finding_expected(finding, "STOP before status %s", ora_status_name(move->to));
                    ora_finding_actual(finding, "the VM still runs as far as events say");
                }
            }
        }
    }
}

/* A VM that was stopped for the switchover runs again before the end is reported. */
static void check_resume_first(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        gboolean stopped = FALSE; /* by this migration */

        for (guint k = 0; k < lane->records->len && !two_by_design(lane); k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            gboolean resumes = FALSE, ends;
            OraFinding *finding;

            if (record->kind != ORA_KIND_EVENT) {
                continue;
            }
            if (record->event.event == ORA_EVENT_MIGRATION && record->event.status == S(SETUP)) {
                stopped = FALSE;
            } else if (record->event.event == ORA_EVENT_STOP) {
                stopped = ora_lane_command(lane, "stop", record->t_ns - 1000000000, record->t_ns) == NULL;
            } else if (record->event.event == ORA_EVENT_RESUME) {
                stopped = FALSE;
            }
            ends = record->event.event == ORA_EVENT_MIGRATION &&
                   (record->event.status == S(CANCELLED) || (record->event.status == S(FAILED) && lane->release >= 1100));
            if (!ends || !stopped || lane->incoming) {
                continue;
            }
            /* Only when it does run again: whether it has to is another rule's business. */
            for (guint n = k + 1; n < lane->records->len && !resumes; n++) {
                const OraRecord *later = ora_case_record(c, g_array_index(lane->records, guint, n));

                if (later->kind == ORA_KIND_REPLY && strcmp(later->command.execute, "cont") == 0) {
                    break;
                }
                resumes = later->kind == ORA_KIND_EVENT && later->event.event == ORA_EVENT_RESUME;
            }
            if (resumes) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_expected(finding, "RESUME before %s", ora_status_name(record->event.status));
                ora_finding_actual(finding, "RESUME after it");
            }
        }
    }
}

/* The destination reports completed when its VM runs already (2.5-). */
static void check_completed_last(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraMove *completed = NULL;

        if (!lane->incoming || lane->release < 205 || two_by_design(lane) ||
            ora_lane_had(lane, ORA_MACHINE_INCOMING, S(COLO), G_MININT64, G_MAXINT64) ||
            /* In postcopy the thread that receives completes, the main loop starts the VM: whichever comes first. */
            ora_lane_had(lane, ORA_MACHINE_INCOMING, S(POSTCOPY_ACTIVE), G_MININT64, G_MAXINT64)) {
            continue;
        }
        for (guint k = 0; k < lane->moves->len && completed == NULL; k++) {
            const OraMove *move = ORA_MOVE(lane, k);

            completed = move->machine == ORA_MACHINE_INCOMING && move->by == ORA_BY_EVENT && move->to == S(COMPLETED) ? move
                                                                                                                      : NULL;
        }
        for (guint k = 0; completed != NULL && k < lane->pulses->len; k++) {
            const OraPulse *pulse = ORA_PULSE(lane, k);
            OraFinding *finding;

            if (pulse->by != ORA_BY_EVENT || pulse->index < completed->index) {
                if (pulse->by == ORA_BY_EVENT) {
                    break; /* it was started before */
                }
                continue;
            }
            if (pulse->running && ora_lane_answers_after(lane, pulse->t_ns) && ora_lane_command(lane, "cont", completed->t_ns - c->blur_ns, pulse->t_ns + 2000000) == NULL &&
                ora_lane_command(lane, "migrate", G_MININT64, pulse->t_ns) == NULL &&
                ora_lane_command(lane, "system_reset", G_MININT64, pulse->t_ns) == NULL) {
                finding = ora_case_find(c, rule, lane, completed->index);
                ora_finding_record(finding, pulse->index);
                ora_finding_expected(finding, "RESUME before completed");
                ora_finding_actual(finding, "RESUME after it");
            }
            break;
        }
    }
}

/* Passes are reported while a migration is at work. */
static void check_idle_pass(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        OraStatus status = S(UNKNOWN);

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            OraFinding *finding;

            if (record->kind != ORA_KIND_EVENT) {
                continue;
            }
            if (record->event.event == ORA_EVENT_MIGRATION) {
                status = record->event.status;
            }
            if (record->event.event != ORA_EVENT_MIGRATION_PASS ||
                /* failed may be set by a channel's thread while the main one still counts. */
                (status != S(COMPLETED) && status != S(CANCELLED) && status != S(CANCELLING))) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, index);
            ora_finding_expected(finding, "no pass after %s", ora_status_name(status));
            ora_finding_actual(finding, "pass %" G_GINT64_FORMAT, record->event.number);
            if ((status == S(CANCELLING) || status == S(CANCELLED)) && ora_quirk_applies("pass-after-cancelled", lane->release)) {
                ora_finding_known(finding, "pass-after-cancelled");
            }
            break;
        }
    }
}

const OraRule ora_rules_events[] = {
    { "events.passes", "MIGRATION_PASS counts up by one; the first of a migration is 1, before active (11.1-: 2).", 206, EVER,
      "STAT-CONSERVE", "7", check_passes },
    { "events.idle-pass", "No pass is reported once a migration is cancelled or completed.", 206, EVER, "IO-AFTER-STOP",
      "5.3", check_idle_pass },
    { "events.off", "Without the events capability there is no event MIGRATION (up to 8.1: but the destination's setup).",
      204, EVER, "FEATURE-SCOPE", "7", check_off },
    { "events.complete", "With the events capability every change of status has its event.", 204, EVER, "FAIL-VISIBLE", "7",
      check_complete },
    { "events.stop-first", "A VM that ran is stopped before the status says that the switchover has begun.", 204, EVER,
      "ONE-OWNER", "7", check_stop_first },
    { "events.resume-first",
      "A VM stopped for the switchover runs again before cancelled (11.0-: or failed) is reported.", 204, EVER,
      "PUBLISH-LAST", "7", check_resume_first },
    { "events.completed-last", "The destination of a precopy reports completed only after its VM was started.", 205, EVER,
      "PUBLISH-LAST", "3", check_completed_last },
    { 0 },
};
