/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/pipe.h"

#include <string.h>

#define PACKET_BYTES 1448u                          /* of TCP on Ethernet */
#define WINDOW_BYTES_MIN (256u * 1024)
#define TIMEOUT_NS (200 * G_GINT64_CONSTANT(1000000))
#define PIECE_BYTES_MAX (64u * 1024)
#define PIECE_NS 1000000                            /* a piece is at most what the bottleneck passes in a millisecond */

typedef struct {
    GBytes *bytes;
    gint64 due_ns;
} Piece;

struct SimPipe {
    SimWeather weather;
    gint64 delay_ns;
    GQueue pieces;            /* Piece, by due_ns */
    gsize first_done;         /* bytes of the first piece that came out already */
    guint64 in_offset, out_offset;
    gint64 bottleneck_free_ns;
    gint64 last_due_ns;
    guint64 random;
};

static void piece_free(gpointer data)
{
    Piece *piece = data;

    g_bytes_unref(piece->bytes);
    g_free(piece);
}

/* splitmix64: its constants are those of Steele, Lea and Flood's paper. */
static guint64 draw(SimPipe *pipe)
{
    guint64 z = pipe->random += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return z ^ z >> 31;
}

SimPipe *sim_pipe_new(const SimWeather *weather, guint64 seed)
{
    SimPipe *pipe = g_new0(SimPipe, 1);

    g_queue_init(&pipe->pieces);
    pipe->weather = *weather;
    pipe->random = seed;
    return pipe;
}

void sim_pipe_free(SimPipe *pipe)
{
    if (pipe != NULL) {
        g_queue_clear_full(&pipe->pieces, piece_free);
        g_free(pipe);
    }
}

void sim_pipe_set_weather(SimPipe *pipe, const SimWeather *weather)
{
    pipe->weather = *weather;
}

void sim_pipe_set_delay(SimPipe *pipe, gint64 delay_ns)
{
    pipe->delay_ns = delay_ns;
}

static gsize window(const SimPipe *pipe)
{
    /* Twice what fits on the wire, so that latency alone does not cost rate; and the bottleneck's queue. */
    gint64 wire_ns = 2 * (pipe->weather.latency_ns + pipe->weather.jitter_ns + pipe->delay_ns);
    guint64 on_wire = pipe->weather.ps_per_byte > 0 ? (guint64) wire_ns * 1000 / pipe->weather.ps_per_byte : 64u * 1024 * 1024;
    guint64 queue = MIN(pipe->weather.queue_bytes, G_GUINT64_CONSTANT(64) * 1024 * 1024);

    if (pipe->weather.ps_per_byte > 0) {
        /* 20 ms of the bottleneck, but never less than a few packets: a slow link with a deep buffer would make a sender
         * believe that it is fast. */
        guint64 some_ms = CLAMP(20 * G_GUINT64_CONSTANT(1000000000) / pipe->weather.ps_per_byte, 16 * PACKET_BYTES, WINDOW_BYTES_MIN);
        return (gsize) (MIN(on_wire, 64u * 1024 * 1024) + some_ms + queue);
    }
    return (gsize) ((wire_ns > 0 ? on_wire : WINDOW_BYTES_MIN) + queue);
}

gsize sim_pipe_room(const SimPipe *pipe)
{
    gsize under_way = (gsize) (pipe->in_offset - pipe->out_offset);
    gsize limit = window(pipe);

    return under_way >= limit ? 0 : limit - under_way;
}

static gsize piece_size(const SimPipe *pipe)
{
    if (pipe->weather.ps_per_byte == 0) {
        return PIECE_BYTES_MAX;
    }
    return (gsize) CLAMP((guint64) PIECE_NS * 1000 / pipe->weather.ps_per_byte, PACKET_BYTES, PIECE_BYTES_MAX);
}

/* What loss costs a piece, ns. */
static gint64 loss_ns(SimPipe *pipe, gsize size, gsize behind)
{
    gint64 cost = 0;

    if (pipe->weather.loss_ppm == 0) {
        return 0;
    }
    for (gsize at = 0; at < size; at += PACKET_BYTES) {
        if (draw(pipe) % 1000000 < pipe->weather.loss_ppm) {
            gboolean noticed = size - at + behind > 4 * PACKET_BYTES;
            gint64 round_trip = 2 * pipe->weather.latency_ns + pipe->weather.jitter_ns;
            cost = MAX(cost, noticed ? round_trip : MAX(TIMEOUT_NS, round_trip));
        }
    }
    return cost;
}

void sim_pipe_push(SimPipe *pipe, gint64 now_ns, const void *bytes, gsize size)
{
    const guint8 *next = bytes;

    while (size > 0) {
        gsize part = MIN(size, piece_size(pipe));
        Piece *piece = g_new0(Piece, 1);
        gint64 start_ns = MAX(now_ns, pipe->bottleneck_free_ns);

        pipe->bottleneck_free_ns = start_ns + (gint64) (part * pipe->weather.ps_per_byte / 1000);
        piece->due_ns = pipe->bottleneck_free_ns + pipe->weather.latency_ns + pipe->delay_ns;
        if (pipe->weather.jitter_ns > 0) {
            piece->due_ns += (gint64) (draw(pipe) % (guint64) (pipe->weather.jitter_ns + 1));
        }
        piece->due_ns += loss_ns(pipe, part, size - part);
        piece->due_ns = MAX(piece->due_ns, pipe->last_due_ns);
        pipe->last_due_ns = piece->due_ns;
        piece->bytes = g_bytes_new(next, part);
        g_queue_push_tail(&pipe->pieces, piece);
        pipe->in_offset += part;
        next += part;
        size -= part;
    }
}

const guint8 *sim_pipe_peek(const SimPipe *pipe, gint64 now_ns, guint64 limit, gsize *ret_size)
{
    const Piece *piece = pipe->pieces.head != NULL ? pipe->pieces.head->data : NULL;
    const guint8 *data;
    gsize size;

    *ret_size = 0;
    if (piece == NULL || piece->due_ns > now_ns || limit <= pipe->out_offset) {
        return NULL;
    }
    data = g_bytes_get_data(piece->bytes, &size);
    *ret_size = (gsize) MIN((guint64) (size - pipe->first_done), limit - pipe->out_offset);
    return data + pipe->first_done;
}

void sim_pipe_pop(SimPipe *pipe, gsize size)
{
    pipe->out_offset += size;
    pipe->first_done += size;
    while (pipe->pieces.head != NULL) {
        Piece *piece = pipe->pieces.head->data;
        gsize whole = g_bytes_get_size(piece->bytes);

        if (pipe->first_done < whole) {
            return;
        }
        pipe->first_done -= whole;
        g_queue_pop_head(&pipe->pieces);
        piece_free(piece);
    }
    g_assert(pipe->first_done == 0);
}

void sim_pipe_drop_all(SimPipe *pipe)
{
    g_queue_clear_full(&pipe->pieces, piece_free);
    pipe->out_offset = pipe->in_offset;
    pipe->first_done = 0;
}

gint64 sim_pipe_due_ns(const SimPipe *pipe)
{
    const Piece *piece = pipe->pieces.head != NULL ? pipe->pieces.head->data : NULL;

    return piece != NULL ? piece->due_ns : G_MAXINT64;
}

guint64 sim_pipe_in_offset(const SimPipe *pipe)
{
    return pipe->in_offset;
}

guint64 sim_pipe_out_offset(const SimPipe *pipe)
{
    return pipe->out_offset;
}
