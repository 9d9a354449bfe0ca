/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A profile is one release of QEMU as the options layer, the monitor and the stream see it, with the build and the host
 * it runs on. Immutable but for the variation; shared by reference.
 */
#ifndef MIG_OPTIONS_PROFILE_H
#define MIG_OPTIONS_PROFILE_H

#include <glib.h>

/* major * 100 + minor: 204, 205 … 210 … 212, 300 … 1101. Comparisons read as the spec's ranges. */
typedef int MigRelease;
#define MIG_RELEASE(major, minor) ((major) * 100 + (minor))

typedef struct MigProfile MigProfile;

/* "qemu-7.2", "7.2", or a snapshot of a development cycle ("8.1-dev-20230505", with or without "qemu-"). NULL with an
 * error that lists what there is nearby. The caller owns a reference. */
MigProfile *mig_profile_find(const char *name, GError **error);
MigProfile *mig_profile_ref(MigProfile *profile);
void mig_profile_unref(MigProfile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigProfile, mig_profile_unref)

const char *mig_profile_name(const MigProfile *profile);        /* "qemu-7.2" */
MigRelease mig_profile_release(const MigProfile *profile);      /* of a snapshot: the release that it became */
const char *mig_profile_version(const MigProfile *profile);     /* as query-version prints it: "7.2.22" */

/* All names, oldest first, NULL-terminated, static. */
const char *const *mig_profile_names(void);

#define MIG_PROFILE_ERROR (mig_profile_error_quark())
GQuark mig_profile_error_quark(void);

#endif
