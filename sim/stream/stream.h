/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The subcommands of `miglab stream`. sim/cmd_stream.c holds the table.
 */
#ifndef SIM_STREAM_STREAM_H
#define SIM_STREAM_STREAM_H

#include "sim/command.h"

SimCommand sim_stream_show;
SimCommand sim_stream_check;
SimCommand sim_stream_copy;
SimCommand sim_stream_diff;
SimCommand sim_stream_ram;

#endif
