/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The engine as a peer of a real QEMU of this machine, -M none, both ways, over unix and tcp, memory compared byte by byte.
 * Without a QEMU whose release the engine plays: a visible skip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reference/host/env_glib.h"
#include "reference/machine/vm.h"
#include "reference/options/options.h"

#define RAM_SIZE (8u * 1024 * 1024)
#define WAIT_US (20 * G_USEC_PER_SEC)

static char *qemu_path, *directory;
static MigProfile *profile;
static const char *skip_reason;

/* ---- The real one ---- */

typedef struct { GPid pid; int monitor; GString *input; } Qemu;

static void child_setup(gpointer data)
{
    (void) data;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    for (gint64 end = g_get_monotonic_time() + WAIT_US; g_get_monotonic_time() < end; g_usleep(5000)) {
        if (connect(fd, (struct sockaddr *) &address, sizeof(address)) == 0)
            return fd;
    }
    fail_msg("no monitor at %s", path);
    return -1;
}

/* A reply (events are passed over); the main loop of the engine turns meanwhile. */
static char *read_reply(Qemu *qemu)
{
    for (gint64 end = g_get_monotonic_time() + WAIT_US; g_get_monotonic_time() < end;) {
        char *newline = strchr(qemu->input->str, '\n'), buffer[4096];
        ssize_t n;

        if (newline) {
            char *line = g_strndup(qemu->input->str, (gsize) (newline - qemu->input->str));

            g_string_erase(qemu->input, 0, newline - qemu->input->str + 1);
            if (strstr(line, "\"return\"") || strstr(line, "\"error\"") || strstr(line, "\"QMP\""))
                return line;
            g_free(line);
            continue;
        }
        n = recv(qemu->monitor, buffer, sizeof(buffer), MSG_DONTWAIT);
        if (n > 0)
            g_string_append_len(qemu->input, buffer, n);
        else if (n == 0)
            break;
        else if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(200);
    }
    fail_msg("no reply from QEMU");
    return NULL;
}

static char *ask(Qemu *qemu, const char *format, ...) G_GNUC_PRINTF(2, 3);
static char *ask(Qemu *qemu, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    assert_int_equal(send(qemu->monitor, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    return read_reply(qemu);
}

static void must(Qemu *qemu, char *reply)
{
    (void) qemu;
    if (!strstr(reply, "\"return\""))
        fail_msg("QEMU: %s", reply);
    g_free(reply);
}

static Qemu *qemu_start(gboolean incoming)
{
    Qemu *qemu = g_new0(Qemu, 1);
    g_autofree char *path = g_strdup_printf("%s/qmp", directory), *qmp = g_strdup_printf("unix:%s,server=on,wait=off", path);
    const char *argv[] = { qemu_path, "-M", "none", "-m", "8M", "-nodefaults", "-display", "none", "-S", "-qmp", qmp,
                           incoming ? "-incoming" : NULL, "defer", NULL };
    g_autoptr(GError) error = NULL;

    g_unlink(path);
    if (!g_spawn_async(NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, child_setup, NULL, &qemu->pid, &error))
        fail_msg("%s", error->message);
    qemu->monitor = connect_to(path);
    qemu->input = g_string_new(NULL);
    g_free(read_reply(qemu));
    must(qemu, ask(qemu, "{\"execute\":\"qmp_capabilities\"}\n"));
    return qemu;
}

static void qemu_stop(Qemu *qemu)
{
    kill(qemu->pid, SIGKILL);
    waitpid(qemu->pid, NULL, 0);
    close(qemu->monitor);
    g_string_free(qemu->input, TRUE);
    g_free(qemu);
}

static void qemu_wait(Qemu *qemu, const char *status)
{
    g_autofree char *want = g_strdup_printf("\"status\": \"%s\"", status);

    for (gint64 end = g_get_monotonic_time() + WAIT_US; g_get_monotonic_time() < end;) {
        g_autofree char *reply = ask(qemu, "{\"execute\":\"query-migrate\"}\n");

        if (strstr(reply, want))
            return;
        if (strstr(reply, "\"failed\""))
            fail_msg("QEMU failed: %s", reply);
        for (int i = 0; i < 20; i++) {
            g_main_context_iteration(NULL, FALSE);
            g_usleep(100);
        }
    }
    fail_msg("QEMU does not reach %s", status);
}

/* ---- The engine ---- */

static GString *messages;

static void observe(gpointer opaque, const MigObservation *observation)
{
    (void) opaque;
    if (observation->kind == MIG_OBSERVE_MESSAGE)
        g_string_append_printf(messages, "%s\n", observation->text);
}

static MigVm *engine_new(MigEnv *env, MigContent content, gboolean incoming)
{
    MigRamBlockConfig block = { .idstr = "ram", .size = RAM_SIZE, .content = content };
    MigVmConfig config = { .profile = profile, .seed = 4711, .blocks = &block, .block_count = 1, .stopped = TRUE, .incoming = incoming ? "defer" : NULL };
    g_autoptr(GError) error = NULL;
    MigVm *vm = mig_vm_new(env, &config, &error);

    if (vm == NULL)
        fail_msg("%s", error->message);
    return vm;
}

static void engine_wait(MigVm *vm, gboolean incoming, const char *status)
{
    const char *now = NULL;

    for (gint64 end = g_get_monotonic_time() + WAIT_US; g_get_monotonic_time() < end;) {
        now = incoming ? mig_vm_incoming_status(vm) : mig_vm_outgoing_status(vm);
        if (strcmp(now, status) == 0)
            return;
        if (strcmp(now, "failed") == 0)
            break;
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(200);
    }
    fail_msg("the engine does not reach %s, it is %s: %s", status, now, messages->str);
}

static void compare_with_qemu(Qemu *qemu, MigVm *vm)
{
    g_autofree char *path = g_strdup_printf("%s/memory", directory), *bytes = NULL;
    guint8 page[MIG_PAGE_SIZE];
    gsize size = 0;

    must(qemu, ask(qemu, "{\"execute\":\"pmemsave\",\"arguments\":{\"val\":0,\"size\":%u,\"filename\":\"%s\"}}\n", RAM_SIZE, path));
    assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    assert_int_equal(size, RAM_SIZE);
    for (guint64 i = 0; i < RAM_SIZE / MIG_PAGE_SIZE; i++) {
        mig_ram_page_bytes(mig_ram_block(mig_vm_ram(vm), 0), i, page);
        if (memcmp(page, bytes + i * MIG_PAGE_SIZE, MIG_PAGE_SIZE) != 0)
            fail_msg("page %" G_GUINT64_FORMAT " differs", i);
    }
    g_unlink(path);
}

/* FALSE: QEMU refuses it, for instance because its host has no userfaultfd for it; why is in `messages`. */
static gboolean capability(Qemu *qemu, MigVm *a, MigVm *b, const char *name)
{
    MigVm *vms[] = { a, b };
    g_autofree char *reply = ask(qemu, "{\"execute\":\"migrate-set-capabilities\",\"arguments\":{\"capabilities\":[{\"capability\":\"%s\",\"state\":true}]}}\n",
                                 name);

    if (!strstr(reply, "\"return\"")) {
        g_string_assign(messages, reply);
        return FALSE;
    }
    for (int i = 0; i < 2; i++) {
        g_autoptr(MigValue) list = mig_value_list();
        MigValue *one = mig_value_dict();

        mig_value_dict_put(one, "capability", mig_value_string(name));
        mig_value_dict_put(one, "state", mig_value_bool(TRUE));
        mig_value_list_append(list, one);
        assert_true(mig_options_set_capabilities(mig_vm_options(vms[i]), list, NULL));
    }
    return TRUE;
}

static void bandwidth(Qemu *qemu, MigVm *vm, gint64 bytes)
{
    g_autoptr(MigValue) arguments = mig_value_dict();

    must(qemu, ask(qemu, "{\"execute\":\"migrate-set-parameters\",\"arguments\":{\"max-bandwidth\":%" G_GINT64_FORMAT "}}\n", bytes));
    mig_value_dict_put(arguments, "max-bandwidth", mig_value_int(bytes));
    assert_true(mig_options_set_parameters(mig_vm_options(vm), arguments, NULL));
}

/* Engine -> QEMU -> another engine: what arrives is what was sent, and what QEMU had in between. */
static void there_and_back(const char *uri_there, const char *uri_back, const char *cap)
{
    MigEnvGlibConfig config = { .observe = observe };
    MigEnv *env = mig_env_glib_new(&config);
    MigVm *source = engine_new(env, MIG_CONTENT_RANDOM, FALSE), *destination = engine_new(env, MIG_CONTENT_ZERO, TRUE);
    Qemu *qemu = qemu_start(TRUE);
    g_autoptr(GError) error = NULL;
    g_autofree char *difference = NULL;
    MigMigrateArgs args = { .uri = uri_there };
    gboolean postcopy = g_strcmp0(cap, "postcopy-ram") == 0;

    g_string_truncate(messages, 0);
    mig_ram_set_zero_run(mig_ram_block(mig_vm_ram(source), 0), 100, 300);
    for (int i = 0; i < 50; i++)
        mig_ram_write(mig_ram_block(mig_vm_ram(source), 0), (guint64) i * 13);
    if (cap && !capability(qemu, source, destination, cap)) {
        print_message("SKIP %s: QEMU says %s\n", cap, messages->str);
        goto end;
    }
    must(qemu, ask(qemu, "{\"execute\":\"migrate-incoming\",\"arguments\":{\"uri\":\"%s\"}}\n", uri_there));
    if (postcopy)
        bandwidth(qemu, source, 8 * 1024 * 1024);
    if (!mig_vm_cmd_migrate(source, &args, &error))
        fail_msg("%s", error->message);
    if (postcopy) {
        engine_wait(source, FALSE, "active");
        assert_true(mig_vm_cmd_migrate_start_postcopy(source, NULL));
    }
    engine_wait(source, FALSE, "completed");
    qemu_wait(qemu, "completed");
    compare_with_qemu(qemu, source);

    if (!mig_vm_cmd_migrate_incoming(destination, uri_back, NULL, FALSE, TRUE, &error))
        fail_msg("%s", error->message);
    must(qemu, ask(qemu, "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"%s\"}}\n", uri_back));
    if (postcopy)
        must(qemu, ask(qemu, "{\"execute\":\"migrate-start-postcopy\"}\n"));
    engine_wait(destination, TRUE, "completed");
    qemu_wait(qemu, "completed");
    if (!mig_ram_equal(mig_vm_ram(source), mig_vm_ram(destination), &difference))
        fail_msg("%s", difference);
    /* The source was in prelaunch, QEMU took that over and handed it on; postcopy ignores it. */
    assert_int_equal(mig_vm_run_state(destination), postcopy ? MIG_RUN_PAUSED : MIG_RUN_PRELAUNCH);

end:
    qemu_stop(qemu);
    mig_vm_free(source);
    mig_vm_free(destination);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    mig_env_glib_free(env);
}

static void maybe_skip(void)
{
    if (skip_reason) {
        print_message("SKIP %s\n", skip_reason);
        skip();
    }
}

static char *unix_uri(const char *name) { return g_strdup_printf("unix:%s/%s", directory, name); }

static char *tcp_uri(void)
{
    g_autoptr(GSocketListener) listener = g_socket_listener_new();
    guint16 port = g_socket_listener_add_any_inet_port(listener, NULL, NULL);

    g_socket_listener_close(listener);
    return g_strdup_printf("tcp:127.0.0.1:%u", port);
}

static void over_unix(void **state)
{
    g_autofree char *there = unix_uri("a"), *back = unix_uri("b");

    (void) state;
    maybe_skip();
    there_and_back(there, back, NULL);
}

static void over_tcp(void **state)
{
    g_autofree char *there = NULL, *back = NULL;

    (void) state;
    maybe_skip();
    there = tcp_uri();
    back = tcp_uri();
    there_and_back(there, back, NULL);
}

static void with_return_path(void **state)
{
    g_autofree char *there = unix_uri("a"), *back = unix_uri("b");

    (void) state;
    maybe_skip();
    there_and_back(there, back, "return-path");
}

static void with_multifd(void **state)
{
    g_autofree char *there = unix_uri("a"), *back = unix_uri("b");

    (void) state;
    maybe_skip();
    there_and_back(there, back, "multifd");
}

static void with_xbzrle(void **state)
{
    g_autofree char *there = unix_uri("a"), *back = unix_uri("b");

    (void) state;
    maybe_skip();
    there_and_back(there, back, "xbzrle");
}

static void with_compress(void **state)
{
    g_autofree char *there = unix_uri("a"), *back = unix_uri("b");

    (void) state;
    maybe_skip();
    there_and_back(there, back, "compress");
}

static void with_postcopy(void **state)
{
    g_autofree char *there = unix_uri("a"), *back = unix_uri("b");

    (void) state;
    maybe_skip();
    there_and_back(there, back, "postcopy-ram");
}

/* A machine that was never started, all zero: both write the same bytes, and count the same. */
static void an_empty_machine_is_the_same_byte_for_byte(void **state)
{
    MigEnvGlibConfig config = { .observe = observe, .allow_exec = TRUE };
    MigEnv *env;
    MigVm *vm;
    Qemu *qemu;
    g_autofree char *ours = g_strdup_printf("%s/ours", directory), *theirs = g_strdup_printf("%s/theirs", directory);
    g_autofree char *uri = g_strdup_printf("exec:cat > %s", ours), *a = NULL, *b = NULL;
    gsize a_size = 0, b_size = 0;

    (void) state;
    maybe_skip();
    env = mig_env_glib_new(&config);
    vm = engine_new(env, MIG_CONTENT_ZERO, FALSE);
    qemu = qemu_start(FALSE);
    must(qemu, ask(qemu, "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"exec:cat > %s\"}}\n", theirs));
    assert_true(mig_vm_cmd_migrate(vm, &(MigMigrateArgs) { .uri = uri }, NULL));
    engine_wait(vm, FALSE, "completed");
    qemu_wait(qemu, "completed");
    /* The commands write their files after the streams are closed. */
    for (int i = 0; i < 1000 && (a_size == 0 || a_size != b_size); i++) {
        g_clear_pointer(&a, g_free);
        g_clear_pointer(&b, g_free);
        a_size = b_size = 0;
        g_main_context_iteration(NULL, FALSE);
        g_usleep(2000);
        (void) g_file_get_contents(ours, &a, &a_size, NULL);
        (void) g_file_get_contents(theirs, &b, &b_size, NULL);
    }
    assert_int_equal(a_size, b_size);
    assert_memory_equal(a, b, a_size);
    g_unlink(ours);
    g_unlink(theirs);
    qemu_stop(qemu);
    mig_vm_free(vm);
    mig_env_glib_free(env);
}

static void find_qemu(void)
{
    g_autofree char *output = NULL;
    const char *at;
    guint major = 0, minor = 0;
    g_autofree char *name = NULL;

    qemu_path = g_strdup(g_getenv("MIGLAB_QEMU"));
    if (qemu_path == NULL)
        qemu_path = g_find_program_in_path("qemu-system-x86_64");
    if (qemu_path == NULL) {
        skip_reason = "no qemu-system-x86_64 here";
        return;
    }
    {
        const char *argv[] = { qemu_path, "--version", NULL };

        if (!g_spawn_sync(NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output, NULL, NULL, NULL)
            || (at = strstr(output, "version ")) == NULL || sscanf(at, "version %u.%u", &major, &minor) != 2) {
            skip_reason = "qemu-system-x86_64 does not say its version";
            return;
        }
    }
    name = g_strdup_printf("qemu-%u.%u", major, minor);
    profile = mig_profile_find(name, NULL);
    if (profile == NULL)
        skip_reason = "no profile of the QEMU that is here";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_unix),
        cmocka_unit_test(over_tcp),
        cmocka_unit_test(with_return_path),
        cmocka_unit_test(with_multifd),
        cmocka_unit_test(with_xbzrle),
        cmocka_unit_test(with_compress),
        cmocka_unit_test(with_postcopy),
        cmocka_unit_test(an_empty_machine_is_the_same_byte_for_byte),
    };
    int failed;

    messages = g_string_new(NULL);
    directory = g_dir_make_tmp("miglab-interop-XXXXXX", NULL);
    find_qemu();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    {
        g_autofree char *path = g_strdup_printf("%s/qmp", directory);

        g_unlink(path);
        g_rmdir(directory);
    }
    g_free(directory);
    g_free(qemu_path);
    if (profile)
        mig_profile_unref(profile);
    g_string_free(messages, TRUE);
    return failed;
}
