/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The nearest sets that a release accepts.
 */
#ifndef SIM_OPTIONS_REPAIR_H
#define SIM_OPTIONS_REPAIR_H

#include <glib.h>

#include "reference/options/check.h"

typedef struct {
    MigCapSet off, on;        /* what to switch off and on */
} SimRepair;

/* Fewest switches that make `set` acceptable (rule of mig_caps_check() none) with these facts and stored values; all repairs of
 * that size, fewest capabilities switched on first. At most 4 switches; an empty array when that is not enough. The caller
 * frees it with g_array_unref(). */
GArray *sim_repair_caps(const MigProfile *profile, MigFactSet facts, MigCapSet set, MigCompression compression, gboolean tls);

/* "switch compress off and return-path on"; the caller owns it. */
char *sim_repair_to_string(const MigProfile *profile, const SimRepair *repair);

/* Names of variations of build or host, each of which alone makes the set acceptable, as "with:NAME"; NULL-terminated, the
 * caller frees it with g_strfreev(). */
char **sim_repair_aspects(const MigProfile *profile, MigCapSet set, MigCompression compression, gboolean tls);

#endif
