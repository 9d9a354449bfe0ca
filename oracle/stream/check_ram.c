/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * RAM (stream.md 4, 7.5, 9.2, 10): block list, pages, FLUSH, and in the end whether every page has arrived.
 */
#include "oracle/stream/check_private.h"

#include <zlib.h>

static void list_entry(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const OraWalkerBlock *block = ora_walker_block(channel->walker, record->block_index);
    CheckBlock mine = { .has_claim = FALSE };
    guint64 pages;

    if (!check->page_size) {
        check->page_size = ora_walker_page_size(channel->walker);
        check->page_shift = g_bit_nth_lsf(check->page_size, -1);
        check->counting = TRUE;
    }
    if (block->has_page_size) {
        ora_check_element(check, ORA_SR_RELEASE_RAM_PAGE_SIZE, channel, record->offset, 209, 0,
                          "a page size in the block list");
        if (!check->config.huge_blocks) {
            ora_stream_check_say(check, "block %s has pages of 0x%" G_GINT64_MODIFIER "x bytes, as the list says", block->name,
                          block->page_size);
        }
        if (block->page_size == check->page_size || block->length % block->page_size ||
            (check->advise_ram && !(check->advise_summary & block->page_size))) {
            ora_check_add(check, ORA_SR_RAM_LIST_PAGE_SIZE, channel, record->offset + record->head_size - 8,
                          "page size 0x%" G_GINT64_MODIFIER "x", block->page_size);
        }
    }
    if (check->blocks->len) {
        const guint last = check->blocks->len - 1;

        mine.first_page = g_array_index(check->blocks, CheckBlock, last).first_page +
                          (ora_walker_block(channel->walker, last)->length >> check->page_shift);
    }
    pages = mine.first_page + (block->length >> check->page_shift);
    if (pages > check->config.ram_max >> check->page_shift) {
        if (check->counting) {
            ora_check_add(check, ORA_SR_RAM_LIST_LIMIT, channel, record->offset, "0x%" G_GINT64_MODIFIER "x bytes and more",
                          pages << check->page_shift);
        }
        check->counting = FALSE;
    }
    pages = check->counting ? block->length >> check->page_shift : 0;
    ora_page_set_init(&mine.before, pages);
    ora_page_set_init(&mine.ever, pages);
    ora_page_set_init(&mine.discarded, pages);
    ora_page_set_init(&mine.after, pages);
    ora_page_set_init(&mine.again, pages);
    ora_page_set_init(&mine.preempt, pages);
    ora_page_set_init(&mine.multifd, pages);
    ora_page_set_init(&mine.claimed, pages);
    g_array_append_val(check->blocks, mine);
    if (ora_walker_ignore_shared(channel->walker)) {
        ora_check_element(check, ORA_SR_RELEASE_IGNORE_SHARED, channel, record->offset, 400, 0, "x-ignore-shared");
    }
}

/* All target pages of a huge page, without another's between them, on one channel. */
static void host_page(CheckChannel *channel, const OraStreamRecord *record, const OraWalkerBlock *block)
{
    OraStreamCheck *check = channel->check;
    const guint64 huge = record->address / block->page_size;

    if (channel->huge_left && (channel->huge_block != record->block_index || channel->huge_page != huge)) {
        /* 7.1 and 7.2 with preempt may leave one and come back to it. */
        if (!check->channels[ORA_CHANNEL_PREEMPT]) {
            ora_check_add(check, ORA_SR_RAM_HOST_PAGE, channel, record->offset,
                          "page 0x%" G_GINT64_MODIFIER "x of '%s', %u pages of another host page are still missing",
                          record->address, record->block, channel->huge_left);
        }
        channel->huge_left = 0;
    }
    if (!channel->huge_left) {
        channel->huge_block = record->block_index;
        channel->huge_page = huge;
        channel->huge_left = block->page_size >> check->page_shift;
    }
    channel->huge_left--;
}

static void page(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];
    const gboolean postcopy = channel->channel != ORA_CHANNEL_MAIN || check->listening;
    const OraWalkerBlock *block;
    CheckBlock *mine;
    guint64 number;

    check->any_pages = TRUE;
    check->pages_sent++;
    if (record->kind == ORA_REC_RAM_ZERO && record->value != 0) {
        ora_check_add(check, ORA_SR_RAM_ZERO_FILL, channel, record->offset + record->head_size - 1, "fill byte %02x",
                      record->value);
    }
    if (!postcopy) {
        if (record->kind == ORA_REC_RAM_PAGE) {
            if (!check->page_offset_main) {
                check->page_offset_main = 1 + record->offset;
            }
        }
        if (record->section_type == ORA_SECTION_START) {
            ora_check_add(check, ORA_SR_RAM_PAGE_IN_START, channel, record->offset, "%s in SECTION_START of ram",
                          ora_stream_kind_name(record->kind));
        }
    } else if (record->kind == ORA_REC_RAM_XBZRLE) {
        ora_check_add(check, ORA_SR_RAM_POSTCOPY_KIND, channel, record->offset, "xbzrle page");
    }
    if (main && ora_walker_mapped_ram(main->walker)) {
        ora_check_add(check, ORA_SR_MAPPED_RECORD, channel, record->offset, "%s", ora_stream_kind_name(record->kind));
        return;
    }
    if (record->block_index < 0) {
        if (check->list_seen && strcmp(record->block, "?") != 0) {
            ora_check_add(check, ORA_SR_RAM_BLOCK_UNKNOWN, channel, record->offset, "block '%s'", record->block);
        }
        return;
    }
    if (!main || (guint) record->block_index >= check->blocks->len) {
        return;
    }
    block = ora_walker_block(main->walker, record->block_index);
    mine = &g_array_index(check->blocks, CheckBlock, record->block_index);
    if (record->address >= block->length) {
        ora_check_add(check, ORA_SR_RAM_OFFSET, channel, record->offset,
                      "page 0x%" G_GINT64_MODIFIER "x of '%s', which has 0x%" G_GINT64_MODIFIER "x bytes", record->address,
                      block->name, block->length);
        return;
    }
    if (!check->counting) {
        return;
    }
    number = record->address >> check->page_shift;
    if (!postcopy) {
        if (record->kind == ORA_REC_RAM_XBZRLE && !ora_page_set_has(&mine->ever, number)) {
            ora_check_add(check, ORA_SR_RAM_XBZRLE_FIRST, channel, record->offset,
                          "a delta for page 0x%" G_GINT64_MODIFIER "x of '%s', which was never sent", record->address,
                          block->name);
        }
        if (!ora_page_set_add(&mine->ever, number) && !check->snapshot_twice) {
            check->snapshot_twice = 1 + record->offset;
        }
        ora_page_set_add(&mine->before, number);
        return;
    }
    if (block->page_size != check->page_size) {
        host_page(channel, record, block);
    }
    if (channel->channel == ORA_CHANNEL_PREEMPT) {
        channel->n_pages++;
        if (!ora_page_set_add(&mine->preempt, number)) {
            ora_check_add(check, ORA_SR_RAM_POSTCOPY_TWICE, channel, record->offset,
                          "page 0x%" G_GINT64_MODIFIER "x of '%s' again", record->address, block->name);
        }
        return;
    }
    /* A recovery begins anew: what came by then the bitmaps say, and a page comes on one of its two channels. */
    if (!ora_page_set_add(channel->channel == ORA_CHANNEL_MAIN_2 || channel->channel == ORA_CHANNEL_PREEMPT_2 ? &mine->again : &mine->after, number)) {
        ora_check_add(check, ORA_SR_RAM_POSTCOPY_TWICE, channel, record->offset,
                      "page 0x%" G_GINT64_MODIFIER "x of '%s' again", record->address, block->name);
    } else if (channel->channel == ORA_CHANNEL_MAIN && ora_page_set_has(&mine->before, number)) {
        ora_check_add(check, ORA_SR_RAM_POSTCOPY_KEPT, channel, record->offset,
                      "page 0x%" G_GINT64_MODIFIER "x of '%s', which came before LISTEN and was not discarded",
                      record->address, block->name);
    } else if (check->advise_ram && !ora_page_set_has(&mine->discarded, number)) {
        ora_check_add(check, ORA_SR_RAM_POSTCOPY_UNDISCARDED, channel, record->offset,
                      "page 0x%" G_GINT64_MODIFIER "x of '%s', which was not discarded", record->address, block->name);
    }
}

static void flush(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;

    check->flush_here++;
    ora_check_element(check, ORA_SR_RELEASE_FLUSH, channel, record->offset, 801, 0, "MULTIFD_FLUSH");
    if (ora_walker_mapped_ram(channel->walker)) {
        ora_check_add(check, ORA_SR_MAPPED_RECORD, channel, record->offset, "flush");
        return;
    }
    if (channel->channel != ORA_CHANNEL_MAIN || check->listening) {
        check->n_flush_postcopy++;
        ora_check_add(check, ORA_SR_FLUSH_POSTCOPY, channel, record->offset, "FLUSH");
        if (!check->config.release) {
            /* With no release told it is 8.1, or a contradiction to something else. */
            ora_check_element(check, ORA_SR_FLUSH_POSTCOPY, channel, record->offset, 801, 801, "FLUSH in postcopy");
        }
        return;
    }
    if (ora_walker_colo(channel->walker) && check->eof) {
        return;
    }
    check->n_flush++;
    if (!check->flush_offset) {
        check->flush_offset = 1 + record->offset;
    }
    if (record->section_type == ORA_SECTION_START) {
        check->flush_start++;
        if (check->flush_here > 1) {
            ora_check_add(check, ORA_SR_FLUSH_PLACE, channel, record->offset, "a second FLUSH in SECTION_START");
        }
    } else {
        if (!check->flush_outside) {
            check->flush_outside = 1 + record->offset;
        }
        if (check->flush_here > 3) {
            ora_check_add(check, ORA_SR_FLUSH_PLACE, channel, record->offset, "FLUSH number %u in one section",
                          check->flush_here);
        }
    }
}

void ora_check_ram(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const gboolean first = check->first_in_start;

    switch (record->kind) {
    case ORA_REC_RAM_PAGE:
    case ORA_REC_RAM_ZERO:
    case ORA_REC_RAM_XBZRLE:
    case ORA_REC_RAM_COMPRESS:
        check->first_in_start = FALSE;
        if (first && channel->channel == ORA_CHANNEL_MAIN) {
            ora_check_add(check, ORA_SR_RAM_LIST_MISSING, channel, record->offset, "%s",
                          ora_stream_kind_name(record->kind));
        }
        if (ora_stream_channel_is_preempt(channel->channel) && record->kind != ORA_REC_RAM_PAGE && record->kind != ORA_REC_RAM_ZERO) {
            ora_check_add(check, ORA_SR_PREEMPT_KIND, channel, record->offset, "%s", ora_stream_kind_name(record->kind));
            return;
        }
        if (record->kind == ORA_REC_RAM_COMPRESS) {
            ora_check_element(check, ORA_SR_RELEASE_COMPRESS, channel, record->offset, 204, 900, "a compressed page");
        }
        if (ora_walker_colo(channel->walker) && check->eof) {
            return;
        }
        page(channel, record);
        return;
    case ORA_REC_RAM_LIST:
        check->first_in_start = FALSE;
        check->list_seen = TRUE;
        if (!first) {
            ora_check_add(check, ORA_SR_RAM_LIST_PLACE, channel, record->offset, "a block list in SECTION_%s",
                          ora_grammar_section_name(record->section_type) ?: "?");
        } else if (record->address == 0) {
            ora_check_add(check, ORA_SR_RAM_LIST_TOTAL, channel, record->offset, "a total of 0");
        }
        return;
    case ORA_REC_RAM_BLOCK:
        list_entry(channel, record);
        return;
    case ORA_REC_RAM_FLUSH:
        if (ora_stream_channel_is_preempt(channel->channel)) {
            ora_check_add(check, ORA_SR_PREEMPT_KIND, channel, record->offset, "flush");
            return;
        }
        if (first && channel->channel == ORA_CHANNEL_MAIN) {
            ora_check_add(check, ORA_SR_RAM_LIST_MISSING, channel, record->offset, "FLUSH");
        }
        flush(channel, record);
        break;
    case ORA_REC_RAM_EOS:
        if (ora_stream_channel_is_preempt(channel->channel)) {
            channel->eos = TRUE;
            return;
        }
        if (first && record->section_type == ORA_SECTION_START && channel->channel == ORA_CHANNEL_MAIN) {
            ora_check_add(check, ORA_SR_RAM_LIST_MISSING, channel, record->offset, "EOS");
        }
        if (!check->listening && channel->channel == ORA_CHANNEL_MAIN && !check->eof) {
            check->n_eos++;
        }
        if (record->section_type == ORA_SECTION_END && check->flush_here == 0 && !check->listening && !check->eof &&
            !check->missing_flush_end) {
            check->missing_flush_end = 1 + record->offset;
        }
        break;
    default:
        break;
    }
    check->first_in_start = FALSE;
}

/* One number of at most two bytes, low seven bits first. FALSE: it does not end. */
static gboolean delta_count(const guint8 **p, const guint8 *end, guint *ret_count)
{
    if (end - *p < 2) {
        return FALSE;
    }
    *ret_count = (*p)[0] & 0x7f;
    if ((*p)[0] & 0x80) {
        if ((*p)[1] & 0x80) {
            return FALSE;
        }
        *ret_count |= (guint) (*p)[1] << 7;
        (*p)++;
    }
    (*p)++;
    return TRUE;
}

static const char *delta_error(const guint8 *p, gsize size, guint32 page)
{
    const guint8 *end = p + size;
    guint at = 0, count;

    while (p < end) {
        gboolean first = at == 0;

        if (!delta_count(&p, end, &count)) {
            return "a length that is cut or has three bytes";
        }
        if (count == 0 && !first) {
            return "no equal bytes between two runs";
        }
        if (count > page - at) {
            return "equal bytes past the page";
        }
        at += count;
        if (!delta_count(&p, end, &count)) {
            return "equal bytes at the end, or a length of three bytes";
        }
        if (count == 0) {
            return "a run of no bytes";
        }
        if (count > page - at || count > (gsize) (end - p)) {
            return "a run past the page or past the data";
        }
        at += count;
        p += count;
    }
    return NULL;
}

void ora_check_ram_body(CheckChannel *channel, const OraStreamRecord *record, const guint8 *body, gsize size)
{
    OraStreamCheck *check = channel->check;
    const guint32 page_size = ora_walker_page_size(channel->walker);

    if (record->kind == ORA_REC_RAM_XBZRLE) {
        const char *wrong = delta_error(body, size, page_size);

        if (wrong) {
            ora_check_add(check, ORA_SR_RAM_XBZRLE_DATA, channel, record->offset + record->head_size, "%s", wrong);
        }
    } else {
        guint8 out[65536];
        z_stream z = { .next_in = (guint8 *) body, .avail_in = size, .next_out = out, .avail_out = page_size };
        int ret = inflateInit(&z);

        if (ret == Z_OK) {
            ret = inflate(&z, Z_FINISH);
            inflateEnd(&z);
        }
        if (ret != Z_STREAM_END || z.avail_out || z.avail_in) {
            ora_check_add(check, ORA_SR_RAM_COMPRESS_DATA, channel, record->offset + record->head_size,
                          "%u bytes that do not unpack to a page", (guint) size);
        }
    }
}

static gboolean has_device(const OraStreamCheck *check, const char *part)
{
    for (guint i = 0; i < check->devices->len; i++) {
        if (strstr(((CheckDevice *) g_ptr_array_index(check->devices, i))->name, part)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Was every page received in the end? */
static void complete(OraStreamCheck *check)
{
    const CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];
    const CheckChannel *second = check->channels[ORA_CHANNEL_MAIN_2];
    const CheckChannel *preempt = check->channels[ORA_CHANNEL_PREEMPT];
    const CheckChannel *last = second ? second : main;
    const gboolean ends = ora_walker_ended(last->walker);
    const gboolean multifd_missing = !check->config.all_channels && check->n_multifd == 0 && check->flush_start &&
                                     !check->page_offset_main;
    guint64 missing = 0, first_page = 0;
    const char *first_block = NULL;

    if (!check->counting || !ends || !check->list_seen || check->config.partial || ora_walker_mapped_ram(main->walker)) {
        return;
    }
    for (guint i = 0; i < check->blocks->len; i++) {
        CheckBlock *mine = &g_array_index(check->blocks, CheckBlock, i);
        const OraWalkerBlock *block = ora_walker_block(main->walker, i);
        const guint64 pages = mine->before.pages;

        if (ora_walker_ignore_shared(main->walker) && mine->ever.count == 0 && mine->multifd.count == 0) {
            continue;            /* shared: the destination has it */
        }
        for (guint64 page = 0; page < pages; page++) {
            gboolean have;

            if (page % ORA_PAGE_SET_PIECE == 0 && ora_page_set_piece_empty(&mine->before, page) &&
                ora_page_set_piece_empty(&mine->after, page) && ora_page_set_piece_empty(&mine->preempt, page) &&
                ora_page_set_piece_empty(&mine->multifd, page) && ora_page_set_piece_empty(&mine->again, page) &&
                ora_page_set_piece_empty(&mine->claimed, page)) {
                /* Nothing of a whole piece: a list may announce far more than ever comes. */
                if (!missing) {
                    first_block = block->name;
                    first_page = page;
                }
                missing += MIN(pages - page, ORA_PAGE_SET_PIECE);
                page += ORA_PAGE_SET_PIECE - 1;
                continue;
            }
            have = ora_page_set_has(&mine->before, page) || ora_page_set_has(&mine->after, page) ||
                            ora_page_set_has(&mine->preempt, page) ||
                            (ora_page_set_has(&mine->multifd, page) && !ora_page_set_has(&mine->discarded, page));

            if (second) {
                have = (mine->has_claim ? ora_page_set_has(&mine->claimed, page) : have) ||
                       ora_page_set_has(&mine->again, page) || (have && !mine->has_claim) ||
                       ora_page_set_has(&mine->preempt, page);
            }
            if (!have) {
                if (!missing++) {
                    first_block = block->name;
                    first_page = page;
                }
            }
        }
    }
    if (!missing) {
        return;
    }
    if (multifd_missing) {
        ora_stream_check_say(check, "pages seem to have gone over multifd channels that were not given: RAM is not counted");
        return;
    }
    if (check->free_pages || has_device(check, "balloon")) {
        ora_stream_check_say(check, "%" G_GUINT64_FORMAT " pages were never sent: the guest may have given them back (balloon or "
                      "virtio-mem)", missing);
        return;
    }
    ora_check_add(check, ORA_SR_RAM_MISSING, last, ora_walker_settled(last->walker),
                  "the end, %" G_GUINT64_FORMAT " pages have not come, first 0x%" G_GINT64_MODIFIER "x of '%s'%s", missing,
                  first_page << check->page_shift, first_block,
                  check->listening && !preempt ? " (was there a preempt channel?)" : "");
}

void ora_check_ram_end(OraStreamCheck *check)
{
    CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];
    CheckChannel *preempt = check->channels[ORA_CHANNEL_PREEMPT];
    gboolean stopped = main->stopped;

    for (guint i = 0; i < ORA_CHANNEL_COUNT; i++) {
        stopped |= check->channels[i] && check->channels[i]->stopped;
    }
    for (guint i = 0; i < MULTIFD_MAX; i++) {
        stopped |= check->multifd[i] && check->multifd[i]->stopped;
    }
    if (stopped) {
        return;
    }
    /* Scheme: FLUSH in START or nowhere. */
    if (check->flush_outside && !check->flush_start) {
        ora_check_add(check, ORA_SR_FLUSH_PLACE, main, check->flush_outside - 1, "a FLUSH, but none in SECTION_START");
    }
    if (check->flush_start && check->missing_flush_end && !check->advise_offset) {
        ora_check_add(check, ORA_SR_FLUSH_PLACE, main, check->missing_flush_end - 1, "EOS of SECTION_END without a FLUSH");
    }
    if (check->n_flush && check->n_multifd == 0 && check->page_offset_main) {
        if (check->config.release && check->config.release != 801) {
            ora_check_add(check, ORA_SR_FLUSH_MULTIFD, main, check->flush_offset - 1,
                          "FLUSH although pages come on this channel");
        } else {
            ora_check_element(check, ORA_SR_FLUSH_MULTIFD, main, check->flush_offset - 1, 801, 801,
                              "FLUSH without multifd");
        }
    }
    if (check->n_multifd && check->page_offset_main) {
        ora_check_add(check, ORA_SR_RAM_MIXED, main, check->page_offset_main - 1, "a page on main besides multifd");
    }
    if (preempt) {
        ora_check_element(check, ORA_SR_RELEASE_PREEMPT, preempt, 0, 701, 0, "a preempt channel");
        if (preempt->n_pages && !check->listening) {
            ora_check_add(check, ORA_SR_PREEMPT_PLACE, preempt, 0, "pages, but there is no LISTEN on main");
        }
        if ((check->config.release == 701 || check->config.release == 702) && !preempt->eos && check->listening &&
            check->eof) {
            ora_check_add(check, ORA_SR_PREEMPT_END, preempt, ora_walker_settled(preempt->walker), "the end");
        }
        for (guint i = 0; i < check->blocks->len && check->counting; i++) {
            CheckBlock *mine = &g_array_index(check->blocks, CheckBlock, i);

            for (guint64 page = 0; mine->preempt.count && page < mine->preempt.pages; page++) {
                if (ora_page_set_piece_empty(&mine->preempt, page)) {
                    page |= ORA_PAGE_SET_PIECE - 1;
                    continue;
                }
                if (!ora_page_set_has(&mine->preempt, page)) {
                    continue;
                }
                if (ora_page_set_has(&mine->after, page)) {
                    ora_check_add(check, ORA_SR_PREEMPT_TWICE, preempt, 0,
                                  "page 0x%" G_GINT64_MODIFIER "x of '%s', which came on main too",
                                  page << check->page_shift, ora_walker_block(main->walker, i)->name);
                } else if (ora_page_set_has(&mine->before, page)) {
                    ora_check_add(check, ORA_SR_RAM_POSTCOPY_KEPT, preempt, 0,
                                  "page 0x%" G_GINT64_MODIFIER "x of '%s', which came before LISTEN and was not discarded",
                                  page << check->page_shift, ora_walker_block(main->walker, i)->name);
                }
            }
        }
    }
    if (check->channels[ORA_CHANNEL_MAIN_2]) {
        for (guint i = 0; i < check->blocks->len && check->counting; i++) {
            CheckBlock *mine = &g_array_index(check->blocks, CheckBlock, i);

            if (!mine->bitmap_asked) {
                ora_check_add(check, ORA_SR_RECV_BITMAP_MISSING, check->channels[ORA_CHANNEL_MAIN_2], 0,
                              "no RECV_BITMAP for block '%s'", ora_walker_block(main->walker, i)->name);
            }
            for (guint64 page = 0; mine->has_claim && page < mine->again.pages; page++) {
                if (ora_page_set_piece_empty(&mine->again, page)) {
                    page |= ORA_PAGE_SET_PIECE - 1;
                    continue;
                }
                if (ora_page_set_has(&mine->again, page) && ora_page_set_has(&mine->claimed, page)) {
                    ora_check_add(check, ORA_SR_RAM_POSTCOPY_TWICE, check->channels[ORA_CHANNEL_MAIN_2], 0,
                                  "page 0x%" G_GINT64_MODIFIER "x of '%s', which the bitmap says was received",
                                  page << check->page_shift, ora_walker_block(main->walker, i)->name);
                }
            }
        }
    }
    complete(check);
}
