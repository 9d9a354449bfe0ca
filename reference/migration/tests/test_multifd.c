/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/migration/tests/common_pair.h"

static void set_text(MigVm *vm, const char *name, const char *value)
{
    g_autoptr(MigValue) arguments = mig_value_dict();
    g_autoptr(GError) error = NULL;

    mig_value_dict_put(arguments, name, mig_value_string(value));
    if (!mig_options_set_parameters(mig_vm_options(vm), arguments, &error))
        fail_msg("%s: %s", name, error->message);
}

static void dirty(gpointer opaque)
{
    Pair *pair = opaque;
    MigRamBlock *block = mig_ram_block(mig_vm_ram(pair->vms[0]), 0);

    for (guint64 i = 0; i < pair->writes_per_sync; i++)
        mig_ram_write(block, i * 7 % block->page_count);
}

static const struct { const char *profile, *method; guint channels; } cases[] = {
    { "qemu-4.2", NULL, 2 }, { "qemu-7.2", NULL, 2 }, { "qemu-7.2", "zlib", 3 }, { "qemu-8.1", NULL, 4 }, { "qemu-8.2", "zstd", 2 },
    { "qemu-9.0", NULL, 2 }, { "qemu-9.1", NULL, 2 }, { "qemu-10.0", NULL, 8 }, { "qemu-11.1", "zlib", 2 },
};

static void every_release_sends_over_channels(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (guint64 seed = 0; seed < 4; seed++) {
            Pair *pair = pair_new(cases[i].profile, seed, i % 2 ? MIG_CONTENT_TEXT : MIG_CONTENT_RANDOM, 4 * MIB, TRUE);

            print_message("case: %s %s seed %d\n", cases[i].profile, cases[i].method ? cases[i].method : "", (int) seed);
            pair_cap(pair, "multifd");
            for (int side = 0; side < 2; side++) {
                set_number(pair->vms[side], "multifd-channels", cases[i].channels);
                if (cases[i].method)
                    set_text(pair->vms[side], "multifd-compression", cases[i].method);
            }
            mig_ram_set_zero_run(mig_ram_block(mig_vm_ram(pair->vms[0]), 0), 50, 200);
            test_world_set_rate(pair->world, 20 * MIB);
            pair->writes_per_sync = 100;
            set_number(pair->vms[0], "downtime-limit", 60);
            test_env_on_run(pair->envs[0], dirty, pair);
            pair_start(pair);
            run(pair, 30 * SECOND);
            assert_source(pair, "completed");
            assert_destination(pair, "completed");
            assert_equal_ram(pair);
            pair_free(pair);
        }
    }
}

static void a_cancel_ends_all_channels(void **state)
{
    Pair *pair = pair_new("qemu-7.2", 0, MIG_CONTENT_RANDOM, 16 * MIB, TRUE);

    (void) state;
    pair_cap(pair, "multifd");
    set_number(pair->vms[0], "max-bandwidth", 10 * MIB);
    pair_start(pair);
    run(pair, SECOND / 2);
    assert_source(pair, "active");
    assert_true(mig_vm_cmd_migrate_cancel(pair->vms[0], NULL));
    run(pair, SECOND);
    assert_source(pair, "cancelled");
    assert_int_equal(test_env_exit(pair->envs[1]), 1);
    pair_free(pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_release_sends_over_channels),
        cmocka_unit_test(a_cancel_ends_all_channels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
