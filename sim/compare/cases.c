/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/compare/compare.h"

#include <string.h>

enum { EXAMPLES_MAX = 8 };

/* A fact in both tongues. `inmigrate`: the rules that mention it also need a waiting destination. */
static const struct {
    const char *name;
    MigFactSet engine;
    guint oracle;
    gboolean usual;           /* holds in the default case */
    gboolean inmigrate;
    const char *change;       /* of build or host: as the engine's profile takes it; NULL: of the state */
} facts[] = {
    { "without linux", MIG_FACT_LINUX, ORA_FACT_LINUX, TRUE, FALSE, "without:linux" },
    { "without replication", MIG_FACT_REPLICATION, ORA_FACT_REPLICATION, TRUE, FALSE, "without:replication" },
    { "without block", MIG_FACT_BLOCK, ORA_FACT_BLOCK_MIGRATION, TRUE, FALSE, "without:block" },
    { "without colo", MIG_FACT_COLO, ORA_FACT_COLO_BUILD, TRUE, FALSE, "without:colo" },
    { "without direct-io", MIG_FACT_DIRECT_IO, ORA_FACT_DIRECT_IO, TRUE, FALSE, "without:direct-io" },
    { "without postcopy on the host, source", MIG_FACT_HOST_POSTCOPY, ORA_FACT_HOST_POSTCOPY, TRUE, FALSE, "without:postcopy" },
    { "without postcopy on the host, destination", MIG_FACT_HOST_POSTCOPY, ORA_FACT_HOST_POSTCOPY, TRUE, TRUE, "without:postcopy" },
    { "without write-tracking", MIG_FACT_WRITE_TRACKING, ORA_FACT_HOST_WRITE_TRACKING, TRUE, FALSE, "without:write-tracking" },
    { "without memory-tracking", MIG_FACT_MEMORY_TRACKING, ORA_FACT_MEMORY_WRITE_TRACKING, TRUE, FALSE, "without:memory-tracking" },
    { "with dirty-ring", MIG_FACT_DIRTY_RING, ORA_FACT_DIRTY_RING, FALSE, FALSE, "with:dirty-ring" },
    { "destination", 0, 0, FALSE, TRUE },
    { "destination that listens", MIG_FACT_INCOMING_SOCKET, ORA_FACT_INCOMING_STARTED, FALSE, TRUE },
    { "destination without multi-channel protocol", MIG_FACT_MULTI_CHANNEL, ORA_FACT_MULTI_CHANNEL_PROTOCOL, TRUE, TRUE },
    { "with rdma", MIG_FACT_RDMA, ORA_FACT_RDMA, FALSE, FALSE },
    { "busy", MIG_FACT_BUSY_CAPS, ORA_FACT_BUSY_FOR_CAPABILITIES, FALSE, FALSE },
};

static gboolean is_mentioned(const OraProfile *profile, guint fact, gboolean inmigrate)
{
    for (gsize i = 0; i < ora_capability_rule_count; i++) {
        const OraCapabilityRule *rule = &ora_capability_rules[i];
        guint named = rule->facts | rule->no_facts;

        if (ora_release_in(profile->release, rule->since, rule->until) && !(rule->not_in & profile->snapshot) &&
            (fact == 0 ? inmigrate && (named & ORA_FACT_INMIGRATE) : (named & fact) != 0)) {
            return TRUE;
        }
    }
    return fact == ORA_FACT_DIRECT_IO && profile->release >= 901;
}

static void case_free(gpointer data)
{
    SimCompareCase *c = data;

    mig_profile_unref(c->engine);
    g_free(c);
}

static SimCompareCase *case_new(const char *name, MigProfile *engine, const OraProfile *oracle)
{
    SimCompareCase *c = g_new0(SimCompareCase, 1);

    c->name = name;
    c->engine = mig_profile_ref(engine);
    c->engine_facts = mig_profile_facts(engine) | MIG_FACT_MULTI_CHANNEL;
    c->oracle = *oracle;
    return c;
}

GPtrArray *sim_compare_cases(const char *profile, gboolean all, GError **error)
{
    g_autoptr(GPtrArray) cases = g_ptr_array_new_with_free_func(case_free);
    g_autoptr(MigProfile) engine = mig_profile_find(profile, error);
    OraProfile oracle;

    if (!engine) {
        return NULL;
    }
    if (!ora_profile_parse(profile, &oracle)) {
        g_set_error(error, MIG_PROFILE_ERROR, MIG_PROFILE_ERROR_UNKNOWN, "the oracle knows no release '%s'", profile);
        return NULL;
    }
    g_ptr_array_add(cases, case_new("default", engine, &oracle));
    for (gsize i = 0; all && i < G_N_ELEMENTS(facts); i++) {
        g_autoptr(MigProfile) changed = NULL;
        SimCompareCase *c;

        if (!is_mentioned(&oracle, facts[i].oracle, facts[i].inmigrate)) {
            continue;
        }
        changed = facts[i].change ? mig_profile_with(engine, facts[i].change, error) : mig_profile_ref(engine);
        if (!changed) {
            return NULL;
        }
        c = case_new(facts[i].name, changed, &oracle);
        c->engine_facts = facts[i].usual ? c->engine_facts & ~facts[i].engine : c->engine_facts | facts[i].engine;
        c->oracle.facts = facts[i].usual ? c->oracle.facts & ~facts[i].oracle : c->oracle.facts | facts[i].oracle;
        if (facts[i].inmigrate) {
            c->engine_facts |= MIG_FACT_INMIGRATE;
            c->oracle.facts |= ORA_FACT_INMIGRATE;
        }
        g_ptr_array_add(cases, c);
    }
    return g_steal_pointer(&cases);
}

void sim_compare_count_init(SimCompareCount *count)
{
    memset(count, 0, sizeof *count);
    count->examples = g_ptr_array_new_with_free_func(g_free);
}

void sim_compare_count_done(SimCompareCount *count)
{
    g_clear_pointer(&count->examples, g_ptr_array_unref);
}

void sim_compare_differs(SimCompareCount *count, const SimCompareCase *c, const char *format, ...)
{
    va_list arguments;

    count->different++;
    if (count->examples->len < EXAMPLES_MAX) {
        g_autofree char *text = NULL;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        g_ptr_array_add(count->examples, g_strdup_printf("%s, %s: %s", mig_profile_name(c->engine), c->name, text));
    }
}
