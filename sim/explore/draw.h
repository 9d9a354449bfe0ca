/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the files that make scenarios share: the drawing, and lines of a scenario.
 */
#ifndef SIM_EXPLORE_DRAW_H
#define SIM_EXPLORE_DRAW_H

#include "reference/options/profile.h"
#include "sim/choice.h"

#include <glib.h>

/* Classes of options. A case leaves some out altogether ("swarm"): with everything on in every case, most would die early of
 * the same things. */
typedef enum {
    SIM_DRAW_RETURN_PATH = 0, SIM_DRAW_POSTCOPY, SIM_DRAW_MULTIFD, SIM_DRAW_XBZRLE, SIM_DRAW_CAPABILITIES, SIM_DRAW_PARAMETERS,
    SIM_DRAW_WEATHER, SIM_DRAW_CONNECTION_FAULTS, SIM_DRAW_DATA_FAULTS, SIM_DRAW_PROCESS_FAULTS, SIM_DRAW_CANCEL, SIM_DRAW_COMMANDS,
    SIM_DRAW_WORKLOAD, SIM_DRAW_PAUSES, SIM_DRAW_CLASS_COUNT
} SimDrawClass;

typedef struct {
    SimChoices *choices;
    MigProfile *profile;       /* of the source; NULL only for a name that is none */
    MigRelease release, release_destination;
    GString *out;
    guint32 off;               /* classes left out: bits */
    GPtrArray *caps;           /* static names of what is on */
    gboolean postcopy, multifd, damaged, pause;
    gboolean faulted;          /* a connection broke: a source may have completed what its peer never got */
    gboolean ignore_memory;    /* nothing can be said about it */
    gboolean listens;          /* the scenario tells the destination to listen, not the runner */
    gboolean zlib;             /* multifd packs */
    guint channels;            /* of multifd; 0: the default */
    guint64 ram_mib;
} SimDraw;

static inline guint32 sim_draw(SimDraw *g, guint32 n) { return sim_choose(g->choices, n, "generator"); }
static inline gboolean sim_draw_one_in(SimDraw *g, guint32 n) { return sim_draw(g, n) == n - 1; }
static inline gboolean sim_draw_allowed(const SimDraw *g, SimDrawClass class) { return (g->off & 1u << class) == 0; }
static inline const char *sim_draw_pick(SimDraw *g, const char *const *words, guint count) { return words[sim_draw(g, count)]; }
#define SIM_DRAW_PICK(g, ...) \
    sim_draw_pick(g, (const char *const[]) { __VA_ARGS__ }, G_N_ELEMENTS(((const char *const[]) { __VA_ARGS__ })))

/* One line of the scenario, printed. */
void sim_draw_line(SimDraw *g, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A command whose answer is the judge's business. `only_if` is what stands within the braces of if:, or NULL. */
void sim_draw_any(SimDraw *g, const char *side, const char *command, const char *only_if);
/* Short times are as likely as long ones: 50 us to about 1 s. */
void sim_draw_pass(SimDraw *g);
void sim_draw_capabilities(SimDraw *g, const char *side, const char *only_if);   /* switches g->caps on */
/* guest: with a workload of *rate* pages a second; its pattern is drawn here */
void sim_draw_guest(SimDraw *g, const char *contents, guint rate, const char *over);
void sim_draw_weather(SimDraw *g, const char *indent);
void sim_draw_fault(SimDraw *g, gboolean now);
void sim_draw_end(SimDraw *g);                             /* all faults are over; what is at work comes to an end */
void sim_draw_again(SimDraw *g);                           /* after a failure or a cancel: another migration, which succeeds */
/* The destination anew, with its capabilities, and a migrate; both under if: */
void sim_draw_restart(SimDraw *g, const char *only_if);

/* Themes: each writes everything from `guest:` to the last step. */
void sim_draw_rounds(SimDraw *g);
void sim_draw_limits(SimDraw *g);                          /* limits.c: one that is left alone at the limit of its guest */
void sim_draw_tries(SimDraw *g);                           /* tries.c: several migrations, commands in the wrong moment */
void sim_draw_settings(SimDraw *g);                        /* settings.c: options, good ones and bad ones */
void sim_draw_recoveries(SimDraw *g);                      /* recoveries.c: a slow postcopy that is interrupted */
void sim_draw_snapshot(SimDraw *g);                        /* snapshot.c: background-snapshot */

#endif
