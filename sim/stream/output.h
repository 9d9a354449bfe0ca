/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Outputs of the stream tools: a file is written under a temporary name beside its own and renamed when it is complete.
 */
#ifndef SIM_STREAM_OUTPUT_H
#define SIM_STREAM_OUTPUT_H

#include <glib.h>

typedef struct SimOutput SimOutput;

SimOutput *sim_output_open(const char *path, GError **error);
/* Buffered; FALSE once writing failed. */
G_GNUC_WARN_UNUSED_RESULT
gboolean sim_output_write(SimOutput *output, gconstpointer bytes, gsize size, GError **error);
/* Renames and frees. */
G_GNUC_WARN_UNUSED_RESULT
gboolean sim_output_close(SimOutput *output, GError **error);
/* Removes the temporary file and frees; NULL is fine. */
void sim_output_abandon(SimOutput *output);

/* Makes a folder beside `path` under a temporary name, NULL on failure; free with g_free(). */
char *sim_output_folder_new(const char *path, GError **error);
/* Gives it its name; `path` must not exist or be an empty folder. On failure the temporary folder is removed. */
gboolean sim_output_folder_done(const char *temporary, const char *path, GError **error);
/* Removes it with the files in it. */
void sim_output_folder_abandon(const char *temporary);

#endif
