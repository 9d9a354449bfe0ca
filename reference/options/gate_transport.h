/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MIG_OPTIONS_GATE_TRANSPORT_H
#define MIG_OPTIONS_GATE_TRANSPORT_H

#include "reference/env.h"
#include "reference/options/options.h"

/* Does the transport carry what the capabilities need (spec/options.md 11.2)? {8.2-} by address … */
gboolean mig_gate_transport(const MigOptions *options, const MigAddress *address, GError **error);
/* … and {8.0-8.1} by the text of the URI; before 8.0 nobody looks. */
gboolean mig_gate_transport_text(const MigOptions *options, const char *uri, GError **error);

#endif
