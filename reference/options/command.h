/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What other commands of the migration area refuse (spec/options.md 12). Each function is the part of a handler that
 * answers with an error; TRUE means: carry on.
 */
#ifndef MIG_OPTIONS_COMMAND_H
#define MIG_OPTIONS_COMMAND_H

#include <glib.h>

#include "reference/options/options.h"

gboolean mig_command_start_postcopy(const MigOptions *options, GError **error);
/* state: the argument {2.11-}. */
gboolean mig_command_continue(const MigOptions *options, MigStatus state, GError **error);
/* Tests the states only; *ret_source says which side to pause. */
gboolean mig_command_pause(const MigOptions *options, gboolean *ret_source, GError **error);
gboolean mig_command_cancel(const MigOptions *options, GError **error);
/* time_ms: the measuring time in milliseconds whatever the unit was; mode: "page-sampling" …; sample_pages < 0: not given;
 * measuring: a measurement is running. */
gboolean mig_command_calc_dirty_rate(const MigOptions *options, gint64 time_ms, const char *mode, gint64 sample_pages,
                                     gboolean measuring, GError **error);
/* cpu_index < 0: not given; cpus: how many there are; limiting: a dirty-limit migration runs. */
gboolean mig_command_set_vcpu_dirty_limit(const MigOptions *options, gint64 cpu_index, gint64 cpus, gboolean limiting,
                                          GError **error);
/* *ret_nothing: succeeds without doing anything. */
gboolean mig_command_cancel_vcpu_dirty_limit(const MigOptions *options, gint64 cpu_index, gint64 cpus, gboolean limiting,
                                             gboolean *ret_nothing, GError **error);
gboolean mig_command_client_migrate_info(const MigOptions *options, const char *protocol, GError **error);
gboolean mig_command_colo_lost_heartbeat(const MigOptions *options, GError **error);
gboolean mig_command_xen_set_replication(const MigOptions *options, gboolean enable, gboolean has_failover, GError **error);

#endif
