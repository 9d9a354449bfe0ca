/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MIG_OPTIONS_ADDRESS_OPTIONS_H
#define MIG_OPTIONS_ADDRESS_OPTIONS_H

#include <glib.h>

/* {10.1-} What follows "tcp:": a list of options, the first of which may be an address without a name. Checks names and values in
 * their order. *ret_address ("" when there is none) is the caller's. */
gboolean mig_address_options(const char *text, char **ret_address, GError **error);

#endif
