/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Everything ends. QEMU itself has no timer against a silent peer: so the time that counts begins when the last fault is
 * over, and statuses in which the user is asked are ends of their own.
 */
#include "oracle/rule.h"

#include <string.h>

#define EVER ORA_FOREVER
#define S(name) ORA_STATUS_##name
#define BIT(name) (1u << ORA_STATUS_##name)

static gboolean any_action(const OraCase *c, const char *const *actions, gsize n, gint64 from_ns, gint64 to_ns)
{
    for (gsize i = 0; i < n; i++) {
        if (ora_case_action(c, actions[i], from_ns, to_ns)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Both directions carry bytes at *t_ns*: no hole that was not healed, no peer that was frozen. */
static gboolean link_carries(const OraCase *c, gint64 t_ns)
{
    static const char *const stops[] = { "hole", "hole_ds", "hole_sd", "stall" };
    gboolean carries = TRUE;

    for (guint i = 0; i < c->links->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(c->links, guint, i));

        if (record->t_ns > t_ns || record->kind != ORA_KIND_EVENT) {
            continue;
        }
        for (gsize k = 0; k < G_N_ELEMENTS(stops); k++) {
            carries = carries && strcmp(record->event.name, stops[k]) != 0;
        }
        if (strcmp(record->event.name, "heal") == 0 || strcmp(record->event.name, "cut") == 0) {
            carries = TRUE;
        }
    }
    return carries;
}

/* A process of the run is stopped from outside (SIGSTOP) at *t_ns*. */
static gboolean somebody_frozen(const OraCase *c, gint64 t_ns)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        gboolean frozen = FALSE;

        for (guint k = 0; k < lane->records->len; k++) {
            const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, k));

            if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_HARNESS && record->t_ns <= t_ns) {
                frozen = record->event.number == 19 ? TRUE : record->event.number == 18 ? FALSE : frozen;
            }
        }
        if (frozen) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Nothing outside holds the migration up since when? ORA_ABSENT: something does to the end. */
static gint64 free_since(const OraCase *c, gint64 t_ns)
{
    if (!link_carries(c, c->end_ns) || somebody_frozen(c, c->end_ns) || c->scripted) {
        return ORA_ABSENT;
    }
    return c->last_fault_ns == ORA_ABSENT ? t_ns : MAX(t_ns, c->last_fault_ns);
}

static const OraMove *last_move(const OraLane *lane, OraMachine machine)
{
    const OraMove *last = NULL;

    for (guint i = 0; i < lane->moves->len; i++) {
        last = ORA_MOVE(lane, i)->machine == machine ? ORA_MOVE(lane, i) : last;
    }
    return last;
}

/* Statuses that the migration leaves by itself, whatever the guest and the user do. */
enum { PASSING = BIT(SETUP) | BIT(DEVICE) | BIT(POSTCOPY_DEVICE) | BIT(POSTCOPY_RECOVER_SETUP) | BIT(POSTCOPY_RECOVER) |
                 BIT(FAILING) };

static void check_recovery_end(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraMove *last = last_move(lane, ORA_MACHINE_INCOMING);
        gint64 since = last != NULL ? free_since(c, last->t_ns) : ORA_ABSENT;
        OraFinding *finding;

        if (last == NULL || last->to != S(POSTCOPY_RECOVER) || since == ORA_ABSENT || lane->end_ns - since <= c->bound_ns) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, last->index);
        ora_finding_expected(finding, "active again or paused again within %" G_GINT64_FORMAT " ms", c->bound_ns / 1000000);
        ora_finding_actual(finding, "still in postcopy-recover");
        if (ora_quirk_applies("crash-recover-cut", lane->release)) {
            ora_finding_known(finding, "crash-recover-cut");
        }
    }
}

static void check_end(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraMove *last = last_move(lane, ORA_MACHINE_OUTGOING);
        gint64 since = last != NULL ? free_since(c, last->t_ns) : ORA_ABSENT;
        OraFinding *finding;

        if (last == NULL || ((PASSING >> last->to) & 1) == 0 || since == ORA_ABSENT || lane->end_ns - since <= c->bound_ns) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, last->index);
        ora_finding_expected(finding, "out of %s within %" G_GINT64_FORMAT " ms", ora_status_name(last->to),
                             c->bound_ns / 1000000);
        ora_finding_actual(finding, "still there %" G_GINT64_FORMAT " ms after the last fault", (lane->end_ns - since) / 1000000);
        if (last->to == S(POSTCOPY_RECOVER) && ora_quirk_applies("crash-recover-cut", lane->release)) {
            ora_finding_known(finding, "crash-recover-cut");
        } else if (last->to == S(SETUP) && lane->incoming) {
            ora_finding_known(finding, "crash-11.1-outgoing-during-incoming");
        } else if (last->to == S(SETUP) && !c->virtual_time) {
            /* The peer's address may swallow what is sent to it; the end of that is TCP's. */
            ora_finding_known(finding, "cancel-connect-pending");
        }
    }
}

/* A migration at work moves: its counters do, or its status does. */
static void check_stuck(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraRecord *anchor = NULL;
        gboolean reported = FALSE;

        for (guint k = 0; k < lane->records->len && !reported; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            gint64 since;
            OraFinding *finding;

            if (record->kind != ORA_KIND_STATUS || record->status.stats == NULL ||
                (record->status.status != S(ACTIVE) && record->status.status != S(POSTCOPY_ACTIVE))) {
                anchor = record->kind == ORA_KIND_STATUS ? NULL : anchor;
                continue;
            }
            if (anchor == NULL || anchor->status.status != record->status.status ||
                anchor->status.stats->transferred != record->status.stats->transferred ||
                anchor->status.stats->dirty_sync_count != record->status.stats->dirty_sync_count) {
                anchor = record;
                continue;
            }
            since = free_since(c, anchor->t_ns);
            /* One that waits for the destination's consent, or for pages to be asked for, may rest. */
            if (since == ORA_ABSENT || record->t_ns - since <= c->bound_ns ||
                ora_lane_capability(lane, "switchover-ack", record->t_ns) == 1) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, index);
            ora_finding_expected(finding, "some byte sent within %" G_GINT64_FORMAT " ms", c->bound_ns / 1000000);
            ora_finding_actual(finding, "status %s, transferred %" G_GINT64_FORMAT " all the time",
                               ora_status_name(record->status.status), record->status.stats->transferred);
            reported = TRUE;
        }
    }
}

/* An accepted cancel ends in cancelled, in bounded time whatever the link does. */
static void check_cancel(OraCase *c, const OraRule *rule)
{
    /* Clean-up of a real process waits for its threads, which may sit in a write. */
    const gint64 bound = (c->virtual_time ? 5 : 15) * G_GINT64_CONSTANT(1000000000);

    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        OraStatus origin = S(NONE);

        for (guint k = 0; k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k), *next = NULL;
            OraFinding *finding;
            gint64 end;

            /* A second cancel repeats the first: what counts is where that one came from. */
            if (move->machine == ORA_MACHINE_OUTGOING && move->from != S(CANCELLING)) {
                origin = move->from;
            }
            if (move->machine != ORA_MACHINE_OUTGOING || move->to != S(CANCELLING)) {
                continue;
            }
            for (guint n = k + 1; n < lane->moves->len && next == NULL; n++) {
                next = ORA_MOVE(lane, n)->machine == ORA_MACHINE_OUTGOING ? ORA_MOVE(lane, n) : NULL;
            }
            if (next != NULL && next->to == S(CANCELLING)) {
                continue;
            }
            end = next != NULL ? next->t_ns : lane->end_ns;
            if (end - move->t_ns <= bound) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, move->index);
            ora_finding_expected(finding, "cancelled within %" G_GINT64_FORMAT " ms", bound / 1000000);
            ora_finding_actual(finding, next != NULL ? "it took %" G_GINT64_FORMAT " ms" : "not in %" G_GINT64_FORMAT " ms",
                               (end - move->t_ns) / 1000000);
            if (origin == S(SETUP)) {
                ora_finding_known(finding, "cancel-connect-pending");
            } else if (ora_lane_had(lane, ORA_MACHINE_OUTGOING, S(POSTCOPY_PAUSED), G_MININT64, move->t_ns) &&
                       ora_quirk_applies("cancel-paused-for-ever", lane->release)) {
                ora_finding_known(finding, "cancel-paused-for-ever");
            } else if (ora_lane_had(lane, ORA_MACHINE_OUTGOING, S(COLO), G_MININT64, move->t_ns) &&
                       ora_quirk_applies("cancel-colo-for-ever", lane->release)) {
                ora_finding_known(finding, "cancel-colo-for-ever");
            }
        }
    }
}

/* What a cancel was accepted for ends cancelled, not failed. */
static void check_cancel_result(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            const OraMove *end = NULL;
            OraStatus status;
            OraFinding *finding;
            gboolean steady = TRUE, cancelling = FALSE, gone = FALSE, known;

            if (!command->ok || strcmp(command->execute, "migrate_cancel") != 0) {
                continue;
            }
            status = ora_lane_status(lane, ORA_MACHINE_OUTGOING, command->sent_ns);
            /* Polls alone show a status too late: only what is at work after the command was answered was so before. */
            known = c->virtual_time || command->sent_ns > lane->events_ns;
            for (guint k2 = 0; k2 < lane->records->len && !known; k2++) {
                const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, k2));

                known = record->kind == ORA_KIND_STATUS && record->t_ns > command->t_ns &&
                        (record->status.status == status || record->status.status == S(CANCELLING));
            }
            for (guint m = 0; m < lane->moves->len && end == NULL; m++) {
                const OraMove *move = ORA_MOVE(lane, m);

                if (move->machine != ORA_MACHINE_OUTGOING) {
                    continue;
                }
                steady = steady && !(move->t_ns > command->sent_ns - c->blur_ns && move->t_ns < command->sent_ns);
                if (move->t_ns >= command->sent_ns) {
                    cancelling = cancelling || move->to == S(CANCELLING);
                    end = ora_status_is_terminal(move->to) ? move : NULL;
                }
            }
            for (guint n = 0; n < c->lanes->len && end != NULL; n++) {
                const OraLane *peer = g_ptr_array_index(c->lanes, n);

                /* What somebody ended may have gone before it was written down; one that ends by itself afterwards obeys. */
                gone = gone || (peer != lane && peer->exit != NULL && peer->exit->t_ns >= command->sent_ns - 1000000000 &&
                                peer->exit->t_ns <= (peer->killed ? end->t_ns + ora_case_exit_lag(c) : command->sent_ns));
            }
            if (!steady || !known || (gone && !cancelling) || end == NULL || end->to != S(FAILED) ||
                /* It had failed when the command was looked at: nothing was left to cancel. */
                (!cancelling && end->t_ns <= command->t_ns) ||
                ((BIT(SETUP) | BIT(ACTIVE) | BIT(PRE_SWITCHOVER) | BIT(DEVICE)) >> status & 1) == 0 ||
                /* A link that broke in that moment may have been faster; a connect that is refused is. */
                status == S(SETUP) || ora_case_action(c, "cut", command->sent_ns - 1000000000, end->t_ns) || c->scripted) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, end->index);
            ora_finding_record(finding, command->index);
            ora_finding_expected(finding, "cancelled, because migrate_cancel was accepted in %s", ora_status_name(status));
            ora_finding_actual(finding, "failed");
            if (status != S(PRE_SWITCHOVER) && !cancelling && ora_quirk_applies("cancel-then-failed", lane->release)) {
                ora_finding_known(finding, "cancel-then-failed");
            }
        }
    }
}

/* The source's VM was stopped by its migration, which has not ended: the switchover holds the lock that commands need. */
static gboolean in_switchover(const OraLane *lane, gint64 t_ns)
{
    OraStatus status = ora_lane_status(lane, ORA_MACHINE_OUTGOING, t_ns);

    return status == S(DEVICE) || ((status == S(ACTIVE) || status == S(CANCELLING)) && ora_lane_running(lane, t_ns) != 1);
}

static gint64 first_fault(const OraCase *c)
{
    for (guint i = 0; i < c->order->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(c->order, guint, i));

        if (ora_record_is_fault(record)) {
            return record->t_ns;
        }
    }
    return G_MAXINT64;
}

/* The source says that postcopy has begun; a destination without events whose monitor is blocked cannot. */
static gboolean peer_in_postcopy(const OraCase *c, const OraLane *lane, gint64 t_ns)
{
    const OraLane *peer;

    for (guint i = 0; (peer = ora_case_peer(c, lane, i)) != NULL; i++) {
        if (ora_lane_had(peer, ORA_MACHINE_OUTGOING, S(POSTCOPY_DEVICE), G_MININT64, t_ns) ||
            ora_lane_had(peer, ORA_MACHINE_OUTGOING, S(POSTCOPY_ACTIVE), G_MININT64, t_ns)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Something sent later in-band was answered: so this was too, or its answer is lost; who stopped waiting cannot tell. */
static gboolean answered_later(const OraLane *lane, const OraCommand *command)
{
    for (guint i = 0; i < lane->commands->len; i++) {
        const OraCommand *later = ORA_COMMAND(lane, i);

        if (later->sent_ns > command->sent_ns && !later->oob && !later->no_reply) {
            return TRUE;
        }
    }
    return FALSE;
}

/* A poll is two commands in-band. */
static gboolean polled_later(const OraCase *c, const OraLane *lane, gint64 t_ns)
{
    for (guint i = lane->records->len; i > 0; i--) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i - 1));

        if (record->t_ns <= t_ns) {
            break;
        }
        if (record->kind == ORA_KIND_STATUS && record->status.migrate != NULL && record->status.query_status != NULL) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Every command is answered. */
static void check_replies(OraCase *c, const OraRule *rule)
{
    static const char *const holes[] = { "hole", "hole_ds", "hole_sd", "stall" };
    static const char *const strays[] = { "stray client connected", "fake destination accepted" };
    static const char *const cuts[] = { "cut", "pump-error", "truncate", "half-close", "hole", "hole_sd" };

    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            const OraRecord *record = ora_case_record(c, command->index);
            gboolean dies;
            OraFinding *finding;

            if (!command->no_reply || strcmp(command->execute, "quit") == 0) {
                continue;
            }
            /* A process that ends answers no more; nor does one that is stopped. */
            dies = (lane->exit != NULL && lane->exit->t_ns <= record->t_ns + 1000000000 &&
                    (!lane->exit->exit.teardown || lane->exit->t_ns <= record->t_ns)) ||
                   lane->killed || !lane->answers;
            if (dies) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, command->index);
            ora_finding_expected(finding, "a reply to %s", command->execute);
            ora_finding_actual(finding, "none in %" G_GINT64_FORMAT " ms", (record->t_ns - command->sent_ns) / 1000000);
            if (record->kind == ORA_KIND_REPLY && record->t_ns - command->sent_ns < G_GINT64_CONSTANT(1000000000) && !c->virtual_time) {
                continue; /* nothing blocks a monitor for so short a time that nobody waits */
            }
            if (any_action(c, strays, G_N_ELEMENTS(strays), G_MININT64, record->t_ns) && lane->incoming &&
                ora_quirk_applies("silent-peer-blocks-monitor", lane->release)) {
                ora_finding_known(finding, "silent-peer-blocks-monitor");
            } else if (lane->incoming && ora_lane_capability(lane, "multifd", record->t_ns) == 1 &&
                       (any_action(c, cuts, G_N_ELEMENTS(cuts), G_MININT64, record->t_ns) || c->links->len == 0) &&
                       ora_quirk_applies("multifd-cut-blocks-monitor", lane->release)) {
                ora_finding_known(finding, "multifd-cut-blocks-monitor");
            } else if (ora_lane_had(lane, ORA_MACHINE_INCOMING, S(POSTCOPY_ACTIVE), G_MININT64, record->t_ns) ||
                       (lane->incoming && peer_in_postcopy(c, lane, record->t_ns))) {
                ora_finding_known(finding, "postcopy-fault-blocks-monitor");
            } else if (!command->oob && (any_action(c, holes, G_N_ELEMENTS(holes), G_MININT64, record->t_ns) ||
                                         somebody_frozen(c, command->sent_ns) || c->scripted ||
                                         (in_switchover(lane, command->sent_ns) &&
                                          (c->links->len == 0 ||
                                           (c->last_fault_ns != ORA_ABSENT && first_fault(c) <= record->t_ns))))) {
                ora_finding_known(finding, "switchover-blocks-monitor");
            } else if (!c->virtual_time && !command->oob &&
                       (answered_later(lane, command) || polled_later(c, lane, record->t_ns))) {
                finding->grade = ORA_GRADE_NOTE;
            }
        }
    }
}

/* A source whose link was cut notices. */
static void check_notices(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraMove *last = last_move(lane, ORA_MACHINE_OUTGOING);
        gint64 cut_ns = ORA_ABSENT;
        guint cut_index = 0;
        OraFinding *finding;

        for (guint k = 0; k < c->links->len; k++) {
            const OraRecord *record = ora_case_record(c, g_array_index(c->links, guint, k));

            if (record->kind == ORA_KIND_EVENT && strcmp(record->event.name, "cut") == 0) {
                cut_ns = record->t_ns;
                cut_index = g_array_index(c->links, guint, k);
            }
        }
        if (last == NULL || lane->incoming || cut_ns == ORA_ABSENT || last->to != S(ACTIVE) || last->t_ns > cut_ns ||
            lane->end_ns - cut_ns <= c->bound_ns || !link_carries(c, cut_ns) || c->lanes->len > 2) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, cut_index);
        ora_finding_expected(finding, "failed, or another end, within %" G_GINT64_FORMAT " ms of the cut", c->bound_ns / 1000000);
        ora_finding_actual(finding, "still active after %" G_GINT64_FORMAT " ms", (lane->end_ns - cut_ns) / 1000000);
    }
}

const OraRule ora_rules_progress[] = {
    { "progress.end", "When the last fault is over, a migration leaves the statuses that are only passed through.", 204, EVER,
      "PROGRESS", "13", check_end },
    { "progress.recovery", "A recovery on the destination leaves postcopy-recover in bounded time.", 300, EVER, "PROGRESS",
      "8.5", check_recovery_end },
    { "progress.stuck", "A migration at work sends something in bounded time, unless its link or peer is held up.", 204, EVER,
      "PROGRESS", "13", check_stuck },
    { "progress.cancel", "An accepted cancel ends in cancelled in bounded time, whatever the link does.", 204, EVER,
      "CANCEL-ENDS", "4", check_cancel },
    { "progress.cancelled", "A migration for which a cancel was accepted does not end as failed.", 204, EVER, "CANCEL-ENDS",
      "4", check_cancel_result },
    { "progress.reply", "Every command is answered.", 204, EVER, "QMP-REPLY", "13", check_replies },
    { "progress.cut", "A source notices that its link was cut.", 204, EVER, "FAIL-VISIBLE", "13", check_notices },
    { 0 },
};
