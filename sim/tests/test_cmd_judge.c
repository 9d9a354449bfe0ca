/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab judge and miglab list as they are called: exit statuses, formats, messages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>
#include <sys/wait.h>

#define DATA MIGLAB_SOURCE_DIR "/oracle/tests/data/"
#define HEALTHY DATA "success_src_paused-5.2.jsonl"
#define KNOWN DATA "pbs_stopped-7.2.jsonl"

/* Runs miglab with the words of *line*; the output of both streams goes to *ret_out* and *ret_err*. */
static int miglab(const char *line, char **ret_out, char **ret_err)
{
    g_autofree char *whole = g_strconcat(MIGLAB_BUILD_DIR "/miglab ", line, NULL);
    g_auto(GStrv) argv = NULL;
    int status = -1;

    assert_true(g_shell_parse_argv(whole, NULL, &argv, NULL));
    assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, ret_out, ret_err, &status, NULL));
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static const struct {
    const char *name, *line;
    int status;
    const char *out, *err; /* parts; NULL: any */
} cases[] = {
    { "clean", "judge --profile 5.2 " HEALTHY, 0, "1 traces judged, 0 bad", NULL },
    { "known is clean", "judge --profile 7.2 " KNOWN, 0, "paused-becomes-postmigrate", NULL },
    { "strict", "judge --strict --profile 7.2 " KNOWN, 1, "1 bad", NULL },
    { "two releases", "judge --profile qemu-7.2,qemu-10.0 " KNOWN, 0, NULL, NULL },
    { "the wrong release", "judge --profile 11.1 " HEALTHY, 1, "FAIL", NULL },
    { "no release", "judge " HEALTHY, 0, NULL, "no header says" },
    { "tap", "judge --format tap --profile 7.2 --strict " KNOWN, 1, "not ok 1", NULL },
    { "junit", "judge --format junit --profile 7.2 --strict " KNOWN, 1, "<failure", NULL },
    { "json", "judge --format json --profile 7.2 " KNOWN, 0, "\"grade\": \"known\"", NULL },
    { "no file", "judge", 2, NULL, "at least one file" },
    { "no such file", "judge --profile 7.2 /nonexistent/x.jsonl", 2, NULL, "cannot be opened" },
    { "no trace", "judge --profile 7.2 " MIGLAB_SOURCE_DIR "/Makefile", 2, NULL, "Makefile:1:" },
    { "a directory", "judge --profile 7.2 " DATA, 2, NULL, "cannot be" },
    { "no such format", "judge --format xml " KNOWN, 2, NULL, "--format takes" },
    { "no such release", "judge --profile 1.0 " KNOWN, 2, NULL, NULL },
    { "three releases", "judge --profile 7.2,7.2,7.2 " KNOWN, 2, NULL, "SOURCE" },
    { "no such option", "judge --wrong " KNOWN, 2, NULL, "--wrong" },
    { "rules", "list rules", 0, "source.transition", NULL },
    { "quirks", "list quirks", 0, "both-run-cancel", NULL },
    { "profiles", "list profiles", 0, "7.2", NULL },
    { "nothing to list", "list", 2, NULL, "what?" },
    { "no such list", "list things", 2, NULL, "things" },
};

static void it_says_what_it_found(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = NULL, *err = NULL;
        int status = miglab(cases[i].line, &out, &err);

        print_message("case: %s\n", cases[i].name);
        if (status != cases[i].status || (cases[i].out != NULL && strstr(out, cases[i].out) == NULL) ||
            (cases[i].err != NULL && strstr(err, cases[i].err) == NULL)) {
            fail_msg("%s: exit status %d\n%s\n%s", cases[i].name, status, out, err);
        }
        if (cases[i].status == 2) {
            assert_string_not_equal(err, "");
        }
    }
}

static void json_is_json(void **state)
{
    g_autofree char *out = NULL, *err = NULL;
    int status = miglab("judge --format json --profile 7.2 " KNOWN " /nonexistent/x", &out, &err);
    json_t *root = json_loads(out, 0, NULL);

    (void) state;
    assert_int_equal(status, 2);
    assert_non_null(root);
    assert_int_equal(json_array_size(json_object_get(root, "files")), 2);
    json_decref(root);
}

/* A header says which releases ran. */
static void a_header_makes_the_option_unnecessary(void **state)
{
    g_autofree char *text = NULL, *out = NULL, *err = NULL, *with = NULL, *line = NULL;
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "miglab-header-XXXXXX", NULL);
    int fd = g_mkstemp(path);

    (void) state;
    assert_true(fd >= 0);
    assert_true(g_close(fd, NULL));
    assert_true(g_file_get_contents(KNOWN, &text, NULL, NULL));
    with = g_strconcat("{\"t_ms\":0,\"side\":\"run\",\"kind\":\"header\",\"data\":{\"source\":{\"release\":\"7.2\"}}}\n", text, NULL);
    assert_true(g_file_set_contents(path, with, -1, NULL));
    line = g_strconcat("judge ", path, NULL);
    assert_int_equal(miglab(line, &out, &err), 0);
    assert_non_null(strstr(out, "paused-becomes-postmigrate"));
    assert_string_equal(err, "");
    (void) g_unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_what_it_found),
        cmocka_unit_test(json_is_json),
        cmocka_unit_test(a_header_makes_the_option_unnecessary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
