/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What tests with a real QEMU share: a world with two sides that are ready, commands, waiting, the judge.
 */
#ifndef SIM_PROCESS_TESTS_COMMON_WORLD_H
#define SIM_PROCESS_TESTS_COMMON_WORLD_H

#include "oracle/trace.h"
#include "sim/world.h"

/* Other pairs by hand: MIGLAB_TEST_SOURCE=qemu-5.2 MIGLAB_TEST_DESTINATION=qemu-11.1 */
#define COMMON_TARGET "qemu-7.2"
#define MS G_GINT64_CONSTANT(1000000)

typedef struct {
    gboolean tcp, isolate;
    guint time_scale;
    const char *capture;
    const char *capabilities;         /* switched on at both sides beside events, "multifd,postcopy-ram"; NULL: none */
} CommonHow;

/* 32 MiB, 5000 writes a second to 4 MiB, destination with -S. */
extern SimMachine common_machine;

/* Ends the test when the call failed: skipped where the target is not here. `error` is the caller's GError *. */
#define must(call) common_check((call), &error)
void common_check(gboolean done, GError **problem);

/* Both sides run, events are on, the destination listens behind a link of 1 Gbit/s. */
SimWorld *common_begin(OraTrace *trace, const CommonHow *how);
void common_command(SimWorld *world, SimSide side, const char *name, json_t *arguments);
void common_migrate(SimWorld *world);
void common_wait_status(SimWorld *world, SimSide side, const char *status);
void common_wait_exit(SimWorld *world, SimSide side);
void common_pause(SimWorld *world, gint64 ns);
void common_fault(SimWorld *world, SimFaultKind kind, SimDirection direction, const char *moment);
void common_fast(SimWorld *world);    /* max-bandwidth of the source: above that of the link */
void common_slow(SimWorld *world);    /* so that a migration takes seconds */
void common_memory_equal(SimWorld *world);
/* The folder held exactly these files; it is removed. NULL-terminated. */
void common_expect_files(const char *folder, const char *const *files);
/* No finding that makes a verdict bad. The trace is written to the file that the environment variable `show` names. */
void common_judge(OraTrace *trace, const char *show);

#endif
