/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a monitor does with deprecated and unstable interfaces: option -compat {6.0-} (spec/qmp.md 11).
 */
#ifndef MIG_QMP_POLICY_H
#define MIG_QMP_POLICY_H

#include <glib.h>

typedef enum { MIG_POLICY_ACCEPT = 0, MIG_POLICY_REJECT, MIG_POLICY_CRASH } MigPolicyInput;

typedef struct {
    MigPolicyInput deprecated_input, unstable_input;
    gboolean hide_deprecated_output, hide_unstable_output;
} MigPolicy;

/* "deprecated-input=reject,unstable-output=hide": changes what it names. FALSE with an error of domain MIG_QMP_ERROR. */
gboolean mig_policy_parse(MigPolicy *policy, const char *text, GError **error);

/* Is an interface with these features (MIG_SCHEMA_DEPRECATED, MIG_SCHEMA_UNSTABLE) refused? `what` is "command",
 * "parameter" or "value". Sets an error of domain MIG_QMP_ERROR, or MIG_DIES where the process is to abort. */
gboolean mig_policy_refuses(const MigPolicy *policy, guint features, const char *what, const char *name, GError **error);
gboolean mig_policy_hides(const MigPolicy *policy, guint features);

#endif
