/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One element of a migration stream as the judge sees it: where it stands, how long it is, what it is. No page is
 * decoded; bodies are counted and, where somebody asks, handed on.
 */
#ifndef ORA_STREAM_RECORD_H
#define ORA_STREAM_RECORD_H

#include <glib.h>

/* The connections of one migration. Several multifd channels exist: they also have an index. */
typedef enum {
    ORA_CHANNEL_MAIN,
    ORA_CHANNEL_MAIN_2,      /* second connection of a recovery: goes on without a header */
    ORA_CHANNEL_RP,          /* return path: destination to source */
    ORA_CHANNEL_RP_2,
    ORA_CHANNEL_PREEMPT,
    ORA_CHANNEL_PREEMPT_2,   /* the preempt channel of a recovery's connection */
    ORA_CHANNEL_MULTIFD,
    ORA_CHANNEL_COUNT
} OraStreamChannel;

typedef enum {
    ORA_REC_HEADER,             /* magic and version */
    ORA_REC_CONFIGURATION,      /* 07, length, machine name */
    ORA_REC_CONFIG_SUBSECTION,  /* 05 … of the configuration section */
    ORA_REC_SECTION,            /* START, PART, END, FULL: the head of a section */
    ORA_REC_FOOTER,             /* 7e, id */
    ORA_REC_DEVICE_STATE,       /* payload of a section whose format belongs to a device */
    ORA_REC_COMMAND,
    ORA_REC_PACKAGE_END,        /* no bytes: the last byte of a package was consumed */
    ORA_REC_EOF,                /* 00 */
    ORA_REC_DESCRIPTION,        /* 06, length, JSON */
    ORA_REC_TRAILING,           /* anything behind the end */
    ORA_REC_RAM_LIST,           /* MEM_SIZE: total */
    ORA_REC_RAM_BLOCK,          /* one entry of the block list */
    ORA_REC_RAM_AREA,           /* mapped-ram: bitmap, gap and pages of a block */
    ORA_REC_RAM_ZERO,
    ORA_REC_RAM_PAGE,
    ORA_REC_RAM_XBZRLE,
    ORA_REC_RAM_COMPRESS,
    ORA_REC_RAM_HOOK,
    ORA_REC_RAM_FLUSH,          /* MULTIFD_FLUSH */
    ORA_REC_RAM_EOS,
    ORA_REC_BITMAP,             /* one record of a dirty-bitmap section */
    ORA_REC_BLOCK,              /* one record of an old block migration section */
    ORA_REC_COLO,               /* bare message of COLO, either direction */
    ORA_REC_RP_MESSAGE,
    ORA_REC_RP_BITMAP,          /* size, bitmap, end mark behind a RECV_BITMAP message */
    ORA_REC_MULTIFD_HELLO,
    ORA_REC_MULTIFD_PACKET,
    ORA_REC_MULTIFD_DEVICE,     /* device state packet {10.0-} */
    ORA_REC_COUNT
} OraStreamKind;

/* Section bytes on the wire. */
enum {
    ORA_SECTION_EOF = 0x00,
    ORA_SECTION_START = 0x01,
    ORA_SECTION_PART = 0x02,
    ORA_SECTION_END = 0x03,
    ORA_SECTION_FULL = 0x04,
    ORA_SECTION_SUBSECTION = 0x05,
    ORA_SECTION_DESCRIPTION = 0x06,
    ORA_SECTION_CONFIGURATION = 0x07,
    ORA_SECTION_COMMAND = 0x08,
    ORA_SECTION_FOOTER = 0x7e
};

/* Valid during the callback only; strings live as long as the walker. */
typedef struct OraStreamRecord {
    OraStreamChannel channel;
    guint channel_index;         /* which multifd channel, by the walker's configuration; else 0 */
    OraStreamKind kind;
    guint64 offset;              /* of the first byte, counted as the walker's base says */
    guint64 size;                /* bytes of the whole element with its body */
    guint depth;                 /* 1 inside a package or a COLO state, else 0 */
    const guint8 *head;          /* the bytes in front of the body, contiguous */
    gsize head_size;

    /* The section around it; type 0 outside of sections. */
    guint8 section_type;         /* ORA_SECTION_START … FULL */
    guint32 section_id;
    guint32 instance;
    guint32 version;
    const char *idstr;           /* "" where unknown */

    /* RAM: flags and address (byte offset in the block), block name and its number in the list, -1 unknown. For a list
     * entry address is the length of the block; for the list it is the total. */
    guint32 ram_flags;
    gint block_index;
    guint64 address;
    const char *block;

    /* Commands, return path, COLO: number and value of the first u32 of the payload (0 if there is none). */
    guint number;
    guint32 value;
    const char *name;            /* of the command or message, "?" where unknown */
} OraStreamRecord;

/* "SECTION_START", "MIG_CMD_PING" and so on are made by ora_stream_record_title(); this is the kind alone, lower case. */
const char *ora_stream_kind_name(OraStreamKind kind);

/* "main", "rp-2", "multifd" (without index). */
const char *ora_stream_channel_name(OraStreamChannel channel);

/* One short line, e.g. "SECTION_END of ram", "MIG_CMD_PING 1", "ram page pc.ram:0x5000". The caller frees it. */
char *ora_stream_record_title(const OraStreamRecord *record);

/* The main channel and the return path have one of a second connection; the preempt channel as well. */
static inline gboolean ora_stream_channel_is_preempt(OraStreamChannel channel)
{
    return channel == ORA_CHANNEL_PREEMPT || channel == ORA_CHANNEL_PREEMPT_2;
}

#endif
