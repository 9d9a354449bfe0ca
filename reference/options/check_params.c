/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * migrate-set-parameters on plain values, in QEMU's order. Up to 2.9 only what the command gives is looked at; from 2.10
 * on the complete result, whichever argument was given, so that one bad stored value makes every later command fail.
 */
#include "reference/options/check.h"

#include <string.h>

#include "reference/options/profile_private.h"

#define FACT(fact) ((facts & MIG_FACT_##fact) != 0)

void mig_params_init(const MigProfile *profile, MigParamValues *ret_values)
{
    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        ret_values->value[i] = mig_param_default(profile, (MigParam) i);
    }
}

guint64 mig_param_narrow(const MigProfile *profile, MigParam param, guint64 value)
{
    const MigParamRow *row = profile->param[param];

    if (row == NULL || row->input != MIG_TYPE_INT) {
        return value;
    }
    switch (row->stored) {
    case MIG_TYPE_UINT8:
        return value & 0xff;
    case MIG_TYPE_UINT32:
        return value & 0xffffffff;
    default:
        return value;
    }
}

static gboolean power_of_two(guint64 value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* A signed range: how 2.4-2.11 compare. */
static gboolean outside(guint64 value, gint64 min, gint64 max)
{
    return (gint64) value < min || (gint64) value > max;
}

/* ---- 2.4-2.9: the given arguments, each as int64 ---- */

static MigRule next_given(MigRelease release, const MigParamValues *result, MigParamMask given, MigRule after)
{
#define BAD(name, condition) \
    if ((given & MIG_PARAM_BIT(MIG_PARAM_##name)) && (int) MIG_RULE_PAR_##name > (int) after) { \
        guint64 value = result->value[MIG_PARAM_##name]; \
        if (condition) { \
            return MIG_RULE_PAR_##name; \
        } \
    }
    BAD(COMPRESS_LEVEL, outside(value, 0, 9))
    BAD(COMPRESS_THREADS, outside(value, 1, 255))
    BAD(DECOMPRESS_THREADS, outside(value, 1, 255))
    BAD(CPU_THROTTLE_INITIAL, outside(value, 1, 99))
    BAD(CPU_THROTTLE_INCREMENT, outside(value, 1, 99))
    BAD(MAX_BANDWIDTH, (gint64) value < 0)
    BAD(DOWNTIME_LIMIT, outside(value, 0, 2000000))
    BAD(X_CHECKPOINT_DELAY, (gint64) value < 0)
#undef BAD
    return MIG_RULE_NONE;
}

/* ---- 2.10-: the result ---- */

/* Values are signed in 2.10 and 2.11 and unsigned of their width after that; where only one bound can be broken the other
 * test costs nothing. */
static MigRule check_signed(MigRelease release, const guint64 *v, guint64 page_size)
{
    if (outside(v[MIG_PARAM_COMPRESS_LEVEL], 0, 9)) {
        return MIG_RULE_PAR_COMPRESS_LEVEL;
    }
    if (outside(v[MIG_PARAM_COMPRESS_THREADS], 1, 255)) {
        return MIG_RULE_PAR_COMPRESS_THREADS;
    }
    if (outside(v[MIG_PARAM_DECOMPRESS_THREADS], 1, 255)) {
        return MIG_RULE_PAR_DECOMPRESS_THREADS;
    }
    if (outside(v[MIG_PARAM_CPU_THROTTLE_INITIAL], 1, 99)) {
        return MIG_RULE_PAR_CPU_THROTTLE_INITIAL;
    }
    if (outside(v[MIG_PARAM_CPU_THROTTLE_INCREMENT], 1, 99)) {
        return MIG_RULE_PAR_CPU_THROTTLE_INCREMENT;
    }
    if ((gint64) v[MIG_PARAM_MAX_BANDWIDTH] < 0) {
        return MIG_RULE_PAR_MAX_BANDWIDTH;
    }
    if (outside(v[MIG_PARAM_DOWNTIME_LIMIT], 0, 2000000)) {
        return MIG_RULE_PAR_DOWNTIME_LIMIT;
    }
    if ((gint64) v[MIG_PARAM_X_CHECKPOINT_DELAY] < 0) {
        return MIG_RULE_PAR_X_CHECKPOINT_DELAY;
    }
    if (release < R(2, 11)) {
        return MIG_RULE_NONE;
    }
    if (outside(v[MIG_PARAM_MULTIFD_CHANNELS], 1, 255)) {
        return MIG_RULE_PAR_MULTIFD_CHANNELS;
    }
    if (outside(v[MIG_PARAM_X_MULTIFD_PAGE_COUNT], 1, 10000)) {
        return MIG_RULE_PAR_X_MULTIFD_PAGE_COUNT;
    }
    if (v[MIG_PARAM_XBZRLE_CACHE_SIZE] < page_size || !power_of_two(v[MIG_PARAM_XBZRLE_CACHE_SIZE])) {
        return MIG_RULE_PAR_XBZRLE_CACHE_SIZE;
    }
    return MIG_RULE_NONE;
}

/* {2.12-} The compression of the old method; gone in 9.1. */
static MigRule check_compress(const guint64 *v)
{
    if (v[MIG_PARAM_COMPRESS_LEVEL] > 9) {
        return MIG_RULE_PAR_COMPRESS_LEVEL;
    }
    if (v[MIG_PARAM_COMPRESS_THREADS] < 1) {
        return MIG_RULE_PAR_COMPRESS_THREADS;
    }
    if (v[MIG_PARAM_DECOMPRESS_THREADS] < 1) {
        return MIG_RULE_PAR_DECOMPRESS_THREADS;
    }
    return MIG_RULE_NONE;
}

/* {5.0-} */
static MigRule check_multifd_levels(MigRelease release, const guint64 *v)
{
    if (v[MIG_PARAM_MULTIFD_ZLIB_LEVEL] > 9) {
        return MIG_RULE_PAR_MULTIFD_ZLIB_LEVEL;
    }
    if (release >= R(9, 2) && (v[MIG_PARAM_MULTIFD_QATZIP_LEVEL] < 1 || v[MIG_PARAM_MULTIFD_QATZIP_LEVEL] > 9)) {
        return MIG_RULE_PAR_MULTIFD_QATZIP_LEVEL;
    }
    if (v[MIG_PARAM_MULTIFD_ZSTD_LEVEL] > 20) {
        return MIG_RULE_PAR_MULTIFD_ZSTD_LEVEL;
    }
    return MIG_RULE_NONE;
}

/* {4.0-} */
static MigRule check_announce(const guint64 *v)
{
    if (v[MIG_PARAM_ANNOUNCE_INITIAL] > 100000) {
        return MIG_RULE_PAR_ANNOUNCE_INITIAL;
    }
    if (v[MIG_PARAM_ANNOUNCE_MAX] > 100000) {
        return MIG_RULE_PAR_ANNOUNCE_MAX;
    }
    if (v[MIG_PARAM_ANNOUNCE_ROUNDS] > 1000) {
        return MIG_RULE_PAR_ANNOUNCE_ROUNDS;
    }
    if (v[MIG_PARAM_ANNOUNCE_STEP] < 1 || v[MIG_PARAM_ANNOUNCE_STEP] > 10000) {
        return MIG_RULE_PAR_ANNOUNCE_STEP;
    }
    return MIG_RULE_NONE;
}

static MigRule check_unsigned(MigRelease release, const guint64 *v, guint64 page_size)
{
    MigRule rule;

    if (release <= R(9, 0) && (rule = check_compress(v)) != MIG_RULE_NONE) {
        return rule;
    }
    if (release >= R(5, 0) && (v[MIG_PARAM_THROTTLE_TRIGGER_THRESHOLD] < 1 || v[MIG_PARAM_THROTTLE_TRIGGER_THRESHOLD] > 100)) {
        return MIG_RULE_PAR_THROTTLE_TRIGGER_THRESHOLD;
    }
    if (v[MIG_PARAM_CPU_THROTTLE_INITIAL] < 1 || v[MIG_PARAM_CPU_THROTTLE_INITIAL] > 99) {
        return MIG_RULE_PAR_CPU_THROTTLE_INITIAL;
    }
    if (v[MIG_PARAM_CPU_THROTTLE_INCREMENT] < 1 || v[MIG_PARAM_CPU_THROTTLE_INCREMENT] > 99) {
        return MIG_RULE_PAR_CPU_THROTTLE_INCREMENT;
    }
    /* Both bandwidths are compared with SIZE_MAX: on a 64-bit host nothing exceeds it. */
    if (v[MIG_PARAM_DOWNTIME_LIMIT] > 2000000) {
        return MIG_RULE_PAR_DOWNTIME_LIMIT;
    }
    if (v[MIG_PARAM_MULTIFD_CHANNELS] < 1) {
        return MIG_RULE_PAR_MULTIFD_CHANNELS;
    }
    if (release <= R(3, 1) && (v[MIG_PARAM_X_MULTIFD_PAGE_COUNT] < 1 || v[MIG_PARAM_X_MULTIFD_PAGE_COUNT] > 10000)) {
        return MIG_RULE_PAR_X_MULTIFD_PAGE_COUNT;
    }
    if (release >= R(5, 0) && (rule = check_multifd_levels(release, v)) != MIG_RULE_NONE) {
        return rule;
    }
    if (v[MIG_PARAM_XBZRLE_CACHE_SIZE] < page_size || !power_of_two(v[MIG_PARAM_XBZRLE_CACHE_SIZE])) {
        return MIG_RULE_PAR_XBZRLE_CACHE_SIZE;
    }
    /* An initial throttle above the maximum is blamed on the maximum. */
    if (release >= R(3, 1)
        && (v[MIG_PARAM_MAX_CPU_THROTTLE] < v[MIG_PARAM_CPU_THROTTLE_INITIAL] || v[MIG_PARAM_MAX_CPU_THROTTLE] > 99)) {
        return MIG_RULE_PAR_MAX_CPU_THROTTLE;
    }
    if (release >= R(4, 0)) {
        return check_announce(v);
    }
    return MIG_RULE_NONE;
}

/* {7.1-} Rules of more than one value, behind the ranges and the mapping. */
static MigRule check_combinations(const MigProfile *profile, MigFactSet facts, MigCapSet caps, const guint64 *current,
                                  const guint64 *v, MigParamMask given)
{
    MigRelease release = profile->release;

    if (caps & MIG_CAP_BIT(MIG_CAP_ZERO_COPY_SEND)) {
        gboolean compressed = v[MIG_PARAM_MULTIFD_COMPRESSION] != MIG_COMPRESSION_NONE;

        if (FACT(LINUX) && (compressed || v[MIG_PARAM_TLS_CREDS] == MIG_TEXT_SET)) {
            return MIG_RULE_PAR_ZEROCOPY;
        }
        if (release == R(11, 0) && !compressed && !(given & MIG_PARAM_BIT(MIG_PARAM_TLS_CREDS))) {
            return MIG_RULE_PAR_ZEROCOPY_CRASH;
        }
    }
    /* Looks at what is stored, not at what is asked for: the setting that offends is accepted, and every later command
     * fails, the one that would undo it included. */
    if ((caps & MIG_CAP_BIT(MIG_CAP_MAPPED_RAM))
        && (current[MIG_PARAM_MULTIFD_COMPRESSION] != MIG_COMPRESSION_NONE || current[MIG_PARAM_TLS_CREDS] == MIG_TEXT_SET)) {
        return MIG_RULE_PAR_MAPPED_RAM;
    }
    if (release >= R(8, 1) && profile->snapshot == 0) {
        if (v[MIG_PARAM_X_VCPU_DIRTY_LIMIT_PERIOD] < 1 || v[MIG_PARAM_X_VCPU_DIRTY_LIMIT_PERIOD] > 1000) {
            return MIG_RULE_PAR_X_VCPU_DIRTY_LIMIT_PERIOD;
        }
        if (v[MIG_PARAM_VCPU_DIRTY_LIMIT] < 1) {
            return MIG_RULE_PAR_VCPU_DIRTY_LIMIT;
        }
    }
    if (v[MIG_PARAM_DIRECT_IO] && !FACT(DIRECT_IO)) {
        return MIG_RULE_PAR_DIRECT_IO;
    }
    if (release >= R(11, 1)
        && (v[MIG_PARAM_X_RDMA_CHUNK_SIZE] < 1048576 || v[MIG_PARAM_X_RDMA_CHUNK_SIZE] > 1073741824
            || !power_of_two(v[MIG_PARAM_X_RDMA_CHUNK_SIZE]))) {
        return MIG_RULE_PAR_X_RDMA_CHUNK_SIZE;
    }
    return MIG_RULE_NONE;
}

MigRule mig_params_check_ranges(const MigProfile *profile, const MigParamValues *result, MigParamMask given)
{
    if (profile->release < R(2, 10)) {
        return next_given(profile->release, result, given, MIG_RULE_NONE);
    }
    return profile->release < R(2, 12) ? check_signed(profile->release, result->value, profile->page_size)
                                       : check_unsigned(profile->release, result->value, profile->page_size);
}

MigRule mig_params_check_combinations(const MigProfile *profile, MigFactSet facts, MigCapSet caps, const MigParamValues *current,
                                      const MigParamValues *result, MigParamMask given)
{
    if (profile->release < R(7, 1)) {
        return MIG_RULE_NONE;
    }
    return check_combinations(profile, facts, caps, current->value, result->value, given);
}

MigRule mig_params_check(const MigProfile *profile, MigFactSet facts, MigCapSet caps, const MigParamValues *current,
                         const MigParamValues *result, MigParamMask given)
{
    MigRule rule = mig_params_check_ranges(profile, result, given);

    return rule != MIG_RULE_NONE ? rule : mig_params_check_combinations(profile, facts, caps, current, result, given);
}

MigRule mig_params_check_after(const MigProfile *profile, const MigParamValues *result, MigParamMask given, MigRule first)
{
    if (first == MIG_RULE_NONE || profile->release >= R(2, 10) || mig_rule_effect(profile, first) != MIG_EFFECT_APPLIED) {
        return MIG_RULE_NONE;
    }
    return next_given(profile->release, result, given, first);
}

guint mig_param_edges(const MigProfile *profile, MigParam param, guint64 *ret_values, guint room)
{
    static const guint64 all[] = {
        0, 1, 2, 9, 10, 20, 21, 50, 98, 99, 100, 101, 255, 256, 257, 276, 1000, 1001, 4095, 4096, 4097, 8192, 10000, 10001,
        65535, 65536, 100000, 100001, 1048575, 1048576, 1048577, 2000000, 2000001, 67108864, 1073741824, 1073741825,
        2147483648, 4294967295, 4294967296, 9223372036854775807, 9223372036854775808u, 18446744073709551615u,
    };
    MigType type = mig_param_input_type(profile, param);
    guint64 max = type == MIG_TYPE_BOOL ? 1 : type == MIG_TYPE_UINT8 ? 255 : type == MIG_TYPE_UINT32 ? 4294967295u
                : type == MIG_TYPE_STRING || type == MIG_TYPE_STR_OR_NULL ? MIG_TEXT_SET
                : type == MIG_TYPE_COMPRESSION ? MIG_COMPRESSION_COUNT - 1 : type == MIG_TYPE_MODE ? MIG_MODE_COUNT - 1
                : type == MIG_TYPE_ZERO_PAGE ? MIG_ZERO_PAGE_COUNT - 1
                : type == MIG_TYPE_MAPPING || type == MIG_TYPE_STRINGS ? 0 : G_MAXUINT64;
    guint count = 0;

    /* Enumerations and strings are small: each of their values counts. */
    for (guint64 value = 0; max < 9 && value <= max && count < room; value++) {
        ret_values[count++] = value;
    }
    for (gsize i = 0; max >= 9 && i < G_N_ELEMENTS(all) && count < room; i++) {
        if (all[i] <= max) {
            ret_values[count++] = all[i];
        }
    }
    return count;
}
