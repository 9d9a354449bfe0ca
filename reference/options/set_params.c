/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * migrate-set-parameters (spec/options.md 8.1): the arguments are laid over a copy of what is stored, the copy is checked,
 * then the arguments are stored one after the other in their order, with what each does at once.
 */
#include <string.h>

#include "reference/options/enum.h"
#include "reference/options/options_private.h"

typedef struct {
    MigParamMask given, given_null;
    MigParamValues result;
    const MigValue *item[MIG_PARAM_COUNT];      /* borrowed from the arguments */
} Request;

static const char *text_of(const MigValue *item)
{
    /* {2.10-} null stands for the empty string. */
    return mig_value_type(item) == MIG_VALUE_STRING ? mig_value_get_string(item) : "";
}

static guint64 number_of(const MigProfile *profile, MigParam param, const MigValue *item)
{
    MigType type = mig_param_input_type(profile, param);
    gint64 number;
    guint64 value = 0;

    switch (type) {
    case MIG_TYPE_INT:
        return mig_value_get_int(item, &number) ? mig_param_narrow(profile, param, (guint64) number) : 0;
    case MIG_TYPE_UINT8:
    case MIG_TYPE_UINT32:
    case MIG_TYPE_UINT64:
    case MIG_TYPE_SIZE:
        return mig_value_get_uint(item, &value) ? value : 0;
    case MIG_TYPE_BOOL:
        return mig_value_get_bool(item) ? TRUE : FALSE;
    case MIG_TYPE_STRING:
    case MIG_TYPE_STR_OR_NULL:
        return *text_of(item) == '\0' ? MIG_TEXT_EMPTY : MIG_TEXT_SET;
    case MIG_TYPE_COMPRESSION:
    case MIG_TYPE_MODE:
    case MIG_TYPE_ZERO_PAGE:
        return mig_enum_value(profile, type, mig_value_get_string(item), &value) ? value : 0;
    case MIG_TYPE_MAPPING:
    case MIG_TYPE_STRINGS:
    case MIG_TYPE_COUNT:
        break;
    }
    return 0;
}

static void read_arguments(const MigOptions *options, const MigValue *arguments, Request *ret_request)
{
    const MigProfile *profile = options->profile;

    memset(ret_request, 0, sizeof *ret_request);
    ret_request->result = options->values;
    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        MigParam param = (MigParam) i;
        const char *name = mig_param_name(profile, param);
        const MigValue *item = name != NULL ? mig_value_dict_get(arguments, name) : NULL;

        if (item == NULL) {
            continue;
        }
        ret_request->given |= MIG_PARAM_BIT(param);
        ret_request->item[i] = item;
        if (mig_value_type(item) == MIG_VALUE_NULL) {
            ret_request->given_null |= MIG_PARAM_BIT(param);
        }
        if (!mig_param_forgotten(profile, param)) {
            ret_request->result.value[i] = number_of(profile, param, item);
        }
    }
}

/* A deep copy is not needed: values do not change once they are converted. */
static void store(MigOptions *options, const Request *request, MigParam param)
{
    const MigValue *item = request->item[param];

    if (param == MIG_PARAM_BLOCK_BITMAP_MAPPING) {
        mig_value_unref(options->mapping);
        options->mapping = mig_value_ref((MigValue *) item);
    } else if (param == MIG_PARAM_CPR_EXEC_COMMAND) {
        mig_value_unref(options->cpr_exec);
        options->cpr_exec = mig_value_ref((MigValue *) item);
    } else if (mig_options_text_index(param) >= 0) {
        mig_options_put_text(options, param, g_strdup(text_of(item)));
    } else {
        options->values.value[param] = request->result.value[param];
    }
}

/* Deprecated arguments print a line each {8.2-9.0}. */
static MigRule deprecation(MigParam param)
{
    switch (param) {
    case MIG_PARAM_COMPRESS_LEVEL:
        return MIG_RULE_PAR_COMPRESS_LEVEL_DEPRECATED;
    case MIG_PARAM_COMPRESS_THREADS:
        return MIG_RULE_PAR_COMPRESS_THREADS_DEPRECATED;
    case MIG_PARAM_COMPRESS_WAIT_THREAD:
        return MIG_RULE_PAR_COMPRESS_WAIT_THREAD_DEPRECATED;
    case MIG_PARAM_DECOMPRESS_THREADS:
        return MIG_RULE_PAR_DECOMPRESS_THREADS_DEPRECATED;
    case MIG_PARAM_BLOCK_INCREMENTAL:
        return MIG_RULE_PAR_BLOCK_INCREMENTAL_DEPRECATED;
    default:
        return MIG_RULE_NONE;
    }
}

/* What a stored value does at once (spec 3.3). The rest is read when it is used. */
static void act(const MigOptions *options, MigParam param)
{
    MigRelease release = options->profile->release;
    gboolean now = FALSE;
    MigFacts facts;

    if (options->host.changed == NULL) {
        return;
    }
    mig_options_facts(options, &facts);
    if (param == MIG_PARAM_MAX_BANDWIDTH) {
        now = facts.outgoing_stream && !mig_status_postcopy_bandwidth(options->profile, facts.status);
    } else if (param == MIG_PARAM_MAX_POSTCOPY_BANDWIDTH) {
        now = facts.outgoing_stream && release >= R(4, 0) && mig_status_postcopy_bandwidth(options->profile, facts.status);
    } else if (param == MIG_PARAM_X_CHECKPOINT_DELAY) {
        now = release >= R(2, 9) && facts.status == MIG_STATUS_COLO;
    }
    if (now) {
        options->host.changed(options->host.opaque, (int) param);
    }
}

static gboolean apply(MigOptions *options, const Request *request, GError **error)
{
    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        MigParam param = (MigParam) i;

        if (!(request->given & MIG_PARAM_BIT(param)) || mig_param_forgotten(options->profile, param)) {
            continue;
        }
        if (param == MIG_PARAM_TLS_AUTHZ && (request->given_null & MIG_PARAM_BIT(param))
            && !options->profile->fix_tls_authz_null) {
            g_set_error_literal(error, MIG_DIES, MIG_DIES_ABORT, "");
            return FALSE;
        }
        if (deprecation(param) != MIG_RULE_NONE) {
            mig_options_print_rule(options, deprecation(param));
        }
        store(options, request, param);
        act(options, param);
    }
    return TRUE;
}

static MigRule check(const MigOptions *options, const Request *request, char **ret_text)
{
    const MigProfile *profile = options->profile;
    const MigValue *mapping = request->item[MIG_PARAM_BLOCK_BITMAP_MAPPING];
    MigRule rule = mig_params_check_ranges(profile, &request->result, request->given);

    /* A stored mapping has passed when it was given. */
    if (rule == MIG_RULE_NONE && mapping != NULL) {
        rule = mig_mapping_check(profile, mapping, ret_text);
    }
    if (rule == MIG_RULE_NONE) {
        rule = mig_params_check_combinations(profile, mig_options_fact_set(options), options->caps, &options->values,
                                             &request->result, request->given);
    }
    return rule;
}

gboolean mig_options_set_parameters(MigOptions *options, const MigValue *arguments, GError **error)
{
    const MigProfile *profile = options->profile;
    g_autofree char *text = NULL;
    Request request;
    MigRule rule;

    read_arguments(options, arguments, &request);
    rule = check(options, &request, &text);
    if (rule == MIG_RULE_NONE) {
        return apply(options, &request, error);
    }
    if (mig_rule_effect(profile, rule) == MIG_EFFECT_ABORT
        || mig_params_check_after(profile, &request.result, request.given, rule) != MIG_RULE_NONE) {
        g_set_error_literal(error, MIG_DIES, rule == MIG_RULE_PAR_ZEROCOPY_CRASH ? MIG_DIES_SEGV : MIG_DIES_ABORT, "");
        return FALSE;
    }
    if (mig_rule_effect(profile, rule) == MIG_EFFECT_APPLIED && !apply(options, &request, error)) {
        return FALSE;
    }
    if (text != NULL) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, text);
        return FALSE;
    }
    return mig_rule_fail(profile, rule, error, NULL);
}
