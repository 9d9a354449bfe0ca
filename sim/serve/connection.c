/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/serve/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    READ_SIZE = 64 * 1024,
    FDS_MAX = 16,                        /* descriptors in one message */
    OUTPUT_MAX = 8 * 1024 * 1024,        /* a client that does not read is not read from either */
    LINGER_MS = 1000
};

struct SimConnection {
    char *path;                          /* of a listening unix socket; removed at the end */
    dev_t path_dev; ino_t path_ino;      /* so that only our own file is removed */
    int listen_fd;                       /* -1: connected for good */
    int in_fd, out_fd;                   /* -1: no client */
    gboolean is_socket;
    gboolean end_of_input;
    char *id, *filename;
    MigMonitor *monitor;
    GString *output;
    gsize sent;
    GSource *listen_source, *in_source, *out_source, *hangup_source;
};

static void drop_source(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_source_unref(*source);
        *source = NULL;
    }
}

static GSource *watch(int fd, GIOCondition condition, GUnixFDSourceFunc func, SimConnection *self)
{
    GSource *source = g_unix_fd_source_new(fd, condition);

    g_source_set_callback(source, G_SOURCE_FUNC(func), self, NULL);
    g_source_attach(source, NULL);
    return source;
}

static void listen_again(SimConnection *self);
static void plan_input(SimConnection *self);
static void plan_output(SimConnection *self);

static void disconnect(SimConnection *self)
{
    drop_source(&self->in_source);
    drop_source(&self->out_source);
    drop_source(&self->hangup_source);
    mig_monitor_close(self->monitor);
    if (self->in_fd > 2) {
        close(self->in_fd);
    }
    self->in_fd = self->out_fd = -1;
    g_string_truncate(self->output, 0);
    self->sent = 0;
    self->end_of_input = FALSE;
    listen_again(self);
}

/* ---- Output ---- */

/* FALSE: the client is gone. */
static gboolean send_some(SimConnection *self)
{
    while (self->sent < self->output->len) {
        gsize size = self->output->len - self->sent;
        ssize_t count = self->is_socket ? send(self->out_fd, self->output->str + self->sent, size, MSG_NOSIGNAL)
            : write(self->out_fd, self->output->str + self->sent, size);

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        self->sent += (gsize) count;
    }
    g_string_truncate(self->output, 0);
    self->sent = 0;
    return TRUE;
}

static gboolean is_finished(const SimConnection *self)
{
    return self->end_of_input && self->output->len == 0 && mig_monitor_is_idle(self->monitor);
}

static gboolean out_ready(gint fd, GIOCondition condition, gpointer data)
{
    SimConnection *self = data;

    if (!send_some(self) || is_finished(self)) {
        disconnect(self);
        return G_SOURCE_REMOVE;
    }
    plan_input(self);
    if (self->output->len == 0) {
        drop_source(&self->out_source);
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

static void plan_output(SimConnection *self)
{
    if (!self->out_source && self->out_fd >= 0 && (self->output->len > 0 || self->end_of_input)) {
        self->out_source = watch(self->out_fd, G_IO_OUT, out_ready, self);
    }
}

static void output(gpointer opaque, const char *bytes, gsize size)
{
    SimConnection *self = opaque;

    g_string_append_len(self->output, bytes, (gssize) size);
    plan_output(self);
}

/* ---- Input ---- */

static void take_descriptors(SimConnection *self, struct msghdr *message)
{
    int fds[FDS_MAX];
    guint count = 0;

    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        gsize here;

        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        here = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (gsize i = 0; i < here; i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
            if (count < FDS_MAX) {
                fds[count++] = fd;
            } else {
                close(fd);
            }
        }
    }
    if (count > 0) {
        mig_monitor_take_fds(self->monitor, fds, count);
    }
}

static ssize_t receive(SimConnection *self, guint8 *buffer, gsize size)
{
    struct iovec vector = { buffer, size };
    char control[CMSG_SPACE(FDS_MAX * sizeof(int))];
    struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
    ssize_t count;

    do {
        count = self->is_socket ? recvmsg(self->in_fd, &message, MSG_CMSG_CLOEXEC) : read(self->in_fd, buffer, size);
    } while (count < 0 && errno == EINTR);
    if (count > 0 && self->is_socket) {
        take_descriptors(self, &message);
    }
    return count;
}

static gboolean in_ready(gint fd, GIOCondition condition, gpointer data)
{
    SimConnection *self = data;
    guint8 buffer[READ_SIZE];
    ssize_t count = receive(self, buffer, sizeof(buffer));

    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return G_SOURCE_CONTINUE;
    }
    if (count < 0) {
        disconnect(self);
        return G_SOURCE_REMOVE;
    }
    if (count == 0) {
        /* What it sent before is still answered; then we close. Standard input may end while events go on. */
        self->end_of_input = self->is_socket;
        drop_source(&self->in_source);
        plan_output(self);
        return G_SOURCE_REMOVE;
    }
    mig_monitor_feed(self->monitor, buffer, (gsize) count);
    plan_input(self);
    return self->in_source ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean hung_up(gint fd, GIOCondition condition, gpointer data)
{
    disconnect(data);
    return G_SOURCE_REMOVE;
}

/* Reads while the monitor takes more and the client reads too. While it does not, only a hang-up is looked for. */
static void plan_input(SimConnection *self)
{
    gboolean wanted = self->in_fd >= 0 && !self->end_of_input && mig_monitor_wants_input(self->monitor)
        && self->output->len - self->sent < OUTPUT_MAX;

    if (wanted) {
        drop_source(&self->hangup_source);
    } else {
        drop_source(&self->in_source);
    }
    if (wanted && !self->in_source) {
        self->in_source = watch(self->in_fd, G_IO_IN, in_ready, self);
    }
    if (!wanted && self->in_fd >= 0 && !self->hangup_source && self->is_socket) {
        self->hangup_source = watch(self->in_fd, G_IO_HUP | G_IO_ERR, hung_up, self);
    }
}

static void resume(gpointer opaque)
{
    plan_input(opaque);
    plan_output(opaque);
}

static void cut(gpointer opaque)
{
    SimConnection *self = opaque;

    if (self->is_socket && self->in_fd >= 0) {
        shutdown(self->in_fd, SHUT_RDWR);
    }
}

/* ---- Clients ---- */

static void serve_client(SimConnection *self, int in_fd, int out_fd)
{
    self->in_fd = in_fd;
    self->out_fd = out_fd;
    g_unix_set_fd_nonblocking(in_fd, TRUE, NULL);
    if (out_fd != in_fd) {
        g_unix_set_fd_nonblocking(out_fd, TRUE, NULL);
    }
    mig_monitor_open(self->monitor);
    plan_input(self);
}

static gboolean accept_ready(gint fd, GIOCondition condition, gpointer data)
{
    SimConnection *self = data;
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

    if (client < 0) {
        return G_SOURCE_CONTINUE;
    }
    drop_source(&self->listen_source);
    serve_client(self, client, client);
    return G_SOURCE_REMOVE;
}

static void listen_again(SimConnection *self)
{
    if (self->listen_fd >= 0 && !self->listen_source) {
        self->listen_source = watch(self->listen_fd, G_IO_IN, accept_ready, self);
    }
}

/* ---- Opening ---- */

static gboolean fail(GError **error, const char *what, const char *where)
{
    g_set_error(error, SIM_SERVE_ERROR, SIM_SERVE_ERROR_QEMU, "%s '%s': %s", what, where, g_strerror(errno));
    return FALSE;
}

static gboolean unix_address(const char *path, struct sockaddr_un *ret, GError **error)
{
    memset(ret, 0, sizeof(*ret));
    ret->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(ret->sun_path)) {
        g_set_error(error, SIM_SERVE_ERROR, SIM_SERVE_ERROR_QEMU, "UNIX socket path '%s' is too long", path);
        return FALSE;
    }
    strcpy(ret->sun_path, path);
    return TRUE;
}

static gboolean open_unix(SimConnection *self, const char *path, gboolean server, GError **error)
{
    struct sockaddr_un address;
    struct stat status;
    mode_t old_mask;
    int fd, result;

    if (!unix_address(path, &address, error)) {
        return FALSE;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return fail(error, "Failed to create a socket for", path);
    }
    if (!server) {
        if (connect(fd, (struct sockaddr *) &address, sizeof(address)) < 0) {
            fail(error, "Failed to connect to", path);
            close(fd);
            return FALSE;
        }
        self->in_fd = self->out_fd = fd;
        return TRUE;
    }
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) {
        unlink(path);                    /* as QEMU does: a socket that nobody removed */
    }
    old_mask = umask(0177);
    result = bind(fd, (struct sockaddr *) &address, sizeof(address));
    umask(old_mask);
    if (result < 0) {
        fail(error, "Failed to bind socket to", path);
        close(fd);
        return FALSE;
    }
    self->path = g_strdup(path);
    if (stat(path, &status) == 0) {
        self->path_dev = status.st_dev;
        self->path_ino = status.st_ino;
    }
    self->listen_fd = fd;
    return listen(fd, 16) == 0 || fail(error, "Failed to listen on", path);
}

static gboolean open_tcp(SimConnection *self, const SimChardev *chardev, gboolean server, GError **error)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = server ? AI_PASSIVE : 0 }, *list = NULL;
    const char *host = chardev->host[0] ? chardev->host : NULL;
    int status = getaddrinfo(host, chardev->port, &hints, &list), one = 1;

    if (status != 0) {
        g_set_error(error, SIM_SERVE_ERROR, SIM_SERVE_ERROR_QEMU, "address resolution failed for %s:%s: %s", chardev->host, chardev->port,
                    gai_strerror(status));
        return FALSE;
    }
    for (struct addrinfo *at = list; at; at = at->ai_next) {
        int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (fd < 0) {
            continue;
        }
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        if (server ? bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, 16) == 0 : connect(fd, at->ai_addr, at->ai_addrlen) == 0) {
            if (server) {
                self->listen_fd = fd;
            } else {
                self->in_fd = self->out_fd = fd;
            }
            freeaddrinfo(list);
            return TRUE;
        }
        close(fd);
    }
    freeaddrinfo(list);
    return fail(error, server ? "Failed to listen on port" : "Failed to connect to port", chardev->port);
}

static gboolean open_fd(SimConnection *self, const SimChardev *chardev, GError **error)
{
    int type;
    socklen_t size = sizeof(type);

    if (getsockopt(chardev->fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0) {
        g_set_error(error, SIM_SERVE_ERROR, SIM_SERVE_ERROR_QEMU, "File descriptor '%d' is not a socket", chardev->fd);
        return FALSE;
    }
    fcntl(chardev->fd, F_SETFD, FD_CLOEXEC);
    if (chardev->listening_fd) {
        self->listen_fd = chardev->fd;
    } else {
        self->in_fd = self->out_fd = chardev->fd;
    }
    return TRUE;
}

static gboolean open_channel(SimConnection *self, const SimChardev *chardev, GError **error)
{
    self->is_socket = TRUE;
    switch (chardev->kind) {
    case SIM_CHANNEL_UNIX_LISTEN:
        self->filename = g_strdup_printf("unix:%s,server=on", chardev->path);
        return open_unix(self, chardev->path, TRUE, error);
    case SIM_CHANNEL_UNIX_CONNECT:
        self->filename = g_strdup_printf("unix:%s", chardev->path);
        return open_unix(self, chardev->path, FALSE, error);
    case SIM_CHANNEL_TCP_LISTEN:
        self->filename = g_strdup_printf("tcp:%s:%s,server=on", chardev->host, chardev->port);
        return open_tcp(self, chardev, TRUE, error);
    case SIM_CHANNEL_TCP_CONNECT:
        self->filename = g_strdup_printf("tcp:%s:%s", chardev->host, chardev->port);
        return open_tcp(self, chardev, FALSE, error);
    case SIM_CHANNEL_FD:
        self->filename = g_strdup("unix:");
        return open_fd(self, chardev, error);
    case SIM_CHANNEL_STDIO:
        self->filename = g_strdup("stdio");
        self->is_socket = FALSE;
        self->in_fd = 0;
        self->out_fd = 1;
        return TRUE;
    case SIM_CHANNEL_NULL:
        self->filename = g_strdup("null");
        return TRUE;
    }
    return FALSE;
}

SimConnection *sim_connection_open(const SimChardev *chardev, GError **error)
{
    SimConnection *self = g_new0(SimConnection, 1);

    self->listen_fd = self->in_fd = self->out_fd = -1;
    self->output = g_string_new(NULL);
    self->id = g_strdup(chardev->id);
    if (!open_channel(self, chardev, error)) {
        sim_connection_free(self);
        return NULL;
    }
    if (chardev->wait && self->listen_fd >= 0) {
        int client;

        do {
            client = accept4(self->listen_fd, NULL, NULL, SOCK_CLOEXEC);
        } while (client < 0 && errno == EINTR);
        self->in_fd = self->out_fd = client;
    }
    if (self->listen_fd >= 0) {
        g_unix_set_fd_nonblocking(self->listen_fd, TRUE, NULL);
    }
    return self;
}

void sim_connection_attach(SimConnection *self, MigQmp *qmp, gboolean pretty)
{
    MigMonitorConfig config = {
        .chardev = self->id, .filename = self->filename, .pretty = pretty, .yankable = self->is_socket,
        .output = output, .shutdown = cut, .resume = resume, .opaque = self,
    };

    self->monitor = mig_monitor_new(qmp, &config);
    if (self->in_fd >= 0) {
        serve_client(self, self->in_fd, self->out_fd);
    } else {
        listen_again(self);
    }
}

static void linger(SimConnection *self)
{
    gint64 end = g_get_monotonic_time() + LINGER_MS * 1000;

    while (self->out_fd >= 0 && self->output->len > 0 && g_get_monotonic_time() < end) {
        struct pollfd poller = { .fd = self->out_fd, .events = POLLOUT };

        if (poll(&poller, 1, 50) < 0 && errno != EINTR) {
            return;
        }
        if (!send_some(self)) {
            return;
        }
    }
}

void sim_connection_free(SimConnection *self)
{
    struct stat status;

    if (!self) {
        return;
    }
    linger(self);
    drop_source(&self->listen_source);
    drop_source(&self->in_source);
    drop_source(&self->out_source);
    drop_source(&self->hangup_source);
    mig_monitor_free(self->monitor);
    if (self->in_fd > 2) {
        close(self->in_fd);
    }
    if (self->listen_fd >= 0) {
        close(self->listen_fd);
    }
    if (self->path && stat(self->path, &status) == 0 && status.st_dev == self->path_dev && status.st_ino == self->path_ino) {
        unlink(self->path);
    }
    g_string_free(self->output, TRUE);
    g_free(self->path);
    g_free(self->id);
    g_free(self->filename);
    g_free(self);
}
