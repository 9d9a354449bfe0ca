/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/tests/common_world.h"

#include "oracle/judge.h"
#include "sim/process/child.h"
#include "sim/process/target.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka comes last. */
#include <cmocka.h>

/* Of the world's clock; where it runs ten times as fast, six seconds of a machine that may be busy. */
enum { PATIENCE_S = 60 };

SimMachine common_machine = {
    .ram_bytes = 32u << 20,
    .contents = SIM_CONTENTS_RANDOM,
    .workload = { .kind = SIM_WORKLOAD_UNIFORM, .writes_per_second = 5000, .start_bytes = 1 << 20, .size_bytes = 4 << 20 },
    .destination_paused = TRUE,
    .destination_waits = TRUE,
};

static char last_status[SIM_SIDE_COUNT][64];

static const char *source_target(void)
{
    return g_getenv("MIGLAB_TEST_SOURCE") != NULL ? g_getenv("MIGLAB_TEST_SOURCE") : COMMON_TARGET;
}

static const char *destination_target(void)
{
    return g_getenv("MIGLAB_TEST_DESTINATION") != NULL ? g_getenv("MIGLAB_TEST_DESTINATION") : source_target();
}

void common_check(gboolean done, GError **problem)
{
    GError *error = *problem;

    if (!done && (g_error_matches(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP) || strstr(error->message, SIM_CHILD_NO_ISOLATION) != NULL)) {
        printf("SKIP %s\n", error->message);
        skip();
    }
    if (!done) {
        fail_msg("%s", error->message);
    }
}

static void note_status(const SimItem *item)
{
    const char *now;

    if (item->kind == SIM_ITEM_STATUS) {
        now = json_string_value(json_object_get(json_object_get(item->data, "migrate"), "status"));
        g_strlcpy(last_status[item->side], now != NULL ? now : "none", sizeof(last_status[0]));
    }
}

void common_command(SimWorld *world, SimSide side, const char *name, json_t *arguments)
{
    g_autoptr(GError) error = NULL;
    guint64 id;
    gint64 deadline_ns = world->ops->now_ns(world) + PATIENCE_S * 1000 * MS;
    gboolean answered = FALSE;

    must(world->ops->send(world, side, name, arguments, FALSE, &id, &error));
    json_decref(arguments);
    while (!answered) {
        SimItem item;

        assert_int_equal(world->ops->wait(world, deadline_ns, &item), SIM_WAIT_ITEM);
        note_status(&item);
        answered = item.kind == SIM_ITEM_REPLY && item.side == side && item.id == id;
        if (answered && json_object_get(item.data, "error") != NULL) {
            fail_msg("%s: %s", name, json_string_value(json_object_get(json_object_get(item.data, "error"), "desc")));
        }
        sim_item_clear(&item);
    }
}

void common_migrate(SimWorld *world)
{
    common_command(world, SIM_SOURCE, "migrate", json_pack("{s:s}", "uri", world->ops->link_uri(world, SIM_SOURCE)));
}

void common_wait_status(SimWorld *world, SimSide side, const char *status)
{
    gint64 deadline_ns = world->ops->now_ns(world) + PATIENCE_S * 1000 * MS;

    while (strcmp(last_status[side], status) != 0) {
        SimItem item;

        if (world->ops->wait(world, deadline_ns, &item) != SIM_WAIT_ITEM) {
            fail_msg("waited in vain for %s of %s, which is %s", status, sim_side_name(side), last_status[side]);
        }
        note_status(&item);
        sim_item_clear(&item);
    }
}

void common_wait_exit(SimWorld *world, SimSide side)
{
    gint64 deadline_ns = world->ops->now_ns(world) + PATIENCE_S * 1000 * MS;

    while (world->ops->running(world, side)) {
        SimItem item;

        assert_int_equal(world->ops->wait(world, deadline_ns, &item), SIM_WAIT_ITEM);
        note_status(&item);
        sim_item_clear(&item);
    }
}

void common_pause(SimWorld *world, gint64 ns)
{
    gint64 deadline_ns = world->ops->now_ns(world) + ns;
    SimItem item;

    while (world->ops->wait(world, deadline_ns, &item) == SIM_WAIT_ITEM) {
        note_status(&item);
        sim_item_clear(&item);
    }
}

void common_fault(SimWorld *world, SimFaultKind kind, SimDirection direction, const char *moment)
{
    g_autoptr(SimFault) fault = sim_fault_new(kind);

    fault->direction = direction;
    fault->connection = -1;
    fault->at_ns = fault->at_offset = -1;
    fault->size_bytes = 1;
    fault->mask = 0xff;
    if (moment != NULL) {
        assert_true(sim_fault_set_moment(fault, moment, NULL));
    }
    world->ops->arm_fault(world, fault);
}

static void capabilities_on(SimWorld *world, SimSide side, const char *names)
{
    json_t *list = json_array();
    g_auto(GStrv) words = g_strsplit(names != NULL ? names : "", ",", -1);

    json_array_append_new(list, json_pack("{s:s, s:b}", "capability", "events", "state", 1));
    for (char **word = words; *word != NULL; word++) {
        json_array_append_new(list, json_pack("{s:s, s:b}", "capability", *word, "state", 1));
    }
    common_command(world, side, "migrate-set-capabilities", json_pack("{s:o}", "capabilities", list));
}

SimWorld *common_begin(OraTrace *trace, const CommonHow *how)
{
    g_autoptr(GError) error = NULL;
    SimWorldSetup setup = {
        .machine = &common_machine,
        .target = source_target(),
        .destination_target = destination_target(),
        .seed = 1,
        .trace = trace,
        .tcp = how->tcp,
        .isolate = how->isolate,
        .time_scale = how->time_scale,
        .capture_folder = how->capture,
        .weather = { .ps_per_byte = 8000, .latency_ns = 200000 },
    };
    SimWorld *world = sim_process_world_new(&setup, &error);

    memset(last_status, 0, sizeof(last_status));
    must(world != NULL);
    must(world->ops->start(world, SIM_SOURCE, &error));
    must(world->ops->start(world, SIM_DESTINATION, &error));
    capabilities_on(world, SIM_SOURCE, how->capabilities);
    capabilities_on(world, SIM_DESTINATION, how->capabilities);
    common_command(world, SIM_DESTINATION, "migrate-incoming", json_pack("{s:s}", "uri", world->ops->link_uri(world, SIM_DESTINATION)));
    return world;
}

static OraRelease release_of(const char *name)
{
    g_autoptr(SimTarget) target = sim_target_find(name, NULL);

    return target != NULL && target->profile != NULL ? ora_release_parse(target->profile) : 0;
}

void common_judge(OraTrace *trace, const char *show)
{
    OraJudge how = { .source = release_of(source_target()), .destination = release_of(destination_target()) };
    g_autoptr(GPtrArray) findings = ora_judge(trace, &how);

    if (g_getenv(show) != NULL) {
        assert_true(ora_trace_write(trace, g_getenv(show), NULL));
    }
    for (guint i = 0; i < findings->len; i++) {
        g_autoptr(GString) text = g_string_new(NULL);

        ora_finding_render(g_ptr_array_index(findings, i), trace, &(OraRender){ .name = show }, text);
        print_message("%s\n", text->str);
    }
    assert_int_equal(ora_findings_bad(findings, FALSE), 0);
}

void common_memory_equal(SimWorld *world)
{
    g_autoptr(GError) error = NULL;
    SimMemory memory;

    must(world->ops->compare_memory(world, &memory, &error));
    g_free(memory.detail);
    assert_true(memory.equal);
    assert_int_equal(memory.bytes_compared, common_machine.ram_bytes);
}

void common_fast(SimWorld *world)
{
    common_command(world, SIM_SOURCE, "migrate-set-parameters", json_pack("{s:i}", "max-bandwidth", 1000000000));
}

void common_slow(SimWorld *world)
{
    common_command(world, SIM_SOURCE, "migrate-set-parameters", json_pack("{s:i}", "max-bandwidth", 4000000));
}

void common_expect_files(const char *folder, const char *const *files)
{
    for (; *files != NULL; files++) {
        g_autofree char *path = g_build_filename(folder, *files, NULL);

        if (g_remove(path) != 0) {
            fail_msg("%s is missing", path);
        }
    }
    if (g_rmdir(folder) != 0) {
        fail_msg("there is more in %s", folder);
    }
}
