/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Who listens in the virtual network, and how a connection comes about: SYN, answer, refusal, retries.
 */
#include "sim/virtual/net_private.h"

void sim_net_address_clear(MigAddress *address)
{
    g_free(address->host);
    g_free(address->port);
    g_free(address->path);
    g_strfreev(address->argv);
}

static void address_copy(MigAddress *copy, const MigAddress *address)
{
    *copy = *address;
    copy->host = g_strdup(address->host);
    copy->port = g_strdup(address->port);
    copy->path = g_strdup(address->path);
    copy->argv = g_strdupv(address->argv);
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
static SimNetListener *find_listener(SimNet *net, SimEnd from, const MigAddress *address)
{
    for (int other = 1; other >= 0; other--) {
        for (guint i = 0; i < net->listeners->len; i++) {
            SimNetListener *listener = g_ptr_array_index(net->listeners, i);

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
    SimConnection *connection = SIM_NET_OF(SimConnection, event, syn_event);
    SimNet *net = connection->net;
    SimNetListener *listener = find_listener(net, connection->client_end, connection->address);

    if (listener == NULL || g_queue_get_length(&listener->pending) > listener->backlog) {
        connection->refused = TRUE;
    } else {
        SimNetChannel *server = sim_net_channel_new(net, listener->base.env, connection, FALSE);

        connection->server_end = listener->end;
        if (connection->index >= 0) {
            for (int i = 0; i < 2 && net->classify != NULL; i++) {
                SimStream *stream = &connection->streams[i];
                OraWalkerConfig config = { .channel = ORA_CHANNEL_MAIN };
                OraWalkerSink sink = { .record = sim_net_walked, .user = stream };

                if (net->classify(net->viewer_opaque, (guint) connection->index, stream->direction, &config)) {
                    stream->walker = ora_stream_live_walker(net->live, &config, &sink);
                    stream->channel = config.channel;
                }
            }
            sim_net_say(net, "connected", SIM_BOTH_WAYS, connection, 0, NULL);
        }
        g_queue_push_tail(&listener->pending, server);
        sim_net_wake(net, listener->actor);
    }
    sim_event_schedule(net->kernel, &connection->answer_event, sim_net_now_ns(net) + sim_net_latency_of(connection));
}

static void connect_failed(SimNetChannel *channel, int errno_value)
{
    g_autofree char *name = address_name(channel->connection->address);

    channel->state = SIM_NET_FAILED;
    channel->error = errno_value;
    channel->connect_error = g_error_new(SIM_NET_ERROR, errno_value, "Failed to connect to '%s': %s", name,
                                         errno_value == ETIMEDOUT ? "Connection timed out"
                                         : errno_value == ENOENT ? "No such file or directory" : "Connection refused");
    sim_net_wake(channel->net, channel->read_actor);
    sim_net_wake(channel->net, channel->write_actor);
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
                           sim_net_now_ns(net) + (SIM_TCP_RTO_INITIAL_NS << (connection->syn_tries - 1)));
    } else {
        sim_event_schedule(net->kernel, &connection->syn_event, sim_net_now_ns(net) + sim_net_latency_of(connection));
    }
}

/* The answer came, or the time to wait for it is over. */
static void answer_fire(SimEvent *event)
{
    SimConnection *connection = SIM_NET_OF(SimConnection, event, answer_event);
    SimNetChannel *client = connection->streams[0].writer;

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
        client->state = SIM_NET_OPEN;
        sim_net_wake(client->net, client->read_actor);
        sim_net_wake(client->net, client->write_actor);
    }
}

MigChannel *sim_net_connect(SimNet *net, MigEnv *env, SimEnd end, const MigAddress *address, GError **error)
{
    SimConnection *connection;
    SimNetListener *listener;
    gboolean local;
    SimNetChannel *channel;

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

        sim_net_stream_init(&connection->streams[i], connection, local ? &net->local : &net->paths[forth ? 0 : 1],
                    local ? 0 : forth ? SIM_TO_DESTINATION : SIM_TO_SOURCE);
    }
    g_ptr_array_add(net->connections, connection);
    channel = sim_net_channel_new(net, env, connection, TRUE);
    send_syn(connection);
    return &channel->base;
}

MigIo sim_net_connect_status(MigChannel *base, GError **error)
{
    SimNetChannel *channel = (SimNetChannel *) base;

    switch (channel->state) {
    case SIM_NET_CONNECTING:
        return MIG_IO_AGAIN;
    case SIM_NET_OPEN:
        return MIG_IO_OK;
    case SIM_NET_FAILED:
        g_propagate_error(error, g_error_copy(channel->connect_error));
        return MIG_IO_ERROR;
    }
    return MIG_IO_ERROR;
}

MigListener *sim_net_listen(SimNet *net, MigEnv *env, SimEnd end, const MigAddress *address, int backlog, GError **error)
{
    SimNetListener *listener;

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
    listener = g_new0(SimNetListener, 1);
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
    SimNetListener *listener = (SimNetListener *) base;
    SimNetChannel *channel = g_queue_pop_head(&listener->pending);

    return channel != NULL ? &channel->base : NULL;
}

void sim_net_listener_watch(MigListener *base, MigActor *actor)
{
    SimNetListener *listener = (SimNetListener *) base;

    listener->actor = actor;
    if (actor != NULL && listener->pending.length > 0) {
        sim_net_wake(listener->net, actor);
    }
}

const MigAddress *sim_net_listener_address(MigListener *base)
{
    return &((SimNetListener *) base)->address;
}

void sim_net_listener_close(MigListener *base)
{
    SimNetListener *listener = (SimNetListener *) base;
    SimNetChannel *channel;

    while ((channel = g_queue_pop_head(&listener->pending)) != NULL) {
        sim_net_send_error(channel->out->reader, ECONNRESET);
        sim_net_close(&channel->base);
    }
    g_ptr_array_remove(listener->net->listeners, listener);
    sim_net_address_clear(&listener->address);
    g_free(listener);
}
