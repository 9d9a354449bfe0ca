/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Damages of the channels beside main: multifd, return path, the second connection of a recovery, COLO.
 */
#include "sim/stream/tests/common_damage.h"

/* ---- multifd ---- */

void damage_multifd(Run *run, Chan *where, Chan *main)
{
    const Rec *recs[6];
    const OraWalker *walker = ora_stream_check_channel(run->check, ORA_CHANNEL_MAIN, 0);
    guint n = pick(where, ORA_REC_MULTIFD_PACKET, 0, recs, 6);

    set32(run, "hello magic", where, 0, 0x11223345, "stream.multifd.hello-magic");
    set32(run, "hello version", where, 4, 2, "stream.multifd.hello-version");
    set8(run, "hello UUID", where, 8, 1, "stream.multifd.hello-uuid");
    set8(run, "hello id of another", where, 24, at(where, 24)[0] ^ 1, "stream.multifd.hello-id");
    set8(run, "hello id 2", where, 24, 2, "stream.multifd.hello-id");
    set8(run, "hello reserve", where, 40, 1, "stream.multifd.hello-reserved");
    drop(run, "hello missing", where, 0, 64, "stream.multifd.hello-id|stream.multifd.hello-reserved|stream.multifd.hello-uuid|stream.multifd.magic", NULL);
    repeat(run, "hello twice", where, 0, 64, "stream.multifd.magic|stream.multifd.allocated|stream.multifd.size|stream.multifd.count", NULL);
    cut(run, "cut in the hello", where, 30, "stream.cut", NULL);
    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset;
        const guint32 flags = be(at(where, from + 8), 4), normal = be(at(where, from + 16), 4);
        const guint32 zero = be(at(where, from + 32), 4), size = be(at(where, from + 20), 4);
        const guint64 number = be(at(where, from + 24), 8);
        const gboolean sync = flags & ORA_MULTIFD_SYNC, empty = normal + zero == 0, last = end_of(recs[i]) == where->file->size;

        set32(run, "packet magic", where, from, 0x11223345, "stream.multifd.magic");
        set32(run, "packet version", where, from + 4, 2, "stream.multifd.version");
        set32(run, "packet flag 80", where, from + 8, flags | 0x80, "stream.multifd.flags");
        set32(run, "packet method 6", where, from + 8, flags | 0x3e, "stream.multifd.method");
        set32(run, "129 pages allocated", where, from + 12, 129, "stream.multifd.allocated");
        set32(run, "more pages than allocated", where, from + 16, 200, "stream.multifd.count|stream.multifd.allocated");
        set64(run, "packet number", where, from + 24, number + 1000, "stream.multifd.number");
        set8(run, "packet reserve", where, from + 50, 1, "stream.multifd.reserved");
        set8(run, "packet name padding", where, from + 64 + 255, 1, "stream.multifd.block");
        if (run->release < 900) {
            set32(run, "zero pages before 9.0", where, from + 32, 1,
                  "stream.release.multifd-zero|stream.multifd.count");
        }
        cut(run, "cut in a packet", where, from + 700, "stream.cut", NULL);
        if (sync) {
            set32(run, "SYNC flag lost", where, from + 8, flags & ~1u, "stream.multifd.sync-count|stream.multifd.first-sync|stream.multifd.allocated");
            drop(run, "SYNC missing", where, from, end_of(recs[i]), "stream.multifd.sync-count", NULL);
            repeat(run, "SYNC twice", where, from, end_of(recs[i]), "stream.multifd.sync-count|stream.multifd.number", NULL);
            set32(run, "allocation of a SYNC", where, from + 12, run->release >= 900 ? 128 : 0, "stream.release.multifd-allocated|stream.multifd.count");
        } else if (!empty) {
            set32(run, "SYNC flag too much", where, from + 8, flags | 1, "stream.multifd.sync-count|stream.release.multifd-sync-data");
            drop(run, "packet missing", where, from, end_of(recs[i]), "stream.multifd.number|stream.ram.missing", NULL);
            repeat(run, "packet twice", where, from, end_of(recs[i]), "stream.multifd.number|stream.multifd.page-twice|stream.multifd.data", NULL);
        }
        if (!empty) {
            const guint64 offsets = from + 320;
            g_autofree char *name = g_strndup((const char *) at(where, from + 64), 255);
            const OraWalkerBlock *block = ora_walker_block(walker, ora_walker_find_block(walker, name));

            set8(run, "packet of another block", where, from + 64, '#', "stream.multifd.block");
            set64(run, "offset at the end", where, offsets, block->length, "stream.multifd.offset");
            set64(run, "offset not aligned", where, offsets, be(at(where, offsets), 8) + 1, "stream.multifd.offset");
            if (normal + zero > 1) {
                set64(run, "offset twice", where, offsets + 8, be(at(where, offsets), 8), "stream.multifd.page-twice|stream.ram.missing");
            }
            if (zero && normal + zero < 128) {
                set64(run, "offset behind the last", where, offsets + 8 * (normal + zero), 0x1000, "stream.multifd.offset");
            }
            if (!last && normal) {
                move(run, "packet behind the next", where, from, end_of(recs[i]),
                     end_of(recs[i]) + 0 == where->file->size ? from : where->file->size,
                     "stream.multifd.number|stream.multifd.sync-last", NULL);
            }
        }
        if (normal) {
            set32(run, "data one byte longer", where, from + 20, size + 1, "stream.multifd.size|stream.multifd.magic|stream.multifd.data|stream.cut");
            set32(run, "data one byte shorter", where, from + 20, size - 1, "stream.multifd.size|stream.multifd.magic|stream.multifd.data");
            set32(run, "data of 4 GiB", where, from + 20, 0xffffffff, "stream.multifd.size");
            set32(run, "one page less", where, from + 16, normal - 1, "stream.multifd.size|stream.multifd.data|stream.multifd.count|stream.multifd.magic");
            if (flags & ORA_MULTIFD_METHOD_MASK) {
                const guint8 *middle = at(where, from + recs[i]->record.head_size + size / 2);

                set32(run, "method lost", where, from + 8, flags & ~(guint32) ORA_MULTIFD_METHOD_MASK, "stream.multifd.size|stream.multifd.method");
                set_bytes(run, "compressed data", where, from + recs[i]->record.head_size, "\377\377\377\377", 4, "stream.multifd.data", NULL);
                (void) middle;
            } else {
                guint8 byte = ~at(where, end_of(recs[i]) - 1)[0];

                set32(run, "method of another", where, from + 8, flags | 2, "stream.multifd.method|stream.multifd.data");
                set_bytes(run, "content of a page", where, end_of(recs[i]) - 1, &byte, 1, NULL, "pages have no sum");
            }
        }
    }
    if (where == chan(run, "multifd0")) {
        n = pick(main, ORA_REC_RAM_FLUSH, 0, recs, 4);
        for (guint i = 0; i < n; i++) {
            const guint64 from = recs[i]->record.offset;

            drop(run, "FLUSH missing", main, from, from + 8, "stream.multifd.sync-count|stream.flush.place", NULL);
            repeat(run, "FLUSH twice", main, from, from + 8, "stream.multifd.sync-count", NULL);
            set64(run, "FLUSH with an address", main, from, 0x1200, "stream.ram.flush-form");
        }
        {
            const Rec *eos = first_of(main, ORA_REC_RAM_EOS, 0);
            guint8 record[9 + 255] = { 0, 0, 0, 0, 0, 0, 0, 2 };
            const char *block = ora_walker_block(walker, 0)->name;

            record[8] = strlen(block);
            memcpy(record + 9, block, record[8]);
            insert(run, "zero page in START", main, eos->record.offset, record, 10 + record[8], "stream.ram.page-in-start", NULL);
        }
    }
}

/* ---- return path ---- */

void damage_return_path(Run *run, Chan *where)
{
    const Rec *recs[10];
    const OraWalker *walker = ora_stream_check_channel(run->check, ORA_CHANNEL_MAIN, 0);
    guint n = pick(where, ORA_REC_RP_MESSAGE, 0, recs, 10);

    for (guint i = 0; i < n; i++) {
        const OraStreamRecord *record = &recs[i]->record;
        const guint64 from = record->offset;

        set16(run, "message 0", where, from, 0, "stream.return-path.type|stream.return-path.length|stream.colo.message|stream.return-path.bitmap-missing");
        set16(run, "message 8", where, from, 8, "stream.return-path.type");
        set16(run, "message length 513", where, from + 2, 513, "stream.return-path.length");
        cut(run, "cut in a message", where, from + 3, "stream.cut|stream.return-path.shut-missing", NULL);
        switch ((OraRpMessage) record->number) {
        case ORA_RP_PONG:
            set16(run, "PONG of 3 bytes", where, from + 2, 3, "stream.return-path.length");
            set32(run, "another PONG", where, from + 4, 77, "stream.return-path.pong-unasked");
            drop(run, "PONG missing", where, from, end_of(recs[i]),
                 run->recovery && strcmp(where->file->name, "rp") == 0 ? NULL : "stream.return-path.ping-unanswered",
                 "the connection broke, answers may be lost");
            repeat(run, "PONG twice", where, from, end_of(recs[i]), "stream.return-path.pong-unasked", NULL);
            break;
        case ORA_RP_SHUT:
            set32(run, "SHUT 1", where, from + 4, 1, "stream.return-path.shut-value");
            drop(run, "SHUT missing", where, from, end_of(recs[i]), run->colo ? "stream.return-path.shut-missing|stream.return-path.type|stream.cut" : "stream.return-path.shut-missing", NULL);
            if (!run->colo) {
                repeat(run, "SHUT twice", where, from, end_of(recs[i]), "stream.return-path.shut-last", NULL);
                if (n > 1) {
                    move(run, "SHUT first", where, from, end_of(recs[i]), 0, "stream.return-path.shut-last", NULL);
                }
            }
            break;
        case ORA_RP_REQ_PAGES_ID:
        case ORA_RP_REQ_PAGES:
            set64(run, "request not aligned", where, from + 4, record->address + 1, "stream.return-path.request-range");
            set64(run, "request outside", where, from + 4, (guint64) 1 << 40, "stream.return-path.request-range");
            set32(run, "request of 1 byte", where, from + 12, 1, "stream.return-path.request-range");
            set32(run, "request of nothing", where, from + 12, 0, "stream.return-path.request-range");
            if (record->number == ORA_RP_REQ_PAGES_ID) {
                set8(run, "request of another block", where, from + 17, '#', "stream.return-path.request-block");
                set8(run, "length of the name in a request", where, from + 16, 1, "stream.return-path.request-form");
                drop(run, "first request missing", where, from, end_of(recs[i]),
                     i == 0 ? "stream.return-path.request-first" : NULL,
                     "a request may be missing: nothing says which pages were touched");
            } else {
                repeat(run, "request twice", where, from, end_of(recs[i]), NULL, "a page may be asked for again");
            }
            break;
        case ORA_RP_RECV_BITMAP:
            set8(run, "bitmap of another block", where, from + 5, '#', "stream.return-path.bitmap-unasked");
            set8(run, "length of the name of a bitmap", where, from + 4, 1, "stream.return-path.bitmap-form");
            break;
        case ORA_RP_RESUME_ACK:
            set32(run, "RESUME_ACK 2", where, from + 4, 2, "stream.return-path.resume-ack-value");
            drop(run, "RESUME_ACK missing", where, from, end_of(recs[i]), "stream.return-path.resume-ack-missing", NULL);
            repeat(run, "RESUME_ACK twice", where, from, end_of(recs[i]), "stream.return-path.resume-ack-unasked", NULL);
            break;
        case ORA_RP_SWITCHOVER_ACK:
            repeat(run, "SWITCHOVER_ACK twice", where, from, end_of(recs[i]), "stream.return-path.switchover-ack", NULL);
            drop(run, "SWITCHOVER_ACK missing", where, from, end_of(recs[i]), NULL, "the stream does not say that it is wanted");
            break;
        default:
            break;
        }
    }
    if (n) {
        insert(run, "RESUME_ACK unasked", where, 0, "\0\6\0\4\0\0\0\1", 8, "stream.return-path.resume-ack-unasked", NULL);
        insert(run, "REQ_PAGES first", where, 0, "\0\4\0\14\0\0\0\0\0\0\0\0\0\0\20\0", 16, "stream.return-path.request-first", NULL);
        insert(run, "bitmap unasked", where, 0,
               "\0\5\0\4\3ram\0\0\0\0\0\0\0\10\0\0\0\0\0\0\0\0\1\43\105\147\211\253\315\357", 32, "stream.return-path.bitmap-unasked", NULL);
        insert(run, "SWITCHOVER_ACK", where, 0, "\0\7\0\0", 4,
               run->release < 801 ? "stream.release.switchover-ack"
               : run->release >= 1101 ? "stream.return-path.switchover-ack-legacy|stream.return-path.switchover-ack"
               : strcmp(where->file->name, "rp-2") == 0 || strstr(run->set->title, "switchover-ack") ? "stream.return-path.switchover-ack"
                                        : NULL,
               "8.1 to 11.0 ignore an ACK, the stream does not say that none is wanted");
        if (!run->postcopy && !run->set->options.partial) {
            g_autoptr(GByteArray) request = g_byte_array_new();
            guint8 head[17] = { 0, 3, 0, 0, [14] = 0x10, 0, 0 };
            const char *block = ora_walker_block(walker, 0)->name;

            head[3] = 13 + strlen(block);
            head[15] = 0;
            head[14] = 0x10;
            head[16] = strlen(block);
            g_byte_array_append(request, head, 17);
            g_byte_array_append(request, (const guint8 *) block, strlen(block));
            if (ora_walker_block(walker, 0)->page_size == 4096) {
                insert(run, "page request in precopy", where, 0, request->data, request->len, "stream.return-path.request-place", NULL);
            }
        }
        if (!run->colo && !run->set->options.partial) {
            cut(run, "empty return path", where, 0, "stream.return-path.shut-missing", NULL);
        }
    }
    n = pick(where, ORA_REC_RP_BITMAP, 0, recs, 4);
    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset, size = be(at(where, from), 8);

        set64(run, "bitmap 8 bytes shorter", where, from, size - 8 ? size - 8 : size + 8, "stream.return-path.bitmap-size");
        set64(run, "bitmap of 7 bytes", where, from, 7, "stream.return-path.bitmap-size");
        set64(run, "bitmap of 2^40", where, from, (guint64) 1 << 40, "stream.return-path.bitmap-size");
        set64(run, "end mark", where, end_of(recs[i]) - 8, 0x1234, "stream.return-path.bitmap-end");
        if (size > 64) {
            g_autofree guint8 *all = g_malloc(size);

            memset(all, 0xff, size);
            set_bytes(run, "bitmap claims all", where, from + 8, all, size, "stream.return-path.bitmap-content|stream.ram.postcopy-twice", NULL);
        }
    }
}

void damage_recovery(Run *run, Chan *where)
{
    const Rec *recs[8], *resume = first_of(where, ORA_REC_COMMAND, 9), *section = first_of(where, ORA_REC_SECTION, 0);
    guint n = pick(where, ORA_REC_COMMAND, 10, recs, 8);

    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset;

        drop(run, "RECV_BITMAP missing", where, from, end_of(recs[i]), "stream.recovery.bitmap-missing", NULL);
        repeat(run, "RECV_BITMAP twice", where, from, end_of(recs[i]), "stream.recovery.bitmap-block", NULL);
        set8(run, "RECV_BITMAP of another block", where, from + 6, '#', "stream.recovery.bitmap-block");
        set8(run, "RECV_BITMAP name length", where, from + 5, 1, "stream.recovery.bitmap-form");
        if (resume) {
            move(run, "RECV_BITMAP behind RESUME", where, from, end_of(recs[i]), end_of(resume), "stream.recovery.bitmap-place", NULL);
        }
    }
    if (resume && section) {
        drop(run, "RESUME missing", where, resume->record.offset, end_of(resume), "stream.recovery.resume-missing", NULL);
        repeat(run, "RESUME twice", where, resume->record.offset, end_of(resume), "stream.recovery.resume-place", NULL);
        insert(run, "header on the second connection", where, 0, "QEVM\0\0\0\3", 8, "stream.section.type", NULL);
        insert(run, "OPEN_RETURN_PATH again", where, 0, "\10\0\1\0\0", 5, "stream.command.open-return-path-twice", NULL);
        insert(run, "START in a recovery", where, section->record.offset, "\1\0\0\0\12\3ram\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0\20\176\0\0\0\12", 30,
               "stream.section.start-late", NULL);
    }
}

void damage_colo(Run *run, Chan *where)
{
    const Rec *recs[6];
    guint n = pick(where, ORA_REC_COLO, 0, recs, 6);

    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset;

        if (where->file->size > from + 4) {
            set32(run, "COLO message 7", where, from, 7, "stream.colo.message|stream.return-path.type");
        }
        if (i > 0 && from + 4 < where->file->size) {
            const guint32 value = recs[i]->record.value;

            set32(run, "another COLO message", where, from, value == 1 || value == 3 ? 5 : value == 4 ? 1 : value == 2 ? 6 : 2,
                  "stream.colo.message|stream.colo.order");
            if (recs[i]->record.size == 4) {
                repeat(run, "COLO message twice", where, from, from + 4, "stream.colo.order|stream.section.type|stream.eof.missing|stream.colo.message", NULL);
            }
        }
    }
}
