/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Guest memory of two sides, saved to files (pmemsave), compared page by page.
 */
#ifndef SIM_PROCESS_MEMORY_H
#define SIM_PROCESS_MEMORY_H

#include "sim/world.h"

/* The files must have `size` bytes both. FALSE: they cannot be read, or are shorter. */
gboolean sim_memory_compare_files(const char *source, const char *destination, guint64 size, SimMemory *ret_memory, GError **error);

#endif
