/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/judge.h"
#include "oracle/options/profile.h"
#include "oracle/rule.h"

#include <string.h>

/* Everything is known that can be. */
static GPtrArray *judge_once(const OraTrace *trace, const OraJudge *judge)
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
    c->findings = NULL;
    return findings;
}

typedef struct {
    OraStatus newest; /* the status that came last into the enum */
    gboolean fits[64]; /* in the order of ora_releases() */
} Evidence;

/* What the processes of *role* show of their release. */
static void look_at(const OraTrace *trace, OraRole role, Evidence *evidence)
{
    const OraRelease *releases = ora_releases();
    gboolean any = FALSE;

    for (gsize r = 0; releases[r] != 0; r++) {
        g_assert(r < G_N_ELEMENTS(evidence->fits));
    }
    evidence->newest = ORA_STATUS_NONE;
    for (gsize r = 0; releases[r] != 0; r++) {
        evidence->fits[r] = TRUE;
    }
    for (guint i = 0; i < ora_trace_length(trace); i++) {
        const OraRecord *record = ora_trace_get(trace, i);
        OraStatus status = ORA_STATUS_UNKNOWN;

        if (ora_side_role(record->side) != role) {
            continue;
        }
        if (record->kind == ORA_KIND_STATUS) {
            status = record->status.status;
        } else if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_MIGRATION) {
            status = record->event.status;
        }
        if (status != ORA_STATUS_UNKNOWN && ora_status_since(status) > ora_status_since(evidence->newest)) {
            evidence->newest = status;
        }
        if (record->kind == ORA_KIND_STATUS && record->status.stats != NULL &&
            json_object_get(record->status.migrate, "ram") != NULL) {
            for (gsize r = 0; releases[r] != 0; r++) {
                evidence->fits[r] = evidence->fits[r] && ora_statistics_fit(record->status.stats, releases[r]);
            }
        }
    }
    for (gsize r = 0; releases[r] != 0; r++) {
        evidence->fits[r] = evidence->fits[r] && releases[r] >= ora_status_since(evidence->newest);
        any = any || evidence->fits[r];
    }
    for (gsize r = 0; releases[r] != 0 && !any; r++) {
        evidence->fits[r] = TRUE;
    }
}

static gboolean is_of(const OraFinding *finding, OraRole role)
{
    return (ora_side_role(finding->side) == ORA_ROLE_DST) == (role == ORA_ROLE_DST);
}

static const OraFinding *find_same(const GPtrArray *findings, const OraFinding *finding)
{
    for (guint i = 0; i < findings->len; i++) {
        const OraFinding *other = g_ptr_array_index(findings, i);

        if (strcmp(other->id, finding->id) == 0 && other->side == finding->side && other->t_ns == finding->t_ns &&
            other->n_records == finding->n_records &&
            (finding->n_records == 0 || other->records[0] == finding->records[0])) {
            return other;
        }
    }
    return NULL;
}

/* Takes the findings about *role* (the destination's processes; or everything else) out of *findings*. */
static void move_of(GPtrArray *findings, OraRole role, GPtrArray *to)
{
    for (guint i = 0; i < findings->len;) {
        if (is_of(g_ptr_array_index(findings, i), role)) {
            g_ptr_array_add(to, g_ptr_array_steal_index(findings, i));
        } else {
            i++;
        }
    }
}

/* What every release that a side may be finds about it. *judge* says the other side's (0: not known either). */
static void judge_any(const OraTrace *trace, const OraJudge *judge, OraRole role, GPtrArray *to)
{
    const OraRelease *releases = ora_releases();
    g_autoptr(GPtrArray) common = NULL;
    Evidence evidence;

    look_at(trace, role, &evidence);
    for (gsize r = 0; releases[r] != 0 && (common == NULL || common->len > 0); r++) {
        OraJudge one = *judge;
        g_autoptr(GPtrArray) findings = NULL;

        if (!evidence.fits[r]) {
            continue;
        }
        *(role == ORA_ROLE_DST ? &one.destination : &one.source) = releases[r];
        findings = judge_once(trace, &one);
        if (common == NULL) {
            common = ora_findings_new();
            move_of(findings, role, common);
            continue;
        }
        for (guint i = 0; i < common->len;) {
            OraFinding *finding = g_ptr_array_index(common, i);
            const OraFinding *same = find_same(findings, finding);

            if (same == NULL) {
                g_ptr_array_remove_index(common, i);
                continue;
            }
            if (same->grade < finding->grade) {
                finding->grade = same->grade;
                finding->quirk = same->quirk;
            }
            i++;
        }
    }
    if (common != NULL) {
        move_of(common, role, to);
    }
}

/* The destination behaves as the release which it is presumed to be does not, where releases differ: it is another one. */
static gboolean is_other(const OraTrace *trace, const OraJudge *judge)
{
    static const char *const telling[] = { "destination.transition", "destination.setup", "events.off", "reply.incoming-again",
                                           "options.answer", "reply.command" };
    g_autoptr(GPtrArray) findings = judge_once(trace, judge);

    for (guint i = 0; i < findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(findings, i);

        for (gsize k = 0; k < G_N_ELEMENTS(telling); k++) {
            if (finding->grade == ORA_GRADE_FAIL && is_of(finding, ORA_ROLE_DST) && strcmp(finding->id, telling[k]) == 0) {
                return TRUE;
            }
        }
    }
    return FALSE;
}

GPtrArray *ora_judge(const OraTrace *trace, const OraJudge *judge)
{
    const OraHeader *header = ora_trace_header(trace);
    OraJudge known = *judge;
    GPtrArray *findings;

    known.source = judge->source != 0 ? judge->source : header->source;
    known.destination = judge->destination != 0 ? judge->destination : judge->source != 0 ? 0 : header->destination;
    if (known.destination == 0 && known.source != 0) {
        Evidence evidence;

        look_at(trace, ORA_ROLE_DST, &evidence);
        known.presumed = TRUE;
        known.destination = ora_status_since(evidence.newest) <= known.source ? known.source : 0;
        if (known.destination != 0 && is_other(trace, &known)) {
            known.destination = 0;
        }
    }
    if (known.source != 0 && known.destination != 0) {
        findings = judge_once(trace, &known);
    } else {
        findings = ora_findings_new();
        if (known.source == 0) {
            judge_any(trace, &known, ORA_ROLE_SRC, findings);
        } else {
            g_autoptr(GPtrArray) all = judge_once(trace, &known);

            move_of(all, ORA_ROLE_SRC, findings);
        }
        if (known.destination == 0) {
            judge_any(trace, &known, ORA_ROLE_DST, findings);
        } else {
            g_autoptr(GPtrArray) all = judge_once(trace, &known);

            move_of(all, ORA_ROLE_DST, findings);
        }
    }
    ora_findings_sort(findings);
    return findings;
}
