/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab judge: judges trace files, from wherever they come.
 */
#include "sim/command.h"
#include "sim/text.h"

#include "oracle/finding.h"
#include "oracle/judge.h"
#include "reference/options/profile.h"

#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef enum { FORMAT_HUMAN, FORMAT_TAP, FORMAT_JUNIT, FORMAT_JSON } Format;

static const char *const formats[] = { "human", "tap", "junit", "json" };

typedef struct {
    Format format;
    gboolean strict;
    gboolean colour;
    const char *profile; /* as given; NULL */
    OraJudge judge;
    guint n_files, n_bad, n_known, n_findings, n_unreadable;
    json_t *json;        /* array of files */
    GString *junit;
} Run;

/* "SOURCE[,DESTINATION]" */
static gboolean parse_profile(const char *text, OraJudge *judge, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", 3);
    guint n = g_strv_length(parts);

    if (n < 1 || n > 2) {
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_SCHEMA, "--profile takes SOURCE or SOURCE,DESTINATION, not '%s'",
                    text);
        return FALSE;
    }
    for (guint i = 0; i < n; i++) {
        g_autoptr(MigProfile) profile = mig_profile_find(parts[i], error);

        if (profile == NULL) {
            return FALSE;
        }
        *(i == 0 ? &judge->source : &judge->destination) = mig_profile_release(profile);
    }
    return TRUE;
}

/* File names need not be UTF-8; JSON is. */
static json_t *json_text(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    return json_string(valid);
}

/* What did not work out at all: the file is no trace. */
static void report_unreadable(Run *run, const char *path, const char *message)
{
    run->n_unreadable++;
    switch (run->format) {
    case FORMAT_HUMAN:
        break; /* stderr has it */
    case FORMAT_TAP:
        printf("not ok %u - %s\n# %s\n", run->n_files, path, message);
        break;
    case FORMAT_JUNIT:
        g_string_append(run->junit, "  <testcase classname=\"judge\" name=\"");
        sim_text_xml(run->junit, path);
        g_string_append(run->junit, "\"><error message=\"");
        sim_text_xml(run->junit, message);
        g_string_append(run->junit, "\"/></testcase>\n");
        break;
    case FORMAT_JSON: {
        json_t *file = json_object();

        json_object_set_new(file, "file", json_text(path));
        json_object_set_new(file, "verdict", json_string("error"));
        json_object_set_new(file, "error", json_text(message));
        json_array_append_new(run->json, file);
        break;
    }
    }
    fprintf(stderr, "miglab judge: %s\n", message);
}

static void report(Run *run, const char *path, const OraTrace *trace, const GPtrArray *findings)
{
    g_autofree char *again = NULL, *quoted = g_shell_quote(path);
    g_autoptr(GString) text = g_string_new(NULL), lines = g_string_new(NULL);
    guint bad = ora_findings_bad(findings, run->strict), known = 0;

    again = g_strdup_printf("miglab judge %s%s%s%s", run->profile != NULL ? "--profile " : "",
                            run->profile != NULL ? run->profile : "", run->profile != NULL ? " " : "", quoted);
    for (guint i = 0; i < findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(findings, i);
        OraRender render = { .name = path, .reproduce = again, .colour = run->colour };

        known += finding->grade == ORA_GRADE_KNOWN;
        ora_finding_render(finding, trace, &render, text);
        g_string_append_c(text, '\n');
    }
    run->n_bad += bad > 0;
    run->n_known += known;
    run->n_findings += findings->len;
    switch (run->format) {
    case FORMAT_HUMAN:
        fputs(text->str, stdout);
        printf("%s %s: %u records, %u findings%s\n", bad > 0 ? "BAD  " : "clean", path, ora_trace_length(trace),
               findings->len, findings->len > 0 && bad == 0 ? " (all known or notes)" : "");
        break;
    case FORMAT_TAP:
        printf("%sok %u - %s\n", bad > 0 ? "not " : "", run->n_files, path);
        sim_text_prefixed(lines, text->str, "# ");
        fputs(lines->str, stdout);
        break;
    case FORMAT_JUNIT:
        g_string_append(run->junit, "  <testcase classname=\"judge\" name=\"");
        sim_text_xml(run->junit, path);
        g_string_append(run->junit, "\">");
        if (findings->len > 0) {
            g_string_append(run->junit, bad > 0 ? "<failure message=\"" : "<system-out>");
            if (bad > 0) {
                g_string_append_printf(run->junit, "%u findings\">", bad);
            }
            sim_text_xml(run->junit, text->str);
            g_string_append(run->junit, bad > 0 ? "</failure>" : "</system-out>");
        }
        g_string_append(run->junit, "</testcase>\n");
        break;
    case FORMAT_JSON: {
        json_t *file = json_object(), *list = json_array();

        json_object_set_new(file, "file", json_text(path));
        json_object_set_new(file, "verdict", json_string(bad > 0 ? "fail" : "pass"));
        json_object_set_new(file, "records", json_integer(ora_trace_length(trace)));
        for (guint i = 0; i < findings->len; i++) {
            json_array_append_new(list, ora_finding_to_json(g_ptr_array_index(findings, i)));
        }
        json_object_set_new(file, "findings", list);
        json_object_set_new(file, "reproduce", json_text(again));
        json_array_append_new(run->json, file);
        break;
    }
    }
}

static void judge_file(Run *run, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OraTrace) trace = ora_trace_read(path, &error);
    g_autoptr(GPtrArray) findings = NULL;

    run->n_files++;
    if (trace == NULL) {
        report_unreadable(run, path, error->message);
        return;
    }
    if (run->judge.source == 0 && ora_trace_header(trace)->source == 0 && ora_trace_header(trace)->destination == 0) {
        fprintf(stderr, "miglab judge: %s: no header says which releases ran, and no --profile: found is what all "
                        "releases find that these may be\n", path);
    }
    findings = ora_judge(trace, &run->judge);
    report(run, path, trace, findings);
}

static void finish(Run *run)
{
    switch (run->format) {
    case FORMAT_HUMAN:
        printf("%u traces judged, %u bad, %u unreadable; %u findings, %u of them known%s\n", run->n_files, run->n_bad,
               run->n_unreadable, run->n_findings, run->n_known, run->strict ? " (--strict: they count)" : "");
        break;
    case FORMAT_TAP:
        printf("1..%u\n", run->n_files);
        break;
    case FORMAT_JUNIT:
        printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"judge\" tests=\"%u\" failures=\"%u\" "
               "errors=\"%u\">\n%s</testsuite>\n", run->n_files, run->n_bad, run->n_unreadable, run->junit->str);
        break;
    case FORMAT_JSON: {
        json_t *root = json_object();
        char *text;

        json_object_set_new(root, "files", json_incref(run->json));
        json_object_set_new(root, "bad", json_integer(run->n_bad));
        json_object_set_new(root, "unreadable", json_integer(run->n_unreadable));
        text = json_dumps(root, JSON_INDENT(2));
        printf("%s\n", text);
        free(text);
        json_decref(root);
        break;
    }
    }
}

int sim_cmd_judge(int argc, char **argv)
{
    g_autofree char *profile = NULL, *format = NULL;
    g_auto(GStrv) files = NULL;
    gboolean strict = FALSE;
    const GOptionEntry entries[] = {
        { "profile", 0, 0, G_OPTION_ARG_STRING, &profile, "Releases that ran; a header in the trace makes it unnecessary",
          "SOURCE[,DESTINATION]" },
        { "strict", 0, 0, G_OPTION_ARG_NONE, &strict, "Known quirks of a release count as findings", NULL },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, "human (default), tap, junit or json", "FORMAT" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, "TRACE.jsonl..." },
        { 0 },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- judges traces of migrations");
    g_autoptr(GError) error = NULL;
    Run run = { .colour = isatty(STDOUT_FILENO) };

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context, "Exit status: 0 nothing found, 1 findings, 2 a file is no trace, or wrong usage.");
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "miglab judge: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    while (format != NULL && run.format < G_N_ELEMENTS(formats) && strcmp(formats[run.format], format) != 0) {
        run.format++;
    }
    if (run.format >= G_N_ELEMENTS(formats)) {
        fprintf(stderr, "miglab judge: --format takes human, tap, junit or json, not '%s'\n", format);
        return SIM_EXIT_USAGE;
    }
    if (files == NULL) {
        fprintf(stderr, "miglab judge: which trace? Name at least one file\n");
        return SIM_EXIT_USAGE;
    }
    if (profile != NULL && !parse_profile(profile, &run.judge, &error)) {
        fprintf(stderr, "miglab judge: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    run.strict = strict;
    run.profile = profile;
    run.json = json_array();
    run.junit = g_string_new(NULL);
    for (guint i = 0; files[i] != NULL; i++) {
        judge_file(&run, files[i]);
    }
    finish(&run);
    json_decref(run.json);
    g_string_free(run.junit, TRUE);
    if (run.n_unreadable > 0) {
        return SIM_EXIT_USAGE;
    }
    return run.n_bad > 0 ? SIM_EXIT_FINDINGS : SIM_EXIT_CLEAN;
}
