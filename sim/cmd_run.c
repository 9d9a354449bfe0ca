/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab run: scenarios on targets, with verdicts.
 */
#include "sim/command.h"

#include "reference/options/profile.h"
#include "sim/process/target.h"
#include "sim/scenario/report.h"
#include "sim/scenario/run.h"
#include "sim/scenario/scenario.h"
#include "sim/world.h"
#include "sim/scenario/units.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    char **targets;
    char *profile, *destination_profile, *destination_target;
    char *seed_text;
    guint64 seed;
    char *trace;
    char *format;
    gboolean strict, check_determinism, check_only, quiet;
    int time_scale;
    char *capture;
    char **with, **without;
    char **paths;
} Arguments;

/* "with:NAME without:NAME", as profiles take it; NULL: nothing is changed. The caller frees. */
static char *changes_of(const Arguments *arguments)
{
    GString *text = g_string_new(NULL);

    for (int side = 0; side < 2; side++) {
        char **names = side == 0 ? arguments->with : arguments->without;

        for (guint i = 0; names != NULL && names[i] != NULL; i++) {
            g_string_append_printf(text, "%s%s:%s", text->len > 0 ? " " : "", side == 0 ? "with" : "without", names[i]);
        }
    }
    return g_string_free(text, text->len == 0);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* All files of a folder tree, sorted; targets/ and captures/ hold other things. */
static gboolean find_files(const char *path, GPtrArray *files, GString *problems)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir;
    const char *name;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        g_ptr_array_add(files, g_strdup(path));
        return TRUE;
    }
    dir = g_dir_open(path, 0, &error);
    if (dir == NULL) {
        g_string_append_printf(problems, "%s\n", error->message);
        return FALSE;
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_ptr_array_add(names, g_strdup(name));
    }
    g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        const char *entry = g_ptr_array_index(names, i);
        g_autofree char *whole = g_build_filename(path, entry, NULL);

        if (g_file_test(whole, G_FILE_TEST_IS_DIR)) {
            /* A link to a folder may lead anywhere, also back. */
            if (!g_file_test(whole, G_FILE_TEST_IS_SYMLINK) && !g_str_equal(entry, "targets") && !g_str_equal(entry, "captures") && entry[0] != '.' && !find_files(whole, files, problems)) {
                return FALSE;
            }
        } else if (g_str_has_suffix(entry, ".yaml")) {
            g_ptr_array_add(files, g_steal_pointer(&whole));
        }
    }
    return TRUE;
}

/* topic/name: what lies below a folder called scenarios, or the base name. */
static void set_slug(SimScenario *scenario)
{
    const char *below = g_strrstr(scenario->path, "scenarios/");

    if (below != NULL) {
        g_free(scenario->slug);
        below += strlen("scenarios/");
        scenario->slug = g_str_has_suffix(below, ".yaml") ? g_strndup(below, strlen(below) - 5) : g_strdup(below);
    }
}

static gboolean write_trace(const Arguments *arguments, const SimResult *result)
{
    g_autofree char *target = g_strdelimit(g_strdup(result->target), "/ ", '_');
    g_autofree char *base = g_strconcat(result->scenario->slug, ".jsonl", NULL);
    g_autofree char *path = g_build_filename(arguments->trace, target, base, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    if (g_mkdir_with_parents(folder, 0755) != 0) {
        fprintf(stderr, "miglab run: %s: %s\n", folder, g_strerror(errno));
        return FALSE;
    }
    if (!ora_trace_write(result->trace, path, &error)) {
        fprintf(stderr, "miglab run: %s\n", error->message);
        return FALSE;
    }
    return TRUE;
}

/* Runs it again and compares record by record. TRUE: the same. */
static gboolean is_deterministic(const SimResult *first, const SimRunSetup *setup)
{
    g_autoptr(SimResult) again = sim_run(first->scenario, setup);
    guint lengths[2] = { ora_trace_length(first->trace), ora_trace_length(again->trace) };

    for (guint i = 0; i < MAX(lengths[0], lengths[1]); i++) {
        g_autoptr(GString) a = g_string_new(NULL), b = g_string_new(NULL);

        if (i < lengths[0]) {
            ora_trace_print_record(first->trace, i, a);
        }
        if (i < lengths[1]) {
            ora_trace_print_record(again->trace, i, b);
        }
        if (!g_string_equal(a, b)) {
            gsize choice = first->choices_at != NULL && i < first->choices_at->len ? g_array_index(first->choices_at, gsize, i) : 0;

            printf("NOT DETERMINISTIC %s, seed %" G_GUINT64_FORMAT ": record %u, after choice %" G_GSIZE_FORMAT "\n  first: %s\n  again: %s\n",
                   first->scenario->path, setup->seed, i, choice, a->len > 0 ? a->str : "(nothing)", b->len > 0 ? b->str : "(nothing)");
            return FALSE;
        }
    }
    if (first->choices != again->choices) {
        printf("NOT DETERMINISTIC %s: %" G_GUINT64_FORMAT " choices, then %" G_GUINT64_FORMAT "\n", first->scenario->path, first->choices, again->choices);
    }
    return first->choices == again->choices;
}

static gboolean load_all(char **paths, GPtrArray *scenarios)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) problems = g_string_new(NULL);
    g_autoptr(GHashTable) slugs = g_hash_table_new(g_str_hash, g_str_equal);
    gboolean good = TRUE;

    for (guint i = 0; paths[i] != NULL; i++) {
        good = find_files(paths[i], files, problems) && good;
    }
    for (guint i = 0; i < files->len; i++) {
        SimScenario *scenario = sim_scenario_load(g_ptr_array_index(files, i), problems);

        if (scenario == NULL) {
            good = FALSE;
            continue;
        }
        set_slug(scenario);
        g_ptr_array_add(scenarios, scenario);
        if (!g_hash_table_add(slugs, scenario->slug)) {
            g_string_append_printf(problems, "%s:1:1: a second scenario with the name '%s', expected another name\n", scenario->path, scenario->slug);
            good = FALSE;
        }
    }
    fputs(problems->str, stderr);
    if (good && scenarios->len == 0) {
        fputs("miglab run: no scenario found\n", stderr);
    }
    return good && scenarios->len > 0;
}

static void free_scenario(gpointer data) { sim_scenario_free(data); }
static void free_result(gpointer data) { sim_result_free(data); }

static void print(GString *text)
{
    fputs(text->str, stdout);
    fflush(stdout);
    g_string_truncate(text, 0);
}

static int run_all(const Arguments *arguments, SimReport *report, const GPtrArray *scenarios)
{
    static const char *const sim_only[] = { "sim", NULL };
    const char *const *targets = arguments->targets != NULL ? (const char *const *) arguments->targets : sim_only;
    g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func(free_result);
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean progress = report->format == SIM_FORMAT_HUMAN && isatty(STDERR_FILENO) && !arguments->quiet;
    int status = SIM_EXIT_CLEAN;

    sim_report_begin(report, scenarios->len * g_strv_length((char **) targets), out);
    print(out);
    for (guint t = 0; targets[t] != NULL; t++) {
        g_autofree char *folder = g_strdelimit(g_strdup(targets[t]), "/ ", '_');
        g_autofree char *changes = changes_of(arguments);
        g_autofree char *capture = arguments->capture != NULL ? g_build_filename(arguments->capture, folder, NULL) : NULL;

        for (guint i = 0; i < scenarios->len; i++) {
            const SimScenario *scenario = g_ptr_array_index(scenarios, i);
            SimRunSetup setup = {
                .target = targets[t], .destination_target = arguments->destination_target, .profile = arguments->profile,
                .destination_profile = arguments->destination_profile, .seed = arguments->seed, .strict = arguments->strict,
                .time_scale = (guint) arguments->time_scale, .capture = capture, .changes = changes,
            };
            SimResult *result;

            if (progress) {
                fprintf(stderr, "\r\033[K[%u/%u] %s on %s", results->len + 1, scenarios->len * g_strv_length((char **) targets), scenario->slug, targets[t]);
            }
            result = sim_run(scenario, &setup);
            g_ptr_array_add(results, result);
            if (progress) {
                fputs("\r\033[K", stderr);
            }
            sim_report_result(report, result, results->len, out);
            print(out);
            if (result->verdict == SIM_VERDICT_ERROR || (arguments->trace != NULL && result->verdict != SIM_VERDICT_SKIP && !write_trace(arguments, result))) {
                status = SIM_EXIT_USAGE;
            } else if (result->verdict == SIM_VERDICT_FAIL && status == SIM_EXIT_CLEAN) {
                status = SIM_EXIT_FINDINGS;
            }
            if (arguments->check_determinism && result->choices_at != NULL && !is_deterministic(result, &setup) && status == SIM_EXIT_CLEAN) {
                status = SIM_EXIT_FINDINGS;
            }
        }
    }
    sim_report_end(report, results, out);
    print(out);
    return status;
}

/* NULL: the engine is always there. What is only missing on this host is no mistake of the caller: its scenarios are skipped. */
static gboolean is_target(const char *name, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(SimTarget) target = NULL;

    if (name == NULL || strcmp(name, "sim") == 0) {
        return TRUE;
    }
    target = sim_target_find(name, &problem);
    if (target != NULL || g_error_matches(problem, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP)) {
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

/* Names on the command line, looked at once instead of by every scenario. */
static gboolean names_exist(const Arguments *arguments, GError **error)
{
    g_auto(GStrv) profiles = g_strsplit(arguments->profile != NULL ? arguments->profile : "", ",", 2);

    for (char **name = profiles; *name != NULL; name++) {
        g_autoptr(MigProfile) profile = mig_profile_find(*name, error);

        if (profile == NULL) {
            return FALSE;
        }
    }
    for (char **name = arguments->targets; name != NULL && *name != NULL; name++) {
        if (!is_target(*name, error)) {
            return FALSE;
        }
    }
    return is_target(arguments->destination_target, error);
}

static GOptionContext *make_context(Arguments *arguments)
{
    const GOptionEntry entries[] = {
        { "target", 't', 0, G_OPTION_ARG_STRING_ARRAY, &arguments->targets, "sim (default), a name from scenarios/targets, a QEMU binary, or a command template; may be repeated", "TARGET" },
        { "destination-target", 0, 0, G_OPTION_ARG_STRING, &arguments->destination_target, "Another target for the destination", "TARGET" },
        { "profile", 'p', 0, G_OPTION_ARG_STRING, &arguments->profile, "The release to play and to judge by (default: the target's; of sim qemu-7.2); SOURCE,DESTINATION for two", "PROFILE" },
        { "seed", 's', 0, G_OPTION_ARG_STRING, &arguments->seed_text, "Seed of all choices of sim (default 1)", "N" },
        { "trace", 0, 0, G_OPTION_ARG_FILENAME, &arguments->trace, "Keep the traces: DIR/TARGET/SCENARIO.jsonl", "DIR" },
        { "format", 'f', 0, G_OPTION_ARG_STRING, &arguments->format, "human (default), tap, junit or json", "FORMAT" },
        { "strict", 0, 0, G_OPTION_ARG_NONE, &arguments->strict, "Known quirks of a release count as findings", NULL },
        { "with", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->with, "Sim: the build or host has NAME (as miglab options)", "NAME" },
        { "without", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->without, "Sim: the build or host lacks NAME", "NAME" },
        { "capture", 0, 0, G_OPTION_ARG_FILENAME, &arguments->capture, "Real targets: keep what every channel carried, and a description: DIR/TARGET/SCENARIO.CHANNEL.bin", "DIR" },
        { "time-scale", 0, 0, G_OPTION_ARG_INT, &arguments->time_scale, "Run real targets under a clock N times as fast", "N" },
        { "check-determinism", 0, 0, G_OPTION_ARG_NONE, &arguments->check_determinism, "Run everything on sim twice and compare the traces", NULL },
        { "check", 0, 0, G_OPTION_ARG_NONE, &arguments->check_only, "Only read the scenarios", NULL },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &arguments->quiet, "No progress", NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments->paths, NULL, "SCENARIO|DIR…" },
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = g_option_context_new(NULL);

    g_option_context_set_summary(context, "Runs scenarios (scenarios/README.md) on targets and judges what happened.\n"
                                 "Exit status: 0 judged clean, 1 findings, 2 usage or set-up error.");
    g_option_context_add_main_entries(context, entries, NULL);
    return context;
}

int sim_cmd_run(int argc, char **argv)
{
    Arguments arguments = { .seed = 1, .time_scale = 1 };
    GOptionContext *context = make_context(&arguments);
    const char *problem = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) scenarios = g_ptr_array_new_with_free_func(free_scenario);
    SimReport report = { .format = SIM_FORMAT_HUMAN };
    const char *options[8] = { NULL };
    g_autofree char *scale = NULL;
    g_auto(GStrv) profiles = NULL;
    guint n = 0;
    int status = SIM_EXIT_USAGE;

    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "miglab run: %s\n", error->message);
    } else if (arguments.paths == NULL) {
        fputs("miglab run: which scenarios? Give files or folders\n", stderr);
    } else if (arguments.format != NULL && !sim_format_parse(arguments.format, &report.format)) {
        fprintf(stderr, "miglab run: --format is human, tap, junit or json, not '%s'\n", arguments.format);
    } else if (arguments.time_scale < 1 || arguments.time_scale > 1000) {
        fprintf(stderr, "miglab run: --time-scale is 1 to 1000, not %d\n", arguments.time_scale);
    } else if (arguments.seed_text != NULL && (problem = sim_parse_seed(arguments.seed_text, &arguments.seed)) != NULL) {
        fprintf(stderr, "miglab run: --seed '%s', expected %s\n", arguments.seed_text, problem);
    } else if ((arguments.trace != NULL && arguments.trace[0] == '\0') || (arguments.capture != NULL && arguments.capture[0] == '\0')) {
        fputs("miglab run: --trace and --capture need the name of a folder\n", stderr);
    } else if (!names_exist(&arguments, &error)) {
        fprintf(stderr, "miglab run: %s\n", error->message);
    } else if (load_all(arguments.paths, scenarios)) {
        if (arguments.check_only) {
            printf("%u scenarios, nothing wrong\n", scenarios->len);
            status = SIM_EXIT_CLEAN;
        } else {
            if (arguments.profile != NULL) {
                options[n++] = "--profile";
                options[n++] = arguments.profile;
            }
            if (arguments.destination_target != NULL) {
                options[n++] = "--destination-target";
                options[n++] = arguments.destination_target;
            }
            if (arguments.time_scale > 1) {
                scale = g_strdup_printf("%d", arguments.time_scale);
                options[n++] = "--time-scale";
                options[n++] = scale;
                report.time_scale = (guint) arguments.time_scale;
            }
            report.options = options;
            report.strict = arguments.strict;
            report.seed = arguments.seed;
            report.colour = report.format == SIM_FORMAT_HUMAN && isatty(STDOUT_FILENO);
            if (arguments.profile != NULL && strchr(arguments.profile, ',') != NULL) {
                Arguments two = arguments;

                profiles = g_strsplit(arguments.profile, ",", 2);
                two.profile = profiles[0];
                two.destination_profile = profiles[1];
                status = run_all(&two, &report, scenarios);
            } else {
                status = run_all(&arguments, &report, scenarios);
            }
        }
    }
    g_option_context_free(context);
    g_strfreev(arguments.targets);
    g_strfreev(arguments.paths);
    g_free(arguments.profile);
    g_free(arguments.destination_target);
    g_free(arguments.seed_text);
    g_free(arguments.trace);
    g_strfreev(arguments.with);
    g_strfreev(arguments.without);
    g_free(arguments.capture);
    g_free(arguments.format);
    return status;
}
