/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The environment of a real host: a GLib main loop, real clocks, sockets, files, commands. One engine process runs on it
 * (`miglab serve`). The only part of the engine that may touch the operating system.
 */
#ifndef MIG_HOST_ENV_GLIB_H
#define MIG_HOST_ENV_GLIB_H

#include <glib.h>

#include "reference/env.h"

typedef struct {
    GMainContext *context;               /* borrowed; NULL: the default context */
    gboolean allow_exec;                 /* exec: runs commands; otherwise it is refused with a clear error */
    gboolean discard_exec;               /* where exec: is not allowed: what is sent to it goes nowhere, and nothing comes */
    const char *directory;               /* file: stays below it; NULL: file: is refused */
    guint64 seed;                        /* of choose(); 0: always the first alternative */
    /* Each may be NULL. Called from steps. */
    void (*observe)(gpointer opaque, const MigObservation *observation);
    void (*guest_run)(gpointer opaque, gboolean running);
    void (*guest_catch_up)(gpointer opaque);
    void (*guest_throttle)(gpointer opaque, int percent);
    void (*exit)(gpointer opaque, int status);           /* called from the main loop once the current step is over */
    gpointer opaque;
} MigEnvGlibConfig;

MigEnv *mig_env_glib_new(const MigEnvGlibConfig *config);
/* All actors, channels and listeners of it must be gone. Unsent bytes of closed channels are dropped. */
void mig_env_glib_free(MigEnv *env);

/* Descriptors that were passed in by name (getfd, add-fd, -add-fd): fd:NAME opens them. Takes the descriptor. */
void mig_env_glib_add_fd(MigEnv *env, const char *name, int fd);
gboolean mig_env_glib_remove_fd(MigEnv *env, const char *name);      /* closes it; FALSE: no such name */

#define MIG_HOST_ERROR (mig_host_error_quark())
GQuark mig_host_error_quark(void);

#endif
