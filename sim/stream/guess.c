/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/guess.h"

#include "reference/stream/wire.h"
#include "sim/stream/layouts.h"

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

gboolean sim_device_guess(const char *idstr, guint version, int release, const guint8 *bytes, gsize size, SimFieldFunc *func, gpointer data)
{
    g_autoptr(GString) path = g_string_new("(state)");
    gsize begin = 0, at = 0, header;
    char name[256];

    if (strcmp(idstr, "globalstate") == 0 && size == MIG_WIRE_GLOBALSTATE_SIZE) {
        walk_known(globalstate, G_N_ELEMENTS(globalstate), bytes, func, data);
        return FALSE;
    }
    if (strcmp(idstr, "timer") == 0 && size == MIG_WIRE_TIMER_SIZE) {
        walk_known(timer, G_N_ELEMENTS(timer), bytes, func, data);
        return FALSE;
    }
    if (sim_layouts_walk(idstr, version, release, bytes, size, func, data)) {
        return TRUE;
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
    return FALSE;
}

/* ---- Without footers ---- */

enum { HEAD_SIZE = 14, NUMBER_MAX = 0xffff, LENGTH_LEAST = 2 };

static guint32 be32(const guint8 *bytes)
{
    return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

/* 04, id, a printable name, instance, version; 0: no head stands here. */
static gsize full_at(const guint8 *bytes, gsize size)
{
    gsize length;

    if (size < HEAD_SIZE || bytes[0] != MIG_WIRE_SECTION_FULL || be32(bytes + 1) > NUMBER_MAX || bytes[5] < LENGTH_LEAST
        || size < HEAD_SIZE + (gsize) bytes[5]) {
        return 0;
    }
    length = bytes[5];
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isgraph(bytes[6 + i])) {
            return 0;
        }
    }
    return be32(bytes + 6 + length) <= NUMBER_MAX && be32(bytes + 10 + length) <= NUMBER_MAX ? HEAD_SIZE + length : 0;
}

static gsize next_full(const guint8 *data, gsize size, gsize at)
{
    while (at < size) {
        const guint8 *found = memchr(data + at, MIG_WIRE_SECTION_FULL, size - at);
        if (!found) {
            return size;
        }
        at = (gsize) (found - data);
        if (full_at(data + at, size - at)) {
            return at;
        }
        at++;
    }
    return size;
}

/* Behind the last device: PINGs and RUN in a package, else 00 as the last byte. */
static gsize end_of_last(const guint8 *data, gsize size, gsize at)
{
    static const guint8 ping[5] = { 8, 0, 2, 0, 4 }, run[5] = { 8, 0, 5, 0, 0 };
    const guint8 *found = memmem(data + at, size - at, run, sizeof run);

    if (found) {
        while (found - (data + at) >= 9 && memcmp(found - 9, ping, sizeof ping) == 0) {
            found -= 9;
        }
        return (gsize) (found - data);
    }
    return size > at && data[size - 1] == MIG_WIRE_EOF ? size - 1 : 0;
}

static void guessed_clear(gpointer data)
{
    g_free(((SimGuessedSize *) data)->name);
}

GArray *sim_device_sizes_guess(const guint8 *data, gsize size, gsize at, const char *idstr, guint32 instance)
{
    GArray *sizes = g_array_new(FALSE, FALSE, sizeof(SimGuessedSize));
    g_autofree char *name = g_strdup(idstr);

    g_array_set_clear_func(sizes, guessed_clear);
    while (sizes->len < 65536) {
        gsize next = next_full(data, size, at), head, end = next < size ? next : end_of_last(data, size, at);
        SimGuessedSize guessed = { .instance = instance };

        if (end < at || end == 0) {
            break;
        }
        guessed.name = g_steal_pointer(&name);
        guessed.size = end - at;
        g_array_append_val(sizes, guessed);
        if (next == size) {
            return sizes;
        }
        head = full_at(data + next, size - next);
        name = g_strndup((const char *) data + next + 6, head - HEAD_SIZE);
        instance = be32(data + next + head - 8);
        at = next + head;
    }
    g_array_unref(sizes);
    return NULL;
}
