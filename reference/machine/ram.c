/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/machine/ram.h"

#include <string.h>

/* A literal page's reference: this base, and the index of its bytes in `literals` as version. It never leaves this file. */
#define LITERAL_BASE (G_GUINT64_CONSTANT(15) << 60)

struct MigRam {
    guint32 seed;
    GPtrArray *blocks;             /* MigRamBlock *, in order of creation */
    GPtrArray *order;              /* the same, in order of sending; borrowed */
    guint64 page_count;
    gboolean logging;
    GPtrArray *literals;           /* guint8[MIG_PAGE_SIZE], NULL where free */
    GArray *literals_free;         /* guint64 indexes */
    guint64 missing_count;
    MigRamFault fault;
    gpointer fault_opaque;
    MigRamWatch watch;
    gpointer watch_opaque;
};

G_DEFINE_QUARK(mig-ram-error-quark, mig_ram_error)

static inline gboolean is_literal(MigPageRef page) { return page.base == LITERAL_BASE; }
static inline gsize word_count(guint64 pages) { return (gsize) ((pages + 63) / 64); }
static inline gboolean test_bit(const guint64 *map, guint64 i) { return map[i / 64] >> (i % 64) & 1; }
static inline void set_bit(guint64 *map, guint64 i) { map[i / 64] |= G_GUINT64_CONSTANT(1) << (i % 64); }
static inline void clear_bit(guint64 *map, guint64 i) { map[i / 64] &= ~(G_GUINT64_CONSTANT(1) << (i % 64)); }

static void block_free(MigRamBlock *block)
{
    g_free(block->idstr);
    g_free(block->pages);
    g_free(block->log);
    g_free(block->missing);
    g_free(block);
}

MigRam *mig_ram_new(guint32 seed)
{
    MigRam *ram = g_new0(MigRam, 1);

    ram->seed = seed;
    ram->blocks = g_ptr_array_new_with_free_func((GDestroyNotify) block_free);
    ram->order = g_ptr_array_new();
    ram->literals = g_ptr_array_new_with_free_func(g_free);
    ram->literals_free = g_array_new(FALSE, FALSE, sizeof(guint64));
    return ram;
}

void mig_ram_free(MigRam *ram)
{
    if (ram == NULL)
        return;
    g_ptr_array_unref(ram->blocks);
    g_ptr_array_unref(ram->order);
    g_ptr_array_unref(ram->literals);
    g_array_unref(ram->literals_free);
    g_free(ram);
}

static void insert_in_order(MigRam *ram, MigRamBlock *block)
{
    guint at = 0;

    while (at < ram->order->len && ((MigRamBlock *) ram->order->pdata[at])->size_max >= block->size_max)
        at++;
    g_ptr_array_insert(ram->order, (gint) at, block);
}

MigRamBlock *mig_ram_add(MigRam *ram, const MigRamBlockConfig *config, GError **error)
{
    gsize length = config->idstr ? strlen(config->idstr) : 0;
    guint64 size_max = MAX(config->size, config->size_max), pages_max = size_max / MIG_PAGE_SIZE;
    MigRamBlock *block;
    MigPageRef *pages;
    guint64 *log;

    if (length < 1 || length > 255) {
        g_set_error(error, MIG_RAM_ERROR, 0, "the name of a RAM block has 1 to 255 bytes, not %" G_GSIZE_FORMAT, length);
        return NULL;
    }
    if (config->size == 0 || config->size % MIG_PAGE_SIZE || size_max % MIG_PAGE_SIZE || pages_max > (G_GUINT64_CONSTANT(1) << 36)
        || (config->page_size && (config->page_size & (config->page_size - 1)))
        || (config->page_size > MIG_PAGE_SIZE && config->size % config->page_size)) {
        g_set_error(error, MIG_RAM_ERROR, 0, "RAM block '%s': the size must be a multiple of the page size, above 0, at most 256 TiB",
                    config->idstr);
        return NULL;
    }
    if (mig_ram_find(ram, config->idstr, length) != NULL) {
        g_set_error(error, MIG_RAM_ERROR, 0, "there is a RAM block '%s' already", config->idstr);
        return NULL;
    }
    if (ram->blocks->len >= MIG_RAM_BLOCKS_MAX) {
        g_set_error(error, MIG_RAM_ERROR, 0, "more than %u RAM blocks", MIG_RAM_BLOCKS_MAX);
        return NULL;
    }
    pages = g_try_new0(MigPageRef, pages_max);
    log = g_try_new0(guint64, word_count(pages_max));
    if (pages == NULL || log == NULL) {
        g_free(pages);
        g_free(log);
        g_set_error(error, MIG_RAM_ERROR, 0, "cannot set up guest memory '%s': Cannot allocate memory", config->idstr);
        return NULL;
    }
    block = g_new0(MigRamBlock, 1);
    block->ram = ram;
    block->index = ram->blocks->len;
    block->idstr = g_strdup(config->idstr);
    block->size = config->size;
    block->size_max = size_max;
    block->page_size = MAX(config->page_size, MIG_PAGE_SIZE);
    block->guest_address = config->guest_address;
    block->shared = config->shared;
    block->page_count = config->size / MIG_PAGE_SIZE;
    block->page_first = ram->page_count;
    block->pages = pages;
    block->log = log;
    if (config->content != MIG_CONTENT_ZERO) {
        guint64 base = mig_page_base(config->content, ram->seed, block->page_first);

        for (guint64 i = 0; i < block->page_count; i++)
            block->pages[i].base = base + i;
    }
    ram->page_count += pages_max;
    g_ptr_array_add(ram->blocks, block);
    insert_in_order(ram, block);
    return block;
}

guint mig_ram_block_count(const MigRam *ram) { return ram->blocks->len; }
MigRamBlock *mig_ram_block(const MigRam *ram, guint index) { return g_ptr_array_index(ram->blocks, index); }
MigRamBlock *mig_ram_block_in_order(const MigRam *ram, guint position) { return g_ptr_array_index(ram->order, position); }

MigRamBlock *mig_ram_find(const MigRam *ram, const char *idstr, gsize length)
{
    for (guint i = 0; i < ram->blocks->len; i++) {
        MigRamBlock *block = g_ptr_array_index(ram->blocks, i);

        if (strlen(block->idstr) == length && memcmp(block->idstr, idstr, length) == 0)
            return block;
    }
    return NULL;
}

guint64 mig_ram_size(const MigRam *ram)
{
    guint64 size = 0;

    for (guint i = 0; i < ram->blocks->len; i++)
        size += mig_ram_block(ram, i)->size;
    return size;
}

guint64 mig_ram_page_count(const MigRam *ram) { return mig_ram_size(ram) / MIG_PAGE_SIZE; }

/* ---- Literal pages ---- */

static guint8 *literal_bytes(const MigRam *ram, MigPageRef page)
{
    return g_ptr_array_index(ram->literals, page.version);
}

static void drop_literal(MigRam *ram, MigPageRef *page)
{
    if (is_literal(*page)) {
        guint64 index = page->version;

        g_clear_pointer(&ram->literals->pdata[index], g_free);
        g_array_append_val(ram->literals_free, index);
    }
}

static MigPageRef keep_literal(MigRam *ram, const guint8 *bytes)
{
    MigPageRef page = { LITERAL_BASE, 0 };
    guint8 *copy = g_malloc(MIG_PAGE_SIZE);

    memcpy(copy, bytes, MIG_PAGE_SIZE);
    if (ram->literals_free->len) {
        page.version = g_array_index(ram->literals_free, guint64, ram->literals_free->len - 1);
        g_array_set_size(ram->literals_free, ram->literals_free->len - 1);
        ram->literals->pdata[page.version] = copy;
    } else {
        page.version = ram->literals->len;
        g_ptr_array_add(ram->literals, copy);
    }
    return page;
}

gboolean mig_ram_block_resize(MigRamBlock *block, guint64 size, GError **error)
{
    if (size == block->size)
        return TRUE;
    if (size == 0 || size % MIG_PAGE_SIZE || size > block->size_max || block->size_max == block->size) {
        g_set_error(error, MIG_RAM_ERROR, 0, "Size mismatch: %s: 0x%" G_GINT64_MODIFIER "x != 0x%" G_GINT64_MODIFIER "x: Invalid argument",
                    block->idstr, size, block->size);
        return FALSE;
    }
    for (guint64 i = size / MIG_PAGE_SIZE; i < block->page_count; i++)
        mig_ram_set_page(block, i, (MigPageRef) { 0, 0 });
    block->size = size;
    block->page_count = size / MIG_PAGE_SIZE;
    return TRUE;
}

/* ---- The guest ---- */

/* What a store does to a literal page: a counter goes up in its first 8 bytes. */
static void write_literal(guint8 *bytes)
{
    guint64 count;

    memcpy(&count, bytes, sizeof(count));
    count = GUINT64_TO_LE(GUINT64_FROM_LE(count) + 1);
    memcpy(bytes, &count, sizeof(count));
}

MigRamAccess mig_ram_write(MigRamBlock *block, guint64 page)
{
    MigRam *ram = block->ram;

    g_assert(page < block->page_count);
    if (G_UNLIKELY(block->missing != NULL) && test_bit(block->missing, page)) {
        if (ram->fault)
            ram->fault(ram->fault_opaque, block, page);
        return MIG_RAM_MISSING;
    }
    if (G_UNLIKELY(ram->watch != NULL))
        ram->watch(ram->watch_opaque, block, page);
    if (G_UNLIKELY(is_literal(block->pages[page])))
        write_literal(literal_bytes(ram, block->pages[page]));
    else
        block->pages[page].version++;
    if (ram->logging)
        set_bit(block->log, page);
    return MIG_RAM_OK;
}

MigRamAccess mig_ram_clear(MigRamBlock *block, guint64 page)
{
    MigRamAccess access = mig_ram_write(block, page);

    if (access == MIG_RAM_OK)
        mig_ram_set_page(block, page, (MigPageRef) { 0, 0 });
    return access;
}

guint64 mig_ram_write_run(MigRamBlock *block, guint64 page, guint64 count)
{
    guint64 done = 0;

    while (done < count && mig_ram_write(block, page + done) == MIG_RAM_OK)
        done++;
    return done;
}

MigRamAccess mig_ram_read(MigRamBlock *block, guint64 page)
{
    MigRam *ram = block->ram;

    g_assert(page < block->page_count);
    if (G_LIKELY(block->missing == NULL) || !test_bit(block->missing, page))
        return MIG_RAM_OK;
    if (ram->fault)
        ram->fault(ram->fault_opaque, block, page);
    return MIG_RAM_MISSING;
}

/* ---- The dirty log ---- */

void mig_ram_log_start(MigRam *ram)
{
    for (guint i = 0; i < ram->blocks->len; i++) {
        MigRamBlock *block = mig_ram_block(ram, i);

        memset(block->log, 0, word_count(block->page_count) * sizeof(guint64));
    }
    ram->logging = TRUE;
}

void mig_ram_log_stop(MigRam *ram) { ram->logging = FALSE; }
gboolean mig_ram_log_active(const MigRam *ram) { return ram->logging; }

guint64 mig_ram_log_count(const MigRam *ram)
{
    guint64 count = 0;

    for (guint i = 0; ram->logging && i < ram->blocks->len; i++) {
        const MigRamBlock *block = mig_ram_block(ram, i);

        for (gsize w = 0; w < word_count(block->page_count); w++)
            count += (guint64) __builtin_popcountll(block->log[w]);
    }
    return count;
}

/* ---- The migration ---- */

gboolean mig_ram_page(const MigRamBlock *block, guint64 page, MigPageRef *ret_ref, const guint8 **ret_bytes)
{
    g_assert(page < block->page_count);
    if (is_literal(block->pages[page])) {
        *ret_bytes = literal_bytes(block->ram, block->pages[page]);
        return FALSE;
    }
    *ret_ref = block->pages[page];
    return TRUE;
}

gboolean mig_ram_page_is_zero(const MigRamBlock *block, guint64 page)
{
    MigPageRef ref = block->pages[page];

    return is_literal(ref) ? mig_page_bytes_are_zero(literal_bytes(block->ram, ref), MIG_PAGE_SIZE) : mig_page_ref_is_zero(ref);
}

void mig_ram_page_bytes(const MigRamBlock *block, guint64 page, guint8 bytes[MIG_PAGE_SIZE])
{
    g_assert(page < block->page_count);
    if (is_literal(block->pages[page]))
        memcpy(bytes, literal_bytes(block->ram, block->pages[page]), MIG_PAGE_SIZE);
    else
        mig_page_make(block->pages[page], bytes, MIG_PAGE_SIZE);
}

static inline void arrived(MigRamBlock *block, guint64 page)
{
    if (G_UNLIKELY(block->missing != NULL) && test_bit(block->missing, page)) {
        clear_bit(block->missing, page);
        block->ram->missing_count--;
    }
}

void mig_ram_set_page(MigRamBlock *block, guint64 page, MigPageRef ref)
{
    g_assert(!is_literal(ref));
    drop_literal(block->ram, &block->pages[page]);
    block->pages[page] = ref;
    arrived(block, page);
}

void mig_ram_set_page_bytes(MigRamBlock *block, guint64 page, const guint8 bytes[MIG_PAGE_SIZE])
{
    if (mig_page_bytes_are_zero(bytes, MIG_PAGE_SIZE)) {
        mig_ram_set_page(block, page, (MigPageRef) { 0, 0 });
        return;
    }
    if (is_literal(block->pages[page])) {
        memcpy(literal_bytes(block->ram, block->pages[page]), bytes, MIG_PAGE_SIZE);
    } else {
        guint8 now[MIG_PAGE_SIZE];

        mig_page_make(block->pages[page], now, MIG_PAGE_SIZE);
        if (memcmp(now, bytes, MIG_PAGE_SIZE) != 0)
            block->pages[page] = keep_literal(block->ram, bytes);
    }
    arrived(block, page);
}

void mig_ram_set_zero_run(MigRamBlock *block, guint64 page, guint64 count)
{
    for (guint64 i = 0; i < count; i++)
        mig_ram_set_page(block, page + i, (MigPageRef) { 0, 0 });
}

void mig_ram_set_missing(MigRamBlock *block, guint64 page, guint64 count)
{
    MigRam *ram = block->ram;

    g_assert(page <= block->page_count && count <= block->page_count - page);
    if (block->missing == NULL)
        block->missing = g_new0(guint64, word_count(block->size_max / MIG_PAGE_SIZE));
    for (guint64 i = page; i < page + count; i++) {
        if (test_bit(block->missing, i))
            continue;
        drop_literal(ram, &block->pages[i]);
        block->pages[i] = (MigPageRef) { 0, 0 };
        set_bit(block->missing, i);
        ram->missing_count++;
    }
}

gboolean mig_ram_is_missing(const MigRamBlock *block, guint64 page)
{
    return block->missing != NULL && test_bit(block->missing, page);
}

guint64 mig_ram_missing_count(const MigRam *ram) { return ram->missing_count; }

void mig_ram_clear_missing(MigRam *ram)
{
    for (guint i = 0; i < ram->blocks->len; i++)
        g_clear_pointer(&mig_ram_block(ram, i)->missing, g_free);
    ram->missing_count = 0;
}

void mig_ram_on_fault(MigRam *ram, MigRamFault fault, gpointer opaque)
{
    ram->fault = fault;
    ram->fault_opaque = opaque;
}

void mig_ram_on_write(MigRam *ram, MigRamWatch watch, gpointer opaque)
{
    ram->watch = watch;
    ram->watch_opaque = opaque;
}

/* ---- Comparison ---- */

gboolean mig_ram_equal(const MigRam *a, const MigRam *b, char **ret_difference)
{
    if (a->blocks->len != b->blocks->len) {
        if (ret_difference)
            *ret_difference = g_strdup_printf("%u RAM blocks against %u", a->blocks->len, b->blocks->len);
        return FALSE;
    }
    for (guint i = 0; i < a->blocks->len; i++) {
        const MigRamBlock *x = mig_ram_block(a, i), *y = mig_ram_find(b, x->idstr, strlen(x->idstr));

        if (y == NULL || x->size != y->size) {
            if (ret_difference)
                *ret_difference = y == NULL ? g_strdup_printf("RAM block '%s' is on one side only", x->idstr)
                                  : g_strdup_printf("RAM block '%s' has %" G_GUINT64_FORMAT " bytes against %" G_GUINT64_FORMAT,
                                                    x->idstr, x->size, y->size);
            return FALSE;
        }
        for (guint64 p = 0; p < x->page_count; p++) {
            MigPageRef rx = x->pages[p], ry = y->pages[p];

            if (!is_literal(rx) && mig_page_ref_equal(rx, ry) && !is_literal(ry))
                continue;
            if (is_literal(rx) || is_literal(ry)) {
                guint8 bx[MIG_PAGE_SIZE], by[MIG_PAGE_SIZE];

                mig_ram_page_bytes(x, p, bx);
                mig_ram_page_bytes(y, p, by);
                if (memcmp(bx, by, MIG_PAGE_SIZE) == 0)
                    continue;
            }
            if (ret_difference)
                *ret_difference = g_strdup_printf("RAM block '%s' differs first in page 0x%" G_GINT64_MODIFIER "x (version %" G_GUINT64_FORMAT
                                                  " against %" G_GUINT64_FORMAT ")", x->idstr, p * MIG_PAGE_SIZE,
                                                  is_literal(rx) ? 0 : rx.version, is_literal(ry) ? 0 : ry.version);
            return FALSE;
        }
    }
    return TRUE;
}

guint64 mig_ram_block_digest(const MigRamBlock *block)
{
    static const guint8 zero[MIG_PAGE_SIZE];
    guint64 digest = mig_page_digest(block->size, (const guint8 *) block->idstr, strlen(block->idstr));
    guint64 zero_digest = mig_page_digest(0, zero, sizeof(zero));
    guint8 bytes[MIG_PAGE_SIZE];

    for (guint64 p = 0; p < block->page_count; p++) {
        guint64 of_page = zero_digest;

        if (is_literal(block->pages[p]) || !mig_page_ref_is_zero(block->pages[p])) {
            mig_ram_page_bytes(block, p, bytes);
            of_page = mig_page_digest(0, bytes, sizeof(bytes));
        }
        digest = (digest ^ of_page) * G_GUINT64_CONSTANT(0x9fb21c651e98df25);
        digest ^= digest >> 32;
    }
    return digest;
}

guint64 mig_ram_digest(const MigRam *ram)
{
    guint64 digest = 0;

    for (guint i = 0; i < ram->blocks->len; i++)
        digest = digest * 31 + mig_ram_block_digest(mig_ram_block(ram, i));
    return digest;
}

guint64 mig_ram_fingerprint(const MigRam *ram)
{
    guint64 digest = 0;

    for (guint i = 0; i < ram->blocks->len; i++) {
        const MigRamBlock *block = mig_ram_block(ram, i);

        digest = mig_page_digest(digest ^ block->size, (const guint8 *) block->idstr, strlen(block->idstr));
        for (guint64 p = 0; p < block->page_count; p++) {
            MigPageRef page = block->pages[p];

            if (is_literal(page))
                page = (MigPageRef) { LITERAL_BASE, mig_page_digest(0, literal_bytes(ram, page), MIG_PAGE_SIZE) };
            digest = (digest ^ page.base) * G_GUINT64_CONSTANT(0x9fb21c651e98df25) + page.version;
            digest ^= digest >> 32;
        }
    }
    return digest;
}
