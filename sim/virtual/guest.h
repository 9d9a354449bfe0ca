/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A guest: a clock that runs while its vCPUs do, and a workload that writes pages. Nothing is done per write while time
 * passes; when somebody looks (a dirty sync, a comparison), the writes since the last look are put into RAM.
 *
 * The pages come from a generator of the guest's own, seeded by one choice when it is made, so that a busy guest does not
 * fill the list of choices.
 */
#ifndef SIM_VIRTUAL_GUEST_H
#define SIM_VIRTUAL_GUEST_H

#include "reference/machine/ram.h"
#include "sim/choice.h"
#include "sim/world.h"

typedef struct {
    SimWorkload workload;
    MigRam *ram;               /* borrowed; NULL: counts time only */
    SimRandom random;
    gboolean running, frozen;
    int throttle_percent;
    gint64 since_ns;           /* real time of the last look, while running */
    gint64 clock_ns;           /* guest time up to since_ns: stands while stopped */
    gint64 busy_ns;            /* guest time that the vCPUs really ran (throttling takes away from it), up to since_ns */
    guint64 writes_done;
    guint64 sequential_next;   /* page of the range */
    gboolean blocked;          /* a write met a page that has not arrived (postcopy): the vCPU waits for it */
} SimGuest;

void sim_guest_init(SimGuest *guest, const SimWorkload *workload, guint64 seed);
void sim_guest_run(SimGuest *guest, gint64 now_ns, gboolean running);
/* SIGSTOP: time goes on, the vCPUs do not. */
void sim_guest_freeze(SimGuest *guest, gint64 now_ns, gboolean frozen);
void sim_guest_throttle(SimGuest *guest, gint64 now_ns, int percent);
void sim_guest_catch_up(SimGuest *guest, gint64 now_ns);
gint64 sim_guest_clock_ns(const SimGuest *guest, gint64 now_ns);
guint64 sim_guest_ticks(const SimGuest *guest, gint64 now_ns);         /* 100 per second that the vCPUs ran */

#endif
