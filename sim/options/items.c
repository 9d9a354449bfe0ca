/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/options/items.h"

#include <string.h>

#include "reference/options/capability.h"
#include "reference/options/enum.h"
#include "reference/options/parameter.h"
#include "reference/options/property.h"
#include "reference/qmp/schema.h"

static void add(GArray *items, const char *kind, const char *owner, const char *name, int index)
{
    SimItem item = { kind, owner, name, index };

    g_array_append_val(items, item);
}

static void add_commands(const MigProfile *profile, GArray *items)
{
    MigRelease release = mig_profile_release(profile);

    for (gsize i = 0; i < mig_schema_command_count; i++) {
        const MigSchemaCommand *command = &mig_schema_commands[i];

        if (command->from <= release && release <= command->to) {
            add(items, "command", "", command->name, -1);
        }
    }
    for (gsize i = 0; i < mig_schema_command_count; i++) {
        const MigSchemaCommand *command = &mig_schema_commands[i];
        const MigSchemaType *type = mig_schema_find_type(command->arguments);

        /* What migrate-set-parameters takes are the parameters. */
        if (command->from > release || release > command->to || type == NULL || strcmp(command->name, "migrate-set-parameters") == 0) {
            continue;
        }
        for (gsize j = 0; j < type->member_count; j++) {
            if (type->members[j].from <= release && release <= type->members[j].to) {
                add(items, "argument", command->name, type->members[j].name, -1);
            }
        }
    }
}

GArray *sim_items(const MigProfile *profile)
{
    static const char *const enumerations[] = { "MultiFDCompression", "MigMode", "ZeroPageDetection", "MigrationStatus",
                                                "MigrationChannelType" };
    GArray *items = g_array_new(FALSE, FALSE, sizeof(SimItem));
    g_autoptr(GArray) properties = mig_profile_properties(profile);

    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        if (mig_cap_name(profile, (MigCap) i) != NULL) {
            add(items, "capability", "", mig_cap_name(profile, (MigCap) i), i);
        }
    }
    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        if (mig_param_name(profile, (MigParam) i) != NULL) {
            add(items, "parameter", "", mig_param_name(profile, (MigParam) i), i);
        }
    }
    for (guint i = 0; i < properties->len; i++) {
        add(items, "property", "", g_array_index(properties, MigPropertyInfo, i).name, -1);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(enumerations); i++) {
        g_autofree const char **members = mig_enum_members(profile, enumerations[i]);

        for (const char **member = members; *member != NULL; member++) {
            add(items, "value", enumerations[i], *member, -1);
        }
    }
    add_commands(profile, items);
    return items;
}

const SimItem *sim_items_find(const GArray *items, const SimItem *item)
{
    for (guint i = 0; i < items->len; i++) {
        const SimItem *other = &g_array_index(items, SimItem, i);

        if (strcmp(other->kind, item->kind) == 0 && strcmp(other->owner, item->owner) == 0 && strcmp(other->name, item->name) == 0) {
            return other;
        }
    }
    return NULL;
}

const SimItem *sim_items_find_index(const GArray *items, const SimItem *item)
{
    for (guint i = 0; item->index >= 0 && i < items->len; i++) {
        const SimItem *other = &g_array_index(items, SimItem, i);

        if (other->index == item->index && strcmp(other->kind, item->kind) == 0) {
            return other;
        }
    }
    return NULL;
}

char *sim_item_to_string(const SimItem *item)
{
    return *item->owner != '\0' ? g_strdup_printf("%s %s of %s", item->kind, item->name, item->owner)
                                : g_strdup_printf("%s %s", item->kind, item->name);
}
