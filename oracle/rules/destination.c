/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What has to have happened before the status of an incoming migration changes.
 */
#include "oracle/rules/edges.h"

#include <string.h>

#define S(name) ORA_STATUS_##name
#define EVER ORA_FOREVER

static void check_transitions(OraCase *c, const OraRule *rule)
{
    ora_edges_check(c, rule, ora_destination_edges, ORA_MACHINE_INCOMING);
}

/* Nothing comes in at a process that nobody told to listen. */
static void check_cause(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        gboolean told = FALSE;

        for (guint k = 0; k < lane->records->len; k++) {
            const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, k));

            told = told || (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_HARNESS) ||
                   record->kind == ORA_KIND_NOTE;
        }
        /* A command line with -incoming is not in every trace: only a side that waited for migrate-incoming is judged. */
        for (guint k = 0; !told && lane->commands->len > 0 && k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            const OraCommand *incoming = ora_lane_command(lane, "migrate-incoming", G_MININT64, G_MAXINT64);
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_INCOMING || move->by != ORA_BY_EVENT || incoming == NULL) {
                continue;
            }
            if (ora_lane_command(lane, "migrate-incoming", G_MININT64, move->t_ns + 2000000) == NULL) {
                finding = ora_case_find(c, rule, lane, move->index);
                ora_finding_expected(finding, "no change of status before migrate-incoming");
                ora_finding_actual(finding, "%s -> %s", ora_status_name(move->from), ora_status_name(move->to));
            }
            break;
        }
    }
}

/* Each migrate-incoming and migrate-recover makes one event setup (8.2-: the accepted migrate-incoming only). */
static void check_setup(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        guint sent = 0, shown = 0;

        if (!lane->incoming || lane->release == 0 || lane->commands->len == 0) {
            continue;
        }
        for (guint k = 0; k < lane->records->len; k++) {
            const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, k));

            /* An -incoming on the command line says it once, without a command. */
            sent += record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_HARNESS &&
                    strcmp(record->event.name, "signal") != 0;
        }
        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            gboolean seen = FALSE;
            OraFinding *finding;

            if (strcmp(command->execute, "migrate-incoming") != 0 && strcmp(command->execute, "migrate-recover") != 0) {
                continue;
            }
            sent++;
            if (strcmp(command->execute, "migrate-recover") == 0 || !command->ok ||
                (lane->release >= 802 && command->sent_ns < lane->events_ns)) {
                continue;
            }
            for (guint m = 0; m < lane->moves->len && !seen; m++) {
                const OraMove *move = ORA_MOVE(lane, m);

                seen = move->machine == ORA_MACHINE_INCOMING && move->by == ORA_BY_EVENT && move->to == S(SETUP) &&
                       move->t_ns >= command->sent_ns - 2000000 &&
                       move->t_ns <= command->t_ns + MAX(c->blur_ns, 1000000);
            }
            if (!seen && lane->end_ns > command->t_ns + MAX(c->blur_ns, 1000000)) {
                finding = ora_case_find(c, rule, lane, command->index);
                ora_finding_expected(finding, "event setup with or right after the reply");
                ora_finding_actual(finding, "none");
            }
        }
        for (guint m = 0; m < lane->moves->len; m++) {
            const OraMove *move = ORA_MOVE(lane, m);
            OraFinding *finding;

            shown += move->machine == ORA_MACHINE_INCOMING && move->by == ORA_BY_EVENT && move->to == S(SETUP);
            if (shown > sent && sent > 0 && move->to == S(SETUP) && move->by == ORA_BY_EVENT &&
                ora_lane_answers_after(lane, move->t_ns) && ora_case_command_line(c, lane->role, "-incoming", FALSE) != 1) {
                finding = ora_case_find(c, rule, lane, move->index);
                ora_finding_expected(finding, "no more than %u events setup, as many as commands that make one", sent);
                ora_finding_actual(finding, "one more");
                break;
            }
        }
    }
}

/* A process loads one stream: what follows a pause continues it. */
static void check_once(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraMove *first = NULL;

        for (guint k = 0; k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_INCOMING || move->to != S(ACTIVE) || move->by != ORA_BY_EVENT) {
                continue;
            }
            if (first != NULL) {
                finding = ora_case_find(c, rule, lane, move->index);
                ora_finding_record(finding, first->index);
                ora_finding_expected(finding, "active once in a process");
                ora_finding_actual(finding, "active again, after %s", ora_status_name(move->from));
                break;
            }
            first = move;
        }
    }
}

/* Something hurt the link shortly before. */
static gboolean link_hurt(const OraCase *c, gint64 t_ns)
{
    static const char *const hurts[] = { "cut", "pump-error", "hole", "hole_ds", "truncate", "half-close" };

    for (gsize i = 0; i < G_N_ELEMENTS(hurts); i++) {
        if (ora_case_action(c, hurts[i], t_ns - G_GINT64_CONSTANT(1000000000), t_ns + c->blur_ns)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* A destination got as far as postcopy. Before that the source may take its VM back. */
static gboolean began_there(const OraCase *c, gint64 t_ns)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        if (lane->incoming && ora_lane_had(lane, ORA_MACHINE_INCOMING, ORA_STATUS_POSTCOPY_ACTIVE, G_MININT64, t_ns)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Once the destination's VM runs, a broken link pauses the postcopy and does not end it. */
static void check_pauses(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            gboolean here = move->machine == ORA_MACHINE_INCOMING
                                ? lane->release >= 300 && ora_lane_running(lane, move->t_ns - c->blur_ns) == 1
                                : lane->release >= 700 && began_there(c, move->t_ns);
            OraFinding *finding;

            /* A COLO or device error of the destination is another matter: only what the link explains. */
            if (!here || move->from != S(POSTCOPY_ACTIVE) ||
                (move->to != S(FAILED) && move->to != S(FAILING)) || !link_hurt(c, move->t_ns)) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, move->index);
            ora_finding_expected(finding, "postcopy-paused after the link was hurt");
            ora_finding_actual(finding, "%s", ora_status_name(move->to));
            if (move->machine == ORA_MACHINE_OUTGOING && ora_quirk_applies("postcopy-completion-resume", lane->release)) {
                ora_finding_known(finding, "postcopy-completion-resume");
            } else if (move->machine == ORA_MACHINE_OUTGOING && ora_quirk_applies("postcopy-failure-resume", lane->release)) {
                ora_finding_known(finding, "postcopy-failure-resume");
            }
        }
    }
}

/* Anything at all that could break the channel of a postcopy up to *t_ns*, but the destination itself. */
static gboolean broken_from_outside(const OraCase *c, const OraLane *lane, gint64 t_ns)
{
    static const char *const harmless[] = { "connected", "eof", "announce frame", "step" };
    static const char *const commands[] = { "yank", "migrate-pause", "migrate_cancel", "quit", "human-monitor-command" };

    for (guint i = 0; i < c->links->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(c->links, guint, i));
        gboolean counts = record->kind == ORA_KIND_EVENT && record->t_ns <= t_ns;

        for (gsize k = 0; counts && k < G_N_ELEMENTS(harmless); k++) {
            counts = strcmp(record->event.name, harmless[k]) != 0;
        }
        /* What a relay cannot deliver to the destination shows that this one has left, and nothing else. */
        if (counts && strcmp(record->event.name, "pump-error") == 0) {
            counts = g_strcmp0(json_string_value(json_object_get(record->data, "dir")), "sd") != 0;
        }
        if (counts) {
            return TRUE;
        }
    }
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *any = g_ptr_array_index(c->lanes, i);

        for (gsize k = 0; k < G_N_ELEMENTS(commands); k++) {
            if (ora_lane_command(any, commands[k], G_MININT64, t_ns + 2000000) != NULL) {
                return TRUE;
            }
        }
        /* The end of a process is seen by its parent some time after its peer saw it. */
        if (any->killed || (any != lane && any->exit != NULL && any->exit->t_ns <= t_ns + ora_case_exit_lag(c))) {
            return TRUE;
        }
        for (guint k = 0; k < any->moves->len && any != lane; k++) {
            const OraMove *move = ORA_MOVE(any, k);

            if (move->t_ns <= t_ns - c->blur_ns && (move->to == S(FAILED) || move->to == S(FAILING) || move->to == S(POSTCOPY_PAUSED) ||
                                       move->to == S(CANCELLING))) {
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* What the source sends in postcopy the destination understands. */
static void check_understands(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->moves->len && c->links->len > 0 && !c->scripted; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_INCOMING || move->from != S(POSTCOPY_ACTIVE) ||
                (move->to != S(POSTCOPY_PAUSED) && move->to != S(FAILED)) || !ora_lane_answers_after(lane, move->t_ns) ||
                broken_from_outside(c, lane, move->t_ns + (c->virtual_time ? 0 : 25000000))) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, move->index);
            ora_finding_expected(finding, "pages until the end: the link was whole and the source at work");
            ora_finding_actual(finding, "postcopy-active -> %s by itself", ora_status_name(move->to));
            if ((c->source == 801 || c->source == 0) && (lane->release >= 1000 || lane->release == 0 || c->presumed)) {
                ora_finding_known(finding, "8.1.0-postcopy-stream");
            } else if (move->to == S(FAILED) && ora_lane_running(lane, move->t_ns) != 1) {
                ora_finding_known(finding, "postcopy-package-refused");
            }
        }
    }
}

/* A recovery begins with migrate-recover. */
static void check_recover(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->moves->len && lane->commands->len > 0; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            OraFinding *finding;

            if (move->machine != ORA_MACHINE_INCOMING || move->to != S(POSTCOPY_RECOVER) ||
                !ora_lane_answers_after(lane, move->t_ns) ||
                ora_lane_command(lane, "migrate-recover", G_MININT64, move->t_ns + 2000000) != NULL ||
                ora_lane_command(lane, "human-monitor-command", G_MININT64, move->t_ns + 2000000) != NULL) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, move->index);
            ora_finding_expected(finding, "postcopy-recover only after migrate-recover");
            ora_finding_actual(finding, "no such command was sent to the destination");
            if (ora_quirk_applies("resume-without-recover", lane->release)) {
                ora_finding_known(finding, "resume-without-recover");
            }
        }
    }
}

const OraRule ora_rules_destination[] = {
    { "destination.transition", "The status of an incoming migration changes only along the edges of its release.", 204,
      EVER, "STATE-GRAPH", "3", check_transitions },
    { "destination.cause", "An incoming migration begins with migrate-incoming or -incoming.", 204, EVER, "STATE-GRAPH",
      "3", check_cause },
    { "destination.setup", "Each migrate-incoming makes one event setup.", 204, EVER, "FAIL-VISIBLE", "3", check_setup },
    { "destination.once", "A process loads one stream: active comes once, and a paused postcopy is continued.", 204, EVER,
      "PC-PAUSE-NOT-FAIL", "3", check_once },
    { "postcopy.pauses", "Once the destination's VM runs, a broken link pauses the postcopy on both sides.", 300, EVER,
      "PC-PAUSE-NOT-FAIL", "2.3", check_pauses },
    { "postcopy.understands", "A destination in postcopy does not give up by itself while link and source are well.", 205,
      EVER, "STREAM-COMPAT", "2.3", check_understands },
    { "postcopy.recover", "A destination recovers only after migrate-recover.", 300, EVER, "STATE-GRAPH", "8.5",
      check_recover },
    { 0 },
};
