/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Monitors without sockets: negotiation, queue and out-of-band execution, events and their rates, descriptors, policy,
 * several monitors, random bytes.
 */
#include "reference/host/env_glib.h"
#include "reference/machine/vm.h"
#include "reference/qmp/error.h"
#include "reference/qmp/monitor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

typedef struct {
    MigProfile *profile;
    MigEnv *env;
    MigVm *vm;
    MigQmp *qmp;
    MigMonitor *monitors[2];
    GString *outputs[2];
    GArray *closed;           /* descriptors */
    int died;                 /* MigQmpDies + 1 */
    guint resumed;
} Fixture;

static void output(gpointer opaque, const char *bytes, gsize size)
{
    g_string_append_len(opaque, bytes, (gssize) size);
}

static void resume(gpointer opaque)
{
}

static void close_fd(gpointer opaque, int fd)
{
    g_array_append_val(((Fixture *) opaque)->closed, fd);
}

static void dies(gpointer opaque, int how, const char *message)
{
    ((Fixture *) opaque)->died = how + 1;
}

static gboolean open_config(gpointer opaque, const char *path, int *ret_errno)
{
    return TRUE;
}

static void open_release(Fixture *self, const char *release, const char *policy)
{
    MigEnvGlibConfig host = { .discard_exec = TRUE };
    MigVmConfig machine;
    MigQmpConfig config;

    memset(self, 0, sizeof(*self));
    memset(&machine, 0, sizeof(machine));
    self->profile = mig_profile_find(release, NULL);
    self->env = mig_env_glib_new(&host);
    machine.profile = self->profile;
    self->vm = mig_vm_new(self->env, &machine, NULL);
    mig_qmp_config_defaults(&config, self->profile);
    config.vm = self->vm;
    config.package = "";
    config.host.close_fd = close_fd;
    config.host.dies = dies;
    config.host.open_config = open_config;
    config.host.opaque = self;
    if (policy) {
        assert_true(mig_policy_parse(&config.policy, policy, NULL));
    }
    self->closed = g_array_new(FALSE, FALSE, sizeof(int));
    self->qmp = mig_qmp_new(&config);
    for (guint i = 0; i < 2; i++) {
        MigMonitorConfig monitor = { .chardev = i ? "m1" : "m0", .yankable = TRUE, .output = output, .resume = resume };

        self->outputs[i] = g_string_new(NULL);
        monitor.opaque = self->outputs[i];
        self->monitors[i] = mig_monitor_new(self->qmp, &monitor);
        mig_monitor_open(self->monitors[i]);
    }
}

static void close_release(Fixture *self)
{
    mig_qmp_free(self->qmp);
    mig_vm_free(self->vm);
    while (g_main_context_iteration(NULL, FALSE)) {
    }
    mig_env_glib_free(self->env);
    mig_profile_unref(self->profile);
    g_array_unref(self->closed);
    g_string_free(self->outputs[0], TRUE);
    g_string_free(self->outputs[1], TRUE);
}

static void expect(Fixture *self, guint which, const char *want)
{
    assert_string_equal(self->outputs[which]->str, want);
    g_string_truncate(self->outputs[which], 0);
}

static void send(Fixture *self, guint which, const char *text)
{
    mig_monitor_feed(self->monitors[which], (const guint8 *) text, strlen(text));
}

static void negotiate(Fixture *self, gboolean oob)
{
    for (guint i = 0; i < 2; i++) {
        send(self, i, oob ? "{\"execute\":\"qmp_capabilities\",\"arguments\":{\"enable\":[\"oob\"]}}" : "{\"execute\":\"qmp_capabilities\"}");
        g_string_truncate(self->outputs[i], 0);
    }
}

static void a_connection_begins_with_negotiation(void **state)
{
    Fixture self;

    open_release(&self, "8.1", NULL);
    expect(&self, 0, "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 1, \"major\": 8}, \"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n");
    send(&self, 0, "{\"execute\":\"quit\",\"id\":5}");
    expect(&self, 0, "{\"id\": 5, \"error\": {\"class\": \"CommandNotFound\", \"desc\": \"Expecting capabilities negotiation with 'qmp_capabilities'\"}}\r\n");
    send(&self, 0, "{\"execute\":\"qmp_capabilities\"}{\"execute\":\"stop\"}");
    assert_non_null(strstr(self.outputs[0]->str, "\"event\": \"STOP\""));
    g_string_truncate(self.outputs[1], 0);
    send(&self, 0, "{\"execute\":\"cont\"}");
    expect(&self, 1, "");                /* not in command mode: no events */
    mig_monitor_close(self.monitors[0]);
    g_string_truncate(self.outputs[0], 0);
    mig_monitor_open(self.monitors[0]);
    g_string_truncate(self.outputs[0], 0);
    send(&self, 0, "{\"execute\":\"query-status\"}");
    assert_non_null(strstr(self.outputs[0]->str, "Expecting capabilities negotiation"));
    close_release(&self);
}

static void block(Fixture *self)
{
    send(self, 0, "{\"execute\":\"blockdev-add\",\"id\":\"b\",\"arguments\":{\"driver\":\"blkdebug\",\"config\":\"x\",\"image\":{\"driver\":\"null-co\"}}}");
    expect(self, 0, "");
}

static void out_of_band_passes_the_queue(void **state)
{
    static const char pause[] = "{\"exec-oob\":\"migrate-pause\",\"id\":\"o\"}";
    Fixture self;

    open_release(&self, "7.2", NULL);
    negotiate(&self, TRUE);
    block(&self);
    send(&self, 1, "{\"execute\":\"query-name\"}");
    expect(&self, 1, "");                /* all in-band requests wait, of every monitor */
    for (int i = 0; i < 7; i++) {
        send(&self, 0, "{\"execute\":\"query-name\"}");
    }
    send(&self, 0, pause);
    assert_non_null(strstr(self.outputs[0]->str, "migrate-pause is currently only supported"));
    g_string_truncate(self.outputs[0], 0);
    assert_true(mig_monitor_wants_input(self.monitors[0]));
    send(&self, 0, "{\"execute\":\"query-name\"}");
    assert_false(mig_monitor_wants_input(self.monitors[0]));
    send(&self, 0, pause);
    expect(&self, 0, "");                /* eight wait: nothing is read */
    mig_qmp_unblock(self.qmp, "[inject-error]");
    assert_true(g_str_has_prefix(self.outputs[0]->str, "{\"id\": \"b\", \"error\": {\"class\": \"GenericError\", \"desc\": \"Missing event name for rule\"}}\r\n"));
    assert_non_null(strstr(self.outputs[0]->str, "{\"id\": \"o\", \"error\""));
    expect(&self, 1, "{\"return\": {}}\r\n");
    assert_true(mig_monitor_wants_input(self.monitors[0]));
    close_release(&self);
}

/* Real releases abort on an assertion about the queue length here (spec/qmp.md 9). */
static void one_byte_may_complete_two_messages(void **state)
{
    Fixture self;

    open_release(&self, "10.0", NULL);
    negotiate(&self, TRUE);
    block(&self);
    for (int i = 0; i < 7; i++) {
        send(&self, 0, "{\"execute\":\"query-name\"}");
    }
    send(&self, 0, "1,");
    assert_false(mig_monitor_wants_input(self.monitors[0]));
    mig_qmp_unblock(self.qmp, "");
    assert_non_null(strstr(self.outputs[0]->str, "QMP input must be a JSON object\"}}\r\n{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error, expecting value\"}}\r\n"));
    close_release(&self);
}

static void without_out_of_band_one_request_at_a_time(void **state)
{
    Fixture self;

    open_release(&self, "7.2", NULL);
    negotiate(&self, FALSE);
    block(&self);
    assert_false(mig_monitor_wants_input(self.monitors[0]));
    send(&self, 0, "{\"execute\":\"query-name\",\"id\":1}{\"execute\":\"query-name\",\"id\":2}");
    assert_false(mig_monitor_is_idle(self.monitors[0]));
    mig_qmp_unblock(self.qmp, "[inject-error]");
    assert_true(g_str_has_suffix(self.outputs[0]->str, "{\"return\": {}, \"id\": 1}\r\n{\"return\": {}, \"id\": 2}\r\n"));
    assert_true(mig_monitor_is_idle(self.monitors[0]));
    close_release(&self);
}

static void a_client_that_goes_takes_its_requests_along(void **state)
{
    Fixture self;
    int fd = 77, fds[2] = { 78, 79 };

    open_release(&self, "7.2", NULL);
    negotiate(&self, FALSE);
    mig_monitor_take_fds(self.monitors[0], &fd, 1);
    send(&self, 0, "{\"execute\":\"getfd\",\"arguments\":{\"fdname\":\"f\"}}");
    expect(&self, 0, "{\"return\": {}}\r\n");
    mig_monitor_take_fds(self.monitors[0], fds, 2);
    block(&self);
    send(&self, 0, "{\"execute\":\"query-name\"}");
    mig_monitor_close(self.monitors[0]);
    assert_int_equal(self.closed->len, 3);
    mig_monitor_open(self.monitors[0]);
    g_string_truncate(self.outputs[0], 0);
    mig_qmp_unblock(self.qmp, "[inject-error]");
    expect(&self, 0, "");                /* the answer was for somebody else */
    close_release(&self);
}

static guint count_events(const GString *text)
{
    guint count = 0;

    for (const char *at = text->str; (at = strstr(at, "RTC_CHANGE")); at++) {
        count++;
    }
    return count;
}

static void some_events_come_once_a_second(void **state)
{
    const gint64 second = G_GINT64_CONSTANT(1000000000);
    Fixture self;

    open_release(&self, "11.1", NULL);
    negotiate(&self, FALSE);
    assert_int_equal(mig_qmp_deadline(self.qmp), -1);
    for (int i = 0; i < 3; i++) {
        mig_qmp_event(self.qmp, "RTC_CHANGE", NULL, 5 * second + i);
    }
    assert_int_equal(count_events(self.outputs[0]), 1);
    assert_true(mig_qmp_deadline(self.qmp) == 6 * second);
    mig_qmp_expire(self.qmp, 6 * second - 1);
    assert_int_equal(count_events(self.outputs[0]), 1);
    mig_qmp_expire(self.qmp, 6 * second);
    assert_int_equal(count_events(self.outputs[0]), 2);
    assert_true(mig_qmp_deadline(self.qmp) == 7 * second);
    mig_qmp_expire(self.qmp, 7 * second);
    assert_int_equal(count_events(self.outputs[0]), 2);
    assert_int_equal(mig_qmp_deadline(self.qmp), -1);
    for (int i = 0; i < 3; i++) {
        mig_qmp_event(self.qmp, "MIGRATION", NULL, 8 * second);
    }
    assert_non_null(strstr(self.outputs[0]->str, "\"seconds\": 8"));
    close_release(&self);
}

static void the_policy_crash_ends_the_process(void **state)
{
    Fixture self;

    open_release(&self, "7.2", "unstable-input=crash");
    negotiate(&self, FALSE);
    send(&self, 0, "{\"execute\":\"migrate-set-parameters\",\"arguments\":{\"x-checkpoint-delay\":1}}{\"execute\":\"query-name\"}");
    expect(&self, 0, "");
    assert_int_equal(self.died, MIG_QMP_DIES_ABORT + 1);
    assert_true(mig_qmp_is_quitting(self.qmp));
    close_release(&self);
}

static void nothing_is_answered_behind_quit(void **state)
{
    Fixture self;

    open_release(&self, "5.2", NULL);
    negotiate(&self, FALSE);
    send(&self, 0, "{\"execute\":\"quit\"}{\"execute\":\"query-name\"}");
    assert_true(g_str_has_prefix(self.outputs[0]->str, "{\"return\": {}}\r\n{\"timestamp\""));
    assert_null(strstr(strstr(self.outputs[0]->str, "SHUTDOWN"), "return"));
    assert_non_null(strstr(self.outputs[1]->str, "SHUTDOWN"));
    close_release(&self);
}

/* A snapshot of a development cycle has fewer names than its release. */
static void snapshots_lack_names(void **state)
{
    static const char on[] = "{\"execute\":\"migrate-set-capabilities\",\"arguments\":{\"capabilities\":[{\"capability\":\"switchover-ack\",\"state\":false}]}}";
    Fixture self;

    open_release(&self, "8.1-dev-20230505", NULL);
    negotiate(&self, FALSE);
    send(&self, 0, on);
    expect(&self, 0, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"Parameter 'capability' does not accept value 'switchover-ack'\"}}\r\n");
    send(&self, 0, "{\"execute\":\"migrate-set-parameters\",\"arguments\":{\"vcpu-dirty-limit\":1}}");
    expect(&self, 0, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"Parameter 'vcpu-dirty-limit' is unexpected\"}}\r\n");
    close_release(&self);
    open_release(&self, "8.1-dev-20230630", NULL);
    negotiate(&self, FALSE);
    send(&self, 0, on);
    expect(&self, 0, "{\"return\": {}}\r\n");
    close_release(&self);
}

/* Every command of every release, called without arguments, answers with one line. */
static void every_command_answers(void **state)
{
    for (const char *const *name = mig_profile_names(); *name; name++) {
        Fixture self;
        g_auto(GStrv) parts = NULL;
        g_autofree char *list = NULL;

        open_release(&self, *name, NULL);
        negotiate(&self, FALSE);
        send(&self, 0, "{\"execute\":\"query-commands\"}");
        list = g_strdup(self.outputs[0]->str);
        parts = g_strsplit(list, "{\"name\": \"", -1);
        assert_true(g_strv_length(parts) > 40);
        for (guint i = 1; parts[i]; i++) {
            g_autofree char *command = g_strndup(parts[i], strcspn(parts[i], "\"")), *line = NULL;

            if (strcmp(command, "quit") == 0) {
                continue;
            }
            g_string_truncate(self.outputs[0], 0);
            line = g_strdup_printf("{\"execute\":\"%s\"}", command);
            send(&self, 0, line);
            assert_true(g_str_has_suffix(self.outputs[0]->str, "}\r\n"));
            if (strstr(self.outputs[0]->str, "has not been found")) {
                fail_msg("%s: %s is listed and not found", *name, command);
            }
        }
        close_release(&self);
    }
}

static void random_bytes_do_no_harm(void **state)
{
    static const char *const pieces[] = {
        "{\"execute\":\"", "query-migrate", "migrate-set-parameters", "migrate-set-capabilities", "human-monitor-command", "\"}", "\",\"arguments\":{",
        "}}", "\"capabilities\":[{\"capability\":\"", "xbzrle", "\",\"state\":true}]", "\"tls-creds\":null", "\"command-line\":\"info migrate\"", ",",
        "\"id\":[{}]", "{", "}", "[", "]", "\"", "\\", "\xff", "1", "-", "\"exec-oob\":\"migrate-pause\"", "{\"execute\":\"qmp_capabilities\"}", "\n",
        "{\"execute\":\"query-qmp-schema\"}", "object-add", "\"qom-type\":\"tls-creds-anon\",\"id\":\"a\"", "snapshot-save", "yank", "\"instances\":[{\"type\":\"migration\"}]",
    };
    static const char *const releases[] = { "2.4", "5.2", "8.1", "11.1" };
    guint32 random = 3;

    for (gsize r = 0; r < G_N_ELEMENTS(releases); r++) {
        Fixture self;

        open_release(&self, releases[r], NULL);
        negotiate(&self, r % 2);
        for (int i = 0; i < 20000; i++) {
            random = random * 1664525 + 1013904223;
            send(&self, random >> 31, pieces[(random >> 12) % G_N_ELEMENTS(pieces)]);
            g_string_truncate(self.outputs[0], 0);
            g_string_truncate(self.outputs[1], 0);
        }
        close_release(&self);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_begins_with_negotiation),
        cmocka_unit_test(out_of_band_passes_the_queue),
        cmocka_unit_test(one_byte_may_complete_two_messages),
        cmocka_unit_test(without_out_of_band_one_request_at_a_time),
        cmocka_unit_test(a_client_that_goes_takes_its_requests_along),
        cmocka_unit_test(some_events_come_once_a_second),
        cmocka_unit_test(the_policy_crash_ends_the_process),
        cmocka_unit_test(nothing_is_answered_behind_quit),
        cmocka_unit_test(snapshots_lack_names),
        cmocka_unit_test(every_command_answers),
        cmocka_unit_test(random_bytes_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
