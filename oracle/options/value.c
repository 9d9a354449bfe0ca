/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/options/value.h"

#include <string.h>

static OraValue *new_value(OraValueKind kind)
{
    OraValue *value = g_new0(OraValue, 1);

    value->kind = kind;
    if (kind >= ORA_VALUE_ARRAY) {
        value->items = g_ptr_array_new_with_free_func((GDestroyNotify) ora_value_free);
    }
    if (kind == ORA_VALUE_OBJECT) {
        value->keys = g_ptr_array_new_with_free_func(g_free);
    }
    return value;
}

OraValue *ora_value_null(void)
{
    return new_value(ORA_VALUE_NULL);
}

OraValue *ora_value_bool(gboolean truth)
{
    OraValue *value = new_value(ORA_VALUE_BOOL);

    value->truth = truth;
    return value;
}

OraValue *ora_value_int(gint64 number)
{
    OraValue *value = new_value(ORA_VALUE_INTEGER);

    value->negative = number < 0;
    value->number = number < 0 ? -(guint64) number : (guint64) number;
    return value;
}

OraValue *ora_value_uint(guint64 number)
{
    OraValue *value = new_value(ORA_VALUE_INTEGER);

    value->number = number;
    return value;
}

OraValue *ora_value_real(double real)
{
    OraValue *value = new_value(ORA_VALUE_REAL);

    value->real = real;
    return value;
}

OraValue *ora_value_string(const char *text)
{
    OraValue *value = new_value(ORA_VALUE_STRING);

    value->text = g_strdup(text);
    return value;
}

OraValue *ora_value_array(void)
{
    return new_value(ORA_VALUE_ARRAY);
}

OraValue *ora_value_object(void)
{
    return new_value(ORA_VALUE_OBJECT);
}

void ora_value_add(OraValue *array, OraValue *item)
{
    g_return_if_fail(array->kind == ORA_VALUE_ARRAY);
    g_ptr_array_add(array->items, item);
}

void ora_value_set(OraValue *object, const char *key, OraValue *item)
{
    g_return_if_fail(object->kind == ORA_VALUE_OBJECT);
    for (guint i = 0; i < object->keys->len; i++) {
        if (strcmp(object->keys->pdata[i], key) == 0) {
            ora_value_free(object->items->pdata[i]);
            object->items->pdata[i] = item;
            return;
        }
    }
    g_ptr_array_add(object->keys, g_strdup(key));
    g_ptr_array_add(object->items, item);
}

const OraValue *ora_value_member(const OraValue *object, const char *key)
{
    if (!object || object->kind != ORA_VALUE_OBJECT) {
        return NULL;
    }
    for (guint i = 0; i < object->keys->len; i++) {
        if (strcmp(object->keys->pdata[i], key) == 0) {
            return object->items->pdata[i];
        }
    }
    return NULL;
}

OraValue *ora_value_copy(const OraValue *value)
{
    OraValue *copy;

    if (!value) {
        return NULL;
    }
    copy = new_value(value->kind);
    copy->truth = value->truth;
    copy->negative = value->negative;
    copy->number = value->number;
    copy->real = value->real;
    copy->text = g_strdup(value->text);
    for (guint i = 0; value->items && i < value->items->len; i++) {
        g_ptr_array_add(copy->items, ora_value_copy(value->items->pdata[i]));
        if (value->keys) {
            g_ptr_array_add(copy->keys, g_strdup(value->keys->pdata[i]));
        }
    }
    return copy;
}

void ora_value_free(OraValue *value)
{
    if (!value) {
        return;
    }
    g_free(value->text);
    g_clear_pointer(&value->items, g_ptr_array_unref);
    g_clear_pointer(&value->keys, g_ptr_array_unref);
    g_free(value);
}

OraValue *ora_value_from_json(const json_t *json)
{
    OraValue *value;

    switch (json_typeof(json)) {
    case JSON_NULL:
        return ora_value_null();
    case JSON_TRUE:
    case JSON_FALSE:
        return ora_value_bool(json_is_true(json));
    case JSON_INTEGER:
        return ora_value_int(json_integer_value(json));
    case JSON_REAL:
        return ora_value_real(json_real_value(json));
    case JSON_STRING:
        return ora_value_string(json_string_value(json));
    case JSON_ARRAY:
        value = ora_value_array();
        for (size_t i = 0; i < json_array_size(json); i++) {
            ora_value_add(value, ora_value_from_json(json_array_get(json, i)));
        }
        return value;
    case JSON_OBJECT: {
        const char *key;
        json_t *item;

        value = ora_value_object();
        json_object_foreach((json_t *) json, key, item) {
            g_ptr_array_add(value->keys, g_strdup(key));
            g_ptr_array_add(value->items, ora_value_from_json(item));
        }
        return value;
    }
    }
    g_assert_not_reached();
}

static void append_string(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const unsigned char *c = (const unsigned char *) text; *c; c++) {
        if (*c == '"' || *c == '\\') {
            g_string_append_printf(out, "\\%c", *c);
        } else if (*c < 0x20) {
            g_string_append_printf(out, "\\u%04x", *c);
        } else {
            g_string_append_c(out, (char) *c);
        }
    }
    g_string_append_c(out, '"');
}

static void append_value(GString *out, const OraValue *value)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    switch (value->kind) {
    case ORA_VALUE_NULL:
        g_string_append(out, "null");
        break;
    case ORA_VALUE_BOOL:
        g_string_append(out, value->truth ? "true" : "false");
        break;
    case ORA_VALUE_INTEGER:
        g_string_append_printf(out, "%s%" G_GUINT64_FORMAT, value->negative ? "-" : "", value->number);
        break;
    case ORA_VALUE_REAL:
        g_ascii_dtostr(digits, sizeof digits, value->real);
        g_string_append(out, digits);
        if (!strpbrk(digits, ".eEn")) {
            g_string_append(out, ".0");      /* it was no integer and must not become one */
        }
        break;
    case ORA_VALUE_STRING:
        append_string(out, value->text);
        break;
    case ORA_VALUE_ARRAY:
    case ORA_VALUE_OBJECT:
        g_string_append_c(out, value->keys ? '{' : '[');
        for (guint i = 0; i < value->items->len; i++) {
            if (i > 0) {
                g_string_append(out, ", ");
            }
            if (value->keys) {
                append_string(out, value->keys->pdata[i]);
                g_string_append(out, ": ");
            }
            append_value(out, value->items->pdata[i]);
        }
        g_string_append_c(out, value->keys ? '}' : ']');
        break;
    }
}

char *ora_value_to_text(const OraValue *value)
{
    GString *out = g_string_new(NULL);

    append_value(out, value);
    return g_string_free(out, FALSE);
}

gboolean ora_value_equal(const OraValue *a, const OraValue *b)
{
    if (!a || !b || a->kind != b->kind) {
        return a == b;
    }
    switch (a->kind) {
    case ORA_VALUE_NULL:
        return TRUE;
    case ORA_VALUE_BOOL:
        return !a->truth == !b->truth;
    case ORA_VALUE_INTEGER:
        return a->number == b->number && (!a->negative == !b->negative || a->number == 0);
    case ORA_VALUE_REAL:
        return a->real == b->real;
    case ORA_VALUE_STRING:
        return strcmp(a->text, b->text) == 0;
    case ORA_VALUE_ARRAY:
        if (a->items->len != b->items->len) {
            return FALSE;
        }
        for (guint i = 0; i < a->items->len; i++) {
            if (!ora_value_equal(a->items->pdata[i], b->items->pdata[i])) {
                return FALSE;
            }
        }
        return TRUE;
    case ORA_VALUE_OBJECT:
        if (a->items->len != b->items->len) {
            return FALSE;
        }
        for (guint i = 0; i < a->items->len; i++) {
            const OraValue *other = ora_value_member(b, a->keys->pdata[i]);

            if (!other || !ora_value_equal(a->items->pdata[i], other)) {
                return FALSE;
            }
        }
        return TRUE;
    }
    g_assert_not_reached();
}

gboolean ora_value_as_int64(const OraValue *value, gint64 *ret)
{
    if (value->kind != ORA_VALUE_INTEGER || value->number > (guint64) G_MAXINT64 + (value->negative ? 1 : 0)) {
        return FALSE;
    }
    *ret = value->negative ? (gint64) -value->number : (gint64) value->number;
    return TRUE;
}

gboolean ora_value_as_uint64(const OraValue *value, guint64 *ret)
{
    if (value->kind != ORA_VALUE_INTEGER || (value->negative && value->number > (guint64) 1 << 63)) {
        return FALSE;
    }
    *ret = value->negative ? -value->number : value->number;
    return TRUE;
}
