/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One process of the target and the QMP connection to it.
 */
#ifndef SIM_CONFORM_DIALOGUE_H
#define SIM_CONFORM_DIALOGUE_H

#include "sim/process/child.h"
#include "sim/process/qmp_client.h"
#include "sim/process/target.h"

typedef struct SimDialogue SimDialogue;

/* A reply arrived; message is borrowed. NULL: the process ended or closed the connection; nothing more will come. */
typedef void SimDialogueReply(json_t *message, gpointer owner);

/* Starts the target with -M none, waits for the greeting, negotiates. Generated input: namespaces of its own where the
 * machine allows it. */
SimDialogue *sim_dialogue_new(SimKeeper *keeper, SimLoop *loop, const SimTarget *target, SimDialogueReply *reply, gpointer owner,
                              GError **error);
void sim_dialogue_free(SimDialogue *dialogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimDialogue, sim_dialogue_free)

/* As it reports it: "7.2.22". */
const char *sim_dialogue_version(const SimDialogue *dialogue);
/* Members of a request object without braces; the id is put in front. Replies come in the order of the requests. */
gboolean sim_dialogue_send(SimDialogue *dialogue, const char *members);

#endif
