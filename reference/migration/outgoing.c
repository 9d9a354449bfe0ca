/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/outgoing_private.h"

#include <errno.h>
#include <string.h>

#include "reference/migration/incoming.h"
#include "reference/options/command.h"

static MigOutgoing *of_cleanup(MigActor *actor) { return (MigOutgoing *) ((guint8 *) actor - G_STRUCT_OFFSET(MigOutgoing, cleanup)); }

MigOutgoing *mig_outgoing_new(MigVm *vm)
{
    MigOutgoing *o = g_new0(MigOutgoing, 1);

    o->vm = vm;
    o->thread.name = "migration";
    o->thread.step = mig_outgoing_thread_step;
    g_queue_init(&o->requests);
    return o;
}

static void close_channel(MigOutgoing *o)
{
    if (o->channel) {
        MigEnvOps const *ops = o->channel->ops;

        ops->watch(o->channel, MIG_WATCH_READ | MIG_WATCH_WRITE, NULL);
        ops->close(o->channel);
        o->channel = NULL;
    }
}

/* Frees what belongs to one migration. */
static void clear_run(MigOutgoing *o)
{
    MigEnv *env = o->vm->env;

    env->ops->timer_disarm(env, &o->timer);
    mig_outgoing_rp_free(o);
    mig_outgoing_postcopy_clear(o);
    mig_outgoing_mapped_free(o);
    o->file_seekable = FALSE;
    g_clear_pointer(&o->multifd, mig_multifd_send_free);
    close_channel(o);
    g_clear_pointer(&o->writer, mig_writer_free);
    g_clear_pointer(&o->ram, mig_ram_save_free);
    g_clear_pointer(&o->snapshot_devices, g_byte_array_unref);
    g_clear_error(&o->file_error);
    g_clear_error(&o->connect_error);
    o->file_closed = FALSE;
    if (o->has_plan) {
        if (o->plan.block_set)
            mig_options_reset_block(o->vm->options);
        mig_migrate_plan_clear(&o->plan);
        o->has_plan = FALSE;
    }
}

void mig_outgoing_free(MigOutgoing *o)
{
    if (o == NULL)
        return;
    if (o->thread_alive)
        o->vm->env->ops->retire(o->vm->env, &o->thread);
    if (o->cleanup_alive)
        o->vm->env->ops->retire(o->vm->env, &o->cleanup);
    clear_run(o);
    g_clear_error(&o->error);
    g_free(o);
}

/* ---- Status ---- */

MigStatus mig_outgoing_status(MigOutgoing *o) { return o->status; }

static void changed(MigOutgoing *o)
{
    MigObservation observation = { .kind = MIG_OBSERVE_STATUS, .text = mig_status_name(o->status) };

    o->vm->env->ops->observe(o->vm->env, &observation);
    mig_vm_migration_event(o->vm, o->status, FALSE);
}

/* A compare-and-swap, as in QEMU: who finds another value than expected changes nothing and tells nobody. */
gboolean mig_outgoing_set_status(MigOutgoing *o, MigStatus from, MigStatus to)
{
    if (o->status != from)
        return FALSE;
    o->status = to;
    changed(o);
    return TRUE;
}

gboolean mig_outgoing_set_failed(MigOutgoing *o, MigStatus from)
{
    return mig_outgoing_set_status(o, from, o->vm->release >= MIG_R(11, 0) ? MIG_STATUS_FAILING : MIG_STATUS_FAILED);
}

void mig_outgoing_set_error(MigOutgoing *o, GError *error)
{
    if (o->error == NULL)
        o->error = error;
    else
        g_error_free(error);
}

gboolean mig_status_is_active(MigStatus status)
{
    return status == MIG_STATUS_ACTIVE || status == MIG_STATUS_POSTCOPY_ACTIVE || status == MIG_STATUS_POSTCOPY_DEVICE;
}

void mig_outgoing_lock(MigOutgoing *o)
{
    if (!o->locked)
        mig_vm_block_monitor(o->vm);
    o->locked = TRUE;
}

void mig_outgoing_unlock(MigOutgoing *o)
{
    if (o->locked) {
        o->locked = FALSE;
        mig_vm_unblock_monitor(o->vm);
    }
}

guint64 mig_outgoing_total_bytes(MigOutgoing *o) { return o->stats.stream_bytes + o->stats.multifd_bytes; }

void mig_outgoing_facts(MigOutgoing *o, MigFacts *ret_facts)
{
    ret_facts->status = o->status;
    ret_facts->outgoing_stream = o->writer != NULL;
    ret_facts->colo = o->status == MIG_STATUS_COLO;
}

/* ---- Start ---- */

static const char *word_of(MigAddressKind kind)
{
    switch (kind) {
    case MIG_ADDRESS_EXEC: return "command";
    case MIG_ADDRESS_FILE: return "file";
    default: return "socket";
    }
}

/* migrate_init: the only place where statistics, error and the flag of postcopy are reset. */
static void init_run(MigOutgoing *o)
{
    MigVm *vm = o->vm;

    memset(&o->stats, 0, sizeof(o->stats));
    memset(&o->rate, 0, sizeof(o->rate));
    o->rate.by_flush = vm->release >= MIG_R(8, 2);
    g_clear_error(&o->error);
    o->start_postcopy = o->postcopy_entered = FALSE;
    o->bandwidth = 0;
    o->threshold = 0;
    o->setup_ms = o->downtime_ms = o->total_ms = 0;
    o->expected_downtime_ms = 0;
    o->vm_was_running = o->downtime_begun = FALSE;
    o->old_run_state = vm->run_state;
    o->completing_failed = o->pause_posted = FALSE;
    o->rp_open = o->rp_failed = o->rp_shut = o->rp_stop = o->ponged = o->switchover_acked = FALSE;
    o->package_loaded = o->pause_wanted = o->resumed = o->resume_acked = FALSE;
    o->bandwidth_lifted = o->window_synced = FALSE;
    o->held_back = 0;
    o->status = MIG_STATUS_SETUP;
    changed(o);
    o->start_ms = mig_vm_now_ms(vm);
}

static void start_failed(MigOutgoing *o, const GError *error, gboolean described)
{
    o->yankable = FALSE;
    mig_outgoing_set_failed(o, MIG_STATUS_SETUP);
    if (described)
        mig_outgoing_set_error(o, g_error_copy(error));
    if (o->vm->release >= MIG_R(11, 0))
        mig_outgoing_set_status(o, MIG_STATUS_FAILING, MIG_STATUS_FAILED);
    /* {2.10-9.0} only an unknown scheme takes blk and inc back; after another failure they stay on until some later migration
     * is cleaned up [run 5.2 7.2]. */
    if (described)
        o->plan.block_set = FALSE;
    else
        mig_options_reset_block(o->vm->options);
    clear_run(o);
}

/* Errors of a socket's connection come later, in query-migrate; those of other transports are the reply. */
static gboolean connects_in_background(const MigAddress *address)
{
    return address->kind == MIG_ADDRESS_INET || address->kind == MIG_ADDRESS_UNIX || address->kind == MIG_ADDRESS_VSOCK;
}

gboolean mig_outgoing_start(MigOutgoing *o, const MigMigrateArgs *args, GError **error)
{
    MigVm *vm = o->vm;
    MigMigrateArguments arguments = { .uri = args->uri, .channels = args->channels, .blk = args->has_blk && args->blk,
                                      .inc = args->has_inc && args->inc, .resume = args->resume };
    MigMigratePlan plan = { 0 };
    gboolean silent = FALSE, described = TRUE;
    GError *local = NULL;

    if (!mig_gate_migrate(vm->options, &arguments, &plan, error))
        return FALSE;
    if (plan.resume) {
        o->vm->env->ops->observe(vm->env, &(MigObservation) { .kind = MIG_OBSERVE_MARK, .text = "migrate-resume" });
        if (!plan.address_known && !mig_gate_migrate_address(vm->options, &arguments, &plan, &silent, &described, error)) {
            mig_migrate_plan_clear(&plan);
            return FALSE;
        }
        o->resume_address = plan.address;
        memset(&plan.address, 0, sizeof(plan.address));
        mig_migrate_plan_clear(&plan);
        return mig_outgoing_resume_start(o, error);
    }
    if (o->thread_alive || o->cleanup_alive) {
        /* {10.0-10.2} the connection of a cancelled migration is still pending; else the clean-up is still to come. */
        if (o->phase == PHASE_CONNECT && vm->release >= MIG_R(10, 0)) {
            o->status = MIG_STATUS_SETUP;
            changed(o);
        }
        mig_migrate_plan_clear(&plan);
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "duplicate yank instance");
        return FALSE;
    }
    clear_run(o);
    init_run(o);
    if (vm->release >= MIG_R(6, 0) && mig_incoming_can_yank(vm->incoming)) {
        /* An incoming postcopy is not finished: quirk crash-11.1-outgoing-during-incoming. The status sticks. */
        mig_migrate_plan_clear(&plan);
        if (vm->release >= MIG_R(11, 0))
            mig_vm_exit(vm, 128 + 6);
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "duplicate yank instance");
        return FALSE;
    }
    o->plan = plan;
    o->has_plan = TRUE;
    if (!mig_gate_migrate_address(vm->options, &arguments, &o->plan, &silent, &described, &local)) {
        start_failed(o, local, described);
        if (silent) {
            g_error_free(local);
            return TRUE;
        }
        g_propagate_error(error, local);
        return FALSE;
    }
    o->file_word = word_of(o->plan.address.kind);
    o->channel = vm->env->ops->connect(vm->env, &o->plan.address, &local);
    if (o->channel == NULL && !connects_in_background(&o->plan.address)) {
        GError *shown = g_error_new_literal(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, local->message);

        g_error_free(local);
        start_failed(o, shown, TRUE);
        g_propagate_error(error, shown);
        return FALSE;
    }
    o->connect_error = local;
    o->yankable = TRUE;
    o->phase = PHASE_CONNECT;
    o->thread_alive = TRUE;
    vm->env->ops->spawn(vm->env, &o->thread);
    if (o->channel)
        o->channel->ops->watch(o->channel, MIG_WATCH_WRITE, &o->thread);
    return TRUE;
}

/* ---- Commands ---- */

void mig_outgoing_parameters_changed(MigOutgoing *o)
{
    if (o->writer && !o->bandwidth_lifted)
        mig_outgoing_update_rate(o);
    if (o->thread_alive && o->phase == PHASE_SLEEP)
        mig_env_wake(o->vm->env, &o->thread);
}

static void shut_channels(MigOutgoing *o)
{
    if (o->channel)
        o->channel->ops->shutdown(o->channel, MIG_SHUTDOWN_BOTH);
    if (o->preempt)
        o->preempt->ops->shutdown(o->preempt, MIG_SHUTDOWN_BOTH);
    if (o->resume_channel)
        o->resume_channel->ops->shutdown(o->resume_channel, MIG_SHUTDOWN_BOTH);
    if (o->multifd)
        mig_multifd_send_shutdown(o->multifd);
}

/* A file that was shut down by its own side is in error from then on, without a text of its own. */
static void mark_file_shut(MigOutgoing *o)
{
    if (o->file_error == NULL)
        o->file_error = g_error_new_literal(MIG_QMP_ERROR, EIO, "");
}

static void wake_all(MigOutgoing *o)
{
    if (o->thread_alive)
        mig_env_wake(o->vm->env, &o->thread);
    if (o->rp_running)
        mig_env_wake(o->vm->env, &o->rp);
}

static gboolean may_be_cancelled(MigOutgoing *o)
{
    return mig_status_busy_migrate(o->vm->profile, o->status) || o->status == MIG_STATUS_FAILING
           || (o->status == MIG_STATUS_COLO && o->vm->release >= MIG_R(9, 2));
}

gboolean mig_outgoing_cancel(MigOutgoing *o, GError **error)
{
    MigVm *vm = o->vm;
    MigEnv *env = vm->env;

    if (!mig_command_cancel(vm->options, error))
        return FALSE;
    if (!may_be_cancelled(o))
        return TRUE;
    if (o->status == MIG_STATUS_CANCELLING && vm->release < MIG_R(5, 0))
        return TRUE;
    if (o->phase == PHASE_CONNECT && o->status == MIG_STATUS_SETUP) {
        mig_outgoing_set_status(o, MIG_STATUS_SETUP, MIG_STATUS_CANCELLING);
        if (vm->release >= MIG_R(10, 0) && vm->release <= MIG_R(10, 2))
            mig_outgoing_set_status(o, MIG_STATUS_CANCELLING, MIG_STATUS_CANCELLED);
        return TRUE;
    }
    if (o->status == MIG_STATUS_PRE_SWITCHOVER) {
        o->pause_posted = TRUE;
        /* The thread may be awake before the status is changed here. */
        if (o->phase == PHASE_PAUSED && mig_env_choose(env, 2, "cancel loses against the end of the pause") == 1)
            mig_outgoing_set_status(o, MIG_STATUS_PRE_SWITCHOVER, MIG_STATUS_DEVICE);
    }
    mig_outgoing_set_status(o, o->status, MIG_STATUS_CANCELLING);
    if (vm->release < MIG_R(10, 0) || o->channel)
        shut_channels(o);
    mark_file_shut(o);
    o->rp_stop = TRUE;
    wake_all(o);
    return TRUE;
}

void mig_outgoing_continue(MigOutgoing *o)
{
    o->pause_posted = TRUE;
    wake_all(o);
}

void mig_outgoing_start_postcopy(MigOutgoing *o)
{
    o->start_postcopy = TRUE;
    wake_all(o);
}

void mig_outgoing_pause(MigOutgoing *o)
{
    if (o->vm->release >= MIG_R(8, 2))
        mig_outgoing_set_error(o, g_error_new_literal(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Postcopy migration is paused by the user"));
    o->pause_wanted = TRUE;
    shut_channels(o);
    if (o->file_error == NULL)
        o->file_error = g_error_new_literal(MIG_QMP_ERROR, EIO, "");
    wake_all(o);
}

gboolean mig_outgoing_can_yank(MigOutgoing *o) { return o->yankable; }

void mig_outgoing_yank(MigOutgoing *o)
{
    if (!o->yankable)
        return;
    shut_channels(o);
    wake_all(o);
}

void mig_outgoing_shutdown(MigOutgoing *o)
{
    if (mig_status_busy_migrate(o->vm->profile, o->status) || o->status == MIG_STATUS_POSTCOPY_PAUSED) {
        mig_outgoing_set_status(o, o->status, MIG_STATUS_CANCELLING);
        shut_channels(o);
    }
}

/* ---- Clean-up ---- */

/* Runs in the main loop after the thread ended: closes the channels and settles the status (spec/migration.md 2.2). */
static MigStep cleanup_step(MigActor *actor)
{
    MigOutgoing *o = of_cleanup(actor);
    MigVm *vm = o->vm;

    if (o->rp_running) {
        /* The return path thread is joined first. It ends because its channel was shut down or because its peer went. */
        if (o->channel)
            o->channel->ops->shutdown(o->channel, MIG_SHUTDOWN_BOTH);
        o->rp_stop = TRUE;
        mig_env_wake(vm->env, &o->rp);
        return MIG_STEP_BLOCKED;
    }
    o->cleanup_alive = FALSE;
    clear_run(o);
    mig_options_reset_block(vm->options);
    mig_outgoing_set_status(o, MIG_STATUS_CANCELLING, MIG_STATUS_CANCELLED);
    if (o->error)
        mig_vm_message(vm, "%s", o->error->message);
    mig_outgoing_set_status(o, MIG_STATUS_FAILING, MIG_STATUS_FAILED);
    o->yankable = FALSE;
    o->phase = PHASE_NONE;
    return MIG_STEP_DONE;
}

void mig_outgoing_schedule_cleanup(MigOutgoing *o)
{
    g_assert(!o->cleanup_alive);
    o->cleanup = (MigActor) { .name = "migration-cleanup", .step = cleanup_step };
    o->cleanup_alive = TRUE;
    o->vm->env->ops->spawn(o->vm->env, &o->cleanup);
}
