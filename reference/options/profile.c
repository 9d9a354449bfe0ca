/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/options/profile.h"

#include <string.h>

#include "reference/options/profile_private.h"

/* Builds as distributions make them; the releases that were run agree (spec/options.md 5 and 6.4). */
#define USUAL_FACTS (MIG_FACTS_OF_PROFILE & ~(MigFactSet) MIG_FACT_DIRTY_RING)
#define USUAL_COMPRESSIONS (1u << MIG_COMPRESSION_NONE | 1u << MIG_COMPRESSION_ZLIB | 1u << MIG_COMPRESSION_ZSTD)

static const MigAspect aspects[] = {
    { "linux", MIG_ASPECT_FACT, MIG_FACT_LINUX, R(7, 1), NOW, "built for Linux" },
    { "replication", MIG_ASPECT_FACT, MIG_FACT_REPLICATION, R(3, 1), NOW, "built with block replication, which x-colo needs" },
    { "block", MIG_ASPECT_FACT, MIG_FACT_BLOCK, R(2, 10), R(9, 0), "built with live block migration" },
    { "colo", MIG_ASPECT_FACT, MIG_FACT_COLO, R(2, 8), R(2, 9), "built with COLO" },
    { "direct-io", MIG_ASPECT_FACT, MIG_FACT_DIRECT_IO, R(9, 1), NOW, "the host offers O_DIRECT" },
    { "postcopy", MIG_ASPECT_FACT, MIG_FACT_HOST_POSTCOPY, R(2, 7), NOW, "the host offers userfaultfd" },
    { "write-tracking", MIG_ASPECT_FACT, MIG_FACT_WRITE_TRACKING, R(6, 0), NOW, "userfaultfd can write-protect" },
    { "memory-tracking", MIG_ASPECT_FACT, MIG_FACT_MEMORY_TRACKING, R(6, 0), NOW, "all guest RAM can be write-tracked" },
    { "dirty-ring", MIG_ASPECT_FACT, MIG_FACT_DIRTY_RING, R(6, 2), NOW, "KVM runs with a dirty ring" },
    { "zstd", MIG_ASPECT_COMPRESSION, 1u << MIG_COMPRESSION_ZSTD, R(5, 0), NOW, "built with zstd" },
    { "qatzip", MIG_ASPECT_COMPRESSION, 1u << MIG_COMPRESSION_QATZIP, R(9, 2), NOW, "built with QATzip" },
    { "qpl", MIG_ASPECT_COMPRESSION, 1u << MIG_COMPRESSION_QPL, R(9, 1), NOW, "built with QPL" },
    { "uadk", MIG_ASPECT_COMPRESSION, 1u << MIG_COMPRESSION_UADK, R(9, 1), NOW, "built with UADK" },
    { "incoming", MIG_ASPECT_ROLE, MIG_FACT_INMIGRATE, R(2, 4), NOW, "started with -incoming and still waiting" },
};

GQuark mig_profile_error_quark(void)
{
    return g_quark_from_static_string("mig-profile-error");
}

static gboolean holds(MigRelease from, MigRelease to, MigRelease release)
{
    return from <= release && release <= to;
}

/* The two snapshots of 2023 are 8.1 without what came later in its cycle (spec/options.md 14). */
static gboolean snapshot_lacks_cap(guint snapshot, MigCap cap)
{
    if (snapshot < 20230000) {
        return FALSE;
    }
    return cap == MIG_CAP_DIRTY_LIMIT || (cap == MIG_CAP_SWITCHOVER_ACK && snapshot < 20230630);
}

static gboolean snapshot_lacks_param(guint snapshot, MigParam param)
{
    return snapshot >= 20230000 && (param == MIG_PARAM_X_VCPU_DIRTY_LIMIT_PERIOD || param == MIG_PARAM_VCPU_DIRTY_LIMIT);
}

static gboolean snapshot_lacks_rule(guint snapshot, MigRule rule)
{
    if (snapshot < 20230000) {
        return FALSE;
    }
    return rule == MIG_RULE_CAP_DIRTY_LIMIT_AUTO_CONVERGE || rule == MIG_RULE_CAP_DIRTY_LIMIT_KVM
        || rule == MIG_RULE_CAP_PREEMPT_STARTED || rule == MIG_RULE_CAP_MULTIFD_STARTED
        || rule == MIG_RULE_PAR_X_VCPU_DIRTY_LIMIT_PERIOD || rule == MIG_RULE_PAR_VCPU_DIRTY_LIMIT
        || (rule == MIG_RULE_CAP_SWITCHOVER_ACK_RETURN_PATH && snapshot < 20230630);
}

static void take_rules(MigProfile *profile, const MigRuleRow *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        if (holds(rows[i].from, rows[i].to, profile->release) && !snapshot_lacks_rule(profile->snapshot, rows[i].rule)) {
            profile->rule[rows[i].rule] = &rows[i];
        }
    }
}

static void take_rows(MigProfile *profile)
{
    for (gsize i = 0; i < mig_table_caps_count; i++) {
        const MigCapRow *row = &mig_table_caps[i];

        if (holds(row->from, row->to, profile->release) && !snapshot_lacks_cap(profile->snapshot, row->cap)) {
            profile->cap[row->cap] = row;
            profile->caps |= MIG_CAP_BIT(row->cap);
        }
    }
    for (gsize i = 0; i < mig_table_params_count; i++) {
        const MigParamRow *row = &mig_table_params[i];

        if (holds(row->from, row->to, profile->release) && !snapshot_lacks_param(profile->snapshot, row->param)) {
            profile->param[row->param] = row;
            profile->params |= MIG_PARAM_BIT(row->param);
        }
    }
    for (gsize i = 0; i < mig_table_properties_count; i++) {
        const MigPropertyRow *row = &mig_table_properties[i];

        if (holds(row->from, row->to, profile->release)) {
            profile->property[row->property] = row;
        }
    }
    take_rules(profile, mig_table_rules_caps, mig_table_rules_caps_count);
    take_rules(profile, mig_table_rules_params, mig_table_rules_params_count);
    take_rules(profile, mig_table_rules_gates, mig_table_rules_gates_count);
    take_rules(profile, mig_table_rules_commands, mig_table_rules_commands_count);
}

/* Which fixes a stable release has before mainline (`stable_fixes`). `patch` is the third part of its version. */
static void take_fixes(MigProfile *profile, int patch)
{
    profile->fix_tls_authz_null = profile->release >= R(8, 2) || (profile->release == R(7, 2) && patch >= 7);
    profile->fix_started_again = profile->release >= R(10, 1) || (profile->release == R(10, 0) && patch >= 13);
}

static MigProfile *make(const MigReleaseRow *row, int patch)
{
    MigProfile *profile = g_new0(MigProfile, 1);

    profile->references = 1;
    profile->row = row;
    profile->release = row->release;
    profile->snapshot = row->snapshot;
    profile->version = patch < 0 ? g_strdup(row->version)
                                 : g_strdup_printf("%d.%d.%d", row->release / 100, row->release % 100, patch);
    profile->changes = g_strdup("");
    profile->facts = USUAL_FACTS;
    profile->compressions = USUAL_COMPRESSIONS & ~(row->no_zstd ? 1u << MIG_COMPRESSION_ZSTD : 0u);
    profile->page_size = 4096;
    if (patch < 0) {
        patch = row->snapshot != 0 ? 0 : atoi(strrchr(row->version, '.') + 1);
    }
    take_rows(profile);
    take_fixes(profile, patch);
    return profile;
}

MigProfile *mig_profile_find(const char *name, GError **error)
{
    const char *plain = g_str_has_prefix(name, "qemu-") ? name + strlen("qemu-") : name;
    GString *near;

    for (gsize i = 0; i < mig_table_releases_count; i++) {
        const MigReleaseRow *row = &mig_table_releases[i];
        const char *own = row->name + strlen("qemu-");

        if (strcmp(plain, own) == 0) {
            return make(row, -1);
        }
        /* A patch level: digits after one more dot. */
        if (row->snapshot == 0 && g_str_has_prefix(plain, own) && plain[strlen(own)] == '.') {
            const char *digits = plain + strlen(own) + 1;

            if (*digits != '\0' && strlen(digits) <= 3 && strspn(digits, "0123456789") == strlen(digits)) {
                return make(row, atoi(digits));
            }
        }
    }
    near = g_string_new(NULL);
    for (gsize i = 0; i < mig_table_releases_count; i++) {
        const char *own = mig_table_releases[i].name + strlen("qemu-");
        gsize digits = strcspn(plain, ".");

        if (digits > 0 && strncmp(own, plain, digits) == 0 && own[digits] == '.') {
            g_string_append_printf(near, "%s%s", near->len > 0 ? ", " : "", mig_table_releases[i].name);
        }
    }
    g_set_error(error, MIG_PROFILE_ERROR, MIG_PROFILE_ERROR_UNKNOWN, "there is no profile '%s'; there are %s", name,
                near->len > 0 ? near->str : "qemu-2.4 to qemu-11.1");
    g_string_free(near, TRUE);
    return NULL;
}

MigProfile *mig_profile_ref(MigProfile *profile)
{
    g_return_val_if_fail(profile != NULL, NULL);
    profile->references++;
    return profile;
}

void mig_profile_unref(MigProfile *profile)
{
    if (profile == NULL || --profile->references > 0) {
        return;
    }
    g_free(profile->version);
    g_free(profile->changes);
    g_free(profile);
}

const char *mig_profile_name(const MigProfile *profile)
{
    return profile->row->name;
}

MigRelease mig_profile_release(const MigProfile *profile)
{
    return profile->release;
}

const char *mig_profile_version(const MigProfile *profile)
{
    return profile->version;
}

const char *const *mig_profile_names(void)
{
    static const char *names[64];

    if (names[0] == NULL) {
        g_assert(mig_table_releases_count < G_N_ELEMENTS(names));
        for (gsize i = mig_table_releases_count; i > 0; i--) {
            names[i - 1] = mig_table_releases[i - 1].name;
        }
    }
    return names;
}

const MigAspect *mig_profile_aspects(gsize *ret_count)
{
    *ret_count = G_N_ELEMENTS(aspects);
    return aspects;
}

gboolean mig_profile_knows(const MigProfile *profile, const MigAspect *aspect)
{
    return holds(aspect->from, aspect->to, profile->release);
}

gboolean mig_profile_has(const MigProfile *profile, const MigAspect *aspect)
{
    guint32 set = aspect->kind == MIG_ASPECT_COMPRESSION ? profile->compressions : profile->facts;

    return (set & aspect->bit) != 0;
}

static gboolean change(MigProfile *profile, const char *word, GError **error)
{
    gboolean with = g_str_has_prefix(word, "with:");
    const char *name = strchr(word, ':') != NULL ? strchr(word, ':') + 1 : "";
    GString *known;

    for (gsize i = 0; (with || g_str_has_prefix(word, "without:")) && i < G_N_ELEMENTS(aspects); i++) {
        const MigAspect *aspect = &aspects[i];
        guint32 *set = aspect->kind == MIG_ASPECT_COMPRESSION ? &profile->compressions : &profile->facts;

        if (strcmp(name, aspect->name) == 0) {
            char *changes = g_strconcat(profile->changes, *profile->changes != '\0' ? " " : "", word, NULL);

            *set = with ? *set | aspect->bit : *set & ~aspect->bit;
            g_free(profile->changes);
            profile->changes = changes;
            return TRUE;
        }
    }
    known = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(aspects); i++) {
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", aspects[i].name);
    }
    g_set_error(error, MIG_PROFILE_ERROR, MIG_PROFILE_ERROR_ASPECT,
                "'%s' is no variation; expected with:NAME or without:NAME with one of %s", word, known->str);
    g_string_free(known, TRUE);
    return FALSE;
}

MigProfile *mig_profile_with(const MigProfile *profile, const char *changes, GError **error)
{
    MigProfile *copy = g_new(MigProfile, 1);
    char **words = g_strsplit_set(changes, " ,", -1);
    gboolean ok = TRUE;

    *copy = *profile;
    copy->references = 1;
    copy->version = g_strdup(profile->version);
    copy->changes = g_strdup(profile->changes);
    for (char **word = words; ok && *word != NULL; word++) {
        ok = **word == '\0' || change(copy, *word, error);
    }
    g_strfreev(words);
    if (!ok) {
        mig_profile_unref(copy);
        return NULL;
    }
    return copy;
}

const char *mig_profile_changes(const MigProfile *profile)
{
    return profile->changes;
}

guint32 mig_profile_facts(const MigProfile *profile)
{
    return profile->facts;
}

guint64 mig_profile_page_size(const MigProfile *profile)
{
    return profile->page_size;
}

guint mig_profile_snapshot(const MigProfile *profile)
{
    return profile->snapshot;
}
