/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The socket of one monitor: listens or is connected, serves one client after the other, passes bytes and descriptors.
 */
#ifndef SIM_SERVE_CONNECTION_H
#define SIM_SERVE_CONNECTION_H

#include "reference/qmp/monitor.h"
#include "sim/serve/arguments.h"

typedef struct SimConnection SimConnection;

/* Opens the channel (a listening unix socket gets mode 0600; a stale socket file is replaced), and waits for a client where
 * the channel says so. NULL with an error for a person. */
SimConnection *sim_connection_open(const SimChardev *chardev, GError **error);
/* Attaches it to the QMP side; clients are served from now on, by the default main context. */
void sim_connection_attach(SimConnection *connection, MigQmp *qmp, gboolean pretty);
/* Sends what is left, for at most a second, closes, removes the socket file. Its monitor must still exist. */
void sim_connection_free(SimConnection *connection);

#endif
