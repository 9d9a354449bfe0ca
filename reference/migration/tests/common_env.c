/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/tests/common_env.h"

#include <errno.h>
#include <string.h>

#include "reference/machine/page.h"

#define DEPTH (256 * 1024)

typedef struct { MigSegment segment; GBytes *bytes; gsize used; } Piece;
typedef struct Pipe { GQueue pieces; gsize size; gboolean ended, broken; gint64 free_ns; } Pipe;
typedef struct Pair { Pipe way[2]; int refs; } Pair;
typedef struct { MigChannel base; Pair *pair; int side; MigActor *reader, *writer; GBytes *held; gboolean closed_write; } Channel;
typedef struct { MigListener base; char *name; GQueue waiting; MigActor *actor; MigAddress address; } Listener;
typedef struct { MigActor *actor; TestEnv *env; gboolean queued; } State;

struct TestEnv { MigEnv base; TestWorld *world; char *name; int exit; gboolean guest; gint64 virtual_ns, since_ns; void (*catch_up)(gpointer); gpointer opaque; };
struct TestWorld {
    gint64 now_ns; guint64 random, rate; GPtrArray *envs, *runnable, *timers, *listeners, *channels, *log; State *stepping; gboolean gone;
};

static TestEnv *of(MigEnv *env) { return (TestEnv *) env; }

static gint64 clock_ns(MigEnv *env, MigClock clock)
{
    TestEnv *e = of(env);

    if (clock == MIG_CLOCK_VIRTUAL)
        return e->virtual_ns + (e->guest ? e->world->now_ns - e->since_ns : 0);
    return e->world->now_ns + (clock == MIG_CLOCK_HOST ? G_GINT64_CONSTANT(1700000000000000000) : 0);
}

static void wake(MigEnv *env, MigActor *actor)
{
    State *state = actor ? actor->scheduler : NULL;

    if (state && !state->queued) {
        state->queued = TRUE;
        g_ptr_array_add(of(env)->world->runnable, state);
    }
}

static void spawn(MigEnv *env, MigActor *actor)
{
    State *state = g_new0(State, 1);

    state->actor = actor;
    state->env = of(env);
    actor->scheduler = state;
    wake(env, actor);
}

static void retire(MigEnv *env, MigActor *actor)
{
    State *state = actor->scheduler;
    TestWorld *world = of(env)->world;

    if (state == NULL)
        return;
    g_ptr_array_remove(world->runnable, state);
    if (world->stepping == state)
        world->gone = TRUE;
    actor->scheduler = NULL;
    g_free(state);
}

static void timer_arm(MigEnv *env, MigTimer *timer)
{
    if (timer->scheduler == NULL)
        g_ptr_array_add(of(env)->world->timers, timer);
    timer->scheduler = env;
}

static void timer_disarm(MigEnv *env, MigTimer *timer)
{
    if (timer->scheduler)
        g_ptr_array_remove(of(env)->world->timers, timer);
    timer->scheduler = NULL;
}

static guint32 choose(MigEnv *env, guint32 n, const char *what)
{
    TestWorld *world = of(env)->world;

    if (world->random == 0)
        return 0;
    world->random = world->random * G_GUINT64_CONSTANT(6364136223846793005) + 1442695040888963407;
    return (guint32) (world->random >> 33) % n;
}

static Channel *channel_new(TestEnv *env, Pair *pair, int side)
{
    Channel *channel = g_new0(Channel, 1);

    channel->base = (MigChannel) { env->base.ops, &env->base };
    channel->pair = pair;
    channel->side = side;
    pair->refs++;
    g_ptr_array_add(env->world->channels, channel);
    return channel;
}

static MigChannel *t_connect(MigEnv *env, const MigAddress *address, GError **error)
{
    TestWorld *world = of(env)->world;

    for (guint i = 0; i < world->listeners->len; i++) {
        Listener *listener = world->listeners->pdata[i];

        if (g_strcmp0(listener->name, address->path) == 0) {
            Pair *pair = g_new0(Pair, 1);
            Channel *near = channel_new(of(env), pair, 0), *far = channel_new(of(listener->base.env), pair, 1);

            g_queue_push_tail(&listener->waiting, far);
            wake(listener->base.env, listener->actor);
            return &near->base;
        }
    }
    g_set_error(error, g_quark_from_static_string("test"), 0, "Failed to connect to '%s': Connection refused", address->path);
    return NULL;
}

static MigIo connect_status(MigChannel *channel, GError **error) { return MIG_IO_OK; }

static MigListener *t_listen(MigEnv *env, const MigAddress *address, int backlog, GError **error)
{
    Listener *listener = g_new0(Listener, 1);

    listener->base = (MigListener) { env->ops, env };
    listener->name = g_strdup(address->path);
    listener->address = (MigAddress) { .kind = MIG_ADDRESS_UNIX, .path = listener->name };
    g_ptr_array_add(of(env)->world->listeners, listener);
    return &listener->base;
}

static MigChannel *t_accept(MigListener *base) { return g_queue_pop_head(&((Listener *) base)->waiting); }
static void listener_watch(MigListener *base, MigActor *actor)
{
    ((Listener *) base)->actor = actor;
    if (((Listener *) base)->waiting.length)
        wake(base->env, actor);
}
static const MigAddress *listener_address(MigListener *base) { return &((Listener *) base)->address; }

static void t_close(MigChannel *base);
static void listener_close(MigListener *base)
{
    Listener *listener = (Listener *) base;
    Channel *channel;

    while ((channel = g_queue_pop_head(&listener->waiting)))
        t_close(&channel->base);
    g_ptr_array_remove(of(base->env)->world->listeners, listener);
    g_free(listener->name);
    g_free(listener);
}

static Channel *peer(Channel *channel)
{
    TestWorld *world = of(channel->base.env)->world;

    for (guint i = 0; i < world->channels->len; i++) {
        Channel *other = world->channels->pdata[i];

        if (other->pair == channel->pair && other != channel)
            return other;
    }
    return NULL;
}

static void tell(Channel *channel)
{
    Channel *other = peer(channel);

    if (other) {
        wake(other->base.env, other->reader);
        wake(other->base.env, other->writer);
    }
}

static MigIo t_write(MigChannel *base, const MigSegment *segments, gsize count, gsize *ret_taken, int *reterr_errno)
{
    Channel *channel = (Channel *) base;
    Pipe *pipe = &channel->pair->way[channel->side];
    TestWorld *world = of(base->env)->world;

    *ret_taken = 0;
    if (channel->closed_write || pipe->broken || peer(channel) == NULL) {
        *reterr_errno = pipe->broken ? ECONNRESET : EPIPE;
        return MIG_IO_ERROR;
    }
    if (world->rate && pipe->free_ns > world->now_ns)
        return MIG_IO_AGAIN;
    for (gsize i = 0; i < count && pipe->size < DEPTH; i++) {
        Piece *piece = g_new0(Piece, 1);

        piece->segment = segments[i];
        if (segments[i].kind == MIG_SEGMENT_BYTES) {
            piece->bytes = g_bytes_new(segments[i].bytes, segments[i].size);
            piece->segment.bytes = g_bytes_get_data(piece->bytes, NULL);
        }
        g_queue_push_tail(&pipe->pieces, piece);
        pipe->size += segments[i].size;
        *ret_taken += segments[i].size;
    }
    if (world->rate)
        pipe->free_ns = world->now_ns + (gint64) (*ret_taken * G_GUINT64_CONSTANT(1000000000) / world->rate);
    tell(channel);
    return *ret_taken ? MIG_IO_OK : MIG_IO_AGAIN;
}

static MigIo t_read(MigChannel *base, gsize size_max, MigSegment *ret_segment, int *reterr_errno)
{
    Channel *channel = (Channel *) base;
    Pipe *pipe = &channel->pair->way[!channel->side];
    Piece *piece = g_queue_peek_head(&pipe->pieces);

    if (pipe->broken) {
        *reterr_errno = ECONNRESET;
        return MIG_IO_ERROR;
    }
    if (piece == NULL) {
        if (pipe->ended || peer(channel) == NULL)
            return MIG_IO_EOF;
        return MIG_IO_AGAIN;
    }
    g_clear_pointer(&channel->held, g_bytes_unref);
    if (piece->segment.kind == MIG_SEGMENT_PAGE) {
        if (size_max < piece->segment.size) {
            guint8 *made = g_malloc(piece->segment.size);

            mig_page_segment_make(&piece->segment, made);
            piece->bytes = g_bytes_new_take(made, piece->segment.size);
            piece->segment.kind = MIG_SEGMENT_BYTES;
            piece->segment.bytes = made;
        }
    }
    *ret_segment = piece->segment;
    if (piece->segment.kind == MIG_SEGMENT_BYTES) {
        ret_segment->size = MIN(size_max, piece->segment.size - piece->used);
        ret_segment->bytes += piece->used;
        channel->held = g_bytes_ref(piece->bytes);
    }
    piece->used += ret_segment->size;
    pipe->size -= ret_segment->size;
    if (piece->used == piece->segment.size) {
        g_queue_pop_head(&pipe->pieces);
        if (piece->bytes)
            g_bytes_unref(piece->bytes);
        g_free(piece);
    }
    tell(channel);
    return MIG_IO_OK;
}

static MigIo t_peek(MigChannel *base, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno)
{
    Channel *channel = (Channel *) base;
    Pipe *pipe = &channel->pair->way[!channel->side];
    Piece *piece = g_queue_peek_head(&pipe->pieces);

    if (piece == NULL)
        return pipe->ended || peer(channel) == NULL ? MIG_IO_EOF : MIG_IO_AGAIN;
    *ret_size = MIN(size, piece->segment.size - piece->used);
    memcpy(buffer, piece->segment.bytes + piece->used, *ret_size);
    return MIG_IO_OK;
}

static void t_shutdown(MigChannel *base, MigShutdown how)
{
    Channel *channel = (Channel *) base;

    if (how & MIG_SHUTDOWN_WRITE) {
        channel->closed_write = TRUE;
        channel->pair->way[channel->side].ended = TRUE;
    }
    if (how & MIG_SHUTDOWN_READ)
        channel->pair->way[!channel->side].ended = TRUE;
    wake(base->env, channel->reader);
    wake(base->env, channel->writer);
    tell(channel);
}

static void t_watch(MigChannel *base, MigWatch what, MigActor *actor)
{
    Channel *channel = (Channel *) base;

    if (what & MIG_WATCH_READ)
        channel->reader = actor;
    if (what & MIG_WATCH_WRITE)
        channel->writer = actor;
    wake(base->env, actor);
}

static void pair_unref(Pair *pair)
{
    if (--pair->refs)
        return;
    for (int i = 0; i < 2; i++) {
        Piece *piece;

        while ((piece = g_queue_pop_head(&pair->way[i].pieces))) {
            if (piece->bytes)
                g_bytes_unref(piece->bytes);
            g_free(piece);
        }
    }
    g_free(pair);
}

static void t_close(MigChannel *base)
{
    Channel *channel = (Channel *) base;
    TestWorld *world = of(base->env)->world;

    channel->pair->way[channel->side].ended = TRUE;
    tell(channel);
    g_ptr_array_remove(world->channels, channel);
    g_clear_pointer(&channel->held, g_bytes_unref);
    pair_unref(channel->pair);
    g_free(channel);
}

static void guest_run(MigEnv *env, gboolean running)
{
    TestEnv *e = of(env);

    if (e->guest && !running)
        e->virtual_ns += e->world->now_ns - e->since_ns;
    e->since_ns = e->world->now_ns;
    e->guest = running;
}

static void guest_catch_up(MigEnv *env)
{
    if (of(env)->catch_up && of(env)->guest)
        of(env)->catch_up(of(env)->opaque);
}

static void guest_throttle(MigEnv *env, int percent)
{
    g_ptr_array_add(of(env)->world->log, g_strdup_printf("%s: throttle %d", of(env)->name, percent));
}

static void observe(MigEnv *env, const MigObservation *observation)
{
    static const char *const kinds[] = { "status", "run", "message", "mark" };

    g_ptr_array_add(of(env)->world->log, g_strdup_printf("%s: %s %s", of(env)->name, kinds[observation->kind], observation->text));
}

static void t_exit(MigEnv *env, int status)
{
    of(env)->exit = status;
    g_ptr_array_add(of(env)->world->log, g_strdup_printf("%s: exit %d", of(env)->name, status));
}

static const MigEnvOps ops = {
    .clock_ns = clock_ns, .timer_arm = timer_arm, .timer_disarm = timer_disarm, .spawn = spawn, .wake = wake, .retire = retire,
    .choose = choose, .connect = t_connect, .connect_status = connect_status, .listen = t_listen, .accept = t_accept,
    .listener_watch = listener_watch, .listener_address = listener_address, .listener_close = listener_close, .write = t_write,
    .read = t_read, .peek = t_peek, .shutdown = t_shutdown, .watch = t_watch, .close = t_close, .guest_run = guest_run,
    .guest_catch_up = guest_catch_up, .guest_throttle = guest_throttle, .observe = observe, .exit = t_exit,
};

TestWorld *test_world_new(guint64 seed)
{
    TestWorld *world = g_new0(TestWorld, 1);

    world->random = seed;
    world->now_ns = 1000000000;
    world->envs = g_ptr_array_new();
    world->runnable = g_ptr_array_new();
    world->timers = g_ptr_array_new();
    world->listeners = g_ptr_array_new();
    world->channels = g_ptr_array_new();
    world->log = g_ptr_array_new_with_free_func(g_free);
    return world;
}

void test_world_free(TestWorld *world)
{
    for (guint i = 0; i < world->envs->len; i++) {
        TestEnv *env = world->envs->pdata[i];

        g_free(env->name);
        g_free(env);
    }
    g_assert(world->channels->len == 0);
    g_assert(world->listeners->len == 0);
    g_assert(world->runnable->len == 0);
    g_assert(world->timers->len == 0);
    g_ptr_array_unref(world->envs);
    g_ptr_array_unref(world->runnable);
    g_ptr_array_unref(world->timers);
    g_ptr_array_unref(world->listeners);
    g_ptr_array_unref(world->channels);
    g_ptr_array_unref(world->log);
    g_free(world);
}

MigEnv *test_world_env(TestWorld *world, const char *name)
{
    TestEnv *env = g_new0(TestEnv, 1);

    env->base.ops = &ops;
    env->world = world;
    env->name = g_strdup(name);
    env->exit = -1;
    g_ptr_array_add(world->envs, env);
    return &env->base;
}

void test_world_set_rate(TestWorld *world, guint64 bytes_per_second) { world->rate = bytes_per_second; }
gint64 test_world_now_ns(TestWorld *world) { return world->now_ns; }
const GPtrArray *test_world_log(TestWorld *world) { return world->log; }
int test_env_exit(MigEnv *env) { return of(env)->exit; }

void test_env_on_run(MigEnv *env, void (*catch_up)(gpointer), gpointer opaque)
{
    of(env)->catch_up = catch_up;
    of(env)->opaque = opaque;
}

void test_world_cut(TestWorld *world, gboolean reset)
{
    for (guint i = 0; i < world->channels->len; i++) {
        Channel *channel = world->channels->pdata[i];

        for (int way = 0; way < 2; way++) {
            channel->pair->way[way].ended = TRUE;
            channel->pair->way[way].broken = reset;
        }
        channel->closed_write = TRUE;
        wake(channel->base.env, channel->reader);
        wake(channel->base.env, channel->writer);
    }
}

static gboolean advance(TestWorld *world, gint64 until_ns)
{
    gint64 next = G_MAXINT64;

    for (guint i = 0; i < world->timers->len; i++)
        next = MIN(next, ((MigTimer *) world->timers->pdata[i])->deadline_ns);
    for (guint i = 0; i < world->channels->len; i++) {
        Channel *channel = world->channels->pdata[i];
        gint64 free_ns = channel->pair->way[channel->side].free_ns;

        if (channel->writer && free_ns > world->now_ns)
            next = MIN(next, free_ns);
    }
    if (next == G_MAXINT64 || next > until_ns) {
        world->now_ns = MAX(world->now_ns, until_ns);
        return FALSE;
    }
    world->now_ns = MAX(world->now_ns, next);
    for (guint i = 0; i < world->timers->len;) {
        MigTimer *timer = world->timers->pdata[i];

        if (timer->deadline_ns <= world->now_ns) {
            MigEnv *env = timer->scheduler;

            timer_disarm(env, timer);
            wake(env, timer->actor);
        } else {
            i++;
        }
    }
    for (guint i = 0; i < world->channels->len; i++) {
        Channel *channel = world->channels->pdata[i];

        if (channel->pair->way[channel->side].free_ns && channel->pair->way[channel->side].free_ns <= world->now_ns)
            wake(channel->base.env, channel->writer);
    }
    return TRUE;
}

void test_world_run(TestWorld *world, gint64 until_ns, gboolean (*done)(gpointer), gpointer opaque)
{
    while (!done || !done(opaque)) {
        State *state;
        guint pick = 0;
        MigStep step;
        MigActor *actor;

        if (world->runnable->len == 0) {
            if (!advance(world, until_ns))
                return;
            continue;
        }
        if (world->random)
            pick = choose(world->envs->pdata[0], world->runnable->len, "actor");
        state = world->runnable->pdata[pick];
        g_ptr_array_remove_index(world->runnable, pick);
        state->queued = FALSE;
        if (state->env->exit >= 0)
            continue;
        actor = state->actor;
        world->stepping = state;
        world->gone = FALSE;
        step = actor->step(actor);
        world->stepping = NULL;
        if (world->gone)
            continue;
        if (step == MIG_STEP_RUNNABLE)
            wake(&state->env->base, actor);
        else if (step == MIG_STEP_DONE)
            retire(&state->env->base, actor);
    }
}
