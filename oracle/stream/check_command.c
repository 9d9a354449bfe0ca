/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Commands: where each may stand and what it carries (stream.md 3, 7, 8).
 */
#include "oracle/stream/check_private.h"

enum { DISCARD_RANGES_MAX = 12 };

static void at_start(CheckChannel *channel, const OraStreamRecord *record, guint rank)
{
    OraStreamCheck *check = channel->check;

    if (channel->channel == ORA_CHANNEL_MAIN_2 || check->phase != PHASE_COMMANDS || record->depth) {
        ora_check_add(check, ORA_SR_COMMAND_PLACE, channel, record->offset, "%s", record->name);
    } else if (rank < check->start_rank) {
        ora_check_add(check, ORA_SR_COMMAND_ORDER, channel, record->offset, "%s behind a command that follows it",
                      record->name);
    } else {
        check->start_rank = rank;
    }
}

static void ping(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const guint32 value = record->value;
    GArray *pings = channel->channel == ORA_CHANNEL_MAIN_2 ? check->pings_2 : check->pings;
    CheckValue entry = { .value = value, .offset = record->offset };
    gboolean fits;

    if (!check->rp_open && channel->channel == ORA_CHANNEL_MAIN) {
        ora_check_add(check, ORA_SR_PING_NO_RP, channel, record->offset, "PING %u", value);
        return;
    }
    if (pings->len < PLACES_MAX) {
        g_array_append_val(pings, entry);
    }
    if (record->depth) {
        fits = value == 3 || value == 0x42;
        if (value == 0x42) {
            ora_check_element(check, ORA_SR_RELEASE_PING_PACKAGE, channel, record->offset, 1002, 0, "PING 0x42");
        }
    } else if (check->phase == PHASE_COMMANDS && channel->channel == ORA_CHANNEL_MAIN) {
        fits = value == 1;
        if (fits) {
            at_start(channel, record, 2);
        }
    } else if (check->saw_package) {
        fits = value == 4;
    } else {
        fits = value == 2 && check->advised;
    }
    if (!fits) {
        ora_check_add(check, ORA_SR_PING_VALUE, channel, record->offset, "PING %u", value);
    }
}

static void advise(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const gsize length = record->head_size - 5;

    if (check->advised) {
        ora_check_add(check, ORA_SR_ADVISE_STATE, channel, record->offset, "a second ADVISE");
        return;
    }
    at_start(channel, record, 3);
    if (length != 16 && length != 0) {
        ora_check_add(check, ORA_SR_ADVISE_LENGTH, channel, record->offset + 3, "length %u", (guint) length);
        return;
    }
    check->advised = TRUE;
    check->advise_offset = record->offset;
    if (length == 16) {
        check->advise_ram = TRUE;
        check->advise_summary = ora_be64(record->head + 5);
        check->advise_page = ora_be64(record->head + 13);
    } else {
        ora_check_element(check, ORA_SR_RELEASE_ADVISE_EMPTY, channel, record->offset, 212, 0, "ADVISE without payload");
    }
}

static void discard(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const guint8 *p = record->head + 5;
    const gsize length = record->head_size - 5;
    const OraWalkerBlock *block;
    CheckBlock *mine;
    gint index;
    gsize n, pos;

    if (!check->advised || !check->advise_ram || check->listening) {
        ora_check_add(check, ORA_SR_DISCARD_STATE, channel, record->offset, "POSTCOPY_RAM_DISCARD %s",
                      check->listening ? "behind LISTEN" : "without ADVISE of 16 bytes");
        return;
    }
    check->n_discards++;
    n = length >= 2 ? p[1] : 0;
    pos = 2 + n + 1;
    if (length < 20 || length < pos + 16 || (length - pos) % 16) {
        ora_check_add(check, ORA_SR_DISCARD_FORM, channel, record->offset + 3, "length %u", (guint) length);
        return;
    }
    if (p[0] != 0) {
        ora_check_add(check, ORA_SR_DISCARD_FORM, channel, record->offset + 5, "version %u", p[0]);
    }
    if (p[2 + n] != 0) {
        ora_check_add(check, ORA_SR_DISCARD_FORM, channel, record->offset + 7 + n, "%u where 0 ends the name", p[2 + n]);
    }
    {
        g_autofree char *name = g_strndup((const char *) p + 2, n);
        g_autofree char *printable = g_strescape(name, NULL);

        index = ora_walker_find_block(channel->walker, name);
        if (index < 0) {
            ora_check_add(check, ORA_SR_DISCARD_BLOCK, channel, record->offset + 7, "block '%s'", printable);
            return;
        }
    }
    block = ora_walker_block(channel->walker, index);
    mine = (guint) index < check->blocks->len ? &g_array_index(check->blocks, CheckBlock, index) : NULL;
    if (index < check->discard_block) {
        ora_check_add(check, ORA_SR_DISCARD_ORDER, channel, record->offset + 7, "block '%s' behind a later one",
                      block->name);
    }
    if (check->n_discards == 1) {
        check->discard_last = -1;
    }
    if (index != check->discard_block) {
        check->discard_end = 0;
    }
    check->discard_block = index;
    if ((length - pos) / 16 > DISCARD_RANGES_MAX) {
        ora_check_add(check, ORA_SR_DISCARD_COUNT, channel, record->offset + 5, "%u ranges", (guint) ((length - pos) / 16));
    }
    for (; pos < length; pos += 16) {
        const guint64 start = ora_be64(p + pos), bytes = ora_be64(p + pos + 8), at = record->offset + 5 + pos;

        if (start % block->page_size || bytes % block->page_size || bytes == 0) {
            ora_check_add(check, ORA_SR_DISCARD_RANGE, channel, at,
                          "0x%" G_GINT64_MODIFIER "x and 0x%" G_GINT64_MODIFIER "x for pages of 0x%" G_GINT64_MODIFIER "x",
                          start, bytes, block->page_size);
            continue;
        }
        if (start >= block->length || bytes > block->length - start) {
            ora_check_add(check, ORA_SR_DISCARD_RANGE, channel, at,
                          "0x%" G_GINT64_MODIFIER "x and 0x%" G_GINT64_MODIFIER "x in a block of 0x%" G_GINT64_MODIFIER "x",
                          start, bytes, block->length);
            continue;
        }
        if (start < check->discard_end) {
            ora_check_add(check, ORA_SR_DISCARD_ORDER, channel, at,
                          "0x%" G_GINT64_MODIFIER "x, the range before ended at 0x%" G_GINT64_MODIFIER "x", start,
                          check->discard_end);
        }
        /* Ranges out of order are not counted: work stays bounded by RAM. */
        if (mine && check->counting && start >= check->discard_end && index >= check->discard_last) {
            ora_page_set_add_range(&mine->discarded, start >> check->page_shift, (start + bytes) >> check->page_shift);
            ora_page_set_remove_range(&mine->before, start >> check->page_shift, (start + bytes) >> check->page_shift);
            mine->discard_seen = TRUE;
            check->discard_last = index;
        }
        check->discard_end = MAX(check->discard_end, start + bytes);
    }
}

static void recv_bitmap(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const guint8 *p = record->head + 5;
    const gsize length = record->head_size - 5;
    const CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];
    g_autofree char *name = NULL;
    gint index;

    if (channel->channel != ORA_CHANNEL_MAIN_2 || check->resumed || !main) {
        ora_check_add(check, ORA_SR_RECV_BITMAP_PLACE, channel, record->offset, "RECV_BITMAP");
        return;
    }
    if (length < 2 || length != 1 + (gsize) p[0]) {
        ora_check_add(check, ORA_SR_RECV_BITMAP_FORM, channel, record->offset + 3, "length %u", (guint) length);
        return;
    }
    name = g_strndup((const char *) p + 1, p[0]);
    index = ora_walker_find_block(main->walker, name);
    if (index < 0 || (guint) index >= check->blocks->len) {
        g_autofree char *printable = g_strescape(name, NULL);

        ora_check_add(check, ORA_SR_RECV_BITMAP_BLOCK, channel, record->offset + 6, "block '%s'", printable);
        return;
    }
    if (index <= check->recv_last) {
        ora_check_add(check, ORA_SR_RECV_BITMAP_BLOCK, channel, record->offset + 6, "block '%s' %s", name,
                      index == check->recv_last ? "again" : "behind a later one");
    }
    check->recv_last = MAX(check->recv_last, index);
    g_array_index(check->blocks, CheckBlock, index).bitmap_asked = TRUE;
}

gboolean ora_check_command(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const OraCommandRow *row = ora_grammar_command(record->number, check->config.release);
    const guint64 at = record->offset;

    if (!row) {
        return FALSE;
    }
    ora_check_element(check, ORA_SR_RELEASE_COMMAND, channel, at, 205, 0, "a command");
    if (row->command == ORA_CMD_RESUME && record->head_size > 5) {
        /* Number 9 with a payload: RECV_BITMAP of 3.0. */
        ora_check_element(check, ORA_SR_RELEASE_RECOVERY_NUMBERS, channel, at, 300, 300, "RECV_BITMAP with number 9");
        recv_bitmap(channel, record);
        return TRUE;
    }
    switch (row->command) {
    case ORA_CMD_OPEN_RETURN_PATH:
        if (check->rp_open || channel->channel == ORA_CHANNEL_MAIN_2) {
            ora_check_add(check, ORA_SR_OPEN_RP_TWICE, channel, at, "OPEN_RETURN_PATH");
        } else {
            at_start(channel, record, 1);
        }
        check->rp_open = TRUE;
        break;
    case ORA_CMD_PING:
        ping(channel, record);
        break;
    case ORA_CMD_ADVISE:
        advise(channel, record);
        break;
    case ORA_CMD_LISTEN:
        if (!check->advised || check->listening) {
            ora_check_add(check, ORA_SR_LISTEN_STATE, channel, at, "%s", check->listening ? "a second LISTEN" : "LISTEN without ADVISE");
        } else if (check->advise_ram && check->n_discards == 0) {
            ora_check_add(check, ORA_SR_LISTEN_NO_DISCARD, channel, at, "LISTEN");
        }
        if (!record->depth) {
            ora_check_add(check, ORA_SR_LISTEN_PLACE, channel, at, "LISTEN outside of a package");
        }
        if (!check->rp_open) {
            ora_check_add(check, ORA_SR_LISTEN_NO_RP, channel, at, "LISTEN");
        }
        check->listening = TRUE;
        break;
    case ORA_CMD_RUN:
        if (!check->listening || check->running) {
            ora_check_add(check, ORA_SR_RUN_STATE, channel, at, "%s", check->running ? "a second RUN" : "RUN without LISTEN");
        } else if (!record->depth) {
            ora_check_add(check, ORA_SR_RUN_STATE, channel, at, "RUN outside of a package");
        }
        check->running = TRUE;
        check->package_run = TRUE;
        break;
    case ORA_CMD_DISCARD:
        discard(channel, record);
        break;
    case ORA_CMD_PACKAGED:
        if (check->saw_package || channel->channel == ORA_CHANNEL_MAIN_2) {
            ora_check_add(check, ORA_SR_PACKAGE_PLACE, channel, at, "%s", check->saw_package ? "a second package" : "a package in a recovery");
        } else if (!check->advised) {
            ora_check_add(check, ORA_SR_PACKAGE_PLACE, channel, at, "a package in precopy");
        }
        check->saw_package = TRUE;
        check->in_package = TRUE;
        check->package_run = FALSE;
        check->package_elements = 0;
        check->package_offset = at;
        break;
    case ORA_CMD_ENABLE_COLO:
        if (row->number == 8 && channel->channel == ORA_CHANNEL_MAIN_2 && check->config.release == 0) {
            /* In 3.0 this number is RESUME. */
            ora_check_element(check, ORA_SR_RELEASE_RECOVERY_NUMBERS, channel, at, 300, 300, "RESUME with number 8");
            check->resumed = TRUE;
            break;
        }
        ora_check_element(check, ORA_SR_RELEASE_ENABLE_COLO, channel, at, 301, 1002, "ENABLE_COLO");
        if (check->colo_command) {
            ora_check_add(check, ORA_SR_COMMAND_PLACE, channel, at, "a second ENABLE_COLO");
        } else {
            at_start(channel, record, 4);
        }
        check->colo_command = TRUE;
        break;
    case ORA_CMD_RESUME:
        if (channel->channel != ORA_CHANNEL_MAIN_2 || check->resumed) {
            ora_check_add(check, ORA_SR_RESUME_PLACE, channel, at, "POSTCOPY_RESUME");
        }
        check->resumed = TRUE;
        check->resume_offset = 1 + at;
        break;
    case ORA_CMD_RECV_BITMAP:
        recv_bitmap(channel, record);
        break;
    case ORA_CMD_SWITCHOVER_START:
        ora_check_element(check, ORA_SR_RELEASE_SWITCHOVER_START, channel, at, 1000, 0, "SWITCHOVER_START");
        if (check->switchover_seen) {
            ora_check_add(check, ORA_SR_SWITCHOVER_TWICE, channel, at, "SWITCHOVER_START");
        } else if (check->phase == PHASE_COMMANDS || check->phase > PHASE_BODY || record->depth || check->listening ||
                   check->n_discards) {
            ora_check_add(check, ORA_SR_SWITCHOVER_PLACE, channel, at, "SWITCHOVER_START");
        }
        check->switchover_seen = TRUE;
        check->switchover_offset = at;
        break;
    case ORA_CMD_UNKNOWN:
        break;
    }
    return TRUE;
}
