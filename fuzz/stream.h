/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the stream harnesses share: bytes into the engine's reader and into the judge's walker. Wrong, besides crashes: the
 * records depend on the pieces in which the bytes arrive; the reader refuses without naming a rule and an offset inside the
 * input; it stands still.
 *
 * Input: byte 0 flags (1 no footers, 2 no configuration, 4 lax, 8 no description, 16 COLO, 32 mapped-ram, 64 zeros are put
 * between head and tail, so that the tail begins at 2 MiB), byte 1 the release, byte 2 the piece size, bytes 3 and 4 the length of the head in that case.
 */
#ifndef FUZZ_STREAM_H
#define FUZZ_STREAM_H

#include "fuzz/afl.h"

#include "oracle/stream/walker.h"
#include "reference/stream/reader.h"

enum { FUZZ_STREAM_HEADER = 5, FUZZ_STREAM_TAIL_AT = 2 << 20, FUZZ_STREAM_RAM_MAX = 1 << 26 };

typedef struct {
    guint64 records, digest, offset;
    int rule;                 /* that refused, -1: none */
} FuzzStreamSeen;

static void fuzz_stream_note(FuzzStreamSeen *seen, const MigRecord *record)
{
    seen->records++;
    seen->digest = (seen->digest ^ (guint64) record->kind ^ record->offset << 8) * 1099511628211u;
}

/* Bytes of the input with the gap put in, from `at` on; at most `size`. Returns how many there are. */
static gsize fuzz_stream_piece(const guint8 *data, gsize size, gsize head, gsize gap, gsize at, gsize wanted, const guint8 **ret)
{
    static const guint8 zeros[65536];
    gsize left;

    if (at < head) {
        *ret = data + at;
        left = head - at;
    } else if (at < head + gap) {
        *ret = zeros;
        left = MIN(head + gap - at, sizeof zeros);
    } else {
        *ret = data + (at - gap);
        left = size + gap - at;
    }
    return MIN(left, wanted);
}

static FuzzStreamSeen fuzz_stream_read(const MigStreamConfig *config, MigChannelKind kind, const guint8 *data, gsize size, gsize head,
                                       gsize gap, gsize piece)
{
    MigStreamContext *context = mig_stream_context_new(config);
    MigReader *reader = mig_reader_new(context, kind);
    FuzzStreamSeen seen = { 0, 14695981039346656037u, 0, -1 };
    GError *error = NULL;
    guint idle = 0;

    if (kind == MIG_CHANNEL_MULTIFD || kind == MIG_CHANNEL_RESUMED || kind == MIG_CHANNEL_RETURN_PATH || kind == MIG_CHANNEL_PREEMPT) {
        MigStreamBlock block = { .name = "ram", .length = 1 << 22, .page_size = config->page_size };
        MigStreamSection section = { .id = 2, .idstr = "ram", .version = 4, .kind = 1 };

        mig_stream_context_add_block(context, &block);
        mig_stream_context_add_section(context, &section);
    }
    for (gsize at = 0;;) {
        MigRecord record;
        MigRead step = mig_reader_next(reader, &record, &error);

        if (step == MIG_READ_RECORD) {
            fuzz_stream_note(&seen, &record);
            idle = 0;
            continue;
        }
        if (step == MIG_READ_ERROR) {
            const MigStreamFault *fault = mig_reader_fault(reader);

            if (!error || error->domain != MIG_STREAM_ERROR || !fault || fault->offset > size + gap) {
                fuzz_wrong("the reader refuses without rule or offset: %s", error ? error->message : "no error");
            }
            /* What trails behind the end is only seen when it has come before the reader said END: no difference. */
            seen.rule = error->code == MIG_STREAM_ERROR_TRAILING ? -1 : error->code;
            break;
        }
        if (step == MIG_READ_END || ++idle > 3) {
            if (idle > 3) {
                fuzz_wrong("the reader asks for input for ever at offset %" G_GUINT64_FORMAT, mig_reader_offset(reader));
            }
            break;
        }
        if (at >= size + gap) {
            mig_reader_finish(reader);
        } else {
            const guint8 *bytes;
            gsize count = fuzz_stream_piece(data, size, head, gap, at, piece, &bytes);

            mig_reader_feed_bytes(reader, bytes, count);
            at += count;
            idle = 0;
        }
    }
    seen.offset = mig_reader_offset(reader);
    g_clear_error(&error);
    mig_reader_free(reader);
    mig_stream_context_unref(context);
    return seen;
}

/* `gaps`: the flags for mapped-ram count; elsewhere MiBs of zeros only cost time. */
static void fuzz_stream(MigChannelKind kind, OraStreamChannel channel, gboolean gaps, const guint8 *data, gsize size)
{
    static const int releases[] = { 0, 204, 300, 301, 502, 702, 801, 900, 1000, 1101 };
    MigStreamConfig config;
    OraWalkerConfig walker_config = { .channel = channel };
    OraWalkerSink sink = { 0 };
    FuzzStreamSeen whole, pieces;
    OraWalker *walker;
    gsize piece, head, gap;

    if (size < FUZZ_STREAM_HEADER) {
        return;
    }
    mig_stream_config_init(&config);
    config.footers = !(data[0] & 1);
    config.configuration = !(data[0] & 2);
    config.strict = !(data[0] & 4);
    config.description = !(data[0] & 8);
    config.colo = data[0] & 16 ? MIG_SEE_ON : MIG_SEE_AUTO;
    config.mapped_ram = gaps && data[0] & 32 ? MIG_SEE_ON : MIG_SEE_AUTO;
    config.release = releases[data[1] % G_N_ELEMENTS(releases)];
    config.ram_max = FUZZ_STREAM_RAM_MAX;
    piece = data[2] ? data[2] : 1;
    head = (gsize) data[3] << 8 | data[4];
    head = MIN(head, size - FUZZ_STREAM_HEADER);
    gap = gaps && data[0] & 64 ? FUZZ_STREAM_TAIL_AT - head : 0;
    data += FUZZ_STREAM_HEADER;
    size -= FUZZ_STREAM_HEADER;

    whole = fuzz_stream_read(&config, kind, data, size, head, gap, G_MAXSIZE);
    if (gap == 0) {
        pieces = fuzz_stream_read(&config, kind, data, size, head, gap, piece);
        /* Long things come in pieces as they arrive, so only what was refused and where has to be the same. */
        if (pieces.rule != whole.rule) {
            fuzz_wrong("fed at once: rule %d at %" G_GUINT64_FORMAT "; in pieces of %zu: rule %d at %" G_GUINT64_FORMAT, whole.rule,
                       whole.offset, piece, pieces.rule, pieces.offset);
        }
    }
    walker_config.release = config.release;
    walker_config.footers = config.footers ? ORA_TELL_LOOK : ORA_TELL_NO;
    walker_config.configuration = config.configuration ? ORA_TELL_LOOK : ORA_TELL_NO;
    walker_config.mapped_ram = config.mapped_ram == MIG_SEE_ON ? ORA_TELL_YES : ORA_TELL_LOOK;
    walker = ora_walker_new(&walker_config, &sink);
    for (gsize at = 0; at < size + gap; ) {
        const guint8 *bytes;
        gsize count = fuzz_stream_piece(data, size, head, gap, at, G_MAXSIZE, &bytes);

        ora_walker_feed(walker, bytes, count);
        at += count;
    }
    ora_walker_finish(walker);
    ora_walker_free(walker);
}

#endif
