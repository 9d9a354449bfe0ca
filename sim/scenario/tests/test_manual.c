/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * scenarios/README.md against the loader: every unit that it shows is read, every key that the loader knows is in it.
 */
#include "sim/scenario/scenario.h"
#include "sim/scenario/units.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char *manual_text(void)
{
    char *text = NULL;

    assert_true(g_file_get_contents(MIGLAB_SOURCE_DIR "/scenarios/README.md", &text, NULL, NULL));
    return text;
}

static const char *read_quantity(const char *quantity, const char *text)
{
    guint64 number;
    gint64 ns;
    guint32 ppm;

    return strcmp(quantity, "size") == 0 ? sim_parse_size(text, &number)
         : strcmp(quantity, "duration") == 0 ? sim_parse_duration(text, &ns)
         : strcmp(quantity, "bandwidth") == 0 ? sim_parse_bandwidth(text, &number)
         : strcmp(quantity, "rate of writes") == 0 ? sim_parse_write_rate(text, &number)
         : strcmp(quantity, "share of packets") == 0 ? sim_parse_ratio(text, &ppm)
         : strcmp(quantity, "share of memory") == 0 ? sim_parse_share(text, 64 << 20, &number) : "a quantity that is known";
}

/* Every text in the table of units in scenarios/README.md; a unit alone stands for eight of them. */
static void units_of_the_manual_are_read(void **state)
{
    g_autofree char *manual = manual_text();
    g_auto(GStrv) lines = NULL;
    guint quantities = 0, texts = 0, wrong = 0;
    gboolean within = FALSE;

    (void) state;
    lines = g_strsplit(manual, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], "|", -1);
        g_auto(GStrv) pieces = NULL;

        within = g_str_has_prefix(lines[i], "## ") ? strcmp(lines[i], "## Units") == 0 : within;
        if (!within || g_strv_length(cells) != 4 || strchr(cells[2], '`') == NULL) {
            continue;
        }
        quantities++;
        pieces = g_strsplit(cells[2], "`", -1);
        for (guint k = 1; pieces[k] != NULL; k += 2) {
            gboolean unit = !g_ascii_isdigit(pieces[k][0]) && strcmp(pieces[k], "unlimited") != 0;
            g_autofree char *text = g_strdup_printf("%s%s", unit ? "8 " : "", pieces[k]);
            const char *expected = read_quantity(g_strstrip(cells[1]), text);

            texts++;
            if (expected != NULL) {
                print_message("case: %s '%s', expected %s\n", cells[1], text, expected);
                wrong++;
            }
        }
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(quantities, 6);
    assert_true(texts > 30);
}

/* A mapping of each kind, with a key that nobody knows: the answer lists the keys that are known there. */
static const char strange[] =
    "strange: 1\n"
    "title: t\n"
    "skip: { strange: 1 }\n"
    "guest: { strange: 1, workload: { strange: 1 } }\n"
    "source: { strange: 1 }\n"
    "link: { strange: 1 }\n"
    "steps:\n"
    "  - strange: 1\n"
    "  - wait: { strange: 1 }\n"
    "  - wait: { source: { strange: 1 } }\n"
    "  - link: { strange: 1 }\n"
    "  - fault: { strange: 1 }\n"
    "  - { source: stop, expect: { strange: 1 } }\n"
    "expect: { strange: 1, events: { strange: 1, source: { strange: 1 } }, status: { strange: 1 } }\n";

static void keys_of_the_loader_are_in_the_manual(void **state)
{
    g_autofree char *manual = manual_text(), *path = NULL;
    g_autoptr(GString) problems = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;
    guint mappings = 0, missing = 0;
    int fd = g_file_open_tmp("miglab-manual-XXXXXX.yaml", &path, NULL);

    (void) state;
    assert_true(fd >= 0);
    close(fd);
    assert_true(g_file_set_contents(path, strange, -1, NULL));
    assert_null(sim_scenario_load(path, problems));
    g_unlink(path);
    lines = g_strsplit(problems->str, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        static const char marker[] = "expected one of: ";
        const char *list = strstr(lines[i], "unknown key 'strange' in ") ? strstr(lines[i], marker) : NULL;
        g_auto(GStrv) keys = g_strsplit(list ? list + strlen(marker) : "", ", ", -1);

        mappings += list != NULL;
        for (guint k = 0; keys[k] != NULL; k++) {
            /* `key`, `key: …`, `outer: key` or "key:" in an example. */
            g_autofree char *escaped = g_regex_escape_string(keys[k], -1), *pattern = g_strdup_printf("(`|`[a-z-]+: |[{,] ?)%s(`|:)", escaped);

            if (!g_regex_match_simple(pattern, manual, 0, 0)) {
                print_message("case: '%s' is not in scenarios/README.md (%s)\n", keys[k], lines[i]);
                missing++;
            }
        }
    }
    assert_int_equal(missing, 0);
    if (mappings != 16) {
        print_message("%s", problems->str);
    }
    assert_int_equal(mappings, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_of_the_manual_are_read),
        cmocka_unit_test(keys_of_the_loader_are_in_the_manual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
