/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/conform/compare.h"

#include <string.h>

/* A message with a number beyond int64 is read with all its numbers as reals: the JSON library keeps no more. */
static gboolean same_value(const OraValue *expected, const OraValue *actual)
{
    if (expected->kind == ORA_VALUE_INTEGER && actual->kind == ORA_VALUE_REAL) {
        return (expected->negative ? -(double) expected->number : (double) expected->number) == actual->real;
    }
    if (expected->kind != actual->kind || !expected->items || expected->items->len != actual->items->len) {
        return ora_value_equal(expected, actual);
    }
    for (guint i = 0; i < expected->items->len; i++) {
        const OraValue *other = expected->keys ? ora_value_member(actual, expected->keys->pdata[i]) : actual->items->pdata[i];

        if (!other || !same_value(expected->items->pdata[i], other)) {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean sim_conform_agrees(const OraReply *expected, json_t *message)
{
    json_t *value = json_object_get(message, "return"), *error = json_object_get(message, "error");

    if (expected->kind == ORA_REPLY_RETURN) {
        g_autoptr(OraValue) actual = value ? ora_value_from_json(value) : NULL;

        return actual && (!expected->value || same_value(expected->value, actual));
    }
    if (expected->kind == ORA_REPLY_ERROR && error) {
        const char *class_name = json_string_value(json_object_get(error, "class"));
        const char *desc = json_string_value(json_object_get(error, "desc"));

        return class_name && desc && ora_reply_allows(expected, class_name, desc);
    }
    return FALSE;
}

/* query-migrate-capabilities as an object by name; anything else as it is. The caller frees. */
static OraValue *by_name(const OraValue *value)
{
    OraValue *object;

    if (!value || value->kind != ORA_VALUE_ARRAY || value->items->len == 0 || !ora_value_member(value->items->pdata[0], "capability")) {
        return ora_value_copy(value);
    }
    object = ora_value_object();
    for (guint i = 0; i < value->items->len; i++) {
        const OraValue *name = ora_value_member(value->items->pdata[i], "capability");
        const OraValue *state = ora_value_member(value->items->pdata[i], "state");

        if (!name || name->kind != ORA_VALUE_STRING || !state) {
            ora_value_free(object);
            return ora_value_copy(value);
        }
        ora_value_set(object, name->text, ora_value_copy(state));
    }
    return object;
}

/* Members of `one` that `other` lacks or has differently. */
static char *members_that_differ(const OraValue *one, const OraValue *other, const OraValue *all)
{
    GString *out = g_string_new("return {");

    for (guint i = 0; i < all->items->len; i++) {
        const char *key = all->keys->pdata[i];
        const OraValue *mine = ora_value_member(one, key), *theirs = ora_value_member(other, key);
        g_autofree char *text = mine ? ora_value_to_text(mine) : g_strdup("(missing)");

        if (!mine || !theirs || !(same_value(mine, theirs) || same_value(theirs, mine))) {
            g_string_append_printf(out, "%s%s: %s", out->str[out->len - 1] == '{' ? "" : ", ", key, text);
        }
    }
    /* The same members: only their order differs. */
    g_string_append(out, out->str[out->len - 1] == '{' ? "…}, in another order" : ", …}");
    return g_string_free(out, FALSE);
}

static char *in_full(const OraValue *value)
{
    g_autofree char *text = value ? ora_value_to_text(value) : g_strdup("(any)");

    return g_strdup_printf("return %s", text);
}

void sim_conform_describe(const OraReply *expected, json_t *message, char **ret_expected, char **ret_actual)
{
    json_t *value = json_object_get(message, "return"), *error = json_object_get(message, "error");
    g_autoptr(OraValue) raw = value ? ora_value_from_json(value) : NULL;
    g_autoptr(OraValue) actual = by_name(raw), wanted = by_name(expected->value);

    *ret_expected = NULL;
    if (expected->kind == ORA_REPLY_RETURN && actual && wanted && actual->kind == ORA_VALUE_OBJECT && wanted->kind == ORA_VALUE_OBJECT) {
        g_autoptr(OraValue) all = ora_value_copy(wanted);

        for (guint i = 0; i < actual->items->len; i++) {
            ora_value_set(all, actual->keys->pdata[i], ora_value_null());
        }
        *ret_expected = members_that_differ(wanted, actual, all);
        *ret_actual = members_that_differ(actual, wanted, all);
        return;
    }
    switch (expected->kind) {
    case ORA_REPLY_RETURN:
        *ret_expected = in_full(expected->value);
        break;
    case ORA_REPLY_ERROR:
        *ret_expected = g_strdup_printf("error %s: %s", expected->error_class, expected->desc);
        break;
    case ORA_REPLY_DEATH:
        *ret_expected = g_strdup("the process dies");
        break;
    case ORA_REPLY_NOT_MODELLED:
        *ret_expected = g_strdup("(the rules say nothing about it)");
        break;
    }
    if (!message) {
        *ret_actual = g_strdup("the process dies");
    } else if (error) {
        const char *class_name = json_string_value(json_object_get(error, "class"));
        const char *desc = json_string_value(json_object_get(error, "desc"));

        *ret_actual = g_strdup_printf("error %s: %s", class_name ? class_name : "?", desc ? desc : "?");
    } else {
        *ret_actual = raw ? in_full(raw) : g_strdup("neither a return nor an error");
    }
}
