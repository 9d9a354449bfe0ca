/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The source's side of RAM: which pages are still to be sent, the dirty sync, and pages put into the stream, in QEMU's
 * order (spec/stream.md 4, migration.md 9.4 to 9.6). It knows no statuses and no time beyond the sync's.
 */
#ifndef MIG_MIGRATION_RAMSAVE_H
#define MIG_MIGRATION_RAMSAVE_H

#include "reference/machine/vm_private.h"
#include "reference/migration/stats.h"
#include "reference/stream/writer.h"

typedef struct MigRamSave MigRamSave;

/* Where pages go that are not for the main channel, and what is told when the scan passes the end of the block list. Any
 * member may be NULL. */
typedef struct {
    gpointer opaque;
    /* mapped-ram: takes every page. */
    gboolean (*mapped_page)(gpointer opaque, MigRamBlock *block, guint64 page, gboolean zero);
    /* multifd: takes the page. FALSE: all channels are busy, stop here and try again later. */
    gboolean (*multifd_page)(gpointer opaque, MigRamBlock *block, guint64 page, gboolean zero);
    void (*passage)(gpointer opaque);
    /* After a sync; pass is the new dirty-sync-count. */
    void (*synced)(gpointer opaque, guint64 pass);
} MigRamSaveHooks;

MigRamSave *mig_ram_save_new(MigVm *vm, MigStats *stats, MigRate *rate, const MigRamSaveHooks *hooks);
void mig_ram_save_free(MigRamSave *save);

/* All pages are to be sent; logging starts. `count_sync`: the sync of setup counts and is told (up to 11.0). */
void mig_ram_save_begin(MigRamSave *save, gboolean count_sync);
/* The list of blocks: payload of START without its EOS. */
void mig_ram_save_list(MigRamSave *save, MigWriter *writer);
/* Fetches the guest's writes. `counted` FALSE {11.1: the sync of completion}: no pass is counted or told. */
void mig_ram_save_sync(MigRamSave *save, gboolean counted);

typedef enum { MIG_SENT_SOME = 0, MIG_SENT_ALL, MIG_SENT_BUSY } MigSent;
/* Up to `pages_max` pages, or until the rate is used up (unless `unlimited`). ALL: the scan found nothing dirty any more. BUSY: a
 * multifd channel has to drain first. */
MigSent mig_ram_save_pages(MigRamSave *save, MigWriter *writer, guint pages_max, gboolean unlimited, guint *ret_pages);
/* A requested host page (postcopy): its dirty pages, all of them. FALSE: nothing of it was dirty. */
gboolean mig_ram_save_host_page(MigRamSave *save, MigWriter *writer, MigRamBlock *block, guint64 page);

/* Bytes that were put for RAM beside its pages. */
void mig_ram_save_account(MigRamSave *save, guint bytes);
guint64 mig_ram_save_remaining(const MigRamSave *save);      /* bytes */
guint64 mig_ram_save_total(const MigRamSave *save);          /* bytes of the blocks that are sent */
/* The VM is stopped for good: nothing enters the xbzrle cache any more. */
void mig_ram_save_last_stage(MigRamSave *save);
/* From now on each page goes once, plain, on main (postcopy). */
void mig_ram_save_enter_postcopy(MigRamSave *save);
gboolean mig_ram_save_in_postcopy(const MigRamSave *save);

/* Postcopy: RAM_DISCARD commands for all dirty pages (of whole host pages), into `writer`. */
void mig_ram_save_discards(MigRamSave *save, MigWriter *writer);
/* Recovery: dirty := not received. `received`: bit i of byte b = page 8 b + i. */
void mig_ram_save_reload(MigRamSave *save, MigRamBlock *block, const guint8 *received, gsize size);
MigRamBlock *mig_ram_save_block(MigRamSave *save, guint position);       /* in list order, ignored ones left out; NULL behind the last */

/* CPU throttle set by auto-converge, percent, 0: off. */
int mig_ram_save_throttle(const MigRamSave *save);
void mig_ram_save_throttle_stop(MigRamSave *save);

#endif
