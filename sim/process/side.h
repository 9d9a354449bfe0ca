/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One side of a world of real processes: the process, its monitor, its guest's ticks. Everything it sees goes to the
 * trace; what the runner cares about comes out as items.
 */
#ifndef SIM_PROCESS_SIDE_H
#define SIM_PROCESS_SIDE_H

#include "oracle/trace.h"
#include "sim/process/keeper.h"
#include "sim/process/loop.h"
#include "sim/process/target.h"
#include "sim/world.h"

typedef struct SimProcessSide SimProcessSide;

typedef struct {
    SimLoop *loop;
    SimKeeper *keeper;
    OraTrace *trace;
    const SimMachine *machine;
    const SimTarget *target;
    SimSide side;
    const char *accel;
    const char *machine_type;  /* for -M */
    guint time_scale;
    gboolean isolate;
    GBytes *image;             /* of the guest; NULL: -M none */
    void (*item)(gpointer owner, SimItem *item);      /* takes over item->data */
    gpointer owner;
} SimProcessSideSetup;

/* The setup is copied, what it points to is borrowed. */
SimProcessSide *sim_process_side_new(const SimProcessSideSetup *setup);
void sim_process_side_free(SimProcessSide *side);      /* what still runs is ended: an exit with teardown in the trace */

/* Starts the next process of this side ("dst", "dst2", …), ends the one that still runs. `incoming`: NULL, "defer", a URI.
 * Returns when the monitor answers and the guest, if it should run, has filled its memory. */
gboolean sim_process_side_start(SimProcessSide *side, const char *incoming, GError **error);
/* Ends what still runs, as a teardown; everything it wrote is in the trace afterwards. */
void sim_process_side_end(SimProcessSide *side);
void sim_process_side_stop(SimProcessSide *side, SimStop how);

/* 0: the monitor is gone. The reply comes as an item. */
guint64 sim_process_side_send(SimProcessSide *side, const char *command, json_t *arguments, gboolean oob);
gboolean sim_process_side_send_raw(SimProcessSide *side, const void *bytes, gsize size);
/* A request whose reply is no item and not in the trace: sent by begin, waited for by end; one at a time. begin returns 0
 * when the monitor is gone. end: NULL with *error (SIM_WORLD_ERROR) on an error, or when no reply came within timeout_ns of
 * real time. Caller unrefs. */
guint64 sim_process_side_begin_ask(SimProcessSide *side, const char *command, json_t *arguments);
json_t *sim_process_side_end_ask(SimProcessSide *side, guint64 id, const char *command, gint64 timeout_ns, GError **error);
json_t *sim_process_side_ask(SimProcessSide *side, const char *command, json_t *arguments, gint64 timeout_ns, GError **error);

/* Takes in what the monitor has sent already, without waiting. */
void sim_process_side_drain(SimProcessSide *side);

gboolean sim_process_side_running(const SimProcessSide *side);
guint64 sim_process_side_ticks(const SimProcessSide *side);
guint sim_process_side_generation(const SimProcessSide *side);      /* 1: the first process; 0: none yet */
const char *sim_process_side_version(const SimProcessSide *side);   /* "7.2.22"; NULL before the first greeting */
/* How the process was started, with the private folder as $D; NULL before that. */
const char *sim_process_side_command(const SimProcessSide *side);
/* Requests sent by the runner so far, as texts, for captures. Caller unrefs. */
json_t *sim_process_side_requests(const SimProcessSide *side);
const char *sim_process_side_last_status(const SimProcessSide *side);       /* of query-migrate; never NULL */

#endif
