/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A case: a trace prepared for judging. Every process of the trace is a lane; a lane knows its commands, the changes of
 * its migration status and of its run state, in order. Rules read lanes and write findings.
 *
 * What blurs a recorded run: a poll is an answer to a question asked a little earlier, and events of two processes arrive
 * by two ways. `blur_ns` bounds that; it is 0 where time is virtual.
 */
#ifndef ORA_CASE_H
#define ORA_CASE_H

#include "oracle/judge.h"

typedef enum { ORA_BY_EVENT, ORA_BY_POLL, ORA_BY_STATE } OraBy;

/* A change of the migration status. */
typedef struct {
    guint index; /* record */
    gint64 t_ns;
    OraMachine machine; /* outgoing or incoming */
    OraStatus from, to; /* from UNKNOWN: not seen */
    OraBy by;
    guint attempt; /* outgoing: 1 for the first `migrate`; 0 before */
} OraMove;

/* Something that shows whether the VM runs. */
typedef struct {
    guint index;
    gint64 t_ns;
    OraRun run;       /* UNKNOWN for the events */
    gboolean running; /* from then on */
    OraBy by;
} OraPulse;

/* A command and its answer. */
typedef struct {
    guint index; /* of the reply (of the request, when no reply follows) */
    gint64 sent_ns, t_ns;
    const char *execute;
    json_t *arguments; /* NULL */
    json_t *ret;       /* NULL on error */
    const char *error_class, *error_desc;
    gboolean ok, oob, no_reply;
    gboolean touches; /* may change whether the VM runs */
} OraCommand;

/* A capability that was set. */
typedef struct {
    gint64 sent_ns;
    const char *name; /* borrowed from the trace */
    gboolean on;
} OraSetting;

/* Rules look at pairs of these; no trace may keep them busy for long. */
enum { ORA_MOVES_MAX = 4096, ORA_COMMANDS_MAX = 4096, ORA_PULSES_MAX = 8192, ORA_LANES_MAX = 128,
       ORA_FINDINGS_OF_RULE_MAX = 20, ORA_FINDINGS_MAX = 500 };

typedef struct {
    OraSide side;
    OraRole role;
    OraRelease release;  /* 0: unknown */
    guint incarnation;   /* 0 for the first process of that side, 1 after its first exit, … */
    GArray *records;     /* guint: indexes of the records, in order of time */
    GArray *commands;    /* OraCommand, in the order they were sent */
    GArray *settings;    /* OraSetting: capabilities that were set, in that order */
    GArray *starts;      /* gint64: when each accepted migrate (without resume) was sent, in order */
    GArray *sets;        /* guint: indexes of the accepted migrate-set-parameters among the commands */
    GArray *moves;       /* OraMove */
    GArray *exact;       /* OraMove out of state records */
    GArray *pulses;      /* OraPulse */
    gint64 clock_ns;     /* time of arrival less the time stamp, of the event in the middle; ORA_ABSENT: too few events */
    gint64 events_ns;    /* the events capability is on from then on; G_MAXINT64: never */
    gint64 start_ns, end_ns;
    const OraRecord *exit; /* NULL: it lived to the end of the trace */
    guint exit_index;
    gboolean incoming;   /* it was started to receive */
    gboolean answers;    /* something came from it: not only commands to a process that has ended, or that nobody reached */
    gboolean killed;     /* a signal was sent to it from outside */
} OraLane;

typedef struct {
    const OraTrace *trace;
    OraRelease source, destination; /* 0: unknown */
    gboolean presumed;    /* the destination's release is taken to be the source's; nobody said so */
    gint64 bound_ns, blur_ns;
    gint64 end_ns;        /* time of the last record */
    gint64 last_fault_ns; /* of the link or a process; ORA_ABSENT: none */
    gboolean virtual_time;
    gboolean scripted;    /* a scripted peer stands in for one side */
    gboolean truncated;   /* a lane has more than the limits below; the rest of it is not judged */
    GArray *order;        /* guint: all records by time, stable */
    GPtrArray *lanes;     /* OraLane, by side, then incarnation */
    GArray *links;        /* guint: records of links, in order of time */
    GPtrArray *findings;
    GPtrArray *surplus;   /* findings beyond the limits; nobody sees them */
} OraCase;

OraCase *ora_case_new(const OraTrace *trace, const OraJudge *judge);
void ora_case_free(OraCase *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OraCase, ora_case_free)

static inline const OraRecord *ora_case_record(const OraCase *c, guint index)
{
    return ora_trace_get(c->trace, index);
}

/* Lanes of the other side that belong to *lane*: of "src": dst, dst2 and so on; of "src3": dst3. i = 0, 1, …; then NULL. */
const OraLane *ora_case_peer(const OraCase *c, const OraLane *lane, guint i);

/* Status of a machine just before *t_ns* as far as events and polls show it; NONE before the first. */
OraStatus ora_lane_status(const OraLane *lane, OraMachine machine, gint64 t_ns);
/* The machine had *status* at some time in [from, to]. */
gboolean ora_lane_had(const OraLane *lane, OraMachine machine, OraStatus status, gint64 from_ns, gint64 to_ns);
/* Whether the VM ran just before *t_ns*: 1 yes, 0 no, -1 not known. */
int ora_lane_running(const OraLane *lane, gint64 t_ns);
/* Run state shown by the last poll before *t_ns*. */
OraRun ora_lane_run(const OraLane *lane, gint64 t_ns);
/* What was asked by *t_ns* is known: an answer came later, or time enough passed for one. A trace may end, or a process die,
 * between what a command did and its reply. */
gboolean ora_lane_answers_after(const OraLane *lane, gint64 t_ns);
/* When the process sent the event *index*: by its time stamp where it has one, but not after it arrived. Events of a process
 * that nobody had time to listen to arrive late, in order. */
gint64 ora_lane_emitted(const OraCase *c, const OraLane *lane, guint index);
/* When the query-migrate of status record *index* was looked at, as far as that can be told: its total-time counts from
 * setup. The answer is written down only when query-status has one, too. */
gint64 ora_lane_looked(const OraCase *c, const OraLane *lane, guint index);
/* Last command of that name sent in [from, to]; NULL. */
const OraCommand *ora_lane_command(const OraLane *lane, const char *execute, gint64 from_ns, gint64 to_ns);
/* Value of a capability at *t_ns*: as set by accepted commands; 1 on, 0 off, -1 not known (its default). */
int ora_lane_capability(const OraLane *lane, const char *name, gint64 t_ns);
/* Value of a parameter as set last by an accepted command before *t_ns*; NULL: its default. */
const json_t *ora_lane_parameter(const OraLane *lane, const char *name, gint64 t_ns);
/* The header's command line of that side has *word* among its words (or within one of them, when *part*): 1 yes, 0 no,
 * -1 no command line known. */
int ora_case_command_line(const OraCase *c, OraRole role, const char *word, gboolean part);
/* The end of a process is recorded by its parent: up to this much later than others saw it. */
static inline gint64 ora_case_exit_lag(const OraCase *c)
{
    return c->virtual_time ? 0 : G_GINT64_CONSTANT(1000000000);
}
/* Something that hurts: an end or a signal of a process, an action on the link that is not part of every run. */
gboolean ora_record_is_fault(const OraRecord *record);
/* Any record of a link with that action in [from, to]. */
gboolean ora_case_action(const OraCase *c, const char *action, gint64 from_ns, gint64 to_ns);

#define ORA_MOVE(lane, i) (&g_array_index((lane)->moves, OraMove, i))
#define ORA_PULSE(lane, i) (&g_array_index((lane)->pulses, OraPulse, i))
#define ORA_COMMAND(lane, i) (&g_array_index((lane)->commands, OraCommand, i))

#endif
