/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `miglab stream copy`: every record read, and written again by the engine's writer. What comes out is compared with what went
 * in: the command is a tool and a proof of the codec at once.
 */
#include "sim/stream/command_line.h"
#include "sim/stream/output.h"
#include "sim/stream/stream.h"

#include "reference/stream/writer.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    SimStreamSession *session;
    const SimStreamChannel *channel;
    SimOutput *output;
    guint64 at;                   /* bytes written */
} Copy;

static gboolean put(Copy *copy, const guint8 *bytes, gsize size, GError **error)
{
    if (copy->at + size > copy->channel->size || memcmp(copy->channel->data + copy->at, bytes, size) != 0) {
        g_set_error(error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_FILE,
                    "%s: the copy differs from the stream at 0x%" G_GINT64_MODIFIER "x: a bug of miglab", copy->channel->name, copy->at);
        return FALSE;
    }
    copy->at += size;
    return sim_output_write(copy->output, bytes, size, error);
}

static gboolean put_record(Copy *copy, MigWriter *writer, const MigRecord *record, GError **error)
{
    const MigSegment *segments;
    gsize count;

    if (!mig_writer_put(writer, record, error)) {
        return FALSE;
    }
    segments = mig_writer_segments(writer, &count);
    for (gsize i = 0; i < count; i++) {
        if (!put(copy, segments[i].bytes, segments[i].size, error)) {
            return FALSE;
        }
    }
    mig_writer_take(writer, mig_writer_pending(writer));
    return TRUE;
}

/* *ret_fault: the stream is bad, and this is why. */
static gboolean copy_channel(SimStreamSession *session, const SimStreamChannel *channel, const char *path, SimStreamFault **ret_fault,
                             GError **error)
{
    g_autoptr(MigReader) reader = sim_stream_session_reader(session, channel);
    g_autoptr(MigWriter) writer = mig_writer_new(&session->config);
    Copy copy = { .session = session, .channel = channel };
    guint64 base = strcmp(channel->name, "main") == 0 ? session->config.base : 0;
    gboolean good;
    MigRecord record;
    MigRead step;

    copy.output = sim_output_open(path, error);
    if (!copy.output) {
        return FALSE;
    }
    good = put(&copy, channel->data, (gsize) base, error);
    while (good) {
        g_autoptr(GError) ignored = NULL;

        step = mig_reader_next(reader, &record, &ignored);
        if (step == MIG_READ_RECORD) {
            good = put_record(&copy, writer, &record, error);
            continue;
        }
        if (step == MIG_READ_ERROR) {
            *ret_fault = sim_stream_fault_new(session, channel, reader);
            if (!(*ret_fault)->excused) {
                sim_output_abandon(copy.output);
                return TRUE;
            }
            /* Cut on purpose: the piece of a record at the end is copied as it is. */
            good = put(&copy, channel->data + copy.at, channel->size - (gsize) copy.at, error);
        }
        break;
    }
    if (good && copy.at != channel->size) {
        g_set_error(error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_FILE, "%s: the copy ends at 0x%" G_GINT64_MODIFIER "x of 0x%"
                    G_GSIZE_MODIFIER "x: a bug of miglab", channel->name, copy.at, channel->size);
        good = FALSE;
    }
    if (!good) {
        sim_output_abandon(copy.output);
        return FALSE;
    }
    return sim_output_close(copy.output, error);
}

static char *unpacked_name(const char *path)
{
    char *name = g_path_get_basename(path);

    if (g_str_has_suffix(name, ".xz")) {
        name[strlen(name) - 3] = '\0';
    }
    return name;
}

int sim_stream_copy(int argc, char **argv)
{
    g_autoptr(SimStreamSet) set = NULL;
    g_autoptr(SimStreamSession) session = NULL;
    g_autofree char *folder = NULL, *out = NULL;
    gboolean into_folder;
    GError *error = NULL;
    int status = SIM_EXIT_CLEAN;

    if (!sim_stream_parse(&argc, &argv, NULL, "[CHANNEL=]IN... OUT | CAPTURE.json DIR",
                          "Decode and encode again; the copy is byte-identical. Several channels go into a folder.")) {
        return SIM_EXIT_USAGE;
    }
    if (argc < 3) {
        fprintf(stderr, "miglab stream copy: IN and OUT are needed\n");
        return SIM_EXIT_USAGE;
    }
    out = g_strdup(argv[argc - 1]);
    argv[argc - 1] = NULL;
    into_folder = argc > 3 || g_str_has_suffix(argv[1], ".json");
    set = sim_stream_set_open(argv + 1, &error);
    if (set) {
        session = sim_stream_session_new(set, &error);
    }
    if (session && into_folder) {
        folder = sim_output_folder_new(out, &error);
    }
    if (error) {
        return sim_stream_usage_error("copy", error);
    }
    sim_stream_print_notes(session);
    for (guint i = 0; i < set->channels->len && !error; i++) {
        const SimStreamChannel *channel = g_ptr_array_index(set->channels, i);
        g_autofree char *name = unpacked_name(channel->path);
        g_autofree char *path = folder ? g_build_filename(folder, name, NULL) : g_strdup(out);
        SimStreamFault *fault = NULL;

        if (copy_channel(session, channel, path, &fault, &error) && fault) {
            sim_stream_fault_print(fault);
            status = fault->excused ? status : SIM_EXIT_FINDINGS;
        }
        sim_stream_fault_free(fault);
    }
    if (!error) {
        status = MAX(status, sim_stream_print_told(session));
    }
    if (!error && folder && status == SIM_EXIT_CLEAN) {
        (void) sim_output_folder_done(folder, out, &error);
    } else if (folder) {
        sim_output_folder_abandon(folder);
    }
    return error ? sim_stream_usage_error("copy", error) : status;
}
