/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Files that somebody names on a command line: they may be anything, also without end.
 */
#ifndef SIM_FILE_H
#define SIM_FILE_H

#include <glib.h>

/* Of a scenario, a target: what the YAML loader takes. */
enum { SIM_FILE_TEXT_MAX = 1 << 20 };

/* Reads all of a file or pipe of at most *max* bytes; *ret_text is owned by the caller and ends in a NUL that *ret_size (may
 * be NULL) does not count. On failure nothing is kept; the error (domain G_FILE_ERROR) does not name the file. */
G_GNUC_WARN_UNUSED_RESULT
gboolean sim_file_read(const char *path, gsize max, char **ret_text, gsize *ret_size, GError **error);

#endif
