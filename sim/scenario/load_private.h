/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of the loader: load.c (the top), load_machine.c (what there is before the first step), load_step.c, load_fault.c,
 * load_expect.c, load_value.c (what all of them are made of).
 *
 * Every function reports what it does not understand and goes on, so that one pass finds all.
 */
#ifndef SIM_SCENARIO_LOAD_PRIVATE_H
#define SIM_SCENARIO_LOAD_PRIVATE_H

#include "sim/scenario/yaml.h"

typedef struct {
    SimScenario *scenario;
    SimYaml *yaml;
    SimWeather weather;        /* as it is after the steps read so far */
    gboolean source_migrates, destination_listens;
} SimLoader;

#define SIM_LOAD_PROBLEM(loader, node, ...) sim_yaml_problem((loader)->yaml, (node).position, __VA_ARGS__)

/* ---- Mappings ---- */

typedef struct {
    const char *key;
    void (*read)(SimLoader *loader, SimNode value, gpointer opaque);
} SimLoadKey;

#define SIM_LOAD_KEYS(loader, node, table, where, opaque) \
    sim_load_keys(loader, node, table, G_N_ELEMENTS(table), where, opaque)

/* Reads every member with the row of its key; a key without one is a problem, in words "unknown key … in WHERE". */
void sim_load_keys(SimLoader *loader, SimNode node, const SimLoadKey *table, gsize count, const char *where, gpointer opaque);

/* A value, or { by-release: { RANGE: value, … } }: calls read once per range. */
typedef void (*SimLoadReleaseFunc)(SimLoader *loader, SimNode value, SimReleases releases, gpointer opaque);
void sim_load_by_release(SimLoader *loader, SimNode node, SimLoadReleaseFunc read, gpointer opaque);

/* Bounds of what a scenario may ask for, so that a slip of the finger costs minutes and not the machine: an hour in which
 * nothing happens is 100 MB of trace, a TiB of guest 8 GiB of page versions. */
#define SIM_LOAD_DURATION_MAX_NS (G_GINT64_CONSTANT(3600) * 1000000000)
#define SIM_LOAD_RAM_MAX_BYTES (G_GUINT64_CONSTANT(1) << 40)
enum { SIM_LOAD_STEPS_MAX = 10000 };

/* ---- Values; FALSE with a problem: *ret means nothing ---- */

gboolean sim_load_size(SimLoader *loader, SimNode node, guint64 *ret);             /* bytes */
gboolean sim_load_duration(SimLoader *loader, SimNode node, gint64 *ret);          /* ns */
gboolean sim_load_bandwidth(SimLoader *loader, SimNode node, guint64 *ret);        /* ps per byte */
gboolean sim_load_ratio(SimLoader *loader, SimNode node, guint32 *ret);            /* ppm */
gboolean sim_load_rate(SimLoader *loader, SimNode node, guint64 *ret);             /* writes per second */
gboolean sim_load_choice(SimLoader *loader, SimNode node, const char *const *names, gsize count, guint *ret);
gboolean sim_load_side(SimLoader *loader, SimNode node, SimSide *ret);
gboolean sim_load_release(SimLoader *loader, SimNode node, int *ret);
/* That all words (NULL: none) are migration statuses or, with run, run states. */
void sim_load_check_states(SimLoader *loader, SimNode node, char **words, gboolean run);
/* The keys of link: over what *weather is. */
void sim_load_weather(SimLoader *loader, SimNode value, SimWeather *weather);

/* ---- Keys of the top, in files of their own ---- */

void sim_load_guest(SimLoader *loader, SimNode value, gpointer opaque);
void sim_load_source(SimLoader *loader, SimNode value, gpointer opaque);
void sim_load_destination(SimLoader *loader, SimNode value, gpointer opaque);
void sim_load_link(SimLoader *loader, SimNode value, gpointer opaque);
void sim_load_steps(SimLoader *loader, SimNode value, gpointer opaque);
void sim_load_expect(SimLoader *loader, SimNode value, gpointer opaque);
/* The key fault: of a step; opaque is the SimStep. */
void sim_load_fault(SimLoader *loader, SimNode value, gpointer opaque);

#endif
