/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Migration capabilities (spec/options.md 2). A capability keeps its number through all releases, also where its name
 * changed; the order of the numbers is the order of query-migrate-capabilities in every release.
 */
#ifndef MIG_OPTIONS_CAPABILITY_H
#define MIG_OPTIONS_CAPABILITY_H

#include <glib.h>

#include "reference/options/profile.h"

typedef enum {
    MIG_CAP_XBZRLE = 0,
    MIG_CAP_RDMA_PIN_ALL,
    MIG_CAP_AUTO_CONVERGE,
    MIG_CAP_ZERO_BLOCKS,
    MIG_CAP_COMPRESS,
    MIG_CAP_EVENTS,
    MIG_CAP_POSTCOPY_RAM,
    MIG_CAP_X_COLO,
    MIG_CAP_RELEASE_RAM,
    MIG_CAP_BLOCK,
    MIG_CAP_RETURN_PATH,
    MIG_CAP_PAUSE_BEFORE_SWITCHOVER,
    MIG_CAP_MULTIFD,
    MIG_CAP_DIRTY_BITMAPS,
    MIG_CAP_POSTCOPY_BLOCKTIME,
    MIG_CAP_LATE_BLOCK_ACTIVATE,
    MIG_CAP_X_IGNORE_SHARED,
    MIG_CAP_VALIDATE_UUID,
    MIG_CAP_BACKGROUND_SNAPSHOT,
    MIG_CAP_ZERO_COPY_SEND,
    MIG_CAP_POSTCOPY_PREEMPT,
    MIG_CAP_SWITCHOVER_ACK,
    MIG_CAP_DIRTY_LIMIT,
    MIG_CAP_MAPPED_RAM,
    MIG_CAP_COUNT
} MigCap;

/* A set of capabilities: bit n is capability n. */
typedef guint32 MigCapSet;
#define MIG_CAP_BIT(cap) ((MigCapSet) 1 << (cap))
G_STATIC_ASSERT(MIG_CAP_COUNT <= 32);

/* The capability of that name in that release; names are case sensitive, and a release knows neither older nor later
 * names of a renamed one. FALSE when there is none. */
gboolean mig_cap_find(const MigProfile *profile, const char *name, MigCap *ret_cap);
/* Its name in that release, static; NULL when the release does not have it. */
const char *mig_cap_name(const MigProfile *profile, MigCap cap);
/* The -global migration.NAME property that switches it on; NULL when there is none. Static. */
const char *mig_cap_property(const MigProfile *profile, MigCap cap);
/* All that the release has, whatever build and host can do. */
MigCapSet mig_profile_caps(const MigProfile *profile);
/* Is it a member of query-migrate-capabilities? Two are left out by builds without them (spec 2). */
gboolean mig_cap_listed(const MigProfile *profile, MigCap cap);
/* What it does, in a few words; static. */
const char *mig_cap_meaning(MigCap cap);
/* "source", "destination" or "both": where it has an effect; static. */
const char *mig_cap_side(MigCap cap);
gboolean mig_cap_deprecated(const MigProfile *profile, MigCap cap);
gboolean mig_cap_unstable(const MigProfile *profile, MigCap cap);
/* "xbzrle, multifd" in the release's names; "none" for the empty set. The caller owns it. */
char *mig_caps_to_string(const MigProfile *profile, MigCapSet caps);

#endif
