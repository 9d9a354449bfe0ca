/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/stream.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    SimCommand *run;
    const char *summary;
} commands[] = {
    { "show", sim_stream_show, "what is in a stream, as a tree, as JSON or record by record" },
    { "check", sim_stream_check, "what is wrong in a stream, at its byte, by which rule" },
    { "copy", sim_stream_copy, "decode and encode again, byte for byte" },
    { "diff", sim_stream_diff, "which sections, fields and pages differ" },
    { "ram", sim_stream_ram, "the RAM blocks as files" },
};

static void print_usage(FILE *out)
{
    fputs("Usage: miglab stream COMMAND [OPTION...] [CHANNEL=]FILE... | CAPTURE.json\n\n"
          "Migration streams. CHANNEL is main (default), main-2, rp, rp-2, preempt, preempt-2 or multifdN. Commands:\n\n", out);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        fprintf(out, "  %-6s %s\n", commands[i].name, commands[i].summary);
    }
    fputs("\nExit status: 0 clean, 1 the stream has faults (or streams differ), 2 no stream at all, or usage.\n", out);
}

int sim_cmd_stream(int argc, char **argv)
{
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_usage(stdout);
        return SIM_EXIT_CLEAN;
    }
    if (argc < 2) {
        fprintf(stderr, "miglab stream: which command? 'miglab stream --help' lists them\n");
        return SIM_EXIT_USAGE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    fprintf(stderr, "miglab stream: there is no command '%s'; 'miglab stream --help' lists them\n", argv[1]);
    return SIM_EXIT_USAGE;
}
