/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files of the virtual network share: net.c (the net as a whole), net_connect.c (who listens, who connects),
 * net_channel.c (the ends that actors hold), net_tap.c (what arrives, past the judge's walker), net_fault.c (cuts, stalls, damage).
 */
#ifndef SIM_VIRTUAL_NET_PRIVATE_H
#define SIM_VIRTUAL_NET_PRIVATE_H

#include "sim/virtual/net.h"

#include "sim/virtual/constants.h"
#include "sim/virtual/segments.h"

#include <errno.h>
#include <string.h>

typedef struct SimNetChannel SimNetChannel;
typedef struct SimNetListener SimNetListener;
typedef struct SimNetFault SimNetFault;
typedef struct { gint64 time_ns; guint64 offset; } SimNetDelayed;
typedef enum { SIM_NET_CONNECTING = 0, SIM_NET_OPEN, SIM_NET_FAILED } SimNetChannelState;

/* One direction of a connection. */
struct SimStream {
    SimTcp tcp;
    SimConnection *connection;
    SimNetChannel *writer, *reader;  /* NULL once closed */
    SimDirection direction;    /* 0: within a host */
    SimSegments sent;          /* written, not all of it arrived */
    SimSegments held;          /* arrived and seen by the walker */
    SimSegments ready;         /* for the reader */
    guint64 viewed, passed;    /* offsets of the direction; passed counts what faults swallow as well */
    gboolean fin;              /* the writer ended; TCP carries one byte more for it */
    gboolean eof;              /* the reader may see the end, once `ready` is empty */
    gboolean mute;             /* a fault ended this direction: what comes is swallowed */
    guint64 swallow, corrupt;  /* TRUNCATE, CORRUPT: bytes still to do */
    guint8 mask;
    OraWalker *walker;         /* looks at what arrives; NULL: nobody does */
    OraStreamChannel channel;  /* of the walker */
    gboolean walker_ended;
    guint64 released;          /* what TCP brought, less what a DELAY still keeps back */
    GArray *delayed;           /* of SimNetDelayed */
    SimEvent delay_event;
};

struct SimConnection {
    SimNet *net;
    gint index;                /* of those over the link; -1: within a host */
    SimEnd client_end, server_end;
    SimStream streams[2];      /* 0: client to server */
    MigAddress *address;       /* what the client asked for */
    guint syn_tries;
    gboolean refused;
    gboolean broken;           /* cut or reset */
    SimEvent syn_event, answer_event;
};

struct SimNetChannel {
    MigChannel base;
    SimNet *net;
    SimConnection *connection;
    SimStream *in, *out;
    SimNetChannelState state;
    int error;                 /* permanent; 0: none */
    GError *connect_error;
    gboolean shut_read, shut_write;
    MigActor *read_actor, *write_actor;
    SimEvent error_event;      /* a reset on its way to this end */
    int error_coming;
    guint8 *buffer;            /* bytes handed out by read */
    gsize buffer_room;
};

struct SimNetListener {
    MigListener base;
    SimNet *net;
    SimEnd end;
    MigAddress address;        /* deep copy */
    GQueue pending;            /* SimNetChannel*, server ends not accepted yet */
    guint backlog;
    MigActor *actor;
};

struct SimNetFault {
    SimEvent event;            /* at a time */
    SimNet *net;
    SimFault *fault;
    SimStream *point_stream;   /* where its moment was found; NULL: not yet */
    guint64 point;             /* offset there */
};

struct SimNet {
    SimKernel *kernel;
    SimPath paths[2];          /* [0] to the destination, [1] to the source */
    SimPath local;
    GPtrArray *connections;    /* owned */
    GPtrArray *channels;       /* living */
    GPtrArray *listeners;      /* living */
    GPtrArray *faults;         /* SimNetFault*, armed, owned */
    guint connection_count;    /* over the link */
    gboolean stalled[2];
    gint64 delay_ns[2];
    SimEvent heal_event;
    gint64 last_fault_ns;
    guint64 delivered[2];
    guint port_next;
    SimNetAction action;
    gpointer action_opaque;
    SimNetClassify classify;
    SimNetRecord record;
    gpointer viewer_opaque;
    SimNetFinding finding;
    gpointer finding_opaque;
    OraStreamLive *live;         /* judges what passes; owns the walkers */
    GByteArray *scratch;
};

/* The object around a member that an event or TCP was given. */
#define SIM_NET_OF(type, event, member) ((type *) ((char *) (event) - G_STRUCT_OFFSET(type, member)))

/* ---- net_connect.c ---- */
void sim_net_address_clear(MigAddress *address);

/* ---- net_channel.c ---- */
SimNetChannel *sim_net_channel_new(SimNet *net, MigEnv *env, SimConnection *connection, gboolean client);
/* The end (NULL: nobody is there) gets an error once the news has crossed the link. */
void sim_net_send_error(SimNetChannel *channel, int errno_value);

/* ---- net_tap.c ---- */
void sim_net_stream_init(SimStream *stream, SimConnection *connection, SimPath *path, SimDirection direction);
void sim_net_tap_run(SimStream *stream);                          /* lets through what has arrived and may pass */
void sim_net_walked(void *user, const OraStreamRecord *record);   /* the walker of a stream announces a record */
void sim_net_end_walk(SimStream *stream);
void sim_net_reader_sees_end(SimStream *stream);
guint64 sim_net_arrived_data(const SimStream *stream);            /* offset up to which the tap has all bytes, without FIN's */

/* ---- net_fault.c ---- */
/* Strikes one connection, or (NULL) all open ones, or, for damage to bytes, the first open one. */
void sim_net_strike(SimNet *net, const SimFault *fault, SimConnection *where);
void sim_net_heal_fire(SimEvent *event);
void sim_net_fault_free(gpointer data);

/* ---- Small things of all ---- */

static inline guint sim_net_way(SimDirection direction) { return direction == SIM_TO_SOURCE ? 1 : 0; }

static inline gint64 sim_net_now_ns(const SimNet *net)
{
    return sim_kernel_now_ns(net->kernel);
}

static inline void sim_net_wake(SimNet *net, MigActor *actor)
{
    if (actor != NULL) {
        sim_kernel_wake(net->kernel, actor);
    }
}

static inline void sim_net_say(SimNet *net, const char *action, SimDirection direction, const SimConnection *connection,
                               guint64 bytes, const char *detail)
{
    if (net->action != NULL && (connection == NULL || connection->index >= 0)) {
        net->action(net->action_opaque, action, direction, connection != NULL ? (guint) connection->index : 0, bytes, detail);
    }
}

static inline gint64 sim_net_latency_of(const SimConnection *connection)
{
    return connection->index >= 0 ? connection->net->paths[0].weather.latency_ns : 0;
}

#endif
