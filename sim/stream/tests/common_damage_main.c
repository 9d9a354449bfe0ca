/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Damages of the main channel: its frame, sections, commands.
 */
#include "sim/stream/tests/common_damage.h"

/* ---- the frame of main ---- */

/* Without footers a damaged description leaves no way to find the ends of devices. */
#define LOST(id) (run->footers ? id : id "|stream.device.length")

void damage_framing(Run *run, Chan *main)
{
    const guint64 base = main->base;
    const Rec *eof = NULL, *description = first_of(main, ORA_REC_DESCRIPTION, 0);
    const Rec *config = first_of(main, ORA_REC_CONFIGURATION, 0), *recs[8];
    guint n;

    set8(run, "header magic", main, base, 'q', "no-stream|stream.header.magic");
    set32(run, "header version 2", main, base + 4, 2, "stream.header.version");
    set32(run, "header version 4", main, base + 4, 4, "stream.header.version");
    cut(run, "cut in the header", main, base + 6, run->set->options.partial ? "stream.cut" : "stream.cut", NULL);
    drop(run, "header missing", main, base, base + 8, "no-stream", NULL);
    repeat(run, "header twice", main, base, base + 8, "stream.section.type|stream.configuration.missing", NULL);
    if (config) {
        drop(run, "configuration missing", main, config->record.offset, end_of(config), "stream.configuration.missing", NULL);
        repeat(run, "configuration twice", main, config->record.offset, end_of(config), "stream.section.type", NULL);
        set32(run, "machine name of 0 bytes", main, config->record.offset + 1, 0, "stream.configuration.name");
        set32(run, "machine name of 256 bytes", main, config->record.offset + 1, 256, "stream.configuration.name");
        set32(run, "machine name of 4 GiB", main, config->record.offset + 1, 0xffffffff, "stream.configuration.name");
        set8(run, "zero in the machine name", main, config->record.offset + 6, 0, "stream.configuration.name");
        set8(run, "letter in the machine name", main, config->record.offset + 5, 'Q', NULL);
        cut(run, "cut in the configuration", main, config->record.offset + 3, "stream.cut", NULL);
    } else {
        insert(run, "configuration not wanted", main, base + 8, "\7\0\0\0\4none", 9, "stream.configuration.unexpected", NULL);
    }
    n = pick(main, ORA_REC_CONFIG_SUBSECTION, 0, recs, 2);
    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset;
        const guint8 *p = at(main, from);

        repeat(run, "subsection twice", main, from, end_of(recs[i]), "stream.configuration.subsection-twice", NULL);
        set8(run, "subsection renamed", main, from + 2 + 14, 'x', "stream.configuration.subsection");
        set8(run, "subsection with another prefix", main, from + 2, 'x', "stream.section.type");
        set32(run, "subsection version 2", main, from + 2 + p[1], 2, "stream.configuration.subsection-version");
        if (strstr(recs[i]->record.name, "capabilities")) {
            set32(run, "no capabilities", main, from + 6 + p[1], 0, "stream.configuration.capabilities");
            set32(run, "65 capabilities", main, from + 6 + p[1], 65, "stream.configuration.capabilities");
            set8(run, "capability renamed", main, from + 6 + p[1] + 5, 'z', "stream.configuration.capabilities");
        }
        if (strstr(recs[i]->record.name, "uuid") && !run->multifd) {
            set_bytes(run, "another UUID", main, from + 6 + p[1], "?", 1, NULL, "no other channel carries the UUID");
        }
    }
    if (config && run->release >= 208) {
        insert(run, "page bits 13", main, end_of(config), "\5\36configuration/target-page-bits\0\0\0\1\0\0\0\15", 40,
               "stream.configuration.page-bits|stream.mapped-ram.bitmap", NULL);
        insert(run, "unknown subsection", main, end_of(config), "\5\21configuration/foo\0\0\0\1", 23,
               "stream.configuration.subsection", NULL);
        insert(run, "capabilities with a foreign name", main, end_of(config),
               "\5\32configuration/capabilities\0\0\0\1\0\0\0\1\6xbzrle", 43, "stream.configuration.capabilities", NULL);
    }
    for (guint i = 0; i < main->recs->len; i++) {
        const Rec *rec = &g_array_index(main->recs, Rec, i);

        if (rec->record.kind == ORA_REC_EOF && !rec->record.depth && !eof) {
            eof = rec;
        }
    }
    if (eof && !run->colo) {
        const guint64 here = eof->record.offset;

        set8(run, "09 instead of the end", main, here, 9, "stream.section.type");
        set8(run, "7f instead of the end", main, here, 0x7f, "stream.section.type");
        drop(run, "end missing", main, here, here + 1, description ? "stream.section.type" : "stream.eof.missing", NULL);
        if (!run->recovery) {
            cut(run, "cut in front of the end", main, here, LOST("stream.eof.missing"), NULL);
            insert(run, "byte behind all", main, main->file->size, "\0", 1, LOST("stream.trailing|stream.description.byte"), NULL);
            insert(run, "second stream behind all", main, main->file->size, main->file->data + base, 8,
                   LOST("stream.trailing|stream.description.byte"), NULL);
        }
        if (run->postcopy && !run->recovery) {
            insert(run, "description in postcopy", main, here + 1, "\6\0\0\0\2{}", 7, "stream.description.postcopy", NULL);
        }
        if (description) {
            const guint64 d = description->record.offset;

            set8(run, "07 instead of the description", main, d, 7, LOST("stream.description.byte"));
            drop(run, "description missing", main, d, end_of(description), LOST("stream.description.missing"), NULL);
            set32(run, "description one longer", main, d + 1, description->record.size - 4, LOST("stream.cut"));
            set32(run, "description one shorter", main, d + 1, description->record.size - 6, LOST("stream.trailing"));
            set32(run, "description of 65 MiB", main, d + 1, 65 << 20, LOST("stream.description.length"));
            cut(run, "cut in the description", main, d + 50, LOST("stream.cut"), NULL);
            repeat(run, "description twice", main, d, end_of(description), LOST("stream.trailing"), NULL);
            set8(run, "description no object", main, d + 5, '[', LOST("stream.description.json"));
            set8(run, "description no JSON", main, d + 6, '#', LOST("stream.description.json"));
            set8(run, "zero in the description", main, end_of(description) - 3, 0, LOST("stream.description.json"));
        }
    }
}

/* ---- sections ---- */

static const char *after_bad_type(const Sec *sec)
{
    return sec->type == ORA_SECTION_FULL || sec->type == ORA_SECTION_START ? "stream.section.type|stream.package.overrun"
                                                                           : "stream.section.type";
}

void damage_sections(Run *run, Chan *main)
{
    static const guint8 wrong[] = { 5, 6, 7, 9, 0x7e, 0xff };
    const Sec *ram_start = NULL, *first_part = NULL, *last_end = NULL, *globalstate = NULL, *first_full = NULL;
    guint step = MAX(main->secs->len / 12, 1);

    for (guint i = 0; i < main->secs->len; i++) {
        const Sec *sec = &g_array_index(main->secs, Sec, i);
        const gboolean special = strcmp(sec->idstr, "ram") == 0 || strcmp(sec->idstr, "globalstate") == 0;

        if (sec->type == ORA_SECTION_START && strcmp(sec->idstr, "ram") == 0 && !ram_start) {
            ram_start = sec;
        } else if (sec->type == ORA_SECTION_PART && !first_part && !sec->depth) {
            first_part = sec;
        } else if (sec->type == ORA_SECTION_END && strcmp(sec->idstr, "ram") == 0 && !last_end) {
            last_end = sec;
        } else if (sec->type == ORA_SECTION_FULL) {
            if (!first_full) {
                first_full = sec;
            }
            if (strcmp(sec->idstr, "globalstate") == 0 && !sec->depth) {
                globalstate = sec;
            }
        }
        if (!(i % step == 0 || (special && sec->type != ORA_SECTION_PART)) || run->colo) {
            continue;
        }
        set8(run, "section byte", main, sec->start, wrong[i % G_N_ELEMENTS(wrong)], after_bad_type(sec));
        cut(run, "cut in a section head", main, sec->start + 3, "stream.cut|stream.package.overrun|stream.section.type|stream.device.length",
            NULL);
        if (sec->type == ORA_SECTION_START || sec->type == ORA_SECTION_FULL) {
            const guint8 n = at(main, sec->start)[5];

            set8(run, "name of 0 bytes", main, sec->start + 5, 0, "stream.section.idstr|stream.section.type");
            if (special) {
                set32(run, "version 77", main, sec->start + 6 + n + 4, 77, "stream.section.version");
                set32(run, "instance 3", main, sec->start + 6 + n, 3,
                      "stream.section.instance");
            } else if (run->description && sec->type == ORA_SECTION_FULL) {
                set32(run, "instance 99", main, sec->start + 6 + n, 99, "stream.description.devices|stream.device.length");
                set8(run, "device renamed", main, sec->start + 6, '#', "stream.description.devices|stream.device.length");
            }
            if (run->footers) {
                set32(run, "another section id", main, sec->start + 1, 0x7777, "stream.footer.id|stream.section.unknown-id|stream.device.length|stream.section.type");
            }
        } else {
            set32(run, "id of nobody", main, sec->start + 1, 0x7777, "stream.section.unknown-id");
        }
        if (run->footers && main->file->data[sec->end - 5] == ORA_SECTION_FOOTER) {
            const gboolean searched = sec->type == ORA_SECTION_FULL && !run->description && !special &&
                                      strcmp(sec->idstr, "timer") != 0;
            const char *lost = searched ? "stream.device.length|stream.section.type|stream.footer.missing|stream.package.overrun"
                                        : "stream.footer.missing";

            drop(run, "footer missing", main, sec->end - 5, sec->end,
                 sec->end == main->file->size ? "stream.cut" : lost, NULL);
            set8(run, "no footer byte", main, sec->end - 5, 0x7d, lost);
            set32(run, "footer of another", main, sec->end - 4, 0x7777, searched ? lost : "stream.footer.id");
            repeat(run, "footer twice", main, sec->end - 5, sec->end, searched ? "stream.section.type|stream.device.length" : "stream.section.type",
                   NULL);
            if (!searched) {
                cut(run, "cut in a footer", main, sec->end - 2, "stream.cut", NULL);
            }
        } else if (!run->footers) {
            guint8 footer[5] = { 0x7e, sec->id >> 24, sec->id >> 16, sec->id >> 8, sec->id };

            insert(run, "footer not wanted", main, sec->end, footer, 5, "stream.footer.unexpected", NULL);
        }
        /* Missing and repeated as a whole. */
        switch (sec->type) {
        case ORA_SECTION_START:
            drop(run, "START missing", main, sec->start, sec->end, "stream.section.unknown-id", NULL);
            repeat(run, "START twice", main, sec->start, sec->end, "stream.section.start-twice", NULL);
            break;
        case ORA_SECTION_END:
            if (!run->postcopy && !run->recovery) {
                repeat(run, "END twice", main, sec->start, sec->end, "stream.section.end-twice", NULL);
            }
            break;
        case ORA_SECTION_FULL:
            if (run->description) {
                drop(run, "device missing", main, sec->start, sec->end, "stream.description.devices", NULL);
                repeat(run, "device twice", main, sec->start, sec->end,
                       "stream.section.id-reused|stream.description.devices", NULL);
            } else if (run->footers && !sec->depth) {
                drop(run, "device missing", main, sec->start, sec->end, NULL, "nothing says which devices there are");
            }
            break;
        default:
            break;
        }
    }
    if (run->colo) {
        return;
    }
    if (ram_start && first_part && !run->postcopy) {
        const gboolean per_section = run->multifd && !first_of(main, ORA_REC_RAM_FLUSH, 0);
        const gboolean flushes = run->multifd && first_part->flushes;

        repeat(run, "PART twice", main, first_part->start, first_part->end,
               per_section || flushes                                ? "stream.multifd.sync-count"
               : run->snapshot && first_part->pages                  ? "stream.ram.snapshot-twice"
               : strcmp(first_part->idstr, "dirty-bitmap") == 0      ? "stream.dirty-bitmap.order"
                                                                     : NULL,
               "pages may be sent again");
        move(run, "PART in front of START", main, first_part->start, first_part->end, ram_start->start,
             strcmp(first_part->idstr, "ram") == 0 ? "stream.section.unknown-id" : "stream.section.unknown-id|stream.section.start-late", NULL);
    }
    if (last_end && first_part && !run->postcopy && !last_end->depth) {
        move(run, "PART behind END", main, first_part->start, first_part->end, last_end->end,
             "stream.section.part-after-end|stream.section.part-late", NULL);
    }
    if (last_end && globalstate && !run->postcopy) {
        move(run, "globalstate in front of END", main, globalstate->start, globalstate->end, last_end->start,
             "stream.section.device-place", NULL);
        if (first_full && first_full != globalstate) {
            move(run, "globalstate first", main, globalstate->start, globalstate->end, first_full->start,
                 "stream.globalstate.last", NULL);
        }
        move(run, "END behind the devices", main, last_end->start, last_end->end, globalstate->end,
             "stream.section.device-place", NULL);
    }
    if (last_end && ram_start && !run->postcopy) {
        const gboolean only_ram = strcmp(g_array_index(main->secs, Sec, 0).idstr, "ram") == 0;
        const gboolean told = run->release < 600 || first_of(main, ORA_REC_COMMAND, 11) || run->has_rp || !only_ram || run->multifd;

        if (told && !run->mapped) {
            drop(run, "END missing", main, last_end->start, last_end->end,
                 "stream.section.not-ended|stream.release.background-snapshot|stream.ram.snapshot-twice", NULL);
        }
    }
    if (globalstate) {
        const guint64 state = globalstate->start + 5 + 1 + 11 + 8;
        const gsize name = strlen((const char *) at(main, state + 4));

        set8(run, "no run state", main, state + 4, 'Q', "stream.globalstate.state");
        set32(run, "size of the run state", main, state, 1000, "stream.globalstate.size");
        set8(run, "byte behind the run state", main, state + 4 + name + 1, 1, "stream.globalstate.padding");
        set8(run, "last byte of globalstate", main, state + 103, 1, "stream.globalstate.padding");
        if (run->release < 900) {
            set8(run, "suspended flag before 9.0", main, state + 36, 1, "stream.release.globalstate");
        } else {
            set8(run, "no suspended flag", main, state + 36, 0, "stream.release.globalstate");
        }
    }
    if (ram_start && run->footers && ram_start->type == ORA_SECTION_START && run->description) {
        guint8 type = ORA_SECTION_FULL;

        set_bytes(run, "ram as FULL", main, ram_start->start, &type, 1,
                  "stream.section.kind|stream.section.unknown-id", NULL);
    }
}

/* ---- commands ---- */

void damage_commands(Run *run, Chan *main)
{
    const Rec *recs[12], *start = first_of(main, ORA_REC_SECTION, 0);
    const guint64 first = start ? start->record.offset : 0;
    guint n = pick(main, ORA_REC_COMMAND, 0, recs, 12);

    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset;
        const guint number = recs[i]->record.number;
        const guint16 length = be(at(main, from) + 3, 2);

        set16(run, "command 0", main, from + 1, 0, "stream.command.unknown|stream.device.length|stream.section.type");
        set16(run, "command 12", main, from + 1, 12, "stream.command.unknown|stream.device.length|stream.section.type");
        if (number != 3 && number != 6 && number != 10) {
            set16(run, "command one byte longer", main, from + 3, length + 1,
                  "stream.command.length|stream.device.length|stream.section.type");
        }
        if (!recs[i]->record.depth) {
            cut(run, "cut in a command", main, from + 4, "stream.cut", NULL);
        }
    }
    if (run->release < 1000 && !run->colo) {
        insert(run, "SWITCHOVER_START before 10.0", main, first, "\10\0\13\0\0", 5, "stream.release.switchover-start", NULL);
    }
    if (run->release >= 1100) {
        insert(run, "ENABLE_COLO in 11.1", main, first, "\10\0\10\0\0", 5, "stream.release.enable-colo", NULL);
    }
    insert(run, "RESUME on the first connection", main, first, "\10\0\11\0\0", 5, "stream.recovery.resume-place", NULL);
    insert(run, "RECV_BITMAP on the first connection", main, first, "\10\0\12\0\4\3ram", 9, "stream.recovery.bitmap-place", NULL);
    insert(run, "LISTEN in precopy", main, first, "\10\0\4\0\0", 5,
           run->postcopy ? "stream.postcopy.listen-place|stream.postcopy.no-discard" : "stream.postcopy.listen-state|stream.postcopy.listen-place|stream.postcopy.no-discard", NULL);
    insert(run, "RUN in precopy", main, first, "\10\0\5\0\0", 5, "stream.postcopy.run-state", NULL);
    if (!run->postcopy && !run->colo) {
        const Rec *advise = first_of(main, ORA_REC_COMMAND, 3);

        insert(run, "package in precopy", main, first, "\10\0\7\0\4\0\0\0\0", 9, "stream.package.place|stream.package.run", NULL);
        insert(run, "package of 4 GiB", main, first, "\10\0\7\0\4\377\377\377\377", 9, "stream.package.size", NULL);
        if (!advise) {
            insert(run, "DISCARD without ADVISE", main, first, "\10\0\6\0\26\0\3ram\0\0\0\0\0\0\0\20\0\0\0\0\0\0\0\20\0", 27,
                   "stream.postcopy.discard-state", NULL);
            if (!run->has_rp && run->release >= 205) {
                insert(run, "PING without return path", main, first, "\10\0\2\0\4\0\0\0\1", 9,
                       "stream.command.ping-without-return-path", NULL);
            }
        }
    }
    {
        const Rec *open = first_of(main, ORA_REC_COMMAND, 1), *ping = first_of(main, ORA_REC_COMMAND, 2);
        const Rec *advise = first_of(main, ORA_REC_COMMAND, 3), *switchover = first_of(main, ORA_REC_COMMAND, 11);

        if (open && ping) {
            drop(run, "OPEN_RETURN_PATH missing", main, open->record.offset, end_of(open),
                 "stream.command.ping-without-return-path|stream.return-path.not-open", NULL);
            repeat(run, "OPEN_RETURN_PATH twice", main, open->record.offset, end_of(open),
                   "stream.command.open-return-path-twice", NULL);
            move(run, "PING in front of OPEN_RETURN_PATH", main, ping->record.offset, end_of(ping), open->record.offset,
                 "stream.command.ping-without-return-path", NULL);
            set32(run, "PING 7", main, ping->record.offset + 5, 7, "stream.command.ping-value");
            if (chan(run, "rp") && !run->colo && !run->recovery) {
                drop(run, "PING missing", main, ping->record.offset, end_of(ping), "stream.return-path.pong-unasked", NULL);
                repeat(run, "PING twice", main, ping->record.offset, end_of(ping), "stream.return-path.ping-unanswered|stream.command.ping-value",
                       NULL);
            }
            move(run, "PING behind START", main, ping->record.offset, end_of(ping),
                 g_array_index(main->secs, Sec, 0).end, "stream.command.ping-value", NULL);
        }
        if (advise) {
            const guint64 a = advise->record.offset;

            repeat(run, "ADVISE twice", main, a, end_of(advise), "stream.postcopy.advise-state", NULL);
            set16(run, "ADVISE with length 8", main, a + 3, advise->record.size == 21 ? 8 : 8,
                  "stream.postcopy.advise-length|stream.section.type");
            if (ping) {
                move(run, "ADVISE in front of PING", main, a, end_of(advise), ping->record.offset, "stream.command.order", NULL);
            }
            if (run->postcopy) {
                drop(run, "ADVISE missing", main, a, end_of(advise), "stream.postcopy.discard-state|stream.postcopy.listen-state", NULL);
            }
            if (advise->record.size == 21) {
                set64(run, "page size summary", main, a + 5, be(at(main, a + 5), 8) | 0x2000, "stream.postcopy.advise-summary");
                set64(run, "page size of ADVISE", main, a + 13, 0x2000, "stream.postcopy.advise-page-size|stream.ram.flags|stream.ram.list-length");
            }
        }
        if (switchover) {
            const guint64 s = switchover->record.offset;

            if (run->configuration && !run->recovery) {
                drop(run, "SWITCHOVER_START missing", main, s, end_of(switchover), "stream.switchover.missing", NULL);
            }
            repeat(run, "SWITCHOVER_START twice", main, s, end_of(switchover), "stream.switchover.twice", NULL);
            move(run, "SWITCHOVER_START first", main, s, end_of(switchover), first, "stream.switchover.place", NULL);
        }
    }
}

void damage_postcopy(Run *run, Chan *main)
{
    const Rec *recs[8], *package = first_of(main, ORA_REC_COMMAND, 7), *listen = first_of(main, ORA_REC_COMMAND, 4);
    const Rec *run_command = first_of(main, ORA_REC_COMMAND, 5);
    guint n = pick(main, ORA_REC_COMMAND, 6, recs, 3);
    guint32 size;

    if (!package || !listen || !run_command) {
        return;
    }
    size = be(at(main, package->record.offset + 5), 4);
    for (guint i = 0; i < n; i++) {
        const guint64 from = recs[i]->record.offset;
        const guint8 name = at(main, from)[6];
        const guint64 range = from + 5 + 2 + name + 1;
        const OraWalker *walker = ora_stream_check_channel(run->check, ORA_CHANNEL_MAIN, 0);
        const char *text = (const char *) at(main, from) + 7;
        g_autofree char *block_name = g_strndup(text, name);
        const OraWalkerBlock *block = ora_walker_block(walker, ora_walker_find_block(walker, block_name));

        set8(run, "DISCARD version", main, from + 5, 1, "stream.postcopy.discard-form");
        set8(run, "DISCARD without zero", main, range - 1, 1, "stream.postcopy.discard-form");
        set8(run, "DISCARD of another block", main, from + 7, '#', "stream.postcopy.discard-block");
        set64(run, "DISCARD not aligned", main, range, be(at(main, range), 8) + 1, "stream.postcopy.discard-range");
        set64(run, "DISCARD of a part of a page", main, range + 8, 64, "stream.postcopy.discard-range");
        set64(run, "DISCARD of nothing", main, range + 8, 0, "stream.postcopy.discard-range");
        set64(run, "DISCARD behind the block", main, range, block->length, "stream.postcopy.discard-range");
        set64(run, "DISCARD past the block", main, range + 8, block->length + block->page_size, "stream.postcopy.discard-range");
        repeat(run, "DISCARD twice", main, from, end_of(recs[i]), "stream.postcopy.discard-order", NULL);
        move(run, "DISCARD behind the package", main, from, end_of(recs[i]), end_of(package) + size,
             "stream.postcopy.discard-state", NULL);
        set16(run, "DISCARD 4 bytes shorter", main, from + 3, recs[i]->record.size - 9, "stream.postcopy.discard-form|stream.section.type");
        if (n > 1 && !run->recovery) {
            drop(run, "DISCARD missing", main, from, end_of(recs[i]),
                 "stream.ram.postcopy-kept|stream.ram.postcopy-undiscarded|stream.postcopy.no-discard", NULL);
        }
    }
    set32(run, "package one longer", main, package->record.offset + 5, size + 1,
          "stream.package.overrun|stream.package.content|stream.package.run|stream.section.type");
    set32(run, "package one shorter", main, package->record.offset + 5, size - 1,
          "stream.package.overrun|stream.package.run");
    set32(run, "empty package", main, package->record.offset + 5, 0, "stream.package.run");
    set32(run, "package above the limit", main, package->record.offset + 5, (16 << 20) + 1, "stream.package.size");
    drop(run, "PACKAGED missing", main, package->record.offset, end_of(package),
         "stream.postcopy.listen-place|stream.postcopy.run-state", NULL);
    {
        guint32 less = GUINT32_TO_BE(size - 5), more = GUINT32_TO_BE(size + 5);
        Edit no_listen[2] = { { package->record.offset + 5, 4, &less, 4 }, { listen->record.offset, 5, "", 0 } };
        Edit no_run[2] = { { package->record.offset + 5, 4, &less, 4 }, { run_command->record.offset, 5, "", 0 } };
        Edit listen_twice[2] = { { package->record.offset + 5, 4, &more, 4 }, { end_of(listen), 0, "\10\0\4\0\0", 5 } };
        Edit run_twice[2] = { { package->record.offset + 5, 4, &more, 4 }, { end_of(run_command), 0, "\10\0\5\0\0", 5 } };
        guint32 ping = GUINT32_TO_BE(size + 9);
        Edit ping42[2] = { { package->record.offset + 5, 4, &ping, 4 }, { run_command->record.offset, 0, "\10\0\2\0\4\0\0\0\102", 9 } };
        Edit nested[2] = { { package->record.offset + 5, 4, &ping, 4 }, { run_command->record.offset, 0, "\10\0\7\0\4\0\0\0\0", 9 } };

        damage(run, "LISTEN missing", main, no_listen, 2, "stream.postcopy.run-state|stream.package.content", NULL);
        damage(run, "RUN missing", main, no_run, 2, "stream.package.run", NULL);
        damage(run, "LISTEN twice", main, listen_twice, 2, "stream.postcopy.listen-state", NULL);
        damage(run, "RUN twice", main, run_twice, 2, "stream.postcopy.run-state|stream.package.content", NULL);
        if (run->release < 1002) {
            damage(run, "PING 0x42 before 10.2", main, ping42, 2, "stream.release.ping-package", NULL);
        }
        damage(run, "package in a package", main, nested, 2, "stream.package.nested", NULL);
    }
    if (n && !run->recovery) {
        const Rec *all[512];
        guint k = pick(main, ORA_REC_COMMAND, 6, all, G_N_ELEMENTS(all));

        drop(run, "no DISCARD at all", main, all[0]->record.offset, end_of(all[k - 1]), "stream.postcopy.no-discard", NULL);
    }
}
