/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What one client on one monitor reads: human-monitor-command (spec/qmp.md 12.2) by release, and snapshot jobs {6.0-} from their
 * creation to their dismissal.
 */
#include "reference/host/env_glib.h"
#include "reference/machine/vm.h"
#include "reference/qmp/monitor.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

typedef struct {
    MigProfile *profile;
    MigEnv *env;
    MigVm *vm;
    MigQmp *qmp;
    MigMonitor *monitor;
    GString *output;
} Client;

static void output(gpointer opaque, const char *bytes, gsize size)
{
    g_string_append_len(opaque, bytes, (gssize) size);
}

static void nothing(gpointer opaque)
{
    (void) opaque;
}

static void client_open(Client *self, const char *release, const char *incoming)
{
    MigEnvGlibConfig host = { .discard_exec = TRUE };
    MigVmConfig machine = { .incoming = incoming };
    MigQmpConfig config;
    MigMonitorConfig monitor = { .chardev = "m0", .output = output, .resume = nothing };

    self->profile = mig_profile_find(release, NULL);
    assert_non_null(self->profile);
    self->env = mig_env_glib_new(&host);
    machine.profile = self->profile;
    self->vm = mig_vm_new(self->env, &machine, NULL);
    assert_non_null(self->vm);
    mig_qmp_config_defaults(&config, self->profile);
    config.vm = self->vm;
    config.package = "";
    config.guest_name = "guest";
    self->qmp = mig_qmp_new(&config);
    self->output = g_string_new(NULL);
    monitor.opaque = self->output;
    self->monitor = mig_monitor_new(self->qmp, &monitor);
    mig_monitor_open(self->monitor);
    mig_monitor_feed(self->monitor, (const guint8 *) "{\"execute\":\"qmp_capabilities\"}", 30);
    g_string_truncate(self->output, 0);
}

static void client_close(Client *self)
{
    mig_qmp_free(self->qmp);
    mig_vm_free(self->vm);
    while (g_main_context_iteration(NULL, FALSE)) {
    }
    mig_env_glib_free(self->env);
    mig_profile_unref(self->profile);
    g_string_free(self->output, TRUE);
}

/* All that comes for one command, events too. The caller owns it. */
static char *client_ask(Client *self, const char *command, const char *arguments)
{
    g_autofree char *text = g_strdup_printf("{\"execute\":\"%s\",\"arguments\":{%s}}", command, arguments);

    g_string_truncate(self->output, 0);
    mig_monitor_feed(self->monitor, (const guint8 *) text, strlen(text));
    while (strstr(self->output->str, "\"return\"") == NULL && strstr(self->output->str, "\"error\"") == NULL
           && g_main_context_iteration(NULL, FALSE)) {
    }
    while (g_main_context_iteration(NULL, FALSE)) {
    }
    return g_strdup(self->output->str);
}

static char *client_hmp(Client *self, const char *line)
{
    g_autofree char *escaped = g_strescape(line, NULL), *arguments = g_strdup_printf("\"command-line\":\"%s\"", escaped);

    return client_ask(self, "human-monitor-command", arguments);
}

#define SAYS(text) "{\"return\": \"" text "\"}"
#define TRY(name) "\\r\\nTry \\\"help " name "\\\" for more information\\r\\n"

/* One client a release; lines in order, each sees what those before have done. `says` is a part of the reply. */
static const struct { const char *release, *line, *says; } talk[] = {
    /* As the real ones of these releases said it, in this order */
    { "5.2", "migrate_set_speed 1", SAYS("") },
    { "5.2", "migrate_set_speed x", SAYS("invalid size" TRY("migrate_set_speed")) },
    { "5.2", "migrate_set_downtime 0.3", SAYS("") },
    { "5.2", "migrate_set_downtime x", SAYS("Number expected" TRY("migrate_set_downtime")) },
    { "5.2", "migrate_set_downtime 5h", SAYS("Unknown unit suffix" TRY("migrate_set_downtime")) },
    { "5.2", "migrate_set_cache_size 4M", SAYS("") },
    { "5.2", "info migrate_cache_size", SAYS("xbzrel cache size: 4096 kbytes\\r\\n") },
    { "5.2", "migrate_set_parameter announce-max 5k5",
      SAYS("Error: Parameter 'announce-max' expects a non-negative number below 2^64\\r\\nOptional suffix k, M, G, T, P or E "
      "means kilo-, mega-, giga-, tera-, peta-\\r\\nand exabytes, respectively.\\r\\n") },
    { "5.2", "migrate_set_parameter max-bandwidth fast", SAYS("Error: Invalid size fast\\r\\n") },
    { "5.2", "migrate_set_parameter downtime-limit 1k", SAYS("Error: Parameter 'downtime-limit' expects int64\\r\\n") },
    { "5.2", "calc_dirty_rate 1", SAYS("unknown command: 'calc_dirty_rate'\\r\\n") },
    { "5.2", "savevm x", SAYS("Error: No block device can accept snapshots\\r\\n") },
    { "5.2", "info snapshots", SAYS("No available block device supports snapshots\\r\\n") },
    { "5.2", "help migrate_set_downtime",
      SAYS("migrate_set_downtime value -- set maximum tolerated downtime (in seconds) for migrations\\r\\n") },
    { "5.2", "migrate_set_parameter xbzrle-cache-size 1.5M",
      SAYS("Error: Parameter 'xbzrle_cache_size' expects is invalid, it should be bigger than target page size and a power of 2\\r\\n") },
    { "5.2", "sum 1", SAYS("unexpected end of expression" TRY("sum")) },
    { "5.2", "memsave 4294967296+ 1 x", SAYS("invalid char 'x' in expression" TRY("memsave")) },
    { "5.2", "memsave (1+2)*3/0 1 x", SAYS("division by zero" TRY("memsave")) },
    { "5.2", "p 'a", SAYS("missing terminating ' character" TRY("p")) },
    { "7.2", "migrate - x", SAYS("migrate: unsupported option - " TRY("migrate")) },
    { "7.2", "migrate -db ", SAYS("Error: Parameter 'uri' expects a valid migration protocol\\r\\n") },
    { "7.2", "migrate \"a b", SAYS("migrate: string expected" TRY("migrate")) },
    { "7.2", "migrate_set_parameter downtime-limit \"a b\"",
      SAYS("Error: Parameter 'downtime-limit' expects a non-negative number below 2^64\\r\\nOptional suffix k, M, G, T, P or E "
      "means kilo-, mega-, giga-, tera-, peta-\\r\\nand exabytes, respectively.\\r\\n") },
    { "7.2", "migrate_set_parameter announce-max 18446744073709551616",
      SAYS("Error: Value '18446744073709551616' is out of range for parameter 'announce-max'\\r\\n") },
    { "7.2", "migrate_set_parameter downtime-limit 0x10k",
      SAYS("warning: Using a multiplier suffix on hex numbers is deprecated: 0x10k\\r\\n") },
    { "7.2", "migrate_set_parameter multifd-channels 256", SAYS("Error: Parameter 'multifd-channels' expects uint8_t\\r\\n") },
    { "7.2", "migrate_set_parameter multifd-channels x", SAYS("Error: Parameter 'multifd-channels' expects uint64\\r\\n") },
    { "7.2", "migrate_set_capability xbzrle", SAYS("Expected 'on' or 'off'" TRY("migrate_set_capability")) },
    { "7.2", "calc_dirty_rate", SAYS("unexpected end of expression" TRY("calc_dirty_rate")) },
    { "7.2", "calc_dirty_rate 0", SAYS("Incorrect period length specified!\\r\\n") },
    { "7.2", "calc_dirty_rate 61", SAYS("Error: calc-time is out of range[1, 60].\\r\\n") },
    { "7.2", "calc_dirty_rate -r -b 5", SAYS("Either dirty ring or dirty bitmap can be specified!\\r\\n") },
    { "7.2", "set_vcpu_dirty_limit x", SAYS("invalid char 'x' in expression" TRY("set_vcpu_dirty_limit")) },
    { "7.2", "set_vcpu_dirty_limit 5",
      SAYS("Error: dirty page limit feature requires KVM with accelerator property 'dirty-ring-size' set'\\r\\n") },
    { "7.2", "info vcpu_dirty_limit", SAYS("Dirty page limit not enabled!\\r\\n") },
    { "7.2", "cancel_vcpu_dirty_limit", SAYS("[Please use 'info vcpu_dirty_limit' to query dirty limit for virtual CPU]\\r\\n") },
    { "7.2", "client_migrate_info", SAYS("client_migrate_info: string expected" TRY("client_migrate_info")) },
    { "7.2", "client_migrate_info spice h", SAYS("Error: SPICE is not in use\\r\\n") },
    { "7.2", "x_colo_lost_heartbeat", SAYS("Error: The feature 'colo' is not enabled\\r\\n") },
    { "7.2", "savevm x", SAYS("Error: no block device can store vmstate for snapshot\\r\\n") },
    { "7.2", "closefd x", SAYS("Error: File descriptor named 'x' not found\\r\\n") },
    { "7.2", "getfd x", SAYS("Error: No file descriptor supplied via SCM_RIGHTS\\r\\n") },
    { "7.2", "help info migrate", SAYS("info migrate  -- show migration status\\r\\n") },
    { "7.2", "help migrate",
      SAYS("migrate [-d] [-b] [-i] [-r] uri -- migrate to URI (using -d to not wait for completion)\\r\\n\\t\\t\\t -b for "
      "migration without shared storage with full copy of disk\\r\\n\\t\\t\\t -i for migration without shared storage with "
      "incremental copy of disk (base image shared between src and destination)\\r\\n\\t\\t\\t -r to resume a paused migration\\r\\n") },
    { "7.2", "info kvm", SAYS("kvm support: disabled\\r\\n") },
    { "7.2", "object_del nosuch", SAYS("Error: object 'nosuch' not found\\r\\n") },
    { "7.2", "info migrate_cache_size", SAYS("unknown command: 'info migrate_cache_size'\\r\\n") },
    { "7.2", "info  migrate   x ", SAYS("migrate: extraneous characters at the end of line" TRY("info  migrate")) },
    { "7.2", "migrate_incoming bogus", SAYS("Error: '-incoming' was not specified on the command line\\r\\n") },
    { "10.0", "migrate -b x", SAYS("migrate: unsupported option -b" TRY("migrate")) },
    { "10.0", "migrate_set_capability zero-blocks on", SAYS("warning: zero-blocks capability is deprecated\\r\\n") },
    { "10.0", "migrate_set_capability multifd on", SAYS("warning: zero-blocks capability is deprecated\\r\\n") },
    { "10.0", "migrate_set_parameter xbzrle-cache-size 0x10k",
      SAYS("Error: Parameter 'xbzrle-cache-size' expects a non-negative number below 2^64\\r\\nOptional suffix k, M, G, T, P or E "
      "means kilo-, mega-, giga-, tera-, peta-\\r\\nand exabytes, respectively.\\r\\n") },
    { "10.0", "migrate_set_parameter zero-page-detection \"none\"", SAYS("") },
    { "10.0", "migrate_incoming bogus", SAYS("Error: unknown migration protocol: bogus\\r\\n") },
    { "10.0", "migrate_set_parameter downtime-limit 5 6",
      SAYS("migrate_set_parameter: extraneous characters at the end of line" TRY("migrate_set_parameter")) },
    { "10.0", "set_vcpu_dirty_limit 1.5", SAYS("invalid char '.' in expression" TRY("set_vcpu_dirty_limit")) },
    { "11.1", "migrate_set_parameter vcpu-dirty-limit 5 6",
      SAYS("Error: Parameter 'vcpu-dirty-limit' expects a non-negative number below 2^64\\r\\nOptional suffix k, M, G, T, P or E "
      "means kilo-, mega-, giga-, tera-, peta-\\r\\nand exabytes, respectively.\\r\\n") },
    { "11.1", "migrate_set_parameter cpr-exec-command \"a b\" c", SAYS("") },
    { "11.1", "info migrate", SAYS("") },
    { "11.1", "info migrate -a",
      SAYS("Globals:\\r\\n  store-global-state: on\\r\\n  only-migratable: off\\r\\n  send-configuration: on\\r\\n  "
      "send-section-footer: on\\r\\n  send-switchover-start: on\\r\\n  clear-bitmap-shift: 18\\r\\n") },
    { "11.1", "info snapshots", SAYS("Error: no block device can store vmstate for snapshot\\r\\n") },
    { "11.1", "info skeys", SAYS("Command 'info skeys' not available until machine initialization has completed.\\r\\n") },
    { "11.1", "help info migrate", SAYS("info migrate [-a] -- show migration status (-a: all, dump all status)\\r\\n") },
    { "11.1", "migrate -d nosuch:", SAYS("Error: unknown migration protocol: nosuch:\\r\\n") },
    /* By the rules */
    { "7.2", "", SAYS("") },
    { "7.2", "  \t ", SAYS("") },
    { "7.2", "info status", SAYS("VM status: running\\r\\n") },
    { "7.2", "info name", SAYS("guest\\r\\n") },
    { "7.2", "info version", SAYS("7.2.") },
    { "7.2", "info uuid", SAYS("00000000-0000-0000-0000-000000000000\\r\\n") },
    { "7.2", "nosuch", SAYS("unknown command: 'nosuch'\\r\\n") },
    { "7.2", "info nosuch", SAYS("unknown command: 'info nosuch'\\r\\n") },
    { "7.2", "info status extra", SAYS("status: extraneous characters at the end of line" TRY("info status")) },
    { "7.2", "migrate", SAYS("migrate: string expected" TRY("migrate")) },
    { "7.2", "migrate -z tcp:x", SAYS("migrate: unsupported option -z" TRY("migrate")) },
    { "7.2", "stop now", SAYS("stop|s: extraneous characters at the end of line" TRY("stop")) },
    { "5.2", "stop now", SAYS("stop: extraneous characters at the end of line" TRY("stop")) },
    { "5.2", "c now", SAYS("c|cont: extraneous characters at the end of line" TRY("c")) },
    { "7.2", "c now", SAYS("cont|c: extraneous characters at the end of line" TRY("c")) },
    { "7.2", "s", "\"event\": \"STOP\"" },
    { "7.2", "info status", SAYS("VM status: paused\\r\\n") },
    { "7.2", "cont", "\"event\": \"RESUME\"" },
    { "7.2", "info status", SAYS("VM status: running\\r\\n") },
    { "7.2", "system_reset", "\"event\": \"RESET\"" },
    { "7.2", "help", "migrate [-d] [-b] [-i] [-r] uri -- migrate to URI" },
    { "7.2", "info", "info migrate  -- show migration status\\r\\ninfo migrate_capabilities  -- " },
    { "7.2", "help info", "info status  -- show the current VM status (running|paused)" },
    { "7.2", "help quit", "quit|q  -- quit the emulator" },
    { "7.2", "help info uuid", "info uuid  -- show the current VM UUID" },
    { "7.2", "help nosuch", "unknown command: 'nosuch'" },
    /* Capabilities */
    { "7.2", "migrate_set_capability", SAYS("migrate_set_capability: string expected" TRY("migrate_set_capability")) },
    { "7.2", "migrate_set_capability nosuch on", SAYS("Error: invalid parameter value: nosuch\\r\\n") },
    { "7.2", "migrate_set_capability xbzrle maybe", SAYS("Expected 'on' or 'off'" TRY("migrate_set_capability")) },
    { "7.2", "migrate_set_capability xbzrle on", SAYS("") },
    { "7.2", "info migrate_capabilities", "xbzrle: on\\r\\n" },
    { "7.2", "migrate_set_capability xbzrle off", SAYS("") },
    { "7.2", "info migrate_capabilities", "xbzrle: off\\r\\n" },
    { "7.2", "migrate_set_capability postcopy-preempt on", SAYS("Error: Postcopy preempt requires postcopy-ram\\r\\n") },
    /* Parameters: sizes of bandwidths are MiB, all others bytes */
    { "7.2", "migrate_set_parameter nosuch 1", SAYS("Error: invalid parameter value: nosuch\\r\\n") },
    { "7.2", "migrate_set_parameter max-bandwidth 1", SAYS("") },
    { "7.2", "info migrate_parameters", "max-bandwidth: 1048576 bytes/second\\r\\n" },
    { "7.2", "migrate_set_parameter max-bandwidth 3k", SAYS("") },
    { "7.2", "info migrate_parameters", "max-bandwidth: 3072 bytes/second\\r\\n" },
    { "7.2", "migrate_set_parameter max-bandwidth fast", SAYS("Error: Invalid size fast\\r\\n") },
    { "7.2", "migrate_set_parameter max-bandwidth 1kk", SAYS("Error: Invalid size 1kk\\r\\n") },
    { "7.2", "migrate_set_parameter max-bandwidth -1", SAYS("Error: Invalid size -1\\r\\n") },
    { "7.2", "migrate_set_parameter max-bandwidth 99999999E", SAYS("Error: Invalid size 99999999E\\r\\n") },
    { "7.2", "migrate_set_parameter xbzrle-cache-size 1M", SAYS("") },
    { "7.2", "info migrate_parameters", "xbzrle-cache-size: 1048576 bytes\\r\\n" },
    { "7.2", "migrate_set_parameter downtime-limit 500", SAYS("") },
    { "7.2", "info migrate_parameters", "downtime-limit: 500 ms\\r\\n" },
    { "7.2", "migrate_set_parameter downtime-limit 9999999", "Error: Parameter 'downtime_limit' expects" },
    { "7.2", "migrate_set_parameter multifd-compression zlib", SAYS("") },
    { "7.2", "info migrate_parameters", "multifd-compression: zlib\\r\\n" },
    { "7.2", "migrate_set_parameter multifd-compression brotli", "Error: " },
    { "7.2", "migrate_set_parameter cpu-throttle-tailslow perhaps", SAYS("Error: Parameter 'cpu-throttle-tailslow' expects 'on' or 'off'\\r\\n") },
    { "7.2", "migrate_set_parameter cpu-throttle-tailslow on", SAYS("") },
    { "7.2", "info migrate_parameters", "cpu-throttle-tailslow: on\\r\\n" },
    { "7.2", "migrate_set_parameter tls-hostname host", SAYS("") },
    { "7.2", "info migrate_parameters", "tls-hostname: 'host'\\r\\n" },
    { "7.2", "migrate_set_parameter block-bitmap-mapping x", SAYS("Error: The block-bitmap-mapping parameter can only be set through QMP\\r\\n") },
    { "11.1", "migrate_set_parameter cpr-exec-command qemu", SAYS("") },
    { "11.1", "info migrate_parameters", "cpr-exec-command: qemu\\r\\n" },
    /* What cannot be done is said in the result, not as an error of QMP */
    { "7.2", "migrate_continue nosuch", SAYS("Error: invalid parameter value: nosuch\\r\\n") },
    { "7.2", "migrate_continue pre-switchover", "Error: Migration not in expected state: failed" },
    { "7.2", "migrate_start_postcopy", SAYS("Error: Enable postcopy with migrate_set_capability before the start of migration\\r\\n") },
    { "7.2", "migrate_pause", SAYS("Error: migrate-pause is currently only supported during postcopy-active state\\r\\n") },
    { "7.2", "migrate_recover unix:x", SAYS("Error: Migrate recover can only be run when postcopy is paused.\\r\\n") },
    { "7.2", "migrate_incoming defer", "Error: " },
    { "7.2", "migrate_cancel", SAYS("") },
    { "7.2", "migrate -d nosuch:", "Error: " },
    { "7.2", "migrate -dr unix:/nonexistent/socket", SAYS("migrate: extraneous characters at the end of line" TRY("migrate")) },
    /* Migration properties stand in front up to 10.0 */
    { "7.2", "info migrate", "globals:\\r\\nstore-global-state: on\\r\\nonly-migratable: off\\r\\nsend-configuration: on\\r\\nsend-section-footer: on\\r\\n"
      "decompress-error-check: on\\r\\nclear-bitmap-shift: 18\\r\\n" },
    { "10.0", "info migrate", "send-switchover-start: on\\r\\nclear-bitmap-shift: 18\\r\\n" },
    { "2.8", "info migrate", SAYS("") },
    { "7.2", "migrate unix:/nonexistent/socket", "\"return\": " },
    { "7.2", "info migrate", "Migration status: failed" },
    { "7.2", "q", "\"event\": \"SHUTDOWN\"" },
};

static void what_hmp_says(void **state)
{
    static const char *const releases[] = { "2.8", "5.2", "7.2", "10.0", "11.1" };
    guint wrong = 0;

    (void) state;
    for (gsize r = 0; r < G_N_ELEMENTS(releases); r++) {
        Client client;

        client_open(&client, releases[r], NULL);
        for (gsize i = 0; i < G_N_ELEMENTS(talk); i++) {
            g_autofree char *reply = NULL;
            /* A version goes on behind what is told here. */
            gsize length = strlen(talk[i].says);
            g_autofree char *want = strcmp(talk[i].line, "info version") == 0 ? g_strndup(talk[i].says, length - 2) : g_strdup(talk[i].says);

            if (strcmp(talk[i].release, releases[r]) != 0) {
                continue;
            }
            reply = client_hmp(&client, talk[i].line);
            if (strstr(reply, want) == NULL || strstr(reply, "\"error\"") != NULL) {
                print_message("case: %s on %s\n  got:    %s  wanted: %s\n", talk[i].line, releases[r], reply, want);
                wrong++;
            }
        }
        client_close(&client);
    }
    assert_int_equal(wrong, 0);
}

/* As the real ones of these releases answer; `says` is a part of the reply. */
static const struct { const char *release, *command, *arguments, *says; } objects[] = {
    { "5.2", "qom-list", "\"path\":\"/machine\"", "[{\"name\": \"type\", \"type\": \"string\"}, {\"name\": \"graphics\", \"type\": \"bool\"}, {\"name\": \"memory-encryption\"" },
    { "7.2", "qom-get", "\"path\":\"/machine\",\"property\":\"memory\"", "{\"return\": {\"size\": 0}}" },
    { "10.0", "qom-get", "\"path\":\"/machine\",\"property\":\"boot\"", "{\"return\": {}}" },
    { "7.2", "qom-list", "\"path\":\"peripheral\"", "{\"return\": [{\"name\": \"type\", \"type\": \"string\"}]}" },
    { "7.2", "qom-list", "\"path\":\"//machine/unattached/\"", "{\"name\": \"system[0]\", \"type\": \"child<memory-region>\"}, {\"name\": \"sysbus\"" },
    { "7.2", "qom-list", "\"path\":\"/peripheral\"", "Device '/peripheral' not found" },
    { "7.2", "qom-list", "\"path\":\"/backend\"", "Device '/backend' not found" },
    { "10.0", "qom-list", "\"path\":\"/backend\"", "{\"return\": [{\"name\": \"type\", \"type\": \"string\"}]}" },
    { "7.2", "qom-get", "\"path\":\"/machine/peripheral\",\"property\":\"x\"", "Property 'container.x' not found" },
    { "10.0", "device-list-properties", "\"typename\":\"migration\"",
      "[{\"default-value\": false, \"name\": \"x-dirty-limit\", \"description\": \"on/off\", \"type\": \"bool\"}, " },
    { "7.2", "qom-list-properties", "\"typename\":\"migration\"", "{\"name\": \"hotpluggable\", \"type\": \"bool\"}, {\"name\": \"x-block\", \"type\": \"bool\"}" },
    { "7.2", "device-list-properties", "\"typename\":\"secret\"", "Parameter 'typename' expects a non-abstract device type" },
    { "5.2", "device-list-properties", "\"typename\":\"secret\"", "Parameter 'typename' expects device" },
    { "7.2", "object-add", "\"qom-type\":\"secret\",\"id\":\"a\"", "Either 'file' or 'data' must be provided" },
    { "7.2", "object-add", "\"qom-type\":\"secret\",\"id\":\"a\",\"data\":\"x\",\"file\":\"y\"", "'file' and 'data' are mutually exclusive" },
    { "7.2", "object-add", "\"qom-type\":\"secret\",\"id\":\"a\",\"data\":\"a*\",\"format\":\"base64\"", "Base64 data contains invalid characters" },
    { "7.2", "object-add", "\"qom-type\":\"secret\",\"id\":\"a\",\"data\":\"YWJj\",\"format\":\"base64\"", "{\"return\": {}}" },
    { "7.2", "xen-load-devices-state", "\"filename\":\"/x\"", "Cannot update device state while vm is running" },
    { "7.2", "stop", "", "\"event\": \"STOP\"" },
    { "7.2", "system_reset", "", "\"event\": \"RESET\"" },
    { "7.2", "query-status", "", "\"status\": \"prelaunch\"" },
    { "7.2", "memsave", "\"val\":0,\"size\":{},\"filename\":\"x\"", "Invalid parameter type for 'size', expected: integer" },
    { "10.0", "memsave", "\"val\":0,\"size\":{},\"filename\":\"x\"", "Parameter 'size' expects uint64" },
    { "10.0", "query-balloon", "", "No balloon device has been activated" },
    { "10.0", "nosuch", "", "The command nosuch has not been found" },
};

static void what_is_beside_migration(void **state)
{
    static const char *const releases[] = { "5.2", "7.2", "10.0" };
    guint wrong = 0;

    (void) state;
    for (gsize r = 0; r < G_N_ELEMENTS(releases); r++) {
        Client client;

        client_open(&client, releases[r], NULL);
        for (gsize i = 0; i < G_N_ELEMENTS(objects); i++) {
            g_autofree char *reply = NULL;

            if (strcmp(objects[i].release, releases[r]) != 0) {
                continue;
            }
            reply = client_ask(&client, objects[i].command, objects[i].arguments);
            if (strstr(reply, objects[i].says) == NULL) {
                print_message("case: %s {%s} on %s\n  got:    %s  wanted: %s\n", objects[i].command, objects[i].arguments, releases[r], reply,
                              objects[i].says);
                wrong++;
            }
        }
        client_close(&client);
    }
    assert_int_equal(wrong, 0);
}

static void a_bitmap_mapping_is_shown(void **state)
{
    static const char mapping[] = "\"block-bitmap-mapping\":[{\"node-name\":\"n\",\"alias\":\"a\",\"bitmaps\":[{\"name\":\"b\",\"alias\":\"c\"}]}]";
    static const char *const releases[] = { "7.2", "11.1" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(releases); i++) {
        g_autofree char *set = NULL, *shown = NULL, *cpu = NULL;
        Client client;

        client_open(&client, releases[i], NULL);
        set = client_ask(&client, "migrate-set-parameters", mapping);
        assert_string_equal(set, "{\"return\": {}}\r\n");
        shown = client_hmp(&client, "info migrate_parameters");
        assert_non_null(strstr(shown, "block-bitmap-mapping:\\r\\n  'n' -> 'a'\\r\\n    'b' -> 'c'\\r\\n"));
        cpu = client_ask(&client, "human-monitor-command", "\"command-line\":\"info status\",\"cpu-index\":3");
        assert_string_equal(cpu, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"Parameter 'cpu-index' expects a CPU number\"}}\r\n");
        client_close(&client);
    }
}

static void an_incoming_migration_by_hmp(void **state)
{
    Client client;
    g_autofree char *directory = g_dir_make_tmp("miglab-hmp-XXXXXX", NULL), *line = g_strdup_printf("migrate_incoming unix:%s/s", directory);
    g_autofree char *path = g_build_filename(directory, "s", NULL), *bad = NULL, *good = NULL, *twice = NULL, *status = NULL;

    (void) state;
    client_open(&client, "7.2", "defer");
    status = client_hmp(&client, "info status");
    assert_string_equal(status, "{\"return\": \"VM status: paused (inmigrate)\\r\\n\"}\r\n");
    bad = client_hmp(&client, "migrate_incoming nosuch:");
    assert_non_null(strstr(bad, "Error: "));
    good = client_hmp(&client, line);
    assert_non_null(strstr(good, "{\"return\": \"\"}\r\n"));
    assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    twice = client_hmp(&client, line);
    assert_non_null(strstr(twice, "Error: The incoming migration has already been started"));
    client_close(&client);
    (void) g_remove(path);
    (void) g_remove(directory);
}

static void a_job_is_refused_concluded_and_dismissed(void **state)
{
    static const struct { const char *command, *arguments, *says; } cases[] = {
        { "query-jobs", "", "{\"return\": []}" },
        { "snapshot-save", "\"job-id\":\"9\",\"tag\":\"t\",\"vmstate\":\"v\",\"devices\":[]", "Invalid job ID '9'" },
        { "snapshot-save", "\"job-id\":\"a\",\"tag\":\"t\",\"vmstate\":\"v\",\"devices\":[]", "\"status\": \"concluded\", \"id\": \"a\"" },
        { "snapshot-load", "\"job-id\":\"a\",\"tag\":\"t\",\"vmstate\":\"v\",\"devices\":[]", "Job ID 'a' already in use" },
        { "snapshot-load", "\"job-id\":\"b\",\"tag\":\"t\",\"vmstate\":\"v\",\"devices\":[\"d\"]", "{\"return\": {}}" },
        { "snapshot-delete", "\"job-id\":\"c\",\"tag\":\"t\",\"devices\":[\"e\"]", "{\"return\": {}}" },
        { "query-jobs", "", "\"error\": \"No block device node 'e'\"" },
        { "query-jobs", "", "\"error\": \"No block device node 'd'\"" },
        { "query-jobs", "", "\"error\": \"At least one device is required for snapshot\"" },
        { "job-cancel", "\"id\":\"a\"", "Job 'a' in state 'concluded' cannot accept command verb 'cancel'" },
        { "job-finalize", "\"id\":\"a\"", "cannot accept command verb 'finalize'" },
        { "job-pause", "\"id\":\"a\"", "cannot accept command verb 'pause'" },
        { "job-resume", "\"id\":\"a\"", "cannot accept command verb 'resume'" },
        { "job-complete", "\"id\":\"a\"", "cannot accept command verb 'complete'" },
        { "job-pause", "\"id\":\"z\"", "Job not found" },
        { "job-dismiss", "\"id\":\"z\"", "Job not found" },
        { "job-dismiss", "\"id\":\"a\"", "\"status\": \"null\", \"id\": \"a\"" },
        { "job-dismiss", "\"id\":\"a\"", "Job not found" },
        { "job-dismiss", "\"id\":\"b\"", "{\"return\": {}}" },
        { "job-dismiss", "\"id\":\"c\"", "{\"return\": {}}" },
        { "query-jobs", "", "{\"return\": []}" },
    };
    guint wrong = 0;
    Client client;

    (void) state;
    client_open(&client, "7.2", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *reply = client_ask(&client, cases[i].command, cases[i].arguments);

        if (strstr(reply, cases[i].says) == NULL) {
            print_message("case: %s %s\n  got:    %s  wanted: %s\n", cases[i].command, cases[i].arguments, reply, cases[i].says);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    client_close(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_hmp_says),
        cmocka_unit_test(what_is_beside_migration),
        cmocka_unit_test(a_bitmap_mapping_is_shown),
        cmocka_unit_test(an_incoming_migration_by_hmp),
        cmocka_unit_test(a_job_is_refused_concluded_and_dismissed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
