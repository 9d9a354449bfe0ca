/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From records to the segments of one channel. What is put is appended to a queue; the caller offers the queue to its channel
 * and says how much was taken. Page references stay references.
 *
 *     mig_writer_put…(writer, …);
 *     segments = mig_writer_segments(writer, &count);
 *     env->ops->write(channel, segments, count, &taken, &errno_);
 *     mig_writer_take(writer, taken);
 *
 * The writer knows CONT: mig_writer_page() and friends leave the block's name out when it is that of the page before on this
 * channel. mig_writer_put() writes exactly what the record says, for copying.
 */
#ifndef MIG_STREAM_WRITER_H
#define MIG_STREAM_WRITER_H

#include "reference/stream/context.h"

typedef struct MigWriter MigWriter;

/* The configuration is copied. Of it a writer uses page_size, footers, release (numbers of commands in 3.0), base. */
MigWriter *mig_writer_new(const MigStreamConfig *config);
void mig_writer_free(MigWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigWriter, mig_writer_free)

/* Appends one record. Fails only for records that cannot be expressed (names above 255 bytes, counts above the field). */
G_GNUC_WARN_UNUSED_RESULT
gboolean mig_writer_put(MigWriter *writer, const MigRecord *record, GError **error);

/* The queue, oldest first; valid until the next call. Never more than one element for adjoining bytes. */
const MigSegment *mig_writer_segments(MigWriter *writer, gsize *ret_count);
/* The first `size` bytes of the queue are gone. Page segments only whole. */
void mig_writer_take(MigWriter *writer, gsize size);
gsize mig_writer_pending(const MigWriter *writer);       /* bytes in the queue */
guint64 mig_writer_offset(const MigWriter *writer);      /* bytes ever put, plus the base: the offset of the next record */

/* ---- What a source writes. All names at most 255 bytes (our own data: asserted). ---- */

void mig_writer_header(MigWriter *writer);
void mig_writer_configuration(MigWriter *writer, const char *machine);
void mig_writer_config_page_bits(MigWriter *writer, guint32 bits);
void mig_writer_config_capabilities(MigWriter *writer, const char *const *names, gsize count);
void mig_writer_config_uuid(MigWriter *writer, const guint8 uuid[16]);

void mig_writer_section_start(MigWriter *writer, guint32 id, const char *idstr, guint32 instance, guint32 version);
void mig_writer_section_part(MigWriter *writer, guint32 id);
void mig_writer_section_end(MigWriter *writer, guint32 id);
void mig_writer_section_full(MigWriter *writer, guint32 id, const char *idstr, guint32 instance, guint32 version);
/* Device state as such. */
void mig_writer_bytes(MigWriter *writer, gconstpointer bytes, gsize size);
/* Does nothing when footers are off. */
void mig_writer_footer(MigWriter *writer, guint32 id);
void mig_writer_eof(MigWriter *writer);
void mig_writer_description(MigWriter *writer, const char *text);

void mig_writer_open_return_path(MigWriter *writer);
void mig_writer_ping(MigWriter *writer, guint32 value);
void mig_writer_advise_ram(MigWriter *writer, guint64 page_size_summary, guint64 target_page_size);
/* Commands without payload: ADVISE of 0 bytes, LISTEN, RUN, ENABLE_COLO, RESUME, SWITCHOVER_START. */
void mig_writer_command(MigWriter *writer, MigCommand command);
void mig_writer_discard(MigWriter *writer, const char *block, const MigRange *ranges, gsize count);
void mig_writer_recv_bitmap(MigWriter *writer, const char *block);
/* Moves everything that is pending in `package` behind a PACKAGED command. */
void mig_writer_packaged(MigWriter *writer, MigWriter *package);

void mig_writer_mem_size(MigWriter *writer, guint64 total);
/* page_size 0: no such field. address_p NULL: no such field. */
void mig_writer_ram_block(MigWriter *writer, const char *name, guint64 length, guint64 page_size, const guint64 *address);
void mig_writer_page(MigWriter *writer, const char *block, guint64 offset, MigPageRef page);
void mig_writer_page_bytes(MigWriter *writer, const char *block, guint64 offset, const guint8 *bytes);
void mig_writer_zero_page(MigWriter *writer, const char *block, guint64 offset);
void mig_writer_xbzrle(MigWriter *writer, const char *block, guint64 offset, const guint8 *delta, guint16 size);
void mig_writer_compress_page(MigWriter *writer, const char *block, guint64 offset, const guint8 *data, guint32 size);
void mig_writer_ram_eos(MigWriter *writer);
void mig_writer_multifd_flush(MigWriter *writer);
/* The block of the page before is forgotten: the next page names its block (new connection). */
void mig_writer_forget_block(MigWriter *writer);

/* ---- Return path ---- */

void mig_writer_rp_shut(MigWriter *writer, guint32 status);
void mig_writer_rp_pong(MigWriter *writer, guint32 value);
/* Chooses REQ_PAGES or REQ_PAGES_ID by the block of the request before. */
void mig_writer_rp_req_pages(MigWriter *writer, const char *block, guint64 start, guint32 length);
/* bitmap: bit i of byte b = page 8 b + i; size in bytes, a multiple of 8. */
void mig_writer_rp_recv_bitmap(MigWriter *writer, const char *block, const guint8 *bitmap, guint64 size);
void mig_writer_rp_resume_ack(MigWriter *writer);
void mig_writer_rp_switchover_ack(MigWriter *writer);

/* ---- multifd ---- */

void mig_writer_multifd_hello(MigWriter *writer, const guint8 uuid[16], guint8 id);
/* Header of a packet; offsets: first `normal`, then `zero` of them. The data follow by mig_writer_multifd_page() or
 * mig_writer_bytes(). */
void mig_writer_multifd_packet(MigWriter *writer, guint32 flags, guint64 number, const char *block, guint32 allocated,
                               const guint64 *offsets, guint32 normal, guint32 zero, guint32 data_size);
void mig_writer_multifd_page(MigWriter *writer, MigPageRef page);

/* ---- COLO ---- */

void mig_writer_colo(MigWriter *writer, MigColoMessage message, guint64 size);

#endif
