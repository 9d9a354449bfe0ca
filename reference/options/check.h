/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The rules as procedures on plain values, in the order in which QEMU tests them (spec/options.md 7 and 8). No
 * allocation, no text, no memory of the past: an exhaustive comparison calls these millions of times per second.
 * MigOptions calls the same functions, and turns the number of a rule into class and text (rule.h).
 */
#ifndef MIG_OPTIONS_CHECK_H
#define MIG_OPTIONS_CHECK_H

#include <glib.h>

#include "reference/options/capability.h"
#include "reference/options/facts.h"
#include "reference/options/parameter.h"
#include "reference/options/profile.h"
#include "reference/options/rule.h"
#include "reference/qmp/value.h"

/* ---- Capabilities ---- */

/* The checks of a whole set {2.10-}: the rule that refuses `result`, or MIG_RULE_NONE. `was` is the set before the
 * command; compression is the stored multifd-compression, tls says whether tls-creds is stored and not empty. The state
 * test (MIG_RULE_CAP_BUSY) and warnings are not in here. */
MigRule mig_caps_check(const MigProfile *profile, MigFactSet facts, MigCapSet was, MigCapSet result, MigCompression compression,
                       gboolean tls);

typedef struct {
    MigRule rule;              /* what the reply says: MIG_RULE_NONE is success */
    MigCapSet caps;            /* the set afterwards */
    gboolean cleared_compress; /* a bit was taken back silently {2.5-2.9}: MIG_RULE_CAP_POSTCOPY_COMPRESS_CLEAR … */
    gboolean cleared_host;     /* … and MIG_RULE_CAP_POSTCOPY_HOST_CLEAR */
} MigCapsVerdict;

/* The whole of migrate-set-capabilities without the schema: state test, the release's way of laying the list over the set, rules.
 * The list names the capabilities in `listed`; those of them that are in `wanted` go on, the others off. MIG_FACT_BUSY_CAPS
 * is in `facts`. */
MigCapsVerdict mig_caps_set(const MigProfile *profile, MigFactSet facts, MigCapSet was, MigCapSet listed, MigCapSet wanted,
                            MigCompression compression, gboolean tls);

/* Deprecated capabilities in a checked set print a warning each {8.2-10.2}: which, as rules, in order. At most 3; returns how
 * many. Nothing is printed where `refused` says that the check ended before. */
guint mig_caps_warnings(const MigProfile *profile, MigCapSet result, MigRule refused, MigRule ret_rules[3]);

/* ---- Parameters ---- */

/* Values of all parameters. Numbers as they are (signed ones in two's complement), booleans 0 and 1, enums by number, strings
 * as MigText, lists 0. */
typedef struct {
    guint64 value[MIG_PARAM_COUNT];
} MigParamValues;

/* The release's defaults. */
void mig_params_init(const MigProfile *profile, MigParamValues *ret_values);

/* Narrowing between argument and check {2.12-5.2} (spec 6.2); elsewhere the value itself. */
guint64 mig_param_narrow(const MigProfile *profile, MigParam param, guint64 value);

/* The range rules and combinations {8.3, 8.4}, in order, without the form of block-bitmap-mapping. 2.4-2.9 look at `given` only,
 * later releases at every value of `result`. `current` is what is stored, `caps` what is on now. */
MigRule mig_params_check(const MigProfile *profile, MigFactSet facts, MigCapSet caps, const MigParamValues *current,
                         const MigParamValues *result, MigParamMask given);

/* The two halves of the above; what QEMU does between them is mig_mapping_check(). */
MigRule mig_params_check_ranges(const MigProfile *profile, const MigParamValues *result, MigParamMask given);
MigRule mig_params_check_combinations(const MigProfile *profile, MigFactSet facts, MigCapSet caps, const MigParamValues *current,
                                      const MigParamValues *result, MigParamMask given);

/* A second rule that also holds and whose error does not stop the first one's {2.5-2.9}: the process aborts when two
 * errors meet. MIG_RULE_NONE when `first` stops, or nothing else holds. */
MigRule mig_params_check_after(const MigProfile *profile, const MigParamValues *result, MigParamMask given, MigRule first);

/* The rules on block-bitmap-mapping {5.2-}, on a converted list. *ret_text (may be NULL; set when a rule refuses) is the
 * complete text, owned by the caller. */
MigRule mig_mapping_check(const MigProfile *profile, const MigValue *mapping, char **ret_text);

/* Values worth a test: around the limits of every rule and of every type, those of them that the argument's type can hold.
 * Fills at most `room`; returns how many. */
guint mig_param_edges(const MigProfile *profile, MigParam param, guint64 *ret_values, guint room);

#endif
