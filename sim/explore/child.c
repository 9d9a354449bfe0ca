/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A case in a process of its own, so that an assertion that fails, a crash and a loop without end are findings like others.
 */
#include "sim/explore/explore.h"

#include "sim/scenario/report.h"
#include "sim/scenario/run.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of processor time. A case needs some milliseconds, few of them a second; under sanitizers ten times that. */
#if defined(__SANITIZE_ADDRESS__)
enum { LIMIT_S = 40 };
#else
enum { LIMIT_S = 6 };
#endif

void sim_explore_outcome_clear(SimExploreOutcome *outcome)
{
    g_clear_pointer(&outcome->rule, g_free);
    g_clear_pointer(&outcome->text, g_free);
}

/* First line: end and rule and choices, the rest: text. */
static void report(GString *out, SimExploreEnd end, const char *rule, guint64 choices)
{
    g_string_append_printf(out, "%d %" G_GUINT64_FORMAT " %s\n", (int) end, choices, rule);
}

/* Damaged bytes may mean anything to who reads them, also a whole migration: what is asked for then is that everything comes to
 * an end and that the source keeps its VM. */
static gboolean counts(const OraFinding *finding, gboolean damaged, gboolean recovered)
{
    static const char *const whatever_is_read[] = { "source.", "run.kept", "run.transition", "run.pairs", "progress.", "reply.", "exit.crash", "options.", "scenario.", "errors." };

    for (guint i = 0; damaged && i < G_N_ELEMENTS(whatever_is_read); i++) {
        if (g_str_has_prefix(finding->id, whatever_is_read[i])) {
            damaged = FALSE;
        }
    }
    /* What was on its way when a link broke is counted as sent once more, or not, after a recovery. */
    if (recovered && g_str_has_prefix(finding->id, "statistics.")) {
        return FALSE;
    }
    /* Whether a destination had a reason to say so is the matter of other rules. */
    if (g_str_equal(finding->id, "stream.bytes") && finding->actual != NULL && strstr(finding->actual, "shut-value") != NULL) {
        return FALSE;
    }
    return finding->grade == ORA_GRADE_FAIL && !damaged;
}

static int rank(const OraFinding *finding)
{
    return g_str_equal(finding->id, "memory.compared") ? 0 : g_str_has_prefix(finding->id, "scenario.") ? 1 : 2;
}

static gboolean is_damaged(const SimScenario *scenario)
{
    for (guint i = 0; i < scenario->steps->len; i++) {
        const SimStep *step = g_ptr_array_index(scenario->steps, i);

        if (step->kind == SIM_STEP_FAULT && (step->fault->kind == SIM_FAULT_TRUNCATE || step->fault->kind == SIM_FAULT_CORRUPT)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* The engine plays the crashes of real releases too, as exit statuses above 128. */
static gboolean played_a_crash(const OraTrace *trace)
{
    for (guint i = 0; i < ora_trace_length(trace); i++) {
        const OraRecord *record = ora_trace_get(trace, i);

        if (record->kind == ORA_KIND_EXIT && record->exit.code > 128) {
            return TRUE;
        }
    }
    return FALSE;
}

static const OraFinding *first_failing(const SimResult *result)
{
    const OraFinding *first = NULL;
    gboolean damaged = is_damaged(result->scenario), recovered = FALSE;

    for (guint i = 0; i < ora_trace_length(result->trace) && !recovered; i++) {
        const OraRecord *record = ora_trace_get(result->trace, i);

        recovered = record->kind == ORA_KIND_REPLY && g_strcmp0(record->command.execute, "migrate-recover") == 0;
    }
    if (played_a_crash(result->trace)) {
        return NULL;
    }

    /* A rule of the judge says more than an expectation of the scenario, and anything more than that memory was not compared,
     * which follows from a step that failed. */
    for (guint i = 0; i < result->findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(result->findings, i);

        if (counts(finding, damaged, recovered) && (first == NULL || rank(finding) > rank(first))) {
            first = finding;
        }
    }
    return first;
}

static void run_case(const char *path, const char *text, const char *profile, guint64 seed, GString *out)
{
    g_autoptr(GString) problems = g_string_new(NULL);
    g_autoptr(SimScenario) scenario = sim_scenario_parse(path, text, strlen(text), problems);
    const char *options[] = { "--profile", profile, NULL };
    SimReport how = { .format = SIM_FORMAT_HUMAN, .seed = seed, .options = options };
    SimRunSetup setup = { .target = "sim", .profile = profile, .seed = seed };
    g_autoptr(SimResult) result = NULL;
    const OraFinding *finding;

    if (scenario == NULL) {
        report(out, SIM_EXPLORE_BROKEN, "scenario", 0);
        g_string_append(out, problems->str);
        return;
    }
    result = sim_run(scenario, &setup);
    if (result->verdict == SIM_VERDICT_SKIP || result->verdict == SIM_VERDICT_ERROR) {
        report(out, SIM_EXPLORE_BROKEN, sim_verdict_name(result->verdict), 0);
        g_string_append(out, result->reason);
        return;
    }
    finding = first_failing(result);
    report(out, finding != NULL ? SIM_EXPLORE_FINDING : SIM_EXPLORE_CLEAN, finding != NULL ? finding->id : "", result->choices);
    if (finding != NULL) {
        sim_report_result(&how, result, 1, out);
    }
}

static void child_main(int fd, const char *path, const char *text, const char *profile, guint64 seed)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct rlimit limit = { LIMIT_S, LIMIT_S + 1 }, no_core = { 0, 0 };

    setrlimit(RLIMIT_CPU, &limit);
    setrlimit(RLIMIT_CORE, &no_core);
    run_case(path, text, profile, seed, out);
    for (gsize done = 0; done < out->len;) {
        ssize_t n = write(fd, out->str + done, out->len - done);

        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (gsize) n : 0;
    }
    _exit(0);
}

gboolean sim_explore_child_start(SimExploreChild *child, const char *path, const char *text, const char *profile, guint64 seed)
{
    int fds[2];

    if (pipe(fds) != 0) {
        return FALSE;
    }
    fflush(NULL);
    child->pid = fork();
    if (child->pid == 0) {
        close(fds[0]);
        child_main(fds[1], path, text, profile, seed);
    }
    close(fds[1]);
    if (child->pid < 0) {
        close(fds[0]);
        return FALSE;
    }
    child->fd = fds[0];
    fcntl(child->fd, F_SETFL, O_NONBLOCK);
    fcntl(child->fd, F_SETFD, FD_CLOEXEC);
    /* Sleeping for ever is not possible for it, but a busy host may be slow. */
    child->deadline_us = g_get_monotonic_time() + (gint64) LIMIT_S * 6 * G_USEC_PER_SEC;
    child->heard = g_string_new(NULL);
    return TRUE;
}

gboolean sim_explore_child_poll(SimExploreChild *child)
{
    char buffer[16384];
    ssize_t n;

    while ((n = read(child->fd, buffer, sizeof buffer)) != 0) {
        if (n > 0) {
            g_string_append_len(child->heard, buffer, n);
        } else if (errno != EINTR) {
            return errno != EAGAIN || g_get_monotonic_time() > child->deadline_us;
        }
    }
    return TRUE;
}

void sim_explore_child_finish(SimExploreChild *child, SimExploreOutcome *ret_outcome)
{
    gboolean late = g_get_monotonic_time() > child->deadline_us;
    int status = 0;
    const char *line_end;
    g_auto(GStrv) words = NULL;
    g_autofree char *line = NULL;

    memset(ret_outcome, 0, sizeof *ret_outcome);
    if (late) {
        kill(child->pid, SIGKILL);
    }
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
    }
    close(child->fd);
    line_end = strchr(child->heard->str, '\n');
    if (late || (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))) {
        ret_outcome->end = SIM_EXPLORE_HANG;
        ret_outcome->rule = g_strdup("hang");
        ret_outcome->text = g_strdup_printf("the run did not end within %d s of processor time\n", LIMIT_S);
    } else if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0 || line_end == NULL) {
        ret_outcome->end = SIM_EXPLORE_CRASH;
        ret_outcome->rule = g_strdup_printf("crash %d", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        ret_outcome->text = WIFSIGNALED(status) ? g_strdup_printf("the run died of signal %d (%s)\n", WTERMSIG(status), g_strsignal(WTERMSIG(status)))
                                                : g_strdup_printf("the run ended with status %d\n", WEXITSTATUS(status));
    } else {
        line = g_strndup(child->heard->str, (gsize) (line_end - child->heard->str));
        words = g_strsplit(line, " ", 3);
        ret_outcome->end = (SimExploreEnd) (words[0][0] - '0');
        ret_outcome->choices = g_ascii_strtoull(words[1], NULL, 10);
        ret_outcome->rule = g_strdup(words[2]);
        ret_outcome->text = g_strdup(line_end + 1);
    }
    g_string_free(child->heard, TRUE);
    child->heard = NULL;
}

gboolean sim_explore_run(const char *path, const char *text, const char *profile, guint64 seed, SimExploreOutcome *ret_outcome)
{
    SimExploreChild child;

    if (!sim_explore_child_start(&child, path, text, profile, seed)) {
        return FALSE;
    }
    while (!sim_explore_child_poll(&child)) {
        struct pollfd wanted = { child.fd, POLLIN, 0 };

        poll(&wanted, 1, 1000);
    }
    sim_explore_child_finish(&child, ret_outcome);
    return TRUE;
}

void sim_explore_marks(const char *text, char **ret_profile, guint64 *ret_seed)
{
    const char *mark = strstr(text, "# Run: ");
    g_autofree char *line = mark != NULL ? g_strndup(mark, strcspn(mark, "\n")) : g_strdup("");
    g_auto(GStrv) words = g_strsplit(line, " ", -1);

    *ret_profile = NULL;
    for (guint i = 0; words[i] != NULL && words[i + 1] != NULL; i++) {
        if (g_str_equal(words[i], "--profile") && *ret_profile == NULL) {
            *ret_profile = g_strdup(words[i + 1]);
        } else if (g_str_equal(words[i], "--seed")) {
            *ret_seed = g_ascii_strtoull(words[i + 1], NULL, 10);
        }
    }
}

gboolean sim_explore_save(const char *path, const char *text, GError **error)
{
    /* g_file_set_contents() writes beside the file and renames. */
    return g_file_set_contents(path, text, -1, error);
}
