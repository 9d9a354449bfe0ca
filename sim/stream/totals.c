/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A pass (round) is a walk over the blocks in list order and ascending offsets (stream.md 4.3): where a page comes in front of the
 * one before it, a new pass has begun. With multifd the pages are on other channels, where the SYNCs mark the spans.
 */
#include "sim/stream/totals.h"

#include <stdio.h>
#include <string.h>

#define PASSES_SHOWN 64

typedef enum {
    KIND_PAGE = 0, KIND_ZERO, KIND_XBZRLE, KIND_COMPRESS, KIND_MULTIFD, KIND_MULTIFD_ZERO, KIND_PREEMPT, KIND_MAPPED, KIND_COUNT
} Kind;

static const char *const kind_names[KIND_COUNT] = {
    "plain", "zero", "xbzrle", "compressed", "multifd plain", "multifd zero", "preempt", "mapped-ram",
};

typedef struct {
    const char *name;
    guint64 bytes, sections;
} Section;

typedef struct {
    guint64 pages;
} Pass;

struct SimTotals {
    SimStreamSession *session;
    guint64 kinds[KIND_COUNT];
    GPtrArray *sections;          /* Section, in the order of their first coming */
    GHashTable *sections_by_name; /* the same; never iterated */
    Section *section;             /* being read; NULL: none */
    GHashTable *block_indices;    /* name -> index + 1; never iterated */
    GArray *passes;               /* Pass, by main */
    GArray *spans;                /* guint64 pages by span of the multifd channels */
    gsize last_block;
    guint64 last_offset;
    gboolean placed, postcopy;
    guint64 postcopy_pages, requests;
    GPtrArray *counts;            /* guint8 *, per block: how often each page came; owned */
    GArray *count_sizes;          /* gsize */
};

SimTotals *sim_totals_new(SimStreamSession *session)
{
    SimTotals *totals = g_new0(SimTotals, 1);

    totals->session = session;
    totals->sections = g_ptr_array_new_with_free_func(g_free);
    totals->sections_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    totals->block_indices = g_hash_table_new(g_str_hash, g_str_equal);
    totals->passes = g_array_new(FALSE, TRUE, sizeof(Pass));
    totals->spans = g_array_new(FALSE, TRUE, sizeof(guint64));
    totals->counts = g_ptr_array_new_with_free_func(g_free);
    totals->count_sizes = g_array_new(FALSE, TRUE, sizeof(gsize));
    return totals;
}

void sim_totals_free(SimTotals *totals)
{
    if (totals) {
        g_hash_table_unref(totals->sections_by_name);
        g_hash_table_unref(totals->block_indices);
        g_ptr_array_unref(totals->sections);
        g_array_unref(totals->passes);
        g_array_unref(totals->spans);
        g_ptr_array_unref(totals->counts);
        g_array_unref(totals->count_sizes);
        g_free(totals);
    }
}

static Section *section_of(SimTotals *totals, const char *name)
{
    Section *section = g_hash_table_lookup(totals->sections_by_name, name);

    if (!section) {
        section = g_new0(Section, 1);
        section->name = name;     /* lives as long as the context */
        g_ptr_array_add(totals->sections, section);
        g_hash_table_insert(totals->sections_by_name, (gpointer) name, section);
    }
    return section;
}

static gboolean block_index(const SimTotals *totals, const char *name, gsize *ret_index)
{
    gsize count = mig_stream_context_block_count(totals->session->context);
    gsize known = g_hash_table_size(totals->block_indices);

    for (gsize i = known; i < count; i++) {
        g_hash_table_insert(totals->block_indices, (gpointer) mig_stream_context_block(totals->session->context, i)->name,
                            GSIZE_TO_POINTER(i + 1));
    }
    *ret_index = GPOINTER_TO_SIZE(g_hash_table_lookup(totals->block_indices, name)) - 1;
    return *ret_index != G_MAXSIZE;
}

/* Counts are kept for streams of up to 2^32 pages a block (16 TiB); beyond that the page is only added up. */
static void count_page(SimTotals *totals, gsize index, guint64 offset)
{
    const MigStreamBlock *block = mig_stream_context_block(totals->session->context, index);
    guint64 pages = block->length / totals->session->config.page_size;
    guint8 *counts;

    while (totals->counts->len <= index) {
        gsize none = 0;
        g_ptr_array_add(totals->counts, NULL);
        g_array_append_val(totals->count_sizes, none);
    }
    counts = g_ptr_array_index(totals->counts, index);
    if (!counts && pages <= G_MAXUINT32) {
        counts = g_try_malloc0((gsize) pages);
        g_ptr_array_index(totals->counts, index) = counts;
        g_array_index(totals->count_sizes, gsize, index) = counts ? (gsize) pages : 0;
    }
    if (counts && offset / totals->session->config.page_size < pages) {
        guint8 *count = &counts[offset / totals->session->config.page_size];
        *count += *count < G_MAXUINT8;
    }
}

static void add_page(SimTotals *totals, const char *name, guint64 offset, Kind kind, gboolean walks)
{
    gsize index;

    totals->kinds[kind]++;
    if (!block_index(totals, name, &index)) {
        return;
    }
    count_page(totals, index, offset);
    if (!walks) {
        return;
    }
    if (totals->postcopy) {
        totals->postcopy_pages++;
        return;
    }
    if (!totals->placed || index < totals->last_block || (index == totals->last_block && offset <= totals->last_offset)) {
        Pass pass = { 0 };
        g_array_append_val(totals->passes, pass);
    }
    totals->placed = TRUE;
    totals->last_block = index;
    totals->last_offset = offset;
    g_array_index(totals->passes, Pass, totals->passes->len - 1).pages++;
}

static void add_packet(SimTotals *totals, guint span, const MigRecordPacket *packet)
{
    guint64 none = 0;
    g_autofree char *block = g_strndup(packet->block, sizeof packet->block);

    while (totals->spans->len <= span && span < 1000000) {
        g_array_append_val(totals->spans, none);
    }
    for (guint32 i = 0; i < packet->normal + packet->zero; i++) {
        add_page(totals, block, packet->offsets[i], i < packet->normal ? KIND_MULTIFD : KIND_MULTIFD_ZERO, FALSE);
    }
    if (span < totals->spans->len) {
        g_array_index(totals->spans, guint64, span) += packet->normal + packet->zero;
    }
}

void sim_totals_add(SimTotals *totals, const SimStreamChannel *channel, guint span, const MigRecord *record)
{
    MigChannelKind kind = sim_stream_channel_kind(channel->name);

    switch (record->kind) {
    case MIG_RECORD_SECTION:
        totals->section = section_of(totals, record->section.idstr);
        totals->section->sections++;
        break;
    case MIG_RECORD_RAM_PAGE:
        add_page(totals, record->page.block, record->page.offset, kind == MIG_CHANNEL_PREEMPT ? KIND_PREEMPT : KIND_PAGE,
                 kind == MIG_CHANNEL_MAIN);
        break;
    case MIG_RECORD_RAM_ZERO:
        add_page(totals, record->page.block, record->page.offset, kind == MIG_CHANNEL_PREEMPT ? KIND_PREEMPT : KIND_ZERO,
                 kind == MIG_CHANNEL_MAIN);
        break;
    case MIG_RECORD_RAM_XBZRLE:
        add_page(totals, record->page.block, record->page.offset, KIND_XBZRLE, TRUE);
        break;
    case MIG_RECORD_RAM_COMPRESS:
        add_page(totals, record->page.block, record->page.offset, KIND_COMPRESS, TRUE);
        break;
    case MIG_RECORD_MULTIFD_PACKET:
        add_packet(totals, span, &record->packet);
        break;
    case MIG_RECORD_MAPPED_BITMAP:
        for (gsize i = 0; i < record->piece.size; i++) {
            totals->kinds[KIND_MAPPED] += (guint64) __builtin_popcount(record->piece.bytes[i]);
        }
        break;
    case MIG_RECORD_COMMAND:
        totals->postcopy |= record->command.command == MIG_COMMAND_POSTCOPY_LISTEN;
        break;
    case MIG_RECORD_RP:
        totals->requests += record->rp.type == MIG_RP_REQ_PAGES || record->rp.type == MIG_RP_REQ_PAGES_ID;
        break;
    default:
        break;
    }
    if (totals->section && (kind == MIG_CHANNEL_MAIN || kind == MIG_CHANNEL_RESUMED)) {
        totals->section->bytes += record->size;
    }
    if (record->kind == MIG_RECORD_FOOTER || record->kind == MIG_RECORD_EOF || record->kind == MIG_RECORD_COMMAND) {
        totals->section = NULL;
    }
}

/* Pages by how often they came: once, twice, 3 to 5, 6 and more; and the page range that came most often. */
static void dirtying(const SimTotals *totals, guint64 classes[4], gsize *ret_block, guint64 *ret_first, guint64 *ret_count, guint *ret_most)
{
    *ret_most = 0;
    for (guint b = 0; b < totals->counts->len; b++) {
        const guint8 *counts = g_ptr_array_index(totals->counts, b);
        gsize size = g_array_index(totals->count_sizes, gsize, b);

        for (gsize i = 0; counts && i < size; i++) {
            guint count = counts[i];
            if (count > 0) {
                classes[count == 1 ? 0 : count == 2 ? 1 : count <= 5 ? 2 : 3]++;
            }
            if (count > *ret_most) {
                *ret_most = count;
                *ret_block = b;
                *ret_first = i;
                *ret_count = 1;
            } else if (count > 1 && count == *ret_most && *ret_block == b && *ret_first + *ret_count == i) {
                (*ret_count)++;
            }
        }
    }
}

void sim_totals_print(const SimTotals *totals)
{
    guint64 classes[4] = { 0 }, first = 0, count = 0;
    gsize block = 0;
    guint most;

    printf("totals\n  pages      ");
    for (guint i = 0; i < KIND_COUNT; i++) {
        if (totals->kinds[i]) {
            printf(" %" G_GUINT64_FORMAT " %s;", totals->kinds[i], kind_names[i]);
        }
    }
    printf("\n");
    for (guint i = 0; i < totals->sections->len; i++) {
        const Section *section = g_ptr_array_index(totals->sections, i);
        g_autofree char *name = g_strescape(section->name, NULL);
        printf("  %-10s %s: %" G_GUINT64_FORMAT " bytes in %" G_GUINT64_FORMAT " section%s\n", i ? "" : "sections", name, section->bytes,
               section->sections, section->sections == 1 ? "" : "s");
    }
    if (totals->passes->len > 0) {
        printf("  passes     %u:", totals->passes->len);
        for (guint i = 0; i < MIN(totals->passes->len, PASSES_SHOWN); i++) {
            printf(" %" G_GUINT64_FORMAT, g_array_index(totals->passes, Pass, i).pages);
        }
        printf("%s pages\n", totals->passes->len > PASSES_SHOWN ? " …" : "");
    }
    if (totals->spans->len > 0) {
        printf("  spans      between multifd syncs:");
        for (guint i = 0; i < MIN(totals->spans->len, PASSES_SHOWN); i++) {
            printf(" %" G_GUINT64_FORMAT, g_array_index(totals->spans, guint64, i));
        }
        printf("%s pages\n", totals->spans->len > PASSES_SHOWN ? " …" : "");
    }
    if (totals->postcopy) {
        printf("  postcopy   %" G_GUINT64_FORMAT " pages on main, %" G_GUINT64_FORMAT " on preempt, %" G_GUINT64_FORMAT " requests\n",
               totals->postcopy_pages, totals->kinds[KIND_PREEMPT], totals->requests);
    }
    dirtying(totals, classes, &block, &first, &count, &most);
    if (most > 0) {
        printf("  dirtying   pages that came once %" G_GUINT64_FORMAT ", twice %" G_GUINT64_FORMAT ", 3 to 5 times %" G_GUINT64_FORMAT
               ", more often %" G_GUINT64_FORMAT "\n", classes[0], classes[1], classes[2], classes[3]);
    }
    if (most > 1) {
        g_autofree char *name = g_strescape(mig_stream_context_block(totals->session->context, block)->name, NULL);
        guint page_size = totals->session->config.page_size;
        printf("             most often, %u%s times: %s 0x%" G_GINT64_MODIFIER "x-0x%" G_GINT64_MODIFIER "x\n", most, most == 255 ? " or more" : "",
               name, first * page_size, (first + count) * page_size - 1);
    }
}

json_t *sim_totals_json(const SimTotals *totals)
{
    json_t *root = json_object(), *pages = json_object(), *sections = json_array(), *passes = json_array(), *spans = json_array();
    json_t *dirty = json_object();
    guint64 classes[4] = { 0 }, first = 0, count = 0;
    gsize block = 0;
    guint most;

    for (guint i = 0; i < KIND_COUNT; i++) {
        (void) json_object_set_new(pages, kind_names[i], json_integer((json_int_t) totals->kinds[i]));
    }
    for (guint i = 0; i < totals->sections->len; i++) {
        const Section *section = g_ptr_array_index(totals->sections, i);
        g_autofree char *name = g_strescape(section->name, NULL);
        (void) json_array_append_new(sections, json_pack("{s:s, s:I, s:I}", "name", name, "bytes", (json_int_t) section->bytes,
                                                         "sections", (json_int_t) section->sections));
    }
    for (guint i = 0; i < totals->passes->len; i++) {
        (void) json_array_append_new(passes, json_integer((json_int_t) g_array_index(totals->passes, Pass, i).pages));
    }
    for (guint i = 0; i < totals->spans->len; i++) {
        (void) json_array_append_new(spans, json_integer((json_int_t) g_array_index(totals->spans, guint64, i)));
    }
    dirtying(totals, classes, &block, &first, &count, &most);
    (void) json_object_set_new(dirty, "once", json_integer((json_int_t) classes[0]));
    (void) json_object_set_new(dirty, "twice", json_integer((json_int_t) classes[1]));
    (void) json_object_set_new(dirty, "3 to 5 times", json_integer((json_int_t) classes[2]));
    (void) json_object_set_new(dirty, "more often", json_integer((json_int_t) classes[3]));
    (void) json_object_set_new(root, "pages", pages);
    (void) json_object_set_new(root, "sections", sections);
    (void) json_object_set_new(root, "passes", passes);
    (void) json_object_set_new(root, "spans", spans);
    (void) json_object_set_new(root, "postcopy_pages", json_integer((json_int_t) totals->postcopy_pages));
    (void) json_object_set_new(root, "requests", json_integer((json_int_t) totals->requests));
    (void) json_object_set_new(root, "times_sent", dirty);
    return root;
}
