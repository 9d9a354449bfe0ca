/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a destination says when a load fails, in the words of its release (spec/stream.md 16, migration.md 12.4). Up to 10.x the
 * cause stands on lines of its own in front of "load of migration failed"; on 11.x a cause that is passed upward is appended.
 */
#ifndef MIG_MIGRATION_LOAD_ERROR_H
#define MIG_MIGRATION_LOAD_ERROR_H

#include <glib.h>

#include "reference/options/profile.h"
#include "reference/stream/reader.h"

typedef struct {
    int code;                  /* errno: EINVAL, EIO … */
    char *cause;               /* NULL: none */
    char *cause_new;           /* {11.0-} when its text differs; NULL: as cause */
    gboolean passed_up;        /* {11.0-} appended to the last line */
    gboolean both;             /* {11.0-} the cause on a line of its own, cause_new appended to the last one */
    gboolean bare;             /* {11.0-} the cause alone, without "load of migration failed" */
    /* The handler that failed, for "error while loading state …". */
    char *handler; guint32 handler_id, handler_instance; gboolean handler_whole; guint32 handler_version;
} MigLoadError;

MigLoadError *mig_load_error_new(int code, const char *format, ...) G_GNUC_PRINTF(2, 3);
void mig_load_error_free(MigLoadError *error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigLoadError, mig_load_error_free)

/* What the codec refused. `inside`: the section being read, or NULL; `at_footer`: its payload is over, a footer was expected. */
MigLoadError *mig_load_error_from_fault(MigRelease release, const MigStreamFault *fault, const MigRecordSection *inside, gboolean at_footer);

/* The lines for stderr, in order, the last one begins with "load of migration failed" (unless bare). The caller owns them. */
char **mig_load_error_lines(const MigLoadError *error, MigRelease release);

#endif
