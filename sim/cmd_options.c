/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab options show|check|diff|enumerate|since: what the options layer of a release accepts, and why not.
 */
#include "sim/command.h"

#include <glib.h>
#include <string.h>

#include "sim/options/call.h"

static const struct {
    const char *name;
    SimOptionsRun *run;
    int least, most;          /* arguments */
    const char *usage, *summary;
} subcommands[] = {
    { "show", sim_options_show, 1, 1, "show PROFILE", "everything that can be set, and the rules" },
    { "check", sim_options_check, 2, 64, "check PROFILE CAPS [NAME=VALUE]…", "which rule refuses, and what to change; CAPS: a,b,c or none" },
    { "diff", sim_options_diff, 2, 2, "diff PROFILE PROFILE", "what a client written for the first meets on the second" },
    { "enumerate", sim_options_enumerate, 1, 1, "enumerate PROFILE", "how many sets are valid, and the largest of them" },
    { "since", sim_options_since, 1, 1, "since NAME", "releases of a capability, parameter, property, command, rule …" },
};

static char *describe(void)
{
    GString *text = g_string_new("Subcommands:\n");
    const MigAspect *aspects;
    gsize count;

    for (gsize i = 0; i < G_N_ELEMENTS(subcommands); i++) {
        /* Columns by characters, not bytes. */
        g_string_append_printf(text, "  %s%*s %s\n", subcommands[i].usage, (int) (32 - g_utf8_strlen(subcommands[i].usage, -1)), "",
                               subcommands[i].summary);
    }
    g_string_append(text, "\nPROFILE is qemu-2.4 … qemu-11.1 or a snapshot (miglab list profiles). What --with and --without know:\n");
    aspects = mig_profile_aspects(&count);
    for (gsize i = 0; i < count; i++) {
        g_string_append_printf(text, "  %-16s %s\n", aspects[i].name, aspects[i].meaning);
    }
    g_string_append(text, "\nExit status: 0 accepted or shown, 1 refused (check), 2 usage error.");
    return g_string_free(text, FALSE);
}

static char *changes_of(char **with, char **without)
{
    GString *changes = g_string_new(NULL);

    for (int side = 0; side < 2; side++) {
        char **names = side == 0 ? with : without;

        for (; names != NULL && *names != NULL; names++) {
            g_auto(GStrv) words = g_strsplit(*names, ",", -1);

            for (char **word = words; *word != NULL; word++) {
                g_string_append_printf(changes, "%s:%s ", side == 0 ? "with" : "without", *word);
            }
        }
    }
    return g_string_free(changes, FALSE);
}

static int dispatch(SimOptionsCall *call, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(subcommands); i++) {
        if (strcmp(subcommands[i].name, name) == 0) {
            if (call->count < subcommands[i].least || call->count > subcommands[i].most) {
                fprintf(stderr, "miglab options: wrong number of arguments; expected: miglab options %s\n", subcommands[i].usage);
                return SIM_EXIT_USAGE;
            }
            return subcommands[i].run(call);
        }
    }
    fprintf(stderr, "miglab options: there is no '%s'; expected show, check, diff, enumerate or since\n", name);
    return SIM_EXIT_USAGE;
}

int sim_cmd_options(int argc, char **argv)
{
    g_auto(GStrv) with = NULL, without = NULL;
    g_autofree char *format = NULL, *changes = NULL, *description = describe();
    const GOptionEntry entries[] = {
        { "with", 0, 0, G_OPTION_ARG_STRING_ARRAY, &with, "The build or host has NAME", "NAME" },
        { "without", 0, 0, G_OPTION_ARG_STRING_ARRAY, &without, "The build or host lacks NAME", "NAME" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, "human (default) or json", "FORMAT" },
        { 0 },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("SUBCOMMAND ARGUMENTS");
    SimOptionsCall call = { .out = stdout };
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context, "What the options layer of a release accepts.");
    g_option_context_set_description(context, description);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "miglab options: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    if (format != NULL && strcmp(format, "human") != 0 && strcmp(format, "json") != 0) {
        fprintf(stderr, "miglab options: there is no format '%s'; expected human or json\n", format);
        return SIM_EXIT_USAGE;
    }
    if (argc < 2) {
        fprintf(stderr, "miglab options: what? show, check, diff, enumerate or since; 'miglab options --help' says more\n");
        return SIM_EXIT_USAGE;
    }
    call.json = format != NULL && strcmp(format, "json") == 0;
    call.changes = changes = changes_of(with, without);
    call.arguments = argv + 2;
    call.count = argc - 2;
    return dispatch(&call, argv[1]);
}
