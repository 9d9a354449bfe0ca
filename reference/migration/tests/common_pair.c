/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/migration/tests/common_pair.h"

static void on_event(gpointer opaque, const char *name, const MigValue *data, gint64 host_ns)
{
    GString *text = opaque;
    MigValue *status = data ? mig_value_dict_get(data, "status") : NULL;

    (void) host_ns;
    g_string_append_printf(text, "%s%s%s%s", text->len ? " " : "", status ? "" : name, status ? "M:" : "", status ? mig_value_get_string(status) : "");
}

void set_caps(MigVm *vm, const char *const *names)
{
    g_autoptr(MigValue) list = mig_value_list();
    g_autoptr(GError) error = NULL;

    for (guint i = 0; names[i]; i++) {
        MigValue *one = mig_value_dict();

        mig_value_dict_put(one, "capability", mig_value_string(names[i]));
        mig_value_dict_put(one, "state", mig_value_bool(TRUE));
        mig_value_list_append(list, one);
    }
    if (!mig_options_set_capabilities(mig_vm_options(vm), list, &error))
        fail_msg("capabilities: %s", error->message);
}

void set_number(MigVm *vm, const char *name, gint64 value)
{
    g_autoptr(MigValue) arguments = mig_value_dict();
    g_autoptr(GError) error = NULL;

    mig_value_dict_put(arguments, name, mig_value_int(value));
    if (!mig_options_set_parameters(mig_vm_options(vm), arguments, &error))
        fail_msg("%s: %s", name, error->message);
}

Pair *pair_new(const char *profile, guint64 seed, MigContent content, guint64 size, gboolean paused_destination)
{
    return pair_new_cross(profile, profile, NULL, seed, content, size, paused_destination);
}

Pair *pair_new_cross(const char *source, const char *destination, const char *machine, guint64 seed, MigContent content, guint64 size,
                     gboolean paused_destination)
{
    Pair *pair = g_new0(Pair, 1);
    MigRamBlockConfig block = { .idstr = "ram", .size = size, .content = content };
    static const char *const events[] = { "events", NULL };

    pair->world = test_world_new(seed);
    pair->profile = mig_profile_find(source, NULL);
    assert_non_null(pair->profile);
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MigProfile) profile = mig_profile_find(i ? destination : source, NULL);
        MigVmConfig config = { .profile = profile, .machine = machine, .seed = 7 + (guint) i, .blocks = &block, .block_count = 1,
                               .incoming = i ? "defer" : NULL, .stopped = i && paused_destination };

        pair->envs[i] = test_world_env(pair->world, i ? "dst" : "src");
        block.content = i ? MIG_CONTENT_ZERO : content;
        pair->vms[i] = mig_vm_new(pair->envs[i], &config, &error);
        if (pair->vms[i] == NULL)
            fail_msg("%s", error->message);
        pair->events[i] = g_string_new(NULL);
        mig_vm_add_event_func(pair->vms[i], on_event, pair->events[i]);
        if (mig_profile_release(pair->profile) >= MIG_RELEASE(2, 5))
            set_caps(pair->vms[i], events);
    }
    return pair;
}

void pair_free(Pair *pair)
{
    for (int i = 0; i < 2; i++) {
        mig_vm_free(pair->vms[i]);
        g_string_free(pair->events[i], TRUE);
    }
    test_world_free(pair->world);
    mig_profile_unref(pair->profile);
    g_free(pair);
}

void pair_start(Pair *pair)
{
    g_autoptr(GError) error = NULL;
    MigMigrateArgs args = { .uri = "unix:/link" };

    if (!mig_vm_cmd_migrate_incoming(pair->vms[1], "unix:/link", NULL, FALSE, TRUE, &error))
        fail_msg("migrate-incoming: %s", error->message);
    if (!mig_vm_cmd_migrate(pair->vms[0], &args, &error))
        fail_msg("migrate: %s", error->message);
}

void show(Pair *pair)
{
    const GPtrArray *log = test_world_log(pair->world);

    for (guint i = 0; i < log->len; i++)
        print_message("%s\n", (char *) log->pdata[i]);
}

void run(Pair *pair, gint64 duration_ns)
{
    test_world_run(pair->world, test_world_now_ns(pair->world) + duration_ns, NULL, NULL);
}

void assert_equal_ram(Pair *pair)
{
    g_autofree char *difference = NULL;

    if (!mig_ram_equal(mig_vm_ram(pair->vms[0]), mig_vm_ram(pair->vms[1]), &difference))
        fail_msg("%s", difference);
}


void pair_cap(Pair *pair, const char *name)
{
    const char *names[] = { name, NULL };

    set_caps(pair->vms[0], names);
    set_caps(pair->vms[1], names);
}

void assert_source(Pair *pair, const char *status)
{
    if (strcmp(mig_vm_outgoing_status(pair->vms[0]), status) != 0)
        show(pair);
    assert_string_equal(mig_vm_outgoing_status(pair->vms[0]), status);
}

void assert_destination(Pair *pair, const char *status)
{
    if (strcmp(mig_vm_incoming_status(pair->vms[1]), status) != 0)
        show(pair);
    assert_string_equal(mig_vm_incoming_status(pair->vms[1]), status);
}
