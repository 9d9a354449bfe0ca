/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A random scenario, as the text of a scenario file. It has three parts: a migration with things happening to it; then all
 * faults are over and what is left of the migration is brought to an end; then, where it failed or was cancelled, another one,
 * which has to succeed. Everything that may or may not apply carries an if:.
 */
#include "sim/explore/explore.h"

#include "reference/options/profile.h"
#include "sim/choice.h"

#include <string.h>

/* Classes of options. A case leaves some out altogether ("swarm"): with everything on in every case, most would die early of
 * the same things. */
static const char *const classes[] = {
    "return-path", "postcopy", "multifd", "xbzrle", "capabilities", "parameters", "weather", "connection-faults", "data-faults",
    "process-faults", "cancel", "commands", "workload", "pauses",
};
enum {
    RETURN_PATH, POSTCOPY, MULTIFD, XBZRLE, CAPABILITIES, PARAMETERS, WEATHER, CONNECTION_FAULTS, DATA_FAULTS, PROCESS_FAULTS, CANCEL,
    COMMANDS, WORKLOAD, PAUSES,
};

typedef struct {
    SimChoices *choices;
    MigProfile *profile;
    MigRelease release;
    GString *out;
    guint32 off;               /* classes left out: bits */
    GPtrArray *caps;           /* static names of what is on */
    gboolean postcopy, multifd, damaged, pause;
    guint channels;            /* of multifd; 0: the default */
    guint64 ram_mib;
} Generator;

static guint32 draw(Generator *g, guint32 n) { return sim_choose(g->choices, n, "generator"); }
static gboolean one_in(Generator *g, guint32 n) { return draw(g, n) == n - 1; }
static gboolean allowed(const Generator *g, guint class) { return (g->off & 1u << class) == 0; }
static const char *pick(Generator *g, const char *const *words, guint count) { return words[draw(g, count)]; }
#define PICK(g, ...) pick(g, (const char *const[]) { __VA_ARGS__ }, G_N_ELEMENTS(((const char *const[]) { __VA_ARGS__ })))

static void line(Generator *g, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void line(Generator *g, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(g->out, format, arguments);
    va_end(arguments);
    g_string_append_c(g->out, '\n');
}

/* A command whose answer is the judge's business. */
static void any(Generator *g, const char *side, const char *command, const char *only_if)
{
    line(g, "  - %s: %s", side, command);
    line(g, "    expect: any");
    if (only_if != NULL) {
        line(g, "    if: { %s }", only_if);
    }
}

/* Short times are as likely as long ones: 50 us to about 1 s. */
static void pass(Generator *g)
{
    guint64 us = 50ull << draw(g, 15);

    line(g, "  - after:  %" G_GUINT64_FORMAT "us", us + draw(g, (guint32) us));
}

/* ---- Machine and options ---- */

static void draw_capabilities(Generator *g)
{
    MigRelease r = g->release;

    if (allowed(g, POSTCOPY) && r >= 206 && one_in(g, 2)) {
        g->postcopy = TRUE;
        g_ptr_array_add(g->caps, (gpointer) (r >= 206 ? "postcopy-ram" : "x-postcopy-ram"));
        if (r >= 701 && one_in(g, 2)) {
            g_ptr_array_add(g->caps, (gpointer) "postcopy-preempt");
        }
    }
    if (allowed(g, RETURN_PATH) && r >= 210 && one_in(g, 2)) {
        g_ptr_array_add(g->caps, (gpointer) "return-path");
        /* Without the destination's word the source goes on for ever, and a fault may take it away. */
        if (r >= 801 && one_in(g, 4) && !allowed(g, CONNECTION_FAULTS) && !allowed(g, DATA_FAULTS) && !allowed(g, PROCESS_FAULTS)) {
            g_ptr_array_add(g->caps, (gpointer) "switchover-ack");
        }
    }
    if (allowed(g, MULTIFD) && r >= 400 && !g->postcopy && one_in(g, 2)) {
        g->multifd = TRUE;
        g_ptr_array_add(g->caps, (gpointer) "multifd");
    }
    if (allowed(g, XBZRLE) && !g->multifd && one_in(g, 2)) {
        g_ptr_array_add(g->caps, (gpointer) "xbzrle");
    }
    if (allowed(g, PAUSES) && r >= 211 && one_in(g, 4)) {
        g->pause = TRUE;
        g_ptr_array_add(g->caps, (gpointer) "pause-before-switchover");
    }
    if (allowed(g, CAPABILITIES)) {
        if (one_in(g, 4)) {
            g_ptr_array_add(g->caps, (gpointer) "auto-converge");
        }
        if (one_in(g, 6) && r >= 402) {
            g_ptr_array_add(g->caps, (gpointer) "validate-uuid");
        }
        if (one_in(g, 6) && r >= 300) {
            g_ptr_array_add(g->caps, (gpointer) "late-block-activate");
        }
    }
}

static void write_capabilities(Generator *g, const char *side, const char *only_if)
{
    for (guint i = 0; i < g->caps->len; i++) {
        line(g, "  - %s: { migrate-set-capabilities: { capabilities: [ { capability: %s, state: true } ] } }", side,
             (const char *) g_ptr_array_index(g->caps, i));
        if (only_if != NULL) {
            line(g, "    if: { %s }", only_if);
        }
    }
}

static void write_machine(Generator *g)
{
    static const guint8 sizes[] = { 1, 1, 2, 3, 4, 4, 8, 12, 16 };
    const char *contents = PICK(g, "random", "random", "zero", "text");

    g->ram_mib = sizes[draw(g, G_N_ELEMENTS(sizes))];
    if (allowed(g, WORKLOAD) && !one_in(g, 4)) {
        line(g, "guest: { ram: %" G_GUINT64_FORMAT "M, contents: %s, workload: { writes: %u pages/s, over: %s of ram, from: 0, pattern: %s } }",
             g->ram_mib, contents, 100u << draw(g, 8), PICK(g, "1%", "10%", "50%", "100%"), PICK(g, "uniform", "uniform", "hot", "sequential", "bursts"));
    } else {
        line(g, "guest: { ram: %" G_GUINT64_FORMAT "M, contents: %s }", g->ram_mib, contents);
    }
    if (one_in(g, 8)) {
        line(g, "source: { paused: true }");
    }
    if (g->postcopy ? one_in(g, 2) : one_in(g, 8)) {
        line(g, "destination: { paused: false }");
    }
}

static void write_weather(Generator *g, const char *indent)
{
    line(g, "%slink: { bandwidth: %s, latency: %s, jitter: %s, loss: %s, queue: %s }", indent,
         PICK(g, "50Mbit/s", "100Mbit/s", "1Gbit/s", "1Gbit/s", "10Gbit/s", "unlimited"), PICK(g, "0us", "20us", "200us", "2ms", "20ms"),
         PICK(g, "0us", "0us", "50us", "3ms"), PICK(g, "0", "0", "0.01%", "0.1%", "1%"), PICK(g, "0", "0", "64K", "1M"));
}

static char *draw_parameters(Generator *g)
{
    GString *text = g_string_new(NULL);

#define ADD(...) (g_string_append(text, text->len > 0 ? ", " : ""), g_string_append_printf(text, __VA_ARGS__))
    if (one_in(g, 2)) {
        ADD("max-bandwidth: %u", 1u << (20 + draw(g, 8)));
    }
    if (one_in(g, 3)) {
        ADD("downtime-limit: %u", 1u << draw(g, 11));
    }
    if (g->release >= 211 && one_in(g, 6)) {
        ADD("xbzrle-cache-size: %u", 4096u << draw(g, 13));
    }
    if (g->release >= 300 && g->postcopy && one_in(g, 2)) {
        ADD("max-postcopy-bandwidth: %u", 1u << (20 + draw(g, 7)));
    }
    if (one_in(g, 8)) {
        ADD("cpu-throttle-initial: %u, cpu-throttle-increment: %u", 1 + draw(g, 99), 1 + draw(g, 99));
    }
    if (text->len == 0) {
        ADD("downtime-limit: 300");
    }
#undef ADD
    return g_string_free(text, FALSE);
}

static void write_parameters(Generator *g)
{
    g_autofree char *text = draw_parameters(g);
    g_autofree char *command = g_strdup_printf("{ migrate-set-parameters: { %s } }", text);

    if (g->release >= 208) {
        any(g, "source", command, NULL);
    }
}

/* ---- What happens to it ---- */

static void write_when(Generator *g, GString *out)
{
    static const char *const moments[] = {
        "1st page", "2nd page", "10th page", "200th page", "300th page", "eof", "header", "1st dirty sync", "2nd dirty sync", "3rd dirty sync", "SECTION_START of ram",
        "SECTION_END of ram", "SECTION_PART of ram", "1st zero page", "1st eos", "2nd eos", "1st SECTION_FULL", "1st PING", "OPEN_RETURN_PATH",
    };
    static const char *const postcopy[] = {
        "POSTCOPY_ADVISE", "POSTCOPY_LISTEN", "POSTCOPY_RUN", "package end", "1st REQ_PAGES on rp", "3rd PONG on rp", "SHUT on rp", "1st POSTCOPY_RAM_DISCARD",
    };
    static const char *const multifd[] = { "1st multifd packet", "2nd multifd packet", "1st multifd hello", "1st multifd sync", "2nd multifd sync" };

    switch (draw(g, 4)) {
    case 0:
        g_string_append_printf(out, "in %uus", 50u << draw(g, 14));
        return;
    case 1:
        g_string_append_printf(out, "byte %u", (1u << draw(g, 23)) + draw(g, 4096));
        return;
    default:
        g_string_append_printf(out, "%s %s", PICK(g, "before", "after"),
                               g->postcopy && one_in(g, 2) ? pick(g, postcopy, G_N_ELEMENTS(postcopy))
                               : g->multifd && one_in(g, 2) ? pick(g, multifd, G_N_ELEMENTS(multifd)) : pick(g, moments, G_N_ELEMENTS(moments)));
    }
}

static void write_fault(Generator *g, gboolean now)
{
    g_autoptr(GString) text = g_string_new(NULL);
    gboolean data = allowed(g, DATA_FAULTS) && !g->postcopy && one_in(g, 3);
    const char *kind = data ? PICK(g, "truncate", "corrupt") : PICK(g, "cut", "cut", "reset", "half-close", "stall", "stall", "delay");

    if (!data && !allowed(g, CONNECTION_FAULTS)) {
        return;
    }
    /* Up to 8.1 an end of one multifd channel may leave the others waiting for it, as in the real ones. */
    if (g->multifd && g->release < 802 && (g_str_equal(kind, "cut") || g_str_equal(kind, "half-close"))) {
        kind = "reset";
    }
    if (now) {
        g_string_append(text, "now");
    } else {
        write_when(g, text);
    }
    if (data) {
        g->damaged = TRUE;
        g_string_append_printf(text, ", bytes: %u", 1u << draw(g, 8));
    } else if (g_str_equal(kind, "half-close")) {
        g_string_append(text, one_in(g, 2) ? ", direction: to destination" : ", direction: to source");
    } else if (g_str_equal(kind, "delay")) {
        g_string_append_printf(text, ", by: %ums", 1u << draw(g, 10));
    } else if (g_str_equal(kind, "stall") && one_in(g, 2)) {
        g_string_append_printf(text, ", for: %ums", 1u << draw(g, 13));
    }
    line(g, "  - fault:  { %s: %s }", kind, text->str);
}

#define AT_WORK "source: [setup, active]"
#define BEFORE_END "source: [none, setup, active, pre-switchover, failed, cancelled]"

static void write_command(Generator *g)
{
    switch (draw(g, 14)) {
    case 0:
        any(g, "source", "stop", AT_WORK);
        break;
    case 1:
        any(g, "source", "cont", AT_WORK);
        break;
    case 2:
        /* The simulated link tells channels apart by the migrate before them, refused or not. */
        if (!g->multifd && !g->postcopy) {
            any(g, "source", "{ migrate: { uri: \"{link}\" } }", "source: [setup, active, pre-switchover, device]");
        }
        break;
    case 3:
    case 4:
        write_parameters(g);
        break;
    case 5:
        any(g, "source", "query-migrate", NULL);
        break;
    case 6:
        any(g, "destination", "query-migrate", NULL);
        break;
    case 7:
        any(g, "source", "query-migrate-parameters", NULL);
        break;
    case 8:
        any(g, "source", "query-migrate-capabilities", NULL);
        break;
    case 9:
        any(g, "source", "{ migrate-set-capabilities: { capabilities: [ { capability: xbzrle, state: true }, { capability: auto-converge, state: true } ] } }",
            "source: [setup, active, pre-switchover, device, postcopy-active]");
        break;
    case 10:
        if (g->postcopy && g->release >= 300) {
            any(g, "source", "migrate-pause", NULL);
        }
        break;
    case 11:
        any(g, "source", "migrate-start-postcopy", NULL);
        break;
    case 12:
        if (g->release >= 211) {
            any(g, "source", "{ migrate-continue: { state: pre-switchover } }", NULL);
        }
        break;
    case 13:
        if (g->release >= 300) {
            any(g, "destination", "{ migrate-recover: { uri: \"{link}\" } }", "destination: [none, setup, active]");
        }
        break;
    }
}

static void write_happening(Generator *g)
{
    pass(g);
    switch (draw(g, 9)) {
    case 0:
        if (allowed(g, CANCEL)) {
            any(g, "source", "migrate_cancel", NULL);
        }
        break;
    case 1:
        write_fault(g, TRUE);
        break;
    case 2:
        write_fault(g, FALSE);
        break;
    case 3:
        if (allowed(g, PROCESS_FAULTS) && one_in(g, 2)) {
            line(g, one_in(g, 2) ? "  - kill:   destination" : "  - freeze: destination");
        }
        break;
    case 4:
        if (allowed(g, WEATHER)) {
            write_weather(g, "  - ");
        }
        break;
    default:
        if (allowed(g, COMMANDS)) {
            write_command(g);
        }
    }
}

/* ---- The end of it ---- */

#define AGAIN "source: [failed, cancelled]"
#define PAUSED "source: postcopy-paused, destination: [postcopy-paused, postcopy-recover-setup]"

static void write_wait_end(Generator *g, const char *only_if)
{
    const char *end = g->postcopy && g->release >= 300 ? "completed, failed, cancelled, postcopy-paused" : "completed, failed, cancelled";

    if (g->pause) {
        line(g, "  - wait:   { source: [pre-switchover, %s], within: 120s }", end);
        line(g, "    if: { %s }", only_if);
        any(g, "source", "{ migrate-continue: { state: pre-switchover } }", "source: pre-switchover");
    }
    line(g, "  - wait:   { source: [%s], within: 120s }", end);
    line(g, "    if: { %s }", only_if);
}

static void write_recovery(Generator *g, gboolean again)
{
    static const char resumed[] = "source: [postcopy-recover, postcopy-recover-setup, postcopy-active, postcopy-device, completed]";
    static const char paused[] = "source: postcopy-paused, destination: [active, postcopy-active, postcopy-paused, postcopy-recover]";

    line(g, "  - wait:   { destination: [postcopy-paused, completed, failed], within: 60s }");
    line(g, "    if: { %s }", paused);
    line(g, "  - after:  10s");
    line(g, "    if: { " PAUSED " }");
    any(g, "destination", "{ migrate-recover: { uri: \"{link}\" } }", PAUSED);
    any(g, "source", "{ migrate: { uri: \"{link}\", resume: true } }", PAUSED);
    line(g, "  - wait:   { source: %s, within: 120s }", again ? "[completed, postcopy-paused]" : "completed");
    line(g, "    if: { %s }", resumed);
}

static void write_end(Generator *g)
{
    static const char at_work[] = "source: [setup, active, device, pre-switchover, cancelling, postcopy-active, postcopy-device, postcopy-recover, postcopy-recover-setup]";

    line(g, "  - link:   heal");
    line(g, "  - thaw:   destination");
    line(g, "  - link:   { bandwidth: 1Gbit/s, latency: 200us, jitter: 0us, loss: 0, queue: 0 }");
    if (g->release >= 208) {
        any(g, "source", g->release >= 300 ? "{ migrate-set-parameters: { max-bandwidth: 1000000000, downtime-limit: 2000, max-postcopy-bandwidth: 0 } }"
            : "{ migrate-set-parameters: { max-bandwidth: 1000000000, downtime-limit: 2000 } }", NULL);
    }
    /* A stream with a hole may wait for its missing bytes for ever, and so may a peer that the damage confused. */
    if (g->damaged || (allowed(g, CANCEL) && one_in(g, 2))) {
        any(g, "source", "migrate_cancel", "source: [setup, active, device, pre-switchover]");
    }
    write_wait_end(g, at_work);
    if (g->postcopy && g->release >= 300) {
        write_recovery(g, FALSE);
    }
}

static void write_again(Generator *g)
{
    static const char begun[] = "source: [setup, active, device, pre-switchover, postcopy-active, postcopy-device, completed]";

    /* What the old connections still carry has arrived then, or was given up. */
    line(g, "  - after:  10s");
    line(g, "    if: { " AGAIN " }");
    line(g, "  - restart: destination");
    line(g, "    if: { " AGAIN " }");
    write_capabilities(g, "destination", AGAIN);
    if (g->channels > 0) {
        line(g, "  - destination: { migrate-set-parameters: { multifd-channels: %u } }", g->channels);
        line(g, "    if: { " AGAIN " }");
    }
    line(g, "  - source: { migrate: { uri: \"{link}\" } }");
    line(g, "    if: { " AGAIN " }");
    /* After a switch-over that was cancelled too late the VM is given away, and a release may say so. */
    line(g, "    expect: any");
    line(g, "    note: after a failure or a cancel another migration can be started, and nothing disturbs this one");
    if (g->postcopy && one_in(g, 2)) {
        pass(g);
        any(g, "source", "migrate-start-postcopy", NULL);
    }
    if (g->pause) {
        line(g, "  - wait:   { source: [pre-switchover, completed], within: 60s }");
        line(g, "    if: { %s }", begun);
        any(g, "source", "{ migrate-continue: { state: pre-switchover } }", "source: pre-switchover");
    }
    line(g, "  - wait:   { source: completed, within: 60s }");
    line(g, "    if: { %s }", begun);
}

/* ---- ---- */

static const char *draw_profile(Generator *g)
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
    return one_in(g, 2) ? pick(g, often, G_N_ELEMENTS(often)) : g_ptr_array_index(releases, draw(g, releases->len));
}

static guint64 mix(guint64 x)
{
    x ^= x >> 30;
    x *= G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ x >> 31;
}

SimExploreCase *sim_explore_generate(guint64 seed, guint64 number, const char *profile)
{
    guint64 own = mix(seed * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) + number + 1);
    g_autoptr(SimChoices) choices = sim_choices_new_seeded(own);
    g_autoptr(GPtrArray) caps = g_ptr_array_new();
    g_autoptr(GString) swarm = g_string_new(NULL);
    Generator g = { .choices = choices, .out = g_string_new(NULL), .caps = caps };
    SimExploreCase *c = g_new0(SimExploreCase, 1);
    guint happenings;

    c->number = number;
    c->seed = mix(own) % 1000000000;
    c->profile = g_strdup(profile != NULL ? profile : draw_profile(&g));
    g.profile = mig_profile_find(c->profile, NULL);
    g.release = g.profile != NULL ? mig_profile_release(g.profile) : 702;
    for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (one_in(&g, 3)) {
            g.off |= 1u << i;
            g_string_append_printf(swarm, "%s%s", swarm->len > 0 ? ", " : "", classes[i]);
        }
    }
    c->swarm = g_strdup(swarm->str);
    draw_capabilities(&g);
    line(&g, "# SPDX-License-Identifier: GPL-2.0-or-later");
    line(&g, "# Found by miglab explore --seed %" G_GUINT64_FORMAT ", case %" G_GUINT64_FORMAT "; left out: %s", seed, number,
         swarm->len > 0 ? swarm->str : "nothing");
    line(&g, "# Run: miglab run --profile %s --seed %" G_GUINT64_FORMAT, c->profile, c->seed);
    line(&g, "title: Exploration %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, seed, number);
    write_machine(&g);
    if (allowed(&g, WEATHER)) {
        write_weather(&g, "");
    } else {
        line(&g, "link: { bandwidth: 1Gbit/s, latency: 200us }");
    }
    line(&g, "steps:");
    write_capabilities(&g, "source", NULL);
    write_capabilities(&g, "destination", NULL);
    if (g.multifd && one_in(&g, 2)) {
        g.channels = 1 + draw(&g, 4);
        line(&g, "  - source: { migrate-set-parameters: { multifd-channels: %u } }", g.channels);
        line(&g, "  - destination: { migrate-set-parameters: { multifd-channels: %u } }", g.channels);
    }
    if (allowed(&g, PARAMETERS)) {
        write_parameters(&g);
    }
    if (one_in(&g, 2)) {
        write_fault(&g, FALSE);
    }
    line(&g, "  - source: { migrate: { uri: \"{link}\" } }");
    happenings = draw(&g, 5);
    for (guint i = 0; i < happenings; i++) {
        write_happening(&g);
    }
    if (g.postcopy && !one_in(&g, 6)) {
        pass(&g);
        any(&g, "source", "migrate-start-postcopy", NULL);
        happenings = draw(&g, 3);
        for (guint i = 0; i < happenings; i++) {
            write_happening(&g);
        }
    }
    if (!one_in(&g, 3)) {
        pass(&g);
    }
    write_end(&g);
    write_again(&g);
    line(&g, "expect:");
    line(&g, "  memory: %s", g.damaged ? "ignore" : "equal");
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
