/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/tests/common_script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define STATS_7_2(tt, sent, left) \
    "{\"total-time\":" tt ",\"setup-time\":3,\"expected-downtime\":300,\"ram\":{\"total\":67444736,\"postcopy-requests\":0," \
    "\"dirty-sync-count\":1,\"multifd-bytes\":0,\"pages-per-second\":0,\"downtime-bytes\":0,\"page-size\":4096,\"remaining\":" left \
    ",\"postcopy-bytes\":0,\"mbps\":33.5,\"transferred\":" sent ",\"dirty-sync-missed-zero-copy\":0,\"precopy-bytes\":" sent \
    ",\"duplicate\":254,\"dirty-pages-rate\":0,\"skipped\":0,\"normal-bytes\":409600,\"normal\":100}}"
#define DONE_7_2 \
    "{\"total-time\":900,\"setup-time\":3,\"downtime\":20,\"ram\":{\"total\":67444736,\"postcopy-requests\":0," \
    "\"dirty-sync-count\":2,\"multifd-bytes\":0,\"pages-per-second\":0,\"downtime-bytes\":1000,\"page-size\":4096,\"remaining\":0" \
    ",\"postcopy-bytes\":0,\"mbps\":33.5,\"transferred\":9001000,\"dirty-sync-missed-zero-copy\":0,\"precopy-bytes\":9000000" \
    ",\"duplicate\":15500,\"dirty-pages-rate\":0,\"skipped\":0,\"normal-bytes\":4096000,\"normal\":1000}}"
#define STATS_10_0(extra, tt, sent, left) \
    "{\"total-time\":" tt ",\"setup-time\":3,\"expected-downtime\":300," extra "\"ram\":{\"total\":67444736,\"postcopy-requests\":0," \
    "\"dirty-sync-count\":1,\"multifd-bytes\":0,\"pages-per-second\":0,\"downtime-bytes\":0,\"page-size\":4096,\"remaining\":" left \
    ",\"postcopy-bytes\":0,\"mbps\":33.5,\"transferred\":" sent ",\"dirty-sync-missed-zero-copy\":0,\"precopy-bytes\":" sent \
    ",\"duplicate\":254,\"dirty-pages-rate\":0,\"normal-bytes\":409600,\"normal\":100}}"
#define DONE_10_0 \
    "{\"total-time\":900,\"setup-time\":3,\"downtime\":20,\"ram\":{\"total\":67444736,\"postcopy-requests\":0," \
    "\"dirty-sync-count\":2,\"multifd-bytes\":0,\"pages-per-second\":0,\"downtime-bytes\":1000,\"page-size\":4096,\"remaining\":0" \
    ",\"postcopy-bytes\":0,\"mbps\":33.5,\"transferred\":9001000,\"dirty-sync-missed-zero-copy\":0,\"precopy-bytes\":9000000" \
    ",\"duplicate\":15500,\"dirty-pages-rate\":0,\"normal-bytes\":4096000,\"normal\":1000}}"

#define CAPS(more) "{\"capabilities\":[{\"capability\":\"events\",\"state\":true}" more "]}"
#define BEGIN(more) \
    "0 dst S - inmigrate\n" \
    "1 src S - running\n" \
    "10 src R migrate-set-capabilities " CAPS(more) " ok\n" \
    "12 dst R migrate-set-capabilities " CAPS(more) " ok\n" \
    "20 dst M setup\n" \
    "21 dst R migrate-incoming {\"uri\":\"tcp:127.0.0.1:4000\"} ok\n" \
    "100 src M setup\n" \
    "101 src R migrate {\"uri\":\"tcp:127.0.0.1:4001\"} ok\n" \
    "102 link A connected {\"conn\":1}\n" \
    "103 dst M active\n"
#define END \
    "1700 dst S completed running\n" \
    "3000 src X end\n" \
    "3000 dst X end\n"

const char script_precopy_7_2[] = BEGIN("")
    "104 src P 1\n"
    "105 src M active\n"
    "400 src S active running " STATS_7_2("300", "420909", "65994752") "\n"
    "900 src S active running " STATS_7_2("800", "2420909", "65994752") "\n"
    "1000 src STOP\n"
    "1001 src P 2\n"
    "1002 src M completed\n"
    "1003 dst RESUME\n"
    "1004 dst M completed\n"
    "1500 src S completed postmigrate " DONE_7_2 "\n" END;

const char script_precopy_10_0[] = BEGIN("")
    "104 src P 1\n"
    "105 src M active\n"
    "400 src S active running " STATS_10_0("", "300", "420909", "65994752") "\n"
    "1000 src STOP\n"
    "1001 src M device\n"
    "1001 src P 2\n"
    "1002 src M completed\n"
    "1003 dst RESUME\n"
    "1004 dst M completed\n"
    "1500 src S completed postmigrate " DONE_10_0 "\n" END;

const char script_precopy_11_1[] = BEGIN("")
    "105 src M active\n"
    "400 src S active running " STATS_10_0("\"remaining\":65994752,", "300", "420909", "65994752") "\n"
    "999 src P 2\n"
    "1000 src STOP\n"
    "1001 src M device\n"
    "1002 src M completed\n"
    "1003 dst RESUME\n"
    "1004 dst M completed\n"
    "1500 src S completed postmigrate " DONE_10_0 "\n" END;

const char script_postcopy_7_2[] = BEGIN(",{\"capability\":\"postcopy-ram\",\"state\":true}")
    "104 src P 1\n"
    "105 src M active\n"
    "900 src R migrate-start-postcopy null ok\n"
    "1000 src M postcopy-active\n"
    "1001 src STOP\n"
    "1001 src P 2\n"
    "1002 dst M postcopy-active\n"
    "1003 dst RESUME\n"
    "1500 src M completed\n"
    "1501 dst M completed\n" END;

const char script_postcopy_11_1[] = BEGIN(",{\"capability\":\"postcopy-ram\",\"state\":true}")
    "105 src M active\n"
    "900 src R migrate-start-postcopy null ok\n"
    "1000 src STOP\n"
    "1001 src M device\n"
    "1002 src M postcopy-device\n"
    "1002 dst M postcopy-device\n"
    "1003 dst M postcopy-active\n"
    "1003 src M postcopy-active\n"
    "1004 dst RESUME\n"
    "1500 src M completed\n"
    "1501 dst M completed\n" END;

#define CANCEL \
    "104 src P 1\n" \
    "105 src M active\n" \
    "600 src M cancelling\n" \
    "601 src R migrate_cancel null ok\n" \
    "602 src M cancelled\n" \
    "603 dst M failed\n" \
    "630 dst X 1 load of migration failed: Input/output error\n" \
    "1500 src S cancelled running\n" \
    "3000 src X end\n"
const char script_cancel_7_2[] = BEGIN("") CANCEL;
const char script_cancel_10_0[] = BEGIN("") CANCEL;

static void reply_line(GString *out, const char *t, char *rest)
{
    char *command = rest, *arguments, *answer;

    arguments = strchr(command, ' ');
    assert_non_null(arguments);
    *arguments++ = '\0';
    answer = strrchr(arguments, ' ');
    /* The text of an error may have blanks: it begins behind " err ". */
    if (strstr(arguments, " err ") != NULL) {
        answer = strstr(arguments, " err ");
    } else if (strstr(arguments, " = ") != NULL) {
        answer = strstr(arguments, " = ");
    }
    assert_non_null(answer);
    *answer++ = '\0';
    g_string_append_printf(out, "{\"execute\":\"%s\",\"arguments\":%s,\"sent_ms\":%.6f,", command, arguments,
                           g_ascii_strtod(t, NULL) - 1.0);
    if (strcmp(answer, "ok") == 0) {
        g_string_append(out, "\"return\":{}}");
    } else if (strcmp(answer, "none") == 0) {
        g_string_append(out, "\"no_reply\":true}");
    } else if (g_str_has_prefix(answer, "err ")) {
        g_string_append_printf(out, "\"error\":{\"class\":\"%s\",\"desc\":\"%s\"}}",
                               g_str_has_prefix(answer, "err CommandNotFound") ? "CommandNotFound"
                               : g_str_has_prefix(answer, "err KVMMissingCap") ? "KVMMissingCap"
                                                                               : "GenericError",
                               answer + 4);
    } else {
        g_string_append_printf(out, "\"return\":%s}", answer + 2);
    }
}

static void status_line(GString *out, char *rest)
{
    g_auto(GStrv) parts = g_strsplit(rest, " ", 3);
    gboolean none = strcmp(parts[0], "-") == 0;
    const char *more = parts[1] != NULL && parts[2] != NULL ? parts[2] : "{}";

    assert_non_null(parts[1]);
    g_string_append(out, "{\"migrate\":{");
    if (!none) {
        g_string_append_printf(out, "\"status\":\"%s\"", parts[0]);
    }
    if (strcmp(more, "{}") != 0) {
        g_string_append_printf(out, "%s%s", none ? "" : ",", more + 1);
    } else {
        g_string_append_c(out, '}');
    }
    g_string_append_printf(out, ",\"run\":{\"status\":\"%s\",\"running\":%s}}", parts[1],
                           strcmp(parts[1], "running") == 0 || strcmp(parts[1], "colo") == 0 ? "true" : "false");
}

static void script_line(GString *out, const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, " ", 4);
    const char *what, *kind = "event";
    char *rest;
    g_autoptr(GString) data = g_string_new(NULL);

    assert_true(g_strv_length(parts) >= 3);
    what = parts[2];
    rest = parts[3] != NULL ? parts[3] : parts[2] + strlen(parts[2]);
    if (strcmp(what, "M") == 0) {
        g_string_append_printf(data, "{\"event\":\"MIGRATION\",\"data\":{\"status\":\"%s\"}}", rest);
    } else if (strcmp(what, "P") == 0) {
        g_string_append_printf(data, "{\"event\":\"MIGRATION_PASS\",\"data\":{\"pass\":%s}}", rest);
    } else if (strcmp(what, "STOP") == 0 || strcmp(what, "RESUME") == 0) {
        g_string_append_printf(data, "{\"event\":\"%s\"}", what);
    } else if (strcmp(what, "S") == 0) {
        kind = "status";
        status_line(data, rest);
    } else if (strcmp(what, "R") == 0) {
        kind = "reply";
        reply_line(data, parts[0], rest);
    } else if (strcmp(what, "X") == 0) {
        kind = "exit";
        if (strcmp(rest, "end") == 0) {
            g_string_append(data, "{\"code\":null,\"signal\":9,\"stderr\":[],\"teardown\":true}");
        } else if (g_str_has_prefix(rest, "sig ")) {
            g_string_append_printf(data, "{\"code\":null,\"signal\":%s,\"stderr\":[]}", rest + 4);
        } else {
            char *text = strchr(rest, ' ');

            if (text != NULL) {
                *text++ = '\0';
            }
            g_string_append_printf(data, "{\"code\":%s,\"signal\":null,\"stderr\":[\"%s\"]}", rest, text != NULL ? text : "");
        }
    } else if (strcmp(what, "A") == 0) {
        char *json = strchr(rest, '{');

        g_string_append(data, "{\"action\":\"");
        g_string_append_len(data, rest, json != NULL ? json - rest - 1 : (gssize) strlen(rest));
        g_string_append_printf(data, "\"%s%s", json != NULL ? "," : "", json != NULL ? json + 1 : "}");
    } else if (strcmp(what, "H") == 0) {
        g_string_append_printf(data, "{\"harness\":\"signal\",\"signal\":%s}", rest);
    } else {
        kind = what;
        g_string_append(data, rest);
    }
    g_string_append_printf(out, "{\"t_ms\":%s,\"side\":\"%s\",\"kind\":\"%s\",\"data\":%s}\n", parts[0], parts[1], kind,
                           data->str);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    double x = g_ascii_strtod(*(char *const *) a, NULL), y = g_ascii_strtod(*(char *const *) b, NULL);

    return x < y ? -1 : x > y;
}

OraTrace *script_trace(const char *base, const char *drop, const char *add)
{
    g_auto(GStrv) drops = g_strsplit(drop != NULL ? drop : "", "|", -1);
    gboolean leads = add != NULL && strstr(add, " header ") != NULL; /* a header has to be the first record */
    g_auto(GStrv) lines = g_strsplit(base, "\n", -1);
    g_auto(GStrv) more = g_strsplit(add != NULL ? add : "", "\n", -1);
    g_autofree gboolean *used = g_new0(gboolean, g_strv_length(drops) + 1);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    OraTrace *trace;

    for (guint i = 0; leads && more[i] != NULL; i++) {
        if (more[i][0] != '\0') {
            g_ptr_array_add(kept, more[i]);
        }
    }
    for (guint i = 0; lines[i] != NULL; i++) {
        gboolean dropped = FALSE;

        for (guint k = 0; drops[k] != NULL; k++) {
            if (drops[k][0] != '\0' && strstr(lines[i], drops[k]) != NULL) {
                dropped = used[k] = TRUE;
            }
        }
        if (!dropped && lines[i][0] != '\0') {
            g_ptr_array_add(kept, lines[i]);
        }
    }
    for (guint i = 0; !leads && more[i] != NULL; i++) {
        if (more[i][0] != '\0') {
            g_ptr_array_add(kept, more[i]);
        }
    }
    for (guint k = 0; drops[k] != NULL; k++) {
        if (drops[k][0] != '\0' && !used[k]) {
            fail_msg("nothing to drop matches '%s'", drops[k]);
        }
    }
    g_ptr_array_sort(kept, by_time);
    for (guint i = 0; i < kept->len; i++) {
        script_line(text, g_ptr_array_index(kept, i));
    }
    trace = ora_trace_parse("script", text->str, text->len, &error);
    if (trace == NULL) {
        fail_msg("%s\n%s", error->message, text->str);
    }
    return trace;
}
