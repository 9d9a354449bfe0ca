/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the sides say while time passes, and what the runner knows of them by it.
 */
#include "sim/scenario/run_private.h"

void sim_run_note_seen(SimRunSide *side, const char *status)
{
    if (!g_ptr_array_find(side->seen, status, NULL)) {
        g_ptr_array_add(side->seen, (gpointer) status);
    }
}

static void note_status(SimRunSide *side, const char *status)
{
    side->status = g_intern_string(status);
    sim_run_note_seen(side, side->status);
}

static void on_event(SimRun *run, SimRunSide *side, json_t *event)
{
    const char *name = sim_run_text(event, "event");
    json_t *data = json_object_get(event, "data");

    if (name == NULL) {
        return;
    }
    if (g_str_equal(name, "MIGRATION")) {
        const char *status = sim_run_text(data, "status");

        if (status != NULL) {
            note_status(side, status);
            g_ptr_array_add(side->events, (gpointer) g_intern_string(status));
        }
        return;
    }
    if (g_str_equal(name, "MIGRATION_PASS")) {
        side->pass = (guint64) json_integer_value(json_object_get(data, "pass"));
        return;
    }
    if (g_str_equal(name, "STOP")) {
        side->stopped_in_migration = TRUE;
    }
    g_ptr_array_add(side->events, (gpointer) g_intern_string(name));
}

static void on_status(SimRun *run, SimRunSide *side, json_t *data)
{
    json_t *migrate = json_object_get(data, "migrate");
    const char *status = sim_run_text(migrate, "status"), *run_state = sim_run_text(json_object_get(data, "run"), "status");

    if (status != NULL) {
        note_status(side, status);
    }
    if (run_state != NULL) {
        side->run = g_intern_string(run_state);
    }
    g_free(side->error_desc);
    side->error_desc = g_strdup(sim_run_text(migrate, "error-desc"));
    json_decref(side->migrate);
    side->migrate = json_incref(migrate);
}

static void on_item(SimRun *run, SimItem *item)
{
    SimRunSide *side = &run->sides[item->side];

    switch (item->kind) {
    case SIM_ITEM_EVENT:
        on_event(run, side, item->data);
        break;
    case SIM_ITEM_STATUS:
        on_status(run, side, item->data);
        break;
    case SIM_ITEM_REPLY:
        if (run->awaited != 0 && item->id == run->awaited) {
            run->reply = json_incref(item->data);
            run->awaited = 0;
        } else {
            sim_run_check_later(run, item);
        }
        break;
    case SIM_ITEM_EXIT: {
        json_t *number = json_object_get(item->data, "signal");

        side->exited = TRUE;
        side->exit_signal = (int) json_integer_value(number);
        side->exit_code = number != NULL ? -1 : (int) json_integer_value(json_object_get(item->data, "code"));
        break;
    }
    }
    sim_item_clear(item);
}

/* Lets time pass until something happened or the deadline. FALSE: the deadline. */
gboolean sim_run_pass_time(SimRun *run, gint64 deadline_ns)
{
    SimItem item;

    if (ora_trace_length(run->trace) > SIM_RUN_RECORDS_MAX) {
        run->failed = run->too_long = TRUE;
        return FALSE;
    }
    switch (run->world->ops->wait(run->world, deadline_ns, &item)) {
    case SIM_WAIT_ITEM:
        on_item(run, &item);
        return TRUE;
    case SIM_WAIT_DEADLINE:
    case SIM_WAIT_NOTHING_CAN_HAPPEN:
        break;
    }
    return FALSE;
}

gint64 sim_run_now_ns(SimRun *run) { return run->world->ops->now_ns(run->world); }

void sim_run_let_pass(SimRun *run, gint64 until_ns)
{
    while (sim_run_now_ns(run) < until_ns && sim_run_pass_time(run, until_ns)) {
        /* on_item() has done what there is to do */
    }
}

char *sim_run_state(const SimRun *run, SimSide which)
{
    const SimRunSide *side = &run->sides[which];

    if (side->exited) {
        return side->exit_signal != 0 ? g_strdup_printf("the process ended by signal %d", side->exit_signal)
                                      : g_strdup_printf("the process ended with status %d", side->exit_code);
    }
    return g_strdup_printf("status %s, run state %s%s%s", side->status != NULL ? side->status : "none",
                           side->run != NULL ? side->run : "not known", side->error_desc != NULL ? ", error-desc " : "",
                           side->error_desc != NULL ? side->error_desc : "");
}
