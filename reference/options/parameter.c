/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/options/parameter.h"

#include <string.h>

#include "reference/options/enum.h"
#include "reference/options/profile_private.h"

static const char *const type_names[MIG_TYPE_COUNT] = {
    [MIG_TYPE_INT] = "int",
    [MIG_TYPE_UINT8] = "uint8",
    [MIG_TYPE_UINT32] = "uint32",
    [MIG_TYPE_UINT64] = "uint64",
    [MIG_TYPE_SIZE] = "size",
    [MIG_TYPE_BOOL] = "bool",
    [MIG_TYPE_STRING] = "str",
    [MIG_TYPE_STR_OR_NULL] = "StrOrNull",
    [MIG_TYPE_COMPRESSION] = "MultiFDCompression",
    [MIG_TYPE_MODE] = "MigMode",
    [MIG_TYPE_ZERO_PAGE] = "ZeroPageDetection",
    [MIG_TYPE_MAPPING] = "[BitmapMigrationNodeAlias]",
    [MIG_TYPE_STRINGS] = "[str]",
};

static const MigParamRow *row_of(const MigProfile *profile, MigParam param)
{
    g_assert((guint) param < MIG_PARAM_COUNT);
    return profile->param[param];
}

gboolean mig_param_find(const MigProfile *profile, const char *name, MigParam *ret_param)
{
    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        if (profile->param[i] != NULL && strcmp(profile->param[i]->name, name) == 0) {
            *ret_param = (MigParam) i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *mig_param_name(const MigProfile *profile, MigParam param)
{
    return row_of(profile, param) != NULL ? row_of(profile, param)->name : NULL;
}

MigType mig_param_input_type(const MigProfile *profile, MigParam param)
{
    g_return_val_if_fail(row_of(profile, param) != NULL, MIG_TYPE_INT);
    return row_of(profile, param)->input;
}

MigType mig_param_stored_type(const MigProfile *profile, MigParam param)
{
    g_return_val_if_fail(row_of(profile, param) != NULL, MIG_TYPE_INT);
    return row_of(profile, param)->stored;
}

guint64 mig_param_default(const MigProfile *profile, MigParam param)
{
    /* A release without the parameter still has the three values behind the old commands. */
    static const struct { MigParam param; guint64 value; } legacy[] = {
        { MIG_PARAM_MAX_BANDWIDTH, 33554432 }, { MIG_PARAM_DOWNTIME_LIMIT, 300 }, { MIG_PARAM_XBZRLE_CACHE_SIZE, 67108864 },
    };

    if (row_of(profile, param) != NULL) {
        return row_of(profile, param)->initial;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(legacy); i++) {
        if (legacy[i].param == param) {
            return legacy[i].value;
        }
    }
    /* Later parameters whose default is how earlier releases always behave. */
    return param == MIG_PARAM_MAX_CPU_THROTTLE ? 99 : param == MIG_PARAM_THROTTLE_TRIGGER_THRESHOLD ? 50 : 0;
}

const char *mig_param_property(const MigProfile *profile, MigParam param, MigType *ret_type)
{
    const MigParamRow *row = row_of(profile, param);

    if (row == NULL || row->property == NULL) {
        return NULL;
    }
    if (ret_type != NULL) {
        *ret_type = row->property_type;
    }
    return row->property;
}

MigParamMask mig_profile_params(const MigProfile *profile)
{
    return profile->params;
}

gboolean mig_param_settable(const MigProfile *profile, MigParam param)
{
    if (profile->release == R(2, 5)) {
        return param != MIG_PARAM_CPU_THROTTLE_INITIAL && param != MIG_PARAM_CPU_THROTTLE_INCREMENT;
    }
    if (profile->release == R(2, 7)) {
        return param != MIG_PARAM_TLS_CREDS && param != MIG_PARAM_TLS_HOSTNAME;
    }
    return TRUE;
}

gboolean mig_param_forgotten(const MigProfile *profile, MigParam param)
{
    return (param == MIG_PARAM_MULTIFD_ZLIB_LEVEL || param == MIG_PARAM_MULTIFD_ZSTD_LEVEL) && profile->release <= R(8, 2);
}

gboolean mig_param_deprecated(const MigProfile *profile, MigParam param)
{
    for (gsize i = 0; i < mig_table_param_notes_count; i++) {
        const MigParamNote *note = &mig_table_param_notes[i];

        if (note->param == param && note->deprecated != 0 && profile->release >= note->deprecated) {
            return TRUE;
        }
    }
    return FALSE;
}

gboolean mig_param_unstable(const MigProfile *profile, MigParam param)
{
    for (gsize i = 0; i < mig_table_param_notes_count; i++) {
        const MigParamNote *note = &mig_table_param_notes[i];

        if (note->param == param && note->unstable != 0 && profile->release >= note->unstable) {
            return TRUE;
        }
    }
    return FALSE;
}

const char *mig_param_limits(const MigProfile *profile, MigParam param)
{
    return row_of(profile, param) != NULL ? row_of(profile, param)->limits : "";
}

const char *mig_param_unit(MigParam param)
{
    g_return_val_if_fail((guint) param < MIG_PARAM_COUNT, "");
    return mig_table_param_units[param];
}

char *mig_param_value_to_string(const MigProfile *profile, MigParam param, guint64 value)
{
    MigType type = mig_param_stored_type(profile, param);

    switch (type) {
    case MIG_TYPE_INT:
        return g_strdup_printf("%" G_GINT64_FORMAT, (gint64) value);
    case MIG_TYPE_UINT8:
    case MIG_TYPE_UINT32:
    case MIG_TYPE_UINT64:
    case MIG_TYPE_SIZE:
        return g_strdup_printf("%" G_GUINT64_FORMAT, value);
    case MIG_TYPE_BOOL:
        return g_strdup(value != 0 ? "true" : "false");
    case MIG_TYPE_STRING:
    case MIG_TYPE_STR_OR_NULL:
        return g_strdup(value == MIG_TEXT_UNSET ? "unset" : value == MIG_TEXT_EMPTY ? "\"\"" : "set");
    case MIG_TYPE_COMPRESSION:
    case MIG_TYPE_MODE:
    case MIG_TYPE_ZERO_PAGE:
        return g_strdup(mig_enum_name(type, value));
    case MIG_TYPE_MAPPING:
        return g_strdup("unset");
    case MIG_TYPE_STRINGS:
        return g_strdup("[]");
    case MIG_TYPE_COUNT:
        break;
    }
    g_return_val_if_reached(NULL);
}

const char *mig_type_name(MigType type)
{
    g_return_val_if_fail((guint) type < MIG_TYPE_COUNT, NULL);
    return type_names[type];
}

const char *mig_type_enum(MigType type)
{
    return type == MIG_TYPE_COMPRESSION || type == MIG_TYPE_MODE || type == MIG_TYPE_ZERO_PAGE ? type_names[type] : NULL;
}
