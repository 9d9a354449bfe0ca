/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/virtual/kernel.h"

#include "sim/virtual/constants.h"

typedef enum { TASK_BLOCKED = 0, TASK_RUNNABLE, TASK_STEPPING, TASK_STEPPING_WOKEN, TASK_FROZEN_RUNNABLE } TaskState;

struct SimTask {
    MigActor *actor;           /* NULL: retired while it stepped */
    gpointer owner;
    TaskState state;
    guint position;            /* in runnable, when TASK_RUNNABLE */
    guint index;               /* in tasks */
    gboolean frozen;
};

/* What decides the order lies in the heap itself: comparing does not touch the events. */
typedef struct {
    gint64 time_ns;
    guint64 order;             /* events of the same moment fire in the order in which they were scheduled */
    SimEvent *event;
} Entry;

struct SimKernel {
    SimChoices *choices;
    gint64 now_ns;
    guint64 charge_ps;
    guint64 order_next;
    guint64 steps;
    Entry *heap;               /* binary heap: 1 … heap_count */
    guint heap_count, heap_room;
    GPtrArray *runnable;       /* SimTask*; order is the order of becoming runnable, disturbed by swap-removal: deterministic */
    GPtrArray *tasks;          /* all, owned */
};

SimKernel *sim_kernel_new(SimChoices *choices)
{
    SimKernel *kernel = g_new0(SimKernel, 1);

    kernel->choices = choices;
    kernel->heap_room = 64;
    kernel->heap = g_new(Entry, kernel->heap_room);
    kernel->runnable = g_ptr_array_new();
    kernel->tasks = g_ptr_array_new_with_free_func(g_free);
    return kernel;
}

void sim_kernel_free(SimKernel *kernel)
{
    if (kernel != NULL) {
        for (guint i = 0; i < kernel->tasks->len; i++) {
            SimTask *task = g_ptr_array_index(kernel->tasks, i);
            task->actor->scheduler = NULL;
        }
        for (guint i = 1; i <= kernel->heap_count; i++) {
            kernel->heap[i].event->position = 0;
        }
        g_free(kernel->heap);
        g_ptr_array_unref(kernel->runnable);
        g_ptr_array_unref(kernel->tasks);
        g_free(kernel);
    }
}

gint64 sim_kernel_now_ns(const SimKernel *kernel)
{
    return kernel->now_ns;
}

SimChoices *sim_kernel_choices(SimKernel *kernel)
{
    return kernel->choices;
}

void sim_kernel_charge_ps(SimKernel *kernel, guint64 ps)
{
    kernel->charge_ps += ps;
}

guint64 sim_kernel_steps(const SimKernel *kernel)
{
    return kernel->steps;
}

/* ---- Events: a binary heap ---- */

static inline gboolean before(const Entry *a, const Entry *b)
{
    return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->order < b->order;
}

static inline void place(SimKernel *kernel, guint position, const Entry *entry)
{
    kernel->heap[position] = *entry;
    entry->event->position = position;
}

/* Brings an entry that belongs at or near `position`, which is free, to its place. */
static void sift(SimKernel *kernel, guint position, Entry entry)
{
    const Entry *heap = kernel->heap;
    guint count = kernel->heap_count;

    while (position > 1 && before(&entry, &heap[position / 2])) {
        place(kernel, position, &heap[position / 2]);
        position /= 2;
    }
    for (guint child; (child = position * 2) <= count; position = child) {
        child += child < count && before(&heap[child + 1], &heap[child]);
        if (!before(&heap[child], &entry)) {
            break;
        }
        place(kernel, position, &heap[child]);
    }
    place(kernel, position, &entry);
}

void sim_event_cancel(SimKernel *kernel, SimEvent *event)
{
    guint position = event->position;
    Entry last;

    if (position == 0) {
        return;
    }
    g_assert(kernel->heap[position].event == event);
    last = kernel->heap[kernel->heap_count--];
    event->position = 0;
    if (last.event != event) {
        sift(kernel, position, last);
    }
}

void sim_event_schedule(SimKernel *kernel, SimEvent *event, gint64 time_ns)
{
    Entry entry = { MAX(time_ns, kernel->now_ns), kernel->order_next++, event };

    if (event->position == 0) {
        if (++kernel->heap_count == kernel->heap_room) {
            kernel->heap_room *= 2;
            kernel->heap = g_renew(Entry, kernel->heap, kernel->heap_room);
        }
        event->position = kernel->heap_count;
    }
    event->time_ns = entry.time_ns;
    sift(kernel, event->position, entry);
}

/* ---- Actors ---- */

static void make_runnable(SimKernel *kernel, SimTask *task)
{
    if (task->frozen) {
        task->state = TASK_FROZEN_RUNNABLE;
        return;
    }
    task->state = TASK_RUNNABLE;
    task->position = kernel->runnable->len;
    g_ptr_array_add(kernel->runnable, task);
}

static void remove_runnable(SimKernel *kernel, SimTask *task)
{
    SimTask *last = g_ptr_array_steal_index(kernel->runnable, kernel->runnable->len - 1);

    if (last != task) {
        g_ptr_array_index(kernel->runnable, task->position) = last;
        last->position = task->position;
    }
}

static void forget(SimKernel *kernel, SimTask *task)
{
    SimTask *last = g_ptr_array_index(kernel->tasks, kernel->tasks->len - 1);

    last->index = task->index;
    g_ptr_array_remove_index_fast(kernel->tasks, task->index);    /* moves last into the gap and frees task */
}

void sim_kernel_spawn(SimKernel *kernel, MigActor *actor, gpointer owner)
{
    SimTask *task = g_new0(SimTask, 1);

    g_assert(actor->scheduler == NULL);
    task->actor = actor;
    task->owner = owner;
    task->index = kernel->tasks->len;
    g_ptr_array_add(kernel->tasks, task);
    actor->scheduler = task;
    make_runnable(kernel, task);
}

void sim_kernel_wake(SimKernel *kernel, MigActor *actor)
{
    SimTask *task = actor->scheduler;

    if (task == NULL) {
        return;
    }
    switch (task->state) {
    case TASK_BLOCKED:
        make_runnable(kernel, task);
        break;
    case TASK_STEPPING:
        task->state = TASK_STEPPING_WOKEN;
        break;
    case TASK_RUNNABLE:
    case TASK_STEPPING_WOKEN:
    case TASK_FROZEN_RUNNABLE:
        break;
    }
}

void sim_kernel_retire(SimKernel *kernel, MigActor *actor)
{
    SimTask *task = actor->scheduler;

    if (task == NULL) {
        return;
    }
    actor->scheduler = NULL;
    task->actor = NULL;
    if (task->state == TASK_STEPPING || task->state == TASK_STEPPING_WOKEN) {
        return;                                                   /* the step that is under way forgets it */
    }
    if (task->state == TASK_RUNNABLE) {
        remove_runnable(kernel, task);
    }
    forget(kernel, task);
}

void sim_kernel_retire_all(SimKernel *kernel, gpointer owner)
{
    for (guint i = kernel->tasks->len; i-- > 0;) {
        SimTask *task = g_ptr_array_index(kernel->tasks, i);

        if (task->owner == owner && task->actor != NULL) {
            sim_kernel_retire(kernel, task->actor);
        }
    }
}

void sim_kernel_freeze(SimKernel *kernel, gpointer owner, gboolean frozen)
{
    for (guint i = 0; i < kernel->tasks->len; i++) {
        SimTask *task = g_ptr_array_index(kernel->tasks, i);

        if (task->owner != owner || task->frozen == frozen) {
            continue;
        }
        task->frozen = frozen;
        if (frozen && task->state == TASK_RUNNABLE) {
            remove_runnable(kernel, task);
            task->state = TASK_FROZEN_RUNNABLE;
        } else if (!frozen && task->state == TASK_FROZEN_RUNNABLE) {
            make_runnable(kernel, task);
        }
    }
}

static void step_actor(SimKernel *kernel)
{
    guint32 pick = sim_choose(kernel->choices, kernel->runnable->len, "actor");
    SimTask *task = g_ptr_array_index(kernel->runnable, pick);
    MigStep result;

    remove_runnable(kernel, task);
    task->state = TASK_STEPPING;
    result = task->actor->step(task->actor);
    kernel->steps++;
    kernel->charge_ps += SIM_STEP_COST_PS;
    if (task->actor == NULL || result == MIG_STEP_DONE) {
        if (task->actor != NULL) {
            task->actor->scheduler = NULL;
        }
        forget(kernel, task);
    } else if (result == MIG_STEP_RUNNABLE || task->state == TASK_STEPPING_WOKEN) {
        make_runnable(kernel, task);
    } else {
        task->state = TASK_BLOCKED;
    }
    kernel->now_ns += (gint64) (kernel->charge_ps / 1000);
    kernel->charge_ps %= 1000;
}

SimRan sim_kernel_step(SimKernel *kernel, gint64 limit_ns)
{
    SimEvent *next = kernel->heap_count > 0 ? kernel->heap[1].event : NULL;

    /* What is due comes before actors: a step that cost time may have passed it. */
    if (next != NULL && next->time_ns <= kernel->now_ns) {
        sim_event_cancel(kernel, next);
        next->fire(next);
        return SIM_RAN;
    }
    if (kernel->now_ns >= limit_ns) {
        return SIM_RAN_TO_LIMIT;
    }
    if (kernel->runnable->len > 0) {
        step_actor(kernel);
        return SIM_RAN;
    }
    if (next == NULL) {
        return SIM_RAN_DRY;
    }
    if (next->time_ns > limit_ns) {
        kernel->now_ns = limit_ns;
        return SIM_RAN_TO_LIMIT;
    }
    kernel->now_ns = next->time_ns;
    sim_event_cancel(kernel, next);
    next->fire(next);
    return SIM_RAN;
}

void sim_kernel_idle_until(SimKernel *kernel, gint64 time_ns)
{
    g_assert(kernel->heap_count == 0 && kernel->runnable->len == 0);
    kernel->now_ns = MAX(kernel->now_ns, time_ns);
}
