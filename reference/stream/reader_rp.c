/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The return path: stream.md 6, 8.2.
 */
#include "reference/stream/reader_private.h"

#include <string.h>

static const struct { int length, since; } messages[MIG_RP_COUNT] = {
    [MIG_RP_SHUT] = { 4, 205 },
    [MIG_RP_PONG] = { 4, 205 },
    [MIG_RP_REQ_PAGES_ID] = { -1, 205 },
    [MIG_RP_REQ_PAGES] = { 12, 205 },
    [MIG_RP_RECV_BITMAP] = { -1, 300 },
    [MIG_RP_RESUME_ACK] = { 4, 300 },
    [MIG_RP_SWITCHOVER_ACK] = { 0, 801 },
};

static Step bad_length(MigReader *reader, guint32 type, guint16 length)
{
    return mig_reader_fail(reader, MIG_STREAM_ERROR_RP_LENGTH, "return path message", length, "%s with a payload of %u bytes",
                           mig_rp_name(type), length);
}

static Step unknown_block(MigReader *reader, const char *name)
{
    g_autofree char *escaped = g_strescape(name, NULL);

    return mig_reader_fail(reader, MIG_STREAM_ERROR_RP_BLOCK, "return path message", 0, "unknown block %s", escaped);
}

static Step check_range(MigReader *reader, const MigRecordRp *rp)
{
    const MigStreamBlock *block = mig_stream_context_find_block(reader->context, rp->block);
    guint64 page_size;

    if (!mig_reader_config(reader)->strict || mig_stream_context_block_count(reader->context) == 0) {
        return STEP_RECORD;
    }
    if (!block) {
        return unknown_block(reader, rp->block);
    }
    page_size = block->page_size;
    if (rp->start % page_size || rp->request_length % page_size || rp->request_length == 0 || rp->start > block->length
        || rp->request_length > block->length - rp->start) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RP_RANGE, "return path message", rp->start,
                               "0x%" G_GINT64_MODIFIER "x+0x%x of block %s of 0x%" G_GINT64_MODIFIER "x", rp->start, rp->request_length,
                               block->name, block->length);
    }
    return STEP_RECORD;
}

/* The name at the end of a message of `length` bytes whose first `fixed` bytes are something else. */
static gboolean message_name(MigReader *reader, Cursor *cursor, guint16 length, guint fixed, char *ret_name)
{
    gboolean valid;

    if (length < fixed + 1 || cursor->bytes[cursor->at] + fixed + 1u != length) {
        return FALSE;
    }
    (void) mig_cursor_str8(cursor, ret_name, &valid);
    (void) reader;
    return valid;
}

static Step recv_bitmap(MigReader *reader, Cursor *cursor, MigRecordRp *rp)
{
    const MigStreamBlock *block;

    if (rp->length < 1 || !message_name(reader, cursor, rp->length, 0, reader->name)) {
        return bad_length(reader, rp->type, rp->length);
    }
    if (!mig_cursor_need(cursor, 8)) {
        return STEP_MORE;
    }
    rp->block = reader->name;
    rp->bitmap_size = mig_cursor_u64(cursor);
    block = mig_stream_context_find_block(reader->context, reader->name);
    if (block) {
        guint64 pages = block->length / mig_reader_config(reader)->page_size;
        guint64 size = ((pages + 7) / 8 + 7) / 8 * 8;

        if (rp->bitmap_size != size) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_RP_BITMAP, "recovery bitmap", rp->bitmap_size,
                                   "block %s: 0x%" G_GINT64_MODIFIER "x bytes, not 0x%" G_GINT64_MODIFIER "x", reader->name, rp->bitmap_size,
                                   size);
        }
    } else if (mig_stream_context_block_count(reader->context) > 0) {
        return unknown_block(reader, reader->name);
    }
    reader->left = reader->total = rp->bitmap_size;
    reader->done = 0;
    reader->state = rp->bitmap_size ? STATE_RP_BITMAP : STATE_RP_BITMAP_END;
    return STEP_RECORD;
}

Step mig_reader_step_rp(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    MigStreamSeen *seen = &reader->context->seen;
    MigRecordRp *rp = &record->rp;
    guint32 type;
    Step step = STEP_RECORD;

    if (!mig_cursor_need(cursor, 4)) {
        return STEP_MORE;
    }
    type = mig_cursor_u16(cursor);
    rp->length = mig_cursor_u16(cursor);
    /* COLO: bare messages, of which the first is 0; no message of the return path is 0 (stream.md 13.1). */
    if (type == 0 && rp->length == 0 && (config->colo != MIG_SEE_OFF || seen->colo)) {
        reader->state = STATE_COLO;
        return STEP_AGAIN;
    }
    if (type == 0 || type >= MIG_RP_COUNT || !mig_reader_release(reader, messages[type].since, 0)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RP_TYPE, "return path message", type, "type 0x%04x, length 0x%04x", type,
                               rp->length);
    }
    if (rp->length > MIG_WIRE_RP_LENGTH_MAX || (messages[type].length >= 0 && messages[type].length != rp->length)) {
        return bad_length(reader, type, rp->length);
    }
    if (reader->shut && config->strict) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RP_AFTER_SHUT, "return path message", type, "%s behind SHUT", mig_rp_name(type));
    }
    if (!mig_cursor_need(cursor, rp->length)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_RP;
    rp->type = type;
    switch (rp->type) {
    case MIG_RP_SHUT:
    case MIG_RP_PONG:
    case MIG_RP_RESUME_ACK:
        rp->value = mig_cursor_u32(cursor);
        if (rp->type == MIG_RP_RESUME_ACK && rp->value != MIG_WIRE_RESUME_ACK && config->strict) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_RP_VALUE, "return path message", rp->value, "RESUME_ACK %u", rp->value);
        }
        if (rp->type == MIG_RP_SHUT) {
            reader->shut = seen->shut = TRUE;
        }
        break;
    case MIG_RP_REQ_PAGES_ID: {
        char name[256];

        if (rp->length < 13) {
            return bad_length(reader, type, rp->length);
        }
        rp->start = mig_cursor_u64(cursor);
        rp->request_length = mig_cursor_u32(cursor);
        if (!message_name(reader, cursor, rp->length, 12, name)) {
            return bad_length(reader, type, rp->length);
        }
        strcpy(reader->request_name, name);
        rp->block = reader->request_block = reader->request_name;
        step = check_range(reader, rp);
        break;
    }
    case MIG_RP_REQ_PAGES:
        rp->start = mig_cursor_u64(cursor);
        rp->request_length = mig_cursor_u32(cursor);
        if (!reader->request_block) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_RP_NO_BLOCK, "return path message", rp->start, "REQ_PAGES before any block");
        }
        rp->block = reader->request_block;
        step = check_range(reader, rp);
        break;
    case MIG_RP_RECV_BITMAP:
        step = recv_bitmap(reader, cursor, rp);
        break;
    case MIG_RP_SWITCHOVER_ACK:
    case MIG_RP_COUNT:
        break;
    }
    return step;
}

Step mig_reader_step_rp_bitmap_end(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    if (!mig_cursor_need(cursor, 8)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_RP_BITMAP_END;
    record->end_mark.value = mig_cursor_u64(cursor);
    if (record->end_mark.value != MIG_WIRE_BITMAP_END) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RP_BITMAP, "recovery bitmap", record->end_mark.value,
                               "end mark 0x%" G_GINT64_MODIFIER "x", record->end_mark.value);
    }
    reader->state = STATE_RP;
    return STEP_RECORD;
}
