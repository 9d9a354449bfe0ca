/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/schema.h"

#include <string.h>

static gboolean in_range(const MigSchema *schema, MigRelease from, MigRelease to)
{
    return schema->release >= from && schema->release <= to;
}

const MigSchemaCommand *mig_schema_find_command(const MigSchema *schema, const char *name)
{
    for (gsize i = 0; i < mig_schema_command_count; i++) {
        const MigSchemaCommand *command = &mig_schema_commands[i];

        if (strcmp(command->name, name) == 0 && in_range(schema, command->from, command->to)) {
            return (command->condition & ~schema->conditions) ? NULL : command;
        }
    }
    return NULL;
}

/* The table is sorted by name. */
const MigSchemaType *mig_schema_find_type(const char *name)
{
    gsize low = 0, high = mig_schema_type_count;

    while (low < high) {
        gsize middle = low + (high - low) / 2;
        int order = strcmp(name, mig_schema_types[middle].name);

        if (order == 0) {
            return &mig_schema_types[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
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

MigValue *mig_schema_list_commands(const MigSchema *schema)
{
    MigValue *list = mig_value_list();

    for (gsize i = 0; i < mig_schema_command_count; i++) {
        const MigSchemaCommand *command = &mig_schema_commands[i];
        MigValue *entry;

        if (mig_schema_find_command(schema, command->name) != command) {
            continue;
        }
        entry = mig_value_dict();
        mig_value_dict_put(entry, "name", mig_value_string(command->name));
        mig_value_list_append(list, entry);
    }
    return list;
}
