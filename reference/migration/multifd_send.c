/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/multifd_send.h"

struct MigMultifdSend { int unused; };
MigMultifdSend *mig_multifd_send_new(MigVm *vm, const MigAddress *address, MigStats *stats, const MigStreamConfig *config, MigRate *rate,
                                     MigActor *owner) { return g_new0(MigMultifdSend, 1); }
void mig_multifd_send_free(MigMultifdSend *send) { g_free(send); }
gboolean mig_multifd_send_ready(MigMultifdSend *send) { return FALSE; }
GError *mig_multifd_send_take_error(MigMultifdSend *send) { return NULL; }
gboolean mig_multifd_send_failed(MigMultifdSend *send) { return FALSE; }
gboolean mig_multifd_send_page(MigMultifdSend *send, MigRamBlock *block, guint64 page, gboolean zero) { return FALSE; }
void mig_multifd_send_push(MigMultifdSend *send) {}
void mig_multifd_send_sync(MigMultifdSend *send) {}
gboolean mig_multifd_send_drained(MigMultifdSend *send) { return TRUE; }
void mig_multifd_send_shutdown(MigMultifdSend *send) {}
