/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Texts and ranges of the rules of all other commands and of the start-up, in the order in which QEMU tests them.
 * The conditions are code: legacy.c, commands.c, startup.c.
 */
#include "reference/options/tables/tables.h"

const MigRuleRow mig_table_rules_commands[] = {
    /* rule, id, from, to, effect, class, text */

    /* blocker */
    { MIG_RULE_BLOCKER_ONLY_MIGRATABLE, "blocker.only-migratable", R(2, 9), R(4, 0), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "disallowing migration blocker (--only_migratable) for: {reason}" },
    { MIG_RULE_BLOCKER_ONLY_MIGRATABLE, "blocker.only-migratable-4.1", R(4, 1), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "disallowing migration blocker (--only-migratable) for: {reason}" },
    { MIG_RULE_BLOCKER_BUSY, "blocker.busy", R(2, 9), R(6, 1), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "disallowing migration blocker (migration in progress) for: {reason}" },
    { MIG_RULE_BLOCKER_BUSY, "blocker.busy-6.2", R(6, 2), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "disallowing migration blocker (migration/snapshot in progress) for: {reason}" },

    /* calc-dirty-rate */
    { MIG_RULE_DIRTYRATE_BUSY, "dirtyrate.busy", R(5, 2), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "the dirty rate is already being measured." },
    { MIG_RULE_DIRTYRATE_TIME, "dirtyrate.time", R(5, 2), R(8, 1), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "calc-time is out of range[1, 60]." },
    { MIG_RULE_DIRTYRATE_TIME, "dirtyrate.time-8.2", R(8, 2), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Calculation time is out of range [50ms, 60000ms]." },
    { MIG_RULE_DIRTYRATE_SAMPLES_MODE, "dirtyrate.samples-mode", R(6, 2), R(7, 2), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "either sample-pages or dirty-ring can be specified." },
    { MIG_RULE_DIRTYRATE_SAMPLES_MODE, "dirtyrate.samples-mode-8.0", R(8, 0), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "sample-pages is used only in page-sampling mode" },
    { MIG_RULE_DIRTYRATE_SAMPLES, "dirtyrate.samples", R(6, 1), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "sample-pages is out of range[128, 16384]." },
    { MIG_RULE_DIRTYRATE_MODE, "dirtyrate.mode", R(6, 2), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "mode {mode} is not enabled, use other method instead." },

    /* cancel-vcpu-dirty-limit */
    { MIG_RULE_DLIMIT_CANCEL_RUNNING, "dlimit.cancel-running", R(8, 1), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "can't cancel dirty page rate limit while migration is running" },

    /* client_migrate_info */
    { MIG_RULE_CLIENT_PROTOCOL, "client.protocol", R(2, 4), R(5, 2), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Parameter 'protocol' expects spice" },
    { MIG_RULE_CLIENT_PROTOCOL, "client.protocol-6.0", R(6, 0), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Parameter 'protocol' expects 'spice'" },
    { MIG_RULE_CLIENT_SPICE, "client.spice", R(2, 4), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE,
      "SPICE is not in use" },

    /* migrate-continue */
    { MIG_RULE_CONTINUE_STATE, "continue.state", R(2, 11), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Migration not in expected state: {state}" },

    /* migrate-pause */
    { MIG_RULE_PAUSE_SOURCE, "pause.source", R(3, 0), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Failed to pause source migration" },
    { MIG_RULE_PAUSE_DESTINATION, "pause.destination", R(3, 0), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Failed to pause destination migration" },
    { MIG_RULE_PAUSE_STATE, "pause.state", R(3, 0), R(8, 1), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "migrate-pause is currently only supported during postcopy-active state" },
    { MIG_RULE_PAUSE_STATE, "pause.state-8.2", R(8, 2), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "migrate-pause is currently only supported during postcopy-active or postcopy-recover state" },

    /* migrate-recover */
    { MIG_RULE_RECOVER_STATE, "recover.state", R(3, 0), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Migrate recover can only be run when postcopy is paused." },
    { MIG_RULE_RECOVER_TWICE, "recover.twice", R(3, 0), R(7, 0), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Migrate recovery is triggered already" },

    /* migrate-set-cache-size */
    { MIG_RULE_CACHE_ADDRESS_SPACE, "cache.address-space", R(2, 4), R(2, 10), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Parameter 'cache size' expects exceeding address space" },
    { MIG_RULE_CACHE_RAM_SIZE, "cache.ram-size", R(2, 4), R(2, 10), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Parameter 'cache size' expects exceeds guest ram size " },
    { MIG_RULE_CACHE_PAGE_SIZE, "cache.page-size", R(2, 4), R(2, 10), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Parameter 'cache size' expects is smaller than page size" },

    /* migrate-start-postcopy */
    { MIG_RULE_POSTCOPY_CAP, "postcopy.cap", R(2, 5), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Enable postcopy with migrate_set_capability before the start of migration" },
    { MIG_RULE_POSTCOPY_NONE, "postcopy.none", R(2, 5), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Postcopy must be started after migration has been started" },

    /* migrate_cancel */
    { MIG_RULE_CANCEL_POSTCOPY, "cancel.postcopy", R(10, 0), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Postcopy migration in progress, cannot cancel." },

    /* migrate_set_downtime */
    { MIG_RULE_DOWNTIME_CLAMP, "downtime.clamp", R(2, 4), R(2, 7), MIG_EFFECT_CLAMP, MIG_QMP_ERROR_GENERIC,
      NULL },
    { MIG_RULE_DOWNTIME_CLAMP, "downtime.clamp-2.8", R(2, 8), R(2, 8), MIG_EFFECT_CLAMP, MIG_QMP_ERROR_GENERIC,
      NULL },
    { MIG_RULE_DOWNTIME_RANGE, "downtime.range", R(2, 9), R(5, 0), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Parameter 'downtime_limit' expects an integer in the range of 0 to 2000 seconds" },
    { MIG_RULE_DOWNTIME_RANGE, "downtime.range-5.1", R(5, 1), R(5, 2), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Parameter 'downtime_limit' expects an integer in the range of 0 to 2000 seconds" },

    /* migrate_set_speed */
    { MIG_RULE_SPEED_CLAMP, "speed.clamp", R(2, 4), R(2, 7), MIG_EFFECT_CLAMP, MIG_QMP_ERROR_GENERIC,
      NULL },

    /* set-vcpu-dirty-limit */
    { MIG_RULE_DLIMIT_KVM, "dlimit.kvm", R(7, 1), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "dirty page limit feature requires KVM with accelerator property 'dirty-ring-size' set'" },
    { MIG_RULE_DLIMIT_INDEX, "dlimit.index", R(7, 1), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "incorrect cpu index specified" },
    { MIG_RULE_DLIMIT_RUNNING, "dlimit.running", R(8, 1), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "can't set dirty page rate limit while migration is running" },

    /* startup */
    { MIG_RULE_STARTUP_NO_OBJECT, "startup.no-object", R(2, 4), R(2, 9), MIG_EFFECT_WARN, MIG_QMP_ERROR_GENERIC,
      "Warning: global migration.{property} has invalid class name" },

    /* start-up: values of properties; all are prefixed "can't apply global migration.NAME=VALUE: " */
    { MIG_RULE_PROPERTY_UNKNOWN, "startup.property-not-found", R(2, 10), R(5, 1), MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Property '.{property}' not found" },
    { MIG_RULE_PROPERTY_UNKNOWN, "startup.property-not-found-5.2", R(5, 2), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Property 'migration.{property}' not found" },
    { MIG_RULE_PROPERTY_UINT, "startup.property-uint", R(2, 10), R(3, 1), MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Parameter '{property}' expects an int64 value or range" },
    { MIG_RULE_PROPERTY_UINT, "startup.property-uint-4.0", R(4, 0), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Parameter '{property}' expects uint64" },
    { MIG_RULE_PROPERTY_UINT8, "startup.property-uint8", R(2, 10), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Parameter '{property}' expects uint8_t" },
    { MIG_RULE_PROPERTY_UINT32, "startup.property-uint32", R(2, 10), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Parameter '{property}' expects uint32_t" },
    { MIG_RULE_PROPERTY_BOOL, "startup.property-bool", R(2, 10), R(5, 1), MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Invalid parameter type for '{property}', expected: boolean" },
    { MIG_RULE_PROPERTY_BOOL, "startup.property-bool-5.2", R(5, 2), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Parameter '{property}' expects 'on' or 'off'" },
    { MIG_RULE_PROPERTY_SIZE_RANGE, "startup.property-size-range", R(2, 12), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Value '{value}' is out of range for parameter '{property}'" },
    { MIG_RULE_PROPERTY_SIZE_NEGATIVE, "startup.property-size-negative-8.1", R(8, 1), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Value '{value}' is out of range for parameter '{property}'" },
    { MIG_RULE_PROPERTY_SIZE, "startup.property-size", R(2, 12), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Parameter '{property}' expects a non-negative number below 2^64" },
    { MIG_RULE_PROPERTY_ENUM, "startup.property-enum", R(5, 0), R(6, 1), MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Invalid parameter '{value}'" },
    { MIG_RULE_PROPERTY_ENUM, "startup.property-enum-6.2", R(6, 2), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Parameter '{property}' does not accept value '{value}'" },
    { MIG_RULE_PROPERTY_INT, "startup.property-int", R(2, 10), NOW, MIG_EFFECT_EXIT, MIG_QMP_ERROR_GENERIC,
      "Parameter '{property}' expects an int64 value or range" },

    /* x-colo-lost-heartbeat */
    { MIG_RULE_COLO_MODE, "colo.mode", R(2, 8), R(7, 2), MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "The feature 'colo' is not enabled" },
    { MIG_RULE_COLO_MODE, "colo.mode-8.0", R(8, 0), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "VM is not in COLO mode" },

    /* xen-set-replication */
    { MIG_RULE_XEN_REPLICATION_FAILOVER, "xen.replication-failover", R(2, 9), NOW, MIG_EFFECT_ERROR, MIG_QMP_ERROR_GENERIC,
      "Parameter 'failover' is only for stopping replication" },
};
const gsize mig_table_rules_commands_count = G_N_ELEMENTS(mig_table_rules_commands);
