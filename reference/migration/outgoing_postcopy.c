/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Postcopy of the source: the switch, page requests, pause and recovery, the preempt channel (spec/migration.md 2.3, 8.4 to
 * 8.6, stream.md 7 to 9).
 */
#include "reference/migration/outgoing_private.h"

#include <errno.h>
#include <string.h>

#define CHUNK_PAGES 64

static MigOutgoing *of_resume(MigActor *actor) { return (MigOutgoing *) ((guint8 *) actor - G_STRUCT_OFFSET(MigOutgoing, resume)); }

static gboolean has_preempt(MigOutgoing *o) { return o->vm->release >= MIG_R(7, 1) && mig_vm_has_cap(o->vm, MIG_CAP_POSTCOPY_PREEMPT); }

static gboolean preempt_is_early(MigOutgoing *o)
{
    return o->vm->release < MIG_R(8, 0) || mig_options_property(o->vm->options, MIG_PROPERTY_X_PREEMPT_PRE_7_2);
}

/* ---- The preempt channel ---- */

static void preempt_close(MigOutgoing *o)
{
    if (o->preempt) {
        o->preempt->ops->watch(o->preempt, MIG_WATCH_WRITE, NULL);
        o->preempt->ops->close(o->preempt);
        o->preempt = NULL;
    }
    g_clear_pointer(&o->preempt_writer, mig_writer_free);
    o->preempt_ready = FALSE;
}

static void preempt_connect(MigOutgoing *o, const MigAddress *address)
{
    GError *error = NULL;

    preempt_close(o);
    o->preempt = o->vm->env->ops->connect(o->vm->env, address, &error);
    if (o->preempt == NULL) {
        mig_outgoing_set_error(o, error);
        mig_outgoing_file_error(o, EIO, "");
        return;
    }
    o->preempt->ops->watch(o->preempt, MIG_WATCH_WRITE, &o->thread);
    o->preempt_writer = mig_writer_new(&o->stream_config);
}

/* TRUE: connected, or it failed (a file error then). */
static gboolean preempt_settled(MigOutgoing *o)
{
    GError *error = NULL;

    if (o->preempt == NULL || o->preempt_ready)
        return TRUE;
    switch (o->preempt->ops->connect_status(o->preempt, &error)) {
    case MIG_IO_OK:
        o->preempt_ready = TRUE;
        return TRUE;
    case MIG_IO_AGAIN:
        return FALSE;
    case MIG_IO_EOF:
    case MIG_IO_ERROR:
        break;
    }
    if (error)
        mig_outgoing_set_error(o, error);
    mig_outgoing_file_error(o, EIO, "");
    return TRUE;
}

/* TRUE: nothing is pending. */
static gboolean preempt_flush(MigOutgoing *o)
{
    gsize pending;

    while (o->preempt_ready && (pending = mig_writer_pending(o->preempt_writer)) > 0) {
        gsize count, taken = 0;
        int code = 0;
        const MigSegment *segments = mig_writer_segments(o->preempt_writer, &count);
        MigIo io = o->preempt->ops->write(o->preempt, segments, count, &taken, &code);

        if (io == MIG_IO_OK && taken > 0) {
            mig_writer_take(o->preempt_writer, taken);
        } else if (io == MIG_IO_AGAIN || io == MIG_IO_OK) {
            return FALSE;
        } else {
            g_autofree char *text = g_strdup_printf("Unable to write to %s: %s", o->file_word, g_strerror(code ? code : EPIPE));

            mig_writer_take(o->preempt_writer, pending);
            mig_outgoing_file_error(o, EIO, text);
        }
    }
    return TRUE;
}

void mig_outgoing_preempt_early(MigOutgoing *o)
{
    if (has_preempt(o) && preempt_is_early(o))
        preempt_connect(o, &o->plan.address);
}

/* ---- Page requests ---- */

gboolean mig_outgoing_serve_requests(MigOutgoing *o)
{
    MigPageRequest *wanted = g_queue_pop_head(&o->requests);
    MigWriter *writer = o->preempt_ready ? o->preempt_writer : o->writer;

    if (wanted == NULL)
        return FALSE;
    for (guint64 page = wanted->page; page < wanted->page + wanted->count;) {
        (void) mig_ram_save_host_page(o->ram, writer, wanted->block, page);
        page += MAX(wanted->block->page_size / MIG_PAGE_SIZE, 1);
    }
    g_free(wanted);
    if (writer == o->preempt_writer)
        (void) preempt_flush(o);
    return TRUE;
}

/* ---- The switch ---- */

static MigStep step_start(MigOutgoing *o)
{
    MigVm *vm = o->vm;
    gboolean pauses = mig_vm_has_cap(vm, MIG_CAP_PAUSE_BEFORE_SWITCHOVER) && vm->release >= MIG_R(2, 11);

    if (o->status != MIG_STATUS_ACTIVE) {
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    if (has_preempt(o)) {
        if (o->preempt == NULL)
            preempt_connect(o, &o->plan.address);
        if (!preempt_settled(o))
            return MIG_STEP_BLOCKED;
        if (o->file_error) {
            o->phase = PHASE_AFTER;
            return MIG_STEP_RUNNABLE;
        }
    }
    if (vm->release <= MIG_R(9, 2) && !pauses)
        mig_outgoing_set_status(o, MIG_STATUS_ACTIVE, MIG_STATUS_POSTCOPY_ACTIVE);
    mig_outgoing_lock(o);
    mig_outgoing_begin_downtime(o);
    /* Up to 8.1 what the VM did before is not remembered here (spec/migration.md 4). */
    if (vm->release >= MIG_R(8, 2))
        o->vm_was_running = mig_vm_running(vm);
    o->old_run_state = mig_vm_run_state(vm);
    mig_vm_stop_to(vm, MIG_RUN_FINISH_MIGRATE, TRUE);
    if (pauses) {
        o->pause_posted = FALSE;
        mig_outgoing_unlock(o);
        mig_outgoing_set_status(o, MIG_STATUS_ACTIVE, MIG_STATUS_PRE_SWITCHOVER);
        o->phase = PHASE_POSTCOPY_PAUSED_BEFORE;
        return MIG_STEP_RUNNABLE;
    }
    if (vm->release >= MIG_R(10, 0))
        mig_outgoing_set_status(o, MIG_STATUS_ACTIVE, MIG_STATUS_DEVICE);
    o->phase = PHASE_POSTCOPY_SWITCH;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_paused_before(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (!o->pause_posted)
        return MIG_STEP_BLOCKED;
    if (!mig_outgoing_set_status(o, MIG_STATUS_PRE_SWITCHOVER, vm->release >= MIG_R(10, 0) ? MIG_STATUS_DEVICE : MIG_STATUS_POSTCOPY_ACTIVE)) {
        if (vm->release == MIG_R(8, 1))
            mig_vm_exit(vm, 128 + 11);
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    mig_outgoing_lock(o);
    o->phase = PHASE_POSTCOPY_SWITCH;
    return MIG_STEP_RUNNABLE;
}

static void switch_failed(MigOutgoing *o)
{
    mig_outgoing_unlock(o);
    if (o->file_error && *o->file_error->message && o->vm->release >= MIG_R(8, 2))
        mig_outgoing_set_error(o, g_error_copy(o->file_error));
    if (o->status != MIG_STATUS_CANCELLING)
        mig_outgoing_set_failed(o, o->status);
    o->phase = PHASE_FINISH;
}

static MigStep step_switch(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (vm->release >= MIG_R(10, 0) && mig_options_property(vm->options, MIG_PROPERTY_SEND_SWITCHOVER_START))
        mig_writer_command(o->writer, MIG_COMMAND_SWITCHOVER_START);
    mig_ram_save_sync(o->ram, vm->release < MIG_R(11, 1));
    mig_ram_save_enter_postcopy(o->ram);
    mig_ram_save_discards(o->ram, o->writer);
    mig_writer_ping(o->writer, 2);
    o->package = mig_writer_new(&o->stream_config);
    mig_writer_command(o->package, MIG_COMMAND_POSTCOPY_LISTEN);
    if (!mig_outgoing_put_devices(o, o->package, mig_outgoing_sends_global_state(o))) {
        g_clear_pointer(&o->package, mig_writer_free);
        switch_failed(o);
        return MIG_STEP_RUNNABLE;
    }
    mig_writer_ping(o->package, 3);
    if (vm->release >= MIG_R(10, 2))
        mig_writer_ping(o->package, 0x42);
    mig_writer_command(o->package, MIG_COMMAND_POSTCOPY_RUN);
    mig_writer_packaged(o->writer, o->package);
    g_clear_pointer(&o->package, mig_writer_free);
    o->phase = PHASE_POSTCOPY_PACKAGE_OUT;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_package_out(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (o->file_error || o->status == MIG_STATUS_CANCELLING) {
        switch_failed(o);
        return MIG_STEP_RUNNABLE;
    }
    o->downtime_ms = mig_vm_now_ms(vm) - o->downtime_start_ms;
    mig_outgoing_unlock(o);
    mig_writer_ping(o->writer, 4);
    if (vm->release >= MIG_R(10, 2)) {
        mig_outgoing_set_status(o, MIG_STATUS_DEVICE, MIG_STATUS_POSTCOPY_DEVICE);
        if (o->package_loaded)           /* the answer was quicker */
            mig_outgoing_package_loaded(o);
    } else {
        o->postcopy_entered = TRUE;
        mig_outgoing_set_status(o, MIG_STATUS_DEVICE, MIG_STATUS_POSTCOPY_ACTIVE);
    }
    mig_outgoing_update_rate(o);
    mig_outgoing_window_restart(o);
    o->phase = PHASE_ITERATE;
    return MIG_STEP_RUNNABLE;
}

void mig_outgoing_package_loaded(MigOutgoing *o)
{
    o->package_loaded = TRUE;
    if (mig_outgoing_set_status(o, MIG_STATUS_POSTCOPY_DEVICE, MIG_STATUS_POSTCOPY_ACTIVE))
        o->postcopy_entered = TRUE;
}

/* All pages were sent. */
static MigStep step_end(MigOutgoing *o)
{
    if (o->status == MIG_STATUS_POSTCOPY_DEVICE && !o->package_loaded) {
        if (!o->rp_failed && o->file_error == NULL && o->rp_running)
            return MIG_STEP_BLOCKED;
        mig_outgoing_set_failed(o, MIG_STATUS_POSTCOPY_DEVICE);
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    if (!mig_status_is_active(o->status)) {
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    o->active_status = MIG_STATUS_POSTCOPY_ACTIVE;
    mig_writer_section_end(o->writer, mig_vm_ram_section_id(o->vm));
    o->phase = PHASE_POSTCOPY_END_PAGES;
    return MIG_STEP_RUNNABLE;
}

/* What was below the threshold goes out without limit. */
static MigStep step_end_pages(MigOutgoing *o)
{
    guint pages = 0;

    while (mig_outgoing_serve_requests(o))
        ;
    if (o->file_error == NULL && mig_ram_save_pages(o->ram, o->writer, CHUNK_PAGES, TRUE, &pages) != MIG_SENT_ALL)
        return MIG_STEP_RUNNABLE;
    if (!preempt_flush(o))
        return MIG_STEP_BLOCKED;
    mig_writer_ram_eos(o->writer);
    mig_writer_footer(o->writer, mig_vm_ram_section_id(o->vm));
    mig_writer_eof(o->writer);
    if (o->preempt_ready) {
        if (preempt_is_early(o))
            mig_writer_ram_eos(o->preempt_writer);
        (void) preempt_flush(o);
        if (!preempt_is_early(o))
            o->preempt->ops->shutdown(o->preempt, MIG_SHUTDOWN_WRITE);
    }
    o->phase = PHASE_POSTCOPY_WAIT_DEVICE;
    return MIG_STEP_RUNNABLE;
}

/* Written; now SHUT is awaited. A link lost here pauses as well; {8.2-10.x} it fails and the VM goes on here. */
static MigStep step_wait_shut(MigOutgoing *o)
{
    MigVm *vm = o->vm;
    gboolean lost = o->file_error || (!o->rp_running && !o->rp_shut);

    if (!preempt_flush(o))
        return MIG_STEP_BLOCKED;
    if (!lost && o->rp_running)
        return MIG_STEP_BLOCKED;
    if (o->status == MIG_STATUS_CANCELLING) {
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    if (!lost) {
        mig_outgoing_set_completed(o, MIG_STATUS_POSTCOPY_ACTIVE);
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    if (vm->release >= MIG_R(10, 0) && vm->release < MIG_R(11, 0)) {
        mig_outgoing_set_failed(o, MIG_STATUS_POSTCOPY_ACTIVE);
        o->postcopy_entered = FALSE;     /* quirk postcopy-completion-resume */
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    if (!mig_outgoing_postcopy_handle_io_error(o)) {
        mig_outgoing_set_failed(o, o->status);
        o->phase = PHASE_FINISH;
    }
    return MIG_STEP_RUNNABLE;
}

/* ---- Pause and recovery ---- */

gboolean mig_outgoing_postcopy_handle_io_error(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (vm->release < MIG_R(3, 0) || (o->status != MIG_STATUS_POSTCOPY_ACTIVE && o->status != MIG_STATUS_POSTCOPY_RECOVER))
        return FALSE;
    if (vm->release >= MIG_R(8, 2) && o->error == NULL && o->file_error && *o->file_error->message)
        mig_outgoing_set_error(o, g_error_copy(o->file_error));
    mig_outgoing_rp_free(o);
    preempt_close(o);
    if (o->channel) {
        const MigEnvOps *ops = o->channel->ops;

        ops->watch(o->channel, MIG_WATCH_READ | MIG_WATCH_WRITE, NULL);
        ops->shutdown(o->channel, MIG_SHUTDOWN_BOTH);
        ops->close(o->channel);
        o->channel = NULL;
    }
    mig_writer_take(o->writer, mig_writer_pending(o->writer));
    o->held_back = 0;
    mig_writer_forget_block(o->writer);
    g_clear_error(&o->file_error);
    g_queue_clear_full(&o->requests, g_free);
    o->file_closed = FALSE;
    o->pause_wanted = FALSE;
    mig_outgoing_set_status(o, o->status, MIG_STATUS_POSTCOPY_PAUSED);
    mig_vm_message(vm, "Detected IO failure for postcopy. Migration paused.");
    o->phase = PHASE_POSTCOPY_PAUSE;
    return TRUE;
}

static MigStep resume_step(MigActor *actor)
{
    MigOutgoing *o = of_resume(actor);
    MigVm *vm = o->vm;
    GError *error = g_steal_pointer(&o->resume_error);

    if (o->resume_channel) {
        MigIo io = o->resume_channel->ops->connect_status(o->resume_channel, &error);

        if (io == MIG_IO_AGAIN)
            return MIG_STEP_BLOCKED;
        if (io != MIG_IO_OK && error == NULL)
            error = g_error_new_literal(MIG_QMP_ERROR, EIO, "Failed to connect: Input/output error");
    }
    o->resume_alive = FALSE;
    if (error) {
        if (o->resume_channel) {
            o->resume_channel->ops->watch(o->resume_channel, MIG_WATCH_WRITE, NULL);
            o->resume_channel->ops->close(o->resume_channel);
            o->resume_channel = NULL;
        }
        mig_vm_message(vm, "%s", error->message);
        mig_outgoing_set_error(o, error);
        mig_outgoing_set_status(o, MIG_STATUS_POSTCOPY_RECOVER_SETUP, MIG_STATUS_POSTCOPY_PAUSED);
        if (vm->release <= MIG_R(5, 2))
            mig_vm_exit(vm, 128 + 6);    /* quirk crash-5.2-resume-refused */
        return MIG_STEP_DONE;
    }
    o->channel = g_steal_pointer(&o->resume_channel);
    o->channel->ops->watch(o->channel, MIG_WATCH_WRITE, &o->thread);
    mig_outgoing_rp_open(o, TRUE);
    if (o->status == MIG_STATUS_POSTCOPY_PAUSED || o->status == MIG_STATUS_POSTCOPY_RECOVER_SETUP)
        mig_outgoing_set_status(o, o->status, MIG_STATUS_POSTCOPY_RECOVER);
    mig_env_wake(vm->env, &o->thread);
    return MIG_STEP_DONE;
}

gboolean mig_outgoing_resume_start(MigOutgoing *o, GError **error)
{
    MigVm *vm = o->vm;
    GError *local = NULL;

    if (o->resume_alive || o->phase != PHASE_POSTCOPY_PAUSE) {
        mig_address_clear(&o->resume_address);
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Cannot resume if there is no paused migration");
        return FALSE;
    }
    g_clear_error(&o->error);
    if (vm->release >= MIG_R(9, 1))
        mig_outgoing_set_status(o, MIG_STATUS_POSTCOPY_PAUSED, MIG_STATUS_POSTCOPY_RECOVER_SETUP);
    o->resume_channel = vm->env->ops->connect(vm->env, &o->resume_address, &local);
    o->resume_error = local;
    mig_address_clear(&o->plan.address);
    o->plan.address = o->resume_address;
    memset(&o->resume_address, 0, sizeof(o->resume_address));
    o->resume = (MigActor) { .name = "migration-resume", .step = resume_step };
    o->resume_alive = TRUE;
    vm->env->ops->spawn(vm->env, &o->resume);
    if (o->resume_channel)
        o->resume_channel->ops->watch(o->resume_channel, MIG_WATCH_WRITE, &o->resume);
    return TRUE;
}

static MigStep step_pause(MigOutgoing *o)
{
    if (o->status != MIG_STATUS_POSTCOPY_RECOVER)
        return MIG_STEP_BLOCKED;         /* a cancel up to 9.2 leaves it here for ever */
    o->phase = PHASE_RECOVER;
    return MIG_STEP_RUNNABLE;
}

/* TRUE: the handshake is over before its time. Up to 8.1 nobody notices (spec/migration.md 2.3). */
static gboolean recovery_lost(MigOutgoing *o)
{
    if (o->file_error == NULL && o->rp_running)
        return FALSE;
    if (o->vm->release >= MIG_R(8, 2))
        (void) mig_outgoing_postcopy_handle_io_error(o);
    return TRUE;
}

static MigStep step_recover(MigOutgoing *o)
{
    MigRamBlock *block;

    o->bitmaps_wanted = 0;
    o->resume_acked = FALSE;
    for (guint i = 0; (block = mig_ram_save_block(o->ram, i)) != NULL; i++) {
        mig_writer_recv_bitmap(o->writer, block->idstr);
        o->bitmaps_wanted++;
    }
    o->phase = PHASE_RECOVER_BITMAPS;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_recover_bitmaps(MigOutgoing *o)
{
    if (recovery_lost(o))
        return o->phase == PHASE_RECOVER_BITMAPS ? MIG_STEP_BLOCKED : MIG_STEP_RUNNABLE;
    if (o->bitmaps_wanted)
        return MIG_STEP_BLOCKED;
    if (has_preempt(o)) {
        if (o->preempt == NULL)
            preempt_connect(o, &o->plan.address);
        if (!preempt_settled(o))
            return MIG_STEP_BLOCKED;
    }
    mig_writer_command(o->writer, MIG_COMMAND_POSTCOPY_RESUME);
    o->phase = PHASE_RECOVER_ACK;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_recover_ack(MigOutgoing *o)
{
    if (!o->resume_acked && recovery_lost(o))
        return o->phase == PHASE_RECOVER_ACK ? MIG_STEP_BLOCKED : MIG_STEP_RUNNABLE;
    if (!o->resume_acked)
        return MIG_STEP_BLOCKED;
    mig_outgoing_set_status(o, MIG_STATUS_POSTCOPY_RECOVER, MIG_STATUS_POSTCOPY_ACTIVE);
    o->rate.used = 0;
    mig_outgoing_update_rate(o);
    mig_outgoing_window_restart(o);
    o->phase = PHASE_ITERATE;
    return MIG_STEP_RUNNABLE;
}

MigStep mig_outgoing_postcopy_step(MigOutgoing *o)
{
    switch (o->phase) {
    case PHASE_POSTCOPY_START: return step_start(o);
    case PHASE_POSTCOPY_PAUSED_BEFORE: return step_paused_before(o);
    case PHASE_POSTCOPY_SWITCH: return step_switch(o);
    case PHASE_POSTCOPY_PACKAGE_OUT: return step_package_out(o);
    case PHASE_POSTCOPY_END: return step_end(o);
    case PHASE_POSTCOPY_END_PAGES: return step_end_pages(o);
    case PHASE_POSTCOPY_WAIT_DEVICE: return step_wait_shut(o);
    case PHASE_POSTCOPY_PAUSE:
    case PHASE_POSTCOPY_RESUME_WAIT: return step_pause(o);
    case PHASE_RECOVER: return step_recover(o);
    case PHASE_RECOVER_BITMAPS: return step_recover_bitmaps(o);
    case PHASE_RECOVER_ACK: return step_recover_ack(o);
    default: g_assert_not_reached();
    }
}

void mig_outgoing_postcopy_clear(MigOutgoing *o)
{
    if (o->resume_alive)
        o->vm->env->ops->retire(o->vm->env, &o->resume);
    o->resume_alive = FALSE;
    if (o->resume_channel) {
        o->resume_channel->ops->watch(o->resume_channel, MIG_WATCH_WRITE, NULL);
        o->resume_channel->ops->close(o->resume_channel);
        o->resume_channel = NULL;
    }
    g_clear_error(&o->resume_error);
    mig_address_clear(&o->resume_address);
    memset(&o->resume_address, 0, sizeof(o->resume_address));
    preempt_close(o);
    g_clear_pointer(&o->package, mig_writer_free);
    g_queue_clear_full(&o->requests, g_free);
}
