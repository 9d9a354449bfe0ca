/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Moving bytes: from the sender into the pipe, out of it to the receiver, as the weather, stalls and barriers let them.
 */
#include "sim/process/proxy_private.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define READ_BYTES (64u * 1024)
#define READS_PER_STEP 8

static gboolean is_stalled(const SimProxyFlow *flow)
{
    return flow->connection->proxy->stalled[flow->index];
}

/* Bytes from here on may not be delivered yet: a fault strikes there, or may turn out to. */
static guint64 delivery_limit(const SimProxyFlow *flow)
{
    const SimProxy *proxy = flow->connection->proxy;
    guint64 limit = G_MAXUINT64;

    for (guint i = 0; i < flow->barriers->len; i++) {
        limit = MIN(limit, g_array_index(flow->barriers, SimProxyBarrier, i).offset);
    }
    for (guint i = 0; i < proxy->armed->len && !flow->in_ended; i++) {
        const SimProxyArmed *armed = g_ptr_array_index(proxy->armed, i);

        if (armed->by_moment && armed->moment.what != ORA_MOMENT_DIRTY_SYNC && sim_proxy_watched_flow(armed) == flow->index &&
            sim_proxy_meant(armed, flow->connection)) {
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
static gboolean strike_barriers(SimProxyFlow *flow)
{
    SimProxyConnection *connection = flow->connection;
    SimProxy *proxy = connection->proxy;

    for (guint i = 0; i < flow->barriers->len; i++) {
        SimProxyBarrier barrier = g_array_index(flow->barriers, SimProxyBarrier, i);

        if (barrier.offset == sim_pipe_out_offset(flow->pipe)) {
            g_array_remove_index(flow->barriers, i);
            sim_proxy_strike(barrier.armed, connection);
            if (!g_ptr_array_find(proxy->connections, connection, NULL)) {
                return FALSE;
            }
            i = G_MAXUINT;            /* the list may have changed: from the start */
        }
    }
    return TRUE;
}

static void read_in(SimProxyFlow *flow)
{
    SimProxyConnection *connection = flow->connection;
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
            sim_proxy_act(connection->proxy, "eof",
                          json_pack("{s:s, s:i, s:I}", "dir", sim_proxy_direction(flow), "conn", (int) connection->number + 1, "bytes",
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
            sim_proxy_look_at(flow, buffer, (gsize) got);
            sim_pipe_push(flow->pipe, sim_loop_now_ns(connection->proxy->loop), buffer, (gsize) got);
        }
    }
}

/* FALSE: the connection is gone. */
static gboolean write_out(SimProxyFlow *flow)
{
    SimProxyConnection *connection = flow->connection;
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
            sim_proxy_act(connection->proxy, "pump-error",
                          json_pack("{s:s, s:i, s:s, s:o}", "dir", sim_proxy_direction(flow), "conn", (int) connection->number + 1, "error",
                                    g_strerror(errno), "bytes", sim_proxy_delivered(connection)));
            /* The receiver is gone: so is the connection, for the sender too, as a host without a listener would tell it. */
            sim_proxy_forget(connection);
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

static void set_interest(SimProxyConnection *connection)
{
    gint64 due_ns = G_MAXINT64;

    for (guint i = 0; i < 2; i++) {
        SimProxyFlow *in = &connection->flow[i], *out = &connection->flow[1 - i];
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

void sim_proxy_pump(SimProxyConnection *connection)
{
    for (guint i = 0; i < 2; i++) {
        read_in(&connection->flow[i]);
        if (!write_out(&connection->flow[i])) {
            return;
        }
    }
    if (connection->flow[0].out_ended && connection->flow[1].out_ended) {
        sim_proxy_forget(connection);
        return;
    }
    set_interest(connection);
}

void sim_proxy_on_ready(SimLoopFd *watch, short revents)
{
    SimProxyConnection *connection = watch->owner;

    /* Reset by the peer while we do not read: nothing would ever tell us again. */
    if ((revents & (POLLERR | POLLHUP)) && !(watch->events & POLLIN)) {
        SimProxyFlow *in = &connection->flow[watch == &connection->watch[0] ? 0 : 1];
        SimProxyFlow *out = &connection->flow[1 - in->index];

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
    sim_proxy_pump(connection);
}

void sim_proxy_on_due(SimLoopTimer *timer)
{
    sim_proxy_pump(timer->owner);
}
