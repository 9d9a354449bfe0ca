/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/options/call.h"

#include "reference/options/check.h"

MigProfile *sim_options_profile(const SimOptionsCall *call, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigProfile) plain = mig_profile_find(name, &error);
    MigProfile *profile = plain != NULL ? mig_profile_with(plain, call->changes, &error) : NULL;

    if (profile == NULL) {
        fprintf(stderr, "miglab options: %s\n", error->message);
    }
    return profile;
}

void sim_options_print_json(const SimOptionsCall *call, json_t *document)
{
    json_dumpf(document, call->out, JSON_INDENT(2));
    fputc('\n', call->out);
    json_decref(document);
}

char *sim_options_release(MigRelease release)
{
    return g_strdup_printf("%d.%d", release / 100, release % 100);
}

MigFactSet sim_options_facts(const MigProfile *profile)
{
    return mig_profile_facts(profile) | MIG_FACT_MULTI_CHANNEL;
}

gboolean sim_options_valid(const MigProfile *profile, MigCapSet set)
{
    MigCapsVerdict verdict = mig_caps_set(profile, sim_options_facts(profile), 0, set, set, MIG_COMPRESSION_NONE, FALSE);

    /* Up to 2.9 nothing is refused, but single bits are taken back. */
    return verdict.rule == MIG_RULE_NONE && verdict.caps == set;
}

json_t *sim_options_caps_json(const MigProfile *profile, MigCapSet set)
{
    json_t *list = json_array();

    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        if (set & MIG_CAP_BIT(i)) {
            json_array_append_new(list, json_string(mig_cap_name(profile, (MigCap) i)));
        }
    }
    return list;
}
