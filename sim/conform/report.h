/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The report card of a conformance run, for people and for programs, and the baseline of known differences.
 */
#ifndef SIM_CONFORM_REPORT_H
#define SIM_CONFORM_REPORT_H

#include "sim/conform/session.h"

#include <stdio.h>

void sim_conform_print(const SimConformResult *result, const char *target, FILE *out);
json_t *sim_conform_to_json(const SimConformResult *result, const char *target);       /* new reference */

/* Marks the differences that the file knows; *ret_gone gets (char, new array) what the file expects and the run did not
 * show: an unexpected agreement is worth a look, too. FALSE: the file cannot be read as a baseline. */
gboolean sim_conform_baseline_apply(SimConformResult *result, const char *path, GPtrArray **ret_gone, GError **error);
/* Written to a temporary file and renamed. */
gboolean sim_conform_baseline_write(const SimConformResult *result, const char *path, GError **error);

/* Differences that no baseline knows. */
guint sim_conform_findings(const SimConformResult *result);

#endif
