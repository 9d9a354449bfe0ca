/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What commands answer in which status. Options (the set commands' arguments) have rules of their own.
 */
#include "oracle/rule.h"

#include <string.h>

#define EVER ORA_FOREVER
#define S(name) ORA_STATUS_##name
#define BIT(name) (1u << ORA_STATUS_##name)

enum {
    WORK_2_4 = BIT(SETUP) | BIT(ACTIVE),
    WORK_2_5 = WORK_2_4 | BIT(POSTCOPY_ACTIVE) | BIT(PRE_SWITCHOVER) | BIT(DEVICE) | BIT(POSTCOPY_PAUSED) |
               BIT(POSTCOPY_RECOVER) | BIT(WAIT_UNPLUG),
    WORK_5_0 = WORK_2_5 | BIT(CANCELLING) | BIT(POSTCOPY_RECOVER_SETUP) | BIT(POSTCOPY_DEVICE) | BIT(FAILING),
    ENDED = BIT(NONE) | BIT(COMPLETED) | BIT(FAILED) | BIT(CANCELLED),
    EVERY = ~BIT(UNKNOWN),
    POSTCOPY_10 = BIT(POSTCOPY_ACTIVE) | BIT(POSTCOPY_DEVICE) | BIT(POSTCOPY_PAUSED) | BIT(POSTCOPY_RECOVER) |
                  BIT(POSTCOPY_RECOVER_SETUP),
};

/* A further condition on the command or its lane. */
typedef gboolean Condition(const OraCase *c, const OraLane *lane, const OraCommand *command);

static gboolean plain(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    (void) c;
    (void) lane;
    return !json_is_true(json_object_get(command->arguments, "resume"));
}

static gboolean resumes(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    return !plain(c, lane, command) &&
           !ora_lane_had(lane, ORA_MACHINE_OUTGOING, S(POSTCOPY_PAUSED), command->sent_ns - c->blur_ns,
                         command->t_ns + c->blur_ns);
}

/* In virtual time nothing else happens between a command and its answer: what changes there a command that went through did. */
static gboolean changed_by(const OraCase *c, const OraCommand *command, const char *execute, gint64 t_ns)
{
    return c->virtual_time && command->ok && strcmp(command->execute, execute) == 0 && t_ns >= command->sent_ns && t_ns <= command->t_ns;
}

/* The one run state that the VM had all around the command; UNKNOWN when that is not certain. */
static OraRun run_around(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    OraRun run = ora_lane_run(lane, command->sent_ns);

    for (guint i = 0; i < lane->pulses->len; i++) {
        const OraPulse *pulse = ORA_PULSE(lane, i);

        if (pulse->t_ns >= command->sent_ns - c->blur_ns && pulse->t_ns <= command->t_ns + c->blur_ns &&
            !(pulse->running && changed_by(c, command, "cont", pulse->t_ns)) && (pulse->by == ORA_BY_EVENT || pulse->run != run)) {
            return ORA_RUN_UNKNOWN;
        }
    }
    /* Since the poll nothing changed: else it would have been written down. */
    return run;
}

static gboolean in_inmigrate(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    return plain(c, lane, command) && run_around(c, lane, command) == ORA_RUN_INMIGRATE;
}

static gboolean in_postmigrate(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    return plain(c, lane, command) && run_around(c, lane, command) == ORA_RUN_POSTMIGRATE;
}

static gboolean in_finish_migrate(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    return run_around(c, lane, command) == ORA_RUN_FINISH_MIGRATE;
}

static gboolean in_quiet_run(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    OraRun run = run_around(c, lane, command);

    return run == ORA_RUN_RUNNING || run == ORA_RUN_PAUSED || run == ORA_RUN_PRELAUNCH || run == ORA_RUN_INMIGRATE;
}

static gboolean outgoing_only(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    (void) c;
    (void) command;
    return !lane->incoming;
}

static gboolean no_postcopy_cap(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    return ora_lane_capability(lane, "postcopy-ram", command->sent_ns) <= 0 &&
           ora_lane_capability(lane, "dirty-bitmaps", command->sent_ns) <= 0 &&
           ora_lane_capability(lane, "x-postcopy-ram", command->sent_ns) <= 0 &&
           ora_case_command_line(c, lane->role, "postcopy", TRUE) <= 0;
}

static gboolean postcopy_cap(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    (void) c;
    return !lane->incoming && ora_lane_capability(lane, "postcopy-ram", command->sent_ns) == 1;
}

static gboolean continues_right(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    (void) c;
    (void) lane;
    return g_strcmp0(json_string_value(json_object_get(command->arguments, "state")), "pre-switchover") == 0;
}

/* The argument is compared with the status: where they agree, even by chance, the command does nothing and succeeds. */
static gboolean continues_wrong(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    OraStatus state = ora_status_parse(json_string_value(json_object_get(command->arguments, "state")));

    return !lane->incoming && !ora_lane_had(lane, ORA_MACHINE_OUTGOING, state, command->sent_ns - c->blur_ns,
                                            command->t_ns + c->blur_ns);
}

/* Paused before, and not seen to go on: up to 8.1 the event setup of migrate-recover hides the status. */
static gboolean may_be_paused(const OraLane *lane, gint64 t_ns)
{
    gboolean paused = FALSE;

    for (guint i = 0; i < lane->moves->len && ORA_MOVE(lane, i)->t_ns <= t_ns; i++) {
        const OraMove *move = ORA_MOVE(lane, i);

        paused = move->machine != ORA_MACHINE_INCOMING ? paused
                 : move->to == S(POSTCOPY_PAUSED)       ? TRUE
                 : move->to == S(SETUP)                 ? paused
                                                        : FALSE;
    }
    return paused;
}

static gboolean incoming_idle(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    return !may_be_paused(lane, command->t_ns + c->blur_ns) && !may_be_paused(lane, command->sent_ns - c->blur_ns) &&
           !ora_lane_had(lane, ORA_MACHINE_INCOMING, S(POSTCOPY_PAUSED), command->sent_ns - c->blur_ns,
                         command->t_ns + c->blur_ns) &&
           !ora_lane_had(lane, ORA_MACHINE_INCOMING, S(POSTCOPY_RECOVER), command->sent_ns - c->blur_ns,
                         command->t_ns + c->blur_ns);
}

static gboolean no_postcopy_runs(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    static const OraStatus at_work[] = { S(POSTCOPY_ACTIVE), S(POSTCOPY_RECOVER) };

    for (gsize i = 0; i < G_N_ELEMENTS(at_work); i++) {
        if (ora_lane_had(lane, ORA_MACHINE_INCOMING, at_work[i], command->sent_ns - c->blur_ns, command->t_ns + c->blur_ns) ||
            ora_lane_had(lane, ORA_MACHINE_OUTGOING, at_work[i], command->sent_ns - c->blur_ns, command->t_ns + c->blur_ns)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* An earlier migrate-incoming was accepted in this process, and nothing was recovered since. */
static gboolean listens_already(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    (void) c;
    for (guint i = 0; i < lane->commands->len; i++) {
        const OraCommand *earlier = ORA_COMMAND(lane, i);

        if (earlier->sent_ns < command->sent_ns && earlier->ok && strcmp(earlier->execute, "migrate-incoming") == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean never_incoming(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    (void) c;
    (void) command;
    return !lane->incoming && lane->role == ORA_ROLE_SRC;
}

static gboolean tcp_address(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    const char *uri = json_string_value(json_object_get(command->arguments, "uri"));

    return plain(c, lane, command) && !lane->incoming && uri != NULL && g_str_has_prefix(uri, "tcp:127.0.0.1:");
}

/* Pages that were released when they were sent cannot be sent again. */
static gboolean resumes_released(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    return !plain(c, lane, command) && ora_lane_capability(lane, "release-ram", command->sent_ns) == 1;
}

typedef enum { REFUSED, ACCEPTED } Answer;

static const struct {
    const char *command;
    guint32 statuses; /* of the outgoing migration; all that it had meanwhile are among these */
    Condition *when;  /* NULL: always */
    Answer answer;
    const char *text; /* part of the error's text; NULL: any */
    OraRelease since, until;
} answers[] = {
    { "migrate", WORK_2_4 | BIT(CANCELLING), plain, REFUSED, NULL, 204, 204 },
    { "migrate", WORK_2_5 | BIT(CANCELLING) | BIT(COLO), plain, REFUSED, NULL, 205, 402 },
    { "migrate", WORK_5_0, plain, REFUSED, NULL, 500, 901 },
    { "migrate", WORK_5_0 | BIT(COLO), plain, REFUSED, NULL, 902, EVER },
    { "migrate", WORK_2_5, tcp_address, REFUSED, "There's a migration process in progress", 205, EVER },
    { "migrate", ENDED, in_inmigrate, REFUSED, "Guest is waiting for an incoming migration", 204, EVER },
    { "migrate", ENDED, in_postmigrate, REFUSED, NULL, 600, EVER },
    { "migrate", EVERY, resumes, REFUSED, NULL, 300, EVER },
    { "migrate", BIT(POSTCOPY_PAUSED), resumes_released, REFUSED, NULL, 300, EVER },

    { "migrate-set-capabilities", WORK_2_4, outgoing_only, REFUSED, "There's a migration process in progress", 204, 204 },
    { "migrate-set-capabilities", WORK_2_5, outgoing_only, REFUSED, "There's a migration process in progress", 205, 402 },
    { "migrate-set-capabilities", WORK_5_0, outgoing_only, REFUSED, "There's a migration process in progress", 500, 800 },
    { "migrate-set-capabilities", WORK_5_0 | BIT(COLO), outgoing_only, REFUSED, "There's a migration process in progress", 801,
      EVER },

    { "migrate-continue", EVERY, continues_wrong, REFUSED,
      "Migration not in expected state: ", 211, EVER },
    { "migrate-continue", BIT(PRE_SWITCHOVER), continues_right, ACCEPTED, NULL, 211, EVER },

    { "migrate-start-postcopy", EVERY, no_postcopy_cap, REFUSED,
      "Enable postcopy with migrate_set_capability before the start of migration", 205, EVER },
    { "migrate-start-postcopy", BIT(ACTIVE), postcopy_cap, ACCEPTED, NULL, 205, EVER },

    { "migrate-pause", EVERY, no_postcopy_runs, REFUSED, "migrate-pause is currently only supported during postcopy-active",
      300, EVER },
    { "migrate-recover", EVERY, incoming_idle, REFUSED, "Migrate recover can only be run when postcopy is paused.", 300,
      EVER },

    { "migrate_cancel", POSTCOPY_10, outgoing_only, REFUSED, "Postcopy migration in progress, cannot cancel.", 1000, EVER },
    { "migrate_cancel", EVERY, NULL, ACCEPTED, NULL, 204, 902 },
    { "migrate_cancel", ENDED | BIT(SETUP) | BIT(ACTIVE) | BIT(PRE_SWITCHOVER) | BIT(DEVICE) | BIT(CANCELLING) | BIT(FAILING),
      NULL, ACCEPTED, NULL, 1000, EVER },

    { "cont", EVERY, in_finish_migrate, REFUSED, "Migration is not finalized yet", 401, EVER },
    { "cont", ENDED | BIT(ACTIVE), in_quiet_run, ACCEPTED, NULL, 204, EVER },
    { "stop", EVERY, in_quiet_run, ACCEPTED, NULL, 204, EVER },

    { "migrate-incoming", EVERY, listens_already, REFUSED, NULL, 204, EVER },
    { "migrate-incoming", EVERY, never_incoming, REFUSED, NULL, 204, EVER },
    { "query-migrate", EVERY, NULL, ACCEPTED, NULL, 204, EVER },
    { "query-status", EVERY, NULL, ACCEPTED, NULL, 204, EVER },
    { "query-migrate-parameters", EVERY, NULL, ACCEPTED, NULL, 204, EVER },
    { "query-migrate-capabilities", EVERY, NULL, ACCEPTED, NULL, 204, EVER },
};

/* All statuses that the outgoing migration of *lane* may have had while *command* was looked at. */
static guint32 statuses_around(const OraCase *c, const OraLane *lane, const OraCommand *command)
{
    gint64 from = command->sent_ns - c->blur_ns, to = command->t_ns + c->blur_ns;
    guint32 set = 1u << ora_lane_status(lane, ORA_MACHINE_OUTGOING, from);

    for (guint i = 0; i < lane->moves->len; i++) {
        const OraMove *move = ORA_MOVE(lane, i);

        if (move->machine == ORA_MACHINE_OUTGOING && move->t_ns >= from && move->t_ns <= to &&
            !(move->to == S(SETUP) && changed_by(c, command, "migrate", move->t_ns))) {
            set |= 1u << move->to;
        }
    }
    return set;
}

static gboolean status_is_known(const OraLane *lane, const OraCommand *command)
{
    /* Without events a poll may be late: a status change that no event told is seen within a second. */
    return command->sent_ns > lane->events_ns || lane->moves->len == 0;
}

static void check_answers(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->commands->len && lane->release != 0; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            guint32 set = statuses_around(c, lane, command);

            if (command->no_reply || (command->error_class != NULL && strcmp(command->error_class, "CommandNotFound") == 0)) {
                continue;
            }
            for (gsize a = 0; a < G_N_ELEMENTS(answers); a++) {
                gboolean refused = command->error_desc != NULL;
                OraFinding *finding;

                if (strcmp(answers[a].command, command->execute) != 0 || (set & ~answers[a].statuses) != 0 ||
                    !ora_release_within(lane->release, answers[a].since, answers[a].until) ||
                    (answers[a].statuses != (guint32) EVERY && !status_is_known(lane, command)) ||
                    (answers[a].when != NULL && !answers[a].when(c, lane, command)) ||
                    (refused == (answers[a].answer == REFUSED) &&
                     (!refused || answers[a].text == NULL || strstr(command->error_desc, answers[a].text) != NULL))) {
                    continue;
                }
                finding = ora_case_find(c, rule, lane, command->index);
                if (answers[a].answer == ACCEPTED) {
                    ora_finding_expected(finding, "%s succeeds here", command->execute);
                } else {
                    ora_finding_expected(finding, "%s is refused here%s%s%s", command->execute,
                                         answers[a].text != NULL ? ": \"" : "", answers[a].text != NULL ? answers[a].text : "",
                                         answers[a].text != NULL ? "\"" : "");
                }
                ora_finding_actual(finding, "%s%s%s", refused ? "error \"" : "success",
                                   refused ? command->error_desc : "", refused ? "\"" : "");
                if (refused && strstr(command->error_desc, "lock") != NULL && strcmp(command->execute, "cont") == 0 &&
                    ora_quirk_applies("inactive-disk-run", lane->release)) {
                    ora_finding_known(finding, "inactive-disk-run");
                }
            }
        }
    }
}

/* Commands of the area and the releases that have them. */
static const struct {
    const char *command;
    OraRelease since, until;
} commands[] = {
    { "migrate", 204, EVER },
    { "migrate_cancel", 204, EVER },
    { "migrate-incoming", 204, EVER },
    { "migrate-set-capabilities", 204, EVER },
    { "query-migrate-capabilities", 204, EVER },
    { "migrate-set-parameters", 204, EVER },
    { "query-migrate-parameters", 204, EVER },
    { "query-migrate", 204, EVER },
    { "query-status", 204, EVER },
    { "stop", 204, EVER },
    { "cont", 204, EVER },
    { "quit", 204, EVER },
    { "migrate-start-postcopy", 205, EVER },
    { "x-colo-lost-heartbeat", 208, EVER },
    { "migrate-continue", 211, EVER },
    { "migrate-pause", 300, EVER },
    { "migrate-recover", 300, EVER },
    { "announce-self", 400, EVER },
    { "yank", 600, EVER },
    { "query-yank", 600, EVER },
    { "snapshot-save", 600, EVER },
    { "migrate_set_speed", 204, 502 },
    { "migrate_set_downtime", 204, 502 },
    { "migrate-set-cache-size", 204, 502 },
    { "query-migrate-cache-size", 204, 502 },
};

/* A build may leave out COLO; its commands cannot be demanded. */
static gboolean is_optional(const char *command)
{
    return strstr(command, "colo") != NULL || strcmp(command, "announce-self") == 0;
}

static void check_commands(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->commands->len && lane->release != 0; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            gboolean missing = g_strcmp0(command->error_class, "CommandNotFound") == 0;

            for (gsize n = 0; n < G_N_ELEMENTS(commands) && !command->no_reply; n++) {
                gboolean there = ora_release_within(lane->release, commands[n].since, commands[n].until);
                OraFinding *finding;

                if (strcmp(commands[n].command, command->execute) != 0 || missing != there ||
                    (there && is_optional(command->execute))) {
                    continue;
                }
                finding = ora_case_find(c, rule, lane, command->index);
                ora_finding_expected(finding, there ? "%s has %s" : "%s has no %s", ora_release_name(lane->release),
                                     command->execute);
                ora_finding_actual(finding, missing ? "CommandNotFound" : "another answer");
            }
        }
    }
}

/* Errors of the area are GenericError. */
static void check_class(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            const char *class = command->error_class;
            OraFinding *finding;

            if (class == NULL || strcmp(class, "GenericError") == 0 || strcmp(class, "CommandNotFound") == 0 ||
                (strcmp(class, "DeviceNotFound") == 0 && !g_str_has_prefix(command->execute, "migrate"))) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, command->index);
            ora_finding_expected(finding, "class GenericError, or CommandNotFound");
            ora_finding_actual(finding, "class %s", class);
        }
    }
}

/* A migrate-incoming that was refused leaves the way open for another. */
static void check_incoming_again(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraCommand *refused = NULL;
        gboolean accepted = FALSE;

        for (guint k = 0; k < lane->commands->len && !accepted; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            gboolean stuck;
            OraFinding *finding;

            if (strcmp(command->execute, "migrate-incoming") != 0 || !lane->incoming) {
                continue;
            }
            accepted = command->ok;
            stuck = command->error_desc != NULL && (strstr(command->error_desc, "already been started") != NULL ||
                                                    strstr(command->error_desc, "Illegal migration incoming state") != NULL);
            if (stuck && refused != NULL) {
                finding = ora_case_find(c, rule, lane, command->index);
                ora_finding_record(finding, refused->index);
                ora_finding_expected(finding, "another address is tried: the first was refused (%s)", refused->error_desc);
                ora_finding_actual(finding, "error \"%s\"", command->error_desc);
                if (ora_quirk_applies("incoming-stuck-after-bind-error", lane->release) &&
                    strstr(command->error_desc, "Illegal migration incoming state") != NULL) {
                    ora_finding_known(finding, "incoming-stuck-after-bind-error");
                }
                break;
            }
            refused = command->error_desc != NULL ? command : refused;
        }
    }
}

/* In-band replies come in the order of their commands. */
static void check_order(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraCommand *last = NULL;

        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);
            OraFinding *finding;

            if (command->oob || command->no_reply) {
                continue;
            }
            /* Sent in one instant: which was first is not known. */
            if (last != NULL && command->t_ns < last->t_ns && command->sent_ns > last->sent_ns) {
                finding = ora_case_find(c, rule, lane, command->index);
                ora_finding_record(finding, last->index);
                ora_finding_expected(finding, "the reply to %s, which was sent before, first", last->execute);
                ora_finding_actual(finding, "%s was answered %" G_GINT64_FORMAT " us earlier", command->execute,
                                   (last->t_ns - command->t_ns) / 1000);
            }
            last = last == NULL || command->t_ns > last->t_ns ? command : last;
        }
    }
}

const OraRule ora_rules_reply[] = {
    { "reply.status", "A command is accepted or refused as the status demands, with the text for it.", 204, EVER,
      "ONE-AT-A-TIME", "12.1", check_answers },
    { "reply.incoming-again", "After a migrate-incoming that was refused another one can be sent.", 204, EVER,
      "ONE-AT-A-TIME", "3", check_incoming_again },
    { "reply.command", "A release has the commands that it has, and no others.", 204, EVER, "QMP-REPLY", "12.1",
      check_commands },
    { "reply.order", "Replies to in-band commands come in the order of the commands.", 204, EVER, "QMP-REPLY", NULL,
      check_order },
    { "reply.class", "Errors of the migration commands have class GenericError, absent commands CommandNotFound.", 204, EVER,
      "ERR-TEXT", "12.1", check_class },
    { 0 },
};
