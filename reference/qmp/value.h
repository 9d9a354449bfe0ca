/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A JSON value as QMP knows it (spec/qmp.md 5): numbers remember whether they were written as integer, as integer
 * beyond int64, or as a fraction, because conversion and error texts depend on it; objects remember insertion order and
 * know the order in which QEMU's hash table would print them (7.2).
 *
 * Values are reference counted. Containers own one reference of what is put into them.
 */
#ifndef MIG_QMP_VALUE_H
#define MIG_QMP_VALUE_H

#include <glib.h>

typedef enum {
    MIG_VALUE_NULL = 0, MIG_VALUE_BOOL, MIG_VALUE_NUMBER, MIG_VALUE_STRING, MIG_VALUE_LIST, MIG_VALUE_DICT
} MigValueType;

typedef enum { MIG_NUMBER_INT64 = 0, MIG_NUMBER_UINT64, MIG_NUMBER_DOUBLE } MigNumberKind;

typedef struct MigValue MigValue;

MigValue *mig_value_null(void);
MigValue *mig_value_bool(gboolean value);
MigValue *mig_value_int(gint64 value);
MigValue *mig_value_uint(guint64 value);             /* kind INT64 where it fits, as QNum */
MigValue *mig_value_double(double value);
MigValue *mig_value_string(const char *value);       /* copied */
MigValue *mig_value_list(void);
MigValue *mig_value_dict(void);

MigValue *mig_value_ref(MigValue *value);
void mig_value_unref(MigValue *value);               /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigValue, mig_value_unref)

MigValueType mig_value_type(const MigValue *value);
MigNumberKind mig_value_number_kind(const MigValue *value);
gboolean mig_value_get_bool(const MigValue *value);
gboolean mig_value_get_int(const MigValue *value, gint64 *ret);      /* FALSE: not a number that is exactly an int64 */
gboolean mig_value_get_uint(const MigValue *value, guint64 *ret);    /* negative int64 taken modulo 2^64 as qobject_to(uint) does */
double mig_value_get_double(const MigValue *value);
const char *mig_value_get_string(const MigValue *value);             /* owned by the value */

guint mig_value_list_length(const MigValue *list);
MigValue *mig_value_list_get(const MigValue *list, guint index);     /* borrowed */
void mig_value_list_append(MigValue *list, MigValue *item);          /* takes the reference */

guint mig_value_dict_size(const MigValue *dict);
MigValue *mig_value_dict_get(const MigValue *dict, const char *key); /* borrowed, or NULL */
void mig_value_dict_put(MigValue *dict, const char *key, MigValue *item);   /* takes the reference; replaces */
gboolean mig_value_dict_remove(MigValue *dict, const char *key);
/* i-th member in insertion order. */
const char *mig_value_dict_key(const MigValue *dict, guint index);
MigValue *mig_value_dict_item(const MigValue *dict, guint index);    /* borrowed */
/* The members' indices in the order in which QEMU walks and prints them (7.2): by bucket of the name, within one bucket
 * the one inserted last first. dict_size() elements; freed with g_free(); NULL for an empty object. */
guint *mig_value_dict_order(const MigValue *dict);
/* The bucket of a name, 0 .. 511 (7.2). */
guint mig_value_dict_bucket(const char *key);

/* Same type, same number (kind and value), same text, same elements; members in any order. */
gboolean mig_value_equal(const MigValue *a, const MigValue *b);

#endif
