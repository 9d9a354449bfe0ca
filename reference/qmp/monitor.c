/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/monitor.h"

#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <string.h>

void mig_request_free(MigRequest *request)
{
    mig_value_unref(request->value);
    g_clear_error(&request->error);
    g_free(request);
}

static void named_fd_free(gpointer data)
{
    MigNamedFd *named = data;

    g_free(named->name);
    g_free(named);
}

MigMonitor *mig_monitor_new(MigQmp *qmp, const MigMonitorConfig *config)
{
    MigMonitor *monitor = g_new0(MigMonitor, 1);

    monitor->qmp = qmp;
    monitor->chardev = g_strdup(config->chardev);
    monitor->filename = g_strdup(config->filename);
    monitor->pretty = config->pretty;
    monitor->yankable = config->yankable;
    monitor->output = config->output;
    monitor->shutdown = config->shutdown;
    monitor->resume = config->resume;
    monitor->opaque = config->opaque;
    monitor->pending = g_byte_array_new();
    monitor->named_fds = g_ptr_array_new_with_free_func(named_fd_free);
    g_queue_init(&monitor->requests);
    g_ptr_array_add(qmp->monitors, monitor);
    return monitor;
}

void mig_monitor_free(MigMonitor *monitor)
{
    if (!monitor) {
        return;
    }
    monitor->output = NULL;
    monitor->resume = NULL;
    mig_monitor_close(monitor);
    if (monitor->qmp->blocked_monitor == monitor) {
        monitor->qmp->blocked_monitor = NULL;
    }
    g_ptr_array_remove(monitor->qmp->monitors, monitor);
    g_ptr_array_unref(monitor->named_fds);
    g_byte_array_unref(monitor->pending);
    g_free(monitor->chardev);
    g_free(monitor->filename);
    g_free(monitor);
}

void mig_monitor_send(MigMonitor *monitor, const MigValue *value)
{
    MigPrintFlags flags = MIG_PRINT_COMPACT;
    g_autoptr(GString) out = g_string_new(NULL);

    if (!monitor->open || !monitor->output) {
        return;
    }
    flags |= monitor->pretty ? MIG_PRINT_PRETTY : 0;
    flags |= monitor->qmp->schema.release < MIG_RELEASE(6, 0) ? MIG_PRINT_SIX_DECIMALS : 0;
    mig_value_print(value, flags, out);
    g_string_append(out, "\r\n");
    monitor->output(monitor->opaque, out->str, out->len);
}

static MigValue *make_greeting(MigMonitor *monitor)
{
    MigValue *greeting = mig_value_dict(), *inner = mig_value_dict(), *capabilities = mig_value_list();

    mig_value_dict_put(inner, "version", mig_qmp_version(monitor->qmp));
    /* Out-of-band execution was offered for good from 3.1 on. */
    if (monitor->qmp->schema.release >= MIG_RELEASE(3, 1)) {
        mig_value_list_append(capabilities, mig_value_string("oob"));
    }
    mig_value_dict_put(inner, "capabilities", capabilities);
    mig_value_dict_put(greeting, "QMP", inner);
    return greeting;
}

void mig_monitor_open(MigMonitor *monitor)
{
    g_autoptr(MigValue) greeting = NULL;

    g_return_if_fail(!monitor->open);
    monitor->open = TRUE;
    monitor->generation++;
    monitor->negotiated = monitor->oob_enabled = FALSE;
    /* The second family came between 10.2 and 11.1; which release brought it is not known. */
    monitor->parser = mig_parser_new(monitor->qmp->schema.release >= MIG_RELEASE(11, 1) ? MIG_PARSER_FAMILY_B : MIG_PARSER_FAMILY_A);
    greeting = make_greeting(monitor);
    mig_monitor_send(monitor, greeting);
}

void mig_monitor_drop_fds(MigMonitor *monitor)
{
    const MigQmpHost *host = &monitor->qmp->host;

    for (guint i = 0; i < monitor->received_count && host->close_fd; i++) {
        host->close_fd(host->opaque, monitor->received[i]);
    }
    g_clear_pointer(&monitor->received, g_free);
    monitor->received_count = 0;
}

void mig_monitor_close(MigMonitor *monitor)
{
    if (!monitor->open) {
        return;
    }
    monitor->open = FALSE;
    g_queue_clear_full(&monitor->requests, (GDestroyNotify) mig_request_free);
    g_byte_array_set_size(monitor->pending, 0);
    monitor->pending_offset = 0;
    if (!monitor->parsing) {
        g_clear_pointer(&monitor->parser, mig_parser_free);
    }
    mig_monitor_drop_fds(monitor);
    while (monitor->named_fds->len) {
        mig_monitor_forget_fd(monitor, g_ptr_array_index(monitor->named_fds, 0));
    }
}

gboolean mig_monitor_is_open(const MigMonitor *monitor)
{
    return monitor->open;
}

/* Without out-of-band execution nothing is read behind a request until it is answered; with it, while the queue is full. */
static gboolean is_suspended(const MigMonitor *monitor)
{
    return monitor->requests.length >= (monitor->oob_enabled ? MIG_REQUEST_QUEUE_MAX : 1)
        || (!monitor->oob_enabled && monitor->qmp->blocked && monitor->qmp->blocked_monitor == monitor)
        || monitor->qmp->quitting;
}

static void take_messages(MigMonitor *monitor)
{
    MigValue *value = NULL;
    GError *error = NULL;

    while (monitor->open && mig_parser_take(monitor->parser, &value, &error)) {
        MigRequest *request;

        if (value && mig_request_is_oob(monitor, value)) {
            MigValue *reply = mig_request_run(monitor, value);

            if (reply) {
                mig_monitor_send(monitor, reply);
                mig_value_unref(reply);
            }
            mig_value_unref(value);
            continue;
        }
        request = g_new0(MigRequest, 1);
        request->value = g_steal_pointer(&value);
        request->error = g_steal_pointer(&error);
        g_queue_push_tail(&monitor->requests, request);
    }
}

/* Looks at what has come, as far as the queue allows. */
static void parse_pending(MigMonitor *monitor)
{
    if (monitor->parsing) {
        return;
    }
    monitor->parsing = TRUE;
    for (;;) {
        take_messages(monitor);
        if (monitor->requests.length) {
            mig_qmp_dispatch(monitor->qmp);
        }
        if (!monitor->open || is_suspended(monitor) || monitor->pending_offset >= monitor->pending->len) {
            break;
        }
        monitor->pending_offset += mig_parser_feed(monitor->parser, monitor->pending->data + monitor->pending_offset,
                                                   monitor->pending->len - monitor->pending_offset);
    }
    monitor->parsing = FALSE;
    if (!monitor->open) {
        g_clear_pointer(&monitor->parser, mig_parser_free);
        return;
    }
    if (monitor->pending_offset >= monitor->pending->len) {
        g_byte_array_set_size(monitor->pending, 0);
        monitor->pending_offset = 0;
    }
}

void mig_monitor_feed(MigMonitor *monitor, const guint8 *bytes, gsize size)
{
    if (!monitor->open) {
        return;
    }
    g_byte_array_append(monitor->pending, bytes, (guint) size);
    parse_pending(monitor);
    monitor->told_full = monitor->open && !mig_monitor_wants_input(monitor);
}

void mig_monitor_continue(MigMonitor *monitor)
{
    if (!monitor->open) {
        return;
    }
    parse_pending(monitor);
    if (monitor->told_full && mig_monitor_wants_input(monitor)) {
        monitor->told_full = FALSE;
        if (monitor->resume) {
            monitor->resume(monitor->opaque);
        }
    }
}

gboolean mig_monitor_wants_input(const MigMonitor *monitor)
{
    return monitor->open && !is_suspended(monitor) && monitor->pending_offset >= monitor->pending->len;
}

gboolean mig_monitor_is_idle(const MigMonitor *monitor)
{
    return !monitor->open || (g_queue_is_empty((GQueue *) &monitor->requests) && monitor->pending_offset >= monitor->pending->len
                              && !(monitor->qmp->blocked && monitor->qmp->blocked_monitor == monitor));
}

void mig_monitor_take_fds(MigMonitor *monitor, const int *fds, guint count)
{
    mig_monitor_drop_fds(monitor);
    monitor->received = g_memdup2(fds, count * sizeof(int));
    monitor->received_count = count;
}

int mig_monitor_get_fd(MigMonitor *monitor)
{
    int fd;

    if (monitor->received_count == 0) {
        return -1;
    }
    fd = monitor->received[0];
    /* What came with it and was not asked for is closed. */
    monitor->received_count--;
    memmove(monitor->received, monitor->received + 1, monitor->received_count * sizeof(int));
    mig_monitor_drop_fds(monitor);
    return fd;
}

MigNamedFd *mig_monitor_find_fd(MigMonitor *monitor, const char *name)
{
    for (guint i = 0; i < monitor->named_fds->len; i++) {
        MigNamedFd *named = g_ptr_array_index(monitor->named_fds, i);

        if (strcmp(named->name, name) == 0) {
            return named;
        }
    }
    return NULL;
}

void mig_monitor_forget_fd(MigMonitor *monitor, MigNamedFd *named)
{
    const MigQmpHost *host = &monitor->qmp->host;

    if (host->close_fd) {
        host->close_fd(host->opaque, named->fd);
    }
    g_ptr_array_remove(monitor->named_fds, named);
}
