/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A real implementation as a process: started in a group of its own, dies with us (parent-death signal, and the keeper
 * for what it started itself), its standard error kept, its end reported once all of that is read.
 */
#ifndef SIM_PROCESS_CHILD_H
#define SIM_PROCESS_CHILD_H

#include "sim/process/keeper.h"
#include "sim/process/loop.h"

#include <glib.h>
#include <sys/types.h>

typedef struct SimChild SimChild;

/* In the error of sim_child_new() when isolation was asked for and this host does not allow it. */
#define SIM_CHILD_NO_ISOLATION "namespaces are not possible here"

typedef struct {
    char **argv;              /* argv[0] is searched in PATH; borrowed */
    char **environment;       /* "NAME=value" added to ours, NULL-terminated, or NULL; borrowed */
    /* Mount and network namespaces of its own: no network, and nothing writable but the keeper's folder. For input that
     * a generator made: what it asks a real target to do must not reach the host. */
    gboolean isolate;
} SimChildSetup;

/* Called once, when the process has ended and its standard error is read. */
typedef void SimChildEnded(SimChild *child, gpointer owner);

/* NULL: it could not be started (not found, no permission, no namespaces); error says why. */
SimChild *sim_child_new(SimKeeper *keeper, SimLoop *loop, const SimChildSetup *setup, SimChildEnded *ended, gpointer owner,
                        GError **error);
/* Kills what still runs (the whole group), waits for it, frees. No callback. */
void sim_child_free(SimChild *child);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimChild, sim_child_free)

pid_t sim_child_pid(const SimChild *child);
gboolean sim_child_running(const SimChild *child);
void sim_child_signal(SimChild *child, int number);        /* to the group; no effect once ended */
/* Waits up to timeout_ns of real time for the end, calls `ended` if it comes. TRUE when it has ended. */
gboolean sim_child_wait(SimChild *child, gint64 timeout_ns);

/* After the end: one of the two is >= 0, the other -1. */
int sim_child_exit_code(const SimChild *child);
int sim_child_exit_signal(const SimChild *child);

/* The last lines of standard error (at most SIM_CHILD_LINES of at most 1000 bytes), valid UTF-8, oldest first; owned by
 * the child, NULL-terminated, valid until the next step of the loop. */
#define SIM_CHILD_LINES 40
const char *const *sim_child_stderr(const SimChild *child);

#endif
