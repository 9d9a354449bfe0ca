/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A queue of segments: bytes by copy, pages by reference. Its size is counted in bytes on the wire.
 */
#ifndef SIM_VIRTUAL_SEGMENTS_H
#define SIM_VIRTUAL_SEGMENTS_H

#include "reference/env.h"

typedef enum { SIM_PIECE_PAGE = 0, SIM_PIECE_SMALL, SIM_PIECE_BYTES } SimPieceKind;

enum { SIM_PIECE_SMALL_MAX = 16 };

typedef struct {
    SimPieceKind kind;
    guint32 size;              /* bytes on the wire still in the queue */
    guint32 start;             /* bytes at the front that are gone, of a page too */
    guint32 room;              /* SIM_PIECE_BYTES: allocated */
    union {
        MigPageRef ref;        /* SIM_PIECE_PAGE */
        guint8 small[SIM_PIECE_SMALL_MAX];     /* SIM_PIECE_SMALL: heads of pages, without an allocation */
        guint8 *bytes;         /* SIM_PIECE_BYTES: owned */
    };
} SimPiece;

typedef struct {
    SimPiece *ring;
    guint head, count, room;   /* room is a power of two or 0 */
    guint64 size;              /* bytes */
} SimSegments;

void sim_segments_clear(SimSegments *queue);
void sim_segments_put_bytes(SimSegments *queue, const guint8 *bytes, gsize size);
void sim_segments_put_page(SimSegments *queue, MigPageRef ref, gsize size);
/* The first piece as a segment of at most size_max bytes, not taken. A page comes as a reference only when it is whole
 * and fits; else its bytes are made into `scratch` (resized). Valid until the queue changes. FALSE: empty. */
static inline gboolean sim_segments_first(SimSegments *queue, gsize size_max, GByteArray *scratch, MigSegment *ret_segment);
static inline void sim_segments_drop(SimSegments *queue, guint64 size);      /* from the front; size <= queue->size */
/* Size of the first piece; 0: empty. */
static inline guint32 sim_segments_first_size(const SimSegments *queue) { return queue->count > 0 ? queue->ring[queue->head].size : 0; }
/* The first piece as it is to the back of another queue; `from` is not empty, and a page begins at its first byte. */
void sim_segments_pass(SimSegments *from, SimSegments *to);
gsize sim_segments_peek(SimSegments *queue, guint8 *buffer, gsize size, GByteArray *scratch);
/* Moves up to `size` bytes from the front of one to the back of the other, pages whole; with `split` also parts of pages,
 * as bytes. Returns the number of bytes moved. */
guint64 sim_segments_move(SimSegments *from, SimSegments *to, guint64 size, gboolean split, GByteArray *scratch);

/* ---- What is done several times a page, in line: whole pages and their heads. ---- */

gboolean sim_segments_first_of_any(SimSegments *queue, gsize size_max, GByteArray *scratch, MigSegment *ret_segment);
void sim_segments_drop_any(SimSegments *queue, guint64 size);

static inline gboolean sim_segments_first(SimSegments *queue, gsize size_max, GByteArray *scratch, MigSegment *ret_segment)
{
    const SimPiece *piece;

    if (queue->count == 0) {
        return FALSE;
    }
    piece = &queue->ring[queue->head];
    if (piece->kind == SIM_PIECE_PAGE && piece->start == 0 && piece->size <= size_max) {
        *ret_segment = (MigSegment) { .kind = MIG_SEGMENT_PAGE, .size = piece->size, .page = piece->ref };
        return TRUE;
    }
    if (piece->kind == SIM_PIECE_SMALL && piece->size <= size_max) {
        *ret_segment = (MigSegment) { .kind = MIG_SEGMENT_BYTES, .size = piece->size, .bytes = piece->small + piece->start };
        return TRUE;
    }
    return sim_segments_first_of_any(queue, size_max, scratch, ret_segment);
}

static inline void sim_segments_drop(SimSegments *queue, guint64 size)
{
    if (queue->count > 0 && queue->ring[queue->head].size == size && queue->ring[queue->head].kind != SIM_PIECE_BYTES) {
        queue->head = (queue->head + 1) & (queue->room - 1);
        queue->count--;
        queue->size -= size;
    } else {
        sim_segments_drop_any(queue, size);
    }
}

#endif
