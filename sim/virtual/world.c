/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The virtual world as the runner sees it: requests, time, memory, its beginning and its end.
 */
#include "sim/virtual/world_private.h"

#include <signal.h>
#include <string.h>

/* Pages whose bytes are made as a spot check of the comparison by reference. */
enum { COMPARED_BYTEWISE = 16 };

/* To be called after appending: notes how many choices had been made by then. */
void sim_virtual_noted(SimVirtualWorld *world)
{
    gsize count = sim_choices_count(world->choices);

    while (world->choices_at->len < ora_trace_length(world->base.trace)) {
        g_array_append_val(world->choices_at, count);
    }
}

void sim_virtual_give(SimVirtualWorld *world, SimItemKind kind, SimSide side, guint64 id, json_t *data)
{
    SimItem *item = g_new0(SimItem, 1);

    *item = (SimItem) { .kind = kind, .side = side, .t_ns = sim_virtual_now_ns(world), .id = id, .data = data };
    g_queue_push_tail(&world->items, item);
}

/* ---- Requests ---- */

static gboolean gone(SimSide side, GError **error)
{
    g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_GONE, "%s does not run", sim_side_name(side));
    return FALSE;
}

static gboolean virtual_send(SimWorld *base, SimSide which, const char *command, json_t *arguments, gboolean oob, guint64 *ret_id,
                             GError **error)
{
    SimVirtualWorld *world = sim_virtual_self(base);
    SimVirtualSide *side = &world->sides[which];
    SimVirtualPending *pending;
    json_t *request;
    char *text;

    if (side->host == NULL) {
        return gone(which, error);
    }
    if (which == SIM_SOURCE) {
        sim_virtual_overhear(world, command, arguments);
    }
    pending = g_new0(SimVirtualPending, 1);
    *pending = (SimVirtualPending) {
        .id = world->id_next++, .command = g_strdup(command), .arguments = json_deep_copy(arguments), .sent_ns = sim_virtual_now_ns(world), .oob = oob,
    };
    g_queue_push_tail(&side->pending, pending);
    request = json_object();
    json_object_set_new(request, oob ? "exec-oob" : "execute", json_string(command));
    if (arguments != NULL) {
        json_object_set(request, "arguments", arguments);
    }
    json_object_set_new(request, "id", json_integer((json_int_t) pending->id));
    text = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    g_string_append(side->input, text);
    g_string_append_c(side->input, '\n');
    free(text);
    if (!sim_event_scheduled(&side->input_event)) {
        sim_event_schedule(world->kernel, &side->input_event, sim_virtual_now_ns(world) + SIM_QMP_NS);
    }
    *ret_id = pending->id;
    return TRUE;
}

static gboolean virtual_send_raw(SimWorld *base, SimSide which, const void *bytes, gsize size, GError **error)
{
    SimVirtualWorld *world = sim_virtual_self(base);
    SimVirtualSide *side = &world->sides[which];

    if (side->host == NULL) {
        return gone(which, error);
    }
    g_string_append_len(side->input, bytes, (gssize) size);
    if (!sim_event_scheduled(&side->input_event)) {
        sim_event_schedule(world->kernel, &side->input_event, sim_virtual_now_ns(world) + SIM_QMP_NS);
    }
    return TRUE;
}

/* ---- Time ---- */

static SimWait virtual_wait(SimWorld *base, gint64 deadline_ns, SimItem *ret_item)
{
    SimVirtualWorld *world = sim_virtual_self(base);

    for (;;) {
        SimItem *item = g_queue_pop_head(&world->items);

        if (item != NULL) {
            *ret_item = *item;
            g_free(item);
            return SIM_WAIT_ITEM;
        }
        switch (sim_kernel_step(world->kernel, deadline_ns)) {
        case SIM_RAN:
            sim_virtual_settle(world);
            break;
        case SIM_RAN_TO_LIMIT:
            return SIM_WAIT_DEADLINE;
        case SIM_RAN_DRY:
            sim_kernel_idle_until(world->kernel, deadline_ns);
            return SIM_WAIT_NOTHING_CAN_HAPPEN;
        }
    }
}

static gint64 virtual_now_ns(SimWorld *base) { return sim_virtual_now_ns(sim_virtual_self(base)); }
static gboolean virtual_running(SimWorld *base, SimSide side) { return sim_virtual_self(base)->sides[side].host != NULL; }

static guint64 virtual_guest_ticks(SimWorld *base, SimSide side)
{
    SimVirtualWorld *world = sim_virtual_self(base);

    return world->sides[side].host != NULL ? sim_guest_ticks(sim_host_guest(world->sides[side].host), sim_virtual_now_ns(world)) : 0;
}

/* ---- Memory ---- */

static gboolean virtual_compare_memory(SimWorld *base, SimMemory *ret_memory, GError **error)
{
    SimVirtualWorld *world = sim_virtual_self(base);
    MigRam *rams[SIM_SIDE_COUNT];
    MigRamBlock *blocks[SIM_SIDE_COUNT];
    char *difference = NULL;

    *ret_memory = (SimMemory) { .equal = TRUE };
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        if (world->sides[i].host == NULL) {
            return gone((SimSide) i, error);
        }
        sim_guest_catch_up(sim_host_guest(world->sides[i].host), sim_virtual_now_ns(world));
        rams[i] = mig_vm_ram(world->sides[i].vm);
        blocks[i] = mig_ram_block(rams[i], 0);
    }
    ret_memory->bytes_compared = mig_ram_size(rams[0]);
    if (!mig_ram_equal(rams[0], rams[1], &difference)) {
        ret_memory->equal = FALSE;
        ret_memory->pages_different = 1;
        ret_memory->detail = difference;
        return TRUE;
    }
    /* The comparison above believes references; here some bytes are made and looked at. */
    for (guint64 i = 0; i < COMPARED_BYTEWISE; i++) {
        guint64 page = i * (blocks[0]->page_count - 1) / (COMPARED_BYTEWISE - 1);
        guint8 bytes[SIM_SIDE_COUNT][MIG_PAGE_SIZE];

        mig_ram_page_bytes(blocks[0], page, bytes[0]);
        mig_ram_page_bytes(blocks[1], page, bytes[1]);
        if (memcmp(bytes[0], bytes[1], MIG_PAGE_SIZE) != 0) {
            ret_memory->equal = FALSE;
            ret_memory->pages_different = 1;
            ret_memory->first_difference = page * MIG_PAGE_SIZE;
            ret_memory->detail = g_strdup("equal by reference, different by bytes");
            return TRUE;
        }
    }
    ret_memory->detail = g_strdup("page versions of all blocks");
    return TRUE;
}

/* ---- The link ---- */

static const char *virtual_link_uri(SimWorld *base, SimSide side) { return SIM_VIRTUAL_LINK_URI; }
static void virtual_set_weather(SimWorld *base, const SimWeather *weather) { sim_net_set_weather(sim_virtual_self(base)->net, weather); }
static void virtual_arm_fault(SimWorld *base, const SimFault *fault) { sim_net_arm_fault(sim_virtual_self(base)->net, fault); }
static void virtual_heal(SimWorld *base) { sim_net_heal(sim_virtual_self(base)->net); }

/* ---- Beginning and end ---- */

static gboolean is_over(int status)
{
    return status == ORA_STATUS_COMPLETED || status == ORA_STATUS_FAILED || status == ORA_STATUS_CANCELLED;
}

/* A process whose migration is over for a while has no connection any more. */
static void tell_open(SimVirtualWorld *world, const SimVirtualSide *side)
{
    const gint64 while_ns = 20 * G_GINT64_CONSTANT(1000000);
    guint channels, listeners;
    g_autofree char *text = NULL;

    if (side->host == NULL || side->frozen || sim_virtual_now_ns(world) - side->changed_ns < while_ns
        || !(side->side == SIM_SOURCE ? is_over(side->outgoing) && side->incoming == ORA_STATUS_NONE
                                      : is_over(side->incoming) && side->outgoing == ORA_STATUS_NONE)) {
        return;
    }
    channels = sim_net_open_count(world->net, sim_host_env(side->host), &listeners);
    if (channels + listeners > 0) {
        text = g_strdup_printf("%s: %u connections, %u listeners", sim_side_name(side->side), channels, listeners);
        ora_trace_append_action(world->base.trace, sim_virtual_now_ns(world), ORA_LINK, "left-open", json_pack("{s:s}", "what", text));
        sim_virtual_noted(world);
    }
}

static void virtual_free(SimWorld *base)
{
    SimVirtualWorld *world = sim_virtual_self(base);
    SimItem *item;

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        tell_open(world, &world->sides[i]);
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        sim_virtual_bury(&world->sides[i], 0, SIGKILL, TRUE);
    }
    for (guint i = 0; i < world->page_runs->len; i++) {
        sim_virtual_tell_pages(world, i);
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        SimVirtualSide *side = &world->sides[i];

        if (side->output != NULL) {
            g_string_free(side->output, TRUE);
            g_string_free(side->input, TRUE);
        }
        g_free(side->status);
        g_free(side->run);
        g_free(side->error_desc);
        g_clear_pointer(&side->profile, mig_profile_unref);
    }
    while ((item = g_queue_pop_head(&world->items)) != NULL) {
        sim_item_clear(item);
        g_free(item);
    }
    sim_net_free(world->net);
    sim_kernel_free(world->kernel);
    if (world->choices_owned) {
        sim_choices_free(world->choices);
    }
    g_array_unref(world->choices_at);
    g_array_unref(world->page_runs);
    g_free(world);
}

static const SimWorldOps virtual_ops = {
    .name = "sim",
    .start = sim_virtual_start,
    .restart = sim_virtual_restart,
    .stop = sim_virtual_stop,
    .send = virtual_send,
    .send_raw = virtual_send_raw,
    .wait = virtual_wait,
    .now_ns = virtual_now_ns,
    .running = virtual_running,
    .guest_ticks = virtual_guest_ticks,
    .compare_memory = virtual_compare_memory,
    .link_uri = virtual_link_uri,
    .set_weather = virtual_set_weather,
    .arm_fault = virtual_arm_fault,
    .heal = virtual_heal,
    .free = virtual_free,
};

gsize sim_virtual_world_choices(const SimWorld *base)
{
    return sim_choices_count(((const SimVirtualWorld *) base)->choices);
}

GArray *sim_virtual_world_choices_at(SimWorld *base)
{
    sim_virtual_noted(sim_virtual_self(base));
    return g_array_copy(sim_virtual_self(base)->choices_at);
}

MigVm *sim_virtual_world_vm(SimWorld *base, SimSide side)
{
    return sim_virtual_self(base)->sides[side].vm;
}

static MigProfile *find_profile(const char *name, const char *changes, GError **error)
{
    g_autoptr(MigProfile) usual = mig_profile_find(name, error);

    return usual == NULL || changes == NULL ? g_steal_pointer(&usual) : mig_profile_with(usual, changes, error);
}

SimWorld *sim_virtual_world_new(const SimWorldSetup *setup, SimChoices *choices, GError **error)
{
    g_autoptr(MigProfile) source = find_profile(setup->profile, setup->changes, error);
    g_autoptr(MigProfile) destination =
        source == NULL ? NULL : find_profile(setup->destination_profile != NULL ? setup->destination_profile : setup->profile, setup->changes, error);
    SimVirtualWorld *world;

    if (source == NULL || destination == NULL) {
        return NULL;
    }
    world = g_new0(SimVirtualWorld, 1);
    world->base.ops = &virtual_ops;
    world->base.trace = setup->trace;
    world->machine = setup->machine;
    world->choices_owned = choices == NULL;
    world->choices = choices != NULL ? choices : sim_choices_new_seeded(setup->seed);
    world->kernel = sim_kernel_new(world->choices);
    world->net = sim_net_new(world->kernel, &setup->weather);
    world->seed = (guint32) setup->seed;
    world->id_next = 1;
    world->choices_at = g_array_new(FALSE, FALSE, sizeof (gsize));
    world->page_runs = g_array_new(FALSE, TRUE, sizeof (SimVirtualPageRun));
    g_queue_init(&world->items);
    sim_virtual_watch_link(world);
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        SimVirtualSide *side = &world->sides[i];

        side->world = world;
        side->side = (SimSide) i;
        side->profile = mig_profile_ref(i == SIM_SOURCE ? source : destination);
        side->output = g_string_new(NULL);
        side->input = g_string_new(NULL);
        side->input_event.fire = sim_virtual_input_fire;
        side->poll_event.fire = sim_virtual_poll_fire;
        side->rate_event.fire = sim_virtual_rate_fire;
        side->look_event.fire = sim_virtual_look_fire;
        g_queue_init(&side->pending);
    }
    return &world->base;
}
