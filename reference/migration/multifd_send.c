/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/multifd_send.h"

#include <errno.h>
#include <string.h>

#include "reference/stream/multifd_codec.h"

#define PACKET_PAGES (MIG_WIRE_MULTIFD_BYTES / MIG_PAGE_SIZE)
#define R(major, minor) MIG_RELEASE(major, minor)

typedef struct {
    MigActor actor;
    MigMultifdSend *send;
    guint id;
    gboolean alive, connected, failed;
    MigChannel *channel;
    MigWriter *writer;
    MigMultifdEncoder *encoder;
} SendChannel;

typedef struct { guint64 offset; MigPageRef page; guint8 *bytes; } SendPage;

struct MigMultifdSend {
    MigVm *vm;
    MigStats *stats;
    MigRate *rate;
    MigActor *owner;
    SendChannel *channels; guint count, next;
    GError *error; gboolean failed;
    guint32 method;
    guint64 number;                /* of the next packet, over all channels */
    /* The packet that is being gathered. */
    MigRamBlock *block;
    SendPage pages[PACKET_PAGES]; guint page_count;
    guint64 zeros[PACKET_PAGES]; guint zero_count;
};

static void wake_owner(MigMultifdSend *send)
{
    if (send->owner->scheduler)
        mig_env_wake(send->vm->env, send->owner);
}

static void channel_error(SendChannel *channel, GError *error)
{
    MigMultifdSend *send = channel->send;

    channel->failed = send->failed = TRUE;
    if (send->error == NULL)
        send->error = error;
    else
        g_error_free(error);
    wake_owner(send);
}

/* TRUE: nothing is pending any more. */
static gboolean flush(SendChannel *channel)
{
    gsize pending;

    while ((pending = mig_writer_pending(channel->writer)) > 0) {
        gsize count, taken = 0;
        int code = 0;
        const MigSegment *segments;
        MigIo io;

        if (channel->failed) {
            mig_writer_take(channel->writer, pending);
            break;
        }
        segments = mig_writer_segments(channel->writer, &count);
        io = channel->channel->ops->write(channel->channel, segments, count, &taken, &code);
        if (io == MIG_IO_OK && taken > 0)
            mig_writer_take(channel->writer, taken);
        else if (io == MIG_IO_AGAIN || io == MIG_IO_OK)
            return FALSE;
        else
            channel_error(channel, g_error_new(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Unable to write to socket: %s", g_strerror(code ? code : EPIPE)));
    }
    return TRUE;
}

static MigStep channel_step(MigActor *actor)
{
    SendChannel *channel = (SendChannel *) actor;      /* actor is its first member */
    MigMultifdSend *send = channel->send;

    if (!channel->connected && !channel->failed) {
        GError *error = NULL;

        switch (channel->channel->ops->connect_status(channel->channel, &error)) {
        case MIG_IO_AGAIN:
            return MIG_STEP_BLOCKED;
        case MIG_IO_OK:
            channel->connected = TRUE;
            mig_writer_multifd_hello(channel->writer, send->vm->uuid, (guint8) channel->id);
            wake_owner(send);
            break;
        case MIG_IO_EOF:
        case MIG_IO_ERROR:
            channel_error(channel, error ? error : g_error_new_literal(MIG_QMP_ERROR, EIO, "Failed to connect: Input/output error"));
            return MIG_STEP_BLOCKED;
        }
    }
    if (flush(channel))
        wake_owner(send);
    return MIG_STEP_BLOCKED;
}

MigMultifdSend *mig_multifd_send_new(MigVm *vm, const MigAddress *address, MigStats *stats, const MigStreamConfig *config, MigRate *rate,
                                     MigActor *owner)
{
    static const char *const names[] = { "multifd0", "multifd1", "multifd2", "multifd3", "multifd4", "multifd5", "multifd6", "multifd7" };
    MigMultifdSend *send = g_new0(MigMultifdSend, 1);
    guint64 compression = vm->release >= R(5, 0) ? mig_vm_param(vm, MIG_PARAM_MULTIFD_COMPRESSION) : MIG_COMPRESSION_NONE;

    send->vm = vm;
    send->stats = stats;
    send->rate = rate;
    send->owner = owner;
    send->method = compression == MIG_COMPRESSION_ZLIB ? MIG_MULTIFD_ZLIB : compression == MIG_COMPRESSION_ZSTD ? MIG_MULTIFD_ZSTD : 0;
    send->count = (guint) mig_vm_param(vm, MIG_PARAM_MULTIFD_CHANNELS);
    send->channels = g_new0(SendChannel, send->count);
    for (guint i = 0; i < send->count; i++) {
        SendChannel *channel = &send->channels[i];
        GError *error = NULL;

        channel->send = send;
        channel->id = i;
        channel->actor = (MigActor) { .name = i < G_N_ELEMENTS(names) ? names[i] : "multifdN", .step = channel_step };
        channel->writer = mig_writer_new(config);
        if (send->method)
            channel->encoder = mig_multifd_encoder_new(send->method, (int) mig_vm_param(vm, send->method == MIG_MULTIFD_ZLIB
                                                       ? MIG_PARAM_MULTIFD_ZLIB_LEVEL : MIG_PARAM_MULTIFD_ZSTD_LEVEL), &error);
        if (send->method && channel->encoder == NULL) {
            channel_error(channel, error);
            continue;
        }
        channel->channel = vm->env->ops->connect(vm->env, address, &error);
        if (channel->channel == NULL) {
            channel_error(channel, error);
            continue;
        }
        channel->alive = TRUE;
        vm->env->ops->spawn(vm->env, &channel->actor);
        channel->channel->ops->watch(channel->channel, MIG_WATCH_WRITE, &channel->actor);
    }
    return send;
}

static void drop_pages(MigMultifdSend *send)
{
    for (guint i = 0; i < send->page_count; i++)
        g_free(send->pages[i].bytes);
    send->page_count = send->zero_count = 0;
    send->block = NULL;
}

void mig_multifd_send_free(MigMultifdSend *send)
{
    if (send == NULL)
        return;
    for (guint i = 0; i < send->count; i++) {
        SendChannel *channel = &send->channels[i];

        if (channel->alive)
            send->vm->env->ops->retire(send->vm->env, &channel->actor);
        if (channel->channel) {
            channel->channel->ops->watch(channel->channel, MIG_WATCH_WRITE, NULL);
            channel->channel->ops->close(channel->channel);
        }
        mig_writer_free(channel->writer);
        mig_multifd_encoder_free(channel->encoder);
    }
    drop_pages(send);
    g_clear_error(&send->error);
    g_free(send->channels);
    g_free(send);
}

gboolean mig_multifd_send_ready(MigMultifdSend *send)
{
    for (guint i = 0; i < send->count; i++) {
        if (!send->channels[i].connected)
            return FALSE;
    }
    return TRUE;
}

GError *mig_multifd_send_take_error(MigMultifdSend *send) { return g_steal_pointer(&send->error); }
gboolean mig_multifd_send_failed(MigMultifdSend *send) { return send->failed; }

gboolean mig_multifd_send_drained(MigMultifdSend *send)
{
    for (guint i = 0; i < send->count; i++) {
        if (mig_writer_pending(send->channels[i].writer))
            return FALSE;
    }
    return TRUE;
}

void mig_multifd_send_shutdown(MigMultifdSend *send)
{
    for (guint i = 0; i < send->count; i++) {
        if (send->channels[i].channel)
            send->channels[i].channel->ops->shutdown(send->channels[i].channel, MIG_SHUTDOWN_BOTH);
    }
}

static void account(MigMultifdSend *send, guint64 bytes)
{
    send->stats->multifd_bytes += bytes;
    send->stats->transferred += bytes;
    *(mig_vm_running(send->vm) ? &send->stats->precopy_bytes : &send->stats->downtime_bytes) += bytes;
    send->rate->used += bytes;
}

static guint header_size(void) { return MIG_WIRE_MULTIFD_FIXED + 8 * PACKET_PAGES; }

/* The next channel that has nothing to do, in turn; `force`: one that is busy, when all are. */
static SendChannel *pick(MigMultifdSend *send, gboolean force)
{
    for (guint i = 0; i < send->count; i++) {
        SendChannel *channel = &send->channels[(send->next + i) % send->count];

        if (channel->connected && !channel->failed && mig_writer_pending(channel->writer) == 0) {
            send->next = (channel->id + 1) % send->count;
            return channel;
        }
    }
    if (!force)
        return NULL;
    send->next = (send->next + 1) % send->count;
    return &send->channels[send->next];
}

static void put_packet(MigMultifdSend *send, SendChannel *channel)
{
    guint64 offsets[PACKET_PAGES];
    g_autoptr(GByteArray) data = NULL;
    gsize size = (gsize) send->page_count * MIG_PAGE_SIZE;

    for (guint i = 0; i < send->page_count; i++)
        offsets[i] = send->pages[i].offset;
    memcpy(offsets + send->page_count, send->zeros, send->zero_count * sizeof(guint64));
    if (send->method && send->page_count) {
        g_autofree guint8 *bytes = g_malloc(size);
        g_autoptr(GError) error = NULL;

        for (guint i = 0; i < send->page_count; i++) {
            if (send->pages[i].bytes)
                memcpy(bytes + i * MIG_PAGE_SIZE, send->pages[i].bytes, MIG_PAGE_SIZE);
            else
                mig_page_make(send->pages[i].page, bytes + i * MIG_PAGE_SIZE, MIG_PAGE_SIZE);
        }
        data = g_byte_array_new();
        if (!mig_multifd_encode(channel->encoder, bytes, size, data, &error)) {
            channel_error(channel, g_steal_pointer(&error));
            return;
        }
        size = data->len;
    }
    mig_writer_multifd_packet(channel->writer, send->page_count || send->zero_count ? send->method : 0, send->number++, send->block->idstr, PACKET_PAGES,
                              offsets, send->page_count, send->zero_count, (guint32) (send->page_count ? size : 0));
    if (data)
        mig_writer_bytes(channel->writer, data->data, data->len);
    else
        for (guint i = 0; i < send->page_count; i++) {
            if (send->pages[i].bytes)
                mig_writer_bytes(channel->writer, send->pages[i].bytes, MIG_PAGE_SIZE);
            else
                mig_writer_multifd_page(channel->writer, send->pages[i].page);
        }
    account(send, header_size() + (send->page_count ? size : 0));
}

static gboolean dispatch(MigMultifdSend *send, gboolean force)
{
    SendChannel *channel;

    if (send->page_count + send->zero_count == 0)
        return TRUE;
    channel = pick(send, force);
    if (channel == NULL)
        return FALSE;
    put_packet(send, channel);
    drop_pages(send);
    mig_env_wake(send->vm->env, &channel->actor);
    return TRUE;
}

gboolean mig_multifd_send_page(MigMultifdSend *send, MigRamBlock *block, guint64 page, gboolean zero)
{
    if (send->failed)
        return FALSE;
    if (send->page_count + send->zero_count == PACKET_PAGES || (send->block && send->block != block)) {
        if (!dispatch(send, FALSE))
            return FALSE;
    }
    send->block = block;
    if (zero) {
        send->zeros[send->zero_count++] = page * MIG_PAGE_SIZE;
    } else {
        SendPage *it = &send->pages[send->page_count++];
        const guint8 *bytes;

        it->offset = page * MIG_PAGE_SIZE;
        it->bytes = NULL;
        if (!mig_ram_page(block, page, &it->page, &bytes))
            it->bytes = g_memdup2(bytes, MIG_PAGE_SIZE);
    }
    return TRUE;
}

void mig_multifd_send_push(MigMultifdSend *send) { (void) dispatch(send, TRUE); }

void mig_multifd_send_sync(MigMultifdSend *send)
{
    guint32 allocated = send->vm->release >= R(9, 0) ? 0 : PACKET_PAGES;

    (void) dispatch(send, TRUE);
    for (guint i = 0; i < send->count; i++) {
        SendChannel *channel = &send->channels[i];

        mig_writer_multifd_packet(channel->writer, MIG_MULTIFD_SYNC, send->number++, "", allocated, NULL, 0, 0, 0);
        account(send, header_size());
        mig_env_wake(send->vm->env, &channel->actor);
    }
}
