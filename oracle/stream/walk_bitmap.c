/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sections of dirty bitmaps (stream.md 11.1) and of the old block migration (11.2).
 */
#include "oracle/stream/walker_private.h"

gsize ora_walk_bitmap(OraWalker *w, const guint8 *p, gsize avail)
{
    guint8 flags = p[0];
    gsize pos = 1;
    guint64 body = 0;

    if (flags & 0x80) {
        return ora_walk_break(w, ORA_SR_BITMAP_FLAGS, w->offset, avail, "flags %02x", flags);
    }
    if (flags & ORA_BITMAP_EOS && flags != ORA_BITMAP_EOS) {
        ora_walk_violation(w, ORA_SR_BITMAP_FLAGS, w->offset, "EOS with other flags: %02x", flags);
    }
    for (guint i = 0; i < 2; i++) {
        if (flags & (i ? ORA_BITMAP_BITMAP_NAME : ORA_BITMAP_DEVICE_NAME)) {
            if (avail < pos + 1 || avail < pos + 1 + p[pos]) {
                return 0;
            }
            pos += 1 + p[pos];
        }
    }
    if (flags & ORA_BITMAP_START) {
        pos += 5;
    }
    if (flags & ORA_BITMAP_BITS) {
        pos += 12;
        if (!(flags & ORA_BITMAP_ZEROES)) {
            if (avail < pos + 8) {
                return 0;
            }
            body = ora_be64(p + pos);
            pos += 8;
            if (body > 10240) {
                return ora_walk_break(w, ORA_SR_BITMAP_CHUNK, w->offset + pos - 8, avail,
                                      "%" G_GUINT64_FORMAT " bytes in a chunk", body);
            }
        }
    }
    if (avail < pos) {
        return 0;
    }
    w->rec.value = flags;
    if (flags & ORA_BITMAP_EOS) {
        ora_walk_section_done(w);
    }
    ora_walk_emit(w, ORA_REC_BITMAP, w->offset, p, pos, body);
    w->body_left = body;
    return pos;
}

gsize ora_walk_block(OraWalker *w, const guint8 *p, gsize avail)
{
    guint64 value;
    guint32 flags;
    gsize pos = 8;
    guint64 body = 0;

    if (avail < 8) {
        return 0;
    }
    value = ora_be64(p);
    flags = value & 0x1ff;
    w->rec.value = flags;
    w->rec.address = value & ~(guint64) 0x1ff;
    switch (flags) {
    case ORA_BLOCK_DEVICE:
    case ORA_BLOCK_DEVICE | ORA_BLOCK_ZERO:
        if (avail < 9 || avail < 9 + (gsize) p[8]) {
            return 0;
        }
        pos = 9 + p[8];
        if (p[8] == 0) {
            ora_walk_violation(w, ORA_SR_BLOCK_FLAGS, w->offset + 8, "an empty drive name");
        }
        w->rec.block = ora_walk_name(w, p + 9, p[8]);
        body = flags & ORA_BLOCK_ZERO ? 0 : ORA_BLOCK_CHUNK;
        break;
    case ORA_BLOCK_PROGRESS:
        break;
    case ORA_BLOCK_EOS:
        ora_walk_section_done(w);
        break;
    default:
        return ora_walk_break(w, ORA_SR_BLOCK_FLAGS, w->offset, avail, "flags 0x%x", flags);
    }
    ora_walk_emit(w, ORA_REC_BLOCK, w->offset, p, pos, body);
    w->body_left = body;
    return pos;
}
