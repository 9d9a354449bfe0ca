/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The compressed data of multifd packets, stream.md 5.3: one stream per channel and migration, flushed at the end of each
 * packet. Memory is bounded: the output buffer is the caller's, a zstd window is at most 2^25 bytes (level 20 of QEMU).
 */
#ifndef MIG_STREAM_MULTIFD_CODEC_H
#define MIG_STREAM_MULTIFD_CODEC_H

#include "reference/stream/record.h"
#include "reference/stream/error.h"

typedef struct MigMultifdDecoder MigMultifdDecoder;
typedef struct MigMultifdEncoder MigMultifdEncoder;

/* method_flags: MIG_MULTIFD_ZLIB or MIG_MULTIFD_ZSTD. Others cannot be decoded: NULL and MULTIFD_UNSUPPORTED. */
MigMultifdDecoder *mig_multifd_decoder_new(guint32 method_flags, GError **error);
void mig_multifd_decoder_free(MigMultifdDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigMultifdDecoder, mig_multifd_decoder_free)

/* The pages of the next packet: exactly `size` bytes, else MULTIFD_DATA. After a failure the channel is of no use any more. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_multifd_decode(MigMultifdDecoder *decoder, const guint8 *data, gsize data_size, guint8 *pages, gsize size, GError **error);

/* level: that of the method (zlib 0 … 9, zstd 0 … 20). */
MigMultifdEncoder *mig_multifd_encoder_new(guint32 method_flags, int level, GError **error);
void mig_multifd_encoder_free(MigMultifdEncoder *encoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigMultifdEncoder, mig_multifd_encoder_free)

/* Appends the data of one packet to `out`. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_multifd_encode(MigMultifdEncoder *encoder, const guint8 *pages, gsize size, GByteArray *out, GError **error);

#endif
