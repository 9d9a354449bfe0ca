/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Guest memory. Pages are not in a trace; whoever ran it compared them and says so.
 */
#include "oracle/rule.h"

static void check_equal(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->order->len; i++) {
        guint index = g_array_index(c->order, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        OraFinding *finding;

        if (record->kind != ORA_KIND_MEMORY || !record->memory.compared || record->memory.equal) {
            continue;
        }
        finding = ora_case_find(c, rule, NULL, index);
        finding->side = record->side;
        ora_finding_expected(finding, "%" G_GUINT64_FORMAT " equal pages", record->memory.pages);
        ora_finding_actual(finding, "%" G_GUINT64_FORMAT " pages differ at %s, the first is page %" G_GUINT64_FORMAT " of %s",
                           record->memory.different, record->memory.moment, record->memory.first_page,
                           record->memory.block != NULL ? record->memory.block : "an unnamed block");
    }
}

/* Two digests of the same moment are the same. */
static void check_digests(OraCase *c, const OraRule *rule)
{
    guint looked = 0;

    for (guint i = 0; i < c->order->len; i++) {
        guint index = g_array_index(c->order, guint, i);
        const OraRecord *record = ora_case_record(c, index);

        if (record->kind != ORA_KIND_MEMORY || record->memory.digest == NULL) {
            continue;
        }
        /* Each is held against all before it: a run has a few. */
        if (++looked > 256) {
            c->truncated = TRUE;
            return;
        }
        for (guint k = 0; k < i; k++) {
            guint other_index = g_array_index(c->order, guint, k);
            const OraRecord *other = ora_case_record(c, other_index);
            OraFinding *finding;

            if (other->kind != ORA_KIND_MEMORY || other->memory.digest == NULL || other->side == record->side ||
                g_strcmp0(other->memory.moment, record->memory.moment) != 0 ||
                g_strcmp0(other->memory.digest, record->memory.digest) == 0 ||
                ora_side_number_plus_1(other->side) != ora_side_number_plus_1(record->side)) {
                continue;
            }
            finding = ora_case_find(c, rule, NULL, index);
            finding->side = record->side;
            ora_finding_record(finding, other_index);
            ora_finding_expected(finding, "at %s the digest of %s, %s", record->memory.moment, ora_side_name(other->side),
                                 other->memory.digest);
            ora_finding_actual(finding, "%s", record->memory.digest);
        }
    }
}

/* A destination that completed and lives can be compared; one that never got the end of the stream, or was killed, cannot. */
static gboolean can_be_compared(const OraCase *c)
{
    for (guint i = c->lanes->len; i-- > 0;) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        if (!lane->incoming || lane->moves->len == 0 || ORA_MOVE(lane, lane->moves->len - 1)->to != ORA_STATUS_COMPLETED) {
            continue;
        }
        for (guint k = 0; k < lane->records->len; k++) {
            const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, k));

            if (record->kind == ORA_KIND_EXIT && !record->exit.teardown) {
                return FALSE;
            }
        }
        return TRUE;
    }
    return FALSE;
}

/* Who promised a comparison made one. */
static void check_made(OraCase *c, const OraRule *rule)
{
    gboolean made = FALSE;

    for (guint i = 0; i < c->order->len; i++) {
        made = made || ora_case_record(c, g_array_index(c->order, guint, i))->kind == ORA_KIND_MEMORY;
    }
    if (!ora_trace_header(c->trace)->memory_expected || made || !can_be_compared(c)) {
        return;
    }
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        OraFinding *finding;

        if (lane->incoming || lane->moves->len == 0 || ORA_MOVE(lane, lane->moves->len - 1)->to != ORA_STATUS_COMPLETED) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, ORA_MOVE(lane, lane->moves->len - 1)->index);
        ora_finding_expected(finding, "a record of kind memory");
        ora_finding_actual(finding, "the header promises a comparison, and there is none");
    }
}

const OraRule ora_rules_memory[] = {
    { "memory.equal",
      "When the destination may run, each of its pages equals the page of the source at the instant the source stopped.", 204,
      ORA_FOREVER, "RAM-EQUAL", NULL, check_equal },
    { "memory.digest", "Digests of the two sides' memory at one moment are the same.", 204, ORA_FOREVER, "RAM-EQUAL", NULL,
      check_digests },
    { "memory.compared", "A completed migration whose memory was to be compared has a comparison.", 204, ORA_FOREVER,
      "RAM-EQUAL", NULL, check_made },
    { 0 },
};
