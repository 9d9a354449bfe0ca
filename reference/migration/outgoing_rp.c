/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The return path thread of the source (spec/stream.md 6, migration.md 8.1).
 */
#include "reference/migration/outgoing_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static MigOutgoing *of(MigActor *actor) { return (MigOutgoing *) ((guint8 *) actor - G_STRUCT_OFFSET(MigOutgoing, rp)); }

static void wake_thread(MigOutgoing *o)
{
    if (o->thread_alive)
        mig_env_wake(o->vm->env, &o->thread);
    if (o->cleanup_alive)
        mig_env_wake(o->vm->env, &o->cleanup);
}

/* A message that says something wrong: stderr up to 8.1, error-desc from 8.2. */
static void complain(MigOutgoing *o, const char *text)
{
    o->rp_failed = TRUE;
    if (o->vm->release < MIG_R(8, 2)) {
        mig_vm_message(o->vm, "RP: %s", text);
        return;
    }
    mig_outgoing_set_error(o, g_error_new_literal(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, text));
}

static gboolean in_postcopy(MigOutgoing *o)
{
    return o->status == MIG_STATUS_POSTCOPY_ACTIVE || o->status == MIG_STATUS_POSTCOPY_PAUSED || o->status == MIG_STATUS_POSTCOPY_RECOVER
           || o->status == MIG_STATUS_POSTCOPY_RECOVER_SETUP;
}

/* The thread ends. Up to 8.1 it closes the socket that it shares with the migration thread. */
static MigStep end(MigOutgoing *o)
{
    o->rp_running = FALSE;
    if (o->channel) {
        o->channel->ops->watch(o->channel, MIG_WATCH_READ, NULL);
        if (o->vm->release < MIG_R(8, 2) && !in_postcopy(o)) {
            o->file_closed = TRUE;
            o->channel->ops->shutdown(o->channel, MIG_SHUTDOWN_BOTH);
        }
    }
    wake_thread(o);
    return MIG_STEP_DONE;
}

static void request(MigOutgoing *o, const MigRecordRp *rp)
{
    MigRamBlock *block = rp->block && *rp->block ? mig_ram_find(o->vm->ram, rp->block, strlen(rp->block)) : NULL;
    MigPageRequest *wanted;

    if (block == NULL) {
        g_autofree char *text = rp->block == NULL || !*rp->block ? g_strdup(o->vm->release < MIG_R(8, 2) ? "ram_save_queue_pages no previous block"
                                                                                                  : "MIG_RP_MSG_REQ_PAGES has no previous block")
                                : g_strdup_printf(o->vm->release < MIG_R(8, 2) ? "ram_save_queue_pages no block '%s'"
                                                                               : "MIG_RP_MSG_REQ_PAGES has no block '%s'", rp->block);

        complain(o, text);
        return;
    }
    if (rp->start % MIG_PAGE_SIZE || rp->request_length % MIG_PAGE_SIZE) {
        g_autofree char *text = g_strdup_printf(o->vm->release < MIG_R(8, 2)
                                                ? "migrate_handle_rp_req_pages: Misaligned page request, start: %" G_GINT64_MODIFIER "x len: %u"
                                                : "MIG_RP_MSG_REQ_PAGES: Misaligned page request, start:%" G_GINT64_MODIFIER "x len: %u",
                                                rp->start, rp->request_length);

        complain(o, text);
        return;
    }
    if (rp->start > block->size || rp->request_length > block->size - rp->start) {
        g_autofree char *text = g_strdup_printf("%s request overrun%s start=%" G_GINT64_MODIFIER "x len=%x blocklen=%" G_GINT64_MODIFIER "x",
                                                o->vm->release < MIG_R(8, 2) ? "ram_save_queue_pages" : "MIG_RP_MSG_REQ_PAGES",
                                                o->vm->release < MIG_R(8, 2) ? "" : ",", rp->start, rp->request_length, block->size);

        complain(o, text);
        return;
    }
    o->stats.postcopy_requests++;
    wanted = g_new(MigPageRequest, 1);
    *wanted = (MigPageRequest) { block, rp->start / MIG_PAGE_SIZE, rp->request_length / MIG_PAGE_SIZE };
    g_queue_push_tail(&o->requests, wanted);
    wake_thread(o);
}

/* FALSE: the thread ends with this message. */
static gboolean handle(MigOutgoing *o, const MigRecord *record)
{
    const MigRecordRp *rp = &record->rp;
    MigRelease release = o->vm->release;

    if (record->kind == MIG_RECORD_RP_BITMAP) {
        if (o->bitmap)
            g_byte_array_append(o->bitmap, record->piece.bytes, (guint) record->piece.size);
        return TRUE;
    }
    if (record->kind == MIG_RECORD_RP_BITMAP_END) {
        if (o->bitmap_block && o->bitmap) {
            mig_ram_save_reload(o->ram, o->bitmap_block, o->bitmap->data, o->bitmap->len);
            if (o->bitmaps_wanted)
                o->bitmaps_wanted--;
            wake_thread(o);
        }
        g_clear_pointer(&o->bitmap, g_byte_array_unref);
        return TRUE;
    }
    switch (rp->type) {
    case MIG_RP_SHUT:
        if (rp->value) {
            g_autofree char *text = g_strdup_printf("Sibling indicated error %u", rp->value);

            complain(o, text);
        } else {
            o->rp_shut = TRUE;
        }
        return FALSE;
    case MIG_RP_PONG:
        o->ponged = TRUE;
        if (rp->value == 0x42 && release >= MIG_R(10, 2))
            mig_outgoing_package_loaded(o);
        wake_thread(o);
        return TRUE;
    case MIG_RP_REQ_PAGES:
    case MIG_RP_REQ_PAGES_ID:
        request(o, rp);
        return !o->rp_failed;
    case MIG_RP_RECV_BITMAP: {
        MigRamBlock *block = rp->block ? mig_ram_find(o->vm->ram, rp->block, strlen(rp->block)) : NULL;
        g_autofree char *text = NULL;
        guint64 expected;

        if (block == NULL) {
            text = rp->block && *rp->block ? g_strdup_printf("MIG_RP_MSG_RECV_BITMAP has invalid block name '%s'", rp->block)
                   : g_strdup("MIG_RP_MSG_RECV_BITMAP missing block name");
            complain(o, text);
            return FALSE;
        }
        if (o->status != MIG_STATUS_POSTCOPY_RECOVER) {
            text = g_strdup_printf("%sReload bitmap in incorrect state %s", release < MIG_R(8, 2) ? "ram_dirty_bitmap_reload: " : "",
                                   mig_status_name(o->status));
            complain(o, text);
            return FALSE;
        }
        expected = ((block->page_count + 7) / 8 + 7) / 8 * 8;
        if (rp->bitmap_size != expected) {
            text = g_strdup_printf("%sramblock '%s' bitmap size mismatch (0x%" G_GINT64_MODIFIER "x != 0x%" G_GINT64_MODIFIER "x)",
                                   release < MIG_R(8, 2) ? "ram_dirty_bitmap_reload: " : "", block->idstr, rp->bitmap_size, expected);
            complain(o, text);
            return FALSE;
        }
        g_clear_pointer(&o->bitmap, g_byte_array_unref);
        o->bitmap = g_byte_array_new();
        o->bitmap_block = block;
        return TRUE;
    }
    case MIG_RP_RESUME_ACK:
        if (rp->value != 1) {
            g_autofree char *text = g_strdup_printf("%sillegal resume_ack value %u", release < MIG_R(8, 2) ? "migrate_handle_rp_resume_ack: " : "",
                                                    rp->value);

            complain(o, text);
            return FALSE;
        }
        if (o->status == MIG_STATUS_POSTCOPY_RECOVER) {
            o->resume_acked = TRUE;
            wake_thread(o);
        }
        return TRUE;
    case MIG_RP_SWITCHOVER_ACK:
        if (release < MIG_R(8, 1)) {
            complain(o, "Received invalid message 0x0007 length 0x0000");
            return FALSE;
        }
        if (release >= MIG_R(11, 1) && (!mig_options_property(o->vm->options, MIG_PROPERTY_SWITCHOVER_ACK_LEGACY) || o->switchover_acked)) {
            complain(o, "Switchover ack pending num underflowed");
            return FALSE;
        }
        o->switchover_acked = TRUE;
        wake_thread(o);
        return TRUE;
    case MIG_RP_COUNT:
        break;
    }
    return TRUE;
}

/* The missing blank is QEMU's (spec/stream.md 6.2). */
static char *length_text(guint32 type, guint length)
{
    static const gint64 expected[MIG_RP_COUNT] = {
        [MIG_RP_SHUT] = 4, [MIG_RP_PONG] = 4, [MIG_RP_REQ_PAGES_ID] = -1, [MIG_RP_REQ_PAGES] = 12, [MIG_RP_RECV_BITMAP] = -1,
        [MIG_RP_RESUME_ACK] = 4, [MIG_RP_SWITCHOVER_ACK] = 0,
    };
    static const char *const names[MIG_RP_COUNT] = {
        [MIG_RP_SHUT] = "SHUT", [MIG_RP_PONG] = "PONG", [MIG_RP_REQ_PAGES_ID] = "REQ_PAGES_ID", [MIG_RP_REQ_PAGES] = "REQ_PAGES",
        [MIG_RP_RECV_BITMAP] = "RECV_BITMAP", [MIG_RP_RESUME_ACK] = "RESUME_ACK", [MIG_RP_SWITCHOVER_ACK] = "SWITCHOVER_ACK",
    };

    if ((type == MIG_RP_REQ_PAGES_ID && length >= 12 && length <= 512))
        return g_strdup_printf("Req_Page_id with length %u expecting %u", length, MAX(length + 1, 13));
    return g_strdup_printf("Received '%s' message (0x%04x) withincorrect length %u expecting %" G_GUINT64_FORMAT, names[type], type, length,
                           (guint64) expected[type]);
}

/* The codec refused a message: QEMU's words for it. */
static void refuse(MigOutgoing *o, const GError *error)
{
    const MigStreamFault *fault = mig_reader_fault(o->rp_reader);

    g_autofree char *text = NULL;

    if (fault && fault->rule == MIG_STREAM_ERROR_RP_TYPE && fault->detail) {
        guint type = 0, length = 0;

        (void) sscanf(fault->detail, "type 0x%x, length 0x%x", &type, &length);
        text = g_strdup_printf("Received invalid message 0x%04x length 0x%04x", type, length);
    } else if (fault && fault->rule == MIG_STREAM_ERROR_RP_LENGTH && fault->detail) {
        for (guint32 type = 1; type < MIG_RP_COUNT; type++) {
            const char *name = mig_rp_name(type);

            if (g_str_has_prefix(fault->detail, name) && fault->detail[strlen(name)] == ' ')
                text = length_text(type, (guint) fault->value);
        }
    } else if (fault && fault->rule == MIG_STREAM_ERROR_RP_NO_BLOCK) {
        text = g_strdup(o->vm->release < MIG_R(8, 2) ? "ram_save_queue_pages no previous block" : "MIG_RP_MSG_REQ_PAGES has no previous block");
    }
    complain(o, text ? text : fault && fault->detail ? fault->detail : error->message);
}

/* The connection is over, in order or not. */
static void lost(MigOutgoing *o, int code)
{
    if (o->vm->release < MIG_R(8, 2))
        o->rp_failed = TRUE;
    else if (code) {
        g_autofree char *text = g_strdup_printf("Unable to read from %s: %s", o->file_word, g_strerror(code));

        complain(o, text);
    } else {
        complain(o, "Channel error: Input/output error");
    }
}

static MigStep rp_step(MigActor *actor)
{
    MigOutgoing *o = of(actor);

    for (;;) {
        MigRecord record;
        MigSegment segment;
        GError *error = NULL;
        int code = 0;
        MigIo io;

        switch (mig_reader_next(o->rp_reader, &record, &error)) {
        case MIG_READ_RECORD:
            if (!handle(o, &record))
                return end(o);
            continue;
        case MIG_READ_ERROR:
            refuse(o, error);
            g_error_free(error);
            return end(o);
        case MIG_READ_END:
            return end(o);
        case MIG_READ_INPUT:
            break;
        }
        if (o->channel == NULL || o->file_closed)
            return end(o);
        io = o->channel->ops->read(o->channel, 4096, &segment, &code);
        if (io == MIG_IO_AGAIN)
            return MIG_STEP_BLOCKED;
        if (io == MIG_IO_OK) {
            mig_reader_feed(o->rp_reader, &segment);
            continue;
        }
        lost(o, io == MIG_IO_ERROR ? code : 0);
        return end(o);
    }
}

void mig_outgoing_rp_open(MigOutgoing *o, gboolean resume)
{
    MigStreamConfig config;

    mig_outgoing_rp_free(o);
    mig_stream_config_init(&config);
    config.release = o->vm->release;
    config.strict = FALSE;
    config.colo = MIG_SEE_OFF;
    o->rp_context = mig_stream_context_new(&config);
    o->rp_reader = mig_reader_new(o->rp_context, MIG_CHANNEL_RETURN_PATH);
    o->rp = (MigActor) { .name = "return-path", .step = rp_step };
    o->rp_open = o->rp_running = TRUE;
    o->rp_failed = o->rp_shut = o->rp_stop = FALSE;
    o->vm->env->ops->spawn(o->vm->env, &o->rp);
    o->channel->ops->watch(o->channel, MIG_WATCH_READ, &o->rp);
}

void mig_outgoing_rp_free(MigOutgoing *o)
{
    if (o->rp_running) {
        if (o->channel)
            o->channel->ops->watch(o->channel, MIG_WATCH_READ, NULL);
        o->vm->env->ops->retire(o->vm->env, &o->rp);
    }
    o->rp_running = o->rp_open = FALSE;
    g_clear_pointer(&o->rp_reader, mig_reader_free);
    g_clear_pointer(&o->rp_context, mig_stream_context_unref);
    g_clear_pointer(&o->bitmap, g_byte_array_unref);
}
