/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/stream/multifd_codec.h"

#include <zlib.h>
#include <zstd.h>

#define ZSTD_WINDOW_LOG_MAX 25

struct MigMultifdDecoder {
    guint32 method;
    z_stream zlib;
    ZSTD_DStream *zstd;
};

struct MigMultifdEncoder {
    guint32 method;
    z_stream zlib;
    ZSTD_CStream *zstd;
};

static gboolean unsupported(guint32 method, GError **error)
{
    const char *name = mig_multifd_method_name(method);

    g_set_error(error, MIG_STREAM_ERROR, MIG_STREAM_ERROR_MULTIFD_UNSUPPORTED,
                "multifd method %s is recognised, but its data are not decoded here [%s]", name ? name : "?",
                mig_stream_rule_id(MIG_STREAM_ERROR_MULTIFD_UNSUPPORTED));
    return FALSE;
}

static gboolean bad_data(const char *what, GError **error)
{
    g_set_error(error, MIG_STREAM_ERROR, MIG_STREAM_ERROR_MULTIFD_DATA, "multifd data: %s [%s]", what,
                mig_stream_rule_id(MIG_STREAM_ERROR_MULTIFD_DATA));
    return FALSE;
}

MigMultifdDecoder *mig_multifd_decoder_new(guint32 method_flags, GError **error)
{
    guint32 method = method_flags & MIG_MULTIFD_METHOD_MASK;
    g_autoptr(MigMultifdDecoder) decoder = NULL;

    if (method != MIG_MULTIFD_ZLIB && method != MIG_MULTIFD_ZSTD) {
        (void) unsupported(method, error);
        return NULL;
    }
    decoder = g_new0(MigMultifdDecoder, 1);
    if (method == MIG_MULTIFD_ZLIB) {
        if (inflateInit(&decoder->zlib) != Z_OK) {
            (void) bad_data("zlib cannot be set up", error);
            return NULL;
        }
    } else {
        decoder->zstd = ZSTD_createDStream();
        if (!decoder->zstd || ZSTD_isError(ZSTD_DCtx_setParameter(decoder->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX))) {
            (void) bad_data("zstd cannot be set up", error);
            return NULL;
        }
    }
    decoder->method = method;
    return g_steal_pointer(&decoder);
}

void mig_multifd_decoder_free(MigMultifdDecoder *decoder)
{
    if (!decoder) {
        return;
    }
    if (decoder->method == MIG_MULTIFD_ZLIB) {
        (void) inflateEnd(&decoder->zlib);
    }
    (void) ZSTD_freeDStream(decoder->zstd);
    g_free(decoder);
}

/* Behind the last page the data hold the marks of a flush: they are read with one byte of room, which must stay unused. */
static gboolean decode_zlib(z_stream *zlib, const guint8 *data, gsize data_size, guint8 *pages, gsize size, GError **error)
{
    guint8 spare;
    int result;

    zlib->next_in = (Bytef *) (gpointer) data;
    zlib->avail_in = (uInt) data_size;
    zlib->next_out = pages;
    zlib->avail_out = (uInt) size;
    while (zlib->avail_out > 0) {
        result = inflate(zlib, Z_NO_FLUSH);
        if (result != Z_OK) {
            return bad_data(result == Z_BUF_ERROR ? "too short for the pages of the packet" : "not a zlib stream", error);
        }
        if (zlib->avail_in == 0 && zlib->avail_out > 0) {
            return bad_data("too short for the pages of the packet", error);
        }
    }
    zlib->next_out = &spare;
    zlib->avail_out = 1;
    while (zlib->avail_in > 0) {
        result = inflate(zlib, Z_SYNC_FLUSH);
        if (zlib->avail_out == 0) {
            return bad_data("more than the pages of the packet", error);
        }
        if (result != Z_OK && result != Z_BUF_ERROR) {
            return bad_data("not a zlib stream", error);
        }
        if (result == Z_BUF_ERROR && zlib->avail_in > 0) {
            return bad_data("bytes behind the pages of the packet", error);
        }
    }
    /* What was consumed may still hold output back. */
    (void) inflate(zlib, Z_SYNC_FLUSH);
    if (zlib->avail_out == 0) {
        return bad_data("more than the pages of the packet", error);
    }
    return TRUE;
}

static gboolean decode_zstd(ZSTD_DStream *zstd, const guint8 *data, gsize data_size, guint8 *pages, gsize size, GError **error)
{
    ZSTD_inBuffer in = { .src = data, .size = data_size };
    ZSTD_outBuffer out = { .dst = pages, .size = size };
    guint8 spare;
    gsize before_in, before_out, result;

    do {
        before_in = in.pos;
        before_out = out.pos;
        result = ZSTD_decompressStream(zstd, &out, &in);
        if (ZSTD_isError(result)) {
            return bad_data("not a zstd stream", error);
        }
    } while (out.pos < out.size && (in.pos > before_in || out.pos > before_out));
    if (out.pos < out.size) {
        return bad_data("too short for the pages of the packet", error);
    }
    out = (ZSTD_outBuffer) { .dst = &spare, .size = 1 };
    do {
        before_in = in.pos;
        result = ZSTD_decompressStream(zstd, &out, &in);
        if (ZSTD_isError(result)) {
            return bad_data("not a zstd stream", error);
        }
        if (out.pos > 0) {
            return bad_data("more than the pages of the packet", error);
        }
    } while (in.pos < in.size && in.pos > before_in);
    return in.pos == in.size ? TRUE : bad_data("bytes behind the pages of the packet", error);
}

gboolean mig_multifd_decode(MigMultifdDecoder *decoder, const guint8 *data, gsize data_size, guint8 *pages, gsize size, GError **error)
{
    return decoder->method == MIG_MULTIFD_ZLIB ? decode_zlib(&decoder->zlib, data, data_size, pages, size, error)
                                               : decode_zstd(decoder->zstd, data, data_size, pages, size, error);
}

MigMultifdEncoder *mig_multifd_encoder_new(guint32 method_flags, int level, GError **error)
{
    guint32 method = method_flags & MIG_MULTIFD_METHOD_MASK;
    g_autoptr(MigMultifdEncoder) encoder = NULL;

    if (method != MIG_MULTIFD_ZLIB && method != MIG_MULTIFD_ZSTD) {
        (void) unsupported(method, error);
        return NULL;
    }
    encoder = g_new0(MigMultifdEncoder, 1);
    if (method == MIG_MULTIFD_ZLIB) {
        if (deflateInit(&encoder->zlib, level) != Z_OK) {
            (void) bad_data("zlib cannot be set up", error);
            return NULL;
        }
    } else {
        encoder->zstd = ZSTD_createCStream();
        if (!encoder->zstd || ZSTD_isError(ZSTD_initCStream(encoder->zstd, level))) {
            (void) bad_data("zstd cannot be set up", error);
            return NULL;
        }
    }
    encoder->method = method;
    return g_steal_pointer(&encoder);
}

void mig_multifd_encoder_free(MigMultifdEncoder *encoder)
{
    if (!encoder) {
        return;
    }
    if (encoder->method == MIG_MULTIFD_ZLIB) {
        (void) deflateEnd(&encoder->zlib);
    }
    (void) ZSTD_freeCStream(encoder->zstd);
    g_free(encoder);
}

gboolean mig_multifd_encode(MigMultifdEncoder *encoder, const guint8 *pages, gsize size, GByteArray *out, GError **error)
{
    guint8 buffer[16384];

    if (encoder->method == MIG_MULTIFD_ZLIB) {
        z_stream *zlib = &encoder->zlib;

        zlib->next_in = (Bytef *) (gpointer) pages;
        zlib->avail_in = (uInt) size;
        do {
            zlib->next_out = buffer;
            zlib->avail_out = sizeof buffer;
            if (deflate(zlib, Z_SYNC_FLUSH) == Z_STREAM_ERROR) {
                return bad_data("zlib cannot compress", error);
            }
            g_byte_array_append(out, buffer, (guint) (sizeof buffer - zlib->avail_out));
        } while (zlib->avail_out == 0);
    } else {
        ZSTD_inBuffer in = { .src = pages, .size = size };
        gsize left;

        do {
            ZSTD_outBuffer piece = { .dst = buffer, .size = sizeof buffer };
            left = ZSTD_compressStream2(encoder->zstd, &piece, &in, ZSTD_e_flush);
            if (ZSTD_isError(left)) {
                return bad_data("zstd cannot compress", error);
            }
            g_byte_array_append(out, buffer, (guint) piece.pos);
        } while (left > 0 || in.pos < in.size);
    }
    return TRUE;
}
