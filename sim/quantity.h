/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Quantities as people write them: "64M", "300ms", "1Gbit/s", "0.01%". Integers only: what a unit cannot hold exactly is
 * refused or, for bandwidth, rounded up to a whole picosecond per byte. A space may stand between number and unit.
 */
#ifndef SIM_QUANTITY_H
#define SIM_QUANTITY_H

#include <glib.h>

/* All: FALSE with what was expected; *ret_… is set on success only. */

/* Bytes: 4096, 64K, 64KiB, 64M, 2G, 1T (powers of 1024, as QEMU reads them), kB, MB, GB (powers of 1000). */
gboolean sim_quantity_size(const char *text, guint64 *ret_bytes, GError **error);
/* ns, us, ms, s, min, h; the unit is needed, but for 0. */
gboolean sim_quantity_time(const char *text, gint64 *ret_ns, GError **error);
/* bit/s, kbit/s, Mbit/s, Gbit/s (powers of 1000), B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s; "unlimited" is 0. */
gboolean sim_quantity_bandwidth(const char *text, guint64 *ret_ps_per_byte, GError **error);
/* 0.01%, 100ppm, 0; at most 100%. */
gboolean sim_quantity_probability(const char *text, guint32 *ret_ppm, GError **error);

#define SIM_QUANTITY_ERROR (sim_quantity_error_quark())
GQuark sim_quantity_error_quark(void);

#endif
