/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The rules of migrate-set-parameters: in every release of its range each rule refuses one value and accepts its neighbour,
 * with the text of that release.
 */
#include "reference/options/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ALWAYS 9999
#define P(name) MIG_PARAM_##name, MIG_RULE_PAR_##name
#define MINUS_ONE G_MAXUINT64

static const struct {
    MigParam param;
    MigRule rule;
    MigRelease from, to;
    guint64 bad, good;
    const char *text;         /* part of every text of the range */
} cases[] = {
    { P(COMPRESS_LEVEL), 204, 900, 10, 9, "compress_level" },
    { P(COMPRESS_LEVEL), 204, 900, MINUS_ONE, 0, "9" },
    { P(COMPRESS_THREADS), 204, 900, 0, 1, "compress_threads" },
    { P(COMPRESS_THREADS), 204, 211, 256, 255, "1 to 255" },
    { P(DECOMPRESS_THREADS), 204, 900, 0, 1, "decompress_threads" },
    { P(THROTTLE_TRIGGER_THRESHOLD), 500, ALWAYS, 0, 1, "1 to 100" },
    { P(THROTTLE_TRIGGER_THRESHOLD), 500, ALWAYS, 101, 100, "1 to 100" },
    { P(CPU_THROTTLE_INITIAL), 205, ALWAYS, 0, 1, "1 to 99" },
    { P(CPU_THROTTLE_INITIAL), 205, ALWAYS, 100, 99, "1 to 99" },
    { P(CPU_THROTTLE_INCREMENT), 205, ALWAYS, 0, 1, "1 to 99" },
    { P(CPU_THROTTLE_INCREMENT), 205, ALWAYS, 100, 99, "1 to 99" },
    { P(MAX_BANDWIDTH), 208, 211, MINUS_ONE, 0, "bytes/second" },
    { P(DOWNTIME_LIMIT), 208, ALWAYS, 2000001, 2000000, "expects an integer in the range of 0 to" },
    { P(DOWNTIME_LIMIT), 208, ALWAYS, MINUS_ONE, 0, "in the range of 0 to" },
    { P(X_CHECKPOINT_DELAY), 208, 211, MINUS_ONE, 0, "it should be positive" },
    { P(MULTIFD_CHANNELS), 211, ALWAYS, 0, 1, "channels" },
    { P(MULTIFD_CHANNELS), 211, 211, 256, 255, "1 to 255" },
    { P(X_MULTIFD_PAGE_COUNT), 211, 301, 0, 1, "1 to 10000" },
    { P(X_MULTIFD_PAGE_COUNT), 211, 301, 10001, 10000, "1 to 10000" },
    { P(MULTIFD_ZLIB_LEVEL), 500, ALWAYS, 10, 9, "9" },
    { P(MULTIFD_QATZIP_LEVEL), 902, ALWAYS, 0, 1, "between 1 and 9" },
    { P(MULTIFD_QATZIP_LEVEL), 902, ALWAYS, 10, 9, "between 1 and 9" },
    { P(MULTIFD_ZSTD_LEVEL), 500, ALWAYS, 21, 20, "20" },
    { P(XBZRLE_CACHE_SIZE), 211, ALWAYS, 2048, 4096, "target page size" },
    { P(XBZRLE_CACHE_SIZE), 211, ALWAYS, 12288, 8192, "power of" },
    { P(XBZRLE_CACHE_SIZE), 211, ALWAYS, 0, (guint64) 1 << 63, "power of" },
    { P(MAX_CPU_THROTTLE), 301, ALWAYS, 19, 20, "throttle_initial to 99" },
    { P(MAX_CPU_THROTTLE), 301, ALWAYS, 100, 99, "throttle_initial to 99" },
    { P(ANNOUNCE_INITIAL), 400, ALWAYS, 100001, 100000, "100000" },
    { P(ANNOUNCE_MAX), 400, ALWAYS, 100001, 100000, "100000" },
    { P(ANNOUNCE_ROUNDS), 400, ALWAYS, 1001, 1000, "1000" },
    { P(ANNOUNCE_STEP), 400, ALWAYS, 0, 1, "10000" },
    { P(ANNOUNCE_STEP), 400, ALWAYS, 10001, 10000, "10000" },
    { P(X_VCPU_DIRTY_LIMIT_PERIOD), 801, ALWAYS, 0, 1, "between 1 and 1000" },
    { P(X_VCPU_DIRTY_LIMIT_PERIOD), 801, ALWAYS, 1001, 1000, "between 1 and 1000" },
    { P(VCPU_DIRTY_LIMIT), 801, ALWAYS, 0, 1, "1 MB/s" },
    { P(X_RDMA_CHUNK_SIZE), 1101, ALWAYS, 1048575, 1048576, "1MiB to 1024MiB" },
    { P(X_RDMA_CHUNK_SIZE), 1101, ALWAYS, 3145728, 2097152, "1MiB to 1024MiB" },
    { P(X_RDMA_CHUNK_SIZE), 1101, ALWAYS, 2147483648, 1073741824, "1MiB to 1024MiB" },
};

static MigRule check(const MigProfile *profile, MigParam param, guint64 value)
{
    MigParamValues current, result;

    mig_params_init(profile, &current);
    result = current;
    result.value[param] = value;
    return mig_params_check(profile, MIG_FACTS_OF_PROFILE, 0, &current, &result, MIG_PARAM_BIT(param));
}

static void every_limit_holds_in_every_release_of_its_range(void **state)
{
    (void) state;
    for (const char *const *name = mig_profile_names(); *name != NULL; name++) {
        g_autoptr(MigProfile) profile = mig_profile_find(*name, NULL);
        MigRelease release = mig_profile_release(profile);

        for (gsize i = 0; i < G_N_ELEMENTS(cases) && mig_profile_snapshot(profile) == 0; i++) {
            MigRule bad, good;

            if (mig_param_name(profile, cases[i].param) == NULL) {
                assert_false(cases[i].from <= release && release <= cases[i].to);
                continue;
            }
            bad = check(profile, cases[i].param, cases[i].bad);
            good = check(profile, cases[i].param, cases[i].good);
            if (cases[i].from <= release && release <= cases[i].to) {
                const char *text = bad != MIG_RULE_NONE ? mig_rule_pattern(profile, bad) : NULL;
                g_autofree char *undashed = g_strdelimit(g_strdup(text != NULL ? text : ""), "-", '_');

                if (bad != cases[i].rule || good != MIG_RULE_NONE) {
                    fail_msg("case %zu (%s) on %s: bad value gives rule %d, good one %d", i, mig_param_name(profile, cases[i].param),
                             *name, bad, good);
                }
                if (strstr(undashed, cases[i].text) == NULL) {
                    fail_msg("case %zu on %s: '%s' is not in '%s'", i, *name, cases[i].text, undashed);
                }
            } else {
                assert_int_not_equal(bad, cases[i].rule);
            }
        }
    }
}

static void narrowing_cuts_to_the_stored_type(void **state)
{
    static const struct { const char *profile; MigParam param; guint64 value, want; } values[] = {
        { "2.11", MIG_PARAM_CPU_THROTTLE_INITIAL, 276, 276 },  { "2.12", MIG_PARAM_CPU_THROTTLE_INITIAL, 276, 20 },
        { "5.2", MIG_PARAM_CPU_THROTTLE_INITIAL, 276, 20 },    { "6.0", MIG_PARAM_CPU_THROTTLE_INITIAL, 276, 276 },
        { "5.2", MIG_PARAM_X_CHECKPOINT_DELAY, 4294967297, 1 }, { "2.12", MIG_PARAM_X_MULTIFD_PAGE_COUNT, 4294967297, 1 },
        { "5.2", MIG_PARAM_MAX_BANDWIDTH, MINUS_ONE, MINUS_ONE }, { "5.2", MIG_PARAM_ANNOUNCE_STEP, 4294967297, 4294967297 },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(MigProfile) profile = mig_profile_find(values[i].profile, NULL);

        assert_true(mig_param_narrow(profile, values[i].param, values[i].value) == values[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_limit_holds_in_every_release_of_its_range),
        cmocka_unit_test(narrowing_cuts_to_the_stored_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
