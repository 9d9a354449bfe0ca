/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Objects for TLS and authorisation, and the corner of QOM that a client of migration sees (spec/qmp.md 12.3).
 */
#include "reference/options/property.h"
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <string.h>

typedef enum { PROPERTY_STRING = 0, PROPERTY_BOOL, PROPERTY_ENDPOINT } PropertyType;

typedef struct {
    const char *name;
    PropertyType type;
    const char *initial;      /* "true" and "false" for booleans; NULL: unset */
} Property;

typedef struct {
    const char *name;
    const Property *properties;
    gsize count;
    const char *file_client, *file_server;    /* must be readable in "dir"; NULL: none */
    const char *required;                     /* property that must be set */
} ObjectType;

static const Property anon_properties[] = {
    { "endpoint", PROPERTY_ENDPOINT, "client" }, { "dir", PROPERTY_STRING, NULL }, { "verify-peer", PROPERTY_BOOL, "true" },
    { "priority", PROPERTY_STRING, NULL },
};
static const Property psk_properties[] = {
    { "endpoint", PROPERTY_ENDPOINT, "client" }, { "dir", PROPERTY_STRING, NULL }, { "verify-peer", PROPERTY_BOOL, "true" },
    { "priority", PROPERTY_STRING, NULL }, { "username", PROPERTY_STRING, NULL },
};
static const Property x509_properties[] = {
    { "endpoint", PROPERTY_ENDPOINT, "client" }, { "dir", PROPERTY_STRING, NULL }, { "verify-peer", PROPERTY_BOOL, "true" },
    { "priority", PROPERTY_STRING, NULL }, { "sanity-check", PROPERTY_BOOL, "true" }, { "passwordid", PROPERTY_STRING, NULL },
};
static const Property simple_properties[] = { { "identity", PROPERTY_STRING, NULL } };
static const Property secret_properties[] = {
    { "loaded", PROPERTY_BOOL, "true" }, { "format", PROPERTY_STRING, "raw" }, { "keyid", PROPERTY_STRING, NULL },
    { "iv", PROPERTY_STRING, NULL }, { "data", PROPERTY_STRING, NULL }, { "file", PROPERTY_STRING, NULL },
};
static const Property monitor_properties[] = {
    { "chardev", PROPERTY_STRING, NULL }, { "pretty", PROPERTY_BOOL, "false" }, { "close-action", PROPERTY_STRING, "none" },
};

#define PROPERTIES(table) (table), G_N_ELEMENTS(table)
static const ObjectType object_types[] = {
    { "authz-simple", PROPERTIES(simple_properties), NULL, NULL, "identity" },
    { "monitor-qmp", PROPERTIES(monitor_properties), NULL, NULL, NULL },
    { "secret", PROPERTIES(secret_properties), NULL, NULL, NULL },
    { "tls-creds-anon", PROPERTIES(anon_properties), NULL, NULL, NULL },
    { "tls-creds-psk", PROPERTIES(psk_properties), "keys.psk", "keys.psk", "dir" },
    { "tls-creds-x509", PROPERTIES(x509_properties), "ca-cert.pem", "ca-cert.pem", "dir" },
};

typedef struct {
    char *id;
    const ObjectType *type;
    MigValue *values;         /* dict: what is set */
    gboolean built_in;        /* made by the command line for a monitor {11.1-} */
} Object;

static void object_free(gpointer data)
{
    Object *object = data;

    g_free(object->id);
    mig_value_unref(object->values);
    g_free(object);
}

void mig_qmp_init_objects(MigQmp *qmp)
{
    qmp->objects = g_ptr_array_new_with_free_func(object_free);
}

void mig_qmp_free_objects(MigQmp *qmp)
{
    g_ptr_array_unref(qmp->objects);
}

static gboolean fail(GError **error, const char *format, const char *a, const char *b, const char *c)
{
    /* Only formats of this file, with as many %s as there are names. */
    g_auto(GStrv) parts = g_strsplit(format, "%s", -1);
    const char *names[] = { a, b, c };
    g_autoptr(GString) text = g_string_new(parts[0]);

    for (guint i = 1; parts[i] && i <= G_N_ELEMENTS(names); i++) {
        g_string_append(text, names[i - 1]);
        g_string_append(text, parts[i]);
    }
    g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, text->str);
    return FALSE;
}

static const ObjectType *find_type(MigRelease release, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(object_types); i++) {
        if (strcmp(object_types[i].name, name) == 0) {
            return strcmp(name, "monitor-qmp") == 0 && release < MIG_RELEASE(11, 1) ? NULL : &object_types[i];
        }
    }
    return NULL;
}

static const Property *find_property(const ObjectType *type, const char *name)
{
    for (gsize i = 0; i < type->count; i++) {
        if (strcmp(type->properties[i].name, name) == 0) {
            return &type->properties[i];
        }
    }
    return NULL;
}

static Object *find_object(const MigQmp *qmp, const char *id)
{
    for (guint i = 0; i < qmp->objects->len; i++) {
        Object *object = g_ptr_array_index(qmp->objects, i);

        if (strcmp(object->id, id) == 0) {
            return object;
        }
    }
    return NULL;
}

static gboolean check_property(MigRelease release, const Property *property, const MigValue *value, GError **error)
{
    MigValueType json = mig_value_type(value);
    const char *word;

    if (property->type == PROPERTY_BOOL) {
        return json == MIG_VALUE_BOOL || fail(error, "Invalid parameter type for '%s', expected: boolean", property->name, NULL, NULL);
    }
    if (json != MIG_VALUE_STRING) {
        return fail(error, "Invalid parameter type for '%s', expected: string", property->name, NULL, NULL);
    }
    word = mig_value_get_string(value);
    if (property->type != PROPERTY_ENDPOINT || strcmp(word, "client") == 0 || strcmp(word, "server") == 0) {
        return TRUE;
    }
    return release < MIG_RELEASE(6, 2) ? fail(error, "Invalid parameter '%s'", word, NULL, NULL)
        : fail(error, "Parameter '%s' does not accept value '%s'", property->name, word, NULL);
}

/* Sets what was given, in dictionary order. */
static gboolean set_properties(MigRelease release, Object *object, const MigValue *given, GError **error)
{
    g_autofree guint *order = mig_value_dict_order(given);

    for (guint i = 0; i < mig_value_dict_size(given); i++) {
        const char *name = mig_value_dict_key(given, order[i]);
        MigValue *value = mig_value_dict_item(given, order[i]);
        const Property *property = find_property(object->type, name);

        if (strcmp(name, "qom-type") == 0 || strcmp(name, "id") == 0) {
            continue;
        }
        if (strcmp(name, "props") == 0 && release < MIG_RELEASE(6, 0)) {
            if (mig_value_type(value) == MIG_VALUE_DICT && !set_properties(release, object, value, error)) {
                return FALSE;
            }
            continue;
        }
        if (!property) {
            return fail(error, "Property '%s.%s' not found", object->type->name, name, NULL);
        }
        if (!check_property(release, property, value, error)) {
            return FALSE;
        }
        mig_value_dict_put(object->values, name, mig_value_ref(value));
    }
    return TRUE;
}

static const char *value_text(const Object *object, const char *name)
{
    MigValue *value = mig_value_dict_get(object->values, name);

    return value && mig_value_type(value) == MIG_VALUE_STRING ? mig_value_get_string(value) : NULL;
}

/* What creating an object looks at on disk. The content of the files is not read: the engine speaks no TLS. */
static gboolean complete_object(const MigQmp *qmp, const Object *object, GError **error)
{
    gboolean server = g_strcmp0(value_text(object, "endpoint"), "server") == 0;
    const char *file = server ? object->type->file_server : object->type->file_client, *dir = value_text(object, "dir");
    g_autofree char *path = NULL;
    int error_number = 0;

    if (object->type->required && !value_text(object, object->type->required)) {
        if (strcmp(object->type->required, "identity") == 0) {
            return fail(error, "The 'identity' property must be set", NULL, NULL, NULL);
        }
        return fail(error, "Missing '%s' property value", object->type->required, NULL, NULL);
    }
    if (!file) {
        return TRUE;
    }
    path = g_strconcat(dir, "/", file, NULL);
    if (qmp->host.can_read && !qmp->host.can_read(qmp->host.opaque, path, &error_number)) {
        return fail(error, "Unable to access credentials %s: %s", path, g_strerror(error_number), NULL);
    }
    return TRUE;
}

/* Up to 5.2 the command looks at its arguments by itself. */
static gboolean check_old_form(const MigValue *properties, GError **error)
{
    const char *type = mig_argument_text(properties, "qom-type");

    if (!type) {
        return fail(error, "Parameter 'qom-type' is missing", NULL, NULL, NULL);
    }
    if (!mig_argument_text(properties, "id")) {
        return fail(error, "Parameter 'id' is missing", NULL, NULL, NULL);
    }
    return TRUE;
}

gboolean mig_qmp_object_add(MigQmp *qmp, const MigValue *properties, GError **error)
{
    MigRelease release = qmp->schema.release;
    const ObjectType *type;
    const char *id;
    Object *object;

    if (release < MIG_RELEASE(6, 0) ? !check_old_form(properties, error)
        : !mig_schema_check(&qmp->schema, "ObjectOptions", properties, error)) {
        return FALSE;
    }
    id = mig_argument_text(properties, "id");
    type = find_type(release, mig_argument_text(properties, "qom-type"));
    if (!type) {
        return fail(error, "invalid object type: %s", mig_argument_text(properties, "qom-type"), NULL, NULL);
    }
    if (release >= MIG_RELEASE(6, 0) && !mig_qmp_is_identifier(id)) {
        return fail(error, "Parameter 'id' expects an identifier", NULL, NULL, NULL);
    }
    object = g_new0(Object, 1);
    object->id = g_strdup(id);
    object->type = type;
    object->values = mig_value_dict();
    if (!set_properties(release, object, properties, error)) {
        object_free(object);
        return FALSE;
    }
    qmp->objects_container = TRUE;
    if (find_object(qmp, id)) {
        object_free(object);
        return fail(error, "attempt to add duplicate property '%s' to object (type 'container')", id, NULL, NULL);
    }
    if (!complete_object(qmp, object, error)) {
        object_free(object);
        return FALSE;
    }
    g_ptr_array_add(qmp->objects, object);
    return TRUE;
}

static MigValue *object_add(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_qmp_object_add(context->qmp, arguments, error) ? mig_value_dict() : NULL;
}

static MigValue *object_del(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const char *id = mig_argument_text(arguments, "id");
    Object *object = find_object(context->qmp, id);

    context->qmp->objects_container = TRUE;
    if (!object) {
        fail(error, "object '%s' not found", id, NULL, NULL);
        return NULL;
    }
    g_ptr_array_remove(context->qmp->objects, object);
    return mig_value_dict();
}

/* ---- QOM ---- */

typedef enum { NODE_NONE = 0, NODE_ROOT, NODE_MACHINE, NODE_CONTAINER, NODE_CHARDEVS, NODE_CHARDEV, NODE_OBJECTS, NODE_OBJECT } NodeKind;

typedef struct {
    NodeKind kind;
    const char *type;         /* QOM type name */
    Object *object;
} Node;

static gboolean has_objects(const MigQmp *qmp)
{
    return qmp->objects_container || qmp->schema.release >= MIG_RELEASE(10, 0);
}

static Node find_named(const MigQmp *qmp, const char *name)
{
    Object *object = find_object(qmp, name);

    if (object) {
        return (Node) { NODE_OBJECT, object->type->name, object };
    }
    if (strcmp(name, "machine") == 0) {
        return (Node) { NODE_MACHINE, qmp->machine, NULL };
    }
    if (strcmp(name, "chardevs") == 0) {
        return (Node) { NODE_CHARDEVS, "container", NULL };
    }
    if (strcmp(name, "objects") == 0 && has_objects(qmp)) {
        return (Node) { NODE_OBJECTS, "container", NULL };
    }
    if (strcmp(name, "backend") == 0 && qmp->schema.release >= MIG_RELEASE(10, 0)) {
        return (Node) { NODE_CONTAINER, "container", NULL };
    }
    for (guint i = 0; i < qmp->monitors->len; i++) {
        const MigMonitor *monitor = g_ptr_array_index(qmp->monitors, i);

        if (g_strcmp0(monitor->chardev, name) == 0) {
            return (Node) { NODE_CHARDEV, "chardev-socket", NULL };
        }
    }
    return (Node) { NODE_NONE, NULL, NULL };
}

/* Absolute paths, and partial ones where they are unique. */
static gboolean resolve(const MigQmp *qmp, const char *path, Node *ret_node, GError **error)
{
    static const struct { NodeKind kind; const char *parent; } parents[] = {
        { NODE_MACHINE, "" }, { NODE_CONTAINER, "" }, { NODE_CHARDEVS, "" }, { NODE_OBJECTS, "" }, { NODE_OBJECT, "objects" },
        { NODE_CHARDEV, "chardevs" },
    };
    const char *last = strrchr(path, '/');
    g_autofree char *directory = last ? g_strndup(path, (gsize) (last - path)) : NULL;
    const char *parent = directory && directory[0] == '/' ? directory + 1 : directory;
    Node node;

    if (strcmp(path, "/") == 0) {
        *ret_node = (Node) { NODE_ROOT, "container", NULL };
        return TRUE;
    }
    node = find_named(qmp, last ? last + 1 : path);
    for (gsize i = 0; i < G_N_ELEMENTS(parents); i++) {
        if (parents[i].kind == node.kind && (!parent || strcmp(parent, parents[i].parent) == 0)) {
            *ret_node = node;
            return TRUE;
        }
    }
    g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '%s' not found", path);
    return FALSE;
}

static void list_add(MigValue *list, const char *name, const char *type)
{
    MigValue *entry = mig_value_dict();

    mig_value_dict_put(entry, "name", mig_value_string(name));
    mig_value_dict_put(entry, "type", mig_value_string(type));
    mig_value_list_append(list, entry);
}

static void list_child(MigValue *list, const char *name, const char *type)
{
    g_autofree char *child = g_strdup_printf("child<%s>", type);

    list_add(list, name, child);
}

static const char *property_type_name(PropertyType type)
{
    return type == PROPERTY_BOOL ? "bool" : type == PROPERTY_ENDPOINT ? "QCryptoTLSCredsEndpoint" : "string";
}

static void list_type_properties(MigRelease release, MigValue *list, const ObjectType *type)
{
    list_add(list, "type", "string");
    for (gsize i = 0; i < type->count; i++) {
        list_add(list, type->properties[i].name, property_type_name(type->properties[i].type));
    }
    if (g_str_has_prefix(type->name, "tls-creds-") && release < MIG_RELEASE(9, 2)) {
        list_add(list, "loaded", "bool");
    }
}

/* In the order of QEMU's hash table, which changed place of "objects" with the container that came before it. */
static void list_root(const MigQmp *qmp, MigValue *list)
{
    gboolean containers = qmp->schema.release >= MIG_RELEASE(10, 0);

    if (containers) {
        list_child(list, "backend", "container");
    } else if (has_objects(qmp)) {
        list_child(list, "objects", "container");
    }
    list_child(list, "machine", qmp->machine);
    if (containers) {
        list_child(list, "objects", "container");
    }
    list_child(list, "chardevs", "container");
    if (qmp->schema.release >= MIG_RELEASE(11, 1)) {
        list_child(list, "audiodevs", "container");
    }
}

static MigValue *qom_list(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const MigQmp *qmp = context->qmp;
    MigValue *list;
    Node node;

    /* An empty path matches every object; only this command says so. */
    if (mig_argument_text(arguments, "path")[0] == '\0') {
        fail(error, "Path '' is ambiguous", NULL, NULL, NULL);
        return NULL;
    }
    if (!resolve(qmp, mig_argument_text(arguments, "path"), &node, error)) {
        return NULL;
    }
    list = mig_value_list();
    if (!node.object) {
        list_add(list, "type", "string");
    }
    if (node.kind == NODE_ROOT) {
        list_root(qmp, list);
    }
    for (guint i = 0; node.kind == NODE_OBJECTS && i < qmp->objects->len; i++) {
        const Object *object = g_ptr_array_index(qmp->objects, i);

        list_child(list, object->id, object->type->name);
    }
    for (guint i = 0; node.kind == NODE_OBJECTS && context->release >= MIG_RELEASE(11, 1) && i < qmp->monitors->len; i++) {
        g_autofree char *name = g_strdup_printf("compat_monitor%u", i);

        list_child(list, name, "monitor-qmp");
    }
    for (guint i = 0; node.kind == NODE_CHARDEVS && i < qmp->monitors->len; i++) {
        const MigMonitor *monitor = g_ptr_array_index(qmp->monitors, i);

        if (monitor->chardev) {
            list_child(list, monitor->chardev, "chardev-socket");
        }
    }
    if (node.object) {
        list_type_properties(context->release, list, node.object->type);
    }
    return list;
}

static MigValue *property_value(const Object *object, const Property *property)
{
    MigValue *value = mig_value_dict_get(object->values, property->name);

    if (value) {
        return mig_value_ref(value);
    }
    if (property->type == PROPERTY_BOOL) {
        return mig_value_bool(g_strcmp0(property->initial, "true") == 0);
    }
    return mig_value_string(property->initial);
}

static MigValue *qom_get(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const char *name = mig_argument_text(arguments, "property");
    const Property *property;
    Node node;

    if (!resolve(context->qmp, mig_argument_text(arguments, "path"), &node, error)) {
        return NULL;
    }
    if (strcmp(name, "type") == 0) {
        return mig_value_string(node.type);
    }
    property = node.object ? find_property(node.object->type, name) : NULL;
    if (!property) {
        fail(error, "Property '%s.%s' not found", node.type, name, NULL);
        return NULL;
    }
    return property_value(node.object, property);
}

static MigValue *qom_set(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const char *name = mig_argument_text(arguments, "property");
    MigValue *value = mig_value_dict_get(arguments, "value");
    const Property *property;
    Node node;

    if (!resolve(context->qmp, mig_argument_text(arguments, "path"), &node, error)) {
        return NULL;
    }
    if (strcmp(name, "type") == 0) {
        if (context->release < MIG_RELEASE(6, 0)) {
            fail(error, "Insufficient permission to perform this operation", NULL, NULL, NULL);
        } else {
            fail(error, "Property '%s.%s' is not writable", node.type, name, NULL);
        }
        return NULL;
    }
    property = node.object ? find_property(node.object->type, name) : NULL;
    if (!property) {
        fail(error, "Property '%s.%s' not found", node.type, name, NULL);
        return NULL;
    }
    if (!check_property(context->release, property, value, error)) {
        return NULL;
    }
    mig_value_dict_put(node.object->values, name, mig_value_ref(value));
    return mig_value_dict();
}

static MigValue *qom_list_types(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const char *implements = mig_argument_text(arguments, "implements");
    MigValue *list = mig_value_list();

    if ((!implements || strcmp(implements, "migration") == 0) && context->release >= MIG_RELEASE(2, 10)) {
        MigValue *entry = mig_value_dict();

        mig_value_dict_put(entry, "name", mig_value_string("migration"));
        mig_value_dict_put(entry, "parent", mig_value_string("device"));
        mig_value_list_append(list, entry);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(object_types); i++) {
        const char *name = object_types[i].name, *parent = g_str_has_prefix(name, "tls-creds-") ? "tls-creds" : "object";
        MigValue *entry;

        if (!find_type(context->release, name) || (implements && strcmp(implements, name) != 0 && strcmp(implements, parent) != 0)) {
            continue;
        }
        entry = mig_value_dict();
        mig_value_dict_put(entry, "name", mig_value_string(name));
        mig_value_dict_put(entry, "parent", mig_value_string(parent));
        mig_value_list_append(list, entry);
    }
    return list;
}

/* The properties of -global migration.NAME. QEMU's order is that of a hash table: ours is that of the options layer. */
static void list_migration(const MigProfile *profile, MigValue *list)
{
    GArray *properties = mig_profile_properties(profile);

    for (guint i = 0; i < properties->len; i++) {
        const MigPropertyInfo *info = &g_array_index(properties, MigPropertyInfo, i);

        list_add(list, info->name, strcmp(info->type, "string") == 0 ? "str" : info->type);
    }
    g_array_unref(properties);
}

static MigValue *list_properties(MigCommandContext *context, const MigValue *arguments, const char *what, GError **error)
{
    const char *name = mig_argument_text(arguments, "typename");
    const ObjectType *type = find_type(context->release, name);
    gboolean migration = strcmp(name, "migration") == 0 && context->release >= MIG_RELEASE(2, 10);
    MigValue *list;

    if (!type && !migration) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "%s '%s' not found", what, name);
        return NULL;
    }
    list = mig_value_list();
    if (type) {
        list_type_properties(context->release, list, type);
    } else {
        list_migration(context->qmp->profile, list);
    }
    return list;
}

static MigValue *qom_list_properties(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return list_properties(context, arguments, "Class", error);
}

static MigValue *device_list_properties(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return list_properties(context, arguments, "Device", error);
}

const MigCommandHandler mig_commands_object[] = {
    { "object-add", object_add },
    { "object-del", object_del },
    { "qom-list", qom_list },
    { "qom-get", qom_get },
    { "qom-set", qom_set },
    { "qom-list-types", qom_list_types },
    { "qom-list-properties", qom_list_properties },
    { "device-list-properties", device_list_properties },
    { NULL },
};
