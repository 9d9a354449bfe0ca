/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Options as QEMU's option lists are written: NAME=VALUE separated by commas; two commas in a value are one; NAME alone is
 * on, noNAME is off; the first may be a value alone. Seen on 11.1.3.
 */
#include "reference/options/address_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reference/qmp/error.h"

static gboolean one_of(const char *word, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(word, *words) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Up to a single comma. */
static char *take_value(const char **p)
{
    GString *value = g_string_new(NULL);

    for (; **p != '\0' && ((*p)[0] != ',' || (*p)[1] == ','); (*p)++) {
        *p += **p == ',';
        g_string_append_c(value, **p);
    }
    return g_string_free(value, FALSE);
}

/* One option; *ret_name and *ret_value are the caller's. */
static void take_option(const char **p, gboolean first, char **ret_name, char **ret_value)
{
    gsize size = strcspn(*p, "=,");

    if ((*p)[size] == '=') {
        *ret_name = g_strndup(*p, size);
        *p += size + 1;
        *ret_value = take_value(p);
    } else if (first) {
        *ret_name = g_strdup("addr");
        *ret_value = take_value(p);
    } else {
        gboolean off = size >= 2 && strncmp(*p, "no", 2) == 0;

        *ret_name = g_strndup(*p + (off ? 2 : 0), size - (off ? 2 : 0));
        *ret_value = g_strdup(off ? "off" : "on");
        *p += size;
    }
    if (**p == ',') {
        (*p)++;
    }
}

static gboolean check_number(const char *name, const char *value, GError **error)
{
    char *end;

    errno = 0;
    (void) g_ascii_strtoull(value, &end, 0);
    if (end == value || *end != '\0') {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Parameter '%s' expects a number", name);
        return FALSE;
    }
    if (errno == ERANGE) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Value '%s' is too large for parameter '%s'", value, name);
        return FALSE;
    }
    return TRUE;
}

static gboolean check_option(const char *name, const char *value, GError **error)
{
    static const char *const switches[] = { "numeric", "ipv4", "ipv6", "keep-alive", "mptcp", NULL };
    static const char *const numbers[] = { "to", "keep-alive-count", "keep-alive-idle", "keep-alive-interval", NULL };
    static const char *const truths[] = { "on", "yes", "true", "y", "off", "no", "false", "n", NULL };

    if (one_of(name, switches)) {
        if (!one_of(value, truths)) {
            g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Parameter '%s' expects 'on' or 'off'", name);
            return FALSE;
        }
        return TRUE;
    }
    if (one_of(name, numbers)) {
        return check_number(name, value, error);
    }
    if (strcmp(name, "addr") == 0 || strcmp(name, "id") == 0) {
        return TRUE;
    }
    g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Invalid parameter '%s'", name);
    return FALSE;
}

/* An id names the list and is looked at before everything else. */
static gboolean check_id(const char *text, GError **error)
{
    const char *at = g_str_has_prefix(text, "id=") ? text + 3 : strstr(text, ",id=") != NULL ? strstr(text, ",id=") + 4 : NULL;
    g_autofree char *id = at != NULL ? take_value(&at) : NULL;
    gboolean good = id == NULL || g_ascii_isalpha(*id);

    for (const char *p = id; good && p != NULL && *p != '\0'; p++) {
        good = g_ascii_isalnum(*p) || strchr("-._", *p) != NULL;
    }
    if (!good) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Parameter 'id' expects an identifier");
    }
    return good;
}

gboolean mig_address_options(const char *text, char **ret_address, GError **error)
{
    g_autofree char *address = g_strdup("");

    if (!check_id(text, error)) {
        return FALSE;
    }
    for (const char *p = text; *p != '\0';) {
        g_autofree char *name = NULL, *value = NULL;

        take_option(&p, p == text, &name, &value);
        if (!check_option(name, value, error)) {
            return FALSE;
        }
        if (strcmp(name, "addr") == 0) {
            g_free(address);
            address = g_steal_pointer(&value);
        }
    }
    *ret_address = g_steal_pointer(&address);
    return TRUE;
}
