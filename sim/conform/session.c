/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/conform/session.h"

#include "oracle/options/idle.h"
#include "sim/conform/compare.h"
#include "sim/conform/dialogue.h"

#include <stdio.h>
#include <string.h>

/* Requests under way at once: enough that the target never waits for us. */
enum { WINDOW = 400, MINIMISED_MAX = 24 };

/* Steps between two returns to the defaults; a difference is shown by a prefix of them. */
typedef struct {
    guint references;
    gboolean tainted;         /* something differed: what follows in the group says nothing */
    GPtrArray *requests;      /* SimConformRequest */
    GPtrArray *expected;      /* OraReply, to the same index */
} Group;

typedef struct {
    Group *group;
    guint index;              /* in the group; the replies before it are the way to it */
    SimConformArea area;
    gboolean reset;           /* part of going back to the defaults: compared, not counted */
    gboolean alone;           /* it changes nothing: what follows can be judged whatever it answered */
} Pending;

typedef struct {
    const SimConformSetup *setup;
    SimConformResult *result;
    SimKeeper *keeper;
    SimLoop *loop;
    SimDialogue *dialogue;
    OraProfile profile;
    OraOptions *model;
    Group *group;
    GQueue pending;           /* Pending */
    gboolean broken;          /* the target ended or cannot be put back: start another before the next group */
    gboolean gone;
    json_t *answer;           /* of a single exchange */
    gboolean answered;
    GError *error;
} Session;

static void reply_free(gpointer data)
{
    ora_reply_clear(data);
    g_free(data);
}

static SimConformRequest *request_new(const char *members, const char *command, const OraValue *arguments)
{
    SimConformRequest *request = g_new0(SimConformRequest, 1);

    request->members = g_strdup(members);
    request->command = g_strdup(command);
    request->arguments = ora_value_copy(arguments);
    return request;
}

static void request_free(gpointer data)
{
    SimConformRequest *request = data;

    g_free(request->members);
    g_free(request->command);
    ora_value_free(request->arguments);
    g_free(request);
}

static void difference_free(gpointer data)
{
    SimConformDifference *difference = data;

    g_ptr_array_unref(difference->requests);
    g_ptr_array_unref(difference->releases);
    g_free(difference->expected);
    g_free(difference->actual);
    g_free(difference);
}

void sim_conform_result_free(SimConformResult *result)
{
    if (!result) {
        return;
    }
    g_free(result->version);
    g_free(result->profile);
    g_ptr_array_unref(result->facts);
    g_ptr_array_unref(result->differences);
    g_free(result);
}

static Group *group_new(void)
{
    Group *group = g_new0(Group, 1);

    group->references = 1;
    group->requests = g_ptr_array_new_with_free_func(request_free);
    group->expected = g_ptr_array_new_with_free_func(reply_free);
    return group;
}

static void group_unref(Group *group)
{
    if (group && --group->references == 0) {
        g_ptr_array_unref(group->requests);
        g_ptr_array_unref(group->expected);
        g_free(group);
    }
}

/* ---- One process ---- */

static void on_reply(json_t *message, gpointer owner);

static gboolean start_target(Session *session, GError **error)
{
    g_clear_pointer(&session->dialogue, sim_dialogue_free);
    session->gone = FALSE;
    session->dialogue = sim_dialogue_new(session->keeper, session->loop, session->setup->target, on_reply, session, error);
    return session->dialogue != NULL;
}

/* One request, one answer, in a process where nothing else is under way. NULL: the process ended. New reference. */
static json_t *exchange(Session *session, const char *members)
{
    session->answered = FALSE;
    session->answer = NULL;
    session->result->requests++;
    if (session->gone || !sim_dialogue_send(session->dialogue, members)) {
        return NULL;
    }
    for (gint64 limit = sim_loop_now_ns(session->loop) + 10000000000; !session->answered && !session->gone; ) {
        if (sim_loop_now_ns(session->loop) >= limit) {
            break;
        }
        sim_loop_step(session->loop, limit);
    }
    return g_steal_pointer(&session->answer);
}

static char *members_of(const char *command, const OraValue *arguments)
{
    g_autofree char *text = arguments ? ora_value_to_text(arguments) : NULL;

    return text ? g_strdup_printf("\"execute\": \"%s\", \"arguments\": %s", command, text) :
                  g_strdup_printf("\"execute\": \"%s\"", command);
}

/* ---- Differences ---- */

/* What `profile` answers to the last of these requests, asked one after the other. ORA_REPLY_NOT_MODELLED when it is none
 * that the rules know. */
static void model_answer(const OraProfile *profile, const GPtrArray *requests, OraReply *ret)
{
    g_autoptr(OraOptions) model = ora_options_new(profile);

    memset(ret, 0, sizeof *ret);
    ret->kind = ORA_REPLY_NOT_MODELLED;
    for (guint i = 0; i < requests->len; i++) {
        const SimConformRequest *request = requests->pdata[i];
        const OraIdleRule *idle;

        ora_reply_clear(ret);
        ret->kind = ORA_REPLY_NOT_MODELLED;
        if (!request->command) {
            continue;                     /* about the request object: no release's rules here know it */
        }
        idle = ora_idle_find(profile, ora_options_capabilities(model), request->command, request->arguments);
        if (idle) {
            ora_idle_reply(idle, ret);
        } else {
            ora_options_execute(model, request->command, request->arguments, ret);
        }
    }
}

/* Plays the requests in a process of their own. The last answer, a new reference; NULL: the process died. */
static json_t *target_answer(Session *session, const GPtrArray *requests)
{
    json_t *message = NULL;

    session->result->restarts++;
    if (!start_target(session, NULL)) {
        return NULL;
    }
    for (guint i = 0; i < requests->len; i++) {
        json_decref(message);
        message = exchange(session, ((const SimConformRequest *) requests->pdata[i])->members);
    }
    return message;
}

/* Leaves out what the difference does not need, from the front on, and asks which releases answer as the target does. */
static void minimise(Session *session, SimConformDifference *difference)
{
    json_t *message;

    for (guint i = 0; i + 1 < difference->requests->len; ) {
        g_autoptr(GPtrArray) shorter = g_ptr_array_new();
        g_autofree char *expected_text = NULL, *actual_text = NULL;
        g_auto(OraReply) expected = { 0 };
        json_t *actual;
        gboolean needless;

        for (guint k = 0; k < difference->requests->len; k++) {
            if (k != i) {
                g_ptr_array_add(shorter, difference->requests->pdata[k]);
            }
        }
        model_answer(&session->profile, shorter, &expected);
        actual = target_answer(session, shorter);
        sim_conform_describe(&expected, actual, &expected_text, &actual_text);
        needless = strcmp(actual_text, difference->actual) == 0 &&
                   (expected.kind == ORA_REPLY_NOT_MODELLED || strcmp(expected_text, difference->expected) == 0);
        json_decref(actual);
        if (needless) {
            g_ptr_array_remove_index(difference->requests, i);
        } else {
            i++;
        }
    }
    message = target_answer(session, difference->requests);
    for (const OraRelease *release = ora_releases(); *release; release++) {
        g_autofree char *name = g_strdup_printf("%d.%d", *release / 100, *release % 100);
        g_auto(OraReply) answer = { 0 };
        OraProfile profile;

        if (ora_profile_parse(name, &profile)) {
            profile.facts = session->profile.facts;
            model_answer(&profile, difference->requests, &answer);
            if (sim_conform_agrees(&answer, message)) {
                g_ptr_array_add(difference->releases, g_steal_pointer(&name));
            }
        }
    }
    json_decref(message);
}

static void note_difference(Session *session, const Pending *pending, json_t *message)
{
    g_autofree char *expected = NULL, *actual = NULL;
    SimConformDifference *difference;

    sim_conform_describe(pending->group->expected->pdata[pending->index], message, &expected, &actual);
    for (guint i = 0; i < session->result->differences->len; i++) {
        difference = session->result->differences->pdata[i];
        if (difference->area == pending->area && strcmp(difference->expected, expected) == 0 && strcmp(difference->actual, actual) == 0) {
            difference->count++;
            return;
        }
    }
    difference = g_new0(SimConformDifference, 1);
    difference->area = pending->area;
    difference->count = 1;
    difference->expected = g_steal_pointer(&expected);
    difference->actual = g_steal_pointer(&actual);
    difference->requests = g_ptr_array_new_with_free_func(request_free);
    difference->releases = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i <= pending->index; i++) {
        const SimConformRequest *one = pending->group->requests->pdata[i];

        g_ptr_array_add(difference->requests, request_new(one->members, one->command, one->arguments));
    }
    g_ptr_array_add(session->result->differences, difference);
}

/* ---- The stream of replies ---- */

static void settle(Session *session, json_t *message)
{
    Pending *pending = g_queue_pop_head(&session->pending);

    if (!pending) {
        session->broken = TRUE;           /* a reply to nothing */
        return;
    }
    if (pending->group->tainted) {
        session->result->untested[pending->area] += !pending->reset;
    } else if (message && sim_conform_agrees(pending->group->expected->pdata[pending->index], message)) {
        session->result->agreed[pending->area] += !pending->reset;
    } else {
        note_difference(session, pending, message);
        session->result->differed[pending->area]++;
        pending->group->tainted |= !pending->alone;
        session->broken |= pending->reset || !message;
    }
    group_unref(pending->group);
    g_free(pending);
}

static void on_reply(json_t *message, gpointer owner)
{
    Session *session = owner;

    if (!message) {
        session->gone = TRUE;
        return;
    }
    if (g_queue_is_empty(&session->pending)) {
        session->answer = json_incref(message);
        session->answered = TRUE;
        return;
    }
    settle(session, message);
}

/* Waits until at most `left` replies are outstanding. A target that ended answers the first of them with its death. */
static void drain(Session *session, guint left)
{
    gint64 limit = sim_loop_now_ns(session->loop) + 30000000000;

    while (g_queue_get_length(&session->pending) > left && !session->gone && sim_loop_now_ns(session->loop) < limit) {
        sim_loop_step(session->loop, limit);
    }
    if (g_queue_get_length(&session->pending) <= left) {
        return;
    }
    settle(session, NULL);
    session->broken = TRUE;
    while (!g_queue_is_empty(&session->pending)) {
        Pending *pending = g_queue_pop_head(&session->pending);

        session->result->untested[pending->area] += !pending->reset;
        group_unref(pending->group);
        g_free(pending);
    }
}

static void send_step(Session *session, SimConformArea area, const char *members, const char *command, const OraValue *arguments,
                      OraReply *expected, gboolean reset, gboolean alone)
{
    Pending *pending = g_new0(Pending, 1);

    g_ptr_array_add(session->group->requests, request_new(members, command, arguments));
    g_ptr_array_add(session->group->expected, g_memdup2(expected, sizeof *expected));
    pending->group = session->group;
    pending->group->references++;
    pending->index = session->group->requests->len - 1;
    pending->area = area;
    pending->reset = reset;
    pending->alone = alone;
    session->result->requests++;
    g_queue_push_tail(&session->pending, pending);
    if (!sim_dialogue_send(session->dialogue, members)) {
        session->gone = TRUE;
    }
    drain(session, session->gone ? 0 : WINDOW);
}

static void ask_model(Session *session, const char *command, const OraValue *arguments, gboolean reset, SimConformArea area)
{
    g_autofree char *members = members_of(command, arguments);
    OraReply reply = { 0 };

    ora_options_execute(session->model, command, arguments, &reply);
    send_step(session, area, members, command, arguments, &reply, reset, g_str_has_prefix(command, "query-"));      /* takes what the reply owns */
}

/* Everything to its default, by commands, so that one process serves for many groups. */
static void go_back(Session *session, SimConformArea area)
{
    const OraProfile *profile = &session->profile;
    g_autoptr(OraValue) capabilities = ora_value_object(), parameters = ora_value_object();
    OraValue *list = ora_value_array();

    for (int i = 0; i < ORA_CAP_COUNT; i++) {
        if (ora_options_capabilities(session->model) & ORA_CAP_BIT(i)) {
            OraValue *entry = ora_value_object();

            ora_value_set(entry, "capability", ora_value_string(ora_capability_name(profile, i)));
            ora_value_set(entry, "state", ora_value_bool(FALSE));
            ora_value_add(list, entry);
        }
    }
    ora_value_set(capabilities, "capabilities", list);
    for (int i = 0; i < ORA_PARAM_COUNT; i++) {
        const OraParameterRow *row = ora_parameter_row(profile, i);

        if (!row || row->type == ORA_TYPE_MAPPING || row->type == ORA_TYPE_STRINGS || ora_options_is_default(session->model, i)) {
            continue;
        }
        ora_value_set(parameters, row->name,
                      row->type <= ORA_TYPE_UINT64 ? ora_value_uint(row->initial) :
                      row->type == ORA_TYPE_BOOL ? ora_value_bool(row->initial != 0) : ora_value_string(row->word ? row->word : ""));
    }
    ask_model(session, "migrate-set-capabilities", capabilities, TRUE, area);
    ask_model(session, "migrate-set-parameters", parameters, TRUE, area);
}

static void on_step(const SimConformStep *step, gpointer opaque)
{
    Session *session = opaque;
    gboolean new_process = FALSE;

    if (session->error || (session->setup->suite && strcmp(session->setup->suite, sim_conform_area_suite(step->area)) != 0)) {
        return;
    }
    if (step->fresh || session->broken || session->gone || !session->group) {
        if (session->broken || session->gone) {
            drain(session, 0);
            session->result->restarts++;
            if (!start_target(session, &session->error)) {
                return;
            }
            session->broken = FALSE;
            new_process = TRUE;
            ora_options_free(session->model);
            session->model = ora_options_new(&session->profile);
        }
        group_unref(session->group);
        session->group = group_new();
        if (!new_process) {
            go_back(session, step->area);
        }
    }
    if (step->reply) {
        OraReply reply = *step->reply;
        g_autofree char *members = step->raw ? g_strdup(step->raw) : members_of(step->command, step->arguments);

        reply.desc = g_strdup(step->reply->desc);
        reply.value = ora_value_copy(step->reply->value);
        reply.also = NULL;
        send_step(session, step->area, members, step->command, step->arguments, &reply, FALSE, TRUE);
        return;
    }
    {
        g_autoptr(OraOptions) ahead = ora_options_copy(session->model);
        g_auto(OraReply) reply = { 0 };

        ora_options_execute(ahead, step->command, step->arguments, &reply);
        if (reply.kind == ORA_REPLY_DEATH || reply.kind == ORA_REPLY_NOT_MODELLED) {
            session->result->untested[step->area]++;        /* it would only kill the target, as its release does */
            return;
        }
    }
    ask_model(session, step->command, step->arguments, FALSE, step->area);
}

/* ---- What the target was built with, asked by the errors that only such a build gives ---- */

static void probe(Session *session, const char *members, const char *if_starts, guint facts, gboolean gives, const char *sentence)
{
    json_t *message = exchange(session, members), *error = json_object_get(message, "error");
    const char *desc = json_string_value(json_object_get(error, "desc"));

    if (if_starts ? desc && g_str_has_prefix(desc, if_starts) : message && !error) {
        session->profile.facts = gives ? session->profile.facts | facts : session->profile.facts & ~facts;
        g_ptr_array_add(session->result->facts, g_strdup(sentence));
    }
    json_decref(message);
}

#define SET_CAPABILITY(name) "\"execute\": \"migrate-set-capabilities\", \"arguments\": {\"capabilities\": " \
                             "[{\"capability\": \"" name "\", \"state\": true}]}"
#define COMPRESSION(name) "\"execute\": \"migrate-set-parameters\", \"arguments\": {\"multifd-compression\": \"" name "\"}"

static gboolean probe_build(Session *session, GError **error)
{
    probe(session, SET_CAPABILITY("x-colo"), "QEMU compiled without replication", ORA_FACT_REPLICATION, FALSE, "built without replication");
    probe(session, SET_CAPABILITY("x-colo"), "COLO is not currently supported", ORA_FACT_COLO_BUILD, FALSE, "built without COLO");
    probe(session, SET_CAPABILITY("block"), "QEMU compiled without old-style", ORA_FACT_BLOCK_MIGRATION, FALSE,
          "built without block migration");
    probe(session, SET_CAPABILITY("zero-copy-send"), "Zero copy currently only available on Linux", ORA_FACT_LINUX, FALSE,
          "not built for Linux");
    probe(session, SET_CAPABILITY("dirty-limit"), NULL, ORA_FACT_DIRTY_RING, TRUE, "KVM with a dirty ring");
    probe(session, SET_CAPABILITY("background-snapshot"), "Background-snapshot is not supported by host kernel", ORA_FACT_HOST_WRITE_TRACKING,
          FALSE, "host kernel without write protection through userfaultfd");
    probe(session, SET_CAPABILITY("background-snapshot"), "Background-snapshot is not compatible with guest memory",
          ORA_FACT_MEMORY_WRITE_TRACKING, FALSE, "guest memory that cannot be write-tracked");
    probe(session, "\"execute\": \"migrate-set-parameters\", \"arguments\": {\"direct-io\": true}", "No build-time support for direct-io",
          ORA_FACT_DIRECT_IO, FALSE, "built without O_DIRECT");
    if (session->profile.release >= 500) {
        session->profile.facts &= ~(guint) ORA_FACT_ZSTD;
        probe(session, COMPRESSION("zstd"), NULL, ORA_FACT_ZSTD, TRUE, "built with zstd");
        probe(session, COMPRESSION("qatzip"), NULL, ORA_FACT_QATZIP, TRUE, "built with qatzip");
        probe(session, COMPRESSION("qpl"), NULL, ORA_FACT_QPL, TRUE, "built with qpl");
        probe(session, COMPRESSION("uadk"), NULL, ORA_FACT_UADK, TRUE, "built with uadk");
    }
    return start_target(session, error);       /* and a clean one for the plan */
}

/* ---- The run ---- */

static gboolean find_profile(Session *session, GError **error)
{
    const char *name = session->setup->profile;
    int major = 0, minor = 0;

    session->result->version = g_strdup(sim_dialogue_version(session->dialogue));
    if (name) {
        if (!ora_profile_parse(name, &session->profile)) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "there is no profile '%s'; 'miglab list profiles' lists them", name);
            return FALSE;
        }
        session->result->profile = g_strdup(name);
        return TRUE;
    }
    if (sscanf(session->result->version, "%d.%d", &major, &minor) == 2) {
        const OraRelease *found = NULL;
        /* x.y.50 and later are the development towards the next release. */
        for (const OraRelease *release = ora_releases(); *release; release++) {
            if (*release <= major * 100 + minor) {
                found = release;
            }
        }
        if (found) {
            g_autofree char *text = g_strdup_printf("%d.%d", *found / 100, *found % 100);

            session->result->nearest = *found != major * 100 + minor;
            session->result->profile = g_strconcat("qemu-", text, NULL);
            return ora_profile_parse(text, &session->profile);
        }
    }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "the target reports version '%s', which is no release of QEMU since 2.4; say --profile", session->result->version);
    return FALSE;
}

SimConformResult *sim_conform_run(const SimConformSetup *setup, GError **error)
{
    g_autoptr(SimConformResult) result = g_new0(SimConformResult, 1);
    g_autoptr(SimKeeper) keeper = sim_keeper_new(error);
    g_autoptr(SimLoop) loop = sim_loop_new(1);
    Session session = { .setup = setup, .result = result, .keeper = keeper, .loop = loop };
    gint64 began = g_get_monotonic_time();
    gboolean ok;

    result->facts = g_ptr_array_new_with_free_func(g_free);
    result->differences = g_ptr_array_new_with_free_func(difference_free);
    g_queue_init(&session.pending);
    ok = keeper && start_target(&session, error) && find_profile(&session, error) && probe_build(&session, error);
    if (ok) {
        session.model = ora_options_new(&session.profile);
        sim_conform_plan(&session.profile, setup->seed, setup->scale, on_step, &session);
        drain(&session, 0);
        for (guint i = 0; i < MIN(result->differences->len, MINIMISED_MAX); i++) {
            minimise(&session, result->differences->pdata[i]);
        }
        if (session.error) {
            g_propagate_error(error, session.error);
            ok = FALSE;
        }
    }
    group_unref(session.group);
    ora_options_free(session.model);
    sim_dialogue_free(session.dialogue);
    result->real_ns = (g_get_monotonic_time() - began) * 1000;
    return ok ? g_steal_pointer(&result) : NULL;
}
