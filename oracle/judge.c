/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/judge.h"
#include "oracle/rule.h"

GPtrArray *ora_judge(const OraTrace *trace, const OraJudge *judge)
{
    g_autoptr(OraCase) c = ora_case_new(trace, judge);
    GPtrArray *findings = c->findings;
    guint count;
    const OraRule *const *rules = ora_rules(&count);

    for (guint i = 0; i < count; i++) {
        rules[i]->check(c, rules[i]);
    }
    ora_findings_sort(findings);
    c->findings = NULL;
    return findings;
}
