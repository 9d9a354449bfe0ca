/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/virtual/net_private.h"

G_DEFINE_QUARK(sim-net-error, sim_net_error)

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
    net->faults = g_ptr_array_new_with_free_func(sim_net_fault_free);
    net->heal_event.fire = sim_net_heal_fire;
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
        SimNetListener *listener = g_ptr_array_index(net->listeners, net->listeners->len - 1);
        sim_net_listener_close(&listener->base);
    }
    while (net->channels->len > 0) {
        SimNetChannel *channel = g_ptr_array_index(net->channels, net->channels->len - 1);
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
        sim_net_address_clear(connection->address);
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

guint sim_net_open_count(const SimNet *net, const MigEnv *env, guint *ret_listeners)
{
    guint count = 0;

    *ret_listeners = 0;
    for (guint i = 0; i < net->listeners->len; i++) {
        *ret_listeners += ((const SimNetListener *) g_ptr_array_index(net->listeners, i))->base.env == env;
    }
    for (guint i = 0; i < net->channels->len; i++) {
        count += ((const SimNetChannel *) g_ptr_array_index(net->channels, i))->base.env == env;
    }
    return count;
}

void sim_net_close_all(SimNet *net, MigEnv *env)
{
    for (guint i = net->listeners->len; i-- > 0;) {
        SimNetListener *listener = g_ptr_array_index(net->listeners, i);

        if (listener->base.env == env) {
            sim_net_listener_close(&listener->base);
        }
    }
    for (guint i = net->channels->len; i-- > 0;) {
        SimNetChannel *channel = g_ptr_array_index(net->channels, i);

        if (channel->base.env == env) {
            sim_net_close(&channel->base);
        }
    }
}

void sim_net_forget_actor(SimNet *net, MigActor *actor)
{
    for (guint i = 0; i < net->channels->len; i++) {
        SimNetChannel *channel = g_ptr_array_index(net->channels, i);

        channel->read_actor = channel->read_actor == actor ? NULL : channel->read_actor;
        channel->write_actor = channel->write_actor == actor ? NULL : channel->write_actor;
    }
    for (guint i = 0; i < net->listeners->len; i++) {
        SimNetListener *listener = g_ptr_array_index(net->listeners, i);

        listener->actor = listener->actor == actor ? NULL : listener->actor;
    }
}

guint sim_net_connection_count(const SimNet *net) { return net->connections->len; }

guint64 sim_net_delivered(const SimNet *net, SimDirection direction)
{
    return net->delivered[sim_net_way(direction)];
}

const SimPath *sim_net_path(const SimNet *net, SimDirection direction)
{
    return &net->paths[sim_net_way(direction)];
}
