/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Scheduling: one GSource steps runnable actors in the order in which they became runnable, a bounded number per turn of
 * the main loop, so that monitors and sockets get theirs. One GSource holds all timers. A watched channel has a GSource
 * that polls only while somebody was told MIG_IO_AGAIN, and then wakes the watcher once.
 */
#include "reference/host/env_glib.h"

#include "reference/machine/page.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS_PER_TURN 64
#define READ_BUFFER (256 * 1024)
#define WRITE_PIECE (256 * 1024)

G_DEFINE_QUARK(mig-host-error-quark, mig_host_error)

typedef struct GlibEnv GlibEnv;
typedef struct GlibChannel GlibChannel;

typedef struct {
    GSource source;
    GlibEnv *env;
} EnvSource;

typedef struct {
    GList link;                    /* in env->runnable when queued */
    MigActor *actor;
    gboolean queued;
    gboolean spawned;
} ActorState;

struct GlibEnv {
    MigEnv base;
    MigEnvGlibConfig config;
    GMainContext *context;
    GSource *step_source, *timer_source;
    GQueue runnable;               /* ActorState * */
    ActorState *stepping;
    gboolean stepping_gone;        /* the actor being stepped was retired */
    GPtrArray *timers;             /* MigTimer *, armed ones */
    gint64 virtual_offset_ns;      /* virtual = monotonic - offset while running */
    gint64 virtual_stopped_ns;     /* value while stopped */
    gboolean guest_running;
    guint64 random;
    GHashTable *fds;               /* name -> fd + 1 */
    GPtrArray *closing;            /* GlibChannel * with unsent bytes */
    gboolean exit_pending;
    int exit_status;
};

struct GlibChannel {
    MigChannel base;
    int fd_in, fd_out;             /* the same for sockets; -1 where the direction does not exist */
    gboolean is_socket, is_file, can_peek;
    GPid child;                    /* of exec: */
    guint8 *buffer; gsize buffer_start, buffer_end;    /* read ahead; [READ_BUFFER] */
    gboolean eof;
    int error;                     /* permanent errno */
    guint8 pending[65536]; gsize pending_start, pending_end;       /* the rest of a page whose beginning was sent */
    gboolean connecting;
    GPtrArray *candidates; guint candidate;            /* GSocketAddress *, of a connect */
    char *shown;                                       /* 'A:P' of the connect error */
    MigActor *reader, *writer;
    GSource *in_source, *out_source;
    gboolean closing;
};

typedef struct {
    MigListener base;
    int fd;
    MigAddress address;
    MigActor *actor;
    GSource *source;
    int taken_fd;                  /* fd: is a connection, not a listener: handed out once */
    GPid child;
    gboolean is_file;
} GlibListener;

static GlibEnv *of(MigEnv *env) { return (GlibEnv *) env; }
static GlibEnv *env_of(MigChannel *channel) { return (GlibEnv *) channel->env; }
static gint64 monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- Clocks and timers ---- */

static gint64 glib_clock_ns(MigEnv *env, MigClock clock)
{
    GlibEnv *self = of(env);
    struct timespec now;

    switch (clock) {
    case MIG_CLOCK_HOST:
        clock_gettime(CLOCK_REALTIME, &now);
        return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
    case MIG_CLOCK_VIRTUAL:
        return self->guest_running ? monotonic_ns() - self->virtual_offset_ns : self->virtual_stopped_ns;
    case MIG_CLOCK_REALTIME:
    case MIG_CLOCK_COUNT:
        break;
    }
    return monotonic_ns();
}

static void plan_timers(GlibEnv *self)
{
    gint64 next_us = -1;

    for (guint i = 0; i < self->timers->len; i++) {
        MigTimer *timer = self->timers->pdata[i];
        gint64 due_us;

        if (timer->clock == MIG_CLOCK_VIRTUAL && !self->guest_running)
            continue;
        due_us = g_get_monotonic_time() + MAX(0, (timer->deadline_ns - glib_clock_ns(&self->base, timer->clock) + 999) / 1000);
        if (next_us < 0 || due_us < next_us)
            next_us = due_us;
    }
    g_source_set_ready_time(self->timer_source, next_us);
}

static void glib_wake(MigEnv *env, MigActor *actor);

static gboolean timers_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
    GlibEnv *self = ((EnvSource *) source)->env;

    for (guint i = 0; i < self->timers->len;) {
        MigTimer *timer = self->timers->pdata[i];

        if (timer->deadline_ns <= glib_clock_ns(&self->base, timer->clock)) {
            g_ptr_array_remove_index(self->timers, i);
            timer->scheduler = NULL;
            glib_wake(&self->base, timer->actor);
        } else {
            i++;
        }
    }
    plan_timers(self);
    return G_SOURCE_CONTINUE;
}

static void glib_timer_arm(MigEnv *env, MigTimer *timer)
{
    GlibEnv *self = of(env);

    if (timer->scheduler == NULL) {
        timer->scheduler = self;
        g_ptr_array_add(self->timers, timer);
    }
    plan_timers(self);
}

static void glib_timer_disarm(MigEnv *env, MigTimer *timer)
{
    GlibEnv *self = of(env);

    if (timer->scheduler == NULL)
        return;
    timer->scheduler = NULL;
    g_ptr_array_remove(self->timers, timer);
    plan_timers(self);
}

/* ---- Actors ---- */

static void glib_wake(MigEnv *env, MigActor *actor)
{
    GlibEnv *self = of(env);
    ActorState *state = actor ? actor->scheduler : NULL;

    if (state == NULL || state->queued)
        return;
    state->queued = TRUE;
    g_queue_push_tail_link(&self->runnable, &state->link);
    g_source_set_ready_time(self->step_source, 0);
}

static void glib_spawn(MigEnv *env, MigActor *actor)
{
    ActorState *state = g_new0(ActorState, 1);

    g_assert(actor->scheduler == NULL);
    state->actor = actor;
    state->link.data = state;
    actor->scheduler = state;
    glib_wake(env, actor);
}

static void glib_retire(MigEnv *env, MigActor *actor)
{
    GlibEnv *self = of(env);
    ActorState *state = actor->scheduler;

    if (state == NULL)
        return;
    if (state->queued)
        g_queue_unlink(&self->runnable, &state->link);
    if (state == self->stepping)
        self->stepping_gone = TRUE;
    actor->scheduler = NULL;
    g_free(state);
}

static gboolean steps_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
    GlibEnv *self = ((EnvSource *) source)->env;

    for (guint n = 0; n < STEPS_PER_TURN && self->runnable.length; n++) {
        GList *link = g_queue_pop_head_link(&self->runnable);
        ActorState *state = link->data;
        MigActor *actor = state->actor;
        MigStep step;

        state->queued = FALSE;
        self->stepping = state;
        self->stepping_gone = FALSE;
        step = actor->step(actor);
        self->stepping = NULL;
        if (!self->stepping_gone) {
            if (step == MIG_STEP_RUNNABLE)
                glib_wake(&self->base, actor);
            else if (step == MIG_STEP_DONE)
                glib_retire(&self->base, actor);
        }
        if (self->exit_pending)
            break;
    }
    if (self->exit_pending) {
        self->exit_pending = FALSE;
        g_source_set_ready_time(self->step_source, self->runnable.length ? 0 : -1);
        if (self->config.exit)
            self->config.exit(self->config.opaque, self->exit_status);
        return G_SOURCE_CONTINUE;
    }
    g_source_set_ready_time(self->step_source, self->runnable.length ? 0 : -1);
    return G_SOURCE_CONTINUE;
}

/* xorshift64*: a seed of its own, so that a run of serve can be repeated as far as the host allows. */
static guint32 glib_choose(MigEnv *env, guint32 n, const char *what)
{
    GlibEnv *self = of(env);

    g_assert(n >= 1);
    if (self->random == 0 || n == 1)
        return 0;
    self->random ^= self->random >> 12;
    self->random ^= self->random << 25;
    self->random ^= self->random >> 27;
    return (guint32) ((self->random * G_GUINT64_CONSTANT(2685821657736338717)) >> 33) % n;
}

/* ---- Polling ---- */

static void wake_reader(GlibChannel *channel) { if (channel->reader) glib_wake(channel->base.env, channel->reader); }
static void wake_writer(GlibChannel *channel) { if (channel->writer) glib_wake(channel->base.env, channel->writer); }

static void drop_source(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_source_unref(*source);
        *source = NULL;
    }
}

static gboolean in_ready(gint fd, GIOCondition condition, gpointer user_data)
{
    GlibChannel *channel = user_data;

    drop_source(&channel->in_source);
    wake_reader(channel);
    return G_SOURCE_REMOVE;
}

static void channel_free(GlibChannel *channel);
static void flush_pending(GlibChannel *channel);
static void poll_out(GlibChannel *channel);

static gboolean out_ready(gint fd, GIOCondition condition, gpointer user_data)
{
    GlibChannel *channel = user_data;

    drop_source(&channel->out_source);
    if (!channel->connecting)
        flush_pending(channel);
    if (channel->closing) {
        if (channel->pending_start == channel->pending_end || channel->error) {
            g_ptr_array_remove_fast(env_of(&channel->base)->closing, channel);
            channel_free(channel);
        } else {
            poll_out(channel);
        }
        return G_SOURCE_REMOVE;
    }
    wake_writer(channel);
    if (channel->connecting)
        wake_reader(channel);
    return G_SOURCE_REMOVE;
}

static GSource *poll_fd(GlibEnv *self, int fd, GIOCondition condition, GUnixFDSourceFunc func, gpointer data)
{
    GSource *source = g_unix_fd_source_new(fd, condition);

    g_source_set_callback(source, G_SOURCE_FUNC(func), data, NULL);
    g_source_attach(source, self->context);
    return source;
}

static void poll_in(GlibChannel *channel)
{
    if (channel->in_source == NULL && channel->fd_in >= 0 && !channel->is_file)
        channel->in_source = poll_fd(env_of(&channel->base), channel->fd_in, G_IO_IN | G_IO_HUP | G_IO_ERR, in_ready, channel);
}

static void poll_out(GlibChannel *channel)
{
    if (channel->out_source == NULL && channel->fd_out >= 0 && !channel->is_file)
        channel->out_source = poll_fd(env_of(&channel->base), channel->fd_out, G_IO_OUT | G_IO_HUP | G_IO_ERR, out_ready, channel);
}

/* ---- Channels ---- */

static GlibChannel *channel_new(GlibEnv *self, int fd_in, int fd_out)
{
    GlibChannel *channel = g_new0(GlibChannel, 1);
    struct stat st;

    channel->base.ops = self->base.ops;
    channel->base.env = &self->base;
    channel->fd_in = fd_in;
    channel->fd_out = fd_out;
    if (fstat(fd_in >= 0 ? fd_in : fd_out, &st) == 0) {
        channel->is_socket = S_ISSOCK(st.st_mode);
        channel->is_file = S_ISREG(st.st_mode) || S_ISBLK(st.st_mode);
    }
    channel->can_peek = channel->is_socket;
    if (!channel->is_file) {
        if (fd_in >= 0)
            g_unix_set_fd_nonblocking(fd_in, TRUE, NULL);
        if (fd_out >= 0)
            g_unix_set_fd_nonblocking(fd_out, TRUE, NULL);
    }
    if (channel->is_socket) {
        int one = 1;

        (void) setsockopt(fd_in, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));    /* fails on unix sockets: nothing lost */
    }
    return channel;
}

static void reap(GPid pid, gint status, gpointer user_data) { g_spawn_close_pid(pid); }

static void channel_free(GlibChannel *channel)
{
    drop_source(&channel->in_source);
    drop_source(&channel->out_source);
    if (channel->fd_in >= 0)
        close(channel->fd_in);
    if (channel->fd_out >= 0 && channel->fd_out != channel->fd_in)
        close(channel->fd_out);
    if (channel->child)
        g_child_watch_add(channel->child, reap, NULL);
    if (channel->candidates)
        g_ptr_array_unref(channel->candidates);
    g_free(channel->shown);
    g_free(channel->buffer);
    g_free(channel);
}

static ssize_t put(GlibChannel *channel, const guint8 *bytes, gsize size)
{
    ssize_t n;

    do {
        n = channel->is_socket ? send(channel->fd_out, bytes, size, MSG_NOSIGNAL) : write(channel->fd_out, bytes, size);
    } while (n < 0 && errno == EINTR);
    return n;
}

static void flush_pending(GlibChannel *channel)
{
    while (channel->pending_start < channel->pending_end && channel->error == 0) {
        ssize_t n = put(channel, channel->pending + channel->pending_start, channel->pending_end - channel->pending_start);

        if (n < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK)
                channel->error = errno;
            return;
        }
        channel->pending_start += (gsize) n;
    }
    if (channel->pending_start == channel->pending_end)
        channel->pending_start = channel->pending_end = 0;
}

static MigIo glib_write(MigChannel *base, const MigSegment *segments, gsize count, gsize *ret_taken, int *reterr_errno)
{
    GlibChannel *channel = (GlibChannel *) base;
    g_autofree guint8 *scratch = NULL;
    gsize size = 0, done = 0;

    *ret_taken = 0;
    if (channel->fd_out < 0)
        channel->error = EBADF;
    flush_pending(channel);
    if (channel->error) {
        *reterr_errno = channel->error;
        return MIG_IO_ERROR;
    }
    if (channel->pending_end || channel->connecting) {
        poll_out(channel);
        return MIG_IO_AGAIN;
    }
    scratch = g_malloc(WRITE_PIECE);
    for (gsize i = 0; i < count && size < WRITE_PIECE; i++) {
        const MigSegment *segment = &segments[i];
        gsize take = MIN(segment->size, WRITE_PIECE - size);

        if (segment->kind == MIG_SEGMENT_PAGE) {
            if (take < segment->size)
                break;
            mig_page_segment_make(segment, scratch + size);
        } else {
            memcpy(scratch + size, segment->bytes, take);
        }
        size += take;
        if (take < segment->size)
            break;
    }
    while (done < size) {
        ssize_t n = put(channel, scratch + done, size - done);

        if (n < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK)
                break;
            channel->error = errno;
            *reterr_errno = errno;
            *ret_taken = 0;
            return MIG_IO_ERROR;
        }
        done += (gsize) n;
    }
    /* A page is taken whole or not at all: what is left of one that was begun waits here. */
    for (gsize i = 0, at = 0; i < count && at < done; at += segments[i].size, i++) {
        gsize end = at + segments[i].size;

        if (segments[i].kind == MIG_SEGMENT_PAGE && end > done) {
            channel->pending_start = 0;
            channel->pending_end = end - done;
            memcpy(channel->pending, scratch + done, end - done);
            done = end;
            break;
        }
    }
    *ret_taken = done;
    if (done < size || channel->pending_end)
        poll_out(channel);
    return done == 0 && size > 0 ? MIG_IO_AGAIN : MIG_IO_OK;
}

/* Gets more into the read buffer, up to its end. */
static MigIo fill(GlibChannel *channel, int *reterr_errno)
{
    ssize_t n;

    if (channel->buffer == NULL)
        channel->buffer = g_malloc(READ_BUFFER);
    if (channel->error && channel->fd_in < 0) {
        *reterr_errno = channel->error;
        return MIG_IO_ERROR;
    }
    if (channel->eof)
        return MIG_IO_EOF;
    if (channel->connecting)
        return MIG_IO_AGAIN;
    if (channel->buffer_start == channel->buffer_end)
        channel->buffer_start = channel->buffer_end = 0;
    if (channel->buffer_end == READ_BUFFER) {
        memmove(channel->buffer, channel->buffer + channel->buffer_start, channel->buffer_end - channel->buffer_start);
        channel->buffer_end -= channel->buffer_start;
        channel->buffer_start = 0;
    }
    do {
        n = channel->fd_in < 0 ? (errno = EBADF, -1) : read(channel->fd_in, channel->buffer + channel->buffer_end, READ_BUFFER - channel->buffer_end);
    } while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        poll_in(channel);
        return MIG_IO_AGAIN;
    }
    if (n < 0) {
        *reterr_errno = errno;
        return MIG_IO_ERROR;
    }
    if (n == 0) {
        channel->eof = TRUE;
        return MIG_IO_EOF;
    }
    channel->buffer_end += (gsize) n;
    return MIG_IO_OK;
}

static MigIo glib_read(MigChannel *base, gsize size_max, MigSegment *ret_segment, int *reterr_errno)
{
    GlibChannel *channel = (GlibChannel *) base;

    g_assert(size_max > 0);
    if (channel->buffer_start == channel->buffer_end) {
        MigIo io = fill(channel, reterr_errno);

        if (io != MIG_IO_OK)
            return io;
    }
    *ret_segment = (MigSegment) {
        .kind = MIG_SEGMENT_BYTES, .size = MIN(size_max, channel->buffer_end - channel->buffer_start),
        .bytes = channel->buffer + channel->buffer_start,
    };
    channel->buffer_start += ret_segment->size;
    return MIG_IO_OK;
}

static MigIo glib_peek(MigChannel *base, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno)
{
    GlibChannel *channel = (GlibChannel *) base;

    if (!channel->can_peek) {
        *reterr_errno = ENOTSUP;
        return MIG_IO_ERROR;
    }
    if (channel->buffer_end - channel->buffer_start < size) {
        MigIo io = fill(channel, reterr_errno);

        if (io != MIG_IO_OK && channel->buffer_end == channel->buffer_start)
            return io;
    }
    *ret_size = MIN(size, channel->buffer_end - channel->buffer_start);
    memcpy(buffer, channel->buffer + channel->buffer_start, *ret_size);
    if (*ret_size < size)
        poll_in(channel);
    return MIG_IO_OK;
}

static MigIo glib_pwrite(MigChannel *base, guint64 offset, const MigSegment *segment, int *reterr_errno)
{
    GlibChannel *channel = (GlibChannel *) base;
    guint8 page[65536];
    const guint8 *bytes = segment->bytes;
    gsize done = 0;

    if (segment->kind == MIG_SEGMENT_PAGE) {
        mig_page_segment_make(segment, page);
        bytes = page;
    }
    while (done < segment->size) {
        ssize_t n = pwrite(channel->fd_out, bytes + done, segment->size - done, (off_t) (offset + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            *reterr_errno = errno;
            return MIG_IO_ERROR;
        }
        done += (gsize) n;
    }
    return MIG_IO_OK;
}

static MigIo glib_pread(MigChannel *base, guint64 offset, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno)
{
    GlibChannel *channel = (GlibChannel *) base;
    ssize_t n;

    do {
        n = pread(channel->fd_in, buffer, size, (off_t) offset);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        *reterr_errno = errno;
        return MIG_IO_ERROR;
    }
    *ret_size = (gsize) n;
    return n == 0 && size > 0 ? MIG_IO_EOF : MIG_IO_OK;
}

static void glib_shutdown(MigChannel *base, MigShutdown how)
{
    GlibChannel *channel = (GlibChannel *) base;

    if (channel->is_socket) {
        (void) shutdown(channel->fd_in, how == MIG_SHUTDOWN_BOTH ? SHUT_RDWR : how == MIG_SHUTDOWN_READ ? SHUT_RD : SHUT_WR);
    } else {
        if (how & MIG_SHUTDOWN_READ)
            channel->eof = TRUE;
        if (how & MIG_SHUTDOWN_WRITE)
            channel->error = EPIPE;
    }
    if ((how & MIG_SHUTDOWN_WRITE) && channel->connecting)
        channel->error = ECANCELED;
    wake_reader(channel);
    wake_writer(channel);
}

static void glib_watch(MigChannel *base, MigWatch what, MigActor *actor)
{
    GlibChannel *channel = (GlibChannel *) base;

    if (what & MIG_WATCH_READ) {
        channel->reader = actor;
        if (actor && channel->buffer_start < channel->buffer_end)
            wake_reader(channel);
        else if (actor)
            poll_in(channel);
        else
            drop_source(&channel->in_source);
        if (actor && channel->is_file)
            wake_reader(channel);
    }
    if (what & MIG_WATCH_WRITE) {
        channel->writer = actor;
        if (actor)
            poll_out(channel);
        else if (channel->pending_end == 0 && !channel->connecting)
            drop_source(&channel->out_source);
        if (actor && channel->is_file)
            wake_writer(channel);
    }
}

static void glib_close(MigChannel *base)
{
    GlibChannel *channel = (GlibChannel *) base;

    channel->reader = channel->writer = NULL;
    drop_source(&channel->in_source);
    if (!channel->connecting)
        flush_pending(channel);
    if (channel->pending_end && channel->error == 0 && !channel->connecting) {
        channel->closing = TRUE;
        g_ptr_array_add(env_of(base)->closing, channel);
        poll_out(channel);
        return;
    }
    channel_free(channel);
}

/* ---- Addresses ---- */

/* unix(7): sun_path has to hold the terminator as QEMU fills it. */
static GSocketAddress *unix_address(const char *path, GError **error)
{
    gsize limit = sizeof(((struct sockaddr_un *) NULL)->sun_path);

    if (strlen(path) > limit) {
        g_set_error(error, MIG_HOST_ERROR, ENAMETOOLONG, "UNIX socket path '%s' is too long", path);
        return NULL;
    }
    return g_unix_socket_address_new(path);
}

/* Resolves at once: a name server that does not answer stops the main loop, as it stops QEMU's main thread in
 * migrate-incoming. */
static GPtrArray *resolve(const MigAddress *address, gboolean passive, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_object_unref);

    if (address->kind == MIG_ADDRESS_UNIX) {
        GSocketAddress *unix_one = unix_address(address->path, error);

        if (unix_one == NULL)
            return NULL;
        g_ptr_array_add(found, unix_one);
    } else {
        struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = passive ? AI_PASSIVE : AI_ADDRCONFIG }, *list = NULL;
        int rc = getaddrinfo(address->host && *address->host ? address->host : NULL, address->port, &hints, &list);

        if (rc != 0) {
            g_set_error(error, MIG_HOST_ERROR, EADDRNOTAVAIL, "address resolution failed for %s:%s: %s", address->host ? address->host : "",
                        address->port ? address->port : "", gai_strerror(rc));
            return NULL;
        }
        for (struct addrinfo *i = list; i; i = i->ai_next) {
            GSocketAddress *one = g_socket_address_new_from_native(i->ai_addr, i->ai_addrlen);

            if (one)
                g_ptr_array_add(found, one);
        }
        freeaddrinfo(list);
    }
    return g_steal_pointer(&found);
}

static char *shown_address(const MigAddress *address)
{
    return address->kind == MIG_ADDRESS_UNIX ? g_strdup(address->path) : g_strdup_printf("%s:%s", address->host, address->port);
}

static gboolean native(GSocketAddress *address, struct sockaddr_storage *ret_native, socklen_t *ret_size)
{
    *ret_size = (socklen_t) g_socket_address_get_native_size(address);
    return (gsize) *ret_size <= sizeof(*ret_native) && g_socket_address_to_native(address, ret_native, sizeof(*ret_native), NULL);
}

/* Starts an attempt on the next candidate; FALSE when none is left (channel->error set). */
static gboolean connect_next(GlibChannel *channel)
{
    while (channel->candidate < channel->candidates->len) {
        GSocketAddress *to = channel->candidates->pdata[channel->candidate++];
        struct sockaddr_storage storage;
        socklen_t size;
        int fd, rc, one = 1;

        drop_source(&channel->out_source);
        if (channel->fd_in >= 0)
            close(channel->fd_in);
        channel->fd_in = channel->fd_out = -1;
        if (!native(to, &storage, &size))
            continue;
        fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) {
            channel->error = errno;
            continue;
        }
        channel->fd_in = channel->fd_out = fd;
        channel->error = 0;
        (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        do {
            rc = connect(fd, (struct sockaddr *) &storage, size);
        } while (rc < 0 && errno == EINTR);
        if (rc == 0) {
            channel->connecting = FALSE;
            return TRUE;
        }
        if (errno == EINPROGRESS || errno == EAGAIN) {
            poll_out(channel);
            return TRUE;
        }
        channel->error = errno;
    }
    channel->connecting = FALSE;
    if (channel->error == 0)
        channel->error = EADDRNOTAVAIL;
    return FALSE;
}

static MigIo glib_connect_status(MigChannel *base, GError **error)
{
    GlibChannel *channel = (GlibChannel *) base;

    while (channel->connecting && channel->error == 0) {
        int failure = 0;
        socklen_t size = sizeof(failure);
        GPollFD poll_one = { .fd = channel->fd_out, .events = G_IO_OUT };

        if (g_poll(&poll_one, 1, 0) == 0) {
            poll_out(channel);
            return MIG_IO_AGAIN;
        }
        (void) getsockopt(channel->fd_out, SOL_SOCKET, SO_ERROR, &failure, &size);
        if (failure == 0) {
            channel->connecting = FALSE;
            break;
        }
        channel->error = failure;
        if (!connect_next(channel))
            break;
    }
    if (channel->error) {
        g_set_error(error, MIG_HOST_ERROR, channel->error, "Failed to connect to '%s': %s", channel->shown, g_strerror(channel->error));
        return MIG_IO_ERROR;
    }
    return MIG_IO_OK;
}

/* The descriptor named by fd:, taken out of the table; a number of an open descriptor is good as well. */
/* By name, and on the incoming side also by number. */
static int take_fd(GlibEnv *self, const char *name, gboolean numbers, GError **error)
{
    gpointer value = g_hash_table_lookup(self->fds, name);
    char *end;
    guint64 number;

    if (value) {
        int fd = GPOINTER_TO_INT(value) - 1;

        g_hash_table_remove(self->fds, name);
        return fd;
    }
    number = g_ascii_strtoull(name, &end, 10);
    if (numbers && *name && *end == 0 && number <= G_MAXINT) {
        if (fcntl((int) number, F_GETFD) >= 0)
            return (int) number;
        g_set_error(error, MIG_HOST_ERROR, EBADF, "%s", g_strerror(EBADF));
        return -1;
    }
    g_set_error(error, MIG_HOST_ERROR, ENOENT, "File descriptor named '%s' has not been found", name);
    return -1;
}

static gboolean spawn_command(GlibEnv *self, const MigAddress *address, gboolean outgoing, GPid *ret_child, int *ret_fd, GError **error)
{
    const char *shell[] = { "/bin/sh", "-c", address->path, NULL };
    char **argv = address->argv ? address->argv : (char **) shell;
    GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | (outgoing ? 0 : G_SPAWN_CHILD_INHERITS_STDIN);

    if (!self->config.allow_exec && self->config.discard_exec) {
        /* No command, no shell: a sink that takes everything, a source that ends at once. */
        *ret_child = 0;
        *ret_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        return *ret_fd >= 0;
    }
    if (!self->config.allow_exec) {
        g_set_error_literal(error, MIG_HOST_ERROR, EPERM, "exec: is not allowed here");
        return FALSE;
    }
    return g_spawn_async_with_pipes(NULL, argv, NULL, flags, NULL, NULL, ret_child, outgoing ? ret_fd : NULL, outgoing ? NULL : ret_fd, NULL, error);
}

/* The path below the directory, or NULL: no `..`, no absolute path, no symbolic link on the way out is followed. */
static int open_below(GlibEnv *self, const char *path, int flags, GError **error)
{
    g_auto(GStrv) parts = NULL;
    const char *relative = path;
    gsize length;
    int dir, fd = -1;

    if (self->config.directory == NULL) {
        g_set_error_literal(error, MIG_HOST_ERROR, EPERM, "file: is not allowed here");
        return -1;
    }
    length = strlen(self->config.directory);
    if (*path == '/') {
        if (strncmp(path, self->config.directory, length) != 0 || path[length] != '/') {
            g_set_error(error, MIG_HOST_ERROR, EPERM, "file: '%s' is not below the directory that may be used", path);
            return -1;
        }
        relative = path + length + 1;
    }
    dir = open(self->config.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    parts = g_strsplit(relative, "/", -1);
    for (guint i = 0; dir >= 0 && parts[i]; i++) {
        int next;

        if (*parts[i] == 0 || strcmp(parts[i], ".") == 0) {
            if (parts[i + 1])
                continue;
            errno = EISDIR;
            break;
        }
        if (strcmp(parts[i], "..") == 0) {
            close(dir);
            g_set_error(error, MIG_HOST_ERROR, EPERM, "file: '%s' is not below the directory that may be used", path);
            return -1;
        }
        if (parts[i + 1] == NULL) {
            fd = openat(dir, parts[i], flags | O_NOFOLLOW | O_CLOEXEC, 0600);
            break;
        }
        next = openat(dir, parts[i], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        close(dir);
        dir = next;
    }
    if (fd < 0)
        g_set_error(error, MIG_HOST_ERROR, errno, "Could not %s '%s': %s", flags & O_CREAT ? "create" : "open", path, g_strerror(errno));
    if (dir >= 0) {
        int keep = errno;

        close(dir);
        errno = keep;
    }
    return fd;
}

static MigChannel *glib_open_file(MigEnv *env, const char *path, gboolean write, GError **error)
{
    int fd = open_below(of(env), path, write ? O_CREAT | O_RDWR : O_RDONLY, error);

    return fd < 0 ? NULL : &channel_new(of(env), fd, fd)->base;
}

static MigChannel *glib_connect(MigEnv *env, const MigAddress *address, GError **error)
{
    GlibEnv *self = of(env);
    GlibChannel *channel;
    int fd = -1;
    GPid child = 0;

    switch (address->kind) {
    case MIG_ADDRESS_INET:
    case MIG_ADDRESS_UNIX: {
        g_autoptr(GPtrArray) candidates = resolve(address, FALSE, error);

        if (candidates == NULL)
            return NULL;
        channel = g_new0(GlibChannel, 1);
        channel->base = (MigChannel) { env->ops, env };
        channel->fd_in = channel->fd_out = -1;
        channel->is_socket = channel->can_peek = TRUE;
        channel->connecting = TRUE;
        channel->candidates = g_steal_pointer(&candidates);
        channel->shown = shown_address(address);
        (void) connect_next(channel);      /* what fails is told by connect_status() */
        return &channel->base;
    }
    case MIG_ADDRESS_FD:
        fd = take_fd(self, address->path, FALSE, error);
        if (fd < 0)
            return NULL;
        channel = channel_new(self, fd, fd);
        return &channel->base;
    case MIG_ADDRESS_EXEC:
        if (!spawn_command(self, address, TRUE, &child, &fd, error))
            return NULL;
        channel = channel_new(self, -1, fd);
        channel->child = child;
        return &channel->base;
    case MIG_ADDRESS_FILE: {
        MigChannel *file = glib_open_file(env, address->path, TRUE, error);

        if (file != NULL) {
            GlibChannel *it = (GlibChannel *) file;

            if (ftruncate(it->fd_out, (off_t) address->offset) < 0 || lseek(it->fd_out, (off_t) address->offset, SEEK_SET) < 0) {
                g_set_error(error, MIG_HOST_ERROR, errno, "failed to truncate migration file to offset %" G_GINT64_MODIFIER "x: %s",
                            address->offset, g_strerror(errno));
                channel_free(it);
                return NULL;
            }
        }
        return file;
    }
    case MIG_ADDRESS_VSOCK:
    case MIG_ADDRESS_RDMA:
        break;
    }
    g_set_error_literal(error, MIG_HOST_ERROR, ENOTSUP, "this transport is not built in");
    return NULL;
}

/* ---- Listeners ---- */

static void address_copy(MigAddress *to, const MigAddress *from)
{
    *to = (MigAddress) { .kind = from->kind, .host = g_strdup(from->host), .port = g_strdup(from->port), .path = g_strdup(from->path),
                         .argv = g_strdupv(from->argv), .offset = from->offset };
}

static void address_clear(MigAddress *address)
{
    g_free(address->host);
    g_free(address->port);
    g_free(address->path);
    g_strfreev(address->argv);
}

static gboolean listener_ready(gint fd, GIOCondition condition, gpointer user_data)
{
    GlibListener *listener = user_data;

    drop_source(&listener->source);
    if (listener->actor)
        glib_wake(listener->base.env, listener->actor);
    return G_SOURCE_REMOVE;
}

static void listener_poll(GlibListener *listener)
{
    if (listener->source == NULL && listener->fd >= 0 && listener->taken_fd < 0)
        listener->source = poll_fd(of(listener->base.env), listener->fd, G_IO_IN, listener_ready, listener);
}

static int bind_inet(const MigAddress *address, int backlog, MigAddress *ret_bound, GError **error)
{
    g_autoptr(GPtrArray) candidates = resolve(address, TRUE, error);
    int fd = -1, failure = 0;

    if (candidates == NULL)
        return -1;
    for (guint i = 0; i < candidates->len && fd < 0; i++) {
        struct sockaddr_storage storage;
        socklen_t size;
        int one = 1;
        char host[NI_MAXHOST], port[NI_MAXSERV];

        if (!native(candidates->pdata[i], &storage, &size))
            continue;
        fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) {
            failure = errno;
            continue;
        }
        (void) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        if (bind(fd, (struct sockaddr *) &storage, size) < 0 || listen(fd, backlog) < 0) {
            failure = errno;
            close(fd);
            fd = -1;
            continue;
        }
        size = sizeof(storage);
        if (getsockname(fd, (struct sockaddr *) &storage, &size) == 0
            && getnameinfo((struct sockaddr *) &storage, size, host, sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) == 0)
            *ret_bound = (MigAddress) { .kind = MIG_ADDRESS_INET, .host = g_strdup(host), .port = g_strdup(port) };
        else
            address_copy(ret_bound, address);
    }
    if (fd < 0)
        g_set_error(error, MIG_HOST_ERROR, failure, failure == EADDRINUSE ? "Failed to find an available port: %s" : "Failed to bind socket: %s",
                    g_strerror(failure));
    return fd;
}

static int bind_unix(const MigAddress *address, int backlog, GError **error)
{
    g_autoptr(GSocketAddress) to = unix_address(address->path, error);
    struct sockaddr_storage storage;
    socklen_t size;
    mode_t mask;
    int fd, rc;

    if (to == NULL)
        return -1;
    if (!native(to, &storage, &size)) {
        g_set_error_literal(error, MIG_HOST_ERROR, EINVAL, "the path of the UNIX socket cannot be used");
        return -1;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (unlink(address->path) < 0 && errno != ENOENT) {
        g_set_error(error, MIG_HOST_ERROR, errno, "Failed to unlink socket %s: %s", address->path, g_strerror(errno));
        close(fd);
        return -1;
    }
    mask = umask(0177);                  /* mode 0600 from the first moment */
    rc = bind(fd, (struct sockaddr *) &storage, size);
    umask(mask);
    if (rc < 0 || listen(fd, backlog) < 0) {
        g_set_error(error, MIG_HOST_ERROR, errno, rc < 0 ? "Failed to bind socket to %s: %s" : "Failed to listen on socket %s: %s",
                    address->path, g_strerror(errno));
        close(fd);
        return -1;
    }
    return fd;
}

static MigListener *glib_listen(MigEnv *env, const MigAddress *address, int backlog, GError **error)
{
    GlibEnv *self = of(env);
    GlibListener *listener = g_new0(GlibListener, 1);

    listener->base = (MigListener) { env->ops, env };
    listener->fd = listener->taken_fd = -1;
    switch (address->kind) {
    case MIG_ADDRESS_INET:
        listener->fd = bind_inet(address, backlog, &listener->address, error);
        break;
    case MIG_ADDRESS_UNIX:
        listener->fd = bind_unix(address, backlog, error);
        if (listener->fd >= 0)
            address_copy(&listener->address, address);
        break;
    case MIG_ADDRESS_FD: {
        int accepting = 0;
        socklen_t size = sizeof(accepting);

        listener->fd = take_fd(self, address->path, TRUE, error);
        if (listener->fd >= 0) {
            address_copy(&listener->address, address);
            /* A listening socket is accepted from, anything else is the connection itself. */
            if (getsockopt(listener->fd, SOL_SOCKET, SO_ACCEPTCONN, &accepting, &size) < 0 || !accepting)
                listener->taken_fd = listener->fd;
            else
                g_unix_set_fd_nonblocking(listener->fd, TRUE, NULL);
        }
        break;
    }
    case MIG_ADDRESS_EXEC:
        if (spawn_command(self, address, FALSE, &listener->child, &listener->fd, error)) {
            listener->taken_fd = listener->fd;
            address_copy(&listener->address, address);
        }
        break;
    case MIG_ADDRESS_FILE:
        listener->fd = open_below(self, address->path, O_RDONLY, error);
        if (listener->fd >= 0) {
            (void) lseek(listener->fd, (off_t) address->offset, SEEK_SET);
            listener->taken_fd = listener->fd;
            listener->is_file = TRUE;
            address_copy(&listener->address, address);
        }
        break;
    case MIG_ADDRESS_VSOCK:
    case MIG_ADDRESS_RDMA:
        g_set_error_literal(error, MIG_HOST_ERROR, ENOTSUP, "this transport is not built in");
        break;
    }
    if (listener->fd < 0) {
        g_free(listener);
        return NULL;
    }
    return &listener->base;
}

static MigChannel *glib_accept(MigListener *base)
{
    GlibListener *listener = (GlibListener *) base;
    GlibChannel *channel;
    int fd;

    if (listener->taken_fd >= 0) {
        channel = channel_new(of(base->env), listener->taken_fd, listener->child ? -1 : listener->taken_fd);
        channel->child = listener->child;
        listener->child = 0;
        listener->fd = listener->taken_fd = -1;
        return &channel->base;
    }
    if (listener->fd < 0)
        return NULL;
    fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        listener_poll(listener);
        return NULL;
    }
    return &channel_new(of(base->env), fd, fd)->base;
}

static void glib_listener_watch(MigListener *base, MigActor *actor)
{
    GlibListener *listener = (GlibListener *) base;

    listener->actor = actor;
    if (actor == NULL)
        drop_source(&listener->source);
    else if (listener->taken_fd >= 0)
        glib_wake(base->env, actor);
    else
        listener_poll(listener);
}

static const MigAddress *glib_listener_address(MigListener *base) { return &((GlibListener *) base)->address; }

static void glib_listener_close(MigListener *base)
{
    GlibListener *listener = (GlibListener *) base;

    drop_source(&listener->source);
    if (listener->fd >= 0)
        close(listener->fd);
    if (listener->child)
        g_child_watch_add(listener->child, reap, NULL);
    if (listener->address.kind == MIG_ADDRESS_UNIX && listener->address.path)
        (void) unlink(listener->address.path);
    address_clear(&listener->address);
    g_free(listener);
}

/* ---- The guest, watchers, the end ---- */

static void glib_guest_run(MigEnv *env, gboolean running)
{
    GlibEnv *self = of(env);

    if (running != self->guest_running) {
        if (running)
            self->virtual_offset_ns = monotonic_ns() - self->virtual_stopped_ns;
        else
            self->virtual_stopped_ns = monotonic_ns() - self->virtual_offset_ns;
        self->guest_running = running;
        plan_timers(self);
    }
    if (self->config.guest_run)
        self->config.guest_run(self->config.opaque, running);
}

static void glib_guest_catch_up(MigEnv *env)
{
    if (of(env)->config.guest_catch_up)
        of(env)->config.guest_catch_up(of(env)->config.opaque);
}

static void glib_guest_throttle(MigEnv *env, int percent)
{
    if (of(env)->config.guest_throttle)
        of(env)->config.guest_throttle(of(env)->config.opaque, percent);
}

static void glib_observe(MigEnv *env, const MigObservation *observation)
{
    if (of(env)->config.observe)
        of(env)->config.observe(of(env)->config.opaque, observation);
}

static void glib_exit(MigEnv *env, int status)
{
    GlibEnv *self = of(env);

    if (self->exit_pending)
        return;                          /* the first reason counts */
    self->exit_pending = TRUE;
    self->exit_status = status;
    g_source_set_ready_time(self->step_source, 0);
}

static const MigEnvOps glib_ops = {
    .clock_ns = glib_clock_ns, .timer_arm = glib_timer_arm, .timer_disarm = glib_timer_disarm,
    .spawn = glib_spawn, .wake = glib_wake, .retire = glib_retire, .choose = glib_choose,
    .connect = glib_connect, .connect_status = glib_connect_status, .listen = glib_listen, .accept = glib_accept,
    .listener_watch = glib_listener_watch, .listener_address = glib_listener_address, .listener_close = glib_listener_close,
    .open_file = glib_open_file, .write = glib_write, .read = glib_read, .peek = glib_peek, .pwrite = glib_pwrite, .pread = glib_pread,
    .shutdown = glib_shutdown, .watch = glib_watch, .close = glib_close,
    .guest_run = glib_guest_run, .guest_catch_up = glib_guest_catch_up, .guest_throttle = glib_guest_throttle,
    .observe = glib_observe, .exit = glib_exit,
};

static GSourceFuncs step_funcs = { .dispatch = steps_dispatch };
static GSourceFuncs timer_funcs = { .dispatch = timers_dispatch };

static GSource *new_source(GlibEnv *self, GSourceFuncs *funcs)
{
    GSource *source = g_source_new(funcs, sizeof(EnvSource));

    ((EnvSource *) source)->env = self;
    g_source_set_ready_time(source, -1);
    g_source_attach(source, self->context);
    return source;
}

MigEnv *mig_env_glib_new(const MigEnvGlibConfig *config)
{
    GlibEnv *self = g_new0(GlibEnv, 1);

    /* A command that ends early must be an error of the write, not the end of the process; QEMU does the same. */
    (void) signal(SIGPIPE, SIG_IGN);
    self->base.ops = &glib_ops;
    self->config = *config;
    self->config.directory = g_strdup(config->directory);
    self->context = config->context ? g_main_context_ref(config->context) : g_main_context_ref(g_main_context_default());
    self->random = config->seed;
    g_queue_init(&self->runnable);
    self->timers = g_ptr_array_new();
    self->closing = g_ptr_array_new();
    self->fds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->step_source = new_source(self, &step_funcs);
    self->timer_source = new_source(self, &timer_funcs);
    return &self->base;
}

void mig_env_glib_free(MigEnv *env)
{
    GlibEnv *self = of(env);
    GHashTableIter iter;
    gpointer value;

    if (env == NULL)
        return;
    for (guint i = 0; i < self->closing->len; i++)
        channel_free(self->closing->pdata[i]);
    g_ptr_array_unref(self->closing);
    drop_source(&self->step_source);
    drop_source(&self->timer_source);
    g_ptr_array_unref(self->timers);
    g_hash_table_iter_init(&iter, self->fds);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        close(GPOINTER_TO_INT(value) - 1);
    g_hash_table_unref(self->fds);
    g_main_context_unref(self->context);
    g_free((char *) self->config.directory);
    g_free(self);
}

void mig_env_glib_add_fd(MigEnv *env, const char *name, int fd)
{
    (void) mig_env_glib_remove_fd(env, name);
    g_hash_table_insert(of(env)->fds, g_strdup(name), GINT_TO_POINTER(fd + 1));
}

gboolean mig_env_glib_remove_fd(MigEnv *env, const char *name)
{
    gpointer value = g_hash_table_lookup(of(env)->fds, name);

    if (value == NULL)
        return FALSE;
    close(GPOINTER_TO_INT(value) - 1);
    return g_hash_table_remove(of(env)->fds, name);
}
