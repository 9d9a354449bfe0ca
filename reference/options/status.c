/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/options/status.h"

#include <string.h>

#include "reference/options/profile_private.h"

static const char *const names[] = {
    [MIG_STATUS_NONE] = "none",
    [MIG_STATUS_SETUP] = "setup",
    [MIG_STATUS_CANCELLING] = "cancelling",
    [MIG_STATUS_CANCELLED] = "cancelled",
    [MIG_STATUS_ACTIVE] = "active",
    [MIG_STATUS_POSTCOPY_DEVICE] = "postcopy-device",
    [MIG_STATUS_POSTCOPY_ACTIVE] = "postcopy-active",
    [MIG_STATUS_POSTCOPY_PAUSED] = "postcopy-paused",
    [MIG_STATUS_POSTCOPY_RECOVER_SETUP] = "postcopy-recover-setup",
    [MIG_STATUS_POSTCOPY_RECOVER] = "postcopy-recover",
    [MIG_STATUS_COMPLETED] = "completed",
    [MIG_STATUS_FAILING] = "failing",
    [MIG_STATUS_FAILED] = "failed",
    [MIG_STATUS_COLO] = "colo",
    [MIG_STATUS_PRE_SWITCHOVER] = "pre-switchover",
    [MIG_STATUS_DEVICE] = "device",
    [MIG_STATUS_WAIT_UNPLUG] = "wait-unplug",
};
G_STATIC_ASSERT(G_N_ELEMENTS(names) == MIG_STATUS_COUNT);

const char *mig_status_name(MigStatus status)
{
    g_return_val_if_fail((guint) status < MIG_STATUS_COUNT, NULL);
    return names[status];
}

gboolean mig_status_find(const char *name, MigStatus *ret_status)
{
    for (int i = 0; i < MIG_STATUS_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret_status = (MigStatus) i;
            return TRUE;
        }
    }
    return FALSE;
}

/* What both tests count from the release on that has the status. */
static gboolean under_way(MigRelease release, MigStatus status)
{
    switch (status) {
    case MIG_STATUS_SETUP:
    case MIG_STATUS_ACTIVE:
        return TRUE;
    case MIG_STATUS_POSTCOPY_ACTIVE:
        return release >= R(2, 5);
    case MIG_STATUS_PRE_SWITCHOVER:
    case MIG_STATUS_DEVICE:
        return release >= R(2, 11);
    case MIG_STATUS_POSTCOPY_PAUSED:
    case MIG_STATUS_POSTCOPY_RECOVER:
        return release >= R(3, 0);
    case MIG_STATUS_WAIT_UNPLUG:
        return release >= R(4, 2);
    case MIG_STATUS_POSTCOPY_RECOVER_SETUP:
        return release >= R(9, 1);
    case MIG_STATUS_POSTCOPY_DEVICE:
        return release >= R(10, 2);
    case MIG_STATUS_FAILING:
        return release >= R(11, 0);
    case MIG_STATUS_NONE:
    case MIG_STATUS_CANCELLING:
    case MIG_STATUS_CANCELLED:
    case MIG_STATUS_COMPLETED:
    case MIG_STATUS_FAILED:
    case MIG_STATUS_COLO:
    case MIG_STATUS_COUNT:
        break;
    }
    return FALSE;
}

gboolean mig_status_busy_caps(const MigProfile *profile, MigStatus status)
{
    MigRelease release = profile->release;

    if (status == MIG_STATUS_CANCELLING) {
        return release >= R(5, 0);
    }
    if (status == MIG_STATUS_COLO) {
        /* The snapshot of May 2023 is older than the change. */
        return release >= R(8, 1) && profile->snapshot != 20230505;
    }
    return under_way(release, status);
}

gboolean mig_status_busy_migrate(const MigProfile *profile, MigStatus status)
{
    MigRelease release = profile->release;

    if (status == MIG_STATUS_CANCELLING) {
        return TRUE;
    }
    if (status == MIG_STATUS_COLO) {
        return (release >= R(2, 8) && release <= R(4, 2)) || release >= R(9, 2);
    }
    return under_way(release, status);
}

gboolean mig_status_postcopy_bandwidth(const MigProfile *profile, MigStatus status)
{
    MigRelease release = profile->release;

    switch (status) {
    case MIG_STATUS_POSTCOPY_ACTIVE:
        return release >= R(4, 0);
    case MIG_STATUS_POSTCOPY_PAUSED:
    case MIG_STATUS_POSTCOPY_RECOVER:
        return release >= R(4, 2);
    case MIG_STATUS_POSTCOPY_RECOVER_SETUP:
        return release >= R(9, 1);
    case MIG_STATUS_POSTCOPY_DEVICE:
        return release >= R(10, 2);
    default:
        return FALSE;
    }
}
