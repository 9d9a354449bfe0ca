/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Who plays, and what comes out.
 */
#include "sim/scenario/run_private.h"

#include "oracle/judge.h"
#include "reference/options/profile.h"
#include "sim/process/target.h"
#include "sim/virtual/world.h"

static const char *const verdict_names[] = { "pass", "known", "FAIL", "skip", "ERROR" };
G_STATIC_ASSERT(G_N_ELEMENTS(verdict_names) == SIM_VERDICT_COUNT);

const char *sim_verdict_name(SimVerdict verdict) { return verdict_names[verdict]; }

/* ---- Findings of the scenario ---- */

OraFinding *sim_run_finding(SimRun *run, const char *id, SimPosition position, OraSide side, const char *sentence)
{
    g_autofree char *rule = g_strdup_printf("%s:%d:%d: %s", run->scenario->path, position.line, position.column, sentence);
    OraFinding *finding = ora_finding_new(id, ORA_GRADE_FAIL, NULL, rule, side, run->world->ops->now_ns(run->world));
    guint length = ora_trace_length(run->trace);

    if (length > 0) {
        ora_finding_record(finding, length - 1);
    }
    g_ptr_array_add(run->result->findings, finding);
    return finding;
}

OraSide sim_run_ora_side(SimSide side) { return side == SIM_SOURCE ? ORA_SRC : ORA_DST; }

OraFinding *sim_run_step_failed(SimRun *run, const char *id, const SimStep *step)
{
    g_autofree char *text = sim_step_to_string(step);

    run->failed = TRUE;
    return sim_run_finding(run, id, step->position, sim_run_ora_side(step->side), text);
}

static void run_done(SimRun *run)
{
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        SimRunSide *side = &run->sides[i];

        g_ptr_array_unref(side->events);
        g_ptr_array_unref(side->seen);
        g_free(side->error_desc);
        json_decref(side->migrate);
    }
    json_decref(run->reply);
    g_array_unref(run->later);
}

static void decide(SimResult *result, const SimRunSetup *setup)
{
    guint bad = ora_findings_bad(result->findings, setup->strict);

    result->verdict = bad > 0 ? SIM_VERDICT_FAIL : SIM_VERDICT_PASS;
    for (guint i = 0; bad == 0 && i < result->findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(result->findings, i);

        if (finding->grade == ORA_GRADE_KNOWN) {
            result->verdict = SIM_VERDICT_KNOWN;
        }
    }
}

static SimResult *refuse(SimResult *result, SimVerdict verdict, const char *reason)
{
    result->verdict = verdict;
    result->reason = g_strdup(reason);
    return result;
}

static char *release_range(SimReleases releases)
{
    return releases.until == 0 ? g_strdup_printf("since qemu-%s", ora_release_name(releases.since))
           : releases.since == 0 ? g_strdup_printf("until qemu-%s", ora_release_name(releases.until))
           : g_strdup_printf("qemu-%s to qemu-%s", ora_release_name(releases.since), ora_release_name(releases.until));
}

/* Who plays and by which release it is judged. FALSE: *result says why it cannot be run. */
static gboolean choose_profiles(SimResult *result, const SimRunSetup *setup, gboolean sim, int releases[SIM_SIDE_COUNT])
{
    const char *targets[SIM_SIDE_COUNT] = {
        setup->target, setup->destination_target != NULL ? setup->destination_target : setup->target,
    };
    const char *profiles[SIM_SIDE_COUNT] = {
        setup->profile, setup->destination_profile != NULL ? setup->destination_profile : setup->profile,
    };

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SimTarget) target = NULL;
        g_autoptr(MigProfile) profile = NULL;
        const char *name = profiles[i];

        if (!sim) {
            target = sim_target_find(targets[i], &error);
            if (target == NULL) {
                refuse(result, g_error_matches(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP) ? SIM_VERDICT_SKIP : SIM_VERDICT_ERROR,
                       error->message);
                return FALSE;
            }
            if (name == NULL) {
                name = target->profile;
            }
        } else if (name == NULL) {
            name = "qemu-7.2";
        }
        if (name != NULL) {
            profile = mig_profile_find(name, &error);
            if (profile == NULL) {
                refuse(result, SIM_VERDICT_ERROR, error->message);
                return FALSE;
            }
            releases[i] = mig_profile_release(profile);
            if (i == SIM_SOURCE) {
                result->profile = g_strdup(mig_profile_name(profile));
            }
        }
    }
    return TRUE;
}

static char *join_changes(const char *one, const char *two)
{
    return one != NULL && two != NULL ? g_strjoin(" ", one, two, NULL) : g_strdup(one != NULL ? one : two);
}

static json_t *command_line(char **globals, gboolean paused, const char *changes)
{
    json_t *words = json_pack("[s]", "engine");

    if (paused) {
        json_array_append_new(words, json_string("-S"));
    }
    for (gsize i = 0; globals != NULL && globals[i] != NULL; i++) {
        json_array_append_new(words, json_string("-global"));
        json_array_append_new(words, json_string(globals[i]));
    }
    if (changes != NULL) {
        json_array_append_new(words, json_string(changes));
    }
    return words;
}

SimResult *sim_run(const SimScenario *scenario, const SimRunSetup *setup)
{
    SimResult *result = g_new0(SimResult, 1);
    const char *target = setup->target != NULL ? setup->target : "sim";
    gboolean sim = g_str_equal(target, "sim");
    int releases[SIM_SIDE_COUNT] = { 0 };
    gint64 real_ns = g_get_monotonic_time() * 1000;
    g_autofree char *capture_name = g_strdelimit(g_strdup(scenario->slug), "/", '-');
    g_autoptr(GError) error = NULL;
    g_autofree char *changes = join_changes(setup->changes, scenario->changes);
    const char *why = sim ? scenario->skip_sim : scenario->skip_real != NULL ? scenario->skip_real :
                      changes != NULL ? "a real target is built as it is, with: and without: are for sim" : NULL;
    SimRun run = {
        .scenario = scenario, .result = result,
        .compare = scenario->compare && !scenario->machine.machine_none && (sim || !scenario->compare_sim_only),
    };
    SimWorldSetup world_setup = {
        .machine = &scenario->machine, .weather = scenario->weather, .target = target, .destination_target = setup->destination_target,
        .seed = setup->seed, .time_scale = setup->time_scale, .tcp = scenario->tcp, .capture_folder = setup->capture,
        .capture_name = capture_name, .changes = changes,
    };
    OraHeader header = { .scenario = scenario->slug, .target = target, .seed = setup->seed, .has_seed = sim, .virtual_time = sim,
                         .memory_expected = run.compare, .last_fault_ns = ORA_ABSENT };

    result->scenario = scenario;
    result->target = g_strdup(target);
    result->findings = ora_findings_new();
    result->trace = run.trace = world_setup.trace = ora_trace_new();
    if (why != NULL) {
        return refuse(result, SIM_VERDICT_SKIP, why);
    }
    if (!choose_profiles(result, setup, sim, releases)) {
        return result;
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        if (!sim_releases_contain(scenario->releases, releases[i])) {
            g_autofree char *range = release_range(scenario->releases);
            g_autofree char *reason = g_strdup_printf("for %s", range);

            return refuse(result, SIM_VERDICT_SKIP, reason);
        }
    }
    run.releases[SIM_SOURCE] = releases[SIM_SOURCE];
    run.releases[SIM_DESTINATION] = releases[SIM_DESTINATION];
    header.source = releases[SIM_SOURCE];
    header.destination = releases[SIM_DESTINATION];
    /* What the judge has to know: whether the VMs wait for cont, options that do not begin at their defaults, an unusual build. */
    ora_trace_append_header(run.trace, &header, command_line(scenario->machine.source_globals, scenario->machine.source_paused, changes),
                            command_line(scenario->machine.destination_globals, scenario->machine.destination_paused, changes), NULL);
    world_setup.profile = result->profile;
    world_setup.destination_profile = setup->destination_profile;
    run.world = sim ? sim_virtual_world_new(&world_setup, setup->choices, &error) : sim_process_world_new(&world_setup, &error);
    if (run.world != NULL) {
        run.later = g_array_new(FALSE, FALSE, sizeof (SimRunLater));
        for (int i = 0; i < SIM_SIDE_COUNT; i++) {
            run.sides[i].events = g_ptr_array_new();
            run.sides[i].seen = g_ptr_array_new();
        }
        sim_run_play(&run, &error);
        result->virtual_ns = sim_run_now_ns(&run);
        if (sim) {
            result->choices = sim_virtual_world_choices(run.world);
            result->choices_at = sim_virtual_world_choices_at(run.world);
        }
        sim_world_free(run.world);
        run_done(&run);
    }
    if (run.too_long) {
        g_autofree char *reason = g_strdup_printf("the run has more than %d records; expected shorter waits, or a link on which it ends",
                                                  SIM_RUN_RECORDS_MAX);

        refuse(result, SIM_VERDICT_ERROR, reason);
    } else if (error != NULL) {
        refuse(result, g_error_matches(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP) ? SIM_VERDICT_SKIP : SIM_VERDICT_ERROR, error->message);
    } else {
        OraJudge judge = { .source = releases[SIM_SOURCE], .destination = releases[SIM_DESTINATION] };
        g_autoptr(GPtrArray) findings = ora_judge(run.trace, &judge);

        while (findings->len > 0) {
            g_ptr_array_add(result->findings, g_ptr_array_steal_index(findings, 0));
        }
        ora_findings_sort(result->findings);
        decide(result, setup);
    }
    result->real_ns = g_get_monotonic_time() * 1000 - real_ns;
    return result;
}

void sim_result_free(SimResult *result)
{
    if (result != NULL) {
        g_free(result->target);
        g_free(result->profile);
        g_free(result->reason);
        g_ptr_array_unref(result->findings);
        ora_trace_free(result->trace);
        if (result->choices_at != NULL) {
            g_array_unref(result->choices_at);
        }
        g_free(result);
    }
}
