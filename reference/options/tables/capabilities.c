/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Capabilities by release. A capability that was renamed has a row for each name; one name, one row. NOW: still there
 * in the newest release. Adding a capability: README.md, "Adding a release".
 */
#include "reference/options/tables/tables.h"

const MigCapRow mig_table_caps[] = {
    /* capability, name, from, to, property and its first release, side, deprecated since, unstable since */
    { MIG_CAP_XBZRLE, "xbzrle", R(2, 4), NOW, "x-xbzrle", R(2, 10), "both", 0, 0 },
    { MIG_CAP_RDMA_PIN_ALL, "rdma-pin-all", R(2, 4), NOW, "x-rdma-pin-all", R(2, 10), "both", 0, 0 },
    { MIG_CAP_AUTO_CONVERGE, "auto-converge", R(2, 4), NOW, "x-auto-converge", R(2, 10), "source", 0, 0 },
    { MIG_CAP_ZERO_BLOCKS, "zero-blocks", R(2, 4), R(10, 2), "x-zero-blocks", R(2, 10), "source", R(9, 2), 0 },
    { MIG_CAP_COMPRESS, "compress", R(2, 4), R(9, 0), "x-compress", R(2, 10), "both", R(8, 2), 0 },
    { MIG_CAP_EVENTS, "events", R(2, 4), NOW, "x-events", R(2, 10), "both", 0, 0 },
    { MIG_CAP_POSTCOPY_RAM, "x-postcopy-ram", R(2, 5), R(2, 5), NULL, 0, "both", 0, 0 },
    { MIG_CAP_POSTCOPY_RAM, "postcopy-ram", R(2, 6), NOW, "x-postcopy-ram", R(2, 10), "both", 0, 0 },
    { MIG_CAP_X_COLO, "x-colo", R(2, 8), NOW, "x-colo", R(2, 10), "both", 0, R(6, 2) },
    { MIG_CAP_RELEASE_RAM, "release-ram", R(2, 9), NOW, "x-release-ram", R(2, 10), "source", 0, 0 },
    { MIG_CAP_BLOCK, "block", R(2, 10), R(9, 0), "x-block", R(2, 10), "source", R(8, 2), 0 },
    { MIG_CAP_RETURN_PATH, "return-path", R(2, 10), NOW, "x-return-path", R(2, 10), "both", 0, 0 },
    { MIG_CAP_PAUSE_BEFORE_SWITCHOVER, "pause-before-switchover", R(2, 11), NOW, NULL, 0, "source", 0, 0 },
    { MIG_CAP_MULTIFD, "x-multifd", R(2, 11), R(3, 1), "x-multifd", R(2, 11), "both", 0, 0 },
    { MIG_CAP_MULTIFD, "multifd", R(4, 0), NOW, "x-multifd", R(4, 0), "both", 0, 0 },
    { MIG_CAP_DIRTY_BITMAPS, "dirty-bitmaps", R(2, 12), NOW, NULL, 0, "both", 0, 0 },
    { MIG_CAP_POSTCOPY_BLOCKTIME, "postcopy-blocktime", R(3, 0), NOW, "postcopy-blocktime", R(10, 1), "destination", 0, 0 },
    { MIG_CAP_LATE_BLOCK_ACTIVATE, "late-block-activate", R(3, 0), NOW, NULL, 0, "destination", 0, 0 },
    { MIG_CAP_X_IGNORE_SHARED, "x-ignore-shared", R(4, 0), NOW, "x-ignore-shared", R(11, 0), "both", 0, R(6, 2) },
    { MIG_CAP_VALIDATE_UUID, "validate-uuid", R(4, 2), NOW, NULL, 0, "both", 0, 0 },
    { MIG_CAP_BACKGROUND_SNAPSHOT, "background-snapshot", R(6, 0), NOW, "x-background-snapshot", R(6, 0), "source", 0, 0 },
    { MIG_CAP_ZERO_COPY_SEND, "zero-copy-send", R(7, 1), NOW, "x-zero-copy-send", R(7, 1), "source", 0, 0 },
    { MIG_CAP_POSTCOPY_PREEMPT, "postcopy-preempt", R(7, 1), NOW, "x-postcopy-preempt", R(7, 1), "both", 0, 0 },
    { MIG_CAP_SWITCHOVER_ACK, "switchover-ack", R(8, 1), NOW, "x-switchover-ack", R(8, 1), "both", 0, 0 },
    { MIG_CAP_DIRTY_LIMIT, "dirty-limit", R(8, 1), NOW, "x-dirty-limit", R(8, 1), "source", 0, 0 },
    { MIG_CAP_MAPPED_RAM, "mapped-ram", R(9, 0), NOW, "mapped-ram", R(9, 0), "both", 0, 0 },
};
const gsize mig_table_caps_count = G_N_ELEMENTS(mig_table_caps);

const char *const mig_table_cap_meanings[MIG_CAP_COUNT] = {
    [MIG_CAP_XBZRLE] = "sends what changed in a page instead of the page, from a cache of pages sent before",
    [MIG_CAP_RDMA_PIN_ALL] = "RDMA registers all guest memory at the start instead of piece by piece",
    [MIG_CAP_AUTO_CONVERGE] = "slows the vCPUs down in steps while dirtying outruns the link",
    [MIG_CAP_ZERO_BLOCKS] = "block migration sends zero clusters as a flag",
    [MIG_CAP_COMPRESS] = "pages go through compression threads (the old method)",
    [MIG_CAP_EVENTS] = "MIGRATION and MIGRATION_PASS events are sent",
    [MIG_CAP_POSTCOPY_RAM] = "allows the guest to run on the destination before all pages are there",
    [MIG_CAP_X_COLO] = "keeps the destination as a standby in lock step after the migration",
    [MIG_CAP_RELEASE_RAM] = "the source gives pages back to its host once they are sent in postcopy",
    [MIG_CAP_BLOCK] = "disks travel inside the migration stream",
    [MIG_CAP_RETURN_PATH] = "the destination can talk back",
    [MIG_CAP_PAUSE_BEFORE_SWITCHOVER] = "the source stops and waits for migrate-continue before device state",
    [MIG_CAP_MULTIFD] = "pages travel over several channels",
    [MIG_CAP_DIRTY_BITMAPS] = "named dirty bitmaps travel too",
    [MIG_CAP_POSTCOPY_BLOCKTIME] = "the destination measures how long vCPUs waited for pages",
    [MIG_CAP_LATE_BLOCK_ACTIVATE] = "the destination takes its disks over only when it starts to run",
    [MIG_CAP_X_IGNORE_SHARED] = "RAM blocks that both hosts share are not sent",
    [MIG_CAP_VALIDATE_UUID] = "the destination compares the UUID of the machine",
    [MIG_CAP_BACKGROUND_SNAPSHOT] = "saves a running machine as it was at the start",
    [MIG_CAP_ZERO_COPY_SEND] = "multifd sends pages without copying them to the socket buffer",
    [MIG_CAP_POSTCOPY_PREEMPT] = "urgent pages have a channel of their own",
    [MIG_CAP_SWITCHOVER_ACK] = "the source waits for the consent of the destination before it stops",
    [MIG_CAP_DIRTY_LIMIT] = "limits the dirty rate of each vCPU by the dirty ring",
    [MIG_CAP_MAPPED_RAM] = "every page has its fixed place in a file",
};
