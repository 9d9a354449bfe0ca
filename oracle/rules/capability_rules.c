/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What migrate-set-capabilities refuses, since when, in which words. Written by hand from spec/options.md 7.3; the
 * order of the rows is the order in which a release looks.
 */
#include "oracle/options/capability_rule.h"

#define C(name) ORA_CAP_BIT(ORA_CAP_##name)
#define ERROR_ .effect = ORA_EFFECT_ERROR

/* background-snapshot goes with none of these; each is named in its own error, the first in this order decides. */
#define NOT_WITH_SNAPSHOT(number, name, since_, until_, word)                                                           \
    { .id = "cap.bgsnap." word, .sentence = "background-snapshot does not go together with " word, .order = number,     \
      .since = since_, .until = until_, .on = C(BACKGROUND_SNAPSHOT) | C(name), ERROR_,                                 \
      .text = "Background-snapshot is not compatible with " word }

#define ZERO_COPY_TEXT "Zero copy only available for non-compressed non-TLS multifd migration"
#define ZERO_COPY_ROW(since_, until_, what, ...)                                                                        \
    { .id = "cap.zerocopy", .sentence = "zero-copy-send " what, .order = 1600, .since = since_, .until = until_,         \
      .facts = ORA_FACT_LINUX, ERROR_, .text = ZERO_COPY_TEXT, __VA_ARGS__ }

const OraCapabilityRule ora_capability_rules[] = {
    { .id = "cap.busy", .sentence = "while a migration runs no capability may change", .order = 0, .since = 204,
      .facts = ORA_FACT_BUSY_FOR_CAPABILITIES, ERROR_, .text = "There's a migration process in progress" },

    { .id = "cap.colo.unsupported-2.8", .sentence = "x-colo cannot be named in a build without COLO; the rest of the list is applied",
      .order = 50, .since = 208, .until = 209, .listed = C(X_COLO), .no_facts = ORA_FACT_COLO_BUILD, .effect = ORA_EFFECT_ERROR_PARTIAL,
      .text = "COLO is not currently supported, please configure with --enable-colo option in order to support COLO feature" },

    { .id = "cap.postcopy.compress-clear", .sentence = "x-postcopy-ram gives way to compress", .order = 500, .since = 205, .until = 205,
      .on = C(POSTCOPY_RAM) | C(COMPRESS), .effect = ORA_EFFECT_CLEAR, .clears = C(POSTCOPY_RAM),
      .text = "Postcopy is not currently compatible with compression" },
    { .id = "cap.postcopy.compress-clear-2.6", .sentence = "postcopy-ram gives way to compress", .order = 500, .since = 206, .until = 209,
      .on = C(POSTCOPY_RAM) | C(COMPRESS), .effect = ORA_EFFECT_CLEAR, .clears = C(POSTCOPY_RAM),
      .text = "Postcopy is not currently compatible with compression" },
    { .id = "cap.postcopy.host-clear", .sentence = "a destination whose host cannot do postcopy takes postcopy-ram back", .order = 600,
      .since = 207, .until = 209, .on = C(POSTCOPY_RAM), .was_off = C(POSTCOPY_RAM), .facts = ORA_FACT_INMIGRATE,
      .no_facts = ORA_FACT_HOST_POSTCOPY, .effect = ORA_EFFECT_CLEAR, .clears = C(POSTCOPY_RAM), .text = "Postcopy is not supported" },

    { .id = "cap.block.not-built", .sentence = "block needs a build with block migration", .order = 1100, .since = 210, .until = 900,
      .on = C(BLOCK), .no_facts = ORA_FACT_BLOCK_MIGRATION, ERROR_,
      .text = "QEMU compiled without old-style (blk/-b, inc/-i) block migration" },
    { .id = "cap.block.deprecated", .sentence = "block is deprecated", .order = 1120, .since = 802, .until = 900, .on = C(BLOCK),
      .effect = ORA_EFFECT_WARN, .text = "warning: block migration is deprecated; use blockdev-mirror with NBD instead" },
    { .id = "cap.compress.deprecated", .sentence = "compress is deprecated", .order = 1140, .since = 802, .until = 900, .on = C(COMPRESS),
      .effect = ORA_EFFECT_WARN, .text = "warning: old compression method is deprecated; use multifd compression methods instead" },
    { .id = "cap.zero-blocks.deprecated", .sentence = "zero-blocks is deprecated", .order = 1160, .since = 902, .until = 1002,
      .on = C(ZERO_BLOCKS), .effect = ORA_EFFECT_WARN, .text = "warning: zero-blocks capability is deprecated" },

    { .id = "cap.colo.not-built", .sentence = "x-colo needs a build with replication", .order = 1200, .since = 301, .on = C(X_COLO),
      .no_facts = ORA_FACT_REPLICATION, ERROR_, .text = "QEMU compiled without replication module can't enable COLO" },
    { .id = "cap.colo.return-path", .sentence = "x-colo requires return-path", .order = 1220, .since = 1101, .on = C(X_COLO),
      .off = C(RETURN_PATH), ERROR_, .text = "Capability 'x-colo' requires capability 'return-path'" },

    { .id = "cap.postcopy.compress", .sentence = "postcopy-ram does not go together with compress", .order = 1300, .since = 210, .until = 402,
      .on = C(POSTCOPY_RAM) | C(COMPRESS), ERROR_, .text = "Postcopy is not currently compatible with compression" },
    { .id = "cap.postcopy.host", .sentence = "a destination switches postcopy-ram on only where its host can do postcopy", .order = 1320,
      .since = 210, .until = 800, .on = C(POSTCOPY_RAM), .was_off = C(POSTCOPY_RAM), .facts = ORA_FACT_INMIGRATE,
      .no_facts = ORA_FACT_HOST_POSTCOPY, ERROR_, .text = "Postcopy is not supported" },
    { .id = "cap.postcopy.host-8.1", .sentence = "a destination switches postcopy-ram on only where its host can do postcopy, and says why not",
      .order = 1320, .since = 801, .on = C(POSTCOPY_RAM), .was_off = C(POSTCOPY_RAM), .facts = ORA_FACT_INMIGRATE,
      .no_facts = ORA_FACT_HOST_POSTCOPY, ERROR_, .text = "Postcopy is not supported: {reason}" },
    { .id = "cap.postcopy.ignore-shared", .sentence = "postcopy-ram does not go together with x-ignore-shared", .order = 1340, .since = 400,
      .on = C(POSTCOPY_RAM) | C(X_IGNORE_SHARED), ERROR_, .text = "Postcopy is not compatible with ignore-shared" },
    { .id = "cap.postcopy.multifd", .sentence = "postcopy-ram does not go together with multifd", .order = 1360, .since = 801, .until = 1000,
      .on = C(POSTCOPY_RAM) | C(MULTIFD), ERROR_, .text = "Postcopy is not yet compatible with multifd" },

    { .id = "cap.bgsnap.host", .sentence = "background-snapshot needs a kernel with write protection through userfaultfd", .order = 1400,
      .since = 600, .on = C(BACKGROUND_SNAPSHOT), .no_facts = ORA_FACT_HOST_WRITE_TRACKING, ERROR_,
      .text = "Background-snapshot is not supported by host kernel" },
    { .id = "cap.bgsnap.memory", .sentence = "background-snapshot needs guest RAM that can be write-tracked", .order = 1420, .since = 600,
      .on = C(BACKGROUND_SNAPSHOT), .no_facts = ORA_FACT_MEMORY_WRITE_TRACKING, ERROR_,
      .text = "Background-snapshot is not compatible with guest memory configuration" },
    NOT_WITH_SNAPSHOT(1440, POSTCOPY_RAM, 600, 0, "postcopy-ram"),
    NOT_WITH_SNAPSHOT(1441, DIRTY_BITMAPS, 600, 0, "dirty-bitmaps"),
    NOT_WITH_SNAPSHOT(1442, POSTCOPY_BLOCKTIME, 600, 0, "postcopy-blocktime"),
    NOT_WITH_SNAPSHOT(1443, LATE_BLOCK_ACTIVATE, 600, 0, "late-block-activate"),
    NOT_WITH_SNAPSHOT(1444, RETURN_PATH, 600, 0, "return-path"),
    NOT_WITH_SNAPSHOT(1445, MULTIFD, 600, 0, "multifd"),
    NOT_WITH_SNAPSHOT(1446, PAUSE_BEFORE_SWITCHOVER, 600, 0, "pause-before-switchover"),
    NOT_WITH_SNAPSHOT(1447, AUTO_CONVERGE, 600, 0, "auto-converge"),
    NOT_WITH_SNAPSHOT(1448, RELEASE_RAM, 600, 0, "release-ram"),
    NOT_WITH_SNAPSHOT(1449, RDMA_PIN_ALL, 600, 0, "rdma-pin-all"),
    NOT_WITH_SNAPSHOT(1450, COMPRESS, 600, 900, "compress"),
    NOT_WITH_SNAPSHOT(1451, XBZRLE, 600, 0, "xbzrle"),
    NOT_WITH_SNAPSHOT(1452, X_COLO, 600, 0, "x-colo"),
    NOT_WITH_SNAPSHOT(1453, VALIDATE_UUID, 600, 0, "validate-uuid"),
    NOT_WITH_SNAPSHOT(1454, ZERO_COPY_SEND, 701, 0, "zero-copy-send"),

    ZERO_COPY_ROW(701, 0, "requires multifd", .on = C(ZERO_COPY_SEND), .off = C(MULTIFD)),
    ZERO_COPY_ROW(701, 900, "does not go together with compress", .on = C(ZERO_COPY_SEND) | C(COMPRESS)),
    ZERO_COPY_ROW(701, 0, "does not go together with xbzrle", .on = C(ZERO_COPY_SEND) | C(XBZRLE)),
    ZERO_COPY_ROW(701, 0, "goes neither with multifd-compression nor with TLS", .on = C(ZERO_COPY_SEND),
                  .params = ORA_PARAMS_COMPRESSION | ORA_PARAMS_TLS),
    { .id = "cap.zerocopy.os", .sentence = "zero-copy-send exists on Linux only", .order = 1610, .since = 701, .on = C(ZERO_COPY_SEND),
      .no_facts = ORA_FACT_LINUX, ERROR_, .text = "Zero copy currently only available on Linux" },

    { .id = "cap.multifd.protocol", .sentence = "a destination whose last address cannot carry several channels refuses multifd", .order = 1700,
      .since = 602, .until = 702, .on = C(MULTIFD), .facts = ORA_FACT_INMIGRATE, .no_facts = ORA_FACT_MULTI_CHANNEL_PROTOCOL, ERROR_,
      .text = "multifd is not supported by current protocol" },
    { .id = "cap.preempt.postcopy", .sentence = "postcopy-preempt requires postcopy-ram", .order = 1800, .since = 701,
      .on = C(POSTCOPY_PREEMPT), .off = C(POSTCOPY_RAM), ERROR_, .text = "Postcopy preempt requires postcopy-ram" },
    { .id = "cap.preempt.compress", .sentence = "postcopy-preempt does not go together with compress", .order = 1820, .since = 702,
      .until = 900, .on = C(POSTCOPY_PREEMPT) | C(COMPRESS), ERROR_, .text = "Postcopy preempt not compatible with compress" },
    /* 10.0.13 has the later form (spec/options.json stable_fixes, seen in a run), so the range of the first ends at 9.2. */
    { .id = "cap.preempt.started", .sentence = "once the destination listens, postcopy-preempt may not be in the set, even if it was before",
      .order = 1840, .since = 801, .until = 902, .not_in = ORA_SNAPSHOT_8_1_20230505 | ORA_SNAPSHOT_8_1_20230630,
      .on = C(POSTCOPY_PREEMPT), .facts = ORA_FACT_INCOMING_STARTED, ERROR_, .text = "Postcopy preempt must be set before incoming starts" },
    { .id = "cap.preempt.started-10.0", .sentence = "once the destination listens, postcopy-preempt may not be switched on", .order = 1840,
      .since = 1000, .on = C(POSTCOPY_PREEMPT), .was_off = C(POSTCOPY_PREEMPT), .facts = ORA_FACT_INCOMING_STARTED, ERROR_,
      .text = "Postcopy preempt must be set before incoming starts" },
    { .id = "cap.multifd.compress", .sentence = "multifd does not go together with compress", .order = 1900, .since = 702, .until = 900,
      .on = C(MULTIFD) | C(COMPRESS), ERROR_, .text = "Multifd is not compatible with compress" },
    { .id = "cap.multifd.started", .sentence = "once the destination listens, multifd may not be in the set, even if it was before",
      .order = 1920, .since = 801, .until = 902, .not_in = ORA_SNAPSHOT_8_1_20230505 | ORA_SNAPSHOT_8_1_20230630, .on = C(MULTIFD),
      .facts = ORA_FACT_INCOMING_STARTED, ERROR_, .text = "Multifd must be set before incoming starts" },
    { .id = "cap.multifd.started-10.0", .sentence = "once the destination listens, multifd may not be switched on", .order = 1920,
      .since = 1000, .on = C(MULTIFD), .was_off = C(MULTIFD), .facts = ORA_FACT_INCOMING_STARTED, ERROR_,
      .text = "Multifd must be set before incoming starts" },
    { .id = "cap.switchover-ack.return-path", .sentence = "switchover-ack requires return-path", .order = 2000, .since = 801,
      .on = C(SWITCHOVER_ACK), .off = C(RETURN_PATH), ERROR_, .text = "Capability 'switchover-ack' requires capability 'return-path'" },
    { .id = "cap.dirty-limit.auto-converge", .sentence = "dirty-limit does not go together with auto-converge", .order = 2100, .since = 801,
      .on = C(DIRTY_LIMIT) | C(AUTO_CONVERGE), ERROR_,
      .text = "dirty-limit conflicts with auto-converge either of then available currently" },
    { .id = "cap.dirty-limit.kvm", .sentence = "dirty-limit needs KVM with a dirty ring", .order = 2120, .since = 801, .on = C(DIRTY_LIMIT),
      .no_facts = ORA_FACT_DIRTY_RING, ERROR_, .text = "dirty-limit requires KVM with accelerator property 'dirty-ring-size' set" },
    { .id = "cap.multifd.xbzrle", .sentence = "multifd does not go together with xbzrle", .order = 2200, .since = 802,
      .on = C(MULTIFD) | C(XBZRLE), ERROR_, .text = "Multifd is not compatible with xbzrle" },
    { .id = "cap.compress.xbzrle", .sentence = "compress does not go together with xbzrle", .order = 2220, .since = 802, .until = 900,
      .on = C(COMPRESS) | C(XBZRLE), ERROR_, .text = "Compression is not compatible with xbzrle" },
    { .id = "cap.mapped-ram.xbzrle", .sentence = "mapped-ram does not go together with xbzrle", .order = 2300, .since = 900,
      .on = C(MAPPED_RAM) | C(XBZRLE), ERROR_, .text = "Mapped-ram migration is incompatible with xbzrle" },
    { .id = "cap.mapped-ram.compress", .sentence = "mapped-ram does not go together with compress", .order = 2320, .since = 900, .until = 900,
      .on = C(MAPPED_RAM) | C(COMPRESS), ERROR_, .text = "Mapped-ram migration is incompatible with compression" },
    { .id = "cap.mapped-ram.postcopy", .sentence = "mapped-ram does not go together with postcopy-ram", .order = 2340, .since = 900,
      .on = C(MAPPED_RAM) | C(POSTCOPY_RAM), ERROR_, .text = "Mapped-ram migration is incompatible with postcopy" },
    { .id = "cap.rdma.xbzrle", .sentence = "RDMA does not go together with xbzrle", .order = 2400, .since = 1001, .on = C(XBZRLE),
      .facts = ORA_FACT_RDMA, ERROR_, .text = "RDMA and XBZRLE can't be used together" },
    { .id = "cap.rdma.multifd", .sentence = "RDMA does not go together with multifd", .order = 2420, .since = 1001, .on = C(MULTIFD),
      .facts = ORA_FACT_RDMA, ERROR_, .text = "RDMA and multifd can't be used together" },
    { .id = "cap.rdma.postcopy", .sentence = "RDMA does not go together with postcopy-ram", .order = 2440, .since = 1001,
      .on = C(POSTCOPY_RAM), .facts = ORA_FACT_RDMA, ERROR_, .text = "RDMA and postcopy-ram can't be used together" },
};
const gsize ora_capability_rule_count = G_N_ELEMENTS(ora_capability_rules);
