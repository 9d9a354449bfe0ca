/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Text in aligned columns, for people.
 */
#ifndef SIM_OPTIONS_TABLE_H
#define SIM_OPTIONS_TABLE_H

#include <glib.h>
#include <stdio.h>

typedef struct SimTable SimTable;

/* Column titles, NULL-terminated. */
SimTable *sim_table_new(const char *title, ...) G_GNUC_NULL_TERMINATED;
void sim_table_free(SimTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimTable, sim_table_free)

/* One row: as many strings as there are columns (copied; NULL is an empty cell), then NULL. */
void sim_table_add(SimTable *table, ...);
guint sim_table_rows(const SimTable *table);
/* Two blanks of indentation, titles, rows. */
void sim_table_print(const SimTable *table, FILE *out);

#endif
