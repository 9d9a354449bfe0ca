/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reading all channels of one migration with the engine's codec: what the bytes do not say is found by looking (and said), then
 * every channel is read to its end.
 */
#ifndef SIM_STREAM_SESSION_H
#define SIM_STREAM_SESSION_H

#include "reference/stream/reader.h"
#include "sim/stream/description.h"
#include "sim/stream/source.h"

typedef struct {
    const SimStreamSet *set;
    MigStreamConfig config;
    MigStreamContext *context;
    SimDescription *description;  /* NULL: there is none, or it cannot be read */
    gboolean borrowed;            /* the description is that of another stream: names, not sizes */
    const SimDevice *device;      /* the description of the device asked for last */
    int release;                  /* told, or that of the machine type (a lower bound); 0: neither */
    GArray *guessed;              /* SimGuessedSize; NULL: no need, or nothing could be guessed */
    guint next_guessed;
    GPtrArray *notes;             /* char *, owned: what was found by looking */
} SimStreamSession;

/* A fault of one channel. */
typedef struct {
    char *channel;
    MigStreamFault fault;         /* detail owned by the list */
    gboolean excused;             /* --partial, and it is the end that is missing */
} SimStreamFault;

/* NULL and NO_STREAM when main is none. The set must outlive the session. */
SimStreamSession *sim_stream_session_new(const SimStreamSet *set, GError **error);
void sim_stream_session_free(SimStreamSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimStreamSession, sim_stream_session_free)

MigChannelKind sim_stream_channel_kind(const char *name);

/* The devices of the description are counted from the first again: a new reading of main begins. */
void sim_stream_session_rewind(SimStreamSession *session);

/* A reader that has been fed the whole channel and told that it ends there. */
MigReader *sim_stream_session_reader(SimStreamSession *session, const SimStreamChannel *channel);

/* The fault of a reader, owned; excused when the session is partial and the stream is only cut. */
SimStreamFault *sim_stream_fault_new(const SimStreamSession *session, const SimStreamChannel *channel, const MigReader *reader);
void sim_stream_fault_free(SimStreamFault *fault);
/* "main: 0x3549: …", two lines, with what would be legal. */
void sim_stream_fault_print(const SimStreamFault *fault);

#endif
