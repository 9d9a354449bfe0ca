/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The numbers of the migration stream as tables: what is called how, how long it is, since when it exists.
 * Releases are major * 100 + minor; 0 as an end means "still there".
 */
#ifndef ORA_STREAM_GRAMMAR_H
#define ORA_STREAM_GRAMMAR_H

#include <glib.h>

#include "oracle/names.h"

enum { ORA_LENGTH_VARIABLE = -1 };

typedef enum {
    ORA_CMD_OPEN_RETURN_PATH,
    ORA_CMD_PING,
    ORA_CMD_ADVISE,
    ORA_CMD_LISTEN,
    ORA_CMD_RUN,
    ORA_CMD_DISCARD,
    ORA_CMD_PACKAGED,
    ORA_CMD_ENABLE_COLO,
    ORA_CMD_RESUME,
    ORA_CMD_RECV_BITMAP,
    ORA_CMD_SWITCHOVER_START,
    ORA_CMD_UNKNOWN
} OraStreamCommand;

typedef struct {
    OraStreamCommand command;
    guint16 number;              /* on the wire */
    gint32 length;               /* of the payload, or ORA_LENGTH_VARIABLE */
    int since, until;
    const char *name;            /* without MIG_CMD_ */
} OraCommandRow;

/* The row of a number in a release (0: not known; 3.0 numbers two of them differently and is then not assumed). NULL if
 * the number means nothing. A number that exists, but not in this release, is returned all the same: the caller looks at
 * since and until. */
const OraCommandRow *ora_grammar_command(guint number, int release);
const OraCommandRow *ora_grammar_command_named(const char *name);

typedef enum {
    ORA_RP_INVALID,
    ORA_RP_SHUT,
    ORA_RP_PONG,
    ORA_RP_REQ_PAGES_ID,
    ORA_RP_REQ_PAGES,
    ORA_RP_RECV_BITMAP,
    ORA_RP_RESUME_ACK,
    ORA_RP_SWITCHOVER_ACK,
    ORA_RP_COUNT
} OraRpMessage;

typedef struct {
    const char *name;
    gint32 length;
    int since;
} OraRpRow;

const OraRpRow *ora_grammar_rp(guint number);       /* NULL: no such message */

/* Flags of a RAM record (stream.md 4.1). */
enum {
    ORA_RAM_FULL = 0x001,
    ORA_RAM_ZERO = 0x002,
    ORA_RAM_MEM_SIZE = 0x004,
    ORA_RAM_PAGE = 0x008,
    ORA_RAM_EOS = 0x010,
    ORA_RAM_CONT = 0x020,
    ORA_RAM_XBZRLE = 0x040,
    ORA_RAM_HOOK = 0x080,
    ORA_RAM_COMPRESS = 0x100,
    ORA_RAM_FLUSH = 0x200
};

/* multifd packet flags (stream.md 5.3). */
enum {
    ORA_MULTIFD_SYNC = 0x01,
    ORA_MULTIFD_METHOD_MASK = 0x3e,
    ORA_MULTIFD_DEVICE_STATE = 0x40
};

/* Dirty bitmap flags (stream.md 11.1). */
enum {
    ORA_BITMAP_EOS = 0x01,
    ORA_BITMAP_ZEROES = 0x02,
    ORA_BITMAP_BITMAP_NAME = 0x04,
    ORA_BITMAP_DEVICE_NAME = 0x08,
    ORA_BITMAP_START = 0x10,
    ORA_BITMAP_COMPLETE = 0x20,
    ORA_BITMAP_BITS = 0x40
};

/* Old block migration flags (stream.md 11.2). */
enum {
    ORA_BLOCK_DEVICE = 0x01,
    ORA_BLOCK_EOS = 0x02,
    ORA_BLOCK_PROGRESS = 0x04,
    ORA_BLOCK_ZERO = 0x08,
    ORA_BLOCK_CHUNK = 1 << 20
};

/* "START" for 1 and so on; NULL for a byte that is none of START, PART, END, FULL. */
const char *ora_grammar_section_name(guint8 type);

#endif
