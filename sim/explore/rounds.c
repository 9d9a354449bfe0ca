/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A migration at a limited rate on a calm link, with a guest that keeps writing: many rounds of the same pages, watched by
 * polls. What shows here are deltas against the wrong base, limits that do not limit, throttling, and figures.
 */
#include "sim/explore/draw.h"

#define WORKING "source: [setup, active]"
#define BROKEN "source: [failed, cancelled]"

/* What goes together; each is left out half of the time. */
/* TRUE: pages are packed by hand. */
static gboolean choose(SimDraw *g)
{
    MigRelease r = g->release;
    guint page_path = sim_draw(g, 8);

    if (page_path < 3) {
        g_ptr_array_add(g->caps, (gpointer) "xbzrle");
    } else if (page_path == 3 && r >= 400) {
        g_ptr_array_add(g->caps, (gpointer) "multifd");
        g->multifd = TRUE;
        g->zlib = r >= 500 && sim_draw_one_in(g, 2);
    } else if (page_path == 4 && r < 901) {
        g_ptr_array_add(g->caps, (gpointer) "compress");
    }
    if (sim_draw_one_in(g, 2)) {
        g_ptr_array_add(g->caps, (gpointer) "auto-converge");
    }
    if ((!g->multifd || (!g->zlib && (r <= 800 || r >= 1001))) && page_path != 4 && r >= 206 && sim_draw_one_in(g, 3)) {
        g_ptr_array_add(g->caps, (gpointer) "postcopy-ram");
        g->postcopy = TRUE;
    } else if (r >= 210 && sim_draw_one_in(g, 3)) {
        g_ptr_array_add(g->caps, (gpointer) "return-path");
    }
    return page_path == 4 && r < 901;
}

static void set(SimDraw *g, const char *text)
{
    g_autofree char *command = g_strdup_printf("{ migrate-set-parameters: { %s } }", text);

    sim_draw_any(g, "source", command, NULL);
}

static void set_limits(SimDraw *g)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "max-bandwidth: %u", 1u << (20 + sim_draw(g, 5)));
    g_string_append_printf(text, ", downtime-limit: %u", 1u << sim_draw(g, 9));
    if (sim_draw_one_in(g, 2)) {
        g_string_append_printf(text, ", cpu-throttle-initial: %u", 1 + sim_draw(g, 60));
        g_string_append_printf(text, ", cpu-throttle-increment: %u", 1 + sim_draw(g, 40));
    }
    if (g->release >= 400 && sim_draw_one_in(g, 2)) {
        g_string_append_printf(text, ", max-cpu-throttle: %u", 61 + sim_draw(g, 39));
    }
    if (g->release >= 211 && sim_draw_one_in(g, 2)) {
        g_string_append_printf(text, ", xbzrle-cache-size: %u", 4096u << sim_draw(g, 12));
    }
    if (g->postcopy && g->release >= 300) {
        g_string_append_printf(text, ", max-postcopy-bandwidth: %u", 1u << (20 + sim_draw(g, 3)));
    }
    if (g->multifd && g->release >= 900 && sim_draw_one_in(g, 2)) {
        g_string_append_printf(text, ", zero-page-detection: %s", SIM_DRAW_PICK(g, "none", "legacy", "multifd"));
    }
    set(g, text->str);
}

static void happening(SimDraw *g)
{
    g_autofree char *text = NULL;

    switch (sim_draw(g, 8)) {
    case 0:
    case 1:
        text = g_strdup_printf("max-bandwidth: %u", 1u << (20 + sim_draw(g, 6)));
        set(g, text);
        break;
    case 2:
        text = g_strdup_printf("downtime-limit: %u", 1u << sim_draw(g, 9));
        set(g, text);
        break;
    case 3:
        sim_draw_any(g, "source", sim_draw_one_in(g, 2) ? "stop" : "cont", WORKING);
        break;
    case 4:
        if (g->release >= 211) {
            text = g_strdup_printf("xbzrle-cache-size: %u", 4096u << sim_draw(g, 12));
            set(g, text);
        }
        break;
    case 5:
        sim_draw_any(g, "source", "query-migrate", NULL);
        break;
    default:
        break;
    }
    sim_draw_line(g, "  - after:  %ums", 100 + sim_draw(g, 1200));
}

/* Slow at first, so that the limits of this phase show; changed on the way. */
static void finish_by_postcopy(SimDraw *g)
{
    static const char at_work[] = "source: [postcopy-active, postcopy-device]";

    sim_draw_any(g, "source", "migrate-start-postcopy", "source: active");
    sim_draw_line(g, "  - after:  %ums", 300 + sim_draw(g, 1500));
    if (g->release >= 400 && sim_draw_one_in(g, 2)) {
        g_autofree char *text = sim_draw_one_in(g, 3) ? g_strdup_printf("max-bandwidth: %u", 1u << (20 + sim_draw(g, 8)))
                                : g_strdup_printf("max-postcopy-bandwidth: %u", 1u << (20 + sim_draw(g, 4)));
        g_autofree char *command = g_strdup_printf("{ migrate-set-parameters: { %s } }", text);

        sim_draw_any(g, "source", command, at_work);
        sim_draw_line(g, "  - after:  1s");
    }
}

void sim_draw_rounds(SimDraw *g)
{
    static const guint8 sizes[] = { 1, 2, 2, 3, 4, 4, 6, 8 };
    guint happenings = 1 + sim_draw(g, 5), rate;
    const char *contents;
    gboolean slow, calm = sim_draw_one_in(g, 4);

    slow = choose(g);
    g->ram_mib = sizes[sim_draw(g, G_N_ELEMENTS(sizes))];
    rate = 100u << sim_draw(g, 9);
    if (calm) {
        rate = 100u << sim_draw(g, 2);
    }
    if (g->zlib || slow) {
        g->ram_mib = 1;        /* packing costs real time */
        rate = MIN(rate, 3200);
    }
    contents = SIM_DRAW_PICK(g, "random", "random", "zero", "text");
    sim_draw_guest(g, contents, rate, SIM_DRAW_PICK(g, "2%", "10%", "30%", "60%", "100%"));
    if (sim_draw_one_in(g, 3)) {
        sim_draw_line(g, "destination: { paused: false }");
    }
    sim_draw_line(g, "link: { bandwidth: %s, latency: 200us }", SIM_DRAW_PICK(g, "unlimited", "1Gbit/s", "1Gbit/s", "300Mbit/s", "100Mbit/s"));
    sim_draw_line(g, "steps:");
    sim_draw_capabilities(g, "source", NULL);
    /* Decoding deltas needs no word of the destination's. */
    if (g->multifd || g->postcopy || slow || !sim_draw_one_in(g, 3)) {
        sim_draw_capabilities(g, "destination", NULL);
    } else {
        g_ptr_array_set_size(g->caps, 0);
    }
    if (g->release >= 208) {
        set_limits(g);
        if (g->zlib) {
            sim_draw_line(g, "  - destination: { migrate-set-parameters: { multifd-compression: zlib } }");
            sim_draw_line(g, "  - source: { migrate-set-parameters: { multifd-compression: zlib } }");
        }
    }
    sim_draw_line(g, "  - source: { migrate: { uri: \"{link}\" } }");
    if (calm) {
        /* Left alone it converges by itself. */
        sim_draw_line(g, "  - wait:   { source: [completed, failed], within: 120s }");
        sim_draw_end(g);
        sim_draw_again(g);
        return;
    }
    for (guint i = 0; i < happenings; i++) {
        happening(g);
    }
    if (g->postcopy && !sim_draw_one_in(g, 3)) {
        finish_by_postcopy(g);
    } else if (sim_draw_one_in(g, 4)) {
        sim_draw_any(g, "source", "migrate_cancel", WORKING);
        sim_draw_line(g, "  - after:  3s");
        sim_draw_line(g, "    if: { " BROKEN " }");
    }
    sim_draw_end(g);
    sim_draw_again(g);
}
