/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/command.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

int sim_cmd_list(int argc, char **argv)
{
    fprintf(stderr, "miglab list: what? rules, profiles, scenarios, targets or quirks\n");
    return SIM_EXIT_USAGE;
}
