/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/stream/page_set.h"

#include <string.h>

void ora_page_set_init(OraPageSet *set, guint64 pages)
{
    set->pages = pages;
    set->count = 0;
    set->pieces = g_new0(guint64 *, (pages >> ORA_PAGE_SET_SHIFT) + 1);
}

void ora_page_set_clear(OraPageSet *set)
{
    if (set->pieces) {
        for (guint64 i = 0; i <= set->pages >> ORA_PAGE_SET_SHIFT; i++) {
            g_free(set->pieces[i]);
        }
    }
    g_clear_pointer(&set->pieces, g_free);
    set->count = 0;
}

static guint64 count_piece(const guint64 *piece)
{
    guint64 n = 0;

    for (guint i = 0; i < ORA_PAGE_SET_PIECE / 64; i++) {
        n += __builtin_popcountll(piece[i]);
    }
    return n;
}

void ora_page_set_add_range(OraPageSet *set, guint64 from, guint64 to)
{
    while (from < to) {
        if (from % ORA_PAGE_SET_PIECE == 0 && to - from >= ORA_PAGE_SET_PIECE) {
            guint64 **piece = &set->pieces[from >> ORA_PAGE_SET_SHIFT];

            if (*piece) {
                set->count -= count_piece(*piece);
            } else {
                *piece = g_new(guint64, ORA_PAGE_SET_PIECE / 64);
            }
            memset(*piece, 0xff, ORA_PAGE_SET_PIECE / 8);
            set->count += ORA_PAGE_SET_PIECE;
            from += ORA_PAGE_SET_PIECE;
        } else {
            ora_page_set_add(set, from++);
        }
    }
}

void ora_page_set_remove_range(OraPageSet *set, guint64 from, guint64 to)
{
    while (from < to) {
        guint64 **piece = &set->pieces[from >> ORA_PAGE_SET_SHIFT];
        guint64 end = MIN(to, (from | (ORA_PAGE_SET_PIECE - 1)) + 1);

        if (*piece && from % ORA_PAGE_SET_PIECE == 0 && end - from == ORA_PAGE_SET_PIECE) {
            set->count -= count_piece(*piece);
            g_clear_pointer(piece, g_free);
        }
        for (; *piece && from < end; from++) {
            ora_page_set_remove(set, from);
        }
        from = end;
    }
}

void ora_page_set_remove(OraPageSet *set, guint64 page)
{
    if (ora_page_set_has(set, page)) {
        set->pieces[page >> ORA_PAGE_SET_SHIFT][(page & (ORA_PAGE_SET_PIECE - 1)) / 64] &= ~((guint64) 1 << (page & 63));
        set->count--;
    }
}
