/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * steps: what each item of the list does, when it is done, and the answer it expects.
 */
#include "sim/scenario/load_private.h"

#include <string.h>

static void reply_error(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const char *const classes[] = {
        "any", "GenericError", "CommandNotFound", "DeviceNotActive", "DeviceNotFound", "KVMMissingCap",
    };
    SimExpectReply *reply = opaque;
    guint which;

    reply->error = TRUE;
    if (sim_load_choice(loader, value, classes, G_N_ELEMENTS(classes), &which) && which > 0) {
        g_free(reply->error_class);
        reply->error_class = g_strdup(classes[which]);
    }
}

static void reply_text(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimExpectReply *reply = opaque;
    const char *text = sim_node_text(loader->yaml, value, "the text of the error");

    reply->error = TRUE;
    g_free(reply->error_text);
    reply->error_text = g_strdup(text);
}

static void reply_return(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimExpectReply *reply = opaque;

    json_decref(reply->value);
    reply->value = sim_node_json(loader->yaml, value);
}

static void step_reply(SimLoader *loader, SimNode value, SimReleases releases, gpointer opaque)
{
    static const SimLoadKey keys[] = { { "error", reply_error }, { "text", reply_text }, { "return", reply_return } };
    static const char *const words[] = { "ok", "error", "any" };
    SimStep *step = opaque;
    SimExpectReply *reply = g_new0(SimExpectReply, 1);
    guint word;

    reply->releases = releases;
    reply->position = value.position;
    g_ptr_array_add(step->expect, reply);
    if (sim_node_is_mapping(value)) {
        SIM_LOAD_KEYS(loader, value, keys, "expect of a step", reply);
        if (reply->error && reply->value != NULL) {
            SIM_LOAD_PROBLEM(loader, value, "both an error and a return, expected one of them");
        }
    } else if (sim_load_choice(loader, value, words, G_N_ELEMENTS(words), &word)) {
        reply->error = word == 1;
        reply->any = word == 2;
    }
}

static void step_expect(SimLoader *loader, SimNode value, gpointer opaque)
{
    sim_load_by_release(loader, value, step_reply, opaque);
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

static void step_command(SimLoader *loader, SimNode value, SimStep *step, SimSide side)
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
                SIM_LOAD_PROBLEM(loader, command.arguments, "arguments of '%s' are no mapping, expected { name: value }", step->command);
            }
        }
    }
    if (step->command != NULL && step->command[0] == '\0') {
        SIM_LOAD_PROBLEM(loader, value, "an empty command, expected the name of a QMP command");
    }
    if (step->command != NULL && side == SIM_SOURCE && g_str_equal(step->command, "migrate")) {
        loader->source_migrates = TRUE;
    }
    if (step->command != NULL && side == SIM_DESTINATION && g_str_equal(step->command, "migrate-incoming")) {
        loader->destination_listens = TRUE;
    }
}

static void step_source(SimLoader *loader, SimNode value, gpointer opaque) { step_command(loader, value, opaque, SIM_SOURCE); }
static void step_destination(SimLoader *loader, SimNode value, gpointer opaque) { step_command(loader, value, opaque, SIM_DESTINATION); }
static void step_oob(SimLoader *loader, SimNode value, gpointer opaque)
{
    (void) sim_node_bool(loader->yaml, value, &((SimStep *) opaque)->oob);
    loader->scenario->machine.oob = loader->scenario->machine.oob || ((SimStep *) opaque)->oob;
}

static void wait_event(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    step->wait = SIM_WAIT_FOR_EVENT;
    g_strfreev(step->wanted);
    step->wanted = sim_node_texts(loader->yaml, value, "the name of an event as STOP");
}

static void wait_run(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    step->wait = SIM_WAIT_FOR_RUN;
    g_strfreev(step->wanted);
    step->wanted = sim_node_texts(loader->yaml, value, "a run state as postmigrate");
    sim_load_check_states(loader, value, step->wanted, TRUE);
}

static void wait_pass(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;
    const char *text = sim_node_text(loader->yaml, value, "a number of dirty syncs");

    step->wait = SIM_WAIT_FOR_PASS;
    if (text != NULL && (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT32, &step->wanted_pass, NULL))) {
        SIM_LOAD_PROBLEM(loader, value, "'%s', expected a number of dirty syncs from 1", text);
    }
}

static void wait_side(SimLoader *loader, SimNode value, SimStep *step, SimSide side)
{
    static const SimLoadKey keys[] = { { "event", wait_event }, { "run", wait_run }, { "pass", wait_pass } };

    if (step->wanted != NULL || step->wanted_pass != 0 || step->wait == SIM_WAIT_FOR_EXIT) {
        SIM_LOAD_PROBLEM(loader, value, "a wait for both sides in one step, expected one side per wait");
        return;
    }
    step->side = side;
    if (sim_node_is_mapping(value)) {
        SIM_LOAD_KEYS(loader, value, keys, "wait", step);
        return;
    }
    step->wanted = sim_node_texts(loader->yaml, value, "a migration status, exit, or event:, run:, pass:");
    if (step->wanted != NULL && g_strv_length(step->wanted) == 1 && g_str_equal(step->wanted[0], "exit")) {
        step->wait = SIM_WAIT_FOR_EXIT;
        g_clear_pointer(&step->wanted, g_strfreev);
        return;
    }
    sim_load_check_states(loader, value, step->wanted, FALSE);
    if (side == SIM_SOURCE && !loader->source_migrates && step->wanted != NULL && !g_strv_contains((const char *const *) step->wanted, "none")) {
        SIM_LOAD_PROBLEM(loader, value, "this wait cannot end: the source has not been told to migrate yet");
    }
}

static void wait_source(SimLoader *loader, SimNode value, gpointer opaque) { wait_side(loader, value, opaque, SIM_SOURCE); }
static void wait_destination(SimLoader *loader, SimNode value, gpointer opaque) { wait_side(loader, value, opaque, SIM_DESTINATION); }
static void wait_within(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_duration(loader, value, &((SimStep *) opaque)->within_ns); }

static void step_wait(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const SimLoadKey keys[] = { { "source", wait_source }, { "destination", wait_destination }, { "within", wait_within } };
    SimStep *step = opaque;

    step->kind = SIM_STEP_WAIT;
    SIM_LOAD_KEYS(loader, value, keys, "wait", step);
    if (sim_node_is_mapping(value) && step->wanted == NULL && step->wait != SIM_WAIT_FOR_PASS && step->wait != SIM_WAIT_FOR_EXIT
        && sim_yaml_problem_count(loader->yaml) == 0) {
        SIM_LOAD_PROBLEM(loader, value, "nothing to wait for, expected source: or destination:");
    }
}

static void step_after(SimLoader *loader, SimNode value, gpointer opaque)
{
    ((SimStep *) opaque)->kind = SIM_STEP_AFTER;
    (void) sim_load_duration(loader, value, &((SimStep *) opaque)->time_ns);
}

static void step_at(SimLoader *loader, SimNode value, gpointer opaque)
{
    ((SimStep *) opaque)->kind = SIM_STEP_AT;
    (void) sim_load_duration(loader, value, &((SimStep *) opaque)->time_ns);
}

static void step_link(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    if (sim_node_is_scalar(value)) {
        static const char *const words[] = { "heal" };
        guint word;

        step->kind = SIM_STEP_HEAL;
        (void) sim_load_choice(loader, value, words, G_N_ELEMENTS(words), &word);
        return;
    }
    step->kind = SIM_STEP_WEATHER;
    sim_load_weather(loader, value, &loader->weather);
    step->weather = loader->weather;
}

static void step_restart(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    step->kind = SIM_STEP_RESTART;
    (void) sim_load_side(loader, value, &step->side);
}

static void step_stop(SimLoader *loader, SimNode value, gpointer opaque, SimStop how)
{
    SimStep *step = opaque;

    step->kind = SIM_STEP_STOP;
    step->stop = how;
    (void) sim_load_side(loader, value, &step->side);
}

static void step_kill(SimLoader *loader, SimNode value, gpointer opaque) { step_stop(loader, value, opaque, SIM_STOP_KILL); }
static void step_terminate(SimLoader *loader, SimNode value, gpointer opaque) { step_stop(loader, value, opaque, SIM_STOP_TERM); }
static void step_freeze(SimLoader *loader, SimNode value, gpointer opaque) { step_stop(loader, value, opaque, SIM_STOP_FREEZE); }
static void step_thaw(SimLoader *loader, SimNode value, gpointer opaque) { step_stop(loader, value, opaque, SIM_STOP_THAW); }

static void step_since(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_release(loader, value, &((SimStep *) opaque)->releases.since); }
static void step_until(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_load_release(loader, value, &((SimStep *) opaque)->releases.until); }

static void if_side(SimLoader *loader, SimNode value, SimStep *step, SimSide side)
{
    g_strfreev(step->only_if[side]);
    step->only_if[side] = sim_node_texts(loader->yaml, value, "a migration status or a list of them");
    sim_load_check_states(loader, value, step->only_if[side], FALSE);
}

static void if_source(SimLoader *loader, SimNode value, gpointer opaque) { if_side(loader, value, opaque, SIM_SOURCE); }
static void if_destination(SimLoader *loader, SimNode value, gpointer opaque) { if_side(loader, value, opaque, SIM_DESTINATION); }

static void step_if(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const SimLoadKey keys[] = { { "source", if_source }, { "destination", if_destination } };

    SIM_LOAD_KEYS(loader, value, keys, "if", opaque);
}

static void step_note(SimLoader *loader, SimNode value, gpointer opaque) { (void) sim_node_text(loader->yaml, value, "a text"); }

static void step_answer(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const char *const words[] = { "now", "later" };
    guint word;

    if (sim_load_choice(loader, value, words, G_N_ELEMENTS(words), &word)) {
        ((SimStep *) opaque)->no_wait = word == 1;
    }
}

static void step_raw(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    step->kind = SIM_STEP_RAW;
    step->raw = g_strdup(sim_node_text(loader->yaml, value, "bytes as a text"));
}

/* What a step does; exactly one of these keys. */
static const SimLoadKey action_keys[] = {
    { "source", step_source }, { "destination", step_destination }, { "wait", step_wait }, { "after", step_after }, { "at", step_at },
    { "link", step_link }, { "fault", sim_load_fault }, { "restart", step_restart }, { "kill", step_kill }, { "terminate", step_terminate },
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

void sim_load_steps(SimLoader *loader, SimNode value, gpointer opaque)
{
    gpointer state = NULL;
    SimNode item;

    if (!sim_node_is_sequence(value)) {
        SIM_LOAD_PROBLEM(loader, value, "steps are no list, expected lines that begin with '- '");
        return;
    }
    if (sim_node_length(value) > SIM_LOAD_STEPS_MAX) {
        SIM_LOAD_PROBLEM(loader, value, "%u steps, expected at most %d", sim_node_length(value), SIM_LOAD_STEPS_MAX);
        return;
    }
    while (sim_node_next(value, &state, &item)) {
        SimStep *step = sim_step_new(SIM_STEP_COMMAND, item.position);
        guint actions = 0;

        g_ptr_array_add(loader->scenario->steps, step);
        SIM_LOAD_KEYS(loader, item, action_keys, "a step", step);
        if (sim_node_is_mapping(item)) {
            sim_node_each_member(loader->yaml, item, "", count_actions, &actions);
            if (actions == 0) {
                SIM_LOAD_PROBLEM(loader, item, "a step that does nothing, expected source:, destination:, wait:, after:, at:, link:, fault:, "
                                 "restart:, kill:, terminate:, freeze:, thaw: or raw-to-source:");
            } else if (step->expect->len > 0 && step->kind != SIM_STEP_COMMAND) {
                SIM_LOAD_PROBLEM(loader, item, "expect: in a step without a QMP command, expected it beside source: or destination:");
            }
        }
    }
    if (sim_node_length(value) == 0) {
        SIM_LOAD_PROBLEM(loader, value, "no steps, expected at least one");
    }
}
