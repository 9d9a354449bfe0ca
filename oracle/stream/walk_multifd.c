/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * multifd channels: one hello, then packets (stream.md 5).
 */
#include "oracle/stream/walker_private.h"

enum {
    MAGIC = 0x11223344,
    HELLO_SIZE = 64,
    PACKET_FIXED = 320,
    DEVICE_HEAD = 276,
    PACKET_BYTES = 524288        /* of pages in a full packet */
};

gsize ora_walk_hello(OraWalker *w, const guint8 *p, gsize avail)
{
    if (avail < HELLO_SIZE) {
        return 0;
    }
    if (ora_be32(p) != MAGIC) {
        return ora_walk_break(w, ORA_SR_HELLO_MAGIC, w->offset, avail, "magic %x", ora_be32(p));
    }
    if (ora_be32(p + 4) != 1) {
        return ora_walk_break(w, ORA_SR_HELLO_VERSION, w->offset + 4, avail, "version %u", ora_be32(p + 4));
    }
    w->rec.value = p[24];
    w->state = W_PACKET;
    ora_walk_emit(w, ORA_REC_MULTIFD_HELLO, w->offset, p, HELLO_SIZE, 0);
    return HELLO_SIZE;
}

gsize ora_walk_packet(OraWalker *w, const guint8 *p, gsize avail)
{
    const guint32 pages_max = PACKET_BYTES / w->page_size;
    const gsize head = PACKET_FIXED + 8 * (gsize) pages_max;
    guint32 flags, allocated, normal, size;
    guint64 bound;

    if (avail < 12) {
        return 0;
    }
    if (ora_be32(p) != MAGIC) {
        return ora_walk_break(w, ORA_SR_PACKET_MAGIC, w->offset, avail, "magic %x", ora_be32(p));
    }
    if (ora_be32(p + 4) != 1) {
        return ora_walk_break(w, ORA_SR_PACKET_VERSION, w->offset + 4, avail, "version %u", ora_be32(p + 4));
    }
    flags = ora_be32(p + 8);
    w->rec.value = flags;
    if (flags & ORA_MULTIFD_DEVICE_STATE) {
        guint32 length;

        if (avail < DEVICE_HEAD) {
            return 0;
        }
        length = ora_be32(p + 272);
        if (flags & ORA_MULTIFD_SYNC) {
            ora_walk_violation(w, ORA_SR_PACKET_FLAGS, w->offset + 8, "device state with SYNC: 0x%x", flags);
        }
        if (!memchr(p + 12, 0, 256) || length == 0 || length > DEVICE_PACKET_MAX) {
            return ora_walk_break(w, ORA_SR_PACKET_DEVICE, w->offset + 12, avail, "device state of %u bytes", length);
        }
        ora_walk_emit(w, ORA_REC_MULTIFD_DEVICE, w->offset, p, DEVICE_HEAD, length);
        w->body_left = length;
        return DEVICE_HEAD;
    }
    if (avail < head) {
        return 0;
    }
    allocated = ora_be32(p + 12);
    normal = ora_be32(p + 16);
    size = ora_be32(p + 20);
    if (allocated > pages_max) {
        return ora_walk_break(w, ORA_SR_PACKET_ALLOCATED, w->offset + 12, avail, "%u pages allocated, %u at most",
                              allocated, pages_max);
    }
    if (normal > allocated) {
        return ora_walk_break(w, ORA_SR_PACKET_COUNT, w->offset + 16, avail, "%u pages of %u allocated", normal,
                              allocated);
    }
    /* Up to 8.2 the size of a packet without pages is left over from the packet before. */
    if (normal == 0) {
        size = 0;
    }
    bound = (guint64) normal * (w->page_size + (w->page_size >> 7) + 64) + 4096;
    if (size > bound || (normal && size == 0)) {
        return ora_walk_break(w, ORA_SR_PACKET_SIZE, w->offset + 20, avail, "%u bytes for %u pages", size, normal);
    }
    if ((flags & ORA_MULTIFD_METHOD_MASK) == 0 && size != normal * w->page_size) {
        return ora_walk_break(w, ORA_SR_PACKET_SIZE, w->offset + 20, avail, "%u bytes for %u pages of %u", size, normal,
                              w->page_size);
    }
    w->rec.number = normal;
    ora_walk_emit(w, ORA_REC_MULTIFD_PACKET, w->offset, p, head, size);
    w->body_left = size;
    return head;
}
