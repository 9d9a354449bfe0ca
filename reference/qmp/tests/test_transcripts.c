/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Recorded QMP sessions of real QEMU 5.2, 7.2, 8.1, 10.0 and 11.1 (data/) are replayed against the monitor in this process, on the
 * environment of a real host. Every reply is compared: members, their order, values; not the spelling of doubles, which
 * test_json.c looks at.
 */
#include "reference/host/env_glib.h"
#include "reference/machine/vm.h"
#include "reference/qmp/monitor.h"
#include "reference/qmp/parser.h"
#include "reference/qmp/printer.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>

#define DIRECTORY "/nonexistent/of-the-session"

enum { MONITORS_MAX = 4, WAIT_MS = 3000, SETTLE_MS = 60 };

typedef struct {
    const char *release;
    MigProfile *profile;
    MigEnv *env;
    MigVm *vm;
    MigQmp *qmp;
    struct Output { GString *text; MigMonitor *monitor; } outputs[MONITORS_MAX];
    guint count;
    char *session;
    guint steps, wrong;
} Replay;

/* ---- Files ---- */

static char **read_lines(const char *name)
{
    g_autofree char *path = g_strdup_printf("%s/reference/qmp/tests/data/%s.jsonl.gz", MIGLAB_SOURCE_DIR, name);
    gzFile file = gzopen(path, "rb");
    g_autoptr(GString) text = g_string_new(NULL);
    char buffer[65536];
    int count;

    assert_non_null(file);
    while ((count = gzread(file, buffer, sizeof(buffer))) > 0) {
        g_string_append_len(text, buffer, count);
    }
    assert_int_equal(gzclose(file), Z_OK);
    return g_strsplit(text->str, "\n", -1);
}

static const char *text_of(const MigValue *dict, const char *name)
{
    MigValue *value = mig_value_dict_get(dict, name);

    return value && mig_value_type(value) == MIG_VALUE_STRING ? mig_value_get_string(value) : NULL;
}

static char *replace(const char *text, const char *from, const char *to)
{
    g_auto(GStrv) parts = g_strsplit(text, from, -1);

    return g_strjoinv(to, parts);
}

/* ---- Comparison ---- */

static gboolean is_stamp(const MigValue *got)
{
    return mig_value_type(got) == MIG_VALUE_DICT && mig_value_dict_size(got) == 2
        && strcmp(mig_value_dict_key(got, 0), "seconds") == 0 && strcmp(mig_value_dict_key(got, 1), "microseconds") == 0;
}

static gboolean same(const MigValue *want, const MigValue *got)
{
    const char *placeholder = mig_value_type(want) == MIG_VALUE_STRING ? mig_value_get_string(want) : "";

    if (strcmp(placeholder, "@TS@") == 0) {
        return is_stamp(got);
    }
    if (strcmp(placeholder, "@NUM@") == 0) {
        return mig_value_type(got) == MIG_VALUE_NUMBER
            || (mig_value_type(got) == MIG_VALUE_STRING && g_ascii_isdigit(mig_value_get_string(got)[0]));
    }
    if (mig_value_type(want) != mig_value_type(got)) {
        return FALSE;
    }
    if (mig_value_type(want) == MIG_VALUE_LIST) {
        guint count = mig_value_list_length(want);

        for (guint i = 0; i < count && count == mig_value_list_length(got); i++) {
            if (!same(mig_value_list_get(want, i), mig_value_list_get(got, i))) {
                return FALSE;
            }
        }
        return count == mig_value_list_length(got);
    }
    if (mig_value_type(want) == MIG_VALUE_DICT) {
        guint count = mig_value_dict_size(want);

        /* As parsed: the order of the text. */
        for (guint i = 0; i < count && count == mig_value_dict_size(got); i++) {
            if (strcmp(mig_value_dict_key(want, i), mig_value_dict_key(got, i)) != 0
                || !same(mig_value_dict_item(want, i), mig_value_dict_item(got, i))) {
                return FALSE;
            }
        }
        return count == mig_value_dict_size(got);
    }
    return mig_value_equal(want, got);
}

/* A line that is no JSON is recorded as a string. */
static gboolean same_line(const MigValue *want, const char *line)
{
    g_autoptr(MigValue) got = NULL;

    if (mig_value_type(want) == MIG_VALUE_STRING) {
        return strcmp(mig_value_get_string(want), line) == 0;
    }
    got = mig_parser_parse_text(line, NULL);
    return got && same(want, got);
}

static gboolean same_lines(const MigValue *want, char **lines, gboolean any_order)
{
    guint count = mig_value_list_length(want);

    if (g_strv_length(lines) != count) {
        return FALSE;
    }
    for (guint i = 0; i < count; i++) {
        gboolean found = same_line(mig_value_list_get(want, i), lines[i]);

        for (guint j = 0; any_order && !found && j < count; j++) {
            found = same_line(mig_value_list_get(want, i), lines[j]);
        }
        if (!found) {
            return FALSE;
        }
    }
    return TRUE;
}

/* ---- The process ---- */

static void output(gpointer opaque, const char *bytes, gsize size)
{
    struct Output *it = opaque;

    g_string_append_len(it->text, bytes, (gssize) size);
}

static void close_fd(gpointer opaque, int fd)
{
    close(fd);
}

static gboolean open_config(gpointer opaque, const char *path, int *ret_errno)
{
    return TRUE;
}

static gboolean can_read(gpointer opaque, const char *path, int *ret_errno)
{
    *ret_errno = ENOENT;
    return FALSE;
}

static gboolean has_argument(const MigValue *arguments, const char *name, const char **ret_value)
{
    for (guint i = 0; i < mig_value_list_length(arguments); i++) {
        if (strcmp(mig_value_get_string(mig_value_list_get(arguments, i)), name) == 0) {
            *ret_value = i + 1 < mig_value_list_length(arguments) ? mig_value_get_string(mig_value_list_get(arguments, i + 1)) : NULL;
            return TRUE;
        }
    }
    return FALSE;
}

static void start(Replay *self, const MigValue *line)
{
    MigValue *arguments = mig_value_dict_get(line, "args"), *monitors = mig_value_dict_get(line, "monitors");
    MigEnvGlibConfig host = { .discard_exec = TRUE };
    MigVmConfig machine = { .profile = self->profile };
    MigQmpConfig config;
    gint64 count = 1;
    const char *value;

    if (monitors) {
        mig_value_get_int(monitors, &count);
    }
    self->session = g_strdup(text_of(line, "session"));
    self->env = mig_env_glib_new(&host);
    mig_qmp_config_defaults(&config, self->profile);
    config.preconfig = config.start_after_preconfig = machine.stopped = has_argument(arguments, "-preconfig", &value);
    if (has_argument(arguments, "-incoming", &value)) {
        machine.incoming = value;
    }
    if (has_argument(arguments, "-compat", &value)) {
        assert_true(mig_policy_parse(&config.policy, value, NULL));
    }
    self->vm = mig_vm_new(self->env, &machine, NULL);
    assert_non_null(self->vm);
    config.vm = self->vm;
    config.host.close_fd = close_fd;
    config.host.open_config = open_config;
    config.host.can_read = can_read;
    self->qmp = mig_qmp_new(&config);
    self->count = (guint) count;
    for (guint i = 0; i < self->count; i++) {
        g_autofree char *id = g_strdup_printf("m%u", i);
        MigMonitorConfig monitor = {
            .chardev = id, .filename = "unix:", .yankable = TRUE, .output = output, .opaque = &self->outputs[i],
            .pretty = mig_value_dict_get(line, "monitor-options") != NULL,
        };

        self->outputs[i].text = g_string_new(NULL);
        self->outputs[i].monitor = mig_monitor_new(self->qmp, &monitor);
        mig_monitor_open(self->outputs[i].monitor);
        g_string_truncate(self->outputs[i].text, 0);
    }
}

static void end_session(Replay *self)
{
    if (!self->qmp) {
        return;
    }
    mig_qmp_free(self->qmp);
    mig_vm_free(self->vm);
    while (g_main_context_iteration(NULL, FALSE)) {
    }
    mig_env_glib_free(self->env);
    for (guint i = 0; i < self->count; i++) {
        g_string_free(self->outputs[i].text, TRUE);
    }
    g_clear_pointer(&self->session, g_free);
    self->qmp = NULL;
}

static void settle(gint64 ms)
{
    gint64 end = g_get_monotonic_time() + ms * 1000;

    do {
        if (!g_main_context_iteration(NULL, FALSE)) {
            g_usleep(200);
        }
    } while (g_get_monotonic_time() < end);
}

/* ---- Steps ---- */

static GString *step_bytes(const MigValue *step)
{
    GString *bytes = g_string_new(NULL);
    MigValue *repeat = mig_value_dict_get(step, "send_repeat");
    const char *hex = text_of(step, "send_hex"), *plain = text_of(step, "send");

    for (guint i = 0; repeat && i < mig_value_list_length(repeat); i++) {
        MigValue *pair = mig_value_list_get(repeat, i);
        gint64 times = 0;

        mig_value_get_int(mig_value_list_get(pair, 1), &times);
        for (gint64 n = 0; n < times; n++) {
            g_string_append(bytes, mig_value_get_string(mig_value_list_get(pair, 0)));
        }
    }
    for (const char *at = hex ? hex : ""; at[0] && at[1]; at += 2) {
        g_string_append_c(bytes, (char) (g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1])));
    }
    if (plain) {
        g_autofree char *text = replace(plain, "@DIR@", DIRECTORY);

        g_string_append(bytes, text);
    }
    return bytes;
}

static guint count_lines(const GString *text)
{
    guint lines = 0;

    for (gsize i = 0; i < text->len; i++) {
        lines += text->str[i] == '\n';
    }
    return lines;
}

static void send_step(MigMonitor *monitor, const MigValue *step)
{
    GString *bytes = step_bytes(step);
    MigValue *chunks = mig_value_dict_get(step, "chunks"), *pass = mig_value_dict_get(step, "pass_fd");
    gsize at = 0;

    if (pass) {
        int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

        mig_monitor_take_fds(monitor, &fd, 1);
    }
    for (guint i = 0; chunks && i < mig_value_list_length(chunks); i++) {
        gint64 size = 0;

        mig_value_get_int(mig_value_list_get(chunks, i), &size);
        mig_monitor_feed(monitor, (const guint8 *) bytes->str + at, (gsize) size);
        at += (gsize) size;
    }
    mig_monitor_feed(monitor, (const guint8 *) bytes->str + at, bytes->len - at);
    g_string_free(bytes, TRUE);
}

static char *stamps_out(const char *text)
{
    g_autoptr(GRegex) stamp = g_regex_new("(?<=\"timestamp\": )\\{\\s*\"seconds\": \\d+,\\s*\"microseconds\": \\d+\\s*\\}", 0, 0, NULL);

    return g_regex_replace_literal(stamp, text, -1, 0, "\"@TS@\"", 0, NULL);
}

static void run_step(Replay *self, const MigValue *step)
{
    MigValue *number = mig_value_dict_get(step, "mon"), *replies = mig_value_dict_get(step, "replies");
    const char *raw = text_of(step, "raw"), *note = text_of(step, "note"), *plain = text_of(step, "send");
    gint64 which = 0, end = g_get_monotonic_time() + WAIT_MS * 1000;
    guint wanted = replies ? mig_value_list_length(replies) : 1;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    struct Output *out;
    gboolean good;

    if (number) {
        mig_value_get_int(number, &which);
    }
    out = &self->outputs[which];
    if (note && strstr(note, "unblocked")) {
        mig_qmp_unblock(self->qmp, "[inject-error]\n");
    }
    send_step(out->monitor, step);
    while (count_lines(out->text) < wanted && g_get_monotonic_time() < end && !mig_qmp_is_quitting(self->qmp)) {
        if (!g_main_context_iteration(NULL, FALSE)) {
            g_usleep(200);
        }
    }
    if (plain && strstr(plain, "\"execute\":\"migrate\"") && mig_vm_migration_is_running(self->vm)) {
        settle(SETTLE_MS);
    }
    text = replace(out->text->str, DIRECTORY, "@DIR@");
    if (raw) {
        g_autofree char *stamped = stamps_out(text);

        good = strcmp(stamped, raw) == 0;
    } else {
        g_autofree char *unix_text = replace(text, "\r\n", "\n");

        lines = g_strsplit(unix_text, "\n", -1);
        if (lines[0]) {
            guint last = g_strv_length(lines) - 1;

            g_free(lines[last]);
            lines[last] = NULL;
        }
        good = same_lines(replies, lines, mig_value_dict_get(step, "order") != NULL);
    }
    self->steps++;
    if (!good) {
        g_autofree char *shown = mig_value_to_string(step);

        self->wrong++;
        if (self->wrong <= 10) {
            printf("%s, session %s: %.600s\n  got %.600s\n", self->release, self->session, shown, text);
        }
    }
    for (guint i = 0; i < self->count; i++) {
        g_string_truncate(self->outputs[i].text, 0);
    }
}

static gboolean is_left_out(const char *session)
{
    /* The process dies: bugs that are not copied, and the policy "crash", which test_monitor.c looks at. */
    return g_str_has_prefix(session, "defect-") || strcmp(session, "compat-crash") == 0;
}

static void replay_file(Replay *self, const char *name)
{
    g_auto(GStrv) lines = read_lines(name);
    gboolean left_out = FALSE;

    for (guint i = 0; lines[i]; i++) {
        g_autoptr(MigValue) line = lines[i][0] ? mig_parser_parse_text(lines[i], NULL) : NULL;
        const char *session = line ? text_of(line, "session") : NULL;

        if (!line) {
            assert_string_equal(lines[i], "");
        } else if (session) {
            end_session(self);
            left_out = is_left_out(session);
            if (!left_out) {
                start(self, line);
            }
        } else if (!left_out) {
            run_step(self, line);
        }
    }
    end_session(self);
}

static void replay_release(const char *release)
{
    Replay self = { .release = release, .profile = mig_profile_find(release, NULL) };
    g_autofree char *dialect = g_strdup_printf("qmp-%s", release), *arguments = g_strdup_printf("migargs-%s", release);

    assert_non_null(self.profile);
    replay_file(&self, dialect);
    replay_file(&self, arguments);
    printf("%s: %u steps, %u differ\n", release, self.steps, self.wrong);
    mig_profile_unref(self.profile);
    assert_int_equal(self.wrong, 0);
    assert_true(self.steps > 1600);
}

static void sessions_of_5_2(void **state) { replay_release("5.2"); }
static void sessions_of_7_2(void **state) { replay_release("7.2"); }
static void sessions_of_8_1(void **state) { replay_release("8.1"); }
static void sessions_of_10_0(void **state) { replay_release("10.0"); }
static void sessions_of_11_1(void **state) { replay_release("11.1"); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_of_5_2),
        cmocka_unit_test(sessions_of_7_2),
        cmocka_unit_test(sessions_of_8_1),
        cmocka_unit_test(sessions_of_10_0),
        cmocka_unit_test(sessions_of_11_1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
