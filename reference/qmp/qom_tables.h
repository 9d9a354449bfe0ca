/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What QOM holds before a client adds anything.
 */
#ifndef MIG_QMP_QOM_TABLES_H
#define MIG_QMP_QOM_TABLES_H

#include "reference/qmp/schema.h"

typedef struct {
    const char *name, *type;
    MigRelease from, to;
    const char *value;        /* JSON; NULL: cannot be read */
} MigQomProperty;

typedef struct {
    const char *path;         /* without the leading slash */
    const char *type;
    MigRelease from, to;
} MigQomNode;

typedef struct {
    const char *name, *type;
    MigRelease from, to;
    const char *description;  /* NULL: none */
    const char *initial;      /* JSON; NULL: none */
} MigQomClassProperty;

extern const MigQomProperty mig_qom_machine[];
extern const gsize mig_qom_machine_count;
extern const MigQomNode mig_qom_nodes[];
extern const gsize mig_qom_node_count;
extern const MigQomClassProperty mig_qom_migration[];
extern const gsize mig_qom_migration_count;

#endif
