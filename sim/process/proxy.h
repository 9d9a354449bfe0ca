/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The faulty link between real processes: a proxy on unix or tcp sockets that obeys the link description. It reads the
 * migration stream with the judge's walker, so faults can strike at protocol moments; it never changes a byte unless a
 * fault says so.
 *
 * Every connection that the source opens is one connection to the destination's address. Where a fault waits for a
 * moment, bytes that the walker has not settled are held back: the fault strikes exactly before or after the record.
 */
#ifndef SIM_PROCESS_PROXY_H
#define SIM_PROCESS_PROXY_H

#include "oracle/stream/live.h"
#include "oracle/trace.h"
#include "sim/link/description.h"
#include "sim/process/loop.h"

#include <glib.h>
#include <jansson.h>

typedef struct SimProxy SimProxy;

typedef struct {
    /* What happened to the link, in the words of a trace: connected, eof, cut, hole, heal, …; `data` is stolen, NULL: no
     * further members. */
    void (*action)(gpointer owner, const char *action, json_t *data);
    /* One record seen in the stream, or a run of pages without anything in between; strings are valid during the call. May be NULL. */
    void (*record)(gpointer owner, const OraStream *record);
    /* Bytes have come and their records will be told next; may be NULL. Whoever hears of the processes by another way, too,
     * takes that in first: what a process said before it sent the bytes. Must not call the proxy. */
    void (*before)(gpointer owner);
    /* What a process sent breaks a rule of the stream; may be NULL. */
    void (*finding)(gpointer owner, const OraStreamFinding *finding);
    gpointer owner;
} SimProxyObserver;

SimProxy *sim_proxy_new(SimLoop *loop, const SimWeather *weather, guint64 seed, const SimProxyObserver *observer);
void sim_proxy_free(SimProxy *proxy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimProxy, sim_proxy_free)

/* Where the source connects to. Addresses: sim/process/socket.h. */
gboolean sim_proxy_listen(SimProxy *proxy, const char *address, GError **error);
const char *sim_proxy_address(const SimProxy *proxy);          /* port 0 replaced; NULL before listen */
/* Where connections made from now on go. */
void sim_proxy_set_peer(SimProxy *proxy, const char *address);

/* The release of the source, for the walker (ORA_RELEASE()); 0: it finds out. For connections made from now on. */
void sim_proxy_set_release(SimProxy *proxy, int release);

/* Everything the source and the destination write from now on is kept in files of this folder, one per channel, as
 * received (before faults). The folder is made if need be. Finished by sim_proxy_end_capture(). */
gboolean sim_proxy_capture(SimProxy *proxy, const char *folder, const char *name, GError **error);
/* Gives the files their names and returns the list of them as captures have it ("files"), each with one more member:
 * "migration", which of those over this link it belongs to, from 1. Files of the second are called NAME-2.CHANNEL.bin.
 * Caller unrefs. NULL: nothing was captured. */
json_t *sim_proxy_end_capture(SimProxy *proxy);

/* The main channel of that migration did not come to its end; FALSE when there was none. */
gboolean sim_proxy_main_cut(const SimProxy *proxy, guint migration);

void sim_proxy_set_weather(SimProxy *proxy, const SimWeather *weather);
void sim_proxy_arm(SimProxy *proxy, const SimFault *fault);    /* copied */
void sim_proxy_heal(SimProxy *proxy);
void sim_proxy_dirty_sync(SimProxy *proxy, guint count);       /* the source reported its count-th dirty sync */
void sim_proxy_close_all(SimProxy *proxy);                     /* every connection, as when the host of the link dies */

guint sim_proxy_connections(const SimProxy *proxy);            /* open ones */
guint sim_proxy_made(const SimProxy *proxy);                   /* since the start, ended ones included */

#endif
