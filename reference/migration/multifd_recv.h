/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The receiving side of multifd (spec/stream.md 5): one actor per channel. A channel stops behind a SYNC until main has read
 * the matching record and every other channel is there too.
 */
#ifndef MIG_MIGRATION_MULTIFD_RECV_H
#define MIG_MIGRATION_MULTIFD_RECV_H

#include "reference/machine/vm_private.h"
#include "reference/stream/reader.h"

typedef struct MigMultifdRecv MigMultifdRecv;

/* `owner` is woken when something changes that it may wait for. */
MigMultifdRecv *mig_multifd_recv_new(MigVm *vm, MigStreamContext *context, MigActor *owner);
void mig_multifd_recv_free(MigMultifdRecv *recv);
/* Takes the channel. */
void mig_multifd_recv_add(MigMultifdRecv *recv, MigChannel *channel);
/* All channels have said hello. */
gboolean mig_multifd_recv_complete(MigMultifdRecv *recv);
guint mig_multifd_recv_count(MigMultifdRecv *recv);              /* channels taken */
/* Main has read record k that pairs with a SYNC: TRUE when all channels have passed theirs. */
gboolean mig_multifd_recv_sync(MigMultifdRecv *recv);
/* What went wrong, or NULL; borrowed. */
const char *mig_multifd_recv_error(MigMultifdRecv *recv);
void mig_multifd_recv_shutdown(MigMultifdRecv *recv);

#endif
