/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of the virtual world: world.c (the world as the runner sees it), world_process.c (what starts and ends), world_tell.c
 * (what the engine says, and how it is asked), world_link.c (what passes on the link).
 */
#ifndef SIM_VIRTUAL_WORLD_PRIVATE_H
#define SIM_VIRTUAL_WORLD_PRIVATE_H

#include "sim/virtual/world.h"

#include "oracle/trace.h"
#include "reference/machine/vm.h"
#include "reference/options/profile.h"
#include "reference/qmp/monitor.h"
#include "reference/qmp/qmp.h"
#include "sim/link/record.h"
#include "sim/virtual/constants.h"
#include "sim/virtual/host.h"
#include "sim/virtual/kernel.h"
#include "sim/virtual/net.h"

#define SIM_VIRTUAL_LINK_URI "tcp:192.0.2.2:4444"        /* a documentation address (RFC 5737) */

typedef struct {
    guint64 id;
    char *command;
    json_t *arguments;
    gint64 sent_ns;
    gboolean oob;
} SimVirtualPending;

/* Pages seen since the last other record of a direction. */
typedef struct {
    SimPageRun run;
    OraStreamChannel channel;
    guint channel_index;
    gboolean back;
} SimVirtualPageRun;

typedef struct SimVirtualWorld SimVirtualWorld;

typedef struct {
    SimVirtualWorld *world;
    SimSide side;
    OraSide name;              /* dst, dst2, … */
    guint generation;
    MigProfile *profile;
    SimHost *host;             /* NULL: does not run */
    MigVm *vm;
    MigQmp *qmp;
    MigMonitor *monitor;
    GString *output;           /* of the monitor, not looked at yet */
    GString *input;            /* on its way to the monitor */
    SimEvent input_event, poll_event, rate_event, look_event;
    GQueue pending;            /* SimVirtualPending* */
    json_t *errors;            /* last lines of stderr */
    gboolean negotiated;
    gboolean frozen;           /* SIGSTOP: its monitor says nothing */
    char *status, *run, *error_desc;       /* as last recorded */
    int outgoing, incoming, run_state;     /* as last observed */
    gint64 changed_ns;         /* when a status was observed last */
    gint64 kept_ns;
} SimVirtualSide;

struct SimVirtualWorld {
    SimWorld base;
    const SimMachine *machine;
    SimChoices *choices;
    gboolean choices_owned;
    SimKernel *kernel;
    SimNet *net;
    SimVirtualSide sides[SIM_SIDE_COUNT];
    GQueue items;              /* SimItem* */
    guint64 id_next;
    guint32 seed;
    GArray *choices_at;        /* gsize per trace record */
    /* Which connection is which channel. */
    guint connections, attempt_first, main_first;      /* main_first: of the attempt that was no resume */
    GArray *page_runs;         /* of SimVirtualPageRun, two per connection */
    gboolean resuming, multifd, preempt;
    gboolean finished;
};

#define SIM_VIRTUAL_OF(type, event, member) ((type *) ((char *) (event) - G_STRUCT_OFFSET(type, member)))

static inline SimVirtualWorld *sim_virtual_self(SimWorld *world) { return (SimVirtualWorld *) world; }
static inline gint64 sim_virtual_now_ns(const SimVirtualWorld *world) { return sim_kernel_now_ns(world->kernel); }
/* Member of an object, NULL if it is no string; borrowed. */
static inline const char *sim_virtual_text(json_t *object, const char *member) { return json_string_value(json_object_get(object, member)); }

/* ---- world.c ---- */

/* To be called after appending: notes how many choices had been made by then. */
void sim_virtual_noted(SimVirtualWorld *world);
/* An item for the runner; takes data. */
void sim_virtual_give(SimVirtualWorld *world, SimItemKind kind, SimSide side, guint64 id, json_t *data);

/* ---- world_tell.c ---- */

/* Asks as a client would, but without sending anything; keep: recorded also when nothing is new. */
void sim_virtual_look(SimVirtualSide *side, gboolean keep);
/* A client that heard of something asks; its question takes a moment to arrive. */
void sim_virtual_look_soon(SimVirtualSide *side);
void sim_virtual_look_fire(SimEvent *event);
void sim_virtual_poll_fire(SimEvent *event);
/* Complete lines of the monitor's output become messages. */
void sim_virtual_drain(SimVirtualSide *side);
/* opaque: the side. */
void sim_virtual_on_output(gpointer opaque, const char *bytes, gsize size);
void sim_virtual_on_observe(gpointer opaque, const MigObservation *observation);
void sim_virtual_pending_free(gpointer data);

/* ---- world_process.c ---- */

void sim_virtual_input_fire(SimEvent *event);
void sim_virtual_rate_fire(SimEvent *event);
/* The process is gone: everything of it goes. */
void sim_virtual_bury(SimVirtualSide *side, int code, int signal_number, gboolean teardown);
/* What the engine did in a step becomes visible. */
void sim_virtual_settle(SimVirtualWorld *world);
/* Entries of SimWorldOps. */
gboolean sim_virtual_start(SimWorld *base, SimSide side, GError **error);
gboolean sim_virtual_restart(SimWorld *base, SimSide side, GError **error);
void sim_virtual_stop(SimWorld *base, SimSide which, SimStop how);

/* ---- world_link.c ---- */

/* What passes on the link, and what happens to it, goes into the trace. */
void sim_virtual_watch_link(SimVirtualWorld *world);
/* What the source is told tells one channel from another on the link. */
void sim_virtual_overhear(SimVirtualWorld *world, const char *command, json_t *arguments);
/* The pages of a direction (connection * 2, + 1 back) that were not told yet. */
void sim_virtual_tell_pages(SimVirtualWorld *world, guint slot);

#endif
