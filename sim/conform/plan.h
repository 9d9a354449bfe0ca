/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which requests a conformance run sends: a pure function of profile and seed, so that a run can be repeated.
 */
#ifndef SIM_CONFORM_PLAN_H
#define SIM_CONFORM_PLAN_H

#include "oracle/options/options.h"

typedef enum {
    SIM_AREA_CAPABILITY_SINGLES = 0,    /* each on, each off */
    SIM_AREA_CAPABILITY_PAIRS,          /* every ordered pair, one after the other and in one list */
    SIM_AREA_CAPABILITY_BATCHES,        /* seeded lists, state carried over, query after each */
    SIM_AREA_CAPABILITY_SCHEMA,         /* wrong types, unknown names, missing and unknown members */
    SIM_AREA_PARAMETER_TYPES,           /* every JSON type for every parameter */
    SIM_AREA_PARAMETER_BOUNDS,          /* around every limit and every width */
    SIM_AREA_PARAMETER_BATCHES,         /* seeded objects, state carried over, query after each */
    SIM_AREA_MAPPING,                   /* block-bitmap-mapping */
    SIM_AREA_INTERPLAY,                 /* capabilities against parameters */
    SIM_AREA_OLD_COMMANDS,
    SIM_AREA_IDLE,                      /* the other commands of the area */
    SIM_AREA_MONITOR,                   /* the request object itself */
    SIM_AREA_COUNT
} SimConformArea;

const char *sim_conform_area_name(SimConformArea area);
/* "options" or "qmp". */
const char *sim_conform_area_suite(SimConformArea area);

typedef struct {
    SimConformArea area;
    gboolean fresh;           /* put everything back to the defaults first */
    const char *command;      /* NULL: `raw` is the whole request */
    const OraValue *arguments;/* borrowed; NULL: none */
    const char *raw;          /* members of a request object without its braces, for SIM_AREA_MONITOR */
    const OraReply *reply;    /* borrowed: what must be answered; NULL: ask the options model */
} SimConformStep;

typedef void SimConformEmit(const SimConformStep *step, gpointer opaque);

/* `scale` multiplies the seeded part; 1 gives more than 20,000 compared replies for releases from 5.2 on. `capabilities`
 * is asked for the model's capabilities in force (idle rules depend on them). */
void sim_conform_plan(const OraProfile *profile, guint64 seed, guint scale, SimConformEmit *emit, gpointer opaque);

#endif
