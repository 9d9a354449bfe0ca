/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario/scenario.h"

#define SECOND_NS G_GINT64_CONSTANT(1000000000)

static void reply_free(gpointer data)
{
    SimExpectReply *reply = data;

    g_free(reply->error_class);
    g_free(reply->error_text);
    json_decref(reply->value);
    g_free(reply);
}

static void step_free(gpointer data)
{
    SimStep *step = data;

    g_free(step->command);
    json_decref(step->arguments);
    g_ptr_array_unref(step->expect);
    g_free(step->raw);
    g_strfreev(step->wanted);
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        g_strfreev(step->only_if[i]);
    }
    sim_fault_free(step->fault);
    g_free(step);
}

static void events_free(gpointer data)
{
    g_strfreev(((SimExpectEvents *) data)->wanted);
    g_free(data);
}

static void fact_free(gpointer data)
{
    g_strfreev(((SimExpectFact *) data)->wanted);
    g_free(data);
}

static void number_free(gpointer data)
{
    g_free(((SimExpectNumber *) data)->member);
    g_free(data);
}

SimStep *sim_step_new(SimStepKind kind, SimPosition position)
{
    SimStep *step = g_new0(SimStep, 1);

    step->kind = kind;
    step->position = position;
    step->expect = g_ptr_array_new_with_free_func(reply_free);
    step->within_ns = 30 * SECOND_NS;
    return step;
}

SimScenario *sim_scenario_new(void)
{
    SimScenario *scenario = g_new0(SimScenario, 1);

    scenario->machine = (SimMachine) {
        .ram_bytes = 64 << 20, .contents = SIM_CONTENTS_RANDOM, .destination_waits = TRUE,
    };
    scenario->events = scenario->listens = scenario->compare = TRUE;
    scenario->needs = g_new0(char *, 1);
    scenario->known = g_new0(char *, 1);
    scenario->steps = g_ptr_array_new_with_free_func(step_free);
    scenario->expect_events = g_ptr_array_new_with_free_func(events_free);
    scenario->expect_facts = g_ptr_array_new_with_free_func(fact_free);
    scenario->expect_running = g_ptr_array_new_with_free_func(g_free);
    scenario->expect_numbers = g_ptr_array_new_with_free_func(number_free);
    return scenario;
}

void sim_scenario_free(SimScenario *scenario)
{
    if (scenario == NULL) {
        return;
    }
    g_free(scenario->path);
    g_free(scenario->slug);
    g_free(scenario->title);
    g_strfreev(scenario->needs);
    g_strfreev(scenario->known);
    g_free(scenario->changes);
    g_free(scenario->skip_sim);
    g_free(scenario->skip_real);
    g_free(scenario->machine.destination_uri);
    g_strfreev(scenario->machine.source_globals);
    g_strfreev(scenario->machine.destination_globals);
    g_ptr_array_unref(scenario->steps);
    g_ptr_array_unref(scenario->expect_events);
    g_ptr_array_unref(scenario->expect_facts);
    g_ptr_array_unref(scenario->expect_running);
    g_ptr_array_unref(scenario->expect_numbers);
    g_free(scenario);
}

gboolean sim_releases_contain(SimReleases releases, int release)
{
    return release == 0 || ((releases.since == 0 || release >= releases.since) && (releases.until == 0 || release <= releases.until));
}

char *sim_step_to_string(const SimStep *step)
{
    const char *side = sim_side_name(step->side);
    g_autofree char *wanted = step->wanted != NULL ? g_strjoinv(" or ", step->wanted) : NULL;

    switch (step->kind) {
    case SIM_STEP_COMMAND: {
        g_autofree char *arguments = NULL;
        char *text = step->arguments != NULL ? json_dumps(step->arguments, JSON_COMPACT) : NULL;

        arguments = g_strdup(text);
        free(text);
        return g_strdup_printf("%s: %s%s%s", side, step->command, arguments != NULL ? " " : "", arguments != NULL ? arguments : "");
    }
    case SIM_STEP_RAW:
        return g_strdup_printf("%s: raw bytes", side);
    case SIM_STEP_WAIT:
        switch (step->wait) {
        case SIM_WAIT_FOR_STATUS:
            return g_strdup_printf("wait: %s %s", side, wanted);
        case SIM_WAIT_FOR_EVENT:
            return g_strdup_printf("wait: %s event %s", side, wanted);
        case SIM_WAIT_FOR_RUN:
            return g_strdup_printf("wait: %s run state %s", side, wanted);
        case SIM_WAIT_FOR_PASS:
            return g_strdup_printf("wait: %s pass %" G_GUINT64_FORMAT, side, step->wanted_pass);
        case SIM_WAIT_FOR_EXIT:
            return g_strdup_printf("wait: %s exit", side);
        }
        break;
    case SIM_STEP_AFTER:
        return g_strdup_printf("after: %" G_GINT64_FORMAT " us", step->time_ns / 1000);
    case SIM_STEP_AT:
        return g_strdup_printf("at: %" G_GINT64_FORMAT " us", step->time_ns / 1000);
    case SIM_STEP_FAULT: {
        g_autofree char *fault = sim_fault_to_string(step->fault);

        return g_strdup_printf("fault: %s", fault);
    }
    case SIM_STEP_WEATHER:
        return g_strdup("link: new weather");
    case SIM_STEP_HEAL:
        return g_strdup("link: heal");
    case SIM_STEP_RESTART:
        return g_strdup_printf("restart: %s", side);
    case SIM_STEP_STOP:
        return g_strdup_printf("%s: %s", step->stop == SIM_STOP_KILL ? "kill" : step->stop == SIM_STOP_TERM ? "terminate"
                               : step->stop == SIM_STOP_FREEZE ? "freeze" : "thaw", side);
    }
    return g_strdup("?");
}
