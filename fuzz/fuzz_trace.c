/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The text of a trace into the judge: reader, rules, findings. Wrong, besides crashes: a refusal without "file:line:column: ";
 * a trace that is another one when it was written and read again; findings that differ the second time, or that cannot be
 * printed.
 *
 * Input: the file. Its header says which releases ran.
 */
#include "fuzz/afl.h"

#include "oracle/finding.h"
#include "oracle/judge.h"

#define NAME "fuzz.jsonl"

static GString *findings_of(const OraTrace *trace, guint *ret_count)
{
    OraJudge judge = { 0 };
    OraRender render = { .name = NAME, .reproduce = "again" };
    GPtrArray *findings = ora_judge(trace, &judge);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(findings, i);
        json_t *json = ora_finding_to_json(finding);

        ora_finding_render(finding, trace, &render, text);
        if (json == NULL || !g_utf8_validate(text->str, (gssize) text->len, NULL)) {
            fuzz_wrong("the finding %s cannot be printed", finding->id);
        }
        json_decref(json);
    }
    *ret_count = findings->len;
    g_ptr_array_unref(findings);
    return text;
}

static void fuzz_one(const guint8 *data, gsize size)
{
    GError *error = NULL;
    OraTrace *trace = ora_trace_parse(NAME, (const char *) data, size, &error), *copy;
    GString *first, *second, *findings, *again;
    guint count, count_again;

    if (trace == NULL) {
        unsigned line, column;
        int end = 0;

        if (error == NULL || error->domain != ORA_TRACE_ERROR || sscanf(error->message, NAME ":%u:%u: %n", &line, &column, &end) != 2 ||
            end == 0 || line < 1 || column < 1) {
            fuzz_wrong("a refusal without a position: '%s'", error != NULL ? error->message : "no error");
        }
        g_error_free(error);
        return;
    }
    first = g_string_new(NULL);
    second = g_string_new(NULL);
    ora_trace_print(trace, first);
    copy = ora_trace_parse(NAME, first->str, first->len, &error);
    if (copy == NULL) {
        fuzz_wrong("a trace that was written is not read: %s\n%s", error->message, first->str);
    }
    ora_trace_print(copy, second);
    if (!g_string_equal(first, second)) {
        fuzz_wrong("a trace is another one when read again:\n%s\n%s", first->str, second->str);
    }
    findings = findings_of(trace, &count);
    again = findings_of(trace, &count_again);
    if (count != count_again || !g_string_equal(findings, again)) {
        fuzz_wrong("two judgements of one trace: %u and %u findings", count, count_again);
    }
    if (fuzz_planted() && count > 0) {
        fuzz_wrong("planted: a finding; the seeds have none");
    }
    ora_trace_free(trace);
    ora_trace_free(copy);
    g_string_free(first, TRUE);
    g_string_free(second, TRUE);
    g_string_free(findings, TRUE);
    g_string_free(again, TRUE);
}
