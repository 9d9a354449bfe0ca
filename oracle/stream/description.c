/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/stream/description.h"

#include <jansson.h>
#include <string.h>

#include "oracle/stream/walker_private.h"

G_DEFINE_QUARK(ora-description-error-quark, ora_description_error)

enum { DEPTH_MAX = 32 };

static gboolean add(guint64 *sum, guint64 value)
{
    if (*sum > (G_MAXUINT64 >> 1) - value || value > G_MAXUINT64 >> 1) {
        return FALSE;
    }
    *sum += value;
    return TRUE;
}

static gboolean has_no_members(json_t *object)
{
    return json_is_object(object) && json_object_size(object) == 0;
}

/* An array of pointers that begins with NULL is described, up to 9.2, as if all its elements were NULL, a byte each: the sizes of
 * such a device say nothing (*unsure). Seen: s390_css of 7.2.
 *
 * Bytes of `fields` and `subsections` of an object; a struct field's size already holds what is inside of it. */
static gboolean state_size(json_t *object, guint depth, guint64 *sum, gboolean *unsure)
{
    json_t *each;
    gsize i;

    if (depth > DEPTH_MAX) {
        return FALSE;
    }
    json_array_foreach(json_object_get(object, "fields"), i, each) {
        json_t *size = json_object_get(each, "size"), *count = json_object_get(each, "array_len");
        json_int_t bytes = json_integer_value(size), n = json_is_integer(count) ? json_integer_value(count) : 1;

        if (!json_is_integer(size) || bytes < 0 || n < 0 || (n && bytes > G_MAXINT64 / n) || !add(sum, bytes * n)) {
            return FALSE;
        }
        *unsure |= n > 1 && bytes == 1 && has_no_members(json_object_get(each, "struct"));
    }
    json_array_foreach(json_object_get(object, "subsections"), i, each) {
        const char *name = json_string_value(json_object_get(each, "vmsd_name"));

        if (!name || !add(sum, 1 + 1 + strlen(name) + 4) || !state_size(each, depth + 1, sum, unsure)) {
            return FALSE;
        }
    }
    return TRUE;
}

OraDescription *ora_description_parse(const char *text, gsize size, GError **error)
{
    g_autoptr(OraDescription) description = g_new0(OraDescription, 1);
    json_error_t where;
    json_t *json, *devices, *each;
    gsize i;

    if (size == 0) {
        return g_steal_pointer(&description);
    }
    json = json_loadb(text, size, 0, &where);
    if (!json || !json_is_object(json)) {
        g_set_error(error, ORA_DESCRIPTION_ERROR, ORA_DESCRIPTION_ERROR_JSON, "%s at byte %d of the text",
                    json ? "no object" : where.text, json ? 0 : where.position);
        json_decref(json);
        return NULL;
    }
    description->has_configuration = json_is_object(json_object_get(json, "configuration"));
    if (json_is_integer(json_object_get(json, "page_size"))) {
        json_int_t page = json_integer_value(json_object_get(json, "page_size"));

        description->page_size = page >= ORA_PAGE_MIN && page <= 65536 && (page & (page - 1)) == 0 ? page : 0;
    }
    devices = json_object_get(json, "devices");
    description->devices = g_new0(OraDeviceSize, json_array_size(devices) + 1);
    json_array_foreach(devices, i, each) {
        gboolean unsure = FALSE;
        const char *name = json_string_value(json_object_get(each, "name"));
        OraDeviceSize *device = &description->devices[description->n_devices];

        if (!name || !json_is_integer(json_object_get(each, "instance_id")) || !state_size(each, 0, &device->size, &unsure)) {
            g_set_error(error, ORA_DESCRIPTION_ERROR, ORA_DESCRIPTION_ERROR_SIZE,
                        "entry %" G_GSIZE_FORMAT " of `devices`: name, instance_id or a size is wrong", i);
            json_decref(json);
            return NULL;
        }
        device->unsure = unsure;
        device->name = g_strdup(name);
        device->instance = json_integer_value(json_object_get(each, "instance_id"));
        description->n_devices++;
    }
    json_decref(json);
    return g_steal_pointer(&description);
}

void ora_description_free(OraDescription *description)
{
    if (!description) {
        return;
    }
    for (gsize i = 0; i < description->n_devices; i++) {
        g_free((char *) description->devices[i].name);
    }
    g_free(description->devices);
    g_free(description);
}

gboolean ora_description_find(const guint8 *data, gsize size, gsize limit, gsize *ret_offset, gsize *ret_length)
{
    const gsize bound = MAX(limit, size > DESCRIPTION_MAX ? size - DESCRIPTION_MAX : 0);

    for (gsize end = size; end > bound;) {
        const guint8 *hit = memrchr(data + bound, ORA_SECTION_DESCRIPTION, end - bound);
        gsize at;

        if (!hit) {
            return FALSE;
        }
        at = hit - data;
        if (size - at >= 5 && ora_be32(hit + 1) == size - at - 5 && (size - at == 5 || hit[5] == '{')) {
            *ret_offset = at;
            *ret_length = size - at - 5;
            return TRUE;
        }
        end = at;
    }
    return FALSE;
}
