/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading scenarios: what is understood, and how every mistake is answered.
 */
#include "sim/scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define HEAD "title: t\n"
#define STEPS "steps:\n  - source: { migrate: { uri: \"{link}\" } }\n"

static SimScenario *parse(const char *text, GString *problems)
{
    return sim_scenario_parse("f.yaml", text, strlen(text), problems);
}

static void understands_all_there_is(void **state)
{
    static const char text[] =
        "title: all\nsince: qemu-2.6\nuntil: qemu-10.0\nneeds: [tcp]\nskip: { real: because }\nknown: [a, b]\nevents: off\n"
        "guest: { ram: 32M, contents: text, workload: { writes: 100 pages/s, over: 25% of ram, from: 2M, pattern: hot } }\n"
        "source: { paused: true, globals: [migration.x-multifd=on] }\ndestination: { incoming: \"{link}\" }\n"
        "link: { bandwidth: 1Gbit/s, latency: 1ms, jitter: 10us, queue: 64K, loss: 1% }\n"
        "steps:\n"
        "  - source: { migrate: { uri: \"{link}\", n: 5, b: true, s: \"5\" } }\n    expect: { by-release: { -8.1: ok, 8.2-: { error: GenericError, text: x } } }\n"
        "  - wait: { source: [active, completed], within: 5s }\n"
        "  - wait: { source: { event: STOP } }\n"
        "  - wait: { source: { pass: 3 } }\n"
        "  - wait: { destination: exit }\n"
        "  - after: 300ms\n  - at: 2s\n"
        "  - fault: { corrupt: before SECTION_END of ram, bytes: 8, mask: 0x20, direction: to source, connection: 1 }\n"
        "  - fault: { stall: in 5ms, for: 2s }\n"
        "  - fault: { cut: byte 77 }\n"
        "  - link: { loss: 2% }\n  - link: heal\n"
        "  - restart: destination\n  - kill: source\n  - freeze: destination\n"
        "  - source: yank\n    oob: true\n    answer: later\n    since: qemu-6.0\n"
        "expect:\n"
        "  events: { source: { exactly: [setup, active] }, destination: { by-release: { 7.2: [RESUME], \"*\": [] } } }\n"
        "  status: { source: [failed, cancelled] }\n  run: { destination: paused }\n  exit: { destination: signal 9 }\n"
        "  running: { by-release: { 10.0-: neither } }\n  memory: equal\n  query-migrate: { ram.duplicate: \">= 5\", downtime: \"<= 300\" }\n";
    g_autoptr(GString) problems = g_string_new(NULL);
    g_autoptr(SimScenario) scenario = parse(text, problems);
    const SimStep *step;

    (void) state;
    assert_string_equal(problems->str, "");
    assert_non_null(scenario);
    assert_int_equal(scenario->releases.since, 206);
    assert_int_equal(scenario->releases.until, 1000);
    assert_true(scenario->tcp);
    assert_false(scenario->events);
    assert_string_equal(scenario->skip_real, "because");
    assert_int_equal(scenario->machine.ram_bytes, 32 << 20);
    assert_int_equal(scenario->machine.workload.size_bytes, 8 << 20);
    assert_int_equal(scenario->machine.workload.start_bytes, 2 << 20);
    assert_int_equal(scenario->machine.workload.kind, SIM_WORKLOAD_HOT);
    assert_true(scenario->machine.source_paused);
    assert_false(scenario->machine.destination_waits);
    assert_string_equal(scenario->machine.destination_uri, "{link}");
    assert_int_equal(scenario->weather.loss_ppm, 10000);
    assert_int_equal(scenario->steps->len, 16);
    step = g_ptr_array_index(scenario->steps, 0);
    assert_true(json_is_integer(json_object_get(step->arguments, "n")));
    assert_true(json_is_true(json_object_get(step->arguments, "b")));
    assert_true(json_is_string(json_object_get(step->arguments, "s")));
    assert_int_equal(step->expect->len, 2);
    step = g_ptr_array_index(scenario->steps, 7);
    assert_int_equal(step->fault->kind, SIM_FAULT_CORRUPT);
    assert_int_equal(step->fault->direction, SIM_TO_SOURCE);
    assert_int_equal(step->fault->mask, 0x20);
    assert_true(step->fault->has_moment);
    step = g_ptr_array_index(scenario->steps, 9);
    assert_false(step->fault->has_moment);
    assert_int_equal(step->fault->at_offset, 77);
    step = g_ptr_array_index(scenario->steps, 10);
    assert_int_equal(step->weather.loss_ppm, 20000);
    assert_int_equal(step->weather.ps_per_byte, 8000);             /* what is not named stays */
    step = g_ptr_array_index(scenario->steps, 15);
    assert_true(step->oob && step->no_wait);
    assert_int_equal(step->releases.since, 600);
    assert_int_equal(scenario->expect_numbers->len, 2);
}

static const struct { const char *name, *text, *want; } wrong[] = {
    { "no YAML", "title: [\n", "f.yaml:" },
    { "a duplicate key", HEAD "title: u\n" STEPS, "f.yaml:2:1: duplicate key 'title', expected it once" },
    { "a duplicate key deep inside, and what else is wrong", HEAD "steps:\n  - source: { migrate: { uri: a, uri: b } }\nx: 1\n",
      "f.yaml:3:34: duplicate key 'uri', expected it once\nf.yaml:4:1: unknown key 'x'" },
    { "a list that holds itself", HEAD "steps: &s [ *s ]\n", "f.yaml:2:14: an alias, expected a mapping (a step)" },
    { "an hour too much", HEAD "steps:\n  - after: 61min\n", "f.yaml:3:12: '61min', expected at most 60min" },
    { "too much memory", HEAD "guest: { ram: 2T }\n" STEPS, "expected whole pages, 1 MiB to 1 TiB" },
    { "what drives a terminal", HEAD STEPS "\"a\\e[31m\\nb\": 1\n", "f.yaml:4:2: unknown key 'a\\u001b[31m\\u000ab' in a scenario" },
    { "an unknown key at the top", HEAD STEPS "expct: {}\n", "f.yaml:4:1: unknown key 'expct' in a scenario, expected one of: title, rule" },
    { "an unknown key in a step", HEAD "steps:\n  - sorce: migrate\n", "f.yaml:3:5: unknown key 'sorce' in a step, expected one of:" },
    { "no title", STEPS, "f.yaml:1:1: no title" },
    { "no steps", HEAD, "no steps" },
    { "a step that does nothing", HEAD "steps:\n  - note: x\n", "a step that does nothing" },
    { "two actions", HEAD "steps:\n  - source: stop\n    after: 5s\n", "f.yaml:4:5: a second action 'after' in one step" },
    { "two commands", HEAD "steps:\n  - source: { stop: , cont: }\n", "a second command 'cont'" },
    { "a duration without unit", HEAD "steps:\n  - after: 300\n", "f.yaml:3:12: '300', expected a duration with its unit" },
    { "a bad size", HEAD "guest: { ram: lots }\n" STEPS, "f.yaml:2:15: 'lots', expected a size" },
    { "half a page of memory", HEAD "guest: { ram: 1048577 }\n" STEPS, "expected whole pages" },
    { "a bad status", HEAD STEPS "  - wait: { source: activ }\n", "f.yaml:4:21: 'activ', expected a migration status" },
    { "a wait that cannot end", HEAD "steps:\n  - wait: { source: active }\n", "this wait cannot end" },
    { "a bad moment", HEAD STEPS "  - fault: { cut: sometimes }\n", "f.yaml:4:19: 'sometimes' is no moment" },
    { "a fault without kind", HEAD STEPS "  - fault: { bytes: 4 }\n", "no fault yet" },
    { "a mask of zero", HEAD STEPS "  - fault: { corrupt: now, mask: 0 }\n", "expected a mask" },
    { "a delay of nothing", HEAD STEPS "  - fault: { delay: now }\n", "a delay without its length" },
    { "releases upside down", "since: qemu-8.1\nuntil: qemu-7.2\n" HEAD STEPS, "no release is left" },
    { "a bad release", "since: yesterday\n" HEAD STEPS, "f.yaml:1:8: 'yesterday', expected a release as qemu-7.2" },
    { "a bad range", HEAD STEPS "expect: { running: { by-release: { 9.0-8.0: source } } }\n", "'9.0-8.0', expected releases" },
    { "an anchor's alias", HEAD "guest: &g { ram: 16M }\nlink: *g\n" STEPS, "an alias, expected" },
    { "expect beside a wait", HEAD STEPS "  - wait: { source: active }\n    expect: ok\n", "expect: in a step without a QMP command" },
    { "more memory than there is", HEAD "guest: { ram: 16M, workload: { writes: 1 pages/s, over: 32M } }\n" STEPS, "no more than the guest's memory" },
};

static void answers_every_mistake_with_its_place(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GString) problems = g_string_new(NULL);
        g_autoptr(SimScenario) scenario = parse(wrong[i].text, problems);

        print_message("case: %s\n", wrong[i].name);
        assert_null(scenario);
        if (strstr(problems->str, wrong[i].want) == NULL) {
            fail_msg("expected: %s\ngot: %s", wrong[i].want, problems->str);
        }
        assert_true(g_str_has_prefix(problems->str, "f.yaml:"));
    }
}

static void finds_all_mistakes_in_one_pass_sorted(void **state)
{
    g_autoptr(GString) problems = g_string_new(NULL);
    g_autoptr(SimScenario) scenario = parse("title: t\nlink: { loss: 200%, latncy: 1ms }\nsteps:\n  - after: x\n  - restart: nobody\n", problems);

    (void) state;
    assert_null(scenario);
    assert_string_equal(problems->str,
        "f.yaml:2:15: '200%', expected a share of packets: 0.01%, 5ppm, at most 100%\n"
        "f.yaml:2:21: unknown key 'latncy' in link, expected one of: bandwidth, latency, jitter, queue, loss\n"
        "f.yaml:4:12: 'x', expected a duration with its unit: 50ns, 200us, 300ms, 5s or 2min\n"
        "f.yaml:5:14: 'nobody', expected one of: source, destination\n");
}

static void survives_anything(void **state)
{
    static const char *const texts[] = {
        "", "\n", "- a", "a", "42", "{}", "[]", "title:", "steps: 5", "title: t\nsteps: []", "title: {a: b}\nsteps: {}", "? [a]\n: b",
        "title: t\nsteps:\n  - ", "title: t\nsteps:\n  - source:\n", "title: t\nsteps:\n  - wait:\n", "title: t\nsteps:\n  - fault:\n",
        "title: t\nexpect:\nsteps:\n  - after: 1s\n", "--- !!binary x", "title: t\nexpect: { events: { source: { exactly: { a: b } } } }\n",
        "title: t\nsteps:\n  - wait: { source: }\n", "title: t\nsteps:\n  - source: { a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]] }\n",
        "title: t\nguest: { workload: busy }\nsource: 5\nlink: fast\nsteps:\n  - link: storm\n",
        "title: t\nsteps:\n  - wait: { source: exit, destination: exit }\n",
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GString) problems = g_string_new(NULL);
        g_autoptr(SimScenario) scenario = parse(texts[i], problems);

        print_message("case %u\n", (guint) i);
        assert_true((scenario == NULL) == (problems->len > 0));
    }
}

/* Every prefix of a good file and every file with one byte changed: an answer, never a crash. */
static void survives_damage(void **state)
{
    g_autofree char *path = g_build_filename(MIGLAB_SOURCE_DIR, "scenarios/cancel/then-retry.yaml", NULL);
    g_autofree char *text = NULL;
    gsize size;

    (void) state;
    assert_true(g_file_get_contents(path, &text, &size, NULL));
    for (gsize i = 0; i < size; i++) {
        g_autoptr(GString) problems = g_string_new(NULL);
        char kept = text[i];

        sim_scenario_free(sim_scenario_parse("f.yaml", text, i, problems));
        text[i] = (char) (kept ^ (1 << (i % 7)));
        sim_scenario_free(sim_scenario_parse("f.yaml", text, size, problems));
        text[i] = kept;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(understands_all_there_is),
        cmocka_unit_test(answers_every_mistake_with_its_place),
        cmocka_unit_test(finds_all_mistakes_in_one_pass_sorted),
        cmocka_unit_test(survives_anything),
        cmocka_unit_test(survives_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
