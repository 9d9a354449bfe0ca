/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How fast are capability sets judged? Every subset of a release's capabilities, set at once from nothing, by the engine alone and by
 * the oracle alone; then the whole comparison of both over all releases in their default build: every subset, every ordered pair
 * of single changes, every parameter.
 *
 * Goals: 10 million judged sets per second and core on either side; the whole comparison in a minute on 2 cores. Time is the
 * processor's, so that other load counts less; the comparison's is divided by 2, its time on the wall is printed too.
 *
 * Usage: options [RELEASE…]      only these, without the whole comparison
 */
#include "sim/compare/compare.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { ROUNDS = 3, GOAL_MILLIONS = 10, GOAL_SECONDS = 60, CORES = 2 };

static double cpu_of(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

/* Accepted sets, so that nothing is optimised away and both sides can be compared. */
static guint64 judge_by_engine(const SimCompareCase *c, MigCapSet mask)
{
    guint64 accepted = 0;
    MigCapSet set = 0;

    do {
        accepted += mig_caps_check(c->engine, c->engine_facts, 0, set, MIG_COMPRESSION_NONE, FALSE) == MIG_RULE_NONE;
        set = (set - mask) & mask;
    } while (set != 0);
    return accepted;
}

static guint64 judge_by_oracle(const SimCompareCase *c, OraCapSet mask)
{
    OraCapabilityJudge judge;
    guint64 accepted = 0;
    OraCapSet set = 0;

    ora_capability_judge_init(&judge, &c->oracle);
    do {
        accepted += ora_capability_judge_set(&judge, 0, set, set, 0) == NULL;
        set = (set - mask) & mask;
    } while (set != 0);
    return accepted;
}

static gboolean bench_release(const char *release)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) cases = sim_compare_cases(release, FALSE, &error);
    MigCapSet engine_mask;
    OraCapSet oracle_mask = 0;
    guint64 accepted[2] = { 0, 0 };
    double best[2] = { 1e9, 1e9 }, rate[2];

    if (!cases) {
        printf("%s: %s\n", release, error->message);
        return FALSE;
    }
    engine_mask = mig_profile_caps(((SimCompareCase *) cases->pdata[0])->engine);
    for (int i = 0; i < ORA_CAP_COUNT; i++) {
        oracle_mask |= ora_capability_name(&((SimCompareCase *) cases->pdata[0])->oracle, i) ? ORA_CAP_BIT(i) : 0;
    }
    for (guint round = 0; round < ROUNDS; round++) {
        for (int side = 0; side < 2; side++) {
            double start = cpu_of(CLOCK_PROCESS_CPUTIME_ID);

            accepted[side] = side == 0 ? judge_by_engine(cases->pdata[0], engine_mask) : judge_by_oracle(cases->pdata[0], oracle_mask);
            best[side] = MIN(best[side], cpu_of(CLOCK_PROCESS_CPUTIME_ID) - start);
        }
    }
    for (int side = 0; side < 2; side++) {
        rate[side] = (double) ((guint64) 1 << __builtin_popcount(engine_mask)) / best[side] / 1e6;
    }
    printf("%-6s 2^%d sets, %" G_GUINT64_FORMAT " valid   engine %6.1f million/s   oracle %6.1f million/s   (goal %d)\n", release,
           __builtin_popcount(engine_mask), accepted[0], rate[0], rate[1], GOAL_MILLIONS);
    if (accepted[0] != accepted[1]) {
        printf("%-6s the oracle takes %" G_GUINT64_FORMAT " sets for valid\n", release, accepted[1]);
        return FALSE;
    }
    return rate[0] >= GOAL_MILLIONS && rate[1] >= GOAL_MILLIONS;
}

typedef struct {
    char *release;
    SimCompareCount subsets, others;
    gboolean failed;
    double cpu;
} Job;

static void compare(gpointer data, gpointer unused)
{
    Job *job = data;
    g_autoptr(GPtrArray) cases = sim_compare_cases(job->release, FALSE, NULL);
    guint64 left_out = 0;
    double start = cpu_of(CLOCK_THREAD_CPUTIME_ID);

    sim_compare_count_init(&job->subsets);
    sim_compare_count_init(&job->others);
    if (!cases) {
        job->failed = TRUE;
        return;
    }
    sim_compare_subsets(cases->pdata[0], ORA_CAP_COUNT, &left_out, &job->subsets);
    sim_compare_sequences(cases->pdata[0], 2, &job->others);
    sim_compare_parameters(cases->pdata[0], &job->others);
    job->failed = left_out > 0 || job->subsets.different + job->others.different > 0;
    job->cpu = cpu_of(CLOCK_THREAD_CPUTIME_ID) - start;
}

static gboolean bench_comparison(void)
{
    static const char *const snapshots[] = { "8.1-dev-20230505", "8.1-dev-20230630", "2.4-rc", "2.5-dev" };
    g_autoptr(GArray) jobs = g_array_new(FALSE, TRUE, sizeof(Job));
    GThreadPool *pool;
    guint64 subsets = 0, others = 0;
    double cpu = 0;
    gint64 began = g_get_monotonic_time();
    gboolean good = TRUE;

    for (const OraRelease *release = ora_releases(); *release; release++) {
        Job job = { .release = g_strdup_printf("%d.%d", *release / 100, *release % 100) };
        g_array_append_val(jobs, job);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(snapshots); i++) {
        Job job = { .release = g_strdup(snapshots[i]) };
        g_array_append_val(jobs, job);
    }
    pool = g_thread_pool_new(compare, NULL, CORES, TRUE, NULL);
    for (guint i = jobs->len; i-- > 0; ) {
        g_thread_pool_push(pool, &g_array_index(jobs, Job, i), NULL);
    }
    g_thread_pool_free(pool, FALSE, TRUE);
    for (guint i = 0; i < jobs->len; i++) {
        Job *job = &g_array_index(jobs, Job, i);

        if (job->failed) {
            printf("%s: the two do not agree, or it was not compared\n", job->release);
            good = FALSE;
        }
        subsets += job->subsets.compared;
        others += job->others.compared;
        cpu += job->cpu;
        sim_compare_count_done(&job->subsets);
        sim_compare_count_done(&job->others);
        g_free(job->release);
    }
    printf("all %u releases, default build: %.1f million sets, %" G_GUINT64_FORMAT " other requests compared in %.1f s cpu, %.1f s on each of %d "
           "cores (goal %d), %.1f s wall\n", jobs->len, (double) subsets / 1e6, others, cpu, cpu / CORES, CORES, GOAL_SECONDS,
           (double) (g_get_monotonic_time() - began) / 1e6);
    return good && cpu / CORES <= GOAL_SECONDS;
}

int main(int argc, char **argv)
{
    static const char *const usual[] = { "7.2", "9.2", "11.1" };
    gboolean good = TRUE;

    if (argc > 1) {
        for (int i = 1; i < argc; i++) {
            good = bench_release(argv[i]) && good;
        }
        return !good;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(usual); i++) {
        good = bench_release(usual[i]) && good;
    }
    return !(bench_comparison() && good);
}
