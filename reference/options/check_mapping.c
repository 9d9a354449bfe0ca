/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The form of block-bitmap-mapping {5.2-} (spec/options.md 8.4). QEMU builds two tables from the list, names to aliases
 * and then aliases to names, and finds what is wrong while building: so the list is walked twice, and a name that comes
 * twice anywhere wins over an alias that comes twice.
 */
#include "reference/options/check.h"

#include <string.h>

#include "reference/options/profile_private.h"

#define ALIAS_MAX 255       /* bytes */
#define NODE_NAME_MAX 31
#define BITMAP_NAME_MAX 1023

/* An identifier: a letter, then letters, digits, '-', '.', '_'. */
static gboolean well_formed(const char *name)
{
    if (!g_ascii_isalpha(*name)) {
        return FALSE;
    }
    for (; *name != '\0'; name++) {
        if (!g_ascii_isalnum(*name) && strchr("-._", *name) == NULL) {
            return FALSE;
        }
    }
    return TRUE;
}

static const char *member(const MigValue *dict, const char *key)
{
    const MigValue *value = mig_value_dict_get(dict, key);

    return value != NULL && mig_value_type(value) == MIG_VALUE_STRING ? mig_value_get_string(value) : "";
}

typedef struct {
    const MigProfile *profile;
    gboolean by_alias;          /* the second pass */
    char **ret_text;
} Pass;

static MigRule refuse(const Pass *pass, MigRule rule, const char *node_name, const char *alias, const char *bitmap_name,
                      const char *bitmap_alias)
{
    if (pass->ret_text != NULL) {
        *pass->ret_text = mig_rule_text(pass->profile, rule, "node-name", node_name, "alias", alias, "bitmap-name", bitmap_name,
                                        "bitmap-alias", bitmap_alias, NULL);
    }
    return rule;
}

static MigRule check_bitmaps(const Pass *pass, const MigValue *node)
{
    const char *node_name = member(node, "node-name"), *node_alias = member(node, "alias");
    const MigValue *bitmaps = mig_value_dict_get(node, "bitmaps");
    guint count = bitmaps != NULL && mig_value_type(bitmaps) == MIG_VALUE_LIST ? mig_value_list_length(bitmaps) : 0;
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    MigRule rule = MIG_RULE_NONE;

    for (guint i = 0; i < count && rule == MIG_RULE_NONE; i++) {
        const MigValue *bitmap = mig_value_list_get(bitmaps, i);
        const char *name = member(bitmap, "name"), *alias = member(bitmap, "alias");

        if (strlen(alias) > ALIAS_MAX) {
            rule = MIG_RULE_PAR_BBM_BITMAP_ALIAS_LENGTH;
        } else if (strlen(name) > BITMAP_NAME_MAX) {
            rule = MIG_RULE_PAR_BBM_BITMAP_NAME_LENGTH;
        } else if (!g_hash_table_add(seen, (gpointer) (pass->by_alias ? alias : name))) {
            rule = pass->by_alias ? MIG_RULE_PAR_BBM_BITMAP_ALIAS_TWICE : MIG_RULE_PAR_BBM_BITMAP_NAME_TWICE;
        }
        if (rule != MIG_RULE_NONE) {
            refuse(pass, rule, node_name, node_alias, name, alias);
        }
    }
    g_hash_table_unref(seen);
    return rule;
}

static MigRule check_pass(const Pass *pass, const MigValue *mapping)
{
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    MigRule rule = MIG_RULE_NONE;

    for (guint i = 0; i < mig_value_list_length(mapping) && rule == MIG_RULE_NONE; i++) {
        const MigValue *node = mig_value_list_get(mapping, i);
        const char *name = member(node, "node-name"), *alias = member(node, "alias");

        if (!well_formed(alias)) {
            rule = MIG_RULE_PAR_BBM_NODE_ALIAS_FORM;
        } else if (strlen(alias) > ALIAS_MAX) {
            rule = MIG_RULE_PAR_BBM_NODE_ALIAS_LENGTH;
        } else if (strlen(name) > NODE_NAME_MAX) {
            rule = MIG_RULE_PAR_BBM_NODE_NAME_LENGTH;
        } else if (!g_hash_table_add(seen, (gpointer) (pass->by_alias ? alias : name))) {
            rule = pass->by_alias ? MIG_RULE_PAR_BBM_NODE_ALIAS_TWICE : MIG_RULE_PAR_BBM_NODE_NAME_TWICE;
        }
        rule = rule != MIG_RULE_NONE ? refuse(pass, rule, name, alias, "", "") : check_bitmaps(pass, node);
    }
    g_hash_table_unref(seen);
    return rule;
}

MigRule mig_mapping_check(const MigProfile *profile, const MigValue *mapping, char **ret_text)
{
    Pass pass = { .profile = profile, .by_alias = FALSE, .ret_text = ret_text };
    MigRule rule = check_pass(&pass, mapping);

    if (rule == MIG_RULE_NONE) {
        pass.by_alias = TRUE;
        rule = check_pass(&pass, mapping);
    }
    return rule;
}
