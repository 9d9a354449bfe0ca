/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/serve/keyvalue.h"

#include <string.h>

static void pair_clear(gpointer data)
{
    SimPair *pair = data;

    g_free(pair->key);
    g_free(pair->value);
}

/* One part, up to a single comma; *at moves behind it. */
static char *next_part(const char **at)
{
    GString *part = g_string_new(NULL);

    while (**at) {
        if (**at == ',' && (*at)[1] != ',') {
            (*at)++;
            break;
        }
        *at += **at == ',';
        g_string_append_c(part, *(*at)++);
    }
    return g_string_free(part, FALSE);
}

GArray *sim_keyvalue_parse(const char *text, const char *implied)
{
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(SimPair));

    g_array_set_clear_func(pairs, pair_clear);
    while (*text) {
        g_autofree char *part = next_part(&text);
        char *equals = strchr(part, '=');
        SimPair pair;

        if (equals) {
            pair.key = g_strndup(part, (gsize) (equals - part));
            pair.value = g_strdup(equals + 1);
        } else if (implied && pairs->len == 0) {
            pair.key = g_strdup(implied);
            pair.value = g_strdup(part);
        } else {
            pair.key = g_strdup(part);
            pair.value = NULL;
        }
        g_array_append_val(pairs, pair);
    }
    return pairs;
}

const char *sim_keyvalue_get(const GArray *pairs, const char *key)
{
    for (guint i = pairs->len; i-- > 0; ) {
        const SimPair *pair = &g_array_index(pairs, SimPair, i);

        if (strcmp(pair->key, key) == 0) {
            return pair->value ? pair->value : "";
        }
    }
    return NULL;
}

gboolean sim_keyvalue_bool(const GArray *pairs, const char *key, gboolean none)
{
    static const char *const yes[] = { "", "on", "yes", "true", "y" };
    g_autofree char *negated = g_strconcat("no", key, NULL);
    const char *value = sim_keyvalue_get(pairs, key);

    if (!value) {
        return sim_keyvalue_get(pairs, negated) ? FALSE : none;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(yes); i++) {
        if (strcmp(value, yes[i]) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

const char *sim_keyvalue_unknown(const GArray *pairs, const char *const *known)
{
    for (guint i = 0; i < pairs->len; i++) {
        const char *key = g_array_index(pairs, SimPair, i).key;

        if (!g_strv_contains(known, key) && !(g_str_has_prefix(key, "no") && g_strv_contains(known, key + 2))) {
            return key;
        }
    }
    return NULL;
}
