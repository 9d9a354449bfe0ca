/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The source's xbzrle cache: pages as they were sent last, direct-mapped by address as QEMU's is (spec/stream.md 4.5,
 * migration.md 9.6). It keeps references where RAM has them, so a large cache costs little.
 */
#ifndef MIG_MIGRATION_PAGECACHE_H
#define MIG_MIGRATION_PAGECACHE_H

#include "reference/machine/ram.h"

typedef struct MigPageCache MigPageCache;

typedef enum { MIG_CACHE_MISS = 0, MIG_CACHE_EQUAL, MIG_CACHE_DELTA, MIG_CACHE_OVERFLOW } MigCacheResult;

/* size_bytes is rounded down to a power of two of pages, at least one. Memory grows with the pages in it. */
MigPageCache *mig_page_cache_new(guint64 size_bytes);
void mig_page_cache_free(MigPageCache *cache);

/* Encodes the page as it is now against the cached one. `age`: number of the round; a page of the last two rounds is not
 * pushed out by another. last_stage: nothing is stored any more. */
MigCacheResult mig_page_cache_encode(MigPageCache *cache, guint64 address, guint64 age, MigRamBlock *block, guint64 page,
                                     gboolean last_stage, guint8 ret_delta[MIG_PAGE_SIZE], guint16 *ret_size);
/* The page was sent as zero. */
void mig_page_cache_zero(MigPageCache *cache, guint64 address, guint64 age);

#endif
