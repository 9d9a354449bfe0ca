/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of the runner: run.c (who plays, the verdict), run_play.c (the steps), run_command.c (QMP), run_watch.c (what the
 * sides say while time passes), run_expect.c (the end).
 */
#ifndef SIM_SCENARIO_RUN_PRIVATE_H
#define SIM_SCENARIO_RUN_PRIVATE_H

#include "sim/scenario/run.h"
#include "sim/world.h"

#define SIM_RUN_MS G_GINT64_CONSTANT(1000000)

/* Of a trace: 350 MB. No run that means something comes near it; waits of hours with a guest that never converges do. */
enum { SIM_RUN_RECORDS_MAX = 500000 };

enum { SIM_RUN_REPLY_S = 30 };  /* a monitor that says nothing for so long hangs, unless the scenario says it may */

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
} SimRunSide;

typedef struct { guint64 id; const SimStep *step; } SimRunLater;

typedef struct {
    const SimScenario *scenario;
    SimResult *result;
    SimWorld *world;
    OraTrace *trace;
    int releases[SIM_SIDE_COUNT];      /* 0: not known */
    gboolean compare;          /* memory, once the migration completed */
    SimRunSide sides[SIM_SIDE_COUNT];
    GArray *later;             /* of SimRunLater: answers that nobody has waited for yet */
    gint64 begin_ns, step_ns;
    gboolean failed;           /* a step failed: the rest makes no sense */
    gboolean too_long;         /* more records than are kept */
    /* The reply that a command step waits for. */
    guint64 awaited;
    json_t *reply;
} SimRun;

/* ---- run.c: findings of the scenario, now, at the last record ---- */

OraSide sim_run_ora_side(SimSide side);
/* Owned by the run's result. */
OraFinding *sim_run_finding(SimRun *run, const char *id, SimPosition position, OraSide side, const char *sentence);
/* The same at a step; the run ends with it. */
OraFinding *sim_run_step_failed(SimRun *run, const char *id, const SimStep *step);

/* ---- run_watch.c ---- */

gint64 sim_run_now_ns(SimRun *run);
/* Lets time pass until something happened or the deadline. FALSE: the deadline. */
gboolean sim_run_pass_time(SimRun *run, gint64 deadline_ns);
void sim_run_let_pass(SimRun *run, gint64 until_ns);
void sim_run_note_seen(SimRunSide *side, const char *status);
/* How a side is, in words for a finding; the caller frees it. */
char *sim_run_state(const SimRun *run, SimSide which);

/* ---- run_command.c ---- */

void sim_run_command(SimRun *run, const SimStep *step);
/* Sends and waits for the reply, which the caller owns. NULL: none came, or it could not be sent. */
json_t *sim_run_ask(SimRun *run, SimSide side, const char *command, json_t *arguments, gboolean oob, gint64 within_ns);
/* A command of the runner's own, which has to work; takes the arguments. */
gboolean sim_run_tell(SimRun *run, SimSide side, const char *command, json_t *arguments);
void sim_run_switch_events_on(SimRun *run, SimSide side);
/* What the step expects of this release; NULL: a return. */
const SimExpectReply *sim_run_expected_reply(const SimRun *run, const SimStep *step);
/* A reply that nobody waits for may be one of run->later. */
void sim_run_check_later(SimRun *run, const SimItem *item);
/* Member of an object, NULL if it is no string; borrowed. */
const char *sim_run_text(json_t *object, const char *member);
/* Compact JSON, "nothing" for NULL; the caller frees it. */
char *sim_run_dumps(json_t *value);

/* ---- run_play.c, run_expect.c ---- */

/* Starts both sides, does the steps, looks at the end. An error is one of the world; findings are in the result. */
void sim_run_play(SimRun *run, GError **error);
/* At the switch-over, when the migration completed and both guests stand still; then the guest goes on. */
void sim_run_compare_memory(SimRun *run);
void sim_run_check_expectations(SimRun *run);

#endif
