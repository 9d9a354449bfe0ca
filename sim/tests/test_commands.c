/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every command of the program: help on stdout that names the program, and nonsense refused with exit status 2 and one sentence
 * on stderr that says what is wrong.
 */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

typedef struct {
    int status;
    char *out, *err;
} Run;

static void run_clear(Run *run)
{
    g_free(run->out);
    g_free(run->err);
}

static Run miglab(const char *const *arguments)
{
    const char *argv[16] = { MIGLAB_BUILD_DIR "/miglab" };
    Run run = { 0 };
    int status;

    for (guint i = 0; arguments[i] != NULL; i++) {
        assert_true(i + 2 < G_N_ELEMENTS(argv));
        argv[i + 1] = arguments[i];
    }
    assert_true(g_spawn_sync(MIGLAB_SOURCE_DIR, (char **) argv, NULL, 0, NULL, NULL, &run.out, &run.err, &status, NULL));
    assert_true(WIFEXITED(status));
    run.status = WEXITSTATUS(status);
    return run;
}

#define SCENARIO "scenarios/basic/success.yaml"
#define CAPTURE "scenarios/captures/7.2.22-none-plain.json"

static const struct {
    const char *arguments[10];
    const char *sentence;         /* a part of it */
} nonsense[] = {
    { { NULL }, "miglab: which command?" },
    { { "frobnicate" }, "miglab: there is no command 'frobnicate'" },
    { { "run" }, "miglab run: which scenarios?" },
    { { "run", "--frobnicate" }, "miglab run: Unknown option --frobnicate" },
    { { "run", "nothing.yaml" }, "nothing.yaml:1:1: cannot be read" },
    { { "run", "--format", "xml", SCENARIO }, "miglab run: --format is human, tap, junit or json, not 'xml'" },
    { { "run", "--profile", "qemu-1.0", SCENARIO }, "miglab run: there is no profile 'qemu-1.0'" },
    { { "run", "--profile", "qemu-7.2,later", SCENARIO }, "miglab run: there is no profile 'later'" },
    { { "run", "--target", "nowhere", SCENARIO }, "miglab run: 'nowhere' is no target" },
    { { "run", "--destination-target", "nowhere", SCENARIO }, "miglab run: 'nowhere' is no target" },
    { { "run", "--time-scale", "-1", SCENARIO }, "miglab run: --time-scale is 1 to 1000" },
    { { "run", "--time-scale", "0", SCENARIO }, "miglab run: --time-scale is 1 to 1000, not 0" },
    { { "run", "--seed", "-1", SCENARIO }, "miglab run: --seed '-1', expected a whole number" },
    { { "run", "--seed", "18446744073709551616", SCENARIO }, "miglab run: --seed '18446744073709551616', expected a whole number" },
    { { "run", "--trace", "", SCENARIO }, "miglab run: --trace and --capture need the name of a folder" },
    { { "judge" }, "miglab judge: which trace?" },
    { { "judge", "--profile", "x", "trace" }, "miglab judge: there is no profile 'x'" },
    { { "judge", "--format", "x", "trace" }, "miglab judge: --format takes" },
    { { "conform", "stray" }, "miglab conform: what is 'stray'? There are options only" },
    { { "conform", "--suite", "states" }, "miglab conform: there is no suite 'states'" },
    { { "conform", "--profile", "x" }, "miglab conform: there is no profile 'x'" },
    { { "conform", "--target", "nowhere" }, "miglab conform: 'nowhere' is no target" },
    { { "conform", "--scale", "0" }, "miglab conform: --scale is 1 to 1000" },
    { { "compare", "stray" }, "miglab compare: it takes options only" },
    { { "explore", "stray" }, "miglab explore: what is 'stray'?" },
    { { "explore", "--profile", "x" }, "miglab explore: there is no profile 'x'" },
    { { "explore", "--runs", "0" }, "miglab explore: --runs is 1 or more" },
    { { "explore", "--seed", "x" }, "miglab explore: --seed 'x', expected a whole number" },
    { { "conform", "--seed", "" }, "miglab conform: --seed '', expected a whole number" },
    { { "shrink", "--seed", "-1", SCENARIO }, "miglab shrink: --seed '-1', expected a whole number" },
    { { "shrink" }, "miglab shrink: which scenario?" },
    { { "shrink", "nothing.yaml" }, "miglab shrink: " },
    { { "serve", "stray" }, "miglab serve: argument 'stray'" },
    { { "link" }, "miglab link: --listen and --to are needed" },
    { { "link", "stray" }, "miglab link: it takes no arguments but options" },
    { { "link", "--listen", "unix:/nonexistent/x", "--to", "nowhere" }, "miglab link: --to nowhere: expected unix:PATH or tcp:HOST:PORT" },
    { { "link", "--listen", "here", "--to", "unix:x" }, "miglab link: 'here': expected unix:PATH or tcp:HOST:PORT" },
    { { "link", "--listen", "unix:/nonexistent/x", "--to", "unix:x" }, "/nonexistent/x" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--bandwidth", "fast" }, "miglab link: --bandwidth fast: a bandwidth: 1Gbit/s" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--latency", "5" }, "miglab link: --latency 5: a duration with its unit" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--jitter", "x" }, "miglab link: --jitter x: a duration" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--queue", "x" }, "miglab link: --queue x: a size" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--loss", "200%" }, "miglab link: --loss 200%: a share of packets" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--cut-after", "soon" }, "miglab link: --cut-after soon: a size" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--fault", "explode" }, "miglab link: 'explode': expected cut, reset" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--fault", "cut" }, "miglab link: 'cut': expected a moment behind it" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--fault", "cut sd" }, "miglab link: 'cut sd': expected a moment behind it" },
    { { "link", "--listen", "unix:x", "--to", "unix:y", "--fault", "cut sd sometime" }, "sometime" },
    { { "link", "--listen", "unix:", "--to", "unix:y" }, "miglab link: 'unix:': expected unix:PATH" },
    { { "link", "--listen", "tcp:127.0.0.1:70000", "--to", "unix:y" }, "'70000' is no port, expected 0 to 65535" },
    { { "link", "--listen", "unix:" SCENARIO, "--to", "unix:y" }, "miglab link: cannot listen on unix:" SCENARIO ": File exists" },
    { { "options" }, "miglab options: what?" },
    { { "options", "check", "qemu-7.2", "none", "max-bandwidth=18446744073709551616" }, "'18446744073709551616' is none, expected 0..2^64-1" },
    { { "options", "check", "qemu-7.2", "none", "downtime-limit=1", "downtime-limit=2" }, "downtime-limit is there twice, expected it once" },
    { { "options", "frobnicate" }, "miglab options: there is no 'frobnicate'" },
    { { "options", "show" }, "miglab options: wrong number of arguments; expected: miglab options show PROFILE\n" },
    { { "options", "show", "x" }, "miglab options: there is no profile 'x'" },
    { { "options", "--format", "xml", "show", "7.2" }, "miglab options: there is no format 'xml'" },
    { { "options", "since", "nothing" }, "miglab options: no release knows 'nothing'" },
    { { "list" }, "miglab list: what?" },
    { { "list", "wishes" }, "miglab list: what?" },
    { { "list", "rules", "all" }, "miglab list: too many arguments: all" },
    { { "list", "scenarios", "/nonexistent" }, "/nonexistent" },
    { { "stream" }, "miglab stream: which command?" },
    { { "stream", "frobnicate" }, "miglab stream: there is no command 'frobnicate'" },
    { { "stream", "check", "--format", "xml", CAPTURE }, "miglab stream check: --format xml" },
    { { "stream", "check", "--profile", "x", CAPTURE }, "miglab stream check: --profile x" },
};

static void nonsense_is_refused_in_one_sentence(void **state)
{
    guint wrong = 0;

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(nonsense); i++) {
        Run run = miglab(nonsense[i].arguments);
        const char *newline = strchr(run.err, '\n');

        if (run.status != 2 || run.out[0] != '\0' || newline == NULL || newline[1] != '\0' || strstr(run.err, nonsense[i].sentence) == NULL) {
            g_autofree char *line = g_strjoinv(" ", (char **) nonsense[i].arguments);

            print_message("case: miglab %s\n  exit status %d, stdout '%s', stderr '%s'\n  wanted: %s\n", line, run.status, run.out, run.err,
                          nonsense[i].sentence);
            wrong++;
        }
        run_clear(&run);
    }
    assert_int_equal(wrong, 0);
}

static void help_names_the_program(void **state)
{
    static const char *const commands[][3] = {
        { "run", NULL }, { "judge", NULL }, { "conform", NULL }, { "link", NULL }, { "serve", NULL }, { "compare", NULL }, { "explore", NULL },
        { "shrink", NULL }, { "options", NULL },
        { "list", NULL }, { "stream", NULL }, { "stream", "show", NULL }, { "stream", "check", NULL }, { "stream", "copy", NULL },
        { "stream", "diff", NULL }, { "stream", "ram", NULL },
    };
    Run all = miglab((const char *const[]) { "--help", NULL });

    (void) state;
    assert_int_equal(all.status, 0);
    assert_string_equal(all.err, "");
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        const char *const arguments[] = { commands[i][0], commands[i][1] ? commands[i][1] : "--help", commands[i][1] ? "--help" : NULL, NULL };
        g_autofree char *row = g_strdup_printf("\n  %s ", commands[i][0]);
        g_autofree char *name = g_strjoinv(" ", (char **) commands[i]), *program = g_strconcat("miglab ", name, NULL);
        Run run = miglab(arguments);

        assert_non_null(strstr(all.out, row));
        assert_int_equal(run.status, 0);
        assert_string_equal(run.err, "");
        assert_true(g_str_has_prefix(run.out, "Usage:"));
        assert_non_null(strstr(run.out, program));
        run_clear(&run);
    }
    run_clear(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nonsense_is_refused_in_one_sentence),
        cmocka_unit_test(help_names_the_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
