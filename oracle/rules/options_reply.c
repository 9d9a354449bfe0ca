/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The options layer of the judge (oracle/options/) goes along with each process of a run: every set command is answered, and
 * every query shows, what the rules of the release say. Only where times are exact, so that it is known which command came
 * first, and only for processes whose options begin at their defaults.
 */
#include "oracle/options/options.h"
#include "oracle/rule.h"

#include <string.h>

#define EVER ORA_FOREVER
#define S(name) ORA_STATUS_##name

enum { DESC_SHOWN = 200 };

/* Options that were set before the process could be asked, or a build that is not the usual one. */
static gboolean starts_otherwise(const OraCase *c, const OraLane *lane)
{
    static const char *const words[] = { "-global", "with:", "without:", "-only-migratable" };

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (ora_case_command_line(c, lane->role, words[i], TRUE) == 1) {
            return TRUE;
        }
    }
    return FALSE;
}

/* No capability may change while one of these is the status of the outgoing migration. */
static gboolean is_busy(OraRelease release, OraStatus status)
{
    switch (status) {
    case S(SETUP):
    case S(ACTIVE):
        return TRUE;
    case S(POSTCOPY_ACTIVE):
    case S(PRE_SWITCHOVER):
    case S(DEVICE):
    case S(POSTCOPY_PAUSED):
    case S(POSTCOPY_RECOVER):
    case S(WAIT_UNPLUG):
        return release >= 205;
    case S(CANCELLING):
    case S(POSTCOPY_RECOVER_SETUP):
    case S(POSTCOPY_DEVICE):
    case S(FAILING):
        return release >= 500;
    case S(COLO):
        return release >= 801;
    default:
        return FALSE;
    }
}

/* Facts at a moment; *ret_sure FALSE: something changed around the command. */
static guint facts_at(const OraCase *c, const OraLane *lane, const OraCommand *command, guint usual, gboolean *ret_sure)
{
    guint facts = usual;
    gboolean listens = FALSE;
    OraStatus status = ora_lane_status(lane, ORA_MACHINE_OUTGOING, command->sent_ns);

    *ret_sure = TRUE;
    for (guint i = 0; i < lane->moves->len; i++) {
        const OraMove *move = ORA_MOVE(lane, i);

        *ret_sure = *ret_sure && (move->t_ns < command->sent_ns || move->t_ns > command->t_ns);
    }
    for (guint i = 0; i < lane->pulses->len; i++) {
        const OraPulse *pulse = ORA_PULSE(lane, i);

        *ret_sure = *ret_sure && (pulse->by == ORA_BY_POLL || pulse->t_ns < command->sent_ns || pulse->t_ns > command->t_ns);
    }
    for (guint i = 0; i < lane->commands->len; i++) {
        const OraCommand *earlier = ORA_COMMAND(lane, i);

        if (earlier->ok && earlier->t_ns <= command->sent_ns && strcmp(earlier->execute, "migrate-incoming") == 0) {
            listens = TRUE;
        }
    }
    (void) c;
    facts |= is_busy(lane->release, status) ? ORA_FACT_BUSY_FOR_CAPABILITIES : 0;
    facts |= listens ? ORA_FACT_INCOMING_STARTED : 0;
    facts |= ora_lane_run(lane, command->sent_ns) == ORA_RUN_INMIGRATE ? ORA_FACT_INMIGRATE : 0;
    return facts;
}

static gboolean is_unsteady(const OraCommand *command)
{
    static const char *const commands[] = { "human-monitor-command", "qom-set", "device_add", "object-add" };

    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(command->execute, commands[i]) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* migrate with blk or inc switches options on for its own use; with an unknown scheme it has taken them back. */
static gboolean sets_block(const OraCommand *command)
{
    const char *uri = json_string_value(json_object_get(command->arguments, "uri"));

    return strcmp(command->execute, "migrate") == 0 &&
           (json_is_true(json_object_get(command->arguments, "blk")) || json_is_true(json_object_get(command->arguments, "inc"))) &&
           (uri == NULL || !g_str_has_prefix(uri, "nonsense:"));
}

static char *shown(const OraReply *reply)
{
    g_autofree char *text = reply->kind == ORA_REPLY_RETURN ? ora_value_to_text(reply->value) : NULL;

    return reply->kind == ORA_REPLY_RETURN ? g_strndup(text, DESC_SHOWN) : g_strdup_printf("%s \"%s\"", reply->error_class, reply->desc);
}

/* The first member in which a reply differs: the whole of it is long. */
static char *difference(const OraValue *want, const OraValue *got)
{
    for (guint i = 0; want->kind == ORA_VALUE_OBJECT && got->kind == ORA_VALUE_OBJECT && i < want->items->len; i++) {
        const char *key = want->keys->pdata[i];
        const OraValue *there = ora_value_member(got, key);

        if (there == NULL || !ora_value_equal(want->items->pdata[i], there)) {
            g_autofree char *a = ora_value_to_text(want->items->pdata[i]), *b = there != NULL ? ora_value_to_text(there) : g_strdup("missing");

            return g_strdup_printf("%s: %s, not %s", key, b, a);
        }
    }
    for (guint i = 0; want->kind == ORA_VALUE_ARRAY && got->kind == ORA_VALUE_ARRAY && i < MIN(want->items->len, got->items->len); i++) {
        if (!ora_value_equal(want->items->pdata[i], got->items->pdata[i])) {
            g_autofree char *a = ora_value_to_text(want->items->pdata[i]), *b = ora_value_to_text(got->items->pdata[i]);

            return g_strdup_printf("%s, not %s", b, a);
        }
    }
    return g_strdup("other members");
}

/* FALSE: from here on nothing more can be said about this process. */
static gboolean hold_against(OraCase *c, const OraRule *rule, const OraLane *lane, const OraCommand *command, OraOptions *options,
                             guint usual)
{
    g_autoptr(OraValue) arguments = command->arguments != NULL ? ora_value_from_json(command->arguments) : NULL;
    g_auto(OraReply) reply = { 0 };
    gboolean sure;
    guint facts = facts_at(c, lane, command, usual, &sure);
    g_autofree char *text = NULL, *actual = NULL;
    OraFinding *finding;

    if (!sure) {
        /* Which of the two it met shows in the answer. */
        facts &= ~(guint) ORA_FACT_BUSY_FOR_CAPABILITIES;
        facts |= !command->ok && command->error_desc != NULL && strstr(command->error_desc, "in progress") != NULL ? ORA_FACT_BUSY_FOR_CAPABILITIES : 0;
    }
    ora_options_set_facts(options, facts);
    ora_options_execute(options, command->execute, arguments, &reply);
    if (reply.kind == ORA_REPLY_NOT_MODELLED || command->no_reply) {
        return reply.kind == ORA_REPLY_NOT_MODELLED;
    }
    if (reply.kind == ORA_REPLY_DEATH) {
        return FALSE;
    }
    if (command->ok && reply.kind == ORA_REPLY_RETURN) {
        g_autoptr(OraValue) got = ora_value_from_json(command->ret);

        if (ora_value_equal(reply.value, got)) {
            return TRUE;
        }
        actual = difference(reply.value, got);
    } else if (!command->ok && command->error_desc != NULL && ora_reply_allows(&reply, command->error_class, command->error_desc)) {
        return TRUE;
    } else {
        actual = command->ok ? g_strdup("accepted") : g_strdup_printf("%s \"%s\"", command->error_class, command->error_desc);
    }
    if (!sure) {
        return FALSE;
    }
    finding = ora_case_find(c, rule, lane, command->index);
    text = shown(&reply);
    ora_finding_expected(finding, "%s%s%s", text, reply.rule_id != NULL ? " by rule " : "", reply.rule_id != NULL ? reply.rule_id : "");
    ora_finding_actual(finding, "%s", actual);
    return FALSE;
}

static void check_reply(OraCase *c, const OraRule *rule)
{
    for (guint i = 0; c->virtual_time && i < c->lanes->len; i++) {
        const OraLane *lane = g_ptr_array_index(c->lanes, i);
        g_autoptr(OraOptions) options = NULL;
        OraProfile profile;

        if (lane->release == 0 || starts_otherwise(c, lane) || !ora_profile_parse(ora_release_name(lane->release), &profile)) {
            continue;
        }
        options = ora_options_new(&profile);
        for (guint k = 0; k < lane->commands->len; k++) {
            const OraCommand *command = ORA_COMMAND(lane, k);

            if (is_unsteady(command) || sets_block(command) || !hold_against(c, rule, lane, command, options, profile.facts)) {
                break;
            }
        }
    }
}

const OraRule ora_rules_options_reply[] = {
    { "options.reply", "Each command of the options layer is answered, and each query shows, what the rules of the release say (exact times only).",
      204, EVER, "OPT-CONFLICT", "8", check_reply },
    { 0 },
};
