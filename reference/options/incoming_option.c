/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From 10.0 on -incoming takes channel objects too: JSON in braces, or keys and values, the first of which may be the
 * channel's type alone: "main,addr.transport=socket,addr.type=unix,addr.path=/x". Seen on 10.0.13 and 11.1.3.
 */
#include "reference/options/incoming_option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reference/options/profile_private.h"
#include "reference/qmp/parser.h"
#include "reference/qmp/schema.h"

static gboolean fail(GError **error, const char *format, const char *name) G_GNUC_PRINTF(2, 0);

static gboolean fail(GError **error, const char *format, const char *name)
{
    g_autofree char *text = g_strdup_printf(format, name);

    g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, text);
    return FALSE;
}

/* Letters and a colon. */
static gboolean is_uri(const char *text)
{
    gsize letters = 0;

    while (g_ascii_isalpha(text[letters])) {
        letters++;
    }
    return letters > 0 && text[letters] == ':';
}

/* ---- KEY=VALUE,… ---- */

static gboolean key_is_good(char **path)
{
    for (; *path != NULL; path++) {
        gsize size = strlen(*path);

        if (size == 0 || strspn(*path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != size
            || !(g_ascii_isalpha(**path) || strspn(*path, "0123456789") == size)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Puts the text at a.b.c; dictionaries on the way are made. */
static gboolean put(MigValue *object, const char *key, const char *text, GError **error)
{
    g_auto(GStrv) path = g_strsplit(key, ".", -1);
    guint count = g_strv_length(path);

    if (count == 0 || g_ascii_isdigit(*key) || !key_is_good(path)) {
        return fail(error, "Invalid parameter '%s'", key);
    }
    for (guint i = 0; i + 1 < count; i++) {
        MigValue *inner = mig_value_dict_get(object, path[i]);

        if (inner == NULL) {
            inner = mig_value_dict();
            mig_value_dict_put(object, path[i], inner);
        } else if (mig_value_type(inner) != MIG_VALUE_DICT) {
            return fail(error, "Parameters '%s.*' used inconsistently", path[i]);
        }
        object = inner;
    }
    mig_value_dict_put(object, path[count - 1], mig_value_string(text));
    return TRUE;
}

/* Up to a single comma; two are one. */
static char *take_value(const char **p)
{
    GString *value = g_string_new(NULL);

    for (; **p != '\0' && ((*p)[0] != ',' || (*p)[1] == ','); (*p)++) {
        *p += **p == ',';
        g_string_append_c(value, **p);
    }
    if (**p == ',') {
        (*p)++;
    }
    return g_string_free(value, FALSE);
}

/* Everything is a string so far; the schema wants other types in a few places. */
static gboolean convert_scalars(MigValue *addr, GError **error)
{
    static const char *const switches[] = { "numeric", "ipv4", "ipv6", "keep-alive", "mptcp", "abstract", "tight" };
    static const char *const numbers[] = { "to", "offset", "keep-alive-count", "keep-alive-idle", "keep-alive-interval" };

    for (gsize i = 0; i < G_N_ELEMENTS(switches); i++) {
        const MigValue *item = mig_value_dict_get(addr, switches[i]);

        if (item != NULL && mig_value_type(item) == MIG_VALUE_STRING) {
            const char *text = mig_value_get_string(item);
            g_autofree char *path = g_strconcat("addr.", switches[i], NULL);
            gboolean on = strcmp(text, "on") == 0;

            if (!on && strcmp(text, "off") != 0) {
                return fail(error, "Parameter '%s' expects 'on' or 'off'", path);
            }
            mig_value_dict_put(addr, switches[i], mig_value_bool(on));
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const MigValue *item = mig_value_dict_get(addr, numbers[i]);

        if (item != NULL && mig_value_type(item) == MIG_VALUE_STRING) {
            const char *text = mig_value_get_string(item);
            g_autofree char *path = g_strconcat("addr.", numbers[i], NULL);
            guint64 number;
            char *end;

            errno = 0;
            number = g_ascii_strtoull(text, &end, 0);
            if (end == text || *end != '\0' || errno != 0) {
                return fail(error, "Parameter '%s' expects integer", path);
            }
            mig_value_dict_put(addr, numbers[i], mig_value_uint(number));
        }
    }
    return TRUE;
}

/* args.0, args.1 … are a list. */
static gboolean convert_list(MigValue *addr, GError **error)
{
    MigValue *args = mig_value_dict_get(addr, "args");
    MigValue *list;

    if (args == NULL || mig_value_type(args) != MIG_VALUE_DICT) {
        return TRUE;
    }
    list = mig_value_list();
    for (guint i = 0; i < mig_value_dict_size(args); i++) {
        g_autofree char *index = g_strdup_printf("%u", i);
        MigValue *item = mig_value_dict_get(args, index);

        if (item == NULL) {
            mig_value_unref(list);
            return fail(error, "Parameter 'addr.args.%s' missing", index);
        }
        mig_value_list_append(list, mig_value_ref(item));
    }
    mig_value_dict_put(addr, "args", list);
    return TRUE;
}

static MigValue *read_keys(const char *text, GError **error)
{
    g_autoptr(MigValue) object = mig_value_dict();
    MigValue *addr;

    for (const char *p = text; *p != '\0';) {
        gsize size = strcspn(p, "=,");
        g_autofree char *key = p[size] != '=' && p == text ? g_strdup("channel-type") : g_strndup(p, size);
        g_autofree char *value = NULL;

        if (p[size] == '=') {
            p += size + 1;
        } else if (size == 0 || (p == text && p[size] == ',' && p[size + 1] == ',')) {
            fail(error, "Invalid parameter '%s'", "");
            return NULL;
        } else if (p != text) {
            fail(error, "Expected '=' after parameter '%s'", key);
            return NULL;
        }
        value = take_value(&p);
        if (!put(object, key, value, error)) {
            return NULL;
        }
    }
    addr = mig_value_dict_get(object, "addr");
    if (addr != NULL && mig_value_type(addr) == MIG_VALUE_DICT) {
        if (!convert_list(addr, error) || !convert_scalars(addr, error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&object);
}

static MigValue *read_json(const MigProfile *profile, const char *text, GError **error)
{
    gboolean positions = profile->release >= R(11, 1);
    g_autoptr(MigParser) parser = mig_parser_new(positions ? MIG_PARSER_FAMILY_B : MIG_PARSER_FAMILY_A);
    gsize size = strlen(text), taken = mig_parser_feed(parser, (const guint8 *) text, size);
    MigValue *value = NULL;

    if (!mig_parser_take(parser, &value, error)) {
        g_autofree char *position = positions ? g_strdup_printf("1:%zu: ", size + 1) : g_strdup("");

        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "%sJSON parse error, premature %s", position,
                    positions ? "end of input" : "EOI");
    } else if (value != NULL && taken < size) {
        mig_value_unref(value);
        value = NULL;
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Expecting at most one JSON value");
    }
    return value;
}

gboolean mig_incoming_option(const MigProfile *profile, const char *text, MigValue **ret_channels, GError **error)
{
    MigSchema schema = { .release = profile->release };
    g_autoptr(MigValue) channel = NULL;

    if (profile->release < R(10, 0) || strcmp(text, "defer") == 0 || is_uri(text)) {
        *ret_channels = NULL;
        return TRUE;
    }
    channel = *text == '{' ? read_json(profile, text, error) : read_keys(text, error);
    if (channel == NULL || !mig_schema_check(&schema, "MigrationChannel", channel, error)) {
        return FALSE;
    }
    *ret_channels = mig_value_list();
    mig_value_list_append(*ret_channels, g_steal_pointer(&channel));
    return TRUE;
}
