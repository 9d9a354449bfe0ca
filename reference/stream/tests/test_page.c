/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/stream/page.h"
#include "reference/stream/multifd_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* A byte-by-byte encoder, written from the words of stream.md 4.5 and nothing else. */
static gint encode_plainly(const guint8 *old, const guint8 *new, gsize size, guint8 *delta, gsize delta_max)
{
    gsize at = 0, used = 0;

    while (at < size) {
        gsize start = at, run;

        if (used + 2 > delta_max) {
            return MIG_XBZRLE_OVERFLOW;
        }
        while (at < size && old[at] == new[at]) {
            at++;
        }
        if (at == size) {
            break;
        }
        run = at - start;
        if (run >= 128) {
            delta[used++] = (guint8) (0x80 | (run & 0x7f));
        }
        delta[used++] = (guint8) (run >= 128 ? run >> 7 : run);
        if (used + 2 > delta_max) {
            return MIG_XBZRLE_OVERFLOW;
        }
        start = at;
        while (at < size && old[at] != new[at]) {
            at++;
        }
        run = at - start;
        if (run >= 128) {
            delta[used++] = (guint8) (0x80 | (run & 0x7f));
        }
        delta[used++] = (guint8) (run >= 128 ? run >> 7 : run);
        if (used + run > delta_max) {
            return MIG_XBZRLE_OVERFLOW;
        }
        memcpy(delta + used, new + start, run);
        used += run;
    }
    return (gint) used;
}

static guint64 next_random(guint64 *state)
{
    *state = *state * G_GUINT64_CONSTANT(6364136223846793005) + G_GUINT64_CONSTANT(1442695040888963407);
    return *state >> 33;
}

/* Runs of changed bytes, `percent` of them, lengths 1 … longest. */
static void change(guint8 *page, gsize size, guint percent, guint longest, guint64 *state)
{
    gsize at = 0;

    while (at < size) {
        gsize run = 1 + next_random(state) % longest;
        gboolean differs = next_random(state) % 100 < percent;
        for (; run > 0 && at < size; run--, at++) {
            if (differs) {
                page[at] = (guint8) (page[at] + 1 + next_random(state) % 255);
            }
        }
    }
}

static void every_form_of_the_encoder_gives_the_same_delta(void **state)
{
    static const gsize sizes[] = { 4096, 1024, 8192, 512, 4095, 33 };
    guint64 seed = 1;
    guint8 *old = g_malloc(8192), *new = g_malloc(8192), *back = g_malloc(8192), *want = g_malloc(8192 + 8192), *got = g_malloc(8192 + 8192);
    guint encoded = 0, overflows = 0, equals = 0;

    (void) state;
    for (guint round = 0; round < 3000; round++) {
        gsize size = sizes[round % G_N_ELEMENTS(sizes)];
        gint wanted;

        for (gsize i = 0; i < size; i++) {
            old[i] = (guint8) next_random(&seed);
        }
        memcpy(new, old, size);
        if (round % 11 != 0) {
            change(new, size, (guint) (next_random(&seed) % 101), 1 + (guint) (next_random(&seed) % 700), &seed);
        }
        wanted = encode_plainly(old, new, size, want, size);
        for (MigPageForm form = MIG_PAGE_PORTABLE; form < MIG_PAGE_FORMS; form++) {
            MigXbzrleEncode *encode = mig_xbzrle_encode_form(form);
            if (encode) {
                assert_int_equal(encode(old, new, size, got, size), wanted);
                if (wanted > 0) {
                    assert_memory_equal(got, want, wanted);
                }
            }
        }
        assert_int_equal(mig_xbzrle_encode(old, new, size, got, size), wanted);
        if (wanted > 0) {
            memcpy(back, old, size);
            assert_true(mig_xbzrle_decode(got, wanted, back, size));
            assert_memory_equal(back, new, size);
        }
        encoded += wanted > 0;
        overflows += wanted == MIG_XBZRLE_OVERFLOW;
        equals += wanted == MIG_XBZRLE_EQUAL;
    }
    assert_true(encoded > 1000 && overflows > 100 && equals > 100);
    g_free(old);
    g_free(new);
    g_free(back);
    g_free(want);
    g_free(got);
}

static const struct {
    const char *name;
    guint8 delta[8];
    gsize size;
    gboolean good;
} deltas[] = {
    { "nothing", { 0 }, 0, TRUE },
    { "first zrun 0", { 0, 1, 0xaa }, 3, TRUE },
    { "long form of 1", { 0x81, 0, 1, 0xaa }, 4, TRUE },
    { "later zrun 0", { 0, 1, 0xaa, 0, 1, 0xbb }, 6, FALSE },
    { "nzrun 0", { 1, 0, 1, 1 }, 4, FALSE },
    { "zrun past the page", { 0xff, 0x7f, 1, 0xaa }, 4, FALSE },
    { "nzrun past the page", { 0xff, 0x1f, 2, 1, 1 }, 5, FALSE },
    { "last byte of the page", { 0xff, 0x1f, 1, 0xaa }, 4, TRUE },
    { "bytes missing", { 0, 3, 1, 1 }, 4, FALSE },
    { "count of three bytes", { 0x81, 0x81, 0, 1, 1 }, 5, FALSE },
    { "zrun at the end", { 0, 1, 0xaa, 5 }, 4, FALSE },
    { "zrun of two bytes at the end", { 0, 1, 0xaa, 0x81, 0x01 }, 5, FALSE },
};

static void decodes_what_the_rules_allow(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(deltas); i++) {
        /* Exactly as large as it is, so that a sanitizer sees a byte too far. */
        g_autofree guint8 *delta = g_memdup2(deltas[i].delta, deltas[i].size);
        g_autofree guint8 *page = g_malloc0(4096);

        print_message("case: %s\n", deltas[i].name);
        assert_int_equal(mig_xbzrle_decode(delta, deltas[i].size, page, 4096), deltas[i].good);
    }
}

static void a_page_is_zero_only_if_every_byte_is(void **state)
{
    g_autofree guint8 *page = g_malloc0(8192 + 1);

    (void) state;
    for (MigPageForm form = MIG_PAGE_PORTABLE; form < MIG_PAGE_FORMS; form++) {
        MigPageIsZero *is_zero = mig_page_is_zero_form(form);
        if (!is_zero) {
            continue;
        }
        /* Odd start and odd size as well. */
        for (gsize size = 4095; size <= 4096; size++) {
            assert_true(is_zero(page + 1, size));
            for (gsize i = 0; i < size; i++) {
                page[1 + i] = 1;
                assert_false(is_zero(page + 1, size));
                page[1 + i] = 0;
            }
            page[1 + size] = 1;
            assert_true(is_zero(page + 1, size));
            page[1 + size] = 0;
        }
    }
    assert_true(mig_page_is_zero(page, 4096));
    page[4095] = 1;
    assert_false(mig_page_is_zero(page, 4096));
}

static void a_compressed_page_is_exactly_one_page(void **state)
{
    guint8 page[4096], back[4096], data[4200];
    gsize size;
    guint64 seed = 3;

    (void) state;
    for (gsize i = 0; i < sizeof page; i++) {
        page[i] = (guint8) next_random(&seed);
    }
    size = mig_compress_page(page, sizeof page, 1, data);
    assert_true(size > 0 && size <= mig_compress_page_bound(4096));
    assert_true(mig_uncompress_page(data, size, back, sizeof back));
    assert_memory_equal(page, back, sizeof page);
    assert_false(mig_uncompress_page(data, size - 1, back, sizeof back));
    assert_false(mig_uncompress_page(data, size + 1, back, sizeof back));
    size = mig_compress_page(page, 2048, 1, data);
    assert_false(mig_uncompress_page(data, size, back, sizeof back));
    assert_int_equal(mig_compress_page_bound(4096), 4110);
}

static void multifd_streams_run_on_from_packet_to_packet(void **state)
{
    static const guint32 methods[] = { MIG_MULTIFD_ZLIB, MIG_MULTIFD_ZSTD };
    g_autofree guint8 *pages = g_malloc(8 * 4096), *back = g_malloc(8 * 4096);

    (void) state;
    for (gsize m = 0; m < G_N_ELEMENTS(methods); m++) {
        g_autoptr(MigMultifdEncoder) encoder = mig_multifd_encoder_new(methods[m], 1, NULL);
        g_autoptr(MigMultifdDecoder) decoder = mig_multifd_decoder_new(methods[m], NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(GByteArray) data = g_byte_array_new();
        guint64 seed = 5;

        for (guint packet = 0; packet < 20; packet++) {
            gsize size = (1 + packet % 8) * 4096;
            for (gsize i = 0; i < size; i++) {
                pages[i] = packet % 3 ? (guint8) next_random(&seed) : (guint8) (i / 512);
            }
            g_byte_array_set_size(data, 0);
            assert_true(mig_multifd_encode(encoder, pages, size, data, &error));
            assert_true(mig_multifd_decode(decoder, data->data, data->len, back, size, &error));
            assert_memory_equal(pages, back, size);
        }
        /* One page more in the data than in the packet, and one less. */
        g_byte_array_set_size(data, 0);
        assert_true(mig_multifd_encode(encoder, pages, 3 * 4096, data, &error));
        assert_false(mig_multifd_decode(decoder, data->data, data->len, back, 2 * 4096, &error));
        assert_true(g_error_matches(error, MIG_STREAM_ERROR, MIG_STREAM_ERROR_MULTIFD_DATA));
    }
    {
        g_autoptr(GError) error = NULL;
        assert_null(mig_multifd_decoder_new(MIG_MULTIFD_QPL, &error));
        assert_true(g_error_matches(error, MIG_STREAM_ERROR, MIG_STREAM_ERROR_MULTIFD_UNSUPPORTED));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_the_encoder_gives_the_same_delta),
        cmocka_unit_test(decodes_what_the_rules_allow),
        cmocka_unit_test(a_page_is_zero_only_if_every_byte_is),
        cmocka_unit_test(a_compressed_page_is_exactly_one_page),
        cmocka_unit_test(multifd_streams_run_on_from_packet_to_packet),
    };

    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
