/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a set command was told is what a query shows; what was refused shows nowhere. Which values are refused is the
 * business of the options rules proper; here a trace is only held against itself.
 */
#include "oracle/rule.h"

#include <string.h>

#define EVER ORA_FOREVER

/* Values that QEMU keeps in another unit or form than it was given. */
static gboolean is_rewritten(const char *name)
{
    static const char *const names[] = { "xbzrle-cache-size", "block-bitmap-mapping", "tls-creds", "tls-hostname", "tls-authz",
                                         "cpr-exec-command" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], name) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* What the last accepted set before *sent_ns* gave the parameter; *ret_refused: a later one that was refused named it. */
static const json_t *set_value(const OraLane *lane, const char *name, gint64 sent_ns)
{
    return ora_lane_parameter(lane, name, sent_ns - 1);
}

/* Old releases cut a number to the width of where it is stored (-5.2), and forget the levels of multifd's methods (-8.2). */
static gboolean is_cut(const OraLane *lane, const char *name, const json_t *want, const json_t *shown)
{
    guint64 a = (guint64) json_integer_value(want), b = (guint64) json_integer_value(shown);

    if (lane->release != 0 && lane->release <= 802 && g_str_has_prefix(name, "multifd-z") && g_str_has_suffix(name, "-level")) {
        return TRUE;
    }
    return lane->release != 0 && lane->release <= 502 && json_is_integer(want) && json_is_integer(shown) &&
           ((a & 0xff) == b || (a & 0xffffffff) == b);
}

static gboolean set_by_another_way(const OraLane *lane, gint64 sent_ns)
{
    static const char *const ways[] = { "migrate_set_speed", "migrate_set_downtime", "migrate-set-cache-size",
                                        "human-monitor-command" };

    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        if (ora_lane_command(lane, ways[i], G_MININT64, sent_ns) != NULL) {
            return TRUE;
        }
    }
    return FALSE;
}

/* A negative number for an unsigned parameter is taken modulo 2^64, and read back as a real. */
static gboolean is_shown_as(const json_t *want, const json_t *shown)
{
    const double wrap = 18446744073709551616.0;

    return json_equal(want, shown) ||
           (json_is_integer(want) && json_integer_value(want) < 0 && json_is_real(shown) &&
            ABS(json_real_value(shown) - (wrap + (double) json_integer_value(want))) < 4096.0);
}

/* 2.10 and 2.11 check what is in force already: a refused list of capabilities stays. */
static gboolean refused_list(const OraLane *lane, gint64 sent_ns)
{
    for (guint i = 0; (lane->release == 210 || lane->release == 211) && i < lane->commands->len; i++) {
        const OraCommand *command = ORA_COMMAND(lane, i);

        if (command->sent_ns <= sent_ns && command->error_desc != NULL && strcmp(command->execute, "migrate-set-capabilities") == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static void check_applied(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *query = ORA_COMMAND(lane, k);
            json_t *shown;
            const char *name;

            if (query->ret == NULL || set_by_another_way(lane, query->sent_ns)) {
                continue;
            }
            if (strcmp(query->execute, "query-migrate-parameters") == 0) {
                json_object_foreach (query->ret, name, shown) {
                    const json_t *want = set_value(lane, name, query->sent_ns);
                    g_autofree char *text = NULL, *other = NULL;
                    OraFinding *finding;

                    if (want == NULL || is_rewritten(name) || is_shown_as(want, shown) || json_is_null(want) ||
                        is_cut(lane, name, want, shown)) {
                        continue;
                    }
                    finding = ora_case_find(c, rule, lane, query->index);
                    text = json_dumps(want, JSON_ENCODE_ANY | JSON_COMPACT);
                    other = json_dumps(shown, JSON_ENCODE_ANY | JSON_COMPACT);
                    ora_finding_expected(finding, "%s %s, as it was set", name, text);
                    ora_finding_actual(finding, "%s", other);
                }
            } else if (strcmp(query->execute, "query-migrate-capabilities") == 0) {
                for (gsize n = 0; n < json_array_size(query->ret); n++) {
                    const json_t *item = json_array_get(query->ret, n);
                    int want;

                    name = json_string_value(json_object_get(item, "capability"));
                    /* Up to 2.9 postcopy-ram is taken back where it does not fit, without a word. */
                    want = name != NULL && !(lane->release <= 209 && strstr(name, "postcopy-ram") != NULL) &&
                                   !refused_list(lane, query->sent_ns)
                               ? ora_lane_capability(lane, name, query->sent_ns - 1) : -1;
                    if (want >= 0 && want != json_is_true(json_object_get(item, "state"))) {
                        OraFinding *finding = ora_case_find(c, rule, lane, query->index);

                        ora_finding_expected(finding, "%s %s, as it was set", name, want ? "on" : "off");
                        ora_finding_actual(finding, want ? "off" : "on");
                    }
                }
            }
        }
    }
}

static gboolean changes_options(const OraCommand *command)
{
    return g_str_has_prefix(command->execute, "migrate-set-") || g_str_has_prefix(command->execute, "migrate_set_") ||
           strcmp(command->execute, "human-monitor-command") == 0 || strcmp(command->execute, "qom-set") == 0;
}

/* Two equal queries with nothing but refused sets between them show the same. */
static void check_atomic(OraCase *c, const OraRule *rule)
{
    static const char *const queries[] = { "query-migrate-parameters", "query-migrate-capabilities" };

    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);

        /* Up to 2.9 a refused list is applied in part, as some parameters are; 2.10 and 2.11 check what is in force already. */
        if (lane->release != 0 && lane->release < 212) {
            continue;
        }

        for (gsize q = 0; q < G_N_ELEMENTS(queries); q++) {
            const OraCommand *before = NULL, *refused = NULL;

            for (guint k = 0; k < lane->commands->len; k++) {
                const OraCommand *command = ORA_COMMAND(lane, k);
                OraFinding *finding;

                if (changes_options(command)) {
                    if (command->error_desc != NULL) {
                        refused = command;
                    } else {
                        before = NULL;
                    }
                    continue;
                }
                if (strcmp(command->execute, queries[q]) != 0 || command->ret == NULL) {
                    continue;
                }
                if (before != NULL && refused != NULL && refused->sent_ns > before->sent_ns &&
                    !json_equal(before->ret, command->ret)) {
                    finding = ora_case_find(c, rule, lane, command->index);
                    ora_finding_record(finding, refused->index);
                    ora_finding_record(finding, before->index);
                    ora_finding_expected(finding, "the same as before the refused %s", refused->execute);
                    ora_finding_actual(finding, "%s shows something else", queries[q]);
                }
                before = command;
            }
        }
    }
}

const OraRule ora_rules_options[] = {
    { "options.applied", "What an accepted set command named is what the query shows.", 204, EVER, "OPT-APPLIED", NULL,
      check_applied },
    { "options.atomic", "A refused set command changes nothing.", 204, EVER, "OPT-ATOMIC", NULL, check_atomic },
    { 0 },
};
