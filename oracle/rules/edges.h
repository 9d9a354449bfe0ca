/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The rules about changes of status: the edges of oracle/edge.h held against what lanes did.
 */
#ifndef ORA_RULES_EDGES_H
#define ORA_RULES_EDGES_H

#include "oracle/edge.h"
#include "oracle/rule.h"

/* Applies the edges to the moves of one machine in every lane. */
void ora_edges_check(OraCase *c, const OraRule *rule, const OraEdge *edges, OraMachine machine);

#endif
