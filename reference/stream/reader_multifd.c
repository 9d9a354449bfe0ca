/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * multifd channels: stream.md 5.
 */
#include "reference/stream/reader_private.h"

#include <string.h>

#define DEVICE_STATE_MAX (16u << 20)

static gboolean all_zero(const guint8 *bytes, gsize size)
{
    for (gsize i = 0; i < size; i++) {
        if (bytes[i]) {
            return FALSE;
        }
    }
    return TRUE;
}

static Step check_magic(MigReader *reader, const char *what, guint32 magic, guint32 version)
{
    if (magic != MIG_WIRE_MULTIFD_MAGIC) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_MAGIC, what, magic, "magic 0x%08x", magic);
    }
    if (version != MIG_WIRE_MULTIFD_VERSION) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_VERSION, what, version, "version %u", version);
    }
    return STEP_AGAIN;
}

Step mig_reader_step_hello(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    MigRecordHello *hello = &record->hello;

    if (!mig_cursor_need(cursor, MIG_WIRE_MULTIFD_HELLO)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_MULTIFD_HELLO;
    hello->magic = mig_cursor_u32(cursor);
    hello->version = mig_cursor_u32(cursor);
    memcpy(hello->uuid, mig_cursor_take(cursor, 16), 16);
    hello->id = mig_cursor_u8(cursor);
    memcpy(hello->reserved, mig_cursor_take(cursor, sizeof hello->reserved), sizeof hello->reserved);
    if (check_magic(reader, "multifd hello", hello->magic, hello->version) == STEP_BAD) {
        return STEP_BAD;
    }
    if (reader->expects && memcmp(hello->uuid, reader->expect_uuid, 16) != 0) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_UUID, "multifd hello", 0, "another UUID");
    }
    /* Up to 10.0 an id equal to the number of channels got through and crashed the receiver (stream.md 5.1). */
    if (reader->expects && hello->id >= reader->expect_channels) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_ID, "multifd hello", hello->id, "channel %u of %u", hello->id,
                               reader->expect_channels);
    }
    if (mig_reader_config(reader)->strict && !all_zero(hello->reserved, sizeof hello->reserved)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_RESERVED, "multifd hello", 0, "reserved bytes are set");
    }
    reader->state = STATE_MULTIFD_PACKET;
    return STEP_RECORD;
}

static Step device_packet(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    MigRecordPacketDevice *device = &record->packet_device;

    if (!mig_cursor_need(cursor, MIG_WIRE_MULTIFD_DEVICE)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_MULTIFD_DEVICE;
    device->magic = mig_cursor_u32(cursor);
    device->version = mig_cursor_u32(cursor);
    device->flags = mig_cursor_u32(cursor);
    memcpy(device->idstr, mig_cursor_take(cursor, sizeof device->idstr), sizeof device->idstr);
    device->instance = mig_cursor_u32(cursor);
    device->data_size = mig_cursor_u32(cursor);
    if (!memchr(device->idstr, '\0', sizeof device->idstr) || device->data_size == 0 || device->data_size > DEVICE_STATE_MAX
        || (device->flags & MIG_MULTIFD_SYNC)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_DEVICE, "device state packet", device->data_size,
                               "%u bytes, flags 0x%x, or a name without NUL", device->data_size, device->flags);
    }
    reader->left = reader->total = device->data_size;
    reader->done = 0;
    reader->state = STATE_MULTIFD_DEVICE;
    return STEP_RECORD;
}

static Step check_offsets(MigReader *reader, MigRecordPacket *packet)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    const MigStreamBlock *block = NULL;
    guint64 mask = config->page_size - 1;
    guint32 count = packet->normal + packet->zero;

    if (count == 0) {
        return STEP_AGAIN;
    }
    if (!memchr(packet->block, '\0', sizeof packet->block) || packet->block[0] == '\0') {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_BLOCK, "multifd packet", 0, "block name empty or without NUL");
    }
    if (mig_stream_context_block_count(reader->context) > 0) {
        block = mig_stream_context_find_block(reader->context, packet->block);
        if (!block) {
            g_autofree char *escaped = g_strescape(packet->block, NULL);
            return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_BLOCK, "multifd packet", 0, "unknown block %s", escaped);
        }
    }
    for (guint32 i = 0; i < count; i++) {
        guint64 offset = packet->offsets[i];

        /* QEMU does not look at the alignment and writes the page across two (stream.md 5.2). */
        if ((offset & mask) || (block && (offset >= block->length || block->length - offset < config->page_size))) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_OFFSET, "multifd packet", offset,
                                   "page %u at 0x%" G_GINT64_MODIFIER "x of block %s", i, offset, packet->block);
        }
    }
    return STEP_AGAIN;
}

/* What n pages can need at most in any of the methods: deflate's and zstd's bounds per page and some for the frames. */
static guint64 data_max(const MigReader *reader, guint32 pages)
{
    guint64 page_size = mig_reader_config(reader)->page_size;

    return (guint64) pages * (page_size + (page_size >> 6) + 64) + 1024;
}

static Step check_size(MigReader *reader, const MigRecordPacket *packet)
{
    guint32 method = packet->flags & MIG_MULTIFD_METHOD_MASK;
    guint64 plain = (guint64) packet->normal * mig_reader_config(reader)->page_size;

    if (packet->normal == 0) {
        return STEP_AGAIN;        /* up to 8.2 the field is left over from the packet before */
    }
    if (method == 0 ? packet->data_size != plain : packet->data_size == 0 || packet->data_size > data_max(reader, packet->normal)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_SIZE, "multifd packet", packet->data_size,
                               "%u bytes of data for %u pages", packet->data_size, packet->normal);
    }
    return STEP_AGAIN;
}

Step mig_reader_step_packet(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    MigRecordPacket *packet = &record->packet;
    gsize count = MIG_WIRE_MULTIFD_BYTES / config->page_size;
    Cursor look = *cursor;
    guint32 flags;

    if (!mig_cursor_need(&look, 12)) {
        return STEP_MORE;
    }
    packet->magic = mig_cursor_u32(&look);
    packet->version = mig_cursor_u32(&look);
    flags = mig_cursor_u32(&look);
    if (check_magic(reader, "multifd packet", packet->magic, packet->version) == STEP_BAD) {
        return STEP_BAD;
    }
    if ((config->strict && (flags & ~(guint32) MIG_MULTIFD_FLAGS_KNOWN)) || !mig_multifd_method_name(flags)
        || ((flags & MIG_MULTIFD_DEVICE_STATE) && !mig_reader_release(reader, 1000, 0))) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_FLAGS, "multifd packet", flags, "flags 0x%x", flags);
    }
    if (flags & MIG_MULTIFD_DEVICE_STATE) {
        return device_packet(reader, cursor, record);
    }
    if (!mig_cursor_need(cursor, MIG_WIRE_MULTIFD_FIXED + 8 * count)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_MULTIFD_PACKET;
    (void) mig_cursor_take(cursor, 12);
    packet->flags = flags;
    packet->allocated = mig_cursor_u32(cursor);
    packet->normal = mig_cursor_u32(cursor);
    packet->data_size = mig_cursor_u32(cursor);
    packet->number = mig_cursor_u64(cursor);
    packet->zero = mig_cursor_u32(cursor);
    memcpy(packet->reserved, mig_cursor_take(cursor, sizeof packet->reserved), sizeof packet->reserved);
    memcpy(packet->block, mig_cursor_take(cursor, sizeof packet->block), sizeof packet->block);
    if (packet->allocated > count || packet->normal > packet->allocated || packet->zero > packet->allocated - packet->normal) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_COUNT, "multifd packet", packet->normal,
                               "%u pages and %u zero pages, %u allocated, %" G_GSIZE_FORMAT " possible", packet->normal, packet->zero,
                               packet->allocated, count);
    }
    if (!reader->offsets) {
        reader->offsets = g_new(guint64, count);
    }
    for (gsize i = 0; i < count; i++) {
        reader->offsets[i] = mig_cursor_u64(cursor);
    }
    packet->offsets = reader->offsets;
    packet->offset_count = count;
    if (reader->expects && packet->normal > 0 && (flags & MIG_MULTIFD_METHOD_MASK) != reader->expect_method) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_METHOD, "multifd packet", flags, "flags 0x%x", flags);
    }
    /* Up to 8.2 an empty packet may repeat the number of the one before (seen on 5.2, 7.2, 8.1). */
    if (config->strict && reader->packet_seen && packet->number < reader->packet.number) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MULTIFD_NUMBER, "multifd packet", packet->number,
                               "number %" G_GUINT64_FORMAT " behind %" G_GUINT64_FORMAT, packet->number, reader->packet.number);
    }
    if (check_offsets(reader, packet) == STEP_BAD || check_size(reader, packet) == STEP_BAD) {
        return STEP_BAD;
    }
    reader->packet = *packet;
    reader->packet_seen = TRUE;
    reader->packet_page = 0;
    if (packet->normal > 0) {
        reader->left = reader->total = packet->data_size;
        reader->done = 0;
        reader->state = (flags & MIG_MULTIFD_METHOD_MASK) ? STATE_MULTIFD_DATA : STATE_MULTIFD_PAGES;
    }
    return STEP_RECORD;
}

Step mig_reader_step_packet_page(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    if (!mig_cursor_page(cursor, &record->packet_page.body)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_MULTIFD_PAGE;
    record->packet_page.index = reader->packet_page;
    record->packet_page.offset = reader->offsets[reader->packet_page];
    if (++reader->packet_page == reader->packet.normal) {
        reader->state = STATE_MULTIFD_PACKET;
    }
    return STEP_RECORD;
}
