/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Runs on the engine: verdicts can be good and bad, and a run is a function of its choices.
 */
#include "sim/scenario/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define GUEST "guest: { ram: 4M, workload: { writes: 2000 pages/s, over: 25% of ram } }\nlink: { bandwidth: 1Gbit/s, latency: 200us"
#define MIGRATE "steps:\n  - source: { migrate: { uri: \"{link}\" } }\n  - wait: { source: completed }\n"

static SimScenario *parse(const char *text)
{
    g_autoptr(GString) problems = g_string_new(NULL);
    SimScenario *scenario = sim_scenario_parse("t.yaml", text, strlen(text), problems);

    assert_string_equal(problems->str, "");
    return scenario;
}

static gboolean has_finding(const SimResult *result, const char *id)
{
    for (guint i = 0; i < result->findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(result->findings, i);

        if (g_str_equal(finding->id, id)) {
            return TRUE;
        }
    }
    return FALSE;
}

static char *print(const SimResult *result)
{
    GString *text = g_string_new(NULL);

    ora_trace_print(result->trace, text);
    return g_string_free(text, FALSE);
}

static const struct { const char *name, *text; SimVerdict verdict; const char *finding; } cases[] = {
    { "all is well", "title: t\n" GUEST " }\n" MIGRATE "expect: { running: destination, memory: equal, status: { source: completed } }\n", SIM_VERDICT_PASS, NULL },
    { "the other side runs", "title: t\n" GUEST " }\n" MIGRATE "expect: { running: source }\n", SIM_VERDICT_FAIL, "scenario.running" },
    { "other events", "title: t\n" GUEST " }\n" MIGRATE "expect: { events: { source: [setup, cancelled] } }\n", SIM_VERDICT_FAIL, "scenario.events" },
    { "not exactly", "title: t\n" GUEST " }\n" MIGRATE "expect: { events: { source: { exactly: [setup, completed] } } }\n", SIM_VERDICT_FAIL, "scenario.events" },
    { "another status", "title: t\n" GUEST " }\n" MIGRATE "expect: { status: { source: failed } }\n", SIM_VERDICT_FAIL, "scenario.end" },
    { "another end", "title: t\n" GUEST " }\n" MIGRATE "expect: { exit: { destination: 1 } }\n", SIM_VERDICT_FAIL, "scenario.end" },
    { "a number out of bounds", "title: t\n" GUEST " }\n" MIGRATE "expect: { query-migrate: { total-time: \">= 100000\" } }\n", SIM_VERDICT_FAIL, "scenario.number" },
    { "a wait in vain", "title: t\n" GUEST " }\nsteps:\n  - source: { migrate: { uri: \"{link}\" } }\n  - wait: { source: failed, within: 1s }\n", SIM_VERDICT_FAIL, "scenario.wait" },
    { "an error instead of a return", "title: t\n" GUEST " }\nsteps:\n  - source: { migrate: { uri: \"x\" } }\n", SIM_VERDICT_FAIL, "scenario.reply" },
    { "a return instead of an error", "title: t\n" GUEST " }\nsteps:\n  - source: query-status\n    expect: error\n", SIM_VERDICT_FAIL, "scenario.reply" },
    { "another error", "title: t\n" GUEST " }\nsteps:\n  - source: nonsense\n    expect: { error: GenericError }\n", SIM_VERDICT_FAIL, "scenario.reply" },
    { "another return", "title: t\n" GUEST " }\nsteps:\n  - source: query-status\n    expect: { return: { status: paused } }\n", SIM_VERDICT_FAIL, "scenario.reply" },
    { "not for this release", "title: t\nsince: qemu-9.0\n" GUEST " }\n" MIGRATE, SIM_VERDICT_SKIP, NULL },
    { "not here", "title: t\nskip: { sim: no reason }\n" GUEST " }\n" MIGRATE, SIM_VERDICT_SKIP, NULL },
    { "a property that is none", "title: t\nsource: { globals: [migration.nonsense=1] }\n" GUEST " }\n" MIGRATE, SIM_VERDICT_ERROR, NULL },
    { "the process to talk to is gone", "title: t\n" GUEST " }\nsteps:\n  - kill: destination\n  - destination: query-status\n", SIM_VERDICT_FAIL, "scenario.reply" },
};

static void verdicts(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SimScenario) scenario = parse(cases[i].text);
        SimRunSetup setup = { .seed = 1, .profile = "qemu-7.2" };
        g_autoptr(SimResult) result = sim_run(scenario, &setup);

        print_message("case: %s\n", cases[i].name);
        assert_string_equal(sim_verdict_name(result->verdict), sim_verdict_name(cases[i].verdict));
        assert_true(cases[i].finding == NULL || has_finding(result, cases[i].finding));
        assert_true((result->reason != NULL) == (cases[i].verdict == SIM_VERDICT_SKIP || cases[i].verdict == SIM_VERDICT_ERROR));
    }
}

static const char stormy[] = "title: t\n" GUEST ", jitter: 50us, loss: 1% }\n" MIGRATE "expect: { memory: equal, running: destination }\n";

static void the_same_seed_gives_the_same_trace(void **state)
{
    g_autoptr(SimScenario) scenario = parse(stormy);
    SimRunSetup setup = { .seed = 7 }, other = { .seed = 8 };
    g_autoptr(SimResult) first = sim_run(scenario, &setup), again = sim_run(scenario, &setup), different = sim_run(scenario, &other);
    g_autofree char *a = print(first), *b = print(again), *c = print(different);

    (void) state;
    assert_int_equal(first->verdict, SIM_VERDICT_PASS);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
}

static void the_list_of_choices_replays_the_run(void **state)
{
    g_autoptr(SimScenario) scenario = parse(stormy);
    g_autoptr(SimChoices) seeded = sim_choices_new_seeded(7);
    SimRunSetup setup = { .seed = 7, .choices = seeded }, replay = { .seed = 7 };
    g_autoptr(SimResult) first = sim_run(scenario, &setup);
    g_autoptr(SimChoices) list = sim_choices_new_list(sim_choices_log(seeded), sim_choices_count(seeded));
    g_autoptr(SimResult) again = NULL;
    g_autofree char *a = print(first), *b = NULL;

    (void) state;
    replay.choices = list;
    again = sim_run(scenario, &replay);
    b = print(again);
    assert_string_equal(a, b);
    assert_int_equal(sim_choices_count(list), sim_choices_count(seeded));
}

static void no_choices_at_all_give_a_calm_run(void **state)
{
    g_autoptr(SimScenario) scenario = parse(stormy);
    g_autoptr(SimChoices) none = sim_choices_new_list(NULL, 0);
    SimRunSetup setup = { .seed = 1, .choices = none };
    g_autoptr(SimResult) result = sim_run(scenario, &setup);

    (void) state;
    assert_int_equal(result->verdict, SIM_VERDICT_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts),
        cmocka_unit_test(the_same_seed_gives_the_same_trace),
        cmocka_unit_test(the_list_of_choices_replays_the_run),
        cmocka_unit_test(no_choices_at_all_give_a_calm_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
