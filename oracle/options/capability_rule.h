/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One rule of migrate-set-capabilities, as a person states it, and the judge of whole sets.
 */
#ifndef ORA_OPTIONS_CAPABILITY_RULE_H
#define ORA_OPTIONS_CAPABILITY_RULE_H

#include "oracle/options/capability.h"

typedef enum {
    ORA_EFFECT_NONE = 0,            /* no rule objects */
    ORA_EFFECT_ERROR,               /* refused; whether something was stored all the same is the release's way (7.2) */
    ORA_EFFECT_ERROR_PARTIAL,       /* refused, the rest of the list is applied */
    ORA_EFFECT_ERROR_APPLIED,       /* refused in words, applied in deed */
    ORA_EFFECT_CLEAR,               /* accepted; some bits are taken back */
    ORA_EFFECT_WARN,                /* accepted with a line on stderr */
    ORA_EFFECT_ABORT,               /* the process dies */
} OraEffect;

/* What a rule may ask of the stored parameters. */
typedef enum {
    ORA_PARAMS_COMPRESSION = 1 << 0,    /* multifd-compression is not none */
    ORA_PARAMS_TLS = 1 << 1,            /* tls-creds is set and not empty */
} OraParamsSeen;

/* A rule holds when every condition that it names holds. "A or B" is two rows with the same id. */
typedef struct {
    const char *id;
    const char *sentence;
    guint order;                    /* 7.3: the first that holds decides */
    OraRelease since, until;
    guint not_in;                   /* snapshots of 8.1 */
    OraCapSet on;                   /* all of these are on in the resulting set */
    OraCapSet off;                  /* all of these are off in the resulting set */
    OraCapSet was_off;              /* all of these were off before */
    OraCapSet listed;               /* one of these is named in the list */
    guint params;                   /* one of OraParamsSeen */
    guint facts, no_facts;          /* all of the first hold, none of the second */
    OraEffect effect;
    OraCapSet clears;               /* of ORA_EFFECT_CLEAR */
    const char *text;               /* of the error; of clear and warn: stderr. {reason}: the host's */
} OraCapabilityRule;

/* oracle/rules/capability_rules.c, in order. */
extern const OraCapabilityRule ora_capability_rules[];
extern const gsize ora_capability_rule_count;

/* The rules of one profile, made ready for judging many sets. Facts are fixed. */
typedef struct {
    OraProfile profile;
    OraCapSet known;
    guint count;
    struct {
        OraCapSet on, off, was_off, listed;
        guint params;
        const OraCapabilityRule *rule;
    } rows[64];                     /* those that can end a request: error and abort, not warn and clear */
} OraCapabilityJudge;

void ora_capability_judge_init(OraCapabilityJudge *judge, const OraProfile *profile);

/* The rule that refuses `after` (2.10-), or NULL. `params` of OraParamsSeen. The busy test is part of it. */
static inline const OraCapabilityRule *ora_capability_judge_set(const OraCapabilityJudge *judge, OraCapSet before,
                                                                OraCapSet after, OraCapSet listed, guint params)
{
    for (guint i = 0; i < judge->count; i++) {
        if ((after & judge->rows[i].on) == judge->rows[i].on && !(after & judge->rows[i].off) &&
            !(before & judge->rows[i].was_off) && (!judge->rows[i].listed || (listed & judge->rows[i].listed)) &&
            (!judge->rows[i].params || (params & judge->rows[i].params))) {
            return judge->rows[i].rule;
        }
    }
    return NULL;
}

typedef struct {
    OraCapability capability;
    gboolean state;
} OraCapabilityChange;

typedef struct {
    OraEffect effect;
    const OraCapabilityRule *rule;  /* that decided; NULL when nothing objected */
    OraCapSet after;                /* what is stored afterwards */
} OraCapabilityVerdict;

/* What the release does with migrate-set-capabilities and this list: modes of 7.2, whatever the release. */
OraCapabilityVerdict ora_capability_judge_list(const OraCapabilityJudge *judge, OraCapSet before,
                                               const OraCapabilityChange *changes, gsize count, guint params);

#endif
