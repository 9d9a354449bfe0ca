/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MIG_OPTIONS_OPTIONS_PRIVATE_H
#define MIG_OPTIONS_OPTIONS_PRIVATE_H

#include "reference/options/options.h"
#include "reference/options/profile_private.h"

#define MIG_TEXT_COUNT 3

struct MigOptions {
    MigProfile *profile;
    MigOptionsHost host;
    MigCapSet caps;
    MigParamValues values;
    char *text[MIG_TEXT_COUNT];              /* tls-creds, tls-hostname, tls-authz; NULL: unset. values has their MigText */
    MigValue *mapping;                       /* block-bitmap-mapping; NULL: never set */
    GString *heard;                          /* borrowed; NULL: messages go to the host */
    MigValue *cpr_exec;                      /* cpr-exec-command; NULL: the release does not have it */
    guint64 property[MIG_PROPERTY_COUNT];
    gboolean only_migratable;
    guint64 downtime_ns;                     /* {2.4-2.7} what migrate_set_downtime said */
    gboolean block_by_migrate;               /* capability block is on because `migrate` had blk or inc */
    gboolean incremental_by_migrate;
};

/* Index in text[] of a parameter that is a string, -1 of all others. */
int mig_options_text_index(MigParam param);
/* Takes over `text`. */
void mig_options_put_text(MigOptions *options, MigParam param, char *text);
void mig_options_print_rule(const MigOptions *options, MigRule rule);

#endif
