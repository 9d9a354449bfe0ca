/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A judge that finds nothing is as wrong as one that cries wolf: every rule has a trace that breaks it here, and every
 * such trace is a healthy one but for the breach.
 */
#include "oracle/judge.h"
#include "oracle/rule.h"
#include "oracle/tests/common_script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static const struct {
    const char *name, *text;
    OraRelease release;
} healthy[] = {
    { "precopy 7.2", script_precopy_7_2, 702 },     { "precopy 10.0", script_precopy_10_0, 1000 },
    { "precopy 11.1", script_precopy_11_1, 1101 },  { "postcopy 7.2", script_postcopy_7_2, 702 },
    { "postcopy 11.1", script_postcopy_11_1, 1101 }, { "cancel 7.2", script_cancel_7_2, 702 },
    { "cancel 10.0", script_cancel_10_0, 1000 },
};

static void print_findings(const OraTrace *trace, const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        OraRender render = { .events = 6 };

        ora_finding_render(g_ptr_array_index(findings, i), trace, &render, text);
        print_message("%s\n", text->str);
    }
}

static void healthy_runs_are_clean(void **state)
{
    (void) state;
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(healthy); i++) {
        g_autoptr(OraTrace) trace = script_trace(healthy[i / 2].text, NULL,
                                                 i % 2 != 0 ? "0 run header {\"format\":1,\"time\":\"virtual\"}\n" : NULL);
        OraJudge judge = { .source = healthy[i / 2].release, .destination = healthy[i / 2].release };
        g_autoptr(GPtrArray) findings = ora_judge(trace, &judge);

        print_message("case: %s, %s\n", healthy[i / 2].name, i % 2 != 0 ? "virtual time" : "real time");
        print_findings(trace, findings);
        assert_int_equal(findings->len, 0);
    }
}

#define P72 script_precopy_7_2, 702
#define P100 script_precopy_10_0, 1000
#define P111 script_precopy_11_1, 1101
#define PC72 script_postcopy_7_2, 702
#define PC111 script_postcopy_11_1, 1101
#define C72 script_cancel_7_2, 702
#define C100 script_cancel_10_0, 1000
#define RP "99 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"return-path\",\"state\":true}]} ok\n"
#define HDR(more) "0 run header {\"format\":1" more "}\n"
#define CMD(source, destination) \
    ",\"source\":{\"command\":[" source "]},\"destination\":{\"command\":[" destination "]}"

#define EXACT_ACTIVE HDR(",\"time\":\"virtual\"") "100 src state {\"machine\":\"migration\",\"from\":\"none\",\"to\":\"setup\"}\n" \
    "105 src state {\"machine\":\"migration\",\"from\":\"setup\",\"to\":\"active\"}\n"
#define EXACT EXACT_ACTIVE "1000 src state {\"machine\":\"run\",\"from\":\"running\",\"to\":\"finish-migrate\"}\n" \
    "1002 src state {\"machine\":\"migration\",\"from\":\"active\",\"to\":\"completed\"}\n"
#define LINK(at, size, end, pages) "201 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":0,\"size\":" #at ",\"record\":\"header\"}\n" \
    "202 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":" #at ",\"size\":" #size ",\"record\":\"pages\",\"value\":" #pages "}\n" \
    "203 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":" #end ",\"size\":5,\"record\":\"section-end\"}\n"
#define LOOK(t, left, rate) t " src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":1000," \
    "\"total\":67444736,\"remaining\":" left ",\"page-size\":4096,\"normal\":100,\"normal-bytes\":409600,\"duplicate\":5," \
    "\"dirty-sync-count\":2,\"mbps\":33.5,\"dirty-pages-rate\":" rate "}}\n"
#define TICKS(t, status, ticks) t " src status {\"migrate\":{" status "},\"run\":{\"status\":\"running\",\"running\":true},\"guest_ticks\":" ticks "}\n"

static const struct {
    const char *rule;
    const char *base;
    OraRelease release;
    const char *drop, *add;
    const char *quirk; /* the finding has to be known by it; NULL: fail */
} cases[] = {
    /* An edge that no release has, one of a later release, one that is gone. */
    { "source.transition", P72, "src M active|src S active", NULL, NULL },
    { "source.transition", P72, "src M completed", "1002 src M device\n1003 src M completed\n", NULL },
    { "source.transition", P100, "src M device", NULL, NULL },
    { "source.transition", P111, "src M completed|dst RESUME|dst M completed|dst S|src S completed",
      "1002 src M failed\n1003 src RESUME\n1800 src S failed running {\"error-desc\":\"x\"}\n", NULL },
    { "source.transition", C100, NULL, "700 src M completed\n", NULL },
    { "source.transition", C72, "src M cancelled|src S cancelled", "602 src M completed\n", NULL },
    { "source.transition", C100, "src M cancelled|src S cancelled", "602 src M completed\n", "cancel-then-completed" },
    { "source.transition", P72, NULL, "500 src state {\"machine\":\"migration\",\"from\":\"none\",\"to\":\"active\"}\n", NULL },
    { "source.cause", C72, "R migrate_cancel", NULL, NULL },
    { "source.cause", PC72, "R migrate-start-postcopy", NULL, NULL },
    { "source.cause", P72, "src R migrate {", NULL, NULL },
    { "source.cause", P72, NULL, "1900 src M setup\n1901 src M failed\n1902 src S failed postmigrate {\"error-desc\":\"x\"}\n", NULL },
    { "source.cause", P100, NULL, "1000 src M pre-switchover\n", NULL },
    { "source.start", P72, NULL, "2000 src R migrate {\"uri\":\"tcp:127.0.0.1:1\"} ok\n", NULL },
    { "status.enum", P72, NULL, "1003 src M postcopy-devices\n", NULL },
    { "status.enum", P72, NULL, "900 src M failing\n", NULL },

    { "destination.transition", P72, "dst M active", NULL, NULL },
    { "destination.transition", P111, NULL, "1900 dst M active\n", NULL },
    { "destination.transition", PC111, "dst M postcopy-device", NULL, NULL },
    { "destination.cause", P72, "dst M setup|dst R migrate-incoming",
      "1500 dst R migrate-incoming {\"uri\":\"tcp:127.0.0.1:4000\"} ok\n", NULL },

    { "run.transition", P72, "src S completed", "1500 src S completed preconfig {\"total-time\":1,\"setup-time\":1,\"downtime\":1,\"ram\":{}}\n"
      "1800 src S completed shutdown {\"total-time\":1,\"setup-time\":1,\"downtime\":1,\"ram\":{}}\n"
      "1900 src S completed postmigrate {\"total-time\":1,\"setup-time\":1,\"downtime\":1,\"ram\":{}}\n"
      "1950 src S completed inmigrate {\"total-time\":1,\"setup-time\":1,\"downtime\":1,\"ram\":{}}\n", NULL },
    { "run.transition", P72, NULL, "2000 src state {\"machine\":\"run\",\"from\":\"postmigrate\",\"to\":\"paused\"}\n", NULL },
    { "run.pairs", P72, NULL, "1001 src STOP\n", NULL },
    { "run.pairs", P72, NULL, "1010 dst RESUME\n", NULL },
    { "run.stopped", PC72, NULL, "1100 src RESUME\n", NULL },
    { "run.stopped", P72, "src M completed|dst RESUME|dst M completed|dst S completed|src S completed",
      "1002 src M pre-switchover\n1100 src RESUME\n", NULL },
    { "run.postmigrate", P72, "src S completed",
      "1500 src S completed finish-migrate {\"total-time\":1,\"setup-time\":1,\"downtime\":1,\"ram\":{}}\n", NULL },
    { "run.kept", C72, "src S cancelled", "1500 src S cancelled paused\n", NULL },
    { "run.kept", C72, "src S cancelled|1 src S", "1 src S - paused\n1500 src S cancelled postmigrate\n",
      "paused-becomes-postmigrate" },
    { "run.kept", C100, "src S cancelled|1 src S", "1 src S - paused\n1500 src S cancelled running\n", NULL },
    { "run.destination", P72, "dst S completed", "1700 dst S completed inmigrate\n", NULL },
    { "run.destination", P72, "dst RESUME|dst S completed", HDR(CMD("\"qemu\"", "\"qemu\"")) "1700 dst S completed paused\n", NULL },
    { "run.destination", P72, NULL, HDR(CMD("\"qemu\"", "\"qemu\",\"-S\"")), NULL },
    { "run.destination", PC72, "1 src S|src STOP", HDR(CMD("\"qemu\"", "\"qemu\"")) "1 src S - paused\n",
      "postcopy-ignores-global-state" },
    { "run.destination", P72, "dst S completed|dst RESUME", "1700 dst S completed prelaunch\n", NULL },
    { "run.inmigrate", P72, NULL, "500 dst S active paused\n", NULL },
    { "run.snapshot", P72, "src P|src STOP|src S completed|dst", "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"background-snapshot\",\"state\":true}]} ok\n"
      "300 src STOP\n1500 src S completed paused {\"total-time\":1,\"setup-time\":1,\"downtime\":1,\"ram\":{}}\n", NULL },
    { "source.reason", P72, "STOP|src P 2|src M completed|dst RESUME|dst M completed|src S|dst S completed",
      "1 src S - running\n1002 src M failed\n1500 src S failed running {\"error-desc\":\"x\"}\n", NULL },
    { "source.reason", PC72, NULL, "1200 src M postcopy-paused\n", NULL },
    { "source.colo", P72, NULL, "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"x-colo\",\"state\":true}]} ok\n", NULL },
    { "source.colo", P100, NULL, "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"x-colo\",\"state\":true}]} ok\n", "colo-not-entered" },
    { "run.inmigrate", P72, NULL, "500 dst RESUME\n", NULL },

    { "owner.before-stop", P72, NULL, "500 dst RESUME\n", NULL },
    { "owner.before-stop", P72, "src STOP|src S completed", NULL, NULL },
    { "owner.both", P72, "src S completed", "1600 src RESUME\n1601 src S completed running {\"total-time\":1,\"setup-time\":1,\"downtime\":1,\"ram\":{}}\n", NULL },
    { "owner.both", P72, NULL, "1600 src RESUME\n1601 src R cont null ok\n", "both-run-cont" },
    { "owner.both", P72, "src M completed|src S completed",
      RP "1002 src M cancelling\n1003 src R migrate_cancel null ok\n1004 src RESUME\n1005 src M cancelled\n1500 src S cancelled running\n",
      "both-run-cancel" },
    { "owner.both", P72, "src M completed|src S completed",
      RP "1002 link A cut {\"how\":\"rst\"}\n1003 src M failed\n1004 src RESUME\n1500 src S failed running\n", "both-run-rp-loss" },
    { "owner.both", P72, "src M completed|src S completed", "1003 src M failed\n1004 src RESUME\n1500 src S failed running\n", NULL },
    { "owner.no-return", PC72, "src M completed|dst M completed", "1100 src M failed\n1101 src RESUME\n", NULL },
    { "owner.no-return", PC111, NULL, "1400 src RESUME\n", NULL },
    { "owner.lost", P72, "dst RESUME|dst M completed|dst S completed|dst X",
      RP "1004 dst M failed\n1030 dst X 1 load of migration failed: Invalid argument\n", NULL },
    { "owner.lost", P72, "dst RESUME|dst M completed|dst S completed|dst X",
      "1004 dst M failed\n1030 dst X 1 load of migration failed: Invalid argument\n", "completed-nothing-loaded" },

    { "memory.equal", P72, NULL, "1600 dst memory {\"moment\":\"end\",\"equal\":false,\"pages\":16384,\"different\":3}\n", NULL },
    { "memory.digest", P72, NULL, "1600 src memory {\"moment\":\"end\",\"digest\":\"a\"}\n1601 dst memory {\"moment\":\"end\",\"digest\":\"b\"}\n", NULL },
    { "memory.compared", P72, NULL, HDR(",\"memory_expected\":true"), NULL },

    { "exit.crash", P72, "dst X", "2000 dst X sig 11\n", NULL },
    { "exit.crash", C72, "dst M failed|dst X", "603 dst X sig 6\n", NULL },
    { "exit.code", P72, "src X", "2000 src X 1\n", NULL },
    { "exit.code", C72, "dst X 1", "630 dst X 0\n", NULL },
    { "exit.code", C72, "dst X 1", "630 dst X 1 something else\n", NULL },
    { "exit.failed-load", C72, "dst X 1", "3500 dst X end\n", NULL },

    { "events.passes", P72, NULL, "500 src P 3\n", NULL },
    { "events.passes", P72, "src P 1", NULL, NULL },
    { "events.passes", P111, NULL, "500 src P 1\n", NULL },
    { "events.off", P72, "10 src R", "2500 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"events\",\"state\":true}]} ok\n", NULL },
    { "events.complete", P72, "src M active", NULL, NULL },
    { "events.stop-first", P100, "src STOP", "1002 src STOP\n", NULL },
    { "events.stop-first", PC111, "src STOP", "1004 src STOP\n", NULL },
    { "events.resume-first", C72, NULL, "580 src STOP\n590 src M pre-switchover\n610 src RESUME\n", NULL },
    { "events.completed-last", P72, "dst RESUME", "1006 dst RESUME\n", NULL },

    { "errors.desc", C100, "src M cancelling|src M cancelled|R migrate_cancel|src S cancelled",
      "600 src M failed\n1500 src S failed running\n", NULL },
    { "errors.kept", C100, "src M cancelling|src M cancelled|R migrate_cancel|src S cancelled",
      "600 src M failed\n1500 src S failed running {\"error-desc\":\"one\"}\n1600 src S failed running {\"error-desc\":\"two\"}\n", NULL },

    { "errors.paused", PC111, NULL, "1200 src M postcopy-paused\n1201 link A cut {\"how\":\"rst\"}\n1202 src S postcopy-paused finish-migrate {\"total-time\":1,\"setup-time\":1,\"downtime\":1,\"ram\":{}}\n", NULL },
    { "events.idle-pass", C72, NULL, "1000 src P 2\n", "pass-after-cancelled" },
    { "events.idle-pass", P72, NULL, "1100 src P 3\n", NULL },
    { "events.passes", P72, "src M active", "103.5 src M active\n", NULL },
    { "run.announced", P72, "dst RESUME", NULL, NULL },
    { "run.announced", C72, NULL, "1800 src S cancelled paused\n", NULL },
    { "run.told", P72, NULL, "500 src R stop null ok\n501 src R query-status null ok\n", NULL },
    { "run.announced", C72, NULL, "580 src S active finish-migrate\n590 src RESUME\n", NULL },
    { "options.answer", P72, NULL, "50 src R migrate-set-parameters {\"downtime-limit\":2000001} ok\n", NULL },
    { "options.answer", P72, NULL, "50 src R migrate-set-parameters {\"downtime-limit\":300} err GenericError nonsense\n", NULL },
    { "options.answer", P72, NULL,
      "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"postcopy-preempt\",\"state\":true}]} ok\n", NULL },
    { "options.answer", P72, NULL,
      "50 src R migrate-set-parameters {\"multifd-channels\":0} err GenericError Parameter 'multifd_channels' expects a value between 0 and 255\n", NULL },
    { "statistics.switchover", P100, "src S", "1 src S - running\n400 src S active running {\"total-time\":300,\"setup-time\":4,\"ram\":{}}\n"
      "50 src R migrate-set-parameters {\"max-bandwidth\":4194304,\"downtime-limit\":300} ok\n"
      "1500 src S completed postmigrate {\"total-time\":900,\"setup-time\":4,\"downtime\":10,\"ram\":{\"downtime-bytes\":60000000,\"total\":67108864}}\n", NULL },
    { "errors.return-path", P72, NULL, RP "600 link A fake destination sends on return path {\"hex\":\"0001000400000001\"}\n", NULL },
    { "errors.return-path", P100, "src STOP|src M device|src P 2|src M completed|dst|src S completed",
      RP "600 link A fake destination sends on return path {\"hex\":\"00550000\"}\n", "rp-error-late" },
    { "exit.crash", P72, "dst M|dst RESUME|dst S", "16 dst R migrate-incoming {\"uri\":\"tcp:127.0.0.1:2\"} err GenericError The incoming migration has already been started\n"
      "17 dst X sig 6\n", NULL },
    { "run.postmigrate", P72, "src S", "1020 src RESUME\n1030 src STOP\n", NULL },
    { "run.ticks", P72, NULL, "1600 src status {\"migrate\":null,\"run\":{\"status\":\"postmigrate\",\"running\":false},\"guest_ticks\":100}\n"
      "1900 src status {\"migrate\":null,\"run\":{\"status\":\"postmigrate\",\"running\":false},\"guest_ticks\":120}\n", NULL },
    { "exit.silent", C72, NULL, "700 dst M failed\n", NULL },
    { "statistics.members", P100, "src S completed",
      "1060 src S completed postmigrate {\"total-time\":900,\"setup-time\":4,\"ram\":{}}\n1061 src R query-status null ok\n", NULL },
    { "run.announced", P72, "src S completed", "1200 src S completed running\n", NULL },
    { "exit.failed-event", C72, "dst M failed", NULL, NULL },
    { "destination.setup", P72, "dst M setup", NULL, NULL },
    { "destination.setup", P72, NULL, "22 dst M setup\n", NULL },
    { "source.cause", C72, NULL, "601.5 src M cancelling\n", NULL },
    { "source.transition", C72, "src M cancelling|src M cancelled|R migrate_cancel|src S cancelled", "600 src M failed\n601 src M failed\n", NULL },
    { "source.transition", C72, "src M cancelling|src M cancelled|R migrate_cancel|src S cancelled",
      "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"multifd\",\"state\":true}]} ok\n600 src M failed\n601 src M failed\n", "failed-twice" },
    { "statistics.sync-count", P72, "src P 2", NULL, NULL },
    { "destination.once", P72, NULL, "1900 dst M active\n", NULL },
    { "postcopy.pauses", PC72, "dst M completed|dst S completed", "1300 link A cut {\"how\":\"rst\"}\n1301 dst M failed\n", NULL },
    { "postcopy.pauses", PC72, "src M completed", "1100 link A cut {\"how\":\"rst\"}\n1101 src M failed\n", NULL },
    { "postcopy.understands", PC72, "dst M completed|dst S completed", "1200 dst M postcopy-paused\n", NULL },
    { "postcopy.recover", script_postcopy_7_2, 402, NULL, "1100 dst M postcopy-paused\n1200 dst M postcopy-recover\n1300 dst M postcopy-active\n", NULL },
    { "postcopy.recover", PC72, NULL, "1100 dst M postcopy-paused\n1200 dst M postcopy-recover\n1300 dst M postcopy-active\n", "resume-without-recover" },
    { "progress.recovery", PC111, "dst M completed|dst S completed|X end", "1100 dst M postcopy-paused\n1200 dst M postcopy-recover\n40000 src X end\n40000 dst X end\n", NULL },
    { "reply.order", P72, NULL, "50 src reply {\"execute\":\"query-version\",\"sent_ms\":45,\"return\":{}}\n52 src reply {\"execute\":\"query-status\",\"sent_ms\":40,\"return\":{}}\n", NULL },
    { "reply.status", PC72, NULL, "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"release-ram\",\"state\":true}]} ok\n"
      "1100 src M postcopy-paused\n1300 src R migrate {\"uri\":\"tcp:127.0.0.1:1\",\"resume\":true} ok\n", NULL },
    { "statistics.first-pass", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":9000000,\"total\":67444736,\"dirty-sync-count\":1,\"page-size\":4096,\"remaining\":60000000,\"normal\":100,\"normal-bytes\":409600,\"duplicate\":10}}\n", NULL },
    { "statistics.cover", P72, NULL, "1600 src S completed postmigrate {\"total-time\":900,\"setup-time\":1,\"downtime\":1,\"ram\":{\"transferred\":9001000,\"total\":67444736,\"dirty-sync-count\":2,\"page-size\":4096,\"remaining\":0,\"normal\":1000,\"normal-bytes\":4096000,\"duplicate\":15000}}\n", NULL },
    { "statistics.final", P100, NULL, "1600 src S completed postmigrate {\"total-time\":900,\"setup-time\":1,\"downtime\":1,\"ram\":{\"transferred\":9001000,\"total\":67444736,\"mbps\":99.5,\"dirty-sync-count\":2}}\n", NULL },
    { "statistics.throttle", P72, "400 src S", "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"auto-converge\",\"state\":true}]} ok\n"
      "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"cpu-throttle-percentage\":25,\"ram\":{}}\n", NULL },
    { "statistics.throttle", P72, "400 src S", "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"auto-converge\",\"state\":true}]} ok\n"
      "300 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"cpu-throttle-percentage\":30,\"ram\":{}}\n500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"cpu-throttle-percentage\":20,\"ram\":{}}\n", NULL },
    { "statistics.limit", PC72, NULL, "50 src R migrate-set-parameters {\"max-postcopy-bandwidth\":1000000} ok\n"
      "1010 src S postcopy-active finish-migrate {\"total-time\":1000,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":1000,\"total\":67444736,\"postcopy-requests\":0}}\n"
      "1490 src S postcopy-active finish-migrate {\"total-time\":1900,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":9000000,\"total\":67444736,\"postcopy-requests\":0}}\n", NULL },

    { "statistics.members", P72, NULL, "400 src S active running {\"total-time\":4}\n", NULL },
    { "statistics.members", P72, "src S completed", "1500 src S completed postmigrate {\"total-time\":4,\"setup-time\":1,\"ram\":{}}\n", NULL },
    { "statistics.ram-members", P100, "400 src S", "400 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"skipped\":0}}\n", NULL },
    { "statistics.monotone", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":99999999,\"total\":67444736}}\n", NULL },
    { "statistics.total", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":1,\"total\":5}}\n", NULL },
    { "statistics.sums", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":1,\"total\":67444736,\"normal\":3,\"page-size\":4096,\"normal-bytes\":4096}}\n", NULL },
    { "statistics.sums", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":1,\"total\":67444736,\"remaining\":67444737}}\n", NULL },
    { "statistics.phases", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":9,\"total\":67444736,\"precopy-bytes\":9000000,\"downtime-bytes\":0,\"postcopy-bytes\":0}}\n", NULL },
    { "statistics.bytes", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":9,\"total\":67444736,\"normal\":10000,\"page-size\":4096,\"normal-bytes\":40960000}}\n", NULL },
    { "statistics.bytes", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":9,\"total\":67444736,\"duplicate\":-1}}\n", NULL },
    { "statistics.times", P72, "src S completed", "1500 src S completed postmigrate {\"total-time\":900,\"setup-time\":3,\"downtime\":2000,\"ram\":{\"total\":67444736}}\n", NULL },
    { "statistics.times", P72, NULL, "1100 src S completed postmigrate {\"total-time\":0,\"setup-time\":3,\"downtime\":0,\"ram\":{\"total\":67444736}}\n", "completed-zero-time" },
    { "statistics.fresh", C72, NULL,
      "400 src S active running {\"total-time\":290,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":500,\"total\":67444736,\"dirty-sync-count\":1}}\n"
      "2000 src M setup\n2001 src R migrate {\"uri\":\"tcp:127.0.0.1:1\"} ok\n2002 src P 1\n2003 src M active\n"
      "2500 src S active running {\"total-time\":2400,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":900,\"total\":67444736,\"dirty-sync-count\":2}}\n", NULL },
    { "statistics.rates", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":-1,\"ram\":{\"transferred\":9,\"total\":67444736}}\n", NULL },
    { "statistics.rates", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"cpu-throttle-percentage\":20,\"ram\":{\"transferred\":9,\"total\":67444736}}\n", NULL },
    { "statistics.limit", P72, "400 src S|900 src S", "50 src R migrate-set-parameters {\"max-bandwidth\":1000000} ok\n"
      "300 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":9,\"total\":67444736}}\n"
      "900 src S active running {\"total-time\":601,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":9000000,\"total\":67444736}}\n", NULL },
    { "statistics.sync-count", P72, "400 src S", "500 src S active running {\"total-time\":1,\"setup-time\":1,\"expected-downtime\":1,\"ram\":{\"transferred\":9,\"total\":67444736,\"dirty-sync-count\":0}}\n", NULL },
    { "statistics.sync-count", P72, NULL, "200 src P 2\n201 src P 3\n202 src P 4\n", NULL },

    { "reply.status", P72, NULL, "500 src R migrate {\"uri\":\"tcp:127.0.0.1:1\"} ok\n", NULL },
    { "reply.status", P72, NULL, "500 src R migrate {\"uri\":\"tcp:127.0.0.1:1\"} err Something else\n", NULL },
    { "reply.status", P72, NULL, "500 src R migrate-set-capabilities {\"capabilities\":[]} ok\n", NULL },
    { "reply.status", P72, NULL, "500 src R migrate-pause null ok\n", NULL },
    { "reply.status", P72, NULL, "500 src R migrate-recover {\"uri\":\"x\"} ok\n", NULL },
    { "reply.status", P72, NULL, "500 src R migrate-continue {\"state\":\"pre-switchover\"} ok\n", NULL },
    { "reply.status", P72, NULL, "500 src R migrate-start-postcopy null ok\n", NULL },
    { "reply.status", PC111, NULL, "1300 src R migrate_cancel null ok\n", NULL },
    { "reply.status", P72, NULL, "500 src R migrate_cancel null err no\n", NULL },
    { "reply.status", P72, NULL, "2500 src R migrate {\"uri\":\"tcp:127.0.0.1:1\"} ok\n", NULL },
    { "reply.status", P72, NULL, "50 dst R migrate {\"uri\":\"tcp:127.0.0.1:1\"} ok\n", NULL },
    { "reply.status", P72, NULL, "500 dst R migrate-incoming {\"uri\":\"tcp:127.0.0.1:1\"} ok\n", NULL },
    { "reply.status", P72, NULL, "500 src R migrate {\"uri\":\"tcp:127.0.0.1:1\",\"resume\":true} ok\n", NULL },
    { "reply.status", P72, NULL, HDR(",\"time\":\"virtual\"") "2500 src state {\"machine\":\"migration\",\"from\":\"completed\",\"to\":\"setup\"}\n"
      "2500 src R migrate {\"uri\":\"tcp:127.0.0.1:1\"} ok\n", NULL },
    { "reply.status", PC72, NULL, HDR(",\"time\":\"virtual\"") "1001 src state {\"machine\":\"run\",\"from\":\"running\",\"to\":\"finish-migrate\"}\n"
      "1300 src state {\"machine\":\"run\",\"from\":\"finish-migrate\",\"to\":\"running\"}\n1300 src R cont null ok\n"
      "1300 src state {\"machine\":\"run\",\"from\":\"running\",\"to\":\"finish-migrate\"}\n", NULL },
    { "reply.command", P72, NULL, "500 src R yank {\"instances\":[]} err CommandNotFound\n", NULL },
    { "reply.command", P72, NULL, "500 src R migrate_set_speed {\"value\":1} ok\n", NULL },
    { "reply.class", P72, NULL, "500 src R migrate-set-parameters {} err KVMMissingCap\n", NULL },

    { "progress.end", P100, "src M completed|dst RESUME|dst M completed|src S completed|dst S completed|X end",
      "40000 src X end\n40000 dst X end\n", NULL },
    { "progress.stuck", P72, "STOP|src P 2|src M completed|dst RESUME|dst M completed|src S completed|dst S completed|X end",
      "20000 src S active running {\"total-time\":19000,\"setup-time\":3,\"expected-downtime\":300,\"ram\":{\"transferred\":2420909,\"total\":67444736,\"dirty-sync-count\":1}}\n"
      "39000 src S active running {\"total-time\":38000,\"setup-time\":3,\"expected-downtime\":300,\"ram\":{\"transferred\":2420909,\"total\":67444736,\"dirty-sync-count\":1}}\n"
      "40000 src X end\n40000 dst X end\n", NULL },
    { "progress.cancel", C72, "src M cancelled|src S cancelled|src X end", "40000 src X end\n", NULL },
    { "progress.cancelled", C72, "src M cancelling|src M cancelled|src S cancelled", "650 src M failed\n1500 src S failed running {\"error-desc\":\"x\"}\n", NULL },
    { "progress.cancelled", C100, "src M cancelling|src M cancelled|src S cancelled", "650 src M failed\n1500 src S failed running {\"error-desc\":\"x\"}\n", "cancel-then-failed" },
    { "reply.incoming-again", P72, "dst R migrate-incoming", "15 dst R migrate-incoming {\"uri\":\"x\"} err bad\n21 dst R migrate-incoming {\"uri\":\"y\"} err The incoming migration has already been started\n", NULL },
    { "reply.incoming-again", P100, "dst R migrate-incoming", "15 dst R migrate-incoming {\"uri\":\"x\"} err bad\n21 dst R migrate-incoming {\"uri\":\"y\"} err Illegal migration incoming state: setup\n", "incoming-stuck-after-bind-error" },
    { "progress.reply", P72, NULL, "2500 src R query-status null none\n", NULL },
    { "progress.cut", P72, "STOP|src P 2|src M completed|dst RESUME|dst M completed|src S|dst S completed|X end",
      "1 src S - running\n700 link A cut {\"how\":\"fin\"}\n40000 src X end\n40000 dst X end\n", NULL },

    { "options.applied", P72, NULL, "50 src R migrate-set-parameters {\"downtime-limit\":500} ok\n"
      "60 src R query-migrate-parameters null = {\"downtime-limit\":300}\n", NULL },
    { "options.applied", P72, NULL, "60 src R query-migrate-capabilities null = [{\"capability\":\"events\",\"state\":false}]\n", NULL },
    { "options.atomic", P72, NULL, "60 src R query-migrate-parameters null = {\"downtime-limit\":300}\n"
      "62 src R migrate-set-parameters {\"downtime-limit\":500,\"max-bandwidth\":-1} err no\n"
      "64 src R query-migrate-parameters null = {\"downtime-limit\":500}\n", NULL },

    { "stream.contiguous", P72, NULL, "200 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":0,\"size\":8,\"record\":\"header\"}\n"
      "201 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":9,\"size\":8,\"record\":\"configuration\"}\n", NULL },
    { "stream.transferred", P72, NULL, "200 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":0,\"size\":100,\"record\":\"header\"}\n201 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":100,\"size\":9000000,\"record\":\"pages\"}\n", NULL },
    { "stream.transferred", P100, NULL, "200 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":0,\"size\":100,\"record\":\"header\"}\n201 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":100,\"size\":9000000,\"record\":\"pages\"}\n", NULL },
    { "stream.bytes", P72, NULL, "200 link note {\"where\":\"stream\",\"text\":\"stream.header.magic at 0 of main: no\"}\n", NULL },
    { "stream.after-stop", P72, NULL, "200 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":0,\"size\":8,\"record\":\"section-full\"}\n", NULL },
    { "options.reply", P72, NULL, HDR(",\"time\":\"virtual\"") "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"multifd\",\"state\":true},{\"capability\":\"compress\",\"state\":true}]} ok\n", NULL },
    { "options.reply", P72, NULL, HDR(",\"time\":\"virtual\"") "50 src R migrate-set-parameters {\"downtime-limit\":300} err no\n", NULL },
    { "options.reply", P72, NULL, HDR(",\"time\":\"virtual\"") "50 src R query-migrate-capabilities {} = []\n", NULL },
    { "exact.clock", P72, NULL, EXACT, NULL },
    { "exact.mbps", P72, NULL, EXACT, NULL },
    { "exact.counters", P72, NULL, EXACT LINK(100, 9000000, 9000100, 5), NULL },
    { "exact.total", P72, NULL, EXACT "1600 dst memory {\"moment\":\"switch-over\",\"equal\":true,\"pages\":10,\"different\":0}\n", NULL },
    { "exact.limit", P72, NULL, EXACT "50 src R migrate-set-parameters {\"max-bandwidth\":1048576} ok\n" LINK(100, 90000000, 90000100, 5), NULL },
    { "exact.downtime", P72, NULL, EXACT LINK(100, 200, 300, 1)
      "204 link stream {\"channel\":\"main\",\"dir\":\"sd\",\"offset\":305,\"size\":900000000,\"record\":\"pages\"}\n"
      LOOK("410", "1000", "1") LOOK("420", "1000", "1") LOOK("430", "1000", "1") LOOK("440", "1000", "1") LOOK("450", "1000", "1"), NULL },
    { "exact.fits", P72, "src P 2|src STOP|src M completed|src S completed|dst|X end", EXACT_ACTIVE LOOK("1410", "4096", "1") "1411 src P 2\n"
      LOOK("1700", "4096", "1") "1701 src P 3\n" LOOK("2000", "4096", "1") "2001 src P 4\n" LOOK("2200", "4096", "1") "2201 src P 5\n"
      LOOK("2500", "4096", "1") "2501 src P 6\n" LOOK("2800", "4096", "1"), NULL },
    { "exact.syncs", P72, "src P 2|src STOP|src M completed|src S completed|dst", EXACT_ACTIVE LOOK("410", "60000000", "1") "411 src P 2\n412 src P 3\n413 src P 4\n414 src P 5\n415 src P 6\n416 src P 7\n"
      "417 src P 8\n418 src P 9\n419 src P 10\n420 src P 11\n421 src P 12\n" LOOK("1450", "60000000", "1"), NULL },
    { "exact.throttle", P72, "src P 2|src STOP|src M completed|src S completed|dst", EXACT_ACTIVE
      "50 src R migrate-set-capabilities {\"capabilities\":[{\"capability\":\"auto-converge\",\"state\":true}]} ok\n1300 src P 2\n"
      LOOK("1310", "60000000", "100000,\"x\":1},\"cpu-throttle-percentage\":20,\"y\":{\"z\":1"), NULL },
    { "exact.speed", C72, NULL, HDR(",\"time\":\"virtual\"") "100 src state {\"machine\":\"migration\",\"from\":\"none\",\"to\":\"setup\"}\n"
      TICKS("20", "", "0") TICKS("60", "", "0") TICKS("1600", "\"status\":\"cancelled\"", "1000") TICKS("2000", "\"status\":\"cancelled\"", "1040")
      TICKS("2200", "\"status\":\"cancelled\"", "1040") TICKS("2600", "\"status\":\"cancelled\"", "1050"), NULL },
    { "exact.closed", P72, NULL, "1600 link A left-open {\"what\":\"a channel of the source\"}\n", NULL },
};

static gboolean has(const GPtrArray *findings, const char *rule, const char *quirk)
{
    for (guint i = 0; i < findings->len; i++) {
        const OraFinding *finding = g_ptr_array_index(findings, i);

        if (strcmp(finding->id, rule) == 0 &&
            (quirk != NULL ? finding->grade == ORA_GRADE_KNOWN && g_strcmp0(finding->quirk, quirk) == 0
                           : finding->grade == ORA_GRADE_FAIL)) {
            return TRUE;
        }
    }
    return FALSE;
}

static void each_breach_is_found(void **state)
{
    guint missed = 0;

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(OraTrace) trace = script_trace(cases[i].base, cases[i].drop, cases[i].add);
        OraJudge judge = { .source = cases[i].release, .destination = cases[i].release };
        g_autoptr(GPtrArray) findings = ora_judge(trace, &judge);

        if (!has(findings, cases[i].rule, cases[i].quirk)) {
            print_message("missed: case %u, %s %s\n", (guint) i, cases[i].rule, cases[i].quirk != NULL ? cases[i].quirk : "");
            print_findings(trace, findings);
            missed++;
        }
    }
    assert_int_equal(missed, 0);
}

static void each_rule_has_a_breach(void **state)
{
    guint count, bare = 0;
    const OraRule *const *rules = ora_rules(&count);

    (void) state;
    assert_true(count > 40);
    for (guint r = 0; r < count; r++) {
        gboolean broken = FALSE;

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            broken = broken || (strcmp(cases[i].rule, rules[r]->id) == 0 && cases[i].quirk == NULL);
        }
        if (!broken) {
            print_message("no trace breaks rule %s\n", rules[r]->id);
            bare++;
        }
        assert_true(strlen(rules[r]->sentence) > 10);
        for (guint k = 0; k < r; k++) {
            assert_string_not_equal(rules[k]->id, rules[r]->id);
        }
        assert_ptr_equal(ora_rule_find(rules[r]->id), rules[r]);
    }
    assert_int_equal(bare, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_runs_are_clean),
        cmocka_unit_test(each_breach_is_found),
        cmocka_unit_test(each_rule_has_a_breach),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
