/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main leads. At each of its records that a SYNC is paired with (FLUSH, or the EOS of every ram section: which of the two shows
 * in START), every multifd channel is read up to and with its next SYNC: so pages of one span are in place before those of the
 * next come. What is left on the channels when main is over is read then.
 */
#include "sim/stream/image.h"

#include "reference/stream/multifd_codec.h"
#include "reference/stream/page.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
    const SimStreamChannel *channel;
    MigReader *reader;
    MigMultifdDecoder *decoder;
    SimImageBlock *block;         /* of the packet being read */
    MigRecordPacket packet;       /* copy; offsets below */
    guint64 offsets[1024];        /* 512-byte pages: 1024 of them */
    gboolean over;
} Side;

typedef struct {
    SimStreamSession *session;
    SimStreamImage *image;
    const char *folder;
    GPtrArray *sides;             /* Side */
    GError *error;                /* set-up error: stop */
} Builder;

char *sim_stream_block_file_name(const char *block)
{
    GString *name = g_string_new(NULL);

    for (const char *c = block; *c; c++) {
        if (g_ascii_isalnum(*c) || *c == '-' || *c == '_' || *c == ':' || *c == '@' || (*c == '.' && name->len > 0)) {
            g_string_append_c(name, *c);
        } else {
            g_string_append_printf(name, "%%%02x", (guint8) *c);
        }
    }
    return g_string_free(name, FALSE);
}

const SimImageBlock *sim_stream_image_block(const SimStreamImage *image, const char *name)
{
    return g_hash_table_lookup(image->by_name, name);
}

static void block_free(gpointer data)
{
    SimImageBlock *block = data;

    if (block->bytes) {
        (void) munmap(block->bytes, block->length);
    }
    if (block->received) {
        (void) munmap(block->received, block->pages);
    }
    g_free(block);
}

static gpointer map_memory(int fd, guint64 size, GError **error)
{
    gpointer address = mmap(NULL, size, PROT_READ | PROT_WRITE, fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED, fd, 0);

    if (address == MAP_FAILED) {
        g_set_error(error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_FILE, "%" G_GUINT64_FORMAT " bytes of RAM: %s", size,
                    g_strerror(errno));
        return NULL;
    }
    return address;
}

static SimImageBlock *add_block(Builder *builder, const char *name, guint64 length)
{
    SimImageBlock *block = (SimImageBlock *) sim_stream_image_block(builder->image, name);
    int fd = -1;

    if (block) {
        return block;
    }
    block = g_new0(SimImageBlock, 1);
    block->name = name;
    block->length = length;
    block->pages = length / builder->image->page_size;
    if (builder->folder) {
        g_autofree char *file = sim_stream_block_file_name(name), *path = g_build_filename(builder->folder, file, NULL);
        fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 || ftruncate(fd, (off_t) length) != 0) {
            g_set_error(&builder->error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_FILE, "%s: %s", path, g_strerror(errno));
            if (fd >= 0) {
                (void) close(fd);
            }
            g_free(block);
            return NULL;
        }
    }
    block->bytes = map_memory(fd, length, &builder->error);
    if (fd >= 0) {
        (void) close(fd);
    }
    block->received = block->bytes ? map_memory(-1, block->pages, &builder->error) : NULL;
    g_ptr_array_add(builder->image->blocks, block);
    g_hash_table_insert(builder->image->by_name, g_strdup(name), block);
    return block->received ? block : NULL;
}

static void received(Builder *builder, SimImageBlock *block, guint64 offset)
{
    guint8 *count = &block->received[offset / builder->image->page_size];

    *count += *count < G_MAXUINT8;
}

static void add_fault(Builder *builder, const SimStreamChannel *channel, MigStreamError rule, guint64 offset, const char *record,
                      const char *detail)
{
    SimStreamFault *fault = g_new0(SimStreamFault, 1);

    fault->channel = g_strdup(channel->name);
    fault->fault = (MigStreamFault) { .rule = rule, .offset = offset, .record = record, .detail = g_strdup(detail) };
    g_ptr_array_add(builder->image->faults, fault);
}

static void add_reader_fault(Builder *builder, const SimStreamChannel *channel, const MigReader *reader)
{
    SimStreamFault *fault = sim_stream_fault_new(builder->session, channel, reader);

    g_ptr_array_add(builder->image->faults, fault);
    builder->image->truncated |= fault->fault.rule == MIG_STREAM_ERROR_CUT;
}

/* The area of a mapped-ram block lies in the file as a whole; its bitmap says which pages count (stream.md 10.1). */
static void place_mapped(Builder *builder, const SimStreamChannel *channel, SimImageBlock *block, const MigRecordRamBlock *entry)
{
    guint page_size = builder->image->page_size;

    if (entry->pages_offset == 0) {
        return;
    }
    if (entry->pages_offset > channel->size || entry->length > channel->size - entry->pages_offset
        || entry->bitmap_offset > channel->size || (block->pages + 63) / 64 * 8 > channel->size - entry->bitmap_offset) {
        return;                   /* the reader will say that the file is cut */
    }
    for (guint64 i = 0; i < block->pages; i++) {
        if (channel->data[entry->bitmap_offset + i / 8] >> (i % 8) & 1) {
            memcpy(block->bytes + i * page_size, channel->data + entry->pages_offset + i * page_size, page_size);
        }
        block->received[i] = 1;
    }
}

static void place_page(Builder *builder, const SimStreamChannel *channel, const MigRecord *record)
{
    const MigRecordPage *page = &record->page;
    SimImageBlock *block = (SimImageBlock *) sim_stream_image_block(builder->image, page->block);
    guint page_size = builder->image->page_size;
    guint8 *to;

    if (!block || !block->bytes || page->offset > block->length - page_size) {
        return;
    }
    to = block->bytes + page->offset;
    switch (record->kind) {
    case MIG_RECORD_RAM_PAGE:
        memcpy(to, page->body.bytes, page_size);
        break;
    case MIG_RECORD_RAM_ZERO:
        /* Do not touch memory that is zero already: a sparse file stays sparse. */
        if (page->fill != 0 || !mig_page_is_zero(to, page_size)) {
            memset(to, page->fill, page_size);
        }
        break;
    case MIG_RECORD_RAM_XBZRLE:
        if (block->received[page->offset / page_size] == 0) {
            add_fault(builder, channel, MIG_STREAM_ERROR_XBZRLE_DATA, record->offset, "xbzrle page", "a delta for a page that never came");
        } else if (!mig_xbzrle_decode(page->body.bytes, page->body.size, to, page_size)) {
            add_fault(builder, channel, MIG_STREAM_ERROR_XBZRLE_DATA, record->offset, "xbzrle page", "the delta cannot be decoded");
        }
        break;
    default:
        if (!mig_uncompress_page(page->body.bytes, page->body.size, to, page_size)) {
            add_fault(builder, channel, MIG_STREAM_ERROR_COMPRESS_DATA, record->offset, "compressed page", "not a zlib stream of one page");
        }
        break;
    }
    received(builder, block, page->offset);
}

static void discard(Builder *builder, const MigRecordCommand *command)
{
    SimImageBlock *block = (SimImageBlock *) sim_stream_image_block(builder->image, command->block);

    for (gsize i = 0; block && i < command->range_count; i++) {
        const MigRange *range = &command->ranges[i];
        memset(block->received + range->offset / builder->image->page_size, 0, range->length / builder->image->page_size);
        memset(block->bytes + range->offset, 0, range->length);
    }
}

/* ---- multifd ---- */

static void side_free(gpointer data)
{
    Side *side = data;

    mig_reader_free(side->reader);
    mig_multifd_decoder_free(side->decoder);
    g_free(side);
}

static void place_packet(Builder *builder, Side *side, const MigRecord *record)
{
    guint page_size = builder->image->page_size;

    side->packet = record->packet;
    memcpy(side->offsets, record->packet.offsets, record->packet.offset_count * sizeof(guint64));
    side->block = NULL;
    if (record->packet.normal + record->packet.zero == 0) {
        return;
    }
    side->block = (SimImageBlock *) sim_stream_image_block(builder->image, record->packet.block);
    for (guint32 i = 0; side->block && i < record->packet.zero; i++) {
        guint64 offset = side->offsets[record->packet.normal + i];
        if (!mig_page_is_zero(side->block->bytes + offset, page_size)) {
            memset(side->block->bytes + offset, 0, page_size);
        }
        received(builder, side->block, offset);
    }
}

static gboolean place_data(Builder *builder, Side *side, const MigRecord *record)
{
    guint page_size = builder->image->page_size;
    gsize size = (gsize) side->packet.normal * page_size;
    g_autofree guint8 *pages = g_malloc(size);
    g_autoptr(GError) error = NULL;

    if (!side->decoder) {
        side->decoder = mig_multifd_decoder_new(side->packet.flags, &error);
    }
    if (!side->decoder || !mig_multifd_decode(side->decoder, record->piece.bytes, record->piece.size, pages, size, &error)) {
        add_fault(builder, side->channel, error->code, record->offset, "multifd data", error->message);
        return FALSE;
    }
    for (guint32 i = 0; side->block && i < side->packet.normal; i++) {
        memcpy(side->block->bytes + side->offsets[i], pages + (gsize) i * page_size, page_size);
        received(builder, side->block, side->offsets[i]);
    }
    return TRUE;
}

/* Up to and with the next SYNC, or to the end. */
static void advance(Builder *builder, Side *side, gboolean to_the_end)
{
    gboolean sync = FALSE;

    while (!side->over) {
        g_autoptr(GError) error = NULL;
        MigRecord record;
        MigRead step;

        /* The pages of a SYNC packet come behind its header. */
        if (sync && !to_the_end && mig_reader_at_packet(side->reader)) {
            return;
        }
        step = mig_reader_next(side->reader, &record, &error);
        if (step != MIG_READ_RECORD) {
            if (step == MIG_READ_ERROR) {
                add_reader_fault(builder, side->channel, side->reader);
            }
            side->over = TRUE;
            return;
        }
        if (record.kind == MIG_RECORD_MULTIFD_PACKET) {
            place_packet(builder, side, &record);
            sync = (record.packet.flags & MIG_MULTIFD_SYNC) != 0;
        } else if (record.kind == MIG_RECORD_MULTIFD_PAGE && side->block) {
            memcpy(side->block->bytes + record.packet_page.offset, record.packet_page.body.bytes, builder->image->page_size);
            received(builder, side->block, record.packet_page.offset);
        } else if (record.kind == MIG_RECORD_MULTIFD_DATA && !place_data(builder, side, &record)) {
            side->over = TRUE;
        }
    }
}

static void advance_all(Builder *builder, gboolean to_the_end)
{
    for (guint i = 0; i < builder->sides->len; i++) {
        advance(builder, g_ptr_array_index(builder->sides, i), to_the_end);
    }
}

/* ---- Main and its like ---- */

static void read_channel(Builder *builder, const SimStreamChannel *channel)
{
    g_autoptr(MigReader) reader = sim_stream_session_reader(builder->session, channel);
    const MigStreamSeen *seen = mig_stream_context_seen(builder->session->context);

    while (!builder->error) {
        g_autoptr(GError) error = NULL;
        MigRecord record;
        MigRead step = mig_reader_next(reader, &record, &error);

        if (step == MIG_READ_ERROR) {
            add_reader_fault(builder, channel, reader);
        }
        if (step != MIG_READ_RECORD) {
            return;
        }
        switch (record.kind) {
        case MIG_RECORD_SECTION:
            builder->image->gives_back |= strstr(record.section.idstr, "virtio-mem") || strstr(record.section.idstr, "virtio-balloon");
            break;
        case MIG_RECORD_RAM_BLOCK: {
            SimImageBlock *block = add_block(builder, record.block.name, record.block.length);
            if (block && record.block.has_mapped) {
                place_mapped(builder, channel, block, &record.block);
            }
            break;
        }
        case MIG_RECORD_RAM_PAGE:
        case MIG_RECORD_RAM_ZERO:
        case MIG_RECORD_RAM_XBZRLE:
        case MIG_RECORD_RAM_COMPRESS:
            place_page(builder, channel, &record);
            break;
        case MIG_RECORD_COMMAND:
            if (record.command.command == MIG_COMMAND_POSTCOPY_RAM_DISCARD) {
                discard(builder, &record.command);
            }
            break;
        case MIG_RECORD_RAM_FLUSH:
            advance_all(builder, FALSE);
            break;
        case MIG_RECORD_RAM_EOS:
            if (!seen->flush_in_setup && !seen->listening) {
                advance_all(builder, FALSE);
            }
            break;
        default:
            break;
        }
    }
}

static void count_missing(Builder *builder)
{
    const MigStreamSeen *seen = mig_stream_context_seen(builder->session->context);

    for (guint i = 0; i < builder->image->blocks->len; i++) {
        SimImageBlock *block = g_ptr_array_index(builder->image->blocks, i);
        for (guint64 page = 0; block->received && page < block->pages; page++) {
            block->missing += block->received[page] == 0;
        }
        if (seen->ignore_shared && block->missing == block->pages) {
            block->ignored = TRUE;
        }
    }
}

static void fault_free(gpointer data)
{
    sim_stream_fault_free(data);
}

SimStreamImage *sim_stream_image_new(SimStreamSession *session, const char *folder, GError **error)
{
    static const char *const names[] = { "main", "main-2", "preempt", "preempt-2" };
    g_autoptr(SimStreamImage) image = g_new0(SimStreamImage, 1);
    Builder builder = { .session = session, .image = image, .folder = folder };

    image->page_size = session->config.page_size;
    image->blocks = g_ptr_array_new_with_free_func(block_free);
    image->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    image->faults = g_ptr_array_new_with_free_func(fault_free);
    builder.sides = g_ptr_array_new_with_free_func(side_free);
    for (guint i = 0; i < session->set->channels->len; i++) {
        const SimStreamChannel *channel = g_ptr_array_index(session->set->channels, i);
        if (sim_stream_channel_kind(channel->name) == MIG_CHANNEL_MULTIFD) {
            Side *side = g_new0(Side, 1);
            side->channel = channel;
            side->reader = sim_stream_session_reader(session, channel);
            g_ptr_array_add(builder.sides, side);
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(names) && !builder.error; i++) {
        const SimStreamChannel *channel = sim_stream_set_channel(session->set, names[i]);
        if (channel) {
            read_channel(&builder, channel);
        }
        if (i == 0) {
            advance_all(&builder, TRUE);
        }
    }
    g_ptr_array_unref(builder.sides);
    if (builder.error) {
        g_propagate_error(error, builder.error);
        return NULL;
    }
    count_missing(&builder);
    return g_steal_pointer(&image);
}

void sim_stream_image_free(SimStreamImage *image)
{
    if (image) {
        g_hash_table_unref(image->by_name);
        g_ptr_array_unref(image->blocks);
        g_ptr_array_unref(image->faults);
        g_free(image);
    }
}
