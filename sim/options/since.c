/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab options since: in which releases a name exists, of whatever kind it is, and what changed about it.
 */
#include "sim/options/call.h"

#include <string.h>

#include "reference/options/rule.h"
#include "sim/command.h"
#include "sim/options/items.h"

typedef struct {
    char *what;               /* "capability multifd" */
    char *fact;               /* "", "default 300", … */
    MigRelease from, to;
} Stretch;

static void stretch_free(gpointer data)
{
    Stretch *stretch = data;

    g_free(stretch->what);
    g_free(stretch->fact);
    g_free(stretch);
}

/* `what` with `fact` holds in this release: goes on with a stretch or begins one. Takes both strings. */
static void note(GPtrArray *stretches, char *what, char *fact, MigRelease release, MigRelease before)
{
    for (guint i = 0; i < stretches->len; i++) {
        Stretch *stretch = g_ptr_array_index(stretches, i);

        if (stretch->to == before && strcmp(stretch->what, what) == 0 && strcmp(stretch->fact, fact) == 0) {
            stretch->to = release;
            g_free(what);
            g_free(fact);
            return;
        }
    }
    {
        Stretch *stretch = g_new(Stretch, 1);

        *stretch = (Stretch) { what, fact, release, release };
        g_ptr_array_add(stretches, stretch);
    }
}

static void note_param(const MigProfile *profile, MigParam param, GPtrArray *stretches, MigRelease before)
{
    MigRelease release = mig_profile_release(profile);
    const char *name = mig_param_name(profile, param);
    g_autofree char *initial = mig_param_value_to_string(profile, param, mig_param_default(profile, param));

    note(stretches, g_strdup_printf("parameter %s", name), g_strdup_printf("default %s", initial), release, before);
    note(stretches, g_strdup_printf("parameter %s", name), g_strdup_printf("type %s", mig_type_name(mig_param_input_type(profile, param))),
         release, before);
    if (*mig_param_limits(profile, param) != '\0') {
        note(stretches, g_strdup_printf("parameter %s", name), g_strdup_printf("limits %s", mig_param_limits(profile, param)), release,
             before);
    }
    if (mig_param_forgotten(profile, param)) {
        note(stretches, g_strdup_printf("parameter %s", name), g_strdup("dropped by migrate-set-parameters"), release, before);
    }
    if (mig_param_deprecated(profile, param)) {
        note(stretches, g_strdup_printf("parameter %s", name), g_strdup("deprecated"), release, before);
    }
    if (mig_param_unstable(profile, param)) {
        note(stretches, g_strdup_printf("parameter %s", name), g_strdup("unstable"), release, before);
    }
}

static void note_cap(const MigProfile *profile, MigCap cap, GPtrArray *stretches, MigRelease before)
{
    MigRelease release = mig_profile_release(profile);
    const char *name = mig_cap_name(profile, cap);

    if (mig_cap_deprecated(profile, cap)) {
        note(stretches, g_strdup_printf("capability %s", name), g_strdup("deprecated"), release, before);
    }
    if (mig_cap_unstable(profile, cap)) {
        note(stretches, g_strdup_printf("capability %s", name), g_strdup("unstable"), release, before);
    }
}

/* Which capabilities and parameters has the name ever named? Their other names are shown too. */
static void find_things(const char *name, MigCapSet *ret_caps, MigParamMask *ret_params)
{
    *ret_caps = 0;
    *ret_params = 0;
    for (const char *const *profile_name = mig_profile_names(); *profile_name != NULL; profile_name++) {
        g_autoptr(MigProfile) profile = mig_profile_find(*profile_name, NULL);
        MigParam param;
        MigCap cap;

        *ret_caps |= mig_cap_find(profile, name, &cap) ? MIG_CAP_BIT(cap) : 0;
        *ret_params |= mig_param_find(profile, name, &param) ? MIG_PARAM_BIT(param) : 0;
    }
}

static gboolean about(const SimItem *item, const char *name, MigCapSet caps, MigParamMask params)
{
    if (strcmp(item->kind, "capability") == 0) {
        return (caps & MIG_CAP_BIT(item->index)) != 0;
    }
    if (strcmp(item->kind, "parameter") == 0) {
        return (params & MIG_PARAM_BIT(item->index)) != 0;
    }
    return strcmp(item->name, name) == 0;
}

static void note_release(const MigProfile *profile, const char *name, MigCapSet caps, MigParamMask params, GPtrArray *stretches,
                         MigRelease before)
{
    MigRelease release = mig_profile_release(profile);
    g_autoptr(GArray) items = sim_items(profile);

    for (guint i = 0; i < items->len; i++) {
        const SimItem *item = &g_array_index(items, SimItem, i);

        if (!about(item, name, caps, params)) {
            continue;
        }
        note(stretches, sim_item_to_string(item), g_strdup(""), release, before);
        if (strcmp(item->kind, "parameter") == 0) {
            note_param(profile, (MigParam) item->index, stretches, before);
        } else if (strcmp(item->kind, "capability") == 0) {
            note_cap(profile, (MigCap) item->index, stretches, before);
        }
    }
    for (int i = MIG_RULE_NONE + 1; i < MIG_RULE_COUNT; i++) {
        const char *id = mig_rule_id(profile, (MigRule) i), *text = mig_rule_pattern(profile, (MigRule) i);

        if (id != NULL && (strcmp(id, name) == 0 || (text != NULL && strcmp(text, name) == 0))) {
            note(stretches, g_strdup_printf("rule %s", id), g_strdup(text != NULL ? text : ""), release, before);
        }
    }
}

static char *range_of(const Stretch *stretch, MigRelease newest)
{
    g_autofree char *from = sim_options_release(stretch->from), *to = sim_options_release(stretch->to);

    return stretch->to == newest ? g_strdup_printf("%s-", from)
           : stretch->from == stretch->to ? g_strdup(from) : g_strdup_printf("%s-%s", from, to);
}

int sim_options_since(const SimOptionsCall *call)
{
    const char *name = call->arguments[0];
    g_autoptr(GPtrArray) stretches = g_ptr_array_new_with_free_func(stretch_free);
    json_t *list = json_array();
    MigParamMask params;
    MigRelease before = 0;
    MigCapSet caps;

    find_things(name, &caps, &params);
    for (const char *const *profile_name = mig_profile_names(); *profile_name != NULL; profile_name++) {
        g_autoptr(MigProfile) profile = sim_options_profile(call, *profile_name);

        if (profile == NULL) {
            json_decref(list);
            return SIM_EXIT_USAGE;
        }
        if (mig_profile_snapshot(profile) == 0) {
            note_release(profile, name, caps, params, stretches, before);
            before = mig_profile_release(profile);
        }
    }
    if (stretches->len == 0) {
        fprintf(stderr, "miglab options: no release knows '%s' as capability, parameter, property, value, command, argument or rule\n", name);
        json_decref(list);
        return SIM_EXIT_USAGE;
    }
    for (guint i = 0; i < stretches->len; i++) {
        const Stretch *stretch = g_ptr_array_index(stretches, i);
        g_autofree char *range = range_of(stretch, before), *from = sim_options_release(stretch->from),
                        *to = sim_options_release(stretch->to);

        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "what", stretch->what, "fact", stretch->fact, "from", from, "to",
                                              stretch->to == before ? json_null() : json_string(to)));
        if (!call->json) {
            fprintf(call->out, "%-10s  %s%s%s\n", range, stretch->what, *stretch->fact != '\0' ? ": " : "", stretch->fact);
        }
    }
    if (call->json) {
        sim_options_print_json(call, json_pack("{s:s, s:o}", "name", name, "stretches", list));
    } else {
        json_decref(list);
    }
    return SIM_EXIT_CLEAN;
}
