/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A QMP client on a unix socket: requests may be sent ahead of replies (pipelined), each carries an id of ours, replies
 * and events come as calls from the loop. It judges nothing: what a target answers is passed on as it came.
 */
#ifndef SIM_PROCESS_QMP_CLIENT_H
#define SIM_PROCESS_QMP_CLIENT_H

#include "sim/process/loop.h"

#include <glib.h>
#include <jansson.h>

typedef struct SimQmp SimQmp;

/* Messages are borrowed. Any handler may free the client. */
typedef struct {
    void (*greeting)(SimQmp *qmp, json_t *message, gpointer owner);
    void (*reply)(SimQmp *qmp, guint64 id, json_t *message, gpointer owner);   /* id 0: none of ours in it */
    void (*event)(SimQmp *qmp, json_t *message, gpointer owner);
    /* Something that is no JSON object; the text is cut after 200 bytes. */
    void (*garbage)(SimQmp *qmp, const char *text, gpointer owner);
    void (*closed)(SimQmp *qmp, gpointer owner);
} SimQmpHandlers;

/* NULL with G_IO_ERROR_NOT_FOUND or G_IO_ERROR_CONNECTION_REFUSED while nobody listens yet: try again. */
SimQmp *sim_qmp_new(SimLoop *loop, const char *path, const SimQmpHandlers *handlers, gpointer owner, GError **error);
void sim_qmp_free(SimQmp *qmp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimQmp, sim_qmp_free)

/* `arguments` is borrowed and may be NULL. Returns the id of the request, from 1; 0: the connection is closed. */
guint64 sim_qmp_send(SimQmp *qmp, const char *command, json_t *arguments, gboolean oob);
gboolean sim_qmp_send_raw(SimQmp *qmp, const void *bytes, gsize size);
/* Takes in what the other end has sent already, without waiting. */
void sim_qmp_drain(SimQmp *qmp);
gboolean sim_qmp_closed(const SimQmp *qmp);

#define SIM_QMP_MESSAGE_MAX (64 * 1024 * 1024)

#endif
