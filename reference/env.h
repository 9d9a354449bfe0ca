/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The only door of the engine to the outside.
 *
 * Everything under reference/ except reference/host/ reaches clocks, timers, channels, choices, the guest and whoever
 * watches through this interface and through nothing else; ci/arrows proves it from the symbols that the objects import.
 * sim/ implements it with virtual time and lossy links, reference/host/ with a GLib main loop and real sockets.
 *
 * What QEMU does in threads the engine does in *actors*: explicit state machines with a step function. A step does a
 * bit of work and says whether it can go on at once, waits for something, or is done. Nothing is done inside a
 * notification: a channel that becomes readable or a timer that expires only makes its actor runnable; which runnable
 * actor steps next is the environment's choice. That is what makes races findable and replayable.
 */
#ifndef MIG_ENV_H
#define MIG_ENV_H

#include <glib.h>

typedef struct MigEnv MigEnv;
typedef struct MigActor MigActor;
typedef struct MigTimer MigTimer;
typedef struct MigChannel MigChannel;
typedef struct MigListener MigListener;

/* ---- Clocks: nanoseconds. ---- */

typedef enum {
    MIG_CLOCK_REALTIME = 0,   /* monotonic; total-time, rate windows */
    MIG_CLOCK_HOST,           /* wall clock since 1970; setup-time, time stamps of events */
    MIG_CLOCK_VIRTUAL,        /* stands still while the guest is stopped */
    MIG_CLOCK_COUNT
} MigClock;

/* ---- Actors ---- */

typedef enum {
    MIG_STEP_RUNNABLE = 0,    /* call me again, whenever it is my turn */
    MIG_STEP_BLOCKED,         /* call me after a wake: a watched channel, a timer, or mig_env_wake() */
    MIG_STEP_DONE             /* the environment forgets the actor; the owner frees it */
} MigStep;

struct MigActor {
    const char *name;                    /* static; appears in traces: "migration", "return-path", "multifd0" */
    MigStep (*step)(MigActor *actor);
    gpointer scheduler;                  /* the environment's own; NULL before spawn and after done or retire */
};

/* A timer belongs to an actor and only wakes it; the actor looks at the clock itself. Embedded in its owner, zeroed
 * before first use. A wake may be spurious. */
struct MigTimer {
    MigActor *actor;
    MigClock clock;
    gint64 deadline_ns;
    gpointer scheduler;                  /* non-NULL while armed */
};

/* ---- What a channel carries ----
 *
 * A channel is an ordered stream of bytes, handed over in segments: literal bytes, or a reference to one version of a
 * page. Page bytes are made (reference/machine/page.h) only where somebody looks at them, so a 64 GiB guest costs
 * bookkeeping, not memory traffic. */

typedef struct {
    guint64 base;             /* names the content without writes; 0: all bytes zero */
    guint64 version;          /* writes by the guest since; base 0, version 0 is a zero page */
} MigPageRef;

typedef enum { MIG_SEGMENT_BYTES = 0, MIG_SEGMENT_PAGE } MigSegmentKind;

typedef struct {
    MigSegmentKind kind;
    gsize size;               /* bytes on the wire; of a page: the page size */
    const guint8 *bytes;      /* MIG_SEGMENT_BYTES: valid until the next call on the same channel */
    MigPageRef page;          /* MIG_SEGMENT_PAGE */
} MigSegment;

typedef enum {
    MIG_IO_OK = 0,
    MIG_IO_AGAIN,             /* nothing now; the watching actor is woken when that changes */
    MIG_IO_EOF,               /* read only: the peer shut its sending side down in order */
    MIG_IO_ERROR              /* *reterr_errno says which; permanent */
} MigIo;

typedef enum { MIG_SHUTDOWN_READ = 1, MIG_SHUTDOWN_WRITE = 2, MIG_SHUTDOWN_BOTH = 3 } MigShutdown;
typedef enum { MIG_WATCH_READ = 1, MIG_WATCH_WRITE = 2 } MigWatch;

/* ---- Addresses, parsed by reference/migration; opened by the environment. ---- */

typedef enum {
    MIG_ADDRESS_INET = 0, MIG_ADDRESS_UNIX, MIG_ADDRESS_VSOCK, MIG_ADDRESS_FD, MIG_ADDRESS_EXEC, MIG_ADDRESS_FILE,
    MIG_ADDRESS_RDMA
} MigAddressKind;

typedef struct {
    MigAddressKind kind;
    char *host, *port;        /* inet, vsock (cid, port), rdma */
    char *path;               /* unix, file; fd: name or number; exec: shell command when argv is NULL */
    char **argv;              /* exec by argument vector {8.2-} */
    guint64 offset;           /* file */
} MigAddress;

/* ---- The interface ---- */

typedef enum {
    MIG_OBSERVE_STATUS = 0,   /* migration status changed: text = new status, side_is_incoming */
    MIG_OBSERVE_RUN_STATE,    /* run state changed: text = new run state */
    MIG_OBSERVE_MESSAGE,      /* what QEMU prints to stderr: text, without the program name and without newline */
    MIG_OBSERVE_MARK          /* a point of the code worth a probe: text */
} MigObservationKind;

typedef struct {
    MigObservationKind kind;
    gboolean incoming;        /* of MIG_OBSERVE_STATUS: the incoming object's status, not the outgoing one's */
    const char *text;
} MigObservation;

typedef struct {
    /* Clocks and timers. */
    gint64 (*clock_ns)(MigEnv *env, MigClock clock);
    void (*timer_arm)(MigEnv *env, MigTimer *timer);       /* actor, clock, deadline_ns set by the caller; re-arming moves it */
    void (*timer_disarm)(MigEnv *env, MigTimer *timer);    /* no effect when not armed */

    /* Actors. A spawned actor is runnable. retire() forgets one that has not returned MIG_STEP_DONE. */
    void (*spawn)(MigEnv *env, MigActor *actor);
    void (*wake)(MigEnv *env, MigActor *actor);
    void (*retire)(MigEnv *env, MigActor *actor);

    /* 0 .. n-1, n >= 1. The only source of non-determinism. `what` is static, for logs. */
    guint32 (*choose)(MigEnv *env, guint32 n, const char *what);

    /* Channels. connect() and listen() fail at once only for what a real host refuses at once (*error in QEMU's words,
     * to be shown to the user); a connection attempt is under way until connect_status() is not MIG_IO_AGAIN. */
    MigChannel *(*connect)(MigEnv *env, const MigAddress *address, GError **error);
    MigIo (*connect_status)(MigChannel *channel, GError **error);
    MigListener *(*listen)(MigEnv *env, const MigAddress *address, int backlog, GError **error);
    MigChannel *(*accept)(MigListener *listener);                             /* NULL: nothing waits */
    void (*listener_watch)(MigListener *listener, MigActor *actor);
    /* The address as the host resolved it (port 0 replaced), owned by the listener; for query-migrate. */
    const MigAddress *(*listener_address)(MigListener *listener);
    void (*listener_close)(MigListener *listener);
    /* A file for reading and writing at offsets (mapped-ram) as well as in order. */
    MigChannel *(*open_file)(MigEnv *env, const char *path, gboolean write, GError **error);

    /* Takes whole page segments only; *ret_taken is in bytes and may be less than offered. */
    MigIo (*write)(MigChannel *channel, const MigSegment *segments, gsize count, gsize *ret_taken, int *reterr_errno);
    /* One segment of 1 .. size_max bytes. A page reference comes only whole and only if size_max allows it; otherwise its
     * bytes are made and come as such. */
    MigIo (*read)(MigChannel *channel, gsize size_max, MigSegment *ret_segment, int *reterr_errno);
    /* Looks at up to `size` next bytes without taking them; *ret_size may be less. MIG_IO_ERROR with ENOTSUP where the
     * transport cannot (TLS, exec). */
    MigIo (*peek)(MigChannel *channel, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno);
    MigIo (*pwrite)(MigChannel *channel, guint64 offset, const MigSegment *segment, int *reterr_errno);
    MigIo (*pread)(MigChannel *channel, guint64 offset, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno);
    void (*shutdown)(MigChannel *channel, MigShutdown how);                   /* wakes whoever watches */
    void (*watch)(MigChannel *channel, MigWatch what, MigActor *actor);       /* actor NULL: nobody */
    void (*close)(MigChannel *channel);                                       /* frees; unsent bytes are still delivered */

    /* The guest. Its writes reach RAM through reference/machine/ram.h. */
    void (*guest_run)(MigEnv *env, gboolean running);       /* starts and stops its clock and its vCPUs */
    void (*guest_catch_up)(MigEnv *env);                    /* all writes up to now are in RAM; call before a dirty sync */
    void (*guest_throttle)(MigEnv *env, int percent);       /* 0: off */

    /* Somebody watches. */
    void (*observe)(MigEnv *env, const MigObservation *observation);
    /* The process ends with this status once the current step is over. */
    void (*exit)(MigEnv *env, int status);
} MigEnvOps;

struct MigEnv {
    const MigEnvOps *ops;
};

/* Every implementation of a channel and of a listener begins with these. */
struct MigChannel { const MigEnvOps *ops; MigEnv *env; };
struct MigListener { const MigEnvOps *ops; MigEnv *env; };

static inline gint64 mig_env_clock_ns(MigEnv *env, MigClock clock) { return env->ops->clock_ns(env, clock); }
static inline void mig_env_wake(MigEnv *env, MigActor *actor) { env->ops->wake(env, actor); }
static inline guint32 mig_env_choose(MigEnv *env, guint32 n, const char *what) { return env->ops->choose(env, n, what); }

#endif
