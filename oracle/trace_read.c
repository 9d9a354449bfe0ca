/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Traces from JSON Lines. Whatever the file holds: a whole trace, or one error with its position.
 */
#include "oracle/trace.h"
#include "oracle/trace_private.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

G_DEFINE_QUARK(ora-trace-error-quark, ora_trace_error)

/* JSON of QEMU has unsigned 64-bit numbers, jansson has not: what does not fit is made a real by a ".0" behind it. */
static char *numbers_that_fit(const char *line, gsize length, gsize *ret_length)
{
    GString *out = g_string_sized_new(length + 16);
    gboolean in_string = FALSE;

    for (gsize i = 0; i < length; i++) {
        gsize start = i;

        g_string_append_c(out, line[i]);
        if (in_string) {
            if (line[i] == '\\' && i + 1 < length) {
                g_string_append_c(out, line[++i]);
            } else if (line[i] == '"') {
                in_string = FALSE;
            }
            continue;
        }
        if (line[i] == '"') {
            in_string = TRUE;
        }
        if (!g_ascii_isdigit(line[i])) {
            continue;
        }
        while (i + 1 < length && g_ascii_isdigit(line[i + 1])) {
            g_string_append_c(out, line[++i]);
        }
        /* 19 digits may fit (9223372036854775807); then the real is only less exact. */
        if (i - start + 1 >= 19 && (start == 0 || line[start - 1] != '.') &&
            (i + 1 == length || strchr(".eE", line[i + 1]) == NULL)) {
            g_string_append(out, ".0");
        }
    }
    *ret_length = out->len;
    return g_string_free(out, FALSE);
}

static json_t *load(const char *line, gsize length, json_error_t *ret_error)
{
    json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES, ret_error);

    if (root == NULL && json_error_code(ret_error) == json_error_numeric_overflow) {
        gsize fitted_length;
        g_autofree char *fitted = numbers_that_fit(line, length, &fitted_length);

        root = json_loadb(fitted, fitted_length, JSON_REJECT_DUPLICATES, ret_error);
    }
    return root;
}

/* Column of member *key*, 1 when it is not there. */
static guint column_of(const char *line, gsize length, const char *key)
{
    g_autofree char *quoted = key != NULL ? g_strdup_printf("\"%s\"", key) : NULL;
    const char *at = key != NULL ? g_strstr_len(line, (gssize) length, quoted) : NULL;

    return at != NULL ? (guint) (at - line) + 1 : 1;
}

static gboolean refuse(GError **error, const char *name, guint number, const char *line, gsize length, const char *key,
                       const char *text)
{
    g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_SCHEMA, "%s:%u:%u: %s", name, number,
                column_of(line, length, key), text);
    return FALSE;
}

/* One line, which is not blank, into *trace*. */
static gboolean parse_line(OraTrace *trace, const char *name, guint number, const char *line, gsize length,
                           GError **error)
{
    json_error_t json_error;
    json_t *root, *data;
    const json_t *t_ms;
    const char *key = NULL, *text = NULL;
    OraRecord record = { 0 };
    double ms;

    if (length > ORA_TRACE_LINE_BYTES_MAX) {
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_LIMIT, "%s:%u:1: the line has more than %d bytes", name,
                    number, ORA_TRACE_LINE_BYTES_MAX);
        return FALSE;
    }
    if (memchr(line, '\0', length) != NULL) {
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_SYNTAX, "%s:%u:%u: not JSON: a byte 0", name, number,
                    (guint) ((const char *) memchr(line, '\0', length) - line) + 1);
        return FALSE;
    }
    root = load(line, length, &json_error);
    if (root == NULL) {
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_SYNTAX, "%s:%u:%d: not JSON: %s", name, number,
                    MAX(json_error.column, 1), json_error.text);
        return FALSE;
    }
    if (!json_is_object(root)) {
        json_decref(root);
        return refuse(error, name, number, line, length, NULL, "a record has to be an object");
    }
    t_ms = json_object_get(root, "t_ms");
    data = json_object_get(root, "data");
    record.side = ora_side_parse(json_string_value(json_object_get(root, "side")));
    record.kind = ora_kind_parse(json_string_value(json_object_get(root, "kind")));
    record.line = number;
    ms = json_number_value(t_ms);
    if (!json_is_number(t_ms) || !(fabs(ms) < 1e12)) {
        key = "t_ms", text = "a record needs a number \"t_ms\", milliseconds since the start of the run";
    } else if (record.side == 0) {
        key = "side", text = "a record needs a \"side\": src, dst, link or run, with or without a number";
    } else if (record.kind == ORA_N_KINDS) {
        key = "kind", text = "a record needs a \"kind\": header, event, status, request, reply, exit, state, stream, "
                             "memory or note";
    } else if (!json_is_object(data)) {
        key = "data", text = "a record needs an object \"data\"";
    } else if (trace->records->len > 0 &&
               (gint64) llround(ms * 1e6) < g_array_index(trace->records, OraRecord, trace->records->len - 1).t_ns) {
        key = "t_ms", text = "the time goes backwards: the lines of a trace are sorted by \"t_ms\"";
    } else if (record.kind == ORA_KIND_HEADER && trace->records->len > 0) {
        key = "kind", text = "a header has to be the first record, and the only one of its kind";
    } else {
        record.t_ns = (gint64) llround(ms * 1e6);
        record.data = json_incref(data);
        g_array_append_val(trace->records, record); /* the trace owns data from here on */
        if (ora_record_from_data(trace, &g_array_index(trace->records, OraRecord, trace->records->len - 1), &key,
                                 &text)) {
            text = NULL;
        }
    }
    json_decref(root);
    return text == NULL || refuse(error, name, number, line, length, key, text);
}

OraTrace *ora_trace_parse(const char *name, const char *text, gsize length, GError **error)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    const char *end = text + length;
    guint number = 0;

    while (text < end) {
        const char *newline = memchr(text, '\n', (gsize) (end - text));
        const char *stop = newline != NULL ? newline : end;
        gsize line_length = (gsize) (stop - text);

        number++;
        if (strspn(text, " \t\r") < line_length) {
            if (trace->records->len >= ORA_TRACE_RECORDS_MAX) {
                g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_LIMIT, "%s:%u:1: more than %d records", name, number,
                            ORA_TRACE_RECORDS_MAX);
                return NULL;
            }
            if (!parse_line(trace, name, number, text, line_length, error)) {
                return NULL;
            }
        }
        text = newline != NULL ? newline + 1 : end;
    }
    if (trace->records->len == 0) {
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_SCHEMA, "%s:1:1: the trace holds no record", name);
        return NULL;
    }
    return g_steal_pointer(&trace);
}

/* Follows the lines of a file that is being read: FALSE, with the number of the line, when one is too long to go on. */
static gboolean lines_fit(const char *chunk, gsize length, guint *number, gsize *line_length)
{
    for (const char *end = chunk + length; chunk < end;) {
        const char *newline = memchr(chunk, '\n', (gsize) (end - chunk));

        *line_length += (gsize) ((newline != NULL ? newline : end) - chunk);
        if (*line_length > ORA_TRACE_LINE_BYTES_MAX) {
            return FALSE;
        }
        if (newline == NULL) {
            break;
        }
        *line_length = 0;
        (*number)++;
        chunk = newline + 1;
    }
    return TRUE;
}

OraTrace *ora_trace_read(const char *path, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    FILE *file = fopen(path, "re");
    char chunk[65536];
    gsize got, line_length = 0;
    guint number = 1;
    gboolean failed, fits = TRUE;
    int saved;

    if (file == NULL) {
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_IO, "%s: cannot be opened: %s", path, g_strerror(errno));
        return NULL;
    }
    while (fits && (got = fread(chunk, 1, sizeof(chunk), file)) > 0 && text->len <= ORA_TRACE_FILE_BYTES_MAX) {
        g_string_append_len(text, chunk, (gssize) got);
        fits = lines_fit(chunk, got, &number, &line_length);
    }
    saved = errno;
    failed = ferror(file) != 0;
    (void) fclose(file); /* was only read */
    if (failed) {
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_IO, "%s: cannot be read: %s", path, g_strerror(saved));
        return NULL;
    }
    if (!fits) {
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_LIMIT, "%s:%u:1: the line has more than %d bytes", path, number,
                    ORA_TRACE_LINE_BYTES_MAX);
        return NULL;
    }
    if (text->len > ORA_TRACE_FILE_BYTES_MAX) {
        g_set_error(error, ORA_TRACE_ERROR, ORA_TRACE_ERROR_LIMIT, "%s:%u:1: the file has more than %d bytes", path, number,
                    ORA_TRACE_FILE_BYTES_MAX);
        return NULL;
    }
    return ora_trace_parse(path, text->str, text->len, error);
}
