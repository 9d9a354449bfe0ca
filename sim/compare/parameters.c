/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The plan of a conformance run, answered by engine and oracle in this process.
 */
#include "sim/compare/both.h"
#include "sim/conform/plan.h"

typedef struct {
    const SimCompareCase *c;
    SimCompareCount *count;
    SimBoth *both;
} Comparison;

static void on_step(const SimConformStep *step, gpointer opaque)
{
    Comparison *comparison = opaque;
    g_autofree char *difference = NULL;

    if (step->reply) {
        return;                   /* the monitor's and the machine's business: conform asks them of a process */
    }
    if (step->fresh) {
        sim_both_restart(comparison->both);
    }
    comparison->count->compared++;
    difference = sim_both_ask(comparison->both, step->command, step->arguments);
    if (difference) {
        sim_compare_differs(comparison->count, comparison->c, "%s", difference);
    }
}

void sim_compare_parameters(const SimCompareCase *c, SimCompareCount *count)
{
    Comparison comparison = { c, count, sim_both_new(c) };

    sim_conform_plan(&c->oracle, 1, 1, on_step, &comparison);
    sim_both_free(comparison.both);
}
