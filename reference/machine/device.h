/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices whose state is sent whole at the end: `timer` (every machine has it), `globalstate` (the run state, always the
 * last), and opaque ones that a configuration adds (spec/stream.md 11.3, 12.5).
 */
#ifndef MIG_MACHINE_DEVICE_H
#define MIG_MACHINE_DEVICE_H

#include <glib.h>

#include "reference/machine/vm.h"

typedef enum { MIG_DEVICE_OPAQUE = 0, MIG_DEVICE_TIMER, MIG_DEVICE_GLOBALSTATE } MigDeviceKind;

typedef struct {
    MigDeviceKind kind;
    char *idstr;
    guint32 section_id;
    guint32 instance, version;
    guint8 *state; gsize size;           /* of opaque ones: state[size] */
    gboolean fails_to_save, fails_to_load, asks_switchover_ack;
} MigDevice;

MigDevice *mig_device_new(MigDeviceKind kind, guint32 section_id, const MigDeviceConfig *config, guint32 seed);
void mig_device_free(MigDevice *device);

/* The bytes of the globalstate section for a VM that was in this run state: 104 bytes. */
void mig_global_state_make(MigRelease release, MigRunState state, guint8 bytes[104]);
/* The name inside: where it begins and how long it is. FALSE when it has no end (release's rule). */
gboolean mig_global_state_name(MigRelease release, const guint8 bytes[104], const char **ret_name, gsize *ret_length);

/* JSON text of the description behind the stream {2.3-}. The caller owns it. */
char *mig_devices_describe(MigRelease release, const char *machine, const GPtrArray *devices, gboolean with_global_state);

#endif
