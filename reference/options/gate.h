/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Everything that `migrate` and `migrate-incoming` look at before anything happens, in order (spec/options.md 11).
 */
#ifndef MIG_OPTIONS_GATE_H
#define MIG_OPTIONS_GATE_H

#include <glib.h>

#include "reference/options/address.h"
#include "reference/options/options.h"

typedef struct {
    const char *uri;              /* NULL: not given */
    const MigValue *channels;     /* converted list {8.2-}; NULL: not given */
    gboolean blk, inc, resume;    /* FALSE: not given, or given as false */
} MigMigrateArguments;

typedef struct {
    MigAddress address;           /* where to; valid when address_known */
    gboolean address_known;       /* FALSE up to 8.1: the address is only looked at after status setup */
    MigAddress cpr_address;       /* {10.0-} of a cpr channel */
    gboolean has_cpr_address;
    gboolean resume;              /* resume a paused postcopy; no new migration */
    gboolean block_set;           /* blk or inc switched the capability on: mig_options_reset_block() at clean-up */
} MigMigratePlan;

void mig_migrate_plan_clear(MigMigratePlan *plan);

/* `migrate` up to the point where the status becomes setup. FALSE: error, no status changed. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_gate_migrate(MigOptions *options, const MigMigrateArguments *arguments, MigMigratePlan *ret_plan, GError **error);

/* After the status became setup: makes plan->address known. Up to 8.1 this is where the address is parsed; a FALSE then means
 * status failed, with *ret_silent the command reports success all the same {8.1}, and *ret_described says whether error-desc
 * of query-migrate gets the text. From 8.2 always TRUE. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_gate_migrate_address(MigOptions *options, const MigMigrateArguments *arguments, MigMigratePlan *plan,
                                  gboolean *ret_silent, gboolean *ret_described, GError **error);

/* The error of a fd: address that names no descriptor; always FALSE. by_number: an incoming name that begins with a digit, and
 * every name of an -incoming option, is a descriptor number. */
gboolean mig_gate_fd_missing(const MigOptions *options, const char *name, gboolean by_number, GError **error);

typedef struct {
    const char *uri;
    const MigValue *channels;
} MigIncomingArguments;

/* `migrate-incoming`, and an -incoming URI of the command line (from_start: the tests of being deferred or started are not
 * made). TRUE: listen on *ret_address; *ret_defer: the address was "defer". FALSE with *ret_continues {2.4-4.2}: the command
 * reports the error but listens on *ret_address all the same. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_gate_incoming(MigOptions *options, const MigIncomingArguments *arguments, gboolean from_start,
                           MigAddress *ret_address, gboolean *ret_defer, gboolean *ret_continues, GError **error);

/* `migrate-recover` parses its address with the same code and without gates. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_gate_recover(MigOptions *options, const char *uri, gboolean triggered, MigAddress *ret_address, GError **error);

#endif
