/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sequences of capabilities and parameters: engine against oracle, any disagreement is a crash.
 *
 * Input: byte 0 the release, byte 1 the variation of build, host and state, then operations of three bytes each: what, which,
 * value. Two spare values of "what" do nothing, so that later operations do not change the meaning of old corpora.
 */
#include "fuzz/afl.h"

#include "sim/compare/both.h"

enum { OPERATIONS_MAX = 256 };

static GPtrArray *cases_of(guint release)
{
    static GPtrArray *known[64];
    static guint count;

    while (count < G_N_ELEMENTS(known) && ora_releases()[count] != 0) {
        count++;
    }
    release %= count;
    if (!known[release]) {
        int number = ora_releases()[release];
        char *name = g_strdup_printf("%d.%d", number / 100, number % 100);

        known[release] = sim_compare_cases(name, TRUE, NULL);
        g_free(name);
    }
    return known[release];
}

static OraValue *value_of(guint8 which, guint8 value)
{
    static const guint64 numbers[] = { 0, 1, 2, 9, 10, 20, 21, 99, 100, 101, 255, 256, 257, 4096, 65536, 100000, 100001, 1000000,
                                       2000000, 2000001, 67108864, 1073741824, 4294967295u, 4294967296u, G_MAXINT64, G_MAXUINT64 };
    static const char *const words[] = { "", "none", "zlib", "zstd", "legacy", "multifd", "normal", "cpr-reboot", "tls0", "qpl" };

    switch (which % 8) {
    case 0:
    case 1:
    case 2:
        return ora_value_uint(numbers[value % G_N_ELEMENTS(numbers)]);
    case 3:
        return ora_value_int(-(gint64) value);
    case 4:
        return ora_value_string(words[value % G_N_ELEMENTS(words)]);
    case 5:
        return ora_value_bool(value & 1);
    case 6:
        return value & 1 ? ora_value_null() : ora_value_real(value);
    default:
        return value & 1 ? ora_value_array() : ora_value_object();
    }
}

static void ask(SimBoth *both, const char *command, OraValue *arguments)
{
    char *difference = sim_both_ask(both, command, arguments);

    if (difference) {
        fuzz_wrong("%s", difference);
    }
    ora_value_free(arguments);
}

static void fuzz_one(const guint8 *data, gsize size)
{
    OraValue *list = ora_value_array(), *parameters = ora_value_object();
    const SimCompareCase *c;
    SimBoth *both;
    GPtrArray *cases;
    guint seen = 0;

    if (size < 5) {
        ora_value_free(list);
        ora_value_free(parameters);
        return;
    }
    cases = cases_of(data[0]);
    c = cases->pdata[data[1] % cases->len];
    both = sim_both_new(c);
    for (gsize i = 2, n = 0; i + 2 < size && n < OPERATIONS_MAX; i += 3, n++) {
        const char *capability = ora_capability_name(&c->oracle, data[i + 1] % ORA_CAP_COUNT);
        const OraParameterRow *row = ora_parameter_row(&c->oracle, data[i + 1] % ORA_PARAM_COUNT);
        OraValue *arguments, *entry;

        switch (data[i] % 8) {
        case 0:               /* one more capability in the list */
        case 1:
            entry = ora_value_object();
            ora_value_set(entry, "capability", ora_value_string(capability ? capability : "nosuch"));
            ora_value_set(entry, "state", ora_value_bool(data[i] % 8 == 0));
            ora_value_add(list, entry);
            seen |= data[i] % 8 == 0 ? 1u << data[i + 1] % ORA_CAP_COUNT : 0;
            break;
        case 2:               /* send the list */
            arguments = ora_value_object();
            ora_value_set(arguments, "capabilities", list);
            list = ora_value_array();
            ask(both, "migrate-set-capabilities", arguments);
            ask(both, "query-migrate-capabilities", NULL);
            break;
        case 3:               /* one more parameter */
            ora_value_set(parameters, row ? row->name : "nosuch", value_of(data[i + 2] >> 5, data[i + 2] & 31));
            break;
        case 4:               /* send them */
            ask(both, "migrate-set-parameters", parameters);
            parameters = ora_value_object();
            ask(both, "query-migrate-parameters", NULL);
            break;
        case 5: {
            static const char *const old[] = { "migrate_set_speed", "migrate_set_downtime", "migrate-set-cache-size" };

            arguments = ora_value_object();
            ora_value_set(arguments, "value", value_of(data[i + 2] >> 5, data[i + 2] & 31));
            ask(both, old[data[i + 1] % 3], arguments);
            break;
        }
        default:
            break;
        }
    }
    if (fuzz_planted() && (seen & 0x000104) == 0x000104 && c->oracle.release >= 700) {
        fuzz_wrong("planted: auto-converge and release-ram in one sequence on a late release");
    }
    ora_value_free(list);
    ora_value_free(parameters);
    sim_both_free(both);
}
