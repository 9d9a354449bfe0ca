/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One migration on a calm link whose guest writes about as fast as the limit allows, for many seconds and with nothing changed on
 * the way: when the rounds end, how much is left for the downtime, and each step of throttling can be foretold.
 */
#include "sim/explore/draw.h"

void sim_draw_limits(SimDraw *g)
{
    guint shift = 21 + sim_draw(g, 3), bandwidth = 1u << shift;
    guint rate = (bandwidth >> 12) * (1 + sim_draw(g, 8)) / 4;
    const char *over = SIM_DRAW_PICK(g, "10%", "30%", "60%", "100%");
    gboolean alone;

    g->ram_mib = 2 + 2 * sim_draw(g, 3);
    if (!sim_draw_one_in(g, 4)) {
        g_ptr_array_add(g->caps, (gpointer) "auto-converge");
    }
    sim_draw_line(g, "guest: { ram: %" G_GUINT64_FORMAT "M, contents: random, workload: { writes: %u pages/s, over: %s of ram, from: 0, pattern: %s } }",
                  g->ram_mib, rate, over, sim_draw_one_in(g, 2) ? "uniform" : "sequential");
    sim_draw_line(g, "link: { bandwidth: 1Gbit/s, latency: 200us }");
    sim_draw_line(g, "steps:");
    sim_draw_capabilities(g, "source", NULL);
    sim_draw_line(g, "  - source: { migrate-set-parameters: { max-bandwidth: %u, downtime-limit: %u } }", bandwidth, 8u << sim_draw(g, 8));
    if (sim_draw_one_in(g, 2)) {
        guint initial = 5 + sim_draw(g, 50);

        sim_draw_line(g, "  - source: { migrate-set-parameters: { cpu-throttle-initial: %u, cpu-throttle-increment: %u } }", initial, 5 + sim_draw(g, 30));
    }
    if (g->release >= 400 && sim_draw_one_in(g, 2)) {
        sim_draw_line(g, "  - source: { migrate-set-parameters: { max-cpu-throttle: %u } }", 60 + sim_draw(g, 30));
    }
    alone = sim_draw_one_in(g, 2);
    /* The first sync takes 0 ms for no time at all. */
    sim_draw_line(g, "  - after:  20ms");
    sim_draw_line(g, "  - source: { migrate: { uri: \"{link}\" } }");
    sim_draw_line(g, "  - after:  %us", 4 + sim_draw(g, alone ? 12 : 6));
    sim_draw_any(g, "source", "{ migrate-set-parameters: { max-bandwidth: 1000000000, downtime-limit: 2000 } }", "source: [setup, active]");
    sim_draw_line(g, "  - wait:   { source: completed, within: 60s }");
}
