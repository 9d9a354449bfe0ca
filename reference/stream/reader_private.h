/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of a reader, shared by the files that parse the parts of a stream. Each parse function looks at the bytes that
 * are there through a cursor and either makes one record, or asks for more and leaves no trace, or fails.
 */
#ifndef MIG_STREAM_READER_PRIVATE_H
#define MIG_STREAM_READER_PRIVATE_H

#include "reference/stream/reader.h"
#include "reference/stream/context_private.h"

#include <string.h>

typedef enum { STEP_RECORD = 0, STEP_MORE, STEP_BAD, STEP_OVER, STEP_AGAIN } Step;

typedef enum {
    STATE_HEADER = 0,
    STATE_CONFIGURATION,
    STATE_CONFIG_SUBSECTION,      /* or the first section */
    STATE_SECTION,
    STATE_RAM,
    STATE_RAM_LIST,
    STATE_MAPPED_BITMAP,
    STATE_MAPPED_GAP,
    STATE_MAPPED_PAGES,
    STATE_BITMAP,
    STATE_BLOCK,
    STATE_DEVICE,
    STATE_FOOTER,
    STATE_DESCRIPTION,
    STATE_DESCRIPTION_TEXT,
    STATE_TAIL,                   /* behind the description, or behind 00 without one */
    STATE_COLO,
    STATE_RP,
    STATE_RP_BITMAP,
    STATE_RP_BITMAP_END,
    STATE_MULTIFD_HELLO,
    STATE_MULTIFD_PACKET,
    STATE_MULTIFD_PAGES,
    STATE_MULTIFD_DATA,
    STATE_MULTIFD_DEVICE,
    STATE_PREEMPT,
    STATE_END
} State;

struct MigReader {
    MigStreamContext *context;
    MigChannelKind kind;
    State state;

    /* Bytes not consumed: view[at …]; behind them, when given, one page reference. */
    guint8 *hold;                 /* owns what had to be kept between feeds */
    gsize hold_room;
    const guint8 *view;
    gsize view_size, at;
    gboolean finished;
    gboolean wants_page, page_given, page_refused;
    MigPageRef page;
    gsize wants;
    guint64 offset;               /* of view[at] */

    /* view[at …] is the whole head of a page, looked at already, whose body has not come. */
    gboolean head_ready;
    gsize head_size;
    MigRecordPage head;

    MigStreamFault fault;
    gboolean failed;

    /* The section that is being read. */
    MigRecordSection section;
    gboolean section_first;       /* no RAM record read yet in this section */
    const char *block;            /* CONT */
    const MigStreamBlock *place;  /* the block of that name, found before; may be NULL */
    guint64 list_left;            /* RAM_LIST: bytes of blocks still to come */
    gboolean list_preset;         /* the context knew blocks before the list came (a destination that told its own) */
    guint64 left, done, total;    /* of what comes in pieces */
    gboolean total_known;
    gsize scanned;                /* DEVICE: no footer begins in front of view[at + scanned] */
    const MigStreamBlock *mapped_block;

    /* Nested stream: a package, or the device state of a COLO checkpoint. */
    gboolean nested, nested_colo, nested_over;
    guint64 nested_end;
    gboolean colo_ram;            /* between vmstate-send and its 00 */

    guint config_seen;            /* bit per subsection */
    GArray *ranges;               /* MigRange of the last RAM_DISCARD */
    char *names[64];              /* capabilities of the configuration */
    char machine[256];

    char node[256], bitmap[256];  /* dirty-bitmap names in force */
    char drive[256];
    char name[256];               /* of the last command */

    gboolean shut;                /* a SHUT was read on this channel */
    const char *request_block;    /* of the REQ_PAGES_ID before */
    char request_name[256];

    guint64 *offsets;             /* of the last multifd packet */
    MigRecordPacket packet;
    guint32 packet_page;
    gboolean packet_seen;
    gboolean expects;             /* hello and packets are checked against the next three */
    guint8 expect_uuid[16];
    guint expect_channels;
    guint32 expect_method;
};

/* The bytes at hand, limited by the end of a package. */
typedef struct {
    MigReader *reader;
    const guint8 *bytes;
    gsize size, at;
} Cursor;

/* FALSE: not that many bytes yet; the caller returns STEP_MORE. */
static inline gboolean mig_cursor_need(Cursor *cursor, gsize size)
{
    gsize there = cursor->size - cursor->at;

    if (there >= size) {
        return TRUE;
    }
    cursor->reader->wants = size - there;
    return FALSE;
}

/* These need the bytes to be there. */
static inline const guint8 *mig_cursor_take(Cursor *cursor, gsize size)
{
    const guint8 *bytes = cursor->bytes + cursor->at;

    cursor->at += size;
    return bytes;
}

static inline guint8 mig_cursor_u8(Cursor *cursor)
{
    return *mig_cursor_take(cursor, 1);
}

static inline guint16 mig_cursor_u16(Cursor *cursor)
{
    guint16 wire;

    memcpy(&wire, mig_cursor_take(cursor, sizeof wire), sizeof wire);
    return GUINT16_FROM_BE(wire);
}

static inline guint32 mig_cursor_u32(Cursor *cursor)
{
    guint32 wire;

    memcpy(&wire, mig_cursor_take(cursor, sizeof wire), sizeof wire);
    return GUINT32_FROM_BE(wire);
}

static inline guint64 mig_cursor_u64(Cursor *cursor)
{
    guint64 wire;

    memcpy(&wire, mig_cursor_take(cursor, sizeof wire), sizeof wire);
    return GUINT64_FROM_BE(wire);
}

/* A u8 length and as many bytes; *ret_name (256 bytes) gets a NUL. FALSE: not enough bytes. *ret_valid: not empty, no NUL. */
gboolean mig_cursor_str8(Cursor *cursor, char *ret_name, gboolean *ret_valid);
/* A page body: bytes, or the page reference that stands behind all bytes. */
gboolean mig_cursor_page(Cursor *cursor, MigBody *ret_body);

Step mig_reader_fail(MigReader *reader, MigStreamError rule, const char *record, guint64 value, const char *format, ...)
    G_GNUC_PRINTF(5, 6);
/* Up to `left` bytes of something long: sets *record's piece, or asks for more. */
Step mig_reader_piece(MigReader *reader, Cursor *cursor, MigRecord *record, MigRecordKind kind, State next);

static inline const MigStreamConfig *mig_reader_config(const MigReader *reader) { return &reader->context->config; }
/* Whether an element of releases from … to (0: open) may exist. */
static inline gboolean mig_reader_release(const MigReader *reader, int from, int to)
{
    int release = reader->context->config.release;
    return release == 0 || (release >= from && (to == 0 || release <= to));
}

Step mig_reader_step_ram(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_ram_list(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_bitmap(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_block(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_device(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_command(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_rp(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_rp_bitmap_end(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_colo(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_hello(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_packet(MigReader *reader, Cursor *cursor, MigRecord *record);
Step mig_reader_step_packet_page(MigReader *reader, Cursor *cursor, MigRecord *record);

#endif
