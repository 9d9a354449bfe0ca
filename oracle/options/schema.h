/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the input layer refuses before a command of the options area runs (spec/options.md 6.1, spec/qmp.md 10).
 */
#ifndef ORA_OPTIONS_SCHEMA_H
#define ORA_OPTIONS_SCHEMA_H

#include "oracle/options/parameter.h"
#include "oracle/options/value.h"

/* The one refusal of a request, if any. */
typedef struct {
    char *desc;               /* NULL: nothing to refuse */
    GPtrArray *also;          /* char: as right as desc, or NULL */
} OraRefusal;

void ora_refusal_clear(OraRefusal *refusal);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OraRefusal, ora_refusal_clear)

typedef struct {
    const char *name;
    OraType type;
    gboolean optional;
} OraMember;

/* Arguments that are a flat object of named members; parameters of migrate-set-parameters included. */
void ora_schema_check_capabilities(const OraProfile *profile, const OraValue *arguments, OraRefusal *ret);
void ora_schema_check_parameters(const OraProfile *profile, const OraValue *arguments, OraRefusal *ret);
/* One mandatory member `value`: an int64, or with `number` any number (the old setters). */
void ora_schema_check_value(const OraProfile *profile, const OraValue *arguments, gboolean number, OraRefusal *ret);
void ora_schema_check_nothing(const OraProfile *profile, const OraValue *arguments, OraRefusal *ret);

#endif
