/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Guest RAM as the destination has it when all channels of a migration have been read: pages of main, multifd (in the order that
 * the syncs give, stream.md 5.4), preempt, the second connection of a recovery, the areas of a mapped-ram file.
 */
#ifndef SIM_STREAM_IMAGE_H
#define SIM_STREAM_IMAGE_H

#include "sim/stream/session.h"

typedef struct {
    const char *name;             /* owned by the session's context */
    guint64 length;
    guint8 *bytes;                /* mapped, length bytes; NULL if the block is not in the stream (ignored, shared) */
    guint8 *received;             /* a byte per page: times it came, saturating */
    guint64 pages, missing;       /* missing: never received, or discarded and not sent again */
    gboolean ignored;             /* x-ignore-shared, and no page of it came */
} SimImageBlock;

typedef struct {
    guint page_size;
    GPtrArray *blocks;            /* SimImageBlock */
    GHashTable *by_name;          /* the same by name; never iterated */
    GPtrArray *faults;            /* SimStreamFault, of all channels */
    gboolean truncated;           /* a channel ended too early */
    gboolean gives_back;          /* there is a device through which a guest gives memory back: such pages are not sent */
} SimStreamImage;

/* Where the bytes of a block go: NULL, or a folder in which a file per block is made (names escaped). Never NULL but on set-up
 * errors; faults of the stream are in the image. */
SimStreamImage *sim_stream_image_new(SimStreamSession *session, const char *folder, GError **error);
void sim_stream_image_free(SimStreamImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimStreamImage, sim_stream_image_free)

const SimImageBlock *sim_stream_image_block(const SimStreamImage *image, const char *name);
/* The name of a block as that of a file: / and what is not plain become %XX. Free with g_free(). */
char *sim_stream_block_file_name(const char *block);

#endif
