/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Layouts of devices, as descriptions of recorded streams give them (layouts.jsonl.xz: a line for each release,
 * a description with a member `release` more): for streams that have
 * none of their own, postcopy and those cut short. A layout is only used if it fits: the same name and version, every subsection known,
 * and not a byte more or less. That it fits is no proof; it is said.
 */
#ifndef SIM_STREAM_LAYOUTS_H
#define SIM_STREAM_LAYOUTS_H

#include "sim/stream/description.h"

/* Walks the state of a device by the layout that fits and comes from the nearest release (major * 100 + minor; 0: the newest). FALSE,
 * and func not called: none fits. */
gboolean sim_layouts_walk(const char *idstr, guint version, int release, const guint8 *bytes, gsize size, SimFieldFunc *func, gpointer data);

#endif
