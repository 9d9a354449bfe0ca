/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/stream/moment.h"

#include <string.h>

#include "oracle/stream/grammar.h"

G_DEFINE_QUARK(ora-moment-error-quark, ora_moment_error)

static const struct {
    const char *text;
    OraMomentWhat what;
    OraStreamKind kind;
    guint8 section_type;
    guint number;
    OraStreamChannel channel;
    gboolean value;                  /* a number may follow */
} elements[] = {
    { "header", ORA_MOMENT_RECORD, ORA_REC_HEADER, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "configuration", ORA_MOMENT_RECORD, ORA_REC_CONFIGURATION, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "description", ORA_MOMENT_RECORD, ORA_REC_DESCRIPTION, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "eof", ORA_MOMENT_RECORD, ORA_REC_EOF, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "section_start", ORA_MOMENT_SECTION, ORA_REC_SECTION, ORA_SECTION_START, 0, ORA_CHANNEL_MAIN, FALSE },
    { "section_part", ORA_MOMENT_SECTION, ORA_REC_SECTION, ORA_SECTION_PART, 0, ORA_CHANNEL_MAIN, FALSE },
    { "section_end", ORA_MOMENT_SECTION, ORA_REC_SECTION, ORA_SECTION_END, 0, ORA_CHANNEL_MAIN, FALSE },
    { "section_full", ORA_MOMENT_SECTION, ORA_REC_SECTION, ORA_SECTION_FULL, 0, ORA_CHANNEL_MAIN, FALSE },
    { "package end", ORA_MOMENT_RECORD, ORA_REC_PACKAGE_END, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "block list", ORA_MOMENT_RECORD, ORA_REC_RAM_LIST, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "page", ORA_MOMENT_ANY_PAGE, ORA_REC_RAM_PAGE, 0, 0, ORA_CHANNEL_MAIN, TRUE },
    { "normal page", ORA_MOMENT_RECORD, ORA_REC_RAM_PAGE, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "zero page", ORA_MOMENT_RECORD, ORA_REC_RAM_ZERO, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "xbzrle page", ORA_MOMENT_RECORD, ORA_REC_RAM_XBZRLE, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "compressed page", ORA_MOMENT_RECORD, ORA_REC_RAM_COMPRESS, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "eos", ORA_MOMENT_RECORD, ORA_REC_RAM_EOS, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "flush", ORA_MOMENT_RECORD, ORA_REC_RAM_FLUSH, 0, 0, ORA_CHANNEL_MAIN, FALSE },
    { "multifd hello", ORA_MOMENT_RECORD, ORA_REC_MULTIFD_HELLO, 0, 0, ORA_CHANNEL_MULTIFD, FALSE },
    { "multifd packet", ORA_MOMENT_RECORD, ORA_REC_MULTIFD_PACKET, 0, 0, ORA_CHANNEL_MULTIFD, FALSE },
    { "multifd sync", ORA_MOMENT_MULTIFD_SYNC, ORA_REC_MULTIFD_PACKET, 0, 0, ORA_CHANNEL_MULTIFD, FALSE },
    { "colo message", ORA_MOMENT_RECORD, ORA_REC_COLO, 0, 0, ORA_CHANNEL_MAIN, TRUE },
    { "recv_bitmap message", ORA_MOMENT_RP, ORA_REC_RP_MESSAGE, 0, ORA_RP_RECV_BITMAP, ORA_CHANNEL_RP_2, FALSE },
    { "req_pages_id", ORA_MOMENT_RP, ORA_REC_RP_MESSAGE, 0, ORA_RP_REQ_PAGES_ID, ORA_CHANNEL_RP, FALSE },
    { "req_pages", ORA_MOMENT_RP, ORA_REC_RP_MESSAGE, 0, ORA_RP_REQ_PAGES, ORA_CHANNEL_RP, FALSE },
    { "shut", ORA_MOMENT_RP, ORA_REC_RP_MESSAGE, 0, ORA_RP_SHUT, ORA_CHANNEL_RP, TRUE },
    { "pong", ORA_MOMENT_RP, ORA_REC_RP_MESSAGE, 0, ORA_RP_PONG, ORA_CHANNEL_RP, TRUE },
    { "resume_ack", ORA_MOMENT_RP, ORA_REC_RP_MESSAGE, 0, ORA_RP_RESUME_ACK, ORA_CHANNEL_RP_2, FALSE },
    { "switchover_ack", ORA_MOMENT_RP, ORA_REC_RP_MESSAGE, 0, ORA_RP_SWITCHOVER_ACK, ORA_CHANNEL_RP, FALSE },
};

static void skip_blanks(const char **p)
{
    while (**p == ' ') {
        (*p)++;
    }
}

/* word and nothing that would go on with it */
static gboolean take_word(const char **p, const char *word)
{
    gsize n = strlen(word);

    if (g_ascii_strncasecmp(*p, word, n) != 0 || g_ascii_isalnum((*p)[n]) || (*p)[n] == '_') {
        return FALSE;
    }
    *p += n;
    skip_blanks(p);
    return TRUE;
}

/* Decimal, or hexadecimal with 0x. */
static gboolean take_number(const char **p, guint64 *ret_value)
{
    char *end;
    guint64 value;

    if (!g_ascii_isdigit(**p)) {
        return FALSE;
    }
    value = g_ascii_strtoull(*p, &end, (*p)[0] == '0' && ((*p)[1] | 32) == 'x' ? 16 : 10);
    *p = end;
    *ret_value = value;
    return TRUE;
}

static gboolean take_unit(const char **p, guint64 *value)
{
    static const struct { const char *name; guint64 factor; } units[] = {
        { "bytes", 1 }, { "byte", 1 }, { "KiB", 1 << 10 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 },
        { "KB", 1000 }, { "MB", 1000000 }, { "GB", 1000000000 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (take_word(p, units[i].name)) {
            if (*value > G_MAXUINT64 / units[i].factor) {
                return FALSE;
            }
            *value *= units[i].factor;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean take_channel(const char **p, OraMoment *moment)
{
    /* Longer names first: main-2 begins with main. */
    static const struct { const char *name; OraStreamChannel channel; } channels[] = {
        { "main-2", ORA_CHANNEL_MAIN_2 }, { "main", ORA_CHANNEL_MAIN },       { "rp-2", ORA_CHANNEL_RP_2 },
        { "rp", ORA_CHANNEL_RP },         { "preempt", ORA_CHANNEL_PREEMPT }, { "multifd", ORA_CHANNEL_MULTIFD },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(channels); i++) {
        if (take_word(p, channels[i].name)) {
            moment->channel = channels[i].channel;
            return TRUE;
        }
    }
    return FALSE;
}

/* What of, on which channel; then nothing more. */
static gboolean parse_tail(const char *text, const char *p, OraMoment *moment, GError **error)
{
    if (take_word(&p, "of")) {
        gsize n = strcspn(p, " ");

        if (n == 0 || n >= sizeof moment->name) {
            g_set_error(error, ORA_MOMENT_ERROR, ORA_MOMENT_ERROR_SYNTAX, "'%s': a name must stand behind 'of'", text);
            return FALSE;
        }
        memcpy(moment->name, p, n);
        p += n;
        skip_blanks(&p);
    }
    if (take_word(&p, "on") && !take_channel(&p, moment)) {
        g_set_error(error, ORA_MOMENT_ERROR, ORA_MOMENT_ERROR_SYNTAX,
                    "'%s': a channel must stand behind 'on': main, main-2, rp, rp-2, preempt or multifd", text);
        return FALSE;
    }
    if (*p) {
        g_set_error(error, ORA_MOMENT_ERROR, ORA_MOMENT_ERROR_SYNTAX, "'%s': '%s' is not understood", text, p);
        return FALSE;
    }
    return TRUE;
}

gboolean ora_moment_parse(const char *text, OraMoment *ret_moment, GError **error)
{
    OraMoment moment = { .nth = 1, .channel = ORA_CHANNEL_MAIN };
    const char *p = text;
    const OraCommandRow *row = NULL;
    guint64 number;

    skip_blanks(&p);
    if (take_word(&p, "before")) {
        moment.before = TRUE;
    } else {
        (void) take_word(&p, "after");   /* the default */
    }
    (void) take_word(&p, "the");         /* an article, for the reader */
    if (take_word(&p, "first")) {
        moment.nth = 1;
    } else if (take_number(&p, &number)) {
        if (take_word(&p, "st") || take_word(&p, "nd") || take_word(&p, "rd") || take_word(&p, "th")) {
            if (number == 0 || number > G_MAXUINT) {
                g_set_error(error, ORA_MOMENT_ERROR, ORA_MOMENT_ERROR_SYNTAX, "'%s': counting begins with 1st", text);
                return FALSE;
            }
            moment.nth = number;
        } else {
            skip_blanks(&p);
            if (!take_unit(&p, &number)) {
                g_set_error(error, ORA_MOMENT_ERROR, ORA_MOMENT_ERROR_SYNTAX,
                            "'%s': behind a number comes st, nd, rd, th or a unit: bytes, KiB, MiB, GiB", text);
                return FALSE;
            }
            moment.what = ORA_MOMENT_BYTE;
            moment.value = number;
            moment.before = TRUE;
            goto tail;
        }
    }
    if (take_word(&p, "byte")) {
        if (!take_number(&p, &moment.value)) {
            g_set_error(error, ORA_MOMENT_ERROR, ORA_MOMENT_ERROR_SYNTAX, "'%s': byte which?", text);
            return FALSE;
        }
        skip_blanks(&p);
        moment.what = ORA_MOMENT_BYTE;
        goto tail;
    }
    if (take_word(&p, "dirty sync")) {
        moment.what = ORA_MOMENT_DIRTY_SYNC;
        goto tail;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(elements); i++) {
        if (!take_word(&p, elements[i].text)) {
            continue;
        }
        moment.what = elements[i].what;
        moment.kind = elements[i].kind;
        moment.section_type = elements[i].section_type;
        moment.number = elements[i].number;
        moment.channel = elements[i].channel;
        if (elements[i].value && take_number(&p, &moment.value)) {
            moment.has_value = TRUE;
            skip_blanks(&p);
        }
        goto tail;
    }
    (void) (g_ascii_strncasecmp(p, "MIG_CMD_", 8) == 0 && (p += 8));
    {
        gsize n = strcspn(p, " ");
        g_autofree char *name = g_ascii_strup(p, n);

        row = ora_grammar_command_named(name);
        if (!row) {
            g_set_error(error, ORA_MOMENT_ERROR, ORA_MOMENT_ERROR_SYNTAX,
                        "'%s': '%s' is no element of a stream; there are header, configuration, SECTION_START/PART/END/"
                        "FULL, MIG_CMD_…, page, zero page, eos, flush, eof, description, PONG, SHUT, byte N and others",
                        text, p);
            return FALSE;
        }
        p += n;
        skip_blanks(&p);
        moment.what = ORA_MOMENT_COMMAND;
        moment.kind = ORA_REC_COMMAND;
        moment.number = row->number;
        if (row->command == ORA_CMD_PING && take_number(&p, &moment.value)) {
            moment.has_value = TRUE;
            skip_blanks(&p);
        }
    }
tail:
    if (!parse_tail(text, p, &moment, error)) {
        return FALSE;
    }
    *ret_moment = moment;
    return TRUE;
}

static gboolean fits(const OraMoment *moment, const OraStreamRecord *record)
{
    switch (moment->what) {
    case ORA_MOMENT_RECORD:
        if (record->kind != moment->kind) {
            return FALSE;
        }
        if (moment->kind == ORA_REC_COLO && moment->has_value) {
            return record->value == moment->value;
        }
        return !moment->name[0] || strcmp(moment->name, record->block) == 0 || strcmp(moment->name, record->idstr) == 0;
    case ORA_MOMENT_SECTION:
        return record->kind == ORA_REC_SECTION && record->section_type == moment->section_type &&
               (!moment->name[0] || strcmp(moment->name, record->idstr) == 0);
    case ORA_MOMENT_COMMAND:
        return record->kind == ORA_REC_COMMAND && record->number == moment->number &&
               (!moment->has_value || record->value == moment->value);
    case ORA_MOMENT_RP:
        return record->kind == ORA_REC_RP_MESSAGE && record->number == moment->number &&
               (!moment->has_value || record->value == moment->value);
    case ORA_MOMENT_ANY_PAGE:
        return record->kind >= ORA_REC_RAM_ZERO && record->kind <= ORA_REC_RAM_COMPRESS &&
               (!moment->has_value || record->address == moment->value) &&
               (!moment->name[0] || strcmp(moment->name, record->block) == 0);
    case ORA_MOMENT_MULTIFD_SYNC:
        return record->kind == ORA_REC_MULTIFD_PACKET && (record->value & ORA_MULTIFD_SYNC);
    case ORA_MOMENT_BYTE:
    case ORA_MOMENT_DIRTY_SYNC:
        return FALSE;
    }
    return FALSE;
}

gboolean ora_moment_match(OraMoment *moment, const OraStreamRecord *record, guint64 *ret_offset)
{
    if (moment->done) {
        return FALSE;
    }
    if (record->channel != moment->channel) {
        return FALSE;
    }
    if (moment->open) {
        gboolean inside = record->kind == ORA_REC_FOOTER || record->kind == ORA_REC_DEVICE_STATE ||
                          (record->kind >= ORA_REC_RAM_LIST && record->kind <= ORA_REC_BLOCK);

        if (inside && record->kind != ORA_REC_FOOTER) {
            moment->open_end = record->offset + record->size;
            return FALSE;
        }
        moment->done = TRUE;
        *ret_offset = inside ? record->offset + record->size : moment->open_end;
        return TRUE;
    }
    if (!fits(moment, record) || ++moment->seen < moment->nth) {
        return FALSE;
    }
    if (!moment->before && moment->what == ORA_MOMENT_SECTION) {
        moment->open = TRUE;
        moment->open_end = record->offset + record->size;
        return FALSE;
    }
    moment->done = TRUE;
    *ret_offset = moment->before ? record->offset : record->offset + record->size;
    return TRUE;
}

gboolean ora_moment_match_dirty_sync(OraMoment *moment, guint count)
{
    if (moment->done || moment->what != ORA_MOMENT_DIRTY_SYNC || count < moment->nth) {
        return FALSE;
    }
    moment->done = TRUE;
    return TRUE;
}

gboolean ora_moment_offset(const OraMoment *moment, guint64 *ret_offset)
{
    if (moment->what != ORA_MOMENT_BYTE) {
        return FALSE;
    }
    *ret_offset = moment->value + (moment->before ? 0 : 1);
    return TRUE;
}
