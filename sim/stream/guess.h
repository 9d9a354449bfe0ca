/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Device state without a description (postcopy, streams cut short): what can be said all the same. `timer` and `globalstate` are
 * known (stream.md 11.3, 12.5), others may fit a recorded layout; of the rest the subsections can be seen, since they carry their names (12.2). Without footers, too,
 * nothing tells where a state ends but the head of the next section.
 */
#ifndef SIM_STREAM_GUESS_H
#define SIM_STREAM_GUESS_H

#include "sim/stream/description.h"

typedef struct {
    char *name;                   /* owned */
    guint32 instance;
    guint64 size;
} SimGuessedSize;

/* SimGuessedSize, in stream order: the device whose state begins at `at`, and those behind it. A state ends where a section with a
 * sensible name and small numbers could begin, at the RUN of a package, or in front of the last byte, 00. NULL: not even that. */
GArray *sim_device_sizes_guess(const guint8 *data, gsize size, gsize at, const char *idstr, guint32 instance);

/* TRUE: a layout recorded from another stream fits, and its names were used. */
gboolean sim_device_guess(const char *idstr, guint version, int release, const guint8 *bytes, gsize size, SimFieldFunc *func, gpointer data);

#endif
