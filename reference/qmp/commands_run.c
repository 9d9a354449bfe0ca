/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Commands about the run state (spec/qmp.md 8, 12.1, 12.7, 12.8).
 */
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

static MigValue *query_status(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *status = mig_vm_query_status(context->vm);

    /* A run state of its own up to 5.2. */
    if (context->qmp->preconfig && context->release < MIG_RELEASE(6, 0)) {
        mig_value_dict_put(status, "status", mig_value_string("preconfig"));
    }
    return status;
}

static MigValue *stop(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_vm_cmd_stop(context->vm, error) ? mig_value_dict() : NULL;
}

static MigValue *cont(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_vm_cmd_cont(context->vm, error) ? mig_value_dict() : NULL;
}

static void hold_events(MigCommandContext *context)
{
    context->qmp->hold_events = mig_qmp_replies_first(context->qmp);
}

static MigValue *quit(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    hold_events(context);
    mig_vm_cmd_quit(context->vm, FALSE, "host-qmp-quit");
    context->qmp->quitting = TRUE;
    return mig_value_dict();
}

static MigValue *system_reset(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    hold_events(context);
    return mig_vm_cmd_system_reset(context->vm, error) ? mig_value_dict() : NULL;
}

static MigValue *system_powerdown(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    hold_events(context);
    mig_vm_event(context->vm, "POWERDOWN", NULL);
    return mig_value_dict();
}

/* No machine here can be suspended. */
static MigValue *system_wakeup(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    if (context->release < MIG_RELEASE(4, 0)) {
        return mig_value_dict();
    }
    g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "wake-up from suspend is not supported by this guest");
    return NULL;
}

static MigValue *exit_preconfig(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigQmp *qmp = context->qmp;

    if (!qmp->preconfig) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC,
                            context->release < MIG_RELEASE(6, 0) ? "The command is permitted only in 'preconfig' state"
                            : "The command is permitted only before machine initialization");
        return NULL;
    }
    qmp->preconfig = FALSE;
    if (qmp->start_after_preconfig) {
        qmp->hold_events = context->release < MIG_RELEASE(6, 0);
        mig_vm_start(context->vm);
    }
    return mig_value_dict();
}

const MigCommandHandler mig_commands_run[] = {
    { "query-status", query_status },
    { "stop", stop },
    { "cont", cont },
    { "quit", quit },
    { "system_reset", system_reset },
    { "system_powerdown", system_powerdown },
    { "system_wakeup", system_wakeup },
    { "x-exit-preconfig", exit_preconfig },
    { NULL },
};
