/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/description.h"

#include "reference/stream/wire.h"

#include <jansson.h>
#include <string.h>

#define DEPTH_MAX 32
#define POINTER_NULL 0x30
#define NUMBERS_MAX 64            /* of an array, in one line */
#define SIZE_MAX_TOTAL (G_GUINT64_CONSTANT(1) << 40)

static GQuark description_error_quark(void)
{
    return g_quark_from_static_string("sim-description-error-quark");
}

static gboolean fail(GError **error, const char *what)
{
    g_set_error(error, description_error_quark(), 0, "description: %s", what);
    return FALSE;
}

static void state_free(SimState *state)
{
    if (state) {
        g_free(state->vmsd_name);
        g_ptr_array_unref(state->fields);
        g_ptr_array_unref(state->subsections);
        g_free(state);
    }
}

static void field_free(gpointer data)
{
    SimField *field = data;

    g_free(field->name);
    g_free(field->type);
    state_free(field->state);
    g_free(field);
}

static void device_free(gpointer data)
{
    SimDevice *device = data;

    g_free(device->name);
    state_free(device->state);
    g_free(device);
}

typedef struct {
    GPtrArray *devices;           /* not owned */
    guint next, generation;
} Named;

static void named_free(gpointer data)
{
    Named *named = data;

    g_ptr_array_unref(named->devices);
    g_free(named);
}

static void add_named(SimDescription *description, SimDevice *device)
{
    g_autofree char *key = g_strdup_printf("%s/%u", device->name, device->instance);
    Named *named = g_hash_table_lookup(description->by_name, key);

    if (!named) {
        named = g_new0(Named, 1);
        named->devices = g_ptr_array_new();
        g_hash_table_insert(description->by_name, g_steal_pointer(&key), named);
    }
    g_ptr_array_add(named->devices, device);
}

const SimDevice *sim_description_next(SimDescription *description, const char *name, guint instance)
{
    g_autofree char *key = g_strdup_printf("%s/%u", name, instance);
    Named *named = g_hash_table_lookup(description->by_name, key);

    if (!named) {
        return NULL;
    }
    if (named->generation != description->generation) {
        named->generation = description->generation;
        named->next = 0;
    }
    return g_ptr_array_index(named->devices, named->next++ % named->devices->len);
}

void sim_description_rewind(SimDescription *description)
{
    description->generation++;
}

void sim_description_free(SimDescription *description)
{
    if (description) {
        g_hash_table_unref(description->by_name);
        g_ptr_array_unref(description->devices);
        state_free(description->configuration);
        g_free(description);
    }
}

static gboolean get_size(json_t *object, const char *key, guint64 *ret_size)
{
    json_t *value = json_object_get(object, key);

    if (!json_is_integer(value) || json_integer_value(value) < 0 || (guint64) json_integer_value(value) > SIZE_MAX_TOTAL) {
        return FALSE;
    }
    *ret_size = (guint64) json_integer_value(value);
    return TRUE;
}

static SimState *parse_state(json_t *object, guint depth, GError **error);

static SimField *parse_field(json_t *object, guint depth, GError **error)
{
    SimField *field = g_new0(SimField, 1);
    const char *name = json_string_value(json_object_get(object, "name"));
    const char *type = json_string_value(json_object_get(object, "type"));
    json_t *inner = json_object_get(object, "struct");

    field->name = g_strdup(name ? name : "?");
    field->type = g_strdup(type ? type : "?");
    field->count = 1;
    if (!json_is_object(object) || !get_size(object, "size", &field->size)) {
        (void) fail(error, "a field without a size");
        field_free(field);
        return NULL;
    }
    if (json_object_get(object, "array_len") && !get_size(object, "array_len", &field->count)) {
        (void) fail(error, "an array_len that is no number");
        field_free(field);
        return NULL;
    }
    field->has_index = get_size(object, "index", &field->index);
    /* Up to 9.2 an array of pointers that begins with NULL is described as if all its elements were (seen: s390_css). */
    field->pointers = field->count > 1 && field->size == 1 && json_is_object(inner) && json_object_size(inner) == 0;
    if (field->pointers) {
        return field;
    }
    if (json_is_object(inner) || json_object_get(object, "fields")) {
        field->state = parse_state(json_is_object(inner) ? inner : object, depth + 1, error);
        if (!field->state) {
            field_free(field);
            return NULL;
        }
    }
    return field;
}

static gboolean is_unsure(const SimState *state)
{
    for (guint i = 0; i < state->fields->len; i++) {
        const SimField *field = g_ptr_array_index(state->fields, i);
        if (field->pointers || (field->state && is_unsure(field->state))) {
            return TRUE;
        }
    }
    for (guint i = 0; i < state->subsections->len; i++) {
        if (is_unsure(g_ptr_array_index(state->subsections, i))) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean add_up(guint64 *total, guint64 size, guint64 count)
{
    if (count > 0 && size > SIZE_MAX_TOTAL / count) {
        return FALSE;
    }
    *total += size * count;
    return *total <= SIZE_MAX_TOTAL;
}

static SimState *parse_state(json_t *object, guint depth, GError **error)
{
    SimState *state = g_new0(SimState, 1);
    const char *name = json_string_value(json_object_get(object, "vmsd_name"));
    json_t *fields = json_object_get(object, "fields"), *subsections = json_object_get(object, "subsections"), *item;
    size_t index;

    state->fields = g_ptr_array_new_with_free_func(field_free);
    state->subsections = g_ptr_array_new_with_free_func((GDestroyNotify) state_free);
    state->vmsd_name = g_strdup(name ? name : "");
    state->version = (guint) json_integer_value(json_object_get(object, "version"));
    if (depth > DEPTH_MAX) {
        (void) fail(error, "structures deeper than 32");
        goto bad;
    }
    json_array_foreach(fields, index, item) {
        SimField *field = parse_field(item, depth, error);
        if (!field) {
            goto bad;
        }
        g_ptr_array_add(state->fields, field);
        if (!add_up(&state->size, field->size, field->count)) {
            (void) fail(error, "sizes that overflow");
            goto bad;
        }
    }
    json_array_foreach(subsections, index, item) {
        SimState *inner = json_is_object(item) ? parse_state(item, depth + 1, error) : NULL;
        if (!inner) {
            if (error && !*error) {
                (void) fail(error, "a subsection that is no object");
            }
            goto bad;
        }
        inner->size += 1 + 1 + strlen(inner->vmsd_name) + 4;
        g_ptr_array_add(state->subsections, inner);
        if (!add_up(&state->size, inner->size, 1)) {
            (void) fail(error, "sizes that overflow");
            goto bad;
        }
    }
    return state;
bad:
    state_free(state);
    return NULL;
}

SimDescription *sim_description_parse(const char *text, gsize size, GError **error)
{
    json_error_t json_error;
    json_t *root = json_loadb(text, size, 0, &json_error), *devices, *item;
    g_autoptr(SimDescription) description = NULL;
    size_t index;

    if (!root) {
        g_set_error(error, description_error_quark(), 0, "description: byte %d: %s", json_error.position, json_error.text);
        return NULL;
    }
    description = g_new0(SimDescription, 1);
    description->devices = g_ptr_array_new_with_free_func(device_free);
    description->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, named_free);
    if (json_is_integer(json_object_get(root, "page_size"))) {
        json_int_t page_size = json_integer_value(json_object_get(root, "page_size"));
        if (page_size < MIG_WIRE_PAGE_MIN || page_size > 65536 || (page_size & (page_size - 1))) {
            (void) fail(error, "a page_size that is none");
            goto bad;
        }
        description->page_size = (guint) page_size;
    }
    if (json_is_integer(json_object_get(root, "release"))) {
        description->release = (guint) (json_integer_value(json_object_get(root, "release")) & G_MAXUINT16);
    }
    if (json_is_object(json_object_get(root, "configuration"))) {
        description->configuration = parse_state(json_object_get(root, "configuration"), 0, error);
        if (!description->configuration) {
            goto bad;
        }
    }
    devices = json_object_get(root, "devices");
    json_array_foreach(devices, index, item) {
        SimDevice *device;
        const char *name = json_string_value(json_object_get(item, "name"));
        SimState *state = json_is_object(item) && name ? parse_state(item, 0, error) : NULL;

        if (!state) {
            if (error && !*error) {
                (void) fail(error, "a device without a name");
            }
            goto bad;
        }
        device = g_new0(SimDevice, 1);
        device->name = g_strdup(name);
        device->instance = (guint) json_integer_value(json_object_get(item, "instance_id"));
        device->state = state;
        device->size = state->size;
        device->unsure = is_unsure(state);
        g_ptr_array_add(description->devices, device);
        add_named(description, device);
    }
    json_decref(root);
    return g_steal_pointer(&description);
bad:
    json_decref(root);
    return NULL;
}

gboolean sim_description_find(const guint8 *data, gsize size, const char **ret_text, gsize *ret_size)
{
    gsize lowest;

    /* A file of mapped-ram may end with zeros behind the text. */
    while (size > 0 && data[size - 1] == 0) {
        size--;
    }
    lowest = size > (64 << 20) + 5 ? size - (64 << 20) - 5 : 0;

    /* From the end; the text itself may contain 06 only where its length would not fit. */
    for (gsize at = size; at-- > lowest;) {
        const guint8 *found = memrchr(data + lowest, 0x06, at + 1 - lowest);
        guint64 length;

        if (!found) {
            return FALSE;
        }
        at = (gsize) (found - data);
        if (size - at < 5) {
            continue;
        }
        length = (guint64) data[at + 1] << 24 | (guint64) data[at + 2] << 16 | (guint64) data[at + 3] << 8 | data[at + 4];
        if (length > 0 && length == size - at - 5 && data[at + 5] == '{') {
            *ret_text = (const char *) data + at + 5;
            *ret_size = (gsize) length;
            return TRUE;
        }
    }
    return FALSE;
}

/* ---- Walking ---- */

typedef struct {
    const guint8 *bytes;
    gsize size, at;
    SimFieldFunc *func;
    gpointer data;
    GString *path;
} Walk;

static gboolean emit(Walk *walk, const char *name, const char *type, guint64 size)
{
    gsize mark = walk->path->len;

    if (size > walk->size - walk->at) {
        return FALSE;
    }
    if (name[0]) {
        g_string_append_printf(walk->path, "%s%s", mark ? "." : "", name);
    }
    walk->func(walk->data, walk->path->str, type, walk->at, walk->bytes + walk->at, (gsize) size);
    g_string_truncate(walk->path, mark);
    walk->at += (gsize) size;
    return TRUE;
}

static gboolean walk_state(Walk *walk, const SimState *state);

static gboolean walk_field(Walk *walk, const SimField *field)
{
    g_autofree char *name = field->has_index ? g_strdup_printf("%s[%" G_GUINT64_FORMAT "]", field->name, field->index) : g_strdup(field->name);

    if (field->size > 0 && field->count > (walk->size - walk->at) / field->size) {
        return FALSE;
    }
    if (field->size == 0) {
        return TRUE;
    }
    if (field->pointers) {
        guint64 nulls = 0;

        while (nulls < field->count && walk->bytes[walk->at + nulls] == POINTER_NULL) {
            nulls++;
        }
        return (nulls == 0 || emit(walk, name, "NULL pointers", nulls)) && nulls == field->count;
    }
    /* Plain arrays of numbers are one line; arrays of structures are walked element by element. */
    if (field->count != 1 && !field->state) {
        g_autofree char *type = g_strdup_printf("%s[%" G_GUINT64_FORMAT "]", field->type, field->count);
        return emit(walk, name, type, field->size * field->count);
    }
    for (guint64 i = 0; i < field->count; i++) {
        gsize mark = walk->path->len, end;

        if (!field->state) {
            if (!emit(walk, name, field->type, field->size)) {
                return FALSE;
            }
            continue;
        }
        end = walk->at + (gsize) field->size;
        g_string_append_printf(walk->path, "%s%s", mark ? "." : "", name);
        if (field->count > 1) {
            g_string_append_printf(walk->path, "[%" G_GUINT64_FORMAT "]", i);
        }
        if (!walk_state(walk, field->state) || walk->at > end) {
            return FALSE;
        }
        if (walk->at < end && !emit(walk, "(rest)", "?", end - walk->at)) {
            return FALSE;
        }
        g_string_truncate(walk->path, mark);
    }
    return TRUE;
}

static gboolean walk_state(Walk *walk, const SimState *state)
{
    gsize mark = walk->path->len;

    for (guint i = 0; i < state->fields->len; i++) {
        if (!walk_field(walk, g_ptr_array_index(state->fields, i))) {
            return FALSE;
        }
    }
    for (guint i = 0; i < state->subsections->len; i++) {
        const SimState *inner = g_ptr_array_index(state->subsections, i);

        g_string_append_printf(walk->path, "%s<%s>", mark ? "." : "", inner->vmsd_name);
        if (!emit(walk, "", "subsection", 1 + 1 + strlen(inner->vmsd_name) + 4) || !walk_state(walk, inner)) {
            return FALSE;
        }
        g_string_truncate(walk->path, mark);
    }
    return TRUE;
}

void sim_device_walk(const SimDevice *device, const guint8 *bytes, gsize size, SimFieldFunc *func, gpointer data)
{
    Walk walk = { .bytes = bytes, .size = size, .func = func, .data = data, .path = g_string_new(NULL) };

    if (!walk_state(&walk, device->state) || walk.at < size) {
        g_string_truncate(walk.path, 0);
        if (walk.at < size) {
            (void) emit(&walk, "(rest)", "?", size - walk.at);
        }
    }
    g_string_free(walk.path, TRUE);
}

static guint64 number_at(const guint8 *bytes, gsize width, gboolean is_signed)
{
    guint64 value = 0;

    for (gsize i = 0; i < width; i++) {
        value = value << 8 | bytes[i];
    }
    if (is_signed && width < 8 && value >> (width * 8 - 1)) {
        value |= ~G_GUINT64_CONSTANT(0) << (width * 8);
    }
    return value;
}

/* "uint32[6]", "int64[3]": 4, 8; 0: no array of numbers wider than a byte, or of another size than it says. */
static gsize array_width(const char *type, gsize size, gboolean *ret_signed)
{
    const char *digits = g_str_has_prefix(type, "uint") ? type + 4 : g_str_has_prefix(type, "int") ? type + 3 : NULL;
    const char *bracket = strchr(type, '[');
    gsize width;

    if (!digits || !bracket) {
        return 0;
    }
    width = (gsize) g_ascii_strtoull(digits, NULL, 10) / 8;
    *ret_signed = type[0] == 'i';
    return (width == 2 || width == 4 || width == 8) && size == width * g_ascii_strtoull(bracket + 1, NULL, 10) ? width : 0;
}

/* Text, then zeros to the end. */
static gboolean is_text(const guint8 *bytes, gsize size)
{
    gsize length = strnlen((const char *) bytes, size);

    for (gsize i = 0; i < length; i++) {
        if (bytes[i] < 0x20 || bytes[i] >= 0x7f || bytes[i] == '"') {
            return FALSE;
        }
    }
    for (gsize i = length; i < size; i++) {
        if (bytes[i]) {
            return FALSE;
        }
    }
    return length >= 3 && length < size;
}

char *sim_field_value(const char *type, const guint8 *bytes, gsize size)
{
    gsize width;
    gboolean array_signed = FALSE;
    GString *text;
    gboolean is_signed = g_str_has_prefix(type, "int") || g_str_has_prefix(type, "timer");
    gboolean number = (is_signed || g_str_has_prefix(type, "uint") || g_str_has_prefix(type, "cpsr")) && !strchr(type, '[');
    guint64 value = 0;
    gboolean zero = TRUE;

    if (strcmp(type, "bool") == 0 && size == 1) {
        return g_strdup(bytes[0] ? "true" : "false");
    }
    if (number && (size == 1 || size == 2 || size == 4 || size == 8)) {
        value = number_at(bytes, size, is_signed);
        if (is_signed && (gint64) value < 0) {
            return g_strdup_printf("%" G_GINT64_FORMAT, (gint64) value);
        }
        return value < 10 ? g_strdup_printf("%" G_GUINT64_FORMAT, value)
                          : g_strdup_printf("%" G_GUINT64_FORMAT " (0x%" G_GINT64_MODIFIER "x)", value, value);
    }
    for (gsize i = 0; i < size && zero; i++) {
        zero = bytes[i] == 0;
    }
    if (zero && size > 8) {
        return g_strdup_printf("%" G_GSIZE_FORMAT " zero bytes", size);
    }
    if (strcmp(type, "buffer") == 0 && is_text(bytes, size)) {
        return g_strdup_printf("\"%.*s\"", (int) size, (const char *) bytes);
    }
    text = g_string_new(NULL);
    width = array_width(type, size, &array_signed);
    if (width && size / width <= NUMBERS_MAX) {
        for (gsize i = 0; i < size; i += width) {
            guint64 one = number_at(bytes + i, width, array_signed);

            if (array_signed) {
                g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i ? " " : "", (gint64) one);
            } else {
                g_string_append_printf(text, "%s%s%" G_GINT64_MODIFIER "x", i ? " " : "", one < 10 ? "" : "0x", one);
            }
        }
        return g_string_free(text, FALSE);
    }
    for (gsize i = 0; i < MIN(size, 32); i++) {
        g_string_append_printf(text, "%s%02x", i && i % 4 == 0 ? " " : "", bytes[i]);
    }
    if (size > 32) {
        g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, size);
        g_string_append_printf(text, " … %" G_GSIZE_FORMAT " bytes, sha256 %.16s", size, sum);
    }
    return g_string_free(text, FALSE);
}
