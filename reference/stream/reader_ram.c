/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RAM records of main and of the preempt channel: stream.md 4, 9.2, 10.1.
 */
#include "reference/stream/reader_private.h"

#include <string.h>

/* compressBound() of zlib as it was when the format was made (stream.md 4.6). */
static guint32 compress_bound(guint32 size)
{
    return size + (size >> 12) + (size >> 14) + (size >> 25) + 13;
}

static Step bad_flags(MigReader *reader, guint64 address, guint32 flags)
{
    return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_FLAGS, "ram record", flags,
                           "flags 0x%x, address 0x%" G_GINT64_MODIFIER "x", flags, address);
}

static Step mem_size(MigReader *reader, MigRecord *record, guint64 total, gboolean cont)
{
    MigStreamContext *context = reader->context;

    if (reader->kind == MIG_CHANNEL_PREEMPT || cont) {
        return bad_flags(reader, total, MIG_RAM_MEM_SIZE | (cont ? MIG_RAM_CONT : 0));
    }
    if (context->config.strict && (context->seen.listed || !reader->section_first || total == 0
                                   || reader->section.kind != MIG_WIRE_SECTION_START)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_TOTAL, "ram list", total, "list of 0x%" G_GINT64_MODIFIER "x bytes in %s%s",
                               total, mig_section_kind_name(reader->section.kind),
                               context->seen.listed ? ", the second one" : reader->section_first ? "" : ", not as the first record");
    }
    if (total > context->config.ram_max) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_LIMIT, "ram list", total, "total of 0x%" G_GINT64_MODIFIER "x", total);
    }
    reader->list_preset = !context->seen.listed && context->blocks->len > 0;
    context->seen.listed = TRUE;
    record->kind = MIG_RECORD_RAM_MEM_SIZE;
    record->mem_size.total = total;
    reader->list_left = total;
    if (total > 0) {
        reader->state = STATE_RAM_LIST;
    }
    return STEP_RECORD;
}

/* The name (or CONT) of a page, and whether the page is in the block. STEP_AGAIN: fine. */
static Step page_place(MigReader *reader, Cursor *cursor, MigRecordPage *page, gboolean cont)
{
    const MigStreamBlock *block;
    gboolean valid = TRUE;
    char name[256];

    name[0] = '\0';                                               /* not all 256: this is done for every page */
    page->cont = cont;
    if (cont) {
        if (!reader->block) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_CONT, "ram record", page->offset, "CONT without a block before");
        }
        block = reader->place && reader->place->name == reader->block ? reader->place
                : mig_stream_context_find_block(reader->context, reader->block);
    } else {
        if (!mig_cursor_str8(cursor, name, &valid)) {
            return STEP_MORE;
        }
        block = valid ? mig_stream_context_find_block(reader->context, name) : NULL;
    }
    if (!block) {
        g_autofree char *escaped = g_strescape(name, NULL);
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_BLOCK, "ram record", page->offset, "unknown block %s", escaped);
    }
    page->block = block->name;
    reader->place = block;       /* blocks stay where they are as long as the context lives */
    if (page->offset >= block->length || block->length - page->offset < mig_reader_config(reader)->page_size) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_ADDRESS, "ram record", page->offset,
                               "offset 0x%" G_GINT64_MODIFIER "x of block %s of 0x%" G_GINT64_MODIFIER "x", page->offset, block->name,
                               block->length);
    }
    return STEP_AGAIN;
}

static Step page_record(MigReader *reader, Cursor *cursor, MigRecord *record, guint64 address, guint32 type, gboolean cont)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    MigRecordPage *page = &record->page;
    Step step;
    guint32 size;

    page->offset = address;
    step = page_place(reader, cursor, page, cont);
    if (step != STEP_AGAIN) {
        return step;
    }
    switch (type) {
    case MIG_RAM_ZERO:
        if (!mig_cursor_need(cursor, 1)) {
            return STEP_MORE;
        }
        record->kind = MIG_RECORD_RAM_ZERO;
        page->fill = mig_cursor_u8(cursor);
        /* Up to 8.1 the page was filled with whatever byte came; no source ever sent another than 0. */
        if (page->fill != 0 && (config->strict || (config->release >= 802))) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_FILL, "ram record", page->fill, "zero page with value %u", page->fill);
        }
        break;
    case MIG_RAM_PAGE:
        record->kind = MIG_RECORD_RAM_PAGE;
        if (!mig_cursor_page(cursor, &page->body)) {
            return STEP_MORE;
        }
        break;
    case MIG_RAM_XBZRLE:
        if (!mig_cursor_need(cursor, 3)) {
            return STEP_MORE;
        }
        record->kind = MIG_RECORD_RAM_XBZRLE;
        page->xbzrle_flag = mig_cursor_u8(cursor);
        size = mig_cursor_u16(cursor);
        if (page->xbzrle_flag != MIG_WIRE_XBZRLE_FLAG) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_XBZRLE_FLAG, "xbzrle page", page->xbzrle_flag, "flag %u", page->xbzrle_flag);
        }
        if (size > config->page_size) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_XBZRLE_SIZE, "xbzrle page", size, "%u bytes", size);
        }
        if (!mig_cursor_need(cursor, size)) {
            return STEP_MORE;
        }
        page->body = (MigBody) { .size = size, .bytes = mig_cursor_take(cursor, size) };
        break;
    default:
        if (!mig_cursor_need(cursor, 4)) {
            return STEP_MORE;
        }
        record->kind = MIG_RECORD_RAM_COMPRESS;
        size = mig_cursor_u32(cursor);
        if (size > compress_bound(config->page_size)) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_COMPRESS_SIZE, "compressed page", size, "%u bytes", size);
        }
        if (!mig_cursor_need(cursor, size)) {
            return STEP_MORE;
        }
        page->body = (MigBody) { .size = size, .bytes = mig_cursor_take(cursor, size) };
        break;
    }
    reader->block = page->block;
    reader->section_first = FALSE;
    return STEP_RECORD;
}

static void end_of_records(MigReader *reader)
{
    if (reader->kind == MIG_CHANNEL_PREEMPT) {
        reader->state = STATE_END;
    } else {
        reader->state = mig_reader_config(reader)->footers ? STATE_FOOTER : STATE_SECTION;
    }
}

Step mig_reader_step_ram(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    MigStreamSeen *seen = &reader->context->seen;
    guint64 mask = config->page_size - 1, word, address;
    guint32 flags, type;
    gboolean cont;

    if (!mig_cursor_need(cursor, 8)) {
        return STEP_MORE;
    }
    word = mig_cursor_u64(cursor);
    address = word & ~mask;
    flags = (guint32) (word & mask);
    cont = (flags & MIG_RAM_CONT) != 0;
    type = flags & ~(guint32) MIG_RAM_CONT;

    switch (type) {
    case MIG_RAM_MEM_SIZE:
        return mem_size(reader, record, address, cont);
    case MIG_RAM_XBZRLE:
    case MIG_RAM_COMPRESS_PAGE:
        if (reader->kind == MIG_CHANNEL_PREEMPT || (type == MIG_RAM_XBZRLE && seen->listening)
            || (type == MIG_RAM_COMPRESS_PAGE && !mig_reader_release(reader, 204, 900))) {
            return bad_flags(reader, address, flags);
        }
        /* fall through */
    case MIG_RAM_ZERO:
    case MIG_RAM_PAGE:
        if (seen->mapped_ram) {
            return bad_flags(reader, address, flags);
        }
        return page_record(reader, cursor, record, address, type, cont);
    case MIG_RAM_EOS:
        if (config->strict && (cont || address != 0)) {
            return bad_flags(reader, address, flags);
        }
        record->kind = MIG_RECORD_RAM_EOS;
        end_of_records(reader);
        break;
    case MIG_RAM_MULTIFD_FLUSH:
        if ((config->strict && (cont || address != 0)) || reader->kind == MIG_CHANNEL_PREEMPT
            || !mig_reader_release(reader, 801, 0) || (config->strict && seen->mapped_ram)) {
            return bad_flags(reader, address, flags);
        }
        record->kind = MIG_RECORD_RAM_FLUSH;
        if (reader->section.kind == MIG_WIRE_SECTION_START) {
            seen->flush_in_setup = TRUE;
        }
        break;
    case MIG_RAM_HOOK:
        if (config->strict) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_HOOK, "ram record", flags, "HOOK");
        }
        record->kind = MIG_RECORD_RAM_HOOK;
        break;
    default:
        return bad_flags(reader, address, flags);
    }
    record->ram_flags.address = address;
    record->ram_flags.flags = flags;
    reader->section_first = FALSE;
    return STEP_RECORD;
}

/* ---- The list ---- */

/* The page size field {2.9-} is there for huge pages under postcopy only, and the stream does not say so. It can be seen: where
 * it is not there, a name or a record follows. A name begins with its length, which is not 0, and a page size does begin with
 * 0; a record has flags in its low bits, and a page size has none there. */
static gboolean page_size_follows(const Cursor *cursor, gboolean last, guint64 mask)
{
    Cursor look = *cursor;
    guint64 word;

    if (cursor->bytes[cursor->at] != 0) {
        return FALSE;
    }
    word = mig_cursor_u64(&look);
    return !last || (word & mask) == 0;
}

static Step mapped_header(MigReader *reader, Cursor *cursor, MigRecordRamBlock *block)
{
    guint64 page_size = mig_reader_config(reader)->page_size, pages = block->length / page_size;
    guint64 behind, bitmap_size = (pages + 63) / 64 * 8;

    if (!mig_cursor_need(cursor, MIG_WIRE_MAPPED_HEADER)) {
        return STEP_MORE;
    }
    block->has_mapped = TRUE;
    block->mapped_version = mig_cursor_u32(cursor);
    block->mapped_page_size = mig_cursor_u64(cursor);
    block->bitmap_offset = mig_cursor_u64(cursor);
    block->pages_offset = mig_cursor_u64(cursor);
    behind = reader->offset + cursor->at;
    if (block->mapped_version != MIG_WIRE_MAPPED_VERSION) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MAPPED_VERSION, "mapped-ram header", block->mapped_version, "version %u",
                               block->mapped_version);
    }
    if (block->bitmap_offset == 0 && block->pages_offset == 0) {
        return STEP_AGAIN;        /* an ignored block: nothing of it is in the file */
    }
    if (block->mapped_page_size != page_size || block->bitmap_offset != behind
        || block->pages_offset < behind + bitmap_size || block->pages_offset - behind - bitmap_size >= MIG_WIRE_MAPPED_ALIGN
        || block->pages_offset > G_MAXINT64) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MAPPED_LAYOUT, "mapped-ram header", block->bitmap_offset,
                               "block %s: page size %" G_GUINT64_FORMAT ", bitmap at 0x%" G_GINT64_MODIFIER "x, pages at 0x%"
                               G_GINT64_MODIFIER "x; the header ends at 0x%" G_GINT64_MODIFIER "x", block->name,
                               block->mapped_page_size, block->bitmap_offset, block->pages_offset, behind);
    }
    return STEP_AGAIN;
}

Step mig_reader_step_ram_list(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    MigStreamContext *context = reader->context;
    MigRecordRamBlock *block = &record->block;
    guint64 mask = config->page_size - 1;
    char name[256];
    gboolean valid, known;
    Step step;

    if (!mig_cursor_str8(cursor, name, &valid) || !mig_cursor_need(cursor, 8)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_RAM_BLOCK;
    block->length = mig_cursor_u64(cursor);
    if (!valid) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_BLOCK, "ram list", 0, "a block whose name is empty or has a NUL");
    }
    block->name = name;
    if (block->length == 0 || (block->length & mask) != 0 || block->length > reader->list_left) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_LENGTH, "ram list", block->length,
                               "block %s of 0x%" G_GINT64_MODIFIER "x bytes, 0x%" G_GINT64_MODIFIER "x left of the total", name,
                               block->length, reader->list_left);
    }
    known = mig_stream_context_find_block(context, name) != NULL;
    if (!known && context->blocks->len >= MIG_STREAM_BLOCKS_MAX) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_COUNT, "ram list", context->blocks->len, "more than %u blocks",
                               MIG_STREAM_BLOCKS_MAX);
    }
    if (known && config->strict && !reader->list_preset) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_TWICE, "ram list", 0, "block %s again", name);
    }
    if (context->seen.advised_ram && mig_reader_release(reader, 209, 0)) {
        if (!mig_cursor_need(cursor, 8)) {
            return STEP_MORE;
        }
        if (page_size_follows(cursor, block->length == reader->list_left, mask)) {
            block->has_page_size = TRUE;
            block->page_size = mig_cursor_u64(cursor);
            if (block->page_size < config->page_size || (block->page_size & (block->page_size - 1)) != 0
                || block->length % block->page_size != 0) {
                return mig_reader_fail(reader, MIG_STREAM_ERROR_RAM_PAGE_SIZE, "ram list", block->page_size,
                                       "block %s with pages of 0x%" G_GINT64_MODIFIER "x", name, block->page_size);
            }
        }
    }
    if (context->seen.ignore_shared) {
        if (!mig_cursor_need(cursor, 8)) {
            return STEP_MORE;
        }
        block->has_address = TRUE;
        block->address = mig_cursor_u64(cursor);
    }
    if (context->seen.mapped_ram) {
        step = mapped_header(reader, cursor, block);
        if (step != STEP_AGAIN) {
            return step;
        }
    }
    block->name = mig_stream_context_intern(context, name);
    mig_stream_context_add_block(context, &(MigStreamBlock) {
        .name = block->name, .length = block->length,
        .page_size = block->has_page_size ? block->page_size : config->page_size, .address = block->address,
        .has_mapped = block->has_mapped && block->pages_offset != 0, .bitmap_offset = block->bitmap_offset,
        .pages_offset = block->pages_offset,
    });
    reader->list_left -= block->length;
    reader->state = reader->list_left > 0 ? STATE_RAM_LIST : STATE_RAM;
    if (block->has_mapped && block->pages_offset != 0) {
        guint64 pages = block->length / config->page_size;
        reader->mapped_block = mig_stream_context_find_block(context, block->name);
        reader->left = reader->total = (pages + 63) / 64 * 8;
        reader->done = 0;
        reader->state = STATE_MAPPED_BITMAP;
    }
    reader->section_first = FALSE;
    return STEP_RECORD;
}
