/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A finding: one rule that one trace breaks, and the block of text that shows it to a person.
 */
#ifndef ORA_FINDING_H
#define ORA_FINDING_H

#include "oracle/trace.h"

typedef enum {
    ORA_GRADE_NOTE,  /* worth a look, breaks nothing */
    ORA_GRADE_KNOWN, /* broken in exactly the way that a named quirk of that real release says */
    ORA_GRADE_FAIL,
} OraGrade;

const char *ora_grade_name(OraGrade grade); /* "note", "known", "fail" */

typedef struct {
    const char *id;    /* stable id of the rule: "source.transition"; interned */
    OraGrade grade;
    const char *quirk; /* id of the quirk when the grade is known; interned; NULL */
    char *rule;        /* what must hold, a sentence; never NULL */
    char *expected;    /* what would have been right here */
    char *actual;      /* what happened */
    OraSide side;      /* where it happened */
    gint64 t_ns;       /* when */
    guint records[4];  /* indexes of the records that show it, first the deciding one */
    guint n_records;
} OraFinding;

/* Copies the strings. Records: up to 4 indexes. */
OraFinding *ora_finding_new(const char *id, OraGrade grade, const char *quirk, const char *rule, OraSide side, gint64 t_ns);
void ora_finding_expected(OraFinding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);
void ora_finding_actual(OraFinding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);
void ora_finding_record(OraFinding *finding, guint index);
void ora_finding_free(OraFinding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OraFinding, ora_finding_free)

/* A GPtrArray of OraFinding that frees them. */
GPtrArray *ora_findings_new(void);
/* The worst grade with --strict in mind: number of findings that make the verdict bad. */
guint ora_findings_bad(const GPtrArray *findings, gboolean strict);
/* By time, then by side, then by id: the order of every report. */
void ora_findings_sort(GPtrArray *findings);

typedef struct {
    const char *name;      /* scenario or file; NULL */
    const char *reproduce; /* command line to type; NULL */
    guint events;          /* how many of the last events are shown; 0: 12 */
    gboolean colour;
} OraRender;

/* The failure block: where, the rule, expected, actual, the last events, how to see it again. *trace* may be NULL. */
void ora_finding_render(const OraFinding *finding, const OraTrace *trace, const OraRender *render, GString *out);
/* One aligned line: time, side, what. Without the line's end. */
void ora_record_render(const OraRecord *record, GString *out);
/* {"id":…,"grade":…,…}: a new reference. */
json_t *ora_finding_to_json(const OraFinding *finding);

#endif
