/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/finding.h"
#include "oracle/judge.h"
#include "oracle/tests/common_script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("'%s' is not in:\n%s", part, text);
    }
}

/* Where, the rule, expected, actual, the last events with time, how to see it again. */
static void a_block_says_it_all(void **state)
{
    g_autoptr(OraTrace) trace = script_trace(script_precopy_7_2, NULL,
                                             "100 run note {\"where\":\"x.yaml:12: steps[3]\",\"text\":\"migrate\"}\n"
                                             "1600 dst memory {\"moment\":\"end\",\"equal\":false,\"pages\":9,\"different\":3}\n");
    OraJudge judge = { .source = 702 };
    g_autoptr(GPtrArray) findings = ora_judge(trace, &judge);
    OraRender render = { .name = "a scenario", .reproduce = "miglab run --seed 7 x.yaml", .events = 4 };
    g_autoptr(GString) text = g_string_new(NULL);

    (void) state;
    assert_int_equal(findings->len, 1);
    ora_finding_render(g_ptr_array_index(findings, 0), trace, &render, text);
    assert_has(text->str, "FAIL memory.equal on dst at 1.600000 s in a scenario\n");
    assert_has(text->str, "  where:    x.yaml:12: steps[3]\n");
    assert_has(text->str, "  rule:     When the destination may run");
    assert_has(text->str, "  expected: 9 equal pages\n");
    assert_has(text->str, "  actual:   3 pages differ at end");
    assert_has(text->str, "   *       1.600000 s  dst   memory   memory at end: different\n");
    assert_has(text->str, "           1.004000 s  dst   event    MIGRATION completed\n");
    assert_has(text->str, "  again:    miglab run --seed 7 x.yaml\n");
    assert_null(strstr(text->str, "\033"));
    assert_null(strstr(text->str, "inmigrate")); /* only the last four */
}

static void colour_only_where_asked_for(void **state)
{
    g_autoptr(OraFinding) finding = ora_finding_new("a.rule", ORA_GRADE_KNOWN, "some-quirk", "It holds.", ORA_SRC, 5000000);
    OraRender render = { .colour = TRUE };
    g_autoptr(GString) text = g_string_new(NULL);
    json_t *json;

    (void) state;
    ora_finding_actual(finding, "%s", "it does not");
    ora_finding_render(finding, NULL, &render, text);
    assert_has(text->str, "\033[33mknown\033[0m a.rule (quirk some-quirk) on src at 0.005000 s\n");
    json = ora_finding_to_json(finding);
    assert_string_equal(json_string_value(json_object_get(json, "grade")), "known");
    assert_string_equal(json_string_value(json_object_get(json, "quirk")), "some-quirk");
    assert_int_equal(json_integer_value(json_object_get(json, "t_ns")), 5000000);
    json_decref(json);
}

static void grades_count_as_they_should(void **state)
{
    g_autoptr(GPtrArray) findings = ora_findings_new();

    (void) state;
    g_ptr_array_add(findings, ora_finding_new("b", ORA_GRADE_KNOWN, "q", "x", ORA_SRC, 2));
    g_ptr_array_add(findings, ora_finding_new("a", ORA_GRADE_NOTE, NULL, "x", ORA_SRC, 2));
    assert_int_equal(ora_findings_bad(findings, FALSE), 0);
    assert_int_equal(ora_findings_bad(findings, TRUE), 1);
    g_ptr_array_add(findings, ora_finding_new("c", ORA_GRADE_FAIL, NULL, "x", ORA_DST, 1));
    assert_int_equal(ora_findings_bad(findings, FALSE), 1);
    ora_findings_sort(findings);
    assert_string_equal(((OraFinding *) g_ptr_array_index(findings, 0))->id, "c");
    assert_string_equal(((OraFinding *) g_ptr_array_index(findings, 1))->id, "a");
}

/* A trace may be made to keep the judge busy: it stays within limits and says so. */
static void a_trace_beyond_the_limits_is_judged_in_part(void **state)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    OraJudge judge = { .source = 702 };
    g_autoptr(GPtrArray) findings = NULL;
    guint notes = 0;

    (void) state;
    for (guint i = 0; i < 6000; i++) {
        ora_trace_append_migration(trace, i * 1000000, ORA_SRC, i % 2 ? ORA_STATUS_SETUP : ORA_STATUS_COMPLETED);
        ora_trace_append_event(trace, i * 1000000, ORA_SIDE(ORA_ROLE_DST, 1 + i), "STOP", NULL);
    }
    findings = ora_judge(trace, &judge);
    assert_true(findings->len > 0 && findings->len <= 501);
    for (guint i = 0; i < findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(findings, i);

        notes += finding->grade == ORA_GRADE_NOTE && strcmp(finding->id, "trace.size") == 0;
    }
    assert_int_equal(notes, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_says_it_all),
        cmocka_unit_test(colour_only_where_asked_for),
        cmocka_unit_test(grades_count_as_they_should),
        cmocka_unit_test(a_trace_beyond_the_limits_is_judged_in_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
