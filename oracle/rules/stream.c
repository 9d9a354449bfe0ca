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
        if (broken == NULL) {
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

const OraRule ora_rules_stream[] = {
    { "stream.contiguous", "The records seen on a channel follow each other without gap.", 204, EVER, "STREAM-GRAMMAR", NULL,
      check_contiguous },
    { "stream.after-stop", "Device state and the end of RAM are sent only after the source's VM was stopped.", 204, EVER,
      "RAM-EQUAL", "6.1", check_after_stop },
    { "stream.bytes", "The bytes on every channel follow the rules of the stream (miglab list rules, stream.…).", 204, EVER,
      "STREAM-GRAMMAR", NULL, check_bytes },
    { 0 },
};
