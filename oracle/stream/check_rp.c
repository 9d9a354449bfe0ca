/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The return path (stream.md 6, 8): each message by itself, and against what main asked.
 */
#include "oracle/stream/check_private.h"

#define END_MARK G_GUINT64_CONSTANT(0x0123456789abcdef)

static void request(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];
    const guint32 length = ora_be32(record->head + 12);
    const OraWalkerBlock *block;

    if (!channel->first_request) {
        channel->first_request = 1 + record->offset;
    }
    if (record->number == ORA_RP_REQ_PAGES_ID) {
        channel->request_block = main ? ora_walker_find_block(main->walker, record->block) : -1;
        if (main && channel->request_block < 0) {
            ora_check_add(check, ORA_SR_RP_REQ_BLOCK, channel, record->offset + 17, "block '%s'", record->block);
            return;
        }
    } else if (strcmp(record->block, "?") == 0) {
        ora_check_add(check, ORA_SR_RP_REQ_NO_BLOCK, channel, record->offset, "REQ_PAGES");
        return;
    }
    if (!main || channel->request_block < 0) {
        return;
    }
    block = ora_walker_block(main->walker, channel->request_block);
    if (record->address % block->page_size || length % block->page_size || length == 0) {
        ora_check_add(check, ORA_SR_RP_REQ_RANGE, channel, record->offset + 4,
                      "0x%" G_GINT64_MODIFIER "x and 0x%x for pages of 0x%" G_GINT64_MODIFIER "x", record->address, length,
                      block->page_size);
    } else if (record->address >= block->length || length > block->length - record->address) {
        ora_check_add(check, ORA_SR_RP_REQ_RANGE, channel, record->offset + 4,
                      "0x%" G_GINT64_MODIFIER "x and 0x%x in a block of 0x%" G_GINT64_MODIFIER "x", record->address, length,
                      block->length);
    }
}

static void bitmap_size(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];
    guint64 want;

    channel->bitmap_at = 0;
    channel->bitmap_bytes = record->address;
    if (!main || channel->bitmap_block < 0 || !check->page_size) {
        return;
    }
    want = ora_walker_block(main->walker, channel->bitmap_block)->length / check->page_size;
    want = (want + 63) / 64 * 8;
    if (record->address != want) {
        ora_check_add(check, ORA_SR_RP_BITMAP_SIZE, channel, record->offset,
                      "%" G_GUINT64_FORMAT " bytes, block '%s' needs %" G_GUINT64_FORMAT, record->address,
                      ora_walker_block(main->walker, channel->bitmap_block)->name, want);
        channel->bitmap_block = -1;
    }
}

void ora_check_rp_body(CheckChannel *channel, const OraStreamRecord *record, const guint8 *data, gsize size)
{
    OraStreamCheck *check = channel->check;
    CheckBlock *mine = channel->bitmap_block >= 0 && (guint) channel->bitmap_block < check->blocks->len
                           ? &g_array_index(check->blocks, CheckBlock, channel->bitmap_block)
                           : NULL;

    for (gsize i = 0; i < size; i++, channel->bitmap_at++) {
        if (channel->bitmap_at >= channel->bitmap_bytes) {
            channel->mark[channel->bitmap_at - channel->bitmap_bytes] = data[i];
            continue;
        }
        for (guint bit = 0; mine && check->counting && data[i] && bit < 8; bit++) {
            const guint64 page = channel->bitmap_at * 8 + bit;

            if (!(data[i] >> bit & 1)) {
                continue;
            }
            if (page >= mine->claimed.pages) {
                ora_check_add(check, ORA_SR_RP_BITMAP_CONTENT, channel, record->offset + 8 + channel->bitmap_at,
                              "a bit behind the last page");
                break;
            }
            ora_page_set_add(&mine->claimed, page);
        }
    }
    if (channel->bitmap_at == channel->bitmap_bytes + 8) {
        if (ora_be64(channel->mark) != END_MARK) {
            ora_check_add(check, ORA_SR_RP_BITMAP_END, channel, record->offset + 8 + channel->bitmap_bytes,
                          "0x%" G_GINT64_MODIFIER "x", ora_be64(channel->mark));
        }
        if (mine) {
            mine->has_claim = TRUE;
        }
    }
}

void ora_check_rp(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];

    if (record->kind == ORA_REC_COLO) {
        static const guint8 next[7] = { [0] = 2, [2] = 5, [5] = 6, [6] = 2 };

        if (channel->colo_any ? next[channel->colo_last] != record->value : record->value != 0) {
            ora_check_add(check, ORA_SR_COLO_ORDER, channel, record->offset, "message %u %s", record->value,
                          channel->colo_any ? "out of turn" : "first");
        }
        channel->colo_any = TRUE;
        channel->colo_last = record->value;
        return;
    }
    if (record->kind == ORA_REC_RP_BITMAP) {
        bitmap_size(channel, record);
        return;
    }
    if (record->kind != ORA_REC_RP_MESSAGE) {
        return;
    }
    channel->n_messages++;
    if (channel->shut) {
        ora_check_add(check, ORA_SR_RP_SHUT_LAST, channel, record->offset, "%s behind SHUT", record->name);
    }
    switch ((OraRpMessage) record->number) {
    case ORA_RP_SHUT:
        if (!channel->shut) {
            channel->shut_value = record->value;
            channel->shut_offset = record->offset;
        }
        channel->shut = TRUE;
        /* A load that fails before the end of the stream says 1. */
        if (record->value != 0 && check->eof_at != 0) {
            ora_check_add(check, ORA_SR_RP_SHUT_VALUE, channel, record->offset + 4, "status %u", record->value);
        }
        break;
    case ORA_RP_PONG: {
        CheckValue pong = { .value = record->value, .offset = record->offset };

        if (channel->pongs->len < PLACES_MAX) {
            g_array_append_val(channel->pongs, pong);
        }
        break;
    }
    case ORA_RP_REQ_PAGES_ID:
    case ORA_RP_REQ_PAGES:
        request(channel, record);
        break;
    case ORA_RP_RECV_BITMAP: {
        gint index = main ? ora_walker_find_block(main->walker, record->idstr) : -1;

        ora_check_element(check, ORA_SR_RELEASE_RP_BITMAP, channel, record->offset, 300, 0, "RECV_BITMAP");
        channel->bitmap_block = index;
        if (main && (index < 0 || (guint) index >= check->blocks->len ||
                     !g_array_index(check->blocks, CheckBlock, index).bitmap_asked ||
                     g_array_index(check->blocks, CheckBlock, index).has_claim)) {
            ora_check_add(check, ORA_SR_RP_BITMAP_UNASKED, channel, record->offset + 4, "RECV_BITMAP for '%s'",
                          record->idstr);
        }
        break;
    }
    case ORA_RP_RESUME_ACK:
        channel->n_resume_acks++;
        channel->resume_ack_offset = record->offset;
        if (record->value != 1) {
            ora_check_add(check, ORA_SR_RP_RESUME_ACK_VALUE, channel, record->offset + 4, "value %u", record->value);
        }
        if (channel->channel != ORA_CHANNEL_RP_2 || channel->n_resume_acks > 1 || !check->resumed) {
            ora_check_add(check, ORA_SR_RP_RESUME_ACK_UNASKED, channel, record->offset, "RESUME_ACK");
        }
        break;
    case ORA_RP_SWITCHOVER_ACK:
        ora_check_element(check, ORA_SR_RELEASE_SWITCHOVER_ACK, channel, record->offset, 801, 0, "SWITCHOVER_ACK");
        channel->switchover_ack_offset = record->offset;
        if (++channel->n_switchover_acks > 1 || channel->channel == ORA_CHANNEL_RP_2) {
            ora_check_add(check, ORA_SR_RP_SWITCHOVER_ACK, channel, record->offset, "a second SWITCHOVER_ACK");
        }
        break;
    case ORA_RP_INVALID:
    case ORA_RP_COUNT:
        break;
    }
}

/* Each PING has a PONG of its value and the other way round; the order means nothing. */
static void pair(OraStreamCheck *check, const CheckChannel *rp, const CheckChannel *asker, GArray *pings)
{
    for (guint i = 0; i < rp->pongs->len; i++) {
        CheckValue *pong = &g_array_index(rp->pongs, CheckValue, i);
        gboolean found = FALSE;

        for (guint k = 0; k < pings->len && !found; k++) {
            CheckValue *ping = &g_array_index(pings, CheckValue, k);

            if (!ping->matched && ping->value == pong->value) {
                ping->matched = found = TRUE;
            }
        }
        if (!found) {
            ora_check_add(check, ORA_SR_RP_PONG_UNASKED, rp, pong->offset, "PONG %u", pong->value);
        }
    }
    for (guint k = 0; k < pings->len; k++) {
        const CheckValue *ping = &g_array_index(pings, CheckValue, k);

        if (!ping->matched && rp->shut) {
            ora_check_add(check, ORA_SR_RP_PING_UNANSWERED, asker, ping->offset, "PING %u", ping->value);
        }
    }
}

void ora_check_rp_end(OraStreamCheck *check)
{
    CheckChannel *main = check->channels[ORA_CHANNEL_MAIN], *second = check->channels[ORA_CHANNEL_MAIN_2];
    CheckChannel *rp = check->channels[ORA_CHANNEL_RP], *rp2 = check->channels[ORA_CHANNEL_RP_2];
    const CheckChannel *last = rp2 ? rp2 : rp;

    if (ora_check_is_cut(check, main) || (second && ora_check_is_cut(check, second))) {
        return;
    }
    if (rp && !rp->stopped && !main->stopped) {
        if (rp->n_messages && !check->rp_open) {
            ora_check_add(check, ORA_SR_RP_NOT_OPEN, rp, 0, "messages, but main has no OPEN_RETURN_PATH");
        } else if (!rp->colo_any || rp->n_messages) {
            pair(check, rp, main, check->pings);
        }
        if (rp->first_request && !check->listening && !check->config.partial) {
            ora_check_add(check, ORA_SR_RP_REQ_PLACE, rp, rp->first_request - 1, "a page request, there is no LISTEN on main");
        }
        if (check->config.release >= 1101 && rp->n_switchover_acks) {
            ora_check_add(check, ORA_SR_RP_ACK_LEGACY, rp, rp->switchover_ack_offset, "SWITCHOVER_ACK");
        }
    }
    if (rp2 && second && !rp2->stopped && !second->stopped) {
        pair(check, rp2, second, check->pings_2);
        for (guint i = 0; i < check->blocks->len; i++) {
            CheckBlock *mine = &g_array_index(check->blocks, CheckBlock, i);
            const char *name = ora_walker_block(main->walker, i)->name;

            if (mine->bitmap_asked && !mine->has_claim) {
                ora_check_add(check, ORA_SR_RP_BITMAP_MISSING, rp2, ora_walker_settled(rp2->walker), "no bitmap of '%s'",
                              name);
            }
            /* Received can only be what was sent. */
            for (guint64 page = 0; mine->has_claim && check->counting && page < mine->claimed.pages; page++) {
                if (ora_page_set_piece_empty(&mine->claimed, page)) {
                    page |= ORA_PAGE_SET_PIECE - 1;
                    continue;
                }
                if (ora_page_set_has(&mine->claimed, page) && !ora_page_set_has(&mine->before, page) &&
                    !ora_page_set_has(&mine->after, page) && !ora_page_set_has(&mine->preempt, page) &&
                    !(ora_page_set_has(&mine->multifd, page) && !ora_page_set_has(&mine->discarded, page))) {
                    ora_check_add(check, ORA_SR_RP_BITMAP_CONTENT, rp2, 0,
                                  "the bitmap of '%s' has page 0x%" G_GINT64_MODIFIER "x, which did not come", name,
                                  page << check->page_shift);
                    break;
                }
            }
        }
        if (check->resume_offset && rp2->n_resume_acks == 0) {
            ora_check_add(check, ORA_SR_RP_RESUME_ACK_MISSING, rp2, ora_walker_settled(rp2->walker), "no RESUME_ACK");
        }
    }
    if (last && !last->stopped && !last->shut && !last->colo_any && check->rp_open && check->eof_at) {
        ora_check_add(check, ORA_SR_RP_SHUT_MISSING, last, ora_walker_settled(last->walker), "the end");
    }
}
