/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/memory.h"

#include <string.h>

#define PAGE_BYTES 4096u

static GMappedFile *map(const char *path, guint64 size, GError **error)
{
    GMappedFile *file = g_mapped_file_new(path, FALSE, error);

    if (file != NULL && g_mapped_file_get_length(file) != size) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_GONE,
                    "saved guest memory has %" G_GSIZE_FORMAT " bytes instead of %" G_GUINT64_FORMAT, g_mapped_file_get_length(file), size);
        g_clear_pointer(&file, g_mapped_file_unref);
    }
    return file;
}

gboolean sim_memory_compare_files(const char *source, const char *destination, guint64 size, SimMemory *ret_memory, GError **error)
{
    g_autoptr(GMappedFile) one = map(source, size, error);
    g_autoptr(GMappedFile) other = one != NULL ? map(destination, size, error) : NULL;
    const char *a, *b;

    if (other == NULL) {
        return FALSE;
    }
    *ret_memory = (SimMemory){ .equal = TRUE, .bytes_compared = size };
    a = g_mapped_file_get_contents(one);
    b = g_mapped_file_get_contents(other);
    if (size == 0 || memcmp(a, b, size) == 0) {
        return TRUE;
    }
    ret_memory->equal = FALSE;
    for (guint64 at = 0; at < size; at += PAGE_BYTES) {
        if (memcmp(a + at, b + at, MIN(PAGE_BYTES, size - at)) != 0) {
            if (ret_memory->pages_different++ == 0) {
                ret_memory->first_difference = at;
            }
        }
    }
    return TRUE;
}
