/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Objects for TLS and authorisation, and the corner of QOM that a client of migration sees (spec/qmp.md 12.3).
 */
#include "reference/options/property.h"
#include "reference/qmp/error.h"
#include "reference/qmp/parser.h"
#include "reference/qmp/private.h"
#include "reference/qmp/qom_tables.h"

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

static gboolean complete_secret(const MigQmp *qmp, const Object *object, GError **error)
{
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n";
    const char *data = value_text(object, "data"), *file = value_text(object, "file");
    int error_number = 0;

    if (data && file) {
        return fail(error, "'file' and 'data' are mutually exclusive", NULL, NULL, NULL);
    }
    if (!data && !file) {
        return fail(error, "Either 'file' or 'data' must be provided", NULL, NULL, NULL);
    }
    if (file && qmp->host.can_read && !qmp->host.can_read(qmp->host.opaque, file, &error_number)) {
        /* GLib's words for it, in quotes of UTF-8 */
        return fail(error, "Unable to read %s: Failed to open file \xe2\x80\x9c%s\xe2\x80\x9d: %s", file, file, g_strerror(error_number));
    }
    if (data && g_strcmp0(value_text(object, "format"), "base64") == 0 && strspn(data, base64) != strlen(data)) {
        return fail(error, "Base64 data contains invalid characters", NULL, NULL, NULL);
    }
    return TRUE;
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
    if (strcmp(object->type->name, "secret") == 0) {
        return complete_secret(qmp, object, error);
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
    if (mig_value_dict_get(properties, "props") && mig_value_type(mig_value_dict_get(properties, "props")) != MIG_VALUE_DICT) {
        return fail(error, "Invalid parameter type for 'props', expected: dict", NULL, NULL, NULL);
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
    for (guint i = 0; i < qmp->monitors->len; i++) {
        const MigMonitor *monitor = g_ptr_array_index(qmp->monitors, i);

        if (g_strcmp0(monitor->chardev, name) == 0) {
            return (Node) { NODE_CHARDEV, "chardev-socket", NULL };
        }
    }
    return (Node) { NODE_NONE, NULL, NULL };
}

/* Without slashes at the ends and double ones. */
static char *tidy_path(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    GString *text = g_string_new(NULL);

    for (guint i = 0; parts[i]; i++) {
        if (parts[i][0]) {
            g_string_append_printf(text, "%s%s", text->len ? "/" : "", parts[i]);
        }
    }
    return g_string_free(text, FALSE);
}

static gboolean ends_in(const char *whole, const char *path, gboolean absolute)
{
    gsize length = strlen(whole), tail = strlen(path);

    return strcmp(whole, path) == 0 || (!absolute && length > tail && whole[length - tail - 1] == '/' && strcmp(whole + length - tail, path) == 0);
}

static gboolean resolve_fixed(const MigQmp *qmp, const char *path, gboolean absolute, Node *ret_node)
{
    for (gsize i = 0; i < mig_qom_node_count; i++) {
        const MigQomNode *node = &mig_qom_nodes[i];

        if (qmp->schema.release >= node->from && qmp->schema.release <= node->to && ends_in(node->path, path, absolute)) {
            *ret_node = (Node) { NODE_CONTAINER, node->type, NULL };
            return TRUE;
        }
    }
    return FALSE;
}

/* Absolute paths, and partial ones where they are unique. */
static gboolean resolve(const MigQmp *qmp, const char *path, Node *ret_node, GError **error)
{
    static const struct { NodeKind kind; const char *parent; } parents[] = {
        { NODE_MACHINE, "" }, { NODE_CHARDEVS, "" }, { NODE_OBJECTS, "" }, { NODE_OBJECT, "objects" }, { NODE_CHARDEV, "chardevs" },
    };
    g_autofree char *tidy = tidy_path(path);
    gboolean absolute = path[0] == '/';
    const char *last = strrchr(tidy, '/');
    Node node;

    if (absolute && tidy[0] == '\0') {
        *ret_node = (Node) { NODE_ROOT, "container", NULL };
        return TRUE;
    }
    node = find_named(qmp, last ? last + 1 : tidy);
    for (gsize i = 0; i < G_N_ELEMENTS(parents); i++) {
        g_autofree char *whole = g_strdup_printf("%s%s%s", parents[i].parent, parents[i].parent[0] ? "/" : "", last ? last + 1 : tidy);

        if (parents[i].kind == node.kind && ends_in(whole, tidy, absolute)) {
            *ret_node = node;
            return TRUE;
        }
    }
    if (tidy[0] && resolve_fixed(qmp, tidy, absolute, ret_node)) {
        return TRUE;
    }
    g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '%s' not found", path);
    return FALSE;
}

static const MigQomProperty *machine_property(const MigQmp *qmp, const Node *node, const char *name)
{
    for (gsize i = 0; node->kind == NODE_MACHINE && i < mig_qom_machine_count; i++) {
        const MigQomProperty *property = &mig_qom_machine[i];

        if (qmp->schema.release >= property->from && qmp->schema.release <= property->to && strcmp(property->name, name) == 0) {
            return property;
        }
    }
    return NULL;
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

/* What lies directly below one of the fixed nodes, in the order of QEMU's hash table. */
static void list_below(MigRelease release, MigValue *list, const char *type, const char *path)
{
    g_autofree char *tidy = tidy_path(path);

    for (gsize i = 0; strcmp(type, "container") == 0 && i < mig_qom_node_count; i++) {
        const MigQomNode *node = &mig_qom_nodes[i];
        const char *last = strrchr(node->path, '/');
        g_autofree char *parent = last ? g_strndup(node->path, (gsize) (last - node->path)) : NULL;

        if (parent && strcmp(parent, "machine") != 0 && release >= node->from && release <= node->to && ends_in(parent, tidy, FALSE)) {
            list_child(list, last + 1, node->type);
        }
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
    for (gsize i = 0; node.kind == NODE_MACHINE && i < mig_qom_machine_count; i++) {
        if (machine_property(qmp, &node, mig_qom_machine[i].name) == &mig_qom_machine[i]) {
            list_add(list, mig_qom_machine[i].name, mig_qom_machine[i].type);
        }
    }
    if (node.kind == NODE_CONTAINER) {
        list_below(context->release, list, node.type, mig_argument_text(arguments, "path"));
    }
    if (node.kind == NODE_CHARDEV) {
        list_add(list, "connected", "bool");
        list_add(list, "addr", "SocketAddress");
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
    if (machine_property(context->qmp, &node, name)) {
        return mig_parser_parse_text(machine_property(context->qmp, &node, name)->value, error);
    }
    if (node.kind == NODE_CHARDEV && strcmp(name, "connected") == 0) {
        return mig_value_bool(TRUE);
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
        const char *name = object_types[i].name, *parent = g_str_has_prefix(name, "tls-creds-") ? "tls-creds" : g_str_has_prefix(name, "authz-") ? "authz"
            : strcmp(name, "secret") == 0 ? "secret_common" : "object";
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

static gboolean has_property(const GArray *properties, const char *name)
{
    for (guint i = 0; i < properties->len; i++) {
        if (strcmp(g_array_index(properties, MigPropertyInfo, i).name, name) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean is_listed(const MigValue *list, const char *name)
{
    for (guint i = 0; i < mig_value_list_length(list); i++) {
        if (strcmp(mig_argument_text(mig_value_list_get(list, i), "name"), name) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* The properties of -global migration.NAME: those that the tables of the nearest release know, in their order, then those
 * that only this release has. */
static void list_migration(const MigProfile *profile, gboolean defaults, MigValue *list)
{
    MigRelease release = mig_profile_release(profile);
    GArray *properties = mig_profile_properties(profile);

    for (gsize i = 0; i < mig_qom_migration_count; i++) {
        const MigQomClassProperty *property = &mig_qom_migration[i];
        MigValue *entry;

        if (release < property->from || release > property->to || !has_property(properties, property->name)) {
            continue;
        }
        list_add(list, property->name, property->type);
        entry = mig_value_list_get(list, mig_value_list_length(list) - 1);
        if (property->description) {
            mig_value_dict_put(entry, "description", mig_value_string(property->description));
        }
        if (defaults && property->initial && release >= MIG_RELEASE(5, 0)) {
            mig_value_dict_put(entry, "default-value", mig_parser_parse_text(property->initial, NULL));
        }
    }
    for (guint i = 0; i < properties->len; i++) {
        const MigPropertyInfo *info = &g_array_index(properties, MigPropertyInfo, i);

        if (!is_listed(list, info->name)) {
            list_add(list, info->name, strcmp(info->type, "string") == 0 ? "str" : info->type);
        }
    }
    g_array_unref(properties);
}

static MigValue *list_properties(MigCommandContext *context, const MigValue *arguments, const char *what, GError **error)
{
    static const struct { const char *name, *type; } of_devices[] = {
        { "type", "string" }, { "parent_bus", "link<bus>" }, { "realized", "bool" }, { "hotplugged", "bool" }, { "hotpluggable", "bool" },
    };
    const char *name = mig_argument_text(arguments, "typename");
    const ObjectType *type = find_type(context->release, name);
    gboolean migration = strcmp(name, "migration") == 0 && context->release >= MIG_RELEASE(2, 10), class = strcmp(what, "Class") == 0;
    MigValue *list;

    if (class && (strcmp(name, "object") == 0 || strcmp(name, "container") == 0 || strcmp(name, "chardev") == 0)) {
        list = mig_value_list();
        list_add(list, "type", "string");
        return list;
    }
    if (!type && !migration) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "%s '%s' not found", what, name);
        return NULL;
    }
    list = mig_value_list();
    if (type) {
        list_type_properties(context->release, list, type);
        return list;
    }
    for (gsize i = 0; class && i < G_N_ELEMENTS(of_devices); i++) {
        list_add(list, of_devices[i].name, of_devices[i].type);
    }
    list_migration(context->qmp->profile, !class || context->release >= MIG_RELEASE(8, 0), list);
    return list;
}

static MigValue *qom_list_properties(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return list_properties(context, arguments, "Class", error);
}

static MigValue *device_list_properties(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const char *name = mig_argument_text(arguments, "typename");

    if (find_type(context->release, name) || strcmp(name, "device") == 0 || strcmp(name, "object") == 0 || strcmp(name, "container") == 0
        || strcmp(name, "chardev") == 0) {
        fail(error, context->release >= MIG_RELEASE(6, 0) ? "Parameter 'typename' expects a non-abstract device type"
             : strcmp(name, "device") == 0 ? "Parameter 'typename' expects non-abstract device type" : "Parameter 'typename' expects device",
             NULL, NULL, NULL);
        return NULL;
    }
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
