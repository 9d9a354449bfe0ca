/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One multifd channel. Layout of the input: stream.h.
 */
#include "fuzz/stream.h"

static void fuzz_one(const guint8 *data, gsize size)
{
    fuzz_stream(MIG_CHANNEL_MULTIFD, ORA_CHANNEL_MULTIFD, FALSE, data, size);
}
