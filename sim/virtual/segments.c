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

static SimPiece *append(SimSegments *queue)
{
    if (queue->count == queue->room) {
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
    queue->count++;
    return piece_at(queue, queue->count - 1);
}

static void remove_first(SimSegments *queue)
{
    SimPiece *piece = piece_at(queue, 0);

    if (!piece->page) {
        g_free(piece->bytes);
    }
    queue->head = (queue->head + 1) & (queue->room - 1);
    queue->count--;
}

void sim_segments_clear(SimSegments *queue)
{
    while (queue->count > 0) {
        remove_first(queue);
    }
    g_clear_pointer(&queue->ring, g_free);
    queue->room = queue->head = 0;
    queue->size = 0;
}

void sim_segments_put_bytes(SimSegments *queue, const guint8 *bytes, gsize size)
{
    while (size > 0) {
        SimPiece *last = queue->count > 0 ? piece_at(queue, queue->count - 1) : NULL;
        guint32 now;

        if (last == NULL || last->page || last->start + last->size == last->room) {
            guint32 room = size >= PIECE_ROOM ? (guint32) MIN(size, 1 << 20) : size <= 16 ? 32 : PIECE_ROOM;

            last = append(queue);
            *last = (SimPiece) { .bytes = g_malloc(room), .room = room };
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

    *piece = (SimPiece) { .page = TRUE, .size = (guint32) size, .ref = ref };
    queue->size += size;
}

gboolean sim_segments_first(SimSegments *queue, gsize size_max, GByteArray *scratch, MigSegment *ret_segment)
{
    SimPiece *piece;

    if (queue->count == 0) {
        return FALSE;
    }
    piece = piece_at(queue, 0);
    if (!piece->page) {
        *ret_segment = (MigSegment) {
            .kind = MIG_SEGMENT_BYTES, .size = MIN(piece->size, size_max), .bytes = piece->bytes + piece->start,
        };
    } else if (piece->skip == 0 && piece->size <= size_max) {
        *ret_segment = (MigSegment) { .kind = MIG_SEGMENT_PAGE, .size = piece->size, .page = piece->ref };
    } else {
        guint32 whole = piece->skip + piece->size;

        g_byte_array_set_size(scratch, (whole + 63) / 64 * 64);
        mig_page_make(piece->ref, scratch->data, scratch->len);
        *ret_segment = (MigSegment) {
            .kind = MIG_SEGMENT_BYTES, .size = MIN(piece->size, size_max), .bytes = scratch->data + piece->skip,
        };
    }
    return TRUE;
}

void sim_segments_drop(SimSegments *queue, guint64 size)
{
    g_assert(size <= queue->size);
    queue->size -= size;
    while (size > 0) {
        SimPiece *piece = piece_at(queue, 0);

        if (size >= piece->size) {
            size -= piece->size;
            remove_first(queue);
        } else {
            if (piece->page) {
                piece->skip += (guint32) size;
            } else {
                piece->start += (guint32) size;
            }
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

        if (piece->page) {
            guint32 whole = piece->skip + piece->size;

            g_byte_array_set_size(scratch, (whole + 63) / 64 * 64);
            mig_page_make(piece->ref, scratch->data, scratch->len);
            memcpy(buffer + done, scratch->data + piece->skip, now);
        } else {
            memcpy(buffer + done, piece->bytes + piece->start, now);
        }
        done += now;
    }
    return done;
}

guint64 sim_segments_move(SimSegments *from, SimSegments *to, guint64 size, gboolean split, GByteArray *scratch)
{
    guint64 moved = 0;

    while (moved < size && from->count > 0) {
        SimPiece *piece = piece_at(from, 0);

        if (piece->size <= size - moved && !(piece->page && piece->skip > 0)) {
            SimPiece *last;

            moved += piece->size;
            from->size -= piece->size;
            to->size += piece->size;
            last = append(to);
            *last = *piece;
            piece->bytes = NULL;                                   /* it has a new owner */
            piece->page = TRUE;
            remove_first(from);
        } else {
            MigSegment segment;

            if (piece->page && !split) {
                break;
            }
            if (!sim_segments_first(from, size - moved, scratch, &segment)) {
                break;
            }
            sim_segments_put_bytes(to, segment.bytes, segment.size);
            sim_segments_drop(from, segment.size);
            moved += segment.size;
        }
    }
    return moved;
}
