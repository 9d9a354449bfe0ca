/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Recorded streams damaged by rule: one length, flag, offset, order, record, cut or foreign element at a time. Each damage
 * says which rules may name it (any of them must), or why nothing is to be found. MIGLAB_CAPTURES names another folder of
 * captures; every seventh damage is tried, MIGLAB_DAMAGES=all tries all, MIGLAB_DAMAGES=list also prints each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "oracle/stream/grammar.h"
#include "sim/stream/check.h"

typedef struct {
    OraStreamRecord record;       /* head is of no use later */
    guint section;                /* index + 1 of the section around it */
} Rec;

typedef struct {
    guint8 type;
    const char *idstr;
    guint32 id;
    guint depth;
    guint64 start, end;           /* head to behind the footer */
    guint first, last;            /* records */
    guint pages, flushes;
} Sec;

typedef struct {
    const SimStreamChannel *file;
    guint64 base;
    GArray *recs;                 /* Rec */
    GArray *secs;                 /* Sec */
} Chan;

typedef struct {
    SimStreamSet *set;
    OraStreamCheck *check;        /* of the undamaged streams; keeps the strings */
    int release;
    GPtrArray *chans;             /* Chan, as in set */
    gboolean postcopy, multifd, mapped, colo, recovery, has_rp, precopy, footers, description, configuration;
    gboolean list, snapshot;
    Chan *main;
    guint64 package, package_size;        /* offset of the command, bytes of its content; 0: none */
    guint done, found, nothing, wrong;
    guint counter, stride;
} Run;

typedef struct { guint64 at, del; const void *ins; gsize n; } Edit;

static Chan *chan(Run *run, const char *name)
{
    for (guint i = 0; i < run->chans->len; i++) {
        Chan *each = g_ptr_array_index(run->chans, i);

        if (strcmp(each->file->name, name) == 0) {
            return each;
        }
    }
    return NULL;
}

static gboolean named(const char *expected, const char *id)
{
    g_auto(GStrv) ids = g_strsplit(expected, "|", -1);

    return g_strv_contains((const char *const *) ids, id);
}

/* Applies the edits (ascending, apart) to one channel and checks everything again. expected NULL: nothing may be found, why
 * says why. */
static void damage(Run *run, const char *what, Chan *where, const Edit *edits, guint n_edits, const char *expected,
                   const char *why)
{
    g_autoptr(GByteArray) bytes = g_byte_array_sized_new(where->file->size + 65536);
    g_autoptr(GPtrArray) channels = g_ptr_array_new();
    g_autoptr(OraStreamCheck) check = NULL;
    g_autoptr(GError) error = NULL;
    SimStreamSet set = *run->set;
    SimStreamChannel changed = *where->file;
    GString *text = g_string_new(NULL);
    guint64 at = 0;
    gboolean found = FALSE, any = FALSE;

    /* By default a part of them, another part of each capture: the whole takes a minute. */
    if (run->counter++ % run->stride) {
        g_string_free(text, TRUE);
        return;
    }
    run->done++;

    for (guint i = 0; i < n_edits; i++) {
        if (edits[i].at < at || edits[i].at + edits[i].del > where->file->size) {
            print_message("%s: %s cannot be made\n", run->set->title, what);
            g_string_free(text, TRUE);
            return;
        }
        g_byte_array_append(bytes, where->file->data + at, edits[i].at - at);
        g_byte_array_append(bytes, edits[i].ins, edits[i].n);
        at = edits[i].at + edits[i].del;
    }
    g_byte_array_append(bytes, where->file->data + at, where->file->size - at);
    if (where == run->main && run->package) {
        /* What grows or shrinks inside of the package changes its length; that is not the damage. */
        const guint64 from = run->package + 9, to = from + run->package_size;
        gint64 more = 0;
        gboolean touched = FALSE;

        for (guint i = 0; i < n_edits; i++) {
            touched |= edits[i].at + edits[i].del > run->package && edits[i].at < from;
            if (edits[i].at >= from && edits[i].at + edits[i].del <= to && (edits[i].at < to || edits[i].del)) {
                more += (gint64) edits[i].n - (gint64) edits[i].del;
            }
        }
        if (!touched && more) {
            guint64 place = run->package + 5;
            guint32 size = GUINT32_TO_BE(run->package_size + more);

            for (guint i = 0; i < n_edits; i++) {
                place += edits[i].at < run->package ? edits[i].n - edits[i].del : 0;
            }
            memcpy(bytes->data + place, &size, 4);
        }
    }
    changed.data = bytes->data ? bytes->data : (const guint8 *) "";
    changed.size = bytes->len;
    for (guint i = 0; i < run->set->channels->len; i++) {
        SimStreamChannel *each = g_ptr_array_index(run->set->channels, i);

        g_ptr_array_add(channels, each == where->file ? &changed : each);
    }
    set.channels = channels;
    check = sim_stream_check_set(&set, run->release, run->set->options.partial, FALSE, &error);
    if (!check) {
        g_string_append(text, "no stream");
        found = expected && named(expected, "no-stream");
        any = TRUE;
    } else {
        const GPtrArray *findings = ora_stream_check_findings(check);

        for (guint i = 0; i < findings->len; i++) {
            const OraStreamFinding *finding = g_ptr_array_index(findings, i);
            const char *id = ora_stream_rule(finding->rule)->id;
            const GPtrArray *before = ora_stream_check_findings(run->check);
            gboolean old = FALSE;

            /* What the undamaged stream has too (isa-ide twice) does not count. */
            for (guint k = 0; k < before->len; k++) {
                old |= ((OraStreamFinding *) g_ptr_array_index(before, k))->rule == finding->rule &&
                       finding->grade != ORA_GRADE_FAIL && !(expected && named(expected, id));
            }
            if (old) {
                continue;
            }
            any = TRUE;
            found |= expected && named(expected, id);
            if (text->len < 300) {
                g_string_append_printf(text, " %s@%s+%d", id, ora_stream_channel_name(finding->channel), (int) finding->offset);
            }
        }
    }
    if (expected ? found : !any) {
        run->found += expected != NULL;
        run->nothing += expected == NULL;
        if (run->list) {
            print_message("%s: %s:%s\n", run->set->title, what, expected ? text->str : why);
        }
    } else {
        run->wrong++;
        print_message("%s: %s on %s at %d: expected %s, found:%s\n", run->set->title, what, where->file->name,
                      n_edits ? (int) edits[0].at : 0, expected ? expected : "nothing", text->len ? text->str : " nothing");
    }
    g_string_free(text, TRUE);
}

static void set_bytes(Run *run, const char *what, Chan *where, guint64 at, const void *value, gsize n, const char *expected,
                      const char *why)
{
    Edit edit = { at, n, value, n };

    if (at + n <= where->file->size) {
        damage(run, what, where, &edit, 1, expected, why);
    }
}

static void set8(Run *run, const char *what, Chan *where, guint64 at, guint8 value, const char *expected)
{
    set_bytes(run, what, where, at, &value, 1, expected, NULL);
}

static void set16(Run *run, const char *what, Chan *where, guint64 at, guint16 value, const char *expected)
{
    value = GUINT16_TO_BE(value);
    set_bytes(run, what, where, at, &value, 2, expected, NULL);
}

static void set32(Run *run, const char *what, Chan *where, guint64 at, guint32 value, const char *expected)
{
    value = GUINT32_TO_BE(value);
    set_bytes(run, what, where, at, &value, 4, expected, NULL);
}

static void set64(Run *run, const char *what, Chan *where, guint64 at, guint64 value, const char *expected)
{
    value = GUINT64_TO_BE(value);
    set_bytes(run, what, where, at, &value, 8, expected, NULL);
}

static void drop(Run *run, const char *what, Chan *where, guint64 from, guint64 to, const char *expected, const char *why)
{
    Edit edit = { from, to - from, "", 0 };

    damage(run, what, where, &edit, 1, expected, why);
}

static void insert(Run *run, const char *what, Chan *where, guint64 at, const void *bytes, gsize n, const char *expected,
                   const char *why)
{
    Edit edit = { at, 0, bytes, n };

    damage(run, what, where, &edit, 1, expected, why);
}

static void repeat(Run *run, const char *what, Chan *where, guint64 from, guint64 to, const char *expected, const char *why)
{
    insert(run, what, where, to, where->file->data + from, to - from, expected, why);
}

/* [from, to) goes to before at, which lies behind it (or in front of it). */
static void move(Run *run, const char *what, Chan *where, guint64 from, guint64 to, guint64 at, const char *expected,
                 const char *why)
{
    Edit edits[2] = { { from, to - from, "", 0 }, { at, 0, where->file->data + from, to - from } };

    if (at < from) {
        Edit first = edits[1];

        edits[1] = edits[0];
        edits[0] = first;
    } else if (at < to) {
        return;
    }
    damage(run, what, where, edits, 2, expected, why);
}

static void cut(Run *run, const char *what, Chan *where, guint64 at, const char *expected, const char *why)
{
    drop(run, what, where, at, where->file->size, expected, why);
}

static guint64 be(const guint8 *p, guint n)
{
    guint64 value = 0;

    while (n--) {
        value = value << 8 | *p++;
    }
    return value;
}

static const guint8 *at(const Chan *where, guint64 offset)
{
    return where->file->data + offset;
}

/* Records of a kind (or, for commands, a number): the first, one in the middle, the last. */
static guint pick(const Chan *where, OraStreamKind kind, guint number, const Rec **ret, guint most)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    guint n = 0;

    for (guint i = 0; i < where->recs->len; i++) {
        const Rec *rec = &g_array_index(where->recs, Rec, i);

        if (rec->record.kind == kind && (number == 0 || rec->record.number == number)) {
            g_ptr_array_add(all, (gpointer) rec);
        }
    }
    for (guint k = 0; k < most && k < all->len; k++) {
        guint index = most == 1 ? 0 : (guint64) k * (all->len - 1) / (MIN(most, all->len) > 1 ? MIN(most, all->len) - 1 : 1);

        if (n && ret[n - 1] == g_ptr_array_index(all, index)) {
            continue;
        }
        ret[n++] = g_ptr_array_index(all, index);
    }
    return n;
}

static const Rec *first_of(const Chan *where, OraStreamKind kind, guint number)
{
    const Rec *rec;

    return pick(where, kind, number, &rec, 1) ? rec : NULL;
}

static guint64 end_of(const Rec *rec)
{
    return rec->record.offset + rec->record.size;
}

/* ---- the frame of main ---- */

/* Without footers a damaged description leaves no way to find the ends of devices. */
#define LOST(id) (run->footers ? id : id "|stream.device.length")

static void framing(Run *run, Chan *main)
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

static void sections(Run *run, Chan *main)
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

static void commands(Run *run, Chan *main)
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

static void postcopy(Run *run, Chan *main)
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

/* ---- RAM ---- */

static void ram_list(Run *run, Chan *main)
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

static void pages(Run *run, Chan *where)
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

static void lost_pages(Run *run, Chan *main)
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

static void mapped(Run *run, Chan *main)
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

static void dirty_bitmaps(Run *run, Chan *main)
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

static void block_records(Run *run, Chan *main)
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

/* ---- multifd ---- */

static void multifd(Run *run, Chan *where, Chan *main)
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

static void return_path(Run *run, Chan *where)
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

static void recovery(Run *run, Chan *where)
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

static void colo(Run *run, Chan *where)
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

/* ---- load and run ---- */

static Chan *loading_chan;
static Run *loading;

static void remember(void *user, const OraStreamRecord *record)
{
    Chan *where = NULL;
    Rec rec = { .record = *record };
    char name[32];

    if (record->channel == ORA_CHANNEL_MULTIFD) {
        g_snprintf(name, sizeof name, "multifd%u", record->channel_index);
    } else {
        g_strlcpy(name, ora_stream_channel_name(record->channel), sizeof name);
    }
    where = loading_chan && strcmp(loading_chan->file->name, name) == 0 ? loading_chan : chan(loading, name);
    loading_chan = where;
    if (record->kind == ORA_REC_SECTION) {
        Sec sec = { record->section_type, record->idstr, record->section_id, record->depth, record->offset, 0,
                    where->recs->len, 0, 0, 0 };

        g_array_append_val(where->secs, sec);
    }
    if (where->secs->len && (record->section_type || record->kind == ORA_REC_SECTION)) {
        Sec *sec = &g_array_index(where->secs, Sec, where->secs->len - 1);

        rec.section = where->secs->len;
        sec->last = where->recs->len;
        sec->end = MAX(sec->end, record->offset + record->size);
        sec->flushes += record->kind == ORA_REC_RAM_FLUSH;
        sec->pages += record->kind >= ORA_REC_RAM_ZERO && record->kind <= ORA_REC_RAM_COMPRESS;
    }
    g_array_append_val(where->recs, rec);
}

static void free_chan(gpointer data)
{
    Chan *where = data;

    g_array_unref(where->recs);
    g_array_unref(where->secs);
    g_free(where);
}

/* The same as sim_stream_check_set(), but with the records kept. */
static gboolean load(Run *run, const char *path)
{
    g_autoptr(GError) error = NULL;
    char *args[2] = { (char *) path, NULL };

    run->set = sim_stream_set_open(args, &error);
    if (!run->set) {
        print_message("%s\n", error->message);
        return FALSE;
    }
    run->release = ora_release_parse(run->set->options.profile ? run->set->options.profile : "");
    run->chans = g_ptr_array_new_with_free_func(free_chan);
    for (guint i = 0; i < run->set->channels->len; i++) {
        Chan *where = g_new0(Chan, 1);

        where->file = g_ptr_array_index(run->set->channels, i);
        where->recs = g_array_new(FALSE, FALSE, sizeof(Rec));
        where->secs = g_array_new(FALSE, FALSE, sizeof(Sec));
        if (strcmp(where->file->name, "main") == 0) {
            where->base = run->set->options.offset;
        }
        g_ptr_array_add(run->chans, where);
    }
    loading = run;
    loading_chan = NULL;
    run->check = sim_stream_check_set_watched(run->set, run->release, run->set->options.partial, FALSE, remember, NULL, &error);
    if (!run->check) {
        print_message("%s: %s\n", path, error->message);
        return FALSE;
    }
    return TRUE;
}

static void unload(Run *run)
{
    g_clear_pointer(&run->chans, g_ptr_array_unref);
    g_clear_pointer(&run->check, ora_stream_check_free);
    g_clear_pointer(&run->set, sim_stream_set_free);
}

static const char *folder(void)
{
    const char *other = g_getenv("MIGLAB_CAPTURES");

    return other ? other : MIGLAB_SOURCE_DIR "/scenarios/captures";
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *captures(void)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder(), 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, ".json")) {
            g_ptr_array_add(paths, g_build_filename(folder(), name, NULL));
        }
    }
    g_ptr_array_sort(paths, by_name);
    return paths;
}

static void recorded_streams_are_clean(void **state)
{
    g_autoptr(GPtrArray) paths = captures();
    guint clean = 0;

    (void) state;
    assert_true(paths->len >= 50);
    for (guint i = 0; i < paths->len; i++) {
        /* With the release told, and with it found by looking. */
        for (guint told = 0; told < 2; told++) {
            g_autoptr(GError) error = NULL;
            char *args[2] = { g_ptr_array_index(paths, i), NULL };
            g_autoptr(SimStreamSet) set = sim_stream_set_open(args, &error);
            g_autoptr(OraStreamCheck) check = NULL;
            const GPtrArray *findings;

            assert_non_null(set);
            check = sim_stream_check_set(set, told ? ora_release_parse(set->options.profile) : 0, set->options.partial, FALSE, &error);
            assert_non_null(check);
            findings = ora_stream_check_findings(check);
            for (guint k = 0; k < findings->len; k++) {
                const OraStreamFinding *finding = g_ptr_array_index(findings, k);

                if (finding->grade == ORA_GRADE_FAIL) {
                    print_message("%s: %s at %d: %s\n", set->title, ora_stream_rule(finding->rule)->id, (int) finding->offset,
                                  finding->read);
                }
                assert_true(finding->grade != ORA_GRADE_FAIL);
            }
            clean++;
        }
    }
    print_message("%u checks without a finding\n", clean);
}

static void every_damage_is_found(void **state)
{
    g_autoptr(GPtrArray) paths = captures();
    guint done = 0, found = 0, nothing = 0, wrong = 0;

    (void) state;
    for (guint i = 0; i < paths->len; i++) {
        const char *which = g_getenv("MIGLAB_DAMAGES");
        Run run = { .list = g_strcmp0(which, "list") == 0, .stride = which ? 1 : 7, .counter = i };
        Chan *main, *rp;
        const OraWalker *walker;

        assert_true(load(&run, g_ptr_array_index(paths, i)));
        main = chan(&run, "main");
        rp = chan(&run, "rp");
        walker = ora_stream_check_channel(run.check, ORA_CHANNEL_MAIN, 0);
        run.postcopy = ora_walker_postcopy(walker);
        run.multifd = chan(&run, "multifd0") != NULL;
        run.mapped = ora_walker_mapped_ram(walker);
        run.colo = run.set->options.colo;
        run.recovery = chan(&run, "main-2") != NULL;
        run.has_rp = rp != NULL || first_of(main, ORA_REC_COMMAND, 1);
        run.main = main;
        run.configuration = ora_walker_has_configuration(walker);
        run.snapshot = strstr(run.set->title, "snapshot") != NULL;
        run.set->options.page_size = ora_walker_page_size(walker);
        if (first_of(main, ORA_REC_COMMAND, 7)) {
            run.package = first_of(main, ORA_REC_COMMAND, 7)->record.offset;
            run.package_size = first_of(main, ORA_REC_COMMAND, 7)->record.value;
        }
        run.footers = ora_walker_has_footers(walker);
        run.description = first_of(main, ORA_REC_DESCRIPTION, 0) != NULL;
        framing(&run, main);
        sections(&run, main);
        commands(&run, main);
        ram_list(&run, main);
        dirty_bitmaps(&run, main);
        block_records(&run, main);
        if (run.postcopy) {
            postcopy(&run, main);
        }
        pages(&run, main);
        lost_pages(&run, main);
        if (run.mapped) {
            mapped(&run, main);
        }
        if (chan(&run, "preempt")) {
            pages(&run, chan(&run, "preempt"));
        }
        if (run.recovery) {
            recovery(&run, chan(&run, "main-2"));
            pages(&run, chan(&run, "main-2"));
            return_path(&run, chan(&run, "rp-2"));
        }
        if (run.multifd) {
            multifd(&run, chan(&run, "multifd0"), main);
            multifd(&run, chan(&run, "multifd1"), main);
        }
        if (rp) {
            return_path(&run, rp);
            colo(&run, rp);
        }
        if (run.colo) {
            colo(&run, main);
        }
        done += run.done;
        found += run.found;
        nothing += run.nothing;
        wrong += run.wrong;
        unload(&run);
    }
    print_message("%u damages: %u found with the right rule, %u that change nothing, %u wrong\n", done, found, nothing, wrong);
    assert_int_equal(wrong, 0);
    assert_true(found >= 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_streams_are_clean),
        cmocka_unit_test(every_damage_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
