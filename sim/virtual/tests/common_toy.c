/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/virtual/tests/common_toy.h"

#include "reference/machine/page.h"

#include <string.h>

static const MigAddress address = { .kind = MIG_ADDRESS_INET, .host = (char *) "destination", .port = (char *) "4444" };

guint8 toy_byte(guint64 index)
{
    return (guint8) (index * 7 + index / 256);
}

#define OF(type, pointer, member) ((type *) ((char *) (pointer) - G_STRUCT_OFFSET(type, member)))

static MigStep ended(Toy *toy, MigIo how)
{
    toy->end = how;
    toy->end_ns = toy->env->ops->clock_ns(toy->env, MIG_CLOCK_REALTIME);
    return MIG_STEP_DONE;
}

static MigStep send_step(MigActor *actor)
{
    Toy *toy = OF(Toy, actor, actor);
    const MigEnvOps *ops = toy->env->ops;
    guint8 buffer[4096];
    gsize taken = 0;

    if (!toy->open) {
        MigIo io = ops->connect_status(toy->channel, &toy->connect_error);

        if (io == MIG_IO_AGAIN) {
            return MIG_STEP_BLOCKED;
        }
        if (io == MIG_IO_ERROR) {
            return ended(toy, io);
        }
        toy->open = TRUE;
    }
    if (toy->done == toy->size) {
        ops->shutdown(toy->channel, MIG_SHUTDOWN_WRITE);
        return ended(toy, MIG_IO_EOF);
    }
    {
        MigSegment segment = { .kind = MIG_SEGMENT_BYTES, .size = MIN(sizeof buffer, toy->size - toy->done), .bytes = buffer };
        MigIo io;

        if (toy->pages && segment.size == sizeof buffer) {
            segment.kind = MIG_SEGMENT_PAGE;
            segment.page = (MigPageRef) { .base = mig_page_base(MIG_CONTENT_RANDOM, 1, toy->done / sizeof buffer) };
        }
        for (gsize i = 0; i < segment.size; i++) {
            buffer[i] = toy_byte(toy->done + i);
        }
        io = ops->write(toy->channel, &segment, 1, &taken, &toy->error);
        toy->done += taken;
        return io == MIG_IO_AGAIN ? MIG_STEP_BLOCKED : io == MIG_IO_OK ? MIG_STEP_RUNNABLE : ended(toy, io);
    }
}

static MigStep receive_step(MigActor *actor)
{
    Toy *toy = OF(Toy, actor, actor);
    MigSegment segment;
    MigIo io = toy->env->ops->read(toy->channel, 65536, &segment, &toy->error);

    if (io == MIG_IO_AGAIN) {
        return MIG_STEP_BLOCKED;
    }
    if (io != MIG_IO_OK) {
        return ended(toy, io);
    }
    if (segment.kind == MIG_SEGMENT_PAGE) {
        toy->page_segments++;
        toy->digest = toy->digest * 31 + segment.page.base;
    } else {
        toy->byte_segments++;
        toy->digest = mig_page_digest(toy->digest, segment.bytes, segment.size);
        if (toy->bytes->len < 65536) {
            g_byte_array_append(toy->bytes, segment.bytes, (guint) segment.size);
        }
    }
    toy->done += segment.size;
    return MIG_STEP_RUNNABLE;
}

static MigStep accept_step(MigActor *actor)
{
    ToyWorld *world = OF(ToyWorld, actor, acceptor);
    Toy *toy = &world->receiver;

    toy->channel = toy->env->ops->accept(world->listener);
    if (toy->channel == NULL) {
        return MIG_STEP_BLOCKED;
    }
    toy->actor = (MigActor) { .name = "receiver", .step = receive_step };
    toy->env->ops->spawn(toy->env, &toy->actor);
    toy->env->ops->watch(toy->channel, MIG_WATCH_READ, &toy->actor);
    return MIG_STEP_DONE;
}

void toy_start(ToyWorld *world, SimChoices *choices, const SimWeather *weather, guint64 size, gboolean pages)
{
    static const SimWorkload idle;
    Toy *sender = &world->sender, *receiver = &world->receiver;

    memset(world, 0, sizeof *world);
    world->choices = choices;
    world->kernel = sim_kernel_new(choices);
    world->net = sim_net_new(world->kernel, weather);
    for (int i = 0; i < 2; i++) {
        world->hosts[i] = sim_host_new(world->kernel, world->net, (SimEnd) i, &idle);
    }
    sender->env = sim_host_env(world->hosts[0]);
    receiver->env = sim_host_env(world->hosts[1]);
    receiver->bytes = g_byte_array_new();
    sender->size = size;
    sender->pages = pages;
    world->listener = receiver->env->ops->listen(receiver->env, &address, 1, NULL);
    world->acceptor = (MigActor) { .name = "acceptor", .step = accept_step };
    receiver->env->ops->spawn(receiver->env, &world->acceptor);
    receiver->env->ops->listener_watch(world->listener, &world->acceptor);
    sender->channel = sender->env->ops->connect(sender->env, &address, NULL);
    sender->actor = (MigActor) { .name = "sender", .step = send_step };
    sender->env->ops->spawn(sender->env, &sender->actor);
    sender->env->ops->watch(sender->channel, MIG_WATCH_WRITE, &sender->actor);
}

gint64 toy_run(ToyWorld *world, gint64 limit_ns)
{
    while (world->receiver.end == MIG_IO_OK || world->sender.end == MIG_IO_OK) {
        if (sim_kernel_step(world->kernel, limit_ns) != SIM_RAN) {
            break;
        }
    }
    return world->receiver.end != MIG_IO_OK ? world->receiver.end_ns : -1;
}

void toy_end(ToyWorld *world)
{
    sim_host_free(world->hosts[0]);
    sim_host_free(world->hosts[1]);
    sim_net_free(world->net);
    sim_kernel_free(world->kernel);
    sim_choices_free(world->choices);
    g_byte_array_unref(world->receiver.bytes);
    g_clear_error(&world->sender.connect_error);
}
