/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Scheduling: one GSource steps runnable actors in the order in which they became runnable, a bounded number per turn of
 * the main loop, so that monitors and sockets get theirs. One GSource holds all timers.
 */
#include "reference/host/host_private.h"

#include <signal.h>
#include <unistd.h>

#define STEPS_PER_TURN 64

G_DEFINE_QUARK(mig-host-error-quark, mig_host_error)

typedef struct {
    GSource source;
    MigHostEnv *env;
} EnvSource;

static gint64 monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- Clocks and timers ---- */

static gint64 glib_clock_ns(MigEnv *env, MigClock clock)
{
    MigHostEnv *self = mig_host_env(env);
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

static void plan_timers(MigHostEnv *self)
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

static gboolean timers_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
    MigHostEnv *self = ((EnvSource *) source)->env;

    for (guint i = 0; i < self->timers->len;) {
        MigTimer *timer = self->timers->pdata[i];

        if (timer->deadline_ns <= glib_clock_ns(&self->base, timer->clock)) {
            g_ptr_array_remove_index(self->timers, i);
            timer->scheduler = NULL;
            mig_host_wake(&self->base, timer->actor);
        } else {
            i++;
        }
    }
    plan_timers(self);
    return G_SOURCE_CONTINUE;
}

static void glib_timer_arm(MigEnv *env, MigTimer *timer)
{
    MigHostEnv *self = mig_host_env(env);

    if (timer->scheduler == NULL) {
        timer->scheduler = self;
        g_ptr_array_add(self->timers, timer);
    }
    plan_timers(self);
}

static void glib_timer_disarm(MigEnv *env, MigTimer *timer)
{
    MigHostEnv *self = mig_host_env(env);

    if (timer->scheduler == NULL)
        return;
    timer->scheduler = NULL;
    g_ptr_array_remove(self->timers, timer);
    plan_timers(self);
}

/* ---- Actors ---- */

void mig_host_wake(MigEnv *env, MigActor *actor)
{
    MigHostEnv *self = mig_host_env(env);
    MigHostActor *state = actor ? actor->scheduler : NULL;

    if (state == NULL || state->queued)
        return;
    state->queued = TRUE;
    g_queue_push_tail_link(&self->runnable, &state->link);
    g_source_set_ready_time(self->step_source, 0);
}

static void glib_spawn(MigEnv *env, MigActor *actor)
{
    MigHostActor *state = g_new0(MigHostActor, 1);

    g_assert(actor->scheduler == NULL);
    state->actor = actor;
    state->link.data = state;
    actor->scheduler = state;
    mig_host_wake(env, actor);
}

static void glib_retire(MigEnv *env, MigActor *actor)
{
    MigHostEnv *self = mig_host_env(env);
    MigHostActor *state = actor->scheduler;

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
    MigHostEnv *self = ((EnvSource *) source)->env;

    for (guint n = 0; n < STEPS_PER_TURN && self->runnable.length; n++) {
        GList *link = g_queue_pop_head_link(&self->runnable);
        MigHostActor *state = link->data;
        MigActor *actor = state->actor;
        MigStep step;

        state->queued = FALSE;
        self->stepping = state;
        self->stepping_gone = FALSE;
        step = actor->step(actor);
        self->stepping = NULL;
        if (!self->stepping_gone) {
            if (step == MIG_STEP_RUNNABLE)
                mig_host_wake(&self->base, actor);
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
    MigHostEnv *self = mig_host_env(env);

    g_assert(n >= 1);
    if (self->random == 0 || n == 1)
        return 0;
    self->random ^= self->random >> 12;
    self->random ^= self->random << 25;
    self->random ^= self->random >> 27;
    return (guint32) ((self->random * G_GUINT64_CONSTANT(2685821657736338717)) >> 33) % n;
}

/* ---- Polling, commands ---- */

void mig_host_drop_source(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_source_unref(*source);
        *source = NULL;
    }
}

GSource *mig_host_poll_fd(MigHostEnv *self, int fd, GIOCondition condition, GUnixFDSourceFunc func, gpointer data)
{
    GSource *source = g_unix_fd_source_new(fd, condition);

    g_source_set_callback(source, G_SOURCE_FUNC(func), data, NULL);
    g_source_attach(source, self->context);
    return source;
}

void mig_host_reap(GPid pid, gint status, gpointer user_data) { g_spawn_close_pid(pid); }

/* ---- The guest, watchers, the end ---- */

static void glib_guest_run(MigEnv *env, gboolean running)
{
    MigHostEnv *self = mig_host_env(env);

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
    if (mig_host_env(env)->config.guest_catch_up)
        mig_host_env(env)->config.guest_catch_up(mig_host_env(env)->config.opaque);
}

static void glib_guest_throttle(MigEnv *env, int percent)
{
    if (mig_host_env(env)->config.guest_throttle)
        mig_host_env(env)->config.guest_throttle(mig_host_env(env)->config.opaque, percent);
}

static void glib_observe(MigEnv *env, const MigObservation *observation)
{
    if (mig_host_env(env)->config.observe)
        mig_host_env(env)->config.observe(mig_host_env(env)->config.opaque, observation);
}

static void glib_exit(MigEnv *env, int status)
{
    MigHostEnv *self = mig_host_env(env);

    if (self->exit_pending)
        return;                          /* the first reason counts */
    self->exit_pending = TRUE;
    self->exit_status = status;
    g_source_set_ready_time(self->step_source, 0);
}

static const MigEnvOps glib_ops = {
    .clock_ns = glib_clock_ns, .timer_arm = glib_timer_arm, .timer_disarm = glib_timer_disarm,
    .spawn = glib_spawn, .wake = mig_host_wake, .retire = glib_retire, .choose = glib_choose,
    .connect = mig_host_connect, .connect_status = mig_host_connect_status, .listen = mig_host_listen, .accept = mig_host_accept,
    .listener_watch = mig_host_listener_watch, .listener_address = mig_host_listener_address, .listener_close = mig_host_listener_close,
    .open_file = mig_host_open_file, .write = mig_host_write, .read = mig_host_read, .peek = mig_host_peek,
    .pwrite = mig_host_pwrite, .pread = mig_host_pread, .shutdown = mig_host_shutdown, .watch = mig_host_watch, .close = mig_host_close,
    .guest_run = glib_guest_run, .guest_catch_up = glib_guest_catch_up, .guest_throttle = glib_guest_throttle,
    .observe = glib_observe, .exit = glib_exit,
};

static GSourceFuncs step_funcs = { .dispatch = steps_dispatch };
static GSourceFuncs timer_funcs = { .dispatch = timers_dispatch };

static GSource *new_source(MigHostEnv *self, GSourceFuncs *funcs)
{
    GSource *source = g_source_new(funcs, sizeof(EnvSource));

    ((EnvSource *) source)->env = self;
    g_source_set_ready_time(source, -1);
    g_source_attach(source, self->context);
    return source;
}

MigEnv *mig_env_glib_new(const MigEnvGlibConfig *config)
{
    MigHostEnv *self = g_new0(MigHostEnv, 1);

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
    MigHostEnv *self = mig_host_env(env);
    GHashTableIter iter;
    gpointer value;

    if (env == NULL)
        return;
    for (guint i = 0; i < self->closing->len; i++)
        mig_host_channel_free(self->closing->pdata[i]);
    g_ptr_array_unref(self->closing);
    mig_host_drop_source(&self->step_source);
    mig_host_drop_source(&self->timer_source);
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
    g_hash_table_insert(mig_host_env(env)->fds, g_strdup(name), GINT_TO_POINTER(fd + 1));
}

gboolean mig_env_glib_remove_fd(MigEnv *env, const char *name)
{
    gpointer value = g_hash_table_lookup(mig_host_env(env)->fds, name);

    if (value == NULL)
        return FALSE;
    close(GPOINTER_TO_INT(value) - 1);
    return g_hash_table_remove(mig_host_env(env)->fds, name);
}
