/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A conformance run against one target: starts it, sends the plan pipelined, compares every reply with what the rules
 * say, and keeps what differed with the shortest dialogue that shows it.
 */
#ifndef SIM_CONFORM_SESSION_H
#define SIM_CONFORM_SESSION_H

#include "sim/conform/plan.h"
#include "sim/process/target.h"

typedef struct {
    char *members;            /* of the request object, without braces: what is sent */
    char *command;            /* NULL: a request that is no command */
    OraValue *arguments;
} SimConformRequest;

typedef struct {
    SimConformArea area;
    GPtrArray *requests;      /* SimConformRequest; the last one differs */
    char *expected;           /* "return …" or "error CLASS: desc", or "death" */
    char *actual;
    guint count;              /* how often it was seen */
    GPtrArray *releases;      /* char: releases whose rules answer as the target does; may be empty */
    gboolean known;           /* the baseline has it */
} SimConformDifference;

typedef struct {
    char *version;            /* "7.2.22", of the target */
    char *profile;            /* judged by */
    gboolean nearest;         /* no profile of exactly that release: the nearest lower one */
    GPtrArray *facts;         /* char: what was found out about build and host, one sentence each */
    guint agreed[SIM_AREA_COUNT], differed[SIM_AREA_COUNT], untested[SIM_AREA_COUNT];
    GPtrArray *differences;   /* SimConformDifference */
    guint64 requests;         /* sent, resets included */
    guint restarts;
    gint64 real_ns;
} SimConformResult;

void sim_conform_result_free(SimConformResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimConformResult, sim_conform_result_free)

typedef struct {
    const SimTarget *target;
    const char *profile;      /* NULL: by the version that the target reports */
    guint64 seed;
    guint scale;
    const char *suite;        /* "options" or "qmp": only that part; NULL: all */
} SimConformSetup;

/* NULL: the target could not be started or spoken to; error says why. */
SimConformResult *sim_conform_run(const SimConformSetup *setup, GError **error);

#endif
