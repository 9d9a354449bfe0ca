/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The program on real sockets: command line, modes and files, several monitors, descriptors, hundreds of clients in a row, a
 * migration between two of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { WAIT_MS = 10000 };

static char *directory;

/* argv behind "miglab serve", NULL-terminated; `fd` (or -1) is inherited as it is. */
static pid_t start(const char *const *arguments, int fd)
{
    g_autofree char *program = g_build_filename(MIGLAB_BUILD_DIR, "miglab", NULL);
    const char *argv[32] = { program, "serve" };
    pid_t pid;

    for (guint i = 0; arguments[i]; i++) {
        assert_true(i + 3 < G_N_ELEMENTS(argv));
        argv[i + 2] = arguments[i];
    }
    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);

        dup2(nowhere, 2);
        if (fd >= 0) {
            fcntl(fd, F_SETFD, 0);
        }
        execv(program, (char **) argv);
        _exit(127);
    }
    return pid;
}

static int finish(pid_t pid)
{
    int status = 0;

    for (int i = 0; i < WAIT_MS / 10; i++) {
        if (waitpid(pid, &status, WNOHANG) == pid) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        g_usleep(10000);
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    return -1;
}

static int join(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    for (int i = 0; i < WAIT_MS / 10; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (connect(fd, (struct sockaddr *) &address, sizeof(address)) == 0) {
            return fd;
        }
        close(fd);
        g_usleep(10000);
    }
    fail_msg("nobody listens on %s", path);
    return -1;
}

/* The next line, without its end; the caller owns it. NULL: closed. */
static char *read_line(int fd)
{
    GString *line = g_string_new(NULL);
    char byte;

    for (;;) {
        struct pollfd poller = { .fd = fd, .events = POLLIN };

        assert_int_equal(poll(&poller, 1, WAIT_MS), 1);
        if (read(fd, &byte, 1) <= 0) {
            return g_string_free(line, TRUE);
        }
        if (byte == '\n') {
            g_string_truncate(line, line->len - 1);
            return g_string_free(line, FALSE);
        }
        g_string_append_c(line, byte);
    }
}

static void expect(int fd, const char *want)
{
    g_autofree char *line = read_line(fd);

    assert_non_null(line);
    assert_string_equal(line, want);
}

static void tell(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t) strlen(text));
}

static void negotiate(int fd)
{
    g_autofree char *greeting = read_line(fd);

    assert_true(g_str_has_prefix(greeting, "{\"QMP\": "));
    tell(fd, "{\"execute\":\"qmp_capabilities\"}");
    expect(fd, "{\"return\": {}}");
}

static char *in_directory(const char *name)
{
    return g_build_filename(directory, name, NULL);
}

static void the_usual_command_line_of_a_harness(void **state)
{
    g_autofree char *path = in_directory("a"), *device = g_strdup_printf("unix:%s,server=on,wait=off", path);
    const char *const arguments[] = {
        "--profile", "qemu-7.2", "--", "-M", "none", "-nodefaults", "-display", "none", "-S", "-qmp", device, "-incoming", "defer", NULL
    };
    pid_t pid = start(arguments, -1);
    int fd = join(path);
    struct stat status;

    negotiate(fd);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    tell(fd, "{\"execute\":\"query-status\"}");
    expect(fd, "{\"return\": {\"status\": \"inmigrate\", \"singlestep\": false, \"running\": false}}");
    close(fd);
    kill(pid, SIGTERM);
    assert_int_equal(finish(pid), 0);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void several_monitors_by_path_and_by_descriptor(void **state)
{
    g_autofree char *path = in_directory("b"), *device = g_strdup_printf("socket,id=x,path=%s,server=on,wait=off", path), *inherited = NULL;
    int pair[2], first, second;
    pid_t pid;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    inherited = g_strdup_printf("socket,id=y,fd=%d", pair[1]);
    {
        const char *const arguments[] = {
            "-q", "--profile", "10.0", "--", "-chardev", device, "-mon", "chardev=x,mode=control", "-chardev", inherited, "-mon",
            "chardev=y,mode=control,pretty=on", NULL
        };

        pid = start(arguments, pair[1]);
    }
    close(pair[1]);
    first = join(path);
    second = pair[0];
    negotiate(first);
    expect(second, "{");
    tell(first, "{\"execute\":\"query-yank\"}");
    expect(first, "{\"return\": [{\"type\": \"chardev\", \"id\": \"x\"}, {\"type\": \"chardev\", \"id\": \"y\"}]}");
    tell(first, "{\"execute\":\"quit\"}");
    g_free(read_line(first));
    expect(first, "{\"return\": {}}");
    assert_null(read_line(first));
    close(first);
    close(second);
    assert_int_equal(finish(pid), 0);
}

static void passed_descriptors_arrive(void **state)
{
    g_autofree char *path = in_directory("c"), *device = g_strconcat("unix:", path, NULL);
    const char *const arguments[] = { "--profile", "7.2", "--qmp", device, NULL };
    pid_t pid = start(arguments, -1);
    int fd = join(path), passed = open("/dev/null", O_RDWR | O_CLOEXEC);
    char text[] = "{\"execute\":\"getfd\",\"arguments\":{\"fdname\":\"f\"}}", control[CMSG_SPACE(sizeof(int))] = { 0 };
    struct iovec vector = { text, strlen(text) };
    struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &passed, sizeof(int));
    negotiate(fd);
    assert_true(sendmsg(fd, &message, 0) > 0);
    expect(fd, "{\"return\": {}}");
    tell(fd, "{\"execute\":\"closefd\",\"arguments\":{\"fdname\":\"f\"}}{\"execute\":\"query-name\"}{\"execute\":\"quer");
    shutdown(fd, SHUT_WR);
    expect(fd, "{\"return\": {}}");
    expect(fd, "{\"return\": {}}");
    assert_null(read_line(fd));          /* what was complete is answered, then the connection ends, the process does not */
    close(fd);
    close(passed);
    fd = join(path);
    negotiate(fd);
    close(fd);
    kill(pid, SIGTERM);
    assert_int_equal(finish(pid), 0);
}

static guint count_descriptors(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/fd", (int) pid);
    GDir *dir = g_dir_open(path, 0, NULL);
    guint count = 0;

    while (dir && g_dir_read_name(dir)) {
        count++;
    }
    g_clear_pointer(&dir, g_dir_close);
    return count;
}

static void hundreds_of_clients_in_a_row(void **state)
{
    g_autofree char *path = in_directory("d"), *device = g_strconcat("unix:", path, NULL);
    const char *const arguments[] = { "--profile", "11.1", "--qmp", device, NULL };
    pid_t pid = start(arguments, -1);
    guint before = 0;

    for (int i = 0; i < 300; i++) {
        int fd = join(path);

        negotiate(fd);
        tell(fd, i % 3 ? "{\"execute\":\"query-name\"}" : "{\"execute\":\"qu");
        if (i % 3) {
            expect(fd, "{\"return\": {}}");
        }
        close(fd);
        before = i == 10 ? count_descriptors(pid) : before;
    }
    assert_in_range(count_descriptors(pid), 1, before + 1);
    kill(pid, SIGTERM);
    assert_int_equal(finish(pid), 0);
}

static void one_migrates_to_another(void **state)
{
    g_autofree char *source_path = in_directory("s"), *target_path = in_directory("t"), *link = in_directory("l");
    g_autofree char *source_device = g_strconcat("unix:", source_path, NULL), *target_device = g_strconcat("unix:", target_path, NULL);
    g_autofree char *uri = g_strconcat("unix:", link, NULL), *request = NULL;
    const char *const source_arguments[] = { "--profile", "8.1", "--ram", "4M", "--content", "text", "--qmp", source_device, NULL };
    const char *const target_arguments[] = { "--profile", "8.1", "--ram", "4M", "--qmp", target_device, "--incoming", uri, NULL };
    pid_t target = start(target_arguments, -1), source = start(source_arguments, -1);
    int to = join(target_path), from = join(source_path);
    gboolean completed = FALSE;

    negotiate(to);
    negotiate(from);
    request = g_strdup_printf("{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"%s\"}}", uri);
    tell(from, request);
    expect(from, "{\"return\": {}}");
    for (int i = 0; i < 500 && !completed; i++) {
        g_autofree char *line = NULL;

        tell(from, "{\"execute\":\"query-migrate\"}");
        do {
            g_free(line);
            line = read_line(from);
        } while (line && strstr(line, "\"event\""));
        completed = line && strstr(line, "\"status\": \"completed\"");
        g_usleep(10000);
    }
    assert_true(completed);
    close(from);
    close(to);
    kill(source, SIGTERM);
    kill(target, SIGTERM);
    assert_int_equal(finish(source), 0);
    assert_int_equal(finish(target), 0);
}

static void what_cannot_be_honoured_is_refused(void **state)
{
    static const struct { const char *arguments[6]; int status; } rows[] = {
        { { "--nosuch" }, 2 }, { { "stray" }, 2 }, { { "--profile", "1.0" }, 2 }, { { "--ram", "lots" }, 2 }, { { "--", "-nosuch" }, 2 },
        { { "--", "-daemonize" }, 2 }, { { "--", "-mon", "chardev=x,mode=control" }, 1 }, { { "--", "-uuid", "x" }, 1 },
        { { "--", "-qmp", "telnet:x" }, 2 }, { { "--", "-global", "migration.nosuch=1" }, 1 }, { { "--", "-incoming", "bogus" }, 1 },
        { { "--", "-compat", "unstable-input=maybe" }, 1 }, { { "--", "-M" }, 1 }, { { "--qmp", "unix:/nonexistent/x" }, 1 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_int_equal(finish(start(rows[i].arguments, -1)), rows[i].status);
    }
}

/* Standard input and output as the monitor; what it says in all. */
static char *converse(const char *options, const char *input, int *ret_status)
{
    g_autofree char *line = g_strdup_printf("printf '%%s' '%s' | " MIGLAB_BUILD_DIR "/miglab serve %s 2>/dev/null", input, options);
    const char *const argv[] = { "/bin/sh", "-c", line, NULL };
    char *out = NULL;
    int status = 0;

    assert_true(g_spawn_sync(directory, (char **) argv, NULL, 0, NULL, NULL, &out, NULL, &status, NULL));
    *ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return out;
}

static void on_standard_input_until_quit(void **state)
{
    g_autofree char *file = in_directory("memory"), *bytes = NULL, *out = NULL, *version = NULL, *input = NULL;
    gsize size;
    int status;

    input = g_strdup_printf("{\"execute\":\"qmp_capabilities\"}"
                            "{\"execute\":\"pmemsave\",\"arguments\":{\"val\":4090,\"size\":5000,\"filename\":\"%s\"},\"id\":1}"
                            "{\"execute\":\"pmemsave\",\"arguments\":{\"val\":1048576,\"size\":33554432,\"filename\":\"%s\"},\"id\":2}"
                            "{\"execute\":\"pmemsave\",\"arguments\":{\"val\":0,\"size\":1,\"filename\":\"/nonexistent/x\"},\"id\":3}"
                            "{\"execute\":\"query-uuid\",\"id\":4}{\"execute\":\"quit\",\"id\":5}", file, file);
    out = converse("--profile 7.2 --ram 1M --content text --qmp stdio -- -uuid 00112233-4455-6677-8899-aabbccddeeff", input, &status);
    assert_int_equal(status, 0);
    assert_non_null(strstr(out, "{\"QMP\": "));
    assert_non_null(strstr(out, "{\"return\": {}, \"id\": 1}"));
    assert_non_null(strstr(out, "\"id\": 2, \"error\": {\"class\": \"GenericError\", \"desc\": \"Invalid addr or size"));
    assert_non_null(strstr(out, "\"id\": 3, \"error\": {\"class\": \"GenericError\", \"desc\": \"Could not open '/nonexistent/x'"));
    assert_non_null(strstr(out, "{\"UUID\": \"00112233-4455-6677-8899-aabbccddeeff\"}"));
    assert_non_null(strstr(out, "{\"return\": {}, \"id\": 5}"));
    assert_true(g_file_get_contents(file, &bytes, &size, NULL));
    assert_int_equal(size, 5000);
    assert_true(bytes[0] != '\0' && bytes[4999] != '\0');      /* text has no zero */
    g_unlink(file);
    version = converse("--profile 9.1 -- -version", "", &status);
    assert_int_equal(status, 0);
    assert_true(g_str_has_prefix(version, "QEMU emulator version 9.1."));
}

/* We listen, it connects. */
static void it_connects_and_leaves_a_pidfile_while_it_runs(void **state)
{
    g_autofree char *pidfile = in_directory("pid"), *device = NULL, *text = NULL;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;
    pid_t pid;

    assert_int_equal(bind(listener, (struct sockaddr *) &address, sizeof(address)), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *) &address, &size), 0);
    device = g_strdup_printf("tcp:127.0.0.1:%d", ntohs(address.sin_port));
    {
        const char *const arguments[] = { "--profile", "8.0", "--", "-qmp", device, "-pidfile", pidfile, NULL };
        struct pollfd poller = { .fd = listener, .events = POLLIN };

        pid = start(arguments, -1);
        assert_int_equal(poll(&poller, 1, WAIT_MS), 1);
        fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    }
    assert_true(fd >= 0);
    negotiate(fd);
    assert_true(g_file_get_contents(pidfile, &text, NULL, NULL));
    assert_int_equal(atoi(text), pid);
    kill(pid, SIGINT);
    assert_int_equal(finish(pid), 0);
    assert_false(g_file_test(pidfile, G_FILE_TEST_EXISTS));
    close(fd);
    close(listener);
}

static int set_up(void **state)
{
    directory = g_dir_make_tmp("miglab-serve-XXXXXX", NULL);
    return directory ? 0 : -1;
}

static int tear_down(void **state)
{
    int status = g_rmdir(directory);     /* empty: every socket is gone */

    g_free(directory);
    return status;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_command_line_of_a_harness),
        cmocka_unit_test(several_monitors_by_path_and_by_descriptor),
        cmocka_unit_test(passed_descriptors_arrive),
        cmocka_unit_test(hundreds_of_clients_in_a_row),
        cmocka_unit_test(one_migrates_to_another),
        cmocka_unit_test(what_cannot_be_honoured_is_refused),
        cmocka_unit_test(on_standard_input_until_quit),
        cmocka_unit_test(it_connects_and_leaves_a_pidfile_while_it_runs),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
