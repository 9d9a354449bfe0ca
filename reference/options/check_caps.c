/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * migrate-set-capabilities on plain values: the state test, how a release lays a list over the set, and the rules on the
 * resulting set in QEMU's order. Read mig_caps_check() from top to bottom: the first test that holds decides.
 */
#include "reference/options/check.h"

#include "reference/options/profile_private.h"

#define BIT(cap) MIG_CAP_BIT(MIG_CAP_##cap)
#define ON(cap) ((result & BIT(cap)) != 0)
#define WAS(cap) ((was & BIT(cap)) != 0)
#define FACT(fact) ((facts & MIG_FACT_##fact) != 0)

/* What background-snapshot refuses, in the order in which it looks. */
static const struct { MigCap cap; MigRule rule; } snapshot_conflicts[] = {
    { MIG_CAP_POSTCOPY_RAM, MIG_RULE_CAP_BGSNAP_POSTCOPY_RAM },
    { MIG_CAP_DIRTY_BITMAPS, MIG_RULE_CAP_BGSNAP_DIRTY_BITMAPS },
    { MIG_CAP_POSTCOPY_BLOCKTIME, MIG_RULE_CAP_BGSNAP_POSTCOPY_BLOCKTIME },
    { MIG_CAP_LATE_BLOCK_ACTIVATE, MIG_RULE_CAP_BGSNAP_LATE_BLOCK_ACTIVATE },
    { MIG_CAP_RETURN_PATH, MIG_RULE_CAP_BGSNAP_RETURN_PATH },
    { MIG_CAP_MULTIFD, MIG_RULE_CAP_BGSNAP_MULTIFD },
    { MIG_CAP_PAUSE_BEFORE_SWITCHOVER, MIG_RULE_CAP_BGSNAP_PAUSE_BEFORE_SWITCHOVER },
    { MIG_CAP_AUTO_CONVERGE, MIG_RULE_CAP_BGSNAP_AUTO_CONVERGE },
    { MIG_CAP_RELEASE_RAM, MIG_RULE_CAP_BGSNAP_RELEASE_RAM },
    { MIG_CAP_RDMA_PIN_ALL, MIG_RULE_CAP_BGSNAP_RDMA_PIN_ALL },
    { MIG_CAP_COMPRESS, MIG_RULE_CAP_BGSNAP_COMPRESS },
    { MIG_CAP_XBZRLE, MIG_RULE_CAP_BGSNAP_XBZRLE },
    { MIG_CAP_X_COLO, MIG_RULE_CAP_BGSNAP_X_COLO },
    { MIG_CAP_VALIDATE_UUID, MIG_RULE_CAP_BGSNAP_VALIDATE_UUID },
    { MIG_CAP_ZERO_COPY_SEND, MIG_RULE_CAP_BGSNAP_ZERO_COPY_SEND },
};

static MigRule check_background_snapshot(MigFactSet facts, MigCapSet result)
{
    if (!FACT(WRITE_TRACKING)) {
        return MIG_RULE_CAP_BGSNAP_HOST;
    }
    if (!FACT(MEMORY_TRACKING)) {
        return MIG_RULE_CAP_BGSNAP_MEMORY;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(snapshot_conflicts); i++) {
        if (result & MIG_CAP_BIT(snapshot_conflicts[i].cap)) {
            return snapshot_conflicts[i].rule;
        }
    }
    return MIG_RULE_NONE;
}

/* {7.1-} zero-copy-send looks at stored parameters as well as at the set. */
static MigRule check_zero_copy(MigFactSet facts, MigCapSet result, MigCompression compression, gboolean tls)
{
    if (!FACT(LINUX)) {
        return MIG_RULE_CAP_ZEROCOPY_OS;
    }
    if (!ON(MULTIFD) || ON(COMPRESS) || ON(XBZRLE) || compression != MIG_COMPRESSION_NONE || tls) {
        return MIG_RULE_CAP_ZEROCOPY;
    }
    return MIG_RULE_NONE;
}

static MigRule check_postcopy(MigRelease release, MigFactSet facts, MigCapSet was, MigCapSet result)
{
    if (ON(COMPRESS) && release <= R(4, 2)) {
        return MIG_RULE_CAP_POSTCOPY_COMPRESS;
    }
    /* The host is only asked on a destination, and only when the capability goes on. */
    if (!WAS(POSTCOPY_RAM) && FACT(INMIGRATE) && !FACT(HOST_POSTCOPY)) {
        return MIG_RULE_CAP_POSTCOPY_HOST;
    }
    if (ON(X_IGNORE_SHARED)) {
        return MIG_RULE_CAP_POSTCOPY_IGNORE_SHARED;
    }
    if (ON(MULTIFD) && release >= R(8, 1) && release <= R(10, 0)) {
        return MIG_RULE_CAP_POSTCOPY_MULTIFD;
    }
    return MIG_RULE_NONE;
}

/* {8.1-} A destination that listens has chosen its number of channels. At first this refused every change while the
 * capability was on; later only switching it on. The snapshots of 8.1's cycle do not look. */
static gboolean too_late(const MigProfile *profile, MigFactSet facts, gboolean was)
{
    if (!FACT(INCOMING_SOCKET) || profile->release < R(8, 1) || profile->snapshot != 0) {
        return FALSE;
    }
    return profile->fix_started_again ? !was : TRUE;
}

MigRule mig_caps_check(const MigProfile *profile, MigFactSet facts, MigCapSet was, MigCapSet result, MigCompression compression,
                       gboolean tls)
{
    MigRelease release = profile->release;
    MigRule rule;

    if (ON(BLOCK) && !FACT(BLOCK)) {
        return MIG_RULE_CAP_BLOCK_NOT_BUILT;
    }
    if (ON(X_COLO)) {
        if (!FACT(REPLICATION) && release >= R(3, 1)) {
            return MIG_RULE_CAP_COLO_NOT_BUILT;
        }
        if (!ON(RETURN_PATH) && release >= R(11, 1)) {
            return MIG_RULE_CAP_COLO_RETURN_PATH;
        }
    }
    if (ON(POSTCOPY_RAM) && (rule = check_postcopy(release, facts, was, result)) != MIG_RULE_NONE) {
        return rule;
    }
    if (ON(BACKGROUND_SNAPSHOT) && (rule = check_background_snapshot(facts, result)) != MIG_RULE_NONE) {
        return rule;
    }
    if (ON(ZERO_COPY_SEND) && (rule = check_zero_copy(facts, result, compression, tls)) != MIG_RULE_NONE) {
        return rule;
    }
    if (ON(MULTIFD) && FACT(INMIGRATE) && !FACT(MULTI_CHANNEL) && release >= R(6, 2) && release <= R(7, 2)) {
        return MIG_RULE_CAP_MULTIFD_PROTOCOL;
    }
    if (ON(POSTCOPY_PREEMPT)) {
        if (!ON(POSTCOPY_RAM)) {
            return MIG_RULE_CAP_PREEMPT_POSTCOPY;
        }
        if (ON(COMPRESS) && release >= R(7, 2)) {
            return MIG_RULE_CAP_PREEMPT_COMPRESS;
        }
        if (too_late(profile, facts, WAS(POSTCOPY_PREEMPT))) {
            return MIG_RULE_CAP_PREEMPT_STARTED;
        }
    }
    if (ON(MULTIFD)) {
        if (ON(COMPRESS) && release >= R(7, 2)) {
            return MIG_RULE_CAP_MULTIFD_COMPRESS;
        }
        if (too_late(profile, facts, WAS(MULTIFD))) {
            return MIG_RULE_CAP_MULTIFD_STARTED;
        }
    }
    if (ON(SWITCHOVER_ACK) && !ON(RETURN_PATH)) {
        return MIG_RULE_CAP_SWITCHOVER_ACK_RETURN_PATH;
    }
    if (ON(DIRTY_LIMIT)) {
        if (ON(AUTO_CONVERGE)) {
            return MIG_RULE_CAP_DIRTY_LIMIT_AUTO_CONVERGE;
        }
        if (!FACT(DIRTY_RING)) {
            return MIG_RULE_CAP_DIRTY_LIMIT_KVM;
        }
    }
    if (ON(XBZRLE) && release >= R(8, 2)) {
        if (ON(MULTIFD)) {
            return MIG_RULE_CAP_MULTIFD_XBZRLE;
        }
        if (ON(COMPRESS)) {
            return MIG_RULE_CAP_COMPRESS_XBZRLE;
        }
    }
    if (ON(MAPPED_RAM)) {
        if (ON(XBZRLE)) {
            return MIG_RULE_CAP_MAPPED_RAM_XBZRLE;
        }
        if (ON(COMPRESS)) {
            return MIG_RULE_CAP_MAPPED_RAM_COMPRESS;
        }
        if (ON(POSTCOPY_RAM)) {
            return MIG_RULE_CAP_MAPPED_RAM_POSTCOPY;
        }
    }
    if (FACT(RDMA) && release >= R(10, 1)) {
        if (ON(XBZRLE)) {
            return MIG_RULE_CAP_RDMA_XBZRLE;
        }
        if (ON(MULTIFD)) {
            return MIG_RULE_CAP_RDMA_MULTIFD;
        }
        if (ON(POSTCOPY_RAM)) {
            return MIG_RULE_CAP_RDMA_POSTCOPY;
        }
    }
    return MIG_RULE_NONE;
}

/* 2.5-2.9: stored as the list says, then single bits are taken back without an error. Both tests see the set as the list
 * left it. In 2.8 and 2.9 a build without COLO reports an entry for x-colo, on or off, and goes on with the others. */
static MigCapsVerdict set_then_clear(MigRelease release, MigFactSet facts, MigCapSet was, MigCapSet listed, MigCapSet wanted)
{
    MigCapsVerdict verdict = { .rule = MIG_RULE_NONE };
    MigCapSet result;

    if (release >= R(2, 8) && (listed & BIT(X_COLO)) && !FACT(COLO)) {
        verdict.rule = MIG_RULE_CAP_COLO_UNSUPPORTED;
        listed &= ~BIT(X_COLO);
    }
    result = (was & ~listed) | (wanted & listed);
    verdict.caps = result;
    if (ON(POSTCOPY_RAM)) {
        verdict.cleared_compress = ON(COMPRESS);
        verdict.cleared_host = release >= R(2, 7) && !WAS(POSTCOPY_RAM) && FACT(INMIGRATE) && !FACT(HOST_POSTCOPY);
        if (verdict.cleared_compress || verdict.cleared_host) {
            verdict.caps &= ~BIT(POSTCOPY_RAM);
        }
    }
    return verdict;
}

MigCapsVerdict mig_caps_set(const MigProfile *profile, MigFactSet facts, MigCapSet was, MigCapSet listed, MigCapSet wanted,
                            MigCompression compression, gboolean tls)
{
    MigRelease release = profile->release;
    MigCapSet result = (was & ~listed) | (wanted & listed);
    MigCapsVerdict verdict = { .rule = MIG_RULE_NONE, .caps = was };

    if (FACT(BUSY_CAPS)) {
        verdict.rule = MIG_RULE_CAP_BUSY;
    } else if (release < R(2, 5)) {
        verdict.caps = result;
    } else if (release < R(2, 10)) {
        verdict = set_then_clear(release, facts, was, listed, wanted);
    } else {
        verdict.rule = mig_caps_check(profile, facts, was, result, compression, tls);
        /* 2.10 and 2.11 check the set that is in force: what is refused stays. */
        if (verdict.rule == MIG_RULE_NONE || release < R(2, 12)) {
            verdict.caps = result;
        }
    }
    return verdict;
}

guint mig_caps_warnings(const MigProfile *profile, MigCapSet result, MigRule refused, MigRule ret_rules[3])
{
    MigRelease release = profile->release;
    guint count = 0;

    /* All three come before every rule but the first. */
    if (refused == MIG_RULE_CAP_BLOCK_NOT_BUILT || refused == MIG_RULE_CAP_BUSY) {
        return 0;
    }
    if (ON(BLOCK) && release >= R(8, 2)) {
        ret_rules[count++] = MIG_RULE_CAP_BLOCK_DEPRECATED;
    }
    if (ON(COMPRESS) && release >= R(8, 2)) {
        ret_rules[count++] = MIG_RULE_CAP_COMPRESS_DEPRECATED;
    }
    if (ON(ZERO_BLOCKS) && release >= R(9, 2)) {
        ret_rules[count++] = MIG_RULE_CAP_ZERO_BLOCKS_DEPRECATED;
    }
    return count;
}
