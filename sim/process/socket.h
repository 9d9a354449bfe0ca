/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Stream sockets by QEMU's way of writing addresses: "unix:PATH" and "tcp:HOST:PORT".
 */
#ifndef SIM_PROCESS_SOCKET_H
#define SIM_PROCESS_SOCKET_H

#include <glib.h>

/* Both return a descriptor (non-blocking, close-on-exec, owned by the caller) or -1. */
int sim_socket_listen(const char *address, GError **error);     /* a unix socket gets mode 0600; an old one is replaced */
/* Blocks until connected: meant for this host. */
int sim_socket_connect(const char *address, GError **error);
int sim_socket_accept(int fd);                                  /* -1: nobody waits */

/* The address that is really listened on: port 0 is replaced. Caller frees. */
char *sim_socket_address(int fd, const char *address);

#endif
