/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A channel: a socket, a pipe or a file, read ahead and written in pieces. A watched one has a GSource that polls only while somebody
 * was told MIG_IO_AGAIN, and then wakes the watcher once.
 */
#include "reference/host/host_private.h"

#include "reference/machine/page.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BUFFER (256 * 1024)
#define WRITE_PIECE (256 * 1024)

static void wake_reader(MigHostChannel *channel) { if (channel->reader) mig_host_wake(channel->base.env, channel->reader); }
static void wake_writer(MigHostChannel *channel) { if (channel->writer) mig_host_wake(channel->base.env, channel->writer); }

static gboolean in_ready(gint fd, GIOCondition condition, gpointer user_data)
{
    MigHostChannel *channel = user_data;

    mig_host_drop_source(&channel->in_source);
    wake_reader(channel);
    return G_SOURCE_REMOVE;
}

static void flush_pending(MigHostChannel *channel);

static gboolean out_ready(gint fd, GIOCondition condition, gpointer user_data)
{
    MigHostChannel *channel = user_data;

    mig_host_drop_source(&channel->out_source);
    if (!channel->connecting)
        flush_pending(channel);
    if (channel->closing) {
        if (channel->pending_start == channel->pending_end || channel->error) {
            g_ptr_array_remove_fast(mig_host_env(channel->base.env)->closing, channel);
            mig_host_channel_free(channel);
        } else {
            mig_host_poll_out(channel);
        }
        return G_SOURCE_REMOVE;
    }
    wake_writer(channel);
    if (channel->connecting)
        wake_reader(channel);
    return G_SOURCE_REMOVE;
}

static void poll_in(MigHostChannel *channel)
{
    if (channel->in_source == NULL && channel->fd_in >= 0 && !channel->is_file)
        channel->in_source = mig_host_poll_fd(mig_host_env(channel->base.env), channel->fd_in, G_IO_IN | G_IO_HUP | G_IO_ERR,
                                              in_ready, channel);
}

void mig_host_poll_out(MigHostChannel *channel)
{
    if (channel->out_source == NULL && channel->fd_out >= 0 && !channel->is_file)
        channel->out_source = mig_host_poll_fd(mig_host_env(channel->base.env), channel->fd_out, G_IO_OUT | G_IO_HUP | G_IO_ERR,
                                               out_ready, channel);
}

MigHostChannel *mig_host_channel_new(MigHostEnv *self, int fd_in, int fd_out)
{
    MigHostChannel *channel = g_new0(MigHostChannel, 1);
    struct stat st;

    channel->base.ops = self->base.ops;
    channel->base.env = &self->base;
    channel->fd_in = fd_in;
    channel->fd_out = fd_out;
    if (fstat(fd_in >= 0 ? fd_in : fd_out, &st) == 0) {
        channel->is_socket = S_ISSOCK(st.st_mode);
        channel->is_file = S_ISREG(st.st_mode) || S_ISBLK(st.st_mode);
    }
    channel->can_peek = channel->is_socket;
    if (!channel->is_file) {
        if (fd_in >= 0)
            g_unix_set_fd_nonblocking(fd_in, TRUE, NULL);
        if (fd_out >= 0)
            g_unix_set_fd_nonblocking(fd_out, TRUE, NULL);
    }
    if (channel->is_socket) {
        int one = 1;

        (void) setsockopt(fd_in, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));    /* fails on unix sockets: nothing lost */
    }
    return channel;
}

void mig_host_channel_free(MigHostChannel *channel)
{
    mig_host_drop_source(&channel->in_source);
    mig_host_drop_source(&channel->out_source);
    if (channel->fd_in >= 0)
        close(channel->fd_in);
    if (channel->fd_out >= 0 && channel->fd_out != channel->fd_in)
        close(channel->fd_out);
    if (channel->child)
        g_child_watch_add(channel->child, mig_host_reap, NULL);
    if (channel->candidates)
        g_ptr_array_unref(channel->candidates);
    g_free(channel->shown);
    g_free(channel->buffer);
    g_free(channel);
}

static ssize_t put(MigHostChannel *channel, const guint8 *bytes, gsize size)
{
    ssize_t n;

    do {
        n = channel->is_socket ? send(channel->fd_out, bytes, size, MSG_NOSIGNAL) : write(channel->fd_out, bytes, size);
    } while (n < 0 && errno == EINTR);
    return n;
}

static void flush_pending(MigHostChannel *channel)
{
    while (channel->pending_start < channel->pending_end && channel->error == 0) {
        ssize_t n = put(channel, channel->pending + channel->pending_start, channel->pending_end - channel->pending_start);

        if (n < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK)
                channel->error = errno;
            return;
        }
        channel->pending_start += (gsize) n;
    }
    if (channel->pending_start == channel->pending_end)
        channel->pending_start = channel->pending_end = 0;
}

MigIo mig_host_write(MigChannel *base, const MigSegment *segments, gsize count, gsize *ret_taken, int *reterr_errno)
{
    MigHostChannel *channel = (MigHostChannel *) base;
    g_autofree guint8 *scratch = NULL;
    gsize size = 0, done = 0;

    *ret_taken = 0;
    if (channel->fd_out < 0)
        channel->error = EBADF;
    flush_pending(channel);
    if (channel->error) {
        *reterr_errno = channel->error;
        return MIG_IO_ERROR;
    }
    if (channel->pending_end || channel->connecting) {
        mig_host_poll_out(channel);
        return MIG_IO_AGAIN;
    }
    scratch = g_malloc(WRITE_PIECE);
    for (gsize i = 0; i < count && size < WRITE_PIECE; i++) {
        const MigSegment *segment = &segments[i];
        gsize take = MIN(segment->size, WRITE_PIECE - size);

        if (segment->kind == MIG_SEGMENT_PAGE) {
            if (take < segment->size)
                break;
            mig_page_segment_make(segment, scratch + size);
        } else {
            memcpy(scratch + size, segment->bytes, take);
        }
        size += take;
        if (take < segment->size)
            break;
    }
    while (done < size) {
        ssize_t n = put(channel, scratch + done, size - done);

        if (n < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK)
                break;
            channel->error = errno;
            *reterr_errno = errno;
            *ret_taken = 0;
            return MIG_IO_ERROR;
        }
        done += (gsize) n;
    }
    /* A page is taken whole or not at all: what is left of one that was begun waits here. */
    for (gsize i = 0, at = 0; i < count && at < done; at += segments[i].size, i++) {
        gsize end = at + segments[i].size;

        if (segments[i].kind == MIG_SEGMENT_PAGE && end > done) {
            channel->pending_start = 0;
            channel->pending_end = end - done;
            memcpy(channel->pending, scratch + done, end - done);
            done = end;
            break;
        }
    }
    *ret_taken = done;
    if (done < size || channel->pending_end)
        mig_host_poll_out(channel);
    return done == 0 && size > 0 ? MIG_IO_AGAIN : MIG_IO_OK;
}

/* Gets more into the read buffer, up to its end. */
static MigIo fill(MigHostChannel *channel, int *reterr_errno)
{
    ssize_t n;

    if (channel->buffer == NULL)
        channel->buffer = g_malloc(READ_BUFFER);
    if (channel->error && channel->fd_in < 0) {
        *reterr_errno = channel->error;
        return MIG_IO_ERROR;
    }
    if (channel->eof)
        return MIG_IO_EOF;
    if (channel->connecting)
        return MIG_IO_AGAIN;
    if (channel->buffer_start == channel->buffer_end)
        channel->buffer_start = channel->buffer_end = 0;
    if (channel->buffer_end == READ_BUFFER) {
        memmove(channel->buffer, channel->buffer + channel->buffer_start, channel->buffer_end - channel->buffer_start);
        channel->buffer_end -= channel->buffer_start;
        channel->buffer_start = 0;
    }
    do {
        n = channel->fd_in < 0 ? (errno = EBADF, -1) : read(channel->fd_in, channel->buffer + channel->buffer_end, READ_BUFFER - channel->buffer_end);
    } while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        poll_in(channel);
        return MIG_IO_AGAIN;
    }
    if (n < 0) {
        *reterr_errno = errno;
        return MIG_IO_ERROR;
    }
    if (n == 0) {
        channel->eof = TRUE;
        return MIG_IO_EOF;
    }
    channel->buffer_end += (gsize) n;
    return MIG_IO_OK;
}

MigIo mig_host_read(MigChannel *base, gsize size_max, MigSegment *ret_segment, int *reterr_errno)
{
    MigHostChannel *channel = (MigHostChannel *) base;

    g_assert(size_max > 0);
    if (channel->buffer_start == channel->buffer_end) {
        MigIo io = fill(channel, reterr_errno);

        if (io != MIG_IO_OK)
            return io;
    }
    *ret_segment = (MigSegment) {
        .kind = MIG_SEGMENT_BYTES, .size = MIN(size_max, channel->buffer_end - channel->buffer_start),
        .bytes = channel->buffer + channel->buffer_start,
    };
    channel->buffer_start += ret_segment->size;
    return MIG_IO_OK;
}

MigIo mig_host_peek(MigChannel *base, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno)
{
    MigHostChannel *channel = (MigHostChannel *) base;

    if (!channel->can_peek) {
        *reterr_errno = ENOTSUP;
        return MIG_IO_ERROR;
    }
    if (channel->buffer_end - channel->buffer_start < size) {
        MigIo io = fill(channel, reterr_errno);

        if (io != MIG_IO_OK && channel->buffer_end == channel->buffer_start)
            return io;
    }
    *ret_size = MIN(size, channel->buffer_end - channel->buffer_start);
    memcpy(buffer, channel->buffer + channel->buffer_start, *ret_size);
    if (*ret_size < size)
        poll_in(channel);
    return MIG_IO_OK;
}

MigIo mig_host_pwrite(MigChannel *base, guint64 offset, const MigSegment *segment, int *reterr_errno)
{
    MigHostChannel *channel = (MigHostChannel *) base;
    guint8 page[65536];
    const guint8 *bytes = segment->bytes;
    gsize done = 0;

    if (segment->kind == MIG_SEGMENT_PAGE) {
        mig_page_segment_make(segment, page);
        bytes = page;
    }
    while (done < segment->size) {
        ssize_t n = pwrite(channel->fd_out, bytes + done, segment->size - done, (off_t) (offset + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            *reterr_errno = errno;
            return MIG_IO_ERROR;
        }
        done += (gsize) n;
    }
    return MIG_IO_OK;
}

MigIo mig_host_pread(MigChannel *base, guint64 offset, guint8 *buffer, gsize size, gsize *ret_size, int *reterr_errno)
{
    MigHostChannel *channel = (MigHostChannel *) base;
    ssize_t n;

    do {
        n = pread(channel->fd_in, buffer, size, (off_t) offset);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        *reterr_errno = errno;
        return MIG_IO_ERROR;
    }
    *ret_size = (gsize) n;
    return n == 0 && size > 0 ? MIG_IO_EOF : MIG_IO_OK;
}

void mig_host_shutdown(MigChannel *base, MigShutdown how)
{
    MigHostChannel *channel = (MigHostChannel *) base;

    if (channel->is_socket) {
        (void) shutdown(channel->fd_in, how == MIG_SHUTDOWN_BOTH ? SHUT_RDWR : how == MIG_SHUTDOWN_READ ? SHUT_RD : SHUT_WR);
    } else {
        /* A pipe cannot be shut down: who waits for what a command says goes on waiting. */
        if ((how & MIG_SHUTDOWN_READ) && !(channel->fd_out >= 0 && channel->fd_in != channel->fd_out))
            channel->eof = TRUE;
        if (how & MIG_SHUTDOWN_WRITE)
            channel->error = EPIPE;
    }
    if ((how & MIG_SHUTDOWN_WRITE) && channel->connecting)
        channel->error = ECANCELED;
    wake_reader(channel);
    wake_writer(channel);
}

void mig_host_watch(MigChannel *base, MigWatch what, MigActor *actor)
{
    MigHostChannel *channel = (MigHostChannel *) base;

    if (what & MIG_WATCH_READ) {
        channel->reader = actor;
        if (actor && channel->buffer_start < channel->buffer_end)
            wake_reader(channel);
        else if (actor)
            poll_in(channel);
        else
            mig_host_drop_source(&channel->in_source);
        if (actor && channel->is_file)
            wake_reader(channel);
    }
    if (what & MIG_WATCH_WRITE) {
        channel->writer = actor;
        if (actor)
            mig_host_poll_out(channel);
        else if (channel->pending_end == 0 && !channel->connecting)
            mig_host_drop_source(&channel->out_source);
        if (actor && channel->is_file)
            wake_writer(channel);
    }
}

void mig_host_close(MigChannel *base)
{
    MigHostChannel *channel = (MigHostChannel *) base;

    channel->reader = channel->writer = NULL;
    mig_host_drop_source(&channel->in_source);
    if (!channel->connecting)
        flush_pending(channel);
    if (channel->pending_end && channel->error == 0 && !channel->connecting) {
        channel->closing = TRUE;
        g_ptr_array_add(mig_host_env(base->env)->closing, channel);
        mig_host_poll_out(channel);
        return;
    }
    mig_host_channel_free(channel);
}
