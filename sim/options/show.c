/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab options show: one release, everything that its options layer has.
 */
#include "sim/options/call.h"

#include "reference/options/enum.h"
#include "reference/options/property.h"
#include "reference/options/rule.h"
#include "sim/command.h"
#include "sim/options/table.h"

static const char *standing(gboolean deprecated, gboolean unstable)
{
    return deprecated ? "deprecated" : unstable ? "unstable" : "";
}

static const char *const effects[] = {
    [MIG_EFFECT_ERROR] = "error",          [MIG_EFFECT_PARTIAL] = "error, rest applied",
    [MIG_EFFECT_APPLIED] = "error, applied", [MIG_EFFECT_CONTINUES] = "error, carried out",
    [MIG_EFFECT_CLEAR] = "taken back",     [MIG_EFFECT_WARN] = "warning",
    [MIG_EFFECT_CLAMP] = "clamped",        [MIG_EFFECT_SILENT] = "silent failure",
    [MIG_EFFECT_ABORT] = "process dies",   [MIG_EFFECT_EXIT] = "exit at start",
};

/* "0..9 level", or the members of an enumeration. */
static char *limits_of(const MigProfile *profile, MigParam param)
{
    const char *enumeration = mig_type_enum(mig_param_input_type(profile, param));

    if (enumeration != NULL) {
        g_autofree const char **members = mig_enum_members(profile, enumeration);

        return g_strjoinv(" | ", (char **) members);
    }
    return g_strdup(mig_param_limits(profile, param));
}

/* FALSE: the release has no such parameter. */
static gboolean describe_param(const MigProfile *profile, MigParam param, char **ret_initial, char **ret_limits)
{
    if (mig_param_name(profile, param) == NULL) {
        return FALSE;
    }
    *ret_initial = mig_param_value_to_string(profile, param, mig_param_default(profile, param));
    *ret_limits = limits_of(profile, param);
    return TRUE;
}

static void print_caps(const SimOptionsCall *call, const MigProfile *profile)
{
    g_autoptr(SimTable) table = sim_table_new("capability", "side", "property", "", "meaning", NULL);

    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        MigCap cap = (MigCap) i;

        if (mig_cap_name(profile, cap) != NULL) {
            sim_table_add(table, mig_cap_name(profile, cap), mig_cap_side(cap), mig_cap_property(profile, cap),
                          mig_cap_listed(profile, cap) ? standing(mig_cap_deprecated(profile, cap), mig_cap_unstable(profile, cap))
                                                       : "not built",
                          mig_cap_meaning(cap));
        }
    }
    fprintf(call->out, "\nCapabilities (%u), all off at start unless a property says otherwise:\n", sim_table_rows(table));
    sim_table_print(table, call->out);
}

static void print_params(const SimOptionsCall *call, const MigProfile *profile)
{
    g_autoptr(SimTable) table = sim_table_new("parameter", "type", "default", "unit", "limits", "property", "", NULL);

    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        MigParam param = (MigParam) i;
        g_autofree char *initial = NULL, *limits = NULL;

        if (!describe_param(profile, param, &initial, &limits)) {
            continue;
        }
        sim_table_add(table, mig_param_name(profile, param), mig_type_name(mig_param_input_type(profile, param)), initial,
                      mig_param_unit(param), limits, mig_param_property(profile, param, NULL),
                      !mig_param_settable(profile, param)    ? "not by QMP"
                      : mig_param_forgotten(profile, param) ? "forgotten by QMP"
                                                            : standing(mig_param_deprecated(profile, param),
                                                                       mig_param_unstable(profile, param)));
    }
    fprintf(call->out, "\nParameters (%u), in the order of their conversion:\n", sim_table_rows(table));
    sim_table_print(table, call->out);
}

static void print_properties(const SimOptionsCall *call, const MigProfile *profile)
{
    g_autoptr(SimTable) table = sim_table_new("property", "default", NULL);

    for (int i = 0; i < MIG_PROPERTY_COUNT; i++) {
        MigProperty property = (MigProperty) i;
        g_autofree char *initial = g_strdup_printf("%" G_GUINT64_FORMAT, mig_property_default(profile, property));

        if (mig_property_name(profile, property) != NULL) {
            sim_table_add(table, mig_property_name(profile, property),
                          property == MIG_PROPERTY_X_CLEAR_BITMAP_SHIFT           ? initial
                          : mig_property_default(profile, property) != 0 ? "on" : "off");
        }
    }
    if (sim_table_rows(table) > 0) {
        fprintf(call->out, "\nOther properties (-global migration.NAME=VALUE):\n");
        sim_table_print(table, call->out);
    }
}

static void print_rules(const SimOptionsCall *call, const MigProfile *profile)
{
    g_autoptr(SimTable) table = sim_table_new("rule", "effect", "text", NULL);

    for (int i = MIG_RULE_NONE + 1; i < MIG_RULE_COUNT; i++) {
        if (mig_rule_exists(profile, (MigRule) i)) {
            sim_table_add(table, mig_rule_id(profile, (MigRule) i), effects[mig_rule_effect(profile, (MigRule) i)],
                          mig_rule_pattern(profile, (MigRule) i));
        }
    }
    fprintf(call->out, "\nRules (%u):\n", sim_table_rows(table));
    sim_table_print(table, call->out);
}

static void print_aspects(const SimOptionsCall *call, const MigProfile *profile)
{
    const MigAspect *aspects;
    gsize count;

    aspects = mig_profile_aspects(&count);
    fprintf(call->out, "Build and host:");
    for (gsize i = 0; i < count; i++) {
        if (mig_profile_knows(profile, &aspects[i])) {
            fprintf(call->out, " %s%s", mig_profile_has(profile, &aspects[i]) ? "+" : "-", aspects[i].name);
        }
    }
    fputc('\n', call->out);
}

/* ---- JSON ---- */

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *caps_json(const MigProfile *profile)
{
    json_t *list = json_array();

    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        MigCap cap = (MigCap) i;

        if (mig_cap_name(profile, cap) != NULL) {
            json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b, s:b, s:b, s:s}", "name", mig_cap_name(profile, cap), "side",
                                                  mig_cap_side(cap), "property", text_or_null(mig_cap_property(profile, cap)),
                                                  "listed", mig_cap_listed(profile, cap), "deprecated",
                                                  mig_cap_deprecated(profile, cap), "unstable", mig_cap_unstable(profile, cap),
                                                  "meaning", mig_cap_meaning(cap)));
        }
    }
    return list;
}

static json_t *params_json(const MigProfile *profile)
{
    json_t *list = json_array();

    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        MigParam param = (MigParam) i;
        g_autofree char *initial = NULL, *limits = NULL;

        if (!describe_param(profile, param, &initial, &limits)) {
            continue;
        }
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:b, s:b, s:b}", "name", mig_param_name(profile, param),
                                        "type", mig_type_name(mig_param_input_type(profile, param)), "default", initial, "unit",
                                        mig_param_unit(param), "limits", limits, "property",
                                        text_or_null(mig_param_property(profile, param, NULL)), "settable",
                                        mig_param_settable(profile, param), "forgotten", mig_param_forgotten(profile, param),
                                        "deprecated", mig_param_deprecated(profile, param), "unstable",
                                        mig_param_unstable(profile, param)));
    }
    return list;
}

static json_t *rules_json(const MigProfile *profile)
{
    json_t *list = json_array();

    for (int i = MIG_RULE_NONE + 1; i < MIG_RULE_COUNT; i++) {
        MigRule rule = (MigRule) i;

        if (mig_rule_exists(profile, rule)) {
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "id", mig_rule_id(profile, rule), "effect",
                                                  effects[mig_rule_effect(profile, rule)], "class",
                                                  mig_qmp_error_class_name(mig_rule_class(profile, rule)), "text",
                                                  text_or_null(mig_rule_pattern(profile, rule))));
        }
    }
    return list;
}

static json_t *properties_json(const MigProfile *profile)
{
    g_autoptr(GArray) all = mig_profile_properties(profile);
    json_t *list = json_array();

    for (guint i = 0; i < all->len; i++) {
        const MigPropertyInfo *info = &g_array_index(all, MigPropertyInfo, i);

        json_array_append_new(list, json_pack("{s:s, s:s}", "name", info->name, "type", info->type));
    }
    return list;
}

int sim_options_show(const SimOptionsCall *call)
{
    g_autoptr(MigProfile) profile = sim_options_profile(call, call->arguments[0]);

    if (profile == NULL) {
        return SIM_EXIT_USAGE;
    }
    if (call->json) {
        sim_options_print_json(call, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "profile", mig_profile_name(profile), "version",
                                               mig_profile_version(profile), "changes", mig_profile_changes(profile), "capabilities",
                                               caps_json(profile), "parameters", params_json(profile), "properties",
                                               properties_json(profile), "rules", rules_json(profile)));
        return SIM_EXIT_CLEAN;
    }
    fprintf(call->out, "%s (version %s)%s%s\n", mig_profile_name(profile), mig_profile_version(profile),
            *mig_profile_changes(profile) != '\0' ? ", " : "", mig_profile_changes(profile));
    print_aspects(call, profile);
    print_caps(call, profile);
    print_params(call, profile);
    print_properties(call, profile);
    print_rules(call, profile);
    return SIM_EXIT_CLEAN;
}
