/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What one outgoing migration counts (spec/migration.md 9.3, 9.4, 10). Reset by `migrate`, never in between.
 */
#ifndef MIG_MIGRATION_STATS_H
#define MIG_MIGRATION_STATS_H

#include <glib.h>

typedef struct {
    guint64 transferred;           /* {-8.1} bytes put for RAM; {8.2-} stream_bytes takes its place in the query */
    guint64 precopy_bytes, downtime_bytes, postcopy_bytes;     /* {7.0-} */
    guint64 stream_bytes;          /* bytes put on the main channel */
    guint64 multifd_bytes;         /* of all multifd channels */
    guint64 normal, duplicate;     /* pages */
    guint64 remaining_at_sync;     /* bytes found dirty by the last sync */
    guint64 dirty_pages_rate;      /* pages per second */
    guint64 dirty_sync_count;
    guint64 postcopy_requests;
    guint64 pages_handled;         /* target_page_count: all pages looked at, skipped ones included */
    guint64 xbzrle_bytes, xbzrle_pages, xbzrle_cache_miss, xbzrle_overflow;
    guint64 compress_pages, compressed_bytes;                  /* {3.1-9.0} in the query */
    double xbzrle_cache_miss_rate, xbzrle_encoding_rate;
    double mbps, pages_per_second;
} MigStats;

/* The budget of a 100 ms window (spec/migration.md 9.2). Up to 8.1 bytes count when they are put; from 8.2 when QEMU's file
 * buffer (32 KiB of bytes, 64 pieces) is flushed, hence the overshoot by up to one buffer. */
typedef struct {
    guint64 limit;                 /* bytes per window, 0: none */
    guint64 used;
    gboolean by_flush;
    guint64 buffered;              /* by_flush: bytes not counted yet */
    guint pieces, piece_bytes;
} MigRate;

static inline gboolean mig_rate_exceeded(const MigRate *rate) { return rate->limit > 0 && rate->used > rate->limit; }

static inline void mig_rate_flush(MigRate *rate)
{
    rate->used += rate->buffered;
    rate->buffered = 0;
    rate->pieces = rate->piece_bytes = 0;
}

/* `head` bytes of header and `body` bytes of page were put. */
static inline void mig_rate_put(MigRate *rate, guint head, guint body)
{
    if (!rate->by_flush) {
        rate->used += head + body;
        return;
    }
    rate->buffered += head + body;
    rate->piece_bytes += head;
    rate->pieces += body ? 2 : 0;
    if (rate->pieces >= 64 || rate->piece_bytes >= 32768)
        mig_rate_flush(rate);
}

#endif
