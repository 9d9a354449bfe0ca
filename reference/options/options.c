/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * MigOptions: what is stored, and what others read of it. The commands that change it are in set_caps.c, set_params.c,
 * legacy.c and startup.c; the queries in query.c.
 */
#include "reference/options/options.h"

#include <string.h>

#include "reference/options/options_private.h"

MigOptions *mig_options_new(MigProfile *profile, const MigOptionsHost *host)
{
    MigOptions *options = g_new0(MigOptions, 1);

    options->profile = mig_profile_ref(profile);
    if (host != NULL) {
        options->host = *host;
    }
    mig_params_init(profile, &options->values);
    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        int index = mig_options_text_index((MigParam) i);

        if (index >= 0 && options->values.value[i] == MIG_TEXT_EMPTY) {
            options->text[index] = g_strdup("");
        }
    }
    if (profile->params & MIG_PARAM_BIT(MIG_PARAM_CPR_EXEC_COMMAND)) {
        options->cpr_exec = mig_value_list();
    }
    for (int i = 0; i < MIG_PROPERTY_COUNT; i++) {
        options->property[i] = mig_property_default(profile, (MigProperty) i);
    }
    options->downtime_ns = 300 * (guint64) 1000000;
    return options;
}

void mig_options_free(MigOptions *options)
{
    if (options == NULL) {
        return;
    }
    for (int i = 0; i < MIG_TEXT_COUNT; i++) {
        g_free(options->text[i]);
    }
    mig_value_unref(options->mapping);
    mig_value_unref(options->cpr_exec);
    mig_profile_unref(options->profile);
    g_free(options);
}

const MigProfile *mig_options_profile(const MigOptions *options)
{
    return options->profile;
}

void mig_options_facts(const MigOptions *options, MigFacts *ret_facts)
{
    memset(ret_facts, 0, sizeof *ret_facts);
    if (options->host.get_facts != NULL) {
        options->host.get_facts(options->host.opaque, ret_facts);
    } else {
        ret_facts->inmigrate = (options->profile->facts & MIG_FACT_INMIGRATE) != 0;
    }
}

MigFactSet mig_options_fact_set(const MigOptions *options)
{
    const MigProfile *profile = options->profile;
    MigFactSet set = profile->facts & MIG_FACTS_OF_PROFILE;
    MigFacts facts;

    mig_options_facts(options, &facts);
    set |= facts.inmigrate ? MIG_FACT_INMIGRATE : 0u;
    set |= facts.postmigrate ? MIG_FACT_POSTMIGRATE : 0u;
    set |= facts.incoming_socket ? MIG_FACT_INCOMING_SOCKET : 0u;
    set |= !facts.single_channel ? MIG_FACT_MULTI_CHANNEL : 0u;
    set |= facts.rdma ? MIG_FACT_RDMA : 0u;
    set |= mig_status_busy_caps(profile, facts.status) ? MIG_FACT_BUSY_CAPS : 0u;
    set |= mig_status_busy_migrate(profile, facts.status) ? MIG_FACT_BUSY_MIGRATE : 0u;
    if (facts.memory_untracked) {
        set &= ~(MigFactSet) MIG_FACT_MEMORY_TRACKING;
    }
    return set;
}

void mig_options_hear(MigOptions *options, GString *lines)
{
    options->heard = lines;
}

void mig_options_message(const MigOptions *options, const char *text)
{
    if (options->heard != NULL) {
        g_string_append_printf(options->heard, "%s\n", text);
    } else if (options->host.message != NULL) {
        options->host.message(options->host.opaque, text);
    }
}

void mig_options_print_rule(const MigOptions *options, MigRule rule)
{
    const char *text = mig_rule_pattern(options->profile, rule);

    if (text != NULL) {
        mig_options_message(options, text);
    }
}

/* ---- What is set ---- */

MigCapSet mig_options_caps(const MigOptions *options)
{
    return options->caps;
}

gboolean mig_options_has(const MigOptions *options, MigCap cap)
{
    return (options->caps & MIG_CAP_BIT(cap)) != 0;
}

guint64 mig_options_number(const MigOptions *options, MigParam param)
{
    g_return_val_if_fail((guint) param < MIG_PARAM_COUNT, 0);
    return options->values.value[param];
}

const MigParamValues *mig_options_values(const MigOptions *options)
{
    return &options->values;
}

int mig_options_text_index(MigParam param)
{
    return param == MIG_PARAM_TLS_CREDS ? 0 : param == MIG_PARAM_TLS_HOSTNAME ? 1 : param == MIG_PARAM_TLS_AUTHZ ? 2 : -1;
}

const char *mig_options_text(const MigOptions *options, MigParam param)
{
    int index = mig_options_text_index(param);

    g_return_val_if_fail(index >= 0, NULL);
    return options->text[index];
}

void mig_options_put_text(MigOptions *options, MigParam param, char *text)
{
    int index = mig_options_text_index(param);

    g_assert(index >= 0);
    g_free(options->text[index]);
    options->text[index] = text;
    options->values.value[param] = text == NULL ? MIG_TEXT_UNSET : *text == '\0' ? MIG_TEXT_EMPTY : MIG_TEXT_SET;
}

MigValue *mig_options_list(const MigOptions *options, MigParam param)
{
    g_return_val_if_fail(param == MIG_PARAM_BLOCK_BITMAP_MAPPING || param == MIG_PARAM_CPR_EXEC_COMMAND, NULL);
    return param == MIG_PARAM_BLOCK_BITMAP_MAPPING ? options->mapping : options->cpr_exec;
}

guint64 mig_options_property(const MigOptions *options, MigProperty property)
{
    g_return_val_if_fail((guint) property < MIG_PROPERTY_COUNT, 0);
    return options->property[property];
}

gboolean mig_options_only_migratable(const MigOptions *options)
{
    return options->only_migratable || options->property[MIG_PROPERTY_ONLY_MIGRATABLE] != 0;
}

void mig_options_set_only_migratable(MigOptions *options, gboolean on)
{
    options->only_migratable = on;
}

gboolean mig_options_postcopy(const MigOptions *options)
{
    return mig_options_has(options, MIG_CAP_POSTCOPY_RAM)
        || (mig_options_has(options, MIG_CAP_DIRTY_BITMAPS) && options->profile->release >= R(2, 12));
}

gboolean mig_options_tls(const MigOptions *options)
{
    const char *creds = options->text[0];

    /* 2.7 and 2.8 switch TLS on for every string that is there, an empty one included. */
    return creds != NULL && (*creds != '\0' || options->profile->release <= R(2, 8));
}

gboolean mig_options_multi_channel(const MigOptions *options)
{
    return mig_options_has(options, MIG_CAP_MULTIFD) || mig_options_has(options, MIG_CAP_POSTCOPY_PREEMPT);
}

gboolean mig_options_direct_io(const MigOptions *options)
{
    return options->values.value[MIG_PARAM_DIRECT_IO] != 0 && mig_options_has(options, MIG_CAP_MAPPED_RAM)
        && mig_options_has(options, MIG_CAP_MULTIFD);
}

gboolean mig_options_flush_each_section(const MigOptions *options)
{
    gboolean flush = options->property[MIG_PROPERTY_MULTIFD_FLUSH_AFTER_EACH_SECTION] != 0;

    return flush && (options->profile->release < R(9, 0) || mig_options_has(options, MIG_CAP_MULTIFD));
}

guint64 mig_options_rate_window(const MigOptions *options, gboolean postcopy)
{
    gboolean own = postcopy && options->profile->release >= R(3, 0);

    return options->values.value[own ? MIG_PARAM_MAX_POSTCOPY_BANDWIDTH : MIG_PARAM_MAX_BANDWIDTH] / 10;
}
