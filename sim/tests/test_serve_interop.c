/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `miglab serve` between real QEMUs, as processes, over their monitors: serve -> QEMU -> serve -> QEMU, and memory is the
 * same in both QEMUs and as the engine made it. Over unix and tcp sockets. Without QEMU: a visible skip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reference/machine/ram.h"

#define RAM_SIZE (8u * 1024 * 1024)
#define SEED 4711u
#define WAIT_US (20 * G_USEC_PER_SEC)

static char *qemu_path, *directory, *profile;
static const char *skip_reason;

typedef struct { const char *name; GPid pid; int monitor; GString *input; } Peer;

static void child_setup(gpointer data)
{
    (void) data;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static char *read_reply(Peer *peer)
{
    for (gint64 end = g_get_monotonic_time() + WAIT_US; g_get_monotonic_time() < end;) {
        char *newline = strchr(peer->input->str, '\n'), buffer[4096];
        ssize_t n;

        if (newline) {
            char *line = g_strndup(peer->input->str, (gsize) (newline - peer->input->str));

            g_string_erase(peer->input, 0, newline - peer->input->str + 1);
            if (strstr(line, "\"return\"") || strstr(line, "\"error\"") || strstr(line, "\"QMP\""))
                return line;
            g_free(line);
            continue;
        }
        n = recv(peer->monitor, buffer, sizeof(buffer), MSG_DONTWAIT);
        if (n > 0)
            g_string_append_len(peer->input, buffer, n);
        else if (n == 0)
            break;
        else
            g_usleep(200);
    }
    fail_msg("%s: no reply", peer->name);
    return NULL;
}

static char *ask(Peer *peer, const char *format, ...) G_GNUC_PRINTF(2, 3);
static char *ask(Peer *peer, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    assert_int_equal(send(peer->monitor, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    return read_reply(peer);
}

static void must(Peer *peer, char *reply)
{
    if (!strstr(reply, "\"return\""))
        fail_msg("%s: %s", peer->name, reply);
    g_free(reply);
}

static Peer *start(const char *name, const char *const *argv)
{
    Peer *peer = g_new0(Peer, 1);
    g_autofree char *path = g_strdup_printf("%s/%s.qmp", directory, name);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    g_autoptr(GError) error = NULL;
    gint64 end = g_get_monotonic_time() + WAIT_US;

    peer->name = name;
    if (!g_spawn_async(NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, child_setup, NULL, &peer->pid, &error))
        fail_msg("%s", error->message);
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    peer->monitor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    while (connect(peer->monitor, (struct sockaddr *) &address, sizeof(address)) != 0) {
        if (g_get_monotonic_time() > end)
            fail_msg("%s: no monitor", name);
        g_usleep(5000);
    }
    peer->input = g_string_new(NULL);
    g_free(read_reply(peer));
    must(peer, ask(peer, "{\"execute\":\"qmp_capabilities\"}\n"));
    return peer;
}

static Peer *start_qemu(const char *name)
{
    g_autofree char *qmp = g_strdup_printf("unix:%s/%s.qmp,server=on,wait=off", directory, name);
    const char *argv[] = { qemu_path, "-M", "none", "-m", "8M", "-nodefaults", "-display", "none", "-S", "-qmp", qmp, "-incoming", "defer", NULL };

    return start(name, argv);
}

/* The same command line behind `--`, as a harness would write it for QEMU. */
static Peer *start_serve(const char *name, gboolean incoming)
{
    g_autofree char *qmp = g_strdup_printf("unix:%s/%s.qmp,server=on,wait=off", directory, name), *seed = g_strdup_printf("--seed=%u", SEED);
    const char *argv[] = { MIGLAB_BUILD_DIR "/miglab", "serve", "--profile", profile, incoming ? "--content=zero" : "--content=random", seed, "--",
                           "-M", "none", "-m", "8M", "-nodefaults", "-display", "none", "-S", "-qmp", qmp, incoming ? "-incoming" : NULL, "defer", NULL };

    return start(name, argv);
}

static void end_peer(Peer *peer)
{
    kill(peer->pid, SIGKILL);
    waitpid(peer->pid, NULL, 0);
    close(peer->monitor);
    g_string_free(peer->input, TRUE);
    g_free(peer);
}

static void wait_completed(Peer *peer)
{
    for (gint64 end = g_get_monotonic_time() + WAIT_US; g_get_monotonic_time() < end; g_usleep(2000)) {
        g_autofree char *reply = ask(peer, "{\"execute\":\"query-migrate\"}\n");

        if (strstr(reply, "\"completed\""))
            return;
        if (strstr(reply, "\"failed\""))
            fail_msg("%s failed: %s", peer->name, reply);
    }
    fail_msg("%s does not complete", peer->name);
}

static void migrate(Peer *from, Peer *to, const char *uri)
{
    must(to, ask(to, "{\"execute\":\"migrate-incoming\",\"arguments\":{\"uri\":\"%s\"}}\n", uri));
    must(from, ask(from, "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"%s\"}}\n", uri));
    wait_completed(from);
    wait_completed(to);
}

static void check_memory(Peer *qemu)
{
    g_autofree char *path = g_strdup_printf("%s/memory", directory), *bytes = NULL;
    guint8 page[MIG_PAGE_SIZE];
    gsize size = 0;

    must(qemu, ask(qemu, "{\"execute\":\"pmemsave\",\"arguments\":{\"val\":0,\"size\":%u,\"filename\":\"%s\"}}\n", RAM_SIZE, path));
    assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    g_unlink(path);
    assert_int_equal(size, RAM_SIZE);
    for (guint64 i = 0; i < RAM_SIZE / MIG_PAGE_SIZE; i++) {
        mig_page_make((MigPageRef) { mig_page_base(MIG_CONTENT_RANDOM, SEED, i), 0 }, page, MIG_PAGE_SIZE);
        if (memcmp(page, bytes + i * MIG_PAGE_SIZE, MIG_PAGE_SIZE) != 0)
            fail_msg("%s: page %" G_GUINT64_FORMAT " differs", qemu->name, i);
    }
}

static char *uri_new(gboolean tcp, const char *name)
{
    g_autoptr(GSocketListener) listener = NULL;
    guint16 port;

    if (!tcp)
        return g_strdup_printf("unix:%s/%s", directory, name);
    listener = g_socket_listener_new();
    port = g_socket_listener_add_any_inet_port(listener, NULL, NULL);
    g_socket_listener_close(listener);
    return g_strdup_printf("tcp:127.0.0.1:%u", port);
}

static void chain(gboolean tcp)
{
    g_autofree char *one = NULL, *two = NULL, *three = NULL;
    Peer *peers[4];

    if (skip_reason) {
        print_message("SKIP %s\n", skip_reason);
        skip();
    }
    one = uri_new(tcp, "one");
    two = uri_new(tcp, "two");
    three = uri_new(tcp, "three");
    peers[0] = start_serve("serve-a", FALSE);
    peers[1] = start_qemu("qemu-a");
    peers[2] = start_serve("serve-b", TRUE);
    peers[3] = start_qemu("qemu-b");
    migrate(peers[0], peers[1], one);
    check_memory(peers[1]);
    migrate(peers[1], peers[2], two);
    /* The engine has completed as destination and may now be a source. */
    must(peers[2], ask(peers[2], "{\"execute\":\"stop\"}\n"));
    migrate(peers[2], peers[3], three);
    check_memory(peers[3]);
    for (int i = 0; i < 4; i++)
        end_peer(peers[i]);
}

static void over_unix(void **state) { (void) state; chain(FALSE); }
static void over_tcp(void **state) { (void) state; chain(TRUE); }

static void find(void)
{
    g_autofree char *output = NULL;
    const char *at;
    guint major = 0, minor = 0;

    qemu_path = g_strdup(g_getenv("MIGLAB_QEMU"));
    if (qemu_path == NULL)
        qemu_path = g_find_program_in_path("qemu-system-x86_64");
    if (qemu_path == NULL) {
        skip_reason = "no qemu-system-x86_64 here";
    } else if (!g_file_test(MIGLAB_BUILD_DIR "/miglab", G_FILE_TEST_IS_EXECUTABLE)) {
        skip_reason = "miglab is not built";
    } else {
        const char *argv[] = { qemu_path, "--version", NULL };

        if (!g_spawn_sync(NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output, NULL, NULL, NULL)
            || (at = strstr(output, "version ")) == NULL || sscanf(at, "version %u.%u", &major, &minor) != 2)
            skip_reason = "qemu-system-x86_64 does not say its version";
    }
    profile = g_strdup_printf("qemu-%u.%u", major, minor);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(over_unix), cmocka_unit_test(over_tcp) };
    static const char *const names[] = { "serve-a.qmp", "qemu-a.qmp", "serve-b.qmp", "qemu-b.qmp", "one", "two", "three", "memory" };
    int failed;

    directory = g_dir_make_tmp("miglab-serve-XXXXXX", NULL);
    find();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(directory, names[i], NULL);

        g_unlink(path);
    }
    g_rmdir(directory);
    g_free(directory);
    g_free(qemu_path);
    g_free(profile);
    return failed;
}
