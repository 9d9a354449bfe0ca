/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What has to have happened before the status of an outgoing migration changes.
 */
#include "oracle/rules/edges.h"

#include <string.h>

#define S(name) ORA_STATUS_##name
#define EVER ORA_FOREVER

static void check_transitions(OraCase *c, const OraRule *rule)
{
    ora_edges_check(c, rule, ora_source_edges, ORA_MACHINE_OUTGOING);
}

static void check_known_status(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            OraFinding *finding;

            if (move->to != ORA_STATUS_UNKNOWN &&
                (lane->release == 0 || lane->release >= ora_status_since(move->to))) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, move->index);
            ora_finding_expected(finding, "a status that %s has", ora_release_name(lane->release));
            ora_finding_actual(finding, move->to == ORA_STATUS_UNKNOWN ? "a status of no release"
                                                                       : "%s, which came with %s",
                               ora_status_name(move->to), ora_release_name(ora_status_since(move->to)));
        }
    }
}

/* Something told the process to end, or a human monitor line did what no record shows. */
static gboolean told_otherwise(const OraCase *c, const OraLane *lane, gint64 to_ns)
{
    if (lane->killed || ora_lane_command(lane, "quit", G_MININT64, to_ns) != NULL ||
        ora_lane_command(lane, "system_powerdown", G_MININT64, to_ns) != NULL ||
        ora_lane_command(lane, "human-monitor-command", G_MININT64, to_ns) != NULL) {
        return TRUE;
    }
    for (guint i = 0; i < lane->records->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));

        if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_SHUTDOWN && record->t_ns <= to_ns) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean is_resume(const OraCommand *command)
{
    return json_is_true(json_object_get(command->arguments, "resume"));
}

/* How many `migrate` (with or without resume) were sent until then. */
static guint migrates_sent(const OraLane *lane, gint64 to_ns, gboolean resume)
{
    guint n = 0;

    for (guint i = 0; i < lane->commands->len; i++) {
        const OraCommand *command = ORA_COMMAND(lane, i);

        n += command->sent_ns <= to_ns && strcmp(command->execute, "migrate") == 0 && is_resume(command) == resume;
    }
    return n;
}

static guint cancels_sent(const OraLane *lane, gint64 from_ns, gint64 to_ns)
{
    guint n = 0;

    for (guint i = 0; i < lane->commands->len; i++) {
        const OraCommand *command = ORA_COMMAND(lane, i);

        n += command->sent_ns >= from_ns && command->sent_ns <= to_ns && strcmp(command->execute, "migrate_cancel") == 0;
    }
    return n;
}

/* How often this migration was said to be cancelling, up to and with *move*. */
static guint cancels_shown(const OraLane *lane, const OraMove *move)
{
    guint n = 0;

    for (guint i = 0; i < lane->moves->len; i++) {
        const OraMove *other = ORA_MOVE(lane, i);

        if (other->machine == ORA_MACHINE_OUTGOING && other->t_ns <= move->t_ns) {
            n = other->to == S(SETUP) ? 0 : n + (other->to == S(CANCELLING) && other->by == ORA_BY_EVENT);
        }
        if (other == move) {
            break;
        }
    }
    return MAX(n, 1);
}

static const char *const cause_commands[] = {
    [ORA_CAUSE_MIGRATE] = "migrate",
    [ORA_CAUSE_CANCEL] = "migrate_cancel",
    [ORA_CAUSE_END] = "the process was told to end",
    [ORA_CAUSE_CONTINUE] = "migrate-continue",
    [ORA_CAUSE_POSTCOPY] = "migrate-start-postcopy",
    [ORA_CAUSE_RESUME] = "migrate with resume",
    [ORA_CAUSE_INCOMING] = "migrate-incoming",
    [ORA_CAUSE_RECOVER] = "migrate-recover",
};

static gboolean is_caused(const OraCase *c, const OraLane *lane, OraCause cause, const OraMove *move, guint setups,
                          gint64 attempt_ns)
{
    /* The time of sending is taken at the same clock as that of arrival, but rounded. */
    gint64 until = move->t_ns + 2000000;

    switch (cause) {
    case ORA_CAUSE_MIGRATE:
        return migrates_sent(lane, until, FALSE) >= setups || told_otherwise(c, lane, until);
    case ORA_CAUSE_CANCEL:
        return cancels_sent(lane, attempt_ns, until) >= cancels_shown(lane, move) || told_otherwise(c, lane, until);
    case ORA_CAUSE_END:
        return told_otherwise(c, lane, until);
    case ORA_CAUSE_CONTINUE:
        return ora_lane_command(lane, "migrate-continue", attempt_ns, until) != NULL ||
               ora_lane_command(lane, "migrate_cancel", attempt_ns, until) != NULL || told_otherwise(c, lane, until);
    case ORA_CAUSE_POSTCOPY:
        return ora_lane_command(lane, "migrate-start-postcopy", attempt_ns, until) != NULL ||
               told_otherwise(c, lane, until);
    case ORA_CAUSE_RESUME:
        return migrates_sent(lane, until, TRUE) > 0 || told_otherwise(c, lane, until);
    case ORA_CAUSE_ITSELF:
    case ORA_CAUSE_INCOMING:
    case ORA_CAUSE_RECOVER:
        break;
    }
    return TRUE;
}

static void check_causes(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        gint64 attempt_ns = G_MININT64;
        guint setups = 0;

        /* A trace that holds no commands of a side shows no causes. */
        for (guint k = 0; lane->commands->len > 0 && k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            const OraEdge *edge;
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_OUTGOING) {
                continue;
            }
            if (move->to == ORA_STATUS_SETUP) {
                const OraCommand *migrate = ora_lane_command(lane, "migrate", G_MININT64, move->t_ns + 2000000);

                setups++;
                attempt_ns = migrate != NULL ? MIN(migrate->sent_ns, move->t_ns) : move->t_ns;
            }
            edge = ora_edge_find(ora_source_edges, lane->release, move->from, move->to);
            if (edge == NULL || !ora_lane_answers_after(lane, move->t_ns) || is_caused(c, lane, edge->cause, move, setups, attempt_ns)) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, move->index);
            ora_finding_expected(finding, "%s -> %s only after %s", ora_status_name(move->from),
                                 ora_status_name(move->to), cause_commands[edge->cause]);
            ora_finding_actual(finding, "no such command was sent in this migration");
        }
    }
}

/* An accepted migrate (without resume) shows in the status. */
static void check_start(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            gint64 until = command->t_ns + MAX(c->blur_ns, 1000000);
            gboolean seen = FALSE;
            OraFinding *finding;

            if (!command->ok || strcmp(command->execute, "migrate") != 0 || is_resume(command) ||
                command->sent_ns < lane->events_ns || lane->end_ns < until) {
                continue;
            }
            for (guint m = 0; m < lane->moves->len && !seen; m++) {
                const OraMove *move = ORA_MOVE(lane, m);

                seen = move->machine == ORA_MACHINE_OUTGOING && move->to != ORA_STATUS_UNKNOWN &&
                       move->t_ns >= command->sent_ns - 2000000 && move->t_ns <= until;
            }
            if (!seen) {
                finding = ora_case_find(c, rule, lane, command->index);
                ora_finding_expected(finding, "status setup with or right after the reply");
                ora_finding_actual(finding, "no change of status");
            }
        }
    }
}

/* Does the error itself name a reason that lies outside, or in what the user configured? */
static gboolean names_reason(const char *desc)
{
    static const char *const reasons[] = { "connect", "Connect", "resol", "TLS", "tls", "channel", "Channel", "Could not",
                                           "No such", "descriptor", "protocol", "address", "file", "File", "not support",
                                           "uuid", "UUID", "write", "Write", "read", "yank", "Sibling", "message", "block" };

    for (gsize i = 0; desc != NULL && i < G_N_ELEMENTS(reasons); i++) {
        if (strstr(desc, reasons[i]) != NULL) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean anything_happened(const OraCase *c, const OraLane *lane, gint64 from_ns, gint64 to_ns)
{
    static const char *const harmless[] = { "connected", "eof", "announce frame", "step" };
    static const char *const commands[] = { "yank", "migrate-pause", "migrate_cancel", "quit", "x-colo-lost-heartbeat",
                                            "human-monitor-command" };

    for (guint i = 0; i < c->links->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(c->links, guint, i));
        gboolean counts = record->kind == ORA_KIND_EVENT && record->t_ns <= to_ns;

        for (gsize k = 0; counts && k < G_N_ELEMENTS(harmless); k++) {
            counts = strcmp(record->event.name, harmless[k]) != 0;
        }
        if (counts) {
            return TRUE;
        }
    }
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *any = g_ptr_array_index(c->lanes, i);

        for (gsize k = 0; k < G_N_ELEMENTS(commands); k++) {
            if (ora_lane_command(any, commands[k], G_MININT64, to_ns) != NULL) {
                return TRUE;
            }
        }
        if (any->killed || (any != lane && any->exit != NULL &&
                            (!any->exit->exit.teardown || any->exit->t_ns <= to_ns + ora_case_exit_lag(c)))) {
            return TRUE;
        }
        for (guint k = 0; k < any->moves->len; k++) {
            const OraMove *move = ORA_MOVE(any, k);

            if (any != lane && (move->to == S(FAILED) || move->to == S(FAILING) || move->to == S(POSTCOPY_PAUSED) ||
                                move->to == S(CANCELLING))) {
                return TRUE;
            }
        }
    }
    (void) from_ns;
    return FALSE;
}

/* Nothing fails by itself: the link, the peer, the address or the user has a part in it. */
static void check_reason(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        if (lane->role != ORA_ROLE_SRC || lane->incoming || c->links->len == 0 || ora_case_peer(c, lane, 0) == NULL ||
            ora_lane_had(lane, ORA_MACHINE_OUTGOING, S(COLO), G_MININT64, G_MAXINT64)) {
            continue;
        }
        for (guint k = 0; k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            const char *desc = NULL;
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_OUTGOING || move->from == S(SETUP) || move->from == move->to ||
                (move->to != S(FAILED) && move->to != S(FAILING) && move->to != S(POSTCOPY_PAUSED)) ||
                move->from == S(FAILING) || move->from == S(POSTCOPY_RECOVER_SETUP)) {
                continue;
            }
            for (guint n = 0; n < lane->records->len && desc == NULL; n++) {
                const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, n));

                desc = record->kind == ORA_KIND_STATUS && record->t_ns >= move->t_ns ? record->status.error_desc : NULL;
            }
            if (anything_happened(c, lane, G_MININT64, move->t_ns + MAX(c->blur_ns, 1000000)) ||
                (c->blur_ns > 0 && names_reason(desc) && ora_lane_capability(lane, "x-colo", move->t_ns) != 1)) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, move->index);
            ora_finding_expected(finding, "no failure: the link was whole, the peer alive and well, nobody interfered");
            ora_finding_actual(finding, "%s -> %s, error-desc \"%s\"", ora_status_name(move->from), ora_status_name(move->to),
                               desc != NULL ? desc : "(none)");
            if (ora_lane_capability(lane, "x-colo", move->t_ns) == 1 &&
                ora_lane_capability(lane, "return-path", move->t_ns) == 1 &&
                ora_quirk_applies("colo-return-path", lane->release)) {
                ora_finding_known(finding, "colo-return-path");
            }
        }
    }
}

/* With x-colo the end of the first copy is not the end. */
static void check_colo(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_OUTGOING || move->to != S(COMPLETED) || move->by != ORA_BY_EVENT ||
                ora_lane_capability(lane, "x-colo", move->t_ns) != 1 ||
                ora_lane_had(lane, ORA_MACHINE_OUTGOING, S(COLO), G_MININT64, move->t_ns) ||
                ora_lane_had(lane, ORA_MACHINE_OUTGOING, S(POSTCOPY_ACTIVE), G_MININT64, move->t_ns)) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, move->index);
            ora_finding_expected(finding, "colo before completed");
            ora_finding_actual(finding, "%s -> completed", ora_status_name(move->from));
            if (ora_quirk_applies("colo-not-entered", lane->release)) {
                ora_finding_known(finding, "colo-not-entered");
            }
        }
    }
}

const OraRule ora_rules_source[] = {
    { "source.transition", "The status of an outgoing migration changes only along the edges of its release.", 204, EVER,
      "STATE-GRAPH", "2", check_transitions },
    { "source.cause", "A change of status that needs a command happens only after that command.", 205, EVER,
      "STATE-GRAPH", "2", check_causes },
    { "source.start", "An accepted migrate sets the status to setup.", 204, EVER, "PROGRESS", "2.1", check_start },
    { "source.reason",
      "Past setup a migration fails or pauses only for a reason: the link, the peer or a command.", 204, EVER, "ERR-KEPT", "2",
      check_reason },
    { "source.colo", "With x-colo a migration enters colo before it can complete.", 208, EVER, "COLO-CHECKPOINT", "8.10",
      check_colo },
    { "status.enum", "A status belongs to the values that its release knows.", 204, EVER, "STATE-GRAPH", "1",
      check_known_status },
    { 0 },
};
