/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The command line of `miglab stream check`: exit status 0, 1 and 2, and what is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <glib/gstdio.h>

#include "sim/stream/check.h"

#define CAPTURES MIGLAB_SOURCE_DIR "/scenarios/captures/"

static char *folder;

/* Runs the subcommand with its output in a file. */
static int run(char **ret_text, const char *const *arguments)
{
    g_autofree char *path = g_build_filename(folder, "output", NULL);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), status;
    FILE *file = fopen(path, "w");

    g_ptr_array_add(argv, (gpointer) "check");
    for (const char *const *each = arguments; *each; each++) {
        g_ptr_array_add(argv, (gpointer) *each);
    }
    g_ptr_array_add(argv, NULL);
    fflush(NULL);
    dup2(fileno(file), STDOUT_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    status = sim_stream_check(argv->len - 1, (char **) argv->pdata);
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    fclose(file);
    assert_true(g_file_get_contents(path, ret_text, NULL, NULL));
    return status;
}

static char *write_file(const char *name, const void *bytes, gssize size)
{
    char *path = g_build_filename(folder, name, NULL);

    assert_true(g_file_set_contents(path, bytes, size, NULL));
    return path;
}

static void a_clean_capture_is_0(void **state)
{
    g_autofree char *text = NULL;

    (void) state;
    assert_int_equal(run(&text, (const char *[]){ CAPTURES "7.2.22-postcopy-preempt.json", NULL }), SIM_EXIT_CLEAN);
    assert_non_null(strstr(text, "no finding"));
    assert_non_null(strstr(text, "qemu-7.2"));
}

static void channels_are_named_and_the_release_is_found(void **state)
{
    g_autofree char *text = NULL;

    (void) state;
    assert_int_equal(run(&text, (const char *[]){ "rp=" CAPTURES "10.0.13-return-path.rp.bin.xz",
                                                  CAPTURES "10.0.13-return-path.main.bin.xz", NULL }),
                     SIM_EXIT_CLEAN);
    assert_non_null(strstr(text, "release: 10.0 or newer, as SWITCHOVER_START shows"));
}

static void another_release_is_a_finding(void **state)
{
    g_autofree char *text = NULL;

    (void) state;
    assert_int_equal(run(&text, (const char *[]){ "--profile", "qemu-7.2", CAPTURES "10.0.13-none-plain.json", NULL }),
                     SIM_EXIT_FINDINGS);
    assert_non_null(strstr(text, "stream.release.switchover-start"));
    assert_non_null(strstr(text, "MIG_CMD 0xb unknown"));
}

static void a_fault_is_1_and_json_can_be_read(void **state)
{
    static const char bytes[] = "QEVM\0\0\0\3\7\0\0\0\4none\11";
    g_autofree char *path = write_file("fault", bytes, sizeof bytes - 1), *text = NULL, *json = NULL;

    (void) state;
    assert_int_equal(run(&text, (const char *[]){ path, NULL }), SIM_EXIT_FINDINGS);
    assert_non_null(strstr(text, "main at 17 (0x11): stream.section.type"));
    assert_non_null(strstr(text, "byte 09"));
    assert_int_equal(run(&json, (const char *[]){ "--format", "json", path, NULL }), SIM_EXIT_FINDINGS);
    assert_non_null(strstr(json, "\"id\": \"stream.section.type\""));
}

static void a_cut_is_a_finding_but_with_partial_a_note(void **state)
{
    static const char bytes[] = "QEVM\0\0\0\3\7\0\0\0\4none\1\0\0";
    g_autofree char *path = write_file("cut", bytes, sizeof bytes - 1), *text = NULL, *partial = NULL;

    (void) state;
    assert_int_equal(run(&text, (const char *[]){ path, NULL }), SIM_EXIT_FINDINGS);
    assert_non_null(strstr(text, "fail: main at 17"));
    assert_int_equal(run(&partial, (const char *[]){ "--partial", path, NULL }), SIM_EXIT_CLEAN);
    assert_non_null(strstr(partial, "note: main at 17"));
}

static void what_is_no_stream_is_2(void **state)
{
    static const struct { const char *bytes; gsize size; const char *want; } files[] = {
        { "", 0, "empty" },
        { "QFI\xfb and so on", 14, "qcow2" },
        { "\x7f" "ELF and so on", 14, "ELF" },
        { "just some text here", 19, "text" },
    };
    g_autofree char *missing = NULL, *nothing = NULL, *wrong = NULL;

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = write_file("other", files[i].bytes, files[i].size), *text = NULL;

        assert_int_equal(run(&text, (const char *[]){ path, NULL }), SIM_EXIT_USAGE);
        print_message("%s", text);
        assert_non_null(strstr(text, files[i].want));
    }
    assert_int_equal(run(&missing, (const char *[]){ "/nonexistent/file", NULL }), SIM_EXIT_USAGE);
    assert_int_equal(run(&nothing, (const char *[]){ NULL }), SIM_EXIT_USAGE);
    assert_int_equal(run(&wrong, (const char *[]){ "--profile", "qemu-z", CAPTURES "10.0.13-none-plain.json", NULL }), SIM_EXIT_USAGE);
}

static int make_folder(void **state)
{
    (void) state;
    folder = g_dir_make_tmp("miglab-check-XXXXXX", NULL);
    return folder ? 0 : 1;
}

static int remove_folder(void **state)
{
    static const char *const names[] = { "output", "fault", "cut", "other" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);

        g_unlink(path);
    }
    g_rmdir(folder);
    g_free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_capture_is_0),
        cmocka_unit_test(channels_are_named_and_the_release_is_found),
        cmocka_unit_test(another_release_is_a_finding),
        cmocka_unit_test(a_fault_is_1_and_json_can_be_read),
        cmocka_unit_test(a_cut_is_a_finding_but_with_partial_a_note),
        cmocka_unit_test(what_is_no_stream_is_2),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
