/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a migration amounts to: pages by kind, bytes by section, passes, and how the guest's writing looked from the wire.
 */
#ifndef SIM_STREAM_TOTALS_H
#define SIM_STREAM_TOTALS_H

#include <jansson.h>

#include "sim/stream/session.h"

typedef struct SimTotals SimTotals;

SimTotals *sim_totals_new(SimStreamSession *session);
void sim_totals_free(SimTotals *totals);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimTotals, sim_totals_free)

/* Every record of every channel, main first. `span`: syncs seen on that channel so far. */
void sim_totals_add(SimTotals *totals, const SimStreamChannel *channel, guint span, const MigRecord *record);

void sim_totals_print(const SimTotals *totals);
json_t *sim_totals_json(const SimTotals *totals);

#endif
