/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/virtual/net.h"

#include "reference/machine/page.h"
#include "sim/virtual/constants.h"
#include "sim/virtual/segments.h"

#include <errno.h>
#include <string.h>

G_DEFINE_QUARK(sim-net-error, sim_net_error)

enum {
    VIEW_SIZE_MAX = 1 << 20,   /* bytes looked at in one go */
    CORRUPT_PIECE = 1024       /* bytes; less than a page, so that a page comes as bytes */
};

typedef struct Channel Channel;
typedef struct Listener Listener;
typedef struct Fault Fault;

/* One direction of a connection. */
struct SimStream {
    SimTcp tcp;
    SimConnection *connection;
    Channel *writer, *reader;  /* NULL once closed */
    SimDirection direction;    /* 0: within a host */
    SimSegments sent;          /* written, not all of it arrived */
    SimSegments held;          /* arrived and seen by the walker */
    SimSegments ready;         /* for the reader */
    guint64 viewed, passed;    /* offsets of the direction; passed counts what faults swallow as well */
    gboolean fin;              /* the writer ended; TCP carries one byte more for it */
    gboolean eof;              /* the reader may see the end, once `ready` is empty */
    gboolean mute;             /* a fault ended this direction: what comes is swallowed */
    guint64 swallow, corrupt;  /* TRUNCATE, CORRUPT: bytes still to do */
    guint8 mask;
    OraWalker *walker;         /* looks at what arrives; NULL: nobody does */
    OraStreamChannel channel;  /* of the walker */
    gboolean walker_ended;
    guint64 released;          /* what TCP brought, less what a DELAY still keeps back */
    GArray *delayed;           /* of Delayed */
    SimEvent delay_event;
};

typedef struct { gint64 time_ns; guint64 offset; } Delayed;

struct SimConnection {
    SimNet *net;
    gint index;                /* of those over the link; -1: within a host */
    SimEnd client_end, server_end;
    SimStream streams[2];      /* 0: client to server */
    MigAddress *address;       /* what the client asked for */
    guint syn_tries;
    gboolean refused;
    gboolean broken;           /* cut or reset */
    SimEvent syn_event, answer_event;
};

typedef enum { CHANNEL_CONNECTING = 0, CHANNEL_OPEN, CHANNEL_FAILED } ChannelState;

struct Channel {
    MigChannel base;
    SimNet *net;
    SimConnection *connection;
    SimStream *in, *out;
    ChannelState state;
    int error;                 /* permanent; 0: none */
    GError *connect_error;
    gboolean shut_read, shut_write;
    MigActor *read_actor, *write_actor;
    SimEvent error_event;      /* a reset on its way to this end */
    int error_coming;
    guint8 *buffer;            /* bytes handed out by read */
    gsize buffer_room;
};

struct Listener {
    MigListener base;
    SimNet *net;
    SimEnd end;
    MigAddress address;        /* deep copy */
    GQueue pending;            /* Channel*, server ends not accepted yet */
    guint backlog;
    MigActor *actor;
};

struct Fault {
    SimEvent event;            /* at a time */
    SimNet *net;
    SimFault *fault;
    SimStream *point_stream;   /* where its moment was found; NULL: not yet */
    guint64 point;             /* offset there */
};

struct SimNet {
    SimKernel *kernel;
    SimPath paths[2];          /* [0] to the destination, [1] to the source */
    SimPath local;
    GPtrArray *connections;    /* owned */
    GPtrArray *channels;       /* living */
    GPtrArray *listeners;      /* living */
    GPtrArray *faults;         /* Fault*, armed, owned */
    guint connection_count;    /* over the link */
    gboolean stalled[2];
    gint64 delay_ns[2];
    SimEvent heal_event;
    gint64 last_fault_ns;
    guint64 delivered[2];
    guint port_next;
    SimNetAction action;
    gpointer action_opaque;
    SimNetClassify classify;
    SimNetRecord record;
    gpointer viewer_opaque;
    SimNetFinding finding;
    gpointer finding_opaque;
    OraStreamLive *live;         /* judges what passes; owns the walkers */
    GByteArray *scratch;
};

#define OF(type, event, member) ((type *) ((char *) (event) - G_STRUCT_OFFSET(type, member)))

static guint way(SimDirection direction) { return direction == SIM_TO_SOURCE ? 1 : 0; }
static void tap_run(SimStream *stream);
static void strike(SimNet *net, const SimFault *fault, SimConnection *where);

static gint64 now_ns(const SimNet *net)
{
    return sim_kernel_now_ns(net->kernel);
}

static void wake(SimNet *net, MigActor *actor)
{
    if (actor != NULL) {
        sim_kernel_wake(net->kernel, actor);
    }
}

static void say(SimNet *net, const char *action, SimDirection direction, const SimConnection *connection, guint64 bytes,
                const char *detail)
{
    if (net->action != NULL && (connection == NULL || connection->index >= 0)) {
        net->action(net->action_opaque, action, direction, connection != NULL ? (guint) connection->index : 0, bytes, detail);
    }
}

static gint64 latency_of(const SimConnection *connection)
{
    return connection->index >= 0 ? connection->net->paths[0].weather.latency_ns : 0;
}

/* ---- Errors that travel ---- */

static void error_fire(SimEvent *event)
{
    Channel *channel = OF(Channel, event, error_event);

    if (channel->error == 0) {
        channel->error = channel->error_coming;
    }
    wake(channel->net, channel->read_actor);
    wake(channel->net, channel->write_actor);
}

/* The end gets an error once the news has crossed the link. */
static void send_error(Channel *channel, int errno_value)
{
    if (channel != NULL && channel->error == 0 && !sim_event_scheduled(&channel->error_event)) {
        channel->error_coming = errno_value;
        sim_event_schedule(channel->net->kernel, &channel->error_event,
                           now_ns(channel->net) + latency_of(channel->connection));
    }
}

static void end_walk(SimStream *stream)
{
    if (stream->walker != NULL && !stream->walker_ended) {
        stream->walker_ended = TRUE;
        ora_walker_finish(stream->walker);
    }
}

static void reader_sees_end(SimStream *stream)
{
    if (!stream->eof) {
        stream->eof = TRUE;
        end_walk(stream);
        if (stream->reader != NULL) {
            wake(stream->connection->net, stream->reader->read_actor);
        }
    }
}

/* ---- TCP tells ---- */

#define STREAM_OF(t) OF(SimStream, t, tcp)

static void tcp_arrived(SimTcp *tcp)
{
    SimStream *stream = STREAM_OF(tcp);
    SimNet *net = stream->connection->net;
    gint64 delay_ns = stream->direction != 0 ? net->delay_ns[way(stream->direction)] : 0;

    if (delay_ns > 0 || stream->delayed->len > 0) {
        Delayed delayed = { now_ns(net) + delay_ns, tcp->arrived };

        g_array_append_val(stream->delayed, delayed);
        if (!sim_event_scheduled(&stream->delay_event)) {
            sim_event_schedule(net->kernel, &stream->delay_event, delayed.time_ns);
        }
    } else {
        stream->released = tcp->arrived;
        tap_run(stream);
    }
}

static void delay_fire(SimEvent *event)
{
    SimStream *stream = OF(SimStream, event, delay_event);
    SimNet *net = stream->connection->net;

    while (stream->delayed->len > 0 && g_array_index(stream->delayed, Delayed, 0).time_ns <= now_ns(net)) {
        stream->released = g_array_index(stream->delayed, Delayed, 0).offset;
        g_array_remove_index(stream->delayed, 0);
    }
    if (stream->delayed->len > 0) {
        sim_event_schedule(net->kernel, event, g_array_index(stream->delayed, Delayed, 0).time_ns);
    }
    tap_run(stream);
}

static void tcp_room(SimTcp *tcp)
{
    SimStream *stream = STREAM_OF(tcp);

    if (stream->writer != NULL) {
        wake(stream->connection->net, stream->writer->write_actor);
    }
}

static void tcp_broken(SimTcp *tcp, int errno_value)
{
    SimStream *stream = STREAM_OF(tcp);

    if (stream->writer != NULL && stream->writer->error == 0) {
        stream->writer->error = errno_value;
        wake(stream->connection->net, stream->writer->read_actor);
        wake(stream->connection->net, stream->writer->write_actor);
    }
}

static const SimTcpOps tcp_ops = { .arrived = tcp_arrived, .room = tcp_room, .broken = tcp_broken };

/* ---- The tap ---- */

static gboolean fin_is_here(const SimStream *stream)
{
    return stream->fin && stream->released == stream->tcp.written;
}

/* Offset up to which the tap has all bytes, without the one that stands for FIN. */
static guint64 arrived_data(const SimStream *stream)
{
    return fin_is_here(stream) ? stream->released - 1 : stream->released;
}

/* Where the fault strikes in this stream, if that is known already. */
static gboolean strike_point(const Fault *fault, const SimStream *stream, guint64 *ret_offset)
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
static gboolean awaits(const Fault *fault, const SimStream *stream)
{
    const SimFault *what = fault->fault;

    return what->has_moment && what->moment.before && fault->point_stream == NULL && stream->walker != NULL
           && what->moment.channel == stream->channel
           && (what->connection < 0 || what->connection == stream->connection->index);
}

/* The walker of a stream announces a record. */
static void walked(void *user, const OraStreamRecord *record)
{
    SimStream *stream = user;
    SimNet *net = stream->connection->net;

    for (guint i = 0; i < net->faults->len; i++) {
        Fault *fault = g_ptr_array_index(net->faults, i);

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
    guint64 limit = arrived_data(stream);

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
                send_error(stream->writer, stream->writer != NULL && stream->writer->in->eof ? EPIPE : ECONNRESET);
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
            net->delivered[way(stream->direction)] += size;
        }
    }
}

static gboolean is_calm(const SimStream *stream)
{
    return stream->connection->net->faults->len == 0 && stream->held.size == 0 && stream->reader != NULL && !stream->mute
           && stream->swallow == 0 && stream->corrupt == 0;
}

static void tap_run(SimStream *stream)
{
    SimNet *net = stream->connection->net;
    guint64 before = stream->passed;

    for (;;) {
        gboolean on_link = stream->direction != 0, awaited = FALSE;
        guint64 limit;
        Fault *next = NULL;
        guint64 next_offset = 0;

        if (stream->connection->broken || (on_link && net->stalled[way(stream->direction)])) {
            break;
        }
        if (is_calm(stream)) {                                    /* nothing can happen to these bytes: no stop in `held` */
            view(stream, &stream->ready);
            if (on_link) {
                net->delivered[way(stream->direction)] += stream->viewed - stream->passed;
            }
            stream->passed = stream->viewed;
            break;
        }
        view(stream, &stream->held);
        limit = stream->viewed;
        for (guint i = 0; on_link && i < net->faults->len; i++) {
            Fault *fault = g_ptr_array_index(net->faults, i);
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
            strike(net, fault, stream->connection);
            sim_fault_free(fault);
            continue;
        }
        pass(stream, limit);
        break;
    }
    if (stream->passed > before && stream->reader != NULL) {
        wake(net, stream->reader->read_actor);
    }
    if (fin_is_here(stream) && stream->passed + 1 == stream->tcp.written && !stream->eof
        && !(stream->direction != 0 && net->stalled[way(stream->direction)])) {
        sim_tcp_consume(&stream->tcp, 1);
        if (!stream->mute) {
            reader_sees_end(stream);
            say(net, "eof", stream->direction, stream->connection, stream->passed, NULL);
        }
    }
}

/* ---- Connections ---- */

static Channel *channel_new(SimNet *net, MigEnv *env, SimConnection *connection, gboolean client)
{
    Channel *channel = g_new0(Channel, 1);

    channel->base.ops = env->ops;
    channel->base.env = env;
    channel->net = net;
    channel->connection = connection;
    channel->out = &connection->streams[client ? 0 : 1];
    channel->in = &connection->streams[client ? 1 : 0];
    channel->out->writer = channel;
    channel->in->reader = channel;
    channel->error_event.fire = error_fire;
    channel->state = client ? CHANNEL_CONNECTING : CHANNEL_OPEN;
    g_ptr_array_add(net->channels, channel);
    return channel;
}

static void stream_init(SimStream *stream, SimConnection *connection, SimPath *path, SimDirection direction)
{
    sim_tcp_init(&stream->tcp, path, &tcp_ops);
    stream->connection = connection;
    stream->direction = direction;
    stream->delayed = g_array_new(FALSE, FALSE, sizeof (Delayed));
    stream->delay_event.fire = delay_fire;
}

static void address_copy(MigAddress *copy, const MigAddress *address)
{
    *copy = *address;
    copy->host = g_strdup(address->host);
    copy->port = g_strdup(address->port);
    copy->path = g_strdup(address->path);
    copy->argv = g_strdupv(address->argv);
}

static void address_clear(MigAddress *address)
{
    g_free(address->host);
    g_free(address->port);
    g_free(address->path);
    g_strfreev(address->argv);
}

static gboolean address_meets(const MigAddress *listening, const MigAddress *asked)
{
    if (listening->kind != asked->kind) {
        return FALSE;
    }
    if (asked->kind == MIG_ADDRESS_UNIX) {
        return g_strcmp0(listening->path, asked->path) == 0;
    }
    return g_strcmp0(listening->port, asked->port) == 0;          /* one interface per host: any host name reaches it */
}

/* Who listens to the address: the other end of the link first, then the host itself. */
static Listener *find_listener(SimNet *net, SimEnd from, const MigAddress *address)
{
    for (int other = 1; other >= 0; other--) {
        for (guint i = 0; i < net->listeners->len; i++) {
            Listener *listener = g_ptr_array_index(net->listeners, i);

            if ((listener->end != from) == (other == 1) && address_meets(&listener->address, address)) {
                return listener;
            }
        }
    }
    return NULL;
}

static char *address_name(const MigAddress *address)
{
    return address->kind == MIG_ADDRESS_UNIX ? g_strdup(address->path)
                                             : g_strdup_printf("%s:%s", address->host != NULL ? address->host : "", address->port);
}

static void syn_fire(SimEvent *event)
{
    SimConnection *connection = OF(SimConnection, event, syn_event);
    SimNet *net = connection->net;
    Listener *listener = find_listener(net, connection->client_end, connection->address);

    if (listener == NULL || g_queue_get_length(&listener->pending) > listener->backlog) {
        connection->refused = TRUE;
    } else {
        Channel *server = channel_new(net, listener->base.env, connection, FALSE);

        connection->server_end = listener->end;
        if (connection->index >= 0) {
            for (int i = 0; i < 2 && net->classify != NULL; i++) {
                SimStream *stream = &connection->streams[i];
                OraWalkerConfig config = { .channel = ORA_CHANNEL_MAIN };
                OraWalkerSink sink = { .record = walked, .user = stream };

                if (net->classify(net->viewer_opaque, (guint) connection->index, stream->direction, &config)) {
                    stream->walker = ora_stream_live_walker(net->live, &config, &sink);
                    stream->channel = config.channel;
                }
            }
            say(net, "connected", SIM_BOTH_WAYS, connection, 0, NULL);
        }
        g_queue_push_tail(&listener->pending, server);
        wake(net, listener->actor);
    }
    sim_event_schedule(net->kernel, &connection->answer_event, now_ns(net) + latency_of(connection));
}

static void connect_failed(Channel *channel, int errno_value)
{
    g_autofree char *name = address_name(channel->connection->address);

    channel->state = CHANNEL_FAILED;
    channel->error = errno_value;
    channel->connect_error = g_error_new(SIM_NET_ERROR, errno_value, "Failed to connect to '%s': %s", name,
                                         errno_value == ETIMEDOUT ? "Connection timed out"
                                         : errno_value == ENOENT ? "No such file or directory" : "Connection refused");
    wake(channel->net, channel->read_actor);
    wake(channel->net, channel->write_actor);
}

static void send_syn(SimConnection *connection)
{
    SimNet *net = connection->net;
    const SimWeather *weather = &net->paths[0].weather;
    gboolean lost = connection->index >= 0 && weather->loss_ppm > 0
                    && (weather->loss_ppm >= 1000000
                        || sim_choose(sim_kernel_choices(net->kernel), 1000000, "SYN lost") >= 1000000 - weather->loss_ppm);

    connection->syn_tries++;
    if (lost) {
        sim_event_schedule(net->kernel, &connection->answer_event,
                           now_ns(net) + (SIM_TCP_RTO_INITIAL_NS << (connection->syn_tries - 1)));
    } else {
        sim_event_schedule(net->kernel, &connection->syn_event, now_ns(net) + latency_of(connection));
    }
}

/* The answer came, or the time to wait for it is over. */
static void answer_fire(SimEvent *event)
{
    SimConnection *connection = OF(SimConnection, event, answer_event);
    Channel *client = connection->streams[0].writer;

    if (client == NULL) {
        return;                                                   /* closed while connecting */
    }
    if (connection->refused) {
        connect_failed(client, connection->address->kind == MIG_ADDRESS_UNIX ? ENOENT : ECONNREFUSED);
    } else if (connection->streams[0].reader == NULL && connection->streams[1].writer == NULL
               && connection->server_end == SIM_END_COUNT) {
        if (connection->syn_tries > SIM_TCP_SYN_RETRIES) {
            connect_failed(client, ETIMEDOUT);
        } else {
            send_syn(connection);
        }
    } else {
        client->state = CHANNEL_OPEN;
        wake(client->net, client->read_actor);
        wake(client->net, client->write_actor);
    }
}

MigChannel *sim_net_connect(SimNet *net, MigEnv *env, SimEnd end, const MigAddress *address, GError **error)
{
    SimConnection *connection;
    Listener *listener;
    gboolean local;
    Channel *channel;

    if (address->kind != MIG_ADDRESS_INET && address->kind != MIG_ADDRESS_UNIX) {
        g_set_error(error, SIM_NET_ERROR, ENOTSUP, "the virtual network has no such address family");
        return NULL;
    }
    listener = find_listener(net, end, address);
    local = listener != NULL && listener->end == end;
    connection = g_new0(SimConnection, 1);
    connection->net = net;
    connection->index = local ? -1 : (gint) net->connection_count++;
    connection->client_end = end;
    connection->server_end = SIM_END_COUNT;                       /* not known yet */
    connection->address = g_new0(MigAddress, 1);
    address_copy(connection->address, address);
    connection->syn_event.fire = syn_fire;
    connection->answer_event.fire = answer_fire;
    for (int i = 0; i < 2; i++) {
        gboolean forth = (i == 0) == (end == SIM_END_SOURCE);

        stream_init(&connection->streams[i], connection, local ? &net->local : &net->paths[forth ? 0 : 1],
                    local ? 0 : forth ? SIM_TO_DESTINATION : SIM_TO_SOURCE);
    }
    g_ptr_array_add(net->connections, connection);
    channel = channel_new(net, env, connection, TRUE);
    send_syn(connection);
    return &channel->base;
}

MigIo sim_net_connect_status(MigChannel *base, GError **error)
{
    Channel *channel = (Channel *) base;

    switch (channel->state) {
    case CHANNEL_CONNECTING:
        return MIG_IO_AGAIN;
    case CHANNEL_OPEN:
        return MIG_IO_OK;
    case CHANNEL_FAILED:
        g_propagate_error(error, g_error_copy(channel->connect_error));
        return MIG_IO_ERROR;
    }
    return MIG_IO_ERROR;
}

MigListener *sim_net_listen(SimNet *net, MigEnv *env, SimEnd end, const MigAddress *address, int backlog, GError **error)
{
    Listener *listener;

    if (address->kind != MIG_ADDRESS_INET && address->kind != MIG_ADDRESS_UNIX) {
        g_set_error(error, SIM_NET_ERROR, ENOTSUP, "the virtual network has no such address family");
        return NULL;
    }
    for (guint i = 0; i < net->listeners->len; i++) {
        listener = g_ptr_array_index(net->listeners, i);
        if (listener->end == end && g_strcmp0(address->port, "0") != 0 && address_meets(&listener->address, address)) {
            if (address->kind == MIG_ADDRESS_UNIX) {
                g_set_error(error, SIM_NET_ERROR, EADDRINUSE, "Failed to bind socket to %s: Address already in use", address->path);
            } else {
                g_set_error(error, SIM_NET_ERROR, EADDRINUSE, "Failed to find an available port: Address already in use");
            }
            return NULL;
        }
    }
    listener = g_new0(Listener, 1);
    listener->base.ops = env->ops;
    listener->base.env = env;
    listener->net = net;
    listener->end = end;
    listener->backlog = (guint) MAX(backlog, 0);
    address_copy(&listener->address, address);
    if (g_strcmp0(address->port, "0") == 0) {
        g_free(listener->address.port);
        listener->address.port = g_strdup_printf("%u", net->port_next++);
    }
    g_queue_init(&listener->pending);
    g_ptr_array_add(net->listeners, listener);
    return &listener->base;
}

MigChannel *sim_net_accept(MigListener *base)
{
    Listener *listener = (Listener *) base;
    Channel *channel = g_queue_pop_head(&listener->pending);

    return channel != NULL ? &channel->base : NULL;
}

void sim_net_listener_watch(MigListener *base, MigActor *actor)
{
    Listener *listener = (Listener *) base;

    listener->actor = actor;
    if (actor != NULL && listener->pending.length > 0) {
        wake(listener->net, actor);
    }
}

const MigAddress *sim_net_listener_address(MigListener *base)
{
    return &((Listener *) base)->address;
}

void sim_net_listener_close(MigListener *base)
{
    Listener *listener = (Listener *) base;
    Channel *channel;

    while ((channel = g_queue_pop_head(&listener->pending)) != NULL) {
        send_error(channel->out->reader, ECONNRESET);
        sim_net_close(&channel->base);
    }
    g_ptr_array_remove(listener->net->listeners, listener);
    address_clear(&listener->address);
    g_free(listener);
}

/* ---- Reading and writing ---- */

MigIo sim_net_write(MigChannel *base, const MigSegment *segments, gsize count, gsize *ret_taken, int *reterr_errno)
{
    Channel *channel = (Channel *) base;
    SimStream *stream = channel->out;
    guint64 room;
    gsize taken = 0;

    *ret_taken = 0;
    if (channel->error != 0 || channel->shut_write) {
        *reterr_errno = channel->error != 0 ? channel->error : EPIPE;
        return MIG_IO_ERROR;
    }
    if (channel->state != CHANNEL_OPEN) {
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
static MigIo empty(Channel *channel, int *reterr_errno)
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
    Channel *channel = (Channel *) base;
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
    Channel *channel = (Channel *) base;

    *ret_size = channel->shut_read ? 0 : sim_segments_peek(&channel->in->ready, buffer, size, channel->net->scratch);
    return *ret_size > 0 ? MIG_IO_OK : empty(channel, reterr_errno);
}

static void end_writing(Channel *channel)
{
    SimStream *stream = channel->out;

    if (!stream->fin && !stream->tcp.dead) {
        stream->fin = TRUE;
        sim_tcp_write(&stream->tcp, 1);
    }
}

void sim_net_shutdown(MigChannel *base, MigShutdown how)
{
    Channel *channel = (Channel *) base;

    if ((how & MIG_SHUTDOWN_READ) != 0) {
        channel->shut_read = TRUE;
    }
    if ((how & MIG_SHUTDOWN_WRITE) != 0 && !channel->shut_write) {
        channel->shut_write = TRUE;
        if (channel->state == CHANNEL_OPEN) {
            end_writing(channel);
        }
    }
    wake(channel->net, channel->read_actor);
    wake(channel->net, channel->write_actor);
}

void sim_net_watch(MigChannel *base, MigWatch what, MigActor *actor)
{
    Channel *channel = (Channel *) base;

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
    if (actor != NULL && (channel->error != 0 || channel->state == CHANNEL_FAILED
                          || ((what & MIG_WATCH_READ) != 0 && (channel->in->ready.size > 0 || channel->in->eof || channel->shut_read))
                          || ((what & MIG_WATCH_WRITE) != 0 && channel->state == CHANNEL_OPEN
                              && (channel->shut_write || sim_tcp_room(&channel->out->tcp) > 0)))) {
        wake(channel->net, actor);
    }
}

void sim_net_close(MigChannel *base)
{
    Channel *channel = (Channel *) base;
    SimNet *net = channel->net;
    SimStream *in = channel->in, *out = channel->out;

    if (channel->state == CHANNEL_OPEN) {
        if (in->ready.size > 0) {
            send_error(out->reader, ECONNRESET);                  /* unread data: a reset instead of an orderly end */
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

void sim_net_close_all(SimNet *net, MigEnv *env)
{
    for (guint i = net->listeners->len; i-- > 0;) {
        Listener *listener = g_ptr_array_index(net->listeners, i);

        if (listener->base.env == env) {
            sim_net_listener_close(&listener->base);
        }
    }
    for (guint i = net->channels->len; i-- > 0;) {
        Channel *channel = g_ptr_array_index(net->channels, i);

        if (channel->base.env == env) {
            sim_net_close(&channel->base);
        }
    }
}

void sim_net_forget_actor(SimNet *net, MigActor *actor)
{
    for (guint i = 0; i < net->channels->len; i++) {
        Channel *channel = g_ptr_array_index(net->channels, i);

        channel->read_actor = channel->read_actor == actor ? NULL : channel->read_actor;
        channel->write_actor = channel->write_actor == actor ? NULL : channel->write_actor;
    }
    for (guint i = 0; i < net->listeners->len; i++) {
        Listener *listener = g_ptr_array_index(net->listeners, i);

        listener->actor = listener->actor == actor ? NULL : listener->actor;
    }
}

/* ---- Faults ---- */

/* `rest_too`: at a time, not at a place, so what arrived so far is delivered, also the first bytes of a page. */
static void break_connection(SimConnection *connection, gboolean reset, gboolean rest_too)
{
    if (connection->broken || connection->server_end == SIM_END_COUNT) {
        return;
    }
    connection->broken = TRUE;
    for (int i = 0; i < 2; i++) {
        SimStream *stream = &connection->streams[i];
        SimNet *net = connection->net;

        sim_tcp_abort(&stream->tcp);
        sim_event_cancel(net->kernel, &stream->delay_event);
        if (!reset) {
            guint64 rest = arrived_data(stream) - stream->passed;

            if (rest_too && !stream->mute && stream->reader != NULL && !net->stalled[way(stream->direction)]) {
                rest -= sim_segments_move(&stream->held, &stream->ready, rest, TRUE, net->scratch);
                (void) sim_segments_move(&stream->sent, &stream->ready, MIN(rest, stream->sent.size), TRUE, net->scratch);
            }
            reader_sees_end(stream);
        } else {
            end_walk(stream);
        }
        send_error(stream->writer, reset ? ECONNRESET : EPIPE);
    }
}

static void set_stall(SimNet *net, SimDirection direction, gboolean stalled)
{
    for (int i = 0; i < 2; i++) {
        if ((direction & (i == 0 ? SIM_TO_DESTINATION : SIM_TO_SOURCE)) != 0) {
            net->stalled[i] = stalled;
        }
    }
}

static void run_all_taps(SimNet *net)
{
    for (guint i = 0; i < net->connections->len; i++) {
        SimConnection *connection = g_ptr_array_index(net->connections, i);

        tap_run(&connection->streams[0]);
        tap_run(&connection->streams[1]);
    }
}

static void heal_fire(SimEvent *event)
{
    SimNet *net = OF(SimNet, event, heal_event);

    set_stall(net, SIM_BOTH_WAYS, FALSE);
    net->last_fault_ns = now_ns(net);
    say(net, "heal", SIM_BOTH_WAYS, NULL, 0, NULL);
    run_all_taps(net);
}

/* Strikes one connection, or all open ones, or, for damage to bytes, the first open one. */
static void strike(SimNet *net, const SimFault *fault, SimConnection *where)
{
    g_autofree char *text = sim_fault_to_string(fault);
    gboolean done = FALSE;

    net->last_fault_ns = now_ns(net);
    switch (fault->kind) {
    case SIM_FAULT_STALL:
        set_stall(net, fault->direction, TRUE);
        say(net, fault->direction == SIM_TO_SOURCE ? "hole_ds" : fault->direction == SIM_TO_DESTINATION ? "hole_sd" : "hole",
            fault->direction, NULL, 0, text);
        if (fault->for_ns > 0) {
            sim_event_schedule(net->kernel, &net->heal_event, now_ns(net) + fault->for_ns);
        }
        return;
    case SIM_FAULT_DELAY:
        for (int i = 0; i < 2; i++) {
            if ((fault->direction & (i == 0 ? SIM_TO_DESTINATION : SIM_TO_SOURCE)) != 0) {
                net->delay_ns[i] = fault->for_ns;
            }
        }
        say(net, "delay", fault->direction, NULL, 0, text);
        return;
    case SIM_FAULT_CUT:
    case SIM_FAULT_RESET:
    case SIM_FAULT_HALF_CLOSE:
    case SIM_FAULT_TRUNCATE:
    case SIM_FAULT_CORRUPT:
    case SIM_FAULT_COUNT:
        break;
    }
    for (guint i = 0; i < net->connections->len && !done; i++) {
        SimConnection *connection = g_ptr_array_index(net->connections, i);

        if (connection->index < 0 || connection->broken || connection->server_end == SIM_END_COUNT
            || (fault->connection >= 0 && connection->index != fault->connection)
            || (where != NULL && where != connection)) {
            continue;
        }
        if (fault->kind == SIM_FAULT_CUT || fault->kind == SIM_FAULT_RESET) {
            break_connection(connection, fault->kind == SIM_FAULT_RESET, where == NULL);
            say(net, fault->kind == SIM_FAULT_RESET ? "reset" : "cut", SIM_BOTH_WAYS, connection,
                connection->streams[connection->client_end == SIM_END_SOURCE ? 0 : 1].passed, text);
            continue;
        }
        for (int s = 0; s < 2; s++) {
            SimStream *stream = &connection->streams[s];

            if ((stream->direction & fault->direction) == 0 || stream->eof) {
                continue;
            }
            if (fault->kind == SIM_FAULT_HALF_CLOSE) {
                stream->mute = TRUE;
                reader_sees_end(stream);
            } else if (fault->kind == SIM_FAULT_TRUNCATE) {
                stream->swallow = fault->size_bytes;
                done = TRUE;
            } else {
                stream->corrupt = fault->size_bytes;
                stream->mask = fault->mask;
                done = TRUE;
            }
            say(net, sim_fault_kind_name(fault->kind), stream->direction, connection, stream->passed, text);
        }
    }
}

static void fault_free(gpointer data)
{
    Fault *fault = data;

    sim_event_cancel(fault->net->kernel, &fault->event);
    sim_fault_free(fault->fault);
    g_free(fault);
}

static void fault_fire(SimEvent *event)
{
    Fault *fault = OF(Fault, event, event);
    SimNet *net = fault->net;
    SimFault *what = g_steal_pointer(&fault->fault);

    g_ptr_array_remove(net->faults, fault);
    strike(net, what, NULL);
    sim_fault_free(what);
}

void sim_net_arm_fault(SimNet *net, const SimFault *what)
{
    Fault *fault;

    if (what->at_ns < 0 && what->at_offset < 0 && !what->has_moment) {
        strike(net, what, NULL);
        return;
    }
    fault = g_new0(Fault, 1);
    fault->net = net;
    fault->fault = sim_fault_copy(what);
    fault->event.fire = fault_fire;
    g_ptr_array_add(net->faults, fault);
    if (what->at_ns >= 0) {
        sim_event_schedule(net->kernel, &fault->event, now_ns(net) + what->at_ns);
    }
}

void sim_net_dirty_sync(SimNet *net, guint64 count)
{
    for (guint i = 0; i < net->faults->len; i++) {
        Fault *fault = g_ptr_array_index(net->faults, i);

        if (fault->fault->has_moment && ora_moment_match_dirty_sync(&fault->fault->moment, (guint) count)
            && !sim_event_scheduled(&fault->event)) {
            /* Not from inside the step that counted: as the next event. */
            sim_event_schedule(net->kernel, &fault->event, now_ns(net));
        }
    }
}

void sim_net_heal(SimNet *net)
{
    gboolean anything = net->stalled[0] || net->stalled[1] || net->delay_ns[0] > 0 || net->delay_ns[1] > 0;

    g_ptr_array_set_size(net->faults, 0);
    sim_event_cancel(net->kernel, &net->heal_event);
    net->delay_ns[0] = net->delay_ns[1] = 0;
    for (guint i = 0; i < net->connections->len; i++) {
        SimConnection *connection = g_ptr_array_index(net->connections, i);

        for (int s = 0; s < 2; s++) {
            SimStream *stream = &connection->streams[s];

            sim_event_cancel(net->kernel, &stream->delay_event);
            g_array_set_size(stream->delayed, 0);
            stream->released = stream->tcp.arrived;
        }
    }
    if (anything) {
        heal_fire(&net->heal_event);
    }
}

gint64 sim_net_last_fault_ns(const SimNet *net)
{
    return net->last_fault_ns;
}

gboolean sim_net_fault_is_active(const SimNet *net)
{
    return net->stalled[0] || net->stalled[1] || net->faults->len > 0;
}

/* ---- The net ---- */

static void found(void *user, const OraStreamFinding *finding)
{
    SimNet *net = user;

    if (net->finding != NULL) {
        net->finding(net->finding_opaque, finding);
    }
}

SimNet *sim_net_new(SimKernel *kernel, const SimWeather *weather)
{
    static const SimWeather calm;
    SimNet *net = g_new0(SimNet, 1);

    net->kernel = kernel;
    sim_path_init(&net->paths[0], kernel, weather);
    sim_path_init(&net->paths[1], kernel, weather);
    sim_path_init(&net->local, kernel, &calm);
    net->connections = g_ptr_array_new();
    net->channels = g_ptr_array_new();
    net->listeners = g_ptr_array_new();
    net->faults = g_ptr_array_new_with_free_func(fault_free);
    net->heal_event.fire = heal_fire;
    net->last_fault_ns = -1;
    net->port_next = SIM_PORT_FIRST;
    net->scratch = g_byte_array_new();
    net->live = ora_stream_live_new(found, net);
    return net;
}

void sim_net_free(SimNet *net)
{
    if (net == NULL) {
        return;
    }
    while (net->listeners->len > 0) {
        Listener *listener = g_ptr_array_index(net->listeners, net->listeners->len - 1);
        sim_net_listener_close(&listener->base);
    }
    while (net->channels->len > 0) {
        Channel *channel = g_ptr_array_index(net->channels, net->channels->len - 1);
        sim_net_close(&channel->base);
    }
    for (guint i = 0; i < net->connections->len; i++) {
        SimConnection *connection = g_ptr_array_index(net->connections, i);

        sim_event_cancel(net->kernel, &connection->syn_event);
        sim_event_cancel(net->kernel, &connection->answer_event);
        for (int s = 0; s < 2; s++) {
            SimStream *stream = &connection->streams[s];

            sim_tcp_done(&stream->tcp);
            sim_event_cancel(net->kernel, &stream->delay_event);
            sim_segments_clear(&stream->sent);
            sim_segments_clear(&stream->held);
            sim_segments_clear(&stream->ready);
            g_array_unref(stream->delayed);
        }
        address_clear(connection->address);
        g_free(connection->address);
        g_free(connection);
    }
    sim_event_cancel(net->kernel, &net->heal_event);
    g_ptr_array_unref(net->connections);
    g_ptr_array_unref(net->channels);
    g_ptr_array_unref(net->listeners);
    g_ptr_array_unref(net->faults);
    ora_stream_live_free(net->live);
    g_byte_array_unref(net->scratch);
    g_free(net);
}

void sim_net_set_weather(SimNet *net, const SimWeather *weather)
{
    sim_path_set_weather(&net->paths[0], weather);
    sim_path_set_weather(&net->paths[1], weather);
}

void sim_net_on_action(SimNet *net, SimNetAction action, gpointer opaque)
{
    net->action = action;
    net->action_opaque = opaque;
}

void sim_net_set_viewer(SimNet *net, SimNetClassify classify, SimNetRecord record, gpointer opaque)
{
    net->classify = classify;
    net->record = record;
    net->viewer_opaque = opaque;
}

void sim_net_on_finding(SimNet *net, SimNetFinding finding, gpointer opaque)
{
    net->finding = finding;
    net->finding_opaque = opaque;
}

const OraWalker *sim_net_walker(const SimNet *net, guint index, SimDirection direction)
{
    for (guint i = 0; i < net->connections->len; i++) {
        const SimConnection *connection = g_ptr_array_index(net->connections, i);

        for (int s = 0; s < 2 && connection->index == (gint) index; s++) {
            if (connection->streams[s].direction == direction) {
                return connection->streams[s].walker;
            }
        }
    }
    return NULL;
}

guint sim_net_connection_count(const SimNet *net) { return net->connections->len; }

guint64 sim_net_delivered(const SimNet *net, SimDirection direction)
{
    return net->delivered[way(direction)];
}

const SimPath *sim_net_path(const SimNet *net, SimDirection direction)
{
    return &net->paths[way(direction)];
}
