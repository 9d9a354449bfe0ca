/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/virtual/guest.h"

enum {
    SECOND_NS = 1000000000,
    TICK_NS = SECOND_NS / 100,
    HOT_TENTHS = 9,            /* HOT: nine of ten writes … */
    HOT_PART = 10,             /* … go to the first tenth */
    BURST_PART = 5,            /* BURSTS: the first fifth of every second, five times as fast */
    CLEARS = 3,                /* ZEROING: every third write clears its page */
    SATURATED = 8              /* so many writes per page and look: every page is written */
};

void sim_guest_init(SimGuest *guest, const SimWorkload *workload, guint64 seed)
{
    *guest = (SimGuest) { .workload = *workload, .random = { seed } };
}

/* Guest time in which the workload counts: all of it, or only what lies in bursts. */
static guint64 writes_until(const SimWorkload *workload, gint64 busy_ns)
{
    guint64 rate = workload->writes_per_second;
    guint64 seconds = (guint64) busy_ns / SECOND_NS, rest_ns = (guint64) busy_ns % SECOND_NS;

    if (workload->kind == SIM_WORKLOAD_IDLE) {
        return 0;
    }
    if (workload->kind == SIM_WORKLOAD_BURSTS) {
        rest_ns = MIN(rest_ns * BURST_PART, SECOND_NS);
    }
    return seconds * rate + (guint64) ((unsigned __int128) rest_ns * rate / SECOND_NS);
}

static gint64 busy_at(const SimGuest *guest, gint64 now_ns)
{
    gint64 passed_ns = guest->running && !guest->frozen && !guest->blocked ? now_ns - guest->since_ns : 0;

    return guest->busy_ns + passed_ns / 100 * (100 - guest->throttle_percent);
}

gint64 sim_guest_clock_ns(const SimGuest *guest, gint64 now_ns)
{
    return guest->clock_ns + (guest->running ? now_ns - guest->since_ns : 0);
}

guint64 sim_guest_ticks(const SimGuest *guest, gint64 now_ns)
{
    return (guint64) busy_at(guest, now_ns) / TICK_NS;
}

/* FALSE: the page is missing. `page` counts from the start of guest memory: the first block. */
static gboolean write_page(SimGuest *guest, guint64 page)
{
    MigRamBlock *block = mig_ram_block(guest->ram, 0);

    if (page >= block->page_count) {
        return TRUE;
    }
    return (guest->workload.kind == SIM_WORKLOAD_ZEROING && guest->sequential_next % CLEARS == 0 ? mig_ram_clear(block, page)
                                                                                                   : mig_ram_write(block, page)) == MIG_RAM_OK;
}

static void do_writes(SimGuest *guest, guint64 count)
{
    guint64 first = guest->workload.start_bytes / MIG_PAGE_SIZE;
    guint64 pages = MAX(guest->workload.size_bytes / MIG_PAGE_SIZE, 1);
    SimRandom before = guest->random;

    guest->blocked = FALSE;
    if (count >= pages * SATURATED) {
        /* What is left of the count after whole rounds does not matter for which pages are dirty. */
        guint64 rounds = 2 + sim_random_below(&guest->random, 2);
        MigRamBlock *block = mig_ram_block(guest->ram, 0);

        for (guint64 r = 0; r < rounds && first < block->page_count; r++) {
            guint64 run = MIN(pages, block->page_count - first);

            if (mig_ram_write_run(block, first, run) < run) {
                guest->blocked = TRUE;
                guest->random = before;
                return;
            }
        }
        guest->writes_done += count;
        return;
    }
    for (guint64 i = 0; i < count; i++) {
        guint64 page;

        before = guest->random;
        switch (guest->workload.kind) {
        case SIM_WORKLOAD_SEQUENTIAL:
            page = guest->sequential_next % pages;
            break;
        case SIM_WORKLOAD_HOT:
            page = sim_random_below(&guest->random, 10) < HOT_TENTHS
                       ? sim_random_below(&guest->random, MAX(pages / HOT_PART, 1)) : sim_random_below(&guest->random, pages);
            break;
        case SIM_WORKLOAD_IDLE:
        case SIM_WORKLOAD_UNIFORM:
        case SIM_WORKLOAD_BURSTS:
        case SIM_WORKLOAD_ZEROING:
        default:
            page = sim_random_below(&guest->random, pages);
            break;
        }
        if (!write_page(guest, first + page)) {
            guest->blocked = TRUE;                                /* the same write is tried again */
            guest->random = before;
            return;
        }
        guest->sequential_next++;
        guest->writes_done++;
    }
}

void sim_guest_catch_up(SimGuest *guest, gint64 now_ns)
{
    gint64 clock_ns = sim_guest_clock_ns(guest, now_ns);
    gint64 busy_ns = busy_at(guest, now_ns);
    guint64 due = writes_until(&guest->workload, busy_ns);

    guest->clock_ns = clock_ns;
    guest->busy_ns = busy_ns;
    guest->since_ns = now_ns;
    if (guest->ram != NULL && due > guest->writes_done) {
        do_writes(guest, due - guest->writes_done);
    }
}

void sim_guest_run(SimGuest *guest, gint64 now_ns, gboolean running)
{
    sim_guest_catch_up(guest, now_ns);
    guest->running = running;
    guest->since_ns = now_ns;
}

void sim_guest_throttle(SimGuest *guest, gint64 now_ns, int percent)
{
    sim_guest_catch_up(guest, now_ns);
    guest->throttle_percent = CLAMP(percent, 0, 99);
}

void sim_guest_freeze(SimGuest *guest, gint64 now_ns, gboolean frozen)
{
    sim_guest_catch_up(guest, now_ns);
    guest->frozen = frozen;
}
