/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the other commands of the area answer on an idle source: started without -incoming, no migration ever begun.
 * Rules: oracle/rules/idle_rules.c, from spec/options.md 11 to 13 and spec/qmp.md 4 and 10.
 */
#ifndef ORA_OPTIONS_IDLE_H
#define ORA_OPTIONS_IDLE_H

#include "oracle/options/options.h"

typedef enum {
    ORA_IDLE_ALWAYS = 0,
    ORA_IDLE_POSTCOPY_OFF,        /* neither postcopy-ram nor (2.12-) dirty-bitmaps is on */
    ORA_IDLE_POSTCOPY_ON,
    ORA_IDLE_NO_DIRTY_RING,       /* the accelerator has none: -M none under TCG or plain KVM */
} OraIdleWhen;

typedef struct {
    const char *id;
    const char *sentence;
    OraRelease since, until;
    const char *command;
    const char *arguments;        /* JSON text of the request that the row is about; NULL: without arguments */
    OraIdleWhen when;
    const char *error_class;      /* NULL: success */
    const char *desc;             /* of an error */
    const char *value;            /* of success: JSON text; NULL: any value */
} OraIdleRule;

extern const OraIdleRule ora_idle_rules[];
extern const gsize ora_idle_rule_count;

/* Does the row speak about this release with these stored options? */
gboolean ora_idle_applies(const OraIdleRule *rule, const OraProfile *profile, OraCapSet capabilities);
/* The row that speaks about exactly this request; NULL: none does. */
const OraIdleRule *ora_idle_find(const OraProfile *profile, OraCapSet capabilities, const char *command, const OraValue *arguments);
/* The arguments of the row, freed by the caller; NULL: none. */
OraValue *ora_idle_arguments(const OraIdleRule *rule);
/* The reply that the row states; the caller clears it. */
void ora_idle_reply(const OraIdleRule *rule, OraReply *ret);

#endif
