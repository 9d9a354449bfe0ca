/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Who runs the guest. QEMU cannot guarantee that never both sides do: a source cannot know whether its destination
 * started. So one half of these rules is strict (before the source stopped, nobody else runs), the other knows the
 * situations in which real releases fail.
 */
#include "oracle/rule.h"

#include <string.h>

/* What two clocks and two sockets blur. */
static gint64 tolerance(const OraCase *c)
{
    return c->virtual_time ? 0 : 25000000;
}

static gboolean was(const OraLane *lane, OraMachine machine, OraStatus status)
{
    return ora_lane_had(lane, machine, status, G_MININT64, G_MAXINT64);
}

/* Both VMs may run. */
static gboolean two_by_design(const OraLane *lane)
{
    return was(lane, ORA_MACHINE_OUTGOING, ORA_STATUS_COLO) || was(lane, ORA_MACHINE_INCOMING, ORA_STATUS_COLO) ||
           ora_lane_capability(lane, "x-colo", G_MAXINT64) == 1 ||
           /* A snapshot leaves its VM running; whoever loads the file is another one. */
           ora_lane_capability(lane, "background-snapshot", G_MAXINT64) == 1;
}

typedef struct {
    gint64 from_ns, to_ns;
    guint index; /* the record that begins it */
    gboolean first; /* ran from the beginning on */
} Interval;

/* When the VM of *lane* ran. */
static GArray *intervals(const OraCase *c, const OraLane *lane)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof(Interval));
    Interval now = { 0 };
    gboolean on = ora_lane_running(lane, G_MININT64) == 1;

    if (on) {
        now.from_ns = lane->start_ns;
        now.index = g_array_index(lane->records, guint, 0);
        now.first = TRUE;
    }
    for (guint i = 0; i < lane->pulses->len; i++) {
        const OraPulse *pulse = ORA_PULSE(lane, i);

        if (pulse->running == on) {
            continue;
        }
        on = pulse->running;
        if (on) {
            now = (Interval) { .from_ns = pulse->t_ns, .index = pulse->index };
        } else {
            /* It ended when STOP was sent, not when somebody found the time to read it; a poll may overtake that. */
            now.to_ns = MAX(now.from_ns, ora_lane_emitted(c, lane, pulse->index));
            if (pulse->by == ORA_BY_POLL && i + 1 < lane->pulses->len && ORA_PULSE(lane, i + 1)->by == ORA_BY_EVENT &&
                !ORA_PULSE(lane, i + 1)->running && ORA_PULSE(lane, i + 1)->t_ns - pulse->t_ns <= c->blur_ns) {
                now.to_ns = CLAMP(ora_lane_emitted(c, lane, ORA_PULSE(lane, i + 1)->index), now.from_ns, now.to_ns);
            }
            g_array_append_val(array, now);
        }
    }
    if (on) {
        now.to_ns = lane->end_ns;
        g_array_append_val(array, now);
    }
    return array;
}

static gboolean receives(const OraLane *lane)
{
    return lane->incoming && lane->role == ORA_ROLE_DST;
}

/* The destination that *source* sends to: it lives at the same time and is told to receive. */
static gboolean is_pair(const OraLane *source, const OraLane *destination)
{
    return receives(destination) && source->start_ns <= destination->end_ns && destination->start_ns <= source->end_ns;
}

/* A source, a destination that it sends to, and when each of them ran. */
typedef struct {
    const OraLane *source, *destination;
    const GArray *ran, *runs; /* Interval */
} Pair;

static void each_pair(OraCase *c, const OraRule *rule, void (*check)(OraCase *c, const OraRule *rule, const Pair *pair))
{
    for (guint i = 0; i < c->lanes->len; i++) {
        Pair pair = { .source = g_ptr_array_index(c->lanes, i) };
        g_autoptr(GArray) ran = NULL;

        if (pair.source->role != ORA_ROLE_SRC || pair.source->incoming || two_by_design(pair.source)) {
            continue;
        }
        pair.ran = ran = intervals(c, pair.source);
        for (guint k = 0; (pair.destination = ora_case_peer(c, pair.source, k)) != NULL; k++) {
            g_autoptr(GArray) runs = NULL;

            if (is_pair(pair.source, pair.destination)) {
                pair.runs = runs = intervals(c, pair.destination);
                check(c, rule, &pair);
            }
        }
    }
}

static void pair_before_stop(OraCase *c, const OraRule *rule, const Pair *pair)
{
    const OraLane *source = pair->source, *destination = pair->destination;
    const Interval *begin = pair->runs->len > 0 ? &g_array_index(pair->runs, Interval, 0) : NULL;
    gboolean came_in = begin != NULL && (was(destination, ORA_MACHINE_INCOMING, ORA_STATUS_ACTIVE) ||
                                         was(destination, ORA_MACHINE_INCOMING, ORA_STATUS_COMPLETED));

    for (guint m = 0; came_in && m < pair->ran->len; m++) {
        const Interval *interval = &g_array_index(pair->ran, Interval, m);
        OraFinding *finding;

        /* Only the run that began before the migration: later ones are the business of the next rule. */
        if (!interval->first || begin->from_ns < interval->from_ns || begin->from_ns + tolerance(c) >= interval->to_ns) {
            continue;
        }
        finding = ora_case_find(c, rule, destination, begin->index);
        ora_finding_expected(finding, "%s stops before %s runs", ora_side_name(source->side), ora_side_name(destination->side));
        ora_finding_actual(finding, "%s had not stopped when %s ran", ora_side_name(source->side),
                           ora_side_name(destination->side));
    }
}

/* The destination does not run before the source has stopped. */
static void check_before_stop(OraCase *c, const OraRule *rule)
{
    each_pair(c, rule, pair_before_stop);
}

static gboolean command_before(const OraLane *lane, const char *execute, gint64 t_ns, gint64 within_ns)
{
    const OraCommand *command = ora_lane_command(lane, execute, t_ns - within_ns, t_ns + 2000000);

    return command != NULL && command->error_desc == NULL;
}

static gboolean link_was_hurt(const OraCase *c, gint64 to_ns)
{
    static const char *const hurts[] = { "cut", "hole", "hole_ds", "hole_sd", "pump-error", "stall", "half-close", "corrupt",
                                         "truncate", "eof", "fault" };

    if (c->links->len == 0 && !c->virtual_time) {
        return TRUE; /* nobody watched it */
    }
    for (gsize i = 0; i < G_N_ELEMENTS(hurts); i++) {
        if (ora_case_action(c, hurts[i], G_MININT64, to_ns + 1000000)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Why may both run, when the source began to at *t_ns* (or never stopped being restarted)? NULL: no quirk says so. */
static const char *excuse(const OraCase *c, const OraLane *source, const OraLane *destination, gint64 t_ns)
{
    const gint64 second = G_GINT64_CONSTANT(1000000000);
    OraStatus status = ora_lane_status(source, ORA_MACHINE_OUTGOING, t_ns + MAX(c->blur_ns, 1));
    gboolean cancelled = ora_lane_command(source, "migrate_cancel", G_MININT64, t_ns + 2000000) != NULL;

    if (command_before(source, "cont", t_ns, second) || command_before(destination, "cont", t_ns, second)) {
        return "both-run-cont";
    }
    if (was(source, ORA_MACHINE_OUTGOING, ORA_STATUS_POSTCOPY_ACTIVE) &&
        (status == ORA_STATUS_FAILED || status == ORA_STATUS_FAILING)) {
        return ora_quirk_applies("postcopy-completion-resume", source->release) ? "postcopy-completion-resume"
               : ora_quirk_applies("postcopy-failure-resume", source->release) ? "postcopy-failure-resume"
                                                                               : NULL;
    }
    if (ora_status_is_postcopy(status)) {
        return NULL;
    }
    if (cancelled && (status == ORA_STATUS_CANCELLED || status == ORA_STATUS_CANCELLING || status == ORA_STATUS_FAILED ||
                      status == ORA_STATUS_FAILING || status == ORA_STATUS_COMPLETED)) {
        return "both-run-cancel";
    }
    if (status == ORA_STATUS_FAILED || status == ORA_STATUS_FAILING) {
        /* More than one migrate: the failure may be that of the second, out of postmigrate. */
        guint migrates = 0;

        for (guint i = 0; i < source->commands->len; i++) {
            migrates += strcmp(ORA_COMMAND(source, i)->execute, "migrate") == 0 && ORA_COMMAND(source, i)->sent_ns <= t_ns;
        }
        if (migrates > 1 && was(source, ORA_MACHINE_OUTGOING, ORA_STATUS_COMPLETED) &&
            ora_quirk_applies("postmigrate-fail-resumes", source->release)) {
            return "postmigrate-fail-resumes";
        }
        if (ora_lane_capability(source, "return-path", t_ns) == 1 || ora_lane_capability(source, "postcopy-ram", t_ns) == 1) {
            return link_was_hurt(c, t_ns) || c->scripted ? "both-run-rp-loss" : NULL;
        }
    }
    return NULL;
}

static void pair_both(OraCase *c, const OraRule *rule, const Pair *pair)
{
    const OraLane *source = pair->source, *destination = pair->destination;

    for (guint m = 0; m < pair->ran->len; m++) {
        const Interval *a = &g_array_index(pair->ran, Interval, m);

        for (guint n = 0; n < pair->runs->len; n++) {
            const Interval *b = &g_array_index(pair->runs, Interval, n);
            gint64 from = MAX(a->from_ns, b->from_ns), to = MIN(a->to_ns, b->to_ns);
            const char *quirk;
            OraFinding *finding;

            /* From the beginning on: the rule above has it. */
            if (to - from <= tolerance(c) || (a->first && from == b->from_ns)) {
                continue;
            }
            quirk = excuse(c, source, destination, a->from_ns);
            finding = ora_case_find(c, rule, a->from_ns > b->from_ns ? source : destination,
                                    a->from_ns > b->from_ns ? a->index : b->index);
            ora_finding_record(finding, a->from_ns > b->from_ns ? b->index : a->index);
            ora_finding_expected(finding, "%s or %s, not both", ora_side_name(source->side), ora_side_name(destination->side));
            ora_finding_actual(finding, "both ran for %" G_GINT64_FORMAT " ms; status of the source %s", (to - from) / 1000000,
                               ora_status_name(ora_lane_status(source, ORA_MACHINE_OUTGOING, from + 1)));
            if (quirk != NULL && (source->release == 0 || ora_quirk_applies(quirk, source->release))) {
                ora_finding_known(finding, quirk);
            }
            return;
        }
    }
}

/* At no moment do both run. */
static void check_both(OraCase *c, const OraRule *rule)
{
    each_pair(c, rule, pair_both);
}

/* Once the guest runs on the destination of a postcopy, the source never runs again. */
static void check_no_return(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *source = g_ptr_array_index(c->lanes, i);
        gint64 since = G_MAXINT64;

        if (source->incoming) {
            continue;
        }
        for (guint k = 0; k < source->moves->len; k++) {
            const OraMove *move = ORA_MOVE(source, k);

            if (move->machine != ORA_MACHINE_OUTGOING) {
                continue;
            }
            if (move->to == ORA_STATUS_POSTCOPY_ACTIVE) {
                since = MIN(since, move->t_ns);
            } else if (move->to == ORA_STATUS_SETUP) {
                since = G_MAXINT64;
            }
        }
        for (guint k = 0; k < source->pulses->len && since != G_MAXINT64; k++) {
            const OraPulse *pulse = ORA_PULSE(source, k);
            OraFinding *finding;

            if (pulse->t_ns <= since || pulse->by != ORA_BY_EVENT || !pulse->running) {
                continue;
            }
            finding = ora_case_find(c, rule, source, pulse->index);
            ora_finding_expected(finding, "the source stays stopped after postcopy began");
            ora_finding_actual(finding, "it resumed with status %s",
                               ora_status_name(ora_lane_status(source, ORA_MACHINE_OUTGOING, pulse->t_ns + 1)));
            if (command_before(source, "cont", pulse->t_ns, G_GINT64_CONSTANT(1000000000))) {
                ora_finding_known(finding, "both-run-cont");
            } else if (ora_quirk_applies("postcopy-completion-resume", source->release) &&
                       was(source, ORA_MACHINE_OUTGOING, ORA_STATUS_FAILED)) {
                ora_finding_known(finding, "postcopy-completion-resume");
            } else if (ora_quirk_applies("postcopy-failure-resume", source->release) &&
                       (was(source, ORA_MACHINE_OUTGOING, ORA_STATUS_FAILING) || was(source, ORA_MACHINE_OUTGOING, ORA_STATUS_FAILED)) &&
                       link_was_hurt(c, pulse->t_ns)) {
                ora_finding_known(finding, "postcopy-failure-resume");
            }
            break;
        }
    }
}

static OraStatus last_status(const OraLane *lane, OraMachine machine)
{
    return ora_lane_status(lane, machine, G_MAXINT64);
}

/* A source that completed has handed its guest over: somebody else has it. */
static void check_lost(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *source = g_ptr_array_index(c->lanes, i);
        const OraLane *destination;
        const OraMove *completed = NULL;
        guint pairs = 0, alive = 0, failed = 0;
        guint index = 0;
        OraFinding *finding;

        if (source->role != ORA_ROLE_SRC || source->incoming || c->scripted) {
            continue;
        }
        for (guint k = 0; k < source->moves->len; k++) {
            const OraMove *move = ORA_MOVE(source, k);

            completed = move->machine == ORA_MACHINE_OUTGOING ? (move->to == ORA_STATUS_COMPLETED ? move : NULL) : completed;
        }
        if (completed == NULL || ora_lane_capability(source, "background-snapshot", completed->t_ns) == 1) {
            continue;
        }
        for (guint k = 0; (destination = ora_case_peer(c, source, k)) != NULL; k++) {
            OraStatus status = last_status(destination, ORA_MACHINE_INCOMING);
            gboolean refused = status == ORA_STATUS_FAILED ||
                               (destination->exit != NULL && !destination->exit->exit.teardown && !destination->killed &&
                                destination->exit->exit.code == 1);

            if (!is_pair(source, destination)) {
                continue;
            }
            pairs++;
            /* Only a destination that was at it when the source completed counts. */
            if (refused && destination->end_ns >= completed->t_ns - 1000000000) {
                failed++;
                index = destination->exit != NULL ? destination->exit_index
                                                  : g_array_index(destination->records, guint, destination->records->len - 1);
            } else if (!refused) {
                alive++;
            }
        }
        if (pairs == 0 || alive > 0 || failed == 0) {
            continue;
        }
        finding = ora_case_find(c, rule, source, completed->index);
        ora_finding_record(finding, index);
        ora_finding_expected(finding, "a destination that loaded the guest");
        ora_finding_actual(finding, "the source completed, the destination failed: nobody has the guest");
        if (ora_lane_capability(source, "return-path", completed->t_ns) != 1 &&
            ora_lane_capability(source, "postcopy-ram", completed->t_ns) != 1) {
            ora_finding_known(finding, "completed-nothing-loaded");
        }
    }
}

const OraRule ora_rules_owner[] = {
    { "owner.before-stop", "Before the source stopped, the destination does not run.", 204, ORA_FOREVER, "ONE-OWNER", "5.1",
      check_before_stop },
    { "owner.both", "At no moment do both sides run the guest.", 204, ORA_FOREVER, "ONE-OWNER", "5.1", check_both },
    { "owner.no-return", "After postcopy began on the destination, the source never runs again.", 205, ORA_FOREVER,
      "PC-POINT-OF-NO-RETURN", "2.4", check_no_return },
    { "owner.lost", "When the source reports completed, the destination has loaded the guest.", 204, ORA_FOREVER,
      "ONE-OWNER", "5.2", check_lost },
    { 0 },
};
