/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A reply of a target against what the rules say.
 */
#ifndef SIM_CONFORM_COMPARE_H
#define SIM_CONFORM_COMPARE_H

#include "oracle/options/options.h"

/* message: the whole reply object; NULL: the process died. */
gboolean sim_conform_agrees(const OraReply *expected, json_t *message);

/* Both in words, freed by the caller. Of two lists or objects only the members that differ are shown. */
void sim_conform_describe(const OraReply *expected, json_t *message, char **ret_expected, char **ret_actual);

#endif
