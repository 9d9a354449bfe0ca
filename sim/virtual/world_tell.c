/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the engine tells: its monitor's messages, its observations, its status when asked.
 */
#include "sim/virtual/world_private.h"

#include "reference/qmp/printer.h"

#include <string.h>

enum { STDERR_LINES_MAX = 20 };

/* ---- JSON from the engine ---- */

/* As the text that a monitor sends would be read: members in the monitor's order, fractions as they are written there. */
static json_t *to_json(const MigValue *value)
{
    g_autofree guint *order = NULL;
    g_autoptr(GString) text = NULL;
    gint64 number;
    json_t *json;

    switch (mig_value_type(value)) {
    case MIG_VALUE_NULL:
        return json_null();
    case MIG_VALUE_BOOL:
        return json_boolean(mig_value_get_bool(value));
    case MIG_VALUE_STRING:
        json = json_string(mig_value_get_string(value));
        return json != NULL ? json : json_null();
    case MIG_VALUE_LIST:
        json = json_array();
        for (guint i = 0; i < mig_value_list_length(value); i++) {
            json_array_append_new(json, to_json(mig_value_list_get(value, i)));
        }
        return json;
    case MIG_VALUE_DICT:
        json = json_object();
        order = mig_value_dict_order(value);
        for (guint i = 0; i < mig_value_dict_size(value); i++) {
            json_object_set_new(json, mig_value_dict_key(value, order[i]), to_json(mig_value_dict_item(value, order[i])));
        }
        return json;
    case MIG_VALUE_NUMBER:
        if (mig_value_number_kind(value) == MIG_NUMBER_INT64 && mig_value_get_int(value, &number)) {
            return json_integer(number);
        }
        break;
    }
    text = g_string_new(NULL);
    mig_value_print(value, MIG_PRINT_COMPACT, text);
    json = json_loadb(text->str, text->len, JSON_DECODE_ANY, NULL);
    return json != NULL ? json : json_null();
}

/* ---- Status ---- */

static gboolean changed(char **last, const char *now)
{
    if (g_strcmp0(*last, now) == 0) {
        return FALSE;
    }
    g_free(*last);
    *last = g_strdup(now);
    return TRUE;
}

/* Asks as a client would, but without sending anything. */
void sim_virtual_look(SimVirtualSide *side, gboolean keep)
{
    SimVirtualWorld *world = side->world;
    g_autoptr(MigValue) migrate = mig_vm_query_migrate(side->vm);
    g_autoptr(MigValue) run = mig_vm_query_status(side->vm);
    json_t *migrate_json = to_json(migrate), *run_json = to_json(run);
    gboolean news = changed(&side->status, sim_virtual_text(migrate_json, "status"));

    news = changed(&side->run, sim_virtual_text(run_json, "status")) || news;
    news = changed(&side->error_desc, sim_virtual_text(migrate_json, "error-desc")) || news;
    if (news || keep) {
        side->kept_ns = sim_virtual_now_ns(world);
        ora_trace_append_status(world->base.trace, sim_virtual_now_ns(world), side->name, json_incref(migrate_json), json_incref(run_json),
                                world->machine->machine_none ? ORA_ABSENT
                                : (gint64) sim_guest_ticks(sim_host_guest(side->host), sim_virtual_now_ns(world)));
        sim_virtual_noted(world);
    }
    if (news) {
        sim_virtual_give(world, SIM_ITEM_STATUS, side->side, 0, json_pack("{s:O, s:O}", "migrate", migrate_json, "run", run_json));
    }
    json_decref(migrate_json);
    json_decref(run_json);
}

/* A client that heard of something asks; its question takes a moment to arrive. */
void sim_virtual_look_soon(SimVirtualSide *side)
{
    if (!sim_event_scheduled(&side->look_event)) {
        sim_event_schedule(side->world->kernel, &side->look_event, sim_virtual_now_ns(side->world) + 2 * SIM_QMP_NS);
    }
}

void sim_virtual_look_fire(SimEvent *event)
{
    SimVirtualSide *side = SIM_VIRTUAL_OF(SimVirtualSide, event, look_event);

    if (side->frozen || mig_vm_monitor_blocked(side->vm)) {
        sim_virtual_look_soon(side);                                          /* no answer before the big lock is free */
    } else {
        sim_virtual_look(side, FALSE);
    }
}

void sim_virtual_poll_fire(SimEvent *event)
{
    SimVirtualSide *side = SIM_VIRTUAL_OF(SimVirtualSide, event, poll_event);

    /* A monitor that waits for the big lock would not answer. */
    if (!side->frozen && !mig_vm_monitor_blocked(side->vm)) {
        sim_virtual_look(side, TRUE);
    }
    sim_event_schedule(side->world->kernel, event, sim_virtual_now_ns(side->world) + SIM_POLL_NS);
}

/* ---- What the engine tells ---- */

static int machine_number(OraMachine machine, const char *text)
{
    return machine == ORA_MACHINE_RUN ? (int) ora_run_parse(text) : (int) ora_status_parse(text);
}

void sim_virtual_on_observe(gpointer opaque, const MigObservation *observation)
{
    SimVirtualSide *side = opaque;
    SimVirtualWorld *world = side->world;

    switch (observation->kind) {
    case MIG_OBSERVE_STATUS:
    case MIG_OBSERVE_RUN_STATE: {
        OraMachine machine = observation->kind == MIG_OBSERVE_RUN_STATE ? ORA_MACHINE_RUN
                             : observation->incoming ? ORA_MACHINE_INCOMING : ORA_MACHINE_OUTGOING;
        int *last = machine == ORA_MACHINE_RUN ? &side->run_state : machine == ORA_MACHINE_INCOMING ? &side->incoming : &side->outgoing;
        int now = machine_number(machine, observation->text);

        ora_trace_append_state(world->base.trace, sim_virtual_now_ns(world), side->name, machine, *last, now);
        sim_virtual_noted(world);
        *last = now;
        side->changed_ns = sim_virtual_now_ns(world);
        sim_virtual_look_soon(side);
        break;
    }
    case MIG_OBSERVE_MESSAGE:
        while (json_array_size(side->errors) >= STDERR_LINES_MAX) {
            json_array_remove(side->errors, 0);
        }
        json_array_append_new(side->errors, json_string(observation->text));
        break;
    case MIG_OBSERVE_MARK:
        break;
    }
}

void sim_virtual_on_output(gpointer opaque, const char *bytes, gsize size)
{
    g_string_append_len(((SimVirtualSide *) opaque)->output, bytes, (gssize) size);
}

void sim_virtual_pending_free(gpointer data)
{
    SimVirtualPending *pending = data;

    g_free(pending->command);
    json_decref(pending->arguments);
    g_free(pending);
}

static SimVirtualPending *take_pending(SimVirtualSide *side, json_t *id)
{
    for (GList *link = side->pending.head; link != NULL; link = link->next) {
        SimVirtualPending *pending = link->data;

        if (json_is_integer(id) && (guint64) json_integer_value(id) == pending->id) {
            g_queue_delete_link(&side->pending, link);
            return pending;
        }
    }
    return NULL;
}

static void on_message(SimVirtualSide *side, json_t *message)
{
    SimVirtualWorld *world = side->world;

    if (json_object_get(message, "QMP") != NULL) {
        return;
    }
    if (json_object_get(message, "event") != NULL) {
        const char *problem = NULL;

        if (!ora_trace_append_whole(world->base.trace, sim_virtual_now_ns(world), side->name, ORA_KIND_EVENT, json_incref(message), &problem)) {
            ora_trace_append_note(world->base.trace, sim_virtual_now_ns(world), side->name, NULL, problem);
        }
        sim_virtual_noted(world);
        if (side->side == SIM_SOURCE && g_strcmp0(sim_virtual_text(message, "event"), "MIGRATION_PASS") == 0) {
            sim_net_dirty_sync(world->net, (guint64) json_integer_value(json_object_get(json_object_get(message, "data"), "pass")));
        }
        sim_virtual_give(world, SIM_ITEM_EVENT, side->side, 0, json_incref(message));
        return;
    }
    {
        SimVirtualPending *pending = take_pending(side, json_object_get(message, "id"));
        json_t *problem = json_object_get(message, "error");

        if (pending == NULL && !side->negotiated) {
            side->negotiated = TRUE;                              /* the answer to qmp_capabilities */
            return;
        }
        ora_trace_append_reply(world->base.trace, sim_virtual_now_ns(world), pending != NULL ? pending->sent_ns : sim_virtual_now_ns(world), side->name,
                               pending != NULL ? pending->command : "(raw)",
                               pending != NULL ? json_incref(pending->arguments) : NULL, json_incref(json_object_get(message, "return")),
                               sim_virtual_text(problem, "class"), sim_virtual_text(problem, "desc"), pending != NULL && pending->oob);
        sim_virtual_noted(world);
        sim_virtual_give(world, SIM_ITEM_REPLY, side->side, pending != NULL ? pending->id : 0, json_incref(message));
        if (pending != NULL) {
            sim_virtual_pending_free(pending);
        }
    }
}

/* Complete lines of the monitor's output become messages. */
void sim_virtual_drain(SimVirtualSide *side)
{
    char *end;

    while (side->output->len > 0 && (end = memchr(side->output->str, '\n', side->output->len)) != NULL) {
        gsize size = (gsize) (end - side->output->str) + 1;
        json_t *message = json_loadb(side->output->str, size, JSON_ALLOW_NUL, NULL);

        g_string_erase(side->output, 0, (gssize) size);
        if (json_is_object(message)) {
            on_message(side, message);
        }
        json_decref(message);
    }
}
