/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One direction of one connection: bytes go in, and come out when the weather lets them through. It knows no sockets and
 * no clock; whoever uses it says what time it is.
 *
 * The model: a bottleneck of `ps_per_byte` behind it a wire of `latency` plus jitter. Order is kept. Loss cannot be seen
 * in a stream of bytes; TCP shows it as time, and so does the pipe: a piece of which a packet was lost, and all behind it,
 * come one round trip later (fast retransmit), or 200 ms later (time-out) where fewer than three packets follow the lost
 * one. Not modelled: what the congestion window does to the rate after a loss (the simulator's TCP does that).
 *
 * How much may be under way at once, is limited as a receive window limits it: a sender that is faster than the link is
 * held back, which is what bandwidth estimates are made of.
 */
#ifndef SIM_PROCESS_PIPE_H
#define SIM_PROCESS_PIPE_H

#include "sim/link/description.h"

#include <glib.h>

typedef struct SimPipe SimPipe;

SimPipe *sim_pipe_new(const SimWeather *weather, guint64 seed);
void sim_pipe_free(SimPipe *pipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimPipe, sim_pipe_free)

void sim_pipe_set_weather(SimPipe *pipe, const SimWeather *weather);      /* for what comes in from now on */
/* Everything that comes in from now on takes that much longer. */
void sim_pipe_set_delay(SimPipe *pipe, gint64 delay_ns);

/* How many bytes it takes now; 0: full, ask again after something came out. */
gsize sim_pipe_room(const SimPipe *pipe);
void sim_pipe_push(SimPipe *pipe, gint64 now_ns, const void *bytes, gsize size);

/* The next bytes that have arrived by now and lie in front of `limit` (an offset); size 0: none. Valid until the next
 * push or pop. */
const guint8 *sim_pipe_peek(const SimPipe *pipe, gint64 now_ns, guint64 limit, gsize *ret_size);
void sim_pipe_pop(SimPipe *pipe, gsize size);
void sim_pipe_drop_all(SimPipe *pipe);                                    /* what is under way is gone */

/* When the next byte arrives; G_MAXINT64: none is under way. */
gint64 sim_pipe_due_ns(const SimPipe *pipe);
guint64 sim_pipe_in_offset(const SimPipe *pipe);                          /* bytes that went in so far */
guint64 sim_pipe_out_offset(const SimPipe *pipe);                         /* bytes that came out so far */

#endif
