/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `miglab stream ram`: guest RAM rebuilt from all channels, one file a block.
 */
#include "sim/stream/command_line.h"
#include "sim/stream/image.h"
#include "sim/stream/output.h"
#include "sim/stream/stream.h"

#include <stdio.h>

int sim_stream_ram(int argc, char **argv)
{
    g_autofree char *out = NULL;
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "The folder to make (needed)", "DIR" },
        { NULL }
    };
    g_autoptr(SimStreamSet) set = NULL;
    g_autoptr(SimStreamSession) session = NULL;
    g_autoptr(SimStreamImage) image = NULL;
    g_autofree char *folder = NULL;
    GError *error = NULL;
    int status;

    if (!sim_stream_parse(&argc, &argv, entries, "-o DIR [CHANNEL=]FILE... | CAPTURE.json", "The RAM blocks of a migration as files.")) {
        return SIM_EXIT_USAGE;
    }
    if (!out) {
        fprintf(stderr, "miglab stream ram: -o DIR is needed\n");
        return SIM_EXIT_USAGE;
    }
    set = sim_stream_set_open(argv + 1, &error);
    if (set) {
        session = sim_stream_session_new(set, &error);
    }
    if (session) {
        folder = sim_output_folder_new(out, &error);
    }
    if (folder) {
        image = sim_stream_image_new(session, folder, &error);
    }
    if (error) {
        if (folder) {
            sim_output_folder_abandon(folder);
        }
        return sim_stream_usage_error("ram", error);
    }
    sim_stream_print_notes(session);
    status = MAX(sim_stream_print_faults(image->faults), sim_stream_print_told(session));
    for (guint i = 0; i < image->blocks->len; i++) {
        const SimImageBlock *block = g_ptr_array_index(image->blocks, i);
        g_autofree char *file = sim_stream_block_file_name(block->name);

        printf("%-32s %12" G_GUINT64_FORMAT " bytes  %s", file, block->length, block->ignored ? "shared, not in the stream" : "");
        if (!block->ignored && block->missing == 0) {
            printf("complete");
        } else if (!block->ignored && image->gives_back) {
            printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " pages never came: the guest may have given them back (balloon or virtio-mem)",
                   block->missing, block->pages);
        } else if (!block->ignored) {
            printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " pages are missing", block->missing, block->pages);
            status = set->options.partial ? status : SIM_EXIT_FINDINGS;
        }
        printf("\n");
    }
    if (image->blocks->len == 0) {
        fprintf(stderr, "note: the stream lists no RAM blocks\n");
    }
    if (!sim_output_folder_done(folder, out, &error)) {
        return sim_stream_usage_error("ram", error);
    }
    return status;
}
