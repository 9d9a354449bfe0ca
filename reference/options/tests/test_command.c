/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the other commands of the area refuse.
 */
#include "reference/options/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static MigFacts machine;

static void get_facts(gpointer opaque, MigFacts *ret)
{
    *ret = machine;
}

static MigOptions *make(const char *name, const char *changes)
{
    const MigOptionsHost host = { .get_facts = get_facts };
    g_autoptr(MigProfile) plain = mig_profile_find(name, NULL), profile = NULL;

    profile = mig_profile_with(plain, changes, NULL);
    memset(&machine, 0, sizeof machine);
    return mig_options_new(profile, &host);
}

static void expect(gboolean ok, GError **error, const char *want)
{
    if (want == NULL) {
        assert_true(ok);
        assert_null(*error);
        return;
    }
    assert_false(ok);
    assert_non_null(*error);
    assert_string_equal((*error)->message, want);
    g_clear_error(error);
}

static void postcopy_must_be_on_and_a_migration_started(void **state)
{
    g_autoptr(MigOptions) old = make("2.11", ""), options = make("9.0", "");
    g_autoptr(GError) error = NULL;

    (void) state;
    expect(mig_command_start_postcopy(options, &error), &error, "Enable postcopy with migrate_set_capability before the start of migration");
    assert_true(mig_options_set_global(options, "x-postcopy-ram", "on", NULL));
    expect(mig_command_start_postcopy(options, &error), &error, "Postcopy must be started after migration has been started");
    machine.status = MIG_STATUS_COMPLETED;
    expect(mig_command_start_postcopy(options, &error), &error, NULL);
    expect(mig_command_start_postcopy(old, &error), &error, "Enable postcopy with migrate_set_capability before the start of migration");
}

static void states_are_named(void **state)
{
    g_autoptr(MigOptions) options = make("7.2", ""), newer = make("10.0", "");
    g_autoptr(GError) error = NULL;
    gboolean source;

    (void) state;
    machine.status = MIG_STATUS_ACTIVE;
    expect(mig_command_continue(options, MIG_STATUS_PRE_SWITCHOVER, &error), &error, "Migration not in expected state: active");
    expect(mig_command_continue(options, MIG_STATUS_ACTIVE, &error), &error, NULL);
    expect(mig_command_pause(options, &source, &error), &error,
           "migrate-pause is currently only supported during postcopy-active state");
    machine.status = MIG_STATUS_POSTCOPY_RECOVER;
    expect(mig_command_pause(options, &source, &error), &error,
           "migrate-pause is currently only supported during postcopy-active state");
    expect(mig_command_pause(newer, &source, &error), &error, NULL);
    assert_true(source);
    expect(mig_command_cancel(options, &error), &error, NULL);
    expect(mig_command_cancel(newer, &error), &error, "Postcopy migration in progress, cannot cancel.");
    machine.status = MIG_STATUS_NONE;
    machine.incoming_status = MIG_STATUS_POSTCOPY_ACTIVE;
    expect(mig_command_pause(options, &source, &error), &error, NULL);
    assert_false(source);
    expect(mig_command_cancel(newer, &error), &error, NULL);
}

static void dirty_rates_have_limits(void **state)
{
    g_autoptr(MigOptions) options = make("7.2", ""), newer = make("8.2", ""), ring = make("8.2", "with:dirty-ring");
    g_autoptr(GError) error = NULL;

    (void) state;
    expect(mig_command_calc_dirty_rate(options, 1000, NULL, -1, FALSE, &error), &error, NULL);
    expect(mig_command_calc_dirty_rate(options, 1000, NULL, -1, TRUE, &error), &error, "the dirty rate is already being measured.");
    expect(mig_command_calc_dirty_rate(options, 61000, NULL, -1, FALSE, &error), &error, "calc-time is out of range[1, 60].");
    expect(mig_command_calc_dirty_rate(newer, 50, NULL, -1, FALSE, &error), &error, NULL);
    expect(mig_command_calc_dirty_rate(newer, 49, NULL, -1, FALSE, &error), &error, "Calculation time is out of range [50ms, 60000ms].");
    expect(mig_command_calc_dirty_rate(newer, 50, NULL, 127, FALSE, &error), &error, "sample-pages is out of range[128, 16384].");
    expect(mig_command_calc_dirty_rate(newer, 50, "dirty-bitmap", 128, FALSE, &error), &error,
           "sample-pages is used only in page-sampling mode");
    expect(mig_command_calc_dirty_rate(newer, 50, "dirty-ring", -1, FALSE, &error), &error,
           "mode dirty-ring is not enabled, use other method instead.");
    expect(mig_command_calc_dirty_rate(ring, 50, "dirty-ring", -1, FALSE, &error), &error, NULL);
    expect(mig_command_calc_dirty_rate(ring, 50, "dirty-bitmap", -1, FALSE, &error), &error,
           "mode dirty-bitmap is not enabled, use other method instead.");
}

static void dirty_limits_need_the_ring(void **state)
{
    g_autoptr(MigOptions) options = make("8.1", ""), ring = make("8.1", "with:dirty-ring");
    g_autoptr(GError) error = NULL;
    gboolean nothing;

    (void) state;
    expect(mig_command_set_vcpu_dirty_limit(options, -1, 1, FALSE, &error), &error,
           "dirty page limit feature requires KVM with accelerator property 'dirty-ring-size' set'");
    expect(mig_command_cancel_vcpu_dirty_limit(options, 9, 1, FALSE, &nothing, &error), &error, NULL);
    assert_true(nothing);
    expect(mig_command_set_vcpu_dirty_limit(ring, 1, 1, FALSE, &error), &error, "incorrect cpu index specified");
    expect(mig_command_set_vcpu_dirty_limit(ring, 0, 1, TRUE, &error), &error,
           "can't set dirty page rate limit while migration is running");
    expect(mig_command_cancel_vcpu_dirty_limit(ring, 0, 1, TRUE, &nothing, &error), &error,
           "can't cancel dirty page rate limit while migration is running");
    expect(mig_command_set_vcpu_dirty_limit(ring, 0, 1, FALSE, &error), &error, NULL);
}

static void the_rest(void **state)
{
    g_autoptr(MigOptions) options = make("5.2", ""), newer = make("8.0", "");
    g_autoptr(GError) error = NULL;

    (void) state;
    expect(mig_command_client_migrate_info(options, "vnc", &error), &error, "Parameter 'protocol' expects spice");
    expect(mig_command_client_migrate_info(newer, "vnc", &error), &error, "Parameter 'protocol' expects 'spice'");
    assert_false(mig_command_client_migrate_info(newer, "spice", &error));
    assert_int_equal(error->code, MIG_QMP_ERROR_DEVICE_NOT_ACTIVE);
    g_clear_error(&error);
    expect(mig_command_colo_lost_heartbeat(options, &error), &error, "The feature 'colo' is not enabled");
    expect(mig_command_colo_lost_heartbeat(newer, &error), &error, "VM is not in COLO mode");
    machine.colo = TRUE;
    expect(mig_command_colo_lost_heartbeat(newer, &error), &error, NULL);
    expect(mig_command_xen_set_replication(newer, TRUE, TRUE, &error), &error, "Parameter 'failover' is only for stopping replication");
    expect(mig_command_xen_set_replication(newer, FALSE, TRUE, &error), &error, NULL);
    expect(mig_options_may_block(newer, "why", FALSE, &error), &error,
           "disallowing migration blocker (migration/snapshot in progress) for: why");
    mig_options_set_only_migratable(newer, TRUE);
    expect(mig_options_may_block(newer, "why", TRUE, &error), &error, "disallowing migration blocker (--only-migratable) for: why");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(postcopy_must_be_on_and_a_migration_started),
        cmocka_unit_test(states_are_named),
        cmocka_unit_test(dirty_rates_have_limits),
        cmocka_unit_test(dirty_limits_need_the_ring),
        cmocka_unit_test(the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
