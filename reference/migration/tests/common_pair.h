/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A source and a destination of one profile in one test world.
 */
#ifndef COMMON_PAIR_H
#define COMMON_PAIR_H

#include "reference/machine/vm.h"
#include "reference/migration/tests/common_env.h"
#include "reference/options/options.h"

#define SECOND G_GINT64_CONSTANT(1000000000)
#define MIB (1024 * 1024)

typedef struct {
    TestWorld *world;
    MigEnv *envs[2];
    MigVm *vms[2];
    GString *events[2];            /* "M:setup STOP …" */
    guint64 writes_per_sync;
    MigProfile *profile;           /* of the source */
} Pair;

Pair *pair_new(const char *profile, guint64 seed, MigContent content, guint64 size, gboolean paused_destination);
/* Two releases, and a versioned machine type that both know. */
Pair *pair_new_cross(const char *source, const char *destination, const char *machine, guint64 seed, MigContent content, guint64 size,
                     gboolean paused_destination);
void pair_free(Pair *pair);
void pair_start(Pair *pair);                       /* migrate-incoming and migrate */
void pair_cap(Pair *pair, const char *name);       /* on both sides */
void set_caps(MigVm *vm, const char *const *names);
void set_number(MigVm *vm, const char *name, gint64 value);
void show(Pair *pair);
void run(Pair *pair, gint64 duration_ns);
void assert_equal_ram(Pair *pair);
void assert_source(Pair *pair, const char *status);
void assert_destination(Pair *pair, const char *status);

#endif
