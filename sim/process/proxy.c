/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/proxy.h"

#include "oracle/stream/moment.h"
#include "oracle/stream/walker.h"
#include "sim/process/pipe.h"
#include "sim/process/recorder.h"
#include "sim/process/socket.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES (64u * 1024)
#define READS_PER_STEP 8

/* ---- Shapes ---- */

typedef struct Connection Connection;

/* A fault that has not struck yet. */
typedef struct {
    SimProxy *proxy;
    SimFault *fault;
    SimLoopTimer timer;       /* strikes by time */
    OraMoment moment;
    gint64 offset;            /* strikes at this byte; -1: not by offset */
    gboolean by_moment;       /* waits for `moment`, matched against every record of its direction */
} Armed;

typedef struct {
    guint64 offset;
    Armed *armed;             /* borrowed from the proxy's list */
} Barrier;

/* One direction. Of the two descriptors of a connection, flow i reads fd[i] and writes fd[1 - i]. */
typedef struct {
    Connection *connection;
    guint index;              /* 0: source to destination, 1: back */
    SimPipe *pipe;
    GArray *barriers;         /* Barrier, not sorted: few */
    OraWalker *walker;        /* owned by the proxy; NULL until the channel is known */
    SimRecorder *recorder;    /* NULL: no capture */
    gboolean in_ended;        /* the sender ended in order */
    gboolean out_ended;       /* and the receiver was told */
    gboolean discard;         /* half-closed: what still comes is thrown away */
    gboolean blocked;         /* the receiver's socket is full */
    guint64 drop_left, corrupt_left;
    guint8 mask;
    /* Pages seen since the last other record: there are thousands, so they are told as one. */
    guint64 pages, pages_offset, pages_size;
    guint32 pages_section;
} Flow;

struct Connection {
    SimProxy *proxy;
    guint number;             /* since the start, from 0 */
    int fd[2];                /* to the source, to the destination */
    SimLoopFd watch[2];
    Flow flow[2];
    SimLoopTimer due_timer;
    gboolean named;
    OraStreamChannel channel;
    guint channel_index;
    guint migration;          /* which of the migrations over this link, from 1 */
    char *names[2];           /* of the channel, per direction; NULL until known */
    GByteArray *first;        /* what came before the channel was known */
};

struct SimProxy {
    SimLoop *loop;
    SimWeather weather;
    guint64 seed;
    SimProxyObserver observer;
    int listen_fd;
    SimLoopFd listen_watch;
    char *address, *peer;
    int release;
    GPtrArray *connections;   /* Connection, open ones */
    guint made;               /* connections since the start */
    GPtrArray *armed;         /* Armed */
    /* The whole link, also for connections yet to come. */
    gint64 delay_ns[2];
    gboolean stalled[2];
    SimLoopTimer heal_timer;
    char *capture_folder, *capture_name;
    GPtrArray *recorders;     /* SimRecorder, owned */
    /* Walkers outlive their connections: that of main knows the blocks that a recovery goes on with. */
    OraStreamLive *live;      /* judges what passes; owns the walkers */
    const OraWalker *main_walker;      /* of the last main channel; NULL */
    GPtrArray *mains;         /* the main walker of each migration, in order; borrowed from live */
};

static void pump(Connection *connection);
static void tell_pages(Flow *flow);
static void strike(Armed *armed, Connection *connection);

static const char *const direction_names[2] = { "sd", "ds" };

static void act(SimProxy *proxy, const char *action, json_t *data)
{
    proxy->observer.action(proxy->observer.owner, action, data);
}

static gboolean is_stalled(const Flow *flow)
{
    return flow->connection->proxy->stalled[flow->index];
}

static gboolean touches(const SimFault *fault, guint flow_index)
{
    return (fault->direction & (flow_index == 0 ? SIM_TO_DESTINATION : SIM_TO_SOURCE)) != 0;
}

/* The direction whose bytes say when an offset or a record is reached. */
static guint watched_flow(const Armed *armed)
{
    if (armed->fault->has_moment) {
        return armed->moment.channel == ORA_CHANNEL_RP || armed->moment.channel == ORA_CHANNEL_RP_2 ? 1 : 0;
    }
    return armed->fault->direction == SIM_TO_SOURCE ? 1 : 0;
}

static gboolean meant(const Armed *armed, const Connection *connection)
{
    return armed->fault->connection < 0 || (guint) armed->fault->connection == connection->number;
}

/* ---- Connections ---- */

static void connection_free(Connection *connection)
{
    sim_loop_disarm(&connection->due_timer);
    for (guint i = 0; i < 2; i++) {
        Flow *flow = &connection->flow[i];

        sim_loop_unwatch(&connection->watch[i]);
        close(connection->fd[i]);
        sim_pipe_free(flow->pipe);
        g_array_unref(flow->barriers);
        g_free(connection->names[i]);
    }
    g_byte_array_unref(connection->first);
    g_free(connection);
}

static void forget(Connection *connection)
{
    SimProxy *proxy = connection->proxy;

    g_ptr_array_remove(proxy->connections, connection);
    tell_pages(&connection->flow[0]);
    tell_pages(&connection->flow[1]);
    connection_free(connection);
}

static json_t *delivered(const Connection *connection)
{
    return json_pack("{s:I, s:I}", "sd", (json_int_t) sim_pipe_out_offset(connection->flow[0].pipe), "ds",
                     (json_int_t) sim_pipe_out_offset(connection->flow[1].pipe));
}

static void drain(int fd)
{
    char buffer[4096];

    while (recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0) {
    }
}

/* Both ends read an orderly end; who goes on writing is told that nobody listens. What was sent and not read yet is read
 * first: closing with bytes unread would be a reset. */
static void cut_in_order(Connection *connection)
{
    for (guint i = 0; i < 2; i++) {
        shutdown(connection->fd[i], SHUT_WR);
        drain(connection->fd[i]);
    }
    forget(connection);
}

/* Both ends see a reset. TCP: closed without lingering. A unix socket resets its peer when closed with bytes unread, so
 * there the side that sends sees it, the other sees an end. */
static void reset(Connection *connection)
{
    struct linger none = { .l_onoff = 1, .l_linger = 0 };

    for (guint i = 0; i < 2; i++) {
        setsockopt(connection->fd[i], SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    }
    forget(connection);
}

/* ---- What the channel is, and its records ---- */

static gboolean main_is_open(const Connection *connection)
{
    const GPtrArray *all = connection->proxy->connections;

    for (guint i = 0; i < all->len; i++) {
        const Connection *other = g_ptr_array_index(all, i);
        if (other != connection && other->named &&
            (other->channel == ORA_CHANNEL_MAIN || other->channel == ORA_CHANNEL_MAIN_2)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* FALSE: more bytes are needed. */
static gboolean find_channel(Connection *connection)
{
    const GByteArray *first = connection->first;
    static const guint8 main_magic[4] = { 'Q', 'E', 'V', 'M' };
    static const guint8 multifd_magic[4] = { 0x11, 0x22, 0x33, 0x44 };
    enum { HELLO_ID = 24 };                     /* magic, version, UUID */

    if (first->len < 4) {
        return FALSE;
    }
    if (memcmp(first->data, main_magic, 4) == 0) {
        connection->channel = ORA_CHANNEL_MAIN;
    } else if (memcmp(first->data, multifd_magic, 4) == 0) {
        if (first->len <= HELLO_ID) {
            return FALSE;
        }
        connection->channel = ORA_CHANNEL_MULTIFD;
        connection->channel_index = first->data[HELLO_ID];
    } else if (connection->number == 0) {
        connection->channel = ORA_CHANNEL_MAIN;         /* damaged, or no QEMU at all: the walker says what is wrong */
    } else {
        connection->channel = main_is_open(connection) ? ORA_CHANNEL_PREEMPT : ORA_CHANNEL_MAIN_2;
    }
    return TRUE;
}

/* In the words of a trace. */
static const char *record_name(const OraStreamRecord *record)
{
    g_autofree char *words = NULL;

    if (record->kind == ORA_REC_SECTION) {
        return record->section_type == ORA_SECTION_START  ? "section-start"
               : record->section_type == ORA_SECTION_PART ? "section-part"
               : record->section_type == ORA_SECTION_END  ? "section-end"
                                                          : "section-full";
    }
    words = g_strdup(ora_stream_kind_name(record->kind));
    return g_intern_string(g_strdelimit(words, " ", '-'));
}

static const char *subject(const OraStreamRecord *record)
{
    const char *name;

    switch (record->kind) {
    case ORA_REC_COMMAND:
    case ORA_REC_RP_MESSAGE:
    case ORA_REC_COLO:
        name = record->name;
        break;
    case ORA_REC_RAM_BLOCK:
    case ORA_REC_RAM_AREA:
    case ORA_REC_RAM_ZERO:
    case ORA_REC_RAM_PAGE:
    case ORA_REC_RAM_XBZRLE:
    case ORA_REC_RAM_COMPRESS:
    case ORA_REC_RP_BITMAP:
        name = record->block;
        break;
    default:
        name = record->section_type != 0 ? record->idstr : NULL;
        break;
    }
    return name != NULL && name[0] != '\0' ? name : NULL;
}

static gboolean is_page(OraStreamKind kind)
{
    return kind == ORA_REC_RAM_ZERO || kind == ORA_REC_RAM_PAGE || kind == ORA_REC_RAM_XBZRLE || kind == ORA_REC_RAM_COMPRESS;
}

static void add_barrier(Flow *flow, Armed *armed, guint64 offset)
{
    Barrier barrier = { .offset = MAX(offset, sim_pipe_out_offset(flow->pipe)), .armed = armed };

    g_array_append_val(flow->barriers, barrier);
}

static void tell_pages(Flow *flow)
{
    SimProxy *proxy = flow->connection->proxy;

    if (flow->pages > 0 && proxy->observer.record != NULL) {
        SimProxyRecord seen = {
            .channel = flow->connection->names[flow->index],
            .record = "pages",
            .name = "ram",
            .offset = flow->pages_offset,
            .size = flow->pages_size,
            .section = flow->pages_section,
            .value = (gint64) flow->pages,
            .back = flow->index == 1,
        };
        proxy->observer.record(proxy->observer.owner, &seen);
    }
    flow->pages = 0;
}

static void on_record(void *user, const OraStreamRecord *record)
{
    Flow *flow = user;
    SimProxy *proxy = flow->connection->proxy;

    for (guint i = 0; i < proxy->armed->len; i++) {
        Armed *armed = g_ptr_array_index(proxy->armed, i);
        guint64 offset;

        if (armed->by_moment && meant(armed, flow->connection) && ora_moment_match(&armed->moment, record, &offset)) {
            armed->by_moment = FALSE;
            add_barrier(flow, armed, offset);
        }
    }
    if (is_page(record->kind)) {
        if (flow->pages == 0) {
            flow->pages_offset = record->offset;
            flow->pages_size = 0;
            flow->pages_section = record->section_id;
        }
        flow->pages++;
        flow->pages_size = record->offset + record->size - flow->pages_offset;
        return;
    }
    tell_pages(flow);
    if (proxy->observer.record != NULL) {
        SimProxyRecord seen = {
            .channel = flow->connection->names[flow->index],
            .record = record_name(record),
            .name = subject(record),
            .offset = record->offset,
            .size = record->size,
            .section = record->section_type != 0 ? (gint64) record->section_id : -1,
            .value = record->kind == ORA_REC_COMMAND || record->kind == ORA_REC_RP_MESSAGE ? (gint64) record->value : -1,
            .back = flow->index == 1,
        };
        proxy->observer.record(proxy->observer.owner, &seen);
    }
}

static void found(void *user, const OraStreamFinding *finding)
{
    SimProxy *proxy = user;

    if (proxy->observer.finding != NULL) {
        proxy->observer.finding(proxy->observer.owner, finding);
    }
}

static OraWalker *make_walker(Flow *flow)
{
    Connection *connection = flow->connection;
    SimProxy *proxy = connection->proxy;
    OraWalker *walker;
    OraWalkerConfig config = { .channel = connection->channel, .channel_index = connection->channel_index,
                               .release = proxy->release };
    OraWalkerSink sink = { .record = on_record, .user = flow };

    if (flow->index == 1) {
        config.channel = connection->channel == ORA_CHANNEL_MAIN_2 ? ORA_CHANNEL_RP_2 : ORA_CHANNEL_RP;
    }
    if (connection->channel == ORA_CHANNEL_MAIN_2 || connection->channel == ORA_CHANNEL_PREEMPT) {
        if (proxy->main_walker == NULL) {
            return NULL;                        /* without the first connection its blocks are not known */
        }
        config.main = proxy->main_walker;
    }
    walker = ora_stream_live_walker(proxy->live, &config, &sink);
    if (config.channel == ORA_CHANNEL_MAIN) {
        proxy->main_walker = walker;
        g_ptr_array_set_size(proxy->mains, (gint) MAX(connection->migration, proxy->mains->len));
        proxy->mains->pdata[connection->migration - 1] = walker;
    }
    return walker;
}

static void name_channel(Connection *connection)
{
    SimProxy *proxy = connection->proxy;
    const char *name = ora_stream_channel_name(connection->channel);

    connection->named = TRUE;
    if (connection->channel == ORA_CHANNEL_MAIN && connection->migration == proxy->mains->len) {
        connection->migration++;              /* the one before has its main already */
    } else if (connection->channel == ORA_CHANNEL_MAIN_2 || connection->channel == ORA_CHANNEL_PREEMPT) {
        connection->migration = MAX(1, proxy->mains->len);
    }
    if (connection->channel == ORA_CHANNEL_MULTIFD) {
        connection->names[0] = g_strdup_printf("%s%u", name, connection->channel_index);
        connection->names[1] = g_strdup_printf("%s-back", connection->names[0]);
    } else if (connection->channel == ORA_CHANNEL_PREEMPT) {
        connection->names[0] = g_strdup(name);
        connection->names[1] = g_strdup_printf("%s-back", name);
    } else {
        connection->names[0] = g_strdup(name);
        connection->names[1] = g_strdup(ora_stream_channel_name(connection->channel == ORA_CHANNEL_MAIN_2 ? ORA_CHANNEL_RP_2 : ORA_CHANNEL_RP));
    }
    for (guint i = 0; i < 2; i++) {
        Flow *flow = &connection->flow[i];

        if (flow->recorder != NULL) {
            sim_recorder_set_channel(flow->recorder, connection->migration, connection->names[i]);
        }
        if (i == 0 || connection->channel == ORA_CHANNEL_MAIN || connection->channel == ORA_CHANNEL_MAIN_2) {
            flow->walker = make_walker(flow);
        }
    }
}

static void look_at(Flow *flow, const guint8 *bytes, gsize size)
{
    Connection *connection = flow->connection;

    if (flow->recorder != NULL) {
        sim_recorder_write(flow->recorder, bytes, size);
    }
    if (!connection->named && flow->index == 0) {
        g_byte_array_append(connection->first, bytes, (guint) size);
        if (!find_channel(connection)) {
            return;
        }
        name_channel(connection);
        if (flow->walker != NULL) {
            ora_walker_feed(flow->walker, connection->first->data, connection->first->len);
        }
        g_byte_array_set_size(connection->first, 0);
        return;
    }
    if (flow->walker != NULL) {
        ora_walker_feed(flow->walker, bytes, size);
    }
}

/* ---- Moving bytes ---- */

/* Bytes from here on may not be delivered yet: a fault strikes there, or may turn out to. */
static guint64 delivery_limit(const Flow *flow)
{
    const SimProxy *proxy = flow->connection->proxy;
    guint64 limit = G_MAXUINT64;

    for (guint i = 0; i < flow->barriers->len; i++) {
        limit = MIN(limit, g_array_index(flow->barriers, Barrier, i).offset);
    }
    for (guint i = 0; i < proxy->armed->len && !flow->in_ended; i++) {
        const Armed *armed = g_ptr_array_index(proxy->armed, i);

        if (armed->by_moment && armed->moment.what != ORA_MOMENT_DIRTY_SYNC && watched_flow(armed) == flow->index &&
            meant(armed, flow->connection)) {
            if (flow->walker == NULL) {
                limit = flow->index == 0 && !flow->connection->named ? 0 : limit;
            } else if (!ora_walker_broken(flow->walker) && !ora_walker_ended(flow->walker)) {
                limit = MIN(limit, ora_walker_settled(flow->walker));
            }
        }
    }
    return limit;
}

/* Strikes what stands at the next byte to be delivered. FALSE: the connection is gone. */
static gboolean strike_barriers(Flow *flow)
{
    Connection *connection = flow->connection;
    SimProxy *proxy = connection->proxy;

    for (guint i = 0; i < flow->barriers->len; i++) {
        Barrier barrier = g_array_index(flow->barriers, Barrier, i);

        if (barrier.offset == sim_pipe_out_offset(flow->pipe)) {
            g_array_remove_index(flow->barriers, i);
            strike(barrier.armed, connection);
            if (!g_ptr_array_find(proxy->connections, connection, NULL)) {
                return FALSE;
            }
            i = G_MAXUINT;            /* the list may have changed: from the start */
        }
    }
    return TRUE;
}

static void read_in(Flow *flow)
{
    Connection *connection = flow->connection;
    int fd = connection->fd[flow->index];
    guint8 buffer[READ_BYTES];

    for (guint i = 0; i < READS_PER_STEP && !flow->in_ended && !is_stalled(flow); i++) {
        gsize room = flow->discard ? sizeof(buffer) : MIN(sim_pipe_room(flow->pipe), sizeof(buffer));
        ssize_t got;

        if (room == 0) {
            return;
        }
        got = recv(fd, buffer, room, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (got <= 0) {
            flow->in_ended = TRUE;
            act(connection->proxy, "eof",
                json_pack("{s:s, s:i, s:I}", "dir", direction_names[flow->index], "conn", (int) connection->number + 1, "bytes",
                          (json_int_t) sim_pipe_in_offset(flow->pipe)));
            if (flow->walker != NULL) {
                ora_walker_finish(flow->walker);
            }
            return;
        }
        if (!flow->discard) {
            if (connection->proxy->observer.before != NULL) {
                connection->proxy->observer.before(connection->proxy->observer.owner);
            }
            look_at(flow, buffer, (gsize) got);
            sim_pipe_push(flow->pipe, sim_loop_now_ns(connection->proxy->loop), buffer, (gsize) got);
        }
    }
}

/* FALSE: the connection is gone. */
static gboolean write_out(Flow *flow)
{
    Connection *connection = flow->connection;
    int fd = connection->fd[1 - flow->index];
    g_autofree guint8 *changed = NULL;

    flow->blocked = FALSE;
    if (flow->out_ended) {
        sim_pipe_drop_all(flow->pipe);
        return TRUE;
    }
    while (TRUE) {
        const guint8 *bytes;
        gsize size;
        ssize_t done;

        if (!strike_barriers(flow)) {
            return FALSE;
        }
        if (is_stalled(flow) || flow->out_ended) {
            return TRUE;
        }
        bytes = sim_pipe_peek(flow->pipe, sim_loop_now_ns(connection->proxy->loop), delivery_limit(flow), &size);
        if (size == 0) {
            break;
        }
        if (flow->drop_left > 0) {
            size = (gsize) MIN(size, flow->drop_left);
            flow->drop_left -= size;
            sim_pipe_pop(flow->pipe, size);
            continue;
        }
        if (flow->corrupt_left > 0) {
            size = (gsize) MIN(size, flow->corrupt_left);
            g_free(changed);
            changed = g_memdup2(bytes, size);
            for (gsize i = 0; i < size; i++) {
                changed[i] ^= flow->mask;
            }
            bytes = changed;
        }
        done = send(fd, bytes, size, MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0 && errno == EAGAIN) {
            flow->blocked = TRUE;
            return TRUE;
        }
        if (done < 0) {
            act(connection->proxy, "pump-error",
                json_pack("{s:s, s:i, s:s, s:o}", "dir", direction_names[flow->index], "conn", (int) connection->number + 1, "error",
                          g_strerror(errno), "bytes", delivered(connection)));
            /* The receiver is gone: so is the connection, for the sender too, as a host without a listener would tell it. */
            forget(connection);
            return FALSE;
        }
        sim_pipe_pop(flow->pipe, (gsize) done);
        if (flow->corrupt_left > 0) {
            flow->corrupt_left -= (guint64) done;
        }
    }
    if (flow->in_ended && sim_pipe_due_ns(flow->pipe) == G_MAXINT64) {
        flow->out_ended = TRUE;
        shutdown(fd, SHUT_WR);
    }
    return TRUE;
}

static void set_interest(Connection *connection)
{
    gint64 due_ns = G_MAXINT64;

    for (guint i = 0; i < 2; i++) {
        Flow *in = &connection->flow[i], *out = &connection->flow[1 - i];
        gboolean wants = !in->in_ended && !is_stalled(in) && (in->discard || sim_pipe_room(in->pipe) > 0);

        connection->watch[i].events = (short) ((wants ? POLLIN : 0) | (out->blocked ? POLLOUT : 0));
        /* A descriptor that nobody reads any more would report its hang-up for ever. */
        if (in->in_ended && connection->watch[i].events == 0) {
            sim_loop_unwatch(&connection->watch[i]);
        } else if (connection->watch[i].loop == NULL) {
            sim_loop_watch(connection->proxy->loop, &connection->watch[i]);
        }
        if (!is_stalled(in) && !in->blocked && !in->out_ended && sim_pipe_out_offset(in->pipe) < delivery_limit(in)) {
            due_ns = MIN(due_ns, sim_pipe_due_ns(in->pipe));
        }
    }
    if (due_ns != G_MAXINT64) {
        sim_loop_arm(connection->proxy->loop, &connection->due_timer, due_ns);
    } else {
        sim_loop_disarm(&connection->due_timer);
    }
}

static void pump(Connection *connection)
{
    for (guint i = 0; i < 2; i++) {
        read_in(&connection->flow[i]);
        if (!write_out(&connection->flow[i])) {
            return;
        }
    }
    if (connection->flow[0].out_ended && connection->flow[1].out_ended) {
        forget(connection);
        return;
    }
    set_interest(connection);
}

static void on_ready(SimLoopFd *watch, short revents)
{
    Connection *connection = watch->owner;

    /* Reset by the peer while we do not read: nothing would ever tell us again. */
    if ((revents & (POLLERR | POLLHUP)) && !(watch->events & POLLIN)) {
        Flow *in = &connection->flow[watch == &connection->watch[0] ? 0 : 1];
        Flow *out = &connection->flow[1 - in->index];

        if (is_stalled(in) || is_stalled(out)) {
            sim_loop_unwatch(watch);           /* a dead link tells nothing; looked at again when it is healed */
            return;
        }
        if (in->in_ended || sim_pipe_room(in->pipe) > 0) {
            out->out_ended = TRUE;
            sim_pipe_drop_all(out->pipe);
        } else {
            sim_loop_unwatch(watch);           /* full: it is read when there is room */
            return;
        }
    }
    pump(connection);
}

static void on_due(SimLoopTimer *timer)
{
    pump(timer->owner);
}

/* ---- Faults ---- */

static void armed_free(gpointer data)
{
    Armed *armed = data;

    sim_loop_disarm(&armed->timer);
    sim_fault_free(armed->fault);
    g_free(armed);
}

static void disarm(Armed *armed)
{
    SimProxy *proxy = armed->proxy;

    for (guint i = 0; i < proxy->connections->len; i++) {
        Connection *connection = g_ptr_array_index(proxy->connections, i);

        for (guint j = 0; j < 2; j++) {
            GArray *barriers = connection->flow[j].barriers;

            for (guint k = barriers->len; k > 0; k--) {
                if (g_array_index(barriers, Barrier, k - 1).armed == armed) {
                    g_array_remove_index(barriers, k - 1);
                }
            }
        }
    }
    g_ptr_array_remove(proxy->armed, armed);
}

/* The link works again: stalls and delays are over. */
static void mend(SimProxy *proxy)
{
    g_autoptr(GPtrArray) open = g_ptr_array_new();

    sim_loop_disarm(&proxy->heal_timer);
    proxy->stalled[0] = proxy->stalled[1] = FALSE;
    proxy->delay_ns[0] = proxy->delay_ns[1] = 0;
    for (guint i = 0; i < proxy->connections->len; i++) {
        g_ptr_array_add(open, g_ptr_array_index(proxy->connections, i));
    }
    for (guint i = 0; i < open->len; i++) {
        Connection *connection = g_ptr_array_index(open, i);

        for (guint j = 0; j < 2; j++) {
            sim_pipe_set_delay(connection->flow[j].pipe, 0);
        }
        pump(connection);
    }
}

static void on_stall_over(SimLoopTimer *timer)
{
    act(timer->owner, "heal", NULL);
    mend(timer->owner);
}

static void half_close(Flow *flow)
{
    Connection *connection = flow->connection;

    flow->discard = TRUE;
    flow->out_ended = TRUE;
    sim_pipe_drop_all(flow->pipe);
    shutdown(connection->fd[1 - flow->index], SHUT_WR);
}

/* Stalls and delays are the link's, whichever connection got to the place. */
static void strike_link(SimProxy *proxy, const SimFault *fault)
{
    gboolean both = fault->direction == SIM_BOTH_WAYS;

    if (fault->kind == SIM_FAULT_STALL) {
        act(proxy, both ? "hole" : fault->direction == SIM_TO_SOURCE ? "hole_ds" : "hole_sd", NULL);
        if (fault->for_ns > 0) {
            sim_loop_arm(proxy->loop, &proxy->heal_timer, sim_loop_now_ns(proxy->loop) + fault->for_ns);
        }
    } else {
        act(proxy, "delay", json_pack("{s:f}", "for_ms", (double) fault->for_ns / 1e6));
    }
    for (guint i = 0; i < 2; i++) {
        if (!touches(fault, i)) {
            continue;
        }
        if (fault->kind == SIM_FAULT_STALL) {
            proxy->stalled[i] = TRUE;
            continue;
        }
        proxy->delay_ns[i] = fault->for_ns;
        for (guint j = 0; j < proxy->connections->len; j++) {
            sim_pipe_set_delay(((Connection *) g_ptr_array_index(proxy->connections, j))->flow[i].pipe, fault->for_ns);
        }
    }
}

/* Bytes of one direction are changed, lost, or come to an end. */
static void strike_flow(Flow *flow, const SimFault *fault)
{
    json_t *data = json_pack("{s:i, s:s, s:o}", "conn", (int) flow->connection->number + 1, "dir", direction_names[flow->index], "bytes",
                             delivered(flow->connection));

    if (fault->kind == SIM_FAULT_HALF_CLOSE) {
        half_close(flow);
    } else {
        json_object_set_new(data, "size", json_integer((json_int_t) MAX(1, fault->size_bytes)));
        if (fault->kind == SIM_FAULT_TRUNCATE) {
            flow->drop_left += MAX(1, fault->size_bytes);
        } else {
            json_object_set_new(data, "mask", json_integer(fault->mask));
            flow->corrupt_left = MAX(1, fault->size_bytes);
            flow->mask = fault->mask;
        }
    }
    act(flow->connection->proxy, sim_fault_kind_name(fault->kind), data);
}

/* It may be gone afterwards. */
static void strike_connection(Connection *connection, const SimFault *fault)
{
    json_t *data;

    if (fault->kind == SIM_FAULT_CUT || fault->kind == SIM_FAULT_RESET) {
        data = json_pack("{s:i, s:s, s:o}", "conn", (int) connection->number + 1, "how", fault->kind == SIM_FAULT_CUT ? "fin" : "rst", "bytes",
                         delivered(connection));
        act(connection->proxy, "cut", data);
        if (fault->kind == SIM_FAULT_CUT) {
            cut_in_order(connection);
        } else {
            reset(connection);
        }
        return;
    }
    for (guint i = 0; i < 2; i++) {
        if (touches(fault, i)) {
            strike_flow(&connection->flow[i], fault);
        }
    }
}

/* The fault strikes: on the connection where its place was reached, or, by time (connection NULL), on those that it means. */
static void strike(Armed *armed, Connection *connection)
{
    SimProxy *proxy = armed->proxy;
    g_autoptr(SimFault) fault = sim_fault_copy(armed->fault);
    g_autoptr(GPtrArray) struck = g_ptr_array_new();
    gboolean by_time = connection == NULL;

    if (connection != NULL) {
        g_ptr_array_add(struck, connection);
    }
    for (guint i = 0; by_time && i < proxy->connections->len; i++) {
        Connection *other = g_ptr_array_index(proxy->connections, i);

        if (meant(armed, other)) {
            g_ptr_array_add(struck, other);
            if (fault->kind == SIM_FAULT_TRUNCATE || fault->kind == SIM_FAULT_CORRUPT) {
                break;                /* damage to bytes is done once */
            }
        }
    }
    disarm(armed);
    if (fault->kind == SIM_FAULT_STALL || fault->kind == SIM_FAULT_DELAY) {
        strike_link(proxy, fault);
        return;
    }
    for (guint i = 0; i < struck->len; i++) {
        Connection *other = g_ptr_array_index(struck, i);

        strike_connection(other, fault);
        if (by_time && g_ptr_array_find(proxy->connections, other, NULL)) {
            pump(other);
        }
    }
}

static void on_fault_time(SimLoopTimer *timer)
{
    strike(timer->owner, NULL);
}

void sim_proxy_arm(SimProxy *proxy, const SimFault *fault)
{
    Armed *armed = g_new0(Armed, 1);

    armed->proxy = proxy;
    armed->fault = sim_fault_copy(fault);
    armed->timer = (SimLoopTimer) { .expire = on_fault_time, .owner = armed };
    g_ptr_array_add(proxy->armed, armed);
    armed->offset = fault->has_moment ? -1 : fault->at_offset;
    if (fault->has_moment) {
        guint64 offset;

        armed->moment = fault->moment;
        armed->by_moment = !ora_moment_offset(&armed->moment, &offset);
        armed->offset = armed->by_moment ? -1 : (gint64) offset;
    }
    if (armed->by_moment) {
        return;
    }
    if (armed->offset >= 0) {
        for (guint i = 0; i < proxy->connections->len; i++) {
            Connection *connection = g_ptr_array_index(proxy->connections, i);
            Flow *flow = &connection->flow[watched_flow(armed)];

            if (meant(armed, connection) && sim_pipe_out_offset(flow->pipe) <= (guint64) armed->offset) {
                add_barrier(flow, armed, (guint64) armed->offset);
            }
        }
    } else if (fault->at_ns > 0) {
        sim_loop_arm(proxy->loop, &armed->timer, sim_loop_now_ns(proxy->loop) + fault->at_ns);
    } else {
        strike(armed, NULL);
    }
}

void sim_proxy_dirty_sync(SimProxy *proxy, guint count)
{
    for (guint i = 0; i < proxy->armed->len; i++) {
        Armed *armed = g_ptr_array_index(proxy->armed, i);

        if (armed->by_moment && ora_moment_match_dirty_sync(&armed->moment, count)) {
            strike(armed, NULL);
            i = G_MAXUINT;            /* the list has changed */
        }
    }
}

void sim_proxy_heal(SimProxy *proxy)
{
    act(proxy, "heal", NULL);
    while (proxy->armed->len > 0) {
        disarm(g_ptr_array_index(proxy->armed, proxy->armed->len - 1));
    }
    mend(proxy);
}

/* ---- New connections ---- */

static void add_offset_barriers(Connection *connection)
{
    SimProxy *proxy = connection->proxy;

    for (guint i = 0; i < proxy->armed->len; i++) {
        Armed *armed = g_ptr_array_index(proxy->armed, i);

        if (armed->offset >= 0 && meant(armed, connection)) {
            add_barrier(&connection->flow[watched_flow(armed)], armed, (guint64) armed->offset);
        }
    }
}

static void add_recorder(Flow *flow)
{
    SimProxy *proxy = flow->connection->proxy;

    if (proxy->capture_folder != NULL) {
        flow->recorder = sim_recorder_new(proxy->capture_folder, proxy->capture_name);
        if (flow->recorder != NULL) {
            g_ptr_array_add(proxy->recorders, flow->recorder);
        }
    }
}

static void add_connection(SimProxy *proxy, int source_fd, int destination_fd)
{
    Connection *connection = g_new0(Connection, 1);

    connection->proxy = proxy;
    connection->number = proxy->made++;
    connection->fd[0] = source_fd;
    connection->fd[1] = destination_fd;
    connection->first = g_byte_array_new();
    /* Nobody else is there: a new migration, or, which its first bytes will show, a recovery. */
    connection->migration = MAX(1, proxy->mains->len + (proxy->connections->len == 0));
    connection->due_timer = (SimLoopTimer) { .expire = on_due, .owner = connection };
    for (guint i = 0; i < 2; i++) {
        Flow *flow = &connection->flow[i];

        flow->connection = connection;
        flow->index = i;
        flow->pipe = sim_pipe_new(&proxy->weather, proxy->seed + 2 * connection->number + i);
        sim_pipe_set_delay(flow->pipe, proxy->delay_ns[i]);
        flow->barriers = g_array_new(FALSE, FALSE, sizeof(Barrier));
        add_recorder(flow);
        connection->watch[i] = (SimLoopFd) { .fd = connection->fd[i], .ready = on_ready, .owner = connection, .events = POLLIN };
        sim_loop_watch(proxy->loop, &connection->watch[i]);
    }
    g_ptr_array_add(proxy->connections, connection);
    act(proxy, "connected", json_pack("{s:i}", "conn", (int) connection->number + 1));
    add_offset_barriers(connection);
    pump(connection);
}

static void on_listener(SimLoopFd *watch, short revents)
{
    SimProxy *proxy = watch->owner;
    int source_fd = sim_socket_accept(watch->fd);
    g_autoptr(GError) error = NULL;
    int destination_fd;

    (void) revents;
    if (source_fd < 0) {
        return;
    }
    destination_fd = proxy->peer != NULL ? sim_socket_connect(proxy->peer, &error) : -1;
    if (destination_fd < 0) {
        act(proxy, "dst-connect-failed", NULL);
        close(source_fd);
        return;
    }
    add_connection(proxy, source_fd, destination_fd);
}

/* ---- The rest of the interface ---- */

SimProxy *sim_proxy_new(SimLoop *loop, const SimWeather *weather, guint64 seed, const SimProxyObserver *observer)
{
    SimProxy *proxy = g_new0(SimProxy, 1);

    proxy->loop = loop;
    proxy->weather = *weather;
    proxy->seed = seed;
    proxy->observer = *observer;
    proxy->listen_fd = -1;
    proxy->heal_timer = (SimLoopTimer) { .expire = on_stall_over, .owner = proxy };
    proxy->connections = g_ptr_array_new();
    proxy->armed = g_ptr_array_new_with_free_func(armed_free);
    proxy->recorders = g_ptr_array_new_with_free_func((GDestroyNotify) sim_recorder_free);
    proxy->live = ora_stream_live_new(found, proxy);
    proxy->mains = g_ptr_array_new();
    return proxy;
}

void sim_proxy_free(SimProxy *proxy)
{
    if (proxy == NULL) {
        return;
    }
    sim_proxy_close_all(proxy);
    sim_loop_disarm(&proxy->heal_timer);
    g_ptr_array_unref(proxy->connections);
    g_ptr_array_unref(proxy->armed);
    g_ptr_array_unref(proxy->recorders);
    ora_stream_live_free(proxy->live);
    g_ptr_array_unref(proxy->mains);
    if (proxy->listen_fd >= 0) {
        sim_loop_unwatch(&proxy->listen_watch);
        close(proxy->listen_fd);
        if (g_str_has_prefix(proxy->address, "unix:")) {
            unlink(proxy->address + strlen("unix:"));
        }
    }
    g_free(proxy->address);
    g_free(proxy->peer);
    g_free(proxy->capture_folder);
    g_free(proxy->capture_name);
    g_free(proxy);
}

gboolean sim_proxy_listen(SimProxy *proxy, const char *address, GError **error)
{
    g_assert(proxy->listen_fd < 0);
    proxy->listen_fd = sim_socket_listen(address, error);
    if (proxy->listen_fd < 0) {
        return FALSE;
    }
    proxy->address = sim_socket_address(proxy->listen_fd, address);
    proxy->listen_watch = (SimLoopFd) { .fd = proxy->listen_fd, .events = POLLIN, .ready = on_listener, .owner = proxy };
    sim_loop_watch(proxy->loop, &proxy->listen_watch);
    return TRUE;
}

const char *sim_proxy_address(const SimProxy *proxy)
{
    return proxy->address;
}

void sim_proxy_set_peer(SimProxy *proxy, const char *address)
{
    g_free(proxy->peer);
    proxy->peer = g_strdup(address);
}

void sim_proxy_set_release(SimProxy *proxy, int release)
{
    proxy->release = release;
}

gboolean sim_proxy_capture(SimProxy *proxy, const char *folder, const char *name, GError **error)
{
    if (g_mkdir_with_parents(folder, 0755) != 0) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot make %s: %s", folder, g_strerror(errno));
        return FALSE;
    }
    proxy->capture_folder = g_strdup(folder);
    proxy->capture_name = g_strdup(name);
    return TRUE;
}

json_t *sim_proxy_end_capture(SimProxy *proxy)
{
    json_t *files;

    if (proxy->capture_folder == NULL) {
        return NULL;
    }
    for (guint i = 0; i < proxy->connections->len; i++) {
        Connection *connection = g_ptr_array_index(proxy->connections, i);
        connection->flow[0].recorder = connection->flow[1].recorder = NULL;
    }
    files = json_array();
    for (guint i = 0; i < proxy->recorders->len; i++) {
        json_t *file = sim_recorder_finish(g_ptr_array_index(proxy->recorders, i));
        if (file != NULL) {
            json_array_append_new(files, file);
        }
    }
    g_clear_pointer(&proxy->capture_folder, g_free);
    g_clear_pointer(&proxy->capture_name, g_free);
    g_ptr_array_set_size(proxy->recorders, 0);
    return files;
}

gboolean sim_proxy_main_cut(const SimProxy *proxy, guint migration)
{
    const OraWalker *walker = migration >= 1 && migration <= proxy->mains->len ? proxy->mains->pdata[migration - 1] : NULL;

    return walker != NULL && !ora_walker_ended(walker);
}

void sim_proxy_set_weather(SimProxy *proxy, const SimWeather *weather)
{
    proxy->weather = *weather;
    for (guint i = 0; i < proxy->connections->len; i++) {
        Connection *connection = g_ptr_array_index(proxy->connections, i);
        sim_pipe_set_weather(connection->flow[0].pipe, weather);
        sim_pipe_set_weather(connection->flow[1].pipe, weather);
    }
}

void sim_proxy_close_all(SimProxy *proxy)
{
    while (proxy->connections->len > 0) {
        forget(g_ptr_array_index(proxy->connections, proxy->connections->len - 1));
    }
}

guint sim_proxy_made(const SimProxy *proxy)
{
    return proxy->made;
}

guint sim_proxy_connections(const SimProxy *proxy)
{
    return proxy->connections->len;
}
