/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab explore: random scenarios on the reference engine.
 */
#include "sim/command.h"

#include "reference/options/profile.h"
#include "sim/explore/explore.h"
#include "sim/scenario/units.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { JOBS_MAX = 256, SHOWN_MAX = 10, RUNS_DEFAULT = 1000, RUNS_NOT_SAID = -1 };

typedef struct {
    char *profile, *save, *time, *shard, *theme;
    char *seed_text;
    gint64 runs;               /* 0: no bound */
    guint64 seed;
    int jobs;
    gboolean go_on, print;
} Arguments;

typedef struct {
    SimExploreChild child;
    SimExploreCase *c;
} Job;

typedef struct {
    const Arguments *arguments;
    guint64 shard, shards;
    guint64 next, done, choices, findings, broken;
    gint64 end_us;             /* monotonic; 0: none */
    GHashTable *rules;         /* char * -> count */
} Exploration;

static gboolean over(const Exploration *e)
{
    return (e->arguments->runs > 0 && e->next >= (guint64) e->arguments->runs) || (e->end_us > 0 && g_get_monotonic_time() >= e->end_us)
           || (e->findings > 0 && !e->arguments->go_on);
}

static char *file_of(const Exploration *e, const SimExploreCase *c)
{
    g_autofree char *name = g_strdup_printf("explore-%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT ".yaml", e->arguments->seed, c->number);

    return e->arguments->save != NULL ? g_build_filename(e->arguments->save, name, NULL) : g_steal_pointer(&name);
}

static gboolean take(Exploration *e, Job *job)
{
    SimExploreOutcome outcome;
    g_autofree char *file = file_of(e, job->c);
    guint count;
    gboolean good = TRUE;

    sim_explore_child_finish(&job->child, &outcome);
    e->done++;
    e->choices += outcome.choices;
    if (outcome.end != SIM_EXPLORE_CLEAN) {
        g_autoptr(GError) error = NULL;
        gboolean shown;

        *(outcome.end == SIM_EXPLORE_BROKEN ? &e->broken : &e->findings) += 1;
        count = GPOINTER_TO_UINT(g_hash_table_lookup(e->rules, outcome.rule)) + 1;
        g_hash_table_insert(e->rules, g_strdup(outcome.rule), GUINT_TO_POINTER(count));
        shown = count == 1 && g_hash_table_size(e->rules) <= SHOWN_MAX;
        if (shown) {
            printf("case %" G_GUINT64_FORMAT " of seed %" G_GUINT64_FORMAT ": %s\n", job->c->number, e->arguments->seed, outcome.rule);
            printf("  profile %s, left out: %s\n", job->c->profile, job->c->swarm[0] != '\0' ? job->c->swarm : "nothing");
            printf("%s\n", outcome.text);
            if (outcome.end == SIM_EXPLORE_CRASH || outcome.end == SIM_EXPLORE_HANG) {
                printf("  again:    miglab run --profile %s --seed %" G_GUINT64_FORMAT " %s\n\n", job->c->profile, job->c->seed, file);
            }
        }
        /* What was printed can be typed: the file is there. */
        if ((e->arguments->save != NULL || shown) && !sim_explore_save(file, job->c->text, &error)) {
            fprintf(stderr, "miglab explore: %s\n", error->message);
            good = FALSE;
        } else if (shown) {
            printf("  smaller:  miglab shrink %s\n\n", file);
        }
        fflush(stdout);
    }
    sim_explore_outcome_clear(&outcome);
    g_clear_pointer(&job->c, sim_explore_case_free);
    return good;
}

static gboolean start(Exploration *e, Job *job)
{
    g_autofree char *file = NULL;

    job->c = sim_explore_generate(e->arguments->seed, e->next, e->arguments->profile, e->arguments->theme);
    e->next += e->shards;
    file = file_of(e, job->c);
    if (!sim_explore_child_start(&job->child, file, job->c->text, job->c->profile, job->c->seed)) {
        fprintf(stderr, "miglab explore: no process for a case: %s\n", g_strerror(errno));
        g_clear_pointer(&job->c, sim_explore_case_free);
        return FALSE;
    }
    return TRUE;
}

static gboolean explore(Exploration *e)
{
    guint jobs = (guint) e->arguments->jobs, running = 0;
    g_autofree Job *job = g_new0(Job, jobs);
    g_autofree struct pollfd *wanted = g_new0(struct pollfd, jobs);
    gboolean good = TRUE;

    e->next = e->shard;
    do {
        for (guint i = 0; i < jobs && good && !over(e); i++) {
            if (job[i].c == NULL) {
                good = start(e, &job[i]);
                running += good;
            }
        }
        for (guint i = 0; i < jobs; i++) {
            wanted[i] = (struct pollfd) { job[i].c != NULL ? job[i].child.fd : -1, POLLIN, 0 };
        }
        if (running > 0) {
            poll(wanted, jobs, 200);
        }
        for (guint i = 0; i < jobs; i++) {
            if (job[i].c != NULL && sim_explore_child_poll(&job[i].child)) {
                good = take(e, &job[i]) && good;
                running--;
            }
        }
    } while (running > 0 || (good && !over(e)));
    return good;
}

static void summary(const Exploration *e, double seconds)
{
    g_autoptr(GList) rules = g_list_sort(g_hash_table_get_keys(e->rules), (GCompareFunc) strcmp);

    for (GList *rule = rules; rule != NULL; rule = rule->next) {
        printf("  %6u  %s\n", GPOINTER_TO_UINT(g_hash_table_lookup(e->rules, rule->data)), (const char *) rule->data);
    }
    printf("%" G_GUINT64_FORMAT " cases, %" G_GUINT64_FORMAT " findings, %" G_GUINT64_FORMAT " that could not be run, %" G_GUINT64_FORMAT
           " choices, %.0f cases per second\n", e->done, e->findings, e->broken, e->choices, seconds > 0 ? (double) e->done / seconds : 0.0);
}

/* "60s", "5min", "90". */
static gboolean parse_time(const char *text, gint64 *ret_us)
{
    char *end;
    guint64 n = g_ascii_strtoull(text, &end, 10);

    if (end == text || n == 0 || n > 1000000) {
        return FALSE;
    }
    *ret_us = (gint64) n * G_USEC_PER_SEC * (g_str_equal(end, "min") ? 60 : g_str_equal(end, "h") ? 3600 : 1);
    return *end == '\0' || g_str_equal(end, "s") || g_str_equal(end, "min") || g_str_equal(end, "h");
}

/* "2/8": the second of eight. */
static gboolean parse_shard(const char *text, guint64 *ret_shard, guint64 *ret_shards)
{
    char *end;
    guint64 shard = g_ascii_strtoull(text, &end, 10);

    if (*end != '/') {
        return FALSE;
    }
    *ret_shards = g_ascii_strtoull(end + 1, &end, 10);
    *ret_shard = shard - 1;
    return *end == '\0' && shard >= 1 && shard <= *ret_shards && *ret_shards <= 1000000;
}

int sim_cmd_explore(int argc, char **argv)
{
    Arguments arguments = { .seed = 1, .runs = RUNS_NOT_SAID, .jobs = (int) CLAMP(g_get_num_processors(), 1, JOBS_MAX) };
    const GOptionEntry entries[] = {
        { "profile", 'p', 0, G_OPTION_ARG_STRING, &arguments.profile, "the release that is played (default: drawn for every case)", "PROFILE" },
        { "runs", 'n', 0, G_OPTION_ARG_INT64, &arguments.runs, "so many cases (default 1000, without --time)", "N" },
        { "time", 't', 0, G_OPTION_ARG_STRING, &arguments.time, "as many as fit: 60s, 5min, 8h", "TIME" },
        { "seed", 's', 0, G_OPTION_ARG_STRING, &arguments.seed_text, "seed of everything (default 1)", "N" },
        { "jobs", 'j', 0, G_OPTION_ARG_INT, &arguments.jobs, "so many cases at a time (default: processors)", "N" },
        { "shard", 0, 0, G_OPTION_ARG_STRING, &arguments.shard, "the I-th of N parts of the cases", "I/N" },
        { "save", 0, 0, G_OPTION_ARG_FILENAME, &arguments.save, "keep the scenarios of all findings there (default: of those that are shown, here)", "DIR" },
        { "keep-going", 'k', 0, G_OPTION_ARG_NONE, &arguments.go_on, "do not end at the first finding", NULL },
        { "theme", 0, 0, G_OPTION_ARG_STRING, &arguments.theme, "only cases of this kind: plain, rounds, tries, settings, recoveries, snapshot, limits", "NAME" },
        { "print", 0, 0, G_OPTION_ARG_NONE, &arguments.print, "print the scenario of case N-1 of --runs N, and run nothing", NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    Exploration e = { .arguments = &arguments, .shards = 1 };
    gint64 began_us = g_get_monotonic_time(), time_us = 0;
    const char *problem = NULL;
    int status = SIM_EXIT_USAGE;

    g_option_context_set_summary(context, "Makes random scenarios, runs them on the reference engine and judges them. What breaks a rule is saved as a\n"
                                 "scenario that 'miglab run' plays again and 'miglab shrink' makes smaller.\n"
                                 "Exit status: 0 nothing found, 1 findings, 2 usage or set-up error.");
    g_option_context_add_main_entries(context, entries, NULL);
    e.rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "miglab explore: %s\n", error->message);
    } else if (argc > 1) {
        fprintf(stderr, "miglab explore: what is '%s'? There are options only\n", argv[1]);
    } else if ((arguments.runs < 1 && arguments.runs != RUNS_NOT_SAID) || arguments.jobs < 1 || arguments.jobs > JOBS_MAX) {
        fprintf(stderr, "miglab explore: --runs is 1 or more, --jobs 1 to %d\n", JOBS_MAX);
    } else if (arguments.seed_text != NULL && (problem = sim_parse_seed(arguments.seed_text, &arguments.seed)) != NULL) {
        fprintf(stderr, "miglab explore: --seed '%s', expected %s\n", arguments.seed_text, problem);
    } else if (arguments.time != NULL && !parse_time(arguments.time, &time_us)) {
        fprintf(stderr, "miglab explore: --time is a duration as 60s, not '%s'\n", arguments.time);
    } else if (arguments.shard != NULL && !parse_shard(arguments.shard, &e.shard, &e.shards)) {
        fprintf(stderr, "miglab explore: --shard is I/N with I from 1 to N, not '%s'\n", arguments.shard);
    } else if (arguments.theme != NULL && !g_strv_contains(sim_explore_themes(), arguments.theme)) {
        g_autofree char *names = g_strjoinv(", ", (char **) sim_explore_themes());

        fprintf(stderr, "miglab explore: no theme '%s'; there are %s\n", arguments.theme, names);
    } else if (arguments.save != NULL && g_mkdir_with_parents(arguments.save, 0755) != 0) {
        fprintf(stderr, "miglab explore: %s: %s\n", arguments.save, g_strerror(errno));
    } else {
        g_autoptr(MigProfile) profile = NULL;

        if (arguments.profile != NULL) {
            profile = mig_profile_find(arguments.profile, &error);
        }
        if (arguments.runs == RUNS_NOT_SAID) {
            arguments.runs = time_us > 0 ? 0 : RUNS_DEFAULT;
        }
        e.end_us = time_us > 0 ? began_us + time_us : 0;
        if (error != NULL) {
            fprintf(stderr, "miglab explore: %s\n", error->message);
        } else if (arguments.print) {
            g_autoptr(SimExploreCase) c = sim_explore_generate(arguments.seed, (guint64) MAX(arguments.runs, 1) - 1, arguments.profile, arguments.theme);

            fputs(c->text, stdout);
            status = SIM_EXIT_CLEAN;
        } else if (explore(&e)) {
            summary(&e, (double) (g_get_monotonic_time() - began_us) / G_USEC_PER_SEC);
            status = e.findings > 0 ? SIM_EXIT_FINDINGS : e.broken > 0 ? SIM_EXIT_USAGE : SIM_EXIT_CLEAN;
        }
    }
    g_hash_table_unref(e.rules);
    g_free(arguments.profile);
    g_free(arguments.save);
    g_free(arguments.time);
    g_free(arguments.seed_text);
    g_free(arguments.shard);
    g_free(arguments.theme);
    return status;
}
