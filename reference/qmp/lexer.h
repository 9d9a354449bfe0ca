/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bytes to tokens (spec/qmp.md 5.1 to 5.5). Works byte by byte and keeps only the token at hand; a byte makes at most two
 * tokens (the one that it ends, and itself).
 */
#ifndef MIG_QMP_LEXER_H
#define MIG_QMP_LEXER_H

#include <glib.h>

typedef enum {
    MIG_TOKEN_LEFT_BRACE = 0, MIG_TOKEN_RIGHT_BRACE, MIG_TOKEN_LEFT_BRACKET, MIG_TOKEN_RIGHT_BRACKET,
    MIG_TOKEN_COLON, MIG_TOKEN_COMMA, MIG_TOKEN_INTEGER, MIG_TOKEN_FLOAT, MIG_TOKEN_KEYWORD, MIG_TOKEN_STRING,
    MIG_TOKEN_ERROR,          /* text ends with the byte that does not fit */
    MIG_TOKEN_TOO_LONG        /* unfinished and beyond the size limit */
} MigTokenKind;

/* An unfinished token is cut off beyond this size; the sum of the tokens of one message has the same limit (5.7). */
enum { MIG_TOKEN_SIZE_MAX = 64 * 1024 * 1024 };

typedef struct {
    MigTokenKind kind;
    const char *text;         /* valid during the call; may hold NUL bytes where kind is MIG_TOKEN_ERROR */
    gsize size;
    guint64 line, column;     /* where the lexer was in its start state last; both from 1 */
} MigToken;

typedef void MigTokenSink(gpointer data, const MigToken *token);

typedef struct {
    guint state;
    GString *text;
    guint64 line, column;     /* of the byte at hand */
    guint64 start_line, start_column;
    MigTokenSink *sink;
    gpointer data;
} MigLexer;

void mig_lexer_init(MigLexer *lexer, MigTokenSink *sink, gpointer data);
void mig_lexer_clear(MigLexer *lexer);
void mig_lexer_feed(MigLexer *lexer, guint8 byte);

#endif
