/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The world of real processes: two sides, the proxy between them, one loop. Nothing happens but inside of a call.
 */
#include "sim/world.h"

#include "oracle/trace.h"
#include "sim/process/accel.h"
#include "sim/process/firmware.h"
#include "sim/process/keeper.h"
#include "sim/process/loop.h"
#include "sim/process/memory.h"
#include "sim/process/proxy.h"
#include "sim/process/side.h"
#include "sim/process/socket.h"
#include "sim/process/target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MS G_GINT64_CONSTANT(1000000)
#define SAVE_NS (20000 * MS)          /* real time for pmemsave */

typedef struct {
    SimWorld world;
    const SimMachine *machine;
    SimLoop *loop;
    SimKeeper *keeper;
    SimTarget *targets[SIM_SIDE_COUNT];
    SimProcessSide *sides[SIM_SIDE_COUNT];
    SimProxy *proxy;
    GBytes *image;
    GQueue items;             /* SimItem * */
    /* Dirty syncs that were heard of while the proxy was at work: told to it when it is done. */
    gboolean proxy_works;
    GArray *syncs;            /* guint */
    SimLoopTimer sync_timer;
    gboolean tcp;
    char *destination_address;
    char *capture_folder, *capture_name;
} ProcessWorld;

static ProcessWorld *self(SimWorld *world)
{
    return (ProcessWorld *) world;
}

static void on_sync(SimLoopTimer *timer)
{
    ProcessWorld *world = timer->owner;

    sim_loop_disarm(timer);
    while (world->syncs->len > 0) {
        guint count = g_array_index(world->syncs, guint, 0);

        g_array_remove_index(world->syncs, 0);
        sim_proxy_dirty_sync(world->proxy, count);
    }
}

/* The judge compares what was said with what was sent: "STOP before the end of RAM". */
static void before_records(gpointer owner)
{
    ProcessWorld *world = owner;

    world->proxy_works = TRUE;
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        sim_process_side_drain(world->sides[i]);
    }
    world->proxy_works = FALSE;
}

static void on_item(gpointer owner, SimItem *item)
{
    ProcessWorld *world = owner;

    if (item->kind == SIM_ITEM_EVENT && item->side == SIM_SOURCE &&
        g_strcmp0(json_string_value(json_object_get(item->data, "event")), "MIGRATION_PASS") == 0) {
        json_int_t pass = json_integer_value(json_object_get(json_object_get(item->data, "data"), "pass"));

        if (pass > 0) {
            guint count = (guint) MIN(pass, G_MAXINT);

            g_array_append_val(world->syncs, count);
            if (world->proxy_works) {
                sim_loop_arm(world->loop, &world->sync_timer, sim_loop_now_ns(world->loop));
            } else {
                on_sync(&world->sync_timer);
            }
        }
    }
    g_queue_push_tail(&world->items, g_memdup2(item, sizeof(*item)));
}

/* ---- The link ---- */

static void on_action(gpointer owner, const char *action, json_t *data)
{
    ProcessWorld *world = owner;

    ora_trace_append_action(world->world.trace, sim_loop_now_ns(world->loop), ORA_LINK, action, data);
}

static void on_record(gpointer owner, const OraStream *record)
{
    ProcessWorld *world = owner;

    ora_trace_append_stream(world->world.trace, sim_loop_now_ns(world->loop), ORA_LINK, record);
}

/* Notes break nothing and are left out. */
static void on_finding(gpointer owner, const OraStreamFinding *finding)
{
    ProcessWorld *world = owner;
    g_autofree char *text = finding->grade == ORA_GRADE_NOTE ? NULL : ora_stream_finding_text(finding);

    if (text != NULL) {
        ora_trace_append_note(world->world.trace, sim_loop_now_ns(world->loop), ORA_LINK, ORA_STREAM_NOTE, text);
    }
}

/* A port that is free now. Somebody may take it before the destination does; it then says so. */
static char *free_port(GError **error)
{
    int fd = sim_socket_listen("tcp:127.0.0.1:0", error);
    char *address = NULL;

    if (fd >= 0) {
        address = sim_socket_address(fd, "tcp:127.0.0.1:0");
        close(fd);
    }
    return address;
}

static gboolean new_destination_address(ProcessWorld *world, GError **error)
{
    g_free(world->destination_address);
    if (world->tcp) {
        world->destination_address = free_port(error);
    } else {
        g_autofree char *name =
            g_strdup_printf("dst%u.sock", sim_process_side_generation(world->sides[SIM_DESTINATION]) + 1);
        g_autofree char *path = sim_keeper_path(world->keeper, name);

        world->destination_address = g_strconcat("unix:", path, NULL);
    }
    sim_proxy_set_peer(world->proxy, world->destination_address);
    return world->destination_address != NULL;
}

static const char *process_link_uri(SimWorld *world, SimSide side)
{
    return side == SIM_SOURCE ? sim_proxy_address(self(world)->proxy) : self(world)->destination_address;
}

static void process_set_weather(SimWorld *world, const SimWeather *weather)
{
    sim_proxy_set_weather(self(world)->proxy, weather);
}

static void process_arm_fault(SimWorld *world, const SimFault *fault)
{
    sim_proxy_arm(self(world)->proxy, fault);
}

static void process_heal(SimWorld *world)
{
    sim_proxy_heal(self(world)->proxy);
}

/* ---- Sides ---- */

static char *incoming_of(const ProcessWorld *world)
{
    if (world->machine->destination_uri != NULL) {
        g_auto(GStrv) parts = g_strsplit(world->machine->destination_uri, "{link}", -1);

        return g_strjoinv(world->destination_address, parts);
    }
    return world->machine->destination_waits ? g_strdup("defer") : NULL;
}

static void tell_release(ProcessWorld *world)
{
    const char *version = sim_process_side_version(world->sides[SIM_SOURCE]);

    if (version != NULL) {
        sim_proxy_set_release(world->proxy, ora_release_parse(version));
    }
}

static gboolean start_side(ProcessWorld *world, SimSide side, GError **error)
{
    g_autofree char *incoming = NULL;

    if (side == SIM_DESTINATION) {
        if (!new_destination_address(world, error)) {
            return FALSE;
        }
        incoming = incoming_of(world);
    }
    if (!sim_process_side_start(world->sides[side], incoming, error)) {
        return FALSE;
    }
    if (side == SIM_SOURCE) {
        tell_release(world);
    }
    return TRUE;
}

static gboolean process_start(SimWorld *world, SimSide side, GError **error)
{
    if (sim_process_side_running(self(world)->sides[side])) {
        return TRUE;
    }
    return start_side(self(world), side, error);
}

static gboolean process_restart(SimWorld *world, SimSide side, GError **error)
{
    return start_side(self(world), side, error);
}

static void process_stop(SimWorld *world, SimSide side, SimStop how)
{
    sim_process_side_stop(self(world)->sides[side], how);
}

static gboolean gone(SimSide side, GError **error)
{
    g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_GONE, "%s does not run, or its monitor is gone", sim_side_name(side));
    return FALSE;
}

static gboolean process_send(SimWorld *world, SimSide side, const char *command, json_t *arguments, gboolean oob, guint64 *ret_id,
                             GError **error)
{
    guint64 id = sim_process_side_send(self(world)->sides[side], command, arguments, oob);

    if (id == 0) {
        return gone(side, error);
    }
    *ret_id = id;
    return TRUE;
}

static gboolean process_send_raw(SimWorld *world, SimSide side, const void *bytes, gsize size, GError **error)
{
    return sim_process_side_send_raw(self(world)->sides[side], bytes, size) || gone(side, error);
}

static gboolean process_running(SimWorld *world, SimSide side)
{
    return sim_process_side_running(self(world)->sides[side]);
}

static guint64 process_guest_ticks(SimWorld *world, SimSide side)
{
    return sim_process_side_ticks(self(world)->sides[side]);
}

/* ---- Time ---- */

static gint64 process_now_ns(SimWorld *world)
{
    return sim_loop_now_ns(self(world)->loop);
}

static SimWait process_wait(SimWorld *world, gint64 deadline_ns, SimItem *ret_item)
{
    ProcessWorld *process = self(world);

    while (g_queue_is_empty(&process->items)) {
        if (sim_loop_now_ns(process->loop) >= deadline_ns) {
            return SIM_WAIT_DEADLINE;
        }
        sim_loop_step(process->loop, deadline_ns);
    }
    {
        g_autofree SimItem *item = g_queue_pop_head(&process->items);

        *ret_item = *item;
    }
    return SIM_WAIT_ITEM;
}

/* ---- Memory ---- */

/* Both sides save at the same time. */
static gboolean save_memory(ProcessWorld *world, const char *const paths[SIM_SIDE_COUNT], GError **error)
{
    guint64 ids[SIM_SIDE_COUNT];
    gboolean done = TRUE;

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        json_t *arguments = json_pack("{s:i, s:I, s:s}", "val", 0, "size", (json_int_t) world->machine->ram_bytes, "filename", paths[i]);

        ids[i] = sim_process_side_begin_ask(world->sides[i], "pmemsave", arguments);
        json_decref(arguments);
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        json_t *value = sim_process_side_end_ask(world->sides[i], ids[i], "pmemsave", SAVE_NS, done ? error : NULL);

        done = done && value != NULL;
        json_decref(value);
    }
    return done;
}

static gboolean process_compare_memory(SimWorld *world, SimMemory *ret_memory, GError **error)
{
    ProcessWorld *process = self(world);
    g_autofree char *source = sim_keeper_path(process->keeper, "src.memory");
    g_autofree char *destination = sim_keeper_path(process->keeper, "dst.memory");
    gboolean done;

    if (process->machine->machine_none) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP, "an empty machine maps no memory that could be saved");
        return FALSE;
    }
    done = save_memory(process, (const char *const[]){ source, destination }, error) &&
           sim_memory_compare_files(source, destination, process->machine->ram_bytes, ret_memory, error);
    unlink(source);
    unlink(destination);
    if (done) {
        ret_memory->detail = g_strdup("pmemsave of all RAM on both sides");
    }
    return done;
}

/* ---- Captures ---- */

static const char *printable_command(ProcessWorld *world, SimSide side)
{
    const char *command = sim_process_side_command(world->sides[side]);

    return command != NULL ? command : "";
}

/* The files of one migration, without that member; NULL: there are none. */
static json_t *files_of(json_t *files, guint migration)
{
    json_t *some = json_array(), *file;
    size_t i;

    json_array_foreach (files, i, file) {
        if (json_integer_value(json_object_get(file, "migration")) == (json_int_t) migration) {
            json_t *copy = json_copy(file);

            json_object_del(copy, "migration");
            json_array_append_new(some, copy);
        }
    }
    if (json_array_size(some) == 0) {
        g_clear_pointer(&some, json_decref);
    }
    return some;
}

static void describe_capture(ProcessWorld *world, const char *name, guint migration, json_t *files)
{
    g_autofree char *base = g_strconcat(name, ".json", NULL);
    g_autofree char *path = g_build_filename(world->capture_folder, base, NULL);
    const char *version = sim_process_side_version(world->sides[SIM_SOURCE]);
    g_autoptr(GError) error = NULL;
    json_t *opts = sim_proxy_main_cut(world->proxy, migration) ? json_pack("{s:b}", "truncated", 1) : json_object();
    json_t *description =
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:[], s:s, s:s, s:o, s:o, s:s, s:s}", "version", version != NULL ? version : "", "what", name,
                  "shows", "captured by miglab run", "files", files, "opts", opts, "notes", "src", printable_command(world, SIM_SOURCE), "dst",
                  printable_command(world, SIM_DESTINATION), "srcqmp", sim_process_side_requests(world->sides[SIM_SOURCE]), "dstqmp",
                  sim_process_side_requests(world->sides[SIM_DESTINATION]), "srcstatus",
                  sim_process_side_last_status(world->sides[SIM_SOURCE]), "dststatus",
                  sim_process_side_last_status(world->sides[SIM_DESTINATION]));
    char *text = json_dumps(description, JSON_INDENT(1));

    json_decref(description);
    if (!g_file_set_contents(path, text, -1, &error)) {
        g_warning("%s", error->message);
    }
    free(text);
}

/* One description for each migration. */
static void finish_capture(ProcessWorld *world)
{
    json_t *files = sim_proxy_end_capture(world->proxy);
    size_t seen = 0;

    for (guint migration = 1; files != NULL && seen < json_array_size(files); migration++) {
        json_t *some = files_of(files, migration);
        g_autofree char *name =
            migration == 1 ? g_strdup(world->capture_name) : g_strdup_printf("%s-%u", world->capture_name, migration);

        if (some != NULL) {
            seen += json_array_size(some);
            describe_capture(world, name, migration, some);
        }
    }
    json_decref(files);
}

/* ---- Beginning and end ---- */

static void free_item(gpointer data)
{
    sim_item_clear(data);
    g_free(data);
}

static void process_free(SimWorld *world)
{
    ProcessWorld *process = self(world);

    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        if (process->sides[i] != NULL) {
            sim_process_side_end(process->sides[i]);
        }
    }
    if (process->proxy != NULL) {
        finish_capture(process);
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        sim_process_side_free(process->sides[i]);
        sim_target_free(process->targets[i]);
    }
    sim_proxy_free(process->proxy);
    g_queue_clear_full(&process->items, free_item);
    g_array_unref(process->syncs);
    sim_keeper_free(process->keeper);
    sim_loop_free(process->loop);
    if (process->image != NULL) {
        g_bytes_unref(process->image);
    }
    g_free(process->destination_address);
    g_free(process->capture_folder);
    g_free(process->capture_name);
    g_free(process);
}

static const SimWorldOps process_ops = {
    .name = "process",
    .start = process_start,
    .restart = process_restart,
    .stop = process_stop,
    .send = process_send,
    .send_raw = process_send_raw,
    .wait = process_wait,
    .now_ns = process_now_ns,
    .running = process_running,
    .guest_ticks = process_guest_ticks,
    .compare_memory = process_compare_memory,
    .link_uri = process_link_uri,
    .set_weather = process_set_weather,
    .arm_fault = process_arm_fault,
    .heal = process_heal,
    .free = process_free,
};

/* Both releases must know the machine type: the older one's. */
static const char *machine_type(const SimTarget *source, const SimTarget *destination)
{
    const SimTarget *older = source;

    if (source == destination || g_strcmp0(source->name, destination->name) == 0) {
        return source->machine;
    }
    if (source->version != NULL && destination->version != NULL &&
        ora_release_parse(destination->version) < ora_release_parse(source->version)) {
        older = destination;
    }
    return older->machine_versioned != NULL ? older->machine_versioned : older->machine;
}

static gboolean make_link(ProcessWorld *world, const SimWorldSetup *setup, GError **error)
{
    g_autofree char *path = sim_keeper_path(world->keeper, "link.sock");
    g_autofree char *address = world->tcp ? g_strdup("tcp:127.0.0.1:0") : g_strconcat("unix:", path, NULL);
    const SimProxyObserver observer = { .action = on_action, .record = on_record, .before = before_records,
                                        .finding = on_finding, .owner = world };

    world->proxy = sim_proxy_new(world->loop, &setup->weather, setup->seed, &observer);
    if (!sim_proxy_listen(world->proxy, address, error)) {
        return FALSE;
    }
    if (setup->capture_folder != NULL) {
        world->capture_folder = g_strdup(setup->capture_folder);
        world->capture_name = g_strdup(setup->capture_name != NULL ? setup->capture_name : "capture");
        return sim_proxy_capture(world->proxy, world->capture_folder, world->capture_name, error);
    }
    return TRUE;
}

static gboolean find_targets(ProcessWorld *world, const SimWorldSetup *setup, GError **error)
{
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        const char *text = i == SIM_DESTINATION && setup->destination_target != NULL ? setup->destination_target : setup->target;

        world->targets[i] = sim_target_find(text, error);
        if (world->targets[i] == NULL) {
            return FALSE;
        }
        if (!setup->machine->machine_none) {
            sim_accel_pick(world->targets[i]);          /* may take half a second, once: before the clock starts */
        }
    }
    return TRUE;
}

static gboolean make_sides(ProcessWorld *world, const SimWorldSetup *setup, GError **error)
{
    guint time_scale = MAX(1, setup->time_scale);

    if (!setup->machine->machine_none) {
        world->image = sim_firmware_image(setup->machine, setup->seed, time_scale, error);
        if (world->image == NULL) {
            return FALSE;
        }
    }
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        SimProcessSideSetup side = {
            .loop = world->loop,
            .keeper = world->keeper,
            .trace = world->world.trace,
            .machine = setup->machine,
            .target = world->targets[i],
            .side = (SimSide) i,
            .accel = setup->machine->machine_none ? NULL : sim_accel_pick(world->targets[i]),
            .machine_type = machine_type(world->targets[SIM_SOURCE], world->targets[SIM_DESTINATION]),
            .time_scale = time_scale,
            .isolate = setup->isolate,
            .image = world->image,
            .item = on_item,
            .owner = world,
        };

        if (side.accel != NULL && sim_accel_remark(world->targets[i]) != NULL) {
            ora_trace_append_note(world->world.trace, 0, i == SIM_SOURCE ? ORA_SRC : ORA_DST, NULL, sim_accel_remark(world->targets[i]));
        }
        world->sides[i] = sim_process_side_new(&side);
    }
    if (time_scale > 1) {
        g_autofree char *note = g_strdup_printf("the clock of the processes was faked: x%u", time_scale);

        ora_trace_append_note(world->world.trace, 0, ORA_RUNNER, NULL, note);
    }
    return TRUE;
}

SimWorld *sim_process_world_new(const SimWorldSetup *setup, GError **error)
{
    ProcessWorld *world;

    if (setup->isolate && setup->tcp) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP, "processes in a network namespace of their own cannot be reached over tcp");
        return NULL;
    }
    world = g_new0(ProcessWorld, 1);
    world->world.ops = &process_ops;
    world->world.trace = setup->trace;
    world->machine = setup->machine;
    world->tcp = setup->tcp;
    g_queue_init(&world->items);
    world->syncs = g_array_new(FALSE, FALSE, sizeof(guint));
    world->sync_timer = (SimLoopTimer) { .expire = on_sync, .owner = world };
    world->keeper = sim_keeper_new(error);
    if (world->keeper == NULL || !find_targets(world, setup, error)) {
        process_free(&world->world);
        return NULL;
    }
    world->loop = sim_loop_new(MAX(1, setup->time_scale));
    if (!make_sides(world, setup, error) || !make_link(world, setup, error)) {
        process_free(&world->world);
        return NULL;
    }
    return &world->world;
}
