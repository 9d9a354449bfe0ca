/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/machine/device.h"

#include <string.h>

#define R(major, minor) MIG_RELEASE(major, minor)

MigDevice *mig_device_new(MigDeviceKind kind, guint32 section_id, const MigDeviceConfig *config, guint32 seed)
{
    MigDevice *device = g_new0(MigDevice, 1);

    device->kind = kind;
    device->section_id = section_id;
    switch (kind) {
    case MIG_DEVICE_TIMER:
        device->idstr = g_strdup("timer");
        device->version = 2;
        device->size = 24;
        break;
    case MIG_DEVICE_GLOBALSTATE:
        device->idstr = g_strdup("globalstate");
        device->version = 1;
        device->size = 104;
        break;
    case MIG_DEVICE_OPAQUE:
        device->idstr = g_strdup(config->idstr);
        device->instance = config->instance;
        device->version = config->version;
        device->size = config->size;
        device->fails_to_save = config->fails_to_save;
        device->fails_to_load = config->fails_to_load;
        device->asks_switchover_ack = config->asks_switchover_ack;
        break;
    }
    device->state = g_malloc0(MAX(device->size, 1));
    if (kind == MIG_DEVICE_OPAQUE) {
        guint32 x = seed * 2654435761u + section_id + 1;

        for (gsize i = 0; i < device->size; i++) {
            x = x * 1664525u + 1013904223u;
            device->state[i] = (guint8) (x >> 24);
        }
    }
    return device;
}

void mig_device_free(MigDevice *device)
{
    if (device == NULL)
        return;
    g_free(device->idstr);
    g_free(device->state);
    g_free(device);
}

/* spec/stream.md 11.3: up to 8.2 one buffer of 100 bytes, 9.0- 32 bytes and two flags. */
void mig_global_state_make(MigRelease release, MigRunState state, guint8 bytes[104])
{
    const char *name = mig_run_state_name(state);
    guint32 size = GUINT32_TO_BE((guint32) strlen(name) + 1);

    memset(bytes, 0, 104);
    memcpy(bytes, &size, 4);
    memcpy(bytes + 4, name, strlen(name));
    if (release >= R(9, 0)) {
        bytes[36] = 1;
        bytes[37] = state == MIG_RUN_SUSPENDED;
    }
}

gboolean mig_global_state_name(MigRelease release, const guint8 bytes[104], const char **ret_name, gsize *ret_length)
{
    gsize room = release >= R(9, 0) ? 32 : 100;

    *ret_name = (const char *) bytes + 4;
    *ret_length = strnlen(*ret_name, room);
    return *ret_length < room;
}

static void field(GString *text, gboolean first, const char *name, const char *type, gsize size)
{
    g_string_append_printf(text, "%s{\"name\": \"%s\", \"type\": \"%s\", \"size\": %" G_GSIZE_FORMAT "}", first ? "" : ", ", name, type, size);
}

/* Up to 5.2 the text was written with blanks inside brackets and on both sides of the colon (seen 5.2.0 against 7.2.22). */
static char *old_style(const GString *text)
{
    GString *old = g_string_sized_new(text->len * 5 / 4);
    gboolean quoted = FALSE;

    for (gsize i = 0; i < text->len; i++) {
        char c = text->str[i];

        quoted ^= c == '"';
        if (!quoted && (c == '}' || c == ']' || c == ':'))
            g_string_append_c(old, ' ');
        g_string_append_c(old, c);
        if (!quoted && (c == '{' || c == '['))
            g_string_append_c(old, ' ');
    }
    return g_string_free(old, FALSE);
}

char *mig_devices_describe(MigRelease release, const char *machine, const GPtrArray *devices, gboolean with_global_state)
{
    GString *text = g_string_new("{");

    if (release >= R(8, 2)) {
        g_string_append(text, "\"configuration\": {\"vmsd_name\": \"configuration\", \"version\": 1, \"fields\": [");
        field(text, TRUE, "len", "uint32", 4);
        field(text, FALSE, "name", "buffer", strlen(machine));
        g_string_append(text, "]}, ");
    }
    g_string_append(text, "\"page_size\": 4096, \"devices\": [");
    for (guint i = 0, n = 0; i < devices->len; i++) {
        const MigDevice *device = devices->pdata[i];

        if (device->kind == MIG_DEVICE_GLOBALSTATE && !with_global_state)
            continue;
        g_string_append_printf(text, "%s{\"name\": \"%s\", \"instance_id\": %u, \"vmsd_name\": \"%s\", \"version\": %u, \"fields\": [",
                               n++ ? ", " : "", device->idstr, device->instance, device->idstr, device->version);
        switch (device->kind) {
        case MIG_DEVICE_TIMER:
            field(text, TRUE, "cpu_ticks_offset", "int64", 8);
            field(text, FALSE, "unused", "unused_buffer", 8);
            field(text, FALSE, "cpu_clock_offset", "int64", 8);
            break;
        case MIG_DEVICE_GLOBALSTATE:
            field(text, TRUE, "size", "uint32", 4);
            if (release >= R(9, 0)) {
                field(text, FALSE, "runstate", "buffer", 32);
                field(text, FALSE, "has_vm_was_suspended", "uint8", 1);
                field(text, FALSE, "vm_was_suspended", "uint8", 1);
                field(text, FALSE, "unused", "buffer", 66);
            } else {
                field(text, FALSE, "runstate", "buffer", 100);
            }
            break;
        case MIG_DEVICE_OPAQUE:
            field(text, TRUE, "data", "buffer", device->size);
            break;
        }
        g_string_append(text, "]}");
    }
    g_string_append(text, "]}");
    if (release < R(6, 0)) {
        char *old = old_style(text);

        g_string_free(text, TRUE);
        return old;
    }
    return g_string_free(text, FALSE);
}
