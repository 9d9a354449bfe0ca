/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The options layer stated twice, held against itself: engine (procedures) and oracle (rules as data) are asked the same
 * questions, all of them where that is possible, and must give the same verdict, class and text.
 */
#ifndef SIM_COMPARE_COMPARE_H
#define SIM_COMPARE_COMPARE_H

#include "oracle/options/options.h"
#include "reference/options/options.h"

/* One build, host and state of one release. */
typedef struct {
    const char *name;         /* "default", "without replication", … ; static */
    MigProfile *engine;
    MigFactSet engine_facts;
    OraProfile oracle;
} SimCompareCase;

/* The default case and one for every fact that a rule of the release mentions. The array owns its cases. */
GPtrArray *sim_compare_cases(const char *profile, gboolean all, GError **error);

typedef struct {
    guint64 compared;
    guint64 different;
    GPtrArray *examples;      /* char: the first few differences, for people */
} SimCompareCount;

void sim_compare_count_init(SimCompareCount *count);
void sim_compare_count_done(SimCompareCount *count);
void sim_compare_differs(SimCompareCount *count, const SimCompareCase *c, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Every subset of the capabilities, set at once from nothing; at most 2^bits_max of them (the subsets of the first bits_max
 * capabilities that a rule mentions, then the others one by one), *ret_left_out the rest. */
void sim_compare_subsets(const SimCompareCase *c, guint bits_max, guint64 *ret_left_out, SimCompareCount *count);
/* Every ordered pair, or triple, of single changes, each on or off, one after the other, from nothing; and every single
 * change from every set of one or two. */
void sim_compare_sequences(const SimCompareCase *c, guint length, SimCompareCount *count);
/* Every parameter at the edges of its rules and types, alone and after one another, with the query after each; every
 * interplay of capabilities and parameters that a rule mentions. */
void sim_compare_parameters(const SimCompareCase *c, SimCompareCount *count);

#endif
