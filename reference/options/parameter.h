/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Migration parameters (spec/options.md 3). A parameter keeps its number through all releases, also where its name
 * changed; the order of the numbers is the order in which arguments are converted and members of
 * query-migrate-parameters are made, in every release.
 */
#ifndef MIG_OPTIONS_PARAMETER_H
#define MIG_OPTIONS_PARAMETER_H

#include <glib.h>

#include "reference/options/profile.h"

typedef enum {
    MIG_PARAM_ANNOUNCE_INITIAL = 0,
    MIG_PARAM_ANNOUNCE_MAX,
    MIG_PARAM_ANNOUNCE_ROUNDS,
    MIG_PARAM_ANNOUNCE_STEP,
    MIG_PARAM_COMPRESS_LEVEL,
    MIG_PARAM_COMPRESS_THREADS,
    MIG_PARAM_COMPRESS_WAIT_THREAD,
    MIG_PARAM_DECOMPRESS_THREADS,
    MIG_PARAM_THROTTLE_TRIGGER_THRESHOLD,
    MIG_PARAM_CPU_THROTTLE_INITIAL,
    MIG_PARAM_CPU_THROTTLE_INCREMENT,
    MIG_PARAM_CPU_THROTTLE_TAILSLOW,
    MIG_PARAM_TLS_CREDS,
    MIG_PARAM_TLS_HOSTNAME,
    MIG_PARAM_TLS_AUTHZ,
    MIG_PARAM_MAX_BANDWIDTH,
    MIG_PARAM_AVAIL_SWITCHOVER_BANDWIDTH,
    MIG_PARAM_DOWNTIME_LIMIT,
    MIG_PARAM_X_CHECKPOINT_DELAY,
    MIG_PARAM_BLOCK_INCREMENTAL,
    MIG_PARAM_MULTIFD_CHANNELS,
    MIG_PARAM_X_MULTIFD_PAGE_COUNT,
    MIG_PARAM_XBZRLE_CACHE_SIZE,
    MIG_PARAM_MAX_POSTCOPY_BANDWIDTH,
    MIG_PARAM_MAX_CPU_THROTTLE,
    MIG_PARAM_MULTIFD_COMPRESSION,
    MIG_PARAM_MULTIFD_ZLIB_LEVEL,
    MIG_PARAM_MULTIFD_QATZIP_LEVEL,
    MIG_PARAM_MULTIFD_ZSTD_LEVEL,
    MIG_PARAM_BLOCK_BITMAP_MAPPING,
    MIG_PARAM_X_VCPU_DIRTY_LIMIT_PERIOD,
    MIG_PARAM_VCPU_DIRTY_LIMIT,
    MIG_PARAM_MODE,
    MIG_PARAM_ZERO_PAGE_DETECTION,
    MIG_PARAM_DIRECT_IO,
    MIG_PARAM_X_RDMA_CHUNK_SIZE,
    MIG_PARAM_CPR_EXEC_COMMAND,
    MIG_PARAM_COUNT
} MigParam;

/* A set of parameters: bit n is parameter n. */
typedef guint64 MigParamMask;
#define MIG_PARAM_BIT(param) ((MigParamMask) 1 << (param))
G_STATIC_ASSERT(MIG_PARAM_COUNT <= 64);

typedef enum {
    MIG_TYPE_INT = 0,         /* int64 */
    MIG_TYPE_UINT8,
    MIG_TYPE_UINT32,
    MIG_TYPE_UINT64,
    MIG_TYPE_SIZE,            /* uint64; as a property with suffixes */
    MIG_TYPE_BOOL,
    MIG_TYPE_STRING,
    MIG_TYPE_STR_OR_NULL,
    MIG_TYPE_COMPRESSION,     /* MultiFDCompression */
    MIG_TYPE_MODE,            /* MigMode */
    MIG_TYPE_ZERO_PAGE,       /* ZeroPageDetection */
    MIG_TYPE_MAPPING,         /* list of BitmapMigrationNodeAlias */
    MIG_TYPE_STRINGS,         /* list of str */
    MIG_TYPE_COUNT
} MigType;

typedef enum {
    MIG_COMPRESSION_NONE = 0, MIG_COMPRESSION_ZLIB, MIG_COMPRESSION_ZSTD, MIG_COMPRESSION_QATZIP, MIG_COMPRESSION_QPL,
    MIG_COMPRESSION_UADK, MIG_COMPRESSION_COUNT
} MigCompression;

typedef enum {
    MIG_MODE_NORMAL = 0, MIG_MODE_CPR_REBOOT, MIG_MODE_CPR_TRANSFER, MIG_MODE_CPR_EXEC, MIG_MODE_COUNT
} MigMode;

typedef enum {
    MIG_ZERO_PAGE_NONE = 0, MIG_ZERO_PAGE_LEGACY, MIG_ZERO_PAGE_MULTIFD, MIG_ZERO_PAGE_COUNT
} MigZeroPage;

/* What the rules need to know of a string. */
typedef enum { MIG_TEXT_UNSET = 0, MIG_TEXT_EMPTY, MIG_TEXT_SET } MigText;

gboolean mig_param_find(const MigProfile *profile, const char *name, MigParam *ret_param);
/* Name, type of the argument, type of the stored value (narrower than the argument in 2.12-5.2), default; in a release that
 * has the parameter (mig_profile_params()). Names are static. */
const char *mig_param_name(const MigProfile *profile, MigParam param);
MigType mig_param_input_type(const MigProfile *profile, MigParam param);
MigType mig_param_stored_type(const MigProfile *profile, MigParam param);
/* Numbers as they are (signed ones in two's complement), booleans 0 and 1, enums by our numbers, strings MigText, lists 0. */
guint64 mig_param_default(const MigProfile *profile, MigParam param);
/* Property of -global migration.NAME and its type; NULL when there is none. */
const char *mig_param_property(const MigProfile *profile, MigParam param, MigType *ret_type);
MigParamMask mig_profile_params(const MigProfile *profile);
/* FALSE: the schema has it but the monitor's own argument table does not, so naming it is refused (2.5, 2.7). */
gboolean mig_param_settable(const MigProfile *profile, MigParam param);
/* TRUE: migrate-set-parameters checks the type of the argument and forgets it (5.0-8.2, two levels of multifd). */
gboolean mig_param_forgotten(const MigProfile *profile, MigParam param);
gboolean mig_param_deprecated(const MigProfile *profile, MigParam param);
gboolean mig_param_unstable(const MigProfile *profile, MigParam param);
/* For people: "0..9", "power of two, at least the page size"; "" when every value of the type is good. Static. */
const char *mig_param_limits(const MigProfile *profile, MigParam param);
/* Unit, "" when there is none; static. */
const char *mig_param_unit(MigParam param);
/* A stored value as text, strings not included. The caller owns it. */
char *mig_param_value_to_string(const MigProfile *profile, MigParam param, guint64 value);

/* "int", "uint8", "StrOrNull", …; static. */
const char *mig_type_name(MigType type);
/* The enum's name in enum.h, NULL when the type is none. */
const char *mig_type_enum(MigType type);

#endif
