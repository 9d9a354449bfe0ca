/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The numbers of query-migrate: which belong to which status, and what they must satisfy among themselves and over time.
 */
#include "oracle/rule.h"

#include <math.h>
#include <string.h>

#define EVER ORA_FOREVER
#define S(name) ORA_STATUS_##name
#define BIT(name) (1u << ORA_STATUS_##name)

enum {
    AT_WORK = BIT(ACTIVE) | BIT(PRE_SWITCHOVER) | BIT(DEVICE) | BIT(CANCELLING) | BIT(FAILING) | BIT(POSTCOPY_DEVICE) |
              BIT(POSTCOPY_ACTIVE) | BIT(POSTCOPY_PAUSED) | BIT(POSTCOPY_RECOVER_SETUP) | BIT(POSTCOPY_RECOVER),
    POSTCOPY = BIT(POSTCOPY_DEVICE) | BIT(POSTCOPY_ACTIVE) | BIT(POSTCOPY_PAUSED) | BIT(POSTCOPY_RECOVER_SETUP) |
               BIT(POSTCOPY_RECOVER),
    QUIET = BIT(NONE) | BIT(SETUP) | BIT(WAIT_UNPLUG) | BIT(COLO) | BIT(CANCELLED) | BIT(FAILED),
};

static gboolean holds(OraRelease release, OraRelease since, OraRelease until)
{
    return release != 0 && ora_release_within(release, since, until);
}

/* Is what this query shows the outgoing migration of its lane? An incoming one has no numbers. */
static gboolean is_outgoing(const OraLane *lane, const OraRecord *record)
{
    const OraStatus status = record->status.status;

    if (record->status.migrate == NULL || status == S(UNKNOWN)) {
        return FALSE;
    }
    return !lane->incoming || ora_lane_status(lane, ORA_MACHINE_OUTGOING, record->t_ns) != S(NONE);
}

/* Members that a query has to show, or must not, by status. */
static const struct {
    const char *member;
    guint32 statuses;
    gboolean present;
    OraRelease since, until;
} members[] = {
    { "total-time", AT_WORK | BIT(COMPLETED), TRUE, 204, EVER },
    { "setup-time", AT_WORK | BIT(COMPLETED), TRUE, 204, EVER },
    { "ram", AT_WORK | BIT(COMPLETED), TRUE, 204, EVER },
    { "downtime", BIT(COMPLETED), TRUE, 204, EVER },
    { "expected-downtime", BIT(COMPLETED), FALSE, 204, EVER },
    /* cancelling and failing may have come from either side of the switch to postcopy. */
    { "expected-downtime", (AT_WORK & ~POSTCOPY) & ~(BIT(CANCELLING) | BIT(FAILING)), TRUE, 204, EVER },
    { "expected-downtime", POSTCOPY, TRUE, 205, 702 },
    { "downtime", POSTCOPY, TRUE, 800, EVER },
    { "downtime", (AT_WORK & ~POSTCOPY) & ~(BIT(CANCELLING) | BIT(FAILING)), FALSE, 204, EVER },
    { "total-time", QUIET, FALSE, 204, EVER },
    { "ram", QUIET, FALSE, 204, EVER },
    { "downtime", QUIET, FALSE, 204, EVER },
    { "error-desc", BIT(NONE) | BIT(COMPLETED), FALSE, 207, EVER },
    { "error-desc", AT_WORK | BIT(CANCELLED), FALSE, 207, 801 },
    { "cpu-throttle-percentage", QUIET | BIT(COMPLETED), FALSE, 207, EVER },
    { "remaining", AT_WORK, TRUE, 1101, EVER },
    { "remaining", AT_WORK | BIT(COMPLETED), FALSE, 204, 1100 },
};

static gboolean is_legal(OraRelease release, const char *member, OraStatus status, gboolean there)
{
    for (gsize m = 0; m < G_N_ELEMENTS(members); m++) {
        if (strcmp(members[m].member, member) == 0 && ((members[m].statuses >> status) & 1) != 0 &&
            there != members[m].present && holds(release, members[m].since, members[m].until)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* The status is read before what the members are made of: an answer close to a change may have members of the status
 * behind it. Those that others keep (throttling of 11.1 ends a little after completed was said) may be of before, too. */
static gboolean straddles(const OraCase *c, const OraLane *lane, OraStatus status, gint64 t_ns, const char *member,
                          gboolean there)
{
    static const char *const kept[] = { "cpu-throttle-percentage", "error-desc", "remaining" };
    gboolean lags = FALSE;

    for (gsize k = 0; k < G_N_ELEMENTS(kept); k++) {
        lags = lags || strcmp(kept[k], member) == 0;
    }
    for (guint i = 0; i < lane->moves->len; i++) {
        const OraMove *move = ORA_MOVE(lane, i);

        if (move->machine == ORA_MACHINE_OUTGOING && ABS(move->t_ns - t_ns) < c->blur_ns &&
            (((lags || move->from == status) && is_legal(lane->release, member, move->to, there)) ||
             (lags && is_legal(lane->release, member, move->from, there)))) {
            return TRUE;
        }
    }
    return FALSE;
}

static void check_members(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);

            if (record->kind != ORA_KIND_STATUS || !is_outgoing(lane, record)) {
                continue;
            }
            for (gsize m = 0; m < G_N_ELEMENTS(members); m++) {
                gboolean there = json_object_get(record->status.migrate, members[m].member) != NULL;
                OraFinding *finding;

                if (((members[m].statuses >> record->status.status) & 1) == 0 || there == members[m].present ||
                    !holds(lane->release, members[m].since, members[m].until) ||
                    straddles(c, lane, record->status.status, record->t_ns, members[m].member, there)) {
                    continue;
                }
                /* A destination that migrated out before keeps showing what its outgoing object knows. */
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_expected(finding, "%s %s in status %s", members[m].present ? "member" : "no member",
                                     members[m].member, ora_status_name(record->status.status));
                ora_finding_actual(finding, there ? "it is there" : "it is missing");
            }
        }
    }
}

/* Members of "ram", by release. */
static const struct {
    const char *name;
    gsize offset;
    OraRelease since, until;
} ram[] = {
    { "transferred", G_STRUCT_OFFSET(OraStats, transferred), 204, EVER },
    { "remaining", G_STRUCT_OFFSET(OraStats, remaining), 204, EVER },
    { "total", G_STRUCT_OFFSET(OraStats, total), 204, EVER },
    { "duplicate", G_STRUCT_OFFSET(OraStats, duplicate), 204, EVER },
    { "skipped", G_STRUCT_OFFSET(OraStats, skipped), 204, 900 },
    { "normal", G_STRUCT_OFFSET(OraStats, normal), 204, EVER },
    { "normal-bytes", G_STRUCT_OFFSET(OraStats, normal_bytes), 204, EVER },
    { "dirty-pages-rate", G_STRUCT_OFFSET(OraStats, dirty_pages_rate), 204, EVER },
    { "dirty-sync-count", G_STRUCT_OFFSET(OraStats, dirty_sync_count), 204, EVER },
    { "postcopy-requests", G_STRUCT_OFFSET(OraStats, postcopy_requests), 207, EVER },
    { "page-size", G_STRUCT_OFFSET(OraStats, page_size), 210, EVER },
    { "multifd-bytes", G_STRUCT_OFFSET(OraStats, multifd_bytes), 300, EVER },
    { "pages-per-second", G_STRUCT_OFFSET(OraStats, pages_per_second), 400, EVER },
    { "precopy-bytes", G_STRUCT_OFFSET(OraStats, precopy_bytes), 700, EVER },
    { "downtime-bytes", G_STRUCT_OFFSET(OraStats, downtime_bytes), 700, EVER },
    { "postcopy-bytes", G_STRUCT_OFFSET(OraStats, postcopy_bytes), 700, EVER },
    { "dirty-sync-missed-zero-copy", G_STRUCT_OFFSET(OraStats, missed_zero_copy), 701, EVER },
};

static gint64 stat(const OraStats *stats, gsize offset)
{
    return G_STRUCT_MEMBER(gint64, stats, offset);
}

gboolean ora_statistics_fit(const OraStats *stats, OraRelease release)
{
    for (gsize m = 0; m < G_N_ELEMENTS(ram); m++) {
        if ((stat(stats, ram[m].offset) != ORA_ABSENT) != holds(release, ram[m].since, ram[m].until)) {
            return FALSE;
        }
    }
    return TRUE;
}

static void check_ram_members(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->records->len && lane->release != 0; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            g_autoptr(GString) wrong = g_string_new(NULL);
            OraFinding *finding;

            if (record->kind != ORA_KIND_STATUS || json_object_get(record->status.migrate, "ram") == NULL) {
                continue;
            }
            for (gsize m = 0; m < G_N_ELEMENTS(ram); m++) {
                gboolean there = stat(record->status.stats, ram[m].offset) != ORA_ABSENT;

                if (there == holds(lane->release, ram[m].since, ram[m].until) ||
                    (record->status.status == S(POSTCOPY_ACTIVE) && lane->release == 205)) {
                    continue;
                }
                g_string_append_printf(wrong, "%s%s %s", wrong->len > 0 ? ", " : "", there ? "superfluous" : "missing",
                                       ram[m].name);
            }
            if (wrong->len > 0) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_expected(finding, "the members of ram that %s has", ora_release_name(lane->release));
                ora_finding_actual(finding, "%s", wrong->str);
                break; /* the next polls would say the same */
            }
        }
    }
}

/* The records with numbers of one migration, in order. */
typedef struct {
    guint index;
    gint64 t_ns;
    OraStatus status;
    const OraStats *stats;
} Sample;

/* Which migration of its lane a record belongs to: how many `migrate` (without resume) were accepted before. */
static guint attempt_at(const OraLane *lane, gint64 t_ns)
{
    guint n = 0, end = lane->starts->len;

    while (n < end) {
        guint middle = n + (end - n) / 2;

        if (g_array_index(lane->starts, gint64, middle) <= t_ns) {
            n = middle + 1;
        } else {
            end = middle;
        }
    }
    /* Where commands are not in the trace the events tell. */
    for (guint i = 0; lane->commands->len == 0 && i < lane->moves->len && ORA_MOVE(lane, i)->t_ns <= t_ns; i++) {
        n = ORA_MOVE(lane, i)->attempt;
    }
    return n;
}

/* Calls *look* for the samples of each migration of each lane. */
static void each_migration(OraCase *c, const OraRule *rule,
                           void (*look)(OraCase *, const OraRule *, const OraLane *, const Sample *, guint))
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        g_autoptr(GArray) samples = g_array_new(FALSE, FALSE, sizeof(Sample));
        guint attempt = 0;

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            Sample sample = { index, record->t_ns, record->status.status, record->status.stats };

            if (record->kind != ORA_KIND_STATUS || record->status.stats == NULL || !is_outgoing(lane, record)) {
                continue;
            }
            if (attempt_at(lane, record->t_ns) != attempt) {
                look(c, rule, lane, (const Sample *) samples->data, samples->len);
                g_array_set_size(samples, 0);
                attempt = attempt_at(lane, record->t_ns);
            }
            g_array_append_val(samples, sample);
        }
        look(c, rule, lane, (const Sample *) samples->data, samples->len);
    }
}

static OraFinding *about(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *sample, const Sample *other)
{
    OraFinding *finding = ora_case_find(c, rule, lane, sample->index);

    if (other != NULL) {
        ora_finding_record(finding, other->index);
    }
    return finding;
}

/* Counters that may not go down while one migration lasts. */
static const char *const growing[] = { "transferred", "duplicate", "normal", "normal-bytes", "dirty-sync-count",
                                       "postcopy-requests", "multifd-bytes", "precopy-bytes", "downtime-bytes",
                                       "postcopy-bytes", "dirty-sync-missed-zero-copy" };

static void look_monotone(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    for (gsize g = 0; g < G_N_ELEMENTS(growing); g++) {
        gsize offset = 0;

        for (gsize m = 0; m < G_N_ELEMENTS(ram); m++) {
            offset = strcmp(ram[m].name, growing[g]) == 0 ? ram[m].offset : offset;
        }
        for (guint i = 1; i < n; i++) {
            guint k = i;
            gint64 now = stat(samples[i].stats, offset);

            /* Two recorded answers that lie close together may have overtaken each other. */
            while (k > 0 && (k == i || samples[i].t_ns - samples[k].t_ns < c->blur_ns)) {
                k--;
            }
            if (samples[i].t_ns - samples[k].t_ns < c->blur_ns || now == ORA_ABSENT ||
                stat(samples[k].stats, offset) == ORA_ABSENT || now >= stat(samples[k].stats, offset)) {
                continue;
            }
            OraFinding *finding = about(c, rule, lane, &samples[i], &samples[k]);

            ora_finding_expected(finding, "ram.%s not below %" G_GINT64_FORMAT, growing[g], stat(samples[k].stats, offset));
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, now);
            break;
        }
    }
}

static void check_monotone(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_monotone);
}

static void look_total(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    for (guint i = 1; i < n; i++) {
        if (samples[i].stats->total != ORA_ABSENT && samples[0].stats->total != ORA_ABSENT &&
            samples[i].stats->total != samples[0].stats->total) {
            OraFinding *finding = about(c, rule, lane, &samples[i], &samples[0]);

            ora_finding_expected(finding, "ram.total %" G_GINT64_FORMAT, samples[0].stats->total);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, samples[i].stats->total);
            break;
        }
    }
}

static void check_total(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_total);
}

static void look_sums(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    for (guint i = 0; i < n; i++) {
        const OraStats *s = samples[i].stats;
        OraFinding *finding = NULL;

        if (s->total == ORA_ABSENT) {
            continue;
        }
        if (s->normal != ORA_ABSENT && s->page_size > 0 && s->normal <= G_MAXINT64 / s->page_size &&
            s->normal_bytes != s->normal * s->page_size) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "normal-bytes = normal * page-size = %" G_GINT64_FORMAT, s->normal * s->page_size);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->normal_bytes);
        } else if (s->remaining != ORA_ABSENT && s->remaining > s->total) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "remaining not above total %" G_GINT64_FORMAT, s->total);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->remaining);
        } else if (samples[i].status == S(COMPLETED) && s->remaining != 0 && s->remaining != ORA_ABSENT) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "remaining 0 in completed");
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->remaining);
        } else if (samples[i].status == S(COMPLETED) && s->dirty_pages_rate > 0 && lane->release != 0) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "dirty-pages-rate 0 in completed");
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->dirty_pages_rate);
        }
        if (finding != NULL) {
            break;
        }
    }
}

static void check_sums(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_sums);
}

/* 7.0-8.1: each byte is counted in one of three phases. What is in flight while the query looks is a few pages. */
static void look_phases(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    for (guint i = 0; i < n; i++) {
        const OraStats *s = samples[i].stats;
        gint64 sum, flight = c->virtual_time ? 0 : MAX(s->transferred / 50, G_GINT64_CONSTANT(1) << 20);

        if (!holds(lane->release, 700, 801) || s->precopy_bytes == ORA_ABSENT || s->downtime_bytes == ORA_ABSENT ||
            s->postcopy_bytes == ORA_ABSENT || s->transferred == ORA_ABSENT || ora_lane_capability(lane, "multifd", samples[i].t_ns) == 1) {
            continue;
        }
        sum = s->precopy_bytes + s->downtime_bytes + s->postcopy_bytes;
        if (ABS(sum - s->transferred) > flight) {
            OraFinding *finding = about(c, rule, lane, &samples[i], NULL);

            ora_finding_expected(finding, "transferred = precopy-bytes + downtime-bytes + postcopy-bytes = %" G_GINT64_FORMAT,
                                 sum);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->transferred);
            break;
        }
    }
}

static void check_phases(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_phases);
}

/* Bytes sent are at least those of the pages said to be sent; and nothing is negative. */
static void look_bytes(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    gboolean shrinks = ora_lane_capability(lane, "compress", G_MAXINT64) == 1 ||
                       ora_lane_capability(lane, "multifd", G_MAXINT64) == 1 ||
                       ora_lane_capability(lane, "x-multifd", G_MAXINT64) == 1 ||
                       ora_lane_capability(lane, "mapped-ram", G_MAXINT64) == 1 ||
                       ora_lane_capability(lane, "rdma-pin-all", G_MAXINT64) >= 0;

    for (guint i = 0; i < n; i++) {
        const OraStats *s = samples[i].stats;
        gint64 flight = c->virtual_time ? 65536 : MAX(s->normal_bytes / 10, G_GINT64_CONSTANT(8) << 20);

        for (gsize m = 0; m < G_N_ELEMENTS(ram); m++) {
            gint64 value = stat(s, ram[m].offset);

            if (value < 0 && value != ORA_ABSENT) {
                OraFinding *finding = about(c, rule, lane, &samples[i], NULL);

                ora_finding_expected(finding, "ram.%s not negative", ram[m].name);
                ora_finding_actual(finding, "%" G_GINT64_FORMAT, value);
                return;
            }
        }
        /* 8.2- counts at the flush: what a blocked channel holds is missing until the end. */
        if (!shrinks && ((lane->release != 0 && lane->release <= 801) || samples[i].status == S(COMPLETED)) && s->normal_bytes != ORA_ABSENT && s->transferred != ORA_ABSENT &&
            s->transferred + flight < s->normal_bytes) {
            OraFinding *finding = about(c, rule, lane, &samples[i], NULL);

            ora_finding_expected(finding, "transferred not below normal-bytes %" G_GINT64_FORMAT, s->normal_bytes);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->transferred);
            return;
        }
    }
}

static void check_bytes(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_bytes);
}

/* Times: total-time grows with the clock until the end and not afterwards. */
static void look_times(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    for (guint i = 0; i < n; i++) {
        const OraStats *s = samples[i].stats;
        OraFinding *finding = NULL;

        if (samples[i].status == S(COMPLETED) && s->total_time_ms == 0) {
            if (i + 1 < n && samples[i + 1].stats->total_time_ms > 0) {
                finding = about(c, rule, lane, &samples[i], &samples[i + 1]);
                ora_finding_expected(finding, "total-time and downtime of the migration that completed");
                ora_finding_actual(finding, "total-time 0, downtime %" G_GINT64_FORMAT, s->downtime_ms);
                if (ora_quirk_applies("completed-zero-time", lane->release)) {
                    ora_finding_known(finding, "completed-zero-time");
                }
            }
            continue;
        }
        if (s->total_time_ms != ORA_ABSENT && s->setup_time_ms != ORA_ABSENT && s->total_time_ms + 1 + c->blur_ns / 1000000 < s->setup_time_ms) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "total-time not below setup-time %" G_GINT64_FORMAT, s->setup_time_ms);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->total_time_ms);
            return;
        }
        if (samples[i].status == S(COMPLETED) && s->downtime_ms != ORA_ABSENT && s->total_time_ms != ORA_ABSENT &&
            s->downtime_ms > s->total_time_ms + 1) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "downtime not above total-time %" G_GINT64_FORMAT, s->total_time_ms);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->downtime_ms);
            return;
        }
        if (i > 0 && samples[i - 1].stats->total_time_ms > 0 && s->total_time_ms != ORA_ABSENT &&
            s->total_time_ms < samples[i - 1].stats->total_time_ms && samples[i].t_ns - samples[i - 1].t_ns >= c->blur_ns) {
            finding = about(c, rule, lane, &samples[i], &samples[i - 1]);
            ora_finding_expected(finding, "total-time not below %" G_GINT64_FORMAT " ms", samples[i - 1].stats->total_time_ms);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT " ms", s->total_time_ms);
            return;
        }
        if (i > 0 && samples[i].status == S(COMPLETED) && samples[i - 1].status == S(COMPLETED) &&
            samples[i - 1].stats->total_time_ms > 0 &&
            (samples[i - 1].stats->total_time_ms != s->total_time_ms || samples[i - 1].stats->downtime_ms != s->downtime_ms)) {
            finding = about(c, rule, lane, &samples[i], &samples[i - 1]);
            ora_finding_expected(finding, "total-time %" G_GINT64_FORMAT " and downtime %" G_GINT64_FORMAT " for good",
                                 samples[i - 1].stats->total_time_ms, samples[i - 1].stats->downtime_ms);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, s->total_time_ms, s->downtime_ms);
            return;
        }
    }
}

static void check_times(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_times);
}

/* Numbers of a new migration start anew. */
static void check_fresh(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraRecord *last = NULL;
        guint last_attempt = 0;

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            guint attempt;

            if (record->kind != ORA_KIND_STATUS || record->status.stats == NULL || !is_outgoing(lane, record)) {
                continue;
            }
            attempt = attempt_at(lane, record->t_ns);
            if (last != NULL && attempt > last_attempt && lane->commands->len > 0 && record->t_ns - last->t_ns > c->blur_ns &&
                record->status.stats->transferred != ORA_ABSENT && last->status.stats->transferred > 0 &&
                record->status.stats->total_time_ms > last->status.stats->total_time_ms &&
                record->status.stats->dirty_sync_count > last->status.stats->dirty_sync_count &&
                record->status.stats->total_time_ms * G_GINT64_CONSTANT(1000000) >
                    record->t_ns - ora_lane_command(lane, "migrate", G_MININT64, record->t_ns)->sent_ns + 500000000) {
                OraFinding *finding = ora_case_find(c, rule, lane, index);

                ora_finding_expected(finding, "numbers of this migration, which began %" G_GINT64_FORMAT " ms ago",
                                     (record->t_ns - ora_lane_command(lane, "migrate", G_MININT64, record->t_ns)->sent_ns) /
                                         1000000);
                ora_finding_actual(finding, "total-time %" G_GINT64_FORMAT " ms", record->status.stats->total_time_ms);
                break;
            }
            last = record;
            last_attempt = attempt;
        }
    }
}

/* Rates and estimates are finite and in range. */
static void look_rates(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    for (guint i = 0; i < n; i++) {
        const OraStats *s = samples[i].stats;
        OraFinding *finding = NULL;

        if (!isnan(s->mbps) && (!isfinite(s->mbps) || s->mbps < 0)) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "mbps finite and not negative");
            ora_finding_actual(finding, "%g", s->mbps);
        } else if (s->cpu_throttle_percent != ORA_ABSENT && (s->cpu_throttle_percent < 1 || s->cpu_throttle_percent > 99)) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "cpu-throttle-percentage from 1 to 99");
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->cpu_throttle_percent);
        } else if (s->cpu_throttle_percent != ORA_ABSENT && lane->commands->len > 0 && lane->release != 0 &&
                   ora_lane_capability(lane, "auto-converge", samples[i].t_ns) != 1 &&
                   ora_lane_capability(lane, "dirty-limit", samples[i].t_ns) != 1 &&
                   ora_case_command_line(c, lane->role, "auto-converge", TRUE) != 1) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "no throttling without auto-converge");
            ora_finding_actual(finding, "cpu-throttle-percentage %" G_GINT64_FORMAT, s->cpu_throttle_percent);
        } else if (s->expected_downtime_ms != ORA_ABSENT &&
                   /* 11.1- computes it when asked: endless while no bandwidth is known (quirk expected-downtime-max). */
                   (s->expected_downtime_ms < 0 || (s->expected_downtime_ms == G_MAXINT64 && lane->release != 0 &&
                                                    !ora_quirk_applies("expected-downtime-max", lane->release)))) {
            finding = about(c, rule, lane, &samples[i], NULL);
            ora_finding_expected(finding, "expected-downtime not negative, and not endless");
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->expected_downtime_ms);
        }
        if (finding != NULL) {
            break;
        }
    }
}

static void check_rates(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_rates);
}

static gint64 limit_at(const OraLane *lane, gint64 t_ns, OraStatus status)
{
    const json_t *value = ora_lane_parameter(lane, status == S(POSTCOPY_ACTIVE) ? "max-postcopy-bandwidth" : "max-bandwidth",
                                             t_ns);

    if (value == NULL && status == S(POSTCOPY_ACTIVE)) {
        return 0;
    }
    if (value == NULL) {
        const OraCommand *speed = ora_lane_command(lane, "migrate_set_speed", G_MININT64, t_ns);

        return speed != NULL ? 0 : lane->release >= 502 ? G_GINT64_CONSTANT(134217728) : G_GINT64_CONSTANT(33554432);
    }
    return json_is_integer(value) ? json_integer_value(value) : 0;
}

static gboolean limit_changed(const OraLane *lane, gint64 from_ns, gint64 to_ns)
{
    return ora_lane_command(lane, "migrate-set-parameters", from_ns, to_ns) != NULL ||
           ora_lane_command(lane, "migrate_set_speed", from_ns, to_ns) != NULL ||
           ora_lane_command(lane, "human-monitor-command", from_ns, to_ns) != NULL;
}

/* May the two samples be joined: same phase, same limit, same VM at work? */
static gboolean same_stretch(const OraLane *lane, const Sample *a, const Sample *b)
{
    return a->status == b->status && !limit_changed(lane, a->t_ns - 200000000, b->t_ns) &&
           ora_lane_running(lane, b->t_ns + 1) == (a->status == S(ACTIVE));
}

/* What may be sent in *ms* at most. */
static gint64 allowance(const OraCase *c, const OraLane *lane, const Sample *a, const Sample *b, gint64 limit, gint64 ms)
{
    /* Some windows more than the time holds (both ends cut one), and a tenth for headers, clocks and late wake-ups. */
    gint64 allowed = (gint64) ((double) limit * (double) (ms + 300) / 1000.0 * 1.10) + 65536;

    (void) c;
    if (lane->release == 0 || lane->release >= 802) {
        /* 8.2-: up to one buffer of 512 KiB more per window. */
        allowed += (ms / 100 + 2) * G_GINT64_CONSTANT(524288);
    }
    if (a->status == S(POSTCOPY_ACTIVE)) {
        /* Pages that were asked for do not wait for the limit. */
        gint64 asked = b->stats->postcopy_requests - a->stats->postcopy_requests;

        allowed += allowed / 4 + CLAMP(asked, 0, G_GINT64_CONSTANT(1) << 32) * (4096 + 64) * 4;
    }
    return allowed;
}

/* Over some windows of one phase the average does not exceed the limit. */
static void look_limit(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    const Sample *first = NULL, *recent = NULL; /* of the stretch; and one at least a second ago */

    for (guint i = 0; i < n; i++) {
        const Sample *b = &samples[i], *starts[2];
        gint64 limit = limit_at(lane, b->t_ns, b->status);

        if ((b->status != S(ACTIVE) && b->status != S(POSTCOPY_ACTIVE)) || limit <= 0 || limit > (G_GINT64_CONSTANT(1) << 40) ||
            b->stats->transferred == ORA_ABSENT || b->stats->total_time_ms == ORA_ABSENT ||
            (b->status == S(POSTCOPY_ACTIVE) && b->stats->postcopy_requests == ORA_ABSENT) ||
            ora_lane_capability(lane, "background-snapshot", b->t_ns) == 1 ||
            /* Counted when a packet is queued, up to 8.1; queues are deep. */
            ora_lane_capability(lane, "multifd", b->t_ns) == 1) {
            first = NULL;
            continue;
        }
        if (first == NULL || i == 0 || !same_stretch(lane, &samples[i - 1], b) || first->status != b->status) {
            first = recent = b;
            continue;
        }
        starts[0] = first;
        starts[1] = recent;
        for (gsize k = 0; k < G_N_ELEMENTS(starts); k++) {
            gint64 ms = b->stats->total_time_ms - starts[k]->stats->total_time_ms;
            gint64 sent = b->stats->transferred - starts[k]->stats->transferred, allowed;
            OraFinding *finding;

            if (ms < 500) {
                continue;
            }
            allowed = allowance(c, lane, starts[k], b, limit, ms);
            if (sent > allowed) {
                finding = about(c, rule, lane, b, starts[k]);
                ora_finding_expected(finding, "at most %" G_GINT64_FORMAT " bytes in %" G_GINT64_FORMAT " ms at a limit of %"
                                     G_GINT64_FORMAT, allowed, ms, limit);
                ora_finding_actual(finding, "%" G_GINT64_FORMAT " bytes", sent);
                return;
            }
        }
        if (b->t_ns - recent->t_ns >= G_GINT64_CONSTANT(1000000000)) {
            recent = b;
        }
    }
}

static void check_limit(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_limit);
}

static gboolean sends_otherwise(const OraLane *lane, gint64 t_ns)
{
    static const char *const capabilities[] = { "multifd", "x-multifd", "background-snapshot", "x-ignore-shared", "mapped-ram",
                                                "x-colo", "compress", "rdma-pin-all" };

    for (gsize i = 0; i < G_N_ELEMENTS(capabilities); i++) {
        if (ora_lane_capability(lane, capabilities[i], t_ns) == 1) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Until the guest's writes are counted for the first time, each page is either still to be sent or was sent once. */
static void look_first_pass(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    /* The answer is put together while pages are sent. */
    gint64 flight = c->virtual_time ? 3 : 64;

    for (guint i = 0; i < n; i++) {
        const OraStats *s = samples[i].stats;
        gint64 sent, done;

        if (samples[i].status != S(ACTIVE) || s->dirty_sync_count != 1 || s->page_size <= 0 || s->total == ORA_ABSENT ||
            s->remaining == ORA_ABSENT || s->normal == ORA_ABSENT || s->duplicate == ORA_ABSENT || lane->release == 0 ||
            /* Still 0: the marks are not made yet. */
            s->remaining == 0 ||
            /* The next sync may be at work already: it adds to what remains before it counts itself. */
            (!c->virtual_time && (i + 1 >= n || samples[i + 1].stats->dirty_sync_count != 1)) || sends_otherwise(lane, samples[i].t_ns)) {
            continue;
        }
        sent = s->normal + s->duplicate;
        done = (s->total - s->remaining) / s->page_size;
        if (ABS(sent - done) > flight) {
            OraFinding *finding = about(c, rule, lane, &samples[i], NULL);

            ora_finding_expected(finding, "normal + duplicate = (total - remaining) / page-size = %" G_GINT64_FORMAT, done);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, sent);
            break;
        }
    }
}

static void check_first_pass(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_first_pass);
}

/* Each page was sent at least once. */
static void look_cover(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    for (guint i = 0; i < n; i++) {
        const OraStats *s = samples[i].stats;

        if (samples[i].status != S(COMPLETED) || s->page_size <= 0 || s->normal == ORA_ABSENT || s->duplicate == ORA_ABSENT ||
            lane->release == 0 || sends_otherwise(lane, samples[i].t_ns) || s->total == ORA_ABSENT) {
            continue;
        }
        if (s->normal + s->duplicate < s->total / s->page_size) {
            OraFinding *finding = about(c, rule, lane, &samples[i], NULL);

            ora_finding_expected(finding, "normal + duplicate at least the %" G_GINT64_FORMAT " pages of the guest",
                                 s->total / s->page_size);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, s->normal + s->duplicate);
            break;
        }
    }
}

static void check_cover(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_cover);
}

/* What completed shows is final (9.0-: status and figures change together). */
static void look_final(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    for (guint i = 1; i < n; i++) {
        const OraStats *a = samples[i - 1].stats, *b = samples[i].stats;

        if (lane->release >= 900 && samples[i - 1].status == S(COMPLETED) && samples[i].status == S(COMPLETED) &&
            (a->mbps < b->mbps || a->mbps > b->mbps || a->normal != b->normal || a->duplicate != b->duplicate ||
             a->dirty_sync_count != b->dirty_sync_count)) {
            OraFinding *finding = about(c, rule, lane, &samples[i], &samples[i - 1]);

            ora_finding_expected(finding, "the figures that completed showed first: mbps %.3f, normal %" G_GINT64_FORMAT
                                 ", duplicate %" G_GINT64_FORMAT, a->mbps, a->normal, a->duplicate);
            ora_finding_actual(finding, "mbps %.3f, normal %" G_GINT64_FORMAT ", duplicate %" G_GINT64_FORMAT, b->mbps,
                               b->normal, b->duplicate);
            break;
        }
    }
}

static void check_final(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_final);
}

static gint64 parameter(const OraLane *lane, const char *name, gint64 t_ns, gint64 otherwise)
{
    const json_t *value = ora_lane_parameter(lane, name, t_ns);

    return json_is_integer(value) ? CLAMP(json_integer_value(value), -1000, 1000) : otherwise;
}

/* Throttling begins at cpu-throttle-initial, grows by cpu-throttle-increment up to max-cpu-throttle, never shrinks. */
static void look_throttle(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    gint64 before = 0;

    for (guint i = 0; i < n; i++) {
        gint64 now = samples[i].stats->cpu_throttle_percent, t = samples[i].t_ns;
        gint64 initial = parameter(lane, "cpu-throttle-initial", t, 20), step = parameter(lane, "cpu-throttle-increment", t, 10);
        gint64 top = parameter(lane, "max-cpu-throttle", t, 99);
        gboolean fits;

        if (now == ORA_ABSENT || now == before || lane->release < 210 || lane->commands->len == 0 || step <= 0 ||
            ora_lane_capability(lane, "auto-converge", t) != 1 || ora_lane_parameter(lane, "cpu-throttle-tailslow", t) != NULL ||
            ora_case_command_line(c, lane->role, "cpu-throttle", TRUE) == 1) {
            continue;
        }
        /* Polls may miss steps, so any number of them. Initial values changed on the way hide where it began. */
        fits = now >= before && (now == top || (now >= initial && (now - initial) % step == 0));
        if (!fits) {
            OraFinding *finding = about(c, rule, lane, &samples[i], NULL);

            ora_finding_expected(finding, "cpu-throttle-percentage not below %" G_GINT64_FORMAT ", and %" G_GINT64_FORMAT
                                 " + n * %" G_GINT64_FORMAT " or %" G_GINT64_FORMAT, before, initial, step, top);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, now);
            break;
        }
        before = now;
    }
}

static void check_throttle(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_throttle);
}

/* dirty-sync-count: at least 1 once active, and the pass that was reported last. */
static void check_sync(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        gint64 pass = 0, pass_ns = G_MININT64;
        guint pass_index = 0;

        for (guint k = 0; k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            gint64 count;
            OraFinding *finding;

            if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_MIGRATION &&
                record->event.status == S(SETUP)) {
                pass = 0;
            }
            if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_MIGRATION_PASS) {
                pass = record->event.number;
                pass_ns = record->t_ns;
                pass_index = index;
            }
            if (record->kind != ORA_KIND_STATUS || record->status.stats == NULL) {
                continue;
            }
            count = record->status.stats->dirty_sync_count;
            if (count == 0 && record->status.status == S(ACTIVE) && lane->release != 0 &&
                ora_lane_capability(lane, "background-snapshot", record->t_ns) != 1) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_expected(finding, "dirty-sync-count at least 1 in active");
                ora_finding_actual(finding, "0");
                break;
            }
            if (count != ORA_ABSENT && pass > 0 && pass < count && record->status.status == S(COMPLETED) &&
                record->t_ns - pass_ns > c->blur_ns && lane->release != 0) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_record(finding, pass_index);
                ora_finding_expected(finding, "dirty-sync-count %" G_GINT64_FORMAT " when completed, the last pass", pass);
                ora_finding_actual(finding, "%" G_GINT64_FORMAT, count);
                break;
            }
            if (count != ORA_ABSENT && pass > count && ora_lane_looked(c, lane, index) - pass_ns > c->blur_ns) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_record(finding, pass_index);
                ora_finding_expected(finding, "dirty-sync-count not below the pass %" G_GINT64_FORMAT " that was reported", pass);
                ora_finding_actual(finding, "%" G_GINT64_FORMAT, count);
                break;
            }
        }
    }
}

/* The largest value that a parameter ever had in this process; *otherwise* is its default, which counts unless the first
 * value was set before the migration. */
static gint64 largest(const OraLane *lane, const char *name, gint64 otherwise)
{
    gint64 most = otherwise;

    for (guint i = 0; i < lane->sets->len; i++) {
        const OraCommand *command = ORA_COMMAND(lane, g_array_index(lane->sets, guint, i));
        const json_t *value = json_object_get(command->arguments, name);

        if (json_is_integer(value)) {
            most = MAX(most, json_integer_value(value) < 0 ? G_MAXINT64 : json_integer_value(value));
        } else if (value != NULL) {
            most = G_MAXINT64;
        }
    }
    return most;
}

static gboolean ever_zero(const OraLane *lane, const char *name)
{
    for (guint i = 0; i < lane->sets->len; i++) {
        const json_t *value = json_object_get(ORA_COMMAND(lane, g_array_index(lane->sets, guint, i))->arguments, name);

        if (json_is_integer(value) && json_integer_value(value) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean sent_ever(const OraLane *lane, const char *execute)
{
    return ora_lane_command(lane, execute, G_MININT64, G_MAXINT64) != NULL;
}

/* What is left for the time without a guest is what bandwidth and downtime-limit allow. */
static void look_switchover(OraCase *c, const OraRule *rule, const OraLane *lane, const Sample *samples, guint n)
{
    /* What a guest writes while the last pages are counted, and the state of the devices. */
    const gint64 slack = G_GINT64_CONSTANT(16) << 20, endless = G_GINT64_CONSTANT(1) << 40;
    gint64 bandwidth = largest(lane, "max-bandwidth", ora_lane_parameter(lane, "max-bandwidth", n > 0 ? samples[0].t_ns : 0) != NULL
                                                          ? 0
                                                          : G_GINT64_CONSTANT(134217728));
    gint64 ms = largest(lane, "downtime-limit", 300), allowed;

    bandwidth = MAX(bandwidth, largest(lane, "avail-switchover-bandwidth", 0));
    if (n == 0 || lane->commands->len == 0 || bandwidth >= endless || ms > 2000000 || ever_zero(lane, "max-bandwidth") ||
        sends_otherwise(lane, samples[n - 1].t_ns) || sent_ever(lane, "stop") || sent_ever(lane, "cont") || sent_ever(lane, "system_reset") ||
        sent_ever(lane, "migrate_set_speed") || sent_ever(lane, "migrate_set_downtime") ||
        sent_ever(lane, "migrate-start-postcopy") || sent_ever(lane, "human-monitor-command") ||
        ora_case_command_line(c, lane->role, "-global", TRUE) == 1 || ora_lane_running(lane, samples[0].t_ns) != 1 ||
        samples[0].status != S(ACTIVE)) {
        return;
    }
    allowed = (gint64) ((double) bandwidth * (double) ms / 1000.0 * 2.0) + slack;
    for (guint i = 0; i < n; i++) {
        const OraStats *s = samples[i].stats;

        if (samples[i].status == S(COMPLETED) && s->downtime_bytes != ORA_ABSENT && s->downtime_bytes > allowed) {
            OraFinding *finding = about(c, rule, lane, &samples[i], NULL);

            ora_finding_expected(finding, "at most %" G_GINT64_FORMAT " bytes left at the switchover: %" G_GINT64_FORMAT
                                 " ms at %" G_GINT64_FORMAT " bytes/s, twice, and some", allowed, ms, bandwidth);
            ora_finding_actual(finding, "downtime-bytes %" G_GINT64_FORMAT, s->downtime_bytes);
            return;
        }
    }
}

static void check_switchover(OraCase *c, const OraRule *rule)
{
    each_migration(c, rule, look_switchover);
}

const OraRule ora_rules_statistics[] = {
    { "statistics.members", "query-migrate shows the members that belong to the status, and no others.", 204, EVER,
      "STAT-VIEW", "10", check_members },
    { "statistics.ram-members", "The member ram has the counters of its release.", 204, EVER, "STAT-VIEW", "10",
      check_ram_members },
    { "statistics.monotone", "Within one migration counters never go down.", 204, EVER, "STAT-CONSERVE", "10",
      check_monotone },
    { "statistics.total", "Within one migration ram.total is constant.", 204, EVER, "STAT-CONSERVE", "10", check_total },
    { "statistics.sums",
      "normal-bytes is normal * page-size, remaining is at most total, and at completion remaining and dirty-pages-rate are 0.",
      204, EVER, "STAT-CONSERVE", "10", check_sums },
    { "statistics.phases", "7.0-8.1: transferred is the sum of precopy-, downtime- and postcopy-bytes.", 700, 801,
      "STAT-CONSERVE", "10", check_phases },
    { "statistics.bytes", "Counters are not negative, and no fewer bytes are sent than pages sent plain need.", 204, EVER,
      "STAT-CONSERVE", "10", check_bytes },
    { "statistics.times", "total-time grows until the end, holds setup-time and downtime, and is fixed when completed.", 204,
      EVER, "STAT-RATE", "10", check_times },
    { "statistics.fresh", "A new migration begins with numbers of its own.", 204, EVER, "FRESH-START", "2.1", check_fresh },
    { "statistics.rates", "Rates, estimates and the throttle percentage are finite and within their range.", 204, EVER,
      "STAT-RATE", "9.3", check_rates },
    { "statistics.limit", "In active no more than max-bandwidth is sent, on average over some windows.", 204, EVER,
      "BW-LIMIT", "9.2", check_limit },
    { "statistics.first-pass",
      "In the first pass each page is either still to be sent or was sent once: normal + duplicate is total - remaining.", 204,
      EVER, "RAM-COVER", "9", check_first_pass },
    { "statistics.cover", "At completion every page of the guest was sent at least once.", 204, EVER, "RAM-COVER", "9",
      check_cover },
    { "statistics.final", "The figures of completed are final (9.0-).", 900, EVER, "PUBLISH-LAST", "10", check_final },
    { "statistics.switchover", "No more is left at the switchover than bandwidth and downtime-limit allow (7.0-).", 700, EVER,
      "SWITCHOVER-RULE", "9.1", check_switchover },
    { "statistics.throttle",
      "Throttling goes from cpu-throttle-initial in steps of cpu-throttle-increment to max-cpu-throttle, and not back.", 210,
      EVER, "THROTTLE-RULE", "9.5", check_throttle },
    { "statistics.sync-count", "dirty-sync-count is at least 1 in active, not below the last reported pass, and that pass when completed.", 204, EVER,
      "STAT-CONSERVE", "9.4", check_sync },
    { 0 },
};
