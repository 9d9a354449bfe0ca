/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/command.h"

#include <glib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    SimCommand *run;
    const char *summary;
} commands[] = {
    { "run", sim_cmd_run, "run scenarios on the reference engine and on real implementations" },
    { "explore", sim_cmd_explore, "run random scenarios on the reference engine and judge them" },
    { "shrink", sim_cmd_shrink, "make a scenario that fails smaller" },
    { "judge", sim_cmd_judge, "judge traces: rules, states, who runs, statistics" },
    { "conform", sim_cmd_conform, "hold a target's options layer and QMP front end against its release" },
    { "link", sim_cmd_link, "be a faulty link between two programs: weather, faults at protocol moments, captures" },
    { "serve", sim_cmd_serve, "be a QEMU of some release: monitors and migration" },
    { "compare", sim_cmd_compare, "hold engine and oracle against each other: the options of every release" },
    { "options", sim_cmd_options, "say what a release's options layer accepts: show, check, diff, enumerate, since" },
    { "list", sim_cmd_list, "list rules, profiles, scenarios, targets or quirks" },
    { "stream", sim_cmd_stream, "read migration streams: show, check, copy, diff, ram" },
};

static void print_usage(FILE *out)
{
    fputs("Usage: miglab COMMAND [OPTION...] [ARGUMENT...]\n\nA laboratory for QEMU live migration. Commands:\n\n", out);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    }
    fputs("\n'miglab COMMAND --help' says more. Exit status: 0 clean, 1 findings, 2 usage or set-up error.\n", out);
}

int main(int argc, char **argv)
{
    /* Only characters: numbers, dates and sorting stay those of the C locale, so that output does not depend on it. */
    setlocale(LC_CTYPE, "");
    if (argc < 2) {
        fprintf(stderr, "miglab: which command? 'miglab --help' lists them\n");
        return SIM_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_usage(stdout);
        return SIM_EXIT_CLEAN;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            g_autofree char *program = g_strdup_printf("miglab %s", argv[1]);

            g_set_prgname(program);
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    fprintf(stderr, "miglab: there is no command '%s'; 'miglab --help' lists them\n", argv[1]);
    return SIM_EXIT_USAGE;
}
