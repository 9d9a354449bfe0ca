/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The command line of `miglab serve`: its own options, and behind "--" QEMU's as a harness would write it (design.md). What
 * migration does not care about is ignored with a note, what cannot be honoured is refused.
 */
#ifndef SIM_SERVE_ARGUMENTS_H
#define SIM_SERVE_ARGUMENTS_H

#include <glib.h>

#include "reference/machine/page.h"
#include "reference/qmp/policy.h"
#include "reference/qmp/value.h"

typedef enum {
    SIM_CHANNEL_UNIX_LISTEN = 0, SIM_CHANNEL_UNIX_CONNECT, SIM_CHANNEL_TCP_LISTEN, SIM_CHANNEL_TCP_CONNECT,
    SIM_CHANNEL_FD,           /* a descriptor that we inherit: a connection, or a listening socket */
    SIM_CHANNEL_STDIO, SIM_CHANNEL_NULL
} SimChannelKind;

/* A character device. */
typedef struct {
    char *id;
    SimChannelKind kind;
    char *path;               /* unix */
    char *host, *port;        /* tcp */
    int fd;
    gboolean listening_fd;    /* fd= with server=on */
    gboolean wait;            /* start only when somebody is connected */
    gboolean used;            /* by a monitor */
} SimChardev;

typedef struct {
    char *chardev;            /* id */
    gboolean pretty;
} SimMonitorArgument;

typedef struct {
    char *profile;            /* --profile */
    char *changes;            /* --with, --without: as mig_profile_with() takes them */
    GPtrArray *chardevs;      /* of SimChardev */
    GPtrArray *monitors;      /* of SimMonitorArgument */
    char *incoming;
    guint64 ram;              /* bytes; 0: none */
    MigContent content;
    guint32 seed;
    gboolean allow_exec;
    char *directory;          /* --dir, absolute; NULL: file: is refused */
    char *machine;            /* name of the machine type */
    gboolean suppress_description;
    char *name, *uuid;
    char *pidfile;            /* -pidfile */
    gboolean stopped, preconfig, only_migratable, kvm, no_kvm;
    gboolean quiet;           /* no notes */
    GPtrArray *globals;       /* char *: NAME=VALUE of -global migration.NAME=VALUE */
    GPtrArray *objects;       /* MigValue *: properties of -object */
    MigPolicy policy;
    gboolean show_version;
} SimServeArguments;

/* NULL with an error for a person, domain SIM_SERVE_ERROR. Code USAGE: exit 2; code QEMU: a QEMU would print the text
 * and exit with status 1. */
SimServeArguments *sim_serve_arguments_parse(int argc, char **argv, GError **error);
void sim_serve_arguments_free(SimServeArguments *arguments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimServeArguments, sim_serve_arguments_free)

typedef enum { SIM_SERVE_ERROR_USAGE = 0, SIM_SERVE_ERROR_QEMU } SimServeError;
#define SIM_SERVE_ERROR (sim_serve_error_quark())
GQuark sim_serve_error_quark(void);

#endif
