/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The edges, and ways over them.
 */
#include "oracle/edge.h"

#define S(name) ORA_STATUS_##name
#define EVER ORA_FOREVER

const OraEdge ora_source_edges[] = {
    { S(NONE), S(SETUP), 204, EVER, ORA_CAUSE_MIGRATE, "migrate was accepted" },
    { S(COMPLETED), S(SETUP), 204, EVER, ORA_CAUSE_MIGRATE, "migrate was accepted after a migration that completed" },
    { S(FAILED), S(SETUP), 204, EVER, ORA_CAUSE_MIGRATE, "migrate was accepted after one that failed" },
    { S(CANCELLED), S(SETUP), 204, EVER, ORA_CAUSE_MIGRATE, "migrate was accepted after one that was cancelled" },

    { S(SETUP), S(ACTIVE), 204, EVER, ORA_CAUSE_ITSELF, "header and set-up sections are written" },
    { S(SETUP), S(WAIT_UNPLUG), 402, EVER, ORA_CAUSE_ITSELF, "the guest still holds a failover network card" },
    { S(WAIT_UNPLUG), S(ACTIVE), 402, EVER, ORA_CAUSE_ITSELF, "the guest let the card go" },
    { S(WAIT_UNPLUG), S(CANCELLING), 402, EVER, ORA_CAUSE_CANCEL, "migrate_cancel" },
    { S(SETUP), S(FAILED), 204, 1002, ORA_CAUSE_ITSELF, "connecting, TLS or the set-up of a channel failed" },
    { S(SETUP), S(FAILING), 1100, EVER, ORA_CAUSE_ITSELF, "connecting, TLS or the set-up of a channel failed" },
    { S(SETUP), S(CANCELLING), 204, EVER, ORA_CAUSE_CANCEL, "migrate_cancel" },

    { S(ACTIVE), S(COMPLETED), 204, 902, ORA_CAUSE_ITSELF, "everything is sent and the return path ended well" },
    { S(ACTIVE), S(COMPLETED), 1000, EVER, ORA_CAUSE_ITSELF, "the snapshot is written: there is nothing to switch over",
      .capability = "background-snapshot" },
    { S(ACTIVE), S(DEVICE), 1000, EVER, ORA_CAUSE_ITSELF, "the VM is stopped for the switchover" },
    { S(ACTIVE), S(PRE_SWITCHOVER), 211, EVER, ORA_CAUSE_ITSELF, "the VM is stopped, and the user wants to be asked" },
    { S(PRE_SWITCHOVER), S(DEVICE), 211, EVER, ORA_CAUSE_CONTINUE, "migrate-continue" },
    { S(PRE_SWITCHOVER), S(POSTCOPY_ACTIVE), 211, 902, ORA_CAUSE_CONTINUE, "migrate-continue, with postcopy asked for" },
    { S(PRE_SWITCHOVER), S(CANCELLING), 211, EVER, ORA_CAUSE_CANCEL, "migrate_cancel" },
    { S(PRE_SWITCHOVER), S(FAILED), 300, 1002, ORA_CAUSE_ITSELF, "a channel failed" },
    { S(PRE_SWITCHOVER), S(FAILING), 1100, EVER, ORA_CAUSE_ITSELF, "a channel failed" },
    { S(DEVICE), S(COMPLETED), 211, EVER, ORA_CAUSE_ITSELF, "everything is sent and the return path ended well" },
    { S(DEVICE), S(FAILED), 211, 1002, ORA_CAUSE_ITSELF, "writing, the return path or a device failed" },
    { S(DEVICE), S(FAILING), 1100, EVER, ORA_CAUSE_ITSELF, "writing, the return path or a device failed" },
    { S(DEVICE), S(CANCELLING), 211, EVER, ORA_CAUSE_CANCEL, "migrate_cancel" },
    { S(ACTIVE), S(FAILED), 204, 1002, ORA_CAUSE_ITSELF, "writing or a set-up callback failed, or the peer left" },
    { S(ACTIVE), S(FAILING), 1100, EVER, ORA_CAUSE_ITSELF, "writing or a set-up callback failed, or the peer left" },
    { S(ACTIVE), S(CANCELLING), 204, EVER, ORA_CAUSE_CANCEL, "migrate_cancel" },

    { S(ACTIVE), S(POSTCOPY_ACTIVE), 205, 902, ORA_CAUSE_POSTCOPY, "migrate-start-postcopy" },
    { S(DEVICE), S(POSTCOPY_ACTIVE), 1000, EVER, ORA_CAUSE_POSTCOPY, "the package for postcopy is sent" },
    { S(DEVICE), S(POSTCOPY_DEVICE), 1002, EVER, ORA_CAUSE_POSTCOPY, "the package for postcopy is sent" },
    { S(POSTCOPY_DEVICE), S(POSTCOPY_ACTIVE), 1002, EVER, ORA_CAUSE_ITSELF, "the destination has loaded the package" },
    { S(POSTCOPY_DEVICE), S(FAILED), 1002, 1002, ORA_CAUSE_ITSELF, "failure before the package was loaded" },
    { S(POSTCOPY_DEVICE), S(FAILING), 1100, EVER, ORA_CAUSE_ITSELF, "failure before the package was loaded" },
    { S(POSTCOPY_ACTIVE), S(COMPLETED), 205, EVER, ORA_CAUSE_ITSELF, "all pages are sent and the return path ended well" },
    { S(POSTCOPY_ACTIVE), S(FAILED), 205, 1002, ORA_CAUSE_ITSELF, "an error that cannot be paused" },
    { S(POSTCOPY_ACTIVE), S(FAILING), 1100, EVER, ORA_CAUSE_ITSELF, "an error in the closing handshake" },
    { S(POSTCOPY_ACTIVE), S(POSTCOPY_PAUSED), 300, EVER, ORA_CAUSE_ITSELF, "the channel failed, migrate-pause, yank" },
    { S(POSTCOPY_ACTIVE), S(CANCELLING), 205, 902, ORA_CAUSE_CANCEL, "migrate_cancel" },
    { S(POSTCOPY_ACTIVE), S(CANCELLING), 1000, EVER, ORA_CAUSE_END, "the process is told to end" },
    { S(POSTCOPY_DEVICE), S(CANCELLING), 1002, EVER, ORA_CAUSE_END, "the process is told to end" },
    { S(POSTCOPY_PAUSED), S(CANCELLING), 300, 902, ORA_CAUSE_CANCEL, "migrate_cancel" },
    { S(POSTCOPY_PAUSED), S(CANCELLING), 1000, EVER, ORA_CAUSE_END, "the process is told to end" },
    { S(POSTCOPY_RECOVER_SETUP), S(CANCELLING), 901, 902, ORA_CAUSE_CANCEL, "migrate_cancel" },
    { S(POSTCOPY_RECOVER_SETUP), S(CANCELLING), 1000, EVER, ORA_CAUSE_END, "the process is told to end" },
    { S(POSTCOPY_RECOVER), S(CANCELLING), 1000, EVER, ORA_CAUSE_END, "the process is told to end" },
    { S(POSTCOPY_PAUSED), S(POSTCOPY_RECOVER), 300, 900, ORA_CAUSE_RESUME, "migrate with resume has connected" },
    { S(POSTCOPY_PAUSED), S(POSTCOPY_RECOVER_SETUP), 901, EVER, ORA_CAUSE_RESUME, "migrate with resume was accepted" },
    { S(POSTCOPY_RECOVER_SETUP), S(POSTCOPY_RECOVER), 901, EVER, ORA_CAUSE_ITSELF, "connected" },
    { S(POSTCOPY_RECOVER_SETUP), S(POSTCOPY_PAUSED), 901, EVER, ORA_CAUSE_ITSELF, "the connection was refused" },
    { S(POSTCOPY_RECOVER), S(POSTCOPY_ACTIVE), 300, EVER, ORA_CAUSE_ITSELF, "the destination acknowledged" },
    { S(POSTCOPY_RECOVER), S(POSTCOPY_PAUSED), 300, EVER, ORA_CAUSE_ITSELF, "the link failed again" },
    { S(POSTCOPY_RECOVER), S(CANCELLING), 300, 902, ORA_CAUSE_CANCEL, "migrate_cancel" },

    { S(ACTIVE), S(COLO), 208, 902, ORA_CAUSE_ITSELF, "the first checkpoint is done" },
    { S(DEVICE), S(COLO), 1000, EVER, ORA_CAUSE_ITSELF, "the first checkpoint is done" },
    { S(COLO), S(COMPLETED), 208, EVER, ORA_CAUSE_ITSELF, "x-colo-lost-heartbeat, or a checkpoint failed" },
    { S(COLO), S(CANCELLING), 902, EVER, ORA_CAUSE_CANCEL, "migrate_cancel" },
    /* Accepted although the secondary may run: colo did not count as a migration at work. */
    { S(COLO), S(SETUP), 500, 901, ORA_CAUSE_MIGRATE, "migrate was accepted in colo" },

    { S(FAILING), S(FAILED), 1100, EVER, ORA_CAUSE_ITSELF, "the clean-up is done" },
    { S(FAILING), S(CANCELLING), 1100, EVER, ORA_CAUSE_CANCEL, "migrate_cancel before the clean-up is done" },
    { S(FAILING), S(FAILING), 1100, EVER, ORA_CAUSE_ITSELF, "a second channel reports its error", "failed-twice",
      "multifd" },
    { S(FAILED), S(FAILED), 300, 1002, ORA_CAUSE_ITSELF, "a second channel reports its error", "failed-twice", "multifd" },
    { S(CANCELLING), S(CANCELLED), 204, EVER, ORA_CAUSE_ITSELF, "the clean-up is done" },
    { S(CANCELLING), S(CANCELLING), 500, EVER, ORA_CAUSE_CANCEL, "migrate_cancel again" },
    { S(CANCELLING), S(COMPLETED), 900, EVER, ORA_CAUSE_ITSELF, "completion was faster", "cancel-then-completed" },
    { S(CANCELLING), S(FAILED), 300, 301, ORA_CAUSE_ITSELF, "the cancel's own shutdown was taken for an error" },
    { 0 },
};

/* 2.4 and 2.5 keep no status of an incoming migration: their events are judged as those of 2.6. */
const OraEdge ora_destination_edges[] = {
    /* Up to 8.1 setup is only an event: sent by every migrate-incoming and migrate-recover, accepted or not. */
    { S(NONE), S(SETUP), 204, EVER, ORA_CAUSE_INCOMING, "migrate-incoming or -incoming" },
    { S(SETUP), S(SETUP), 204, 801, ORA_CAUSE_INCOMING, "migrate-incoming once more" },
    { S(ACTIVE), S(SETUP), 204, 801, ORA_CAUSE_INCOMING, "migrate-incoming once more" },
    { S(POSTCOPY_ACTIVE), S(SETUP), 204, 801, ORA_CAUSE_INCOMING, "migrate-incoming once more" },
    { S(COMPLETED), S(SETUP), 204, 801, ORA_CAUSE_INCOMING, "migrate-incoming once more" },
    { S(POSTCOPY_PAUSED), S(SETUP), 300, 801, ORA_CAUSE_RECOVER, "migrate-recover" },
    { S(SETUP), S(POSTCOPY_RECOVER), 300, 801, ORA_CAUSE_ITSELF, "a new connection after migrate-recover" },
    { S(SETUP), S(POSTCOPY_PAUSED), 300, 801, ORA_CAUSE_ITSELF, "what the query shows after that event" },
    { S(SETUP), S(NONE), 204, 801, ORA_CAUSE_ITSELF, "what the query shows after that event" },
    { S(NONE), S(ACTIVE), 204, 801, ORA_CAUSE_ITSELF, "the load begins" },

    { S(SETUP), S(ACTIVE), 204, EVER, ORA_CAUSE_ITSELF, "the load begins" },
    { S(SETUP), S(FAILED), 1000, EVER, ORA_CAUSE_ITSELF, "a channel could not be identified" },
    { S(ACTIVE), S(COMPLETED), 204, EVER, ORA_CAUSE_ITSELF, "the stream ended well and the VM is set" },
    { S(ACTIVE), S(FAILED), 204, EVER, ORA_CAUSE_ITSELF, "the load failed" },
    { S(ACTIVE), S(POSTCOPY_ACTIVE), 205, 1001, ORA_CAUSE_ITSELF, "LISTEN" },
    { S(ACTIVE), S(POSTCOPY_DEVICE), 1002, EVER, ORA_CAUSE_ITSELF, "LISTEN" },
    { S(POSTCOPY_DEVICE), S(POSTCOPY_ACTIVE), 1002, EVER, ORA_CAUSE_ITSELF, "RUN: the package is loaded" },
    { S(POSTCOPY_DEVICE), S(FAILED), 1002, EVER, ORA_CAUSE_ITSELF, "the package could not be loaded" },
    { S(POSTCOPY_ACTIVE), S(COMPLETED), 205, EVER, ORA_CAUSE_ITSELF, "the stream ended well" },
    { S(POSTCOPY_ACTIVE), S(FAILED), 205, EVER, ORA_CAUSE_ITSELF, "an error that cannot be paused" },
    { S(POSTCOPY_ACTIVE), S(POSTCOPY_PAUSED), 300, EVER, ORA_CAUSE_ITSELF, "the channel failed, migrate-pause, yank" },
    { S(POSTCOPY_PAUSED), S(POSTCOPY_RECOVER), 300, EVER, ORA_CAUSE_ITSELF, "a new connection after migrate-recover" },
    { S(POSTCOPY_RECOVER), S(POSTCOPY_ACTIVE), 300, EVER, ORA_CAUSE_ITSELF, "RESUME" },
    { S(POSTCOPY_RECOVER), S(POSTCOPY_PAUSED), 300, EVER, ORA_CAUSE_ITSELF, "the link failed again" },
    { S(ACTIVE), S(COLO), 208, EVER, ORA_CAUSE_ITSELF, "the first checkpoint is loaded" },
    { S(COLO), S(COMPLETED), 208, EVER, ORA_CAUSE_ITSELF, "failover" },
    { 0 },
};

gboolean ora_edge_holds(const OraEdge *edge, OraRelease release)
{
    return release == 0 || ora_release_within(release, edge->since, edge->until);
}

const OraEdge *ora_edge_find(const OraEdge *edges, OraRelease release, OraStatus from, OraStatus to)
{
    for (const OraEdge *edge = edges; edge->from != ORA_STATUS_UNKNOWN; edge++) {
        if (edge->from == from && edge->to == to && ora_edge_holds(edge, release)) {
            return edge;
        }
    }
    return NULL;
}

gboolean ora_edge_reaches(const OraEdge *edges, OraRelease release, OraStatus from, OraStatus to)
{
    guint64 reached = 0, before = 1;
    guint64 tail = G_GUINT64_CONSTANT(1) << from;

    while (reached != before) {
        before = reached;
        for (const OraEdge *edge = edges; edge->from != ORA_STATUS_UNKNOWN; edge++) {
            if (ora_edge_holds(edge, release) && (((reached | tail) >> edge->from) & 1) != 0) {
                reached |= G_GUINT64_CONSTANT(1) << edge->to;
            }
        }
    }
    return (reached >> to) & 1;
}

char *ora_edge_targets(const OraEdge *edges, OraRelease release, OraStatus from)
{
    GString *text = g_string_new(NULL);

    for (int to = 0; to < ORA_N_STATUSES; to++) {
        if (ora_edge_find(edges, release, from, (OraStatus) to) != NULL) {
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", ora_status_name((OraStatus) to));
        }
    }
    return g_string_free(text->len > 0 ? text : g_string_append(text, "nothing else"), FALSE);
}
