/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/stream/live.h"

#include "oracle/stream/check_private.h"

struct OraStreamLive {
    void (*finding)(void *user, const OraStreamFinding *finding);
    void *user;
    GPtrArray *checks;           /* one per migration, the last is the present one */
    GPtrArray *others;           /* walkers without a check: a channel that comes a second time */
    OraStreamCheck *now;
};

OraStreamLive *ora_stream_live_new(void (*finding)(void *user, const OraStreamFinding *finding), void *user)
{
    OraStreamLive *live = g_new0(OraStreamLive, 1);

    live->finding = finding;
    live->user = user;
    live->checks = g_ptr_array_new_with_free_func((GDestroyNotify) ora_stream_check_free);
    live->others = g_ptr_array_new_with_free_func((GDestroyNotify) ora_walker_free);
    return live;
}

void ora_stream_live_free(OraStreamLive *live)
{
    if (!live) {
        return;
    }
    g_ptr_array_unref(live->others);     /* they may refer to a main walker of a check */
    g_ptr_array_unref(live->checks);
    g_free(live);
}

OraWalker *ora_stream_live_walker(OraStreamLive *live, const OraWalkerConfig *config, const OraWalkerSink *sink)
{
    CheckChannel *channel;
    gboolean taken;

    if (config->channel == ORA_CHANNEL_MAIN) {
        OraStreamCheckConfig check = {
            .release = config->release,
            .partial = TRUE,
            .live = TRUE,
            .page_size = config->page_size,
            .configuration = config->configuration,
            .footers = config->footers,
            .description = config->description,
            .colo = config->colo,
            .base = config->base,
            .huge_blocks = config->huge_blocks,
            .device_sizes = config->device_sizes,
            .n_device_sizes = config->n_device_sizes,
        };

        live->now = ora_stream_check_new(&check);
        ora_check_on_finding(live->now, live->finding, live->user);
        g_ptr_array_add(live->checks, live->now);
    }
    taken = !live->now || (config->channel == ORA_CHANNEL_MULTIFD
                               ? config->channel_index >= MULTIFD_MAX || live->now->multifd[config->channel_index] != NULL
                               : live->now->channels[config->channel] != NULL);
    if (taken) {
        OraWalkerConfig plain = *config;
        OraWalkerSink records = { .record = sink->record, .user = sink->user };
        OraWalker *walker;

        if (live->now && !plain.main && config->channel != ORA_CHANNEL_MAIN) {
            plain.main = live->now->channels[ORA_CHANNEL_MAIN]->walker;
        }
        walker = ora_walker_new(&plain, &records);
        g_ptr_array_add(live->others, walker);
        return walker;
    }
    (void) ora_stream_check_channel(live->now, config->channel, config->channel_index);
    channel = config->channel == ORA_CHANNEL_MULTIFD ? live->now->multifd[config->channel_index]
                                                     : live->now->channels[config->channel];
    channel->watch = sink->record;
    channel->watch_user = sink->user;
    return channel->walker;
}

char *ora_stream_finding_text(const OraStreamFinding *finding)
{
    g_autofree char *index = finding->channel == ORA_CHANNEL_MULTIFD ? g_strdup_printf("%u", finding->channel_index) : g_strdup("");

    return g_strdup_printf("%s on %s%s at %" G_GUINT64_FORMAT ": %s", ora_stream_rule(finding->rule)->id,
                           ora_stream_channel_name(finding->channel), index, finding->offset, finding->read);
}
