/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/machine/page.h"

/* The bytes of a page are part of what recorded runs mean: these digests may never change, whatever the compiler. */
static void bytes_follow_from_the_reference_alone(void **state)
{
    static const struct { const char *name; MigContent content; guint32 seed; guint64 index, version, digest; } cases[] = {
        { "random", MIG_CONTENT_RANDOM, 7, 12, 0, G_GUINT64_CONSTANT(0x895657f5863cc938) },
        { "random, written", MIG_CONTENT_RANDOM, 7, 12, 3, G_GUINT64_CONSTANT(0x3bde6d2963f52b95) },
        { "text", MIG_CONTENT_TEXT, 65535, 1, 0, G_GUINT64_CONSTANT(0xfa366fe67a989df7) },
        { "zero, written", MIG_CONTENT_ZERO, 1, 1, 9, G_GUINT64_CONSTANT(0xfaf3dace51949904) },
    };
    guint8 bytes[4096];

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        MigPageRef page = { mig_page_base(cases[i].content, cases[i].seed, cases[i].index), cases[i].version };

        mig_page_make(page, bytes, sizeof(bytes));
        print_message("case: %s 0x%016" G_GINT64_MODIFIER "x\n", cases[i].name, mig_page_digest(0, bytes, sizeof(bytes)));
        assert_true(mig_page_digest(0, bytes, sizeof(bytes)) == cases[i].digest);
    }
}

static void only_the_zero_reference_is_zero(void **state)
{
    guint8 bytes[4096];

    (void) state;
    for (int content = 0; content < MIG_CONTENT_COUNT; content++) {
        for (guint64 version = 0; version < 3; version++) {
            MigPageRef page = { mig_page_base((MigContent) content, 5, 77), version };

            mig_page_make(page, bytes, sizeof(bytes));
            assert_int_equal(mig_page_bytes_are_zero(bytes, sizeof(bytes)), mig_page_ref_is_zero(page));
        }
    }
}

static void versions_differ_in_few_bytes(void **state)
{
    guint8 a[4096], b[4096];
    guint64 base = mig_page_base(MIG_CONTENT_RANDOM, 1, 2);

    (void) state;
    for (guint64 version = 0; version < 100; version++) {
        guint differing = 0;

        mig_page_make((MigPageRef) { base, version }, a, sizeof(a));
        mig_page_make((MigPageRef) { base, version + 1 }, b, sizeof(b));
        for (guint i = 0; i < sizeof(a); i++)
            differing += a[i] != b[i];
        assert_in_range(differing, 1, 8 + 2 * 16);
    }
}

static void names_of_contents_are_read_back(void **state)
{
    (void) state;
    for (int content = 0; content < MIG_CONTENT_COUNT; content++) {
        MigContent read;

        assert_true(mig_content_parse(mig_content_name((MigContent) content), &read));
        assert_int_equal(read, content);
    }
    assert_false(mig_content_parse("noise", &(MigContent) { 0 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_follow_from_the_reference_alone),
        cmocka_unit_test(only_the_zero_reference_is_zero),
        cmocka_unit_test(versions_differ_in_few_bytes),
        cmocka_unit_test(names_of_contents_are_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
