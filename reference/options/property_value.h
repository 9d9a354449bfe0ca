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

#endif
