/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From the bytes of one channel to records, in whatever pieces the bytes arrive.
 *
 *     for (;;) {
 *         while ((step = mig_reader_next(reader, &record, &error)) == MIG_READ_RECORD) { use(&record); }
 *         if (step == MIG_READ_ERROR || step == MIG_READ_END) break;
 *         channel read -> mig_reader_feed(reader, &segment)      or, at its end,   mig_reader_finish(reader)
 *     }
 *
 * The bytes of a segment must stay valid until mig_reader_next() returned something else than a record. A page reference is
 * handed through where a page body is expected; elsewhere its bytes are made (page_bytes of the configuration).
 *
 * Nothing is allocated by a number from the wire beyond the limits of the configuration and of stream.md 16.5; between calls
 * a reader keeps at most one incomplete record (the largest: 1 MiB of an old block section, or a package's device state piece).
 */
#ifndef MIG_STREAM_READER_H
#define MIG_STREAM_READER_H

#include "reference/stream/context.h"

typedef struct MigReader MigReader;

typedef enum {
    MIG_CHANNEL_MAIN = 0,         /* main */
    MIG_CHANNEL_RESUMED,          /* main of a recovery: no header, the context knows the sections */
    MIG_CHANNEL_RETURN_PATH,      /* rp, rp-2 */
    MIG_CHANNEL_MULTIFD,
    MIG_CHANNEL_PREEMPT
} MigChannelKind;

typedef enum {
    MIG_READ_RECORD = 0,          /* *ret_record is set */
    MIG_READ_INPUT,               /* feed me */
    MIG_READ_END,                 /* the stream is over: 00 [description], or the channel was finished at a legal place */
    MIG_READ_ERROR                /* *error is set; the reader stays in this state */
} MigRead;

/* Takes a reference on the context. */
MigReader *mig_reader_new(MigStreamContext *context, MigChannelKind kind);
void mig_reader_free(MigReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigReader, mig_reader_free)

/* Call when mig_reader_next() asked for input. */
void mig_reader_feed(MigReader *reader, const MigSegment *segment);
void mig_reader_feed_bytes(MigReader *reader, gconstpointer bytes, gsize size);
/* The channel has ended in order; what is missing is now an error. */
void mig_reader_finish(MigReader *reader);

G_GNUC_WARN_UNUSED_RESULT
MigRead mig_reader_next(MigReader *reader, MigRecord *ret_record, GError **error);

/* Bytes that are needed at least before the next record can come; a hint for size_max of a channel's read. >= 1. */
gsize mig_reader_wants(const MigReader *reader);
/* A page body comes next: read with size_max of at least a page to get it as a reference. */
gboolean mig_reader_wants_page(const MigReader *reader);

/* Bytes of complete records so far, plus the base. */
guint64 mig_reader_offset(const MigReader *reader);
/* Set after MIG_READ_ERROR, owned by the reader; else NULL. */
const MigStreamFault *mig_reader_fault(const MigReader *reader);
/* At a place where the channel may end: nothing half-read, and (main) behind 00. */
gboolean mig_reader_at_end(const MigReader *reader);

/* A multifd channel between packets: the hello is read, nothing of a packet is, or a packet with all its data. A destination stops
 * here behind a SYNC until main has come to the record that is paired with it (stream.md 5.4). */
gboolean mig_reader_at_packet(const MigReader *reader);

/* multifd and hello checks that need both sides: the reader of a multifd channel checks them when set. */
void mig_reader_expect_multifd(MigReader *reader, const guint8 uuid[16], guint channel_count, guint32 method_flags);

#endif
