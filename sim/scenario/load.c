/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From YAML to SimScenario. Every function reports what it does not understand and goes on, so that one pass finds all.
 */
#include "reference/options/profile.h"
#include "sim/scenario/yaml.h"
#include "sim/scenario/units.h"

#include "oracle/names.h"

#include <string.h>

typedef struct {
    SimScenario *scenario;
    SimYaml *yaml;
    SimWeather weather;        /* as it is after the steps read so far */
    gboolean source_migrates, destination_listens;

} Loader;

typedef struct {
    const char *key;
    void (*read)(Loader *loader, SimNode value, gpointer opaque);
} Key;

typedef struct {
    Loader *loader;
    const Key *keys;
    gsize count;
    const char *where;
    gpointer opaque;
} Keys;

#define BAD(loader, node, ...) sim_yaml_problem((loader)->yaml, (node).position, __VA_ARGS__)

static void visit_key(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    Keys *keys = opaque;
    g_autoptr(GString) known = g_string_new(NULL);

    for (gsize i = 0; i < keys->count; i++) {
        if (g_str_equal(keys->keys[i].key, key)) {
            keys->keys[i].read(keys->loader, value, keys->opaque);
            return;
        }
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", keys->keys[i].key);
    }
    sim_yaml_problem(yaml, position, "unknown key '%s' in %s, expected one of: %s", key, keys->where, known->str);
}

#define READ_KEYS(loader, node, table, where, opaque) \
    read_keys(loader, node, table, G_N_ELEMENTS(table), where, opaque)

static void read_keys(Loader *loader, SimNode node, const Key *table, gsize count, const char *where, gpointer opaque)
{
    Keys keys = { loader, table, count, where, opaque };
    g_autofree char *what = g_strdup_printf("a mapping (%s)", where);

    sim_node_each_member(loader->yaml, node, what, visit_key, &keys);
}

/* ---- Values ---- */

#define UNIT_READER(name, type, parser, what) \
    static gboolean name(Loader *loader, SimNode node, type *ret) \
    { \
        const char *text = sim_node_text(loader->yaml, node, what); \
        const char *expected = text != NULL ? parser(text, ret) : NULL; \
        if (expected != NULL) { \
            BAD(loader, node, "'%s', expected %s", text, expected); \
        } \
        return text != NULL && expected == NULL; \
    }

UNIT_READER(read_size, guint64, sim_parse_size, "a size")
UNIT_READER(read_duration, gint64, sim_parse_duration, "a duration")
UNIT_READER(read_bandwidth, guint64, sim_parse_bandwidth, "a bandwidth")
UNIT_READER(read_ratio, guint32, sim_parse_ratio, "a share of packets")
UNIT_READER(read_rate, guint64, sim_parse_write_rate, "a rate of writes")

static gboolean read_choice(Loader *loader, SimNode node, const char *const *names, gsize count, guint *ret)
{
    const char *text = sim_node_text(loader->yaml, node, "a word");
    g_autoptr(GString) known = g_string_new(NULL);

    for (gsize i = 0; text != NULL && i < count; i++) {
        if (g_str_equal(text, names[i])) {
            *ret = (guint) i;
            return TRUE;
        }
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    if (text != NULL) {
        BAD(loader, node, "'%s', expected one of: %s", text, known->str);
    }
    return FALSE;
}

static gboolean read_side(Loader *loader, SimNode node, SimSide *ret)
{
    static const char *const names[] = { "source", "destination" };
    guint side;

    if (!read_choice(loader, node, names, G_N_ELEMENTS(names), &side)) {
        return FALSE;
    }
    *ret = (SimSide) side;
    return TRUE;
}

static gboolean read_release(Loader *loader, SimNode node, int *ret)
{
    const char *text = sim_node_text(loader->yaml, node, "a release as qemu-7.2");

    if (text == NULL) {
        return FALSE;
    }
    *ret = ora_release_parse(text);
    if (*ret == 0) {
        BAD(loader, node, "'%s', expected a release as qemu-7.2", text);
    }
    return *ret != 0;
}

/* "7.2", "2.6-9.2", "10.0-", "-8.1", "*" */
static gboolean parse_releases(const char *text, SimReleases *ret)
{
    const char *dash = strchr(text, '-');
    g_autofree char *since = NULL;

    if (g_str_has_prefix(text, "qemu-")) {
        return parse_releases(text + strlen("qemu-"), ret);
    }
    if (g_str_equal(text, "*")) {
        *ret = (SimReleases) { 0, 0 };
        return TRUE;
    }
    if (dash == NULL) {
        ret->since = ret->until = ora_release_parse(text);
        return ret->since != 0;
    }
    since = g_strndup(text, (gsize) (dash - text));
    ret->since = since[0] != '\0' ? ora_release_parse(since) : 0;
    ret->until = dash[1] != '\0' ? ora_release_parse(dash + 1) : 0;
    return (since[0] == '\0' || ret->since != 0) && (dash[1] == '\0' || ret->until != 0) && (ret->since != 0 || ret->until != 0)
           && (ret->since == 0 || ret->until == 0 || ret->since <= ret->until);
}

/* A value, or { by-release: { RANGE: value, … } }: calls read once per range. */
typedef void (*ReleaseFunc)(Loader *loader, SimNode value, SimReleases releases, gpointer opaque);
typedef struct { Loader *loader; ReleaseFunc read; gpointer opaque; } ByRelease;

static void visit_release(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    ByRelease *by = opaque;
    SimReleases releases;

    if (!parse_releases(key, &releases)) {
        sim_yaml_problem(yaml, position, "'%s', expected releases: 7.2, 2.6-9.2, 10.0-, -8.1 or \"*\"", key);
        return;
    }
    by->read(by->loader, value, releases, by->opaque);
}

typedef struct { SimNode found; gboolean other; } FindByRelease;

static void find_by_release(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    FindByRelease *find = opaque;

    if (g_str_equal(key, "by-release")) {
        find->found = value;
        find->found.position = position;
    } else {
        find->other = TRUE;
    }
}

static void for_releases(Loader *loader, SimNode node, ReleaseFunc read, gpointer opaque)
{
    FindByRelease find = { { NULL, node.position }, FALSE };
    ByRelease by = { loader, read, opaque };

    if (sim_node_is_mapping(node)) {
        sim_node_each_member(loader->yaml, node, "", find_by_release, &find);
    }
    if (find.found.node == NULL) {
        read(loader, node, (SimReleases) { 0, 0 }, opaque);
        return;
    }
    if (find.other) {
        BAD(loader, find.found, "by-release stands alone, expected no other key beside it");
    }
    sim_node_each_member(loader->yaml, find.found, "a mapping of releases", visit_release, &by);
}

/* ---- guest ---- */

static void guest_ram(Loader *loader, SimNode value, gpointer opaque)
{
    SimMachine *machine = &loader->scenario->machine;

    if (read_size(loader, value, &machine->ram_bytes)
        && (machine->ram_bytes < 1 << 20 || machine->ram_bytes % 4096 != 0 || machine->ram_bytes > G_GUINT64_CONSTANT(1) << 42)) {
        BAD(loader, value, "a guest with %" G_GUINT64_FORMAT " bytes, expected whole pages, 1 MiB to 4 TiB", machine->ram_bytes);
        machine->ram_bytes = 64 << 20;
    }
}

static void guest_contents(Loader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "random", "zero", "text" };
    guint contents;

    if (read_choice(loader, value, names, G_N_ELEMENTS(names), &contents)) {
        loader->scenario->machine.contents = (SimContents) contents;
    }
}

static void guest_machine(Loader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "usual", "none" };
    guint machine;

    if (read_choice(loader, value, names, G_N_ELEMENTS(names), &machine)) {
        loader->scenario->machine.machine_none = machine == 1;
    }
}

static void workload_writes(Loader *loader, SimNode value, gpointer opaque)
{
    (void) read_rate(loader, value, &loader->scenario->machine.workload.writes_per_second);
}

static void workload_share(Loader *loader, SimNode value, guint64 *ret)
{
    const char *text = sim_node_text(loader->yaml, value, "a share of memory");
    const char *expected = text != NULL ? sim_parse_share(text, loader->scenario->machine.ram_bytes, ret) : NULL;

    if (expected != NULL) {
        BAD(loader, value, "'%s', expected %s", text, expected);
    } else if (text != NULL && *ret > loader->scenario->machine.ram_bytes) {
        BAD(loader, value, "'%s', expected no more than the guest's memory", text);
    }
}

static void workload_over(Loader *loader, SimNode value, gpointer opaque)
{
    workload_share(loader, value, &loader->scenario->machine.workload.size_bytes);
}

static void workload_from(Loader *loader, SimNode value, gpointer opaque)
{
    workload_share(loader, value, &loader->scenario->machine.workload.start_bytes);
}

static void workload_pattern(Loader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "idle", "uniform", "hot", "sequential", "bursts" };
    guint kind;

    if (read_choice(loader, value, names, G_N_ELEMENTS(names), &kind)) {
        loader->scenario->machine.workload.kind = (SimWorkloadKind) kind;
    }
}

static void guest_workload(Loader *loader, SimNode value, gpointer opaque)
{
    static const Key keys[] = {
        { "writes", workload_writes }, { "over", workload_over }, { "from", workload_from }, { "pattern", workload_pattern },
    };
    SimWorkload *workload = &loader->scenario->machine.workload;
    guint64 ram = loader->scenario->machine.ram_bytes;

    if (sim_node_is_scalar(value)) {
        const char *text = sim_node_text(loader->yaml, value, "idle");

        if (!g_str_equal(text, "idle")) {
            BAD(loader, value, "'%s', expected idle or a mapping with writes, over, from, pattern", text);
        }
        return;
    }
    *workload = (SimWorkload) { .kind = SIM_WORKLOAD_UNIFORM, .start_bytes = 1 << 20 };
    READ_KEYS(loader, value, keys, "workload", NULL);
    if (workload->size_bytes == 0) {
        workload->size_bytes = ram / 2;
    }
    if (workload->start_bytes >= ram || workload->size_bytes > ram - workload->start_bytes) {
        if (workload->start_bytes < ram) {
            workload->size_bytes = ram - workload->start_bytes;      /* over 100% of ram means: all there is behind the start */
        } else {
            BAD(loader, value, "the workload begins behind the guest's memory");
        }
    }
}

static void read_guest(Loader *loader, SimNode value, gpointer opaque)
{
    static const Key keys[] = {
        { "ram", guest_ram }, { "contents", guest_contents }, { "workload", guest_workload }, { "machine", guest_machine },
    };

    READ_KEYS(loader, value, keys, "guest", NULL);
}

/* ---- source, destination ---- */

static void side_paused(Loader *loader, SimNode value, gpointer opaque)
{
    SimMachine *machine = &loader->scenario->machine;

    (void) sim_node_bool(loader->yaml, value, GPOINTER_TO_INT(opaque) == SIM_SOURCE ? &machine->source_paused : &machine->destination_paused);
    if (GPOINTER_TO_INT(opaque) == SIM_DESTINATION && !machine->destination_paused) {
        loader->scenario->compare = FALSE;                          /* a guest that runs on cannot be compared */
    }
}

static void side_globals(Loader *loader, SimNode value, gpointer opaque)
{
    SimMachine *machine = &loader->scenario->machine;
    char ***where = GPOINTER_TO_INT(opaque) == SIM_SOURCE ? &machine->source_globals : &machine->destination_globals;

    g_strfreev(*where);
    *where = sim_node_texts(loader->yaml, value, "a property as migration.x-multifd=on");
}

static void side_incoming(Loader *loader, SimNode value, gpointer opaque)
{
    SimMachine *machine = &loader->scenario->machine;
    const char *text = sim_node_text(loader->yaml, value, "an address, defer or none");

    if (GPOINTER_TO_INT(opaque) == SIM_SOURCE) {
        BAD(loader, value, "the source takes no incoming address, expected it at the destination");
    } else if (text != NULL) {
        machine->destination_waits = g_str_equal(text, "defer");
        if (!machine->destination_waits && !g_str_equal(text, "none")) {
            g_free(machine->destination_uri);
            machine->destination_uri = g_strdup(text);
        }
        loader->destination_listens = !machine->destination_waits;
    }
}

static void read_side_settings(Loader *loader, SimNode value, SimSide side)
{
    static const Key keys[] = { { "paused", side_paused }, { "globals", side_globals }, { "incoming", side_incoming } };

    READ_KEYS(loader, value, keys, sim_side_name(side), GINT_TO_POINTER(side));
}

static void read_source(Loader *loader, SimNode value, gpointer opaque) { read_side_settings(loader, value, SIM_SOURCE); }
static void read_destination(Loader *loader, SimNode value, gpointer opaque) { read_side_settings(loader, value, SIM_DESTINATION); }

/* ---- link ---- */

static void link_bandwidth(Loader *loader, SimNode value, gpointer opaque) { (void) read_bandwidth(loader, value, &((SimWeather *) opaque)->ps_per_byte); }
static void link_latency(Loader *loader, SimNode value, gpointer opaque) { (void) read_duration(loader, value, &((SimWeather *) opaque)->latency_ns); }
static void link_jitter(Loader *loader, SimNode value, gpointer opaque) { (void) read_duration(loader, value, &((SimWeather *) opaque)->jitter_ns); }
static void link_queue(Loader *loader, SimNode value, gpointer opaque) { (void) read_size(loader, value, &((SimWeather *) opaque)->queue_bytes); }
static void link_loss(Loader *loader, SimNode value, gpointer opaque) { (void) read_ratio(loader, value, &((SimWeather *) opaque)->loss_ppm); }

static const Key weather_keys[] = {
    { "bandwidth", link_bandwidth }, { "latency", link_latency }, { "jitter", link_jitter }, { "queue", link_queue }, { "loss", link_loss },
};

static void read_link(Loader *loader, SimNode value, gpointer opaque)
{
    READ_KEYS(loader, value, weather_keys, "link", &loader->scenario->weather);
    loader->weather = loader->scenario->weather;
}

/* ---- steps ---- */

static void reply_error(Loader *loader, SimNode value, gpointer opaque)
{
    static const char *const classes[] = {
        "any", "GenericError", "CommandNotFound", "DeviceNotActive", "DeviceNotFound", "KVMMissingCap",
    };
    SimExpectReply *reply = opaque;
    guint which;

    reply->error = TRUE;
    if (read_choice(loader, value, classes, G_N_ELEMENTS(classes), &which) && which > 0) {
        g_free(reply->error_class);
        reply->error_class = g_strdup(classes[which]);
    }
}

static void reply_text(Loader *loader, SimNode value, gpointer opaque)
{
    SimExpectReply *reply = opaque;
    const char *text = sim_node_text(loader->yaml, value, "the text of the error");

    reply->error = TRUE;
    g_free(reply->error_text);
    reply->error_text = g_strdup(text);
}

static void reply_return(Loader *loader, SimNode value, gpointer opaque)
{
    SimExpectReply *reply = opaque;

    json_decref(reply->value);
    reply->value = sim_node_json(loader->yaml, value);
}

static void step_reply(Loader *loader, SimNode value, SimReleases releases, gpointer opaque)
{
    static const Key keys[] = { { "error", reply_error }, { "text", reply_text }, { "return", reply_return } };
    static const char *const words[] = { "ok", "error", "any" };
    SimStep *step = opaque;
    SimExpectReply *reply = g_new0(SimExpectReply, 1);
    guint word;

    reply->releases = releases;
    reply->position = value.position;
    g_ptr_array_add(step->expect, reply);
    if (sim_node_is_mapping(value)) {
        READ_KEYS(loader, value, keys, "expect of a step", reply);
        if (reply->error && reply->value != NULL) {
            BAD(loader, value, "both an error and a return, expected one of them");
        }
    } else if (read_choice(loader, value, words, G_N_ELEMENTS(words), &word)) {
        reply->error = word == 1;
        reply->any = word == 2;
    }
}

static void step_expect(Loader *loader, SimNode value, gpointer opaque)
{
    for_releases(loader, value, step_reply, opaque);
}

typedef struct { SimStep *step; SimNode arguments; guint count; } Command;

static void visit_command(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    Command *command = opaque;

    if (command->count++ == 0) {
        g_free(command->step->command);
        command->step->command = g_strdup(key);
        command->arguments = value;
    } else {
        sim_yaml_problem(yaml, position, "a second command '%s' in one step, expected one (expect:, since: and so on stand beside "
                         "source: or destination:)", key);
    }
}

static void step_command(Loader *loader, SimNode value, SimStep *step, SimSide side)
{
    Command command = { step, { NULL, value.position }, 0 };

    step->kind = SIM_STEP_COMMAND;
    step->side = side;
    if (sim_node_is_scalar(value)) {
        g_free(step->command);
        step->command = g_strdup(sim_node_text(loader->yaml, value, "a command"));
    } else {
        sim_node_each_member(loader->yaml, value, "a QMP command, alone or with its arguments: { command: { … } }", visit_command, &command);
        if (command.arguments.node != NULL) {
            if (sim_node_is_mapping(command.arguments)) {
                json_decref(step->arguments);
                step->arguments = sim_node_json(loader->yaml, command.arguments);
            } else if (!sim_node_is_scalar(command.arguments) || strlen(sim_node_text(loader->yaml, command.arguments, "")) > 0) {
                BAD(loader, command.arguments, "arguments of '%s' are no mapping, expected { name: value }", step->command);
            }
        }
    }
    if (step->command != NULL && step->command[0] == '\0') {
        BAD(loader, value, "an empty command, expected the name of a QMP command");
    }
    if (step->command != NULL && side == SIM_SOURCE && g_str_equal(step->command, "migrate")) {
        loader->source_migrates = TRUE;
    }
    if (step->command != NULL && side == SIM_DESTINATION && g_str_equal(step->command, "migrate-incoming")) {
        loader->destination_listens = TRUE;
    }
}

static void step_source(Loader *loader, SimNode value, gpointer opaque) { step_command(loader, value, opaque, SIM_SOURCE); }
static void step_destination(Loader *loader, SimNode value, gpointer opaque) { step_command(loader, value, opaque, SIM_DESTINATION); }
static void step_oob(Loader *loader, SimNode value, gpointer opaque)
{
    (void) sim_node_bool(loader->yaml, value, &((SimStep *) opaque)->oob);
    loader->scenario->machine.oob = loader->scenario->machine.oob || ((SimStep *) opaque)->oob;
}

static void check_words(Loader *loader, SimNode node, char **words, gboolean run)
{
    for (guint i = 0; words != NULL && words[i] != NULL; i++) {
        if (run ? ora_run_parse(words[i]) == ORA_RUN_UNKNOWN : ora_status_parse(words[i]) == ORA_STATUS_UNKNOWN) {
            BAD(loader, node, "'%s', expected %s", words[i], run ? "a run state as postmigrate" : "a migration status as active");
        }
    }
}

static void wait_event(Loader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    step->wait = SIM_WAIT_FOR_EVENT;
    g_strfreev(step->wanted);
    step->wanted = sim_node_texts(loader->yaml, value, "the name of an event as STOP");
}

static void wait_run(Loader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    step->wait = SIM_WAIT_FOR_RUN;
    g_strfreev(step->wanted);
    step->wanted = sim_node_texts(loader->yaml, value, "a run state as postmigrate");
    check_words(loader, value, step->wanted, TRUE);
}

static void wait_pass(Loader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;
    const char *text = sim_node_text(loader->yaml, value, "a number of dirty syncs");

    step->wait = SIM_WAIT_FOR_PASS;
    if (text != NULL && (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT32, &step->wanted_pass, NULL))) {
        BAD(loader, value, "'%s', expected a number of dirty syncs from 1", text);
    }
}

static void wait_side(Loader *loader, SimNode value, SimStep *step, SimSide side)
{
    static const Key keys[] = { { "event", wait_event }, { "run", wait_run }, { "pass", wait_pass } };

    if (step->wanted != NULL || step->wanted_pass != 0 || step->wait == SIM_WAIT_FOR_EXIT) {
        BAD(loader, value, "a wait for both sides in one step, expected one side per wait");
        return;
    }
    step->side = side;
    if (sim_node_is_mapping(value)) {
        READ_KEYS(loader, value, keys, "wait", step);
        return;
    }
    step->wanted = sim_node_texts(loader->yaml, value, "a migration status, exit, or event:, run:, pass:");
    if (step->wanted != NULL && g_strv_length(step->wanted) == 1 && g_str_equal(step->wanted[0], "exit")) {
        step->wait = SIM_WAIT_FOR_EXIT;
        g_clear_pointer(&step->wanted, g_strfreev);
        return;
    }
    check_words(loader, value, step->wanted, FALSE);
    if (side == SIM_SOURCE && !loader->source_migrates && step->wanted != NULL && !g_strv_contains((const char *const *) step->wanted, "none")) {
        BAD(loader, value, "this wait cannot end: the source has not been told to migrate yet");
    }
}

static void wait_source(Loader *loader, SimNode value, gpointer opaque) { wait_side(loader, value, opaque, SIM_SOURCE); }
static void wait_destination(Loader *loader, SimNode value, gpointer opaque) { wait_side(loader, value, opaque, SIM_DESTINATION); }
static void wait_within(Loader *loader, SimNode value, gpointer opaque) { (void) read_duration(loader, value, &((SimStep *) opaque)->within_ns); }

static void step_wait(Loader *loader, SimNode value, gpointer opaque)
{
    static const Key keys[] = { { "source", wait_source }, { "destination", wait_destination }, { "within", wait_within } };
    SimStep *step = opaque;

    step->kind = SIM_STEP_WAIT;
    READ_KEYS(loader, value, keys, "wait", step);
    if (sim_node_is_mapping(value) && step->wanted == NULL && step->wait != SIM_WAIT_FOR_PASS && step->wait != SIM_WAIT_FOR_EXIT
        && sim_yaml_problem_count(loader->yaml) == 0) {
        BAD(loader, value, "nothing to wait for, expected source: or destination:");
    }
}

static void step_after(Loader *loader, SimNode value, gpointer opaque)
{
    ((SimStep *) opaque)->kind = SIM_STEP_AFTER;
    (void) read_duration(loader, value, &((SimStep *) opaque)->time_ns);
}

static void step_at(Loader *loader, SimNode value, gpointer opaque)
{
    ((SimStep *) opaque)->kind = SIM_STEP_AT;
    (void) read_duration(loader, value, &((SimStep *) opaque)->time_ns);
}

static void step_link(Loader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    if (sim_node_is_scalar(value)) {
        static const char *const words[] = { "heal" };
        guint word;

        step->kind = SIM_STEP_HEAL;
        (void) read_choice(loader, value, words, G_N_ELEMENTS(words), &word);
        return;
    }
    step->kind = SIM_STEP_WEATHER;
    READ_KEYS(loader, value, weather_keys, "link", &loader->weather);
    step->weather = loader->weather;
}

/* ---- fault ---- */

static void fault_when(Loader *loader, SimNode value, SimFault *fault)
{
    const char *text = sim_node_text(loader->yaml, value, "when: now, in 300ms, byte 12345, or a moment of the stream");
    g_autoptr(GError) error = NULL;

    if (text == NULL || g_str_equal(text, "now")) {
        return;
    }
    if (g_str_has_prefix(text, "in ")) {
        const char *expected = sim_parse_duration(text + 3, &fault->at_ns);

        if (expected != NULL) {
            BAD(loader, value, "'%s', expected in and %s", text, expected);
        }
        return;
    }
    if (!sim_fault_set_moment(fault, text, &error)) {
        BAD(loader, value, "'%s' is no moment: %s", text, error->message);
        return;
    }
    if (fault->moment.what == ORA_MOMENT_BYTE && fault->moment.channel == ORA_CHANNEL_MAIN) {
        fault->at_offset = (gint64) fault->moment.value;
        fault->has_moment = FALSE;
    }
}

#define FAULT_KIND(name, kind_value) \
    static void fault_##name(Loader *loader, SimNode value, gpointer opaque) \
    { \
        SimStep *step = opaque; \
        if (step->fault != NULL) { \
            BAD(loader, value, "a second fault in one step, expected one"); \
            return; \
        } \
        step->fault = sim_fault_new(kind_value); \
        fault_when(loader, value, step->fault); \
    }

FAULT_KIND(cut, SIM_FAULT_CUT)
FAULT_KIND(reset, SIM_FAULT_RESET)
FAULT_KIND(half_close, SIM_FAULT_HALF_CLOSE)
FAULT_KIND(stall, SIM_FAULT_STALL)
FAULT_KIND(truncate, SIM_FAULT_TRUNCATE)
FAULT_KIND(corrupt, SIM_FAULT_CORRUPT)
FAULT_KIND(delay, SIM_FAULT_DELAY)

/* The kind comes first in the mapping; the others need it. */
static SimFault *fault_of(Loader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    if (step->fault == NULL) {
        BAD(loader, value, "no fault yet, expected cut:, reset:, half-close:, stall:, truncate:, corrupt: or delay: in front of this key");
    }
    return step->fault;
}

static void fault_direction(Loader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "to destination", "to source", "both" };
    SimFault *fault = fault_of(loader, value, opaque);
    guint direction;

    if (fault != NULL && read_choice(loader, value, names, G_N_ELEMENTS(names), &direction)) {
        fault->direction = (SimDirection) (direction + 1);
    }
}

static void fault_for(Loader *loader, SimNode value, gpointer opaque)
{
    SimFault *fault = fault_of(loader, value, opaque);

    if (fault != NULL) {
        (void) read_duration(loader, value, &fault->for_ns);
    }
}

static void fault_size(Loader *loader, SimNode value, gpointer opaque)
{
    SimFault *fault = fault_of(loader, value, opaque);

    if (fault != NULL && read_size(loader, value, &fault->size_bytes) && fault->size_bytes == 0) {
        BAD(loader, value, "no bytes, expected at least one");
    }
}

static void fault_mask(Loader *loader, SimNode value, gpointer opaque)
{
    SimFault *fault = fault_of(loader, value, opaque);
    const char *text = sim_node_text(loader->yaml, value, "a mask as 0xff");
    char *end = NULL;
    guint64 mask = text != NULL ? g_ascii_strtoull(text, &end, 0) : 0;

    if (text != NULL && (end == text || *end != '\0' || mask == 0 || mask > 255)) {
        BAD(loader, value, "'%s', expected a mask from 0x01 to 0xff", text);
    } else if (fault != NULL && text != NULL) {
        fault->mask = (guint8) mask;
    }
}

static void fault_connection(Loader *loader, SimNode value, gpointer opaque)
{
    SimFault *fault = fault_of(loader, value, opaque);
    const char *text = sim_node_text(loader->yaml, value, "the number of a connection");
    guint64 number;

    if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 0, 10000, &number, NULL)) {
        BAD(loader, value, "'%s', expected the number of a connection from 0", text);
    } else if (fault != NULL && text != NULL) {
        fault->connection = (gint) number;
    }
}

static void step_fault(Loader *loader, SimNode value, gpointer opaque)
{
    static const Key keys[] = {
        { "cut", fault_cut }, { "reset", fault_reset }, { "half-close", fault_half_close }, { "stall", fault_stall },
        { "truncate", fault_truncate }, { "corrupt", fault_corrupt }, { "delay", fault_delay }, { "direction", fault_direction },
        { "for", fault_for }, { "by", fault_for }, { "bytes", fault_size }, { "mask", fault_mask }, { "connection", fault_connection },
    };
    SimStep *step = opaque;

    step->kind = SIM_STEP_FAULT;
    if (sim_node_is_scalar(value)) {
        const char *text = sim_node_text(loader->yaml, value, "a fault");
        SimFaultKind kind;

        if (sim_fault_kind_parse(text, &kind)) {
            step->fault = sim_fault_new(kind);
        } else {
            BAD(loader, value, "'%s', expected cut, reset, half-close, stall, truncate, corrupt or delay", text);
        }
        return;
    }
    READ_KEYS(loader, value, keys, "fault", step);
    if (step->fault == NULL) {
        BAD(loader, value, "no fault, expected cut:, reset:, half-close:, stall:, truncate:, corrupt: or delay:");
        return;
    }
    if (step->fault->kind == SIM_FAULT_DELAY && step->fault->for_ns == 0) {
        BAD(loader, value, "a delay without its length, expected by: 50ms");
    }
}

static void step_restart(Loader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    step->kind = SIM_STEP_RESTART;
    (void) read_side(loader, value, &step->side);
}

static void step_stop(Loader *loader, SimNode value, gpointer opaque, SimStop how)
{
    SimStep *step = opaque;

    step->kind = SIM_STEP_STOP;
    step->stop = how;
    (void) read_side(loader, value, &step->side);
}

static void step_kill(Loader *loader, SimNode value, gpointer opaque) { step_stop(loader, value, opaque, SIM_STOP_KILL); }
static void step_terminate(Loader *loader, SimNode value, gpointer opaque) { step_stop(loader, value, opaque, SIM_STOP_TERM); }
static void step_freeze(Loader *loader, SimNode value, gpointer opaque) { step_stop(loader, value, opaque, SIM_STOP_FREEZE); }
static void step_thaw(Loader *loader, SimNode value, gpointer opaque) { step_stop(loader, value, opaque, SIM_STOP_THAW); }

static void step_since(Loader *loader, SimNode value, gpointer opaque) { (void) read_release(loader, value, &((SimStep *) opaque)->releases.since); }
static void step_until(Loader *loader, SimNode value, gpointer opaque) { (void) read_release(loader, value, &((SimStep *) opaque)->releases.until); }

static void if_side(Loader *loader, SimNode value, SimStep *step, SimSide side)
{
    g_strfreev(step->only_if[side]);
    step->only_if[side] = sim_node_texts(loader->yaml, value, "a migration status or a list of them");
    check_words(loader, value, step->only_if[side], FALSE);
}

static void if_source(Loader *loader, SimNode value, gpointer opaque) { if_side(loader, value, opaque, SIM_SOURCE); }
static void if_destination(Loader *loader, SimNode value, gpointer opaque) { if_side(loader, value, opaque, SIM_DESTINATION); }

static void step_if(Loader *loader, SimNode value, gpointer opaque)
{
    static const Key keys[] = { { "source", if_source }, { "destination", if_destination } };

    READ_KEYS(loader, value, keys, "if", opaque);
}

static void step_note(Loader *loader, SimNode value, gpointer opaque) { (void) sim_node_text(loader->yaml, value, "a text"); }

static void step_answer(Loader *loader, SimNode value, gpointer opaque)
{
    static const char *const words[] = { "now", "later" };
    guint word;

    if (read_choice(loader, value, words, G_N_ELEMENTS(words), &word)) {
        ((SimStep *) opaque)->no_wait = word == 1;
    }
}

static void step_raw(Loader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    step->kind = SIM_STEP_RAW;
    step->raw = g_strdup(sim_node_text(loader->yaml, value, "bytes as a text"));
}

/* What a step does; exactly one of these keys. */
static const Key action_keys[] = {
    { "source", step_source }, { "destination", step_destination }, { "wait", step_wait }, { "after", step_after }, { "at", step_at },
    { "link", step_link }, { "fault", step_fault }, { "restart", step_restart }, { "kill", step_kill }, { "terminate", step_terminate },
    { "freeze", step_freeze }, { "thaw", step_thaw }, { "raw-to-source", step_raw },
    /* beside the action */
    { "expect", step_expect }, { "answer", step_answer }, { "oob", step_oob }, { "since", step_since }, { "until", step_until },
    { "if", step_if }, { "note", step_note },
};
enum { ACTIONS = 13 };

static void count_actions(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    for (guint i = 0; i < ACTIONS; i++) {
        if (g_str_equal(action_keys[i].key, key) && ++*(guint *) opaque == 2) {
            sim_yaml_problem(yaml, position, "a second action '%s' in one step, expected one per list item", key);
        }
    }
}

static void read_steps(Loader *loader, SimNode value, gpointer opaque)
{
    if (!sim_node_is_sequence(value)) {
        BAD(loader, value, "steps are no list, expected lines that begin with '- '");
        return;
    }
    for (guint i = 0; i < sim_node_length(value); i++) {
        SimNode item = sim_node_item(value, i);
        SimStep *step = sim_step_new(SIM_STEP_COMMAND, item.position);
        guint actions = 0;

        g_ptr_array_add(loader->scenario->steps, step);
        READ_KEYS(loader, item, action_keys, "a step", step);
        if (sim_node_is_mapping(item)) {
            sim_node_each_member(loader->yaml, item, "", count_actions, &actions);
            if (actions == 0) {
                BAD(loader, item, "a step that does nothing, expected source:, destination:, wait:, after:, at:, link:, fault:, "
                    "restart:, kill:, terminate:, freeze:, thaw: or raw-to-source:");
            } else if (step->expect->len > 0 && step->kind != SIM_STEP_COMMAND) {
                BAD(loader, item, "expect: in a step without a QMP command, expected it beside source: or destination:");
            }
        }
    }
    if (sim_node_length(value) == 0) {
        BAD(loader, value, "no steps, expected at least one");
    }
}

/* ---- expect ---- */

typedef struct { SimSide side; SimFactKind kind; } FactPlace;

static void events_exactly(Loader *loader, SimNode value, gpointer opaque)
{
    SimExpectEvents *events = opaque;

    events->exactly = TRUE;
    g_strfreev(events->wanted);
    events->wanted = sim_node_texts(loader->yaml, value, "statuses (active) and events (STOP)");
}

static void expect_events_of(Loader *loader, SimNode value, SimReleases releases, gpointer opaque)
{
    static const Key keys[] = { { "exactly", events_exactly } };
    SimExpectEvents *events = g_new0(SimExpectEvents, 1);

    events->side = (SimSide) GPOINTER_TO_INT(opaque);
    events->releases = releases;
    events->position = value.position;
    g_ptr_array_add(loader->scenario->expect_events, events);
    if (sim_node_is_mapping(value)) {
        READ_KEYS(loader, value, keys, "events", events);
    } else {
        events->wanted = sim_node_texts(loader->yaml, value, "statuses (active) and events (STOP)");
    }
    for (guint i = 0; events->wanted != NULL && events->wanted[i] != NULL; i++) {
        if (!g_ascii_isupper(events->wanted[i][0]) && ora_status_parse(events->wanted[i]) == ORA_STATUS_UNKNOWN) {
            BAD(loader, value, "'%s', expected a migration status as active, or an event in capitals as STOP", events->wanted[i]);
        }
    }
}

static void expect_events_source(Loader *loader, SimNode value, gpointer opaque) { for_releases(loader, value, expect_events_of, GINT_TO_POINTER(SIM_SOURCE)); }
static void expect_events_destination(Loader *loader, SimNode value, gpointer opaque) { for_releases(loader, value, expect_events_of, GINT_TO_POINTER(SIM_DESTINATION)); }

static void expect_events(Loader *loader, SimNode value, gpointer opaque)
{
    static const Key keys[] = { { "source", expect_events_source }, { "destination", expect_events_destination } };

    READ_KEYS(loader, value, keys, "events", NULL);
}

static void expect_fact_of(Loader *loader, SimNode value, SimReleases releases, gpointer opaque)
{
    const FactPlace *place = opaque;
    SimExpectFact *fact = g_new0(SimExpectFact, 1);

    *fact = (SimExpectFact) { .kind = place->kind, .side = place->side, .releases = releases, .position = value.position };
    g_ptr_array_add(loader->scenario->expect_facts, fact);
    fact->wanted = sim_node_texts(loader->yaml, value, place->kind == SIM_FACT_EXIT ? "an exit status, signal N, or none" : "one or more words");
    if (place->kind == SIM_FACT_STATUS || place->kind == SIM_FACT_RUN) {
        check_words(loader, value, fact->wanted, place->kind == SIM_FACT_RUN);
    }
    for (guint i = 0; place->kind == SIM_FACT_EXIT && fact->wanted != NULL && fact->wanted[i] != NULL; i++) {
        const char *text = fact->wanted[i];
        const char *digits = g_str_has_prefix(text, "signal ") ? text + 7 : text;

        if (!g_str_equal(text, "none") && !g_ascii_string_to_unsigned(digits, 10, 0, 255, NULL, NULL)) {
            BAD(loader, value, "'%s', expected an exit status, signal N, or none", text);
        }
    }
}

static void fact_source(Loader *loader, SimNode value, gpointer opaque)
{
    FactPlace place = { SIM_SOURCE, (SimFactKind) GPOINTER_TO_INT(opaque) };
    for_releases(loader, value, expect_fact_of, &place);
}

static void fact_destination(Loader *loader, SimNode value, gpointer opaque)
{
    FactPlace place = { SIM_DESTINATION, (SimFactKind) GPOINTER_TO_INT(opaque) };
    for_releases(loader, value, expect_fact_of, &place);
}

static const Key fact_keys[] = { { "source", fact_source }, { "destination", fact_destination } };

static void expect_status(Loader *loader, SimNode value, gpointer opaque) { READ_KEYS(loader, value, fact_keys, "status", GINT_TO_POINTER(SIM_FACT_STATUS)); }
static void expect_run(Loader *loader, SimNode value, gpointer opaque) { READ_KEYS(loader, value, fact_keys, "run", GINT_TO_POINTER(SIM_FACT_RUN)); }
static void expect_exit(Loader *loader, SimNode value, gpointer opaque) { READ_KEYS(loader, value, fact_keys, "exit", GINT_TO_POINTER(SIM_FACT_EXIT)); }
static void expect_error(Loader *loader, SimNode value, gpointer opaque) { READ_KEYS(loader, value, fact_keys, "error-desc", GINT_TO_POINTER(SIM_FACT_ERROR_DESC)); }

static void expect_running_of(Loader *loader, SimNode value, SimReleases releases, gpointer opaque)
{
    static const char *const names[] = { "any", "source", "destination", "neither", "both" };
    SimExpectRunning *running = g_new0(SimExpectRunning, 1);
    guint which = 0;

    (void) read_choice(loader, value, names, G_N_ELEMENTS(names), &which);
    *running = (SimExpectRunning) { .releases = releases, .position = value.position, .running = (SimRunning) which };
    g_ptr_array_add(loader->scenario->expect_running, running);
}

static void expect_running(Loader *loader, SimNode value, gpointer opaque) { for_releases(loader, value, expect_running_of, NULL); }

static void expect_memory(Loader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "equal", "ignore", "equal-on-sim" };
    guint which;

    if (read_choice(loader, value, names, G_N_ELEMENTS(names), &which)) {
        if (which != 1) {
            loader->scenario->expect_memory = value.position;
        }
        loader->scenario->compare = which != 1;
        loader->scenario->compare_sim_only = which == 2;
    }
}

static void number_of(Loader *loader, SimNode value, SimReleases releases, gpointer opaque)
{
    SimExpectNumber *number = g_new0(SimExpectNumber, 1);
    const char *text = sim_node_text(loader->yaml, value, "a bound: \"<= 500\", \">= 3\" or a number");
    const char *digits = text;
    gint64 bound = 0;

    *number = (SimExpectNumber) { .position = value.position, .releases = releases, .member = g_strdup(opaque) };
    g_ptr_array_add(loader->scenario->expect_numbers, number);
    if (text == NULL) {
        return;
    }
    number->has_max = !g_str_has_prefix(text, ">=");
    number->has_min = !g_str_has_prefix(text, "<=");
    if (!number->has_max || !number->has_min) {
        digits = text + 2;
        while (*digits == ' ') {
            digits++;
        }
    }
    if (!g_ascii_string_to_signed(digits, 10, G_MININT64, G_MAXINT64, &bound, NULL)) {
        BAD(loader, value, "'%s', expected a bound: \"<= 500\", \">= 3\" or a number", text);
    }
    number->min = number->max = bound;
}

static void visit_number(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    for_releases(opaque, value, number_of, (gpointer) key);
}

static void expect_numbers(Loader *loader, SimNode value, gpointer opaque)
{
    sim_node_each_member(loader->yaml, value, "members of query-migrate with bounds", visit_number, loader);
}

static void read_expect(Loader *loader, SimNode value, gpointer opaque)
{
    static const Key keys[] = {
        { "events", expect_events }, { "status", expect_status }, { "run", expect_run }, { "running", expect_running },
        { "memory", expect_memory }, { "exit", expect_exit }, { "error-desc", expect_error }, { "query-migrate", expect_numbers },
    };

    READ_KEYS(loader, value, keys, "expect", NULL);
}

/* ---- the top ---- */

static void read_title(Loader *loader, SimNode value, gpointer opaque)
{
    g_free(loader->scenario->title);
    loader->scenario->title = g_strdup(sim_node_text(loader->yaml, value, "a sentence"));
}

static void read_since(Loader *loader, SimNode value, gpointer opaque) { (void) read_release(loader, value, &loader->scenario->releases.since); }
static void read_until(Loader *loader, SimNode value, gpointer opaque) { (void) read_release(loader, value, &loader->scenario->releases.until); }

static void read_needs(Loader *loader, SimNode value, gpointer opaque)
{
    static const char *const known[] = { "tcp", "kvm", NULL };
    char **needs = sim_node_texts(loader->yaml, value, "what a target must be able to do");

    for (guint i = 0; needs != NULL && needs[i] != NULL; i++) {
        if (!g_strv_contains(known, needs[i])) {
            BAD(loader, value, "'%s', expected one of: tcp, kvm", needs[i]);
        } else if (g_str_equal(needs[i], "tcp")) {
            loader->scenario->tcp = TRUE;
        }
    }
    if (needs != NULL) {
        g_strfreev(loader->scenario->needs);
        loader->scenario->needs = needs;
    }
}

/* with: and without: lists of aspects of build and host, as `miglab options` takes them. */
static void read_changes(Loader *loader, SimNode value, const char *word)
{
    g_auto(GStrv) names = sim_node_texts(loader->yaml, value, "aspects of build or host");
    gsize count;
    const MigAspect *aspects = mig_profile_aspects(&count);

    for (guint i = 0; names != NULL && names[i] != NULL; i++) {
        g_autofree char *before = g_steal_pointer(&loader->scenario->changes);
        gsize known = 0;

        while (known < count && !g_str_equal(aspects[known].name, names[i])) {
            known++;
        }
        if (known == count) {
            BAD(loader, value, "'%s' is no aspect of a build or a host, expected one of those that 'miglab options show --help' names", names[i]);
        }
        loader->scenario->changes = g_strdup_printf("%s%s%s:%s", before != NULL ? before : "", before != NULL ? " " : "", word, names[i]);
    }
}

static void read_with(Loader *loader, SimNode value, gpointer opaque) { read_changes(loader, value, "with"); }
static void read_without(Loader *loader, SimNode value, gpointer opaque) { read_changes(loader, value, "without"); }

static void skip_sim(Loader *loader, SimNode value, gpointer opaque)
{
    g_free(loader->scenario->skip_sim);
    loader->scenario->skip_sim = g_strdup(sim_node_text(loader->yaml, value, "the reason"));
}

static void skip_real(Loader *loader, SimNode value, gpointer opaque)
{
    g_free(loader->scenario->skip_real);
    loader->scenario->skip_real = g_strdup(sim_node_text(loader->yaml, value, "the reason"));
}

static void read_skip(Loader *loader, SimNode value, gpointer opaque)
{
    static const Key keys[] = { { "sim", skip_sim }, { "real", skip_real } };

    READ_KEYS(loader, value, keys, "skip", NULL);
}

static void read_known(Loader *loader, SimNode value, gpointer opaque)
{
    char **known = sim_node_texts(loader->yaml, value, "ids of quirks");

    if (known != NULL) {
        g_strfreev(loader->scenario->known);
        loader->scenario->known = known;
    }
}

static void read_events(Loader *loader, SimNode value, gpointer opaque) { (void) sim_node_bool(loader->yaml, value, &loader->scenario->events); }
static void read_rule(Loader *loader, SimNode value, gpointer opaque) { (void) sim_node_text(loader->yaml, value, "a text"); }

static const Key top_keys[] = {
    { "title", read_title }, { "rule", read_rule }, { "note", read_rule }, { "since", read_since }, { "until", read_until }, { "needs", read_needs },
    { "with", read_with }, { "without", read_without },
    { "skip", read_skip }, { "known", read_known }, { "events", read_events }, { "guest", read_guest }, { "source", read_source },
    { "destination", read_destination }, { "link", read_link }, { "steps", read_steps }, { "expect", read_expect },
};

SimScenario *sim_scenario_parse(const char *name, const char *text, gsize size, GString *problems)
{
    g_autoptr(SimYaml) yaml = sim_yaml_new(text, size);
    g_autoptr(SimScenario) scenario = sim_scenario_new();
    Loader loader = { .scenario = scenario, .yaml = yaml };
    g_autofree char *base = g_path_get_basename(name);

    scenario->path = g_strdup(name);
    scenario->slug = g_str_has_suffix(base, ".yaml") ? g_strndup(base, strlen(base) - 5) : g_strdup(base);
    if (sim_yaml_problem_count(yaml) == 0) {
        READ_KEYS(&loader, sim_yaml_root(yaml), top_keys, "a scenario", NULL);
        if (scenario->title == NULL) {
            sim_yaml_problem(yaml, (SimPosition) { 1, 1 }, "no title, expected title: with a sentence");
        }
        if (scenario->steps->len == 0 && sim_yaml_problem_count(yaml) == 0) {
            sim_yaml_problem(yaml, (SimPosition) { 1, 1 }, "no steps, expected steps: with a list");
        }
        if (scenario->releases.until != 0 && scenario->releases.until < scenario->releases.since) {
            sim_yaml_problem(yaml, (SimPosition) { 1, 1 }, "until: is before since:, so that no release is left");
        }
    }
    if (sim_yaml_problem_count(yaml) > 0) {
        sim_yaml_print_problems(yaml, name, problems);
        return NULL;
    }
    scenario->listens = !loader.destination_listens;
    if (scenario->compare && !scenario->machine.machine_none) {
        scenario->machine.destination_paused = TRUE;
    }
    return g_steal_pointer(&scenario);
}

SimScenario *sim_scenario_load(const char *path, GString *problems)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize size;

    if (!g_file_get_contents(path, &text, &size, &error)) {
        g_string_append_printf(problems, "%s:1:1: cannot be read: %s\n", path, error->message);
        return NULL;
    }
    return sim_scenario_parse(path, text, size, problems);
}
