/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Values of properties as the command line gives them (spec/options.md 4).
 */
#ifndef MIG_OPTIONS_PROPERTY_VALUE_H
#define MIG_OPTIONS_PROPERTY_VALUE_H

#include <glib.h>

#include "reference/options/parameter.h"
#include "reference/options/rule.h"

/* Reads `text` as a value of that type. MIG_RULE_NONE, or the MIG_RULE_PROPERTY_… whose text says what is wrong. Not for
 * strings and lists. */
MigRule mig_property_value(const MigProfile *profile, MigType type, const char *text, guint64 *ret_value);

typedef enum { MIG_SIZE_GOOD = 0, MIG_SIZE_WRONG, MIG_SIZE_RANGE } MigSizeResult;

/* Reads a size; a number without suffix counts in units of 1024^power bytes (0: bytes, 2: MiB). *ret_end is where the
 * size ends; NULL: nothing may follow. */
MigSizeResult mig_size_value(const MigProfile *profile, const char *text, guint power, const char **ret_end, guint64 *ret_value);

#endif
