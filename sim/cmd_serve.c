/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab serve: the engine on a real host, with monitors, in the place of a QEMU.
 */
#include "sim/command.h"

#include "reference/host/env_glib.h"
#include "reference/machine/vm.h"
#include "reference/qmp/error.h"
#include "reference/qmp/monitor.h"
#include "sim/serve/arguments.h"
#include "sim/serve/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef struct {
    SimServeArguments *arguments;
    MigProfile *profile;
    MigEnv *env;
    MigVm *vm;
    MigQmp *qmp;
    GPtrArray *connections;
    gboolean pidfile_written;
    GMainLoop *loop;
    gboolean ended;
    int status;
    int dies;                 /* signal, 0 none */
    int config_fd;            /* a file that a command waits for; -1 */
    GString *config_text;
    GSource *config_source;
} Server;

static void end(Server *self, int status)
{
    if (!self->ended) {
        self->ended = TRUE;
        self->status = status;
        if (self->loop) {
            g_main_loop_quit(self->loop);
        }
    }
}

/* ---- What the engine asks ---- */

static void observe(gpointer opaque, const MigObservation *observation)
{
    if (observation->kind == MIG_OBSERVE_MESSAGE) {
        fprintf(stderr, "miglab serve: %s\n", observation->text);
    }
}

static void env_exit(gpointer opaque, int status)
{
    end(opaque, status);
}

/* ---- What commands ask ---- */

static void close_fd(gpointer opaque, int fd)
{
    close(fd);
}

static void publish_fd(gpointer opaque, const char *name, int fd)
{
    Server *self = opaque;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

    if (copy >= 0) {
        mig_env_glib_add_fd(self->env, name, copy);
    }
}

static void withdraw_fd(gpointer opaque, const char *name)
{
    Server *self = opaque;

    mig_env_glib_remove_fd(self->env, name);
}

static gboolean can_read(gpointer opaque, const char *path, int *ret_errno)
{
    if (access(path, R_OK) == 0) {
        return TRUE;
    }
    *ret_errno = errno;
    return FALSE;
}

static gboolean can_create(gpointer opaque, const char *path, int *ret_errno)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0660);

    if (fd < 0) {
        *ret_errno = errno;
        return FALSE;
    }
    close(fd);
    return TRUE;
}

enum { CONFIG_SIZE_MAX = 64 * 1024 };

static gboolean config_ready(gint fd, GIOCondition condition, gpointer data)
{
    Server *self = data;
    char buffer[4096];
    ssize_t count = read(fd, buffer, sizeof(buffer));

    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return G_SOURCE_CONTINUE;
    }
    if (count > 0 && self->config_text->len + (gsize) count <= CONFIG_SIZE_MAX) {
        g_string_append_len(self->config_text, buffer, count);
        return G_SOURCE_CONTINUE;
    }
    close(self->config_fd);
    self->config_fd = -1;
    g_clear_pointer(&self->config_source, g_source_unref);
    mig_qmp_unblock(self->qmp, self->config_text->str);
    return G_SOURCE_REMOVE;
}

/* A named pipe is "readable" with nothing in it until its first writer comes: poll() says so by POLLHUP only after one left. */
static gboolean open_config(gpointer opaque, const char *path, int *ret_errno)
{
    Server *self = opaque;

    self->config_fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (self->config_fd < 0) {
        *ret_errno = errno;
        return FALSE;
    }
    g_string_truncate(self->config_text, 0);
    self->config_source = g_unix_fd_source_new(self->config_fd, G_IO_IN | G_IO_HUP);
    g_source_set_callback(self->config_source, G_SOURCE_FUNC(config_ready), self, NULL);
    g_source_attach(self->config_source, NULL);
    return TRUE;
}

static gboolean save_pages(MigRam *ram, guint64 offset, guint64 size, FILE *out)
{
    guint64 base = 0;

    for (guint i = 0; i < mig_ram_block_count(ram) && size > 0; i++) {
        MigRamBlock *block = mig_ram_block(ram, i);

        while (size > 0 && offset >= base && offset < base + block->size) {
            guint8 bytes[MIG_PAGE_SIZE];
            guint64 within = (offset - base) % MIG_PAGE_SIZE, count = MIN(size, MIG_PAGE_SIZE - within);

            mig_ram_page_bytes(block, (offset - base) / MIG_PAGE_SIZE, bytes);
            if (fwrite(bytes + within, 1, count, out) != count) {
                return FALSE;
            }
            offset += count;
            size -= count;
        }
        base += block->size;
    }
    /* Physical addresses without RAM read as zeros. */
    for (; size > 0; size--) {
        if (putc(0, out) == EOF) {
            return FALSE;
        }
    }
    return TRUE;
}

enum { ZEROS_MAX = 16 << 20 };

static gboolean save_memory(gpointer opaque, guint64 offset, guint64 size, const char *path, GError **error)
{
    Server *self = opaque;
    guint64 limit = mig_ram_size(mig_vm_ram(self->vm));
    FILE *out;
    gboolean good;

    out = fopen(path, "abe");            /* emptied below, not where the request is refused */
    if (!out) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Could not open '%s': %s", path, g_strerror(errno));
        return FALSE;
    }
    /* Zeros behind the memory, but no file that fills the disk. */
    if (size > ZEROS_MAX && (size > limit || offset > limit - size)) {
        fclose(out);
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Invalid addr or size: beyond the memory of this guest");
        return FALSE;
    }
    good = ftruncate(fileno(out), 0) == 0 && save_pages(mig_vm_ram(self->vm), offset, size, out);
    good = fclose(out) == 0 && good;
    if (!good) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "writing memory to file failed");
    }
    return good;
}

static void dies(gpointer opaque, int how, const char *message)
{
    Server *self = opaque;

    if (message[0]) {
        fprintf(stderr, "miglab serve: %s\n", message);
    }
    self->dies = how == MIG_QMP_DIES_ABORT ? SIGABRT : how == MIG_QMP_DIES_SEGV ? SIGSEGV : 0;
    end(self, 1);
}

/* ---- The end from outside ---- */

static gboolean stop_by_signal(gpointer data)
{
    Server *self = data;

    if (mig_vm_has_exited(self->vm)) {
        end(self, 0);
    } else {
        mig_vm_cmd_quit(self->vm, FALSE, "host-signal");
    }
    return G_SOURCE_CONTINUE;
}

/* ---- Set-up ---- */

static gboolean usage(const GError *error)
{
    return error->domain == SIM_SERVE_ERROR && error->code == SIM_SERVE_ERROR_USAGE;
}

static gboolean open_profile(Server *self, GError **error)
{
    const SimServeArguments *arguments = self->arguments;
    const char *const *names = mig_profile_names();
    const char *name = arguments->profile;
    g_autoptr(MigProfile) plain = NULL;

    for (guint i = 0; !arguments->profile && names[i]; i++) {
        name = strstr(names[i], "-dev") || strstr(names[i], "-rc") ? name : names[i];
    }
    plain = mig_profile_find(name, error);
    if (!plain) {
        return FALSE;
    }
    self->profile = arguments->changes ? mig_profile_with(plain, arguments->changes, error) : mig_profile_ref(plain);
    return self->profile != NULL;
}

static void parse_uuid(const char *text, guint8 uuid[16])
{
    guint at = 0;

    for (const char *c = text; *c && at < 32; c++) {
        if (*c != '-') {
            uuid[at / 2] = (guint8) (uuid[at / 2] << 4 | g_ascii_xdigit_value(*c));
            at++;
        }
    }
}

static gboolean open_vm(Server *self, GError **error)
{
    const SimServeArguments *arguments = self->arguments;
    gboolean bare = strcmp(arguments->machine, "none") == 0;
    MigEnvGlibConfig host = {
        .allow_exec = arguments->allow_exec, .directory = arguments->directory, .seed = 0,
        .discard_exec = !arguments->allow_exec, .observe = observe, .exit = env_exit, .opaque = self,
    };
    MigRamBlockConfig block = { .idstr = bare ? "ram" : "pc.ram", .content = arguments->content };
    MigVmConfig config = {
        .profile = self->profile, .only_migratable = arguments->only_migratable, .machine = arguments->machine, .seed = arguments->seed,
        .incoming = arguments->incoming, .stopped = arguments->stopped || arguments->preconfig,
        .suppress_description = arguments->suppress_description, .blocks = &block,
    };

    /* A machine that is not "none" has 128 MiB unless told otherwise. */
    block.size = arguments->ram ? arguments->ram : bare ? 0 : 128 << 20;
    config.block_count = block.size > 0;
    if (arguments->uuid) {
        config.uuid_set = TRUE;
        parse_uuid(arguments->uuid, config.uuid);
    }
    g_ptr_array_add(arguments->globals, NULL);
    config.globals = (const char *const *) arguments->globals->pdata;
    self->env = mig_env_glib_new(&host);
    self->vm = mig_vm_new(self->env, &config, error);
    return self->vm != NULL;
}

static gboolean open_qmp(Server *self, GError **error)
{
    const SimServeArguments *arguments = self->arguments;
    g_autofree char *machine = g_strdup_printf("%s-machine", arguments->machine);
    MigQmpConfig config;

    mig_qmp_config_defaults(&config, self->profile);
    config.vm = self->vm;
    config.policy = arguments->policy;
    config.guest_name = arguments->name;
    config.uuid = arguments->uuid;
    config.machine = machine;
    config.preconfig = arguments->preconfig;
    config.start_after_preconfig = arguments->preconfig && !arguments->stopped && !arguments->incoming;
    config.kvm = arguments->kvm || (config.kvm && !arguments->no_kvm);
    config.host = (MigQmpHost) {
        .close_fd = close_fd, .publish_fd = publish_fd, .withdraw_fd = withdraw_fd, .open_config = open_config,
        .save_memory = save_memory, .can_read = can_read, .can_create = can_create, .dies = dies, .opaque = self,
    };
    self->qmp = mig_qmp_new(&config);
    for (guint i = 0; i < arguments->objects->len; i++) {
        if (!mig_qmp_object_add(self->qmp, g_ptr_array_index(arguments->objects, i), error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static const SimChardev *find_chardev(const SimServeArguments *arguments, const char *id)
{
    for (guint i = 0; i < arguments->chardevs->len; i++) {
        const SimChardev *chardev = g_ptr_array_index(arguments->chardevs, i);

        if (strcmp(chardev->id, id) == 0) {
            return chardev;
        }
    }
    return NULL;
}

static gboolean open_connections(Server *self, GError **error)
{
    for (guint i = 0; i < self->arguments->monitors->len; i++) {
        const SimMonitorArgument *monitor = g_ptr_array_index(self->arguments->monitors, i);
        SimConnection *connection = sim_connection_open(find_chardev(self->arguments, monitor->chardev), error);

        if (!connection) {
            return FALSE;
        }
        g_ptr_array_add(self->connections, connection);
    }
    return TRUE;
}

static gboolean write_pidfile(Server *self, GError **error)
{
    g_autofree char *text = g_strdup_printf("%d\n", (int) getpid());

    /* Written to a temporary file and renamed. */
    self->pidfile_written = self->arguments->pidfile && g_file_set_contents(self->arguments->pidfile, text, -1, error);
    return self->pidfile_written || !self->arguments->pidfile;
}

static gboolean set_up(Server *self, GError **error)
{
    if (!open_profile(self, error) || !open_connections(self, error) || !open_vm(self, error) || !open_qmp(self, error)
        || !write_pidfile(self, error)) {
        return FALSE;
    }
    for (guint i = 0; i < self->connections->len; i++) {
        const SimMonitorArgument *monitor = g_ptr_array_index(self->arguments->monitors, i);

        sim_connection_attach(g_ptr_array_index(self->connections, i), self->qmp, monitor->pretty);
    }
    return TRUE;
}

static void run(Server *self)
{
    static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
    guint sources[G_N_ELEMENTS(signals)];

    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
        sources[i] = g_unix_signal_add(signals[i], stop_by_signal, self);
    }
    signal(SIGPIPE, SIG_IGN);
    self->loop = g_main_loop_new(NULL, FALSE);
    if (!self->ended) {
        g_main_loop_run(self->loop);
    }
    g_clear_pointer(&self->loop, g_main_loop_unref);
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
        g_source_remove(sources[i]);
    }
}

static void tear_down(Server *self)
{
    g_ptr_array_unref(self->connections);
    if (self->pidfile_written) {
        unlink(self->arguments->pidfile);
    }
    if (self->config_source) {
        g_source_destroy(self->config_source);
        g_source_unref(self->config_source);
        close(self->config_fd);
    }
    mig_qmp_free(self->qmp);
    mig_vm_free(self->vm);
    if (self->env) {
        mig_env_glib_free(self->env);
    }
    if (self->profile) {
        mig_profile_unref(self->profile);
    }
    g_string_free(self->config_text, TRUE);
}

/* As a QEMU with a text that says which release is played. */
static int show_version(const Server *self)
{
    printf("QEMU emulator version %s (miglab serve)\n", mig_profile_version(self->profile));
    return SIM_EXIT_CLEAN;
}

int sim_cmd_serve(int argc, char **argv)
{
    GError *error = NULL;
    g_autoptr(SimServeArguments) arguments = sim_serve_arguments_parse(argc, argv, &error);
    Server self = { .arguments = arguments, .config_fd = -1 };
    int status;

    if (!arguments) {
        fprintf(stderr, "miglab serve: %s\n", error->message);
        status = usage(error) ? SIM_EXIT_USAGE : 1;
        g_error_free(error);
        return status;
    }
    self.config_text = g_string_new(NULL);
    self.connections = g_ptr_array_new_with_free_func((GDestroyNotify) sim_connection_free);
    if (arguments->show_version && open_profile(&self, &error)) {
        status = show_version(&self);
        tear_down(&self);
        return status;
    }
    if (error || !set_up(&self, &error)) {
        fprintf(stderr, "miglab serve: %s\n", error->message);
        status = usage(error) || error->domain == MIG_PROFILE_ERROR ? SIM_EXIT_USAGE : 1;
        g_error_free(error);
        tear_down(&self);
        return status;
    }
    run(&self);
    tear_down(&self);
    if (self.dies) {
        /* The end of this release, without a core file. */
        prctl(PR_SET_DUMPABLE, 0);
        signal(self.dies, SIG_DFL);
        raise(self.dies);
    }
    return self.status;
}
