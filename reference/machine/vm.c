/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/machine/vm.h"

#include <string.h>

#include "reference/machine/vm_private.h"
#include "reference/migration/incoming.h"
#include "reference/migration/outgoing.h"
#include "reference/options/command.h"
#include "reference/options/incoming_option.h"

#define R(major, minor) MIG_RELEASE(major, minor)

/* Section ids as real releases have them with -M none: timer 0, ram 2, globalstate 4 up to 8.1, ram 1, globalstate 3 in 10.0 and
 * 11.1 (where the change came in between is not known). Nobody may rely on them. */
guint32 mig_vm_ram_section_id(MigVm *vm) { return vm->release < R(9, 0) ? 2 : 1; }

/* ---- What the options layer asks ---- */

static void get_facts(gpointer opaque, MigFacts *ret)
{
    MigVm *vm = opaque;

    ret->inmigrate = vm->run_state == MIG_RUN_INMIGRATE;
    ret->postmigrate = vm->run_state == MIG_RUN_POSTMIGRATE;
    ret->incoming_deferred = vm->incoming_deferred;
    ret->ram_bytes = vm->ram ? mig_ram_size(vm->ram) : 0;
    ret->blocker = vm->blockers->len ? vm->blockers->pdata[vm->blockers->len - 1] : NULL;
    if (vm->outgoing)
        mig_outgoing_facts(vm->outgoing, ret);
    if (vm->incoming)
        mig_incoming_facts(vm->incoming, ret);
}

static void option_message(gpointer opaque, const char *text) { mig_vm_message(opaque, "%s", text); }

static void option_changed(gpointer opaque, int param)
{
    mig_vm_parameters_changed(opaque);
}

/* ---- Life ---- */

static void add_device(MigVm *vm, MigDeviceKind kind, const MigDeviceConfig *config, guint32 seed)
{
    guint32 id = kind == MIG_DEVICE_TIMER ? 0 : mig_vm_ram_section_id(vm) + 1 + vm->devices->len;

    g_ptr_array_add(vm->devices, mig_device_new(kind, id, config, seed));
}

static gboolean start_options(MigVm *vm, const MigVmConfig *config, GError **error)
{
    MigOptionsHost host = { .opaque = vm, .get_facts = get_facts, .message = option_message, .changed = option_changed };

    vm->options = mig_options_new(vm->profile, &host);
    mig_options_apply_machine(vm->options, vm->machine);
    mig_options_set_only_migratable(vm->options, config->only_migratable);
    for (guint i = 0; config->globals && config->globals[i]; i++) {
        const char *equals = strchr(config->globals[i], '=');
        g_autofree char *name = equals ? g_strndup(config->globals[i], (gsize) (equals - config->globals[i])) : g_strdup(config->globals[i]);

        if (!mig_options_set_global(vm->options, name, equals ? equals + 1 : "on", error))
            return FALSE;
    }
    return mig_options_start(vm->options, error);
}

MigVm *mig_vm_new(MigEnv *env, const MigVmConfig *config, GError **error)
{
    g_autoptr(MigVm) vm = g_new0(MigVm, 1);

    vm->env = env;
    vm->profile = mig_profile_ref(config->profile);
    vm->release = mig_profile_release(config->profile);
    vm->machine = g_strdup(config->machine ? config->machine : "none");
    memcpy(vm->uuid, config->uuid, sizeof(vm->uuid));
    vm->uuid_set = config->uuid_set;
    vm->description = !config->suppress_description;
    vm->listeners = g_array_new(FALSE, FALSE, sizeof(MigVmListener));
    vm->blockers = g_ptr_array_new_with_free_func(g_free);
    vm->devices = g_ptr_array_new_with_free_func((GDestroyNotify) mig_device_free);
    vm->autostart = !config->stopped;
    vm->is_incoming = config->incoming != NULL;
    vm->incoming_deferred = g_strcmp0(config->incoming, "defer") == 0;
    vm->run_state = vm->is_incoming ? MIG_RUN_INMIGRATE : MIG_RUN_PRELAUNCH;

    vm->ram = mig_ram_new(config->seed);
    for (guint i = 0; i < config->block_count; i++) {
        if (mig_ram_add(vm->ram, &config->blocks[i], error) == NULL)
            return NULL;
    }
    add_device(vm, MIG_DEVICE_TIMER, NULL, 0);
    for (guint i = 0; i < config->device_count; i++)
        add_device(vm, MIG_DEVICE_OPAQUE, &config->devices[i], config->seed);
    add_device(vm, MIG_DEVICE_GLOBALSTATE, NULL, 0);

    if (!start_options(vm, config, error))
        return NULL;
    vm->outgoing = mig_outgoing_new(vm);
    vm->incoming = mig_incoming_new(vm);
    env->ops->guest_run(env, FALSE);
    if (vm->is_incoming && !vm->incoming_deferred) {
        g_autoptr(MigValue) channels = NULL;

        if (!mig_incoming_option(vm->profile, config->incoming, &channels, error)
            || !mig_incoming_start(vm->incoming, channels == NULL ? config->incoming : NULL, channels, TRUE, error)) {
            if (error && *error)
                g_prefix_error(error, "-incoming %s: ", config->incoming);
            return NULL;
        }
    } else if (!vm->is_incoming && vm->autostart) {
        mig_vm_start(vm);
    }
    return g_steal_pointer(&vm);
}

void mig_vm_free(MigVm *vm)
{
    if (vm == NULL)
        return;
    mig_outgoing_free(vm->outgoing);
    mig_incoming_free(vm->incoming);
    g_clear_pointer(&vm->options, mig_options_free);
    mig_ram_free(vm->ram);
    g_ptr_array_unref(vm->devices);
    g_ptr_array_unref(vm->blockers);
    g_array_unref(vm->listeners);
    g_free(vm->machine);
    mig_profile_unref(vm->profile);
    g_free(vm);
}

MigEnv *mig_vm_env(MigVm *vm) { return vm->env; }
MigProfile *mig_vm_profile(MigVm *vm) { return vm->profile; }
MigRelease mig_vm_release(MigVm *vm) { return vm->release; }
MigOptions *mig_vm_options(MigVm *vm) { return vm->options; }
MigRam *mig_vm_ram(MigVm *vm) { return vm->ram; }
MigOutgoing *mig_vm_outgoing(MigVm *vm) { return vm->outgoing; }
MigIncoming *mig_vm_incoming(MigVm *vm) { return vm->incoming; }
const char *mig_vm_machine(MigVm *vm) { return vm->machine; }
gboolean mig_vm_is_incoming(MigVm *vm) { return vm->is_incoming; }
gboolean mig_vm_has_exited(MigVm *vm) { return vm->exited; }

void mig_vm_exit(MigVm *vm, int status)
{
    if (vm->exited)
        return;
    vm->exited = TRUE;
    vm->env->ops->exit(vm->env, status);
}

void mig_vm_message(MigVm *vm, const char *format, ...)
{
    g_autofree char *text = NULL;
    MigObservation observation = { .kind = MIG_OBSERVE_MESSAGE };
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    observation.text = text;
    vm->env->ops->observe(vm->env, &observation);
}

/* ---- Run state ---- */

MigRunState mig_vm_run_state(MigVm *vm) { return vm->run_state; }
gboolean mig_vm_running(MigVm *vm) { return vm->run_state == MIG_RUN_RUNNING; }

void mig_vm_set_run_state(MigVm *vm, MigRunState state)
{
    MigObservation observation = { .kind = MIG_OBSERVE_RUN_STATE, .text = mig_run_state_name(state) };

    if (state == vm->run_state)
        return;
    if (!mig_run_state_legal(vm->release, vm->run_state, state)) {
        /* An assertion of QEMU: the process aborts (spec/stream.md 11.3, migration.md 5.4). */
        mig_vm_message(vm, "invalid runstate transition: '%s' -> '%s'", mig_run_state_name(vm->run_state), mig_run_state_name(state));
        mig_vm_exit(vm, 128 + 6);
        return;
    }
    vm->run_state = state;
    vm->env->ops->observe(vm->env, &observation);
}

void mig_vm_start(MigVm *vm)
{
    if (mig_vm_running(vm))
        return;
    mig_vm_set_run_state(vm, MIG_RUN_RUNNING);
    if (!mig_vm_running(vm))
        return;
    vm->env->ops->guest_run(vm->env, TRUE);
    mig_vm_event(vm, "RESUME", NULL);
}

void mig_vm_stop_to(MigVm *vm, MigRunState state, gboolean force)
{
    if (mig_vm_running(vm)) {
        vm->env->ops->guest_catch_up(vm->env);
        vm->env->ops->guest_run(vm->env, FALSE);
        mig_vm_set_run_state(vm, state);
        mig_vm_event(vm, "STOP", NULL);
    } else if (force) {
        mig_vm_set_run_state(vm, state);
    }
}

gboolean mig_vm_cmd_cont(MigVm *vm, GError **error)
{
    switch (vm->run_state) {
    case MIG_RUN_SHUTDOWN:
    case MIG_RUN_INTERNAL_ERROR:
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Resetting the Virtual Machine is required");
        return FALSE;
    case MIG_RUN_FINISH_MIGRATE:
        if (vm->release >= R(4, 1)) {
            g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Migration is not finalized yet");
            return FALSE;
        }
        break;
    case MIG_RUN_SUSPENDED:
        return TRUE;
    case MIG_RUN_INMIGRATE:
        vm->autostart = TRUE;
        return TRUE;
    default:
        break;
    }
    mig_vm_start(vm);
    return TRUE;
}

gboolean mig_vm_cmd_stop(MigVm *vm, GError **error)
{
    if (vm->run_state == MIG_RUN_INMIGRATE)
        vm->autostart = FALSE;
    else
        mig_vm_stop_to(vm, MIG_RUN_PAUSED, FALSE);
    return TRUE;
}

gboolean mig_vm_cmd_system_reset(MigVm *vm, GError **error)
{
    /* The guest starts again; RAM is not cleared, as on a real machine with firmware. */
    MigValue *data = NULL;

    if (vm->release >= R(2, 10)) {
        data = mig_value_dict();
        mig_value_dict_put(data, "guest", mig_value_bool(FALSE));
        if (vm->release >= R(4, 0))
            mig_value_dict_put(data, "reason", mig_value_string("host-qmp-system-reset"));
    }
    mig_vm_event(vm, "RESET", data);
    /* {2.6-} A stopped machine that was reset has not run yet; before, only one that could not go on without. */
    if (vm->release >= R(2, 6) ? vm->run_state != MIG_RUN_RUNNING && vm->run_state != MIG_RUN_INMIGRATE && vm->run_state != MIG_RUN_FINISH_MIGRATE
                               : vm->run_state == MIG_RUN_SHUTDOWN || vm->run_state == MIG_RUN_INTERNAL_ERROR)
        mig_vm_set_run_state(vm, vm->release >= R(2, 6) ? MIG_RUN_PRELAUNCH : MIG_RUN_PAUSED);
    return TRUE;
}

void mig_vm_cmd_quit(MigVm *vm, gboolean guest, const char *reason)
{
    MigValue *data = NULL;

    if (vm->exited)
        return;
    if (vm->release >= R(2, 10)) {
        data = mig_value_dict();
        mig_value_dict_put(data, "guest", mig_value_bool(guest));
        if (vm->release >= R(4, 0))
            mig_value_dict_put(data, "reason", mig_value_string(reason));
    }
    mig_vm_event(vm, "SHUTDOWN", data);
    mig_outgoing_shutdown(vm->outgoing);
    mig_vm_exit(vm, 0);
}

MigValue *mig_vm_query_status(MigVm *vm)
{
    MigValue *status = mig_value_dict();

    mig_value_dict_put(status, "running", mig_value_bool(mig_vm_running(vm)));
    if (vm->release < R(9, 0))
        mig_value_dict_put(status, "singlestep", mig_value_bool(FALSE));
    mig_value_dict_put(status, "status", mig_value_string(mig_run_state_name(vm->run_state)));
    return status;
}

/* ---- The big lock ---- */

gboolean mig_vm_monitor_blocked(MigVm *vm) { return vm->monitor_blocked > 0; }
void mig_vm_block_monitor(MigVm *vm) { vm->monitor_blocked++; }

void mig_vm_unblock_monitor(MigVm *vm)
{
    g_assert(vm->monitor_blocked > 0);
    if (--vm->monitor_blocked == 0 && vm->unblocked)
        vm->unblocked(vm->unblocked_opaque);
}

void mig_vm_on_monitor_unblocked(MigVm *vm, void (*notify)(gpointer opaque), gpointer opaque)
{
    vm->unblocked = notify;
    vm->unblocked_opaque = opaque;
}

/* ---- Events ---- */

void mig_vm_add_event_func(MigVm *vm, MigVmEventFunc func, gpointer opaque)
{
    MigVmListener listener = { func, opaque };

    g_array_append_val(vm->listeners, listener);
}

void mig_vm_remove_event_func(MigVm *vm, MigVmEventFunc func, gpointer opaque)
{
    for (guint i = 0; i < vm->listeners->len; i++) {
        MigVmListener *listener = &g_array_index(vm->listeners, MigVmListener, i);

        if (listener->func == func && listener->opaque == opaque) {
            g_array_remove_index(vm->listeners, i);
            return;
        }
    }
}

void mig_vm_event(MigVm *vm, const char *name, MigValue *data)
{
    gint64 now_ns = mig_env_clock_ns(vm->env, MIG_CLOCK_HOST);

    for (guint i = 0; i < vm->listeners->len; i++) {
        MigVmListener listener = g_array_index(vm->listeners, MigVmListener, i);

        listener.func(listener.opaque, name, data, now_ns);
    }
    mig_value_unref(data);
}

void mig_vm_migration_event(MigVm *vm, MigStatus status, gboolean always)
{
    MigValue *data;

    if (!always && !mig_vm_has_cap(vm, MIG_CAP_EVENTS))
        return;
    data = mig_value_dict();
    mig_value_dict_put(data, "status", mig_value_string(mig_status_name(status)));
    mig_vm_event(vm, "MIGRATION", data);
}

/* ---- Blockers ---- */

void mig_vm_add_blocker(MigVm *vm, const char *reason) { g_ptr_array_add(vm->blockers, g_strdup(reason)); }

gboolean mig_vm_remove_blocker(MigVm *vm, const char *reason)
{
    for (guint i = 0; i < vm->blockers->len; i++) {
        if (strcmp(vm->blockers->pdata[i], reason) == 0) {
            g_ptr_array_remove_index(vm->blockers, i);
            return TRUE;
        }
    }
    return FALSE;
}

guint mig_vm_blocker_count(MigVm *vm) { return vm->blockers->len; }
/* Newest first, as QEMU prepends to its list. */
const char *mig_vm_blocker(MigVm *vm, guint index) { return vm->blockers->pdata[vm->blockers->len - 1 - index]; }

/* ---- Migration commands ---- */

gboolean mig_vm_cmd_migrate(MigVm *vm, const MigMigrateArgs *args, GError **error)
{
    return mig_outgoing_start(vm->outgoing, args, error);
}

gboolean mig_vm_cmd_migrate_cancel(MigVm *vm, GError **error) { return mig_outgoing_cancel(vm->outgoing, error); }

gboolean mig_vm_cmd_migrate_incoming(MigVm *vm, const char *uri, const MigValue *channels, gboolean has_exit_on_error,
                                     gboolean exit_on_error, GError **error)
{
    return mig_incoming_command(vm->incoming, uri, channels, !has_exit_on_error || exit_on_error, error);
}

gboolean mig_vm_cmd_migrate_recover(MigVm *vm, const char *uri, GError **error) { return mig_incoming_recover(vm->incoming, uri, error); }

gboolean mig_vm_cmd_migrate_pause(MigVm *vm, GError **error)
{
    gboolean source = FALSE;

    if (!mig_command_pause(vm->options, &source, error))
        return FALSE;
    if (source)
        mig_outgoing_pause(vm->outgoing);
    else
        mig_incoming_pause(vm->incoming);
    return TRUE;
}

gboolean mig_vm_cmd_migrate_continue(MigVm *vm, const char *state, GError **error)
{
    MigStatus status = MIG_STATUS_NONE;

    if (!mig_status_find(state, &status)) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "invalid parameter value: %s", state);
        return FALSE;
    }
    if (!mig_command_continue(vm->options, status, error))
        return FALSE;
    mig_outgoing_continue(vm->outgoing);
    return TRUE;
}

gboolean mig_vm_cmd_migrate_start_postcopy(MigVm *vm, GError **error)
{
    if (!mig_command_start_postcopy(vm->options, error))
        return FALSE;
    mig_outgoing_start_postcopy(vm->outgoing);
    return TRUE;
}

gboolean mig_vm_yank_instance_exists(MigVm *vm)
{
    return mig_outgoing_can_yank(vm->outgoing) || mig_incoming_can_yank(vm->incoming);
}

gboolean mig_vm_cmd_yank_migration(MigVm *vm, GError **error)
{
    if (!mig_vm_yank_instance_exists(vm)) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Instance not found");
        return FALSE;
    }
    mig_outgoing_yank(vm->outgoing);
    mig_incoming_yank(vm->incoming);
    return TRUE;
}

MigValue *mig_vm_query_migrate(MigVm *vm)
{
    MigValue *info = mig_value_dict();

    /* The incoming side fills in first; an outgoing object that is not `none` wins (spec/migration.md 8.14). */
    if (mig_outgoing_status(vm->outgoing) == MIG_STATUS_NONE)
        mig_incoming_query(vm->incoming, info);
    mig_outgoing_query(vm->outgoing, info);
    return info;
}

void mig_vm_parameters_changed(MigVm *vm)
{
    if (vm->outgoing)
        mig_outgoing_parameters_changed(vm->outgoing);
}

const char *mig_vm_outgoing_status(MigVm *vm) { return mig_status_name(mig_outgoing_status(vm->outgoing)); }
const char *mig_vm_incoming_status(MigVm *vm) { return mig_status_name(mig_incoming_status(vm->incoming)); }

gboolean mig_vm_migration_is_running(MigVm *vm)
{
    return mig_status_busy_migrate(vm->profile, mig_outgoing_status(vm->outgoing));
}
