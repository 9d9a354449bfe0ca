/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sim/compare/both.h"
#include "sim/compare/compare.h"

#include <string.h>

static void compare(const SimCompareCase *c, SimCompareCount *count)
{
    guint64 left_out;

    sim_compare_subsets(c, 10, &left_out, count);
    sim_compare_sequences(c, 1, count);
}

static void engine_and_oracle_agree(void **state)
{
    static const char *const profiles[] = { "2.4", "2.9", "2.11", "5.2", "8.1-dev-20230630", "11.1" };

    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        g_autoptr(GPtrArray) cases = sim_compare_cases(profiles[i], TRUE, NULL);
        SimCompareCount count;

        assert_non_null(cases);
        assert_true(cases->len >= 2);
        sim_compare_count_init(&count);
        for (guint k = 0; k < cases->len; k++) {
            compare(cases->pdata[k], &count);
        }
        print_message("case: %s: %" G_GUINT64_FORMAT " compared\n", profiles[i], count.compared);
        assert_true(count.compared > 100);
        assert_int_equal(count.different, 0);
        sim_compare_count_done(&count);
    }
}

/* A comparison that cannot fail proves nothing: both are asked about different hosts, and about different releases. */
static void what_differs_is_found_and_told(void **state)
{
    g_autoptr(GPtrArray) cases = sim_compare_cases("7.2", FALSE, NULL), older = sim_compare_cases("7.1", FALSE, NULL);
    SimCompareCase c = *(const SimCompareCase *) cases->pdata[0];
    SimCompareCount count;

    sim_compare_count_init(&count);
    c.oracle.facts &= ~(guint) ORA_FACT_HOST_WRITE_TRACKING;
    compare(&c, &count);
    assert_true(count.different > 0);
    assert_non_null(strstr(count.examples->pdata[0], "Background-snapshot is not supported by host kernel"));
    sim_compare_count_done(&count);

    sim_compare_count_init(&count);
    c = *(const SimCompareCase *) cases->pdata[0];
    c.oracle = ((const SimCompareCase *) older->pdata[0])->oracle;
    compare(&c, &count);
    assert_true(count.different > 0);             /* 7.2 refuses multifd with compress, 7.1 does not */
    sim_compare_count_done(&count);
}

static void one_request_is_asked_of_both(void **state)
{
    g_autoptr(GPtrArray) cases = sim_compare_cases("10.0", FALSE, NULL);
    g_autoptr(SimBoth) both = sim_both_new(cases->pdata[0]);
    g_autoptr(OraValue) arguments = ora_value_object();

    ora_value_set(arguments, "max-bandwidth", ora_value_int(-1));
    assert_null(sim_both_ask(both, "migrate-set-parameters", arguments));
    assert_null(sim_both_ask(both, "query-migrate-parameters", NULL));
    assert_null(sim_both_ask(both, "migrate_set_speed", arguments));
    assert_null(sim_both_ask(both, "no-command-of-ours", NULL));
}

static void an_unknown_release_is_refused(void **state)
{
    g_autoptr(GError) error = NULL;

    assert_null(sim_compare_cases("1.0", FALSE, &error));
    assert_non_null(error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engine_and_oracle_agree),
        cmocka_unit_test(what_differs_is_found_and_told),
        cmocka_unit_test(one_request_is_asked_of_both),
        cmocka_unit_test(an_unknown_release_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
