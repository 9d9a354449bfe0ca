/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (1u << 20)

struct SimOutput {
    char *path, *temporary;
    int fd;
    guint8 *buffer;
    gsize used;
};

static gboolean fail(GError **error, const char *path)
{
    g_set_error(error, G_FILE_ERROR, (gint) g_file_error_from_errno(errno), "%s: %s", path, g_strerror(errno));
    return FALSE;
}

static void output_free(SimOutput *output)
{
    if (output->fd >= 0) {
        (void) close(output->fd);
    }
    g_free(output->path);
    g_free(output->temporary);
    g_free(output->buffer);
    g_free(output);
}

SimOutput *sim_output_open(const char *path, GError **error)
{
    SimOutput *output = g_new0(SimOutput, 1);

    output->path = g_strdup(path);
    output->temporary = g_strconcat(path, ".XXXXXX", NULL);
    output->fd = g_mkstemp_full(output->temporary, O_WRONLY | O_CLOEXEC, 0644);
    output->buffer = g_malloc(BUFFER_SIZE);
    if (output->fd < 0) {
        (void) fail(error, path);
        output_free(output);
        return NULL;
    }
    return output;
}

static gboolean flush(SimOutput *output, const guint8 *bytes, gsize size, GError **error)
{
    while (size > 0) {
        ssize_t done = write(output->fd, bytes, size);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return fail(error, output->path);
        }
        bytes += done;
        size -= (gsize) done;
    }
    return TRUE;
}

gboolean sim_output_write(SimOutput *output, gconstpointer bytes, gsize size, GError **error)
{
    if (output->used + size > BUFFER_SIZE) {
        if (!flush(output, output->buffer, output->used, error)) {
            return FALSE;
        }
        output->used = 0;
    }
    if (size > BUFFER_SIZE) {
        return flush(output, bytes, size, error);
    }
    memcpy(output->buffer + output->used, bytes, size);
    output->used += size;
    return TRUE;
}

gboolean sim_output_close(SimOutput *output, GError **error)
{
    gboolean good = flush(output, output->buffer, output->used, error);

    if (good && close(output->fd) != 0) {
        good = fail(error, output->path);
    }
    output->fd = -1;
    if (good && g_rename(output->temporary, output->path) != 0) {
        good = fail(error, output->path);
    }
    if (!good) {
        (void) g_unlink(output->temporary);
    }
    output_free(output);
    return good;
}

void sim_output_abandon(SimOutput *output)
{
    if (output) {
        (void) g_unlink(output->temporary);
        output_free(output);
    }
}

/* A folder's name without slashes at its end: something is appended to it. */
static char *bare(const char *path)
{
    char *copy = g_strdup(path);

    for (gsize size = strlen(copy); size > 1 && copy[size - 1] == '/'; size--) {
        copy[size - 1] = '\0';
    }
    return copy;
}

char *sim_output_folder_new(const char *path, GError **error)
{
    g_autofree char *stem = bare(path);
    char *name = g_strconcat(stem, ".XXXXXX", NULL);

    if (!g_mkdtemp_full(name, 0755)) {
        (void) fail(error, path);
        g_free(name);
        return NULL;
    }
    return name;
}

void sim_output_folder_abandon(const char *temporary)
{
    GDir *folder = g_dir_open(temporary, 0, NULL);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(temporary, name, NULL);
        (void) g_unlink(path);
    }
    if (folder) {
        g_dir_close(folder);
    }
    (void) g_rmdir(temporary);
}

gboolean sim_output_folder_done(const char *temporary, const char *path, GError **error)
{
    g_autofree char *stem = bare(path);

    if (g_rename(temporary, stem) != 0) {
        (void) fail(error, path);
        sim_output_folder_abandon(temporary);
        return FALSE;
    }
    return TRUE;
}
