/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/serve/arguments.h"

#include "reference/qmp/parser.h"
#include "sim/serve/keyvalue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

GQuark sim_serve_error_quark(void)
{
    return g_quark_from_static_string("sim-serve-error");
}

static void chardev_free(gpointer data)
{
    SimChardev *chardev = data;

    g_free(chardev->id);
    g_free(chardev->path);
    g_free(chardev->host);
    g_free(chardev->port);
    g_free(chardev);
}

static void monitor_free(gpointer data)
{
    SimMonitorArgument *monitor = data;

    g_free(monitor->chardev);
    g_free(monitor);
}

static SimServeArguments *arguments_new(void)
{
    SimServeArguments *self = g_new0(SimServeArguments, 1);

    self->chardevs = g_ptr_array_new_with_free_func(chardev_free);
    self->monitors = g_ptr_array_new_with_free_func(monitor_free);
    self->globals = g_ptr_array_new_with_free_func(g_free);
    self->objects = g_ptr_array_new_with_free_func((GDestroyNotify) mig_value_unref);
    self->machine = g_strdup("none");
    self->seed = 1;
    return self;
}

void sim_serve_arguments_free(SimServeArguments *self)
{
    if (!self) {
        return;
    }
    g_ptr_array_unref(self->chardevs);
    g_ptr_array_unref(self->monitors);
    g_ptr_array_unref(self->globals);
    g_ptr_array_unref(self->objects);
    g_free(self->profile);
    g_free(self->changes);
    g_free(self->incoming);
    g_free(self->directory);
    g_free(self->machine);
    g_free(self->name);
    g_free(self->uuid);
    g_free(self->pidfile);
    g_free(self);
}

static gboolean usage(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean usage(GError **error, const char *format, ...)
{
    va_list arguments;
    g_autofree char *text = NULL;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, SIM_SERVE_ERROR, SIM_SERVE_ERROR_USAGE, text);
    return FALSE;
}

static void note(const SimServeArguments *self, const char *option, const char *value)
{
    if (!self->quiet) {
        fprintf(stderr, "miglab serve: note: ignored: %s%s%s\n", option, value ? " " : "", value ? value : "");
    }
}

/* ---- Channels ---- */

static gboolean add_chardev(SimServeArguments *self, SimChardev *chardev, GError **error)
{
    for (guint i = 0; i < self->chardevs->len; i++) {
        if (strcmp(((SimChardev *) g_ptr_array_index(self->chardevs, i))->id, chardev->id) == 0) {
            usage(error, "there are two character devices '%s'", chardev->id);
            chardev_free(chardev);
            return FALSE;
        }
    }
    g_ptr_array_add(self->chardevs, chardev);
    return TRUE;
}

static gboolean parse_socket(SimServeArguments *self, SimChardev *chardev, const GArray *pairs, GError **error)
{
    static const char *const known[] = {
        "backend", "id", "path", "host", "port", "fd", "server", "wait", "reconnect", "reconnect-ms", "delay", "ipv4", "ipv6", "to",
        "nodelay", "abstract", "tight", "logfile", "logappend", "mux", NULL
    };
    const char *path = sim_keyvalue_get(pairs, "path"), *port = sim_keyvalue_get(pairs, "port"), *fd = sim_keyvalue_get(pairs, "fd");
    const char *host = sim_keyvalue_get(pairs, "host"), *unknown = sim_keyvalue_unknown(pairs, known);
    gboolean server = sim_keyvalue_bool(pairs, "server", FALSE);
    char *end;

    if (unknown) {
        return usage(error, "channel option '%s' is not offered", unknown);
    }
    if (sim_keyvalue_bool(pairs, "abstract", FALSE) || sim_keyvalue_bool(pairs, "mux", FALSE)) {
        return usage(error, "abstract sockets and mux channels are not offered");
    }
    chardev->wait = server && sim_keyvalue_bool(pairs, "wait", TRUE);
    if (path) {
        chardev->kind = server ? SIM_CHANNEL_UNIX_LISTEN : SIM_CHANNEL_UNIX_CONNECT;
        chardev->path = g_strdup(path);
        return path[0] != '\0' || usage(error, "a unix socket needs a path");
    }
    if (fd) {
        chardev->kind = SIM_CHANNEL_FD;
        chardev->fd = (int) strtol(fd, &end, 10);
        chardev->listening_fd = server;
        return (end != fd && *end == '\0' && chardev->fd >= 0) || usage(error, "'%s' is no descriptor", fd);
    }
    if (!port) {
        return usage(error, "a socket needs path=, fd= or host= and port=");
    }
    chardev->kind = server ? SIM_CHANNEL_TCP_LISTEN : SIM_CHANNEL_TCP_CONNECT;
    chardev->host = g_strdup(host ? host : "");
    chardev->port = g_strdup(port);
    return TRUE;
}

static gboolean option_chardev(SimServeArguments *self, const char *value, GError **error)
{
    GArray *pairs = sim_keyvalue_parse(value, "backend");
    const char *backend = sim_keyvalue_get(pairs, "backend"), *id = sim_keyvalue_get(pairs, "id");
    SimChardev *chardev = g_new0(SimChardev, 1);
    gboolean good = TRUE;

    chardev->id = g_strdup(id);
    if (!id || !backend) {
        good = usage(error, "-chardev %s: needs a backend and an id", value);
    } else if (strcmp(backend, "socket") == 0) {
        good = parse_socket(self, chardev, pairs, error);
    } else if (strcmp(backend, "stdio") == 0) {
        chardev->kind = SIM_CHANNEL_STDIO;
    } else if (strcmp(backend, "null") == 0) {
        chardev->kind = SIM_CHANNEL_NULL;
    } else {
        good = usage(error, "-chardev %s: backend '%s' is not offered (socket, stdio, null are)", value, backend);
    }
    g_array_unref(pairs);
    if (!good) {
        chardev_free(chardev);
        return FALSE;
    }
    return add_chardev(self, chardev, error);
}

static void add_monitor(SimServeArguments *self, const char *chardev, gboolean pretty)
{
    SimMonitorArgument *monitor = g_new0(SimMonitorArgument, 1);

    monitor->chardev = g_strdup(chardev);
    monitor->pretty = pretty;
    g_ptr_array_add(self->monitors, monitor);
}

/* The first comma that separates; a doubled one is part of the value. NULL: none. */
static const char *find_comma(const char *text)
{
    const char *comma = strchr(text, ',');

    while (comma && comma[1] == ',') {
        comma = strchr(comma + 2, ',');
    }
    return comma;
}

static char *without_doubled_commas(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",,", -1);

    return g_strjoinv(",", parts);
}

/* -qmp DEVICE: "unix:PATH,server=on,wait=off", "tcp:HOST:PORT,…", "stdio", "none". */
static gboolean option_qmp(SimServeArguments *self, const char *value, gboolean pretty, GError **error)
{
    SimChardev *chardev;
    g_autofree char *first = NULL;
    const char *comma = find_comma(value);
    GArray *pairs;
    gboolean good = TRUE;

    if (strcmp(value, "none") == 0) {
        return TRUE;
    }
    chardev = g_new0(SimChardev, 1);
    /* The ids that QEMU gives to them: compat_monitor0, compat_monitor1 … */
    chardev->id = g_strdup_printf("compat_monitor%u", self->monitors->len);
    first = comma ? g_strndup(value, (gsize) (comma - value)) : g_strdup(value);
    pairs = sim_keyvalue_parse(comma ? comma + 1 : "", NULL);
    if (strcmp(first, "stdio") == 0) {
        chardev->kind = SIM_CHANNEL_STDIO;
    } else if (strcmp(first, "null") == 0) {
        chardev->kind = SIM_CHANNEL_NULL;
    } else if (g_str_has_prefix(first, "unix:") || g_str_has_prefix(first, "tcp:")) {
        SimPair pair = { NULL, NULL };
        char *rest = strchr(first, ':') + 1, *port = strrchr(rest, ':');

        if (first[0] == 'u') {
            pair = (SimPair) { g_strdup("path"), without_doubled_commas(rest) };
        } else if (port) {
            SimPair host = { g_strdup("host"), g_strndup(rest, (gsize) (port - rest)) };

            g_array_append_val(pairs, host);
            pair = (SimPair) { g_strdup("port"), g_strdup(port + 1) };
        }
        if (pair.key) {
            g_array_append_val(pairs, pair);
        }
        good = parse_socket(self, chardev, pairs, error);
    } else {
        good = usage(error, "-qmp %s: offered are unix:PATH, tcp:HOST:PORT, stdio and none", value);
    }
    g_array_unref(pairs);
    if (!good) {
        chardev_free(chardev);
        return FALSE;
    }
    add_monitor(self, chardev->id, pretty);
    return add_chardev(self, chardev, error);
}

static gboolean option_mon(SimServeArguments *self, const char *value, GError **error)
{
    static const char *const known[] = { "chardev", "mode", "pretty", "id", "name", NULL };
    GArray *pairs = sim_keyvalue_parse(value, "chardev");
    const char *chardev = sim_keyvalue_get(pairs, "chardev"), *mode = sim_keyvalue_get(pairs, "mode");
    const char *unknown = sim_keyvalue_unknown(pairs, known);
    gboolean good = TRUE;

    if (unknown || !chardev) {
        good = usage(error, "-mon %s: %s%s", value, unknown ? "unknown option " : "needs chardev=", unknown ? unknown : "");
    } else if (g_strcmp0(mode, "control") != 0) {
        good = usage(error, "-mon %s: only mode=control is offered, not a human monitor", value);
    } else {
        add_monitor(self, chardev, sim_keyvalue_bool(pairs, "pretty", FALSE));
    }
    g_array_unref(pairs);
    return good;
}

/* ---- Values ---- */

static gboolean parse_bytes(const char *text, guint64 unit, guint64 *ret)
{
    static const char suffixes[] = "BKMGT";
    char *end;
    guint64 number = g_ascii_strtoull(text, &end, 10);
    const char *suffix = *end ? strchr(suffixes, g_ascii_toupper(*end)) : NULL;

    if (end == text || text[0] == '-' || (*end && (!suffix || (end[1] && g_ascii_strcasecmp(end + 1, "ib") != 0)))) {
        return FALSE;
    }
    unit = suffix ? (guint64) 1 << 10 * (suffix - suffixes) : unit;
    if (number > ((guint64) 1 << 44) / unit) {
        return FALSE;
    }
    *ret = number * unit;
    return TRUE;
}

static gboolean set_ram(SimServeArguments *self, const char *option, const char *text, GError **error)
{
    guint64 bytes;

    if (!parse_bytes(text, 1 << 20, &bytes)) {
        return usage(error, "%s %s: a size is expected, such as 64M (at most 16T)", option, text);
    }
    /* As QEMU rounds it. */
    self->ram = (bytes + 8191) / 8192 * 8192;
    return TRUE;
}

static gboolean option_m(SimServeArguments *self, const char *value, GError **error)
{
    GArray *pairs = sim_keyvalue_parse(value, "size");
    const char *size = sim_keyvalue_get(pairs, "size");
    gboolean good = size ? set_ram(self, "-m", size, error) : usage(error, "-m %s: needs a size", value);

    if (good && (sim_keyvalue_get(pairs, "slots") || sim_keyvalue_get(pairs, "maxmem"))) {
        note(self, "-m", "slots and maxmem");
    }
    g_array_unref(pairs);
    return good;
}

static gboolean option_machine(SimServeArguments *self, const char *value, GError **error)
{
    GArray *pairs = sim_keyvalue_parse(value, "type");
    const char *type = sim_keyvalue_get(pairs, "type"), *accel = sim_keyvalue_get(pairs, "accel");

    if (type) {
        g_free(self->machine);
        self->machine = g_strdup(type);
    }
    if (accel) {
        self->kvm = g_str_has_prefix(accel, "kvm");
        self->no_kvm = !self->kvm;
    }
    self->suppress_description = sim_keyvalue_bool(pairs, "suppress-vmdesc", self->suppress_description);
    for (guint i = 0; i < pairs->len; i++) {
        const SimPair *pair = &g_array_index(pairs, SimPair, i);

        if (strcmp(pair->key, "type") != 0 && strcmp(pair->key, "accel") != 0 && strcmp(pair->key, "suppress-vmdesc") != 0) {
            note(self, "machine option", pair->key);
        }
    }
    g_array_unref(pairs);
    return TRUE;
}

static gboolean option_name(SimServeArguments *self, const char *value, GError **error)
{
    GArray *pairs = sim_keyvalue_parse(value, "guest");

    g_free(self->name);
    self->name = g_strdup(sim_keyvalue_get(pairs, "guest"));
    g_array_unref(pairs);
    return TRUE;
}

static gboolean option_global(SimServeArguments *self, const char *value, GError **error)
{
    GArray *pairs;
    const char *driver, *property, *text;

    if (g_str_has_prefix(value, "migration.")) {
        if (!strchr(value, '=')) {
            return usage(error, "-global %s: needs a value", value);
        }
        g_ptr_array_add(self->globals, g_strdup(value + strlen("migration.")));
        return TRUE;
    }
    pairs = sim_keyvalue_parse(value, NULL);
    driver = sim_keyvalue_get(pairs, "driver");
    property = sim_keyvalue_get(pairs, "property");
    text = sim_keyvalue_get(pairs, "value");
    if (g_strcmp0(driver, "migration") == 0 && property && text) {
        g_ptr_array_add(self->globals, g_strdup_printf("%s=%s", property, text));
    } else {
        note(self, "-global", value);
    }
    g_array_unref(pairs);
    return TRUE;
}

/* Properties of an object: JSON, or key=value with the booleans of the types that exist here. */
static gboolean option_object(SimServeArguments *self, const char *value, GError **error)
{
    static const char *const booleans[] = { "verify-peer", "sanity-check", "loaded", NULL };
    static const char *const types[] = { "authz-simple", "secret", "tls-creds-anon", "tls-creds-psk", "tls-creds-x509", NULL };
    GArray *pairs;
    MigValue *properties;
    const char *type;

    if (value[0] == '{') {
        properties = mig_parser_parse_text(value, error);
        if (!properties) {
            return FALSE;
        }
        g_ptr_array_add(self->objects, properties);
        return TRUE;
    }
    pairs = sim_keyvalue_parse(value, "qom-type");
    type = sim_keyvalue_get(pairs, "qom-type");
    if (!type || !g_strv_contains(types, type)) {
        note(self, "-object", value);
        g_array_unref(pairs);
        return TRUE;
    }
    properties = mig_value_dict();
    for (guint i = 0; i < pairs->len; i++) {
        const SimPair *pair = &g_array_index(pairs, SimPair, i);
        const char *text = pair->value ? pair->value : "on";

        mig_value_dict_put(properties, pair->key, g_strv_contains(booleans, pair->key)
                           ? mig_value_bool(sim_keyvalue_bool(pairs, pair->key, TRUE)) : mig_value_string(text));
    }
    g_ptr_array_add(self->objects, properties);
    g_array_unref(pairs);
    return TRUE;
}

static gboolean option_accel(SimServeArguments *self, const char *value, GError **error)
{
    self->kvm = g_str_has_prefix(value, "kvm");
    self->no_kvm = !self->kvm;
    return TRUE;
}

static gboolean option_uuid(SimServeArguments *self, const char *value, GError **error)
{
    if (!g_uuid_string_is_valid(value)) {
        g_set_error(error, SIM_SERVE_ERROR, SIM_SERVE_ERROR_QEMU, "-uuid %s: failed to parse UUID string: wrong format", value);
        return FALSE;
    }
    g_free(self->uuid);
    self->uuid = g_ascii_strdown(value, -1);
    return TRUE;
}

static gboolean option_pidfile(SimServeArguments *self, const char *value, GError **error)
{
    g_free(self->pidfile);
    self->pidfile = g_strdup(value);
    return TRUE;
}

static gboolean option_compat(SimServeArguments *self, const char *value, GError **error)
{
    return mig_policy_parse(&self->policy, value, error);
}

static gboolean option_incoming(SimServeArguments *self, const char *value, GError **error)
{
    g_free(self->incoming);
    self->incoming = g_strdup(value);
    return TRUE;
}

static gboolean option_qmp_compact(SimServeArguments *self, const char *value, GError **error)
{
    return option_qmp(self, value, FALSE, error);
}

static gboolean option_qmp_pretty(SimServeArguments *self, const char *value, GError **error)
{
    return option_qmp(self, value, TRUE, error);
}

static gboolean option_monitor(SimServeArguments *self, const char *value, GError **error)
{
    if (strcmp(value, "none") != 0) {
        note(self, "-monitor", value);
    }
    return TRUE;
}

static gboolean option_stopped(SimServeArguments *self, const char *value, GError **error)
{
    self->stopped = TRUE;
    return TRUE;
}

static gboolean option_preconfig(SimServeArguments *self, const char *value, GError **error)
{
    self->preconfig = TRUE;
    return TRUE;
}

static gboolean option_only_migratable(SimServeArguments *self, const char *value, GError **error)
{
    self->only_migratable = TRUE;
    return TRUE;
}

static gboolean option_version(SimServeArguments *self, const char *value, GError **error)
{
    self->show_version = TRUE;
    return TRUE;
}

static gboolean option_enable_kvm(SimServeArguments *self, const char *value, GError **error)
{
    return option_accel(self, "kvm", error);
}

/* ---- QEMU's options ---- */

typedef enum { OPTION_HONOURED = 0, OPTION_SILENT, OPTION_IGNORED, OPTION_REFUSED } OptionKind;

/* Silent: nothing that it could change exists here. */
static const struct {
    const char *name;
    gboolean has_value;
    OptionKind kind;
    gboolean (*apply)(SimServeArguments *self, const char *value, GError **error);
} qemu_options[] = {
    { "M", TRUE, OPTION_HONOURED, option_machine }, { "machine", TRUE, OPTION_HONOURED, option_machine },
    { "m", TRUE, OPTION_HONOURED, option_m }, { "S", FALSE, OPTION_HONOURED, option_stopped },
    { "name", TRUE, OPTION_HONOURED, option_name }, { "uuid", TRUE, OPTION_HONOURED, option_uuid },
    { "incoming", TRUE, OPTION_HONOURED, option_incoming }, { "global", TRUE, OPTION_HONOURED, option_global },
    { "only-migratable", FALSE, OPTION_HONOURED, option_only_migratable },
    { "only_migratable", FALSE, OPTION_HONOURED, option_only_migratable },
    { "preconfig", FALSE, OPTION_HONOURED, option_preconfig }, { "compat", TRUE, OPTION_HONOURED, option_compat },
    { "object", TRUE, OPTION_HONOURED, option_object }, { "accel", TRUE, OPTION_HONOURED, option_accel },
    { "enable-kvm", FALSE, OPTION_HONOURED, option_enable_kvm }, { "qmp", TRUE, OPTION_HONOURED, option_qmp_compact },
    { "qmp-pretty", TRUE, OPTION_HONOURED, option_qmp_pretty }, { "chardev", TRUE, OPTION_HONOURED, option_chardev },
    { "mon", TRUE, OPTION_HONOURED, option_mon }, { "monitor", TRUE, OPTION_HONOURED, option_monitor },
    { "version", FALSE, OPTION_HONOURED, option_version },

    { "nodefaults", FALSE, OPTION_SILENT, NULL }, { "no-user-config", FALSE, OPTION_SILENT, NULL },
    { "display", TRUE, OPTION_SILENT, NULL }, { "nographic", FALSE, OPTION_SILENT, NULL }, { "vga", TRUE, OPTION_SILENT, NULL },
    { "serial", TRUE, OPTION_SILENT, NULL }, { "parallel", TRUE, OPTION_SILENT, NULL }, { "no-reboot", FALSE, OPTION_SILENT, NULL },
    { "no-shutdown", FALSE, OPTION_SILENT, NULL }, { "msg", TRUE, OPTION_SILENT, NULL }, { "sandbox", TRUE, OPTION_SILENT, NULL },
    { "no-hpet", FALSE, OPTION_SILENT, NULL }, { "no-acpi", FALSE, OPTION_SILENT, NULL },

    { "cpu", TRUE, OPTION_IGNORED, NULL }, { "smp", TRUE, OPTION_IGNORED, NULL }, { "bios", TRUE, OPTION_IGNORED, NULL },
    { "kernel", TRUE, OPTION_IGNORED, NULL }, { "initrd", TRUE, OPTION_IGNORED, NULL }, { "append", TRUE, OPTION_IGNORED, NULL },
    { "drive", TRUE, OPTION_IGNORED, NULL }, { "blockdev", TRUE, OPTION_IGNORED, NULL }, { "device", TRUE, OPTION_IGNORED, NULL },
    { "hda", TRUE, OPTION_IGNORED, NULL }, { "cdrom", TRUE, OPTION_IGNORED, NULL }, { "boot", TRUE, OPTION_IGNORED, NULL },
    { "netdev", TRUE, OPTION_IGNORED, NULL }, { "nic", TRUE, OPTION_IGNORED, NULL }, { "net", TRUE, OPTION_IGNORED, NULL },
    { "rtc", TRUE, OPTION_IGNORED, NULL }, { "overcommit", TRUE, OPTION_IGNORED, NULL }, { "numa", TRUE, OPTION_IGNORED, NULL },
    { "mem-path", TRUE, OPTION_IGNORED, NULL }, { "mem-prealloc", FALSE, OPTION_IGNORED, NULL },
    { "realtime", TRUE, OPTION_IGNORED, NULL }, { "usb", FALSE, OPTION_IGNORED, NULL }, { "usbdevice", TRUE, OPTION_IGNORED, NULL },
    { "k", TRUE, OPTION_IGNORED, NULL }, { "L", TRUE, OPTION_IGNORED, NULL }, { "d", TRUE, OPTION_IGNORED, NULL },
    { "D", TRUE, OPTION_IGNORED, NULL }, { "trace", TRUE, OPTION_IGNORED, NULL }, { "pidfile", TRUE, OPTION_HONOURED, option_pidfile },
    { "add-fd", TRUE, OPTION_IGNORED, NULL }, { "set", TRUE, OPTION_IGNORED, NULL }, { "smbios", TRUE, OPTION_IGNORED, NULL },
    { "acpitable", TRUE, OPTION_IGNORED, NULL }, { "fw_cfg", TRUE, OPTION_IGNORED, NULL }, { "audiodev", TRUE, OPTION_IGNORED, NULL },
    { "vnc", TRUE, OPTION_IGNORED, NULL }, { "spice", TRUE, OPTION_IGNORED, NULL }, { "icount", TRUE, OPTION_IGNORED, NULL },
    { "watchdog-action", TRUE, OPTION_IGNORED, NULL }, { "snapshot", FALSE, OPTION_IGNORED, NULL },

    { "daemonize", FALSE, OPTION_REFUSED, NULL }, { "readconfig", TRUE, OPTION_REFUSED, NULL },
    { "loadvm", TRUE, OPTION_REFUSED, NULL }, { "qtest", TRUE, OPTION_REFUSED, NULL }, { "gdb", TRUE, OPTION_REFUSED, NULL },
    { "s", FALSE, OPTION_REFUSED, NULL }, { "chroot", TRUE, OPTION_REFUSED, NULL }, { "runas", TRUE, OPTION_REFUSED, NULL },
    { "run-with", TRUE, OPTION_REFUSED, NULL }, { "cpr-transfer", TRUE, OPTION_REFUSED, NULL },
};

static gboolean parse_qemu(SimServeArguments *self, int argc, char **argv, GError **error)
{
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i], *name = word + (g_str_has_prefix(word, "--") ? 2 : 1);
        gsize at = 0;

        while (at < G_N_ELEMENTS(qemu_options) && (word[0] != '-' || strcmp(qemu_options[at].name, name) != 0)) {
            at++;
        }
        if (at == G_N_ELEMENTS(qemu_options)) {
            return usage(error, "QEMU argument '%s' is not known", word);
        }
        if (qemu_options[at].has_value && i + 1 >= argc) {
            g_set_error(error, SIM_SERVE_ERROR, SIM_SERVE_ERROR_QEMU, "%s: requires an argument", word);
            return FALSE;
        }
        i += qemu_options[at].has_value;
        switch (qemu_options[at].kind) {
        case OPTION_HONOURED:
            if (!qemu_options[at].apply(self, argv[i], error)) {
                return FALSE;
            }
            break;
        case OPTION_SILENT:
            break;
        case OPTION_IGNORED:
            note(self, word, qemu_options[at].has_value ? argv[i] : NULL);
            break;
        case OPTION_REFUSED:
            return usage(error, "QEMU argument '%s' cannot be honoured", word);
        }
    }
    return TRUE;
}

/* ---- Our own ---- */

static gboolean apply_own(SimServeArguments *self, char **qmp, const char *ram, const char *content, const char *dir, char **with,
                          char **without, GError **error)
{
    g_autoptr(GString) changes = g_string_new(NULL);

    for (guint i = 0; qmp && qmp[i]; i++) {
        g_autofree char *device = NULL;

        /* Ours listen and do not wait, unless said otherwise. */
        device = find_comma(qmp[i]) || strcmp(qmp[i], "stdio") == 0 ? g_strdup(qmp[i]) : g_strconcat(qmp[i], ",server=on,wait=off", NULL);
        if (!option_qmp(self, device, FALSE, error)) {
            return FALSE;
        }
    }
    if (ram && !set_ram(self, "--ram", ram, error)) {
        return FALSE;
    }
    if (content && !mig_content_parse(content, &self->content)) {
        return usage(error, "--content %s: expected zero, random or text", content);
    }
    if (dir) {
        self->directory = realpath(dir, NULL);
        if (!self->directory) {
            return usage(error, "--dir %s: %s", dir, g_strerror(errno));
        }
    } else {
        self->directory = realpath(g_get_tmp_dir(), NULL);
    }
    for (guint i = 0; with && with[i]; i++) {
        g_string_append_printf(changes, "with:%s ", with[i]);
    }
    for (guint i = 0; without && without[i]; i++) {
        g_string_append_printf(changes, "without:%s ", without[i]);
    }
    self->changes = changes->len ? g_strdup(changes->str) : NULL;
    return TRUE;
}

static gboolean check_monitors(SimServeArguments *self, GError **error)
{
    for (guint i = 0; i < self->monitors->len; i++) {
        const SimMonitorArgument *monitor = g_ptr_array_index(self->monitors, i);
        SimChardev *found = NULL;

        for (guint j = 0; j < self->chardevs->len; j++) {
            SimChardev *chardev = g_ptr_array_index(self->chardevs, j);

            found = strcmp(chardev->id, monitor->chardev) == 0 ? chardev : found;
        }
        if (!found) {
            g_set_error(error, SIM_SERVE_ERROR, SIM_SERVE_ERROR_QEMU, "chardev \"%s\" not found", monitor->chardev);
            return FALSE;
        }
        if (found->used) {
            return usage(error, "two monitors on the character device '%s'", found->id);
        }
        found->used = TRUE;
    }
    return TRUE;
}

SimServeArguments *sim_serve_arguments_parse(int argc, char **argv, GError **error)
{
    g_autoptr(SimServeArguments) self = arguments_new();
    g_auto(GStrv) qmp = NULL, with = NULL, without = NULL;
    g_autofree char *ram = NULL, *content = NULL, *dir = NULL;
    int seed = 1, own_argc;
    GOptionEntry entries[] = {
        { "profile", 'p', 0, G_OPTION_ARG_STRING, &self->profile, "The release to be (default: the newest)", "P" },
        { "with", 0, 0, G_OPTION_ARG_STRING_ARRAY, &with, "Build or host has it: see miglab options", "ASPECT" },
        { "without", 0, 0, G_OPTION_ARG_STRING_ARRAY, &without, "Build or host lacks it", "ASPECT" },
        { "qmp", 0, 0, G_OPTION_ARG_STRING_ARRAY, &qmp, "A monitor: unix:PATH (listens), tcp:HOST:PORT, stdio; may be repeated", "DEVICE" },
        { "incoming", 0, 0, G_OPTION_ARG_STRING, &self->incoming, "Wait for a migration: an address, or defer", "URI" },
        { "ram", 0, 0, G_OPTION_ARG_STRING, &ram, "Size of RAM (default: none)", "N" },
        { "content", 0, 0, G_OPTION_ARG_STRING, &content, "What RAM holds: zero (default), random, text", "KIND" },
        { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Of content and choices", "N" },
        { "allow-exec", 0, 0, G_OPTION_ARG_NONE, &self->allow_exec, "exec: runs commands; otherwise it writes to nowhere", NULL },
        { "dir", 0, 0, G_OPTION_ARG_STRING, &dir, "file: may use this directory and what is below (default: the folder for temporary files)", "D" },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, "Do not say which QEMU arguments are ignored", NULL },
        { NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("[-- QEMU ARGUMENTS]");
    g_autofree char **own = NULL;
    GError *option_error = NULL;
    int split = 1;

    while (split < argc && strcmp(argv[split], "--") != 0) {
        split++;
    }
    own = g_new0(char *, (gsize) split + 1);
    memcpy(own, argv, (gsize) split * sizeof(char *));
    own_argc = split;
    g_option_context_set_summary(context, "Be a QEMU of some release, as far as migration and its monitor go.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &own_argc, &own, &option_error)) {
        usage(error, "%s", option_error->message);
        g_error_free(option_error);
        return NULL;
    }
    if (own_argc > 1) {
        usage(error, "argument '%s': QEMU's own arguments come behind --", own[1]);
        return NULL;
    }
    self->seed = (guint32) seed;
    if (!apply_own(self, qmp, ram, content, dir, with, without, error)
        || (split < argc && !parse_qemu(self, argc - split - 1, argv + split + 1, error)) || !check_monitors(self, error)) {
        return NULL;
    }
    return g_steal_pointer(&self);
}
