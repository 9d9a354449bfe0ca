/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The world of real processes with a real QEMU 7.2: a migration that succeeds, one that is cut. Where there is none, the
 * tests are skipped and say so.
 */
#include "oracle/judge.h"
#include "oracle/trace.h"
#include "sim/process/target.h"
#include "sim/world.h"

#include <glib/gstdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka comes last. */
#include <cmocka.h>

/* Other pairs by hand: MIGLAB_TEST_SOURCE=qemu-5.2 MIGLAB_TEST_DESTINATION=qemu-11.1 */
#define TARGET "qemu-7.2"
#define MS G_GINT64_CONSTANT(1000000)

static const char *source_target(void)
{
    return g_getenv("MIGLAB_TEST_SOURCE") != NULL ? g_getenv("MIGLAB_TEST_SOURCE") : TARGET;
}

static const char *destination_target(void)
{
    return g_getenv("MIGLAB_TEST_DESTINATION") != NULL ? g_getenv("MIGLAB_TEST_DESTINATION") : source_target();
}

#define must(call) check_done((call), &error)

static void check_done(gboolean done, GError **problem)
{
    GError *error = *problem;

    if (!done && g_error_matches(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP)) {
        printf("SKIP %s\n", error->message);
        skip();
    }
    if (!done) {
        fail_msg("%s", error->message);
    }
}

static void command(SimWorld *world, SimSide side, const char *name, json_t *arguments)
{
    g_autoptr(GError) error = NULL;
    guint64 id;
    gint64 deadline_ns = world->ops->now_ns(world) + 5000 * MS;
    gboolean answered = FALSE;

    must(world->ops->send(world, side, name, arguments, FALSE, &id, &error));
    json_decref(arguments);
    while (!answered) {
        SimItem item;

        assert_int_equal(world->ops->wait(world, deadline_ns, &item), SIM_WAIT_ITEM);
        answered = item.kind == SIM_ITEM_REPLY && item.side == side && item.id == id;
        if (answered && json_object_get(item.data, "error") != NULL) {
            fail_msg("%s: %s", name, json_string_value(json_object_get(json_object_get(item.data, "error"), "desc")));
        }
        sim_item_clear(&item);
    }
}

static char last_status[SIM_SIDE_COUNT][64];

static void wait_status(SimWorld *world, SimSide side, const char *status)
{
    gint64 deadline_ns = world->ops->now_ns(world) + 10000 * MS;

    while (strcmp(last_status[side], status) != 0) {
        SimItem item;

        if (world->ops->wait(world, deadline_ns, &item) != SIM_WAIT_ITEM) {
            fail_msg("waited in vain for %s of %s", status, sim_side_name(side));
        }
        if (item.kind == SIM_ITEM_STATUS) {
            const char *now = json_string_value(json_object_get(json_object_get(item.data, "migrate"), "status"));
            g_strlcpy(last_status[item.side], now != NULL ? now : "none", sizeof(last_status[0]));
        }
        sim_item_clear(&item);
    }
}

static void events_on(SimWorld *world, SimSide side)
{
    command(world, side, "migrate-set-capabilities", json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "events", "state", 1));
}

static SimMachine machine = {
    .ram_bytes = 32u << 20,
    .contents = SIM_CONTENTS_RANDOM,
    .workload = { .kind = SIM_WORKLOAD_UNIFORM, .writes_per_second = 5000, .start_bytes = 1 << 20, .size_bytes = 4 << 20 },
    .destination_paused = TRUE,
    .destination_waits = TRUE,
};

typedef struct {
    gboolean tcp, isolate;
    guint time_scale;
    const char *capture;
} How;

static SimWorld *begin(OraTrace *trace, const How *how)
{
    g_autoptr(GError) error = NULL;
    SimWorldSetup setup = { .machine = &machine, .target = source_target(), .destination_target = destination_target(), .seed = 1, .trace = trace, .tcp = how->tcp, .isolate = how->isolate, .time_scale = how->time_scale,
                            .weather = { .ps_per_byte = 8000, .latency_ns = 200000 }, .capture_folder = how->capture };
    SimWorld *world = sim_process_world_new(&setup, &error);

    memset(last_status, 0, sizeof(last_status));

    must(world != NULL);
    must(world->ops->start(world, SIM_SOURCE, &error));
    must(world->ops->start(world, SIM_DESTINATION, &error));
    events_on(world, SIM_SOURCE);
    events_on(world, SIM_DESTINATION);
    command(world, SIM_DESTINATION, "migrate-incoming", json_pack("{s:s}", "uri", world->ops->link_uri(world, SIM_DESTINATION)));
    return world;
}

static void judge(OraTrace *trace)
{
    OraJudge how = { .source = ora_release_parse(source_target()), .destination = ora_release_parse(destination_target()) };
    g_autoptr(GPtrArray) findings = ora_judge(trace, &how);

    for (guint i = 0; i < findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(findings, i);
        g_autoptr(GString) text = g_string_new(NULL);

        ora_finding_render(finding, trace, &(OraRender){ .name = "test_world_qemu" }, text);
        print_message("%s\n", text->str);
    }
    assert_int_equal(ora_findings_bad(findings, TRUE), 0);
}

static void succeed(const How *how)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    g_autoptr(SimWorld) world = begin(trace, how);
    g_autoptr(GError) error = NULL;
    SimMemory memory;
    guint64 before;

    command(world, SIM_SOURCE, "migrate-set-parameters", json_pack("{s:i}", "max-bandwidth", 1000000000));
    command(world, SIM_SOURCE, "migrate", json_pack("{s:s}", "uri", world->ops->link_uri(world, SIM_SOURCE)));
    wait_status(world, SIM_SOURCE, "completed");
    wait_status(world, SIM_DESTINATION, "completed");
    must(world->ops->compare_memory(world, &memory, &error));
    assert_true(memory.equal);
    assert_int_equal(memory.bytes_compared, machine.ram_bytes);
    g_free(memory.detail);
    before = world->ops->guest_ticks(world, SIM_DESTINATION);
    command(world, SIM_DESTINATION, "cont", NULL);
    for (int i = 0; i < 100 && world->ops->guest_ticks(world, SIM_DESTINATION) < before + 3; i++) {
        SimItem item;
        if (world->ops->wait(world, world->ops->now_ns(world) + 10 * MS, &item) == SIM_WAIT_ITEM) {
            sim_item_clear(&item);
        }
    }
    assert_true(world->ops->guest_ticks(world, SIM_DESTINATION) >= before + 3);
    if (g_getenv("SHOW") != NULL) {
        assert_true(ora_trace_write(trace, g_getenv("SHOW"), NULL));
    }
    judge(trace);
}

static void memory_is_equal_after_success(void **state)
{
    (void) state;
    succeed(&(How){ 0 });
}

static void isolated_processes_migrate(void **state)
{
    (void) state;
    succeed(&(How){ .isolate = TRUE });
}

static void processes_with_a_faked_clock_migrate(void **state)
{
    (void) state;
    succeed(&(How){ .time_scale = 10 });
}

/* Files and description: read by the judge's walker without a violation. */
static void captures_are_whole(void **state)
{
    g_autofree char *folder = g_dir_make_tmp("miglab-capture-XXXXXX", NULL);
    static const char *const files[] = { "capture.json", "capture.main.bin" };

    (void) state;
    succeed(&(How){ .capture = folder });
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i], NULL);

        assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
        assert_int_equal(g_remove(path), 0);
    }
    assert_int_equal(g_rmdir(folder), 0);     /* and nothing else */
}

static void a_cut_fails_both(void **state)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    g_autoptr(SimWorld) world = begin(trace, &(How){ .tcp = TRUE });
    g_autoptr(SimFault) fault = sim_fault_new(SIM_FAULT_RESET);

    (void) state;
    assert_true(sim_fault_set_moment(fault, "after 2000th page", NULL));
    world->ops->arm_fault(world, fault);
    command(world, SIM_SOURCE, "migrate", json_pack("{s:s}", "uri", world->ops->link_uri(world, SIM_SOURCE)));
    wait_status(world, SIM_SOURCE, "failed");
    while (world->ops->running(world, SIM_DESTINATION)) {
        SimItem item;
        assert_int_equal(world->ops->wait(world, world->ops->now_ns(world) + 5000 * MS, &item), SIM_WAIT_ITEM);
        sim_item_clear(&item);
    }
    if (g_getenv("SHOW_CUT") != NULL) {
        assert_true(ora_trace_write(trace, g_getenv("SHOW_CUT"), NULL));
    }
    judge(trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_equal_after_success),
        cmocka_unit_test(isolated_processes_migrate),
        cmocka_unit_test(processes_with_a_faked_clock_migrate),
        cmocka_unit_test(captures_are_whole),
        cmocka_unit_test(a_cut_fails_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
