/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/options/enum.h"

#include <string.h>

#include "reference/options/profile_private.h"

static const char *const compressions[MIG_COMPRESSION_COUNT] = {
    [MIG_COMPRESSION_NONE] = "none", [MIG_COMPRESSION_ZLIB] = "zlib", [MIG_COMPRESSION_ZSTD] = "zstd",
    [MIG_COMPRESSION_QATZIP] = "qatzip", [MIG_COMPRESSION_QPL] = "qpl", [MIG_COMPRESSION_UADK] = "uadk",
};
static const char *const modes[MIG_MODE_COUNT] = {
    [MIG_MODE_NORMAL] = "normal", [MIG_MODE_CPR_REBOOT] = "cpr-reboot", [MIG_MODE_CPR_TRANSFER] = "cpr-transfer",
    [MIG_MODE_CPR_EXEC] = "cpr-exec",
};
static const char *const zero_pages[MIG_ZERO_PAGE_COUNT] = {
    [MIG_ZERO_PAGE_NONE] = "none", [MIG_ZERO_PAGE_LEGACY] = "legacy", [MIG_ZERO_PAGE_MULTIFD] = "multifd",
};

static gboolean built(const MigProfile *profile, const char *enumeration, const char *member)
{
    if (strcmp(enumeration, "MultiFDCompression") != 0) {
        return TRUE;
    }
    for (guint i = 0; i < MIG_COMPRESSION_COUNT; i++) {
        if (strcmp(member, compressions[i]) == 0) {
            return (profile->compressions >> i & 1) != 0;
        }
    }
    return TRUE;
}

/* The two capabilities of the 8.1 cycle that a snapshot does not have are no members either. */
static gboolean in_snapshot(const MigProfile *profile, const char *enumeration, const char *member)
{
    MigCap cap;

    if (profile->snapshot == 0 || strcmp(enumeration, "MigrationCapability") != 0) {
        return TRUE;
    }
    return mig_cap_find(profile, member, &cap);
}

const char **mig_enum_members(const MigProfile *profile, const char *enumeration)
{
    GPtrArray *members = g_ptr_array_new();

    for (gsize i = 0; i < mig_table_enums_count; i++) {
        const MigEnumRow *row = &mig_table_enums[i];

        if (strcmp(row->enumeration, enumeration) == 0 && row->from <= profile->release && profile->release <= row->to
            && built(profile, enumeration, row->member) && in_snapshot(profile, enumeration, row->member)) {
            g_ptr_array_add(members, (gpointer) row->member);
        }
    }
    g_ptr_array_add(members, NULL);
    return (const char **) g_ptr_array_free(members, FALSE);
}

gboolean mig_enum_has(const MigProfile *profile, const char *enumeration, const char *member)
{
    for (gsize i = 0; i < mig_table_enums_count; i++) {
        const MigEnumRow *row = &mig_table_enums[i];

        if (strcmp(row->member, member) == 0 && strcmp(row->enumeration, enumeration) == 0 && row->from <= profile->release
            && profile->release <= row->to) {
            return built(profile, enumeration, member) && in_snapshot(profile, enumeration, member);
        }
    }
    return FALSE;
}

static const char *const *names_of(MigType type, guint *ret_count)
{
    switch (type) {
    case MIG_TYPE_COMPRESSION:
        *ret_count = MIG_COMPRESSION_COUNT;
        return compressions;
    case MIG_TYPE_MODE:
        *ret_count = MIG_MODE_COUNT;
        return modes;
    case MIG_TYPE_ZERO_PAGE:
        *ret_count = MIG_ZERO_PAGE_COUNT;
        return zero_pages;
    default:
        g_return_val_if_reached(NULL);
    }
}

const char *mig_enum_name(MigType type, guint64 value)
{
    guint count = 0;
    const char *const *names = names_of(type, &count);

    g_return_val_if_fail(names != NULL && value < count, NULL);
    return names[value];
}

gboolean mig_enum_value(const MigProfile *profile, MigType type, const char *name, guint64 *ret_value)
{
    guint count = 0;
    const char *const *names = names_of(type, &count);

    for (guint i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0 && mig_enum_has(profile, mig_type_enum(type), name)) {
            *ret_value = i;
            return TRUE;
        }
    }
    return FALSE;
}
