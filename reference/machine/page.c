/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/machine/page.h"

#include <string.h>

/* Layout of a base: content kind in the top 4 bits, seed in the 16 below, page number in the low 40. Kind 15 is left to
 * RAM for its literal pages and never leaves it. */
#define BASE_KIND_SHIFT 60
#define BASE_SEED_SHIFT 44
#define BASE_INDEX_MASK ((G_GUINT64_CONSTANT(1) << 40) - 1)

static const char *const content_names[] = {
    [MIG_CONTENT_ZERO] = "zero", [MIG_CONTENT_RANDOM] = "random", [MIG_CONTENT_TEXT] = "text",
};
G_STATIC_ASSERT(G_N_ELEMENTS(content_names) == MIG_CONTENT_COUNT);

const char *mig_content_name(MigContent content)
{
    g_assert((guint) content < MIG_CONTENT_COUNT);
    return content_names[content];
}

gboolean mig_content_parse(const char *name, MigContent *ret_content)
{
    for (guint i = 0; i < MIG_CONTENT_COUNT; i++) {
        if (strcmp(name, content_names[i]) == 0) {
            *ret_content = (MigContent) i;
            return TRUE;
        }
    }
    return FALSE;
}

guint64 mig_page_base(MigContent content, guint32 seed, guint64 index)
{
    g_assert(index <= BASE_INDEX_MASK);
    if (content == MIG_CONTENT_ZERO)
        return 0;
    return (guint64) content << BASE_KIND_SHIFT | (guint64) (seed & 0xffff) << BASE_SEED_SHIFT | index;
}

MigContent mig_page_content(guint64 base)
{
    return (MigContent) (base >> BASE_KIND_SHIFT);
}

/* The finaliser of splitmix64: every bit of the input reaches every bit of the output. */
static inline guint64 mix(guint64 x)
{
    x += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline void store_le64(guint8 *to, guint64 value)
{
    value = GUINT64_TO_LE(value);
    memcpy(to, &value, sizeof(value));
}

static inline guint64 load_le64(const guint8 *from)
{
    guint64 value;

    memcpy(&value, from, sizeof(value));
    return GUINT64_FROM_LE(value);
}

static void make_random(guint64 base, guint8 *bytes, gsize size)
{
    guint64 start = mix(base);

    for (gsize i = 0; i < size; i += 8)
        store_le64(bytes + i, mix(start + i));
    bytes[size - 1] |= 1;      /* never a page of zeros, however unlikely that is */
}

static void make_text(guint64 base, guint8 *bytes, gsize size)
{
    static const char *const words[16] = {
        "page ", "frame ", "the ", "of ", "migration ", "state ", "is ", "and ", "guest ", "memory ", "a ", "dirty ",
        "block\n", "write ", "round ", "sent.\n",
    };
    guint64 start = mix(base), bits = 0;
    gsize at = 0;

    for (guint64 count = 0; at < size; count++) {
        const char *word;
        gsize length;

        if (count % 16 == 0)
            bits = mix(start + count);
        word = words[bits & 15];
        bits >>= 4;
        length = MIN(strlen(word), size - at);
        memcpy(bytes + at, word, length);
        at += length;
    }
}

void mig_page_make(MigPageRef page, guint8 *bytes, gsize size)
{
    g_assert(size >= 64 && size <= 65536 && size % 64 == 0);
    switch (mig_page_content(page.base)) {
    case MIG_CONTENT_RANDOM:
        make_random(page.base, bytes, size);
        break;
    case MIG_CONTENT_TEXT:
        make_text(page.base, bytes, size);
        break;
    case MIG_CONTENT_ZERO:
    case MIG_CONTENT_COUNT:
    default:                   /* a base nobody made: an attacker's reference cannot exist, so any bytes will do */
        memset(bytes, 0, size);
        break;
    }
    if (page.version) {
        guint64 where = mix(page.base ^ mix(page.version));
        gsize at = 16 + (where % ((size - 16) / 16)) * 16;

        store_le64(bytes, page.version);
        store_le64(bytes + at, mix(where));
        store_le64(bytes + at + 8, mix(where + 1));
    }
}

void mig_page_segment_make(const MigSegment *segment, guint8 *bytes)
{
    g_assert(segment->kind == MIG_SEGMENT_PAGE);
    mig_page_make(segment->page, bytes, segment->size);
}

gboolean mig_page_bytes_are_zero(const guint8 *bytes, gsize size)
{
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

guint64 mig_page_digest(guint64 seed, const guint8 *bytes, gsize size)
{
    guint64 digest = mix(seed ^ (guint64) size);
    gsize i = 0;

    for (; i + 8 <= size; i += 8) {
        digest ^= load_le64(bytes + i);
        digest *= G_GUINT64_CONSTANT(0x9fb21c651e98df25);
        digest ^= digest >> 32;
    }
    if (i < size) {
        guint8 rest[8] = { 0 };

        memcpy(rest, bytes + i, size - i);
        digest = mix(digest ^ load_le64(rest));
    }
    return mix(digest);
}
