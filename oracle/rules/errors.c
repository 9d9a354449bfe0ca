/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Failures tell why.
 */
#include "oracle/rule.h"

#include <string.h>

#define EVER ORA_FOREVER
#define S(name) ORA_STATUS_##name

static gboolean stopped_in(const OraLane *lane, gint64 from_ns, gint64 to_ns)
{
    for (guint i = 0; i < lane->pulses->len; i++) {
        const OraPulse *pulse = ORA_PULSE(lane, i);

        if (pulse->t_ns >= from_ns && pulse->t_ns <= to_ns &&
            (!pulse->running || pulse->run == ORA_RUN_FINISH_MIGRATE)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* A reply with the reason is as good as an error-desc, where the address was at fault. */
static gboolean reply_told(const OraCommand *migrate)
{
    return migrate != NULL && migrate->error_desc != NULL;
}

/* When the outgoing migration came to the status that it had at *t_ns*. */
static gint64 failed_ns(const OraLane *lane, gint64 t_ns)
{
    gint64 at = t_ns;

    for (guint i = 0; i < lane->moves->len && ORA_MOVE(lane, i)->t_ns <= t_ns; i++) {
        at = ORA_MOVE(lane, i)->machine == ORA_MACHINE_OUTGOING ? ORA_MOVE(lane, i)->t_ns : at;
    }
    return at;
}

static void check_desc(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            const OraCommand *migrate;
            OraFinding *finding;

            if (record->kind != ORA_KIND_STATUS || record->status.migrate == NULL || record->status.status != S(FAILED) ||
                record->status.error_desc != NULL || lane->release < (lane->incoming ? 901 : 207)) {
                continue;
            }
            migrate = ora_lane_command(lane, "migrate", G_MININT64, failed_ns(lane, record->t_ns));
            /* Whose failure it is cannot be told; or nothing was loaded yet (a channel that could not be identified). */
            if (lane->incoming &&
                (migrate != NULL || !ora_lane_had(lane, ORA_MACHINE_INCOMING, S(ACTIVE), G_MININT64, record->t_ns))) {
                continue;
            }
            /* Up to 8.1 failures of the completion leave none, nor do some of the return path and of COLO. */
            if (!lane->incoming && lane->release <= 801 &&
                (migrate == NULL || stopped_in(lane, migrate->sent_ns, record->t_ns) || reply_told(migrate) ||
                 ora_lane_capability(lane, "return-path", record->t_ns) == 1 ||
                 ora_lane_capability(lane, "postcopy-ram", record->t_ns) == 1 ||
                 ora_lane_capability(lane, "x-colo", record->t_ns) == 1 ||
                 ora_lane_capability(lane, "multifd", record->t_ns) == 1 ||
                 ora_lane_capability(lane, "background-snapshot", record->t_ns) == 1)) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, index);
            ora_finding_expected(finding, "member error-desc in status failed");
            ora_finding_actual(finding, "none");
            if (lane->release == 801 && migrate != NULL && migrate->ok) {
                const char *uri = json_string_value(json_object_get(migrate->arguments, "uri"));

                if (uri != NULL && !g_str_has_prefix(uri, "tcp:") && !g_str_has_prefix(uri, "unix:") &&
                    !g_str_has_prefix(uri, "exec:") && !g_str_has_prefix(uri, "fd:")) {
                    ora_finding_known(finding, "bad-uri-success-reply");
                }
            }
            break;
        }
    }
}

/* The first reason stays. */
static void check_kept(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const char *desc = NULL;
        guint desc_index = 0;
        gint64 anew_ns = ORA_ABSENT; /* when another story began; a poll close behind it may still tell the old one */

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            OraFinding *finding;

            /* What a new migration or another status says is another story. */
            if ((record->kind == ORA_KIND_REPLY && g_str_has_prefix(record->command.execute, "migrate")) ||
                (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_MIGRATION)) {
                desc = NULL;
                anew_ns = record->t_ns;
            }
            if (record->kind != ORA_KIND_STATUS || record->status.migrate == NULL ||
                (anew_ns != ORA_ABSENT && record->t_ns - anew_ns < c->blur_ns)) {
                continue;
            }
            if (record->status.status != S(FAILED)) {
                desc = NULL;
                continue;
            }
            if (desc != NULL && g_strcmp0(desc, record->status.error_desc) != 0) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_record(finding, desc_index);
                ora_finding_expected(finding, "error-desc \"%s\"", desc);
                ora_finding_actual(finding, "\"%s\"",
                                   record->status.error_desc != NULL ? record->status.error_desc : "(none)");
                break;
            }
            desc = record->status.error_desc;
            desc_index = index;
        }
    }
}

/* A paused postcopy says why (8.2-). */
static void check_paused(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->records->len && lane->release >= 802 && !lane->incoming; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            OraFinding *finding;

            if (record->kind != ORA_KIND_STATUS || record->status.status != S(POSTCOPY_PAUSED) ||
                record->status.error_desc != NULL ||
                /* Up to 9.0 a resume that connects clears the reason before it changes the status. */
                ora_lane_command(lane, "migrate", failed_ns(lane, record->t_ns), record->t_ns) != NULL) {
                continue;
            }
            finding = ora_case_find(c, rule, lane, index);
            ora_finding_expected(finding, "member error-desc in status postcopy-paused");
            ora_finding_actual(finding, "none");
            break;
        }
    }
}

/* Does a message on the return path, given in hexadecimal, end a migration? A SHUT with an error, or a type of no release. */
static gboolean is_error_message(const char *hex)
{
    guint64 head, value;

    if (hex == NULL || strlen(hex) < 8) {
        return FALSE;
    }
    {
        g_autofree char *first = g_strndup(hex, 8), *rest = g_strndup(hex + 8, 8);

        head = g_ascii_strtoull(first, NULL, 16);
        value = g_ascii_strtoull(rest, NULL, 16);
    }
    return (head >> 16) == 0 || (head >> 16) >= 0x20 || (head == 0x00010004 && value != 0);
}

/* What a scripted peer says on the return path is heard. */
static void check_return_path(OraCase *c, const OraRule *rule)
{
    const gint64 soon = G_GINT64_CONSTANT(500000000), late = G_GINT64_CONSTANT(5000000000);

    for (guint k = 0; k < c->links->len; k++) {
        guint index = g_array_index(c->links, guint, k);
        const OraRecord *said = ora_case_record(c, index);

        if (said->kind != ORA_KIND_EVENT || strcmp(said->event.name, "fake destination sends on return path") != 0 ||
            !is_error_message(json_string_value(json_object_get(said->data, "hex")))) {
            continue;
        }
        for (guint i = 0; i < c->lanes->len; i++) {
            const OraLane *lane = g_ptr_array_index(c->lanes, i);
            const OraMove *next = NULL;
            gint64 until;
            OraFinding *finding;

            if (lane->role != ORA_ROLE_SRC || ora_lane_status(lane, ORA_MACHINE_OUTGOING, said->t_ns) != S(ACTIVE) ||
                ora_lane_capability(lane, "return-path", said->t_ns) != 1) {
                continue;
            }
            for (guint m = 0; m < lane->moves->len && next == NULL; m++) {
                const OraMove *move = ORA_MOVE(lane, m);

                /* On the way to its end it may have passed the switchover. */
                next = move->machine == ORA_MACHINE_OUTGOING && move->t_ns > said->t_ns && move->to != S(DEVICE) ? move : NULL;
            }
            until = next != NULL ? next->t_ns : lane->end_ns;
            if (next != NULL && next->to == S(COMPLETED)) {
                finding = ora_case_find(c, rule, lane, next->index);
                ora_finding_record(finding, index);
                ora_finding_expected(finding, "failed, because the destination reported an error");
                ora_finding_actual(finding, "completed");
            } else if (until - said->t_ns > (ora_quirk_applies("rp-error-late", lane->release) ? soon : late)) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_expected(finding, "failed at once, because the destination reported an error");
                ora_finding_actual(finding, "still at work %" G_GINT64_FORMAT " ms later", (until - said->t_ns) / 1000000);
                if (ora_quirk_applies("rp-error-late", lane->release)) {
                    ora_finding_known(finding, "rp-error-late");
                }
            }
        }
    }
}

const OraRule ora_rules_errors[] = {
    { "errors.desc", "A failed migration says why in error-desc (2.7-; up to 8.1 not for failures of the completion).", 207,
      EVER, "ERR-KEPT", "10", check_desc },
    { "errors.paused", "A paused postcopy says why in error-desc (8.2-).", 802, EVER, "FAIL-VISIBLE", "12.3", check_paused },
    { "errors.return-path", "An error that comes on the return path fails the migration.", 205, EVER, "ERR-KEPT", "8.2",
      check_return_path },
    { "errors.kept", "The reason of a failure does not change afterwards.", 207, EVER, "ERR-KEPT", "10", check_kept },
    { 0 },
};
