/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The JSON that QMP reads (spec/qmp.md 5): a stream of bytes becomes messages, each a value or an error in QEMU's words.
 * Two families differ in texts and in when an error is reported: A up to 11.0, B from 11.1. Memory is bounded by the limits
 * of 5.7; nothing recurses but the release of a value (1024 levels).
 */
#ifndef MIG_QMP_PARSER_H
#define MIG_QMP_PARSER_H

#include "reference/qmp/value.h"

typedef enum { MIG_PARSER_FAMILY_A = 0, MIG_PARSER_FAMILY_B } MigParserFamily;

enum {
    MIG_PARSER_DEPTH_MAX = 1024,
    MIG_PARSER_TOKEN_COUNT_MAX = 2 * 1024 * 1024
};

typedef struct MigParser MigParser;

MigParser *mig_parser_new(MigParserFamily family);
void mig_parser_free(MigParser *parser);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigParser, mig_parser_free)

/* Takes bytes until one of them completes a message or all are taken; returns how many were taken. */
gsize mig_parser_feed(MigParser *parser, const guint8 *bytes, gsize size);

/* The next message that is complete: TRUE with either *ret_value (caller owns) or *error (domain MIG_QMP_ERROR, class
 * GenericError); FALSE when there is none. One byte can complete two. */
gboolean mig_parser_take(MigParser *parser, MigValue **ret_value, GError **error);

/* A whole text that is one value, family A; for tables and tests. */
MigValue *mig_parser_parse_text(const char *text, GError **error);

#endif
