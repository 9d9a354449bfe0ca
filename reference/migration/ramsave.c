/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/ramsave.h"

#include <string.h>

#include "reference/migration/pagecache.h"
#include "reference/migration/throttle.h"
#include "reference/stream/page.h"

#define R(major, minor) MIG_RELEASE(major, minor)

typedef struct {
    MigRamBlock *block;
    guint64 *map;                  /* pages to be sent, a bit each */
    guint name_length;
} SaveBlock;

struct MigRamSave {
    MigVm *vm;
    MigStats *stats;
    MigRate *rate;
    MigRamSaveHooks hooks;
    SaveBlock *blocks; guint count;
    guint64 dirty;                 /* bits set in all maps */
    guint64 total_pages;
    guint at_block; guint64 at_page;       /* where the scan goes on */
    int last_block;                /* of the page before on the main channel, for sizes; -1: none */
    gboolean postcopy, last_stage, round_done;
    gboolean compress;             /* {2.4-9.0} */
    MigPageCache *cache;           /* xbzrle; NULL: off */
    MigThrottle throttle;
    gint64 evaluated_ms;           /* time of the last evaluation; 0: none yet */
    guint64 period_dirty;          /* pages found dirty since */
    guint64 transferred_before, handled_before, miss_before, encoded_before, encoded_bytes_before;
};

static inline guint64 words(const SaveBlock *it) { return (it->block->page_count + 63) / 64; }

static gboolean is_ignored(const MigRamSave *save, const MigRamBlock *block)
{
    return block->shared && mig_vm_has_cap(save->vm, MIG_CAP_X_IGNORE_SHARED);
}

MigRamSave *mig_ram_save_new(MigVm *vm, MigStats *stats, MigRate *rate, const MigRamSaveHooks *hooks)
{
    MigRamSave *save = g_new0(MigRamSave, 1);
    guint count = mig_ram_block_count(vm->ram);

    save->vm = vm;
    save->stats = stats;
    save->rate = rate;
    if (hooks)
        save->hooks = *hooks;
    save->last_block = -1;
    save->blocks = g_new0(SaveBlock, MAX(count, 1));
    for (guint i = 0; i < count; i++) {
        MigRamBlock *block = mig_ram_block_in_order(vm->ram, i);
        SaveBlock *it;

        if (is_ignored(save, block))
            continue;
        it = &save->blocks[save->count++];
        it->block = block;
        it->map = g_new0(guint64, MAX(words(it), 1));
        it->name_length = (guint) strlen(block->idstr);
        save->total_pages += block->page_count;
    }
    if (mig_vm_has_cap(vm, MIG_CAP_XBZRLE))
        save->cache = mig_page_cache_new(mig_vm_param(vm, MIG_PARAM_XBZRLE_CACHE_SIZE));
    save->compress = vm->release < R(9, 1) && mig_vm_has_cap(vm, MIG_CAP_COMPRESS);
    mig_throttle_init(&save->throttle, vm);
    return save;
}

void mig_ram_save_free(MigRamSave *save)
{
    if (save == NULL)
        return;
    mig_ram_log_stop(save->vm->ram);
    for (guint i = 0; i < save->count; i++)
        g_free(save->blocks[i].map);
    g_free(save->blocks);
    mig_page_cache_free(save->cache);
    g_free(save);
}

guint64 mig_ram_save_remaining(const MigRamSave *save) { return save->dirty * MIG_PAGE_SIZE; }
guint64 mig_ram_save_total(const MigRamSave *save) { return save->total_pages * MIG_PAGE_SIZE; }
void mig_ram_save_last_stage(MigRamSave *save) { save->last_stage = TRUE; }
gboolean mig_ram_save_in_postcopy(const MigRamSave *save) { return save->postcopy; }
int mig_ram_save_throttle(const MigRamSave *save) { return save->throttle.percent; }
void mig_ram_save_throttle_stop(MigRamSave *save) { mig_throttle_stop(&save->throttle); }

MigRamBlock *mig_ram_save_block(MigRamSave *save, guint position)
{
    return position < save->count ? save->blocks[position].block : NULL;
}

/* ---- The sync ---- */

static void fetch_log(MigRamSave *save)
{
    for (guint i = 0; i < save->count; i++) {
        SaveBlock *it = &save->blocks[i];
        guint64 *log = it->block->log;

        for (guint64 w = 0, n = words(it); w < n; w++) {
            guint64 fresh;

            if (log[w] == 0)
                continue;
            fresh = log[w] & ~it->map[w];
            it->map[w] |= log[w];
            log[w] = 0;
            save->dirty += (guint64) __builtin_popcountll(fresh);
            save->period_dirty += (guint64) __builtin_popcountll(fresh);
        }
    }
}

static void update_rates(MigRamSave *save, gint64 elapsed_ms)
{
    MigStats *stats = save->stats;
    guint64 handled = stats->pages_handled - save->handled_before;

    stats->dirty_pages_rate = save->period_dirty * 1000 / (guint64) elapsed_ms;
    if (handled == 0 || save->cache == NULL)
        return;
    stats->xbzrle_cache_miss_rate = (double) (stats->xbzrle_cache_miss - save->miss_before) / (double) handled;
    save->miss_before = stats->xbzrle_cache_miss;
    if (save->vm->release >= R(5, 1)) {
        double plain = (double) ((stats->xbzrle_pages - save->encoded_before) * MIG_PAGE_SIZE);
        double encoded = (double) (stats->xbzrle_bytes - save->encoded_bytes_before);

        stats->xbzrle_encoding_rate = stats->xbzrle_pages == save->encoded_before || encoded == 0 ? 0 : plain / encoded;
        save->encoded_before = stats->xbzrle_pages;
        save->encoded_bytes_before = stats->xbzrle_bytes;
    }
}

void mig_ram_save_sync(MigRamSave *save, gboolean counted)
{
    MigVm *vm = save->vm;
    MigStats *stats = save->stats;
    gint64 now_ms = mig_vm_now_ms(vm);

    if (counted)
        stats->dirty_sync_count++;
    if (save->evaluated_ms == 0)
        save->evaluated_ms = now_ms;
    vm->env->ops->guest_catch_up(vm->env);
    fetch_log(save);
    stats->remaining_at_sync = mig_ram_save_remaining(save);
    if (now_ms > save->evaluated_ms + 1000) {
        guint64 sent = stats->transferred - save->transferred_before;

        if (mig_vm_has_cap(vm, MIG_CAP_AUTO_CONVERGE))
            mig_throttle_evaluate(&save->throttle, save->period_dirty * MIG_PAGE_SIZE, sent);
        update_rates(save, now_ms - save->evaluated_ms);
        save->handled_before = stats->pages_handled;
        save->transferred_before = stats->transferred;
        save->period_dirty = 0;
        save->evaluated_ms = now_ms;
    }
    if (counted && save->hooks.synced)
        save->hooks.synced(save->hooks.opaque, stats->dirty_sync_count);
}

void mig_ram_save_begin(MigRamSave *save, gboolean count_sync)
{
    save->dirty = 0;
    for (guint i = 0; i < save->count; i++) {
        SaveBlock *it = &save->blocks[i];
        guint64 pages = it->block->page_count;

        memset(it->map, 0xff, (gsize) (pages / 64) * sizeof(guint64));
        if (pages % 64)
            it->map[pages / 64] = (G_GUINT64_CONSTANT(1) << (pages % 64)) - 1;
        save->dirty += pages;
    }
    mig_ram_log_start(save->vm->ram);
    if (count_sync)
        mig_ram_save_sync(save, TRUE);
    else
        save->evaluated_ms = mig_vm_now_ms(save->vm);
}

void mig_ram_save_list(MigRamSave *save, MigWriter *writer)
{
    MigVm *vm = save->vm;
    gboolean postcopy = mig_vm_has_cap(vm, MIG_CAP_POSTCOPY_RAM) && vm->release >= R(2, 9);
    gboolean addresses = mig_vm_has_cap(vm, MIG_CAP_X_IGNORE_SHARED);

    mig_writer_mem_size(writer, mig_ram_size(vm->ram));
    for (guint i = 0, n = mig_ram_block_count(vm->ram); i < n; i++) {
        MigRamBlock *block = mig_ram_block_in_order(vm->ram, i);

        mig_writer_ram_block(writer, block->idstr, block->size, postcopy && block->page_size != MIG_PAGE_SIZE ? block->page_size : 0,
                             addresses ? &block->guest_address : NULL);
    }
}

/* ---- Pages ---- */

/* Bytes were put for RAM: the counters of that release. */
static inline void account(MigRamSave *save, guint head, guint body)
{
    MigStats *stats = save->stats;
    guint64 bytes = (guint64) head + body;

    stats->transferred += bytes;
    /* What was sent while the VM stood is downtime's, also of one that was never started. */
    if (mig_vm_running(save->vm))
        stats->precopy_bytes += bytes;
    else if (save->postcopy)
        stats->postcopy_bytes += bytes;
    else
        stats->downtime_bytes += bytes;
    mig_rate_put(save->rate, head, body);
}

void mig_ram_save_account(MigRamSave *save, guint bytes) { account(save, bytes, 0); }

static inline guint head_size(MigRamSave *save, guint index)
{
    guint size = 8;

    if ((int) index != save->last_block) {
        size += 1 + save->blocks[index].name_length;
        save->last_block = (int) index;
    }
    return size;
}

static inline guint64 address_of(const SaveBlock *it, guint64 page) { return (it->block->page_first + page) * MIG_PAGE_SIZE; }

/* TRUE: the delta went out, or nothing had to. */
static gboolean put_delta(MigRamSave *save, MigWriter *writer, guint index, guint64 page)
{
    SaveBlock *it = &save->blocks[index];
    MigStats *stats = save->stats;
    guint8 delta[MIG_PAGE_SIZE];
    guint16 size = 0;

    switch (mig_page_cache_encode(save->cache, address_of(it, page), stats->dirty_sync_count, it->block, page, save->last_stage, delta, &size)) {
    case MIG_CACHE_MISS:
        stats->xbzrle_cache_miss++;
        return FALSE;
    case MIG_CACHE_OVERFLOW:
        stats->xbzrle_overflow++;
        if (save->vm->release >= R(5, 1)) {
            stats->xbzrle_pages++;
            stats->xbzrle_bytes += MIG_PAGE_SIZE;
        }
        return FALSE;
    case MIG_CACHE_EQUAL:
        if (save->vm->release >= R(5, 1))
            stats->xbzrle_pages++;
        return TRUE;
    case MIG_CACHE_DELTA: {
        guint head = head_size(save, index) + 3;

        mig_writer_xbzrle(writer, it->block->idstr, page * MIG_PAGE_SIZE, delta, size);
        stats->xbzrle_pages++;
        stats->xbzrle_bytes += head + size - (save->vm->release >= R(5, 1) ? 8 : 0);
        account(save, head + size, 0);
        return TRUE;
    }
    }
    return FALSE;
}

/* {2.4-9.0} What QEMU gives to its compress threads is done on the spot. FALSE: zlib failed. */
static gboolean put_compressed(MigRamSave *save, MigWriter *writer, guint index, guint64 page)
{
    SaveBlock *it = &save->blocks[index];
    guint8 bytes[MIG_PAGE_SIZE], data[MIG_PAGE_SIZE * 2];
    gsize size;
    guint head;

    g_assert(mig_compress_page_bound(MIG_PAGE_SIZE) <= sizeof(data));
    mig_ram_page_bytes(it->block, page, bytes);
    size = mig_compress_page(bytes, MIG_PAGE_SIZE, (int) mig_vm_param(save->vm, MIG_PARAM_COMPRESS_LEVEL), data);
    if (size == 0)
        return FALSE;
    head = head_size(save, index) + 4;
    mig_writer_compress_page(writer, it->block->idstr, page * MIG_PAGE_SIZE, data, (guint32) size);
    save->stats->compress_pages++;
    save->stats->compressed_bytes += head + size - 8;
    account(save, head + (guint) size, 0);
    return TRUE;
}

static gboolean put_page(MigRamSave *save, MigWriter *writer, guint index, guint64 page)
{
    SaveBlock *it = &save->blocks[index];
    MigStats *stats = save->stats;
    gboolean zero = mig_ram_page_is_zero(it->block, page);
    gboolean multifd = save->hooks.multifd_page && !save->postcopy;
    MigPageRef ref;
    const guint8 *bytes;

    if (save->hooks.mapped_page) {
        (void) save->hooks.mapped_page(save->hooks.opaque, it->block, page, zero);
        account(save, 0, zero ? 0 : MIG_PAGE_SIZE);
        *(zero ? &stats->duplicate : &stats->normal) += 1;
        stats->pages_handled++;
        return TRUE;
    }
    if (zero && multifd && save->vm->release >= R(9, 0)) {
        guint64 detection = mig_vm_param(save->vm, MIG_PARAM_ZERO_PAGE_DETECTION);

        if (detection == MIG_ZERO_PAGE_NONE)
            zero = FALSE;
        else if (detection == MIG_ZERO_PAGE_MULTIFD) {
            if (!save->hooks.multifd_page(save->hooks.opaque, it->block, page, TRUE))
                return FALSE;
            stats->duplicate++;
            stats->pages_handled++;
            return TRUE;
        }
    }
    if (zero) {
        mig_writer_zero_page(writer, it->block->idstr, page * MIG_PAGE_SIZE);
        account(save, head_size(save, index) + 1, 0);
        stats->duplicate++;
        stats->pages_handled++;
        if (save->cache && save->round_done && !save->postcopy)
            mig_page_cache_zero(save->cache, address_of(it, page), stats->dirty_sync_count);
        return TRUE;
    }
    if (multifd) {
        if (!save->hooks.multifd_page(save->hooks.opaque, it->block, page, FALSE))
            return FALSE;
        stats->normal++;
        stats->pages_handled++;
        return TRUE;
    }
    stats->pages_handled++;
    if (save->compress && !save->postcopy && !(save->cache && save->round_done) && put_compressed(save, writer, index, page))
        return TRUE;
    if (save->cache && save->round_done && !save->postcopy && put_delta(save, writer, index, page))
        return TRUE;
    if (mig_ram_page(it->block, page, &ref, &bytes))
        mig_writer_page(writer, it->block->idstr, page * MIG_PAGE_SIZE, ref);
    else
        mig_writer_page_bytes(writer, it->block->idstr, page * MIG_PAGE_SIZE, bytes);
    account(save, head_size(save, index), MIG_PAGE_SIZE);
    stats->normal++;
    return TRUE;
}

static gboolean next_dirty(const SaveBlock *it, guint64 from, guint64 *ret_page)
{
    guint64 w = from / 64, n = words(it), word;

    if (from >= it->block->page_count)
        return FALSE;
    word = it->map[w] & (~G_GUINT64_CONSTANT(0) << (from % 64));
    while (word == 0) {
        if (++w >= n)
            return FALSE;
        word = it->map[w];
    }
    *ret_page = w * 64 + (guint64) __builtin_ctzll(word);
    return *ret_page < it->block->page_count;
}

/* One look for a dirty page, as QEMU looks: from the cursor on, past the end of the list at most once, until the start. */
static gboolean find(MigRamSave *save, guint *ret_index, guint64 *ret_page)
{
    guint start_block = save->at_block;
    guint64 start_page = save->at_page;
    gboolean wrapped = FALSE;

    if (save->count == 0)
        return FALSE;
    for (;;) {
        gboolean found = next_dirty(&save->blocks[save->at_block], save->at_page, ret_page);

        if (wrapped && save->at_block == start_block && (!found || *ret_page >= start_page)) {
            save->at_page = start_page;
            return FALSE;
        }
        if (found) {
            *ret_index = save->at_block;
            return TRUE;
        }
        save->at_page = 0;
        if (++save->at_block == save->count) {
            save->at_block = 0;
            wrapped = TRUE;
            save->round_done = TRUE;
            if (save->hooks.passage)
                save->hooks.passage(save->hooks.opaque);
        }
    }
}

static gboolean send_host_page(MigRamSave *save, MigWriter *writer, guint index, guint64 page)
{
    SaveBlock *it = &save->blocks[index];
    guint64 per_host = it->block->page_size / MIG_PAGE_SIZE, first = page - page % per_host;
    gboolean any = FALSE;

    for (guint64 p = first; p < first + per_host && p < it->block->page_count; p++) {
        guint64 bit = G_GUINT64_CONSTANT(1) << (p % 64);

        if (!(it->map[p / 64] & bit))
            continue;
        it->map[p / 64] &= ~bit;
        save->dirty--;
        (void) put_page(save, writer, index, p);
        any = TRUE;
    }
    return any;
}

MigSent mig_ram_save_pages(MigRamSave *save, MigWriter *writer, guint pages_max, gboolean unlimited, guint *ret_pages)
{
    guint index, done = 0;
    guint64 page;
    MigSent sent = MIG_SENT_SOME;

    while (done < pages_max && (unlimited || !mig_rate_exceeded(save->rate))) {
        SaveBlock *it;

        if (!find(save, &index, &page)) {
            sent = MIG_SENT_ALL;
            break;
        }
        it = &save->blocks[index];
        if (save->postcopy && it->block->page_size > MIG_PAGE_SIZE) {
            (void) send_host_page(save, writer, index, page);
            done += (guint) (it->block->page_size / MIG_PAGE_SIZE);
            save->at_page = page + 1;
            continue;
        }
        if (!put_page(save, writer, index, page)) {
            sent = MIG_SENT_BUSY;
            break;
        }
        it->map[page / 64] &= ~(G_GUINT64_CONSTANT(1) << (page % 64));
        save->dirty--;
        save->at_page = page + 1;
        done++;
    }
    *ret_pages = done;
    return sent;
}

gboolean mig_ram_save_host_page(MigRamSave *save, MigWriter *writer, MigRamBlock *block, guint64 page)
{
    for (guint i = 0; i < save->count; i++) {
        if (save->blocks[i].block == block)
            return send_host_page(save, writer, i, page);
    }
    return FALSE;
}

/* ---- Postcopy ---- */

void mig_ram_save_enter_postcopy(MigRamSave *save) { save->postcopy = TRUE; }

/* A partly dirty huge page is sent whole, because the destination places host pages. */
static void round_to_host_pages(MigRamSave *save, SaveBlock *it)
{
    guint64 per_host = it->block->page_size / MIG_PAGE_SIZE, page = 0;

    if (per_host <= 1)
        return;
    while (next_dirty(it, page, &page)) {
        guint64 first = page - page % per_host;

        for (guint64 p = first; p < first + per_host && p < it->block->page_count; p++) {
            guint64 bit = G_GUINT64_CONSTANT(1) << (p % 64);

            if (!(it->map[p / 64] & bit))
                save->dirty++;
            it->map[p / 64] |= bit;
        }
        page = first + per_host;
    }
}

void mig_ram_save_discards(MigRamSave *save, MigWriter *writer)
{
    gboolean any = FALSE;

    for (guint i = 0; i < save->count; i++) {
        SaveBlock *it = &save->blocks[i];
        MigRange ranges[12];
        gsize count = 0;
        guint64 page = 0;

        round_to_host_pages(save, it);
        while (next_dirty(it, page, &page)) {
            guint64 end = page + 1;

            while (end < it->block->page_count && it->map[end / 64] >> (end % 64) & 1)
                end++;
            ranges[count++] = (MigRange) { page * MIG_PAGE_SIZE, (end - page) * MIG_PAGE_SIZE };
            if (count == G_N_ELEMENTS(ranges)) {
                mig_writer_discard(writer, it->block->idstr, ranges, count);
                count = 0;
                any = TRUE;
            }
            page = end;
        }
        if (count) {
            mig_writer_discard(writer, it->block->idstr, ranges, count);
            any = TRUE;
        }
    }
    /* Without any DISCARD real destinations refuse RUN (spec/stream.md 7.2): one page is sent once more. */
    if (!any && save->count) {
        SaveBlock *it = &save->blocks[0];
        MigRange range = { 0, it->block->page_size };

        for (guint64 p = 0; p < it->block->page_size / MIG_PAGE_SIZE && p < it->block->page_count; p++) {
            it->map[p / 64] |= G_GUINT64_CONSTANT(1) << (p % 64);
            save->dirty++;
        }
        mig_writer_discard(writer, it->block->idstr, &range, 1);
    }
}

void mig_ram_save_reload(MigRamSave *save, MigRamBlock *block, const guint8 *received, gsize size)
{
    for (guint i = 0; i < save->count; i++) {
        SaveBlock *it = &save->blocks[i];

        if (it->block != block)
            continue;
        for (guint64 page = 0; page < block->page_count; page++) {
            guint64 bit = G_GUINT64_CONSTANT(1) << (page % 64);
            gboolean was = (it->map[page / 64] & bit) != 0;
            gboolean is = page / 8 >= size || !(received[page / 8] >> (page % 8) & 1);

            if (was == is)
                continue;
            it->map[page / 64] ^= bit;
            save->dirty += is ? 1 : (guint64) -1;
        }
        return;
    }
}
