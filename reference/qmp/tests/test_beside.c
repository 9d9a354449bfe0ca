/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Commands beside the area of migration: tables in order, and replies as the real ones of these releases gave them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "reference/qmp/beside.h"
#include "reference/qmp/parser.h"
#include "reference/qmp/printer.h"

static void tables_are_sorted_and_complete(void **state)
{
    (void) state;
    for (gsize i = 1; i < mig_beside_type_count; i++) {
        assert_true(strcmp(mig_beside_types[i - 1].name, mig_beside_types[i].name) < 0);
    }
    for (gsize i = 0; i < mig_beside_type_count; i++) {
        for (gsize j = 0; j < mig_beside_types[i].member_count; j++) {
            const char *type = mig_beside_types[i].members[j].type;

            while (*type == '[') {
                type++;
            }
            if (strchr(type, '-')) {
                g_autofree char *name = g_strndup(type, strcspn(type, "]"));

                print_message("type: %s\n", name);
                assert_non_null(mig_schema_find_type(name));
            }
        }
    }
    for (gsize i = 0; i < mig_beside_command_count; i++) {
        const MigSchemaCommand *command = &mig_beside_commands[i];
        MigSchema schema = { .release = command->from, .conditions = ~0u };

        print_message("command: %s\n", command->name);
        assert_null(mig_schema_find_command(&schema, command->name));
        assert_non_null(mig_schema_find_beside(&schema, command->name));
        assert_true(strcmp(command->arguments, "") == 0 || strcmp(command->arguments, "any") == 0 || mig_schema_find_type(command->arguments));
    }
    for (gsize i = 0; i < mig_beside_reply_count; i++) {
        const MigBesideReply *reply = &mig_beside_replies[i];

        print_message("reply: %s\n", reply->command);
        if (reply->error_class == MIG_BESIDE_RETURNS) {
            g_autoptr(MigValue) value = mig_parser_parse_text(reply->text, NULL);

            assert_non_null(value);
        }
    }
}

static const struct {
    MigRelease release;
    const char *command, *arguments, *wanted;            /* the text of the error, or the result */
} cases[] = {
    { MIG_RELEASE(5, 2), "query-balloon", "{}", "No balloon device has been activated" },
    { MIG_RELEASE(11, 1), "query-pci", "{}", "[]" },
    { MIG_RELEASE(7, 2), "balloon", "{}", "Parameter 'value' is missing" },
    { MIG_RELEASE(7, 2), "query-pci", "{\"x\":1}", "Parameter 'x' is unexpected" },
    { MIG_RELEASE(7, 2), "blockdev-del", "{\"node-name\":\"n7\"}", "Failed to find node with node-name='n7'" },
    { MIG_RELEASE(5, 2), "blockdev-del", "{\"node-name\":\"n7\"}", "Cannot find node n7" },
    { MIG_RELEASE(10, 0), "eject", "{\"id\":\"d\"}", "Device 'd' not found" },
    { MIG_RELEASE(10, 0), "eject", "{}", "Need exactly one of 'device' and 'id'" },
    { MIG_RELEASE(10, 0), "set_link", "{\"name\":\"n\",\"up\":1}", "Invalid parameter type for 'up', expected: boolean" },
};

static void replies_are_those_of_the_release(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        MigSchema schema = { .release = cases[i].release, .conditions = ~0u };
        const MigSchemaCommand *command = mig_schema_find_beside(&schema, cases[i].command);
        g_autoptr(MigValue) arguments = mig_parser_parse_text(cases[i].arguments, NULL);
        g_autoptr(MigValue) result = NULL;
        g_autoptr(GError) error = NULL;

        print_message("case: %s %s\n", cases[i].command, cases[i].arguments);
        assert_non_null(command);
        if (mig_schema_check(&schema, command->arguments, arguments, &error)) {
            result = mig_beside_answer(cases[i].release, command->name, arguments, &error);
        }
        if (error) {
            assert_string_equal(error->message, cases[i].wanted);
        } else {
            g_autoptr(MigValue) wanted = mig_parser_parse_text(cases[i].wanted, NULL);

            assert_true(mig_value_equal(result, wanted));
        }
    }
}

static void releases_know_what_they_have(void **state)
{
    static const struct { MigRelease release; const char *command; gboolean known; } rows[] = {
        { MIG_RELEASE(5, 2), "block_passwd", TRUE }, { MIG_RELEASE(7, 2), "block_passwd", FALSE },
        { MIG_RELEASE(5, 2), "query-stats", FALSE }, { MIG_RELEASE(7, 2), "query-stats", TRUE },
        { MIG_RELEASE(7, 2), "query-cryptodev", FALSE }, { MIG_RELEASE(10, 0), "query-cryptodev", TRUE },
        { MIG_RELEASE(10, 0), "query-accelerators", FALSE }, { MIG_RELEASE(11, 1), "query-accelerators", TRUE },
    };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        MigSchema schema = { .release = rows[i].release, .conditions = ~0u };

        print_message("case: %s\n", rows[i].command);
        assert_int_equal(mig_schema_find_beside(&schema, rows[i].command) != NULL, rows[i].known);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_sorted_and_complete),
        cmocka_unit_test(replies_are_those_of_the_release),
        cmocka_unit_test(releases_know_what_they_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
