/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of a VM, for reference/machine/ and reference/migration/ only.
 */
#ifndef MIG_MACHINE_VM_PRIVATE_H
#define MIG_MACHINE_VM_PRIVATE_H

#include "reference/machine/device.h"
#include "reference/machine/vm.h"
#include "reference/options/options.h"

typedef struct { MigVmEventFunc func; gpointer opaque; } MigVmListener;

struct MigVm {
    MigEnv *env;
    MigProfile *profile;
    MigRelease release;
    MigOptions *options;
    char *machine;
    guint8 uuid[16];
    gboolean uuid_set;
    gboolean description;                /* not suppressed */
    MigRam *ram;
    GPtrArray *devices;                  /* MigDevice *, in the order of the stream */
    MigRunState run_state;
    gboolean autostart;                  /* not -S; changed by stop and cont while inmigrate */
    gboolean is_incoming;                /* started with -incoming */
    gboolean incoming_deferred;
    gboolean exited;
    GArray *listeners;                   /* MigVmListener */
    GPtrArray *blockers;                 /* char *, newest last */
    MigOutgoing *outgoing;
    MigIncoming *incoming;
    guint monitor_blocked;
    void (*unblocked)(gpointer opaque);
    gpointer unblocked_opaque;
};

guint32 mig_vm_ram_section_id(MigVm *vm);
/* A line on stderr. */
void mig_vm_message(MigVm *vm, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Event MIGRATION (when the capability is on, or `always`). */
void mig_vm_migration_event(MigVm *vm, MigStatus status, gboolean always);
/* The process ends with this status. */
void mig_vm_exit(MigVm *vm, int status);
/* Nested: the big lock is taken for something that may last. */
void mig_vm_block_monitor(MigVm *vm);
void mig_vm_unblock_monitor(MigVm *vm);

static inline gboolean mig_vm_has_cap(MigVm *vm, MigCap cap) { return mig_options_has(vm->options, cap); }
static inline guint64 mig_vm_param(MigVm *vm, MigParam param) { return mig_options_number(vm->options, param); }
static inline gint64 mig_vm_now_ms(MigVm *vm) { return mig_env_clock_ns(vm->env, MIG_CLOCK_REALTIME) / 1000000; }

#endif
