/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The minimal source peers of stream.md 15, written by our writer, shown to a real QEMU: it completes, answers as we can read, and
 * has the page that was sent. QEMU= names the binary (default qemu-system-x86_64); without one the test is skipped.
 */
#include "reference/stream/reader.h"
#include "reference/stream/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <poll.h>
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

#define RAM_SIZE 0x800000u
#define PAGE_AT 0x5000u
#define TIMEOUT_MS 20000

typedef struct {
    pid_t pid;
    int in, out;                  /* QMP on its standard input and output */
    GString *pending;
    char *folder, *socket;
} Qemu;

static char *qemu_path(void)
{
    const char *name = g_getenv("QEMU");

    return g_find_program_in_path(name && name[0] ? name : "qemu-system-x86_64");
}

/* ---- QMP ---- */

static json_t *read_line(Qemu *qemu)
{
    for (;;) {
        char *newline = strchr(qemu->pending->str, '\n');
        struct pollfd poller = { .fd = qemu->out, .events = POLLIN };
        char buffer[4096];
        ssize_t got;

        if (newline) {
            json_t *value = json_loadb(qemu->pending->str, newline - qemu->pending->str, 0, NULL);
            g_string_erase(qemu->pending, 0, newline - qemu->pending->str + 1);
            return value;
        }
        if (poll(&poller, 1, TIMEOUT_MS) <= 0) {
            return NULL;
        }
        got = read(qemu->out, buffer, sizeof buffer);
        if (got <= 0) {
            return NULL;
        }
        g_string_append_len(qemu->pending, buffer, got);
    }
}

/* The answer: an object with `return` or `error`. NULL: QEMU is gone. */
static json_t *command(Qemu *qemu, const char *text)
{
    if (write(qemu->in, text, strlen(text)) != (ssize_t) strlen(text)) {
        return NULL;
    }
    for (;;) {
        json_t *line = read_line(qemu);

        if (!line || json_object_get(line, "return") || json_object_get(line, "error")) {
            return line;
        }
        json_decref(line);
    }
}

static gboolean command_good(Qemu *qemu, const char *text)
{
    json_t *answer = command(qemu, text);
    gboolean good = answer && json_object_get(answer, "return");

    if (!good) {
        print_message("%s -> %s\n", text, answer ? json_string_value(json_object_get(json_object_get(answer, "error"), "desc")) : "nothing");
    }
    json_decref(answer);
    return good;
}

/* ---- Starting and ending ---- */

static Qemu *qemu_start(const char *path)
{
    Qemu *qemu = g_new0(Qemu, 1);
    int in[2], out[2];
    json_t *greeting;

    qemu->pending = g_string_new(NULL);
    qemu->folder = g_dir_make_tmp("miglab-peer-XXXXXX", NULL);
    qemu->socket = g_build_filename(qemu->folder, "s", NULL);
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    qemu->pid = fork();
    assert_true(qemu->pid >= 0);
    if (qemu->pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY);

        (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void) dup2(in[0], 0);
        (void) dup2(out[1], 1);
        (void) dup2(nowhere, 2);
        execl(path, path, "-M", "none", "-m", "8M", "-nodefaults", "-display", "none", "-S", "-qmp", "stdio", "-incoming", "defer",
              (char *) NULL);
        _exit(127);
    }
    (void) close(in[0]);
    (void) close(out[1]);
    qemu->in = in[1];
    qemu->out = out[0];
    greeting = read_line(qemu);
    assert_non_null(greeting);
    json_decref(greeting);
    assert_true(command_good(qemu, "{\"execute\": \"qmp_capabilities\"}\n"));
    return qemu;
}

static void qemu_end(Qemu *qemu)
{
    (void) kill(qemu->pid, SIGKILL);
    (void) waitpid(qemu->pid, NULL, 0);
    (void) close(qemu->in);
    (void) close(qemu->out);
    (void) g_unlink(qemu->socket);
    (void) g_rmdir(qemu->folder);
    g_string_free(qemu->pending, TRUE);
    g_free(qemu->folder);
    g_free(qemu->socket);
    g_free(qemu);
}

static gboolean incoming(Qemu *qemu)
{
    g_autofree char *text = g_strdup_printf("{\"execute\": \"migrate-incoming\", \"arguments\": {\"uri\": \"unix:%s\"}}\n", qemu->socket);

    return command_good(qemu, text);
}

static int connect_to(const Qemu *qemu)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, qemu->socket, sizeof address.sun_path);
    assert_int_equal(connect(fd, (const struct sockaddr *) &address, sizeof address), 0);
    return fd;
}

static void send_all(int fd, MigWriter *writer)
{
    gsize count;
    const MigSegment *segments = mig_writer_segments(writer, &count);

    for (gsize i = 0; i < count; i++) {
        gsize at = 0;

        assert_int_equal(segments[i].kind, MIG_SEGMENT_BYTES);
        while (at < segments[i].size) {
            ssize_t sent = send(fd, segments[i].bytes + at, segments[i].size - at, MSG_NOSIGNAL);
            assert_true(sent > 0);
            at += (gsize) sent;
        }
    }
}

static void wait_completed(Qemu *qemu)
{
    for (guint i = 0; i < 400; i++) {
        json_t *answer = command(qemu, "{\"execute\": \"query-migrate\"}\n");
        const char *status = json_string_value(json_object_get(json_object_get(answer, "return"), "status"));
        gboolean done = status && strcmp(status, "completed") == 0;

        assert_non_null(answer);
        json_decref(answer);
        if (done) {
            return;
        }
        g_usleep(25000);
    }
    fail_msg("not completed in 10 s");
}

/* What came back on the return path, read by our reader; TRUE if the last is SHUT 0. */
static gboolean read_answers(int fd, guint *ret_pongs)
{
    MigStreamConfig config;
    g_autoptr(MigStreamContext) context = NULL;
    g_autoptr(MigReader) reader = NULL;
    g_autoptr(GError) error = NULL;
    gboolean shut = FALSE;
    MigRecord record;
    guint8 bytes[512];

    mig_stream_config_init(&config);
    context = mig_stream_context_new(&config);
    reader = mig_reader_new(context, MIG_CHANNEL_RETURN_PATH);
    *ret_pongs = 0;
    while (!shut) {
        struct pollfd poller = { .fd = fd, .events = POLLIN };
        ssize_t got = poll(&poller, 1, TIMEOUT_MS) > 0 ? recv(fd, bytes, sizeof bytes, 0) : -1;
        MigRead step;

        if (got <= 0) {
            return FALSE;
        }
        mig_reader_feed_bytes(reader, bytes, (gsize) got);
        while ((step = mig_reader_next(reader, &record, &error)) == MIG_READ_RECORD) {
            *ret_pongs += record.rp.type == MIG_RP_PONG;
            shut |= record.rp.type == MIG_RP_SHUT && record.rp.value == 0;
        }
        assert_int_not_equal(step, MIG_READ_ERROR);
    }
    return TRUE;
}

static void check_page(Qemu *qemu, guint8 value)
{
    g_autofree char *file = g_build_filename(qemu->folder, "m", NULL), *bytes = NULL;
    g_autofree char *text = g_strdup_printf("{\"execute\": \"pmemsave\", \"arguments\": {\"val\": %u, \"size\": 12288, \"filename\": \"%s\"}}\n",
                                            PAGE_AT - 4096, file);
    gsize size = 0;

    assert_true(command_good(qemu, text));
    assert_true(g_file_get_contents(file, &bytes, &size, NULL));
    (void) g_unlink(file);
    assert_int_equal(size, 12288);
    for (gsize i = 0; i < size; i++) {
        assert_int_equal((guint8) bytes[i], i >= 4096 && i < 8192 ? value : 0);
    }
}

/* ---- The peers ---- */

static MigWriter *new_writer(void)
{
    MigStreamConfig config;

    mig_stream_config_init(&config);
    return mig_writer_new(&config);
}

static void put_head(MigWriter *w)
{
    mig_writer_header(w);
    mig_writer_configuration(w, "none");
}

static void put_start(MigWriter *w)
{
    mig_writer_section_start(w, 2, "ram", 0, 4);
    mig_writer_mem_size(w, RAM_SIZE);
    mig_writer_ram_block(w, "ram", RAM_SIZE, 0, NULL);
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 2);
}

static void put_end(MigWriter *w, const guint8 *page)
{
    mig_writer_section_end(w, 2);
    if (page) {
        mig_writer_page_bytes(w, "ram", PAGE_AT, page);
    }
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 2);
}

static void put_tail(MigWriter *w)
{
    mig_writer_eof(w);
    mig_writer_description(w, "{}");
}

static Qemu *start_or_skip(void)
{
    g_autofree char *path = qemu_path();

    if (!path) {
        print_message("SKIP no QEMU here (QEMU= names one)\n");
        skip();
    }
    return qemu_start(path);
}

static void the_smallest_source_completes(void **state)
{
    Qemu *qemu = start_or_skip();
    g_autoptr(MigWriter) w = new_writer();
    int fd;

    (void) state;
    put_head(w);
    put_tail(w);
    assert_int_equal(mig_writer_pending(w), 25);
    assert_true(incoming(qemu));
    fd = connect_to(qemu);
    send_all(fd, w);
    wait_completed(qemu);
    (void) close(fd);
    qemu_end(qemu);
}

static void ram_return_path_and_globalstate_complete(void **state)
{
    Qemu *qemu = start_or_skip();
    g_autoptr(MigWriter) w = new_writer();
    guint8 page[4096], globalstate[104] = { 0, 0, 0, 7, 'p', 'a', 'u', 's', 'e', 'd' };
    guint pongs;
    int fd;

    (void) state;
    memset(page, 0x5a, sizeof page);
    put_head(w);
    mig_writer_open_return_path(w);
    mig_writer_ping(w, 1);
    put_start(w);
    put_end(w, page);
    mig_writer_section_full(w, 3, "globalstate", 0, 1);
    mig_writer_bytes(w, globalstate, sizeof globalstate);
    mig_writer_footer(w, 3);
    put_tail(w);
    assert_true(incoming(qemu));
    fd = connect_to(qemu);
    send_all(fd, w);
    assert_true(read_answers(fd, &pongs));
    assert_int_equal(pongs, 1);
    wait_completed(qemu);
    check_page(qemu, 0x5a);
    (void) close(fd);
    qemu_end(qemu);
}

/* A damaged one must not complete, or the tests above show nothing. */
static void a_damaged_source_does_not_complete(void **state)
{
    Qemu *qemu = start_or_skip();
    g_autoptr(MigWriter) w = new_writer();
    json_t *answer = NULL;
    int fd;

    (void) state;
    put_head(w);
    put_start(w);
    mig_writer_section_end(w, 3);
    put_tail(w);
    assert_true(incoming(qemu));
    fd = connect_to(qemu);
    send_all(fd, w);
    for (guint i = 0; i < 400; i++) {
        json_decref(answer);
        answer = command(qemu, "{\"execute\": \"query-migrate\"}\n");
        if (!answer) {
            break;                /* 7.2 exits */
        }
        assert_string_not_equal(json_string_value(json_object_get(json_object_get(answer, "return"), "status")), "completed");
        if (strcmp(json_string_value(json_object_get(json_object_get(answer, "return"), "status")), "failed") == 0) {
            break;
        }
        g_usleep(25000);
    }
    json_decref(answer);
    (void) close(fd);
    qemu_end(qemu);
}

/* Sync per section: QEMU 7.2 knows no FLUSH; from 8.1 on the property says so. */
static void a_multifd_source_completes(void **state)
{
    static const guint8 uuid[16];
    static const guint64 offsets[] = { PAGE_AT };
    Qemu *qemu = start_or_skip();
    g_autoptr(MigWriter) w = new_writer();
    guint8 page[4096];
    int fd, side[2];

    (void) state;
    memset(page, 0xa5, sizeof page);
    assert_true(command_good(qemu, "{\"execute\": \"migrate-set-capabilities\", \"arguments\": {\"capabilities\": [{\"capability\": \"multifd\", "
                                   "\"state\": true}]}}\n"));
    assert_true(command_good(qemu, "{\"execute\": \"migrate-set-parameters\", \"arguments\": {\"multifd-channels\": 2}}\n"));
    assert_true(incoming(qemu));
    fd = connect_to(qemu);
    put_head(w);
    put_start(w);
    put_end(w, NULL);
    put_tail(w);
    send_all(fd, w);
    for (guint8 i = 0; i < 2; i++) {
        g_autoptr(MigWriter) s = new_writer();

        side[i] = connect_to(qemu);
        mig_writer_multifd_hello(s, uuid, i);
        mig_writer_multifd_packet(s, MIG_MULTIFD_SYNC, i, NULL, 128, NULL, 0, 0, 0);
        if (i == 1) {
            mig_writer_multifd_packet(s, 0, 2, "ram", 128, offsets, 1, 0, 4096);
            mig_writer_bytes(s, page, sizeof page);
        }
        mig_writer_multifd_packet(s, MIG_MULTIFD_SYNC, 3u + i, NULL, 128, NULL, 0, 0, 0);
        send_all(side[i], s);
    }
    wait_completed(qemu);
    check_page(qemu, 0xa5);
    (void) close(side[0]);
    (void) close(side[1]);
    (void) close(fd);
    qemu_end(qemu);
}

static void a_postcopy_source_completes(void **state)
{
    static const MigRange range = { PAGE_AT, 4096 };
    Qemu *qemu = start_or_skip();
    g_autoptr(MigWriter) w = new_writer(), package = new_writer();
    guint8 page[4096];
    guint pongs;
    int fd;

    (void) state;
    memset(page, 0x3c, sizeof page);
    if (!command_good(qemu, "{\"execute\": \"migrate-set-capabilities\", \"arguments\": {\"capabilities\": [{\"capability\": \"postcopy-ram\", "
                            "\"state\": true}]}}\n")) {
        print_message("SKIP no postcopy here (userfaultfd)\n");
        qemu_end(qemu);
        skip();
    }
    put_head(w);
    mig_writer_open_return_path(w);
    mig_writer_ping(w, 1);
    mig_writer_advise_ram(w, 4096, 4096);
    put_start(w);
    mig_writer_discard(w, "ram", &range, 1);
    mig_writer_command(package, MIG_COMMAND_POSTCOPY_LISTEN);
    mig_writer_ping(package, 3);
    mig_writer_ping(package, 0x42);
    mig_writer_command(package, MIG_COMMAND_POSTCOPY_RUN);
    mig_writer_packaged(w, package);
    mig_writer_section_part(w, 2);
    mig_writer_page_bytes(w, "ram", PAGE_AT, page);
    mig_writer_ram_eos(w);
    mig_writer_footer(w, 2);
    mig_writer_eof(w);
    assert_true(incoming(qemu));
    fd = connect_to(qemu);
    send_all(fd, w);
    assert_true(read_answers(fd, &pongs));
    assert_int_equal(pongs, 3);
    wait_completed(qemu);
    check_page(qemu, 0x3c);
    (void) close(fd);
    qemu_end(qemu);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_source_completes),
        cmocka_unit_test(ram_return_path_and_globalstate_complete),
        cmocka_unit_test(a_damaged_source_does_not_complete),
        cmocka_unit_test(a_multifd_source_completes),
        cmocka_unit_test(a_postcopy_source_completes),
    };

    return cmocka_run_group_tests_name("peer-qemu", tests, NULL, NULL);
}
