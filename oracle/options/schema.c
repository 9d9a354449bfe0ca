/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/options/schema.h"

#include <string.h>

void ora_refusal_clear(OraRefusal *refusal)
{
    g_clear_pointer(&refusal->desc, g_free);
    g_clear_pointer(&refusal->also, g_ptr_array_unref);
}

static gboolean refuse(OraRefusal *ret, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean refuse(OraRefusal *ret, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (!ret->desc) {
        ret->desc = text;
    } else {
        if (!ret->also) {
            ret->also = g_ptr_array_new_with_free_func(g_free);
        }
        g_ptr_array_add(ret->also, text);
    }
    return FALSE;
}

/* The last component of a path; of a list element it is "null", as the release prints it. */
static const char *last_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    const char *name = dot ? dot + 1 : path;

    return strchr(name, '[') ? "null" : name;
}

/* Before 2.9 no path is printed, only the last component. */
static const char *shown(const OraProfile *profile, const char *path)
{
    return profile->release >= 209 ? path : last_of(path);
}

/* "expected: …" of the visitors. */
static gboolean refuse_type(const OraProfile *profile, const char *path, const char *expected, OraRefusal *ret)
{
    return refuse(ret, "Invalid parameter type for '%s', expected: %s", shown(profile, path), expected);
}

static gboolean is_object(const OraProfile *profile, const OraValue *value, const char *path, OraRefusal *ret)
{
    return value->kind == ORA_VALUE_OBJECT || refuse_type(profile, path, profile->release >= 209 ? "object" : "QDict", ret);
}

static gboolean is_array(const OraProfile *profile, const OraValue *value, const char *path, OraRefusal *ret)
{
    return value->kind == ORA_VALUE_ARRAY || refuse_type(profile, path, profile->release >= 209 ? "array" : "list", ret);
}

static gboolean is_bool(const OraProfile *profile, const OraValue *value, const char *path, OraRefusal *ret)
{
    return value->kind == ORA_VALUE_BOOL || refuse_type(profile, path, "boolean", ret);
}

static gboolean is_string(const OraProfile *profile, const OraValue *value, const char *path, OraRefusal *ret)
{
    return value->kind == ORA_VALUE_STRING || refuse_type(profile, path, "string", ret);
}

static gboolean refuse_word(const OraProfile *profile, const char *path, const char *word, OraRefusal *ret)
{
    return profile->release <= 601 ? refuse(ret, "Invalid parameter '%s'", word) :
                                     refuse(ret, "Parameter '%s' does not accept value '%s'", last_of(path), word);
}

static gboolean refuse_missing(const OraProfile *profile, const char *path, OraRefusal *ret)
{
    return refuse(ret, "Parameter '%s' is missing", shown(profile, path));
}

/* A member beyond the known ones; which of several is named depends on a hash, so all names are allowed. */
static gboolean has_no_others(const OraProfile *profile, const OraValue *object, const char *prefix,
                              const char *const *known, OraRefusal *ret)
{
    for (guint i = 0; i < object->keys->len; i++) {
        const char *key = object->keys->pdata[i];

        if (g_strv_contains(known, key)) {
            continue;
        }
        if (profile->release >= 209) {
            refuse(ret, "Parameter '%s%s' is unexpected", prefix, key);
        } else if (profile->release == 208 || prefix[0] != '\0') {
            refuse(ret, "QMP input object member '%s' is unexpected", key);
        } else {
            refuse(ret, "Invalid parameter '%s'", key);
        }
    }
    return ret->desc == NULL;
}

static gboolean is_number(const OraProfile *profile, OraType type, const OraValue *value, const char *path, OraRefusal *ret)
{
    guint64 max = type == ORA_TYPE_UINT8 ? G_MAXUINT8 : type == ORA_TYPE_UINT32 ? G_MAXUINT32 : G_MAXUINT64, number;
    gint64 signed_number;

    if (type == ORA_TYPE_INT) {
        return ora_value_as_int64(value, &signed_number) || refuse_type(profile, path, "integer", ret);
    }
    if (!ora_value_as_uint64(value, &number)) {
        return refuse(ret, "Parameter '%s' expects uint64", path);
    }
    if (number > max) {
        return refuse(ret, "Parameter '%s' expects uint%d_t", last_of(path), type == ORA_TYPE_UINT8 ? 8 : 32);
    }
    return TRUE;
}

/* ---- block-bitmap-mapping ---- */

static gboolean is_bitmap(const OraProfile *profile, const OraValue *bitmap, const char *path, OraRefusal *ret)
{
    static const char *const names[] = { "name", "alias", "transform", NULL }, *const old_names[] = { "name", "alias", NULL };
    static const char *const transform_names[] = { "persistent", NULL };
    g_autofree char *prefix = g_strconcat(path, ".", NULL);
    const OraValue *transform;

    if (!is_object(profile, bitmap, path, ret)) {
        return FALSE;
    }
    for (int i = 0; i < 2; i++) {
        g_autofree char *member_path = g_strconcat(prefix, names[i], NULL);
        const OraValue *member = ora_value_member(bitmap, names[i]);

        if (!member) {
            return refuse_missing(profile, member_path, ret);
        }
        if (!is_string(profile, member, member_path, ret)) {
            return FALSE;
        }
    }
    transform = ora_value_member(bitmap, "transform");
    if (transform && profile->release >= 600) {
        g_autofree char *transform_path = g_strconcat(prefix, "transform", NULL);
        g_autofree char *persistent_path = g_strconcat(transform_path, ".persistent", NULL);
        g_autofree char *transform_prefix = g_strconcat(transform_path, ".", NULL);
        const OraValue *persistent;

        if (!is_object(profile, transform, transform_path, ret)) {
            return FALSE;
        }
        persistent = ora_value_member(transform, "persistent");
        if ((persistent && !is_bool(profile, persistent, persistent_path, ret)) ||
            !has_no_others(profile, transform, transform_prefix, transform_names, ret)) {
            return FALSE;
        }
    }
    return has_no_others(profile, bitmap, prefix, profile->release >= 600 ? names : old_names, ret);
}

static gboolean is_mapping(const OraProfile *profile, const OraValue *mapping, const char *path, OraRefusal *ret)
{
    static const char *const names[] = { "node-name", "alias", "bitmaps", NULL };

    if (!is_array(profile, mapping, path, ret)) {
        return FALSE;
    }
    for (guint i = 0; i < mapping->items->len; i++) {
        const OraValue *node = mapping->items->pdata[i], *bitmaps;
        g_autofree char *node_path = g_strdup_printf("%s[%u]", path, i);
        g_autofree char *prefix = g_strconcat(node_path, ".", NULL);
        g_autofree char *bitmaps_path = g_strconcat(prefix, "bitmaps", NULL);

        if (!is_object(profile, node, node_path, ret)) {
            return FALSE;
        }
        for (int k = 0; k < 2; k++) {
            g_autofree char *member_path = g_strconcat(prefix, names[k], NULL);
            const OraValue *member = ora_value_member(node, names[k]);

            if (!member) {
                return refuse_missing(profile, member_path, ret);
            }
            if (!is_string(profile, member, member_path, ret)) {
                return FALSE;
            }
        }
        bitmaps = ora_value_member(node, "bitmaps");
        if (!bitmaps) {
            return refuse_missing(profile, bitmaps_path, ret);
        }
        if (!is_array(profile, bitmaps, bitmaps_path, ret)) {
            return FALSE;
        }
        for (guint k = 0; k < bitmaps->items->len; k++) {
            g_autofree char *bitmap_path = g_strdup_printf("%s[%u]", bitmaps_path, k);

            if (!is_bitmap(profile, bitmaps->items->pdata[k], bitmap_path, ret)) {
                return FALSE;
            }
        }
        if (!has_no_others(profile, node, prefix, names, ret)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* ---- Parameters ---- */

static gboolean is_parameter(const OraProfile *profile, OraParameter parameter, const OraParameterRow *row,
                             const OraValue *value, OraRefusal *ret)
{
    switch (row->type) {
    case ORA_TYPE_INT:
    case ORA_TYPE_UINT8:
    case ORA_TYPE_UINT32:
    case ORA_TYPE_UINT64:
        return is_number(profile, row->type, value, row->name, ret);
    case ORA_TYPE_BOOL:
        return is_bool(profile, value, row->name, ret);
    case ORA_TYPE_STRING:
        return is_string(profile, value, row->name, ret);
    case ORA_TYPE_STRING_OR_NULL:
        return value->kind == ORA_VALUE_STRING || value->kind == ORA_VALUE_NULL ||
               refuse_type(profile, row->name, "StrOrNull", ret);
    case ORA_TYPE_ENUM:
        return is_string(profile, value, row->name, ret) && (ora_parameter_knows_word(profile, parameter, value->text) ||
                                                             refuse_word(profile, row->name, value->text, ret));
    case ORA_TYPE_MAPPING:
        return is_mapping(profile, value, row->name, ret);
    case ORA_TYPE_STRINGS:
        if (!is_array(profile, value, row->name, ret)) {
            return FALSE;
        }
        for (guint i = 0; i < value->items->len; i++) {
            g_autofree char *path = g_strdup_printf("%s[%u]", row->name, i);

            if (!is_string(profile, value->items->pdata[i], path, ret)) {
                return FALSE;
            }
        }
        return TRUE;
    }
    g_assert_not_reached();
}

/* 2.4-2.7: the monitor's own walk before the schema, in the order of its dictionary's buckets (spec/options.md 6.1,
 * options.json input_rules). */
static guint bucket_of(const char *name)
{
    guint32 value = 0x238F13AFu * (guint32) strlen(name);

    for (guint i = 0; name[i]; i++) {
        value += (guint32) (guchar) name[i] << (i * 5 % 24);
    }
    return (1103515243u * value + 12345u) % 512;
}

static gboolean passes_monitor_table(const OraProfile *profile, const OraValue *arguments, OraRefusal *ret)
{
    for (guint bucket = 0; bucket < 512; bucket++) {
        for (guint i = arguments->keys->len; i-- > 0; ) {           /* the newest name of a bucket */
            const char *key = arguments->keys->pdata[i];
            OraParameter parameter;
            const OraParameterRow *row;
            const OraValue *value = arguments->items->pdata[i];
            gint64 number;

            if (bucket_of(key) != bucket) {
                continue;
            }
            parameter = ora_parameter_find(profile, key);
            row = parameter < ORA_PARAM_COUNT ? ora_parameter_row(profile, parameter) : NULL;
            /* The table lags behind the schema in 2.5 and 2.7 (quirk 31). */
            if (!row || (profile->release == 205 && g_str_has_prefix(key, "x-cpu-throttle-")) ||
                (profile->release == 207 && g_str_has_prefix(key, "tls-"))) {
                return refuse(ret, "Invalid parameter '%s'", key);
            }
            if (row->type == ORA_TYPE_INT && !ora_value_as_int64(value, &number)) {
                return refuse(ret, "Invalid parameter type for '%s', expected: int", key);
            }
            break;
        }
    }
    return TRUE;
}

void ora_schema_check_parameters(const OraProfile *profile, const OraValue *arguments, OraRefusal *ret)
{
    const char *known[ORA_PARAM_COUNT + 1];
    guint count = 0;

    if (!arguments || (profile->release <= 207 && !passes_monitor_table(profile, arguments, ret))) {
        return;
    }
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        const OraParameterRow *row = ora_parameter_row(profile, i);
        const OraValue *value = row ? ora_value_member(arguments, row->name) : NULL;

        if (!row) {
            continue;
        }
        known[count++] = row->name;
        if (value && !is_parameter(profile, i, row, value, ret)) {
            return;
        }
    }
    known[count] = NULL;
    has_no_others(profile, arguments, "", known, ret);
}

/* ---- Capabilities ---- */

static gboolean is_capability_status(const OraProfile *profile, const OraValue *entry, const char *path, OraRefusal *ret)
{
    static const char *const names[] = { "capability", "state", NULL };
    g_autofree char *prefix = g_strconcat(path, ".", NULL);
    g_autofree char *name_path = g_strconcat(prefix, "capability", NULL);
    g_autofree char *state_path = g_strconcat(prefix, "state", NULL);
    const OraValue *name, *state;

    if (!is_object(profile, entry, path, ret)) {
        return FALSE;
    }
    name = ora_value_member(entry, "capability");
    if (!name) {
        return refuse_missing(profile, name_path, ret);
    }
    if (!is_string(profile, name, name_path, ret)) {
        return FALSE;
    }
    if (ora_capability_find(profile, name->text) == ORA_CAP_COUNT) {
        return refuse_word(profile, name_path, name->text, ret);
    }
    state = ora_value_member(entry, "state");
    if (!state) {
        return refuse_missing(profile, state_path, ret);
    }
    return is_bool(profile, state, state_path, ret) && has_no_others(profile, entry, prefix, names, ret);
}

void ora_schema_check_capabilities(const OraProfile *profile, const OraValue *arguments, OraRefusal *ret)
{
    static const char *const names[] = { "capabilities", NULL };
    const OraValue *list = ora_value_member(arguments, "capabilities");

    if (!list) {
        refuse_missing(profile, "capabilities", ret);
        return;
    }
    if (profile->release <= 207 && !has_no_others(profile, arguments, "", names, ret)) {
        return;
    }
    if (!is_array(profile, list, "capabilities", ret)) {
        return;
    }
    for (guint i = 0; i < list->items->len; i++) {
        g_autofree char *path = g_strdup_printf("capabilities[%u]", i);

        if (!is_capability_status(profile, list->items->pdata[i], path, ret)) {
            return;
        }
    }
    has_no_others(profile, arguments, "", names, ret);
}

/* ---- The old commands ---- */

void ora_schema_check_value(const OraProfile *profile, const OraValue *arguments, gboolean number, OraRefusal *ret)
{
    static const char *const names[] = { "value", NULL };
    const OraValue *value = ora_value_member(arguments, "value");
    gint64 integer;

    if (!value) {
        refuse_missing(profile, "value", ret);
        return;
    }
    if (number ? value->kind != ORA_VALUE_INTEGER && value->kind != ORA_VALUE_REAL : !ora_value_as_int64(value, &integer)) {
        refuse_type(profile, "value", number ? "number" : profile->release <= 207 ? "int" : "integer", ret);
        return;
    }
    has_no_others(profile, arguments, "", names, ret);
}

void ora_schema_check_nothing(const OraProfile *profile, const OraValue *arguments, OraRefusal *ret)
{
    static const char *const names[] = { NULL };

    if (arguments) {
        has_no_others(profile, arguments, "", names, ret);
    }
}
