/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The text of a scenario file into the loader. Wrong, besides crashes: a refusal without "file:line:column: ", or at a line
 * that the file does not have; a scenario together with problems; another answer the second time. Nothing is run.
 *
 * Input: the file.
 */
#include "fuzz/afl.h"

#include "sim/scenario/scenario.h"

#define NAME "fuzz.yaml"

/* Every line of `problems` is "fuzz.yaml:line:column: text". */
static void check_problems(const GString *problems, guint lines)
{
    char **list = g_strsplit(problems->str, "\n" NAME ":", -1);

    if (!g_str_has_prefix(problems->str, NAME ":") || !g_str_has_suffix(problems->str, "\n")) {
        fuzz_wrong("a refusal without a position: '%s'", problems->str);
    }
    for (guint i = 0; list[i]; i++) {
        unsigned line, column;
        int end = 0;

        if (sscanf(list[i] + (i == 0 ? strlen(NAME ":") : 0), "%u:%u: %n", &line, &column, &end) != 2 || end == 0 || line < 1 || column < 1 ||
            line > lines) {
            fuzz_wrong("a refusal at no place of the file, which has %u lines: '%s'", lines, list[i]);
        }
    }
    g_strfreev(list);
}

static SimScenario *load(const guint8 *data, gsize size, GString *problems)
{
    return sim_scenario_parse(NAME, (const char *) data, size, problems);
}

static void fuzz_one(const guint8 *data, gsize size)
{
    GString *problems = g_string_new(NULL), *again = g_string_new(NULL);
    SimScenario *scenario = load(data, size, problems), *second = load(data, size, again);
    guint lines = 2;                           /* an end of the text may be said to be on a line of its own */

    for (gsize i = 0; i < size; i++) {
        /* YAML's line breaks: a lone CR is one, and so were NEL, LS and PS in 1.1 (their last bytes count here). */
        lines += data[i] == '\n' || data[i] == '\r' || data[i] == 0x85 || data[i] == 0xa8 || data[i] == 0xa9;
    }
    if ((scenario != NULL) != (second != NULL) || !g_string_equal(problems, again)) {
        fuzz_wrong("two answers: '%s' and '%s'", problems->str, again->str);
    }
    if (scenario == NULL) {
        check_problems(problems, lines);
    } else {
        if (problems->len > 0) {
            fuzz_wrong("a scenario, and problems: %s", problems->str);
        }
        for (guint i = 0; i < scenario->steps->len; i++) {
            char *text = sim_step_to_string(g_ptr_array_index(scenario->steps, i));

            if (text == NULL || text[0] == '\0') {
                fuzz_wrong("step %u has no text", i);
            }
            g_free(text);
        }
        if (fuzz_planted() && (scenario->machine.ram_bytes & (scenario->machine.ram_bytes - 1)) != 0) {
            fuzz_wrong("planted: a guest whose memory is no power of two; the seeds have none");
        }
    }
    sim_scenario_free(scenario);
    sim_scenario_free(second);
    g_string_free(problems, TRUE);
    g_string_free(again, TRUE);
}
