/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Between releases, in both directions, with the versioned machine type of the older one, as in the recorded runs x_*.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/migration/tests/common_pair.h"

static const struct { const char *profile, *machine; int release; } releases[] = {
    { "qemu-5.2", "pc-q35-5.2", 502 }, { "qemu-7.2", "pc-q35-7.2", 702 }, { "qemu-8.1", "pc-q35-8.1", 801 },
    { "qemu-10.0", "pc-q35-10.0", 1000 }, { "qemu-11.1", "pc-q35-11.1", 1101 },
};

static void migrate(const char *cap, const char *cap2, int since)
{
    for (gsize a = 0; a < G_N_ELEMENTS(releases); a++) {
        for (gsize b = 0; b < G_N_ELEMENTS(releases); b++) {
            gboolean postcopy = g_strcmp0(cap, "postcopy-ram") == 0;
            Pair *pair;

            if (a == b || releases[a].release < since || releases[b].release < since)
                continue;
            /* 8.1.0 sends FLUSH in the postcopy phase, which 10.0 and later refuse: a quirk, tested below. */
            if (postcopy && releases[a].release == 801 && releases[b].release >= 1000)
                continue;
            print_message("case: %s -> %s %s\n", releases[a].profile, releases[b].profile, cap ? cap : "");
            pair = pair_new_cross(releases[a].profile, releases[b].profile, releases[MIN(a, b)].machine, 0, MIG_CONTENT_RANDOM, 4 * MIB, FALSE);
            if (cap)
                pair_cap(pair, cap);
            if (cap2)
                pair_cap(pair, cap2);
            if (postcopy)
                test_world_set_rate(pair->world, 30 * MIB);
            pair_start(pair);
            if (postcopy)
                assert_true(mig_vm_cmd_migrate_start_postcopy(pair->vms[0], NULL));
            run(pair, 10 * SECOND);
            assert_source(pair, "completed");
            assert_destination(pair, "completed");
            assert_int_equal(mig_vm_run_state(pair->vms[1]), MIG_RUN_RUNNING);
            assert_equal_ram(pair);
            pair_free(pair);
        }
    }
}

static void plainly(void **state) { (void) state; migrate(NULL, NULL, 0); }
static void with_a_return_path(void **state) { (void) state; migrate("return-path", NULL, 0); }
static void over_multifd(void **state) { (void) state; migrate("multifd", NULL, 0); }
static void in_postcopy(void **state) { (void) state; migrate("postcopy-ram", NULL, 0); }
static void in_postcopy_with_preempt(void **state) { (void) state; migrate("postcopy-ram", "postcopy-preempt", 702); }

static void the_flush_of_8_1_pauses_a_later_destination(void **state)
{
    Pair *pair = pair_new_cross("qemu-8.1", "qemu-10.0", "pc-q35-8.1", 0, MIG_CONTENT_RANDOM, 4 * MIB, FALSE);

    (void) state;
    pair_cap(pair, "postcopy-ram");
    test_world_set_rate(pair->world, 30 * MIB);
    pair_start(pair);
    assert_true(mig_vm_cmd_migrate_start_postcopy(pair->vms[0], NULL));
    run(pair, 10 * SECOND);
    assert_source(pair, "postcopy-paused");
    assert_destination(pair, "postcopy-paused");
    pair_free(pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plainly),
        cmocka_unit_test(with_a_return_path),
        cmocka_unit_test(over_multifd),
        cmocka_unit_test(in_postcopy),
        cmocka_unit_test(in_postcopy_with_preempt),
        cmocka_unit_test(the_flush_of_8_1_pauses_a_later_destination),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
