/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The generator makes scenarios, the same ones each time; the shrinker keeps what is needed; a child that dies is seen.
 */
#include "sim/explore/explore.h"

#include "sim/scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_generated_scenarios_are_read(void **state)
{
    (void) state;
    for (guint64 i = 0; i < 400; i++) {
        g_autoptr(SimExploreCase) c = sim_explore_generate(5, i, NULL, NULL);
        g_autoptr(GString) problems = g_string_new(NULL);
        g_autoptr(SimScenario) scenario = sim_scenario_parse("x", c->text, strlen(c->text), problems);

        if (scenario == NULL) {
            fail_msg("case %u: %s\n%s", (guint) i, problems->str, c->text);
        }
        assert_true(scenario->steps->len > 3);
    }
}

static void test_generated_twice_the_same(void **state)
{
    g_autoptr(SimExploreCase) a = sim_explore_generate(7, 3, NULL, NULL), b = sim_explore_generate(7, 3, NULL, NULL), other = sim_explore_generate(7, 4, NULL, NULL);
    g_autofree char *profile = NULL;
    guint64 seed = 0;

    (void) state;
    assert_string_equal(a->text, b->text);
    assert_string_not_equal(a->text, other->text);
    sim_explore_marks(a->text, &profile, &seed);
    assert_string_equal(profile, a->profile);
    assert_int_equal(seed, a->seed);
}

static void test_cases_come_out_clean(void **state)
{
    (void) state;
    for (guint64 i = 0; i < 20; i++) {
        g_autoptr(SimExploreCase) c = sim_explore_generate(1, i, NULL, NULL);
        SimExploreOutcome outcome;

        assert_true(sim_explore_run("x.yaml", c->text, c->profile, c->seed, &outcome));
        if (outcome.end != SIM_EXPLORE_CLEAN) {
            fail_msg("case %u: %s\n%s", (guint) i, outcome.rule, outcome.text);
        }
        sim_explore_outcome_clear(&outcome);
    }
}

static void test_finding_and_broken(void **state)
{
    static const char good[] = "title: t\nsteps:\n  - source: { migrate: { uri: \"{link}\" } }\n  - wait: { source: %s, within: 5s }\n";
    static const struct { const char *word; SimExploreEnd end; const char *rule; } cases[] = {
        { "completed", SIM_EXPLORE_CLEAN, "" }, { "failed", SIM_EXPLORE_FINDING, "scenario.wait" }, { "nonsense", SIM_EXPLORE_BROKEN, "scenario" },
    };

    (void) state;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(good, cases[i].word);
        SimExploreOutcome outcome;

        assert_true(sim_explore_run("x.yaml", text, "qemu-7.2", 1, &outcome));
        assert_int_equal(outcome.end, cases[i].end);
        assert_string_equal(outcome.rule, cases[i].rule);
        sim_explore_outcome_clear(&outcome);
    }
}

/* Fails while both marks are there and the number is at least 3. */
static gboolean has_marks(const char *text, gpointer opaque)
{
    const char *ram = strstr(text, "ram: ");

    ++*(guint *) opaque;
    return strstr(text, "alpha") != NULL && strstr(text, "beta: x") != NULL && ram != NULL && atoi(ram + 5) >= 3;
}

static void test_shrinks_to_what_is_needed(void **state)
{
    static const char text[] = "# a remark\ntitle: t\nguest: { ram: 64M, contents: zero }\nlink: { loss: 1% }\nsteps:\n"
                               "  - source: one\n    expect: any\n  - source: alpha\n    note: n\n  - wait: { beta: x, gamma: y }\n  - source: two\n";
    guint asked = 0;
    g_autofree char *small = sim_explore_shrink(text, 1000, has_marks, &asked);

    (void) state;
    assert_non_null(strstr(small, "alpha"));
    assert_non_null(strstr(small, "beta: x"));
    assert_null(strstr(small, "gamma"));
    assert_null(strstr(small, "one"));
    assert_null(strstr(small, "two"));
    assert_null(strstr(small, "loss"));
    assert_null(strstr(small, "zero"));
    assert_non_null(strstr(small, "ram: 4M"));
    assert_true(asked > 5 && asked < 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generated_scenarios_are_read), cmocka_unit_test(test_generated_twice_the_same),
        cmocka_unit_test(test_cases_come_out_clean), cmocka_unit_test(test_finding_and_broken),
        cmocka_unit_test(test_shrinks_to_what_is_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
