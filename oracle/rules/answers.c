/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Recorded answers to commands that set options, held against the options rules (oracle/options/): accepted or refused,
 * class and text. Judged while nothing migrates and nobody else sets options; hosts and builds differ, so an answer is wrong
 * only when no host and no build explains it.
 */
#include "oracle/options/options.h"
#include "oracle/rule.h"

#include <string.h>

/* What a trace does not say of host and build. */
static const guint variations[] = {
    0, ORA_FACT_HOST_POSTCOPY, ORA_FACT_HOST_WRITE_TRACKING, ORA_FACT_MEMORY_WRITE_TRACKING, ORA_FACT_DIRTY_RING,
    ORA_FACT_REPLICATION, ORA_FACT_BLOCK_MIGRATION, ORA_FACT_DIRECT_IO, ORA_FACT_COLO_BUILD, ORA_FACT_ZSTD, ORA_FACT_QPL,
    ORA_FACT_UADK, ORA_FACT_QATZIP, ORA_FACT_LINUX,
};

static gboolean sets_options(const char *execute)
{
    static const char *const names[] = { "migrate-set-capabilities", "migrate-set-parameters", "migrate_set_speed",
                                         "migrate_set_downtime", "migrate-set-cache-size" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], execute) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Options may have changed in ways that no record shows. */
static gboolean may_set_unseen(const OraCommand *command)
{
    return strcmp(command->execute, "human-monitor-command") == 0 || g_str_has_prefix(command->execute, "qom-") ||
           g_str_has_prefix(command->execute, "snapshot-");
}

/* A number that is no integer for the reader of traces may have been one. */
static gboolean has_real(const json_t *json)
{
    const char *key;
    json_t *item;

    if (json_is_object(json)) {
        json_object_foreach ((json_t *) json, key, item) {
            if (has_real(item)) {
                return TRUE;
            }
        }
    }
    for (gsize i = 0; json_is_array(json) && i < json_array_size(json); i++) {
        if (has_real(json_array_get(json, i))) {
            return TRUE;
        }
    }
    return json_is_real(json);
}

/* The process begins as it was started: options on its command line are not in every trace. */
static gboolean begins_with_defaults(const OraCase *c, const OraLane *lane)
{
    return lane->release != 0 && lane->incarnation == 0 && ora_case_command_line(c, lane->role, "-global", TRUE) != 1;
}

static gboolean agrees(const OraCommand *command, const OraReply *reply)
{
    return command->ok ? reply->kind == ORA_REPLY_RETURN
                       : reply->kind == ORA_REPLY_ERROR && command->error_class != NULL &&
                             ora_reply_allows(reply, command->error_class, command->error_desc);
}

/* The options after *command* as some host and build explain its answer; NULL: none does, and *ret* is what was right. */
static OraOptions *explain(const OraOptions *before, guint facts, const OraCommand *command, const OraValue *arguments,
                           OraReply *ret)
{
    for (gsize i = 0; i < G_N_ELEMENTS(variations); i++) {
        g_autoptr(OraOptions) after = ora_options_copy(before);
        g_auto(OraReply) reply = { 0 };

        ora_options_set_facts(after, facts ^ variations[i]);
        ora_options_execute(after, command->execute, arguments, &reply);
        if (agrees(command, &reply)) {
            return g_steal_pointer(&after);
        }
        if (i == 0) {
            *ret = reply;
            memset(&reply, 0, sizeof(reply));
        }
    }
    return NULL;
}

static void check_lane(OraCase *c, const OraRule *rule, const OraLane *lane)
{
    OraProfile profile;
    g_autoptr(OraOptions) options = NULL;
    gboolean quiet = TRUE;

    if (!ora_profile_parse(ora_release_name(lane->release), &profile)) {
        return;
    }
    profile.facts |= lane->incoming ? ORA_FACT_INMIGRATE : 0;
    options = ora_options_new(&profile);
    for (guint k = 0; k < lane->commands->len; k++) {
        const OraCommand *command = ORA_COMMAND(lane, k);
        g_autoptr(OraValue) arguments = NULL;
        g_auto(OraReply) reply = { 0 };
        OraOptions *after;
        OraFinding *finding;

        if (may_set_unseen(command)) {
            return;
        }
        /* From then on answers depend on what the migration does. */
        quiet = quiet && strcmp(command->execute, "migrate") != 0 && strcmp(command->execute, "migrate-incoming") != 0;
        if (!sets_options(command->execute) || g_strcmp0(command->error_class, "CommandNotFound") == 0) {
            continue;
        }
        if (!quiet || command->no_reply || command->oob || has_real(command->arguments) ||
            (k > 0 && ORA_COMMAND(lane, k - 1)->t_ns > command->sent_ns)) {
            return;
        }
        arguments = command->arguments != NULL && !json_is_null(command->arguments) ? ora_value_from_json(command->arguments)
                                                                                    : NULL;
        after = explain(options, profile.facts, command, arguments, &reply);
        if (after != NULL) {
            ora_options_free(options);
            options = after;
            continue;
        }
        if (reply.kind == ORA_REPLY_NOT_MODELLED || reply.kind == ORA_REPLY_DEATH) {
            return;
        }
        finding = ora_case_find(c, rule, lane, command->index);
        if (reply.kind == ORA_REPLY_RETURN) {
            ora_finding_expected(finding, "%s is accepted", command->execute);
        } else {
            ora_finding_expected(finding, "%s is refused: %s \"%s\"%s%s%s", command->execute, reply.error_class, reply.desc,
                                 reply.rule_id != NULL ? " (" : "", reply.rule_id != NULL ? reply.rule_id : "",
                                 reply.rule_id != NULL ? ")" : "");
        }
        if (command->ok) {
            ora_finding_actual(finding, "success");
        } else {
            ora_finding_actual(finding, "%s \"%s\"", command->error_class != NULL ? command->error_class : "error",
                               command->error_desc);
        }
        return; /* what is in force now is not known */
    }
}

static void check_answers(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        gboolean told = FALSE;

        /* Started with an address: it listens, or loads, from the beginning on. */
        for (guint k = 0; k < lane->records->len && lane->incoming; k++) {
            const OraRecord *record = ora_case_record(c, g_array_index(lane->records, guint, k));

            told = told || (record->kind == ORA_KIND_EVENT && record->event.event == ORA_EVENT_HARNESS &&
                            strcmp(record->event.name, "signal") != 0);
        }
        if (!told && begins_with_defaults(c, lane)) {
            check_lane(c, rule, lane);
        }
    }
}

const OraRule ora_rules_answers[] = {
    { "options.answer", "Before a migration begins, options are accepted or refused as the options rules say, in their words.",
      204, ORA_FOREVER, "OPT-CONFLICT", NULL, check_answers },
    { 0 },
};
