/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What QMP accepts and returns in the migration area, release by release: facts, to be edited by hand. A row holds for the
 * releases in its range; the rows of one table that hold for a release, from top to bottom, are the members in the
 * order in which QEMU visits them. How to add a release: README.md.
 */
#include "reference/qmp/schema.h"

#define R MIG_RELEASE
#define LAST MIG_SCHEMA_LAST

static const MigSchemaMember addfd_info_members[] = {
    { "fdset-id", "int", R(2, 4), LAST, 0 },
    { "fd", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember add_fd_arg_members[] = {
    { "fdset-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "opaque", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember announce_parameters_members[] = {
    { "initial", "int", R(4, 0), LAST, 0 },
    { "max", "int", R(4, 0), LAST, 0 },
    { "rounds", "int", R(4, 0), LAST, 0 },
    { "step", "int", R(4, 0), LAST, 0 },
    { "interfaces", "[str]", R(4, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "id", "str", R(4, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember blockdev_options_members[] = {
    { "driver", "BlockdevDriver", R(2, 4), LAST, 0 },
    { "node-name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember blockdev_options_branches[] = {
    { "blkdebug", "BlockdevOptionsBlkdebug", R(2, 4), LAST, 0 },
};

static const MigSchemaValue blockdev_driver_values[] = {
    { "blkdebug", R(2, 4), LAST, 0, 0 },
    { "null-co", R(2, 4), LAST, 0, 0 },
    { "null-aio", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember blockdev_options_blkdebug_members[] = {
    { "image", "any", R(2, 4), LAST, 0 },
    { "config", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember calc_dirty_rate_arg_members[] = {
    { "calc-time", "int", R(5, 2), LAST, 0 },
    { "calc-time-unit", "TimeUnit", R(8, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "sample-pages", "int", R(6, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "mode", "DirtyRateMeasureMode", R(6, 2), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue dirty_rate_measure_mode_values[] = {
    { "page-sampling", R(6, 2), LAST, 0, 0 },
    { "dirty-ring", R(6, 2), LAST, 0, 0 },
    { "dirty-bitmap", R(6, 2), LAST, 0, 0 },
};

static const MigSchemaValue time_unit_values[] = {
    { "second", R(8, 2), LAST, 0, 0 },
    { "millisecond", R(8, 2), LAST, 0, 0 },
};

static const MigSchemaMember cancel_vcpu_dirty_limit_arg_members[] = {
    { "cpu-index", "int", R(7, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember client_migrate_info_arg_members[] = {
    { "protocol", "str", R(2, 4), LAST, 0 },
    { "hostname", "str", R(2, 4), LAST, 0 },
    { "port", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "tls-port", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "cert-subject", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember closefd_arg_members[] = {
    { "fdname", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember object_property_info_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "type", "str", R(2, 4), LAST, 0 },
    { "description", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "default-value", "any", R(5, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember device_list_properties_arg_members[] = {
    { "typename", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember getfd_arg_members[] = {
    { "fdname", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember human_monitor_command_arg_members[] = {
    { "command-line", "str", R(2, 4), LAST, 0 },
    { "cpu-index", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember job_cancel_arg_members[] = {
    { "id", "str", R(3, 0), LAST, 0 },
};

static const MigSchemaMember job_complete_arg_members[] = {
    { "id", "str", R(3, 0), LAST, 0 },
};

static const MigSchemaMember job_dismiss_arg_members[] = {
    { "id", "str", R(3, 0), LAST, 0 },
};

static const MigSchemaMember job_finalize_arg_members[] = {
    { "id", "str", R(3, 0), LAST, 0 },
};

static const MigSchemaMember job_pause_arg_members[] = {
    { "id", "str", R(3, 0), LAST, 0 },
};

static const MigSchemaMember job_resume_arg_members[] = {
    { "id", "str", R(3, 0), LAST, 0 },
};

static const MigSchemaMember memsave_arg_members[] = {
    { "val", "int", R(2, 4), R(9, 1), 0 },
    { "val", "uint64", R(9, 2), LAST, 0 },
    { "size", "int", R(2, 4), R(9, 1), 0 },
    { "size", "uint64", R(9, 2), LAST, 0 },
    { "filename", "str", R(2, 4), LAST, 0 },
    { "cpu-index", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember migrate_arg_members[] = {
    { "uri", "str", R(2, 4), R(8, 2), 0 },
    { "uri", "str", R(9, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "channels", "[MigrationChannel]", R(8, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "detach", "bool", R(10, 1), R(10, 2), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "blk", "bool", R(2, 4), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "blk", "bool", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "inc", "bool", R(2, 4), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "inc", "bool", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "detach", "bool", R(2, 4), R(10, 0), MIG_SCHEMA_OPTIONAL },
    { "resume", "bool", R(3, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember migration_channel_members[] = {
    { "channel-type", "MigrationChannelType", R(8, 2), LAST, 0 },
    { "addr", "MigrationAddress", R(8, 2), LAST, 0 },
};

static const MigSchemaValue migration_channel_type_values[] = {
    { "main", R(8, 2), LAST, 0, 0 },
    { "cpr", R(10, 0), LAST, 0, 0 },
};

static const MigSchemaMember migration_address_members[] = {
    { "transport", "MigrationAddressType", R(8, 2), LAST, 0 },
};

static const MigSchemaMember migration_address_branches[] = {
    { "socket", "SocketAddress", R(8, 2), LAST, 0 },
    { "exec", "MigrationExecCommand", R(8, 2), LAST, 0 },
    { "rdma", "InetSocketAddress", R(8, 2), LAST, 0 },
    { "file", "FileMigrationArgs", R(8, 2), LAST, 0 },
};

static const MigSchemaValue migration_address_type_values[] = {
    { "socket", R(8, 2), LAST, 0, 0 },
    { "exec", R(8, 2), LAST, 0, 0 },
    { "rdma", R(8, 2), LAST, 0, 0 },
    { "file", R(8, 2), LAST, 0, 0 },
};

static const MigSchemaMember socket_address_members[] = {
    { "type", "SocketAddressType", R(2, 9), LAST, 0 },
};

static const MigSchemaMember socket_address_branches[] = {
    { "inet", "InetSocketAddress", R(2, 9), LAST, 0 },
    { "unix", "UnixSocketAddress", R(2, 9), LAST, 0 },
    { "vsock", "VsockSocketAddress", R(2, 9), LAST, 0 },
    { "fd", "FdSocketAddress", R(2, 9), LAST, 0 },
};

static const MigSchemaValue socket_address_type_values[] = {
    { "inet", R(2, 9), LAST, 0, 0 },
    { "unix", R(2, 9), LAST, 0, 0 },
    { "vsock", R(2, 9), LAST, 0, 0 },
    { "fd", R(2, 9), LAST, 0, 0 },
};

static const MigSchemaMember inet_socket_address_members[] = {
    { "host", "str", R(2, 4), LAST, 0 },
    { "port", "str", R(2, 4), LAST, 0 },
    { "numeric", "bool", R(2, 9), LAST, MIG_SCHEMA_OPTIONAL },
    { "to", "uint16", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "ipv4", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "ipv6", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive", "bool", R(4, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive-count", "uint32", R(10, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive-idle", "uint32", R(10, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive-interval", "uint32", R(10, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "mptcp", "bool", R(6, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember unix_socket_address_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "abstract", "bool", R(5, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "tight", "bool", R(5, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember vsock_socket_address_members[] = {
    { "cid", "str", R(2, 4), LAST, 0 },
    { "port", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember fd_socket_address_members[] = {
    { "str", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember migration_exec_command_members[] = {
    { "args", "[str]", R(8, 2), LAST, 0 },
};

static const MigSchemaMember file_migration_args_members[] = {
    { "filename", "str", R(8, 2), LAST, 0 },
    { "offset", "uint64", R(8, 2), LAST, 0 },
};

static const MigSchemaMember migrate_continue_arg_members[] = {
    { "state", "MigrationStatus", R(2, 11), LAST, 0 },
};

static const MigSchemaValue migration_status_values[] = {
    { "none", R(2, 4), LAST, 0, 0 },
    { "setup", R(2, 4), LAST, 0, 0 },
    { "cancelling", R(2, 4), LAST, 0, 0 },
    { "cancelled", R(2, 4), LAST, 0, 0 },
    { "active", R(2, 4), LAST, 0, 0 },
    { "postcopy-device", R(10, 2), LAST, 0, 0 },
    { "postcopy-active", R(2, 5), LAST, 0, 0 },
    { "postcopy-paused", R(3, 0), LAST, 0, 0 },
    { "postcopy-recover-setup", R(9, 1), LAST, 0, 0 },
    { "postcopy-recover", R(3, 0), LAST, 0, 0 },
    { "completed", R(2, 4), LAST, 0, 0 },
    { "failing", R(11, 0), LAST, 0, 0 },
    { "failed", R(2, 4), LAST, 0, 0 },
    { "colo", R(2, 8), LAST, 0, 0 },
    { "pre-switchover", R(2, 11), LAST, 0, 0 },
    { "device", R(2, 11), LAST, 0, 0 },
    { "wait-unplug", R(4, 2), LAST, 0, 0 },
};

static const MigSchemaMember migrate_incoming_arg_members[] = {
    { "uri", "str", R(2, 4), R(8, 1), 0 },
    { "uri", "str", R(8, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "channels", "[MigrationChannel]", R(8, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "exit-on-error", "bool", R(9, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember migrate_recover_arg_members[] = {
    { "uri", "str", R(3, 0), LAST, 0 },
};

static const MigSchemaMember migrate_set_cache_size_arg_members[] = {
    { "value", "int", R(2, 4), R(5, 2), 0 },
};

static const MigSchemaMember migrate_set_capabilities_arg_members[] = {
    { "capabilities", "[MigrationCapabilityStatus]", R(2, 4), LAST, 0 },
};

static const MigSchemaMember migration_capability_status_members[] = {
    { "capability", "MigrationCapability", R(2, 4), LAST, 0 },
    { "state", "bool", R(2, 4), LAST, 0 },
};

static const MigSchemaValue migration_capability_values[] = {
    { "xbzrle", R(2, 4), LAST, 0, 0 },
    { "rdma-pin-all", R(2, 4), LAST, 0, 0 },
    { "auto-converge", R(2, 4), LAST, 0, 0 },
    { "zero-blocks", R(2, 4), R(9, 1), 0, 0 },
    { "zero-blocks", R(9, 2), R(10, 2), MIG_SCHEMA_DEPRECATED, 0 },
    { "compress", R(2, 4), R(8, 1), 0, 0 },
    { "compress", R(8, 2), R(9, 0), MIG_SCHEMA_DEPRECATED, 0 },
    { "events", R(2, 4), LAST, 0, 0 },
    { "postcopy-ram", R(2, 6), LAST, 0, 0 },
    { "x-colo", R(2, 8), R(6, 1), 0, 0 },
    { "x-colo", R(6, 2), LAST, MIG_SCHEMA_UNSTABLE, 0 },
    { "release-ram", R(2, 9), LAST, 0, 0 },
    { "block", R(2, 10), R(8, 1), 0, 0 },
    { "block", R(8, 2), R(9, 0), MIG_SCHEMA_DEPRECATED, 0 },
    { "return-path", R(2, 10), LAST, 0, 0 },
    { "pause-before-switchover", R(2, 11), LAST, 0, 0 },
    { "multifd", R(4, 0), LAST, 0, 0 },
    { "x-multifd", R(2, 11), R(3, 1), 0, 0 },
    { "dirty-bitmaps", R(2, 12), LAST, 0, 0 },
    { "postcopy-blocktime", R(3, 0), LAST, 0, 0 },
    { "late-block-activate", R(3, 0), LAST, 0, 0 },
    { "x-ignore-shared", R(4, 0), R(6, 1), 0, 0 },
    { "x-ignore-shared", R(6, 2), LAST, MIG_SCHEMA_UNSTABLE, 0 },
    { "validate-uuid", R(4, 2), LAST, 0, 0 },
    { "background-snapshot", R(6, 0), LAST, 0, 0 },
    { "zero-copy-send", R(7, 1), LAST, 0, 0 },
    { "postcopy-preempt", R(7, 1), LAST, 0, 0 },
    { "switchover-ack", R(8, 1), LAST, 0, 0 },
    { "dirty-limit", R(8, 1), LAST, 0, 0 },
    { "mapped-ram", R(9, 0), LAST, 0, 0 },
    { "x-postcopy-ram", R(2, 5), R(2, 5), 0, 0 },
};

static const MigSchemaMember migration_parameters_members[] = {
    { "announce-initial", "size", R(4, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "announce-max", "size", R(4, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "announce-rounds", "size", R(4, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "announce-step", "size", R(4, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "compress-level", "int", R(2, 4), R(2, 7), 0 },
    { "compress-level", "int", R(2, 8), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "compress-level", "uint8", R(2, 12), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "compress-level", "uint8", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "compress-threads", "int", R(2, 4), R(2, 7), 0 },
    { "compress-threads", "int", R(2, 8), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "compress-threads", "uint8", R(2, 12), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "compress-threads", "uint8", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "compress-wait-thread", "bool", R(3, 1), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "compress-wait-thread", "bool", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "decompress-threads", "int", R(2, 4), R(2, 7), 0 },
    { "decompress-threads", "int", R(2, 8), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "decompress-threads", "uint8", R(2, 12), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "decompress-threads", "uint8", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "throttle-trigger-threshold", "uint8", R(5, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-initial", "int", R(2, 7), R(2, 7), 0 },
    { "cpu-throttle-initial", "int", R(2, 8), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-initial", "uint8", R(2, 12), LAST, MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-increment", "int", R(2, 7), R(2, 7), 0 },
    { "cpu-throttle-increment", "int", R(2, 8), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-increment", "uint8", R(2, 12), LAST, MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-tailslow", "bool", R(5, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "tls-creds", "str", R(2, 7), R(2, 7), 0 },
    { "tls-creds", "str", R(2, 8), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "tls-creds", "StrOrNull", R(11, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "tls-hostname", "str", R(2, 7), R(2, 7), 0 },
    { "tls-hostname", "str", R(2, 8), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "tls-hostname", "StrOrNull", R(11, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "tls-authz", "str", R(4, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "tls-authz", "StrOrNull", R(11, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "max-bandwidth", "int", R(2, 8), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "max-bandwidth", "size", R(2, 12), LAST, MIG_SCHEMA_OPTIONAL },
    { "avail-switchover-bandwidth", "size", R(8, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "downtime-limit", "int", R(2, 8), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "downtime-limit", "uint64", R(2, 12), LAST, MIG_SCHEMA_OPTIONAL },
    { "x-checkpoint-delay", "int", R(2, 8), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "x-checkpoint-delay", "uint32", R(2, 12), R(6, 1), MIG_SCHEMA_OPTIONAL },
    { "x-checkpoint-delay", "uint32", R(6, 2), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "block-incremental", "bool", R(2, 10), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "block-incremental", "bool", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "multifd-channels", "uint8", R(4, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "x-multifd-channels", "int", R(2, 11), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "x-multifd-channels", "uint8", R(2, 12), R(3, 1), MIG_SCHEMA_OPTIONAL },
    { "x-multifd-page-count", "int", R(2, 11), R(2, 11), MIG_SCHEMA_OPTIONAL },
    { "x-multifd-page-count", "uint32", R(2, 12), R(3, 1), MIG_SCHEMA_OPTIONAL },
    { "xbzrle-cache-size", "size", R(2, 11), LAST, MIG_SCHEMA_OPTIONAL },
    { "max-postcopy-bandwidth", "size", R(3, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "max-cpu-throttle", "uint8", R(3, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "multifd-compression", "MultiFDCompression", R(5, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "multifd-zlib-level", "uint8", R(5, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "multifd-qatzip-level", "uint8", R(9, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "multifd-zstd-level", "uint8", R(5, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "block-bitmap-mapping", "[BitmapMigrationNodeAlias]", R(5, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "x-vcpu-dirty-limit-period", "uint64", R(8, 1), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "vcpu-dirty-limit", "uint64", R(8, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "mode", "MigMode", R(8, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "zero-page-detection", "ZeroPageDetection", R(9, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "direct-io", "bool", R(9, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "x-rdma-chunk-size", "uint64", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "cpr-exec-command", "[str]", R(10, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "x-cpu-throttle-initial", "int", R(2, 5), R(2, 6), 0 },
    { "x-cpu-throttle-increment", "int", R(2, 5), R(2, 6), 0 },
};

static const MigSchemaValue multi_fdcompression_values[] = {
    { "none", R(5, 0), LAST, 0, 0 },
    { "zlib", R(5, 0), LAST, 0, 0 },
    { "zstd", R(5, 0), LAST, 0, MIG_SCHEMA_IF_ZSTD },
    { "qatzip", R(9, 2), LAST, 0, MIG_SCHEMA_IF_QATZIP },
    { "qpl", R(9, 1), LAST, 0, MIG_SCHEMA_IF_QPL },
    { "uadk", R(9, 1), LAST, 0, MIG_SCHEMA_IF_UADK },
};

static const MigSchemaMember bitmap_migration_node_alias_members[] = {
    { "node-name", "str", R(5, 2), LAST, 0 },
    { "alias", "str", R(5, 2), LAST, 0 },
    { "bitmaps", "[BitmapMigrationBitmapAlias]", R(5, 2), LAST, 0 },
};

static const MigSchemaMember bitmap_migration_bitmap_alias_members[] = {
    { "name", "str", R(5, 2), LAST, 0 },
    { "alias", "str", R(5, 2), LAST, 0 },
    { "transform", "BitmapMigrationBitmapAliasTransform", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember bitmap_migration_bitmap_alias_transform_members[] = {
    { "persistent", "bool", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue mig_mode_values[] = {
    { "normal", R(8, 2), LAST, 0, 0 },
    { "cpr-reboot", R(8, 2), LAST, 0, 0 },
    { "cpr-transfer", R(10, 0), LAST, 0, 0 },
    { "cpr-exec", R(10, 2), LAST, 0, 0 },
};

static const MigSchemaValue zero_page_detection_values[] = {
    { "none", R(9, 0), LAST, 0, 0 },
    { "legacy", R(9, 0), LAST, 0, 0 },
    { "multifd", R(9, 0), LAST, 0, 0 },
};

static const MigSchemaMember str_or_null_branches[] = {
    { "", "str", R(2, 10), LAST, 0 },
    { "", "null", R(2, 10), LAST, 0 },
};

static const MigSchemaMember migrate_set_parameters_members[] = {
    { "announce-initial", "size", R(4, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "announce-max", "size", R(4, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "announce-rounds", "size", R(4, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "announce-step", "size", R(4, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "compress-level", "int", R(2, 10), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "compress-level", "uint8", R(6, 0), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "compress-level", "uint8", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "compress-threads", "int", R(2, 10), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "compress-threads", "uint8", R(6, 0), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "compress-threads", "uint8", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "compress-wait-thread", "bool", R(3, 1), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "compress-wait-thread", "bool", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "decompress-threads", "int", R(2, 10), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "decompress-threads", "uint8", R(6, 0), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "decompress-threads", "uint8", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "throttle-trigger-threshold", "int", R(5, 0), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "throttle-trigger-threshold", "uint8", R(6, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-initial", "int", R(2, 10), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-initial", "uint8", R(6, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-increment", "int", R(2, 10), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-increment", "uint8", R(6, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-tailslow", "bool", R(5, 1), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "tls-creds", "StrOrNull", R(2, 10), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "tls-hostname", "StrOrNull", R(2, 10), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "tls-authz", "StrOrNull", R(4, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "max-bandwidth", "int", R(2, 10), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "max-bandwidth", "size", R(6, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "avail-switchover-bandwidth", "size", R(8, 2), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "downtime-limit", "int", R(2, 10), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "downtime-limit", "uint64", R(6, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "x-checkpoint-delay", "int", R(2, 10), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "x-checkpoint-delay", "uint32", R(6, 0), R(6, 1), MIG_SCHEMA_OPTIONAL },
    { "x-checkpoint-delay", "uint32", R(6, 2), R(10, 2), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "block-incremental", "bool", R(2, 10), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "block-incremental", "bool", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "multifd-channels", "int", R(4, 0), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "multifd-channels", "uint8", R(6, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "x-multifd-channels", "int", R(2, 11), R(3, 1), MIG_SCHEMA_OPTIONAL },
    { "x-multifd-page-count", "int", R(2, 11), R(3, 1), MIG_SCHEMA_OPTIONAL },
    { "xbzrle-cache-size", "size", R(2, 11), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "max-postcopy-bandwidth", "size", R(3, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "max-cpu-throttle", "int", R(3, 1), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "max-cpu-throttle", "uint8", R(6, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "multifd-compression", "MultiFDCompression", R(5, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "multifd-zlib-level", "int", R(5, 0), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "multifd-zlib-level", "uint8", R(6, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "multifd-qatzip-level", "uint8", R(9, 2), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "multifd-zstd-level", "int", R(5, 0), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "multifd-zstd-level", "uint8", R(6, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "block-bitmap-mapping", "[BitmapMigrationNodeAlias]", R(5, 2), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "x-vcpu-dirty-limit-period", "uint64", R(8, 1), R(10, 2), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "vcpu-dirty-limit", "uint64", R(8, 1), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "mode", "MigMode", R(8, 2), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "zero-page-detection", "ZeroPageDetection", R(9, 0), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "direct-io", "bool", R(9, 1), R(10, 2), MIG_SCHEMA_OPTIONAL },
    { "cpr-exec-command", "[str]", R(10, 2), R(10, 2), MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember migrate_set_parameters_arg_members[] = {
    { "compress-level", "int", R(2, 4), R(2, 7), MIG_SCHEMA_OPTIONAL },
    { "compress-threads", "int", R(2, 4), R(2, 7), MIG_SCHEMA_OPTIONAL },
    { "decompress-threads", "int", R(2, 4), R(2, 7), MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-initial", "int", R(2, 7), R(2, 7), MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-increment", "int", R(2, 7), R(2, 7), MIG_SCHEMA_OPTIONAL },
    { "tls-creds", "str", R(2, 7), R(2, 7), MIG_SCHEMA_OPTIONAL },
    { "tls-hostname", "str", R(2, 7), R(2, 7), MIG_SCHEMA_OPTIONAL },
    { "x-cpu-throttle-initial", "int", R(2, 5), R(2, 6), MIG_SCHEMA_OPTIONAL },
    { "x-cpu-throttle-increment", "int", R(2, 5), R(2, 6), MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember migrate_set_downtime_arg_members[] = {
    { "value", "number", R(2, 4), R(5, 2), 0 },
};

static const MigSchemaMember migrate_set_speed_arg_members[] = {
    { "value", "int", R(2, 4), R(5, 2), 0 },
};

static const MigSchemaMember nbd_server_add_arg_members[] = {
    { "name", "str", R(5, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "description", "str", R(5, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "device", "str", R(2, 4), LAST, 0 },
    { "writable", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bitmap", "str", R(5, 2), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember object_options_members[] = {
    { "qom-type", "ObjectType", R(6, 0), LAST, 0 },
    { "id", "str", R(6, 0), LAST, 0 },
};

static const MigSchemaMember object_options_branches[] = {
    { "authz-simple", "AuthZSimpleProperties", R(6, 0), LAST, 0 },
    { "monitor-qmp", "MonitorQmpProperties", R(11, 1), LAST, 0 },
    { "secret", "SecretProperties", R(6, 0), LAST, 0 },
    { "tls-creds-anon", "TlsCredsAnonProperties", R(6, 0), LAST, 0 },
    { "tls-creds-psk", "TlsCredsPskProperties", R(6, 0), LAST, 0 },
    { "tls-creds-x509", "TlsCredsX509Properties", R(6, 0), LAST, 0 },
};

static const MigSchemaValue object_type_values[] = {
    { "authz-simple", R(6, 0), LAST, 0, 0 },
    { "monitor-qmp", R(11, 1), LAST, 0, 0 },
    { "secret", R(6, 0), LAST, 0, 0 },
    { "tls-creds-anon", R(6, 0), LAST, 0, 0 },
    { "tls-creds-psk", R(6, 0), LAST, 0, 0 },
    { "tls-creds-x509", R(6, 0), LAST, 0, 0 },
};

static const MigSchemaMember auth_zsimple_properties_members[] = {
    { "identity", "str", R(6, 0), LAST, 0 },
};

static const MigSchemaMember secret_properties_members[] = {
    { "loaded", "bool", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "format", "QCryptoSecretFormat", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "keyid", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "iv", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "data", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "file", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue qcrypto_secret_format_values[] = {
    { "raw", R(2, 6), LAST, 0, 0 },
    { "base64", R(2, 6), LAST, 0, 0 },
};

static const MigSchemaMember tls_creds_anon_properties_members[] = {
    { "verify-peer", "bool", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "dir", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "endpoint", "QCryptoTLSCredsEndpoint", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "priority", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue qcrypto_tlscreds_endpoint_values[] = {
    { "client", R(2, 5), LAST, 0, 0 },
    { "server", R(2, 5), LAST, 0, 0 },
};

static const MigSchemaMember tls_creds_psk_properties_members[] = {
    { "verify-peer", "bool", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "dir", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "endpoint", "QCryptoTLSCredsEndpoint", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "priority", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "username", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember tls_creds_x509properties_members[] = {
    { "verify-peer", "bool", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "dir", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "endpoint", "QCryptoTLSCredsEndpoint", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "priority", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "sanity-check", "bool", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "passwordid", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember monitor_qmp_properties_members[] = {
    { "chardev", "str", R(11, 1), LAST, 0 },
    { "pretty", "bool", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "close-action", "str", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember object_del_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember pmemsave_arg_members[] = {
    { "val", "int", R(2, 4), R(9, 1), 0 },
    { "val", "uint64", R(9, 2), LAST, 0 },
    { "size", "int", R(2, 4), R(9, 1), 0 },
    { "size", "uint64", R(9, 2), LAST, 0 },
    { "filename", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember qmp_capabilities_arg_members[] = {
    { "enable", "[QMPCapability]", R(2, 12), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue qmpcapability_values[] = {
    { "oob", R(2, 12), LAST, 0, 0 },
};

static const MigSchemaMember qom_get_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "property", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember qom_list_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember qom_list_properties_arg_members[] = {
    { "typename", "str", R(2, 11), LAST, 0 },
};

static const MigSchemaMember object_type_info_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "abstract", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "parent", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember qom_list_types_arg_members[] = {
    { "implements", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "abstract", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember qom_set_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "property", "str", R(2, 4), LAST, 0 },
    { "value", "any", R(2, 4), LAST, 0 },
};

static const MigSchemaMember chardev_info_members[] = {
    { "label", "str", R(2, 4), LAST, 0 },
    { "filename", "str", R(2, 4), LAST, 0 },
    { "frontend-open", "bool", R(2, 4), LAST, 0 },
};

static const MigSchemaMember colostatus_members[] = {
    { "mode", "COLOMode", R(3, 1), LAST, 0 },
    { "last-mode", "COLOMode", R(4, 0), LAST, 0 },
    { "reason", "COLOExitReason", R(3, 1), LAST, 0 },
};

static const MigSchemaValue colomode_values[] = {
    { "none", R(3, 1), LAST, 0, 0 },
    { "unknown", R(2, 8), R(3, 0), 0, 0 },
    { "primary", R(2, 8), LAST, 0, 0 },
    { "secondary", R(2, 8), LAST, 0, 0 },
};

static const MigSchemaValue coloexit_reason_values[] = {
    { "none", R(3, 1), LAST, 0, 0 },
    { "request", R(3, 1), LAST, 0, 0 },
    { "error", R(3, 1), LAST, 0, 0 },
    { "processing", R(4, 0), LAST, 0, 0 },
};

static const MigSchemaMember command_info_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember dirty_rate_info_members[] = {
    { "dirty-rate", "int", R(5, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "status", "DirtyRateStatus", R(5, 2), LAST, 0 },
    { "start-time", "int", R(5, 2), LAST, 0 },
    { "calc-time", "int", R(5, 2), LAST, 0 },
    { "calc-time-unit", "TimeUnit", R(8, 2), LAST, 0 },
    { "sample-pages", "uint64", R(6, 1), LAST, 0 },
    { "mode", "DirtyRateMeasureMode", R(6, 2), LAST, 0 },
    { "vcpu-dirty-rate", "[DirtyRateVcpu]", R(6, 2), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue dirty_rate_status_values[] = {
    { "unstarted", R(5, 2), LAST, 0, 0 },
    { "measuring", R(5, 2), LAST, 0, 0 },
    { "measured", R(5, 2), LAST, 0, 0 },
};

static const MigSchemaMember dirty_rate_vcpu_members[] = {
    { "id", "int", R(6, 2), LAST, 0 },
    { "dirty-rate", "int", R(6, 2), LAST, 0 },
};

static const MigSchemaMember query_dirty_rate_arg_members[] = {
    { "calc-time-unit", "TimeUnit", R(8, 2), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember event_info_members[] = {
    { "name", "str", R(2, 4), R(5, 2), 0 },
};

static const MigSchemaMember fdset_info_members[] = {
    { "fdset-id", "int", R(2, 4), LAST, 0 },
    { "fds", "[FdsetFdInfo]", R(2, 4), LAST, 0 },
};

static const MigSchemaMember fdset_fd_info_members[] = {
    { "fd", "int", R(2, 4), LAST, 0 },
    { "opaque", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember job_info_members[] = {
    { "id", "str", R(3, 0), LAST, 0 },
    { "type", "JobType", R(3, 0), LAST, 0 },
    { "status", "JobStatus", R(3, 0), LAST, 0 },
    { "current-progress", "int", R(3, 0), LAST, 0 },
    { "total-progress", "int", R(3, 0), LAST, 0 },
    { "error", "str", R(3, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue job_type_values[] = {
    { "commit", R(3, 0), LAST, 0, 0 },
    { "stream", R(3, 0), LAST, 0, 0 },
    { "mirror", R(3, 0), LAST, 0, 0 },
    { "backup", R(3, 0), LAST, 0, 0 },
    { "create", R(3, 0), LAST, 0, 0 },
    { "amend", R(5, 1), LAST, 0, 0 },
    { "snapshot-load", R(6, 0), LAST, 0, 0 },
    { "snapshot-save", R(6, 0), LAST, 0, 0 },
    { "snapshot-delete", R(6, 0), LAST, 0, 0 },
};

static const MigSchemaValue job_status_values[] = {
    { "undefined", R(3, 0), LAST, 0, 0 },
    { "created", R(3, 0), LAST, 0, 0 },
    { "running", R(3, 0), LAST, 0, 0 },
    { "paused", R(3, 0), LAST, 0, 0 },
    { "ready", R(3, 0), LAST, 0, 0 },
    { "standby", R(3, 0), LAST, 0, 0 },
    { "waiting", R(3, 0), LAST, 0, 0 },
    { "pending", R(3, 0), LAST, 0, 0 },
    { "aborting", R(3, 0), LAST, 0, 0 },
    { "concluded", R(3, 0), LAST, 0, 0 },
    { "null", R(3, 0), LAST, 0, 0 },
};

static const MigSchemaMember kvm_info_members[] = {
    { "enabled", "bool", R(2, 4), LAST, 0 },
    { "present", "bool", R(2, 4), LAST, 0 },
};

static const MigSchemaMember migration_info_members[] = {
    { "status", "MigrationStatus", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "ram", "MigrationStats", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "remaining", "uint64", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "disk", "MigrationStats", R(2, 4), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "disk", "MigrationStats", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "vfio", "VfioStats", R(5, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "xbzrle-cache", "XBZRLECacheStats", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "total-time", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "expected-downtime", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "downtime", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "setup-time", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "cpu-throttle-percentage", "int", R(2, 7), LAST, MIG_SCHEMA_OPTIONAL },
    { "error-desc", "str", R(2, 7), LAST, MIG_SCHEMA_OPTIONAL },
    { "blocked", "bool", R(6, 0), R(6, 0), MIG_SCHEMA_DEPRECATED },
    { "blocked-reasons", "[str]", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "postcopy-blocktime", "uint32", R(3, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "postcopy-vcpu-blocktime", "[uint32]", R(3, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "postcopy-latency", "uint64", R(10, 1), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "postcopy-latency-dist", "[uint64]", R(10, 1), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "postcopy-vcpu-latency", "[uint64]", R(10, 1), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "postcopy-non-vcpu-latency", "uint64", R(10, 1), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "compression", "CompressionStats", R(3, 1), R(8, 1), MIG_SCHEMA_OPTIONAL },
    { "compression", "CompressionStats", R(8, 2), R(9, 0), MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "socket-address", "[SocketAddress]", R(4, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "dirty-limit-throttle-time-per-round", "uint64", R(8, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "dirty-limit-ring-full-time", "uint64", R(8, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "x-cpu-throttle-percentage", "int", R(2, 5), R(2, 6), MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember migration_stats_members[] = {
    { "transferred", "int", R(2, 4), LAST, 0 },
    { "remaining", "int", R(2, 4), LAST, 0 },
    { "total", "int", R(2, 4), LAST, 0 },
    { "duplicate", "int", R(2, 4), LAST, 0 },
    { "skipped", "int", R(2, 4), R(8, 0), 0 },
    { "skipped", "int", R(8, 1), R(9, 0), MIG_SCHEMA_DEPRECATED },
    { "normal", "int", R(2, 4), LAST, 0 },
    { "normal-bytes", "int", R(2, 4), LAST, 0 },
    { "dirty-pages-rate", "int", R(2, 4), LAST, 0 },
    { "mbps", "number", R(2, 4), LAST, 0 },
    { "dirty-sync-count", "int", R(2, 4), LAST, 0 },
    { "postcopy-requests", "int", R(2, 7), LAST, 0 },
    { "page-size", "int", R(2, 10), LAST, 0 },
    { "multifd-bytes", "uint64", R(3, 0), LAST, 0 },
    { "pages-per-second", "uint64", R(4, 0), LAST, 0 },
    { "precopy-bytes", "uint64", R(7, 0), LAST, 0 },
    { "downtime-bytes", "uint64", R(7, 0), LAST, 0 },
    { "postcopy-bytes", "uint64", R(7, 0), LAST, 0 },
    { "dirty-sync-missed-zero-copy", "uint64", R(7, 1), LAST, 0 },
};

static const MigSchemaMember xbzrlecache_stats_members[] = {
    { "cache-size", "int", R(2, 4), R(5, 2), 0 },
    { "cache-size", "size", R(6, 0), LAST, 0 },
    { "bytes", "int", R(2, 4), LAST, 0 },
    { "pages", "int", R(2, 4), LAST, 0 },
    { "cache-miss", "int", R(2, 4), LAST, 0 },
    { "cache-miss-rate", "number", R(2, 4), LAST, 0 },
    { "encoding-rate", "number", R(5, 1), LAST, 0 },
    { "overflow", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember compression_stats_members[] = {
    { "pages", "int", R(3, 1), LAST, 0 },
    { "busy", "int", R(3, 1), LAST, 0 },
    { "busy-rate", "number", R(3, 1), LAST, 0 },
    { "compressed-size", "int", R(3, 1), LAST, 0 },
    { "compression-rate", "number", R(3, 1), LAST, 0 },
};

static const MigSchemaMember vfio_stats_members[] = {
    { "transferred", "int", R(5, 2), LAST, 0 },
};

static const MigSchemaMember migration_thread_info_members[] = {
    { "name", "str", R(8, 0), R(10, 2), 0 },
    { "thread-id", "int", R(8, 0), R(10, 2), 0 },
};

static const MigSchemaMember name_info_members[] = {
    { "name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember status_info_members[] = {
    { "running", "bool", R(2, 4), LAST, 0 },
    { "singlestep", "bool", R(2, 4), R(8, 0), 0 },
    { "singlestep", "bool", R(8, 1), R(8, 2), MIG_SCHEMA_DEPRECATED },
    { "status", "RunState", R(2, 4), LAST, 0 },
};

static const MigSchemaValue run_state_values[] = {
    { "debug", R(2, 4), LAST, 0, 0 },
    { "inmigrate", R(2, 4), LAST, 0, 0 },
    { "internal-error", R(2, 4), LAST, 0, 0 },
    { "io-error", R(2, 4), LAST, 0, 0 },
    { "paused", R(2, 4), LAST, 0, 0 },
    { "postmigrate", R(2, 4), LAST, 0, 0 },
    { "prelaunch", R(2, 4), LAST, 0, 0 },
    { "finish-migrate", R(2, 4), LAST, 0, 0 },
    { "restore-vm", R(2, 4), LAST, 0, 0 },
    { "running", R(2, 4), LAST, 0, 0 },
    { "save-vm", R(2, 4), LAST, 0, 0 },
    { "shutdown", R(2, 4), LAST, 0, 0 },
    { "suspended", R(2, 4), LAST, 0, 0 },
    { "watchdog", R(2, 4), LAST, 0, 0 },
    { "guest-panicked", R(2, 4), LAST, 0, 0 },
    { "colo", R(2, 8), LAST, 0, 0 },
    { "preconfig", R(3, 0), R(5, 2), 0, 0 },
};

static const MigSchemaMember uuid_info_members[] = {
    { "UUID", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember dirty_limit_info_members[] = {
    { "cpu-index", "int", R(7, 1), LAST, 0 },
    { "limit-rate", "uint64", R(7, 1), LAST, 0 },
    { "current-rate", "uint64", R(7, 1), LAST, 0 },
};

static const MigSchemaMember version_info_members[] = {
    { "qemu", "VersionTriple", R(2, 4), LAST, 0 },
    { "package", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember version_triple_members[] = {
    { "major", "int", R(2, 4), LAST, 0 },
    { "minor", "int", R(2, 4), LAST, 0 },
    { "micro", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember replication_status_members[] = {
    { "error", "bool", R(2, 9), LAST, 0 },
    { "desc", "str", R(2, 9), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember yank_instance_members[] = {
    { "type", "YankInstanceType", R(6, 0), LAST, 0 },
};

static const MigSchemaMember yank_instance_branches[] = {
    { "block-node", "YankInstanceBlockNode", R(6, 0), LAST, 0 },
    { "chardev", "YankInstanceChardev", R(6, 0), LAST, 0 },
};

static const MigSchemaValue yank_instance_type_values[] = {
    { "block-node", R(6, 0), LAST, 0, 0 },
    { "chardev", R(6, 0), LAST, 0, 0 },
    { "migration", R(6, 0), LAST, 0, 0 },
};

static const MigSchemaMember yank_instance_block_node_members[] = {
    { "node-name", "str", R(6, 0), LAST, 0 },
};

static const MigSchemaMember yank_instance_chardev_members[] = {
    { "id", "str", R(6, 0), LAST, 0 },
};

static const MigSchemaMember remove_fd_arg_members[] = {
    { "fdset-id", "int", R(2, 4), LAST, 0 },
    { "fd", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember set_vcpu_dirty_limit_arg_members[] = {
    { "cpu-index", "int", R(7, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "dirty-rate", "uint64", R(7, 1), LAST, 0 },
};

static const MigSchemaMember snapshot_delete_arg_members[] = {
    { "job-id", "str", R(6, 0), LAST, 0 },
    { "tag", "str", R(6, 0), LAST, 0 },
    { "devices", "[str]", R(6, 0), LAST, 0 },
};

static const MigSchemaMember snapshot_load_arg_members[] = {
    { "job-id", "str", R(6, 0), LAST, 0 },
    { "tag", "str", R(6, 0), LAST, 0 },
    { "vmstate", "str", R(6, 0), LAST, 0 },
    { "devices", "[str]", R(6, 0), LAST, 0 },
};

static const MigSchemaMember snapshot_save_arg_members[] = {
    { "job-id", "str", R(6, 0), LAST, 0 },
    { "tag", "str", R(6, 0), LAST, 0 },
    { "vmstate", "str", R(6, 0), LAST, 0 },
    { "devices", "[str]", R(6, 0), LAST, 0 },
};

static const MigSchemaMember xen_load_devices_state_arg_members[] = {
    { "filename", "str", R(2, 7), LAST, 0 },
};

static const MigSchemaMember xen_save_devices_state_arg_members[] = {
    { "filename", "str", R(2, 4), LAST, 0 },
    { "live", "bool", R(2, 11), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember xen_set_global_dirty_log_arg_members[] = {
    { "enable", "bool", R(2, 4), LAST, 0 },
};

static const MigSchemaMember xen_set_replication_arg_members[] = {
    { "enable", "bool", R(2, 9), LAST, 0 },
    { "primary", "bool", R(2, 9), LAST, 0 },
    { "failover", "bool", R(2, 9), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember yank_arg_members[] = {
    { "instances", "[YankInstance]", R(6, 0), LAST, 0 },
};

static const MigSchemaMember shutdown_arg_members[] = {
    { "guest", "bool", R(2, 4), LAST, 0 },
    { "reason", "ShutdownCause", R(2, 4), LAST, 0 },
};

static const MigSchemaValue shutdown_cause_values[] = {
    { "none", R(4, 0), LAST, 0, 0 },
    { "host-error", R(4, 0), LAST, 0, 0 },
    { "host-qmp-quit", R(4, 0), LAST, 0, 0 },
    { "host-qmp-system-reset", R(4, 0), LAST, 0, 0 },
    { "host-signal", R(4, 0), LAST, 0, 0 },
    { "host-ui", R(4, 0), LAST, 0, 0 },
    { "guest-shutdown", R(4, 0), LAST, 0, 0 },
    { "guest-reset", R(4, 0), LAST, 0, 0 },
    { "guest-panic", R(4, 0), LAST, 0, 0 },
    { "subsystem-reset", R(4, 0), LAST, 0, 0 },
    { "snapshot-load", R(7, 2), LAST, 0, 0 },
};

static const MigSchemaMember reset_arg_members[] = {
    { "guest", "bool", R(2, 4), LAST, 0 },
    { "reason", "ShutdownCause", R(2, 4), LAST, 0 },
};

static const MigSchemaMember migration_arg_members[] = {
    { "status", "MigrationStatus", R(2, 4), LAST, 0 },
};

static const MigSchemaMember migration_pass_arg_members[] = {
    { "pass", "int", R(2, 6), LAST, 0 },
};

static const MigSchemaMember colo_exit_arg_members[] = {
    { "mode", "COLOMode", R(3, 1), LAST, 0 },
    { "reason", "COLOExitReason", R(3, 1), LAST, 0 },
};

static const MigSchemaMember unplug_primary_arg_members[] = {
    { "device-id", "str", R(4, 2), LAST, 0 },
};

static const MigSchemaMember job_status_change_arg_members[] = {
    { "id", "str", R(3, 0), LAST, 0 },
    { "status", "JobStatus", R(3, 0), LAST, 0 },
};

static const MigSchemaMember query_block_arg_members[] = {
    { "flat", "bool", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_blockstats_arg_members[] = {
    { "query-nodes", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_named_block_nodes_arg_members[] = {
    { "flat", "bool", R(5, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

#define VALUES(table) .values = (table), .value_count = G_N_ELEMENTS(table)
#define MEMBERS(table) .members = (table), .member_count = G_N_ELEMENTS(table)
#define BRANCHES(table) .branches = (table), .branch_count = G_N_ELEMENTS(table)

const MigSchemaType mig_schema_types[] = {
    { .name = "AddfdInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(addfd_info_members) },
    { .name = "AnnounceParameters", .kind = MIG_SCHEMA_OBJECT, MEMBERS(announce_parameters_members) },
    { .name = "AuthZSimpleProperties", .kind = MIG_SCHEMA_OBJECT, MEMBERS(auth_zsimple_properties_members) },
    { .name = "BitmapMigrationBitmapAlias", .kind = MIG_SCHEMA_OBJECT, MEMBERS(bitmap_migration_bitmap_alias_members) },
    { .name = "BitmapMigrationBitmapAliasTransform", .kind = MIG_SCHEMA_OBJECT, MEMBERS(bitmap_migration_bitmap_alias_transform_members) },
    { .name = "BitmapMigrationNodeAlias", .kind = MIG_SCHEMA_OBJECT, MEMBERS(bitmap_migration_node_alias_members) },
    { .name = "BlockdevDriver", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_driver_values) },
    { .name = "BlockdevOptions", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_options_members), .tag = "driver", BRANCHES(blockdev_options_branches) },
    { .name = "BlockdevOptionsBlkdebug", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_options_blkdebug_members) },
    { .name = "COLOExitReason", .kind = MIG_SCHEMA_ENUM, VALUES(coloexit_reason_values) },
    { .name = "COLOMode", .kind = MIG_SCHEMA_ENUM, VALUES(colomode_values) },
    { .name = "COLOStatus", .kind = MIG_SCHEMA_OBJECT, MEMBERS(colostatus_members) },
    { .name = "COLO_EXIT-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(colo_exit_arg_members) },
    { .name = "ChardevInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(chardev_info_members) },
    { .name = "CommandInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(command_info_members) },
    { .name = "CompressionStats", .kind = MIG_SCHEMA_OBJECT, MEMBERS(compression_stats_members) },
    { .name = "DirtyLimitInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(dirty_limit_info_members) },
    { .name = "DirtyRateInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(dirty_rate_info_members) },
    { .name = "DirtyRateMeasureMode", .kind = MIG_SCHEMA_ENUM, VALUES(dirty_rate_measure_mode_values) },
    { .name = "DirtyRateStatus", .kind = MIG_SCHEMA_ENUM, VALUES(dirty_rate_status_values) },
    { .name = "DirtyRateVcpu", .kind = MIG_SCHEMA_OBJECT, MEMBERS(dirty_rate_vcpu_members) },
    { .name = "EventInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(event_info_members) },
    { .name = "FdSocketAddress", .kind = MIG_SCHEMA_OBJECT, MEMBERS(fd_socket_address_members) },
    { .name = "FdsetFdInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(fdset_fd_info_members) },
    { .name = "FdsetInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(fdset_info_members) },
    { .name = "FileMigrationArgs", .kind = MIG_SCHEMA_OBJECT, MEMBERS(file_migration_args_members) },
    { .name = "InetSocketAddress", .kind = MIG_SCHEMA_OBJECT, MEMBERS(inet_socket_address_members) },
    { .name = "JOB_STATUS_CHANGE-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(job_status_change_arg_members) },
    { .name = "JobInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(job_info_members) },
    { .name = "JobStatus", .kind = MIG_SCHEMA_ENUM, VALUES(job_status_values) },
    { .name = "JobType", .kind = MIG_SCHEMA_ENUM, VALUES(job_type_values) },
    { .name = "KvmInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(kvm_info_members) },
    { .name = "MIGRATION-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_arg_members) },
    { .name = "MIGRATION_PASS-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_pass_arg_members) },
    { .name = "MigMode", .kind = MIG_SCHEMA_ENUM, VALUES(mig_mode_values) },
    { .name = "MigrateSetParameters", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_set_parameters_members) },
    { .name = "MigrationAddress", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_address_members), .tag = "transport", BRANCHES(migration_address_branches) },
    { .name = "MigrationAddressType", .kind = MIG_SCHEMA_ENUM, VALUES(migration_address_type_values) },
    { .name = "MigrationCapability", .kind = MIG_SCHEMA_ENUM, VALUES(migration_capability_values) },
    { .name = "MigrationCapabilityStatus", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_capability_status_members) },
    { .name = "MigrationChannel", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_channel_members) },
    { .name = "MigrationChannelType", .kind = MIG_SCHEMA_ENUM, VALUES(migration_channel_type_values) },
    { .name = "MigrationExecCommand", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_exec_command_members) },
    { .name = "MigrationInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_info_members) },
    { .name = "MigrationParameters", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_parameters_members) },
    { .name = "MigrationStats", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_stats_members) },
    { .name = "MigrationStatus", .kind = MIG_SCHEMA_ENUM, VALUES(migration_status_values) },
    { .name = "MigrationThreadInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migration_thread_info_members) },
    { .name = "MonitorQmpProperties", .kind = MIG_SCHEMA_OBJECT, MEMBERS(monitor_qmp_properties_members) },
    { .name = "MultiFDCompression", .kind = MIG_SCHEMA_ENUM, VALUES(multi_fdcompression_values) },
    { .name = "NameInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(name_info_members) },
    { .name = "ObjectOptions", .kind = MIG_SCHEMA_OBJECT, MEMBERS(object_options_members), .tag = "qom-type", BRANCHES(object_options_branches) },
    { .name = "ObjectPropertyInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(object_property_info_members) },
    { .name = "ObjectType", .kind = MIG_SCHEMA_ENUM, VALUES(object_type_values) },
    { .name = "ObjectTypeInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(object_type_info_members) },
    { .name = "QCryptoSecretFormat", .kind = MIG_SCHEMA_ENUM, VALUES(qcrypto_secret_format_values) },
    { .name = "QCryptoTLSCredsEndpoint", .kind = MIG_SCHEMA_ENUM, VALUES(qcrypto_tlscreds_endpoint_values) },
    { .name = "QMPCapability", .kind = MIG_SCHEMA_ENUM, VALUES(qmpcapability_values) },
    { .name = "RESET-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(reset_arg_members) },
    { .name = "ReplicationStatus", .kind = MIG_SCHEMA_OBJECT, MEMBERS(replication_status_members) },
    { .name = "RunState", .kind = MIG_SCHEMA_ENUM, VALUES(run_state_values) },
    { .name = "SHUTDOWN-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(shutdown_arg_members) },
    { .name = "SecretProperties", .kind = MIG_SCHEMA_OBJECT, MEMBERS(secret_properties_members) },
    { .name = "ShutdownCause", .kind = MIG_SCHEMA_ENUM, VALUES(shutdown_cause_values) },
    { .name = "SocketAddress", .kind = MIG_SCHEMA_OBJECT, MEMBERS(socket_address_members), .tag = "type", BRANCHES(socket_address_branches) },
    { .name = "SocketAddressType", .kind = MIG_SCHEMA_ENUM, VALUES(socket_address_type_values) },
    { .name = "StatusInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(status_info_members) },
    { .name = "StrOrNull", .kind = MIG_SCHEMA_ALTERNATE, MEMBERS(str_or_null_branches) },
    { .name = "TimeUnit", .kind = MIG_SCHEMA_ENUM, VALUES(time_unit_values) },
    { .name = "TlsCredsAnonProperties", .kind = MIG_SCHEMA_OBJECT, MEMBERS(tls_creds_anon_properties_members) },
    { .name = "TlsCredsPskProperties", .kind = MIG_SCHEMA_OBJECT, MEMBERS(tls_creds_psk_properties_members) },
    { .name = "TlsCredsX509Properties", .kind = MIG_SCHEMA_OBJECT, MEMBERS(tls_creds_x509properties_members) },
    { .name = "UNPLUG_PRIMARY-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(unplug_primary_arg_members) },
    { .name = "UnixSocketAddress", .kind = MIG_SCHEMA_OBJECT, MEMBERS(unix_socket_address_members) },
    { .name = "UuidInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(uuid_info_members) },
    { .name = "VersionInfo", .kind = MIG_SCHEMA_OBJECT, MEMBERS(version_info_members) },
    { .name = "VersionTriple", .kind = MIG_SCHEMA_OBJECT, MEMBERS(version_triple_members) },
    { .name = "VfioStats", .kind = MIG_SCHEMA_OBJECT, MEMBERS(vfio_stats_members) },
    { .name = "VsockSocketAddress", .kind = MIG_SCHEMA_OBJECT, MEMBERS(vsock_socket_address_members) },
    { .name = "XBZRLECacheStats", .kind = MIG_SCHEMA_OBJECT, MEMBERS(xbzrlecache_stats_members) },
    { .name = "YankInstance", .kind = MIG_SCHEMA_OBJECT, MEMBERS(yank_instance_members), .tag = "type", BRANCHES(yank_instance_branches) },
    { .name = "YankInstanceBlockNode", .kind = MIG_SCHEMA_OBJECT, MEMBERS(yank_instance_block_node_members) },
    { .name = "YankInstanceChardev", .kind = MIG_SCHEMA_OBJECT, MEMBERS(yank_instance_chardev_members) },
    { .name = "YankInstanceType", .kind = MIG_SCHEMA_ENUM, VALUES(yank_instance_type_values) },
    { .name = "ZeroPageDetection", .kind = MIG_SCHEMA_ENUM, VALUES(zero_page_detection_values) },
    { .name = "add-fd-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(add_fd_arg_members) },
    { .name = "calc-dirty-rate-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(calc_dirty_rate_arg_members) },
    { .name = "cancel-vcpu-dirty-limit-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cancel_vcpu_dirty_limit_arg_members) },
    { .name = "client_migrate_info-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(client_migrate_info_arg_members) },
    { .name = "closefd-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(closefd_arg_members) },
    { .name = "device-list-properties-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(device_list_properties_arg_members) },
    { .name = "getfd-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(getfd_arg_members) },
    { .name = "human-monitor-command-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(human_monitor_command_arg_members) },
    { .name = "job-cancel-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(job_cancel_arg_members) },
    { .name = "job-complete-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(job_complete_arg_members) },
    { .name = "job-dismiss-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(job_dismiss_arg_members) },
    { .name = "job-finalize-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(job_finalize_arg_members) },
    { .name = "job-pause-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(job_pause_arg_members) },
    { .name = "job-resume-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(job_resume_arg_members) },
    { .name = "memsave-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(memsave_arg_members) },
    { .name = "migrate-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_arg_members) },
    { .name = "migrate-continue-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_continue_arg_members) },
    { .name = "migrate-incoming-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_incoming_arg_members) },
    { .name = "migrate-recover-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_recover_arg_members) },
    { .name = "migrate-set-cache-size-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_set_cache_size_arg_members) },
    { .name = "migrate-set-capabilities-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_set_capabilities_arg_members) },
    { .name = "migrate-set-parameters-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_set_parameters_arg_members) },
    { .name = "migrate_set_downtime-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_set_downtime_arg_members) },
    { .name = "migrate_set_speed-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(migrate_set_speed_arg_members) },
    { .name = "nbd-server-add-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_add_arg_members) },
    { .name = "object-del-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(object_del_arg_members) },
    { .name = "pmemsave-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(pmemsave_arg_members) },
    { .name = "qmp_capabilities-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(qmp_capabilities_arg_members) },
    { .name = "qom-get-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(qom_get_arg_members) },
    { .name = "qom-list-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(qom_list_arg_members) },
    { .name = "qom-list-properties-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(qom_list_properties_arg_members) },
    { .name = "qom-list-types-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(qom_list_types_arg_members) },
    { .name = "qom-set-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(qom_set_arg_members) },
    { .name = "query-block-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_block_arg_members) },
    { .name = "query-blockstats-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_blockstats_arg_members) },
    { .name = "query-dirty-rate-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_dirty_rate_arg_members) },
    { .name = "query-named-block-nodes-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_named_block_nodes_arg_members) },
    { .name = "remove-fd-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(remove_fd_arg_members) },
    { .name = "set-vcpu-dirty-limit-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_vcpu_dirty_limit_arg_members) },
    { .name = "snapshot-delete-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(snapshot_delete_arg_members) },
    { .name = "snapshot-load-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(snapshot_load_arg_members) },
    { .name = "snapshot-save-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(snapshot_save_arg_members) },
    { .name = "xen-load-devices-state-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(xen_load_devices_state_arg_members) },
    { .name = "xen-save-devices-state-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(xen_save_devices_state_arg_members) },
    { .name = "xen-set-global-dirty-log-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(xen_set_global_dirty_log_arg_members) },
    { .name = "xen-set-replication-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(xen_set_replication_arg_members) },
    { .name = "yank-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(yank_arg_members) },
};
const gsize mig_schema_type_count = G_N_ELEMENTS(mig_schema_types);

/* Arguments by type name; "" where there are none; "any" where the handler looks itself. */
const MigSchemaCommand mig_schema_commands[] = {
    { "add-fd", R(2, 4), LAST, "add-fd-arg", "AddfdInfo", 0, 0 },
    { "announce-self", R(4, 0), LAST, "AnnounceParameters", "", 0, 0 },
    { "blockdev-add", R(2, 4), R(5, 2), "BlockdevOptions", "", 0, 0 },
    { "blockdev-add", R(6, 0), LAST, "BlockdevOptions", "", MIG_SCHEMA_PRECONFIG, 0 },
    { "calc-dirty-rate", R(5, 2), LAST, "calc-dirty-rate-arg", "", 0, 0 },
    { "cancel-vcpu-dirty-limit", R(7, 1), LAST, "cancel-vcpu-dirty-limit-arg", "", 0, 0 },
    { "client_migrate_info", R(2, 4), LAST, "client_migrate_info-arg", "", 0, 0 },
    { "closefd", R(2, 4), LAST, "closefd-arg", "", 0, 0 },
    { "cont", R(2, 4), LAST, "", "", 0, 0 },
    { "device-list-properties", R(2, 4), LAST, "device-list-properties-arg", "[ObjectPropertyInfo]", 0, 0 },
    { "getfd", R(2, 4), LAST, "getfd-arg", "", 0, 0 },
    { "human-monitor-command", R(2, 4), LAST, "human-monitor-command-arg", "str", 0, 0 },
    { "job-cancel", R(3, 0), LAST, "job-cancel-arg", "", 0, 0 },
    { "job-complete", R(3, 0), LAST, "job-complete-arg", "", 0, 0 },
    { "job-dismiss", R(3, 0), LAST, "job-dismiss-arg", "", 0, 0 },
    { "job-finalize", R(3, 0), LAST, "job-finalize-arg", "", 0, 0 },
    { "job-pause", R(3, 0), LAST, "job-pause-arg", "", 0, 0 },
    { "job-resume", R(3, 0), LAST, "job-resume-arg", "", 0, 0 },
    { "memsave", R(2, 4), LAST, "memsave-arg", "", 0, 0 },
    { "migrate", R(2, 4), LAST, "migrate-arg", "", 0, 0 },
    { "migrate-continue", R(2, 11), LAST, "migrate-continue-arg", "", 0, 0 },
    { "migrate-incoming", R(2, 4), LAST, "migrate-incoming-arg", "", 0, 0 },
    { "migrate-pause", R(3, 0), LAST, "", "", MIG_SCHEMA_ALLOW_OOB, 0 },
    { "migrate-recover", R(3, 0), LAST, "migrate-recover-arg", "", MIG_SCHEMA_ALLOW_OOB, 0 },
    { "migrate-set-cache-size", R(2, 4), R(4, 2), "migrate-set-cache-size-arg", "", 0, 0 },
    { "migrate-set-cache-size", R(5, 0), R(5, 2), "migrate-set-cache-size-arg", "", MIG_SCHEMA_DEPRECATED, 0 },
    { "migrate-set-capabilities", R(2, 4), LAST, "migrate-set-capabilities-arg", "", 0, 0 },
    { "migrate-set-parameters", R(2, 4), R(2, 7), "migrate-set-parameters-arg", "", 0, 0 },
    { "migrate-set-parameters", R(2, 8), R(2, 9), "MigrationParameters", "", 0, 0 },
    { "migrate-set-parameters", R(2, 10), R(10, 2), "MigrateSetParameters", "", 0, 0 },
    { "migrate-set-parameters", R(11, 0), LAST, "MigrationParameters", "", 0, 0 },
    { "migrate-start-postcopy", R(2, 5), LAST, "", "", 0, 0 },
    { "migrate_cancel", R(2, 4), LAST, "", "", 0, 0 },
    { "migrate_set_downtime", R(2, 4), R(4, 2), "migrate_set_downtime-arg", "", 0, 0 },
    { "migrate_set_downtime", R(5, 0), R(5, 2), "migrate_set_downtime-arg", "", MIG_SCHEMA_DEPRECATED, 0 },
    { "migrate_set_speed", R(2, 4), R(4, 2), "migrate_set_speed-arg", "", 0, 0 },
    { "migrate_set_speed", R(5, 0), R(5, 2), "migrate_set_speed-arg", "", MIG_SCHEMA_DEPRECATED, 0 },
    { "nbd-server-add", R(2, 4), R(5, 1), "nbd-server-add-arg", "", 0, 0 },
    { "nbd-server-add", R(5, 2), R(5, 2), "nbd-server-add-arg", "", MIG_SCHEMA_DEPRECATED, 0 },
    { "nbd-server-add", R(6, 0), LAST, "nbd-server-add-arg", "", MIG_SCHEMA_DEPRECATED | MIG_SCHEMA_PRECONFIG, 0 },
    { "object-add", R(2, 4), R(5, 2), "any", "", 0, 0 },
    { "object-add", R(6, 0), LAST, "ObjectOptions", "", MIG_SCHEMA_PRECONFIG, 0 },
    { "object-del", R(2, 4), R(5, 2), "object-del-arg", "", 0, 0 },
    { "object-del", R(6, 0), LAST, "object-del-arg", "", MIG_SCHEMA_PRECONFIG, 0 },
    { "pmemsave", R(2, 4), LAST, "pmemsave-arg", "", 0, 0 },
    { "qmp_capabilities", R(2, 4), LAST, "qmp_capabilities-arg", "", MIG_SCHEMA_PRECONFIG, 0 },
    { "qom-get", R(2, 4), LAST, "qom-get-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "qom-list", R(2, 4), LAST, "qom-list-arg", "[ObjectPropertyInfo]", MIG_SCHEMA_PRECONFIG, 0 },
    { "qom-list-properties", R(2, 11), LAST, "qom-list-properties-arg", "[ObjectPropertyInfo]", MIG_SCHEMA_PRECONFIG, 0 },
    { "qom-list-types", R(2, 4), LAST, "qom-list-types-arg", "[ObjectTypeInfo]", MIG_SCHEMA_PRECONFIG, 0 },
    { "qom-set", R(2, 4), LAST, "qom-set-arg", "", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-block", R(2, 4), R(5, 2), "", "any", 0, 0 },
    { "query-block", R(6, 0), R(11, 0), "", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-block", R(11, 1), LAST, "query-block-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-block-jobs", R(2, 4), R(5, 2), "", "any", 0, 0 },
    { "query-block-jobs", R(6, 0), LAST, "", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-blockstats", R(2, 4), R(5, 2), "query-blockstats-arg", "any", 0, 0 },
    { "query-blockstats", R(6, 0), LAST, "query-blockstats-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-chardev", R(2, 4), LAST, "", "[ChardevInfo]", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-colo-status", R(3, 1), R(8, 0), "", "COLOStatus", 0, 0 },
    { "query-colo-status", R(8, 1), LAST, "", "COLOStatus", 0, MIG_SCHEMA_IF_REPLICATION },
    { "query-commands", R(2, 4), LAST, "", "[CommandInfo]", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-cpus-fast", R(2, 12), LAST, "", "any", 0, 0 },
    { "query-dirty-rate", R(5, 2), LAST, "query-dirty-rate-arg", "DirtyRateInfo", 0, 0 },
    { "query-events", R(2, 4), R(4, 2), "", "[EventInfo]", 0, 0 },
    { "query-events", R(5, 0), R(5, 2), "", "[EventInfo]", MIG_SCHEMA_DEPRECATED, 0 },
    { "query-fdsets", R(2, 4), LAST, "", "[FdsetInfo]", 0, 0 },
    { "query-iothreads", R(2, 4), LAST, "", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-jobs", R(3, 0), LAST, "", "[JobInfo]", 0, 0 },
    { "query-kvm", R(2, 4), R(11, 0), "", "KvmInfo", 0, 0 },
    { "query-kvm", R(11, 1), LAST, "", "KvmInfo", MIG_SCHEMA_DEPRECATED, 0 },
    { "query-migrate", R(2, 4), LAST, "", "MigrationInfo", 0, 0 },
    { "query-migrate-cache-size", R(2, 4), R(4, 2), "", "int", 0, 0 },
    { "query-migrate-cache-size", R(5, 0), R(5, 2), "", "int", MIG_SCHEMA_DEPRECATED, 0 },
    { "query-migrate-capabilities", R(2, 4), LAST, "", "[MigrationCapabilityStatus]", 0, 0 },
    { "query-migrate-parameters", R(2, 4), LAST, "", "MigrationParameters", 0, 0 },
    { "query-migrationthreads", R(8, 0), R(9, 1), "", "[MigrationThreadInfo]", 0, 0 },
    { "query-migrationthreads", R(9, 2), R(10, 2), "", "[MigrationThreadInfo]", MIG_SCHEMA_DEPRECATED, 0 },
    { "query-name", R(2, 4), LAST, "", "NameInfo", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-named-block-nodes", R(2, 4), R(5, 2), "query-named-block-nodes-arg", "any", 0, 0 },
    { "query-named-block-nodes", R(6, 0), LAST, "query-named-block-nodes-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-qmp-schema", R(2, 5), R(5, 2), "any", "[any]", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-qmp-schema", R(6, 0), LAST, "", "[any]", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-replay", R(5, 2), LAST, "", "any", 0, 0 },
    { "query-status", R(2, 4), LAST, "", "StatusInfo", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-target", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-uuid", R(2, 4), LAST, "", "UuidInfo", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-vcpu-dirty-limit", R(7, 1), LAST, "", "[DirtyLimitInfo]", 0, 0 },
    { "query-version", R(2, 4), LAST, "", "VersionInfo", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-xen-replication-status", R(2, 9), R(3, 1), "", "ReplicationStatus", 0, 0 },
    { "query-xen-replication-status", R(4, 0), LAST, "", "ReplicationStatus", 0, MIG_SCHEMA_IF_REPLICATION },
    { "query-yank", R(6, 0), LAST, "", "[YankInstance]", MIG_SCHEMA_ALLOW_OOB, 0 },
    { "quit", R(2, 4), LAST, "", "", MIG_SCHEMA_PRECONFIG, 0 },
    { "remove-fd", R(2, 4), LAST, "remove-fd-arg", "", 0, 0 },
    { "set-vcpu-dirty-limit", R(7, 1), LAST, "set-vcpu-dirty-limit-arg", "", 0, 0 },
    { "snapshot-delete", R(6, 0), LAST, "snapshot-delete-arg", "", 0, 0 },
    { "snapshot-load", R(6, 0), LAST, "snapshot-load-arg", "", 0, 0 },
    { "snapshot-save", R(6, 0), LAST, "snapshot-save-arg", "", 0, 0 },
    { "stop", R(2, 4), LAST, "", "", 0, 0 },
    { "system_powerdown", R(2, 4), LAST, "", "", 0, 0 },
    { "system_reset", R(2, 4), LAST, "", "", 0, 0 },
    { "system_wakeup", R(2, 4), LAST, "", "", 0, 0 },
    { "x-colo-lost-heartbeat", R(2, 8), R(6, 1), "", "", 0, 0 },
    { "x-colo-lost-heartbeat", R(6, 2), R(8, 0), "", "", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-colo-lost-heartbeat", R(8, 1), LAST, "", "", MIG_SCHEMA_UNSTABLE, MIG_SCHEMA_IF_REPLICATION },
    { "x-exit-preconfig", R(3, 0), R(6, 1), "", "", MIG_SCHEMA_PRECONFIG, 0 },
    { "x-exit-preconfig", R(6, 2), LAST, "", "", MIG_SCHEMA_UNSTABLE | MIG_SCHEMA_PRECONFIG, 0 },
    { "xen-colo-do-checkpoint", R(2, 9), R(3, 1), "", "", 0, 0 },
    { "xen-colo-do-checkpoint", R(4, 0), LAST, "", "", 0, MIG_SCHEMA_IF_REPLICATION },
    { "xen-load-devices-state", R(2, 7), LAST, "xen-load-devices-state-arg", "", 0, 0 },
    { "xen-save-devices-state", R(2, 4), LAST, "xen-save-devices-state-arg", "", 0, 0 },
    { "xen-set-global-dirty-log", R(2, 4), LAST, "xen-set-global-dirty-log-arg", "", 0, 0 },
    { "xen-set-replication", R(2, 9), R(3, 1), "xen-set-replication-arg", "", 0, 0 },
    { "xen-set-replication", R(4, 0), LAST, "xen-set-replication-arg", "", 0, MIG_SCHEMA_IF_REPLICATION },
    { "yank", R(6, 0), LAST, "yank-arg", "", MIG_SCHEMA_ALLOW_OOB, 0 },
};
const gsize mig_schema_command_count = G_N_ELEMENTS(mig_schema_commands);

const MigSchemaEvent mig_schema_events[] = {
    { "SHUTDOWN", R(2, 4), LAST, "SHUTDOWN-arg" },
    { "RESET", R(2, 4), LAST, "RESET-arg" },
    { "POWERDOWN", R(2, 4), LAST, "" },
    { "STOP", R(2, 4), LAST, "" },
    { "RESUME", R(2, 4), LAST, "" },
    { "MIGRATION", R(2, 4), LAST, "MIGRATION-arg" },
    { "MIGRATION_PASS", R(2, 6), LAST, "MIGRATION_PASS-arg" },
    { "COLO_EXIT", R(3, 1), LAST, "COLO_EXIT-arg" },
    { "UNPLUG_PRIMARY", R(4, 2), LAST, "UNPLUG_PRIMARY-arg" },
    { "JOB_STATUS_CHANGE", R(3, 0), LAST, "JOB_STATUS_CHANGE-arg" },
};
const gsize mig_schema_event_count = G_N_ELEMENTS(mig_schema_events);
