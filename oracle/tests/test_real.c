/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Recorded runs of released QEMU: they are read, printed back byte for byte, and judged without a false alarm. Where a
 * release is known to break a rule, exactly that is found.
 */
#include "oracle/judge.h"
#include "oracle/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define DATA MIGLAB_SOURCE_DIR "/oracle/tests/data/"

/* What has to be found, as known; anything else known in these is a mistake as well. Files not named: nothing. */
static const struct { const char *file, *rule, *quirk; } known[] = {
#include "oracle/tests/data/known.inc"
};

static OraJudge judge_of(const char *file)
{
    g_autofree char *name = g_strndup(file, strlen(file) - strlen(".jsonl"));
    char *to = strstr(name, "-to-");
    OraJudge judge = { 0 };

    judge.destination = ora_release_parse(to != NULL ? to + strlen("-to-") : strrchr(name, '-') + 1);
    if (to != NULL) {
        *to = '\0';
    }
    judge.source = ora_release_parse(strrchr(name, '-') + 1);
    assert_true(judge.source != 0 && judge.destination != 0);
    return judge;
}

static gboolean is_expected(const char *file, const OraFinding *finding)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(known[i].file, file) == 0 && strcmp(known[i].rule, finding->id) == 0 &&
            g_strcmp0(known[i].quirk, finding->quirk) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean is_found(gsize i, const GPtrArray *findings)
{
    for (guint k = 0; k < findings->len; k++) {
        const OraFinding *finding = g_ptr_array_index(findings, k);

        if (strcmp(known[i].rule, finding->id) == 0 && g_strcmp0(known[i].quirk, finding->quirk) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Calls *look* for each recorded run. */
static guint each_file(void (*look)(const char *file, const char *path))
{
    g_autoptr(GError) error = NULL;
    GDir *dir = g_dir_open(DATA, 0, &error);
    const char *file;
    guint n = 0;

    assert_non_null(dir);
    while ((file = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(file, ".jsonl")) {
            g_autofree char *path = g_strconcat(DATA, file, NULL);

            look(file, path);
            n++;
        }
    }
    g_dir_close(dir);
    return n;
}

static void look_print(const char *file, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OraTrace) trace = ora_trace_read(path, &error);
    g_autoptr(GString) printed = g_string_new(NULL);
    g_autofree char *text = NULL;

    assert_non_null(trace);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    ora_trace_print(trace, printed);
    /* Numbers beyond 63 bits come back as reals: equal in value only. */
    if (strstr(text, "9223372036854775808") == NULL && strstr(text, "18446744073709551615") == NULL && strcmp(text, printed->str) != 0) {
        fail_msg("%s does not print as it was read", file);
    }
}

static void look_judge(const char *file, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OraTrace) trace = ora_trace_read(path, &error);
    OraJudge judge = judge_of(file);
    g_autoptr(GPtrArray) findings = NULL;

    assert_non_null(trace);
    findings = ora_judge(trace, &judge);
    for (guint i = 0; i < findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(findings, i);

        if (finding->grade == ORA_GRADE_FAIL || (finding->grade == ORA_GRADE_KNOWN && !is_expected(file, finding))) {
            g_autoptr(GString) text = g_string_new(NULL);
            OraRender render = { .name = file };

            ora_finding_render(finding, trace, &render, text);
            fail_msg("false alarm:\n%s", text->str);
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(known[i].file, file) == 0 && !is_found(i, findings)) {
            fail_msg("%s: %s (%s) is not found", file, known[i].rule, known[i].quirk);
        }
    }
}

static void recorded_runs_print_as_they_were_read(void **state)
{
    (void) state;
    assert_true(each_file(look_print) >= 60);
}

static void recorded_runs_give_no_false_alarm(void **state)
{
    (void) state;
    assert_true(each_file(look_judge) >= 60);
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autofree char *path = g_strconcat(DATA, known[i].file, NULL);

        assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
        assert_non_null(ora_rule_find(known[i].rule));
        assert_non_null(ora_quirk_find(known[i].quirk));
    }
}

/* Who does not say which releases ran, or says it of the source only, gets no false alarm either. */
static void look_unsaid(const char *file, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OraTrace) trace = ora_trace_read(path, &error);
    const OraJudge judges[] = { { 0 }, { .source = judge_of(file).source } };

    assert_non_null(trace);
    for (gsize j = 0; j < G_N_ELEMENTS(judges); j++) {
        g_autoptr(GPtrArray) findings = ora_judge(trace, &judges[j]);

        for (guint i = 0; i < findings->len; i++) {
            const OraFinding *finding = g_ptr_array_index(findings, i);

            if (finding->grade == ORA_GRADE_FAIL) {
                fail_msg("%s, %s: %s: %s", file, j == 0 ? "no release said" : "source said", finding->id, finding->actual);
            }
        }
    }
}

static void releases_need_not_be_said(void **state)
{
    (void) state;
    each_file(look_unsaid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_runs_print_as_they_were_read),
        cmocka_unit_test(recorded_runs_give_no_false_alarm),
        cmocka_unit_test(releases_need_not_be_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
