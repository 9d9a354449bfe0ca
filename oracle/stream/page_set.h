/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A set of pages of one RAM block. Memory grows with the pages that are in it, not with the length of the block, in
 * pieces of 4 KiB for 32768 pages.
 */
#ifndef ORA_STREAM_PAGE_SET_H
#define ORA_STREAM_PAGE_SET_H

#include <glib.h>

enum { ORA_PAGE_SET_SHIFT = 15, ORA_PAGE_SET_PIECE = 1 << ORA_PAGE_SET_SHIFT };

typedef struct {
    guint64 pages;               /* of the block */
    guint64 count;               /* in the set */
    guint64 **pieces;
} OraPageSet;

void ora_page_set_init(OraPageSet *set, guint64 pages);
void ora_page_set_clear(OraPageSet *set);

/* page must be below set->pages. Adds; FALSE if it was in already. */
static inline gboolean ora_page_set_add(OraPageSet *set, guint64 page)
{
    guint64 **piece = &set->pieces[page >> ORA_PAGE_SET_SHIFT], *word, bit = (guint64) 1 << (page & 63);

    if (G_UNLIKELY(!*piece)) {
        *piece = g_new0(guint64, ORA_PAGE_SET_PIECE / 64);
    }
    word = &(*piece)[(page & (ORA_PAGE_SET_PIECE - 1)) / 64];
    if (*word & bit) {
        return FALSE;
    }
    *word |= bit;
    set->count++;
    return TRUE;
}

static inline gboolean ora_page_set_has(const OraPageSet *set, guint64 page)
{
    const guint64 *piece = set->pieces ? set->pieces[page >> ORA_PAGE_SET_SHIFT] : NULL;

    return piece && (piece[(page & (ORA_PAGE_SET_PIECE - 1)) / 64] >> (page & 63) & 1);
}

/* All of [from, to), in time that goes with the pieces it touches. */
void ora_page_set_add_range(OraPageSet *set, guint64 from, guint64 to);
void ora_page_set_remove_range(OraPageSet *set, guint64 from, guint64 to);

/* Is nothing of the piece that holds page in the set? */
static inline gboolean ora_page_set_piece_empty(const OraPageSet *set, guint64 page)
{
    return !set->pieces || !set->pieces[page >> ORA_PAGE_SET_SHIFT];
}

void ora_page_set_remove(OraPageSet *set, guint64 page);

#endif
