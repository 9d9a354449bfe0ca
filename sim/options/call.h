/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab options: one call of it, and the parts that its subcommands share.
 */
#ifndef SIM_OPTIONS_CALL_H
#define SIM_OPTIONS_CALL_H

#include <glib.h>
#include <jansson.h>
#include <stdio.h>

#include "reference/options/capability.h"
#include "reference/options/facts.h"
#include "reference/options/parameter.h"
#include "reference/options/profile.h"

typedef struct {
    FILE *out;
    gboolean json;
    char *changes;            /* "with:X without:Y" for mig_profile_with() */
    char **arguments;         /* behind the subcommand's name, NULL-terminated */
    int count;
} SimOptionsCall;

/* Each prints and returns an exit status of sim/command.h. */
typedef int SimOptionsRun(const SimOptionsCall *call);
SimOptionsRun sim_options_show, sim_options_check, sim_options_diff, sim_options_enumerate, sim_options_since;

/* The profile of an argument, with --with and --without; NULL after a message on stderr. The caller owns it. */
MigProfile *sim_options_profile(const SimOptionsCall *call, const char *name);
/* Prints a JSON document and releases it. */
void sim_options_print_json(const SimOptionsCall *call, json_t *document);
/* "7.2", "10.0" … of a release; static buffers are not used, the caller owns it. */
char *sim_options_release(MigRelease release);

/* Facts of the profile, as an idle QEMU has them. */
MigFactSet sim_options_facts(const MigProfile *profile);
/* Does the release accept this set in one command from nothing, with parameters at their defaults? */
gboolean sim_options_valid(const MigProfile *profile, MigCapSet set);

/* ["multifd", "events"] in the names of the release. */
json_t *sim_options_caps_json(const MigProfile *profile, MigCapSet set);

#endif
