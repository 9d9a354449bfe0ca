/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which release, which build of it and which host a statement of the options rules is about.
 *
 * The judge's own notion: nothing here comes from the engine (design, idea 4). Written from spec/options.md 1, 5 and 6.4.
 */
#ifndef ORA_OPTIONS_PROFILE_H
#define ORA_OPTIONS_PROFILE_H

#include <glib.h>

/* major * 100 + minor: 204 … 1101. A rule range names both ends, inclusive; `until` 0 is "up to the newest". */
typedef int OraRelease;

typedef enum {
    ORA_SNAPSHOT_NONE = 0,
    ORA_SNAPSHOT_8_1_20230505 = 1 << 0,     /* the 8.1 cycle before switchover-ack */
    ORA_SNAPSHOT_8_1_20230630 = 1 << 1,     /* after it, before dirty-limit */
} OraSnapshot;

/* spec/options.md 6.4; a fact holds or not. */
typedef enum {
    ORA_FACT_BUSY_FOR_CAPABILITIES = 1 << 0,
    ORA_FACT_INMIGRATE = 1 << 1,
    ORA_FACT_INCOMING_STARTED = 1 << 2,
    ORA_FACT_MULTI_CHANNEL_PROTOCOL = 1 << 3,
    ORA_FACT_RDMA = 1 << 4,
    ORA_FACT_HOST_POSTCOPY = 1 << 5,
    ORA_FACT_HOST_WRITE_TRACKING = 1 << 6,
    ORA_FACT_MEMORY_WRITE_TRACKING = 1 << 7,
    ORA_FACT_DIRTY_RING = 1 << 8,
    ORA_FACT_LINUX = 1 << 9,
    ORA_FACT_REPLICATION = 1 << 10,
    ORA_FACT_BLOCK_MIGRATION = 1 << 11,
    ORA_FACT_DIRECT_IO = 1 << 12,
    ORA_FACT_COLO_BUILD = 1 << 13,          /* 2.8 and 2.9 only */
    ORA_FACT_ZSTD = 1 << 14,                /* the library: decides which words multifd-compression knows */
    ORA_FACT_QPL = 1 << 15,
    ORA_FACT_UADK = 1 << 16,
    ORA_FACT_QATZIP = 1 << 17,
} OraFact;

/* A source on Linux, idle, built as distributions build. */
#define ORA_FACTS_USUAL (ORA_FACT_MULTI_CHANNEL_PROTOCOL | ORA_FACT_HOST_POSTCOPY | ORA_FACT_HOST_WRITE_TRACKING | \
                         ORA_FACT_MEMORY_WRITE_TRACKING | ORA_FACT_LINUX | ORA_FACT_REPLICATION | \
                         ORA_FACT_BLOCK_MIGRATION | ORA_FACT_DIRECT_IO | ORA_FACT_COLO_BUILD | ORA_FACT_ZSTD)

typedef struct {
    OraRelease release;
    OraSnapshot snapshot;
    guint facts;              /* of OraFact */
    guint64 page_size;        /* of the target, bytes; 4096 on x86 */
} OraProfile;

/* "7.2", "qemu-7.2", "8.1-dev-20230505", "2.4-rc", "2.5-dev"; FALSE for a name that is no release from 2.4 to 11.1. Facts are the usual ones with
 * what is known of the build that the release stands for (Debian's 5.2.0 has no zstd). */
gboolean ora_profile_parse(const char *name, OraProfile *ret_profile);

/* The releases from 2.4 on, oldest first, terminated by 0. */
const OraRelease *ora_releases(void);

/* A rule range against a release. */
static inline gboolean ora_release_in(OraRelease release, OraRelease since, OraRelease until)
{
    return release >= since && (until == 0 || release <= until);
}

#endif
