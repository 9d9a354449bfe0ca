/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tables of the options layer: values only, by range of releases. Made to be edited by hand; README.md walks
 * through a new release. For one release at most one row of a thing holds.
 */
#ifndef MIG_OPTIONS_TABLES_H
#define MIG_OPTIONS_TABLES_H

#include <glib.h>

#include "reference/options/capability.h"
#include "reference/options/parameter.h"
#include "reference/options/profile.h"
#include "reference/options/property.h"
#include "reference/options/rule.h"

#define R(major, minor) MIG_RELEASE(major, minor)
/* "Up to the newest release": greater than all of them. */
#define NOW 9999

typedef struct {
    MigCap cap;
    const char *name;
    MigRelease from, to;
    const char *property;
    MigRelease property_from;
    const char *side;
    MigRelease deprecated, unstable;      /* 0: never */
} MigCapRow;

typedef struct {
    MigParam param;
    const char *name;
    MigRelease from, to;
    MigType input, stored;
    guint64 initial;
    const char *property;                 /* NULL: none */
    MigType property_type;
    const char *limits;
} MigParamRow;

typedef struct {
    MigParam param;
    MigRelease deprecated, unstable;      /* 0: never */
} MigParamNote;

typedef struct {
    const char *enumeration, *member;
    MigRelease from, to;
} MigEnumRow;

typedef struct {
    MigRule rule;
    const char *id;
    MigRelease from, to;
    MigEffect effect;
    MigQmpErrorClass error_class;
    const char *text;                     /* with {placeholders}; NULL: none */
} MigRuleRow;

typedef struct {
    MigProperty property;
    const char *name;
    MigRelease from, to;
    MigType type;
    guint64 initial;
} MigPropertyRow;

typedef struct {
    const char *property, *value;
    MigRelease machine;                   /* this machine type and all older ones */
    MigRelease from, to;
} MigMachineRow;

typedef struct {
    const char *name;                     /* "qemu-7.2" */
    MigRelease release;
    const char *version;                  /* of the newest stable release that is known, with its build */
    guint snapshot;                       /* date of a snapshot of the development cycle, 0: the release itself */
    gboolean no_zstd;                     /* the build lacks zstd */
} MigReleaseRow;

extern const MigReleaseRow mig_table_releases[];
extern const gsize mig_table_releases_count;
extern const MigCapRow mig_table_caps[];
extern const gsize mig_table_caps_count;
extern const char *const mig_table_cap_meanings[MIG_CAP_COUNT];
extern const MigParamRow mig_table_params[];
extern const gsize mig_table_params_count;
extern const char *const mig_table_param_units[MIG_PARAM_COUNT];
extern const MigParamNote mig_table_param_notes[];
extern const gsize mig_table_param_notes_count;
extern const MigEnumRow mig_table_enums[];
extern const gsize mig_table_enums_count;
extern const MigRuleRow mig_table_rules_caps[], mig_table_rules_params[], mig_table_rules_gates[], mig_table_rules_commands[];
extern const gsize mig_table_rules_caps_count, mig_table_rules_params_count, mig_table_rules_gates_count,
                   mig_table_rules_commands_count;
extern const MigPropertyRow mig_table_properties[];
extern const gsize mig_table_properties_count;
extern const MigMachineRow mig_table_machines[];
extern const gsize mig_table_machines_count;

#endif
