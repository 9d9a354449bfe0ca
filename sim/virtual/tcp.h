/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * When bytes arrive: TCP Reno over a link, one direction of one connection. It moves offsets, never bytes: `written` grows
 * when the sender puts something into its socket, `arrived` when it lies in order at the receiver. Loss, queueing and
 * time-outs show as time and, at worst, as ETIMEDOUT.
 *
 * Modelled: slow start, congestion avoidance, fast retransmit and recovery (partial acknowledgements retransmit the next
 * hole), retransmission time-outs with exponential back-off, receive window, a shared bottleneck per direction with tail
 * drop. Without a queue of its own the bottleneck is the sending host's interface, which holds the sender back instead of
 * dropping. Up to SIM_TCP_BATCH packets in a row that nothing happens to are one event.
 * Not modelled: loss and bandwidth of pure acknowledgements, delayed acknowledgements, SACK, pacing, Nagle.
 */
#ifndef SIM_VIRTUAL_TCP_H
#define SIM_VIRTUAL_TCP_H

#include "sim/link/description.h"
#include "sim/virtual/kernel.h"

/* One bottleneck: one direction of the link, shared by all connections. */
typedef struct {
    SimKernel *kernel;
    SimWeather weather;
    gint64 busy_until_ns;      /* when the last byte accepted so far has left */
    guint64 clean_packets;     /* packets until the next loss; drawn when loss_ppm != 0 */
    gboolean clean_known;
    guint64 packets, packets_lost, packets_dropped;    /* since the start */
} SimPath;

void sim_path_init(SimPath *path, SimKernel *kernel, const SimWeather *weather);
void sim_path_set_weather(SimPath *path, const SimWeather *weather);

typedef struct SimTcp SimTcp;

typedef struct {
    void (*arrived)(SimTcp *tcp);                  /* `arrived` grew */
    void (*room)(SimTcp *tcp);                     /* the send buffer has room again */
    void (*broken)(SimTcp *tcp, int errno_value);  /* ETIMEDOUT */
} SimTcpOps;

struct SimTcp {
    const SimTcpOps *ops;
    SimPath *path;
    /* Offsets, bytes. una <= next <= sent <= written. */
    guint64 written;           /* put into the socket */
    guint64 sent;              /* highest ever sent */
    guint64 next;              /* sent next; behind `sent` after a time-out */
    guint64 una;               /* acknowledged */
    guint64 arrived;           /* in order at the receiver */
    guint64 consumed;          /* read there; opens the window */
    /* Congestion control, in packets. */
    guint32 cwnd, ssthresh, cwnd_part, dupacks;
    gboolean recovering;
    guint64 recover;           /* recovery ends when this is acknowledged */
    /* Round trip time (RFC 6298). */
    gboolean rtt_known;
    gint64 srtt_ns, rttvar_ns, rto_ns;
    guint timeouts;            /* in a row */
    SimEvent timer;            /* retransmission; may fire early, rto_deadline_ns decides */
    gint64 rto_deadline_ns;
    SimEvent pace_event;       /* the interface has room again */
    SimEvent window_event;     /* the news that the window opened, on its way */
    gboolean window_blocked;
    gboolean room_wanted;      /* somebody waits for room */
    gboolean dead;
    gint64 arrival_last_ns;    /* packets do not overtake each other */
    GArray *islands;           /* of Island: received beyond a hole, sorted, disjoint */
    GPtrArray *flights;        /* on their way, owned */
    GPtrArray *spare;          /* flights for reuse */
    guint64 retransmitted;     /* packets; for tests and reports */
};

void sim_tcp_init(SimTcp *tcp, SimPath *path, const SimTcpOps *ops);
void sim_tcp_done(SimTcp *tcp);                    /* forgets everything under way */

guint64 sim_tcp_room(const SimTcp *tcp);           /* of the send buffer, bytes */
void sim_tcp_write(SimTcp *tcp, guint64 size);     /* the caller respects the room; then starts sending */
void sim_tcp_consume(SimTcp *tcp, guint64 size);   /* the receiver read */
void sim_tcp_abort(SimTcp *tcp);                   /* nothing is sent any more */

#endif
