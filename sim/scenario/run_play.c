/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The steps of a scenario, one after the other.
 */
#include "sim/scenario/run_private.h"

#include <string.h>

static gboolean wait_is_over(const SimRun *run, const SimStep *step, gsize events_from)
{
    const SimRunSide *side = &run->sides[step->side];

    switch (step->wait) {
    case SIM_WAIT_FOR_STATUS:
        for (guint i = 0; step->wanted[i] != NULL; i++) {
            if (g_ptr_array_find(side->seen, g_intern_string(step->wanted[i]), NULL)) {
                return TRUE;
            }
        }
        return FALSE;
    case SIM_WAIT_FOR_EVENT:
        for (gsize e = events_from; e < side->events->len; e++) {
            if (g_strv_contains((const char *const *) step->wanted, g_ptr_array_index(side->events, e))) {
                return TRUE;
            }
        }
        return FALSE;
    case SIM_WAIT_FOR_RUN:
        return side->run != NULL && g_strv_contains((const char *const *) step->wanted, side->run);
    case SIM_WAIT_FOR_PASS:
        return side->pass >= step->wanted_pass;
    case SIM_WAIT_FOR_EXIT:
        return side->exited;
    }
    return FALSE;
}

static void do_wait(SimRun *run, const SimStep *step)
{
    gint64 deadline_ns = sim_run_now_ns(run) + step->within_ns;

    /* An event may have come before somebody waited for it. */
    while (!wait_is_over(run, step, 0)) {
        if (run->sides[step->side].exited || !sim_run_pass_time(run, deadline_ns)) {
            OraFinding *finding;
            g_autofree char *state = NULL;

            if (wait_is_over(run, step, 0)) {
                return;
            }
            finding = sim_run_step_failed(run, "scenario.wait", step);
            state = sim_run_state(run, step->side);
            ora_finding_expected(finding, "this within %" G_GINT64_FORMAT " ms", step->within_ns / SIM_RUN_MS);
            ora_finding_actual(finding, "%s", state);
            return;
        }
    }
}

static void forget_process(SimRunSide *side)
{
    g_ptr_array_set_size(side->events, 0);
    g_ptr_array_set_size(side->seen, 0);
    side->status = side->run = NULL;
    side->exited = side->listening = side->stopped_in_migration = FALSE;
    side->pass = 0;
    g_clear_pointer(&side->error_desc, g_free);
    g_clear_pointer(&side->migrate, json_decref);
}

static gboolean do_restart(SimRun *run, SimSide side, GError **error)
{
    /* What the old process said before it goes. */
    sim_run_let_pass(run, sim_run_now_ns(run) + 1);
    if (!run->world->ops->restart(run->world, side, error)) {
        return FALSE;
    }
    forget_process(&run->sides[side]);
    sim_run_switch_events_on(run, side);
    return TRUE;
}

static gboolean do_step(SimRun *run, const SimStep *step, GError **error)
{
    const SimWorldOps *ops = run->world->ops;
    g_autofree char *text = sim_step_to_string(step);
    g_autofree char *where = g_strdup_printf("%s:%d", run->scenario->path, step->position.line);

    ora_trace_append_note(run->trace, sim_run_now_ns(run), ORA_RUNNER, where, text);
    switch (step->kind) {
    case SIM_STEP_COMMAND:
        sim_run_command(run, step);
        break;
    case SIM_STEP_RAW:
        (void) ops->send_raw(run->world, SIM_SOURCE, step->raw, strlen(step->raw), NULL);
        break;
    case SIM_STEP_WAIT:
        do_wait(run, step);
        break;
    case SIM_STEP_AFTER:
        sim_run_let_pass(run, sim_run_now_ns(run) + step->time_ns);
        break;
    case SIM_STEP_AT:
        sim_run_let_pass(run, run->begin_ns + step->time_ns);
        break;
    case SIM_STEP_FAULT:
        ops->arm_fault(run->world, step->fault);
        break;
    case SIM_STEP_WEATHER:
        ops->set_weather(run->world, &step->weather);
        break;
    case SIM_STEP_HEAL:
        ops->heal(run->world);
        break;
    case SIM_STEP_RESTART:
        return do_restart(run, step->side, error);
    case SIM_STEP_STOP:
        ops->stop(run->world, step->side, step->stop);
        break;
    }
    return TRUE;
}

/* By the status as it was seen last; a process without a migration has "none". */
static gboolean condition_holds(const SimRun *run, const SimStep *step)
{
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        const SimRunSide *side = &run->sides[i];

        if (step->only_if[i] != NULL
            && (side->exited || !g_strv_contains((const char *const *) step->only_if[i], side->status != NULL ? side->status : "none"))) {
            return FALSE;
        }
    }
    return TRUE;
}

void sim_run_play(SimRun *run, GError **error)
{
    const SimScenario *scenario = run->scenario;

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        if (!run->world->ops->start(run->world, (SimSide) i, error)) {
            return;
        }
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        sim_run_switch_events_on(run, (SimSide) i);
    }
    run->begin_ns = sim_run_now_ns(run);
    for (guint i = 0; i < scenario->steps->len && !run->failed; i++) {
        const SimStep *step = g_ptr_array_index(scenario->steps, i);

        if (sim_releases_contain(step->releases, run->releases[step->side]) && condition_holds(run, step) && !do_step(run, step, error)) {
            return;
        }
    }
    if (!run->failed) {
        sim_run_compare_memory(run);
        /* What is still on its way, as the last status and a process that ends. */
        sim_run_let_pass(run, sim_run_now_ns(run) + 100 * SIM_RUN_MS);
        sim_run_check_expectations(run);
    }
}
