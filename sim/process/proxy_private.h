/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of the proxy: proxy.c (connections and the interface), proxy_flow.c (moving bytes), proxy_record.c (what passes, and
 * its capture), proxy_fault.c (what is done to it).
 */
#ifndef SIM_PROCESS_PROXY_PRIVATE_H
#define SIM_PROCESS_PROXY_PRIVATE_H

#include "sim/process/proxy.h"

#include "oracle/stream/moment.h"
#include "oracle/stream/walker.h"
#include "sim/link/record.h"
#include "sim/process/pipe.h"
#include "sim/process/recorder.h"

typedef struct SimProxyConnection SimProxyConnection;

/* A fault that has not struck yet. */
typedef struct {
    SimProxy *proxy;
    SimFault *fault;
    SimLoopTimer timer;       /* strikes by time */
    OraMoment moment;
    gint64 offset;            /* strikes at this byte; -1: not by offset */
    gboolean by_moment;       /* waits for `moment`, matched against every record of its direction */
} SimProxyArmed;

typedef struct {
    guint64 offset;
    SimProxyArmed *armed;     /* borrowed from the proxy's list */
} SimProxyBarrier;

/* One direction. Of the two descriptors of a connection, flow i reads fd[i] and writes fd[1 - i]. */
typedef struct {
    SimProxyConnection *connection;
    guint index;              /* 0: source to destination, 1: back */
    SimPipe *pipe;
    GArray *barriers;         /* SimProxyBarrier, not sorted: few */
    OraWalker *walker;        /* owned by the proxy; NULL until the channel is known */
    SimRecorder *recorder;    /* NULL: no capture */
    gboolean in_ended;        /* the sender ended in order */
    gboolean out_ended;       /* and the receiver was told */
    gboolean discard;         /* half-closed: what still comes is thrown away */
    gboolean blocked;         /* the receiver's socket is full */
    guint64 drop_left, corrupt_left;
    guint8 mask;
    SimPageRun pages;         /* since the last other record */
} SimProxyFlow;

struct SimProxyConnection {
    SimProxy *proxy;
    guint number;             /* since the start, from 0 */
    int fd[2];                /* to the source, to the destination */
    SimLoopFd watch[2];
    SimProxyFlow flow[2];
    SimLoopTimer due_timer;
    gboolean named;
    OraStreamChannel channel;
    guint channel_index;
    guint migration;          /* which of the migrations over this link, from 1 */
    char *names[2];           /* of the channel, per direction; NULL until known */
    GByteArray *first;        /* what came before the channel was known */
};

struct SimProxy {
    SimLoop *loop;
    SimWeather weather;
    guint64 seed;
    SimProxyObserver observer;
    int listen_fd;
    SimLoopFd listen_watch;
    char *address, *peer;
    int release;
    GPtrArray *connections;   /* SimProxyConnection, open ones */
    guint made;               /* connections since the start */
    GPtrArray *armed;         /* SimProxyArmed */
    /* The whole link, also for connections yet to come. */
    gint64 delay_ns[2];
    gboolean stalled[2];
    SimLoopTimer heal_timer;
    char *capture_folder, *capture_name;
    GPtrArray *recorders;     /* SimRecorder, owned */
    /* Walkers outlive their connections: that of main knows the blocks that a recovery goes on with. */
    OraStreamLive *live;      /* judges what passes; owns the walkers */
    const OraWalker *main_walker;      /* of the last main channel; NULL */
    GPtrArray *mains;         /* the main walker of each migration, in order; borrowed from live */
};

/* ---- proxy.c ---- */

/* Tells the observer; `data` is stolen. */
void sim_proxy_act(SimProxy *proxy, const char *action, json_t *data);
/* In the words of a trace: "sd", "ds". */
const char *sim_proxy_direction(const SimProxyFlow *flow);
/* Bytes per direction, as a member of an action. */
json_t *sim_proxy_delivered(const SimProxyConnection *connection);
/* Closes it, tells what is left to tell, frees it. */
void sim_proxy_forget(SimProxyConnection *connection);

/* ---- proxy_flow.c ---- */

/* Moves what can be moved, in both directions; the connection may be gone afterwards. */
void sim_proxy_pump(SimProxyConnection *connection);
void sim_proxy_on_ready(SimLoopFd *watch, short revents);
void sim_proxy_on_due(SimLoopTimer *timer);

/* ---- proxy_record.c ---- */

/* Bytes as received, in order: to the capture, and to the walker, which tells their records. */
void sim_proxy_look_at(SimProxyFlow *flow, const guint8 *bytes, gsize size);
void sim_proxy_tell_pages(SimProxyFlow *flow);
void sim_proxy_add_recorder(SimProxyFlow *flow);
void sim_proxy_found(void *user, const OraStreamFinding *finding);

/* ---- proxy_fault.c ---- */

/* The direction whose bytes say when an offset or a record is reached. */
guint sim_proxy_watched_flow(const SimProxyArmed *armed);
gboolean sim_proxy_meant(const SimProxyArmed *armed, const SimProxyConnection *connection);
void sim_proxy_add_barrier(SimProxyFlow *flow, SimProxyArmed *armed, guint64 offset);
/* Those of the armed faults that strike at an offset, on a new connection. */
void sim_proxy_add_offset_barriers(SimProxyConnection *connection);
/* The fault strikes: on the connection where its place was reached, or, by time (connection NULL), on those that it means. */
void sim_proxy_strike(SimProxyArmed *armed, SimProxyConnection *connection);
void sim_proxy_armed_free(gpointer data);
void sim_proxy_on_stall_over(SimLoopTimer *timer);

#endif
