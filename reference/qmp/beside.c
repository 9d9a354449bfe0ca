/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/beside.h"

#include <string.h>

#include "reference/qmp/parser.h"

static const MigBesideReply *find_reply(MigRelease release, const char *command)
{
    for (gsize i = 0; i < mig_beside_reply_count; i++) {
        const MigBesideReply *reply = &mig_beside_replies[i];

        if (strcmp(reply->command, command) == 0 && release >= reply->from && release <= reply->to) {
            return reply;
        }
    }
    return NULL;
}

static const char *text_of(const MigValue *arguments, const char *name)
{
    const MigValue *value = mig_value_dict_get(arguments, name);

    return value && mig_value_type(value) == MIG_VALUE_STRING ? mig_value_get_string(value) : NULL;
}

static char *fill_in(const char *pattern, const MigValue *arguments)
{
    GString *text = g_string_new(NULL);

    for (const char *at = pattern; *at != '\0'; at++) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;

        if (end) {
            g_autofree char *name = g_strndup(at + 1, (gsize) (end - at - 1));
            const char *value = text_of(arguments, name);

            g_string_append(text, value ? value : "");
            at = end;
        } else {
            g_string_append_c(text, *at);
        }
    }
    return g_string_free(text, FALSE);
}

MigValue *mig_beside_answer(MigRelease release, const char *command, const MigValue *arguments, GError **error)
{
    const MigBesideReply *reply = find_reply(release, command);
    const char *device = text_of(arguments, "device"), *id = text_of(arguments, "id");
    g_autofree char *text = NULL;

    if (strcmp(command, "query-rx-filter") == 0 && text_of(arguments, "name")) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "invalid net client name: %s", text_of(arguments, "name"));
        return NULL;
    }
    if (!reply) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "the reference engine does not play '%s'", command);
        return NULL;
    }
    if (reply->error_class == MIG_BESIDE_RETURNS) {
        return mig_parser_parse_text(reply->text, error);
    }
    if (strcmp(reply->text, "Need exactly one of 'device' and 'id'") == 0 && !device != !id) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_DEVICE_NOT_FOUND, "Device '%s' not found", device ? device : id);
        return NULL;
    }
    text = fill_in(reply->text, arguments);
    g_set_error_literal(error, MIG_QMP_ERROR, reply->error_class, text);
    return NULL;
}
