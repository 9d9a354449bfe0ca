/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Guest RAM: named blocks of target pages. A page is held as a reference to a version of its content (page.h), or, when
 * its bytes came from outside and no reference is known, literally. A block also keeps the dirty log of its pages and, in
 * an incoming postcopy, which pages have not arrived.
 *
 * Cost: 16 bytes and three bits per page, allocated zeroed, so that untouched parts of a large guest cost nothing real.
 */
#ifndef MIG_MACHINE_RAM_H
#define MIG_MACHINE_RAM_H

#include <glib.h>

#include "reference/env.h"
#include "reference/machine/page.h"

#define MIG_PAGE_SIZE 4096u                  /* of every target modelled here: x86 */
#define MIG_PAGE_BITS 12
#define MIG_RAM_BLOCKS_MAX 4096u

typedef struct MigRam MigRam;
typedef struct MigRamBlock MigRamBlock;

typedef struct {
    const char *idstr;                       /* 1 … 255 bytes: "pc.ram", "ram" */
    guint64 size;                            /* used length in bytes, a multiple of the page size, > 0 */
    guint64 size_max;                        /* 0: as size; larger: the block may be resized by a migration (ROM tables) */
    guint64 guest_address;                   /* for x-ignore-shared */
    guint64 page_size;                       /* of the backing: 0 or 4096: normal, 0x200000: huge */
    gboolean shared;                         /* skipped by x-ignore-shared */
    MigContent content;
} MigRamBlockConfig;

struct MigRamBlock {
    MigRam *ram;
    guint index;                             /* in mig_ram_block() */
    char *idstr;
    guint64 size, size_max;                  /* bytes */
    guint64 page_size;                       /* of the backing, bytes */
    guint64 guest_address;
    gboolean shared;
    guint64 page_count;                      /* size / MIG_PAGE_SIZE */
    guint64 page_first;                      /* number of this block's first page counted over all blocks, for bases */
    MigPageRef *pages;                       /* [page_count of size_max]; literal pages have a base of their own kind: ask mig_ram_page() */
    guint64 *log;                            /* dirty log: a bit per page, little end first */
    guint64 *missing;                        /* NULL, or a bit per page that a postcopy destination still waits for */
};

typedef enum {
    MIG_RAM_OK = 0,
    MIG_RAM_MISSING                          /* the page is not here yet; the access did not happen and is to be tried again */
} MigRamAccess;

/* Called when an access meets a missing page; may ask the source for it. */
typedef void (*MigRamFault)(gpointer opaque, MigRamBlock *block, guint64 page);
/* Called before a page changes while the write watch is on (background-snapshot). */
typedef void (*MigRamWatch)(gpointer opaque, MigRamBlock *block, guint64 page);

/* No blocks. `seed` goes into the bases of all pages. */
MigRam *mig_ram_new(guint32 seed);
void mig_ram_free(MigRam *ram);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigRam, mig_ram_free)

/* NULL with an error for a bad or duplicate name, a bad size, or too many blocks. */
MigRamBlock *mig_ram_add(MigRam *ram, const MigRamBlockConfig *config, GError **error);

guint mig_ram_block_count(const MigRam *ram);
MigRamBlock *mig_ram_block(const MigRam *ram, guint index);
/* `length` bytes of name, not terminated; NULL when there is none. */
MigRamBlock *mig_ram_find(const MigRam *ram, const char *idstr, gsize length);
guint64 mig_ram_size(const MigRam *ram);               /* bytes of all blocks */
guint64 mig_ram_page_count(const MigRam *ram);
/* In the order in which a source lists and sends the blocks: largest maximum first, ties in order of creation. */
MigRamBlock *mig_ram_block_in_order(const MigRam *ram, guint position);

/* Resizes a block that allows it; new pages are zero. */
gboolean mig_ram_block_resize(MigRamBlock *block, guint64 size, GError **error);

/* ---- The guest ---- */

/* One store to a page: its version goes up, and it is logged as dirty while logging is on. */
MigRamAccess mig_ram_write(MigRamBlock *block, guint64 page);
/* As mig_ram_write(), but the page holds zeros afterwards. */
MigRamAccess mig_ram_clear(MigRamBlock *block, guint64 page);
/* A run of stores, one per page, `count` pages from `page`. Returns how many were done before a missing page stopped it. */
guint64 mig_ram_write_run(MigRamBlock *block, guint64 page, guint64 count);
/* One load: only meets missing pages. */
MigRamAccess mig_ram_read(MigRamBlock *block, guint64 page);

/* ---- The dirty log ---- */

void mig_ram_log_start(MigRam *ram);                   /* clears it */
void mig_ram_log_stop(MigRam *ram);
gboolean mig_ram_log_active(const MigRam *ram);
/* Number of pages in the log at the moment (for watchers; costs a scan). */
guint64 mig_ram_log_count(const MigRam *ram);

/* ---- The migration ---- */

/* TRUE with a reference, or FALSE: the page is literal, *ret_bytes shows its MIG_PAGE_SIZE bytes until the next change. */
gboolean mig_ram_page(const MigRamBlock *block, guint64 page, MigPageRef *ret_ref, const guint8 **ret_bytes);
gboolean mig_ram_page_is_zero(const MigRamBlock *block, guint64 page);
/* The bytes, whatever the page is. */
void mig_ram_page_bytes(const MigRamBlock *block, guint64 page, guint8 bytes[MIG_PAGE_SIZE]);

/* Stores without logging and without asking `missing`; clears the page's missing bit. */
void mig_ram_set_page(MigRamBlock *block, guint64 page, MigPageRef ref);
/* Bytes that equal the page as it is now leave it as it is, zeros become the zero reference. */
void mig_ram_set_page_bytes(MigRamBlock *block, guint64 page, const guint8 bytes[MIG_PAGE_SIZE]);
/* As mig_ram_set_page with one version for a run of zero pages. */
void mig_ram_set_zero_run(MigRamBlock *block, guint64 page, guint64 count);

/* Postcopy: every page of the range is missing from now on (its content is forgotten). */
void mig_ram_set_missing(MigRamBlock *block, guint64 page, guint64 count);
gboolean mig_ram_is_missing(const MigRamBlock *block, guint64 page);
guint64 mig_ram_missing_count(const MigRam *ram);
void mig_ram_clear_missing(MigRam *ram);
void mig_ram_on_fault(MigRam *ram, MigRamFault fault, gpointer opaque);      /* NULL: nobody */
void mig_ram_on_write(MigRam *ram, MigRamWatch watch, gpointer opaque);      /* NULL: off */

/* ---- Comparison ---- */

/* Block by block by name. References are compared as such; where one side is literal, bytes are made. FALSE with a
 * sentence that names the first difference. */
gboolean mig_ram_equal(const MigRam *a, const MigRam *b, char **ret_difference);
/* Digest of all bytes of all blocks in order of creation: slow (makes every page that is not zero), the same for equal bytes. */
guint64 mig_ram_digest(const MigRam *ram);
guint64 mig_ram_block_digest(const MigRamBlock *block);
/* Digest of the references: fast; equal only where the same pages came by reference. Literal pages count by their bytes. */
guint64 mig_ram_fingerprint(const MigRam *ram);

#define MIG_RAM_ERROR (mig_ram_error_quark())
GQuark mig_ram_error_quark(void);

#endif
