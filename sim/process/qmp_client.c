/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/qmp_client.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct SimQmp {
    SimQmpHandlers handlers;
    gpointer owner;
    SimLoopFd watch;
    int fd;                   /* -1 when closed */
    guint64 last_id;
    GByteArray *out;          /* not yet written */
    /* Framing of the input: a message ends where the braces that it opened are closed. */
    GByteArray *in;
    guint depth;
    gboolean in_string, after_backslash;
    gboolean *freed;          /* set by sim_qmp_free() while a handler runs */
};

static void close_connection(SimQmp *qmp)
{
    if (qmp->fd >= 0) {
        sim_loop_unwatch(&qmp->watch);
        close(qmp->fd);
        qmp->fd = -1;
    }
}

static void dispatch(SimQmp *qmp)
{
    json_error_t problem;
    json_t *message = json_loadb((const char *) qmp->in->data, qmp->in->len, JSON_ALLOW_NUL, &problem);
    json_t *id;

    if (message == NULL) {            /* numbers beyond 63 bits */
        message = json_loadb((const char *) qmp->in->data, qmp->in->len, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &problem);
    }
    if (!json_is_object(message)) {
        gsize size = MIN(qmp->in->len, 200u);
        g_autofree char *text = g_utf8_make_valid((const char *) qmp->in->data, (gssize) size);

        g_byte_array_set_size(qmp->in, 0);
        json_decref(message);
        qmp->handlers.garbage(qmp, text, qmp->owner);
        return;
    }
    g_byte_array_set_size(qmp->in, 0);
    if (json_object_get(message, "QMP") != NULL) {
        qmp->handlers.greeting(qmp, message, qmp->owner);
    } else if (json_object_get(message, "event") != NULL) {
        qmp->handlers.event(qmp, message, qmp->owner);
    } else {
        id = json_object_get(message, "id");
        qmp->handlers.reply(qmp, json_is_integer(id) ? (guint64) json_integer_value(id) : 0, message, qmp->owner);
    }
    json_decref(message);
}

/* TRUE: `byte` ends a message. */
static gboolean take(SimQmp *qmp, guint8 byte)
{
    if (qmp->depth == 0 && byte != '{') {
        if (!g_ascii_isspace(byte)) {
            g_byte_array_append(qmp->in, &byte, 1);
            return FALSE;
        }
        /* A line without an object. */
        return qmp->in->len > 0 && byte == '\n';
    }
    g_byte_array_append(qmp->in, &byte, 1);
    if (qmp->in_string) {
        if (qmp->after_backslash) {
            qmp->after_backslash = FALSE;
        } else if (byte == '\\') {
            qmp->after_backslash = TRUE;
        } else if (byte == '"') {
            qmp->in_string = FALSE;
        }
        return FALSE;
    }
    if (byte == '"') {
        qmp->in_string = TRUE;
    } else if (byte == '{') {
        qmp->depth++;
    } else if (byte == '}') {
        qmp->depth--;
        return qmp->depth == 0;
    }
    return FALSE;
}

static void write_out(SimQmp *qmp)
{
    while (qmp->out->len > 0) {
        ssize_t done = send(qmp->fd, qmp->out->data, qmp->out->len, MSG_NOSIGNAL);

        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            break;                    /* EAGAIN: later; anything else shows at the next read */
        }
        g_byte_array_remove_range(qmp->out, 0, (guint) done);
    }
    qmp->watch.events = qmp->out->len > 0 ? POLLIN | POLLOUT : POLLIN;
}

static void on_ready(SimLoopFd *watch, short revents)
{
    SimQmp *qmp = watch->owner;
    gboolean freed = FALSE;
    guint8 buffer[16384];

    if (revents & POLLOUT) {
        write_out(qmp);
    }
    if (!(revents & (POLLIN | POLLHUP | POLLERR))) {
        return;
    }
    qmp->freed = &freed;
    while (TRUE) {
        ssize_t got = recv(qmp->fd, buffer, sizeof(buffer), 0);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && errno == EAGAIN) {
            break;
        }
        if (got <= 0 || qmp->in->len > SIM_QMP_MESSAGE_MAX) {
            close_connection(qmp);
            qmp->handlers.closed(qmp, qmp->owner);
            break;
        }
        for (ssize_t i = 0; i < got && !freed; i++) {
            if (take(qmp, buffer[i])) {
                dispatch(qmp);
            }
        }
        if (freed || qmp->fd < 0) {
            break;
        }
    }
    if (!freed) {
        qmp->freed = NULL;
    }
}

SimQmp *sim_qmp_new(SimLoop *loop, const char *path, const SimQmpHandlers *handlers, gpointer owner, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    SimQmp *qmp;
    int fd;

    if (strlen(path) >= sizeof(address.sun_path)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG, "the path of a socket is too long: %s", path);
        return NULL;
    }
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof(address)) != 0) {
        int code = errno;
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code), "cannot connect to %s: %s", path, g_strerror(code));
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    qmp = g_new0(SimQmp, 1);
    qmp->handlers = *handlers;
    qmp->owner = owner;
    qmp->fd = fd;
    qmp->in = g_byte_array_new();
    qmp->out = g_byte_array_new();
    qmp->watch = (SimLoopFd) { .fd = fd, .events = POLLIN, .ready = on_ready, .owner = qmp };
    sim_loop_watch(loop, &qmp->watch);
    return qmp;
}

void sim_qmp_free(SimQmp *qmp)
{
    if (qmp == NULL) {
        return;
    }
    if (qmp->freed != NULL) {
        *qmp->freed = TRUE;
    }
    close_connection(qmp);
    g_byte_array_unref(qmp->in);
    g_byte_array_unref(qmp->out);
    g_free(qmp);
}

gboolean sim_qmp_send_raw(SimQmp *qmp, const void *bytes, gsize size)
{
    if (qmp->fd < 0) {
        return FALSE;
    }
    g_byte_array_append(qmp->out, bytes, (guint) size);
    write_out(qmp);
    return TRUE;
}

guint64 sim_qmp_send(SimQmp *qmp, const char *command, json_t *arguments, gboolean oob)
{
    guint64 id = qmp->last_id + 1;
    json_t *request;
    char *text;

    if (qmp->fd < 0) {
        return 0;
    }
    request = json_pack("{s:s, s:I}", oob ? "exec-oob" : "execute", command, "id", (json_int_t) id);
    if (arguments != NULL) {
        json_object_set(request, "arguments", arguments);
    }
    text = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    qmp->last_id = id;
    sim_qmp_send_raw(qmp, text, strlen(text));
    sim_qmp_send_raw(qmp, "\n", 1);
    free(text);
    return id;
}

void sim_qmp_drain(SimQmp *qmp)
{
    if (qmp->fd >= 0) {
        on_ready(&qmp->watch, POLLIN);
    }
}

gboolean sim_qmp_closed(const SimQmp *qmp)
{
    return qmp->fd < 0;
}
