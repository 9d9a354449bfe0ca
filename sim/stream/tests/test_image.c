/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RAM put together from channels: the last copy counts, and which is the last is a matter of syncs.
 */
#include "sim/stream/image.h"

#include "reference/stream/multifd_codec.h"
#include "reference/stream/page.h"
#include "reference/stream/writer.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define PAGE 4096

typedef struct {
    MigStreamConfig config;
    char *folder;
    GPtrArray *names;             /* "main=path" */
    SimStreamSet *set;
    SimStreamSession *session;
    SimStreamImage *image;
} Rig;

static void rig_init(Rig *rig)
{
    *rig = (Rig) { .folder = g_dir_make_tmp("miglab-image-XXXXXX", NULL), .names = g_ptr_array_new_with_free_func(g_free) };
    mig_stream_config_init(&rig->config);
}

static void rig_add(Rig *rig, const char *channel, MigWriter *writer)
{
    g_autofree char *path = g_build_filename(rig->folder, channel, NULL);
    gsize count;
    const MigSegment *segments = mig_writer_segments(writer, &count);

    assert_int_equal(count, 1);
    assert_true(g_file_set_contents(path, (const char *) segments[0].bytes, (gssize) segments[0].size, NULL));
    g_ptr_array_add(rig->names, g_strdup_printf("%s=%s", channel, path));
    mig_writer_free(writer);
}

static void rig_build(Rig *rig)
{
    GError *error = NULL;

    g_ptr_array_add(rig->names, NULL);
    rig->set = sim_stream_set_open((char **) rig->names->pdata, &error);
    assert_non_null(rig->set);
    rig->session = sim_stream_session_new(rig->set, &error);
    assert_non_null(rig->session);
    rig->image = sim_stream_image_new(rig->session, NULL, &error);
    assert_non_null(rig->image);
    for (guint i = 0; i < rig->image->faults->len; i++) {
        sim_stream_fault_print(g_ptr_array_index(rig->image->faults, i));
    }
}

static void rig_done(Rig *rig)
{
    sim_stream_image_free(rig->image);
    sim_stream_session_free(rig->session);
    for (guint i = 0; rig->set && i < rig->set->channels->len; i++) {
        (void) g_unlink(((SimStreamChannel *) g_ptr_array_index(rig->set->channels, i))->path);
    }
    sim_stream_set_free(rig->set);
    g_ptr_array_unref(rig->names);
    (void) g_rmdir(rig->folder);
    g_free(rig->folder);
}

static void is(const Rig *rig, guint page, guint8 value)
{
    const SimImageBlock *block = sim_stream_image_block(rig->image, "ram");
    guint8 want[PAGE];

    memset(want, value, PAGE);
    assert_memory_equal(block->bytes + page * PAGE, want, PAGE);
}

static const guint8 *filled(guint8 value)
{
    static guint8 page[PAGE];

    memset(page, value, PAGE);
    return page;
}

static MigWriter *begin(const Rig *rig, gboolean flush)
{
    MigWriter *w = mig_writer_new(&rig->config);

    mig_writer_header(w);
    mig_writer_configuration(w, "none");
    mig_writer_section_start(w, 1, "ram", 0, 4);
    mig_writer_mem_size(w, 8 * PAGE);
    mig_writer_ram_block(w, "ram", 8 * PAGE, 0, NULL);
    if (flush) {
        mig_writer_multifd_flush(w);
    }
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 1);
    return w;
}

static void part(MigWriter *w, gboolean end)
{
    if (end) {
        mig_writer_section_end(w, 1);
    } else {
        mig_writer_section_part(w, 1);
    }
}

static void part_end(MigWriter *w)
{
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 1);
}

static void finish(MigWriter *w)
{
    mig_writer_eof(w);
    mig_writer_description(w, "{}");
}

static void the_last_copy_counts(void **state)
{
    Rig rig;
    MigWriter *w;
    guint8 old[PAGE], new[PAGE], delta[PAGE], packed[5000];
    gint size;

    (void) state;
    rig_init(&rig);
    w = begin(&rig, FALSE);
    part(w, FALSE);
    for (guint i = 0; i < 7; i++) {
        mig_writer_page_bytes(w, "ram", i * PAGE, filled((guint8) (0x10 + i)));
    }
    part_end(w);
    part(w, TRUE);
    mig_writer_zero_page(w, "ram", 1 * PAGE);
    mig_writer_page_bytes(w, "ram", 2 * PAGE, filled(0x77));
    memcpy(old, filled(0x13), PAGE);
    memcpy(new, filled(0x33), PAGE);
    /* All bytes differ: the delta of such a page does not fit; half of them do. */
    memcpy(new, old, PAGE / 2);
    size = mig_xbzrle_encode(old, new, PAGE, delta, PAGE);
    assert_true(size > 0);
    mig_writer_xbzrle(w, "ram", 3 * PAGE, delta, (guint16) size);
    mig_writer_compress_page(w, "ram", 4 * PAGE, packed, (guint32) mig_compress_page(filled(0x44), PAGE, 1, packed));
    part_end(w);
    finish(w);
    rig_add(&rig, "main", w);
    rig_build(&rig);
    assert_int_equal(rig.image->faults->len, 0);
    is(&rig, 0, 0x10);
    is(&rig, 1, 0);
    is(&rig, 2, 0x77);
    assert_memory_equal(sim_stream_image_block(rig.image, "ram")->bytes + 3 * PAGE, new, PAGE);
    is(&rig, 4, 0x44);
    is(&rig, 6, 0x16);
    assert_int_equal(sim_stream_image_block(rig.image, "ram")->missing, 1);
    rig_done(&rig);
}

static void packet(MigWriter *w, MigMultifdEncoder *encoder, guint64 number, guint page, guint8 value)
{
    guint64 offset = (guint64) page * PAGE;

    if (encoder) {
        g_autoptr(GByteArray) data = g_byte_array_new();
        assert_true(mig_multifd_encode(encoder, filled(value), PAGE, data, NULL));
        mig_writer_multifd_packet(w, MIG_MULTIFD_ZLIB, number, "ram", 128, &offset, 1, 0, data->len);
        mig_writer_bytes(w, data->data, data->len);
    } else {
        mig_writer_multifd_packet(w, 0, number, "ram", 128, &offset, 1, 0, PAGE);
        mig_writer_bytes(w, filled(value), PAGE);
    }
}

static void sync_packet(MigWriter *w, guint64 number)
{
    mig_writer_multifd_packet(w, MIG_MULTIFD_SYNC, number, NULL, 0, NULL, 0, 0, 0);
}

/* The same page on channel 1 in the first span, on channel 0 in the second, and as a zero page on main in between and after. Read
 * channel by channel, the older copy would win. */
static void spans_decide_which_copy_is_the_last(void **state)
{
    static const guint8 uuid[16];

    (void) state;
    for (guint how = 0; how < 4; how++) {
        gboolean per_round = how & 1, zlib = how & 2;
        g_autoptr(MigMultifdEncoder) first = zlib ? mig_multifd_encoder_new(MIG_MULTIFD_ZLIB, 1, NULL) : NULL;
        g_autoptr(MigMultifdEncoder) second = zlib ? mig_multifd_encoder_new(MIG_MULTIFD_ZLIB, 1, NULL) : NULL;
        Rig rig;
        MigWriter *w, *c0, *c1;

        rig_init(&rig);
        w = begin(&rig, per_round);
        part(w, FALSE);
        mig_writer_page_bytes(w, "ram", 5 * PAGE, filled(0x55));
        mig_writer_page_bytes(w, "ram", 6 * PAGE, filled(0x66));
        if (per_round) {
            mig_writer_multifd_flush(w);
        }
        part_end(w);
        part(w, TRUE);
        mig_writer_zero_page(w, "ram", 6 * PAGE);
        if (per_round) {
            mig_writer_multifd_flush(w);
        }
        part_end(w);
        finish(w);
        c0 = mig_writer_new(&rig.config);
        c1 = mig_writer_new(&rig.config);
        mig_writer_multifd_hello(c0, uuid, 0);
        mig_writer_multifd_hello(c1, uuid, 1);
        sync_packet(c0, 0);
        sync_packet(c1, 1);
        packet(c1, second, 2, 1, 0xb1);
        packet(c0, first, 3, 2, 0xa1);
        packet(c0, first, 4, 3, 0xa1);
        sync_packet(c0, 5);
        sync_packet(c1, 6);
        packet(c0, first, 7, 1, 0xa2);
        packet(c1, second, 8, 2, 0xb2);
        packet(c1, second, 9, 5, 0xb2);
        sync_packet(c0, 10);
        sync_packet(c1, 11);
        rig_add(&rig, "main", w);
        rig_add(&rig, "multifd0", c0);
        rig_add(&rig, "multifd1", c1);
        rig_build(&rig);
        assert_int_equal(rig.image->faults->len, 0);
        is(&rig, 1, 0xa2);
        is(&rig, 2, 0xb2);
        is(&rig, 3, 0xa1);
        is(&rig, 5, 0xb2);
        is(&rig, 6, 0);
        rig_done(&rig);
    }
}

static void a_discarded_page_must_come_again(void **state)
{
    static const MigRange range = { 2 * PAGE, 2 * PAGE };
    Rig rig;
    MigWriter *w, *package, *preempt;

    (void) state;
    rig_init(&rig);
    w = mig_writer_new(&rig.config);
    mig_writer_header(w);
    mig_writer_configuration(w, "none");
    mig_writer_open_return_path(w);
    mig_writer_advise_ram(w, PAGE, PAGE);
    mig_writer_section_start(w, 1, "ram", 0, 4);
    mig_writer_mem_size(w, 4 * PAGE);
    mig_writer_ram_block(w, "ram", 4 * PAGE, 0, NULL);
    part_end(w);
    part(w, FALSE);
    for (guint i = 0; i < 4; i++) {
        mig_writer_page_bytes(w, "ram", i * PAGE, filled((guint8) (0x10 + i)));
    }
    part_end(w);
    mig_writer_discard(w, "ram", &range, 1);
    package = mig_writer_new(&rig.config);
    mig_writer_command(package, MIG_COMMAND_POSTCOPY_LISTEN);
    mig_writer_command(package, MIG_COMMAND_POSTCOPY_RUN);
    mig_writer_packaged(w, package);
    mig_writer_free(package);
    mig_writer_eof(w);
    preempt = mig_writer_new(&rig.config);
    mig_writer_page_bytes(preempt, "ram", 2 * PAGE, filled(0x99));
    rig_add(&rig, "main", w);
    rig_add(&rig, "preempt", preempt);
    rig_build(&rig);
    assert_int_equal(rig.image->faults->len, 0);
    is(&rig, 1, 0x11);
    is(&rig, 2, 0x99);
    assert_int_equal(sim_stream_image_block(rig.image, "ram")->missing, 1);
    rig_done(&rig);
}

static void a_delta_for_a_page_that_never_came_is_a_fault(void **state)
{
    static const guint8 delta[] = { 0, 1, 0xaa };
    Rig rig;
    MigWriter *w;

    (void) state;
    rig_init(&rig);
    w = begin(&rig, FALSE);
    part(w, TRUE);
    mig_writer_xbzrle(w, "ram", 0, delta, sizeof delta);
    part_end(w);
    finish(w);
    rig_add(&rig, "main", w);
    rig_build(&rig);
    assert_int_equal(rig.image->faults->len, 1);
    assert_int_equal(((SimStreamFault *) g_ptr_array_index(rig.image->faults, 0))->fault.rule, MIG_STREAM_ERROR_XBZRLE_DATA);
    rig_done(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_copy_counts),
        cmocka_unit_test(spans_decide_which_copy_is_the_last),
        cmocka_unit_test(a_discarded_page_must_come_again),
        cmocka_unit_test(a_delta_for_a_page_that_never_came_is_a_fault),
    };

    return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
