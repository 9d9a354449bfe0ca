/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/loop.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

struct SimLoop {
    GPtrArray *fds;           /* SimLoopFd, in order of registration; NULL: removed during a step */
    GPtrArray *timers;        /* SimLoopTimer, in order of arming; few, so a list is enough */
    gint64 start_ns;          /* CLOCK_MONOTONIC */
    guint time_scale;
};

static gint64 monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (gint64) now.tv_sec * G_GINT64_CONSTANT(1000000000) + now.tv_nsec;
}

SimLoop *sim_loop_new(guint time_scale)
{
    SimLoop *loop = g_new0(SimLoop, 1);

    g_assert(time_scale >= 1);
    loop->fds = g_ptr_array_new();
    loop->timers = g_ptr_array_new();
    loop->start_ns = monotonic_ns();
    loop->time_scale = time_scale;
    return loop;
}

void sim_loop_free(SimLoop *loop)
{
    if (loop == NULL) {
        return;
    }
    for (guint i = 0; i < loop->fds->len; i++) {
        SimLoopFd *watch = g_ptr_array_index(loop->fds, i);
        if (watch != NULL) {
            watch->loop = NULL;
        }
    }
    for (guint i = 0; i < loop->timers->len; i++) {
        ((SimLoopTimer *) g_ptr_array_index(loop->timers, i))->loop = NULL;
    }
    g_ptr_array_unref(loop->fds);
    g_ptr_array_unref(loop->timers);
    g_free(loop);
}

gint64 sim_loop_now_ns(SimLoop *loop)
{
    return (monotonic_ns() - loop->start_ns) * loop->time_scale;
}

void sim_loop_watch(SimLoop *loop, SimLoopFd *watch)
{
    g_assert(watch->loop == NULL && watch->fd >= 0);
    watch->loop = loop;
    g_ptr_array_add(loop->fds, watch);
}

void sim_loop_unwatch(SimLoopFd *watch)
{
    guint index;

    if (watch->loop == NULL) {
        return;
    }
    /* The place is kept until the next step begins: a step may be walking the list. */
    if (g_ptr_array_find(watch->loop->fds, watch, &index)) {
        watch->loop->fds->pdata[index] = NULL;
    }
    watch->loop = NULL;
}

void sim_loop_arm(SimLoop *loop, SimLoopTimer *timer, gint64 deadline_ns)
{
    timer->deadline_ns = deadline_ns;
    if (timer->loop == NULL) {
        timer->loop = loop;
        g_ptr_array_add(loop->timers, timer);
    }
}

void sim_loop_disarm(SimLoopTimer *timer)
{
    if (timer->loop != NULL) {
        g_ptr_array_remove(timer->loop->timers, timer);
        timer->loop = NULL;
    }
}

static SimLoopTimer *earliest(SimLoop *loop)
{
    SimLoopTimer *first = NULL;

    for (guint i = 0; i < loop->timers->len; i++) {
        SimLoopTimer *timer = g_ptr_array_index(loop->timers, i);
        if (first == NULL || timer->deadline_ns < first->deadline_ns) {
            first = timer;
        }
    }
    return first;
}

gboolean sim_loop_step(SimLoop *loop, gint64 deadline_ns)
{
    g_autofree struct pollfd *polls = NULL;
    SimLoopTimer *timer = earliest(loop);
    gint64 until = timer != NULL && timer->deadline_ns < deadline_ns ? timer->deadline_ns : deadline_ns;
    gint64 left = until - sim_loop_now_ns(loop);
    struct timespec wait = { 0, 0 };
    gboolean called = FALSE;
    guint n, kept = 0;
    int ready;

    for (guint i = 0; i < loop->fds->len; i++) {
        if (loop->fds->pdata[i] != NULL) {
            loop->fds->pdata[kept++] = loop->fds->pdata[i];
        }
    }
    g_ptr_array_set_size(loop->fds, kept);
    n = kept;
    polls = g_new0(struct pollfd, n + 1);
    for (guint i = 0; i < n; i++) {
        SimLoopFd *watch = g_ptr_array_index(loop->fds, i);
        polls[i].fd = watch->fd;
        polls[i].events = watch->events;
    }
    if (left > 0) {
        left = (left + loop->time_scale - 1) / loop->time_scale;
        wait.tv_sec = left / G_GINT64_CONSTANT(1000000000);
        wait.tv_nsec = left % G_GINT64_CONSTANT(1000000000);
    }
    ready = ppoll(polls, n, &wait, NULL);
    if (ready < 0) {
        g_assert(errno == EINTR || errno == EAGAIN || errno == ENOMEM);
    }
    for (guint i = 0; ready > 0 && i < n; i++) {
        SimLoopFd *watch = g_ptr_array_index(loop->fds, i);
        /* A place may have been emptied by an earlier callback of this step. */
        if (polls[i].revents != 0 && watch != NULL) {
            called = TRUE;
            watch->ready(watch, polls[i].revents);
        }
    }
    /* Timers armed by these callbacks for now or earlier wait for the next step, so that a step always ends. */
    for (guint budget = loop->timers->len; budget > 0; budget--) {
        timer = earliest(loop);
        if (timer == NULL || timer->deadline_ns > sim_loop_now_ns(loop)) {
            break;
        }
        sim_loop_disarm(timer);
        called = TRUE;
        timer->expire(timer);
    }
    return called;
}
