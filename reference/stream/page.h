/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is done to the bytes of a page: is it zero, the delta to what was sent before (XBZRLE, stream.md 4.5), the zlib stream
 * of a compress thread (4.6). Zero test and delta are vectorised (AVX2 or SSE2 on x86-64, chosen at run time) with a portable
 * form; all forms give the same output.
 */
#ifndef MIG_STREAM_PAGE_H
#define MIG_STREAM_PAGE_H

#include <glib.h>

gboolean mig_page_is_zero(const guint8 *page, gsize size);

/* What encode returns when it writes nothing. */
#define MIG_XBZRLE_EQUAL    0     /* both pages are the same */
#define MIG_XBZRLE_OVERFLOW (-1)  /* the delta does not fit into delta_max */

/* Bytes of delta that turn `old` into `new`, at most delta_max (QEMU: the page size). size ≤ 16383: a count has two bytes.
 * The runs, and where it gives up, are QEMU's own: maximal runs, two bytes free before each count. */
gint mig_xbzrle_encode(const guint8 *old, const guint8 *new, gsize size, guint8 *delta, gsize delta_max);
/* Applies a delta to `page`. FALSE: the delta is bad; *page is then as far changed as the good part went (as in QEMU). Sizes are
 * checked before use, nothing is read or written outside. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_xbzrle_decode(const guint8 *delta, gsize delta_size, guint8 *page, gsize size);

/* One form each, for the test that shows them equal and for the benchmark. NULL where the processor has it not. */
typedef gboolean MigPageIsZero(const guint8 *page, gsize size);
typedef gint MigXbzrleEncode(const guint8 *old, const guint8 *new, gsize size, guint8 *delta, gsize delta_max);
typedef enum { MIG_PAGE_PORTABLE = 0, MIG_PAGE_SSE2, MIG_PAGE_AVX2, MIG_PAGE_FORMS } MigPageForm;
MigPageIsZero *mig_page_is_zero_form(MigPageForm form);
MigXbzrleEncode *mig_xbzrle_encode_form(MigPageForm form);

/* At most mig_compress_page_bound() bytes; 0: zlib failed. level 0 … 9. */
gsize mig_compress_page_bound(gsize size);
gsize mig_compress_page(const guint8 *page, gsize size, int level, guint8 *data);
/* TRUE if `data` is one zlib stream of exactly one page and nothing behind it. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_uncompress_page(const guint8 *data, gsize data_size, guint8 *page, gsize size);

#endif
