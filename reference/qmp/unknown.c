/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which of several unknown members QEMU names (spec/qmp.md 10.5): it puts all names of an object into a GLib hash table, in
 * dictionary order, takes out each one that it visits, and names the first that an iteration meets. This is a model of
 * that table (probing, growth and shrinking of GLib 2.60 and later) and not the table itself, so that the answer is the same
 * whatever GLib is installed; a test compares the two.
 */
#include "reference/qmp/schema.h"

#include <string.h>

enum {
    SHIFT_MIN = 3,
    /* Names can be chosen to collide: beyond this the first unknown one in dictionary order is named. */
    MEMBERS_MAX = 4096
};

enum { SLOT_UNUSED = 0, SLOT_REMOVED = 1, SLOT_REAL = 2 };

typedef struct {
    guint32 hash;             /* SLOT_UNUSED, SLOT_REMOVED, or the hash of a name */
    guint name;               /* position in the object */
} Slot;

typedef struct {
    const MigValue *dict;
    Slot *slots;
    guint size, modulus;
    guint live, occupied;     /* names; names and removed ones */
} Table;

static guint32 hash_name(const char *name)
{
    guint32 hash = 5381;

    for (const signed char *at = (const signed char *) name; *at; at++) {
        hash = hash * 33 + (guint32) *at;
    }
    return hash < SLOT_REAL ? SLOT_REAL : hash;
}

static guint first_slot(const Table *table, guint32 hash)
{
    return hash * 11 % table->modulus;
}

static guint modulus_of(guint shift)
{
    static const guint primes[] = { 1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381 };

    return primes[shift];
}

/* The slot of the name, or the one where it would go. */
static guint find_slot(const Table *table, const char *name, guint32 hash)
{
    guint slot = first_slot(table, hash), step = 0, removed = G_MAXUINT;

    while (table->slots[slot].hash != SLOT_UNUSED) {
        if (table->slots[slot].hash == hash && strcmp(mig_value_dict_key(table->dict, table->slots[slot].name), name) == 0) {
            return slot;
        }
        if (table->slots[slot].hash == SLOT_REMOVED && removed == G_MAXUINT) {
            removed = slot;
        }
        slot = (slot + ++step) & (table->size - 1);
    }
    return removed != G_MAXUINT ? removed : slot;
}

/* In place, each entry putting out the one that sits where it belongs. */
static void relocate(Table *table, guint old_size)
{
    g_autofree guint8 *moved = g_new0(guint8, MAX(table->size, old_size));

    for (guint i = 0; i < old_size; i++) {
        Slot carried = table->slots[i];

        if (carried.hash < SLOT_REAL) {
            table->slots[i].hash = SLOT_UNUSED;
            continue;
        }
        if (moved[i]) {
            continue;
        }
        table->slots[i].hash = SLOT_UNUSED;
        while (carried.hash >= SLOT_REAL) {
            guint slot = first_slot(table, carried.hash), step = 0;
            Slot evicted;

            while (moved[slot]) {
                slot = (slot + ++step) & (table->size - 1);
            }
            moved[slot] = 1;
            evicted = table->slots[slot];
            table->slots[slot] = carried;
            carried = evicted;
        }
    }
}

static void maybe_resize(Table *table)
{
    guint old_size = table->size, shift = 0;

    if (!(table->size > table->live * 4 && table->size > 1 << SHIFT_MIN)
        && table->size > table->occupied + table->occupied / 16) {
        return;
    }
    for (guint wanted = table->live * 1333 / 1000; wanted; wanted >>= 1) {
        shift++;
    }
    shift = MAX(shift, SHIFT_MIN);
    table->size = 1u << shift;
    table->modulus = modulus_of(shift);
    if (table->size > old_size) {
        table->slots = g_renew(Slot, table->slots, table->size);
        memset(table->slots + old_size, 0, (table->size - old_size) * sizeof(Slot));
    }
    relocate(table, old_size);
    table->occupied = table->live;
}

static void insert(Table *table, guint name)
{
    const char *key = mig_value_dict_key(table->dict, name);
    guint32 hash = hash_name(key);
    Slot *slot = &table->slots[find_slot(table, key, hash)];
    gboolean unused = slot->hash == SLOT_UNUSED;

    slot->hash = hash;
    slot->name = name;
    table->live++;
    if (unused) {
        table->occupied++;
        maybe_resize(table);
    }
}

static void take_out(Table *table, const char *key)
{
    guint32 hash = hash_name(key);
    Slot *slot = &table->slots[find_slot(table, key, hash)];

    if (slot->hash >= SLOT_REAL) {
        slot->hash = SLOT_REMOVED;
        table->live--;
        maybe_resize(table);
    }
}

static gboolean is_known(const char *key, const char *const *known, guint known_count)
{
    for (guint i = 0; i < known_count; i++) {
        if (strcmp(known[i], key) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

int mig_schema_unknown_member(const MigValue *dict, const char *const *known, guint known_count)
{
    guint count = mig_value_dict_size(dict);
    g_autofree guint *order = NULL;
    Table table = { .dict = dict, .size = 1 << SHIFT_MIN, .modulus = modulus_of(SHIFT_MIN) };
    int found = -1;

    if (count <= known_count) {
        return -1;
    }
    order = mig_value_dict_order(dict);
    if (count > MEMBERS_MAX) {
        for (guint i = 0; i < count && found < 0; i++) {
            found = is_known(mig_value_dict_key(dict, order[i]), known, known_count) ? -1 : (int) order[i];
        }
        return found;
    }
    table.slots = g_new0(Slot, table.size);
    for (guint i = 0; i < count; i++) {
        insert(&table, order[i]);
    }
    for (guint i = 0; i < known_count; i++) {
        take_out(&table, known[i]);
    }
    for (guint i = 0; i < table.size && found < 0; i++) {
        found = table.slots[i].hash >= SLOT_REAL ? (int) table.slots[i].name : -1;
    }
    g_free(table.slots);
    return found;
}
