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

#endif
