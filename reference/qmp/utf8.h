/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Modified UTF-8, the text encoding of QMP (spec/qmp.md 5.4): as UTF-8, but U+0000 is the two bytes C0 80, so that texts
 * are C strings. Surrogates, U+FDD0 … U+FDEF and the last two code points of each plane are not valid.
 */
#ifndef MIG_QMP_UTF8_H
#define MIG_QMP_UTF8_H

#include <glib.h>

/* The code point at `text` (NUL-terminated), or -1 where the sequence is invalid. *ret_end: behind what was looked at and
 * belongs to the sequence, so that an invalid one counts once; `text` itself at the end of the string. */
int mig_utf8_decode(const char *text, const char **ret_end);

/* Appends a code point; FALSE and nothing appended where it is not valid. */
gboolean mig_utf8_append(GString *out, int code_point);

#endif
