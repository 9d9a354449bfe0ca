/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Faults of the link: cuts, resets, stalls, delays, damage to bytes; at once, at a time, or where a moment was found.
 */
#include "sim/virtual/net_private.h"

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
            guint64 rest = sim_net_arrived_data(stream) - stream->passed;

            if (rest_too && !stream->mute && stream->reader != NULL && !net->stalled[sim_net_way(stream->direction)]) {
                rest -= sim_segments_move(&stream->held, &stream->ready, rest, TRUE, net->scratch);
                (void) sim_segments_move(&stream->sent, &stream->ready, MIN(rest, stream->sent.size), TRUE, net->scratch);
            }
            sim_net_reader_sees_end(stream);
        } else {
            sim_net_end_walk(stream);
        }
        sim_net_send_error(stream->writer, reset ? ECONNRESET : EPIPE);
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

        sim_net_tap_run(&connection->streams[0]);
        sim_net_tap_run(&connection->streams[1]);
    }
}

void sim_net_heal_fire(SimEvent *event)
{
    SimNet *net = SIM_NET_OF(SimNet, event, heal_event);

    set_stall(net, SIM_BOTH_WAYS, FALSE);
    net->last_fault_ns = sim_net_now_ns(net);
    sim_net_say(net, "heal", SIM_BOTH_WAYS, NULL, 0, NULL);
    run_all_taps(net);
}

/* Strikes one connection, or all open ones, or, for damage to bytes, the first open one. */
void sim_net_strike(SimNet *net, const SimFault *fault, SimConnection *where)
{
    g_autofree char *text = sim_fault_to_string(fault);
    gboolean done = FALSE;

    net->last_fault_ns = sim_net_now_ns(net);
    switch (fault->kind) {
    case SIM_FAULT_STALL:
        set_stall(net, fault->direction, TRUE);
        sim_net_say(net, fault->direction == SIM_TO_SOURCE ? "hole_ds" : fault->direction == SIM_TO_DESTINATION ? "hole_sd" : "hole",
            fault->direction, NULL, 0, text);
        if (fault->for_ns > 0) {
            sim_event_schedule(net->kernel, &net->heal_event, sim_net_now_ns(net) + fault->for_ns);
        }
        return;
    case SIM_FAULT_DELAY:
        for (int i = 0; i < 2; i++) {
            if ((fault->direction & (i == 0 ? SIM_TO_DESTINATION : SIM_TO_SOURCE)) != 0) {
                net->delay_ns[i] = fault->for_ns;
            }
        }
        sim_net_say(net, "delay", fault->direction, NULL, 0, text);
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
            sim_net_say(net, fault->kind == SIM_FAULT_RESET ? "reset" : "cut", SIM_BOTH_WAYS, connection,
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
                sim_net_reader_sees_end(stream);
            } else if (fault->kind == SIM_FAULT_TRUNCATE) {
                stream->swallow = fault->size_bytes;
                done = TRUE;
            } else {
                stream->corrupt = fault->size_bytes;
                stream->mask = fault->mask;
                done = TRUE;
            }
            sim_net_say(net, sim_fault_kind_name(fault->kind), stream->direction, connection, stream->passed, text);
        }
    }
}

void sim_net_fault_free(gpointer data)
{
    SimNetFault *fault = data;

    sim_event_cancel(fault->net->kernel, &fault->event);
    sim_fault_free(fault->fault);
    g_free(fault);
}

static void fault_fire(SimEvent *event)
{
    SimNetFault *fault = SIM_NET_OF(SimNetFault, event, event);
    SimNet *net = fault->net;
    SimFault *what = g_steal_pointer(&fault->fault);

    g_ptr_array_remove(net->faults, fault);
    sim_net_strike(net, what, NULL);
    sim_fault_free(what);
}

void sim_net_arm_fault(SimNet *net, const SimFault *what)
{
    SimNetFault *fault;

    if (what->at_ns < 0 && what->at_offset < 0 && !what->has_moment) {
        sim_net_strike(net, what, NULL);
        return;
    }
    fault = g_new0(SimNetFault, 1);
    fault->net = net;
    fault->fault = sim_fault_copy(what);
    fault->event.fire = fault_fire;
    g_ptr_array_add(net->faults, fault);
    if (what->at_ns >= 0) {
        sim_event_schedule(net->kernel, &fault->event, sim_net_now_ns(net) + what->at_ns);
    }
}

void sim_net_dirty_sync(SimNet *net, guint64 count)
{
    for (guint i = 0; i < net->faults->len; i++) {
        SimNetFault *fault = g_ptr_array_index(net->faults, i);

        if (fault->fault->has_moment && ora_moment_match_dirty_sync(&fault->fault->moment, (guint) count)
            && !sim_event_scheduled(&fault->event)) {
            /* Not from inside the step that counted: as the next event. */
            sim_event_schedule(net->kernel, &fault->event, sim_net_now_ns(net));
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
        sim_net_heal_fire(&net->heal_event);
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
