/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * background-snapshot {6.0-}: the devices are saved while the VM stands for a moment, RAM follows while it runs, each page as
 * it was at that moment (spec/migration.md 8.9, stream.md 13.2). A page that the guest is about to write is sent first; with
 * references that costs nothing but the copy of the reference.
 */
#include "reference/migration/outgoing_private.h"

#define CHUNK_PAGES 64

static void before_write(gpointer opaque, MigRamBlock *block, guint64 page)
{
    MigOutgoing *o = opaque;

    (void) mig_ram_save_host_page(o->ram, o->writer, block, page);
}

static MigStep step_prepare(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (o->status != MIG_STATUS_ACTIVE) {
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    o->vm_was_running = mig_vm_running(vm);
    o->old_run_state = mig_vm_run_state(vm);
    mig_outgoing_begin_downtime(o);
    mig_vm_stop_to(vm, MIG_RUN_PAUSED, FALSE);
    o->package = mig_writer_new(&o->stream_config);
    if (!mig_outgoing_put_devices(o, o->package, TRUE)) {
        mig_outgoing_set_failed(o, MIG_STATUS_ACTIVE);
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    mig_ram_log_stop(vm->ram);
    mig_ram_on_write(vm->ram, before_write, o);
    mig_writer_section_part(o->writer, mig_vm_ram_section_id(o->vm));
    if (o->vm_was_running)
        mig_vm_start(vm);
    o->downtime_ms = mig_vm_now_ms(vm) - o->downtime_start_ms;
    o->bandwidth_lifted = TRUE;          /* no rate limit here */
    mig_outgoing_update_rate(o);
    o->phase = PHASE_SNAPSHOT_PAGES;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_pages(MigOutgoing *o)
{
    guint pages = 0;

    if (o->status == MIG_STATUS_ACTIVE && o->file_error) {
        if (*o->file_error->message)
            mig_outgoing_set_error(o, g_error_copy(o->file_error));
        mig_outgoing_set_failed(o, MIG_STATUS_ACTIVE);
    }
    if (o->status != MIG_STATUS_ACTIVE) {
        mig_ram_on_write(o->vm->ram, NULL, NULL);
        o->vm_was_running = FALSE;       /* it runs already, or somebody stopped it */
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    if (mig_ram_save_pages(o->ram, o->writer, CHUNK_PAGES, TRUE, &pages) == MIG_SENT_ALL) {
        mig_ram_on_write(o->vm->ram, NULL, NULL);
        mig_writer_ram_eos(o->writer);
        mig_writer_footer(o->writer, mig_vm_ram_section_id(o->vm));
        o->phase = PHASE_SNAPSHOT_END;
    }
    return MIG_STEP_RUNNABLE;
}

static MigStep step_end(MigOutgoing *o)
{
    MigVm *vm = o->vm;
    const MigSegment *segments;
    gsize count;

    /* The records that were taken first come last. */
    if (o->package) {
        segments = mig_writer_segments(o->package, &count);
        for (gsize i = 0; i < count; i++)
            mig_writer_bytes(o->writer, segments[i].bytes, segments[i].size);
        g_clear_pointer(&o->package, mig_writer_free);
        mig_writer_eof(o->writer);
        if (vm->description) {
            g_autofree char *text = mig_devices_describe(vm->release, vm->machine, vm->devices, TRUE);

            mig_writer_description(o->writer, text);
        }
        return MIG_STEP_RUNNABLE;
    }
    if (o->file_error) {
        if (*o->file_error->message)
            mig_outgoing_set_error(o, g_error_copy(o->file_error));
        mig_outgoing_set_failed(o, MIG_STATUS_ACTIVE);
    } else {
        mig_outgoing_set_completed(o, MIG_STATUS_ACTIVE);
    }
    o->vm_was_running = FALSE;
    o->phase = PHASE_FINISH;
    return MIG_STEP_RUNNABLE;
}

MigStep mig_outgoing_snapshot_step(MigOutgoing *o)
{
    switch (o->phase) {
    case PHASE_SNAPSHOT_PREPARE: return step_prepare(o);
    case PHASE_SNAPSHOT_PAGES: return step_pages(o);
    case PHASE_SNAPSHOT_END: return step_end(o);
    default: g_assert_not_reached();
    }
}
