/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

/* What was appended is what is printed; what is printed reads back and prints the same. */
static void typed_records_round_trip(void **state)
{
    g_autoptr(OraTrace) trace = ora_trace_new();
    g_autoptr(OraTrace) again = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
    OraHeader header = { .source = 702, .destination = 1001, .scenario = "a \"b\"", .target = "sim", .seed = G_MAXUINT64,
                         .has_seed = TRUE, .virtual_time = TRUE, .last_fault_ns = 1500000001 };
    OraStream stream = { .channel = "main", .record = "section-end", .name = "ram", .offset = 1, .size = 2, .section = 3,
                         .value = ORA_ABSENT };
    OraMemory memory = { .moment = "end", .compared = TRUE, .pages = 5, .different = 1, .block = "pc.ram", .first_page = 4 };

    (void) state;
    ora_trace_append_header(trace, &header, json_pack("[s]", "qemu"), NULL, json_pack("{s:i}", "jobs", 1));
    ora_trace_append_event(trace, 1, ORA_SRC, "STOP", NULL);
    ora_trace_append_event(trace, 1, ORA_SRC, "RESET", json_pack("{s:b}", "guest", 1));
    ora_trace_append_migration(trace, 1000000, ORA_SIDE(ORA_ROLE_DST, 3), ORA_STATUS_POSTCOPY_RECOVER_SETUP);
    ora_trace_append_pass(trace, 1234567, ORA_SRC, 7);
    ora_trace_append_action(trace, 2000000, ORA_LINK, "cut", json_pack("{s:s}", "how", "rst"));
    ora_trace_append_status(trace, 2000000, ORA_SRC, json_pack("{s:s,s:{s:i,s:f}}", "status", "active", "ram", "total", 4096,
                            "mbps", 33.8184), json_pack("{s:s,s:b}", "status", "running", "running", 1), 12);
    ora_trace_append_request(trace, 3000000, ORA_SRC, "migrate_cancel", NULL, FALSE);
    ora_trace_append_reply(trace, 3100000, 3000000, ORA_SRC, "migrate_cancel", NULL, json_object(), NULL, NULL, FALSE);
    ora_trace_append_reply(trace, 3100000, 3000001, ORA_SRC, "x", json_object(), NULL, "GenericError", "no", TRUE);
    ora_trace_append_exit(trace, 4000000, ORA_DST, 1, 0, FALSE, json_pack("[s]", "load of migration failed"));
    ora_trace_append_state(trace, 5000000, ORA_SRC, ORA_MACHINE_RUN, ORA_RUN_RUNNING, ORA_RUN_FINISH_MIGRATE);
    ora_trace_append_stream(trace, 6000000, ORA_LINK, &stream);
    ora_trace_append_memory(trace, 7000000, ORA_DST, &memory);
    ora_trace_append_note(trace, 7000000, ORA_RUNNER, "x.yaml:3", "cancel \n");

    ora_trace_print(trace, first);
    again = ora_trace_parse("memory", first->str, first->len, &error);
    assert_null(error);
    assert_non_null(again);
    ora_trace_print(again, second);
    assert_string_equal(first->str, second->str);
    assert_int_equal(ora_trace_length(again), 15);
    assert_int_equal(ora_trace_header(again)->source, 702);
    assert_int_equal(ora_trace_header(again)->last_fault_ns, 1500000001);
    assert_true(ora_trace_header(again)->seed == G_MAXUINT64);
    assert_int_equal(ora_trace_get(again, 4)->t_ns, 1234567);
    assert_int_equal(ora_trace_get(again, 4)->event.number, 7);
    assert_int_equal(ora_trace_get(again, 6)->status.stats->total, 4096);
    assert_int_equal(ora_trace_get(again, 6)->status.stats->remaining, ORA_ABSENT);
    assert_string_equal(ora_trace_get(again, 13)->memory.block, "pc.ram");
}

static const struct { const char *name, *text, *want; } broken[] = {
    { "empty", "", "t:1:1: the trace holds no record" },
    { "blank", "\n  \n", "t:1:1: the trace holds no record" },
    { "no JSON", "{\"t_ms\":1,\n", "t:1:10: not JSON" },
    { "cut", "{\"t_ms\":1,\"side\":\"src\",\"kind\":\"event\",\"data\":{\"event\":\"STO", "t:1:" },
    { "array", "[]", "t:1:1: a record has to be an object" },
    { "twice", "{\"t_ms\":1,\"t_ms\":2}", "t:1:" },
    { "no time", "{\"side\":\"src\",\"kind\":\"event\",\"data\":{}}", "t:1:1: a record needs a number \"t_ms\"" },
    { "side", "\n{\"t_ms\":1,\"side\":\"both\",\"kind\":\"event\",\"data\":{}}", "t:2:11: a record needs a \"side\"" },
    { "kind", "{\"t_ms\":1,\"side\":\"src\",\"kind\":\"evnt\",\"data\":{}}", "t:1:24: a record needs a \"kind\"" },
    { "data", "{\"t_ms\":1,\"side\":\"src\",\"kind\":\"event\",\"data\":[]}", "t:1:39: a record needs an object" },
    { "event", "{\"t_ms\":1,\"side\":\"src\",\"kind\":\"event\",\"data\":{}}", "t:1:" },
    { "status", "{\"t_ms\":1,\"side\":\"src\",\"kind\":\"status\",\"data\":{\"migrate\":3}}", "t:1:" },
    { "reply", "{\"t_ms\":1,\"side\":\"src\",\"kind\":\"reply\",\"data\":{\"execute\":\"stop\"}}", "t:1:" },
    { "exit", "{\"t_ms\":1,\"side\":\"src\",\"kind\":\"exit\",\"data\":{}}", "t:1:" },
    { "late header", "{\"t_ms\":1,\"side\":\"src\",\"kind\":\"event\",\"data\":{\"event\":\"STOP\"}}\n"
      "{\"t_ms\":1,\"side\":\"run\",\"kind\":\"header\",\"data\":{}}", "t:2:24: a header has to be the first" },
    { "backwards", "{\"t_ms\":2,\"side\":\"src\",\"kind\":\"event\",\"data\":{\"event\":\"STOP\"}}\n"
      "{\"t_ms\":1.9,\"side\":\"src\",\"kind\":\"event\",\"data\":{\"event\":\"RESUME\"}}", "t:2:2: the time goes backwards" },
    { "release", "{\"t_ms\":1,\"side\":\"run\",\"kind\":\"header\",\"data\":{\"source\":{\"release\":\"new\"}}}", "t:1:58: \"release\"" },
    { "time", "{\"t_ms\":1e300,\"side\":\"src\",\"kind\":\"event\",\"data\":{\"event\":\"STOP\"}}", "t:1:2: a record needs" },
};

static void damaged_input_gets_a_position(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(OraTrace) trace = ora_trace_parse("t", broken[i].text, strlen(broken[i].text), &error);

        print_message("case: %s\n", broken[i].name);
        assert_null(trace);
        assert_non_null(error);
        if (!g_str_has_prefix(error->message, broken[i].want)) {
            fail_msg("%s: got \"%s\"", broken[i].name, error->message);
        }
    }
}

/* QEMU prints unsigned 64-bit numbers. */
static void numbers_beyond_int64_are_read(void **state)
{
    static const char text[] = "{\"t_ms\":1,\"side\":\"src\",\"kind\":\"reply\",\"data\":{\"execute\":\"q 18446744073709551615\",\"sent_ms\":1,"
                               "\"return\":{\"max-bandwidth\":18446744073709551611,\"x\":[18446744073709551615,12]}}}";
    g_autoptr(GError) error = NULL;
    g_autoptr(OraTrace) trace = ora_trace_parse("t", text, strlen(text), &error);

    (void) state;
    assert_null(error);
    assert_string_equal(ora_trace_get(trace, 0)->command.execute, "q 18446744073709551615");
    assert_true(json_real_value(json_object_get(ora_trace_get(trace, 0)->command.ret, "max-bandwidth")) > 1.8e19);
}

static void every_cut_of_a_good_line_is_refused_or_read(void **state)
{
    static const char text[] = "{\"t_ms\":1.5,\"side\":\"src\",\"kind\":\"status\",\"data\":{\"migrate\":{\"status\":\"active\",\"ram\":"
                               "{\"total\":1}},\"run\":{\"status\":\"running\",\"running\":true},\"guest_ticks\":1}}";

    (void) state;
    for (gsize length = 0; length < strlen(text); length++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(OraTrace) trace = ora_trace_parse("t", text, length, &error);

        assert_null(trace);
        assert_non_null(error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_records_round_trip),
        cmocka_unit_test(damaged_input_gets_a_position),
        cmocka_unit_test(numbers_beyond_int64_are_read),
        cmocka_unit_test(every_cut_of_a_good_line_is_refused_or_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
