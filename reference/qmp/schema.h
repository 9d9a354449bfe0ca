/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Commands, events and types of the migration area by release (schema_tables.c), the check of arguments against them
 * with the texts of the release (spec/qmp.md 10, spec/options.md 6.1), and what introspection says of them.
 */
#ifndef MIG_QMP_SCHEMA_H
#define MIG_QMP_SCHEMA_H

#include "reference/options/profile.h"
#include "reference/qmp/policy.h"
#include "reference/qmp/value.h"

#define MIG_SCHEMA_LAST MIG_RELEASE(99, 0)

/* Flags of members, values and commands. */
enum {
    MIG_SCHEMA_OPTIONAL = 1 << 0,
    MIG_SCHEMA_DEPRECATED = 1 << 1,
    MIG_SCHEMA_UNSTABLE = 1 << 2,
    MIG_SCHEMA_ALLOW_OOB = 1 << 3,
    MIG_SCHEMA_PRECONFIG = 1 << 4        /* may run before the machine exists */
};

/* Build options that some rows depend on. */
enum {
    MIG_SCHEMA_IF_REPLICATION = 1 << 0,
    MIG_SCHEMA_IF_ZSTD = 1 << 1,
    MIG_SCHEMA_IF_QPL = 1 << 2,
    MIG_SCHEMA_IF_UADK = 1 << 3,
    MIG_SCHEMA_IF_QATZIP = 1 << 4
};

typedef struct {
    const char *name;
    const char *type;         /* builtin, type of mig_schema_types, or "[TYPE]" */
    MigRelease from, to;
    guint flags;
} MigSchemaMember;

typedef struct {
    const char *name;
    MigRelease from, to;
    guint flags;
    guint condition;          /* build options needed */
} MigSchemaValue;

typedef enum { MIG_SCHEMA_OBJECT = 0, MIG_SCHEMA_ENUM, MIG_SCHEMA_ALTERNATE } MigSchemaKind;

typedef struct {
    const char *name;
    MigSchemaKind kind;
    const MigSchemaMember *members;      /* object: members; alternate: branches, names empty */
    gsize member_count;
    const MigSchemaValue *values;        /* enum */
    gsize value_count;
    const char *tag;                     /* flat union: the member that chooses the branch */
    const MigSchemaMember *branches;     /* flat union: name = value of the tag, type = its members */
    gsize branch_count;
} MigSchemaType;

typedef struct {
    const char *name;
    MigRelease from, to;
    const char *arguments;               /* type, "" for none, "any" */
    const char *returns;                 /* type, "" for an empty object */
    guint flags;
    guint condition;
} MigSchemaCommand;

typedef struct {
    const char *name;
    MigRelease from, to;
    const char *data;                    /* type, "" for none */
} MigSchemaEvent;

extern const MigSchemaType mig_schema_types[];
extern const gsize mig_schema_type_count;
extern const MigSchemaCommand mig_schema_commands[];
extern const gsize mig_schema_command_count;
extern const MigSchemaEvent mig_schema_events[];
extern const gsize mig_schema_event_count;

/* One release as built. */
typedef struct {
    MigRelease release;
    guint conditions;         /* build options that are there */
    MigPolicy policy;
    /* Asked for names that the tables have, where a snapshot of a development cycle lacks some; NULL: it has all.
     * `type` is the name of the enum or object. */
    gboolean (*has)(gpointer opaque, const char *type, const char *name);
    gpointer opaque;
} MigSchema;

/* NULL where the release does not have the command (or type). */
const MigSchemaCommand *mig_schema_find_command(const MigSchema *schema, const char *name);
/* The same among those that are known only by name, arguments and what an empty machine says (beside.h). */
const MigSchemaCommand *mig_schema_find_beside(const MigSchema *schema, const char *name);
const MigSchemaType *mig_schema_find_type(const char *name);
gboolean mig_schema_has_member(const MigSchema *schema, const MigSchemaType *type, const MigSchemaMember *member);
gboolean mig_schema_has_value(const MigSchema *schema, const MigSchemaType *type, const MigSchemaValue *value);

/* Checks an arguments object against an object type of the tables. FALSE with QEMU's error (domain MIG_QMP_ERROR, or
 * MIG_QMP_DIES by policy). */
gboolean mig_schema_check(const MigSchema *schema, const char *type, const MigValue *arguments, GError **error);

/* The unknown member that QEMU names, of those that are not in `known` (names of the members that were visited, in
 * that order): position in the object, or -1. */
int mig_schema_unknown_member(const MigValue *dict, const char *const *known, guint known_count);

/* Takes out of a result what the output policy hides. `type` as in MigSchemaCommand.returns. */
void mig_schema_hide(const MigSchema *schema, const char *type, MigValue *value);

/* query-qmp-schema and query-commands of the migration area. The caller owns them. */
MigValue *mig_schema_introspect(const MigSchema *schema);
MigValue *mig_schema_list_commands(const MigSchema *schema);

#endif
