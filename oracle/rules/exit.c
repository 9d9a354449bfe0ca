/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How processes may end. A migration never ends its source; a destination that could not load ends with status 1.
 */
#include "oracle/rule.h"

#include <string.h>

/* Crashes that releases are known for: what has to have happened before. */
typedef struct {
    const char *quirk;
    OraRole role;
    gboolean (*applies)(const OraCase *c, const OraLane *lane);
} Crash;

static gboolean was(const OraLane *lane, OraMachine machine, OraStatus status)
{
    return ora_lane_had(lane, machine, status, G_MININT64, G_MAXINT64);
}

static gboolean resume_tried(const OraCase *c, const OraLane *lane)
{
    (void) c;
    for (guint i = 0; i < lane->commands->len; i++) {
        const OraCommand *command = ORA_COMMAND(lane, i);

        if (strcmp(command->execute, "migrate") == 0 && json_is_true(json_object_get(command->arguments, "resume"))) {
            return was(lane, ORA_MACHINE_OUTGOING, ORA_STATUS_POSTCOPY_PAUSED);
        }
    }
    return FALSE;
}

static gboolean quit_tried(const OraCase *c, const OraLane *lane)
{
    (void) c;
    return (lane->killed || ora_lane_command(lane, "quit", G_MININT64, G_MAXINT64) != NULL) &&
           was(lane, ORA_MACHINE_OUTGOING, ORA_STATUS_ACTIVE);
}

static gboolean multifd_on(const OraLane *lane)
{
    return ora_lane_capability(lane, "multifd", G_MAXINT64) == 1 || ora_lane_capability(lane, "x-multifd", G_MAXINT64) == 1;
}

/* Further channels need an address; a pipe and a descriptor have none. */
static gboolean multifd_exec(const OraCase *c, const OraLane *lane)
{
    const OraCommand *migrate = ora_lane_command(lane, "migrate", G_MININT64, G_MAXINT64);
    const char *uri = migrate != NULL ? json_string_value(json_object_get(migrate->arguments, "uri")) : NULL;

    (void) c;
    return multifd_on(lane) && uri != NULL && (g_str_has_prefix(uri, "exec:") || g_str_has_prefix(uri, "fd:"));
}

static gboolean recovering(const OraCase *c, const OraLane *lane)
{
    (void) c;
    return was(lane, ORA_MACHINE_INCOMING, ORA_STATUS_POSTCOPY_RECOVER);
}

static gboolean cancelled_postcopy(const OraCase *c, const OraLane *lane)
{
    (void) c;
    return ora_lane_command(lane, "migrate_cancel", G_MININT64, G_MAXINT64) != NULL &&
           (was(lane, ORA_MACHINE_OUTGOING, ORA_STATUS_POSTCOPY_ACTIVE) ||
            (was(lane, ORA_MACHINE_OUTGOING, ORA_STATUS_PRE_SWITCHOVER) &&
             ora_lane_command(lane, "migrate-start-postcopy", G_MININT64, G_MAXINT64) != NULL));
}

static gboolean postcopy_multifd(const OraCase *c, const OraLane *lane)
{
    (void) c;
    return multifd_on(lane) && ora_lane_capability(lane, "postcopy-ram", G_MAXINT64) == 1;
}

static gboolean preempt_cut(const OraCase *c, const OraLane *lane)
{
    (void) c;
    return ora_lane_capability(lane, "postcopy-preempt", G_MAXINT64) == 1;
}

/* The second one went on although it had failed; two errors at one place abort. */
static gboolean incoming_twice(const OraCase *c, const OraLane *lane)
{
    guint n = 0;

    (void) c;
    for (guint i = 0; i < lane->commands->len; i++) {
        n += strcmp(ORA_COMMAND(lane, i)->execute, "migrate-incoming") == 0;
    }
    return n > 1;
}

static gboolean multifd_count(const OraCase *c, const OraLane *lane)
{
    const OraLane *peer = ora_case_peer(c, lane, 0);
    const json_t *here = ora_lane_parameter(lane, "multifd-channels", G_MAXINT64);
    const json_t *there = peer != NULL ? ora_lane_parameter(peer, "multifd-channels", G_MAXINT64) : NULL;
    json_int_t n = here != NULL ? json_integer_value(here) : 2, m = there != NULL ? json_integer_value(there) : 2;

    return multifd_on(lane) && n < m;
}

static gboolean outgoing_during_incoming(const OraCase *c, const OraLane *lane)
{
    (void) c;
    return ora_lane_command(lane, "migrate", G_MININT64, G_MAXINT64) != NULL &&
           (was(lane, ORA_MACHINE_INCOMING, ORA_STATUS_POSTCOPY_ACTIVE) ||
            was(lane, ORA_MACHINE_INCOMING, ORA_STATUS_POSTCOPY_PAUSED));
}

static gboolean stderr_has(const OraRecord *record, const char *part)
{
    for (gsize i = 0; i < json_array_size(record->exit.err); i++) {
        const char *line = json_string_value(json_array_get(record->exit.err, i));

        if (line != NULL && strstr(line, part) != NULL) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean snapshot_not_started(const OraCase *c, const OraLane *lane)
{
    (void) c;
    return ora_lane_capability(lane, "background-snapshot", G_MAXINT64) == 1 &&
           stderr_has(lane->exit, "invalid runstate transition");
}

static gboolean multifd_quit(const OraCase *c, const OraLane *lane)
{
    (void) c;
    return multifd_on(lane) && stderr_has(lane->exit, "sem->initialized");
}

/* The end of the load takes away what the thread that listens still uses. */
static gboolean package_refused(const OraCase *c, const OraLane *lane)
{
    (void) c;
    return was(lane, ORA_MACHINE_INCOMING, ORA_STATUS_POSTCOPY_ACTIVE) && stderr_has(lane->exit, "load of migration failed");
}

static const Crash crashes[] = {
    { "crash-5.2-resume-refused", ORA_ROLE_SRC, resume_tried },
    { "crash-5.2-multifd-exec", ORA_ROLE_SRC, multifd_exec },
    { "crash-5.2-multifd-quit", ORA_ROLE_SRC, multifd_quit },
    { "crash-snapshot-not-started", ORA_ROLE_SRC, snapshot_not_started },
    { "crash-5.2-quit-active", ORA_ROLE_SRC, quit_tried },
    { "once-check-no-return", ORA_ROLE_DST, incoming_twice },
    { "crash-recover-cut", ORA_ROLE_DST, recovering },
    { "crash-5.2-package-refused", ORA_ROLE_DST, package_refused },
    { "crash-8.1-cancel-postcopy", ORA_ROLE_SRC, cancelled_postcopy },
    { "crash-7.2-postcopy-multifd", ORA_ROLE_DST, postcopy_multifd },
    { "crash-7.2-preempt-cut", ORA_ROLE_SRC, preempt_cut },
    { "crash-7.2-multifd-count", ORA_ROLE_DST, multifd_count },
    { "crash-11.1-outgoing-during-incoming", ORA_ROLE_DST, outgoing_during_incoming },
};

static gboolean ended_from_outside(const OraCase *c, const OraLane *lane)
{
    if (lane->killed || ora_lane_command(lane, "quit", G_MININT64, G_MAXINT64) != NULL) {
        return TRUE;
    }
    for (guint i = 0; i < lane->records->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));

        if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_SHUTDOWN) {
            return TRUE;
        }
    }
    return FALSE;
}

static void check_crash(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        OraFinding *finding;

        /* SIGABRT, SIGSEGV, … by itself; a signal that somebody sent is no crash, unless it is another one. */
        if (lane->exit == NULL || lane->exit->exit.teardown || lane->exit->exit.signal == 0 ||
            (lane->killed && (lane->exit->exit.signal == 9 || lane->exit->exit.signal == 15))) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, lane->exit_index);
        ora_finding_expected(finding, "the process lives, or ends by itself with an exit status");
        ora_finding_actual(finding, "killed by signal %d", lane->exit->exit.signal);
        if (lane->exit->exit.signal == 6 && ended_from_outside(c, lane)) {
            ora_finding_known(finding, "crash-while-ending");
        }
        for (gsize k = 0; k < G_N_ELEMENTS(crashes); k++) {
            if (lane->role == crashes[k].role && ora_quirk_applies(crashes[k].quirk, lane->release) &&
                crashes[k].applies(c, lane)) {
                ora_finding_known(finding, crashes[k].quirk);
                break;
            }
        }
    }
}

/* Exit status 1 belongs to a load that failed or to an address that could not be listened at, and says so. */
static void check_code(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        OraFinding *finding;
        gboolean fine;

        if (lane->exit == NULL || lane->exit->exit.teardown || lane->exit->exit.signal != 0) {
            continue;
        }
        if (lane->exit->exit.code == 0) {
            fine = ended_from_outside(c, lane);
        } else {
            fine = lane->exit->exit.code == 1 && lane->incoming &&
                   (json_array_size(lane->exit->exit.err) == 0 || stderr_has(lane->exit, "load of migration failed") ||
                    stderr_has(lane->exit, "loadvm failed") || stderr_has(lane->exit, "-incoming ") || stderr_has(lane->exit, "channel"));
        }
        if (!fine) {
            finding = ora_case_find(c, rule, lane, lane->exit_index);
            ora_finding_expected(finding, lane->incoming
                                              ? "exit status 0 after quit or SIGTERM, 1 with \"load of migration failed\" or "
                                                "\"-incoming\" on stderr"
                                              : "a source ends only when it is told to");
            ora_finding_actual(finding, "exit status %d", lane->exit->exit.code);
        }
    }
}

/* A destination whose load failed ends; since 9.1 it may have been told to stay. */
static void check_failed_ends(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraMove *failed = NULL;
        OraFinding *finding;
        gboolean stays = FALSE;

        for (guint k = 0; k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);

            if (move->machine == ORA_MACHINE_INCOMING) {
                failed = move->to == ORA_STATUS_FAILED && move->from != ORA_STATUS_POSTCOPY_ACTIVE ? move : NULL;
            }
        }
        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);

            stays = stays || (strcmp(command->execute, "migrate-incoming") == 0 &&
                              json_is_false(json_object_get(command->arguments, "exit-on-error")));
        }
        /* A postcopy that failed lives on; polls alone may have missed it, but hardly that its VM ran. */
        if (failed != NULL && failed->by == ORA_BY_POLL && ora_lane_running(lane, failed->t_ns + 1) == 1) {
            continue;
        }
        if (failed == NULL || (stays && (lane->release == 0 || lane->release >= 901)) ||
            (lane->exit != NULL && !lane->exit->exit.teardown) ||
            c->end_ns - failed->t_ns < MAX(c->blur_ns * 20, 500000000)) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, failed->index);
        ora_finding_expected(finding, "the process ends with exit status 1");
        ora_finding_actual(finding, "it lived on for %" G_GINT64_FORMAT " ms", (c->end_ns - failed->t_ns) / 1000000);
    }
}

/* A load that fails says so by its status before the process ends. */
static void check_failed_event(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        OraFinding *finding;

        if (lane->exit == NULL || lane->exit->exit.teardown || lane->exit->exit.code != 1 || !lane->incoming ||
            lane->exit->t_ns < lane->events_ns || lane->release < 206 || !stderr_has(lane->exit, "load of migration failed") ||
            ora_lane_status(lane, ORA_MACHINE_INCOMING, G_MAXINT64) != ORA_STATUS_ACTIVE) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, lane->exit_index);
        ora_finding_expected(finding, "event MIGRATION failed before the process ends");
        ora_finding_actual(finding, "the last status was active");
    }
}

/* What has ended says nothing more. A process that took its place under the same name shows itself by answers. */
static void check_silent(OraCase *c, const OraRule *rule)
{
    for (guint i = 1; i < c->lanes->len; i++) {
        const OraLane *before = g_ptr_array_index(c->lanes, i - 1), *lane = g_ptr_array_index(c->lanes, i);
        const OraRecord *first = ora_case_record(c, g_array_index(lane->records, guint, 0));
        gboolean lives = FALSE;
        OraFinding *finding;

        for (guint k = 0; k < lane->records->len && !lives; k++) {
            const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, k));

            lives = record->kind == ORA_KIND_STATUS || record->kind == ORA_KIND_REQUEST ||
                    (record->kind == ORA_KIND_REPLY && !record->command.no_reply) ||
                    (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_HARNESS);
        }
        /* The last words of a process may be read a little after its end was seen. */
        if (lives || lane->side != before->side || before->exit == NULL || first->kind != ORA_KIND_EVENT ||
            first->t_ns - before->exit->t_ns <= (c->virtual_time ? 0 : 25000000)) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, g_array_index(lane->records, guint, 0));
        ora_finding_record(finding, before->exit_index);
        ora_finding_expected(finding, "nothing after the process ended");
        ora_finding_actual(finding, "event %s %" G_GINT64_FORMAT " ms later", first->event.name,
                           (first->t_ns - before->exit->t_ns) / 1000000);
    }
}

const OraRule ora_rules_exit[] = {
    { "exit.crash", "No process dies by a signal that nobody sent.", 204, ORA_FOREVER, "CLEANUP-SAFE", "5.4",
      check_crash },
    { "exit.silent", "A process that has ended sends no events.", 204, ORA_FOREVER, "QMP-REPLY", "12.5", check_silent },
    { "exit.code",
      "A process ends with status 0 when it is told to, a destination with 1 when it could not listen or load; nothing else "
      "ends one.",
      204, ORA_FOREVER, "FAIL-VISIBLE", "12.5", check_code },
    { "exit.failed-event", "A load that fails is reported as failed before the process ends (2.6-).", 206, ORA_FOREVER,
      "FAIL-VISIBLE", "3", check_failed_event },
    { "exit.failed-load", "A destination whose load failed ends, unless it was told to stay (9.1-).", 204, ORA_FOREVER,
      "FAIL-VISIBLE", "3", check_failed_ends },
    { 0 },
};
