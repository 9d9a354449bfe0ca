/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One monitor: a channel that serves one client after the other (spec/qmp.md 1 to 9).
 */
#ifndef MIG_QMP_MONITOR_H
#define MIG_QMP_MONITOR_H

#include "reference/qmp/qmp.h"

typedef struct MigMonitor MigMonitor;

typedef struct {
    const char *chardev;                 /* id of its character device; shown by query-chardev and query-yank; NULL: none shown */
    const char *filename;                /* as query-chardev shows it: "unix:" */
    gboolean pretty;
    gboolean yankable;                   /* a socket: listed by query-yank {6.0-} */
    /* Bytes to be sent, in order. Called in the middle of other things: only queue them. */
    void (*output)(gpointer opaque, const char *bytes, gsize size);
    /* Cut the connection of this client (yank); NULL: cannot. */
    void (*shutdown)(gpointer opaque);
    /* It takes input again (mig_monitor_wants_input()). */
    void (*resume)(gpointer opaque);
    gpointer opaque;
} MigMonitorConfig;

/* A monitor without a client. Owned by `qmp`. */
MigMonitor *mig_monitor_new(MigQmp *qmp, const MigMonitorConfig *config);
void mig_monitor_free(MigMonitor *monitor);

/* A client is there: greeting, negotiation mode, fresh parser. */
void mig_monitor_open(MigMonitor *monitor);
/* It is gone: requests that wait are dropped, descriptors closed. */
void mig_monitor_close(MigMonitor *monitor);
gboolean mig_monitor_is_open(const MigMonitor *monitor);

/* Bytes from the client; all are taken, though not all may be looked at before earlier requests are answered. Feed no more
 * while mig_monitor_wants_input() says FALSE, or memory grows with what the client sends. */
void mig_monitor_feed(MigMonitor *monitor, const guint8 *bytes, gsize size);
gboolean mig_monitor_wants_input(const MigMonitor *monitor);
/* The client sends no more: TRUE when all complete requests are answered, so that the connection is to be closed. */
gboolean mig_monitor_is_idle(const MigMonitor *monitor);

/* Descriptors that came with the next bytes; taken over, those of before that nobody asked for are closed. */
void mig_monitor_take_fds(MigMonitor *monitor, const int *fds, guint count);

#endif
