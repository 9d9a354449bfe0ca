/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/throttle.h"

#define R(major, minor) MIG_RELEASE(major, minor)

void mig_throttle_init(MigThrottle *throttle, MigVm *vm)
{
    *throttle = (MigThrottle) { .vm = vm };
}

static void set(MigThrottle *throttle, int percent)
{
    MigVm *vm = throttle->vm;

    percent = CLAMP(percent, 1, 99);
    if (percent == throttle->percent)
        return;
    throttle->percent = percent;
    vm->env->ops->guest_throttle(vm->env, percent);
}

void mig_throttle_stop(MigThrottle *throttle)
{
    if (throttle->percent)
        throttle->vm->env->ops->guest_throttle(throttle->vm->env, 0);
    throttle->percent = 0;
    throttle->hits = 0;
}

/* How many evaluations over the threshold make a step: 2.4 the sixth, 2.5-2.9 the third, 2.10- the second; they need not
 * follow each other. */
static int hits_needed(MigRelease release)
{
    return release < R(2, 5) ? 6 : release < R(2, 10) ? 3 : 2;
}

void mig_throttle_evaluate(MigThrottle *throttle, guint64 dirty_bytes, guint64 sent_bytes)
{
    MigVm *vm = throttle->vm;
    guint64 trigger = vm->release >= R(5, 0) ? mig_vm_param(vm, MIG_PARAM_THROTTLE_TRIGGER_THRESHOLD) : 50;
    guint64 threshold_bytes = sent_bytes * trigger / 100;
    int maximum, step;

    if (dirty_bytes <= threshold_bytes || ++throttle->hits < hits_needed(vm->release))
        return;
    throttle->hits = 0;
    if (vm->release < R(2, 5)) {
        /* Fixed: each vCPU sleeps 30 ms of every 40. */
        set(throttle, 75);
        return;
    }
    if (throttle->percent == 0) {
        set(throttle, (int) mig_vm_param(vm, MIG_PARAM_CPU_THROTTLE_INITIAL));
        return;
    }
    step = (int) mig_vm_param(vm, MIG_PARAM_CPU_THROTTLE_INCREMENT);
    if (mig_vm_param(vm, MIG_PARAM_CPU_THROTTLE_TAILSLOW)) {
        /* Only as far as would bring the dirty rate down to the threshold; in double, cut to a whole percent, as QEMU does. */
        guint64 now = (guint64) (100 - throttle->percent);
        guint64 ideal = (guint64) ((double) now * ((double) threshold_bytes * 1.0 / (double) dirty_bytes));

        step = MIN((int) (now - ideal), step);
    }
    maximum = vm->release >= R(4, 0) ? (int) mig_vm_param(vm, MIG_PARAM_MAX_CPU_THROTTLE) : 99;
    set(throttle, MIN(throttle->percent + step, maximum));
}
