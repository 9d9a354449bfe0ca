/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The virtual world: the reference engine at both ends of a simulated link.
 */
#ifndef SIM_VIRTUAL_WORLD_H
#define SIM_VIRTUAL_WORLD_H

#include "sim/choice.h"
#include "sim/world.h"

/* `choices` are borrowed and outlive the world; NULL: a generator seeded with setup->seed, owned by the world. */
SimWorld *sim_virtual_world_new(const SimWorldSetup *setup, SimChoices *choices, GError **error);

/* Choices made so far. */
gsize sim_virtual_world_choices(const SimWorld *world);
/* Choices that had been made when each record of the trace was written: gsize per record. Owned by the caller; taken before
 * the world is freed, so records of the teardown are not counted. */
GArray *sim_virtual_world_choices_at(SimWorld *world);
/* The VM of a side, for tests and checks; NULL when it does not run. */
struct MigVm *sim_virtual_world_vm(SimWorld *world, SimSide side);

#endif
