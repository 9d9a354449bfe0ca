/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Run states of a VM: their names, which release knows which, and which change into which is legal (spec/migration.md 6.4).
 */
#ifndef MIG_MACHINE_RUNSTATE_H
#define MIG_MACHINE_RUNSTATE_H

#include <glib.h>

#include "reference/options/profile.h"

typedef enum {
    MIG_RUN_DEBUG = 0, MIG_RUN_INMIGRATE, MIG_RUN_INTERNAL_ERROR, MIG_RUN_IO_ERROR, MIG_RUN_PAUSED, MIG_RUN_POSTMIGRATE,
    MIG_RUN_PRELAUNCH, MIG_RUN_FINISH_MIGRATE, MIG_RUN_RESTORE_VM, MIG_RUN_RUNNING, MIG_RUN_SAVE_VM, MIG_RUN_SHUTDOWN,
    MIG_RUN_SUSPENDED, MIG_RUN_WATCHDOG, MIG_RUN_GUEST_PANICKED, MIG_RUN_COLO, MIG_RUN_PRECONFIG,
    MIG_RUN_STATE_COUNT
} MigRunState;

/* "finish-migrate"; static. */
const char *mig_run_state_name(MigRunState state);
/* By its first `length` bytes; FALSE when the release knows no such name. */
gboolean mig_run_state_parse(MigRelease release, const char *name, gsize length, MigRunState *ret_state);
/* May this release change from one into the other? A change into itself is always legal. */
gboolean mig_run_state_legal(MigRelease release, MigRunState from, MigRunState to);

#endif
