/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

gboolean sim_file_read(const char *path, gsize max, char **ret_text, gsize *ret_size, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char chunk[65536];
    ssize_t got = 0;
    int code = 0, fd = open(path, O_RDONLY | O_CLOEXEC);

    while (fd >= 0 && text->len <= max && (got = read(fd, chunk, sizeof chunk)) != 0) {
        if (got > 0) {
            g_string_append_len(text, chunk, got);
        } else if (errno != EINTR) {
            break;
        }
    }
    if (fd < 0 || got < 0) {
        code = errno;
    }
    if (fd >= 0) {
        close(fd);
    }
    if (code != 0) {
        g_set_error_literal(error, G_FILE_ERROR, g_file_error_from_errno(code), g_strerror(code));
        return FALSE;
    }
    if (text->len > max) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "it has more than %" G_GSIZE_FORMAT " bytes", max);
        return FALSE;
    }
    if (ret_size != NULL) {
        *ret_size = text->len;
    }
    *ret_text = g_string_free(g_steal_pointer(&text), FALSE);
    return TRUE;
}
