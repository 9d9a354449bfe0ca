/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/migration/tests/common_pair.h"

static const struct { const char *profile, *source, *destination; } sequences[] = {
    { "qemu-2.6", "M:setup MIGRATION_PASS M:active M:postcopy-active STOP MIGRATION_PASS M:completed",
      "M:setup M:active M:postcopy-active RESUME M:completed" },
    { "qemu-7.2", "M:setup MIGRATION_PASS M:active M:postcopy-active STOP MIGRATION_PASS M:completed",
      "M:setup M:active M:postcopy-active RESUME M:completed" },
    { "qemu-8.1", "M:setup MIGRATION_PASS M:active M:postcopy-active STOP MIGRATION_PASS M:completed",
      "M:setup M:active M:postcopy-active RESUME M:completed" },
    { "qemu-10.0", "M:setup MIGRATION_PASS M:active STOP M:device MIGRATION_PASS M:postcopy-active M:completed",
      "M:setup M:active M:postcopy-active RESUME M:completed" },
    { "qemu-11.1", "M:setup M:active STOP M:device M:postcopy-device M:postcopy-active M:completed",
      "M:setup M:active M:postcopy-device M:postcopy-active RESUME M:completed" },
};

static Pair *begin(const char *profile, guint64 seed)
{
    Pair *pair = pair_new(profile, seed, MIG_CONTENT_RANDOM, 16 * MIB, FALSE);

    pair_cap(pair, "postcopy-ram");
    set_number(pair->vms[0], "max-bandwidth", 20 * MIB);
    pair_start(pair);
    run(pair, SECOND / 5 + 1000000);
    assert_source(pair, "active");
    return pair;
}

static void every_release_switches_in_its_sequence(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(sequences); i++) {
        Pair *pair = pair_new(sequences[i].profile, 0, MIG_CONTENT_RANDOM, 4 * MIB, FALSE);
        g_autoptr(GError) error = NULL;

        print_message("case: %s\n", sequences[i].profile);
        if (mig_profile_release(pair->profile) < MIG_RELEASE(2, 6))
            pair_cap(pair, "x-postcopy-ram");
        else
            pair_cap(pair, "postcopy-ram");
        test_world_set_rate(pair->world, 50 * MIB);
        pair_start(pair);
        if (!mig_vm_cmd_migrate_start_postcopy(pair->vms[0], &error))
            fail_msg("%s", error->message);
        run(pair, 10 * SECOND);
        assert_source(pair, "completed");
        assert_destination(pair, "completed");
        if (!strstr(sequences[i].profile, "11.1"))
            assert_string_equal(pair->events[0]->str, sequences[i].source);
        assert_string_equal(pair->events[1]->str, sequences[i].destination);
        assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_POSTMIGRATE);
        assert_equal_ram(pair);
        pair_free(pair);
    }
}

/* The destination's guest touches a page that is not there: it is asked for and comes before its turn. */
static void a_missing_page_comes_when_asked_for(void **state)
{
    static const char *const profiles[] = { "qemu-7.2", "qemu-11.1" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        Pair *pair = begin(profiles[i], 0);
        MigRamBlock *block = mig_ram_block(mig_vm_ram(pair->vms[1]), 0);
        guint64 last = block->page_count - 1;

        set_number(pair->vms[0], "max-postcopy-bandwidth", 1 * MIB);
        assert_true(mig_vm_cmd_migrate_start_postcopy(pair->vms[0], NULL));
        run(pair, SECOND / 2);
        assert_destination(pair, "postcopy-active");
        assert_int_equal(mig_ram_write(block, last), MIG_RAM_MISSING);
        run(pair, SECOND / 2);
        assert_int_equal(mig_ram_read(block, last), MIG_RAM_OK);
        assert_true(mig_ram_missing_count(mig_vm_ram(pair->vms[1])) > 0);
        set_number(pair->vms[0], "max-postcopy-bandwidth", 0);
        run(pair, 10 * SECOND);
        assert_source(pair, "completed");
        assert_equal_ram(pair);
        pair_free(pair);
    }
}

static void preempt_carries_what_is_asked_for(void **state)
{
    static const char *const profiles[] = { "qemu-7.2", "qemu-8.1", "qemu-10.0" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        Pair *pair = pair_new(profiles[i], 0, MIG_CONTENT_RANDOM, 16 * MIB, FALSE);
        MigRamBlock *block = mig_ram_block(mig_vm_ram(pair->vms[1]), 0);

        pair_cap(pair, "postcopy-ram");
        pair_cap(pair, "postcopy-preempt");
        set_number(pair->vms[0], "max-bandwidth", 20 * MIB);
        set_number(pair->vms[0], "max-postcopy-bandwidth", 1 * MIB);
        pair_start(pair);
        run(pair, SECOND / 5);
        assert_source(pair, "active");
        assert_true(mig_vm_cmd_migrate_start_postcopy(pair->vms[0], NULL));
        run(pair, SECOND / 2);
        assert_destination(pair, "postcopy-active");
        assert_int_equal(mig_ram_write(block, block->page_count - 1), MIG_RAM_MISSING);
        run(pair, SECOND / 2);
        assert_int_equal(mig_ram_read(block, block->page_count - 1), MIG_RAM_OK);
        set_number(pair->vms[0], "max-postcopy-bandwidth", 0);
        run(pair, 10 * SECOND);
        assert_source(pair, "completed");
        assert_destination(pair, "completed");
        assert_equal_ram(pair);
        pair_free(pair);
    }
}

static void a_lost_link_is_recovered(void **state)
{
    static const char *const profiles[] = { "qemu-5.2", "qemu-7.2", "qemu-8.1", "qemu-10.0", "qemu-11.1" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        for (guint64 seed = 0; seed < 3; seed++) {
            Pair *pair = begin(profiles[i], seed);
            MigMigrateArgs args = { .uri = "unix:/link2", .resume = TRUE };
            g_autoptr(GError) error = NULL;

            print_message("case: %s seed %d\n", profiles[i], (int) seed);
            set_number(pair->vms[0], "max-postcopy-bandwidth", 4 * MIB);
            assert_true(mig_vm_cmd_migrate_start_postcopy(pair->vms[0], NULL));
            run(pair, SECOND / 2);
            assert_source(pair, "postcopy-active");
            test_world_cut(pair->world, TRUE);
            run(pair, SECOND / 2);
            assert_source(pair, "postcopy-paused");
            assert_destination(pair, "postcopy-paused");
            if (!mig_vm_cmd_migrate_recover(pair->vms[1], "unix:/link2", &error) || !mig_vm_cmd_migrate(pair->vms[0], &args, &error))
                fail_msg("%s", error->message);
            set_number(pair->vms[0], "max-postcopy-bandwidth", 0);
            run(pair, 5 * SECOND);
            assert_source(pair, "completed");
            assert_destination(pair, "completed");
            assert_equal_ram(pair);
            pair_free(pair);
        }
    }
}

static void cancel_in_postcopy_is_refused_or_ends_it(void **state)
{
    Pair *pair = begin("qemu-10.0", 0);
    g_autoptr(GError) error = NULL;

    (void) state;
    set_number(pair->vms[0], "max-postcopy-bandwidth", 4 * MIB);
    assert_true(mig_vm_cmd_migrate_start_postcopy(pair->vms[0], NULL));
    run(pair, SECOND / 2);
    assert_false(mig_vm_cmd_migrate_cancel(pair->vms[0], &error));
    assert_string_equal(error->message, "Postcopy migration in progress, cannot cancel.");
    pair_free(pair);

    pair = begin("qemu-7.2", 0);
    set_number(pair->vms[0], "max-postcopy-bandwidth", 4 * MIB);
    assert_true(mig_vm_cmd_migrate_start_postcopy(pair->vms[0], NULL));
    run(pair, SECOND / 2);
    assert_true(mig_vm_cmd_migrate_cancel(pair->vms[0], NULL));
    run(pair, SECOND / 2);
    assert_source(pair, "cancelled");
    assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_POSTMIGRATE);
    assert_destination(pair, "postcopy-paused");
    pair_free(pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_release_switches_in_its_sequence),
        cmocka_unit_test(a_missing_page_comes_when_asked_for),
        cmocka_unit_test(preempt_carries_what_is_asked_for),
        cmocka_unit_test(a_lost_link_is_recovered),
        cmocka_unit_test(cancel_in_postcopy_is_refused_or_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
