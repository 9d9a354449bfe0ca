/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Replies of an idle source, by release. Written by hand from spec/options.md 11 to 13 and spec/qmp.md 4.
 */
#include "oracle/options/idle.h"

#define G "GenericError"
#define OK(id_, since_, until_, command_, arguments_, value_, sentence_)                                                 \
    { .id = id_, .sentence = sentence_, .since = since_, .until = until_, .command = command_, .arguments = arguments_, .value = value_ }
#define NO(id_, since_, until_, command_, arguments_, desc_, sentence_)                                                  \
    { .id = id_, .sentence = sentence_, .since = since_, .until = until_, .command = command_, .arguments = arguments_,  \
      .error_class = G, .desc = desc_ }
#define GONE(since_, until_, command_, arguments_)                                                                       \
    { .id = "idle.not-found", .sentence = command_ " does not exist", .since = since_, .until = until_,                  \
      .command = command_, .arguments = arguments_, .error_class = "CommandNotFound",                                    \
      .desc = "The command " command_ " has not been found" }

const OraIdleRule ora_idle_rules[] = {
    OK("idle.query-migrate", 204, 0, "query-migrate", NULL, "{}", "before the first migration query-migrate is empty"),
    OK("idle.cancel", 204, 0, "migrate_cancel", NULL, "{}", "without a migration migrate_cancel succeeds and does nothing"),
    NO("idle.cancel.arguments", 209, 0, "migrate_cancel", "{\"x\": 1}", "Parameter 'x' is unexpected", "migrate_cancel takes no argument"),

    { .id = "idle.start-postcopy.capability", .sentence = "migrate-start-postcopy needs the capability first", .since = 205,
      .command = "migrate-start-postcopy", .when = ORA_IDLE_POSTCOPY_OFF, .error_class = G,
      .desc = "Enable postcopy with migrate_set_capability before the start of migration" },
    { .id = "idle.start-postcopy.none", .sentence = "migrate-start-postcopy needs a migration", .since = 205,
      .command = "migrate-start-postcopy", .when = ORA_IDLE_POSTCOPY_ON, .error_class = G,
      .desc = "Postcopy must be started after migration has been started" },
    GONE(204, 204, "migrate-start-postcopy", NULL),

    NO("idle.continue", 211, 0, "migrate-continue", "{\"state\": \"pre-switchover\"}", "Migration not in expected state: none",
       "migrate-continue names the state that it continues from"),
    OK("idle.continue.none", 211, 0, "migrate-continue", "{\"state\": \"none\"}", "{}", "migrate-continue from none in none does nothing"),
    NO("idle.continue.missing", 211, 0, "migrate-continue", NULL, "Parameter 'state' is missing", "migrate-continue needs a state"),
    NO("idle.continue.word", 211, 601, "migrate-continue", "{\"state\": \"nosuch\"}", "Invalid parameter 'nosuch'",
       "the state of migrate-continue is a migration status"),
    NO("idle.continue.word", 602, 0, "migrate-continue", "{\"state\": \"nosuch\"}", "Parameter 'state' does not accept value 'nosuch'",
       "the state of migrate-continue is a migration status"),
    GONE(204, 210, "migrate-continue", "{\"state\": \"device\"}"),

    NO("idle.pause", 300, 801, "migrate-pause", NULL, "migrate-pause is currently only supported during postcopy-active state",
       "migrate-pause is for postcopy"),
    NO("idle.pause", 802, 0, "migrate-pause", NULL,
       "migrate-pause is currently only supported during postcopy-active or postcopy-recover state", "migrate-pause is for postcopy"),
    GONE(204, 212, "migrate-pause", NULL),
    NO("idle.recover", 300, 0, "migrate-recover", "{\"uri\": \"tcp:127.0.0.1:0\"}",
       "Migrate recover can only be run when postcopy is paused.", "migrate-recover is for a paused postcopy"),
    NO("idle.recover.missing", 300, 0, "migrate-recover", NULL, "Parameter 'uri' is missing", "migrate-recover needs an address"),
    GONE(204, 212, "migrate-recover", "{\"uri\": \"tcp:127.0.0.1:0\"}"),

    NO("idle.incoming.role", 204, 502, "migrate-incoming", "{\"uri\": \"tcp:127.0.0.1:0\"}", "For use with '-incoming defer'",
       "migrate-incoming is for a VM that was started with -incoming defer"),
    NO("idle.incoming.role", 600, 0, "migrate-incoming", "{\"uri\": \"tcp:127.0.0.1:0\"}",
       "'-incoming' was not specified on the command line", "migrate-incoming is for a VM that was started with -incoming"),
    NO("idle.incoming.missing", 204, 801, "migrate-incoming", NULL, "Parameter 'uri' is missing", "migrate-incoming needs an address"),

    NO("idle.migrate.missing", 204, 802, "migrate", NULL, "Parameter 'uri' is missing", "migrate needs an address"),
    NO("idle.migrate.missing", 900, 0, "migrate", NULL, "need either 'uri' or 'channels' argument", "migrate needs an address"),
    NO("idle.migrate.type", 208, 0, "migrate", "{\"uri\": 5}", "Invalid parameter type for 'uri', expected: string", "an address is a string"),
    NO("idle.migrate.unexpected", 209, 0, "migrate", "{\"uri\": \"tcp:127.0.0.1:0\", \"nosuch\": 1}", "Parameter 'nosuch' is unexpected",
       "migrate takes only its own arguments"),
    /* Up to 8.1 an unknown scheme reaches the migration object, which is then no longer idle: not asked here. */
    NO("idle.migrate.scheme", 802, 0, "migrate", "{\"uri\": \"bogus:x\"}", "unknown migration protocol: bogus:x", "a scheme is a known one"),
    NO("idle.migrate.scheme-case", 802, 0, "migrate", "{\"uri\": \"TCP:127.0.0.1:0\"}", "unknown migration protocol: TCP:127.0.0.1:0",
       "schemes are lower case"),
    NO("idle.migrate.port", 802, 0, "migrate", "{\"uri\": \"tcp:127.0.0.1\"}", "error parsing address '127.0.0.1'", "a TCP address has a port"),
    NO("idle.migrate.unix", 802, 0, "migrate", "{\"uri\": \"unix:\"}", "invalid Unix socket address", "a unix address has a path"),
    NO("idle.migrate.resume", 300, 0, "migrate", "{\"uri\": \"tcp:127.0.0.1:0\", \"resume\": true}",
       "Cannot resume if there is no paused migration", "only a paused postcopy can be resumed"),
    NO("idle.migrate.both", 900, 0, "migrate", "{\"uri\": \"tcp:127.0.0.1:0\", \"channels\": [{\"channel-type\": \"main\", \"addr\": "
       "{\"transport\": \"socket\", \"type\": \"unix\", \"path\": \"/nonexistent/x\"}}]}", "need either 'uri' or 'channels' argument",
       "uri and channels exclude each other"),
    NO("idle.migrate.two-main", 900, 902, "migrate", "{\"channels\": [{\"channel-type\": \"main\", \"addr\": {\"transport\": \"socket\", "
       "\"type\": \"unix\", \"path\": \"/nonexistent/x\"}}, {\"channel-type\": \"main\", \"addr\": {\"transport\": \"socket\", \"type\": "
       "\"unix\", \"path\": \"/nonexistent/x\"}}]}", "Channel list has more than one entries", "one main channel"),
    NO("idle.migrate.two-main", 1000, 0, "migrate", "{\"channels\": [{\"channel-type\": \"main\", \"addr\": {\"transport\": \"socket\", "
       "\"type\": \"unix\", \"path\": \"/nonexistent/x\"}}, {\"channel-type\": \"main\", \"addr\": {\"transport\": \"socket\", \"type\": "
       "\"unix\", \"path\": \"/nonexistent/x\"}}]}", "Channel list has more than one main entry", "one main channel"),

    NO("idle.colo-heartbeat", 208, 702, "x-colo-lost-heartbeat", NULL, "The feature 'colo' is not enabled", "x-colo-lost-heartbeat is for COLO"),
    NO("idle.colo-heartbeat", 800, 0, "x-colo-lost-heartbeat", NULL, "VM is not in COLO mode", "x-colo-lost-heartbeat is for COLO"),

    NO("idle.dirty-rate.time", 502, 801, "calc-dirty-rate", "{\"calc-time\": 0}", "calc-time is out of range[1, 60].", "1 s to 60 s"),
    NO("idle.dirty-rate.time", 502, 801, "calc-dirty-rate", "{\"calc-time\": 61}", "calc-time is out of range[1, 60].", "1 s to 60 s"),
    NO("idle.dirty-rate.time", 802, 0, "calc-dirty-rate", "{\"calc-time\": 0}", "Calculation time is out of range [50ms, 60000ms].",
       "50 ms to 60 s"),
    NO("idle.dirty-rate.time", 802, 0, "calc-dirty-rate", "{\"calc-time\": 61}", "Calculation time is out of range [50ms, 60000ms].",
       "50 ms to 60 s"),
    NO("idle.dirty-rate.samples", 601, 0, "calc-dirty-rate", "{\"calc-time\": 1, \"sample-pages\": 1}",
       "sample-pages is out of range[128, 16384].", "128 to 16384 sample pages"),
    NO("idle.dirty-rate.missing", 502, 0, "calc-dirty-rate", NULL, "Parameter 'calc-time' is missing", "calc-dirty-rate needs a time"),
    GONE(204, 501, "calc-dirty-rate", "{\"calc-time\": 1}"),
    { .id = "idle.vcpu-dirty-limit.ring", .sentence = "set-vcpu-dirty-limit needs a dirty ring", .since = 701, .command = "set-vcpu-dirty-limit",
      .arguments = "{\"dirty-rate\": 100}", .when = ORA_IDLE_NO_DIRTY_RING, .error_class = G,
      .desc = "dirty page limit feature requires KVM with accelerator property 'dirty-ring-size' set'" },
    GONE(204, 700, "set-vcpu-dirty-limit", "{\"dirty-rate\": 100}"),
    NO("idle.client-migrate-info", 204, 502, "client_migrate_info", "{\"protocol\": \"vnc\", \"hostname\": \"h\"}",
       "Parameter 'protocol' expects spice", "client_migrate_info is for SPICE"),
    NO("idle.client-migrate-info", 600, 0, "client_migrate_info", "{\"protocol\": \"vnc\", \"hostname\": \"h\"}",
       "Parameter 'protocol' expects 'spice'", "client_migrate_info is for SPICE"),
    { .id = "idle.yank", .sentence = "without a migration there is nothing to yank", .since = 600, .command = "yank",
      .arguments = "{\"instances\": [{\"type\": \"migration\"}]}", .error_class = "DeviceNotFound", .desc = "Instance not found" },
    GONE(204, 502, "yank", "{\"instances\": []}"),
    GONE(600, 0, "migrate_set_speed", "{\"value\": 1}"),
    GONE(600, 0, "migrate_set_downtime", "{\"value\": 1}"),
    GONE(600, 0, "migrate-set-cache-size", "{\"value\": 67108864}"),
    GONE(600, 0, "query-migrate-cache-size", NULL),
    GONE(204, 0, "nosuch-command", NULL),
};
const gsize ora_idle_rule_count = G_N_ELEMENTS(ora_idle_rules);
