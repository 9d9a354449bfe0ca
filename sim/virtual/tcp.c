/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/virtual/tcp.h"

#include "sim/virtual/constants.h"

#include <errno.h>

typedef struct { guint64 start, end; } Island;

/* A run of packets on its way to the receiver, then its acknowledgement on the way back. */
typedef struct {
    SimEvent event;
    SimTcp *tcp;
    guint index;               /* in tcp->flights */
    guint64 start, end;
    guint32 packets;
    gint64 sent_ns;
    gboolean retransmission;   /* gives no sample of the round trip time (Karn) */
    gboolean acknowledging;    /* second leg */
    guint64 ack;               /* second leg: what is acknowledged */
} Flight;

/* ---- The path ---- */

void sim_path_init(SimPath *path, SimKernel *kernel, const SimWeather *weather)
{
    *path = (SimPath) { .kernel = kernel };
    sim_path_set_weather(path, weather);
}

void sim_path_set_weather(SimPath *path, const SimWeather *weather)
{
    path->weather = *weather;
    path->clean_known = FALSE;
}

/* Draws the number of packets until the next loss: geometric with p = loss_ppm / 10^6, from one choice, by integers
 * only. Answer 0 stands for the longest gap: "never". powers[i] = (1 - p)^(2^i) in units of 2^-32. */
static guint64 draw_gap(SimPath *path)
{
    enum { BITS = 26 };
    guint64 powers[BITS];
    guint64 power, gap = 0, survive = G_GUINT64_CONSTANT(1) << 32;
    guint32 answer = sim_choose(sim_kernel_choices(path->kernel), G_MAXUINT32, "packets until loss");

    if (answer == 0) {
        return G_MAXUINT64;
    }
    if (path->weather.loss_ppm >= 1000000) {
        return 0;
    }
    power = ((guint64) (1000000 - path->weather.loss_ppm) << 32) / 1000000;
    for (int i = 0; i < BITS; i++) {
        powers[i] = power;
        power = (power * power) >> 32;
    }
    for (int i = BITS - 1; i >= 0; i--) {
        guint64 longer = (survive * powers[i]) >> 32;

        if (longer >= answer) {
            survive = longer;
            gap += G_GUINT64_CONSTANT(1) << i;
        }
    }
    return gap;
}

static gboolean packet_is_lost(SimPath *path)
{
    if (path->weather.loss_ppm == 0) {
        return FALSE;
    }
    if (path->weather.loss_ppm >= 1000000) {
        return TRUE;
    }
    if (!path->clean_known) {
        path->clean_packets = draw_gap(path);
        path->clean_known = TRUE;
    }
    if (path->clean_packets == 0) {
        path->clean_known = FALSE;
        return TRUE;
    }
    if (path->clean_packets != G_MAXUINT64) {
        path->clean_packets--;
    }
    return FALSE;
}

static guint64 wire_ps_per_byte(const SimPath *path)
{
    return MAX(path->weather.ps_per_byte, SIM_TCP_PS_PER_BYTE_MIN);
}

static gint64 latency(SimPath *path)
{
    gint64 ns = path->weather.latency_ns;

    if (path->weather.jitter_ns > 0) {
        guint32 steps = (guint32) MIN(path->weather.jitter_ns, 1023) + 1;
        guint64 pick = sim_choose(sim_kernel_choices(path->kernel), steps, "jitter");

        ns += (gint64) ((unsigned __int128) path->weather.jitter_ns * pick / (steps - 1));
    }
    return ns;
}

/* ---- The connection ---- */

static void flight_fire(SimEvent *event);
static void timer_fire(SimEvent *event);
static void window_fire(SimEvent *event);
static void pace_fire(SimEvent *event);
static void send_more(SimTcp *tcp);

#define TCP_OF(event, member) ((SimTcp *) ((char *) (event) - G_STRUCT_OFFSET(SimTcp, member)))

void sim_tcp_init(SimTcp *tcp, SimPath *path, const SimTcpOps *ops)
{
    *tcp = (SimTcp) {
        .ops = ops, .path = path, .cwnd = SIM_TCP_INITIAL_WINDOW, .ssthresh = SIM_TCP_SSTHRESH_INITIAL,
        .rto_ns = SIM_TCP_RTO_INITIAL_NS,
    };
    tcp->timer.fire = timer_fire;
    tcp->window_event.fire = window_fire;
    tcp->pace_event.fire = pace_fire;
    tcp->islands = g_array_new(FALSE, FALSE, sizeof (Island));
    tcp->flights = g_ptr_array_new();
    tcp->spare = g_ptr_array_new_with_free_func(g_free);
}

void sim_tcp_abort(SimTcp *tcp)
{
    tcp->dead = TRUE;
    sim_event_cancel(tcp->path->kernel, &tcp->timer);
    sim_event_cancel(tcp->path->kernel, &tcp->window_event);
    sim_event_cancel(tcp->path->kernel, &tcp->pace_event);
    while (tcp->flights->len > 0) {
        Flight *flight = g_ptr_array_steal_index(tcp->flights, tcp->flights->len - 1);

        sim_event_cancel(tcp->path->kernel, &flight->event);
        g_ptr_array_add(tcp->spare, flight);
    }
}

void sim_tcp_done(SimTcp *tcp)
{
    if (tcp->flights != NULL) {
        sim_tcp_abort(tcp);
        g_ptr_array_unref(tcp->flights);
        g_ptr_array_unref(tcp->spare);
        g_array_unref(tcp->islands);
        tcp->flights = NULL;
    }
}

guint64 sim_tcp_room(const SimTcp *tcp)
{
    guint64 limit = CLAMP((guint64) tcp->cwnd * 2 * SIM_TCP_MSS, SIM_TCP_SEND_BUFFER_MIN, SIM_TCP_SEND_BUFFER_MAX);
    guint64 used = tcp->written - tcp->una;

    return used < limit ? limit - used : 0;
}

void sim_tcp_write(SimTcp *tcp, guint64 size)
{
    tcp->written += size;
    send_more(tcp);
}

void sim_tcp_consume(SimTcp *tcp, guint64 size)
{
    tcp->consumed += size;
    if (tcp->window_blocked && !tcp->dead && !sim_event_scheduled(&tcp->window_event)) {
        sim_event_schedule(tcp->path->kernel, &tcp->window_event,
                           sim_kernel_now_ns(tcp->path->kernel) + tcp->path->weather.latency_ns);
    }
}

static void window_fire(SimEvent *event)
{
    SimTcp *tcp = TCP_OF(event, window_event);

    tcp->window_blocked = FALSE;
    send_more(tcp);
}

static void pace_fire(SimEvent *event)
{
    send_more(TCP_OF(event, pace_event));
}

/* Every acknowledgement moves the deadline; the event is moved only when it fires too early. */
static void arm_timer(SimTcp *tcp)
{
    if (tcp->una >= tcp->sent) {
        tcp->rto_deadline_ns = G_MAXINT64;
        return;
    }
    tcp->rto_deadline_ns = sim_kernel_now_ns(tcp->path->kernel) + tcp->rto_ns;
    if (!sim_event_scheduled(&tcp->timer) || tcp->timer.time_ns > tcp->rto_deadline_ns) {
        sim_event_schedule(tcp->path->kernel, &tcp->timer, tcp->rto_deadline_ns);
    }
}

/* Puts `packets` packets from `start` on the path as one flight; the path must have been asked about loss before. */
static void launch(SimTcp *tcp, guint64 start, guint64 end, guint32 packets, gboolean retransmission)
{
    SimPath *path = tcp->path;
    gint64 now_ns = sim_kernel_now_ns(path->kernel);
    guint64 wire = end - start + (guint64) packets * SIM_TCP_OVERHEAD;
    gint64 leaves_ns = MAX(now_ns, path->busy_until_ns) + (gint64) (wire * wire_ps_per_byte(path) / 1000);
    Flight *flight = tcp->spare->len > 0 ? g_ptr_array_steal_index(tcp->spare, tcp->spare->len - 1) : g_new(Flight, 1);

    path->busy_until_ns = leaves_ns;
    tcp->arrival_last_ns = MAX(tcp->arrival_last_ns, leaves_ns + latency(path));
    *flight = (Flight) {
        .event = { .fire = flight_fire }, .tcp = tcp, .index = tcp->flights->len, .start = start, .end = end,
        .packets = packets, .sent_ns = now_ns, .retransmission = retransmission,
    };
    g_ptr_array_add(tcp->flights, flight);
    sim_event_schedule(path->kernel, &flight->event, tcp->arrival_last_ns);
}

/* TRUE: the queue of the bottleneck has no room for one more packet. */
static gboolean queue_is_full(const SimPath *path, guint64 wire_pending)
{
    gint64 backlog_ns;
    guint64 backlog;

    if (path->weather.queue_bytes == 0) {
        return FALSE;
    }
    backlog_ns = path->busy_until_ns - sim_kernel_now_ns(path->kernel);
    backlog = backlog_ns > 0 ? (guint64) backlog_ns * 1000 / wire_ps_per_byte(path) : 0;
    return backlog + wire_pending > path->weather.queue_bytes;
}

/* Sends the packets of start .. end; loss and the queue take some of them. */
static void send_range(SimTcp *tcp, guint64 start, guint64 end, gboolean retransmission)
{
    SimPath *path = tcp->path;
    guint64 run_start = start;
    guint32 run_packets = 0;

    for (guint64 offset = start; offset < end;) {
        guint64 next = MIN(offset + SIM_TCP_MSS, end);
        guint64 wire = offset - run_start + (guint64) (run_packets + 1) * (SIM_TCP_MSS + SIM_TCP_OVERHEAD) - (guint64) run_packets * SIM_TCP_MSS;
        gboolean dropped = queue_is_full(path, wire);
        gboolean lost = !dropped && packet_is_lost(path);

        path->packets++;
        path->packets_lost += lost;
        path->packets_dropped += dropped;
        if (dropped || lost) {
            if (run_packets > 0) {
                launch(tcp, run_start, offset, run_packets, retransmission);
            }
            if (lost) {                                      /* it used the bottleneck all the same */
                path->busy_until_ns = MAX(sim_kernel_now_ns(path->kernel), path->busy_until_ns)
                                      + (gint64) ((next - offset + SIM_TCP_OVERHEAD) * wire_ps_per_byte(path) / 1000);
            }
            run_start = next;
            run_packets = 0;
        } else {
            run_packets++;
        }
        offset = next;
    }
    if (run_packets > 0) {
        launch(tcp, run_start, end, run_packets, retransmission);
    }
}

static guint64 batch_size(const SimPath *path)
{
    guint64 packets = (guint64) SIM_TCP_BATCH_NS * 1000 / (wire_ps_per_byte(path) * (SIM_TCP_MSS + SIM_TCP_OVERHEAD));

    return CLAMP(packets, 2, SIM_TCP_BATCH) * SIM_TCP_MSS;
}

/* TRUE: the interface has enough to do; sending goes on when half of it is gone. */
static gboolean hold_back(SimTcp *tcp)
{
    SimPath *path = tcp->path;
    gint64 now_ns = sim_kernel_now_ns(path->kernel);
    gint64 enough_ns = MAX(SIM_TCP_SMALL_QUEUE_NS, (gint64) (wire_ps_per_byte(path) * 4 * SIM_TCP_MSS / 1000));

    if (path->weather.queue_bytes != 0 || path->busy_until_ns - now_ns <= enough_ns) {
        return FALSE;
    }
    if (!sim_event_scheduled(&tcp->pace_event)) {
        sim_event_schedule(path->kernel, &tcp->pace_event, path->busy_until_ns - enough_ns / 2);
    }
    return TRUE;
}

static void send_more(SimTcp *tcp)
{
    gboolean sent_something = FALSE;

    while (!tcp->dead && tcp->next < tcp->written) {
        guint64 in_flight = tcp->next - tcp->una;
        guint64 window = (guint64) tcp->cwnd * SIM_TCP_MSS;
        guint64 window_end = tcp->consumed + SIM_TCP_RECEIVE_BUFFER;
        guint64 size = tcp->written - tcp->next;

        if (in_flight >= window) {
            break;
        }
        if (tcp->next >= window_end) {
            tcp->window_blocked = TRUE;
            break;
        }
        size = MIN(size, window - in_flight);
        size = MIN(size, window_end - tcp->next);
        size = MIN(size, batch_size(tcp->path));
        if (hold_back(tcp)) {
            break;
        }
        if (tcp->next < tcp->sent) {                              /* going back over what was sent before a time-out */
            size = MIN(size, tcp->sent - tcp->next);
            tcp->retransmitted += (size + SIM_TCP_MSS - 1) / SIM_TCP_MSS;
        }
        send_range(tcp, tcp->next, tcp->next + size, tcp->next < tcp->sent);
        tcp->next += size;
        tcp->sent = MAX(tcp->sent, tcp->next);
        sent_something = TRUE;
    }
    if (sent_something && (!sim_event_scheduled(&tcp->timer) || tcp->rto_deadline_ns == G_MAXINT64)) {
        arm_timer(tcp);
    }
}

static void retransmit_first(SimTcp *tcp)
{
    guint64 end = MIN(tcp->una + SIM_TCP_MSS, tcp->sent);

    if (tcp->una < end) {
        tcp->retransmitted++;
        send_range(tcp, tcp->una, end, TRUE);
    }
}

/* ---- The receiver ---- */

static void receive(SimTcp *tcp, guint64 start, guint64 end)
{
    guint64 old = tcp->arrived;

    if (start > tcp->arrived) {
        guint at = 0;
        Island island = { start, end };

        while (at < tcp->islands->len && g_array_index(tcp->islands, Island, at).end < start) {
            at++;
        }
        while (at < tcp->islands->len && g_array_index(tcp->islands, Island, at).start <= island.end) {
            island.start = MIN(island.start, g_array_index(tcp->islands, Island, at).start);
            island.end = MAX(island.end, g_array_index(tcp->islands, Island, at).end);
            g_array_remove_index(tcp->islands, at);
        }
        g_array_insert_val(tcp->islands, at, island);
        return;
    }
    tcp->arrived = MAX(tcp->arrived, end);
    while (tcp->islands->len > 0 && g_array_index(tcp->islands, Island, 0).start <= tcp->arrived) {
        tcp->arrived = MAX(tcp->arrived, g_array_index(tcp->islands, Island, 0).end);
        g_array_remove_index(tcp->islands, 0);
    }
    if (tcp->arrived > old) {
        tcp->ops->arrived(tcp);
    }
}

/* ---- The sender hears ---- */

static void sample_rtt(SimTcp *tcp, gint64 rtt_ns)
{
    if (!tcp->rtt_known) {
        tcp->srtt_ns = rtt_ns;
        tcp->rttvar_ns = rtt_ns / 2;
        tcp->rtt_known = TRUE;
    } else {
        gint64 deviation_ns = ABS(tcp->srtt_ns - rtt_ns);

        tcp->rttvar_ns += (deviation_ns - tcp->rttvar_ns) / 4;
        tcp->srtt_ns += (rtt_ns - tcp->srtt_ns) / 8;
    }
    tcp->rto_ns = CLAMP(tcp->srtt_ns + 4 * tcp->rttvar_ns, SIM_TCP_RTO_MIN_NS, SIM_TCP_RTO_MAX_NS);
}

static guint32 half_of_flight(const SimTcp *tcp)
{
    guint64 packets = (tcp->next - tcp->una + SIM_TCP_MSS - 1) / SIM_TCP_MSS;

    return (guint32) MAX(packets / 2, SIM_TCP_WINDOW_MIN);
}

static void grow_window(SimTcp *tcp, guint32 packets)
{
    if (tcp->cwnd < tcp->ssthresh) {
        tcp->cwnd = MIN(tcp->cwnd + packets, SIM_TCP_SSTHRESH_INITIAL);
        return;
    }
    tcp->cwnd_part += packets;
    while (tcp->cwnd_part >= tcp->cwnd) {
        tcp->cwnd_part -= tcp->cwnd;
        tcp->cwnd = MIN(tcp->cwnd + 1, SIM_TCP_SSTHRESH_INITIAL);
    }
}

static void acknowledge(SimTcp *tcp, const Flight *flight)
{
    if (flight->ack > tcp->una) {
        /* A window that the sender does not fill does not grow (RFC 7661, and Linux). */
        gboolean filled = tcp->next - tcp->una + SIM_TCP_BATCH * SIM_TCP_MSS >= (guint64) tcp->cwnd * SIM_TCP_MSS
                          || tcp->cwnd < tcp->ssthresh;
        guint64 packets = (flight->ack - tcp->una + SIM_TCP_MSS - 1) / SIM_TCP_MSS;

        tcp->una = flight->ack;
        tcp->next = MAX(tcp->next, tcp->una);
        tcp->timeouts = 0;
        tcp->dupacks = 0;
        if (!flight->retransmission) {
            sample_rtt(tcp, sim_kernel_now_ns(tcp->path->kernel) - flight->sent_ns);
        }
        if (tcp->recovering && tcp->una >= tcp->recover) {
            tcp->recovering = FALSE;
            tcp->cwnd = tcp->ssthresh;
        } else if (tcp->recovering) {
            retransmit_first(tcp);
        } else if (filled) {
            grow_window(tcp, (guint32) MIN(packets, flight->packets));
        }
        arm_timer(tcp);
        if (tcp->room_wanted && sim_tcp_room(tcp) > 0) {
            tcp->room_wanted = FALSE;
            tcp->ops->room(tcp);
        }
    } else if (tcp->una < tcp->sent && flight->start > flight->ack) {
        tcp->dupacks += flight->packets;
        if (tcp->recovering) {
            tcp->cwnd += flight->packets;
        } else if (tcp->dupacks >= SIM_TCP_DUPACKS && tcp->una >= tcp->recover) {
            tcp->ssthresh = half_of_flight(tcp);
            tcp->cwnd = tcp->ssthresh + SIM_TCP_DUPACKS;
            tcp->cwnd_part = 0;
            tcp->recovering = TRUE;
            tcp->recover = tcp->sent;
            retransmit_first(tcp);
            arm_timer(tcp);
        }
    }
    send_more(tcp);
}

static void timer_fire(SimEvent *event)
{
    SimTcp *tcp = TCP_OF(event, timer);

    if (tcp->una >= tcp->sent || tcp->rto_deadline_ns == G_MAXINT64) {
        return;
    }
    if (sim_kernel_now_ns(tcp->path->kernel) < tcp->rto_deadline_ns) {
        sim_event_schedule(tcp->path->kernel, &tcp->timer, tcp->rto_deadline_ns);
        return;
    }
    if (++tcp->timeouts > SIM_TCP_TIMEOUTS_MAX) {
        sim_tcp_abort(tcp);
        tcp->ops->broken(tcp, ETIMEDOUT);
        return;
    }
    tcp->ssthresh = half_of_flight(tcp);
    tcp->cwnd = 1;
    tcp->cwnd_part = 0;
    tcp->dupacks = 0;
    tcp->recovering = FALSE;
    tcp->recover = tcp->sent;
    tcp->next = tcp->una;
    tcp->rto_ns = MIN(tcp->rto_ns * 2, SIM_TCP_RTO_MAX_NS);
    arm_timer(tcp);
    send_more(tcp);
}

static void flight_fire(SimEvent *event)
{
    Flight *flight = (Flight *) event;
    SimTcp *tcp = flight->tcp;

    if (!flight->acknowledging) {
        guint64 start = flight->start, end = flight->end;

        flight->acknowledging = TRUE;
        /* The acknowledgement leaves before the receiver's reader does anything: `arrived` decides, not `consumed`. */
        sim_event_schedule(tcp->path->kernel, event, sim_kernel_now_ns(tcp->path->kernel) + tcp->path->weather.latency_ns);
        receive(tcp, start, end);
        if (!tcp->dead) {
            flight->ack = tcp->arrived;
        }
        return;
    }
    {
        Flight copy = *flight;
        Flight *last = g_ptr_array_index(tcp->flights, tcp->flights->len - 1);

        last->index = flight->index;
        g_ptr_array_remove_index_fast(tcp->flights, flight->index);
        g_ptr_array_add(tcp->spare, flight);
        acknowledge(tcp, &copy);
    }
}
