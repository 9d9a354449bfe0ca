/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A trace: everything that was seen of one run, in order of time. Structs in memory, JSON Lines on disk (oracle/README.md,
 * oracle/trace.schema.json). Whatever runs a scenario appends to one; the judge reads it and knows nothing else.
 *
 * Ownership: a trace owns its records, their JSON and their strings. Functions that take a json_t * take over ("steal")
 * one reference, also when they fail; NULL stands for "no such member". Strings are copied. A record pointer is valid
 * until the next append.
 */
#ifndef ORA_TRACE_H
#define ORA_TRACE_H

#include "oracle/names.h"

#include <glib.h>
#include <jansson.h>

typedef enum {
    ORA_KIND_HEADER,  /* first line: releases, command lines, seed, target */
    ORA_KIND_EVENT,   /* QMP event; or what was done to a process (harness); on a link: an action */
    ORA_KIND_STATUS,  /* returns of query-migrate and query-status, guest ticks */
    ORA_KIND_REQUEST, /* QMP command as it was sent */
    ORA_KIND_REPLY,   /* its answer */
    ORA_KIND_EXIT,    /* end of a process */
    ORA_KIND_STATE,   /* a change of state seen from inside, at its exact time */
    ORA_KIND_STREAM,  /* a record of the migration stream, seen on the link */
    ORA_KIND_MEMORY,  /* comparison of guest memory, or a digest of it */
    ORA_KIND_NOTE,    /* step of the scenario, remark of the runner */
    ORA_N_KINDS
} OraKind;

OraKind ora_kind_parse(const char *name); /* ORA_N_KINDS when it is none */
const char *ora_kind_name(OraKind kind);

/* The events that rules look at; others are ORA_EVENT_OTHER and known by their name. */
typedef enum {
    ORA_EVENT_OTHER,
    ORA_EVENT_MIGRATION,      /* .status */
    ORA_EVENT_MIGRATION_PASS, /* .number */
    ORA_EVENT_STOP,
    ORA_EVENT_RESUME,
    ORA_EVENT_RESET,
    ORA_EVENT_SHUTDOWN,
    ORA_EVENT_COLO_EXIT,
    ORA_EVENT_HARNESS,        /* something was done to the process from outside; data: signal, uri */
    ORA_EVENT_ACTION,         /* on a link; .name is the action: connected, eof, hole, heal, cut, … */
} OraEvent;

/* The numbers of one query-migrate return. A member that was absent is ORA_ABSENT. */
#define ORA_ABSENT G_MININT64
typedef struct {
    gint64 total_time_ms, setup_time_ms, downtime_ms, expected_downtime_ms;
    gint64 remaining_all;         /* top-level member "remaining" (11.1) */
    gint64 cpu_throttle_percent;
    gint64 total, transferred, remaining, duplicate, skipped, normal, normal_bytes;
    gint64 dirty_pages_rate, dirty_sync_count, page_size, postcopy_requests, multifd_bytes, pages_per_second;
    gint64 precopy_bytes, downtime_bytes, postcopy_bytes, missed_zero_copy;
    double mbps;                  /* NaN when absent */
} OraStats;

/* A record of the stream as the walker calls it. */
typedef struct {
    const char *channel; /* "main", "main-2", "rp", "preempt", "multifd0", … */
    const char *record;  /* "header", "configuration", "section-start", "page", "command", … */
    const char *name;    /* idstr, command or block name; NULL when there is none */
    guint64 offset;      /* first byte within the channel */
    guint64 size;        /* bytes */
    gint64 section;      /* section id, or ORA_ABSENT */
    gint64 value;        /* flags, command number, or ORA_ABSENT */
    gboolean back;       /* from destination to source */
} OraStream;

/* A comparison of memory. */
typedef struct {
    const char *moment;    /* "switch-over", "end", … */
    const char *digest;    /* of this side's memory, NULL when not made */
    gboolean compared;     /* the next three mean something */
    gboolean equal;
    guint64 pages;         /* compared */
    guint64 different;     /* pages */
    const char *block;     /* of the first different page; NULL */
    guint64 first_page;    /* its index in the block */
} OraMemory;

typedef enum { ORA_MACHINE_OUTGOING, ORA_MACHINE_INCOMING, ORA_MACHINE_RUN } OraMachine;

typedef struct OraRecord {
    gint64 t_ns;      /* since the start of the run; virtual where time is virtual */
    OraSide side;
    OraKind kind;
    guint line;       /* in the file it was read from, 1 …; 0 when it was appended */
    json_t *data;     /* the member "data" as read; NULL when the fields below say it all */
    union {
        struct {
            OraEvent event;
            OraStatus status;       /* MIGRATION */
            gint64 number;          /* MIGRATION_PASS: the pass; link action: conn; else ORA_ABSENT */
            const char *name;       /* "MIGRATION", or the action of a link */
            guint thinned;          /* records left out before this one */
        } event;
        struct {
            OraStatus status;       /* of query-migrate; NONE when it has no member "status" */
            OraRun run;
            gboolean running;       /* member "running" of query-status */
            gint64 guest_ticks;     /* ORA_ABSENT when not counted */
            const char *error_desc; /* of query-migrate; NULL */
            const OraStats *stats;  /* NULL when there are none */
            json_t *migrate;        /* borrowed from data; NULL when the query had no answer */
            json_t *query_status;
        } status;
        struct {
            const char *execute;
            json_t *arguments;      /* borrowed from data; NULL */
            json_t *ret;            /* reply: NULL on error or no reply */
            const char *error_class, *error_desc;
            gint64 sent_ns;         /* reply: when the request left */
            gboolean oob, no_reply;
        } command;                  /* request, reply */
        struct {
            int code;               /* -1: none */
            int signal;             /* 0: none */
            gboolean teardown;      /* killed because the run was over */
            json_t *err;            /* last lines on stderr, array of strings; borrowed; NULL */
        } exit;
        struct {
            OraMachine machine;
            int from, to;           /* OraStatus, or OraRun for ORA_MACHINE_RUN */
        } state;
        OraStream stream;
        OraMemory memory;
        struct {
            const char *where;      /* "file.yaml:12: steps[3]"; NULL */
            const char *text;
        } note;
    };
} OraRecord;

typedef struct {
    OraRelease source, destination; /* 0: not said */
    const char *scenario, *target;  /* NULL: not said */
    guint64 seed;
    gboolean has_seed;
    gboolean virtual_time;          /* times are exact; nothing is blurred by polling or by arrival */
    gboolean memory_expected;       /* the runner promises a memory record when the migration completes */
    gint64 last_fault_ns;           /* ORA_ABSENT: not said */
} OraHeader;

typedef struct OraTrace OraTrace;

OraTrace *ora_trace_new(void);
void ora_trace_free(OraTrace *trace); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OraTrace, ora_trace_free)

guint ora_trace_length(const OraTrace *trace);
const OraRecord *ora_trace_get(const OraTrace *trace, guint index); /* NULL behind the end */
const OraHeader *ora_trace_header(const OraTrace *trace);           /* never NULL; zeroes when there is none */

/* Appending. Times need not be sorted; the judge sorts a copy (stable). All return the index of the record. */

/* The first record of a trace. *command lines*: arrays of strings, or NULL; *options*: an object with whatever else
 * reproduces the run, or NULL. */
guint ora_trace_append_header(OraTrace *trace, const OraHeader *header, json_t *source_command,
                              json_t *destination_command, json_t *options);
guint ora_trace_append_event(OraTrace *trace, gint64 t_ns, OraSide side, const char *event, json_t *data);
/* Data as it stands in a trace file, from somebody who may send anything: an event with its time stamp, or what was done
 * to a process ("harness"). FALSE, with nothing appended and the reason in *ret_problem (static): it does not fit. */
gboolean ora_trace_append_whole(OraTrace *trace, gint64 t_ns, OraSide side, OraKind kind, json_t *data,
                                const char **ret_problem);
guint ora_trace_append_migration(OraTrace *trace, gint64 t_ns, OraSide side, OraStatus status); /* event MIGRATION */
guint ora_trace_append_pass(OraTrace *trace, gint64 t_ns, OraSide side, gint64 pass);           /* MIGRATION_PASS */
/* *data*: further members beside "action", or NULL. */
guint ora_trace_append_action(OraTrace *trace, gint64 t_ns, OraSide link, const char *action, json_t *data);
/* *migrate*, *run*: returns of query-migrate and query-status (NULL: not asked or no answer); ticks: ORA_ABSENT. */
guint ora_trace_append_status(OraTrace *trace, gint64 t_ns, OraSide side, json_t *migrate, json_t *run,
                              gint64 guest_ticks);
guint ora_trace_append_request(OraTrace *trace, gint64 t_ns, OraSide side, const char *execute, json_t *arguments,
                               gboolean oob);
/* A return value, or an error (class and text), or neither: no reply came. */
guint ora_trace_append_reply(OraTrace *trace, gint64 t_ns, gint64 sent_ns, OraSide side, const char *execute,
                             json_t *arguments, json_t *ret, const char *error_class, const char *error_desc,
                             gboolean oob);
/* *err*: array of strings, or NULL. */
guint ora_trace_append_exit(OraTrace *trace, gint64 t_ns, OraSide side, int code, int signal, gboolean teardown,
                            json_t *err);
guint ora_trace_append_state(OraTrace *trace, gint64 t_ns, OraSide side, OraMachine machine, int from, int to);
guint ora_trace_append_stream(OraTrace *trace, gint64 t_ns, OraSide link, const OraStream *stream);
guint ora_trace_append_memory(OraTrace *trace, gint64 t_ns, OraSide side, const OraMemory *memory);
guint ora_trace_append_note(OraTrace *trace, gint64 t_ns, OraSide side, const char *where, const char *text);

/* Reading. A damaged file gives an error that begins with "name:line:column: ". Nothing is read partially. */
typedef enum { ORA_TRACE_ERROR_SYNTAX, ORA_TRACE_ERROR_SCHEMA, ORA_TRACE_ERROR_LIMIT, ORA_TRACE_ERROR_IO } OraTraceError;
#define ORA_TRACE_ERROR (ora_trace_error_quark())
GQuark ora_trace_error_quark(void);

/* Limits of what is read. */
enum {
    ORA_TRACE_LINE_BYTES_MAX = 4 << 20,
    ORA_TRACE_FILE_BYTES_MAX = 512 << 20,
    ORA_TRACE_RECORDS_MAX = 2000000,
};
G_GNUC_WARN_UNUSED_RESULT OraTrace *ora_trace_read(const char *path, GError **error);
/* *name* stands in for the path in messages. */
G_GNUC_WARN_UNUSED_RESULT OraTrace *ora_trace_parse(const char *name, const char *text, gsize length, GError **error);

/* Writing: one line per record; the same records give the same bytes everywhere. To a temporary file beside *path*,
 * renamed when whole. */
void ora_trace_print(const OraTrace *trace, GString *out);
void ora_trace_print_record(const OraTrace *trace, guint index, GString *out); /* without the line's end */
G_GNUC_WARN_UNUSED_RESULT gboolean ora_trace_write(const OraTrace *trace, const char *path, GError **error);

#endif
