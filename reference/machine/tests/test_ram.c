/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/machine/ram.h"

#define PAGES 130u

static MigRam *ram_new(MigContent content)
{
    MigRam *ram = mig_ram_new(3);
    MigRamBlockConfig block = { .idstr = "pc.ram", .size = PAGES * MIG_PAGE_SIZE, .content = content };

    assert_non_null(mig_ram_add(ram, &block, NULL));
    return ram;
}

static void a_write_is_logged_while_the_log_is_on(void **state)
{
    g_autoptr(MigRam) ram = ram_new(MIG_CONTENT_RANDOM);
    MigRamBlock *block = mig_ram_block(ram, 0);

    (void) state;
    assert_int_equal(mig_ram_write(block, 1), MIG_RAM_OK);
    assert_int_equal(mig_ram_log_count(ram), 0);
    mig_ram_log_start(ram);
    assert_int_equal(mig_ram_write_run(block, 60, 10), 10);
    assert_int_equal(mig_ram_write(block, 60), MIG_RAM_OK);
    assert_int_equal(mig_ram_log_count(ram), 10);
    assert_true(block->log[0] >> 60 == 0xf);
    mig_ram_log_stop(ram);
    assert_int_equal(mig_ram_write(block, 100), MIG_RAM_OK);
    assert_true((block->log[1] >> (100 - 64) & 1) == 0);
}

static void literal_pages_compare_by_their_bytes(void **state)
{
    g_autoptr(MigRam) a = ram_new(MIG_CONTENT_RANDOM), b = ram_new(MIG_CONTENT_ZERO);
    g_autofree char *difference = NULL;
    guint8 bytes[MIG_PAGE_SIZE];

    (void) state;
    assert_false(mig_ram_equal(a, b, &difference));
    assert_non_null(strstr(difference, "page 0x0"));
    for (guint64 i = 0; i < PAGES; i++) {
        mig_ram_page_bytes(mig_ram_block(a, 0), i, bytes);
        mig_ram_set_page_bytes(mig_ram_block(b, 0), i, bytes);
    }
    assert_true(mig_ram_equal(a, b, NULL));
    assert_true(mig_ram_digest(a) == mig_ram_digest(b));
    assert_true(mig_ram_fingerprint(a) != mig_ram_fingerprint(b));
    assert_int_equal(mig_ram_write(mig_ram_block(b, 0), 5), MIG_RAM_OK);
    assert_false(mig_ram_equal(a, b, NULL));
    assert_true(mig_ram_digest(a) != mig_ram_digest(b));
    /* Zero bytes become the zero page, and the place of the literal is used again. */
    memset(bytes, 0, sizeof(bytes));
    mig_ram_set_page_bytes(mig_ram_block(b, 0), 5, bytes);
    assert_true(mig_ram_page_is_zero(mig_ram_block(b, 0), 5));
}

static void on_fault(gpointer opaque, MigRamBlock *block, guint64 page)
{
    (void) block;
    *(guint64 *) opaque = page;
}

static void a_missing_page_stops_the_access(void **state)
{
    g_autoptr(MigRam) ram = ram_new(MIG_CONTENT_RANDOM);
    MigRamBlock *block = mig_ram_block(ram, 0);
    guint64 asked = 0;

    (void) state;
    mig_ram_on_fault(ram, on_fault, &asked);
    mig_ram_set_missing(block, 63, 3);
    assert_int_equal(mig_ram_missing_count(ram), 3);
    assert_int_equal(mig_ram_write_run(block, 60, 10), 3);
    assert_int_equal(asked, 63);
    assert_int_equal(mig_ram_read(block, 65), MIG_RAM_MISSING);
    mig_ram_set_page(block, 63, (MigPageRef) { 0, 0 });
    assert_int_equal(mig_ram_write(block, 63), MIG_RAM_OK);
    assert_int_equal(mig_ram_missing_count(ram), 2);
    mig_ram_clear_missing(ram);
    assert_int_equal(mig_ram_read(block, 65), MIG_RAM_OK);
}

static void bad_blocks_are_refused(void **state)
{
    static const struct { const char *name; MigRamBlockConfig block; } cases[] = {
        { "no name", { .idstr = "", .size = 4096 } },
        { "size 0", { .idstr = "a", .size = 0 } },
        { "half a page", { .idstr = "a", .size = 6144 } },
        { "part of a huge page", { .idstr = "a", .size = 4096, .page_size = 0x200000 } },
        { "twice", { .idstr = "pc.ram", .size = 4096 } },
    };
    g_autoptr(MigRam) ram = ram_new(MIG_CONTENT_ZERO);

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        print_message("case: %s\n", cases[i].name);
        assert_null(mig_ram_add(ram, &cases[i].block, &error));
        assert_non_null(error);
    }
    assert_int_equal(mig_ram_block_count(ram), 1);
}

static void the_largest_block_is_sent_first(void **state)
{
    g_autoptr(MigRam) ram = mig_ram_new(1);
    static const struct { const char *name; guint64 size; } blocks[] = { { "a", 4096 }, { "b", 8192 }, { "c", 4096 }, { "d", 8192 } };
    static const char order[] = "bdac";

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++)
        assert_non_null(mig_ram_add(ram, &(MigRamBlockConfig) { .idstr = blocks[i].name, .size = blocks[i].size }, NULL));
    for (guint i = 0; i < 4; i++)
        assert_int_equal(mig_ram_block_in_order(ram, i)->idstr[0], order[i]);
    assert_int_equal(mig_ram_size(ram), 24576);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_is_logged_while_the_log_is_on),
        cmocka_unit_test(literal_pages_compare_by_their_bytes),
        cmocka_unit_test(a_missing_page_stops_the_access),
        cmocka_unit_test(bad_blocks_are_refused),
        cmocka_unit_test(the_largest_block_is_sent_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
