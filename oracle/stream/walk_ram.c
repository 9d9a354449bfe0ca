/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RAM sections and the preempt channel: records of address and flags (stream.md 4). This is where the bytes are, so the
 * loop over ordinary pages touches nothing but the eight bytes of each head.
 */
#include "oracle/stream/walker_private.h"

static guint64 compress_bound(guint64 size)
{
    return size + (size >> 12) + (size >> 14) + (size >> 25) + 13;
}

/* The block of a record, from the name behind its head or from the record before. Returns the size of the head, 0 if
 * more bytes are needed. */
static gsize block_of(OraWalker *w, const guint8 *p, gsize avail, guint32 flags, guint64 offset)
{
    gsize n;

    if (flags & ORA_RAM_CONT) {
        if (!w->have_block) {
            ora_walk_violation(w, ORA_SR_RAM_CONT_FIRST, offset, "flags 0x%x, no block named before", flags);
            w->have_block = TRUE;        /* once is enough */
            w->rec.block = "?";
            w->rec.block_index = -1;
        }
        return 8;
    }
    if (avail < 9) {
        return 0;
    }
    n = p[8];
    if (avail < 9 + n) {
        return 0;
    }
    if (!w->have_block || strlen(w->rec.block) != n || memcmp(w->rec.block, p + 9, n) != 0) {
        const OraWalker *owner = w->config.main ? w->config.main : w;

        w->rec.block = ora_walk_name(w, p + 9, n);
        w->rec.block_index = ora_walker_find_block(owner, w->rec.block);
    }
    w->have_block = TRUE;
    return 9 + n;
}

gsize ora_walk_ram(OraWalker *w, const guint8 *p, gsize avail)
{
    const guint64 mask = w->flag_mask;
    const guint32 page = w->page_size;
    const guint64 start = w->offset;
    gsize done = 0;

    while (avail - done >= 8) {
        const guint8 *q = p + done;
        const gsize left = avail - done;
        const guint64 value = ora_be64(q);
        const guint32 flags = value & mask;
        const guint64 offset = start + done;
        guint64 body;
        gsize head;
        OraStreamKind kind;

        w->rec.ram_flags = flags;
        w->rec.address = value & ~mask;
        switch (flags & ~(guint32) ORA_RAM_CONT) {
        case ORA_RAM_PAGE:
            /* Heads are a page apart, too far for the hardware to guess. Beyond the end is harmless: nothing is read. */
            __builtin_prefetch((const void *) ((guintptr) q + 4 * (8 + (gsize) page)));
            head = block_of(w, q, left, flags, offset);
            body = page;
            kind = ORA_REC_RAM_PAGE;
            break;
        case ORA_RAM_ZERO:
            head = block_of(w, q, left, flags, offset);
            if (head && left < head + 1) {
                head = 0;
            } else if (head) {
                w->rec.value = q[head];
                head++;
            }
            body = 0;
            kind = ORA_REC_RAM_ZERO;
            break;
        case ORA_RAM_XBZRLE:
            head = block_of(w, q, left, flags, offset);
            body = 0;
            if (head && left < head + 3) {
                head = 0;
            } else if (head) {
                body = ora_be16(q + head + 1);
                if (q[head] != 1) {
                    return ora_walk_break(w, ORA_SR_RAM_XBZRLE_FLAG, offset + head, avail, "encoding %u", q[head]);
                }
                if (body > page) {
                    return ora_walk_break(w, ORA_SR_RAM_XBZRLE_LENGTH, offset + head + 1, avail,
                                          "%u bytes for a page of %u", (guint) body, page);
                }
                head += 3;
            }
            kind = ORA_REC_RAM_XBZRLE;
            break;
        case ORA_RAM_COMPRESS:
            head = block_of(w, q, left, flags, offset);
            body = 0;
            if (head && left < head + 4) {
                head = 0;
            } else if (head) {
                body = ora_be32(q + head);
                if (body > compress_bound(page)) {
                    return ora_walk_break(w, ORA_SR_RAM_COMPRESS_LENGTH, offset + head, avail,
                                          "%u bytes for a page of %u", (guint) body, page);
                }
                head += 4;
            }
            kind = ORA_REC_RAM_COMPRESS;
            break;
        case ORA_RAM_EOS:
            if (flags != ORA_RAM_EOS || w->rec.address) {
                ora_walk_violation(w, ORA_SR_RAM_EOS_FORM, offset, "EOS as 0x%" G_GINT64_MODIFIER "x", value);
            }
            if (ora_stream_channel_is_preempt(w->config.channel)) {
                w->state = W_PREEMPT_END;
            } else {
                ora_walk_section_done(w);
            }
            ora_walk_emit(w, ORA_REC_RAM_EOS, offset, q, 8, 0);
            return done + 8;
        case ORA_RAM_FLUSH:
            head = 8;
            body = 0;
            kind = ORA_REC_RAM_FLUSH;
            if (flags != ORA_RAM_FLUSH || w->rec.address) {
                ora_walk_violation(w, ORA_SR_RAM_FLUSH_FORM, offset, "FLUSH as 0x%" G_GINT64_MODIFIER "x", value);
            }
            break;
        case ORA_RAM_HOOK:
            head = 8;
            body = 0;
            kind = ORA_REC_RAM_HOOK;
            ora_walk_violation(w, ORA_SR_RAM_HOOK, offset, "HOOK");
            break;
        case ORA_RAM_MEM_SIZE:
            if (flags & ORA_RAM_CONT) {
                return ora_walk_break(w, ORA_SR_RAM_FLAGS, offset, avail, "flags 0x%x", flags);
            }
            if (w->list_seen) {
                ora_walk_violation(w, ORA_SR_RAM_LIST_PLACE, offset, "a second block list");
            }
            w->list_seen = TRUE;
            w->list_left = w->rec.address;
            ora_walk_emit(w, ORA_REC_RAM_LIST, offset, q, 8, 0);
            if (w->list_left) {
                w->state = W_RAM_LIST;
                return done + 8;
            }
            done += 8;
            continue;
        default:
            return ora_walk_break(w, ORA_SR_RAM_FLAGS, offset, avail, "flags 0x%x", flags);
        }
        if (!head) {
            break;
        }
        ora_walk_emit(w, kind, offset, q, head, body);
        done += head;
        if (body) {
            if (avail - done < body) {
                w->body_left = body;
                return done;
            }
            if (w->sink.body) {
                w->sink.body(w->sink.user, &w->rec, p + done, body);
            }
            done += body;
        }
    }
    return done;
}

static gboolean is_huge(const OraWalker *w, const char *name)
{
    for (const char *const *huge = w->config.huge_blocks; huge && *huge; huge++) {
        if (strcmp(*huge, name) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Does a page size stand behind the length? The bytes do not say; but a power of two that ADVISE counted in, and that
 * would be an empty name or no record, can be nothing else. */
static gboolean looks_like_page_size(const OraWalker *w, guint64 value)
{
    return w->advise_ram && value && (value & (value - 1)) == 0 && (value & w->advise_summary) &&
           (value & w->flag_mask) == 0;
}

gsize ora_walk_ram_list(OraWalker *w, const guint8 *p, gsize avail)
{
    OraWalkerBlock entry = { .name = NULL };
    OraWalkerBlock *block;
    gsize n, pos;
    gboolean look = FALSE;
    guint64 end;

    n = p[0];
    pos = 1 + n + 8;
    if (avail < pos) {
        return 0;
    }
    if (n == 0) {
        return ora_walk_break(w, ORA_SR_RAM_LIST_NAME, w->offset, avail, "an empty block name");
    }
    entry.length = ora_be64(p + 1 + n);
    entry.page_size = w->page_size;
    if (entry.length == 0 || entry.length % w->page_size) {
        return ora_walk_break(w, ORA_SR_RAM_LIST_LENGTH, w->offset + 1 + n, avail, "length 0x%" G_GINT64_MODIFIER "x",
                              entry.length);
    }
    if (entry.length > w->list_left) {
        return ora_walk_break(w, ORA_SR_RAM_LIST_TOTAL, w->offset + 1 + n, avail,
                              "length 0x%" G_GINT64_MODIFIER "x where 0x%" G_GINT64_MODIFIER "x are left of the total",
                              entry.length, w->list_left);
    }
    if (w->blocks->len >= BLOCKS_MAX) {
        return ora_walk_break(w, ORA_SR_RAM_LIST_LIMIT, w->offset, avail, "block number %d", BLOCKS_MAX + 1);
    }
    if (w->config.huge_blocks) {
        g_autofree char *name = g_strndup((const char *) p + 1, n);

        entry.has_page_size = is_huge(w, name);
    } else {
        look = w->advise_ram && w->advise_summary != w->page_size;
    }
    if (look || entry.has_page_size) {
        if (avail < pos + 8) {
            return 0;
        }
        if (look) {
            entry.has_page_size = looks_like_page_size(w, ora_be64(p + pos));
        }
        if (entry.has_page_size) {
            entry.page_size = ora_be64(p + pos);
            if (entry.page_size < w->page_size || (entry.page_size & (entry.page_size - 1))) {
                return ora_walk_break(w, ORA_SR_RAM_LIST_PAGE_SIZE, w->offset + pos, avail,
                                      "page size 0x%" G_GINT64_MODIFIER "x", entry.page_size);
            }
            pos += 8;
        }
    }
    if (w->ignore_shared) {
        if (avail < pos + 8) {
            return 0;
        }
        entry.guest_address = ora_be64(p + pos);
        pos += 8;
    }
    if (w->mapped_ram) {
        if (avail < pos + 28) {
            return 0;
        }
        entry.mapped_version = ora_be32(p + pos);
        entry.mapped_page_size = ora_be64(p + pos + 4);
        entry.bitmap_offset = ora_be64(p + pos + 12);
        entry.pages_offset = ora_be64(p + pos + 20);
        pos += 28;
    }
    entry.name = g_strdup(ora_walk_name(w, p + 1, n));
    block = g_new(OraWalkerBlock, 1);
    *block = entry;
    if (g_hash_table_contains(w->block_index, block->name)) {
        ora_walk_violation(w, ORA_SR_RAM_LIST_DUPLICATE, w->offset, "block '%s' again", block->name);
    } else {
        g_hash_table_insert(w->block_index, block->name, GUINT_TO_POINTER(w->blocks->len + 1));
    }
    w->rec.block = ora_walk_name(w, p + 1, n);
    w->rec.block_index = w->blocks->len;
    w->rec.address = entry.length;
    g_ptr_array_add(w->blocks, block);
    w->list_left -= entry.length;
    w->state = w->list_left ? W_RAM_LIST : W_RAM;
    ora_walk_emit(w, ORA_REC_RAM_BLOCK, w->offset, p, pos, 0);
    if (!w->mapped_ram) {
        return pos;
    }
    if (entry.mapped_version > 1 || entry.mapped_version == 0) {
        return ora_walk_break(w, ORA_SR_MAPPED_VERSION, w->offset + pos - 28, avail, "version %u", entry.mapped_version);
    }
    block->ignored = !entry.bitmap_offset && !entry.pages_offset;
    if (block->ignored) {
        return pos;
    }
    if (entry.mapped_page_size != w->page_size) {
        ora_walk_violation(w, ORA_SR_MAPPED_PAGE_SIZE, w->offset + pos - 24, "page size %" G_GUINT64_FORMAT,
                           entry.mapped_page_size);
    }
    end = w->offset + pos;
    if (entry.bitmap_offset != end) {
        ora_walk_violation(w, ORA_SR_MAPPED_BITMAP, w->offset + pos - 16,
                           "bitmap at %" G_GUINT64_FORMAT ", the header ends at %" G_GUINT64_FORMAT,
                           entry.bitmap_offset, end);
    }
    end += ((entry.length / w->page_size) + 63) / 64 * 8;
    end = (end + 0xfffff) & ~(guint64) 0xfffff;
    if (entry.pages_offset != end) {
        ora_walk_violation(w, ORA_SR_MAPPED_PAGES, w->offset + pos - 8,
                           "pages at %" G_GUINT64_FORMAT ", the bitmap ends before %" G_GUINT64_FORMAT,
                           entry.pages_offset, end);
    }
    /* Where the list goes on follows from the rule even if the numbers are wrong. */
    end += entry.length;
    w->rec.offset = w->offset + pos;
    {
        guint64 area = end - (w->offset + pos);

        ora_walk_emit(w, ORA_REC_RAM_AREA, w->offset + pos, NULL, 0, area);
        w->body_left = area;
    }
    return pos;
}
