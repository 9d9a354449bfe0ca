/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A world: two sides that speak QMP, a link between them, a clock. The virtual world (sim/virtual/) runs the reference
 * engine in virtual time, the process world (sim/process/) any real implementation behind a faulty proxy. The runner of
 * scenarios sees only this.
 *
 * A world never waits on its own: time passes in wait() only. Whatever it observes it appends to the trace itself (kinds
 * event, reply, status, exit, stream, link) and, as far as the runner cares, hands out as items. It does not judge.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "sim/link/description.h"

#include <glib.h>
#include <jansson.h>

typedef struct OraTrace OraTrace;      /* oracle/trace.h */

typedef enum { SIM_SOURCE = 0, SIM_DESTINATION, SIM_SIDE_COUNT } SimSide;

const char *sim_side_name(SimSide side);              /* "source", "destination" */

/* ---- The machine, the same on both sides ---- */

typedef enum { SIM_CONTENTS_RANDOM = 0, SIM_CONTENTS_ZERO, SIM_CONTENTS_TEXT } SimContents;

typedef enum {
    SIM_WORKLOAD_IDLE = 0,
    SIM_WORKLOAD_UNIFORM,      /* every page of the range equally likely */
    SIM_WORKLOAD_HOT,          /* nine of ten writes hit the first tenth of the range */
    SIM_WORKLOAD_SEQUENTIAL,   /* one page after the other, round and round */
    SIM_WORKLOAD_BURSTS,       /* uniform, but only the first fifth of every second, five times as fast */
    SIM_WORKLOAD_ZEROING       /* uniform, and every third write clears its page; a real guest writes uniformly */
} SimWorkloadKind;

typedef struct {
    SimWorkloadKind kind;
    guint64 writes_per_second; /* pages written per second of guest time */
    guint64 start_bytes;       /* the range written to; the process world's guest needs start >= 1 MiB */
    guint64 size_bytes;
} SimWorkload;

typedef struct {
    guint64 ram_bytes;
    SimContents contents;
    SimWorkload workload;
    gboolean machine_none;           /* -M none: no guest, options and stream only */
    gboolean source_paused;          /* -S on the source: run state prelaunch */
    gboolean destination_paused;     /* -S on the destination; memory is compared while it stands */
    gboolean destination_waits;      /* -incoming defer on the destination (the usual) */
    char *destination_uri;           /* -incoming URI instead; "{link}" is replaced; owned by the scenario */
    char **source_globals;           /* "migration.x-…=on", NULL-terminated, may be NULL; owned by the scenario */
    char **destination_globals;
    gboolean oob;                    /* offer out-of-band execution: qmp_capabilities with "oob" */
} SimMachine;

/* ---- What happens ---- */

typedef enum {
    SIM_ITEM_EVENT = 0,        /* data: the event as QMP sends it ("event", "data", "timestamp") */
    SIM_ITEM_REPLY,            /* data: the reply with "return" or "error"; id: that of send() */
    SIM_ITEM_STATUS,           /* data: {"migrate": query-migrate, "run": query-status}; on every change that was seen */
    SIM_ITEM_EXIT              /* data: {"code": n} or {"signal": n} */
} SimItemKind;

typedef struct {
    SimItemKind kind;
    SimSide side;
    gint64 t_ns;
    guint64 id;
    json_t *data;              /* owned */
} SimItem;

void sim_item_clear(SimItem *item);

typedef enum { SIM_WAIT_ITEM = 0, SIM_WAIT_DEADLINE, SIM_WAIT_NOTHING_CAN_HAPPEN } SimWait;

typedef enum { SIM_STOP_KILL = 0 /* SIGKILL */, SIM_STOP_TERM /* SIGTERM */, SIM_STOP_FREEZE /* SIGSTOP */, SIM_STOP_THAW } SimStop;

typedef struct {
    gboolean equal;
    guint64 bytes_compared;
    guint64 pages_different;
    guint64 first_difference;  /* guest address of the first page that differs */
    char *detail;              /* how it was compared, or what differs; caller frees; may be NULL */
} SimMemory;

typedef struct SimWorld SimWorld;

typedef struct {
    const char *name;                                             /* "sim", "process" */

    /* Starts a side that does not run: process, QMP greeting, qmp_capabilities. FALSE: set-up error (exit status 2). */
    gboolean (*start)(SimWorld *world, SimSide side, GError **error);
    /* The old process is ended if it still runs, a new one takes its place under the trace name dst2, dst3, … */
    gboolean (*restart)(SimWorld *world, SimSide side, GError **error);
    void (*stop)(SimWorld *world, SimSide side, SimStop how);

    /* Sends a request; the reply comes as an item with this id. `arguments` is borrowed and may be NULL. FALSE: the side
     * does not run or its monitor is gone (not a set-up error: a scenario may want that). */
    gboolean (*send)(SimWorld *world, SimSide side, const char *command, json_t *arguments, gboolean oob, guint64 *ret_id,
                     GError **error);
    /* Bytes as they are, for scenarios that send garbage; replies without a known id come with id 0. */
    gboolean (*send_raw)(SimWorld *world, SimSide side, const void *bytes, gsize size, GError **error);

    /* Lets time pass until something happens or now_ns() reaches the deadline. NOTHING_CAN_HAPPEN (virtual world only):
     * no event is pending at all; time was moved to the deadline as well. *ret_item is set for SIM_WAIT_ITEM only; the
     * caller clears it. */
    SimWait (*wait)(SimWorld *world, gint64 deadline_ns, SimItem *ret_item);
    gint64 (*now_ns)(SimWorld *world);                            /* since the world was made; starts at 0 */

    gboolean (*running)(SimWorld *world, SimSide side);           /* the process lives */
    guint64 (*guest_ticks)(SimWorld *world, SimSide side);        /* grows while the guest runs; 100 per second of its time */
    /* Compares guest memory of the two sides, both stopped. FALSE: it could not be done (error says why). */
    gboolean (*compare_memory)(SimWorld *world, SimMemory *ret_memory, GError **error);

    /* The URI to give to `migrate` (source) or to `migrate-incoming` (destination) so that the link is in between.
     * Owned by the world, valid until the next call or restart. */
    const char *(*link_uri)(SimWorld *world, SimSide side);
    void (*set_weather)(SimWorld *world, const SimWeather *weather);
    void (*arm_fault)(SimWorld *world, const SimFault *fault);    /* copied */
    void (*heal)(SimWorld *world);                                /* ends stalls and delays, forgets faults not yet struck */

    /* Ends every process (exit records with teardown true), closes and removes everything. The trace stays. */
    void (*free)(SimWorld *world);
} SimWorldOps;

/* Every implementation begins with this. */
struct SimWorld {
    const SimWorldOps *ops;
    OraTrace *trace;           /* borrowed from whoever made the world */
};

static inline void sim_world_free(SimWorld *world) { if (world != NULL) { world->ops->free(world); } }
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimWorld, sim_world_free)

/* ---- What a world is made from ---- */

typedef struct {
    const SimMachine *machine; /* borrowed while the world lives */
    SimWeather weather;
    const char *target;        /* of both sides, or of the source only when destination_target is not NULL */
    const char *destination_target;
    const char *profile;       /* "qemu-7.2": what the engine plays; what a real target is judged by */
    const char *destination_profile;   /* NULL: as the source */
    const char *changes;       /* build and host of the engine, as mig_profile_with() takes them; NULL: the usual ones */
    guint64 seed;
    /* The rest is for the process world. */
    guint time_scale;          /* libfaketime speed-up; 0 and 1: real time */
    gboolean tcp;              /* the link is tcp on the loopback device instead of unix sockets: only there a reset is one */
    gboolean isolate;          /* mount and network namespaces of their own for the processes: what a generator asks a real
                                * target to do must not reach the host; excludes tcp */
    const char *capture_folder;        /* NULL: none; else every channel is kept there, with NAME.json */
    const char *capture_name;  /* NULL: "capture" */
    OraTrace *trace;
} SimWorldSetup;

/* sim/process/: target is a name from scenarios/targets/, a path of a binary or a command template. */
SimWorld *sim_process_world_new(const SimWorldSetup *setup, GError **error);

#define SIM_WORLD_ERROR (sim_world_error_quark())
GQuark sim_world_error_quark(void);

typedef enum {
    SIM_WORLD_ERROR_SETUP = 0, /* cannot be started: exit status 2 */
    SIM_WORLD_ERROR_GONE,      /* the side does not run any more */
    SIM_WORLD_ERROR_SKIP       /* not possible here: the reason is shown, the scenario is skipped */
} SimWorldError;

#endif
