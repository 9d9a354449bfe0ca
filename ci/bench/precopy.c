/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How fast is the simulator? Time of the processor against time of the simulated world, oracle on: the link's walker looks at
 * every byte, the trace is recorded and judged.
 *
 * - One complete precopy of 64 MiB of random content over 1 Gbit/s, one pass. Its virtual time is from `migrate` to the source's
 *   `completed`; the processor is charged for all of the run: start, migration, comparison of memory, judgement.
 *   Goal: 100 times faster.
 * - Every scenario of the suite. Goal: 10 ms on average.
 *
 * Time is the processor's (user and system) of this process, which other load on the machine disturbs less than the clock on the
 * wall; that one is printed too. The best of several rounds counts.
 *
 * Usage: precopy [ROUNDS [SCENARIOS]]
 */
#include "sim/scenario/run.h"
#include "sim/scenario/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { GOAL_TIMES = 100, GOAL_SUITE_MS = 10 };

static const char precopy[] =
    "title: One complete precopy\n"
    "guest: { ram: 64M, contents: random, workload: idle }\n"
    "link:  { bandwidth: 1Gbit/s, latency: 200us }\n"
    "steps:\n"
    "  - source: { migrate-set-parameters: { max-bandwidth: 0 } }\n"
    "  - source: { migrate: { uri: \"{link}\" } }\n"
    "  - wait:   { source: completed, within: 60s }\n"
    "  - wait:   { destination: completed, within: 5s }\n"
    "expect:\n"
    "  memory:  equal\n";

/* Seconds. */
typedef struct { double cpu, wall; } Time;

static Time now(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (Time) {
        (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
        (double) g_get_monotonic_time() / 1e6
    };
}

/* FALSE: it did not pass. */
static gboolean run_once(const SimScenario *scenario, Time *best, gint64 *ret_migration_ns)
{
    SimRunSetup setup = { .seed = 1 };
    Time before = now(), after;
    SimResult *result = sim_run(scenario, &setup);
    gboolean good = result->verdict != SIM_VERDICT_FAIL && result->verdict != SIM_VERDICT_ERROR;
    gint64 from_ns = -1, to_ns = -1;

    after = now();
    best->cpu = MIN(best->cpu, after.cpu - before.cpu);
    best->wall = MIN(best->wall, after.wall - before.wall);
    for (guint i = 0; i < ora_trace_length(result->trace); i++) {
        const OraRecord *record = ora_trace_get(result->trace, i);

        if (record->kind == ORA_KIND_REPLY && record->side == ORA_SRC && strcmp(record->command.execute, "migrate") == 0) {
            from_ns = record->command.sent_ns;
        } else if (record->kind == ORA_KIND_EVENT && record->side == ORA_SRC && record->event.event == ORA_EVENT_MIGRATION &&
                   record->event.status == ORA_STATUS_COMPLETED) {
            to_ns = record->t_ns;
        }
    }
    *ret_migration_ns = to_ns - from_ns;
    sim_result_free(result);
    return good;
}

static gboolean bench_precopy(guint rounds)
{
    g_autoptr(GString) problems = g_string_new(NULL);
    g_autoptr(SimScenario) scenario = sim_scenario_parse("precopy", precopy, strlen(precopy), problems);
    Time best = { G_MAXDOUBLE, G_MAXDOUBLE };
    gint64 migration_ns = 0;
    double times;

    g_assert(scenario);
    for (guint i = 0; i < rounds; i++) {
        if (!run_once(scenario, &best, &migration_ns)) {
            printf("precopy of 64 MiB: it failed\n");
            return FALSE;
        }
    }
    times = (double) migration_ns / 1e9 / best.cpu;
    printf("precopy of 64 MiB, 1 Gbit/s  %8.2f ms virtual  %6.2f ms cpu  %6.2f ms wall  %6.0f x virtual time (goal %d)  %.0f ns a page\n",
           (double) migration_ns / 1e6, best.cpu * 1e3, best.wall * 1e3, times, GOAL_TIMES, best.cpu * 1e9 / 16384);
    return times >= GOAL_TIMES;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* targets/ holds no scenarios. */
static void find(const char *folder, GPtrArray *files)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_str_has_suffix(name, ".yaml")) {
            g_ptr_array_add(files, g_steal_pointer(&path));
        } else if (!g_str_equal(name, "targets") && g_file_test(path, G_FILE_TEST_IS_DIR)) {
            find(path, files);
        }
    }
    g_clear_pointer(&dir, g_dir_close);
}

static gboolean bench_suite(const char *folder, guint rounds)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) problems = g_string_new(NULL);
    Time sum = { 0, 0 };
    guint played = 0;
    gboolean good = TRUE;
    double worst = 0, average;
    g_autofree char *worst_path = NULL;

    find(folder, files);
    g_ptr_array_sort(files, compare_names);
    for (guint i = 0; i < files->len; i++) {
        g_autoptr(SimScenario) scenario = sim_scenario_load(files->pdata[i], problems);
        Time best = { G_MAXDOUBLE, G_MAXDOUBLE };
        gint64 migration_ns;

        if (!scenario) {
            fputs(problems->str, stdout);
            return FALSE;
        }
        if (scenario->skip_sim) {
            continue;
        }
        for (guint round = 0; round < rounds; round++) {
            good = run_once(scenario, &best, &migration_ns) && good;
        }
        played++;
        sum.cpu += best.cpu;
        sum.wall += best.wall;
        if (best.cpu > worst) {
            worst = best.cpu;
            g_free(worst_path);
            worst_path = g_strdup(files->pdata[i]);
        }
    }
    if (played == 0) {
        printf("scenario suite               no scenarios below %s\n", folder);
        return FALSE;
    }
    average = sum.cpu * 1e3 / played;
    printf("scenario suite, %u scenarios  %6.2f ms cpu  %6.2f ms wall a scenario (goal %d); longest %.2f ms: %s\n", played, average,
           sum.wall * 1e3 / played, GOAL_SUITE_MS, worst * 1e3, worst_path);
    return average <= GOAL_SUITE_MS && good;
}

int main(int argc, char **argv)
{
    guint rounds = argc > 1 ? (guint) MAX(atoi(argv[1]), 1) : 15;
    gboolean fast, suite;

    fast = bench_precopy(rounds);
    suite = bench_suite(argc > 2 ? argv[2] : "scenarios", MIN(rounds, 3));
    return !(fast && suite);
}
