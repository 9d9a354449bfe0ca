/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * expect: of a scenario: events, states, numbers and memory at the end.
 */
#include "sim/scenario/load_private.h"

#include "oracle/names.h"

typedef struct { SimSide side; SimFactKind kind; } FactPlace;

static void events_exactly(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimExpectEvents *events = opaque;

    events->exactly = TRUE;
    g_strfreev(events->wanted);
    events->wanted = sim_node_texts(loader->yaml, value, "statuses (active) and events (STOP)");
}

static void expect_events_of(SimLoader *loader, SimNode value, SimReleases releases, gpointer opaque)
{
    static const SimLoadKey keys[] = { { "exactly", events_exactly } };
    SimExpectEvents *events = g_new0(SimExpectEvents, 1);

    events->side = (SimSide) GPOINTER_TO_INT(opaque);
    events->releases = releases;
    events->position = value.position;
    g_ptr_array_add(loader->scenario->expect_events, events);
    if (sim_node_is_mapping(value)) {
        SIM_LOAD_KEYS(loader, value, keys, "events", events);
    } else {
        events->wanted = sim_node_texts(loader->yaml, value, "statuses (active) and events (STOP)");
    }
    for (guint i = 0; events->wanted != NULL && events->wanted[i] != NULL; i++) {
        if (!g_ascii_isupper(events->wanted[i][0]) && ora_status_parse(events->wanted[i]) == ORA_STATUS_UNKNOWN) {
            SIM_LOAD_PROBLEM(loader, value, "'%s', expected a migration status as active, or an event in capitals as STOP", events->wanted[i]);
        }
    }
}

static void expect_events_source(SimLoader *loader, SimNode value, gpointer opaque) { sim_load_by_release(loader, value, expect_events_of, GINT_TO_POINTER(SIM_SOURCE)); }
static void expect_events_destination(SimLoader *loader, SimNode value, gpointer opaque) { sim_load_by_release(loader, value, expect_events_of, GINT_TO_POINTER(SIM_DESTINATION)); }

static void expect_events(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const SimLoadKey keys[] = { { "source", expect_events_source }, { "destination", expect_events_destination } };

    SIM_LOAD_KEYS(loader, value, keys, "events", NULL);
}

static void expect_fact_of(SimLoader *loader, SimNode value, SimReleases releases, gpointer opaque)
{
    const FactPlace *place = opaque;
    SimExpectFact *fact = g_new0(SimExpectFact, 1);

    *fact = (SimExpectFact) { .kind = place->kind, .side = place->side, .releases = releases, .position = value.position };
    g_ptr_array_add(loader->scenario->expect_facts, fact);
    fact->wanted = sim_node_texts(loader->yaml, value, place->kind == SIM_FACT_EXIT ? "an exit status, signal N, or none" : "one or more words");
    if (place->kind == SIM_FACT_STATUS || place->kind == SIM_FACT_RUN) {
        sim_load_check_states(loader, value, fact->wanted, place->kind == SIM_FACT_RUN);
    }
    for (guint i = 0; place->kind == SIM_FACT_EXIT && fact->wanted != NULL && fact->wanted[i] != NULL; i++) {
        const char *text = fact->wanted[i];
        const char *digits = g_str_has_prefix(text, "signal ") ? text + 7 : text;

        if (!g_str_equal(text, "none") && !g_ascii_string_to_unsigned(digits, 10, 0, 255, NULL, NULL)) {
            SIM_LOAD_PROBLEM(loader, value, "'%s', expected an exit status, signal N, or none", text);
        }
    }
}

static void fact_source(SimLoader *loader, SimNode value, gpointer opaque)
{
    FactPlace place = { SIM_SOURCE, (SimFactKind) GPOINTER_TO_INT(opaque) };
    sim_load_by_release(loader, value, expect_fact_of, &place);
}

static void fact_destination(SimLoader *loader, SimNode value, gpointer opaque)
{
    FactPlace place = { SIM_DESTINATION, (SimFactKind) GPOINTER_TO_INT(opaque) };
    sim_load_by_release(loader, value, expect_fact_of, &place);
}

static const SimLoadKey fact_keys[] = { { "source", fact_source }, { "destination", fact_destination } };

static void expect_status(SimLoader *loader, SimNode value, gpointer opaque) { SIM_LOAD_KEYS(loader, value, fact_keys, "status", GINT_TO_POINTER(SIM_FACT_STATUS)); }
static void expect_run(SimLoader *loader, SimNode value, gpointer opaque) { SIM_LOAD_KEYS(loader, value, fact_keys, "run", GINT_TO_POINTER(SIM_FACT_RUN)); }
static void expect_exit(SimLoader *loader, SimNode value, gpointer opaque) { SIM_LOAD_KEYS(loader, value, fact_keys, "exit", GINT_TO_POINTER(SIM_FACT_EXIT)); }
static void expect_error(SimLoader *loader, SimNode value, gpointer opaque) { SIM_LOAD_KEYS(loader, value, fact_keys, "error-desc", GINT_TO_POINTER(SIM_FACT_ERROR_DESC)); }

static void expect_running_of(SimLoader *loader, SimNode value, SimReleases releases, gpointer opaque)
{
    static const char *const names[] = { "any", "source", "destination", "neither", "both" };
    SimExpectRunning *running = g_new0(SimExpectRunning, 1);
    guint which = 0;

    (void) sim_load_choice(loader, value, names, G_N_ELEMENTS(names), &which);
    *running = (SimExpectRunning) { .releases = releases, .position = value.position, .running = (SimRunning) which };
    g_ptr_array_add(loader->scenario->expect_running, running);
}

static void expect_running(SimLoader *loader, SimNode value, gpointer opaque) { sim_load_by_release(loader, value, expect_running_of, NULL); }

static void expect_memory(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "equal", "ignore", "equal-on-sim" };
    guint which;

    if (sim_load_choice(loader, value, names, G_N_ELEMENTS(names), &which)) {
        if (which != 1) {
            loader->scenario->expect_memory = value.position;
        }
        loader->scenario->compare = which != 1;
        loader->scenario->compare_sim_only = which == 2;
    }
}

static void number_of(SimLoader *loader, SimNode value, SimReleases releases, gpointer opaque)
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
        SIM_LOAD_PROBLEM(loader, value, "'%s', expected a bound: \"<= 500\", \">= 3\" or a number", text);
    }
    number->min = number->max = bound;
}

static void visit_number(SimYaml *yaml, const char *key, SimPosition position, SimNode value, gpointer opaque)
{
    sim_load_by_release(opaque, value, number_of, (gpointer) key);
}

static void expect_numbers(SimLoader *loader, SimNode value, gpointer opaque)
{
    sim_node_each_member(loader->yaml, value, "members of query-migrate with bounds", visit_number, loader);
}

void sim_load_expect(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const SimLoadKey keys[] = {
        { "events", expect_events }, { "status", expect_status }, { "run", expect_run }, { "running", expect_running },
        { "memory", expect_memory }, { "exit", expect_exit }, { "error-desc", expect_error }, { "query-migrate", expect_numbers },
    };

    SIM_LOAD_KEYS(loader, value, keys, "expect", NULL);
}
