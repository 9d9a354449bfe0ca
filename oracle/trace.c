/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Records of a trace: made from JSON members (reading, and the appenders of rich records) or directly (the frequent ones).
 */
#include "oracle/trace.h"
#include "oracle/trace_private.h"

#include <math.h>
#include <string.h>

static const char *const kinds[] = {
    [ORA_KIND_HEADER] = "header",
    [ORA_KIND_EVENT] = "event",
    [ORA_KIND_STATUS] = "status",
    [ORA_KIND_REQUEST] = "request",
    [ORA_KIND_REPLY] = "reply",
    [ORA_KIND_EXIT] = "exit",
    [ORA_KIND_STATE] = "state",
    [ORA_KIND_STREAM] = "stream",
    [ORA_KIND_MEMORY] = "memory",
    [ORA_KIND_NOTE] = "note",
};
G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == ORA_N_KINDS);

OraKind ora_kind_parse(const char *name)
{
    guint kind = 0;

    while (kind < ORA_N_KINDS && (name == NULL || strcmp(kinds[kind], name) != 0)) {
        kind++;
    }
    return (OraKind) kind;
}

const char *ora_kind_name(OraKind kind)
{
    return (guint) kind < ORA_N_KINDS ? kinds[kind] : "?";
}

OraTrace *ora_trace_new(void)
{
    OraTrace *trace = g_new0(OraTrace, 1);

    trace->records = g_array_new(FALSE, TRUE, sizeof(OraRecord));
    trace->strings = g_string_chunk_new(1024);
    trace->stats = g_ptr_array_new_with_free_func(g_free);
    trace->header.last_fault_ns = ORA_ABSENT;
    return trace;
}

void ora_trace_free(OraTrace *trace)
{
    if (trace == NULL) {
        return;
    }
    for (guint i = 0; i < trace->records->len; i++) {
        json_decref(g_array_index(trace->records, OraRecord, i).data);
    }
    g_array_free(trace->records, TRUE);
    g_string_chunk_free(trace->strings);
    g_ptr_array_free(trace->stats, TRUE);
    g_free(trace);
}

guint ora_trace_length(const OraTrace *trace)
{
    return trace->records->len;
}

const OraRecord *ora_trace_get(const OraTrace *trace, guint index)
{
    return index < trace->records->len ? &g_array_index(trace->records, OraRecord, index) : NULL;
}

const OraHeader *ora_trace_header(const OraTrace *trace)
{
    return &trace->header;
}

const char *ora_trace_keep(OraTrace *trace, const char *text)
{
    return text == NULL ? NULL : g_string_chunk_insert_const(trace->strings, text);
}

/* Members of objects. Integers written as whole reals count (numbers beyond 64 bits are read as reals). */

static gint64 get_int(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    double real;

    if (json_is_integer(value)) {
        return json_integer_value(value);
    }
    if (json_is_real(value)) {
        real = json_real_value(value);
        if (real >= 9223372036854775808.0) {
            return G_MAXINT64;
        }
        return real > -9223372036854775808.0 ? (gint64) real : ORA_ABSENT;
    }
    return ORA_ABSENT;
}

/* Beyond any count of a real run, and far enough from the ends that sums of some stay inside. */
static gint64 get_count(const json_t *object, const char *key)
{
    const gint64 limit = G_GINT64_CONSTANT(1) << 58;
    gint64 value = get_int(object, key);

    return value == ORA_ABSENT || value == G_MAXINT64 ? value : CLAMP(value, -limit, limit);
}

static const char *get_string(OraTrace *trace, const json_t *object, const char *key)
{
    return ora_trace_keep(trace, json_string_value(json_object_get(object, key)));
}

static gint64 get_ms_as_ns(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    double ms;

    if (!json_is_number(value)) {
        return ORA_ABSENT;
    }
    ms = json_number_value(value);
    return fabs(ms) < 1e12 ? (gint64) llround(ms * 1e6) : ORA_ABSENT;
}

static const struct {
    const char *key;
    gsize offset;
} top_members[] = {
    { "total-time", G_STRUCT_OFFSET(OraStats, total_time_ms) },
    { "setup-time", G_STRUCT_OFFSET(OraStats, setup_time_ms) },
    { "downtime", G_STRUCT_OFFSET(OraStats, downtime_ms) },
    { "expected-downtime", G_STRUCT_OFFSET(OraStats, expected_downtime_ms) },
    { "remaining", G_STRUCT_OFFSET(OraStats, remaining_all) },
    { "cpu-throttle-percentage", G_STRUCT_OFFSET(OraStats, cpu_throttle_percent) },
}, ram_members[] = {
    { "total", G_STRUCT_OFFSET(OraStats, total) },
    { "transferred", G_STRUCT_OFFSET(OraStats, transferred) },
    { "remaining", G_STRUCT_OFFSET(OraStats, remaining) },
    { "duplicate", G_STRUCT_OFFSET(OraStats, duplicate) },
    { "skipped", G_STRUCT_OFFSET(OraStats, skipped) },
    { "normal", G_STRUCT_OFFSET(OraStats, normal) },
    { "normal-bytes", G_STRUCT_OFFSET(OraStats, normal_bytes) },
    { "dirty-pages-rate", G_STRUCT_OFFSET(OraStats, dirty_pages_rate) },
    { "dirty-sync-count", G_STRUCT_OFFSET(OraStats, dirty_sync_count) },
    { "page-size", G_STRUCT_OFFSET(OraStats, page_size) },
    { "postcopy-requests", G_STRUCT_OFFSET(OraStats, postcopy_requests) },
    { "multifd-bytes", G_STRUCT_OFFSET(OraStats, multifd_bytes) },
    { "pages-per-second", G_STRUCT_OFFSET(OraStats, pages_per_second) },
    { "precopy-bytes", G_STRUCT_OFFSET(OraStats, precopy_bytes) },
    { "downtime-bytes", G_STRUCT_OFFSET(OraStats, downtime_bytes) },
    { "postcopy-bytes", G_STRUCT_OFFSET(OraStats, postcopy_bytes) },
    { "dirty-sync-missed-zero-copy", G_STRUCT_OFFSET(OraStats, missed_zero_copy) },
};

/* The numbers of a query-migrate return; NULL when there is not one. */
static const OraStats *stats_from(OraTrace *trace, const json_t *migrate)
{
    const json_t *ram = json_object_get(migrate, "ram");
    const json_t *mbps = json_object_get(ram, "mbps");
    OraStats *stats;

    if (ram == NULL && json_object_get(migrate, "total-time") == NULL) {
        return NULL;
    }
    stats = g_new(OraStats, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(top_members); i++) {
        G_STRUCT_MEMBER(gint64, stats, top_members[i].offset) = get_count(migrate, top_members[i].key);
        if (top_members[i].offset != G_STRUCT_OFFSET(OraStats, expected_downtime_ms)) {
            /* Only this one is endless now and then. */
            G_STRUCT_MEMBER(gint64, stats, top_members[i].offset) =
                MIN(G_STRUCT_MEMBER(gint64, stats, top_members[i].offset), G_GINT64_CONSTANT(1) << 40);
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(ram_members); i++) {
        G_STRUCT_MEMBER(gint64, stats, ram_members[i].offset) = MIN(get_count(ram, ram_members[i].key),
                                                                    G_GINT64_CONSTANT(1) << 58);
    }
    stats->mbps = json_is_number(mbps) ? json_number_value(mbps) : NAN;
    g_ptr_array_add(trace->stats, stats);
    return stats;
}

static const struct {
    const char *name;
    OraEvent event;
} event_names[] = {
    { "MIGRATION", ORA_EVENT_MIGRATION }, { "MIGRATION_PASS", ORA_EVENT_MIGRATION_PASS },
    { "STOP", ORA_EVENT_STOP },           { "RESUME", ORA_EVENT_RESUME },
    { "RESET", ORA_EVENT_RESET },         { "SHUTDOWN", ORA_EVENT_SHUTDOWN },
    { "COLO_EXIT", ORA_EVENT_COLO_EXIT },
};

static OraEvent event_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(event_names); i++) {
        if (strcmp(event_names[i].name, name) == 0) {
            return event_names[i].event;
        }
    }
    return ORA_EVENT_OTHER;
}

static gboolean problem(const char **ret_key, const char **ret_problem, const char *key, const char *text)
{
    *ret_key = key;
    *ret_problem = text;
    return FALSE;
}

static gboolean event_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem)
{
    const json_t *data = record->data;
    const json_t *inner = json_object_get(data, "data");
    const char *name = get_string(trace, data, "event");
    gint64 thinned;

    record->event.number = ORA_ABSENT;
    if (json_is_string(json_object_get(data, "action"))) {
        record->event.event = ORA_EVENT_ACTION;
        record->event.name = get_string(trace, data, "action");
        record->event.number = get_int(data, "conn");
        return TRUE;
    }
    if (json_is_string(json_object_get(data, "harness"))) {
        record->event.event = ORA_EVENT_HARNESS;
        record->event.name = get_string(trace, data, "harness");
        record->event.number = get_int(data, "signal");
        return TRUE;
    }
    if (name == NULL) {
        return problem(ret_key, ret_problem, "event", "an event needs a string \"event\", \"action\" or \"harness\"");
    }
    record->event.name = name;
    record->event.event = event_find(name);
    if (record->event.event == ORA_EVENT_MIGRATION) {
        if (!json_is_string(json_object_get(inner, "status"))) {
            return problem(ret_key, ret_problem, "data", "event MIGRATION needs a string \"status\" in its data");
        }
        record->event.status = ora_status_parse(json_string_value(json_object_get(inner, "status")));
    } else if (record->event.event == ORA_EVENT_MIGRATION_PASS) {
        record->event.number = get_count(inner, "pass");
        thinned = get_int(inner, "thinned_before");
        if (thinned == ORA_ABSENT) {
            thinned = get_int(data, "thinned_before");
        }
        record->event.thinned = thinned > 0 ? (guint) MIN(thinned, G_MAXINT) : 0;
        if (record->event.number < 0 || record->event.number == G_MAXINT64) {
            return problem(ret_key, ret_problem, "data", "event MIGRATION_PASS needs an integer \"pass\" in its data");
        }
    }
    return TRUE;
}

static gboolean status_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem)
{
    json_t *migrate = json_object_get(record->data, "migrate");
    json_t *run = json_object_get(record->data, "run");
    const json_t *status;

    if (migrate != NULL && !json_is_null(migrate) && !json_is_object(migrate)) {
        return problem(ret_key, ret_problem, "migrate", "\"migrate\" has to be an object or null");
    }
    if (run != NULL && !json_is_null(run) && !json_is_object(run)) {
        return problem(ret_key, ret_problem, "run", "\"run\" has to be an object or null");
    }
    record->status.migrate = json_is_object(migrate) ? migrate : NULL;
    record->status.query_status = json_is_object(run) ? run : NULL;
    record->status.guest_ticks = get_int(record->data, "guest_ticks");
    if (record->status.migrate != NULL) {
        status = json_object_get(migrate, "status");
        if (status != NULL && !json_is_string(status)) {
            return problem(ret_key, ret_problem, "status", "\"status\" has to be a string");
        }
        record->status.status = status != NULL ? ora_status_parse(json_string_value(status)) : ORA_STATUS_NONE;
        record->status.error_desc = get_string(trace, migrate, "error-desc");
        record->status.stats = stats_from(trace, migrate);
    }
    if (record->status.query_status != NULL) {
        record->status.run = ora_run_parse(json_string_value(json_object_get(run, "status")));
        record->status.running = json_is_true(json_object_get(run, "running"));
    }
    return TRUE;
}

static gboolean command_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem)
{
    const json_t *error = json_object_get(record->data, "error");
    json_t *arguments = json_object_get(record->data, "arguments");

    record->command.execute = get_string(trace, record->data, "execute");
    if (record->command.execute == NULL) {
        record->command.execute = get_string(trace, record->data, "exec-oob");
        record->command.oob = record->command.execute != NULL;
    }
    if (record->command.execute == NULL) {
        return problem(ret_key, ret_problem, "execute", "a string \"execute\" is missing");
    }
    record->command.arguments = arguments != NULL && !json_is_null(arguments) ? arguments : NULL;
    record->command.oob = record->command.oob || json_is_true(json_object_get(record->data, "oob"));
    record->command.sent_ns = get_ms_as_ns(record->data, "sent_ms");
    if (record->kind == ORA_KIND_REPLY) {
        record->command.ret = json_object_get(record->data, "return");
        record->command.no_reply = json_is_true(json_object_get(record->data, "no_reply"));
        if (error != NULL && !json_is_object(error)) {
            return problem(ret_key, ret_problem, "error", "\"error\" has to be an object");
        }
        record->command.error_class = get_string(trace, error, "class");
        record->command.error_desc = get_string(trace, error, "desc");
        if (error != NULL && record->command.error_desc == NULL) {
            return problem(ret_key, ret_problem, "error", "\"error\" needs strings \"class\" and \"desc\"");
        }
        if (record->command.ret == NULL && error == NULL && !record->command.no_reply) {
            return problem(ret_key, ret_problem, NULL, "a reply needs \"return\", \"error\" or \"no_reply\"");
        }
    }
    return TRUE;
}

static gboolean exit_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem)
{
    json_t *err = json_object_get(record->data, "stderr");
    gint64 code = get_int(record->data, "code");
    gint64 signal = get_int(record->data, "signal");

    (void) trace;
    if (code == ORA_ABSENT && signal == ORA_ABSENT) {
        return problem(ret_key, ret_problem, NULL, "an exit needs an integer \"code\" or \"signal\"");
    }
    record->exit.code = code == ORA_ABSENT ? -1 : (int) CLAMP(code, -1, 1 << 30);
    record->exit.signal = signal == ORA_ABSENT ? 0 : (int) CLAMP(signal, 0, 1 << 30);
    record->exit.teardown = json_is_true(json_object_get(record->data, "teardown"));
    record->exit.err = json_is_array(err) ? err : NULL;
    return TRUE;
}

static const char *const machines[] = { "migration", "incoming", "run" };

static gboolean state_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem)
{
    const char *machine = json_string_value(json_object_get(record->data, "machine"));
    const char *from = json_string_value(json_object_get(record->data, "from"));
    const char *to = json_string_value(json_object_get(record->data, "to"));
    guint i = 0;

    (void) trace;
    while (i < G_N_ELEMENTS(machines) && g_strcmp0(machines[i], machine) != 0) {
        i++;
    }
    if (i == G_N_ELEMENTS(machines)) {
        return problem(ret_key, ret_problem, "machine", "\"machine\" has to be migration, incoming or run");
    }
    record->state.machine = (OraMachine) i;
    if (record->state.machine == ORA_MACHINE_RUN) {
        record->state.from = ora_run_parse(from);
        record->state.to = ora_run_parse(to);
    } else {
        record->state.from = ora_status_parse(from);
        record->state.to = ora_status_parse(to);
    }
    if (record->state.to == 0) {
        return problem(ret_key, ret_problem, "to", "\"to\" names no state");
    }
    return TRUE;
}

static gboolean stream_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem)
{
    gint64 offset = get_int(record->data, "offset"), size = get_int(record->data, "size");

    record->stream.channel = get_string(trace, record->data, "channel");
    record->stream.record = get_string(trace, record->data, "record");
    record->stream.name = get_string(trace, record->data, "name");
    record->stream.section = get_int(record->data, "section");
    record->stream.value = get_int(record->data, "value");
    record->stream.back = g_strcmp0(json_string_value(json_object_get(record->data, "dir")), "ds") == 0;
    if (record->stream.channel == NULL || record->stream.record == NULL) {
        return problem(ret_key, ret_problem, NULL, "a stream record needs strings \"channel\" and \"record\"");
    }
    if (offset < 0 || size < 0) {
        return problem(ret_key, ret_problem, "offset", "\"offset\" and \"size\" have to be integers, not negative");
    }
    record->stream.offset = (guint64) offset;
    record->stream.size = (guint64) size;
    return TRUE;
}

static gboolean memory_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem)
{
    const json_t *equal = json_object_get(record->data, "equal");
    const json_t *first = json_object_get(record->data, "first");
    gint64 pages = get_int(record->data, "pages"), different = get_int(record->data, "different");
    gint64 page = get_int(first, "page");

    record->memory.moment = get_string(trace, record->data, "moment");
    record->memory.digest = get_string(trace, record->data, "digest");
    record->memory.compared = json_is_boolean(equal);
    record->memory.equal = json_is_true(equal);
    record->memory.pages = pages > 0 ? (guint64) pages : 0;
    record->memory.different = different > 0 ? (guint64) different : 0;
    record->memory.block = get_string(trace, first, "block");
    record->memory.first_page = page > 0 ? (guint64) page : 0;
    if (record->memory.moment == NULL) {
        return problem(ret_key, ret_problem, "moment", "a memory record needs a string \"moment\"");
    }
    if (!record->memory.compared && record->memory.digest == NULL) {
        return problem(ret_key, ret_problem, NULL, "a memory record needs \"equal\" or \"digest\"");
    }
    return TRUE;
}

static gboolean header_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem)
{
    const json_t *source = json_object_get(record->data, "source");
    const json_t *destination = json_object_get(record->data, "destination");
    const char *seed = json_string_value(json_object_get(record->data, "seed"));
    const char *release;
    OraHeader *header = &trace->header;

    release = json_string_value(json_object_get(source, "release"));
    header->source = ora_release_parse(release);
    if (release != NULL && header->source == 0) {
        return problem(ret_key, ret_problem, "release", "\"release\" has to be a release like \"7.2\"");
    }
    release = json_string_value(json_object_get(destination, "release"));
    header->destination = ora_release_parse(release);
    if (release != NULL && header->destination == 0) {
        return problem(ret_key, ret_problem, "release", "\"release\" has to be a release like \"7.2\"");
    }
    header->scenario = get_string(trace, record->data, "scenario");
    header->target = get_string(trace, record->data, "target");
    header->has_seed = seed != NULL;
    header->seed = seed != NULL ? g_ascii_strtoull(seed, NULL, 10) : 0;
    header->virtual_time = g_strcmp0(json_string_value(json_object_get(record->data, "time")), "virtual") == 0;
    header->memory_expected = json_is_true(json_object_get(record->data, "memory_expected"));
    header->last_fault_ns = get_ms_as_ns(record->data, "last_fault_ms");
    return TRUE;
}

gboolean ora_record_from_data(OraTrace *trace, OraRecord *record, const char **ret_key, const char **ret_problem)
{
    switch (record->kind) {
    case ORA_KIND_HEADER:
        return header_from_data(trace, record, ret_key, ret_problem);
    case ORA_KIND_EVENT:
        return event_from_data(trace, record, ret_key, ret_problem);
    case ORA_KIND_STATUS:
        return status_from_data(trace, record, ret_key, ret_problem);
    case ORA_KIND_REQUEST:
    case ORA_KIND_REPLY:
        return command_from_data(trace, record, ret_key, ret_problem);
    case ORA_KIND_EXIT:
        return exit_from_data(trace, record, ret_key, ret_problem);
    case ORA_KIND_STATE:
        return state_from_data(trace, record, ret_key, ret_problem);
    case ORA_KIND_STREAM:
        return stream_from_data(trace, record, ret_key, ret_problem);
    case ORA_KIND_MEMORY:
        return memory_from_data(trace, record, ret_key, ret_problem);
    case ORA_KIND_NOTE:
        record->note.where = get_string(trace, record->data, "where");
        record->note.text = get_string(trace, record->data, "text");
        return TRUE;
    case ORA_N_KINDS:
        break;
    }
    return problem(ret_key, ret_problem, NULL, "there is no such kind");
}

/* Appending */

static OraRecord *append(OraTrace *trace, gint64 t_ns, OraSide side, OraKind kind)
{
    guint index = trace->records->len;
    OraRecord *record;

    g_array_set_size(trace->records, index + 1);
    record = &g_array_index(trace->records, OraRecord, index);
    record->t_ns = t_ns;
    record->side = side;
    record->kind = kind;
    return record;
}

/* A record whose fields come out of *data*, which is stolen. The appenders build data themselves: it fits. */
static guint append_data(OraTrace *trace, gint64 t_ns, OraSide side, OraKind kind, json_t *data)
{
    OraRecord *record = append(trace, t_ns, side, kind);
    const char *key = NULL, *text = NULL;

    record->data = data;
    if (!ora_record_from_data(trace, record, &key, &text)) {
        g_error("a record of kind %s was appended that does not fit the format: %s", ora_kind_name(kind), text);
    }
    return trace->records->len - 1;
}

gboolean ora_trace_append_whole(OraTrace *trace, gint64 t_ns, OraSide side, OraKind kind, json_t *data,
                                const char **ret_problem)
{
    OraRecord *record = append(trace, t_ns, side, kind);
    const char *key = NULL;

    record->data = data;
    *ret_problem = NULL;
    if (!ora_record_from_data(trace, record, &key, ret_problem)) {
        json_decref(data);
        g_array_set_size(trace->records, trace->records->len - 1);
        return FALSE;
    }
    return TRUE;
}

static json_t *or_empty(json_t *value)
{
    return value != NULL ? value : json_object();
}

static json_t *ns_as_ms(gint64 ns)
{
    return ns % 1000000 == 0 ? json_integer(ns / 1000000) : json_real((double) ns / 1e6);
}

guint ora_trace_append_header(OraTrace *trace, const OraHeader *header, json_t *source_command,
                              json_t *destination_command, json_t *options)
{
    json_t *data = json_object();
    char seed[24];

    json_object_set_new(data, "format", json_integer(1));
    if (header->scenario != NULL) {
        json_object_set_new(data, "scenario", json_string(header->scenario));
    }
    if (header->target != NULL) {
        json_object_set_new(data, "target", json_string(header->target));
    }
    for (int i = 0; i < 2; i++) {
        OraRelease release = i == 0 ? header->source : header->destination;
        json_t *command = i == 0 ? source_command : destination_command;
        json_t *side = json_object();

        if (release != 0) {
            json_object_set_new(side, "release", json_string(ora_release_name(release)));
        }
        if (command != NULL) {
            json_object_set_new(side, "command", command);
        }
        json_object_set_new(data, i == 0 ? "source" : "destination", side);
    }
    if (header->has_seed) {
        g_snprintf(seed, sizeof(seed), "%" G_GUINT64_FORMAT, header->seed);
        json_object_set_new(data, "seed", json_string(seed));
    }
    json_object_set_new(data, "time", json_string(header->virtual_time ? "virtual" : "real"));
    if (header->memory_expected) {
        json_object_set_new(data, "memory_expected", json_true());
    }
    if (header->last_fault_ns != ORA_ABSENT) {
        json_object_set_new(data, "last_fault_ms", ns_as_ms(header->last_fault_ns));
    }
    if (options != NULL) {
        json_object_set_new(data, "options", options);
    }
    return append_data(trace, 0, ORA_RUNNER, ORA_KIND_HEADER, data);
}

guint ora_trace_append_event(OraTrace *trace, gint64 t_ns, OraSide side, const char *event, json_t *data)
{
    json_t *whole;

    if (data == NULL && event_find(event) != ORA_EVENT_MIGRATION && event_find(event) != ORA_EVENT_MIGRATION_PASS) {
        OraRecord *record = append(trace, t_ns, side, ORA_KIND_EVENT);

        record->event.name = ora_trace_keep(trace, event);
        record->event.event = event_find(event);
        record->event.number = ORA_ABSENT;
        return trace->records->len - 1;
    }
    whole = json_object();
    json_object_set_new(whole, "event", json_string(event));
    json_object_set_new(whole, "data", or_empty(data));
    return append_data(trace, t_ns, side, ORA_KIND_EVENT, whole);
}

guint ora_trace_append_migration(OraTrace *trace, gint64 t_ns, OraSide side, OraStatus status)
{
    OraRecord *record = append(trace, t_ns, side, ORA_KIND_EVENT);

    record->event.name = "MIGRATION";
    record->event.event = ORA_EVENT_MIGRATION;
    record->event.status = status;
    record->event.number = ORA_ABSENT;
    return trace->records->len - 1;
}

guint ora_trace_append_pass(OraTrace *trace, gint64 t_ns, OraSide side, gint64 pass)
{
    OraRecord *record = append(trace, t_ns, side, ORA_KIND_EVENT);

    record->event.name = "MIGRATION_PASS";
    record->event.event = ORA_EVENT_MIGRATION_PASS;
    record->event.number = pass;
    return trace->records->len - 1;
}

guint ora_trace_append_action(OraTrace *trace, gint64 t_ns, OraSide link, const char *action, json_t *data)
{
    json_t *whole = json_object();

    json_object_set_new(whole, "action", json_string(action));
    if (data != NULL) {
        json_object_update(whole, data);
        json_decref(data);
    }
    return append_data(trace, t_ns, link, ORA_KIND_EVENT, whole);
}

guint ora_trace_append_status(OraTrace *trace, gint64 t_ns, OraSide side, json_t *migrate, json_t *run,
                              gint64 guest_ticks)
{
    json_t *data = json_object();

    json_object_set_new(data, "migrate", migrate != NULL ? migrate : json_null());
    json_object_set_new(data, "run", run != NULL ? run : json_null());
    if (guest_ticks != ORA_ABSENT) {
        json_object_set_new(data, "guest_ticks", json_integer(guest_ticks));
    }
    return append_data(trace, t_ns, side, ORA_KIND_STATUS, data);
}

guint ora_trace_append_request(OraTrace *trace, gint64 t_ns, OraSide side, const char *execute, json_t *arguments,
                               gboolean oob)
{
    json_t *data = json_object();

    json_object_set_new(data, "execute", json_string(execute));
    if (arguments != NULL) {
        json_object_set_new(data, "arguments", arguments);
    }
    if (oob) {
        json_object_set_new(data, "oob", json_true());
    }
    return append_data(trace, t_ns, side, ORA_KIND_REQUEST, data);
}

guint ora_trace_append_reply(OraTrace *trace, gint64 t_ns, gint64 sent_ns, OraSide side, const char *execute,
                             json_t *arguments, json_t *ret, const char *error_class, const char *error_desc,
                             gboolean oob)
{
    json_t *data = json_object();
    json_t *error;

    json_object_set_new(data, "execute", json_string(execute));
    if (arguments != NULL) {
        json_object_set_new(data, "arguments", arguments);
    }
    json_object_set_new(data, "sent_ms", ns_as_ms(sent_ns));
    if (oob) {
        json_object_set_new(data, "oob", json_true());
    }
    if (ret != NULL) {
        json_object_set_new(data, "return", ret);
    } else if (error_desc != NULL) {
        error = json_object();
        json_object_set_new(error, "class", json_string(error_class != NULL ? error_class : "GenericError"));
        json_object_set_new(error, "desc", json_string(error_desc));
        json_object_set_new(data, "error", error);
    } else {
        json_object_set_new(data, "no_reply", json_true());
    }
    return append_data(trace, t_ns, side, ORA_KIND_REPLY, data);
}

guint ora_trace_append_exit(OraTrace *trace, gint64 t_ns, OraSide side, int code, int signal, gboolean teardown,
                            json_t *err)
{
    json_t *data = json_object();

    json_object_set_new(data, "code", signal == 0 ? json_integer(code) : json_null());
    json_object_set_new(data, "signal", signal != 0 ? json_integer(signal) : json_null());
    json_object_set_new(data, "stderr", err != NULL ? err : json_array());
    if (teardown) {
        json_object_set_new(data, "teardown", json_true());
    }
    return append_data(trace, t_ns, side, ORA_KIND_EXIT, data);
}

guint ora_trace_append_state(OraTrace *trace, gint64 t_ns, OraSide side, OraMachine machine, int from, int to)
{
    OraRecord *record = append(trace, t_ns, side, ORA_KIND_STATE);

    record->state.machine = machine;
    record->state.from = from;
    record->state.to = to;
    return trace->records->len - 1;
}

guint ora_trace_append_stream(OraTrace *trace, gint64 t_ns, OraSide link, const OraStream *stream)
{
    OraRecord *record = append(trace, t_ns, link, ORA_KIND_STREAM);

    record->stream = *stream;
    record->stream.channel = ora_trace_keep(trace, stream->channel);
    record->stream.record = ora_trace_keep(trace, stream->record);
    record->stream.name = ora_trace_keep(trace, stream->name);
    return trace->records->len - 1;
}

guint ora_trace_append_memory(OraTrace *trace, gint64 t_ns, OraSide side, const OraMemory *memory)
{
    OraRecord *record = append(trace, t_ns, side, ORA_KIND_MEMORY);

    record->memory = *memory;
    record->memory.moment = ora_trace_keep(trace, memory->moment);
    record->memory.digest = ora_trace_keep(trace, memory->digest);
    record->memory.block = ora_trace_keep(trace, memory->block);
    return trace->records->len - 1;
}

guint ora_trace_append_note(OraTrace *trace, gint64 t_ns, OraSide side, const char *where, const char *text)
{
    OraRecord *record = append(trace, t_ns, side, ORA_KIND_NOTE);

    record->note.where = ora_trace_keep(trace, where);
    record->note.text = ora_trace_keep(trace, text);
    return trace->records->len - 1;
}
