/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the reader, the writer and the appender of traces share. Nobody else includes this.
 */
#ifndef ORA_TRACE_PRIVATE_H
#define ORA_TRACE_PRIVATE_H

#include "oracle/trace.h"

struct OraTrace {
    GArray *records;       /* OraRecord */
    GStringChunk *strings; /* every string of a record; equal strings once */
    GPtrArray *stats;      /* OraStats of the status records; owned */
    OraHeader header;
};

/* A copy that lives as long as the trace; NULL gives NULL. */
const char *ora_trace_keep(OraTrace *trace, const char *text);

/* Fills the typed part of *record* (kind, side and time are set) from its data. On failure *ret_key* names the member
 * that is wrong (NULL: data itself) and *ret_problem* says what was expected: both static. */
gboolean ora_record_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem);

/* Compact, members in their order, shortest form of a number that reads back to the same; whatever the locale. */
void ora_json_print(const json_t *value, GString *out);
void ora_json_print_string(const char *text, GString *out);

#endif
