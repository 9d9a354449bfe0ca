/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `miglab stream check`: streams judged by the oracle's own walker and its content rules.
 */
#ifndef SIM_STREAM_CHECK_H
#define SIM_STREAM_CHECK_H

#include "oracle/stream/check.h"
#include "sim/stream/source.h"
#include "sim/stream/stream.h"

/* A check of everything in set, fed and finished. release: ORA_RELEASE(), 0 unknown. set must outlive the result. */
OraStreamCheck *sim_stream_check_set(const SimStreamSet *set, int release, gboolean partial, gboolean grammar_only,
                                     GError **error);
/* As above; record (may be NULL) also sees every record. */
OraStreamCheck *sim_stream_check_set_watched(const SimStreamSet *set, int release, gboolean partial, gboolean grammar_only,
                                             void (*record)(void *user, const OraStreamRecord *record), void *user,
                                             GError **error);

#endif
