/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mapped-ram {9.0-}: the stream in a file with a place for every page, written at offsets; a bitmap per block says which pages
 * count (spec/stream.md 10).
 */
#include "reference/migration/outgoing_private.h"

#include <errno.h>
#include <string.h>

typedef struct { MigRamBlock *block; guint64 bitmap_offset, pages_offset; guint8 *bitmap; gsize bitmap_size; } MappedBlock;

struct MigMapped {
    MappedBlock *blocks; guint count;
};

gboolean mig_outgoing_is_mapped(MigOutgoing *o) { return o->vm->release >= MIG_R(9, 0) && mig_vm_has_cap(o->vm, MIG_CAP_MAPPED_RAM); }

static void put_at(MigOutgoing *o, guint64 offset, const MigSegment *segment)
{
    int code = 0;

    if (o->file_error == NULL && o->channel->ops->pwrite(o->channel, offset, segment, &code) != MIG_IO_OK) {
        g_autofree char *text = g_strdup_printf("Unable to write to %s: %s", o->file_word, g_strerror(code));

        mig_outgoing_file_error(o, EIO, text);
    }
    o->stats.stream_bytes += segment->size;
}

/* What is queued goes to where the file stands. */
void mig_outgoing_mapped_flush(MigOutgoing *o)
{
    gsize count, pending = mig_writer_pending(o->writer);
    const MigSegment *segments = mig_writer_segments(o->writer, &count);

    for (gsize i = 0; i < count; i++) {
        put_at(o, o->file_position, &segments[i]);
        o->file_position += segments[i].size;
    }
    mig_writer_take(o->writer, pending);
}

void mig_outgoing_mapped_list(MigOutgoing *o)
{
    MigVm *vm = o->vm;
    gboolean addresses = mig_vm_has_cap(vm, MIG_CAP_X_IGNORE_SHARED);
    guint n = mig_ram_block_count(vm->ram);

    o->mapped = g_new0(MigMapped, 1);
    o->mapped->blocks = g_new0(MappedBlock, MAX(n, 1));
    mig_writer_mem_size(o->writer, mig_ram_size(vm->ram));
    for (guint i = 0; i < n; i++) {
        MigRamBlock *block = mig_ram_block_in_order(vm->ram, i);
        gboolean ignored = block->shared && addresses;
        gsize head = 1 + strlen(block->idstr) + 8 + (addresses ? 8 : 0) + MIG_WIRE_MAPPED_HEADER;
        MigRecord record = { .kind = MIG_RECORD_RAM_BLOCK };
        MappedBlock *it;

        mig_outgoing_mapped_flush(o);
        record.block.name = block->idstr;
        record.block.length = block->size;
        record.block.has_address = addresses;
        record.block.address = block->guest_address;
        record.block.has_mapped = TRUE;
        record.block.mapped_version = MIG_WIRE_MAPPED_VERSION;
        record.block.mapped_page_size = MIG_PAGE_SIZE;
        if (!ignored) {
            it = &o->mapped->blocks[o->mapped->count++];
            it->block = block;
            it->bitmap_size = (gsize) ((block->page_count + 63) / 64 * 8);
            it->bitmap = g_malloc0(it->bitmap_size);
            it->bitmap_offset = record.block.bitmap_offset = o->file_position + head;
            it->pages_offset = (it->bitmap_offset + it->bitmap_size + MIG_WIRE_MAPPED_ALIGN - 1) / MIG_WIRE_MAPPED_ALIGN * MIG_WIRE_MAPPED_ALIGN;
            record.block.pages_offset = it->pages_offset;
        }
        if (!mig_writer_put(o->writer, &record, NULL))
            mig_outgoing_file_error(o, EIO, "");
        mig_outgoing_mapped_flush(o);
        if (!ignored)
            o->file_position = it->pages_offset + block->size;
    }
}

gboolean mig_outgoing_mapped_page(gpointer opaque, MigRamBlock *block, guint64 page, gboolean zero)
{
    MigOutgoing *o = opaque;

    for (guint i = 0; i < o->mapped->count; i++) {
        MappedBlock *it = &o->mapped->blocks[i];
        guint8 bit = (guint8) (1u << (page % 8));

        if (it->block != block)
            continue;
        if (zero) {
            it->bitmap[page / 8] &= (guint8) ~bit;
        } else {
            MigSegment segment = { .kind = MIG_SEGMENT_PAGE, .size = MIG_PAGE_SIZE };

            if (!mig_ram_page(block, page, &segment.page, &segment.bytes))
                segment.kind = MIG_SEGMENT_BYTES;
            put_at(o, it->pages_offset + page * MIG_PAGE_SIZE, &segment);
            it->bitmap[page / 8] |= bit;
        }
        break;
    }
    return TRUE;
}

void mig_outgoing_mapped_bitmaps(MigOutgoing *o)
{
    for (guint i = 0; i < o->mapped->count; i++) {
        MappedBlock *it = &o->mapped->blocks[i];
        MigSegment segment = { .kind = MIG_SEGMENT_BYTES, .size = it->bitmap_size, .bytes = it->bitmap };

        put_at(o, it->bitmap_offset, &segment);
    }
}

void mig_outgoing_mapped_free(MigOutgoing *o)
{
    if (o->mapped == NULL)
        return;
    for (guint i = 0; i < o->mapped->count; i++)
        g_free(o->mapped->blocks[i].bitmap);
    g_free(o->mapped->blocks);
    g_clear_pointer(&o->mapped, g_free);
}
