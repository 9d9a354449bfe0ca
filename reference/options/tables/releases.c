/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The releases, oldest first, each with the version that query-version shows: the newest stable release of the series
 * whose behaviour is known. 11.0 is known from a tree of February 2026 that calls itself 10.2.50. Snapshots are points of a
 * development cycle that somebody asked for by date; they stand before the release that they became.
 */
#include "reference/options/tables/tables.h"

const MigReleaseRow mig_table_releases[] = {
    { "qemu-2.4-rc", R(2, 4), "2.3.91", 20150724 },
    { "qemu-2.4", R(2, 4), "2.4.0" },
    { "qemu-2.5-dev", R(2, 5), "2.4.50", 20151105 },
    { "qemu-2.5", R(2, 5), "2.5.0" },
    { "qemu-2.6", R(2, 6), "2.6.0" },
    { "qemu-2.7", R(2, 7), "2.7.0" },
    { "qemu-2.8", R(2, 8), "2.8.0" },
    { "qemu-2.9", R(2, 9), "2.9.0" },
    { "qemu-2.10", R(2, 10), "2.10.0" },
    { "qemu-2.11", R(2, 11), "2.11.0" },
    { "qemu-2.12", R(2, 12), "2.12.0" },
    { "qemu-3.0", R(3, 0), "3.0.0" },
    { "qemu-3.1", R(3, 1), "3.1.0" },
    { "qemu-4.0", R(4, 0), "4.0.0" },
    { "qemu-4.1", R(4, 1), "4.1.0" },
    { "qemu-4.2", R(4, 2), "4.2.0" },
    { "qemu-5.0", R(5, 0), "5.0.0" },
    { "qemu-5.1", R(5, 1), "5.1.0" },
    { "qemu-5.2", R(5, 2), "5.2.0", .no_zstd = TRUE },
    { "qemu-6.0", R(6, 0), "6.0.0" },
    { "qemu-6.1", R(6, 1), "6.1.0" },
    { "qemu-6.2", R(6, 2), "6.2.0" },
    { "qemu-7.0", R(7, 0), "7.0.0" },
    { "qemu-7.1", R(7, 1), "7.1.0" },
    { "qemu-7.2", R(7, 2), "7.2.22" },
    { "qemu-8.0", R(8, 0), "8.0.0" },
    { "qemu-8.1-dev-20230505", R(8, 1), "8.0.50", 20230505 },
    { "qemu-8.1-dev-20230630", R(8, 1), "8.0.50", 20230630 },
    { "qemu-8.1", R(8, 1), "8.1.0" },
    { "qemu-8.2", R(8, 2), "8.2.0" },
    { "qemu-9.0", R(9, 0), "9.0.0" },
    { "qemu-9.1", R(9, 1), "9.1.0" },
    { "qemu-9.2", R(9, 2), "9.2.0" },
    { "qemu-10.0", R(10, 0), "10.0.13" },
    { "qemu-10.1", R(10, 1), "10.1.0" },
    { "qemu-10.2", R(10, 2), "10.2.0" },
    { "qemu-11.0", R(11, 0), "10.2.50" },
    { "qemu-11.1", R(11, 1), "11.1.3" },
};
const gsize mig_table_releases_count = G_N_ELEMENTS(mig_table_releases);
