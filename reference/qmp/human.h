/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The human monitor's line (HMP): finds the command and reads its arguments by their types, with the words of the release
 * for what is wrong. Pure: text in, values out.
 */
#ifndef MIG_QMP_HUMAN_H
#define MIG_QMP_HUMAN_H

#include "reference/qmp/schema.h"

enum {
    MIG_HUMAN_PRECONFIG = 1 << 0,        /* may run before the machine exists */
    MIG_HUMAN_OTHER_TARGET = 1 << 1      /* there, but never available on x86 */
};

/* `arguments` as "name:type,…": s string, S the rest of the line, F file name, B block device, i 32 and l 64 bits of an
 * expression, M megabytes, o size, T seconds, b on or off, -X option (-Xs with a value), / a format; ? after it: may be
 * absent. `name` may hold aliases ("cont|c"). */
typedef struct {
    const char *name;
    MigRelease from, to;
    const char *arguments, *shown;       /* `shown`: the arguments in help */
    const char *help;                    /* NULL: not kept */
    guint flags;
} MigHumanCommand;

extern const MigHumanCommand mig_human_commands[], mig_human_info[];
extern const gsize mig_human_commands_count, mig_human_info_count;

/* Reads `line`. TRUE: *ret_command (NULL for an empty line) and *ret_arguments (a dict; the caller owns it) are set. FALSE:
 * what the monitor prints was added to `out`. `machine` is FALSE before the machine exists. */
gboolean mig_human_parse(const MigProfile *profile, gboolean machine, const char *line, GString *out,
                         const MigHumanCommand **ret_command, gboolean *ret_info, MigValue **ret_arguments);

/* What `help WORDS` prints; `words` may be NULL. */
void mig_human_help(const MigProfile *profile, gboolean machine, const char *words, GString *out);

#endif
