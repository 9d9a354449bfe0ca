/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * auto-converge: slows the guest down while it dirties more than is sent (spec/migration.md 9.5).
 */
#ifndef MIG_MIGRATION_THROTTLE_H
#define MIG_MIGRATION_THROTTLE_H

#include "reference/machine/vm_private.h"

typedef struct {
    MigVm *vm;
    int percent;                   /* 0: off */
    int hits;                      /* evaluations over the threshold since the last step */
} MigThrottle;

void mig_throttle_init(MigThrottle *throttle, MigVm *vm);
/* Bytes made dirty and bytes sent since the evaluation before. */
void mig_throttle_evaluate(MigThrottle *throttle, guint64 dirty_bytes, guint64 sent_bytes);
void mig_throttle_stop(MigThrottle *throttle);

#endif
