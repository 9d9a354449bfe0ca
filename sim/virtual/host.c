/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/virtual/host.h"

#include "sim/virtual/constants.h"

#include <errno.h>

/* 2020-01-01 00:00:00 UTC: where the wall clock of every virtual host starts. */
#define EPOCH_NS (G_GINT64_CONSTANT(1577836800) * 1000000000)

struct SimHost {
    MigEnv env;
    SimKernel *kernel;
    SimNet *net;
    SimEnd end;
    SimGuest guest;
    GPtrArray *timers;         /* Timer*, owned: all that are armed */
    SimHostObserve observe;
    gpointer observe_opaque;
    gboolean exited;
    int exit_status;
};

/* An armed timer of the engine. On the guest's clock it is scheduled only while that runs. */
typedef struct {
    SimEvent event;
    SimHost *host;
    MigTimer *timer;
} Timer;

static SimHost *host_of(MigEnv *env) { return (SimHost *) env; }

static gint64 op_clock_ns(MigEnv *env, MigClock clock)
{
    SimHost *host = host_of(env);
    gint64 now_ns = sim_kernel_now_ns(host->kernel);

    switch (clock) {
    case MIG_CLOCK_HOST:
        return EPOCH_NS + now_ns;
    case MIG_CLOCK_VIRTUAL:
        return sim_guest_clock_ns(&host->guest, now_ns);
    case MIG_CLOCK_REALTIME:
    case MIG_CLOCK_COUNT:
        break;
    }
    return now_ns;
}

static void timer_free(gpointer data)
{
    Timer *timer = data;

    sim_event_cancel(timer->host->kernel, &timer->event);
    timer->timer->scheduler = NULL;
    g_free(timer);
}

static void timer_fire(SimEvent *event)
{
    Timer *timer = (Timer *) event;
    SimHost *host = timer->host;
    MigActor *actor = timer->timer->actor;

    g_ptr_array_remove_fast(host->timers, timer);
    host->env.ops->wake(&host->env, actor);
}

static void schedule_timer(Timer *timer)
{
    SimHost *host = timer->host;
    gint64 now_ns = sim_kernel_now_ns(host->kernel);

    if (timer->timer->clock == MIG_CLOCK_VIRTUAL && !host->guest.running) {
        sim_event_cancel(host->kernel, &timer->event);
        return;
    }
    sim_event_schedule(host->kernel, &timer->event,
                       now_ns + MAX(timer->timer->deadline_ns - op_clock_ns(&host->env, timer->timer->clock), 0));
}

static void op_timer_arm(MigEnv *env, MigTimer *timer)
{
    SimHost *host = host_of(env);
    Timer *own = timer->scheduler;

    if (own == NULL) {
        own = g_new0(Timer, 1);
        own->event.fire = timer_fire;
        own->host = host;
        own->timer = timer;
        timer->scheduler = own;
        g_ptr_array_add(host->timers, own);
    }
    schedule_timer(own);
}

static void op_timer_disarm(MigEnv *env, MigTimer *timer)
{
    if (timer->scheduler != NULL) {
        g_ptr_array_remove_fast(host_of(env)->timers, timer->scheduler);
    }
}

static void op_wake(MigEnv *env, MigActor *actor)
{
    sim_kernel_wake(host_of(env)->kernel, actor);
}

static void op_spawn(MigEnv *env, MigActor *actor)
{
    sim_kernel_spawn(host_of(env)->kernel, actor, env);
}

static void op_retire(MigEnv *env, MigActor *actor)
{
    SimHost *host = host_of(env);

    for (guint i = host->timers->len; i-- > 0;) {
        Timer *timer = g_ptr_array_index(host->timers, i);

        if (timer->timer->actor == actor) {
            g_ptr_array_remove_index_fast(host->timers, i);
        }
    }
    sim_net_forget_actor(host->net, actor);
    sim_kernel_retire(host->kernel, actor);
}

static guint32 op_choose(MigEnv *env, guint32 n, const char *what)
{
    return sim_choose(sim_kernel_choices(host_of(env)->kernel), n, what);
}

static MigChannel *op_connect(MigEnv *env, const MigAddress *address, GError **error)
{
    return sim_net_connect(host_of(env)->net, env, host_of(env)->end, address, error);
}

static MigListener *op_listen(MigEnv *env, const MigAddress *address, int backlog, GError **error)
{
    return sim_net_listen(host_of(env)->net, env, host_of(env)->end, address, backlog, error);
}

static MigChannel *op_open_file(MigEnv *env, const char *path, gboolean write, GError **error)
{
    g_set_error(error, SIM_NET_ERROR, ENOENT, "Could not open '%s': No such file or directory", path);
    return NULL;
}

static MigIo op_pwrite(MigChannel *channel, guint64 offset, const MigSegment *segment, int *reterr_errno)
{
    *reterr_errno = ESPIPE;
    return MIG_IO_ERROR;
}

static MigIo op_pread(MigChannel *channel, guint64 offset, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno)
{
    *reterr_errno = ESPIPE;
    return MIG_IO_ERROR;
}

static void op_guest_run(MigEnv *env, gboolean running)
{
    SimHost *host = host_of(env);

    sim_guest_run(&host->guest, sim_kernel_now_ns(host->kernel), running);
    for (guint i = 0; i < host->timers->len; i++) {
        Timer *timer = g_ptr_array_index(host->timers, i);

        if (timer->timer->clock == MIG_CLOCK_VIRTUAL) {
            schedule_timer(timer);
        }
    }
}

static void op_guest_catch_up(MigEnv *env)
{
    sim_guest_catch_up(&host_of(env)->guest, sim_kernel_now_ns(host_of(env)->kernel));
}

static void op_guest_throttle(MigEnv *env, int percent)
{
    sim_guest_throttle(&host_of(env)->guest, sim_kernel_now_ns(host_of(env)->kernel), percent);
}

static void op_observe(MigEnv *env, const MigObservation *observation)
{
    SimHost *host = host_of(env);

    if (host->observe != NULL) {
        host->observe(host->observe_opaque, observation);
    }
}

static void op_exit(MigEnv *env, int status)
{
    SimHost *host = host_of(env);

    if (!host->exited) {
        host->exited = TRUE;
        host->exit_status = status;
    }
}

static const MigEnvOps host_ops = {
    .clock_ns = op_clock_ns,
    .timer_arm = op_timer_arm,
    .timer_disarm = op_timer_disarm,
    .spawn = op_spawn,
    .wake = op_wake,
    .retire = op_retire,
    .choose = op_choose,
    .connect = op_connect,
    .connect_status = sim_net_connect_status,
    .listen = op_listen,
    .accept = sim_net_accept,
    .listener_watch = sim_net_listener_watch,
    .listener_address = sim_net_listener_address,
    .listener_close = sim_net_listener_close,
    .open_file = op_open_file,
    .write = sim_net_write,
    .read = sim_net_read,
    .peek = sim_net_peek,
    .pwrite = op_pwrite,
    .pread = op_pread,
    .shutdown = sim_net_shutdown,
    .watch = sim_net_watch,
    .close = sim_net_close,
    .guest_run = op_guest_run,
    .guest_catch_up = op_guest_catch_up,
    .guest_throttle = op_guest_throttle,
    .observe = op_observe,
    .exit = op_exit,
};

SimHost *sim_host_new(SimKernel *kernel, SimNet *net, SimEnd end, const SimWorkload *workload)
{
    SimHost *host = g_new0(SimHost, 1);
    guint64 seed = sim_choose(sim_kernel_choices(kernel), G_MAXUINT32, "guest");

    host->env.ops = &host_ops;
    host->kernel = kernel;
    host->net = net;
    host->end = end;
    host->timers = g_ptr_array_new_with_free_func(timer_free);
    sim_guest_init(&host->guest, workload, seed);
    return host;
}

void sim_host_free(SimHost *host)
{
    if (host != NULL) {
        sim_kernel_retire_all(host->kernel, host);
        sim_net_close_all(host->net, &host->env);
        g_ptr_array_unref(host->timers);
        g_free(host);
    }
}

MigEnv *sim_host_env(SimHost *host)
{
    return &host->env;
}

SimGuest *sim_host_guest(SimHost *host)
{
    return &host->guest;
}

void sim_host_on_observe(SimHost *host, SimHostObserve observe, gpointer opaque)
{
    host->observe = observe;
    host->observe_opaque = opaque;
}

gboolean sim_host_exited(const SimHost *host, int *ret_status)
{
    if (host->exited) {
        *ret_status = host->exit_status;
    }
    return host->exited;
}

void sim_host_freeze(SimHost *host, gboolean frozen)
{
    gint64 now_ns = sim_kernel_now_ns(host->kernel);

    sim_kernel_freeze(host->kernel, host, frozen);
    /* The vCPUs stand still as well, but nobody calls it a stopped guest. */
    sim_guest_freeze(&host->guest, now_ns, frozen);
}
