/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The end of a run: the guest's memory, who runs the guest, and what else the scenario expects.
 */
#include "sim/scenario/run_private.h"

enum {
    SETTLE_S = 10,             /* for the destination to finish after the source has */
    ALIVE_MS = 250,            /* how long ticks are watched to see who runs */
};

static gboolean wait_run(SimRun *run, SimSide side, const char *state, gint64 within_ns)
{
    gint64 deadline_ns = sim_run_now_ns(run) + within_ns;

    while (g_strcmp0(run->sides[side].run, state) != 0 && !run->sides[side].exited && sim_run_pass_time(run, deadline_ns)) {
        /* on_item() notes the run state */
    }
    return g_strcmp0(run->sides[side].run, state) == 0;
}

static gboolean wait_status(SimRun *run, SimSide side, const char *status, gint64 within_ns)
{
    gint64 deadline_ns = sim_run_now_ns(run) + within_ns;

    while (g_strcmp0(run->sides[side].status, status) != 0 && !run->sides[side].exited && sim_run_pass_time(run, deadline_ns)) {
        /* on_item() notes the status */
    }
    return g_strcmp0(run->sides[side].status, status) == 0;
}

void sim_run_compare_memory(SimRun *run)
{
    const SimScenario *scenario = run->scenario;
    SimRunSide *source = &run->sides[SIM_SOURCE], *destination = &run->sides[SIM_DESTINATION];
    SimMemory memory = { 0 };
    g_autoptr(GError) error = NULL;

    if (!scenario->compare || source->exited || g_strcmp0(source->status, "completed") != 0 || scenario->machine.machine_none) {
        return;
    }
    /* -S keeps the destination still; it has finished when its run state has left inmigrate. */
    if (!wait_status(run, SIM_DESTINATION, "completed", SETTLE_S * 1000 * SIM_RUN_MS)) {
        return;                                                   /* the judge says what this means */
    }
    if (destination->exited) {
        return;                                                   /* it completed, and was killed afterwards */
    }
    (void) wait_run(run, SIM_DESTINATION, source->stopped_in_migration ? "paused" : destination->run, SETTLE_S * 1000 * SIM_RUN_MS);
    if (!run->compare) {
        /* only the guest goes on */
    } else if (run->world->ops->compare_memory(run->world, &memory, &error)) {
        OraMemory record = {
            .moment = "switch-over", .compared = TRUE, .equal = memory.equal, .pages = memory.bytes_compared / 4096,
            .different = memory.pages_different, .first_page = memory.first_difference / 4096,
        };

        ora_trace_append_memory(run->trace, sim_run_now_ns(run), ORA_DST, &record);
        if (!memory.equal && scenario->expect_memory.line > 0) {
            OraFinding *finding = sim_run_finding(run, "scenario.memory", scenario->expect_memory, ORA_DST, "memory: equal");

            ora_finding_expected(finding, "the destination's memory equal to the source's at the switch-over");
            ora_finding_actual(finding, "%" G_GUINT64_FORMAT " pages differ, the first at 0x%" G_GINT64_MODIFIER "x: %s",
                               memory.pages_different, memory.first_difference, memory.detail != NULL ? memory.detail : "");
        }
        g_free(memory.detail);
    } else {
        ora_trace_append_note(run->trace, sim_run_now_ns(run), ORA_RUNNER, NULL, error->message);
    }
    /* A guest that ran until the switch-over goes on. */
    if (source->stopped_in_migration && g_strcmp0(destination->run, "paused") == 0) {
        if (sim_run_tell(run, SIM_DESTINATION, "cont", NULL)) {
            (void) wait_run(run, SIM_DESTINATION, "running", SETTLE_S * 1000 * SIM_RUN_MS);
        }
    }
}

static void who_runs(SimRun *run, gboolean runs[SIM_SIDE_COUNT])
{
    guint64 ticks[SIM_SIDE_COUNT];

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        ticks[i] = run->world->ops->guest_ticks(run->world, (SimSide) i);
    }
    sim_run_let_pass(run, sim_run_now_ns(run) + ALIVE_MS * SIM_RUN_MS);
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        gboolean alive = run->world->ops->running(run->world, (SimSide) i) && !run->sides[i].exited;

        runs[i] = alive && (run->scenario->machine.machine_none ? g_strcmp0(run->sides[i].run, "running") == 0
                            : run->world->ops->guest_ticks(run->world, (SimSide) i) > ticks[i]);
    }
}

/* ---- Expectations ---- */

static void check_running(SimRun *run)
{
    static const char *const names[] = { "any", "the source alone", "the destination alone", "neither side", "both sides" };
    gboolean runs[SIM_SIDE_COUNT];

    if (run->scenario->expect_running->len == 0) {
        return;
    }
    who_runs(run, runs);
    for (guint i = 0; i < run->scenario->expect_running->len; i++) {
        const SimExpectRunning *expect = g_ptr_array_index(run->scenario->expect_running, i);
        SimRunning got = runs[0] ? (runs[1] ? SIM_RUNNING_BOTH : SIM_RUNNING_SOURCE) : runs[1] ? SIM_RUNNING_DESTINATION : SIM_RUNNING_NEITHER;

        if (!sim_releases_contain(expect->releases, run->releases[SIM_SOURCE])) {
            continue;
        }
        if (expect->running != SIM_RUNNING_ANY && expect->running != got) {
            OraFinding *finding = sim_run_finding(run, "scenario.running", expect->position, ORA_RUNNER, "who runs the guest at the end");

            ora_finding_expected(finding, "%s", names[expect->running]);
            ora_finding_actual(finding, "%s", names[got]);
        }
        break;
    }
}

static void check_events(SimRun *run, const SimExpectEvents *expect)
{
    const SimRunSide *side = &run->sides[expect->side];
    gboolean capitals = FALSE, good = TRUE;
    guint at = 0;
    g_autoptr(GString) got = g_string_new(NULL);
    g_autofree char *wanted = g_strjoinv(", ", expect->wanted);

    for (guint i = 0; expect->wanted[i] != NULL; i++) {
        capitals = capitals || g_ascii_isupper(expect->wanted[i][0]);
    }
    for (guint i = 0; i < side->events->len; i++) {
        const char *event = g_ptr_array_index(side->events, i);

        if (!capitals && g_ascii_isupper(event[0])) {
            continue;
        }
        g_string_append_printf(got, "%s%s", got->len > 0 ? ", " : "", event);
        if (expect->wanted[at] != NULL && g_str_equal(expect->wanted[at], event)) {
            at++;
        } else if (expect->exactly) {
            good = FALSE;
        }
    }
    good = good && expect->wanted[at] == NULL;
    if (!good) {
        OraFinding *finding = sim_run_finding(run, "scenario.events", expect->position, sim_run_ora_side(expect->side), "events of this side");

        ora_finding_expected(finding, "%s%s", wanted, expect->exactly ? " and nothing else" : ", others may come between");
        ora_finding_actual(finding, "%s", got->len > 0 ? got->str : "none");
    }
}

static gboolean exit_is(const SimRunSide *side, const char *wanted)
{
    if (g_str_equal(wanted, "none")) {
        return !side->exited;
    }
    if (g_str_has_prefix(wanted, "signal ")) {
        return side->exited && side->exit_signal == (int) g_ascii_strtoull(wanted + 7, NULL, 10);
    }
    return side->exited && side->exit_signal == 0 && side->exit_code == (int) g_ascii_strtoull(wanted, NULL, 10);
}

static void check_fact(SimRun *run, const SimExpectFact *expect)
{
    static const char *const sentences[] = { "status at the end", "run state at the end", "how the process ended", "error-desc at the end" };
    const SimRunSide *side = &run->sides[expect->side];
    g_autofree char *wanted = g_strjoinv(" or ", expect->wanted);
    gboolean good = FALSE;

    for (guint i = 0; expect->wanted[i] != NULL && !good; i++) {
        switch (expect->kind) {
        case SIM_FACT_STATUS:
            good = g_strcmp0(side->status != NULL ? side->status : "none", expect->wanted[i]) == 0;
            break;
        case SIM_FACT_RUN:
            good = !side->exited && g_strcmp0(side->run, expect->wanted[i]) == 0;
            break;
        case SIM_FACT_EXIT:
            good = exit_is(side, expect->wanted[i]);
            break;
        case SIM_FACT_ERROR_DESC:
            good = g_strcmp0(side->error_desc, expect->wanted[i]) == 0;
            break;
        }
    }
    if (!good) {
        OraFinding *finding = sim_run_finding(run, "scenario.end", expect->position, sim_run_ora_side(expect->side), sentences[expect->kind]);
        g_autofree char *state = sim_run_state(run, expect->side);

        ora_finding_expected(finding, "%s", wanted);
        ora_finding_actual(finding, "%s", state);
    }
}

static void check_number(SimRun *run, const SimExpectNumber *expect, json_t *migrate)
{
    g_auto(GStrv) path = g_strsplit(expect->member, ".", -1);
    json_t *value = migrate;

    for (guint i = 0; path[i] != NULL; i++) {
        value = json_object_get(value, path[i]);
    }
    if (!json_is_integer(value) || (expect->has_min && json_integer_value(value) < expect->min)
        || (expect->has_max && json_integer_value(value) > expect->max)) {
        OraFinding *finding = sim_run_finding(run, "scenario.number", expect->position, ORA_SRC, expect->member);
        g_autofree char *got = sim_run_dumps(value);

        ora_finding_expected(finding, "%s%" G_GINT64_FORMAT, !expect->has_max ? "at least " : !expect->has_min ? "at most " : "", expect->min);
        ora_finding_actual(finding, "%s", got);
    }
}

static void check_numbers(SimRun *run)
{
    json_t *reply;

    if (run->scenario->expect_numbers->len == 0) {
        return;
    }
    reply = sim_run_ask(run, SIM_SOURCE, "query-migrate", NULL, FALSE, SIM_RUN_REPLY_S * 1000 * SIM_RUN_MS);
    for (guint i = 0; i < run->scenario->expect_numbers->len; i++) {
        const SimExpectNumber *expect = g_ptr_array_index(run->scenario->expect_numbers, i);

        if (sim_releases_contain(expect->releases, run->releases[SIM_SOURCE])) {
            check_number(run, expect, json_object_get(reply, "return"));
        }
    }
    json_decref(reply);
}

/* The first entry of each side whose releases match counts. */
void sim_run_check_expectations(SimRun *run)
{
    const SimScenario *scenario = run->scenario;
    gboolean events_done[SIM_SIDE_COUNT] = { FALSE };

    check_running(run);
    check_numbers(run);
    for (guint i = 0; i < scenario->expect_events->len; i++) {
        const SimExpectEvents *expect = g_ptr_array_index(scenario->expect_events, i);

        if (!events_done[expect->side] && sim_releases_contain(expect->releases, run->releases[expect->side])) {
            events_done[expect->side] = TRUE;
            check_events(run, expect);
        }
    }
    for (guint i = 0; i < scenario->expect_facts->len; i++) {
        const SimExpectFact *expect = g_ptr_array_index(scenario->expect_facts, i);

        if (sim_releases_contain(expect->releases, run->releases[expect->side])) {
            check_fact(run, expect);
        }
    }
    for (guint i = 0; i < run->later->len; i++) {
        SimRunLater later = g_array_index(run->later, SimRunLater, i);
        const SimExpectReply *expect = sim_run_expected_reply(run, later.step);

        if (expect == NULL || !expect->any) {
            OraFinding *finding = sim_run_step_failed(run, "scenario.reply", later.step);

            ora_finding_expected(finding, "a reply before the end");
            ora_finding_actual(finding, "none");
        }
    }
}
