/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The migration capabilities as a person would list them (spec/options.md 2).
 */
#ifndef ORA_OPTIONS_CAPABILITY_H
#define ORA_OPTIONS_CAPABILITY_H

#include "oracle/options/profile.h"

/* In the order of the enumeration; a renamed capability keeps its place. */
typedef enum {
    ORA_CAP_XBZRLE = 0, ORA_CAP_RDMA_PIN_ALL, ORA_CAP_AUTO_CONVERGE, ORA_CAP_ZERO_BLOCKS, ORA_CAP_COMPRESS, ORA_CAP_EVENTS,
    ORA_CAP_POSTCOPY_RAM, ORA_CAP_X_COLO, ORA_CAP_RELEASE_RAM, ORA_CAP_BLOCK, ORA_CAP_RETURN_PATH,
    ORA_CAP_PAUSE_BEFORE_SWITCHOVER, ORA_CAP_MULTIFD, ORA_CAP_DIRTY_BITMAPS, ORA_CAP_POSTCOPY_BLOCKTIME,
    ORA_CAP_LATE_BLOCK_ACTIVATE, ORA_CAP_X_IGNORE_SHARED, ORA_CAP_VALIDATE_UUID, ORA_CAP_BACKGROUND_SNAPSHOT,
    ORA_CAP_ZERO_COPY_SEND, ORA_CAP_POSTCOPY_PREEMPT, ORA_CAP_SWITCHOVER_ACK, ORA_CAP_DIRTY_LIMIT, ORA_CAP_MAPPED_RAM,
    ORA_CAP_COUNT
} OraCapability;

typedef guint32 OraCapSet;
#define ORA_CAP_BIT(capability) ((OraCapSet) 1 << (capability))

/* The name in this release, static; NULL where the release does not have it. */
const char *ora_capability_name(const OraProfile *profile, OraCapability capability);
/* ORA_CAP_COUNT: this release knows no such name. Case counts. */
OraCapability ora_capability_find(const OraProfile *profile, const char *name);
/* All that the release has. */
OraCapSet ora_capability_all(const OraProfile *profile);
/* Listed by query-migrate-capabilities? x-colo (2.8-2.9) and block (2.10-9.0) are left out in builds without them. */
gboolean ora_capability_is_listed(const OraProfile *profile, OraCapability capability);

#endif
