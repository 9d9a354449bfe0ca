/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/options/capability.h"

#include <string.h>

#include "reference/options/profile_private.h"

gboolean mig_cap_find(const MigProfile *profile, const char *name, MigCap *ret_cap)
{
    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        if (profile->cap[i] != NULL && strcmp(profile->cap[i]->name, name) == 0) {
            *ret_cap = (MigCap) i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *mig_cap_name(const MigProfile *profile, MigCap cap)
{
    g_return_val_if_fail((guint) cap < MIG_CAP_COUNT, NULL);
    return profile->cap[cap] != NULL ? profile->cap[cap]->name : NULL;
}

const char *mig_cap_property(const MigProfile *profile, MigCap cap)
{
    const MigCapRow *row;

    g_return_val_if_fail((guint) cap < MIG_CAP_COUNT, NULL);
    row = profile->cap[cap];
    return row != NULL && row->property != NULL && profile->release >= row->property_from ? row->property : NULL;
}

MigCapSet mig_profile_caps(const MigProfile *profile)
{
    return profile->caps;
}

gboolean mig_cap_listed(const MigProfile *profile, MigCap cap)
{
    g_return_val_if_fail((guint) cap < MIG_CAP_COUNT, FALSE);
    if (profile->cap[cap] == NULL) {
        return FALSE;
    }
    if (cap == MIG_CAP_X_COLO && profile->release <= R(2, 9)) {
        return (profile->facts & MIG_FACT_COLO) != 0;
    }
    if (cap == MIG_CAP_BLOCK) {
        return (profile->facts & MIG_FACT_BLOCK) != 0;
    }
    return TRUE;
}

const char *mig_cap_meaning(MigCap cap)
{
    g_return_val_if_fail((guint) cap < MIG_CAP_COUNT, NULL);
    return mig_table_cap_meanings[cap];
}

const char *mig_cap_side(MigCap cap)
{
    for (gsize i = 0; i < mig_table_caps_count; i++) {
        if (mig_table_caps[i].cap == cap) {
            return mig_table_caps[i].side;
        }
    }
    g_return_val_if_reached(NULL);
}

gboolean mig_cap_deprecated(const MigProfile *profile, MigCap cap)
{
    const MigCapRow *row = profile->cap[cap];

    return row != NULL && row->deprecated != 0 && profile->release >= row->deprecated;
}

gboolean mig_cap_unstable(const MigProfile *profile, MigCap cap)
{
    const MigCapRow *row = profile->cap[cap];

    return row != NULL && row->unstable != 0 && profile->release >= row->unstable;
}

char *mig_caps_to_string(const MigProfile *profile, MigCapSet caps)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        if (caps & MIG_CAP_BIT(i)) {
            const char *name = mig_cap_name(profile, (MigCap) i);

            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", name != NULL ? name : "?");
        }
    }
    return g_string_free(text->len > 0 ? text : g_string_append(text, "none"), FALSE);
}
