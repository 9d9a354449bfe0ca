/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The vocabulary of a trace: statuses of a migration, run states of a VM, sides, releases; each with its name as QMP and
 * the trace files spell it.
 */
#ifndef ORA_NAMES_H
#define ORA_NAMES_H

#include <glib.h>

/* major * 100 + minor: 204 … 1101; 0: not known. */
typedef int OraRelease;
#define ORA_RELEASE(major, minor) ((major) * 100 + (minor))
#define ORA_FOREVER 9999 /* upper end of a range that is still open */

/* "7.2", "7.2.22", "qemu-7.2", "10.0-dev-20250101": the release series. 0 when the text is none. */
OraRelease ora_release_parse(const char *text);
/* "7.2"; of 0: "unknown". A static (interned) string. */
const char *ora_release_name(OraRelease release);
static inline gboolean ora_release_within(OraRelease release, OraRelease since, OraRelease until)
{
    return release >= since && release <= until;
}

/* Status of a migration: query-migrate, event MIGRATION. Order is ours. */
typedef enum {
    ORA_STATUS_UNKNOWN, /* not seen, or a name that we do not know */
    ORA_STATUS_NONE,
    ORA_STATUS_SETUP,
    ORA_STATUS_WAIT_UNPLUG,
    ORA_STATUS_ACTIVE,
    ORA_STATUS_PRE_SWITCHOVER,
    ORA_STATUS_DEVICE,
    ORA_STATUS_POSTCOPY_DEVICE,
    ORA_STATUS_POSTCOPY_ACTIVE,
    ORA_STATUS_POSTCOPY_PAUSED,
    ORA_STATUS_POSTCOPY_RECOVER_SETUP,
    ORA_STATUS_POSTCOPY_RECOVER,
    ORA_STATUS_COLO,
    ORA_STATUS_CANCELLING,
    ORA_STATUS_CANCELLED,
    ORA_STATUS_FAILING,
    ORA_STATUS_FAILED,
    ORA_STATUS_COMPLETED,
    ORA_N_STATUSES
} OraStatus;

OraStatus ora_status_parse(const char *name); /* NULL or unknown: ORA_STATUS_UNKNOWN */
const char *ora_status_name(OraStatus status);
/* The first release whose enum has the status. */
OraRelease ora_status_since(OraStatus status);
/* completed, failed, cancelled */
gboolean ora_status_is_terminal(OraStatus status);
/* A phase in which the peer may already own the guest: every postcopy-… status. */
gboolean ora_status_is_postcopy(OraStatus status);

/* Run state of a VM: query-status. */
typedef enum {
    ORA_RUN_UNKNOWN,
    ORA_RUN_DEBUG,
    ORA_RUN_INMIGRATE,
    ORA_RUN_INTERNAL_ERROR,
    ORA_RUN_IO_ERROR,
    ORA_RUN_PAUSED,
    ORA_RUN_POSTMIGRATE,
    ORA_RUN_PRELAUNCH,
    ORA_RUN_FINISH_MIGRATE,
    ORA_RUN_RESTORE_VM,
    ORA_RUN_RUNNING,
    ORA_RUN_SAVE_VM,
    ORA_RUN_SHUTDOWN,
    ORA_RUN_SUSPENDED,
    ORA_RUN_WATCHDOG,
    ORA_RUN_GUEST_PANICKED,
    ORA_RUN_COLO,
    ORA_RUN_PRECONFIG,
    ORA_N_RUNS
} OraRun;

OraRun ora_run_parse(const char *name);
const char *ora_run_name(OraRun run);

/* Who: a role and a number. "src" and "src0" are two different sides. */
typedef guint OraSide;
typedef enum { ORA_ROLE_NONE, ORA_ROLE_SRC, ORA_ROLE_DST, ORA_ROLE_LINK, ORA_ROLE_RUN } OraRole;
#define ORA_SIDE_BARE 0u /* no number */
#define ORA_SIDE(role, number_plus_1) (((OraSide) (role) << 16) | (number_plus_1))
#define ORA_SRC ORA_SIDE(ORA_ROLE_SRC, ORA_SIDE_BARE)
#define ORA_DST ORA_SIDE(ORA_ROLE_DST, ORA_SIDE_BARE)
#define ORA_LINK ORA_SIDE(ORA_ROLE_LINK, ORA_SIDE_BARE)
#define ORA_RUNNER ORA_SIDE(ORA_ROLE_RUN, ORA_SIDE_BARE) /* "run": what belongs to the run as a whole */

OraSide ora_side_parse(const char *name);     /* 0 when it is no side; numbers up to 9999 */
const char *ora_side_name(OraSide side);      /* interned */
static inline OraRole ora_side_role(OraSide side)
{
    return (OraRole) (side >> 16);
}
static inline guint ora_side_number_plus_1(OraSide side)
{
    return side & 0xffff;
}

#endif
