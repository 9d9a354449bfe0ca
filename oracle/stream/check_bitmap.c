/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Dirty bitmaps (stream.md 11.1) and old block migration (11.2).
 */
#include "oracle/stream/check_private.h"

enum { BITMAPS_MAX = 65536 };

static void name_is(CheckChannel *channel, const OraStreamRecord *record, gsize pos, char **place, gsize longest)
{
    const gsize n = record->head[pos];
    g_autofree char *raw = g_strndup((const char *) record->head + pos + 1, n);

    if (n == 0 || n > longest) {
        ora_check_add(channel->check, ORA_SR_BITMAP_NAME, channel, record->offset + pos, "a name of %u bytes", (guint) n);
    }
    g_free(*place);
    *place = g_strescape(raw, NULL);
}

void ora_check_bitmap(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    const guint8 *p = record->head;
    const guint8 flags = p[0];
    g_autofree char *key = NULL;
    CheckBitmap *bitmap;
    gsize pos = 1;

    if (flags & ORA_BITMAP_EOS) {
        return;
    }
    if (flags & ORA_BITMAP_DEVICE_NAME) {
        name_is(channel, record, pos, &check->bitmap_node, 255);
        pos += 1 + p[pos];
    }
    if (flags & ORA_BITMAP_BITMAP_NAME) {
        name_is(channel, record, pos, &check->bitmap_name, 255);
        pos += 1 + p[pos];
    }
    if (!check->bitmap_node || !check->bitmap_name) {
        ora_check_add(check, ORA_SR_BITMAP_NAME, channel, record->offset, "flags %02x, nothing named before", flags);
        return;
    }
    if (!(flags & (ORA_BITMAP_START | ORA_BITMAP_COMPLETE | ORA_BITMAP_BITS)) ||
        __builtin_popcount(flags & (ORA_BITMAP_START | ORA_BITMAP_COMPLETE | ORA_BITMAP_BITS)) > 1 ||
        (flags & ORA_BITMAP_ZEROES && !(flags & ORA_BITMAP_BITS))) {
        ora_check_add(check, ORA_SR_BITMAP_FLAGS, channel, record->offset, "flags %02x", flags);
        return;
    }
    key = g_strdup_printf("%s/%s", check->bitmap_node, check->bitmap_name);
    bitmap = g_hash_table_lookup(check->bitmaps, key);
    if (!bitmap) {
        if (g_hash_table_size(check->bitmaps) >= BITMAPS_MAX) {
            return;
        }
        bitmap = g_new0(CheckBitmap, 1);
        bitmap->name = g_strdup(key);
        bitmap->offset = record->offset;
        g_hash_table_insert(check->bitmaps, g_strdup(key), bitmap);
    }
    if (flags & ORA_BITMAP_START) {
        const guint32 granularity = ora_be32(p + pos);

        if (bitmap->started || record->section_type != ORA_SECTION_START) {
            ora_check_add(check, ORA_SR_BITMAP_ORDER, channel, record->offset, "START of '%s' %s", key,
                          bitmap->started ? "again" : "outside of SECTION_START");
        }
        bitmap->started = TRUE;
        bitmap->granularity = granularity;
        if (granularity < 512 || granularity > (guint32) 1 << 31 || (granularity & (granularity - 1))) {
            ora_check_add(check, ORA_SR_BITMAP_START, channel, record->offset + pos, "granularity %u", granularity);
            bitmap->granularity = 0;
        }
        if (p[pos + 4] & 0xf8) {
            ora_check_add(check, ORA_SR_BITMAP_START, channel, record->offset + pos + 4, "flags %02x", p[pos + 4]);
        }
        return;
    }
    if (!bitmap->started || bitmap->completed) {
        ora_check_add(check, ORA_SR_BITMAP_ORDER, channel, record->offset, "%s of '%s', %s",
                      flags & ORA_BITMAP_BITS ? "BITS" : "COMPLETE", key,
                      bitmap->started ? "which is complete" : "which was not started");
        return;
    }
    if (flags & ORA_BITMAP_COMPLETE) {
        bitmap->completed = TRUE;
        if (record->section_type != ORA_SECTION_END) {
            ora_check_add(check, ORA_SR_BITMAP_ORDER, channel, record->offset, "COMPLETE of '%s' outside of SECTION_END",
                          key);
        }
        return;
    }
    {
        const guint64 sector = ora_be64(p + pos);
        const guint32 sectors = ora_be32(p + pos + 8);
        const guint64 most = (guint64) 1024 * 8 * bitmap->granularity / 512;

        if (sectors == 0 || (bitmap->granularity && sectors > most)) {
            ora_check_add(check, ORA_SR_BITMAP_CHUNK, channel, record->offset + pos + 8, "%u sectors", sectors);
            return;
        }
        /* Postcopy sends each range once; precopy may send them again only in the END. Ascending either way. */
        if (sector != bitmap->next_sector) {
            ora_check_add(check, ORA_SR_BITMAP_ORDER, channel, record->offset + pos,
                          "sector %" G_GUINT64_FORMAT " of '%s' where %" G_GUINT64_FORMAT " is next", sector, key,
                          bitmap->next_sector);
        }
        if (sector > (guint64) G_MAXINT64 - sectors) {
            ora_check_add(check, ORA_SR_BITMAP_CHUNK, channel, record->offset + pos, "sector %" G_GUINT64_FORMAT, sector);
            return;
        }
        bitmap->next_sector = sector + sectors;
        if (!(flags & ORA_BITMAP_ZEROES) && bitmap->granularity) {
            const guint64 bits = ((guint64) sectors * 512 + bitmap->granularity - 1) / bitmap->granularity;
            const guint64 want = ((bits + 63) / 64 * 8 + 31) / 32 * 32;
            const guint64 have = ora_be64(p + pos + 12);

            if (have != want) {
                ora_check_add(check, ORA_SR_BITMAP_CHUNK, channel, record->offset + pos + 12,
                              "%" G_GUINT64_FORMAT " bytes for %" G_GUINT64_FORMAT " bits, not %" G_GUINT64_FORMAT, have,
                              bits, want);
            }
        }
    }
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b);
}

void ora_check_bitmap_end(OraStreamCheck *check)
{
    const CheckChannel *main = check->channels[ORA_CHANNEL_MAIN];
    GList *keys;

    if (main->stopped || !check->eof || check->config.partial) {
        return;
    }
    keys = g_list_sort(g_hash_table_get_keys(check->bitmaps), by_name);
    for (GList *each = keys; each; each = each->next) {
        CheckBitmap *bitmap = g_hash_table_lookup(check->bitmaps, each->data);

        if (bitmap->started && !bitmap->completed) {
            ora_check_add(check, ORA_SR_BITMAP_INCOMPLETE, main, bitmap->offset, "bitmap '%s'", bitmap->name);
        }
    }
    g_list_free(keys);
}

void ora_check_block(CheckChannel *channel, const OraStreamRecord *record)
{
    const guint64 sector = record->address >> 9;

    if (record->value & ORA_BLOCK_DEVICE && sector % 2048) {
        ora_check_add(channel->check, ORA_SR_BLOCK_SECTOR, channel, record->offset, "sector %" G_GUINT64_FORMAT, sector);
    } else if (record->value == ORA_BLOCK_PROGRESS && sector > 100) {
        ora_check_add(channel->check, ORA_SR_BLOCK_PROGRESS, channel, record->offset, "%" G_GUINT64_FORMAT " percent",
                      sector);
    } else if (record->value == ORA_BLOCK_EOS && sector) {
        ora_check_add(channel->check, ORA_SR_BLOCK_FLAGS, channel, record->offset, "EOS with sector %" G_GUINT64_FORMAT,
                      sector);
    }
}
