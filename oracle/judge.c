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
    if (c->truncated) {
        OraFinding *finding = ora_finding_new("trace.size", ORA_GRADE_NOTE, NULL,
                                              "Only so many commands and changes of state of one process are judged.", ORA_RUNNER,
                                              c->end_ns);

        ora_finding_expected(finding, "at most %d commands, %d changes of status, %d looks at the run state", ORA_COMMANDS_MAX,
                             ORA_MOVES_MAX, ORA_PULSES_MAX);
        ora_finding_actual(finding, "more; what is beyond was not judged");
        g_ptr_array_add(findings, finding);
    }
    ora_findings_sort(findings);
    c->findings = NULL;
    return findings;
}
