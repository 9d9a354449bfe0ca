/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/machine/runstate.h"

#include <string.h>

#define R(major, minor) MIG_RELEASE(major, minor)

/* `since`: the release whose enumeration has the value first. */
static const struct { const char *name; MigRelease since; } states[] = {
    [MIG_RUN_DEBUG] = { "debug", 0 },
    [MIG_RUN_INMIGRATE] = { "inmigrate", 0 },
    [MIG_RUN_INTERNAL_ERROR] = { "internal-error", 0 },
    [MIG_RUN_IO_ERROR] = { "io-error", 0 },
    [MIG_RUN_PAUSED] = { "paused", 0 },
    [MIG_RUN_POSTMIGRATE] = { "postmigrate", 0 },
    [MIG_RUN_PRELAUNCH] = { "prelaunch", 0 },
    [MIG_RUN_FINISH_MIGRATE] = { "finish-migrate", 0 },
    [MIG_RUN_RESTORE_VM] = { "restore-vm", 0 },
    [MIG_RUN_RUNNING] = { "running", 0 },
    [MIG_RUN_SAVE_VM] = { "save-vm", 0 },
    [MIG_RUN_SHUTDOWN] = { "shutdown", 0 },
    [MIG_RUN_SUSPENDED] = { "suspended", 0 },
    [MIG_RUN_WATCHDOG] = { "watchdog", 0 },
    [MIG_RUN_GUEST_PANICKED] = { "guest-panicked", 0 },
    [MIG_RUN_COLO] = { "colo", R(2, 8) },
    [MIG_RUN_PRECONFIG] = { "preconfig", R(3, 0) },
};
G_STATIC_ASSERT(G_N_ELEMENTS(states) == MIG_RUN_STATE_COUNT);

/* Legal changes {since, until} inclusive; until 0: still. spec/migration.md 6.4. */
static const struct { guint8 from, to; MigRelease since, until; } changes[] = {
    { MIG_RUN_DEBUG, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_DEBUG, MIG_RUN_RUNNING, 0, 0 }, { MIG_RUN_DEBUG, MIG_RUN_SUSPENDED, 0, 0 },
    { MIG_RUN_INMIGRATE, MIG_RUN_GUEST_PANICKED, 0, 0 }, { MIG_RUN_INMIGRATE, MIG_RUN_INTERNAL_ERROR, 0, 0 },
    { MIG_RUN_INMIGRATE, MIG_RUN_IO_ERROR, 0, 0 }, { MIG_RUN_INMIGRATE, MIG_RUN_PAUSED, 0, 0 }, { MIG_RUN_INMIGRATE, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_INMIGRATE, MIG_RUN_SHUTDOWN, 0, 0 }, { MIG_RUN_INMIGRATE, MIG_RUN_SUSPENDED, 0, 0 }, { MIG_RUN_INMIGRATE, MIG_RUN_WATCHDOG, 0, 0 },
    { MIG_RUN_INTERNAL_ERROR, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_INTERNAL_ERROR, MIG_RUN_PAUSED, 0, 0 },
    { MIG_RUN_IO_ERROR, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_IO_ERROR, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_PAUSED, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_PAUSED, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_POSTMIGRATE, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_POSTMIGRATE, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_PRELAUNCH, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_PRELAUNCH, MIG_RUN_INMIGRATE, 0, 0 }, { MIG_RUN_PRELAUNCH, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_FINISH_MIGRATE, MIG_RUN_POSTMIGRATE, 0, 0 }, { MIG_RUN_FINISH_MIGRATE, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_RESTORE_VM, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_RUNNING, MIG_RUN_DEBUG, 0, 0 }, { MIG_RUN_RUNNING, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_RUNNING, MIG_RUN_GUEST_PANICKED, 0, 0 },
    { MIG_RUN_RUNNING, MIG_RUN_INTERNAL_ERROR, 0, 0 }, { MIG_RUN_RUNNING, MIG_RUN_IO_ERROR, 0, 0 }, { MIG_RUN_RUNNING, MIG_RUN_PAUSED, 0, 0 },
    { MIG_RUN_RUNNING, MIG_RUN_RESTORE_VM, 0, 0 }, { MIG_RUN_RUNNING, MIG_RUN_SAVE_VM, 0, 0 }, { MIG_RUN_RUNNING, MIG_RUN_SHUTDOWN, 0, 0 },
    { MIG_RUN_RUNNING, MIG_RUN_SUSPENDED, 0, 0 }, { MIG_RUN_RUNNING, MIG_RUN_WATCHDOG, 0, 0 },
    { MIG_RUN_SAVE_VM, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_SHUTDOWN, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_SHUTDOWN, MIG_RUN_PAUSED, 0, 0 },
    { MIG_RUN_SUSPENDED, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_SUSPENDED, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_WATCHDOG, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_WATCHDOG, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_GUEST_PANICKED, MIG_RUN_FINISH_MIGRATE, 0, 0 }, { MIG_RUN_GUEST_PANICKED, MIG_RUN_RUNNING, 0, 0 },
    { MIG_RUN_INMIGRATE, MIG_RUN_FINISH_MIGRATE, R(2, 5), 0 },
    { MIG_RUN_DEBUG, MIG_RUN_PRELAUNCH, R(2, 6), 0 }, { MIG_RUN_INMIGRATE, MIG_RUN_POSTMIGRATE, R(2, 6), 0 },
    { MIG_RUN_INMIGRATE, MIG_RUN_PRELAUNCH, R(2, 6), 0 }, { MIG_RUN_INTERNAL_ERROR, MIG_RUN_PRELAUNCH, R(2, 6), 0 },
    { MIG_RUN_IO_ERROR, MIG_RUN_PRELAUNCH, R(2, 6), 0 }, { MIG_RUN_PAUSED, MIG_RUN_PRELAUNCH, R(2, 6), 0 },
    { MIG_RUN_POSTMIGRATE, MIG_RUN_PRELAUNCH, R(2, 6), 0 }, { MIG_RUN_FINISH_MIGRATE, MIG_RUN_PRELAUNCH, R(2, 6), 0 },
    { MIG_RUN_RESTORE_VM, MIG_RUN_PRELAUNCH, R(2, 6), 0 }, { MIG_RUN_SHUTDOWN, MIG_RUN_PRELAUNCH, R(2, 6), 0 },
    { MIG_RUN_SUSPENDED, MIG_RUN_PRELAUNCH, R(2, 6), 0 }, { MIG_RUN_WATCHDOG, MIG_RUN_PRELAUNCH, R(2, 6), 0 },
    { MIG_RUN_GUEST_PANICKED, MIG_RUN_PRELAUNCH, R(2, 6), 0 },
    { MIG_RUN_INMIGRATE, MIG_RUN_COLO, R(2, 8), 0 }, { MIG_RUN_PAUSED, MIG_RUN_COLO, R(2, 8), 0 },
    { MIG_RUN_FINISH_MIGRATE, MIG_RUN_COLO, R(2, 8), 0 }, { MIG_RUN_COLO, MIG_RUN_RUNNING, R(2, 8), 0 },
    { MIG_RUN_RUNNING, MIG_RUN_COLO, R(2, 8), 0 }, { MIG_RUN_SUSPENDED, MIG_RUN_COLO, R(2, 8), 0 }, { MIG_RUN_WATCHDOG, MIG_RUN_COLO, R(2, 8), 0 },
    { MIG_RUN_PAUSED, MIG_RUN_POSTMIGRATE, R(2, 11), 0 }, { MIG_RUN_FINISH_MIGRATE, MIG_RUN_PAUSED, R(2, 11), 0 },
    { MIG_RUN_PRECONFIG, MIG_RUN_INMIGRATE, R(3, 0), R(5, 2) }, { MIG_RUN_PRECONFIG, MIG_RUN_PRELAUNCH, R(3, 0), R(5, 2) },
    { MIG_RUN_SHUTDOWN, MIG_RUN_COLO, R(5, 2), 0 },
    { MIG_RUN_COLO, MIG_RUN_SHUTDOWN, R(6, 1), 0 },
    { MIG_RUN_COLO, MIG_RUN_PRELAUNCH, R(7, 1), 0 },
    { MIG_RUN_FINISH_MIGRATE, MIG_RUN_GUEST_PANICKED, R(8, 1), 0 }, { MIG_RUN_FINISH_MIGRATE, MIG_RUN_INTERNAL_ERROR, R(8, 1), 0 },
    { MIG_RUN_FINISH_MIGRATE, MIG_RUN_IO_ERROR, R(8, 1), 0 }, { MIG_RUN_FINISH_MIGRATE, MIG_RUN_SHUTDOWN, R(8, 1), 0 },
    { MIG_RUN_FINISH_MIGRATE, MIG_RUN_SUSPENDED, R(8, 1), 0 }, { MIG_RUN_FINISH_MIGRATE, MIG_RUN_WATCHDOG, R(8, 1), 0 },
    { MIG_RUN_PRELAUNCH, MIG_RUN_SUSPENDED, R(9, 0), 0 }, { MIG_RUN_PAUSED, MIG_RUN_SUSPENDED, R(9, 0), 0 },
    { MIG_RUN_RESTORE_VM, MIG_RUN_SUSPENDED, R(9, 0), 0 }, { MIG_RUN_SAVE_VM, MIG_RUN_SUSPENDED, R(9, 0), 0 },
    { MIG_RUN_SUSPENDED, MIG_RUN_PAUSED, R(9, 0), 0 }, { MIG_RUN_SUSPENDED, MIG_RUN_RESTORE_VM, R(9, 0), 0 },
    { MIG_RUN_SUSPENDED, MIG_RUN_SAVE_VM, R(9, 0), 0 }, { MIG_RUN_SUSPENDED, MIG_RUN_SHUTDOWN, R(9, 0), 0 },
};

const char *mig_run_state_name(MigRunState state)
{
    g_assert((guint) state < MIG_RUN_STATE_COUNT);
    return states[state].name;
}

gboolean mig_run_state_parse(MigRelease release, const char *name, gsize length, MigRunState *ret_state)
{
    for (guint i = 0; i < MIG_RUN_STATE_COUNT; i++) {
        if (states[i].since <= release && strlen(states[i].name) == length && memcmp(states[i].name, name, length) == 0) {
            *ret_state = (MigRunState) i;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean mig_run_state_legal(MigRelease release, MigRunState from, MigRunState to)
{
    if (from == to)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        if (changes[i].from == from && changes[i].to == to && changes[i].since <= release
            && (changes[i].until == 0 || release <= changes[i].until))
            return TRUE;
    }
    return FALSE;
}
