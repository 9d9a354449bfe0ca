/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The world of real processes with a real QEMU 7.2. Where there is none, the tests are skipped and say so.
 */
#include "sim/process/tests/common_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka comes last. */
#include <cmocka.h>

static void goes_on_at_the_destination(SimWorld *world)
{
    guint64 before = world->ops->guest_ticks(world, SIM_DESTINATION);

    common_command(world, SIM_DESTINATION, "cont", NULL);
    for (int i = 0; i < 100 && world->ops->guest_ticks(world, SIM_DESTINATION) < before + 3; i++) {
        common_pause(world, 10 * MS);
    }
    assert_true(world->ops->guest_ticks(world, SIM_DESTINATION) >= before + 3);
}

static void succeed(const CommonHow *how, const char *show)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    g_autoptr(SimWorld) world = common_begin(trace, how);

    common_fast(world);
    common_migrate(world);
    common_wait_status(world, SIM_SOURCE, "completed");
    common_wait_status(world, SIM_DESTINATION, "completed");
    common_memory_equal(world);
    goes_on_at_the_destination(world);
    common_judge(trace, show);
}

static void memory_is_equal_after_success(void **state)
{
    (void) state;
    succeed(&(CommonHow){ 0 }, "SHOW_SUCCESS");
}

static void isolated_processes_migrate(void **state)
{
    (void) state;
    succeed(&(CommonHow){ .isolate = TRUE }, "SHOW_ISOLATED");
}

static void processes_with_a_faked_clock_migrate(void **state)
{
    (void) state;
    succeed(&(CommonHow){ .time_scale = 10 }, "SHOW_FAKED");
}

static void channels_are_named(void **state)
{
    g_autofree char *folder = g_dir_make_tmp("miglab-capture-XXXXXX", NULL);

    (void) state;
    succeed(&(CommonHow){ .capture = folder, .capabilities = "multifd" }, "SHOW_MULTIFD");
    common_expect_files(folder, (const char *const[]){ "capture.json", "capture.main.bin", "capture.multifd0.bin", "capture.multifd1.bin", NULL });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_equal_after_success),
        cmocka_unit_test(isolated_processes_migrate),
        cmocka_unit_test(processes_with_a_faked_clock_migrate),
        cmocka_unit_test(channels_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
