/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every name that a client can use, by release: what diff and since compare.
 */
#ifndef SIM_OPTIONS_ITEMS_H
#define SIM_OPTIONS_ITEMS_H

#include <glib.h>

#include "reference/options/profile.h"

typedef struct {
    const char *kind;         /* "capability", "parameter", "property", "value", "command", "argument"; static */
    const char *owner;        /* enumeration of a value, command of an argument; else "". Static */
    const char *name;         /* static */
    int index;                /* MigCap or MigParam: the same thing through renames; -1 for the others */
} SimItem;

/* All of the release, kind by kind, each in its own order. The caller frees the array of SimItem with g_array_unref(). */
GArray *sim_items(const MigProfile *profile);
/* Kind, owner and name are equal. */
const SimItem *sim_items_find(const GArray *items, const SimItem *item);
/* The same capability or parameter under whatever name; NULL for other kinds and where there is none. */
const SimItem *sim_items_find_index(const GArray *items, const SimItem *item);
/* "capability multifd", "argument channels of migrate"; the caller owns it. */
char *sim_item_to_string(const SimItem *item);

#endif
