/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/compare/compare.h"

#include <string.h>

/* The two enumerations, matched by the names that the release gives to its capabilities. */
typedef struct {
    guint count;
    MigCapSet engine[ORA_CAP_COUNT];
    OraCapSet oracle[ORA_CAP_COUNT];
    OraCapability capability[ORA_CAP_COUNT];
    gboolean equal;           /* every capability has the same bit on both sides: sets need no translation */
} Names;

static void names_init(Names *names, const SimCompareCase *c, SimCompareCount *count)
{
    memset(names, 0, sizeof *names);
    names->equal = TRUE;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < ORA_CAP_COUNT; i++) {
            const char *name = ora_capability_name(&c->oracle, i);
            gboolean mentioned = FALSE;
            MigCap cap;

            if (!name) {
                continue;
            }
            if (!mig_cap_find(c->engine, name, &cap)) {
                sim_compare_differs(count, c, "the engine does not know the capability %s", name);
                continue;
            }
            for (gsize k = 0; k < ora_capability_rule_count; k++) {
                const OraCapabilityRule *rule = &ora_capability_rules[k];
                OraCapSet named = rule->on | rule->off | rule->listed;

                mentioned |= ora_release_in(c->oracle.release, rule->since, rule->until) && (named & ORA_CAP_BIT(i)) != 0;
            }
            if (mentioned == (pass == 0)) {
                names->engine[names->count] = MIG_CAP_BIT(cap);
                names->oracle[names->count] = ORA_CAP_BIT(i);
                names->capability[names->count] = i;
                names->equal &= MIG_CAP_BIT(cap) == ORA_CAP_BIT(i);
                names->count++;
            }
        }
    }
    if (names->count != (guint) __builtin_popcount(mig_profile_caps(c->engine))) {
        sim_compare_differs(count, c, "the engine knows %d capabilities, the oracle %u", __builtin_popcount(mig_profile_caps(c->engine)),
                            names->count);
    }
}

static MigCapSet to_engine(const Names *names, OraCapSet set)
{
    MigCapSet result = 0;

    if (names->equal) {
        return set;
    }
    for (guint i = 0; i < names->count; i++) {
        result |= set & names->oracle[i] ? names->engine[i] : 0;
    }
    return result;
}

/* Class and text of both, looked at once for each pair of rules that meet. */
typedef struct {
    guint8 known[MIG_RULE_COUNT][128];        /* 0: not looked at, 1: same, 2: different */
} Same;

static gboolean same_rule(const SimCompareCase *c, Same *same, MigRule engine, const OraCapabilityRule *oracle)
{
    gsize index = oracle ? (gsize) (oracle - ora_capability_rules) + 1 : 0;

    if (same->known[engine][index] == 0) {
        gboolean equal;

        if (!oracle || engine == MIG_RULE_NONE) {
            equal = !oracle && engine == MIG_RULE_NONE;
        } else {
            /* Every refusal of a capability is a GenericError; the oracle's rules name no class. */
            equal = mig_rule_class(c->engine, engine) == MIG_QMP_ERROR_GENERIC &&
                    g_strcmp0(mig_rule_pattern(c->engine, engine), oracle->text) == 0;
        }
        same->known[engine][index] = equal ? 1 : 2;
    }
    return same->known[engine][index] == 1;
}

static void tell(const SimCompareCase *c, SimCompareCount *count, const char *question, MigCapSet was, MigCapSet set, MigRule engine,
                 const OraCapabilityRule *oracle)
{
    g_autofree char *set_text = mig_caps_to_string(c->engine, set), *was_text = mig_caps_to_string(c->engine, was);

    sim_compare_differs(count, c, "%s {%s} after {%s}: engine %s «%s», oracle %s «%s»", question, set_text, was_text,
                        engine == MIG_RULE_NONE ? "accepts" : mig_rule_id(c->engine, engine),
                        engine == MIG_RULE_NONE ? "" : mig_rule_pattern(c->engine, engine), oracle ? oracle->id : "accepts",
                        oracle ? oracle->text : "");
}

static const struct { MigCompression compression; gboolean tls; guint params; } stored[] = {
    { MIG_COMPRESSION_NONE, FALSE, 0 },
    { MIG_COMPRESSION_ZLIB, FALSE, ORA_PARAMS_COMPRESSION },
    { MIG_COMPRESSION_NONE, TRUE, ORA_PARAMS_TLS },
};

void sim_compare_subsets(const SimCompareCase *c, guint bits_max, guint64 *ret_left_out, SimCompareCount *count)
{
    g_autofree Same *same = g_new0(Same, 1);
    OraCapabilityJudge judge;
    OraCapabilityChange changes[ORA_CAP_COUNT];
    OraCapSet mask = 0, set = 0;
    Names names;
    guint bits;

    ora_capability_judge_init(&judge, &c->oracle);
    names_init(&names, c, count);
    bits = MIN(bits_max, names.count);
    *ret_left_out = ((guint64) 1 << names.count) - ((guint64) 1 << bits);
    for (guint i = 0; i < bits; i++) {
        mask |= names.oracle[i];
    }
    do {
        MigCapSet engine_set = to_engine(&names, set);

        if (c->oracle.release >= 210 && !(c->engine_facts & MIG_FACT_BUSY_CAPS)) {
            MigRule engine = mig_caps_check(c->engine, c->engine_facts, 0, engine_set, MIG_COMPRESSION_NONE, FALSE);
            const OraCapabilityRule *oracle = ora_capability_judge_set(&judge, 0, set, set, 0);

            if (!same_rule(c, same, engine, oracle)) {
                tell(c, count, "setting", 0, engine_set, engine, oracle);
            }
        } else {
            MigCapsVerdict engine = mig_caps_set(c->engine, c->engine_facts, 0, engine_set, engine_set, MIG_COMPRESSION_NONE, FALSE);
            OraCapabilityVerdict oracle;
            const OraCapabilityRule *refusing;
            guint length = 0;

            for (guint i = 0; i < names.count; i++) {
                if (set & names.oracle[i]) {
                    changes[length].capability = names.capability[i];
                    changes[length++].state = TRUE;
                }
            }
            oracle = ora_capability_judge_list(&judge, 0, changes, length, 0);
            refusing = oracle.effect == ORA_EFFECT_CLEAR ? NULL : oracle.rule;
            if (!same_rule(c, same, engine.rule, refusing) || engine.caps != to_engine(&names, oracle.after)) {
                tell(c, count, "setting", 0, engine_set, engine.rule, refusing);
            }
        }
        count->compared++;
        set = (set - mask) & mask;            /* the next subset of mask; 0 after the last */
    } while (set != 0);
}

/* One change on top of a state that both sides agree on. Returns the oracle's state afterwards. */
static OraCapSet step(const SimCompareCase *c, const Names *names, const OraCapabilityJudge *judge, Same *same, OraCapSet before,
                      guint which, gboolean state, guint parameters, SimCompareCount *count)
{
    OraCapabilityChange change = { names->capability[which], state };
    OraCapabilityVerdict oracle = ora_capability_judge_list(judge, before, &change, 1, stored[parameters].params);
    const OraCapabilityRule *refusing = oracle.effect == ORA_EFFECT_CLEAR ? NULL : oracle.rule;
    MigCapSet was = to_engine(names, before), bit = names->engine[which];
    MigCapsVerdict engine = mig_caps_set(c->engine, c->engine_facts, was, bit, state ? bit : 0, stored[parameters].compression,
                                         stored[parameters].tls);

    count->compared++;
    if (!same_rule(c, same, engine.rule, refusing) || engine.caps != to_engine(names, oracle.after)) {
        tell(c, count, state ? "switching on" : "switching off", was, bit, engine.rule, refusing);
    }
    return oracle.after;
}

static void continue_sequence(const SimCompareCase *c, const Names *names, const OraCapabilityJudge *judge, Same *same, OraCapSet before,
                              guint length, guint parameters, SimCompareCount *count)
{
    for (guint i = 0; length > 0 && i < names->count; i++) {
        for (int state = 1; state >= 0; state--) {
            OraCapSet after = step(c, names, judge, same, before, i, state, parameters, count);

            continue_sequence(c, names, judge, same, after, length - 1, parameters, count);
        }
    }
}

void sim_compare_sequences(const SimCompareCase *c, guint length, SimCompareCount *count)
{
    g_autofree Same *same = g_new0(Same, 1);
    OraCapabilityJudge judge;
    Names names;

    ora_capability_judge_init(&judge, &c->oracle);
    names_init(&names, c, count);
    for (guint i = 0; i < (c->oracle.release >= 701 ? G_N_ELEMENTS(stored) : 1); i++) {
        continue_sequence(c, &names, &judge, same, 0, length, i, count);
        /* States that cannot be reached from nothing under these facts, but could before they came to hold: multifd was on
         * when the destination began to listen. */
        for (guint a = 0; a < names.count; a++) {
            for (guint b = a; b < names.count; b++) {
                continue_sequence(c, &names, &judge, same, names.oracle[a] | names.oracle[b], 1, i, count);
            }
        }
    }
}
