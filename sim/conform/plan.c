/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/conform/plan.h"

#include "oracle/options/idle.h"

#include <string.h>

const char *sim_conform_area_name(SimConformArea area)
{
    static const char *const names[] = {
        [SIM_AREA_CAPABILITY_SINGLES] = "capabilities, singles",
        [SIM_AREA_CAPABILITY_PAIRS] = "capabilities, ordered pairs",
        [SIM_AREA_CAPABILITY_BATCHES] = "capabilities, batches",
        [SIM_AREA_CAPABILITY_SCHEMA] = "capabilities, schema",
        [SIM_AREA_PARAMETER_TYPES] = "parameters, types",
        [SIM_AREA_PARAMETER_BOUNDS] = "parameters, bounds",
        [SIM_AREA_PARAMETER_BATCHES] = "parameters, batches",
        [SIM_AREA_MAPPING] = "block-bitmap-mapping",
        [SIM_AREA_INTERPLAY] = "capabilities and parameters",
        [SIM_AREA_OLD_COMMANDS] = "old commands",
        [SIM_AREA_IDLE] = "idle commands",
        [SIM_AREA_MONITOR] = "requests",
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == SIM_AREA_COUNT);

    return names[area];
}

const char *sim_conform_area_suite(SimConformArea area)
{
    return area == SIM_AREA_IDLE || area == SIM_AREA_MONITOR ? "qmp" : "options";
}

typedef struct {
    const OraProfile *profile;
    SimConformEmit *emit;
    gpointer opaque;
    SimConformArea area;
    gboolean fresh;           /* the next step starts from the defaults */
    guint64 random;
} Plan;

/* xorshift64*: the plan must be the same everywhere for the same seed. */
static guint32 draw(Plan *plan, guint32 n)
{
    plan->random ^= plan->random >> 12;
    plan->random ^= plan->random << 25;
    plan->random ^= plan->random >> 27;
    return (guint32) ((plan->random * 2685821657736338717u) >> 32) % n;
}

static void emit(Plan *plan, const char *command, const OraValue *arguments)
{
    SimConformStep step = { .area = plan->area, .fresh = plan->fresh, .command = command, .arguments = arguments };

    plan->fresh = FALSE;
    plan->emit(&step, plan->opaque);
}

static void emit_and_free(Plan *plan, const char *command, OraValue *arguments)
{
    emit(plan, command, arguments);
    ora_value_free(arguments);
}

static void query_capabilities(Plan *plan)
{
    emit(plan, "query-migrate-capabilities", NULL);
}

static void query_parameters(Plan *plan)
{
    emit(plan, "query-migrate-parameters", NULL);
}

/* ---- Capabilities ---- */

static void add_change(OraValue *list, const char *name, gboolean state)
{
    OraValue *entry = ora_value_object();

    ora_value_set(entry, "capability", ora_value_string(name));
    ora_value_set(entry, "state", ora_value_bool(state));
    ora_value_add(list, entry);
}

static OraValue *arguments_of(OraValue *list)
{
    OraValue *arguments = ora_value_object();

    ora_value_set(arguments, "capabilities", list);
    return arguments;
}

static void set_capability(Plan *plan, const char *name, gboolean state)
{
    OraValue *list = ora_value_array();

    add_change(list, name, state);
    emit_and_free(plan, "migrate-set-capabilities", arguments_of(list));
}

static guint names_of(const OraProfile *profile, const char *names[ORA_CAP_COUNT])
{
    guint count = 0;

    for (int i = 0; i < ORA_CAP_COUNT; i++) {
        if (ora_capability_name(profile, i)) {
            names[count++] = ora_capability_name(profile, i);
        }
    }
    return count;
}

static void plan_capability_singles(Plan *plan, const char *const *names, guint count)
{
    plan->area = SIM_AREA_CAPABILITY_SINGLES;
    for (guint i = 0; i < count; i++) {
        for (int state = 1; state >= 0; state--) {
            plan->fresh = TRUE;
            set_capability(plan, names[i], state);
            query_capabilities(plan);
            set_capability(plan, names[i], !state);
            query_capabilities(plan);
        }
    }
}

static void plan_capability_pairs(Plan *plan, const char *const *names, guint count)
{
    plan->area = SIM_AREA_CAPABILITY_PAIRS;
    for (guint a = 0; a < count; a++) {
        for (guint b = 0; b < count; b++) {
            OraValue *list = ora_value_array();

            if (a == b) {
                ora_value_free(list);
                continue;
            }
            plan->fresh = TRUE;
            set_capability(plan, names[a], TRUE);
            set_capability(plan, names[b], TRUE);
            query_capabilities(plan);
            set_capability(plan, names[a], FALSE);
            query_capabilities(plan);

            plan->fresh = TRUE;
            add_change(list, names[a], TRUE);
            add_change(list, names[b], TRUE);
            emit_and_free(plan, "migrate-set-capabilities", arguments_of(list));
            query_capabilities(plan);
        }
    }
}

static void plan_capability_batches(Plan *plan, const char *const *names, guint count, guint batches)
{
    plan->area = SIM_AREA_CAPABILITY_BATCHES;
    for (guint i = 0; i < batches; i++) {
        guint length = draw(plan, 6);
        OraValue *list = ora_value_array();

        plan->fresh = i % 12 == 0;
        for (guint k = 0; k < length; k++) {
            /* Mostly off to on, or everything is refused all the time. */
            const char *name = names[draw(plan, count)];

            add_change(list, name, draw(plan, 5) < 3);
        }
        emit_and_free(plan, "migrate-set-capabilities", arguments_of(list));
        query_capabilities(plan);
    }
}

/* One of each kind of JSON value that could be mistaken for another. */
static OraValue *odd_value(guint which)
{
    OraValue *value;

    switch (which) {
    case 0: return ora_value_null();
    case 1: return ora_value_bool(TRUE);
    case 2: return ora_value_bool(FALSE);
    case 3: return ora_value_int(0);
    case 4: return ora_value_int(1);
    case 5: return ora_value_int(-1);
    case 6: return ora_value_real(1.5);
    case 7: return ora_value_real(2.0);
    case 8: return ora_value_string("");
    case 9: return ora_value_string("none");
    case 10: return ora_value_string("5");
    case 11: return ora_value_array();
    case 12: return ora_value_object();
    case 13:
        value = ora_value_array();
        ora_value_add(value, ora_value_int(1));
        return value;
    case 14:
        value = ora_value_object();
        ora_value_set(value, "x", ora_value_int(1));
        return value;
    case 15:
        value = ora_value_array();
        ora_value_add(value, ora_value_string("x"));
        return value;
    default: return NULL;
    }
}

static void plan_capability_schema(Plan *plan, const char *first)
{
    static const char *const unknown[] = { "nosuch", "", "XBZRLE", "x-multifd", "multifd ", "x-postcopy-ram", "zero_blocks" };
    OraValue *arguments;

    plan->area = SIM_AREA_CAPABILITY_SCHEMA;
    plan->fresh = TRUE;
    emit(plan, "migrate-set-capabilities", NULL);
    arguments = ora_value_object();
    emit_and_free(plan, "migrate-set-capabilities", arguments);
    for (guint i = 0; ; i++) {
        OraValue *value = odd_value(i), *entry, *list;

        if (!value) {
            break;
        }
        emit_and_free(plan, "migrate-set-capabilities", arguments_of(ora_value_copy(value)));
        list = ora_value_array();
        ora_value_add(list, ora_value_copy(value));
        emit_and_free(plan, "migrate-set-capabilities", arguments_of(list));
        for (int member = 0; member < 2; member++) {
            entry = ora_value_object();
            ora_value_set(entry, "capability", member ? ora_value_string(first) : ora_value_copy(value));
            ora_value_set(entry, "state", member ? ora_value_copy(value) : ora_value_bool(FALSE));
            list = ora_value_array();
            ora_value_add(list, entry);
            emit_and_free(plan, "migrate-set-capabilities", arguments_of(list));
            entry = ora_value_object();
            ora_value_set(entry, member ? "capability" : "state", member ? ora_value_string(first) : ora_value_bool(TRUE));
            list = ora_value_array();
            add_change(list, first, FALSE);
            ora_value_add(list, entry);
            emit_and_free(plan, "migrate-set-capabilities", arguments_of(list));
        }
        entry = ora_value_object();
        ora_value_set(entry, "capability", ora_value_string(first));
        ora_value_set(entry, "state", ora_value_bool(TRUE));
        ora_value_set(entry, "extra", ora_value_copy(value));
        list = ora_value_array();
        ora_value_add(list, entry);
        emit_and_free(plan, "migrate-set-capabilities", arguments_of(list));
        arguments = arguments_of(ora_value_array());
        ora_value_set(arguments, "extra", value);
        emit_and_free(plan, "migrate-set-capabilities", arguments);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++) {
        OraValue *list = ora_value_array();

        add_change(list, first, TRUE);
        add_change(list, unknown[i], TRUE);
        emit_and_free(plan, "migrate-set-capabilities", arguments_of(list));
        query_capabilities(plan);
    }
}

/* ---- Parameters ---- */

static void set_parameter(Plan *plan, const char *name, OraValue *value)
{
    OraValue *arguments = ora_value_object();

    ora_value_set(arguments, name, value);
    emit_and_free(plan, "migrate-set-parameters", arguments);
}

static void plan_parameter_types(Plan *plan)
{
    plan->area = SIM_AREA_PARAMETER_TYPES;
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        const OraParameterRow *row = ora_parameter_row(plan->profile, i);

        for (guint k = 0; row; k++) {
            OraValue *value = odd_value(k);

            if (!value) {
                break;
            }
            plan->fresh = k % 4 == 0;
            set_parameter(plan, row->name, value);
            query_parameters(plan);
        }
    }
    plan->fresh = TRUE;
    emit(plan, "migrate-set-parameters", NULL);
    set_parameter(plan, "nosuch", ora_value_int(1));
    set_parameter(plan, "max_bandwidth", ora_value_int(1));
    set_parameter(plan, "", ora_value_null());
    query_parameters(plan);
}

static gboolean is_number(const OraParameterRow *row)
{
    return row && row->type <= ORA_TYPE_UINT64;
}

/* An interesting number for this parameter: around its limits, its defaults, and the widths of integers. */
static OraValue *odd_number(const OraProfile *profile, OraParameter parameter, guint which)
{
    static const guint64 widths[] = { 0, 1, 2, 127, 128, 254, 255, 256, 257, 511, 4095, 4096, 4097, 65535, 65536,
                                      1048575, 1048576, 1048577, 67108864, G_MAXINT32, G_MAXUINT32, 4294967296u, 1152921504606846976u,
                                      G_MAXINT64, (guint64) G_MAXINT64 + 1, G_MAXUINT64 - 1, G_MAXUINT64 };
    static const gint64 negative[] = { -1, -2, -128, -256, -255, -4294967296, G_MININT64 + 1, G_MININT64 };
    guint at = 0;

    if (which < G_N_ELEMENTS(widths)) {
        return ora_value_uint(widths[which]);
    }
    which -= G_N_ELEMENTS(widths);
    if (which < G_N_ELEMENTS(negative)) {
        return ora_value_int(negative[which]);
    }
    which -= G_N_ELEMENTS(negative);
    for (gsize i = 0; i < ora_parameter_rule_count; i++) {
        const OraParameterRule *rule = &ora_parameter_rules[i];

        if (rule->parameter != parameter || !ora_release_in(profile->release, rule->since, rule->until)) {
            continue;
        }
        for (int step = -1; step <= 1; step++) {
            if (at++ == which) {
                return ora_value_int(rule->min + step);
            }
            if (at++ == which) {
                return ora_value_uint(rule->max + (guint64) (gint64) step);
            }
        }
    }
    return NULL;
}

static void plan_parameter_bounds(Plan *plan)
{
    plan->area = SIM_AREA_PARAMETER_BOUNDS;
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        const OraParameterRow *row = ora_parameter_row(plan->profile, i);

        for (guint k = 0; is_number(row); k++) {
            OraValue *value = odd_number(plan->profile, i, k);

            if (!value) {
                break;
            }
            /* Carried over now and then: a stored value that no rule would accept refuses what comes later. */
            plan->fresh = k % 3 == 0;
            set_parameter(plan, row->name, value);
            query_parameters(plan);
        }
    }
}

static OraValue *usual_value(Plan *plan, OraParameter parameter, const OraParameterRow *row)
{
    static const char *const words[] = { "none", "zlib", "zstd", "legacy", "multifd", "normal", "cpr-reboot" };
    static const char *const names[] = { "", "tls0", "host" };

    switch (row->type) {
    case ORA_TYPE_INT:
    case ORA_TYPE_UINT8:
    case ORA_TYPE_UINT32:
    case ORA_TYPE_UINT64: {
        OraValue *odd = draw(plan, 4) == 0 ? odd_number(plan->profile, parameter, draw(plan, 30)) : NULL;

        return odd ? odd : ora_value_uint(draw(plan, 3) == 0 ? (guint64) 1 << draw(plan, 31) : draw(plan, 110));
    }
    case ORA_TYPE_BOOL:
        return ora_value_bool(draw(plan, 2));
    case ORA_TYPE_STRING:
    case ORA_TYPE_STRING_OR_NULL:
        return ora_value_string(names[draw(plan, G_N_ELEMENTS(names))]);
    case ORA_TYPE_ENUM:
        return ora_value_string(words[draw(plan, G_N_ELEMENTS(words))]);
    case ORA_TYPE_MAPPING:
    case ORA_TYPE_STRINGS:
        return ora_value_array();
    }
    g_assert_not_reached();
}

static void plan_parameter_batches(Plan *plan, guint batches)
{
    plan->area = SIM_AREA_PARAMETER_BATCHES;
    for (guint i = 0; i < batches; i++) {
        OraValue *arguments = ora_value_object();
        guint length = draw(plan, 4);

        plan->fresh = i % 10 == 0;
        for (guint k = 0; k < length; k++) {
            OraParameter parameter = draw(plan, ORA_PARAM_COUNT);
            const OraParameterRow *row = ora_parameter_row(plan->profile, parameter);

            if (row) {
                ora_value_set(arguments, row->name, usual_value(plan, parameter, row));
            }
        }
        emit_and_free(plan, "migrate-set-parameters", arguments);
        query_parameters(plan);
    }
}

/* ---- block-bitmap-mapping ---- */

static OraValue *bitmap(const char *name, const char *alias)
{
    OraValue *value = ora_value_object();

    ora_value_set(value, "name", ora_value_string(name));
    ora_value_set(value, "alias", ora_value_string(alias));
    return value;
}

static OraValue *node(const char *name, const char *alias, OraValue *one, OraValue *two)
{
    OraValue *value = ora_value_object(), *bitmaps = ora_value_array();

    if (one) {
        ora_value_add(bitmaps, one);
    }
    if (two) {
        ora_value_add(bitmaps, two);
    }
    ora_value_set(value, "node-name", ora_value_string(name));
    ora_value_set(value, "alias", ora_value_string(alias));
    ora_value_set(value, "bitmaps", bitmaps);
    return value;
}

static void set_mapping(Plan *plan, OraValue *one, OraValue *two)
{
    OraValue *list = ora_value_array();

    if (one) {
        ora_value_add(list, one);
    }
    if (two) {
        ora_value_add(list, two);
    }
    set_parameter(plan, "block-bitmap-mapping", list);
    query_parameters(plan);
}

static void plan_mapping(Plan *plan)
{
    static const char *const aliases[] = { "a", "a1", "A-b.c_d", "", "1a", "-a", "a b", "a\n", "a/b", "\xc3\xa4", "a\xc3\xa4", "#a", "a#" };
    g_autofree char *long_name = g_strnfill(1024, 'n');

    plan->area = SIM_AREA_MAPPING;
    plan->fresh = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        set_mapping(plan, node("n", aliases[i], bitmap("b", "c"), NULL), NULL);
        set_mapping(plan, node("n", "a", bitmap("b", aliases[i]), NULL), NULL);
        set_mapping(plan, node(aliases[i], "a", bitmap(aliases[i], "c"), NULL), NULL);
    }
    for (gsize length = 30; length <= 33; length++) {
        set_mapping(plan, node(long_name + 1024 - length, "a", NULL, NULL), NULL);
    }
    for (gsize length = 254; length <= 257; length++) {
        set_mapping(plan, node("n", long_name + 1024 - length, NULL, NULL), NULL);
        set_mapping(plan, node("n", "a", bitmap("b", long_name + 1024 - length), NULL), NULL);
    }
    set_mapping(plan, node("n", "a", bitmap(long_name + 1, "c"), NULL), NULL);
    set_mapping(plan, node("n", "a", bitmap(long_name, "c"), NULL), NULL);
    set_mapping(plan, node("n", "a", NULL, NULL), node("n", "b", NULL, NULL));
    set_mapping(plan, node("n", "a", NULL, NULL), node("m", "a", NULL, NULL));
    set_mapping(plan, node("n", "a", NULL, NULL), node("n", "a", NULL, NULL));
    set_mapping(plan, node("n", "a", bitmap("b", "c"), bitmap("b", "d")), NULL);
    set_mapping(plan, node("n", "a", bitmap("b", "c"), bitmap("d", "c")), NULL);
    set_mapping(plan, node("n", "a", bitmap("b", "c"), bitmap("d", "c")), node("n", "e", NULL, NULL));
    set_mapping(plan, node("n", "a", bitmap("b", "c"), NULL), node("m", "b", bitmap("b", "c"), NULL));
    for (guint i = 0; ; i++) {
        OraValue *value = odd_value(i), *list, *entry;

        if (!value) {
            break;
        }
        list = ora_value_array();
        ora_value_add(list, ora_value_copy(value));
        set_parameter(plan, "block-bitmap-mapping", list);
        for (int member = 0; member < 4; member++) {
            static const char *const names[] = { "node-name", "alias", "bitmaps", "extra" };

            entry = node("n", "a", NULL, NULL);
            ora_value_set(entry, names[member], ora_value_copy(value));
            list = ora_value_array();
            ora_value_add(list, entry);
            set_parameter(plan, "block-bitmap-mapping", list);
        }
        for (int member = 0; member < 4; member++) {
            static const char *const names[] = { "name", "alias", "transform", "extra" };
            OraValue *one = bitmap("b", "c");

            ora_value_set(one, names[member], ora_value_copy(value));
            list = ora_value_array();
            ora_value_add(list, node("n", "a", one, NULL));
            set_parameter(plan, "block-bitmap-mapping", list);
        }
        ora_value_free(value);
    }
    query_parameters(plan);
    set_mapping(plan, NULL, NULL);
}

/* ---- Capabilities against parameters ---- */

static void plan_interplay(Plan *plan)
{
    static const char *const capabilities[] = { "zero-copy-send", "mapped-ram", "multifd", "xbzrle", "postcopy-ram" };
    static const struct { const char *name, *word; } parameters[] = {
        { "multifd-compression", "zlib" }, { "multifd-compression", "none" }, { "tls-creds", "tls0" }, { "tls-creds", "" },
    };

    plan->area = SIM_AREA_INTERPLAY;
    for (gsize c = 0; c < G_N_ELEMENTS(capabilities); c++) {
        for (gsize p = 0; p < G_N_ELEMENTS(parameters); p++) {
            for (int order = 0; order < 2; order++) {
                if (ora_capability_find(plan->profile, capabilities[c]) == ORA_CAP_COUNT ||
                    ora_parameter_find(plan->profile, parameters[p].name) == ORA_PARAM_COUNT) {
                    continue;
                }
                plan->fresh = TRUE;
                if (order) {
                    set_parameter(plan, parameters[p].name, ora_value_string(parameters[p].word));
                }
                if (strcmp(capabilities[c], "zero-copy-send") == 0) {
                    set_capability(plan, "multifd", TRUE);
                }
                set_capability(plan, capabilities[c], TRUE);
                if (!order) {
                    set_parameter(plan, parameters[p].name, ora_value_string(parameters[p].word));
                }
                query_capabilities(plan);
                query_parameters(plan);
                set_parameter(plan, "max-bandwidth", ora_value_int(1000000));
                set_parameter(plan, parameters[p].name, ora_value_string(parameters[p ^ 1].word));
                set_capability(plan, "events", TRUE);
                query_capabilities(plan);
                query_parameters(plan);
            }
        }
    }
}

/* ---- The rest ---- */

static void plan_old_commands(Plan *plan)
{
    static const char *const commands[] = { "migrate_set_speed", "migrate_set_downtime", "migrate-set-cache-size" };
    static const char *const queries[] = { "query-migrate-cache-size", "query-migrate-parameters" };

    plan->area = SIM_AREA_OLD_COMMANDS;
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        plan->fresh = TRUE;
        emit(plan, commands[i], NULL);
        for (guint k = 0; k < 60; k++) {
            OraValue *value = k < 16 ? odd_value(k) : odd_number(plan->profile, ORA_PARAM_DOWNTIME_LIMIT, k - 16), *arguments;

            if (!value) {
                break;
            }
            arguments = ora_value_object();
            ora_value_set(arguments, "value", value);
            emit_and_free(plan, commands[i], arguments);
            for (gsize q = 0; q < G_N_ELEMENTS(queries); q++) {
                emit(plan, queries[q], NULL);
            }
            if (plan->profile->release >= 600) {
                break;                  /* the command is gone, whatever it is given */
            }
        }
    }
}

static void plan_idle(Plan *plan)
{
    static const char *const settings[] = { NULL, "postcopy-ram", "multifd", "release-ram" };

    plan->area = SIM_AREA_IDLE;
    for (gsize s = 0; s < G_N_ELEMENTS(settings); s++) {
        OraCapability capability = settings[s] ? ora_capability_find(plan->profile, settings[s]) : ORA_CAP_COUNT;
        OraCapSet set = capability < ORA_CAP_COUNT ? ORA_CAP_BIT(capability) : 0;

        if (settings[s] && capability == ORA_CAP_COUNT) {
            continue;
        }
        plan->fresh = TRUE;
        query_capabilities(plan);
        if (settings[s]) {
            set_capability(plan, settings[s], TRUE);
        }
        for (gsize i = 0; i < ora_idle_rule_count; i++) {
            const OraIdleRule *rule = &ora_idle_rules[i];
            g_auto(OraReply) reply = { 0 };
            g_autoptr(OraValue) arguments = NULL;
            SimConformStep step = { .area = plan->area, .command = rule->command, .reply = &reply };

            if (!ora_idle_applies(rule, plan->profile, set)) {
                continue;
            }
            ora_idle_reply(rule, &reply);
            arguments = ora_idle_arguments(rule);
            step.arguments = arguments;
            plan->emit(&step, plan->opaque);
        }
        query_capabilities(plan);
    }
}

/* spec/qmp.md 4. The id is added by the sender, as the first member. */
static void plan_monitor(Plan *plan)
{
    static const struct { const char *raw, *error_class, *desc; OraRelease since; } requests[] = {
        { "\"nosuch\": 1", "GenericError", "QMP input member 'nosuch' is unexpected", 212 },
        { "\"arguments\": {}", "GenericError", "QMP input lacks member 'execute'", 212 },
        { "\"execute\": 5", "GenericError", "QMP input member 'execute' must be a string", 212 },
        { "\"execute\": null", "GenericError", "QMP input member 'execute' must be a string", 212 },
        { "\"execute\": \"query-status\", \"arguments\": []", "GenericError", "QMP input member 'arguments' must be an object", 212 },
        { "\"execute\": \"query-status\", \"arguments\": null", "GenericError", "QMP input member 'arguments' must be an object", 212 },
        { "\"execute\": \"query-status\", \"extra\": 1", "GenericError", "QMP input member 'extra' is unexpected", 212 },
        { "\"execute\": \"query-migrate\", \"Arguments\": {}", "GenericError", "QMP input member 'Arguments' is unexpected", 212 },
        { "\"execute\": \"\"", "CommandNotFound", "The command  has not been found", 204 },
        { "\"execute\": \"Query-status\"", "CommandNotFound", "The command Query-status has not been found", 204 },
        { "\"execute\": \"query-status \"", "CommandNotFound", "The command query-status  has not been found", 204 },
        { "\"exec-oob\": \"query-migrate\"", "GenericError", "QMP input member 'exec-oob' is unexpected", 300 },
        { "\"execute\": \"query-migrate\", \"arguments\": {\"x\": 1}", "GenericError", "Parameter 'x' is unexpected", 209 },
        { "\"execu\\u0074e\": \"nosuch\"", "CommandNotFound", "The command nosuch has not been found", 204 },
    };

    plan->area = SIM_AREA_MONITOR;
    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
        OraReply reply = { .kind = ORA_REPLY_ERROR, .error_class = requests[i].error_class, .desc = (char *) requests[i].desc };
        SimConformStep step = { .area = plan->area, .fresh = i == 0, .raw = requests[i].raw, .reply = &reply };

        if (plan->profile->release >= requests[i].since) {
            plan->emit(&step, plan->opaque);
        }
    }
}

void sim_conform_plan(const OraProfile *profile, guint64 seed, guint scale, SimConformEmit *emit_step, gpointer opaque)
{
    Plan plan = { .profile = profile, .emit = emit_step, .opaque = opaque, .random = seed * 2 + 0x9e3779b97f4a7c15u };
    const char *names[ORA_CAP_COUNT];
    guint count = names_of(profile, names);

    plan_monitor(&plan);
    plan_idle(&plan);
    plan_capability_singles(&plan, names, count);
    plan_capability_schema(&plan, names[0]);
    plan_capability_pairs(&plan, names, count);
    plan_capability_batches(&plan, names, count, 3500 * scale);
    plan_old_commands(&plan);
    plan_parameter_types(&plan);
    plan_parameter_bounds(&plan);
    plan_interplay(&plan);
    plan_parameter_batches(&plan, 4000 * scale);
    if (ora_parameter_row(profile, ORA_PARAM_BLOCK_BITMAP_MAPPING)) {
        plan_mapping(&plan);
    }
}
