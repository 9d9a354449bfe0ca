/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a link does, and what can go wrong on it: one description, obeyed by the simulated link (sim/virtual/) and by the
 * proxy between real processes (sim/process/).
 *
 * Two layers. The *weather* is what packets meet: bandwidth, latency, jitter, a queue, loss; TCP hides it and it shows
 * as time. A *fault* happens to the stream of bytes: cut, stalled, corrupted. Weather never changes a byte, faults do.
 *
 * Integers only, in units that lose nothing: picoseconds per byte, nanoseconds, bytes, parts per million.
 */
#ifndef SIM_LINK_DESCRIPTION_H
#define SIM_LINK_DESCRIPTION_H

#include "oracle/stream/moment.h"

#include <glib.h>

typedef struct {
    guint64 ps_per_byte;      /* 0: no limit; 1 Gbit/s = 8000 */
    gint64 latency_ns;        /* one way */
    gint64 jitter_ns;         /* added to the latency of a packet: 0 .. jitter, uniform; order is kept */
    guint64 queue_bytes;      /* of the bottleneck, tail drop; 0: without limit */
    guint32 loss_ppm;         /* of packets, each direction; 0: no packet is ever lost and no choice is drawn */
} SimWeather;

typedef enum {
    SIM_TO_DESTINATION = 1,   /* source -> destination */
    SIM_TO_SOURCE = 2,        /* destination -> source (the return path) */
    SIM_BOTH_WAYS = 3
} SimDirection;

typedef enum {
    SIM_FAULT_CUT = 0,        /* both ends see an orderly end (FIN) after what was delivered so far */
    SIM_FAULT_RESET,          /* both ends see ECONNRESET at once */
    SIM_FAULT_HALF_CLOSE,     /* one direction ends in order, the other goes on */
    SIM_FAULT_STALL,          /* nothing moves, nothing is closed: for for_ns, or until healed */
    SIM_FAULT_TRUNCATE,       /* the next size_bytes disappear, what follows is delivered behind the gap */
    SIM_FAULT_CORRUPT,        /* the next size_bytes are XORed with mask */
    SIM_FAULT_DELAY,          /* everything from here on comes by_ns later */
    SIM_FAULT_COUNT
} SimFaultKind;

typedef struct {
    SimFaultKind kind;
    SimDirection direction;
    /* When: at most one of the three; none of them: at once. */
    gint64 at_ns;             /* after the fault was armed; < 0: not by time */
    gint64 at_offset;         /* byte of the direction (BOTH_WAYS: to the destination); < 0: not by offset */
    gboolean has_moment;
    OraMoment moment;         /* as parsed; whoever waits for it matches a copy */
    char *moment_text;        /* "after 3rd dirty sync", for traces and logs; owned */
    gint connection;          /* which of the connections since the start, from 0; -1: those open when it strikes, or, by
                                 offset or moment, the first that gets there */
    /* What. */
    gint64 for_ns;            /* STALL: how long, 0 until healed; DELAY: how much */
    guint64 size_bytes;       /* TRUNCATE, CORRUPT; at least 1 */
    guint8 mask;              /* CORRUPT: XOR; not 0 */
} SimFault;

/* Owned by the caller; copies are deep. */
SimFault *sim_fault_new(SimFaultKind kind);
SimFault *sim_fault_copy(const SimFault *fault);
void sim_fault_free(SimFault *fault);
/* In the words of oracle/stream/moment.h. FALSE with what was expected; the fault is as before then. */
gboolean sim_fault_set_moment(SimFault *fault, const char *text, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimFault, sim_fault_free)

const char *sim_fault_kind_name(SimFaultKind kind);                            /* "half-close" */
gboolean sim_fault_kind_parse(const char *name, SimFaultKind *ret_kind);
char *sim_fault_to_string(const SimFault *fault);                              /* for traces and logs; caller frees */

#define SIM_LINK_ERROR (sim_link_error_quark())
GQuark sim_link_error_quark(void);

#endif
