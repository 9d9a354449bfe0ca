/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The check of arguments: members in schema order, the first problem ends the visit, left-over members are reported after the
 * last known one of their object (spec/qmp.md 10.1). Texts by release: spec/qmp.md 10.3, spec/options.md 6.1.
 */
#include "reference/qmp/schema.h"

#include "reference/qmp/error.h"

#include <string.h>

enum { KNOWN_MAX = 64 };      /* members of one object, branches of a union included */

/* Where a value is: a chain to the top. */
typedef struct Path {
    const struct Path *parent;
    const char *name;         /* NULL: an element */
    guint index;
} Path;

typedef struct {
    const MigSchema *schema;
    GError **error;
} Check;

/* Names of the members of one object that were visited. */
typedef struct {
    const char *names[KNOWN_MAX];
    guint count;
} Known;

static void append_path(GString *out, const Path *path)
{
    if (!path) {
        return;
    }
    append_path(out, path->parent);
    if (!path->name) {
        g_string_append_printf(out, "[%u]", path->index);
    } else {
        g_string_append(out, out->len ? "." : "");
        g_string_append(out, path->name);
    }
}

/* Paths are shown from 2.9 on. */
static char *full_name(const Check *check, const Path *path)
{
    GString *out;

    if (check->schema->release < MIG_RELEASE(2, 9)) {
        return g_strdup(path->name ? path->name : "null");
    }
    out = g_string_new(NULL);
    append_path(out, path);
    return g_string_free(out, FALSE);
}

static const char *last_name(const Path *path)
{
    return path->name ? path->name : "null";
}

static gboolean fail(const Check *check, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean fail(const Check *check, const char *format, ...)
{
    va_list arguments;
    g_autofree char *text = NULL;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(check->error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, text);
    return FALSE;
}

static gboolean fail_type(const Check *check, const Path *path, const char *expected)
{
    g_autofree char *name = full_name(check, path);

    return fail(check, "Invalid parameter type for '%s', expected: %s", name, expected);
}

static gboolean check_integer(const Check *check, const Path *path, const MigValue *value)
{
    gint64 number;

    return mig_value_get_int(value, &number) || fail_type(check, path, "integer");
}

static gboolean check_unsigned(const Check *check, const Path *path, const MigValue *value, guint64 max, const char *type)
{
    guint64 number;

    /* Up to 2.9 every integer argument is an int64. */
    if (check->schema->release < MIG_RELEASE(2, 10)) {
        return check_integer(check, path, value);
    }
    if (!mig_value_get_uint(value, &number)) {
        g_autofree char *name = full_name(check, path);

        return fail(check, "Parameter '%s' expects uint64", name);
    }
    return number <= max || fail(check, "Parameter '%s' expects %s", last_name(path), type);
}

static gboolean check_enum(const Check *check, const Path *path, const MigSchemaType *type, const MigValue *value)
{
    const char *word;

    if (mig_value_type(value) != MIG_VALUE_STRING) {
        return fail_type(check, path, "string");
    }
    word = mig_value_get_string(value);
    for (gsize i = 0; i < type->value_count; i++) {
        const MigSchemaValue *known = &type->values[i];

        if (strcmp(known->name, word) == 0 && mig_schema_has_value(check->schema, type, known)) {
            return !mig_policy_refuses(&check->schema->policy, known->flags, "value", word, check->error);
        }
    }
    if (check->schema->release < MIG_RELEASE(6, 2)) {
        return fail(check, "Invalid parameter '%s'", word);
    }
    return fail(check, "Parameter '%s' does not accept value '%s'", last_name(path), word);
}

static gboolean check_value(const Check *check, const Path *path, const char *type, const MigValue *value);

static gboolean check_list(const Check *check, const Path *path, const char *type, const MigValue *value)
{
    g_autofree char *element = g_strndup(type + 1, strlen(type) - 2);

    if (mig_value_type(value) != MIG_VALUE_LIST) {
        return fail_type(check, path, check->schema->release < MIG_RELEASE(2, 9) ? "list" : "array");
    }
    for (guint i = 0; i < mig_value_list_length(value); i++) {
        Path at = { .parent = path, .index = i };

        if (!check_value(check, &at, element, mig_value_list_get(value, i))) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean fits_builtin(const char *type, const MigValue *value)
{
    MigValueType json = mig_value_type(value);

    return (strcmp(type, "null") == 0 && json == MIG_VALUE_NULL) || (strcmp(type, "str") == 0 && json == MIG_VALUE_STRING)
        || (strcmp(type, "bool") == 0 && json == MIG_VALUE_BOOL);
}

static gboolean check_alternate(const Check *check, const Path *path, const MigSchemaType *type, const MigValue *value)
{
    for (gsize i = 0; i < type->member_count; i++) {
        if (fits_builtin(type->members[i].type, value)) {
            return check_value(check, path, type->members[i].type, value);
        }
    }
    return fail(check, "Invalid parameter type for '%s', expected: %s", last_name(path), type->name);
}

static gboolean visit_members(const Check *check, const Path *path, const MigSchemaType *type, const MigValue *dict, Known *known);

/* The members of the branch that the tag chooses stand beside those of the union. */
static gboolean visit_branch(const Check *check, const Path *path, const MigSchemaType *type, const MigValue *dict, Known *known)
{
    const char *tag = mig_value_get_string(mig_value_dict_get(dict, type->tag));

    for (gsize i = 0; i < type->branch_count; i++) {
        const MigSchemaMember *branch = &type->branches[i];

        if (strcmp(branch->name, tag) == 0 && check->schema->release >= branch->from && check->schema->release <= branch->to) {
            return visit_members(check, path, mig_schema_find_type(branch->type), dict, known);
        }
    }
    return TRUE;
}

static gboolean visit_members(const Check *check, const Path *path, const MigSchemaType *type, const MigValue *dict, Known *known)
{
    for (gsize i = 0; i < type->member_count; i++) {
        const MigSchemaMember *member = &type->members[i];
        Path at = { .parent = path, .name = member->name };
        MigValue *value;

        if (!mig_schema_has_member(check->schema, type, member)) {
            continue;
        }
        value = mig_value_dict_get(dict, member->name);
        if (!value && (member->flags & MIG_SCHEMA_OPTIONAL)) {
            continue;
        }
        if (!value) {
            g_autofree char *name = full_name(check, &at);

            return fail(check, "Parameter '%s' is missing", name);
        }
        if (mig_policy_refuses(&check->schema->policy, member->flags, "parameter", member->name, check->error)
            || !check_value(check, &at, member->type, value)) {
            return FALSE;
        }
        if (known->count < KNOWN_MAX) {
            known->names[known->count++] = member->name;
        }
    }
    return !type->tag || visit_branch(check, path, type, dict, known);
}

static gboolean check_object(const Check *check, const Path *path, const MigSchemaType *type, const MigValue *value)
{
    Known known = { .count = 0 };
    Path at = { .parent = path };
    int unknown;
    g_autofree char *name = NULL;

    if (mig_value_type(value) != MIG_VALUE_DICT) {
        return fail_type(check, path, check->schema->release < MIG_RELEASE(2, 9) ? "QDict" : "object");
    }
    if (!visit_members(check, path, type, value, &known)) {
        return FALSE;
    }
    unknown = mig_schema_unknown_member(value, known.names, known.count);
    if (unknown < 0) {
        return TRUE;
    }
    at.name = mig_value_dict_key(value, (guint) unknown);
    if (check->schema->release < MIG_RELEASE(2, 9)) {
        return fail(check, "QMP input object member '%s' is unexpected", at.name);
    }
    name = full_name(check, &at);
    return fail(check, "Parameter '%s' is unexpected", name);
}

static gboolean check_value(const Check *check, const Path *path, const char *type, const MigValue *value)
{
    const MigSchemaType *known;
    MigValueType json = mig_value_type(value);

    if (type[0] == '[') {
        return check_list(check, path, type, value);
    }
    known = mig_schema_find_type(type);
    if (known) {
        switch (known->kind) {
        case MIG_SCHEMA_OBJECT:
            return check_object(check, path, known, value);
        case MIG_SCHEMA_ENUM:
            return check_enum(check, path, known, value);
        case MIG_SCHEMA_ALTERNATE:
            return check_alternate(check, path, known, value);
        }
    }
    if (strcmp(type, "str") == 0) {
        return json == MIG_VALUE_STRING || fail_type(check, path, "string");
    }
    if (strcmp(type, "bool") == 0) {
        return json == MIG_VALUE_BOOL || fail_type(check, path, "boolean");
    }
    if (strcmp(type, "int") == 0) {
        return check_integer(check, path, value);
    }
    if (strcmp(type, "size") == 0 || strcmp(type, "uint64") == 0) {
        return check_unsigned(check, path, value, G_MAXUINT64, "uint64");
    }
    if (strcmp(type, "uint32") == 0) {
        return check_unsigned(check, path, value, G_MAXUINT32, "uint32_t");
    }
    if (strcmp(type, "uint16") == 0) {
        return check_unsigned(check, path, value, G_MAXUINT16, "uint16_t");
    }
    if (strcmp(type, "uint8") == 0) {
        return check_unsigned(check, path, value, G_MAXUINT8, "uint8_t");
    }
    if (strcmp(type, "number") == 0) {
        return json == MIG_VALUE_NUMBER || fail_type(check, path, "number");
    }
    if (strcmp(type, "null") == 0) {
        return json == MIG_VALUE_NULL || fail_type(check, path, "null");
    }
    return TRUE;              /* any */
}

/* ---- 2.4 to 2.7: the monitor's own table of arguments comes before the schema ---- */

/* That table lags behind the schema in two releases. */
static gboolean old_monitor_knows(const MigSchema *schema, const char *name)
{
    if (schema->release == MIG_RELEASE(2, 5)) {
        return strncmp(name, "x-cpu-throttle-", strlen("x-cpu-throttle-")) != 0;
    }
    return schema->release != MIG_RELEASE(2, 7) || (strcmp(name, "tls-creds") != 0 && strcmp(name, "tls-hostname") != 0);
}

static gboolean old_check_one(const Check *check, const MigSchemaType *type, const char *name, const MigValue *value)
{
    MigValueType json = mig_value_type(value);
    gint64 number;

    for (gsize i = 0; i < type->member_count; i++) {
        const MigSchemaMember *member = &type->members[i];

        if (strcmp(member->name, name) != 0 || !mig_schema_has_member(check->schema, type, member)
            || !old_monitor_knows(check->schema, name)) {
            continue;
        }
        if (strcmp(member->type, "str") == 0 && json != MIG_VALUE_STRING) {
            return fail(check, "Invalid parameter type for '%s', expected: string", name);
        }
        if (strcmp(member->type, "bool") == 0 && json != MIG_VALUE_BOOL) {
            return fail(check, "Invalid parameter type for '%s', expected: bool", name);
        }
        if (strcmp(member->type, "int") == 0 && !mig_value_get_int(value, &number)) {
            return fail(check, "Invalid parameter type for '%s', expected: int", name);
        }
        if (strcmp(member->type, "number") == 0 && json != MIG_VALUE_NUMBER) {
            return fail(check, "Invalid parameter type for '%s', expected: number", name);
        }
        return TRUE;
    }
    return fail(check, "Invalid parameter '%s'", name);
}

static gboolean old_check(const Check *check, const MigSchemaType *type, const MigValue *arguments)
{
    g_autofree guint *order = mig_value_dict_order(arguments);
    guint last_bucket = G_MAXUINT;

    for (gsize i = 0; i < type->member_count; i++) {
        const MigSchemaMember *member = &type->members[i];

        if (mig_schema_has_member(check->schema, type, member) && !(member->flags & MIG_SCHEMA_OPTIONAL)
            && !mig_value_dict_get(arguments, member->name)) {
            return fail(check, "Parameter '%s' is missing", member->name);
        }
    }
    for (guint i = 0; i < mig_value_dict_size(arguments); i++) {
        const char *name = mig_value_dict_key(arguments, order[i]);
        guint bucket = mig_value_dict_bucket(name);

        /* The walk sees only the newest name of each bucket. */
        if (bucket != last_bucket && !old_check_one(check, type, name, mig_value_dict_item(arguments, order[i]))) {
            return FALSE;
        }
        last_bucket = bucket;
    }
    return TRUE;
}

gboolean mig_schema_check(const MigSchema *schema, const char *type_name, const MigValue *arguments, GError **error)
{
    static const MigSchemaType nothing = { .name = "", .kind = MIG_SCHEMA_OBJECT };
    Check check = { .schema = schema, .error = error };
    const MigSchemaType *type = type_name[0] ? mig_schema_find_type(type_name) : &nothing;

    if (!type) {
        return TRUE;          /* any */
    }
    if (schema->release < MIG_RELEASE(2, 8) && !old_check(&check, type, arguments)) {
        return FALSE;
    }
    return check_object(&check, NULL, type, arguments);
}
