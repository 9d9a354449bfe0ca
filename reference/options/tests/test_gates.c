/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `migrate` and `migrate-incoming` up to the point where something happens; addresses; the form of block-bitmap-mapping.
 */
#include "reference/options/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reference/options/incoming_option.h"
#include "reference/qmp/parser.h"
#include "reference/qmp/printer.h"

static MigFacts machine;

static void get_facts(gpointer opaque, MigFacts *ret)
{
    *ret = machine;
}

static MigOptions *make(const char *name)
{
    const MigOptionsHost host = { .get_facts = get_facts };
    g_autoptr(MigProfile) profile = mig_profile_find(name, NULL);

    assert_non_null(profile);
    return mig_options_new(profile, &host);
}

static char *answer(GError *error)
{
    if (error == NULL) {
        return g_strdup("ok");
    }
    return error->domain == MIG_DIES ? g_strdup(error->code == MIG_DIES_SEGV ? "segv" : "abort") : g_strdup(error->message);
}

/* `request` is a URI, or a JSON list of channels. "late: " stands before what comes after status setup. */
static char *migrate(MigOptions *options, const char *request, gboolean resume)
{
    g_autoptr(MigValue) channels = *request == '[' ? mig_parser_parse_text(request, NULL) : NULL;
    const MigMigrateArguments arguments = { channels == NULL ? request : NULL, channels, FALSE, FALSE, resume };
    MigMigratePlan plan = { .address_known = FALSE };
    g_autoptr(GError) error = NULL;
    g_autofree char *late = NULL;
    gboolean silent, described;

    if (!mig_gate_migrate(options, &arguments, &plan, &error)) {
        return answer(error);
    }
    if (!plan.resume && !mig_gate_migrate_address(options, &arguments, &plan, &silent, &described, &error)) {
        late = answer(error);
        return g_strconcat(silent ? "silent" : described ? "described: " : "late: ", silent ? "" : late, NULL);
    }
    mig_migrate_plan_clear(&plan);
    return g_strdup("ok");
}

static char *incoming(MigOptions *options, const char *request, gboolean from_start)
{
    g_autoptr(MigValue) channels = *request == '[' ? mig_parser_parse_text(request, NULL) : NULL;
    const MigIncomingArguments arguments = { channels == NULL ? request : NULL, channels };
    MigAddress address = { .kind = MIG_ADDRESS_INET };
    g_autoptr(GError) error = NULL;
    gboolean defer, continues, ok = mig_gate_incoming(options, &arguments, from_start, &address, &defer, &continues, &error);

    mig_address_clear(&address);
    assert_int_equal(ok, error == NULL);
    return defer ? g_strdup("defer") : continues ? g_strdup("continues") : answer(error);
}

#define M "Migration requires multi-channel URIs (e.g. tcp)"
#define S "Migration requires seekable transport (e.g. file)"
#define MAIN(addr) "[{\"channel-type\":\"main\",\"addr\":" addr "}]"
#define UNIX "{\"transport\":\"socket\",\"type\":\"unix\",\"path\":\"/x\"}"
#define CPR "{\"channel-type\":\"cpr\",\"addr\":" UNIX "}"

static const struct {
    const char *profile;
    MigCapSet caps;
    MigMode mode;
    MigStatus status;
    const char *request, *want;
} migrations[] = {
    { "2.4", 0, 0, 0, "tcp:h:1", "ok" },
    { "2.4", 0, 0, 0, "bogus:x", "late: Parameter 'uri' expects a valid migration protocol" },
    { "8.0", 0, 0, 0, "", "late: Parameter 'uri' expects a valid migration protocol" },
    { "8.1", 0, 0, 0, "bogus:x", "silent" },
    { "8.1", 0, 0, 0, "tcp:", "described: error parsing address ''" },
    { "8.2", 0, 0, 0, "bogus:x", "unknown migration protocol: bogus:x" },
    { "8.1", 0, 0, MIG_STATUS_ACTIVE, "tcp:", "There's a migration process in progress" },
    { "8.2", 0, 0, MIG_STATUS_ACTIVE, "tcp:", "error parsing address ''" },
    { "2.4", 0, 0, MIG_STATUS_CANCELLING, "tcp:h:1", "There's a migration process in progress" },
    { "4.2", 0, 0, MIG_STATUS_COLO, "tcp:h:1", "There's a migration process in progress" },
    { "5.0", 0, 0, MIG_STATUS_COLO, "tcp:h:1", "ok" },
    { "9.2", 0, 0, MIG_STATUS_COLO, "tcp:h:1", "There's a migration process in progress" },
    { "7.2", MIG_CAP_BIT(MIG_CAP_MULTIFD), 0, 0, "fd:x", "ok" },
    { "8.0", MIG_CAP_BIT(MIG_CAP_MULTIFD), 0, 0, "fd:x", M },
    { "8.0", MIG_CAP_BIT(MIG_CAP_MULTIFD), 0, 0, "exec:x", M },
    { "8.0", MIG_CAP_BIT(MIG_CAP_MULTIFD), 0, 0, "tcp:h:1", "ok" },
    { "8.2", MIG_CAP_BIT(MIG_CAP_MULTIFD), 0, 0, "exec:x", "ok" },
    { "8.2", MIG_CAP_BIT(MIG_CAP_MULTIFD), 0, 0, "fd:x", M },
    { "9.0", MIG_CAP_BIT(MIG_CAP_POSTCOPY_PREEMPT), 0, 0, "exec:x", M },
    { "9.0", MIG_CAP_BIT(MIG_CAP_MULTIFD), 0, 0, "file:/x", M },
    { "9.0", MIG_CAP_BIT(MIG_CAP_MULTIFD) | MIG_CAP_BIT(MIG_CAP_MAPPED_RAM), 0, 0, "file:/x", "ok" },
    { "9.0", MIG_CAP_BIT(MIG_CAP_MULTIFD) | MIG_CAP_BIT(MIG_CAP_MAPPED_RAM), 0, 0, "fd:x", S },
    { "10.0", 0, MIG_MODE_CPR_TRANSFER, 0, "file:/x", "Migration requires streamable transport (eg unix)" },
    { "10.0", 0, MIG_MODE_CPR_TRANSFER, 0, "unix:/x", "missing 'cpr' migration channel" },
    { "11.1", 0, MIG_MODE_CPR_TRANSFER, 0, "unix:/x", "abort" },
    { "11.1", 0, MIG_MODE_CPR_TRANSFER, 0, MAIN(UNIX), "missing 'cpr' migration channel" },
    { "10.0", 0, 0, 0, "[" CPR "]", "segv" },
    { "10.0", 0, 0, 0, "[" CPR "," CPR "]", "Channel list has more than one cpr entry" },
    { "9.2", 0, 0, 0, "[]", "need either 'uri' or 'channels' argument" },
    { "9.2", 0, 0, 0, MAIN(UNIX), "ok" },
    { "9.0", 0, 0, 0, MAIN("{\"transport\":\"exec\",\"args\":[]}"), "ok" },
    { "9.1", 0, 0, 0, MAIN("{\"transport\":\"exec\",\"args\":[]}"), "segv" },
    { "10.1", MIG_CAP_BIT(MIG_CAP_POSTCOPY_RAM), 0, 0, "rdma:h:1", "RDMA and postcopy-ram can't be used together" },
    { "10.0", 0, 0, 0, "rdma:", "abort" },
    { "8.1", 0, 0, 0, "rdma:", "described: RDMA ERROR: bad RDMA migration address ''" },
    { "9.0", MIG_CAP_BIT(MIG_CAP_DIRTY_BITMAPS), MIG_MODE_CPR_REBOOT, 0, "file:/x", "Cannot use postcopy with CPR" },
    { "10.2", 0, MIG_MODE_CPR_EXEC, 0, "file:/x", "Parameter 'cpr-exec-command' required for cpr-exec" },
    { "11.1", 0, MIG_MODE_CPR_EXEC, 0, "file:/x", "cpr-exec mode requires setting cpr-exec-command" },
};

/* Puts values in without the rules, as properties do. */
static void force(MigOptions *options, MigCapSet caps, MigMode mode)
{
    static const char *const modes[] = { "normal", "cpr-reboot", "cpr-transfer", "cpr-exec" };

    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        const char *name = (caps & MIG_CAP_BIT(i)) != 0 ? mig_cap_property(mig_options_profile(options), (MigCap) i) : NULL;

        if (name != NULL) {
            assert_true(mig_options_set_global(options, name, "on", NULL));
        } else if ((caps & MIG_CAP_BIT(i)) != 0) {
            g_autoptr(MigValue) list = mig_value_list();
            MigValue *entry = mig_value_dict();

            mig_value_dict_put(entry, "capability", mig_value_string(mig_cap_name(mig_options_profile(options), (MigCap) i)));
            mig_value_dict_put(entry, "state", mig_value_bool(TRUE));
            mig_value_list_append(list, entry);
            assert_true(mig_options_set_capabilities(options, list, NULL));
        }
    }
    assert_true(mode == MIG_MODE_NORMAL || mig_options_set_global(options, "mode", modes[mode], NULL));
}

static void migrate_is_answered_in_order(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(migrations); i++) {
        g_autoptr(MigOptions) options = make(migrations[i].profile);
        g_autofree char *got = NULL;

        memset(&machine, 0, sizeof machine);
        force(options, migrations[i].caps, migrations[i].mode);
        machine.status = migrations[i].status;
        got = migrate(options, migrations[i].request, FALSE);
        if (strcmp(got, migrations[i].want) != 0) {
            fail_msg("case %zu: %s on %s: got '%s', expected '%s'", i, migrations[i].request, migrations[i].profile, got, migrations[i].want);
        }
    }
}

static void the_state_of_the_machine_counts(void **state)
{
    g_autoptr(MigOptions) options = make("9.0"), old = make("5.2");
    g_autofree char *resume = NULL, *role = NULL, *after = NULL, *before = NULL, *blocked = NULL, *device = NULL, *poison = NULL;

    (void) state;
    memset(&machine, 0, sizeof machine);
    resume = migrate(options, "tcp:h:1", TRUE);
    assert_string_equal(resume, "Cannot resume if there is no paused migration");
    machine.blocker = "because";
    blocked = migrate(options, "tcp:h:1", FALSE);
    assert_string_equal(blocked, "because");
    machine.nonmigratable_device = "dev";
    device = migrate(options, "tcp:h:1", FALSE);
    assert_string_equal(device, "State blocked by non-migratable device 'dev'");
    machine.hwpoison = TRUE;
    poison = migrate(options, "tcp:h:1", FALSE);
    assert_true(g_str_has_prefix(poison, "Can't migrate this vm with hardware poisoned memory"));
    machine.postmigrate = TRUE;
    after = migrate(options, "tcp:h:1", FALSE);
    assert_string_equal(after, "Can't migrate the vm that was paused due to previous migration");
    machine.inmigrate = TRUE;
    role = migrate(options, "tcp:h:1", FALSE);
    assert_string_equal(role, "Guest is waiting for an incoming migration");
    memset(&machine, 0, sizeof machine);
    machine.postmigrate = TRUE;
    before = migrate(old, "tcp:h:1", FALSE);
    assert_string_equal(before, "ok");
}

static const struct {
    const char *profile;
    gboolean inmigrate, deferred, started, from_start;
    MigStatus status;
    const char *request, *want;
} arrivals[] = {
    { "2.4", FALSE, FALSE, FALSE, FALSE, 0, "tcp:h:1", "For use with '-incoming defer'" },
    { "2.4", TRUE, TRUE, FALSE, FALSE, 0, "tcp:h:1", "ok" },
    { "2.4", TRUE, TRUE, TRUE, FALSE, 0, "tcp:h:1", "continues" },
    { "2.4", TRUE, TRUE, TRUE, FALSE, 0, "tcp:", "abort" },
    { "5.2", TRUE, TRUE, TRUE, FALSE, 0, "tcp:h:1", "The incoming migration has already been started" },
    { "5.2", TRUE, TRUE, FALSE, FALSE, 0, "defer", "Incoming migration already deferred" },
    { "6.0", TRUE, TRUE, FALSE, FALSE, 0, "defer", "unknown migration protocol: defer" },
    { "6.0", FALSE, FALSE, FALSE, FALSE, 0, "tcp:h:1", "'-incoming' was not specified on the command line" },
    { "6.0", FALSE, FALSE, TRUE, FALSE, 0, "tcp:h:1", "The incoming migration has already been started" },
    { "7.2", TRUE, FALSE, FALSE, TRUE, 0, "defer", "defer" },
    { "7.2", TRUE, TRUE, FALSE, FALSE, 0, "file:/x", "unknown migration protocol: file:/x" },
    { "8.2", TRUE, TRUE, FALSE, FALSE, 0, "[]", "neither 'uri' or 'channels' argument are specified in 'migrate-incoming' qmp command " },
    { "9.0", TRUE, TRUE, FALSE, FALSE, MIG_STATUS_SETUP, "tcp:h:1", "ok" },
    { "9.1", TRUE, TRUE, FALSE, FALSE, MIG_STATUS_SETUP, "tcp:h:1", "Illegal migration incoming state: setup" },
    { "9.1", TRUE, TRUE, FALSE, FALSE, MIG_STATUS_SETUP, "tcp:", "error parsing address ''" },
    { "10.0", TRUE, TRUE, FALSE, FALSE, 0, "[" CPR "]", "ok" },
    { "11.1", TRUE, TRUE, FALSE, FALSE, 0, "[" CPR "]", "segv" },
    { "10.0", TRUE, TRUE, FALSE, FALSE, 0, "[" CPR "," CPR "]", "Channel list must have only one entry, for type 'main'" },
};

static void incoming_is_answered_in_order(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(arrivals); i++) {
        g_autoptr(MigOptions) options = make(arrivals[i].profile);
        g_autofree char *got = NULL;

        memset(&machine, 0, sizeof machine);
        machine.inmigrate = arrivals[i].inmigrate;
        machine.incoming_deferred = arrivals[i].deferred;
        machine.incoming_started = arrivals[i].started;
        machine.incoming_status = arrivals[i].status;
        got = incoming(options, arrivals[i].request, arrivals[i].from_start);
        if (strcmp(got, arrivals[i].want) != 0) {
            fail_msg("case %zu: %s on %s: got '%s', expected '%s'", i, arrivals[i].request, arrivals[i].profile, got, arrivals[i].want);
        }
    }
}

#define LONG "a123456789012345678901234567890123456789012345678901234567890123456789"

static const struct { const char *profile, *uri, *want; } addresses[] = {
    { "7.2", "tcp:h:1", "tcp:h:1" },
    { "7.2", "tcp::1", "tcp::1" },
    { "7.2", "tcp:[::1]:44", "tcp:[::1]:44" },
    { "7.2", "tcp:[::1", "error parsing IPv6 address '[::1'" },
    { "7.2", "tcp:x", "error parsing address 'x'" },
    { "7.2", "tcp:h:", "error parsing address 'h:'" },
    { "7.2", "tcp::", "error parsing port in address ':'" },
    { "11.1", "tcp::", "error parsing address ':'" },
    { "10.0", "tcp:h:1,foo=1", "tcp:h:1" },
    { "10.1", "tcp:h:1,foo=1", "Invalid parameter 'foo'" },
    { "10.1", "tcp:h:1,", "tcp:h:1" },
    { "10.1", "tcp:h:1,noipv4,ipv6=yes", "tcp:h:1" },
    { "10.1", "tcp:x,foo=1", "Invalid parameter 'foo'" },
    { "10.1", "tcp:h:1,addr=k:2", "tcp:k:2" },
    { "10.1", "tcp:h,,h:1", "tcp:h,h:1" },
    { "10.1", "tcp:h:1,id=1x", "Parameter 'id' expects an identifier" },
    { "10.1", "tcp:h:1,to=99999999999999999999", "Value '99999999999999999999' is too large for parameter 'to'" },
    { "10.0", "tcp:" LONG ":1", "error parsing address '" LONG ":1'" },
    { "10.1", "tcp:" LONG ":1", "tcp:" LONG ":1" },
    { "10.0", "tcp:h:1,to=x", "error parsing to= argument" },
    { "10.1", "tcp:h:1,to=x", "Parameter 'to' expects a number" },
    { "7.2", "tcp:h:1,ipv4=maybe", "error parsing 'ipv4' flag '=maybe'" },
    { "7.2", "TCP:h:1", "unknown migration protocol: TCP:h:1" },
    { "7.2", "unix:", "invalid Unix socket address" },
    { "7.2", "unix:/a b", "unix:/a b" },
    { "7.2", "vsock:1", "error parsing address '1'" },
    { "7.2", "vsock:x:1", "vsock:x:1" },
    { "8.1", "fd:", "File descriptor named '' has not been found" },
    { "8.2", "fd:", "invalid file descriptor address" },
    { "8.2", "file:/x,offset=1k", "file:/x,offset=1024" },
    { "8.2", "file:/x,offset=x", "file URI has bad offset x: Invalid argument" },
    { "8.2", "file:/x,offset=-1", "file URI has bad offset -1: Numerical result out of range" },
    { "8.1", "file:/x", "unknown migration protocol: file:/x" },
    { "7.2", "exec:", "exec:" },
};

static void addresses_parse_as_in_their_release(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_autoptr(MigProfile) profile = mig_profile_find(addresses[i].profile, NULL);
        MigAddress address = { .kind = MIG_ADDRESS_INET };
        g_autoptr(GError) error = NULL;
        gboolean ok = mig_address_parse(profile, addresses[i].uri, TRUE, &address, &error);
        g_autofree char *got = ok ? mig_address_to_string(&address) : g_strdup(error->message);

        mig_address_clear(&address);
        if (g_str_has_prefix(addresses[i].want, "file:") && ok) {
            assert_true(g_str_has_prefix(got, "file:/x,offset=1024"));
        } else if (strcmp(got, addresses[i].want) != 0) {
            fail_msg("%s on %s: got '%s', expected '%s'", addresses[i].uri, addresses[i].profile, got, addresses[i].want);
        }
    }
}

#define NODE(name, alias, bitmaps) "{\"node-name\":\"" name "\",\"alias\":\"" alias "\",\"bitmaps\":[" bitmaps "]}"
#define BITMAP(name, alias) "{\"name\":\"" name "\",\"alias\":\"" alias "\"}"

static const struct { const char *mapping; MigRule want; const char *text; } mappings[] = {
    { "[]", MIG_RULE_NONE, NULL },
    { "[" NODE("n", "a", BITMAP("b", "c") "," BITMAP("d", "e")) "," NODE("m", "b", BITMAP("b", "c")) "]", MIG_RULE_NONE, NULL },
    { "[" NODE("n", "", "") "]", MIG_RULE_PAR_BBM_NODE_ALIAS_FORM, "The node alias '' is not well-formed" },
    { "[" NODE("n", "1", "") "]", MIG_RULE_PAR_BBM_NODE_ALIAS_FORM, "The node alias '1' is not well-formed" },
    { "[" NODE("n", "a\\n", "") "]", MIG_RULE_PAR_BBM_NODE_ALIAS_FORM, "The node alias 'a\n' is not well-formed" },
    { "[" NODE("12345678901234567890123456789012", "a", "") "]", MIG_RULE_PAR_BBM_NODE_NAME_LENGTH,
      "The node name '12345678901234567890123456789012' is longer than 31 bytes" },
    /* Names of all nodes come before aliases of any. */
    { "[" NODE("n", "a", "") "," NODE("m", "a", "") "," NODE("n", "b", "") "]", MIG_RULE_PAR_BBM_NODE_NAME_TWICE,
      "The node name 'n' is mapped twice" },
    { "[" NODE("n", "a", "") "," NODE("m", "a", "") "]", MIG_RULE_PAR_BBM_NODE_ALIAS_TWICE, "The node alias 'a' is used twice" },
    { "[" NODE("n", "a", BITMAP("b", "x") "," BITMAP("b", "y")) "]", MIG_RULE_PAR_BBM_BITMAP_NAME_TWICE,
      "The bitmap 'n'/'b' is mapped twice" },
    { "[" NODE("n", "a", BITMAP("b", "x") "," BITMAP("c", "x")) "]", MIG_RULE_PAR_BBM_BITMAP_ALIAS_TWICE,
      "The bitmap alias 'a'/'x' is used twice" },
    { "[" NODE("n", "{node-name}", "") "]", MIG_RULE_PAR_BBM_NODE_ALIAS_FORM, "The node alias '{node-name}' is not well-formed" },
};

static void mappings_have_a_form(void **state)
{
    g_autoptr(MigProfile) profile = mig_profile_find("7.2", NULL);

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(mappings); i++) {
        g_autoptr(MigValue) mapping = mig_parser_parse_text(mappings[i].mapping, NULL);
        g_autofree char *text = NULL;
        MigRule rule;

        assert_non_null(mapping);
        rule = mig_mapping_check(profile, mapping, &text);
        if (rule != mappings[i].want) {
            fail_msg("%s: got %s", mappings[i].mapping, rule != MIG_RULE_NONE ? mig_rule_id(profile, rule) : "accepted");
        }
        if (mappings[i].text != NULL) {
            g_autofree char *want = g_strconcat("Invalid mapping given for block-bitmap-mapping: ", mappings[i].text, NULL);

            assert_string_equal(text, want);
        }
    }
}

/* As printed behind "-incoming ARG: "; a channel that is taken is shown as JSON, a URI as "uri". */
static const struct { const char *profile, *text, *want; } incoming_options[] = {
    { "9.2", "main", "uri" },
    { "9.2", "{}", "uri" },
    { "10.0", "defer", "uri" },
    { "10.0", "tcpx:", "uri" },
    { "10.0", "1:x", "Parameter 'channel-type' does not accept value '1:x'" },
    { "10.0", "", "Parameter 'channel-type' is missing" },
    { "10.0", "{}", "Parameter 'channel-type' is missing" },
    { "10.0", "main", "Parameter 'addr' is missing" },
    { "10.0", "main,addr=x", "Invalid parameter type for 'addr', expected: object" },
    { "10.0", "main,addr=x,addr.y=z", "Parameters 'addr.*' used inconsistently" },
    { "10.0", "main,,x", "Invalid parameter ''" },
    { "10.0", "main,x", "Expected '=' after parameter 'x'" },
    { "10.0", "main,addr.transport=exec,addr.args.1=x", "Parameter 'addr.args.0' missing" },
    { "10.0", "main,addr.transport=file,addr.filename=/x,addr.offset=x", "Parameter 'addr.offset' expects integer" },
    { "10.0", "{", "JSON parse error, premature EOI" },
    { "11.1", "{", "1:2: JSON parse error, premature end of input" },
    { "10.0", "{\"channel-type\":\"main\"}x", "Expecting at most one JSON value" },
    { "10.0", "main,addr.transport=exec,addr.args.0=a,,b,addr.args.1=c", "[{\"channel-type\": \"main\", \"addr\": {\"transport\": \"exec\", \"args\": [\"a,b\", \"c\"]}}]" },
};

static void incoming_takes_channels_from_10_0_on(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(incoming_options); i++) {
        g_autoptr(MigProfile) profile = mig_profile_find(incoming_options[i].profile, NULL);
        g_autoptr(MigValue) channels = NULL;
        g_autoptr(GError) error = NULL;
        gboolean ok = mig_incoming_option(profile, incoming_options[i].text, &channels, &error);
        g_autofree char *got = !ok ? g_strdup(error->message) : channels == NULL ? g_strdup("uri") : mig_value_to_string(channels);
        g_autofree char *want = NULL;

        if (*incoming_options[i].want == '[') {
            g_autoptr(MigValue) value = mig_parser_parse_text(incoming_options[i].want, NULL);

            want = mig_value_to_string(value);
        }
        if (strcmp(got, want != NULL ? want : incoming_options[i].want) != 0) {
            fail_msg("'%s' on %s: got '%s', expected '%s'", incoming_options[i].text, incoming_options[i].profile, got, incoming_options[i].want);
        }
    }
}

static void profiles_are_found_by_all_their_names(void **state)
{
    static const char *const good[] = { "qemu-7.2", "7.2", "7.2.5", "8.1-dev-20230505", "qemu-2.4-rc", "2.10", "11.1" };
    static const char *const bad[] = { "", "7", "7.22", "7.2.", "7.2.x", "12.0", "qemu", "7.2.9999" };
    g_autoptr(GError) error = NULL;

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(MigProfile) profile = mig_profile_find(good[i], NULL);

        assert_non_null(profile);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        assert_null(mig_profile_find(bad[i], NULL));
    }
    assert_null(mig_profile_find("qemu-7.9", &error));
    assert_string_equal(error->message, "there is no profile 'qemu-7.9'; there are qemu-7.0, qemu-7.1, qemu-7.2");
}

static void variations_change_a_copy(void **state)
{
    g_autoptr(MigProfile) profile = mig_profile_find("8.2", NULL), varied = NULL;
    g_autoptr(GError) error = NULL;

    (void) state;
    varied = mig_profile_with(profile, "without:block, with:incoming", NULL);
    assert_non_null(varied);
    assert_string_equal(mig_profile_changes(varied), "without:block with:incoming");
    assert_false(mig_cap_listed(varied, MIG_CAP_BLOCK));
    assert_true(mig_cap_listed(profile, MIG_CAP_BLOCK));
    assert_null(mig_profile_with(profile, "block", &error));
    assert_true(g_str_has_prefix(error->message, "'block' is no variation; expected with:NAME or without:NAME with one of linux"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(migrate_is_answered_in_order),
        cmocka_unit_test(the_state_of_the_machine_counts),
        cmocka_unit_test(incoming_is_answered_in_order),
        cmocka_unit_test(addresses_parse_as_in_their_release),
        cmocka_unit_test(mappings_have_a_form),
        cmocka_unit_test(incoming_takes_channels_from_10_0_on),
        cmocka_unit_test(profiles_are_found_by_all_their_names),
        cmocka_unit_test(variations_change_a_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
