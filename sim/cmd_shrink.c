/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab shrink: a scenario that fails, made smaller while the same rule fails.
 */
#include "sim/command.h"

#include "sim/explore/explore.h"
#include "sim/file.h"
#include "sim/scenario/units.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *path, *profile;
    guint64 seed;
    char *rule;
    guint runs;
} Wanted;

static gboolean still_fails(const char *text, gpointer opaque)
{
    Wanted *wanted = opaque;
    SimExploreOutcome outcome;
    gboolean same;

    wanted->runs++;
    if (!sim_explore_run(wanted->path, text, wanted->profile, wanted->seed, &outcome)) {
        return FALSE;
    }
    same = outcome.end != SIM_EXPLORE_CLEAN && outcome.end != SIM_EXPLORE_BROKEN && g_str_equal(outcome.rule, wanted->rule);
    sim_explore_outcome_clear(&outcome);
    return same;
}

static guint line_count(const char *text)
{
    guint n = 0;

    for (; *text != '\0'; text++) {
        n += *text == '\n';
    }
    return n;
}

static int shrink(Wanted *wanted, const char *text, const char *output, guint budget)
{
    SimExploreOutcome first;
    g_autofree char *small = NULL;
    g_autoptr(GError) error = NULL;

    if (!sim_explore_run(wanted->path, text, wanted->profile, wanted->seed, &first)) {
        fputs("miglab shrink: no process for a run\n", stderr);
        return SIM_EXIT_USAGE;
    }
    wanted->rule = g_strdup(first.rule);
    if (first.end == SIM_EXPLORE_CLEAN || first.end == SIM_EXPLORE_BROKEN) {
        fprintf(stderr, "miglab shrink: %s %s\n%s%s", wanted->path, first.end == SIM_EXPLORE_CLEAN ? "does not fail; other --profile or --seed?" : "cannot be run:",
                first.text, first.text[0] == '\0' || g_str_has_suffix(first.text, "\n") ? "" : "\n");
        sim_explore_outcome_clear(&first);
        return first.end == SIM_EXPLORE_CLEAN ? SIM_EXIT_CLEAN : SIM_EXIT_USAGE;
    }
    sim_explore_outcome_clear(&first);
    small = sim_explore_shrink(text, budget, still_fails, wanted);
    if (output == NULL) {
        fputs(small, stdout);
    } else if (!sim_explore_save(output, small, &error)) {
        fprintf(stderr, "miglab shrink: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    fprintf(stderr, "%s: %u lines, before %u, in %u runs\nRun it:  miglab run --profile %s --seed %" G_GUINT64_FORMAT " %s\n", wanted->rule, line_count(small),
            line_count(text), wanted->runs, wanted->profile, wanted->seed, output != NULL ? output : wanted->path);
    return SIM_EXIT_FINDINGS;
}

int sim_cmd_shrink(int argc, char **argv)
{
    char *profile = NULL, *output = NULL;
    char *seed_text = NULL;
    const char *problem = NULL;
    guint64 seed = 0;
    int budget = 2000;
    const GOptionEntry entries[] = {
        { "profile", 'p', 0, G_OPTION_ARG_STRING, &profile, "the release (default: the file's line '# Run:', else qemu-7.2)", "PROFILE" },
        { "seed", 's', 0, G_OPTION_ARG_STRING, &seed_text, "seed of all choices (default: that line, else 1)", "N" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "write the smaller scenario there instead of to standard output", "FILE" },
        { "runs", 'n', 0, G_OPTION_ARG_INT, &budget, "at most so many runs (default 2000)", "N" },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("SCENARIO");
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL, *marked = NULL;
    guint64 marked_seed = 1;
    int status = SIM_EXIT_USAGE;

    g_option_context_set_summary(context, "Makes a scenario that fails smaller: leaves out steps, faults, weather and options and makes numbers smaller,\n"
                                 "as long as the same rule is broken. Exit status: 1 it fails (the smaller one is written), 0 it does not, 2 usage.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "miglab shrink: %s\n", error->message);
    } else if (argc != 2 || budget < 1) {
        fputs("miglab shrink: which scenario? One file, and --runs 1 or more\n", stderr);
    } else if (seed_text != NULL && (problem = sim_parse_seed(seed_text, &seed)) != NULL) {
        fprintf(stderr, "miglab shrink: --seed '%s', expected %s\n", seed_text, problem);
    } else if (!sim_file_read(argv[1], SIM_FILE_TEXT_MAX, &text, NULL, &error)) {
        fprintf(stderr, "miglab shrink: %s:1:1: cannot be read: %s\n", argv[1], error->message);
    } else {
        Wanted wanted = { .path = argv[1] };

        sim_explore_marks(text, &marked, &marked_seed);
        wanted.profile = profile != NULL ? profile : marked != NULL ? marked : "qemu-7.2";
        wanted.seed = seed_text != NULL ? seed : marked_seed;
        status = shrink(&wanted, text, output, (guint) budget);
        g_free(wanted.rule);
    }
    g_free(profile);
    g_free(output);
    g_free(seed_text);
    return status;
}
