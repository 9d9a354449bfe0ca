/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "oracle/options/idle.h"

#include <string.h>

/* One request after others, in one release; the reply wanted: "ok", "dies", a JSON value, or an error text. */
static const struct { const char *release, *before, *request, *want; } cases[] = {
    { "7.2", NULL, "migrate-set-capabilities {\"capabilities\": [{\"capability\": \"postcopy-preempt\", \"state\": true}]}",
      "Postcopy preempt requires postcopy-ram" },
    { "7.0", NULL, "migrate-set-capabilities {\"capabilities\": [{\"capability\": \"postcopy-preempt\", \"state\": true}]}",
      "Parameter 'capability' does not accept value 'postcopy-preempt'" },
    { "6.1", NULL, "migrate-set-capabilities {\"capabilities\": [{\"capability\": \"nosuch\", \"state\": true}]}", "Invalid parameter 'nosuch'" },
    { "8.1", NULL, "migrate-set-capabilities {\"capabilities\": [{\"capability\": \"multifd\", \"state\": 1}]}",
      "Invalid parameter type for 'capabilities[0].state', expected: boolean" },
    { "2.8", NULL, "migrate-set-capabilities {\"capabilities\": [{\"capability\": \"events\", \"state\": 1}]}",
      "Invalid parameter type for 'state', expected: boolean" },
    /* 2.12-5.2: narrowed before the check (quirk 7). */
    { "5.2", NULL, "migrate-set-parameters {\"multifd-channels\": 257}", "ok" },
    { "5.2", NULL, "migrate-set-parameters {\"multifd-channels\": 256}",
      "Parameter 'multifd_channels' expects is invalid, it should be in the range of 1 to 255" },
    { "6.0", NULL, "migrate-set-parameters {\"multifd-channels\": 257}", "Parameter 'multifd-channels' expects uint8_t" },
    /* 5.0-8.2: two levels are dropped after the type check (quirk 1). */
    { "8.2", NULL, "migrate-set-parameters {\"multifd-zlib-level\": 77}", "ok" },
    { "9.0", NULL, "migrate-set-parameters {\"multifd-zlib-level\": 77}", "Parameter 'multifd_zlib_level' expects a value between 0 and 9" },
    { "11.1", NULL, "migrate-set-parameters {\"multifd-zlib-level\": 77}", "Option multifd-zlib-level expects a value between 0 and 9" },
    /* 9.0-: the stored value decides, not the new one (quirk 2). */
    { "10.0", "migrate-set-capabilities {\"capabilities\": [{\"capability\": \"mapped-ram\", \"state\": true}]}",
      "migrate-set-parameters {\"tls-creds\": \"x\"}", "ok" },
    /* 2.5-2.7: an error that applies; two of them kill the process. */
    { "2.6", NULL, "migrate-set-parameters {\"x-cpu-throttle-initial\": 0}",
      "Parameter 'x_cpu_throttle_initial' expects an integer in the range of 1 to 99" },
    { "2.6", NULL, "migrate-set-parameters {\"x-cpu-throttle-initial\": 0, \"x-cpu-throttle-increment\": 0}", "dies" },
    { "8.1", NULL, "migrate-set-parameters {\"tls-authz\": null}", "dies" },
    { "7.2", NULL, "migrate-set-parameters {\"tls-authz\": null}", "ok" },
    { "8.2", NULL, "migrate-set-parameters {\"tls-authz\": null}", "ok" },
    { "9.2", NULL, "migrate_set_speed {\"value\": 5}", "The command migrate_set_speed has not been found" },
    { "5.2", "migrate_set_speed {\"value\": -5}", "migrate_set_downtime {\"value\": 2001}",
      "Parameter 'downtime_limit' expects an integer in the range of 0 to 2000 seconds" },
    { "2.10", "migrate-set-cache-size {\"value\": 100000}", "query-migrate-cache-size", "65536" },
    { "5.2", "migrate-set-cache-size {\"value\": 131072}", "query-migrate-cache-size", "131072" },
    { "8.1-dev-20230505", NULL, "migrate-set-capabilities {\"capabilities\": [{\"capability\": \"switchover-ack\", \"state\": true}]}",
      "Parameter 'capability' does not accept value 'switchover-ack'" },
    { "8.1-dev-20230630", NULL, "migrate-set-capabilities {\"capabilities\": [{\"capability\": \"switchover-ack\", \"state\": true}]}",
      "Capability 'switchover-ack' requires capability 'return-path'" },
};

static void ask(OraOptions *options, const char *request, OraReply *ret)
{
    g_auto(GStrv) words = g_strsplit(request, " ", 2);
    g_autoptr(OraValue) arguments = NULL;

    if (words[1]) {
        json_t *json = json_loads(words[1], 0, NULL);

        assert_non_null(json);
        arguments = ora_value_from_json(json);
        json_decref(json);
    }
    ora_options_execute(options, words[0], arguments, ret);
}

static void releases_answer_as_the_rules_say(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(OraOptions) options = NULL;
        g_auto(OraReply) reply = { 0 };
        OraProfile profile;

        print_message("case: %s: %s\n", cases[i].release, cases[i].request);
        assert_true(ora_profile_parse(cases[i].release, &profile));
        options = ora_options_new(&profile);
        if (cases[i].before) {
            g_auto(OraReply) before = { 0 };

            ask(options, cases[i].before, &before);
            assert_int_equal(before.kind, ORA_REPLY_RETURN);
        }
        ask(options, cases[i].request, &reply);
        if (strcmp(cases[i].want, "dies") == 0) {
            assert_int_equal(reply.kind, ORA_REPLY_DEATH);
        } else if (strcmp(cases[i].want, "ok") == 0) {
            assert_int_equal(reply.kind, ORA_REPLY_RETURN);
        } else if (reply.kind == ORA_REPLY_RETURN) {
            g_autofree char *text = ora_value_to_text(reply.value);

            assert_string_equal(text, cases[i].want);
        } else {
            assert_int_equal(reply.kind, ORA_REPLY_ERROR);
            assert_string_equal(reply.desc, cases[i].want);
        }
    }
}

/* From 2.12 on a refusal leaves everything as it was; in 2.10 and 2.11 the list stays in force (quirk 3). */
static void refused_lists_and_what_stays(void **state)
{
    static const struct { const char *release; OraCapSet stays; } rows[] = {
        { "2.11", ORA_CAP_BIT(ORA_CAP_POSTCOPY_RAM) | ORA_CAP_BIT(ORA_CAP_COMPRESS) }, { "2.12", 0 }, { "2.9", ORA_CAP_BIT(ORA_CAP_COMPRESS) },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(OraOptions) options = NULL;
        g_auto(OraReply) reply = { 0 };
        OraProfile profile;

        print_message("case: %s\n", rows[i].release);
        assert_true(ora_profile_parse(rows[i].release, &profile));
        options = ora_options_new(&profile);
        ask(options, "migrate-set-capabilities {\"capabilities\": [{\"capability\": \"postcopy-ram\", \"state\": true}, "
                     "{\"capability\": \"compress\", \"state\": true}]}", &reply);
        assert_int_equal(ora_options_capabilities(options), rows[i].stays);
    }
}

/* Every row can decide: for each rule of capabilities there is a release, facts and a set that it refuses or changes. The two
 * rows that an earlier one always hides are named. */
static void every_capability_rule_can_decide(void **state)
{
    for (gsize i = 0; i < ora_capability_rule_count; i++) {
        const OraCapabilityRule *rule = &ora_capability_rules[i];
        OraProfile profile = { .facts = (ORA_FACTS_USUAL | ORA_FACT_DIRTY_RING | rule->facts) & ~rule->no_facts, .page_size = 4096 };
        OraCapabilityJudge judge;
        OraCapabilityChange changes[ORA_CAP_COUNT];
        OraCapabilityVerdict verdict;
        gsize count = 0;

        print_message("case: %s (%s)\n", rule->id, rule->sentence);
        profile.release = rule->since;
        if (rule->effect == ORA_EFFECT_WARN) {
            continue;                     /* warnings decide nothing */
        }
        ora_capability_judge_init(&judge, &profile);
        for (int k = 0; k < ORA_CAP_COUNT; k++) {
            /* What other rules demand of the same set. */
            OraCapSet wanted = rule->on | rule->listed;

            if ((wanted & ORA_CAP_BIT(ORA_CAP_POSTCOPY_PREEMPT)) && !(rule->off & ORA_CAP_BIT(ORA_CAP_POSTCOPY_RAM))) {
                wanted |= ORA_CAP_BIT(ORA_CAP_POSTCOPY_RAM);
            }
            if ((wanted & ORA_CAP_BIT(ORA_CAP_ZERO_COPY_SEND)) && !(rule->off & ORA_CAP_BIT(ORA_CAP_MULTIFD)) &&
                !(wanted & ORA_CAP_BIT(ORA_CAP_BACKGROUND_SNAPSHOT))) {
                wanted |= ORA_CAP_BIT(ORA_CAP_MULTIFD);
            }
            if (wanted & ORA_CAP_BIT(k)) {
                changes[count++] = (OraCapabilityChange) { k, TRUE };
            }
        }
        verdict = ora_capability_judge_list(&judge, 0, changes, count, rule->params);
        assert_non_null(verdict.rule);
        assert_string_equal(verdict.rule->id, rule->id);
    }
}

/* Quirk 1: the type is checked, the value forgotten. */
static gboolean is_dropped_in(const OraProfile *profile, OraParameter parameter)
{
    return profile->release <= 802 && (parameter == ORA_PARAM_MULTIFD_ZLIB_LEVEL || parameter == ORA_PARAM_MULTIFD_ZSTD_LEVEL);
}

static void every_parameter_rule_of_a_range_can_decide(void **state)
{
    for (gsize i = 0; i < ora_parameter_rule_count; i++) {
        const OraParameterRule *rule = &ora_parameter_rules[i];
        /* In 2.5 the monitor's own table hides the two throttle parameters (quirk 31). */
        OraProfile profile = { .release = rule->since == 205 ? 206 : rule->since,
                               .facts = ORA_FACTS_USUAL, .page_size = 4096 };
        g_autoptr(OraOptions) options = NULL;
        g_autoptr(OraValue) arguments = ora_value_object();
        g_auto(OraReply) reply = { 0 };
        const OraParameterRow *row;

        if (rule->check != ORA_CHECK_RANGE) {
            continue;
        }
        row = ora_parameter_row(&profile, rule->parameter);
        assert_non_null(row);
        print_message("case: %s in %d\n", rule->id, rule->since);
        if (is_dropped_in(&profile, rule->parameter)) {
            continue;
        }
        options = ora_options_new(&profile);
        ora_value_set(arguments, row->name, rule->max < 255 ? ora_value_uint(rule->max + 1) :
                      rule->min > 0 ? ora_value_int(rule->min - 1) : rule->max < G_MAXUINT32 ? ora_value_uint(rule->max + 1) : ora_value_int(-1));
        ora_options_execute(options, "migrate-set-parameters", arguments, &reply);
        assert_int_equal(reply.kind, ORA_REPLY_ERROR);
        assert_string_equal(reply.desc, rule->text);
    }
}

static void idle_rules_are_found_by_their_request(void **state)
{
    for (gsize i = 0; i < ora_idle_rule_count; i++) {
        const OraIdleRule *rule = &ora_idle_rules[i];
        OraProfile profile = { .release = rule->since, .facts = ORA_FACTS_USUAL, .page_size = 4096 };
        OraCapSet set = rule->when == ORA_IDLE_POSTCOPY_ON ? ORA_CAP_BIT(ORA_CAP_POSTCOPY_RAM) : 0;
        g_autoptr(OraValue) arguments = ora_idle_arguments(rule);

        print_message("case: %s since %d\n", rule->id, rule->since);
        assert_ptr_equal(ora_idle_find(&profile, set, rule->command, arguments), rule);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(releases_answer_as_the_rules_say),
        cmocka_unit_test(refused_lists_and_what_stays),
        cmocka_unit_test(every_capability_rule_can_decide),
        cmocka_unit_test(every_parameter_rule_of_a_range_can_decide),
        cmocka_unit_test(idle_rules_are_found_by_their_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
