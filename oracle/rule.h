/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A rule: what must hold, as a person would say it, for which releases, and the function that looks for a breach. The
 * particulars of a rule (edges, texts, members) are tables beside it in oracle/rules/.
 */
#ifndef ORA_RULE_H
#define ORA_RULE_H

#include "oracle/case.h"

typedef struct OraRule OraRule;

struct OraRule {
    const char *id;        /* stable: "area.rule" */
    const char *sentence;  /* what must hold */
    OraRelease since, until;
    const char *invariant; /* which of the named invariants it serves; NULL */
    const char *section;   /* where the rule was learned, within the description of the behaviour */
    /* Looks at the whole case. Called once per case; each lane's own release decides which particulars hold. */
    void (*check)(OraCase *c, const OraRule *rule);
};

/* All rules, in the order of their tables. */
const OraRule *const *ora_rules(guint *ret_count);
const OraRule *ora_rule_find(const char *id); /* NULL */

/* A finding (of the first twenty of each rule and side) about *lane* (NULL: the run), decided by record *index*. Fill in expected and actual. */
OraFinding *ora_case_find(OraCase *c, const OraRule *rule, const OraLane *lane, guint index);
/* The finding is what quirk *id* says of that release. */
void ora_finding_known(OraFinding *finding, const char *quirk);

/* The tables; each ends with an entry without id. */
extern const OraRule ora_rules_source[], ora_rules_destination[], ora_rules_run[], ora_rules_owner[],
    ora_rules_progress[], ora_rules_reply[], ora_rules_events[], ora_rules_statistics[], ora_rules_errors[],
    ora_rules_memory[], ora_rules_exit[], ora_rules_options[], ora_rules_answers[], ora_rules_options_reply[], ora_rules_stream[],
    ora_rules_exact[];

/* A way in which real releases break rules; reported as known, never silently allowed. */
typedef struct {
    const char *id;
    OraRelease since, until;
    const char *text;
} OraQuirk;

const OraQuirk *ora_quirks(guint *ret_count);
const OraQuirk *ora_quirk_find(const char *id);
/* What a query shows of *stats* is what that release shows. */
gboolean ora_statistics_fit(const OraStats *stats, OraRelease release);

/* The quirk was seen (or read) in that release; of an unknown release: in any. */
gboolean ora_quirk_applies(const char *id, OraRelease release);

#endif
