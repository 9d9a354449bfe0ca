/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void a_seed_gives_always_the_same_numbers(void **state)
{
    SimRandom random = { 1 };

    (void) state;
    /* splitmix64 with seed 1, from its published definition: a change here changes every seeded run. */
    assert_true(sim_random_next(&random) == G_GUINT64_CONSTANT(0x910a2dec89025cc1));
    assert_true(sim_random_next(&random) == G_GUINT64_CONSTANT(0xbeeb8da1658eec67));
}

static void answers_stay_in_range_and_reach_its_ends(void **state)
{
    g_autoptr(SimChoices) choices = sim_choices_new_seeded(5);
    gboolean seen[5] = { FALSE };

    (void) state;
    for (int i = 0; i < 1000; i++) {
        guint32 answer = sim_choose(choices, 5, "x");
        assert_in_range(answer, 0, 4);
        seen[answer] = TRUE;
    }
    for (int i = 0; i < 5; i++) {
        assert_true(seen[i]);
    }
}

static void a_question_with_one_answer_is_not_asked(void **state)
{
    g_autoptr(SimChoices) choices = sim_choices_new_seeded(5);

    (void) state;
    assert_int_equal(sim_choose(choices, 1, "x"), 0);
    assert_int_equal(sim_choices_count(choices), 0);
}

static void lists_and_bytes_end_in_zeros(void **state)
{
    static const guint32 list[] = { 3, 7, 1 };
    static const guint8 bytes[] = { 3, 1, 2, 3, 4 };
    g_autoptr(SimChoices) from_list = sim_choices_new_list(list, G_N_ELEMENTS(list));
    g_autoptr(SimChoices) from_bytes = sim_choices_new_bytes(bytes, sizeof bytes);

    (void) state;
    assert_int_equal(sim_choose(from_list, 10, "a"), 3);
    assert_int_equal(sim_choose(from_list, 5, "b"), 2);             /* 7 modulo 5 */
    assert_int_equal(sim_choose(from_list, 2, "c"), 1);
    assert_int_equal(sim_choose(from_list, 9, "d"), 0);
    assert_int_equal(sim_choices_count(from_list), 4);
    assert_string_equal(sim_choices_what(from_list, 1), "b");
    assert_int_equal(sim_choose(from_bytes, 256, "a"), 3);
    assert_int_equal(sim_choose(from_bytes, G_MAXUINT32, "b"), 0x01020304);
    assert_int_equal(sim_choose(from_bytes, 256, "c"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_gives_always_the_same_numbers),
        cmocka_unit_test(answers_stay_in_range_and_reach_its_ends),
        cmocka_unit_test(a_question_with_one_answer_is_not_asked),
        cmocka_unit_test(lists_and_bytes_end_in_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
