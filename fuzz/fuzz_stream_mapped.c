/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A mapped-ram file: zeros stand between head and tail, so that the fuzzer need not carry a MiB of them. Layout of the input: stream.h.
 */
#include "fuzz/stream.h"

static void fuzz_one(const guint8 *data, gsize size)
{
    fuzz_stream(MIG_CHANNEL_MAIN, ORA_CHANNEL_MAIN, TRUE, data, size);
}
