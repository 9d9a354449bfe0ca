/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/options/parameter.h"

#include <string.h>

#define BOTH_SNAPSHOTS (ORA_SNAPSHOT_8_1_20230505 | ORA_SNAPSHOT_8_1_20230630)

/* spec/options.md 3. */
static const OraParameterRow rows[] = {
    { ORA_PARAM_ANNOUNCE_INITIAL, "announce-initial", 400, 0, ORA_TYPE_UINT64, 50 },
    { ORA_PARAM_ANNOUNCE_MAX, "announce-max", 400, 0, ORA_TYPE_UINT64, 550 },
    { ORA_PARAM_ANNOUNCE_ROUNDS, "announce-rounds", 400, 0, ORA_TYPE_UINT64, 5 },
    { ORA_PARAM_ANNOUNCE_STEP, "announce-step", 400, 0, ORA_TYPE_UINT64, 100 },
    { ORA_PARAM_COMPRESS_LEVEL, "compress-level", 204, 502, ORA_TYPE_INT, 1 },
    { ORA_PARAM_COMPRESS_LEVEL, "compress-level", 600, 900, ORA_TYPE_UINT8, 1 },
    { ORA_PARAM_COMPRESS_THREADS, "compress-threads", 204, 502, ORA_TYPE_INT, 8 },
    { ORA_PARAM_COMPRESS_THREADS, "compress-threads", 600, 900, ORA_TYPE_UINT8, 8 },
    { ORA_PARAM_COMPRESS_WAIT_THREAD, "compress-wait-thread", 301, 900, ORA_TYPE_BOOL, TRUE },
    { ORA_PARAM_DECOMPRESS_THREADS, "decompress-threads", 204, 502, ORA_TYPE_INT, 2 },
    { ORA_PARAM_DECOMPRESS_THREADS, "decompress-threads", 600, 900, ORA_TYPE_UINT8, 2 },
    { ORA_PARAM_THROTTLE_TRIGGER_THRESHOLD, "throttle-trigger-threshold", 500, 502, ORA_TYPE_INT, 50 },
    { ORA_PARAM_THROTTLE_TRIGGER_THRESHOLD, "throttle-trigger-threshold", 600, 0, ORA_TYPE_UINT8, 50 },
    { ORA_PARAM_CPU_THROTTLE_INITIAL, "x-cpu-throttle-initial", 205, 206, ORA_TYPE_INT, 20 },
    { ORA_PARAM_CPU_THROTTLE_INITIAL, "cpu-throttle-initial", 207, 502, ORA_TYPE_INT, 20 },
    { ORA_PARAM_CPU_THROTTLE_INITIAL, "cpu-throttle-initial", 600, 0, ORA_TYPE_UINT8, 20 },
    { ORA_PARAM_CPU_THROTTLE_INCREMENT, "x-cpu-throttle-increment", 205, 206, ORA_TYPE_INT, 10 },
    { ORA_PARAM_CPU_THROTTLE_INCREMENT, "cpu-throttle-increment", 207, 502, ORA_TYPE_INT, 10 },
    { ORA_PARAM_CPU_THROTTLE_INCREMENT, "cpu-throttle-increment", 600, 0, ORA_TYPE_UINT8, 10 },
    { ORA_PARAM_CPU_THROTTLE_TAILSLOW, "cpu-throttle-tailslow", 501, 0, ORA_TYPE_BOOL, FALSE },
    { ORA_PARAM_TLS_CREDS, "tls-creds", 207, 208, ORA_TYPE_STRING },
    { ORA_PARAM_TLS_CREDS, "tls-creds", 209, 209, ORA_TYPE_STRING, 0, "" },
    { ORA_PARAM_TLS_CREDS, "tls-creds", 210, 0, ORA_TYPE_STRING_OR_NULL, 0, "" },
    { ORA_PARAM_TLS_HOSTNAME, "tls-hostname", 207, 208, ORA_TYPE_STRING },
    { ORA_PARAM_TLS_HOSTNAME, "tls-hostname", 209, 209, ORA_TYPE_STRING, 0, "" },
    { ORA_PARAM_TLS_HOSTNAME, "tls-hostname", 210, 0, ORA_TYPE_STRING_OR_NULL, 0, "" },
    { ORA_PARAM_TLS_AUTHZ, "tls-authz", 400, 0, ORA_TYPE_STRING_OR_NULL, 0, "" },
    { ORA_PARAM_MAX_BANDWIDTH, "max-bandwidth", 208, 501, ORA_TYPE_INT, 32 * 1024 * 1024 },
    { ORA_PARAM_MAX_BANDWIDTH, "max-bandwidth", 502, 502, ORA_TYPE_INT, 128 * 1024 * 1024 },
    { ORA_PARAM_MAX_BANDWIDTH, "max-bandwidth", 600, 0, ORA_TYPE_UINT64, 128 * 1024 * 1024 },
    { ORA_PARAM_AVAIL_SWITCHOVER_BANDWIDTH, "avail-switchover-bandwidth", 802, 0, ORA_TYPE_UINT64, 0 },
    { ORA_PARAM_DOWNTIME_LIMIT, "downtime-limit", 208, 502, ORA_TYPE_INT, 300 },
    { ORA_PARAM_DOWNTIME_LIMIT, "downtime-limit", 600, 0, ORA_TYPE_UINT64, 300 },
    { ORA_PARAM_X_CHECKPOINT_DELAY, "x-checkpoint-delay", 208, 300, ORA_TYPE_INT, 200 },
    { ORA_PARAM_X_CHECKPOINT_DELAY, "x-checkpoint-delay", 301, 502, ORA_TYPE_INT, 20000 },
    { ORA_PARAM_X_CHECKPOINT_DELAY, "x-checkpoint-delay", 600, 0, ORA_TYPE_UINT32, 20000 },
    { ORA_PARAM_BLOCK_INCREMENTAL, "block-incremental", 210, 900, ORA_TYPE_BOOL, FALSE },
    { ORA_PARAM_MULTIFD_CHANNELS, "x-multifd-channels", 211, 301, ORA_TYPE_INT, 2 },
    { ORA_PARAM_MULTIFD_CHANNELS, "multifd-channels", 400, 502, ORA_TYPE_INT, 2 },
    { ORA_PARAM_MULTIFD_CHANNELS, "multifd-channels", 600, 0, ORA_TYPE_UINT8, 2 },
    { ORA_PARAM_MULTIFD_PAGE_COUNT, "x-multifd-page-count", 211, 301, ORA_TYPE_INT, 16 },
    { ORA_PARAM_XBZRLE_CACHE_SIZE, "xbzrle-cache-size", 211, 0, ORA_TYPE_UINT64, 64 * 1024 * 1024 },
    { ORA_PARAM_MAX_POSTCOPY_BANDWIDTH, "max-postcopy-bandwidth", 300, 0, ORA_TYPE_UINT64, 0 },
    { ORA_PARAM_MAX_CPU_THROTTLE, "max-cpu-throttle", 301, 502, ORA_TYPE_INT, 99 },
    { ORA_PARAM_MAX_CPU_THROTTLE, "max-cpu-throttle", 600, 0, ORA_TYPE_UINT8, 99 },
    { ORA_PARAM_MULTIFD_COMPRESSION, "multifd-compression", 500, 0, ORA_TYPE_ENUM, 0, "none" },
    { ORA_PARAM_MULTIFD_ZLIB_LEVEL, "multifd-zlib-level", 500, 502, ORA_TYPE_INT, 1 },
    { ORA_PARAM_MULTIFD_ZLIB_LEVEL, "multifd-zlib-level", 600, 0, ORA_TYPE_UINT8, 1 },
    { ORA_PARAM_MULTIFD_QATZIP_LEVEL, "multifd-qatzip-level", 902, 0, ORA_TYPE_UINT8, 1 },
    { ORA_PARAM_MULTIFD_ZSTD_LEVEL, "multifd-zstd-level", 500, 502, ORA_TYPE_INT, 1 },
    { ORA_PARAM_MULTIFD_ZSTD_LEVEL, "multifd-zstd-level", 600, 0, ORA_TYPE_UINT8, 1 },
    { ORA_PARAM_BLOCK_BITMAP_MAPPING, "block-bitmap-mapping", 502, 0, ORA_TYPE_MAPPING },
    { ORA_PARAM_X_VCPU_DIRTY_LIMIT_PERIOD, "x-vcpu-dirty-limit-period", 801, 0, ORA_TYPE_UINT64, 1000, NULL, BOTH_SNAPSHOTS },
    { ORA_PARAM_VCPU_DIRTY_LIMIT, "vcpu-dirty-limit", 801, 0, ORA_TYPE_UINT64, 1, NULL, BOTH_SNAPSHOTS },
    { ORA_PARAM_MODE, "mode", 802, 0, ORA_TYPE_ENUM, 0, "normal" },
    { ORA_PARAM_ZERO_PAGE_DETECTION, "zero-page-detection", 900, 0, ORA_TYPE_ENUM, 0, "multifd" },
    { ORA_PARAM_DIRECT_IO, "direct-io", 901, 0, ORA_TYPE_BOOL, FALSE },
    { ORA_PARAM_X_RDMA_CHUNK_SIZE, "x-rdma-chunk-size", 1101, 0, ORA_TYPE_UINT64, 1024 * 1024 },
    { ORA_PARAM_CPR_EXEC_COMMAND, "cpr-exec-command", 1002, 0, ORA_TYPE_STRINGS },
};

/* spec/options.md 5. `needs`: the word exists only in builds with that library. */
static const struct { OraParameter parameter; const char *word; OraRelease since, until; guint needs; } words[] = {
    { ORA_PARAM_MULTIFD_COMPRESSION, "none", 500, 0, 0 },
    { ORA_PARAM_MULTIFD_COMPRESSION, "zlib", 500, 0, 0 },
    { ORA_PARAM_MULTIFD_COMPRESSION, "zstd", 500, 0, ORA_FACT_ZSTD },
    { ORA_PARAM_MULTIFD_COMPRESSION, "qatzip", 902, 0, ORA_FACT_QATZIP },
    { ORA_PARAM_MULTIFD_COMPRESSION, "qpl", 901, 0, ORA_FACT_QPL },
    { ORA_PARAM_MULTIFD_COMPRESSION, "uadk", 901, 0, ORA_FACT_UADK },
    { ORA_PARAM_MODE, "normal", 802, 0, 0 },
    { ORA_PARAM_MODE, "cpr-reboot", 802, 0, 0 },
    { ORA_PARAM_MODE, "cpr-transfer", 1000, 0, 0 },
    { ORA_PARAM_MODE, "cpr-exec", 1002, 0, 0 },
    { ORA_PARAM_ZERO_PAGE_DETECTION, "none", 900, 0, 0 },
    { ORA_PARAM_ZERO_PAGE_DETECTION, "legacy", 900, 0, 0 },
    { ORA_PARAM_ZERO_PAGE_DETECTION, "multifd", 900, 0, 0 },
};

const OraParameterRow *ora_parameter_row(const OraProfile *profile, OraParameter parameter)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].parameter == parameter && ora_release_in(profile->release, rows[i].since, rows[i].until) &&
            !(rows[i].not_in & profile->snapshot)) {
            return &rows[i];
        }
    }
    return NULL;
}

OraParameter ora_parameter_find(const OraProfile *profile, const char *name)
{
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        const OraParameterRow *row = ora_parameter_row(profile, i);

        if (row && strcmp(row->name, name) == 0) {
            return i;
        }
    }
    return ORA_PARAM_COUNT;
}

guint ora_parameter_width(OraParameter parameter)
{
    switch ((int) parameter) {
    case ORA_PARAM_COMPRESS_LEVEL:
    case ORA_PARAM_COMPRESS_THREADS:
    case ORA_PARAM_DECOMPRESS_THREADS:
    case ORA_PARAM_THROTTLE_TRIGGER_THRESHOLD:
    case ORA_PARAM_CPU_THROTTLE_INITIAL:
    case ORA_PARAM_CPU_THROTTLE_INCREMENT:
    case ORA_PARAM_MULTIFD_CHANNELS:
    case ORA_PARAM_MAX_CPU_THROTTLE:
        return 8;
    case ORA_PARAM_X_CHECKPOINT_DELAY:
    case ORA_PARAM_MULTIFD_PAGE_COUNT:
        return 32;
    default:
        return 64;
    }
}

gboolean ora_parameter_knows_word(const OraProfile *profile, OraParameter parameter, const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (words[i].parameter == parameter && strcmp(words[i].word, word) == 0 &&
            ora_release_in(profile->release, words[i].since, words[i].until) &&
            (profile->facts & words[i].needs) == words[i].needs) {
            return TRUE;
        }
    }
    return FALSE;
}
