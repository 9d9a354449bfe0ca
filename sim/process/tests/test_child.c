/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whatever happens to us, nothing that we started stays behind: no process, no socket, no folder.
 */
#include "sim/process/child.h"

#include <gio/gio.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
/* cmocka comes last. */
#include <cmocka.h>

#define MS G_GINT64_CONSTANT(1000000)

static void count_end(SimChild *child, gpointer owner)
{
    (void) child;
    (*(guint *) owner)++;
}

static SimChild *run(SimKeeper *keeper, SimLoop *loop, const char *script, gboolean isolate, guint *ends)
{
    const char *argv[] = { "sh", "-c", script, NULL };
    g_autoptr(GError) error = NULL;
    SimChild *child = sim_child_new(keeper, loop, &(SimChildSetup){ .argv = (char **) argv, .isolate = isolate }, count_end, ends, &error);

    if (child == NULL) {
        fail_msg("%s", error->message);
    }
    return child;
}

static void until_ended(SimLoop *loop, SimChild *child)
{
    gint64 deadline_ns = sim_loop_now_ns(loop) + 3000 * MS;

    while (sim_child_running(child) && sim_loop_now_ns(loop) < deadline_ns) {
        sim_loop_step(loop, deadline_ns);
    }
    assert_false(sim_child_running(child));
}

static void reports_exit_and_stderr(void **state)
{
    static const struct {
        const char *name, *script;
        int code, number;
        const char *last_line;
    } cases[] = {
        { "exit status", "echo one >&2; echo two >&2; exit 3", 3, -1, "two" },
        { "signal", "echo dying >&2; kill -6 $$", -1, 6, "dying" },
        { "line without end", "printf 'no newline' >&2", 0, -1, "no newline" },
        { "no UTF-8", "printf '\\377x\\n' >&2", 0, -1, "\357\277\275x" },
    };
    g_autoptr(SimKeeper) keeper = sim_keeper_new(NULL);
    g_autoptr(SimLoop) loop = sim_loop_new(1);

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint ends = 0;
        g_autoptr(SimChild) child = run(keeper, loop, cases[i].script, FALSE, &ends);
        const char *const *lines;
        guint n = 0;

        print_message("case: %s\n", cases[i].name);
        until_ended(loop, child);
        assert_int_equal(ends, 1);
        assert_int_equal(sim_child_exit_code(child), cases[i].code);
        assert_int_equal(sim_child_exit_signal(child), cases[i].number);
        lines = sim_child_stderr(child);
        while (lines[n] != NULL) {
            n++;
        }
        assert_true(n > 0);
        assert_string_equal(lines[n - 1], cases[i].last_line);
    }
}

static void keeps_the_last_lines_only(void **state)
{
    g_autoptr(SimKeeper) keeper = sim_keeper_new(NULL);
    g_autoptr(SimLoop) loop = sim_loop_new(1);
    guint ends = 0, n = 0;
    g_autoptr(SimChild) child = run(keeper, loop, "i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo $i >&2; done", FALSE, &ends);

    (void) state;
    until_ended(loop, child);
    while (sim_child_stderr(child)[n] != NULL) {
        n++;
    }
    assert_int_equal(n, SIM_CHILD_LINES);
    assert_string_equal(sim_child_stderr(child)[n - 1], "100");
    assert_string_equal(sim_child_stderr(child)[0], "61");
}

static void a_missing_program_is_an_error(void **state)
{
    const char *argv[] = { "/nowhere/qemu", NULL };
    g_autoptr(SimKeeper) keeper = sim_keeper_new(NULL);
    g_autoptr(SimLoop) loop = sim_loop_new(1);
    g_autoptr(GError) error = NULL;

    (void) state;
    assert_null(sim_child_new(keeper, loop, &(SimChildSetup){ .argv = (char **) argv }, count_end, NULL, &error));
    assert_string_equal(error->message, "cannot start /nowhere/qemu: /nowhere/qemu: No such file or directory");
}

/* FALSE: not possible on this host. skip() would not come back to free what is held here. */
static gboolean isolated_process(void)
{
    g_autoptr(SimKeeper) keeper = sim_keeper_new(NULL);
    g_autoptr(SimLoop) loop = sim_loop_new(1);
    g_autoptr(GError) error = NULL;
    g_autofree char *outside = g_strdup_printf("%s/miglab-outside-%d", g_get_tmp_dir(), (int) getpid());
    g_autofree char *script = g_strdup_printf("echo in >inside; echo out >%s; grep -c : /proc/net/dev >devices; exit 7", outside);
    g_autofree char *inside = sim_keeper_path(keeper, "inside");
    g_autofree char *devices = sim_keeper_path(keeper, "devices");
    g_autofree char *text = NULL;
    const char *argv[] = { "sh", "-c", script, NULL };
    guint ends = 0;
    g_autoptr(SimChild) child = sim_child_new(keeper, loop, &(SimChildSetup){ .argv = (char **) argv, .isolate = TRUE }, count_end, &ends, &error);

    if (child == NULL && strstr(error->message, SIM_CHILD_NO_ISOLATION) != NULL) {
        print_message("SKIP %s\n", error->message);
        return FALSE;
    }
    assert_non_null(child);
    until_ended(loop, child);
    assert_int_equal(sim_child_exit_code(child), 7);
    assert_true(g_file_test(inside, G_FILE_TEST_EXISTS));
    assert_false(g_file_test(outside, G_FILE_TEST_EXISTS));
    assert_true(g_file_get_contents(devices, &text, NULL, NULL));
    assert_int_equal(atoi(text), 1);          /* the loopback device of its own, which is down */
    return TRUE;
}

static void an_isolated_process_writes_and_calls_nowhere(void **state)
{
    (void) state;
    if (!isolated_process()) {
        skip();
    }
}

/* Somebody of the group still runs. A zombie does not: it waits for whoever adopted it, which is not our business. */
static gboolean group_runs(pid_t group)
{
    g_autoptr(GDir) folder = g_dir_open("/proc", 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *path = g_build_filename("/proc", name, "stat", NULL);
        g_autofree char *text = NULL;
        const char *after;
        char process_state;
        int parent, process_group;

        if (g_ascii_isdigit(name[0]) && g_file_get_contents(path, &text, NULL, NULL) && (after = strrchr(text, ')')) != NULL &&
            sscanf(after + 1, " %c %d %d", &process_state, &parent, &process_group) == 3 && process_group == (int) group &&
            process_state != 'Z' && process_state != 'X') {
            return TRUE;
        }
    }
    return FALSE;
}

static void freeing_ends_the_whole_group(void **state)
{
    g_autoptr(SimKeeper) keeper = sim_keeper_new(NULL);
    g_autoptr(SimLoop) loop = sim_loop_new(1);
    guint ends = 0;
    SimChild *child = run(keeper, loop, "sleep 60 & sleep 60", FALSE, &ends);
    pid_t group = sim_child_pid(child);

    (void) state;
    assert_true(group_runs(group));
    sim_child_free(child);
    assert_int_equal(ends, 0);
    for (int i = 0; i < 200 && group_runs(group); i++) {
        g_usleep(5000);
    }
    assert_false(group_runs(group));
}

/* ---- kill -9 ---- */

typedef struct {
    pid_t group;
    char dir[256];
} Report;

static void G_GNUC_NORETURN be_the_victim(int fd)
{
    SimKeeper *keeper = sim_keeper_new(NULL);
    SimLoop *loop = sim_loop_new(1);
    guint ends = 0;
    SimChild *child = run(keeper, loop, "sleep 60 & touch started; sleep 60", FALSE, &ends);
    g_autofree char *started = sim_keeper_path(keeper, "started");
    Report report = { .group = sim_child_pid(child) };

    g_strlcpy(report.dir, sim_keeper_dir(keeper), sizeof(report.dir));
    while (!g_file_test(started, G_FILE_TEST_EXISTS)) {
        g_usleep(2000);
    }
    if (write(fd, &report, sizeof(report)) != sizeof(report)) {
        _exit(1);
    }
    while (TRUE) {
        pause();
    }
}

static void kill_9_leaves_nothing_behind(void **state)
{
    int ends[2];
    Report report;
    pid_t victim;

    (void) state;
    assert_int_equal(pipe(ends), 0);
    victim = fork();
    if (victim == 0) {
        be_the_victim(ends[1]);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &report, sizeof(report)), sizeof(report));
    close(ends[0]);
    assert_true(group_runs(report.group));
    assert_true(g_file_test(report.dir, G_FILE_TEST_IS_DIR));
    kill(victim, SIGKILL);
    waitpid(victim, NULL, 0);
    for (int i = 0; i < 400 && (group_runs(report.group) || g_file_test(report.dir, G_FILE_TEST_EXISTS)); i++) {
        g_usleep(5000);
    }
    assert_false(group_runs(report.group));
    assert_false(g_file_test(report.dir, G_FILE_TEST_EXISTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_exit_and_stderr),
        cmocka_unit_test(keeps_the_last_lines_only),
        cmocka_unit_test(a_missing_program_is_an_error),
        cmocka_unit_test(an_isolated_process_writes_and_calls_nowhere),
        cmocka_unit_test(freeing_ends_the_whole_group),
        cmocka_unit_test(kill_9_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
