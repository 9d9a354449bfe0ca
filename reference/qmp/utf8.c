/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/utf8.h"

static gboolean is_valid(int code_point)
{
    return code_point >= 0 && code_point <= 0x10FFFF
        && !(code_point >= 0xD800 && code_point <= 0xDFFF)
        && !(code_point >= 0xFDD0 && code_point <= 0xFDEF)
        && (code_point & 0xFFFE) != 0xFFFE;
}

int mig_utf8_decode(const char *text, const char **ret_end)
{
    /* Smallest code point that needs so many bytes. */
    static const int least[] = { 0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000 };
    const guint8 *at = (const guint8 *) text;
    guint8 lead = *at;
    guint length = 0;
    int code_point;

    if (lead == 0) {
        *ret_end = text;
        return -1;
    }
    *ret_end = text + 1;
    if (lead < 0x80) {
        return lead;
    }
    if (lead >= 0xFE || !(lead & 0x40)) {
        return -1;
    }
    while (lead & (0x80 >> length)) {
        length++;
    }
    code_point = lead & ((0x80 >> length) - 1);
    for (guint i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            *ret_end = text + i;
            return -1;
        }
        code_point = code_point << 6 | (at[i] & 0x3F);
    }
    *ret_end = text + length;
    if (code_point < least[length] && !(code_point == 0 && length == 2)) {
        return -1;
    }
    return is_valid(code_point) ? code_point : -1;
}

gboolean mig_utf8_append(GString *out, int code_point)
{
    if (!is_valid(code_point)) {
        return FALSE;
    }
    if (code_point > 0 && code_point < 0x80) {
        g_string_append_c(out, (char) code_point);
    } else if (code_point < 0x800) {
        g_string_append_c(out, (char) (0xC0 | code_point >> 6));
        g_string_append_c(out, (char) (0x80 | (code_point & 0x3F)));
    } else if (code_point < 0x10000) {
        g_string_append_c(out, (char) (0xE0 | code_point >> 12));
        g_string_append_c(out, (char) (0x80 | (code_point >> 6 & 0x3F)));
        g_string_append_c(out, (char) (0x80 | (code_point & 0x3F)));
    } else {
        g_string_append_c(out, (char) (0xF0 | code_point >> 18));
        g_string_append_c(out, (char) (0x80 | (code_point >> 12 & 0x3F)));
        g_string_append_c(out, (char) (0x80 | (code_point >> 6 & 0x3F)));
        g_string_append_c(out, (char) (0x80 | (code_point & 0x3F)));
    }
    return TRUE;
}
