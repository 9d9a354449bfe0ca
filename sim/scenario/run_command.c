/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QMP: commands of the scenario and of the runner itself, and whether the replies are as expected.
 */
#include "sim/scenario/run_private.h"

#include <string.h>

const char *sim_run_text(json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

/* Strings with {link} in them get the address of the link at that side. */
static json_t *fill(SimRun *run, json_t *value, SimSide side)
{
    const char *key;
    json_t *item, *copy;
    gsize i;

    switch (json_typeof(value)) {
    case JSON_STRING: {
        const char *text = json_string_value(value);

        if (strstr(text, "{link}") != NULL) {
            g_auto(GStrv) parts = g_strsplit(text, "{link}", -1);
            g_autofree char *filled = g_strjoinv(run->world->ops->link_uri(run->world, side), parts);

            return json_string(filled);
        }
        return json_incref(value);
    }
    case JSON_OBJECT:
        copy = json_object();
        json_object_foreach(value, key, item) {
            json_object_set_new(copy, key, fill(run, item, side));
        }
        return copy;
    case JSON_ARRAY:
        copy = json_array();
        json_array_foreach(value, i, item) {
            json_array_append_new(copy, fill(run, item, side));
        }
        return copy;
    case JSON_INTEGER:
    case JSON_REAL:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        break;
    }
    return json_incref(value);
}

/* Everything in `wanted` is in `value`: members of objects, equality of all else. */
static gboolean contains(json_t *value, json_t *wanted)
{
    const char *key;
    json_t *item;

    if (!json_is_object(wanted)) {
        return json_equal(value, wanted);
    }
    json_object_foreach(wanted, key, item) {
        if (!contains(json_object_get(value, key), item)) {
            return FALSE;
        }
    }
    return json_is_object(value);
}

char *sim_run_dumps(json_t *value)
{
    char *text = value != NULL ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    char *copy = g_strdup(text != NULL ? text : "nothing");

    free(text);
    return copy;
}

const SimExpectReply *sim_run_expected_reply(const SimRun *run, const SimStep *step)
{
    for (guint i = 0; i < step->expect->len; i++) {
        const SimExpectReply *expect = g_ptr_array_index(step->expect, i);

        if (sim_releases_contain(expect->releases, run->releases[step->side])) {
            return expect;
        }
    }
    return NULL;
}

static void check_reply(SimRun *run, const SimStep *step, json_t *reply)
{
    static const SimExpectReply plain;
    const SimExpectReply *expect = sim_run_expected_reply(run, step);
    json_t *error = json_object_get(reply, "error");
    g_autofree char *got = sim_run_dumps(reply);
    gboolean good;

    if (expect == NULL) {
        expect = &plain;
    }
    if (expect->any) {
        return;
    }
    if (!expect->error) {
        good = error == NULL && (expect->value == NULL || contains(json_object_get(reply, "return"), expect->value));
    } else {
        good = error != NULL && (expect->error_class == NULL || g_strcmp0(expect->error_class, sim_run_text(error, "class")) == 0)
               && (expect->error_text == NULL || g_strcmp0(expect->error_text, sim_run_text(error, "desc")) == 0);
    }
    if (!good) {
        OraFinding *finding = sim_run_step_failed(run, "scenario.reply", step);
        g_autofree char *wanted = expect->value != NULL ? sim_run_dumps(expect->value) : NULL;

        if (expect->error) {
            ora_finding_expected(finding, "an error%s%s%s%s%s", expect->error_class != NULL ? " of class " : "",
                                 expect->error_class != NULL ? expect->error_class : "", expect->error_text != NULL ? ": «" : "",
                                 expect->error_text != NULL ? expect->error_text : "", expect->error_text != NULL ? "»" : "");
        } else {
            ora_finding_expected(finding, "a return%s%s", wanted != NULL ? " that contains " : "", wanted != NULL ? wanted : "");
        }
        ora_finding_actual(finding, "%s", got);
    }
}

void sim_run_check_later(SimRun *run, const SimItem *item)
{
    for (guint i = 0; i < run->later->len; i++) {
        SimRunLater later = g_array_index(run->later, SimRunLater, i);

        if (later.id == item->id) {
            g_array_remove_index(run->later, i);
            check_reply(run, later.step, item->data);
            return;
        }
    }
}

/* Sends and waits for the reply, which the caller owns. NULL: none came, or it could not be sent. */
json_t *sim_run_ask(SimRun *run, SimSide side, const char *command, json_t *arguments, gboolean oob, gint64 within_ns)
{
    guint64 id;
    gint64 deadline_ns = sim_run_now_ns(run) + within_ns;

    if (!run->world->ops->send(run->world, side, command, arguments, oob, &id, NULL)) {
        return NULL;
    }
    run->awaited = id;
    g_clear_pointer(&run->reply, json_decref);
    while (run->awaited != 0 && !run->sides[side].exited && sim_run_now_ns(run) < deadline_ns && sim_run_pass_time(run, deadline_ns)) {
        /* on_item() takes the reply */
    }
    run->awaited = 0;
    return g_steal_pointer(&run->reply);
}

/* A command of the runner's own, which has to work. */
gboolean sim_run_tell(SimRun *run, SimSide side, const char *command, json_t *arguments)
{
    json_t *reply = sim_run_ask(run, side, command, arguments, FALSE, SIM_RUN_REPLY_S * 1000 * SIM_RUN_MS);
    gboolean good = json_object_get(reply, "return") != NULL;

    if (!good) {
        g_autofree char *got = sim_run_dumps(reply);
        g_autofree char *sentence = g_strdup_printf("the runner's own command to the %s: %s", sim_side_name(side), command);
        OraFinding *finding = sim_run_finding(run, "scenario.runner", (SimPosition) { 1, 1 }, sim_run_ora_side(side), sentence);

        ora_finding_expected(finding, "a return");
        ora_finding_actual(finding, "%s", got);
        run->failed = TRUE;
    }
    json_decref(reply);
    json_decref(arguments);
    return good;
}

void sim_run_switch_events_on(SimRun *run, SimSide side)
{
    if (run->scenario->events) {
        (void) sim_run_tell(run, side, "migrate-set-capabilities", json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "events", "state", 1));
    }
}

static void listen_if_needed(SimRun *run)
{
    SimRunSide *destination = &run->sides[SIM_DESTINATION];

    if (run->scenario->listens && !destination->listening && !destination->exited) {
        destination->listening = TRUE;
        (void) sim_run_tell(run, SIM_DESTINATION, "migrate-incoming",
                            json_pack("{s:s}", "uri", run->world->ops->link_uri(run->world, SIM_DESTINATION)));
    }
}

void sim_run_command(SimRun *run, const SimStep *step)
{
    json_t *arguments = step->arguments != NULL ? fill(run, step->arguments, step->side) : NULL;
    gboolean migrates = step->side == SIM_SOURCE && g_str_equal(step->command, "migrate");
    const SimExpectReply *expect = sim_run_expected_reply(run, step);
    g_autoptr(GPtrArray) seen_before = NULL;
    g_autoptr(GError) error = NULL;
    guint64 id;

    if (migrates) {
        g_autofree char *before = sim_run_dumps(step->arguments);

        if (strstr(before, "{link}") != NULL) {
            listen_if_needed(run);
        }
        /* A refused migrate changes nothing, also not what was seen; a wait after it looks back then. */
        if (expect == NULL || !expect->error) {
            seen_before = run->sides[SIM_SOURCE].seen;
            run->sides[SIM_SOURCE].seen = g_ptr_array_new();
            run->sides[SIM_SOURCE].stopped_in_migration = FALSE;
        }
    }
    if (step->no_wait) {
        if (run->world->ops->send(run->world, step->side, step->command, arguments, step->oob, &id, &error)) {
            SimRunLater later = { id, step };
            g_array_append_val(run->later, later);
        }
    } else {
        json_t *reply = sim_run_ask(run, step->side, step->command, arguments, step->oob, SIM_RUN_REPLY_S * 1000 * SIM_RUN_MS);

        for (guint i = 0; seen_before != NULL && json_object_get(reply, "error") != NULL && i < seen_before->len; i++) {
            sim_run_note_seen(&run->sides[SIM_SOURCE], g_ptr_array_index(seen_before, i));
        }
        if (reply != NULL) {
            check_reply(run, step, reply);
        } else if (expect == NULL || !expect->any) {
            OraFinding *finding = sim_run_step_failed(run, "scenario.reply", step);

            ora_finding_expected(finding, "a reply");
            ora_finding_actual(finding, run->sides[step->side].exited ? "the process is gone" : "no reply within %d s", SIM_RUN_REPLY_S);
        }
        json_decref(reply);
    }
    json_decref(arguments);
}
