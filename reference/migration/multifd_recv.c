/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/multifd_recv.h"

#include <string.h>

#include "reference/stream/multifd_codec.h"

#define READ_SIZE 65536u
#define RECORDS_PER_STEP 256
#define CHANNELS_MAX 255

typedef struct {
    MigActor actor;
    MigMultifdRecv *recv;
    gboolean alive, hello;
    guint id;
    MigChannel *channel;
    MigReader *reader;
    MigMultifdDecoder *decoder;
    MigRamBlock *block;
    guint64 offsets[MIG_WIRE_MULTIFD_BYTES / MIG_PAGE_SIZE]; guint normal;
    guint left;                    /* pages or data pieces of the packet still to come */
    gboolean sync;                 /* the packet has the SYNC flag */
    gboolean at_sync;              /* stands behind a SYNC */
    guint position;
} RecvChannel;

struct MigMultifdRecv {
    MigVm *vm;
    MigStreamContext *context;
    MigActor *owner;
    GPtrArray *channels;           /* RecvChannel * */
    guint expected;
    guint32 method;
    guint8 seen[32];               /* a bit per id */
    char *error;
};

static void wake_owner(MigMultifdRecv *recv)
{
    if (recv->owner->scheduler)
        mig_env_wake(recv->vm->env, recv->owner);
}

static MigStep failed(RecvChannel *channel, char *text)
{
    MigMultifdRecv *recv = channel->recv;

    if (recv->error == NULL)
        recv->error = text;
    else
        g_free(text);
    channel->channel->ops->watch(channel->channel, MIG_WATCH_READ, NULL);
    wake_owner(recv);
    channel->alive = FALSE;
    return MIG_STEP_DONE;
}

/* QEMU's words for what the codec refused (spec/stream.md 5.1, 16.4); ours where QEMU hangs without a word. */
static char *fault_text(RecvChannel *channel)
{
    const MigStreamFault *fault = mig_reader_fault(channel->reader);
    const char *prefix = channel->hello ? "" : "failed to receive packet via multifd channel ";
    g_autofree char *number = channel->hello ? g_strdup("") : g_strdup_printf("%u: ", channel->position);

    switch (fault->rule) {
    case MIG_STREAM_ERROR_MULTIFD_MAGIC:
        return g_strdup_printf("%s%smultifd: received packet magic %" G_GINT64_MODIFIER "x expected 11223344", prefix, number, fault->value);
    case MIG_STREAM_ERROR_MULTIFD_VERSION:
        return g_strdup_printf("%s%smultifd: received packet version %" G_GUINT64_FORMAT " expected 1", prefix, number, fault->value);
    case MIG_STREAM_ERROR_MULTIFD_ID:
        return g_strdup_printf("%s%smultifd: received channel id %" G_GUINT64_FORMAT " exceeds channel count %u", prefix, number, fault->value,
                               channel->recv->expected);
    default:
        return g_strdup_printf("multifd channel %u: %s (%s)", channel->id, fault->detail ? fault->detail : "", mig_stream_rule_id(fault->rule));
    }
}

static gboolean in_range(const MigRamBlock *block, guint64 offset)
{
    return offset % MIG_PAGE_SIZE == 0 && block->size >= MIG_PAGE_SIZE && offset <= block->size - MIG_PAGE_SIZE;
}

/* NULL: all is well. */
static char *begin_packet(RecvChannel *channel, const MigRecordPacket *packet)
{
    MigMultifdRecv *recv = channel->recv;

    channel->sync = packet->flags & MIG_MULTIFD_SYNC;
    channel->normal = packet->normal;
    channel->left = packet->normal == 0 ? 0 : recv->method ? 1 : packet->normal;
    channel->block = NULL;
    if (packet->normal + packet->zero == 0)
        return NULL;
    if ((gsize) packet->normal + packet->zero > packet->offset_count || packet->offset_count > G_N_ELEMENTS(channel->offsets))
        return g_strdup("multifd: more pages than a packet holds");
    channel->block = mig_ram_find(recv->vm->ram, packet->block, strnlen(packet->block, sizeof(packet->block)));
    if (channel->block == NULL)
        return g_strdup_printf("multifd: unknown ram block %.255s", packet->block);
    for (guint i = 0; i < packet->normal + packet->zero; i++) {
        if (!in_range(channel->block, packet->offsets[i]))
            return g_strdup_printf("multifd: offset 0x%" G_GINT64_MODIFIER "x is not a page of %s", packet->offsets[i], channel->block->idstr);
    }
    memcpy(channel->offsets, packet->offsets, packet->normal * sizeof(guint64));
    for (guint i = 0; i < packet->zero; i++)
        mig_ram_set_page(channel->block, packet->offsets[packet->normal + i] / MIG_PAGE_SIZE, (MigPageRef) { 0, 0 });
    return NULL;
}

static char *decode(RecvChannel *channel, const MigPiece *piece)
{
    gsize size = (gsize) channel->normal * MIG_PAGE_SIZE;
    g_autofree guint8 *pages = g_malloc(size);
    g_autoptr(GError) error = NULL;

    if (!mig_multifd_decode(channel->decoder, piece->bytes, piece->size, pages, size, &error))
        return g_strdup(error->message);
    for (guint i = 0; i < channel->normal; i++)
        mig_ram_set_page_bytes(channel->block, channel->offsets[i] / MIG_PAGE_SIZE, pages + i * MIG_PAGE_SIZE);
    channel->left = 0;
    return NULL;
}

/* NULL: all is well. */
static char *handle(RecvChannel *channel, const MigRecord *record)
{
    MigMultifdRecv *recv = channel->recv;

    switch (record->kind) {
    case MIG_RECORD_MULTIFD_HELLO: {
        guint8 id = record->hello.id, bit = (guint8) (1u << (id % 8));

        if (recv->seen[id / 8] & bit)
            return g_strdup_printf("failed to receive packet via multifd channel %u: multifd: received id '%u' already setup'", channel->position, id);
        recv->seen[id / 8] |= bit;
        channel->id = id;
        channel->hello = TRUE;
        wake_owner(recv);
        return NULL;
    }
    case MIG_RECORD_MULTIFD_PACKET:
        return begin_packet(channel, &record->packet);
    case MIG_RECORD_MULTIFD_PAGE:
        if (channel->block == NULL || !in_range(channel->block, record->packet_page.offset))
            return g_strdup("multifd: a page without a place");
        if (record->packet_page.body.is_page)
            mig_ram_set_page(channel->block, record->packet_page.offset / MIG_PAGE_SIZE, record->packet_page.body.page);
        else
            mig_ram_set_page_bytes(channel->block, record->packet_page.offset / MIG_PAGE_SIZE, record->packet_page.body.bytes);
        if (channel->left)
            channel->left--;
        return NULL;
    case MIG_RECORD_MULTIFD_DATA:
        return channel->block ? decode(channel, &record->piece) : NULL;
    case MIG_RECORD_MULTIFD_DEVICE:
        return g_strdup("multifd: device state for nobody");
    default:
        return NULL;
    }
}

static MigStep channel_step(MigActor *actor)
{
    RecvChannel *channel = (RecvChannel *) actor;      /* actor is its first member */

    if (channel->at_sync)
        return MIG_STEP_BLOCKED;
    for (guint n = 0; n < RECORDS_PER_STEP; n++) {
        g_autoptr(GError) error = NULL;
        MigRecord record;
        MigSegment segment;
        char *text;
        int code;

        switch (mig_reader_next(channel->reader, &record, &error)) {
        case MIG_READ_RECORD:
            text = handle(channel, &record);
            if (text)
                return failed(channel, text);
            if (channel->sync && channel->left == 0) {
                channel->sync = FALSE;
                channel->at_sync = TRUE;
                wake_owner(channel->recv);
                return MIG_STEP_BLOCKED;
            }
            continue;
        case MIG_READ_ERROR:
            return failed(channel, fault_text(channel));
        case MIG_READ_END:
            channel->channel->ops->watch(channel->channel, MIG_WATCH_READ, NULL);
            channel->alive = FALSE;
            return MIG_STEP_DONE;
        case MIG_READ_INPUT:
            break;
        }
        switch (channel->channel->ops->read(channel->channel, READ_SIZE, &segment, &code)) {
        case MIG_IO_OK:
            mig_reader_feed(channel->reader, &segment);
            break;
        case MIG_IO_AGAIN:
            return MIG_STEP_BLOCKED;
        case MIG_IO_EOF:
        case MIG_IO_ERROR:
            mig_reader_finish(channel->reader);
            break;
        }
    }
    return MIG_STEP_RUNNABLE;
}

MigMultifdRecv *mig_multifd_recv_new(MigVm *vm, MigStreamContext *context, MigActor *owner)
{
    MigMultifdRecv *recv = g_new0(MigMultifdRecv, 1);
    guint64 compression = vm->release >= MIG_RELEASE(5, 0) ? mig_vm_param(vm, MIG_PARAM_MULTIFD_COMPRESSION) : MIG_COMPRESSION_NONE;

    recv->vm = vm;
    recv->context = mig_stream_context_ref(context);
    recv->owner = owner;
    recv->channels = g_ptr_array_new();
    recv->expected = (guint) mig_vm_param(vm, MIG_PARAM_MULTIFD_CHANNELS);
    recv->method = compression == MIG_COMPRESSION_ZLIB ? MIG_MULTIFD_ZLIB : compression == MIG_COMPRESSION_ZSTD ? MIG_MULTIFD_ZSTD : 0;
    return recv;
}

void mig_multifd_recv_free(MigMultifdRecv *recv)
{
    if (recv == NULL)
        return;
    for (guint i = 0; i < recv->channels->len; i++) {
        RecvChannel *channel = recv->channels->pdata[i];

        if (channel->alive)
            recv->vm->env->ops->retire(recv->vm->env, &channel->actor);
        channel->channel->ops->watch(channel->channel, MIG_WATCH_READ, NULL);
        channel->channel->ops->close(channel->channel);
        mig_reader_free(channel->reader);
        mig_multifd_decoder_free(channel->decoder);
        g_free(channel);
    }
    g_ptr_array_unref(recv->channels);
    mig_stream_context_unref(recv->context);
    g_free(recv->error);
    g_free(recv);
}

void mig_multifd_recv_add(MigMultifdRecv *recv, MigChannel *io)
{
    RecvChannel *channel = g_new0(RecvChannel, 1);
    g_autoptr(GError) error = NULL;

    g_assert(recv->channels->len < CHANNELS_MAX);
    channel->recv = recv;
    channel->channel = io;
    channel->position = recv->channels->len;
    channel->actor = (MigActor) { .name = "multifd-recv", .step = channel_step };
    channel->reader = mig_reader_new(recv->context, MIG_CHANNEL_MULTIFD);
    mig_reader_expect_multifd(channel->reader, recv->vm->uuid, recv->expected, recv->method);
    if (recv->method)
        channel->decoder = mig_multifd_decoder_new(recv->method, &error);
    g_ptr_array_add(recv->channels, channel);
    channel->alive = TRUE;
    recv->vm->env->ops->spawn(recv->vm->env, &channel->actor);
    io->ops->watch(io, MIG_WATCH_READ, &channel->actor);
}

gboolean mig_multifd_recv_complete(MigMultifdRecv *recv)
{
    for (guint i = 0; i < recv->channels->len; i++) {
        if (!((RecvChannel *) recv->channels->pdata[i])->hello)
            return FALSE;
    }
    return TRUE;
}

guint mig_multifd_recv_count(MigMultifdRecv *recv) { return recv->channels->len; }
const char *mig_multifd_recv_error(MigMultifdRecv *recv) { return recv->error; }

gboolean mig_multifd_recv_sync(MigMultifdRecv *recv)
{
    for (guint i = 0; i < recv->channels->len; i++) {
        if (!((RecvChannel *) recv->channels->pdata[i])->at_sync)
            return FALSE;
    }
    for (guint i = 0; i < recv->channels->len; i++) {
        RecvChannel *channel = recv->channels->pdata[i];

        channel->at_sync = FALSE;
        if (channel->alive)
            mig_env_wake(recv->vm->env, &channel->actor);
    }
    return TRUE;
}

void mig_multifd_recv_shutdown(MigMultifdRecv *recv)
{
    for (guint i = 0; i < recv->channels->len; i++) {
        RecvChannel *channel = recv->channels->pdata[i];

        channel->channel->ops->shutdown(channel->channel, MIG_SHUTDOWN_BOTH);
    }
}
