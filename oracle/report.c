/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Findings and records as text for people.
 */
#include "oracle/finding.h"
#include "oracle/trace_private.h"

#include <string.h>

enum { LAST_EVENTS = 12, WIDTH_MAX = 150 };

static void append_json(GString *out, const json_t *value)
{
    if (value != NULL) {
        ora_json_print(value, out);
    }
}

static void describe(const OraRecord *record, GString *out)
{
    switch (record->kind) {
    case ORA_KIND_HEADER:
        append_json(out, record->data);
        break;
    case ORA_KIND_EVENT:
        g_string_append(out, record->event.name);
        if (record->event.event == ORA_EVENT_MIGRATION) {
            g_string_append_printf(out, " %s", ora_status_name(record->event.status));
        } else if (record->event.number != ORA_ABSENT) {
            g_string_append_printf(out, " %" G_GINT64_FORMAT, record->event.number);
        }
        break;
    case ORA_KIND_STATUS:
        g_string_append_printf(out, "migration %s, VM %s",
                               record->status.migrate != NULL ? ora_status_name(record->status.status) : "?",
                               record->status.query_status != NULL ? ora_run_name(record->status.run) : "?");
        if (record->status.stats != NULL && record->status.stats->remaining != ORA_ABSENT) {
            g_string_append_printf(out, ", transferred %" G_GINT64_FORMAT ", remaining %" G_GINT64_FORMAT,
                                   record->status.stats->transferred, record->status.stats->remaining);
        }
        if (record->status.error_desc != NULL) {
            g_string_append_printf(out, ", error-desc \"%s\"", record->status.error_desc);
        }
        break;
    case ORA_KIND_REQUEST:
    case ORA_KIND_REPLY:
        g_string_append_printf(out, "%s%s ", record->command.execute, record->command.oob ? " (oob)" : "");
        append_json(out, record->command.arguments);
        if (record->kind == ORA_KIND_REPLY) {
            g_string_append(out, " -> ");
            if (record->command.error_desc != NULL) {
                g_string_append_printf(out, "%s \"%s\"",
                                       record->command.error_class != NULL ? record->command.error_class : "error",
                                       record->command.error_desc);
            } else if (record->command.no_reply) {
                g_string_append(out, "no reply");
            } else {
                append_json(out, record->command.ret);
            }
        }
        break;
    case ORA_KIND_EXIT:
        if (record->exit.signal != 0) {
            g_string_append_printf(out, "killed by signal %d", record->exit.signal);
        } else {
            g_string_append_printf(out, "exit status %d", record->exit.code);
        }
        g_string_append(out, record->exit.teardown ? " (end of the run)" : "");
        break;
    case ORA_KIND_STATE:
        if (record->state.machine == ORA_MACHINE_RUN) {
            g_string_append_printf(out, "VM %s -> %s", ora_run_name((OraRun) record->state.from),
                                   ora_run_name((OraRun) record->state.to));
        } else {
            g_string_append_printf(out, "%s %s -> %s",
                                   record->state.machine == ORA_MACHINE_INCOMING ? "incoming" : "migration",
                                   ora_status_name((OraStatus) record->state.from),
                                   ora_status_name((OraStatus) record->state.to));
        }
        break;
    case ORA_KIND_STREAM:
        g_string_append_printf(out, "%s %s @%" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT " %s%s%s", record->stream.channel,
                               record->stream.back ? "<-" : "->", record->stream.offset, record->stream.size,
                               record->stream.record, record->stream.name != NULL ? " " : "",
                               record->stream.name != NULL ? record->stream.name : "");
        break;
    case ORA_KIND_MEMORY:
        g_string_append_printf(out, "memory at %s: %s", record->memory.moment,
                               !record->memory.compared ? record->memory.digest
                               : record->memory.equal   ? "equal"
                                                        : "different");
        break;
    case ORA_KIND_NOTE:
        g_string_append_printf(out, "%s%s%s", record->note.where != NULL ? record->note.where : "",
                               record->note.where != NULL && record->note.text != NULL ? ": " : "",
                               record->note.text != NULL ? record->note.text : "");
        break;
    case ORA_N_KINDS:
        break;
    }
}

void ora_record_render(const OraRecord *record, GString *out)
{
    gint64 us = record->t_ns / 1000;
    gsize start;

    g_string_append_printf(out, "%8" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT " s  %-5s %-8s ", us / 1000000,
                           ABS(us % 1000000), ora_side_name(record->side), ora_kind_name(record->kind));
    start = out->len;
    describe(record, out);
    if (out->len - start > WIDTH_MAX) {
        const char *cut = g_utf8_find_prev_char(out->str + start, out->str + start + WIDTH_MAX);

        g_string_truncate(out, cut != NULL ? (gsize) (cut - out->str) : start + WIDTH_MAX);
        g_string_append(out, " ...");
    }
    for (gsize i = start; i < out->len; i++) {
        if ((guchar) out->str[i] < 0x20) {
            out->str[i] = ' ';
        }
    }
}

/* Where in the scenario the deciding record lies: the last note with a place before it. */
static const char *where(const OraTrace *trace, guint index)
{
    for (guint i = MIN(index + 1, ora_trace_length(trace)); i > 0; i--) {
        const OraRecord *record = ora_trace_get(trace, i - 1);

        if (record->kind == ORA_KIND_NOTE && record->note.where != NULL) {
            return record->note.where;
        }
    }
    return NULL;
}

static gboolean is_evidence(const OraFinding *finding, guint index)
{
    for (guint i = 0; i < finding->n_records; i++) {
        if (finding->records[i] == index) {
            return TRUE;
        }
    }
    return FALSE;
}

static void render_events(const OraFinding *finding, const OraTrace *trace, guint events, GString *out)
{
    guint last = 0, first;

    for (guint i = 0; i < finding->n_records; i++) {
        last = MAX(last, finding->records[i]);
    }
    last = finding->n_records == 0 ? ora_trace_length(trace) - 1 : MIN(last, ora_trace_length(trace) - 1);
    first = last + 1 > events ? last + 1 - events : 0;
    g_string_append(out, "  events up to there (* decides):\n");
    for (guint i = 0; i < ora_trace_length(trace) && i <= last; i++) {
        if (i < first && !is_evidence(finding, i)) {
            continue;
        }
        g_string_append(out, is_evidence(finding, i) ? "   *" : "    ");
        ora_record_render(ora_trace_get(trace, i), out);
        g_string_append_c(out, '\n');
    }
}

void ora_finding_render(const OraFinding *finding, const OraTrace *trace, const OraRender *render, GString *out)
{
    static const char *const colours[] = { [ORA_GRADE_NOTE] = "\033[36m", [ORA_GRADE_KNOWN] = "\033[33m",
                                           [ORA_GRADE_FAIL] = "\033[31m" };
    const char *place = trace != NULL && finding->n_records > 0 ? where(trace, finding->records[0]) : NULL;
    gint64 us = finding->t_ns / 1000;

    g_string_append_printf(out, "%s%s%s %s", render->colour ? colours[finding->grade] : "",
                           finding->grade == ORA_GRADE_FAIL ? "FAIL" : ora_grade_name(finding->grade),
                           render->colour ? "\033[0m" : "", finding->id);
    if (finding->quirk != NULL) {
        g_string_append_printf(out, " (quirk %s)", finding->quirk);
    }
    g_string_append_printf(out, " on %s at %" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT " s", ora_side_name(finding->side),
                           us / 1000000, ABS(us % 1000000));
    if (render->name != NULL) {
        g_string_append_printf(out, " in %s", render->name);
    }
    g_string_append_c(out, '\n');
    if (place != NULL) {
        g_string_append_printf(out, "  where:    %s\n", place);
    }
    g_string_append_printf(out, "  rule:     %s\n", finding->rule);
    if (*finding->expected != '\0') {
        g_string_append_printf(out, "  expected: %s\n", finding->expected);
    }
    g_string_append_printf(out, "  actual:   %s\n", finding->actual);
    if (trace != NULL && ora_trace_length(trace) > 0 && finding->grade != ORA_GRADE_NOTE) {
        render_events(finding, trace, render->events != 0 ? render->events : LAST_EVENTS, out);
    }
    if (render->reproduce != NULL) {
        g_string_append_printf(out, "  again:    %s\n", render->reproduce);
    }
}
