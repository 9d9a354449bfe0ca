/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The options of one QEMU process: capabilities, parameters and properties with their values, and the commands that
 * change and show them (spec/options.md 7 to 10, 13). Arguments come converted: the schema (reference/qmp/) has tested
 * names and types, this layer does all that a handler of QEMU does after that. Replies are MigValue; errors are
 * MIG_QMP_ERROR (class and text as QMP shows them), or MIG_DIES (rule.h) where the release dies instead of answering.
 */
#ifndef MIG_OPTIONS_OPTIONS_H
#define MIG_OPTIONS_OPTIONS_H

#include <glib.h>

#include "reference/options/capability.h"
#include "reference/options/check.h"
#include "reference/options/facts.h"
#include "reference/options/parameter.h"
#include "reference/options/profile.h"
#include "reference/options/property.h"
#include "reference/options/rule.h"
#include "reference/qmp/value.h"

typedef struct MigOptions MigOptions;

/* Takes a reference of the profile; copies *host (NULL: nothing else is there, facts are those of the profile). */
MigOptions *mig_options_new(MigProfile *profile, const MigOptionsHost *host);
void mig_options_free(MigOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigOptions, mig_options_free)

const MigProfile *mig_options_profile(const MigOptions *options);
/* The state of the machine now, as the host of the options tells it. */
void mig_options_facts(const MigOptions *options, MigFacts *ret_facts);
/* The same as bits for the checks, with those of build and host. */
MigFactSet mig_options_fact_set(const MigOptions *options);
/* Prints a line to the stderr of this QEMU. */
void mig_options_message(const MigOptions *options, const char *text);

/* ---- What is set ---- */

MigCapSet mig_options_caps(const MigOptions *options);
gboolean mig_options_has(const MigOptions *options, MigCap cap);
/* Of a release without the parameter: its default, or how that release behaves. Strings as MigText. */
guint64 mig_options_number(const MigOptions *options, MigParam param);
const MigParamValues *mig_options_values(const MigOptions *options);
/* tls-creds, tls-hostname, tls-authz: NULL when unset. Owned by the options, valid until the next change. */
const char *mig_options_text(const MigOptions *options, MigParam param);
/* block-bitmap-mapping (NULL: never set) and cpr-exec-command (NULL before 10.2), borrowed. */
MigValue *mig_options_list(const MigOptions *options, MigParam param);
guint64 mig_options_property(const MigOptions *options, MigProperty property);
gboolean mig_options_only_migratable(const MigOptions *options);
void mig_options_set_only_migratable(MigOptions *options, gboolean on);

/* Pseudo-capabilities (spec 2.1). */
gboolean mig_options_postcopy(const MigOptions *options);              /* postcopy-ram, or from 2.12 dirty-bitmaps */
gboolean mig_options_tls(const MigOptions *options);
gboolean mig_options_multi_channel(const MigOptions *options);         /* multifd or postcopy-preempt */
gboolean mig_options_direct_io(const MigOptions *options);             /* direct-io in effect */
gboolean mig_options_flush_each_section(const MigOptions *options);
/* Bytes that may go out per 100 ms window, 0: no limit (spec 3.3); postcopy selects max-postcopy-bandwidth {3.0-}. */
guint64 mig_options_rate_window(const MigOptions *options, gboolean postcopy);

/* ---- Commands ---- */

/* `capabilities`: list of {capability, state}. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_options_set_capabilities(MigOptions *options, const MigValue *capabilities, GError **error);
/* `arguments`: the whole argument object. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_options_set_parameters(MigOptions *options, const MigValue *arguments, GError **error);
/* The caller owns the reply. */
/* While `lines` is set (borrowed; NULL ends it), messages go there instead of to the host: the human monitor shows the ones
 * that its command causes. */
void mig_options_hear(MigOptions *options, GString *lines);

MigValue *mig_options_query_capabilities(const MigOptions *options);
MigValue *mig_options_query_parameters(const MigOptions *options);

/* `migrate` with blk or inc {2.10-9.0}: sets one capability through all rules but the state test; given back by the caller
 * with on = FALSE when the migration is cleaned up. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_options_set_block(MigOptions *options, gboolean blk, gboolean inc, GError **error);
void mig_options_reset_block(MigOptions *options);

/* ---- Old commands (spec 9); they exist up to 5.2, the caller has seen to that ---- */

G_GNUC_WARN_UNUSED_RESULT
gboolean mig_options_set_speed(MigOptions *options, gint64 bytes_per_second, GError **error);
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_options_set_downtime(MigOptions *options, double seconds, GError **error);
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_options_set_cache_size(MigOptions *options, gint64 bytes, GError **error);
gint64 mig_options_query_cache_size(const MigOptions *options);
/* Tolerated downtime in nanoseconds: parameter in ms, or in 2.4-2.7 exactly what migrate_set_downtime said. */
guint64 mig_options_downtime_ns(const MigOptions *options);

/* ---- Start-up (spec 4 and 10) ---- */

/* What a machine type sets, before the command line does: "pc-i440fx-2.12", "q35", "pc-q35-8.2" …; unversioned types and
 * "none" set nothing. */
void mig_options_apply_machine(MigOptions *options, const char *machine_type);
/* -global migration.PROPERTY=VALUE. FALSE with MIG_DIES_EXIT_1 and the text that goes to stderr. Before 2.10 a warning only. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_options_set_global(MigOptions *options, const char *property, const char *value, GError **error);
/* The rules run once on the whole, after all of the above {2.10-}. FALSE with MIG_DIES_EXIT_1 and the text. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_options_start(MigOptions *options, GError **error);

/* May a migration blocker with this text be registered now (spec 10)? `idle`: no migration, and from 6.2 no snapshot, is in
 * progress. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_options_may_block(const MigOptions *options, const char *reason, gboolean idle, GError **error);

#endif
