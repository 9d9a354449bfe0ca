/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * human-monitor-command: what the commands of the human monitor do that clients of migration use (spec/qmp.md 12.2). What they
 * print is the result, also when it is an error. Reading the line is the matter of human.c; commands that are known there and
 * have no handler here print nothing.
 */
#include "reference/options/address.h"
#include "reference/options/options.h"
#include "reference/options/property_value.h"
#include "reference/qmp/error.h"
#include "reference/qmp/human.h"
#include "reference/qmp/private.h"

#include <string.h>

typedef struct {
    MigCommandContext *context;
    GString *out;
    const MigValue *arguments;
} Hmp;

typedef struct {
    const char *name;                    /* the first of its aliases or any other */
    void (*run)(Hmp *hmp);
} HmpHandler;

static void print(Hmp *hmp, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void print(Hmp *hmp, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(hmp->out, format, arguments);
    va_end(arguments);
}

/* An error goes to the output, not to the reply. */
static void report(Hmp *hmp, GError **error)
{
    if (*error) {
        print(hmp, "Error: %s\n", (*error)->message);
    }
    g_clear_error(error);
}

static MigOptions *options_of(Hmp *hmp)
{
    return mig_vm_options(hmp->context->vm);
}

/* ---- info ---- */

static void info_status(Hmp *hmp)
{
    g_autoptr(MigValue) status = mig_vm_query_status(hmp->context->vm);
    const char *state = mig_argument_text(status, "status");
    gboolean running = mig_argument_bool(status, "running");

    print(hmp, "VM status: %s", running ? "running" : "paused");
    if (!running && strcmp(state, "paused") != 0) {
        print(hmp, " (%s)", state);
    }
    print(hmp, "\n");
}

static void info_name(Hmp *hmp)
{
    if (hmp->context->qmp->guest_name) {
        print(hmp, "%s\n", hmp->context->qmp->guest_name);
    }
}

static void info_version(Hmp *hmp)
{
    print(hmp, "%s%s\n", mig_profile_version(hmp->context->qmp->profile), hmp->context->qmp->package);
}

static void info_uuid(Hmp *hmp)
{
    print(hmp, "%s\n", hmp->context->qmp->uuid);
}

static void info_migrate_capabilities(Hmp *hmp)
{
    g_autoptr(MigValue) list = mig_options_query_capabilities(options_of(hmp));

    for (guint i = 0; i < mig_value_list_length(list); i++) {
        MigValue *entry = mig_value_list_get(list, i);

        print(hmp, "%s: %s\n", mig_argument_text(entry, "capability"), mig_argument_bool(entry, "state") ? "on" : "off");
    }
}

/* Order and units of `info migrate_parameters`; rows hold for releases, a name may have two places. */
static const struct {
    const char *name, *unit;
    MigRelease from, to;
} shown_parameters[] = {
    { "announce-initial", " ms", 0, 9999 }, { "announce-max", " ms", 0, 9999 }, { "announce-rounds", "", 0, 9999 },
    { "announce-step", " ms", 0, 9999 }, { "compress-level", "", 0, 9999 }, { "compress-threads", "", 0, 9999 },
    { "compress-wait-thread", "", 0, 9999 }, { "decompress-threads", "", 0, 9999 }, { "throttle-trigger-threshold", "", 0, 9999 },
    { "x-cpu-throttle-initial", "", 0, 9999 }, { "x-cpu-throttle-increment", "", 0, 9999 },
    { "cpu-throttle-initial", "", 0, 9999 }, { "cpu-throttle-increment", "", 0, 9999 }, { "cpu-throttle-tailslow", "", 0, 9999 },
    { "max-cpu-throttle", "", 0, 9999 }, { "tls-creds", "", 0, 9999 }, { "tls-hostname", "", 0, 9999 },
    { "tls-authz", "", MIG_RELEASE(11, 0), 9999 },
    { "max-bandwidth", " bytes/second", 0, 9999 }, { "avail-switchover-bandwidth", " bytes/second", 0, 9999 },
    { "max-postcopy-bandwidth", " bytes/second", MIG_RELEASE(11, 0), 9999 }, { "downtime-limit", " ms", 0, 9999 },
    { "x-checkpoint-delay", " ms", 0, 9999 }, { "block-incremental", "", 0, 9999 }, { "x-multifd-channels", "", 0, 9999 },
    { "x-multifd-page-count", "", 0, 9999 }, { "multifd-channels", "", 0, 9999 }, { "multifd-compression", "", 0, 9999 },
    { "zero-page-detection", "", 0, 9999 }, { "xbzrle-cache-size", " bytes", 0, 9999 },
    { "max-postcopy-bandwidth", "", 0, MIG_RELEASE(10, 2) }, { "tls-authz", "", 0, MIG_RELEASE(10, 2) },
    { "x-vcpu-dirty-limit-period", " ms", 0, 9999 }, { "vcpu-dirty-limit", " MB/s", 0, 9999 }, { "mode", "", 0, 9999 },
    { "direct-io", "", 0, 9999 }, { "x-rdma-chunk-size", " bytes", 0, 9999 },
};

static void print_parameter(Hmp *hmp, const char *name, const MigValue *value, const char *unit)
{
    gboolean quoted = g_str_has_prefix(name, "tls-");
    guint64 number = 0;

    switch (mig_value_type(value)) {
    case MIG_VALUE_BOOL:
        print(hmp, "%s: %s%s\n", name, mig_value_get_bool(value) ? "on" : "off", unit);
        break;
    case MIG_VALUE_STRING:
        print(hmp, quoted ? "%s: '%s'%s\n" : "%s: %s%s\n", name, mig_value_get_string(value), unit);
        break;
    default:
        mig_value_get_uint(value, &number);
        print(hmp, "%s: %" G_GUINT64_FORMAT "%s\n", name, number, unit);
    }
}

static void print_mapping(Hmp *hmp, const MigValue *mapping)
{
    print(hmp, "block-bitmap-mapping:\n");
    for (guint i = 0; i < mig_value_list_length(mapping); i++) {
        MigValue *node = mig_value_list_get(mapping, i), *bitmaps = mig_value_dict_get(node, "bitmaps");

        print(hmp, "  '%s' -> '%s'\n", mig_argument_text(node, "node-name"), mig_argument_text(node, "alias"));
        for (guint j = 0; j < mig_value_list_length(bitmaps); j++) {
            MigValue *bitmap = mig_value_list_get(bitmaps, j);

            print(hmp, "    '%s' -> '%s'\n", mig_argument_text(bitmap, "name"), mig_argument_text(bitmap, "alias"));
        }
    }
}

static void info_migrate_parameters(Hmp *hmp)
{
    g_autoptr(MigValue) values = mig_options_query_parameters(options_of(hmp));
    MigRelease release = hmp->context->release;
    MigValue *mapping = mig_value_dict_get(values, "block-bitmap-mapping"), *words = mig_value_dict_get(values, "cpr-exec-command");

    for (gsize i = 0; i < G_N_ELEMENTS(shown_parameters); i++) {
        const char *name = shown_parameters[i].name;
        MigValue *value = mig_value_dict_get(values, name);

        if (value && release >= shown_parameters[i].from && release <= shown_parameters[i].to) {
            print_parameter(hmp, name, value, shown_parameters[i].unit);
        }
        if (mapping && shown_parameters[i].from == 0 && strcmp(name, release < MIG_RELEASE(11, 0) ? "tls-authz" : "xbzrle-cache-size") == 0) {
            print_mapping(hmp, mapping);
        }
    }
    if (words) {
        print(hmp, "cpr-exec-command:");
        for (guint i = 0; i < mig_value_list_length(words); i++) {
            print(hmp, " %s", mig_value_get_string(mig_value_list_get(words, i)));
        }
        print(hmp, "\n");
    }
}

/* The properties of the migration object: up to 10.0 always, in 10.1- with -a. */
static void print_globals(Hmp *hmp)
{
    static const struct { MigProperty property; const char *name; MigRelease from, to; } shown[] = {
        { MIG_PROPERTY_STORE_GLOBAL_STATE, "store-global-state", MIG_RELEASE(2, 10), 9999 },
        { MIG_PROPERTY_COUNT, "only-migratable", MIG_RELEASE(2, 10), 9999 },
        { MIG_PROPERTY_SEND_CONFIGURATION, "send-configuration", MIG_RELEASE(2, 10), 9999 },
        { MIG_PROPERTY_SEND_SECTION_FOOTER, "send-section-footer", MIG_RELEASE(2, 10), 9999 },
        { MIG_PROPERTY_SEND_SWITCHOVER_START, "send-switchover-start", MIG_RELEASE(10, 0), 9999 },
        { MIG_PROPERTY_DECOMPRESS_ERROR_CHECK, "decompress-error-check", MIG_RELEASE(3, 0), MIG_RELEASE(9, 0) },
    };
    gboolean newer = hmp->context->release >= MIG_RELEASE(10, 1);
    const char *indent = newer ? "  " : "";

    print(hmp, newer ? "Globals:\n" : "globals:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
        if (hmp->context->release >= shown[i].from && hmp->context->release <= shown[i].to) {
            gboolean on = shown[i].property == MIG_PROPERTY_COUNT ? mig_options_only_migratable(options_of(hmp))
                : mig_options_property(options_of(hmp), shown[i].property) != 0;

            print(hmp, "%s%s: %s\n", indent, shown[i].name, on ? "on" : "off");
        }
    }
    if (hmp->context->release >= MIG_RELEASE(4, 1)) {
        print(hmp, "%sclear-bitmap-shift: %u\n", indent, (guint) mig_options_property(options_of(hmp), MIG_PROPERTY_X_CLEAR_BITMAP_SHIFT));
    }
}

static guint64 number_of(const MigValue *dict, const char *name)
{
    const MigValue *value = mig_value_dict_get(dict, name);
    guint64 number = 0;

    if (value) {
        (void) mig_value_get_uint(value, &number);
    }
    return number;
}

static double double_of(const MigValue *dict, const char *name)
{
    const MigValue *value = mig_value_dict_get(dict, name);

    return value ? mig_value_get_double(value) : 0;
}

/* "unix:PATH", "tcp:HOST:PORT" … of an address. */
static char *address_uri(const MigValue *address)
{
    const char *type = mig_argument_text(address, "type");

    if (g_strcmp0(type, "inet") == 0) {
        return g_strdup_printf("tcp:%s:%s", mig_argument_text(address, "host"), mig_argument_text(address, "port"));
    }
    if (g_strcmp0(type, "unix") == 0) {
        return g_strdup_printf("unix:%s", mig_argument_text(address, "path"));
    }
    if (g_strcmp0(type, "vsock") == 0) {
        return g_strdup_printf("vsock:%s:%s", mig_argument_text(address, "cid"), mig_argument_text(address, "port"));
    }
    return g_strdup_printf("fd:%s", mig_argument_text(address, "str"));
}

static void print_addresses(Hmp *hmp, const MigValue *info, const char *title)
{
    MigValue *list = mig_value_dict_get(info, "socket-address");

    if (!list) {
        return;
    }
    print(hmp, "%s: [\n", title);
    for (guint i = 0; i < mig_value_list_length(list); i++) {
        g_autofree char *uri = address_uri(mig_value_list_get(list, i));

        print(hmp, "\t%s\n", uri);
    }
    print(hmp, "]\n");
}

/* Lines of a member each: shown where the member is there and, for those marked so, not zero. */
typedef struct {
    const char *member, *title, *unit;
    guint shift;
    gboolean nonzero;
} NumberLine;

static void print_numbers(Hmp *hmp, const MigValue *dict, const NumberLine *lines, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        guint64 number = number_of(dict, lines[i].member);

        if (mig_value_dict_get(dict, lines[i].member) && !(lines[i].nonzero && number == 0)) {
            print(hmp, "%s: %" G_GUINT64_FORMAT "%s\n", lines[i].title, number >> lines[i].shift, lines[i].unit);
        }
    }
}

static void print_old_ram(Hmp *hmp, const MigValue *ram)
{
    static const NumberLine before[] = { { "transferred", "transferred ram", " kbytes", 10, FALSE } };
    static const NumberLine lines[] = {
        { "remaining", "remaining ram", " kbytes", 10, FALSE }, { "total", "total ram", " kbytes", 10, FALSE },
        { "duplicate", "duplicate", " pages", 0, FALSE }, { "skipped", "skipped", " pages", 0, FALSE },
        { "normal", "normal", " pages", 0, FALSE }, { "normal-bytes", "normal bytes", " kbytes", 10, FALSE },
        { "dirty-sync-count", "dirty sync count", "", 0, FALSE }, { "page-size", "page size", " kbytes", 10, FALSE },
        { "multifd-bytes", "multifd bytes", " kbytes", 10, FALSE }, { "pages-per-second", "pages-per-second", "", 0, FALSE },
        { "dirty-pages-rate", "dirty pages rate", " pages", 0, TRUE },
        { "postcopy-requests", "postcopy request count", "", 0, TRUE }, { "precopy-bytes", "precopy ram", " kbytes", 10, TRUE },
        { "downtime-bytes", "downtime ram", " kbytes", 10, TRUE }, { "postcopy-bytes", "postcopy ram", " kbytes", 10, TRUE },
    };

    print_numbers(hmp, ram, before, G_N_ELEMENTS(before));
    print(hmp, "throughput: %0.2f mbps\n", double_of(ram, "mbps"));
    print_numbers(hmp, ram, lines, G_N_ELEMENTS(lines));
}

/* {-10.0} */
static void print_old_status(Hmp *hmp, const MigValue *info)
{
    static const NumberLine times[] = {
        { "expected-downtime", "expected downtime", " ms", 0, FALSE }, { "downtime", "downtime", " ms", 0, FALSE },
        { "setup-time", "setup", " ms", 0, FALSE },
    };
    static const NumberLine cache_lines[] = {
        { "cache-size", "cache size", " bytes", 0, FALSE }, { "bytes", "xbzrle transferred", " kbytes", 10, FALSE },
        { "pages", "xbzrle pages", " pages", 0, FALSE }, { "cache-miss", "xbzrle cache miss", " pages", 0, FALSE },
    };
    static const NumberLine throttle[] = { { "cpu-throttle-percentage", "cpu throttle percentage", "", 0, FALSE } };
    const char *status = mig_argument_text(info, "status"), *reason = mig_argument_text(info, "error-desc");
    MigValue *ram = mig_value_dict_get(info, "ram"), *cache = mig_value_dict_get(info, "xbzrle-cache");

    if (status) {
        print(hmp, "Migration status: %s", status);
        if (reason && strcmp(status, "failed") == 0) {
            print(hmp, " (%s)", reason);
        }
        print(hmp, "\ntotal time: %" G_GUINT64_FORMAT " ms\n", number_of(info, "total-time"));
        print_numbers(hmp, info, times, G_N_ELEMENTS(times));
    }
    if (ram) {
        print_old_ram(hmp, ram);
    }
    if (cache) {
        print_numbers(hmp, cache, cache_lines, G_N_ELEMENTS(cache_lines));
        print(hmp, "xbzrle cache miss rate: %0.2f\n", double_of(cache, "cache-miss-rate"));
        if (mig_value_dict_get(cache, "encoding-rate")) {
            print(hmp, "xbzrle encoding rate: %0.2f\n", double_of(cache, "encoding-rate"));
        }
        print(hmp, "xbzrle overflow: %" G_GUINT64_FORMAT "\n", number_of(cache, "overflow"));
    }
    print_numbers(hmp, info, throttle, G_N_ELEMENTS(throttle));
    print_addresses(hmp, info, "socket address");
}

/* "1.06 KiB": three significant digits, unit of the largest power of 1024 that leaves less than 1000. */
static char *size_text(guint64 size)
{
    static const char *const units[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" };
    double value = (double) size;
    guint power = 0;

    while (value >= 1000 && power + 1 < G_N_ELEMENTS(units)) {
        value /= 1024;
        power++;
    }
    return g_strdup_printf("%0.3g %sB", value, units[power]);
}

static void print_size(Hmp *hmp, const char *before, const MigValue *dict, const char *member)
{
    g_autofree char *text = size_text(number_of(dict, member));

    print(hmp, "%s%s", before, text);
}

static void print_new_ram(Hmp *hmp, const MigValue *ram)
{
    static const struct { const char *member, *before; } others[] = {
        { "postcopy-requests", ", postcopy_req=" }, { "downtime-bytes", ", downtime_bytes=" },
        { "dirty-sync-missed-zero-copy", ", zerocopy_fallbacks=" },
    };

    print(hmp, "RAM info:\n  Throughput (Mbps): \t%0.2f\n", double_of(ram, "mbps"));
    print_size(hmp, "  Sizes: \t\tpagesize=", ram, "page-size");
    print_size(hmp, ", total=", ram, "total");
    print_size(hmp, "\n  Transfers: \t\ttransferred=", ram, "transferred");
    print_size(hmp, ", remain=", ram, "remaining");
    print_size(hmp, "\n    Channels: \t\tprecopy=", ram, "precopy-bytes");
    print_size(hmp, ", multifd=", ram, "multifd-bytes");
    print_size(hmp, ", postcopy=", ram, "postcopy-bytes");
    print(hmp, "\n    Page Types: \tnormal=%" G_GUINT64_FORMAT ", zero=%" G_GUINT64_FORMAT "\n", number_of(ram, "normal"),
          number_of(ram, "duplicate"));
    print(hmp, "  Page Rates (pps): \ttransfer=%" G_GUINT64_FORMAT, number_of(ram, "pages-per-second"));
    if (number_of(ram, "dirty-pages-rate")) {
        print(hmp, ", dirty=%" G_GUINT64_FORMAT, number_of(ram, "dirty-pages-rate"));
    }
    print(hmp, "\n  Others: \t\tdirty_syncs=%" G_GUINT64_FORMAT, number_of(ram, "dirty-sync-count"));
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (number_of(ram, others[i].member)) {
            print(hmp, "%s%" G_GUINT64_FORMAT, others[i].before, number_of(ram, others[i].member));
        }
    }
    print(hmp, "\n");
}

/* {10.1-} */
static void print_new_status(Hmp *hmp, const MigValue *info)
{
    static const struct { const char *member, *before; } times[] = {
        { "setup-time", ", setup=" }, { "expected-downtime", ", exp_down=" }, { "downtime", ", down=" },
    };
    const char *status = mig_argument_text(info, "status"), *reason = mig_argument_text(info, "error-desc");
    MigValue *ram = mig_value_dict_get(info, "ram");

    if (status) {
        print(hmp, "Status: \t\t%s", status);
        if (reason && (strcmp(status, "failed") == 0 || strcmp(status, "postcopy-paused") == 0)) {
            print(hmp, " (%s)", reason);
        }
        print(hmp, "\n");
        if (number_of(info, "total-time")) {
            print(hmp, "Time (ms): \t\ttotal=%" G_GUINT64_FORMAT, number_of(info, "total-time"));
            for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
                if (mig_value_dict_get(info, times[i].member)) {
                    print(hmp, "%s%" G_GUINT64_FORMAT, times[i].before, number_of(info, times[i].member));
                }
            }
            print(hmp, "\n");
        }
    }
    print_addresses(hmp, info, "Sockets");
    if (ram) {
        print_new_ram(hmp, ram);
    }
}

static void print_new_rest(Hmp *hmp, const MigValue *info)
{
    static const NumberLine throttle[] = { { "cpu-throttle-percentage", "CPU Throttle (%)", "", 0, FALSE } };
    MigValue *cache = mig_value_dict_get(info, "xbzrle-cache");

    print_globals(hmp);
    if (cache) {
        print(hmp, "XBZRLE: size=%" G_GUINT64_FORMAT ", transferred=%" G_GUINT64_FORMAT ", pages=%" G_GUINT64_FORMAT ", miss=%"
              G_GUINT64_FORMAT "\n  miss_rate=%0.2f, encode_rate=%0.2f, overflow=%" G_GUINT64_FORMAT "\n", number_of(cache, "cache-size"),
              number_of(cache, "bytes"), number_of(cache, "pages"), number_of(cache, "cache-miss"), double_of(cache, "cache-miss-rate"),
              double_of(cache, "encoding-rate"), number_of(cache, "overflow"));
    }
    print_numbers(hmp, info, throttle, G_N_ELEMENTS(throttle));
}

static void info_migrate(Hmp *hmp)
{
    g_autoptr(MigValue) info = mig_vm_query_migrate(hmp->context->vm);
    MigValue *blocked = mig_value_dict_get(info, "blocked-reasons");
    gboolean newer = hmp->context->release >= MIG_RELEASE(10, 1);

    if (!newer && hmp->context->release >= MIG_RELEASE(2, 10)) {
        print_globals(hmp);
    }
    if (blocked) {
        print(hmp, "Outgoing migration blocked:\n");
        for (guint i = 0; i < mig_value_list_length(blocked); i++) {
            print(hmp, "  %s\n", mig_value_get_string(mig_value_list_get(blocked, i)));
        }
    }
    if (!newer) {
        print_old_status(hmp, info);
        return;
    }
    print_new_status(hmp, info);
    if (mig_argument_bool(hmp->arguments, "all")) {
        print_new_rest(hmp, info);
    }
}

/* ---- Actions ---- */

static void stop(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_stop(hmp->context->vm, &error);
    report(hmp, &error);
}

static void cont(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_cont(hmp->context->vm, &error);
    report(hmp, &error);
}

static void quit(Hmp *hmp)
{
    MigQmp *qmp = hmp->context->qmp;

    qmp->hold_events = mig_qmp_replies_first(qmp);
    mig_vm_cmd_quit(hmp->context->vm, FALSE, "host-qmp-quit");
    qmp->quitting = TRUE;
}

static void system_reset(Hmp *hmp)
{
    GError *error = NULL;

    hmp->context->qmp->hold_events = mig_qmp_replies_first(hmp->context->qmp);
    (void) mig_vm_cmd_system_reset(hmp->context->vm, &error);
    report(hmp, &error);
}

static void migrate_set_capability(Hmp *hmp)
{
    g_autoptr(MigValue) list = mig_value_list();
    MigValue *entry = mig_value_dict();
    const char *name = mig_argument_text(hmp->arguments, "capability");
    GError *error = NULL;
    MigCap cap;

    mig_value_list_append(list, entry);
    if (!mig_cap_find(hmp->context->qmp->profile, name, &cap)) {
        print(hmp, "Error: invalid parameter value: %s\n", name);
        return;
    }
    mig_value_dict_put(entry, "capability", mig_value_string(name));
    mig_value_dict_put(entry, "state", mig_value_bool(mig_argument_bool(hmp->arguments, "state")));
    if (!mig_options_set_capabilities(options_of(hmp), list, &error)) {
        report(hmp, &error);
    }
}

/* How the text of a parameter is read. */
typedef enum { READ_BY_TYPE, READ_SIZE, READ_CACHE_SIZE, READ_MEGABYTES, READ_UNSIGNED, READ_UINT8, READ_UINT32, READ_INT } Reading;

static Reading reading_of(const MigProfile *profile, const char *name)
{
    static const struct { const char *name; Reading reading; MigRelease from; } rows[] = {
        { "announce-initial", READ_SIZE, 0 }, { "announce-max", READ_SIZE, 0 }, { "announce-rounds", READ_SIZE, 0 },
        { "announce-step", READ_SIZE, 0 }, { "max-postcopy-bandwidth", READ_SIZE, 0 }, { "xbzrle-cache-size", READ_CACHE_SIZE, 0 },
        { "max-bandwidth", READ_MEGABYTES, 0 }, { "avail-switchover-bandwidth", READ_MEGABYTES, 0 },
        { "downtime-limit", READ_SIZE, MIG_RELEASE(6, 0) }, { "x-vcpu-dirty-limit-period", READ_SIZE, 0 },
        { "vcpu-dirty-limit", READ_SIZE, 0 }, { "x-rdma-chunk-size", READ_SIZE, 0 },
    };
    MigRelease release = mig_profile_release(profile);
    MigParam param;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(name, rows[i].name) == 0 && release >= rows[i].from) {
            return rows[i].reading;
        }
    }
    g_return_val_if_fail(mig_param_find(profile, name, &param), READ_BY_TYPE);
    switch (mig_param_input_type(profile, param)) {
    case MIG_TYPE_INT:
        return READ_INT;
    case MIG_TYPE_UINT8:
        return release < MIG_RELEASE(6, 0) ? READ_INT : READ_UINT8;
    case MIG_TYPE_UINT32:
        return release < MIG_RELEASE(6, 0) ? READ_INT : READ_UINT32;
    case MIG_TYPE_UINT64:
        return release < MIG_RELEASE(6, 0) ? READ_INT : READ_UNSIGNED;
    case MIG_TYPE_SIZE:
        return READ_SIZE;
    default:
        return READ_BY_TYPE;
    }
}

/* {6.0-8.0} A suffix behind hexadecimal digits is taken, with a warning. */
static void warn_of_hexadecimal(Hmp *hmp, const char *text)
{
    const char *p = text + strspn(text, " \t");
    gsize digits;

    if (hmp->context->release < MIG_RELEASE(6, 0) || hmp->context->release > MIG_RELEASE(8, 0) || p[0] != '0' || (p[1] != 'x' && p[1] != 'X')) {
        return;
    }
    digits = strspn(p + 2, "0123456789abcdefABCDEF");
    if (digits > 0 && p[2 + digits] != '\0' && strchr("BbKkMmGgTtPpEe", p[2 + digits])) {
        print(hmp, "warning: Using a multiplier suffix on hex numbers is deprecated: %s\n", text);
    }
}

/* NULL with the reason printed. */
static MigValue *read_number(Hmp *hmp, const char *name, const char *text, Reading reading)
{
    static const struct { Reading reading; MigType type; const char *expected; } integers[] = {
        { READ_INT, MIG_TYPE_INT, "int64" }, { READ_UINT8, MIG_TYPE_UINT8, "uint8_t" }, { READ_UINT32, MIG_TYPE_UINT32, "uint32_t" },
        { READ_UNSIGNED, MIG_TYPE_UINT64, "uint64" },
    };
    const MigProfile *profile = hmp->context->qmp->profile;
    guint64 number;

    for (gsize i = 0; i < G_N_ELEMENTS(integers); i++) {
        if (reading == integers[i].reading) {
            if (mig_property_value(profile, integers[i].type == MIG_TYPE_INT ? MIG_TYPE_INT : MIG_TYPE_UINT64, text, &number)
                != MIG_RULE_NONE) {
                print(hmp, "Error: Parameter '%s' expects %s\n", name, reading == READ_INT ? "int64" : "uint64");
                return NULL;
            }
            if (mig_property_value(profile, integers[i].type, text, &number) != MIG_RULE_NONE) {
                print(hmp, "Error: Parameter '%s' expects %s\n", name, integers[i].expected);
                return NULL;
            }
            return reading == READ_INT ? mig_value_int((gint64) number) : mig_value_uint(number);
        }
    }
    warn_of_hexadecimal(hmp, text);
    switch (mig_size_value(profile, text, reading == READ_MEGABYTES ? 2 : 0, NULL, &number)) {
    case MIG_SIZE_RANGE:
        if (reading != READ_MEGABYTES) {
            print(hmp, "Error: Value '%s' is out of range for parameter '%s'\n", text, name);
            return NULL;
        }
        break;
    case MIG_SIZE_WRONG:
        if (reading != READ_MEGABYTES) {
            print(hmp, "Error: Parameter '%s' expects a non-negative number below 2^64\nOptional suffix k, M, G, T, P or E means kilo-, mega-, "
                  "giga-, tera-, peta-\nand exabytes, respectively.\n", name);
            return NULL;
        }
        break;
    case MIG_SIZE_GOOD:
        if (reading == READ_SIZE || number <= G_MAXINT64) {
            return mig_value_uint(number);
        }
        break;
    }
    print(hmp, "Error: Invalid size %s\n", text);
    return NULL;
}

static MigValue *read_words(Hmp *hmp, const char *text)
{
    MigValue *list;
    char **words;
    GError *error = NULL;

    if (!g_shell_parse_argv(text, NULL, &words, &error)) {
        report(hmp, &error);
        return NULL;
    }
    list = mig_value_list();
    for (guint i = 0; words[i]; i++) {
        mig_value_list_append(list, mig_value_string(words[i]));
    }
    g_strfreev(words);
    return list;
}

static MigValue *read_parameter(Hmp *hmp, const char *name, MigType type, const char *text)
{
    Reading reading = reading_of(hmp->context->qmp->profile, name);
    guint64 number;

    if (reading != READ_BY_TYPE) {
        return read_number(hmp, name, text, reading);
    }
    if (type == MIG_TYPE_BOOL) {
        MigRule rule = mig_property_value(hmp->context->qmp->profile, MIG_TYPE_BOOL, text, &number);

        if (rule != MIG_RULE_NONE) {
            print(hmp, hmp->context->release >= MIG_RELEASE(5, 2) ? "Error: Parameter '%s' expects 'on' or 'off'\n"
                  : "Error: Invalid parameter type for '%s', expected: boolean\n", name);
            return NULL;
        }
        return mig_value_bool(number != 0);
    }
    return type == MIG_TYPE_STRINGS ? read_words(hmp, text) : mig_value_string(text);
}

static void migrate_set_parameter(Hmp *hmp)
{
    const char *name = mig_argument_text(hmp->arguments, "parameter");
    const MigProfile *profile = hmp->context->qmp->profile;
    g_autoptr(MigValue) arguments = mig_value_dict();
    const MigSchemaCommand *command = mig_schema_find_command(&hmp->context->qmp->schema, "migrate-set-parameters");
    GError *error = NULL;
    MigParam param;
    MigValue *value;

    if (!mig_param_find(profile, name, &param)) {
        print(hmp, "Error: invalid parameter value: %s\n", name);
        return;
    }
    if (mig_param_input_type(profile, param) == MIG_TYPE_MAPPING) {
        print(hmp, "Error: The block-bitmap-mapping parameter can only be set through QMP\n");
        return;
    }
    value = read_parameter(hmp, name, mig_param_input_type(profile, param), mig_argument_text(hmp->arguments, "value"));
    if (!value) {
        return;
    }
    mig_value_dict_put(arguments, name, value);
    if (mig_schema_check(&hmp->context->qmp->schema, command->arguments, arguments, &error)) {
        gboolean stored = mig_options_set_parameters(options_of(hmp), arguments, &error);

        (void) stored;
    }
    report(hmp, &error);
}

/* {8.2-} The address is looked at before anything else. FALSE with the reason printed. */
static gboolean check_address(Hmp *hmp, gboolean incoming)
{
    MigAddress address = { 0 };
    GError *error = NULL;
    gboolean good = hmp->context->release < MIG_RELEASE(8, 2)
        || mig_address_parse(hmp->context->qmp->profile, mig_argument_text(hmp->arguments, "uri"), incoming, &address, &error);

    mig_address_clear(&address);
    report(hmp, &error);
    return good;
}

static void migrate(Hmp *hmp)
{
    MigMigrateArgs args = {
        .uri = mig_argument_text(hmp->arguments, "uri"),
        .has_blk = mig_argument_bool(hmp->arguments, "blk"), .blk = mig_argument_bool(hmp->arguments, "blk"),
        .has_inc = mig_argument_bool(hmp->arguments, "inc"), .inc = mig_argument_bool(hmp->arguments, "inc"),
        .resume = mig_argument_bool(hmp->arguments, "resume"),
    };
    GError *error = NULL;

    if (!check_address(hmp, FALSE)) {
        return;
    }
    if (mig_vm_cmd_migrate(hmp->context->vm, &args, &error) && !mig_argument_bool(hmp->arguments, "detach")
        && hmp->context->release < MIG_RELEASE(11, 1)) {
        print(hmp, "terminal does not allow synchronous migration, continuing detached\n");
    }
    report(hmp, &error);
}

static void migrate_cancel(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_migrate_cancel(hmp->context->vm, &error);
    report(hmp, &error);
}

static void migrate_incoming(Hmp *hmp)
{
    GError *error = NULL;

    if (!check_address(hmp, TRUE)) {
        return;
    }
    (void) mig_vm_cmd_migrate_incoming(hmp->context->vm, mig_argument_text(hmp->arguments, "uri"), NULL, FALSE, TRUE, &error);
    report(hmp, &error);
}

static void migrate_continue(Hmp *hmp)
{
    const char *state = mig_argument_text(hmp->arguments, "state");
    GError *error = NULL;
    MigStatus status;

    if (!mig_status_find(state, &status)) {
        print(hmp, "Error: invalid parameter value: %s\n", state);
        return;
    }
    (void) mig_vm_cmd_migrate_continue(hmp->context->vm, state, &error);
    report(hmp, &error);
}

static void migrate_start_postcopy(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_migrate_start_postcopy(hmp->context->vm, &error);
    report(hmp, &error);
}

static void migrate_pause(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_migrate_pause(hmp->context->vm, &error);
    report(hmp, &error);
}

static void migrate_recover(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_migrate_recover(hmp->context->vm, mig_argument_text(hmp->arguments, "uri"), &error);
    report(hmp, &error);
}

/* ---- Commands that are one of QMP under another name ---- */

/* The result, NULL with the reason printed. `arguments` are taken over. */
static MigValue *run_qmp(Hmp *hmp, const char *name, MigValue *arguments)
{
    GError *error = NULL;
    g_autoptr(MigValue) own = arguments;
    MigValue *result = mig_command_find_handler(name)(hmp->context, own, &error);

    report(hmp, &error);
    return result;
}

static void run_qmp_quietly(Hmp *hmp, const char *name, MigValue *arguments)
{
    g_autoptr(MigValue) result = run_qmp(hmp, name, arguments);

    (void) result;
}

static void calc_dirty_rate(Hmp *hmp)
{
    gboolean ring = mig_argument_bool(hmp->arguments, "dirty_ring"), bitmap = mig_argument_bool(hmp->arguments, "dirty_bitmap");
    MigValue *arguments, *samples = mig_value_dict_get(hmp->arguments, "sample_pages_per_GB");
    gint64 seconds = mig_argument_int(hmp->arguments, "second", 0);
    g_autoptr(MigValue) result = NULL;

    if (seconds == 0) {
        print(hmp, "Incorrect period length specified!\n");
        return;
    }
    if (ring && bitmap) {
        print(hmp, "Either dirty ring or dirty bitmap can be specified!\n");
        return;
    }
    arguments = mig_value_dict();
    mig_value_dict_put(arguments, "calc-time", mig_value_int(seconds));
    mig_value_dict_put(arguments, "mode", mig_value_string(bitmap ? "dirty-bitmap" : ring ? "dirty-ring" : "page-sampling"));
    if (samples) {
        mig_value_dict_put(arguments, "sample-pages", mig_value_int(mig_argument_int(hmp->arguments, "sample_pages_per_GB", 0)));
    }
    result = run_qmp(hmp, "calc-dirty-rate", arguments);
    if (result) {
        print(hmp, "Starting dirty rate measurement with period %" G_GINT64_FORMAT " seconds\n"
              "[Please use 'info dirty_rate' to check results]\n", seconds);
    }
}

static void info_dirty_rate(Hmp *hmp)
{
    g_autoptr(MigValue) info = run_qmp(hmp, "query-dirty-rate", mig_value_dict());
    const char *mode = mig_argument_text(info, "mode");

    print(hmp, "Status: %s\n", mig_argument_text(info, "status"));
    print(hmp, "Start Time: %" G_GINT64_FORMAT " (ms)\n", mig_argument_int(info, "start-time", 0));
    if (g_strcmp0(mode, "dirty-ring") == 0) {
        print(hmp, "Sample Pages: N/A\n");
    } else {
        print(hmp, "Sample Pages: %" G_GINT64_FORMAT " (per GB)\n", mig_argument_int(info, "sample-pages", 0));
    }
    print(hmp, "Period: %" G_GINT64_FORMAT " (sec)\nMode: %s\n", mig_argument_int(info, "calc-time", 0), mode);
    if (mig_value_dict_get(info, "dirty-rate")) {
        print(hmp, "Dirty rate: %" G_GINT64_FORMAT " (MB/s)\n", mig_argument_int(info, "dirty-rate", 0));
    } else {
        print(hmp, "Dirty rate: (not ready)\n");
    }
}

static void info_vcpu_dirty_limit(Hmp *hmp)
{
    print(hmp, "Dirty page limit not enabled!\n");
}

static MigValue *cpu_index(Hmp *hmp)
{
    MigValue *arguments = mig_value_dict();

    if (mig_value_dict_get(hmp->arguments, "cpu_index")) {
        mig_value_dict_put(arguments, "cpu-index", mig_value_int(mig_argument_int(hmp->arguments, "cpu_index", -1)));
    }
    return arguments;
}

static void set_vcpu_dirty_limit(Hmp *hmp)
{
    gint64 rate = mig_argument_int(hmp->arguments, "dirty_rate", 0);
    g_autoptr(MigValue) result = NULL;
    MigValue *arguments;

    if (rate < 0 && hmp->context->release >= MIG_RELEASE(8, 1)) {
        print(hmp, "Error: invalid dirty page limit %" G_GINT64_FORMAT "\n", rate);
        return;
    }
    arguments = cpu_index(hmp);
    mig_value_dict_put(arguments, "dirty-rate", mig_value_int(rate));
    result = run_qmp(hmp, "set-vcpu-dirty-limit", arguments);
    if (result) {
        print(hmp, "[Please use 'info vcpu_dirty_limit' to query dirty limit for virtual CPU]\n");
    }
}

static void cancel_vcpu_dirty_limit(Hmp *hmp)
{
    g_autoptr(MigValue) result = run_qmp(hmp, "cancel-vcpu-dirty-limit", cpu_index(hmp));

    if (result) {
        print(hmp, "[Please use 'info vcpu_dirty_limit' to query dirty limit for virtual CPU]\n");
    }
}

static void client_migrate_info(Hmp *hmp)
{
    MigValue *arguments = mig_value_dict();

    mig_value_dict_put(arguments, "protocol", mig_value_string(mig_argument_text(hmp->arguments, "protocol")));
    mig_value_dict_put(arguments, "hostname", mig_value_string(mig_argument_text(hmp->arguments, "hostname")));
    run_qmp_quietly(hmp, "client_migrate_info", arguments);
}

static void x_colo_lost_heartbeat(Hmp *hmp)
{
    run_qmp_quietly(hmp, "x-colo-lost-heartbeat", mig_value_dict());
}

static void system_powerdown(Hmp *hmp)
{
    run_qmp_quietly(hmp, "system_powerdown", mig_value_dict());
}

static void system_wakeup(Hmp *hmp)
{
    run_qmp_quietly(hmp, "system_wakeup", mig_value_dict());
}

static void object_del(Hmp *hmp)
{
    MigValue *arguments = mig_value_dict();

    mig_value_dict_put(arguments, "id", mig_value_string(mig_argument_text(hmp->arguments, "id")));
    run_qmp_quietly(hmp, "object-del", arguments);
}

/* The human monitor has descriptors of its own, and nobody can send it one here. */
static void getfd(Hmp *hmp)
{
    print(hmp, "Error: No file descriptor supplied via SCM_RIGHTS\n");
}

static void closefd(Hmp *hmp)
{
    print(hmp, "Error: File descriptor named '%s' not found\n", mig_argument_text(hmp->arguments, "fdname"));
}

/* {-5.2} */
static void migrate_set_cache_size(Hmp *hmp)
{
    GError *error = NULL;

    if (!mig_options_set_cache_size(options_of(hmp), mig_argument_int(hmp->arguments, "value", 0), &error)) {
        report(hmp, &error);
    }
}

static void migrate_set_speed(Hmp *hmp)
{
    GError *error = NULL;

    if (!mig_options_set_speed(options_of(hmp), mig_argument_int(hmp->arguments, "value", 0), &error)) {
        report(hmp, &error);
    }
}

static void migrate_set_downtime(Hmp *hmp)
{
    GError *error = NULL;

    if (!mig_options_set_downtime(options_of(hmp), mig_value_get_double(mig_value_dict_get(hmp->arguments, "value")), &error)) {
        report(hmp, &error);
    }
}

static void info_migrate_cache_size(Hmp *hmp)
{
    print(hmp, "xbzrel cache size: %" G_GINT64_FORMAT " kbytes\n", mig_options_query_cache_size(options_of(hmp)) >> 10);
}

static void info_chardev(Hmp *hmp)
{
    g_autoptr(MigValue) list = run_qmp(hmp, "query-chardev", mig_value_dict());

    for (guint i = 0; list && i < mig_value_list_length(list); i++) {
        MigValue *entry = mig_value_list_get(list, i);

        print(hmp, "%s: filename=%s\n", mig_argument_text(entry, "label"), mig_argument_text(entry, "filename"));
    }
}

static void info_kvm(Hmp *hmp)
{
    print(hmp, "kvm support: disabled\n");
}

/* There is no disk that could hold a snapshot. */
static void refuse_snapshot(Hmp *hmp, const char *old)
{
    print(hmp, "Error: %s\n", mig_snapshot_refused(hmp->context) ? mig_snapshot_refused(hmp->context)
          : hmp->context->release < MIG_RELEASE(6, 0) ? old : "no block device can store vmstate for snapshot");
}

static void savevm(Hmp *hmp)
{
    refuse_snapshot(hmp, "No block device can accept snapshots");
}

static void loadvm(Hmp *hmp)
{
    mig_vm_stop_to(hmp->context->vm, MIG_RUN_RESTORE_VM, FALSE);
    refuse_snapshot(hmp, "No block device supports snapshots");
}

static void help(Hmp *hmp)
{
    mig_human_help(hmp->context->qmp->profile, !hmp->context->qmp->preconfig, mig_argument_text(hmp->arguments, "name"), hmp->out);
}

static void info_help(Hmp *hmp)
{
    mig_human_help(hmp->context->qmp->profile, !hmp->context->qmp->preconfig, "info", hmp->out);
}

/* What a machine without devices, disks and CPUs says; rows hold for releases. */
static const struct {
    const char *name;
    MigRelease from, to;
    const char *text;
} empty_machine[] = {
    { "balloon", 0, 9999, "Error: No balloon device has been activated\n" },
    { "block-jobs", 0, 9999, "No active jobs\n" },
    { "capture", MIG_RELEASE(10, 2), 9999, "warning: 'info capture' is deprecated since v10.2, to be removed\n" },
    { "cpustats", 0, 9999, "No CPU available\n" },
    { "dump", 0, 9999, "Status: none\n" },
    { "hotpluggable-cpus", 0, MIG_RELEASE(8, 2), "Error: The feature 'query-hotpluggable-cpus' is not enabled\n" },
    { "hotpluggable-cpus", MIG_RELEASE(9, 0), 9999, "Error: machine does not support hot-plugging CPUs\n" },
    { "ioapic", 0, 9999, "This command is obsolete and will be removed soon. Please use 'info pic' instead.\n" },
    { "lapic", 0, 9999, "No CPU available\n" },
    { "mem", 0, 9999, "No CPU available\n" },
    { "tlb", 0, 9999, "No CPU available\n" },
    { "registers", 0, 9999, "No CPU available\n" },
    { "memdev", 0, 9999, "\n" },
    { "memory_size_summary", 0, 9999, "base memory: 0\nplugged memory: 0\n" },
    { "mice", 0, 9999, "No mouse devices connected\n" },
    { "numa", 0, 9999, "0 nodes\n" },
    { "opcount", 0, 9999, "[TCG profiler not compiled]\n" },
    { "profile", 0, MIG_RELEASE(6, 1), "Internal profiler not compiled\n" },
    { "profile", MIG_RELEASE(6, 2), 9999, "Error: Internal profiler not compiled\n" },
    { "qtree", 0, 9999, "bus: main-system-bus\n  type System\n" },
    { "replay", 0, 9999, "Record/replay is not active\n" },
    { "sev", 0, 9999, "SEV is not enabled\n" },
    { "sgx", 0, 9999, "SGX is only supported on PC machines\n" },
    { "snapshots", 0, MIG_RELEASE(5, 2), "No available block device supports snapshots\n" },
    { "snapshots", MIG_RELEASE(6, 0), MIG_RELEASE(10, 2), "no block device can store vmstate for snapshot\n" },
    { "snapshots", MIG_RELEASE(11, 0), 9999, "Error: no block device can store vmstate for snapshot\n" },
    { "spice", 0, 9999, "Server: disabled\n" },
    { "usb", 0, MIG_RELEASE(6, 1), "USB support not enabled\n" },
    { "usb", MIG_RELEASE(6, 2), 9999, "Error: USB support not enabled\n" },
    { "virtio", 0, MIG_RELEASE(7, 2), "No VirtIO devices\n" },
    { "virtio", MIG_RELEASE(8, 0), 9999, "Error: No virtio devices found\n" },
    { "vm-generation-id", 0, 9999, "Error: VM Generation ID device not found\n" },
    { "vnc", 0, 9999, "None\n" },
};

static void print_empty_machine(Hmp *hmp, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(empty_machine); i++) {
        if (strcmp(empty_machine[i].name, name) == 0 && hmp->context->release >= empty_machine[i].from
            && hmp->context->release <= empty_machine[i].to) {
            print(hmp, "%s", empty_machine[i].text);
        }
    }
}

static const HmpHandler info_handlers[] = {
    { "chardev", info_chardev },
    { "dirty_rate", info_dirty_rate },
    { "kvm", info_kvm },
    { "migrate", info_migrate },
    { "migrate_cache_size", info_migrate_cache_size },
    { "migrate_capabilities", info_migrate_capabilities },
    { "migrate_parameters", info_migrate_parameters },
    { "name", info_name },
    { "status", info_status },
    { "uuid", info_uuid },
    { "vcpu_dirty_limit", info_vcpu_dirty_limit },
    { "version", info_version },
};

static const HmpHandler handlers[] = {
    { "calc_dirty_rate", calc_dirty_rate },
    { "cancel_vcpu_dirty_limit", cancel_vcpu_dirty_limit },
    { "client_migrate_info", client_migrate_info },
    { "closefd", closefd },
    { "cont", cont },
    { "getfd", getfd },
    { "help", help },
    { "info", info_help },
    { "loadvm", loadvm },
    { "migrate", migrate },
    { "migrate_cancel", migrate_cancel },
    { "migrate_continue", migrate_continue },
    { "migrate_incoming", migrate_incoming },
    { "migrate_pause", migrate_pause },
    { "migrate_recover", migrate_recover },
    { "migrate_set_cache_size", migrate_set_cache_size },
    { "migrate_set_capability", migrate_set_capability },
    { "migrate_set_downtime", migrate_set_downtime },
    { "migrate_set_parameter", migrate_set_parameter },
    { "migrate_set_speed", migrate_set_speed },
    { "migrate_start_postcopy", migrate_start_postcopy },
    { "object_del", object_del },
    { "quit", quit },
    { "savevm", savevm },
    { "set_vcpu_dirty_limit", set_vcpu_dirty_limit },
    { "stop", stop },
    { "system_powerdown", system_powerdown },
    { "system_reset", system_reset },
    { "system_wakeup", system_wakeup },
    { "x_colo_lost_heartbeat", x_colo_lost_heartbeat },
};

static void run(Hmp *hmp, const MigHumanCommand *command, gboolean info)
{
    const HmpHandler *table = info ? info_handlers : handlers;
    gsize count = info ? G_N_ELEMENTS(info_handlers) : G_N_ELEMENTS(handlers);
    g_auto(GStrv) names = g_strsplit(command->name, "|", -1);

    for (gsize i = 0; i < count; i++) {
        if (g_strv_contains((const char *const *) names, table[i].name)) {
            mig_options_hear(options_of(hmp), hmp->out);
            table[i].run(hmp);
            mig_options_hear(options_of(hmp), NULL);
            return;
        }
    }
    if (info) {
        print_empty_machine(hmp, command->name);
    }
}

char *mig_hmp_run(MigCommandContext *context, const char *line)
{
    Hmp hmp = { .context = context, .out = g_string_new(NULL) };
    g_autoptr(MigValue) arguments = NULL;
    const MigHumanCommand *command;
    g_auto(GStrv) lines = NULL;
    gboolean info;
    char *text;

    if (mig_human_parse(context->qmp->profile, !context->qmp->preconfig, line, hmp.out, &command, &info, &arguments) && command) {
        hmp.arguments = arguments;
        run(&hmp, command, info);
    }
    lines = g_strsplit(hmp.out->str, "\n", -1);
    text = g_strjoinv("\r\n", lines);
    g_string_free(hmp.out, TRUE);
    return text;
}

static MigValue *human_monitor_command(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    g_autofree char *text = NULL;

    /* No machine here has a CPU that a client could choose. */
    if (mig_value_dict_get(arguments, "cpu-index")) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Parameter 'cpu-index' expects a CPU number");
        return NULL;
    }
    text = mig_hmp_run(context, mig_argument_text(arguments, "command-line"));
    return mig_value_string(text);
}

const MigCommandHandler mig_commands_hmp[] = {
    { "human-monitor-command", human_monitor_command },
    { NULL },
};
