/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The other live handlers: dirty bitmaps (stream.md 11.1) and old block migration (11.2).
 */
#include "reference/stream/reader_private.h"

#include <string.h>

static void end_of_payload(MigReader *reader)
{
    reader->state = mig_reader_config(reader)->footers ? STATE_FOOTER : STATE_SECTION;
}

static Step bitmap_data(MigReader *reader, Cursor *cursor, MigRecordBitmap *b)
{
    if (!mig_cursor_need(cursor, 12)) {
        return STEP_MORE;
    }
    b->first_sector = mig_cursor_u64(cursor);
    b->sector_count = mig_cursor_u32(cursor);
    if (b->flags & MIG_BITMAP_ZEROES) {
        return STEP_RECORD;
    }
    if (!mig_cursor_need(cursor, 8)) {
        return STEP_MORE;
    }
    b->data_size = mig_cursor_u64(cursor);
    if (b->data_size > MIG_WIRE_BITMAP_CHUNK_MAX) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_BITMAP_SIZE, "dirty bitmap", b->data_size, "chunk of %" G_GUINT64_FORMAT " bytes",
                               b->data_size);
    }
    if (!mig_cursor_need(cursor, (gsize) b->data_size)) {
        return STEP_MORE;
    }
    b->data = mig_cursor_take(cursor, (gsize) b->data_size);
    return STEP_RECORD;
}

Step mig_reader_step_bitmap(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    const guint what = MIG_BITMAP_START | MIG_BITMAP_COMPLETE | MIG_BITMAP_BITS;
    MigRecordBitmap *b = &record->bitmap;
    char node[256], bitmap[256];
    gboolean valid, needs_names;
    guint flags;

    if (!mig_cursor_need(cursor, 1)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_BITMAP;
    flags = b->flags = mig_cursor_u8(cursor);
    /* Of START, COMPLETE and BITS one at a time; names may stand alone; EOS stands alone. */
    if ((flags & MIG_BITMAP_EXTRA_FLAGS) || ((flags & MIG_BITMAP_EOS) && flags != MIG_BITMAP_EOS)
        || ((flags & what) & ((flags & what) - 1)) || ((flags & MIG_BITMAP_ZEROES) && !(flags & MIG_BITMAP_BITS)) || flags == 0) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_BITMAP_FLAGS, "dirty bitmap", flags, "flags 0x%02x", flags);
    }
    if (flags == MIG_BITMAP_EOS) {
        end_of_payload(reader);
        return STEP_RECORD;
    }
    strcpy(node, reader->node);
    strcpy(bitmap, reader->bitmap);
    if (flags & MIG_BITMAP_DEVICE_NAME) {
        if (!mig_cursor_str8(cursor, node, &valid)) {
            return STEP_MORE;
        }
        if (!valid) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_BITMAP_NAME, "dirty bitmap", 0, "node name empty or with a NUL");
        }
    }
    if (flags & MIG_BITMAP_BITMAP_NAME) {
        if (!mig_cursor_str8(cursor, bitmap, &valid)) {
            return STEP_MORE;
        }
        if (!valid) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_BITMAP_NAME, "dirty bitmap", 0, "bitmap name empty or with a NUL");
        }
    }
    needs_names = (flags & what) != 0;
    if (needs_names && (node[0] == '\0' || bitmap[0] == '\0')) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_BITMAP_NAME, "dirty bitmap", flags, "flags 0x%02x before any name", flags);
    }
    if (flags & MIG_BITMAP_START) {
        if (!mig_cursor_need(cursor, 5)) {
            return STEP_MORE;
        }
        b->granularity = mig_cursor_u32(cursor);
        b->start_flags = mig_cursor_u8(cursor);
        if (b->granularity < 512 || (b->granularity & (b->granularity - 1)) || (b->start_flags & MIG_BITMAP_START_RESERVED)) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_BITMAP_START, "dirty bitmap", b->granularity, "granularity %u, flags 0x%02x",
                                   b->granularity, b->start_flags);
        }
    } else if (flags & MIG_BITMAP_BITS) {
        Step step = bitmap_data(reader, cursor, b);
        if (step != STEP_RECORD) {
            return step;
        }
    }
    strcpy(reader->node, node);
    strcpy(reader->bitmap, bitmap);
    b->node = reader->node;
    b->bitmap = reader->bitmap;
    return STEP_RECORD;
}

Step mig_reader_step_block(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    MigRecordDisk *disk = &record->disk;
    gboolean valid;
    guint64 word;

    if (!mig_cursor_need(cursor, 8)) {
        return STEP_MORE;
    }
    word = mig_cursor_u64(cursor);
    record->kind = MIG_RECORD_BLOCK;
    disk->flags = word & MIG_BLOCK_FLAGS_MASK;
    disk->value = word >> 9;
    switch (disk->flags) {
    case MIG_BLOCK_EOS:
        end_of_payload(reader);
        return STEP_RECORD;
    case MIG_BLOCK_PROGRESS:
        if (disk->value > 100) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_DISK_SECTOR, "block", disk->value, "%" G_GUINT64_FORMAT " percent", disk->value);
        }
        return STEP_RECORD;
    case MIG_BLOCK_DEVICE:
    case MIG_BLOCK_DEVICE | MIG_BLOCK_ZERO:
        if (!mig_cursor_str8(cursor, reader->drive, &valid)) {
            return STEP_MORE;
        }
        if (!valid) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_DISK_FLAGS, "block", 0, "drive name empty or with a NUL");
        }
        if (disk->value % (MIG_WIRE_BLOCK_SIZE / MIG_WIRE_SECTOR) != 0) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_DISK_SECTOR, "block", disk->value, "sector %" G_GUINT64_FORMAT, disk->value);
        }
        disk->drive = reader->drive;
        if (!(disk->flags & MIG_BLOCK_ZERO)) {
            if (!mig_cursor_need(cursor, MIG_WIRE_BLOCK_SIZE)) {
                return STEP_MORE;
            }
            disk->data = mig_cursor_take(cursor, MIG_WIRE_BLOCK_SIZE);
        }
        return STEP_RECORD;
    default:
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DISK_FLAGS, "block", disk->flags, "flags 0x%x", disk->flags);
    }
}
