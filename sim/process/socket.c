/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(const char *what, const char *address, int code, int fd, GError **error)
{
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code), "cannot %s %s: %s", what, address, g_strerror(code));
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

static gboolean unix_address(const char *path, struct sockaddr_un *ret_address, GError **error)
{
    if (path[0] == '\0') {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "'unix:': expected unix:PATH");
        return FALSE;
    }
    if (strlen(path) >= sizeof(ret_address->sun_path)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG, "the path of a socket is too long: %s", path);
        return FALSE;
    }
    memset(ret_address, 0, sizeof(*ret_address));
    ret_address->sun_family = AF_UNIX;
    strcpy(ret_address->sun_path, path);
    return TRUE;
}

static struct addrinfo *resolve(const char *address, gboolean listening, GError **error)
{
    const char *host = address + strlen("tcp:");
    const char *colon = strrchr(host, ':');
    g_autofree char *name = NULL, *port = NULL;
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = listening ? AI_PASSIVE : 0 };
    struct addrinfo *list = NULL;
    int problem;

    if (colon == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "'%s': expected tcp:HOST:PORT", address);
        return NULL;
    }
    name = g_strndup(host, (gsize) (colon - host));
    if (name[0] == '[' && g_str_has_suffix(name, "]")) {
        memmove(name, name + 1, strlen(name));
        name[strlen(name) - 1] = '\0';
    }
    port = g_strdup(colon + 1);
    for (char *p = port; *p != '\0'; p++) {
        if (*p == ',') {                /* options such as ipv4=on are QEMU's */
            *p = '\0';
            break;
        }
    }
    /* getaddrinfo() takes 70000 for 4464. */
    if (*port == '\0' || (strspn(port, "0123456789") == strlen(port) && !g_ascii_string_to_unsigned(port, 10, 0, G_MAXUINT16, NULL, NULL))) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "'%s': '%s' is no port, expected 0 to 65535", address, port);
        return NULL;
    }
    problem = getaddrinfo(name[0] != '\0' ? name : NULL, port, &hints, &list);
    if (problem != 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND, "'%s': %s", address, gai_strerror(problem));
        return NULL;
    }
    return list;
}

int sim_socket_listen(const char *address, GError **error)
{
    int fd = -1, one = 1;

    if (g_str_has_prefix(address, "unix:")) {
        struct sockaddr_un name;
        const char *path = address + strlen("unix:");
        struct stat old;
        mode_t mask;
        int done;

        if (!unix_address(path, &name, error)) {
            return -1;
        }
        /* The socket of a program that is gone may be replaced; a file that only has the name, never. */
        if (lstat(path, &old) == 0 && !S_ISSOCK(old.st_mode)) {
            return fail("listen on", address, EEXIST, -1, error);
        }
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        unlink(path);
        mask = umask(0177);
        done = fd < 0 ? -1 : bind(fd, (struct sockaddr *) &name, sizeof(name));
        umask(mask);
        if (done != 0 || listen(fd, 64) != 0) {
            return fail("listen on", address, errno, fd, error);
        }
        return fd;
    }
    if (g_str_has_prefix(address, "tcp:")) {
        struct addrinfo *list = resolve(address, TRUE, error);
        int code = 0;

        if (list == NULL) {
            return -1;
        }
        for (struct addrinfo *item = list; item != NULL; item = item->ai_next) {
            fd = socket(item->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
            if (fd < 0) {
                code = errno;
                continue;
            }
            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
            if (bind(fd, item->ai_addr, item->ai_addrlen) == 0 && listen(fd, 64) == 0) {
                freeaddrinfo(list);
                return fd;
            }
            code = errno;
            close(fd);
        }
        freeaddrinfo(list);
        return fail("listen on", address, code, -1, error);
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "'%s': expected unix:PATH or tcp:HOST:PORT", address);
    return -1;
}

int sim_socket_connect(const char *address, GError **error)
{
    int fd = -1, one = 1;

    if (g_str_has_prefix(address, "unix:")) {
        struct sockaddr_un name;

        if (!unix_address(address + strlen("unix:"), &name, error)) {
            return -1;
        }
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, (struct sockaddr *) &name, sizeof(name)) != 0) {
            return fail("connect to", address, errno, fd, error);
        }
    } else if (g_str_has_prefix(address, "tcp:")) {
        struct addrinfo *list = resolve(address, FALSE, error);
        int code = 0;

        if (list == NULL) {
            return -1;
        }
        for (struct addrinfo *item = list; item != NULL; item = item->ai_next) {
            fd = socket(item->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (fd >= 0 && connect(fd, item->ai_addr, item->ai_addrlen) == 0) {
                break;
            }
            code = errno;
            if (fd >= 0) {
                close(fd);
                fd = -1;
            }
        }
        freeaddrinfo(list);
        if (fd < 0) {
            return fail("connect to", address, code, -1, error);
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    } else {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "'%s': expected unix:PATH or tcp:HOST:PORT", address);
        return -1;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

int sim_socket_accept(int fd)
{
    int one = 1;
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (peer >= 0) {
        setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));   /* refused by unix sockets, harmless */
    }
    return peer;
}

char *sim_socket_address(int fd, const char *address)
{
    struct sockaddr_storage name;
    socklen_t size = sizeof(name);
    const char *colon;
    guint port;

    if (!g_str_has_prefix(address, "tcp:") || getsockname(fd, (struct sockaddr *) &name, &size) != 0) {
        return g_strdup(address);
    }
    port = name.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *) &name)->sin6_port)
                                      : ntohs(((struct sockaddr_in *) &name)->sin_port);
    colon = strrchr(address, ':');
    return g_strdup_printf("%.*s:%u", (int) (colon - address), address, port);
}
