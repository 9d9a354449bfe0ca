/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/names.h"

#include <string.h>

OraRelease ora_release_parse(const char *text)
{
    guint64 major, minor;
    gchar *end;

    if (text == NULL) {
        return 0;
    }
    if (g_str_has_prefix(text, "qemu-")) {
        text += strlen("qemu-");
    }
    if (!g_ascii_isdigit(*text)) {
        return 0;
    }
    major = g_ascii_strtoull(text, &end, 10);
    if (*end != '.' || !g_ascii_isdigit(end[1]) || major > 90) {
        return 0;
    }
    minor = g_ascii_strtoull(end + 1, &end, 10);
    if (minor > 99 || (*end != '\0' && *end != '.' && *end != '-')) {
        return 0;
    }
    return ORA_RELEASE((int) major, (int) minor);
}

const char *ora_release_name(OraRelease release)
{
    g_autofree char *name = NULL;

    if (release <= 0) {
        return "unknown";
    }
    name = g_strdup_printf("%d.%d", release / 100, release % 100);
    return g_intern_string(name);
}

static const struct {
    const char *name;
    OraRelease since;
} statuses[] = {
    [ORA_STATUS_UNKNOWN] = { "unknown", 0 },
    [ORA_STATUS_NONE] = { "none", 204 },
    [ORA_STATUS_SETUP] = { "setup", 204 },
    [ORA_STATUS_WAIT_UNPLUG] = { "wait-unplug", 402 },
    [ORA_STATUS_ACTIVE] = { "active", 204 },
    [ORA_STATUS_PRE_SWITCHOVER] = { "pre-switchover", 211 },
    [ORA_STATUS_DEVICE] = { "device", 211 },
    [ORA_STATUS_POSTCOPY_DEVICE] = { "postcopy-device", 1002 },
    [ORA_STATUS_POSTCOPY_ACTIVE] = { "postcopy-active", 205 },
    [ORA_STATUS_POSTCOPY_PAUSED] = { "postcopy-paused", 300 },
    [ORA_STATUS_POSTCOPY_RECOVER_SETUP] = { "postcopy-recover-setup", 901 },
    [ORA_STATUS_POSTCOPY_RECOVER] = { "postcopy-recover", 300 },
    [ORA_STATUS_COLO] = { "colo", 208 },
    [ORA_STATUS_CANCELLING] = { "cancelling", 204 },
    [ORA_STATUS_CANCELLED] = { "cancelled", 204 },
    [ORA_STATUS_FAILING] = { "failing", 1100 },
    [ORA_STATUS_FAILED] = { "failed", 204 },
    [ORA_STATUS_COMPLETED] = { "completed", 204 },
};
G_STATIC_ASSERT(G_N_ELEMENTS(statuses) == ORA_N_STATUSES);

OraStatus ora_status_parse(const char *name)
{
    for (guint i = 1; name != NULL && i < ORA_N_STATUSES; i++) {
        if (strcmp(statuses[i].name, name) == 0) {
            return (OraStatus) i;
        }
    }
    return ORA_STATUS_UNKNOWN;
}

const char *ora_status_name(OraStatus status)
{
    return statuses[(guint) status < ORA_N_STATUSES ? status : ORA_STATUS_UNKNOWN].name;
}

OraRelease ora_status_since(OraStatus status)
{
    return statuses[(guint) status < ORA_N_STATUSES ? status : ORA_STATUS_UNKNOWN].since;
}

gboolean ora_status_is_terminal(OraStatus status)
{
    return status == ORA_STATUS_COMPLETED || status == ORA_STATUS_FAILED || status == ORA_STATUS_CANCELLED;
}

gboolean ora_status_is_postcopy(OraStatus status)
{
    return status >= ORA_STATUS_POSTCOPY_DEVICE && status <= ORA_STATUS_POSTCOPY_RECOVER;
}

static const char *const runs[] = {
    [ORA_RUN_UNKNOWN] = "unknown",
    [ORA_RUN_DEBUG] = "debug",
    [ORA_RUN_INMIGRATE] = "inmigrate",
    [ORA_RUN_INTERNAL_ERROR] = "internal-error",
    [ORA_RUN_IO_ERROR] = "io-error",
    [ORA_RUN_PAUSED] = "paused",
    [ORA_RUN_POSTMIGRATE] = "postmigrate",
    [ORA_RUN_PRELAUNCH] = "prelaunch",
    [ORA_RUN_FINISH_MIGRATE] = "finish-migrate",
    [ORA_RUN_RESTORE_VM] = "restore-vm",
    [ORA_RUN_RUNNING] = "running",
    [ORA_RUN_SAVE_VM] = "save-vm",
    [ORA_RUN_SHUTDOWN] = "shutdown",
    [ORA_RUN_SUSPENDED] = "suspended",
    [ORA_RUN_WATCHDOG] = "watchdog",
    [ORA_RUN_GUEST_PANICKED] = "guest-panicked",
    [ORA_RUN_COLO] = "colo",
    [ORA_RUN_PRECONFIG] = "preconfig",
};
G_STATIC_ASSERT(G_N_ELEMENTS(runs) == ORA_N_RUNS);

OraRun ora_run_parse(const char *name)
{
    for (guint i = 1; name != NULL && i < ORA_N_RUNS; i++) {
        if (strcmp(runs[i], name) == 0) {
            return (OraRun) i;
        }
    }
    return ORA_RUN_UNKNOWN;
}

const char *ora_run_name(OraRun run)
{
    return runs[(guint) run < ORA_N_RUNS ? run : ORA_RUN_UNKNOWN];
}

static const char *const roles[] = {
    [ORA_ROLE_SRC] = "src",
    [ORA_ROLE_DST] = "dst",
    [ORA_ROLE_LINK] = "link",
    [ORA_ROLE_RUN] = "run",
};

OraSide ora_side_parse(const char *name)
{
    for (guint role = ORA_ROLE_SRC; name != NULL && role <= ORA_ROLE_RUN; role++) {
        const char *rest;
        guint number = 0;

        if (!g_str_has_prefix(name, roles[role])) {
            continue;
        }
        rest = name + strlen(roles[role]);
        if (*rest == '\0') {
            return ORA_SIDE(role, ORA_SIDE_BARE);
        }
        if (strlen(rest) > 4 || (rest[0] == '0' && rest[1] != '\0')) {
            return 0;
        }
        for (; *rest != '\0'; rest++) {
            if (!g_ascii_isdigit(*rest)) {
                return 0;
            }
            number = number * 10 + (guint) (*rest - '0');
        }
        return ORA_SIDE(role, number + 1);
    }
    return 0;
}

const char *ora_side_name(OraSide side)
{
    OraRole role = ora_side_role(side);
    g_autofree char *name = NULL;

    if (role < ORA_ROLE_SRC || role > ORA_ROLE_RUN) {
        return "?";
    }
    if (ora_side_number_plus_1(side) == ORA_SIDE_BARE) {
        return roles[role];
    }
    name = g_strdup_printf("%s%u", roles[role], ora_side_number_plus_1(side) - 1);
    return g_intern_string(name);
}
