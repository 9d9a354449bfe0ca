/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What passes: which channel a connection is, the records that the judge's walker finds in it, and its capture.
 */
#include "sim/process/proxy_private.h"

#include <errno.h>
#include <string.h>

static gboolean main_is_open(const SimProxyConnection *connection)
{
    const GPtrArray *all = connection->proxy->connections;

    for (guint i = 0; i < all->len; i++) {
        const SimProxyConnection *other = g_ptr_array_index(all, i);
        if (other != connection && other->named &&
            (other->channel == ORA_CHANNEL_MAIN || other->channel == ORA_CHANNEL_MAIN_2)) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean resumed_is_open(const SimProxyConnection *connection)
{
    const GPtrArray *all = connection->proxy->connections;

    for (guint i = 0; i < all->len; i++) {
        const SimProxyConnection *other = g_ptr_array_index(all, i);
        if (other != connection && other->named && other->channel == ORA_CHANNEL_MAIN_2) {
            return TRUE;
        }
    }
    return FALSE;
}

/* FALSE: more bytes are needed. */
static gboolean find_channel(SimProxyConnection *connection)
{
    const GByteArray *first = connection->first;
    static const guint8 main_magic[4] = { 'Q', 'E', 'V', 'M' };
    static const guint8 multifd_magic[4] = { 0x11, 0x22, 0x33, 0x44 };
    enum { HELLO_ID = 24 };                     /* magic, version, UUID */

    if (first->len < 4) {
        return FALSE;
    }
    if (memcmp(first->data, main_magic, 4) == 0) {
        connection->channel = ORA_CHANNEL_MAIN;
    } else if (memcmp(first->data, multifd_magic, 4) == 0) {
        if (first->len <= HELLO_ID) {
            return FALSE;
        }
        connection->channel = ORA_CHANNEL_MULTIFD;
        connection->channel_index = first->data[HELLO_ID];
    } else if (connection->number == 0) {
        connection->channel = ORA_CHANNEL_MAIN;         /* damaged, or no QEMU at all: the walker says what is wrong */
    } else {
        connection->channel = !main_is_open(connection)             ? ORA_CHANNEL_MAIN_2
                              : resumed_is_open(connection) ? ORA_CHANNEL_PREEMPT_2
                                                            : ORA_CHANNEL_PREEMPT;
    }
    return TRUE;
}

void sim_proxy_tell_pages(SimProxyFlow *flow)
{
    SimProxy *proxy = flow->connection->proxy;
    OraStream seen;

    if (sim_page_run_end(&flow->pages, flow->connection->names[flow->index], flow->index == 1, &seen) && proxy->observer.record != NULL) {
        proxy->observer.record(proxy->observer.owner, &seen);
    }
}

static void on_record(void *user, const OraStreamRecord *record)
{
    SimProxyFlow *flow = user;
    SimProxy *proxy = flow->connection->proxy;

    for (guint i = 0; i < proxy->armed->len; i++) {
        SimProxyArmed *armed = g_ptr_array_index(proxy->armed, i);
        guint64 offset;

        if (armed->by_moment && sim_proxy_meant(armed, flow->connection) && ora_moment_match(&armed->moment, record, &offset)) {
            armed->by_moment = FALSE;
            sim_proxy_add_barrier(flow, armed, offset);
        }
    }
    if (sim_record_is_page(record)) {
        sim_page_run_add(&flow->pages, record);
        return;
    }
    sim_proxy_tell_pages(flow);
    if (proxy->observer.record != NULL) {
        OraStream seen;

        sim_record_to_trace(record, flow->connection->names[flow->index], flow->index == 1, &seen);
        proxy->observer.record(proxy->observer.owner, &seen);
    }
}

void sim_proxy_found(void *user, const OraStreamFinding *finding)
{
    SimProxy *proxy = user;

    if (proxy->observer.finding != NULL) {
        proxy->observer.finding(proxy->observer.owner, finding);
    }
}

static OraWalker *make_walker(SimProxyFlow *flow)
{
    SimProxyConnection *connection = flow->connection;
    SimProxy *proxy = connection->proxy;
    OraWalker *walker;
    OraWalkerConfig config = { .channel = connection->channel, .channel_index = connection->channel_index,
                               .release = proxy->release };
    OraWalkerSink sink = { .record = on_record, .user = flow };

    if (flow->index == 1) {
        config.channel = connection->channel == ORA_CHANNEL_MAIN_2 ? ORA_CHANNEL_RP_2 : ORA_CHANNEL_RP;
    }
    if (connection->channel == ORA_CHANNEL_MAIN_2 || ora_stream_channel_is_preempt(connection->channel)) {
        if (proxy->main_walker == NULL) {
            return NULL;                        /* without the first connection its blocks are not known */
        }
        config.main = proxy->main_walker;
    }
    walker = ora_stream_live_walker(proxy->live, &config, &sink);
    if (config.channel == ORA_CHANNEL_MAIN) {
        proxy->main_walker = walker;
        g_ptr_array_set_size(proxy->mains, (gint) MAX(connection->migration, proxy->mains->len));
        proxy->mains->pdata[connection->migration - 1] = walker;
    }
    return walker;
}

static void name_channel(SimProxyConnection *connection)
{
    SimProxy *proxy = connection->proxy;
    const char *name = ora_stream_channel_name(connection->channel);

    connection->named = TRUE;
    if (connection->channel == ORA_CHANNEL_MAIN && connection->migration == proxy->mains->len) {
        connection->migration++;              /* the one before has its main already */
    } else if (connection->channel == ORA_CHANNEL_MAIN_2 || ora_stream_channel_is_preempt(connection->channel)) {
        connection->migration = MAX(1, proxy->mains->len);
    }
    if (connection->channel == ORA_CHANNEL_MULTIFD) {
        connection->names[0] = g_strdup_printf("%s%u", name, connection->channel_index);
        connection->names[1] = g_strdup_printf("%s-back", connection->names[0]);
    } else if (ora_stream_channel_is_preempt(connection->channel)) {
        connection->names[0] = g_strdup(name);
        connection->names[1] = g_strdup_printf("%s-back", name);
    } else {
        connection->names[0] = g_strdup(name);
        connection->names[1] = g_strdup(ora_stream_channel_name(connection->channel == ORA_CHANNEL_MAIN_2 ? ORA_CHANNEL_RP_2 : ORA_CHANNEL_RP));
    }
    for (guint i = 0; i < 2; i++) {
        SimProxyFlow *flow = &connection->flow[i];

        if (flow->recorder != NULL) {
            sim_recorder_set_channel(flow->recorder, connection->migration, connection->names[i]);
        }
        if (i == 0 || connection->channel == ORA_CHANNEL_MAIN || connection->channel == ORA_CHANNEL_MAIN_2) {
            flow->walker = make_walker(flow);
        }
    }
}

void sim_proxy_look_at(SimProxyFlow *flow, const guint8 *bytes, gsize size)
{
    SimProxyConnection *connection = flow->connection;

    if (flow->recorder != NULL) {
        sim_recorder_write(flow->recorder, bytes, size);
    }
    if (!connection->named && flow->index == 0) {
        g_byte_array_append(connection->first, bytes, (guint) size);
        if (!find_channel(connection)) {
            return;
        }
        name_channel(connection);
        if (flow->walker != NULL) {
            ora_walker_feed(flow->walker, connection->first->data, connection->first->len);
        }
        g_byte_array_set_size(connection->first, 0);
        return;
    }
    if (flow->walker != NULL) {
        ora_walker_feed(flow->walker, bytes, size);
    }
}

void sim_proxy_add_recorder(SimProxyFlow *flow)
{
    SimProxy *proxy = flow->connection->proxy;

    if (proxy->capture_folder != NULL) {
        flow->recorder = sim_recorder_new(proxy->capture_folder, proxy->capture_name);
        if (flow->recorder != NULL) {
            g_ptr_array_add(proxy->recorders, flow->recorder);
        }
    }
}

gboolean sim_proxy_capture(SimProxy *proxy, const char *folder, const char *name, GError **error)
{
    if (g_mkdir_with_parents(folder, 0755) != 0) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot make %s: %s", folder, g_strerror(errno));
        return FALSE;
    }
    proxy->capture_folder = g_strdup(folder);
    proxy->capture_name = g_strdup(name);
    return TRUE;
}

json_t *sim_proxy_end_capture(SimProxy *proxy)
{
    json_t *files;

    if (proxy->capture_folder == NULL) {
        return NULL;
    }
    for (guint i = 0; i < proxy->connections->len; i++) {
        SimProxyConnection *connection = g_ptr_array_index(proxy->connections, i);
        connection->flow[0].recorder = connection->flow[1].recorder = NULL;
    }
    files = json_array();
    for (guint i = 0; i < proxy->recorders->len; i++) {
        json_t *file = sim_recorder_finish(g_ptr_array_index(proxy->recorders, i));
        if (file != NULL) {
            json_array_append_new(files, file);
        }
    }
    g_clear_pointer(&proxy->capture_folder, g_free);
    g_clear_pointer(&proxy->capture_name, g_free);
    g_ptr_array_set_size(proxy->recorders, 0);
    return files;
}

gboolean sim_proxy_main_cut(const SimProxy *proxy, guint migration)
{
    const OraWalker *walker = migration >= 1 && migration <= proxy->mains->len ? proxy->mains->pdata[migration - 1] : NULL;

    return walker != NULL && !ora_walker_ended(walker);
}
