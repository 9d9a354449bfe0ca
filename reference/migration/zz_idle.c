/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Outgoing and incoming sides that never leave the state none, until the real ones are there: weak, so that outgoing.c and
 * incoming.c replace them. To be deleted with their arrival.
 */
#include "reference/migration/incoming.h"
#include "reference/migration/outgoing.h"
#include "reference/qmp/error.h"

#define IDLE __attribute__((weak))

static gboolean refuse(GError **error)
{
    g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "this build cannot migrate yet");
    return FALSE;
}

IDLE MigOutgoing *mig_outgoing_new(MigVm *vm) { return NULL; }
IDLE void mig_outgoing_free(MigOutgoing *outgoing) { }
IDLE gboolean mig_outgoing_start(MigOutgoing *outgoing, const MigMigrateArgs *args, GError **error) { return refuse(error); }
IDLE gboolean mig_outgoing_cancel(MigOutgoing *outgoing, GError **error) { return TRUE; }
IDLE void mig_outgoing_continue(MigOutgoing *outgoing) { }
IDLE void mig_outgoing_start_postcopy(MigOutgoing *outgoing) { }
IDLE void mig_outgoing_pause(MigOutgoing *outgoing) { }
IDLE void mig_outgoing_yank(MigOutgoing *outgoing) { }
IDLE gboolean mig_outgoing_can_yank(MigOutgoing *outgoing) { return FALSE; }
IDLE void mig_outgoing_parameters_changed(MigOutgoing *outgoing) { }
IDLE void mig_outgoing_shutdown(MigOutgoing *outgoing) { }
IDLE MigStatus mig_outgoing_status(MigOutgoing *outgoing) { return MIG_STATUS_NONE; }
IDLE void mig_outgoing_facts(MigOutgoing *outgoing, MigFacts *ret_facts) { }
IDLE void mig_outgoing_query(MigOutgoing *outgoing, MigValue *info) { }
IDLE MigIncoming *mig_incoming_new(MigVm *vm) { return NULL; }
IDLE void mig_incoming_free(MigIncoming *incoming) { }
IDLE gboolean mig_incoming_start(MigIncoming *incoming, const char *uri, const MigValue *channels, gboolean from_start, GError **error)
{
    return refuse(error);
}
IDLE gboolean mig_incoming_command(MigIncoming *incoming, const char *uri, const MigValue *channels, gboolean exit_on_error, GError **error)
{
    return refuse(error);
}
IDLE gboolean mig_incoming_recover(MigIncoming *incoming, const char *uri, GError **error) { return refuse(error); }
IDLE void mig_incoming_pause(MigIncoming *incoming) { }
IDLE void mig_incoming_yank(MigIncoming *incoming) { }
IDLE gboolean mig_incoming_can_yank(MigIncoming *incoming) { return FALSE; }
IDLE MigStatus mig_incoming_status(MigIncoming *incoming) { return MIG_STATUS_NONE; }
IDLE void mig_incoming_facts(MigIncoming *incoming, MigFacts *ret_facts) { }
IDLE void mig_incoming_query(MigIncoming *incoming, MigValue *info) { }
