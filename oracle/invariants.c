/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/invariants.h"
#include "oracle/rule.h"

#include <string.h>

#define QMP "reference/qmp/tests/"

static const OraInvariant invariants[] = {
    { "RAM-EQUAL", NULL, NULL },
    { "RAM-COVER", "stream.ram.missing", NULL },
    { "RAM-PENDING", "statistics.first-pass statistics.sums statistics.switchover", NULL },
    { "RAM-BOUNDS", "stream.ram.offset stream.ram.list-length stream.multifd.offset stream.postcopy.discard-range "
      "stream.return-path.request-range stream.mapped-ram.bitmap", NULL },
    { "RECV-MAP", "stream.return-path.bitmap-content memory.equal", NULL },
    { "CODEC-ROUNDTRIP", "stream.ram.xbzrle-data stream.ram.compress-data stream.multifd.data memory.equal", NULL },
    { "DELTA-BASE", "stream.ram.xbzrle-first stream.ram.xbzrle-data memory.equal", NULL },
    { "CACHE-AGE", NULL, "reference/migration/tests/test_pagecache.c" },
    { "STREAM-GRAMMAR", "stream.section.type stream.section.end-twice stream.ram.block stream.eof.missing", NULL },
    { "STREAM-COMPAT", "stream.release.mixed stream.release.command stream.command.unknown", NULL },
    { "LOAD-STRICT", "exit.failed-load exit.code", "reference/migration/tests/test_damage.c" },
    { "LOAD-EXACT", "stream.trailing stream.device.length", "reference/host/tests/test_interop.c" },
    { "FLUSH-HANDOVER", "stream.transferred stream.cut stream.eof.missing", NULL },
    { "DESC-EXACT", "stream.description.json stream.description.devices stream.description.size", NULL },
    { "IO-AFTER-STOP", "stream.after-stop stream.return-path.shut-last", NULL },
    { "ERR-KEPT", NULL, NULL },
    { "FAIL-VISIBLE", NULL, NULL },
    { "CLEANUP-SAFE", NULL, NULL },
    { "STATE-GRAPH", NULL, NULL },
    { "CANCEL-ENDS", NULL, NULL },
    { "PROGRESS", NULL, NULL },
    { "RUNSTATE-KEPT", NULL, NULL },
    { "ONE-OWNER", NULL, NULL },
    { "FRESH-START", "events.passes errors.kept statistics.members", NULL },
    { "ONE-AT-A-TIME", NULL, NULL },
    { "PUBLISH-LAST", NULL, NULL },
    { "CHANNEL-MATCH", "stream.multifd.hello-magic stream.multifd.hello-id stream.multifd.hello-uuid stream.preempt.place", NULL },
    { "SYNC-PAIRS", "stream.multifd.sync-count stream.multifd.number stream.multifd.page-twice stream.flush.place", NULL },
    { "FEATURE-SCOPE", "stream.flush.place stream.ram.xbzrle-flag stream.ram.postcopy-kind", NULL },
    { "SESSION-END", "progress.end exit.code source.reason", NULL },
    { "PC-SERVED", "progress.stuck progress.end stream.ram.missing", NULL },
    { "PC-PLACE-ONCE", "stream.ram.postcopy-twice stream.ram.postcopy-undiscarded stream.ram.host-page stream.preempt.twice", NULL },
    { "PC-PHASES", "destination.transition stream.postcopy.advise-state stream.postcopy.discard-state "
      "stream.postcopy.listen-state stream.postcopy.run-state", NULL },
    { "PC-PAUSE-NOT-FAIL", NULL, NULL },
    { "PC-POINT-OF-NO-RETURN", NULL, NULL },
    { "RECOVER-MAP", "stream.return-path.bitmap-missing stream.return-path.bitmap-size stream.recovery.bitmap-missing "
      "stream.ram.missing memory.equal", NULL },
    { "OPT-ATOMIC", NULL, NULL },
    { "OPT-APPLIED", NULL, NULL },
    { "OPT-RANGE", "options.answer", NULL },
    { "OPT-CONFLICT", NULL, NULL },
    { "OPT-NO-RESIDUE", "options.applied", NULL },
    { "ERR-TEXT", "options.answer reply.status", NULL },
    { "QMP-REPLY", NULL, NULL },
    { "QMP-OOB", "progress.reply reply.order", NULL },
    { "QMP-NEGOTIATION", NULL, QMP "test_monitor.c" },
    { "JSON-INPUT", NULL, QMP "test_json.c" },
    { "JSON-OUTPUT", NULL, QMP "test_json.c" },
    { "EVENT-COALESCE", "events.complete events.passes", NULL },
    { "STAT-CONSERVE", "stream.transferred", NULL },
    { "STAT-RATE", NULL, NULL },
    { "STAT-VIEW", NULL, NULL },
    { "BW-LIMIT", NULL, NULL },
    { "SWITCHOVER-RULE", NULL, NULL },
    { "THROTTLE-RULE", NULL, NULL },
    { "COLO-CHECKPOINT", "stream.colo.order", NULL },
    { "BITMAP-KEPT", "stream.dirty-bitmap.name stream.dirty-bitmap.start stream.dirty-bitmap.incomplete", NULL },
    { "SNAP-ALL-OR-NOTHING", "stream.ram.snapshot-twice", NULL },
};

const OraInvariant *ora_invariants(guint *ret_count)
{
    *ret_count = G_N_ELEMENTS(invariants);
    return invariants;
}

char **ora_invariant_rules(const OraInvariant *invariant)
{
    g_auto(GStrv) more = g_strsplit(invariant->rules != NULL ? invariant->rules : "", " ", -1);
    GPtrArray *ids = g_ptr_array_new();
    guint count;
    const OraRule *const *rules = ora_rules(&count);

    for (guint i = 0; i < count; i++) {
        if (g_strcmp0(rules[i]->invariant, invariant->name) == 0) {
            g_ptr_array_add(ids, g_strdup(rules[i]->id));
        }
    }
    for (guint i = 0; more[i] != NULL; i++) {
        gboolean known = more[i][0] == '\0';

        for (guint k = 0; k < ids->len; k++) {
            known = known || strcmp(g_ptr_array_index(ids, k), more[i]) == 0;
        }
        if (!known) {
            g_ptr_array_add(ids, g_strdup(more[i]));
        }
    }
    g_ptr_array_add(ids, NULL);
    return (char **) g_ptr_array_free(ids, FALSE);
}
