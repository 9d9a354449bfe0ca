/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The environment of a real host: files, commands, descriptors, refusals, timers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference/host/env_glib.h"
#include "reference/machine/vm.h"
#include "reference/options/options.h"

static char *directory;

static MigVm *vm_new(MigEnv *env, const char *profile_name, MigContent content, gboolean incoming)
{
    g_autoptr(MigProfile) profile = mig_profile_find(profile_name, NULL);
    MigRamBlockConfig blocks[] = { { .idstr = "ram", .size = 4 * 1024 * 1024, .content = content }, { .idstr = "vga", .size = 65536, .content = content } };
    MigVmConfig config = { .profile = profile, .seed = 12, .blocks = blocks, .block_count = 2, .stopped = TRUE, .incoming = incoming ? "defer" : NULL };
    g_autoptr(GError) error = NULL;
    MigVm *vm = mig_vm_new(env, &config, &error);

    if (vm == NULL)
        fail_msg("%s", error->message);
    return vm;
}

static void capability(MigVm *vm, const char *name)
{
    g_autoptr(MigValue) list = mig_value_list();
    MigValue *one = mig_value_dict();

    mig_value_dict_put(one, "capability", mig_value_string(name));
    mig_value_dict_put(one, "state", mig_value_bool(TRUE));
    mig_value_list_append(list, one);
    assert_true(mig_options_set_capabilities(mig_vm_options(vm), list, NULL));
}

static void turn(const char *(*status)(MigVm *), MigVm *vm, const char *wanted)
{
    for (gint64 end = g_get_monotonic_time() + 5 * G_USEC_PER_SEC; g_get_monotonic_time() < end;) {
        if (strcmp(status(vm), wanted) == 0)
            return;
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(100);
    }
    fail_msg("it is %s, not %s", status(vm), wanted);
}

/* Source to file, file to destination. */
static void through_a_file(const char *profile, const char *uri, const char *cap)
{
    MigEnvGlibConfig config = { .directory = directory };
    MigEnv *env = mig_env_glib_new(&config);
    MigVm *source = vm_new(env, profile, MIG_CONTENT_RANDOM, FALSE), *destination = vm_new(env, profile, MIG_CONTENT_ZERO, TRUE);
    g_autoptr(GError) error = NULL;
    g_autofree char *difference = NULL;

    mig_ram_set_zero_run(mig_ram_block(mig_vm_ram(source), 0), 64, 100);
    if (cap) {
        capability(source, cap);
        capability(destination, cap);
    }
    if (!mig_vm_cmd_migrate(source, &(MigMigrateArgs) { .uri = uri }, &error))
        fail_msg("%s", error->message);
    turn(mig_vm_outgoing_status, source, "completed");
    for (int i = 0; i < 20; i++)
        g_main_context_iteration(NULL, FALSE);
    if (!mig_vm_cmd_migrate_incoming(destination, uri, NULL, FALSE, TRUE, &error))
        fail_msg("%s", error->message);
    turn(mig_vm_incoming_status, destination, "completed");
    if (!mig_ram_equal(mig_vm_ram(source), mig_vm_ram(destination), &difference))
        fail_msg("%s", difference);
    mig_vm_free(source);
    mig_vm_free(destination);
    mig_env_glib_free(env);
}

static void a_file_holds_the_stream(void **state)
{
    g_autofree char *uri = g_strdup_printf("file:%s/stream", directory);
    g_autofree char *offset = g_strdup_printf("file:%s/stream,offset=0x3001", directory);

    (void) state;
    through_a_file("qemu-8.2", uri, NULL);
    through_a_file("qemu-11.1", offset, NULL);
}

static void a_mapped_file_has_a_place_for_every_page(void **state)
{
    static const char *const profiles[] = { "qemu-9.0", "qemu-10.0", "qemu-11.1" };
    g_autofree char *uri = g_strdup_printf("file:%s/mapped", directory);
    g_autofree char *offset = g_strdup_printf("file:%s/mapped2,offset=0x1000", directory);

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        print_message("case: %s\n", profiles[i]);
        through_a_file(profiles[i], uri, "mapped-ram");
        through_a_file(profiles[i], offset, "mapped-ram");
    }
}

static void what_is_not_allowed_is_refused(void **state)
{
    MigEnvGlibConfig config = { .directory = directory };
    MigEnv *env = mig_env_glib_new(&config);
    MigVm *vm = vm_new(env, "qemu-8.2", MIG_CONTENT_ZERO, FALSE);
    static const char *const uris[] = { "file:/etc/passwd", "file:../out", "exec:touch made", "fd:nosuch" };
    g_autofree char *link = g_strdup_printf("%s/link", directory), *through = g_strdup_printf("file:%s/link/x", directory);

    (void) state;
    assert_int_equal(symlink("/tmp", link), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(uris) + 1; i++) {
        g_autoptr(GError) error = NULL;
        const char *uri = i < G_N_ELEMENTS(uris) ? uris[i] : through;

        print_message("case: %s\n", uri);
        assert_false(mig_vm_cmd_migrate(vm, &(MigMigrateArgs) { .uri = uri }, &error));
        assert_non_null(error);
        assert_string_equal(mig_vm_outgoing_status(vm), "failed");
    }
    g_unlink(link);
    mig_vm_free(vm);
    mig_env_glib_free(env);
}

static void a_descriptor_is_a_connection(void **state)
{
    MigEnv *env = mig_env_glib_new(&(MigEnvGlibConfig) { 0 });
    MigVm *source = vm_new(env, "qemu-7.2", MIG_CONTENT_TEXT, FALSE), *destination = vm_new(env, "qemu-7.2", MIG_CONTENT_ZERO, TRUE);
    int pair[2];

    (void) state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    mig_env_glib_add_fd(env, "out", pair[0]);
    mig_env_glib_add_fd(env, "in", pair[1]);
    assert_true(mig_vm_cmd_migrate_incoming(destination, "fd:in", NULL, FALSE, TRUE, NULL));
    assert_true(mig_vm_cmd_migrate(source, &(MigMigrateArgs) { .uri = "fd:out" }, NULL));
    turn(mig_vm_outgoing_status, source, "completed");
    turn(mig_vm_incoming_status, destination, "completed");
    assert_true(mig_ram_equal(mig_vm_ram(source), mig_vm_ram(destination), NULL));
    assert_false(mig_env_glib_remove_fd(env, "out"));      /* taken */
    mig_vm_free(source);
    mig_vm_free(destination);
    mig_env_glib_free(env);
}

static void a_command_takes_and_gives_the_stream(void **state)
{
    MigEnv *env = mig_env_glib_new(&(MigEnvGlibConfig) { .allow_exec = TRUE });
    MigVm *source = vm_new(env, "qemu-7.2", MIG_CONTENT_RANDOM, FALSE), *destination = vm_new(env, "qemu-7.2", MIG_CONTENT_ZERO, TRUE);
    g_autofree char *path = g_strdup_printf("%s/exec", directory), *out = g_strdup_printf("exec:cat > %s", path);
    g_autofree char *in = g_strdup_printf("exec:cat %s", path);
    struct stat st = { 0 };

    (void) state;
    assert_true(mig_vm_cmd_migrate(source, &(MigMigrateArgs) { .uri = out }, NULL));
    turn(mig_vm_outgoing_status, source, "completed");
    for (int i = 0; i < 2000 && (stat(path, &st) < 0 || st.st_size < 4 * 1024 * 1024 + 65536 + 3000); i++) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(500);
    }
    g_usleep(20000);
    assert_true(mig_vm_cmd_migrate_incoming(destination, in, NULL, FALSE, TRUE, NULL));
    turn(mig_vm_incoming_status, destination, "completed");
    assert_true(mig_ram_equal(mig_vm_ram(source), mig_vm_ram(destination), NULL));
    mig_vm_free(source);
    mig_vm_free(destination);
    mig_env_glib_free(env);
}

/* spec/migration.md 2.1: setup, active, failed. */
static void a_command_that_ends_early_fails_the_migration(void **state)
{
    MigEnv *env = mig_env_glib_new(&(MigEnvGlibConfig) { .allow_exec = TRUE });
    MigVm *vm = vm_new(env, "qemu-7.2", MIG_CONTENT_RANDOM, FALSE);
    g_autoptr(MigValue) info = NULL;

    (void) state;
    assert_true(mig_vm_cmd_migrate(vm, &(MigMigrateArgs) { .uri = "exec:exit 3" }, NULL));
    turn(mig_vm_outgoing_status, vm, "failed");
    info = mig_vm_query_migrate(vm);
    assert_string_equal(mig_value_get_string(mig_value_dict_get(info, "error-desc")), "Unable to write to command: Broken pipe");
    mig_vm_free(vm);
    mig_env_glib_free(env);
}

static void nobody_there_is_told_later(void **state)
{
    MigEnv *env = mig_env_glib_new(&(MigEnvGlibConfig) { 0 });
    MigVm *vm = vm_new(env, "qemu-7.2", MIG_CONTENT_ZERO, FALSE);
    g_autoptr(MigValue) info = NULL;

    (void) state;
    assert_true(mig_vm_cmd_migrate(vm, &(MigMigrateArgs) { .uri = "tcp:127.0.0.1:1" }, NULL));
    turn(mig_vm_outgoing_status, vm, "failed");
    info = mig_vm_query_migrate(vm);
    assert_string_equal(mig_value_get_string(mig_value_dict_get(info, "error-desc")), "Failed to connect to '127.0.0.1:1': Connection refused");
    mig_vm_free(vm);
    mig_env_glib_free(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_holds_the_stream),
        cmocka_unit_test(a_mapped_file_has_a_place_for_every_page),
        cmocka_unit_test(what_is_not_allowed_is_refused),
        cmocka_unit_test(a_descriptor_is_a_connection),
        cmocka_unit_test(a_command_takes_and_gives_the_stream),
        cmocka_unit_test(a_command_that_ends_early_fails_the_migration),
        cmocka_unit_test(nobody_there_is_told_later),
    };
    static const char *const names[] = { "stream", "mapped", "mapped2", "exec" };
    int failed;

    directory = g_dir_make_tmp("miglab-env-XXXXXX", NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(directory, names[i], NULL);

        g_unlink(path);
    }
    g_rmdir(directory);
    g_free(directory);
    return failed;
}
