/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Errors as QMP reports them: GError of this domain, code = error class, message = "desc" (spec/qmp.md 1).
 */
#ifndef MIG_QMP_ERROR_H
#define MIG_QMP_ERROR_H

#include <glib.h>

typedef enum {
    MIG_QMP_ERROR_GENERIC = 0,            /* GenericError */
    MIG_QMP_ERROR_COMMAND_NOT_FOUND,      /* CommandNotFound */
    MIG_QMP_ERROR_DEVICE_NOT_ACTIVE,      /* DeviceNotActive */
    MIG_QMP_ERROR_DEVICE_NOT_FOUND,       /* DeviceNotFound */
    MIG_QMP_ERROR_KVM_MISSING_CAP,        /* KVMMissingCap */
    MIG_QMP_ERROR_COUNT
} MigQmpErrorClass;

#define MIG_QMP_ERROR (mig_qmp_error_quark())
GQuark mig_qmp_error_quark(void);

/* The process dies as that release does: an error of this domain takes the place of a reply. Whoever dispatches the
 * command lets the process end; the message is for people. */
#define MIG_QMP_DIES (mig_qmp_dies_quark())
typedef enum {
    MIG_QMP_DIES_EXIT_1 = 0,              /* exit status 1 */
    MIG_QMP_DIES_ABORT,                   /* SIGABRT */
    MIG_QMP_DIES_SEGV                     /* SIGSEGV */
} MigQmpDies;
GQuark mig_qmp_dies_quark(void);

/* "GenericError", … ; static. */
const char *mig_qmp_error_class_name(MigQmpErrorClass error_class);

#endif
