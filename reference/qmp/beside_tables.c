/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Commands beside the area of migration: which release knows them, what arguments they take, and what a machine without
 * devices, disks and guests answers. Taken by a program from the introspection and the replies of 5.2.0, 7.2.22, 10.0.13 and
 * 11.1.3 (x86-64, -M none); releases between two of them go with the documented first release, or with the nearest one. Such a
 * command is not in query-qmp-schema here. Arguments of type "any" are not checked.
 */
#include "reference/qmp/beside.h"

#define R MIG_RELEASE
#define LAST MIG_SCHEMA_LAST

static const MigSchemaMember add_client_arg_members[] = {
    { "protocol", "str", R(2, 4), LAST, 0 },
    { "fdname", "str", R(2, 4), LAST, 0 },
    { "skipauth", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "tls", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember balloon_arg_members[] = {
    { "value", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_commit_arg_members[] = {
    { "job-id", "str", R(2, 7), LAST, MIG_SCHEMA_OPTIONAL },
    { "device", "str", R(2, 4), LAST, 0 },
    { "base-node", "str", R(3, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "base", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "top-node", "str", R(3, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "top", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "backing-file", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "backing-mask-protocol", "bool", R(9, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "speed", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-error", "block-commit-arg.on-error", R(5, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "filter-node-name", "str", R(2, 9), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-finalize", "bool", R(3, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-dismiss", "bool", R(3, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue block_commit_arg_on_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember block_dirty_bitmap_add_arg_members[] = {
    { "node", "str", R(2, 4), LAST, 0 },
    { "name", "str", R(2, 4), LAST, 0 },
    { "granularity", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "persistent", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "disabled", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember block_dirty_bitmap_clear_arg_members[] = {
    { "node", "str", R(2, 4), LAST, 0 },
    { "name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_dirty_bitmap_disable_arg_members[] = {
    { "node", "str", R(2, 4), LAST, 0 },
    { "name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_dirty_bitmap_enable_arg_members[] = {
    { "node", "str", R(2, 4), LAST, 0 },
    { "name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_dirty_bitmap_remove_arg_members[] = {
    { "node", "str", R(2, 4), LAST, 0 },
    { "name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_export_del_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
    { "mode", "block-export-del-arg.mode", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue block_export_del_arg_mode_values[] = {
    { "safe", R(2, 4), LAST, 0, 0 },
    { "hard", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember block_job_cancel_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
    { "force", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember block_job_change_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
    { "type", "block-job-change-arg.type", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_job_change_arg_branches[] = {
    { "mirror", "block-job-change-arg/mirror", R(2, 4), LAST, 0 },
};

static const MigSchemaValue block_job_change_arg_type_values[] = {
    { "commit", R(2, 4), LAST, 0, 0 },
    { "stream", R(2, 4), LAST, 0, 0 },
    { "mirror", R(2, 4), LAST, 0, 0 },
    { "backup", R(2, 4), LAST, 0, 0 },
    { "create", R(2, 4), LAST, 0, 0 },
    { "amend", R(2, 4), LAST, 0, 0 },
    { "snapshot-load", R(2, 4), LAST, 0, 0 },
    { "snapshot-save", R(2, 4), LAST, 0, 0 },
    { "snapshot-delete", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember block_job_change_arg_mirror_members[] = {
    { "copy-mode", "block-job-change-arg/mirror.copy-mode", R(2, 4), LAST, 0 },
};

static const MigSchemaValue block_job_change_arg_mirror_copy_mode_values[] = {
    { "background", R(2, 4), LAST, 0, 0 },
    { "write-blocking", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember block_job_complete_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_job_dismiss_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_job_finalize_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_job_pause_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_job_resume_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_job_set_speed_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
    { "speed", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_latency_histogram_set_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
    { "boundaries", "[int]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "boundaries-read", "[int]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "boundaries-write", "[int]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "boundaries-zap", "[int]", R(8, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "boundaries-flush", "[int]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember block_set_write_threshold_arg_members[] = {
    { "node-name", "str", R(2, 4), LAST, 0 },
    { "write-threshold", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_stream_arg_members[] = {
    { "job-id", "str", R(2, 7), LAST, MIG_SCHEMA_OPTIONAL },
    { "device", "str", R(2, 4), LAST, 0 },
    { "base", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "base-node", "str", R(2, 8), LAST, MIG_SCHEMA_OPTIONAL },
    { "backing-file", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "backing-mask-protocol", "bool", R(9, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "bottom", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "speed", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-error", "block-stream-arg.on-error", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "filter-node-name", "str", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-finalize", "bool", R(3, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-dismiss", "bool", R(3, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue block_stream_arg_on_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember block_passwd_arg_members[] = {
    { "device", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "node-name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "password", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_resize_arg_members[] = {
    { "device", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "node-name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "size", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember block_set_io_throttle_arg_members[] = {
    { "device", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "id", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bps", "int", R(2, 4), LAST, 0 },
    { "bps_rd", "int", R(2, 4), LAST, 0 },
    { "bps_wr", "int", R(2, 4), LAST, 0 },
    { "iops", "int", R(2, 4), LAST, 0 },
    { "iops_rd", "int", R(2, 4), LAST, 0 },
    { "iops_wr", "int", R(2, 4), LAST, 0 },
    { "bps_max", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bps_rd_max", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bps_wr_max", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "iops_max", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "iops_rd_max", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "iops_wr_max", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bps_max_length", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bps_rd_max_length", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bps_wr_max_length", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "iops_max_length", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "iops_rd_max_length", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "iops_wr_max_length", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "iops_size", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "group", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember blockdev_backup_arg_members[] = {
    { "job-id", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "device", "str", R(2, 4), LAST, 0 },
    { "sync", "blockdev-backup-arg.sync", R(2, 4), LAST, 0 },
    { "speed", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bitmap", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bitmap-mode", "blockdev-backup-arg.bitmap-mode", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "compress", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-source-error", "blockdev-backup-arg.on-source-error", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-target-error", "blockdev-backup-arg.on-target-error", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-cbw-error", "blockdev-backup-arg.on-cbw-error", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-finalize", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-dismiss", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "filter-node-name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "discard-source", "bool", R(8, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "x-perf", "blockdev-backup-arg.x-perf", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "target", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaValue blockdev_backup_arg_bitmap_mode_values[] = {
    { "on-success", R(2, 4), LAST, 0, 0 },
    { "never", R(2, 4), LAST, 0, 0 },
    { "always", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue blockdev_backup_arg_on_cbw_error_values[] = {
    { "break-guest-write", R(2, 4), LAST, 0, 0 },
    { "break-snapshot", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue blockdev_backup_arg_on_source_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue blockdev_backup_arg_on_target_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue blockdev_backup_arg_sync_values[] = {
    { "top", R(2, 4), LAST, 0, 0 },
    { "full", R(2, 4), LAST, 0, 0 },
    { "none", R(2, 4), LAST, 0, 0 },
    { "incremental", R(2, 4), LAST, 0, 0 },
    { "bitmap", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember blockdev_backup_arg_x_perf_members[] = {
    { "use-copy-range", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "max-workers", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "max-chunk", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "min-cluster-size", "int", R(8, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember blockdev_change_medium_arg_members[] = {
    { "device", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "id", "str", R(2, 8), LAST, MIG_SCHEMA_OPTIONAL },
    { "filename", "str", R(2, 4), LAST, 0 },
    { "format", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "force", "bool", R(7, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "read-only-mode", "blockdev-change-medium-arg.read-only-mode", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue blockdev_change_medium_arg_read_only_mode_values[] = {
    { "retain", R(2, 4), LAST, 0, 0 },
    { "read-only", R(2, 4), LAST, 0, 0 },
    { "read-write", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember blockdev_close_tray_arg_members[] = {
    { "device", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "id", "str", R(2, 8), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember blockdev_del_arg_members[] = {
    { "node-name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember blockdev_insert_medium_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
    { "node-name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember blockdev_mirror_arg_members[] = {
    { "job-id", "str", R(2, 7), LAST, MIG_SCHEMA_OPTIONAL },
    { "device", "str", R(2, 4), LAST, 0 },
    { "target", "str", R(2, 4), LAST, 0 },
    { "replaces", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "sync", "blockdev-mirror-arg.sync", R(2, 4), LAST, 0 },
    { "speed", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "granularity", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "buf-size", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-source-error", "blockdev-mirror-arg.on-source-error", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-target-error", "blockdev-mirror-arg.on-target-error", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "filter-node-name", "str", R(2, 9), LAST, MIG_SCHEMA_OPTIONAL },
    { "copy-mode", "blockdev-mirror-arg.copy-mode", R(3, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-finalize", "bool", R(3, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-dismiss", "bool", R(3, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "target-is-zero", "bool", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue blockdev_mirror_arg_copy_mode_values[] = {
    { "background", R(2, 4), LAST, 0, 0 },
    { "write-blocking", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue blockdev_mirror_arg_on_source_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue blockdev_mirror_arg_on_target_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue blockdev_mirror_arg_sync_values[] = {
    { "top", R(2, 4), LAST, 0, 0 },
    { "full", R(2, 4), LAST, 0, 0 },
    { "none", R(2, 4), LAST, 0, 0 },
    { "incremental", R(2, 4), LAST, 0, 0 },
    { "bitmap", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember blockdev_open_tray_arg_members[] = {
    { "device", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "id", "str", R(2, 8), LAST, MIG_SCHEMA_OPTIONAL },
    { "force", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember blockdev_remove_medium_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember blockdev_set_active_arg_members[] = {
    { "node-name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "active", "bool", R(2, 4), LAST, 0 },
};

static const MigSchemaMember blockdev_snapshot_arg_members[] = {
    { "node", "str", R(2, 4), LAST, 0 },
    { "overlay", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember blockdev_snapshot_delete_internal_sync_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
    { "id", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember blockdev_snapshot_internal_sync_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
    { "name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember blockdev_snapshot_sync_arg_members[] = {
    { "device", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "node-name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "snapshot-file", "str", R(2, 4), LAST, 0 },
    { "snapshot-node-name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "format", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "mode", "blockdev-snapshot-sync-arg.mode", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue blockdev_snapshot_sync_arg_mode_values[] = {
    { "existing", R(2, 4), LAST, 0, 0 },
    { "absolute-paths", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember change_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
    { "target", "str", R(2, 4), LAST, 0 },
    { "arg", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember change_backing_file_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
    { "image-node-name", "str", R(2, 4), LAST, 0 },
    { "backing-file", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember change_vnc_password_arg_members[] = {
    { "password", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember chardev_remove_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember chardev_send_break_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember cxl_add_dynamic_capacity_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "host-id", "int", R(2, 4), LAST, 0 },
    { "selection-policy", "cxl-add-dynamic-capacity-arg.selection-policy", R(2, 4), LAST, 0 },
    { "region", "int", R(2, 4), LAST, 0 },
    { "tag", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "extents", "[cxl-add-dynamic-capacity-arg.extents]", R(2, 4), LAST, 0 },
};

static const MigSchemaMember cxl_add_dynamic_capacity_arg_extents_members[] = {
    { "offset", "int", R(2, 4), LAST, 0 },
    { "len", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaValue cxl_add_dynamic_capacity_arg_selection_policy_values[] = {
    { "free", R(2, 4), LAST, 0, 0 },
    { "contiguous", R(2, 4), LAST, 0, 0 },
    { "prescriptive", R(2, 4), LAST, 0, 0 },
    { "enable-shared-access", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember cxl_inject_correctable_error_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "type", "cxl-inject-correctable-error-arg.type", R(2, 4), LAST, 0 },
};

static const MigSchemaValue cxl_inject_correctable_error_arg_type_values[] = {
    { "cache-data-ecc", R(2, 4), LAST, 0, 0 },
    { "mem-data-ecc", R(2, 4), LAST, 0, 0 },
    { "crc-threshold", R(2, 4), LAST, 0, 0 },
    { "retry-threshold", R(2, 4), LAST, 0, 0 },
    { "cache-poison-received", R(2, 4), LAST, 0, 0 },
    { "mem-poison-received", R(2, 4), LAST, 0, 0 },
    { "physical", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember cxl_inject_dram_event_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "log", "cxl-inject-dram-event-arg.log", R(2, 4), LAST, 0 },
    { "flags", "int", R(2, 4), LAST, 0 },
    { "maint-op-class", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "maint-op-subclass", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "ld-id", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "head-id", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "dpa", "int", R(2, 4), LAST, 0 },
    { "descriptor", "int", R(2, 4), LAST, 0 },
    { "type", "int", R(2, 4), LAST, 0 },
    { "transaction-type", "int", R(2, 4), LAST, 0 },
    { "channel", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "rank", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "nibble-mask", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bank-group", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bank", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "row", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "column", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "correction-mask", "[int]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "component-id", "str", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "is-comp-id-pldm", "bool", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "sub-channel", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "cme-ev-flags", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "cvme-count", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "sub-type", "int", R(11, 1), LAST, 0 },
};

static const MigSchemaValue cxl_inject_dram_event_arg_log_values[] = {
    { "informational", R(2, 4), LAST, 0, 0 },
    { "warning", R(2, 4), LAST, 0, 0 },
    { "failure", R(2, 4), LAST, 0, 0 },
    { "fatal", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember cxl_inject_general_media_event_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "log", "cxl-inject-general-media-event-arg.log", R(2, 4), LAST, 0 },
    { "flags", "int", R(2, 4), LAST, 0 },
    { "maint-op-class", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "maint-op-subclass", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "ld-id", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "head-id", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "dpa", "int", R(2, 4), LAST, 0 },
    { "descriptor", "int", R(2, 4), LAST, 0 },
    { "type", "int", R(2, 4), LAST, 0 },
    { "transaction-type", "int", R(2, 4), LAST, 0 },
    { "channel", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "rank", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "device", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "component-id", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "is-comp-id-pldm", "bool", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "cme-ev-flags", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "cme-count", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "sub-type", "int", R(11, 1), LAST, 0 },
};

static const MigSchemaValue cxl_inject_general_media_event_arg_log_values[] = {
    { "informational", R(2, 4), LAST, 0, 0 },
    { "warning", R(2, 4), LAST, 0, 0 },
    { "failure", R(2, 4), LAST, 0, 0 },
    { "fatal", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember cxl_inject_memory_module_event_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "log", "cxl-inject-memory-module-event-arg.log", R(2, 4), LAST, 0 },
    { "flags", "int", R(2, 4), LAST, 0 },
    { "maint-op-class", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "maint-op-subclass", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "ld-id", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "head-id", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "type", "int", R(2, 4), LAST, 0 },
    { "health-status", "int", R(2, 4), LAST, 0 },
    { "media-status", "int", R(2, 4), LAST, 0 },
    { "additional-status", "int", R(2, 4), LAST, 0 },
    { "life-used", "int", R(2, 4), LAST, 0 },
    { "temperature", "int", R(2, 4), LAST, 0 },
    { "dirty-shutdown-count", "int", R(2, 4), LAST, 0 },
    { "corrected-volatile-error-count", "int", R(2, 4), LAST, 0 },
    { "corrected-persistent-error-count", "int", R(2, 4), LAST, 0 },
    { "component-id", "str", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "is-comp-id-pldm", "bool", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "sub-type", "int", R(11, 1), LAST, 0 },
};

static const MigSchemaValue cxl_inject_memory_module_event_arg_log_values[] = {
    { "informational", R(2, 4), LAST, 0, 0 },
    { "warning", R(2, 4), LAST, 0, 0 },
    { "failure", R(2, 4), LAST, 0, 0 },
    { "fatal", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember cxl_inject_poison_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "start", "int", R(2, 4), LAST, 0 },
    { "length", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember cxl_inject_uncorrectable_errors_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "errors", "[cxl-inject-uncorrectable-errors-arg.errors]", R(2, 4), LAST, 0 },
};

static const MigSchemaMember cxl_inject_uncorrectable_errors_arg_errors_members[] = {
    { "type", "cxl-inject-uncorrectable-errors-arg.errors.type", R(2, 4), LAST, 0 },
    { "header", "[int]", R(2, 4), LAST, 0 },
};

static const MigSchemaValue cxl_inject_uncorrectable_errors_arg_errors_type_values[] = {
    { "cache-data-parity", R(2, 4), LAST, 0, 0 },
    { "cache-address-parity", R(2, 4), LAST, 0, 0 },
    { "cache-be-parity", R(2, 4), LAST, 0, 0 },
    { "cache-data-ecc", R(2, 4), LAST, 0, 0 },
    { "mem-data-parity", R(2, 4), LAST, 0, 0 },
    { "mem-address-parity", R(2, 4), LAST, 0, 0 },
    { "mem-be-parity", R(2, 4), LAST, 0, 0 },
    { "mem-data-ecc", R(2, 4), LAST, 0, 0 },
    { "reinit-threshold", R(2, 4), LAST, 0, 0 },
    { "rsvd-encoding", R(2, 4), LAST, 0, 0 },
    { "poison-received", R(2, 4), LAST, 0, 0 },
    { "receiver-overflow", R(2, 4), LAST, 0, 0 },
    { "internal", R(2, 4), LAST, 0, 0 },
    { "cxl-ide-tx", R(2, 4), LAST, 0, 0 },
    { "cxl-ide-rx", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember cxl_release_dynamic_capacity_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "host-id", "int", R(2, 4), LAST, 0 },
    { "removal-policy", "cxl-release-dynamic-capacity-arg.removal-policy", R(2, 4), LAST, 0 },
    { "forced-removal", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "sanitize-on-release", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "region", "int", R(2, 4), LAST, 0 },
    { "tag", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "extents", "[cxl-release-dynamic-capacity-arg.extents]", R(2, 4), LAST, 0 },
};

static const MigSchemaMember cxl_release_dynamic_capacity_arg_extents_members[] = {
    { "offset", "int", R(2, 4), LAST, 0 },
    { "len", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaValue cxl_release_dynamic_capacity_arg_removal_policy_values[] = {
    { "tag-based", R(2, 4), LAST, 0, 0 },
    { "prescriptive", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember device_sync_config_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember device_add_arg_members[] = {
    { "driver", "str", R(2, 4), LAST, 0 },
    { "bus", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "id", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember device_del_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember display_reload_arg_members[] = {
    { "type", "display-reload-arg.type", R(2, 4), LAST, 0 },
};

static const MigSchemaMember display_reload_arg_branches[] = {
    { "vnc", "display-reload-arg/vnc", R(2, 4), LAST, 0 },
};

static const MigSchemaValue display_reload_arg_type_values[] = {
    { "vnc", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember display_reload_arg_vnc_members[] = {
    { "tls-certs", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember display_update_arg_members[] = {
    { "type", "display-update-arg.type", R(2, 4), LAST, 0 },
};

static const MigSchemaMember display_update_arg_branches[] = {
    { "vnc", "display-update-arg/vnc", R(2, 4), LAST, 0 },
};

static const MigSchemaValue display_update_arg_type_values[] = {
    { "vnc", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember display_update_arg_vnc_members[] = {
    { "addresses", "[display-update-arg/vnc.addresses]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember display_update_arg_vnc_addresses_members[] = {
    { "type", "display-update-arg/vnc.addresses.type", R(2, 4), LAST, 0 },
};

static const MigSchemaMember display_update_arg_vnc_addresses_branches[] = {
    { "inet", "display-update-arg/vnc.addresses/inet", R(2, 4), LAST, 0 },
    { "unix", "display-update-arg/vnc.addresses/unix", R(2, 4), LAST, 0 },
    { "vsock", "display-update-arg/vnc.addresses/vsock", R(2, 4), LAST, 0 },
    { "fd", "display-update-arg/vnc.addresses/fd", R(2, 4), LAST, 0 },
};

static const MigSchemaValue display_update_arg_vnc_addresses_type_values[] = {
    { "inet", R(2, 4), LAST, 0, 0 },
    { "unix", R(2, 4), LAST, 0, 0 },
    { "vsock", R(2, 4), LAST, 0, 0 },
    { "fd", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember display_update_arg_vnc_addresses_fd_members[] = {
    { "str", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember display_update_arg_vnc_addresses_inet_members[] = {
    { "host", "str", R(2, 4), LAST, 0 },
    { "port", "str", R(2, 4), LAST, 0 },
    { "numeric", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "to", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "ipv4", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "ipv6", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive-count", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive-idle", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive-interval", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "mptcp", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember display_update_arg_vnc_addresses_unix_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "abstract", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "tight", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember display_update_arg_vnc_addresses_vsock_members[] = {
    { "cid", "str", R(2, 4), LAST, 0 },
    { "port", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember drive_backup_arg_members[] = {
    { "job-id", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "device", "str", R(2, 4), LAST, 0 },
    { "sync", "drive-backup-arg.sync", R(2, 4), LAST, 0 },
    { "speed", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bitmap", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bitmap-mode", "drive-backup-arg.bitmap-mode", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "compress", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-source-error", "drive-backup-arg.on-source-error", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-target-error", "drive-backup-arg.on-target-error", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-cbw-error", "drive-backup-arg.on-cbw-error", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-finalize", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-dismiss", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "filter-node-name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "discard-source", "bool", R(8, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "x-perf", "drive-backup-arg.x-perf", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
    { "target", "str", R(2, 4), LAST, 0 },
    { "format", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "mode", "drive-backup-arg.mode", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue drive_backup_arg_bitmap_mode_values[] = {
    { "on-success", R(2, 4), LAST, 0, 0 },
    { "never", R(2, 4), LAST, 0, 0 },
    { "always", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue drive_backup_arg_mode_values[] = {
    { "existing", R(2, 4), LAST, 0, 0 },
    { "absolute-paths", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue drive_backup_arg_on_cbw_error_values[] = {
    { "break-guest-write", R(2, 4), LAST, 0, 0 },
    { "break-snapshot", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue drive_backup_arg_on_source_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue drive_backup_arg_on_target_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue drive_backup_arg_sync_values[] = {
    { "top", R(2, 4), LAST, 0, 0 },
    { "full", R(2, 4), LAST, 0, 0 },
    { "none", R(2, 4), LAST, 0, 0 },
    { "incremental", R(2, 4), LAST, 0, 0 },
    { "bitmap", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember drive_backup_arg_x_perf_members[] = {
    { "use-copy-range", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "max-workers", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "max-chunk", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "min-cluster-size", "int", R(8, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember drive_mirror_arg_members[] = {
    { "job-id", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "device", "str", R(2, 4), LAST, 0 },
    { "target", "str", R(2, 4), LAST, 0 },
    { "format", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "node-name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "replaces", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "sync", "drive-mirror-arg.sync", R(2, 4), LAST, 0 },
    { "mode", "drive-mirror-arg.mode", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "speed", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "granularity", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "buf-size", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-source-error", "drive-mirror-arg.on-source-error", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "on-target-error", "drive-mirror-arg.on-target-error", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "unmap", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "copy-mode", "drive-mirror-arg.copy-mode", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-finalize", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "auto-dismiss", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue drive_mirror_arg_copy_mode_values[] = {
    { "background", R(2, 4), LAST, 0, 0 },
    { "write-blocking", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue drive_mirror_arg_mode_values[] = {
    { "existing", R(2, 4), LAST, 0, 0 },
    { "absolute-paths", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue drive_mirror_arg_on_source_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue drive_mirror_arg_on_target_error_values[] = {
    { "report", R(2, 4), LAST, 0, 0 },
    { "ignore", R(2, 4), LAST, 0, 0 },
    { "enospc", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "auto", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue drive_mirror_arg_sync_values[] = {
    { "top", R(2, 4), LAST, 0, 0 },
    { "full", R(2, 4), LAST, 0, 0 },
    { "none", R(2, 4), LAST, 0, 0 },
    { "incremental", R(2, 4), LAST, 0, 0 },
    { "bitmap", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember dump_guest_memory_arg_members[] = {
    { "paging", "bool", R(2, 4), LAST, 0 },
    { "protocol", "str", R(2, 4), LAST, 0 },
    { "detach", "bool", R(2, 6), LAST, MIG_SCHEMA_OPTIONAL },
    { "begin", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "length", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "format", "dump-guest-memory-arg.format", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue dump_guest_memory_arg_format_values[] = {
    { "elf", R(2, 4), LAST, 0, 0 },
    { "kdump-zlib", R(2, 4), LAST, 0, 0 },
    { "kdump-lzo", R(2, 4), LAST, 0, 0 },
    { "kdump-snappy", R(2, 4), LAST, 0, 0 },
    { "kdump-raw-zlib", R(8, 0), LAST, 0, 0 },
    { "kdump-raw-lzo", R(8, 0), LAST, 0, 0 },
    { "kdump-raw-snappy", R(8, 0), LAST, 0, 0 },
    { "win-dmp", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember dump_skeys_arg_members[] = {
    { "filename", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember dumpdtb_arg_members[] = {
    { "filename", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember eject_arg_members[] = {
    { "device", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_DEPRECATED },
    { "id", "str", R(2, 8), LAST, MIG_SCHEMA_OPTIONAL },
    { "force", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember expire_password_arg_members[] = {
    { "protocol", "str", R(2, 4), R(5, 2), 0 },
    { "protocol", "expire_password-arg.protocol1", R(6, 0), LAST, 0 },
    { "time", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember expire_password_arg_branches[] = {
    { "vnc", "expire_password-arg/vnc", R(6, 0), LAST, 0 },
};

static const MigSchemaValue expire_password_arg_protocol1_values[] = {
    { "vnc", R(2, 4), LAST, 0, 0 },
    { "spice", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember expire_password_arg_vnc_members[] = {
    { "display", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember inject_ghes_v2_error_arg_members[] = {
    { "cper", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_members[] = {
    { "device", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "head", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "events", "[input-send-event-arg.events]", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_members[] = {
    { "type", "input-send-event-arg.events.type", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_branches[] = {
    { "key", "input-send-event-arg.events/key", R(2, 4), LAST, 0 },
    { "btn", "input-send-event-arg.events/btn", R(2, 4), LAST, 0 },
    { "rel", "input-send-event-arg.events/rel", R(2, 4), LAST, 0 },
    { "abs", "input-send-event-arg.events/abs", R(2, 4), LAST, 0 },
    { "mtt", "input-send-event-arg.events/mtt", R(8, 0), LAST, 0 },
};

static const MigSchemaValue input_send_event_arg_events_type_values[] = {
    { "key", R(2, 4), LAST, 0, 0 },
    { "btn", R(2, 4), LAST, 0, 0 },
    { "rel", R(2, 4), LAST, 0, 0 },
    { "abs", R(2, 4), LAST, 0, 0 },
    { "mtt", R(8, 0), LAST, 0, 0 },
};

static const MigSchemaMember input_send_event_arg_events_abs_members[] = {
    { "data", "input-send-event-arg.events/abs.data", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_abs_data_members[] = {
    { "axis", "input-send-event-arg.events/abs.data.axis", R(2, 4), LAST, 0 },
    { "value", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaValue input_send_event_arg_events_abs_data_axis_values[] = {
    { "x", R(2, 4), LAST, 0, 0 },
    { "y", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember input_send_event_arg_events_btn_members[] = {
    { "data", "input-send-event-arg.events/btn.data", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_btn_data_members[] = {
    { "button", "input-send-event-arg.events/btn.data.button", R(2, 4), LAST, 0 },
    { "down", "bool", R(2, 4), LAST, 0 },
};

static const MigSchemaValue input_send_event_arg_events_btn_data_button_values[] = {
    { "left", R(2, 4), LAST, 0, 0 },
    { "middle", R(2, 4), LAST, 0, 0 },
    { "right", R(2, 4), LAST, 0, 0 },
    { "wheel-up", R(2, 4), LAST, 0, 0 },
    { "wheel-down", R(2, 4), LAST, 0, 0 },
    { "side", R(2, 4), LAST, 0, 0 },
    { "extra", R(2, 4), LAST, 0, 0 },
    { "wheel-left", R(6, 0), LAST, 0, 0 },
    { "wheel-right", R(6, 0), LAST, 0, 0 },
    { "touch", R(8, 0), LAST, 0, 0 },
};

static const MigSchemaMember input_send_event_arg_events_key_members[] = {
    { "data", "input-send-event-arg.events/key.data", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_key_data_members[] = {
    { "key", "input-send-event-arg.events/key.data.key", R(2, 4), LAST, 0 },
    { "down", "bool", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_key_data_key_members[] = {
    { "type", "input-send-event-arg.events/key.data.key.type", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_key_data_key_branches[] = {
    { "number", "input-send-event-arg.events/key.data.key/number", R(2, 4), LAST, 0 },
    { "qcode", "input-send-event-arg.events/key.data.key/qcode", R(2, 4), LAST, 0 },
};

static const MigSchemaValue input_send_event_arg_events_key_data_key_type_values[] = {
    { "number", R(2, 4), LAST, 0, 0 },
    { "qcode", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember input_send_event_arg_events_key_data_key_number_members[] = {
    { "data", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_key_data_key_qcode_members[] = {
    { "data", "input-send-event-arg.events/key.data.key/qcode.data", R(2, 4), LAST, 0 },
};

static const MigSchemaValue input_send_event_arg_events_key_data_key_qcode_data_values[] = {
    { "unmapped", R(2, 4), LAST, 0, 0 },
    { "shift", R(2, 4), LAST, 0, 0 },
    { "shift_r", R(2, 4), LAST, 0, 0 },
    { "alt", R(2, 4), LAST, 0, 0 },
    { "alt_r", R(2, 4), LAST, 0, 0 },
    { "ctrl", R(2, 4), LAST, 0, 0 },
    { "ctrl_r", R(2, 4), LAST, 0, 0 },
    { "menu", R(2, 4), LAST, 0, 0 },
    { "esc", R(2, 4), LAST, 0, 0 },
    { "1", R(2, 4), LAST, 0, 0 },
    { "2", R(2, 4), LAST, 0, 0 },
    { "3", R(2, 4), LAST, 0, 0 },
    { "4", R(2, 4), LAST, 0, 0 },
    { "5", R(2, 4), LAST, 0, 0 },
    { "6", R(2, 4), LAST, 0, 0 },
    { "7", R(2, 4), LAST, 0, 0 },
    { "8", R(2, 4), LAST, 0, 0 },
    { "9", R(2, 4), LAST, 0, 0 },
    { "0", R(2, 4), LAST, 0, 0 },
    { "minus", R(2, 4), LAST, 0, 0 },
    { "equal", R(2, 4), LAST, 0, 0 },
    { "backspace", R(2, 4), LAST, 0, 0 },
    { "tab", R(2, 4), LAST, 0, 0 },
    { "q", R(2, 4), LAST, 0, 0 },
    { "w", R(2, 4), LAST, 0, 0 },
    { "e", R(2, 4), LAST, 0, 0 },
    { "r", R(2, 4), LAST, 0, 0 },
    { "t", R(2, 4), LAST, 0, 0 },
    { "y", R(2, 4), LAST, 0, 0 },
    { "u", R(2, 4), LAST, 0, 0 },
    { "i", R(2, 4), LAST, 0, 0 },
    { "o", R(2, 4), LAST, 0, 0 },
    { "p", R(2, 4), LAST, 0, 0 },
    { "bracket_left", R(2, 4), LAST, 0, 0 },
    { "bracket_right", R(2, 4), LAST, 0, 0 },
    { "ret", R(2, 4), LAST, 0, 0 },
    { "a", R(2, 4), LAST, 0, 0 },
    { "s", R(2, 4), LAST, 0, 0 },
    { "d", R(2, 4), LAST, 0, 0 },
    { "f", R(2, 4), LAST, 0, 0 },
    { "g", R(2, 4), LAST, 0, 0 },
    { "h", R(2, 4), LAST, 0, 0 },
    { "j", R(2, 4), LAST, 0, 0 },
    { "k", R(2, 4), LAST, 0, 0 },
    { "l", R(2, 4), LAST, 0, 0 },
    { "semicolon", R(2, 4), LAST, 0, 0 },
    { "apostrophe", R(2, 4), LAST, 0, 0 },
    { "grave_accent", R(2, 4), LAST, 0, 0 },
    { "backslash", R(2, 4), LAST, 0, 0 },
    { "z", R(2, 4), LAST, 0, 0 },
    { "x", R(2, 4), LAST, 0, 0 },
    { "c", R(2, 4), LAST, 0, 0 },
    { "v", R(2, 4), LAST, 0, 0 },
    { "b", R(2, 4), LAST, 0, 0 },
    { "n", R(2, 4), LAST, 0, 0 },
    { "m", R(2, 4), LAST, 0, 0 },
    { "comma", R(2, 4), LAST, 0, 0 },
    { "dot", R(2, 4), LAST, 0, 0 },
    { "slash", R(2, 4), LAST, 0, 0 },
    { "asterisk", R(2, 4), LAST, 0, 0 },
    { "spc", R(2, 4), LAST, 0, 0 },
    { "caps_lock", R(2, 4), LAST, 0, 0 },
    { "f1", R(2, 4), LAST, 0, 0 },
    { "f2", R(2, 4), LAST, 0, 0 },
    { "f3", R(2, 4), LAST, 0, 0 },
    { "f4", R(2, 4), LAST, 0, 0 },
    { "f5", R(2, 4), LAST, 0, 0 },
    { "f6", R(2, 4), LAST, 0, 0 },
    { "f7", R(2, 4), LAST, 0, 0 },
    { "f8", R(2, 4), LAST, 0, 0 },
    { "f9", R(2, 4), LAST, 0, 0 },
    { "f10", R(2, 4), LAST, 0, 0 },
    { "num_lock", R(2, 4), LAST, 0, 0 },
    { "scroll_lock", R(2, 4), LAST, 0, 0 },
    { "kp_divide", R(2, 4), LAST, 0, 0 },
    { "kp_multiply", R(2, 4), LAST, 0, 0 },
    { "kp_subtract", R(2, 4), LAST, 0, 0 },
    { "kp_add", R(2, 4), LAST, 0, 0 },
    { "kp_enter", R(2, 4), LAST, 0, 0 },
    { "kp_decimal", R(2, 4), LAST, 0, 0 },
    { "sysrq", R(2, 4), LAST, 0, 0 },
    { "kp_0", R(2, 4), LAST, 0, 0 },
    { "kp_1", R(2, 4), LAST, 0, 0 },
    { "kp_2", R(2, 4), LAST, 0, 0 },
    { "kp_3", R(2, 4), LAST, 0, 0 },
    { "kp_4", R(2, 4), LAST, 0, 0 },
    { "kp_5", R(2, 4), LAST, 0, 0 },
    { "kp_6", R(2, 4), LAST, 0, 0 },
    { "kp_7", R(2, 4), LAST, 0, 0 },
    { "kp_8", R(2, 4), LAST, 0, 0 },
    { "kp_9", R(2, 4), LAST, 0, 0 },
    { "less", R(2, 4), LAST, 0, 0 },
    { "f11", R(2, 4), LAST, 0, 0 },
    { "f12", R(2, 4), LAST, 0, 0 },
    { "print", R(2, 4), LAST, 0, 0 },
    { "home", R(2, 4), LAST, 0, 0 },
    { "pgup", R(2, 4), LAST, 0, 0 },
    { "pgdn", R(2, 4), LAST, 0, 0 },
    { "end", R(2, 4), LAST, 0, 0 },
    { "left", R(2, 4), LAST, 0, 0 },
    { "up", R(2, 4), LAST, 0, 0 },
    { "down", R(2, 4), LAST, 0, 0 },
    { "right", R(2, 4), LAST, 0, 0 },
    { "insert", R(2, 4), LAST, 0, 0 },
    { "delete", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "again", R(2, 4), LAST, 0, 0 },
    { "props", R(2, 4), LAST, 0, 0 },
    { "undo", R(2, 4), LAST, 0, 0 },
    { "front", R(2, 4), LAST, 0, 0 },
    { "copy", R(2, 4), LAST, 0, 0 },
    { "open", R(2, 4), LAST, 0, 0 },
    { "paste", R(2, 4), LAST, 0, 0 },
    { "find", R(2, 4), LAST, 0, 0 },
    { "cut", R(2, 4), LAST, 0, 0 },
    { "lf", R(2, 4), LAST, 0, 0 },
    { "help", R(2, 4), LAST, 0, 0 },
    { "meta_l", R(2, 4), LAST, 0, 0 },
    { "meta_r", R(2, 4), LAST, 0, 0 },
    { "compose", R(2, 4), LAST, 0, 0 },
    { "pause", R(2, 4), LAST, 0, 0 },
    { "ro", R(2, 4), LAST, 0, 0 },
    { "hiragana", R(2, 4), LAST, 0, 0 },
    { "henkan", R(2, 4), LAST, 0, 0 },
    { "yen", R(2, 4), LAST, 0, 0 },
    { "muhenkan", R(2, 4), LAST, 0, 0 },
    { "katakanahiragana", R(2, 4), LAST, 0, 0 },
    { "kp_comma", R(2, 4), LAST, 0, 0 },
    { "kp_equals", R(2, 4), LAST, 0, 0 },
    { "power", R(2, 4), LAST, 0, 0 },
    { "sleep", R(2, 4), LAST, 0, 0 },
    { "wake", R(2, 4), LAST, 0, 0 },
    { "audionext", R(2, 4), LAST, 0, 0 },
    { "audioprev", R(2, 4), LAST, 0, 0 },
    { "audiostop", R(2, 4), LAST, 0, 0 },
    { "audioplay", R(2, 4), LAST, 0, 0 },
    { "audiomute", R(2, 4), LAST, 0, 0 },
    { "volumeup", R(2, 4), LAST, 0, 0 },
    { "volumedown", R(2, 4), LAST, 0, 0 },
    { "mediaselect", R(2, 4), LAST, 0, 0 },
    { "mail", R(2, 4), LAST, 0, 0 },
    { "calculator", R(2, 4), LAST, 0, 0 },
    { "computer", R(2, 4), LAST, 0, 0 },
    { "ac_home", R(2, 4), LAST, 0, 0 },
    { "ac_back", R(2, 4), LAST, 0, 0 },
    { "ac_forward", R(2, 4), LAST, 0, 0 },
    { "ac_refresh", R(2, 4), LAST, 0, 0 },
    { "ac_bookmarks", R(2, 4), LAST, 0, 0 },
    { "lang1", R(6, 0), LAST, 0, 0 },
    { "lang2", R(6, 0), LAST, 0, 0 },
    { "f13", R(8, 0), LAST, 0, 0 },
    { "f14", R(8, 0), LAST, 0, 0 },
    { "f15", R(8, 0), LAST, 0, 0 },
    { "f16", R(8, 0), LAST, 0, 0 },
    { "f17", R(8, 0), LAST, 0, 0 },
    { "f18", R(8, 0), LAST, 0, 0 },
    { "f19", R(8, 0), LAST, 0, 0 },
    { "f20", R(8, 0), LAST, 0, 0 },
    { "f21", R(8, 0), LAST, 0, 0 },
    { "f22", R(8, 0), LAST, 0, 0 },
    { "f23", R(8, 0), LAST, 0, 0 },
    { "f24", R(8, 0), LAST, 0, 0 },
};

static const MigSchemaMember input_send_event_arg_events_mtt_members[] = {
    { "data", "input-send-event-arg.events/mtt.data", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_mtt_data_members[] = {
    { "type", "input-send-event-arg.events/mtt.data.type", R(2, 4), LAST, 0 },
    { "slot", "int", R(2, 4), LAST, 0 },
    { "tracking-id", "int", R(2, 4), LAST, 0 },
    { "axis", "input-send-event-arg.events/mtt.data.axis", R(2, 4), LAST, 0 },
    { "value", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaValue input_send_event_arg_events_mtt_data_axis_values[] = {
    { "x", R(2, 4), LAST, 0, 0 },
    { "y", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue input_send_event_arg_events_mtt_data_type_values[] = {
    { "begin", R(2, 4), LAST, 0, 0 },
    { "update", R(2, 4), LAST, 0, 0 },
    { "end", R(2, 4), LAST, 0, 0 },
    { "cancel", R(2, 4), LAST, 0, 0 },
    { "data", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember input_send_event_arg_events_rel_members[] = {
    { "data", "input-send-event-arg.events/rel.data", R(2, 4), LAST, 0 },
};

static const MigSchemaMember input_send_event_arg_events_rel_data_members[] = {
    { "axis", "input-send-event-arg.events/rel.data.axis", R(2, 4), LAST, 0 },
    { "value", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaValue input_send_event_arg_events_rel_data_axis_values[] = {
    { "x", R(2, 4), LAST, 0, 0 },
    { "y", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember nbd_server_remove_arg_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "mode", "nbd-server-remove-arg.mode", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue nbd_server_remove_arg_mode_values[] = {
    { "safe", R(2, 4), LAST, 0, 0 },
    { "hard", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember nbd_server_start_arg_members[] = {
    { "handshake-max-seconds", "int", R(8, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "tls-creds", "str", R(2, 6), LAST, MIG_SCHEMA_OPTIONAL },
    { "tls-authz", "str", R(4, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "max-connections", "int", R(5, 2), LAST, MIG_SCHEMA_OPTIONAL },
    { "addr", "nbd-server-start-arg.addr", R(2, 4), LAST, 0 },
};

static const MigSchemaMember nbd_server_start_arg_addr_members[] = {
    { "type", "nbd-server-start-arg.addr.type", R(2, 4), LAST, 0 },
};

static const MigSchemaMember nbd_server_start_arg_addr_branches[] = {
    { "inet", "nbd-server-start-arg.addr/inet", R(2, 4), LAST, 0 },
    { "unix", "nbd-server-start-arg.addr/unix", R(2, 4), LAST, 0 },
    { "vsock", "nbd-server-start-arg.addr/vsock", R(2, 4), LAST, 0 },
    { "fd", "nbd-server-start-arg.addr/fd", R(2, 4), LAST, 0 },
};

static const MigSchemaValue nbd_server_start_arg_addr_type_values[] = {
    { "inet", R(2, 4), LAST, 0, 0 },
    { "unix", R(2, 4), LAST, 0, 0 },
    { "vsock", R(2, 4), LAST, 0, 0 },
    { "fd", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember nbd_server_start_arg_addr_fd_members[] = {
    { "data", "nbd-server-start-arg.addr/fd.data", R(2, 4), LAST, 0 },
};

static const MigSchemaMember nbd_server_start_arg_addr_fd_data_members[] = {
    { "str", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember nbd_server_start_arg_addr_inet_members[] = {
    { "data", "nbd-server-start-arg.addr/inet.data", R(2, 4), LAST, 0 },
};

static const MigSchemaMember nbd_server_start_arg_addr_inet_data_members[] = {
    { "host", "str", R(2, 4), LAST, 0 },
    { "port", "str", R(2, 4), LAST, 0 },
    { "numeric", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "to", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "ipv4", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "ipv6", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive-count", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive-idle", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "keep-alive-interval", "int", R(11, 1), LAST, MIG_SCHEMA_OPTIONAL },
    { "mptcp", "bool", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember nbd_server_start_arg_addr_unix_members[] = {
    { "data", "nbd-server-start-arg.addr/unix.data", R(2, 4), LAST, 0 },
};

static const MigSchemaMember nbd_server_start_arg_addr_unix_data_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "abstract", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "tight", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember nbd_server_start_arg_addr_vsock_members[] = {
    { "data", "nbd-server-start-arg.addr/vsock.data", R(2, 4), LAST, 0 },
};

static const MigSchemaMember nbd_server_start_arg_addr_vsock_data_members[] = {
    { "cid", "str", R(2, 4), LAST, 0 },
    { "port", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember netdev_del_arg_members[] = {
    { "id", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember qom_list_get_arg_members[] = {
    { "paths", "[str]", R(2, 4), LAST, 0 },
};

static const MigSchemaMember query_command_line_options_arg_members[] = {
    { "option", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_cpu_model_baseline_arg_members[] = {
    { "modela", "query-cpu-model-baseline-arg.modela", R(2, 4), LAST, 0 },
    { "modelb", "query-cpu-model-baseline-arg.modelb", R(2, 4), LAST, 0 },
};

static const MigSchemaMember query_cpu_model_baseline_arg_modela_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "props", "any", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_cpu_model_baseline_arg_modelb_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "props", "any", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_cpu_model_comparison_arg_members[] = {
    { "modela", "query-cpu-model-comparison-arg.modela", R(2, 4), LAST, 0 },
    { "modelb", "query-cpu-model-comparison-arg.modelb", R(2, 4), LAST, 0 },
};

static const MigSchemaMember query_cpu_model_comparison_arg_modela_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "props", "any", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_cpu_model_comparison_arg_modelb_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "props", "any", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_cpu_model_expansion_arg_members[] = {
    { "type", "query-cpu-model-expansion-arg.type", R(2, 4), LAST, 0 },
    { "model", "query-cpu-model-expansion-arg.model", R(2, 4), LAST, 0 },
};

static const MigSchemaMember query_cpu_model_expansion_arg_model_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "props", "any", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue query_cpu_model_expansion_arg_type_values[] = {
    { "static", R(2, 4), LAST, 0, 0 },
    { "full", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember query_firmware_log_arg_members[] = {
    { "max-size", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_machines_arg_members[] = {
    { "compat-props", "bool", R(9, 1), LAST, MIG_SCHEMA_OPTIONAL | MIG_SCHEMA_UNSTABLE },
};

static const MigSchemaMember query_rocker_arg_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember query_rocker_of_dpa_flows_arg_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "tbl-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_rocker_of_dpa_groups_arg_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "type", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_rocker_ports_arg_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember query_rx_filter_arg_members[] = {
    { "name", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_sev_attestation_report_arg_members[] = {
    { "mnonce", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember query_stats_arg_members[] = {
    { "target", "query-stats-arg.target", R(2, 4), LAST, 0 },
    { "providers", "[query-stats-arg.providers]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_stats_arg_branches[] = {
    { "vcpu", "query-stats-arg/vcpu", R(2, 4), LAST, 0 },
};

static const MigSchemaMember query_stats_arg_providers_members[] = {
    { "provider", "query-stats-arg.providers.provider", R(2, 4), LAST, 0 },
    { "names", "[str]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue query_stats_arg_providers_provider_values[] = {
    { "kvm", R(2, 4), LAST, 0, 0 },
    { "cryptodev", R(8, 0), LAST, 0, 0 },
};

static const MigSchemaValue query_stats_arg_target_values[] = {
    { "vm", R(2, 4), LAST, 0, 0 },
    { "vcpu", R(2, 4), LAST, 0, 0 },
    { "cryptodev", R(8, 0), LAST, 0, 0 },
};

static const MigSchemaMember query_stats_arg_vcpu_members[] = {
    { "vcpus", "[str]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember query_stats_schemas_arg_members[] = {
    { "provider", "query-stats-schemas-arg.provider", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue query_stats_schemas_arg_provider_values[] = {
    { "kvm", R(2, 4), LAST, 0, 0 },
    { "cryptodev", R(8, 0), LAST, 0, 0 },
};

static const MigSchemaMember replay_break_arg_members[] = {
    { "icount", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember replay_seek_arg_members[] = {
    { "icount", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember request_ebpf_arg_members[] = {
    { "id", "request-ebpf-arg.id", R(2, 4), LAST, 0 },
};

static const MigSchemaValue request_ebpf_arg_id_values[] = {
    { "rss", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember ringbuf_read_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
    { "size", "int", R(2, 4), LAST, 0 },
    { "format", "ringbuf-read-arg.format", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue ringbuf_read_arg_format_values[] = {
    { "utf8", R(2, 4), LAST, 0, 0 },
    { "base64", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember ringbuf_write_arg_members[] = {
    { "device", "str", R(2, 4), LAST, 0 },
    { "data", "str", R(2, 4), LAST, 0 },
    { "format", "ringbuf-write-arg.format", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue ringbuf_write_arg_format_values[] = {
    { "utf8", R(2, 4), LAST, 0, 0 },
    { "base64", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember screendump_arg_members[] = {
    { "filename", "str", R(2, 4), LAST, 0 },
    { "device", "str", R(2, 12), LAST, MIG_SCHEMA_OPTIONAL },
    { "head", "int", R(2, 12), LAST, MIG_SCHEMA_OPTIONAL },
    { "format", "screendump-arg.format", R(7, 1), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue screendump_arg_format_values[] = {
    { "ppm", R(2, 4), LAST, 0, 0 },
    { "png", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember send_key_arg_members[] = {
    { "keys", "[send-key-arg.keys]", R(2, 4), LAST, 0 },
    { "hold-time", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember send_key_arg_keys_members[] = {
    { "type", "send-key-arg.keys.type", R(2, 4), LAST, 0 },
};

static const MigSchemaMember send_key_arg_keys_branches[] = {
    { "number", "send-key-arg.keys/number", R(2, 4), LAST, 0 },
    { "qcode", "send-key-arg.keys/qcode", R(2, 4), LAST, 0 },
};

static const MigSchemaValue send_key_arg_keys_type_values[] = {
    { "number", R(2, 4), LAST, 0, 0 },
    { "qcode", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember send_key_arg_keys_number_members[] = {
    { "data", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember send_key_arg_keys_qcode_members[] = {
    { "data", "send-key-arg.keys/qcode.data", R(2, 4), LAST, 0 },
};

static const MigSchemaValue send_key_arg_keys_qcode_data_values[] = {
    { "unmapped", R(2, 4), LAST, 0, 0 },
    { "shift", R(2, 4), LAST, 0, 0 },
    { "shift_r", R(2, 4), LAST, 0, 0 },
    { "alt", R(2, 4), LAST, 0, 0 },
    { "alt_r", R(2, 4), LAST, 0, 0 },
    { "ctrl", R(2, 4), LAST, 0, 0 },
    { "ctrl_r", R(2, 4), LAST, 0, 0 },
    { "menu", R(2, 4), LAST, 0, 0 },
    { "esc", R(2, 4), LAST, 0, 0 },
    { "1", R(2, 4), LAST, 0, 0 },
    { "2", R(2, 4), LAST, 0, 0 },
    { "3", R(2, 4), LAST, 0, 0 },
    { "4", R(2, 4), LAST, 0, 0 },
    { "5", R(2, 4), LAST, 0, 0 },
    { "6", R(2, 4), LAST, 0, 0 },
    { "7", R(2, 4), LAST, 0, 0 },
    { "8", R(2, 4), LAST, 0, 0 },
    { "9", R(2, 4), LAST, 0, 0 },
    { "0", R(2, 4), LAST, 0, 0 },
    { "minus", R(2, 4), LAST, 0, 0 },
    { "equal", R(2, 4), LAST, 0, 0 },
    { "backspace", R(2, 4), LAST, 0, 0 },
    { "tab", R(2, 4), LAST, 0, 0 },
    { "q", R(2, 4), LAST, 0, 0 },
    { "w", R(2, 4), LAST, 0, 0 },
    { "e", R(2, 4), LAST, 0, 0 },
    { "r", R(2, 4), LAST, 0, 0 },
    { "t", R(2, 4), LAST, 0, 0 },
    { "y", R(2, 4), LAST, 0, 0 },
    { "u", R(2, 4), LAST, 0, 0 },
    { "i", R(2, 4), LAST, 0, 0 },
    { "o", R(2, 4), LAST, 0, 0 },
    { "p", R(2, 4), LAST, 0, 0 },
    { "bracket_left", R(2, 4), LAST, 0, 0 },
    { "bracket_right", R(2, 4), LAST, 0, 0 },
    { "ret", R(2, 4), LAST, 0, 0 },
    { "a", R(2, 4), LAST, 0, 0 },
    { "s", R(2, 4), LAST, 0, 0 },
    { "d", R(2, 4), LAST, 0, 0 },
    { "f", R(2, 4), LAST, 0, 0 },
    { "g", R(2, 4), LAST, 0, 0 },
    { "h", R(2, 4), LAST, 0, 0 },
    { "j", R(2, 4), LAST, 0, 0 },
    { "k", R(2, 4), LAST, 0, 0 },
    { "l", R(2, 4), LAST, 0, 0 },
    { "semicolon", R(2, 4), LAST, 0, 0 },
    { "apostrophe", R(2, 4), LAST, 0, 0 },
    { "grave_accent", R(2, 4), LAST, 0, 0 },
    { "backslash", R(2, 4), LAST, 0, 0 },
    { "z", R(2, 4), LAST, 0, 0 },
    { "x", R(2, 4), LAST, 0, 0 },
    { "c", R(2, 4), LAST, 0, 0 },
    { "v", R(2, 4), LAST, 0, 0 },
    { "b", R(2, 4), LAST, 0, 0 },
    { "n", R(2, 4), LAST, 0, 0 },
    { "m", R(2, 4), LAST, 0, 0 },
    { "comma", R(2, 4), LAST, 0, 0 },
    { "dot", R(2, 4), LAST, 0, 0 },
    { "slash", R(2, 4), LAST, 0, 0 },
    { "asterisk", R(2, 4), LAST, 0, 0 },
    { "spc", R(2, 4), LAST, 0, 0 },
    { "caps_lock", R(2, 4), LAST, 0, 0 },
    { "f1", R(2, 4), LAST, 0, 0 },
    { "f2", R(2, 4), LAST, 0, 0 },
    { "f3", R(2, 4), LAST, 0, 0 },
    { "f4", R(2, 4), LAST, 0, 0 },
    { "f5", R(2, 4), LAST, 0, 0 },
    { "f6", R(2, 4), LAST, 0, 0 },
    { "f7", R(2, 4), LAST, 0, 0 },
    { "f8", R(2, 4), LAST, 0, 0 },
    { "f9", R(2, 4), LAST, 0, 0 },
    { "f10", R(2, 4), LAST, 0, 0 },
    { "num_lock", R(2, 4), LAST, 0, 0 },
    { "scroll_lock", R(2, 4), LAST, 0, 0 },
    { "kp_divide", R(2, 4), LAST, 0, 0 },
    { "kp_multiply", R(2, 4), LAST, 0, 0 },
    { "kp_subtract", R(2, 4), LAST, 0, 0 },
    { "kp_add", R(2, 4), LAST, 0, 0 },
    { "kp_enter", R(2, 4), LAST, 0, 0 },
    { "kp_decimal", R(2, 4), LAST, 0, 0 },
    { "sysrq", R(2, 4), LAST, 0, 0 },
    { "kp_0", R(2, 4), LAST, 0, 0 },
    { "kp_1", R(2, 4), LAST, 0, 0 },
    { "kp_2", R(2, 4), LAST, 0, 0 },
    { "kp_3", R(2, 4), LAST, 0, 0 },
    { "kp_4", R(2, 4), LAST, 0, 0 },
    { "kp_5", R(2, 4), LAST, 0, 0 },
    { "kp_6", R(2, 4), LAST, 0, 0 },
    { "kp_7", R(2, 4), LAST, 0, 0 },
    { "kp_8", R(2, 4), LAST, 0, 0 },
    { "kp_9", R(2, 4), LAST, 0, 0 },
    { "less", R(2, 4), LAST, 0, 0 },
    { "f11", R(2, 4), LAST, 0, 0 },
    { "f12", R(2, 4), LAST, 0, 0 },
    { "print", R(2, 4), LAST, 0, 0 },
    { "home", R(2, 4), LAST, 0, 0 },
    { "pgup", R(2, 4), LAST, 0, 0 },
    { "pgdn", R(2, 4), LAST, 0, 0 },
    { "end", R(2, 4), LAST, 0, 0 },
    { "left", R(2, 4), LAST, 0, 0 },
    { "up", R(2, 4), LAST, 0, 0 },
    { "down", R(2, 4), LAST, 0, 0 },
    { "right", R(2, 4), LAST, 0, 0 },
    { "insert", R(2, 4), LAST, 0, 0 },
    { "delete", R(2, 4), LAST, 0, 0 },
    { "stop", R(2, 4), LAST, 0, 0 },
    { "again", R(2, 4), LAST, 0, 0 },
    { "props", R(2, 4), LAST, 0, 0 },
    { "undo", R(2, 4), LAST, 0, 0 },
    { "front", R(2, 4), LAST, 0, 0 },
    { "copy", R(2, 4), LAST, 0, 0 },
    { "open", R(2, 4), LAST, 0, 0 },
    { "paste", R(2, 4), LAST, 0, 0 },
    { "find", R(2, 4), LAST, 0, 0 },
    { "cut", R(2, 4), LAST, 0, 0 },
    { "lf", R(2, 4), LAST, 0, 0 },
    { "help", R(2, 4), LAST, 0, 0 },
    { "meta_l", R(2, 4), LAST, 0, 0 },
    { "meta_r", R(2, 4), LAST, 0, 0 },
    { "compose", R(2, 4), LAST, 0, 0 },
    { "pause", R(2, 4), LAST, 0, 0 },
    { "ro", R(2, 4), LAST, 0, 0 },
    { "hiragana", R(2, 4), LAST, 0, 0 },
    { "henkan", R(2, 4), LAST, 0, 0 },
    { "yen", R(2, 4), LAST, 0, 0 },
    { "muhenkan", R(2, 4), LAST, 0, 0 },
    { "katakanahiragana", R(2, 4), LAST, 0, 0 },
    { "kp_comma", R(2, 4), LAST, 0, 0 },
    { "kp_equals", R(2, 4), LAST, 0, 0 },
    { "power", R(2, 4), LAST, 0, 0 },
    { "sleep", R(2, 4), LAST, 0, 0 },
    { "wake", R(2, 4), LAST, 0, 0 },
    { "audionext", R(2, 4), LAST, 0, 0 },
    { "audioprev", R(2, 4), LAST, 0, 0 },
    { "audiostop", R(2, 4), LAST, 0, 0 },
    { "audioplay", R(2, 4), LAST, 0, 0 },
    { "audiomute", R(2, 4), LAST, 0, 0 },
    { "volumeup", R(2, 4), LAST, 0, 0 },
    { "volumedown", R(2, 4), LAST, 0, 0 },
    { "mediaselect", R(2, 4), LAST, 0, 0 },
    { "mail", R(2, 4), LAST, 0, 0 },
    { "calculator", R(2, 4), LAST, 0, 0 },
    { "computer", R(2, 4), LAST, 0, 0 },
    { "ac_home", R(2, 4), LAST, 0, 0 },
    { "ac_back", R(2, 4), LAST, 0, 0 },
    { "ac_forward", R(2, 4), LAST, 0, 0 },
    { "ac_refresh", R(2, 4), LAST, 0, 0 },
    { "ac_bookmarks", R(2, 4), LAST, 0, 0 },
    { "lang1", R(6, 0), LAST, 0, 0 },
    { "lang2", R(6, 0), LAST, 0, 0 },
    { "f13", R(8, 0), LAST, 0, 0 },
    { "f14", R(8, 0), LAST, 0, 0 },
    { "f15", R(8, 0), LAST, 0, 0 },
    { "f16", R(8, 0), LAST, 0, 0 },
    { "f17", R(8, 0), LAST, 0, 0 },
    { "f18", R(8, 0), LAST, 0, 0 },
    { "f19", R(8, 0), LAST, 0, 0 },
    { "f20", R(8, 0), LAST, 0, 0 },
    { "f21", R(8, 0), LAST, 0, 0 },
    { "f22", R(8, 0), LAST, 0, 0 },
    { "f23", R(8, 0), LAST, 0, 0 },
    { "f24", R(8, 0), LAST, 0, 0 },
};

static const MigSchemaMember set_action_arg_members[] = {
    { "reboot", "set-action-arg.reboot", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "shutdown", "set-action-arg.shutdown", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "panic", "set-action-arg.panic", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "watchdog", "set-action-arg.watchdog", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue set_action_arg_panic_values[] = {
    { "pause", R(2, 4), LAST, 0, 0 },
    { "shutdown", R(2, 4), LAST, 0, 0 },
    { "exit-failure", R(2, 4), LAST, 0, 0 },
    { "none", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue set_action_arg_reboot_values[] = {
    { "reset", R(2, 4), LAST, 0, 0 },
    { "shutdown", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue set_action_arg_shutdown_values[] = {
    { "poweroff", R(2, 4), LAST, 0, 0 },
    { "pause", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue set_action_arg_watchdog_values[] = {
    { "reset", R(2, 4), LAST, 0, 0 },
    { "shutdown", R(2, 4), LAST, 0, 0 },
    { "poweroff", R(2, 4), LAST, 0, 0 },
    { "pause", R(2, 4), LAST, 0, 0 },
    { "debug", R(2, 4), LAST, 0, 0 },
    { "none", R(2, 4), LAST, 0, 0 },
    { "inject-nmi", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember set_cpu_topology_arg_members[] = {
    { "core-id", "int", R(2, 4), LAST, 0 },
    { "socket-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "book-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "drawer-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "entitlement", "set-cpu-topology-arg.entitlement", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "dedicated", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue set_cpu_topology_arg_entitlement_values[] = {
    { "auto", R(2, 4), LAST, 0, 0 },
    { "low", R(2, 4), LAST, 0, 0 },
    { "medium", R(2, 4), LAST, 0, 0 },
    { "high", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember set_numa_node_arg_members[] = {
    { "type", "set-numa-node-arg.type", R(2, 4), LAST, 0 },
};

static const MigSchemaMember set_numa_node_arg_branches[] = {
    { "node", "set-numa-node-arg/node", R(2, 4), LAST, 0 },
    { "dist", "set-numa-node-arg/dist", R(2, 4), LAST, 0 },
    { "cpu", "set-numa-node-arg/cpu", R(2, 4), LAST, 0 },
    { "hmat-lb", "set-numa-node-arg/hmat-lb", R(2, 4), LAST, 0 },
    { "hmat-cache", "set-numa-node-arg/hmat-cache", R(2, 4), LAST, 0 },
};

static const MigSchemaValue set_numa_node_arg_type_values[] = {
    { "node", R(2, 4), LAST, 0, 0 },
    { "dist", R(2, 4), LAST, 0, 0 },
    { "cpu", R(2, 4), LAST, 0, 0 },
    { "hmat-lb", R(2, 4), LAST, 0, 0 },
    { "hmat-cache", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember set_numa_node_arg_cpu_members[] = {
    { "node-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "drawer-id", "int", R(8, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "book-id", "int", R(8, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "socket-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "die-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "cluster-id", "int", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "module-id", "int", R(8, 0), LAST, MIG_SCHEMA_OPTIONAL },
    { "core-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "thread-id", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember set_numa_node_arg_dist_members[] = {
    { "src", "int", R(2, 4), LAST, 0 },
    { "dst", "int", R(2, 4), LAST, 0 },
    { "val", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember set_numa_node_arg_hmat_cache_members[] = {
    { "node-id", "int", R(2, 4), LAST, 0 },
    { "size", "int", R(2, 4), LAST, 0 },
    { "level", "int", R(2, 4), LAST, 0 },
    { "associativity", "set-numa-node-arg/hmat-cache.associativity", R(2, 4), LAST, 0 },
    { "policy", "set-numa-node-arg/hmat-cache.policy", R(2, 4), LAST, 0 },
    { "line", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaValue set_numa_node_arg_hmat_cache_associativity_values[] = {
    { "none", R(2, 4), LAST, 0, 0 },
    { "direct", R(2, 4), LAST, 0, 0 },
    { "complex", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue set_numa_node_arg_hmat_cache_policy_values[] = {
    { "none", R(2, 4), LAST, 0, 0 },
    { "write-back", R(2, 4), LAST, 0, 0 },
    { "write-through", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember set_numa_node_arg_hmat_lb_members[] = {
    { "initiator", "int", R(2, 4), LAST, 0 },
    { "target", "int", R(2, 4), LAST, 0 },
    { "hierarchy", "set-numa-node-arg/hmat-lb.hierarchy", R(2, 4), LAST, 0 },
    { "data-type", "set-numa-node-arg/hmat-lb.data-type", R(2, 4), LAST, 0 },
    { "latency", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "bandwidth", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaValue set_numa_node_arg_hmat_lb_data_type_values[] = {
    { "access-latency", R(2, 4), LAST, 0, 0 },
    { "read-latency", R(2, 4), LAST, 0, 0 },
    { "write-latency", R(2, 4), LAST, 0, 0 },
    { "access-bandwidth", R(2, 4), LAST, 0, 0 },
    { "read-bandwidth", R(2, 4), LAST, 0, 0 },
    { "write-bandwidth", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue set_numa_node_arg_hmat_lb_hierarchy_values[] = {
    { "memory", R(2, 4), LAST, 0, 0 },
    { "first-level", R(2, 4), LAST, 0, 0 },
    { "second-level", R(2, 4), LAST, 0, 0 },
    { "third-level", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember set_numa_node_arg_node_members[] = {
    { "nodeid", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "cpus", "[int]", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "mem", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "memdev", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "initiator", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember set_link_arg_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "up", "bool", R(2, 4), LAST, 0 },
};

static const MigSchemaMember set_password_arg_members[] = {
    { "protocol", "str", R(2, 4), R(5, 2), 0 },
    { "protocol", "set_password-arg.protocol1", R(6, 0), LAST, 0 },
    { "password", "str", R(2, 4), LAST, 0 },
    { "connected", "str", R(2, 4), R(5, 2), MIG_SCHEMA_OPTIONAL },
    { "connected", "set_password-arg.connected1", R(6, 0), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember set_password_arg_branches[] = {
    { "vnc", "set_password-arg/vnc", R(6, 0), LAST, 0 },
};

static const MigSchemaValue set_password_arg_connected1_values[] = {
    { "keep", R(2, 4), LAST, 0, 0 },
    { "fail", R(2, 4), LAST, 0, 0 },
    { "disconnect", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaValue set_password_arg_protocol1_values[] = {
    { "vnc", R(2, 4), LAST, 0, 0 },
    { "spice", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember set_password_arg_vnc_members[] = {
    { "display", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember sev_inject_launch_secret_arg_members[] = {
    { "packet-header", "str", R(2, 4), LAST, 0 },
    { "secret", "str", R(2, 4), LAST, 0 },
    { "gpa", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember trace_event_get_state_arg_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "vcpu", "int", R(2, 7), R(8, 2), MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember trace_event_set_state_arg_members[] = {
    { "name", "str", R(2, 4), LAST, 0 },
    { "enable", "bool", R(2, 4), LAST, 0 },
    { "ignore-unavailable", "bool", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "vcpu", "int", R(2, 7), R(8, 2), MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember watchdog_set_action_arg_members[] = {
    { "action", "watchdog-set-action-arg.action", R(2, 4), LAST, 0 },
};

static const MigSchemaValue watchdog_set_action_arg_action_values[] = {
    { "reset", R(2, 4), LAST, 0, 0 },
    { "shutdown", R(2, 4), LAST, 0, 0 },
    { "poweroff", R(2, 4), LAST, 0, 0 },
    { "pause", R(2, 4), LAST, 0, 0 },
    { "debug", R(2, 4), LAST, 0, 0 },
    { "none", R(2, 4), LAST, 0, 0 },
    { "inject-nmi", R(2, 4), LAST, 0, 0 },
};

static const MigSchemaMember x_blockdev_change_arg_members[] = {
    { "parent", "str", R(2, 4), LAST, 0 },
    { "child", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
    { "node", "str", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember x_debug_block_dirty_bitmap_sha256_arg_members[] = {
    { "node", "str", R(2, 4), LAST, 0 },
    { "name", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember x_query_virtio_queue_element_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "queue", "int", R(2, 4), LAST, 0 },
    { "index", "int", R(2, 4), LAST, MIG_SCHEMA_OPTIONAL },
};

static const MigSchemaMember x_query_virtio_queue_status_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "queue", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember x_query_virtio_status_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
};

static const MigSchemaMember x_query_virtio_vhost_queue_status_arg_members[] = {
    { "path", "str", R(2, 4), LAST, 0 },
    { "queue", "int", R(2, 4), LAST, 0 },
};

static const MigSchemaMember xen_event_inject_arg_members[] = {
    { "port", "int", R(2, 4), LAST, 0 },
};

#define MEMBERS(table) .members = (table), .member_count = G_N_ELEMENTS(table)
#define VALUES(table) .values = (table), .value_count = G_N_ELEMENTS(table)
#define BRANCHES(table) .branches = (table), .branch_count = G_N_ELEMENTS(table)

/* Sorted by name: COMMAND-arg, and below it a path of members and cases. */
const MigSchemaType mig_beside_types[] = {
    { .name = "add_client-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(add_client_arg_members) },
    { .name = "balloon-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(balloon_arg_members) },
    { .name = "block-commit-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_commit_arg_members) },
    { .name = "block-commit-arg.on-error", .kind = MIG_SCHEMA_ENUM, VALUES(block_commit_arg_on_error_values) },
    { .name = "block-dirty-bitmap-add-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_dirty_bitmap_add_arg_members) },
    { .name = "block-dirty-bitmap-clear-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_dirty_bitmap_clear_arg_members) },
    { .name = "block-dirty-bitmap-disable-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_dirty_bitmap_disable_arg_members) },
    { .name = "block-dirty-bitmap-enable-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_dirty_bitmap_enable_arg_members) },
    { .name = "block-dirty-bitmap-remove-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_dirty_bitmap_remove_arg_members) },
    { .name = "block-export-del-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_export_del_arg_members) },
    { .name = "block-export-del-arg.mode", .kind = MIG_SCHEMA_ENUM, VALUES(block_export_del_arg_mode_values) },
    { .name = "block-job-cancel-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_job_cancel_arg_members) },
    { .name = "block-job-change-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_job_change_arg_members), .tag = "type", BRANCHES(block_job_change_arg_branches) },
    { .name = "block-job-change-arg.type", .kind = MIG_SCHEMA_ENUM, VALUES(block_job_change_arg_type_values) },
    { .name = "block-job-change-arg/amend", .kind = MIG_SCHEMA_OBJECT },
    { .name = "block-job-change-arg/backup", .kind = MIG_SCHEMA_OBJECT },
    { .name = "block-job-change-arg/commit", .kind = MIG_SCHEMA_OBJECT },
    { .name = "block-job-change-arg/create", .kind = MIG_SCHEMA_OBJECT },
    { .name = "block-job-change-arg/mirror", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_job_change_arg_mirror_members) },
    { .name = "block-job-change-arg/mirror.copy-mode", .kind = MIG_SCHEMA_ENUM, VALUES(block_job_change_arg_mirror_copy_mode_values) },
    { .name = "block-job-change-arg/snapshot-delete", .kind = MIG_SCHEMA_OBJECT },
    { .name = "block-job-change-arg/snapshot-load", .kind = MIG_SCHEMA_OBJECT },
    { .name = "block-job-change-arg/snapshot-save", .kind = MIG_SCHEMA_OBJECT },
    { .name = "block-job-change-arg/stream", .kind = MIG_SCHEMA_OBJECT },
    { .name = "block-job-complete-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_job_complete_arg_members) },
    { .name = "block-job-dismiss-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_job_dismiss_arg_members) },
    { .name = "block-job-finalize-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_job_finalize_arg_members) },
    { .name = "block-job-pause-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_job_pause_arg_members) },
    { .name = "block-job-resume-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_job_resume_arg_members) },
    { .name = "block-job-set-speed-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_job_set_speed_arg_members) },
    { .name = "block-latency-histogram-set-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_latency_histogram_set_arg_members) },
    { .name = "block-set-write-threshold-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_set_write_threshold_arg_members) },
    { .name = "block-stream-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_stream_arg_members) },
    { .name = "block-stream-arg.on-error", .kind = MIG_SCHEMA_ENUM, VALUES(block_stream_arg_on_error_values) },
    { .name = "block_passwd-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_passwd_arg_members) },
    { .name = "block_resize-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_resize_arg_members) },
    { .name = "block_set_io_throttle-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(block_set_io_throttle_arg_members) },
    { .name = "blockdev-backup-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_backup_arg_members) },
    { .name = "blockdev-backup-arg.bitmap-mode", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_backup_arg_bitmap_mode_values) },
    { .name = "blockdev-backup-arg.on-cbw-error", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_backup_arg_on_cbw_error_values) },
    { .name = "blockdev-backup-arg.on-source-error", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_backup_arg_on_source_error_values) },
    { .name = "blockdev-backup-arg.on-target-error", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_backup_arg_on_target_error_values) },
    { .name = "blockdev-backup-arg.sync", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_backup_arg_sync_values) },
    { .name = "blockdev-backup-arg.x-perf", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_backup_arg_x_perf_members) },
    { .name = "blockdev-change-medium-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_change_medium_arg_members) },
    { .name = "blockdev-change-medium-arg.read-only-mode", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_change_medium_arg_read_only_mode_values) },
    { .name = "blockdev-close-tray-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_close_tray_arg_members) },
    { .name = "blockdev-del-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_del_arg_members) },
    { .name = "blockdev-insert-medium-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_insert_medium_arg_members) },
    { .name = "blockdev-mirror-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_mirror_arg_members) },
    { .name = "blockdev-mirror-arg.copy-mode", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_mirror_arg_copy_mode_values) },
    { .name = "blockdev-mirror-arg.on-source-error", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_mirror_arg_on_source_error_values) },
    { .name = "blockdev-mirror-arg.on-target-error", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_mirror_arg_on_target_error_values) },
    { .name = "blockdev-mirror-arg.sync", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_mirror_arg_sync_values) },
    { .name = "blockdev-open-tray-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_open_tray_arg_members) },
    { .name = "blockdev-remove-medium-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_remove_medium_arg_members) },
    { .name = "blockdev-set-active-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_set_active_arg_members) },
    { .name = "blockdev-snapshot-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_snapshot_arg_members) },
    { .name = "blockdev-snapshot-delete-internal-sync-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_snapshot_delete_internal_sync_arg_members) },
    { .name = "blockdev-snapshot-internal-sync-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_snapshot_internal_sync_arg_members) },
    { .name = "blockdev-snapshot-sync-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(blockdev_snapshot_sync_arg_members) },
    { .name = "blockdev-snapshot-sync-arg.mode", .kind = MIG_SCHEMA_ENUM, VALUES(blockdev_snapshot_sync_arg_mode_values) },
    { .name = "change-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(change_arg_members) },
    { .name = "change-backing-file-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(change_backing_file_arg_members) },
    { .name = "change-vnc-password-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(change_vnc_password_arg_members) },
    { .name = "chardev-remove-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(chardev_remove_arg_members) },
    { .name = "chardev-send-break-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(chardev_send_break_arg_members) },
    { .name = "cxl-add-dynamic-capacity-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_add_dynamic_capacity_arg_members) },
    { .name = "cxl-add-dynamic-capacity-arg.extents", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_add_dynamic_capacity_arg_extents_members) },
    { .name = "cxl-add-dynamic-capacity-arg.selection-policy", .kind = MIG_SCHEMA_ENUM, VALUES(cxl_add_dynamic_capacity_arg_selection_policy_values) },
    { .name = "cxl-inject-correctable-error-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_inject_correctable_error_arg_members) },
    { .name = "cxl-inject-correctable-error-arg.type", .kind = MIG_SCHEMA_ENUM, VALUES(cxl_inject_correctable_error_arg_type_values) },
    { .name = "cxl-inject-dram-event-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_inject_dram_event_arg_members) },
    { .name = "cxl-inject-dram-event-arg.log", .kind = MIG_SCHEMA_ENUM, VALUES(cxl_inject_dram_event_arg_log_values) },
    { .name = "cxl-inject-general-media-event-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_inject_general_media_event_arg_members) },
    { .name = "cxl-inject-general-media-event-arg.log", .kind = MIG_SCHEMA_ENUM, VALUES(cxl_inject_general_media_event_arg_log_values) },
    { .name = "cxl-inject-memory-module-event-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_inject_memory_module_event_arg_members) },
    { .name = "cxl-inject-memory-module-event-arg.log", .kind = MIG_SCHEMA_ENUM, VALUES(cxl_inject_memory_module_event_arg_log_values) },
    { .name = "cxl-inject-poison-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_inject_poison_arg_members) },
    { .name = "cxl-inject-uncorrectable-errors-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_inject_uncorrectable_errors_arg_members) },
    { .name = "cxl-inject-uncorrectable-errors-arg.errors", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_inject_uncorrectable_errors_arg_errors_members) },
    { .name = "cxl-inject-uncorrectable-errors-arg.errors.type", .kind = MIG_SCHEMA_ENUM, VALUES(cxl_inject_uncorrectable_errors_arg_errors_type_values) },
    { .name = "cxl-release-dynamic-capacity-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_release_dynamic_capacity_arg_members) },
    { .name = "cxl-release-dynamic-capacity-arg.extents", .kind = MIG_SCHEMA_OBJECT, MEMBERS(cxl_release_dynamic_capacity_arg_extents_members) },
    { .name = "cxl-release-dynamic-capacity-arg.removal-policy", .kind = MIG_SCHEMA_ENUM, VALUES(cxl_release_dynamic_capacity_arg_removal_policy_values) },
    { .name = "device-sync-config-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(device_sync_config_arg_members) },
    { .name = "device_add-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(device_add_arg_members) },
    { .name = "device_del-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(device_del_arg_members) },
    { .name = "display-reload-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(display_reload_arg_members), .tag = "type", BRANCHES(display_reload_arg_branches) },
    { .name = "display-reload-arg.type", .kind = MIG_SCHEMA_ENUM, VALUES(display_reload_arg_type_values) },
    { .name = "display-reload-arg/vnc", .kind = MIG_SCHEMA_OBJECT, MEMBERS(display_reload_arg_vnc_members) },
    { .name = "display-update-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(display_update_arg_members), .tag = "type", BRANCHES(display_update_arg_branches) },
    { .name = "display-update-arg.type", .kind = MIG_SCHEMA_ENUM, VALUES(display_update_arg_type_values) },
    { .name = "display-update-arg/vnc", .kind = MIG_SCHEMA_OBJECT, MEMBERS(display_update_arg_vnc_members) },
    { .name = "display-update-arg/vnc.addresses", .kind = MIG_SCHEMA_OBJECT, MEMBERS(display_update_arg_vnc_addresses_members), .tag = "type", BRANCHES(display_update_arg_vnc_addresses_branches) },
    { .name = "display-update-arg/vnc.addresses.type", .kind = MIG_SCHEMA_ENUM, VALUES(display_update_arg_vnc_addresses_type_values) },
    { .name = "display-update-arg/vnc.addresses/fd", .kind = MIG_SCHEMA_OBJECT, MEMBERS(display_update_arg_vnc_addresses_fd_members) },
    { .name = "display-update-arg/vnc.addresses/inet", .kind = MIG_SCHEMA_OBJECT, MEMBERS(display_update_arg_vnc_addresses_inet_members) },
    { .name = "display-update-arg/vnc.addresses/unix", .kind = MIG_SCHEMA_OBJECT, MEMBERS(display_update_arg_vnc_addresses_unix_members) },
    { .name = "display-update-arg/vnc.addresses/vsock", .kind = MIG_SCHEMA_OBJECT, MEMBERS(display_update_arg_vnc_addresses_vsock_members) },
    { .name = "drive-backup-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(drive_backup_arg_members) },
    { .name = "drive-backup-arg.bitmap-mode", .kind = MIG_SCHEMA_ENUM, VALUES(drive_backup_arg_bitmap_mode_values) },
    { .name = "drive-backup-arg.mode", .kind = MIG_SCHEMA_ENUM, VALUES(drive_backup_arg_mode_values) },
    { .name = "drive-backup-arg.on-cbw-error", .kind = MIG_SCHEMA_ENUM, VALUES(drive_backup_arg_on_cbw_error_values) },
    { .name = "drive-backup-arg.on-source-error", .kind = MIG_SCHEMA_ENUM, VALUES(drive_backup_arg_on_source_error_values) },
    { .name = "drive-backup-arg.on-target-error", .kind = MIG_SCHEMA_ENUM, VALUES(drive_backup_arg_on_target_error_values) },
    { .name = "drive-backup-arg.sync", .kind = MIG_SCHEMA_ENUM, VALUES(drive_backup_arg_sync_values) },
    { .name = "drive-backup-arg.x-perf", .kind = MIG_SCHEMA_OBJECT, MEMBERS(drive_backup_arg_x_perf_members) },
    { .name = "drive-mirror-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(drive_mirror_arg_members) },
    { .name = "drive-mirror-arg.copy-mode", .kind = MIG_SCHEMA_ENUM, VALUES(drive_mirror_arg_copy_mode_values) },
    { .name = "drive-mirror-arg.mode", .kind = MIG_SCHEMA_ENUM, VALUES(drive_mirror_arg_mode_values) },
    { .name = "drive-mirror-arg.on-source-error", .kind = MIG_SCHEMA_ENUM, VALUES(drive_mirror_arg_on_source_error_values) },
    { .name = "drive-mirror-arg.on-target-error", .kind = MIG_SCHEMA_ENUM, VALUES(drive_mirror_arg_on_target_error_values) },
    { .name = "drive-mirror-arg.sync", .kind = MIG_SCHEMA_ENUM, VALUES(drive_mirror_arg_sync_values) },
    { .name = "dump-guest-memory-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(dump_guest_memory_arg_members) },
    { .name = "dump-guest-memory-arg.format", .kind = MIG_SCHEMA_ENUM, VALUES(dump_guest_memory_arg_format_values) },
    { .name = "dump-skeys-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(dump_skeys_arg_members) },
    { .name = "dumpdtb-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(dumpdtb_arg_members) },
    { .name = "eject-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(eject_arg_members) },
    { .name = "expire_password-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(expire_password_arg_members), .tag = "protocol", BRANCHES(expire_password_arg_branches) },
    { .name = "expire_password-arg.protocol1", .kind = MIG_SCHEMA_ENUM, VALUES(expire_password_arg_protocol1_values) },
    { .name = "expire_password-arg/spice", .kind = MIG_SCHEMA_OBJECT },
    { .name = "expire_password-arg/vnc", .kind = MIG_SCHEMA_OBJECT, MEMBERS(expire_password_arg_vnc_members) },
    { .name = "inject-ghes-v2-error-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(inject_ghes_v2_error_arg_members) },
    { .name = "inject-nmi-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "input-send-event-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_members) },
    { .name = "input-send-event-arg.events", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_members), .tag = "type", BRANCHES(input_send_event_arg_events_branches) },
    { .name = "input-send-event-arg.events.type", .kind = MIG_SCHEMA_ENUM, VALUES(input_send_event_arg_events_type_values) },
    { .name = "input-send-event-arg.events/abs", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_abs_members) },
    { .name = "input-send-event-arg.events/abs.data", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_abs_data_members) },
    { .name = "input-send-event-arg.events/abs.data.axis", .kind = MIG_SCHEMA_ENUM, VALUES(input_send_event_arg_events_abs_data_axis_values) },
    { .name = "input-send-event-arg.events/btn", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_btn_members) },
    { .name = "input-send-event-arg.events/btn.data", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_btn_data_members) },
    { .name = "input-send-event-arg.events/btn.data.button", .kind = MIG_SCHEMA_ENUM, VALUES(input_send_event_arg_events_btn_data_button_values) },
    { .name = "input-send-event-arg.events/key", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_key_members) },
    { .name = "input-send-event-arg.events/key.data", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_key_data_members) },
    { .name = "input-send-event-arg.events/key.data.key", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_key_data_key_members), .tag = "type", BRANCHES(input_send_event_arg_events_key_data_key_branches) },
    { .name = "input-send-event-arg.events/key.data.key.type", .kind = MIG_SCHEMA_ENUM, VALUES(input_send_event_arg_events_key_data_key_type_values) },
    { .name = "input-send-event-arg.events/key.data.key/number", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_key_data_key_number_members) },
    { .name = "input-send-event-arg.events/key.data.key/qcode", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_key_data_key_qcode_members) },
    { .name = "input-send-event-arg.events/key.data.key/qcode.data", .kind = MIG_SCHEMA_ENUM, VALUES(input_send_event_arg_events_key_data_key_qcode_data_values) },
    { .name = "input-send-event-arg.events/mtt", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_mtt_members) },
    { .name = "input-send-event-arg.events/mtt.data", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_mtt_data_members) },
    { .name = "input-send-event-arg.events/mtt.data.axis", .kind = MIG_SCHEMA_ENUM, VALUES(input_send_event_arg_events_mtt_data_axis_values) },
    { .name = "input-send-event-arg.events/mtt.data.type", .kind = MIG_SCHEMA_ENUM, VALUES(input_send_event_arg_events_mtt_data_type_values) },
    { .name = "input-send-event-arg.events/rel", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_rel_members) },
    { .name = "input-send-event-arg.events/rel.data", .kind = MIG_SCHEMA_OBJECT, MEMBERS(input_send_event_arg_events_rel_data_members) },
    { .name = "input-send-event-arg.events/rel.data.axis", .kind = MIG_SCHEMA_ENUM, VALUES(input_send_event_arg_events_rel_data_axis_values) },
    { .name = "nbd-server-remove-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_remove_arg_members) },
    { .name = "nbd-server-remove-arg.mode", .kind = MIG_SCHEMA_ENUM, VALUES(nbd_server_remove_arg_mode_values) },
    { .name = "nbd-server-start-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_members) },
    { .name = "nbd-server-start-arg.addr", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_addr_members), .tag = "type", BRANCHES(nbd_server_start_arg_addr_branches) },
    { .name = "nbd-server-start-arg.addr.type", .kind = MIG_SCHEMA_ENUM, VALUES(nbd_server_start_arg_addr_type_values) },
    { .name = "nbd-server-start-arg.addr/fd", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_addr_fd_members) },
    { .name = "nbd-server-start-arg.addr/fd.data", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_addr_fd_data_members) },
    { .name = "nbd-server-start-arg.addr/inet", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_addr_inet_members) },
    { .name = "nbd-server-start-arg.addr/inet.data", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_addr_inet_data_members) },
    { .name = "nbd-server-start-arg.addr/unix", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_addr_unix_members) },
    { .name = "nbd-server-start-arg.addr/unix.data", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_addr_unix_data_members) },
    { .name = "nbd-server-start-arg.addr/vsock", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_addr_vsock_members) },
    { .name = "nbd-server-start-arg.addr/vsock.data", .kind = MIG_SCHEMA_OBJECT, MEMBERS(nbd_server_start_arg_addr_vsock_data_members) },
    { .name = "nbd-server-stop-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "netdev_del-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(netdev_del_arg_members) },
    { .name = "qom-list-get-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(qom_list_get_arg_members) },
    { .name = "query-accelerators-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-acpi-ospm-status-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-audiodevs-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-balloon-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-block-exports-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-chardev-backends-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-command-line-options-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_command_line_options_arg_members) },
    { .name = "query-cpu-definitions-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-cpu-model-baseline-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_cpu_model_baseline_arg_members) },
    { .name = "query-cpu-model-baseline-arg.modela", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_cpu_model_baseline_arg_modela_members) },
    { .name = "query-cpu-model-baseline-arg.modelb", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_cpu_model_baseline_arg_modelb_members) },
    { .name = "query-cpu-model-comparison-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_cpu_model_comparison_arg_members) },
    { .name = "query-cpu-model-comparison-arg.modela", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_cpu_model_comparison_arg_modela_members) },
    { .name = "query-cpu-model-comparison-arg.modelb", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_cpu_model_comparison_arg_modelb_members) },
    { .name = "query-cpu-model-expansion-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_cpu_model_expansion_arg_members) },
    { .name = "query-cpu-model-expansion-arg.model", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_cpu_model_expansion_arg_model_members) },
    { .name = "query-cpu-model-expansion-arg.type", .kind = MIG_SCHEMA_ENUM, VALUES(query_cpu_model_expansion_arg_type_values) },
    { .name = "query-cpus-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-cryptodev-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-current-machine-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-display-options-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-dump-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-dump-guest-memory-capability-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-firmware-log-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_firmware_log_arg_members) },
    { .name = "query-gic-capabilities-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-hotpluggable-cpus-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-hv-balloon-status-report-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-machines-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_machines_arg_members) },
    { .name = "query-memdev-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-memory-devices-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-memory-size-summary-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-mice-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-pci-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-pr-managers-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-rocker-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_rocker_arg_members) },
    { .name = "query-rocker-of-dpa-flows-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_rocker_of_dpa_flows_arg_members) },
    { .name = "query-rocker-of-dpa-groups-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_rocker_of_dpa_groups_arg_members) },
    { .name = "query-rocker-ports-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_rocker_ports_arg_members) },
    { .name = "query-rx-filter-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_rx_filter_arg_members) },
    { .name = "query-s390x-cpu-polarization-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-sev-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-sev-attestation-report-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_sev_attestation_report_arg_members) },
    { .name = "query-sev-capabilities-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-sev-launch-measure-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-sgx-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-sgx-capabilities-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-spice-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-stats-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_stats_arg_members), .tag = "target", BRANCHES(query_stats_arg_branches) },
    { .name = "query-stats-arg.providers", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_stats_arg_providers_members) },
    { .name = "query-stats-arg.providers.provider", .kind = MIG_SCHEMA_ENUM, VALUES(query_stats_arg_providers_provider_values) },
    { .name = "query-stats-arg.target", .kind = MIG_SCHEMA_ENUM, VALUES(query_stats_arg_target_values) },
    { .name = "query-stats-arg/cryptodev", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-stats-arg/vcpu", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_stats_arg_vcpu_members) },
    { .name = "query-stats-arg/vm", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-stats-schemas-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(query_stats_schemas_arg_members) },
    { .name = "query-stats-schemas-arg.provider", .kind = MIG_SCHEMA_ENUM, VALUES(query_stats_schemas_arg_provider_values) },
    { .name = "query-tpm-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-tpm-models-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-tpm-types-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-vm-generation-id-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-vnc-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "query-vnc-servers-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "replay-break-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(replay_break_arg_members) },
    { .name = "replay-delete-break-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "replay-seek-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(replay_seek_arg_members) },
    { .name = "request-ebpf-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(request_ebpf_arg_members) },
    { .name = "request-ebpf-arg.id", .kind = MIG_SCHEMA_ENUM, VALUES(request_ebpf_arg_id_values) },
    { .name = "ringbuf-read-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(ringbuf_read_arg_members) },
    { .name = "ringbuf-read-arg.format", .kind = MIG_SCHEMA_ENUM, VALUES(ringbuf_read_arg_format_values) },
    { .name = "ringbuf-write-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(ringbuf_write_arg_members) },
    { .name = "ringbuf-write-arg.format", .kind = MIG_SCHEMA_ENUM, VALUES(ringbuf_write_arg_format_values) },
    { .name = "rtc-reset-reinjection-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "screendump-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(screendump_arg_members) },
    { .name = "screendump-arg.format", .kind = MIG_SCHEMA_ENUM, VALUES(screendump_arg_format_values) },
    { .name = "send-key-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(send_key_arg_members) },
    { .name = "send-key-arg.keys", .kind = MIG_SCHEMA_OBJECT, MEMBERS(send_key_arg_keys_members), .tag = "type", BRANCHES(send_key_arg_keys_branches) },
    { .name = "send-key-arg.keys.type", .kind = MIG_SCHEMA_ENUM, VALUES(send_key_arg_keys_type_values) },
    { .name = "send-key-arg.keys/number", .kind = MIG_SCHEMA_OBJECT, MEMBERS(send_key_arg_keys_number_members) },
    { .name = "send-key-arg.keys/qcode", .kind = MIG_SCHEMA_OBJECT, MEMBERS(send_key_arg_keys_qcode_members) },
    { .name = "send-key-arg.keys/qcode.data", .kind = MIG_SCHEMA_ENUM, VALUES(send_key_arg_keys_qcode_data_values) },
    { .name = "set-action-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_action_arg_members) },
    { .name = "set-action-arg.panic", .kind = MIG_SCHEMA_ENUM, VALUES(set_action_arg_panic_values) },
    { .name = "set-action-arg.reboot", .kind = MIG_SCHEMA_ENUM, VALUES(set_action_arg_reboot_values) },
    { .name = "set-action-arg.shutdown", .kind = MIG_SCHEMA_ENUM, VALUES(set_action_arg_shutdown_values) },
    { .name = "set-action-arg.watchdog", .kind = MIG_SCHEMA_ENUM, VALUES(set_action_arg_watchdog_values) },
    { .name = "set-cpu-topology-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_cpu_topology_arg_members) },
    { .name = "set-cpu-topology-arg.entitlement", .kind = MIG_SCHEMA_ENUM, VALUES(set_cpu_topology_arg_entitlement_values) },
    { .name = "set-numa-node-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_numa_node_arg_members), .tag = "type", BRANCHES(set_numa_node_arg_branches) },
    { .name = "set-numa-node-arg.type", .kind = MIG_SCHEMA_ENUM, VALUES(set_numa_node_arg_type_values) },
    { .name = "set-numa-node-arg/cpu", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_numa_node_arg_cpu_members) },
    { .name = "set-numa-node-arg/dist", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_numa_node_arg_dist_members) },
    { .name = "set-numa-node-arg/hmat-cache", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_numa_node_arg_hmat_cache_members) },
    { .name = "set-numa-node-arg/hmat-cache.associativity", .kind = MIG_SCHEMA_ENUM, VALUES(set_numa_node_arg_hmat_cache_associativity_values) },
    { .name = "set-numa-node-arg/hmat-cache.policy", .kind = MIG_SCHEMA_ENUM, VALUES(set_numa_node_arg_hmat_cache_policy_values) },
    { .name = "set-numa-node-arg/hmat-lb", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_numa_node_arg_hmat_lb_members) },
    { .name = "set-numa-node-arg/hmat-lb.data-type", .kind = MIG_SCHEMA_ENUM, VALUES(set_numa_node_arg_hmat_lb_data_type_values) },
    { .name = "set-numa-node-arg/hmat-lb.hierarchy", .kind = MIG_SCHEMA_ENUM, VALUES(set_numa_node_arg_hmat_lb_hierarchy_values) },
    { .name = "set-numa-node-arg/node", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_numa_node_arg_node_members) },
    { .name = "set_link-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_link_arg_members) },
    { .name = "set_password-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_password_arg_members), .tag = "protocol", BRANCHES(set_password_arg_branches) },
    { .name = "set_password-arg.connected1", .kind = MIG_SCHEMA_ENUM, VALUES(set_password_arg_connected1_values) },
    { .name = "set_password-arg.protocol1", .kind = MIG_SCHEMA_ENUM, VALUES(set_password_arg_protocol1_values) },
    { .name = "set_password-arg/spice", .kind = MIG_SCHEMA_OBJECT },
    { .name = "set_password-arg/vnc", .kind = MIG_SCHEMA_OBJECT, MEMBERS(set_password_arg_vnc_members) },
    { .name = "sev-inject-launch-secret-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(sev_inject_launch_secret_arg_members) },
    { .name = "trace-event-get-state-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(trace_event_get_state_arg_members) },
    { .name = "trace-event-set-state-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(trace_event_set_state_arg_members) },
    { .name = "watchdog-set-action-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(watchdog_set_action_arg_members) },
    { .name = "watchdog-set-action-arg.action", .kind = MIG_SCHEMA_ENUM, VALUES(watchdog_set_action_arg_action_values) },
    { .name = "x-accel-stats-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-blockdev-change-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(x_blockdev_change_arg_members) },
    { .name = "x-debug-block-dirty-bitmap-sha256-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(x_debug_block_dirty_bitmap_sha256_arg_members) },
    { .name = "x-debug-query-block-graph-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-interrupt-controllers-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-irq-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-jit-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-numa-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-opcount-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-profile-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-ramblock-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-rdma-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-roms-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-usb-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-virtio-arg", .kind = MIG_SCHEMA_OBJECT },
    { .name = "x-query-virtio-queue-element-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(x_query_virtio_queue_element_arg_members) },
    { .name = "x-query-virtio-queue-status-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(x_query_virtio_queue_status_arg_members) },
    { .name = "x-query-virtio-status-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(x_query_virtio_status_arg_members) },
    { .name = "x-query-virtio-vhost-queue-status-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(x_query_virtio_vhost_queue_status_arg_members) },
    { .name = "xen-event-inject-arg", .kind = MIG_SCHEMA_OBJECT, MEMBERS(xen_event_inject_arg_members) },
    { .name = "xen-event-list-arg", .kind = MIG_SCHEMA_OBJECT },
};
const gsize mig_beside_type_count = G_N_ELEMENTS(mig_beside_types);

const MigSchemaCommand mig_beside_commands[] = {
    { "add_client", R(2, 4), LAST, "add_client-arg", "any", 0, 0 },
    { "balloon", R(2, 4), LAST, "balloon-arg", "any", 0, 0 },
    { "block-commit", R(2, 4), LAST, "block-commit-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-dirty-bitmap-add", R(2, 4), LAST, "block-dirty-bitmap-add-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-dirty-bitmap-clear", R(2, 4), LAST, "block-dirty-bitmap-clear-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-dirty-bitmap-disable", R(4, 0), LAST, "block-dirty-bitmap-disable-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-dirty-bitmap-enable", R(4, 0), LAST, "block-dirty-bitmap-enable-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-dirty-bitmap-merge", R(4, 0), LAST, "any", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-dirty-bitmap-remove", R(2, 4), LAST, "block-dirty-bitmap-remove-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-export-add", R(5, 2), LAST, "any", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-export-del", R(5, 2), LAST, "block-export-del-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-job-cancel", R(2, 4), LAST, "block-job-cancel-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-job-change", R(8, 2), LAST, "block-job-change-arg", "any", 0, 0 },
    { "block-job-complete", R(2, 4), LAST, "block-job-complete-arg", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_DEPRECATED, 0 },
    { "block-job-dismiss", R(2, 12), LAST, "block-job-dismiss-arg", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_DEPRECATED, 0 },
    { "block-job-finalize", R(2, 12), LAST, "block-job-finalize-arg", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_DEPRECATED, 0 },
    { "block-job-pause", R(2, 4), LAST, "block-job-pause-arg", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_DEPRECATED, 0 },
    { "block-job-resume", R(2, 4), LAST, "block-job-resume-arg", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_DEPRECATED, 0 },
    { "block-job-set-speed", R(2, 4), LAST, "block-job-set-speed-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-latency-histogram-set", R(4, 0), LAST, "block-latency-histogram-set-arg", "any", 0, 0 },
    { "block-set-write-threshold", R(2, 4), LAST, "block-set-write-threshold-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block-stream", R(2, 4), LAST, "block-stream-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block_passwd", R(2, 4), R(5, 2), "block_passwd-arg", "any", 0, 0 },
    { "block_resize", R(2, 4), LAST, "block_resize-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "block_set_io_throttle", R(2, 4), LAST, "block_set_io_throttle-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-backup", R(2, 4), LAST, "blockdev-backup-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-change-medium", R(2, 5), LAST, "blockdev-change-medium-arg", "any", 0, 0 },
    { "blockdev-close-tray", R(2, 5), LAST, "blockdev-close-tray-arg", "any", 0, 0 },
    { "blockdev-create", R(3, 0), LAST, "any", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-del", R(2, 9), LAST, "blockdev-del-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-insert-medium", R(2, 12), LAST, "blockdev-insert-medium-arg", "any", 0, 0 },
    { "blockdev-mirror", R(2, 6), LAST, "blockdev-mirror-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-open-tray", R(2, 5), LAST, "blockdev-open-tray-arg", "any", 0, 0 },
    { "blockdev-remove-medium", R(2, 12), LAST, "blockdev-remove-medium-arg", "any", 0, 0 },
    { "blockdev-reopen", R(6, 1), LAST, "any", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-set-active", R(10, 0), LAST, "blockdev-set-active-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-snapshot", R(2, 5), LAST, "blockdev-snapshot-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-snapshot-delete-internal-sync", R(2, 4), LAST, "blockdev-snapshot-delete-internal-sync-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-snapshot-internal-sync", R(2, 4), LAST, "blockdev-snapshot-internal-sync-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "blockdev-snapshot-sync", R(2, 4), LAST, "blockdev-snapshot-sync-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "change", R(2, 4), R(5, 2), "change-arg", "any", MIG_SCHEMA_DEPRECATED, 0 },
    { "change-backing-file", R(2, 4), LAST, "change-backing-file-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "change-vnc-password", R(2, 4), LAST, "change-vnc-password-arg", "any", 0, 0 },
    { "chardev-add", R(2, 4), LAST, "any", "any", 0, 0 },
    { "chardev-change", R(2, 10), LAST, "any", "any", 0, 0 },
    { "chardev-remove", R(2, 4), LAST, "chardev-remove-arg", "any", 0, 0 },
    { "chardev-send-break", R(2, 10), LAST, "chardev-send-break-arg", "any", 0, 0 },
    { "cxl-add-dynamic-capacity", R(9, 1), LAST, "cxl-add-dynamic-capacity-arg", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "cxl-inject-correctable-error", R(8, 0), LAST, "cxl-inject-correctable-error-arg", "any", 0, 0 },
    { "cxl-inject-dram-event", R(8, 1), LAST, "cxl-inject-dram-event-arg", "any", 0, 0 },
    { "cxl-inject-general-media-event", R(8, 1), LAST, "cxl-inject-general-media-event-arg", "any", 0, 0 },
    { "cxl-inject-memory-module-event", R(8, 1), LAST, "cxl-inject-memory-module-event-arg", "any", 0, 0 },
    { "cxl-inject-poison", R(8, 1), LAST, "cxl-inject-poison-arg", "any", 0, 0 },
    { "cxl-inject-uncorrectable-errors", R(8, 0), LAST, "cxl-inject-uncorrectable-errors-arg", "any", 0, 0 },
    { "cxl-release-dynamic-capacity", R(9, 1), LAST, "cxl-release-dynamic-capacity-arg", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "device-sync-config", R(9, 2), LAST, "device-sync-config-arg", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "device_add", R(2, 4), LAST, "device_add-arg", "any", 0, 0 },
    { "device_del", R(2, 4), LAST, "device_del-arg", "any", 0, 0 },
    { "display-reload", R(6, 0), LAST, "display-reload-arg", "any", 0, 0 },
    { "display-update", R(7, 1), LAST, "display-update-arg", "any", 0, 0 },
    { "drive-backup", R(2, 4), LAST, "drive-backup-arg", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_DEPRECATED, 0 },
    { "drive-mirror", R(2, 4), LAST, "drive-mirror-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "dump-guest-memory", R(2, 4), LAST, "dump-guest-memory-arg", "any", 0, 0 },
    { "dump-skeys", R(11, 1), LAST, "dump-skeys-arg", "any", 0, 0 },
    { "dumpdtb", R(7, 2), LAST, "dumpdtb-arg", "any", 0, 0 },
    { "eject", R(2, 4), LAST, "eject-arg", "any", 0, 0 },
    { "expire_password", R(2, 4), LAST, "expire_password-arg", "any", 0, 0 },
    { "inject-ghes-v2-error", R(11, 1), LAST, "inject-ghes-v2-error-arg", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "inject-nmi", R(2, 4), LAST, "", "any", 0, 0 },
    { "input-send-event", R(2, 6), LAST, "input-send-event-arg", "any", 0, 0 },
    { "nbd-server-remove", R(2, 12), LAST, "nbd-server-remove-arg", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_DEPRECATED, 0 },
    { "nbd-server-start", R(2, 4), LAST, "nbd-server-start-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "nbd-server-stop", R(2, 4), LAST, "", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "netdev_add", R(2, 4), LAST, "any", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "netdev_del", R(2, 4), LAST, "netdev_del-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "qom-list-get", R(11, 1), LAST, "qom-list-get-arg", "any", 0, 0 },
    { "query-accelerators", R(11, 1), LAST, "", "any", 0, 0 },
    { "query-acpi-ospm-status", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-audiodevs", R(8, 0), LAST, "", "any", 0, 0 },
    { "query-balloon", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-block-exports", R(5, 2), LAST, "", "any", 0, 0 },
    { "query-chardev-backends", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-command-line-options", R(2, 4), LAST, "query-command-line-options-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-cpu-definitions", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-cpu-model-baseline", R(11, 1), LAST, "query-cpu-model-baseline-arg", "any", 0, 0 },
    { "query-cpu-model-comparison", R(11, 1), LAST, "query-cpu-model-comparison-arg", "any", 0, 0 },
    { "query-cpu-model-expansion", R(2, 8), LAST, "query-cpu-model-expansion-arg", "any", 0, 0 },
    { "query-cpus", R(2, 4), R(5, 2), "", "any", MIG_SCHEMA_DEPRECATED, 0 },
    { "query-cryptodev", R(8, 0), LAST, "", "any", 0, 0 },
    { "query-current-machine", R(4, 0), LAST, "", "any", 0, 0 },
    { "query-display-options", R(3, 1), LAST, "", "any", 0, 0 },
    { "query-dump", R(2, 6), LAST, "", "any", 0, 0 },
    { "query-dump-guest-memory-capability", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-firmware-log", R(11, 1), LAST, "query-firmware-log-arg", "any", 0, 0 },
    { "query-gic-capabilities", R(11, 1), LAST, "", "any", 0, 0 },
    { "query-hotpluggable-cpus", R(2, 7), LAST, "", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-hv-balloon-status-report", R(8, 2), LAST, "", "any", 0, 0 },
    { "query-machines", R(2, 4), LAST, "query-machines-arg", "any", 0, 0 },
    { "query-memdev", R(2, 4), LAST, "", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-memory-devices", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-memory-size-summary", R(2, 11), LAST, "", "any", 0, 0 },
    { "query-mice", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-pci", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-pr-managers", R(3, 0), LAST, "", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "query-rocker", R(2, 4), LAST, "query-rocker-arg", "any", 0, 0 },
    { "query-rocker-of-dpa-flows", R(2, 4), LAST, "query-rocker-of-dpa-flows-arg", "any", 0, 0 },
    { "query-rocker-of-dpa-groups", R(2, 4), LAST, "query-rocker-of-dpa-groups-arg", "any", 0, 0 },
    { "query-rocker-ports", R(2, 4), LAST, "query-rocker-ports-arg", "any", 0, 0 },
    { "query-rx-filter", R(2, 4), LAST, "query-rx-filter-arg", "any", 0, 0 },
    { "query-s390x-cpu-polarization", R(8, 2), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "query-sev", R(2, 12), LAST, "", "any", 0, 0 },
    { "query-sev-attestation-report", R(6, 1), LAST, "query-sev-attestation-report-arg", "any", 0, 0 },
    { "query-sev-capabilities", R(2, 12), LAST, "", "any", 0, 0 },
    { "query-sev-launch-measure", R(2, 12), LAST, "", "any", 0, 0 },
    { "query-sgx", R(6, 2), LAST, "", "any", 0, 0 },
    { "query-sgx-capabilities", R(6, 2), LAST, "", "any", 0, 0 },
    { "query-spice", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-stats", R(7, 1), LAST, "query-stats-arg", "any", 0, 0 },
    { "query-stats-schemas", R(7, 1), LAST, "query-stats-schemas-arg", "any", 0, 0 },
    { "query-tpm", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-tpm-models", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-tpm-types", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-vm-generation-id", R(2, 9), LAST, "", "any", 0, 0 },
    { "query-vnc", R(2, 4), LAST, "", "any", 0, 0 },
    { "query-vnc-servers", R(2, 4), LAST, "", "any", 0, 0 },
    { "replay-break", R(5, 2), LAST, "replay-break-arg", "any", 0, 0 },
    { "replay-delete-break", R(5, 2), LAST, "", "any", 0, 0 },
    { "replay-seek", R(5, 2), LAST, "replay-seek-arg", "any", 0, 0 },
    { "request-ebpf", R(9, 0), LAST, "request-ebpf-arg", "any", 0, 0 },
    { "ringbuf-read", R(2, 4), LAST, "ringbuf-read-arg", "any", 0, 0 },
    { "ringbuf-write", R(2, 4), LAST, "ringbuf-write-arg", "any", 0, 0 },
    { "rtc-reset-reinjection", R(2, 4), LAST, "", "any", 0, 0 },
    { "screendump", R(2, 4), LAST, "screendump-arg", "any", 0, 0 },
    { "send-key", R(2, 4), LAST, "send-key-arg", "any", 0, 0 },
    { "set-action", R(6, 0), LAST, "set-action-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "set-cpu-topology", R(8, 2), LAST, "set-cpu-topology-arg", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "set-numa-node", R(3, 0), LAST, "set-numa-node-arg", "any", MIG_SCHEMA_PRECONFIG, 0 },
    { "set_link", R(2, 4), LAST, "set_link-arg", "any", 0, 0 },
    { "set_password", R(2, 4), LAST, "set_password-arg", "any", 0, 0 },
    { "sev-inject-launch-secret", R(6, 0), LAST, "sev-inject-launch-secret-arg", "any", 0, 0 },
    { "trace-event-get-state", R(2, 4), LAST, "trace-event-get-state-arg", "any", 0, 0 },
    { "trace-event-set-state", R(2, 4), LAST, "trace-event-set-state-arg", "any", 0, 0 },
    { "transaction", R(2, 4), LAST, "any", "any", 0, 0 },
    { "watchdog-set-action", R(2, 11), LAST, "watchdog-set-action-arg", "any", 0, 0 },
    { "x-accel-stats", R(11, 1), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-blockdev-amend", R(5, 1), LAST, "any", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_UNSTABLE, 0 },
    { "x-blockdev-change", R(2, 7), LAST, "x-blockdev-change-arg", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_UNSTABLE, 0 },
    { "x-blockdev-reopen", R(4, 0), R(6, 0), "any", "any", 0, 0 },
    { "x-blockdev-set-iothread", R(2, 12), LAST, "any", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_UNSTABLE, 0 },
    { "x-debug-block-dirty-bitmap-sha256", R(2, 10), LAST, "x-debug-block-dirty-bitmap-sha256-arg", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_UNSTABLE, 0 },
    { "x-debug-query-block-graph", R(4, 0), LAST, "", "any", MIG_SCHEMA_PRECONFIG | MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-interrupt-controllers", R(9, 1), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-irq", R(6, 2), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-jit", R(6, 2), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-numa", R(6, 2), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-opcount", R(6, 2), R(10, 2), "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-profile", R(6, 2), R(8, 0), "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-ramblock", R(6, 2), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-rdma", R(6, 2), R(9, 0), "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-roms", R(6, 2), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-usb", R(6, 2), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-virtio", R(7, 2), LAST, "", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-virtio-queue-element", R(7, 2), LAST, "x-query-virtio-queue-element-arg", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-virtio-queue-status", R(7, 2), LAST, "x-query-virtio-queue-status-arg", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-virtio-status", R(7, 2), LAST, "x-query-virtio-status-arg", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "x-query-virtio-vhost-queue-status", R(7, 2), LAST, "x-query-virtio-vhost-queue-status-arg", "any", MIG_SCHEMA_UNSTABLE, 0 },
    { "xen-event-inject", R(8, 0), LAST, "xen-event-inject-arg", "any", 0, 0 },
    { "xen-event-list", R(8, 0), LAST, "", "any", 0, 0 },
};
const gsize mig_beside_command_count = G_N_ELEMENTS(mig_beside_commands);

/* {MEMBER} stands for an argument. */
const MigBesideReply mig_beside_replies[] = {
    { "balloon", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "No balloon device has been activated" },
    { "block-commit", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '{device}' not found" },
    { "block-dirty-bitmap-add", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={node} nor node_name={node}" },
    { "block-dirty-bitmap-add", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{node}' nor node-name='{node}'" },
    { "block-dirty-bitmap-clear", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Node '{node}' not found" },
    { "block-dirty-bitmap-disable", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Node '{node}' not found" },
    { "block-dirty-bitmap-enable", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Node '{node}' not found" },
    { "block-dirty-bitmap-merge", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Node '{node}' not found" },
    { "block-dirty-bitmap-remove", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Node '{node}' not found" },
    { "block-export-add", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device= nor node_name={node-name}" },
    { "block-export-add", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='' nor node-name='{node-name}'" },
    { "block-export-del", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Export '{id}' is not found" },
    { "block-job-cancel", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "Block job '{device}' not found" },
    { "block-job-change", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "Block job '{id}' not found" },
    { "block-job-complete", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "Block job '{device}' not found" },
    { "block-job-dismiss", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "Block job '{id}' not found" },
    { "block-job-finalize", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "Block job '{id}' not found" },
    { "block-job-pause", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "Block job '{device}' not found" },
    { "block-job-resume", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "Block job '{device}' not found" },
    { "block-job-set-speed", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "Block job '{device}' not found" },
    { "block-latency-histogram-set", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '{id}' not found" },
    { "block-set-write-threshold", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Device '{node-name}' not found" },
    { "block-stream", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={device}" },
    { "block-stream", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{device}'" },
    { "block_passwd", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Setting block passwords directly is no longer supported" },
    { "block_resize", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={node-name}" },
    { "block_resize", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{node-name}'" },
    { "block_set_io_throttle", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Need exactly one of 'device' and 'id'" },
    { "blockdev-backup", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={device}" },
    { "blockdev-backup", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{device}'" },
    { "blockdev-change-medium", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Need exactly one of 'device' and 'id'" },
    { "blockdev-close-tray", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Need exactly one of 'device' and 'id'" },
    { "blockdev-create", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Driver does not support blockdev-create" },
    { "blockdev-del", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find node {node-name}" },
    { "blockdev-del", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Failed to find node with node-name='{node-name}'" },
    { "blockdev-insert-medium", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '{id}' not found" },
    { "blockdev-mirror", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={device}" },
    { "blockdev-mirror", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{device}'" },
    { "blockdev-open-tray", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Need exactly one of 'device' and 'id'" },
    { "blockdev-remove-medium", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '{id}' not found" },
    { "blockdev-set-active", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{}" },
    { "blockdev-snapshot", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={node} nor node_name={node}" },
    { "blockdev-snapshot", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{node}' nor node-name='{node}'" },
    { "blockdev-snapshot-delete-internal-sync", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={device}" },
    { "blockdev-snapshot-delete-internal-sync", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{device}'" },
    { "blockdev-snapshot-internal-sync", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={device}" },
    { "blockdev-snapshot-internal-sync", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{device}'" },
    { "blockdev-snapshot-sync", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={node-name}" },
    { "blockdev-snapshot-sync", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{node-name}'" },
    { "change", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '{device}' not found" },
    { "change-backing-file", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={device}" },
    { "change-backing-file", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{device}'" },
    { "chardev-change", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Chardev '{id}' does not exist" },
    { "chardev-remove", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Chardev '{id}' not found" },
    { "chardev-send-break", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Chardev '{id}' not found" },
    { "cxl-add-dynamic-capacity", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Selection policy not supported" },
    { "cxl-inject-correctable-error", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Unable to resolve path" },
    { "cxl-inject-dram-event", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Unable to resolve path" },
    { "cxl-inject-general-media-event", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Unable to resolve path" },
    { "cxl-inject-memory-module-event", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Unable to resolve path" },
    { "cxl-inject-poison", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Poison injection must be in multiples of 64 bytes" },
    { "cxl-inject-uncorrectable-errors", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Unable to resolve path" },
    { "cxl-release-dynamic-capacity", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Removal policy not supported" },
    { "device-sync-config", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Device '{id}' not found" },
    { "device_del", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '{id}' not found" },
    { "display-update", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Can not find vnc display" },
    { "drive-backup", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={device}" },
    { "drive-backup", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{device}'" },
    { "drive-mirror", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={device} nor node_name={device}" },
    { "drive-mirror", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{device}' nor node-name='{device}'" },
    { "dump-skeys", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Storage keys information not available for this architecture" },
    { "eject", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Need exactly one of 'device' and 'id'" },
    { "inject-ghes-v2-error", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "GHES QMP error inject is not compiled in" },
    { "inject-nmi", R(2, 4), R(7, 2), MIG_QMP_ERROR_GENERIC, "this feature or command is not currently supported" },
    { "inject-nmi", R(8, 0), LAST, MIG_QMP_ERROR_GENERIC, "machine does not provide NMIs" },
    { "input-send-event", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{}" },
    { "nbd-server-remove", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Export '{name}' is not found" },
    { "nbd-server-stop", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "NBD server not running" },
    { "netdev_del", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '{id}' not found" },
    { "query-accelerators", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"enabled\": \"tcg\", \"present\": [\"kvm\", \"mshv\", \"qtest\", \"tcg\"]}" },
    { "query-acpi-ospm-status", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "command is not supported, missing ACPI device" },
    { "query-audiodevs", R(8, 0), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-balloon", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE, "No balloon device has been activated" },
    { "query-block-exports", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-cpu-model-baseline", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "CPU model baseline is not supported on this target" },
    { "query-cpu-model-comparison", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "CPU model comparison is not supported on this target" },
    { "query-cpu-model-expansion", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "CPU model '{name}' not found" },
    { "query-cpus", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-cryptodev", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-current-machine", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"wakeup-suspend-support\": false}" },
    { "query-display-options", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"type\": \"none\"}" },
    { "query-dump", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"total\": 0, \"status\": \"none\", \"completed\": 0}" },
    { "query-dump-guest-memory-capability", R(2, 4), R(7, 2), MIG_BESIDE_RETURNS, "{\"formats\": [\"elf\", \"kdump-zlib\", \"win-dmp\"]}" },
    { "query-dump-guest-memory-capability", R(8, 0), R(10, 0), MIG_BESIDE_RETURNS, "{\"formats\": [\"elf\", \"kdump-zlib\", \"kdump-raw-zlib\", \"win-dmp\"]}" },
    { "query-dump-guest-memory-capability", R(10, 1), LAST, MIG_BESIDE_RETURNS, "{\"formats\": [\"elf\", \"kdump-zlib\", \"kdump-raw-zlib\"]}" },
    { "query-firmware-log", R(10, 1), LAST, MIG_QMP_ERROR_GENERIC, "firmware log buffer not found" },
    { "query-gic-capabilities", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "GIC hardware is not available on this target" },
    { "query-hotpluggable-cpus", R(2, 4), R(7, 2), MIG_QMP_ERROR_GENERIC, "The feature 'query-hotpluggable-cpus' is not enabled" },
    { "query-hotpluggable-cpus", R(8, 0), LAST, MIG_QMP_ERROR_GENERIC, "machine does not support hot-plugging CPUs" },
    { "query-hv-balloon-status-report", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "no hv-balloon device present" },
    { "query-memdev", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-memory-devices", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-memory-size-summary", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"base-memory\": 0, \"plugged-memory\": 0}" },
    { "query-mice", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-pci", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-pr-managers", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-rocker", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "rocker {name} not found" },
    { "query-rocker-of-dpa-flows", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "rocker {name} not found" },
    { "query-rocker-of-dpa-groups", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "rocker {name} not found" },
    { "query-rocker-ports", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "rocker {name} not found" },
    { "query-rx-filter", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-s390x-cpu-polarization", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "CPU polarization is not supported on this target" },
    { "query-sev", R(2, 4), R(7, 2), MIG_BESIDE_RETURNS, "{\"enabled\": false, \"api-minor\": 0, \"handle\": 0, \"state\": \"uninit\", \"api-major\": 0, \"build-id\": 0, \"policy\": 0}" },
    { "query-sev", R(8, 0), LAST, MIG_BESIDE_RETURNS, "{\"enabled\": false, \"api-minor\": 0, \"handle\": 0, \"state\": \"uninit\", \"api-major\": 0, \"sev-type\": \"sev\", \"build-id\": 0, \"policy\": 0}" },
    { "query-sev-attestation-report", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "SEV is not enabled" },
    { "query-sev-capabilities", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "KVM not enabled" },
    { "query-sev-launch-measure", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Measurement is not available" },
    { "query-sev-launch-measure", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "SEV launch measurement is not available" },
    { "query-sgx", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "SGX is only supported on PC machines" },
    { "query-sgx-capabilities", R(6, 2), R(7, 2), MIG_QMP_ERROR_GENERIC, "SGX is not enabled in KVM" },
    { "query-sgx-capabilities", R(8, 0), LAST, MIG_QMP_ERROR_GENERIC, "Could not open '/dev/sgx_vepc': No such file or directory" },
    { "query-spice", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"migrated\": false, \"enabled\": false, \"mouse-mode\": \"client\"}" },
    { "query-stats", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-tpm", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "query-tpm-models", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[\"tpm-crb\", \"tpm-tis\"]" },
    { "query-tpm-types", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[\"passthrough\", \"emulator\"]" },
    { "query-vm-generation-id", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "VM Generation ID device not found" },
    { "query-vnc", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"enabled\": false}" },
    { "query-vnc-servers", R(2, 4), LAST, MIG_BESIDE_RETURNS, "[]" },
    { "replay-break", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "setting the breakpoint is allowed only in play mode" },
    { "replay-delete-break", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "replay breakpoints are allowed only in play mode" },
    { "replay-seek", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "replay must be enabled to seek" },
    { "ringbuf-read", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Device '{device}' not found" },
    { "ringbuf-write", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Device '{device}' not found" },
    { "rtc-reset-reinjection", R(2, 4), R(7, 2), MIG_BESIDE_RETURNS, "{}" },
    { "send-key", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{}" },
    { "set-action", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{}" },
    { "set-cpu-topology", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "CPU topology change is not supported on this target" },
    { "set-numa-node", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "The command is permitted only in 'preconfig' state" },
    { "set-numa-node", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "The command is permitted only before the machine has been created" },
    { "set_link", R(2, 4), LAST, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '{name}' not found" },
    { "sev-inject-launch-secret", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "SEV not enabled for guest" },
    { "trace-event-get-state", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "unknown event \"{name}\"" },
    { "trace-event-set-state", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "unknown event \"{name}\"" },
    { "watchdog-set-action", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{}" },
    { "x-blockdev-amend", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device= nor node_name={node-name}" },
    { "x-blockdev-amend", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='' nor node-name='{node-name}'" },
    { "x-blockdev-change", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find device={parent} nor node_name={parent}" },
    { "x-blockdev-change", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Cannot find device='{parent}' nor node-name='{parent}'" },
    { "x-blockdev-reopen", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Node name not specified" },
    { "x-blockdev-set-iothread", R(2, 4), R(5, 2), MIG_QMP_ERROR_GENERIC, "Cannot find node {node-name}" },
    { "x-blockdev-set-iothread", R(6, 0), LAST, MIG_QMP_ERROR_GENERIC, "Failed to find node with node-name='{node-name}'" },
    { "x-debug-query-block-graph", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"edges\": [], \"nodes\": []}" },
    { "x-query-interrupt-controllers", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"human-readable-text\": \"\"}" },
    { "x-query-irq", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"human-readable-text\": \"\"}" },
    { "x-query-numa", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"human-readable-text\": \"0 nodes\\n\"}" },
    { "x-query-opcount", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"human-readable-text\": \"[TCG profiler not compiled]\\n\"}" },
    { "x-query-profile", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Internal profiler not compiled" },
    { "x-query-ramblock", R(2, 4), R(7, 2), MIG_BESIDE_RETURNS, "{\"human-readable-text\": \"              Block Name    PSize              Offset               Used              Total\\n\"}" },
    { "x-query-ramblock", R(8, 0), LAST, MIG_BESIDE_RETURNS, "{\"human-readable-text\": \"              Block Name    PSize              Offset               Used              Total                HVA  RO\\n\"}" },
    { "x-query-rdma", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"human-readable-text\": \"\"}" },
    { "x-query-roms", R(2, 4), LAST, MIG_BESIDE_RETURNS, "{\"human-readable-text\": \"\"}" },
    { "x-query-usb", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "USB support not enabled" },
    { "x-query-virtio", R(2, 4), R(7, 2), MIG_BESIDE_RETURNS, "[]" },
    { "x-query-virtio", R(8, 0), LAST, MIG_QMP_ERROR_GENERIC, "No virtio devices found" },
    { "x-query-virtio-queue-element", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Path {path} is not a VirtIO device" },
    { "x-query-virtio-queue-status", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Path {path} is not a VirtIODevice" },
    { "x-query-virtio-status", R(2, 4), R(7, 2), MIG_QMP_ERROR_GENERIC, "Path {path} is not a VirtIODevice" },
    { "x-query-virtio-status", R(8, 0), LAST, MIG_QMP_ERROR_GENERIC, "Path {path} is not a realized VirtIODevice" },
    { "x-query-virtio-vhost-queue-status", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Path {path} is not a VirtIODevice" },
    { "xen-event-inject", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Xen event channel emulation not enabled" },
    { "xen-event-list", R(2, 4), LAST, MIG_QMP_ERROR_GENERIC, "Xen event channel emulation not enabled" },
};
const gsize mig_beside_reply_count = G_N_ELEMENTS(mig_beside_replies);
