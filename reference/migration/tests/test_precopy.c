/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/migration/tests/common_pair.h"

static const struct { const char *profile, *source, *destination; } sequences[] = {
    { "qemu-2.4", "STOP", "M:setup RESUME" },
    { "qemu-2.6", "M:setup MIGRATION_PASS M:active STOP MIGRATION_PASS M:completed", "M:setup M:active RESUME M:completed" },
    { "qemu-5.2", "M:setup MIGRATION_PASS M:active STOP MIGRATION_PASS M:completed", "M:setup M:active RESUME M:completed" },
    { "qemu-7.2", "M:setup MIGRATION_PASS M:active STOP MIGRATION_PASS M:completed", "M:setup M:active RESUME M:completed" },
    { "qemu-8.1", "M:setup MIGRATION_PASS M:active STOP MIGRATION_PASS M:completed", "M:setup M:active RESUME M:completed" },
    { "qemu-10.0", "M:setup MIGRATION_PASS M:active STOP M:device MIGRATION_PASS M:completed", "M:setup M:active RESUME M:completed" },
    { "qemu-11.1", "M:setup M:active MIGRATION_PASS STOP M:device M:completed", "M:setup M:active RESUME M:completed" },
};

static void every_release_migrates_in_its_sequence(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(sequences); i++) {
        Pair *pair = pair_new(sequences[i].profile, 0, MIG_CONTENT_RANDOM, 2 * MIB, FALSE);

        print_message("case: %s\n", sequences[i].profile);
        pair_start(pair);
        run(pair, 10 * SECOND);
        if (strcmp(mig_vm_outgoing_status(pair->vms[0]), "completed") != 0)
            show(pair);
        assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), "completed");
        if (mig_profile_release(pair->profile) >= MIG_RELEASE(2, 5)) {
            assert_string_equal(pair->events[0]->str, sequences[i].source);
            assert_string_equal(pair->events[1]->str, sequences[i].destination);
        }
        assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_POSTMIGRATE);
        assert_int_equal(mig_vm_run_state(pair->vms[1]), MIG_RUN_RUNNING);
        assert_equal_ram(pair);
        pair_free(pair);
    }
}

static void return_path_confirms(void **state)
{
    static const char *const caps[] = { "return-path", NULL };
    static const char *const profiles[] = { "qemu-7.2", "qemu-8.1", "qemu-10.0", "qemu-11.1" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        Pair *pair = pair_new(profiles[i], 0, MIG_CONTENT_RANDOM, MIB, FALSE);

        set_caps(pair->vms[0], caps);
        set_caps(pair->vms[1], caps);
        pair_start(pair);
        run(pair, SECOND);
        if (strcmp(mig_vm_outgoing_status(pair->vms[0]), "completed") != 0)
            show(pair);
        assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), "completed");
        assert_string_equal(mig_vm_incoming_status(pair->vms[1]), "completed");
        assert_equal_ram(pair);
        pair_free(pair);
    }
}

static void a_cancelled_migration_starts_again(void **state)
{
    static const char *const profiles[] = { "qemu-7.2", "qemu-8.1", "qemu-11.1" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        Pair *pair = pair_new(profiles[i], 0, MIG_CONTENT_RANDOM, 16 * MIB, FALSE);

        set_number(pair->vms[0], "max-bandwidth", 10 * MIB);
        pair_start(pair);
        run(pair, SECOND / 2);
        assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), "active");
        assert_true(mig_vm_cmd_migrate_cancel(pair->vms[0], NULL));
        assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), "cancelling");
        run(pair, SECOND);
        assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), "cancelled");
        assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_RUNNING);
        assert_int_equal(test_env_exit(pair->envs[1]), 1);
        pair_free(pair);
    }
}

static void the_window_keeps_the_bandwidth(void **state)
{
    Pair *pair = pair_new("qemu-7.2", 0, MIG_CONTENT_RANDOM, 16 * MIB, FALSE);
    gint64 start_ns = test_world_now_ns(pair->world), real_ns;
    g_autoptr(MigValue) info = NULL;
    MigValue *ram;
    guint64 bytes = 0;

    (void) state;
    set_number(pair->vms[0], "max-bandwidth", 8 * MIB);
    set_number(pair->vms[0], "downtime-limit", 0);
    pair_start(pair);
    run(pair, SECOND);
    info = mig_vm_query_migrate(pair->vms[0]);
    ram = mig_value_dict_get(info, "ram");
    assert_non_null(ram);
    assert_true(mig_value_get_uint(mig_value_dict_get(ram, "transferred"), &bytes));
    real_ns = test_world_now_ns(pair->world) - start_ns;
    assert_true(real_ns == SECOND);
    /* spec/migration.md 9.2: 8 MiB/s give 8.2 to 8.4 MB/s; here the window that has just begun counts as well. */
    assert_in_range(bytes, 7 * MIB, 10 * MIB);
    pair_free(pair);
}

static void dirty(gpointer opaque)
{
    Pair *pair = opaque;
    MigRamBlock *block = mig_ram_block(mig_vm_ram(pair->vms[0]), 0);

    for (guint64 i = 0; i < pair->writes_per_sync; i++)
        mig_ram_write(block, i * 7 % block->page_count);
}

static void a_guest_that_writes_arrives_equal(void **state)
{
    static const char *const extra[] = { NULL, "xbzrle", "compress" };

    (void) state;
    for (gsize with = 0; with < G_N_ELEMENTS(extra); with++) {
        for (guint64 seed = 0; seed < 8; seed++) {
            Pair *pair = pair_new("qemu-7.2", seed, MIG_CONTENT_RANDOM, 8 * MIB, TRUE);
            guint64 syncs = 0;
            g_autoptr(MigValue) info = NULL;

            if (extra[with])
                pair_cap(pair, extra[with]);
            test_world_set_rate(pair->world, 40 * MIB);
            pair->writes_per_sync = 300;
            test_env_on_run(pair->envs[0], dirty, pair);
            set_number(pair->vms[0], "downtime-limit", 60);
            pair_start(pair);
            run(pair, 30 * SECOND);
            if (strcmp(mig_vm_outgoing_status(pair->vms[0]), "completed") != 0)
                show(pair);
            assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), "completed");
            assert_equal_ram(pair);
            info = mig_vm_query_migrate(pair->vms[0]);
            assert_true(mig_value_get_uint(mig_value_dict_get(mig_value_dict_get(info, "ram"), "dirty-sync-count"), &syncs));
            assert_true(syncs >= 2);
            pair_free(pair);
        }
    }
}

static void a_cut_link_fails_both(void **state)
{
    (void) state;
    for (int reset = 0; reset < 2; reset++) {
        Pair *pair = pair_new("qemu-8.1", 0, MIG_CONTENT_RANDOM, 16 * MIB, FALSE);

        set_number(pair->vms[0], "max-bandwidth", 10 * MIB);
        pair_start(pair);
        run(pair, SECOND / 2);
        test_world_cut(pair->world, reset);
        run(pair, SECOND);
        assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), "failed");
        assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_RUNNING);
        assert_int_equal(test_env_exit(pair->envs[1]), 1);
        pair_free(pair);
    }
}

static void the_pause_before_switchover_waits(void **state)
{
    static const char *const caps[] = { "pause-before-switchover", NULL };
    Pair *pair = pair_new("qemu-7.2", 0, MIG_CONTENT_RANDOM, MIB, FALSE);

    (void) state;
    set_caps(pair->vms[0], caps);
    pair_start(pair);
    run(pair, SECOND);
    assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), "pre-switchover");
    assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_FINISH_MIGRATE);
    assert_false(mig_vm_cmd_cont(pair->vms[0], NULL));
    assert_true(mig_vm_cmd_migrate_continue(pair->vms[0], "pre-switchover", NULL));
    run(pair, SECOND);
    assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), "completed");
    assert_string_equal(pair->events[0]->str, "M:setup MIGRATION_PASS M:active STOP M:pre-switchover M:device MIGRATION_PASS M:completed");
    pair_free(pair);
}

typedef struct { Pair *pair; guint64 at_stop; gboolean seen; } Snapshot;

static void note_stop(gpointer opaque, const char *name, const MigValue *data, gint64 host_ns)
{
    Snapshot *snapshot = opaque;

    (void) data;
    (void) host_ns;
    if (strcmp(name, "STOP") == 0 && !snapshot->seen) {
        snapshot->at_stop = mig_ram_digest(mig_vm_ram(snapshot->pair->vms[0]));
        snapshot->seen = TRUE;
    }
}

/* The guest goes on writing; what arrives is what it had at the moment of the snapshot. */
static void a_background_snapshot_holds_one_moment(void **state)
{
    static const char *const profiles[] = { "qemu-6.0", "qemu-7.2", "qemu-10.0" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        Pair *pair = pair_new(profiles[i], 0, MIG_CONTENT_RANDOM, 4 * MIB, TRUE);
        Snapshot snapshot = { pair, 0, FALSE };
        MigRamBlock *block = mig_ram_block(mig_vm_ram(pair->vms[0]), 0);

        set_caps(pair->vms[0], (const char *[]) { "background-snapshot", NULL });
        mig_vm_add_event_func(pair->vms[0], note_stop, &snapshot);
        test_world_set_rate(pair->world, 20 * MIB);
        pair_start(pair);
        for (int n = 0; n < 200; n++) {
            run(pair, SECOND / 1000);
            for (guint64 page = 0; page < 20; page++)
                assert_int_equal(mig_ram_write(block, (page * 51 + (guint64) n * 7) % block->page_count), MIG_RAM_OK);
        }
        run(pair, 5 * SECOND);
        assert_source(pair, "completed");
        assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_RUNNING);
        assert_string_equal(pair->events[0]->str, "M:setup M:active STOP RESUME M:completed");
        assert_true(snapshot.seen);
        assert_true(mig_ram_digest(mig_vm_ram(pair->vms[1])) == snapshot.at_stop);
        pair_free(pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_release_migrates_in_its_sequence),
        cmocka_unit_test(return_path_confirms),
        cmocka_unit_test(a_cancelled_migration_starts_again),
        cmocka_unit_test(the_window_keeps_the_bandwidth),
        cmocka_unit_test(a_guest_that_writes_arrives_equal),
        cmocka_unit_test(a_cut_link_fails_both),
        cmocka_unit_test(the_pause_before_switchover_waits),
        cmocka_unit_test(a_background_snapshot_holds_one_moment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
