/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/options/profile.h"

#include <stdlib.h>
#include <string.h>

static const OraRelease releases[] = {
    204, 205, 206, 207, 208, 209, 210, 211, 212, 300, 301, 400, 401, 402, 500, 501, 502, 600, 601, 602, 700, 701, 702,
    800, 801, 802, 900, 901, 902, 1000, 1001, 1002, 1100, 1101, 0
};

const OraRelease *ora_releases(void)
{
    return releases;
}

gboolean ora_profile_parse(const char *name, OraProfile *ret_profile)
{
    static const struct { const char *name; OraRelease release; OraSnapshot snapshot; } snapshots[] = {
        { "2.4-rc", 204, ORA_SNAPSHOT_NONE },             /* options behave as in 2.4 */
        { "2.5-dev", 205, ORA_SNAPSHOT_NONE },            /* names as in 2.5 */
        { "8.1-dev-20230505", 801, ORA_SNAPSHOT_8_1_20230505 },
        { "8.1-dev-20230630", 801, ORA_SNAPSHOT_8_1_20230630 },
    };
    OraProfile profile = { .facts = ORA_FACTS_USUAL, .page_size = 4096 };

    g_return_val_if_fail(name != NULL, FALSE);
    if (g_str_has_prefix(name, "qemu-")) {
        name += strlen("qemu-");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(snapshots); i++) {
        if (strcmp(name, snapshots[i].name) == 0) {
            profile.release = snapshots[i].release;
            profile.snapshot = snapshots[i].snapshot;
        }
    }
    for (gsize i = 0; profile.release == 0 && releases[i] != 0; i++) {
        g_autofree char *text = g_strdup_printf("%d.%d", releases[i] / 100, releases[i] % 100);
        if (strcmp(name, text) == 0) {
            profile.release = releases[i];
        }
    }
    if (profile.release == 0) {
        return FALSE;
    }
    if (profile.release == 502) {
        profile.facts &= ~ORA_FACT_ZSTD;                  /* Debian 11's build, spec/options.md 5 */
    }
    *ret_profile = profile;
    return TRUE;
}
