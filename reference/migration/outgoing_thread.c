/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The migration thread: setup, rounds, convergence, completion (spec/migration.md 2, 9). Phases are in outgoing_private.h.
 */
#include "reference/migration/outgoing_private.h"

#include <errno.h>
#include <string.h>

#define WINDOW_MS 100                    /* of rate, bandwidth and threshold */
#define SLICE_MS 50                      /* a PART does not last longer */
#define CHUNK_PAGES 64                   /* the clock is looked at every so many pages */
#define EXPECTED_DOWNTIME_BYTES_MIN 10000

static MigOutgoing *of(MigActor *actor) { return (MigOutgoing *) ((guint8 *) actor - G_STRUCT_OFFSET(MigOutgoing, thread)); }

/* ---- The file ---- */

void mig_outgoing_file_error(MigOutgoing *o, int code, const char *text)
{
    if (o->file_error == NULL)
        o->file_error = g_error_new_literal(MIG_QMP_ERROR, code, text);
}

static gboolean file_bad(MigOutgoing *o) { return o->file_error != NULL; }

gboolean mig_outgoing_flush(MigOutgoing *o)
{
    gsize pending;

    if (o->writer == NULL)
        return TRUE;
    if (o->file_seekable && o->channel && o->file_error == NULL) {
        mig_outgoing_mapped_flush(o);
        return TRUE;
    }
    while ((pending = mig_writer_pending(o->writer)) > o->held_back) {
        const MigSegment *segments;
        MigSegment begin;
        gsize count, taken = 0;
        int code = 0;
        MigIo io;

        if (o->file_closed && o->file_error == NULL) {
            g_autofree char *text = g_strdup_printf("Unable to write to %s: %s", o->file_word, g_strerror(EBADF));

            mig_outgoing_file_error(o, EIO, text);
        }
        if (o->file_error || o->channel == NULL) {
            mig_writer_take(o->writer, pending);
            break;
        }
        segments = mig_writer_segments(o->writer, &count);
        if (o->held_back && count == 1 && segments->kind == MIG_SEGMENT_BYTES) {
            begin = *segments;
            begin.size -= o->held_back;
            segments = &begin;
        }
        io = o->channel->ops->write(o->channel, segments, count, &taken, &code);
        if (io == MIG_IO_OK && taken > 0) {
            mig_writer_take(o->writer, taken);
            o->stats.stream_bytes += taken;
        } else if (io == MIG_IO_ERROR || io == MIG_IO_EOF) {
            g_autofree char *text = g_strdup_printf("Unable to write to %s: %s", o->file_word, g_strerror(io == MIG_IO_EOF ? EPIPE : code));

            mig_outgoing_file_error(o, EIO, text);
        } else {
            return FALSE;
        }
    }
    return TRUE;
}

void mig_outgoing_begin_downtime(MigOutgoing *o)
{
    o->downtime_start_ms = mig_vm_now_ms(o->vm);
    o->downtime_begun = TRUE;            /* a clock may well show 0 */
}

/* ---- Window and rate ---- */

void mig_outgoing_update_rate(MigOutgoing *o)
{
    gboolean postcopy = o->status == MIG_STATUS_POSTCOPY_ACTIVE || o->status == MIG_STATUS_POSTCOPY_DEVICE;

    o->rate.limit = o->bandwidth_lifted ? 0 : mig_options_rate_window(o->vm->options, postcopy);
}

static guint64 pages_sent(MigOutgoing *o) { return o->stats.normal + o->stats.duplicate + o->stats.xbzrle_pages + o->stats.compress_pages; }

void mig_outgoing_window_restart(MigOutgoing *o)
{
    o->window_start_ms = mig_vm_now_ms(o->vm);
    o->window_bytes = mig_outgoing_total_bytes(o);
    o->window_pages = pages_sent(o);
}

/* spec/migration.md 9.3, in double as QEMU computes it. */
static void end_of_window(MigOutgoing *o)
{
    MigVm *vm = o->vm;
    gint64 now_ms = mig_vm_now_ms(vm), spent_ms = now_ms - o->window_start_ms;
    guint64 bytes, pages, avail;
    double limit_ms, for_threshold;

    if (spent_ms < WINDOW_MS)
        return;
    bytes = mig_outgoing_total_bytes(o) - o->window_bytes;
    pages = pages_sent(o) - o->window_pages;
    o->bandwidth = vm->release < MIG_R(2, 5) ? (double) (bytes / (guint64) spent_ms) : (double) bytes / (double) spent_ms;
    for_threshold = o->bandwidth;
    avail = vm->release >= MIG_R(8, 2) ? mig_vm_param(vm, MIG_PARAM_AVAIL_SWITCHOVER_BANDWIDTH) : 0;
    if (avail)
        for_threshold = (double) (avail / 1000);
    limit_ms = vm->release < MIG_R(2, 8) ? (double) (mig_options_downtime_ns(vm->options) / 1000000)
                                         : (double) mig_vm_param(vm, MIG_PARAM_DOWNTIME_LIMIT);
    o->threshold = (guint64) (for_threshold * limit_ms);
    o->stats.mbps = (((double) bytes * 8.0) / ((double) spent_ms / 1000.0)) / 1000.0 / 1000.0;
    o->stats.pages_per_second = (double) pages / ((double) spent_ms / 1000.0);
    if (o->stats.dirty_pages_rate && bytes > EXPECTED_DOWNTIME_BYTES_MIN) {
        double dirty = vm->release >= MIG_R(3, 0) ? (double) o->stats.remaining_at_sync : (double) (o->stats.dirty_pages_rate * MIG_PAGE_SIZE);

        o->expected_downtime_ms = (gint64) (dirty / o->bandwidth);
    }
    o->rate.used = 0;
    o->window_synced = FALSE;
    mig_outgoing_window_restart(o);
}

/* ---- Setup ---- */

static void synced(gpointer opaque, guint64 pass)
{
    MigOutgoing *o = opaque;
    MigValue *data;

    /* {2.6-} */
    if (o->vm->release < MIG_R(2, 6) || !mig_vm_has_cap(o->vm, MIG_CAP_EVENTS))
        return;
    data = mig_value_dict();
    mig_value_dict_put(data, "pass", mig_value_uint(pass));
    mig_vm_event(o->vm, "MIGRATION_PASS", data);
}

/* Which record pairs with the SYNC packets of the multifd channels (spec/stream.md 4.4, 5.4). */
static gboolean flush_per_round(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (vm->release < MIG_R(8, 1) || mig_options_flush_each_section(vm->options))
        return FALSE;
    return vm->release < MIG_R(8, 2) || o->multifd != NULL;
}

static void passage(gpointer opaque)
{
    MigOutgoing *o = opaque;

    if (!flush_per_round(o) || (mig_ram_save_in_postcopy(o->ram) && o->vm->release >= MIG_R(10, 0)))
        return;
    if (o->multifd)
        mig_multifd_send_sync(o->multifd);
    mig_writer_multifd_flush(o->writer);
}

static gboolean multifd_page(gpointer opaque, MigRamBlock *block, guint64 page, gboolean zero)
{
    MigOutgoing *o = opaque;

    return mig_multifd_send_page(o->multifd, block, page, zero);
}

/* EOS of a ram section, with the SYNC of the channels where the release pairs them per section. */
static void end_of_ram_section(MigOutgoing *o)
{
    if (o->multifd) {
        if (!flush_per_round(o) && !mig_ram_save_in_postcopy(o->ram))
            mig_multifd_send_sync(o->multifd);
        else
            mig_multifd_send_push(o->multifd);
    }
    mig_writer_ram_eos(o->writer);
    mig_writer_footer(o->writer, mig_vm_ram_section_id(o->vm));
}

static void put_configuration(MigOutgoing *o)
{
    MigVm *vm = o->vm;
    const char *names[MIG_CAP_COUNT];
    gsize count = 0;

    mig_writer_header(o->writer);
    if (!mig_options_property(vm->options, MIG_PROPERTY_SEND_CONFIGURATION))
        return;
    mig_writer_configuration(o->writer, vm->machine);
    if (vm->release >= MIG_R(4, 0) && mig_vm_has_cap(vm, MIG_CAP_X_IGNORE_SHARED))
        names[count++] = "x-ignore-shared";
    if (vm->release >= MIG_R(9, 0) && mig_vm_has_cap(vm, MIG_CAP_MAPPED_RAM))
        names[count++] = "mapped-ram";
    if (count)
        mig_writer_config_capabilities(o->writer, names, count);
    if (vm->release >= MIG_R(4, 2) && mig_vm_has_cap(vm, MIG_CAP_VALIDATE_UUID))
        mig_writer_config_uuid(o->writer, vm->uuid);
}

static guint64 page_size_summary(MigOutgoing *o)
{
    guint64 summary = 0;

    if (o->vm->release < MIG_R(2, 9))
        return MIG_PAGE_SIZE;
    for (guint i = 0; i < mig_ram_block_count(o->vm->ram); i++)
        summary |= mig_ram_block(o->vm->ram, i)->page_size;
    return summary ? summary : MIG_PAGE_SIZE;
}

static gboolean wants_return_path(MigOutgoing *o)
{
    return mig_vm_has_cap(o->vm, MIG_CAP_POSTCOPY_RAM) || mig_vm_has_cap(o->vm, MIG_CAP_RETURN_PATH);
}

static gboolean is_cpr(MigOutgoing *o)
{
    return o->vm->release >= MIG_R(9, 0) && mig_vm_param(o->vm, MIG_PARAM_MODE) != MIG_MODE_NORMAL;
}

/* The connection is there, or it failed: what the main loop does before the thread starts. */
static MigStep connected(MigOutgoing *o, GError *error)
{
    MigVm *vm = o->vm;
    MigRamSaveHooks hooks = { .opaque = o, .passage = passage, .synced = synced };

    if (error) {
        if (vm->release < MIG_R(5, 2) && g_str_has_prefix(error->message, "Failed to connect to '")) {
            char *text = g_strdup_printf("Failed to connect socket%s", strrchr(error->message, ':'));

            g_free(error->message);
            error->message = text;
        }
        mig_outgoing_set_failed(o, MIG_STATUS_SETUP);
        mig_outgoing_set_error(o, error);
        o->thread_alive = FALSE;
        o->phase = PHASE_GONE;
        mig_outgoing_schedule_cleanup(o);
        return MIG_STEP_DONE;
    }
    if (o->status == MIG_STATUS_CANCELLED) {
        /* {10.0-10.2} the cancelled object: the connection is dropped. */
        o->thread_alive = FALSE;
        o->phase = PHASE_GONE;
        mig_outgoing_schedule_cleanup(o);
        return MIG_STEP_DONE;
    }
    o->expected_downtime_ms = (gint64) (mig_options_downtime_ns(vm->options) / 1000000);
    mig_stream_config_init(&o->stream_config);
    o->stream_config.release = vm->release;
    o->stream_config.footers = mig_options_property(vm->options, MIG_PROPERTY_SEND_SECTION_FOOTER) != 0;
    o->stream_config.configuration = mig_options_property(vm->options, MIG_PROPERTY_SEND_CONFIGURATION) != 0;
    o->writer = mig_writer_new(&o->stream_config);
    mig_outgoing_update_rate(o);
    if (mig_outgoing_is_mapped(o)) {
        o->file_seekable = TRUE;
        o->file_position = o->plan.address.offset;
        hooks.mapped_page = mig_outgoing_mapped_page;
    } else if (mig_vm_has_cap(vm, MIG_CAP_MULTIFD) && vm->release >= MIG_R(4, 0)) {
        o->multifd = mig_multifd_send_new(vm, &o->plan.address, &o->stats, &o->stream_config, &o->rate, &o->thread);
        hooks.multifd_page = multifd_page;
    }
    o->ram = mig_ram_save_new(vm, &o->stats, &o->rate, &hooks);
    if (wants_return_path(o))
        mig_outgoing_rp_open(o, FALSE);
    mig_outgoing_preempt_early(o);
    if (is_cpr(o)) {
        /* {9.0-} the VM stops before anything is sent. */
        o->vm_was_running = mig_vm_running(vm);
        o->old_run_state = mig_vm_run_state(vm);
        mig_outgoing_begin_downtime(o);
        mig_vm_stop_to(vm, MIG_RUN_FINISH_MIGRATE, TRUE);
    }
    o->phase = PHASE_HEADER;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_connect(MigOutgoing *o)
{
    GError *error = g_steal_pointer(&o->connect_error);

    if (o->channel) {
        MigIo io = o->channel->ops->connect_status(o->channel, &error);

        if (io == MIG_IO_AGAIN)
            return MIG_STEP_BLOCKED;
        if (io != MIG_IO_OK && error == NULL)
            error = g_error_new_literal(MIG_QMP_ERROR, EIO, "Failed to connect: Input/output error");
    }
    /* The object is looked for only once there is a connection, whatever the transport [run 5.2 7.2 10.0 11.1]. */
    if (!error && mig_options_tls(o->vm->options))
        error = g_error_new(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "No TLS credentials with id '%s'",
                            mig_options_text(o->vm->options, MIG_PARAM_TLS_CREDS));
    return connected(o, error);
}

static MigStep step_header(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    o->setup_start_ms = mig_env_clock_ns(vm->env, MIG_CLOCK_HOST) / 1000000;
    mig_outgoing_window_restart(o);
    put_configuration(o);
    if (o->rp_open) {
        mig_writer_open_return_path(o->writer);
        mig_writer_ping(o->writer, 1);
    }
    if (mig_vm_has_cap(vm, MIG_CAP_POSTCOPY_RAM))
        mig_writer_advise_ram(o->writer, page_size_summary(o), MIG_PAGE_SIZE);
    else if (vm->release >= MIG_R(2, 12) && mig_vm_has_cap(vm, MIG_CAP_DIRTY_BITMAPS))
        mig_writer_command(o->writer, MIG_COMMAND_POSTCOPY_ADVISE);
    o->phase = PHASE_SETUP;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_setup(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (o->multifd && !mig_multifd_send_ready(o->multifd)) {
        GError *error = mig_multifd_send_take_error(o->multifd);

        if (error == NULL && o->status == MIG_STATUS_SETUP && !file_bad(o))
            return MIG_STEP_BLOCKED;
        if (error) {
            mig_outgoing_set_failed(o, MIG_STATUS_SETUP);
            mig_outgoing_set_error(o, error);
        }
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    mig_ram_save_begin(o->ram, vm->release < MIG_R(11, 1) && !mig_vm_has_cap(vm, MIG_CAP_BACKGROUND_SNAPSHOT));
    if (vm->release >= MIG_R(11, 1))
        o->stats.dirty_sync_count = 1;   /* the sync of setup counts there as well, but is not told; so does a snapshot that has none */
    mig_writer_section_start(o->writer, mig_vm_ram_section_id(o->vm), "ram", 0, 4);
    if (o->file_seekable)
        mig_outgoing_mapped_list(o);
    else
        mig_ram_save_list(o->ram, o->writer);
    if (flush_per_round(o)) {
        if (o->multifd)
            mig_multifd_send_sync(o->multifd);
        mig_writer_multifd_flush(o->writer);
    }
    end_of_ram_section(o);
    o->phase = PHASE_SETUP_DONE;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_setup_done(MigOutgoing *o)
{
    mig_outgoing_set_status(o, MIG_STATUS_SETUP, MIG_STATUS_ACTIVE);
    o->setup_ms = mig_env_clock_ns(o->vm->env, MIG_CLOCK_HOST) / 1000000 - o->setup_start_ms;
    o->phase = mig_vm_has_cap(o->vm, MIG_CAP_BACKGROUND_SNAPSHOT) ? PHASE_SNAPSHOT_PREPARE : PHASE_ITERATE;
    return MIG_STEP_RUNNABLE;
}

/* ---- Rounds ---- */

static gboolean may_switch(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (vm->release < MIG_R(8, 1) || !mig_vm_has_cap(vm, MIG_CAP_SWITCHOVER_ACK))
        return TRUE;
    if (vm->release >= MIG_R(11, 1) && !mig_options_property(vm->options, MIG_PROPERTY_SWITCHOVER_ACK_LEGACY))
        return TRUE;                     /* the devices that ask are counted; none of ours does */
    return o->switchover_acked;
}

/* Which of: complete, go on with a slice, switch to postcopy. spec/migration.md 9.1. */
static void decide(MigOutgoing *o)
{
    MigVm *vm = o->vm;
    MigRelease release = vm->release;
    gboolean postcopy = mig_ram_save_in_postcopy(o->ram), postcopiable = mig_vm_has_cap(vm, MIG_CAP_POSTCOPY_RAM);
    guint64 pending = mig_ram_save_remaining(o->ram), must;
    gboolean converged, wants_postcopy;

    if (!postcopy) {
        gboolean sync;

        if (release < MIG_R(8, 0))
            sync = pending < o->threshold;
        else if (release < MIG_R(9, 0))
            sync = (postcopiable ? 0 : pending) <= o->threshold && pending < o->threshold;
        else if (release < MIG_R(10, 1))
            sync = pending < o->threshold;
        else
            sync = pending <= o->threshold;
        if (release >= MIG_R(11, 1) && postcopiable && !o->window_synced)
            sync = TRUE;                 /* what can be postcopied never keeps it from asking exactly: once per window */
        if (sync) {
            o->window_synced = TRUE;
            mig_ram_save_sync(o->ram, TRUE);
            pending = mig_ram_save_remaining(o->ram);
        }
    }
    must = postcopiable ? 0 : pending;
    converged = pending == 0 || (release >= MIG_R(10, 1) ? pending <= o->threshold : pending < o->threshold);
    wants_postcopy = !postcopy && o->start_postcopy && postcopiable && must <= o->threshold && o->rp_open;
    if (release >= MIG_R(8, 1) && !may_switch(o))
        converged = wants_postcopy = FALSE;
    if (wants_postcopy && !o->ponged && release >= MIG_R(8, 0) && mig_vm_has_cap(vm, MIG_CAP_POSTCOPY_PREEMPT))
        wants_postcopy = FALSE;          /* the preempt channel is not opened before main is known to be up */
    if (wants_postcopy && (!converged || release >= MIG_R(10, 1)))
        o->phase = PHASE_POSTCOPY_START;
    else if (converged)
        o->phase = postcopy ? PHASE_POSTCOPY_END : PHASE_COMPLETE;
    else {
        mig_writer_section_part(o->writer, mig_vm_ram_section_id(o->vm));
        o->slice_start_ms = mig_vm_now_ms(vm);
        o->slice_pages = 0;
        o->phase = PHASE_SLICE;
    }
}

static MigStep step_iterate(MigOutgoing *o)
{
    o->held_back = 0;
    if (!mig_status_is_active(o->status)) {
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    if (file_bad(o) || (mig_rate_exceeded(&o->rate) && o->requests.length == 0)) {
        o->phase = PHASE_AFTER;
        return MIG_STEP_RUNNABLE;
    }
    decide(o);
    return MIG_STEP_RUNNABLE;
}

static MigStep step_slice(MigOutgoing *o)
{
    guint pages = 0;
    MigSent sent = MIG_SENT_SOME;

    if (file_bad(o)) {
        o->phase = PHASE_SLICE_END;
        return MIG_STEP_RUNNABLE;
    }
    if (mig_ram_save_in_postcopy(o->ram))
        while (mig_outgoing_serve_requests(o))
            ;
    if (!mig_rate_exceeded(&o->rate))
        sent = mig_ram_save_pages(o->ram, o->writer, CHUNK_PAGES, FALSE, &pages);
    o->slice_pages += pages;
    if (sent == MIG_SENT_BUSY) {
        if (mig_multifd_send_failed(o->multifd)) {
            mig_outgoing_file_error(o, EIO, "");
            o->phase = PHASE_SLICE_END;
            return MIG_STEP_RUNNABLE;
        }
        return pages ? MIG_STEP_RUNNABLE : MIG_STEP_BLOCKED;
    }
    if (sent == MIG_SENT_ALL || mig_rate_exceeded(&o->rate) || mig_vm_now_ms(o->vm) - o->slice_start_ms > SLICE_MS)
        o->phase = PHASE_SLICE_END;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_slice_end(MigOutgoing *o)
{
    end_of_ram_section(o);
    mig_ram_save_account(o->ram, 8);     /* the EOS of a PART counts, those of START and END do not */
    /* QEMU's file is flushed behind EOS; the footer waits in its buffer for what comes next, so a stream that is cut while the
     * source sleeps ends in front of a footer. 8.1 flushes whenever it looks at the rate. */
    if (o->stream_config.footers && o->vm->release != MIG_R(8, 1))
        o->held_back = 5;
    mig_rate_flush(&o->rate);
    o->phase = PHASE_AFTER;
    return MIG_STEP_RUNNABLE;
}

/* TRUE: the loop ends here. */
static gboolean detect_error(MigOutgoing *o)
{
    GError *multifd = o->multifd ? mig_multifd_send_take_error(o->multifd) : NULL;
    MigStatus status = o->status;

    if (status == MIG_STATUS_CANCELLING || status == MIG_STATUS_CANCELLED) {
        g_clear_error(&multifd);
        return TRUE;
    }
    if (multifd) {
        /* The channel's own thread reports first. */
        mig_outgoing_set_error(o, multifd);
        mig_outgoing_set_failed(o, status);
        mig_outgoing_file_error(o, EIO, "");
        if (o->vm->release < MIG_R(11, 0))
            mig_outgoing_set_failed(o, MIG_STATUS_FAILED);
        return TRUE;
    }
    if (status == MIG_STATUS_POSTCOPY_DEVICE && o->rp_failed) {
        /* {10.2-} the package was refused: nothing runs over there, the VM goes on here. */
        mig_outgoing_set_failed(o, status);
        return TRUE;
    }
    if (!file_bad(o))
        return FALSE;
    if (*o->file_error->message) {
        mig_outgoing_set_error(o, g_error_copy(o->file_error));
    }
    if (mig_ram_save_in_postcopy(o->ram) && mig_outgoing_postcopy_handle_io_error(o))
        return FALSE;
    mig_outgoing_set_failed(o, status);
    return TRUE;
}

static MigStep step_after(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (detect_error(o)) {
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    if (o->phase != PHASE_AFTER)         /* paused */
        return MIG_STEP_RUNNABLE;
    end_of_window(o);
    if (!mig_rate_exceeded(&o->rate)) {
        o->phase = PHASE_ITERATE;
        return MIG_STEP_RUNNABLE;
    }
    o->timer.actor = &o->thread;
    o->timer.clock = MIG_CLOCK_REALTIME;
    o->timer.deadline_ns = (o->window_start_ms + WINDOW_MS) * 1000000;
    vm->env->ops->timer_arm(vm->env, &o->timer);
    o->phase = PHASE_SLEEP;
    return MIG_STEP_BLOCKED;
}

static MigStep step_sleep(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (mig_status_is_active(o->status) && !file_bad(o) && mig_vm_now_ms(vm) < o->window_start_ms + WINDOW_MS && mig_rate_exceeded(&o->rate)
        && o->requests.length == 0)
        return MIG_STEP_BLOCKED;
    vm->env->ops->timer_disarm(vm->env, &o->timer);
    o->phase = mig_status_is_active(o->status) && o->requests.length ? PHASE_ITERATE : PHASE_AFTER;
    return MIG_STEP_RUNNABLE;
}

/* ---- Completion ---- */

static void completion_failed(MigOutgoing *o, gboolean by_device)
{
    MigVm *vm = o->vm;

    o->completing_failed = TRUE;
    mig_outgoing_unlock(o);
    if (vm->release >= MIG_R(8, 2) && o->error == NULL) {
        if (file_bad(o)) {
            /* A file that this side shut down has no text of its own. */
            GError *error = *o->file_error->message ? g_error_copy(o->file_error)
                            : g_error_new_literal(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Channel error: Input/output error");

            if (vm->release >= MIG_R(11, 1) && *o->file_error->message)
                g_prefix_error(&error, "Failed to save iterable device state: ");
            mig_outgoing_set_error(o, error);
        } else if (o->status != MIG_STATUS_CANCELLING && vm->release >= MIG_R(9, 0) && !o->rp_failed)
            mig_outgoing_set_error(o, g_error_new(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Error in migration completion: %s",
                                                  g_strerror(by_device ? EINVAL : EIO)));
    }
    if (vm->release >= MIG_R(10, 0) && o->error == NULL && o->status == MIG_STATUS_CANCELLING)
        mig_outgoing_set_error(o, g_error_new_literal(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Switchover is interrupted"));
    if (o->status != MIG_STATUS_CANCELLING)
        mig_outgoing_set_failed(o, o->status);
    o->phase = PHASE_FINISH;
}

static void begin_end(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    mig_outgoing_lock(o);
    o->bandwidth_lifted = TRUE;
    o->rate.limit = 0;
    if (vm->release >= MIG_R(10, 0)) {
        mig_outgoing_set_status(o, MIG_STATUS_ACTIVE, MIG_STATUS_DEVICE);
        o->active_status = MIG_STATUS_DEVICE;
    }
    o->phase = PHASE_END;
}

static MigStep step_complete(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (o->status != MIG_STATUS_ACTIVE) {
        o->phase = PHASE_FINISH;
        return MIG_STEP_RUNNABLE;
    }
    mig_outgoing_lock(o);
    o->active_status = MIG_STATUS_ACTIVE;
    if (!is_cpr(o)) {
        mig_outgoing_begin_downtime(o);
        o->vm_was_running = mig_vm_running(vm);
        o->old_run_state = mig_vm_run_state(vm);
        mig_vm_stop_to(vm, MIG_RUN_FINISH_MIGRATE, TRUE);
    }
    if (vm->exited)
        return MIG_STEP_BLOCKED;
    if (mig_vm_has_cap(vm, MIG_CAP_PAUSE_BEFORE_SWITCHOVER)) {
        o->pause_posted = FALSE;         /* extra continues are forgotten */
        mig_outgoing_unlock(o);
        mig_outgoing_set_status(o, MIG_STATUS_ACTIVE, MIG_STATUS_PRE_SWITCHOVER);
        o->phase = PHASE_PAUSED;
        return MIG_STEP_RUNNABLE;
    }
    begin_end(o);
    return MIG_STEP_RUNNABLE;
}

static MigStep step_paused(MigOutgoing *o)
{
    if (!o->pause_posted)
        return MIG_STEP_BLOCKED;
    mig_outgoing_set_status(o, MIG_STATUS_PRE_SWITCHOVER, MIG_STATUS_DEVICE);
    o->active_status = MIG_STATUS_DEVICE;
    if (o->status != MIG_STATUS_DEVICE)
        completion_failed(o, FALSE);
    else
        begin_end(o);
    return MIG_STEP_RUNNABLE;
}

static MigStep step_end(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (vm->release >= MIG_R(10, 0) && mig_options_property(vm->options, MIG_PROPERTY_SEND_SWITCHOVER_START))
        mig_writer_command(o->writer, MIG_COMMAND_SWITCHOVER_START);
    mig_writer_section_end(o->writer, mig_vm_ram_section_id(o->vm));
    mig_ram_save_last_stage(o->ram);
    mig_ram_save_sync(o->ram, vm->release < MIG_R(11, 1));
    o->phase = PHASE_END_PAGES;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_end_pages(MigOutgoing *o)
{
    guint pages = 0;
    MigSent sent = file_bad(o) ? MIG_SENT_ALL : mig_ram_save_pages(o->ram, o->writer, CHUNK_PAGES, TRUE, &pages);

    if (sent == MIG_SENT_BUSY) {
        if (!mig_multifd_send_failed(o->multifd))
            return pages ? MIG_STEP_RUNNABLE : MIG_STEP_BLOCKED;
        mig_outgoing_file_error(o, EIO, "");
        sent = MIG_SENT_ALL;
    }
    if (sent == MIG_SENT_ALL)
        o->phase = PHASE_END_SYNC;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_end_sync(MigOutgoing *o)
{
    MigRelease release = o->vm->release;

    /* {8.1-9.0} one more FLUSH at the end of END; {9.1-9.2} the SYNC without FLUSH (spec/stream.md 4.4). */
    if (flush_per_round(o) && release <= MIG_R(9, 2)) {
        if (o->multifd)
            mig_multifd_send_sync(o->multifd);
        if (release <= MIG_R(9, 0))
            mig_writer_multifd_flush(o->writer);
    }
    if (o->file_seekable)
        mig_outgoing_mapped_bitmaps(o);
    end_of_ram_section(o);
    o->phase = PHASE_DEVICES;
    return MIG_STEP_RUNNABLE;
}

gboolean mig_outgoing_sends_global_state(MigOutgoing *o)
{
    if (mig_options_property(o->vm->options, MIG_PROPERTY_STORE_GLOBAL_STATE))
        return TRUE;
    /* spec/migration.md 6.2: left out for running and paused; from 8.2 for every state the VM may be left in. */
    if (o->vm->release >= MIG_R(8, 2))
        return o->old_run_state != MIG_RUN_RUNNING && o->old_run_state != MIG_RUN_PAUSED && o->old_run_state != MIG_RUN_PRELAUNCH;
    return o->old_run_state != MIG_RUN_RUNNING && o->old_run_state != MIG_RUN_PAUSED;
}

gboolean mig_outgoing_put_devices(MigOutgoing *o, MigWriter *writer, gboolean with_global_state)
{
    MigVm *vm = o->vm;

    for (guint i = 0; i < vm->devices->len; i++) {
        const MigDevice *device = vm->devices->pdata[i];

        if (device->kind == MIG_DEVICE_GLOBALSTATE && !with_global_state)
            continue;
        if (device->fails_to_save)
            return FALSE;
        mig_writer_section_full(writer, device->section_id, device->idstr, device->instance, device->version);
        if (device->kind == MIG_DEVICE_GLOBALSTATE) {
            guint8 bytes[104];

            mig_global_state_make(vm->release, o->old_run_state, bytes);
            mig_writer_bytes(writer, bytes, sizeof(bytes));
        } else {
            mig_writer_bytes(writer, device->state, device->size);
        }
        mig_writer_footer(writer, device->section_id);
    }
    return TRUE;
}

static MigStep step_devices(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (!mig_outgoing_put_devices(o, o->writer, mig_outgoing_sends_global_state(o))) {
        completion_failed(o, TRUE);
        return MIG_STEP_RUNNABLE;
    }
    mig_writer_eof(o->writer);
    if (vm->description) {
        g_autofree char *text = mig_devices_describe(vm->release, vm->machine, vm->devices, mig_outgoing_sends_global_state(o));

        mig_writer_description(o->writer, text);
    }
    o->phase = PHASE_WRITTEN;
    return MIG_STEP_RUNNABLE;
}

static MigStep step_written(MigOutgoing *o)
{
    GError *multifd = o->multifd ? mig_multifd_send_take_error(o->multifd) : NULL;

    if (multifd) {
        mig_outgoing_set_error(o, multifd);
        mig_outgoing_file_error(o, EIO, "");
    }
    if (o->multifd && !mig_multifd_send_drained(o->multifd) && !file_bad(o))
        return MIG_STEP_BLOCKED;
    mig_outgoing_unlock(o);
    mig_env_wake(o->vm->env, &o->rp);
    /* A file error seen here needs the return path to be woken up by force: its peer may be gone without a word. */
    if (file_bad(o) && o->rp_running && o->channel) {
        o->channel->ops->shutdown(o->channel, MIG_SHUTDOWN_BOTH);
        o->rp_failed = TRUE;
    }
    if (o->vm->release >= MIG_R(8, 2) && o->rp_running && o->error && o->channel)
        o->channel->ops->shutdown(o->channel, MIG_SHUTDOWN_BOTH);
    o->phase = PHASE_RP_CLOSE;
    return MIG_STEP_RUNNABLE;
}

static void calculate_complete(MigOutgoing *o)
{
    gint64 end_ms = mig_vm_now_ms(o->vm), transfer_ms;

    o->total_ms = end_ms - o->start_ms;
    if (o->downtime_ms == 0 && !mig_ram_save_in_postcopy(o->ram) && o->downtime_begun)
        o->downtime_ms = end_ms - o->downtime_start_ms;
    transfer_ms = o->vm->release >= MIG_R(3, 0) ? o->total_ms - o->setup_ms : o->total_ms;
    if (transfer_ms > 0)
        o->stats.mbps = ((double) mig_outgoing_total_bytes(o) * 8.0) / (double) transfer_ms / 1000;
}

/* Status completed. {9.0-} the final figures are there before anybody can see it; up to 8.2 they come with the thread's end. */
gboolean mig_outgoing_set_completed(MigOutgoing *o, MigStatus from)
{
    if (o->status != from)
        return FALSE;
    if (o->vm->release >= MIG_R(9, 0))
        calculate_complete(o);
    return mig_outgoing_set_status(o, from, MIG_STATUS_COMPLETED);
}

static MigStep step_rp_close(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    if (o->rp_open && o->rp_running)
        return MIG_STEP_BLOCKED;
    if (file_bad(o) || (o->rp_open && (o->rp_failed || (vm->release >= MIG_R(8, 2) && o->error != NULL)))) {
        completion_failed(o, FALSE);
        return MIG_STEP_RUNNABLE;
    }
    /* {9.0-} the end of completion sets completed whatever the status is by now. */
    if (vm->release >= MIG_R(9, 0) && o->status == MIG_STATUS_CANCELLING && mig_env_choose(vm->env, 2, "completed wins against cancel") == 1)
        mig_outgoing_set_completed(o, MIG_STATUS_CANCELLING);
    else
        mig_outgoing_set_completed(o, o->active_status);
    o->phase = PHASE_FINISH;
    return MIG_STEP_RUNNABLE;
}

/* The thread's end: who runs from now on (spec/migration.md 6.1). */
static MigStep step_finish(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    mig_outgoing_unlock(o);
    mig_ram_save_throttle_stop(o->ram);
    if (o->status == MIG_STATUS_COMPLETED) {
        if (vm->release < MIG_R(9, 0))
            calculate_complete(o);
        if (!mig_vm_has_cap(vm, MIG_CAP_BACKGROUND_SNAPSHOT))
            mig_vm_set_run_state(vm, MIG_RUN_POSTMIGRATE);
    } else if (o->postcopy_entered) {
        /* The VM may run over there. {-8.0} a cancel leaves it in postmigrate; quirk crash-8.1-cancel-postcopy. */
        if (vm->release == MIG_R(8, 1) && o->status == MIG_STATUS_CANCELLING)
            mig_vm_exit(vm, 128 + 6);
        if (mig_vm_run_state(vm) == MIG_RUN_FINISH_MIGRATE)
            mig_vm_set_run_state(vm, MIG_RUN_POSTMIGRATE);
    } else if (o->vm_was_running) {
        if (mig_vm_run_state(vm) != MIG_RUN_SHUTDOWN)
            mig_vm_start(vm);
    } else if (mig_vm_run_state(vm) == MIG_RUN_FINISH_MIGRATE) {
        /* {8.1} a switch to postcopy that fails has forgotten that the VM ran: it is not started, and so does not say that it runs. */
        mig_vm_set_run_state(vm, vm->release >= MIG_R(8, 1) && o->old_run_state != MIG_RUN_RUNNING ? o->old_run_state : MIG_RUN_POSTMIGRATE);
    }
    o->thread_alive = FALSE;
    o->phase = PHASE_GONE;
    mig_outgoing_schedule_cleanup(o);
    return MIG_STEP_DONE;
}

MigStep mig_outgoing_thread_step(MigActor *actor)
{
    MigOutgoing *o = of(actor);

    if (!mig_outgoing_flush(o))
        return MIG_STEP_BLOCKED;
    switch (o->phase) {
    case PHASE_CONNECT: return step_connect(o);
    case PHASE_CHANNELS:
    case PHASE_HEADER: return step_header(o);
    case PHASE_SETUP: return step_setup(o);
    case PHASE_SETUP_DONE: return step_setup_done(o);
    case PHASE_ITERATE: return step_iterate(o);
    case PHASE_SLICE: return step_slice(o);
    case PHASE_SLICE_END: return step_slice_end(o);
    case PHASE_AFTER: return step_after(o);
    case PHASE_SLEEP: return step_sleep(o);
    case PHASE_COMPLETE: return step_complete(o);
    case PHASE_PAUSED: return step_paused(o);
    case PHASE_END: return step_end(o);
    case PHASE_END_PAGES: return step_end_pages(o);
    case PHASE_END_SYNC: return step_end_sync(o);
    case PHASE_DEVICES: return step_devices(o);
    case PHASE_WRITTEN: return step_written(o);
    case PHASE_RP_CLOSE: return step_rp_close(o);
    case PHASE_FINISH: return step_finish(o);
    case PHASE_POSTCOPY_START:
    case PHASE_POSTCOPY_PAUSED_BEFORE:
    case PHASE_POSTCOPY_SWITCH:
    case PHASE_POSTCOPY_PACKAGE_OUT:
    case PHASE_POSTCOPY_END:
    case PHASE_POSTCOPY_END_PAGES:
    case PHASE_POSTCOPY_WAIT_DEVICE:
    case PHASE_POSTCOPY_PAUSE:
    case PHASE_POSTCOPY_RESUME_WAIT:
    case PHASE_RECOVER:
    case PHASE_RECOVER_BITMAPS:
    case PHASE_RECOVER_ACK:
        return mig_outgoing_postcopy_step(o);
    case PHASE_SNAPSHOT_PREPARE:
    case PHASE_SNAPSHOT_PAGES:
    case PHASE_SNAPSHOT_END:
        return mig_outgoing_snapshot_step(o);
    case PHASE_NONE:
    case PHASE_GONE:
        break;
    }
    return MIG_STEP_BLOCKED;
}
