/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A record of the stream in the words of a trace.
 */
#ifndef SIM_LINK_RECORD_H
#define SIM_LINK_RECORD_H

#include "oracle/stream/record.h"
#include "oracle/trace.h"

/* One of thousands that say nothing which their section does not say. */
gboolean sim_record_is_page(const OraStreamRecord *record);
/* Fills *ret; strings are interned or live as long as the record's. `channel` is "main", "rp", … */
void sim_record_to_trace(const OraStreamRecord *record, const char *channel, gboolean back, OraStream *ret);

/* Pages without anything between them: there are thousands, so they are told as one record, "pages". Zeros at the start. */
typedef struct {
    guint64 pages, offset, size;
    guint32 section;
} SimPageRun;

void sim_page_run_add(SimPageRun *run, const OraStreamRecord *page);
/* Fills *ret with the run, which begins anew. FALSE: there were no pages. */
gboolean sim_page_run_end(SimPageRun *run, const char *channel, gboolean back, OraStream *ret);

#endif
