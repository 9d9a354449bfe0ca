/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/rule.h"

#include <string.h>

static const OraRule *const tables[] = {
    ora_rules_source, ora_rules_destination, ora_rules_run,    ora_rules_owner,      ora_rules_progress,
    ora_rules_reply,  ora_rules_events,      ora_rules_errors, ora_rules_statistics, ora_rules_memory,
    ora_rules_exit,   ora_rules_options,     ora_rules_answers, ora_rules_options_reply, ora_rules_stream,
    ora_rules_exact,
};

const OraRule *const *ora_rules(guint *ret_count)
{
    static const OraRule *all[256];
    static gsize count; /* 0: not yet made */

    if (g_once_init_enter(&count)) {
        gsize n = 0;

        for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
            for (const OraRule *rule = tables[i]; rule->id != NULL; rule++) {
                g_assert(n < G_N_ELEMENTS(all));
                all[n++] = rule;
            }
        }
        g_once_init_leave(&count, n);
    }
    *ret_count = (guint) count;
    return all;
}

const OraRule *ora_rule_find(const char *id)
{
    guint count;
    const OraRule *const *all = ora_rules(&count);

    for (guint i = 0; i < count; i++) {
        if (strcmp(all[i]->id, id) == 0) {
            return all[i];
        }
    }
    return NULL;
}

OraFinding *ora_case_find(OraCase *c, const OraRule *rule, const OraLane *lane, guint index)
{
    const OraRecord *record = ora_case_record(c, index);
    OraFinding *finding = ora_finding_new(rule->id, ORA_GRADE_FAIL, NULL, rule->sentence,
                                          lane != NULL ? lane->side : record != NULL ? record->side : ORA_RUNNER,
                                          record != NULL ? record->t_ns : 0);
    guint same = 0;

    ora_finding_record(finding, index);
    for (guint i = 0; i < c->findings->len; i++) {
        const OraFinding *other = g_ptr_array_index(c->findings, i);

        same += strcmp(other->id, finding->id) == 0 && other->side == finding->side;
    }
    g_ptr_array_add(same < ORA_FINDINGS_OF_RULE_MAX && c->findings->len < ORA_FINDINGS_MAX ? c->findings : c->surplus, finding);
    return finding;
}

void ora_finding_known(OraFinding *finding, const char *quirk)
{
    finding->grade = ORA_GRADE_KNOWN;
    finding->quirk = g_intern_string(quirk);
}
