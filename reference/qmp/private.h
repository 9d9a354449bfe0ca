/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Shared by the files of this directory only.
 */
#ifndef MIG_QMP_PRIVATE_H
#define MIG_QMP_PRIVATE_H

#include "reference/qmp/monitor.h"
#include "reference/qmp/parser.h"
#include "reference/qmp/printer.h"
#include "reference/qmp/schema.h"

/* At most so many in-band requests wait while out-of-band execution is enabled (spec/qmp.md 9). */
enum { MIG_REQUEST_QUEUE_MAX = 8 };

/* A message that waits for its turn: a value, or the error to be reported for it. */
typedef struct {
    MigValue *value;
    GError *error;
} MigRequest;

struct MigMonitor {
    MigQmp *qmp;
    char *chardev, *filename;
    gboolean pretty, yankable;
    void (*output)(gpointer opaque, const char *bytes, gsize size);
    void (*shutdown)(gpointer opaque);
    void (*resume)(gpointer opaque);
    gpointer opaque;

    gboolean open;
    gboolean negotiated;                 /* command mode */
    gboolean oob_enabled;
    guint generation;                    /* of the connection: replies to an earlier client are dropped */
    MigParser *parser;
    GByteArray *pending;                 /* input that is not looked at yet */
    gsize pending_offset;
    GQueue requests;                     /* of MigRequest */
    gboolean parsing;
    gboolean told_full;                  /* wants_input() has said no since the last resume() */
    int *received; guint received_count; /* descriptors that came last */
    GPtrArray *named_fds;                /* of MigNamedFd */
};

typedef struct {
    char *name;
    int fd;
} MigNamedFd;

/* One held-back event of a rate-limited kind. */
typedef struct {
    char *name;
    char *key;                           /* distinguishes instances, or "" */
    MigValue *data;                      /* newest one held, NULL: none */
    gint64 host_ns;
    gboolean held;
    gint64 due_ns;
} MigRateLimit;

typedef struct {
    char *name;
    MigValue *data;
    gint64 host_ns;
} MigHeldEvent;

typedef struct {
    gint64 id;
    GArray *fds;                         /* of MigFdsetFd */
} MigFdset;

typedef struct {
    int fd;
    char *opaque;
} MigFdsetFd;

typedef struct {
    char *id;
    const char *type;                    /* "snapshot-save" … */
    char *error;
    const char *status;
} MigJob;

struct MigQmp {
    MigProfile *profile;
    MigVm *vm;
    MigSchema schema;
    MigQmpHost host;
    char *package, *guest_name, *uuid, *machine;
    gboolean preconfig, start_after_preconfig, kvm;

    GPtrArray *monitors;
    guint turn;                          /* of the monitor that is served next */
    gboolean dispatching;
    gboolean quitting;
    gboolean hold_events;                /* events of the running command come after its reply */
    GQueue held;                         /* of MigHeldEvent */
    GQueue later;                        /* of MigHeldEvent: to come behind the reply of the running command */
    GPtrArray *rate_limits;

    /* A command that blocks the main loop. */
    gboolean blocked;
    MigMonitor *blocked_monitor;
    guint blocked_generation;
    MigValue *blocked_id;

    GPtrArray *fdsets;                   /* of MigFdset, newest first as QEMU lists them */
    GPtrArray *objects;                  /* of MigObject (objects.c) */
    gboolean objects_container;          /* /objects came into being */
    GPtrArray *jobs;                     /* of MigJob */
    /* calc-dirty-rate: started at this time of the host clock, 0 never. */
    gint64 dirty_rate_start_ns, dirty_rate_ms, dirty_rate_samples;
    const char *dirty_rate_mode;
    gboolean dirty_rate_over;            /* there was nothing to measure */
    gint64 now_ns;                       /* host clock as last seen */
};

/* What a handler sees. */
typedef struct {
    MigQmp *qmp;
    MigMonitor *monitor;
    MigVm *vm;
    MigRelease release;
    const char *beside;                  /* name of the command, for mig_command_beside() */
} MigCommandContext;

/* The result (the caller owns it; an empty object where there is nothing to say), or NULL with an error; NULL without one:
 * the command is answered later (mig_qmp_unblock()). Arguments are checked against the schema. */
typedef MigValue *MigCommandFunc(MigCommandContext *context, const MigValue *arguments, GError **error);

typedef struct {
    const char *name;
    MigCommandFunc *run;
} MigCommandHandler;

/* One table a file; ends with a NULL name. */
extern const MigCommandHandler mig_commands_monitor[], mig_commands_migration[], mig_commands_run[], mig_commands_fd[],
    mig_commands_object[], mig_commands_job[], mig_commands_other[], mig_commands_hmp[];

MigCommandFunc *mig_command_find_handler(const char *name);
MigCommandFunc mig_command_beside;

/* The whole way of a request: form, mode, policy, arguments, handler (spec/qmp.md 6). The reply (without id), or NULL where
 * it comes later. `value` is borrowed. */
MigValue *mig_request_run(MigMonitor *monitor, const MigValue *value);

/* Sends a reply, or an event. */
void mig_monitor_send(MigMonitor *monitor, const MigValue *value);
MigValue *mig_error_reply(GError *error);
/* TRUE: the request bypasses the queue. */
gboolean mig_request_is_oob(const MigMonitor *monitor, const MigValue *value);

void mig_request_free(MigRequest *request);
/* Room in the queue again: goes on with input that is there, and asks for more. */
void mig_monitor_continue(MigMonitor *monitor);
void mig_monitor_drop_fds(MigMonitor *monitor);
int mig_monitor_get_fd(MigMonitor *monitor);       /* -1: none came; the others that came with it are closed */
MigNamedFd *mig_monitor_find_fd(MigMonitor *monitor, const char *name);
void mig_monitor_forget_fd(MigMonitor *monitor, MigNamedFd *named);    /* closes it */

void mig_qmp_init_jobs(MigQmp *qmp);
void mig_qmp_init_objects(MigQmp *qmp);
void mig_qmp_init_fdsets(MigQmp *qmp);
void mig_qmp_free_jobs(MigQmp *qmp);
void mig_qmp_free_objects(MigQmp *qmp);
void mig_qmp_free_fdsets(MigQmp *qmp);
/* Host clock now. */
gint64 mig_qmp_now_ns(const MigQmp *qmp);
/* major, minor, micro in one dict; for greeting and query-version. */
MigValue *mig_qmp_version(const MigQmp *qmp);
/* QEMU's rule for ids: a letter, then letters, digits, "-", "." and "_". */
gboolean mig_qmp_is_identifier(const char *text);
/* Members of arguments; the defaults where they are absent. */
const char *mig_argument_text(const MigValue *arguments, const char *name);
gint64 mig_argument_int(const MigValue *arguments, const char *name, gint64 none);
gboolean mig_argument_bool(const MigValue *arguments, const char *name);
/* Why saving and loading a snapshot is refused before disks are looked for; NULL: it is not. Static. */
const char *mig_snapshot_refused(const MigCommandContext *context);
/* One line of HMP; the caller owns the output, lines end with CR LF. */
char *mig_hmp_run(MigCommandContext *context, const char *line);
/* An event that follows the reply of the running command. */
void mig_qmp_event_later(MigQmp *qmp, const char *name, MigValue *data);
/* Does the release send RESET, POWERDOWN and SHUTDOWN behind the reply of the command that causes them? */
gboolean mig_qmp_replies_first(const MigQmp *qmp);

#endif
