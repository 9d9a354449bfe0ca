/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Device state without a description (postcopy, streams cut short): what can be said all the same. `timer` and `globalstate` are
 * known (stream.md 11.3, 12.5); of others the subsections can be seen, since they carry their names (12.2).
 */
#ifndef SIM_STREAM_GUESS_H
#define SIM_STREAM_GUESS_H

#include "sim/stream/description.h"

void sim_device_guess(const char *idstr, const guint8 *bytes, gsize size, SimFieldFunc *func, gpointer data);

#endif
