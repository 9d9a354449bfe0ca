/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/options/idle.h"

#include <string.h>

gboolean ora_idle_applies(const OraIdleRule *rule, const OraProfile *profile, OraCapSet capabilities)
{
    OraCapSet postcopy = ORA_CAP_BIT(ORA_CAP_POSTCOPY_RAM) | (profile->release >= 212 ? ORA_CAP_BIT(ORA_CAP_DIRTY_BITMAPS) : 0);

    if (!ora_release_in(profile->release, rule->since, rule->until)) {
        return FALSE;
    }
    switch (rule->when) {
    case ORA_IDLE_ALWAYS:
        return TRUE;
    case ORA_IDLE_POSTCOPY_OFF:
        return !(capabilities & postcopy);
    case ORA_IDLE_POSTCOPY_ON:
        return (capabilities & postcopy) != 0;
    case ORA_IDLE_NO_DIRTY_RING:
        return !(profile->facts & ORA_FACT_DIRTY_RING);
    }
    g_assert_not_reached();
}

OraValue *ora_idle_arguments(const OraIdleRule *rule)
{
    OraValue *arguments;
    json_t *json;

    if (!rule->arguments) {
        return NULL;
    }
    json = json_loads(rule->arguments, 0, NULL);
    g_assert(json != NULL);                           /* the table is ours */
    arguments = ora_value_from_json(json);
    json_decref(json);
    return arguments;
}

const OraIdleRule *ora_idle_find(const OraProfile *profile, OraCapSet capabilities, const char *command, const OraValue *arguments)
{
    for (gsize i = 0; i < ora_idle_rule_count; i++) {
        const OraIdleRule *rule = &ora_idle_rules[i];

        if (strcmp(rule->command, command) == 0 && ora_idle_applies(rule, profile, capabilities)) {
            g_autoptr(OraValue) own = ora_idle_arguments(rule);

            if (ora_value_equal(own, arguments)) {
                return rule;
            }
        }
    }
    return NULL;
}

void ora_idle_reply(const OraIdleRule *rule, OraReply *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->rule_id = rule->id;
    if (rule->error_class) {
        ret->kind = ORA_REPLY_ERROR;
        ret->error_class = rule->error_class;
        ret->desc = g_strdup(rule->desc);
        return;
    }
    ret->kind = ORA_REPLY_RETURN;
    if (rule->value) {
        json_t *json = json_loads(rule->value, JSON_DECODE_ANY, NULL);

        g_assert(json != NULL);                       /* the table is ours */
        ret->value = ora_value_from_json(json);
        json_decref(json);
    }
}
