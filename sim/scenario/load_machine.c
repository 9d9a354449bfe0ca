/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What there is before the first step: guest:, source:, destination: and link:.
 */
#include "sim/scenario/load_private.h"

#include "sim/scenario/units.h"

/* ---- guest ---- */

static void guest_ram(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimMachine *machine = &loader->scenario->machine;

    if (sim_load_size(loader, value, &machine->ram_bytes)
        && (machine->ram_bytes < 1 << 20 || machine->ram_bytes % 4096 != 0 || machine->ram_bytes > SIM_LOAD_RAM_MAX_BYTES)) {
        SIM_LOAD_PROBLEM(loader, value, "a guest with %" G_GUINT64_FORMAT " bytes, expected whole pages, 1 MiB to 1 TiB", machine->ram_bytes);
        machine->ram_bytes = 64 << 20;
    }
}

static void guest_contents(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "random", "zero", "text" };
    guint contents;

    if (sim_load_choice(loader, value, names, G_N_ELEMENTS(names), &contents)) {
        loader->scenario->machine.contents = (SimContents) contents;
    }
}

static void guest_machine(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "usual", "none" };
    guint machine;

    if (sim_load_choice(loader, value, names, G_N_ELEMENTS(names), &machine)) {
        loader->scenario->machine.machine_none = machine == 1;
    }
}

static void workload_writes(SimLoader *loader, SimNode value, gpointer opaque)
{
    (void) sim_load_rate(loader, value, &loader->scenario->machine.workload.writes_per_second);
}

static void workload_share(SimLoader *loader, SimNode value, guint64 *ret)
{
    const char *text = sim_node_text(loader->yaml, value, "a share of memory");
    const char *expected = text != NULL ? sim_parse_share(text, loader->scenario->machine.ram_bytes, ret) : NULL;

    if (expected != NULL) {
        SIM_LOAD_PROBLEM(loader, value, "'%s', expected %s", text, expected);
    } else if (text != NULL && *ret > loader->scenario->machine.ram_bytes) {
        SIM_LOAD_PROBLEM(loader, value, "'%s', expected no more than the guest's memory", text);
    }
}

static void workload_over(SimLoader *loader, SimNode value, gpointer opaque)
{
    workload_share(loader, value, &loader->scenario->machine.workload.size_bytes);
}

static void workload_from(SimLoader *loader, SimNode value, gpointer opaque)
{
    workload_share(loader, value, &loader->scenario->machine.workload.start_bytes);
}

static void workload_pattern(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "idle", "uniform", "hot", "sequential", "bursts", "zeroing" };
    guint kind;

    if (sim_load_choice(loader, value, names, G_N_ELEMENTS(names), &kind)) {
        loader->scenario->machine.workload.kind = (SimWorkloadKind) kind;
    }
}

static void guest_workload(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const SimLoadKey keys[] = {
        { "writes", workload_writes }, { "over", workload_over }, { "from", workload_from }, { "pattern", workload_pattern },
    };
    SimWorkload *workload = &loader->scenario->machine.workload;
    guint64 ram = loader->scenario->machine.ram_bytes;

    if (sim_node_is_scalar(value)) {
        const char *text = sim_node_text(loader->yaml, value, "idle");

        if (!g_str_equal(text, "idle")) {
            SIM_LOAD_PROBLEM(loader, value, "'%s', expected idle or a mapping with writes, over, from, pattern", text);
        }
        return;
    }
    *workload = (SimWorkload) { .kind = SIM_WORKLOAD_UNIFORM, .start_bytes = 1 << 20 };
    SIM_LOAD_KEYS(loader, value, keys, "workload", NULL);
    if (workload->size_bytes == 0) {
        workload->size_bytes = ram / 2;
    }
    if (workload->start_bytes >= ram || workload->size_bytes > ram - workload->start_bytes) {
        if (workload->start_bytes < ram) {
            workload->size_bytes = ram - workload->start_bytes;      /* over 100% of ram means: all there is behind the start */
        } else {
            SIM_LOAD_PROBLEM(loader, value, "the workload begins behind the guest's memory");
        }
    }
}

void sim_load_guest(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const SimLoadKey keys[] = {
        { "ram", guest_ram }, { "contents", guest_contents }, { "workload", guest_workload }, { "machine", guest_machine },
    };

    SIM_LOAD_KEYS(loader, value, keys, "guest", NULL);
}

/* ---- source, destination ---- */

static void side_paused(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimMachine *machine = &loader->scenario->machine;

    (void) sim_node_bool(loader->yaml, value, GPOINTER_TO_INT(opaque) == SIM_SOURCE ? &machine->source_paused : &machine->destination_paused);
    if (GPOINTER_TO_INT(opaque) == SIM_DESTINATION && !machine->destination_paused) {
        loader->scenario->compare = FALSE;                          /* a guest that runs on cannot be compared */
    }
}

static void side_globals(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimMachine *machine = &loader->scenario->machine;
    char ***where = GPOINTER_TO_INT(opaque) == SIM_SOURCE ? &machine->source_globals : &machine->destination_globals;

    g_strfreev(*where);
    *where = sim_node_texts(loader->yaml, value, "a property as migration.x-multifd=on");
}

static void side_incoming(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimMachine *machine = &loader->scenario->machine;
    const char *text = sim_node_text(loader->yaml, value, "an address, defer or none");

    if (GPOINTER_TO_INT(opaque) == SIM_SOURCE) {
        SIM_LOAD_PROBLEM(loader, value, "the source takes no incoming address, expected it at the destination");
    } else if (text != NULL) {
        machine->destination_waits = g_str_equal(text, "defer");
        if (!machine->destination_waits && !g_str_equal(text, "none")) {
            g_free(machine->destination_uri);
            machine->destination_uri = g_strdup(text);
        }
        loader->destination_listens = !machine->destination_waits;
    }
}

static void read_side_settings(SimLoader *loader, SimNode value, SimSide side)
{
    static const SimLoadKey keys[] = { { "paused", side_paused }, { "globals", side_globals }, { "incoming", side_incoming } };

    SIM_LOAD_KEYS(loader, value, keys, sim_side_name(side), GINT_TO_POINTER(side));
}

void sim_load_source(SimLoader *loader, SimNode value, gpointer opaque) { read_side_settings(loader, value, SIM_SOURCE); }
void sim_load_destination(SimLoader *loader, SimNode value, gpointer opaque) { read_side_settings(loader, value, SIM_DESTINATION); }

/* ---- link ---- */

static void link_bandwidth(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_bandwidth(loader, value, &((SimWeather *) opaque)->ps_per_byte); }
static void link_latency(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_duration(loader, value, &((SimWeather *) opaque)->latency_ns); }
static void link_jitter(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_duration(loader, value, &((SimWeather *) opaque)->jitter_ns); }
static void link_queue(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_size(loader, value, &((SimWeather *) opaque)->queue_bytes); }
static void link_loss(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_ratio(loader, value, &((SimWeather *) opaque)->loss_ppm); }

static const SimLoadKey weather_keys[] = {
    { "bandwidth", link_bandwidth }, { "latency", link_latency }, { "jitter", link_jitter }, { "queue", link_queue }, { "loss", link_loss },
};

void sim_load_weather(SimLoader *loader, SimNode value, SimWeather *weather)
{
    SIM_LOAD_KEYS(loader, value, weather_keys, "link", weather);
}

void sim_load_link(SimLoader *loader, SimNode value, gpointer opaque)
{
    sim_load_weather(loader, value, &loader->scenario->weather);
    loader->weather = loader->scenario->weather;
}
