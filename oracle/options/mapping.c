/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/options/mapping.h"

#include <string.h>

enum { NODE_NAME_MAX = 31, ALIAS_MAX = 255, BITMAP_NAME_MAX = 1023 };

static const char *text_of(const OraValue *object, const char *key)
{
    return ora_value_member(object, key)->text;
}

/* An ASCII letter, then letters, digits, minus, dot, underscore. */
static gboolean is_well_formed(const char *alias)
{
    if (!g_ascii_isalpha(alias[0])) {
        return FALSE;
    }
    for (const char *c = alias; *c; c++) {
        if (!g_ascii_isalnum(*c) && !strchr("-._", *c)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean occurred_before(const OraValue *list, guint index, const char *key)
{
    const char *text = text_of(list->items->pdata[index], key);

    for (guint i = 0; i < index; i++) {
        if (strcmp(text_of(list->items->pdata[i], key), text) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static char *refuse_bitmap(const OraValue *node, const OraValue *bitmaps, guint index, gboolean to_names, const char **ret_rule_id)
{
    const OraValue *bitmap = bitmaps->items->pdata[index];
    const char *name = text_of(bitmap, "name"), *alias = text_of(bitmap, "alias");

    if (strlen(alias) > ALIAS_MAX) {
        *ret_rule_id = "par.bbm.bitmap-alias-length";
        return g_strdup_printf("The bitmap alias '%s' is longer than %d bytes", alias, ALIAS_MAX);
    }
    if (strlen(name) > BITMAP_NAME_MAX) {
        *ret_rule_id = "par.bbm.bitmap-name-length";
        return g_strdup_printf("The bitmap name '%s' is longer than %d bytes", name, BITMAP_NAME_MAX);
    }
    if (!to_names && occurred_before(bitmaps, index, "name")) {
        *ret_rule_id = "par.bbm.bitmap-name-twice";
        return g_strdup_printf("The bitmap '%s'/'%s' is mapped twice", text_of(node, "node-name"), name);
    }
    if (to_names && occurred_before(bitmaps, index, "alias")) {
        *ret_rule_id = "par.bbm.bitmap-alias-twice";
        return g_strdup_printf("The bitmap alias '%s'/'%s' is used twice", text_of(node, "alias"), alias);
    }
    return NULL;
}

static char *refuse_node(const OraValue *mapping, guint index, gboolean to_names, const char **ret_rule_id)
{
    const OraValue *node = mapping->items->pdata[index];
    const OraValue *bitmaps = ora_value_member(node, "bitmaps");
    const char *name = text_of(node, "node-name"), *alias = text_of(node, "alias");

    if (!is_well_formed(alias)) {
        *ret_rule_id = "par.bbm.node-alias-form";
        return g_strdup_printf("The node alias '%s' is not well-formed", alias);
    }
    if (strlen(alias) > ALIAS_MAX) {
        *ret_rule_id = "par.bbm.node-alias-length";
        return g_strdup_printf("The node alias '%s' is longer than %d bytes", alias, ALIAS_MAX);
    }
    if (strlen(name) > NODE_NAME_MAX) {
        *ret_rule_id = "par.bbm.node-name-length";
        return g_strdup_printf("The node name '%s' is longer than %d bytes", name, NODE_NAME_MAX);
    }
    if (!to_names && occurred_before(mapping, index, "node-name")) {
        *ret_rule_id = "par.bbm.node-name-twice";
        return g_strdup_printf("The node name '%s' is mapped twice", name);
    }
    if (to_names && occurred_before(mapping, index, "alias")) {
        *ret_rule_id = "par.bbm.node-alias-twice";
        return g_strdup_printf("The node alias '%s' is used twice", alias);
    }
    for (guint i = 0; i < bitmaps->items->len; i++) {
        char *text = refuse_bitmap(node, bitmaps, i, to_names, ret_rule_id);

        if (text) {
            return text;
        }
    }
    return NULL;
}

char *ora_mapping_refusal(const OraValue *mapping, const char **ret_rule_id)
{
    /* Names to aliases first; only when all of that holds, aliases to names. */
    for (int to_names = 0; to_names < 2; to_names++) {
        for (guint i = 0; i < mapping->items->len; i++) {
            char *text = refuse_node(mapping, i, to_names, ret_rule_id);

            if (text) {
                return text;
            }
        }
    }
    return NULL;
}
