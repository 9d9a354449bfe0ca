/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/text.h"

void sim_text_xml(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        switch (c) {
        case '<':
            g_string_append(out, "&lt;");
            break;
        case '>':
            g_string_append(out, "&gt;");
            break;
        case '&':
            g_string_append(out, "&amp;");
            break;
        case '"':
            g_string_append(out, "&quot;");
            break;
        default:
            if (c < 0x20 && c != '\n' && c != '\t') {
                g_string_append_c(out, ' ');
            } else {
                g_string_append_unichar(out, c == 0xfffe || c == 0xffff ? 0xfffd : c);
            }
        }
    }
}

void sim_text_prefixed(GString *out, const char *text, const char *prefix)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] != '\0' || lines[i + 1] != NULL) {
            g_string_append_printf(out, "%s%s\n", prefix, lines[i]);
        }
    }
}
