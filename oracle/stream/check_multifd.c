/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * multifd channels (stream.md 5): hellos, packets, and the pairing of SYNCs with main.
 */
#include "oracle/stream/check_private.h"

#include <zlib.h>
#include <zstd.h>

enum {
    METHOD_NONE = 0,
    METHOD_ZLIB = 1 << 1,
    METHOD_ZSTD = 2 << 1,
    METHOD_QPL = 4 << 1,
    METHOD_UADK = 8 << 1,
    METHOD_QATZIP = 16 << 1,
    SPANS_MAX = 1 << 24,
    SPAN_BITS = 24
};

static void hello(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;

    channel->hello = TRUE;
    channel->first_packet = TRUE;
    channel->hello_id = record->head[24];
    memcpy(channel->uuid, record->head + 8, 16);
    if (!check->config.live && channel->hello_id != channel->index) {
        ora_check_add(check, ORA_SR_HELLO_ID, channel, record->offset + 24, "id %u", channel->hello_id);
    }
    for (guint i = 25; i < 64; i++) {
        if (record->head[i]) {
            ora_check_add(check, ORA_SR_HELLO_RESERVED, channel, record->offset + i, "%02x", record->head[i]);
            break;
        }
    }
}

static void method_is(CheckChannel *channel, const OraStreamRecord *record, guint32 method)
{
    OraStreamCheck *check = channel->check;
    const guint64 at = record->offset + 8;

    switch (method) {
    case METHOD_NONE:
        break;
    case METHOD_ZLIB:
    case METHOD_ZSTD:
        ora_check_element(check, ORA_SR_RELEASE_MULTIFD_METHOD, channel, at, 500, 0, "multifd compression");
        break;
    case METHOD_QPL:
    case METHOD_UADK:
        ora_check_element(check, ORA_SR_RELEASE_MULTIFD_METHOD, channel, at, 901, 0, "multifd compression qpl or uadk");
        break;
    case METHOD_QATZIP:
        ora_check_element(check, ORA_SR_RELEASE_MULTIFD_METHOD, channel, at, 902, 0, "multifd compression qatzip");
        break;
    default:
        ora_check_add(check, ORA_SR_PACKET_METHOD, channel, at, "method bits 0x%x", method);
        return;
    }
    /* All channels of a migration use one method. */
    for (guint i = 0; i < MULTIFD_MAX; i++) {
        const CheckChannel *other = check->multifd[i];

        if (other && other->has_method && other->method != method) {
            ora_check_add(check, ORA_SR_PACKET_METHOD, channel, at, "method bits 0x%x, before 0x%x", method, other->method);
            return;
        }
    }
    channel->has_method = TRUE;
    channel->method = method;
}

static void packet_pages(CheckChannel *channel, const OraStreamRecord *record, guint32 normal, guint32 zero)
{
    OraStreamCheck *check = channel->check;
    const CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];
    const OraWalkerBlock *block;
    const guint8 *offsets = record->head + 320;
    char name[257];
    CheckBlock *mine;
    gint index;

    memcpy(name, record->head + 64, 256);
    name[256] = 0;
    index = main ? ora_walker_find_block(main->walker, name) : -1;
    if (index < 0 || (guint) index >= check->blocks->len) {
        if (main && check->list_seen) {
            g_autofree char *printable = g_strescape(name, NULL);

            ora_check_add(check, ORA_SR_PACKET_BLOCK, channel, record->offset + 64, "block '%s'", printable);
        }
        return;
    }
    block = ora_walker_block(main->walker, index);
    mine = &g_array_index(check->blocks, CheckBlock, index);
    check->any_pages = TRUE;
    for (guint32 i = 0; i < normal + zero; i++) {
        const guint64 offset = ora_be64(offsets + 8 * (gsize) i), at = record->offset + 320 + 8 * (guint64) i;
        guint64 page, key;

        if (offset % check->page_size || offset > block->length - check->page_size) {
            ora_check_add(check, ORA_SR_PACKET_OFFSET, channel, at,
                          "0x%" G_GINT64_MODIFIER "x in '%s' of 0x%" G_GINT64_MODIFIER "x bytes", offset, block->name,
                          block->length);
            continue;
        }
        for (guint32 k = 0; k < i; k++) {
            if (ora_be64(offsets + 8 * (gsize) k) == offset) {
                ora_check_add(check, ORA_SR_PACKET_TWICE, channel, at, "0x%" G_GINT64_MODIFIER "x twice in a packet", offset);
                break;
            }
        }
        if (!check->counting) {
            continue;
        }
        page = offset >> check->page_shift;
        ora_page_set_add(&mine->multifd, page);
        /* Which page of all blocks, in which span: sorted in the end, equal neighbours are a page sent twice in a span. */
        page += mine->first_page;
        if (check->spans->len >= SPANS_MAX || channel->n_syncs >= 1 << SPAN_BITS) {
            check->spans_full = TRUE;
        } else {
            key = channel->n_syncs << (64 - SPAN_BITS) | page;
            g_array_append_val(check->spans, key);
        }
    }
}

void ora_check_multifd(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const guint8 *p = record->head;
    const guint64 at = record->offset;
    guint32 flags, allocated, normal, zero, size, method;
    guint64 number;
    gboolean sync, empty;

    if (record->kind == ORA_REC_MULTIFD_HELLO) {
        hello(channel, record);
        return;
    }
    if (record->kind == ORA_REC_MULTIFD_DEVICE) {
        ora_check_element(check, ORA_SR_RELEASE_MULTIFD_DEVICE, channel, at, 1000, 0, "a device state packet");
        return;
    }
    if (record->kind != ORA_REC_MULTIFD_PACKET) {
        return;
    }
    flags = ora_be32(p + 8);
    allocated = ora_be32(p + 12);
    normal = ora_be32(p + 16);
    size = ora_be32(p + 20);
    number = ora_be64(p + 24);
    zero = ora_be32(p + 32);
    sync = flags & ORA_MULTIFD_SYNC;
    method = flags & ORA_MULTIFD_METHOD_MASK;
    channel->n_packets++;
    channel->packet_offset = at;
    if (flags & ~(guint32) (ORA_MULTIFD_SYNC | ORA_MULTIFD_METHOD_MASK)) {
        ora_check_add(check, ORA_SR_PACKET_FLAGS, channel, at + 8, "flags 0x%x", flags);
    }
    if (zero) {
        ora_check_element(check, ORA_SR_RELEASE_MULTIFD_ZERO, channel, at + 32, 900, 0, "zero pages in a packet");
    }
    if ((guint64) normal + zero > allocated) {
        ora_check_add(check, ORA_SR_PACKET_COUNT, channel, at + 16, "%u and %u zero pages of %u allocated", normal, zero,
                      allocated);
        return;
    }
    empty = normal + zero == 0;
    if (!empty) {
        method_is(channel, record, method);
    } else if (method) {
        ora_check_add(check, ORA_SR_PACKET_METHOD, channel, at + 8, "method bits 0x%x without pages", method);
    }
    if (allocated == 0 && sync) {
        ora_check_element(check, ORA_SR_RELEASE_MULTIFD_ALLOCATED, channel, at + 12, 900, 0,
                          "a SYNC packet that allocates no pages");
    } else if (allocated != 524288 / ora_walker_page_size(channel->walker)) {
        ora_check_add(check, ORA_SR_PACKET_ALLOCATED, channel, at + 12, "%u pages allocated", allocated);
    } else if (sync) {
        ora_check_element(check, ORA_SR_RELEASE_MULTIFD_ALLOCATED, channel, at + 12, 0, 802,
                          "a SYNC packet that allocates pages");
    } else if (empty) {
        ora_check_element(check, ORA_SR_RELEASE_MULTIFD_SYNC_DATA, channel, at, 0, 802, "an empty packet that is no SYNC");
    }
    if (sync && !empty) {
        ora_check_element(check, ORA_SR_RELEASE_MULTIFD_SYNC_DATA, channel, at, 0, 802, "a SYNC packet with pages");
    }
    if (normal == 0 && size && (check->config.release >= 900 || zero)) {
        ora_check_add(check, ORA_SR_PACKET_SIZE, channel, at + 20, "%u bytes without pages", size);
    }
    for (guint i = 36; i < 64; i++) {
        if (p[i]) {
            ora_check_add(check, ORA_SR_PACKET_RESERVED, channel, at + i, "%02x", p[i]);
            break;
        }
    }
    {
        const gsize n = strnlen((const char *) p + 64, 256);

        for (gsize i = n; i < 256; i++) {
            if (p[64 + i]) {
                ora_check_add(check, ORA_SR_PACKET_BLOCK, channel, at + 64 + i, "%02x behind the name", p[64 + i]);
                break;
            }
        }
        if (n == 256) {
            ora_check_add(check, ORA_SR_PACKET_BLOCK, channel, at + 64, "a name without end");
            return;
        }
        if (sync && allocated == 0 && n) {
            ora_check_add(check, ORA_SR_PACKET_BLOCK, channel, at + 64, "a block name in a SYNC packet");
        }
    }
    if (allocated == 0 || zero) {
        /* 9.0 and newer clear what they do not use. */
        for (gsize i = 320 + 8 * (gsize) (normal + zero); i < record->head_size; i++) {
            if (p[i]) {
                ora_check_add(check, ORA_SR_PACKET_OFFSET, channel, at + i, "%02x behind the last offset", p[i]);
                break;
            }
        }
    }
    /* Up to 8.2 an empty packet behind a SYNC with pages repeats its number. */
    if (channel->have_number && (number < channel->last_number || (number == channel->last_number && !empty))) {
        ora_check_add(check, ORA_SR_PACKET_NUMBER, channel, at + 24,
                      "number %" G_GUINT64_FORMAT " behind %" G_GUINT64_FORMAT, number, channel->last_number);
    }
    if (!channel->have_number || number > channel->last_number) {
        channel->last_number = number;
    }
    channel->have_number = TRUE;
    if (channel->first_packet && !sync) {
        ora_check_add(check, ORA_SR_SYNC_FIRST, channel, at, "flags 0x%x", flags);
    }
    channel->first_packet = FALSE;
    if (!empty) {
        if (!check->page_size) {
            check->page_size = ora_walker_page_size(channel->walker);
            check->page_shift = g_bit_nth_lsf(check->page_size, -1);
        }
        packet_pages(channel, record, normal, zero);
        if (!sync) {
            channel->pages_since_sync_offset = 1 + at;
        }
    }
    if (sync) {
        channel->n_syncs++;
        channel->pages_since_sync_offset = 0;
    }
    channel->data_expected = (guint64) normal * ora_walker_page_size(channel->walker);
}

void ora_check_multifd_free(CheckChannel *channel)
{
    if (!channel->inflate) {
        return;
    }
    if (channel->method == METHOD_ZLIB) {
        inflateEnd(channel->inflate);
        g_free(channel->inflate);
    } else {
        ZSTD_freeDStream(channel->inflate);
    }
    channel->inflate = NULL;
}

static void data_is_bad(CheckChannel *channel, const OraStreamRecord *record, const char *why)
{
    channel->data_bad = TRUE;
    ora_check_add(channel->check, ORA_SR_PACKET_DATA, channel, record->offset + record->head_size, "%s", why);
}

/* Compressed data are unpacked to nowhere: what counts is how many pages they give. */
void ora_check_multifd_body(CheckChannel *channel, const OraStreamRecord *record, const guint8 *data, gsize size)
{
    const guint32 method = record->value & ORA_MULTIFD_METHOD_MASK;
    guint8 out[65536];

    if ((method != METHOD_ZLIB && method != METHOD_ZSTD) || method != channel->method || channel->data_bad) {
        return;
    }
    channel->body_done += size;
    if (method == METHOD_ZLIB) {
        z_stream *z = channel->inflate;
        int ret;

        if (!z) {
            z = channel->inflate = g_new0(z_stream, 1);
            if (inflateInit(z) != Z_OK) {
                data_is_bad(channel, record, "no memory to unpack");
                return;
            }
        }
        z->next_in = (guint8 *) data;
        z->avail_in = size;
        do {
            z->next_out = out;
            z->avail_out = sizeof out;
            ret = inflate(z, Z_SYNC_FLUSH);
            if (ret != Z_OK && ret != Z_BUF_ERROR) {
                data_is_bad(channel, record, ret == Z_STREAM_END ? "a deflate stream that ends" : "data that do not unpack");
                return;
            }
            if (sizeof out - z->avail_out > channel->data_expected) {
                data_is_bad(channel, record, "data that unpack to more than the packet's pages");
                return;
            }
            channel->data_expected -= sizeof out - z->avail_out;
        } while (z->avail_out == 0 || (z->avail_in && ret == Z_OK));
    } else {
        ZSTD_inBuffer in = { data, size, 0 };
        size_t ret;

        if (!channel->inflate) {
            channel->inflate = ZSTD_createDStream();
            if (!channel->inflate || ZSTD_isError(ZSTD_initDStream(channel->inflate))) {
                data_is_bad(channel, record, "no memory to unpack");
                return;
            }
        }
        for (;;) {
            ZSTD_outBuffer to = { out, sizeof out, 0 };

            ret = ZSTD_decompressStream(channel->inflate, &to, &in);
            if (ZSTD_isError(ret)) {
                data_is_bad(channel, record, "data that do not unpack");
                return;
            }
            if (to.pos > channel->data_expected) {
                data_is_bad(channel, record, "data that unpack to more than the packet's pages");
                return;
            }
            channel->data_expected -= to.pos;
            if (in.pos == in.size && to.pos < to.size) {
                break;
            }
        }
    }
    if (channel->body_done == record->size - record->head_size && channel->data_expected) {
        g_autofree char *why = g_strdup_printf("data that unpack to %" G_GUINT64_FORMAT " bytes less than the packet's pages",
                                               channel->data_expected);

        data_is_bad(channel, record, why);
    }
}

static gint by_key(gconstpointer a, gconstpointer b)
{
    const guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

    return x < y ? -1 : x > y;
}

void ora_check_multifd_end(OraStreamCheck *check)
{
    const CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];
    const CheckChannel *first = NULL;
    gboolean stopped = main->stopped;
    guint64 last = 0, packets = 0, expected;
    const guint64 flushes = check->n_flush;

    if (check->n_multifd == 0) {
        return;
    }
    if (ora_walker_mapped_ram(main->walker)) {
        for (guint i = 0; i < MULTIFD_MAX; i++) {
            if (check->multifd[i]) {
                ora_check_add(check, ORA_SR_MULTIFD_MAPPED, check->multifd[i], 0, "a multifd channel");
            }
        }
        return;
    }
    for (guint i = 0; i < MULTIFD_MAX; i++) {
        const CheckChannel *channel = check->multifd[i];

        if (!channel) {
            continue;
        }
        stopped |= channel->stopped;
        if (!channel->hello) {
            continue;
        }
        if (!first) {
            first = channel;
        } else if (memcmp(first->uuid, channel->uuid, 16) != 0) {
            ora_check_add(check, ORA_SR_HELLO_UUID, channel, 8, "another UUID than on multifd%u", first->index);
        }
        if (check->has_uuid && memcmp(check->uuid, channel->uuid, 16) != 0) {
            ora_check_add(check, ORA_SR_HELLO_UUID, channel, 8, "another UUID than in the configuration section");
        }
        if (channel->hello_id >= check->n_multifd) {
            ora_check_add(check, ORA_SR_HELLO_ID, channel, 24, "id %u of %u channels", channel->hello_id, check->n_multifd);
        }
        for (guint k = 0; k < i; k++) {
            if (check->multifd[k] && check->multifd[k]->hello && check->multifd[k]->hello_id == channel->hello_id) {
                ora_check_add(check, ORA_SR_HELLO_ID, channel, 24, "id %u, which multifd%u has", channel->hello_id, k);
            }
        }
        packets += channel->n_packets;
        last = MAX(last, channel->last_number);
    }
    if (stopped || ora_check_is_cut(check, main)) {
        return;
    }
    if (packets && last != packets - 1) {
        ora_check_add(check, ORA_SR_PACKET_NUMBER, first, ora_walker_settled(first->walker),
                      "the end, %" G_GUINT64_FORMAT " packets on all channels, the highest number is %" G_GUINT64_FORMAT,
                      packets, last);
    }
    expected = flushes ? flushes : check->n_eos;
    ora_stream_check_say(check, flushes ? "multifd synchronises per round: %" G_GUINT64_FORMAT " FLUSH records on main"
                                 : "multifd synchronises per section: %" G_GUINT64_FORMAT " EOS records on main", expected);
    for (guint i = 0; i < MULTIFD_MAX; i++) {
        const CheckChannel *channel = check->multifd[i];

        if (!channel) {
            continue;
        }
        if (flushes && channel->n_syncs == flushes + 1 && check->ram_ended &&
            (!check->config.release || check->config.release == 901 || check->config.release == 902)) {
            ora_check_element(check, ORA_SR_SYNC_COUNT, channel, ora_walker_settled(channel->walker), 901, 902,
                              "a last SYNC without FLUSH");
        } else if (channel->n_syncs != expected) {
            ora_check_add(check, ORA_SR_SYNC_COUNT, channel, ora_walker_settled(channel->walker),
                          "%" G_GUINT64_FORMAT " SYNC packets, main has %" G_GUINT64_FORMAT " %s", channel->n_syncs, expected,
                          flushes ? "FLUSH records" : "EOS of ram");
        } else if (channel->pages_since_sync_offset) {
            ora_check_add(check, ORA_SR_SYNC_LAST, channel, channel->pages_since_sync_offset - 1,
                          "pages behind the last SYNC");
        }
    }
    /* A real 7.2.22 sends the last page of a full packet again as the first of the next one. */
    if (check->config.release ? check->config.release < 900 : check->until && check->until < 900) {
        return;
    }
    if (check->spans_full) {
        ora_stream_check_say(check, "too many pages to look for ones sent twice in a span");
        return;
    }
    g_array_sort(check->spans, by_key);
    for (guint i = 1; i < check->spans->len; i++) {
        const guint64 key = g_array_index(check->spans, guint64, i);

        if (key == g_array_index(check->spans, guint64, i - 1)) {
            ora_check_add(check, ORA_SR_PACKET_TWICE, first, 0, "page number %" G_GUINT64_FORMAT " of all blocks twice in span %u",
                          key & (((guint64) 1 << (64 - SPAN_BITS)) - 1), (guint) (key >> (64 - SPAN_BITS)));
        }
    }
}
