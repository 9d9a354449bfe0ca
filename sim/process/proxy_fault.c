/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Faults: armed, at their place (a barrier of a flow) or time, and what they do to connections and to the whole link.
 */
#include "sim/process/proxy_private.h"

#include <sys/socket.h>

static gboolean touches(const SimFault *fault, guint flow_index)
{
    return (fault->direction & (flow_index == 0 ? SIM_TO_DESTINATION : SIM_TO_SOURCE)) != 0;
}

/* The direction whose bytes say when an offset or a record is reached. */
guint sim_proxy_watched_flow(const SimProxyArmed *armed)
{
    if (armed->fault->has_moment) {
        return armed->moment.channel == ORA_CHANNEL_RP || armed->moment.channel == ORA_CHANNEL_RP_2 ? 1 : 0;
    }
    return armed->fault->direction == SIM_TO_SOURCE ? 1 : 0;
}

gboolean sim_proxy_meant(const SimProxyArmed *armed, const SimProxyConnection *connection)
{
    return armed->fault->connection < 0 || (guint) armed->fault->connection == connection->number;
}

void sim_proxy_add_barrier(SimProxyFlow *flow, SimProxyArmed *armed, guint64 offset)
{
    SimProxyBarrier barrier = { .offset = MAX(offset, sim_pipe_out_offset(flow->pipe)), .armed = armed };

    g_array_append_val(flow->barriers, barrier);
}

void sim_proxy_add_offset_barriers(SimProxyConnection *connection)
{
    SimProxy *proxy = connection->proxy;

    for (guint i = 0; i < proxy->armed->len; i++) {
        SimProxyArmed *armed = g_ptr_array_index(proxy->armed, i);

        if (armed->offset >= 0 && sim_proxy_meant(armed, connection)) {
            sim_proxy_add_barrier(&connection->flow[sim_proxy_watched_flow(armed)], armed, (guint64) armed->offset);
        }
    }
}

static void drain(int fd)
{
    char buffer[4096];

    while (recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0) {
    }
}

/* Both ends read an orderly end; who goes on writing is told that nobody listens. What was sent and not read yet is read
 * first: closing with bytes unread would be a reset. */
static void cut_in_order(SimProxyConnection *connection)
{
    for (guint i = 0; i < 2; i++) {
        shutdown(connection->fd[i], SHUT_WR);
        drain(connection->fd[i]);
    }
    sim_proxy_forget(connection);
}

/* Both ends see a reset. TCP: closed without lingering. A unix socket resets its peer when closed with bytes unread, so
 * there the side that sends sees it, the other sees an end. */
static void reset(SimProxyConnection *connection)
{
    struct linger none = { .l_onoff = 1, .l_linger = 0 };

    for (guint i = 0; i < 2; i++) {
        setsockopt(connection->fd[i], SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    }
    sim_proxy_forget(connection);
}

void sim_proxy_armed_free(gpointer data)
{
    SimProxyArmed *armed = data;

    sim_loop_disarm(&armed->timer);
    sim_fault_free(armed->fault);
    g_free(armed);
}

static void disarm(SimProxyArmed *armed)
{
    SimProxy *proxy = armed->proxy;

    for (guint i = 0; i < proxy->connections->len; i++) {
        SimProxyConnection *connection = g_ptr_array_index(proxy->connections, i);

        for (guint j = 0; j < 2; j++) {
            GArray *barriers = connection->flow[j].barriers;

            for (guint k = barriers->len; k > 0; k--) {
                if (g_array_index(barriers, SimProxyBarrier, k - 1).armed == armed) {
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
        SimProxyConnection *connection = g_ptr_array_index(open, i);

        for (guint j = 0; j < 2; j++) {
            sim_pipe_set_delay(connection->flow[j].pipe, 0);
        }
        sim_proxy_pump(connection);
    }
}

void sim_proxy_on_stall_over(SimLoopTimer *timer)
{
    sim_proxy_act(timer->owner, "heal", NULL);
    mend(timer->owner);
}

static void half_close(SimProxyFlow *flow)
{
    SimProxyConnection *connection = flow->connection;

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
        sim_proxy_act(proxy, both ? "hole" : fault->direction == SIM_TO_SOURCE ? "hole_ds" : "hole_sd", NULL);
        if (fault->for_ns > 0) {
            sim_loop_arm(proxy->loop, &proxy->heal_timer, sim_loop_now_ns(proxy->loop) + fault->for_ns);
        }
    } else {
        sim_proxy_act(proxy, "delay", json_pack("{s:f}", "for_ms", (double) fault->for_ns / 1e6));
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
            sim_pipe_set_delay(((SimProxyConnection *) g_ptr_array_index(proxy->connections, j))->flow[i].pipe, fault->for_ns);
        }
    }
}

/* Bytes of one direction are changed, lost, or come to an end. */
static void strike_flow(SimProxyFlow *flow, const SimFault *fault)
{
    json_t *data = json_pack("{s:i, s:s, s:o}", "conn", (int) flow->connection->number + 1, "dir", sim_proxy_direction(flow), "bytes",
                             sim_proxy_delivered(flow->connection));

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
    sim_proxy_act(flow->connection->proxy, sim_fault_kind_name(fault->kind), data);
}

/* It may be gone afterwards. */
static void strike_connection(SimProxyConnection *connection, const SimFault *fault)
{
    json_t *data;

    if (fault->kind == SIM_FAULT_CUT || fault->kind == SIM_FAULT_RESET) {
        data = json_pack("{s:i, s:s, s:o}", "conn", (int) connection->number + 1, "how", fault->kind == SIM_FAULT_CUT ? "fin" : "rst", "bytes",
                         sim_proxy_delivered(connection));
        sim_proxy_act(connection->proxy, "cut", data);
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
void sim_proxy_strike(SimProxyArmed *armed, SimProxyConnection *connection)
{
    SimProxy *proxy = armed->proxy;
    g_autoptr(SimFault) fault = sim_fault_copy(armed->fault);
    g_autoptr(GPtrArray) struck = g_ptr_array_new();
    gboolean by_time = connection == NULL;

    if (connection != NULL) {
        g_ptr_array_add(struck, connection);
    }
    for (guint i = 0; by_time && i < proxy->connections->len; i++) {
        SimProxyConnection *other = g_ptr_array_index(proxy->connections, i);

        if (sim_proxy_meant(armed, other)) {
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
        SimProxyConnection *other = g_ptr_array_index(struck, i);

        strike_connection(other, fault);
        if (by_time && g_ptr_array_find(proxy->connections, other, NULL)) {
            sim_proxy_pump(other);
        }
    }
}

static void on_fault_time(SimLoopTimer *timer)
{
    sim_proxy_strike(timer->owner, NULL);
}

void sim_proxy_arm(SimProxy *proxy, const SimFault *fault)
{
    SimProxyArmed *armed = g_new0(SimProxyArmed, 1);

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
            SimProxyConnection *connection = g_ptr_array_index(proxy->connections, i);
            SimProxyFlow *flow = &connection->flow[sim_proxy_watched_flow(armed)];

            if (sim_proxy_meant(armed, connection) && sim_pipe_out_offset(flow->pipe) <= (guint64) armed->offset) {
                sim_proxy_add_barrier(flow, armed, (guint64) armed->offset);
            }
        }
    } else if (fault->at_ns > 0) {
        sim_loop_arm(proxy->loop, &armed->timer, sim_loop_now_ns(proxy->loop) + fault->at_ns);
    } else {
        sim_proxy_strike(armed, NULL);
    }
}

void sim_proxy_dirty_sync(SimProxy *proxy, guint count)
{
    for (guint i = 0; i < proxy->armed->len; i++) {
        SimProxyArmed *armed = g_ptr_array_index(proxy->armed, i);

        if (armed->by_moment && ora_moment_match_dirty_sync(&armed->moment, count)) {
            sim_proxy_strike(armed, NULL);
            i = G_MAXUINT;            /* the list has changed */
        }
    }
}

void sim_proxy_heal(SimProxy *proxy)
{
    sim_proxy_act(proxy, "heal", NULL);
    while (proxy->armed->len > 0) {
        disarm(g_ptr_array_index(proxy->armed, proxy->armed->len - 1));
    }
    mend(proxy);
}
