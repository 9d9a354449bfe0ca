/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What came out of runs, for people and for machines.
 */
#ifndef SIM_SCENARIO_REPORT_H
#define SIM_SCENARIO_REPORT_H

#include "sim/scenario/run.h"

typedef enum { SIM_FORMAT_HUMAN = 0, SIM_FORMAT_TAP, SIM_FORMAT_JUNIT, SIM_FORMAT_JSON } SimFormat;

gboolean sim_format_parse(const char *name, SimFormat *ret_format);

typedef struct {
    SimFormat format;
    gboolean colour;
    gboolean strict;
    guint64 seed;
    guint time_scale;                  /* of real targets; above 1 their clock was faked, and every report says so */
    const char *const *options;        /* what else the reproduction line needs: "--profile", "qemu-8.1"; NULL-terminated, or NULL */
} SimReport;

/* The line that shows the run again. Caller frees. */
char *sim_report_reproduce(const SimReport *report, const SimResult *result);
/* At once after a run: failure blocks, or the line of TAP. `number` from 1. */
void sim_report_result(const SimReport *report, const SimResult *result, guint number, GString *out);
/* At the end. `results`: SimResult*, in the order of running. */
void sim_report_begin(const SimReport *report, guint count, GString *out);
void sim_report_end(const SimReport *report, const GPtrArray *results, GString *out);

#endif
