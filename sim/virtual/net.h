/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The virtual network: names that are listened to, connections between hosts, and the one link that lies between the
 * source and the destination. Connections within a host do not pass the link.
 *
 * A connection is two streams of segments. A written segment waits in `sent` until TCP (tcp.h) has brought all of it to
 * the far end of the link; there the tap lets it pass into `ready`, where the reader finds it. Faults happen at the tap,
 * on the ordered stream of bytes, exactly at their offset or protocol moment; a proxy between real processes sits at the
 * same place.
 */
#ifndef SIM_VIRTUAL_NET_H
#define SIM_VIRTUAL_NET_H

#include "oracle/stream/live.h"
#include "reference/env.h"
#include "sim/link/description.h"
#include "sim/virtual/kernel.h"
#include "sim/virtual/tcp.h"

typedef struct SimNet SimNet;
typedef struct SimConnection SimConnection;
typedef struct SimStream SimStream;

/* The two ends of the link; hosts are identified by it. */
typedef enum { SIM_END_SOURCE = 0, SIM_END_DESTINATION, SIM_END_COUNT } SimEnd;

/* Something happened on the link that a trace wants to know: "connected", "eof", "cut", "hole", "heal", … `bytes` that
 * passed in the direction; `detail` NULL or a fault in words. */
typedef void (*SimNetAction)(gpointer opaque, const char *action, SimDirection direction, guint connection, guint64 bytes,
                             const char *detail);

/* A connection over the link was accepted: which channel of a migration is one of its directions? FALSE: nobody looks at
 * it. What the configuration points to has to live as long as the net. */
typedef gboolean (*SimNetClassify)(gpointer opaque, guint connection, SimDirection direction, OraWalkerConfig *ret_config);
/* A record of the stream arrived at the tap. */
typedef void (*SimNetRecord)(gpointer opaque, guint connection, SimDirection direction, const OraStreamRecord *record);

/* A rule of the stream was broken by what a host sent (before faults). */
typedef void (*SimNetFinding)(gpointer opaque, const OraStreamFinding *finding);

SimNet *sim_net_new(SimKernel *kernel, const SimWeather *weather);
void sim_net_free(SimNet *net);

void sim_net_set_weather(SimNet *net, const SimWeather *weather);
void sim_net_arm_fault(SimNet *net, const SimFault *fault);                  /* copied */
void sim_net_dirty_sync(SimNet *net, guint64 count);                         /* the source counted its count-th sync */
void sim_net_heal(SimNet *net);
void sim_net_on_action(SimNet *net, SimNetAction action, gpointer opaque);
void sim_net_set_viewer(SimNet *net, SimNetClassify classify, SimNetRecord record, gpointer opaque);
void sim_net_on_finding(SimNet *net, SimNetFinding finding, gpointer opaque);

/* The walker that looks at a direction of the connection; NULL: none does. Lives as long as the net. */
const OraWalker *sim_net_walker(const SimNet *net, guint connection, SimDirection direction);

/* When the last armed fault struck or ended; -1: none did. Faults for ever end when healed. */
gint64 sim_net_last_fault_ns(const SimNet *net);
gboolean sim_net_fault_is_active(const SimNet *net);                         /* stalled or waiting to strike */

/* ---- For sim/virtual/host.c: the channel part of MigEnvOps; `host` owns channels and listeners. ---- */

guint sim_net_connection_count(const SimNet *net);                          /* since the start, also those never answered */
MigChannel *sim_net_connect(SimNet *net, MigEnv *env, SimEnd end, const MigAddress *address, GError **error);
MigIo sim_net_connect_status(MigChannel *channel, GError **error);
MigListener *sim_net_listen(SimNet *net, MigEnv *env, SimEnd end, const MigAddress *address, int backlog, GError **error);
MigChannel *sim_net_accept(MigListener *listener);
void sim_net_listener_watch(MigListener *listener, MigActor *actor);
const MigAddress *sim_net_listener_address(MigListener *listener);
void sim_net_listener_close(MigListener *listener);
MigIo sim_net_write(MigChannel *channel, const MigSegment *segments, gsize count, gsize *ret_taken, int *reterr_errno);
MigIo sim_net_read(MigChannel *channel, gsize size_max, MigSegment *ret_segment, int *reterr_errno);
MigIo sim_net_peek(MigChannel *channel, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno);
void sim_net_shutdown(MigChannel *channel, MigShutdown how);
void sim_net_watch(MigChannel *channel, MigWatch what, MigActor *actor);
void sim_net_close(MigChannel *channel);
/* A process died: everything it had is closed; watches of its actors are forgotten. */
void sim_net_close_all(SimNet *net, MigEnv *env);
/* Ends of connections, and listeners, that the process holds. */
guint sim_net_open_count(const SimNet *net, const MigEnv *env, guint *ret_listeners);
/* An actor goes away: nobody wakes it any more. */
void sim_net_forget_actor(SimNet *net, MigActor *actor);

guint64 sim_net_delivered(const SimNet *net, SimDirection direction);        /* bytes that passed the tap so far */
const SimPath *sim_net_path(const SimNet *net, SimDirection direction);

#define SIM_NET_ERROR (sim_net_error_quark())
GQuark sim_net_error_quark(void);

#endif
