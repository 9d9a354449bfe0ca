/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/stream/page_set.h"

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

void ora_page_set_remove(OraPageSet *set, guint64 page)
{
    if (ora_page_set_has(set, page)) {
        set->pieces[page >> ORA_PAGE_SET_SHIFT][(page & (ORA_PAGE_SET_PIECE - 1)) / 64] &= ~((guint64) 1 << (page & 63));
        set->count--;
    }
}
