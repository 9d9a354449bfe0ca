/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/incoming_private.h"

#include <errno.h>
#include <string.h>

#define READ_SIZE 65536u
#define RECORDS_PER_STEP 256

#define OF(type, actor, member) ((type *) ((guint8 *) (actor) - G_STRUCT_OFFSET(type, member)))

static MigStep listen_step(MigActor *actor);
static MigStep load_step(MigActor *actor);

MigIncoming *mig_incoming_new(MigVm *vm)
{
    MigIncoming *in = g_new0(MigIncoming, 1);

    in->vm = vm;
    in->exit_on_error = TRUE;
    in->waiting = g_ptr_array_new();
    in->device_bytes = g_byte_array_new();
    in->mapped_bitmap = g_byte_array_new();
    g_queue_init(&in->pending);
    in->pending_set = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    in->listen = (MigActor) { .name = "incoming-listen", .step = listen_step };
    in->load = (MigActor) { .name = "incoming", .step = load_step };
    in->preempt_actor = (MigActor) { .name = "incoming-preempt", .step = mig_incoming_preempt_step };
    return in;
}

static void close_channel(MigChannel **channel)
{
    if (*channel) {
        const MigEnvOps *ops = (*channel)->ops;

        ops->watch(*channel, MIG_WATCH_READ | MIG_WATCH_WRITE, NULL);
        ops->close(*channel);
        *channel = NULL;
    }
}

static void retire(MigIncoming *in, MigActor *actor, gboolean *alive)
{
    if (*alive)
        in->vm->env->ops->retire(in->vm->env, actor);
    *alive = FALSE;
}

static void close_listener(MigIncoming *in)
{
    if (in->listener) {
        const MigEnvOps *ops = in->listener->ops;

        ops->listener_watch(in->listener, NULL);
        ops->listener_close(in->listener);
        in->listener = NULL;
    }
    for (guint i = 0; i < in->waiting->len; i++) {
        MigChannel *channel = in->waiting->pdata[i];

        close_channel(&channel);
    }
    g_ptr_array_set_size(in->waiting, 0);
    retire(in, &in->listen, &in->listen_alive);
}

/* Closes everything that belongs to the connection. */
static void drop_connection(MigIncoming *in)
{
    retire(in, &in->preempt_actor, &in->preempt_alive);
    close_channel(&in->preempt);
    g_clear_pointer(&in->preempt_reader, mig_reader_free);
    g_clear_pointer(&in->multifd, mig_multifd_recv_free);
    close_channel(&in->channel);
    g_clear_pointer(&in->reader, mig_reader_free);
    g_clear_pointer(&in->rp, mig_writer_free);
    in->rp_open = FALSE;
}

/* migration_incoming_state_destroy */
static void destroy(MigIncoming *in)
{
    drop_connection(in);
    close_listener(in);
    g_clear_pointer(&in->context, mig_stream_context_unref);
    mig_address_clear(&in->address);
    memset(&in->address, 0, sizeof(in->address));
    in->has_address = FALSE;
    in->yankable = FALSE;
    g_queue_clear_full(&in->pending, g_free);
    g_hash_table_remove_all(in->pending_set);
}

void mig_incoming_free(MigIncoming *in)
{
    if (in == NULL)
        return;
    retire(in, &in->load, &in->load_alive);
    destroy(in);
    g_ptr_array_unref(in->waiting);
    g_byte_array_unref(in->device_bytes);
    g_byte_array_unref(in->mapped_bitmap);
    g_hash_table_unref(in->pending_set);
    g_clear_error(&in->error);
    g_free(in);
}

/* ---- Status ---- */

MigStatus mig_incoming_status(MigIncoming *in) { return in->status; }

gboolean mig_incoming_set_status(MigIncoming *in, MigStatus from, MigStatus to)
{
    MigObservation observation = { .kind = MIG_OBSERVE_STATUS, .incoming = TRUE, .text = mig_status_name(to) };

    if (in->status != from)
        return FALSE;
    in->status = to;
    in->vm->env->ops->observe(in->vm->env, &observation);
    mig_vm_migration_event(in->vm, to, FALSE);
    return TRUE;
}

void mig_incoming_facts(MigIncoming *in, MigFacts *ret)
{
    ret->incoming_status = in->status;
    ret->incoming_started = in->started;
    ret->incoming_socket = in->has_address && (in->kind == MIG_ADDRESS_INET || in->kind == MIG_ADDRESS_UNIX || in->kind == MIG_ADDRESS_VSOCK);
    ret->single_channel = in->has_address && !ret->incoming_socket;
}

void mig_incoming_query(MigIncoming *in, MigValue *info)
{
    if (in->vm->release < MIG_R(3, 0))
        return;
    if (in->has_address && in->vm->release >= MIG_R(4, 0) && (in->kind == MIG_ADDRESS_INET || in->kind == MIG_ADDRESS_UNIX)) {
        const MigAddress *at = in->listener ? in->listener->ops->listener_address(in->listener) : &in->address;
        MigValue *list = mig_value_list(), *one = mig_value_dict();

        if (at->kind == MIG_ADDRESS_INET) {
            gboolean ipv6 = at->host && strchr(at->host, ':') != NULL;

            mig_value_dict_put(one, "port", mig_value_string(at->port ? at->port : ""));
            mig_value_dict_put(one, ipv6 ? "ipv6" : "ipv4", mig_value_bool(TRUE));
            mig_value_dict_put(one, "host", mig_value_string(at->host ? at->host : ""));
            mig_value_dict_put(one, "type", mig_value_string("inet"));
        } else {
            mig_value_dict_put(one, "path", mig_value_string(at->path ? at->path : ""));
            mig_value_dict_put(one, "type", mig_value_string("unix"));
        }
        mig_value_list_append(list, one);
        mig_value_dict_put(info, "socket-address", list);
    }
    if (in->status == MIG_STATUS_NONE)
        return;
    mig_value_dict_put(info, "status", mig_value_string(mig_status_name(in->status)));
    if (in->status == MIG_STATUS_COMPLETED && in->was_postcopy && mig_vm_has_cap(in->vm, MIG_CAP_POSTCOPY_BLOCKTIME)) {
        /* There are no vCPUs here to block. */
        MigValue *list = mig_value_list();

        mig_value_list_append(list, mig_value_int(0));
        mig_value_dict_put(info, "postcopy-blocktime", mig_value_int(0));
        mig_value_dict_put(info, "postcopy-vcpu-blocktime", list);
    }
    if (in->error && in->vm->release >= MIG_R(9, 1))
        mig_value_dict_put(info, "error-desc", mig_value_string(in->error->message));
}

/* ---- Start ---- */

static gboolean listen_at(MigIncoming *in, MigAddress *address, GError **error)
{
    MigVm *vm = in->vm;
    int backlog = 1;
    GError *local = NULL;

    if (mig_vm_has_cap(vm, MIG_CAP_MULTIFD))
        backlog = (int) mig_vm_param(vm, MIG_PARAM_MULTIFD_CHANNELS);
    else if (mig_vm_has_cap(vm, MIG_CAP_POSTCOPY_PREEMPT))
        backlog = 2;
    in->listener = vm->env->ops->listen(vm->env, address, backlog, &local);
    if (in->listener == NULL) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, local->message);
        g_error_free(local);
        mig_address_clear(address);
        return FALSE;
    }
    mig_address_clear(&in->address);
    in->address = *address;
    in->has_address = TRUE;
    in->kind = address->kind;
    in->yankable = TRUE;
    in->listen_alive = TRUE;
    vm->env->ops->spawn(vm->env, &in->listen);
    vm->env->ops->listener_watch(in->listener, &in->listen);
    return TRUE;
}

/* Errors of the command itself come before anything is told. */
static gboolean is_refusal(const GError *error)
{
    return strstr(error->message, "already been started") || strstr(error->message, "-incoming")
           || g_str_has_prefix(error->message, "Illegal migration incoming state");
}

gboolean mig_incoming_start(MigIncoming *in, const char *uri, const MigValue *channels, gboolean from_start, GError **error)
{
    MigVm *vm = in->vm;
    MigIncomingArguments arguments = { uri, channels };
    MigAddress address = { 0 };
    gboolean defer = FALSE, continues = FALSE;
    GError *local = NULL;
    gboolean ok = mig_gate_incoming(vm->options, &arguments, from_start, &address, &defer, &continues, &local);

    /* {-8.1} told whatever becomes of the address, and whether or not anybody asked for events. */
    if (vm->release <= MIG_R(8, 1) && (ok || continues || !is_refusal(local)))
        mig_vm_migration_event(vm, MIG_STATUS_SETUP, TRUE);
    if (!ok && !continues) {
        g_propagate_error(error, local);
        return FALSE;
    }
    if (defer) {
        if (local)
            g_propagate_error(error, local);
        return ok;
    }
    if (in->listener)                    /* {2.4-4.2} started a second time */
        close_listener(in);
    if (vm->release >= MIG_R(8, 2))
        mig_incoming_set_status(in, MIG_STATUS_NONE, MIG_STATUS_SETUP);
    if (!listen_at(in, &address, local ? NULL : error)) {
        if (local)
            g_propagate_error(error, local);
        return FALSE;
    }
    in->started = TRUE;
    if (local) {
        g_propagate_error(error, local);
        return FALSE;
    }
    return TRUE;
}

gboolean mig_incoming_command(MigIncoming *in, const char *uri, const MigValue *channels, gboolean exit_on_error, GError **error)
{
    in->exit_on_error = exit_on_error;
    return mig_incoming_start(in, uri, channels, FALSE, error);
}

gboolean mig_incoming_recover(MigIncoming *in, const char *uri, GError **error)
{
    MigVm *vm = in->vm;
    MigAddress address = { 0 };

    if (!mig_gate_recover(vm->options, uri, in->recover_triggered, &address, error))
        return FALSE;
    close_listener(in);
    if (vm->release <= MIG_R(8, 1))
        mig_vm_migration_event(vm, MIG_STATUS_SETUP, TRUE);
    if (!listen_at(in, &address, error))
        return FALSE;
    in->recover_triggered = TRUE;
    in->recovering = TRUE;
    return TRUE;
}

/* ---- Connections ---- */

static gboolean wants_multifd(MigIncoming *in) { return mig_vm_has_cap(in->vm, MIG_CAP_MULTIFD) && !mig_vm_has_cap(in->vm, MIG_CAP_MAPPED_RAM); }
static guint multifd_channels(MigIncoming *in) { return (guint) mig_vm_param(in->vm, MIG_PARAM_MULTIFD_CHANNELS); }
static gboolean wants_preempt(MigIncoming *in) { return in->vm->release >= MIG_R(7, 1) && mig_vm_has_cap(in->vm, MIG_CAP_POSTCOPY_PREEMPT); }

static void begin_load(MigIncoming *in, MigChannel *channel)
{
    MigVm *vm = in->vm;

    in->channel = channel;
    if (in->context == NULL) {
        mig_stream_config_init(&in->config);
        in->config.release = vm->release;
        in->config.strict = FALSE;
        in->config.footers = mig_options_property(vm->options, MIG_PROPERTY_SEND_SECTION_FOOTER) != 0;
        in->config.configuration = mig_options_property(vm->options, MIG_PROPERTY_SEND_CONFIGURATION) != 0;
        in->config.description = vm->description;
        in->config.colo = MIG_SEE_OFF;
        in->config.base = in->kind == MIG_ADDRESS_FILE ? in->address.offset : 0;
        in->context = mig_stream_context_new(&in->config);
        in->reader = mig_reader_new(in->context, MIG_CHANNEL_MAIN);
    } else {
        in->reader = mig_reader_new(in->context, MIG_CHANNEL_RESUMED);
    }
    in->loading = in->ended = in->io_failed = FALSE;
    in->block = NULL;
    in->block_name = NULL;
    if (!in->load_alive) {
        in->load_alive = TRUE;
        vm->env->ops->spawn(vm->env, &in->load);
    } else {
        mig_env_wake(vm->env, &in->load);
    }
    channel->ops->watch(channel, MIG_WATCH_READ | MIG_WATCH_WRITE, &in->load);
}

static void take_preempt(MigIncoming *in, MigChannel *channel)
{
    in->preempt = channel;
    in->preempt_reader = mig_reader_new(in->context, MIG_CHANNEL_PREEMPT);
    in->preempt_alive = TRUE;
    in->vm->env->ops->spawn(in->vm->env, &in->preempt_actor);
    channel->ops->watch(channel, MIG_WATCH_READ, &in->preempt_actor);
    if (in->load_alive)
        mig_env_wake(in->vm->env, &in->load);
}

static void take_multifd(MigIncoming *in, MigChannel *channel)
{
    if (in->multifd == NULL)
        in->multifd = mig_multifd_recv_new(in->vm, in->context, &in->load);
    mig_multifd_recv_add(in->multifd, channel);
    if (in->load_alive)
        mig_env_wake(in->vm->env, &in->load);
}

static gboolean has_all(MigIncoming *in)
{
    if (in->channel == NULL)
        return FALSE;
    if (wants_multifd(in) && !in->recovering && (in->multifd == NULL || mig_multifd_recv_count(in->multifd) < multifd_channels(in)))
        return FALSE;
    return !wants_preempt(in) || in->preempt != NULL;
}

static void channel_refused(MigIncoming *in, MigChannel *channel, const char *text)
{
    close_channel(&channel);
    mig_vm_message(in->vm, "%s", text);
    /* Up to 9.2 that is all: the destination goes on waiting. */
    if (in->vm->release < MIG_R(10, 0))
        return;
    if (in->status == MIG_STATUS_SETUP)
        mig_incoming_set_status(in, MIG_STATUS_SETUP, MIG_STATUS_FAILED);
    mig_vm_exit(in->vm, 1);
}

/* Which channel is it? FALSE: its first bytes are not here yet. */
static gboolean classify(MigIncoming *in, MigChannel *channel)
{
    MigVm *vm = in->vm;
    guint8 first[4] = { 0 };
    gsize size = 0;
    int code = 0;
    MigIo io;
    gboolean peeks = vm->release >= MIG_R(11, 0) || (vm->release >= MIG_R(8, 0) && wants_multifd(in));

    if (has_all(in) || (in->channel && !wants_multifd(in) && !wants_preempt(in))) {
        mig_vm_message(vm, "Extra incoming migration connection; ignoring");
        close_channel(&channel);
        return TRUE;
    }
    if (in->recovering) {
        if (in->channel == NULL)
            begin_load(in, channel);
        else
            take_preempt(in, channel);
        return TRUE;
    }
    if (!peeks || in->kind == MIG_ADDRESS_EXEC) {
        if (in->channel == NULL)
            begin_load(in, channel);
        else if (wants_multifd(in) && (in->multifd == NULL || mig_multifd_recv_count(in->multifd) < multifd_channels(in)))
            take_multifd(in, channel);
        else
            take_preempt(in, channel);
        return TRUE;
    }
    if (wants_preempt(in) && in->channel && (!wants_multifd(in) || (in->multifd && mig_multifd_recv_count(in->multifd) == multifd_channels(in)))) {
        take_preempt(in, channel);
        return TRUE;
    }
    io = channel->ops->peek(channel, first, sizeof(first), &size, &code);
    if (io == MIG_IO_AGAIN || (io == MIG_IO_OK && size < sizeof(first)))
        return FALSE;
    if (io == MIG_IO_ERROR && code == ENOTSUP) {
        if (in->channel == NULL)
            begin_load(in, channel);
        else
            take_multifd(in, channel);
        return TRUE;
    }
    if (io != MIG_IO_OK) {
        channel_refused(in, channel, "Failed to peek at channel");
        return TRUE;
    }
    if (memcmp(first, "QEVM", 4) == 0 && in->channel == NULL) {
        begin_load(in, channel);
    } else if (wants_multifd(in) && memcmp(first, "\x11\x22\x33\x44", 4) == 0) {
        if (in->context == NULL) {
            /* Main comes last: the channels wait for it, their readers need its context. */
            return FALSE;
        }
        take_multifd(in, channel);
    } else {
        g_autofree char *text = g_strdup_printf("unknown channel magic: %u",
                                                (guint) first[0] << 24 | (guint) first[1] << 16 | (guint) first[2] << 8 | first[3]);

        channel_refused(in, channel, text);
    }
    return TRUE;
}

static MigStep listen_step(MigActor *actor)
{
    MigIncoming *in = OF(MigIncoming, actor, listen);
    gboolean progress = TRUE;
    MigChannel *channel;

    while (in->listener && (channel = in->listener->ops->accept(in->listener)) != NULL) {
        g_ptr_array_add(in->waiting, channel);
        channel->ops->watch(channel, MIG_WATCH_READ, &in->listen);
    }
    while (progress && !in->vm->exited) {
        progress = FALSE;
        for (guint i = 0; i < in->waiting->len && !in->vm->exited; i++) {
            channel = in->waiting->pdata[i];
            if (classify(in, channel)) {
                g_ptr_array_remove_index(in->waiting, i);
                progress = TRUE;
                break;
            }
        }
    }
    return MIG_STEP_BLOCKED;
}

/* ---- The end ---- */

static MigRunState state_after(MigIncoming *in, gboolean postcopy)
{
    MigVm *vm = in->vm;

    if (postcopy || !in->global_state_received || in->global_state == MIG_RUN_RUNNING
        || (in->global_state == MIG_RUN_SUSPENDED && vm->release >= MIG_R(9, 0)))
        return vm->autostart ? MIG_RUN_RUNNING : MIG_RUN_PAUSED;
    return in->global_state;
}

void mig_incoming_run_vm(MigIncoming *in, gboolean postcopy)
{
    MigRunState state = state_after(in, postcopy);

    if (state == MIG_RUN_RUNNING)
        mig_vm_start(in->vm);
    else
        mig_vm_set_run_state(in->vm, state);
}

void mig_incoming_rp_begin(MigIncoming *in)
{
    in->rp = mig_writer_new(&in->config);
    in->rp_open = TRUE;
}

void mig_incoming_rp_flush(MigIncoming *in)
{
    gsize pending;

    while (in->rp && in->channel && (pending = mig_writer_pending(in->rp)) > 0) {
        gsize count, taken = 0;
        int code = 0;
        const MigSegment *segments = mig_writer_segments(in->rp, &count);
        MigIo io = in->channel->ops->write(in->channel, segments, count, &taken, &code);

        if (io == MIG_IO_OK && taken > 0)
            mig_writer_take(in->rp, taken);
        else if (io == MIG_IO_ERROR || io == MIG_IO_EOF)
            mig_writer_take(in->rp, pending);
        else
            return;
    }
}

static void send_shut(MigIncoming *in, guint32 value)
{
    if (in->rp_open) {
        mig_writer_rp_shut(in->rp, value);
        mig_incoming_rp_flush(in);
    }
}

/* The last steps in the main loop: the VM starts, only then the status and SHUT (spec/migration.md 3). */
static MigStep complete(MigIncoming *in)
{
    MigVm *vm = in->vm;
    gboolean postcopy = in->sub == MIG_SUB_RUNNING || in->sub == MIG_SUB_LISTENING;

    if (vm->release < MIG_R(2, 5)) {
        mig_incoming_set_status(in, MIG_STATUS_ACTIVE, MIG_STATUS_COMPLETED);
        mig_incoming_run_vm(in, FALSE);
    } else {
        if (!postcopy)
            mig_incoming_run_vm(in, FALSE);
        mig_incoming_set_status(in, postcopy ? MIG_STATUS_POSTCOPY_ACTIVE : MIG_STATUS_ACTIVE, MIG_STATUS_COMPLETED);
    }
    in->sub = MIG_SUB_END;
    in->was_postcopy = postcopy;
    mig_ram_on_fault(vm->ram, NULL, NULL);
    mig_ram_clear_missing(vm->ram);
    send_shut(in, in->read_error ? 1 : 0);
    destroy(in);
    in->load_alive = FALSE;
    return MIG_STEP_DONE;
}

static MigStep fail(MigIncoming *in, MigLoadError *error)
{
    MigVm *vm = in->vm;
    g_auto(GStrv) lines = mig_load_error_lines(error, vm->release);
    guint count = g_strv_length(lines);

    if (error->bare) {
        mig_vm_message(vm, "%s", lines[0]);
    } else {
        for (guint i = 0; i + 1 < count; i++)
            mig_vm_message(vm, "%s", lines[i]);
    }
    /* Up to 9.2 only from active: a load that never began leaves no status. */
    if (vm->release >= MIG_R(10, 0) || (in->status != MIG_STATUS_NONE && in->status != MIG_STATUS_SETUP))
        mig_incoming_set_status(in, in->status, MIG_STATUS_FAILED);
    if (in->error == NULL)
        in->error = g_error_new_literal(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, lines[count - 1]);
    if (!error->bare && (in->exit_on_error || vm->release < MIG_R(9, 1)))
        mig_vm_message(vm, "%s", lines[count - 1]);
    mig_load_error_free(error);
    if (vm->release >= MIG_R(8, 2))
        send_shut(in, 1);
    mig_ram_on_fault(vm->ram, NULL, NULL);
    destroy(in);
    in->load_alive = FALSE;
    if (in->exit_on_error || vm->release < MIG_R(9, 1))
        mig_vm_exit(vm, 1);
    return MIG_STEP_DONE;
}

/* ---- Postcopy ---- */

static guint64 key_of(const MigRamBlock *block, guint64 page) { return (guint64) block->index << 40 | page; }

void mig_incoming_fault(gpointer opaque, MigRamBlock *block, guint64 page)
{
    MigIncoming *in = opaque;
    guint64 per_host = block->page_size / MIG_PAGE_SIZE, first = page - page % per_host, *key;
    guint64 probe = key_of(block, first);

    if (g_hash_table_contains(in->pending_set, &probe))
        return;
    key = g_new(guint64, 1);
    *key = probe;
    g_hash_table_add(in->pending_set, key);
    key = g_new(guint64, 1);
    *key = probe;
    g_queue_push_tail(&in->pending, key);
    if (in->rp_open && in->channel && in->status != MIG_STATUS_POSTCOPY_PAUSED && in->status != MIG_STATUS_POSTCOPY_RECOVER) {
        mig_writer_rp_req_pages(in->rp, block->idstr, first * MIG_PAGE_SIZE, (guint32) block->page_size);
        if (in->load_alive)
            mig_env_wake(in->vm->env, &in->load);
    }
}

void mig_incoming_page_arrived(MigIncoming *in, MigRamBlock *block, guint64 page)
{
    guint64 per_host = block->page_size / MIG_PAGE_SIZE, probe = key_of(block, page - page % per_host);

    if (!g_hash_table_remove(in->pending_set, &probe))
        return;
    for (GList *it = in->pending.head; it; it = it->next) {
        if (*(guint64 *) it->data == probe) {
            g_free(it->data);
            g_queue_delete_link(&in->pending, it);
            return;
        }
    }
}

/* The link is lost after RUN: everything stays as it is until somebody recovers {3.0-}. */
static MigStep pause_load(MigIncoming *in)
{
    MigVm *vm = in->vm;

    mig_vm_message(vm, "Detected IO failure for postcopy. Migration paused.");
    drop_connection(in);
    in->recover_triggered = FALSE;
    if (in->status == MIG_STATUS_POSTCOPY_RECOVER)
        mig_incoming_set_status(in, MIG_STATUS_POSTCOPY_RECOVER, MIG_STATUS_POSTCOPY_PAUSED);
    else
        mig_incoming_set_status(in, MIG_STATUS_POSTCOPY_ACTIVE, MIG_STATUS_POSTCOPY_PAUSED);
    in->recovering = TRUE;
    in->pause_wanted = FALSE;
    return MIG_STEP_BLOCKED;
}

static gboolean may_pause(MigIncoming *in, const MigStreamFault *fault)
{
    return in->vm->release >= MIG_R(3, 0) && in->sub == MIG_SUB_RUNNING && in->rp_open && (fault == NULL || fault->rule == MIG_STREAM_ERROR_CUT);
}

MigStep mig_incoming_preempt_step(MigActor *actor)
{
    MigIncoming *in = OF(MigIncoming, actor, preempt_actor);

    for (guint n = 0; n < RECORDS_PER_STEP; n++) {
        g_autoptr(GError) error = NULL;
        MigRecord record;
        MigSegment segment;
        gboolean wait;
        int code;

        switch (mig_reader_next(in->preempt_reader, &record, &error)) {
        case MIG_READ_RECORD: {
            /* Its own CONT state is the reader's; the cache of the last block is shared and keyed by the name's address. */
            MigLoadError *bad = mig_incoming_record(in, &record, &wait);

            if (bad) {
                mig_vm_message(in->vm, "%s", bad->cause ? bad->cause : "preempt channel");
                mig_load_error_free(bad);
                in->pause_wanted = TRUE;
                mig_env_wake(in->vm->env, &in->load);
                goto done;
            }
            continue;
        }
        case MIG_READ_INPUT:
            break;
        case MIG_READ_END:
        case MIG_READ_ERROR:
            goto done;
        }
        switch (in->preempt->ops->read(in->preempt, READ_SIZE, &segment, &code)) {
        case MIG_IO_OK:
            mig_reader_feed(in->preempt_reader, &segment);
            continue;
        case MIG_IO_AGAIN:
            return MIG_STEP_BLOCKED;
        case MIG_IO_EOF:
        case MIG_IO_ERROR:
            mig_reader_finish(in->preempt_reader);
            continue;
        }
    }
    return MIG_STEP_RUNNABLE;
done:
    in->preempt_alive = FALSE;
    in->preempt->ops->watch(in->preempt, MIG_WATCH_READ, NULL);
    if (in->load_alive)
        mig_env_wake(in->vm->env, &in->load);
    return MIG_STEP_DONE;
}

void mig_incoming_pause(MigIncoming *in)
{
    in->pause_wanted = TRUE;
    mig_incoming_yank(in);
}

gboolean mig_incoming_can_yank(MigIncoming *in) { return in->yankable; }

void mig_incoming_yank(MigIncoming *in)
{
    if (in->channel)
        in->channel->ops->shutdown(in->channel, MIG_SHUTDOWN_BOTH);
    if (in->preempt)
        in->preempt->ops->shutdown(in->preempt, MIG_SHUTDOWN_BOTH);
    if (in->multifd)
        mig_multifd_recv_shutdown(in->multifd);
    if (in->load_alive)
        mig_env_wake(in->vm->env, &in->load);
}

/* ---- Loading ---- */

static MigStep stream_failed(MigIncoming *in, const MigStreamFault *fault)
{
    if (may_pause(in, fault))
        return pause_load(in);
    return fail(in, mig_load_error_from_fault(in->vm->release, fault, in->in_section ? &in->section : NULL, in->at_footer));
}

/* Main stands in front of a record that needs the multifd channels, or of a package that needs preempt. */
static gboolean must_wait(MigIncoming *in)
{
    if (in->multifd_waiting) {
        if (!mig_multifd_recv_sync(in->multifd))
            return TRUE;
        in->multifd_waiting = FALSE;
    }
    return FALSE;
}

static gboolean ready_to_load(MigIncoming *in)
{
    if (in->recovering)
        return TRUE;
    if (wants_multifd(in) && (in->multifd == NULL || mig_multifd_recv_count(in->multifd) < multifd_channels(in)
                              || !mig_multifd_recv_complete(in->multifd)))
        return FALSE;
    /* {7.1, 7.2} preempt comes right after main and is waited for. */
    return !wants_preempt(in) || in->preempt || in->vm->release >= MIG_R(8, 0);
}

static MigStep multifd_failed(MigIncoming *in)
{
    g_autofree char *text = g_strdup(mig_multifd_recv_error(in->multifd));

    return fail(in, mig_load_error_new(EINVAL, "%s", text));
}

static MigStep load_step(MigActor *actor)
{
    MigIncoming *in = OF(MigIncoming, actor, load);
    MigVm *vm = in->vm;

    if (vm->exited || in->channel == NULL)
        return MIG_STEP_BLOCKED;
    if (in->multifd && mig_multifd_recv_error(in->multifd))
        return multifd_failed(in);
    if (!in->loading) {
        if (!ready_to_load(in))
            return MIG_STEP_BLOCKED;
        in->loading = TRUE;
        if (in->recovering) {
            mig_incoming_set_status(in, MIG_STATUS_POSTCOPY_PAUSED, MIG_STATUS_POSTCOPY_RECOVER);
            mig_incoming_rp_begin(in);
        } else if (in->status == MIG_STATUS_SETUP) {
            mig_incoming_set_status(in, MIG_STATUS_SETUP, MIG_STATUS_ACTIVE);
        } else {
            mig_incoming_set_status(in, MIG_STATUS_NONE, MIG_STATUS_ACTIVE);
        }
    }
    mig_incoming_rp_flush(in);
    if (in->ended)
        return complete(in);
    if (in->pause_wanted && may_pause(in, NULL))
        return pause_load(in);
    for (guint n = 0; n < RECORDS_PER_STEP; n++) {
        g_autoptr(GError) error = NULL;
        MigRecord record;
        MigSegment segment;
        int code = 0;

        if (must_wait(in))
            return MIG_STEP_BLOCKED;
        switch (mig_reader_next(in->reader, &record, &error)) {
        case MIG_READ_RECORD: {
            gboolean wait;
            MigLoadError *bad = mig_incoming_record(in, &record, &wait);

            if (bad) {
                if (in->sub == MIG_SUB_RUNNING && vm->release >= MIG_R(3, 0) && in->rp_open) {
                    if (bad->cause)
                        mig_vm_message(vm, "%s", bad->cause);
                    mig_load_error_free(bad);
                    return pause_load(in);
                }
                return fail(in, bad);
            }
            if (wait)
                in->multifd_waiting = TRUE;
            if (in->run_wanted) {
                /* The main loop starts the VM while the listen thread goes on with the channel. */
                in->run_wanted = FALSE;
                mig_incoming_run_vm(in, TRUE);
            }
            if (in->rp && mig_writer_pending(in->rp))
                mig_incoming_rp_flush(in);
            continue;
        }
        case MIG_READ_ERROR: {
            const MigStreamFault *fault = mig_reader_fault(in->reader);

            if (fault->rule == MIG_STREAM_ERROR_DESCRIPTION) {
                mig_vm_message(vm, "Expected vmdescription section, but got %" G_GUINT64_FORMAT, fault->value);
                in->ended = TRUE;
                return MIG_STEP_RUNNABLE;
            }
            return stream_failed(in, fault);
        }
        case MIG_READ_END:
            in->ended = TRUE;
            return MIG_STEP_RUNNABLE;
        case MIG_READ_INPUT:
            break;
        }
        switch (in->channel->ops->read(in->channel, READ_SIZE, &segment, &code)) {
        case MIG_IO_OK:
            mig_reader_feed(in->reader, &segment);
            break;
        case MIG_IO_AGAIN:
            return MIG_STEP_BLOCKED;
        case MIG_IO_EOF:
        case MIG_IO_ERROR:
            if (mig_reader_at_end(in->reader)) {
                mig_vm_message(vm, "Expected vmdescription section, but got 0");
                in->read_error = TRUE;
            }
            mig_reader_finish(in->reader);
            break;
        }
    }
    return MIG_STEP_RUNNABLE;
}
