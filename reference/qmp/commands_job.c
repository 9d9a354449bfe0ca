/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * snapshot-save, -load and -delete {6.0-} are jobs. A machine without a disk that holds snapshots, which is every machine
 * here, lets each of them fail in the same way; what a client sees of that is complete.
 */
#include "reference/options/options.h"
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <string.h>

static void job_free(gpointer data)
{
    MigJob *job = data;

    g_free(job->id);
    g_free(job->error);
    g_free(job);
}

void mig_qmp_init_jobs(MigQmp *qmp)
{
    qmp->jobs = g_ptr_array_new_with_free_func(job_free);
}

void mig_qmp_free_jobs(MigQmp *qmp)
{
    g_ptr_array_unref(qmp->jobs);
}

static MigJob *find_job(const MigQmp *qmp, const char *id)
{
    for (guint i = 0; i < qmp->jobs->len; i++) {
        MigJob *job = g_ptr_array_index(qmp->jobs, i);

        if (strcmp(job->id, id) == 0) {
            return job;
        }
    }
    return NULL;
}

static MigValue *status_data(const MigJob *job, const char *status)
{
    MigValue *data = mig_value_dict();

    mig_value_dict_put(data, "id", mig_value_string(job->id));
    mig_value_dict_put(data, "status", mig_value_string(status));
    return data;
}

static void change_status(MigCommandContext *context, MigJob *job, const char *status)
{
    g_autoptr(MigValue) data = status_data(job, status);

    job->status = status;
    mig_qmp_event(context->qmp, "JOB_STATUS_CHANGE", data, mig_qmp_now_ns(context->qmp));
}

const char *mig_snapshot_refused(const MigCommandContext *context)
{
    return context->release >= MIG_RELEASE(11, 1) && mig_options_has(mig_vm_options(context->vm), MIG_CAP_MULTIFD)
        ? "Snapshots are not compatible with multifd" : NULL;
}

static MigValue *run_snapshot(MigCommandContext *context, const char *type, const MigValue *arguments, GError **error)
{
    const char *id = mig_argument_text(arguments, "job-id");
    MigValue *devices = mig_value_dict_get(arguments, "devices");
    MigJob *job;

    if (!mig_qmp_is_identifier(id)) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Invalid job ID '%s'", id);
        return NULL;
    }
    if (find_job(context->qmp, id)) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Job ID '%s' already in use", id);
        return NULL;
    }
    job = g_new0(MigJob, 1);
    job->id = g_strdup(id);
    job->type = type;
    if (strcmp(type, "snapshot-delete") != 0 && mig_snapshot_refused(context)) {
        job->error = g_strdup(mig_snapshot_refused(context));
    } else if (mig_value_list_length(devices) == 0) {
        job->error = g_strdup("At least one device is required for snapshot");
    } else {
        job->error = g_strdup_printf("No block device node '%s'", mig_value_get_string(mig_value_list_get(devices, 0)));
    }
    g_ptr_array_add(context->qmp->jobs, job);
    change_status(context, job, "created");
    change_status(context, job, "running");
    if (strcmp(type, "snapshot-load") == 0) {
        mig_vm_stop_to(context->vm, MIG_RUN_RESTORE_VM, FALSE);      /* and stays so when it fails */
    }
    mig_qmp_event_later(context->qmp, "JOB_STATUS_CHANGE", status_data(job, "aborting"));
    mig_qmp_event_later(context->qmp, "JOB_STATUS_CHANGE", status_data(job, "concluded"));
    job->status = "concluded";
    return mig_value_dict();
}

static MigValue *snapshot_save(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return run_snapshot(context, "snapshot-save", arguments, error);
}

static MigValue *snapshot_load(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return run_snapshot(context, "snapshot-load", arguments, error);
}

static MigValue *snapshot_delete(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return run_snapshot(context, "snapshot-delete", arguments, error);
}

static MigValue *query_jobs(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigValue *list = mig_value_list();

    for (guint i = context->qmp->jobs->len; i-- > 0; ) {
        const MigJob *job = g_ptr_array_index(context->qmp->jobs, i);
        MigValue *entry = status_data(job, job->status);

        mig_value_dict_put(entry, "type", mig_value_string(job->type));
        mig_value_dict_put(entry, "current-progress", mig_value_int(1));
        mig_value_dict_put(entry, "total-progress", mig_value_int(1));
        mig_value_dict_put(entry, "error", mig_value_string(job->error));
        mig_value_list_append(list, entry);
    }
    return list;
}

static MigJob *require_job(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigJob *job = find_job(context->qmp, mig_argument_text(arguments, "id"));

    if (!job) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Job not found");
    }
    return job;
}

static MigValue *job_dismiss(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    MigJob *job = require_job(context, arguments, error);

    if (!job) {
        return NULL;
    }
    change_status(context, job, "null");
    g_ptr_array_remove(context->qmp->jobs, job);
    return mig_value_dict();
}

/* Every job here is concluded by the time that a client can name it. */
static MigValue *refuse_concluded(MigCommandContext *context, const MigValue *arguments, const char *verb, GError **error)
{
    const MigJob *job = require_job(context, arguments, error);

    if (job) {
        g_set_error(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Job '%s' in state 'concluded' cannot accept command verb '%s'", job->id,
                    verb);
    }
    return NULL;
}

static MigValue *job_cancel(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return refuse_concluded(context, arguments, "cancel", error);
}

static MigValue *job_finalize(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return refuse_concluded(context, arguments, "finalize", error);
}

static MigValue *job_pause(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return refuse_concluded(context, arguments, "pause", error);
}

static MigValue *job_resume(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return refuse_concluded(context, arguments, "resume", error);
}

static MigValue *job_complete(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    return refuse_concluded(context, arguments, "complete", error);
}

const MigCommandHandler mig_commands_job[] = {
    { "snapshot-save", snapshot_save },
    { "snapshot-load", snapshot_load },
    { "snapshot-delete", snapshot_delete },
    { "query-jobs", query_jobs },
    { "job-dismiss", job_dismiss },
    { "job-cancel", job_cancel },
    { "job-finalize", job_finalize },
    { "job-pause", job_pause },
    { "job-resume", job_resume },
    { "job-complete", job_complete },
    { NULL },
};
