/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/beside.h"
#include "reference/qmp/private.h"

#include <string.h>

MigCommandFunc *mig_command_find_handler(const char *name)
{
    static const MigCommandHandler *const tables[] = {
        mig_commands_migration, mig_commands_run, mig_commands_monitor, mig_commands_fd, mig_commands_object,
        mig_commands_job, mig_commands_other, mig_commands_hmp,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const MigCommandHandler *handler = tables[i]; handler->name; handler++) {
            if (strcmp(handler->name, name) == 0) {
                return handler->run;
            }
        }
    }
    return NULL;
}

MigValue *mig_command_beside(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_beside_answer(context->release, context->beside, arguments, error);
}

const char *mig_argument_text(const MigValue *arguments, const char *name)
{
    MigValue *value = mig_value_dict_get(arguments, name);

    return value && mig_value_type(value) == MIG_VALUE_STRING ? mig_value_get_string(value) : NULL;
}

gint64 mig_argument_int(const MigValue *arguments, const char *name, gint64 none)
{
    MigValue *value = mig_value_dict_get(arguments, name);
    gint64 number;

    return value && mig_value_get_int(value, &number) ? number : none;
}

gboolean mig_argument_bool(const MigValue *arguments, const char *name)
{
    MigValue *value = mig_value_dict_get(arguments, name);

    return value && mig_value_type(value) == MIG_VALUE_BOOL && mig_value_get_bool(value);
}

gboolean mig_qmp_is_identifier(const char *text)
{
    if (!g_ascii_isalpha(text[0])) {
        return FALSE;
    }
    for (const char *at = text + 1; *at; at++) {
        if (!g_ascii_isalnum(*at) && !strchr("-._", *at)) {
            return FALSE;
        }
    }
    return TRUE;
}

gint64 mig_qmp_now_ns(const MigQmp *qmp)
{
    return qmp->vm ? mig_env_clock_ns(mig_vm_env(qmp->vm), MIG_CLOCK_HOST) : qmp->now_ns;
}
