/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From an address to a descriptor or a channel: names resolved, connections made, files opened, commands started.
 */
#include "reference/host/host_private.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/un.h>
#include <unistd.h>

/* unix(7): sun_path has to hold the terminator as QEMU fills it. */
GSocketAddress *mig_host_unix_address(const char *path, GError **error)
{
    gsize limit = sizeof(((struct sockaddr_un *) NULL)->sun_path);

    if (strlen(path) > limit) {
        g_set_error(error, MIG_HOST_ERROR, ENAMETOOLONG, "UNIX socket path '%s' is too long", path);
        return NULL;
    }
    return g_unix_socket_address_new(path);
}

/* Resolves at once: a name server that does not answer stops the main loop, as it stops QEMU's main thread in
 * migrate-incoming. */
GPtrArray *mig_host_resolve(const MigAddress *address, gboolean passive, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_object_unref);

    if (address->kind == MIG_ADDRESS_UNIX) {
        GSocketAddress *unix_one = mig_host_unix_address(address->path, error);

        if (unix_one == NULL)
            return NULL;
        g_ptr_array_add(found, unix_one);
    } else {
        struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = passive ? AI_PASSIVE : AI_ADDRCONFIG }, *list = NULL;
        int rc = getaddrinfo(address->host && *address->host ? address->host : NULL, address->port, &hints, &list);

        if (rc != 0) {
            g_set_error(error, MIG_HOST_ERROR, EADDRNOTAVAIL, "address resolution failed for %s:%s: %s", address->host ? address->host : "",
                        address->port ? address->port : "", gai_strerror(rc));
            return NULL;
        }
        for (struct addrinfo *i = list; i; i = i->ai_next) {
            GSocketAddress *one = g_socket_address_new_from_native(i->ai_addr, i->ai_addrlen);

            if (one)
                g_ptr_array_add(found, one);
        }
        freeaddrinfo(list);
    }
    return g_steal_pointer(&found);
}

static char *shown_address(const MigAddress *address)
{
    return address->kind == MIG_ADDRESS_UNIX ? g_strdup(address->path) : g_strdup_printf("%s:%s", address->host, address->port);
}

gboolean mig_host_native(GSocketAddress *address, struct sockaddr_storage *ret_native, socklen_t *ret_size)
{
    *ret_size = (socklen_t) g_socket_address_get_native_size(address);
    return (gsize) *ret_size <= sizeof(*ret_native) && g_socket_address_to_native(address, ret_native, sizeof(*ret_native), NULL);
}

/* Starts an attempt on the next candidate; FALSE when none is left (channel->error set). */
static gboolean connect_next(MigHostChannel *channel)
{
    while (channel->candidate < channel->candidates->len) {
        GSocketAddress *to = channel->candidates->pdata[channel->candidate++];
        struct sockaddr_storage storage;
        socklen_t size;
        int fd, rc, one = 1;

        mig_host_drop_source(&channel->out_source);
        if (channel->fd_in >= 0)
            close(channel->fd_in);
        channel->fd_in = channel->fd_out = -1;
        if (!mig_host_native(to, &storage, &size))
            continue;
        fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) {
            channel->error = errno;
            continue;
        }
        channel->fd_in = channel->fd_out = fd;
        channel->error = 0;
        (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        do {
            rc = connect(fd, (struct sockaddr *) &storage, size);
        } while (rc < 0 && errno == EINTR);
        if (rc == 0) {
            channel->connecting = FALSE;
            return TRUE;
        }
        if (errno == EINPROGRESS || errno == EAGAIN) {
            mig_host_poll_out(channel);
            return TRUE;
        }
        channel->error = errno;
    }
    channel->connecting = FALSE;
    if (channel->error == 0)
        channel->error = EADDRNOTAVAIL;
    return FALSE;
}

MigIo mig_host_connect_status(MigChannel *base, GError **error)
{
    MigHostChannel *channel = (MigHostChannel *) base;

    while (channel->connecting && channel->error == 0) {
        int failure = 0;
        socklen_t size = sizeof(failure);
        GPollFD poll_one = { .fd = channel->fd_out, .events = G_IO_OUT };

        if (g_poll(&poll_one, 1, 0) == 0) {
            mig_host_poll_out(channel);
            return MIG_IO_AGAIN;
        }
        (void) getsockopt(channel->fd_out, SOL_SOCKET, SO_ERROR, &failure, &size);
        if (failure == 0) {
            channel->connecting = FALSE;
            break;
        }
        channel->error = failure;
        if (!connect_next(channel))
            break;
    }
    if (channel->error) {
        g_set_error(error, MIG_HOST_ERROR, channel->error, "Failed to connect to '%s': %s", channel->shown, g_strerror(channel->error));
        return MIG_IO_ERROR;
    }
    return MIG_IO_OK;
}

int mig_host_take_fd(MigHostEnv *self, const char *name, gboolean numbers, GError **error)
{
    gpointer value = g_hash_table_lookup(self->fds, name);
    char *end;
    guint64 number;

    if (value) {
        int fd = GPOINTER_TO_INT(value) - 1;

        g_hash_table_remove(self->fds, name);
        return fd;
    }
    number = g_ascii_strtoull(name, &end, 10);
    if (numbers && *name && *end == 0 && number <= G_MAXINT) {
        if (fcntl((int) number, F_GETFD) >= 0)
            return (int) number;
        g_set_error(error, MIG_HOST_ERROR, EBADF, "%s", g_strerror(EBADF));
        return -1;
    }
    g_set_error(error, MIG_HOST_ERROR, ENOENT, "File descriptor named '%s' has not been found", name);
    return -1;
}

gboolean mig_host_spawn(MigHostEnv *self, const MigAddress *address, gboolean outgoing, GPid *ret_child, int *ret_fd, int *ret_back,
                        GError **error)
{
    const char *shell[] = { "/bin/sh", "-c", address->path, NULL };
    char **argv = address->argv ? address->argv : (char **) shell;
    GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | (outgoing ? 0 : G_SPAWN_CHILD_INHERITS_STDIN);

    if (!self->config.allow_exec && self->config.discard_exec) {
        /* No command, no shell: a sink that takes everything and says nothing, a source that ends at once. */
        *ret_child = 0;
        *ret_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (outgoing) {
            *ret_back = eventfd(0, EFD_CLOEXEC);     /* nobody ever signals it */
        }
        return *ret_fd >= 0;
    }
    if (!self->config.allow_exec) {
        g_set_error_literal(error, MIG_HOST_ERROR, EPERM, "exec: is not allowed here");
        return FALSE;
    }
    return g_spawn_async_with_pipes(NULL, argv, NULL, flags, NULL, NULL, ret_child, outgoing ? ret_fd : NULL, outgoing ? ret_back : ret_fd, NULL,
                                    error);
}

/* What is not there is not there, wherever that is; what is there is out of bounds. */
static void refuse_path(const char *path, int flags, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    if (access(flags & O_CREAT ? folder : path, F_OK) < 0) {
        g_set_error(error, MIG_HOST_ERROR, errno, "Could not %s '%s': %s", flags & O_CREAT ? "create" : "open", path, g_strerror(errno));
        return;
    }
    g_set_error(error, MIG_HOST_ERROR, EPERM, "file: '%s' is not below the directory that may be used", path);
}

/* The path below the directory, or NULL: no `..`, no absolute path, no symbolic link on the way out is followed. */
int mig_host_open_below(MigHostEnv *self, const char *path, int flags, GError **error)
{
    g_auto(GStrv) parts = NULL;
    const char *relative = path;
    gsize length;
    int dir, fd = -1;

    if (self->config.directory == NULL) {
        g_set_error_literal(error, MIG_HOST_ERROR, EPERM, "file: is not allowed here");
        return -1;
    }
    length = strlen(self->config.directory);
    if (*path == '/') {
        if (strncmp(path, self->config.directory, length) != 0 || path[length] != '/') {
            refuse_path(path, flags, error);
            return -1;
        }
        relative = path + length + 1;
    }
    dir = open(self->config.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    parts = g_strsplit(relative, "/", -1);
    for (guint i = 0; dir >= 0 && parts[i]; i++) {
        int next;

        if (*parts[i] == 0 || strcmp(parts[i], ".") == 0) {
            if (parts[i + 1])
                continue;
            errno = EISDIR;
            break;
        }
        if (strcmp(parts[i], "..") == 0) {
            close(dir);
            g_set_error(error, MIG_HOST_ERROR, EPERM, "file: '%s' is not below the directory that may be used", path);
            return -1;
        }
        if (parts[i + 1] == NULL) {
            fd = openat(dir, parts[i], flags | O_NOFOLLOW | O_CLOEXEC, 0600);
            break;
        }
        next = openat(dir, parts[i], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        close(dir);
        dir = next;
    }
    if (fd < 0)
        g_set_error(error, MIG_HOST_ERROR, errno, "Could not %s '%s': %s", flags & O_CREAT ? "create" : "open", path, g_strerror(errno));
    if (dir >= 0) {
        int keep = errno;

        close(dir);
        errno = keep;
    }
    return fd;
}

MigChannel *mig_host_open_file(MigEnv *env, const char *path, gboolean write, GError **error)
{
    int fd = mig_host_open_below(mig_host_env(env), path, write ? O_CREAT | O_RDWR : O_RDONLY, error);

    return fd < 0 ? NULL : &mig_host_channel_new(mig_host_env(env), fd, fd)->base;
}

void mig_host_refuse_vsock(const MigAddress *address, gboolean incoming, GError **error)
{
    static const char *const names[] = { "cid", "port" };
    const char *texts[] = { address->host, address->port };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        guint64 number;

        if (!texts[i] || !g_ascii_string_to_unsigned(texts[i], 10, 0, G_MAXUINT32, &number, NULL)) {
            g_set_error(error, MIG_HOST_ERROR, EINVAL, "Failed to parse %s '%s'", names[i], texts[i] ? texts[i] : "");
            return;
        }
    }
    if (incoming) {
        g_set_error(error, MIG_HOST_ERROR, EADDRNOTAVAIL, "Failed to bind socket: %s", g_strerror(EADDRNOTAVAIL));
    } else {
        g_set_error(error, MIG_HOST_ERROR, ENETUNREACH, "Failed to connect to '%s:%s': %s", address->host, address->port,
                    g_strerror(ENETUNREACH));
    }
}

MigChannel *mig_host_connect(MigEnv *env, const MigAddress *address, GError **error)
{
    MigHostEnv *self = mig_host_env(env);
    MigHostChannel *channel;
    int fd = -1, back = -1;
    GPid child = 0;

    switch (address->kind) {
    case MIG_ADDRESS_INET:
    case MIG_ADDRESS_UNIX: {
        g_autoptr(GPtrArray) candidates = mig_host_resolve(address, FALSE, error);

        if (candidates == NULL)
            return NULL;
        channel = g_new0(MigHostChannel, 1);
        channel->base = (MigChannel) { env->ops, env };
        channel->fd_in = channel->fd_out = -1;
        channel->is_socket = channel->can_peek = TRUE;
        channel->connecting = TRUE;
        channel->candidates = g_steal_pointer(&candidates);
        channel->shown = shown_address(address);
        (void) connect_next(channel);      /* what fails is told by connect_status() */
        return &channel->base;
    }
    case MIG_ADDRESS_FD:
        fd = mig_host_take_fd(self, address->path, FALSE, error);
        if (fd < 0)
            return NULL;
        channel = mig_host_channel_new(self, fd, fd);
        return &channel->base;
    case MIG_ADDRESS_EXEC:
        if (!mig_host_spawn(self, address, TRUE, &child, &fd, &back, error))
            return NULL;
        channel = mig_host_channel_new(self, back, fd);
        channel->child = child;
        return &channel->base;
    case MIG_ADDRESS_FILE: {
        MigChannel *file = mig_host_open_file(env, address->path, TRUE, error);

        if (file != NULL) {
            MigHostChannel *it = (MigHostChannel *) file;

            if (ftruncate(it->fd_out, (off_t) address->offset) < 0 || lseek(it->fd_out, (off_t) address->offset, SEEK_SET) < 0) {
                g_set_error(error, MIG_HOST_ERROR, errno, "failed to truncate migration file to offset %" G_GINT64_MODIFIER "x: %s",
                            address->offset, g_strerror(errno));
                mig_host_channel_free(it);
                return NULL;
            }
        }
        return file;
    }
    case MIG_ADDRESS_VSOCK:
        mig_host_refuse_vsock(address, FALSE, error);
        return NULL;
    case MIG_ADDRESS_RDMA:
        break;
    }
    /* As on a host without such hardware. */
    g_set_error_literal(error, MIG_HOST_ERROR, ENODEV, "RDMA ERROR: could not create CM channel");
    return NULL;
}
