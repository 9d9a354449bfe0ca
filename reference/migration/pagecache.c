/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/pagecache.h"

#include <string.h>

#include "reference/stream/page.h"

/* A page that was used in this round or in one of the two before stays. */
#define LIFETIME_ROUNDS 2

typedef struct {
    guint64 address;               /* + 1; 0: nothing here */
    guint64 age;
    MigPageRef page;               /* when bytes is NULL */
    guint8 *bytes;
} Item;

struct MigPageCache {
    guint64 mask;                  /* items - 1 */
    GHashTable *items;             /* slot -> Item *; a slot never used costs nothing */
};

static void item_free(gpointer data)
{
    Item *item = data;

    g_free(item->bytes);
    g_free(item);
}

MigPageCache *mig_page_cache_new(guint64 size_bytes)
{
    MigPageCache *cache = g_new0(MigPageCache, 1);
    guint64 items = MAX(size_bytes / MIG_PAGE_SIZE, 1);

    while (items & (items - 1))
        items &= items - 1;
    cache->mask = items - 1;
    cache->items = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, item_free);
    return cache;
}

void mig_page_cache_free(MigPageCache *cache)
{
    if (cache == NULL)
        return;
    g_hash_table_unref(cache->items);
    g_free(cache);
}

static Item *slot(MigPageCache *cache, guint64 address, gboolean make)
{
    guint64 key = address / MIG_PAGE_SIZE & cache->mask;
    Item *item = g_hash_table_lookup(cache->items, &key);

    if (item == NULL && make) {
        guint64 *copy = g_new(guint64, 1);

        *copy = key;
        item = g_new0(Item, 1);
        g_hash_table_insert(cache->items, copy, item);
    }
    return item;
}

static void store(Item *item, MigRamBlock *block, guint64 page)
{
    const guint8 *bytes;
    MigPageRef ref;

    if (mig_ram_page(block, page, &ref, &bytes)) {
        g_clear_pointer(&item->bytes, g_free);
        item->page = ref;
    } else {
        if (item->bytes == NULL)
            item->bytes = g_malloc(MIG_PAGE_SIZE);
        memcpy(item->bytes, bytes, MIG_PAGE_SIZE);
    }
}

static Item *take_slot(MigPageCache *cache, guint64 address, guint64 age)
{
    Item *item = slot(cache, address, TRUE);

    if (item->address && item->address != address + 1 && item->age + LIFETIME_ROUNDS > age)
        return NULL;
    item->address = address + 1;
    item->age = age;
    return item;
}

MigCacheResult mig_page_cache_encode(MigPageCache *cache, guint64 address, guint64 age, MigRamBlock *block, guint64 page,
                                     gboolean last_stage, guint8 ret_delta[MIG_PAGE_SIZE], guint16 *ret_size)
{
    Item *item = slot(cache, address, FALSE);
    guint8 old[MIG_PAGE_SIZE], now[MIG_PAGE_SIZE];
    gint size;

    if (item == NULL || item->address != address + 1) {
        if (!last_stage && (item = take_slot(cache, address, age)) != NULL)
            store(item, block, page);
        return MIG_CACHE_MISS;
    }
    item->age = age;
    if (item->bytes)
        memcpy(old, item->bytes, MIG_PAGE_SIZE);
    else
        mig_page_make(item->page, old, MIG_PAGE_SIZE);
    mig_ram_page_bytes(block, page, now);
    size = mig_xbzrle_encode(old, now, MIG_PAGE_SIZE, ret_delta, MIG_PAGE_SIZE);
    if (size == 0)
        return MIG_CACHE_EQUAL;
    if (!last_stage)
        store(item, block, page);
    if (size < 0)
        return MIG_CACHE_OVERFLOW;
    *ret_size = (guint16) size;
    return MIG_CACHE_DELTA;
}

void mig_page_cache_zero(MigPageCache *cache, guint64 address, guint64 age)
{
    Item *item = take_slot(cache, address, age);

    if (item == NULL)
        return;
    g_clear_pointer(&item->bytes, g_free);
    item->page = (MigPageRef) { 0, 0 };
}
