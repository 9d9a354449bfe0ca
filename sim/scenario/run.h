/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Runs a scenario in a world, judges the trace by the general rules and by what the scenario expects.
 */
#ifndef SIM_SCENARIO_RUN_H
#define SIM_SCENARIO_RUN_H

#include "oracle/finding.h"
#include "oracle/trace.h"
#include "sim/choice.h"
#include "sim/scenario/scenario.h"

typedef struct {
    const char *target;        /* "sim", or what sim_process_world_new() understands; NULL: "sim" */
    const char *destination_target;    /* NULL: as target */
    const char *profile, *destination_profile;         /* NULL: as the target says; of sim: qemu-7.2 */
    guint64 seed;
    SimChoices *choices;       /* sim only, borrowed: instead of a generator with the seed; NULL */
    gboolean strict;           /* known quirks count as findings */
    guint time_scale;          /* real targets; 0: real time */
    const char *changes;       /* build and host of sim beside the scenario's own: "with:NAME without:NAME"; NULL: none */
    const char *capture;       /* real targets: folder for what every channel carried; NULL: nothing is kept */
} SimRunSetup;

typedef enum { SIM_VERDICT_PASS = 0, SIM_VERDICT_KNOWN, SIM_VERDICT_FAIL, SIM_VERDICT_SKIP, SIM_VERDICT_ERROR, SIM_VERDICT_COUNT } SimVerdict;

const char *sim_verdict_name(SimVerdict verdict);      /* "pass", "known", "FAIL", "skip", "ERROR" */

typedef struct {
    const SimScenario *scenario;       /* borrowed */
    char *target;              /* "sim", "qemu-7.2" */
    char *profile;             /* that it was judged by; NULL: not known */
    SimVerdict verdict;
    char *reason;              /* of SKIP and ERROR; NULL otherwise */
    GPtrArray *findings;       /* OraFinding*, sorted */
    OraTrace *trace;
    GArray *choices_at;        /* gsize per record of the trace: choices made by then; NULL for real targets */
    gint64 virtual_ns;         /* length of the run in the world's time */
    gint64 real_ns;
    guint64 choices;           /* made; 0 for real targets */
} SimResult;

/* Never NULL. */
SimResult *sim_run(const SimScenario *scenario, const SimRunSetup *setup);
void sim_result_free(SimResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimResult, sim_result_free)

#endif
