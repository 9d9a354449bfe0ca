/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/stream/writer.h"

#include <string.h>

struct MigWriter {
    MigStreamConfig config;
    /* The queue, as it is handed out: segments[first … count), of which those before `first` are gone. Their bytes lie in `bytes`
     * one after the other; when that moves, the pointers are set anew. Written out by hand: this is done once a page. */
    MigSegment *segments;
    gsize first, count, room;
    guint8 *bytes;
    gsize bytes_size, bytes_room;
    gsize pending;
    guint64 offset;
    char *block;              /* of the page before; NULL: none, the next page names its own */
    char *request_block;      /* of the REQ_PAGES_ID before */
};

MigWriter *mig_writer_new(const MigStreamConfig *config)
{
    MigWriter *writer = g_new0(MigWriter, 1);

    writer->config = *config;
    writer->offset = config->base;
    return writer;
}

void mig_writer_free(MigWriter *writer)
{
    if (!writer) {
        return;
    }
    g_free(writer->bytes);
    g_free(writer->segments);
    g_free(writer->block);
    g_free(writer->request_block);
    g_free(writer);
}

/* ---- The queue ---- */

/* Bytes of segments now begin at `bytes`, in order. */
static void point_anew(MigWriter *writer, const guint8 *bytes)
{
    for (gsize i = writer->first; i < writer->count; i++) {
        MigSegment *segment = &writer->segments[i];

        if (segment->kind == MIG_SEGMENT_BYTES) {
            segment->bytes = bytes;
            bytes += segment->size;
        }
    }
}

/* The first byte that is still in the queue; the end of all bytes when there is none. */
static const guint8 *first_byte(const MigWriter *writer)
{
    for (gsize i = writer->first; i < writer->count; i++) {
        if (writer->segments[i].kind == MIG_SEGMENT_BYTES) {
            return writer->segments[i].bytes;
        }
    }
    return writer->bytes != NULL ? writer->bytes + writer->bytes_size : NULL;
}

G_GNUC_NO_INLINE static void grow_bytes(MigWriter *writer, gsize size)
{
    gsize gone = writer->bytes != NULL ? (gsize) (first_byte(writer) - writer->bytes) : 0;

    while (writer->bytes_room - writer->bytes_size < size) {
        writer->bytes_room = MAX(writer->bytes_room * 2, 256);
    }
    writer->bytes = g_realloc(writer->bytes, writer->bytes_room);
    point_anew(writer, writer->bytes + gone);
}

static inline MigSegment *new_segment(MigWriter *writer)
{
    if (writer->count == writer->room) {
        writer->room = MAX(writer->room * 2, 16);
        writer->segments = g_renew(MigSegment, writer->segments, writer->room);
    }
    return &writer->segments[writer->count++];
}

static inline void put_bytes(MigWriter *writer, gconstpointer bytes, gsize size)
{
    MigSegment *last = writer->count > writer->first ? &writer->segments[writer->count - 1] : NULL;

    if (size == 0) {
        return;
    }
    if (writer->bytes_room - writer->bytes_size < size) {
        g_assert(size <= G_MAXUINT - writer->bytes_size);
        grow_bytes(writer, size);
    }
    if (last && last->kind == MIG_SEGMENT_BYTES) {
        last->size += size;
    } else {
        *new_segment(writer) = (MigSegment) { .kind = MIG_SEGMENT_BYTES, .size = size, .bytes = writer->bytes + writer->bytes_size };
    }
    memcpy(writer->bytes + writer->bytes_size, bytes, size);
    writer->bytes_size += size;
    writer->pending += size;
    writer->offset += size;
}

void mig_writer_bytes(MigWriter *writer, gconstpointer bytes, gsize size)
{
    put_bytes(writer, bytes, size);
}

static void put_page(MigWriter *writer, MigPageRef page, gsize size)
{
    *new_segment(writer) = (MigSegment) { .kind = MIG_SEGMENT_PAGE, .size = size, .page = page };
    writer->pending += size;
    writer->offset += size;
}

const MigSegment *mig_writer_segments(MigWriter *writer, gsize *ret_count)
{
    *ret_count = writer->count - writer->first;
    return writer->segments != NULL ? writer->segments + writer->first : NULL;
}

/* A queue that never runs empty must not grow for ever: throw away what was taken. */
static void compact(MigWriter *writer)
{
    gsize gone = writer->bytes != NULL ? (gsize) (first_byte(writer) - writer->bytes) : 0;

    memmove(writer->segments, writer->segments + writer->first, (writer->count - writer->first) * sizeof *writer->segments);
    writer->count -= writer->first;
    writer->first = 0;
    if (gone > 0) {
        memmove(writer->bytes, writer->bytes + gone, writer->bytes_size - gone);
        writer->bytes_size -= gone;
        point_anew(writer, writer->bytes);
    }
}

void mig_writer_take(MigWriter *writer, gsize size)
{
    g_assert(size <= writer->pending);
    writer->pending -= size;
    while (size > 0) {
        MigSegment *segment = &writer->segments[writer->first];

        if (size >= segment->size) {
            size -= segment->size;
            writer->first++;
            continue;
        }
        g_assert(segment->kind == MIG_SEGMENT_BYTES);
        segment->bytes += size;
        segment->size -= size;
        size = 0;
    }
    if (writer->pending == 0) {
        writer->first = writer->count = 0;
        writer->bytes_size = 0;
    } else if (writer->first > 4096 && writer->first > writer->count / 2) {
        compact(writer);
    }
}

gsize mig_writer_pending(const MigWriter *writer)
{
    return writer->pending;
}

guint64 mig_writer_offset(const MigWriter *writer)
{
    return writer->offset;
}

/* ---- Numbers and names ---- */

static void put_u8(MigWriter *writer, guint8 value)
{
    put_bytes(writer, &value, 1);
}

static void put_u16(MigWriter *writer, guint16 value)
{
    guint16 wire = GUINT16_TO_BE(value);
    put_bytes(writer, &wire, sizeof wire);
}

static void put_u32(MigWriter *writer, guint32 value)
{
    guint32 wire = GUINT32_TO_BE(value);
    put_bytes(writer, &wire, sizeof wire);
}

static void put_u64(MigWriter *writer, guint64 value)
{
    guint64 wire = GUINT64_TO_BE(value);
    put_bytes(writer, &wire, sizeof wire);
}

static void put_str8(MigWriter *writer, const char *name)
{
    gsize size = strlen(name);

    g_assert(size <= 255);
    put_u8(writer, (guint8) size);
    mig_writer_bytes(writer, name, size);
}

static void remember_block(MigWriter *writer, const char *block)
{
    if (g_strcmp0(writer->block, block) != 0) {
        g_free(writer->block);
        writer->block = g_strdup(block);
    }
}

void mig_writer_forget_block(MigWriter *writer)
{
    g_clear_pointer(&writer->block, g_free);
}

/* ---- Framing ---- */

void mig_writer_header(MigWriter *writer)
{
    put_u32(writer, MIG_WIRE_MAGIC);
    put_u32(writer, MIG_WIRE_VERSION);
}

void mig_writer_configuration(MigWriter *writer, const char *machine)
{
    gsize size = strlen(machine);

    put_u8(writer, MIG_WIRE_CONFIGURATION);
    put_u32(writer, (guint32) size);
    mig_writer_bytes(writer, machine, size);
}

static void put_subsection(MigWriter *writer, const char *name, guint32 version)
{
    put_u8(writer, MIG_WIRE_SUBSECTION);
    put_str8(writer, name);
    put_u32(writer, version);
}

void mig_writer_config_page_bits(MigWriter *writer, guint32 bits)
{
    put_subsection(writer, "configuration/target-page-bits", 1);
    put_u32(writer, bits);
}

void mig_writer_config_capabilities(MigWriter *writer, const char *const *names, gsize count)
{
    put_subsection(writer, "configuration/capabilities", 1);
    put_u32(writer, (guint32) count);
    for (gsize i = 0; i < count; i++) {
        put_str8(writer, names[i]);
    }
}

void mig_writer_config_uuid(MigWriter *writer, const guint8 uuid[16])
{
    put_subsection(writer, "configuration/uuid", 1);
    mig_writer_bytes(writer, uuid, 16);
}

static void put_section_head(MigWriter *writer, guint8 kind, guint32 id, const char *idstr, guint32 instance, guint32 version)
{
    put_u8(writer, kind);
    put_u32(writer, id);
    put_str8(writer, idstr);
    put_u32(writer, instance);
    put_u32(writer, version);
}

void mig_writer_section_start(MigWriter *writer, guint32 id, const char *idstr, guint32 instance, guint32 version)
{
    put_section_head(writer, MIG_WIRE_SECTION_START, id, idstr, instance, version);
}

void mig_writer_section_full(MigWriter *writer, guint32 id, const char *idstr, guint32 instance, guint32 version)
{
    put_section_head(writer, MIG_WIRE_SECTION_FULL, id, idstr, instance, version);
}

void mig_writer_section_part(MigWriter *writer, guint32 id)
{
    put_u8(writer, MIG_WIRE_SECTION_PART);
    put_u32(writer, id);
}

void mig_writer_section_end(MigWriter *writer, guint32 id)
{
    put_u8(writer, MIG_WIRE_SECTION_END);
    put_u32(writer, id);
}

void mig_writer_footer(MigWriter *writer, guint32 id)
{
    if (writer->config.footers) {
        put_u8(writer, MIG_WIRE_FOOTER);
        put_u32(writer, id);
    }
}

void mig_writer_eof(MigWriter *writer)
{
    put_u8(writer, MIG_WIRE_EOF);
}

void mig_writer_description(MigWriter *writer, const char *text)
{
    gsize size = strlen(text);

    put_u8(writer, MIG_WIRE_VMDESCRIPTION);
    put_u32(writer, (guint32) size);
    mig_writer_bytes(writer, text, size);
}

/* ---- Commands ---- */

static void put_command_head(MigWriter *writer, MigCommand command, guint16 length)
{
    guint16 number = command;

    /* 3.0 has no ENABLE_COLO yet, so the recovery commands have one number less there (stream.md 3). */
    if (writer->config.release == 300 && (command == MIG_COMMAND_POSTCOPY_RESUME || command == MIG_COMMAND_RECV_BITMAP)) {
        number--;
    }
    put_u8(writer, MIG_WIRE_COMMAND);
    put_u16(writer, number);
    put_u16(writer, length);
}

void mig_writer_command(MigWriter *writer, MigCommand command)
{
    put_command_head(writer, command, 0);
}

void mig_writer_open_return_path(MigWriter *writer)
{
    put_command_head(writer, MIG_COMMAND_OPEN_RETURN_PATH, 0);
}

void mig_writer_ping(MigWriter *writer, guint32 value)
{
    put_command_head(writer, MIG_COMMAND_PING, 4);
    put_u32(writer, value);
}

void mig_writer_advise_ram(MigWriter *writer, guint64 page_size_summary, guint64 target_page_size)
{
    put_command_head(writer, MIG_COMMAND_POSTCOPY_ADVISE, 16);
    put_u64(writer, page_size_summary);
    put_u64(writer, target_page_size);
}

static void put_discard(MigWriter *writer, guint8 version, const char *block, const MigRange *ranges, gsize count)
{
    put_command_head(writer, MIG_COMMAND_POSTCOPY_RAM_DISCARD, (guint16) (3 + strlen(block) + 16 * count));
    put_u8(writer, version);
    put_str8(writer, block);
    put_u8(writer, 0);
    for (gsize i = 0; i < count; i++) {
        put_u64(writer, ranges[i].offset);
        put_u64(writer, ranges[i].length);
    }
}

void mig_writer_discard(MigWriter *writer, const char *block, const MigRange *ranges, gsize count)
{
    g_assert(3 + strlen(block) + 16 * count <= G_MAXUINT16);
    put_discard(writer, 0, block, ranges, count);
}

void mig_writer_recv_bitmap(MigWriter *writer, const char *block)
{
    put_command_head(writer, MIG_COMMAND_RECV_BITMAP, (guint16) (1 + strlen(block)));
    put_str8(writer, block);
}

void mig_writer_packaged(MigWriter *writer, MigWriter *package)
{
    gsize count;
    const MigSegment *segments = mig_writer_segments(package, &count);

    g_assert(package->pending <= G_MAXUINT32);
    put_command_head(writer, MIG_COMMAND_PACKAGED, 4);
    put_u32(writer, (guint32) package->pending);
    for (gsize i = 0; i < count; i++) {
        if (segments[i].kind == MIG_SEGMENT_PAGE) {
            put_page(writer, segments[i].page, segments[i].size);
        } else {
            mig_writer_bytes(writer, segments[i].bytes, segments[i].size);
        }
    }
    mig_writer_take(package, package->pending);
}

/* ---- RAM ---- */

void mig_writer_mem_size(MigWriter *writer, guint64 total)
{
    put_u64(writer, total | MIG_RAM_MEM_SIZE);
}

static void put_ram_block(MigWriter *writer, const MigRecordRamBlock *block)
{
    put_str8(writer, block->name);
    put_u64(writer, block->length);
    if (block->has_page_size) {
        put_u64(writer, block->page_size);
    }
    if (block->has_address) {
        put_u64(writer, block->address);
    }
    if (block->has_mapped) {
        put_u32(writer, block->mapped_version);
        put_u64(writer, block->mapped_page_size);
        put_u64(writer, block->bitmap_offset);
        put_u64(writer, block->pages_offset);
    }
}

void mig_writer_ram_block(MigWriter *writer, const char *name, guint64 length, guint64 page_size, const guint64 *address)
{
    MigRecordRamBlock block = {
        .name = name, .length = length, .has_page_size = page_size != 0, .page_size = page_size,
        .has_address = address != NULL, .address = address ? *address : 0,
    };

    put_ram_block(writer, &block);
}

static void put_page_head(MigWriter *writer, const char *block, gboolean cont, guint64 offset, guint32 flag)
{
    put_u64(writer, offset | flag | (cont ? MIG_RAM_CONT : 0));
    if (!cont) {
        put_str8(writer, block);
        remember_block(writer, block);
    }
}

static gboolean is_cont(const MigWriter *writer, const char *block)
{
    return writer->block && strcmp(writer->block, block) == 0;
}

void mig_writer_page(MigWriter *writer, const char *block, guint64 offset, MigPageRef page)
{
    put_page_head(writer, block, is_cont(writer, block), offset, MIG_RAM_PAGE);
    put_page(writer, page, writer->config.page_size);
}

void mig_writer_page_bytes(MigWriter *writer, const char *block, guint64 offset, const guint8 *bytes)
{
    put_page_head(writer, block, is_cont(writer, block), offset, MIG_RAM_PAGE);
    mig_writer_bytes(writer, bytes, writer->config.page_size);
}

void mig_writer_zero_page(MigWriter *writer, const char *block, guint64 offset)
{
    put_page_head(writer, block, is_cont(writer, block), offset, MIG_RAM_ZERO);
    put_u8(writer, 0);
}

void mig_writer_xbzrle(MigWriter *writer, const char *block, guint64 offset, const guint8 *delta, guint16 size)
{
    put_page_head(writer, block, is_cont(writer, block), offset, MIG_RAM_XBZRLE);
    put_u8(writer, MIG_WIRE_XBZRLE_FLAG);
    put_u16(writer, size);
    mig_writer_bytes(writer, delta, size);
}

void mig_writer_compress_page(MigWriter *writer, const char *block, guint64 offset, const guint8 *data, guint32 size)
{
    put_page_head(writer, block, is_cont(writer, block), offset, MIG_RAM_COMPRESS_PAGE);
    put_u32(writer, size);
    mig_writer_bytes(writer, data, size);
}

void mig_writer_ram_eos(MigWriter *writer)
{
    put_u64(writer, MIG_RAM_EOS);
}

void mig_writer_multifd_flush(MigWriter *writer)
{
    put_u64(writer, MIG_RAM_MULTIFD_FLUSH);
}

/* ---- Return path ---- */

static void put_rp_head(MigWriter *writer, MigRpType type, guint16 length)
{
    put_u16(writer, type);
    put_u16(writer, length);
}

static void put_rp_u32(MigWriter *writer, MigRpType type, guint32 value)
{
    put_rp_head(writer, type, 4);
    put_u32(writer, value);
}

void mig_writer_rp_shut(MigWriter *writer, guint32 status)
{
    put_rp_u32(writer, MIG_RP_SHUT, status);
}

void mig_writer_rp_pong(MigWriter *writer, guint32 value)
{
    put_rp_u32(writer, MIG_RP_PONG, value);
}

static void put_rp_request(MigWriter *writer, gboolean with_id, const char *block, guint64 start, guint32 length)
{
    put_rp_head(writer, with_id ? MIG_RP_REQ_PAGES_ID : MIG_RP_REQ_PAGES, with_id ? (guint16) (13 + strlen(block)) : 12);
    put_u64(writer, start);
    put_u32(writer, length);
    if (with_id) {
        put_str8(writer, block);
    }
}

void mig_writer_rp_req_pages(MigWriter *writer, const char *block, guint64 start, guint32 length)
{
    gboolean with_id = g_strcmp0(writer->request_block, block) != 0;

    put_rp_request(writer, with_id, block, start, length);
    if (with_id) {
        g_free(writer->request_block);
        writer->request_block = g_strdup(block);
    }
}

static void put_rp_recv_bitmap(MigWriter *writer, const char *block, guint64 size)
{
    put_rp_head(writer, MIG_RP_RECV_BITMAP, (guint16) (1 + strlen(block)));
    put_str8(writer, block);
    put_u64(writer, size);
}

void mig_writer_rp_recv_bitmap(MigWriter *writer, const char *block, const guint8 *bitmap, guint64 size)
{
    put_rp_recv_bitmap(writer, block, size);
    mig_writer_bytes(writer, bitmap, size);
    put_u64(writer, MIG_WIRE_BITMAP_END);
}

void mig_writer_rp_resume_ack(MigWriter *writer)
{
    put_rp_u32(writer, MIG_RP_RESUME_ACK, MIG_WIRE_RESUME_ACK);
}

void mig_writer_rp_switchover_ack(MigWriter *writer)
{
    put_rp_head(writer, MIG_RP_SWITCHOVER_ACK, 0);
}

/* ---- multifd ---- */

static void put_hello(MigWriter *writer, const MigRecordHello *hello)
{
    put_u32(writer, hello->magic);
    put_u32(writer, hello->version);
    mig_writer_bytes(writer, hello->uuid, sizeof hello->uuid);
    put_u8(writer, hello->id);
    mig_writer_bytes(writer, hello->reserved, sizeof hello->reserved);
}

void mig_writer_multifd_hello(MigWriter *writer, const guint8 uuid[16], guint8 id)
{
    MigRecordHello hello = { .magic = MIG_WIRE_MULTIFD_MAGIC, .version = MIG_WIRE_MULTIFD_VERSION, .id = id };

    memcpy(hello.uuid, uuid, sizeof hello.uuid);
    put_hello(writer, &hello);
}

/* `given` offsets, then zeros up to `count`. */
static void put_packet(MigWriter *writer, const MigRecordPacket *packet, gsize given, gsize count)
{
    put_u32(writer, packet->magic);
    put_u32(writer, packet->version);
    put_u32(writer, packet->flags);
    put_u32(writer, packet->allocated);
    put_u32(writer, packet->normal);
    put_u32(writer, packet->data_size);
    put_u64(writer, packet->number);
    put_u32(writer, packet->zero);
    mig_writer_bytes(writer, packet->reserved, sizeof packet->reserved);
    mig_writer_bytes(writer, packet->block, sizeof packet->block);
    for (gsize i = 0; i < count; i++) {
        put_u64(writer, i < given ? packet->offsets[i] : 0);
    }
}

void mig_writer_multifd_packet(MigWriter *writer, guint32 flags, guint64 number, const char *block, guint32 allocated,
                               const guint64 *offsets, guint32 normal, guint32 zero, guint32 data_size)
{
    MigRecordPacket packet = {
        .magic = MIG_WIRE_MULTIFD_MAGIC, .version = MIG_WIRE_MULTIFD_VERSION, .flags = flags, .allocated = allocated,
        .normal = normal, .data_size = data_size, .number = number, .zero = zero, .offsets = offsets,
    };
    gsize count = MIG_WIRE_MULTIFD_BYTES / writer->config.page_size;

    g_assert(normal <= count && zero <= count - normal);
    if (block) {
        g_strlcpy(packet.block, block, sizeof packet.block);
    }
    put_packet(writer, &packet, normal + zero, count);
}

void mig_writer_multifd_page(MigWriter *writer, MigPageRef page)
{
    put_page(writer, page, writer->config.page_size);
}

void mig_writer_colo(MigWriter *writer, MigColoMessage message, guint64 size)
{
    put_u32(writer, message);
    if (message == MIG_COLO_VMSTATE_SIZE) {
        put_u64(writer, size);
    }
}

/* ---- Records as they are ---- */

static void put_body(MigWriter *writer, const MigBody *body)
{
    if (body->is_page) {
        put_page(writer, body->page, body->size);
    } else {
        mig_writer_bytes(writer, body->bytes, body->size);
    }
}

static gboolean name_fits(const char *name, GError **error)
{
    if (!name || strlen(name) > 255) {
        g_set_error(error, MIG_STREAM_ERROR, MIG_STREAM_ERROR_SECTION_IDSTR, "a name of the stream has at most 255 bytes");
        return FALSE;
    }
    return TRUE;
}

static gboolean put_command(MigWriter *writer, const MigRecordCommand *c, GError **error)
{
    switch (c->command) {
    case MIG_COMMAND_PING:
        mig_writer_ping(writer, c->ping);
        return TRUE;
    case MIG_COMMAND_POSTCOPY_ADVISE:
        if (c->advise_ram) {
            mig_writer_advise_ram(writer, c->page_size_summary, c->target_page_size);
        } else {
            mig_writer_command(writer, c->command);
        }
        return TRUE;
    case MIG_COMMAND_POSTCOPY_RAM_DISCARD:
        if (!name_fits(c->block, error)) {
            return FALSE;
        }
        if (3 + strlen(c->block) + 16 * c->range_count > G_MAXUINT16) {
            g_set_error(error, MIG_STREAM_ERROR, MIG_STREAM_ERROR_DISCARD, "too many ranges for one command");
            return FALSE;
        }
        put_discard(writer, c->discard_version, c->block, c->ranges, c->range_count);
        return TRUE;
    case MIG_COMMAND_PACKAGED:
        put_command_head(writer, c->command, 4);
        put_u32(writer, c->package_size);
        return TRUE;
    case MIG_COMMAND_RECV_BITMAP:
        if (!name_fits(c->block, error)) {
            return FALSE;
        }
        mig_writer_recv_bitmap(writer, c->block);
        return TRUE;
    case MIG_COMMAND_OPEN_RETURN_PATH:
    case MIG_COMMAND_POSTCOPY_LISTEN:
    case MIG_COMMAND_POSTCOPY_RUN:
    case MIG_COMMAND_ENABLE_COLO:
    case MIG_COMMAND_POSTCOPY_RESUME:
    case MIG_COMMAND_SWITCHOVER_START:
    case MIG_COMMAND_COUNT:
        break;
    }
    mig_writer_command(writer, c->command);
    return TRUE;
}

static gboolean put_page_record(MigWriter *writer, const MigRecord *record, GError **error)
{
    static const guint32 flags[] = { MIG_RAM_PAGE, MIG_RAM_ZERO, MIG_RAM_XBZRLE, MIG_RAM_COMPRESS_PAGE };
    const MigRecordPage *page = &record->page;

    if (!page->cont && !name_fits(page->block, error)) {
        return FALSE;
    }
    put_page_head(writer, page->block, page->cont, page->offset, flags[record->kind - MIG_RECORD_RAM_PAGE]);
    if (record->kind == MIG_RECORD_RAM_ZERO) {
        put_u8(writer, page->fill);
        return TRUE;
    }
    if (record->kind == MIG_RECORD_RAM_XBZRLE) {
        put_u8(writer, page->xbzrle_flag);
        put_u16(writer, (guint16) page->body.size);
    } else if (record->kind == MIG_RECORD_RAM_COMPRESS) {
        put_u32(writer, (guint32) page->body.size);
    }
    put_body(writer, &page->body);
    return TRUE;
}

static gboolean put_bitmap(MigWriter *writer, const MigRecordBitmap *b, GError **error)
{
    put_u8(writer, b->flags);
    if (b->flags & MIG_BITMAP_DEVICE_NAME) {
        if (!name_fits(b->node, error)) {
            return FALSE;
        }
        put_str8(writer, b->node);
    }
    if (b->flags & MIG_BITMAP_BITMAP_NAME) {
        if (!name_fits(b->bitmap, error)) {
            return FALSE;
        }
        put_str8(writer, b->bitmap);
    }
    if (b->flags & MIG_BITMAP_START) {
        put_u32(writer, b->granularity);
        put_u8(writer, b->start_flags);
    }
    if (b->flags & MIG_BITMAP_BITS) {
        put_u64(writer, b->first_sector);
        put_u32(writer, b->sector_count);
        if (!(b->flags & MIG_BITMAP_ZEROES)) {
            put_u64(writer, b->data_size);
            mig_writer_bytes(writer, b->data, b->data_size);
        }
    }
    return TRUE;
}

static gboolean put_disk(MigWriter *writer, const MigRecordDisk *disk, GError **error)
{
    put_u64(writer, disk->value << 9 | disk->flags);
    if (disk->flags & MIG_BLOCK_DEVICE) {
        if (!name_fits(disk->drive, error)) {
            return FALSE;
        }
        put_str8(writer, disk->drive);
        if (!(disk->flags & MIG_BLOCK_ZERO)) {
            mig_writer_bytes(writer, disk->data, MIG_WIRE_BLOCK_SIZE);
        }
    }
    return TRUE;
}

static gboolean put_rp(MigWriter *writer, const MigRecordRp *rp, GError **error)
{
    switch (rp->type) {
    case MIG_RP_SHUT:
    case MIG_RP_PONG:
    case MIG_RP_RESUME_ACK:
        put_rp_u32(writer, rp->type, rp->value);
        return TRUE;
    case MIG_RP_REQ_PAGES_ID:
    case MIG_RP_REQ_PAGES:
        if (rp->type == MIG_RP_REQ_PAGES_ID && !name_fits(rp->block, error)) {
            return FALSE;
        }
        put_rp_request(writer, rp->type == MIG_RP_REQ_PAGES_ID, rp->block, rp->start, rp->request_length);
        return TRUE;
    case MIG_RP_RECV_BITMAP:
        if (!name_fits(rp->block, error)) {
            return FALSE;
        }
        put_rp_recv_bitmap(writer, rp->block, rp->bitmap_size);
        return TRUE;
    case MIG_RP_SWITCHOVER_ACK:
    case MIG_RP_COUNT:
        break;
    }
    put_rp_head(writer, rp->type, 0);
    return TRUE;
}

gboolean mig_writer_put(MigWriter *writer, const MigRecord *record, GError **error)
{
    switch (record->kind) {
    case MIG_RECORD_HEADER:
        put_u32(writer, record->header.magic);
        put_u32(writer, record->header.version);
        return TRUE;
    case MIG_RECORD_CONFIGURATION:
        mig_writer_configuration(writer, record->configuration.machine);
        return TRUE;
    case MIG_RECORD_CONFIG_PAGE_BITS:
        mig_writer_config_page_bits(writer, record->page_bits.bits);
        return TRUE;
    case MIG_RECORD_CONFIG_CAPABILITIES:
        for (gsize i = 0; i < record->capabilities.count; i++) {
            if (!name_fits(record->capabilities.names[i], error)) {
                return FALSE;
            }
        }
        mig_writer_config_capabilities(writer, record->capabilities.names, record->capabilities.count);
        return TRUE;
    case MIG_RECORD_CONFIG_UUID:
        mig_writer_config_uuid(writer, record->uuid.bytes);
        return TRUE;
    case MIG_RECORD_SECTION:
        if (record->section.kind == MIG_WIRE_SECTION_START || record->section.kind == MIG_WIRE_SECTION_FULL) {
            if (!name_fits(record->section.idstr, error)) {
                return FALSE;
            }
            put_section_head(writer, record->section.kind, record->section.id, record->section.idstr, record->section.instance,
                             record->section.version);
        } else {
            put_u8(writer, record->section.kind);
            put_u32(writer, record->section.id);
        }
        return TRUE;
    case MIG_RECORD_FOOTER:
        put_u8(writer, MIG_WIRE_FOOTER);
        put_u32(writer, record->footer.id);
        return TRUE;
    case MIG_RECORD_COMMAND:
        return put_command(writer, &record->command, error);
    case MIG_RECORD_PACKAGE_END:
        return TRUE;
    case MIG_RECORD_EOF:
        put_u8(writer, MIG_WIRE_EOF);
        return TRUE;
    case MIG_RECORD_DESCRIPTION:
        put_u8(writer, MIG_WIRE_VMDESCRIPTION);
        put_u32(writer, record->description.length);
        return TRUE;
    case MIG_RECORD_DESCRIPTION_TEXT:
    case MIG_RECORD_DEVICE_DATA:
    case MIG_RECORD_MAPPED_BITMAP:
    case MIG_RECORD_MAPPED_GAP:
    case MIG_RECORD_MAPPED_PAGES:
    case MIG_RECORD_RP_BITMAP:
    case MIG_RECORD_MULTIFD_DATA:
    case MIG_RECORD_MULTIFD_DEVICE_DATA:
        mig_writer_bytes(writer, record->piece.bytes, record->piece.size);
        return TRUE;
    case MIG_RECORD_RAM_MEM_SIZE:
        mig_writer_mem_size(writer, record->mem_size.total);
        return TRUE;
    case MIG_RECORD_RAM_BLOCK:
        if (!name_fits(record->block.name, error)) {
            return FALSE;
        }
        put_ram_block(writer, &record->block);
        return TRUE;
    case MIG_RECORD_RAM_PAGE:
    case MIG_RECORD_RAM_ZERO:
    case MIG_RECORD_RAM_XBZRLE:
    case MIG_RECORD_RAM_COMPRESS:
        return put_page_record(writer, record, error);
    case MIG_RECORD_RAM_EOS:
    case MIG_RECORD_RAM_FLUSH:
    case MIG_RECORD_RAM_HOOK:
        put_u64(writer, record->ram_flags.address | record->ram_flags.flags);
        return TRUE;
    case MIG_RECORD_BITMAP:
        return put_bitmap(writer, &record->bitmap, error);
    case MIG_RECORD_BLOCK:
        return put_disk(writer, &record->disk, error);
    case MIG_RECORD_RP:
        return put_rp(writer, &record->rp, error);
    case MIG_RECORD_RP_BITMAP_END:
        put_u64(writer, record->end_mark.value);
        return TRUE;
    case MIG_RECORD_MULTIFD_HELLO:
        put_hello(writer, &record->hello);
        return TRUE;
    case MIG_RECORD_MULTIFD_PACKET:
        put_packet(writer, &record->packet, record->packet.offset_count, record->packet.offset_count);
        return TRUE;
    case MIG_RECORD_MULTIFD_PAGE:
        put_body(writer, &record->packet_page.body);
        return TRUE;
    case MIG_RECORD_MULTIFD_DEVICE:
        put_u32(writer, record->packet_device.magic);
        put_u32(writer, record->packet_device.version);
        put_u32(writer, record->packet_device.flags);
        mig_writer_bytes(writer, record->packet_device.idstr, sizeof record->packet_device.idstr);
        put_u32(writer, record->packet_device.instance);
        put_u32(writer, record->packet_device.data_size);
        return TRUE;
    case MIG_RECORD_COLO:
        mig_writer_colo(writer, record->colo.message, record->colo.size);
        return TRUE;
    case MIG_RECORD_COUNT:
        break;
    }
    g_assert_not_reached();
}
