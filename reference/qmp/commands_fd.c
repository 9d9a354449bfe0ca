/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Descriptors that clients pass (spec/qmp.md 12.4).
 */
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <string.h>

static gboolean fail(GError **error, const char *text)
{
    g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, text);
    return FALSE;
}

static void close_fd(const MigQmp *qmp, int fd)
{
    if (qmp->host.close_fd) {
        qmp->host.close_fd(qmp->host.opaque, fd);
    }
}

static MigValue *getfd(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const char *name = mig_argument_text(arguments, "fdname");
    int fd = mig_monitor_get_fd(context->monitor);
    MigNamedFd *named;

    if (fd < 0) {
        fail(error, "No file descriptor supplied via SCM_RIGHTS");
        return NULL;
    }
    if (g_ascii_isdigit(name[0])) {
        close_fd(context->qmp, fd);
        fail(error, "Parameter 'fdname' expects a name not starting with a digit");
        return NULL;
    }
    named = mig_monitor_find_fd(context->monitor, name);
    if (named) {
        close_fd(context->qmp, named->fd);
        named->fd = fd;
        return mig_value_dict();
    }
    named = g_new(MigNamedFd, 1);
    named->name = g_strdup(name);
    named->fd = fd;
    g_ptr_array_add(context->monitor->named_fds, named);
    return mig_value_dict();
}

static MigValue *closefd(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    const char *name = mig_argument_text(arguments, "fdname");
    MigNamedFd *named = mig_monitor_find_fd(context->monitor, name);

    if (!named) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "File descriptor named '%s' not found", name);
        return NULL;
    }
    mig_monitor_forget_fd(context->monitor, named);
    return mig_value_dict();
}

/* ---- Sets, ordered by id ---- */

static void fdset_free(gpointer data)
{
    MigFdset *set = data;

    for (guint i = 0; i < set->fds->len; i++) {
        g_free(g_array_index(set->fds, MigFdsetFd, i).opaque);
    }
    g_array_unref(set->fds);
    g_free(set);
}

void mig_qmp_init_fdsets(MigQmp *qmp)
{
    qmp->fdsets = g_ptr_array_new_with_free_func(fdset_free);
}

void mig_qmp_free_fdsets(MigQmp *qmp)
{
    for (guint i = 0; i < qmp->fdsets->len; i++) {
        MigFdset *set = g_ptr_array_index(qmp->fdsets, i);

        for (guint j = 0; j < set->fds->len; j++) {
            close_fd(qmp, g_array_index(set->fds, MigFdsetFd, j).fd);
        }
    }
    g_ptr_array_unref(qmp->fdsets);
}

static MigFdset *find_set(const MigQmp *qmp, gint64 id)
{
    for (guint i = 0; i < qmp->fdsets->len; i++) {
        MigFdset *set = g_ptr_array_index(qmp->fdsets, i);

        if (set->id == id) {
            return set;
        }
    }
    return NULL;
}

static MigFdset *add_set(MigQmp *qmp, gint64 id)
{
    MigFdset *set = g_new(MigFdset, 1);
    guint at = 0;

    while (at < qmp->fdsets->len && ((MigFdset *) g_ptr_array_index(qmp->fdsets, at))->id < id) {
        at++;
    }
    set->id = id;
    set->fds = g_array_new(FALSE, FALSE, sizeof(MigFdsetFd));
    g_ptr_array_insert(qmp->fdsets, (gint) at, set);
    return set;
}

static MigValue *add_fd(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigFdsetFd entry = { .fd = mig_monitor_get_fd(context->monitor) };
    gboolean given = mig_value_dict_get(arguments, "fdset-id") != NULL;
    gint64 id = mig_argument_int(arguments, "fdset-id", 0);
    MigFdset *set;
    MigValue *reply;

    if (entry.fd < 0) {
        fail(error, "No file descriptor supplied via SCM_RIGHTS");
        return NULL;
    }
    if (given && id < 0) {
        close_fd(context->qmp, entry.fd);
        fail(error, "Parameter 'fdset-id' expects a non-negative value");
        return NULL;
    }
    while (!given && find_set(context->qmp, id)) {
        id++;
    }
    set = find_set(context->qmp, id);
    if (!set) {
        set = add_set(context->qmp, id);
    }
    entry.opaque = g_strdup(mig_argument_text(arguments, "opaque"));
    g_array_append_val(set->fds, entry);
    reply = mig_value_dict();
    mig_value_dict_put(reply, "fdset-id", mig_value_int(id));
    mig_value_dict_put(reply, "fd", mig_value_int(entry.fd));
    return reply;
}

static MigValue *remove_fd(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    gint64 id = mig_argument_int(arguments, "fdset-id", -1), fd = mig_argument_int(arguments, "fd", -1);
    gboolean all = mig_value_dict_get(arguments, "fd") == NULL, found = FALSE;
    MigFdset *set = find_set(context->qmp, id);

    for (guint i = 0; set && i < set->fds->len; ) {
        MigFdsetFd *entry = &g_array_index(set->fds, MigFdsetFd, i);

        if (!all && entry->fd != fd) {
            i++;
            continue;
        }
        close_fd(context->qmp, entry->fd);
        g_free(entry->opaque);
        g_array_remove_index(set->fds, i);
        found = TRUE;
    }
    if (set && set->fds->len == 0) {
        g_ptr_array_remove(context->qmp->fdsets, set);
    }
    if (found) {
        return mig_value_dict();
    }
    if (all) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "File descriptor named 'fdset-id:%" G_GINT64_FORMAT "' not found", id);
    } else {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "File descriptor named 'fdset-id:%" G_GINT64_FORMAT
                    ", fd:%" G_GINT64_FORMAT "' not found", id, fd);
    }
    return NULL;
}

/* Highest id first. */
static MigValue *query_fdsets(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *list = mig_value_list();

    for (guint i = context->qmp->fdsets->len; i-- > 0; ) {
        const MigFdset *set = g_ptr_array_index(context->qmp->fdsets, i);
        MigValue *entry = mig_value_dict(), *fds = mig_value_list();

        for (guint j = 0; j < set->fds->len; j++) {
            const MigFdsetFd *fd = &g_array_index(set->fds, MigFdsetFd, j);
            MigValue *item = mig_value_dict();

            mig_value_dict_put(item, "fd", mig_value_int(fd->fd));
            if (fd->opaque) {
                mig_value_dict_put(item, "opaque", mig_value_string(fd->opaque));
            }
            mig_value_list_append(fds, item);
        }
        mig_value_dict_put(entry, "fdset-id", mig_value_int(set->id));
        mig_value_dict_put(entry, "fds", fds);
        mig_value_list_append(list, entry);
    }
    return list;
}

const MigCommandHandler mig_commands_fd[] = {
    { "getfd", getfd },
    { "closefd", closefd },
    { "add-fd", add_fd },
    { "remove-fd", remove_fd },
    { "query-fdsets", query_fdsets },
    { NULL },
};
