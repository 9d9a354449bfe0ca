/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The codec on real streams: every capture of scenarios/captures is read to its last byte in pieces of any size, written again
 * byte for byte, its RAM is complete; our XBZRLE encoder makes QEMU's own deltas; cut and damaged copies do no harm.
 */
#include "sim/stream/image.h"

#include "reference/stream/page.h"
#include "reference/stream/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

typedef void CaptureFunc(const char *name, SimStreamSet *set, SimStreamSession *session);

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static guint for_each_capture(CaptureFunc *func)
{
    g_autofree char *path = g_build_filename(MIGLAB_SOURCE_DIR, "scenarios", "captures", NULL);
    GDir *folder = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        if (g_str_has_suffix(name, ".json")) {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    if (folder) {
        g_dir_close(folder);
    }
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *file = g_build_filename(path, g_ptr_array_index(names, i), NULL);
        char *list[] = { file, NULL };
        g_autoptr(GError) error = NULL;
        g_autoptr(SimStreamSet) set = sim_stream_set_open(list, &error);
        g_autoptr(SimStreamSession) session = set ? sim_stream_session_new(set, &error) : NULL;

        if (!session) {
            print_message("%s: %s\n", file, error->message);
        }
        assert_non_null(session);
        func(g_ptr_array_index(names, i), set, session);
    }
    return names->len;
}

static gboolean is_piece(MigRecordKind kind)
{
    return kind == MIG_RECORD_DEVICE_DATA || kind == MIG_RECORD_DESCRIPTION_TEXT || kind == MIG_RECORD_RP_BITMAP
           || kind == MIG_RECORD_MAPPED_BITMAP || kind == MIG_RECORD_MAPPED_GAP || kind == MIG_RECORD_MAPPED_PAGES
           || kind == MIG_RECORD_MULTIFD_DEVICE_DATA;
}

typedef struct {
    const SimStreamChannel *channel;
    MigWriter *writer;
    gsize at;                     /* bytes compared */
    guint records;
} Copy;

static void copy_record(Copy *copy, const MigRecord *record)
{
    g_autoptr(GError) error = NULL;
    const MigSegment *segments;
    gsize count;

    assert_int_equal(record->offset, copy->at);
    assert_true(mig_writer_put(copy->writer, record, &error));
    segments = mig_writer_segments(copy->writer, &count);
    assert_int_equal(mig_writer_pending(copy->writer), record->size);
    for (gsize i = 0; i < count; i++) {
        assert_true(copy->at + segments[i].size <= copy->channel->size);
        assert_memory_equal(segments[i].bytes, copy->channel->data + copy->at, segments[i].size);
        copy->at += segments[i].size;
    }
    mig_writer_take(copy->writer, mig_writer_pending(copy->writer));
    copy->records += !is_piece(record->kind);
}

/* In pieces whose sizes grow and shrink again up to `piece`. */
static guint copy_channel(SimStreamSession *session, const SimStreamChannel *channel, MigStreamContext *context, gsize piece)
{
    g_autoptr(MigReader) reader = mig_reader_new(context, sim_stream_channel_kind(channel->name));
    gsize base = strcmp(channel->name, "main") == 0 ? (gsize) session->config.base : 0, fed = base, size = 1;
    Copy copy = { .channel = channel, .writer = mig_writer_new(&session->config), .at = base };
    MigRead step;

    for (;;) {
        g_autoptr(GError) error = NULL;
        g_autofree guint8 *bytes = NULL;
        MigRecord record;
        gsize now = 0;

        if (fed == channel->size) {
            mig_reader_finish(reader);
        } else {
            size = size * 3 % (piece + 1) + 1;
            now = MIN(size, channel->size - fed);
            bytes = g_memdup2(channel->data + fed, now);
            mig_reader_feed_bytes(reader, bytes, now);
            fed += now;
        }
        while ((step = mig_reader_next(reader, &record, &error)) == MIG_READ_RECORD) {
            copy_record(&copy, &record);
        }
        if (bytes) {
            memset(bytes, 0xee, now);
        }
        if (step == MIG_READ_ERROR) {
            /* Only captures that were cut on purpose, and only that they are. */
            if (!session->set->options.partial || error->code != MIG_STREAM_ERROR_CUT) {
                print_message("%s: %s\n", channel->path, error->message);
            }
            assert_true(session->set->options.partial && error->code == MIG_STREAM_ERROR_CUT);
            break;
        }
        if (step == MIG_READ_END) {
            assert_int_equal(copy.at, channel->size);
            break;
        }
    }
    mig_writer_free(copy.writer);
    return copy.records;
}

static void copy_all(const char *name, SimStreamSet *set, SimStreamSession *session)
{
    static const gsize pieces[] = { 1 << 24, 5000, 7 };
    guint counts[3][16] = { 0 };

    (void) name;
    for (gsize p = 0; p < G_N_ELEMENTS(pieces); p++) {
        g_autoptr(MigStreamContext) context = mig_stream_context_new(&session->config);

        sim_stream_session_rewind(session);
        for (guint i = 0; i < set->channels->len; i++) {
            const SimStreamChannel *channel = g_ptr_array_index(set->channels, i);
            /* Small pieces of large files say nothing new and take long. */
            if (pieces[p] < 100 && ((const SimStreamChannel *) g_ptr_array_index(set->channels, 0))->size > 400000) {
                counts[p][i] = counts[0][i];
                continue;
            }
            counts[p][i] = copy_channel(session, channel, context, pieces[p]);
        }
        assert_memory_equal(counts[p], counts[0], sizeof counts[0]);
    }
}

static void every_capture_is_copied_byte_for_byte_in_any_pieces(void **state)
{
    guint count = for_each_capture(copy_all);

    (void) state;
    print_message("%u captures\n", count);
    if (count == 0) {
        print_message("SKIP no captures in scenarios/captures\n");
        skip();
    }
}

static void ram_is_complete_of(const char *name, SimStreamSet *set, SimStreamSession *session)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SimStreamImage) image = sim_stream_image_new(session, NULL, &error);

    assert_non_null(image);
    for (guint i = 0; i < image->faults->len; i++) {
        const SimStreamFault *fault = g_ptr_array_index(image->faults, i);
        assert_true(fault->excused);
    }
    assert_true(image->blocks->len > 0);
    for (guint i = 0; i < image->blocks->len; i++) {
        const SimImageBlock *block = g_ptr_array_index(image->blocks, i);
        if (block->missing && !block->ignored) {
            print_message("%s: %s lacks %u pages\n", name, block->name, (guint) block->missing);
        }
        assert_true(block->ignored || block->missing == 0);
    }
    (void) set;
}

static void the_ram_of_every_capture_is_complete(void **state)
{
    (void) state;
    if (for_each_capture(ram_is_complete_of) == 0) {
        print_message("SKIP no captures in scenarios/captures\n");
        skip();
    }
}

/* ---- Our encoder against QEMU's ---- */

static guint deltas;

static void encode_again(const char *name, SimStreamSet *set, SimStreamSession *session)
{
    const SimStreamChannel *main = sim_stream_set_channel(set, "main");
    g_autoptr(MigReader) reader = sim_stream_session_reader(session, main);
    g_autoptr(GHashTable) pages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    guint page_size = session->config.page_size;
    g_autofree guint8 *delta = g_malloc(page_size);
    MigRecord record;

    (void) name;
    while (mig_reader_next(reader, &record, NULL) == MIG_READ_RECORD) {
        g_autofree char *key = NULL;
        guint8 *page;

        if (record.kind < MIG_RECORD_RAM_PAGE || record.kind > MIG_RECORD_RAM_XBZRLE) {
            continue;
        }
        key = g_strdup_printf("%s:%" G_GUINT64_FORMAT, record.page.block, record.page.offset);
        page = g_hash_table_lookup(pages, key);
        if (!page) {
            page = g_malloc0(page_size);
            g_hash_table_insert(pages, g_steal_pointer(&key), page);
        }
        if (record.kind == MIG_RECORD_RAM_PAGE) {
            memcpy(page, record.page.body.bytes, page_size);
        } else if (record.kind == MIG_RECORD_RAM_ZERO) {
            memset(page, 0, page_size);
        } else {
            g_autofree guint8 *old = g_memdup2(page, page_size);

            assert_true(mig_xbzrle_decode(record.page.body.bytes, record.page.body.size, page, page_size));
            assert_int_equal(mig_xbzrle_encode(old, page, page_size, delta, page_size), record.page.body.size);
            assert_memory_equal(delta, record.page.body.bytes, record.page.body.size);
            deltas++;
        }
    }
}

static void our_encoder_makes_the_deltas_of_qemu(void **state)
{
    (void) state;
    (void) for_each_capture(encode_again);
    print_message("%u deltas\n", deltas);
    if (deltas == 0) {
        print_message("SKIP no XBZRLE capture\n");
        skip();
    }
}

/* ---- Damage ---- */

static guint damages, refused;

static guint64 next_random(guint64 *seed)
{
    *seed = *seed * G_GUINT64_CONSTANT(6364136223846793005) + G_GUINT64_CONSTANT(1442695040888963407);
    return *seed >> 33;
}

/* Reads it to an end of any kind. The bytes are exactly as many as they are: a sanitizer sees what is read behind them. */
static void survive(SimStreamSession *session, MigChannelKind kind, const guint8 *bytes, gsize size, MigStreamContext *shared)
{
    g_autoptr(MigStreamContext) own = shared ? mig_stream_context_ref(shared) : mig_stream_context_new(&session->config);
    g_autoptr(MigReader) reader = mig_reader_new(own, kind);
    g_autofree guint8 *exact = g_memdup2(bytes, size);
    g_autoptr(GError) error = NULL;
    MigRecord record;
    MigRead step;
    guint64 at = mig_reader_offset(reader);

    sim_stream_session_rewind(session);
    mig_reader_feed_bytes(reader, exact, size);
    mig_reader_finish(reader);
    while ((step = mig_reader_next(reader, &record, &error)) == MIG_READ_RECORD) {
        assert_int_equal(record.offset, at);
        at += record.size;
    }
    assert_true(step == MIG_READ_END || (step == MIG_READ_ERROR && error && mig_reader_fault(reader)));
    damages++;
    refused += step == MIG_READ_ERROR;
}

static void damage(const char *name, SimStreamSet *set, SimStreamSession *session)
{
    guint64 seed = 7;

    (void) name;
    for (guint i = 0; i < set->channels->len; i++) {
        const SimStreamChannel *channel = g_ptr_array_index(set->channels, i);
        MigChannelKind kind = sim_stream_channel_kind(channel->name);
        gsize base = kind == MIG_CHANNEL_MAIN ? (gsize) session->config.base : 0, size = channel->size - base;
        const guint8 *bytes = channel->data + base;
        g_autoptr(MigStreamContext) context = NULL;
        g_autofree guint8 *copy = NULL;

        if (size > 200000 || size == 0) {
            continue;
        }
        if (kind != MIG_CHANNEL_MAIN) {
            const SimStreamChannel *main = sim_stream_set_channel(set, "main");
            context = mig_stream_context_new(&session->config);
            survive(session, MIG_CHANNEL_MAIN, main->data + session->config.base, main->size - session->config.base, context);
        }
        for (guint round = 0; round < 40; round++) {
            survive(session, kind, bytes, round * size / 40 + next_random(&seed) % (size / 40 + 1), context);
        }
        for (guint round = 0; round < 80; round++) {
            guint changes = 1 + next_random(&seed) % 3;
            static const guint8 values[] = { 0, 1, 0x7f, 0x80, 0xff };

            g_free(copy);
            copy = g_memdup2(bytes, size);
            for (guint c = 0; c < changes; c++) {
                /* Heads are where it hurts: half of the damages go to the first 2 KiB. */
                gsize where = next_random(&seed) % (round % 2 ? size : MIN(size, 2048));
                copy[where] = round % 3 ? (guint8) next_random(&seed) : values[next_random(&seed) % G_N_ELEMENTS(values)];
            }
            survive(session, kind, copy, size, context);
        }
    }
}

static void cut_and_damaged_streams_do_no_harm(void **state)
{
    (void) state;
    (void) for_each_capture(damage);
    print_message("%u damages, %u refused\n", damages, refused);
    if (damages == 0) {
        print_message("SKIP no captures in scenarios/captures\n");
        skip();
    }
    assert_true(refused > damages / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_capture_is_copied_byte_for_byte_in_any_pieces),
        cmocka_unit_test(the_ram_of_every_capture_is_complete),
        cmocka_unit_test(our_encoder_makes_the_deltas_of_qemu),
        cmocka_unit_test(cut_and_damaged_streams_do_no_harm),
    };

    return cmocka_run_group_tests_name("captures", tests, NULL, NULL);
}
