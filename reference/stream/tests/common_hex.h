/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bytes of a stream as text: hex digits, blanks, *N for N bytes of 0x5a, ~N for N bytes of 0.
 */
#ifndef MIG_STREAM_TESTS_COMMON_HEX_H
#define MIG_STREAM_TESTS_COMMON_HEX_H

#include <glib.h>

GByteArray *common_from_hex(const char *text);

#endif
