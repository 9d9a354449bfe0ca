/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The faulty link, without any VM: two sockets of ours at its ends.
 */
#include "sim/process/keeper.h"
#include "sim/process/pipe.h"
#include "sim/process/proxy.h"
#include "sim/process/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
/* cmocka comes last. */
#include <cmocka.h>

#define MS G_GINT64_CONSTANT(1000000)

typedef struct {
    SimKeeper *keeper;
    SimLoop *loop;
    SimProxy *proxy;
    int listener, source, destination;
    GString *actions;         /* "connected cut …" */
    GString *records;         /* "header command …" */
    GByteArray *sent, *got;   /* source to destination */
} Fixture;

static void on_action(gpointer owner, const char *action, json_t *data)
{
    Fixture *f = owner;

    g_string_append_printf(f->actions, "%s ", action);
    json_decref(data);
}

static void on_record(gpointer owner, const OraStream *record)
{
    Fixture *f = owner;

    g_string_append_printf(f->records, "%s ", record->record);
}

static void steps(Fixture *f, gint64 ns)
{
    gint64 deadline_ns = sim_loop_now_ns(f->loop) + ns;

    while (sim_loop_now_ns(f->loop) < deadline_ns) {
        sim_loop_step(f->loop, deadline_ns);
    }
}

static void begin(Fixture *f, const SimWeather *weather, gboolean tcp)
{
    const SimProxyObserver observer = { .action = on_action, .record = on_record, .owner = f };
    g_autofree char *link = NULL, *end = NULL, *real = NULL;

    memset(f, 0, sizeof(*f));
    f->keeper = sim_keeper_new(NULL);
    f->loop = sim_loop_new(1);
    f->actions = g_string_new(NULL);
    f->records = g_string_new(NULL);
    f->sent = g_byte_array_new();
    f->got = g_byte_array_new();
    f->proxy = sim_proxy_new(f->loop, weather, 1, &observer);
    if (tcp) {
        link = g_strdup("tcp:127.0.0.1:0");
        end = g_strdup("tcp:127.0.0.1:0");
    } else {
        link = g_strdup_printf("unix:%s/link", sim_keeper_dir(f->keeper));
        end = g_strdup_printf("unix:%s/end", sim_keeper_dir(f->keeper));
    }
    f->listener = sim_socket_listen(end, NULL);
    assert_true(f->listener >= 0);
    real = sim_socket_address(f->listener, end);
    assert_true(sim_proxy_listen(f->proxy, link, NULL));
    sim_proxy_set_peer(f->proxy, real);
    f->source = sim_socket_connect(sim_proxy_address(f->proxy), NULL);
    assert_true(f->source >= 0);
    for (int i = 0; i < 100 && sim_proxy_connections(f->proxy) == 0; i++) {
        steps(f, 1 * MS);
    }
    f->destination = sim_socket_accept(f->listener);
    assert_true(f->destination >= 0);
}

static void end(Fixture *f)
{
    close(f->source);
    close(f->destination);
    close(f->listener);
    sim_proxy_free(f->proxy);
    sim_loop_free(f->loop);
    sim_keeper_free(f->keeper);
    g_string_free(f->actions, TRUE);
    g_string_free(f->records, TRUE);
    g_byte_array_unref(f->sent);
    g_byte_array_unref(f->got);
}

/* Reads what has come; TRUE: the end was seen. */
static gboolean take(int fd, GByteArray *into, int *ret_errno)
{
    guint8 buffer[65536];
    ssize_t got;

    while ((got = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
        g_byte_array_append(into, buffer, (guint) got);
    }
    if (ret_errno != NULL) {
        *ret_errno = got < 0 ? errno : 0;
    }
    return got == 0 || errno != EAGAIN;
}

/* Sends `size` bytes of a pattern and lets the link work until `want` of them have come, or the end, or a second. TRUE:
 * the end was seen. */
static gboolean send_and_take(Fixture *f, gsize size, gsize want)
{
    gint64 deadline_ns = sim_loop_now_ns(f->loop) + 1000 * MS;
    gsize done = 0;
    gboolean ended = FALSE;
    guint first = f->sent->len;

    for (gsize i = 0; i < size; i++) {
        guint8 byte = (guint8) ((first + i) * 7 + (first + i) / 256);
        g_byte_array_append(f->sent, &byte, 1);
    }
    while (!ended && f->got->len < want && sim_loop_now_ns(f->loop) < deadline_ns) {
        if (done < size) {
            ssize_t taken = send(f->source, f->sent->data + first + done, size - done, MSG_DONTWAIT | MSG_NOSIGNAL);
            done += taken > 0 ? (gsize) taken : 0;
        }
        sim_loop_step(f->loop, sim_loop_now_ns(f->loop) + 1 * MS);
        ended = take(f->destination, f->got, NULL);
    }
    return ended;
}

static SimFault *fault_at(SimFaultKind kind, SimDirection direction, gint64 offset)
{
    SimFault *fault = sim_fault_new(kind);

    fault->direction = direction;
    fault->at_ns = -1;
    fault->at_offset = offset;
    fault->connection = -1;
    fault->size_bytes = 1;
    fault->mask = 0xff;
    return fault;
}

static const SimWeather calm = { 0 };

static void calm_weather_changes_nothing(void **state)
{
    Fixture f;

    (void) state;
    begin(&f, &calm, FALSE);
    send_and_take(&f, 300000, 300000);
    assert_int_equal(f.got->len, 300000);
    assert_memory_equal(f.got->data, f.sent->data, 300000);
    end(&f);
}

static void bandwidth_and_latency_take_their_time(void **state)
{
    const SimWeather weather = { .ps_per_byte = 100000, .latency_ns = 10 * MS };
    Fixture f;
    gint64 start_ns, took_ns;

    (void) state;
    begin(&f, &weather, FALSE);
    start_ns = sim_loop_now_ns(f.loop);
    send_and_take(&f, 500000, 500000);
    took_ns = sim_loop_now_ns(f.loop) - start_ns;
    assert_int_equal(f.got->len, 500000);
    assert_memory_equal(f.got->data, f.sent->data, 500000);
    assert_true(took_ns >= 60 * MS);          /* 50 ms of the bottleneck, 10 ms of the wire */
    assert_true(took_ns < 200 * MS);
    end(&f);
}

static void a_cut_at_an_offset_is_exact(void **state)
{
    Fixture f;
    g_autoptr(SimFault) fault = fault_at(SIM_FAULT_CUT, SIM_BOTH_WAYS, 70001);
    g_autoptr(GByteArray) back = g_byte_array_new();

    (void) state;
    begin(&f, &calm, FALSE);
    sim_proxy_arm(f.proxy, fault);
    assert_true(send_and_take(&f, 100000, 100000));
    assert_int_equal(f.got->len, 70001);
    assert_memory_equal(f.got->data, f.sent->data, 70001);
    assert_true(take(f.source, back, NULL));
    assert_int_equal(send(f.source, "x", 1, MSG_NOSIGNAL), -1);      /* and who goes on writing is told */
    assert_int_equal(errno, EPIPE);
    assert_string_equal(f.actions->str, "connected cut ");
    assert_int_equal(sim_proxy_connections(f.proxy), 0);
    end(&f);
}

static void a_reset_is_one_on_tcp(void **state)
{
    Fixture f;
    g_autoptr(SimFault) fault = fault_at(SIM_FAULT_RESET, SIM_BOTH_WAYS, 1000);
    g_autoptr(GByteArray) back = g_byte_array_new();
    int code = 0;

    (void) state;
    begin(&f, &calm, TRUE);
    sim_proxy_arm(f.proxy, fault);
    assert_true(send_and_take(&f, 1000, 2000));
    assert_true(take(f.source, back, &code));
    assert_int_equal(code, ECONNRESET);
    assert_string_equal(f.actions->str, "connected cut ");
    end(&f);
}

static void a_half_close_leaves_the_other_direction(void **state)
{
    Fixture f;
    g_autoptr(SimFault) fault = fault_at(SIM_FAULT_HALF_CLOSE, SIM_TO_SOURCE, 0);
    g_autoptr(GByteArray) back = g_byte_array_new();

    (void) state;
    begin(&f, &calm, FALSE);
    sim_proxy_arm(f.proxy, fault);
    assert_int_equal(send(f.destination, "pong", 4, MSG_NOSIGNAL), 4);
    steps(&f, 5 * MS);
    assert_true(take(f.source, back, NULL));
    assert_int_equal(back->len, 0);
    send_and_take(&f, 5000, 5000);
    assert_int_equal(f.got->len, 5000);
    end(&f);
}

static void a_stall_ends_by_time_and_by_healing(void **state)
{
    Fixture f;
    g_autoptr(SimFault) timed = fault_at(SIM_FAULT_STALL, SIM_BOTH_WAYS, 100);
    g_autoptr(SimFault) endless = fault_at(SIM_FAULT_STALL, SIM_TO_DESTINATION, 2000);
    gint64 start_ns;

    (void) state;
    begin(&f, &calm, FALSE);
    timed->for_ns = 40 * MS;
    sim_proxy_arm(f.proxy, timed);
    sim_proxy_arm(f.proxy, endless);
    start_ns = sim_loop_now_ns(f.loop);
    send_and_take(&f, 2000, 2000);
    assert_int_equal(f.got->len, 2000);
    assert_true(sim_loop_now_ns(f.loop) - start_ns >= 40 * MS);
    assert_int_equal(send(f.source, f.sent->data, 50, MSG_NOSIGNAL), 50);
    steps(&f, 30 * MS);
    assert_false(take(f.destination, f.got, NULL));
    assert_int_equal(f.got->len, 2000);
    sim_proxy_heal(f.proxy);
    steps(&f, 5 * MS);
    take(f.destination, f.got, NULL);
    assert_int_equal(f.got->len, 2050);
    assert_string_equal(f.actions->str, "connected hole heal hole_sd heal ");
    end(&f);
}

static void truncate_and_corrupt_hit_their_bytes(void **state)
{
    Fixture f;
    g_autoptr(SimFault) truncate = fault_at(SIM_FAULT_TRUNCATE, SIM_TO_DESTINATION, 10);
    g_autoptr(SimFault) corrupt = fault_at(SIM_FAULT_CORRUPT, SIM_TO_DESTINATION, 100);

    (void) state;
    begin(&f, &calm, FALSE);
    truncate->size_bytes = 5;
    corrupt->size_bytes = 3;
    corrupt->mask = 0x0f;
    sim_proxy_arm(f.proxy, truncate);
    sim_proxy_arm(f.proxy, corrupt);
    send_and_take(&f, 200, 195);
    assert_int_equal(f.got->len, 195);
    assert_memory_equal(f.got->data, f.sent->data, 10);
    assert_memory_equal(f.got->data + 10, f.sent->data + 15, 85);
    for (guint i = 95; i < 98; i++) {
        assert_int_equal(f.got->data[i], f.sent->data[i + 5] ^ 0x0f);
    }
    assert_memory_equal(f.got->data + 98, f.sent->data + 103, 97);
    end(&f);
}

/* A header, then pings: enough of a stream for a moment. */
static const guint8 stream[] = { 'Q', 'E', 'V', 'M', 0, 0, 0, 3,
                                 8, 0, 2, 0, 4, 0, 0, 0, 1,
                                 8, 0, 2, 0, 4, 0, 0, 0, 2,
                                 8, 0, 2, 0, 4, 0, 0, 0, 3 };

static void a_moment_is_exact_however_the_bytes_come(void **state)
{
    static const struct {
        const char *moment;
        gsize want;
    } cases[] = {
        { "before the 2nd MIG_CMD_PING", 17 },
        { "after the 2nd MIG_CMD_PING", 26 },
        { "before MIG_CMD_PING", 8 },
        { "after header", 8 },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (gsize piece = 1; piece <= sizeof(stream); piece += 16) {
            g_autoptr(SimFault) fault = fault_at(SIM_FAULT_CUT, SIM_BOTH_WAYS, -1);
            gboolean ended = FALSE;
            Fixture f;

            print_message("case: %s in pieces of %d\n", cases[i].moment, (int) piece);
            assert_true(sim_fault_set_moment(fault, cases[i].moment, NULL));
            begin(&f, &calm, FALSE);
            sim_proxy_arm(f.proxy, fault);
            for (gsize at = 0; at < sizeof(stream); at += piece) {
                send(f.source, stream + at, MIN(piece, sizeof(stream) - at), MSG_NOSIGNAL);
                sim_loop_step(f.loop, sim_loop_now_ns(f.loop) + 1 * MS);
            }
            for (int n = 0; n < 100 && !ended; n++) {
                steps(&f, 1 * MS);
                ended = take(f.destination, f.got, NULL);
            }
            assert_true(ended);
            assert_int_equal(f.got->len, cases[i].want);
            assert_memory_equal(f.got->data, stream, cases[i].want);
            end(&f);
        }
    }
}

static void nothing_is_held_back_without_a_fault(void **state)
{
    Fixture f;

    (void) state;
    begin(&f, &calm, FALSE);
    assert_int_equal(send(f.source, stream, 12, MSG_NOSIGNAL), 12);      /* in the middle of a command */
    steps(&f, 5 * MS);
    take(f.destination, f.got, NULL);
    assert_int_equal(f.got->len, 12);
    end(&f);
}

static void a_dirty_sync_strikes_when_it_is_told(void **state)
{
    Fixture f;
    g_autoptr(SimFault) fault = fault_at(SIM_FAULT_CUT, SIM_BOTH_WAYS, -1);

    (void) state;
    assert_true(sim_fault_set_moment(fault, "after the 3rd dirty sync", NULL));
    begin(&f, &calm, FALSE);
    sim_proxy_arm(f.proxy, fault);
    send_and_take(&f, 100, 100);
    sim_proxy_dirty_sync(f.proxy, 1);
    sim_proxy_dirty_sync(f.proxy, 2);
    assert_string_equal(f.actions->str, "connected ");
    sim_proxy_dirty_sync(f.proxy, 3);
    assert_string_equal(f.actions->str, "connected cut ");
    end(&f);
}

static void a_capture_holds_both_directions(void **state)
{
    Fixture f;
    json_t *files;
    g_autofree char *path = NULL, *text = NULL;
    gsize size;

    (void) state;
    begin(&f, &calm, FALSE);
    close(f.source);
    close(f.destination);
    steps(&f, 5 * MS);
    assert_true(sim_proxy_capture(f.proxy, sim_keeper_dir(f.keeper), "run", NULL));
    f.source = sim_socket_connect(sim_proxy_address(f.proxy), NULL);
    steps(&f, 5 * MS);
    f.destination = sim_socket_accept(f.listener);
    assert_int_equal(send(f.source, stream, sizeof(stream), MSG_NOSIGNAL), sizeof(stream));
    assert_int_equal(send(f.destination, "\0\2\0\4\0\0\0\1", 8, MSG_NOSIGNAL), 8);
    steps(&f, 10 * MS);
    files = sim_proxy_end_capture(f.proxy);
    assert_int_equal(json_array_size(files), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(files, 0), "channel")), "main");
    assert_string_equal(json_string_value(json_object_get(json_array_get(files, 1), "channel")), "rp");
    json_decref(files);
    path = sim_keeper_path(f.keeper, "run.main.bin");
    assert_true(g_file_get_contents(path, &text, &size, NULL));
    assert_int_equal(size, sizeof(stream));
    assert_memory_equal(text, stream, size);
    end(&f);
}

static void a_second_migration_is_a_capture_of_its_own(void **state)
{
    static const char *const names[] = { "run.main.bin", "run-2.main.bin" };
    Fixture f;
    json_t *files;

    (void) state;
    begin(&f, &calm, FALSE);
    close(f.source);
    close(f.destination);
    steps(&f, 5 * MS);
    assert_true(sim_proxy_capture(f.proxy, sim_keeper_dir(f.keeper), "run", NULL));
    for (int i = 0; i < 2; i++) {
        f.source = sim_socket_connect(sim_proxy_address(f.proxy), NULL);
        steps(&f, 5 * MS);
        f.destination = sim_socket_accept(f.listener);
        assert_int_equal(send(f.source, stream, sizeof(stream), MSG_NOSIGNAL), sizeof(stream));
        steps(&f, 5 * MS);
        if (i == 0) {
            close(f.source);
            close(f.destination);
            steps(&f, 5 * MS);
        }
    }
    files = sim_proxy_end_capture(f.proxy);
    assert_int_equal(json_array_size(files), 2);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(json_string_value(json_object_get(json_array_get(files, (size_t) i), "file")), names[i]);
        assert_int_equal(json_integer_value(json_object_get(json_array_get(files, (size_t) i), "migration")), i + 1);
        assert_true(sim_proxy_main_cut(f.proxy, (guint) i + 1));      /* it ended without its end */
    }
    json_decref(files);
    end(&f);
}

static void a_missing_destination_is_said(void **state)
{
    Fixture f;
    g_autoptr(GByteArray) nothing = g_byte_array_new();
    int fd;

    (void) state;
    begin(&f, &calm, FALSE);
    sim_proxy_set_peer(f.proxy, "unix:/nowhere/at/all");
    fd = sim_socket_connect(sim_proxy_address(f.proxy), NULL);
    steps(&f, 5 * MS);
    assert_true(take(fd, nothing, NULL));
    assert_string_equal(f.actions->str, "connected dst-connect-failed ");
    close(fd);
    end(&f);
}

/* ---- The pipe alone: no sockets, no clock ---- */

static gint64 last_due_ns(const SimWeather *weather, guint64 seed, gsize size)
{
    g_autoptr(SimPipe) pipe = sim_pipe_new(weather, seed);
    g_autofree guint8 *bytes = g_malloc0(size);
    gint64 due_ns = 0;

    sim_pipe_push(pipe, 0, bytes, size);
    while (sim_pipe_due_ns(pipe) != G_MAXINT64) {
        gsize part;

        due_ns = sim_pipe_due_ns(pipe);
        sim_pipe_peek(pipe, due_ns, G_MAXUINT64, &part);
        assert_true(part > 0);
        sim_pipe_pop(pipe, part);
    }
    return due_ns;
}

static void loss_shows_as_time_and_none_is_none(void **state)
{
    SimWeather weather = { .ps_per_byte = 8000, .latency_ns = 5 * MS };
    gint64 without_ns = last_due_ns(&weather, 1, 1000000);

    (void) state;
    assert_int_equal(without_ns, 8 * MS + 5 * MS);
    assert_int_equal(last_due_ns(&weather, 2, 1000000), without_ns);      /* nothing is drawn */
    weather.loss_ppm = 100000;
    assert_true(last_due_ns(&weather, 1, 1000000) > without_ns);
    assert_int_equal(last_due_ns(&weather, 1, 1000000), last_due_ns(&weather, 1, 1000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calm_weather_changes_nothing),
        cmocka_unit_test(bandwidth_and_latency_take_their_time),
        cmocka_unit_test(a_cut_at_an_offset_is_exact),
        cmocka_unit_test(a_reset_is_one_on_tcp),
        cmocka_unit_test(a_half_close_leaves_the_other_direction),
        cmocka_unit_test(a_stall_ends_by_time_and_by_healing),
        cmocka_unit_test(truncate_and_corrupt_hit_their_bytes),
        cmocka_unit_test(a_moment_is_exact_however_the_bytes_come),
        cmocka_unit_test(nothing_is_held_back_without_a_fault),
        cmocka_unit_test(a_dirty_sync_strikes_when_it_is_told),
        cmocka_unit_test(a_capture_holds_both_directions),
        cmocka_unit_test(a_second_migration_is_a_capture_of_its_own),
        cmocka_unit_test(a_missing_destination_is_said),
        cmocka_unit_test(loss_shows_as_time_and_none_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
