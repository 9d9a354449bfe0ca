/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A small main loop for the world of real processes: descriptors and timers, one clock, one thread.
 *
 * Not GLib's: the link needs timers finer than a millisecond, and a clock that runs faster than real time where the
 * processes live under a faked one (time_scale). All times of the loop are in that clock: nanoseconds since it was made.
 * Nothing is called but from sim_loop_step().
 */
#ifndef SIM_PROCESS_LOOP_H
#define SIM_PROCESS_LOOP_H

#include <glib.h>

typedef struct SimLoop SimLoop;
typedef struct SimLoopFd SimLoopFd;
typedef struct SimLoopTimer SimLoopTimer;

/* Both are embedded in their owner and zeroed before first use; both may be removed, re-armed or freed (once removed)
 * inside any callback. */
struct SimLoopFd {
    int fd;                                               /* not owned */
    short events;                                         /* POLLIN, POLLOUT; 0: only errors and hang-ups; may be changed at any time */
    void (*ready)(SimLoopFd *watch, short revents);
    gpointer owner;
    SimLoop *loop;                                        /* the loop's own; NULL while not watched */
};

struct SimLoopTimer {
    gint64 deadline_ns;
    void (*expire)(SimLoopTimer *timer);                  /* disarmed before the call */
    gpointer owner;
    SimLoop *loop;                                        /* the loop's own; NULL while not armed */
};

/* time_scale: how many nanoseconds of the loop pass in one of real time; at least 1. */
SimLoop *sim_loop_new(guint time_scale);
void sim_loop_free(SimLoop *loop);                        /* forgets watches and timers, closes nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimLoop, sim_loop_free)

gint64 sim_loop_now_ns(SimLoop *loop);

void sim_loop_watch(SimLoop *loop, SimLoopFd *watch);
void sim_loop_unwatch(SimLoopFd *watch);                  /* no effect when not watched */

void sim_loop_arm(SimLoop *loop, SimLoopTimer *timer, gint64 deadline_ns);   /* moves an armed one */
void sim_loop_disarm(SimLoopTimer *timer);

/* Waits until something is ready, a timer expires or deadline_ns is reached, and calls what is due, once. FALSE: the
 * deadline was reached and nothing was called. */
gboolean sim_loop_step(SimLoop *loop, gint64 deadline_ns);

#endif
