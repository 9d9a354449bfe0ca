/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/options/options.h"

#include "oracle/options/mapping.h"
#include "oracle/options/schema.h"

#include <string.h>

typedef struct {
    gboolean set;             /* of strings and lists: it has a value at all */
    gboolean negative;        /* numbers of 2.4-2.11 are signed */
    guint64 number;
    char *word;
    OraValue *tree;
} Stored;

struct OraOptions {
    OraProfile profile;
    OraCapabilityJudge judge;
    OraCapSet capabilities;
    Stored stored[ORA_PARAM_COUNT];
    guint64 cache_size;       /* 2.4-2.10, before it became a parameter */
    guint64 ram_size;
};

static void stored_clear(Stored *stored)
{
    g_free(stored->word);
    ora_value_free(stored->tree);
    memset(stored, 0, sizeof *stored);
}

static void stored_copy(Stored *to, const Stored *from)
{
    *to = *from;
    to->word = g_strdup(from->word);
    to->tree = ora_value_copy(from->tree);
}

void ora_reply_clear(OraReply *reply)
{
    g_free(reply->desc);
    g_clear_pointer(&reply->also, g_ptr_array_unref);
    ora_value_free(reply->value);
    memset(reply, 0, sizeof *reply);
}

/* Equal, or equal up to a trailing {reason}, which is the host's and not empty. */
static gboolean text_allows(const char *text, const char *desc)
{
    const char *open = strchr(text, '{');

    if (open && strcmp(open, "{reason}") == 0) {
        gsize length = (gsize) (open - text);

        return strncmp(text, desc, length) == 0 && desc[length] != '\0';
    }
    return strcmp(text, desc) == 0;
}

gboolean ora_reply_allows(const OraReply *reply, const char *error_class, const char *desc)
{
    if (reply->kind != ORA_REPLY_ERROR || strcmp(reply->error_class, error_class) != 0) {
        return FALSE;
    }
    if (text_allows(reply->desc, desc)) {
        return TRUE;
    }
    for (guint i = 0; reply->also && i < reply->also->len; i++) {
        if (strcmp(reply->also->pdata[i], desc) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static void reply_error(OraReply *ret, const char *desc, const char *rule_id)
{
    ret->kind = ORA_REPLY_ERROR;
    ret->error_class = "GenericError";
    ret->desc = g_strdup(desc);
    ret->rule_id = rule_id;
}

static void reply_done(OraReply *ret)
{
    ret->kind = ORA_REPLY_RETURN;
    ret->value = ora_value_object();
}

/* TRUE when the schema refuses; ret is then filled. */
static gboolean reply_refused(OraReply *ret, OraRefusal *refusal)
{
    if (!refusal->desc) {
        return FALSE;
    }
    reply_error(ret, refusal->desc, NULL);
    ret->also = g_steal_pointer(&refusal->also);
    return TRUE;
}

OraOptions *ora_options_new(const OraProfile *profile)
{
    OraOptions *options = g_new0(OraOptions, 1);

    options->profile = *profile;
    options->cache_size = 64 * 1024 * 1024;
    options->ram_size = 128 * 1024 * 1024;
    ora_capability_judge_init(&options->judge, profile);
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        const OraParameterRow *row = ora_parameter_row(profile, i);

        if (row) {
            options->stored[i].number = row->initial;
            options->stored[i].word = g_strdup(row->word);
            options->stored[i].set = row->word != NULL;
        }
    }
    return options;
}

OraOptions *ora_options_copy(const OraOptions *options)
{
    OraOptions *copy = g_new0(OraOptions, 1);

    *copy = *options;
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        stored_copy(&copy->stored[i], &options->stored[i]);
    }
    return copy;
}

void ora_options_free(OraOptions *options)
{
    if (!options) {
        return;
    }
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        stored_clear(&options->stored[i]);
    }
    g_free(options);
}

void ora_options_set_facts(OraOptions *options, guint facts)
{
    options->profile.facts = facts;
    ora_capability_judge_init(&options->judge, &options->profile);
}

void ora_options_set_ram_size(OraOptions *options, guint64 size)
{
    options->ram_size = size;
}

OraCapSet ora_options_capabilities(const OraOptions *options)
{
    return options->capabilities;
}

static guint params_seen(const Stored *stored)
{
    const Stored *compression = &stored[ORA_PARAM_MULTIFD_COMPRESSION], *tls = &stored[ORA_PARAM_TLS_CREDS];

    return (compression->word && strcmp(compression->word, "none") != 0 ? ORA_PARAMS_COMPRESSION : 0) |
           (tls->word && tls->word[0] ? ORA_PARAMS_TLS : 0);
}

guint ora_options_params_seen(const OraOptions *options)
{
    return params_seen(options->stored);
}

gboolean ora_options_is_default(const OraOptions *options, OraParameter parameter)
{
    const OraParameterRow *row = ora_parameter_row(&options->profile, parameter);
    const Stored *stored = &options->stored[parameter];

    return !row || (!stored->negative && stored->number == row->initial && g_strcmp0(stored->word, row->word) == 0 && !stored->tree);
}

/* ---- Capabilities ---- */

static void set_capabilities(OraOptions *options, const OraValue *arguments, OraReply *ret)
{
    g_auto(OraRefusal) refusal = { 0 };
    g_autofree OraCapabilityChange *changes = NULL;
    const OraValue *list;
    OraCapabilityVerdict verdict;

    ora_schema_check_capabilities(&options->profile, arguments, &refusal);
    if (reply_refused(ret, &refusal)) {
        return;
    }
    list = ora_value_member(arguments, "capabilities");
    changes = g_new0(OraCapabilityChange, list->items->len + 1);
    for (guint i = 0; i < list->items->len; i++) {
        changes[i].capability = ora_capability_find(&options->profile, ora_value_member(list->items->pdata[i], "capability")->text);
        changes[i].state = ora_value_member(list->items->pdata[i], "state")->truth;
    }
    verdict = ora_capability_judge_list(&options->judge, options->capabilities, changes, list->items->len,
                                        params_seen(options->stored));
    options->capabilities = verdict.after;
    switch (verdict.effect) {
    case ORA_EFFECT_NONE:
    case ORA_EFFECT_CLEAR:
    case ORA_EFFECT_WARN:
        reply_done(ret);
        break;
    case ORA_EFFECT_ABORT:
        ret->kind = ORA_REPLY_DEATH;
        ret->rule_id = verdict.rule->id;
        break;
    case ORA_EFFECT_ERROR:
    case ORA_EFFECT_ERROR_PARTIAL:
    case ORA_EFFECT_ERROR_APPLIED:
        reply_error(ret, verdict.rule->text, verdict.rule->id);
        break;
    }
}

static void query_capabilities(OraOptions *options, OraReply *ret)
{
    ret->kind = ORA_REPLY_RETURN;
    ret->value = ora_value_array();
    for (int i = 0; i < ORA_CAP_COUNT; i++) {
        OraValue *entry;

        if (!ora_capability_is_listed(&options->profile, i)) {
            continue;
        }
        entry = ora_value_object();
        ora_value_set(entry, "state", ora_value_bool((options->capabilities & ORA_CAP_BIT(i)) != 0));
        ora_value_set(entry, "capability", ora_value_string(ora_capability_name(&options->profile, i)));
        ora_value_add(ret->value, entry);
    }
}

/* ---- Parameters ---- */

/* Stores a value that has passed the schema, narrowed as the release narrows it (6.2). */
static void store(const OraProfile *profile, OraParameter parameter, const OraParameterRow *row, const OraValue *value, Stored *stored)
{
    gint64 number;

    stored_clear(stored);
    stored->set = TRUE;
    switch (row->type) {
    case ORA_TYPE_INT:
        (void) ora_value_as_int64(value, &number);       /* the schema has seen to it */
        if (profile->release >= 212) {
            guint width = ora_parameter_width(parameter);
            stored->number = width == 64 ? (guint64) number : (guint64) number & (((guint64) 1 << width) - 1);
        } else {
            stored->negative = number < 0;
            stored->number = number < 0 ? -(guint64) number : (guint64) number;
        }
        break;
    case ORA_TYPE_UINT8:
    case ORA_TYPE_UINT32:
    case ORA_TYPE_UINT64:
        (void) ora_value_as_uint64(value, &stored->number);
        break;
    case ORA_TYPE_BOOL:
        stored->number = value->truth;
        break;
    case ORA_TYPE_STRING:
    case ORA_TYPE_STRING_OR_NULL:
    case ORA_TYPE_ENUM:
        stored->word = g_strdup(value->kind == ORA_VALUE_NULL ? "" : value->text);
        break;
    case ORA_TYPE_MAPPING:
    case ORA_TYPE_STRINGS:
        stored->tree = ora_value_copy(value);
        break;
    }
}

/* multifd-zlib-level and multifd-zstd-level are checked by type and then dropped (quirk 1). */
static gboolean is_dropped(const OraProfile *profile, OraParameter parameter)
{
    return (parameter == ORA_PARAM_MULTIFD_ZLIB_LEVEL || parameter == ORA_PARAM_MULTIFD_ZSTD_LEVEL) && profile->release <= 802;
}

static gboolean is_power_of_two(guint64 number)
{
    return number != 0 && (number & (number - 1)) == 0;
}

static gboolean is_below(const Stored *stored, gint64 min)
{
    return stored->negative ? min >= 0 || stored->number > (guint64) -min : min > 0 && stored->number < (guint64) min;
}

/* Does the rule object? `result` is what would be stored, `given` what the command names. */
static gboolean objects(const OraOptions *options, const OraParameterRule *rule, const Stored *result, const gboolean *given,
                        char **ret_text, const char **ret_rule_id)
{
    const Stored *value = rule->parameter < ORA_PARAM_COUNT ? &result[rule->parameter] : NULL;
    guint now = params_seen(result), before = params_seen(options->stored);
    gboolean zero_copy = (options->capabilities & ORA_CAP_BIT(ORA_CAP_ZERO_COPY_SEND)) && (options->profile.facts & ORA_FACT_LINUX);

    switch (rule->check) {
    case ORA_CHECK_RANGE:
        return is_below(value, rule->min) || (!value->negative && value->number > rule->max);
    case ORA_CHECK_POWER_OF_TWO:
        return value->number < (guint64) rule->min || value->number > rule->max || !is_power_of_two(value->number);
    case ORA_CHECK_PAGE_POWER_OF_TWO:
        return value->number < options->profile.page_size || !is_power_of_two(value->number);
    case ORA_CHECK_THROTTLE_MAX:
        return value->number > rule->max || value->number < result[ORA_PARAM_CPU_THROTTLE_INITIAL].number;
    case ORA_CHECK_BUILD_DIRECT_IO:
        return value->number && !(options->profile.facts & ORA_FACT_DIRECT_IO);
    case ORA_CHECK_MAPPING: {
        g_autofree char *why = value->tree ? ora_mapping_refusal(value->tree, ret_rule_id) : NULL;

        if (why) {
            *ret_text = g_strconcat(rule->text, why, NULL);
        }
        return why != NULL;
    }
    case ORA_CHECK_ZERO_COPY:
        return zero_copy && now != 0;
    case ORA_CHECK_ZERO_COPY_CRASH:
        return zero_copy && !given[ORA_PARAM_TLS_CREDS] && !(now & ORA_PARAMS_COMPRESSION);
    case ORA_CHECK_MAPPED_RAM:
        return (options->capabilities & ORA_CAP_BIT(ORA_CAP_MAPPED_RAM)) && before != 0;
    }
    g_assert_not_reached();
}

/* The rules over a result. Returns the effect; ret is filled when something objects. */
static OraEffect judge_parameters(const OraOptions *options, const Stored *result, const gboolean *given, OraReply *ret)
{
    const OraProfile *profile = &options->profile;
    OraEffect effect = ORA_EFFECT_NONE;

    for (gsize i = 0; i < ora_parameter_rule_count; i++) {
        const OraParameterRule *rule = &ora_parameter_rules[i];
        const char *rule_id = rule->id;
        g_autofree char *text = NULL;

        if (!ora_release_in(profile->release, rule->since, rule->until) || (rule->not_in & profile->snapshot) ||
            (rule->parameter < ORA_PARAM_COUNT && !ora_parameter_row(profile, rule->parameter)) ||
            (profile->release <= 209 && rule->parameter < ORA_PARAM_COUNT && !given[rule->parameter]) ||
            !objects(options, rule, result, given, &text, &rule_id)) {
            continue;
        }
        if (rule->effect == ORA_EFFECT_ABORT || effect == ORA_EFFECT_ERROR_APPLIED) {
            /* A second error on top of one that did not stop the command kills the process (2.5-2.9). */
            ora_reply_clear(ret);
            ret->kind = ORA_REPLY_DEATH;
            ret->rule_id = rule_id;
            return ORA_EFFECT_ABORT;
        }
        effect = rule->effect;
        reply_error(ret, text ? text : rule->text, rule_id);
        if (effect != ORA_EFFECT_ERROR_APPLIED) {
            return effect;
        }
    }
    return effect;
}

static void apply_parameters(OraOptions *options, const OraValue *arguments, OraReply *ret)
{
    const OraProfile *profile = &options->profile;
    Stored result[ORA_PARAM_COUNT];
    gboolean given[ORA_PARAM_COUNT] = { FALSE }, null_authz = FALSE;
    OraEffect effect;

    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        const OraParameterRow *row = ora_parameter_row(profile, i);
        const OraValue *value = row && arguments ? ora_value_member(arguments, row->name) : NULL;

        stored_copy(&result[i], &options->stored[i]);
        if (value) {
            given[i] = TRUE;
            null_authz |= i == ORA_PARAM_TLS_AUTHZ && value->kind == ORA_VALUE_NULL;
            if (!is_dropped(profile, i)) {
                store(profile, i, row, value, &result[i]);
            }
        }
    }
    effect = judge_parameters(options, result, given, ret);
    if (effect == ORA_EFFECT_NONE && null_authz && profile->release <= 801 && profile->release != 702) {
        /* 7.2.22 has the fix; spec/options.json stable_fixes, seen in a run. */
        ret->kind = ORA_REPLY_DEATH;
        ret->rule_id = "par.tls-authz.null-abort";
    } else if (effect == ORA_EFFECT_NONE) {
        reply_done(ret);
    }
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        if (effect == ORA_EFFECT_NONE || effect == ORA_EFFECT_ERROR_APPLIED) {
            Stored old = options->stored[i];

            options->stored[i] = result[i];
            result[i] = old;
        }
        stored_clear(&result[i]);
    }
}

static void set_parameters(OraOptions *options, const OraValue *arguments, OraReply *ret)
{
    g_auto(OraRefusal) refusal = { 0 };

    ora_schema_check_parameters(&options->profile, arguments, &refusal);
    if (!reply_refused(ret, &refusal)) {
        apply_parameters(options, arguments, ret);
    }
}

static OraValue *stored_value(const OraParameterRow *row, const Stored *stored)
{
    switch (row->type) {
    case ORA_TYPE_INT:
    case ORA_TYPE_UINT8:
    case ORA_TYPE_UINT32:
    case ORA_TYPE_UINT64:
        return stored->negative ? ora_value_int((gint64) -stored->number) : ora_value_uint(stored->number);
    case ORA_TYPE_BOOL:
        return ora_value_bool(stored->number != 0);
    case ORA_TYPE_STRING:
    case ORA_TYPE_STRING_OR_NULL:
    case ORA_TYPE_ENUM:
        return ora_value_string(stored->word ? stored->word : "");
    case ORA_TYPE_MAPPING:
    case ORA_TYPE_STRINGS:
        return stored->tree ? ora_value_copy(stored->tree) : ora_value_array();
    }
    g_assert_not_reached();
}

static void query_parameters(OraOptions *options, OraReply *ret)
{
    ret->kind = ORA_REPLY_RETURN;
    ret->value = ora_value_object();
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        const OraParameterRow *row = ora_parameter_row(&options->profile, i);
        gboolean tls = i == ORA_PARAM_TLS_CREDS || i == ORA_PARAM_TLS_HOSTNAME;

        /* Shown only once set: the mapping; in 2.8 alone the TLS names (3.2). */
        if (row && (options->stored[i].set || (i != ORA_PARAM_BLOCK_BITMAP_MAPPING && !(tls && options->profile.release == 208)))) {
            ora_value_set(ret->value, row->name, stored_value(row, &options->stored[i]));
        }
    }
}

/* ---- The old commands (spec/options.md 9) ---- */

static void set_one_parameter(OraOptions *options, OraParameter parameter, gint64 number, OraReply *ret)
{
    g_autoptr(OraValue) arguments = ora_value_object();

    ora_value_set(arguments, ora_parameter_row(&options->profile, parameter)->name, ora_value_int(number));
    apply_parameters(options, arguments, ret);
}

static void set_speed(OraOptions *options, const OraValue *arguments, OraReply *ret)
{
    g_auto(OraRefusal) refusal = { 0 };
    gint64 number;

    ora_schema_check_value(&options->profile, arguments, FALSE, &refusal);
    if (reply_refused(ret, &refusal)) {
        return;
    }
    if (options->profile.release <= 207) {
        reply_done(ret);              /* clamped, never refused; no query shows it */
        return;
    }
    (void) ora_value_as_int64(ora_value_member(arguments, "value"), &number);
    set_one_parameter(options, ORA_PARAM_MAX_BANDWIDTH, number, ret);
}

static void set_downtime(OraOptions *options, const OraValue *arguments, OraReply *ret)
{
    g_auto(OraRefusal) refusal = { 0 };
    const OraValue *value;
    double seconds, milliseconds;

    ora_schema_check_value(&options->profile, arguments, TRUE, &refusal);
    if (reply_refused(ret, &refusal)) {
        return;
    }
    if (options->profile.release <= 207) {
        reply_done(ret);
        return;
    }
    value = ora_value_member(arguments, "value");
    seconds = value->kind == ORA_VALUE_REAL ? value->real : value->negative ? -(double) value->number : (double) value->number;
    if (options->profile.release >= 209 && !(seconds >= 0 && seconds <= 2000)) {
        reply_error(ret, "Parameter 'downtime_limit' expects an integer in the range of 0 to 2000 seconds", "downtime.range");
        return;
    }
    milliseconds = seconds * 1000;
    set_one_parameter(options, ORA_PARAM_DOWNTIME_LIMIT,
                      milliseconds <= 0 ? 0 : milliseconds >= 9223372036854775807.0 ? G_MAXINT64 : (gint64) milliseconds, ret);
}

static void set_cache_size(OraOptions *options, const OraValue *arguments, OraReply *ret)
{
    g_auto(OraRefusal) refusal = { 0 };
    gint64 number;

    ora_schema_check_value(&options->profile, arguments, FALSE, &refusal);
    if (reply_refused(ret, &refusal)) {
        return;
    }
    (void) ora_value_as_int64(ora_value_member(arguments, "value"), &number);
    if (options->profile.release >= 211) {
        set_one_parameter(options, ORA_PARAM_XBZRLE_CACHE_SIZE, number, ret);
        return;
    }
    /* 64-bit hosts only: every value fits size_t. A negative one is compared unsigned with the RAM. */
    if ((guint64) number > options->ram_size) {
        reply_error(ret, "Parameter 'cache size' expects exceeds guest ram size ", "cache.ram-size");
    } else if ((guint64) number < options->profile.page_size) {
        reply_error(ret, "Parameter 'cache size' expects is smaller than page size", "cache.page-size");
    } else {
        options->cache_size = (guint64) 1 << (g_bit_storage((gulong) number) - 1);
        reply_done(ret);
    }
}

static void query_cache_size(OraOptions *options, OraReply *ret)
{
    guint64 size = options->profile.release >= 211 ? options->stored[ORA_PARAM_XBZRLE_CACHE_SIZE].number : options->cache_size;

    ret->kind = ORA_REPLY_RETURN;
    ret->value = ora_value_int((gint64) size);       /* printed as signed */
}

void ora_options_execute(OraOptions *options, const char *command, const OraValue *arguments, OraReply *ret)
{
    static const struct {
        const char *name;
        OraRelease since, until;
        void (*execute)(OraOptions *options, const OraValue *arguments, OraReply *ret);
        void (*query)(OraOptions *options, OraReply *ret);
    } commands[] = {
        { "migrate-set-capabilities", 204, 0, set_capabilities, NULL },
        { "query-migrate-capabilities", 204, 0, NULL, query_capabilities },
        { "migrate-set-parameters", 204, 0, set_parameters, NULL },
        { "query-migrate-parameters", 204, 0, NULL, query_parameters },
        { "migrate_set_speed", 204, 502, set_speed, NULL },
        { "migrate_set_downtime", 204, 502, set_downtime, NULL },
        { "migrate-set-cache-size", 204, 502, set_cache_size, NULL },
        { "query-migrate-cache-size", 204, 502, NULL, query_cache_size },
    };
    g_auto(OraRefusal) refusal = { 0 };

    memset(ret, 0, sizeof *ret);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(command, commands[i].name) != 0) {
            continue;
        }
        if (!ora_release_in(options->profile.release, commands[i].since, commands[i].until)) {
            ret->kind = ORA_REPLY_ERROR;
            ret->error_class = "CommandNotFound";
            ret->desc = g_strdup_printf("The command %s has not been found", command);
        } else if (commands[i].query) {
            ora_schema_check_nothing(&options->profile, arguments, &refusal);
            if (!reply_refused(ret, &refusal)) {
                commands[i].query(options, ret);
            }
        } else {
            commands[i].execute(options, arguments, ret);
        }
        return;
    }
    ret->kind = ORA_REPLY_NOT_MODELLED;
}
