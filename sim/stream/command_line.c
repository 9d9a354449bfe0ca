/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/command_line.h"

#include <stdio.h>

gboolean sim_stream_parse(int *argc, char ***argv, const GOptionEntry *extra, const char *parameters, const char *summary)
{
    g_autoptr(GOptionContext) context = g_option_context_new(parameters);
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strdup((*argv)[0]);
    g_autofree char *program = g_strdup_printf("miglab stream %s", name);

    g_option_context_set_summary(context, summary);
    if (extra) {
        g_option_context_add_main_entries(context, extra, NULL);
    }
    g_option_context_add_main_entries(context, sim_stream_option_entries(), NULL);
    g_set_prgname(program);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        fprintf(stderr, "miglab stream %s: %s\n", name, error->message);
        return FALSE;
    }
    return TRUE;
}

int sim_stream_usage_error(const char *command, GError *error)
{
    fprintf(stderr, "miglab stream %s: %s\n", command, error->message);
    g_error_free(error);
    return SIM_EXIT_USAGE;
}

void sim_stream_print_notes(const SimStreamSession *session)
{
    for (guint i = 0; i < session->notes->len; i++) {
        fprintf(stderr, "note: %s\n", (const char *) g_ptr_array_index(session->notes, i));
    }
}

int sim_stream_print_told(const SimStreamSession *session)
{
    const GPtrArray *names = session->set->options.huge_blocks;
    int status = SIM_EXIT_CLEAN;

    /* Nothing was read up to the list: what ended it there has been said. */
    if (mig_stream_context_block_count(session->context) == 0) {
        return status;
    }
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        const MigStreamBlock *block = mig_stream_context_find_block(session->context, name);

        if (block && block->page_size > session->config.page_size) {
            continue;
        }
        fprintf(stderr, "fault: main: --huge-page %s: %s\n", name,
                block ? "this block has no page size field in the list" : "the list has no block of this name");
        status = SIM_EXIT_FINDINGS;
    }
    return status;
}

int sim_stream_print_faults(const GPtrArray *faults)
{
    int status = SIM_EXIT_CLEAN;

    for (guint i = 0; i < faults->len; i++) {
        const SimStreamFault *fault = g_ptr_array_index(faults, i);
        sim_stream_fault_print(fault);
        if (!fault->excused) {
            status = SIM_EXIT_FINDINGS;
        }
    }
    return status;
}
