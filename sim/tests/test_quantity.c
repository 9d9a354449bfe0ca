/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/quantity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka comes last. */
#include <cmocka.h>

static gboolean size(const char *text, gint64 *ret)
{
    guint64 value;
    gboolean done = sim_quantity_size(text, &value, NULL);

    *ret = done ? (gint64) value : -1;
    return done;
}

static gboolean duration(const char *text, gint64 *ret)
{
    gboolean done = sim_quantity_time(text, ret, NULL);

    *ret = done ? *ret : -1;
    return done;
}

static gboolean bandwidth(const char *text, gint64 *ret)
{
    guint64 value;
    gboolean done = sim_quantity_bandwidth(text, &value, NULL);

    *ret = done ? (gint64) value : -1;
    return done;
}

static gboolean probability(const char *text, gint64 *ret)
{
    guint32 value;
    gboolean done = sim_quantity_probability(text, &value, NULL);

    *ret = done ? (gint64) value : -1;
    return done;
}

static void reads_what_people_write(void **state)
{
    static const struct {
        gboolean (*read)(const char *text, gint64 *ret);
        const char *text;
        gint64 want;          /* -1: refused */
    } cases[] = {
        { size, "4096", 4096 },
        { size, "64M", 64 << 20 },
        { size, "1.5 KiB", 1536 },
        { size, "10MB", 10000000 },
        { size, "0.1B", -1 },
        { size, "99999999T", -1 },
        { size, "99999999999999999999999", -1 },
        { size, "M", -1 },
        { size, "-1", -1 },
        { size, "", -1 },
        { duration, "200us", 200000 },
        { duration, "0.3s", 300000000 },
        { duration, "2min", 120000000000 },
        { duration, "0", 0 },
        { duration, "5", -1 },
        { duration, "0.5ns", -1 },
        { bandwidth, "1Gbit/s", 8000 },
        { bandwidth, "10 Gbit/s", 800 },
        { bandwidth, "125MB/s", 8000 },
        { bandwidth, "3bit/s", 2666666666667 },
        { bandwidth, "unlimited", 0 },
        { bandwidth, "0bit/s", -1 },
        { bandwidth, "1Gbit", -1 },
        { probability, "0.01%", 100 },
        { probability, "100ppm", 100 },
        { probability, "0", 0 },
        { probability, "100%", 1000000 },
        { probability, "101%", -1 },
        { probability, "0.00001%", -1 },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 got;

        print_message("case: '%s'\n", cases[i].text);
        assert_int_equal(cases[i].read(cases[i].text, &got), cases[i].want >= 0);
        assert_int_equal(got, cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(reads_what_people_write) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
