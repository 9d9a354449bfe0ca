/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The sending side of multifd (spec/stream.md 5): one connection and one actor per channel.
 */
#ifndef MIG_MIGRATION_MULTIFD_SEND_H
#define MIG_MIGRATION_MULTIFD_SEND_H

#include "reference/machine/vm_private.h"
#include "reference/migration/stats.h"
#include "reference/stream/writer.h"

typedef struct MigMultifdSend MigMultifdSend;

/* Starts connecting. `owner` is woken when a channel gets room, fails, or becomes ready. */
MigMultifdSend *mig_multifd_send_new(MigVm *vm, const MigAddress *address, MigStats *stats, const MigStreamConfig *config, MigRate *rate,
                                     MigActor *owner);
void mig_multifd_send_free(MigMultifdSend *send);
/* All channels are connected and their hellos are queued. */
gboolean mig_multifd_send_ready(MigMultifdSend *send);
/* The first error since the last call, or NULL; the caller owns it. */
GError *mig_multifd_send_take_error(MigMultifdSend *send);
gboolean mig_multifd_send_failed(MigMultifdSend *send);
/* FALSE: no channel has room now. */
gboolean mig_multifd_send_page(MigMultifdSend *send, MigRamBlock *block, guint64 page, gboolean zero);
/* Pages that are gathered go out. */
void mig_multifd_send_push(MigMultifdSend *send);
/* The same, then a SYNC on every channel. */
void mig_multifd_send_sync(MigMultifdSend *send);
/* Everything was taken by the channels. */
gboolean mig_multifd_send_drained(MigMultifdSend *send);
void mig_multifd_send_shutdown(MigMultifdSend *send);

#endif
