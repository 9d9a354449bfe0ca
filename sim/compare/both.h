/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Engine and oracle asked the same request: schema, rules, what is stored.
 */
#ifndef SIM_COMPARE_BOTH_H
#define SIM_COMPARE_BOTH_H

#include "sim/compare/compare.h"

typedef struct SimBoth SimBoth;

SimBoth *sim_both_new(const SimCompareCase *c);          /* both as just started; c is borrowed */
void sim_both_free(SimBoth *both);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimBoth, sim_both_free)
void sim_both_restart(SimBoth *both);

/* NULL: they agree. Otherwise the difference in words, freed by the caller; both have been started anew then. Commands
 * of ora_options_execute(); others are not asked. */
char *sim_both_ask(SimBoth *both, const char *command, const OraValue *arguments);

#endif
