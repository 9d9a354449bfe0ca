/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/schema.h"

#include "reference/qmp/beside.h"

#include <string.h>

static gboolean in_range(const MigSchema *schema, MigRelease from, MigRelease to)
{
    return schema->release >= from && schema->release <= to;
}

static const MigSchemaCommand *find_command(const MigSchema *schema, const MigSchemaCommand *table, gsize count, const char *name)
{
    for (gsize i = 0; i < count; i++) {
        const MigSchemaCommand *command = &table[i];

        if (strcmp(command->name, name) == 0 && in_range(schema, command->from, command->to)) {
            return (command->condition & ~schema->conditions) ? NULL : command;
        }
    }
    return NULL;
}

const MigSchemaCommand *mig_schema_find_command(const MigSchema *schema, const char *name)
{
    return find_command(schema, mig_schema_commands, mig_schema_command_count, name);
}

const MigSchemaCommand *mig_schema_find_beside(const MigSchema *schema, const char *name)
{
    return find_command(schema, mig_beside_commands, mig_beside_command_count, name);
}

/* The tables are sorted by name. */
static const MigSchemaType *find_type(const MigSchemaType *table, gsize count, const char *name)
{
    gsize low = 0, high = count;

    while (low < high) {
        gsize middle = low + (high - low) / 2;
        int order = strcmp(name, table[middle].name);

        if (order == 0) {
            return &table[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

const MigSchemaType *mig_schema_find_type(const char *name)
{
    const MigSchemaType *type = find_type(mig_schema_types, mig_schema_type_count, name);

    return type ? type : find_type(mig_beside_types, mig_beside_type_count, name);
}

gboolean mig_schema_has_member(const MigSchema *schema, const MigSchemaType *type, const MigSchemaMember *member)
{
    return in_range(schema, member->from, member->to)
        && (!schema->has || schema->has(schema->opaque, type->name, member->name));
}

gboolean mig_schema_has_value(const MigSchema *schema, const MigSchemaType *type, const MigSchemaValue *value)
{
    return in_range(schema, value->from, value->to) && !(value->condition & ~schema->conditions)
        && (!schema->has || schema->has(schema->opaque, type->name, value->name));
}

static void hide_members(const MigSchema *schema, const MigSchemaType *type, MigValue *dict)
{
    for (gsize i = 0; i < type->member_count; i++) {
        const MigSchemaMember *member = &type->members[i];
        MigValue *item;

        if (!mig_schema_has_member(schema, type, member)) {
            continue;
        }
        item = mig_value_dict_get(dict, member->name);
        if (item && mig_policy_hides(&schema->policy, member->flags)) {
            mig_value_dict_remove(dict, member->name);
        } else if (item) {
            mig_schema_hide(schema, member->type, item);
        }
    }
}

void mig_schema_hide(const MigSchema *schema, const char *name, MigValue *value)
{
    const MigSchemaType *type;

    if (!schema->policy.hide_deprecated_output && !schema->policy.hide_unstable_output) {
        return;
    }
    if (name[0] == '[') {
        g_autofree char *element = g_strndup(name + 1, strlen(name) - 2);

        for (guint i = 0; mig_value_type(value) == MIG_VALUE_LIST && i < mig_value_list_length(value); i++) {
            mig_schema_hide(schema, element, mig_value_list_get(value, i));
        }
        return;
    }
    type = mig_schema_find_type(name);
    if (type && type->kind == MIG_SCHEMA_OBJECT && mig_value_type(value) == MIG_VALUE_DICT) {
        hide_members(schema, type, value);
    }
}

static void list_commands(const MigSchema *schema, const MigSchemaCommand *table, gsize count, MigValue *list)
{
    for (gsize i = 0; i < count; i++) {
        MigValue *entry;

        if (find_command(schema, table, count, table[i].name) != &table[i]) {
            continue;
        }
        entry = mig_value_dict();
        mig_value_dict_put(entry, "name", mig_value_string(table[i].name));
        mig_value_list_append(list, entry);
    }
}

MigValue *mig_schema_list_commands(const MigSchema *schema)
{
    MigValue *list = mig_value_list();

    list_commands(schema, mig_schema_commands, mig_schema_command_count, list);
    list_commands(schema, mig_beside_commands, mig_beside_command_count, list);
    return list;
}
