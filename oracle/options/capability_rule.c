/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/options/capability_rule.h"

static gboolean applies(const OraCapabilityRule *rule, const OraProfile *profile)
{
    return ora_release_in(profile->release, rule->since, rule->until) && !(rule->not_in & profile->snapshot) &&
           (profile->facts & rule->facts) == rule->facts && !(profile->facts & rule->no_facts);
}

void ora_capability_judge_init(OraCapabilityJudge *judge, const OraProfile *profile)
{
    judge->profile = *profile;
    judge->known = ora_capability_all(profile);
    judge->count = 0;
    for (gsize i = 0; i < ora_capability_rule_count; i++) {
        const OraCapabilityRule *rule = &ora_capability_rules[i];
        OraCapSet names = rule->on | rule->off | rule->was_off | rule->listed;

        g_assert(i == 0 || rule->order >= ora_capability_rules[i - 1].order);
        if (!applies(rule, profile) || (names & ~judge->known) || rule->effect != ORA_EFFECT_ERROR) {
            continue;
        }
        g_assert(judge->count < G_N_ELEMENTS(judge->rows));
        judge->rows[judge->count].on = rule->on;
        judge->rows[judge->count].off = rule->off;
        judge->rows[judge->count].was_off = rule->was_off;
        judge->rows[judge->count].listed = rule->listed;
        judge->rows[judge->count].params = rule->params;
        judge->rows[judge->count].rule = rule;
        judge->count++;
    }
}

/* 2.8, 2.9 without COLO: each entry that names x-colo sets the error, and a second one finds it set. */
static OraCapabilityVerdict judge_partial(const OraCapabilityJudge *judge, OraCapSet *after, const OraCapabilityRule **ret_rule,
                                          const OraCapabilityChange *changes, gsize count)
{
    OraCapabilityVerdict verdict = { ORA_EFFECT_NONE, NULL, *after };

    for (gsize i = 0; i < ora_capability_rule_count; i++) {
        const OraCapabilityRule *rule = &ora_capability_rules[i];
        guint named = 0;

        if (rule->effect != ORA_EFFECT_ERROR_PARTIAL || !applies(rule, &judge->profile)) {
            continue;
        }
        for (gsize k = 0; k < count; k++) {
            named += (rule->listed & ORA_CAP_BIT(changes[k].capability)) != 0;
        }
        if (named > 0) {
            *ret_rule = rule;
            verdict.rule = rule;
            verdict.effect = named > 1 ? ORA_EFFECT_ABORT : ORA_EFFECT_ERROR_PARTIAL;
        }
    }
    return verdict;
}

OraCapabilityVerdict ora_capability_judge_list(const OraCapabilityJudge *judge, OraCapSet before,
                                               const OraCapabilityChange *changes, gsize count, guint params)
{
    OraRelease release = judge->profile.release;
    OraCapSet after = before, listed = 0;
    const OraCapabilityRule *skipped = NULL, *refusing;
    OraCapabilityVerdict verdict;

    /* The busy test comes before anything is stored, in every release. */
    for (guint i = 0; i < judge->count; i++) {
        if (judge->rows[i].rule->order == 0) {
            return (OraCapabilityVerdict) { ORA_EFFECT_ERROR, judge->rows[i].rule, before };
        }
    }
    verdict = judge_partial(judge, &after, &skipped, changes, count);
    if (verdict.effect == ORA_EFFECT_ABORT) {
        return verdict;
    }
    for (gsize i = 0; i < count; i++) {
        OraCapSet bit = ORA_CAP_BIT(changes[i].capability);

        listed |= bit;
        if (!skipped || !(skipped->listed & bit)) {
            after = changes[i].state ? after | bit : after & ~bit;
        }
    }
    if (release <= 209) {
        OraCapSet cleared = 0;

        /* All clearing rules look at the set as the list left it (7.2). */
        for (gsize i = 0; i < ora_capability_rule_count; i++) {
            const OraCapabilityRule *rule = &ora_capability_rules[i];

            if (rule->effect == ORA_EFFECT_CLEAR && applies(rule, &judge->profile) && (after & rule->on) == rule->on &&
                !(before & rule->was_off)) {
                cleared |= rule->clears;
                if (verdict.effect == ORA_EFFECT_NONE) {
                    verdict.effect = ORA_EFFECT_CLEAR;
                    verdict.rule = rule;
                }
            }
        }
        verdict.after = after & ~cleared;
        return verdict;
    }
    refusing = ora_capability_judge_set(judge, before, after, listed, params);
    if (refusing) {
        /* 2.10, 2.11: checked on the live set, which stays as the list left it (quirk 3). */
        return (OraCapabilityVerdict) { ORA_EFFECT_ERROR, refusing, release <= 211 ? after : before };
    }
    return (OraCapabilityVerdict) { ORA_EFFECT_NONE, NULL, after };
}
