/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What passes on the link, told to the trace, and which connection is which channel.
 */
#include "sim/virtual/world_private.h"

#include <string.h>

static const char *channel_name(OraStreamChannel channel, guint index)
{
    g_autofree char *numbered = channel == ORA_CHANNEL_MULTIFD ? g_strdup_printf("multifd%u", index) : NULL;

    return numbered != NULL ? g_intern_string(numbered) : ora_stream_channel_name(channel);
}

void sim_virtual_tell_pages(SimVirtualWorld *world, guint slot)
{
    SimVirtualPageRun *seen = slot < world->page_runs->len ? &g_array_index(world->page_runs, SimVirtualPageRun, slot) : NULL;
    OraStream stream;

    if (seen != NULL && seen->run.pages > 0
        && sim_page_run_end(&seen->run, channel_name(seen->channel, seen->channel_index), seen->back, &stream)) {
        ora_trace_append_stream(world->base.trace, sim_virtual_now_ns(world), ORA_LINK, &stream);
        sim_virtual_noted(world);
    }
}

static void on_action(gpointer opaque, const char *action, SimDirection direction, guint connection, guint64 bytes, const char *detail)
{
    SimVirtualWorld *world = opaque;
    json_t *data = json_object();

    json_object_set_new(data, "conn", json_integer(connection));
    if (direction != SIM_BOTH_WAYS) {
        json_object_set_new(data, "dir", json_string(direction == SIM_TO_DESTINATION ? "sd" : "ds"));
    }
    json_object_set_new(data, "bytes", json_integer((json_int_t) bytes));
    if (detail != NULL) {
        json_object_set_new(data, "fault", json_string(detail));
    }
    if (strcmp(action, "cut") == 0 || strcmp(action, "reset") == 0) {
        json_object_set_new(data, "how", json_string(strcmp(action, "cut") == 0 ? "fin" : "rst"));
        action = "cut";
    }
    sim_virtual_tell_pages(world, connection * 2);
    sim_virtual_tell_pages(world, connection * 2 + 1);
    ora_trace_append_action(world->base.trace, sim_virtual_now_ns(world), ORA_LINK, action, data);
    sim_virtual_noted(world);
    if (strcmp(action, "connected") == 0) {
        world->connections = MAX(world->connections, connection + 1);
    }
}

/* What tells one channel from another on the link. */
void sim_virtual_overhear(SimVirtualWorld *world, const char *command, json_t *arguments)
{
    json_t *item;
    gsize i;

    if (strcmp(command, "migrate") == 0) {
        world->attempt_first = sim_net_connection_count(world->net);
        world->resuming = json_is_true(json_object_get(arguments, "resume"));
        if (!world->resuming) {
            world->main_first = world->attempt_first;
        }
    } else if (strcmp(command, "migrate-set-capabilities") == 0) {
        json_array_foreach(json_object_get(arguments, "capabilities"), i, item) {
            const char *name = sim_virtual_text(item, "capability");
            gboolean on = json_is_true(json_object_get(item, "state"));

            if (g_strcmp0(name, "multifd") == 0 || g_strcmp0(name, "x-multifd") == 0) {
                world->multifd = on;
            } else if (g_strcmp0(name, "postcopy-preempt") == 0) {
                world->preempt = on;
            }
        }
    }
}

/* By what the source was told: the first connection of an attempt is main, the others are multifd or preempt. */
static gboolean classify_channel(const SimVirtualWorld *world, guint connection, SimDirection direction, OraWalkerConfig *ret_config)
{
    guint number = connection - MIN(connection, world->attempt_first);
    gboolean main = number == 0;

    ret_config->channel_index = 0;
    if (direction == SIM_TO_SOURCE) {
        ret_config->channel = world->resuming ? ORA_CHANNEL_RP_2 : ORA_CHANNEL_RP;
        return main;
    }
    if (main && !world->resuming) {
        ret_config->channel = ORA_CHANNEL_MAIN;
        return TRUE;
    }
    if (!main && world->multifd) {
        ret_config->channel = ORA_CHANNEL_MULTIFD;
        ret_config->channel_index = number - 1;
        return TRUE;
    }
    ret_config->channel = main ? ORA_CHANNEL_MAIN_2 : ORA_CHANNEL_PREEMPT;
    ret_config->main = sim_net_walker(world->net, world->main_first, SIM_TO_DESTINATION);
    return ret_config->main != NULL && (main || world->preempt);
}

static gboolean on_classify(gpointer opaque, guint connection, SimDirection direction, OraWalkerConfig *ret_config)
{
    SimVirtualWorld *world = opaque;

    ret_config->release = (int) mig_profile_release(world->sides[SIM_SOURCE].profile);
    return classify_channel(world, connection, direction, ret_config);
}

static void on_record(gpointer opaque, guint connection, SimDirection direction, const OraStreamRecord *record)
{
    SimVirtualWorld *world = opaque;
    guint slot = connection * 2 + (direction == SIM_TO_SOURCE);
    OraStream stream;

    if (sim_record_is_page(record)) {
        SimVirtualPageRun *seen;

        if (slot >= world->page_runs->len) {
            g_array_set_size(world->page_runs, slot + 1);
        }
        seen = &g_array_index(world->page_runs, SimVirtualPageRun, slot);
        sim_page_run_add(&seen->run, record);
        seen->channel = record->channel;
        seen->channel_index = record->channel_index;
        seen->back = direction == SIM_TO_SOURCE;
        return;
    }
    sim_virtual_tell_pages(world, slot);
    sim_record_to_trace(record, channel_name(record->channel, record->channel_index), direction == SIM_TO_SOURCE, &stream);
    ora_trace_append_stream(world->base.trace, sim_virtual_now_ns(world), ORA_LINK, &stream);
    sim_virtual_noted(world);
}

/* What a host sent breaks a rule of the stream. Notes break nothing and are left out. */
static void on_finding(gpointer opaque, const OraStreamFinding *finding)
{
    SimVirtualWorld *world = opaque;
    g_autofree char *text = NULL;

    if (finding->grade == ORA_GRADE_NOTE) {
        return;
    }
    text = ora_stream_finding_text(finding);
    ora_trace_append_note(world->base.trace, sim_virtual_now_ns(world), ORA_LINK, ORA_STREAM_NOTE, text);
    sim_virtual_noted(world);
}

void sim_virtual_watch_link(SimVirtualWorld *world)
{
    sim_net_on_action(world->net, on_action, world);
    sim_net_set_viewer(world->net, on_classify, on_record, world);
    sim_net_on_finding(world->net, on_finding, world);
}
