/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From YAML to SimScenario: the keys at the top of the file, and what only shows when all is read.
 */
#include "sim/file.h"
#include "sim/scenario/load_private.h"

#include "reference/options/profile.h"

#include <string.h>

static void read_title(SimLoader *loader, SimNode value, gpointer opaque)
{
    g_free(loader->scenario->title);
    loader->scenario->title = g_strdup(sim_node_text(loader->yaml, value, "a sentence"));
}

static void read_since(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_release(loader, value, &loader->scenario->releases.since); }
static void read_until(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_release(loader, value, &loader->scenario->releases.until); }

static void read_needs(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const char *const known[] = { "tcp", "kvm", NULL };
    char **needs = sim_node_texts(loader->yaml, value, "what a target must be able to do");

    for (guint i = 0; needs != NULL && needs[i] != NULL; i++) {
        if (!g_strv_contains(known, needs[i])) {
            SIM_LOAD_PROBLEM(loader, value, "'%s', expected one of: tcp, kvm", needs[i]);
        } else if (g_str_equal(needs[i], "tcp")) {
            loader->scenario->tcp = TRUE;
        }
    }
    if (needs != NULL) {
        g_strfreev(loader->scenario->needs);
        loader->scenario->needs = needs;
    }
}

/* with: and without: lists of aspects of build and host, as `miglab options` takes them. */
static void read_changes(SimLoader *loader, SimNode value, const char *word)
{
    g_auto(GStrv) names = sim_node_texts(loader->yaml, value, "aspects of build or host");
    gsize count;
    const MigAspect *aspects = mig_profile_aspects(&count);

    for (guint i = 0; names != NULL && names[i] != NULL; i++) {
        g_autofree char *before = g_steal_pointer(&loader->scenario->changes);
        gsize known = 0;

        while (known < count && !g_str_equal(aspects[known].name, names[i])) {
            known++;
        }
        if (known == count) {
            SIM_LOAD_PROBLEM(loader, value, "'%s' is no aspect of a build or a host, expected one of those that 'miglab options show --help' names", names[i]);
        }
        loader->scenario->changes = g_strdup_printf("%s%s%s:%s", before != NULL ? before : "", before != NULL ? " " : "", word, names[i]);
    }
}

static void read_with(SimLoader *loader, SimNode value, gpointer opaque) { read_changes(loader, value, "with"); }
static void read_without(SimLoader *loader, SimNode value, gpointer opaque) { read_changes(loader, value, "without"); }

static void skip_sim(SimLoader *loader, SimNode value, gpointer opaque)
{
    g_free(loader->scenario->skip_sim);
    loader->scenario->skip_sim = g_strdup(sim_node_text(loader->yaml, value, "the reason"));
}

static void skip_real(SimLoader *loader, SimNode value, gpointer opaque)
{
    g_free(loader->scenario->skip_real);
    loader->scenario->skip_real = g_strdup(sim_node_text(loader->yaml, value, "the reason"));
}

static void read_skip(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const SimLoadKey keys[] = { { "sim", skip_sim }, { "real", skip_real } };

    SIM_LOAD_KEYS(loader, value, keys, "skip", NULL);
}

static void read_known(SimLoader *loader, SimNode value, gpointer opaque)
{
    char **known = sim_node_texts(loader->yaml, value, "ids of quirks");

    if (known != NULL) {
        g_strfreev(loader->scenario->known);
        loader->scenario->known = known;
    }
}

static void read_events(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_node_bool(loader->yaml, value, &loader->scenario->events); }
static void read_rule(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_node_text(loader->yaml, value, "a text"); }

static const SimLoadKey top_keys[] = {
    { "title", read_title }, { "rule", read_rule }, { "note", read_rule }, { "since", read_since }, { "until", read_until }, { "needs", read_needs },
    { "with", read_with }, { "without", read_without },
    { "skip", read_skip }, { "known", read_known }, { "events", read_events }, { "guest", sim_load_guest }, { "source", sim_load_source },
    { "destination", sim_load_destination }, { "link", sim_load_link }, { "steps", sim_load_steps }, { "expect", sim_load_expect },
};

SimScenario *sim_scenario_parse(const char *name, const char *text, gsize size, GString *problems)
{
    g_autoptr(SimYaml) yaml = sim_yaml_new(text, size);
    g_autoptr(SimScenario) scenario = sim_scenario_new();
    SimLoader loader = { .scenario = scenario, .yaml = yaml };
    g_autofree char *base = g_path_get_basename(name);

    scenario->path = g_strdup(name);
    scenario->slug = g_str_has_suffix(base, ".yaml") ? g_strndup(base, strlen(base) - 5) : g_strdup(base);
    if (yaml->document != NULL) {
        SIM_LOAD_KEYS(&loader, sim_yaml_root(yaml), top_keys, "a scenario", NULL);
        if (scenario->title == NULL) {
            sim_yaml_problem(yaml, (SimPosition) { 1, 1 }, "no title, expected title: with a sentence");
        }
        if (scenario->steps->len == 0 && sim_yaml_problem_count(yaml) == 0) {
            sim_yaml_problem(yaml, (SimPosition) { 1, 1 }, "no steps, expected steps: with a list");
        }
        if (scenario->releases.until != 0 && scenario->releases.until < scenario->releases.since) {
            sim_yaml_problem(yaml, (SimPosition) { 1, 1 }, "until: is before since:, so that no release is left");
        }
    }
    if (sim_yaml_problem_count(yaml) > 0) {
        sim_yaml_print_problems(yaml, name, problems);
        return NULL;
    }
    scenario->listens = !loader.destination_listens;
    if (scenario->compare && !scenario->machine.machine_none) {
        scenario->machine.destination_paused = TRUE;
    }
    return g_steal_pointer(&scenario);
}

SimScenario *sim_scenario_load(const char *path, GString *problems)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize size;

    if (!sim_file_read(path, SIM_FILE_TEXT_MAX, &text, &size, &error)) {
        g_string_append_printf(problems, "%s:1:1: cannot be read: %s\n", path, error->message);
        return NULL;
    }
    return sim_scenario_parse(path, text, size, problems);
}
