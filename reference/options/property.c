/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/options/property.h"

#include <string.h>

#include "reference/options/profile_private.h"

const char *mig_property_name(const MigProfile *profile, MigProperty property)
{
    g_return_val_if_fail((guint) property < MIG_PROPERTY_COUNT, NULL);
    return profile->property[property] != NULL ? profile->property[property]->name : NULL;
}

guint64 mig_property_default(const MigProfile *profile, MigProperty property)
{
    g_return_val_if_fail((guint) property < MIG_PROPERTY_COUNT, 0);
    if (profile->property[property] != NULL) {
        return profile->property[property]->initial;
    }
    switch (property) {
    case MIG_PROPERTY_STORE_GLOBAL_STATE:
    case MIG_PROPERTY_SEND_CONFIGURATION:
    case MIG_PROPERTY_SEND_SECTION_FOOTER:
        return TRUE;                                     /* 2.4-2.9, for machine types of 2.4 and later */
    case MIG_PROPERTY_MULTIFD_FLUSH_AFTER_EACH_SECTION:
        return TRUE;                                     /* before 8.1 channels were always synchronised so */
    case MIG_PROPERTY_X_PREEMPT_PRE_7_2:
        return profile->release == R(7, 1);
    case MIG_PROPERTY_X_CLEAR_BITMAP_SHIFT:
        return 0;
    case MIG_PROPERTY_ONLY_MIGRATABLE:
    case MIG_PROPERTY_SEND_SWITCHOVER_START:
    case MIG_PROPERTY_DECOMPRESS_ERROR_CHECK:
    case MIG_PROPERTY_MULTIFD_CLEAN_TLS_TERMINATION:
    case MIG_PROPERTY_X_POSTCOPY_PREEMPT_BREAK_HUGE:
    case MIG_PROPERTY_SWITCHOVER_ACK_LEGACY:
    case MIG_PROPERTY_COUNT:
        break;
    }
    return FALSE;
}

/* As the object model names them. */
static const char *type_name(MigType type)
{
    return type == MIG_TYPE_STRING ? "str" : type == MIG_TYPE_INT ? "int64" : mig_type_name(type);
}

GArray *mig_profile_properties(const MigProfile *profile)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(MigPropertyInfo));

    if (profile->release < R(2, 10)) {
        return all;
    }
    for (int i = 0; i < MIG_PROPERTY_COUNT; i++) {
        if (profile->property[i] != NULL) {
            MigPropertyInfo info = { MIG_PROPERTY_OWN, i, profile->property[i]->name, type_name(profile->property[i]->type) };

            g_array_append_val(all, info);
        }
    }
    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        MigType type;
        const char *name = mig_param_property(profile, (MigParam) i, &type);

        if (name != NULL) {
            MigPropertyInfo info = { MIG_PROPERTY_OF_PARAM, i, name, type_name(type) };

            g_array_append_val(all, info);
        }
    }
    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        const char *name = mig_cap_property(profile, (MigCap) i);

        if (name != NULL) {
            MigPropertyInfo info = { MIG_PROPERTY_OF_CAP, i, name, "bool" };

            g_array_append_val(all, info);
        }
    }
    return all;
}

gboolean mig_property_find(const MigProfile *profile, const char *name, MigPropertyInfo *ret_info)
{
    GArray *all = mig_profile_properties(profile);
    gboolean found = FALSE;

    for (guint i = 0; i < all->len && !found; i++) {
        MigPropertyInfo info = g_array_index(all, MigPropertyInfo, i);

        if (strcmp(info.name, name) == 0) {
            *ret_info = info;
            found = TRUE;
        }
    }
    g_array_unref(all);
    return found;
}
