/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tables are edited by hand: what must hold of every row.
 */
#include "reference/options/tables/tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static gboolean is_release(MigRelease release)
{
    for (gsize i = 0; i < mig_table_releases_count; i++) {
        if (mig_table_releases[i].release == release) {
            return TRUE;
        }
    }
    return FALSE;
}

static void assert_range(const char *name, MigRelease from, MigRelease to)
{
    if (!is_release(from) || (to != NOW && !is_release(to)) || from > to) {
        fail_msg("%s: %d to %d is no range of releases", name, from, to);
    }
}

static gboolean overlap(MigRelease from, MigRelease to, MigRelease other_from, MigRelease other_to)
{
    return from <= other_to && other_from <= to;
}

static void releases_are_in_order(void **state)
{
    (void) state;
    for (gsize i = 1; i < mig_table_releases_count; i++) {
        assert_true(mig_table_releases[i - 1].release <= mig_table_releases[i].release);
        /* A release stands behind its snapshots. */
        assert_true(mig_table_releases[i - 1].release < mig_table_releases[i].release || mig_table_releases[i - 1].snapshot != 0);
    }
    for (gsize i = 0; i < mig_table_releases_count; i++) {
        assert_true(g_str_has_prefix(mig_table_releases[i].name, "qemu-"));
    }
}

static void at_most_one_row_of_a_thing_holds(void **state)
{
    (void) state;
    for (gsize i = 0; i < mig_table_caps_count; i++) {
        const MigCapRow *row = &mig_table_caps[i];

        assert_range(row->name, row->from, row->to);
        for (gsize j = 0; j < i; j++) {
            assert_false(mig_table_caps[j].cap == row->cap && overlap(row->from, row->to, mig_table_caps[j].from, mig_table_caps[j].to));
        }
    }
    for (gsize i = 0; i < mig_table_params_count; i++) {
        const MigParamRow *row = &mig_table_params[i];

        assert_range(row->name, row->from, row->to);
        for (gsize j = 0; j < i; j++) {
            assert_false(mig_table_params[j].param == row->param
                         && overlap(row->from, row->to, mig_table_params[j].from, mig_table_params[j].to));
        }
    }
    for (gsize i = 0; i < mig_table_enums_count; i++) {
        assert_range(mig_table_enums[i].member, mig_table_enums[i].from, mig_table_enums[i].to);
    }
    for (gsize i = 0; i < mig_table_properties_count; i++) {
        assert_range(mig_table_properties[i].name, mig_table_properties[i].from, mig_table_properties[i].to);
    }
}

static void check_rules(const MigRuleRow *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        assert_range(rows[i].id, rows[i].from, rows[i].to);
        /* Whoever gets an error gets a text. */
        assert_true(rows[i].text != NULL || rows[i].effect == MIG_EFFECT_ABORT || rows[i].effect == MIG_EFFECT_CLAMP
                    || rows[i].effect == MIG_EFFECT_SILENT);
        for (gsize j = 0; j < i; j++) {
            if (rows[j].rule == rows[i].rule && overlap(rows[i].from, rows[i].to, rows[j].from, rows[j].to)) {
                fail_msg("%s and %s both hold", rows[i].id, rows[j].id);
            }
            assert_string_not_equal(rows[i].id, rows[j].id);
        }
    }
}

static void rules_have_one_text_per_release(void **state)
{
    (void) state;
    check_rules(mig_table_rules_caps, mig_table_rules_caps_count);
    check_rules(mig_table_rules_params, mig_table_rules_params_count);
    check_rules(mig_table_rules_gates, mig_table_rules_gates_count);
    check_rules(mig_table_rules_commands, mig_table_rules_commands_count);
}

static void machine_types_set_properties_that_exist(void **state)
{
    (void) state;
    for (gsize i = 0; i < mig_table_machines_count; i++) {
        const MigMachineRow *row = &mig_table_machines[i];

        for (gsize j = 0; j < mig_table_releases_count; j++) {
            g_autoptr(MigProfile) profile = mig_profile_find(mig_table_releases[j].name, NULL);
            MigRelease release = mig_profile_release(profile);
            MigPropertyInfo info;

            if (row->from <= release && release <= row->to && !mig_property_find(profile, row->property, &info)) {
                fail_msg("%s has no property %s, which machine types set", mig_table_releases[j].name, row->property);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(releases_are_in_order),
        cmocka_unit_test(at_most_one_row_of_a_thing_holds),
        cmocka_unit_test(rules_have_one_text_per_release),
        cmocka_unit_test(machine_types_set_properties_that_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
