/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The options layer stated twice, held against itself (`make exhaustive`).
 */
#include "sim/command.h"
#include "sim/compare/compare.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

/* Quick: so many capabilities at most are varied together (2^18 subsets a release). */
enum { QUICK_BITS = 18, ALL_BITS = 24, JOBS = 2 };

typedef struct {
    const char *profile;
    gboolean all;
    char *failure;
    guint cases;
    guint64 left_out;
    SimCompareCount subsets, sequences, parameters;
    gint64 subsets_us;
} Job;

static void work(gpointer data, gpointer unused)
{
    Job *job = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) cases = sim_compare_cases(job->profile, TRUE, &error);
    gint64 began;

    if (!cases) {
        job->failure = g_strdup(error->message);
        return;
    }
    job->cases = cases->len;
    for (guint i = 0; i < cases->len; i++) {
        const SimCompareCase *c = cases->pdata[i];
        guint64 left_out = 0;

        /* Every subset in the default build always; in the variations, all of them only on request. */
        began = g_get_monotonic_time();
        sim_compare_subsets(c, job->all ? ALL_BITS : i == 0 ? QUICK_BITS : QUICK_BITS - 4, &left_out, &job->subsets);
        job->subsets_us += g_get_monotonic_time() - began;
        job->left_out += left_out;
        sim_compare_sequences(c, job->all ? 3 : 2, &job->sequences);
        if (i == 0 || job->all) {
            sim_compare_parameters(c, &job->parameters);
        }
    }
}

static void print_examples(const SimCompareCount *count)
{
    for (guint i = 0; i < count->examples->len; i++) {
        printf("  %s\n", (const char *) count->examples->pdata[i]);
    }
}

int sim_cmd_compare(int argc, char **argv)
{
    static gboolean arg_all;
    static char *arg_profile;
    static const GOptionEntry entries[] = {
        { "all", 0, 0, G_OPTION_ARG_NONE, &arg_all, "Every subset in every variation, and every ordered triple", NULL },
        { "profile", 'p', 0, G_OPTION_ARG_STRING, &arg_profile, "Only this release", "P" },
        G_OPTION_ENTRY_NULL
    };
    static const char *const snapshots[] = { "8.1-dev-20230505", "8.1-dev-20230630", "2.4-rc", "2.5-dev" };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree Job *jobs = NULL;
    GThreadPool *pool;
    guint64 compared = 0, different = 0, left_out = 0, subsets = 0;
    gint64 began = g_get_monotonic_time(), subsets_us = 0;
    gboolean failed = FALSE;

    g_option_context_set_summary(context, "Holds engine and oracle against each other: the options layer of every release.\n"
                                 "Exit status: 0 no difference, 1 differences, 2 usage or set-up error.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1) {
        fprintf(stderr, "miglab compare: %s\n", error ? error->message : "it takes options only");
        return SIM_EXIT_USAGE;
    }
    if (arg_profile) {
        g_ptr_array_add(names, g_strdup(arg_profile));
    } else {
        for (const OraRelease *release = ora_releases(); *release; release++) {
            g_ptr_array_add(names, g_strdup_printf("%d.%d", *release / 100, *release % 100));
        }
        for (gsize i = 0; i < G_N_ELEMENTS(snapshots); i++) {
            g_ptr_array_add(names, g_strdup(snapshots[i]));
        }
    }
    jobs = g_new0(Job, names->len);
    pool = g_thread_pool_new(work, NULL, JOBS, TRUE, NULL);
    for (guint i = names->len; i-- > 0; ) {          /* the newest have the most subsets: first */
        jobs[i].profile = names->pdata[i];
        jobs[i].all = arg_all;
        sim_compare_count_init(&jobs[i].subsets);
        sim_compare_count_init(&jobs[i].sequences);
        sim_compare_count_init(&jobs[i].parameters);
        g_thread_pool_push(pool, &jobs[i], NULL);
    }
    g_thread_pool_free(pool, FALSE, TRUE);

    printf("%-18s %6s %13s %12s %11s %11s %13s\n", "release", "cases", "subsets", "sequences", "requests", "different", "left out");
    for (guint i = 0; i < names->len; i++) {
        Job *job = &jobs[i];
        guint64 differ = job->subsets.different + job->sequences.different + job->parameters.different;

        if (job->failure) {
            fprintf(stderr, "miglab compare: %s: %s\n", job->profile, job->failure);
            failed = TRUE;
        }
        printf("%-18s %6u %13" G_GUINT64_FORMAT " %12" G_GUINT64_FORMAT " %11" G_GUINT64_FORMAT " %11" G_GUINT64_FORMAT " %13" G_GUINT64_FORMAT
               "\n", job->profile, job->cases, job->subsets.compared, job->sequences.compared, job->parameters.compared, differ, job->left_out);
        print_examples(&job->subsets);
        print_examples(&job->sequences);
        print_examples(&job->parameters);
        subsets += job->subsets.compared;
        subsets_us += job->subsets_us;
        compared += job->subsets.compared + job->sequences.compared + job->parameters.compared;
        different += differ;
        left_out += job->left_out;
        sim_compare_count_done(&job->subsets);
        sim_compare_count_done(&job->sequences);
        sim_compare_count_done(&job->parameters);
        g_free(job->failure);
    }
    if (left_out) {
        printf("left out: subsets beyond the first %d capabilities that a rule mentions (%d in variations of build and host); --all takes them all\n",
               QUICK_BITS, QUICK_BITS - 4);
    }
    printf("%" G_GUINT64_FORMAT " compared, %" G_GUINT64_FORMAT " different, in %.1f s; subsets: %.1f million a second and core\n", compared,
           different, (double) (g_get_monotonic_time() - began) / 1e6, subsets_us ? (double) subsets / (double) subsets_us : 0.0);
    return failed ? SIM_EXIT_USAGE : different ? SIM_EXIT_FINDINGS : SIM_EXIT_CLEAN;
}
