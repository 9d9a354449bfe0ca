/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A random scenario, as the text of a scenario file. It has three parts: a migration with things happening to it; then all
 * faults are over and what is left of the migration is brought to an end; then, where it failed or was cancelled, another one,
 * which has to succeed. Everything that may or may not apply carries an if:.
 */
#include "sim/explore/explore.h"

#include "sim/explore/draw.h"

#include <string.h>

static const char *const classes[] = {
    [SIM_DRAW_RETURN_PATH] = "return-path", [SIM_DRAW_POSTCOPY] = "postcopy", [SIM_DRAW_MULTIFD] = "multifd", [SIM_DRAW_XBZRLE] = "xbzrle",
    [SIM_DRAW_CAPABILITIES] = "capabilities", [SIM_DRAW_PARAMETERS] = "parameters", [SIM_DRAW_WEATHER] = "weather",
    [SIM_DRAW_CONNECTION_FAULTS] = "connection-faults", [SIM_DRAW_DATA_FAULTS] = "data-faults",
    [SIM_DRAW_PROCESS_FAULTS] = "process-faults", [SIM_DRAW_CANCEL] = "cancel", [SIM_DRAW_COMMANDS] = "commands",
    [SIM_DRAW_WORKLOAD] = "workload", [SIM_DRAW_PAUSES] = "pauses",
};
G_STATIC_ASSERT(G_N_ELEMENTS(classes) == SIM_DRAW_CLASS_COUNT);

void sim_draw_line(SimDraw *g, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(g->out, format, arguments);
    va_end(arguments);
    g_string_append_c(g->out, '\n');
}

void sim_draw_any(SimDraw *g, const char *side, const char *command, const char *only_if)
{
    sim_draw_line(g, "  - %s: %s", side, command);
    sim_draw_line(g, "    expect: any");
    if (only_if != NULL) {
        sim_draw_line(g, "    if: { %s }", only_if);
    }
}

void sim_draw_pass(SimDraw *g)
{
    guint64 us = 50ull << sim_draw(g, 15);

    sim_draw_line(g, "  - after:  %" G_GUINT64_FORMAT "us", us + sim_draw(g, (guint32) us));
}

/* ---- Machine and options ---- */

static void choose_capabilities(SimDraw *g)
{
    MigRelease r = g->release;

    if (sim_draw_allowed(g, SIM_DRAW_POSTCOPY) && r >= 206 && sim_draw_one_in(g, 2)) {
        g->postcopy = TRUE;
        g_ptr_array_add(g->caps, (gpointer) (r >= 206 ? "postcopy-ram" : "x-postcopy-ram"));
        if (r >= 701 && sim_draw_one_in(g, 2)) {
            g_ptr_array_add(g->caps, (gpointer) "postcopy-preempt");
        }
    }
    if (sim_draw_allowed(g, SIM_DRAW_RETURN_PATH) && r >= 210 && sim_draw_one_in(g, 2)) {
        g_ptr_array_add(g->caps, (gpointer) "return-path");
        /* Without the destination's word the source goes on for ever, and a fault may take it away. */
        if (r >= 801 && sim_draw_one_in(g, 4) && !sim_draw_allowed(g, SIM_DRAW_CONNECTION_FAULTS) && !sim_draw_allowed(g, SIM_DRAW_DATA_FAULTS) && !sim_draw_allowed(g, SIM_DRAW_PROCESS_FAULTS)) {
            g_ptr_array_add(g->caps, (gpointer) "switchover-ack");
        }
    }
    if (sim_draw_allowed(g, SIM_DRAW_MULTIFD) && r >= 400 && !g->postcopy && sim_draw_one_in(g, 2)) {
        g->multifd = TRUE;
        g_ptr_array_add(g->caps, (gpointer) "multifd");
    }
    if (sim_draw_allowed(g, SIM_DRAW_XBZRLE) && !g->multifd && sim_draw_one_in(g, 2)) {
        g_ptr_array_add(g->caps, (gpointer) "xbzrle");
    }
    if (sim_draw_allowed(g, SIM_DRAW_PAUSES) && r >= 211 && sim_draw_one_in(g, 4)) {
        g->pause = TRUE;
        g_ptr_array_add(g->caps, (gpointer) "pause-before-switchover");
    }
    if (sim_draw_allowed(g, SIM_DRAW_CAPABILITIES)) {
        if (sim_draw_one_in(g, 4)) {
            g_ptr_array_add(g->caps, (gpointer) "auto-converge");
        }
        if (sim_draw_one_in(g, 6) && r >= 402) {
            g_ptr_array_add(g->caps, (gpointer) "validate-uuid");
        }
        if (sim_draw_one_in(g, 6) && r >= 300) {
            g_ptr_array_add(g->caps, (gpointer) "late-block-activate");
        }
    }
}

void sim_draw_capabilities(SimDraw *g, const char *side, const char *only_if)
{
    for (guint i = 0; i < g->caps->len; i++) {
        sim_draw_line(g, "  - %s: { migrate-set-capabilities: { capabilities: [ { capability: %s, state: true } ] } }", side,
             (const char *) g_ptr_array_index(g->caps, i));
        if (only_if != NULL) {
            sim_draw_line(g, "    if: { %s }", only_if);
        }
    }
}

/* The same guest in all themes: a workload from its first page on. Arguments of a call are drawn in no certain order: one draw a call. */
void sim_draw_guest(SimDraw *g, const char *contents, guint rate, const char *over)
{
    sim_draw_line(g, "guest: { ram: %" G_GUINT64_FORMAT "M, contents: %s, workload: { writes: %u pages/s, over: %s of ram, from: 0, pattern: %s } }",
                  g->ram_mib, contents, rate, over, SIM_DRAW_PICK(g, "uniform", "zeroing", "hot", "sequential", "bursts"));
}

static void write_machine(SimDraw *g)
{
    static const guint8 sizes[] = { 1, 1, 2, 3, 4, 4, 8, 12, 16 };
    const char *contents = SIM_DRAW_PICK(g, "random", "random", "zero", "text");

    g->ram_mib = sizes[sim_draw(g, G_N_ELEMENTS(sizes))];
    if (sim_draw_allowed(g, SIM_DRAW_WORKLOAD) && !sim_draw_one_in(g, 4)) {
        guint rate = 100u << sim_draw(g, 8);

        sim_draw_guest(g, contents, rate, SIM_DRAW_PICK(g, "1%", "10%", "50%", "100%"));
    } else {
        sim_draw_line(g, "guest: { ram: %" G_GUINT64_FORMAT "M, contents: %s }", g->ram_mib, contents);
    }
    if (sim_draw_one_in(g, 6)) {
        sim_draw_line(g, "source: { paused: true }");
    }
    if (g->postcopy ? sim_draw_one_in(g, 2) : sim_draw_one_in(g, 4)) {
        sim_draw_line(g, "destination: { paused: false }");
    }
}

void sim_draw_weather(SimDraw *g, const char *indent)
{
    const char *bandwidth = SIM_DRAW_PICK(g, "50Mbit/s", "100Mbit/s", "1Gbit/s", "1Gbit/s", "10Gbit/s", "unlimited");
    const char *latency = SIM_DRAW_PICK(g, "0us", "20us", "200us", "2ms", "20ms");
    const char *jitter = SIM_DRAW_PICK(g, "0us", "0us", "50us", "3ms");
    const char *loss = SIM_DRAW_PICK(g, "0", "0", "0.01%", "0.1%", "1%");

    sim_draw_line(g, "%slink: { bandwidth: %s, latency: %s, jitter: %s, loss: %s, queue: %s }", indent, bandwidth, latency, jitter, loss,
                  SIM_DRAW_PICK(g, "0", "0", "64K", "1M"));
}

static char *draw_parameters(SimDraw *g)
{
    GString *text = g_string_new(NULL);

#define ADD(...) (g_string_append(text, text->len > 0 ? ", " : ""), g_string_append_printf(text, __VA_ARGS__))
    if (sim_draw_one_in(g, 2)) {
        ADD("max-bandwidth: %u", 1u << (20 + sim_draw(g, 8)));
    }
    if (sim_draw_one_in(g, 3)) {
        ADD("downtime-limit: %u", 1u << sim_draw(g, 11));
    }
    if (g->release >= 211 && sim_draw_one_in(g, 6)) {
        ADD("xbzrle-cache-size: %u", 4096u << sim_draw(g, 13));
    }
    if (g->release >= 300 && g->postcopy && sim_draw_one_in(g, 2)) {
        ADD("max-postcopy-bandwidth: %u", 1u << (20 + sim_draw(g, 7)));
    }
    if (sim_draw_one_in(g, 8)) {
        ADD("cpu-throttle-initial: %u", 1 + sim_draw(g, 99));
        ADD("cpu-throttle-increment: %u", 1 + sim_draw(g, 99));
    }
    if (text->len == 0) {
        ADD("downtime-limit: 300");
    }
#undef ADD
    return g_string_free(text, FALSE);
}

static void write_parameters(SimDraw *g)
{
    g_autofree char *text = draw_parameters(g);
    g_autofree char *command = g_strdup_printf("{ migrate-set-parameters: { %s } }", text);

    if (g->release >= 208) {
        sim_draw_any(g, "source", command, NULL);
    }
}

/* ---- What happens to it ---- */

static void write_when(SimDraw *g, GString *out)
{
    static const char *const moments[] = {
        "1st page", "2nd page", "10th page", "200th page", "300th page", "eof", "header", "1st dirty sync", "2nd dirty sync", "3rd dirty sync", "SECTION_START of ram",
        "SECTION_END of ram", "SECTION_PART of ram", "1st zero page", "1st eos", "2nd eos", "1st SECTION_FULL", "1st PING", "OPEN_RETURN_PATH",
    };
    static const char *const postcopy[] = {
        "POSTCOPY_ADVISE", "POSTCOPY_LISTEN", "POSTCOPY_RUN", "package end", "1st REQ_PAGES on rp", "3rd PONG on rp", "SHUT on rp", "1st POSTCOPY_RAM_DISCARD",
    };
    guint from;
    static const char *const multifd[] = { "1st multifd packet", "2nd multifd packet", "1st multifd hello", "1st multifd sync", "2nd multifd sync" };

    switch (sim_draw(g, 4)) {
    case 0:
        g_string_append_printf(out, "in %uus", 50u << sim_draw(g, 14));
        return;
    case 1:
        from = 1u << sim_draw(g, 23);
        g_string_append_printf(out, "byte %u", from + sim_draw(g, 4096));
        return;
    default:
        g_string_append(out, sim_draw_one_in(g, 2) ? "after " : "before ");
        g_string_append_printf(out, "%s",
                               g->postcopy && sim_draw_one_in(g, 2) ? sim_draw_pick(g, postcopy, G_N_ELEMENTS(postcopy))
                               : g->multifd && sim_draw_one_in(g, 2) ? sim_draw_pick(g, multifd, G_N_ELEMENTS(multifd)) : sim_draw_pick(g, moments, G_N_ELEMENTS(moments)));
    }
}

void sim_draw_fault(SimDraw *g, gboolean now)
{
    g_autoptr(GString) text = g_string_new(NULL);
    gboolean data = sim_draw_allowed(g, SIM_DRAW_DATA_FAULTS) && !g->postcopy && sim_draw_one_in(g, 3);
    const char *kind = data ? SIM_DRAW_PICK(g, "truncate", "corrupt") : SIM_DRAW_PICK(g, "cut", "cut", "reset", "half-close", "stall", "stall", "delay");

    if (!data && !sim_draw_allowed(g, SIM_DRAW_CONNECTION_FAULTS)) {
        return;
    }
    /* An orderly end of one multifd channel leaves the others waiting for it, as in the real ones; up to 8.1 also that of all. */
    if (g->multifd && (g_str_equal(kind, "half-close") || (g->release < 802 && g_str_equal(kind, "cut")))) {
        kind = "reset";
    }
    if (now) {
        g_string_append(text, "now");
    } else {
        write_when(g, text);
    }
    if (data) {
        g->damaged = TRUE;
        g_string_append_printf(text, ", bytes: %u", 1u << sim_draw(g, 8));
    } else if (g_str_equal(kind, "half-close")) {
        g_string_append(text, sim_draw_one_in(g, 2) ? ", direction: to destination" : ", direction: to source");
    } else if (g_str_equal(kind, "delay")) {
        g_string_append_printf(text, ", by: %ums", 1u << sim_draw(g, 10));
    } else if (g_str_equal(kind, "stall") && sim_draw_one_in(g, 2)) {
        g_string_append_printf(text, ", for: %ums", 1u << sim_draw(g, 13));
    }
    sim_draw_line(g, "  - fault:  { %s: %s }", kind, text->str);
}

#define AT_WORK "source: [setup, active]"
#define BEFORE_END "source: [none, setup, active, pre-switchover, failed, cancelled]"

static void write_command(SimDraw *g)
{
    switch (sim_draw(g, 14)) {
    case 0:
        sim_draw_any(g, "source", "stop", AT_WORK);
        break;
    case 1:
        sim_draw_any(g, "source", "cont", AT_WORK);
        break;
    case 2:
        /* The simulated link tells channels apart by the migrate before them, refused or not. */
        if (!g->multifd && !g->postcopy) {
            sim_draw_any(g, "source", sim_draw_one_in(g, 2) ? "{ migrate: { uri: \"{link}\" } }" : "{ migrate: { uri: \"tcp:127.0.0.1:1\" } }",
                         "source: [setup, active, pre-switchover, device]");
        }
        break;
    case 3:
    case 4:
        write_parameters(g);
        break;
    case 5:
        sim_draw_any(g, "source", "query-migrate", NULL);
        break;
    case 6:
        sim_draw_any(g, "destination", "query-migrate", NULL);
        break;
    case 7:
        sim_draw_any(g, "source", "query-migrate-parameters", NULL);
        break;
    case 8:
        sim_draw_any(g, "source", "query-migrate-capabilities", NULL);
        break;
    case 9:
        sim_draw_any(g, "source", "{ migrate-set-capabilities: { capabilities: [ { capability: xbzrle, state: true }, { capability: auto-converge, state: true } ] } }",
            "source: [setup, active, pre-switchover, device, postcopy-active]");
        break;
    case 10:
        if (g->postcopy && g->release >= 300) {
            sim_draw_any(g, "source", "migrate-pause", NULL);
        }
        break;
    case 11:
        sim_draw_any(g, "source", "migrate-start-postcopy", NULL);
        break;
    case 12:
        if (g->release >= 211) {
            sim_draw_any(g, "source", "{ migrate-continue: { state: pre-switchover } }", NULL);
        }
        break;
    case 13:
        if (g->release >= 300) {
            sim_draw_any(g, "destination", "{ migrate-recover: { uri: \"{link}\" } }", "destination: [none, setup, active]");
        }
        break;
    }
}

static void write_happening(SimDraw *g)
{
    sim_draw_pass(g);
    switch (sim_draw(g, 9)) {
    case 0:
        if (sim_draw_allowed(g, SIM_DRAW_CANCEL)) {
            sim_draw_any(g, "source", "migrate_cancel", NULL);
        }
        break;
    case 1:
        sim_draw_fault(g, TRUE);
        break;
    case 2:
        sim_draw_fault(g, FALSE);
        break;
    case 3:
        if (sim_draw_allowed(g, SIM_DRAW_PROCESS_FAULTS) && sim_draw_one_in(g, 2)) {
            sim_draw_line(g, sim_draw_one_in(g, 2) ? "  - kill:   destination" : "  - freeze: destination");
        }
        break;
    case 4:
        if (sim_draw_allowed(g, SIM_DRAW_WEATHER)) {
            sim_draw_weather(g, "  - ");
        }
        break;
    default:
        if (sim_draw_allowed(g, SIM_DRAW_COMMANDS)) {
            write_command(g);
        }
    }
}

/* ---- The end of it ---- */

#define AGAIN "source: [failed, cancelled]"
#define PAUSED "source: postcopy-paused, destination: [postcopy-paused, postcopy-recover-setup]"

static void write_wait_end(SimDraw *g, const char *only_if)
{
    const char *end = g->postcopy && g->release >= 300 ? "completed, failed, cancelled, postcopy-paused" : "completed, failed, cancelled";

    if (g->pause) {
        sim_draw_line(g, "  - wait:   { source: [pre-switchover, %s], within: 120s }", end);
        sim_draw_line(g, "    if: { %s }", only_if);
        if (sim_draw_one_in(g, 3)) {
            sim_draw_any(g, "source", "cont", "source: pre-switchover");
        }
        sim_draw_any(g, "source", "{ migrate-continue: { state: pre-switchover } }", "source: pre-switchover");
    }
    sim_draw_line(g, "  - wait:   { source: [%s], within: 120s }", end);
    sim_draw_line(g, "    if: { %s }", only_if);
}

static void write_recovery(SimDraw *g, gboolean again)
{
    static const char resumed[] = "source: [postcopy-recover, postcopy-recover-setup, postcopy-active, postcopy-device, completed]";
    static const char paused[] = "source: postcopy-paused, destination: [active, postcopy-active, postcopy-paused, postcopy-recover]";

    sim_draw_line(g, "  - wait:   { destination: [postcopy-paused, completed, failed], within: 60s }");
    sim_draw_line(g, "    if: { %s }", paused);
    sim_draw_line(g, "  - after:  10s");
    sim_draw_line(g, "    if: { " PAUSED " }");
    sim_draw_any(g, "destination", "{ migrate-recover: { uri: \"{link}\" } }", PAUSED);
    sim_draw_any(g, "source", "{ migrate: { uri: \"{link}\", resume: true } }", PAUSED);
    sim_draw_line(g, "  - wait:   { source: %s, within: 120s }", again ? "[completed, postcopy-paused]" : "completed");
    sim_draw_line(g, "    if: { %s }", resumed);
}

void sim_draw_end(SimDraw *g)
{
    static const char at_work[] = "source: [setup, active, device, pre-switchover, cancelling, postcopy-active, postcopy-device, postcopy-recover, postcopy-recover-setup]";

    sim_draw_line(g, "  - link:   heal");
    sim_draw_line(g, "  - thaw:   destination");
    sim_draw_line(g, "  - link:   { bandwidth: 1Gbit/s, latency: 200us, jitter: 0us, loss: 0, queue: 0 }");
    if (g->release >= 208) {
        sim_draw_any(g, "source", g->release >= 300 ? "{ migrate-set-parameters: { max-bandwidth: 1000000000, downtime-limit: 2000, max-postcopy-bandwidth: 0 } }"
            : "{ migrate-set-parameters: { max-bandwidth: 1000000000, downtime-limit: 2000 } }", NULL);
    }
    /* A stream with a hole may wait for its missing bytes for ever, and so may a peer that the damage confused. */
    if (g->damaged || (sim_draw_allowed(g, SIM_DRAW_CANCEL) && sim_draw_one_in(g, 2))) {
        sim_draw_any(g, "source", "migrate_cancel", "source: [setup, active, device, pre-switchover]");
    }
    write_wait_end(g, at_work);
    if (g->postcopy && g->release >= 300) {
        write_recovery(g, FALSE);
    }
}

void sim_draw_restart(SimDraw *g, const char *only_if)
{
    sim_draw_line(g, "  - restart: destination");
    if (only_if != NULL) {
        sim_draw_line(g, "    if: { %s }", only_if);
    }
    sim_draw_capabilities(g, "destination", only_if);
    if (g->channels > 0) {
        sim_draw_line(g, "  - destination: { migrate-set-parameters: { multifd-channels: %u } }", g->channels);
        if (only_if != NULL) {
            sim_draw_line(g, "    if: { %s }", only_if);
        }
    }
    if (g->zlib) {
        sim_draw_line(g, "  - destination: { migrate-set-parameters: { multifd-compression: zlib } }");
        if (only_if != NULL) {
            sim_draw_line(g, "    if: { %s }", only_if);
        }
    }
    if (g->listens) {
        sim_draw_any(g, "destination", "{ migrate-incoming: { uri: \"{link}\" } }", only_if);
    }
}

void sim_draw_again(SimDraw *g)
{
    static const char begun[] = "source: [setup, active, device, pre-switchover, postcopy-active, postcopy-device, completed]";

    /* What the old connections still carry has arrived then, or was given up. */
    sim_draw_line(g, "  - after:  10s");
    sim_draw_line(g, "    if: { " AGAIN " }");
    sim_draw_restart(g, AGAIN);
    sim_draw_line(g, "  - source: { migrate: { uri: \"{link}\" } }");
    sim_draw_line(g, "    if: { " AGAIN " }");
    /* After a switch-over that was cancelled too late the VM is given away, and a release may say so. */
    sim_draw_line(g, "    expect: any");
    sim_draw_line(g, "    note: after a failure or a cancel another migration can be started, and nothing disturbs this one");
    if (g->postcopy && sim_draw_one_in(g, 2)) {
        sim_draw_pass(g);
        sim_draw_any(g, "source", "migrate-start-postcopy", NULL);
    }
    if (g->pause) {
        sim_draw_line(g, "  - wait:   { source: [pre-switchover, completed], within: 60s }");
        sim_draw_line(g, "    if: { %s }", begun);
        sim_draw_any(g, "source", "{ migrate-continue: { state: pre-switchover } }", "source: pre-switchover");
    }
    sim_draw_line(g, "  - wait:   { source: completed, within: 60s }");
    sim_draw_line(g, "    if: { %s }", begun);
}

/* ---- ---- */

static const char *draw_profile(SimDraw *g)
{
    static const char *const often[] = { "qemu-7.2", "qemu-7.2", "qemu-8.2", "qemu-9.2", "qemu-10.0", "qemu-11.1" };
    const char *const *names = mig_profile_names();
    g_autoptr(GPtrArray) releases = g_ptr_array_new();

    for (guint i = 0; names[i] != NULL; i++) {
        if (strstr(names[i], "-dev") == NULL && strstr(names[i], "-rc") == NULL && !g_str_equal(names[i], "qemu-2.4") && !g_str_equal(names[i], "qemu-2.5")
            && !g_str_equal(names[i], "qemu-2.6") && !g_str_equal(names[i], "qemu-2.7")) {
            g_ptr_array_add(releases, (gpointer) names[i]);
        }
    }
    return sim_draw_one_in(g, 2) ? sim_draw_pick(g, often, G_N_ELEMENTS(often)) : g_ptr_array_index(releases, sim_draw(g, releases->len));
}

static guint64 mix(guint64 x)
{
    x ^= x >> 30;
    x *= G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* The plain theme: a migration with things happening to it. */
static void draw_plain(SimDraw *g)
{
    guint happenings;

    choose_capabilities(g);
    write_machine(g);
    if (sim_draw_allowed(g, SIM_DRAW_WEATHER)) {
        sim_draw_weather(g, "");
    } else {
        sim_draw_line(g, "link: { bandwidth: 1Gbit/s, latency: 200us }");
    }
    sim_draw_line(g, "steps:");
    sim_draw_capabilities(g, "source", NULL);
    sim_draw_capabilities(g, "destination", NULL);
    if (g->multifd && sim_draw_one_in(g, 2)) {
        g->channels = 1 + sim_draw(g, 4);
        sim_draw_line(g, "  - source: { migrate-set-parameters: { multifd-channels: %u } }", g->channels);
        sim_draw_line(g, "  - destination: { migrate-set-parameters: { multifd-channels: %u } }", g->channels);
    }
    if (sim_draw_allowed(g, SIM_DRAW_PARAMETERS)) {
        write_parameters(g);
    }
    if (sim_draw_one_in(g, 2)) {
        sim_draw_fault(g, FALSE);
    }
    sim_draw_line(g, "  - source: { migrate: { uri: \"{link}\" } }");
    happenings = sim_draw(g, 5);
    for (guint i = 0; i < happenings; i++) {
        write_happening(g);
    }
    if (g->postcopy && !sim_draw_one_in(g, 6)) {
        sim_draw_pass(g);
        sim_draw_any(g, "source", "migrate-start-postcopy", NULL);
        happenings = sim_draw(g, 3);
        for (guint i = 0; i < happenings; i++) {
            write_happening(g);
        }
    }
    if (!sim_draw_one_in(g, 3)) {
        sim_draw_pass(g);
    }
    sim_draw_end(g);
    sim_draw_again(g);
    if (sim_draw_one_in(g, 4)) {
        /* The VM was given away, and all of it has arrived; {-5.2} take another migrate. */
        sim_draw_line(g, "  - after:  5s");
        sim_draw_any(g, "source", sim_draw_one_in(g, 3) ? "migrate_cancel" : "{ migrate: { uri: \"tcp:127.0.0.1:1\" } }", "source: completed");
        sim_draw_line(g, "  - after:  50ms");
    }
}

static const struct {
    const char *name;
    void (*draw)(SimDraw *g);
    guint weight;
    MigRelease since;          /* older releases get the plain theme */
} themes[] = {
    { "plain", draw_plain, 8, 0 }, { "rounds", sim_draw_rounds, 5, 0 }, { "tries", sim_draw_tries, 4, 0 },
    { "settings", sim_draw_settings, 3, 0 }, { "recoveries", sim_draw_recoveries, 3, 301 }, { "snapshot", sim_draw_snapshot, 1, 600 },
    { "limits", sim_draw_limits, 0, 208 },     /* by number, see below */
};

/* These cases are slow ones, evenly spread. */
enum { LIMITS = G_N_ELEMENTS(themes) - 1, EACH_LIMITS = 12 };

static guint choose_theme(SimDraw *g)
{
    guint total = 0, at;

    for (guint i = 0; i < G_N_ELEMENTS(themes); i++) {
        total += themes[i].weight;
    }
    at = sim_draw(g, total);
    for (guint i = 0; i < G_N_ELEMENTS(themes); i++) {
        if (at < themes[i].weight) {
            return g->release >= themes[i].since ? i : 0;
        }
        at -= themes[i].weight;
    }
    return 0;
}

const char *const *sim_explore_themes(void)
{
    static const char *names[G_N_ELEMENTS(themes) + 1];

    for (guint i = 0; i < G_N_ELEMENTS(themes); i++) {
        names[i] = themes[i].name;
    }
    return names;
}

SimExploreCase *sim_explore_generate(guint64 seed, guint64 number, const char *profile, const char *only)
{
    guint64 own = mix(seed * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) + number + 1);
    g_autoptr(SimChoices) choices = sim_choices_new_seeded(own);
    g_autoptr(GPtrArray) caps = g_ptr_array_new();
    g_autoptr(GString) swarm = g_string_new(NULL);
    SimDraw g = { .choices = choices, .out = g_string_new(NULL), .caps = caps };
    SimExploreCase *c = g_new0(SimExploreCase, 1);
    guint theme;

    c->number = number;
    c->seed = mix(own) % 1000000000;
    c->profile = g_strdup(profile != NULL ? profile : draw_profile(&g));
    g.profile = mig_profile_find(c->profile, NULL);
    g.release = g.profile != NULL ? mig_profile_release(g.profile) : 702;
    for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (sim_draw_one_in(&g, 3)) {
            g.off |= 1u << i;
            g_string_append_printf(swarm, "%s%s", swarm->len > 0 ? ", " : "", classes[i]);
        }
    }
    theme = choose_theme(&g);
    if (number % EACH_LIMITS == EACH_LIMITS - 1 && g.release >= themes[LIMITS].since) {
        theme = LIMITS;
    }
    for (guint i = 0; only != NULL && i < G_N_ELEMENTS(themes); i++) {
        theme = g_str_equal(themes[i].name, only) && g.release >= themes[i].since ? i : theme;
    }
    c->swarm = g_strdup(theme == 0 ? swarm->str : "");
    sim_draw_line(&g, "# SPDX-License-Identifier: GPL-2.0-or-later");
    sim_draw_line(&g, "# Found by miglab explore --seed %" G_GUINT64_FORMAT ", case %" G_GUINT64_FORMAT "; theme %s%s%s", seed, number,
                  themes[theme].name, *c->swarm != '\0' ? "; left out: " : "", c->swarm);
    sim_draw_line(&g, "# Run: miglab run --profile %s --seed %" G_GUINT64_FORMAT, c->profile, c->seed);
    sim_draw_line(&g, "title: Exploration %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, seed, number);
    themes[theme].draw(&g);
    sim_draw_line(&g, "expect:");
    sim_draw_line(&g, "  memory: %s", g.damaged || g.ignore_memory ? "ignore" : "equal");
    if (g.profile != NULL) {
        mig_profile_unref(g.profile);
    }
    c->text = g_string_free(g.out, FALSE);
    return c;
}

void sim_explore_case_free(SimExploreCase *c)
{
    if (c != NULL) {
        g_free(c->profile);
        g_free(c->swarm);
        g_free(c->text);
        g_free(c);
    }
}
