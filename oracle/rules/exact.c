/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rules that need exact times and changes seen from inside (records of kind state): runs in virtual time have both. What a
 * recorded run of a real implementation blurs is left to the rules of statistics.c.
 */
#include "oracle/rule.h"

#include <math.h>
#include <string.h>

#define EVER ORA_FOREVER
#define S(name) ORA_STATUS_##name

enum { MS = 1000000, WINDOW_MS = 100, BUFFER = 524288, PAGE = 4096, PAGE_SENT = 4096 + 64 };

/* One migration of a lane, as far as it got. Times ORA_ABSENT: not reached. */
typedef struct {
    const OraLane *lane;
    gint64 setup_ns, active_ns, stop_ns, completed_ns, next_ns;
    gboolean postcopy, paused;         /* it was in postcopy; it was in postcopy-paused */
    guint completed_index;
    const OraRecord *last;             /* the first look at its numbers in completed; NULL */
    guint last_index;
} Attempt;

static gboolean watches(const OraCase *c, const OraLane *lane)
{
    return c->virtual_time && lane->exact->len > 0 && !lane->incoming && lane->release != 0;
}

static gboolean has_any(const OraLane *lane, gint64 t_ns, const char *const *names)
{
    for (gsize i = 0; names[i] != NULL; i++) {
        if (ora_lane_capability(lane, names[i], t_ns) == 1) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Neither the devices nor the pages go the usual way. */
static gboolean special(const OraLane *lane, gint64 t_ns)
{
    static const char *const names[] = { "background-snapshot", "x-colo", "mapped-ram", "x-ignore-shared", "block", "dirty-bitmaps", NULL };

    return has_any(lane, t_ns, names) || ora_lane_parameter(lane, "mode", t_ns) != NULL;
}

static void fill(const OraCase *c, Attempt *a)
{
    const OraLane *lane = a->lane;

    for (guint i = 0; i < lane->moves->len; i++) {
        const OraMove *move = ORA_MOVE(lane, i);

        if (move->machine != ORA_MACHINE_OUTGOING || move->t_ns < a->setup_ns || move->t_ns >= a->next_ns) {
            continue;
        }
        a->active_ns = move->to == S(ACTIVE) && a->active_ns == ORA_ABSENT ? move->t_ns : a->active_ns;
        a->postcopy = a->postcopy || ora_status_is_postcopy(move->to);
        a->paused = a->paused || move->to == S(POSTCOPY_PAUSED);
        if (move->to == S(COMPLETED)) {
            a->completed_ns = move->t_ns;
            a->completed_index = move->index;
        }
    }
    for (guint i = 0; i < lane->pulses->len; i++) {
        const OraPulse *pulse = ORA_PULSE(lane, i);

        if (pulse->by == ORA_BY_STATE && pulse->t_ns >= a->setup_ns && pulse->t_ns < a->next_ns &&
            (a->completed_ns == ORA_ABSENT || pulse->t_ns <= a->completed_ns)) {
            a->stop_ns = pulse->running ? ORA_ABSENT : pulse->run == ORA_RUN_FINISH_MIGRATE ? pulse->t_ns : a->stop_ns;
        }
    }
    for (guint i = 0; i < lane->records->len; i++) {
        guint index = g_array_index(lane->records, guint, i);
        const OraRecord *record = ora_case_record(c, index);

        if (record->t_ns < a->setup_ns || record->t_ns >= a->next_ns) {
            continue;
        }
        if (record->kind == ORA_KIND_STATUS && record->status.status == S(COMPLETED) && record->status.stats != NULL && a->last == NULL) {
            a->last = record;
            a->last_index = index;
        }
    }
}

/* Calls *look* for each migration of each source. */
static void each(OraCase *c, const OraRule *rule, void (*look)(OraCase *, const OraRule *, const Attempt *))
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; watches(c, lane) && k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);
            Attempt a = { .lane = lane, .setup_ns = move->t_ns, .active_ns = ORA_ABSENT, .stop_ns = ORA_ABSENT, .completed_ns = ORA_ABSENT,
                          .next_ns = G_MAXINT64 };

            if (move->machine != ORA_MACHINE_OUTGOING || move->to != S(SETUP) || special(lane, move->t_ns)) {
                continue;
            }
            for (guint n = k + 1; n < lane->moves->len && a.next_ns == G_MAXINT64; n++) {
                if (ORA_MOVE(lane, n)->machine == ORA_MACHINE_OUTGOING && ORA_MOVE(lane, n)->to == S(SETUP)) {
                    a.next_ns = ORA_MOVE(lane, n)->t_ns;
                }
            }
            fill(c, &a);
            look(c, rule, &a);
        }
    }
}

/* ---- Times ---- */

static void expect_ms(OraCase *c, const OraRule *rule, const Attempt *a, const char *what, gint64 shown, gint64 from_ns, const char *from)
{
    gint64 passed = (a->completed_ns - from_ns) / MS;
    OraFinding *finding;

    if (shown == ORA_ABSENT || ABS(shown - passed) <= 2) {
        return;
    }
    finding = ora_case_find(c, rule, a->lane, a->last_index);
    ora_finding_record(finding, a->completed_index);
    ora_finding_expected(finding, "%s %" G_GINT64_FORMAT " ms, from %s to completed", what, passed, from);
    ora_finding_actual(finding, "%" G_GINT64_FORMAT " ms", shown);
}

static void look_clock(OraCase *c, const OraRule *rule, const Attempt *a)
{
    if (a->last == NULL || a->completed_ns == ORA_ABSENT || a->last->status.stats->total_time_ms == 0) {
        return;
    }
    /* {10.0-10.2} a cancelled migration whose connection is still made may come back to life, and its clock with it. */
    if (a->lane->release < 1000 || a->lane->release > 1002 ||
        !ora_lane_had(a->lane, ORA_MACHINE_OUTGOING, S(CANCELLED), G_MININT64, a->setup_ns)) {
        expect_ms(c, rule, a, "total-time", a->last->status.stats->total_time_ms, a->setup_ns, "setup");
    }
    if (!a->postcopy && a->stop_ns != ORA_ABSENT && a->stop_ns >= a->active_ns && a->active_ns != ORA_ABSENT) {
        expect_ms(c, rule, a, "downtime", a->last->status.stats->downtime_ms, a->stop_ns, "the switch-over");
    }
}

static void check_clock(OraCase *c, const OraRule *rule)
{
    each(c, rule, look_clock);
}

static void look_mbps(OraCase *c, const OraRule *rule, const Attempt *a)
{
    const OraStats *s = a->last != NULL ? a->last->status.stats : NULL;
    double ms, want;
    OraFinding *finding;

    if (s == NULL || s->total_time_ms < 50 || s->transferred < 262144 || isnan(s->mbps) || s->setup_time_ms == ORA_ABSENT) {
        return;
    }
    ms = (double) (s->total_time_ms - (a->lane->release >= 300 ? s->setup_time_ms : 0));
    want = (double) s->transferred * 8.0 / ms / 1000.0;
    if (ms <= 0 || fabs(s->mbps - want) <= want * 0.15 + 0.5) {
        return;
    }
    finding = ora_case_find(c, rule, a->lane, a->last_index);
    ora_finding_expected(finding, "mbps about %.2f: transferred * 8 in total-time less setup-time", want);
    ora_finding_actual(finding, "%.2f", s->mbps);
}

static void check_mbps(OraCase *c, const OraRule *rule)
{
    each(c, rule, look_mbps);
}

/* ---- What crossed the link ---- */

typedef struct {
    gint64 bytes, before_end;          /* of main: all, and up to SECTION_END of ram (0: not seen) */
    gint64 pages, page_bytes;          /* page records of main and preempt */
    gint64 multifd_bytes;              /* without the hellos */
    gint64 total;                      /* lengths of the block list */
    gint64 package_end, end_ns;        /* of main: where postcopy began; when its SECTION_END passed */
    gboolean whole, preempt, mixed;
} Crossed;

static Crossed crossed(const OraCase *c, const Attempt *a)
{
    Crossed sum = { .whole = FALSE };
    gint64 start = a->setup_ns, ends[ORA_LANES_MAX] = { 0 };
    const char *names[ORA_LANES_MAX];
    guint count = 0;

    for (guint i = 0; i < c->links->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(c->links, guint, i));
        const OraStream *stream = &record->stream;
        guint at = 0;
        gboolean main;

        if (record->kind != ORA_KIND_STREAM || stream->back || record->t_ns < start || record->t_ns >= a->next_ns) {
            continue;
        }
        main = strcmp(stream->channel, "main") == 0;
        while (at < count && strcmp(names[at], stream->channel) != 0) {
            at++;
        }
        if (at == count) {
            if (count == ORA_LANES_MAX) {
                return (Crossed) { .whole = FALSE };
            }
            names[count++] = stream->channel;
            sum.mixed = sum.mixed || stream->offset != 0;
        } else if (stream->offset == 0 || (strcmp(stream->record, "pages") == 0 && (gint64) MIN(stream->offset, (guint64) 1 << 60) != ends[at])) {
            sum.mixed = TRUE;          /* another connection of that name: another migration's */
        }
        sum.whole = sum.whole || (main && stream->offset == 0);
        ends[at] = MAX(ends[at], (gint64) MIN(stream->offset + stream->size, (guint64) 1 << 60));
        sum.preempt = sum.preempt || strcmp(stream->channel, "preempt") == 0;
        if (g_str_has_prefix(stream->record, "page") && !g_str_has_prefix(stream->channel, "multifd")) {
            sum.pages += strcmp(stream->record, "pages") == 0 ? MAX(stream->value, 0) : 1;
            sum.page_bytes += (gint64) MIN(stream->size, (guint64) 1 << 40);
        } else if (strcmp(stream->record, "multifd-hello") == 0) {
            sum.multifd_bytes -= (gint64) MIN(stream->size, 65536);
        } else if (main && strcmp(stream->record, "section-end") == 0 && sum.before_end == 0) {
            sum.before_end = (gint64) MIN(stream->offset, (guint64) 1 << 60);
            sum.end_ns = record->t_ns;
        } else if (main && g_strcmp0(stream->record, "command") == 0 && g_strcmp0(stream->name, "POSTCOPY_RUN") == 0) {
            sum.package_end = (gint64) MIN(stream->offset + stream->size, (guint64) 1 << 60);
        }
    }
    for (guint i = 0; i < count; i++) {
        if (strcmp(names[i], "main") == 0) {
            sum.bytes = ends[i];
        } else if (g_str_has_prefix(names[i], "multifd")) {
            sum.multifd_bytes += ends[i];
        }
    }
    sum.whole = sum.whole && !sum.mixed;
    return sum;
}

/* The destination has got all of it. */
static gboolean arrived(const OraCase *c, const Attempt *a)
{
    const OraLane *peer;

    for (guint k = 0; (peer = ora_case_peer(c, a->lane, k)) != NULL; k++) {
        for (guint m = 0; m < peer->moves->len; m++) {
            const OraMove *move = ORA_MOVE(peer, m);

            if (move->machine == ORA_MACHINE_INCOMING && move->to == S(COMPLETED) && move->t_ns >= a->setup_ns && move->t_ns < a->next_ns) {
                return TRUE;
            }
        }
    }
    return FALSE;
}

static void differs(OraCase *c, const OraRule *rule, const Attempt *a, const char *member, gint64 shown, gint64 low, gint64 high, const char *of)
{
    OraFinding *finding;

    if (shown == ORA_ABSENT || (shown >= low && shown <= high)) {
        return;
    }
    finding = ora_case_find(c, rule, a->lane, a->last_index);
    if (low == high) {
        ora_finding_expected(finding, "%s %" G_GINT64_FORMAT ", %s", member, low, of);
    } else {
        ora_finding_expected(finding, "%s from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", %s", member, low, high, of);
    }
    ora_finding_actual(finding, "%" G_GINT64_FORMAT, shown);
}

/* The counters of a completed migration against the records that crossed the link. */
static void look_counters(OraCase *c, const OraRule *rule, const Attempt *a)
{
    static const char *const packed[] = { "compress", "zero-copy-send", NULL };
    const OraLane *lane = a->lane;
    const OraStats *s = a->last != NULL ? a->last->status.stats : NULL;
    gboolean xbzrle = ora_lane_capability(lane, "xbzrle", a->setup_ns) == 1, multifd = ora_lane_capability(lane, "multifd", a->setup_ns) == 1;
    gint64 normal;
    Crossed link;

    if (s == NULL || a->paused || has_any(lane, a->setup_ns, packed) || !arrived(c, a)) {
        return;
    }
    link = crossed(c, a);
    if (!link.whole || link.preempt || (multifd && a->postcopy)) {
        return;
    }
    if (!xbzrle && !multifd) {
        differs(c, rule, a, "normal + duplicate", s->normal + s->duplicate, link.pages, link.pages, "the pages that crossed the link");
        /* A page is 8 bytes and its content; the name of its block is 7 bytes more, now and then. */
        normal = (link.page_bytes - link.pages * 9 + PAGE / 2) / (PAGE - 1);
        differs(c, rule, a, "normal", s->normal, normal - 1, normal, "by the bytes of pages that crossed the link");
    }
    if (multifd) {
        differs(c, rule, a, "multifd-bytes", s->multifd_bytes, link.multifd_bytes, link.multifd_bytes, "the bytes of its channels without their hellos");
    }
    if (lane->release >= 802) {
        differs(c, rule, a, "transferred", s->transferred, link.bytes + (multifd ? link.multifd_bytes : 0), link.bytes + (multifd ? link.multifd_bytes : 0),
                "the bytes that crossed the link");
    } else if (!multifd) {
        differs(c, rule, a, "transferred", s->transferred, link.page_bytes, link.page_bytes + link.bytes / 64 + 4096, "the bytes of pages, and some marks");
    }
}

static void check_counters(OraCase *c, const OraRule *rule)
{
    each(c, rule, look_counters);
}

/* ram.total is what the memories of the two sides were compared over. */
static void look_total(OraCase *c, const OraRule *rule, const Attempt *a)
{
    gint64 pages = 0;

    for (guint i = 0; a->last != NULL && i < ora_trace_length(c->trace); i++) {
        const OraRecord *record = ora_case_record(c, i);

        if (record->kind == ORA_KIND_MEMORY && record->memory.compared && record->t_ns >= a->setup_ns && record->t_ns < a->next_ns) {
            pages = (gint64) MIN(record->memory.pages, (guint64) 1 << 40);
        }
    }
    if (pages > 0) {
        differs(c, rule, a, "ram.total", a->last->status.stats->total, pages * PAGE, pages * PAGE, "the memory of the guest");
    }
}

static void check_total(OraCase *c, const OraRule *rule)
{
    each(c, rule, look_total);
}

/* ---- Limits ---- */

/* The highest value of *name* in force within [from, to]; 0: unlimited. */
static gint64 highest(const OraLane *lane, const char *name, gint64 otherwise, gint64 from_ns, gint64 to_ns)
{
    const json_t *value = ora_lane_parameter(lane, name, from_ns);
    gint64 top = json_is_integer(value) ? json_integer_value(value) : otherwise;

    for (guint i = 0; i < lane->commands->len && top > 0; i++) {
        const OraCommand *command = ORA_COMMAND(lane, i);
        const json_t *given = json_object_get(command->arguments, name);

        if (command->sent_ns < from_ns || command->sent_ns > to_ns) {
            continue;
        }
        if (strcmp(command->execute, "migrate_set_speed") == 0 || strcmp(command->execute, "human-monitor-command") == 0) {
            return 0;
        }
        if (command->ok && json_is_integer(given)) {
            top = json_integer_value(given) == 0 ? 0 : MAX(top, json_integer_value(given));
        }
    }
    return top < 0 || top > (G_GINT64_CONSTANT(1) << 40) ? 0 : top;
}

/* Each window may be overrun by a buffer or a packet, and both ends cut one. */
static gint64 allowance(const OraLane *lane, gint64 limit, gint64 ms)
{
    /* 8.2- looks at what was flushed: another buffer may be full by then. */
    gint64 buffers = lane->release >= 802 ? 2 : 1;

    return (gint64) ((double) limit * (double) (ms + 2 * WINDOW_MS) / 1000.0 * 1.05) + (ms / WINDOW_MS + 2) * buffers * BUFFER + 65536;
}

static void over(OraCase *c, const OraRule *rule, const Attempt *a, const char *phase, gint64 sent, gint64 allowed, gint64 ms, gint64 limit)
{
    OraFinding *finding;

    if (sent <= allowed) {
        return;
    }
    finding = ora_case_find(c, rule, a->lane, a->completed_index);
    ora_finding_expected(finding, "at most %" G_GINT64_FORMAT " bytes in %" G_GINT64_FORMAT " ms of %s at a limit of %" G_GINT64_FORMAT, allowed, ms, phase,
                         limit);
    ora_finding_actual(finding, "%" G_GINT64_FORMAT " bytes", sent);
}

/* A migration that went through did not take less time than its limits allow. */
static void look_limit(OraCase *c, const OraRule *rule, const Attempt *a)
{
    const OraLane *lane = a->lane;
    gint64 limit, ms, began = ORA_ABSENT, requests = a->last != NULL ? MAX(a->last->status.stats->postcopy_requests, 0) : 0;
    Crossed link;

    if (a->completed_ns == ORA_ABSENT || a->active_ns == ORA_ABSENT) {
        return;
    }
    link = crossed(c, a);
    if (!link.whole) {
        return;
    }
    if (!a->postcopy && a->stop_ns != ORA_ABSENT && a->stop_ns >= a->active_ns) {
        gint64 sent = link.before_end;

        if (ora_lane_capability(lane, "multifd", a->setup_ns) == 1) {
            sent = a->last != NULL && lane->release >= 700 ? a->last->status.stats->precopy_bytes : 0;
        }
        limit = highest(lane, "max-bandwidth", lane->release >= 502 ? G_GINT64_CONSTANT(134217728) : G_GINT64_CONSTANT(33554432), a->setup_ns, a->stop_ns);
        ms = (a->stop_ns - a->active_ns) / MS;
        if (limit > 0) {
            over(c, rule, a, "precopy", sent, allowance(lane, limit, ms), ms, limit);
        }
    }
    for (guint i = 0; a->postcopy && !a->paused && i < lane->moves->len; i++) {
        const OraMove *move = ORA_MOVE(lane, i);

        if (move->machine == ORA_MACHINE_OUTGOING && move->t_ns >= a->setup_ns && move->t_ns < a->next_ns &&
            (move->to == S(POSTCOPY_ACTIVE) || move->to == S(POSTCOPY_DEVICE)) && began == ORA_ABSENT) {
            began = move->t_ns;
        }
    }
    if (began != ORA_ABSENT && link.package_end > 0 && link.before_end > link.package_end) {
        limit = highest(lane, "max-postcopy-bandwidth", 0, a->setup_ns, a->completed_ns);
        ms = (a->completed_ns - began) / MS;
        if (limit > 0) {
            over(c, rule, a, "postcopy", link.before_end - link.package_end, allowance(lane, limit, ms) + requests * PAGE_SENT, ms, limit);
        }
    }
}

static void check_limit(OraCase *c, const OraRule *rule)
{
    each(c, rule, look_limit);
}

/* What is sent while the VM stands fits the downtime limit, at the best rate that was ever seen. */
static void look_downtime(OraCase *c, const OraRule *rule, const Attempt *a)
{
    static const char *const otherwise[] = { "multifd", "xbzrle", "compress", "pause-before-switchover", "switchover-ack", NULL };
    const OraLane *lane = a->lane;
    double best = 0;
    guint looks = 0;
    gint64 limit, sent, allowed;
    Crossed link;
    OraFinding *finding;

    if (a->completed_ns == ORA_ABSENT || a->postcopy || a->stop_ns == ORA_ABSENT || a->active_ns == ORA_ABSENT || a->stop_ns < a->active_ns + 600 * MS ||
        has_any(lane, a->setup_ns, otherwise) || ora_lane_parameter(lane, "avail-switchover-bandwidth", a->stop_ns) != NULL ||
        ora_lane_command(lane, "migrate-set-parameters", a->stop_ns - 1000 * MS, a->stop_ns) != NULL ||
        ora_lane_command(lane, "migrate_set_downtime", G_MININT64, a->stop_ns) != NULL || !arrived(c, a) || c->last_fault_ns != ORA_ABSENT) {
        return;
    }
    for (guint i = 0; i < lane->records->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));

        if (record->kind == ORA_KIND_STATUS && record->status.status == S(ACTIVE) && record->status.stats != NULL && record->t_ns >= a->setup_ns &&
            record->t_ns < a->next_ns && !isnan(record->status.stats->mbps) && record->status.stats->mbps > 0) {
            best = MAX(best, record->status.stats->mbps);
            looks++;
        }
    }
    link = crossed(c, a);
    if (looks < 5 || !link.whole || link.before_end == 0) {
        return;
    }
    limit = highest(lane, "downtime-limit", 300, a->stop_ns, a->stop_ns);
    sent = link.bytes - link.before_end;
    allowed = (gint64) (best * 1000.0 / 8.0 * (double) limit * 2.0) + 65536;
    if (sent <= allowed) {
        return;
    }
    finding = ora_case_find(c, rule, lane, a->completed_index);
    ora_finding_expected(finding, "at most %" G_GINT64_FORMAT " bytes after STOP: downtime-limit %" G_GINT64_FORMAT " ms at no more than %.1f Mbit/s, twice",
                         allowed, limit, best);
    ora_finding_actual(finding, "%" G_GINT64_FORMAT " bytes", sent);
}

static void check_downtime(OraCase *c, const OraRule *rule)
{
    each(c, rule, look_downtime);
}

/* A round ends with more left than fits, or there is no other: for a second each look showed a quarter of what fits, at least one
 * round ended before it, and what was sent meanwhile cannot have brought it down from there. */
static void look_fits(OraCase *c, const OraRule *rule, const Attempt *a)
{
    static const char *const otherwise[] = { "multifd", "xbzrle", "compress", "switchover-ack", "postcopy-ram", "x-postcopy-ram", NULL };
    const OraLane *lane = a->lane;
    gint64 since_ns = ORA_ABSENT, limit, passes = 0, sent = 0;
    guint looks = 0;

    if (has_any(lane, a->setup_ns, otherwise) || ora_lane_parameter(lane, "avail-switchover-bandwidth", a->setup_ns) != NULL ||
        ora_lane_command(lane, "migrate_set_downtime", G_MININT64, a->next_ns) != NULL) {
        return;
    }
    for (guint i = 0; i < lane->records->len; i++) {
        guint index = g_array_index(lane->records, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        const OraStats *s = record->kind == ORA_KIND_STATUS ? record->status.stats : NULL;
        OraFinding *finding;
        double fits;

        if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_MIGRATION_PASS) {
            passes++;
        }
        if (record->kind != ORA_KIND_STATUS || record->t_ns < a->setup_ns || record->t_ns >= a->next_ns) {
            continue;
        }
        limit = highest(lane, "downtime-limit", 300, record->t_ns, record->t_ns);
        if (record->status.status != S(ACTIVE) || s == NULL || isnan(s->mbps) || s->remaining == ORA_ABSENT ||
            ora_lane_command(lane, "migrate-set-parameters", record->t_ns - 1000 * MS, record->t_ns) != NULL ||
            s->transferred == ORA_ABSENT || (c->last_fault_ns != ORA_ABSENT && c->last_fault_ns >= a->setup_ns)) {
            since_ns = ORA_ABSENT;
            looks = 0;
            continue;
        }
        fits = s->mbps * 1000.0 / 8.0 * (double) limit;
        if ((double) s->remaining * 4 >= fits || passes == 0 || (double) (s->transferred - sent) * 2 >= fits) {
            since_ns = ORA_ABSENT;
            looks = 0;
        } else {
            since_ns = since_ns == ORA_ABSENT ? record->t_ns : since_ns;
            looks++;
        }
        passes = 0;
        sent = s->transferred;
        if (looks < 5 || record->t_ns - since_ns < 1000 * MS) {
            continue;
        }
        finding = ora_case_find(c, rule, lane, index);
        ora_finding_expected(finding, "the switch-over: %" G_GINT64_FORMAT " bytes are left, and at %.1f Mbit/s a downtime-limit of %" G_GINT64_FORMAT
                             " ms has room for more than four times as many", s->remaining, s->mbps, limit);
        ora_finding_actual(finding, "active for another second");
        return;
    }
}

static void check_fits(OraCase *c, const OraRule *rule)
{
    each(c, rule, look_fits);
}

/* ---- Syncs ---- */

/* The log is only asked when what is left fits: so between two syncs the pages above the threshold have to be sent. */
static void look_syncs(OraCase *c, const OraRule *rule, const Attempt *a)
{
    static const char *const otherwise[] = { "multifd", "xbzrle", "compress", NULL };
    const OraLane *lane = a->lane;
    const OraRecord *before = NULL;
    double best = 0;
    gint64 passes = 0, least = 0;      /* since `before`: syncs, and the least that was seen to be left */

    if (has_any(lane, a->setup_ns, otherwise) || lane->release >= 1101 || ora_lane_parameter(lane, "avail-switchover-bandwidth", a->setup_ns) != NULL) {
        return;
    }
    for (guint i = 0; i < lane->records->len; i++) {
        guint index = g_array_index(lane->records, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        gint64 threshold, sent, left;

        if (record->t_ns < a->setup_ns || record->t_ns >= a->next_ns) {
            continue;
        }
        if (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_MIGRATION_PASS) {
            passes++;
        }
        if (record->kind != ORA_KIND_STATUS) {
            continue;
        }
        if (record->status.status != S(ACTIVE) || record->status.stats == NULL || isnan(record->status.stats->mbps)) {
            before = NULL;
            continue;
        }
        best = MAX(best, record->status.stats->mbps);
        least = before == NULL ? record->status.stats->remaining : MIN(least, record->status.stats->remaining);
        if (before != NULL && record->t_ns - before->t_ns < 1000 * MS) {
            continue;
        }
        if (before != NULL && passes >= 6 && ora_lane_command(lane, "migrate-set-parameters", a->setup_ns, record->t_ns) == NULL) {
            threshold = (gint64) (best * 1000.0 / 8.0 * (double) highest(lane, "downtime-limit", 300, a->setup_ns, record->t_ns) * 2.0);
            sent = (record->status.stats->normal + record->status.stats->duplicate - before->status.stats->normal - before->status.stats->duplicate) * PAGE;
            left = least - threshold;
            if (left > 0 && (passes - 2) * left > 4 * sent + (1 << 20)) {
                OraFinding *finding = ora_case_find(c, rule, lane, index);

                ora_finding_expected(finding, "no sync while more than the threshold is left: %" G_GINT64_FORMAT " bytes above it", left);
                ora_finding_actual(finding, "%" G_GINT64_FORMAT " passes while %" G_GINT64_FORMAT " bytes of pages were sent", passes, sent);
                return;
            }
        }
        before = record;
        least = record->status.stats->remaining;
        passes = 0;
    }
}

static void check_syncs(OraCase *c, const OraRule *rule)
{
    each(c, rule, look_syncs);
}

/* ---- Throttling ---- */

typedef struct { gint64 t_ns, rate, transferred, percent; } Look;

/* The first look at or behind a moment. FALSE: none in active. */
static gboolean look_after(const OraCase *c, const OraLane *lane, gint64 t_ns, gint64 until_ns, Look *ret)
{
    for (guint i = 0; i < lane->records->len; i++) {
        const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, i));

        if (record->kind == ORA_KIND_STATUS && record->t_ns > t_ns) {
            if (record->t_ns > until_ns || record->status.status != S(ACTIVE) || record->status.stats == NULL) {
                return FALSE;
            }
            *ret = (Look) { record->t_ns, record->status.stats->dirty_pages_rate, record->status.stats->transferred,
                            record->status.stats->cpu_throttle_percent };
            return ret->rate != ORA_ABSENT && ret->transferred != ORA_ABSENT;
        }
    }
    return FALSE;
}

static gint64 parameter(const OraLane *lane, const char *name, gint64 t_ns, gint64 otherwise)
{
    const json_t *value = ora_lane_parameter(lane, name, t_ns);

    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

/* Its parameters change on the way, or one is set that the walk does not follow. */
static gboolean throttle_changes(const OraCase *c, const Attempt *a)
{
    const gint64 end_ns = MIN(a->next_ns, c->end_ns);

    for (guint i = 0; i < a->lane->commands->len; i++) {
        const OraCommand *command = ORA_COMMAND(a->lane, i);
        const char *name;
        json_t *value;

        json_object_foreach (command->arguments, name, value) {
            if (command->ok && strstr(name, "throttle") != NULL && (command->sent_ns > a->setup_ns || strstr(name, "tailslow") != NULL) &&
                command->sent_ns <= end_ns) {
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* Follows the rule from period to period: a period ends with the first sync more than a second behind the end of the one before; two
 * in which more was dirtied than half (or the trigger) of what was sent make a step. Where a period is near the border it
 * cannot be followed any further. */
static void look_throttle(OraCase *c, const OraRule *rule, const Attempt *a)
{
    const OraLane *lane = a->lane;
    gint64 period_ns = ORA_ABSENT, transferred = 0, percent = 0, trigger, initial, step, top;
    guint hits = 0;

    if (lane->release < 210 || lane->release >= 1101 || ora_lane_capability(lane, "auto-converge", a->setup_ns) != 1 || throttle_changes(c, a)) {
        return;
    }
    trigger = lane->release >= 500 ? parameter(lane, "throttle-trigger-threshold", a->setup_ns, 50) : 50;
    initial = parameter(lane, "cpu-throttle-initial", a->setup_ns, 20);
    step = parameter(lane, "cpu-throttle-increment", a->setup_ns, 10);
    top = lane->release >= 400 ? parameter(lane, "max-cpu-throttle", a->setup_ns, 99) : 99;
    for (guint i = 0; i < lane->records->len; i++) {
        guint index = g_array_index(lane->records, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        gint64 dirtied, sent, elapsed_ms, shown;
        Look now;
        OraFinding *finding;

        if (record->t_ns < a->setup_ns || record->t_ns >= a->next_ns || record->kind != ORA_KIND_EVENT ||
            record->event.event != ORA_EVENT_MIGRATION_PASS) {
            continue;
        }
        if (period_ns == ORA_ABSENT) {
            period_ns = record->t_ns;
            continue;
        }
        elapsed_ms = record->t_ns / MS - period_ns / MS;
        if (elapsed_ms <= 998) {
            continue;
        }
        if (elapsed_ms <= 1002) {
            return;                    /* as the clock of the other side rounds */
        }
        if (!look_after(c, lane, record->t_ns, record->t_ns + 300 * MS, &now)) {
            return;
        }
        dirtied = now.rate * elapsed_ms / 1000 * PAGE;
        sent = now.transferred - transferred;
        period_ns = record->t_ns;
        transferred = now.transferred;
        if (dirtied * 100 > sent * trigger * 13 / 10) {
            hits++;
            if (hits == 2) {
                hits = 0;
                percent = percent == 0 ? initial : MIN(percent + step, MAX(top, percent));
                percent = CLAMP(percent, 1, 99);
            }
        } else if (dirtied * 100 > sent * trigger * 7 / 10) {
            return;
        }
        shown = now.percent == ORA_ABSENT ? 0 : now.percent;
        if (shown != percent) {
            finding = ora_case_find(c, rule, lane, index);
            ora_finding_expected(finding, "cpu-throttle-percentage %" G_GINT64_FORMAT ": two periods with more dirtied (here %" G_GINT64_FORMAT
                                 " bytes) than %" G_GINT64_FORMAT " %% of what was sent (%" G_GINT64_FORMAT ") make a step", percent, dirtied, trigger, sent);
            ora_finding_actual(finding, "%" G_GINT64_FORMAT, shown);
            return;
        }
    }
}

static void check_throttle_steps(OraCase *c, const OraRule *rule)
{
    each(c, rule, look_throttle);
}

/* ---- The guest afterwards ---- */

/* A guest that runs on after a migration that failed or was cancelled is as quick as it ever was. */
static void check_speed(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        const OraRecord *from = NULL;
        double best = 0;

        for (guint k = 0; watches(c, lane) && k < lane->records->len; k++) {
            guint index = g_array_index(lane->records, guint, k);
            const OraRecord *record = ora_case_record(c, index);
            OraFinding *finding;
            double rate;

            if (record->kind != ORA_KIND_STATUS) {
                if (record->kind == ORA_KIND_REPLY || record->kind == ORA_KIND_EVENT || record->kind == ORA_KIND_STATE) {
                    from = NULL;       /* whatever it was, it may have stopped the guest */
                }
                continue;
            }
            if (!record->status.running || record->status.guest_ticks == ORA_ABSENT) {
                from = NULL;
                continue;
            }
            if (from == NULL || from->status.status != record->status.status) {
                from = record;
                continue;
            }
            if (record->t_ns - from->t_ns < 300 * MS) {
                continue;
            }
            rate = (double) (record->status.guest_ticks - from->status.guest_ticks) * 1e9 / (double) (record->t_ns - from->t_ns);
            from = NULL;
            best = MAX(best, rate);
            if ((record->status.status == S(FAILED) || record->status.status == S(CANCELLED)) && rate < best * 0.8) {
                finding = ora_case_find(c, rule, lane, index);
                ora_finding_expected(finding, "%.0f ticks a second, as before", best);
                ora_finding_actual(finding, "%.0f", rate);
                break;
            }
        }
    }
}

/* ---- What is left open ---- */

static void check_closed(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->links->len; i++) {
        guint index = g_array_index(c->links, guint, i);
        const OraRecord *record = ora_case_record(c, index);
        OraFinding *finding;

        if (record->kind != ORA_KIND_EVENT || g_strcmp0(record->event.name, "left-open") != 0) {
            continue;
        }
        finding = ora_case_find(c, rule, NULL, index);
        ora_finding_expected(finding, "no connection of a migration that is over");
        ora_finding_actual(finding, "%s", json_string_value(json_object_get(record->data, "what")) != NULL
                           ? json_string_value(json_object_get(record->data, "what")) : "one is left");
    }
}

const OraRule ora_rules_exact[] = {
    { "exact.clock", "total-time is the time from setup to completed, downtime that from STOP (exact times only).", 204, EVER, "STAT-RATE", "10",
      check_clock },
    { "exact.mbps", "The mbps of completed are its bytes over its time without set-up (exact times only).", 208, EVER, "STAT-RATE", "10", check_mbps },
    { "exact.counters", "The counters of a completed migration are those of the records that crossed the link (exact times only).", 204, EVER,
      "STAT-CONSERVE", "10", check_counters },
    { "exact.total", "ram.total is the size of the memory that is compared (exact times only).", 204, EVER, "STAT-CONSERVE", "10", check_total },
    { "exact.limit", "A migration does not go faster than its bandwidth limit allows, in precopy and in postcopy (exact times only).", 208, EVER,
      "BW-LIMIT", "9.2", check_limit },
    { "exact.downtime", "What is sent after STOP fits the downtime limit at the best rate seen, twice (exact times only).", 208, EVER,
      "SWITCHOVER-RULE", "9.1", check_downtime },
    { "exact.fits", "A migration whose rest fits the downtime limit for a second switches over (exact times only).", 208, EVER, "SWITCHOVER-RULE", "9.1",
      check_fits },
    { "exact.syncs", "The dirty log is asked only when what is left fits the threshold (-11.0, exact times only).", 208, 1100, "SWITCHOVER-RULE", "9.1",
      check_syncs },
    { "exact.throttle", "Each second period with too much dirtied makes one step of throttling, no other does (2.10-11.0, exact times only).", 210, 1100,
      "THROTTLE-RULE", "9.5", check_throttle_steps },
    { "exact.speed", "After a migration that failed or was cancelled the guest is no slower than before (exact times only).", 204, EVER,
      "THROTTLE-RULE", "9.5", check_speed },
    { "exact.closed", "A migration that is over leaves no connection open (exact times only).", 204, EVER, "CLEANUP-SAFE", NULL, check_closed },
    { 0 },
};
