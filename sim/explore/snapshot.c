/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * background-snapshot: the guest goes on, or stays still, as it was; stopped, cancelled or cut in between.
 */
#include "sim/explore/draw.h"

void sim_draw_snapshot(SimDraw *g)
{
    gboolean still = sim_draw_one_in(g, 3);
    guint rate;

    /* A running guest leaves its memory of that moment behind: there is nothing to compare with. */
    g->ignore_memory = !still;
    g_ptr_array_add(g->caps, (gpointer) "background-snapshot");
    g->ram_mib = 1 + sim_draw(g, 8);
    rate = 100u << sim_draw(g, 7);
    sim_draw_guest(g, SIM_DRAW_PICK(g, "random", "text", "zero"), rate, "50%");
    if (still) {
        sim_draw_line(g, "source: { paused: true }");
    }
    sim_draw_line(g, "link: { bandwidth: %s, latency: 200us }", SIM_DRAW_PICK(g, "50Mbit/s", "200Mbit/s", "1Gbit/s"));
    sim_draw_line(g, "steps:");
    sim_draw_capabilities(g, "source", NULL);
    sim_draw_line(g, "  - source: { migrate: { uri: \"{link}\" } }");
    switch (sim_draw(g, 6)) {
    case 0:
        sim_draw_pass(g);
        sim_draw_any(g, "source", "migrate_cancel", NULL);
        break;
    case 1:
        sim_draw_pass(g);
        sim_draw_any(g, "source", "stop", NULL);
        break;
    case 2:
        sim_draw_pass(g);
        sim_draw_line(g, "  - fault:  { cut: now }");
        break;
    default:
        break;
    }
    sim_draw_line(g, "  - wait:   { source: [completed, failed, cancelled], within: 60s }");
    sim_draw_line(g, "    if: { source: [setup, active, cancelling] }");
    sim_draw_line(g, "  - after:  1s");
}
