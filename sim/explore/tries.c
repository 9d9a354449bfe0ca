/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Several migrations one after the other, each stopped in another way: nobody listens, a connection that hangs, a cancel in a
 * chosen status, a peer that dies; commands in the wrong moment; in the end one that succeeds, and commands after it.
 */
#include "sim/explore/draw.h"

#define AT_WORK "source: [setup, active, device, pre-switchover, cancelling]"
#define IDLE "source: [none, failed, cancelled]"
#define ENDS "completed, failed, cancelled"

static void choose(SimDraw *g)
{
    MigRelease r = g->release;

    if (r >= 211 && sim_draw_one_in(g, 3)) {
        g_ptr_array_add(g->caps, (gpointer) "pause-before-switchover");
        g->pause = TRUE;
    }
    if (r >= 400 && sim_draw_one_in(g, 4)) {
        g_ptr_array_add(g->caps, (gpointer) "multifd");
        g->multifd = TRUE;
    } else if (sim_draw_one_in(g, 4)) {
        g_ptr_array_add(g->caps, (gpointer) "xbzrle");
    }
    if (r >= 210 && sim_draw_one_in(g, 3)) {
        g_ptr_array_add(g->caps, (gpointer) "return-path");
    }
}

static void migrate(SimDraw *g)
{
    sim_draw_any(g, "source", "{ migrate: { uri: \"{link}\" } }", NULL);
}

static void wait_end(SimDraw *g)
{
    sim_draw_line(g, "  - wait:   { source: [" ENDS "], within: 60s }");
    sim_draw_line(g, "    if: { " AT_WORK " }");
}

static void cancel(SimDraw *g, const char *only_if)
{
    sim_draw_any(g, "source", "migrate_cancel", only_if);
    if (sim_draw_one_in(g, 4)) {
        sim_draw_any(g, "source", "migrate_cancel", NULL);
    }
}

/* The destination is gone: connections are refused. */
static void refused(SimDraw *g)
{
    sim_draw_line(g, "  - kill:   destination");
    sim_draw_line(g, "  - after:  1ms");
    if (g->pause) {
        sim_draw_any(g, "source", "{ migrate-continue: { state: pre-switchover } }", NULL);
    }
    sim_draw_any(g, "source", "{ migrate: { uri: \"{link}\" } }", IDLE);
    if (sim_draw_one_in(g, 3)) {
        sim_draw_pass(g);
        cancel(g, NULL);
    }
}

/* Nothing arrives: the connection is neither made nor refused. */
static void hangs(SimDraw *g)
{
    sim_draw_line(g, "  - link:   { latency: %s }", SIM_DRAW_PICK(g, "300ms", "1s", "4s"));
    migrate(g);
    sim_draw_pass(g);
    sim_draw_any(g, "source", "query-migrate", NULL);
    if (!sim_draw_one_in(g, 4)) {
        cancel(g, NULL);
        /* {10.0-10.2} the connection of the first goes on as that of the second, which the link cannot tell. */
        if (sim_draw_one_in(g, 3) && !g->multifd && (g->release < 1000 || g->release > 1002)) {
            migrate(g);
        }
    }
    sim_draw_pass(g);
    sim_draw_line(g, "  - link:   { latency: 200us }");
}

/* A cancel as soon as a status is there, or a moment later. */
static void cancelled_in(SimDraw *g)
{
    const char *status = g->pause && sim_draw_one_in(g, 2) ? "pre-switchover" : SIM_DRAW_PICK(g, "active", "device", "setup");

    migrate(g);
    sim_draw_line(g, "  - wait:   { source: [%s, " ENDS "%s], within: 60s }", status, g->pause ? ", pre-switchover" : "");
    sim_draw_line(g, "    if: { source: [setup, active, device, pre-switchover] }");
    if (g->pause && g_str_equal(status, "device")) {
        sim_draw_any(g, "source", "{ migrate-continue: { state: pre-switchover } }", "source: pre-switchover");
    }
    if (sim_draw_one_in(g, 2)) {
        sim_draw_line(g, "  - after:  %uus", 20u << sim_draw(g, 12));
    }
    if (g->pause && sim_draw_one_in(g, 3)) {
        sim_draw_any(g, "source", SIM_DRAW_PICK(g, "cont", "cont", "stop", "query-migrate"), "source: [pre-switchover, device]");
    }
    cancel(g, NULL);
}

static void faulty(SimDraw *g)
{
    g->faulted = TRUE;
    g->off &= ~(1u << SIM_DRAW_CONNECTION_FAULTS);
    g->off |= 1u << SIM_DRAW_DATA_FAULTS;
    sim_draw_fault(g, FALSE);
    migrate(g);
    sim_draw_pass(g);
    if (sim_draw_one_in(g, 2)) {
        sim_draw_line(g, sim_draw_one_in(g, 2) ? "  - kill:   destination" : "  - terminate: destination");
    }
    sim_draw_pass(g);
    sim_draw_line(g, "  - link:   heal");
}

/* Refused at once, or soon. */
static void wrong_address(SimDraw *g)
{
    sim_draw_any(g, "source", SIM_DRAW_PICK(g, "{ migrate: { uri: \"tcp:127.0.0.1:1\" } }", "{ migrate: { uri: \"nonsense:1\" } }",
                                            "{ migrate: { uri: \"tcp:\" } }", "{ migrate: { uri: \"\" } }",
                                            "{ migrate: { uri: \"{link}\", resume: true } }", "{ migrate: { uri: \"fd:none\" } }"),
                 IDLE);
    sim_draw_line(g, "  - after:  10ms");
}

/* Commands that do not fit. */
static void misplaced(SimDraw *g)
{
    static const char *const source[] = {
        "{ migrate-continue: { state: pre-switchover } }", "migrate-start-postcopy", "migrate-pause", "{ migrate-recover: { uri: \"{link}\" } }",
        "{ migrate-incoming: { uri: \"tcp:127.0.0.1:2\" } }", "migrate_cancel", "query-migrate", "cont", "stop", "cont", "system_reset",
        "query-migrate-parameters", "query-migrate-capabilities", "{ migrate-continue: { state: active } }",
    };
    static const char *const destination[] = {
        "{ migrate: { uri: \"tcp:127.0.0.1:1\" } }", "migrate_cancel", "query-migrate", "migrate-pause", "{ migrate-recover: { uri: \"{link}\" } }",
        "{ migrate-incoming: { uri: \"tcp:127.0.0.1:2\" } }", "{ migrate-set-capabilities: { capabilities: [ { capability: auto-converge, state: false } ] } }",
        "{ migrate-continue: { state: pre-switchover } }",
    };

    sim_draw_line(g, "  - after:  1ms");
    if (sim_draw_one_in(g, 3)) {
        /* What a second listener would do to the first is not played to its end in releases that allow it. */
        guint n = sim_draw(g, G_N_ELEMENTS(destination));

        if (n != 5 || (g->release >= 500 && g->listens)) {
            sim_draw_any(g, "destination", destination[n], "destination: [none, setup]");
        }
    } else {
        sim_draw_any(g, "source", source[sim_draw(g, G_N_ELEMENTS(source))], "source: [none, setup, active, failed, cancelled]");
    }
    sim_draw_line(g, "  - after:  1ms");
}

static void try_once(SimDraw *g)
{
    switch (sim_draw(g, 8)) {
    case 0:
        refused(g);
        break;
    case 1:
        hangs(g);
        break;
    case 2:
    case 3:
    case 4:
        cancelled_in(g);
        break;
    case 5:
        faulty(g);
        break;
    case 6:
        wrong_address(g);
        break;
    default:
        migrate(g);
        sim_draw_line(g, "  - after:  %uus", 20u << sim_draw(g, 14));
        cancel(g, NULL);
    }
    if (g->pause) {
        sim_draw_line(g, "  - wait:   { source: [pre-switchover, " ENDS "], within: 60s }");
        sim_draw_line(g, "    if: { " AT_WORK " }");
        sim_draw_any(g, "source", "migrate_cancel", "source: pre-switchover");
    }
    wait_end(g);
    /* What the old connections still carry has arrived then, or was given up. */
    sim_draw_line(g, "  - after:  10s");
    sim_draw_restart(g, IDLE);
}

static void afterwards(SimDraw *g)
{
    static const char *const commands[] = {
        "{ migrate: { uri: \"tcp:127.0.0.1:1\" } }", "migrate_cancel", "query-migrate", "migrate-pause", "migrate-start-postcopy",
        "{ migrate-continue: { state: pre-switchover } }", "query-status", "{ migrate: { uri: \"tcp:127.0.0.1:1\", resume: true } }",
        "{ migrate-set-capabilities: { capabilities: [ { capability: xbzrle, state: false } ] } }",
    };

    sim_draw_line(g, "  - after:  5s");
    if (sim_draw_one_in(g, 2)) {
        sim_draw_any(g, "source", commands[0], "source: completed");
        sim_draw_line(g, "  - after:  1ms");
    }
    for (guint i = 0, n = sim_draw(g, 5); i < n; i++) {
        sim_draw_any(g, "source", commands[sim_draw(g, G_N_ELEMENTS(commands))], "source: completed");
        sim_draw_any(g, "destination", SIM_DRAW_PICK(g, "query-migrate", "migrate-pause", "migrate_cancel",
                                                     "{ migrate-recover: { uri: \"{link}\" } }", "query-status"),
                     "destination: completed");
    }
}

void sim_draw_tries(SimDraw *g)
{
    static const guint8 sizes[] = { 1, 2, 4, 4, 8 };
    const char *bandwidth;
    guint rate;

    choose(g);
    g->ram_mib = sizes[sim_draw(g, G_N_ELEMENTS(sizes))];
    rate = 100u << sim_draw(g, 4);
    sim_draw_guest(g, SIM_DRAW_PICK(g, "random", "zero", "text"), rate, "50%");
    if (sim_draw_one_in(g, 5)) {
        sim_draw_line(g, "source: { paused: true }");
    }
    if (sim_draw_one_in(g, 4)) {
        sim_draw_line(g, "destination: { paused: false }");
    }
    bandwidth = SIM_DRAW_PICK(g, "50Mbit/s", "100Mbit/s", "300Mbit/s", "1Gbit/s");
    sim_draw_line(g, "link: { bandwidth: %s, latency: %s }", bandwidth, SIM_DRAW_PICK(g, "20us", "200us", "5ms"));
    sim_draw_line(g, "steps:");
    sim_draw_capabilities(g, "source", NULL);
    sim_draw_capabilities(g, "destination", NULL);
    if (g->multifd && sim_draw_one_in(g, 2)) {
        g->channels = 1 + sim_draw(g, 3);
        sim_draw_line(g, "  - source: { migrate-set-parameters: { multifd-channels: %u } }", g->channels);
        sim_draw_line(g, "  - destination: { migrate-set-parameters: { multifd-channels: %u } }", g->channels);
    }
    g->listens = sim_draw_one_in(g, 3);
    if (g->listens) {
        sim_draw_any(g, "destination", "{ migrate-incoming: { uri: \"{link}\" } }", NULL);
    }
    for (guint i = 0, n = 1 + sim_draw(g, 3); i < n; i++) {
        if (sim_draw_one_in(g, 3)) {
            misplaced(g);
        }
        try_once(g);
    }
    if (sim_draw_one_in(g, 3)) {
        misplaced(g);
    }
    if (g->release >= 208) {
        sim_draw_any(g, "source", "{ migrate-set-parameters: { max-bandwidth: 1000000000, downtime-limit: 2000 } }", NULL);
    }
    sim_draw_line(g, "  - link:   { bandwidth: 1Gbit/s, latency: 200us }");
    sim_draw_any(g, "source", "{ migrate: { uri: \"{link}\" } }", IDLE);
    if (g->pause) {
        sim_draw_line(g, "  - wait:   { source: [pre-switchover, " ENDS "], within: 60s }");
        sim_draw_line(g, "    if: { " AT_WORK " }");
        sim_draw_any(g, "source", "{ migrate-continue: { state: pre-switchover } }", "source: pre-switchover");
    }
    sim_draw_line(g, "  - wait:   { source: completed, within: 60s }");
    sim_draw_line(g, "    if: { " AT_WORK " }");
    if (!g->faulted) {
        sim_draw_line(g, "  - wait:   { destination: completed, within: 30s }");
        sim_draw_line(g, "    if: { source: completed, destination: [none, setup, active] }");
    }
    afterwards(g);
}
