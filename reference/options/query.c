/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * query-migrate-capabilities and query-migrate-parameters (spec/options.md 2, 3.2).
 */
#include "reference/options/enum.h"
#include "reference/options/options_private.h"

MigValue *mig_options_query_capabilities(const MigOptions *options)
{
    MigValue *reply = mig_value_list();

    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        MigCap cap = (MigCap) i;
        MigValue *entry;

        if (!mig_cap_listed(options->profile, cap)) {
            continue;
        }
        entry = mig_value_dict();
        mig_value_dict_put(entry, "capability", mig_value_string(mig_cap_name(options->profile, cap)));
        mig_value_dict_put(entry, "state", mig_value_bool(mig_options_has(options, cap)));
        mig_value_list_append(reply, entry);
    }
    return reply;
}

/* NULL: not a member now. */
static MigValue *report(const MigOptions *options, MigParam param)
{
    guint64 value = options->values.value[param];
    MigType type = mig_param_stored_type(options->profile, param);

    switch (type) {
    case MIG_TYPE_INT:
        return mig_value_int((gint64) value);
    case MIG_TYPE_UINT8:
    case MIG_TYPE_UINT32:
    case MIG_TYPE_UINT64:
    case MIG_TYPE_SIZE:
        return mig_value_uint(value);
    case MIG_TYPE_BOOL:
        return mig_value_bool(value != 0);
    case MIG_TYPE_STRING:
    case MIG_TYPE_STR_OR_NULL: {
        const char *text = mig_options_text(options, param);

        /* 2.7 must print something, 2.8 need not, from 2.9 on there is always a string. */
        return text == NULL && options->profile->release == R(2, 8) ? NULL : mig_value_string(text != NULL ? text : "");
    }
    case MIG_TYPE_COMPRESSION:
    case MIG_TYPE_MODE:
    case MIG_TYPE_ZERO_PAGE:
        return mig_value_string(mig_enum_name(type, value));
    case MIG_TYPE_MAPPING:
        return options->mapping != NULL ? mig_value_ref(options->mapping) : NULL;
    case MIG_TYPE_STRINGS:
        return mig_value_ref(options->cpr_exec);
    case MIG_TYPE_COUNT:
        break;
    }
    g_return_val_if_reached(NULL);
}

MigValue *mig_options_query_parameters(const MigOptions *options)
{
    MigValue *reply = mig_value_dict();

    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        const char *name = mig_param_name(options->profile, (MigParam) i);
        MigValue *value = name != NULL ? report(options, (MigParam) i) : NULL;

        if (value != NULL) {
            mig_value_dict_put(reply, name, value);
        }
    }
    return reply;
}
