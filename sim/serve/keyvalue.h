/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QEMU's "key=value,key,other=value" of command line options; a doubled comma stands for one.
 */
#ifndef SIM_SERVE_KEYVALUE_H
#define SIM_SERVE_KEYVALUE_H

#include <glib.h>

typedef struct {
    char *key, *value;        /* value NULL: none given */
} SimPair;

/* Array of SimPair. The first part without "=" gets the key `implied`, where that is not NULL. */
GArray *sim_keyvalue_parse(const char *text, const char *implied);
/* The last one of that key; NULL: not there. "" where it has no value. */
const char *sim_keyvalue_get(const GArray *pairs, const char *key);
/* on, yes, true, y, or no value at all: TRUE; `none` where it is absent. "nokey" is understood as key=off. */
gboolean sim_keyvalue_bool(const GArray *pairs, const char *key, gboolean none);
/* The first key that is not among those of the NULL-terminated list; NULL: all are. */
const char *sim_keyvalue_unknown(const GArray *pairs, const char *const *known);

#endif
