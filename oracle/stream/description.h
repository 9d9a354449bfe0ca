/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The description behind the end of a precopy stream (stream.md 12.3): page size, and how long each device's state is.
 */
#ifndef ORA_STREAM_DESCRIPTION_H
#define ORA_STREAM_DESCRIPTION_H

#include "oracle/stream/walker.h"

typedef struct {
    guint32 page_size;           /* 0: not said */
    gboolean has_configuration;  /* member of 8.2- */
    OraDeviceSize *devices;      /* in stream order; names owned by this struct */
    gsize n_devices;
} OraDescription;

#define ORA_DESCRIPTION_ERROR (ora_description_error_quark())
GQuark ora_description_error_quark(void);
typedef enum { ORA_DESCRIPTION_ERROR_JSON, ORA_DESCRIPTION_ERROR_SIZE } OraDescriptionError;

/* An empty text and {} give an empty description. */
OraDescription *ora_description_parse(const char *text, gsize size, GError **error);
void ora_description_free(OraDescription *description);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OraDescription, ora_description_free)

/* Finds the description in a whole file: the last 06 whose length reaches the end and that { follows, or one of length 0.
 * limit: do not look in front of this offset. */
gboolean ora_description_find(const guint8 *data, gsize size, gsize limit, gsize *ret_offset, gsize *ret_length);

#endif
