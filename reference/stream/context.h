/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the channels of one migration know together: how this migration is configured, the RAM blocks of the list, the
 * sections that were announced. One context for all readers of a migration (a second one for all its writers is not needed:
 * a writer only takes the configuration from it). Single-threaded.
 */
#ifndef MIG_STREAM_CONTEXT_H
#define MIG_STREAM_CONTEXT_H

#include "reference/stream/record.h"
#include "reference/stream/error.h"

/* Things that are seen in the stream, or that the reader is told. */
typedef enum { MIG_SEE_OFF = 0, MIG_SEE_ON, MIG_SEE_AUTO } MigSee;

typedef struct {
    guint page_size;              /* target page, a power of two 256 … 65536 */
    int release;                  /* 702 = 7.2; 0: any. Decides which elements exist (stream.md 18) */
    gboolean strict;              /* also refuse what real QEMU lets pass and no source sends */
    gboolean footers;             /* send-section-footer */
    gboolean configuration;       /* send-configuration */
    gboolean description;         /* the machine does not suppress it */
    MigSee ignore_shared;         /* the list has addresses; AUTO: as the capabilities subsection says */
    MigSee mapped_ram;            /* likewise */
    MigSee colo;                  /* bare COLO messages follow; AUTO: found by looking */
    guint64 base;                 /* offset of the first byte of main in its file; only shifts the offsets of records */
    /* Limits, stream.md 16.5. */
    guint64 ram_max;              /* sum of all blocks */
    guint64 package_max;
    guint64 description_max;
    guint64 device_max;           /* bytes of one device's state when its length has to be searched for */
    /* Size of a device's state, asked once for each FULL (and for START, PART, END of unknown handlers), in stream order.
     * FALSE: unknown; the footer is then searched for. NULL: always unknown. `timer` and `globalstate` are known anyway. */
    gboolean (*device_size)(gpointer data, const MigRecordSection *section, guint64 *ret_size);
    gpointer device_size_data;
    /* Makes the bytes of a page reference that arrives where no page body is expected. NULL: such a segment is refused. */
    void (*page_bytes)(gpointer data, MigPageRef page, guint8 *buffer, gsize size);
    gpointer page_bytes_data;
} MigStreamConfig;

/* Page size 4096, any release, strict, everything on, AUTO, no limit to RAM but 2^56, package 16 MiB, description 64 MiB. */
void mig_stream_config_init(MigStreamConfig *config);

typedef struct {
    const char *name;             /* owned by the context */
    guint64 length;
    guint64 page_size;            /* of the block; the target page unless the list says otherwise */
    guint64 address;
    gboolean has_mapped;
    guint64 bitmap_offset, pages_offset;
} MigStreamBlock;

typedef struct {
    guint32 id;
    const char *idstr;            /* owned by the context */
    guint32 instance, version;
    guint8 kind;                  /* MIG_WIRE_SECTION_START or FULL */
    gboolean ended;
} MigStreamSection;

typedef struct MigStreamContext MigStreamContext;

MigStreamContext *mig_stream_context_new(const MigStreamConfig *config);
MigStreamContext *mig_stream_context_ref(MigStreamContext *context);
void mig_stream_context_unref(MigStreamContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigStreamContext, mig_stream_context_unref)

const MigStreamConfig *mig_stream_context_config(const MigStreamContext *context);

/* Blocks in the order of the list; a destination that knows its blocks beforehand may register them with add. NULL: none of
 * that name (or index). */
gsize mig_stream_context_block_count(const MigStreamContext *context);
const MigStreamBlock *mig_stream_context_block(const MigStreamContext *context, gsize index);
const MigStreamBlock *mig_stream_context_find_block(const MigStreamContext *context, const char *name);

/* A section by its id; NULL: not announced. */
const MigStreamSection *mig_stream_context_section(const MigStreamContext *context, guint32 id);
/* A source or destination of a recovery whose context is new tells what the first connection announced. */
void mig_stream_context_add_section(MigStreamContext *context, const MigStreamSection *section);
void mig_stream_context_add_block(MigStreamContext *context, const MigStreamBlock *block);

/* What the stream has shown so far. */
typedef struct {
    gboolean listed;              /* a MEM_SIZE was read */
    gboolean return_path, advised, advised_ram, listening, running, resumed;
    gboolean ignore_shared, mapped_ram, colo;
    gboolean flush_in_setup;      /* a FLUSH in START of ram: multifd syncs per round */
    gboolean shut;
} MigStreamSeen;
const MigStreamSeen *mig_stream_context_seen(const MigStreamContext *context);

#endif
