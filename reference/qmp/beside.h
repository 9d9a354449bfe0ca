/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Commands beside the area of migration (beside_tables.c): known, checked, and answered as on an empty machine.
 */
#ifndef MIG_QMP_BESIDE_H
#define MIG_QMP_BESIDE_H

#include "reference/qmp/error.h"
#include "reference/qmp/schema.h"

enum { MIG_BESIDE_RETURNS = -1 };

typedef struct {
    const char *command;
    MigRelease from, to;
    int error_class;          /* MigQmpError, or MIG_BESIDE_RETURNS */
    const char *text;         /* of the error, {MEMBER} for an argument; or the result as JSON */
} MigBesideReply;

extern const MigSchemaType mig_beside_types[];           /* sorted by name */
extern const gsize mig_beside_type_count;
extern const MigSchemaCommand mig_beside_commands[];
extern const gsize mig_beside_command_count;
extern const MigBesideReply mig_beside_replies[];
extern const gsize mig_beside_reply_count;

/* What the release answers to that command with arguments that fit: the caller owns the result, or NULL with an error. */
MigValue *mig_beside_answer(MigRelease release, const char *command, const MigValue *arguments, GError **error);

#endif
