/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every constant of the migration stream, and what may follow what. Numbers are big-endian on the wire.
 *
 *     stream      = header [ configuration ] { command0 } setup { body } finish
 *     setup       = START of every live handler, early FULLs {8.0-} among them
 *     finish      = precopy | postcopy | background
 *     precopy     = [ SWITCHOVER_START ] { END } { FULL } 00 [ 06 length text ]
 *     postcopy    = [ SWITCHOVER_START ] { END } { RAM_DISCARD } [ PING 2 ] PACKAGED(blob) [ PING 4 ] { PART } { END } 00
 *     blob        = LISTEN { FULL } [ PING 3 ] [ PING 0x42 {10.2-} ] RUN
 *     background  = { PART } { FULL } 00 [ 06 length text ]
 *     resumed     = { RECV_BITMAP } POSTCOPY_RESUME { PART } { END } 00        (second connection, no header)
 *
 * {a-b}: releases a to b inclusive. Sections of the specification are given as "stream.md 2.2".
 */
#ifndef MIG_STREAM_WIRE_H
#define MIG_STREAM_WIRE_H

/* File header, stream.md 2.1. */
#define MIG_WIRE_MAGIC            0x5145564du      /* "QEVM" */
#define MIG_WIRE_VERSION          3u
#define MIG_WIRE_VERSION_OBSOLETE 2u

/* Bytes that begin a section, stream.md 2.2. */
enum {
    MIG_WIRE_PAGE_MIN = 256,      /* the smallest target page there is (AVR) */
    MIG_WIRE_EOF = 0x00,
    MIG_WIRE_SECTION_START = 0x01,
    MIG_WIRE_SECTION_PART = 0x02,
    MIG_WIRE_SECTION_END = 0x03,
    MIG_WIRE_SECTION_FULL = 0x04,
    MIG_WIRE_SUBSECTION = 0x05,
    MIG_WIRE_VMDESCRIPTION = 0x06,
    MIG_WIRE_CONFIGURATION = 0x07,
    MIG_WIRE_COMMAND = 0x08,
    MIG_WIRE_FOOTER = 0x7e
};

/* Commands, stream.md 3. In 3.0 alone RESUME is 8 and RECV_BITMAP 9; records carry the number of every other release. */
typedef enum {
    MIG_COMMAND_OPEN_RETURN_PATH = 1,
    MIG_COMMAND_PING = 2,
    MIG_COMMAND_POSTCOPY_ADVISE = 3,
    MIG_COMMAND_POSTCOPY_LISTEN = 4,
    MIG_COMMAND_POSTCOPY_RUN = 5,
    MIG_COMMAND_POSTCOPY_RAM_DISCARD = 6,
    MIG_COMMAND_PACKAGED = 7,
    MIG_COMMAND_ENABLE_COLO = 8,
    MIG_COMMAND_POSTCOPY_RESUME = 9,
    MIG_COMMAND_RECV_BITMAP = 10,
    MIG_COMMAND_SWITCHOVER_START = 11,
    MIG_COMMAND_COUNT
} MigCommand;

/* RAM records, stream.md 4.1: the bits below the page size of a u64. */
enum {
    MIG_RAM_FULL = 0x001,
    MIG_RAM_ZERO = 0x002,
    MIG_RAM_MEM_SIZE = 0x004,
    MIG_RAM_PAGE = 0x008,
    MIG_RAM_EOS = 0x010,
    MIG_RAM_CONT = 0x020,
    MIG_RAM_XBZRLE = 0x040,
    MIG_RAM_HOOK = 0x080,
    MIG_RAM_COMPRESS_PAGE = 0x100,
    MIG_RAM_MULTIFD_FLUSH = 0x200
};
#define MIG_WIRE_RAM_VERSION      4u
#define MIG_WIRE_XBZRLE_FLAG      1u

/* Return path, stream.md 6. */
typedef enum {
    MIG_RP_SHUT = 1,
    MIG_RP_PONG = 2,
    MIG_RP_REQ_PAGES_ID = 3,
    MIG_RP_REQ_PAGES = 4,
    MIG_RP_RECV_BITMAP = 5,
    MIG_RP_RESUME_ACK = 6,
    MIG_RP_SWITCHOVER_ACK = 7,
    MIG_RP_COUNT
} MigRpType;
#define MIG_WIRE_RP_LENGTH_MAX    512u
#define MIG_WIRE_BITMAP_END       0x0123456789abcdefull
#define MIG_WIRE_RESUME_ACK       1u

/* multifd, stream.md 5. */
#define MIG_WIRE_MULTIFD_MAGIC    0x11223344u
#define MIG_WIRE_MULTIFD_VERSION  1u
#define MIG_WIRE_MULTIFD_HELLO    64u
#define MIG_WIRE_MULTIFD_FIXED    320u             /* a packet without its offsets */
#define MIG_WIRE_MULTIFD_BYTES    524288u          /* a packet's pages are worth this much at most */
#define MIG_WIRE_MULTIFD_DEVICE   276u             /* header of a device state packet */
enum {
    MIG_MULTIFD_SYNC = 0x01,
    MIG_MULTIFD_METHOD_MASK = 0x3e,
    MIG_MULTIFD_ZLIB = 0x02,
    MIG_MULTIFD_ZSTD = 0x04,
    MIG_MULTIFD_QPL = 0x08,
    MIG_MULTIFD_UADK = 0x10,
    MIG_MULTIFD_QATZIP = 0x20,
    MIG_MULTIFD_DEVICE_STATE = 0x40,
    MIG_MULTIFD_FLAGS_KNOWN = 0x7f
};

/* mapped-ram, stream.md 10. */
#define MIG_WIRE_MAPPED_VERSION   1u
#define MIG_WIRE_MAPPED_HEADER    28u
#define MIG_WIRE_MAPPED_ALIGN     0x100000u        /* the pages of a block begin at a multiple of this in the file */

/* dirty-bitmap, stream.md 11.1. */
enum {
    MIG_BITMAP_EOS = 0x01,
    MIG_BITMAP_ZEROES = 0x02,
    MIG_BITMAP_BITMAP_NAME = 0x04,
    MIG_BITMAP_DEVICE_NAME = 0x08,
    MIG_BITMAP_START = 0x10,
    MIG_BITMAP_COMPLETE = 0x20,
    MIG_BITMAP_BITS = 0x40,
    MIG_BITMAP_EXTRA_FLAGS = 0x80
};
enum {
    MIG_BITMAP_START_ENABLED = 0x01,
    MIG_BITMAP_START_PERSISTENT = 0x02,
    MIG_BITMAP_START_RESERVED = 0xf8
};
#define MIG_WIRE_BITMAP_CHUNK_MAX 10240u

/* Old block migration, stream.md 11.2. */
enum {
    MIG_BLOCK_DEVICE = 0x01,
    MIG_BLOCK_EOS = 0x02,
    MIG_BLOCK_PROGRESS = 0x04,
    MIG_BLOCK_ZERO = 0x08,
    MIG_BLOCK_FLAGS_MASK = 0x1ff
};
#define MIG_WIRE_BLOCK_SIZE       0x100000u
#define MIG_WIRE_SECTOR           512u

/* COLO, stream.md 13.1: bare u32 messages. */
typedef enum {
    MIG_COLO_CHECKPOINT_READY = 0,
    MIG_COLO_CHECKPOINT_REQUEST = 1,
    MIG_COLO_CHECKPOINT_REPLY = 2,
    MIG_COLO_VMSTATE_SEND = 3,
    MIG_COLO_VMSTATE_SIZE = 4,
    MIG_COLO_VMSTATE_RECEIVED = 5,
    MIG_COLO_VMSTATE_LOADED = 6,
    MIG_COLO_COUNT
} MigColoMessage;

/* globalstate, stream.md 11.3. */
#define MIG_WIRE_GLOBALSTATE_SIZE 104u
#define MIG_WIRE_TIMER_SIZE       24u

#endif
