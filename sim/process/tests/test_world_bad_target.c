/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Targets that are none, or behave badly: a clear error, nothing left behind.
 */
#include "oracle/trace.h"
#include "sim/world.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka comes last. */
#include <cmocka.h>

static SimMachine machine = { .ram_bytes = 4u << 20, .machine_none = TRUE, .destination_waits = TRUE };

/* Made before the first world: whatever else runs on this machine has its folders elsewhere. */
static char *folder;

static guint left_over(void)
{
    g_autofree char *pattern = g_build_filename(folder, "miglab-*", NULL);
    glob_t found;
    guint n = glob(pattern, 0, NULL, &found) == 0 ? (guint) found.gl_pathc : 0;

    globfree(&found);
    return n;
}

/* What starting the source says; NULL: it works. The trace is kept in *ret_trace. */
static char *start(const char *command, OraTrace **ret_trace, int *ret_code)
{
    OraTrace *trace = ora_trace_new();
    SimWorldSetup setup = { .machine = &machine, .target = command, .profile = "qemu-7.2", .seed = 1, .trace = trace };
    g_autoptr(GError) error = NULL;
    SimWorld *world = sim_process_world_new(&setup, &error);

    if (world != NULL && world->ops->start(world, SIM_SOURCE, &error)) {
        SimItem item;
        gint64 deadline_ns = world->ops->now_ns(world) + 300 * 1000000;

        while (world->ops->wait(world, deadline_ns, &item) == SIM_WAIT_ITEM) {
            sim_item_clear(&item);
        }
    }
    sim_world_free(world);
    assert_int_equal(left_over(), 0);
    *ret_trace = trace;
    *ret_code = error != NULL ? error->code : -1;
    return error != NULL ? g_strdup(error->message) : NULL;
}

static void bad_targets_give_clear_errors(void **state)
{
    static const struct {
        const char *name, *command, *want;
        int code;
    } cases[] = {
        { "missing program", "/nowhere/vmm {qmp}", "source: cannot start /nowhere/vmm: /nowhere/vmm: No such file or directory", -2 },
        { "ends at once", "sh -c 'echo no such option >&2; exit 2' {qmp}", "it ended at once: no such option", SIM_WORLD_ERROR_SETUP },
        { "killed at once", "sh -c 'kill -11 $$' {qmp}", "it ended at once", SIM_WORLD_ERROR_SETUP },
        { "hangs up on us", "socat UNIX-LISTEN:{qmp} EXEC:true", "it ended at once", SIM_WORLD_ERROR_SETUP },
        { "unknown placeholder", "vmm {qmp} {colour}", "'{colour}' is no placeholder", SIM_WORLD_ERROR_SETUP },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        OraTrace *trace;
        int code;
        g_autofree char *got = NULL, *socat = g_find_program_in_path("socat");

        if (socat == NULL && g_str_has_prefix(cases[i].command, "socat ")) {
            print_message("SKIP %s: no socat here\n", cases[i].name);
            continue;
        }
        got = start(cases[i].command, &trace, &code);

        print_message("case: %s: %s\n", cases[i].name, got);
        assert_non_null(got);
        assert_non_null(strstr(got, cases[i].want));
        if (cases[i].code != -2) {
            assert_int_equal(code, cases[i].code);
        }
        ora_trace_free(trace);
    }
}

/* A monitor that greets, answers to nothing asked, and sends rubbish. */
static void rubbish_from_a_monitor_is_noted(void **state)
{
    static const char script[] = "#!/bin/sh\n"
                                 "echo '{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": 1}}, \"capabilities\": []}}'\n"
                                 "echo '{\"return\": {}, \"id\": 1}'\n"
                                 "echo 'hello'\n"
                                 "echo '{\"event\": \"MIGRATION\"}'\n"
                                 "echo '{\"event\": \"MIGRATION\", \"data\": {\"status\": 7}}'\n"
                                 "echo '{\"event\": 5}'\n"
                                 "echo '{\"return\": 99999999999999999999999, \"id\": 2}'\n"
                                 "echo '{\"return\": [[[]]], \"id\": 3}'\n"
                                 "echo '{\"error\": 7, \"id\": 77}'\n"
                                 "echo '{\"error\": {\"class\": 1}}'\n"
                                 "echo '}}}'\n"
                                 "sleep 0.2\n";
    g_autofree char *path = NULL, *command = NULL, *program = g_find_program_in_path("socat");
    OraTrace *trace;
    guint notes = 0;
    int code;
    g_autofree char *got = NULL;

    (void) state;
    if (program == NULL) {
        printf("SKIP no socat here\n");
        skip();
    }
    path = g_build_filename(folder, "monitor.sh", NULL);
    command = g_strdup_printf("socat UNIX-LISTEN:{qmp} EXEC:\"sh %s\"", path);
    assert_true(g_file_set_contents(path, script, -1, NULL));
    got = start(command, &trace, &code);
    assert_null(got);
    for (guint i = 0; i < ora_trace_length(trace); i++) {
        const OraRecord *record = ora_trace_get(trace, i);

        if (record->kind == ORA_KIND_NOTE) {
            print_message("%s\n", record->note.text);
            notes++;
        }
    }
    assert_true(notes >= 5);
    ora_trace_free(trace);
    remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_targets_give_clear_errors),
        cmocka_unit_test(rubbish_from_a_monitor_is_noted),
    };
    int failed;

    folder = g_dir_make_tmp("miglab-test-XXXXXX", NULL);
    g_setenv("TMPDIR", folder, TRUE);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    g_free(folder);
    return failed;
}
