/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Random scenarios: made, run each in a process of its own, made smaller.
 */
#ifndef SIM_EXPLORE_EXPLORE_H
#define SIM_EXPLORE_EXPLORE_H

#include <glib.h>

/* One case: a scenario as text, which is all that is needed to see it again. */
typedef struct {
    guint64 number;            /* within the exploration */
    guint64 seed;              /* of the run */
    char *profile;
    char *swarm;               /* the classes of options that were left out: "faults, multifd"; "" none */
    char *text;                /* the scenario; its comments name profile and seed (sim_explore_marks()) */
} SimExploreCase;

/* A function of its arguments only. `profile` NULL: drawn; `theme` NULL: drawn, else one of sim_explore_themes(). */
SimExploreCase *sim_explore_generate(guint64 seed, guint64 number, const char *profile, const char *theme);
const char *const *sim_explore_themes(void);               /* NULL-terminated, static */
void sim_explore_case_free(SimExploreCase *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimExploreCase, sim_explore_case_free)

typedef enum {
    SIM_EXPLORE_CLEAN = 0,
    SIM_EXPLORE_FINDING,       /* grade fail */
    SIM_EXPLORE_CRASH,         /* the engine or the judge died */
    SIM_EXPLORE_HANG,          /* it did not end in time */
    SIM_EXPLORE_BROKEN         /* the scenario is not one, or could not be set up: the generator's mistake */
} SimExploreEnd;

typedef struct {
    SimExploreEnd end;
    char *rule;                /* what a smaller case has to show too: id of the first finding, "crash 6", "hang"; "" clean */
    char *text;                /* failure blocks or the reason, for people */
    guint64 choices;           /* answers that the run needed */
} SimExploreOutcome;

void sim_explore_outcome_clear(SimExploreOutcome *outcome);

/* A run in a child process. The caller reads fd to its end, or gives up at its time limit, and hands both over to finish(). */
typedef struct {
    int pid, fd;
    gint64 deadline_us;        /* monotonic */
    GString *heard;
} SimExploreChild;

/* `path` names the scenario in reports. FALSE: no process could be made. */
gboolean sim_explore_child_start(SimExploreChild *child, const char *path, const char *text, const char *profile, guint64 seed);
/* Takes what there is to read; TRUE at the end of the run or behind its deadline. */
gboolean sim_explore_child_poll(SimExploreChild *child);
/* Ends the child if it still runs. */
void sim_explore_child_finish(SimExploreChild *child, SimExploreOutcome *ret_outcome);
/* All of it, waiting. */
gboolean sim_explore_run(const char *path, const char *text, const char *profile, guint64 seed, SimExploreOutcome *ret_outcome);

/* Reads "--profile" and "--seed" out of the line "# Run:" of a saved scenario. *ret_profile is freed by the caller and NULL where
 * nothing is said; *ret_seed is left alone then. */
void sim_explore_marks(const char *text, char **ret_profile, guint64 *ret_seed);

/* Leaves out what is not needed: steps, keys, members of flow mappings; makes sizes and numbers smaller. A text is kept when
 * still_fails() says so; it is asked `budget` times at most. Caller frees. */
typedef gboolean SimExploreStillFails(const char *text, gpointer opaque);
char *sim_explore_shrink(const char *text, guint budget, SimExploreStillFails *still_fails, gpointer opaque);

/* Written to a temporary file in the same folder and renamed. */
gboolean sim_explore_save(const char *path, const char *text, GError **error);

#endif
