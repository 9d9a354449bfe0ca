/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* One message on the pipe. Smaller than PIPE_BUF, so writes are whole. */
typedef struct {
    char what;                /* '+' group started, '-' group ended, 'q' all is in order: just end */
    pid_t group;
} Message;

struct SimKeeper {
    char *dir;
    pid_t pid;                /* of the keeper process */
    int pipe_fd;              /* writing end; close-on-exec, so only this program holds it */
    GArray *groups;           /* pid_t, those not yet ended */
};

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void) status;
    (void) type;
    (void) where;
    remove(path);             /* the rest is still tried when one fails */
    return 0;
}

static void remove_tree(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void kill_groups(const GArray *groups)
{
    for (guint i = 0; i < groups->len; i++) {
        kill(-g_array_index(groups, pid_t, i), SIGKILL);
    }
}

static void forget_group(GArray *groups, pid_t group)
{
    for (guint i = groups->len; i > 0; i--) {
        if (g_array_index(groups, pid_t, i - 1) == group) {
            g_array_remove_index_fast(groups, i - 1);
        }
    }
}

static void G_GNUC_NORETURN keep(int fd, const char *dir)
{
    g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(pid_t));
    Message message;
    ssize_t got;

    /* A session of its own: an interrupt from the terminal, or a kill of our group, does not reach it. It holds nothing
     * open but the pipe, or a reader of our output would wait for it. */
    setsid();
    prctl(PR_SET_NAME, "miglab-keeper");
    if (fd != 3) {
        dup2(fd, 3);
    }
    close_range(4, ~0U, 0);
    for (int i = 0; i < 3; i++) {
        close(i);
    }
    if (chdir("/") != 0) {
        _exit(1);
    }
    while (TRUE) {
        got = read(3, &message, sizeof(message));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got != sizeof(message)) {
            break;
        }
        if (message.what == 'q') {
            _exit(0);
        }
        if (message.what == '+') {
            g_array_append_val(groups, message.group);
        } else {
            forget_group(groups, message.group);
        }
    }
    kill_groups(groups);
    remove_tree(dir);
    _exit(0);
}

static void tell(SimKeeper *keeper, char what, pid_t group)
{
    Message message;
    ssize_t done;

    memset(&message, 0, sizeof(message));
    message.what = what;
    message.group = group;
    do {
        done = write(keeper->pipe_fd, &message, sizeof(message));
    } while (done < 0 && errno == EINTR);
}

SimKeeper *sim_keeper_new(GError **error)
{
    g_autofree char *dir = g_build_filename(g_get_tmp_dir(), "miglab-XXXXXX", NULL);
    SimKeeper *keeper;
    int ends[2];
    pid_t pid;

    if (g_mkdtemp_full(dir, 0700) == NULL) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "cannot make a folder like %s: %s", dir, g_strerror(errno));
        return NULL;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "cannot make a pipe: %s", g_strerror(errno));
        rmdir(dir);
        return NULL;
    }
    signal(SIGPIPE, SIG_IGN);         /* sockets of dead peers are errors here, not the end */
    pid = fork();
    if (pid < 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "cannot start the keeper: %s", g_strerror(errno));
        close(ends[0]);
        close(ends[1]);
        rmdir(dir);
        return NULL;
    }
    if (pid == 0) {
        close(ends[1]);
        keep(ends[0], dir);
    }
    close(ends[0]);
    keeper = g_new0(SimKeeper, 1);
    keeper->dir = g_steal_pointer(&dir);
    keeper->pid = pid;
    keeper->pipe_fd = ends[1];
    keeper->groups = g_array_new(FALSE, FALSE, sizeof(pid_t));
    return keeper;
}

void sim_keeper_free(SimKeeper *keeper)
{
    if (keeper == NULL) {
        return;
    }
    kill_groups(keeper->groups);
    remove_tree(keeper->dir);
    tell(keeper, 'q', 0);
    close(keeper->pipe_fd);
    while (waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    g_array_unref(keeper->groups);
    g_free(keeper->dir);
    g_free(keeper);
}

const char *sim_keeper_dir(const SimKeeper *keeper)
{
    return keeper->dir;
}

char *sim_keeper_path(const SimKeeper *keeper, const char *name)
{
    return g_build_filename(keeper->dir, name, NULL);
}

void sim_keeper_add_group(SimKeeper *keeper, pid_t group)
{
    g_array_append_val(keeper->groups, group);
    tell(keeper, '+', group);
}

void sim_keeper_remove_group(SimKeeper *keeper, pid_t group)
{
    forget_group(keeper->groups, group);
    tell(keeper, '-', group);
}
