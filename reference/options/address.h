/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Migration addresses: URIs by release (spec/options.md 11.3), and channel objects {8.2-} (11.4).
 */
#ifndef MIG_OPTIONS_ADDRESS_H
#define MIG_OPTIONS_ADDRESS_H

#include <glib.h>

#include "reference/env.h"
#include "reference/options/profile.h"
#include "reference/qmp/value.h"

void mig_address_clear(MigAddress *address);                    /* frees what it points to; the struct stays the caller's */
void mig_address_copy(const MigAddress *address, MigAddress *ret_copy);
/* "tcp:host:port", "unix:path" … as QEMU prints addresses. The caller owns it. */
char *mig_address_to_string(const MigAddress *address);

/* Parses the text of a URI as that release does, for `migrate` or for an incoming start. Errors are MIG_QMP_ERROR with
 * QEMU's text, or MIG_DIES. No host name is resolved, no descriptor looked up. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_address_parse(const MigProfile *profile, const char *uri, gboolean incoming, MigAddress *ret_address,
                           GError **error);
/* Address of a converted channel object's `addr` {8.2-}. */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_address_from_channel(const MigProfile *profile, const MigValue *addr, MigAddress *ret_address, GError **error);

#endif
