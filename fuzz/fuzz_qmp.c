/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Raw bytes into the monitor of a VM that lives in the simulator: whatever comes, every line that goes out is JSON, the
 * virtual time stays bounded, and nothing crashes or leaks.
 *
 * Input: byte 0 the release, byte 1 flags (1: waits for an incoming migration, 2: pretty, 4: the client hangs up at the end),
 * byte 2 the length of the pieces in which the rest is fed (0: all at once), then the bytes.
 */
#include "fuzz/afl.h"

#include "reference/machine/vm.h"
#include "reference/qmp/monitor.h"
#include "sim/choice.h"
#include "sim/virtual/host.h"

#include <jansson.h>

enum { HEADER = 3, STEPS_MAX = 3000 };

static void on_output(gpointer opaque, const char *bytes, gsize size)
{
    g_string_append_len(opaque, bytes, (gssize) size);
}

static void on_dies(gpointer opaque, int how, const char *message)
{
    *(gboolean *) opaque = TRUE;
}

static void on_close_fd(gpointer opaque, int fd)
{
}

/* The seeds have the ids 1, "a" and [1, {"a": null}]. */
static gboolean is_planted(json_t *reply)
{
    json_t *id = json_object_get(reply, "id");

    return json_object_get(reply, "return") &&
           ((json_is_real(id) && json_real_value(id) != 1) || (json_is_string(id) && strcmp(json_string_value(id), "a") != 0) ||
            json_is_boolean(id) || json_is_null(id));
}

/* One reply a line, CR LF behind each. */
static void check_output(const GString *output)
{
    const char *line = output->str, *end;

    while ((end = strstr(line, "\r\n"))) {
        json_error_t problem;
        json_t *json = json_loadb(line, (size_t) (end - line), JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &problem);

        /* "inf" and "-inf" can only be echoed ids; QEMU prints them so, and that is no JSON. */
        if (!json && !g_strstr_len(line, end - line, "inf") && !strstr(problem.text, "overflow")) {
            fuzz_wrong("a line of the monitor is no JSON (%s): %.*s", problem.text, (int) (end - line), line);
        }
        if (fuzz_planted() && is_planted(json)) {
            fuzz_wrong("planted: a successful reply with an id that no seed has");
        }
        json_decref(json);
        line = end + 2;
    }
}

static void fuzz_one(const guint8 *data, gsize size)
{
    const char *const *names = mig_profile_names();
    guint profiles = g_strv_length((char **) names), piece;
    GString *output = g_string_new(NULL);
    gboolean died = FALSE;
    SimWeather weather = { 0 };
    SimWorkload workload = { 0 };             /* a guest that writes nothing */
    SimChoices *choices;
    SimKernel *kernel;
    SimNet *net;
    SimHost *host;
    MigProfile *profile;
    MigVm *vm;

    if (size < HEADER) {
        g_string_free(output, TRUE);
        return;
    }
    choices = sim_choices_new_seeded(1);
    kernel = sim_kernel_new(choices);
    net = sim_net_new(kernel, &weather);
    host = sim_host_new(kernel, net, SIM_END_SOURCE, &workload);
    profile = mig_profile_find(names[data[0] % profiles], NULL);
    {
        MigRamBlockConfig block = { .idstr = "ram", .size = 1 << 20, .content = MIG_CONTENT_RANDOM };
        MigVmConfig config = { .profile = profile, .blocks = &block, .block_count = 1, .stopped = TRUE,
                               .incoming = data[1] & 1 ? "defer" : NULL };

        vm = mig_vm_new(sim_host_env(host), &config, NULL);
    }
    if (vm) {
        MigMonitorConfig monitor_config = { .output = on_output, .opaque = output, .pretty = (data[1] & 2) != 0 };
        MigQmpConfig config;
        MigMonitor *monitor;
        MigQmp *qmp;

        mig_qmp_config_defaults(&config, profile);
        config.vm = vm;
        config.host = (MigQmpHost) { .dies = on_dies, .close_fd = on_close_fd, .opaque = &died };
        qmp = mig_qmp_new(&config);
        monitor = mig_monitor_new(qmp, &monitor_config);
        mig_monitor_open(monitor);
        piece = data[2] ? data[2] : (guint) size;
        for (gsize i = HEADER, steps = 0; i < size && !died && !mig_qmp_is_quitting(qmp); i += piece) {
            mig_monitor_feed(monitor, data + i, MIN(piece, size - i));
            while (steps < STEPS_MAX && sim_kernel_step(kernel, sim_kernel_now_ns(kernel) + 1000000) == SIM_RAN) {
                steps++;
            }
            mig_qmp_expire(qmp, sim_kernel_now_ns(kernel));
        }
        if (data[1] & 4) {
            mig_monitor_close(monitor);
        }
        if (!(data[1] & 2)) {
            check_output(output);
        }
        mig_qmp_free(qmp);
        mig_vm_free(vm);
    }
    mig_profile_unref(profile);
    sim_host_free(host);
    sim_net_free(net);
    sim_kernel_free(kernel);
    sim_choices_free(choices);
    g_string_free(output, TRUE);
}
