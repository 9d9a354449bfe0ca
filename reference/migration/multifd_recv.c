/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/multifd_recv.h"

struct MigMultifdRecv { int unused; };
MigMultifdRecv *mig_multifd_recv_new(MigVm *vm, MigStreamContext *context, MigActor *owner) { return g_new0(MigMultifdRecv, 1); }
void mig_multifd_recv_free(MigMultifdRecv *recv) { g_free(recv); }
void mig_multifd_recv_add(MigMultifdRecv *recv, MigChannel *channel) {}
gboolean mig_multifd_recv_complete(MigMultifdRecv *recv) { return FALSE; }
guint mig_multifd_recv_count(MigMultifdRecv *recv) { return 0; }
gboolean mig_multifd_recv_sync(MigMultifdRecv *recv) { return TRUE; }
const char *mig_multifd_recv_error(MigMultifdRecv *recv) { return NULL; }
void mig_multifd_recv_shutdown(MigMultifdRecv *recv) {}
