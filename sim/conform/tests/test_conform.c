/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sim/conform/compare.h"
#include "sim/conform/report.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The engine of one release, judged by the rules of another. */
static SimConformResult *run(const char *engine, const char *judged_as)
{
    g_autofree char *command = g_strdup_printf(MIGLAB_BUILD_DIR "/miglab serve --profile %s -- -M none -nodefaults -display none {stopped} "
                                               "-m {ram} -qmp unix:{qmp},server=on,wait=off", engine);
    g_autoptr(GError) error = NULL;
    g_autoptr(SimTarget) target = sim_target_find(command, &error);
    SimConformSetup setup = { .target = target, .profile = judged_as, .seed = 7, .scale = 1 };
    SimConformResult *result;

    assert_non_null(target);
    result = sim_conform_run(&setup, &error);
    if (!result) {
        print_error("%s\n", error->message);
    }
    assert_non_null(result);
    return result;
}

static guint total(const guint *counts)
{
    guint sum = 0;

    for (int i = 0; i < SIM_AREA_COUNT; i++) {
        sum += counts[i];
    }
    return sum;
}

static void a_release_agrees_with_itself(void **state)
{
    g_autoptr(SimConformResult) result = run("qemu-9.1", NULL);

    assert_string_equal(result->version, "9.1.0");
    assert_string_equal(result->profile, "qemu-9.1");
    assert_false(result->nearest);
    assert_int_equal(result->differences->len, 0);
    assert_true(total(result->agreed) >= 20000);
    assert_int_equal(total(result->differed), 0);
}

/* 8.0 differs from 7.2 in one reply of an idle source. */
static void another_release_is_found_with_its_shortest_dialogue(void **state)
{
    g_autoptr(SimConformResult) result = run("qemu-7.2", "qemu-8.0");
    const SimConformDifference *difference;
    const char *first, *last;

    assert_int_equal(result->differences->len, 1);
    difference = result->differences->pdata[0];
    assert_int_equal(difference->area, SIM_AREA_IDLE);
    assert_int_equal(difference->requests->len, 1);
    assert_string_equal(((const SimConformRequest *) difference->requests->pdata[0])->command, "x-colo-lost-heartbeat");
    assert_string_equal(difference->expected, "error GenericError: VM is not in COLO mode");
    assert_string_equal(difference->actual, "error GenericError: The feature 'colo' is not enabled");
    first = difference->releases->pdata[0];
    last = difference->releases->pdata[difference->releases->len - 1];
    assert_string_equal(first, "2.8");
    assert_string_equal(last, "7.2");
}

static void a_baseline_accepts_and_reports_what_is_gone(void **state)
{
    g_autofree char *folder = g_dir_make_tmp("miglab-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "baseline.json", NULL);
    g_autoptr(SimConformResult) result = run("qemu-7.2", "qemu-8.0"), clean = run("qemu-8.0", "qemu-8.0");
    g_autoptr(GPtrArray) gone = NULL, gone_clean = NULL, none = NULL;
    g_autoptr(GError) error = NULL;
    json_t *json;
    FILE *out;

    assert_int_equal(sim_conform_findings(result), 1);
    assert_true(sim_conform_baseline_write(result, path, NULL));
    assert_true(sim_conform_baseline_apply(result, path, &gone, NULL));
    assert_int_equal(sim_conform_findings(result), 0);
    assert_int_equal(gone->len, 0);
    assert_true(sim_conform_baseline_apply(clean, path, &gone_clean, NULL));
    assert_int_equal(gone_clean->len, 1);

    /* Both forms of the report name it. */
    json = sim_conform_to_json(result, "engine");
    assert_int_equal(json_array_size(json_object_get(json, "differences")), 1);
    assert_true(json_is_true(json_object_get(json_array_get(json_object_get(json, "differences"), 0), "known")));
    json_decref(json);
    {
        char *text = NULL;
        size_t size = 0;

        out = open_memstream(&text, &size);
        sim_conform_print(result, "engine", out);
        fclose(out);
        assert_non_null(strstr(text, "known difference 1: idle commands"));
        assert_non_null(strstr(text, "{\"execute\": \"x-colo-lost-heartbeat\"}"));
        free(text);
    }
    assert_true(g_file_set_contents(path, "{\"no\": \"array\"}", -1, NULL));
    assert_false(sim_conform_baseline_apply(result, path, &none, &error));
    assert_non_null(strstr(error->message, "expected a baseline"));
    g_unlink(path);
    g_rmdir(folder);
}

static void a_target_that_does_not_speak_qmp_is_an_error(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SimTarget) target = sim_target_find("/bin/false {qmp} {ram} {stopped}", &error);
    SimConformSetup setup = { .target = target, .scale = 1 };

    assert_non_null(target);
    assert_null(sim_conform_run(&setup, &error));
    assert_non_null(strstr(error->message, "does not offer QMP"));
}

static void differences_of_lists_show_only_what_differs(void **state)
{
    static const struct { const char *expected, *actual, *want_expected, *want_actual; } cases[] = {
        { "[{\"capability\": \"a\", \"state\": true}, {\"capability\": \"b\", \"state\": true}]",
          "{\"return\": [{\"capability\": \"a\", \"state\": false}, {\"capability\": \"b\", \"state\": true}]}",
          "return {a: true, …}", "return {a: false, …}" },
        { "{\"x\": 1, \"y\": 2}", "{\"return\": {\"y\": 2, \"z\": 3}}", "return {x: 1, z: (missing), …}", "return {x: (missing), z: 3, …}" },
        { "5", "{\"return\": 6}", "return 5", "return 6" },
        { "5", "{\"error\": {\"class\": \"C\", \"desc\": \"D\"}}", "return 5", "error C: D" },
        { "5", "{}", "return 5", "neither a return nor an error" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        json_t *expected = json_loads(cases[i].expected, JSON_DECODE_ANY, NULL), *actual = json_loads(cases[i].actual, 0, NULL);
        g_auto(OraReply) reply = { .kind = ORA_REPLY_RETURN, .value = ora_value_from_json(expected) };
        g_autofree char *expected_text = NULL, *actual_text = NULL;

        print_message("case: %s\n", cases[i].actual);
        assert_false(sim_conform_agrees(&reply, actual));
        sim_conform_describe(&reply, actual, &expected_text, &actual_text);
        assert_string_equal(expected_text, cases[i].want_expected);
        assert_string_equal(actual_text, cases[i].want_actual);
        json_decref(expected);
        json_decref(actual);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release_agrees_with_itself),
        cmocka_unit_test(another_release_is_found_with_its_shortest_dialogue),
        cmocka_unit_test(a_baseline_accepts_and_reports_what_is_gone),
        cmocka_unit_test(a_target_that_does_not_speak_qmp_is_an_error),
        cmocka_unit_test(differences_of_lists_show_only_what_differs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
