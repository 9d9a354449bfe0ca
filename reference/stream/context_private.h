/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The inside of a context, for the reader.
 */
#ifndef MIG_STREAM_CONTEXT_PRIVATE_H
#define MIG_STREAM_CONTEXT_PRIVATE_H

#include "reference/stream/context.h"

#define MIG_STREAM_BLOCKS_MAX   4096u
#define MIG_STREAM_SECTIONS_MAX 65536u

struct MigStreamContext {
    guint refs;
    MigStreamConfig config;
    MigStreamSeen seen;
    GPtrArray *blocks;            /* MigStreamBlock *, owned */
    GHashTable *blocks_by_name;   /* never iterated */
    MigStreamBlock *recent;    /* found last; entries live as long as the context */
    GHashTable *sections;         /* id -> MigStreamSection *, owned; never iterated */
    GHashTable *names;            /* set of interned strings; never iterated */
};

/* An owned copy that lives as long as the context, equal names once. */
const char *mig_stream_context_intern(MigStreamContext *context, const char *name);
MigStreamBlock *mig_stream_context_find_block_mutable(MigStreamContext *context, const char *name);
MigStreamSection *mig_stream_context_section_mutable(MigStreamContext *context, guint32 id);

#endif
