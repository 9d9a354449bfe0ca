/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Small traces for tests, one line per record: MILLISECONDS SIDE WHAT…
 *     M STATUS            event MIGRATION                 P NUMBER      event MIGRATION_PASS
 *     STOP, RESUME        events                          S STATUS RUN [JSON]   status; "-": no status
 *     R COMMAND JSON ok|err TEXT|none|JSON                reply, sent 1 ms before
 *     X N | sig N | end   exit status, signal, end of the run
 *     A ACTION [JSON]     action of a link                H NUMBER      signal from outside
 *     KIND JSON           any other record: header, state, stream, memory, note, request
 */
#ifndef ORA_TESTS_COMMON_SCRIPT_H
#define ORA_TESTS_COMMON_SCRIPT_H

#include "oracle/trace.h"

/* The lines of *base* without those that contain one of *drop* (separated by '|'; NULL: none), and *add* (NULL: none).
 * Fails the test when a line cannot be understood or a part of *drop* matches nothing. */
OraTrace *script_trace(const char *base, const char *drop, const char *add);

/* Healthy runs: precopy as 7.2, 10.0 and 11.1 do it, postcopy as 7.2 and 11.1 do it. */
extern const char script_precopy_7_2[], script_precopy_10_0[], script_precopy_11_1[], script_postcopy_7_2[],
    script_postcopy_11_1[], script_cancel_7_2[], script_cancel_10_0[];

#endif
