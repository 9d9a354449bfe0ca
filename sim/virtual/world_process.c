/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The processes of the virtual world: how they start, get input, are stopped, and end.
 */
#include "sim/virtual/world_private.h"

#include <signal.h>
#include <string.h>

void sim_virtual_input_fire(SimEvent *event)
{
    SimVirtualSide *side = SIM_VIRTUAL_OF(SimVirtualSide, event, input_event);
    g_autoptr(GString) input = NULL;

    if (side->frozen) {
        return;                                                   /* it is read when the process goes on */
    }
    input = side->input;
    side->input = g_string_new(NULL);
    mig_monitor_feed(side->monitor, (const guint8 *) input->str, input->len);
    sim_virtual_look_soon(side);
}

void sim_virtual_rate_fire(SimEvent *event)
{
    SimVirtualSide *side = SIM_VIRTUAL_OF(SimVirtualSide, event, rate_event);
    MigEnv *env = sim_host_env(side->host);

    mig_qmp_expire(side->qmp, mig_env_clock_ns(env, MIG_CLOCK_HOST));
}

static void schedule_rate(SimVirtualSide *side)
{
    gint64 due_ns = mig_qmp_deadline(side->qmp);

    if (due_ns < 0) {
        sim_event_cancel(side->world->kernel, &side->rate_event);
    } else if (!sim_event_scheduled(&side->rate_event)) {
        gint64 host_ns = mig_env_clock_ns(sim_host_env(side->host), MIG_CLOCK_HOST);

        sim_event_schedule(side->world->kernel, &side->rate_event, sim_virtual_now_ns(side->world) + MAX(due_ns - host_ns, 0));
    }
}

/* The process is gone: everything of it goes. */
void sim_virtual_bury(SimVirtualSide *side, int code, int signal_number, gboolean teardown)
{
    SimVirtualWorld *world = side->world;
    SimVirtualPending *pending;

    if (side->host == NULL) {
        return;
    }
    sim_virtual_drain(side);
    if (side->vm != NULL && !mig_vm_monitor_blocked(side->vm) && !teardown && signal_number == 0) {
        sim_virtual_look(side, FALSE);                                        /* its last words */
        sim_virtual_drain(side);
    }
    while ((pending = g_queue_pop_head(&side->pending)) != NULL) {
        ora_trace_append_reply(world->base.trace, sim_virtual_now_ns(world), pending->sent_ns, side->name, pending->command,
                               json_incref(pending->arguments), NULL, NULL, NULL, pending->oob);
        sim_virtual_pending_free(pending);
    }
    sim_event_cancel(world->kernel, &side->input_event);
    sim_event_cancel(world->kernel, &side->poll_event);
    sim_event_cancel(world->kernel, &side->rate_event);
    sim_event_cancel(world->kernel, &side->look_event);
    sim_guest_run(sim_host_guest(side->host), sim_virtual_now_ns(world), FALSE);
    sim_host_guest(side->host)->ram = NULL;
    g_clear_pointer(&side->qmp, mig_qmp_free);
    side->monitor = NULL;
    g_clear_pointer(&side->vm, mig_vm_free);
    g_clear_pointer(&side->host, sim_host_free);
    g_string_truncate(side->output, 0);
    g_string_truncate(side->input, 0);
    ora_trace_append_exit(world->base.trace, sim_virtual_now_ns(world), side->name, signal_number != 0 ? -1 : code, signal_number, teardown,
                          side->errors);
    side->errors = NULL;
    sim_virtual_noted(world);
    if (!teardown) {
        sim_virtual_give(world, SIM_ITEM_EXIT, side->side, 0, signal_number != 0 ? json_pack("{s:i}", "signal", signal_number)
                                                                                 : json_pack("{s:i}", "code", code));
    }
}

/* What the engine did in a step becomes visible. */
void sim_virtual_settle(SimVirtualWorld *world)
{
    for (int i = 0; i < SIM_SIDE_COUNT; i++) {
        SimVirtualSide *side = &world->sides[i];
        int code;

        if (side->host == NULL) {
            continue;
        }
        if (side->output->len > 0) {
            sim_virtual_drain(side);
        }
        if (sim_host_exited(side->host, &code)) {
            sim_virtual_bury(side, code, 0, FALSE);
            continue;
        }
        schedule_rate(side);
    }
}

static MigContent content_of(SimContents contents)
{
    return contents == SIM_CONTENTS_RANDOM ? MIG_CONTENT_RANDOM : contents == SIM_CONTENTS_TEXT ? MIG_CONTENT_TEXT : MIG_CONTENT_ZERO;
}

static gboolean start_side(SimVirtualWorld *world, SimVirtualSide *side, GError **error)
{
    static const MigDeviceConfig devices[] = {
        { .idstr = "timer", .version = 2, .size = 24 },
        { .idstr = "cpu_common", .version = 1, .size = 8 },
        { .idstr = "cpu", .version = 12, .size = 2400 },
        { .idstr = "fw_cfg", .version = 2, .size = 18 },
        { .idstr = "PCIBUS", .version = 1, .size = 20 },
    };
    const SimMachine *machine = world->machine;
    MigRamBlockConfig block = {
        .idstr = machine->machine_none ? "ram" : "pc.ram", .size = machine->ram_bytes, .content = content_of(machine->contents),
    };
    g_autofree char *machine_type = NULL;
    MigVmConfig config = {
        .profile = side->profile, .seed = world->seed, .blocks = &block, .block_count = 1, .devices = devices,
        .device_count = machine->machine_none ? 0 : G_N_ELEMENTS(devices),
    };
    MigQmpConfig qmp = { .profile = side->profile };
    MigMonitorConfig monitor = { .chardev = "qmp", .filename = "unix:", .yankable = TRUE, .output = sim_virtual_on_output, .opaque = side };
    g_autofree char *incoming = NULL;
    MigEnv *env;

    sim_virtual_bury(side, 0, SIGKILL, TRUE);
    side->generation++;
    side->name = side->generation == 1 ? (side->side == SIM_SOURCE ? ORA_SRC : ORA_DST)
                 : ORA_SIDE(side->side == SIM_SOURCE ? ORA_ROLE_SRC : ORA_ROLE_DST, side->generation + 1);
    if (!machine->machine_none) {
        int release = MIN(mig_profile_release(world->sides[0].profile), mig_profile_release(world->sides[1].profile));

        machine_type = g_strdup_printf("pc-q35-%d.%d", release / 100, release % 100);
    }
    config.machine = machine_type;
    if (side->side == SIM_DESTINATION) {
        if (machine->destination_uri != NULL) {
            g_auto(GStrv) parts = g_strsplit(machine->destination_uri, "{link}", -1);

            incoming = g_strjoinv(SIM_VIRTUAL_LINK_URI, parts);
        } else if (machine->destination_waits) {
            incoming = g_strdup("defer");
        }
    }
    config.incoming = incoming;
    config.stopped = side->side == SIM_SOURCE ? machine->source_paused : machine->destination_paused;
    config.globals = (const char *const *) (side->side == SIM_SOURCE ? machine->source_globals : machine->destination_globals);

    side->host = sim_host_new(world->kernel, world->net, side->side == SIM_SOURCE ? SIM_END_SOURCE : SIM_END_DESTINATION,
                              &machine->workload);
    side->errors = json_array();
    side->negotiated = FALSE;
    side->frozen = FALSE;
    side->outgoing = side->incoming = ORA_STATUS_NONE;
    side->run_state = incoming != NULL ? ORA_RUN_INMIGRATE : ORA_RUN_PRELAUNCH;
    g_clear_pointer(&side->status, g_free);
    g_clear_pointer(&side->run, g_free);
    g_clear_pointer(&side->error_desc, g_free);
    sim_host_on_observe(side->host, sim_virtual_on_observe, side);
    env = sim_host_env(side->host);
    side->vm = mig_vm_new(env, &config, error);
    if (side->vm == NULL) {
        g_clear_pointer(&side->host, sim_host_free);
        g_prefix_error(error, "%s: ", sim_side_name(side->side));
        if (error != NULL && *error != NULL) {
            (*error)->domain = SIM_WORLD_ERROR;
            (*error)->code = SIM_WORLD_ERROR_SETUP;
        }
        json_decref(side->errors);
        side->errors = NULL;
        return FALSE;
    }
    sim_host_guest(side->host)->ram = mig_vm_ram(side->vm);
    if (machine->machine_none) {
        sim_host_guest(side->host)->workload.kind = SIM_WORKLOAD_IDLE;
    }
    mig_qmp_config_defaults(&qmp, side->profile);
    qmp.vm = side->vm;
    side->qmp = mig_qmp_new(&qmp);
    side->monitor = mig_monitor_new(side->qmp, &monitor);
    mig_monitor_open(side->monitor);
    {
        const char *capabilities = machine->oob ? "{\"execute\":\"qmp_capabilities\",\"arguments\":{\"enable\":[\"oob\"]}}\n"
                                                : "{\"execute\":\"qmp_capabilities\"}\n";
        mig_monitor_feed(side->monitor, (const guint8 *) capabilities, strlen(capabilities));
    }
    sim_virtual_drain(side);
    if (incoming != NULL && strcmp(incoming, "defer") != 0) {
        const char *problem;

        (void) ora_trace_append_whole(world->base.trace, sim_virtual_now_ns(world), side->name, ORA_KIND_EVENT,
                                      json_pack("{s:s, s:s}", "harness", "incoming", "uri", incoming), &problem);
    }
    sim_virtual_look(side, TRUE);
    sim_event_schedule(world->kernel, &side->poll_event, sim_virtual_now_ns(world) + SIM_POLL_NS);
    return TRUE;
}

gboolean sim_virtual_start(SimWorld *base, SimSide side, GError **error)
{
    SimVirtualWorld *world = sim_virtual_self(base);

    return world->sides[side].host != NULL || start_side(world, &world->sides[side], error);
}

gboolean sim_virtual_restart(SimWorld *base, SimSide side, GError **error)
{
    return start_side(sim_virtual_self(base), &sim_virtual_self(base)->sides[side], error);
}

void sim_virtual_stop(SimWorld *base, SimSide which, SimStop how)
{
    SimVirtualWorld *world = sim_virtual_self(base);
    SimVirtualSide *side = &world->sides[which];
    const char *problem;

    if (side->host == NULL) {
        return;
    }
    (void) ora_trace_append_whole(base->trace, sim_virtual_now_ns(world), side->name, ORA_KIND_EVENT,
                                  json_pack("{s:s, s:i}", "harness", "signal", "signal", how == SIM_STOP_KILL ? SIGKILL
                                            : how == SIM_STOP_TERM ? SIGTERM : how == SIM_STOP_FREEZE ? SIGSTOP : SIGCONT), &problem);
    sim_virtual_noted(world);
    switch (how) {
    case SIM_STOP_KILL:
        sim_virtual_bury(side, 0, SIGKILL, FALSE);
        break;
    case SIM_STOP_TERM:
        mig_vm_cmd_quit(side->vm, FALSE, "host-signal");
        sim_virtual_settle(world);
        break;
    case SIM_STOP_FREEZE:
    case SIM_STOP_THAW:
        side->frozen = how == SIM_STOP_FREEZE;
        sim_host_freeze(side->host, side->frozen);
        if (!side->frozen && side->input->len > 0 && !sim_event_scheduled(&side->input_event)) {
            sim_event_schedule(world->kernel, &side->input_event, sim_virtual_now_ns(world));
        }
        break;
    }
}
