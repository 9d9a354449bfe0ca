/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void xml_holds_what_xml_may(void **state)
{
    static const struct { const char *text, *want; } cases[] = {
        { "", "" },
        { "a <b> & \"c\" 'd'", "a &lt;b&gt; &amp; &quot;c&quot; 'd'" },
        { "line\n\ttab", "line\n\ttab" },
        { "\x01\x08\x0b\x1b\x1f\r", "      " },
        { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
        { "a\xff\xc3z", "a\xef\xbf\xbd\xef\xbf\xbdz" },
        { "\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd" },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);

        sim_text_xml(out, cases[i].text);
        assert_string_equal(out->str, cases[i].want);
    }
}

static void each_line_gets_its_prefix(void **state)
{
    static const struct { const char *text, *want; } cases[] = {
        { "", "" }, { "a", "# a\n" }, { "a\n", "# a\n" }, { "a\n\nb\n", "# a\n# \n# b\n" },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);

        sim_text_prefixed(out, cases[i].text, "# ");
        assert_string_equal(out->str, cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xml_holds_what_xml_may),
        cmocka_unit_test(each_line_gets_its_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
