/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The source side of a migration: one object per VM, used for one migration after the other (spec/migration.md 2, 4, 9, 10).
 */
#ifndef MIG_MIGRATION_OUTGOING_H
#define MIG_MIGRATION_OUTGOING_H

#include "reference/machine/vm.h"
#include "reference/options/options.h"

MigOutgoing *mig_outgoing_new(MigVm *vm);
void mig_outgoing_free(MigOutgoing *outgoing);         /* at any moment: channels are closed, actors retired */

/* Commands. */
gboolean mig_outgoing_start(MigOutgoing *outgoing, const MigMigrateArgs *args, GError **error);
gboolean mig_outgoing_cancel(MigOutgoing *outgoing, GError **error);
void mig_outgoing_continue(MigOutgoing *outgoing);
void mig_outgoing_start_postcopy(MigOutgoing *outgoing);
void mig_outgoing_pause(MigOutgoing *outgoing);
void mig_outgoing_yank(MigOutgoing *outgoing);
gboolean mig_outgoing_can_yank(MigOutgoing *outgoing);
void mig_outgoing_parameters_changed(MigOutgoing *outgoing);
/* The process ends (quit). */
void mig_outgoing_shutdown(MigOutgoing *outgoing);

MigStatus mig_outgoing_status(MigOutgoing *outgoing);
void mig_outgoing_facts(MigOutgoing *outgoing, MigFacts *ret_facts);
/* Adds the members of query-migrate; nothing when the status is none (but blocked-reasons). */
void mig_outgoing_query(MigOutgoing *outgoing, MigValue *info);

#endif
