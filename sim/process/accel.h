/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which accelerator to give to a target. KVM may be there and of no use: some hosts emulate, instruction by instruction,
 * whatever runs without paging, as our guest does. So it is tried once per target and program run with the guest itself.
 */
#ifndef SIM_PROCESS_ACCEL_H
#define SIM_PROCESS_ACCEL_H

#include "sim/process/target.h"

/* The first of the target's accelerators that runs the guest well; the environment variable MIGLAB_ACCEL overrides. A
 * choice other than the first is said on standard error, once. "" where the target does not care. Interned. */
const char *sim_accel_pick(const SimTarget *target);

/* Why the first one was not taken; NULL: it was. Interned. */
const char *sim_accel_remark(const SimTarget *target);

#endif
