/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The return path (stream.md 6, 8.2), and the bare messages of COLO that take its place (13.1).
 */
#include "oracle/stream/walker_private.h"

static gsize colo_message(OraWalker *w, const guint8 *p, gsize avail)
{
    guint32 message;

    if (avail < 4) {
        return 0;
    }
    message = ora_be32(p);
    if (message != 0 && message != 2 && message != 5 && message != 6) {
        return ora_walk_break(w, ORA_SR_COLO_MESSAGE, w->offset, avail, "message %u", message);
    }
    w->rec.number = w->rec.value = message;
    w->rec.name = "COLO";
    ora_walk_emit(w, ORA_REC_COLO, w->offset, p, 4, 0);
    return 4;
}

static gsize received_bitmap(OraWalker *w, const guint8 *p, gsize avail)
{
    guint64 size;

    if (avail < 8) {
        return 0;
    }
    size = ora_be64(p);
    if (size == 0 || size % 8 || size > ((guint64) 1 << 30)) {
        return ora_walk_break(w, ORA_SR_RP_BITMAP_SIZE, w->offset, avail, "%" G_GUINT64_FORMAT " bytes", size);
    }
    w->rec.address = size;
    w->state = W_RP;
    /* The end mark is the last part of the body. */
    ora_walk_emit(w, ORA_REC_RP_BITMAP, w->offset, p, 8, size + 8);
    w->body_left = size + 8;
    return 8;
}

gsize ora_walk_rp(OraWalker *w, const guint8 *p, gsize avail)
{
    const OraRpRow *row;
    guint16 type, length;

    if (w->state == W_RP_COLO) {
        return colo_message(w, p, avail);
    }
    if (w->state == W_RP_BITMAP) {
        return received_bitmap(w, p, avail);
    }
    if (avail < 4) {
        return 0;
    }
    type = ora_be16(p);
    length = ora_be16(p + 2);
    if (type == 0 && length == 0 && w->config.colo != ORA_TELL_NO && (w->offset == w->config.base || w->ended)) {
        /* checkpoint-ready, not a message of type 0 */
        w->colo = TRUE;
        w->state = W_RP_COLO;
        return 0;
    }
    row = ora_grammar_rp(type);
    if (!row) {
        return ora_walk_break(w, ORA_SR_RP_TYPE, w->offset, avail, "type 0x%04x, length %u", type, length);
    }
    if (length > RP_LENGTH_MAX || (row->length != ORA_LENGTH_VARIABLE && row->length != length)) {
        return ora_walk_break(w, ORA_SR_RP_LENGTH, w->offset + 2, avail, "%s with length %u", row->name, length);
    }
    if (avail < 4 + (gsize) length) {
        return 0;
    }
    w->rec.number = type;
    w->rec.name = row->name;
    w->rec.value = length >= 4 ? ora_be32(p + 4) : 0;
    switch ((OraRpMessage) type) {
    case ORA_RP_REQ_PAGES_ID:
        if (length < 13 || p[4 + 12] != length - 13) {
            return ora_walk_break(w, ORA_SR_RP_REQ_FORM, w->offset + 2, avail, "length %u", length);
        }
        w->rec.address = ora_be64(p + 4);
        w->rec.block = ora_walk_name(w, p + 17, length - 13);
        w->have_block = TRUE;
        break;
    case ORA_RP_REQ_PAGES:
        w->rec.address = ora_be64(p + 4);
        if (!w->have_block) {
            w->rec.block = "?";
        }
        break;
    case ORA_RP_RECV_BITMAP:
        if (length < 2 || p[4] != length - 1) {
            return ora_walk_break(w, ORA_SR_RP_BITMAP_FORM, w->offset + 2, avail, "length %u", length);
        }
        /* Requests keep the block of their own last ID; a bitmap in between does not change it. */
        w->rec.idstr = ora_walk_name(w, p + 5, length - 1);
        w->state = W_RP_BITMAP;
        break;
    case ORA_RP_SHUT:
        w->ended = TRUE;
        break;
    case ORA_RP_INVALID:
    case ORA_RP_PONG:
    case ORA_RP_RESUME_ACK:
    case ORA_RP_SWITCHOVER_ACK:
    case ORA_RP_COUNT:
        break;
    }
    ora_walk_emit(w, ORA_REC_RP_MESSAGE, w->offset, p, 4 + length, 0);
    return 4 + length;
}
