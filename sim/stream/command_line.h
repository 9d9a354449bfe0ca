/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the subcommands of `miglab stream` have in common: options, opening, faults, exit status.
 */
#ifndef SIM_STREAM_COMMAND_LINE_H
#define SIM_STREAM_COMMAND_LINE_H

#include "sim/command.h"
#include "sim/stream/session.h"

/* Parses `extra` (may be NULL) and the options that say what bytes do not say; what remains is in argv[1] …, NULL at the end.
 * FALSE: usage was printed. */
gboolean sim_stream_parse(int *argc, char ***argv, const GOptionEntry *extra, const char *parameters, const char *summary);
/* "miglab stream NAME: message" and SIM_EXIT_USAGE. Takes the error. */
int sim_stream_usage_error(const char *command, GError *error);
void sim_stream_print_notes(const SimStreamSession *session);
/* After main was read: holds what the options say against what was seen (--huge-page), prints what differs; the exit status that
 * this gives. */
int sim_stream_print_told(const SimStreamSession *session);
/* Prints all; the exit status that they give. */
int sim_stream_print_faults(const GPtrArray *faults);

#endif
