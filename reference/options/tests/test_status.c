/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which statuses count as "a migration is running", release by release.
 */
#include "reference/options/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct { MigRelease from, to; const char *caps, *migrate; } busy[] = {
    { 204, 204, "setup active", "setup cancelling active" },
    { 205, 207, "setup active postcopy-active", "setup cancelling active postcopy-active" },
    { 208, 210, "setup active postcopy-active", "setup cancelling active postcopy-active colo" },
    { 211, 212, "setup active postcopy-active pre-switchover device",
      "setup cancelling active postcopy-active colo pre-switchover device" },
    { 300, 401, "setup active postcopy-active postcopy-paused postcopy-recover pre-switchover device",
      "setup cancelling active postcopy-active postcopy-paused postcopy-recover colo pre-switchover device" },
    { 402, 402, "setup active postcopy-active postcopy-paused postcopy-recover pre-switchover device wait-unplug",
      "setup cancelling active postcopy-active postcopy-paused postcopy-recover colo pre-switchover device wait-unplug" },
    { 500, 800, "setup cancelling active postcopy-active postcopy-paused postcopy-recover pre-switchover device wait-unplug",
      "setup cancelling active postcopy-active postcopy-paused postcopy-recover pre-switchover device wait-unplug" },
    { 801, 900, "setup cancelling active postcopy-active postcopy-paused postcopy-recover colo pre-switchover device wait-unplug",
      "setup cancelling active postcopy-active postcopy-paused postcopy-recover pre-switchover device wait-unplug" },
    { 901, 901, "setup cancelling active postcopy-active postcopy-paused postcopy-recover-setup postcopy-recover colo pre-switchover device wait-unplug",
      "setup cancelling active postcopy-active postcopy-paused postcopy-recover-setup postcopy-recover pre-switchover device wait-unplug" },
    { 902, 1001, "setup cancelling active postcopy-active postcopy-paused postcopy-recover-setup postcopy-recover colo pre-switchover device wait-unplug",
      "setup cancelling active postcopy-active postcopy-paused postcopy-recover-setup postcopy-recover colo pre-switchover device wait-unplug" },
    { 1002, 1002,
      "setup cancelling active postcopy-device postcopy-active postcopy-paused postcopy-recover-setup postcopy-recover colo pre-switchover device wait-unplug",
      "setup cancelling active postcopy-device postcopy-active postcopy-paused postcopy-recover-setup postcopy-recover colo pre-switchover device wait-unplug" },
    { 1100, 9999,
      "setup cancelling active postcopy-device postcopy-active postcopy-paused postcopy-recover-setup postcopy-recover failing colo pre-switchover device wait-unplug",
      "setup cancelling active postcopy-device postcopy-active postcopy-paused postcopy-recover-setup postcopy-recover failing colo pre-switchover device wait-unplug" },
};

static char *join(const MigProfile *profile, gboolean (*test)(const MigProfile *profile, MigStatus status))
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < MIG_STATUS_COUNT; i++) {
        if (test(profile, (MigStatus) i)) {
            g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", mig_status_name((MigStatus) i));
        }
    }
    return g_string_free(text, FALSE);
}

static void releases_are_busy_in_their_statuses(void **state)
{
    (void) state;
    for (const char *const *name = mig_profile_names(); *name != NULL; name++) {
        g_autoptr(MigProfile) profile = mig_profile_find(*name, NULL);
        g_autofree char *caps = join(profile, mig_status_busy_caps), *migrate = join(profile, mig_status_busy_migrate);
        MigRelease release = mig_profile_release(profile);
        gboolean found = FALSE;

        for (gsize i = 0; i < G_N_ELEMENTS(busy); i++) {
            if (busy[i].from <= release && release <= busy[i].to) {
                found = TRUE;
                print_message("case: %s\n", *name);
                /* The snapshot of May 2023 still changes capabilities in colo, as 8.0 does. */
                assert_string_equal(caps, mig_profile_snapshot(profile) == 20230505 ? busy[i - 1].caps : busy[i].caps);
                assert_string_equal(migrate, busy[i].migrate);
            }
        }
        assert_true(found);
    }
}

static void names_are_found(void **state)
{
    MigStatus status;

    (void) state;
    for (int i = 0; i < MIG_STATUS_COUNT; i++) {
        assert_true(mig_status_find(mig_status_name((MigStatus) i), &status));
        assert_int_equal(status, i);
    }
    assert_false(mig_status_find("Active", &status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(releases_are_busy_in_their_statuses),
        cmocka_unit_test(names_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
