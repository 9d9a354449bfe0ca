/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The stream as far as a trace shows it. Whether its bytes follow the grammar is the walker's business (oracle/stream/);
 * here records are held against each other and against what the two sides say.
 */
#include "oracle/rule.h"
#include "oracle/stream/live.h"

#include <string.h>

#define EVER ORA_FOREVER
#define S(name) ORA_STATUS_##name

/* The records of one channel follow each other without gap or overlap. */
static void check_contiguous(OraCase *c, const OraRule *rule)
{
    g_autoptr(GHashTable) ends = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (guint i = 0; i < c->links->len; i++) {
        guint index = g_array_index(c->links, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        g_autofree char *key = NULL;
        guint64 *end;

        if (record->kind != ORA_KIND_STREAM) {
            continue;
        }
        key = g_strdup_printf("%s/%s/%d", ora_side_name(record->side), record->stream.channel, record->stream.back);
        end = g_hash_table_lookup(ends, key);
        /* Offset 0 is a new connection. A record may hold others (a packaged command): it ends where its last one does. */
        if (end != NULL && record->stream.offset != 0 && record->stream.offset > *end) {
            OraFinding *finding = ora_case_find(c, rule, NULL, index);

            ora_finding_expected(finding, "on %s the next record at offset %" G_GUINT64_FORMAT, record->stream.channel, *end);
            ora_finding_actual(finding, "%s at %" G_GUINT64_FORMAT, record->stream.record, record->stream.offset);
            return;
        }
        if (end == NULL) {
            end = g_new0(guint64, 1);
            g_hash_table_insert(ends, g_steal_pointer(&key), end);
        }
        *end = record->stream.offset == 0 ? record->stream.size : MAX(*end, record->stream.offset + record->stream.size);
    }
}

static gboolean is_switchover_record(const OraStream *stream)
{
    return g_str_has_prefix(stream->record, "section-full") || g_str_has_prefix(stream->record, "section-end") ||
           strcmp(stream->record, "end") == 0 || strcmp(stream->record, "eof") == 0;
}

/* Device state and the last section of RAM leave only when the VM is stopped. */
static void check_after_stop(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->links->len; i++) {
        guint index = g_array_index(c->links, guint, i);
        const OraRecord *record = ora_case_record(c, index);

        if (record->kind != ORA_KIND_STREAM || record->stream.back || !is_switchover_record(&record->stream) ||
            strcmp(record->stream.channel, "main") != 0) {
            continue;
        }
        for (guint k = 0; k < c->lanes->len; k++) {
            const OraLane *lane = g_ptr_array_index(c->lanes, k);
            OraFinding *finding;

            if (lane->role != ORA_ROLE_SRC || lane->incoming || lane->start_ns > record->t_ns || lane->end_ns < record->t_ns ||
                ora_side_number_plus_1(lane->side) != ora_side_number_plus_1(record->side) ||
                ora_lane_running(lane, record->t_ns + 1) != 1 ||
                ora_lane_capability(lane, "background-snapshot", record->t_ns) == 1 ||
                ora_lane_capability(lane, "x-colo", record->t_ns) == 1 ||
                (c->blur_ns > 0 && ora_lane_running(lane, record->t_ns + c->blur_ns) != 1) ||
                /* After a cancel or a failure the VM runs again while the last bytes are still on their way. */
                (ora_lane_status(lane, ORA_MACHINE_OUTGOING, record->t_ns + 1) != S(ACTIVE) &&
                 ora_lane_status(lane, ORA_MACHINE_OUTGOING, record->t_ns + 1) != S(DEVICE))) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, index);
            ora_finding_expected(finding, "STOP before %s", record->stream.record);
            ora_finding_actual(finding, "the source's VM runs");
            return;
        }
    }
}

/* A destination failed: that it says so with SHUT 1 is as it should be. */
static gboolean load_failed(const OraCase *c)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        if (lane->role == ORA_ROLE_DST &&
            (ora_lane_had(lane, ORA_MACHINE_INCOMING, S(FAILED), G_MININT64, G_MAXINT64) ||
             (lane->exit != NULL && !lane->exit->exit.teardown && lane->exit->exit.code == 1))) {
            return TRUE;
        }
    }
    return ora_case_action(c, "truncate", G_MININT64, G_MAXINT64) || ora_case_action(c, "cut", G_MININT64, G_MAXINT64);
}

/* What the check of the bytes found while they passed (oracle/stream/live.h). Findings that are no breach of the release are not in the
 * trace as breaches: their grade goes with the rule that they name. */
static void check_bytes(OraCase *c, const OraRule *rule)
{
    for (guint k = 0; k < c->order->len; k++) {
        const guint i = g_array_index(c->order, guint, k);
        const OraRecord *record = ora_case_record(c, i);
        const OraStreamRule *broken;
        g_autofree char *id = NULL;
        OraStreamRuleId number;
        OraFinding *finding;

        if (record->kind != ORA_KIND_NOTE || record->side != ORA_LINK || g_strcmp0(record->note.where, ORA_STREAM_NOTE) != 0 ||
            record->note.text == NULL) {
            continue;
        }
        id = g_strndup(record->note.text, strcspn(record->note.text, " "));
        broken = ora_stream_rule_find(id, &number);
        if (broken == NULL || (strcmp(id, "stream.return-path.shut-value") == 0 && load_failed(c))) {
            continue;
        }
        finding = ora_case_find(c, rule, NULL, i);
        ora_finding_expected(finding, "%s", broken->sentence);
        ora_finding_actual(finding, "%s", record->note.text);
        if (broken->quirk != NULL) {
            ora_finding_known(finding, broken->quirk);
        }
    }
}

/* What crossed the link from the source in one migration. */
typedef struct {
    gint64 bytes; /* all channels */
    gint64 pages; /* records of pages on the main channel, headers of pages included */
    gint64 marks; /* ends of sections of RAM */
    guint channels;
    gboolean whole; /* each channel was seen from its first byte on */
} Crossed;

typedef struct {
    gint64 end;
    gint64 pages, marks;
} Channel;

static Crossed crossed(const OraCase *c, const OraLane *lane, gint64 from_ns, gint64 to_ns)
{
    g_autoptr(GHashTable) channels = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    Crossed sum = { .whole = TRUE };
    GHashTableIter iter;
    gpointer value;

    for (guint i = 0; i < c->links->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(c->links, guint, i));
        const OraStream *stream = &record->stream;
        Channel *channel;

        if (record->kind != ORA_KIND_STREAM || stream->back || record->t_ns < from_ns || record->t_ns > to_ns ||
            ora_side_number_plus_1(record->side) != ora_side_number_plus_1(lane->side)) {
            continue;
        }
        channel = g_hash_table_lookup(channels, stream->channel);
        if (channel == NULL || stream->offset == 0) {
            sum.whole = sum.whole && stream->offset == 0;
            channel = g_new0(Channel, 1);
            g_hash_table_insert(channels, (gpointer) (gsize) stream->channel, channel);
        }
        channel->end = MAX(channel->end, (gint64) MIN(stream->offset + stream->size, (guint64) 1 << 60));
        channel->pages += g_str_has_prefix(stream->record, "page") ? (gint64) MIN(stream->size, (guint64) 1 << 40) : 0;
        channel->marks += strcmp(stream->record, "eos") == 0;
    }
    g_hash_table_iter_init(&iter, channels);
    while (g_hash_table_iter_next(&iter, NULL, &value)) { /* sums only: the order does not show */
        const Channel *channel = value;

        sum.bytes += channel->end;
        sum.pages += channel->pages;
        sum.marks += channel->marks;
        sum.channels++;
    }
    return sum;
}

static gboolean counts_otherwise(const OraLane *lane, gint64 t_ns)
{
    static const char *const capabilities[] = { "multifd", "x-multifd", "compress", "xbzrle", "mapped-ram", "x-colo", "block",
                                                "background-snapshot", "zero-copy-send", "postcopy-ram", "dirty-bitmaps" };

    for (gsize i = 0; i < G_N_ELEMENTS(capabilities); i++) {
        if (ora_lane_capability(lane, capabilities[i], t_ns) == 1) {
            return TRUE;
        }
    }
    return FALSE;
}

static gint64 next_start(const OraLane *lane, gint64 sent_ns)
{
    for (guint i = 0; i < lane->starts->len; i++) {
        if (g_array_index(lane->starts, gint64, i) > sent_ns) {
            return g_array_index(lane->starts, gint64, i) - 1;
        }
    }
    return G_MAXINT64;
}

/* A destination completed after that. */
static gboolean arrived(const OraCase *c, const OraLane *lane, gint64 sent_ns)
{
    const OraLane *peer;

    for (guint k = 0; (peer = ora_case_peer(c, lane, k)) != NULL; k++) {
        for (guint m = 0; m < peer->moves->len; m++) {
            const OraMove *move = ORA_MOVE(peer, m);

            if (move->machine == ORA_MACHINE_INCOMING && move->to == S(COMPLETED) && move->t_ns > sent_ns) {
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* transferred agrees with what crossed the link. */
static void check_transferred(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraCommand *done = NULL;

        for (guint k = 0; k < lane->records->len && lane->release != 0; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            const OraCommand *migrate;
            gint64 transferred;
            Crossed link;
            OraFinding *finding;

            if (record->kind != ORA_KIND_STATUS || record->status.status != S(COMPLETED) || record->status.stats == NULL ||
                record->status.stats->transferred == ORA_ABSENT || lane->incoming) {
                continue;
            }
            migrate = ora_lane_command(lane, "migrate", G_MININT64, record->t_ns);
            /* One look at each migration; and not in the instant in which its figures are put together. */
            if (migrate == NULL || migrate == done || record->status.stats->total_time_ms == 0) {
                continue;
            }
            done = migrate;
            /* The last bytes may still be on their way: until the next migration, if the destination got all of them. */
            link = crossed(c, lane, migrate->sent_ns - 1000000, next_start(lane, migrate->sent_ns));
            transferred = record->status.stats->transferred;
            /* A direction that was ended shows no more, whatever still arrives. */
            if (link.channels == 0 || !link.whole || ora_case_action(c, "half-close", migrate->sent_ns, record->t_ns) || !arrived(c, lane, migrate->sent_ns) || counts_otherwise(lane, record->t_ns) ||
                ora_lane_had(lane, ORA_MACHINE_OUTGOING, S(POSTCOPY_PAUSED), migrate->sent_ns, record->t_ns)) {
                continue;
            }
            if (lane->release >= 802 ? transferred != link.bytes
                                     : transferred > link.bytes || transferred < link.pages ||
                                           transferred > link.pages + 8 * (link.marks + 8)) {
                finding = ora_case_find(c, rule, lane, index);
                if (lane->release >= 802) {
                    ora_finding_expected(finding, "transferred %" G_GINT64_FORMAT ", the bytes that crossed the link", link.bytes);
                } else {
                    ora_finding_expected(finding, "transferred %" G_GINT64_FORMAT " for pages, and at most %" G_GINT64_FORMAT
                                         " more for marks", link.pages, 8 * (link.marks + 8));
                }
                ora_finding_actual(finding, "%" G_GINT64_FORMAT, transferred);
            }
        }
    }
}

const OraRule ora_rules_stream[] = {
    { "stream.contiguous", "The records seen on a channel follow each other without gap.", 204, EVER, "STREAM-GRAMMAR", NULL,
      check_contiguous },
    { "stream.transferred",
      "transferred agrees with what crossed the link: every byte (8.2-), or those of pages and of their end marks.", 204, EVER,
      "STAT-CONSERVE", "10", check_transferred },
    { "stream.after-stop", "Device state and the end of RAM are sent only after the source's VM was stopped.", 204, EVER,
      "RAM-EQUAL", "6.1", check_after_stop },
    { "stream.bytes", "The bytes on every channel follow the rules of the stream (miglab list rules, stream.…).", 204, EVER,
      "STREAM-GRAMMAR", NULL, check_bytes },
    { 0 },
};
