/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The judge's own options layer: what a release answers to a command of the options area, and what it stores.
 *
 * It is the rules (oracle/rules/) put into motion; it knows no engine. conform holds it against a real QEMU, the fuzzer
 * and `make exhaustive` hold it against the engine, and the judge of traces against recorded replies.
 */
#ifndef ORA_OPTIONS_OPTIONS_H
#define ORA_OPTIONS_OPTIONS_H

#include "oracle/options/parameter.h"
#include "oracle/options/value.h"

typedef enum {
    ORA_REPLY_RETURN = 0,     /* "return": value */
    ORA_REPLY_ERROR,          /* "error": class, desc */
    ORA_REPLY_DEATH,          /* the process dies without a reply: a bug of that release, by name in rule_id */
    ORA_REPLY_NOT_MODELLED,   /* these rules say nothing about the command */
} OraReplyKind;

typedef struct {
    OraReplyKind kind;
    const char *error_class;  /* static */
    char *desc;
    GPtrArray *also;          /* char: other texts that are as right (which unknown member is named), or NULL */
    OraValue *value;
    const char *rule_id;      /* that decided, static; NULL for success and for the schema */
} OraReply;

void ora_reply_clear(OraReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OraReply, ora_reply_clear)

/* Is this error text one that the rules allow? */
gboolean ora_reply_allows(const OraReply *reply, const char *error_class, const char *desc);

typedef struct OraOptions OraOptions;

/* As at start: everything at its default. */
OraOptions *ora_options_new(const OraProfile *profile);
OraOptions *ora_options_copy(const OraOptions *options);
void ora_options_free(OraOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OraOptions, ora_options_free)

/* Facts change while a process lives (a migration starts, a listener opens). */
void ora_options_set_facts(OraOptions *options, guint facts);
OraCapSet ora_options_capabilities(const OraOptions *options);
/* OraParamsSeen of the stored parameters. */
guint ora_options_params_seen(const OraOptions *options);
/* Has the stored value never changed, or come back to what it is at start? */
gboolean ora_options_is_default(const OraOptions *options, OraParameter parameter);
/* Total guest RAM in bytes, for the one rule that looks at it (migrate-set-cache-size, 2.4-2.10); 128 MiB unless told. */
void ora_options_set_ram_size(OraOptions *options, guint64 size);

/* Executes a command with its arguments (NULL: none) and says what must be answered. Commands: migrate-set-capabilities,
 * query-migrate-capabilities, migrate-set-parameters, query-migrate-parameters, migrate_set_speed, migrate_set_downtime,
 * migrate-set-cache-size, query-migrate-cache-size. ret is overwritten; the caller clears it. */
void ora_options_execute(OraOptions *options, const char *command, const OraValue *arguments, OraReply *ret);

#endif
