/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Traces to JSON Lines. Our own printer, because the same record has to give the same bytes in every locale and with
 * every version of the JSON library, and numbers are to keep the short form that they came in.
 */
#include "oracle/trace.h"
#include "oracle/trace_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

void ora_json_print_string(const char *text, GString *out)
{
    g_string_append_c(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        guchar c = (guchar) *p;

        if (c == '"' || c == '\\') {
            g_string_append_c(out, '\\');
            g_string_append_c(out, *p);
        } else if (c == '\n') {
            g_string_append(out, "\\n");
        } else if (c == '\t') {
            g_string_append(out, "\\t");
        } else if (c == '\r') {
            g_string_append(out, "\\r");
        } else if (c < 0x20) {
            g_string_append_printf(out, "\\u%04x", c);
        } else {
            g_string_append_c(out, *p);
        }
    }
    g_string_append_c(out, '"');
}

static void print_real(double value, GString *out)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    for (int digits = 15; digits <= 17; digits++) {
        char format[8];

        g_snprintf(format, sizeof(format), "%%.%dg", digits);
        g_ascii_formatd(text, sizeof(text), format, value);
        if (g_ascii_strtod(text, NULL) == value) {
            break;
        }
    }
    g_string_append(out, text);
    if (strpbrk(text, ".eE") == NULL) {
        g_string_append(out, ".0");
    }
}

void ora_json_print(const json_t *value, GString *out)
{
    /* jansson's iterators take no const; they change nothing. */
    json_t *mutable_value = (json_t *) (gsize) value;
    json_t *item;
    const char *key;
    gsize i;
    gboolean first = TRUE;

    switch (value != NULL ? json_typeof(value) : JSON_NULL) {
    case JSON_OBJECT:
        g_string_append_c(out, '{');
        json_object_foreach (mutable_value, key, item) {
            if (!first) {
                g_string_append_c(out, ',');
            }
            first = FALSE;
            ora_json_print_string(key, out);
            g_string_append_c(out, ':');
            ora_json_print(item, out);
        }
        g_string_append_c(out, '}');
        break;
    case JSON_ARRAY:
        g_string_append_c(out, '[');
        json_array_foreach (mutable_value, i, item) {
            if (i > 0) {
                g_string_append_c(out, ',');
            }
            ora_json_print(item, out);
        }
        g_string_append_c(out, ']');
        break;
    case JSON_STRING:
        ora_json_print_string(json_string_value(value), out);
        break;
    case JSON_INTEGER:
        g_string_append_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        print_real(json_real_value(value), out);
        break;
    case JSON_TRUE:
        g_string_append(out, "true");
        break;
    case JSON_FALSE:
        g_string_append(out, "false");
        break;
    case JSON_NULL:
        g_string_append(out, "null");
        break;
    }
}

/* Milliseconds with as many digits as the nanoseconds need, at least one: 12.0, 583.2, 0.000001. */
static void print_ms(gint64 ns, GString *out)
{
    guint64 magnitude = ns < 0 ? (guint64) -(ns + 1) + 1 : (guint64) ns;
    char fraction[8];
    int length = 6;

    g_snprintf(fraction, sizeof(fraction), "%06u", (guint) (magnitude % 1000000));
    while (length > 1 && fraction[length - 1] == '0') {
        fraction[--length] = '\0';
    }
    g_string_append_printf(out, "%s%" G_GUINT64_FORMAT ".%s", ns < 0 ? "-" : "", magnitude / 1000000, fraction);
}

static void print_member(const char *key, const char *text, GString *out)
{
    if (text != NULL) {
        g_string_append_printf(out, "%s\"%s\":", out->str[out->len - 1] == '{' ? "" : ",", key);
        ora_json_print_string(text, out);
    }
}

/* The data of a record that has none as JSON. */
static void print_data(const OraRecord *record, GString *out)
{
    g_string_append_c(out, '{');
    switch (record->kind) {
    case ORA_KIND_EVENT:
        print_member("event", record->event.name, out);
        if (record->event.event == ORA_EVENT_MIGRATION) {
            g_string_append_printf(out, ",\"data\":{\"status\":\"%s\"}", ora_status_name(record->event.status));
        } else if (record->event.event == ORA_EVENT_MIGRATION_PASS) {
            g_string_append_printf(out, ",\"data\":{\"pass\":%" G_GINT64_FORMAT "}", record->event.number);
        }
        break;
    case ORA_KIND_STATE: {
        gboolean is_run = record->state.machine == ORA_MACHINE_RUN;

        print_member("machine", is_run ? "run" : record->state.machine == ORA_MACHINE_INCOMING ? "incoming" : "migration",
                     out);
        print_member("from", is_run ? ora_run_name((OraRun) record->state.from)
                                    : ora_status_name((OraStatus) record->state.from), out);
        print_member("to", is_run ? ora_run_name((OraRun) record->state.to)
                                  : ora_status_name((OraStatus) record->state.to), out);
        break;
    }
    case ORA_KIND_STREAM:
        print_member("channel", record->stream.channel, out);
        print_member("dir", record->stream.back ? "ds" : "sd", out);
        g_string_append_printf(out, ",\"offset\":%" G_GUINT64_FORMAT ",\"size\":%" G_GUINT64_FORMAT,
                               record->stream.offset, record->stream.size);
        print_member("record", record->stream.record, out);
        print_member("name", record->stream.name, out);
        if (record->stream.section != ORA_ABSENT) {
            g_string_append_printf(out, ",\"section\":%" G_GINT64_FORMAT, record->stream.section);
        }
        if (record->stream.value != ORA_ABSENT) {
            g_string_append_printf(out, ",\"value\":%" G_GINT64_FORMAT, record->stream.value);
        }
        break;
    case ORA_KIND_MEMORY:
        print_member("moment", record->memory.moment, out);
        print_member("digest", record->memory.digest, out);
        if (record->memory.compared) {
            g_string_append_printf(out, ",\"equal\":%s,\"pages\":%" G_GUINT64_FORMAT ",\"different\":%" G_GUINT64_FORMAT,
                                   record->memory.equal ? "true" : "false", record->memory.pages,
                                   record->memory.different);
            if (record->memory.block != NULL) {
                g_string_append(out, ",\"first\":{");
                print_member("block", record->memory.block, out);
                g_string_append_printf(out, ",\"page\":%" G_GUINT64_FORMAT "}", record->memory.first_page);
            }
        }
        break;
    case ORA_KIND_NOTE:
        print_member("where", record->note.where, out);
        print_member("text", record->note.text, out);
        break;
    case ORA_KIND_HEADER:
    case ORA_KIND_STATUS:
    case ORA_KIND_REQUEST:
    case ORA_KIND_REPLY:
    case ORA_KIND_EXIT:
    case ORA_N_KINDS:
        break;
    }
    g_string_append_c(out, '}');
}

void ora_trace_print_record(const OraTrace *trace, guint index, GString *out)
{
    const OraRecord *record = ora_trace_get(trace, index);

    g_string_append(out, "{\"t_ms\":");
    print_ms(record->t_ns, out);
    g_string_append_printf(out, ",\"side\":\"%s\",\"kind\":\"%s\",\"data\":", ora_side_name(record->side),
                           ora_kind_name(record->kind));
    if (record->data != NULL) {
        ora_json_print(record->data, out);
    } else {
        print_data(record, out);
    }
    g_string_append_c(out, '}');
}

void ora_trace_print(const OraTrace *trace, GString *out)
{
    for (guint i = 0; i < ora_trace_length(trace); i++) {
        ora_trace_print_record(trace, i, out);
        g_string_append_c(out, '\n');
    }
}

gboolean ora_trace_write(const OraTrace *trace, const char *path, GError **error)
{
    g_autofree char *temporary = g_strconcat(path, ".XXXXXX", NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0666);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    gboolean ok = file != NULL;
    int saved;

    if (fd >= 0 && file == NULL) {
        (void) close(fd); /* fdopen's error is the one to tell */
    }
    for (guint i = 0; ok && i < ora_trace_length(trace); i++) {
        g_string_truncate(text, 0);
        ora_trace_print_record(trace, i, text);
        g_string_append_c(text, '\n');
        ok = fwrite(text->str, 1, text->len, file) == text->len;
    }
    saved = errno;
    if (file != NULL && fclose(file) != 0 && ok) {
        ok = FALSE;
        saved = errno;
    }
    if (ok && g_rename(temporary, path) != 0) {
        ok = FALSE;
        saved = errno;
    }
    if (!ok) {
        if (fd >= 0) {
            (void) g_unlink(temporary); /* may be gone already */
        }
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_IO, "%s: cannot be written: %s", path, g_strerror(saved));
    }
    return ok;
}
