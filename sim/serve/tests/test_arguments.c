/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The command line of `miglab serve`: what is read from QEMU's arguments, what is refused and by whom (we: USAGE; a QEMU: QEMU).
 */
#include "sim/serve/arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* Words with blanks between them behind "serve -q". */
static SimServeArguments *parse(const char *line, GError **error)
{
    g_autofree char *all = g_strconcat("serve -q ", line, NULL);
    g_auto(GStrv) words = NULL;
    int count;

    assert_true(g_shell_parse_argv(all, &count, &words, NULL));
    return sim_serve_arguments_parse(count, words, error);
}

static const SimChardev *chardev(const SimServeArguments *arguments, guint index)
{
    assert_true(index < arguments->chardevs->len);
    return g_ptr_array_index(arguments->chardevs, index);
}

static void channels_are_what_qemu_would_open(void **state)
{
    static const struct {
        const char *line;
        SimChannelKind kind;
        const char *id, *place, *port;      /* path or host */
        gboolean wait;
    } cases[] = {
        { "--qmp unix:/a", SIM_CHANNEL_UNIX_LISTEN, "compat_monitor0", "/a", NULL, FALSE },
        { "--qmp unix:/a,server=off", SIM_CHANNEL_UNIX_CONNECT, "compat_monitor0", "/a", NULL, FALSE },
        { "--qmp unix:/a,,b", SIM_CHANNEL_UNIX_LISTEN, "compat_monitor0", "/a,b", NULL, FALSE },
        { "--qmp tcp:h:1", SIM_CHANNEL_TCP_LISTEN, "compat_monitor0", "h", "1", FALSE },
        { "--qmp stdio", SIM_CHANNEL_STDIO, "compat_monitor0", NULL, NULL, FALSE },
        { "-- -qmp unix:/a,,b,server=on", SIM_CHANNEL_UNIX_LISTEN, "compat_monitor0", "/a,b", NULL, TRUE },
        { "-- -qmp unix:/a,server,nowait", SIM_CHANNEL_UNIX_LISTEN, "compat_monitor0", "/a", NULL, FALSE },
        { "-- -qmp tcp:h:1", SIM_CHANNEL_TCP_CONNECT, "compat_monitor0", "h", "1", FALSE },
        { "-- -qmp tcp::1,server=on,wait=off", SIM_CHANNEL_TCP_LISTEN, "compat_monitor0", "", "1", FALSE },
        { "-- -qmp-pretty null", SIM_CHANNEL_NULL, "compat_monitor0", NULL, NULL, FALSE },
        { "-- -chardev socket,id=x,path=/a -mon x,mode=control", SIM_CHANNEL_UNIX_CONNECT, "x", "/a", NULL, FALSE },
        { "-- -chardev socket,id=x,host=h,port=1,server=on -mon chardev=x,mode=control", SIM_CHANNEL_TCP_LISTEN, "x", "h", "1", TRUE },
        { "-- -chardev socket,id=x,fd=7,server=on,wait=off", SIM_CHANNEL_FD, "x", NULL, NULL, FALSE },
        { "-- -chardev stdio,id=x", SIM_CHANNEL_STDIO, "x", NULL, NULL, FALSE },
        { "-- -chardev null,id=x", SIM_CHANNEL_NULL, "x", NULL, NULL, FALSE },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SimServeArguments) arguments = parse(cases[i].line, &error);
        const SimChardev *found;

        if (arguments == NULL) {
            fail_msg("%s: %s", cases[i].line, error->message);
        }
        found = chardev(arguments, 0);
        if (found->kind != cases[i].kind || strcmp(found->id, cases[i].id) != 0 || found->wait != cases[i].wait) {
            fail_msg("%s: kind %d, id %s, wait %d", cases[i].line, (int) found->kind, found->id, found->wait);
        }
        if (cases[i].place != NULL) {
            assert_string_equal(found->path != NULL ? found->path : found->host, cases[i].place);
        }
        if (cases[i].port != NULL) {
            assert_string_equal(found->port, cases[i].port);
        }
    }
}

static void what_is_honoured_is_stored(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SimServeArguments) arguments = parse(
        "--profile 9.0 --with colo --without zstd --content text --seed 7 --dir / --allow-exec -- "
        "-M pc,accel=tcg,suppress-vmdesc=on,usb=off -m size=100M,slots=2 -name guest=g,debug-threads=on -uuid 00112233-4455-6677-8899-AABBCCDDEEFF "
        "-S --preconfig -only-migratable -global migration.x-multifd=on -global driver=migration,property=p,value=v -global virtio.x=y "
        "-object secret,id=s,data=d -object '{\"qom-type\":\"authz-simple\",\"id\":\"a\",\"identity\":\"i\"}' "
        "-object tls-creds-x509,id=t,verify-peer=off -object iothread,id=io -pidfile /tmp/p -monitor none -serial stdio -smp 4 "
        "-incoming defer -qmp none -compat unstable-input=reject", &error);
    const MigValue *object;

    (void) state;
    if (arguments == NULL) {
        fail_msg("%s", error->message);
    }
    assert_string_equal(arguments->profile, "9.0");
    assert_string_equal(arguments->changes, "with:colo without:zstd ");
    assert_int_equal(arguments->content, MIG_CONTENT_TEXT);
    assert_int_equal(arguments->seed, 7);
    assert_string_equal(arguments->directory, "/");
    assert_true(arguments->allow_exec);
    assert_string_equal(arguments->machine, "pc");
    assert_true(arguments->suppress_description);
    assert_true(arguments->no_kvm && !arguments->kvm);
    assert_true(arguments->ram == 100 << 20);
    assert_string_equal(arguments->name, "g");
    assert_string_equal(arguments->uuid, "00112233-4455-6677-8899-aabbccddeeff");
    assert_true(arguments->stopped && arguments->preconfig && arguments->only_migratable);
    assert_int_equal(arguments->globals->len, 2);
    assert_string_equal(g_ptr_array_index(arguments->globals, 0), "x-multifd=on");
    assert_string_equal(g_ptr_array_index(arguments->globals, 1), "p=v");
    assert_int_equal(arguments->objects->len, 3);          /* an iothread is nothing to us */
    object = g_ptr_array_index(arguments->objects, 2);
    assert_int_equal(mig_value_type(mig_value_dict_get(object, "verify-peer")), MIG_VALUE_BOOL);
    assert_false(mig_value_get_bool(mig_value_dict_get(object, "verify-peer")));
    assert_string_equal(arguments->pidfile, "/tmp/p");
    assert_string_equal(arguments->incoming, "defer");
    assert_int_equal(arguments->monitors->len, 0);
}

static void sizes_are_rounded_as_qemu_does(void **state)
{
    static const struct { const char *line; guint64 bytes; } cases[] = {
        { "--ram 4M", 4 << 20 }, { "--ram 4", 4 << 20 }, { "--ram 4096K", 4 << 20 }, { "--ram 1B", 8192 }, { "--ram 8193b", 16384 },
        { "--ram 1GiB", 1 << 30 }, { "-- -m 1T", G_GUINT64_CONSTANT(1) << 40 }, { "-- -enable-kvm -m 5k", 8192 },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SimServeArguments) arguments = parse(cases[i].line, NULL);

        print_message("case: %s\n", cases[i].line);
        assert_non_null(arguments);
        assert_true(arguments->ram == cases[i].bytes);
    }
}

static void refusals_say_what_and_whose_they_are(void **state)
{
    static const struct { const char *line; SimServeError code; const char *text; } cases[] = {
        { "--ram lots", SIM_SERVE_ERROR_USAGE, "--ram lots: a size is expected" },
        { "--ram 17T", SIM_SERVE_ERROR_USAGE, "--ram 17T: a size is expected" },
        { "--ram -1", SIM_SERVE_ERROR_USAGE, "--ram -1: a size is expected" },
        { "--content noise", SIM_SERVE_ERROR_USAGE, "--content noise: expected zero, random or text" },
        { "--dir /nonexistent", SIM_SERVE_ERROR_USAGE, "--dir /nonexistent: No such file or directory" },
        { "--qmp pipe:/x", SIM_SERVE_ERROR_USAGE, "-qmp pipe:/x,server=on,wait=off: offered are unix:PATH" },
        { "--qmp unix:", SIM_SERVE_ERROR_USAGE, "a unix socket needs a path" },
        { "--qmp tcp:1", SIM_SERVE_ERROR_USAGE, "a socket needs path=, fd= or host= and port=" },
        { "-- -qmp unix:/a,tls-creds=x", SIM_SERVE_ERROR_USAGE, "channel option 'tls-creds' is not offered" },
        { "-- -qmp unix:/a,abstract=on", SIM_SERVE_ERROR_USAGE, "abstract sockets and mux channels are not offered" },
        { "-- -chardev socket,id=x,fd=seven", SIM_SERVE_ERROR_USAGE, "'seven' is no descriptor" },
        { "-- -chardev socket,path=/x", SIM_SERVE_ERROR_USAGE, "needs a backend and an id" },
        { "-- -chardev pty,id=x", SIM_SERVE_ERROR_USAGE, "backend 'pty' is not offered" },
        { "-- -chardev null,id=x -chardev null,id=x", SIM_SERVE_ERROR_USAGE, "there are two character devices 'x'" },
        { "-- -chardev null,id=x -mon x", SIM_SERVE_ERROR_USAGE, "only mode=control is offered" },
        { "-- -chardev null,id=x -mon x,mode=control,colour=on", SIM_SERVE_ERROR_USAGE, "unknown option colour" },
        { "-- -chardev null,id=x -mon x,mode=control -mon x,mode=control", SIM_SERVE_ERROR_USAGE, "two monitors on the character device 'x'" },
        { "-- -mon mode=control", SIM_SERVE_ERROR_USAGE, "needs chardev=" },
        { "-- -mon x,mode=control", SIM_SERVE_ERROR_QEMU, "chardev \"x\" not found" },
        { "-- -m slots=2", SIM_SERVE_ERROR_USAGE, "-m slots=2: needs a size" },
        { "-- -uuid 1", SIM_SERVE_ERROR_QEMU, "failed to parse UUID string" },
        { "-- -global migration.x", SIM_SERVE_ERROR_USAGE, "-global migration.x: needs a value" },
        { "-- -m", SIM_SERVE_ERROR_QEMU, "-m: requires an argument" },
        { "-- -loadvm x", SIM_SERVE_ERROR_USAGE, "QEMU argument '-loadvm' cannot be honoured" },
        { "-- image.qcow2", SIM_SERVE_ERROR_USAGE, "QEMU argument 'image.qcow2' is not known" },
    };
    guint wrong = 0;

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SimServeArguments) arguments = parse(cases[i].line, &error);

        if (arguments != NULL || !g_error_matches(error, SIM_SERVE_ERROR, (int) cases[i].code) || strstr(error->message, cases[i].text) == NULL) {
            print_message("case: %s\n  got %s, wanted %s\n", cases[i].line, error != NULL ? error->message : "no error", cases[i].text);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_are_what_qemu_would_open),
        cmocka_unit_test(what_is_honoured_is_stored),
        cmocka_unit_test(sizes_are_rounded_as_qemu_does),
        cmocka_unit_test(refusals_say_what_and_whose_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
