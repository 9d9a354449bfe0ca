/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The clock, events, timers and actors of the virtual world; segments; guests.
 */
#include "sim/virtual/host.h"
#include "sim/virtual/segments.h"

#include "reference/machine/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define SECOND G_GINT64_CONSTANT(1000000000)

typedef struct { SimEvent event; GString *log; char letter; } Letter;

static void write_letter(SimEvent *event)
{
    Letter *letter = (Letter *) event;

    g_string_append_c(letter->log, letter->letter);
}

static void events_fire_in_order_of_time_then_of_scheduling(void **state)
{
    g_autoptr(SimChoices) choices = sim_choices_new_seeded(1);
    SimKernel *kernel = sim_kernel_new(choices);
    g_autoptr(GString) log = g_string_new(NULL);
    Letter letters[6];

    (void) state;
    for (int i = 0; i < 6; i++) {
        letters[i] = (Letter) { .event = { .fire = write_letter }, .log = log, .letter = (char) ('a' + i) };
    }
    sim_event_schedule(kernel, &letters[0].event, 30);
    sim_event_schedule(kernel, &letters[1].event, 10);
    sim_event_schedule(kernel, &letters[2].event, 20);
    sim_event_schedule(kernel, &letters[3].event, 10);
    sim_event_schedule(kernel, &letters[4].event, 5);
    sim_event_schedule(kernel, &letters[5].event, 40);
    sim_event_schedule(kernel, &letters[4].event, 35);             /* moved */
    sim_event_cancel(kernel, &letters[2].event);
    while (sim_kernel_step(kernel, 100) == SIM_RAN) {
    }
    assert_string_equal(log->str, "bdaef");
    assert_int_equal(sim_kernel_now_ns(kernel), 40);
    assert_int_equal(sim_kernel_step(kernel, 100), SIM_RAN_DRY);
    assert_false(sim_event_scheduled(&letters[0].event));
    sim_kernel_free(kernel);
}

static void the_clock_stops_at_the_limit(void **state)
{
    g_autoptr(SimChoices) choices = sim_choices_new_seeded(1);
    SimKernel *kernel = sim_kernel_new(choices);
    g_autoptr(GString) log = g_string_new(NULL);
    Letter letter = { .event = { .fire = write_letter }, .log = log, .letter = 'x' };

    (void) state;
    sim_event_schedule(kernel, &letter.event, 1000);
    assert_int_equal(sim_kernel_step(kernel, 500), SIM_RAN_TO_LIMIT);
    assert_int_equal(sim_kernel_now_ns(kernel), 500);
    assert_string_equal(log->str, "");
    assert_int_equal(sim_kernel_step(kernel, 1000), SIM_RAN);
    assert_string_equal(log->str, "x");
    sim_kernel_free(kernel);
}

typedef struct { MigActor actor; int steps, limit; MigStep then; } Counter;

static MigStep count(MigActor *actor)
{
    Counter *counter = (Counter *) actor;

    return ++counter->steps < counter->limit ? MIG_STEP_RUNNABLE : counter->then;
}

static void actors_run_block_wake_and_end(void **state)
{
    g_autoptr(SimChoices) choices = sim_choices_new_seeded(1);
    SimKernel *kernel = sim_kernel_new(choices);
    Counter a = { .actor = { "a", count, NULL }, .limit = 3, .then = MIG_STEP_BLOCKED };
    Counter b = { .actor = { "b", count, NULL }, .limit = 2, .then = MIG_STEP_DONE };
    Counter c = { .actor = { "c", count, NULL }, .limit = 1000, .then = MIG_STEP_DONE };

    (void) state;
    sim_kernel_spawn(kernel, &a.actor, &a);
    sim_kernel_spawn(kernel, &b.actor, &b);
    while (sim_kernel_step(kernel, SECOND) == SIM_RAN) {
    }
    assert_int_equal(a.steps, 3);
    assert_int_equal(b.steps, 2);
    assert_null(b.actor.scheduler);
    assert_non_null(a.actor.scheduler);
    assert_true(sim_kernel_now_ns(kernel) > 0);                    /* steps cost time */
    sim_kernel_wake(kernel, &a.actor);
    sim_kernel_wake(kernel, &a.actor);
    while (sim_kernel_step(kernel, SECOND) == SIM_RAN) {
    }
    assert_int_equal(a.steps, 4);
    sim_kernel_freeze(kernel, &a, TRUE);
    sim_kernel_wake(kernel, &a.actor);
    assert_int_equal(sim_kernel_step(kernel, SECOND), SIM_RAN_DRY);
    sim_kernel_freeze(kernel, &a, FALSE);
    assert_int_equal(sim_kernel_step(kernel, SECOND), SIM_RAN);
    assert_int_equal(a.steps, 5);
    sim_kernel_spawn(kernel, &c.actor, &c);
    sim_kernel_retire(kernel, &c.actor);
    assert_null(c.actor.scheduler);
    assert_int_equal(sim_kernel_step(kernel, SECOND), SIM_RAN_DRY);
    assert_int_equal(c.steps, 0);
    sim_kernel_free(kernel);
    assert_null(a.actor.scheduler);
}

/* An actor that never blocks does not stop the clock. */
static void busy_loops_do_not_stop_time(void **state)
{
    g_autoptr(SimChoices) choices = sim_choices_new_seeded(1);
    SimKernel *kernel = sim_kernel_new(choices);
    Counter busy = { .actor = { "busy", count, NULL }, .limit = G_MAXINT, .then = MIG_STEP_DONE };
    int steps = 0;

    (void) state;
    sim_kernel_spawn(kernel, &busy.actor, NULL);
    while (sim_kernel_step(kernel, 1000000) == SIM_RAN) {
        assert_true(++steps < 1000000);
    }
    assert_in_range(busy.steps, 1000, 10000);
    sim_kernel_free(kernel);
}

static void timers_of_the_guest_stand_still_with_it(void **state)
{
    static const SimWorkload idle;
    static const SimWeather calm;
    g_autoptr(SimChoices) choices = sim_choices_new_seeded(1);
    SimKernel *kernel = sim_kernel_new(choices);
    SimNet *net = sim_net_new(kernel, &calm);
    SimHost *host = sim_host_new(kernel, net, SIM_END_SOURCE, &idle);
    MigEnv *env = sim_host_env(host);
    Counter actor = { .actor = { "a", count, NULL }, .limit = 0, .then = MIG_STEP_BLOCKED };
    MigTimer timer = { .actor = &actor.actor, .clock = MIG_CLOCK_VIRTUAL, .deadline_ns = SECOND };

    (void) state;
    env->ops->spawn(env, &actor.actor);
    while (sim_kernel_step(kernel, SECOND / 10) == SIM_RAN) {
    }
    actor.steps = 0;
    env->ops->timer_arm(env, &timer);
    while (sim_kernel_step(kernel, 5 * SECOND) == SIM_RAN) {
    }
    assert_int_equal(actor.steps, 0);                              /* the guest never ran */
    sim_kernel_idle_until(kernel, 5 * SECOND);
    env->ops->guest_run(env, TRUE);
    while (sim_kernel_step(kernel, 5 * SECOND + SECOND / 2) == SIM_RAN) {
    }
    env->ops->guest_run(env, FALSE);
    assert_int_equal(sim_kernel_step(kernel, 8 * SECOND), SIM_RAN_DRY);
    sim_kernel_idle_until(kernel, 8 * SECOND);
    assert_int_equal(actor.steps, 0);
    env->ops->guest_run(env, TRUE);
    while (sim_kernel_step(kernel, 10 * SECOND) == SIM_RAN) {
    }
    assert_int_equal(actor.steps, 1);
    assert_null(timer.scheduler);
    env->ops->retire(env, &actor.actor);
    sim_host_free(host);
    sim_net_free(net);
    sim_kernel_free(kernel);
}

static void segments_keep_the_order_of_bytes(void **state)
{
    SimSegments from = { 0 }, to = { 0 };
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    MigPageRef page = { .base = mig_page_base(MIG_CONTENT_RANDOM, 1, 5), .version = 2 };
    guint8 expected[20 + 4096 + 3], got[sizeof expected];
    MigSegment segment;

    (void) state;
    for (int i = 0; i < 20; i++) {
        expected[i] = (guint8) i;
    }
    mig_page_make(page, expected + 20, 4096);
    memset(expected + 20 + 4096, 0xee, 3);
    sim_segments_put_bytes(&from, expected, 12);
    sim_segments_put_bytes(&from, expected + 12, 8);
    sim_segments_put_page(&from, page, 4096);
    sim_segments_put_bytes(&from, expected + 20 + 4096, 3);
    assert_int_equal(from.size, sizeof expected);
    assert_int_equal(sim_segments_peek(&from, got, sizeof got, scratch), sizeof expected);
    assert_memory_equal(got, expected, sizeof expected);
    /* Not split: the page stays behind. */
    assert_int_equal(sim_segments_move(&from, &to, 100, FALSE, scratch), 20);
    assert_int_equal(sim_segments_move(&from, &to, 100, TRUE, scratch), 100);
    assert_int_equal(sim_segments_move(&from, &to, 10000, TRUE, scratch), 4096 - 100 + 3);
    assert_int_equal(from.size, 0);
    assert_int_equal(sim_segments_peek(&to, got, sizeof got, scratch), sizeof expected);
    assert_memory_equal(got, expected, sizeof expected);
    sim_segments_drop(&to, 20);
    assert_true(sim_segments_first(&to, 50, scratch, &segment));
    assert_int_equal(segment.kind, MIG_SEGMENT_BYTES);
    assert_int_equal(segment.size, 50);
    sim_segments_clear(&from);
    sim_segments_clear(&to);
}

static guint64 dirty_after(SimWorkloadKind kind, guint64 writes, gint64 ns, int throttle)
{
    SimWorkload workload = { .kind = kind, .writes_per_second = writes, .start_bytes = 1 << 20, .size_bytes = 4 << 20 };
    MigRamBlockConfig block = { .idstr = "ram", .size = 16 << 20, .content = MIG_CONTENT_RANDOM };
    g_autoptr(MigRam) ram = mig_ram_new(1);
    SimGuest guest;
    guint64 dirty;

    assert_non_null(mig_ram_add(ram, &block, NULL));
    mig_ram_log_start(ram);
    sim_guest_init(&guest, &workload, 42);
    guest.ram = ram;
    sim_guest_throttle(&guest, 0, throttle);
    sim_guest_run(&guest, 0, TRUE);
    sim_guest_catch_up(&guest, ns);
    dirty = mig_ram_log_count(ram);
    for (guint64 page = 0; page < 256; page++) {
        assert_int_equal(mig_ram_block(ram, 0)->pages[page].version, 0);       /* nothing below the range */
    }
    for (guint64 page = 256 + 1024; page < 4096; page++) {
        assert_int_equal(mig_ram_block(ram, 0)->pages[page].version, 0);       /* nothing behind it */
    }
    return dirty;
}

static void guests_write_what_their_workload_says(void **state)
{
    (void) state;
    assert_int_equal(dirty_after(SIM_WORKLOAD_IDLE, 1000, SECOND, 0), 0);
    assert_int_equal(dirty_after(SIM_WORKLOAD_SEQUENTIAL, 1000, SECOND / 2, 0), 500);
    assert_int_equal(dirty_after(SIM_WORKLOAD_SEQUENTIAL, 1000, SECOND / 2, 50), 250);
    /* 1000 throws at 1024 pages hit 1024 * (1 - 1/e) = 639 of them, more or less. */
    assert_in_range(dirty_after(SIM_WORKLOAD_UNIFORM, 1000, SECOND, 0), 600, 680);
    assert_in_range(dirty_after(SIM_WORKLOAD_HOT, 1000, SECOND, 0), 120, 220);
    assert_in_range(dirty_after(SIM_WORKLOAD_BURSTS, 1000, SECOND / 5, 0), 600, 680);
    assert_int_equal(dirty_after(SIM_WORKLOAD_BURSTS, 1000, SECOND / 5, 0), dirty_after(SIM_WORKLOAD_BURSTS, 1000, SECOND * 9 / 10, 0));
    assert_int_equal(dirty_after(SIM_WORKLOAD_UNIFORM, 1000000, SECOND, 0), 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_fire_in_order_of_time_then_of_scheduling),
        cmocka_unit_test(the_clock_stops_at_the_limit),
        cmocka_unit_test(actors_run_block_wake_and_end),
        cmocka_unit_test(busy_loops_do_not_stop_time),
        cmocka_unit_test(timers_of_the_guest_stand_still_with_it),
        cmocka_unit_test(segments_keep_the_order_of_bytes),
        cmocka_unit_test(guests_write_what_their_workload_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
