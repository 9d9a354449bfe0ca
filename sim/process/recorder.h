/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One file of a capture: what one direction of one connection carried, NAME.CHANNEL.bin, of the second migration
 * NAME-2.CHANNEL.bin. Written under a temporary name;
 * the channel may become known later.
 */
#ifndef SIM_PROCESS_RECORDER_H
#define SIM_PROCESS_RECORDER_H

#include <glib.h>
#include <jansson.h>

typedef struct SimRecorder SimRecorder;

SimRecorder *sim_recorder_new(const char *folder, const char *name);     /* NULL, with a warning: the file cannot be made */
void sim_recorder_set_channel(SimRecorder *recorder, guint migration, const char *channel);      /* migration from 1 */
void sim_recorder_write(SimRecorder *recorder, const void *bytes, gsize size);
/* Closes the file and gives it its name. Returns its entry in the list of files (file, channel, size, sha256, migration); NULL, and no
 * file: nothing was written, or the channel never became known. */
json_t *sim_recorder_finish(SimRecorder *recorder);
void sim_recorder_free(SimRecorder *recorder);                            /* an unfinished file is removed */

#endif
