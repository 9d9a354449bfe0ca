/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `miglab stream show`: all channels of a migration, as a tree, as JSON, or one line a record.
 *
 * Syncs: on main the records that a SYNC is paired with are counted (FLUSH, or every EOS of ram: which one shows in START), on a
 * multifd channel the SYNC packets; what stands between number k and k + 1 on any of them belongs together: span k.
 */
#include "sim/stream/command_line.h"
#include "sim/stream/guess.h"
#include "sim/stream/image.h"
#include "sim/stream/record_json.h"
#include "sim/stream/stream.h"
#include "sim/stream/totals.h"

#include "reference/stream/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { STYLE_TREE = 0, STYLE_RECORDS, STYLE_JSON } Style;

/* Pages of one kind that follow each other, shown in one line. */
typedef struct {
    MigRecordKind kind;
    const char *block;
    guint64 record_offset, first, next, count;
    guint64 zero, repeated, body;
    char *summary;                /* of the first */
} Run;

typedef struct {
    SimStreamSession *session;
    SimTotals *totals;
    Style style;
    gboolean first_json;
    const SimStreamChannel *channel;
    guint span;                   /* syncs so far on this channel */
    gboolean has_multifd;
    Run run;
    MigRecordSection section;
    guint layouts;                /* devices whose fields a recorded layout named */
    GPtrArray *faults;
} Show;

/* ---- Spans ---- */

static void count_sync(Show *show, const MigRecord *record)
{
    const MigStreamSeen *seen = mig_stream_context_seen(show->session->context);

    if (record->kind == MIG_RECORD_RAM_FLUSH
        || (record->kind == MIG_RECORD_RAM_EOS && !seen->flush_in_setup && !seen->listening)
        || (record->kind == MIG_RECORD_MULTIFD_PACKET && (record->packet.flags & MIG_MULTIFD_SYNC))) {
        show->span++;
        if (show->style == STYLE_TREE && show->has_multifd && record->kind != MIG_RECORD_MULTIFD_PACKET) {
            printf("                ---- sync %u ----\n", show->span);
        }
    }
}

/* ---- Tree ---- */

static void line(const Show *show, const MigRecord *record, const char *text)
{
    gboolean inner = record->kind != MIG_RECORD_HEADER && record->kind != MIG_RECORD_SECTION && record->kind != MIG_RECORD_COMMAND
                     && record->kind != MIG_RECORD_EOF && record->kind != MIG_RECORD_DESCRIPTION && record->kind != MIG_RECORD_RP
                     && record->kind != MIG_RECORD_CONFIGURATION && record->kind != MIG_RECORD_COLO
                     && record->kind != MIG_RECORD_MULTIFD_HELLO && record->kind != MIG_RECORD_MULTIFD_PACKET;

    (void) show;
    printf("  0x%08" G_GINT64_MODIFIER "x  %*s%s\n", record->offset, (record->depth + inner) * 2, "", text);
}

static void end_run(Show *show)
{
    static const char *const words[] = { "PAGE", "ZERO", "XBZRLE", "COMPRESS_PAGE" };
    Run *run = &show->run;
    g_autofree char *block = NULL;
    const char *word;

    if (run->count == 0) {
        return;
    }
    block = sim_wire_name(run->block);
    word = run->kind == MIG_RECORD_MULTIFD_PAGE ? "page" : words[run->kind - MIG_RECORD_RAM_PAGE];
    printf("  0x%08" G_GINT64_MODIFIER "x    %-6s %s%s0x%" G_GINT64_MODIFIER "x", run->record_offset, word, block, block[0] ? " " : "", run->first);
    if (run->count == 1) {
        printf("%s%s", run->summary ? "  " : "", run->summary ? run->summary : "");
    } else {
        printf("-0x%" G_GINT64_MODIFIER "x  %" G_GUINT64_FORMAT " pages", run->next - 1, run->count);
        if (run->zero || run->repeated) {
            printf(", of which %" G_GUINT64_FORMAT " all zero, %" G_GUINT64_FORMAT " one byte repeated", run->zero, run->repeated);
        }
    }
    if (run->kind == MIG_RECORD_RAM_XBZRLE || run->kind == MIG_RECORD_RAM_COMPRESS) {
        printf(", %" G_GUINT64_FORMAT " bytes", run->body);
    }
    printf("\n");
    g_free(run->summary);
    *run = (Run) { 0 };
}

static void add_to_run(Show *show, const MigRecord *record, const char *block, guint64 offset, const MigBody *body)
{
    Run *run = &show->run;
    gboolean content = record->kind == MIG_RECORD_RAM_PAGE || record->kind == MIG_RECORD_MULTIFD_PAGE;

    if (run->count > 0 && (run->kind != record->kind || run->next != offset || strcmp(run->block, block) != 0)) {
        end_run(show);
    }
    if (run->count == 0) {
        *run = (Run) { .kind = record->kind, .block = block, .record_offset = record->offset, .first = offset };
        run->summary = content ? sim_page_summary(body->bytes, body->size) : NULL;
    }
    if (content && mig_page_is_zero(body->bytes, body->size)) {
        run->zero++;
    } else if (content && memcmp(body->bytes, body->bytes + 1, body->size - 1) == 0) {
        run->repeated++;
    }
    run->body += body->size;
    run->count++;
    run->next = offset + show->session->config.page_size;
}

static void print_field(gpointer data, const char *path, const char *type, guint64 offset, const guint8 *bytes, gsize size)
{
    const guint64 *base = data;
    g_autofree char *value = strcmp(type, "subsection") == 0 ? g_strdup("") : sim_field_value(type, bytes, size);
    g_autofree char *name = sim_wire_name(path);

    printf("  0x%08" G_GINT64_MODIFIER "x    %-40s %-12s %s\n", *base + offset, name, type, value);
}

static const char *walk_device(Show *show, const MigRecord *record, SimFieldFunc *func, gpointer data)
{
    if (show->session->device) {
        sim_device_walk(show->session->device, record->piece.bytes, record->piece.size, func, data);
        return show->session->borrowed ? "another stream's description" : "description";
    }
    if (sim_device_guess(show->section.idstr, show->section.version, show->session->release, record->piece.bytes, record->piece.size, func, data)) {
        show->layouts++;
        return "recorded layout";
    }
    return "guess";
}

static void print_device(Show *show, const MigRecord *record)
{
    guint64 base = record->offset;

    (void) walk_device(show, record, print_field, &base);
    if (strcmp(show->section.idstr, "globalstate") == 0 && record->piece.size >= 36) {
        g_autofree char *state = g_strndup((const char *) record->piece.bytes + 4, 32);
        g_autofree char *text = sim_wire_name(state);
        printf("                run state: %s\n", text);
    }
}

static void tree(Show *show, const MigRecord *record)
{
    g_autofree char *text = NULL;

    switch (record->kind) {
    case MIG_RECORD_RAM_PAGE:
    case MIG_RECORD_RAM_ZERO:
    case MIG_RECORD_RAM_XBZRLE:
    case MIG_RECORD_RAM_COMPRESS:
        add_to_run(show, record, record->page.block, record->page.offset, &record->page.body);
        return;
    case MIG_RECORD_MULTIFD_PAGE:
        add_to_run(show, record, "", record->packet_page.offset, &record->packet_page.body);
        return;
    default:
        break;
    }
    end_run(show);
    switch (record->kind) {
    case MIG_RECORD_FOOTER:
    case MIG_RECORD_RAM_EOS:
    case MIG_RECORD_DESCRIPTION_TEXT:
    case MIG_RECORD_MAPPED_GAP:
        return;                   /* nothing to tell: they are where they belong, else there is a fault */
    case MIG_RECORD_DEVICE_DATA:
        print_device(show, record);
        return;
    case MIG_RECORD_MAPPED_BITMAP: {
        guint64 pages = 0;
        for (gsize i = 0; i < record->piece.size; i++) {
            pages += (guint64) __builtin_popcount(record->piece.bytes[i]);
        }
        text = g_strdup_printf("bitmap, %" G_GUINT64_FORMAT " pages in the file, the others are zero", pages);
        break;
    }
    case MIG_RECORD_MAPPED_PAGES:
        text = g_strdup_printf("area of the pages, %" G_GSIZE_FORMAT " bytes", record->piece.size);
        break;
    case MIG_RECORD_MULTIFD_PACKET: {
        g_autofree char *packet = mig_record_to_string(record);
        text = g_strdup_printf("span %u  %s", show->span, packet);
        break;
    }
    default:
        text = mig_record_to_string(record);
        break;
    }
    line(show, record, text);
}

/* ---- Records, JSON ---- */

static void flat(const Show *show, const MigRecord *record)
{
    g_autofree char *text = mig_record_to_string(record);
    g_autofree char *summary = NULL;

    if (record->kind == MIG_RECORD_RAM_PAGE) {
        summary = sim_page_summary(record->page.body.bytes, record->page.body.size);
    } else if (record->kind == MIG_RECORD_MULTIFD_PAGE) {
        summary = sim_page_summary(record->packet_page.body.bytes, record->packet_page.body.size);
    } else if (record->kind == MIG_RECORD_DEVICE_DATA) {
        summary = sim_page_summary(record->piece.bytes, record->piece.size);
    }
    printf("%s 0x%08" G_GINT64_MODIFIER "x %" G_GUINT64_FORMAT " %s %s%s%s\n", show->channel->name, record->offset, record->size,
           mig_record_kind_name(record->kind), text, summary ? "  " : "", summary ? summary : "");
}

static void json_field(gpointer data, const char *path, const char *type, guint64 offset, const guint8 *bytes, gsize size)
{
    g_autofree char *name = sim_wire_name(path), *value = sim_field_value(type, bytes, size), *kind = sim_wire_name(type);

    (void) json_array_append_new(data, json_pack("{s:s, s:s, s:I, s:I, s:s}", "name", name, "type", kind, "offset", (json_int_t) offset,
                                                 "size", (json_int_t) size, "value", value));
}

static void print_json(json_t *value, gboolean *first)
{
    char *text = json_dumps(value, JSON_COMPACT);

    printf("%s%s", *first ? "\n" : ",\n", text ? text : "null");
    *first = FALSE;
    free(text);
    json_decref(value);
}

static void as_json(Show *show, const MigRecord *record)
{
    json_t *object = sim_record_json(record);

    if (record->kind == MIG_RECORD_MULTIFD_PACKET || record->kind == MIG_RECORD_RAM_FLUSH) {
        (void) json_object_set_new(object, "span", json_integer(show->span));
    }
    if (record->kind == MIG_RECORD_DEVICE_DATA) {
        json_t *fields = json_array();
        (void) json_object_set_new(object, "fields_from", json_string(walk_device(show, record, json_field, fields)));
        (void) json_object_set_new(object, "fields", fields);
    }
    print_json(object, &show->first_json);
}

/* ---- Channels ---- */

static void begin_channel(Show *show)
{
    g_autofree char *path = sim_wire_name(show->channel->path);

    if (show->style == STYLE_TREE) {
        printf("%s  %s, %" G_GSIZE_FORMAT " bytes\n", show->channel->name, show->channel->path, show->channel->size);
    } else if (show->style == STYLE_JSON) {
        json_t *name = json_string(show->channel->name), *file = json_string(path);
        char *name_text = json_dumps(name, JSON_ENCODE_ANY), *file_text = json_dumps(file, JSON_ENCODE_ANY);
        printf("%s{\"channel\":%s,\"file\":%s,\"size\":%" G_GSIZE_FORMAT ",\"records\":[", show->first_json ? "" : ",\n", name_text,
               file_text, show->channel->size);
        free(name_text);
        free(file_text);
        json_decref(name);
        json_decref(file);
        show->first_json = TRUE;
    }
}

static void show_channel(Show *show)
{
    g_autoptr(MigReader) reader = sim_stream_session_reader(show->session, show->channel);
    MigRead step;

    begin_channel(show);
    show->span = 0;
    do {
        g_autoptr(GError) error = NULL;
        MigRecord record;

        step = mig_reader_next(reader, &record, &error);
        if (step == MIG_READ_ERROR) {
            end_run(show);
            g_ptr_array_add(show->faults, sim_stream_fault_new(show->session, show->channel, reader));
        }
        if (step != MIG_READ_RECORD) {
            break;
        }
        if (record.kind == MIG_RECORD_SECTION) {
            show->section = record.section;
        }
        switch (show->style) {
        case STYLE_TREE: tree(show, &record); break;
        case STYLE_RECORDS: flat(show, &record); break;
        case STYLE_JSON: as_json(show, &record); break;
        }
        sim_totals_add(show->totals, show->channel, show->span, &record);
        count_sync(show, &record);
    } while (step == MIG_READ_RECORD);
    end_run(show);
    if (show->style == STYLE_JSON) {
        printf("]}");
        show->first_json = FALSE;
    }
}

static json_t *faults_json(const GPtrArray *faults)
{
    json_t *list = json_array();

    for (guint i = 0; i < faults->len; i++) {
        const SimStreamFault *fault = g_ptr_array_index(faults, i);
        g_autofree char *detail = sim_wire_name(fault->fault.detail);
        (void) json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:b}", "channel", fault->channel, "offset",
                                                     (json_int_t) fault->fault.offset, "record", fault->fault.record, "rule",
                                                     mig_stream_rule_id(fault->fault.rule), "detail", detail, "legal",
                                                     mig_stream_rule_legal(fault->fault.rule), "excused", fault->excused));
    }
    return list;
}

static void show_all(Show *show)
{
    const SimStreamSet *set = show->session->set;

    show->first_json = TRUE;
    if (show->style == STYLE_JSON) {
        printf("{\"channels\":[");
    } else if (show->style == STYLE_TREE && set->title) {
        printf("%s: %s\n", set->title, set->shows ? set->shows : "");
    }
    for (guint i = 0; i < set->channels->len; i++) {
        show->channel = g_ptr_array_index(set->channels, i);
        show->has_multifd |= sim_stream_channel_kind(show->channel->name) == MIG_CHANNEL_MULTIFD;
    }
    for (guint i = 0; i < set->channels->len; i++) {
        show->channel = g_ptr_array_index(set->channels, i);
        show_channel(show);
    }
    if (show->style == STYLE_TREE) {
        sim_totals_print(show->totals);
    } else if (show->style == STYLE_JSON) {
        json_t *notes = json_array(), *totals = sim_totals_json(show->totals), *faults = faults_json(show->faults);
        char *notes_text, *totals_text, *faults_text;

        for (guint i = 0; i < show->session->notes->len; i++) {
            g_autofree char *text = sim_wire_name(g_ptr_array_index(show->session->notes, i));
            (void) json_array_append_new(notes, json_string(text));
        }
        notes_text = json_dumps(notes, JSON_COMPACT);
        totals_text = json_dumps(totals, JSON_COMPACT);
        faults_text = json_dumps(faults, JSON_COMPACT);
        printf("],\n\"totals\":%s,\n\"notes\":%s,\n\"faults\":%s}\n", totals_text, notes_text, faults_text);
        free(notes_text);
        free(totals_text);
        free(faults_text);
        json_decref(notes);
        json_decref(totals);
        json_decref(faults);
    }
}

/* ---- One page ---- */

static int show_page(SimStreamSession *session, const char *where)
{
    const char *colon = strrchr(where, ':');
    g_autofree char *name = colon ? g_strndup(where, colon - where) : NULL;
    char *end = NULL;
    guint64 offset = colon ? g_ascii_strtoull(colon + 1, &end, 0) : 0;
    g_autoptr(SimStreamImage) image = NULL;
    const SimImageBlock *block;
    GError *error = NULL;
    int status;

    if (!colon || end == colon + 1 || *end) {
        fprintf(stderr, "miglab stream show: --page %s: BLOCK:OFFSET is needed\n", where);
        return SIM_EXIT_USAGE;
    }
    image = sim_stream_image_new(session, NULL, &error);
    if (!image) {
        return sim_stream_usage_error("show", error);
    }
    status = MAX(sim_stream_print_faults(image->faults), sim_stream_print_told(session));
    block = sim_stream_image_block(image, name);
    if (!block || offset >= block->length) {
        fprintf(stderr, "miglab stream show: --page %s: %s\n", where, block ? "the block is not that long" : "no block of this name. Blocks:");
        for (guint i = 0; !block && i < image->blocks->len; i++) {
            const SimImageBlock *known = g_ptr_array_index(image->blocks, i);
            g_autofree char *known_name = sim_wire_name(known->name);
            fprintf(stderr, "  %s (0x%" G_GINT64_MODIFIER "x bytes)\n", known_name, known->length);
        }
        return SIM_EXIT_USAGE;
    }
    offset -= offset % image->page_size;
    if (block->received[offset / image->page_size] == 0) {
        printf("%s 0x%" G_GINT64_MODIFIER "x: this page is not in the stream\n", name, offset);
        return status;
    }
    printf("%s 0x%" G_GINT64_MODIFIER "x: came %u time%s\n", name, offset, block->received[offset / image->page_size],
           block->received[offset / image->page_size] == 1 ? "" : "s");
    for (guint i = 0; i < image->page_size; i += 16) {
        const guint8 *row = block->bytes + offset + i;

        if (i > 0 && i + 16 < image->page_size && memcmp(row, row - 16, 16) == 0) {
            if (i == 16 || memcmp(row - 16, row - 32, 16) != 0) {
                printf("*\n");
            }
            continue;
        }
        printf("%08" G_GINT64_MODIFIER "x ", offset + i);
        for (guint j = 0; j < 16; j++) {
            printf("%s%02x", j == 8 ? "  " : " ", row[j]);
        }
        printf("  |");
        for (guint j = 0; j < 16; j++) {
            putchar(row[j] >= 0x20 && row[j] < 0x7f ? row[j] : '.');
        }
        printf("|\n");
    }
    return status;
}

static int show_description(const SimStreamSession *session)
{
    const SimStreamChannel *main = sim_stream_set_channel(session->set, "main");
    const char *text;
    gsize size;

    if (!main || !sim_description_find(main->data, main->size, &text, &size)) {
        fprintf(stderr, "miglab stream show: --description: the stream has none at its end\n");
        return SIM_EXIT_FINDINGS;
    }
    printf("%.*s\n", (int) size, text);
    return SIM_EXIT_CLEAN;
}

/* ---- The command ---- */

static void fault_free(gpointer data)
{
    sim_stream_fault_free(data);
}

int sim_stream_show(int argc, char **argv)
{
    gboolean json = FALSE, records = FALSE, description = FALSE;
    g_autofree char *page = NULL;
    const GOptionEntry entries[] = {
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, "One JSON document", NULL },
        { "records", 0, 0, G_OPTION_ARG_NONE, &records, "One line a record: channel, offset, size, kind, what it says", NULL },
        { "description", 0, 0, G_OPTION_ARG_NONE, &description, "Only the description behind the end, one line of JSON", NULL },
        { "page", 0, 0, G_OPTION_ARG_STRING, &page, "Dump one page of RAM as the destination has it", "BLOCK:OFFSET" },
        { NULL }
    };
    g_autoptr(SimStreamSet) set = NULL;
    g_autoptr(SimStreamSession) session = NULL;
    GError *error = NULL;
    Show show = { 0 };
    int status;

    if (!sim_stream_parse(&argc, &argv, entries, "[CHANNEL=]FILE... | CAPTURE.json", "What is in a migration stream, all channels together.")) {
        return SIM_EXIT_USAGE;
    }
    if (json && records) {
        fprintf(stderr, "miglab stream show: --json and --records exclude each other\n");
        return SIM_EXIT_USAGE;
    }
    set = sim_stream_set_open(argv + 1, &error);
    if (set) {
        session = sim_stream_session_new(set, &error);
    }
    if (error) {
        return sim_stream_usage_error("show", error);
    }
    sim_stream_print_notes(session);
    if (description) {
        return show_description(session);
    }
    if (page) {
        return show_page(session, page);
    }
    show.session = session;
    show.style = json ? STYLE_JSON : records ? STYLE_RECORDS : STYLE_TREE;
    show.totals = sim_totals_new(session);
    show.faults = g_ptr_array_new_with_free_func(fault_free);
    show_all(&show);
    if (show.layouts) {
        fprintf(stderr, "note: no description: the fields of %u device%s are named by layouts recorded from other streams, which fit to the byte\n",
                show.layouts, show.layouts == 1 ? "" : "s");
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("miglab stream show");
        status = SIM_EXIT_USAGE;
    } else {
        status = MAX(sim_stream_print_faults(show.faults), sim_stream_print_told(session));
    }
    sim_totals_free(show.totals);
    g_ptr_array_unref(show.faults);
    return status;
}
