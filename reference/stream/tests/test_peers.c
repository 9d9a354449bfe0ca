/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The minimal peers of stream.md 15, byte for byte: written by our writer, read by our reader. sim/stream/tests shows the same
 * streams to a real QEMU.
 */
#include "reference/stream/reader.h"
#include "reference/stream/tests/common_hex.h"
#include "reference/stream/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static GByteArray *all_bytes(MigWriter *writer)
{
    GByteArray *bytes = g_byte_array_new();
    gsize count;
    const MigSegment *segments = mig_writer_segments(writer, &count);

    for (gsize i = 0; i < count; i++) {
        if (segments[i].kind == MIG_SEGMENT_PAGE) {
            g_byte_array_set_size(bytes, bytes->len + (guint) segments[i].size);
            memset(bytes->data + bytes->len - segments[i].size, 0x5a, segments[i].size);
        } else {
            g_byte_array_append(bytes, segments[i].bytes, (guint) segments[i].size);
        }
    }
    return bytes;
}

/* ---- The peers ---- */

static const MigPageRef page_5a = { .base = 0x5a, .version = 1 };

static void head(MigWriter *w)
{
    mig_writer_header(w);
    mig_writer_configuration(w, "none");
}

static void tail(MigWriter *w)
{
    mig_writer_eof(w);
    mig_writer_description(w, "{}");
}

static void start(MigWriter *w)
{
    mig_writer_section_start(w, 2, "ram", 0, 4);
    mig_writer_mem_size(w, 0x800000);
    mig_writer_ram_block(w, "ram", 0x800000, 0, NULL);
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 2);
}

static void smallest(MigWriter *w)
{
    head(w);
    tail(w);
}

static void one_page(MigWriter *w)
{
    head(w);
    start(w);
    mig_writer_section_end(w, 2);
    mig_writer_page(w, "ram", 0x5000, page_5a);
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 2);
    tail(w);
}

static void return_path(MigWriter *w)
{
    head(w);
    mig_writer_open_return_path(w);
    mig_writer_ping(w, 1);
    start(w);
    tail(w);
}

static void globalstate(MigWriter *w)
{
    guint8 state[104] = { 0, 0, 0, 8, 'r', 'u', 'n', 'n', 'i', 'n', 'g' };

    state[36] = 1;
    head(w);
    mig_writer_section_full(w, 3, "globalstate", 0, 1);
    mig_writer_bytes(w, state, sizeof state);
    mig_writer_footer(w, 3);
    tail(w);
}

static void multifd_channel(MigWriter *w)
{
    static const guint8 uuid[16];
    static const guint64 offsets[] = { 0x5000, 0x7000 };

    mig_writer_multifd_hello(w, uuid, 1);
    mig_writer_multifd_packet(w, MIG_MULTIFD_SYNC, 0, NULL, 0, NULL, 0, 0, 0);
    mig_writer_multifd_packet(w, 0, 1, "ram", 128, offsets, 1, 1, 4096);
    mig_writer_multifd_page(w, page_5a);
}

static void multifd_main(MigWriter *w)
{
    head(w);
    mig_writer_section_start(w, 2, "ram", 0, 4);
    mig_writer_mem_size(w, 0x800000);
    mig_writer_ram_block(w, "ram", 0x800000, 0, NULL);
    mig_writer_multifd_flush(w);
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 2);
    mig_writer_section_end(w, 2);
    mig_writer_multifd_flush(w);
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 2);
    tail(w);
}

static void postcopy(MigWriter *w)
{
    static const MigRange range = { 0x5000, 0x1000 };
    MigStreamConfig config;
    g_autoptr(MigWriter) package = NULL;

    mig_stream_config_init(&config);
    package = mig_writer_new(&config);
    head(w);
    mig_writer_open_return_path(w);
    mig_writer_ping(w, 1);
    mig_writer_advise_ram(w, 0x1000, 0x1000);
    start(w);
    mig_writer_discard(w, "ram", &range, 1);
    mig_writer_command(package, MIG_COMMAND_POSTCOPY_LISTEN);
    mig_writer_ping(package, 3);
    mig_writer_ping(package, 0x42);
    mig_writer_command(package, MIG_COMMAND_POSTCOPY_RUN);
    mig_writer_packaged(w, package);
    mig_writer_section_part(w, 2);
    mig_writer_page(w, "ram", 0x5000, page_5a);
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 2);
    mig_writer_eof(w);
}

static void answers(MigWriter *w)
{
    mig_writer_rp_pong(w, 1);
    mig_writer_rp_req_pages(w, "ram", 0x5000, 0x1000);
    mig_writer_rp_req_pages(w, "ram", 0x6000, 0x1000);
    mig_writer_rp_switchover_ack(w);
    mig_writer_rp_resume_ack(w);
    mig_writer_rp_shut(w, 0);
}

static void recovery_source(MigWriter *w)
{
    mig_writer_recv_bitmap(w, "ram");
    mig_writer_command(w, MIG_COMMAND_POSTCOPY_RESUME);
    mig_writer_section_part(w, 2);
    mig_writer_zero_page(w, "ram", 0x5000);
    mig_writer_zero_page(w, "ram", 0x6000);
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 2);
    mig_writer_eof(w);
}

static void recovery_destination(MigWriter *w)
{
    guint8 bitmap[256] = { 0x20 };

    mig_writer_rp_recv_bitmap(w, "ram", bitmap, sizeof bitmap);
    mig_writer_rp_resume_ack(w);
    mig_writer_rp_shut(w, 0);
}

#define HEAD "51 45 56 4d 00 00 00 03 07 00 00 00 04 6e 6f 6e 65"
#define START_HEX "01 00000002 03 72616d 00000000 00000004 0000000000800004 03 72616d 0000000000800000 0000000000000010 7e 00000002"
#define TAIL "00 06 00 00 00 02 7b 7d"

static const struct {
    const char *name;
    MigChannelKind kind;
    gboolean needs_block, needs_section;
    void (*write)(MigWriter *writer);
    const char *hex;
} peers[] = {
    { "smallest", MIG_CHANNEL_MAIN, FALSE, FALSE, smallest, HEAD TAIL },
    { "one page", MIG_CHANNEL_MAIN, FALSE, FALSE, one_page,
      HEAD START_HEX "03 00000002 0000000000005008 03 72616d *4096 0000000000000010 7e 00000002" TAIL },
    { "return path opened", MIG_CHANNEL_MAIN, FALSE, FALSE, return_path, HEAD "08 0001 0000 08 0002 0004 00000001" START_HEX TAIL },
    { "globalstate", MIG_CHANNEL_MAIN, FALSE, FALSE, globalstate,
      HEAD "04 00000003 0b 676c6f62616c7374617465 00000000 00000001 00000008 72756e6e696e67 ~25 01 00 ~66 7e 00000003" TAIL },
    { "multifd main", MIG_CHANNEL_MAIN, FALSE, FALSE, multifd_main,
      HEAD "01 00000002 03 72616d 00000000 00000004 0000000000800004 03 72616d 0000000000800000 0000000000000200 0000000000000010 7e 00000002"
      " 03 00000002 0000000000000200 0000000000000010 7e 00000002" TAIL },
    { "multifd channel", MIG_CHANNEL_MULTIFD, TRUE, FALSE, multifd_channel,
      " 11223344 00000001 ~16 01 ~39"
      " 11223344 00000001 00000001 ~1332"
      " 11223344 00000001 00000000 00000080 00000001 00001000 0000000000000001 00000001 ~28 72616d ~253"
      " 0000000000005000 0000000000007000 ~1008 *4096" },
    { "postcopy", MIG_CHANNEL_MAIN, FALSE, FALSE, postcopy,
      HEAD "08 0001 0000 08 0002 0004 00000001 08 0003 0010 0000000000001000 0000000000001000" START_HEX
      " 08 0006 0016 00 03 72616d 00 0000000000005000 0000000000001000 08 0007 0004 0000001c"
      " 08 0004 0000 08 0002 0004 00000003 08 0002 0004 00000042 08 0005 0000"
      " 02 00000002 0000000000005008 03 72616d *4096 0000000000000010 7e 00000002 00" },
    { "answers", MIG_CHANNEL_RETURN_PATH, TRUE, FALSE, answers,
      " 0002 0004 00000001 0003 0010 0000000000005000 00001000 03 72616d 0004 000c 0000000000006000 00001000"
      " 0007 0000 0006 0004 00000001 0001 0004 00000000" },
    { "recovery, source", MIG_CHANNEL_RESUMED, TRUE, TRUE, recovery_source,
      " 08 000a 0004 03 72616d 08 0009 0000 02 00000002 0000000000005002 03 72616d 00 0000000000006022 00 0000000000000010 7e 00000002 00" },
    { "recovery, destination", MIG_CHANNEL_RETURN_PATH, TRUE, FALSE, recovery_destination,
      " 0005 0004 03 72616d 0000000000000100 20 ~255 0123456789abcdef 0006 0004 00000001 0001 0004 00000000" },
};

static MigStreamContext *new_context(gsize i)
{
    MigStreamConfig config;
    MigStreamContext *context;

    mig_stream_config_init(&config);
    context = mig_stream_context_new(&config);
    if (peers[i].needs_block) {
        mig_stream_context_add_block(context, &(MigStreamBlock) { .name = "ram", .length = 0x800000 });
    }
    if (peers[i].needs_section) {
        mig_stream_context_add_section(context, &(MigStreamSection) {
            .id = 2, .idstr = "ram", .version = 4, .kind = MIG_WIRE_SECTION_START });
    }
    return context;
}

static void writes_the_peers_byte_for_byte(void **state)
{
    MigStreamConfig config;

    (void) state;
    mig_stream_config_init(&config);
    for (gsize i = 0; i < G_N_ELEMENTS(peers); i++) {
        g_autoptr(MigWriter) writer = mig_writer_new(&config);
        g_autoptr(GByteArray) want = common_from_hex(peers[i].hex), got = NULL;

        print_message("peer: %s\n", peers[i].name);
        peers[i].write(writer);
        got = all_bytes(writer);
        assert_int_equal(got->len, want->len);
        assert_memory_equal(got->data, want->data, want->len);
        assert_int_equal(mig_writer_pending(writer), want->len);
        assert_int_equal(mig_writer_offset(writer), want->len);
    }
}

/* In pieces of `piece` bytes; everything that is read is written again. The number of records. */
static guint copy_in_pieces(gsize i, const GByteArray *bytes, gsize piece)
{
    g_autoptr(MigStreamContext) context = new_context(i);
    g_autoptr(MigReader) reader = mig_reader_new(context, peers[i].kind);
    g_autoptr(MigWriter) writer = mig_writer_new(mig_stream_context_config(context));
    g_autoptr(GByteArray) copy = NULL;
    guint records = 0;
    gsize at = 0;

    for (;;) {
        g_autoptr(GError) error = NULL;
        MigRecord record;
        MigRead step = mig_reader_next(reader, &record, &error);

        if (step == MIG_READ_RECORD) {
            g_autofree char *text = mig_record_to_string(&record);

            assert_non_null(text);
            assert_int_equal(record.offset, mig_writer_offset(writer));
            assert_true(mig_writer_put(writer, &record, &error));
            assert_int_equal(record.offset + record.size, mig_writer_offset(writer));
            records += record.kind != MIG_RECORD_DEVICE_DATA && record.kind != MIG_RECORD_DESCRIPTION_TEXT
                       && record.kind != MIG_RECORD_RP_BITMAP;
        } else if (step == MIG_READ_INPUT && at == bytes->len) {
            mig_reader_finish(reader);
        } else if (step == MIG_READ_INPUT) {
            gsize size = MIN(piece, bytes->len - at);
            g_autofree guint8 *part = g_memdup2(bytes->data + at, size);

            /* The reader may use the bytes until it asks again; then they are gone. */
            mig_reader_feed_bytes(reader, part, size);
            at += size;
            for (;;) {
                step = mig_reader_next(reader, &record, &error);
                if (step != MIG_READ_RECORD) {
                    break;
                }
                assert_true(mig_writer_put(writer, &record, &error));
                records += record.kind != MIG_RECORD_DEVICE_DATA && record.kind != MIG_RECORD_DESCRIPTION_TEXT
                           && record.kind != MIG_RECORD_RP_BITMAP;
            }
            assert_true(step != MIG_READ_ERROR);
            memset(part, 0xee, size);
        } else {
            if (step == MIG_READ_ERROR) {
                print_message("%s\n", error->message);
            }
            assert_int_equal(step, MIG_READ_END);
            break;
        }
    }
    assert_true(mig_reader_at_end(reader));
    assert_null(mig_reader_fault(reader));
    copy = all_bytes(writer);
    assert_int_equal(copy->len, bytes->len);
    assert_memory_equal(copy->data, bytes->data, bytes->len);
    return records;
}

static void reads_in_any_pieces_and_writes_the_same(void **state)
{
    static const gsize pieces[] = { 1, 2, 3, 5, 8, 13, 64, 100, 1000, 4096, 4097 };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(peers); i++) {
        g_autoptr(GByteArray) bytes = common_from_hex(peers[i].hex);
        guint whole = copy_in_pieces(i, bytes, 1 << 20);

        print_message("peer: %s, %u records\n", peers[i].name, whole);
        for (gsize p = 0; p < G_N_ELEMENTS(pieces); p++) {
            assert_int_equal(copy_in_pieces(i, bytes, pieces[p]), whole);
        }
    }
}

/* Writer to reader by segments: page references come out as they went in. */
static void page_references_pass_through(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(peers); i++) {
        g_autoptr(MigStreamContext) context = new_context(i);
        g_autoptr(MigReader) reader = mig_reader_new(context, peers[i].kind);
        g_autoptr(MigWriter) writer = mig_writer_new(mig_stream_context_config(context));
        guint references = 0, out = 0;
        const MigSegment *segments;
        gsize count;

        peers[i].write(writer);
        segments = mig_writer_segments(writer, &count);
        for (gsize s = 0; s <= count; s++) {
            g_autoptr(GError) error = NULL;
            MigRecord record;
            MigRead step;

            if (s < count) {
                references += segments[s].kind == MIG_SEGMENT_PAGE;
                assert_true(segments[s].kind != MIG_SEGMENT_PAGE || mig_reader_wants_page(reader));
                mig_reader_feed(reader, &segments[s]);
            } else {
                mig_reader_finish(reader);
            }
            while ((step = mig_reader_next(reader, &record, &error)) == MIG_READ_RECORD) {
                const MigBody *body = record.kind == MIG_RECORD_RAM_PAGE ? &record.page.body
                                      : record.kind == MIG_RECORD_MULTIFD_PAGE ? &record.packet_page.body : NULL;
                if (body) {
                    assert_true(body->is_page && body->page.base == 0x5a && body->page.version == 1 && body->size == 4096);
                    out++;
                }
            }
            assert_int_not_equal(step, MIG_READ_ERROR);
        }
        assert_int_equal(out, references);
        assert_int_equal(mig_reader_offset(reader), mig_writer_offset(writer));
    }
}

static void make_page(gpointer data, MigPageRef page, guint8 *buffer, gsize size)
{
    (*(guint *) data)++;
    memset(buffer, (int) page.base, size);
}

/* A byte is lost in front of a page: what comes as a reference is then not where a page is expected, and becomes bytes. */
static void a_reference_at_the_wrong_place_becomes_bytes(void **state)
{
    MigStreamConfig config;
    g_autoptr(MigWriter) writer = NULL;
    guint made = 0;
    const MigSegment *segments;
    gsize count;

    (void) state;
    mig_stream_config_init(&config);
    writer = mig_writer_new(&config);
    one_page(writer);
    segments = mig_writer_segments(writer, &count);
    assert_int_equal(count, 3);
    for (guint with = 0; with < 2; with++) {
        g_autoptr(MigStreamContext) context = NULL;
        g_autoptr(MigReader) reader = NULL;
        g_autoptr(GError) error = NULL;
        MigRecord record;
        MigRead step;

        config.page_bytes = with ? make_page : NULL;
        config.page_bytes_data = &made;
        context = mig_stream_context_new(&config);
        reader = mig_reader_new(context, MIG_CHANNEL_MAIN);
        mig_reader_feed_bytes(reader, segments[0].bytes, segments[0].size - 1);
        do {
            step = mig_reader_next(reader, &record, &error);
        } while (step == MIG_READ_RECORD);
        assert_int_equal(step, MIG_READ_INPUT);
        mig_reader_feed(reader, &segments[1]);
        do {
            step = mig_reader_next(reader, &record, &error);
        } while (step == MIG_READ_RECORD);
        assert_int_equal(step, MIG_READ_ERROR);
        /* "raZ" is no block; without page_bytes the reference itself is refused. */
        assert_int_equal(error->code, with ? MIG_STREAM_ERROR_RAM_BLOCK : MIG_STREAM_ERROR_PAGE_REFERENCE);
        assert_int_equal(made, with);
    }
}

static void a_queue_can_be_taken_in_pieces(void **state)
{
    MigStreamConfig config;
    g_autoptr(MigWriter) writer = NULL;
    g_autoptr(GByteArray) got = g_byte_array_new();
    guint64 seed = 1;
    guint pages = 0;

    (void) state;
    mig_stream_config_init(&config);
    writer = mig_writer_new(&config);
    for (guint round = 0; round < 20000; round++) {
        const MigSegment *segments;
        gsize count;

        mig_writer_zero_page(writer, round % 2 ? "a" : "b", (guint64) round * 4096);
        if (round % 3 == 0) {
            mig_writer_page(writer, "a", (guint64) round * 4096, page_5a);
        }
        segments = mig_writer_segments(writer, &count);
        assert_true(count > 0);
        seed = seed * 6364136223846793005u + 1;
        if (segments[0].kind == MIG_SEGMENT_PAGE) {
            pages++;
            mig_writer_take(writer, segments[0].size);
        } else {
            gsize size = 1 + (seed >> 40) % segments[0].size;
            g_byte_array_append(got, segments[0].bytes, (guint) size);
            mig_writer_take(writer, size);
        }
    }
    while (mig_writer_pending(writer) > 0) {
        gsize count;
        const MigSegment *segments = mig_writer_segments(writer, &count);

        pages += segments[0].kind == MIG_SEGMENT_PAGE;
        if (segments[0].kind == MIG_SEGMENT_BYTES) {
            g_byte_array_append(got, segments[0].bytes, (guint) segments[0].size);
        }
        mig_writer_take(writer, segments[0].size);
    }
    assert_int_equal(pages, 6667);
    assert_int_equal((guint64) got->len + 6667u * 4096, mig_writer_offset(writer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_peers_byte_for_byte),
        cmocka_unit_test(reads_in_any_pieces_and_writes_the_same),
        cmocka_unit_test(page_references_pass_through),
        cmocka_unit_test(a_reference_at_the_wrong_place_becomes_bytes),
        cmocka_unit_test(a_queue_can_be_taken_in_pieces),
    };

    return cmocka_run_group_tests_name("peers", tests, NULL, NULL);
}
