/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Migration statuses (spec/migration.md 1) and the two tests "a migration is running" of the options layer
 * (spec/options.md 6.3). Values are ours; names are QEMU's.
 */
#ifndef MIG_OPTIONS_STATUS_H
#define MIG_OPTIONS_STATUS_H

#include <glib.h>

#include "reference/options/profile.h"

typedef enum {
    MIG_STATUS_NONE = 0,
    MIG_STATUS_SETUP,
    MIG_STATUS_CANCELLING,
    MIG_STATUS_CANCELLED,
    MIG_STATUS_ACTIVE,
    MIG_STATUS_POSTCOPY_DEVICE,           /* 10.2- */
    MIG_STATUS_POSTCOPY_ACTIVE,           /* 2.5- */
    MIG_STATUS_POSTCOPY_PAUSED,           /* 3.0- */
    MIG_STATUS_POSTCOPY_RECOVER_SETUP,    /* 9.1- */
    MIG_STATUS_POSTCOPY_RECOVER,          /* 3.0- */
    MIG_STATUS_COMPLETED,
    MIG_STATUS_FAILING,                   /* 11.0- */
    MIG_STATUS_FAILED,
    MIG_STATUS_COLO,                      /* 2.8- */
    MIG_STATUS_PRE_SWITCHOVER,            /* 2.11- */
    MIG_STATUS_DEVICE,                    /* 2.11- */
    MIG_STATUS_WAIT_UNPLUG,               /* 4.2- */
    MIG_STATUS_COUNT
} MigStatus;

/* "pre-switchover"; static. */
const char *mig_status_name(MigStatus status);
/* FALSE when no release has that name. */
gboolean mig_status_find(const char *name, MigStatus *ret_status);

/* Does this outgoing status refuse migrate-set-capabilities, or `migrate`, in that release? */
gboolean mig_status_busy_caps(const MigProfile *profile, MigStatus status);
gboolean mig_status_busy_migrate(const MigProfile *profile, MigStatus status);
/* "In postcopy" as the setter of max-bandwidth and max-postcopy-bandwidth understands it {4.0-}. */
gboolean mig_status_postcopy_bandwidth(const MigProfile *profile, MigStatus status);

#endif
