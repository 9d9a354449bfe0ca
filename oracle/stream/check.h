/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The judge of a migration stream: one walker per channel, and the rules about content and about what holds between
 * channels (oracle/rules/stream_bytes.h). Channels may be fed in any order and in any pieces; what holds between them is looked
 * at in the end.
 */
#ifndef ORA_STREAM_CHECK_H
#define ORA_STREAM_CHECK_H

#include "oracle/finding.h"
#include "oracle/stream/walker.h"

typedef struct OraStreamCheck OraStreamCheck;

typedef struct {
    OraStreamRuleId rule;
    OraGrade grade;
    OraStreamChannel channel;
    guint channel_index;
    guint64 offset;
    const char *quirk;           /* with grade known: the id of the quirk */
    char *read;                  /* what stood there */
    guint more;                  /* further ones of this rule on this channel that were left out */
} OraStreamFinding;

typedef struct {
    int release;                 /* ORA_RELEASE() of the source; 0: found from the stream as far as it shows */
    gboolean partial;            /* the stream may end anywhere */
    gboolean grammar_only;
    gboolean live;               /* channels are numbered as they came, not by their hellos */
    gboolean all_channels;       /* there are no channels but those that will be fed */
    guint32 page_size;           /* 0: look */
    OraTell configuration, footers, description, colo;
    OraTell rp_colo;             /* YES: the return path holds bare COLO messages from its first byte */
    guint64 base;                /* of main */
    const char *const *huge_blocks;     /* as in OraWalkerConfig; all arrays must outlive the check */
    const OraDeviceSize *device_sizes;  /* those somebody told; they go before the description's */
    gsize n_device_sizes;
    /* The text behind 06 and its length, if the caller has it before the stream is fed (a file); else NULL: states of
     * devices are then found by their footers. Copied. */
    const char *description_text;
    gsize description_size;
    guint64 ram_max;             /* sum of block lengths up to which pages are counted; 0: 1 TiB */
} OraStreamCheckConfig;

OraStreamCheck *ora_stream_check_new(const OraStreamCheckConfig *config);
void ora_stream_check_free(OraStreamCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OraStreamCheck, ora_stream_check_free)

/* The walker of a channel, to be fed; made at the first call. Main must be made first. The check owns it and finishes it. */
OraWalker *ora_stream_check_channel(OraStreamCheck *check, OraStreamChannel channel, guint index);

/* All channels ended: the rules about the end and between channels. Call once. */
void ora_stream_check_finish(OraStreamCheck *check);

/* OraStreamFinding, by channel, then by offset. */
const GPtrArray *ora_stream_check_findings(OraStreamCheck *check);

/* Releases that this stream may come from, as far as it shows; 0: no bound. Meaningless if a finding says that they
 * contradict each other. The texts name the elements that show it; NULL: none. */
void ora_stream_check_releases(const OraStreamCheck *check, int *ret_since, int *ret_until, const char **ret_since_why,
                               const char **ret_until_why);

/* What was found by looking, in sentences; NULL-terminated, owned by the check. */
const char *const *ora_stream_check_said(OraStreamCheck *check);

/* One more sentence: what the caller found by looking, to tell the check. */
void ora_stream_check_say(OraStreamCheck *check, const char *format, ...) G_GNUC_PRINTF(2, 3);

guint64 ora_stream_check_records(const OraStreamCheck *check);

/* A watcher besides the check, for whoever wants the records as well (trace, moments). Set before channels are made. */
void ora_stream_check_watch(OraStreamCheck *check, void (*record)(void *user, const OraStreamRecord *record), void *user);

#endif
