/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of the real host: env_glib.c (clocks, actors, the environment), channel.c (bytes), address.c (from an address to a
 * descriptor or a channel), listener.c.
 */
#ifndef MIG_HOST_HOST_PRIVATE_H
#define MIG_HOST_HOST_PRIVATE_H

#include <gio/gio.h>
#include <glib-unix.h>
#include <sys/socket.h>

#include "reference/host/env_glib.h"

typedef struct MigHostEnv MigHostEnv;
typedef struct MigHostChannel MigHostChannel;

typedef struct {
    GList link;                    /* in env->runnable when queued */
    MigActor *actor;
    gboolean queued;
    gboolean spawned;
} MigHostActor;

struct MigHostEnv {
    MigEnv base;
    MigEnvGlibConfig config;
    GMainContext *context;
    GSource *step_source, *timer_source;
    GQueue runnable;               /* MigHostActor * */
    MigHostActor *stepping;
    gboolean stepping_gone;        /* the actor being stepped was retired */
    GPtrArray *timers;             /* MigTimer *, armed ones */
    gint64 virtual_offset_ns;      /* virtual = monotonic - offset while running */
    gint64 virtual_stopped_ns;     /* value while stopped */
    gboolean guest_running;
    guint64 random;
    GHashTable *fds;               /* name -> fd + 1 */
    GPtrArray *closing;            /* MigHostChannel * with unsent bytes */
    gboolean exit_pending;
    int exit_status;
};

struct MigHostChannel {
    MigChannel base;
    int fd_in, fd_out;             /* the same for sockets; -1 where the direction does not exist */
    gboolean is_socket, is_file, can_peek;
    GPid child;                    /* of exec: */
    guint8 *buffer; gsize buffer_start, buffer_end;    /* read ahead; [READ_BUFFER] */
    gboolean eof;
    int error;                     /* permanent errno */
    guint8 pending[65536]; gsize pending_start, pending_end;       /* the rest of a page whose beginning was sent */
    gboolean connecting;
    GPtrArray *candidates; guint candidate;            /* GSocketAddress *, of a connect */
    char *shown;                                       /* 'A:P' of the connect error */
    MigActor *reader, *writer;
    GSource *in_source, *out_source;
    gboolean closing;
};

typedef struct {
    MigListener base;
    int fd;
    MigAddress address;
    MigActor *actor;
    GSource *source;
    int taken_fd;                  /* fd: is a connection, not a listener: handed out once */
    GPid child;
    gboolean is_file;
} MigHostListener;

static inline MigHostEnv *mig_host_env(MigEnv *env) { return (MigHostEnv *) env; }

/* ---- env_glib.c ---- */

void mig_host_wake(MigEnv *env, MigActor *actor);
/* Calls func from the main loop while the condition holds; the caller ends it with mig_host_drop_source(). */
GSource *mig_host_poll_fd(MigHostEnv *self, int fd, GIOCondition condition, GUnixFDSourceFunc func, gpointer data);
/* Ends and forgets it; *source may be NULL. */
void mig_host_drop_source(GSource **source);
/* For g_child_watch_add(): nobody asks how a command ended. */
void mig_host_reap(GPid pid, gint status, gpointer user_data);

/* ---- channel.c ---- */

/* Takes the descriptors (the same for both directions, or one of them -1). */
MigHostChannel *mig_host_channel_new(MigHostEnv *self, int fd_in, int fd_out);
void mig_host_channel_free(MigHostChannel *channel);
/* Wakes the writer once when there is room, or the connection was made or refused. */
void mig_host_poll_out(MigHostChannel *channel);
/* These and the ones below are entries of MigEnvOps: reference/env.h. */
MigIo mig_host_write(MigChannel *base, const MigSegment *segments, gsize count, gsize *ret_taken, int *reterr_errno);
MigIo mig_host_read(MigChannel *base, gsize size_max, MigSegment *ret_segment, int *reterr_errno);
MigIo mig_host_peek(MigChannel *base, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno);
MigIo mig_host_pwrite(MigChannel *base, guint64 offset, const MigSegment *segment, int *reterr_errno);
MigIo mig_host_pread(MigChannel *base, guint64 offset, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno);
void mig_host_shutdown(MigChannel *base, MigShutdown how);
void mig_host_watch(MigChannel *base, MigWatch what, MigActor *actor);
void mig_host_close(MigChannel *base);

/* ---- address.c ---- */

/* GSocketAddress * to try in order, of an inet or unix address; passive: to listen on. NULL: error. */
GPtrArray *mig_host_resolve(const MigAddress *address, gboolean passive, GError **error);
GSocketAddress *mig_host_unix_address(const char *path, GError **error);
/* FALSE: it has no form that the kernel takes. */
gboolean mig_host_native(GSocketAddress *address, struct sockaddr_storage *ret_native, socklen_t *ret_size);
/* The descriptor named by fd:, taken out of the table; with numbers (the incoming side) also one by its number. -1: error. */
int mig_host_take_fd(MigHostEnv *self, const char *name, gboolean numbers, GError **error);
/* A command of exec: with our end of its input (outgoing) or output.
 * Outgoing: *ret_fd is what the command reads, *ret_back (otherwise not touched) what it says, as QEMU opens both. */
gboolean mig_host_spawn(MigHostEnv *self, const MigAddress *address, gboolean outgoing, GPid *ret_child, int *ret_fd, int *ret_back,
                        GError **error);
/* vsock: is not spoken here, but its numbers are read as QEMU reads them; *error is set always. */
void mig_host_refuse_vsock(const MigAddress *address, gboolean incoming, GError **error);
/* Opens a path below the directory that may be used; -1: error. */
int mig_host_open_below(MigHostEnv *self, const char *path, int flags, GError **error);
MigChannel *mig_host_connect(MigEnv *env, const MigAddress *address, GError **error);
MigIo mig_host_connect_status(MigChannel *base, GError **error);
MigChannel *mig_host_open_file(MigEnv *env, const char *path, gboolean write, GError **error);

/* ---- listener.c ---- */

MigListener *mig_host_listen(MigEnv *env, const MigAddress *address, int backlog, GError **error);
MigChannel *mig_host_accept(MigListener *base);
void mig_host_listener_watch(MigListener *base, MigActor *actor);
const MigAddress *mig_host_listener_address(MigListener *base);
void mig_host_listener_close(MigListener *base);

#endif
