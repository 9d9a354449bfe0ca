/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario/units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void sizes(void **state)
{
    static const struct { const char *text; guint64 bytes; } good[] = {
        { "0", 0 }, { "4096", 4096 }, { "64M", 64 << 20 }, { "64 MiB", 64 << 20 }, { "1.5k", 1536 }, { "100 kB", 100000 },
        { "20 pages", 81920 }, { "64G", G_GUINT64_CONSTANT(64) << 30 }, { " 7 ", 7 },
    };
    static const char *const bad[] = { "", "M", "64 Q", "-1", "1e3", "0x10", "99999999999999999999", "9223372036854775807T", "1.", "64M x" };
    guint64 bytes;

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        print_message("case: '%s'\n", good[i].text);
        assert_null(sim_parse_size(good[i].text, &bytes));
        assert_int_equal(bytes, good[i].bytes);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        print_message("case: '%s'\n", bad[i]);
        assert_non_null(sim_parse_size(bad[i], &bytes));
    }
}

static void durations_and_rates(void **state)
{
    gint64 ns;
    guint64 value;
    guint32 ppm;

    (void) state;
    assert_null(sim_parse_duration("300ms", &ns));
    assert_int_equal(ns, 300000000);
    assert_null(sim_parse_duration("1.5s", &ns));
    assert_int_equal(ns, 1500000000);
    assert_null(sim_parse_duration("2min", &ns));
    assert_int_equal(ns, G_GINT64_CONSTANT(120000000000));
    assert_non_null(sim_parse_duration("300", &ns));
    assert_null(sim_parse_bandwidth("1Gbit/s", &value));
    assert_int_equal(value, 8000);
    assert_null(sim_parse_bandwidth("unlimited", &value));
    assert_int_equal(value, 0);
    assert_non_null(sim_parse_bandwidth("0bit/s", &value));
    assert_non_null(sim_parse_bandwidth("1Gbit", &value));
    assert_null(sim_parse_write_rate("20000 pages/s", &value));
    assert_int_equal(value, 20000);
    assert_null(sim_parse_write_rate("80MiB/s", &value));
    assert_int_equal(value, 20480);
    assert_null(sim_parse_ratio("0.01%", &ppm));
    assert_int_equal(ppm, 100);
    assert_null(sim_parse_ratio("100%", &ppm));
    assert_int_equal(ppm, 1000000);
    assert_non_null(sim_parse_ratio("101%", &ppm));
    assert_null(sim_parse_share("10% of ram", 64 << 20, &value));
    assert_int_equal(value, (64 << 20) / 10);
    assert_non_null(sim_parse_share("110% of ram", 64 << 20, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(sizes), cmocka_unit_test(durations_and_rates) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
