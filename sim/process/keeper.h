/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a world leaves behind: nothing. The keeper owns the private folder (sockets, images, memory dumps) and knows the
 * process groups that were started. It is a tiny process of its own, connected by a pipe: when this program ends in any
 * way, kill -9 included, the pipe ends, and the keeper kills the groups and removes the folder.
 */
#ifndef SIM_PROCESS_KEEPER_H
#define SIM_PROCESS_KEEPER_H

#include <glib.h>
#include <sys/types.h>

typedef struct SimKeeper SimKeeper;

/* Makes the folder (mode 0700, below $TMPDIR or /tmp) and starts the keeper process. */
SimKeeper *sim_keeper_new(GError **error);
/* In order: removes the folder with all that is in it and ends the keeper process. Groups still known are killed. */
void sim_keeper_free(SimKeeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimKeeper, sim_keeper_free)

const char *sim_keeper_dir(const SimKeeper *keeper);
/* A path in the folder; caller frees. */
char *sim_keeper_path(const SimKeeper *keeper, const char *name);

void sim_keeper_add_group(SimKeeper *keeper, pid_t group);
void sim_keeper_remove_group(SimKeeper *keeper, pid_t group);

#endif
