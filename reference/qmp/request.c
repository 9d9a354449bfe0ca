/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One request: its form (spec/qmp.md 4), and the order of all checks up to the handler (6).
 */
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <string.h>

MigValue *mig_error_reply(GError *error)
{
    MigValue *reply = mig_value_dict(), *inner = mig_value_dict();

    mig_value_dict_put(inner, "class", mig_value_string(mig_qmp_error_class_name((MigQmpErrorClass) error->code)));
    mig_value_dict_put(inner, "desc", mig_value_string(error->message));
    mig_value_dict_put(reply, "error", inner);
    return reply;
}

gboolean mig_request_is_oob(const MigMonitor *monitor, const MigValue *value)
{
    return monitor->oob_enabled && mig_value_type(value) == MIG_VALUE_DICT && mig_value_dict_get(value, "exec-oob")
        && !mig_value_dict_get(value, "execute");
}

static gboolean fail(GError **error, MigQmpErrorClass error_class, const char *format, const char *name)
{
    /* The formats are ours: one %s or none. */
    g_autoptr(GString) text = g_string_new(NULL);
    const char *at = strstr(format, "%s");

    if (at) {
        g_string_append_len(text, format, at - format);
        g_string_append(text, name);
        g_string_append(text, at + 2);
    } else {
        g_string_append(text, format);
    }
    g_set_error_literal(error, MIG_QMP_ERROR, error_class, text->str);
    return FALSE;
}

typedef struct {
    const char *command;
    MigValue *arguments;      /* borrowed; NULL where there are none */
    gboolean oob;
} Call;

/* Members in dictionary order; the first offence is reported. */
static gboolean check_form(const MigMonitor *monitor, const MigValue *request, Call *ret_call, GError **error)
{
    g_autofree guint *order = mig_value_dict_order(request);
    Call call = { NULL, NULL, FALSE };

    for (guint i = 0; i < mig_value_dict_size(request); i++) {
        const char *name = mig_value_dict_key(request, order[i]);
        MigValue *item = mig_value_dict_item(request, order[i]);
        gboolean is_oob = strcmp(name, "exec-oob") == 0 && monitor->oob_enabled;

        if (strcmp(name, "execute") == 0 || is_oob) {
            if (mig_value_type(item) != MIG_VALUE_STRING) {
                return fail(error, MIG_QMP_ERROR_GENERIC, "QMP input member '%s' must be a string", name);
            }
            if (call.command) {
                return fail(error, MIG_QMP_ERROR_GENERIC, "QMP input member 'execute' clashes with 'exec-oob'", NULL);
            }
            call.command = mig_value_get_string(item);
            call.oob = is_oob;
        } else if (strcmp(name, "arguments") == 0) {
            if (mig_value_type(item) != MIG_VALUE_DICT) {
                return fail(error, MIG_QMP_ERROR_GENERIC, "QMP input member 'arguments' must be an object", NULL);
            }
            call.arguments = item;
        } else if (strcmp(name, "id") != 0) {
            return fail(error, MIG_QMP_ERROR_GENERIC, "QMP input member '%s' is unexpected", name);
        }
    }
    if (!call.command) {
        return fail(error, MIG_QMP_ERROR_GENERIC, "QMP input lacks member 'execute'", NULL);
    }
    *ret_call = call;
    return TRUE;
}

static gboolean check_preconfig(const MigQmp *qmp, const MigSchemaCommand *command, GError **error)
{
    if (!qmp->preconfig || (command->flags & MIG_SCHEMA_PRECONFIG)) {
        return TRUE;
    }
    return fail(error, MIG_QMP_ERROR_GENERIC,
                qmp->schema.release < MIG_RELEASE(6, 0)
                ? "The command '%s' isn't permitted in 'preconfig' state"
                : "The command '%s' is permitted only after machine initialization has completed", command->name);
}

static gboolean fail_unknown(const char *name, GError **error)
{
    return fail(error, MIG_QMP_ERROR_COMMAND_NOT_FOUND, "The command %s has not been found", name);
}

static MigValue *run(MigMonitor *monitor, const MigValue *request, GError **error)
{
    MigQmp *qmp = monitor->qmp;
    MigCommandContext context = { .qmp = qmp, .monitor = monitor, .vm = qmp->vm, .release = qmp->schema.release };
    g_autoptr(MigValue) none = NULL;
    const MigSchemaCommand *command;
    MigCommandFunc *handler;
    MigValue *result;
    Call call = { NULL, NULL, FALSE };

    if (mig_value_type(request) != MIG_VALUE_DICT) {
        fail(error, MIG_QMP_ERROR_GENERIC, "QMP input must be a JSON object", NULL);
        return NULL;
    }
    if (!check_form(monitor, request, &call, error)) {
        return NULL;
    }
    command = mig_schema_find_command(&qmp->schema, call.command);
    handler = command ? mig_command_find_handler(call.command) : NULL;
    if (!command && (command = mig_schema_find_beside(&qmp->schema, call.command)) != NULL) {
        context.beside = command->name;
        handler = mig_command_beside;
    }
    if (!handler || (!monitor->negotiated && strcmp(call.command, "qmp_capabilities") != 0)) {
        fail_unknown(call.command, error);
        return NULL;
    }
    if (mig_policy_refuses(&qmp->schema.policy, command->flags, "command", call.command, error)) {
        return NULL;
    }
    if (call.oob && !(command->flags & MIG_SCHEMA_ALLOW_OOB)) {
        fail(error, MIG_QMP_ERROR_GENERIC, "The command %s does not support OOB", call.command);
        return NULL;
    }
    if (!check_preconfig(qmp, command, error)) {
        return NULL;
    }
    if (!call.arguments) {
        call.arguments = none = mig_value_dict();
    }
    if (!mig_schema_check(&qmp->schema, command->arguments, call.arguments, error)) {
        return NULL;
    }
    result = handler(&context, call.arguments, error);
    if (result && command->returns[0]) {
        mig_schema_hide(&qmp->schema, command->returns, result);
    }
    return result;
}

MigValue *mig_request_run(MigMonitor *monitor, const MigValue *request)
{
    MigQmp *qmp = monitor->qmp;
    GError *error = NULL;
    gboolean negotiated = monitor->negotiated;
    MigValue *result = run(monitor, request, &error), *reply, *id = NULL;

    if (error && error->domain == MIG_QMP_DIES) {
        if (qmp->host.dies) {
            qmp->host.dies(qmp->host.opaque, error->code, error->message);
        }
        qmp->quitting = TRUE;
        g_error_free(error);
        return NULL;
    }
    if (!result && !error) {
        return NULL;
    }
    if (error) {
        if (!negotiated && error->code == MIG_QMP_ERROR_COMMAND_NOT_FOUND) {
            g_free(error->message);
            error->message = g_strdup("Expecting capabilities negotiation with 'qmp_capabilities'");
        }
        reply = mig_error_reply(error);
        g_error_free(error);
    } else {
        reply = mig_value_dict();
        mig_value_dict_put(reply, "return", result);
    }
    if (mig_value_type(request) == MIG_VALUE_DICT) {
        id = mig_value_dict_get(request, "id");
    }
    if (id) {
        mig_value_dict_put(reply, "id", mig_value_ref(id));
    }
    return reply;
}
