/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of the source. Split by actor: outgoing.c (commands, status, clean-up), outgoing_thread.c (the migration
 * thread), outgoing_rp.c (the return path thread), outgoing_postcopy.c, outgoing_query.c.
 *
 * The migration thread of QEMU writes with blocking calls. Here a phase puts records into the writer and names the phase that
 * comes next; before the next phase runs, everything put must have been taken by the channel. A write that would block
 * blocks the actor, and with `locked` also the monitor, as QEMU's big lock does.
 */
#ifndef MIG_MIGRATION_OUTGOING_PRIVATE_H
#define MIG_MIGRATION_OUTGOING_PRIVATE_H

#include "reference/machine/vm_private.h"
#include "reference/migration/multifd_send.h"
#include "reference/migration/outgoing.h"
#include "reference/migration/ramsave.h"
#include "reference/options/gate.h"
#include "reference/stream/reader.h"

#define MIG_R(major, minor) MIG_RELEASE(major, minor)

typedef enum {
    PHASE_NONE = 0,
    PHASE_CONNECT,             /* the connection is being made; still the main loop's business */
    PHASE_CHANNELS,            /* multifd (and early preempt) channels are being connected */
    PHASE_HEADER,              /* the thread begins */
    PHASE_SETUP,
    PHASE_SETUP_DONE,
    PHASE_ITERATE,
    PHASE_SLICE,
    PHASE_SLICE_END,
    PHASE_AFTER,               /* errors, window, rate */
    PHASE_SLEEP,
    PHASE_COMPLETE,            /* precopy: stop the VM */
    PHASE_PAUSED,              /* pre-switchover */
    PHASE_END,                 /* END sections */
    PHASE_END_PAGES,
    PHASE_END_SYNC,
    PHASE_DEVICES,
    PHASE_WRITTEN,             /* everything is out */
    PHASE_RP_CLOSE,            /* wait for SHUT */
    PHASE_FINISH,
    PHASE_POSTCOPY_START, PHASE_POSTCOPY_PAUSED_BEFORE, PHASE_POSTCOPY_SWITCH, PHASE_POSTCOPY_PACKAGE_OUT, PHASE_POSTCOPY_END, PHASE_POSTCOPY_END_PAGES, PHASE_POSTCOPY_WAIT_DEVICE,
    PHASE_POSTCOPY_PAUSE, PHASE_POSTCOPY_RESUME_WAIT, PHASE_RECOVER, PHASE_RECOVER_BITMAPS, PHASE_RECOVER_ACK,
    PHASE_SNAPSHOT_PREPARE, PHASE_SNAPSHOT_PAGES, PHASE_SNAPSHOT_END,
    PHASE_GONE
} MigPhase;

typedef struct MigMapped MigMapped;

/* A page that the destination asked for. */
typedef struct { MigRamBlock *block; guint64 page, count; } MigPageRequest;

struct MigOutgoing {
    MigVm *vm;
    MigStatus status;
    MigMigratePlan plan; gboolean has_plan;
    gboolean yankable;                   /* the yank instance is registered */
    GError *error;                       /* error-desc; the first one stays */

    MigActor thread; MigPhase phase;
    gboolean thread_alive;
    MigActor cleanup; gboolean cleanup_alive;
    MigTimer timer;

    MigChannel *channel;
    GError *connect_error;               /* of a connection that failed at once, told as if it had failed later */
    MigWriter *writer;
    MigStreamConfig stream_config;
    GError *file_error;                  /* what the file layer of QEMU keeps; its code is an errno */
    gboolean file_closed;                /* {-8.1} the return path closed the shared socket */
    const char *file_word;               /* "socket", "command", "file": of its error texts */

    MigStats stats;
    MigRate rate;
    MigRamSave *ram;
    MigMultifdSend *multifd;
    gboolean bandwidth_lifted;

    gint64 start_ms, setup_start_ms, setup_ms;
    gboolean downtime_begun;             /* downtime_start_ms means something */
    gint64 downtime_start_ms, downtime_ms, total_ms, expected_downtime_ms;
    gint64 window_start_ms, slice_start_ms;
    guint64 window_bytes, window_pages;
    double bandwidth;                    /* bytes per ms; 0: none measured yet */
    guint64 threshold;                   /* bytes */
    guint slice_pages;
    guint held_back;                     /* bytes at the end of the queue that stay in QEMU's buffer for now */
    gboolean window_synced;              /* {11.1} */
    gboolean pending_complete;           /* the scan of END found nothing more */

    gboolean vm_was_running; MigRunState old_run_state;
    gboolean locked;                     /* the big lock is held */
    gboolean pause_posted;               /* migrate-continue, or a cancel, wakes the pause */
    MigStatus active_status;             /* what completion expects the status to be */
    gboolean completing_failed;

    /* Return path. */
    gboolean rp_open;                    /* the thread was created */
    gboolean rp_running;
    gboolean rp_failed;
    gboolean rp_shut;                    /* SHUT 0 came */
    gboolean rp_stop;                    /* shut down by us */
    MigActor rp;
    MigReader *rp_reader;
    MigStreamContext *rp_context;
    gboolean ponged;
    gboolean switchover_acked;
    guint switchover_acks_pending;

    /* Postcopy. */
    gboolean start_postcopy;
    gboolean postcopy_entered;           /* the VM may run over there */
    GQueue requests;                     /* MigPageRequest * */
    MigWriter *package;
    MigRamBlock *rp_block;               /* of the request before */
    gboolean package_loaded;             /* PONG 0x42 came {10.2-} */
    gboolean pause_wanted;               /* migrate-pause */
    gboolean resumed;                    /* a new channel is there */
    MigChannel *resume_channel; MigActor resume; gboolean resume_alive; GError *resume_error;
    MigAddress resume_address;
    guint bitmaps_wanted; gboolean resume_acked;
    GByteArray *bitmap; MigRamBlock *bitmap_block; gboolean bitmap_bad;
    MigChannel *preempt; MigWriter *preempt_writer; gboolean preempt_ready;

    MigMapped *mapped;                   /* mapped-ram: blocks and bitmaps */
    gboolean file_seekable; guint64 file_position;

    /* Background snapshot. */
    GByteArray *snapshot_devices;
};

/* outgoing.c */
gboolean mig_outgoing_set_status(MigOutgoing *o, MigStatus from, MigStatus to);
gboolean mig_outgoing_set_completed(MigOutgoing *o, MigStatus from);
/* From `from` to failed {-10.2} or failing {11.0-}. */
gboolean mig_outgoing_set_failed(MigOutgoing *o, MigStatus from);
/* Takes the error; only the first one is kept. */
void mig_outgoing_set_error(MigOutgoing *o, GError *error);
void mig_outgoing_schedule_cleanup(MigOutgoing *o);
gboolean mig_status_is_active(MigStatus status);       /* the loop of the thread goes on */
void mig_outgoing_lock(MigOutgoing *o);
void mig_outgoing_unlock(MigOutgoing *o);
guint64 mig_outgoing_total_bytes(MigOutgoing *o);

/* outgoing_thread.c */
MigStep mig_outgoing_thread_step(MigActor *actor);
/* TRUE: nothing is pending (or it was dropped after an error). FALSE: the channel takes no more now. */
gboolean mig_outgoing_flush(MigOutgoing *o);
void mig_outgoing_file_error(MigOutgoing *o, int code, const char *text);
/* Writes a FULL section of every device, globalstate last; FALSE: a device could not be saved. */
gboolean mig_outgoing_put_devices(MigOutgoing *o, MigWriter *writer, gboolean with_global_state);
gboolean mig_outgoing_sends_global_state(MigOutgoing *o);
void mig_outgoing_window_restart(MigOutgoing *o);
void mig_outgoing_update_rate(MigOutgoing *o);
void mig_outgoing_begin_downtime(MigOutgoing *o);          /* the VM is about to stop for the switch-over */

/* outgoing_rp.c */
void mig_outgoing_rp_open(MigOutgoing *o, gboolean resume);
void mig_outgoing_rp_free(MigOutgoing *o);

/* outgoing_postcopy.c: phases of the thread; each returns the step of the actor. */
MigStep mig_outgoing_postcopy_step(MigOutgoing *o);
gboolean mig_outgoing_postcopy_handle_io_error(MigOutgoing *o);
gboolean mig_outgoing_resume_start(MigOutgoing *o, GError **error);
/* Answers queued requests on main (or preempt); TRUE when one was answered. */
gboolean mig_outgoing_serve_requests(MigOutgoing *o);
/* {7.1, 7.2} the preempt channel is connected right behind main. */
void mig_outgoing_preempt_early(MigOutgoing *o);
/* PONG 0x42 {10.2-}: the destination has the package. */
void mig_outgoing_package_loaded(MigOutgoing *o);
void mig_outgoing_postcopy_clear(MigOutgoing *o);

/* outgoing_mapped.c */
gboolean mig_outgoing_is_mapped(MigOutgoing *o);
void mig_outgoing_mapped_flush(MigOutgoing *o);
void mig_outgoing_mapped_list(MigOutgoing *o);
gboolean mig_outgoing_mapped_page(gpointer opaque, MigRamBlock *block, guint64 page, gboolean zero);
void mig_outgoing_mapped_bitmaps(MigOutgoing *o);
void mig_outgoing_mapped_free(MigOutgoing *o);

/* outgoing_snapshot.c */
MigStep mig_outgoing_snapshot_step(MigOutgoing *o);

#endif
