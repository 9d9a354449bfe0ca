/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The main channel of a migration, file: without and with mapped-ram included. Layout of the input: stream.h.
 */
#include "fuzz/stream.h"

static void fuzz_one(const guint8 *data, gsize size)
{
    fuzz_stream(MIG_CHANNEL_MAIN, ORA_CHANNEL_MAIN, FALSE, data, size);
}
