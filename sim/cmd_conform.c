/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/command.h"
#include "reference/options/profile.h"
#include "sim/conform/report.h"
#include "sim/scenario/units.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "sim": the embedded engine, spoken to as a process, so that both kinds of target take the same way. */
static SimTarget *find_target(const char *name, const char *profile, GError **error)
{
    g_autofree char *command = NULL;

    if (strcmp(name, "sim") != 0) {
        return sim_target_find(name, error);
    }
    command = g_strdup_printf("{self} serve --profile %s -- -M none -nodefaults -display none {stopped} -m {ram} -qmp unix:{qmp},server=on,wait=off",
                              profile ? profile : "qemu-7.2");
    return sim_target_find(command, error);
}

int sim_cmd_conform(int argc, char **argv)
{
    static char *arg_target, *arg_profile, *arg_baseline, *arg_write, *arg_format, *arg_suite, *arg_seed;
    static int arg_scale = 1;
    static const GOptionEntry entries[] = {
        { "target", 't', 0, G_OPTION_ARG_STRING, &arg_target, "sim, a name from scenarios/targets, a QEMU binary, or a command template", "T" },
        { "profile", 'p', 0, G_OPTION_ARG_STRING, &arg_profile, "Judge by this release instead of the one that the target reports", "P" },
        { "suite", 0, 0, G_OPTION_ARG_STRING, &arg_suite, "options or qmp (default: both); for states and streams: miglab run --target", "S" },
        { "baseline", 0, 0, G_OPTION_ARG_FILENAME, &arg_baseline, "Differences in FILE are known; what no longer differs is reported", "FILE" },
        { "write-baseline", 0, 0, G_OPTION_ARG_FILENAME, &arg_write, "Write the differences of this run to FILE", "FILE" },
        { "seed", 0, 0, G_OPTION_ARG_STRING, &arg_seed, "Of the seeded batches (default 1)", "N" },
        { "scale", 0, 0, G_OPTION_ARG_INT, &arg_scale, "Times the usual number of seeded batches (default 1)", "N" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &arg_format, "human (default) or json", "F" },
        G_OPTION_ENTRY_NULL
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(MigProfile) profile = NULL;
    g_autoptr(SimTarget) target = NULL;
    g_autoptr(SimConformResult) result = NULL;
    g_autoptr(GPtrArray) gone = NULL;
    SimConformSetup setup;
    const char *name, *problem;
    guint64 seed = 1;

    g_option_context_set_summary(context, "Holds the options layer and the QMP front end of a target against its release.\n"
                                 "Exit status: 0 no difference, 1 differences, 2 usage or set-up error.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "miglab conform: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    if (argc > 1) {
        fprintf(stderr, "miglab conform: what is '%s'? There are options only\n", argv[1]);
        return SIM_EXIT_USAGE;
    }
    if (arg_scale < 1 || arg_scale > 1000) {
        fprintf(stderr, "miglab conform: --scale is 1 to 1000, not %d\n", arg_scale);
        return SIM_EXIT_USAGE;
    }
    if (arg_format && strcmp(arg_format, "human") != 0 && strcmp(arg_format, "json") != 0) {
        fprintf(stderr, "miglab conform: --format is human or json, not '%s'\n", arg_format);
        return SIM_EXIT_USAGE;
    }
    if (arg_seed && (problem = sim_parse_seed(arg_seed, &seed)) != NULL) {
        fprintf(stderr, "miglab conform: --seed '%s', expected %s\n", arg_seed, problem);
        return SIM_EXIT_USAGE;
    }
    if (arg_suite && strcmp(arg_suite, "options") != 0 && strcmp(arg_suite, "qmp") != 0) {
        fprintf(stderr, "miglab conform: there is no suite '%s'; options and qmp are asked here, states and streams by miglab run --target\n",
                arg_suite);
        return SIM_EXIT_USAGE;
    }
    if (arg_profile && !(profile = mig_profile_find(arg_profile, &error))) {
        fprintf(stderr, "miglab conform: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    name = arg_target ? arg_target : "sim";
    target = find_target(name, arg_profile, &error);
    if (!target) {
        fprintf(stderr, "miglab conform: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    setup = (SimConformSetup) { .target = target, .profile = arg_profile, .suite = arg_suite, .seed = seed, .scale = (guint) arg_scale };
    result = sim_conform_run(&setup, &error);
    if (!result || (arg_baseline && !sim_conform_baseline_apply(result, arg_baseline, &gone, &error)) ||
        (arg_write && !sim_conform_baseline_write(result, arg_write, &error))) {
        fprintf(stderr, "miglab conform: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    if (arg_format && strcmp(arg_format, "json") == 0) {
        json_t *root = sim_conform_to_json(result, name);
        char *text = json_dumps(root, JSON_INDENT(1));

        puts(text);
        free(text);
        json_decref(root);
    } else {
        sim_conform_print(result, name, stdout);
        for (guint i = 0; gone && i < gone->len; i++) {
            printf("\nunexpected agreement: the baseline has, and this run does not show:\n%s\n", (const char *) gone->pdata[i]);
        }
    }
    return sim_conform_findings(result) > 0 || (gone && gone->len > 0) ? SIM_EXIT_FINDINGS : SIM_EXIT_CLEAN;
}
