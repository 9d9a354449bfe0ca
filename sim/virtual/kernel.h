/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The virtual clock and the scheduler: what happens next. Time is an integer of nanoseconds and moves only here: to the
 * next event when no actor is runnable, and by what the steps of actors cost (sim/virtual/constants.h), so that an actor
 * that never blocks does not stop the clock.
 *
 * Not modelled: processors. Steps of all actors of all hosts cost time one after the other.
 */
#ifndef SIM_VIRTUAL_KERNEL_H
#define SIM_VIRTUAL_KERNEL_H

#include "reference/env.h"
#include "sim/choice.h"

#include <glib.h>

typedef struct SimKernel SimKernel;
typedef struct SimEvent SimEvent;
typedef struct SimTask SimTask;

/* Something at a point of time. Embedded in its owner, zeroed before first use, unscheduled before it is freed. */
struct SimEvent {
    void (*fire)(SimEvent *event);
    gint64 time_ns;
    guint position;            /* in the heap, from 1; 0: not scheduled */
};

SimKernel *sim_kernel_new(SimChoices *choices);               /* choices are borrowed */
void sim_kernel_free(SimKernel *kernel);

gint64 sim_kernel_now_ns(const SimKernel *kernel);
SimChoices *sim_kernel_choices(SimKernel *kernel);
/* Work that takes time: moves the clock once the step in progress is over. */
void sim_kernel_charge_ps(SimKernel *kernel, guint64 ps);

void sim_event_schedule(SimKernel *kernel, SimEvent *event, gint64 time_ns);   /* moves it when already scheduled */
void sim_event_cancel(SimKernel *kernel, SimEvent *event);
static inline gboolean sim_event_scheduled(const SimEvent *event) { return event->position != 0; }

/* Actors. `owner` groups the actors of one process. */
void sim_kernel_spawn(SimKernel *kernel, MigActor *actor, gpointer owner);
void sim_kernel_wake(SimKernel *kernel, MigActor *actor);
void sim_kernel_retire(SimKernel *kernel, MigActor *actor);
void sim_kernel_retire_all(SimKernel *kernel, gpointer owner);
/* SIGSTOP, SIGCONT: the owner's actors take no step; what wakes them meanwhile is remembered. */
void sim_kernel_freeze(SimKernel *kernel, gpointer owner, gboolean frozen);

typedef enum { SIM_RAN = 0, SIM_RAN_TO_LIMIT, SIM_RAN_DRY } SimRan;

/* One step: an actor, or, when none is runnable, the next event. RAN_TO_LIMIT: the next thing would be after limit_ns,
 * and the clock stands at limit_ns. RAN_DRY: nothing is pending at all; the clock did not move. */
SimRan sim_kernel_step(SimKernel *kernel, gint64 limit_ns);

/* Nothing is pending, and time passes all the same. No effect when it is later already. */
void sim_kernel_idle_until(SimKernel *kernel, gint64 time_ns);

guint64 sim_kernel_steps(const SimKernel *kernel);            /* for the bench */

#endif
