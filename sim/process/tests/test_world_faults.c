/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Faults and second tries with a real QEMU 7.2. Where there is none, the tests are skipped and say so.
 */
#include "sim/process/tests/common_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka comes last. */
#include <cmocka.h>

static void a_reset_fails_both(void **state)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    g_autoptr(SimWorld) world = common_begin(trace, &(CommonHow){ .tcp = TRUE });

    (void) state;
    common_fault(world, SIM_FAULT_RESET, SIM_BOTH_WAYS, "after 2000th page");
    common_migrate(world);
    common_wait_status(world, SIM_SOURCE, "failed");
    common_wait_exit(world, SIM_DESTINATION);
    common_judge(trace, "SHOW_RESET");
}

static void a_cancelled_migration_can_be_started_again(void **state)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    g_autoptr(SimWorld) world = common_begin(trace, &(CommonHow){ 0 });
    g_autoptr(GError) error = NULL;

    (void) state;
    common_slow(world);
    common_migrate(world);
    common_wait_status(world, SIM_SOURCE, "active");
    common_command(world, SIM_SOURCE, "migrate_cancel", NULL);
    common_wait_status(world, SIM_SOURCE, "cancelled");
    common_wait_exit(world, SIM_DESTINATION);
    must(world->ops->restart(world, SIM_DESTINATION, &error));
    common_command(world, SIM_DESTINATION, "migrate-incoming", json_pack("{s:s}", "uri", world->ops->link_uri(world, SIM_DESTINATION)));
    common_fast(world);
    common_migrate(world);
    common_wait_status(world, SIM_SOURCE, "completed");
    common_wait_status(world, SIM_DESTINATION, "completed");
    common_memory_equal(world);
    common_judge(trace, "SHOW_CANCEL");
}

static void a_stalled_link_heals(void **state)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    g_autoptr(SimWorld) world = common_begin(trace, &(CommonHow){ 0 });

    (void) state;
    common_fast(world);
    common_fault(world, SIM_FAULT_STALL, SIM_BOTH_WAYS, "after 3 MiB");
    common_migrate(world);
    common_wait_status(world, SIM_SOURCE, "active");
    common_pause(world, 300 * MS);
    world->ops->heal(world);
    common_wait_status(world, SIM_SOURCE, "completed");
    common_wait_status(world, SIM_DESTINATION, "completed");
    common_memory_equal(world);
    common_judge(trace, "SHOW_STALL");
}

static void a_corrupt_header_is_refused(void **state)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    g_autoptr(SimWorld) world = common_begin(trace, &(CommonHow){ 0 });

    (void) state;
    common_slow(world);
    common_fault(world, SIM_FAULT_CORRUPT, SIM_TO_DESTINATION, "before header");
    common_migrate(world);
    common_wait_exit(world, SIM_DESTINATION);
    common_wait_status(world, SIM_SOURCE, "failed");
    common_judge(trace, "SHOW_CORRUPT");
}

static void postcopy_recovers_over_a_second_connection(void **state)
{
    g_autofree char *folder = g_dir_make_tmp("miglab-capture-XXXXXX", NULL);
    g_autoptr(OraTrace) trace = ora_trace_new();
    SimWorld *world = common_begin(trace, &(CommonHow){ .capture = folder, .capabilities = "postcopy-ram" });

    (void) state;
    common_slow(world);
    common_command(world, SIM_SOURCE, "migrate-set-parameters", json_pack("{s:i}", "max-postcopy-bandwidth", 4000000));
    common_migrate(world);
    common_wait_status(world, SIM_SOURCE, "active");
    common_command(world, SIM_SOURCE, "migrate-start-postcopy", NULL);
    common_wait_status(world, SIM_SOURCE, "postcopy-active");
    common_pause(world, 200 * MS);
    common_fault(world, SIM_FAULT_CUT, SIM_BOTH_WAYS, NULL);
    common_wait_status(world, SIM_SOURCE, "postcopy-paused");
    common_wait_status(world, SIM_DESTINATION, "postcopy-paused");
    common_command(world, SIM_DESTINATION, "migrate-recover", json_pack("{s:s}", "uri", world->ops->link_uri(world, SIM_DESTINATION)));
    common_command(world, SIM_SOURCE, "migrate", json_pack("{s:s, s:b}", "uri", world->ops->link_uri(world, SIM_SOURCE), "resume", 1));
    common_command(world, SIM_SOURCE, "migrate-set-parameters", json_pack("{s:i}", "max-postcopy-bandwidth", 0));
    common_wait_status(world, SIM_SOURCE, "completed");
    common_wait_status(world, SIM_DESTINATION, "completed");
    common_memory_equal(world);
    common_judge(trace, "SHOW_RECOVER");
    sim_world_free(world);
    common_expect_files(folder, (const char *const[]){ "capture.json", "capture.main.bin", "capture.rp.bin", "capture.main-2.bin",
                                                "capture.rp-2.bin", NULL });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_fails_both),
        cmocka_unit_test(a_cancelled_migration_can_be_started_again),
        cmocka_unit_test(a_stalled_link_heals),
        cmocka_unit_test(a_corrupt_header_is_refused),
        cmocka_unit_test(postcopy_recovers_over_a_second_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
