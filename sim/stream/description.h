/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The description at the end of a precopy stream (stream.md 12.3): which devices, which fields, how large. With it device state
 * can be delimited and decoded field by field.
 */
#ifndef SIM_STREAM_DESCRIPTION_H
#define SIM_STREAM_DESCRIPTION_H

#include <glib.h>

typedef struct SimField SimField;
typedef struct SimState SimState;

/* A structure: fields, then subsections. */
struct SimState {
    char *vmsd_name;
    guint version;
    GPtrArray *fields;            /* SimField */
    GPtrArray *subsections;       /* SimState */
    guint64 size;                 /* bytes with everything inside; of a subsection: with its header */
};

struct SimField {
    char *name, *type;
    guint64 size;                 /* of one element */
    guint64 count;                /* array_len; 1: no array */
    gboolean pointers;            /* elements that were NULL: how long the others are nobody knows */
    gboolean has_index;
    guint64 index;
    SimState *state;              /* struct and tmp; else NULL */
};

typedef struct {
    char *name;                   /* idstr */
    guint instance;
    SimState *state;
    guint64 size;
    gboolean unsure;              /* its size cannot be told from the description: a NULL in front of an array of pointers */
} SimDevice;

typedef struct {
    guint page_size;              /* 0: not said */
    guint release;                /* major * 100 + minor; only in recorded layouts, else 0 */
    GPtrArray *devices;           /* SimDevice, in the order of the stream */
    SimState *configuration;      /* NULL before 8.2 */
    GHashTable *by_name;          /* "name/instance" -> its devices and which comes next; for sim_description_next() */
    guint generation;
} SimDescription;

/* NULL and *error for text that is no description: bad JSON, deeper than 32, sums that overflow. */
SimDescription *sim_description_parse(const char *text, gsize size, GError **error);
void sim_description_free(SimDescription *description);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimDescription, sim_description_free)

/* The device that describes the next FULL of that name and instance: the first, then the second (isa-ide 0 comes twice), and after
 * the last the first again (the checkpoints of COLO repeat all). NULL: none of that name. */
const SimDevice *sim_description_next(SimDescription *description, const char *name, guint instance);
void sim_description_rewind(SimDescription *description);

/* In a complete stream: the byte 06 such that its length reaches the end of the file and the text begins with {. */
gboolean sim_description_find(const guint8 *data, gsize size, const char **ret_text, gsize *ret_size);

/* Walks over the bytes of a device. `path` names the field with all structures around it; type "subsection" announces one (its
 * bytes are the header). Bytes behind the last field come as a field "(rest)", missing ones end the walk. */
typedef void SimFieldFunc(gpointer data, const char *path, const char *type, guint64 offset, const guint8 *bytes, gsize size);
void sim_device_walk(const SimDevice *device, const guint8 *bytes, gsize size, SimFieldFunc *func, gpointer data);

/* The value of a field as a person reads it: a number, a few of them, text, or hex and for much of it a digest. Free with g_free(). */
char *sim_field_value(const char *type, const guint8 *bytes, gsize size);

#endif
