/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A JSON value as the judge sees it in requests and replies: integers up to 2^64-1, which JSON libraries do not keep.
 */
#ifndef ORA_OPTIONS_VALUE_H
#define ORA_OPTIONS_VALUE_H

#include <glib.h>
#include <jansson.h>

typedef enum {
    ORA_VALUE_NULL = 0, ORA_VALUE_BOOL, ORA_VALUE_INTEGER, ORA_VALUE_REAL, ORA_VALUE_STRING, ORA_VALUE_ARRAY, ORA_VALUE_OBJECT
} OraValueKind;

typedef struct OraValue OraValue;
struct OraValue {
    OraValueKind kind;
    gboolean truth;
    gboolean negative;        /* of an integer: number is the magnitude below zero */
    guint64 number;
    double real;
    char *text;
    GPtrArray *items;         /* OraValue, of arrays and objects */
    GPtrArray *keys;          /* char, of objects, in the order given */
};

OraValue *ora_value_null(void);
OraValue *ora_value_bool(gboolean truth);
OraValue *ora_value_int(gint64 number);
OraValue *ora_value_uint(guint64 number);
OraValue *ora_value_real(double real);
OraValue *ora_value_string(const char *text);
OraValue *ora_value_array(void);
OraValue *ora_value_object(void);
void ora_value_add(OraValue *array, OraValue *item);                      /* takes item */
void ora_value_set(OraValue *object, const char *key, OraValue *item);    /* takes item; a second time replaces */
const OraValue *ora_value_member(const OraValue *object, const char *key);
OraValue *ora_value_copy(const OraValue *value);
void ora_value_free(OraValue *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OraValue, ora_value_free)

/* Integers that jansson could not keep are reals there; they stay reals. */
OraValue *ora_value_from_json(const json_t *json);
/* Compact JSON text, members in the order given. The caller frees. */
char *ora_value_to_text(const OraValue *value);
/* Equal as JSON: member order does not count, number spelling does (1 is not 1.0). */
gboolean ora_value_equal(const OraValue *a, const OraValue *b);

/* Integer helpers: as int64 (FALSE outside -2^63 … 2^63-1 or no integer); as uint64 with negative numbers modulo 2^64. */
gboolean ora_value_as_int64(const OraValue *value, gint64 *ret);
gboolean ora_value_as_uint64(const OraValue *value, guint64 *ret);

#endif
