/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The QMP side of one process: its monitors, the commands that they may call, the events that they get. Knows no socket
 * and no clock: bytes come in by mig_monitor_feed() (monitor.h) and go out by a callback, time comes with what needs it.
 * The same code answers in the simulator, in `miglab serve` and under the fuzzer.
 */
#ifndef MIG_QMP_QMP_H
#define MIG_QMP_QMP_H

#include "reference/machine/vm.h"
#include "reference/options/profile.h"
#include "reference/qmp/policy.h"
#include "reference/qmp/value.h"

typedef struct MigQmp MigQmp;

/* What commands need of the process around the VM. Every member may be NULL: then it does nothing, or refuses. */
typedef struct {
    /* Descriptors that clients passed. publish: fd:NAME now means this descriptor, which stays the caller's. */
    void (*close_fd)(gpointer opaque, int fd);
    void (*publish_fd)(gpointer opaque, const char *name, int fd);
    void (*withdraw_fd)(gpointer opaque, const char *name);
    /* Opening the file blocks the main loop of a real QEMU until there is a writer, and all in-band commands with it.
     * TRUE: it does; mig_qmp_unblock() follows. FALSE: it does not exist; *ret_errno. */
    gboolean (*open_config)(gpointer opaque, const char *path, int *ret_errno);
    /* pmemsave: physical memory into a file. */
    gboolean (*save_memory)(gpointer opaque, guint64 offset, guint64 size, const char *path, GError **error);
    gboolean (*can_read)(gpointer opaque, const char *path, int *ret_errno);
    /* May a file of that name be written? Leaves an empty one where there was none. NULL: it may. */
    gboolean (*can_create)(gpointer opaque, const char *path, int *ret_errno);
    /* The process ends as that release does (MigQmpDies); the message is for stderr. */
    void (*dies)(gpointer opaque, int how, const char *message);
    gpointer opaque;
} MigQmpHost;

typedef struct {
    MigProfile *profile;                 /* borrowed; the QMP side takes a reference */
    MigVm *vm;                           /* borrowed; outlives the QMP side */
    MigPolicy policy;
    const char *package;                 /* of the version; NULL: "" */
    const char *guest_name;              /* -name; NULL: none */
    const char *uuid;                    /* -uuid in canonical form; NULL: all zero */
    const char *machine;                 /* type name of /machine: "none-machine"; NULL: that */
    gboolean preconfig;                  /* -preconfig: only some commands until x-exit-preconfig; the VM is stopped */
    gboolean start_after_preconfig;      /* x-exit-preconfig starts the VM (no -S) */
    gboolean kvm;                        /* query-kvm says enabled */
    MigQmpHost host;
} MigQmpConfig;

MigQmp *mig_qmp_new(const MigQmpConfig *config);
void mig_qmp_free(MigQmp *qmp);          /* frees its monitors; output callbacks are not called any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigQmp, mig_qmp_free)

/* The configuration with which the release is answered by default: package text and accelerator of the recorded build. */
void mig_qmp_config_defaults(MigQmpConfig *config, MigProfile *profile);

/* An event for all monitors in command mode, with the rate limit of its kind. `data` is borrowed and may be NULL.
 * The events of the VM come by themselves; this is for others (and for tests). */
void mig_qmp_event(MigQmp *qmp, const char *name, const MigValue *data, gint64 host_ns);

/* Rate limits: the next time (host clock, ns) at which something is due, -1 for never; and that it is. */
gint64 mig_qmp_deadline(const MigQmp *qmp);
void mig_qmp_expire(MigQmp *qmp, gint64 host_ns);

/* What open_config() waited for is there: `text` is its content. The blocked command is answered, queued ones follow. */
void mig_qmp_unblock(MigQmp *qmp, const char *text);

/* In-band requests that wait are served, in turn; called by itself after input. */
void mig_qmp_dispatch(MigQmp *qmp);

/* `quit` was answered or the VM has ended: nothing is served any more; connections are to be closed. */
gboolean mig_qmp_is_quitting(const MigQmp *qmp);

/* -object: as object-add. `properties` is borrowed. */
gboolean mig_qmp_object_add(MigQmp *qmp, const MigValue *properties, GError **error);

#endif
