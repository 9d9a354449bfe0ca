/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The migration parameters as a person would list them (spec/options.md 3) and the rules on their values (8.3, 8.4).
 */
#ifndef ORA_OPTIONS_PARAMETER_H
#define ORA_OPTIONS_PARAMETER_H

#include "oracle/options/capability_rule.h"

/* In the order in which arguments are converted and printed, which holds for every release (3.1). A renamed parameter
 * keeps its place. */
typedef enum {
    ORA_PARAM_ANNOUNCE_INITIAL = 0, ORA_PARAM_ANNOUNCE_MAX, ORA_PARAM_ANNOUNCE_ROUNDS, ORA_PARAM_ANNOUNCE_STEP,
    ORA_PARAM_COMPRESS_LEVEL, ORA_PARAM_COMPRESS_THREADS, ORA_PARAM_COMPRESS_WAIT_THREAD, ORA_PARAM_DECOMPRESS_THREADS,
    ORA_PARAM_THROTTLE_TRIGGER_THRESHOLD, ORA_PARAM_CPU_THROTTLE_INITIAL, ORA_PARAM_CPU_THROTTLE_INCREMENT,
    ORA_PARAM_CPU_THROTTLE_TAILSLOW, ORA_PARAM_TLS_CREDS, ORA_PARAM_TLS_HOSTNAME, ORA_PARAM_TLS_AUTHZ,
    ORA_PARAM_MAX_BANDWIDTH, ORA_PARAM_AVAIL_SWITCHOVER_BANDWIDTH, ORA_PARAM_DOWNTIME_LIMIT, ORA_PARAM_X_CHECKPOINT_DELAY,
    ORA_PARAM_BLOCK_INCREMENTAL, ORA_PARAM_MULTIFD_CHANNELS, ORA_PARAM_MULTIFD_PAGE_COUNT, ORA_PARAM_XBZRLE_CACHE_SIZE,
    ORA_PARAM_MAX_POSTCOPY_BANDWIDTH, ORA_PARAM_MAX_CPU_THROTTLE, ORA_PARAM_MULTIFD_COMPRESSION,
    ORA_PARAM_MULTIFD_ZLIB_LEVEL, ORA_PARAM_MULTIFD_QATZIP_LEVEL, ORA_PARAM_MULTIFD_ZSTD_LEVEL,
    ORA_PARAM_BLOCK_BITMAP_MAPPING, ORA_PARAM_X_VCPU_DIRTY_LIMIT_PERIOD, ORA_PARAM_VCPU_DIRTY_LIMIT, ORA_PARAM_MODE,
    ORA_PARAM_ZERO_PAGE_DETECTION, ORA_PARAM_DIRECT_IO, ORA_PARAM_X_RDMA_CHUNK_SIZE, ORA_PARAM_CPR_EXEC_COMMAND,
    ORA_PARAM_COUNT
} OraParameter;

typedef enum {
    ORA_TYPE_INT = 0,         /* int64 */
    ORA_TYPE_UINT8, ORA_TYPE_UINT32, ORA_TYPE_UINT64,     /* the last also for "size" */
    ORA_TYPE_BOOL, ORA_TYPE_STRING, ORA_TYPE_STRING_OR_NULL, ORA_TYPE_ENUM, ORA_TYPE_MAPPING, ORA_TYPE_STRINGS
} OraType;

typedef struct {
    OraParameter parameter;
    const char *name;
    OraRelease since, until;
    OraType type;
    guint64 initial;          /* numbers and booleans */
    const char *word;         /* strings and enums; NULL is "unset" */
    guint not_in;             /* snapshots of 8.1 */
} OraParameterRow;

/* The row of this release; NULL where the release does not have the parameter. */
const OraParameterRow *ora_parameter_row(const OraProfile *profile, OraParameter parameter);
/* ORA_PARAM_COUNT: no such name. */
OraParameter ora_parameter_find(const OraProfile *profile, const char *name);
/* Bits of the field in which 2.12 to 5.2 store an int64 argument (8, 32 or 64); spec/options.md 6.2. */
guint ora_parameter_width(OraParameter parameter);
/* Is `word` a value of the parameter's enumeration in this release and build? */
gboolean ora_parameter_knows_word(const OraProfile *profile, OraParameter parameter, const char *word);

typedef enum {
    ORA_CHECK_RANGE = 0,               /* refused below min or above max */
    ORA_CHECK_POWER_OF_TWO,            /* refused below min, above max, or no power of two */
    ORA_CHECK_PAGE_POWER_OF_TWO,       /* refused below the target page size or no power of two */
    ORA_CHECK_THROTTLE_MAX,            /* refused below cpu-throttle-initial or above max */
    ORA_CHECK_BUILD_DIRECT_IO,         /* refused when true in a build without O_DIRECT */
    ORA_CHECK_MAPPING,                 /* the list of 8.4 */
    ORA_CHECK_ZERO_COPY,               /* zero-copy-send is on: resulting compression none, resulting tls-creds empty */
    ORA_CHECK_ZERO_COPY_CRASH,         /* … and tls-creds not given, compression none: the process dies */
    ORA_CHECK_MAPPED_RAM,              /* mapped-ram is on: stored compression none, stored tls-creds empty */
} OraCheck;

typedef struct {
    const char *id;
    const char *sentence;
    guint order;
    OraParameter parameter;            /* ORA_PARAM_COUNT: of the whole */
    OraRelease since, until;
    OraCheck check;
    gint64 min;
    guint64 max;
    OraEffect effect;
    const char *text;
    guint not_in;
} OraParameterRule;

/* oracle/rules/parameter_rules.c, in order. */
extern const OraParameterRule ora_parameter_rules[];
extern const gsize ora_parameter_rule_count;

#endif
