/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The ends of connections as actors hold them: reading, writing, shutting, errors that arrive.
 */
#include "sim/virtual/net_private.h"

/* ---- Errors that travel ---- */

static void error_fire(SimEvent *event)
{
    SimNetChannel *channel = SIM_NET_OF(SimNetChannel, event, error_event);

    if (channel->error == 0) {
        channel->error = channel->error_coming;
    }
    sim_net_wake(channel->net, channel->read_actor);
    sim_net_wake(channel->net, channel->write_actor);
}

/* The end gets an error once the news has crossed the link. */
void sim_net_send_error(SimNetChannel *channel, int errno_value)
{
    if (channel != NULL && channel->error == 0 && !sim_event_scheduled(&channel->error_event)) {
        channel->error_coming = errno_value;
        sim_event_schedule(channel->net->kernel, &channel->error_event,
                           sim_net_now_ns(channel->net) + sim_net_latency_of(channel->connection));
    }
}

/* ---- Beginning ---- */

SimNetChannel *sim_net_channel_new(SimNet *net, MigEnv *env, SimConnection *connection, gboolean client)
{
    SimNetChannel *channel = g_new0(SimNetChannel, 1);

    channel->base.ops = env->ops;
    channel->base.env = env;
    channel->net = net;
    channel->connection = connection;
    channel->out = &connection->streams[client ? 0 : 1];
    channel->in = &connection->streams[client ? 1 : 0];
    channel->out->writer = channel;
    channel->in->reader = channel;
    channel->error_event.fire = error_fire;
    channel->state = client ? SIM_NET_CONNECTING : SIM_NET_OPEN;
    g_ptr_array_add(net->channels, channel);
    return channel;
}

/* ---- Reading and writing ---- */

MigIo sim_net_write(MigChannel *base, const MigSegment *segments, gsize count, gsize *ret_taken, int *reterr_errno)
{
    SimNetChannel *channel = (SimNetChannel *) base;
    SimStream *stream = channel->out;
    guint64 room;
    gsize taken = 0;

    *ret_taken = 0;
    if (channel->error != 0 || channel->shut_write) {
        *reterr_errno = channel->error != 0 ? channel->error : EPIPE;
        return MIG_IO_ERROR;
    }
    if (channel->state != SIM_NET_OPEN) {
        return MIG_IO_AGAIN;
    }
    room = sim_tcp_room(&stream->tcp);
    for (gsize i = 0; i < count && taken < room; i++) {
        /* As a socket buffer does, the last segment may stand over the edge, if it is not large. */
        gsize size = segments[i].size;

        if (segments[i].kind == MIG_SEGMENT_PAGE) {
            sim_segments_put_page(&stream->sent, segments[i].page, size);
        } else {
            size = MIN(size, MAX(room - taken, SIM_TCP_MSS));
            sim_segments_put_bytes(&stream->sent, segments[i].bytes, size);
        }
        taken += size;
        if (size < segments[i].size) {
            break;
        }
    }
    if (taken == 0) {
        stream->tcp.room_wanted = TRUE;
        return count == 0 ? MIG_IO_OK : MIG_IO_AGAIN;
    }
    sim_kernel_charge_ps(channel->net->kernel, (guint64) taken * SIM_BYTE_COST_PS);
    sim_tcp_write(&stream->tcp, taken);
    *ret_taken = taken;
    return MIG_IO_OK;
}

/* Nothing to read now: is it the end, an error, or just not yet? */
static MigIo empty(SimNetChannel *channel, int *reterr_errno)
{
    if (channel->shut_read) {
        return MIG_IO_EOF;
    }
    if (channel->error != 0) {
        *reterr_errno = channel->error;
        return MIG_IO_ERROR;
    }
    return channel->in->eof ? MIG_IO_EOF : MIG_IO_AGAIN;
}

MigIo sim_net_read(MigChannel *base, gsize size_max, MigSegment *ret_segment, int *reterr_errno)
{
    SimNetChannel *channel = (SimNetChannel *) base;
    SimStream *stream = channel->in;

    if (channel->shut_read || size_max == 0 || !sim_segments_first(&stream->ready, size_max, channel->net->scratch, ret_segment)) {
        return empty(channel, reterr_errno);
    }
    if (ret_segment->kind == MIG_SEGMENT_BYTES) {
        if (channel->buffer_room < ret_segment->size) {
            channel->buffer_room = MAX(ret_segment->size, 4096);
            channel->buffer = g_realloc(channel->buffer, channel->buffer_room);
        }
        memcpy(channel->buffer, ret_segment->bytes, ret_segment->size);
        ret_segment->bytes = channel->buffer;
    }
    sim_segments_drop(&stream->ready, ret_segment->size);
    sim_kernel_charge_ps(channel->net->kernel, (guint64) ret_segment->size * SIM_BYTE_COST_PS);
    sim_tcp_consume(&stream->tcp, ret_segment->size);
    return MIG_IO_OK;
}

MigIo sim_net_peek(MigChannel *base, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno)
{
    SimNetChannel *channel = (SimNetChannel *) base;

    *ret_size = channel->shut_read ? 0 : sim_segments_peek(&channel->in->ready, buffer, size, channel->net->scratch);
    return *ret_size > 0 ? MIG_IO_OK : empty(channel, reterr_errno);
}

static void end_writing(SimNetChannel *channel)
{
    SimStream *stream = channel->out;

    if (!stream->fin && !stream->tcp.dead) {
        stream->fin = TRUE;
        sim_tcp_write(&stream->tcp, 1);
    }
}

void sim_net_shutdown(MigChannel *base, MigShutdown how)
{
    SimNetChannel *channel = (SimNetChannel *) base;

    if ((how & MIG_SHUTDOWN_READ) != 0) {
        channel->shut_read = TRUE;
    }
    if ((how & MIG_SHUTDOWN_WRITE) != 0 && !channel->shut_write) {
        channel->shut_write = TRUE;
        if (channel->state == SIM_NET_OPEN) {
            end_writing(channel);
        }
    }
    sim_net_wake(channel->net, channel->read_actor);
    sim_net_wake(channel->net, channel->write_actor);
}

void sim_net_watch(MigChannel *base, MigWatch what, MigActor *actor)
{
    SimNetChannel *channel = (SimNetChannel *) base;

    if ((what & MIG_WATCH_READ) != 0) {
        channel->read_actor = actor;
    }
    if ((what & MIG_WATCH_WRITE) != 0) {
        channel->write_actor = actor;
        if (actor != NULL) {
            channel->out->tcp.room_wanted = TRUE;
        }
    }
    /* Something may have happened before anybody watched. */
    if (actor != NULL && (channel->error != 0 || channel->state == SIM_NET_FAILED
                          || ((what & MIG_WATCH_READ) != 0 && (channel->in->ready.size > 0 || channel->in->eof || channel->shut_read))
                          || ((what & MIG_WATCH_WRITE) != 0 && channel->state == SIM_NET_OPEN
                              && (channel->shut_write || sim_tcp_room(&channel->out->tcp) > 0)))) {
        sim_net_wake(channel->net, actor);
    }
}

void sim_net_close(MigChannel *base)
{
    SimNetChannel *channel = (SimNetChannel *) base;
    SimNet *net = channel->net;
    SimStream *in = channel->in, *out = channel->out;

    if (channel->state == SIM_NET_OPEN) {
        if (in->ready.size > 0) {
            sim_net_send_error(out->reader, ECONNRESET);                  /* unread data: a reset instead of an orderly end */
            sim_tcp_abort(&out->tcp);
        } else {
            end_writing(channel);
        }
    }
    in->reader = NULL;
    out->writer = NULL;
    sim_segments_clear(&in->ready);
    sim_event_cancel(net->kernel, &channel->error_event);
    g_ptr_array_remove(net->channels, channel);
    g_clear_error(&channel->connect_error);
    g_free(channel->buffer);
    g_free(channel);
}

