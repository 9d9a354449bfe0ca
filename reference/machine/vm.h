/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One virtual machine: its release, its RAM and devices, its run state, and the outgoing and incoming side of migration.
 * Nothing here blocks: everything that takes time is done by actors of the environment. All functions are to be called
 * from the environment's thread, between steps of actors or from one.
 *
 * A VM does not know its monitors; it tells them its events. A monitor's command handlers call the functions below.
 */
#ifndef MIG_MACHINE_VM_H
#define MIG_MACHINE_VM_H

#include <glib.h>

#include "reference/env.h"
#include "reference/machine/ram.h"
#include "reference/machine/runstate.h"
#include "reference/options/profile.h"
#include "reference/qmp/value.h"

typedef struct MigVm MigVm;
typedef struct MigOptions MigOptions;        /* reference/options/options.h */
typedef struct MigOutgoing MigOutgoing;      /* reference/migration/outgoing.h */
typedef struct MigIncoming MigIncoming;      /* reference/migration/incoming.h */

/* A device whose whole state is sent once, as bytes. */
typedef struct {
    const char *idstr;
    guint32 instance;
    guint32 version;
    gsize size;                              /* bytes of state; content made from the seed of the VM */
    gboolean fails_to_save, fails_to_load;   /* for faults */
    gboolean asks_switchover_ack;            /* {8.1-} wants an ACK before the switch */
} MigDeviceConfig;

typedef struct {
    MigProfile *profile;                     /* borrowed; the VM takes a reference */
    const char *const *globals;              /* "NAME=VALUE" of -global migration.NAME=VALUE, NULL-terminated, or NULL */
    gboolean only_migratable;                /* -only-migratable */
    const char *machine;                     /* machine type: name in the configuration section, and what it presets; NULL: "none" */
    guint8 uuid[16];
    gboolean uuid_set;
    guint32 seed;                            /* content of RAM and devices */
    const MigRamBlockConfig *blocks; guint block_count;
    const MigDeviceConfig *devices; guint device_count;
    const char *incoming;                    /* -incoming argument: NULL none, "defer", or an address (listened to at once) */
    gboolean stopped;                        /* -S */
    gboolean suppress_description;           /* machine option suppress-vmdesc=on */
} MigVmConfig;

/* NULL with an error in QEMU's words ("-incoming …: …") where QEMU would not start (exit 1; MIG_DIES from the options). The
 * VM makes its MigOptions itself: machine type, then globals, then the rules on the whole. */
MigVm *mig_vm_new(MigEnv *env, const MigVmConfig *config, GError **error);
/* Ends everything at once: channels are closed, actors are retired. As a killed process does. NULL is allowed. */
void mig_vm_free(MigVm *vm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigVm, mig_vm_free)

MigEnv *mig_vm_env(MigVm *vm);
MigProfile *mig_vm_profile(MigVm *vm);
MigRelease mig_vm_release(MigVm *vm);
MigOptions *mig_vm_options(MigVm *vm);
MigRam *mig_vm_ram(MigVm *vm);
MigOutgoing *mig_vm_outgoing(MigVm *vm);
MigIncoming *mig_vm_incoming(MigVm *vm);     /* always there; whether it is in use: mig_vm_is_incoming() */
const char *mig_vm_machine(MigVm *vm);
gboolean mig_vm_is_incoming(MigVm *vm);      /* started with -incoming */
gboolean mig_vm_has_exited(MigVm *vm);       /* quit or a fatal load error; env->exit was called */

/* ---- Run state ---- */

MigRunState mig_vm_run_state(MigVm *vm);
gboolean mig_vm_running(MigVm *vm);
/* Sets the state without starting or stopping anything (runstate_set). */
void mig_vm_set_run_state(MigVm *vm, MigRunState state);
void mig_vm_start(MigVm *vm);                            /* -> running, event RESUME */
/* Event STOP only if it was running. `force`: also changes the state of a VM that is stopped already (as the switchover does). */
void mig_vm_stop_to(MigVm *vm, MigRunState state, gboolean force);

/* QMP commands. */
gboolean mig_vm_cmd_cont(MigVm *vm, GError **error);
gboolean mig_vm_cmd_stop(MigVm *vm, GError **error);
gboolean mig_vm_cmd_system_reset(MigVm *vm, GError **error);
/* As quit, SIGTERM and the guest's own power-off do: event SHUTDOWN, migration shut down, then env->exit(0). */
void mig_vm_cmd_quit(MigVm *vm, gboolean guest, const char *reason);
/* {"status", "singlestep" {-8.1}, "running"}: the caller owns it. */
MigValue *mig_vm_query_status(MigVm *vm);

/* ---- Migration commands. Argument shapes are checked by the caller; rules and texts of spec/migration.md 12 here. ---- */

typedef struct {
    const char *uri;                         /* NULL when channels was given */
    const MigValue *channels;                /* {8.2-} list, or NULL */
    gboolean has_blk, blk, has_inc, inc;     /* {-8.2 …} block migration */
    gboolean resume;                         /* {3.0-} */
} MigMigrateArgs;

gboolean mig_vm_cmd_migrate(MigVm *vm, const MigMigrateArgs *args, GError **error);
gboolean mig_vm_cmd_migrate_cancel(MigVm *vm, GError **error);
gboolean mig_vm_cmd_migrate_incoming(MigVm *vm, const char *uri, const MigValue *channels, gboolean has_exit_on_error,
                                     gboolean exit_on_error, GError **error);
gboolean mig_vm_cmd_migrate_recover(MigVm *vm, const char *uri, GError **error);
gboolean mig_vm_cmd_migrate_pause(MigVm *vm, GError **error);
gboolean mig_vm_cmd_migrate_continue(MigVm *vm, const char *state, GError **error);
gboolean mig_vm_cmd_migrate_start_postcopy(MigVm *vm, GError **error);
gboolean mig_vm_cmd_yank_migration(MigVm *vm, GError **error);       /* {6.0-} instance {"type":"migration"} */
gboolean mig_vm_yank_instance_exists(MigVm *vm);
MigValue *mig_vm_query_migrate(MigVm *vm);                           /* dict; the caller owns it */
/* To be called after migrate-set-parameters succeeded: bandwidth takes effect in the current window. */
void mig_vm_parameters_changed(MigVm *vm);

/* "active", …: of the outgoing object, and of the incoming one. Static. */
const char *mig_vm_outgoing_status(MigVm *vm);
const char *mig_vm_incoming_status(MigVm *vm);
/* A migration in the sense of "There's a migration process in progress" of this release (spec/migration.md 1). */
gboolean mig_vm_migration_is_running(MigVm *vm);

/* ---- The big lock ---- */

/* While TRUE, in-band commands wait: a real QEMU holds the lock in a blocking write (spec/migration.md 13). Out-of-band
 * commands (yank, migrate-pause, migrate-recover) run all the same. */
gboolean mig_vm_monitor_blocked(MigVm *vm);
/* Called when it becomes FALSE again; NULL: nobody. */
void mig_vm_on_monitor_unblocked(MigVm *vm, void (*notify)(gpointer opaque), gpointer opaque);

/* ---- Events ---- */

/* `data` is borrowed and may be NULL. `host_ns` is the time stamp. Called in the middle of whatever happened: only note it. */
typedef void (*MigVmEventFunc)(gpointer opaque, const char *name, const MigValue *data, gint64 host_ns);
void mig_vm_add_event_func(MigVm *vm, MigVmEventFunc func, gpointer opaque);
void mig_vm_remove_event_func(MigVm *vm, MigVmEventFunc func, gpointer opaque);
void mig_vm_event(MigVm *vm, const char *name, MigValue *data);      /* takes the reference of data */

/* ---- Blockers (query-migrate blocked-reasons; "migrate" refuses with the first) ---- */

void mig_vm_add_blocker(MigVm *vm, const char *reason);
gboolean mig_vm_remove_blocker(MigVm *vm, const char *reason);
guint mig_vm_blocker_count(MigVm *vm);
const char *mig_vm_blocker(MigVm *vm, guint index);

#endif
