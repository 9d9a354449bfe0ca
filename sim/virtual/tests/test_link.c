/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The simulated link: how long things take, what loss does, and what each fault does to the stream.
 */
#include "sim/virtual/tests/common_toy.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define GBIT 8000                                /* ps per byte */
#define MIB (1 << 20)
#define MS G_GINT64_CONSTANT(1000000)
#define SECOND (1000 * MS)

static gint64 transfer(const SimWeather *weather, guint64 size, gboolean pages, guint64 seed)
{
    ToyWorld world;
    gint64 end_ns;

    toy_start(&world, sim_choices_new_seeded(seed), weather, size, pages);
    end_ns = toy_run(&world, 3600 * SECOND);
    assert_int_equal(world.receiver.end, MIG_IO_EOF);
    assert_int_equal(world.receiver.done, size);
    toy_end(&world);
    return end_ns;
}

static void takes_as_long_as_the_bandwidth_says(void **state)
{
    SimWeather weather = { .ps_per_byte = GBIT, .latency_ns = 200000 };
    gint64 end_ns = transfer(&weather, 16 * MIB, FALSE, 1);
    gint64 wire_ns = (gint64) (16.0 * MIB * (1448 + 90) / 1448 * 8);

    (void) state;
    assert_in_range(end_ns, wire_ns, wire_ns + wire_ns / 20);
    assert_in_range(transfer(&weather, 16 * MIB, TRUE, 1), wire_ns, wire_ns + wire_ns / 20);
}

static void a_long_fat_link_is_limited_by_its_window_at_first(void **state)
{
    /* 10 packets in the first round trip, 20 in the second, …: 1 MiB is 725 packets, 7 round trips at 100 ms. */
    SimWeather weather = { .latency_ns = 50 * MS };

    (void) state;
    assert_in_range(transfer(&weather, MIB, FALSE, 1), 700 * MS, 950 * MS);
}

static void nothing_is_drawn_for_weather_that_is_not_there(void **state)
{
    /* The same run with loss, jitter and queue spelled out as zero, and as not configured: same choices, same end. */
    SimWeather plain = { .ps_per_byte = GBIT, .latency_ns = 1 * MS };
    ToyWorld world;
    gsize jitter_or_loss = 0;

    (void) state;
    toy_start(&world, sim_choices_new_seeded(3), &plain, MIB, FALSE);
    toy_run(&world, 60 * SECOND);
    for (gsize i = 0; i < sim_choices_count(world.choices); i++) {
        jitter_or_loss += g_strcmp0(sim_choices_what(world.choices, i), "actor") != 0
                          && g_strcmp0(sim_choices_what(world.choices, i), "guest") != 0;
    }
    assert_int_equal(jitter_or_loss, 0);
    assert_int_equal(sim_net_path(world.net, SIM_TO_DESTINATION)->packets_lost, 0);
    assert_int_equal(sim_net_path(world.net, SIM_TO_DESTINATION)->packets_dropped, 0);
    toy_end(&world);
}

static void loss_costs_time_and_no_bytes(void **state)
{
    SimWeather calm = { .ps_per_byte = GBIT, .latency_ns = 5 * MS };
    SimWeather lossy = calm;
    ToyWorld world;
    gint64 calm_ns = transfer(&calm, 16 * MIB, FALSE, 1), lossy_ns;
    guint64 lost;

    (void) state;
    lossy.loss_ppm = 10000;
    toy_start(&world, sim_choices_new_seeded(1), &lossy, 16 * MIB, FALSE);
    lossy_ns = toy_run(&world, 600 * SECOND);
    lost = sim_net_path(world.net, SIM_TO_DESTINATION)->packets_lost;
    assert_int_equal(world.receiver.done, 16 * MIB);
    /* One percent of 11587 packets and the retransmissions. */
    assert_in_range(lost, 70, 180);
    /* Mathis: about MSS / RTT * 1.22 / sqrt(0.01) = 1.77 MB/s, 9.5 s; Reno with time-outs is slower. */
    assert_in_range(lossy_ns, 5 * SECOND, 60 * SECOND);
    assert_true(lossy_ns > 10 * calm_ns);
    toy_end(&world);
}

static void a_dead_network_ends_after_fifteen_timeouts(void **state)
{
    SimWeather weather = { .ps_per_byte = GBIT, .latency_ns = 1 * MS };
    SimWeather dead = { .ps_per_byte = GBIT, .latency_ns = 1 * MS, .loss_ppm = 1000000 };
    ToyWorld world;

    (void) state;
    toy_start(&world, sim_choices_new_seeded(1), &weather, 64 * MIB, FALSE);
    (void) toy_run(&world, 20 * MS);
    sim_net_set_weather(world.net, &dead);
    (void) toy_run(&world, 3600 * SECOND);
    assert_int_equal(world.sender.end, MIG_IO_ERROR);
    assert_int_equal(world.sender.error, ETIMEDOUT);
    /* 200 ms doubled up to 120 s, 16 times: 0.2 + 0.4 + … + 102.4 + 6 * 120 = 924.6 s (as Linux with tcp_retries2 = 15). */
    assert_in_range(world.sender.end_ns, 920 * SECOND, 930 * SECOND);
    toy_end(&world);
}

static void a_connection_to_nobody_is_refused(void **state)
{
    SimWeather weather = { .latency_ns = 3 * MS };
    ToyWorld world;

    (void) state;
    toy_start(&world, sim_choices_new_seeded(1), &weather, 100, FALSE);
    world.receiver.env->ops->listener_close(world.listener);
    world.receiver.env->ops->retire(world.receiver.env, &world.acceptor);
    (void) toy_run(&world, 10 * SECOND);
    assert_int_equal(world.sender.end, MIG_IO_ERROR);
    assert_string_equal(world.sender.connect_error->message, "Failed to connect to 'destination:4444': Connection refused");
    assert_in_range(world.sender.end_ns, 6 * MS, 7 * MS);
    toy_end(&world);
}

/* ---- Faults ---- */

static void start_with_fault(ToyWorld *world, SimFault *fault, guint64 size)
{
    SimWeather weather = { .ps_per_byte = GBIT, .latency_ns = 1 * MS };

    toy_start(world, sim_choices_new_seeded(5), &weather, size, FALSE);
    sim_net_arm_fault(world->net, fault);
    (void) toy_run(world, 100 * SECOND);
    sim_fault_free(fault);
}

static void cut_at_a_byte(void **state)
{
    ToyWorld world;
    SimFault *fault = sim_fault_new(SIM_FAULT_CUT);

    (void) state;
    fault->at_offset = 12345;
    start_with_fault(&world, fault, 16 * MIB);
    assert_int_equal(world.receiver.done, 12345);
    assert_int_equal(world.receiver.end, MIG_IO_EOF);
    assert_int_equal(world.sender.end, MIG_IO_ERROR);
    assert_int_equal(world.sender.error, EPIPE);
    toy_end(&world);
}

static void reset_at_a_time(void **state)
{
    ToyWorld world;
    SimFault *fault = sim_fault_new(SIM_FAULT_RESET);

    (void) state;
    fault->at_ns = 50 * MS;
    start_with_fault(&world, fault, 64 * MIB);
    assert_int_equal(world.receiver.end, MIG_IO_ERROR);
    assert_int_equal(world.receiver.error, ECONNRESET);
    assert_int_equal(world.sender.error, ECONNRESET);
    assert_in_range(world.sender.end_ns, 50 * MS, 52 * MS);
    toy_end(&world);
}

static void corrupt_changes_just_these_bytes(void **state)
{
    ToyWorld world;
    SimFault *fault = sim_fault_new(SIM_FAULT_CORRUPT);

    (void) state;
    fault->at_offset = 1000;
    fault->size_bytes = 3;
    fault->mask = 0x55;
    start_with_fault(&world, fault, 60000);
    assert_int_equal(world.receiver.done, 60000);
    for (guint i = 0; i < 60000; i++) {
        assert_int_equal(world.receiver.bytes->data[i], toy_byte(i) ^ (i >= 1000 && i < 1003 ? 0x55 : 0));
    }
    toy_end(&world);
}

static void truncate_leaves_a_gap(void **state)
{
    ToyWorld world;
    SimFault *fault = sim_fault_new(SIM_FAULT_TRUNCATE);

    (void) state;
    fault->at_offset = 5000;
    fault->size_bytes = 100;
    start_with_fault(&world, fault, 60000);
    assert_int_equal(world.receiver.done, 59900);
    assert_int_equal(world.receiver.end, MIG_IO_EOF);
    assert_int_equal(world.receiver.bytes->data[4999], toy_byte(4999));
    assert_int_equal(world.receiver.bytes->data[5000], toy_byte(5100));
    toy_end(&world);
}

static void half_close_ends_one_direction_only(void **state)
{
    ToyWorld world;
    SimFault *fault = sim_fault_new(SIM_FAULT_HALF_CLOSE);

    (void) state;
    fault->at_offset = 7000;
    start_with_fault(&world, fault, MIB);
    assert_int_equal(world.receiver.done, 7000);
    assert_int_equal(world.receiver.end, MIG_IO_EOF);
    assert_int_equal(world.sender.end, MIG_IO_EOF);              /* it could send everything */
    toy_end(&world);
}

static void a_stall_ends_when_it_is_over(void **state)
{
    ToyWorld world;
    SimFault *fault = sim_fault_new(SIM_FAULT_STALL);
    SimWeather weather = { .ps_per_byte = GBIT, .latency_ns = 1 * MS };
    gint64 undisturbed_ns = transfer(&weather, 16 * MIB, FALSE, 5);

    (void) state;
    fault->at_ns = 30 * MS;
    fault->for_ns = 2 * SECOND;
    start_with_fault(&world, fault, 16 * MIB);
    assert_int_equal(world.receiver.done, 16 * MIB);
    assert_in_range(world.receiver.end_ns, 2 * SECOND, undisturbed_ns + 2 * SECOND + 10 * MS);
    assert_int_equal(sim_net_last_fault_ns(world.net), 2030 * MS);
    toy_end(&world);
}

static void a_delay_comes_on_top(void **state)
{
    ToyWorld world;
    SimFault *fault = sim_fault_new(SIM_FAULT_DELAY);
    SimWeather weather = { .ps_per_byte = GBIT, .latency_ns = 1 * MS };
    gint64 undisturbed_ns = transfer(&weather, MIB, FALSE, 5);

    (void) state;
    fault->at_ns = 0;
    fault->for_ns = 500 * MS;
    start_with_fault(&world, fault, MIB);
    assert_int_equal(world.receiver.done, MIB);
    assert_in_range(world.receiver.end_ns, undisturbed_ns + 499 * MS, undisturbed_ns + 502 * MS);
    toy_end(&world);
}

static void pages_come_as_references_and_a_cut_page_as_bytes(void **state)
{
    ToyWorld world;
    SimFault *fault = sim_fault_new(SIM_FAULT_CUT);
    SimWeather weather = { .ps_per_byte = GBIT, .latency_ns = 1 * MS };

    (void) state;
    toy_start(&world, sim_choices_new_seeded(5), &weather, 64 * 4096, TRUE);
    fault->at_offset = 10 * 4096 + 100;
    sim_net_arm_fault(world.net, fault);
    sim_fault_free(fault);
    (void) toy_run(&world, 100 * SECOND);
    assert_int_equal(world.receiver.page_segments, 10);
    assert_int_equal(world.receiver.done, 10 * 4096 + 100);
    toy_end(&world);
}

static void the_same_choices_give_the_same_run(void **state)
{
    SimWeather weather = { .ps_per_byte = GBIT, .latency_ns = 2 * MS, .jitter_ns = 100000, .loss_ppm = 2000, .queue_bytes = 100000 };
    ToyWorld first, again, other;
    SimChoices *list;

    (void) state;
    toy_start(&first, sim_choices_new_seeded(9), &weather, 4 * MIB, FALSE);
    (void) toy_run(&first, 600 * SECOND);
    list = sim_choices_new_list(sim_choices_log(first.choices), sim_choices_count(first.choices));
    toy_start(&again, list, &weather, 4 * MIB, FALSE);
    (void) toy_run(&again, 600 * SECOND);
    toy_start(&other, sim_choices_new_seeded(10), &weather, 4 * MIB, FALSE);
    (void) toy_run(&other, 600 * SECOND);
    assert_int_equal(first.receiver.done, 4 * MIB);
    assert_int_equal(first.receiver.end_ns, again.receiver.end_ns);
    assert_int_equal(sim_choices_count(first.choices), sim_choices_count(again.choices));
    assert_int_not_equal(first.receiver.end_ns, other.receiver.end_ns);
    toy_end(&first);
    toy_end(&again);
    toy_end(&other);
}

static void a_source_without_answers_is_calm(void **state)
{
    SimWeather weather = { .ps_per_byte = GBIT, .latency_ns = 2 * MS, .jitter_ns = 100000, .loss_ppm = 100000 };
    ToyWorld world;

    (void) state;
    toy_start(&world, sim_choices_new_list(NULL, 0), &weather, MIB, FALSE);
    (void) toy_run(&world, 600 * SECOND);
    assert_int_equal(world.receiver.done, MIB);
    assert_int_equal(sim_net_path(world.net, SIM_TO_DESTINATION)->packets_lost, 0);
    toy_end(&world);
}

static void a_dying_process_resets_or_ends_its_connections(void **state)
{
    SimWeather weather = { .ps_per_byte = GBIT, .latency_ns = 1 * MS };
    ToyWorld world;

    (void) state;
    toy_start(&world, sim_choices_new_seeded(1), &weather, 64 * MIB, FALSE);
    (void) toy_run(&world, 100 * MS);
    sim_host_free(world.hosts[1]);
    world.hosts[1] = NULL;
    (void) toy_run(&world, 10 * SECOND);
    assert_int_equal(world.sender.end, MIG_IO_ERROR);
    assert_true(world.sender.error == EPIPE || world.sender.error == ECONNRESET);
    toy_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_as_long_as_the_bandwidth_says),
        cmocka_unit_test(a_long_fat_link_is_limited_by_its_window_at_first),
        cmocka_unit_test(nothing_is_drawn_for_weather_that_is_not_there),
        cmocka_unit_test(loss_costs_time_and_no_bytes),
        cmocka_unit_test(a_dead_network_ends_after_fifteen_timeouts),
        cmocka_unit_test(a_connection_to_nobody_is_refused),
        cmocka_unit_test(cut_at_a_byte),
        cmocka_unit_test(reset_at_a_time),
        cmocka_unit_test(corrupt_changes_just_these_bytes),
        cmocka_unit_test(truncate_leaves_a_gap),
        cmocka_unit_test(half_close_ends_one_direction_only),
        cmocka_unit_test(a_stall_ends_when_it_is_over),
        cmocka_unit_test(a_delay_comes_on_top),
        cmocka_unit_test(pages_come_as_references_and_a_cut_page_as_bytes),
        cmocka_unit_test(the_same_choices_give_the_same_run),
        cmocka_unit_test(a_source_without_answers_is_calm),
        cmocka_unit_test(a_dying_process_resets_or_ends_its_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
