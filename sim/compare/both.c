/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/compare/both.h"

#include "reference/qmp/schema.h"

#include <string.h>

struct SimBoth {
    const SimCompareCase *c;
    MigSchema schema;
    MigOptions *engine;
    OraOptions *oracle;
};

static void get_facts(gpointer opaque, MigFacts *ret)
{
    const SimCompareCase *c = opaque;

    ret->inmigrate = (c->engine_facts & MIG_FACT_INMIGRATE) != 0;
    ret->incoming_socket = (c->engine_facts & MIG_FACT_INCOMING_SOCKET) != 0;
    ret->single_channel = !(c->engine_facts & MIG_FACT_MULTI_CHANNEL);
    ret->rdma = (c->engine_facts & MIG_FACT_RDMA) != 0;
    ret->memory_untracked = !(c->engine_facts & MIG_FACT_MEMORY_TRACKING);
    ret->status = c->engine_facts & MIG_FACT_BUSY_CAPS ? MIG_STATUS_ACTIVE : MIG_STATUS_NONE;
    ret->ram_bytes = 128 * 1024 * 1024;
}

/* Names that a snapshot of a development cycle does not have yet. */
static gboolean has_name(gpointer opaque, const char *type, const char *name)
{
    const SimCompareCase *c = opaque;
    MigCap cap;
    MigParam param;

    if (strcmp(type, "MigrationCapability") == 0) {
        return mig_cap_find(c->engine, name, &cap);
    }
    if (strcmp(type, "MigrateSetParameters") == 0 || strcmp(type, "MigrationParameters") == 0) {
        return mig_param_find(c->engine, name, &param);
    }
    return TRUE;
}

SimBoth *sim_both_new(const SimCompareCase *c)
{
    SimBoth *both = g_new0(SimBoth, 1);

    both->c = c;
    both->schema.release = mig_profile_release(c->engine);
    both->schema.conditions = MIG_SCHEMA_IF_REPLICATION | (c->oracle.facts & ORA_FACT_ZSTD ? MIG_SCHEMA_IF_ZSTD : 0);
    both->schema.has = has_name;
    both->schema.opaque = (gpointer) c;
    sim_both_restart(both);
    return both;
}

void sim_both_free(SimBoth *both)
{
    if (both) {
        mig_options_free(both->engine);
        ora_options_free(both->oracle);
        g_free(both);
    }
}

void sim_both_restart(SimBoth *both)
{
    MigOptionsHost host = { .opaque = (gpointer) both->c, .get_facts = get_facts };

    mig_options_free(both->engine);
    ora_options_free(both->oracle);
    both->engine = mig_options_new(both->c->engine, &host);
    both->oracle = ora_options_new(&both->c->oracle);
}

static MigValue *to_engine(const OraValue *value)
{
    MigValue *result;

    switch (value->kind) {
    case ORA_VALUE_NULL:
        return mig_value_null();
    case ORA_VALUE_BOOL:
        return mig_value_bool(value->truth);
    case ORA_VALUE_INTEGER:
        return value->negative ? mig_value_int((gint64) -value->number) : mig_value_uint(value->number);
    case ORA_VALUE_REAL:
        return mig_value_double(value->real);
    case ORA_VALUE_STRING:
        return mig_value_string(value->text);
    case ORA_VALUE_ARRAY:
        result = mig_value_list();
        for (guint i = 0; i < value->items->len; i++) {
            mig_value_list_append(result, to_engine(value->items->pdata[i]));
        }
        return result;
    case ORA_VALUE_OBJECT:
        result = mig_value_dict();
        for (guint i = 0; i < value->items->len; i++) {
            mig_value_dict_put(result, value->keys->pdata[i], to_engine(value->items->pdata[i]));
        }
        return result;
    }
    g_assert_not_reached();
}

static OraValue *to_oracle(const MigValue *value)
{
    OraValue *result;
    guint64 number;
    gint64 signed_number;

    switch (mig_value_type(value)) {
    case MIG_VALUE_NULL:
        return ora_value_null();
    case MIG_VALUE_BOOL:
        return ora_value_bool(mig_value_get_bool(value));
    case MIG_VALUE_NUMBER:
        if (mig_value_get_int(value, &signed_number)) {
            return ora_value_int(signed_number);
        }
        return mig_value_get_uint(value, &number) ? ora_value_uint(number) : ora_value_real(mig_value_get_double(value));
    case MIG_VALUE_STRING:
        return ora_value_string(mig_value_get_string(value));
    case MIG_VALUE_LIST:
        result = ora_value_array();
        for (guint i = 0; i < mig_value_list_length(value); i++) {
            ora_value_add(result, to_oracle(mig_value_list_get(value, i)));
        }
        return result;
    case MIG_VALUE_DICT:
        result = ora_value_object();
        for (guint i = 0; i < mig_value_dict_size(value); i++) {
            ora_value_set(result, mig_value_dict_key(value, i), to_oracle(mig_value_dict_item(value, i)));
        }
        return result;
    }
    g_assert_not_reached();
}

static gboolean set_speed(MigOptions *options, const MigValue *arguments, GError **error)
{
    gint64 value;

    return mig_value_get_int(mig_value_dict_get(arguments, "value"), &value) && mig_options_set_speed(options, value, error);
}

static gboolean set_downtime(MigOptions *options, const MigValue *arguments, GError **error)
{
    return mig_options_set_downtime(options, mig_value_get_double(mig_value_dict_get(arguments, "value")), error);
}

static gboolean set_cache_size(MigOptions *options, const MigValue *arguments, GError **error)
{
    gint64 value;

    return mig_value_get_int(mig_value_dict_get(arguments, "value"), &value) && mig_options_set_cache_size(options, value, error);
}

static gboolean set_capabilities(MigOptions *options, const MigValue *arguments, GError **error)
{
    return mig_options_set_capabilities(options, mig_value_dict_get(arguments, "capabilities"), error);
}

static MigValue *query_cache_size(const MigOptions *options)
{
    return mig_value_int(mig_options_query_cache_size(options));
}

/* The engine's answer. NULL: an error. */
static MigValue *ask_engine(SimBoth *both, const char *command, const MigValue *arguments, GError **error)
{
    static const struct {
        const char *name;
        gboolean (*set)(MigOptions *options, const MigValue *arguments, GError **error);
        MigValue *(*query)(const MigOptions *options);
    } commands[] = {
        { "migrate-set-capabilities", set_capabilities, NULL },
        { "query-migrate-capabilities", NULL, mig_options_query_capabilities },
        { "migrate-set-parameters", mig_options_set_parameters, NULL },
        { "query-migrate-parameters", NULL, mig_options_query_parameters },
        { "migrate_set_speed", set_speed, NULL },
        { "migrate_set_downtime", set_downtime, NULL },
        { "migrate-set-cache-size", set_cache_size, NULL },
        { "query-migrate-cache-size", NULL, query_cache_size },
    };
    const MigSchemaCommand *known = mig_schema_find_command(&both->schema, command);

    if (!known) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_COMMAND_NOT_FOUND, "The command %s has not been found", command);
        return NULL;
    }
    if (!mig_schema_check(&both->schema, known->arguments, arguments, error)) {
        return NULL;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(command, commands[i].name) == 0) {
            if (commands[i].query) {
                return commands[i].query(both->engine);
            }
            return commands[i].set(both->engine, arguments, error) ? mig_value_dict() : NULL;
        }
    }
    g_assert_not_reached();
}

char *sim_both_ask(SimBoth *both, const char *command, const OraValue *arguments)
{
    g_autoptr(MigValue) given = arguments ? to_engine(arguments) : mig_value_dict(), value = NULL;
    g_autoptr(OraValue) actual = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(OraReply) expected = { 0 };
    g_autofree char *difference = NULL;
    gboolean same = FALSE;

    ora_options_execute(both->oracle, command, arguments, &expected);
    if (expected.kind == ORA_REPLY_NOT_MODELLED) {
        return NULL;
    }
    value = ask_engine(both, command, given, &error);
    actual = value ? to_oracle(value) : NULL;
    if (expected.kind == ORA_REPLY_RETURN) {
        same = actual && ora_value_equal(expected.value, actual);
    } else if (expected.kind == ORA_REPLY_ERROR) {
        same = error && error->domain == MIG_QMP_ERROR &&
               ora_reply_allows(&expected, mig_qmp_error_class_name(error->code), error->message);
    } else {
        same = error && error->domain == MIG_DIES;
    }
    if (!same) {
        g_autofree char *request = arguments ? ora_value_to_text(arguments) : g_strdup("");
        g_autofree char *got = actual ? ora_value_to_text(actual) : g_strdup(error ? error->message : "?");
        g_autofree char *want = expected.value ? ora_value_to_text(expected.value) : g_strdup(expected.desc ? expected.desc : "it dies");

        difference = g_strdup_printf("%s %s: engine %s, oracle %s", command, request, got, want);
    }
    if (!same || (error && error->domain == MIG_DIES)) {
        sim_both_restart(both);       /* one difference, not a chain of them */
    }
    return g_steal_pointer(&difference);
}
