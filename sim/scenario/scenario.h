/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A scenario as read from its file: data only. scenarios/README.md is the language for people.
 */
#ifndef SIM_SCENARIO_SCENARIO_H
#define SIM_SCENARIO_SCENARIO_H

#include "sim/link/description.h"
#include "sim/world.h"

#include <glib.h>
#include <jansson.h>

/* Releases as major * 100 + minor; 0: open. */
typedef struct { int since, until; } SimReleases;

typedef struct {
    int line, column;          /* from 1 */
} SimPosition;

typedef enum {
    SIM_STEP_COMMAND = 0, SIM_STEP_RAW, SIM_STEP_WAIT, SIM_STEP_AFTER, SIM_STEP_AT, SIM_STEP_FAULT, SIM_STEP_WEATHER, SIM_STEP_HEAL,
    SIM_STEP_RESTART, SIM_STEP_STOP
} SimStepKind;

/* What a reply must be, for some releases; the first whose releases match counts. */
typedef struct {
    SimReleases releases;
    SimPosition position;
    gboolean any;              /* any reply will do */
    gboolean error;            /* an error is expected; else a return */
    char *error_class;         /* NULL: any */
    char *error_text;          /* NULL: any */
    json_t *value;             /* return: must contain this (members of objects; equality otherwise); NULL: any */
} SimExpectReply;

typedef enum { SIM_WAIT_FOR_STATUS = 0, SIM_WAIT_FOR_EVENT, SIM_WAIT_FOR_RUN, SIM_WAIT_FOR_PASS, SIM_WAIT_FOR_EXIT } SimWaitKind;

typedef struct {
    SimStepKind kind;
    SimPosition position;
    SimReleases releases;      /* the step is left out in other releases */
    char **only_if[SIM_SIDE_COUNT];    /* left out unless the side has one of these statuses then; NULL: whatever it has */
    SimSide side;              /* COMMAND, RAW, WAIT, RESTART, STOP */
    /* COMMAND */
    char *command;
    json_t *arguments;         /* NULL: none; strings may contain {link} */
    gboolean oob;
    gboolean no_wait;          /* the reply is awaited at the end only */
    GPtrArray *expect;         /* SimExpectReply*; empty: a return */
    /* RAW */
    char *raw;
    /* WAIT */
    SimWaitKind wait;
    char **wanted;             /* statuses, run states or an event: any of them; NULL-terminated */
    guint64 wanted_pass;
    gint64 within_ns;
    /* AFTER: since the step before; AT: since the first step */
    gint64 time_ns;
    /* FAULT */
    SimFault *fault;
    /* WEATHER */
    SimWeather weather;
    /* STOP */
    SimStop stop;
} SimStep;

/* A list of statuses or events of one side. */
typedef struct {
    SimSide side;
    SimReleases releases;
    SimPosition position;
    gboolean exactly;          /* the whole list, else a subsequence */
    char **wanted;
} SimExpectEvents;

typedef enum { SIM_RUNNING_ANY = 0, SIM_RUNNING_SOURCE, SIM_RUNNING_DESTINATION, SIM_RUNNING_NEITHER, SIM_RUNNING_BOTH } SimRunning;

/* A single fact about a side at the end. */
typedef enum { SIM_FACT_STATUS = 0, SIM_FACT_RUN, SIM_FACT_EXIT, SIM_FACT_ERROR_DESC } SimFactKind;
typedef struct {
    SimFactKind kind;
    SimSide side;
    SimReleases releases;
    SimPosition position;
    char **wanted;             /* any of them */
} SimExpectFact;

typedef struct {
    SimReleases releases;
    SimPosition position;
    SimRunning running;
} SimExpectRunning;

/* A bound on a number of query-migrate of the source at the end: "downtime", "total-time", "ram.dirty-sync-count", … */
typedef struct {
    SimPosition position;
    SimReleases releases;
    char *member;
    gboolean has_min, has_max;
    gint64 min, max;
} SimExpectNumber;

typedef struct {
    char *path;                /* as given */
    char *slug;                /* path below the scenario folder without .yaml, or the base name */
    char *title;
    SimReleases releases;
    char **needs;              /* "tcp", … NULL-terminated, never NULL */
    char *changes;             /* "with:block without:replication": build and host of the engine; NULL: the usual ones */
    char *skip_sim, *skip_real;        /* why it does not run there; NULL: it does */
    char **known;              /* ids of quirks that may show; NULL-terminated, never NULL */
    SimMachine machine;
    SimWeather weather;
    gboolean events;           /* the runner switches the capability on */
    gboolean listens;          /* the runner tells the destination to listen */
    gboolean compare;          /* memory is compared when the migration completed */
    gboolean compare_sim_only; /* real targets are known to lose writes here; the scenario's note says why */
    gboolean tcp;              /* needs a link that is TCP on real targets too */
    GPtrArray *steps;          /* SimStep* */
    GPtrArray *expect_events;  /* SimExpectEvents* */
    GPtrArray *expect_facts;   /* SimExpectFact* */
    GPtrArray *expect_running; /* SimExpectRunning* */
    GPtrArray *expect_numbers; /* SimExpectNumber* */
    SimPosition expect_memory; /* line 0: not said */
} SimScenario;

SimScenario *sim_scenario_new(void);
void sim_scenario_free(SimScenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimScenario, sim_scenario_free)
SimStep *sim_step_new(SimStepKind kind, SimPosition position);

gboolean sim_releases_contain(SimReleases releases, int release);      /* release 0 (not known): TRUE */
/* One line of a step for notes and reports: "source: migrate", "wait: source active". Caller frees. */
char *sim_step_to_string(const SimStep *step);

/* Reads a file. On failure every problem is appended to `problems`, one line each with newline:
 * "file:line:column: what is wrong, what was expected", sorted by position; NULL is returned. */
SimScenario *sim_scenario_load(const char *path, GString *problems);
/* The same from memory; `name` stands for the file. */
SimScenario *sim_scenario_parse(const char *name, const char *text, gsize size, GString *problems);

#endif
