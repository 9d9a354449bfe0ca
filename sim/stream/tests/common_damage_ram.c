/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Damages of RAM and of what is sent as RAM is: blocks, pages, dirty bitmaps, disks.
 */
#include "sim/stream/tests/common_damage.h"

/* ---- RAM ---- */

void damage_ram_list(Run *run, Chan *main)
{
    const Rec *list = first_of(main, ORA_REC_RAM_LIST, 0), *recs[4];
    guint n = pick(main, ORA_REC_RAM_BLOCK, 0, recs, 3);
    guint64 total;

    if (!list || !n) {
        return;
    }
    total = list->record.address;
    set64(run, "total one page less", main, list->record.offset, (total - 4096) | 4, "stream.ram.list-total|stream.ram.flags");
    set64(run, "total one page more", main, list->record.offset, (total + 4096) | 4,
          "stream.ram.list-total|stream.ram.list-name|stream.ram.list-length");
    set64(run, "total 0", main, list->record.offset, 4, "stream.ram.list-total|stream.ram.flags");
    set64(run, "list with CONT", main, list->record.offset, total | 0x24, "stream.ram.flags");
    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset;
        const guint8 name = at(main, from)[0];

        set8(run, "block without name", main, from, 0, "stream.ram.list-name|stream.ram.flags");
        set64(run, "block of length 0", main, from + 1 + name, 0, "stream.ram.list-length");
        set64(run, "block not of whole pages", main, from + 1 + name, recs[i]->record.address + 512,
              "stream.ram.list-length");
        set64(run, "block longer than the total", main, from + 1 + name, total + 0x10000, "stream.ram.list-total");
        if (!run->mapped) {
            set8(run, "block renamed", main, from + 1, '#',
                 run->release ? "stream.ram.block|stream.ram.missing|stream.multifd.block|stream.postcopy.discard-block|stream.return-path.request-block|stream.ram.list-name" : "");
        }
        cut(run, "cut in the block list", main, from + 3, "stream.cut", NULL);
    }
    if (!run->mapped) {
        Edit twice[2] = { { list->record.offset, 8, NULL, 8 }, { end_of(recs[0]), 0, at(main, recs[0]->record.offset), recs[0]->record.size } };
        guint64 sum = GUINT64_TO_BE((total + recs[0]->record.address) | 4);
        const Rec *last = recs[n - 1];

        twice[0].ins = &sum;
        damage(run, "block listed twice", main, twice, 2, "stream.ram.list-duplicate", NULL);
        repeat(run, "list twice", main, list->record.offset, end_of(last), "stream.ram.list-place", NULL);
        drop(run, "list missing", main, list->record.offset, end_of(last), "stream.ram.list-missing", NULL);
    }
}

void damage_pages(Run *run, Chan *where)
{
    static const OraStreamKind kinds[] = { ORA_REC_RAM_PAGE, ORA_REC_RAM_ZERO, ORA_REC_RAM_XBZRLE, ORA_REC_RAM_COMPRESS };
    const OraWalker *walker = ora_stream_check_channel(run->check, ORA_CHANNEL_MAIN, 0);
    const guint32 page = ora_walker_page_size(walker);
    const gboolean preempt = strcmp(where->file->name, "preempt") == 0;
    const gboolean second = strcmp(where->file->name, "main-2") == 0;
    const Rec *recs[5];
    guint n;

    for (guint k = 0; k < G_N_ELEMENTS(kinds); k++) {
        n = pick(where, kinds[k], 0, recs, 5);
        for (guint i = 0; i < n; i++) {
            const OraStreamRecord *record = &recs[i]->record;
            const guint64 from = record->offset, head = be(at(where, from), 8);
            const guint8 name = head & 0x20 ? 0 : at(where, from)[8];
            const gsize names = head & 0x20 ? 8 : 9 + name;
            const OraWalkerBlock *block = record->block_index >= 0 ? ora_walker_block(walker, record->block_index) : NULL;
            static const guint16 flags[] = { 0, 1, 0xa, 0x18, 0x24 };
            const gboolean post = preempt || second || (run->postcopy && from > first_of(where, ORA_REC_COMMAND, 4)->record.offset);

            set64(run, "flags of a page", where, from, (head & ~(guint64) (page - 1)) | flags[i % 5], "stream.ram.flags");
            set64(run, "page as HOOK", where, from, (head & ~(guint64) (page - 1)) | 0x80, "stream.ram.hook");
            if (block && !(run->colo && from > end_of(first_of(where, ORA_REC_EOF, 0)))) {
                set64(run, "page behind the block", where, from, (head & (page - 1)) | block->length, "stream.ram.offset");
                set64(run, "page at 2^60", where, from, (head & (page - 1)) | (guint64) 1 << 60, "stream.ram.offset");
                if (!(head & 0x20)) {
                    set8(run, "page of another block", where, from + 9, '#', "stream.ram.block");
                }
            }
            if (kinds[k] == ORA_REC_RAM_ZERO && !(run->colo && from > end_of(first_of(where, ORA_REC_EOF, 0)))) {
                set8(run, "fill byte 41", where, from + names, 0x41, "stream.ram.zero-fill");
            } else if (kinds[k] == ORA_REC_RAM_XBZRLE) {
                const guint16 size = be(at(where, from + names + 1), 2);

                set8(run, "xbzrle encoding 2", where, from + names, 2, "stream.ram.xbzrle-flag");
                set16(run, "delta longer than a page", where, from + names + 1, page + 1, "stream.ram.xbzrle-length");
                set16(run, "delta one byte less", where, from + names + 1, size - 1, "stream.ram.xbzrle-data");
                set_bytes(run, "delta with a count of three bytes", where, from + names + 3, "\377\377", 2,
                          "stream.ram.xbzrle-data", NULL);
            } else if (kinds[k] == ORA_REC_RAM_COMPRESS) {
                set32(run, "compressed length", where, from + names, page + 100, "stream.ram.compress-length");
                set8(run, "compressed data", where, end_of(recs[i]) - 1, at(where, end_of(recs[i]) - 1)[0] ^ 1, "stream.ram.compress-data");
            }
            if (!run->colo && !run->set->options.partial) {
                cut(run, "cut in a page", where, from + 5,
                    preempt ? "stream.cut|stream.ram.missing" : "stream.cut", NULL);
            }
            if (post && !run->colo) {
                repeat(run, "page again in postcopy", where, from, end_of(recs[i]),
                       "stream.ram.postcopy-twice|stream.ram.host-page", NULL);
                if (!(i == 0 && !(head & 0x20)) && !(run->recovery && !second) && !run->set->options.partial) {
                    drop(run, "page missing in postcopy", where, from, end_of(recs[i]),
                         "stream.ram.missing|stream.ram.cont|stream.ram.block|stream.ram.offset|stream.ram.postcopy-twice|stream.ram.host-page|stream.ram.postcopy-kept", NULL);
                }
            } else if (!run->colo) {
                repeat(run, "page again in precopy", where, from, end_of(recs[i]),
                       run->snapshot ? "stream.ram.snapshot-twice" : NULL, "a page may be sent again");
            }
            if (kinds[k] == ORA_REC_RAM_PAGE && !run->mapped) {
                guint8 byte = ~at(where, end_of(recs[i]) - 1)[0];

                set_bytes(run, "content of a page", where, end_of(recs[i]) - 1, &byte, 1, NULL,
                          "pages have no sum");
            }
        }
    }
    n = pick(where, ORA_REC_RAM_EOS, 0, recs, 3);
    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset;
        static const guint8 flush[8] = { 0, 0, 0, 0, 0, 0, 2, 0 };

        set64(run, "EOS with CONT", where, from, 0x30, "stream.ram.eos");
        set64(run, "EOS with an address", where, from, 0x1010, page == 4096 ? "stream.ram.eos" : "stream.ram.eos|stream.ram.flags");
        if (!preempt) {
            drop(run, "EOS missing", where, from, from + 8,
                 "stream.ram.flags|stream.ram.hook|stream.ram.offset|stream.ram.block|stream.ram.cont|stream.ram.xbzrle-flag|stream.ram.compress-length|stream.cut|stream.ram.eos|stream.ram.flush-form|stream.ram.list-place", NULL);
        }
        repeat(run, "EOS twice", where, from, from + 8,
               preempt ? "stream.trailing" : "stream.eof.missing|stream.footer.missing|stream.section.type|stream.description.byte|stream.description.missing|stream.section.not-ended|stream.device.length", NULL);
        if (run->release < 801) {
            insert(run, "FLUSH before 8.1", where, from, flush, 8, "stream.release.flush|stream.preempt.kind", NULL);
        } else if (preempt) {
            insert(run, "FLUSH on preempt", where, from, flush, 8, "stream.preempt.kind", NULL);
        }
        if (run->release >= 901 && recs[i]->record.section_type != ORA_SECTION_START && !run->mapped && !preempt) {
            g_autofree guint8 *bytes = g_malloc0(8 + 1 + 255 + 4);
            const char *block = ora_walker_block(walker, 0)->name;
            const gsize k = strlen(block);

            bytes[6] = 1;
            bytes[8] = k;
            memcpy(bytes + 9, block, k);
            insert(run, "COMPRESS_PAGE after 9.0", where, from, bytes, 8 + 1 + k + 4, "stream.release.compress", NULL);
        }
    }
}

void damage_lost_pages(Run *run, Chan *main)
{
    /* A page that is sent once only, dropped: whoever counts must miss it. */
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint done = 0;

    if (run->postcopy || run->colo || run->mapped || run->multifd || run->set->options.partial) {
        return;
    }
    for (guint i = 0; i < main->recs->len; i++) {
        const OraStreamRecord *record = &g_array_index(main->recs, Rec, i).record;

        if (record->kind >= ORA_REC_RAM_ZERO && record->kind <= ORA_REC_RAM_COMPRESS) {
            char *key = g_strdup_printf("%s:%" G_GUINT64_FORMAT, record->block, record->address);

            g_hash_table_insert(seen, key, GINT_TO_POINTER(GPOINTER_TO_INT(g_hash_table_lookup(seen, key)) + 1));
        }
    }
    for (guint i = 0; i < main->recs->len && done < 4; i++) {
        const OraStreamRecord *record = &g_array_index(main->recs, Rec, i).record;
        g_autofree char *key = NULL;

        if (record->kind != ORA_REC_RAM_PAGE && record->kind != ORA_REC_RAM_ZERO) {
            continue;
        }
        key = g_strdup_printf("%s:%" G_GUINT64_FORMAT, record->block, record->address);
        if (GPOINTER_TO_INT(g_hash_table_lookup(seen, key)) == 1 && be(at(main, record->offset), 8) & 0x20 && i % 3 == done % 3) {
            drop(run, "page missing", main, record->offset, record->offset + record->size, "stream.ram.missing", NULL);
            done++;
        }
    }
    for (guint i = 0; i < main->secs->len; i++) {
        const Sec *sec = &g_array_index(main->secs, Sec, i);

        if (strcmp(sec->idstr, "ram") == 0 && sec->type == ORA_SECTION_PART && sec->pages > 200) {
            drop(run, "PART missing", main, sec->start, sec->end,
                 "stream.ram.missing|stream.ram.xbzrle-first|stream.ram.cont", NULL);
            break;
        }
    }
}

void damage_mapped(Run *run, Chan *main)
{
    const Rec *recs[3];
    guint n = pick(main, ORA_REC_RAM_BLOCK, 0, recs, 3);

    for (guint i = 0; i < n; i++) {
        const guint64 header = end_of(recs[i]) - 28;

        set32(run, "mapped-ram version 2", main, header, 2, "stream.mapped-ram.version");
        set64(run, "mapped-ram page size 0", main, header + 4, 0, "stream.mapped-ram.page-size");
        set64(run, "mapped-ram page size 8192", main, header + 4, 8192, "stream.mapped-ram.page-size");
        set64(run, "bitmap elsewhere", main, header + 12, be(at(main, header + 12), 8) + 8, "stream.mapped-ram.bitmap");
        set64(run, "pages elsewhere", main, header + 20, be(at(main, header + 20), 8) - 4096, "stream.mapped-ram.pages");
    }
    n = pick(main, ORA_REC_RAM_EOS, 0, recs, 3);
    for (guint i = 0; i < n; i++) {
        g_autofree guint8 *bytes = g_malloc0(300);
        const char *block = ora_walker_block(ora_stream_check_channel(run->check, ORA_CHANNEL_MAIN, 0), 0)->name;

        bytes[7] = 2;
        bytes[8] = strlen(block);
        memcpy(bytes + 9, block, bytes[8]);
        insert(run, "ZERO in a mapped-ram file", main, recs[i]->record.offset, bytes, 10 + bytes[8], "stream.mapped-ram.record", NULL);
    }
}

/* ---- other sections ---- */

void damage_dirty_bitmaps(Run *run, Chan *main)
{
    const Rec *recs[16];
    guint n = pick(main, ORA_REC_BITMAP, 0, recs, 16);

    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset;
        const guint8 flags = at(main, from)[0];
        guint64 pos = from + 1;

        set8(run, "dirty-bitmap flags", main, from, flags | 0x80, "stream.dirty-bitmap.flags");
        if (flags & ORA_BITMAP_DEVICE_NAME) {
            pos += 1 + at(main, pos)[0];
        }
        if (flags & ORA_BITMAP_BITMAP_NAME) {
            pos += 1 + at(main, pos)[0];
        }
        if (flags & ORA_BITMAP_START) {
            set32(run, "granularity 513", main, pos, 513, "stream.dirty-bitmap.start");
            set32(run, "granularity 256", main, pos, 256, "stream.dirty-bitmap.start");
            set8(run, "flags of a bitmap", main, pos + 4, 0x18, "stream.dirty-bitmap.start");
            drop(run, "bitmap not started", main, from, end_of(recs[i]), "stream.dirty-bitmap.order|stream.dirty-bitmap.name|stream.dirty-bitmap.incomplete", NULL);
            repeat(run, "bitmap started twice", main, from, end_of(recs[i]), "stream.dirty-bitmap.order", NULL);
        } else if (flags & ORA_BITMAP_BITS) {
            const guint64 sector = be(at(main, pos), 8);

            set64(run, "sector", main, pos, sector + 2048, "stream.dirty-bitmap.order");
            set32(run, "no sectors", main, pos + 8, 0, "stream.dirty-bitmap.chunk");
            set32(run, "too many sectors", main, pos + 8, 0x7fffffff, "stream.dirty-bitmap.chunk");
            repeat(run, "chunk twice", main, from, end_of(recs[i]), "stream.dirty-bitmap.order", NULL);
            if (!(flags & ORA_BITMAP_ZEROES)) {
                set64(run, "chunk of 10241 bytes", main, pos + 12, 10241, "stream.dirty-bitmap.chunk");
            }
        } else if (flags & ORA_BITMAP_COMPLETE) {
            drop(run, "bitmap not completed", main, from, end_of(recs[i]), "stream.dirty-bitmap.incomplete|stream.dirty-bitmap.name|stream.dirty-bitmap.order", NULL);
            repeat(run, "bitmap completed twice", main, from, end_of(recs[i]), "stream.dirty-bitmap.order", NULL);
        } else if (flags == ORA_BITMAP_EOS) {
            set8(run, "EOS with other flags", main, from, 0x21, "stream.dirty-bitmap.flags|stream.section.type");
            set8(run, "no dirty-bitmap record", main, from, 0, "stream.dirty-bitmap.flags|stream.dirty-bitmap.name");
        }
    }
}

void damage_block_records(Run *run, Chan *main)
{
    const Rec *recs[8];
    guint n = pick(main, ORA_REC_BLOCK, 0, recs, 8);

    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset, value = be(at(main, from), 8);

        set64(run, "block flags", main, from, value | 0x10, "stream.block.flags");
        if (value & ORA_BLOCK_DEVICE) {
            set64(run, "sector of a chunk", main, from, value + 512, "stream.block.sector");
        } else if (value & ORA_BLOCK_PROGRESS) {
            set64(run, "101 percent", main, from, 101 << 9 | 4, "stream.block.progress");
        } else {
            set64(run, "EOS with a sector", main, from, value | 512, "stream.block.flags");
        }
    }
}
