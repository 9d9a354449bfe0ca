/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Inside of the check: what is remembered of each channel, and who looks at what.
 */
#ifndef ORA_STREAM_CHECK_PRIVATE_H
#define ORA_STREAM_CHECK_PRIVATE_H

#include <string.h>

#include "oracle/stream/check.h"
#include "oracle/stream/description.h"
#include "oracle/stream/page_set.h"
#include "oracle/stream/walker_private.h"

enum {
    FINDINGS_PER_RULE = 8,        /* of one rule on one channel; the rest is counted */
    MULTIFD_MAX = 255,
    SCRATCH_MAX = 80 * 1024,
    PLACES_MAX = 4096             /* PINGs and PONGs that are paired; real migrations have five */
};

typedef struct {
    guint32 value;
    guint64 offset;
    gboolean matched;
} CheckValue;                     /* a PING or PONG */

typedef struct {
    OraPageSet before;            /* received before LISTEN and not discarded since */
    OraPageSet ever;              /* sent at any time in precopy */
    OraPageSet discarded;
    OraPageSet after;             /* main behind LISTEN */
    OraPageSet again;             /* main-2 */
    OraPageSet preempt;
    OraPageSet multifd;
    OraPageSet claimed;           /* bits of the recovery bitmap */
    gboolean has_claim;
    gboolean bitmap_asked;
    gboolean discard_seen;
    guint64 first_page;           /* number of its first page when all blocks are counted through */
} CheckBlock;

/* The channel that a walker callback belongs to. */
typedef struct {
    OraStreamCheck *check;
    OraStreamChannel channel;
    guint index;
    OraWalker *walker;
    gboolean stopped;             /* a violation ended the walk */
    void (*watch)(void *user, const OraStreamRecord *record);
    void *watch_user;
    guint64 body_done;
    guint8 *scratch;
    gsize scratch_size;

    /* host page rule: the huge page that is being filled */
    gint huge_block;
    guint64 huge_page;
    guint32 huge_left;
    gint huge_open_block;

    /* multifd */
    gboolean hello, first_packet, sync_last, has_method;
    guint hello_id;
    guint8 uuid[16];
    guint64 last_number;
    gboolean have_number;
    guint64 n_packets, n_syncs;
    guint64 pages_since_sync_offset;      /* 1 + offset of a packet with pages behind the last SYNC */
    guint32 method;
    gpointer inflate;                     /* z_stream or ZSTD_DStream of the data */
    guint64 data_expected;
    gboolean data_bad;
    guint64 packet_offset;

    /* return path */
    GArray *pongs;                        /* CheckValue */
    gboolean shut;
    guint64 shut_offset;
    guint32 shut_value;
    guint n_switchover_acks;
    guint64 switchover_ack_offset;
    GArray *requests;                     /* offsets of requests */
    guint64 first_request;                /* 1 + offset */
    gint request_block;
    guint n_resume_acks;
    guint64 resume_ack_offset;
    gint bitmap_block;
    guint64 bitmap_bytes, bitmap_at;
    guint8 mark[8];
    guint n_messages;

    /* COLO */
    guint colo_last;
    gboolean colo_any;

    /* preempt */
    gboolean eos;
    guint64 n_pages;
} CheckChannel;

typedef enum { PHASE_COMMANDS, PHASE_SETUP, PHASE_BODY, PHASE_ENDS, PHASE_DEVICES, PHASE_OVER } CheckPhase;

typedef struct {
    char *name;
    gint64 instance;
    guint64 offset, size;
} CheckDevice;

typedef struct {
    char *name;
    guint32 granularity;
    gboolean started, completed;
    guint64 next_sector;
    guint64 offset;
} CheckBitmap;

typedef struct {
    guint32 id;
    char *idstr;
    guint32 instance;
    gboolean ended;
    guint order;                  /* of START */
} CheckLive;

struct OraStreamCheck {
    OraStreamCheckConfig config;
    OraDescription *description;
    char *description_text;
    OraDeviceSize *sizes;
    gsize n_sizes;
    GPtrArray *findings;
    gboolean sorted;
    void (*watch)(void *user, const OraStreamRecord *record);
    void *watch_user;
    void (*on_finding)(void *user, const OraStreamFinding *finding);
    void *on_finding_user;
    guint64 n_records;
    GPtrArray *said;
    CheckChannel *channels[ORA_CHANNEL_COUNT];        /* multifd: NULL, see below */
    CheckChannel *multifd[MULTIFD_MAX];
    guint n_multifd;

    /* releases */
    int since, until;
    char *since_why, *until_why;
    guint64 since_at, until_at;
    gboolean mixed;

    /* main */
    CheckPhase phase;
    guint start_rank;
    guint8 config_seen;           /* subsections, a bit each */
    guint config_order;
    gboolean has_uuid;
    guint8 uuid[16];
    gint config_page_bits;
    guint64 config_page_bits_at;
    gboolean rp_open, advised, advise_ram, listening, running, package, package_run;
    guint64 advise_offset;
    guint64 advise_summary, advise_page;
    guint64 n_discards;
    gint discard_block, discard_last;
    guint64 discard_end;
    gboolean saw_package, in_package, package_listened;
    guint64 package_offset;
    guint package_elements;
    gboolean switchover_seen;
    guint64 switchover_offset;
    guint64 resume_offset;
    gboolean resumed;
    gint recv_last;
    GArray *pings;                /* CheckValue, main then main-2 (by second) */
    GArray *pings_2;
    GPtrArray *live;              /* CheckLive in order of START */
    GHashTable *live_by_id;
    GPtrArray *devices;           /* CheckDevice: FULLs in stream order */
    GHashTable *instances;        /* "idstr:instance" */
    gint end_order;
    guint64 full_early;           /* 1 + offset of a FULL in front of the last END */
    char *full_early_name;
    guint n_open;                 /* started and not ended */
    guint n_starts, n_parts, n_ends, n_fulls;
    guint64 globalstate_at;       /* 1 + offset */
    gboolean late_full;
    gboolean eof;
    guint64 eof_at;
    gboolean description_seen;
    GByteArray *description_live; /* text of a description that was not known before */
    gboolean colo_command;

    /* RAM */
    GArray *blocks;               /* CheckBlock */
    gboolean counting;
    guint32 page_size, page_shift;
    gboolean list_seen, first_in_start, uncounted;
    guint64 page_offset_main;     /* 1 + offset of the first ordinary page on main before LISTEN */
    guint flush_start, flush_here, eos_setup;
    guint64 n_flush, n_eos, n_flush_postcopy;
    guint64 flush_offset;         /* 1 + offset of the first */
    guint64 flush_outside;        /* 1 + offset of the first FLUSH outside of START */
    gboolean ram_ended;
    guint64 missing_flush_end;    /* 1 + offset of an END without a FLUSH */
    guint64 snapshot_twice;       /* 1 + offset of the first page that came a second time */
    guint64 pages_sent;
    gboolean free_pages;          /* a device that may leave pages out */

    /* dirty bitmaps */
    GHashTable *bitmaps;          /* "node/name" -> CheckBitmap */
    char *bitmap_node, *bitmap_name;

    /* multifd */
    GArray *spans;                /* guint64 keys: page and span */
    gboolean spans_full;
    gboolean any_pages;
};

/* A rule is broken. Adds a finding with the grade of the rule, or of the partial mode. */
G_GNUC_PRINTF(5, 6)
void ora_check_add(OraStreamCheck *check, OraStreamRuleId rule, const CheckChannel *channel, guint64 offset,
                   const char *format, ...);
/* Called for each finding as it is made. */
void ora_check_on_finding(OraStreamCheck *check, void (*finding)(void *user, const OraStreamFinding *finding), void *user);
/* Was the channel found to be cut? What it lacks then needs no findings of its own. */
gboolean ora_check_is_cut(const OraStreamCheck *check, const CheckChannel *channel);
/* An element that exists in releases since … until only (0: open). With a profile outside of it the rule is broken;
 * without one the range of releases shrinks. */
void ora_check_element(OraStreamCheck *check, OraStreamRuleId rule, const CheckChannel *channel, guint64 offset, int since,
                       int until, const char *what);

void ora_check_main(CheckChannel *channel, const OraStreamRecord *record);
void ora_check_main_end(OraStreamCheck *check);
void ora_check_description(CheckChannel *channel, guint64 offset);
void ora_check_ram(CheckChannel *channel, const OraStreamRecord *record);
void ora_check_ram_body(CheckChannel *channel, const OraStreamRecord *record, const guint8 *body, gsize size);
void ora_check_ram_end(OraStreamCheck *check);
void ora_check_bitmap(CheckChannel *channel, const OraStreamRecord *record);
void ora_check_bitmap_end(OraStreamCheck *check);
void ora_check_block(CheckChannel *channel, const OraStreamRecord *record);
void ora_check_multifd(CheckChannel *channel, const OraStreamRecord *record);
void ora_check_multifd_body(CheckChannel *channel, const OraStreamRecord *record, const guint8 *data, gsize size);
void ora_check_multifd_free(CheckChannel *channel);
void ora_check_multifd_end(OraStreamCheck *check);
void ora_check_rp(CheckChannel *channel, const OraStreamRecord *record);
void ora_check_rp_body(CheckChannel *channel, const OraStreamRecord *record, const guint8 *data, gsize size);
void ora_check_rp_end(OraStreamCheck *check);
void ora_check_globalstate(CheckChannel *channel, const OraStreamRecord *record, const guint8 *data, gsize size);
gboolean ora_check_command(CheckChannel *channel, const OraStreamRecord *record);

#endif
