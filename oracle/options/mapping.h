/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ORA_OPTIONS_MAPPING_H
#define ORA_OPTIONS_MAPPING_H

#include "oracle/options/value.h"

/* The rules on block-bitmap-mapping (spec/options.md 8.4, since 5.2). `mapping` has passed the schema. Returns the error
 * text without its common prefix, freed by the caller, or NULL; *ret_rule_id names the rule (static). */
char *ora_mapping_refusal(const OraValue *mapping, const char **ret_rule_id);

#endif
