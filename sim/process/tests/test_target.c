/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/firmware.h"
#include "sim/process/target.h"
#include "sim/world.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka comes last. */
#include <cmocka.h>

static SimTarget *load_text(const char *text, char **ret_path, GError **error)
{
    g_autofree char *folder = g_dir_make_tmp("miglab-target-XXXXXX", NULL);
    SimTarget *target;

    *ret_path = g_build_filename(folder, "mine.yaml", NULL);
    assert_true(g_file_set_contents(*ret_path, text, -1, NULL));
    target = sim_target_load(*ret_path, error);
    g_remove(*ret_path);
    g_rmdir(folder);
    return target;
}

static void wrong_files_are_reported_by_place(void **state)
{
    static const struct {
        const char *name, *text, *want;       /* want: after the path */
    } cases[] = {
        { "unknown key", "binary: x\ncolour: red\n", ":2:1: 'colour' is no key of a target file" },
        { "key twice", "binary: x\nbinary: y\n", ":2:1: duplicate key" },
        { "list for text", "binary: [a, b]\n", ":1:10: 'binary' has to be a text" },
        { "nothing", "", ":1:1: " },
        { "a list", "- binary\n", ":1:3: a target file is a mapping" },
        { "no binary", "title: x\n", ":1:1: 'binary' is missing" },
        { "no YAML", "binary: \"x\n", ":1" },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = NULL;

        print_message("case: %s\n", cases[i].name);
        assert_null(load_text(cases[i].text, &path, &error));
        print_message("  %s\n", error->message);
        assert_true(g_str_has_prefix(error->message, path));
        assert_true(g_str_has_prefix(error->message + strlen(path), cases[i].want));
        assert_true(g_error_matches(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP));
    }
}

static void all_errors_come_in_one_pass(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;

    (void) state;
    assert_null(load_text("a: 1\nb: 2\n", &path, &error));
    assert_non_null(strstr(error->message, ":1:1: 'a'"));
    assert_non_null(strstr(error->message, ":2:1: 'b'"));
}

static void templates_are_filled(void **state)
{
    static const struct {
        const char *template, *incoming;
        gboolean stopped;
        const char *want;     /* words joined by |; NULL: refused */
    } cases[] = {
        { "x {qmp} {incoming}", "defer", FALSE, "x|/s|-incoming|defer" },
        { "x {qmp} {incoming}", NULL, FALSE, "x|/s" },
        { "x --qmp={qmp} [--in {incoming}] --mem {ram}", "tcp:a:1", FALSE, "x|--qmp=/s|--in|tcp:a:1|--mem|64K" },
        { "x --qmp={qmp} [--in {incoming}] --mem {ram}", NULL, FALSE, "x|--qmp=/s|--mem|64K" },
        { "x {qmp} {stopped}", NULL, TRUE, "x|/s|-S" },
        { "x '{qmp} y' \"a b\"", NULL, FALSE, "x|/s y|a b" },
        { "x {qmp}", NULL, TRUE, NULL },
        { "x {qmp}", "defer", FALSE, NULL },
        { "x {qmp} {colour}", NULL, FALSE, NULL },
        { "x {qmp} [--in {incoming}", "defer", FALSE, NULL },
        { "x {qmp} 'y", NULL, FALSE, NULL },
        { "x {qmp", NULL, FALSE, NULL },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        SimTarget target = { .name = (char *) "t", .command = (char *) cases[i].template };
        SimTargetValues values = { .qmp = "/s", .incoming = cases[i].incoming, .ram = "64K", .stopped = cases[i].stopped };
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) argv = sim_target_command(&target, &values, &error);
        g_autofree char *got = argv != NULL ? g_strjoinv("|", argv) : NULL;

        print_message("case: %s\n", cases[i].template);
        if (cases[i].want == NULL) {
            assert_null(got);
            assert_non_null(error);
        } else {
            assert_non_null(got);
            assert_string_equal(got, cases[i].want);
        }
    }
}

static void the_default_command_fits_an_empty_machine(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL, *got = NULL;
    g_autoptr(SimTarget) target = load_text("binary: /bin/q\n", &path, &error);
    g_auto(GStrv) argv = NULL;

    (void) state;
    assert_non_null(target);
    argv = sim_target_command(target, &(SimTargetValues){ .qmp = "/s", .ram = "64K", .machine = "none" }, NULL);
    got = g_strjoinv(" ", argv);
    assert_string_equal(got, "/bin/q -no-user-config -nodefaults -display none -M none -m 64K -qmp unix:/s,server=on,wait=off");
}

static void every_target_file_of_ours_loads(void **state)
{
    g_auto(GStrv) names = sim_target_names();
    g_autofree char *folder = sim_target_folder();

    (void) state;
    assert_true(g_strv_length(names) >= 4);
    for (char **name = names; *name != NULL; name++) {
        g_autofree char *file = g_strconcat(*name, ".yaml", NULL);
        g_autofree char *path = g_build_filename(folder, file, NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(SimTarget) target = sim_target_load(path, &error);

        print_message("target: %s\n", *name);
        assert_non_null(target);
        assert_non_null(target->title);
    }
}

static void what_is_no_target_is_refused(void **state)
{
    g_autoptr(GError) error = NULL;

    (void) state;
    assert_null(sim_target_find("no-such-thing", &error));
    assert_true(g_error_matches(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP));
}

static void a_binary_says_its_release(void **state)
{
    g_autofree char *program = g_find_program_in_path("qemu-system-x86_64");
    g_autoptr(SimTarget) target = NULL;

    (void) state;
    if (program == NULL) {
        print_message("SKIP no qemu-system-x86_64 here\n");
        skip();
    }
    target = sim_target_find(program, NULL);
    assert_non_null(target);
    assert_true(g_str_has_prefix(target->profile, "qemu-"));
}

static void the_guest_gets_its_parameters(void **state)
{
    SimMachine machine = { .ram_bytes = 64u << 20,
                           .contents = SIM_CONTENTS_RANDOM,
                           .workload = { .kind = SIM_WORKLOAD_HOT, .writes_per_second = 1000, .start_bytes = 1 << 20, .size_bytes = 4 << 20 } };
    g_autoptr(GBytes) image = sim_firmware_image(&machine, 5, 2, NULL);
    const guint8 *data = g_bytes_get_data(image, NULL);
    guint32 words[14];
    g_autoptr(GError) error = NULL;

    (void) state;
    assert_int_equal(g_bytes_get_size(image), 65536);
    assert_memory_equal(data + 0xff00, "MIGLABG1", 8);
    memcpy(words, data + 0xff08, sizeof(words));
    assert_int_equal(words[0], 5);            /* seed */
    assert_int_equal(words[1], 1);            /* random */
    assert_int_equal(words[3], 64u << 20);    /* end of the fill */
    assert_int_equal(words[5], 1024);         /* pages of the range */
    assert_int_equal(words[6], 2560);         /* ten pages a tick */
    assert_int_equal(words[7], 2);            /* hot set */
    assert_int_equal(words[13], 1193182 / 200);
    machine.workload.start_bytes = 4096;
    assert_null(sim_firmware_image(&machine, 5, 1, &error));
    assert_true(g_error_matches(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files_are_reported_by_place),
        cmocka_unit_test(all_errors_come_in_one_pass),
        cmocka_unit_test(templates_are_filled),
        cmocka_unit_test(the_default_command_fits_an_empty_machine),
        cmocka_unit_test(every_target_file_of_ours_loads),
        cmocka_unit_test(what_is_no_target_is_refused),
        cmocka_unit_test(a_binary_says_its_release),
        cmocka_unit_test(the_guest_gets_its_parameters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
