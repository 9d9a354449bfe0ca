/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The named invariants that bugs of migration code are known to break, and what of ours notices each.
 */
#ifndef ORA_INVARIANTS_H
#define ORA_INVARIANTS_H

#include <glib.h>

typedef struct {
    const char *name;      /* "RAM-EQUAL" */
    const char *rules;     /* ids of rules of traces and streams, besides those that name it themselves; blanks between; NULL */
    const char *elsewhere; /* tests, for what neither trace nor stream can show; NULL */
} OraInvariant;

const OraInvariant *ora_invariants(guint *ret_count);
/* Ids of all rules that notice a breach of it, in the order of their tables; then `rules`. NULL-terminated; g_strfreev. */
char **ora_invariant_rules(const OraInvariant *invariant);

#endif
