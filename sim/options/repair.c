/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/options/repair.h"

#include "sim/options/call.h"

#define SWITCHES_MAX 4

typedef struct {
    const MigProfile *profile;
    MigFactSet facts;
    MigCapSet set, all;
    MigCompression compression;
    gboolean tls;
    GArray *found;
} Search;

static gboolean accepted(const Search *search, MigCapSet set)
{
    MigCapsVerdict verdict = mig_caps_set(search->profile, search->facts, 0, set, set, search->compression, search->tls);

    return verdict.rule == MIG_RULE_NONE && verdict.caps == set;
}

/* All ways to turn `left` more switches, capabilities in ascending order. */
static void walk(const Search *search, MigCapSet turned, int first, int left)
{
    if (left == 0) {
        if (accepted(search, search->set ^ turned)) {
            SimRepair repair = { .off = turned & search->set, .on = turned & ~search->set };

            g_array_append_val(search->found, repair);
        }
        return;
    }
    for (int i = first; i < MIG_CAP_COUNT; i++) {
        if (search->all & MIG_CAP_BIT(i)) {
            walk(search, turned | MIG_CAP_BIT(i), i + 1, left - 1);
        }
    }
}

static gint fewest_on_first(gconstpointer a, gconstpointer b)
{
    const SimRepair *x = a, *y = b;
    gint by_on = __builtin_popcount(x->on) - __builtin_popcount(y->on);

    return by_on != 0 ? by_on : x->off != y->off ? (x->off < y->off ? -1 : 1) : x->on < y->on ? -1 : x->on > y->on;
}

GArray *sim_repair_caps(const MigProfile *profile, MigFactSet facts, MigCapSet set, MigCompression compression, gboolean tls)
{
    Search search = { profile, facts, set, mig_profile_caps(profile), compression, tls,
                      g_array_new(FALSE, FALSE, sizeof(SimRepair)) };

    for (int switches = 0; switches <= SWITCHES_MAX && search.found->len == 0; switches++) {
        walk(&search, 0, 0, switches);
    }
    g_array_sort(search.found, fewest_on_first);
    return search.found;
}

char *sim_repair_to_string(const MigProfile *profile, const SimRepair *repair)
{
    g_autofree char *off = mig_caps_to_string(profile, repair->off), *on = mig_caps_to_string(profile, repair->on);

    if (repair->on == 0) {
        return g_strdup_printf("switch %s off", off);
    }
    return repair->off == 0 ? g_strdup_printf("switch %s on", on) : g_strdup_printf("switch %s off and %s on", off, on);
}

char **sim_repair_aspects(const MigProfile *profile, MigCapSet set, MigCompression compression, gboolean tls)
{
    GPtrArray *names = g_ptr_array_new();
    const MigAspect *aspects;
    gsize count;

    aspects = mig_profile_aspects(&count);
    for (gsize i = 0; i < count; i++) {
        g_autofree char *change = g_strdup_printf("%s:%s", mig_profile_has(profile, &aspects[i]) ? "without" : "with", aspects[i].name);
        g_autoptr(MigProfile) varied = mig_profile_with(profile, change, NULL);
        Search search = { varied, sim_options_facts(varied), set, mig_profile_caps(varied), compression, tls, NULL };

        if (mig_profile_knows(profile, &aspects[i]) && accepted(&search, set)) {
            g_ptr_array_add(names, g_strdup(change));
        }
    }
    g_ptr_array_add(names, NULL);
    return (char **) g_ptr_array_free(names, FALSE);
}
