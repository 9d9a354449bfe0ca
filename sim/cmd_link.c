/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab link: the faulty link alone, between two programs that somebody else started.
 */
#include "sim/command.h"
#include "sim/process/loop.h"
#include "sim/process/proxy.h"
#include "sim/scenario/units.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define LINK_ERROR (g_quark_from_static_string("miglab-link"))

typedef struct {
    SimLoop *loop;
    SimProxy *proxy;
    gboolean records;         /* print them */
    gboolean once;            /* end after the last connection */
    gboolean end;
} Link;

static void print_line(const Link *link, const char *text)
{
    printf("%10.3f ms  %s\n", (double) sim_loop_now_ns(link->loop) / 1e6, text);
    fflush(stdout);
}

static void on_action(gpointer owner, const char *action, json_t *data)
{
    g_autofree char *line = NULL;
    char *details = data != NULL ? json_dumps(data, JSON_COMPACT) : NULL;

    line = g_strdup_printf("%s%s%s", action, details != NULL ? " " : "", details != NULL ? details : "");
    free(details);
    json_decref(data);
    print_line(owner, line);
}

static void on_record(gpointer owner, const OraStream *record)
{
    const Link *link = owner;
    g_autofree char *line = NULL;

    if (link->records) {
        line = g_strdup_printf("%-8s %12" G_GUINT64_FORMAT " %10" G_GUINT64_FORMAT "  %s%s%s", record->channel, record->offset, record->size,
                               record->record, record->name != NULL ? " " : "", record->name != NULL ? record->name : "");
        print_line(link, line);
    }
}

static void on_signal(SimLoopFd *watch, short revents)
{
    (void) revents;
    ((Link *) watch->owner)->end = TRUE;
}

/* "KIND [sd|ds] [for TIME] [of N bytes] MOMENT" is more than a command line needs; this is "KIND [sd|ds] MOMENT". */
static SimFault *parse_fault(const char *text, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 3);
    g_autoptr(SimFault) fault = NULL;
    SimFaultKind kind;
    guint next = 1;
    const char *moment;

    if (words[0] == NULL || !sim_fault_kind_parse(words[0], &kind)) {
        g_set_error(error, LINK_ERROR, 0, "'%s': expected cut, reset, half-close, stall, truncate, corrupt or delay first",
                    words[0] != NULL ? words[0] : "");
        return NULL;
    }
    fault = sim_fault_new(kind);
    fault->direction = SIM_BOTH_WAYS;
    fault->connection = -1;
    fault->at_ns = fault->at_offset = -1;
    fault->size_bytes = MAX(1, fault->size_bytes);
    fault->mask = fault->mask != 0 ? fault->mask : 0xff;
    if (kind == SIM_FAULT_TRUNCATE || kind == SIM_FAULT_CORRUPT) {
        fault->direction = SIM_TO_DESTINATION;
    }
    if (g_strcmp0(words[1], "sd") == 0 || g_strcmp0(words[1], "ds") == 0) {
        fault->direction = words[1][0] == 's' ? SIM_TO_DESTINATION : SIM_TO_SOURCE;
        next = 2;
    }
    moment = strchr(text, ' ');
    if (moment != NULL && next == 2) {
        moment = strchr(moment + 1, ' ');
    }
    if (moment == NULL) {
        g_set_error(error, LINK_ERROR, 0, "'%s': expected a moment behind it, such as 'after SECTION_START of ram' or 'after 3 MiB'", text);
        return NULL;
    }
    if (!sim_fault_set_moment(fault, moment + 1, error)) {
        return NULL;
    }
    return g_steal_pointer(&fault);
}

/* problem: NULL, or what the parser of a quantity expected. */
static gboolean quantity_fits(const char *option, const char *text, const char *problem, GError **error)
{
    if (problem != NULL) {
        g_set_error(error, LINK_ERROR, 0, "--%s %s: %s", option, text, problem);
    }
    return problem == NULL;
}

static gboolean arm_faults(SimProxy *proxy, char **faults, const char *cut_after, GError **error)
{
    guint64 offset;

    for (char **text = faults; text != NULL && *text != NULL; text++) {
        g_autoptr(SimFault) fault = parse_fault(*text, error);

        if (fault == NULL) {
            return FALSE;
        }
        sim_proxy_arm(proxy, fault);
    }
    if (cut_after != NULL) {
        g_autoptr(SimFault) fault = sim_fault_new(SIM_FAULT_CUT);

        if (!quantity_fits("cut-after", cut_after, sim_parse_size(cut_after, &offset), error)) {
            return FALSE;
        }
        fault->direction = SIM_BOTH_WAYS;
        fault->at_ns = -1;
        fault->at_offset = (gint64) offset;
        fault->connection = -1;
        sim_proxy_arm(proxy, fault);
    }
    return TRUE;
}

static void run(Link *link)
{
    sigset_t signals;
    SimLoopFd watch = { .events = POLLIN, .ready = on_signal, .owner = link };

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    watch.fd = signalfd(-1, &signals, SFD_CLOEXEC);
    sim_loop_watch(link->loop, &watch);
    while (!link->end) {
        sim_loop_step(link->loop, sim_loop_now_ns(link->loop) + G_GINT64_CONSTANT(1000000000));
        /* A connection may come and go within one step of the loop. */
        if (link->once && sim_proxy_made(link->proxy) > 0 && sim_proxy_connections(link->proxy) == 0) {
            link->end = TRUE;
        }
    }
    sim_loop_unwatch(&watch);
    close(watch.fd);
}

int sim_cmd_link(int argc, char **argv)
{
    g_autofree char *listen_address = NULL, *to = NULL, *bandwidth = NULL, *latency = NULL, *jitter = NULL, *queue = NULL, *loss = NULL,
                    *cut_after = NULL, *capture = NULL, *seed = NULL;
    g_auto(GStrv) faults = NULL;
    gboolean records = FALSE, once = FALSE;
    guint64 seed_number = 1;
    const GOptionEntry entries[] = {
        { "listen", 0, 0, G_OPTION_ARG_STRING, &listen_address, "Where the source connects to: unix:PATH or tcp:HOST:PORT", "URI" },
        { "to", 0, 0, G_OPTION_ARG_STRING, &to, "Where the destination listens", "URI" },
        { "bandwidth", 0, 0, G_OPTION_ARG_STRING, &bandwidth, "1Gbit/s, 125MB/s; default unlimited", "RATE" },
        { "latency", 0, 0, G_OPTION_ARG_STRING, &latency, "One way: 200us, 5ms", "TIME" },
        { "jitter", 0, 0, G_OPTION_ARG_STRING, &jitter, "Added to the latency: 0 to this", "TIME" },
        { "queue", 0, 0, G_OPTION_ARG_STRING, &queue, "Buffer in front of the bottleneck: 1M", "SIZE" },
        { "loss", 0, 0, G_OPTION_ARG_STRING, &loss, "Of packets; shows as delay: 0.01%", "P" },
        { "cut-after", 0, 0, G_OPTION_ARG_STRING, &cut_after, "Cut when so many bytes went to the destination", "SIZE" },
        { "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &faults,
          "KIND [sd|ds] MOMENT, as 'cut before SECTION_END of ram', 'corrupt after 3 MiB'; may be repeated", "FAULT" },
        { "capture", 0, 0, G_OPTION_ARG_FILENAME, &capture, "Keep what every channel carried in this folder", "DIR" },
        { "records", 0, 0, G_OPTION_ARG_NONE, &records, "Print the records of the stream, runs of pages as one", NULL },
        { "once", 0, 0, G_OPTION_ARG_NONE, &once, "End when the last connection has ended", NULL },
        { "seed", 0, 0, G_OPTION_ARG_STRING, &seed, "Of jitter and loss; default 1", "N" },
        { NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("--listen URI --to URI");
    g_autoptr(GError) error = NULL;
    g_autoptr(SimLoop) loop = NULL;
    g_autoptr(SimProxy) proxy = NULL;
    SimWeather weather = { 0 };
    Link link = { 0 };
    json_t *files;

    g_option_context_set_summary(context, "A faulty link between two programs that somebody else starts.\n"
                                 "Exit status: 0 ended (--once, SIGINT, SIGTERM), 2 usage or set-up error.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "miglab link: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    if (listen_address == NULL || to == NULL || argc > 1) {
        fprintf(stderr, "miglab link: %s\n", argc > 1 ? "it takes no arguments but options" : "--listen and --to are needed");
        return SIM_EXIT_USAGE;
    }
    if (!g_str_has_prefix(to, "unix:") && !g_str_has_prefix(to, "tcp:")) {
        fprintf(stderr, "miglab link: --to %s: expected unix:PATH or tcp:HOST:PORT\n", to);
        return SIM_EXIT_USAGE;
    }
    loop = sim_loop_new(1);
    link.loop = loop;
    link.records = records;
    link.once = once;
    if ((bandwidth != NULL && !quantity_fits("bandwidth", bandwidth, sim_parse_bandwidth(bandwidth, &weather.ps_per_byte), &error)) ||
        (latency != NULL && !quantity_fits("latency", latency, sim_parse_duration(latency, &weather.latency_ns), &error)) ||
        (jitter != NULL && !quantity_fits("jitter", jitter, sim_parse_duration(jitter, &weather.jitter_ns), &error)) ||
        (queue != NULL && !quantity_fits("queue", queue, sim_parse_size(queue, &weather.queue_bytes), &error)) ||
        (seed != NULL && !quantity_fits("seed", seed, sim_parse_seed(seed, &seed_number), &error)) ||
        (loss != NULL && !quantity_fits("loss", loss, sim_parse_ratio(loss, &weather.loss_ppm), &error))) {
        fprintf(stderr, "miglab link: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    signal(SIGPIPE, SIG_IGN);
    proxy = sim_proxy_new(loop, &weather, seed_number, &(SimProxyObserver){ .action = on_action, .record = on_record, .owner = &link });
    link.proxy = proxy;
    sim_proxy_set_peer(proxy, to);
    if (!arm_faults(proxy, faults, cut_after, &error) || (capture != NULL && !sim_proxy_capture(proxy, capture, "link", &error)) ||
        !sim_proxy_listen(proxy, listen_address, &error)) {
        fprintf(stderr, "miglab link: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    printf("listening on %s\n", sim_proxy_address(proxy));
    fflush(stdout);
    run(&link);
    files = sim_proxy_end_capture(proxy);
    for (size_t i = 0; i < json_array_size(files); i++) {
        json_t *file = json_array_get(files, i);
        printf("%s %s %" JSON_INTEGER_FORMAT " bytes\n", json_string_value(json_object_get(file, "file")),
               json_string_value(json_object_get(file, "sha256")), json_integer_value(json_object_get(file, "size")));
    }
    json_decref(files);
    return SIM_EXIT_CLEAN;
}
