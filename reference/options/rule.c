/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/options/rule.h"

#include <string.h>

#include "reference/options/profile_private.h"

GQuark mig_dies_quark(void)
{
    return g_quark_from_static_string("mig-dies");
}

static const MigRuleRow *row_of(const MigProfile *profile, MigRule rule)
{
    g_assert((guint) rule < MIG_RULE_COUNT);
    return profile->rule[rule];
}

gboolean mig_rule_exists(const MigProfile *profile, MigRule rule)
{
    return row_of(profile, rule) != NULL;
}

const char *mig_rule_id(const MigProfile *profile, MigRule rule)
{
    return row_of(profile, rule) != NULL ? row_of(profile, rule)->id : NULL;
}

MigEffect mig_rule_effect(const MigProfile *profile, MigRule rule)
{
    g_return_val_if_fail(row_of(profile, rule) != NULL, MIG_EFFECT_ERROR);
    return row_of(profile, rule)->effect;
}

MigQmpErrorClass mig_rule_class(const MigProfile *profile, MigRule rule)
{
    g_return_val_if_fail(row_of(profile, rule) != NULL, MIG_QMP_ERROR_GENERIC);
    return row_of(profile, rule)->error_class;
}

const char *mig_rule_pattern(const MigProfile *profile, MigRule rule)
{
    return row_of(profile, rule) != NULL ? row_of(profile, rule)->text : NULL;
}

/* One pass from left to right, so that a value that looks like a placeholder stays what it is. */
static char *fill(const char *pattern, const char *const *pairs)
{
    GString *text = g_string_new(NULL);

    for (const char *p = pattern; *p != '\0';) {
        const char *end = *p == '{' ? strchr(p, '}') : NULL;
        gboolean filled = FALSE;

        for (gsize i = 0; end != NULL && pairs[i] != NULL && !filled; i += 2) {
            gsize size = (gsize) (end - p - 1);

            if (strlen(pairs[i]) == size && strncmp(pairs[i], p + 1, size) == 0) {
                g_string_append(text, pairs[i + 1]);
                p = end + 1;
                filled = TRUE;
            }
        }
        if (!filled) {
            g_string_append_c(text, *p++);
        }
    }
    return g_string_free(text, FALSE);
}

#define PAIRS_MAX 4

static void collect(va_list arguments, const char **pairs)
{
    gsize count = 0;
    const char *name;

    while ((name = va_arg(arguments, const char *)) != NULL) {
        g_assert(count < PAIRS_MAX);
        pairs[2 * count] = name;
        pairs[2 * count + 1] = va_arg(arguments, const char *);
        count++;
    }
    pairs[2 * count] = NULL;
}

char *mig_rule_text(const MigProfile *profile, MigRule rule, ...)
{
    const char *pairs[2 * PAIRS_MAX + 1], *pattern = mig_rule_pattern(profile, rule);
    va_list arguments;

    va_start(arguments, rule);
    collect(arguments, pairs);
    va_end(arguments);
    g_return_val_if_fail(pattern != NULL, g_strdup(""));
    return fill(pattern, pairs);
}

gboolean mig_rule_fail(const MigProfile *profile, MigRule rule, GError **error, ...)
{
    const char *pairs[2 * PAIRS_MAX + 1], *pattern = mig_rule_pattern(profile, rule);
    va_list arguments;
    char *text;

    va_start(arguments, error);
    collect(arguments, pairs);
    va_end(arguments);
    g_return_val_if_fail(pattern != NULL, FALSE);
    text = fill(pattern, pairs);
    g_set_error_literal(error, MIG_QMP_ERROR, (int) mig_rule_class(profile, rule), text);
    g_free(text);
    return FALSE;
}
