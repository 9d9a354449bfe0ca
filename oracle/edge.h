/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An edge: a change of the status of a migration that a release makes, and why. The tables hold all there are.
 */
#ifndef ORA_EDGE_H
#define ORA_EDGE_H

#include "oracle/names.h"

typedef enum {
    ORA_CAUSE_ITSELF,    /* the migration comes there by itself, or through its peer or link */
    ORA_CAUSE_MIGRATE,   /* command migrate */
    ORA_CAUSE_CANCEL,    /* migrate_cancel, or the process is told to end */
    ORA_CAUSE_END,       /* the process is told to end: no command cancels any more */
    ORA_CAUSE_CONTINUE,  /* migrate-continue; or a cancel that loses the race */
    ORA_CAUSE_POSTCOPY,  /* migrate-start-postcopy */
    ORA_CAUSE_RESUME,    /* migrate with resume */
    ORA_CAUSE_INCOMING,  /* migrate-incoming, or -incoming */
    ORA_CAUSE_RECOVER,   /* migrate-recover */
} OraCause;

typedef struct {
    OraStatus from, to;
    OraRelease since, until;
    OraCause cause;
    const char *when;  /* what brings it about */
    const char *quirk; /* the edge is one that QEMU takes but should not; NULL */
    const char *capability; /* taken only with this capability on; NULL */
} OraEdge;

extern const OraEdge ora_source_edges[], ora_destination_edges[]; /* end with from UNKNOWN */

/* The edge exists in that release; 0: in any. */
gboolean ora_edge_holds(const OraEdge *edge, OraRelease release);
/* The edge of that release; with release 0 of any. NULL: there is none. */
const OraEdge *ora_edge_find(const OraEdge *edges, OraRelease release, OraStatus from, OraStatus to);
/* There is a way over one or more edges. */
gboolean ora_edge_reaches(const OraEdge *edges, OraRelease release, OraStatus from, OraStatus to);
/* "active, device or cancelling": where *from* may lead. Free it. */
char *ora_edge_targets(const OraEdge *edges, OraRelease release, OraStatus from);

#endif
