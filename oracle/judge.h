/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The judge: a trace in, findings out. It knows rules (oracle/rules/) and nothing of any engine.
 */
#ifndef ORA_JUDGE_H
#define ORA_JUDGE_H

#include "oracle/finding.h"
#include "oracle/trace.h"

typedef struct {
    OraRelease source, destination; /* 0: as the trace's header says; destination 0 and no header: as the source, unless
                                     * what it shows came later */
    gint64 bound_ns;                /* an end must be reached within this after the last fault; 0: the default, 30 s */
    gboolean presumed;              /* set by the judge: nobody said what the destination is */
} OraJudge;

/* Judges *trace* by all rules. Returns a sorted array of OraFinding (ora_findings_new). Never fails: what a trace does
 * not show is not judged. A side whose release nobody says is judged by each release that it may be, going by the
 * members that its queries have: found is what all of these find, in the mildest grade that one of them gives it. */
GPtrArray *ora_judge(const OraTrace *trace, const OraJudge *judge);

#endif
