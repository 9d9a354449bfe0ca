/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/options/capability.h"

#include <string.h>

/* spec/options.md 2: name, first and last release under this name. */
static const struct {
    OraCapability capability;
    const char *name;
    OraRelease since, until;
    guint not_in;                          /* snapshots of 8.1 that do not have it */
} names[] = {
    { ORA_CAP_XBZRLE, "xbzrle", 204, 0 },
    { ORA_CAP_RDMA_PIN_ALL, "rdma-pin-all", 204, 0 },
    { ORA_CAP_AUTO_CONVERGE, "auto-converge", 204, 0 },
    { ORA_CAP_ZERO_BLOCKS, "zero-blocks", 204, 1002 },
    { ORA_CAP_COMPRESS, "compress", 204, 900 },
    { ORA_CAP_EVENTS, "events", 204, 0 },
    { ORA_CAP_POSTCOPY_RAM, "x-postcopy-ram", 205, 205 },
    { ORA_CAP_POSTCOPY_RAM, "postcopy-ram", 206, 0 },
    { ORA_CAP_X_COLO, "x-colo", 208, 0 },
    { ORA_CAP_RELEASE_RAM, "release-ram", 209, 0 },
    { ORA_CAP_BLOCK, "block", 210, 900 },
    { ORA_CAP_RETURN_PATH, "return-path", 210, 0 },
    { ORA_CAP_PAUSE_BEFORE_SWITCHOVER, "pause-before-switchover", 211, 0 },
    { ORA_CAP_MULTIFD, "x-multifd", 211, 301 },
    { ORA_CAP_MULTIFD, "multifd", 400, 0 },
    { ORA_CAP_DIRTY_BITMAPS, "dirty-bitmaps", 212, 0 },
    { ORA_CAP_POSTCOPY_BLOCKTIME, "postcopy-blocktime", 300, 0 },
    { ORA_CAP_LATE_BLOCK_ACTIVATE, "late-block-activate", 300, 0 },
    { ORA_CAP_X_IGNORE_SHARED, "x-ignore-shared", 400, 0 },
    { ORA_CAP_VALIDATE_UUID, "validate-uuid", 402, 0 },
    { ORA_CAP_BACKGROUND_SNAPSHOT, "background-snapshot", 600, 0 },
    { ORA_CAP_ZERO_COPY_SEND, "zero-copy-send", 701, 0 },
    { ORA_CAP_POSTCOPY_PREEMPT, "postcopy-preempt", 701, 0 },
    { ORA_CAP_SWITCHOVER_ACK, "switchover-ack", 801, 0, ORA_SNAPSHOT_8_1_20230505 },
    { ORA_CAP_DIRTY_LIMIT, "dirty-limit", 801, 0, ORA_SNAPSHOT_8_1_20230505 | ORA_SNAPSHOT_8_1_20230630 },
    { ORA_CAP_MAPPED_RAM, "mapped-ram", 900, 0 },
};

const char *ora_capability_name(const OraProfile *profile, OraCapability capability)
{
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i].capability == capability && ora_release_in(profile->release, names[i].since, names[i].until) &&
            !(names[i].not_in & profile->snapshot)) {
            return names[i].name;
        }
    }
    return NULL;
}

OraCapability ora_capability_find(const OraProfile *profile, const char *name)
{
    for (int i = 0; i < ORA_CAP_COUNT; i++) {
        const char *known = ora_capability_name(profile, i);
        if (known && strcmp(known, name) == 0) {
            return i;
        }
    }
    return ORA_CAP_COUNT;
}

OraCapSet ora_capability_all(const OraProfile *profile)
{
    OraCapSet all = 0;

    for (int i = 0; i < ORA_CAP_COUNT; i++) {
        if (ora_capability_name(profile, i)) {
            all |= ORA_CAP_BIT(i);
        }
    }
    return all;
}

gboolean ora_capability_is_listed(const OraProfile *profile, OraCapability capability)
{
    if (!ora_capability_name(profile, capability)) {
        return FALSE;
    }
    if (capability == ORA_CAP_X_COLO && profile->release <= 209) {
        return (profile->facts & ORA_FACT_COLO_BUILD) != 0;
    }
    if (capability == ORA_CAP_BLOCK) {
        return (profile->facts & ORA_FACT_BLOCK_MIGRATION) != 0;
    }
    return TRUE;
}
