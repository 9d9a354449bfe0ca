/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Device state: stream.md 12. It has no length of its own. Either somebody knows the length, or the footer is searched for:
 * 7e and the section's id, and behind it something that can follow a section.
 */
#include "reference/stream/reader_private.h"

#include <string.h>

typedef enum { NO = 0, YES, UNDECIDED } Answer;

static gboolean printable(const guint8 *bytes, gsize size)
{
    for (gsize i = 0; i < size; i++) {
        if (bytes[i] < 0x20 || bytes[i] > 0x7e) {
            return FALSE;
        }
    }
    return TRUE;
}

static guint32 peek_u32(const guint8 *bytes)
{
    guint32 wire;

    memcpy(&wire, bytes, sizeof wire);
    return GUINT32_FROM_BE(wire);
}

/* Whether a section can begin at `bytes`; `over`: nothing comes behind them (end of the package or of the input). */
static Answer can_follow(const MigReader *reader, const guint8 *bytes, gsize size, gboolean over)
{
    const MigStreamSection *known;
    gsize name;

    if (size == 0) {
        return over ? YES : UNDECIDED;
    }
    switch (bytes[0]) {
    case MIG_WIRE_EOF:
        /* Behind 00: the description, the end, or (COLO) a message. */
        if (size == 1) {
            return over ? YES : UNDECIDED;
        }
        return !reader->nested && (bytes[1] == MIG_WIRE_VMDESCRIPTION
                                   || (bytes[1] == 0 && (reader->context->seen.colo || reader->colo_ram)));
    case MIG_WIRE_SECTION_START:
    case MIG_WIRE_SECTION_FULL:
        if (size < 6) {
            return over ? NO : UNDECIDED;
        }
        name = bytes[5];
        if (name == 0 || !printable(bytes + 6, MIN(name, size - 6))) {
            return NO;
        }
        if (size < 6 + name + 8) {
            return over ? NO : UNDECIDED;
        }
        return peek_u32(bytes + 6 + name + 4) < 0x10000;
    case MIG_WIRE_SECTION_PART:
    case MIG_WIRE_SECTION_END:
        if (size < 5) {
            return over ? NO : UNDECIDED;
        }
        known = mig_stream_context_section(reader->context, peek_u32(bytes + 1));
        return known && known->kind == MIG_WIRE_SECTION_START;
    case MIG_WIRE_COMMAND:
        if (size < 3) {
            return over ? NO : UNDECIDED;
        }
        return bytes[1] == 0 && bytes[2] > 0 && bytes[2] < MIG_COMMAND_COUNT;
    default:
        return NO;
    }
}

/* Looks for the footer from `scanned` on. YES: *ret_at is where it begins. UNDECIDED: nothing in front of *ret_at can be it. */
static Answer find_footer(const MigReader *reader, const Cursor *cursor, gboolean over, gsize *ret_at)
{
    gsize at = MIN(reader->scanned, cursor->size);

    for (;;) {
        const guint8 *found = at < cursor->size ? memchr(cursor->bytes + at, MIG_WIRE_FOOTER, cursor->size - at) : NULL;
        Answer answer;
        gsize size;

        if (!found) {
            *ret_at = cursor->size;
            return UNDECIDED;
        }
        at = (gsize) (found - cursor->bytes);
        size = cursor->size - at;
        if (size < 5) {
            *ret_at = at;
            return UNDECIDED;
        }
        if (peek_u32(found + 1) == reader->section.id) {
            answer = can_follow(reader, found + 5, size - 5, over);
            if (answer != NO) {
                *ret_at = at;
                return answer;
            }
        }
        at++;
    }
}

Step mig_reader_step_device(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    State next = config->footers ? STATE_FOOTER : STATE_SECTION;
    gboolean over;
    Answer answer;
    gsize at;

    if (reader->total_known) {
        return mig_reader_piece(reader, cursor, record, MIG_RECORD_DEVICE_DATA, next);
    }
    if (!config->footers) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DEVICE_SIZE, "device state", 0,
                               "%s: neither footers nor a known size", reader->section.idstr);
    }
    /* `over`: what is at hand is all that will ever be. */
    over = reader->nested ? reader->nested_end - reader->offset <= cursor->size : reader->finished;
    answer = find_footer(reader, cursor, over, &at);
    if (answer == UNDECIDED && at == 0) {
        if (over) {
            return mig_reader_fail(reader, reader->nested ? MIG_STREAM_ERROR_DEVICE_SIZE : MIG_STREAM_ERROR_CUT, "device state", 0,
                                   "%s: no footer to the end", reader->section.idstr);
        }
        (void) mig_cursor_need(cursor, cursor->size + 1);
        return STEP_MORE;
    }
    if (reader->done + at > config->device_max) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_LIMIT, "device state", reader->done + at,
                               "%s: more than %" G_GUINT64_FORMAT " bytes without a footer", reader->section.idstr, config->device_max);
    }
    record->kind = MIG_RECORD_DEVICE_DATA;
    record->piece = (MigPiece) { .bytes = mig_cursor_take(cursor, at), .size = at, .offset = reader->done };
    reader->done += at;
    reader->scanned = 0;
    if (answer == YES) {
        record->piece.last = TRUE;
        record->piece.total = reader->done;
        reader->state = next;
    }
    return STEP_RECORD;
}
