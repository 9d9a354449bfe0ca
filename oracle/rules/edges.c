/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The changes of status of each lane, held against the edges.
 */
#include "oracle/rules/edges.h"

/* The edge that the lane may take: a capability that it asks for is on, or no command of the lane is in the trace. */
static const OraEdge *find_for(const OraEdge *edges, const OraLane *lane, const OraMove *move)
{
    for (const OraEdge *edge = edges; edge->from != ORA_STATUS_UNKNOWN; edge++) {
        if (edge->from == move->from && edge->to == move->to && ora_edge_holds(edge, lane->release) &&
            (edge->capability == NULL || lane->commands->len == 0 ||
             ora_lane_capability(lane, edge->capability, move->t_ns) == 1)) {
            return edge;
        }
    }
    return NULL;
}

static void check_move(OraCase *c, const OraRule *rule, const OraEdge *edges, const OraLane *lane, const OraMove *move,
                       gboolean sampled)
{
    const OraEdge *edge = find_for(edges, lane, move);
    g_autofree char *targets = NULL;
    OraFinding *finding;

    if (edge != NULL && edge->quirk == NULL) {
        return;
    }
    if (edge == NULL && sampled && ora_edge_reaches(edges, lane->release, move->from, move->to)) {
        return;
    }
    finding = ora_case_find(c, rule, lane, move->index);
    targets = ora_edge_targets(edges, lane->release, move->from);
    ora_finding_expected(finding, "in %s, from %s: %s", ora_release_name(lane->release), ora_status_name(move->from),
                         targets);
    ora_finding_actual(finding, "%s -> %s", ora_status_name(move->from), ora_status_name(move->to));
    if (edge != NULL) {
        ora_finding_known(finding, edge->quirk);
    }
}

void ora_edges_check(OraCase *c, const OraRule *rule, const OraEdge *edges, OraMachine machine)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        OraBy before = ORA_BY_EVENT;

        for (guint k = 0; k < lane->moves->len; k++) {
            const OraMove *move = ORA_MOVE(lane, k);

            if (move->machine != machine) {
                continue;
            }
            /* A name outside the enum is another rule's finding; what was not seen cannot be judged. */
            if (move->from != ORA_STATUS_UNKNOWN && move->to != ORA_STATUS_UNKNOWN) {
                check_move(c, rule, edges, lane, move,
                           move->by == ORA_BY_POLL || before == ORA_BY_POLL || move->t_ns < lane->events_ns);
            }
            before = move->by;
        }
        for (guint k = 0; k < lane->exact->len; k++) {
            const OraMove *move = &g_array_index(lane->exact, OraMove, k);

            if (move->machine == machine && move->from != ORA_STATUS_UNKNOWN) {
                check_move(c, rule, edges, lane, move, FALSE);
            }
        }
    }
}
