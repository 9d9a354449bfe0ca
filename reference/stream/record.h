/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One element of a migration stream, the same for the reader and for the writer: write(read(bytes)) == bytes, so a record
 * carries everything that the wire carries, reserved bytes included. Numbers are in host order.
 *
 * A record covers `size` bytes of its channel from `offset` on; consecutive records of a channel touch, none overlaps. (Of a
 * PACKAGED command it covers the command only: what is in the package follows as records of its own, with depth 1, up to
 * MIG_RECORD_PACKAGE_END.) Things without a length of their own or with a large one come as several records of the same
 * kind ("pieces"): device data, the description, the areas of a mapped-ram file, recovery bitmaps. Where a piece is cut
 * depends on how the bytes arrived and means nothing.
 *
 * Lifetime: byte pointers in a record from a reader are valid until the next call of that reader; strings are valid as long
 * as the context (context.h).
 */
#ifndef MIG_STREAM_RECORD_H
#define MIG_STREAM_RECORD_H

#include "reference/env.h"
#include "reference/stream/wire.h"

typedef enum {
    /* Main channel, framing: stream.md 2. */
    MIG_RECORD_HEADER = 0,         /* .header */
    MIG_RECORD_CONFIGURATION,      /* .configuration: 07, length, machine name */
    MIG_RECORD_CONFIG_PAGE_BITS,   /* .page_bits: subsection configuration/target-page-bits */
    MIG_RECORD_CONFIG_CAPABILITIES,/* .capabilities: subsection configuration/capabilities */
    MIG_RECORD_CONFIG_UUID,        /* .uuid: subsection configuration/uuid */
    MIG_RECORD_SECTION,            /* .section: START, PART, END, FULL up to the payload */
    MIG_RECORD_FOOTER,             /* .footer */
    MIG_RECORD_COMMAND,            /* .command */
    MIG_RECORD_PACKAGE_END,        /* nothing; size 0; behind the last record of a PACKAGED or of a COLO vmstate */
    MIG_RECORD_EOF,                /* nothing: the byte 00 */
    MIG_RECORD_DESCRIPTION,        /* .description: 06 and the length of the text */
    MIG_RECORD_DESCRIPTION_TEXT,   /* .piece of the description */
    MIG_RECORD_DEVICE_DATA,        /* .piece of what is between a section's head and its footer */

    /* RAM sections and the preempt channel: stream.md 4, 9. */
    MIG_RECORD_RAM_MEM_SIZE,       /* .mem_size */
    MIG_RECORD_RAM_BLOCK,          /* .block: an entry of the list behind MEM_SIZE */
    MIG_RECORD_RAM_PAGE,           /* .page */
    MIG_RECORD_RAM_ZERO,           /* .page, fill */
    MIG_RECORD_RAM_XBZRLE,         /* .page, body = the delta */
    MIG_RECORD_RAM_COMPRESS,       /* .page, body = a zlib stream */
    MIG_RECORD_RAM_EOS,            /* .ram_flags: address and flags as read (strict: 0x10) */
    MIG_RECORD_RAM_FLUSH,          /* .ram_flags */
    MIG_RECORD_RAM_HOOK,           /* .ram_flags; only without strict */

    /* mapped-ram files: stream.md 10. Behind the RAM_BLOCK they belong to. */
    MIG_RECORD_MAPPED_BITMAP,      /* .piece */
    MIG_RECORD_MAPPED_GAP,         /* .piece: between bitmap and pages, and zeros behind the end of the file */
    MIG_RECORD_MAPPED_PAGES,       /* .piece: the area of the pages; whether a page counts is in the bitmap */

    /* Other live handlers: stream.md 11. */
    MIG_RECORD_BITMAP,             /* .bitmap: one record of a dirty-bitmap section */
    MIG_RECORD_BLOCK,              /* .disk: one record of an old block section */

    /* Return path: stream.md 6, 8.2. */
    MIG_RECORD_RP,                 /* .rp */
    MIG_RECORD_RP_BITMAP,          /* .piece: the bitmap behind RP_RECV_BITMAP */
    MIG_RECORD_RP_BITMAP_END,      /* .end_mark */

    /* multifd channels: stream.md 5. */
    MIG_RECORD_MULTIFD_HELLO,      /* .hello */
    MIG_RECORD_MULTIFD_PACKET,     /* .packet: without its data */
    MIG_RECORD_MULTIFD_PAGE,       /* .packet_page: method none, one page of the packet before */
    MIG_RECORD_MULTIFD_DATA,       /* .piece: the data of the packet before, compressed; always in one piece */
    MIG_RECORD_MULTIFD_DEVICE,     /* .packet_device: header of a device state packet */
    MIG_RECORD_MULTIFD_DEVICE_DATA,/* .piece */

    /* COLO, both directions: stream.md 13.1. */
    MIG_RECORD_COLO,               /* .colo */

    MIG_RECORD_COUNT
} MigRecordKind;

/* A page body: bytes, or a reference handed through from or to a segment. */
typedef struct {
    gboolean is_page;         /* page counts, bytes is NULL */
    const guint8 *bytes;
    gsize size;               /* bytes on the wire; 0: this record has no body */
    MigPageRef page;
} MigBody;

/* Part of something long. total 0 with last FALSE: the length is not known yet. */
typedef struct {
    const guint8 *bytes;
    gsize size;
    guint64 offset;           /* of this piece in the whole */
    guint64 total;
    gboolean last;
} MigPiece;

/* A range of a RAM_DISCARD, bytes in the block. */
typedef struct {
    guint64 offset, length;
} MigRange;

typedef struct {
    guint32 magic, version;
} MigRecordHeader;

typedef struct {
    guint8 kind;              /* MIG_WIRE_SECTION_START … FULL */
    guint32 id;
    const char *idstr;        /* PART and END: as given by the START; "" if the context does not know it */
    guint32 instance, version;/* likewise */
} MigRecordSection;

typedef struct {
    MigCommand command;
    guint16 length;           /* payload bytes on the wire */
    guint32 ping;             /* PING */
    gboolean advise_ram;      /* POSTCOPY_ADVISE: 16 bytes, not 0 */
    guint64 page_size_summary, target_page_size;      /* same */
    const char *block;        /* RAM_DISCARD, RECV_BITMAP */
    guint8 discard_version;   /* RAM_DISCARD: 0 */
    const MigRange *ranges;   /* RAM_DISCARD, not owned */
    gsize range_count;
    guint32 package_size;     /* PACKAGED: bytes behind the command */
} MigRecordCommand;

typedef struct {
    const char *name;
    guint64 length;                                   /* used length, bytes */
    gboolean has_page_size, has_address, has_mapped;
    guint64 page_size;                                /* {2.9-} postcopy-ram, block with other than host pages */
    guint64 address;                                  /* {4.0-} x-ignore-shared */
    guint32 mapped_version;                           /* {9.0-} mapped-ram */
    guint64 mapped_page_size, bitmap_offset, pages_offset;   /* offsets count from byte 0 of the file */
} MigRecordRamBlock;

typedef struct {
    gboolean cont;            /* block is that of the record before on this channel; no name on the wire */
    const char *block;        /* always set by the reader; the writer needs it unless cont */
    guint64 offset;           /* in the block, multiple of the page size */
    guint8 fill;              /* RAM_ZERO; 0 from every sender */
    guint8 xbzrle_flag;       /* RAM_XBZRLE: 1 */
    MigBody body;
} MigRecordPage;

typedef struct {
    guint8 flags;             /* MIG_BITMAP_… */
    const char *node, *bitmap;/* always the current ones; on the wire only with DEVICE_NAME, BITMAP_NAME */
    guint32 granularity;      /* START */
    guint8 start_flags;       /* START */
    guint64 first_sector;     /* BITS */
    guint32 sector_count;
    const guint8 *data;       /* BITS without ZEROES */
    guint64 data_size;
} MigRecordBitmap;

typedef struct {
    guint16 flags;            /* MIG_BLOCK_… */
    guint64 value;            /* sector, or percent */
    const char *drive;
    const guint8 *data;       /* 1 MiB, or NULL */
} MigRecordDisk;

typedef struct {
    MigRpType type;
    guint16 length;           /* payload bytes on the wire */
    guint32 value;            /* SHUT, PONG, RESUME_ACK */
    guint64 start;            /* REQ_PAGES, REQ_PAGES_ID: offset in the block */
    guint32 request_length;
    const char *block;        /* REQ_PAGES_ID, RECV_BITMAP; REQ_PAGES: the one of the request before */
    guint64 bitmap_size;      /* RECV_BITMAP: the u64 behind the message; the bitmap and its end mark follow */
} MigRecordRp;

typedef struct {
    guint32 magic, version;
    guint8 uuid[16];
    guint8 id;
    guint8 reserved[39];
} MigRecordHello;

typedef struct {
    guint32 magic, version;
    guint32 flags;            /* MIG_MULTIFD_… */
    guint32 allocated, normal;
    guint32 data_size;        /* up to 8.2 rubbish when normal is 0 */
    guint64 number;
    guint32 zero;             /* {9.0-} */
    guint8 reserved[28];
    char block[256];          /* as on the wire; the reader makes sure of a NUL when pages are there */
    const guint64 *offsets;   /* offset_count of them: the whole array of the wire */
    gsize offset_count;       /* 524288 / page size */
} MigRecordPacket;

typedef struct {
    guint32 index;            /* of the page in its packet: offsets[index] */
    guint64 offset;
    MigBody body;
} MigRecordPacketPage;

typedef struct {
    guint32 magic, version, flags;
    char idstr[256];
    guint32 instance;
    guint32 data_size;
} MigRecordPacketDevice;

typedef struct {
    MigColoMessage message;
    guint64 size;             /* VMSTATE_SIZE */
} MigRecordColo;

typedef struct {
    MigRecordKind kind;
    guint64 offset;           /* of the first byte, from the start of the channel (plus the base of the configuration) */
    guint64 size;             /* bytes on the wire */
    guint8 depth;             /* 1 inside a package */
    union {
        MigRecordHeader header;
        struct { const char *machine; } configuration;
        struct { guint32 bits; } page_bits;
        struct { const char *const *names; gsize count; } capabilities;
        struct { guint8 bytes[16]; } uuid;
        MigRecordSection section;
        struct { guint32 id; } footer;
        MigRecordCommand command;
        struct { guint32 length; } description;
        MigPiece piece;
        struct { guint64 total; } mem_size;
        MigRecordRamBlock block;
        MigRecordPage page;
        struct { guint64 address; guint32 flags; } ram_flags;
        MigRecordBitmap bitmap;
        MigRecordDisk disk;
        MigRecordRp rp;
        struct { guint64 value; } end_mark;
        MigRecordHello hello;
        MigRecordPacket packet;
        MigRecordPacketPage packet_page;
        MigRecordPacketDevice packet_device;
        MigRecordColo colo;
    };
} MigRecord;

/* "ram-page", "section", …: stable words for traces and reports. Static. */
const char *mig_record_kind_name(MigRecordKind kind);

/* "PING", "PACKAGED", …; NULL for a number that no release knows. Static. */
const char *mig_command_name(guint32 command);
const char *mig_rp_name(guint32 type);
const char *mig_colo_name(guint32 message);
/* "START", "PART", "END", "FULL". Static. */
const char *mig_section_kind_name(guint8 kind);
/* "none", "zlib", …; NULL for more than one bit. Static. */
const char *mig_multifd_method_name(guint32 flags);

/* One line for people, without offset and size. Free with g_free(). */
char *mig_record_to_string(const MigRecord *record);

#endif
