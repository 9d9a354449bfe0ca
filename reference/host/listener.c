/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A listener: a socket that is accepted from, or a descriptor, command or file that is handed out once as the connection.
 */
#include "reference/host/host_private.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/stat.h>
#include <unistd.h>

static void address_copy(MigAddress *to, const MigAddress *from)
{
    *to = (MigAddress) { .kind = from->kind, .host = g_strdup(from->host), .port = g_strdup(from->port), .path = g_strdup(from->path),
                         .argv = g_strdupv(from->argv), .offset = from->offset };
}

static void address_clear(MigAddress *address)
{
    g_free(address->host);
    g_free(address->port);
    g_free(address->path);
    g_strfreev(address->argv);
}

static gboolean listener_ready(gint fd, GIOCondition condition, gpointer user_data)
{
    MigHostListener *listener = user_data;

    mig_host_drop_source(&listener->source);
    if (listener->actor)
        mig_host_wake(listener->base.env, listener->actor);
    return G_SOURCE_REMOVE;
}

static void listener_poll(MigHostListener *listener)
{
    if (listener->source == NULL && listener->fd >= 0 && listener->taken_fd < 0)
        listener->source = mig_host_poll_fd(mig_host_env(listener->base.env), listener->fd, G_IO_IN, listener_ready, listener);
}

static int bind_inet(const MigAddress *address, int backlog, MigAddress *ret_bound, GError **error)
{
    g_autoptr(GPtrArray) candidates = mig_host_resolve(address, TRUE, error);
    int fd = -1, failure = 0;

    if (candidates == NULL)
        return -1;
    for (guint i = 0; i < candidates->len && fd < 0; i++) {
        struct sockaddr_storage storage;
        socklen_t size;
        int one = 1;
        char host[NI_MAXHOST], port[NI_MAXSERV];

        if (!mig_host_native(candidates->pdata[i], &storage, &size))
            continue;
        fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) {
            failure = errno;
            continue;
        }
        (void) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        if (bind(fd, (struct sockaddr *) &storage, size) < 0 || listen(fd, backlog) < 0) {
            failure = errno;
            close(fd);
            fd = -1;
            continue;
        }
        size = sizeof(storage);
        if (getsockname(fd, (struct sockaddr *) &storage, &size) == 0
            && getnameinfo((struct sockaddr *) &storage, size, host, sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) == 0)
            *ret_bound = (MigAddress) { .kind = MIG_ADDRESS_INET, .host = g_strdup(host), .port = g_strdup(port) };
        else
            address_copy(ret_bound, address);
    }
    if (fd < 0)
        g_set_error(error, MIG_HOST_ERROR, failure, failure == EADDRINUSE ? "Failed to find an available port: %s" : "Failed to bind socket: %s",
                    g_strerror(failure));
    return fd;
}

static int bind_unix(const MigAddress *address, int backlog, GError **error)
{
    g_autoptr(GSocketAddress) to = mig_host_unix_address(address->path, error);
    struct sockaddr_storage storage;
    socklen_t size;
    mode_t mask;
    int fd, rc;

    if (to == NULL)
        return -1;
    if (!mig_host_native(to, &storage, &size)) {
        g_set_error_literal(error, MIG_HOST_ERROR, EINVAL, "the path of the UNIX socket cannot be used");
        return -1;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (unlink(address->path) < 0 && errno != ENOENT) {
        g_set_error(error, MIG_HOST_ERROR, errno, "Failed to unlink socket %s: %s", address->path, g_strerror(errno));
        close(fd);
        return -1;
    }
    mask = umask(0177);                  /* mode 0600 from the first moment */
    rc = bind(fd, (struct sockaddr *) &storage, size);
    umask(mask);
    if (rc < 0 || listen(fd, backlog) < 0) {
        g_set_error(error, MIG_HOST_ERROR, errno, rc < 0 ? "Failed to bind socket to %s: %s" : "Failed to listen on socket %s: %s",
                    address->path, g_strerror(errno));
        close(fd);
        return -1;
    }
    return fd;
}

MigListener *mig_host_listen(MigEnv *env, const MigAddress *address, int backlog, GError **error)
{
    MigHostEnv *self = mig_host_env(env);
    MigHostListener *listener = g_new0(MigHostListener, 1);

    listener->base = (MigListener) { env->ops, env };
    listener->fd = listener->taken_fd = -1;
    switch (address->kind) {
    case MIG_ADDRESS_INET:
        listener->fd = bind_inet(address, backlog, &listener->address, error);
        break;
    case MIG_ADDRESS_UNIX:
        listener->fd = bind_unix(address, backlog, error);
        if (listener->fd >= 0)
            address_copy(&listener->address, address);
        break;
    case MIG_ADDRESS_FD: {
        int accepting = 0;
        socklen_t size = sizeof(accepting);

        listener->fd = mig_host_take_fd(self, address->path, TRUE, error);
        if (listener->fd >= 0) {
            address_copy(&listener->address, address);
            /* A listening socket is accepted from, anything else is the connection itself. */
            if (getsockopt(listener->fd, SOL_SOCKET, SO_ACCEPTCONN, &accepting, &size) < 0 || !accepting)
                listener->taken_fd = listener->fd;
            else
                g_unix_set_fd_nonblocking(listener->fd, TRUE, NULL);
        }
        break;
    }
    case MIG_ADDRESS_EXEC:
        if (mig_host_spawn(self, address, FALSE, &listener->child, &listener->fd, NULL, error)) {
            listener->taken_fd = listener->fd;
            address_copy(&listener->address, address);
        }
        break;
    case MIG_ADDRESS_FILE:
        listener->fd = mig_host_open_below(self, address->path, O_RDONLY, error);
        if (listener->fd >= 0) {
            (void) lseek(listener->fd, (off_t) address->offset, SEEK_SET);
            listener->taken_fd = listener->fd;
            listener->is_file = TRUE;
            address_copy(&listener->address, address);
        }
        break;
    case MIG_ADDRESS_VSOCK:
        mig_host_refuse_vsock(address, TRUE, error);
        break;
    case MIG_ADDRESS_RDMA:
        g_set_error_literal(error, MIG_HOST_ERROR, ENODEV, "RDMA ERROR: could not create rdma event channel");
        break;
    }
    if (listener->fd < 0) {
        g_free(listener);
        return NULL;
    }
    return &listener->base;
}

MigChannel *mig_host_accept(MigListener *base)
{
    MigHostListener *listener = (MigHostListener *) base;
    MigHostChannel *channel;
    int fd;

    if (listener->taken_fd >= 0) {
        channel = mig_host_channel_new(mig_host_env(base->env), listener->taken_fd, listener->child ? -1 : listener->taken_fd);
        channel->child = listener->child;
        listener->child = 0;
        listener->fd = listener->taken_fd = -1;
        return &channel->base;
    }
    if (listener->fd < 0)
        return NULL;
    fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        listener_poll(listener);
        return NULL;
    }
    return &mig_host_channel_new(mig_host_env(base->env), fd, fd)->base;
}

void mig_host_listener_watch(MigListener *base, MigActor *actor)
{
    MigHostListener *listener = (MigHostListener *) base;

    listener->actor = actor;
    if (actor == NULL)
        mig_host_drop_source(&listener->source);
    else if (listener->taken_fd >= 0)
        mig_host_wake(base->env, actor);
    else
        listener_poll(listener);
}

const MigAddress *mig_host_listener_address(MigListener *base) { return &((MigHostListener *) base)->address; }

void mig_host_listener_close(MigListener *base)
{
    MigHostListener *listener = (MigHostListener *) base;

    mig_host_drop_source(&listener->source);
    if (listener->fd >= 0)
        close(listener->fd);
    if (listener->child)
        g_child_watch_add(listener->child, mig_host_reap, NULL);
    if (listener->address.kind == MIG_ADDRESS_UNIX && listener->address.path)
        (void) unlink(listener->address.path);
    address_clear(&listener->address);
    g_free(listener);
}
