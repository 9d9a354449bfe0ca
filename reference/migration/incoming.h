/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The destination side of a migration (spec/migration.md 3, 6.2, 12.4): listening, loading, starting the VM.
 */
#ifndef MIG_MIGRATION_INCOMING_H
#define MIG_MIGRATION_INCOMING_H

#include "reference/machine/vm.h"
#include "reference/options/options.h"

MigIncoming *mig_incoming_new(MigVm *vm);
void mig_incoming_free(MigIncoming *incoming);

/* -incoming URI (from_start) or the inside of migrate-incoming. */
gboolean mig_incoming_start(MigIncoming *incoming, const char *uri, const MigValue *channels, gboolean from_start, GError **error);
gboolean mig_incoming_command(MigIncoming *incoming, const char *uri, const MigValue *channels, gboolean exit_on_error, GError **error);
gboolean mig_incoming_recover(MigIncoming *incoming, const char *uri, GError **error);
void mig_incoming_pause(MigIncoming *incoming);
void mig_incoming_yank(MigIncoming *incoming);
gboolean mig_incoming_can_yank(MigIncoming *incoming);

MigStatus mig_incoming_status(MigIncoming *incoming);
void mig_incoming_facts(MigIncoming *incoming, MigFacts *ret_facts);
void mig_incoming_query(MigIncoming *incoming, MigValue *info);

#endif
