/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Values as QMP prints them (spec/qmp.md 1 and 7): pure ASCII, members in the order of QEMU's table, numbers as the
 * release spells them. Counterpart of parser.h.
 */
#ifndef MIG_QMP_PRINTER_H
#define MIG_QMP_PRINTER_H

#include "reference/qmp/value.h"

typedef enum {
    MIG_PRINT_COMPACT = 0,
    MIG_PRINT_PRETTY = 1 << 0,           /* line breaks CR LF, four blanks a level */
    MIG_PRINT_SIX_DECIMALS = 1 << 1      /* doubles as up to 5.2 */
} MigPrintFlags;

/* Without a line end. */
void mig_value_print(const MigValue *value, MigPrintFlags flags, GString *out);
char *mig_value_to_string(const MigValue *value);       /* compact, current number spelling */

#endif
