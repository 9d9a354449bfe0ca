/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/options/table.h"

#include <stdarg.h>

struct SimTable {
    guint columns;
    GPtrArray *cells;         /* titles first, then the rows */
};

SimTable *sim_table_new(const char *title, ...)
{
    SimTable *table = g_new0(SimTable, 1);
    va_list arguments;

    table->cells = g_ptr_array_new_with_free_func(g_free);
    va_start(arguments, title);
    for (; title != NULL; title = va_arg(arguments, const char *)) {
        g_ptr_array_add(table->cells, g_strdup(title));
        table->columns++;
    }
    va_end(arguments);
    return table;
}

void sim_table_free(SimTable *table)
{
    if (table != NULL) {
        g_ptr_array_unref(table->cells);
        g_free(table);
    }
}

void sim_table_add(SimTable *table, ...)
{
    va_list arguments;

    va_start(arguments, table);
    for (guint i = 0; i < table->columns; i++) {
        const char *cell = va_arg(arguments, const char *);

        g_ptr_array_add(table->cells, g_strdup(cell != NULL ? cell : ""));
    }
    va_end(arguments);
}

guint sim_table_rows(const SimTable *table)
{
    return table->cells->len / table->columns - 1;
}

static int width_of(const char *cell)
{
    return g_utf8_validate(cell, -1, NULL) ? (int) g_utf8_strlen(cell, -1) : 0;
}

void sim_table_print(const SimTable *table, FILE *out)
{
    g_autofree int *widths = g_new0(int, table->columns);

    for (guint i = 0; i < table->cells->len; i++) {
        widths[i % table->columns] = MAX(widths[i % table->columns], width_of(g_ptr_array_index(table->cells, i)));
    }
    for (guint i = 0; i < table->cells->len; i += table->columns) {
        GString *line = g_string_new("  ");

        for (guint j = 0; j < table->columns; j++) {
            const char *cell = g_ptr_array_index(table->cells, i + j);

            g_string_append(line, cell);
            if (j + 1 < table->columns) {
                g_string_append_printf(line, "%*s", widths[j] - width_of(cell) + 2, "");
            }
        }
        g_strchomp(line->str);
        fprintf(out, "%s\n", line->str);
        g_string_free(line, TRUE);
    }
}
