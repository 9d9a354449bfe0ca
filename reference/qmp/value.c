/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/value.h"

#include <string.h>

/* Objects up to this size are searched one by one; larger ones get an index, so that a message of a million members
 * costs n log n whatever their names are. */
enum { DICT_LINEAR_MAX = 16 };

enum {
    DICT_BUCKET_COUNT = 512,
    DICT_SMALL = 24            /* members, up to which sorting by insertion is the shorter way */
};

typedef struct {
    char *key;
    MigValue *item;
} DictMember;

typedef struct {
    GArray *members;         /* of DictMember, in insertion order */
    GTree *index;            /* key -> position + 1; NULL while the object is small or after a removal */
} Dict;

struct MigValue {
    guint ref_count;
    guint8 type;
    guint8 number_kind;
    union {
        gboolean boolean;
        gint64 i64;
        guint64 u64;
        double real;
        char *text;
        GPtrArray *list;
        Dict dict;
    };
};

static MigValue *value_new(MigValueType type)
{
    MigValue *value = g_new0(MigValue, 1);

    value->ref_count = 1;
    value->type = type;
    return value;
}

MigValue *mig_value_null(void)
{
    return value_new(MIG_VALUE_NULL);
}

MigValue *mig_value_bool(gboolean boolean)
{
    MigValue *value = value_new(MIG_VALUE_BOOL);

    value->boolean = !!boolean;
    return value;
}

MigValue *mig_value_int(gint64 number)
{
    MigValue *value = value_new(MIG_VALUE_NUMBER);

    value->number_kind = MIG_NUMBER_INT64;
    value->i64 = number;
    return value;
}

MigValue *mig_value_uint(guint64 number)
{
    MigValue *value;

    if (number <= G_MAXINT64) {
        return mig_value_int((gint64) number);
    }
    value = value_new(MIG_VALUE_NUMBER);
    value->number_kind = MIG_NUMBER_UINT64;
    value->u64 = number;
    return value;
}

MigValue *mig_value_double(double number)
{
    MigValue *value = value_new(MIG_VALUE_NUMBER);

    value->number_kind = MIG_NUMBER_DOUBLE;
    value->real = number;
    return value;
}

MigValue *mig_value_string(const char *text)
{
    MigValue *value = value_new(MIG_VALUE_STRING);

    value->text = g_strdup(text ? text : "");
    return value;
}

MigValue *mig_value_list(void)
{
    MigValue *value = value_new(MIG_VALUE_LIST);

    value->list = g_ptr_array_new_with_free_func((GDestroyNotify) mig_value_unref);
    return value;
}

static void member_clear(gpointer data)
{
    DictMember *member = data;

    g_free(member->key);
    mig_value_unref(member->item);
}

MigValue *mig_value_dict(void)
{
    MigValue *value = value_new(MIG_VALUE_DICT);

    value->dict.members = g_array_new(FALSE, FALSE, sizeof(DictMember));
    g_array_set_clear_func(value->dict.members, member_clear);
    return value;
}

MigValue *mig_value_ref(MigValue *value)
{
    value->ref_count++;
    return value;
}

/* Recurses as deep as the value is nested: the parser allows 1024 levels. */
void mig_value_unref(MigValue *value)
{
    if (!value || --value->ref_count > 0) {
        return;
    }
    switch ((MigValueType) value->type) {
    case MIG_VALUE_STRING:
        g_free(value->text);
        break;
    case MIG_VALUE_LIST:
        g_ptr_array_unref(value->list);
        break;
    case MIG_VALUE_DICT:
        g_clear_pointer(&value->dict.index, g_tree_unref);
        g_array_unref(value->dict.members);
        break;
    case MIG_VALUE_NULL:
    case MIG_VALUE_BOOL:
    case MIG_VALUE_NUMBER:
        break;
    }
    g_free(value);
}

MigValueType mig_value_type(const MigValue *value)
{
    return value->type;
}

MigNumberKind mig_value_number_kind(const MigValue *value)
{
    g_return_val_if_fail(value->type == MIG_VALUE_NUMBER, MIG_NUMBER_INT64);
    return value->number_kind;
}

gboolean mig_value_get_bool(const MigValue *value)
{
    g_return_val_if_fail(value->type == MIG_VALUE_BOOL, FALSE);
    return value->boolean;
}

gboolean mig_value_get_int(const MigValue *value, gint64 *ret)
{
    if (value->type != MIG_VALUE_NUMBER || value->number_kind != MIG_NUMBER_INT64) {
        return FALSE;
    }
    *ret = value->i64;
    return TRUE;
}

gboolean mig_value_get_uint(const MigValue *value, guint64 *ret)
{
    if (value->type != MIG_VALUE_NUMBER || value->number_kind == MIG_NUMBER_DOUBLE) {
        return FALSE;
    }
    *ret = value->number_kind == MIG_NUMBER_UINT64 ? value->u64 : (guint64) value->i64;
    return TRUE;
}

double mig_value_get_double(const MigValue *value)
{
    g_return_val_if_fail(value->type == MIG_VALUE_NUMBER, 0);
    switch ((MigNumberKind) value->number_kind) {
    case MIG_NUMBER_INT64:
        return (double) value->i64;
    case MIG_NUMBER_UINT64:
        return (double) value->u64;
    case MIG_NUMBER_DOUBLE:
        break;
    }
    return value->real;
}

const char *mig_value_get_string(const MigValue *value)
{
    g_return_val_if_fail(value->type == MIG_VALUE_STRING, "");
    return value->text;
}

guint mig_value_list_length(const MigValue *list)
{
    g_return_val_if_fail(list->type == MIG_VALUE_LIST, 0);
    return list->list->len;
}

MigValue *mig_value_list_get(const MigValue *list, guint index)
{
    g_return_val_if_fail(list->type == MIG_VALUE_LIST && index < list->list->len, NULL);
    return g_ptr_array_index(list->list, index);
}

void mig_value_list_append(MigValue *list, MigValue *item)
{
    g_return_if_fail(list->type == MIG_VALUE_LIST);
    g_ptr_array_add(list->list, item);
}

static DictMember *member_at(const MigValue *dict, guint position)
{
    return &g_array_index(dict->dict.members, DictMember, position);
}

static int compare_keys(gconstpointer a, gconstpointer b, gpointer unused)
{
    return strcmp(a, b);
}

static void index_add(MigValue *dict, guint position)
{
    g_tree_insert(dict->dict.index, member_at(dict, position)->key, GUINT_TO_POINTER(position + 1));
}

static void index_make(MigValue *dict)
{
    dict->dict.index = g_tree_new_full(compare_keys, NULL, NULL, NULL);
    for (guint i = 0; i < dict->dict.members->len; i++) {
        index_add(dict, i);
    }
}

/* The member's position + 1, or 0. */
static guint dict_find(const MigValue *dict, const char *key)
{
    if (dict->dict.index) {
        return GPOINTER_TO_UINT(g_tree_lookup(dict->dict.index, key));
    }
    for (guint i = 0; i < dict->dict.members->len; i++) {
        if (strcmp(member_at(dict, i)->key, key) == 0) {
            return i + 1;
        }
    }
    return 0;
}

guint mig_value_dict_size(const MigValue *dict)
{
    g_return_val_if_fail(dict->type == MIG_VALUE_DICT, 0);
    return dict->dict.members->len;
}

MigValue *mig_value_dict_get(const MigValue *dict, const char *key)
{
    guint found;

    g_return_val_if_fail(dict->type == MIG_VALUE_DICT, NULL);
    found = dict_find(dict, key);
    return found ? member_at(dict, found - 1)->item : NULL;
}

void mig_value_dict_put(MigValue *dict, const char *key, MigValue *item)
{
    DictMember member;
    guint found;

    g_return_if_fail(dict->type == MIG_VALUE_DICT);
    found = dict_find(dict, key);
    if (found) {
        mig_value_unref(member_at(dict, found - 1)->item);
        member_at(dict, found - 1)->item = item;
        return;
    }
    member.key = g_strdup(key);
    member.item = item;
    g_array_append_val(dict->dict.members, member);
    if (dict->dict.index) {
        index_add(dict, dict->dict.members->len - 1);
    } else if (dict->dict.members->len > DICT_LINEAR_MAX) {
        index_make(dict);
    }
}

gboolean mig_value_dict_remove(MigValue *dict, const char *key)
{
    guint found;

    g_return_val_if_fail(dict->type == MIG_VALUE_DICT, FALSE);
    found = dict_find(dict, key);
    if (!found) {
        return FALSE;
    }
    /* The positions behind it move: the next insertion into a large object makes a new index. */
    g_clear_pointer(&dict->dict.index, g_tree_unref);
    g_array_remove_index(dict->dict.members, found - 1);
    return TRUE;
}

const char *mig_value_dict_key(const MigValue *dict, guint index)
{
    g_return_val_if_fail(dict->type == MIG_VALUE_DICT && index < dict->dict.members->len, NULL);
    return member_at(dict, index)->key;
}

MigValue *mig_value_dict_item(const MigValue *dict, guint index)
{
    g_return_val_if_fail(dict->type == MIG_VALUE_DICT && index < dict->dict.members->len, NULL);
    return member_at(dict, index)->item;
}

guint mig_value_dict_bucket(const char *key)
{
    gsize length = strlen(key);
    guint32 value = 0x238F13AFu * (guint32) length;

    for (gsize i = 0; i < length; i++) {
        value += (guint32) (guint8) key[i] << (5 * i % 24);
    }
    return (1103515243u * value + 12345u) % DICT_BUCKET_COUNT;
}

guint *mig_value_dict_order(const MigValue *dict)
{
    guint count = mig_value_dict_size(dict);
    guint starts[DICT_BUCKET_COUNT + 1];
    guint *order, *buckets;

    if (count == 0) {
        return NULL;
    }
    order = g_new(guint, count);
    buckets = g_new(guint, count);
    if (count <= DICT_SMALL) {
        /* As nearly all are: by insertion, from the last member to the first. */
        for (guint done = 0; done < count; done++) {
            guint member = count - 1 - done, bucket = mig_value_dict_bucket(mig_value_dict_key(dict, member)), at = done;

            for (; at > 0 && buckets[at - 1] > bucket; at--) {
                buckets[at] = buckets[at - 1];
                order[at] = order[at - 1];
            }
            buckets[at] = bucket;
            order[at] = member;
        }
        g_free(buckets);
        return order;
    }
    /* Counting sort; filled from the last insertion to the first. */
    memset(starts, 0, sizeof starts);
    for (guint i = 0; i < count; i++) {
        buckets[i] = mig_value_dict_bucket(mig_value_dict_key(dict, i));
        starts[buckets[i] + 1]++;
    }
    for (guint i = 0; i < DICT_BUCKET_COUNT; i++) {
        starts[i + 1] += starts[i];
    }
    for (guint i = count; i-- > 0; ) {
        order[starts[buckets[i]]++] = i;
    }
    g_free(buckets);
    return order;
}

static gboolean number_equal(const MigValue *a, const MigValue *b)
{
    if (a->number_kind != b->number_kind) {
        return FALSE;
    }
    if (a->number_kind == MIG_NUMBER_DOUBLE) {
        return a->real == b->real || (a->real != a->real && b->real != b->real);
    }
    return a->u64 == b->u64;
}

gboolean mig_value_equal(const MigValue *a, const MigValue *b)
{
    if (a->type != b->type) {
        return FALSE;
    }
    switch ((MigValueType) a->type) {
    case MIG_VALUE_NULL:
        return TRUE;
    case MIG_VALUE_BOOL:
        return a->boolean == b->boolean;
    case MIG_VALUE_NUMBER:
        return number_equal(a, b);
    case MIG_VALUE_STRING:
        return strcmp(a->text, b->text) == 0;
    case MIG_VALUE_LIST:
        if (a->list->len != b->list->len) {
            return FALSE;
        }
        for (guint i = 0; i < a->list->len; i++) {
            if (!mig_value_equal(mig_value_list_get(a, i), mig_value_list_get(b, i))) {
                return FALSE;
            }
        }
        return TRUE;
    case MIG_VALUE_DICT:
        if (mig_value_dict_size(a) != mig_value_dict_size(b)) {
            return FALSE;
        }
        for (guint i = 0; i < mig_value_dict_size(a); i++) {
            MigValue *other = mig_value_dict_get(b, mig_value_dict_key(a, i));

            if (!other || !mig_value_equal(mig_value_dict_item(a, i), other)) {
                return FALSE;
            }
        }
        return TRUE;
    }
    return FALSE;
}
