/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Properties of the migration object that are neither a parameter nor a capability (spec/options.md 4), and what
 * machine types set.
 */
#include "reference/options/tables/tables.h"

const MigPropertyRow mig_table_properties[] = {
    /* property, name, from, to, type, default */
    { MIG_PROPERTY_STORE_GLOBAL_STATE, "store-global-state", R(2, 10), NOW, MIG_TYPE_BOOL, TRUE },
    { MIG_PROPERTY_ONLY_MIGRATABLE, "only-migratable", R(2, 10), R(3, 1), MIG_TYPE_BOOL, FALSE },
    { MIG_PROPERTY_SEND_CONFIGURATION, "send-configuration", R(2, 10), NOW, MIG_TYPE_BOOL, TRUE },
    { MIG_PROPERTY_SEND_SECTION_FOOTER, "send-section-footer", R(2, 10), NOW, MIG_TYPE_BOOL, TRUE },
    { MIG_PROPERTY_SEND_SWITCHOVER_START, "send-switchover-start", R(10, 0), NOW, MIG_TYPE_BOOL, TRUE },
    { MIG_PROPERTY_DECOMPRESS_ERROR_CHECK, "decompress-error-check", R(3, 0), R(9, 0), MIG_TYPE_BOOL, TRUE },
    { MIG_PROPERTY_MULTIFD_FLUSH_AFTER_EACH_SECTION, "multifd-flush-after-each-section", R(8, 1), NOW, MIG_TYPE_BOOL, FALSE },
    { MIG_PROPERTY_MULTIFD_CLEAN_TLS_TERMINATION, "multifd-clean-tls-termination", R(10, 0), NOW, MIG_TYPE_BOOL, TRUE },
    { MIG_PROPERTY_X_CLEAR_BITMAP_SHIFT, "x-clear-bitmap-shift", R(4, 1), NOW, MIG_TYPE_UINT8, 18 },
    { MIG_PROPERTY_X_PREEMPT_PRE_7_2, "x-preempt-pre-7-2", R(8, 0), NOW, MIG_TYPE_BOOL, FALSE },
    { MIG_PROPERTY_X_POSTCOPY_PREEMPT_BREAK_HUGE, "x-postcopy-preempt-break-huge", R(7, 1), R(7, 2), MIG_TYPE_BOOL, TRUE },
    { MIG_PROPERTY_SWITCHOVER_ACK_LEGACY, "switchover-ack-legacy", R(11, 1), NOW, MIG_TYPE_BOOL, FALSE },
};
const gsize mig_table_properties_count = G_N_ELEMENTS(mig_table_properties);

const MigMachineRow mig_table_machines[] = {
    /* property, value, newest machine type that sets it, in releases from, to */
    { "store-global-state", "off", R(2, 3), R(2, 10), R(9, 1) },
    { "send-configuration", "off", R(2, 3), R(2, 10), R(9, 1) },
    { "send-section-footer", "off", R(2, 3), R(2, 10), R(9, 1) },
    { "decompress-error-check", "off", R(2, 12), R(3, 0), R(3, 1) },
    { "decompress-error-check", "off", R(3, 0), R(4, 0), R(9, 0) },
    { "x-preempt-pre-7-2", "true", R(7, 2), R(8, 0), NOW },
    { "multifd-flush-after-each-section", "on", R(8, 0), R(8, 1), NOW },
    { "zero-page-detection", "legacy", R(8, 2), R(9, 0), NOW },
    { "send-switchover-start", "off", R(9, 2), R(10, 0), NOW },
    { "multifd-clean-tls-termination", "false", R(9, 2), R(10, 0), NOW },
    { "switchover-ack-legacy", "on", R(11, 0), R(11, 1), NOW },
};
const gsize mig_table_machines_count = G_N_ELEMENTS(mig_table_machines);
