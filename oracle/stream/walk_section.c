/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Sections, footers, commands and packages of the main channel.
 *
 * A device's state has no length of its own. Where the sizes are known (description) they are used; else the footer is
 * searched: 7e and the section's id, and behind it something that may follow a section.
 */
#include "oracle/stream/walker_private.h"

enum { FOOTER_SIZE = 5 };

static void start_payload(OraWalker *w)
{
    const char *idstr = w->rec.idstr;

    w->device_start = w->offset;      /* corrected by the caller: the head is not consumed yet */
    if (strcmp(idstr, "ram") == 0) {
        w->state = W_RAM;
    } else if (strcmp(idstr, "dirty-bitmap") == 0) {
        w->state = W_BITMAP;
    } else if (strcmp(idstr, "block") == 0) {
        w->state = W_BLOCK;
    } else {
        w->state = W_DEVICE;
    }
}

static gsize section_start(OraWalker *w, const guint8 *p, gsize avail)
{
    WalkSection *section, *old;
    guint32 id;
    gsize n, size;

    if (avail < 6) {
        return 0;
    }
    id = ora_be32(p + 1);
    n = p[5];
    size = 6 + n + 8;
    if (n == 0) {
        return ora_walk_break(w, ORA_SR_SECTION_IDSTR, w->offset + 5, avail, "an empty name of section %u", id);
    }
    if (avail < size) {
        return 0;
    }
    if (memchr(p + 6, 0, n)) {
        ora_walk_violation(w, ORA_SR_SECTION_IDSTR, w->offset + 6, "a zero byte inside of the name of section %u", id);
    }
    if (g_hash_table_size(w->sections) >= SECTIONS_MAX) {
        return ora_walk_break(w, ORA_SR_SECTION_COUNT, w->offset, avail, "section number %u", SECTIONS_MAX + 1);
    }
    section = g_new0(WalkSection, 1);
    section->id = id;
    section->idstr = g_strdup(ora_walk_name(w, p + 6, n));
    section->instance = ora_be32(p + 6 + n);
    section->version = ora_be32(p + 10 + n);
    section->type = p[0];
    old = g_hash_table_lookup(w->sections, GUINT_TO_POINTER(id));
    if (old && !w->limit_is_colo && !w->colo) {
        gboolean same = strcmp(old->idstr, section->idstr) == 0 && old->instance == section->instance;

        if (same && old->type == ORA_SECTION_START) {
            ora_walk_violation(w, ORA_SR_SECTION_START_TWICE, w->offset, "a second start of '%s', id %u", old->idstr,
                               id);
        } else {
            ora_walk_violation(w, ORA_SR_SECTION_ID_REUSED, w->offset + 1, "id %u of '%s', which '%s' has already", id,
                               section->idstr, old->idstr);
        }
    }
    w->rec.section_type = p[0];
    w->rec.section_id = id;
    w->rec.instance = section->instance;
    w->rec.version = section->version;
    w->rec.idstr = ora_walk_name(w, p + 6, n);
    g_hash_table_insert(w->sections, GUINT_TO_POINTER(id), section);
    w->section = section;
    start_payload(w);
    ora_walk_emit(w, ORA_REC_SECTION, w->offset, p, size, 0);
    w->device_start = w->offset + size;
    return size;
}

static gsize section_go_on(OraWalker *w, const guint8 *p, gsize avail)
{
    WalkSection *section;
    gboolean again;
    guint32 id;

    if (avail < 5) {
        return 0;
    }
    id = ora_be32(p + 1);
    section = g_hash_table_lookup(w->sections, GUINT_TO_POINTER(id));
    if (!section && w->config.main) {
        /* A recovery goes on with the ids of the first connection. */
        section = g_hash_table_lookup(w->config.main->sections, GUINT_TO_POINTER(id));
        if (section) {
            WalkSection *copy = g_new0(WalkSection, 1);

            *copy = *section;
            copy->idstr = g_strdup(section->idstr);
            g_hash_table_insert(w->sections, GUINT_TO_POINTER(id), copy);
            section = copy;
        }
    }
    if (!section || section->type != ORA_SECTION_START) {
        return ora_walk_break(w, ORA_SR_SECTION_UNKNOWN_ID, w->offset + 1, avail, "SECTION_%s of id %u",
                              ora_grammar_section_name(p[0]), id);
    }
    /* Postcopy of bitmaps alone: ram ends before the package and, empty, once more behind it, as real releases do. */
    again = w->listening && !w->advise_ram && p[0] == ORA_SECTION_END && !section->ended_again;
    section->ended_again = section->ended && again;
    if (section->ended && !w->colo && !again) {
        ora_walk_violation(w, p[0] == ORA_SECTION_END ? ORA_SR_SECTION_END_TWICE : ORA_SR_SECTION_PART_AFTER_END,
                           w->offset, "SECTION_%s of '%s', which has ended", ora_grammar_section_name(p[0]),
                           section->idstr);
    }
    if (p[0] == ORA_SECTION_END) {
        section->ended = TRUE;
    }
    w->section = section;
    w->rec.section_type = p[0];
    w->rec.section_id = id;
    w->rec.instance = section->instance;
    w->rec.version = section->version;
    w->rec.idstr = ora_walk_name(w, (const guint8 *) section->idstr, strlen(section->idstr));
    start_payload(w);
    ora_walk_emit(w, ORA_REC_SECTION, w->offset, p, 5, 0);
    w->device_start = w->offset + 5;
    return 5;
}

static gsize command(OraWalker *w, const guint8 *p, gsize avail)
{
    const OraCommandRow *row;
    guint16 number, length;

    if (avail < 5) {
        return 0;
    }
    number = ora_be16(p + 1);
    length = ora_be16(p + 3);
    row = ora_grammar_command(number, w->config.release);
    if (!row) {
        /* Its length is there, so the walk can go on. */
        if (avail < 5 + (gsize) length) {
            return 0;
        }
        ora_walk_violation(w, ORA_SR_COMMAND_UNKNOWN, w->offset + 1, "command 0x%x, length %u", number, length);
        w->rec.number = number;
        w->rec.name = "?";
        w->rec.value = 0;
        ora_walk_emit(w, ORA_REC_COMMAND, w->offset, p, 5 + length, 0);
        return 5 + length;
    }
    if (row->length != ORA_LENGTH_VARIABLE && row->length != length) {
        /* 3.0 gave number 9 to RECV_BITMAP; without a release the length tells which it is. */
        gboolean old = w->config.release == 0 && number == 9 && length > 0;

        if (number == 9 && length > 0 && !old) {
            return ora_walk_break(w, ORA_SR_RELEASE_RECOVERY_NUMBERS, w->offset + 1, avail, "number 9 with length %u", length);
        }
        if (!old) {
            return ora_walk_break(w, ORA_SR_COMMAND_LENGTH, w->offset + 3, avail, "%s with length %u, not %d",
                                  row->name, length, row->length);
        }
        row = ora_grammar_command(number, 300);
    }
    if (avail < 5 + (gsize) length) {
        return 0;
    }
    w->rec.section_type = 0;
    w->rec.idstr = "";
    w->rec.number = number;
    w->rec.value = length >= 4 ? ora_be32(p + 5) : 0;
    w->rec.name = row->name;
    if (row->command == ORA_CMD_ADVISE && length == 16) {
        guint64 page = ora_be64(p + 13);

        w->advise_ram = TRUE;
        w->advise_summary = ora_be64(p + 5);
        if (w->config.page_size == 0 && page >= ORA_PAGE_MIN && page <= 65536 && (page & (page - 1)) == 0) {
            w->page_size = page;
            w->flag_mask = page - 1;
        }
    } else if (row->command == ORA_CMD_LISTEN) {
        w->postcopy = w->listening = TRUE;
    } else if (row->command == ORA_CMD_ENABLE_COLO && w->config.colo != ORA_TELL_NO) {
        w->colo = TRUE;
    }
    ora_walk_emit(w, ORA_REC_COMMAND, w->offset, p, 5 + length, 0);
    if (row->command == ORA_CMD_PACKAGED) {
        if (w->limited) {
            return ora_walk_break(w, ORA_SR_PACKAGE_NESTED, w->offset, avail, "PACKAGED of %u bytes", w->rec.value);
        }
        if (w->rec.value > w->config.package_size_max) {
            return ora_walk_break(w, ORA_SR_PACKAGE_SIZE, w->offset + 5, avail, "%u bytes", w->rec.value);
        }
        w->limited = TRUE;
        w->limit = w->offset + 9 + w->rec.value;
        w->rec.depth = 1;
    }
    return 5 + length;
}

gsize ora_walk_section(OraWalker *w, const guint8 *p, gsize avail)
{
    switch (p[0]) {
    case ORA_SECTION_EOF:
        w->rec.section_type = 0;
        w->rec.idstr = "";
        ora_walk_emit(w, ORA_REC_EOF, w->offset, p, 1, 0);
        if (w->limited) {
            /* The end of a COLO state; in a package it is as good as RUN. The limit takes it from here. */
            w->state = W_SECTION;
            return 1;
        }
        w->ended = TRUE;
        /* The RAM of a COLO checkpoint has no description behind it. */
        w->state = w->colo_ram ? W_COLO : W_AFTER_EOF;
        return 1;
    case ORA_SECTION_START:
    case ORA_SECTION_FULL:
        return section_start(w, p, avail);
    case ORA_SECTION_PART:
    case ORA_SECTION_END:
        return section_go_on(w, p, avail);
    case ORA_SECTION_COMMAND:
        return command(w, p, avail);
    case ORA_SECTION_FOOTER:
        if (w->footers == ORA_TELL_NO) {
            if (avail < FOOTER_SIZE) {
                return 0;
            }
            if (w->section && ora_be32(p + 1) == w->section->id) {
                ora_walk_violation(w, ORA_SR_FOOTER_UNEXPECTED, w->offset, "7e and id %u", ora_be32(p + 1));
                return FOOTER_SIZE;
            }
        }
        break;
    default:
        break;
    }
    return ora_walk_break(w, ORA_SR_SECTION_TYPE, w->offset, avail, "byte %02x", p[0]);
}

void ora_walk_section_done(OraWalker *w)
{
    w->state = w->footers == ORA_TELL_NO ? W_SECTION : W_FOOTER;
}

/* Can what stands at p follow a section? 1 yes, 0 no, -1 more bytes are needed. */
static int may_follow(OraWalker *w, const guint8 *p, gsize avail, gboolean last)
{
    if (avail == 0) {
        return last ? 1 : -1;
    }
    switch (p[0]) {
    case ORA_SECTION_EOF:
        /* Behind 00 comes the description, a message of COLO or nothing. */
        if (w->limited || avail > 1) {
            return avail == 1 || p[1] == ORA_SECTION_DESCRIPTION || (w->colo && p[1] == 0);
        }
        return last ? 1 : -1;
    case ORA_SECTION_PART:
    case ORA_SECTION_END:
        if (avail < 5) {
            return last ? 0 : -1;
        }
        return g_hash_table_contains(w->sections, GUINT_TO_POINTER(ora_be32(p + 1)));
    case ORA_SECTION_FOOTER:
        /* A footer twice: what is wrong is the second one. */
        if (avail < FOOTER_SIZE) {
            return last ? 0 : -1;
        }
        return ora_be32(p + 1) == w->section->id;
    case ORA_SECTION_START:
    case ORA_SECTION_FULL:
        if (avail < 6 || avail < 6 + (gsize) p[5] + 8) {
            return last ? 0 : -1;
        }
        for (guint i = 0; i < p[5]; i++) {
            if (p[6 + i] <= 0x20 || p[6 + i] >= 0x7f) {
                return 0;
            }
        }
        return p[5] > 0;
    case ORA_SECTION_COMMAND: {
        const OraCommandRow *row;

        if (avail < 5) {
            return last ? 0 : -1;
        }
        row = ora_grammar_command(ora_be16(p + 1), w->config.release);
        return row && (row->length == ORA_LENGTH_VARIABLE || row->length == ora_be16(p + 3));
    }
    default:
        return 0;
    }
}

static const struct {
    const char *name;
    guint32 version;
    guint64 size;
} constant_sizes[] = {
    { "timer", 2, 24 },
    { "globalstate", 1, 104 },
};

/* The size of the present device, if somebody knows it. */
static gboolean known_size(OraWalker *w, guint64 *ret_size)
{
    const OraDeviceSize *sizes = w->config.device_sizes;

    /* Those that may be used more than once stand first. The others come in order; a few may be missing in the stream. */
    for (gsize i = 0; i < w->n_repeat; i++) {
        if (strcmp(sizes[i].name, w->section->idstr) == 0 &&
            (sizes[i].instance < 0 || (guint32) sizes[i].instance == w->section->instance)) {
            *ret_size = sizes[i].size;
            return TRUE;
        }
    }
    for (gsize i = MAX(w->next_device, w->n_repeat), n = 0; i < w->config.n_device_sizes && n < DEVICES_AHEAD; i++, n++) {
        if (strcmp(sizes[i].name, w->section->idstr) == 0 &&
            (sizes[i].instance < 0 || (guint32) sizes[i].instance == w->section->instance)) {
            *ret_size = sizes[i].size;
            w->next_device = i + 1;
            return !sizes[i].unsure;
        }
    }
    /* Two that never changed in length. globalstate is the last: with it known, the end of a live stream needs no bytes
     * behind it to be seen. */
    for (gsize i = 0; i < G_N_ELEMENTS(constant_sizes); i++) {
        if (strcmp(constant_sizes[i].name, w->section->idstr) == 0 && w->section->version == constant_sizes[i].version) {
            *ret_size = constant_sizes[i].size;
            return TRUE;
        }
    }
    return FALSE;
}

gsize ora_walk_device(OraWalker *w, const guint8 *p, gsize avail)
{
    guint64 size;

    if (w->section->type == ORA_SECTION_FULL && known_size(w, &size)) {
        ora_walk_section_done(w);
        ora_walk_emit(w, ORA_REC_DEVICE_STATE, w->offset, p, 0, size);
        w->body_left = size;
        return 0;
    }
    if (w->footers == ORA_TELL_NO) {
        return ora_walk_break(w, ORA_SR_DEVICE_LENGTH, w->offset, avail, "'%s' without footer and without description",
                              w->section->idstr);
    }
    w->footers = ORA_TELL_YES;
    w->device_start = w->offset;
    w->footer_candidate = 0;
    w->state = W_DEVICE_SEARCH;
    return 0;
}

gsize ora_walk_device_search(OraWalker *w, const guint8 *p, gsize avail, gboolean last)
{
    gsize pos = 0;

    w->rec.kind = ORA_REC_DEVICE_STATE;
    w->rec.offset = w->device_start;
    while (pos < avail) {
        const guint8 *hit = memchr(p + pos, ORA_SECTION_FOOTER, avail - pos);
        int follows;

        if (!hit) {
            pos = avail;
            break;
        }
        pos = hit - p;
        if (avail - pos < FOOTER_SIZE) {
            if (last) {
                pos = avail;
            }
            break;
        }
        if (ora_be32(hit + 1) != w->section->id) {
            pos++;
            continue;
        }
        follows = may_follow(w, hit + FOOTER_SIZE, avail - pos - FOOTER_SIZE, last);
        if (follows < 0) {
            break;
        }
        if (follows) {
            if (pos) {
                break;               /* the bytes in front first, as body */
            }
            ora_walk_emit(w, ORA_REC_DEVICE_STATE, w->device_start, NULL, 0, w->offset - w->device_start);
            w->state = W_FOOTER;
            return 0;
        }
        if (!w->footer_candidate) {
            w->footer_candidate = 1 + w->offset + pos;
        }
        pos++;
    }
    if (pos && w->sink.body) {
        w->sink.body(w->sink.user, &w->rec, p, pos);
    }
    return pos;
}

gsize ora_walk_footer(OraWalker *w, const guint8 *p, gsize avail, gboolean last)
{
    if (p[0] != ORA_SECTION_FOOTER) {
        gboolean section = p[0] <= ORA_SECTION_FULL || p[0] == ORA_SECTION_COMMAND;

        if (section && w->footers == ORA_TELL_LOOK && !w->configuration) {
            w->footers = ORA_TELL_NO;
            w->state = W_SECTION;
            return 0;
        }
        if (!section) {
            return ora_walk_break(w, ORA_SR_FOOTER_MISSING, w->offset, avail, "byte %02x behind '%s'", p[0],
                                  w->section->idstr);
        }
        ora_walk_violation(w, ORA_SR_FOOTER_MISSING, w->offset, "byte %02x behind '%s'", p[0], w->section->idstr);
        w->state = W_SECTION;
        return 0;
    }
    if (avail < FOOTER_SIZE) {
        return 0;
    }
    w->footers = ORA_TELL_YES;
    if (ora_be32(p + 1) != w->section->id) {
        ora_walk_violation(w, ORA_SR_FOOTER_ID, w->offset + 1, "id %u behind '%s', which has id %u", ora_be32(p + 1),
                           w->section->idstr, w->section->id);
    }
    w->state = W_SECTION;
    ora_walk_emit(w, ORA_REC_FOOTER, w->offset, p, FOOTER_SIZE, 0);
    return FOOTER_SIZE;
}
