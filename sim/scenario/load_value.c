/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The values that all parts of a scenario are made of: mappings with known keys, sizes, words, releases.
 */
#include "sim/scenario/load_private.h"

#include "oracle/names.h"
#include "sim/scenario/units.h"

#include <string.h>

typedef struct {
    SimLoader *loader;
    const SimLoadKey *keys;
    gsize count;
    const char *where;
    gpointer opaque;
} Keys;

static void visit_key(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    Keys *keys = opaque;
    g_autoptr(GString) known = g_string_new(NULL);

    for (gsize i = 0; i < keys->count; i++) {
        if (g_str_equal(keys->keys[i].key, key)) {
            keys->keys[i].read(keys->loader, value, keys->opaque);
            return;
        }
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", keys->keys[i].key);
    }
    sim_yaml_problem(yaml, position, "unknown key '%s' in %s, expected one of: %s", key, keys->where, known->str);
}

void sim_load_keys(SimLoader *loader, SimNode node, const SimLoadKey *table, gsize count, const char *where, gpointer opaque)
{
    Keys keys = { loader, table, count, where, opaque };
    g_autofree char *what = g_strdup_printf("a mapping (%s)", where);

    sim_node_each_member(loader->yaml, node, what, visit_key, &keys);
}

#define UNIT_READER(name, type, parser, what) \
    gboolean name(SimLoader *loader, SimNode node, type *ret) \
    { \
        const char *text = sim_node_text(loader->yaml, node, what); \
        const char *expected = text != NULL ? parser(text, ret) : NULL; \
        if (expected != NULL) { \
            SIM_LOAD_PROBLEM(loader, node, "'%s', expected %s", text, expected); \
        } \
        return text != NULL && expected == NULL; \
    }

UNIT_READER(sim_load_size, guint64, sim_parse_size, "a size")
static UNIT_READER(load_any_duration, gint64, sim_parse_duration, "a duration")
UNIT_READER(sim_load_bandwidth, guint64, sim_parse_bandwidth, "a bandwidth")
UNIT_READER(sim_load_ratio, guint32, sim_parse_ratio, "a share of packets")
UNIT_READER(sim_load_rate, guint64, sim_parse_write_rate, "a rate of writes")

gboolean sim_load_duration(SimLoader *loader, SimNode node, gint64 *ret)
{
    gint64 ns;

    if (!load_any_duration(loader, node, &ns)) {
        return FALSE;
    }
    if (ns > SIM_LOAD_DURATION_MAX_NS) {
        SIM_LOAD_PROBLEM(loader, node, "'%s', expected at most 60min", sim_node_text(loader->yaml, node, "a duration"));
        return FALSE;
    }
    *ret = ns;
    return TRUE;
}

gboolean sim_load_choice(SimLoader *loader, SimNode node, const char *const *names, gsize count, guint *ret)
{
    const char *text = sim_node_text(loader->yaml, node, "a word");
    g_autoptr(GString) known = g_string_new(NULL);

    for (gsize i = 0; text != NULL && i < count; i++) {
        if (g_str_equal(text, names[i])) {
            *ret = (guint) i;
            return TRUE;
        }
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    if (text != NULL) {
        SIM_LOAD_PROBLEM(loader, node, "'%s', expected one of: %s", text, known->str);
    }
    return FALSE;
}

gboolean sim_load_side(SimLoader *loader, SimNode node, SimSide *ret)
{
    static const char *const names[] = { "source", "destination" };
    guint side;

    if (!sim_load_choice(loader, node, names, G_N_ELEMENTS(names), &side)) {
        return FALSE;
    }
    *ret = (SimSide) side;
    return TRUE;
}

gboolean sim_load_release(SimLoader *loader, SimNode node, int *ret)
{
    const char *text = sim_node_text(loader->yaml, node, "a release as qemu-7.2");

    if (text == NULL) {
        return FALSE;
    }
    *ret = ora_release_parse(text);
    if (*ret == 0) {
        SIM_LOAD_PROBLEM(loader, node, "'%s', expected a release as qemu-7.2", text);
    }
    return *ret != 0;
}

/* "7.2", "2.6-9.2", "10.0-", "-8.1", "*" */
static gboolean parse_releases(const char *text, SimReleases *ret)
{
    const char *dash = strchr(text, '-');
    g_autofree char *since = NULL;

    if (g_str_has_prefix(text, "qemu-")) {
        return parse_releases(text + strlen("qemu-"), ret);
    }
    if (g_str_equal(text, "*")) {
        *ret = (SimReleases) { 0, 0 };
        return TRUE;
    }
    if (dash == NULL) {
        ret->since = ret->until = ora_release_parse(text);
        return ret->since != 0;
    }
    since = g_strndup(text, (gsize) (dash - text));
    ret->since = since[0] != '\0' ? ora_release_parse(since) : 0;
    ret->until = dash[1] != '\0' ? ora_release_parse(dash + 1) : 0;
    return (since[0] == '\0' || ret->since != 0) && (dash[1] == '\0' || ret->until != 0) && (ret->since != 0 || ret->until != 0)
           && (ret->since == 0 || ret->until == 0 || ret->since <= ret->until);
}

typedef struct { SimLoader *loader; SimLoadReleaseFunc read; gpointer opaque; } ByRelease;

static void visit_release(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    ByRelease *by = opaque;
    SimReleases releases;

    if (!parse_releases(key, &releases)) {
        sim_yaml_problem(yaml, position, "'%s', expected releases: 7.2, 2.6-9.2, 10.0-, -8.1 or \"*\"", key);
        return;
    }
    by->read(by->loader, value, releases, by->opaque);
}

typedef struct { SimNode found; gboolean other; } FindByRelease;

static void find_by_release(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    FindByRelease *find = opaque;

    if (g_str_equal(key, "by-release")) {
        find->found = value;
        find->found.position = position;
    } else {
        find->other = TRUE;
    }
}

void sim_load_by_release(SimLoader *loader, SimNode node, SimLoadReleaseFunc read, gpointer opaque)
{
    FindByRelease find = { { NULL, node.position }, FALSE };
    ByRelease by = { loader, read, opaque };

    if (sim_node_is_mapping(node)) {
        sim_node_each_member(loader->yaml, node, "", find_by_release, &find);
    }
    if (find.found.node == NULL) {
        read(loader, node, (SimReleases) { 0, 0 }, opaque);
        return;
    }
    if (find.other) {
        SIM_LOAD_PROBLEM(loader, find.found, "by-release stands alone, expected no other key beside it");
    }
    sim_node_each_member(loader->yaml, find.found, "a mapping of releases", visit_release, &by);
}

void sim_load_check_states(SimLoader *loader, SimNode node, char **words, gboolean run)
{
    for (guint i = 0; words != NULL && words[i] != NULL; i++) {
        if (run ? ora_run_parse(words[i]) == ORA_RUN_UNKNOWN : ora_status_parse(words[i]) == ORA_STATUS_UNKNOWN) {
            SIM_LOAD_PROBLEM(loader, node, "'%s', expected %s", words[i], run ? "a run state as postmigrate" : "a migration status as active");
        }
    }
}
