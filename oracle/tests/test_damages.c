/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Recorded runs, damaged by rule: statuses exchanged or left out, counters that go down, two VMs that run, words of a process
 * that has ended, and so on. Each rule has a floor: so many of its damages are found. What is beyond a floor is legal as it
 * stands (a destination may fail without having been active), or hidden in a known quirk.
 */
#include "oracle/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define DATA MIGLAB_SOURCE_DIR "/oracle/tests/data/"

enum { PLACES_MAX = 3 }; /* of each rule in each file */

static const char *text_of(const json_t *record, const char *key)
{
    const char *text = json_string_value(json_object_get(record, key));

    return text != NULL ? text : "";
}

static json_t *data_of(const json_t *record)
{
    return json_object_get(record, "data");
}

static gboolean is_event(const json_t *record, const char *event)
{
    return strcmp(text_of(record, "kind"), "event") == 0 && strcmp(text_of(data_of(record), "event"), event) == 0;
}

/* The status that an event MIGRATION tells; "" of any other record. */
static const char *status_of(const json_t *record)
{
    return is_event(record, "MIGRATION") ? text_of(json_object_get(data_of(record), "data"), "status") : "";
}

static void set_status(json_t *record, const char *status)
{
    json_object_set_new(json_object_get(data_of(record), "data"), "status", json_string(status));
}

static gboolean is_end(const char *status)
{
    return strcmp(status, "completed") == 0 || strcmp(status, "cancelled") == 0 || strcmp(status, "failed") == 0;
}

static json_t *ram_of(const json_t *record)
{
    return strcmp(text_of(record, "kind"), "status") == 0 ? json_object_get(json_object_get(data_of(record), "migrate"), "ram") : NULL;
}

static gboolean same_side(const json_t *a, const json_t *b)
{
    return strcmp(text_of(a, "side"), text_of(b, "side")) == 0;
}

static gboolean is_reply(const json_t *record, const char *execute)
{
    return strcmp(text_of(record, "kind"), "reply") == 0 &&
           (execute == NULL || strcmp(text_of(data_of(record), "execute"), execute) == 0);
}

/* The record after number *i* of the same side that *test* is true of; the length of the run when there is none. */
static gsize next_of(const json_t *run, gsize i, gboolean (*test)(const json_t *))
{
    const json_t *record = json_array_get(run, i);

    for (i++; i < json_array_size(run); i++) {
        if (same_side(record, json_array_get(run, i)) && test(json_array_get(run, i))) {
            break;
        }
    }
    return i;
}

static gboolean tells_status(const json_t *record)
{
    return status_of(record)[0] != '\0';
}

static gboolean has_ram(const json_t *record)
{
    return ram_of(record) != NULL;
}

/* Each takes a copy of the run and the number of a record: TRUE, with the copy damaged, when there is something to do; else
 * the copy is as it was. */

static gboolean exchange(json_t *run, gsize i)
{
    json_t *record = json_array_get(run, i), *other;
    gsize n = next_of(run, i, tells_status);
    g_autofree char *status = g_strdup(status_of(record));

    other = json_array_get(run, n);
    if (!tells_status(record) || other == NULL || strcmp(status, status_of(other)) == 0) {
        return FALSE;
    }
    set_status(record, status_of(other));
    set_status(other, status);
    return TRUE;
}

static gboolean leave_out(json_t *run, gsize i)
{
    return tells_status(json_array_get(run, i)) && next_of(run, i, tells_status) < json_array_size(run) &&
           json_array_remove(run, i) == 0;
}

static gboolean double_it(json_t *run, gsize i)
{
    json_t *copy = json_deep_copy(json_array_get(run, i));

    return json_array_insert_new(run, i + 1, copy) == 0;
}

static gboolean double_end(json_t *run, gsize i)
{
    return is_end(status_of(json_array_get(run, i))) && double_it(run, i);
}

static gboolean double_run(json_t *run, gsize i)
{
    return (is_event(json_array_get(run, i), "STOP") || is_event(json_array_get(run, i), "RESUME")) && double_it(run, i);
}

static gboolean no_status(json_t *run, gsize i)
{
    if (!tells_status(json_array_get(run, i))) {
        return FALSE;
    }
    set_status(json_array_get(run, i), "finished");
    return TRUE;
}

static gboolean cancelled_completes(json_t *run, gsize i)
{
    if (strcmp(status_of(json_array_get(run, i)), "cancelled") != 0) {
        return FALSE;
    }
    set_status(json_array_get(run, i), "completed");
    return TRUE;
}

static gboolean set_ram(json_t *run, gsize i, const char *key, json_int_t value)
{
    json_t *ram = ram_of(json_array_get(run, i));

    return ram != NULL && json_object_get(ram, key) != NULL && json_object_set_new(ram, key, json_integer(value)) == 0;
}

static gboolean negative(json_t *run, gsize i)
{
    return set_ram(run, i, "transferred", -5);
}

static gboolean too_much_left(json_t *run, gsize i)
{
    const json_t *ram = ram_of(json_array_get(run, i));
    json_int_t total = json_integer_value(json_object_get(ram, "total"));

    return total > 0 && set_ram(run, i, "remaining", total + 4096);
}

static gboolean bytes_off(json_t *run, gsize i)
{
    const json_t *ram = ram_of(json_array_get(run, i));

    return set_ram(run, i, "normal-bytes", json_integer_value(json_object_get(ram, "normal-bytes")) + 4096);
}

static gboolean goes_down(json_t *run, gsize i)
{
    const json_t *record = json_array_get(run, i), *later;
    gsize n = next_of(run, i, has_ram);
    json_int_t sent = json_integer_value(json_object_get(ram_of(record), "transferred"));

    later = json_array_get(run, n);
    return ram_of(record) != NULL && later != NULL && sent > 1000000 &&
           json_number_value(json_object_get(later, "t_ms")) - json_number_value(json_object_get(record, "t_ms")) > 200.0 &&
           json_integer_value(json_object_get(json_object_get(data_of(later), "migrate"), "total-time")) >
               json_integer_value(json_object_get(json_object_get(data_of(record), "migrate"), "total-time")) &&
           set_ram(run, n, "transferred", sent / 2);
}

static gboolean no_downtime(json_t *run, gsize i)
{
    json_t *migrate = json_object_get(data_of(json_array_get(run, i)), "migrate");

    return ram_of(json_array_get(run, i)) != NULL && strcmp(text_of(migrate, "status"), "completed") == 0 &&
           json_object_del(migrate, "downtime") == 0;
}

static gboolean throttles(json_t *run, gsize i)
{
    json_t *migrate = json_object_get(data_of(json_array_get(run, i)), "migrate");

    return ram_of(json_array_get(run, i)) != NULL && strcmp(text_of(migrate, "status"), "active") == 0 &&
           json_object_get(migrate, "cpu-throttle-percentage") == NULL &&
           json_object_set_new(migrate, "cpu-throttle-percentage", json_integer(40)) == 0;
}

static gboolean runs_behind_end(json_t *run, gsize i)
{
    json_t *data = data_of(json_array_get(run, i));

    return ram_of(json_array_get(run, i)) != NULL &&
           strcmp(text_of(json_object_get(data, "migrate"), "status"), "completed") == 0 &&
           strcmp(text_of(json_object_get(data, "run"), "status"), "postmigrate") == 0 &&
           json_object_set_new(json_object_get(data, "run"), "status", json_string("running")) == 0 &&
           json_object_set_new(json_object_get(data, "run"), "running", json_true()) == 0;
}

static gboolean no_stop(json_t *run, gsize i)
{
    return is_event(json_array_get(run, i), "STOP") && json_array_remove(run, i) == 0;
}

static gboolean speaks_after_end(json_t *run, gsize i)
{
    const json_t *record = json_array_get(run, i);

    if (strcmp(text_of(record, "kind"), "exit") != 0) {
        return FALSE;
    }
    return json_array_append_new(run, json_pack("{s:f, s:s, s:s, s:{s:s}}", "t_ms",
                                                json_number_value(json_object_get(
                                                    json_array_get(run, json_array_size(run) - 1), "t_ms")) + 50.0,
                                                "side", text_of(record, "side"), "kind", "event", "data", "event", "STOP")) == 0;
}

static gboolean succeeds(json_t *run, gsize i)
{
    json_t *data = data_of(json_array_get(run, i));

    return is_reply(json_array_get(run, i), "migrate") &&
           g_str_has_prefix(text_of(json_object_get(data, "error"), "desc"), "There's a migration process in progress") &&
           json_object_del(data, "error") == 0 && json_object_set_new(data, "return", json_object()) == 0;
}

static gboolean unanswered(json_t *run, gsize i)
{
    json_t *data = data_of(json_array_get(run, i));

    return is_reply(json_array_get(run, i), NULL) && json_object_get(data, "return") != NULL &&
           strcmp(text_of(data, "execute"), "quit") != 0 && json_object_del(data, "return") == 0 &&
           json_object_set_new(data, "no_reply", json_true()) == 0;
}

static gboolean wrong_class(json_t *run, gsize i)
{
    json_t *error = json_object_get(data_of(json_array_get(run, i)), "error");

    return is_reply(json_array_get(run, i), NULL) && error != NULL &&
           json_object_set_new(error, "class", json_string("DeviceNotActive")) == 0;
}

static gboolean no_migrate(json_t *run, gsize i)
{
    return is_reply(json_array_get(run, i), "migrate") && json_object_get(data_of(json_array_get(run, i)), "return") != NULL &&
           json_array_remove(run, i) == 0;
}

static gboolean pass_jumps(json_t *run, gsize i)
{
    json_t *data = json_object_get(data_of(json_array_get(run, i)), "data");

    return is_event(json_array_get(run, i), "MIGRATION_PASS") &&
           json_object_set_new(data, "pass", json_integer(json_integer_value(json_object_get(data, "pass")) + 3)) == 0;
}

static gboolean set_exit(json_t *run, gsize i, json_t *code, json_t *signal, gboolean teardown)
{
    json_t *data = data_of(json_array_get(run, i));
    gboolean fits = strcmp(text_of(json_array_get(run, i), "kind"), "exit") == 0 &&
                    (teardown ? json_is_true(json_object_get(data, "teardown"))
                              : json_integer_value(json_object_get(data, "code")) == 1);

    if (fits) {
        json_object_set(data, "code", code);
        json_object_set(data, "signal", signal);
        json_object_del(data, "teardown");
    }
    json_decref(code);
    json_decref(signal);
    return fits;
}

static gboolean fails_well(json_t *run, gsize i)
{
    return set_exit(run, i, json_integer(0), json_null(), FALSE);
}

static gboolean crashes(json_t *run, gsize i)
{
    return set_exit(run, i, json_null(), json_integer(11), TRUE);
}

static const struct {
    const char *what;
    gboolean (*apply)(json_t *run, gsize i);
    guint floor;
} damages[] = {
    { "two statuses exchanged", exchange, 167 },
    { "a status left out", leave_out, 163 },
    { "an end told twice", double_end, 102 },
    { "STOP or RESUME twice", double_run, 95 },
    { "a status of no release", no_status, 173 },
    { "completed instead of cancelled", cancelled_completes, 12 },
    { "negative transferred", negative, 142 },
    { "remaining above total", too_much_left, 142 },
    { "normal-bytes off by a page", bytes_off, 142 },
    { "transferred goes down", goes_down, 42 },
    { "completed without downtime", no_downtime, 40 },
    { "throttled without auto-converge", throttles, 85 },
    { "the source runs behind completed", runs_behind_end, 30 },
    { "STOP left out", no_stop, 47 },
    { "an event after the end of the process", speaks_after_end, 118 },
    { "a second migrate accepted", succeeds, 8 },
    { "a reply lost", unanswered, 180 },
    { "a wrong error class", wrong_class, 33 },
    { "no migrate", no_migrate, 66 },
    { "a pass skipped", pass_jumps, 116 },
    { "exit status 0 of a failed load", fails_well, 17 },
    { "a crash", crashes, 99 },
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
    return judge;
}

static json_t *load(const char *path)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    json_t *run = json_array();

    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        json_t *record = lines[i][0] != '\0' ? json_loads(lines[i], 0, NULL) : NULL;

        if (record != NULL) {
            json_array_append_new(run, record);
        }
    }
    return run;
}

static gboolean is_found(const char *file, const json_t *run)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(OraTrace) trace = NULL;
    g_autoptr(GPtrArray) findings = NULL;
    OraJudge judge = judge_of(file);

    for (gsize i = 0; i < json_array_size(run); i++) {
        char *line = json_dumps(json_array_get(run, i), JSON_COMPACT);

        g_string_append_printf(text, "%s\n", line);
        free(line);
    }
    trace = ora_trace_parse(file, text->str, text->len, &error);
    if (trace == NULL) {
        fail_msg("%s", error->message);
    }
    findings = ora_judge(trace, &judge);
    return ora_findings_bad(findings, FALSE) > 0;
}

static void damages_are_found(void **state)
{
    guint made[G_N_ELEMENTS(damages)] = { 0 }, found[G_N_ELEMENTS(damages)] = { 0 }, low = 0;
    GDir *dir = g_dir_open(DATA, 0, NULL);
    const char *file;

    (void) state;
    assert_non_null(dir);
    while ((file = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_strconcat(DATA, file, NULL);
        json_t *run;

        /* Of these what matters is what is not found. */
        if (!g_str_has_suffix(file, ".jsonl") || g_str_has_prefix(file, "real_")) {
            continue;
        }
        run = load(path);
        for (gsize d = 0; d < G_N_ELEMENTS(damages); d++) {
            guint places = 0;
            json_t *copy = json_deep_copy(run);

            for (gsize i = 0; i < json_array_size(run) && places < PLACES_MAX; i++) {
                if (damages[d].apply(copy, i)) {
                    places++;
                    made[d]++;
                    found[d] += is_found(file, copy);
                    json_decref(copy);
                    copy = json_deep_copy(run);
                }
            }
            json_decref(copy);
        }
        json_decref(run);
    }
    g_dir_close(dir);
    for (gsize d = 0; d < G_N_ELEMENTS(damages); d++) {
        print_message("%4u of %4u: %s\n", found[d], made[d], damages[d].what);
        if (found[d] < damages[d].floor) {
            print_message("  ! fewer than %u\n", damages[d].floor);
            low++;
        }
    }
    assert_int_equal(low, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damages_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
