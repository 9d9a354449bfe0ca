/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * URIs and channel objects. The parser of internet addresses is a scan with fixed field widths up to 10.0 (longer fields fail
 * or spill over, as there), and from 10.1 on a list of options (address_options.h), one of which is the address.
 */
#include "reference/options/address.h"

#include <stdlib.h>
#include <string.h>

#include "reference/options/address_options.h"
#include "reference/options/profile_private.h"
#include "reference/options/property_value.h"

#define HOST_MAX 64
#define PORT_MAX 32

void mig_address_clear(MigAddress *address)
{
    g_free(address->host);
    g_free(address->port);
    g_free(address->path);
    g_strfreev(address->argv);
    memset(address, 0, sizeof *address);
}

void mig_address_copy(const MigAddress *address, MigAddress *ret_copy)
{
    MigAddress copy = *address;

    copy.host = g_strdup(address->host);
    copy.port = g_strdup(address->port);
    copy.path = g_strdup(address->path);
    copy.argv = g_strdupv(address->argv);
    *ret_copy = copy;
}

char *mig_address_to_string(const MigAddress *address)
{
    switch (address->kind) {
    case MIG_ADDRESS_INET:
        return strchr(address->host, ':') != NULL ? g_strdup_printf("tcp:[%s]:%s", address->host, address->port)
                                                  : g_strdup_printf("tcp:%s:%s", address->host, address->port);
    case MIG_ADDRESS_UNIX:
        return g_strconcat("unix:", address->path, NULL);
    case MIG_ADDRESS_VSOCK:
        return g_strdup_printf("vsock:%s:%s", address->host, address->port);
    case MIG_ADDRESS_FD:
        return g_strconcat("fd:", address->path, NULL);
    case MIG_ADDRESS_EXEC: {
        g_autofree char *words = address->argv != NULL ? g_strjoinv(" ", address->argv) : NULL;

        return g_strconcat("exec:", words != NULL ? words : address->path, NULL);
    }
    case MIG_ADDRESS_FILE:
        return g_strdup_printf("file:%s,offset=%" G_GUINT64_FORMAT, address->path, address->offset);
    case MIG_ADDRESS_RDMA:
        return g_strdup_printf("rdma:%s:%s", address->host, address->port);
    }
    g_return_val_if_reached(NULL);
}

static gboolean fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean fail(GError **error, const char *format, ...)
{
    va_list arguments;
    g_autofree char *text = NULL;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, text);
    return FALSE;
}

/* Takes 1 .. `max` bytes that are not `stop`; FALSE when there is none. */
static gboolean take(const char **p, char stop, gsize max, char **ret_field)
{
    gsize size = 0;

    while (size < max && (*p)[size] != '\0' && (*p)[size] != stop) {
        size++;
    }
    if (size == 0) {
        return FALSE;
    }
    *ret_field = g_strndup(*p, size);
    *p += size;
    return TRUE;
}

static gboolean skip(const char **p, char expected)
{
    if (**p != expected) {
        return FALSE;
    }
    (*p)++;
    return TRUE;
}

/* host:port, :port or [host]:port; *ret_rest is what follows the port. */
static gboolean parse_host_port(const MigProfile *profile, const char *text, MigAddress *address, const char **ret_rest,
                                GError **error)
{
    gboolean newer = profile->release >= R(10, 1);
    gsize host_max = newer ? G_MAXSIZE : HOST_MAX, port_max = newer ? G_MAXSIZE : PORT_MAX;
    char stop = newer ? '\0' : ',';
    const char *p = text;

    if (*p == ':') {
        p++;
        address->host = g_strdup("");
        if (!take(&p, stop, port_max, &address->port)) {
            return newer ? fail(error, "error parsing address '%s'", text)
                         : fail(error, "error parsing port in address '%s'", text);
        }
    } else if (*p == '[') {
        p++;
        if (!take(&p, ']', host_max, &address->host) || !skip(&p, ']') || !skip(&p, ':')
            || !take(&p, stop, port_max, &address->port)) {
            return fail(error, "error parsing IPv6 address '%s'", text);
        }
    } else if (!take(&p, ':', host_max, &address->host) || !skip(&p, ':') || !take(&p, stop, port_max, &address->port)) {
        return fail(error, "error parsing address '%s'", text);
    }
    *ret_rest = p;
    return TRUE;
}

/* Up to 10.0: known words are searched for in the rest, everything else is passed over. */
static gboolean scan_options(const MigProfile *profile, const char *rest, GError **error)
{
    static const struct { const char *name; MigRelease from; } flags[] = {
        { "ipv4", R(2, 4) }, { "ipv6", R(2, 4) }, { "keep-alive", R(4, 0) }, { "mptcp", R(6, 1) },
    };
    const char *to = strstr(rest, ",to=");

    if (to != NULL) {
        const char *digits = to + strlen(",to=");
        char *end;

        (void) strtol(digits, &end, 10);
        if (end == digits || (*end != '\0' && *end != ',')) {
            return fail(error, "error parsing to= argument");
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
        g_autofree char *word = g_strconcat(",", flags[i].name, NULL);
        const char *at = profile->release >= flags[i].from ? strstr(rest, word) : NULL;
        gsize size;

        if (at == NULL || profile->release <= R(2, 8)) {
            continue;
        }
        at += strlen(word);
        size = strcspn(at, ",");
        if ((at[size] == ',' && at[size + 1] == ',')
            || !(size == 0 || (size == 3 && strncmp(at, "=on", 3) == 0) || (size == 4 && strncmp(at, "=off", 4) == 0))) {
            return fail(error, "error parsing '%s' flag '%s'", flags[i].name, at);
        }
    }
    return TRUE;
}

static gboolean parse_inet(const MigProfile *profile, const char *text, MigAddress *address, GError **error)
{
    const char *rest;

    if (profile->release >= R(10, 1)) {
        g_autofree char *host_port = NULL;

        return mig_address_options(text, &host_port, error) && parse_host_port(profile, host_port, address, &rest, error);
    }
    return parse_host_port(profile, text, address, &rest, error) && scan_options(profile, rest, error);
}

static gboolean parse_vsock(const char *text, MigAddress *address, GError **error)
{
    const char *p = text;

    if (!take(&p, ':', PORT_MAX, &address->host) || !skip(&p, ':') || !take(&p, ',', PORT_MAX, &address->port)) {
        return fail(error, "error parsing address '%s'", text);
    }
    return *p == '\0' || fail(error, "trailing characters in address '%s'", text);
}

/* {8.2-} file:PATH[,offset=SIZE] */
static gboolean parse_file(const MigProfile *profile, const char *text, MigAddress *address, GError **error)
{
    const char *option = strstr(text, ",offset=");
    MigRule rule;

    address->path = option != NULL ? g_strndup(text, (gsize) (option - text)) : g_strdup(text);
    if (option == NULL) {
        return TRUE;
    }
    option += strlen(",offset=");
    rule = mig_property_value(profile, MIG_TYPE_SIZE, option, &address->offset);
    return rule == MIG_RULE_NONE
        || mig_rule_fail(profile, MIG_RULE_MIG_FILE_OFFSET, error, "offset", option, "reason",
                         rule == MIG_RULE_PROPERTY_SIZE ? "Invalid argument" : "Numerical result out of range", NULL);
}

static gboolean parse_rdma(const MigProfile *profile, const char *text, MigAddress *address, GError **error)
{
    if (parse_inet(profile, text, address, NULL)) {
        return TRUE;
    }
    if (profile->release >= R(8, 2)) {
        g_set_error_literal(error, MIG_DIES, MIG_DIES_ABORT, "free(): invalid pointer");
        return FALSE;
    }
    return fail(error, "RDMA ERROR: bad RDMA migration address '%s'", text);
}

static gboolean parse_known(const MigProfile *profile, MigAddressKind kind, const char *rest, MigAddress *address, GError **error)
{
    address->kind = kind;
    switch (kind) {
    case MIG_ADDRESS_INET:
        return parse_inet(profile, rest, address, error);
    case MIG_ADDRESS_UNIX:
        address->path = g_strdup(rest);
        return *rest != '\0' || fail(error, "invalid Unix socket address");
    case MIG_ADDRESS_VSOCK:
        return parse_vsock(rest, address, error);
    case MIG_ADDRESS_FD:
        address->path = g_strdup(rest);
        if (*rest == '\0') {
            return profile->release >= R(8, 2) ? fail(error, "invalid file descriptor address")
                                               : mig_rule_fail(profile, MIG_RULE_MIG_FD, error, "name", "", NULL);
        }
        return TRUE;
    case MIG_ADDRESS_EXEC:
        address->path = g_strdup(rest);
        return TRUE;
    case MIG_ADDRESS_FILE:
        return parse_file(profile, rest, address, error);
    case MIG_ADDRESS_RDMA:
        return parse_rdma(profile, rest, address, error);
    }
    g_return_val_if_reached(FALSE);
}

gboolean mig_address_parse(const MigProfile *profile, const char *uri, gboolean incoming, MigAddress *ret_address,
                           GError **error)
{
    static const struct { const char *scheme; MigAddressKind kind; MigRelease from; } schemes[] = {
        { "tcp:", MIG_ADDRESS_INET, R(2, 4) },   { "unix:", MIG_ADDRESS_UNIX, R(2, 4) },
        { "vsock:", MIG_ADDRESS_VSOCK, R(5, 2) }, { "fd:", MIG_ADDRESS_FD, R(2, 4) },
        { "exec:", MIG_ADDRESS_EXEC, R(2, 4) },  { "file:", MIG_ADDRESS_FILE, R(8, 2) },
        { "rdma:", MIG_ADDRESS_RDMA, R(2, 4) },
    };
    MigAddress address = { .kind = MIG_ADDRESS_INET };

    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_str_has_prefix(uri, schemes[i].scheme) && profile->release >= schemes[i].from) {
            if (!parse_known(profile, schemes[i].kind, uri + strlen(schemes[i].scheme), &address, error)) {
                mig_address_clear(&address);
                return FALSE;
            }
            *ret_address = address;
            return TRUE;
        }
    }
    if (incoming || profile->release >= R(8, 2)) {
        return mig_rule_fail(profile, incoming ? MIG_RULE_INC_PROTOCOL : MIG_RULE_MIG_URI_PARSE, error, "uri", uri, NULL);
    }
    /* 8.1 fails without saying anything; the caller knows (mig_gate_migrate_address()). */
    return profile->release >= R(8, 1) ? fail(error, "unknown migration protocol: %s", uri)
                                       : mig_rule_fail(profile, MIG_RULE_MIG_PROTOCOL, error, NULL);
}

static const char *member(const MigValue *dict, const char *key)
{
    const MigValue *value = mig_value_dict_get(dict, key);

    return value != NULL && mig_value_type(value) == MIG_VALUE_STRING ? mig_value_get_string(value) : "";
}

static gboolean from_socket(const MigValue *addr, MigAddress *address, GError **error)
{
    const char *type = member(addr, "type");

    if (strcmp(type, "inet") == 0 || strcmp(type, "vsock") == 0) {
        address->kind = *type == 'i' ? MIG_ADDRESS_INET : MIG_ADDRESS_VSOCK;
        address->host = g_strdup(member(addr, *type == 'i' ? "host" : "cid"));
        address->port = g_strdup(member(addr, "port"));
    } else if (strcmp(type, "unix") == 0) {
        address->kind = MIG_ADDRESS_UNIX;
        address->path = g_strdup(member(addr, "path"));
    } else {
        address->kind = MIG_ADDRESS_FD;
        address->path = g_strdup(member(addr, "str"));
    }
    return TRUE;
}

static gboolean from_exec(const MigProfile *profile, const MigValue *addr, MigAddress *address, GError **error)
{
    const MigValue *args = mig_value_dict_get(addr, "args");
    guint count = args != NULL && mig_value_type(args) == MIG_VALUE_LIST ? mig_value_list_length(args) : 0;

    if (count == 0 && profile->release >= R(9, 1)) {
        g_set_error_literal(error, MIG_DIES, MIG_DIES_SEGV, "");
        return FALSE;
    }
    address->kind = MIG_ADDRESS_EXEC;
    address->argv = g_new0(char *, count + 1);
    for (guint i = 0; i < count; i++) {
        address->argv[i] = g_strdup(mig_value_get_string(mig_value_list_get(args, i)));
    }
    return TRUE;
}

gboolean mig_address_from_channel(const MigProfile *profile, const MigValue *addr, MigAddress *ret_address, GError **error)
{
    const char *transport = member(addr, "transport");
    const MigValue *offset;
    MigAddress address = { .kind = MIG_ADDRESS_INET };
    gboolean ok = TRUE;

    if (strcmp(transport, "socket") == 0) {
        ok = from_socket(addr, &address, error);
    } else if (strcmp(transport, "exec") == 0) {
        ok = from_exec(profile, addr, &address, error);
    } else if (strcmp(transport, "rdma") == 0) {
        address.kind = MIG_ADDRESS_RDMA;
        address.host = g_strdup(member(addr, "host"));
        address.port = g_strdup(member(addr, "port"));
    } else {
        address.kind = MIG_ADDRESS_FILE;
        address.path = g_strdup(member(addr, "filename"));
        offset = mig_value_dict_get(addr, "offset");
        if (offset != NULL) {
            (void) mig_value_get_uint(offset, &address.offset);     /* the schema has seen that it is one */
        }
    }
    if (!ok) {
        mig_address_clear(&address);
        return FALSE;
    }
    *ret_address = address;
    return TRUE;
}
