/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The subcommands of miglab. One file sim/cmd_NAME.c each; main.c holds the table.
 */
#ifndef SIM_COMMAND_H
#define SIM_COMMAND_H

/* Exit statuses of every subcommand. */
enum {
    SIM_EXIT_CLEAN = 0,       /* judged clean */
    SIM_EXIT_FINDINGS = 1,    /* findings */
    SIM_EXIT_USAGE = 2        /* usage or set-up error */
};

/* argv[0] is the subcommand's name; both may be changed by option parsing. Returns an exit status. */
typedef int SimCommand(int argc, char **argv);

SimCommand sim_cmd_explore;
SimCommand sim_cmd_shrink;
SimCommand sim_cmd_judge;
SimCommand sim_cmd_conform;
SimCommand sim_cmd_link;
SimCommand sim_cmd_compare;
SimCommand sim_cmd_list;
SimCommand sim_cmd_run;
SimCommand sim_cmd_stream;
SimCommand sim_cmd_options;
SimCommand sim_cmd_serve;

#endif
