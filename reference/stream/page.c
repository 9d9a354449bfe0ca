/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The delta is made from a map with one bit per byte, set where the pages are equal. The map is what vectors are good at (one
 * compare and one movemask per 16 or 32 bytes); the runs are then found by counting trailing zeros, 64 bytes at a time.
 */
#include "reference/stream/page.h"

#include <string.h>
#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAVE_X86 1
#endif

#define PAGE_MAX 16384u           /* counts have 14 bits */
#define MAP_WORDS (PAGE_MAX / 64)

/* ---- Zero ---- */

static gboolean is_zero_portable(const guint8 *page, gsize size)
{
    guint64 a, b, c, d;
    gsize i = 0;

    for (; i + 32 <= size; i += 32) {
        memcpy(&a, page + i, 8);
        memcpy(&b, page + i + 8, 8);
        memcpy(&c, page + i + 16, 8);
        memcpy(&d, page + i + 24, 8);
        if (a | b | c | d) {
            return FALSE;
        }
    }
    for (; i < size; i++) {
        if (page[i]) {
            return FALSE;
        }
    }
    return TRUE;
}

#ifdef HAVE_X86
static gboolean is_zero_sse2(const guint8 *page, gsize size)
{
    gsize i = 0;

    for (; i + 64 <= size; i += 64) {
        __m128i a = _mm_loadu_si128((const __m128i *) (gconstpointer) (page + i));
        __m128i b = _mm_loadu_si128((const __m128i *) (gconstpointer) (page + i + 16));
        __m128i c = _mm_loadu_si128((const __m128i *) (gconstpointer) (page + i + 32));
        __m128i d = _mm_loadu_si128((const __m128i *) (gconstpointer) (page + i + 48));
        __m128i all = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
        if (_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_setzero_si128())) != 0xffff) {
            return FALSE;
        }
    }
    return is_zero_portable(page + i, size - i);
}

__attribute__((target("avx2")))
static gboolean is_zero_avx2(const guint8 *page, gsize size)
{
    gsize i = 0;

    for (; i + 128 <= size; i += 128) {
        __m256i a = _mm256_loadu_si256((const __m256i *) (gconstpointer) (page + i));
        __m256i b = _mm256_loadu_si256((const __m256i *) (gconstpointer) (page + i + 32));
        __m256i c = _mm256_loadu_si256((const __m256i *) (gconstpointer) (page + i + 64));
        __m256i d = _mm256_loadu_si256((const __m256i *) (gconstpointer) (page + i + 96));
        __m256i all = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
        if (!_mm256_testz_si256(all, all)) {
            return FALSE;
        }
    }
    return is_zero_portable(page + i, size - i);
}
#endif

/* ---- The map of equal bytes ---- */

static G_GNUC_UNUSED void map_portable(const guint8 *old, const guint8 *new, gsize size, guint64 *map)
{
    for (gsize word = 0; word * 64 < size; word++) {
        gsize count = MIN(size - word * 64, 64);
        guint64 bits = 0;
        gsize i = 0;

        /* Most of a page is usually as it was. */
        if (count == 64) {
            guint64 a[8], b[8];
            memcpy(a, old + word * 64, 64);
            memcpy(b, new + word * 64, 64);
            if (((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]) | (a[4] ^ b[4]) | (a[5] ^ b[5]) | (a[6] ^ b[6])
                 | (a[7] ^ b[7])) == 0) {
                map[word] = ~G_GUINT64_CONSTANT(0);
                continue;
            }
        }
        for (; i + 8 <= count; i += 8) {
            guint64 a, b, x;
            memcpy(&a, old + word * 64 + i, 8);
            memcpy(&b, new + word * 64 + i, 8);
            x = GUINT64_TO_LE(a ^ b);
            /* 0x80 in each byte that is not zero, without a carry from one byte to the next; then gathered into eight bits. */
            x = ((x & G_GUINT64_CONSTANT(0x7f7f7f7f7f7f7f7f)) + G_GUINT64_CONSTANT(0x7f7f7f7f7f7f7f7f)) | x;
            x = ~x & G_GUINT64_CONSTANT(0x8080808080808080);
            bits |= ((x >> 7) * G_GUINT64_CONSTANT(0x0102040810204080) >> 56) << i;
        }
        for (; i < count; i++) {
            bits |= (guint64) (old[word * 64 + i] == new[word * 64 + i]) << i;
        }
        map[word] = bits;
    }
}

#ifdef HAVE_X86
static void map_sse2(const guint8 *old, const guint8 *new, gsize size, guint64 *map)
{
    gsize words = size / 64;

    for (gsize word = 0; word < words; word++) {
        guint64 bits = 0;
        for (guint i = 0; i < 4; i++) {
            __m128i a = _mm_loadu_si128((const __m128i *) (gconstpointer) (old + word * 64 + i * 16));
            __m128i b = _mm_loadu_si128((const __m128i *) (gconstpointer) (new + word * 64 + i * 16));
            bits |= (guint64) (guint32) _mm_movemask_epi8(_mm_cmpeq_epi8(a, b)) << (i * 16);
        }
        map[word] = bits;
    }
    if (size % 64) {
        map_portable(old + words * 64, new + words * 64, size % 64, map + words);
    }
}

__attribute__((target("avx2")))
static void map_avx2(const guint8 *old, const guint8 *new, gsize size, guint64 *map)
{
    gsize words = size / 64;

    for (gsize word = 0; word < words; word++) {
        __m256i a = _mm256_loadu_si256((const __m256i *) (gconstpointer) (old + word * 64));
        __m256i b = _mm256_loadu_si256((const __m256i *) (gconstpointer) (new + word * 64));
        __m256i c = _mm256_loadu_si256((const __m256i *) (gconstpointer) (old + word * 64 + 32));
        __m256i d = _mm256_loadu_si256((const __m256i *) (gconstpointer) (new + word * 64 + 32));
        guint32 low = (guint32) _mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b));
        guint32 high = (guint32) _mm256_movemask_epi8(_mm256_cmpeq_epi8(c, d));
        map[word] = low | (guint64) high << 32;
    }
    if (size % 64) {
        map_portable(old + words * 64, new + words * 64, size % 64, map + words);
    }
}
#endif

/* ---- Runs ---- */

/* First position from `at` on whose bit is `equal`; size if there is none. */
static inline G_GNUC_UNUSED gsize next_of(const void *where, gsize at, gsize size, gboolean equal)
{
    const guint64 *map = where;
    guint64 flip = equal ? 0 : ~G_GUINT64_CONSTANT(0), word;
    gsize index = at / 64, words = (size + 63) / 64;

    if (at >= size) {
        return size;
    }
    word = (map[index] ^ flip) & (~G_GUINT64_CONSTANT(0) << (at % 64));
    while (word == 0) {
        if (++index == words) {
            return size;
        }
        word = map[index] ^ flip;
    }
    at = index * 64 + (gsize) __builtin_ctzll(word);
    return MIN(at, size);
}

static inline gsize put_count(guint8 *delta, gsize count)
{
    if (count < 0x80) {
        delta[0] = (guint8) count;
        return 1;
    }
    delta[0] = (guint8) (0x80 | (count & 0x7f));
    delta[1] = (guint8) (count >> 7);
    return 2;
}

/* How a form finds the next byte that is equal, or that is not: `where` is its own. */
typedef gsize Next(const void *where, gsize at, gsize size, gboolean equal);

static inline __attribute__((always_inline)) gint encode_runs(Next *next, const void *where, const guint8 *new, gsize size,
                                                              guint8 *delta, gsize delta_max)
{
    gsize at = 0, used = 0;

    while (at < size) {
        gsize differs, equal, run;

        if (used + 2 > delta_max) {
            return MIG_XBZRLE_OVERFLOW;
        }
        differs = next(where, at, size, FALSE);
        if (differs == size) {
            return (gint) used;   /* equal to the end: not encoded; 0 if the pages are the same */
        }
        used += put_count(delta + used, differs - at);
        if (used + 2 > delta_max) {
            return MIG_XBZRLE_OVERFLOW;
        }
        equal = next(where, differs, size, TRUE);
        run = equal - differs;
        used += put_count(delta + used, run);
        if (used + run > delta_max) {
            return MIG_XBZRLE_OVERFLOW;
        }
        memcpy(delta + used, new + differs, run);
        used += run;
        at = equal;
    }
    return (gint) used;
}

static inline G_GNUC_UNUSED gint encode_map(const guint64 *map, const guint8 *new, gsize size, guint8 *delta, gsize delta_max)
{
    return encode_runs(next_of, map, new, size, delta, delta_max);
}

/* Without vectors a map costs more than it saves: look at eight bytes at a time, only as far as the run goes. */
typedef struct {
    const guint8 *old, *new;
} Pair;

static inline guint64 difference(const Pair *pair, gsize at)
{
    guint64 a, b;

    memcpy(&a, pair->old + at, 8);
    memcpy(&b, pair->new + at, 8);
    return GUINT64_TO_LE(a ^ b);
}

static inline gsize next_in_pair(const void *where, gsize at, gsize size, gboolean equal)
{
    const Pair *pair = where;

    if (equal) {
        for (; at + 8 <= size; at += 8) {
            guint64 x = difference(pair, at);
            /* 0x80 in the first byte that is zero, and only in later ones wrongly (by the borrow). */
            guint64 zero = (x - G_GUINT64_CONSTANT(0x0101010101010101)) & ~x & G_GUINT64_CONSTANT(0x8080808080808080);

            if (zero) {
                return at + (gsize) __builtin_ctzll(zero) / 8;
            }
        }
    } else {
        for (; at + 32 <= size; at += 32) {
            if (difference(pair, at) | difference(pair, at + 8) | difference(pair, at + 16) | difference(pair, at + 24)) {
                break;
            }
        }
        for (; at + 8 <= size; at += 8) {
            guint64 x = difference(pair, at);

            if (x) {
                return at + (gsize) __builtin_ctzll(x) / 8;
            }
        }
    }
    while (at < size && (pair->old[at] == pair->new[at]) != equal) {
        at++;
    }
    return at;
}

static gint encode_portable(const guint8 *old, const guint8 *new, gsize size, guint8 *delta, gsize delta_max)
{
    Pair pair = { old, new };

    return encode_runs(next_in_pair, &pair, new, size, delta, delta_max);
}

#ifdef HAVE_X86
static gint encode_sse2(const guint8 *old, const guint8 *new, gsize size, guint8 *delta, gsize delta_max)
{
    guint64 map[MAP_WORDS];

    map_sse2(old, new, size, map);
    return encode_map(map, new, size, delta, delta_max);
}

static gint encode_avx2(const guint8 *old, const guint8 *new, gsize size, guint8 *delta, gsize delta_max)
{
    guint64 map[MAP_WORDS];

    map_avx2(old, new, size, map);
    return encode_map(map, new, size, delta, delta_max);
}
#endif

/* ---- Choosing ---- */

static gboolean has_form(MigPageForm form)
{
    switch (form) {
    case MIG_PAGE_PORTABLE:
        return TRUE;
#ifdef HAVE_X86
    case MIG_PAGE_SSE2:
        return TRUE;
    case MIG_PAGE_AVX2:
        return __builtin_cpu_supports("avx2") != 0;
#endif
    default:
        return FALSE;
    }
}

MigPageIsZero *mig_page_is_zero_form(MigPageForm form)
{
    if (!has_form(form)) {
        return NULL;
    }
#ifdef HAVE_X86
    return form == MIG_PAGE_AVX2 ? is_zero_avx2 : form == MIG_PAGE_SSE2 ? is_zero_sse2 : is_zero_portable;
#else
    return is_zero_portable;
#endif
}

MigXbzrleEncode *mig_xbzrle_encode_form(MigPageForm form)
{
    if (!has_form(form)) {
        return NULL;
    }
#ifdef HAVE_X86
    return form == MIG_PAGE_AVX2 ? encode_avx2 : form == MIG_PAGE_SSE2 ? encode_sse2 : encode_portable;
#else
    return encode_portable;
#endif
}

static MigPageForm best_form(void)
{
    return has_form(MIG_PAGE_AVX2) ? MIG_PAGE_AVX2 : has_form(MIG_PAGE_SSE2) ? MIG_PAGE_SSE2 : MIG_PAGE_PORTABLE;
}

gboolean mig_page_is_zero(const guint8 *page, gsize size)
{
    static MigPageIsZero *best;

    /* Most pages with content show it in their first bytes. */
    if (size >= 8 && (page[0] | page[1] | page[2] | page[3] | page[4] | page[5] | page[6] | page[7])) {
        return FALSE;
    }
    if (!best) {
        best = mig_page_is_zero_form(best_form());
    }
    return best(page, size);
}

gint mig_xbzrle_encode(const guint8 *old, const guint8 *new, gsize size, guint8 *delta, gsize delta_max)
{
    static MigXbzrleEncode *best;

    g_assert(size < PAGE_MAX);
    if (!best) {
        best = mig_xbzrle_encode_form(best_form());
    }
    return best(old, new, size, delta, delta_max);
}

/* ---- Decoding ---- */

/* A count of one or two bytes; two must be there, whichever it is. FALSE: none. */
static gboolean get_count(const guint8 *delta, gsize delta_size, gsize *at, gsize *ret_count)
{
    if (delta_size - *at < 2) {
        return FALSE;
    }
    if (!(delta[*at] & 0x80)) {
        *ret_count = delta[*at];
        *at += 1;
        return TRUE;
    }
    if (delta[*at + 1] & 0x80) {
        return FALSE;
    }
    *ret_count = (gsize) (delta[*at] & 0x7f) | (gsize) delta[*at + 1] << 7;
    *at += 2;
    return TRUE;
}

gboolean mig_xbzrle_decode(const guint8 *delta, gsize delta_size, guint8 *page, gsize size)
{
    gsize at = 0, to = 0, count;

    while (at < delta_size) {
        gboolean first = at == 0;

        if (!get_count(delta, delta_size, &at, &count) || (count == 0 && !first) || count > size - to) {
            return FALSE;
        }
        to += count;
        if (!get_count(delta, delta_size, &at, &count) || count == 0 || count > size - to || count > delta_size - at) {
            return FALSE;
        }
        memcpy(page + to, delta + at, count);
        at += count;
        to += count;
    }
    return TRUE;
}

/* ---- Compress threads ---- */

gsize mig_compress_page_bound(gsize size)
{
    return size + (size >> 12) + (size >> 14) + (size >> 25) + 13;
}

gsize mig_compress_page(const guint8 *page, gsize size, int level, guint8 *data)
{
    z_stream stream = { 0 };
    gsize made = 0;

    if (deflateInit(&stream, level) != Z_OK) {
        return 0;
    }
    stream.next_in = (Bytef *) (gpointer) page;
    stream.avail_in = (uInt) size;
    stream.next_out = data;
    stream.avail_out = (uInt) mig_compress_page_bound(size);
    if (deflate(&stream, Z_FINISH) == Z_STREAM_END) {
        made = stream.next_out - data;
    }
    (void) deflateEnd(&stream);
    return made;
}

gboolean mig_uncompress_page(const guint8 *data, gsize data_size, guint8 *page, gsize size)
{
    z_stream stream = { 0 };
    gboolean good;

    if (inflateInit(&stream) != Z_OK) {
        return FALSE;
    }
    stream.next_in = (Bytef *) (gpointer) data;
    stream.avail_in = (uInt) data_size;
    stream.next_out = page;
    stream.avail_out = (uInt) size;
    good = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
    (void) inflateEnd(&stream);
    return good;
}
