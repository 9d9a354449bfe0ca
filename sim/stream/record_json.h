/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A record as JSON: for `miglab stream show --json`.
 */
#ifndef SIM_STREAM_RECORD_JSON_H
#define SIM_STREAM_RECORD_JSON_H

#include <jansson.h>

#include "reference/stream/record.h"

/* A new object: offset, size, kind, depth (if not 0), and what this kind has. Bodies as what they are made of, not their bytes. */
json_t *sim_record_json(const MigRecord *record);

/* What the bytes of a page are: "zero", "repeated 0xNN", or its crc32. Free with g_free(). */
char *sim_page_summary(const guint8 *bytes, gsize size);
/* A wire name as text: always UTF-8, what is not printable escaped. Free with g_free(). */
char *sim_wire_name(const char *name);

#endif
