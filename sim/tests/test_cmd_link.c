/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `miglab link` between two ends that this test plays: what passes, what a fault does, what is said and kept. A real stream goes
 * through it, so that records can be seen.
 */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define WAIT_US (20 * G_USEC_PER_SEC)

static char *directory, *listen_path, *peer_path;
static GBytes *stream;

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    return address;
}

static void child_setup(gpointer data)
{
    (void) data;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

typedef struct {
    GPid pid;
    int out;                      /* its stdout */
    int listener, source, destination;
} Bench;

/* The program with `options`, and a connection through it. */
static Bench bench_new(const char *const *options)
{
    g_autofree char *listen_uri = g_strconcat("unix:", listen_path, NULL), *to = g_strconcat("unix:", peer_path, NULL);
    const char *argv[24] = { MIGLAB_BUILD_DIR "/miglab", "link", "--listen", listen_uri, "--to", to };
    struct sockaddr_un here = address_of(listen_path), there = address_of(peer_path);
    struct timeval patience = { .tv_sec = WAIT_US / G_USEC_PER_SEC };
    gint64 end = g_get_monotonic_time() + WAIT_US;
    Bench bench = { .listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), .source = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };

    for (guint i = 0; options[i] != NULL; i++) {
        assert_true(i + 7 < G_N_ELEMENTS(argv));
        argv[i + 6] = options[i];
    }
    g_unlink(listen_path);
    g_unlink(peer_path);
    assert_int_equal(bind(bench.listener, (struct sockaddr *) &there, sizeof(there)), 0);
    assert_int_equal(listen(bench.listener, 1), 0);
    assert_true(g_spawn_async_with_pipes(NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, child_setup, NULL, &bench.pid, NULL, &bench.out,
                                         NULL, NULL));
    while (connect(bench.source, (struct sockaddr *) &here, sizeof(here)) != 0) {
        assert_true(g_get_monotonic_time() < end);
        g_usleep(2000);
    }
    bench.destination = accept4(bench.listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(bench.destination >= 0);
    setsockopt(bench.destination, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(bench.source, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(bench.source, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    return bench;
}

/* Sends all of the stream (or what is taken) and reads what arrives until the end. */
static GByteArray *pass(Bench *bench)
{
    GByteArray *got = g_byte_array_new();
    const guint8 *bytes = g_bytes_get_data(stream, NULL);
    gsize size = g_bytes_get_size(stream), sent = 0;
    guint8 buffer[16384];
    ssize_t n;

    do {
        if (sent < size) {
            n = send(bench->source, bytes + sent, MIN(size - sent, sizeof(buffer)), MSG_NOSIGNAL);
            sent = n > 0 ? sent + (gsize) n : size;
            if (sent == size) {
                shutdown(bench->source, SHUT_WR);
            }
        }
        n = recv(bench->destination, buffer, sizeof(buffer), sent < size ? MSG_DONTWAIT : 0);
        if (n > 0) {
            g_byte_array_append(got, buffer, (guint) n);
        }
    } while (n > 0 || (n < 0 && errno == EAGAIN && sent < size));
    return got;
}

/* Ends it; what it said, owned by the caller. */
static char *bench_end(Bench *bench, int signal_number, int *ret_status)
{
    GString *said = g_string_new(NULL);
    char buffer[4096];
    ssize_t n;
    int status;

    close(bench->source);
    close(bench->destination);
    close(bench->listener);
    if (signal_number) {
        kill(bench->pid, signal_number);
    }
    while ((n = read(bench->out, buffer, sizeof(buffer))) > 0) {
        g_string_append_len(said, buffer, n);
    }
    close(bench->out);
    assert_int_equal(waitpid(bench->pid, &status, 0), bench->pid);
    assert_true(WIFEXITED(status));
    *ret_status = WEXITSTATUS(status);
    return g_string_free(said, FALSE);
}

static void assert_said(const char *said, const char *what)
{
    if (strstr(said, what) == NULL) {
        fail_msg("'%s' is not in:\n%s", what, said);
    }
}

static void what_is_sent_arrives_and_is_kept(void **state)
{
    g_autofree char *folder = g_build_filename(directory, "capture", NULL);
    const char *const options[] = { "--once", "--records", "--capture", folder, "--latency", "1ms", "--bandwidth", "1Gbit/s", NULL };
    Bench bench = bench_new(options);
    GByteArray *got = pass(&bench);
    g_autofree char *said = NULL;
    GDir *dir;
    const char *name;
    int status;
    guint files = 0;

    (void) state;
    assert_int_equal(got->len, g_bytes_get_size(stream));
    assert_memory_equal(got->data, g_bytes_get_data(stream, NULL), got->len);
    said = bench_end(&bench, 0, &status);       /* --once: it ends by itself */
    assert_int_equal(status, 0);
    assert_said(said, "listening on unix:");
    assert_said(said, "section-start ram");
    assert_said(said, "section-end ram");
    dir = g_dir_open(folder, 0, NULL);
    assert_non_null(dir);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL), *bytes = NULL;
        gsize size;

        if (g_str_has_suffix(name, ".main.bin")) {
            assert_true(g_file_get_contents(path, &bytes, &size, NULL));
            assert_int_equal(size, got->len);
            assert_memory_equal(bytes, got->data, size);
            assert_said(said, name);
            files++;
        }
        g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(folder);
    assert_int_equal(files, 1);
    g_byte_array_unref(got);
}

static void a_fault_comes_at_its_moment(void **state)
{
    static const struct {
        const char *option, *value;
        const char *said;
    } cases[] = {
        { "--fault", "cut before SECTION_END of ram", "cut {" },
        { "--fault", "reset sd after SECTION_START of ram", "\"how\":\"rst\"" },
        { "--fault", "truncate after 1 KiB", "truncate" },
        { "--cut-after", "3000", "cut {" },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const options[] = { cases[i].option, cases[i].value, "--jitter", "1us", "--queue", "64k", "--loss", "0", "--seed", "3", NULL };
        Bench bench = bench_new(options);
        GByteArray *got = pass(&bench);
        g_autofree char *said = NULL;
        int status;

        if (g_str_has_prefix(cases[i].value, "truncate")) {
            /* One byte is lost, the rest follows. */
            assert_int_equal(got->len, g_bytes_get_size(stream) - 1);
            assert_memory_equal(got->data, g_bytes_get_data(stream, NULL), 1024);
            assert_memory_equal(got->data + 1024, (const guint8 *) g_bytes_get_data(stream, NULL) + 1025, got->len - 1024);
        } else {
            /* Less than all, and unharmed up to there. */
            assert_true(got->len < g_bytes_get_size(stream));
            assert_memory_equal(got->data, g_bytes_get_data(stream, NULL), got->len);
        }
        if (strcmp(cases[i].option, "--cut-after") == 0) {
            assert_int_equal(got->len, 3000);
        }
        said = bench_end(&bench, SIGTERM, &status);
        assert_int_equal(status, 0);
        assert_said(said, cases[i].said);
        g_byte_array_unref(got);
    }
}

static void a_byte_can_be_changed(void **state)
{
    const char *const options[] = { "--once", "--fault", "corrupt after 2000 bytes", NULL };
    Bench bench = bench_new(options);
    GByteArray *got = pass(&bench);
    const guint8 *sent = g_bytes_get_data(stream, NULL);
    g_autofree char *said = NULL;
    guint different = 0;
    int status;

    (void) state;
    assert_int_equal(got->len, g_bytes_get_size(stream));
    for (guint i = 0; i < got->len; i++) {
        different += got->data[i] != sent[i];
    }
    assert_int_equal(different, 1);
    said = bench_end(&bench, 0, &status);
    assert_int_equal(status, 0);
    assert_said(said, "corrupt");
    g_byte_array_unref(got);
}

static int set_up(void **state)
{
    const char *argv[] = { "xz", "-dc", MIGLAB_SOURCE_DIR "/scenarios/captures/7.2.22-none-plain.main.bin.xz", NULL };
    g_autoptr(GSubprocess) xz = g_subprocess_newv(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);

    (void) state;
    directory = g_dir_make_tmp("miglab-link-XXXXXX", NULL);
    if (xz == NULL || directory == NULL || !g_subprocess_communicate(xz, NULL, NULL, &stream, NULL, NULL)) {
        return -1;
    }
    listen_path = g_build_filename(directory, "here", NULL);
    peer_path = g_build_filename(directory, "there", NULL);
    return g_bytes_get_size(stream) > 4000 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void) state;
    g_unlink(listen_path);
    g_unlink(peer_path);
    g_rmdir(directory);
    g_free(listen_path);
    g_free(peer_path);
    g_free(directory);
    g_bytes_unref(stream);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_arrives_and_is_kept),
        cmocka_unit_test(a_fault_comes_at_its_moment),
        cmocka_unit_test(a_byte_can_be_changed),
    };

    alarm(120);                   /* a broken link must not hang the whole run */
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
