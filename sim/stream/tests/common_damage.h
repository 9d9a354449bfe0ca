/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A recorded stream with its records, and ways to damage it: one edit, a check of everything, and which rule may say so. The
 * damages themselves: common_damage_main.c, common_damage_ram.c, common_damage_channels.c.
 */
#ifndef SIM_STREAM_TESTS_COMMON_DAMAGE_H
#define SIM_STREAM_TESTS_COMMON_DAMAGE_H

#include <string.h>

#include "oracle/stream/grammar.h"
#include "sim/stream/check.h"

typedef struct {
    OraStreamRecord record;       /* head is of no use later */
    guint section;                /* index + 1 of the section around it */
} Rec;

typedef struct {
    guint8 type;
    const char *idstr;
    guint32 id;
    guint depth;
    guint64 start, end;           /* head to behind the footer */
    guint first, last;            /* records */
    guint pages, flushes;
} Sec;

typedef struct {
    const SimStreamChannel *file;
    guint64 base;
    GArray *recs;                 /* Rec */
    GArray *secs;                 /* Sec */
} Chan;

typedef struct {
    SimStreamSet *set;
    OraStreamCheck *check;        /* of the undamaged streams; keeps the strings */
    int release;
    GPtrArray *chans;             /* Chan, as in set */
    gboolean postcopy, multifd, mapped, colo, recovery, has_rp, precopy, footers, description, configuration;
    gboolean list, snapshot;
    Chan *main;
    guint64 package, package_size;        /* offset of the command, bytes of its content; 0: none */
    guint done, found, nothing, wrong;
    guint counter, stride;
} Run;

typedef struct { guint64 at, del; const void *ins; gsize n; } Edit;

/* FALSE: cannot be read; a message was printed. */
gboolean damage_load(Run *run, const char *path);
void damage_unload(Run *run);
/* Applies the edits (ascending, apart) to one channel and checks everything again. expected: rules, separated by |, any of which
 * must say so; NULL: nothing may be found, why says why. */
void damage(Run *run, const char *what, Chan *where, const Edit *edits, guint n_edits, const char *expected, const char *why);

/* Groups of damages; each is tried on a channel that has what it damages. */
void damage_framing(Run *run, Chan *main);
void damage_sections(Run *run, Chan *main);
void damage_commands(Run *run, Chan *main);
void damage_postcopy(Run *run, Chan *main);
void damage_ram_list(Run *run, Chan *main);
void damage_pages(Run *run, Chan *main);
void damage_lost_pages(Run *run, Chan *main);
void damage_mapped(Run *run, Chan *main);
void damage_dirty_bitmaps(Run *run, Chan *main);
void damage_block_records(Run *run, Chan *main);
void damage_return_path(Run *run, Chan *where);
void damage_recovery(Run *run, Chan *where);
void damage_colo(Run *run, Chan *where);
void damage_multifd(Run *run, Chan *where, Chan *main);

static inline Chan *chan(Run *run, const char *name)
{
    for (guint i = 0; i < run->chans->len; i++) {
        Chan *each = g_ptr_array_index(run->chans, i);

        if (strcmp(each->file->name, name) == 0) {
            return each;
        }
    }
    return NULL;
}

/* ---- Edits ---- */

static inline void set_bytes(Run *run, const char *what, Chan *where, guint64 at, const void *value, gsize n, const char *expected,
                             const char *why)
{
    Edit edit = { at, n, value, n };

    if (at + n <= where->file->size) {
        damage(run, what, where, &edit, 1, expected, why);
    }
}

static inline void set8(Run *run, const char *what, Chan *where, guint64 at, guint8 value, const char *expected)
{
    set_bytes(run, what, where, at, &value, 1, expected, NULL);
}

static inline void set16(Run *run, const char *what, Chan *where, guint64 at, guint16 value, const char *expected)
{
    value = GUINT16_TO_BE(value);
    set_bytes(run, what, where, at, &value, 2, expected, NULL);
}

static inline void set32(Run *run, const char *what, Chan *where, guint64 at, guint32 value, const char *expected)
{
    value = GUINT32_TO_BE(value);
    set_bytes(run, what, where, at, &value, 4, expected, NULL);
}

static inline void set64(Run *run, const char *what, Chan *where, guint64 at, guint64 value, const char *expected)
{
    value = GUINT64_TO_BE(value);
    set_bytes(run, what, where, at, &value, 8, expected, NULL);
}

static inline void drop(Run *run, const char *what, Chan *where, guint64 from, guint64 to, const char *expected, const char *why)
{
    Edit edit = { from, to - from, "", 0 };

    damage(run, what, where, &edit, 1, expected, why);
}

static inline void insert(Run *run, const char *what, Chan *where, guint64 at, const void *bytes, gsize n, const char *expected,
                          const char *why)
{
    Edit edit = { at, 0, bytes, n };

    damage(run, what, where, &edit, 1, expected, why);
}

static inline void repeat(Run *run, const char *what, Chan *where, guint64 from, guint64 to, const char *expected, const char *why)
{
    insert(run, what, where, to, where->file->data + from, to - from, expected, why);
}

/* [from, to) goes to before at, which lies behind it (or in front of it). */
static inline void move(Run *run, const char *what, Chan *where, guint64 from, guint64 to, guint64 at, const char *expected,
                        const char *why)
{
    Edit edits[2] = { { from, to - from, "", 0 }, { at, 0, where->file->data + from, to - from } };

    if (at < from) {
        Edit first = edits[1];

        edits[1] = edits[0];
        edits[0] = first;
    } else if (at < to) {
        return;
    }
    damage(run, what, where, edits, 2, expected, why);
}

static inline void cut(Run *run, const char *what, Chan *where, guint64 at, const char *expected, const char *why)
{
    drop(run, what, where, at, where->file->size, expected, why);
}

static inline guint64 be(const guint8 *p, guint n)
{
    guint64 value = 0;

    while (n--) {
        value = value << 8 | *p++;
    }
    return value;
}

static inline const guint8 *at(const Chan *where, guint64 offset)
{
    return where->file->data + offset;
}

/* Records of a kind (or, for commands, a number): the first, one in the middle, the last. */
static inline guint pick(const Chan *where, OraStreamKind kind, guint number, const Rec **ret, guint most)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    guint n = 0;

    for (guint i = 0; i < where->recs->len; i++) {
        const Rec *rec = &g_array_index(where->recs, Rec, i);

        if (rec->record.kind == kind && (number == 0 || rec->record.number == number)) {
            g_ptr_array_add(all, (gpointer) rec);
        }
    }
    for (guint k = 0; k < most && k < all->len; k++) {
        guint index = most == 1 ? 0 : (guint64) k * (all->len - 1) / (MIN(most, all->len) > 1 ? MIN(most, all->len) - 1 : 1);

        if (n && ret[n - 1] == g_ptr_array_index(all, index)) {
            continue;
        }
        ret[n++] = g_ptr_array_index(all, index);
    }
    return n;
}

static inline const Rec *first_of(const Chan *where, OraStreamKind kind, guint number)
{
    const Rec *rec;

    return pick(where, kind, number, &rec, 1) ? rec : NULL;
}

static inline guint64 end_of(const Rec *rec)
{
    return rec->record.offset + rec->record.size;
}

#endif
