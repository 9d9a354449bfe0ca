/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The plan of a conformance run, answered by engine and oracle in this process: schema, rules, what is stored.
 */
#include "sim/compare/compare.h"

#include "reference/qmp/schema.h"
#include "sim/conform/plan.h"

#include <string.h>

typedef struct {
    const SimCompareCase *c;
    SimCompareCount *count;
    MigSchema schema;
    MigOptions *engine;
    OraOptions *oracle;
} Both;

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

static void both_init(Both *both, const SimCompareCase *c, SimCompareCount *count)
{
    both->c = c;
    both->count = count;
    both->schema.release = mig_profile_release(c->engine);
    both->schema.conditions = MIG_SCHEMA_IF_REPLICATION | (c->oracle.facts & ORA_FACT_ZSTD ? MIG_SCHEMA_IF_ZSTD : 0);
    both->schema.has = has_name;
    both->schema.opaque = (gpointer) c;
    both->engine = NULL;
    both->oracle = NULL;
}

static void both_done(Both *both)
{
    mig_options_free(both->engine);
    ora_options_free(both->oracle);
}

/* Both as just started. */
static void both_restart(Both *both)
{
    MigOptionsHost host = { .opaque = (gpointer) both->c, .get_facts = get_facts };

    both_done(both);
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
static MigValue *ask_engine(Both *both, const char *command, const MigValue *arguments, GError **error)
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

static char *request_text(const SimConformStep *step)
{
    g_autofree char *arguments = step->arguments ? ora_value_to_text(step->arguments) : g_strdup("");

    return g_strdup_printf("%s %s", step->command, arguments);
}

static void on_step(const SimConformStep *step, gpointer opaque)
{
    Both *both = opaque;
    g_autoptr(MigValue) arguments = step->arguments ? to_engine(step->arguments) : mig_value_dict();
    g_autoptr(MigValue) value = NULL;
    g_autoptr(OraValue) actual = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(OraReply) expected = { 0 };
    gboolean same = FALSE;

    if (step->reply) {
        return;                   /* the monitor's and the machine's business: conform asks them of a process */
    }
    if (step->fresh || !both->engine) {
        both_restart(both);
    }
    ora_options_execute(both->oracle, step->command, step->arguments, &expected);
    value = ask_engine(both, step->command, arguments, &error);
    both->count->compared++;
    actual = value ? to_oracle(value) : NULL;
    switch (expected.kind) {
    case ORA_REPLY_RETURN:
        same = actual && ora_value_equal(expected.value, actual);
        break;
    case ORA_REPLY_ERROR:
        same = error && error->domain == MIG_QMP_ERROR &&
               ora_reply_allows(&expected, mig_qmp_error_class_name(error->code), error->message);
        break;
    case ORA_REPLY_DEATH:
        same = error && error->domain == MIG_DIES;
        break;
    case ORA_REPLY_NOT_MODELLED:
        return;
    }
    if (!same) {
        g_autofree char *request = request_text(step), *got = actual ? ora_value_to_text(actual) : g_strdup(error ? error->message : "?");
        g_autofree char *want = expected.value ? ora_value_to_text(expected.value) : g_strdup(expected.desc ? expected.desc : "it dies");

        sim_compare_differs(both->count, both->c, "%s: engine %s, oracle %s", request, got, want);
    }
    if (!same || (error && error->domain == MIG_DIES)) {
        both_restart(both);       /* one difference, not a chain of them */
    }
}

void sim_compare_parameters(const SimCompareCase *c, SimCompareCount *count)
{
    Both both;

    both_init(&both, c, count);
    sim_conform_plan(&c->oracle, 1, 1, on_step, &both);
    both_done(&both);
}
