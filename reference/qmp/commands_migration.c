/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The commands of migration: arguments are unpacked here, everything else is done by the options layer and the VM.
 */
#include "reference/options/options.h"
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <string.h>

static MigValue *done(gboolean good)
{
    return good ? mig_value_dict() : NULL;
}

static MigValue *migrate_set_capabilities(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_options_set_capabilities(mig_vm_options(context->vm), mig_value_dict_get(arguments, "capabilities"), error));
}

static MigValue *query_migrate_capabilities(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_options_query_capabilities(mig_vm_options(context->vm));
}

static MigValue *migrate_set_parameters(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_options_set_parameters(mig_vm_options(context->vm), arguments, error));
}

static MigValue *query_migrate_parameters(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_options_query_parameters(mig_vm_options(context->vm));
}

static MigValue *migrate_set_speed(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_options_set_speed(mig_vm_options(context->vm), mig_argument_int(arguments, "value", 0), error));
}

static MigValue *migrate_set_downtime(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    double seconds = mig_value_get_double(mig_value_dict_get(arguments, "value"));

    return done(mig_options_set_downtime(mig_vm_options(context->vm), seconds, error));
}

static MigValue *migrate_set_cache_size(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_options_set_cache_size(mig_vm_options(context->vm), mig_argument_int(arguments, "value", 0), error));
}

static MigValue *query_migrate_cache_size(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_value_int(mig_options_query_cache_size(mig_vm_options(context->vm)));
}

/* fd:NAME names a descriptor of this monitor: it is lent to the environment for the time of the command, and used up by
 * success. */
static MigNamedFd *lend_fd(MigCommandContext *context, const char *uri)
{
    const MigQmpHost *host = &context->qmp->host;
    MigNamedFd *named = uri && g_str_has_prefix(uri, "fd:") ? mig_monitor_find_fd(context->monitor, uri + strlen("fd:")) : NULL;

    if (named && host->publish_fd) {
        host->publish_fd(host->opaque, named->name, named->fd);
    }
    return named;
}

static void take_fd_back(MigCommandContext *context, MigNamedFd *named, gboolean used)
{
    const MigQmpHost *host = &context->qmp->host;

    if (named && !used && host->withdraw_fd) {
        host->withdraw_fd(host->opaque, named->name);
    } else if (named && used) {
        mig_monitor_forget_fd(context->monitor, named);
    }
}

static const char *socket_fd_of_channels(const MigValue *channels, char **ret_uri)
{
    MigValue *addr;
    const char *name;

    *ret_uri = NULL;
    for (guint i = 0; channels && i < mig_value_list_length(channels); i++) {
        addr = mig_value_dict_get(mig_value_list_get(channels, i), "addr");
        name = addr && g_strcmp0(mig_argument_text(addr, "type"), "fd") == 0 ? mig_argument_text(addr, "str") : NULL;
        if (name) {
            *ret_uri = g_strconcat("fd:", name, NULL);
            break;
        }
    }
    return *ret_uri;
}

static MigValue *migrate(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    g_autofree char *fd_uri = NULL;
    MigMigrateArgs args = {
        .uri = mig_argument_text(arguments, "uri"),
        .channels = mig_value_dict_get(arguments, "channels"),
        .has_blk = mig_value_dict_get(arguments, "blk") != NULL, .blk = mig_argument_bool(arguments, "blk"),
        .has_inc = mig_value_dict_get(arguments, "inc") != NULL, .inc = mig_argument_bool(arguments, "inc"),
        .resume = mig_argument_bool(arguments, "resume"),
    };
    MigNamedFd *named = lend_fd(context, args.uri ? args.uri : socket_fd_of_channels(args.channels, &fd_uri));
    gboolean good = mig_vm_cmd_migrate(context->vm, &args, error);

    take_fd_back(context, named, good);
    return done(good);
}

static MigValue *migrate_incoming(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    g_autofree char *fd_uri = NULL;
    const char *uri = mig_argument_text(arguments, "uri");
    MigValue *channels = mig_value_dict_get(arguments, "channels");
    MigNamedFd *named = lend_fd(context, uri ? uri : socket_fd_of_channels(channels, &fd_uri));
    gboolean good = mig_vm_cmd_migrate_incoming(context->vm, uri, channels, mig_value_dict_get(arguments, "exit-on-error") != NULL,
                                                mig_argument_bool(arguments, "exit-on-error"), error);

    take_fd_back(context, named, good);
    return done(good);
}

static MigValue *migrate_recover(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const char *uri = mig_argument_text(arguments, "uri");
    MigNamedFd *named = lend_fd(context, uri);
    gboolean good = mig_vm_cmd_migrate_recover(context->vm, uri, error);

    take_fd_back(context, named, good);
    return done(good);
}

static MigValue *migrate_cancel(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_vm_cmd_migrate_cancel(context->vm, error));
}

static MigValue *migrate_pause(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_vm_cmd_migrate_pause(context->vm, error));
}

static MigValue *migrate_continue(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_vm_cmd_migrate_continue(context->vm, mig_argument_text(arguments, "state"), error));
}

static MigValue *migrate_start_postcopy(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return done(mig_vm_cmd_migrate_start_postcopy(context->vm, error));
}

static MigValue *query_migrate(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return mig_vm_query_migrate(context->vm);
}

const MigCommandHandler mig_commands_migration[] = {
    { "migrate-set-capabilities", migrate_set_capabilities },
    { "query-migrate-capabilities", query_migrate_capabilities },
    { "migrate-set-parameters", migrate_set_parameters },
    { "query-migrate-parameters", query_migrate_parameters },
    { "migrate_set_speed", migrate_set_speed },
    { "migrate_set_downtime", migrate_set_downtime },
    { "migrate-set-cache-size", migrate_set_cache_size },
    { "query-migrate-cache-size", query_migrate_cache_size },
    { "migrate", migrate },
    { "migrate-incoming", migrate_incoming },
    { "migrate-recover", migrate_recover },
    { "migrate_cancel", migrate_cancel },
    { "migrate-pause", migrate_pause },
    { "migrate-continue", migrate_continue },
    { "migrate-start-postcopy", migrate_start_postcopy },
    { "query-migrate", query_migrate },
    { NULL },
};
