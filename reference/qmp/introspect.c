/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * query-qmp-schema of the migration area {2.5-} (spec/qmp.md 12.1): commands and events under their names, other types under
 * decimal numbers in the order in which they are met, builtins and arrays as QEMU names them.
 */
#include "reference/qmp/schema.h"

#include <string.h>

typedef struct {
    const MigSchema *schema;
    MigValue *entries;
    GPtrArray *types;         /* const char *: names of types that got a number; also queue of those to be described */
    GPtrArray *builtins;      /* char *: builtins and arrays described */
} Introspection;

static gboolean is_described(const Introspection *state, const char *name)
{
    for (guint i = 0; i < state->builtins->len; i++) {
        if (strcmp(g_ptr_array_index(state->builtins, i), name) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static MigValue *entry_new(Introspection *state, const char *name, const char *meta_type)
{
    MigValue *entry = mig_value_dict();

    mig_value_dict_put(entry, "name", mig_value_string(name));
    mig_value_dict_put(entry, "meta-type", mig_value_string(meta_type));
    mig_value_list_append(state->entries, entry);
    return entry;
}

/* All integers are "int" to a client (spec/qmp.md 10.4). */
static const char *visible_builtin(const char *type)
{
    static const char *const integers[] = { "int", "uint8", "uint16", "uint32", "uint64", "size" };
    static const char *const others[] = { "str", "bool", "number", "null", "any" };

    for (gsize i = 0; i < G_N_ELEMENTS(integers); i++) {
        if (strcmp(type, integers[i]) == 0) {
            return "int";
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (strcmp(type, others[i]) == 0) {
            return others[i];
        }
    }
    return NULL;
}

static void describe_builtin(Introspection *state, const char *name)
{
    static const struct { const char *name, *json; } json_types[] = {
        { "str", "string" }, { "bool", "boolean" }, { "int", "int" }, { "number", "number" }, { "null", "null" },
        { "any", "value" },
    };

    if (is_described(state, name)) {
        return;
    }
    g_ptr_array_add(state->builtins, g_strdup(name));
    for (gsize i = 0; i < G_N_ELEMENTS(json_types); i++) {
        if (strcmp(json_types[i].name, name) == 0) {
            mig_value_dict_put(entry_new(state, name, "builtin"), "json-type", mig_value_string(json_types[i].json));
        }
    }
}

/* The name under which a client sees a type; describes it, or puts it in the queue. The caller owns it. */
static char *visible_type(Introspection *state, const char *type)
{
    const char *builtin = visible_builtin(type);

    if (type[0] == '[') {
        g_autofree char *element = g_strndup(type + 1, strlen(type) - 2);
        g_autofree char *visible = visible_type(state, element);
        char *name = g_strdup_printf("[%s]", visible);

        if (!is_described(state, name)) {
            g_ptr_array_add(state->builtins, g_strdup(name));
            mig_value_dict_put(entry_new(state, name, "array"), "element-type", mig_value_string(visible));
        }
        return name;
    }
    if (builtin) {
        describe_builtin(state, builtin);
        return g_strdup(builtin);
    }
    for (guint i = 0; i < state->types->len; i++) {
        if (strcmp(g_ptr_array_index(state->types, i), type) == 0) {
            return g_strdup_printf("%u", i);
        }
    }
    g_ptr_array_add(state->types, (gpointer) g_intern_string(type));     /* the name of an element is a copy */
    return g_strdup_printf("%u", state->types->len - 1);
}

static void put_type(Introspection *state, MigValue *entry, const char *key, const char *type)
{
    g_autofree char *visible = visible_type(state, type);

    mig_value_dict_put(entry, key, mig_value_string(visible));
}

static void put_features(const MigSchema *schema, MigValue *entry, guint flags)
{
    MigValue *features;

    if (!(flags & (MIG_SCHEMA_DEPRECATED | MIG_SCHEMA_UNSTABLE)) || schema->release < MIG_RELEASE(4, 1)) {
        return;
    }
    features = mig_value_list();
    if (flags & MIG_SCHEMA_DEPRECATED) {
        mig_value_list_append(features, mig_value_string("deprecated"));
    }
    if (flags & MIG_SCHEMA_UNSTABLE) {
        mig_value_list_append(features, mig_value_string("unstable"));
    }
    mig_value_dict_put(entry, "features", features);
}

static MigValue *describe_members(Introspection *state, const MigSchemaType *type)
{
    MigValue *members = mig_value_list();

    for (gsize i = 0; i < type->member_count; i++) {
        const MigSchemaMember *member = &type->members[i];
        MigValue *entry;

        if (!mig_schema_has_member(state->schema, type, member)) {
            continue;
        }
        entry = mig_value_dict();
        if (type->kind == MIG_SCHEMA_OBJECT) {
            mig_value_dict_put(entry, "name", mig_value_string(member->name));
            if (member->flags & MIG_SCHEMA_OPTIONAL) {
                mig_value_dict_put(entry, "default", mig_value_null());
            }
        }
        put_type(state, entry, "type", member->type);
        put_features(state->schema, entry, member->flags);
        mig_value_list_append(members, entry);
    }
    return members;
}

static void describe_branches(Introspection *state, const MigSchemaType *type, MigValue *entry)
{
    const MigSchemaType *tag = NULL;
    MigValue *variants = mig_value_list();

    for (gsize i = 0; i < type->member_count; i++) {
        if (strcmp(type->members[i].name, type->tag) == 0) {
            tag = mig_schema_find_type(type->members[i].type);
        }
    }
    for (gsize v = 0; tag && v < tag->value_count; v++) {
        const char *branch_type = "";
        MigValue *variant;

        if (!mig_schema_has_value(state->schema, tag, &tag->values[v])) {
            continue;
        }
        for (gsize i = 0; i < type->branch_count; i++) {
            const MigSchemaMember *branch = &type->branches[i];

            if (strcmp(branch->name, tag->values[v].name) == 0 && state->schema->release >= branch->from
                && state->schema->release <= branch->to) {
                branch_type = branch->type;
            }
        }
        variant = mig_value_dict();
        mig_value_dict_put(variant, "case", mig_value_string(tag->values[v].name));
        put_type(state, variant, "type", branch_type);
        mig_value_list_append(variants, variant);
    }
    mig_value_dict_put(entry, "tag", mig_value_string(type->tag));
    mig_value_dict_put(entry, "variants", variants);
}

static void describe_enum(Introspection *state, const MigSchemaType *type, MigValue *entry)
{
    MigValue *values = mig_value_list(), *members = mig_value_list();

    for (gsize i = 0; i < type->value_count; i++) {
        MigValue *member;

        if (!mig_schema_has_value(state->schema, type, &type->values[i])) {
            continue;
        }
        mig_value_list_append(values, mig_value_string(type->values[i].name));
        member = mig_value_dict();
        mig_value_dict_put(member, "name", mig_value_string(type->values[i].name));
        put_features(state->schema, member, type->values[i].flags);
        mig_value_list_append(members, member);
    }
    if (state->schema->release >= MIG_RELEASE(6, 2)) {
        mig_value_dict_put(entry, "members", members);
    } else {
        mig_value_unref(members);
    }
    mig_value_dict_put(entry, "values", values);
}

static void describe_type(Introspection *state, guint number)
{
    static const MigSchemaType nothing = { .name = "", .kind = MIG_SCHEMA_OBJECT };
    static const char *const meta_types[] = { "object", "enum", "alternate" };
    const char *type_name = g_ptr_array_index(state->types, number);
    const MigSchemaType *type = type_name[0] ? mig_schema_find_type(type_name) : &nothing;
    g_autofree char *name = g_strdup_printf("%u", number);
    MigValue *entry = entry_new(state, name, meta_types[type->kind]);

    if (type->kind == MIG_SCHEMA_ENUM) {
        describe_enum(state, type, entry);
        return;
    }
    mig_value_dict_put(entry, "members", describe_members(state, type));
    if (type->tag) {
        describe_branches(state, type, entry);
    }
}

MigValue *mig_schema_introspect(const MigSchema *schema)
{
    Introspection state = {
        .schema = schema, .entries = mig_value_list(),
        .types = g_ptr_array_new(), .builtins = g_ptr_array_new_with_free_func(g_free),
    };

    for (gsize i = 0; i < mig_schema_command_count; i++) {
        const MigSchemaCommand *command = &mig_schema_commands[i];
        MigValue *entry;

        if (mig_schema_find_command(schema, command->name) != command) {
            continue;
        }
        entry = entry_new(&state, command->name, "command");
        put_type(&state, entry, "arg-type", command->arguments);
        put_type(&state, entry, "ret-type", command->returns);
        if (command->flags & MIG_SCHEMA_ALLOW_OOB) {
            mig_value_dict_put(entry, "allow-oob", mig_value_bool(TRUE));
        }
        put_features(schema, entry, command->flags);
    }
    for (gsize i = 0; i < mig_schema_event_count; i++) {
        if (schema->release >= mig_schema_events[i].from && schema->release <= mig_schema_events[i].to) {
            put_type(&state, entry_new(&state, mig_schema_events[i].name, "event"), "arg-type", mig_schema_events[i].data);
        }
    }
    for (guint i = 0; i < state.types->len; i++) {
        describe_type(&state, i);
    }
    g_ptr_array_unref(state.types);
    g_ptr_array_unref(state.builtins);
    return state.entries;
}
