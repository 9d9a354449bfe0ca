/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The proxy's connections, made when somebody calls, and its interface.
 */
#include "sim/process/proxy_private.h"

#include "sim/process/socket.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

void sim_proxy_act(SimProxy *proxy, const char *action, json_t *data)
{
    proxy->observer.action(proxy->observer.owner, action, data);
}

const char *sim_proxy_direction(const SimProxyFlow *flow)
{
    return flow->index == 0 ? "sd" : "ds";
}

static void connection_free(SimProxyConnection *connection)
{
    sim_loop_disarm(&connection->due_timer);
    for (guint i = 0; i < 2; i++) {
        SimProxyFlow *flow = &connection->flow[i];

        sim_loop_unwatch(&connection->watch[i]);
        close(connection->fd[i]);
        sim_pipe_free(flow->pipe);
        g_array_unref(flow->barriers);
        g_free(connection->names[i]);
    }
    g_byte_array_unref(connection->first);
    g_free(connection);
}

void sim_proxy_forget(SimProxyConnection *connection)
{
    SimProxy *proxy = connection->proxy;

    g_ptr_array_remove(proxy->connections, connection);
    sim_proxy_tell_pages(&connection->flow[0]);
    sim_proxy_tell_pages(&connection->flow[1]);
    connection_free(connection);
}

json_t *sim_proxy_delivered(const SimProxyConnection *connection)
{
    return json_pack("{s:I, s:I}", "sd", (json_int_t) sim_pipe_out_offset(connection->flow[0].pipe), "ds",
                     (json_int_t) sim_pipe_out_offset(connection->flow[1].pipe));
}

static void add_connection(SimProxy *proxy, int source_fd, int destination_fd)
{
    SimProxyConnection *connection = g_new0(SimProxyConnection, 1);

    connection->proxy = proxy;
    connection->number = proxy->made++;
    connection->fd[0] = source_fd;
    connection->fd[1] = destination_fd;
    connection->first = g_byte_array_new();
    /* Nobody else is there: a new migration, or, which its first bytes will show, a recovery. */
    connection->migration = MAX(1, proxy->mains->len + (proxy->connections->len == 0));
    connection->due_timer = (SimLoopTimer) { .expire = sim_proxy_on_due, .owner = connection };
    for (guint i = 0; i < 2; i++) {
        SimProxyFlow *flow = &connection->flow[i];

        flow->connection = connection;
        flow->index = i;
        flow->pipe = sim_pipe_new(&proxy->weather, proxy->seed + 2 * connection->number + i);
        sim_pipe_set_delay(flow->pipe, proxy->delay_ns[i]);
        flow->barriers = g_array_new(FALSE, FALSE, sizeof(SimProxyBarrier));
        sim_proxy_add_recorder(flow);
        connection->watch[i] = (SimLoopFd) { .fd = connection->fd[i], .ready = sim_proxy_on_ready, .owner = connection, .events = POLLIN };
        sim_loop_watch(proxy->loop, &connection->watch[i]);
    }
    g_ptr_array_add(proxy->connections, connection);
    sim_proxy_act(proxy, "connected", json_pack("{s:i}", "conn", (int) connection->number + 1));
    sim_proxy_add_offset_barriers(connection);
    sim_proxy_pump(connection);
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
        sim_proxy_act(proxy, "dst-connect-failed", NULL);
        close(source_fd);
        return;
    }
    add_connection(proxy, source_fd, destination_fd);
}

/* ---- The interface ---- */

SimProxy *sim_proxy_new(SimLoop *loop, const SimWeather *weather, guint64 seed, const SimProxyObserver *observer)
{
    SimProxy *proxy = g_new0(SimProxy, 1);

    proxy->loop = loop;
    proxy->weather = *weather;
    proxy->seed = seed;
    proxy->observer = *observer;
    proxy->listen_fd = -1;
    proxy->heal_timer = (SimLoopTimer) { .expire = sim_proxy_on_stall_over, .owner = proxy };
    proxy->connections = g_ptr_array_new();
    proxy->armed = g_ptr_array_new_with_free_func(sim_proxy_armed_free);
    proxy->recorders = g_ptr_array_new_with_free_func((GDestroyNotify) sim_recorder_free);
    proxy->live = ora_stream_live_new(sim_proxy_found, proxy);
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

void sim_proxy_set_weather(SimProxy *proxy, const SimWeather *weather)
{
    proxy->weather = *weather;
    for (guint i = 0; i < proxy->connections->len; i++) {
        SimProxyConnection *connection = g_ptr_array_index(proxy->connections, i);
        sim_pipe_set_weather(connection->flow[0].pipe, weather);
        sim_pipe_set_weather(connection->flow[1].pipe, weather);
    }
}

void sim_proxy_close_all(SimProxy *proxy)
{
    while (proxy->connections->len > 0) {
        sim_proxy_forget(g_ptr_array_index(proxy->connections, proxy->connections->len - 1));
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
