/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/child.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_SIZE_MAX 1000

struct SimChild {
    SimKeeper *keeper;
    pid_t pid;
    int pid_fd, stderr_fd;    /* -1 when closed */
    SimLoopFd pid_watch, stderr_watch;
    GPtrArray *lines;         /* char *, and a NULL at the end */
    GString *line;            /* the one not yet ended */
    gboolean ended;
    int code, signal_number;
    SimChildEnded *on_end;
    gpointer owner;
};

/* ---- In the child, between fork and exec. ---- */

static void G_GNUC_NORETURN give_up(int report_fd, const char *what)
{
    g_autofree char *text = g_strdup_printf("%s: %s", what, strerror(errno));
    ssize_t done = write(report_fd, text, strlen(text));

    (void) done;
    _exit(127);
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        ssize_t done = write(fd, text, strlen(text));
        (void) done;
        close(fd);
    }
}

/* A container may forbid each of these; in a chroot "/" is no mount. Whoever asked sees SIM_CHILD_NO_ISOLATION in the error. */
static void isolate(int report_fd, const char *dir)
{
    struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };
    struct mount_attr writable = { .attr_clr = MOUNT_ATTR_RDONLY };
    uid_t uid = geteuid();
    gid_t gid = getegid();

    if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0) {
        g_autofree char *uid_map = g_strdup_printf("%u %u 1", (guint) uid, (guint) uid);
        g_autofree char *gid_map = g_strdup_printf("%u %u 1", (guint) gid, (guint) gid);

        if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) != 0) {
            give_up(report_fd, SIM_CHILD_NO_ISOLATION);
        }
        write_file("/proc/self/setgroups", "deny");
        write_file("/proc/self/uid_map", uid_map);
        write_file("/proc/self/gid_map", gid_map);
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        give_up(report_fd, SIM_CHILD_NO_ISOLATION ": cannot make the mounts private");
    }
    if (mount(dir, dir, NULL, MS_BIND, NULL) != 0) {
        give_up(report_fd, SIM_CHILD_NO_ISOLATION ": cannot bind the private folder");
    }
    if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &read_only, sizeof(read_only)) != 0) {
        give_up(report_fd, SIM_CHILD_NO_ISOLATION ": cannot make the host's files read-only");
    }
    if (mount_setattr(AT_FDCWD, dir, 0, &writable, sizeof(writable)) != 0) {
        give_up(report_fd, SIM_CHILD_NO_ISOLATION ": cannot make the private folder writable");
    }
}

static void G_GNUC_NORETURN become(const SimChildSetup *setup, const char *dir, pid_t parent, int report_fd, int stderr_fd)
{
    sigset_t none;
    int null_fd = open("/dev/null", O_RDWR);

    setpgid(0, 0);
    dup2(null_fd, STDIN_FILENO);
    dup2(null_fd, STDOUT_FILENO);
    dup2(stderr_fd, STDERR_FILENO);
    if (setup->isolate) {
        isolate(report_fd, dir);
    }
    /* After the namespaces: a change of credentials would clear it. And the parent may be gone already. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127);
    }
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (char **variable = setup->environment; variable != NULL && *variable != NULL; variable++) {
        putenv(*variable);
    }
    if (chdir(dir) != 0) {
        give_up(report_fd, dir);
    }
    execvp(setup->argv[0], setup->argv);
    give_up(report_fd, setup->argv[0]);
}

/* ---- Standard error. ---- */

static void end_line(SimChild *child)
{
    char *text = g_utf8_make_valid(child->line->str, child->line->len);

    g_strchomp(text);
    if (child->lines->len > SIM_CHILD_LINES) {
        g_ptr_array_remove_index(child->lines, 0);
    }
    g_ptr_array_insert(child->lines, (gint) child->lines->len - 1, text);
    g_string_truncate(child->line, 0);
}

/* Reads what there is; closes at the end of it. */
static void read_stderr(SimChild *child)
{
    char buffer[4096];
    ssize_t got;

    while (child->stderr_fd >= 0) {
        got = read(child->stderr_fd, buffer, sizeof(buffer));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && errno == EAGAIN) {
            return;
        }
        if (got <= 0) {
            sim_loop_unwatch(&child->stderr_watch);
            close(child->stderr_fd);
            child->stderr_fd = -1;
            return;
        }
        for (ssize_t i = 0; i < got; i++) {
            if (buffer[i] == '\n') {
                end_line(child);
            } else if (child->line->len < LINE_SIZE_MAX) {
                g_string_append_c(child->line, buffer[i]);
            }
        }
    }
}

static void on_stderr(SimLoopFd *watch, short revents)
{
    (void) revents;
    read_stderr(watch->owner);
}

/* ---- The end. ---- */

static void reap(SimChild *child)
{
    int status = 0;

    while (waitpid(child->pid, &status, 0) < 0) {
        if (errno != EINTR) {
            break;
        }
    }
    /* What it started itself does not outlive it. */
    kill(-child->pid, SIGKILL);
    sim_keeper_remove_group(child->keeper, child->pid);
    sim_loop_unwatch(&child->pid_watch);
    close(child->pid_fd);
    child->pid_fd = -1;
    child->ended = TRUE;
    child->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    child->signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
    read_stderr(child);
    if (child->line->len > 0) {
        end_line(child);
    }
}

static void on_exit_of_process(SimLoopFd *watch, short revents)
{
    SimChild *child = watch->owner;

    (void) revents;
    reap(child);
    if (child->on_end != NULL) {
        child->on_end(child, child->owner);
    }
}

SimChild *sim_child_new(SimKeeper *keeper, SimLoop *loop, const SimChildSetup *setup, SimChildEnded *ended, gpointer owner,
                        GError **error)
{
    int report[2] = { -1, -1 }, errors[2] = { -1, -1 };
    char reason[512];
    ssize_t got;
    pid_t parent = getpid(), pid;
    SimChild *child;

    if (pipe2(report, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0 || (pid = fork()) < 0) {
        int code = errno;
        for (int i = 0; i < 2; i++) {
            if (report[i] >= 0) {
                close(report[i]);
            }
            if (errors[i] >= 0) {
                close(errors[i]);
            }
        }
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code), "cannot start %s: %s", setup->argv[0], g_strerror(code));
        return NULL;
    }
    if (pid == 0) {
        become(setup, sim_keeper_dir(keeper), parent, report[1], errors[1]);
    }
    setpgid(pid, pid);                /* whoever of the two comes first */
    sim_keeper_add_group(keeper, pid);
    close(report[1]);
    close(errors[1]);
    do {                              /* ends with the exec */
        got = read(report[0], reason, sizeof(reason) - 1);
    } while (got < 0 && errno == EINTR);
    close(report[0]);
    if (got > 0) {
        reason[got] = '\0';
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot start %s: %s", setup->argv[0], reason);
        waitpid(pid, NULL, 0);
        sim_keeper_remove_group(keeper, pid);
        close(errors[0]);
        return NULL;
    }
    child = g_new0(SimChild, 1);
    child->keeper = keeper;
    child->pid = pid;
    child->pid_fd = (int) syscall(SYS_pidfd_open, pid, 0);
    child->stderr_fd = errors[0];
    child->lines = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(child->lines, NULL);
    child->line = g_string_new(NULL);
    child->code = child->signal_number = -1;
    child->on_end = ended;
    child->owner = owner;
    g_assert(child->pid_fd >= 0);     /* Linux 5.3 */
    fcntl(child->pid_fd, F_SETFD, FD_CLOEXEC);
    fcntl(child->stderr_fd, F_SETFL, O_NONBLOCK);
    child->pid_watch = (SimLoopFd) { .fd = child->pid_fd, .events = POLLIN, .ready = on_exit_of_process, .owner = child };
    child->stderr_watch = (SimLoopFd) { .fd = child->stderr_fd, .events = POLLIN, .ready = on_stderr, .owner = child };
    sim_loop_watch(loop, &child->pid_watch);
    sim_loop_watch(loop, &child->stderr_watch);
    return child;
}

void sim_child_free(SimChild *child)
{
    if (child == NULL) {
        return;
    }
    if (!child->ended) {
        kill(-child->pid, SIGKILL);
        reap(child);
    }
    if (child->stderr_fd >= 0) {
        sim_loop_unwatch(&child->stderr_watch);
        close(child->stderr_fd);
    }
    g_ptr_array_unref(child->lines);
    g_string_free(child->line, TRUE);
    g_free(child);
}

pid_t sim_child_pid(const SimChild *child)
{
    return child->pid;
}

gboolean sim_child_running(const SimChild *child)
{
    return !child->ended;
}

void sim_child_signal(SimChild *child, int number)
{
    if (!child->ended) {
        kill(-child->pid, number);
    }
}

gboolean sim_child_wait(SimChild *child, gint64 timeout_ns)
{
    struct pollfd poll_fd = { .fd = child->pid_fd, .events = POLLIN };
    struct timespec wait = { .tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000 };

    if (!child->ended && ppoll(&poll_fd, 1, &wait, NULL) > 0) {
        on_exit_of_process(&child->pid_watch, POLLIN);
    }
    return child->ended;
}

int sim_child_exit_code(const SimChild *child)
{
    return child->code;
}

int sim_child_exit_signal(const SimChild *child)
{
    return child->signal_number;
}

const char *const *sim_child_stderr(const SimChild *child)
{
    return (const char *const *) child->lines->pdata;
}
