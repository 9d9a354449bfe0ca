/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Arguments against the tables: texts by release, order of the visit, policy; which unknown member is named; introspection.
 */
#include "reference/qmp/error.h"
#include "reference/qmp/parser.h"
#include "reference/qmp/printer.h"
#include "reference/qmp/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const guint all_built = MIG_SCHEMA_IF_REPLICATION | MIG_SCHEMA_IF_ZSTD;

static MigSchema schema_of(MigRelease release)
{
    return (MigSchema) { .release = release, .conditions = all_built };
}

static void check(MigRelease release, const char *command_name, const char *arguments, const char *want)
{
    MigSchema schema = schema_of(release);
    const MigSchemaCommand *command = mig_schema_find_command(&schema, command_name);
    g_autoptr(MigValue) value = mig_parser_parse_text(arguments, NULL);
    g_autoptr(GError) error = NULL;

    assert_non_null(command);
    assert_non_null(value);
    if (want) {
        assert_false(mig_schema_check(&schema, command->arguments, value, &error));
        assert_string_equal(error->message, want);
    } else {
        assert_true(mig_schema_check(&schema, command->arguments, value, &error));
    }
}

#define R(major, minor) MIG_RELEASE(major, minor)

static void texts_follow_the_release(void **state)
{
    check(R(2, 4), "migrate-set-parameters", "{\"nosuch\":1}", "Invalid parameter 'nosuch'");
    check(R(2, 4), "migrate-set-parameters", "{\"compress-level\":\"1\"}", "Invalid parameter type for 'compress-level', expected: int");
    check(R(2, 5), "migrate-set-parameters", "{\"x-cpu-throttle-initial\":1}", "Invalid parameter 'x-cpu-throttle-initial'");
    check(R(2, 6), "migrate-set-parameters", "{\"x-cpu-throttle-initial\":1}", NULL);
    check(R(2, 7), "migrate-set-parameters", "{\"tls-creds\":\"x\"}", "Invalid parameter 'tls-creds'");
    check(R(2, 7), "migrate-set-capabilities", "{}", "Parameter 'capabilities' is missing");
    check(R(2, 7), "migrate-set-capabilities", "{\"capabilities\":1}", "Invalid parameter type for 'capabilities', expected: list");
    check(R(2, 8), "migrate-set-parameters", "{\"nosuch\":1}", "QMP input object member 'nosuch' is unexpected");
    check(R(2, 8), "migrate-set-parameters", "{\"max-bandwidth\":1.5}", "Invalid parameter type for 'max-bandwidth', expected: integer");
    check(R(2, 9), "migrate-set-capabilities", "{\"capabilities\":[{\"capability\":\"events\"}]}", "Parameter 'capabilities[0].state' is missing");
    check(R(5, 2), "migrate-set-capabilities", "{\"capabilities\":[{\"capability\":\"x\",\"state\":true}]}", "Invalid parameter 'x'");
    check(R(6, 2), "migrate-set-capabilities", "{\"capabilities\":[{\"capability\":\"x\",\"state\":true}]}",
          "Parameter 'capability' does not accept value 'x'");
    check(R(5, 2), "migrate-set-parameters", "{\"multifd-channels\":-1}", NULL);
    check(R(6, 0), "migrate-set-parameters", "{\"multifd-channels\":-1}", "Parameter 'multifd-channels' expects uint8_t");
    check(R(6, 0), "migrate-set-parameters", "{\"max-bandwidth\":-1}", NULL);
    check(R(7, 2), "migrate", "{}", "Parameter 'uri' is missing");
    check(R(9, 0), "migrate", "{}", NULL);
    check(R(11, 1), "migrate", "{\"detach\":true}", "Parameter 'detach' is unexpected");
}

static void paths_reach_into_unions(void **state)
{
    check(R(10, 0), "migrate", "{\"channels\":[{\"channel-type\":\"main\",\"addr\":{\"transport\":\"socket\",\"type\":\"inet\",\"host\":\"h\"}}]}",
          "Parameter 'channels[0].addr.port' is missing");
    check(R(10, 0), "migrate", "{\"channels\":[{\"channel-type\":\"main\",\"addr\":{\"transport\":\"socket\",\"type\":\"unix\",\"path\":\"p\",\"host\":\"h\"}}]}",
          "Parameter 'channels[0].addr.host' is unexpected");
    check(R(10, 0), "migrate", "{\"channels\":[{\"channel-type\":\"main\",\"addr\":{\"transport\":\"socket\",\"type\":\"inet\",\"host\":\"h\",\"port\":\"1\",\"to\":65536}}]}",
          "Parameter 'to' expects uint16_t");
    check(R(10, 0), "migrate", "{\"channels\":[{\"channel-type\":\"main\",\"addr\":{\"transport\":\"exec\",\"args\":[1]}}]}",
          "Invalid parameter type for 'channels[0].addr.args[0]', expected: string");
    check(R(7, 2), "yank", "{\"instances\":[{\"type\":\"migration\",\"id\":\"x\"}]}", "Parameter 'instances[0].id' is unexpected");
    check(R(7, 2), "migrate-set-parameters", "{\"tls-creds\":1}", "Invalid parameter type for 'tls-creds', expected: StrOrNull");
}

/* The first problem in schema order is reported, a left-over member of an object before later siblings of that object. */
static void the_first_problem_in_schema_order_wins(void **state)
{
    check(R(8, 1), "announce-self", "{\"step\":\"x\",\"initial\":\"y\",\"max\":1,\"rounds\":1}", "Invalid parameter type for 'initial', expected: integer");
    check(R(8, 1), "migrate-set-capabilities", "{\"capabilities\":[{\"capability\":\"events\",\"state\":true,\"z\":1},{\"capability\":\"nosuch\",\"state\":1}]}",
          "Parameter 'capabilities[0].z' is unexpected");
}

static void policy_comes_before_the_type(void **state)
{
    MigSchema schema = schema_of(R(10, 0));
    g_autoptr(MigValue) value = mig_parser_parse_text("{\"x-checkpoint-delay\":\"a\"}", NULL);
    g_autoptr(GError) error = NULL, bad = NULL;

    assert_true(mig_policy_parse(&schema.policy, "deprecated-input=accept,unstable-input=reject", NULL));
    assert_false(mig_schema_check(&schema, "MigrateSetParameters", value, &error));
    assert_string_equal(error->message, "Unstable parameter x-checkpoint-delay disabled by policy");
    g_clear_error(&error);
    assert_true(mig_policy_parse(&schema.policy, "unstable-input=crash", NULL));
    assert_false(mig_schema_check(&schema, "MigrateSetParameters", value, &error));
    assert_true(error->domain == MIG_QMP_DIES);
    assert_false(mig_policy_parse(&schema.policy, "unstable-input=maybe", &bad));
    assert_string_equal(bad->message, "Parameter 'unstable-input' does not accept value 'maybe'");
}

/* The model of the hash table against the real one, where it is the same algorithm. */
static void the_unknown_member_is_that_of_a_hash_table(void **state)
{
    guint32 random = 7;

    for (int round = 0; round < 3000; round++) {
        g_autoptr(MigValue) dict = mig_value_dict();
        g_autofree guint *order = NULL;
        GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
        const char *known[40];
        guint known_count = 0, size;
        GHashTableIter iter;
        gpointer key;
        int got;

        random = random * 1664525 + 1013904223;
        size = 1 + (random >> 16) % 40;
        for (guint i = 0; i < size; i++) {
            g_autofree char *name = NULL;

            random = random * 1664525 + 1013904223;
            name = g_strdup_printf("%c%u", 'a' + (int) (random >> 8) % 26, (random >> 16) % 100);
            mig_value_dict_put(dict, name, mig_value_null());
        }
        order = mig_value_dict_order(dict);
        for (guint i = 0; i < mig_value_dict_size(dict); i++) {
            g_hash_table_insert(table, (gpointer) mig_value_dict_key(dict, order[i]), NULL);
        }
        for (guint i = 0; i < mig_value_dict_size(dict); i++) {
            random = random * 1664525 + 1013904223;
            if (random >> 31) {
                known[known_count++] = mig_value_dict_key(dict, i);
                g_hash_table_remove(table, mig_value_dict_key(dict, i));
            }
        }
        got = mig_schema_unknown_member(dict, known, known_count);
        g_hash_table_iter_init(&iter, table);
        if (g_hash_table_iter_next(&iter, &key, NULL)) {
            assert_string_equal(mig_value_dict_key(dict, (guint) got), key);
        } else {
            assert_int_equal(got, -1);
        }
        g_hash_table_unref(table);
    }
}

/* Every name that an entry mentions is described, in every release. */
static void introspection_is_closed(void **state)
{
    static const MigRelease releases[] = { R(2, 5), R(2, 12), R(4, 0), R(5, 2), R(6, 2), R(7, 2), R(8, 2), R(9, 1), R(10, 2), R(11, 1) };
    static const char *const references[] = { "arg-type", "ret-type", "element-type" };

    for (gsize r = 0; r < G_N_ELEMENTS(releases); r++) {
        MigSchema schema = schema_of(releases[r]);
        g_autoptr(MigValue) entries = mig_schema_introspect(&schema), commands = mig_schema_list_commands(&schema);
        GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

        for (guint i = 0; i < mig_value_list_length(entries); i++) {
            const char *name = mig_value_get_string(mig_value_dict_get(mig_value_list_get(entries, i), "name"));

            assert_true(g_hash_table_add(names, (gpointer) name));
        }
        for (guint i = 0; i < mig_value_list_length(entries); i++) {
            MigValue *entry = mig_value_list_get(entries, i), *members = mig_value_dict_get(entry, "members");

            for (gsize k = 0; k < G_N_ELEMENTS(references); k++) {
                MigValue *type = mig_value_dict_get(entry, references[k]);

                assert_true(!type || g_hash_table_contains(names, mig_value_get_string(type)));
            }
            for (guint m = 0; members && m < mig_value_list_length(members); m++) {
                MigValue *type = mig_value_dict_get(mig_value_list_get(members, m), "type");

                assert_true(!type || g_hash_table_contains(names, mig_value_get_string(type)));
            }
        }
        assert_true(g_hash_table_contains(names, "migrate-set-capabilities"));
        assert_int_equal(g_hash_table_contains(names, "query-yank"), releases[r] >= R(6, 0));
        assert_true(mig_value_list_length(commands) > 40);
        g_hash_table_unref(names);
    }
}

/* Types are found by bisection. */
static void tables_are_sorted_and_complete(void **state)
{
    for (gsize i = 0; i < mig_schema_type_count; i++) {
        assert_true(i == 0 || strcmp(mig_schema_types[i - 1].name, mig_schema_types[i].name) < 0);
        assert_ptr_equal(mig_schema_find_type(mig_schema_types[i].name), &mig_schema_types[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_follow_the_release),
        cmocka_unit_test(paths_reach_into_unions),
        cmocka_unit_test(the_first_problem_in_schema_order_wins),
        cmocka_unit_test(policy_comes_before_the_type),
        cmocka_unit_test(the_unknown_member_is_that_of_a_hash_table),
        cmocka_unit_test(introspection_is_closed),
        cmocka_unit_test(tables_are_sorted_and_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
