/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* Buckets that the spec lists (qmp.md 7.2). */
static void buckets_are_those_of_qemu(void **state)
{
    static const struct { const char *name; guint bucket; } known[] = {
        { "timestamp", 26 }, { "state", 131 }, { "version", 184 }, { "status", 202 }, { "singlestep", 202 }, { "class", 211 },
        { "capabilities", 216 }, { "guest", 223 }, { "micro", 225 }, { "minor", 225 }, { "qemu", 232 }, { "running", 246 },
        { "mode", 252 }, { "execute", 299 }, { "capability", 306 }, { "package", 326 }, { "event", 361 },
        { "microseconds", 374 }, { "desc", 377 }, { "return", 401 }, { "reason", 401 }, { "type", 425 }, { "arguments", 447 },
        { "seconds", 5 }, { "exec-oob", 162 }, { "major", 481 }, { "id", 486 }, { "error", 489 }, { "data", 505 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        assert_int_equal(mig_value_dict_bucket(known[i].name), known[i].bucket);
    }
}

static void clashes_come_out_newest_first(void **state)
{
    g_autoptr(MigValue) dict = mig_value_dict();
    g_autofree guint *order = NULL;

    mig_value_dict_put(dict, "major", mig_value_int(7));
    mig_value_dict_put(dict, "minor", mig_value_int(2));
    mig_value_dict_put(dict, "micro", mig_value_int(22));
    order = mig_value_dict_order(dict);
    assert_string_equal(mig_value_dict_key(dict, order[0]), "micro");
    assert_string_equal(mig_value_dict_key(dict, order[1]), "minor");
    assert_string_equal(mig_value_dict_key(dict, order[2]), "major");
}

/* Small and large objects are sorted in different ways. */
static void order_is_by_bucket_and_newest_first(void **state)
{
    for (guint count = 1; count <= 400; count += count < 60 ? 1 : 37) {
        g_autoptr(MigValue) dict = mig_value_dict();
        g_autofree guint *order = NULL;

        for (guint i = 0; i < count; i++) {
            g_autofree char *key = g_strdup_printf("member%u", i * 7919 % 1000);
            mig_value_dict_put(dict, key, mig_value_null());
        }
        order = mig_value_dict_order(dict);
        for (guint i = 1; i < count; i++) {
            guint before = mig_value_dict_bucket(mig_value_dict_key(dict, order[i - 1]));
            guint bucket = mig_value_dict_bucket(mig_value_dict_key(dict, order[i]));

            assert_true(before < bucket || (before == bucket && order[i - 1] > order[i]));
        }
    }
}

static void large_objects_find_replace_and_remove(void **state)
{
    g_autoptr(MigValue) dict = mig_value_dict();
    gint64 number;

    for (int i = 0; i < 1000; i++) {
        g_autofree char *key = g_strdup_printf("member%d", i);
        mig_value_dict_put(dict, key, mig_value_int(i));
    }
    mig_value_dict_put(dict, "member500", mig_value_int(-1));
    assert_int_equal(mig_value_dict_size(dict), 1000);
    assert_true(mig_value_dict_remove(dict, "member3"));
    assert_false(mig_value_dict_remove(dict, "member3"));
    mig_value_dict_put(dict, "new", mig_value_null());
    assert_int_equal(mig_value_dict_size(dict), 1000);
    assert_string_equal(mig_value_dict_key(dict, 3), "member4");
    assert_true(mig_value_get_int(mig_value_dict_get(dict, "member500"), &number));
    assert_int_equal(number, -1);
    assert_null(mig_value_dict_get(dict, "member3"));
}

static void numbers_remember_how_they_were_written(void **state)
{
    g_autoptr(MigValue) small = mig_value_uint(5);
    g_autoptr(MigValue) large = mig_value_uint(G_MAXUINT64);
    g_autoptr(MigValue) negative = mig_value_int(-1);
    g_autoptr(MigValue) real = mig_value_double(5);
    guint64 u64;
    gint64 i64;

    assert_int_equal(mig_value_number_kind(small), MIG_NUMBER_INT64);
    assert_int_equal(mig_value_number_kind(large), MIG_NUMBER_UINT64);
    assert_false(mig_value_get_int(large, &i64));
    assert_true(mig_value_get_uint(negative, &u64));
    assert_true(u64 == G_MAXUINT64);
    assert_false(mig_value_get_uint(real, &u64));
    assert_false(mig_value_equal(small, real));
    assert_true(mig_value_get_double(large) > 1.8e19);
}

static void equality_ignores_the_order_of_members(void **state)
{
    g_autoptr(MigValue) a = mig_value_dict();
    g_autoptr(MigValue) b = mig_value_dict();

    mig_value_dict_put(a, "x", mig_value_bool(TRUE));
    mig_value_dict_put(a, "y", mig_value_string("s"));
    mig_value_dict_put(b, "y", mig_value_string("s"));
    mig_value_dict_put(b, "x", mig_value_bool(TRUE));
    assert_true(mig_value_equal(a, b));
    mig_value_dict_put(b, "y", mig_value_string("t"));
    assert_false(mig_value_equal(a, b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_are_those_of_qemu),
        cmocka_unit_test(clashes_come_out_newest_first),
        cmocka_unit_test(order_is_by_bucket_and_newest_first),
        cmocka_unit_test(large_objects_find_replace_and_remove),
        cmocka_unit_test(numbers_remember_how_they_were_written),
        cmocka_unit_test(equality_ignores_the_order_of_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
