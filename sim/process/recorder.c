/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct SimRecorder {
    char *folder, *name, *channel;
    char *temporary;          /* path; NULL once renamed or removed */
    FILE *file;
    GChecksum *sum;
    guint64 size;
    guint migration;
    gboolean broken;
};

SimRecorder *sim_recorder_new(const char *folder, const char *name)
{
    g_autofree char *path = g_strdup_printf("%s/.%s.XXXXXX", folder, name);
    int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0644);
    SimRecorder *recorder;

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

json_t *sim_recorder_finish(SimRecorder *recorder)
{
    g_autofree char *number = recorder->migration > 1 ? g_strdup_printf("-%u", recorder->migration) : g_strdup("");
    g_autofree char *base = g_strdup_printf("%s%s.%s.bin", recorder->name, number, recorder->channel != NULL ? recorder->channel : "");
    g_autofree char *path = g_build_filename(recorder->folder, base, NULL);
    gboolean closed = fclose(recorder->file) == 0;

    recorder->file = NULL;
    if (recorder->size == 0 || recorder->channel == NULL) {
        return NULL;
    }
    if (!closed || recorder->broken || rename(recorder->temporary, path) != 0) {
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
