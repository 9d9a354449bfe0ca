/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The engine of the walker: feeding, carrying pieces over, limits of packages, and the frame of the main channel in
 * front of the first section and behind the last. Each kind of payload has a file of its own, walk_*.c.
 */
#include "oracle/stream/walker.h"

#include <stdarg.h>

#include "oracle/stream/walker_private.h"

guint16 ora_be16(const guint8 *p)
{
    guint16 v;

    memcpy(&v, p, sizeof v);
    return GUINT16_FROM_BE(v);
}

guint32 ora_be32(const guint8 *p)
{
    guint32 v;

    memcpy(&v, p, sizeof v);
    return GUINT32_FROM_BE(v);
}

guint64 ora_be64(const guint8 *p)
{
    guint64 v;

    memcpy(&v, p, sizeof v);
    return GUINT64_FROM_BE(v);
}

static void free_section(gpointer data)
{
    WalkSection *section = data;

    g_free(section->idstr);
    g_free(section);
}

static void free_block(gpointer data)
{
    OraWalkerBlock *block = data;

    g_free(block->name);
    g_free(block);
}

const char *ora_walk_name(OraWalker *w, const guint8 *p, gsize n)
{
    char buffer[256];
    char *known;

    g_assert(n < sizeof buffer);
    for (gsize i = 0; i < n; i++) {
        buffer[i] = p[i] < 0x20 || p[i] >= 0x7f ? '?' : (char) p[i];
    }
    buffer[n] = 0;
    known = g_hash_table_lookup(w->names, buffer);
    if (!known) {
        known = g_strdup(buffer);
        /* A stream of ever new names must not fill memory: beyond any sane number all share one. */
        if (g_hash_table_size(w->names) >= SECTIONS_MAX + BLOCKS_MAX) {
            g_free(known);
            return "?";
        }
        g_hash_table_add(w->names, known);
    }
    return known;
}

void ora_walk_violation(OraWalker *w, OraStreamRuleId rule, guint64 offset, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    if (!w->sink.violation) {
        return;
    }
    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    w->sink.violation(w->sink.user, rule, offset, text);
}

gsize ora_walk_break(OraWalker *w, OraStreamRuleId rule, guint64 offset, gsize avail, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    if (w->sink.violation) {
        w->sink.violation(w->sink.user, rule, offset, text);
    }
    w->broken = TRUE;
    return avail;
}

void ora_walk_emit(OraWalker *w, OraStreamKind kind, guint64 offset, const guint8 *head, gsize head_size, guint64 body)
{
    w->rec.kind = kind;
    w->rec.offset = offset;
    w->rec.size = head_size + body;
    w->rec.head = head;
    w->rec.head_size = head_size;
    if (w->sink.record) {
        const gboolean named = (kind >= ORA_REC_RAM_BLOCK && kind <= ORA_REC_RAM_COMPRESS) || kind == ORA_REC_BLOCK ||
                               kind == ORA_REC_RP_MESSAGE;
        const char *block = w->rec.block;
        const gint block_index = w->rec.block_index;

        /* The block of the last page is kept for CONT, but does not belong to other records. */
        if (!named) {
            w->rec.block = "";
            w->rec.block_index = -1;
        }
        w->sink.record(w->sink.user, &w->rec);
        w->rec.block = block;
        w->rec.block_index = block_index;
    }
    w->rec.name = "";
}

void ora_walk_body(OraWalker *w, guint64 body, WalkState next)
{
    w->body_left = body;
    w->state = next;
}

OraWalker *ora_walker_new(const OraWalkerConfig *config, const OraWalkerSink *sink)
{
    OraWalker *w = g_new0(OraWalker, 1);

    w->config = *config;
    if (sink) {
        w->sink = *sink;
    }
    if (!w->config.package_size_max) {
        w->config.package_size_max = PACKAGE_MAX;
    }
    while (w->n_repeat < config->n_device_sizes && config->device_sizes[w->n_repeat].repeat) {
        w->n_repeat++;
    }
    w->offset = w->settled = config->base;
    w->sections = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_section);
    w->blocks = g_ptr_array_new_with_free_func(free_block);
    w->block_index = g_hash_table_new(g_str_hash, g_str_equal);
    w->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    w->footers = config->footers;
    w->ignore_shared = config->ignore_shared == ORA_TELL_YES;
    w->mapped_ram = config->mapped_ram == ORA_TELL_YES;
    w->colo = config->colo == ORA_TELL_YES;
    w->page_size = config->page_size ? config->page_size
                                     : config->main ? config->main->page_size : 4096;
    w->flag_mask = w->page_size - 1;
    w->rec.channel = config->channel;
    w->rec.channel_index = config->channel_index;
    w->rec.idstr = "";
    w->rec.block = "";
    w->rec.name = "";
    w->rec.block_index = -1;
    switch (config->channel) {
    case ORA_CHANNEL_MAIN:
        w->state = W_HEADER;
        break;
    case ORA_CHANNEL_MAIN_2:
        w->state = W_SECTION;
        w->postcopy = w->listening = TRUE;
        if (config->main) {
            w->footers = config->main->footers;
        }
        break;
    case ORA_CHANNEL_RP:
    case ORA_CHANNEL_RP_2:
        w->state = w->colo ? W_RP_COLO : W_RP;
        break;
    case ORA_CHANNEL_PREEMPT:
    case ORA_CHANNEL_PREEMPT_2:
        w->state = W_RAM;
        w->postcopy = w->listening = TRUE;
        break;
    case ORA_CHANNEL_MULTIFD:
        w->state = W_HELLO;
        break;
    case ORA_CHANNEL_COUNT:
        g_assert_not_reached();
    }
    return w;
}

void ora_walker_free(OraWalker *w)
{
    if (!w) {
        return;
    }
    g_hash_table_unref(w->sections);
    g_hash_table_unref(w->block_index);
    g_ptr_array_unref(w->blocks);
    g_hash_table_unref(w->names);
    g_free(w->machine);
    g_free(w->carry);
    g_free(w);
}

static gsize walk_header(OraWalker *w, const guint8 *p, gsize avail)
{
    if (avail < 8) {
        return 0;
    }
    if (ora_be32(p) != 0x5145564d) {
        return ora_walk_break(w, ORA_SR_HEADER_MAGIC, w->offset, avail, "%02x %02x %02x %02x", p[0], p[1], p[2], p[3]);
    }
    ora_walk_emit(w, ORA_REC_HEADER, w->offset, p, 8, 0);
    if (ora_be32(p + 4) != 3) {
        return ora_walk_break(w, ORA_SR_HEADER_VERSION, w->offset + 4, avail, "version %u", ora_be32(p + 4));
    }
    w->state = W_CONFIG;
    return 8;
}

static gsize walk_config(OraWalker *w, const guint8 *p, gsize avail)
{
    guint32 n;

    if (p[0] != ORA_SECTION_CONFIGURATION) {
        if (w->config.configuration == ORA_TELL_YES) {
            ora_walk_violation(w, ORA_SR_CONFIG_MISSING, w->offset, "byte %02x", p[0]);
        }
        w->state = W_SECTION;
        return ora_walk_section(w, p, avail);
    }
    if (avail < 5) {
        return 0;
    }
    if (w->config.configuration == ORA_TELL_NO) {
        ora_walk_violation(w, ORA_SR_CONFIG_UNEXPECTED, w->offset, "byte 07");
    }
    n = ora_be32(p + 1);
    if (n > CONFIG_NAME_MAX || n == 0) {
        return ora_walk_break(w, ORA_SR_CONFIG_NAME, w->offset + 1, avail, "length %u", n);
    }
    if (avail < 5 + n) {
        return 0;
    }
    if (memchr(p + 5, 0, n)) {
        ora_walk_violation(w, ORA_SR_CONFIG_NAME, w->offset + 5, "a zero byte inside of the name");
    }
    w->machine = g_strdup(ora_walk_name(w, p + 5, n));
    w->configuration = TRUE;
    ora_walk_emit(w, ORA_REC_CONFIGURATION, w->offset, p, 5 + n, 0);
    w->state = W_CONFIG_SUB;
    return 5 + n;
}

/* Capabilities on the wire decide about the form of the block list. Returns the bytes behind the version, 0 if more are
 * needed, -1 if the content is refused. */
static gssize config_capabilities(OraWalker *w, const guint8 *p, gsize avail, guint64 offset)
{
    gsize pos = 4;
    guint32 count;

    if (avail < 4) {
        return 0;
    }
    count = ora_be32(p);
    if (count > 64) {
        ora_walk_violation(w, ORA_SR_CONFIG_CAPABILITIES, offset, "%u capabilities", count);
        return -1;
    }
    for (guint i = 0; i < count; i++) {
        gsize n;

        if (avail < pos + 1) {
            return 0;
        }
        n = p[pos];
        if (n == 0 || n > 64) {
            ora_walk_violation(w, ORA_SR_CONFIG_CAPABILITIES, offset + pos, "a name of %u bytes", (guint) n);
            return -1;
        }
        if (avail < pos + 1 + n) {
            return 0;
        }
        pos += 1 + n;
    }
    pos = 4;
    for (guint i = 0; i < count; i++) {
        gsize n = p[pos];
        const char *name = ora_walk_name(w, p + pos + 1, n);

        if (strcmp(name, "x-ignore-shared") == 0) {
            w->ignore_shared = w->config.ignore_shared != ORA_TELL_NO;
        } else if (strcmp(name, "mapped-ram") == 0) {
            w->mapped_ram = w->config.mapped_ram != ORA_TELL_NO;
        }
        pos += 1 + n;
    }
    return pos;
}

static gsize walk_config_sub(OraWalker *w, const guint8 *p, gsize avail)
{
    static const char prefix[] = "configuration/";
    const char *name;
    gsize n, head;
    gssize content;

    if (p[0] != ORA_SECTION_SUBSECTION) {
        w->state = W_SECTION;
        return ora_walk_section(w, p, avail);
    }
    if (avail < 2) {
        return 0;
    }
    n = p[1];
    head = 2 + n + 4;
    if (avail < 2 + n) {
        return 0;
    }
    name = ora_walk_name(w, p + 2, n);
    if (!g_str_has_prefix(name, prefix)) {
        return ora_walk_break(w, ORA_SR_SECTION_TYPE, w->offset, avail, "section byte 05, subsection '%s'", name);
    }
    if (avail < head) {
        return 0;
    }
    if (++w->config_subsections > CONFIG_SUBSECTIONS_MAX) {
        return ora_walk_break(w, ORA_SR_CONFIG_SUBSECTION, w->offset, avail, "more than %d subsections",
                              CONFIG_SUBSECTIONS_MAX);
    }
    w->config_subsections--;
    if (strcmp(name, "configuration/target-page-bits") == 0) {
        content = avail >= head + 4 ? 4 : 0;
    } else if (strcmp(name, "configuration/uuid") == 0) {
        content = avail >= head + 16 ? 16 : 0;
    } else if (strcmp(name, "configuration/capabilities") == 0) {
        content = config_capabilities(w, p + head, avail - head, w->offset + head);
        if (content < 0) {
            w->broken = TRUE;
            return avail;
        }
    } else {
        return ora_walk_break(w, ORA_SR_CONFIG_SUBSECTION, w->offset, avail, "'%s'", name);
    }
    if (content == 0) {
        return 0;
    }
    w->config_subsections++;
    if (ora_be32(p + 2 + n) != 1) {
        ora_walk_violation(w, ORA_SR_CONFIG_SUBSECTION_VERSION, w->offset + 2 + n, "version %u of '%s'",
                           ora_be32(p + 2 + n), name);
    }
    w->rec.name = name;
    ora_walk_emit(w, ORA_REC_CONFIG_SUBSECTION, w->offset, p, head + content, 0);
    return head + content;
}

static gsize walk_after_eof(OraWalker *w, const guint8 *p, gsize avail)
{
    if (p[0] == ORA_SECTION_DESCRIPTION && w->config.channel == ORA_CHANNEL_MAIN) {
        guint32 n;

        if (avail < 5) {
            return 0;
        }
        n = ora_be32(p + 1);
        if (n > DESCRIPTION_MAX) {
            return ora_walk_break(w, ORA_SR_DESCRIPTION_LENGTH, w->offset + 1, avail, "%u bytes", n);
        }
        ora_walk_emit(w, ORA_REC_DESCRIPTION, w->offset, p, 5, n);
        ora_walk_body(w, n, w->config.colo != ORA_TELL_NO ? W_COLO : W_TRAILING);
        return 5;
    }
    if (w->colo) {
        w->state = W_COLO;
        return 0;
    }
    if (!w->postcopy && w->config.channel == ORA_CHANNEL_MAIN) {
        return ora_walk_break(w, ORA_SR_DESCRIPTION_BYTE, w->offset, avail, "byte %02x", p[0]);
    }
    w->state = W_TRAILING;
    return 0;
}

/* COLO on main: 1 and 3 and 4, everything else goes the other way. */
static gsize walk_colo(OraWalker *w, const guint8 *p, gsize avail)
{
    guint32 message;

    if (avail < 4) {
        return 0;
    }
    message = ora_be32(p);
    if (!w->colo) {
        /* Nobody said that COLO follows: only its first message is believed. */
        if (message != 1) {
            w->state = W_TRAILING;
            return 0;
        }
        w->colo = TRUE;
    }
    w->rec.number = w->rec.value = message;
    w->rec.name = "COLO";
    switch (message) {
    case 1:
        ora_walk_emit(w, ORA_REC_COLO, w->offset, p, 4, 0);
        return 4;
    case 3:
        ora_walk_emit(w, ORA_REC_COLO, w->offset, p, 4, 0);
        w->colo_ram = TRUE;
        w->state = W_SECTION;
        return 4;
    case 4: {
        guint64 n;

        if (avail < 12) {
            return 0;
        }
        n = ora_be64(p + 4);
        if (n > w->config.package_size_max) {
            return ora_walk_break(w, ORA_SR_PACKAGE_SIZE, w->offset + 4, avail, "%" G_GUINT64_FORMAT " bytes of state", n);
        }
        ora_walk_emit(w, ORA_REC_COLO, w->offset, p, 12, 0);
        w->limited = TRUE;
        w->limit_is_colo = TRUE;
        w->limit = w->offset + 12 + n;
        w->rec.depth = 1;
        w->state = W_SECTION;
        w->next_device = 0;
        return 12;
    }
    default:
        return ora_walk_break(w, ORA_SR_COLO_MESSAGE, w->offset, avail, "message %u", message);
    }
}

static gsize walk_trailing(OraWalker *w, const guint8 *p, gsize avail)
{
    ora_walk_emit(w, ORA_REC_TRAILING, w->offset, p, 0, avail);
    return ora_walk_break(w, ORA_SR_TRAILING, w->offset, avail, "byte %02x", p[0]);
}

void ora_walk_pop_limit(OraWalker *w)
{
    w->limited = FALSE;
    w->rec.depth = 0;
    ora_walk_emit(w, ORA_REC_PACKAGE_END, w->offset, NULL, 0, 0);
    if (w->limit_is_colo) {
        w->limit_is_colo = FALSE;
        w->state = W_COLO;
    } else {
        w->state = W_SECTION;
    }
}

/* last: no byte will follow these, because the channel or the package ends. */
static gsize step(OraWalker *w, const guint8 *p, gsize avail, gboolean last)
{
    switch (w->state) {
    case W_HEADER: return walk_header(w, p, avail);
    case W_CONFIG: return walk_config(w, p, avail);
    case W_CONFIG_SUB: return walk_config_sub(w, p, avail);
    case W_SECTION: return ora_walk_section(w, p, avail);
    case W_RAM: return ora_walk_ram(w, p, avail);
    case W_RAM_LIST: return ora_walk_ram_list(w, p, avail);
    case W_BITMAP: return ora_walk_bitmap(w, p, avail);
    case W_BLOCK: return ora_walk_block(w, p, avail);
    case W_DEVICE: return ora_walk_device(w, p, avail);
    case W_DEVICE_SEARCH: return ora_walk_device_search(w, p, avail, last);
    case W_FOOTER: return ora_walk_footer(w, p, avail, last);
    case W_AFTER_EOF: return walk_after_eof(w, p, avail);
    case W_COLO: return walk_colo(w, p, avail);
    case W_COLO_SIZE:
    case W_TRAILING: return walk_trailing(w, p, avail);
    case W_RP:
    case W_RP_BITMAP:
    case W_RP_COLO: return ora_walk_rp(w, p, avail);
    case W_HELLO: return ora_walk_hello(w, p, avail);
    case W_PACKET: return ora_walk_packet(w, p, avail);
    case W_PREEMPT_END: return walk_trailing(w, p, avail);
    }
    g_assert_not_reached();
}

/* Consumes what can be consumed of size contiguous bytes; returns how many are left over for the carry. A step may
 * change only the state and ask to be called again: it returns 0 with the state changed. */
static gsize consume(OraWalker *w, const guint8 *p, gsize size, gboolean last)
{
    gsize done = 0;

    while (done < size || (w->limited && w->offset == w->limit)) {
        gsize avail = size - done, n;
        gboolean ends = last, at_limit = FALSE;
        WalkState before = w->state;

        if (w->broken) {
            w->offset += avail;
            w->settled = w->offset;
            return 0;
        }
        if (w->limited && w->offset == w->limit && !w->body_left) {
            if (w->state == W_DEVICE_SEARCH && w->footer_candidate) {
                ora_walk_violation(w, ORA_SR_SECTION_TYPE, w->footer_candidate - 1 + 5,
                                   "something that starts no section");
            } else if (w->state == W_DEVICE_SEARCH) {
                ora_walk_violation(w, ORA_SR_DEVICE_LENGTH, w->device_start, "no footer of '%s' up to the end of the package",
                                   w->rec.idstr);
            } else if (w->state != W_SECTION && w->state != W_AFTER_EOF) {
                ora_walk_violation(w, ORA_SR_PACKAGE_OVERRUN, w->offset, "the package ends inside of %s", w->rec.idstr);
            }
            ora_walk_pop_limit(w);
            continue;
        }
        if (w->body_left) {
            gsize take = MIN(w->body_left, (guint64) avail);

            if (w->sink.body) {
                w->sink.body(w->sink.user, &w->rec, p + done, take);
            }
            w->body_left -= take;
            w->offset += take;
            w->settled = w->offset;
            done += take;
            continue;
        }
        if (w->limited && w->limit - w->offset <= avail) {
            avail = w->limit - w->offset;
            ends = at_limit = TRUE;
        }
        n = step(w, p + done, avail, ends);
        g_assert(n <= avail);
        w->offset += n;
        done += n;
        if (n) {
            w->settled = w->offset;
        }
        /* A step may announce a body without taking a byte, and the body may not fit into the package. */
        if (w->limited && w->body_left && w->offset + w->body_left > w->limit && !w->broken) {
            ora_walk_violation(w, ORA_SR_PACKAGE_OVERRUN, w->rec.offset,
                               "%" G_GUINT64_FORMAT " bytes where the package has %" G_GUINT64_FORMAT, w->rec.size,
                               w->limit - w->rec.offset);
            w->body_left = w->limit - w->offset;
            w->state = W_SECTION;
        } else if (n) {
            continue;
        } else if (w->state == before) {
            if (at_limit) {
                /* The package ends inside of a head. Its length is known, so the walk goes on behind it. */
                ora_walk_violation(w, ORA_SR_PACKAGE_OVERRUN, w->offset, "%u bytes are left in the package",
                                   (guint) avail);
                w->body_left = avail;
                w->state = W_SECTION;
                continue;
            }
            break;
        }
    }
    return size - done;
}

void ora_walker_feed(OraWalker *w, const void *data, gsize size)
{
    const guint8 *p = data;

    g_return_if_fail(!w->finished);
    while (size) {
        gsize left, take, before;

        if (!w->carry_len) {
            left = consume(w, p, size, FALSE);
            if (left) {
                g_assert(left <= HEAD_MAX);
                if (w->carry_size < left) {
                    w->carry_size = MAX(left, 2048);
                    w->carry = g_realloc(w->carry, w->carry_size);
                }
                memcpy(w->carry, p + size - left, left);
                w->carry_len = left;
            }
            return;
        }
        /* Complete the head with as little copying as possible: first a little, then more. */
        before = w->carry_len;
        take = MIN(size, before < 512 ? 512 : HEAD_MAX);
        if (w->carry_size < before + take) {
            w->carry_size = before + take;
            w->carry = g_realloc(w->carry, w->carry_size);
        }
        memcpy(w->carry + before, p, take);
        left = consume(w, w->carry, before + take, FALSE);
        if (before + take - left >= before) {
            /* The carried bytes are gone; go on in the caller's memory. */
            gsize used = take - left;

            w->carry_len = 0;
            p += used;
            size -= used;
        } else {
            memmove(w->carry, w->carry + before + take - left, left);
            w->carry_len = left;
            p += take;
            size -= take;
            g_assert(left <= 2 * HEAD_MAX);
        }
    }
}

gboolean ora_walker_skip(OraWalker *w, guint64 size)
{
    if (w->broken) {
        w->offset += size;
        w->settled = w->offset;
        return TRUE;
    }
    if (size > w->body_left) {
        return FALSE;
    }
    while (size) {
        gsize take = MIN(size, (guint64) 1 << 30);

        if (w->sink.body) {
            w->sink.body(w->sink.user, &w->rec, NULL, take);
        }
        w->body_left -= take;
        w->offset += take;
        size -= take;
    }
    w->settled = w->offset;
    return TRUE;
}

void ora_walker_finish(OraWalker *w)
{
    if (w->finished) {
        return;
    }
    if (w->carry_len && !w->broken) {
        gsize left = consume(w, w->carry, w->carry_len, TRUE);

        w->carry_len = left;
    }
    w->finished = TRUE;
    if (w->broken) {
        return;
    }
    if (w->body_left) {
        g_autofree char *title = ora_stream_record_title(&w->rec);

        ora_walk_violation(w, ORA_SR_CUT, w->offset,
                           "the end, %" G_GUINT64_FORMAT " bytes short, inside of %s that begins at %" G_GUINT64_FORMAT,
                           w->body_left, title, w->rec.offset);
        return;
    }
    if (w->carry_len) {
        ora_walk_violation(w, ORA_SR_CUT, w->offset, "the end after %u bytes of an element", (guint) w->carry_len);
        return;
    }
    switch (w->state) {
    case W_HEADER:
    case W_CONFIG:
    case W_CONFIG_SUB:
    case W_RAM_LIST:
    case W_BITMAP:
    case W_BLOCK:
    case W_DEVICE:
    case W_FOOTER:
    case W_RP_BITMAP:
    case W_COLO_SIZE:
    case W_HELLO:
        ora_walk_violation(w, ORA_SR_CUT, w->offset, "the end");
        break;
    case W_DEVICE_SEARCH:
        if (w->footer_candidate) {
            ora_walk_violation(w, ORA_SR_SECTION_TYPE, w->footer_candidate - 1 + 5, "something that starts no section");
        } else {
            ora_walk_violation(w, ORA_SR_CUT, w->offset, "the end inside of the state of '%s', which begins at %" G_GUINT64_FORMAT,
                               w->section->idstr, w->device_start);
        }
        break;
    case W_RAM:
        if (!ora_stream_channel_is_preempt(w->config.channel)) {
            ora_walk_violation(w, ORA_SR_CUT, w->offset, "the end inside of a ram section");
        }
        break;
    case W_SECTION:
        ora_walk_violation(w, ORA_SR_EOF_MISSING, w->offset, "the end");
        break;
    case W_AFTER_EOF:
        if (!w->postcopy && w->config.description == ORA_TELL_YES && w->config.channel == ORA_CHANNEL_MAIN) {
            ora_walk_violation(w, ORA_SR_DESCRIPTION_MISSING, w->offset, "the end");
        }
        break;
    case W_COLO:
    case W_TRAILING:
    case W_RP:
    case W_RP_COLO:
    case W_PACKET:
    case W_PREEMPT_END:
        break;
    }
}

guint64 ora_walker_offset(const OraWalker *w)
{
    return w->offset + w->carry_len;
}

guint64 ora_walker_settled(const OraWalker *w)
{
    return w->settled;
}

guint64 ora_walker_body_left(const OraWalker *w)
{
    return w->body_left;
}

gboolean ora_walker_broken(const OraWalker *w)
{
    return w->broken;
}

gboolean ora_walker_ended(const OraWalker *w)
{
    return w->ended;
}

guint32 ora_walker_page_size(const OraWalker *w)
{
    return w->page_size;
}

gboolean ora_walker_has_footers(const OraWalker *w)
{
    return w->footers != ORA_TELL_NO;
}

gboolean ora_walker_has_configuration(const OraWalker *w)
{
    return w->configuration;
}

gboolean ora_walker_ignore_shared(const OraWalker *w)
{
    return w->ignore_shared;
}

gboolean ora_walker_mapped_ram(const OraWalker *w)
{
    return w->mapped_ram;
}

gboolean ora_walker_postcopy(const OraWalker *w)
{
    return w->listening;
}

gboolean ora_walker_colo(const OraWalker *w)
{
    return w->colo;
}

const char *ora_walker_machine(const OraWalker *w)
{
    return w->machine;
}

guint ora_walker_n_blocks(const OraWalker *w)
{
    return w->blocks->len;
}

const OraWalkerBlock *ora_walker_block(const OraWalker *w, guint index)
{
    return g_ptr_array_index(w->blocks, index);
}

gint ora_walker_find_block(const OraWalker *w, const char *name)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(w->block_index, name)) - 1;
}
