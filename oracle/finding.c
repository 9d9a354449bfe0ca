/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/finding.h"

#include <stdarg.h>
#include <string.h>

const char *ora_grade_name(OraGrade grade)
{
    switch (grade) {
    case ORA_GRADE_NOTE:
        return "note";
    case ORA_GRADE_KNOWN:
        return "known";
    case ORA_GRADE_FAIL:
        return "fail";
    }
    return "?";
}

OraFinding *ora_finding_new(const char *id, OraGrade grade, const char *quirk, const char *rule, OraSide side, gint64 t_ns)
{
    OraFinding *finding = g_new0(OraFinding, 1);

    finding->id = g_intern_string(id);
    finding->grade = grade;
    finding->quirk = g_intern_string(quirk);
    finding->rule = g_strdup(rule);
    finding->expected = g_strdup("");
    finding->actual = g_strdup("");
    finding->side = side;
    finding->t_ns = t_ns;
    return finding;
}

void ora_finding_expected(OraFinding *finding, const char *format, ...)
{
    va_list arguments;

    g_free(finding->expected);
    va_start(arguments, format);
    finding->expected = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

void ora_finding_actual(OraFinding *finding, const char *format, ...)
{
    va_list arguments;

    g_free(finding->actual);
    va_start(arguments, format);
    finding->actual = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

void ora_finding_record(OraFinding *finding, guint index)
{
    if (finding->n_records < G_N_ELEMENTS(finding->records)) {
        finding->records[finding->n_records++] = index;
    }
}

void ora_finding_free(OraFinding *finding)
{
    if (finding == NULL) {
        return;
    }
    g_free(finding->rule);
    g_free(finding->expected);
    g_free(finding->actual);
    g_free(finding);
}

GPtrArray *ora_findings_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify) ora_finding_free);
}

guint ora_findings_bad(const GPtrArray *findings, gboolean strict)
{
    guint bad = 0;

    for (guint i = 0; i < findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(findings, i);

        bad += finding->grade == ORA_GRADE_FAIL || (strict && finding->grade == ORA_GRADE_KNOWN);
    }
    return bad;
}

static int compare(const void *a, const void *b)
{
    const OraFinding *x = *(OraFinding *const *) a, *y = *(OraFinding *const *) b;
    int order;

    if (x->t_ns != y->t_ns) {
        return x->t_ns < y->t_ns ? -1 : 1;
    }
    if (x->side != y->side) {
        return x->side < y->side ? -1 : 1;
    }
    order = strcmp(x->id, y->id);
    return order != 0 ? order : strcmp(x->actual, y->actual);
}

void ora_findings_sort(GPtrArray *findings)
{
    if (findings->len > 1) {
        qsort(findings->pdata, findings->len, sizeof(gpointer), compare);
    }
}

json_t *ora_finding_to_json(const OraFinding *finding)
{
    json_t *json = json_object();
    json_t *records = json_array();

    json_object_set_new(json, "id", json_string(finding->id));
    json_object_set_new(json, "grade", json_string(ora_grade_name(finding->grade)));
    if (finding->quirk != NULL) {
        json_object_set_new(json, "quirk", json_string(finding->quirk));
    }
    json_object_set_new(json, "rule", json_string(finding->rule));
    json_object_set_new(json, "expected", json_string(finding->expected));
    json_object_set_new(json, "actual", json_string(finding->actual));
    json_object_set_new(json, "side", json_string(ora_side_name(finding->side)));
    json_object_set_new(json, "t_ns", json_integer(finding->t_ns));
    for (guint i = 0; i < finding->n_records; i++) {
        json_array_append_new(records, json_integer(finding->records[i]));
    }
    json_object_set_new(json, "records", records);
    return json;
}
