/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A protocol moment: a place in a migration stream, said as a person would say it. The simulator's links and the proxy
 * of real processes act there.
 *
 *     [before|after] [the] [Nth] ELEMENT [of NAME] [on CHANNEL]      default: after, 1st, main (rp for its messages)
 *
 * ELEMENT                                      NAME
 *     header, configuration, description, eof
 *     SECTION_START, SECTION_PART,             idstr of the section, e.g. ram, timer; without it: any
 *     SECTION_END, SECTION_FULL
 *     MIG_CMD_PING … (or without MIG_CMD_)     for PING also: MIG_CMD_PING 3
 *     package end
 *     page, zero page, xbzrle page, eos,       block name; page means any page record, also "page 0x5000 of pc.ram"
 *     compressed page, flush, block list
 *     PONG, PONG 3, SHUT, REQ_PAGES, RECV_BITMAP message, RESUME_ACK, SWITCHOVER_ACK      (return path)
 *     multifd hello, multifd packet, multifd sync
 *     colo message, colo message 3
 *     byte 12345, 12345 bytes, 3 MiB           of the channel
 *     dirty sync                               not in the stream: whoever counts them asks ora_moment_match_dirty_sync()
 *
 * "after SECTION_END of ram" is behind its footer, or where there are no footers behind its payload.
 */
#ifndef ORA_STREAM_MOMENT_H
#define ORA_STREAM_MOMENT_H

#include <glib.h>

#include "oracle/stream/record.h"

typedef enum {
    ORA_MOMENT_RECORD,           /* a record of kind */
    ORA_MOMENT_SECTION,          /* a section of section_type and idstr */
    ORA_MOMENT_COMMAND,
    ORA_MOMENT_RP,
    ORA_MOMENT_ANY_PAGE,
    ORA_MOMENT_MULTIFD_SYNC,
    ORA_MOMENT_BYTE,
    ORA_MOMENT_DIRTY_SYNC
} OraMomentWhat;

typedef struct {
    OraMomentWhat what;
    gboolean before;
    guint nth;                   /* 1: the first */
    OraStreamChannel channel;
    OraStreamKind kind;
    guint8 section_type;
    guint number;                /* command or message, as on the wire */
    gboolean has_value;
    guint64 value;               /* PING 3; page 0x5000; byte 12345 */
    char name[256];              /* idstr or block; "" any */

    /* Progress of matching. */
    guint seen;
    gboolean open;               /* the section was matched, its end is awaited */
    guint64 open_end;            /* end of the last record of the open section */
    gboolean done;
} OraMoment;

#define ORA_MOMENT_ERROR (ora_moment_error_quark())
GQuark ora_moment_error_quark(void);
typedef enum { ORA_MOMENT_ERROR_SYNTAX } OraMomentError;

/* Fills *ret_moment, which owns nothing and may be copied. On failure the error says what was expected. */
gboolean ora_moment_parse(const char *text, OraMoment *ret_moment, GError **error);

/* Call for every record of every channel, in order. TRUE once, with *ret_offset the byte of the record's channel in front
 * of which the moment lies: "before" gives the record's first byte, "after" the byte behind its last (which may still be to come). */
gboolean ora_moment_match(OraMoment *moment, const OraStreamRecord *record, guint64 *ret_offset);

/* For whoever hears of dirty syncs elsewhere. TRUE when it is this one (count is 1 for the first). */
gboolean ora_moment_match_dirty_sync(OraMoment *moment, guint count);

/* Known without any record: "byte N" of the channel. */
gboolean ora_moment_offset(const OraMoment *moment, guint64 *ret_offset);

#endif
