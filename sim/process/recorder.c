/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct SimRecorder {
    char *folder, *name, *channel;
    char *temporary;          /* path until it is renamed; NULL: none, or the file has no name yet */
    FILE *file;
    GChecksum *sum;
    guint64 size;
    guint migration;
    gboolean broken;
};

SimRecorder *sim_recorder_new(const char *folder, const char *name)
{
    /* A file without a name is gone when we end before it is whole, however we end. */
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
    g_autofree char *path = NULL;
    SimRecorder *recorder;

    if (fd < 0) {                     /* not every file system has them */
        path = g_strdup_printf("%s/.%s.XXXXXX", folder, name);
        fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0644);
    }
    if (fd < 0) {
        g_warning("cannot write a capture to %s: %s", folder, g_strerror(errno));
        return NULL;
    }
    recorder = g_new0(SimRecorder, 1);
    recorder->folder = g_strdup(folder);
    recorder->name = g_strdup(name);
    recorder->temporary = g_steal_pointer(&path);
    recorder->file = fdopen(fd, "wb");
    recorder->sum = g_checksum_new(G_CHECKSUM_SHA256);
    return recorder;
}

void sim_recorder_set_channel(SimRecorder *recorder, guint migration, const char *channel)
{
    recorder->migration = migration;
    g_free(recorder->channel);
    recorder->channel = g_strdup(channel);
}

void sim_recorder_write(SimRecorder *recorder, const void *bytes, gsize size)
{
    if (fwrite(bytes, 1, size, recorder->file) != size) {
        recorder->broken = TRUE;
    }
    g_checksum_update(recorder->sum, bytes, (gssize) size);
    recorder->size += size;
}

/* Gives a nameless file a temporary one, to be renamed: a link cannot replace what is there. */
static gboolean give_name(SimRecorder *recorder)
{
    g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", fileno(recorder->file));
    g_autofree char *path = g_strdup_printf("%s/.%s.%d.%d", recorder->folder, recorder->name, (int) getpid(), fileno(recorder->file));

    if (recorder->temporary == NULL) {
        if (linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0) {
            return FALSE;
        }
        recorder->temporary = g_steal_pointer(&path);
    }
    return TRUE;
}

json_t *sim_recorder_finish(SimRecorder *recorder)
{
    g_autofree char *number = recorder->migration > 1 ? g_strdup_printf("-%u", recorder->migration) : g_strdup("");
    g_autofree char *base = g_strdup_printf("%s%s.%s.bin", recorder->name, number, recorder->channel != NULL ? recorder->channel : "");
    g_autofree char *path = g_build_filename(recorder->folder, base, NULL);
    gboolean wanted = recorder->size > 0 && recorder->channel != NULL;
    gboolean named = wanted && fflush(recorder->file) == 0 && give_name(recorder);
    gboolean closed = fclose(recorder->file) == 0;

    recorder->file = NULL;
    if (!wanted) {
        return NULL;
    }
    if (!named || !closed || recorder->broken || rename(recorder->temporary, path) != 0) {
        g_warning("cannot write %s: %s", path, g_strerror(errno));
        return NULL;
    }
    g_clear_pointer(&recorder->temporary, g_free);
    return json_pack("{s:s, s:s, s:I, s:s, s:i}", "file", base, "channel", recorder->channel, "size", (json_int_t) recorder->size, "sha256",
                     g_checksum_get_string(recorder->sum), "migration", (int) recorder->migration);
}

void sim_recorder_free(SimRecorder *recorder)
{
    if (recorder == NULL) {
        return;
    }
    if (recorder->file != NULL) {
        fclose(recorder->file);
    }
    if (recorder->temporary != NULL) {
        unlink(recorder->temporary);
    }
    g_checksum_free(recorder->sum);
    g_free(recorder->temporary);
    g_free(recorder->folder);
    g_free(recorder->name);
    g_free(recorder->channel);
    g_free(recorder);
}
