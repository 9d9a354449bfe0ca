/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The argument of -incoming (spec/options.md 10).
 */
#ifndef MIG_OPTIONS_INCOMING_OPTION_H
#define MIG_OPTIONS_INCOMING_OPTION_H

#include <glib.h>

#include "reference/options/profile.h"
#include "reference/qmp/value.h"

/* Tells a URI (or "defer") from a channel object. TRUE with *ret_channels NULL: the text is to be taken as a URI. TRUE with
 * *ret_channels a list of one converted channel (the caller's) {10.0-}: it was JSON or KEY=VALUE,…. FALSE: neither; the error is
 * MIG_QMP_ERROR with the text that QEMU prints behind "-incoming ARG: ". */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_incoming_option(const MigProfile *profile, const char *text, MigValue **ret_channels, GError **error);

#endif
