/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/machine/device.h"
#include "reference/machine/runstate.h"

static void names_are_read_back(void **state)
{
    MigRunState read;

    (void) state;
    for (int i = 0; i < MIG_RUN_STATE_COUNT; i++) {
        const char *name = mig_run_state_name((MigRunState) i);

        assert_true(mig_run_state_parse(1101, name, strlen(name), &read));
        assert_int_equal(read, i);
    }
    assert_false(mig_run_state_parse(1101, "bogus", 5, &read));
    assert_false(mig_run_state_parse(207, "colo", 4, &read));
    assert_false(mig_run_state_parse(1101, "runningx", 8, &read));
}

static void changes_are_legal_as_of_their_release(void **state)
{
    static const struct { MigRunState from, to; MigRelease release; gboolean legal; } cases[] = {
        { MIG_RUN_RUNNING, MIG_RUN_FINISH_MIGRATE, 204, TRUE }, { MIG_RUN_FINISH_MIGRATE, MIG_RUN_PAUSED, 210, FALSE },
        { MIG_RUN_FINISH_MIGRATE, MIG_RUN_PAUSED, 211, TRUE },  { MIG_RUN_FINISH_MIGRATE, MIG_RUN_WATCHDOG, 800, FALSE },
        { MIG_RUN_FINISH_MIGRATE, MIG_RUN_WATCHDOG, 801, TRUE }, { MIG_RUN_INMIGRATE, MIG_RUN_RESTORE_VM, 1101, FALSE },
        { MIG_RUN_PRECONFIG, MIG_RUN_PRELAUNCH, 502, TRUE },     { MIG_RUN_PRECONFIG, MIG_RUN_PRELAUNCH, 600, FALSE },
        { MIG_RUN_POSTMIGRATE, MIG_RUN_POSTMIGRATE, 204, TRUE },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        print_message("case: %s -> %s in %d\n", mig_run_state_name(cases[i].from), mig_run_state_name(cases[i].to), cases[i].release);
        assert_int_equal(mig_run_state_legal(cases[i].release, cases[i].from, cases[i].to), cases[i].legal);
    }
}

/* Bytes of spec/stream.md 17: the globalstate of a prelaunch VM on 11.1. */
static void the_global_state_is_as_recorded(void **state)
{
    guint8 bytes[104], expected[104] = { 0, 0, 0, 10, 'p', 'r', 'e', 'l', 'a', 'u', 'n', 'c', 'h' };
    const char *name;
    gsize length;

    (void) state;
    expected[36] = 1;
    mig_global_state_make(1101, MIG_RUN_PRELAUNCH, bytes);
    assert_memory_equal(bytes, expected, 104);
    assert_true(mig_global_state_name(1101, bytes, &name, &length));
    assert_int_equal(length, 9);
    expected[36] = 0;
    mig_global_state_make(702, MIG_RUN_PRELAUNCH, bytes);
    assert_memory_equal(bytes, expected, 104);
    memset(bytes + 4, 'x', 100);
    assert_false(mig_global_state_name(702, bytes, &name, &length));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_back),
        cmocka_unit_test(changes_are_legal_as_of_their_release),
        cmocka_unit_test(the_global_state_is_as_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
