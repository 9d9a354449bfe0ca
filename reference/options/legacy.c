/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * migrate_set_speed, migrate_set_downtime and migrate-set-cache-size, up to 5.2 (spec/options.md 9). First they had values
 * of their own and clamped; later they are other names for a parameter.
 */
#include "reference/options/options_private.h"

static gboolean as_parameter(MigOptions *options, MigParam param, gint64 value, GError **error)
{
    g_autoptr(MigValue) arguments = mig_value_dict();
    const char *name = mig_param_name(options->profile, param);

    g_return_val_if_fail(name != NULL, FALSE);
    mig_value_dict_put(arguments, name, mig_value_int(value));
    return mig_options_set_parameters(options, arguments, error);
}

static void tell(const MigOptions *options, MigParam param)
{
    if (options->host.changed != NULL) {
        options->host.changed(options->host.opaque, (int) param);
    }
}

gboolean mig_options_set_speed(MigOptions *options, gint64 bytes_per_second, GError **error)
{
    MigFacts facts;

    if (options->profile->release >= R(2, 8)) {
        return as_parameter(options, MIG_PARAM_MAX_BANDWIDTH, bytes_per_second, error);
    }
    options->values.value[MIG_PARAM_MAX_BANDWIDTH] = (guint64) MAX(bytes_per_second, 0);
    mig_options_facts(options, &facts);
    if (facts.outgoing_stream) {
        tell(options, MIG_PARAM_MAX_BANDWIDTH);
    }
    return TRUE;
}

gboolean mig_options_set_downtime(MigOptions *options, double seconds, GError **error)
{
    MigRelease release = options->profile->release;

    if (release <= R(2, 7)) {
        double ns = seconds * 1e9;

        options->downtime_ns = ns <= 0 ? 0 : ns >= 18446744073709551616.0 ? G_MAXUINT64 : (guint64) ns;
        options->values.value[MIG_PARAM_DOWNTIME_LIMIT] = options->downtime_ns / 1000000;
        return TRUE;
    }
    if (release >= R(2, 9) && (seconds < 0 || seconds > 2000)) {
        return mig_rule_fail(options->profile, MIG_RULE_DOWNTIME_RANGE, error, NULL);
    }
    seconds *= 1000;
    return as_parameter(options, MIG_PARAM_DOWNTIME_LIMIT,
                        seconds <= 0 ? 0 : seconds >= 9223372036854775808.0 ? G_MAXINT64 : (gint64) seconds, error);
}

gboolean mig_options_set_cache_size(MigOptions *options, gint64 bytes, GError **error)
{
    const MigProfile *profile = options->profile;
    guint64 size = (guint64) bytes, rounded = 1;
    MigFacts facts;

    if (profile->release >= R(2, 11)) {
        return as_parameter(options, MIG_PARAM_XBZRLE_CACHE_SIZE, bytes, error);
    }
    /* A negative size is a very large one; it fits size_t on a 64-bit host. */
    mig_options_facts(options, &facts);
    if (size > facts.ram_bytes) {
        return mig_rule_fail(profile, MIG_RULE_CACHE_RAM_SIZE, error, NULL);
    }
    if (size < profile->page_size) {
        return mig_rule_fail(profile, MIG_RULE_CACHE_PAGE_SIZE, error, NULL);
    }
    while (rounded <= size / 2) {
        rounded *= 2;
    }
    options->values.value[MIG_PARAM_XBZRLE_CACHE_SIZE] = rounded;
    tell(options, MIG_PARAM_XBZRLE_CACHE_SIZE);
    return TRUE;
}

gint64 mig_options_query_cache_size(const MigOptions *options)
{
    return (gint64) options->values.value[MIG_PARAM_XBZRLE_CACHE_SIZE];
}

guint64 mig_options_downtime_ns(const MigOptions *options)
{
    return options->profile->release <= R(2, 7) ? options->downtime_ns
                                                : options->values.value[MIG_PARAM_DOWNTIME_LIMIT] * 1000000;
}
