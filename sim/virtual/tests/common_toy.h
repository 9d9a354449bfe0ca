/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two toy processes at the ends of a link: one connects and sends, the other accepts and reads. They drive links and
 * faults without the engine.
 */
#ifndef SIM_VIRTUAL_TESTS_COMMON_TOY_H
#define SIM_VIRTUAL_TESTS_COMMON_TOY_H

#include "sim/virtual/host.h"

typedef struct {
    MigActor actor;
    MigEnv *env;
    MigChannel *channel;
    guint64 size, done;        /* bytes to send; 0 size for a receiver that reads to the end */
    gboolean pages;            /* send page references of 4096 bytes */
    gboolean open;
    MigIo end;                 /* how it ended: EOF or ERROR; OK while it goes on */
    int error;
    GError *connect_error;
    gint64 end_ns;
    guint64 digest;            /* of all bytes read */
    GByteArray *bytes;         /* the first 64 KiB read */
    guint64 page_segments, byte_segments;
} Toy;

typedef struct {
    SimChoices *choices;
    SimKernel *kernel;
    SimNet *net;
    SimHost *hosts[2];
    MigListener *listener;
    Toy sender, receiver;
    MigActor acceptor;
} ToyWorld;

/* Sends `size` bytes (byte i is i * 7 + i / 256) over a link. */
void toy_start(ToyWorld *world, SimChoices *choices, const SimWeather *weather, guint64 size, gboolean pages);
/* Runs until both have ended or limit_ns; returns the time at which the receiver ended, or -1. */
gint64 toy_run(ToyWorld *world, gint64 limit_ns);
void toy_end(ToyWorld *world);
guint8 toy_byte(guint64 index);

#endif
