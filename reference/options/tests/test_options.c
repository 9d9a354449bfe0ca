/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The commands on MigOptions, with the values and replies that QMP shows.
 */
#include "reference/options/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reference/qmp/parser.h"
#include "reference/qmp/printer.h"

static MigFacts machine;
static GString *printed;

static void get_facts(gpointer opaque, MigFacts *ret)
{
    *ret = machine;
}

static void message(gpointer opaque, const char *text)
{
    g_string_append_printf(printed, "%s\n", text);
}

static MigOptions *make(const char *name, const char *changes)
{
    const MigOptionsHost host = { NULL, get_facts, message, NULL };
    g_autoptr(MigProfile) plain = mig_profile_find(name, NULL);
    g_autoptr(MigProfile) profile = NULL;

    assert_non_null(plain);
    profile = mig_profile_with(plain, changes, NULL);
    assert_non_null(profile);
    return mig_options_new(profile, &host);
}

static void reset_machine(void)
{
    memset(&machine, 0, sizeof machine);
    machine.ram_bytes = 128 << 20;
    if (printed == NULL) {
        printed = g_string_new(NULL);
    }
    g_string_truncate(printed, 0);
}

static MigValue *parse(const char *text)
{
    MigValue *value = mig_parser_parse_text(text, NULL);

    assert_non_null(value);
    return value;
}

/* "a,b" on, "!c" off. */
static gboolean set_caps(MigOptions *options, const char *words, GError **error)
{
    g_autoptr(MigValue) list = mig_value_list();
    g_auto(GStrv) names = g_strsplit(words, ",", -1);

    for (char **name = names; *name != NULL && **name != '\0'; name++) {
        MigValue *entry = mig_value_dict();

        mig_value_dict_put(entry, "capability", mig_value_string(**name == '!' ? *name + 1 : *name));
        mig_value_dict_put(entry, "state", mig_value_bool(**name != '!'));
        mig_value_list_append(list, entry);
    }
    return mig_options_set_capabilities(options, list, error);
}

/* Runs one step of a case. "caps: …", "params: {…}", "speed: N", "downtime: N", "cache: N", "global: P=V", "machine: M", "start".
 * Returns "ok", "CLASS: text", or "dies". */
static char *run(MigOptions *options, const char *step)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = TRUE;

    if (g_str_has_prefix(step, "caps: ")) {
        ok = set_caps(options, step + 6, &error);
    } else if (g_str_has_prefix(step, "params: ")) {
        g_autoptr(MigValue) arguments = parse(step + 8);

        ok = mig_options_set_parameters(options, arguments, &error);
    } else if (g_str_has_prefix(step, "speed: ")) {
        ok = mig_options_set_speed(options, g_ascii_strtoll(step + 7, NULL, 10), &error);
    } else if (g_str_has_prefix(step, "downtime: ")) {
        ok = mig_options_set_downtime(options, g_ascii_strtod(step + 10, NULL), &error);
    } else if (g_str_has_prefix(step, "cache: ")) {
        ok = mig_options_set_cache_size(options, g_ascii_strtoll(step + 7, NULL, 10), &error);
    } else if (g_str_has_prefix(step, "global: ")) {
        g_auto(GStrv) parts = g_strsplit(step + 8, "=", 2);

        ok = mig_options_set_global(options, parts[0], parts[1], &error);
    } else if (g_str_has_prefix(step, "machine: ")) {
        mig_options_apply_machine(options, step + 9);
    } else if (g_str_has_prefix(step, "status: ")) {
        assert_true(mig_status_find(step + 8, &machine.status));
    } else {
        assert_string_equal(step, "start");
        ok = mig_options_start(options, &error);
    }
    assert_int_equal(ok, error == NULL);
    if (ok) {
        return g_strdup("ok");
    }
    if (error->domain == MIG_DIES) {
        return *error->message != '\0' ? g_strdup_printf("dies: %s", error->message) : g_strdup("dies");
    }
    assert_int_equal(error->domain, MIG_QMP_ERROR);
    return g_strdup(error->message);
}

/* "caps" = capabilities that are on; else the value of that parameter in the query, "-" when it is no member. */
static char *look(MigOptions *options, const char *what)
{
    g_autoptr(MigValue) reply = NULL;
    MigValue *member;

    if (strcmp(what, "caps") == 0) {
        return mig_caps_to_string(mig_options_profile(options), mig_options_caps(options));
    }
    if (strcmp(what, "printed") == 0) {
        return g_strndup(printed->str, printed->len > 0 ? printed->len - 1 : 0);
    }
    if (strcmp(what, "cache") == 0) {
        return g_strdup_printf("%" G_GINT64_FORMAT, mig_options_query_cache_size(options));
    }
    if (strcmp(what, "downtime") == 0) {
        return g_strdup_printf("%" G_GUINT64_FORMAT, mig_options_downtime_ns(options));
    }
    reply = mig_options_query_parameters(options);
    member = mig_value_dict_get(reply, what);
    return member != NULL ? mig_value_to_string(member) : g_strdup("-");
}

#define BUSY "There's a migration process in progress"
#define ZERO_COPY "Zero copy only available for non-compressed non-TLS multifd migration"

static const struct {
    const char *name, *profile, *changes;
    const char *steps[12];      /* pairs: step, reply; or "?what", value */
} cases[] = {
    { "2.4 stores without a check", "qemu-2.4", "", { "caps: compress,xbzrle", "ok", "?caps", "xbzrle, compress" } },
    { "2.4 allows changes while cancelling", "qemu-2.4", "",
      { "status: cancelling", "ok", "caps: events", "ok", "status: active", "ok", "caps: !events", BUSY, "?caps", "events" } },
    { "2.5 takes postcopy back", "qemu-2.5", "",
      { "caps: x-postcopy-ram,compress", "ok", "?caps", "compress", "?printed", "Postcopy is not currently compatible with compression" } },
    { "2.9 takes postcopy back on a host without userfaultfd", "qemu-2.9", "without:postcopy with:incoming",
      { "caps: postcopy-ram,events", "ok", "?caps", "events" } },
    { "2.8 without COLO applies the rest", "qemu-2.8", "without:colo",
      { "caps: x-colo,events", "COLO is not currently supported, please configure with --enable-colo option in order to support COLO feature",
        "?caps", "events", "caps: x-colo,!x-colo", "dies" } },
    { "2.11 keeps what it refuses", "qemu-2.11", "",
      { "caps: postcopy-ram,compress", "Postcopy is not currently compatible with compression", "?caps", "compress, postcopy-ram" } },
    { "2.12 changes nothing", "qemu-2.12", "",
      { "caps: events", "ok", "caps: postcopy-ram,compress", "Postcopy is not currently compatible with compression", "?caps", "events" } },
    { "a later entry of a list wins", "qemu-7.2", "", { "caps: multifd,!multifd,!events,events", "ok", "?caps", "events" } },
    { "an inconsistent stored set refuses everything else", "qemu-8.0", "",
      { "global: x-zero-copy-send=on", "ok", "caps: events", ZERO_COPY, "caps: !zero-copy-send", "ok" } },
    { "8.1 names the host's reason", "qemu-8.1", "without:postcopy with:incoming",
      { "caps: postcopy-ram", "Postcopy is not supported: Userfaultfd not available: Operation not permitted", "?caps", "none" } },
    { "the host is not asked again once postcopy is on", "qemu-8.1", "without:postcopy with:incoming",
      { "global: x-postcopy-ram=on", "ok", "caps: events", "ok", "?caps", "events, postcopy-ram", "start",
        "dies: Postcopy is not supported: Userfaultfd not available: Operation not permitted" } },
    { "8.2 warns", "qemu-8.2", "", { "caps: compress", "ok", "?printed",
      "warning: old compression method is deprecated; use multifd compression methods instead" } },
    { "an empty list still meets the state", "qemu-7.2", "", { "status: setup", "ok", "caps: ", BUSY, "params: {}", "ok" } },

    { "2.5 applies what it reports", "qemu-2.6", "",
      { "params: {\"x-cpu-throttle-initial\":0,\"compress-level\":5}", "Parameter 'x_cpu_throttle_initial' expects an integer in the range of 1 to 99",
        "?x-cpu-throttle-initial", "0", "?compress-level", "5" } },
    { "two such errors kill 2.6", "qemu-2.6", "", { "params: {\"x-cpu-throttle-initial\":0,\"x-cpu-throttle-increment\":0}", "dies" } },
    { "2.8 checks what is given, not what is there", "qemu-2.8", "",
      { "params: {\"x-checkpoint-delay\":-1}", "Parameter 'x_checkpoint_delay' expects is invalid, it should be positive",
        "?x-checkpoint-delay", "-1", "params: {\"compress-level\":2}", "ok" } },
    { "2.10 changes nothing", "qemu-2.10", "",
      { "params: {\"compress-level\":2,\"compress-threads\":256}", "Parameter 'compress_threads' expects is invalid, it should be in the range of 1 to 255",
        "?compress-level", "1" } },
    { "4.2 cuts before it checks", "qemu-4.2", "",
      { "params: {\"cpu-throttle-initial\":276}", "ok", "?cpu-throttle-initial", "20", "params: {\"multifd-channels\":256}",
        "Parameter 'multifd_channels' expects is invalid, it should be in the range of 1 to 255", "params: {\"multifd-channels\":-1}", "ok",
        "?multifd-channels", "255" } },
    { "5.2 takes -1 as the largest bandwidth", "qemu-5.2", "", { "params: {\"max-bandwidth\":-1}", "ok", "?max-bandwidth", "18446744073709551615" } },
    { "8.2 forgets the levels of multifd", "qemu-8.2", "", { "params: {\"multifd-zlib-level\":77}", "ok", "?multifd-zlib-level", "1" } },
    { "9.0 keeps them", "qemu-9.0", "",
      { "params: {\"multifd-zlib-level\":9}", "ok", "?multifd-zlib-level", "9", "params: {\"multifd-zlib-level\":10}",
        "Parameter 'multifd_zlib_level' expects a value between 0 and 9" } },
    { "an initial throttle above the maximum is blamed on the maximum", "qemu-7.2", "",
      { "params: {\"max-cpu-throttle\":50}", "ok", "params: {\"cpu-throttle-initial\":51}",
        "Parameter 'max_cpu_throttle' expects an integer in the range of cpu_throttle_initial to 99" } },
    { "null clears TLS", "qemu-7.2", "",
      { "params: {\"tls-creds\":\"x\"}", "ok", "?tls-creds", "\"x\"", "params: {\"tls-creds\":null,\"tls-authz\":null}", "ok", "?tls-creds",
        "\"\"", "?tls-authz", "\"\"" } },
    { "null for tls-authz kills 8.1, after the checks", "qemu-8.1", "",
      { "params: {\"tls-authz\":null,\"announce-step\":0}", "Parameter 'announce_step' expects a value between 0 and 10000",
        "params: {\"tls-authz\":null}", "dies" } },
    { "… and 7.2.6, but not 7.2.7", "qemu-7.2.6", "", { "params: {\"tls-authz\":null}", "dies" } },
    { "… 7.2.7", "qemu-7.2.7", "", { "params: {\"tls-authz\":null}", "ok" } },
    { "2.7 prints unset strings", "qemu-2.7", "", { "?tls-creds", "\"\"" } },
    { "2.8 does not", "qemu-2.8", "", { "?tls-creds", "-" } },
    { "zero copy looks at the result", "qemu-7.2", "",
      { "caps: multifd,zero-copy-send", "ok", "params: {\"multifd-compression\":\"zlib\"}", ZERO_COPY, "?multifd-compression", "\"none\"" } },
    { "mapped-ram looks at what is stored", "qemu-9.0", "",
      { "caps: mapped-ram", "ok", "params: {\"tls-creds\":\"x\"}", "ok", "params: {\"tls-creds\":\"\"}",
        "Mapped-ram only available for non-compressed non-TLS multifd migration", "caps: !mapped-ram", "ok", "params: {\"tls-creds\":\"\"}", "ok" } },
    { "11.0 crashes with zero copy when TLS is not named", "qemu-11.0", "",
      { "caps: multifd,zero-copy-send", "ok", "params: {\"tls-creds\":\"\"}", "ok", "params: {}", "dies" } },
    { "direct-io needs the build", "qemu-9.1", "without:direct-io",
      { "params: {\"direct-io\":true}", "No build-time support for direct-io", "params: {\"direct-io\":false}", "ok" } },
    { "texts of 11.1", "qemu-11.1", "",
      { "params: {\"cpu-throttle-initial\":0}", "Option cpu-throttle-initial expects an integer in the range of 1 to 99",
        "params: {\"x-rdma-chunk-size\":3}", "Option x_rdma_chunk_size expects a power of 2 in the range 1MiB to 1024MiB" } },
    { "a mapping is a member once it was set", "qemu-7.2", "",
      { "?block-bitmap-mapping", "-", "params: {\"block-bitmap-mapping\":[]}", "ok", "?block-bitmap-mapping", "[]" } },
    { "the command of cpr-exec is always one", "qemu-10.2", "", { "?cpr-exec-command", "[]", "params: {\"cpr-exec-command\":[\"a\"]}", "ok",
      "?cpr-exec-command", "[\"a\"]" } },

    { "2.7 clamps", "qemu-2.7", "",
      { "speed: -5", "ok", "downtime: -1", "ok", "?downtime", "0", "downtime: 0.5", "ok", "?downtime", "500000000", "downtime: 1e30", "ok" } },
    { "2.10 rounds the cache size down", "qemu-2.10", "",
      { "cache: 100000", "ok", "?cache", "65536", "cache: 4095", "Parameter 'cache size' expects is smaller than page size", "cache: -1",
        "Parameter 'cache size' expects exceeds guest ram size " } },
    { "2.11 takes it as the parameter", "qemu-2.11", "",
      { "cache: 100000", "Parameter 'xbzrle_cache_size' expects is invalid, it should be bigger than target page size and a power of two", "cache: 65536",
        "ok", "?xbzrle-cache-size", "65536" } },
    { "2.8 refuses what does not fit the parameter", "qemu-2.8", "",
      { "downtime: 2001", "Parameter 'downtime_limit' expects an integer in the range of 0 to 2000000 milliseconds", "speed: -1",
        "Parameter 'max_bandwidth' expects an integer in the range of 0 to 18446744073709551615 bytes/second", "downtime: -1", "ok",
        "?downtime-limit", "0" } },
    { "5.2 refuses in seconds", "qemu-5.2", "",
      { "downtime: 2000.1", "Parameter 'downtime_limit' expects an integer in the range of 0 to 2000 seconds", "downtime: 1.5", "ok",
        "?downtime-limit", "1500", "speed: -1", "ok" } },

    { "before 2.10 there is no object", "qemu-2.9", "",
      { "global: x-xbzrle=on", "ok", "?printed", "Warning: global migration.x-xbzrle has invalid class name", "?caps", "none" } },
    { "unknown property", "qemu-4.2", "",
      { "global: nosuch=1", "dies: can't apply global migration.nosuch=1: Property '.nosuch' not found" } },
    { "properties bypass the rules until the start", "qemu-7.2", "",
      { "global: x-postcopy-preempt=on", "ok", "start", "dies: Postcopy preempt requires postcopy-ram", "global: x-postcopy-ram=on", "ok", "start", "ok" } },
    { "parameters are checked first", "qemu-7.2", "",
      { "global: multifd-zlib-level=10", "ok", "global: x-postcopy-preempt=on", "ok", "start", "dies: Parameter 'multifd_zlib_level' expects a value between 0 and 9" } },
    { "values of properties", "qemu-7.2", "",
      { "global: x-max-bandwidth=1.5M", "ok", "?max-bandwidth", "1572864", "global: x-cpu-throttle-initial=256",
        "dies: can't apply global migration.x-cpu-throttle-initial=256: Parameter 'x-cpu-throttle-initial' expects uint8_t",
        "global: x-max-bandwidth=16E", "dies: can't apply global migration.x-max-bandwidth=16E: Value '16E' is out of range for parameter 'x-max-bandwidth'",
        "global: multifd-compression=qpl", "dies: can't apply global migration.multifd-compression=qpl: Parameter 'multifd-compression' does not accept value 'qpl'" } },
    { "a machine type sets, the command line wins", "qemu-10.0", "",
      { "machine: pc-q35-8.2", "ok", "?zero-page-detection", "\"legacy\"", "global: zero-page-detection=none", "ok", "?zero-page-detection", "\"none\"" } },
    { "machine types that say nothing", "qemu-10.0", "", { "machine: none", "ok", "machine: q35", "ok", "machine: pc-q35-9.0", "ok",
      "?zero-page-detection", "\"multifd\"" } },
};

static void commands_answer_as_their_release(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(MigOptions) options = NULL;

        reset_machine();
        machine.inmigrate = strstr(cases[i].changes, "with:incoming") != NULL;
        options = make(cases[i].profile, cases[i].changes);
        for (gsize j = 0; j + 1 < G_N_ELEMENTS(cases[i].steps) && cases[i].steps[j] != NULL; j += 2) {
            const char *step = cases[i].steps[j], *want = cases[i].steps[j + 1];
            g_autofree char *got = *step == '?' ? look(options, step + 1) : run(options, step);

            if (strcmp(got, want) != 0) {
                fail_msg("case '%s', %s: got '%s', expected '%s'", cases[i].name, step, got, want);
            }
        }
    }
}

/* Every value at a limit, in every release: accepted or refused with a text, and stored only when accepted. */
static void every_edge_is_answered_in_every_release(void **state)
{
    (void) state;
    reset_machine();
    for (const char *const *name = mig_profile_names(); *name != NULL; name++) {
        g_autoptr(MigOptions) options = make(*name, "");
        const MigProfile *profile = mig_options_profile(options);

        for (int i = 0; i < MIG_PARAM_COUNT; i++) {
            guint64 edges[64];
            guint count = mig_param_name(profile, (MigParam) i) != NULL ? mig_param_edges(profile, (MigParam) i, edges, 64) : 0;

            for (guint j = 0; j < count; j++) {
                MigParamValues values = *mig_options_values(options);
                MigRule rule;

                values.value[i] = mig_param_narrow(profile, (MigParam) i, edges[j]);
                rule = mig_params_check(profile, MIG_FACTS_OF_PROFILE, 0, mig_options_values(options), &values, MIG_PARAM_BIT(i));
                if (rule != MIG_RULE_NONE) {
                    assert_true(mig_rule_exists(profile, rule));
                    assert_non_null(mig_rule_pattern(profile, rule));
                }
            }
        }
    }
}

static void defaults_pass_their_own_rules(void **state)
{
    (void) state;
    reset_machine();
    for (const char *const *name = mig_profile_names(); *name != NULL; name++) {
        g_autoptr(MigOptions) options = make(*name, "");
        g_autoptr(GError) error = NULL;
        g_autoptr(MigValue) nothing = mig_value_dict(), caps = mig_options_query_capabilities(options);

        assert_true(mig_options_start(options, &error));
        assert_true(mig_options_set_parameters(options, nothing, &error));
        assert_int_equal(mig_value_list_length(caps), __builtin_popcount(mig_profile_caps(mig_options_profile(options))));
    }
}

/* What the release says of itself: number of capabilities and of members of query-migrate-parameters. */
static void releases_have_their_size(void **state)
{
    static const struct { const char *name; guint caps, params; } sizes[] = {
        { "2.4", 6, 3 },    { "2.5", 7, 5 },    { "2.7", 7, 7 },    { "2.8", 8, 8 },    { "2.11", 13, 14 }, { "4.0", 17, 21 },
        { "5.2", 18, 26 },  { "7.2", 21, 26 },  { "8.1", 23, 28 },  { "9.0", 24, 31 },  { "9.1", 22, 27 },  { "10.0", 22, 28 },
        { "11.1", 21, 30 }, { "8.1-dev-20230505", 21, 26 }, { "8.1-dev-20230630", 22, 26 },
    };

    (void) state;
    reset_machine();
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(MigOptions) options = make(sizes[i].name, "");
        g_autoptr(MigValue) caps = mig_options_query_capabilities(options), params = mig_options_query_parameters(options);

        assert_int_equal(mig_value_list_length(caps), sizes[i].caps);
        assert_int_equal(mig_value_dict_size(params), sizes[i].params);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_answer_as_their_release),
        cmocka_unit_test(every_edge_is_answered_in_every_release),
        cmocka_unit_test(defaults_pass_their_own_rules),
        cmocka_unit_test(releases_have_their_size),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    if (printed != NULL) {
        g_string_free(printed, TRUE);
    }
    return failed;
}
