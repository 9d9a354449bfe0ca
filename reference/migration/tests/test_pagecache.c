/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The xbzrle cache: which of two pages that want one place keeps it, and what counts as a hit.
 */
#include "reference/migration/pagecache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

typedef struct {
    MigRam *ram;
    MigRamBlock *block;
    MigPageCache *cache;
} Fixture;

static int set_up(void **state)
{
    Fixture *self = g_new0(Fixture, 1);
    const MigRamBlockConfig config = { .idstr = "ram", .size = 16 * MIG_PAGE_SIZE, .content = MIG_CONTENT_RANDOM };

    self->ram = mig_ram_new(1);
    self->block = mig_ram_add(self->ram, &config, NULL);
    self->cache = mig_page_cache_new(4 * MIG_PAGE_SIZE); /* pages 0, 4, 8 and 12 share a place */
    assert_non_null(self->block);
    *state = self;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *self = *state;

    mig_page_cache_free(self->cache);
    mig_ram_free(self->ram);
    g_free(self);
    return 0;
}

static MigCacheResult encode(Fixture *self, guint64 page, guint64 age)
{
    guint8 delta[MIG_PAGE_SIZE];
    guint16 size;

    return mig_page_cache_encode(self->cache, page * MIG_PAGE_SIZE, age, self->block, page, FALSE, delta, &size);
}

static void the_page_used_lately_stays(void **state)
{
    Fixture *self = *state;

    assert_int_equal(encode(self, 0, 1), MIG_CACHE_MISS);
    assert_int_equal(encode(self, 0, 2), MIG_CACHE_EQUAL);
    /* Within the life of page 0 another of its place is sent whole and not kept. */
    assert_int_equal(encode(self, 4, 2), MIG_CACHE_MISS);
    assert_int_equal(encode(self, 4, 3), MIG_CACHE_MISS);
    assert_int_equal(encode(self, 0, 3), MIG_CACHE_EQUAL);
    /* Each use makes it young again. */
    assert_int_equal(encode(self, 8, 4), MIG_CACHE_MISS);
    assert_int_equal(encode(self, 0, 4), MIG_CACHE_EQUAL);
}

static void the_page_not_used_for_long_gives_way(void **state)
{
    Fixture *self = *state;

    assert_int_equal(encode(self, 0, 1), MIG_CACHE_MISS);
    assert_int_equal(encode(self, 4, 3), MIG_CACHE_MISS);
    assert_int_equal(encode(self, 4, 4), MIG_CACHE_EQUAL);
    assert_int_equal(encode(self, 0, 4), MIG_CACHE_MISS);
    assert_int_equal(encode(self, 1, 4), MIG_CACHE_MISS); /* another place */
    assert_int_equal(encode(self, 1, 4), MIG_CACHE_EQUAL);
}

static void a_changed_page_is_a_delta_against_what_was_sent_last(void **state)
{
    Fixture *self = *state;

    assert_int_equal(encode(self, 2, 1), MIG_CACHE_MISS);
    assert_int_equal(mig_ram_write(self->block, 2), MIG_RAM_OK);
    assert_int_equal(encode(self, 2, 1), MIG_CACHE_DELTA);
    assert_int_equal(encode(self, 2, 1), MIG_CACHE_EQUAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_page_used_lately_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_page_not_used_for_long_gives_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_changed_page_is_a_delta_against_what_was_sent_last, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
