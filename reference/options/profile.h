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

/* "qemu-7.2", "7.2", "7.2.5" (that stable release, where the facts tell them apart), or a snapshot of a development cycle ("8.1-dev-20230505", with or without "qemu-"). NULL with an
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

/* ---- Variations: what the build or the host of this QEMU is like, where it differs from the usual ---- */

typedef enum {
    MIG_ASPECT_FACT = 0,      /* a fact of build or host */
    MIG_ASPECT_COMPRESSION,   /* a method that multifd-compression knows in this build */
    MIG_ASPECT_ROLE           /* the state: waiting for an incoming migration */
} MigAspectKind;

typedef struct {
    const char *name;         /* as --with and --without take it: "replication", "zstd", "incoming" … */
    MigAspectKind kind;
    guint32 bit;              /* MigFact, or 1 << MigCompression */
    MigRelease from, to;      /* releases in which anything depends on it; to 9999: all later ones */
    const char *meaning;
} MigAspect;

/* All aspects that can be varied; static. */
const MigAspect *mig_profile_aspects(gsize *ret_count);
/* Does anything in this release depend on it? */
gboolean mig_profile_knows(const MigProfile *profile, const MigAspect *aspect);
gboolean mig_profile_has(const MigProfile *profile, const MigAspect *aspect);

/* A copy with changes: words separated by blanks or commas, each "with:NAME" or "without:NAME". An aspect that the
 * release does not know changes nothing. NULL with an error that lists the names; the caller owns the copy. */
MigProfile *mig_profile_with(const MigProfile *profile, const char *changes, GError **error);
/* The changes so far: "without:block with:incoming", "" when there are none. */
const char *mig_profile_changes(const MigProfile *profile);

/* Facts of build and host, and MIG_FACT_INMIGRATE where the profile was made with:incoming (facts.h). */
guint32 mig_profile_facts(const MigProfile *profile);
/* Target page size in bytes. */
guint64 mig_profile_page_size(const MigProfile *profile);
/* Date (20230505) of a snapshot of a development cycle, 0 for a release. */
guint mig_profile_snapshot(const MigProfile *profile);

typedef enum { MIG_PROFILE_ERROR_UNKNOWN = 0, MIG_PROFILE_ERROR_ASPECT } MigProfileError;
#define MIG_PROFILE_ERROR (mig_profile_error_quark())
GQuark mig_profile_error_quark(void);

#endif
