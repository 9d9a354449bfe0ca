/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario/report.h"

#include "sim/text.h"

#include <jansson.h>
#include <string.h>

gboolean sim_format_parse(const char *name, SimFormat *ret_format)
{
    static const char *const names[] = { "human", "tap", "junit", "json" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(name, names[i])) {
            *ret_format = (SimFormat) i;
            return TRUE;
        }
    }
    return FALSE;
}

char *sim_report_reproduce(const SimReport *report, const SimResult *result)
{
    GString *line = g_string_new("miglab run");
    g_autofree char *path = g_shell_quote(result->scenario->path);
    const char *const *option = report->options;

    if (!g_str_equal(result->target, "sim")) {
        g_autofree char *target = g_shell_quote(result->target);
        g_string_append_printf(line, " --target %s", target);
    } else {
        g_string_append_printf(line, " --seed %" G_GUINT64_FORMAT, report->seed);
    }
    for (; option != NULL && *option != NULL; option++) {
        g_autofree char *quoted = g_str_has_prefix(*option, "--") ? g_strdup(*option) : g_shell_quote(*option);
        g_string_append_printf(line, " %s", quoted);
    }
    g_string_append_printf(line, "%s %s", report->strict ? " --strict" : "", path);
    return g_string_free(line, FALSE);
}

/* All findings that matter to somebody who wants to know why. */
static void append_findings(const SimReport *report, const SimResult *result, gboolean colour, gboolean all, GString *out)
{
    g_autofree char *again = sim_report_reproduce(report, result);

    for (guint i = 0; i < result->findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(result->findings, i);
        OraRender render = { .name = result->scenario->path, .reproduce = again, .colour = colour };

        if (all || finding->grade == ORA_GRADE_FAIL || (report->strict && finding->grade == ORA_GRADE_KNOWN)) {
            ora_finding_render(finding, result->trace, &render, out);
            g_string_append_c(out, '\n');
        }
    }
}

static void append_quirks(const SimResult *result, GString *out)
{
    for (guint i = 0, n = 0; i < result->findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(result->findings, i);

        if (finding->grade == ORA_GRADE_KNOWN && finding->quirk != NULL) {
            g_string_append_printf(out, "%s%s", n++ > 0 ? ", " : "", finding->quirk);
        }
    }
}

void sim_report_begin(const SimReport *report, guint count, GString *out)
{
    if (report->format == SIM_FORMAT_TAP) {
        g_string_append_printf(out, "TAP version 13\n1..%u\n", count);
    }
}

void sim_report_result(const SimReport *report, const SimResult *result, guint number, GString *out)
{
    gboolean bad = result->verdict == SIM_VERDICT_FAIL || result->verdict == SIM_VERDICT_ERROR;

    if (report->format == SIM_FORMAT_TAP) {
        g_autoptr(GString) text = g_string_new(NULL);

        g_string_append_printf(out, "%sok %u - %s on %s", bad ? "not " : "", number, result->scenario->slug, result->target);
        if (result->verdict == SIM_VERDICT_SKIP) {
            g_string_append_printf(out, " # SKIP %s", result->reason);
        }
        g_string_append_c(out, '\n');
        append_findings(report, result, FALSE, TRUE, text);
        sim_text_prefixed(out, text->str, "# ");
        if (result->verdict == SIM_VERDICT_ERROR) {
            sim_text_prefixed(out, result->reason, "# ");
        }
    } else if (report->format == SIM_FORMAT_HUMAN) {
        append_findings(report, result, report->colour, FALSE, out);
        if (result->verdict == SIM_VERDICT_ERROR) {
            g_string_append_printf(out, "ERROR %s on %s: %s\n\n", result->scenario->path, result->target, result->reason);
        }
    }
}

/* ---- The table ---- */

static void append_time(GString *out, gint64 ns)
{
    if (ns >= G_GINT64_CONSTANT(1000000000)) {
        g_string_append_printf(out, "%7" G_GINT64_FORMAT ".%02d s ", ns / 1000000000, (int) (ns / 10000000 % 100));
    } else {
        g_string_append_printf(out, "%7" G_GINT64_FORMAT ".%02d ms", ns / 1000000, (int) (ns / 10000 % 100));
    }
}

static gint by_scenario(gconstpointer a, gconstpointer b, gpointer order)
{
    const SimResult *x = *(SimResult *const *) a, *y = *(SimResult *const *) b;
    gint difference = strcmp(x->scenario->slug, y->scenario->slug);

    return difference != 0 ? difference : GPOINTER_TO_INT(g_hash_table_lookup(order, x)) - GPOINTER_TO_INT(g_hash_table_lookup(order, y));
}

/* The targets of a scenario side by side, in the order in which they ran. */
static GPtrArray *sorted(const GPtrArray *results)
{
    GPtrArray *copy = g_ptr_array_new();
    g_autoptr(GHashTable) order = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < results->len; i++) {
        g_ptr_array_add(copy, g_ptr_array_index(results, i));
        g_hash_table_insert(order, g_ptr_array_index(results, i), GINT_TO_POINTER(i));
    }
    g_ptr_array_sort_with_data(copy, by_scenario, order);
    return copy;
}

static void append_table(const SimReport *report, const GPtrArray *unsorted, GString *out)
{
    g_autoptr(GPtrArray) results = sorted(unsorted);
    guint counts[SIM_VERDICT_COUNT] = { 0 };
    gint64 virtual_ns = 0, sim_ns = 0;
    guint sims = 0;
    int width = 8;

    for (guint i = 0; i < results->len; i++) {
        const SimResult *result = g_ptr_array_index(results, i);
        width = MAX(width, (int) strlen(result->scenario->slug));
    }
    g_string_append_printf(out, "%-*s  %-10s %-7s %12s %12s\n", width, "scenario", "target", "verdict", "virtual time", "real time");
    for (guint i = 0; i < results->len; i++) {
        const SimResult *result = g_ptr_array_index(results, i);
        const char *colour = !report->colour ? "" : result->verdict == SIM_VERDICT_PASS ? "\033[32m"
                             : result->verdict == SIM_VERDICT_KNOWN || result->verdict == SIM_VERDICT_SKIP ? "\033[33m" : "\033[31m";

        counts[result->verdict]++;
        g_string_append_printf(out, "%-*s  %-10s %s%-7s%s", width, result->scenario->slug, result->target, colour,
                               sim_verdict_name(result->verdict), report->colour ? "\033[0m" : "");
        if (result->verdict == SIM_VERDICT_SKIP) {
            g_string_append_printf(out, " %s", result->reason);
        } else if (result->verdict != SIM_VERDICT_ERROR) {
            g_string_append(out, "  ");
            append_time(out, result->virtual_ns);
            g_string_append(out, "  ");
            append_time(out, result->real_ns);
            if (result->verdict == SIM_VERDICT_KNOWN) {
                g_string_append(out, "  ");
                append_quirks(result, out);
            }
            if (g_str_equal(result->target, "sim")) {
                virtual_ns += result->virtual_ns;
                sim_ns += result->real_ns;
                sims++;
            }
        }
        g_string_append_c(out, '\n');
    }
    g_string_append_printf(out, "\n%u runs: %u pass, %u known, %u fail, %u skipped, %u errors\n", results->len, counts[SIM_VERDICT_PASS],
                           counts[SIM_VERDICT_KNOWN], counts[SIM_VERDICT_FAIL], counts[SIM_VERDICT_SKIP], counts[SIM_VERDICT_ERROR]);
    if (report->time_scale > 1 && sims < results->len) {
        g_string_append_printf(out, "real targets: under a faked clock, %u times as fast\n", report->time_scale);
    }
    if (sims > 0) {
        g_string_append_printf(out, "sim: %" G_GINT64_FORMAT ".%02d ms of real time per scenario, %" G_GINT64_FORMAT " times faster than virtual time\n",
                               sim_ns / sims / 1000000, (int) (sim_ns / sims / 10000 % 100), sim_ns > 0 ? virtual_ns / sim_ns : 0);
    }
    for (guint i = 0; i < results->len; i++) {
        const SimResult *result = g_ptr_array_index(results, i);

        if (result->verdict == SIM_VERDICT_FAIL || result->verdict == SIM_VERDICT_ERROR) {
            g_autofree char *again = sim_report_reproduce(report, result);
            g_string_append_printf(out, "%s: %s\n", sim_verdict_name(result->verdict), again);
        }
    }
}

static void append_junit(const SimReport *report, const GPtrArray *results, GString *out)
{
    guint failures = 0, errors = 0, skipped = 0;

    for (guint i = 0; i < results->len; i++) {
        const SimResult *result = g_ptr_array_index(results, i);

        failures += result->verdict == SIM_VERDICT_FAIL;
        errors += result->verdict == SIM_VERDICT_ERROR;
        skipped += result->verdict == SIM_VERDICT_SKIP;
    }
    g_string_append_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"miglab run\" tests=\"%u\" failures=\"%u\" "
                           "errors=\"%u\" skipped=\"%u\">\n", results->len, failures, errors, skipped);
    for (guint i = 0; i < results->len; i++) {
        const SimResult *result = g_ptr_array_index(results, i);

        g_string_append(out, "  <testcase classname=\"");
        sim_text_xml(out, result->target);
        g_string_append(out, "\" name=\"");
        sim_text_xml(out, result->scenario->slug);
        g_string_append_printf(out, "\" time=\"%" G_GINT64_FORMAT ".%03d\">", result->real_ns / 1000000000, (int) (result->real_ns / 1000000 % 1000));
        if (result->verdict == SIM_VERDICT_SKIP || result->verdict == SIM_VERDICT_ERROR) {
            g_string_append_printf(out, "<%s message=\"", result->verdict == SIM_VERDICT_SKIP ? "skipped" : "error");
            sim_text_xml(out, result->reason);
            g_string_append(out, "\"/>");
        } else if (result->verdict == SIM_VERDICT_FAIL) {
            g_autoptr(GString) text = g_string_new(NULL);
            const OraFinding *first = g_ptr_array_index(result->findings, 0);

            append_findings(report, result, FALSE, FALSE, text);
            g_string_append(out, "<failure message=\"");
            sim_text_xml(out, first->rule);
            g_string_append(out, "\">");
            sim_text_xml(out, text->str);
            g_string_append(out, "</failure>");
        }
        g_string_append(out, "</testcase>\n");
    }
    g_string_append(out, "</testsuite>\n");
}

static void append_json(const SimReport *report, const GPtrArray *results, GString *out)
{
    json_t *array = json_array();
    char *text;

    for (guint i = 0; i < results->len; i++) {
        const SimResult *result = g_ptr_array_index(results, i);
        g_autofree char *again = sim_report_reproduce(report, result);
        json_t *object = json_object(), *findings = json_array();

        json_object_set_new(object, "scenario", json_string(result->scenario->slug));
        json_object_set_new(object, "file", json_string(result->scenario->path));
        json_object_set_new(object, "title", json_string(result->scenario->title));
        json_object_set_new(object, "target", json_string(result->target));
        json_object_set_new(object, "profile", result->profile != NULL ? json_string(result->profile) : json_null());
        json_object_set_new(object, "verdict", json_string(result->verdict == SIM_VERDICT_FAIL ? "fail" : result->verdict == SIM_VERDICT_ERROR
                                                           ? "error" : sim_verdict_name(result->verdict)));
        if (result->reason != NULL) {
            json_object_set_new(object, "reason", json_string(result->reason));
        }
        if (report->time_scale > 1 && strcmp(result->target, "sim") != 0) {
            json_object_set_new(object, "time_scale", json_integer(report->time_scale));
        }
        json_object_set_new(object, "virtual_ns", json_integer(result->virtual_ns));
        json_object_set_new(object, "real_ns", json_integer(result->real_ns));
        for (guint f = 0; f < result->findings->len; f++) {
            json_array_append_new(findings, ora_finding_to_json(g_ptr_array_index(result->findings, f)));
        }
        json_object_set_new(object, "findings", findings);
        json_object_set_new(object, "reproduce", json_string(again));
        json_array_append_new(array, object);
    }
    text = json_dumps(array, JSON_INDENT(1));
    g_string_append(out, text);
    g_string_append_c(out, '\n');
    free(text);
    json_decref(array);
}

void sim_report_end(const SimReport *report, const GPtrArray *results, GString *out)
{
    switch (report->format) {
    case SIM_FORMAT_HUMAN:
        append_table(report, results, out);
        break;
    case SIM_FORMAT_JUNIT:
        append_junit(report, results, out);
        break;
    case SIM_FORMAT_JSON:
        append_json(report, results, out);
        break;
    case SIM_FORMAT_TAP:
        break;
    }
}
