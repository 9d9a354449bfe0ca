/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The judge's own reader of a migration channel: finds where every record begins and ends and what it is, nothing more.
 * Bytes may come in any pieces. Pages are never looked into; whoever has no bytes for them (the simulator) says how many
 * there would be. Memory does not grow with the stream: one record head (at most 70 KiB), the sections and the blocks.
 *
 * One walker per channel. It knows the grammar only; what has to hold beyond that is in oracle/stream/check.h.
 */
#ifndef ORA_STREAM_WALKER_H
#define ORA_STREAM_WALKER_H

#include <glib.h>

#include "oracle/rules/stream_bytes.h"
#include "oracle/stream/record.h"

typedef struct OraWalker OraWalker;

enum { ORA_PAGE_MIN = 256 };     /* the smallest target page there is (AVR) */

/* What is not told is found by looking. */
typedef enum { ORA_TELL_LOOK, ORA_TELL_YES, ORA_TELL_NO } OraTell;

/* Bytes of a device's state, from the description or from the user. Instance -1 fits any; such an entry and one with
 * repeat may be used more than once; those with repeat come first. */
typedef struct {
    const char *name;
    gint64 instance;
    guint64 size;
    gboolean repeat;
    gboolean unsure;              /* the device stands here, but not its size */
} OraDeviceSize;

typedef struct {
    OraStreamChannel channel;
    guint channel_index;
    guint64 base;                 /* offset of the first byte that will be fed: of a file that begins elsewhere */
    guint32 page_size;            /* bytes of a target page; 0: as ADVISE says, else 4096 */
    int release;                  /* ORA_RELEASE(), 0 unknown */
    OraTell configuration;        /* is there a configuration section */
    OraTell footers;
    OraTell description;
    OraTell colo;                 /* messages of COLO behind the stream (main) or instead of messages (rp) */
    OraTell ignore_shared;        /* default: as the capabilities subsection says */
    OraTell mapped_ram;
    const char *const *huge_blocks;     /* names with a page size field in the list, NULL-terminated, or NULL: look */
    const OraDeviceSize *device_sizes;  /* in stream order; may be NULL */
    gsize n_device_sizes;
    guint64 package_size_max;     /* 0: 16 MiB */
    /* For MAIN_2 and PREEMPT: the walker of main, which knows blocks and sections. Must outlive this one. */
    const OraWalker *main;
} OraWalkerConfig;

/* Callbacks; each may be NULL. They must not call into the walker, but for its getters. */
typedef struct {
    void (*record)(void *user, const OraStreamRecord *record);
    /* A piece of the record's body (page, compressed data, device state, description, bitmap); data is NULL where only
     * the size is known. */
    void (*body)(void *user, const OraStreamRecord *record, const guint8 *data, gsize size);
    /* A rule of the grammar was broken at offset; read says what stood there. */
    void (*violation)(void *user, OraStreamRuleId rule, guint64 offset, const char *read);
    void *user;
} OraWalkerSink;

/* Both structs are copied, the arrays in the configuration are not: they must outlive the walker. */
OraWalker *ora_walker_new(const OraWalkerConfig *config, const OraWalkerSink *sink);
void ora_walker_free(OraWalker *walker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OraWalker, ora_walker_free)

/* Takes all of it. After a violation that leaves no way to go on, bytes are only counted. */
void ora_walker_feed(OraWalker *walker, const void *data, gsize size);

/* size bytes of a body whose content nobody made. FALSE, with nothing taken, if the walker does not stand in a body
 * of at least that many bytes. */
gboolean ora_walker_skip(OraWalker *walker, guint64 size);

/* The channel ended. Reports what is cut; a second call does nothing. */
void ora_walker_finish(OraWalker *walker);

guint64 ora_walker_offset(const OraWalker *walker);      /* of the next byte to be fed */
/* Up to here all bytes belong to records that were announced: bytes behind it are held back by who must be able to act
 * in front of a record. */
guint64 ora_walker_settled(const OraWalker *walker);
/* Bytes of the present body still to come. */
guint64 ora_walker_body_left(const OraWalker *walker);
gboolean ora_walker_broken(const OraWalker *walker);     /* gave up */
gboolean ora_walker_ended(const OraWalker *walker);      /* 00 was read */

/* What was found out. */
guint32 ora_walker_page_size(const OraWalker *walker);
gboolean ora_walker_has_footers(const OraWalker *walker);
gboolean ora_walker_has_configuration(const OraWalker *walker);
gboolean ora_walker_ignore_shared(const OraWalker *walker);
gboolean ora_walker_mapped_ram(const OraWalker *walker);
gboolean ora_walker_postcopy(const OraWalker *walker);   /* LISTEN was read */
gboolean ora_walker_colo(const OraWalker *walker);
const char *ora_walker_machine(const OraWalker *walker); /* NULL: no configuration section */

/* One entry of the block list. */
typedef struct {
    char *name;
    guint64 length;              /* bytes */
    guint64 page_size;           /* of the block; the target page where the list does not say */
    gboolean has_page_size;
    guint64 guest_address;       /* x-ignore-shared only */
    guint64 bitmap_offset, pages_offset;    /* mapped-ram only */
    guint64 mapped_page_size;
    guint32 mapped_version;
    gboolean ignored;            /* mapped-ram with both offsets 0 */
} OraWalkerBlock;

guint ora_walker_n_blocks(const OraWalker *walker);
const OraWalkerBlock *ora_walker_block(const OraWalker *walker, guint index);
gint ora_walker_find_block(const OraWalker *walker, const char *name);   /* -1: none */

#endif
