/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A postcopy that takes its time and is interrupted: by its link in any record, by hand, again while it recovers; resumed too
 * early, at a wrong address, twice.
 */
#include "sim/explore/draw.h"

#define PAUSED "source: postcopy-paused"
#define BOTH_PAUSED "source: postcopy-paused, destination: [postcopy-paused, postcopy-recover-setup]"
#define RESUMED "source: [postcopy-recover, postcopy-recover-setup, postcopy-active, postcopy-device]"
#define RUNS "source: [postcopy-active, postcopy-device]"

static void interrupt(SimDraw *g)
{
    static const char *const moments[] = {
        "1st page", "50th page", "200th page", "1st eos", "1st REQ_PAGES on rp", "1st REQ_PAGES_ID on rp", "POSTCOPY_RESUME", "RECV_BITMAP", "1st RESUME_ACK on rp",
    };
    const char *where;

    if (g->release >= 1000 && sim_draw_one_in(g, 3)) {
        sim_draw_any(g, "source", "migrate_cancel", "source: [postcopy-active, postcopy-device, postcopy-paused, postcopy-recover, postcopy-recover-setup]");
    }
    switch (sim_draw(g, 6)) {
    case 0:
        sim_draw_any(g, "source", "migrate-pause", RUNS);
        break;
    case 1:
        sim_draw_line(g, "  - fault:  { %s: now }", SIM_DRAW_PICK(g, "cut", "reset"));
        break;
    case 2:
        where = SIM_DRAW_PICK(g, "before", "after");
        sim_draw_line(g, "  - fault:  { cut: %s %s }", where, moments[sim_draw(g, G_N_ELEMENTS(moments))]);
        break;
    case 3:
        sim_draw_line(g, "  - fault:  { reset: in %uus }", 50u << sim_draw(g, 12));
        break;
    case 4:
        sim_draw_line(g, "  - fault:  { cut: byte %u }", 1000 + sim_draw(g, 400000));
        break;
    default:
        sim_draw_any(g, "destination", "migrate-pause", "destination: [postcopy-active]");
    }
    sim_draw_line(g, "  - after:  %ums", 1u << sim_draw(g, 11));
}

static void recover(SimDraw *g)
{
    if (sim_draw_one_in(g, 4)) {
        /* Nobody listens there: the attempt fails, and another one is possible. {5.2-} dies of it. */
        if (g->release >= 600) {
            sim_draw_any(g, "source", "{ migrate: { uri: \"tcp:127.0.0.1:1\", resume: true } }", PAUSED);
            sim_draw_line(g, "  - after:  100ms");
        }
    }
    if (sim_draw_one_in(g, 3)) {
        sim_draw_any(g, "source", SIM_DRAW_PICK(g, "query-migrate", "migrate-pause", "{ migrate-continue: { state: pre-switchover } }", "cont", "migrate-start-postcopy"),
                     PAUSED);
        sim_draw_any(g, "destination", SIM_DRAW_PICK(g, "query-migrate", "migrate-pause", "query-status"), "destination: postcopy-paused");
    }
    sim_draw_line(g, "  - wait:   { destination: [postcopy-paused, completed, failed], within: 60s }");
    sim_draw_line(g, "    if: { " PAUSED ", destination: [active, postcopy-active, postcopy-paused, postcopy-recover] }");
    sim_draw_line(g, "  - after:  10s");
    sim_draw_line(g, "    if: { " PAUSED " }");
    sim_draw_any(g, "destination", "{ migrate-recover: { uri: \"{link}\" } }", BOTH_PAUSED);
    if (g->release >= 300 && sim_draw_one_in(g, 4)) {
        sim_draw_any(g, "source", "{ migrate-set-parameters: { max-postcopy-bandwidth: 1048576 } }", NULL);
    }
    sim_draw_any(g, "source", "{ migrate: { uri: \"{link}\", resume: true } }", BOTH_PAUSED);
}

void sim_draw_recoveries(SimDraw *g)
{
    gboolean runs = sim_draw_one_in(g, 2);
    const char *contents, *over;
    guint pages, rate;

    g_ptr_array_add(g->caps, (gpointer) "postcopy-ram");
    g->postcopy = TRUE;
    if (g->release >= 800 && sim_draw_one_in(g, 3)) {
        g_ptr_array_add(g->caps, (gpointer) "postcopy-preempt");
    }
    if (sim_draw_one_in(g, 4)) {
        g_ptr_array_add(g->caps, (gpointer) "xbzrle");
    }
    /* Sizes that end within a word of a bitmap. */
    pages = 256 + sim_draw(g, 1500);
    contents = SIM_DRAW_PICK(g, "random", "text", "zero");
    rate = 100u << sim_draw(g, 7);
    over = SIM_DRAW_PICK(g, "20%", "60%", "100%");
    sim_draw_line(g, "guest: { ram: %u pages, contents: %s, workload: { writes: %u pages/s, over: %s of ram, from: 0, pattern: %s } }", pages, contents,
                  rate, over, SIM_DRAW_PICK(g, "uniform", "hot", "sequential"));
    if (runs) {
        sim_draw_line(g, "destination: { paused: false }");
    }
    sim_draw_line(g, "link: { bandwidth: 100Mbit/s, latency: %s }", SIM_DRAW_PICK(g, "200us", "2ms"));
    sim_draw_line(g, "steps:");
    sim_draw_capabilities(g, "source", NULL);
    sim_draw_capabilities(g, "destination", NULL);
    sim_draw_any(g, "source", "{ migrate-set-parameters: { max-postcopy-bandwidth: 1048576, max-bandwidth: 4194304, downtime-limit: 1 } }", NULL);
    sim_draw_line(g, "  - source: { migrate: { uri: \"{link}\" } }");
    sim_draw_line(g, "  - after:  %ums", 20 + sim_draw(g, 400));
    sim_draw_any(g, "source", "migrate-start-postcopy", "source: active");
    sim_draw_line(g, "  - wait:   { source: [postcopy-active, postcopy-paused, completed, failed], within: 60s }");
    sim_draw_line(g, "    if: { source: [active, device, postcopy-device, postcopy-active] }");
    if (sim_draw_one_in(g, 2)) {
        sim_draw_line(g, "  - after:  %uus", 50u << sim_draw(g, 13));
    }
    interrupt(g);
    for (guint i = 0, n = sim_draw(g, 3); i < n; i++) {
        recover(g);
        if (sim_draw_one_in(g, 2)) {
            sim_draw_line(g, "  - after:  %uus", 50u << sim_draw(g, 12));
        }
        interrupt(g);
    }
    sim_draw_line(g, "  - link:   heal");
    sim_draw_line(g, "  - after:  1s");
    recover(g);
    if (sim_draw_one_in(g, 2)) {
        sim_draw_line(g, "  - after:  1s");
        sim_draw_line(g, "    if: { " RESUMED " }");
    }
    sim_draw_end(g);
}
