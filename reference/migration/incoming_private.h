/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of the destination: incoming.c (listening, commands, the end), incoming_load.c (the records of the stream).
 */
#ifndef MIG_MIGRATION_INCOMING_PRIVATE_H
#define MIG_MIGRATION_INCOMING_PRIVATE_H

#include "reference/machine/vm_private.h"
#include "reference/migration/incoming.h"
#include "reference/migration/load_error.h"
#include "reference/migration/multifd_recv.h"
#include "reference/options/gate.h"
#include "reference/stream/reader.h"
#include "reference/stream/writer.h"

#define MIG_R(major, minor) MIG_RELEASE(major, minor)

/* spec/stream.md 3.1; the numbers appear in messages. */
typedef enum { MIG_SUB_NONE = 0, MIG_SUB_ADVISE, MIG_SUB_DISCARD, MIG_SUB_LISTENING, MIG_SUB_RUNNING, MIG_SUB_END } MigPostcopySub;

struct MigIncoming {
    MigVm *vm;
    MigStatus status;
    gboolean exit_on_error;
    gboolean started;                    /* an incoming side was started with success */
    gboolean yankable;
    GError *error;

    MigListener *listener; MigActor listen; gboolean listen_alive;
    MigAddress address; gboolean has_address;        /* of query-migrate while listening */
    MigAddressKind kind;
    gboolean recovering;                 /* the listener is one of migrate-recover */
    gboolean recover_triggered;

    /* Connections that wait to be told apart by their first bytes {8.0-}. */
    GPtrArray *waiting;                  /* MigChannel * */

    MigChannel *channel;
    MigStreamConfig config;
    MigStreamContext *context;
    MigReader *reader;
    MigActor load; gboolean load_alive;
    gboolean loading;
    gboolean ended;                      /* the stream was read to its end */
    gboolean read_error;                 /* told to the source by SHUT 1 */

    MigWriter *rp; gboolean rp_open;

    /* The section being read. */
    MigRecordSection section; gboolean in_section, at_footer;
    MigDevice *device; GByteArray *device_bytes;
    MigRamBlock *block; const char *block_name;      /* of the last page record */
    guint64 list_total;
    gboolean list_open;                  /* the RAM list is being read */

    /* mapped-ram: the block whose area is being read. */
    MigRamBlock *mapped; GByteArray *mapped_bitmap; guint8 mapped_page[MIG_PAGE_SIZE];

    gboolean global_state_received; MigRunState global_state;

    MigMultifdRecv *multifd; gboolean multifd_waiting;

    /* Postcopy. */
    MigPostcopySub sub;
    gboolean run_wanted;
    gboolean advised_ram;
    MigRamBlock *request_block;
    GQueue pending;                      /* guint64 *: block index << 40 | page, asked for and not here yet */
    GHashTable *pending_set;
    gboolean preempt_wanted; MigChannel *preempt; MigReader *preempt_reader; MigActor preempt_actor; gboolean preempt_alive;
    gboolean paused_listener;
    gboolean pause_wanted;
    gboolean io_failed, was_postcopy;
};

gboolean mig_incoming_set_status(MigIncoming *in, MigStatus from, MigStatus to);
/* incoming_load.c: one record; NULL when all is well. */
MigLoadError *mig_incoming_record(MigIncoming *in, const MigRecord *record, gboolean *ret_wait);
void mig_incoming_rp_flush(MigIncoming *in);
void mig_incoming_run_vm(MigIncoming *in, gboolean postcopy);
void mig_incoming_rp_begin(MigIncoming *in);
/* Asks for a page of a faulting access. */
void mig_incoming_fault(gpointer opaque, MigRamBlock *block, guint64 page);
void mig_incoming_page_arrived(MigIncoming *in, MigRamBlock *block, guint64 page);
MigStep mig_incoming_preempt_step(MigActor *actor);

#endif
