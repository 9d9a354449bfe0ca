/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is on a page. A page is named by a MigPageRef (reference/env.h): `base` says what it holds without writes, `version`
 * counts the guest's writes since. The bytes follow from the two numbers alone, with every compiler and on every host, so
 * both ends of a migration can compare references instead of bytes, and a real socket gets the bytes made on the spot.
 */
#ifndef MIG_MACHINE_PAGE_H
#define MIG_MACHINE_PAGE_H

#include <glib.h>

#include "reference/env.h"

/* What RAM holds at the start of a VM's life. */
typedef enum {
    MIG_CONTENT_ZERO = 0,     /* all bytes zero: the base is 0 */
    MIG_CONTENT_RANDOM,       /* does not compress; no page is zero */
    MIG_CONTENT_TEXT,         /* words of a small vocabulary: compresses about as logs and heaps do */
    MIG_CONTENT_COUNT
} MigContent;

/* "zero", "random", "text"; static. */
const char *mig_content_name(MigContent content);
gboolean mig_content_parse(const char *name, MigContent *ret_content);

/* The base of page `index` (0 … 2^40 - 1, counted over all blocks) of a guest with this kind of content and this seed
 * (the low 16 bits count). Different arguments give different bases. */
guint64 mig_page_base(MigContent content, guint32 seed, guint64 index);

/* The kind that a base was made for. */
MigContent mig_page_content(guint64 base);

static inline gboolean mig_page_ref_equal(MigPageRef a, MigPageRef b)
{
    return a.base == b.base && a.version == b.version;
}

/* Knows without making bytes: only base 0, version 0 is a page of zeros. */
static inline gboolean mig_page_ref_is_zero(MigPageRef page) { return (page.base | page.version) == 0; }

/* Fills `size` bytes (a multiple of 64, at most 64 KiB; larger pages are made in such pieces by their target pages).
 * A write changes bytes 0 … 7 (the version, little-endian) and 16 bytes elsewhere; two versions of a page therefore differ
 * in three or four short runs, as pages of busy guests do, which is what XBZRLE lives on. */
void mig_page_make(MigPageRef page, guint8 *bytes, gsize size);

/* The bytes of a page segment of a channel; room for segment->size bytes. */
void mig_page_segment_make(const MigSegment *segment, guint8 *bytes);

/* Tests bytes for all zero. */
gboolean mig_page_bytes_are_zero(const guint8 *bytes, gsize size);

/* 64-bit digest of bytes; the same for equal bytes wherever they come from. `seed` chains pieces; start with 0. */
guint64 mig_page_digest(guint64 seed, const guint8 *bytes, gsize size);

#endif
