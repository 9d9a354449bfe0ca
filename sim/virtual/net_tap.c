/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What TCP has brought, on its way past the judge's walker to the reader: the place where faults meet bytes.
 */
#include "sim/virtual/net_private.h"

#include "reference/machine/page.h"

enum {
    VIEW_SIZE_MAX = 1 << 20,   /* bytes looked at in one go */
    CORRUPT_PIECE = 1024       /* bytes; less than a page, so that a page comes as bytes */
};

/* ---- The ends of the walk and of the stream ---- */

void sim_net_end_walk(SimStream *stream)
{
    if (stream->walker != NULL && !stream->walker_ended) {
        stream->walker_ended = TRUE;
        ora_walker_finish(stream->walker);
    }
}

void sim_net_reader_sees_end(SimStream *stream)
{
    if (!stream->eof) {
        stream->eof = TRUE;
        sim_net_end_walk(stream);
        if (stream->reader != NULL) {
            sim_net_wake(stream->connection->net, stream->reader->read_actor);
        }
    }
}

static gboolean fin_is_here(const SimStream *stream)
{
    return stream->fin && stream->released == stream->tcp.written;
}

/* Offset up to which the tap has all bytes, without the one that stands for FIN. */
guint64 sim_net_arrived_data(const SimStream *stream)
{
    return fin_is_here(stream) ? stream->released - 1 : stream->released;
}

/* ---- The tap ---- */

/* Where the fault strikes in this stream, if that is known already. */
static gboolean strike_point(const SimNetFault *fault, const SimStream *stream, guint64 *ret_offset)
{
    const SimFault *what = fault->fault;
    SimDirection direction = what->direction == SIM_BOTH_WAYS ? SIM_TO_DESTINATION : what->direction;
    guint64 offset;

    if (what->connection >= 0 && what->connection != stream->connection->index) {
        return FALSE;
    }
    if (what->at_offset >= 0) {
        *ret_offset = (guint64) what->at_offset;
        return direction == stream->direction && *ret_offset >= stream->passed;
    }
    if (what->has_moment && stream->walker != NULL && ora_moment_offset(&what->moment, &offset)) {
        *ret_offset = offset;
        return what->moment.channel == stream->channel && offset >= stream->passed;
    }
    if (fault->point_stream != stream) {
        return FALSE;
    }
    *ret_offset = MAX(fault->point, stream->passed);
    return TRUE;
}

/* A fault that has to strike in front of a record not seen yet: nothing of a record may pass before the record is known. */
static gboolean awaits(const SimNetFault *fault, const SimStream *stream)
{
    const SimFault *what = fault->fault;

    return what->has_moment && what->moment.before && fault->point_stream == NULL && stream->walker != NULL
           && what->moment.channel == stream->channel
           && (what->connection < 0 || what->connection == stream->connection->index);
}

/* The walker of a stream announces a record. */
void sim_net_walked(void *user, const OraStreamRecord *record)
{
    SimStream *stream = user;
    SimNet *net = stream->connection->net;

    for (guint i = 0; i < net->faults->len; i++) {
        SimNetFault *fault = g_ptr_array_index(net->faults, i);

        if (fault->fault->has_moment && fault->point_stream == NULL
            && (fault->fault->connection < 0 || fault->fault->connection == stream->connection->index)
            && ora_moment_match(&fault->fault->moment, record, &fault->point)) {
            fault->point_stream = stream;
        }
    }
    if (net->record != NULL) {
        net->record(net->viewer_opaque, (guint) stream->connection->index, stream->direction, record);
    }
}

static void feed_walker(SimStream *stream, const MigSegment *segment)
{
    GByteArray *scratch = stream->connection->net->scratch;

    if (segment->kind == MIG_SEGMENT_BYTES) {
        ora_walker_feed(stream->walker, segment->bytes, segment->size);
    } else if (!ora_walker_skip(stream->walker, segment->size)) {
        /* A page where the grammar expects none: the walker looks at its bytes. */
        g_byte_array_set_size(scratch, (guint) segment->size);
        mig_page_make(segment->page, scratch->data, segment->size);
        ora_walker_feed(stream->walker, scratch->data, segment->size);
    }
}

/* What arrived goes from `sent` to `to`, past the walker. */
static void view(SimStream *stream, SimSegments *to)
{
    SimNet *net = stream->connection->net;
    guint64 limit = sim_net_arrived_data(stream);

    while (stream->viewed < limit && stream->sent.size > 0) {
        MigSegment segment;

        if (!sim_segments_first(&stream->sent, VIEW_SIZE_MAX, net->scratch, &segment)
            || (segment.kind == MIG_SEGMENT_PAGE && segment.size > limit - stream->viewed)) {
            break;                                                /* a page comes whole */
        }
        segment.size = MIN(segment.size, limit - stream->viewed);
        stream->viewed += segment.size;
        if (stream->walker != NULL && !stream->walker_ended) {
            feed_walker(stream, &segment);
        }
        if (segment.size == sim_segments_first_size(&stream->sent)) {
            sim_segments_pass(&stream->sent, to);
        } else {
            (void) sim_segments_move(&stream->sent, to, segment.size, TRUE, net->scratch);
        }
    }
}

/* Lets bytes of `held` through up to `limit`; damages apply. */
static void pass(SimStream *stream, guint64 limit)
{
    SimNet *net = stream->connection->net;

    while (stream->passed < limit) {
        guint64 size = limit - stream->passed;

        if (stream->mute || stream->reader == NULL || stream->swallow > 0) {
            if (stream->swallow > 0 && !stream->mute) {
                size = MIN(size, stream->swallow);
                stream->swallow -= size;
            }
            sim_segments_drop(&stream->held, size);
            sim_tcp_consume(&stream->tcp, size);
            if (stream->reader == NULL && !stream->mute) {
                /* The reader's host knows no such connection any more and answers with a reset. */
                sim_net_send_error(stream->writer, stream->writer != NULL && stream->writer->in->eof ? EPIPE : ECONNRESET);
            }
        } else if (stream->corrupt > 0) {
            MigSegment segment;
            g_autofree guint8 *bytes = NULL;

            size = MIN(size, stream->corrupt);
            sim_segments_first(&stream->held, MIN(size, CORRUPT_PIECE), net->scratch, &segment);
            size = segment.size;
            bytes = g_malloc(size);
            if (segment.kind == MIG_SEGMENT_PAGE) {
                g_assert_not_reached();                           /* pages are larger than the piece asked for */
            }
            for (guint64 i = 0; i < size; i++) {
                bytes[i] = segment.bytes[i] ^ stream->mask;
            }
            sim_segments_drop(&stream->held, size);
            sim_segments_put_bytes(&stream->ready, bytes, size);
            stream->corrupt -= size;
        } else {
            size = sim_segments_move(&stream->held, &stream->ready, size, TRUE, net->scratch);
        }
        stream->passed += size;
        if (stream->direction != 0) {
            net->delivered[sim_net_way(stream->direction)] += size;
        }
    }
}

static gboolean is_calm(const SimStream *stream)
{
    return stream->connection->net->faults->len == 0 && stream->held.size == 0 && stream->reader != NULL && !stream->mute
           && stream->swallow == 0 && stream->corrupt == 0;
}

void sim_net_tap_run(SimStream *stream)
{
    SimNet *net = stream->connection->net;
    guint64 before = stream->passed;

    for (;;) {
        gboolean on_link = stream->direction != 0, awaited = FALSE;
        guint64 limit;
        SimNetFault *next = NULL;
        guint64 next_offset = 0;

        if (stream->connection->broken || (on_link && net->stalled[sim_net_way(stream->direction)])) {
            break;
        }
        if (is_calm(stream)) {                                    /* nothing can happen to these bytes: no stop in `held` */
            view(stream, &stream->ready);
            if (on_link) {
                net->delivered[sim_net_way(stream->direction)] += stream->viewed - stream->passed;
            }
            stream->passed = stream->viewed;
            break;
        }
        view(stream, &stream->held);
        limit = stream->viewed;
        for (guint i = 0; on_link && i < net->faults->len; i++) {
            SimNetFault *fault = g_ptr_array_index(net->faults, i);
            guint64 offset;

            if (strike_point(fault, stream, &offset)) {
                if (offset <= stream->viewed && (next == NULL || offset < next_offset)) {
                    next = fault;
                    next_offset = offset;
                }
            }
            awaited = awaited || awaits(fault, stream);
        }
        if (awaited && !fin_is_here(stream)) {
            limit = MIN(limit, MAX(ora_walker_settled(stream->walker), stream->passed));
        }
        if (next != NULL && next_offset <= limit) {
            SimFault *fault = next->fault;

            pass(stream, next_offset);
            next->fault = NULL;
            sim_event_cancel(net->kernel, &next->event);
            g_ptr_array_remove(net->faults, next);
            sim_net_strike(net, fault, stream->connection);
            sim_fault_free(fault);
            continue;
        }
        pass(stream, limit);
        break;
    }
    if (stream->passed > before && stream->reader != NULL) {
        sim_net_wake(net, stream->reader->read_actor);
    }
    if (fin_is_here(stream) && stream->passed + 1 == stream->tcp.written && !stream->eof
        && !(stream->direction != 0 && net->stalled[sim_net_way(stream->direction)])) {
        sim_tcp_consume(&stream->tcp, 1);
        if (!stream->mute) {
            sim_net_reader_sees_end(stream);
            sim_net_say(net, "eof", stream->direction, stream->connection, stream->passed, NULL);
        }
    }
}

/* ---- TCP tells ---- */

#define STREAM_OF(t) SIM_NET_OF(SimStream, t, tcp)

static void tcp_arrived(SimTcp *tcp)
{
    SimStream *stream = STREAM_OF(tcp);
    SimNet *net = stream->connection->net;
    gint64 delay_ns = stream->direction != 0 ? net->delay_ns[sim_net_way(stream->direction)] : 0;

    if (delay_ns > 0 || stream->delayed->len > 0) {
        SimNetDelayed delayed = { sim_net_now_ns(net) + delay_ns, tcp->arrived };

        g_array_append_val(stream->delayed, delayed);
        if (!sim_event_scheduled(&stream->delay_event)) {
            sim_event_schedule(net->kernel, &stream->delay_event, delayed.time_ns);
        }
    } else {
        stream->released = tcp->arrived;
        sim_net_tap_run(stream);
    }
}

static void delay_fire(SimEvent *event)
{
    SimStream *stream = SIM_NET_OF(SimStream, event, delay_event);
    SimNet *net = stream->connection->net;

    while (stream->delayed->len > 0 && g_array_index(stream->delayed, SimNetDelayed, 0).time_ns <= sim_net_now_ns(net)) {
        stream->released = g_array_index(stream->delayed, SimNetDelayed, 0).offset;
        g_array_remove_index(stream->delayed, 0);
    }
    if (stream->delayed->len > 0) {
        sim_event_schedule(net->kernel, event, g_array_index(stream->delayed, SimNetDelayed, 0).time_ns);
    }
    sim_net_tap_run(stream);
}

static void tcp_room(SimTcp *tcp)
{
    SimStream *stream = STREAM_OF(tcp);

    if (stream->writer != NULL) {
        sim_net_wake(stream->connection->net, stream->writer->write_actor);
    }
}

static void tcp_broken(SimTcp *tcp, int errno_value)
{
    SimStream *stream = STREAM_OF(tcp);

    if (stream->writer != NULL && stream->writer->error == 0) {
        stream->writer->error = errno_value;
        sim_net_wake(stream->connection->net, stream->writer->read_actor);
        sim_net_wake(stream->connection->net, stream->writer->write_actor);
    }
}

static const SimTcpOps tcp_ops = { .arrived = tcp_arrived, .room = tcp_room, .broken = tcp_broken };

void sim_net_stream_init(SimStream *stream, SimConnection *connection, SimPath *path, SimDirection direction)
{
    sim_tcp_init(&stream->tcp, path, &tcp_ops);
    stream->connection = connection;
    stream->direction = direction;
    stream->delayed = g_array_new(FALSE, FALSE, sizeof (SimNetDelayed));
    stream->delay_event.fire = delay_fire;
}
