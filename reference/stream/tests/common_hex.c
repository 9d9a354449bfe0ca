/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/stream/tests/common_hex.h"

GByteArray *common_from_hex(const char *text)
{
    GByteArray *bytes = g_byte_array_new();

    for (const char *c = text; *c;) {
        if (*c == ' ') {
            c++;
        } else if (*c == '*' || *c == '~') {
            guint8 byte = *c == '*' ? 0x5a : 0;
            guint64 count = g_ascii_strtoull(c + 1, (char **) &c, 10);

            g_assert(count < 1u << 24);
            for (; count; count--) {
                g_byte_array_append(bytes, &byte, 1);
            }
        } else {
            guint8 byte = (guint8) (g_ascii_xdigit_value(c[0]) << 4 | g_ascii_xdigit_value(c[1]));

            g_assert(g_ascii_isxdigit(c[0]) && g_ascii_isxdigit(c[1]));
            g_byte_array_append(bytes, &byte, 1);
            c += 2;
        }
    }
    return bytes;
}
