/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A small environment for the engine's own tests: virtual time, loopback channels of a given depth, no loss. Two VMs share
 * one world; addresses are names of listeners.
 */
#ifndef COMMON_ENV_H
#define COMMON_ENV_H

#include "reference/env.h"

typedef struct TestEnv TestEnv;
typedef struct TestWorld TestWorld;

TestWorld *test_world_new(guint64 seed);              /* seed 0: choices are always 0, actors step in turn */
void test_world_free(TestWorld *world);
/* One host in the world: a VM's environment. */
MigEnv *test_world_env(TestWorld *world, const char *name);
void test_world_set_rate(TestWorld *world, guint64 bytes_per_second);      /* of every channel; 0: at once */
gint64 test_world_now_ns(TestWorld *world);
/* Steps until nothing can happen any more, or `done` says so, or the time is over. */
void test_world_run(TestWorld *world, gint64 until_ns, gboolean (*done)(gpointer), gpointer opaque);
/* Cuts all channels: both sides see an error (reset) or the end. */
void test_world_cut(TestWorld *world, gboolean reset);
/* Everything that env->observe() said, as "name: status active", in order. */
const GPtrArray *test_world_log(TestWorld *world);
int test_env_exit(MigEnv *env);                        /* -1: still there */
void test_env_on_run(MigEnv *env, void (*catch_up)(gpointer), gpointer opaque);

#endif
