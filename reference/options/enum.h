/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Enumerations of the schema by release and build: "MigrationStatus", "MultiFDCompression", "COLOMode" ….
 */
#ifndef MIG_OPTIONS_ENUM_H
#define MIG_OPTIONS_ENUM_H

#include <glib.h>

#include "reference/options/parameter.h"
#include "reference/options/profile.h"

/* The members of that enumeration in their order, NULL-terminated; an empty list when the release does not have the
 * enumeration. Methods of MultiFDCompression that the build lacks are left out. The caller frees the array with g_free();
 * the strings are static. */
const char **mig_enum_members(const MigProfile *profile, const char *enumeration);
gboolean mig_enum_has(const MigProfile *profile, const char *enumeration, const char *member);

/* Names and numbers of the three enumerations that parameters use. `type` is MIG_TYPE_COMPRESSION, MIG_TYPE_MODE or
 * MIG_TYPE_ZERO_PAGE. Names are static. */
const char *mig_enum_name(MigType type, guint64 value);
gboolean mig_enum_value(const MigProfile *profile, MigType type, const char *name, guint64 *ret_value);

#endif
