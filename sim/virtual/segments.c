/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/virtual/segments.h"

#include "reference/machine/page.h"

#include <string.h>

/* Small writes are gathered in pieces of this size. */
enum { PIECE_ROOM = 1024 };

static SimPiece *piece_at(SimSegments *queue, guint index)
{
    return &queue->ring[(queue->head + index) & (queue->room - 1)];
}

G_GNUC_NO_INLINE static void grow(SimSegments *queue)
{
    guint room = MAX(queue->room * 2, 16);
    SimPiece *ring = g_new(SimPiece, room);

    for (guint i = 0; i < queue->count; i++) {
        ring[i] = *piece_at(queue, i);
    }
    g_free(queue->ring);
    queue->ring = ring;
    queue->room = room;
    queue->head = 0;
}

static inline SimPiece *append(SimSegments *queue)
{
    if (queue->count == queue->room) {
        grow(queue);
    }
    queue->count++;
    return piece_at(queue, queue->count - 1);
}

static inline void remove_first(SimSegments *queue, gboolean owned)
{
    SimPiece *piece = piece_at(queue, 0);

    if (owned && piece->kind == SIM_PIECE_BYTES) {
        g_free(piece->bytes);
    }
    queue->head = (queue->head + 1) & (queue->room - 1);
    queue->count--;
}

void sim_segments_clear(SimSegments *queue)
{
    while (queue->count > 0) {
        remove_first(queue, TRUE);
    }
    g_clear_pointer(&queue->ring, g_free);
    queue->room = queue->head = 0;
    queue->size = 0;
}

void sim_segments_put_bytes(SimSegments *queue, const guint8 *bytes, gsize size)
{
    SimPiece *last = queue->count > 0 ? piece_at(queue, queue->count - 1) : NULL;

    if (size <= SIM_PIECE_SMALL_MAX && size > 0 && (last == NULL || last->kind == SIM_PIECE_PAGE)) {
        last = append(queue);
        last->kind = SIM_PIECE_SMALL;
        last->size = (guint32) size;
        last->start = 0;
        memcpy(last->small, bytes, size);
        queue->size += size;
        return;
    }
    while (size > 0) {
        guint32 now;

        last = queue->count > 0 ? piece_at(queue, queue->count - 1) : NULL;
        if (last == NULL || last->kind != SIM_PIECE_BYTES || last->start + last->size == last->room) {
            guint32 room = size >= PIECE_ROOM ? (guint32) MIN(size, 1 << 20) : PIECE_ROOM;

            last = append(queue);
            *last = (SimPiece) { .kind = SIM_PIECE_BYTES, .bytes = g_malloc(room), .room = room };
        }
        now = (guint32) MIN(size, last->room - last->start - last->size);
        memcpy(last->bytes + last->start + last->size, bytes, now);
        last->size += now;
        queue->size += now;
        bytes += now;
        size -= now;
    }
}

void sim_segments_put_page(SimSegments *queue, MigPageRef ref, gsize size)
{
    SimPiece *piece = append(queue);

    piece->kind = SIM_PIECE_PAGE;
    piece->size = (guint32) size;
    piece->start = 0;
    piece->ref = ref;
    queue->size += size;
}

/* Where the bytes of a piece are; those of a page are made into scratch. */
static const guint8 *bytes_of(const SimPiece *piece, GByteArray *scratch)
{
    guint32 whole = piece->start + piece->size;

    switch (piece->kind) {
    case SIM_PIECE_SMALL:
        return piece->small + piece->start;
    case SIM_PIECE_BYTES:
        return piece->bytes + piece->start;
    case SIM_PIECE_PAGE:
        break;
    }
    g_byte_array_set_size(scratch, (whole + 63) / 64 * 64);
    mig_page_make(piece->ref, scratch->data, scratch->len);
    return scratch->data + piece->start;
}

gboolean sim_segments_first_of_any(SimSegments *queue, gsize size_max, GByteArray *scratch, MigSegment *ret_segment)
{
    SimPiece *piece;

    if (queue->count == 0) {
        return FALSE;
    }
    piece = piece_at(queue, 0);
    if (piece->kind == SIM_PIECE_PAGE && piece->start == 0 && piece->size <= size_max) {
        *ret_segment = (MigSegment) { .kind = MIG_SEGMENT_PAGE, .size = piece->size, .page = piece->ref };
    } else {
        *ret_segment = (MigSegment) {
            .kind = MIG_SEGMENT_BYTES, .size = MIN(piece->size, size_max), .bytes = bytes_of(piece, scratch),
        };
    }
    return TRUE;
}

void sim_segments_drop_any(SimSegments *queue, guint64 size)
{
    g_assert(size <= queue->size);
    queue->size -= size;
    while (size > 0) {
        SimPiece *piece = piece_at(queue, 0);

        if (size >= piece->size) {
            size -= piece->size;
            remove_first(queue, TRUE);
        } else {
            piece->start += (guint32) size;
            piece->size -= (guint32) size;
            size = 0;
        }
    }
}

gsize sim_segments_peek(SimSegments *queue, guint8 *buffer, gsize size, GByteArray *scratch)
{
    gsize done = 0;

    for (guint i = 0; i < queue->count && done < size; i++) {
        SimPiece *piece = piece_at(queue, i);
        gsize now = MIN(size - done, piece->size);

        memcpy(buffer + done, bytes_of(piece, scratch), now);
        done += now;
    }
    return done;
}

void sim_segments_pass(SimSegments *from, SimSegments *to)
{
    SimPiece *piece = append(to);

    *piece = *piece_at(from, 0);
    from->size -= piece->size;
    to->size += piece->size;
    remove_first(from, FALSE);                                     /* it has a new owner */
}

guint64 sim_segments_move(SimSegments *from, SimSegments *to, guint64 size, gboolean split, GByteArray *scratch)
{
    guint64 moved = 0;

    if (to->count == 0 && from->count > 0 && size >= from->size && (piece_at(from, 0)->kind != SIM_PIECE_PAGE || piece_at(from, 0)->start == 0)) {
        SimSegments all = *from;                                   /* what usually happens: all of it, to where there is nothing */

        *from = *to;
        *to = all;
        return all.size;
    }
    while (moved < size && from->count > 0) {
        SimPiece *piece = piece_at(from, 0);

        if (piece->size <= size - moved && !(piece->kind == SIM_PIECE_PAGE && piece->start > 0)) {
            moved += piece->size;
            sim_segments_pass(from, to);
        } else {
            MigSegment segment;

            if ((piece->kind == SIM_PIECE_PAGE && !split) || !sim_segments_first(from, size - moved, scratch, &segment)) {
                break;
            }
            sim_segments_put_bytes(to, segment.bytes, segment.size);
            sim_segments_drop(from, segment.size);
            moved += segment.size;
        }
    }
    return moved;
}
