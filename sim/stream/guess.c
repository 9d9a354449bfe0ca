/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/guess.h"

#include "reference/stream/wire.h"

#include <string.h>

typedef struct {
    const char *name, *type;
    gsize size;
} Known;

static const Known globalstate[] = {
    { "size", "uint32", 4 }, { "runstate", "buffer", 32 }, { "has_vm_was_suspended", "uint8", 1 }, { "vm_was_suspended", "uint8", 1 },
    { "unused", "unused_buffer", 66 },
};
static const Known timer[] = {
    { "cpu_ticks_offset", "int64", 8 }, { "unused", "unused_buffer", 8 }, { "cpu_clock_offset", "int64", 8 },
};

static void walk_known(const Known *fields, gsize count, const guint8 *bytes, SimFieldFunc *func, gpointer data)
{
    gsize at = 0;

    for (gsize i = 0; i < count; i++) {
        func(data, fields[i].name, fields[i].type, at, bytes + at, fields[i].size);
        at += fields[i].size;
    }
}

/* 05, a name of letters, digits and a slash inside, a version that is small: bytes of a field hardly ever look like that. Returns the
 * size of the header, 0: none here. */
static gsize subsection_at(const guint8 *bytes, gsize size, char *ret_name)
{
    gsize length;
    const guint8 *name;

    if (size < 2 || bytes[0] != MIG_WIRE_SUBSECTION || bytes[1] < 3 || size < 2 + (gsize) bytes[1] + 4) {
        return 0;
    }
    length = bytes[1];
    name = bytes + 2;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(name[i]) && !strchr("/-_.,: ", name[i])) {
            return 0;
        }
    }
    if (name[0] == '/' || name[length - 1] == '/' || !memchr(name, '/', length) || name[length] || name[length + 1] || name[length + 2]) {
        return 0;
    }
    memcpy(ret_name, name, length);
    ret_name[length] = '\0';
    return 2 + length + 4;
}

void sim_device_guess(const char *idstr, const guint8 *bytes, gsize size, SimFieldFunc *func, gpointer data)
{
    g_autoptr(GString) path = g_string_new("(state)");
    gsize begin = 0, at = 0, header;
    char name[256];

    if (strcmp(idstr, "globalstate") == 0 && size == MIG_WIRE_GLOBALSTATE_SIZE) {
        walk_known(globalstate, G_N_ELEMENTS(globalstate), bytes, func, data);
        return;
    }
    if (strcmp(idstr, "timer") == 0 && size == MIG_WIRE_TIMER_SIZE) {
        walk_known(timer, G_N_ELEMENTS(timer), bytes, func, data);
        return;
    }
    while (at < size) {
        header = subsection_at(bytes + at, size - at, name);
        if (header == 0) {
            at++;
            continue;
        }
        if (at > begin) {
            func(data, path->str, "no description", begin, bytes + begin, at - begin);
        }
        g_string_printf(path, "<%s>", name);
        func(data, path->str, "subsection", at, bytes + at, header);
        g_string_append(path, ".(state)");
        at += header;
        begin = at;
    }
    if (size > begin) {
        func(data, path->str, "no description", begin, bytes + begin, size - begin);
    }
}
