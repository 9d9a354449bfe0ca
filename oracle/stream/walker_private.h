/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside of the walker. A step function takes the bytes at hand and returns how many it consumed; 0 means that it needs
 * more. A body is not consumed by a step: it sets body_left and returns.
 */
#ifndef ORA_STREAM_WALKER_PRIVATE_H
#define ORA_STREAM_WALKER_PRIVATE_H

#include <string.h>

#include "oracle/stream/grammar.h"
#include "oracle/stream/walker.h"

enum {
    HEAD_MAX = 72 * 1024,            /* longest record head: a command of 65535 bytes */
    SECTIONS_MAX = 65536,
    BLOCKS_MAX = 4096,
    CONFIG_NAME_MAX = 255,
    CONFIG_SUBSECTIONS_MAX = 8,
    PACKAGE_MAX = 16 << 20,
    DESCRIPTION_MAX = 64 << 20,
    RP_LENGTH_MAX = 512,
    DEVICE_PACKET_MAX = 16 << 20,
    DEVICES_AHEAD = 64               /* of the description, that the stream may lack in a row */
};

typedef enum {
    W_HEADER,
    W_CONFIG,
    W_CONFIG_SUB,
    W_SECTION,
    W_RAM,
    W_RAM_LIST,
    W_BITMAP,
    W_BLOCK,
    W_DEVICE,            /* state of known size */
    W_DEVICE_SEARCH,     /* state up to the footer, which is searched */
    W_FOOTER,
    W_AFTER_EOF,
    W_COLO,
    W_COLO_SIZE,
    W_TRAILING,
    W_RP,
    W_RP_BITMAP,
    W_RP_COLO,
    W_HELLO,
    W_PACKET,
    W_PREEMPT_END
} WalkState;

typedef struct {
    guint32 id;
    guint32 instance;
    guint32 version;
    guint8 type;                 /* START or FULL */
    gboolean ended, ended_again;
    char *idstr;
} WalkSection;

struct OraWalker {
    OraWalkerConfig config;
    OraWalkerSink sink;
    WalkState state;
    guint64 offset;              /* of the first byte not yet consumed */
    guint64 settled;
    gboolean broken, finished, ended, postcopy, listening;

    guint8 *carry;               /* head that came in pieces */
    gsize carry_len, carry_size;

    guint64 body_left;
    WalkState after_body;

    gboolean limited;            /* inside a package or COLO state that ends at limit */
    guint64 limit;
    gboolean limit_is_colo;

    OraStreamRecord rec;         /* the record at hand; section and block members persist */
    guint32 page_size;
    guint64 flag_mask;
    gboolean configuration, ignore_shared, mapped_ram, colo;
    gboolean colo_ram;           /* the stream proper is over, checkpoints follow */
    OraTell footers;
    char *machine;
    guint config_subsections;
    guint64 advise_summary;
    gboolean advise_ram;

    GHashTable *sections;        /* id -> WalkSection */
    guint n_sections;
    WalkSection *section;        /* the present one */
    gsize next_device;           /* index into config.device_sizes */
    gsize n_repeat;              /* of them, in front */
    guint64 device_start;
    guint64 footer_candidate;    /* 1 + offset of a footer whose successor did not fit */
    guint64 list_left;
    gboolean list_seen;

    GPtrArray *blocks;           /* OraWalkerBlock */
    GHashTable *block_index;     /* name -> index + 1 */
    gboolean have_block;         /* for CONT */
    GHashTable *names;           /* interned names from the wire */
};

guint16 ora_be16(const guint8 *p);
guint32 ora_be32(const guint8 *p);
guint64 ora_be64(const guint8 *p);

/* A name from the wire as a string that lives as long as the walker; bytes below 0x20 become '?'. */
const char *ora_walk_name(OraWalker *w, const guint8 *p, gsize n);

G_GNUC_PRINTF(4, 5)
void ora_walk_violation(OraWalker *w, OraStreamRuleId rule, guint64 offset, const char *format, ...);
/* Reports and gives up: nothing behind it can be delimited. Returns all that is at hand as consumed. */
G_GNUC_PRINTF(5, 6)
gsize ora_walk_break(OraWalker *w, OraStreamRuleId rule, guint64 offset, gsize avail, const char *format, ...);

/* Announces w->rec: kind, head_size bytes of head at p, body behind it. */
void ora_walk_emit(OraWalker *w, OraStreamKind kind, guint64 offset, const guint8 *head, gsize head_size, guint64 body);
/* As above, then leaves body bytes to come before the state goes on to next. */
void ora_walk_body(OraWalker *w, guint64 body, WalkState next);

gsize ora_walk_ram(OraWalker *w, const guint8 *p, gsize avail);
gsize ora_walk_ram_list(OraWalker *w, const guint8 *p, gsize avail);
gsize ora_walk_bitmap(OraWalker *w, const guint8 *p, gsize avail);
gsize ora_walk_block(OraWalker *w, const guint8 *p, gsize avail);
gsize ora_walk_section(OraWalker *w, const guint8 *p, gsize avail);
gsize ora_walk_device(OraWalker *w, const guint8 *p, gsize avail);
gsize ora_walk_device_search(OraWalker *w, const guint8 *p, gsize avail, gboolean last);
gsize ora_walk_footer(OraWalker *w, const guint8 *p, gsize avail, gboolean last);
gsize ora_walk_rp(OraWalker *w, const guint8 *p, gsize avail);
gsize ora_walk_hello(OraWalker *w, const guint8 *p, gsize avail);
gsize ora_walk_packet(OraWalker *w, const guint8 *p, gsize avail);
void ora_walk_section_done(OraWalker *w);        /* payload over, footer or the next section follows */
void ora_walk_pop_limit(OraWalker *w);

#endif
