/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Quantities as people write them in scenarios. Integers only; what does not come out whole is rounded down. Every
 * function returns NULL when it understood, or a static sentence that says what was expected.
 */
#ifndef SIM_SCENARIO_UNITS_H
#define SIM_SCENARIO_UNITS_H

#include <glib.h>

/* "64M", "64 MiB", "4096", "100 kB", "20 pages". k K M G T and KiB … are powers of 1024 (as QEMU's -m), kB MB GB TB of 1000. */
const char *sim_parse_size(const char *text, guint64 *ret_bytes);
/* "300ms", "200 us", "5s", "2min", "50 ns". */
const char *sim_parse_duration(const char *text, gint64 *ret_ns);
/* "1Gbit/s", "100 Mbit/s", "10MB/s", "32MiB/s", "unlimited" -> picoseconds per byte, 0 without limit. */
const char *sim_parse_bandwidth(const char *text, guint64 *ret_ps_per_byte);
/* "20000 pages/s", "80MiB/s" -> pages per second. */
const char *sim_parse_write_rate(const char *text, guint64 *ret_pages_per_second);
/* A seed, also a whole number on a command line: 0 to 2^64-1, digits only. */
const char *sim_parse_seed(const char *text, guint64 *ret_seed);
/* "0.01%", "5 ppm", "0" -> parts per million. */
const char *sim_parse_ratio(const char *text, guint32 *ret_ppm);
/* "10% of ram" of ram_bytes, or a size. */
const char *sim_parse_share(const char *text, guint64 ram_bytes, guint64 *ret_bytes);

#endif
