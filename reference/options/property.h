/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Properties of the migration object {2.10-} that are neither a parameter nor a capability (spec/options.md 4).
 */
#ifndef MIG_OPTIONS_PROPERTY_H
#define MIG_OPTIONS_PROPERTY_H

#include <glib.h>

#include "reference/options/profile.h"

typedef enum {
    MIG_PROPERTY_STORE_GLOBAL_STATE = 0,
    MIG_PROPERTY_ONLY_MIGRATABLE,                    /* 2.10-3.1 */
    MIG_PROPERTY_SEND_CONFIGURATION,
    MIG_PROPERTY_SEND_SECTION_FOOTER,
    MIG_PROPERTY_SEND_SWITCHOVER_START,              /* 10.0- */
    MIG_PROPERTY_DECOMPRESS_ERROR_CHECK,             /* 3.0-9.0 */
    MIG_PROPERTY_MULTIFD_FLUSH_AFTER_EACH_SECTION,   /* 8.1- */
    MIG_PROPERTY_MULTIFD_CLEAN_TLS_TERMINATION,      /* 10.0- */
    MIG_PROPERTY_X_CLEAR_BITMAP_SHIFT,               /* 4.1-; a number */
    MIG_PROPERTY_X_PREEMPT_PRE_7_2,                  /* 8.0- */
    MIG_PROPERTY_X_POSTCOPY_PREEMPT_BREAK_HUGE,      /* 7.1-7.2 */
    MIG_PROPERTY_SWITCHOVER_ACK_LEGACY,              /* 11.1- */
    MIG_PROPERTY_COUNT
} MigProperty;

/* NULL when the release does not have it. Static. */
const char *mig_property_name(const MigProfile *profile, MigProperty property);
/* What the release does when nobody sets it; of a release without the property, what it always does. */
guint64 mig_property_default(const MigProfile *profile, MigProperty property);

/* One property of the migration object as the command line and device-list-properties see it: a parameter's, a
 * capability's, or one of the above. */
typedef enum { MIG_PROPERTY_OF_PARAM = 0, MIG_PROPERTY_OF_CAP, MIG_PROPERTY_OWN } MigPropertyKind;
typedef struct {
    MigPropertyKind kind;
    int index;                /* MigParam, MigCap or MigProperty */
    const char *name;         /* static */
    const char *type;         /* "bool", "uint8", "size", "StrOrNull", "MultiFDCompression", …; static */
} MigPropertyInfo;

/* All properties of the release, sorted by group and position. The caller frees the array with g_array_unref(). */
GArray *mig_profile_properties(const MigProfile *profile);
gboolean mig_property_find(const MigProfile *profile, const char *name, MigPropertyInfo *ret_info);

#endif
