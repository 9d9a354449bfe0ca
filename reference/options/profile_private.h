/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A profile from inside: the rows of all tables that hold in its release, looked up once.
 */
#ifndef MIG_OPTIONS_PROFILE_PRIVATE_H
#define MIG_OPTIONS_PROFILE_PRIVATE_H

#include "reference/options/facts.h"
#include "reference/options/tables/tables.h"

struct MigProfile {
    gint references;
    const MigReleaseRow *row;
    MigRelease release;                        /* row->release, at hand for the checks */
    guint snapshot;                            /* row->snapshot */
    char *version;
    char *changes;
    MigFactSet facts;
    guint32 compressions;                      /* 1 << MigCompression: methods in this build */
    guint64 page_size;
    /* Fixes that stable releases have before the mainline release that brought them. */
    gboolean fix_tls_authz_null;               /* null for tls-authz is stored as "" */
    gboolean fix_started_again;                /* multifd and preempt on a started destination: only off to on is refused */

    MigCapSet caps;
    MigParamMask params;
    const MigCapRow *cap[MIG_CAP_COUNT];       /* NULL: not in this release */
    const MigParamRow *param[MIG_PARAM_COUNT];
    const MigRuleRow *rule[MIG_RULE_COUNT];
    const MigPropertyRow *property[MIG_PROPERTY_COUNT];
};

#endif
