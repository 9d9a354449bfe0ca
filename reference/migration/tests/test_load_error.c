/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Damaged streams: what the destination says on stderr, in the words of its release (spec/stream.md 16.1, 16.2, migration.md 12.4;
 * recorded runs bad_*, mismatch_*).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/migration/tests/common_pair.h"
#include "reference/stream/writer.h"

#define HEAD "\x51\x45\x56\x4d\0\0\0\3\7\0\0\0\4none"
/* START of ram with one block of 1 MiB. */
#define SETUP "\1\0\0\0\2\3ram\0\0\0\0\0\0\0\4" "\0\0\0\0\0\x10\0\4\3ram\0\0\0\0\0\x10\0\0" "\0\0\0\0\0\0\0\x10" "\x7e\0\0\0\2"
#define EOS "\0\0\0\0\0\0\0\x10"
#define FOOTER "\x7e\0\0\0\2"
#define END "\0\6\0\0\0\2{}"
#define B(text) text, sizeof(text) - 1

static const struct {
    const char *profile, *name, *bytes;
    gsize size;
    const char *lines;             /* NULL: it completes */
} cases[] = {
    { "qemu-7.2", "minimal", B(HEAD END), NULL },
    { "qemu-11.1", "minimal", B(HEAD END), NULL },
    { "qemu-7.2", "ram, no page", B(HEAD SETUP "\3\0\0\0\2" EOS FOOTER END), NULL },
    { "qemu-7.2", "empty", B(""), "Not a migration stream|load of migration failed: Invalid argument" },
    { "qemu-11.1", "empty", B(""), "Failed to peek at channel" },
    { "qemu-10.0", "magic", B("GARBAGEGARBAGE"), "Not a migration stream|load of migration failed: Invalid argument" },
    { "qemu-11.1", "magic", B("\x51\x45\x56\x4e\0\0\0\3"), "unknown channel magic: 1363498574" },
    { "qemu-7.2", "version 2", B("\x51\x45\x56\x4d\0\0\0\2"),
      "SaveVM v2 format is obsolete and don't work anymore|load of migration failed: Operation not supported" },
    { "qemu-11.1", "version 2", B("\x51\x45\x56\x4d\0\0\0\2"),
      "load of migration failed: Operation not supported: SaveVM v2 format is obsolete and no longer supported" },
    { "qemu-11.1", "version 4", B("\x51\x45\x56\x4d\0\0\0\4"),
      "load of migration failed: Operation not supported: Unsupported migration stream version, file version 4 != 3" },
    { "qemu-7.2", "header only", B("\x51\x45\x56\x4d\0\0\0\3"), "Configuration section missing|load of migration failed: Invalid argument" },
    { "qemu-11.1", "no configuration", B("\x51\x45\x56\x4d\0\0\0\3\1\0\0\0\2"),
      "load of migration failed: Invalid argument: Configuration section missing, 1 != 7" },
    { "qemu-7.2", "machine", B("\x51\x45\x56\x4d\0\0\0\3\7\0\0\0\2pc" END),
      "Machine type received is 'pc' and local is 'none'|load of migration failed: Invalid argument" },
    { "qemu-11.1", "machine", B("\x51\x45\x56\x4d\0\0\0\3\7\0\0\0\2pc" END),
      "load of migration failed: Invalid argument: post load hook failed for: configuration, version_id: 1, minimum_version: 0: Machine type received "
      "is 'pc' and local is 'none'" },
    { "qemu-7.2", "section type", B(HEAD "\x55"), "Unknown savevm section type 85|load of migration failed: Invalid argument" },
    { "qemu-11.1", "section type", B(HEAD "\x55"), "load of migration failed: Invalid argument: Unknown section type 85" },
    { "qemu-7.2", "unknown device", B(HEAD "\4\0\0\0\5\5" "bogus\0\0\0\0\0\0\0\1"),
      "Unknown savevm section or instance 'bogus' 0. Make sure that your current VM setup matches your saved VM setup, including any hotplugged "
      "devices|load of migration failed: Invalid argument" },
    { "qemu-7.2", "PART never started", B(HEAD "\2\0\0\0\x4d"), "Unknown savevm section 77|load of migration failed: Invalid argument" },
    { "qemu-7.2", "ram version", B(HEAD "\1\0\0\0\2\3ram\0\0\0\0\0\0\0\5"),
      "savevm: unsupported version 5 for 'ram' v4|load of migration failed: Invalid argument" },
    { "qemu-7.2", "unknown block", B(HEAD "\1\0\0\0\2\3ram\0\0\0\0\0\0\0\4" "\0\0\0\0\0\x10\0\4\3rom\0\0\0\0\0\x10\0\0"),
      "Unknown ramblock \"rom\", cannot accept migration|error while loading state for instance 0x0 of device 'ram'|load of migration failed: Invalid "
      "argument" },
    { "qemu-7.2", "block length", B(HEAD "\1\0\0\0\2\3ram\0\0\0\0\0\0\0\4" "\0\0\0\0\0\x20\0\4\3ram\0\0\0\0\0\x20\0\0"),
      "Size mismatch: ram: 0x200000 != 0x100000: Invalid argument|error while loading state for instance 0x0 of device 'ram'|load of migration failed: "
      "Invalid argument" },
    { "qemu-7.2", "flags", B(HEAD SETUP "\2\0\0\0\2" "\0\0\0\0\0\0\0\xa"),
      "Unknown combination of migration flags: 0xa|error while loading state section id 2(ram)|load of migration failed: Invalid argument" },
    { "qemu-11.1", "flags", B(HEAD SETUP "\2\0\0\0\2" "\0\0\0\0\0\0\0\xa"),
      "Unknown combination of migration flags: 0xa|load of migration failed: Invalid argument: Failed to load vmstate version_id: 4, ret: -22" },
    { "qemu-7.2", "FLUSH", B(HEAD SETUP "\2\0\0\0\2" "\0\0\0\0\0\0\2\0"),
      "Unknown combination of migration flags: 0x200|error while loading state section id 2(ram)|load of migration failed: Invalid argument" },
    { "qemu-10.0", "FLUSH ignored", B(HEAD SETUP "\2\0\0\0\2" "\0\0\0\0\0\0\2\0" EOS FOOTER "\3\0\0\0\2" EOS FOOTER END), NULL },
    { "qemu-10.0", "fill byte", B(HEAD SETUP "\2\0\0\0\2" "\0\0\0\0\0\0\0\2\3ram" "A"),
      "Found a zero page with value 65|error while loading state section id 2(ram)|load of migration failed: Invalid argument" },
    { "qemu-7.2", "fill byte taken", B(HEAD SETUP "\3\0\0\0\2" "\0\0\0\0\0\0\0\2\3ram" "A" EOS FOOTER END), NULL },
    { "qemu-7.2", "address", B(HEAD SETUP "\2\0\0\0\2" "\0\0\0\0\0\x10\0\2\3ram\0"),
      "Illegal RAM offset 100000|error while loading state section id 2(ram)|load of migration failed: Invalid argument" },
    { "qemu-7.2", "cut at a footer", B(HEAD SETUP "\2\0\0\0\2" EOS), "check_section_footer: Read section footer failed: -5|load of migration failed: "
      "Invalid argument" },
    { "qemu-11.1", "cut at a footer", B(HEAD SETUP "\2\0\0\0\2" EOS), "check_section_footer: Read section footer failed: -5|load of migration failed: "
      "Invalid argument: Section footer error, section_id: 2" },
    { "qemu-8.1", "cut between sections", B(HEAD SETUP), "load of migration failed: Input/output error" },
    { "qemu-5.2", "cut in front of a record", B(HEAD SETUP "\2\0\0\0\2"),
      "Unknown combination of migration flags: 0x0|error while loading state section id 2(ram)|load of migration failed: Invalid argument" },
    { "qemu-7.2", "footer id", B(HEAD SETUP "\2\0\0\0\2" EOS "\x7e\0\0\0\3"),
      "Mismatched section id in footer for ram - read 0x3 expected 0x2|load of migration failed: Invalid argument" },
    { "qemu-7.2", "PING unasked", B(HEAD "\x8\0\2\0\4\0\0\0\7"), "CMD_PING (0x7) received with no return path|load of migration failed: Invalid argument" },
    { "qemu-7.2", "command 12", B(HEAD "\x8\0\xc\0\0"), "MIG_CMD 0xc unknown (len 0x0)|load of migration failed: Invalid argument" },
    { "qemu-7.2", "ADVISE unasked", B(HEAD "\x8\0\3\0\x10\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x10\0"),
      "RAM postcopy is disabled but have 16 byte advise|load of migration failed: Invalid argument" },
    { "qemu-7.2", "globalstate", B(HEAD "\4\0\0\0\3\xb" "globalstate\0\0\0\0\0\0\0\1\0\0\0\6bogus\0"
      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
      "\x7e\0\0\0\3" END),
      "invalid parameter value: bogus|error while loading state for instance 0x0 of device 'globalstate'|load of migration failed: Invalid argument" },
};

static MigChannel *feed(Pair *pair, const char *bytes, gsize size)
{
    MigAddress address = { .kind = MIG_ADDRESS_UNIX, .path = (char *) "/link" };
    MigEnv *env = pair->envs[0];
    MigChannel *channel = env->ops->connect(env, &address, NULL);
    MigSegment segment = { .kind = MIG_SEGMENT_BYTES, .size = size, .bytes = (const guint8 *) bytes };
    gsize taken;
    int code;

    assert_non_null(channel);
    if (size)
        assert_int_equal(channel->ops->write(channel, &segment, 1, &taken, &code), MIG_IO_OK);
    channel->ops->shutdown(channel, MIG_SHUTDOWN_WRITE);
    return channel;
}

static void every_damage_has_its_words(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Pair *pair = pair_new(cases[i].profile, 0, MIG_CONTENT_ZERO, MIB, TRUE);
        const GPtrArray *log = test_world_log(pair->world);
        g_autoptr(GString) lines = g_string_new(NULL);
        MigChannel *channel;

        print_message("case: %s %s\n", cases[i].profile, cases[i].name);
        assert_true(mig_vm_cmd_migrate_incoming(pair->vms[1], "unix:/link", NULL, FALSE, TRUE, NULL));
        channel = feed(pair, cases[i].bytes, cases[i].size);
        run(pair, SECOND);
        channel->ops->close(channel);
        for (guint n = 0; n < log->len; n++) {
            const char *line = log->pdata[n];

            if (g_str_has_prefix(line, "dst: message "))
                g_string_append_printf(lines, "%s%s", lines->len ? "|" : "", line + strlen("dst: message "));
        }
        assert_string_equal(lines->str, cases[i].lines ? cases[i].lines : "");
        assert_int_equal(test_env_exit(pair->envs[1]), cases[i].lines ? 1 : -1);
        assert_string_equal(mig_vm_incoming_status(pair->vms[1]), cases[i].lines ? "failed" : "completed");
        pair_free(pair);
    }
}

static void a_process_that_is_told_to_stays(void **state)
{
    Pair *pair = pair_new("qemu-10.0", 0, MIG_CONTENT_ZERO, MIB, TRUE);
    MigChannel *channel;
    g_autoptr(MigValue) info = NULL;
    g_autoptr(GError) error = NULL;

    (void) state;
    assert_true(mig_vm_cmd_migrate_incoming(pair->vms[1], "unix:/link", NULL, TRUE, FALSE, NULL));
    channel = feed(pair, B(HEAD "\x55"));
    run(pair, SECOND);
    channel->ops->close(channel);
    assert_int_equal(test_env_exit(pair->envs[1]), -1);
    info = mig_vm_query_migrate(pair->vms[1]);
    assert_string_equal(mig_value_get_string(mig_value_dict_get(info, "status")), "failed");
    assert_non_null(mig_value_dict_get(info, "error-desc"));
    assert_false(mig_vm_cmd_migrate_incoming(pair->vms[1], "unix:/link", NULL, FALSE, TRUE, &error));
    assert_string_equal(error->message, "The incoming migration has already been started");
    pair_free(pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_damage_has_its_words),
        cmocka_unit_test(a_process_that_is_told_to_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
