/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The return path. Layout of the input: stream.h.
 */
#include "fuzz/stream.h"

static void fuzz_one(const guint8 *data, gsize size)
{
    fuzz_stream(MIG_CHANNEL_RETURN_PATH, ORA_CHANNEL_RP, FALSE, data, size);
}
