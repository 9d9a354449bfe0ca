/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The guest of real targets: the image made from scenarios/targets/guest.S is carried inside the program; here its
 * parameters are put in.
 */
#ifndef SIM_PROCESS_FIRMWARE_H
#define SIM_PROCESS_FIRMWARE_H

#include "sim/world.h"

#include <glib.h>

#define SIM_FIRMWARE_TICKS_PER_SECOND 100

/* The image for this machine; 64 KiB. time_scale: the guest's timer is programmed that much faster, because it is not
 * under the faked clock. An error when the machine does not fit the guest (less than 2 MiB, more than 2 GiB, a workload
 * outside of RAM). Caller unrefs. */
GBytes *sim_firmware_image(const SimMachine *machine, guint64 seed, guint time_scale, GError **error);

#endif
