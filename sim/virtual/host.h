/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One process in the virtual world: the engine's environment (reference/env.h) at one end of the link, with a guest.
 */
#ifndef SIM_VIRTUAL_HOST_H
#define SIM_VIRTUAL_HOST_H

#include "reference/env.h"
#include "sim/virtual/guest.h"
#include "sim/virtual/kernel.h"
#include "sim/virtual/net.h"

typedef struct SimHost SimHost;

typedef void (*SimHostObserve)(gpointer opaque, const MigObservation *observation);

/* Kernel and net are borrowed and outlive the host. */
SimHost *sim_host_new(SimKernel *kernel, SimNet *net, SimEnd end, const SimWorkload *workload);
/* As a process that dies: actors are forgotten, channels closed. The VM in it must be freed before. */
void sim_host_free(SimHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimHost, sim_host_free)

MigEnv *sim_host_env(SimHost *host);
SimGuest *sim_host_guest(SimHost *host);
void sim_host_on_observe(SimHost *host, SimHostObserve observe, gpointer opaque);
/* env->exit was called: *ret_status; the world ends the process after the step. */
gboolean sim_host_exited(const SimHost *host, int *ret_status);
/* SIGSTOP and SIGCONT: a frozen process takes no step. */
void sim_host_freeze(SimHost *host, gboolean frozen);

#endif
