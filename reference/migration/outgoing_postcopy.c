/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/outgoing_private.h"

MigStep mig_outgoing_postcopy_step(MigOutgoing *o) { (void) o; return MIG_STEP_BLOCKED; }
gboolean mig_outgoing_postcopy_handle_io_error(MigOutgoing *o) { (void) o; return FALSE; }
gboolean mig_outgoing_resume_start(MigOutgoing *o, GError **error)
{
    (void) o;
    g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Cannot resume if there is no paused migration");
    return FALSE;
}
gboolean mig_outgoing_serve_requests(MigOutgoing *o) { (void) o; return FALSE; }
void mig_outgoing_postcopy_clear(MigOutgoing *o) { g_queue_clear_full(&o->requests, g_free); }
MigStep mig_outgoing_snapshot_step(MigOutgoing *o) { (void) o; return MIG_STEP_BLOCKED; }
