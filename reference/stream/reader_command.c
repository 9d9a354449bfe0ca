/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Commands of the main channel: stream.md 3, 7.1, 7.2, 7.3.
 */
#include "reference/stream/reader_private.h"

#include <string.h>

/* Payload lengths; -1: variable. Since which release, until which (0: still there). */
static const struct { int length, since, until; } commands[MIG_COMMAND_COUNT] = {
    [MIG_COMMAND_OPEN_RETURN_PATH] = { 0, 205, 0 },
    [MIG_COMMAND_PING] = { 4, 205, 0 },
    [MIG_COMMAND_POSTCOPY_ADVISE] = { -1, 205, 0 },
    [MIG_COMMAND_POSTCOPY_LISTEN] = { 0, 205, 0 },
    [MIG_COMMAND_POSTCOPY_RUN] = { 0, 205, 0 },
    [MIG_COMMAND_POSTCOPY_RAM_DISCARD] = { -1, 205, 0 },
    [MIG_COMMAND_PACKAGED] = { 4, 205, 0 },
    [MIG_COMMAND_ENABLE_COLO] = { 0, 301, 1002 },
    [MIG_COMMAND_POSTCOPY_RESUME] = { 0, 300, 0 },
    [MIG_COMMAND_RECV_BITMAP] = { -1, 300, 0 },
    [MIG_COMMAND_SWITCHOVER_START] = { 0, 1000, 0 },
};

static Step bad_length(MigReader *reader, guint32 command, guint16 length)
{
    return mig_reader_fail(reader, MIG_STREAM_ERROR_COMMAND_LENGTH, "command", length, "%s with a payload of %u bytes",
                           mig_command_name(command), length);
}

static Step discard(MigReader *reader, Cursor *cursor, MigRecordCommand *c)
{
    const MigStreamBlock *block;
    gboolean strict = mig_reader_config(reader)->strict, valid;
    gsize end = cursor->at + c->length;
    guint64 last = 0;

    if (c->length < 20) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DISCARD, "RAM_DISCARD", c->length, "%u bytes", c->length);
    }
    c->discard_version = mig_cursor_u8(cursor);
    if (c->discard_version != 0) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DISCARD, "RAM_DISCARD", c->discard_version, "version %u", c->discard_version);
    }
    if (cursor->at + 1 + cursor->bytes[cursor->at] + 1 > end) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DISCARD, "RAM_DISCARD", c->length, "the name is longer than the command");
    }
    (void) mig_cursor_str8(cursor, reader->name, &valid);
    c->block = reader->name;
    if (mig_cursor_u8(cursor) != 0) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DISCARD, "RAM_DISCARD", 1, "no NUL behind the name");
    }
    if ((end - cursor->at) % 16 != 0) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DISCARD, "RAM_DISCARD", c->length, "%u bytes do not hold whole ranges",
                               c->length);
    }
    block = valid ? mig_stream_context_find_block(reader->context, reader->name) : NULL;
    if (!block) {
        g_autofree char *escaped = g_strescape(reader->name, NULL);
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_BLOCK, "RAM_DISCARD", 0, "unknown block %s", escaped);
    }
    c->block = block->name;
    g_array_set_size(reader->ranges, 0);
    while (cursor->at < end) {
        MigRange range;

        range.offset = mig_cursor_u64(cursor);
        range.length = mig_cursor_u64(cursor);
        if (range.offset > block->length || range.length > block->length - range.offset
            || range.offset % block->page_size || range.length % block->page_size) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_DISCARD, "RAM_DISCARD", range.offset,
                                   "range 0x%" G_GINT64_MODIFIER "x+0x%" G_GINT64_MODIFIER "x of block %s of 0x%" G_GINT64_MODIFIER "x",
                                   range.offset, range.length, block->name, block->length);
        }
        if (strict && (range.length == 0 || range.offset < last)) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_DISCARD, "RAM_DISCARD", range.offset, "ranges empty or not ascending");
        }
        last = range.offset + range.length;
        g_array_append_val(reader->ranges, range);
    }
    if (strict && (reader->ranges->len == 0 || reader->ranges->len > 12)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DISCARD, "RAM_DISCARD", reader->ranges->len, "%u ranges", reader->ranges->len);
    }
    c->ranges = (const MigRange *) (gpointer) reader->ranges->data;
    c->range_count = reader->ranges->len;
    return STEP_RECORD;
}

Step mig_reader_step_command(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    MigRecordCommand *c = &record->command;
    MigStreamSeen *seen = &reader->context->seen;
    gboolean strict = mig_reader_config(reader)->strict, valid;
    guint32 number;

    if (!mig_cursor_need(cursor, 4)) {
        return STEP_MORE;
    }
    number = mig_cursor_u16(cursor);
    c->length = mig_cursor_u16(cursor);
    if (mig_reader_config(reader)->release == 300 && (number == 8 || number == 9)) {
        number++;
    }
    if (number == 0 || number >= MIG_COMMAND_COUNT || !mig_reader_release(reader, commands[number].since, commands[number].until)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_COMMAND_UNKNOWN, "command", number, "command 0x%x, payload 0x%x", number,
                               c->length);
    }
    c->command = number;
    if (commands[number].length >= 0 && commands[number].length != c->length) {
        return bad_length(reader, number, c->length);
    }
    if (!mig_cursor_need(cursor, c->length)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_COMMAND;
    switch (c->command) {
    case MIG_COMMAND_OPEN_RETURN_PATH:
        seen->return_path = TRUE;
        break;
    case MIG_COMMAND_PING:
        c->ping = mig_cursor_u32(cursor);
        break;
    case MIG_COMMAND_POSTCOPY_ADVISE:
        if (c->length != 0 && c->length != 16) {
            return bad_length(reader, number, c->length);
        }
        seen->advised = TRUE;
        if (c->length == 16) {
            c->advise_ram = seen->advised_ram = TRUE;
            c->page_size_summary = mig_cursor_u64(cursor);
            c->target_page_size = mig_cursor_u64(cursor);
        }
        break;
    case MIG_COMMAND_POSTCOPY_LISTEN:
        seen->listening = TRUE;
        break;
    case MIG_COMMAND_POSTCOPY_RUN:
        seen->running = TRUE;
        reader->nested_over = TRUE;
        if (strict && reader->nested && reader->offset + cursor->at != reader->nested_end) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_PACKAGE_END, "package", 0, "RUN with bytes of the package behind it");
        }
        break;
    case MIG_COMMAND_POSTCOPY_RAM_DISCARD:
        return discard(reader, cursor, c);
    case MIG_COMMAND_PACKAGED:
        c->package_size = mig_cursor_u32(cursor);
        if (reader->nested) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_PACKAGE_NESTED, "package", c->package_size, "a package in a package");
        }
        if (c->package_size > mig_reader_config(reader)->package_max) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_PACKAGE_SIZE, "package", c->package_size, "%u bytes", c->package_size);
        }
        reader->nested = TRUE;
        reader->nested_over = FALSE;
        reader->nested_end = reader->offset + cursor->at + c->package_size;
        break;
    case MIG_COMMAND_ENABLE_COLO:
        if (mig_reader_config(reader)->colo == MIG_SEE_AUTO) {
            seen->colo = TRUE;
        }
        break;
    case MIG_COMMAND_RECV_BITMAP:
        if (c->length == 0 || cursor->bytes[cursor->at] + 1u != c->length) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_COMMAND_LENGTH, "RECV_BITMAP", c->length, "payload of %u bytes", c->length);
        }
        (void) mig_cursor_str8(cursor, reader->name, &valid);
        c->block = reader->name;
        if (!valid || (strict && mig_stream_context_block_count(reader->context) > 0
                       && !mig_stream_context_find_block(reader->context, reader->name))) {
            g_autofree char *escaped = g_strescape(reader->name, NULL);
            return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_BLOCK, "RECV_BITMAP", 0, "unknown block %s", escaped);
        }
        break;
    case MIG_COMMAND_POSTCOPY_RESUME:
    case MIG_COMMAND_SWITCHOVER_START:
    case MIG_COMMAND_COUNT:
        break;
    }
    return STEP_RECORD;
}
