/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/lexer.h"

#include <string.h>

typedef enum {
    STATE_START = 0,
    STATE_RECOVERY,           /* behind a lexical error, until a byte that can begin something new */
    STATE_DOUBLE_QUOTED, STATE_DOUBLE_QUOTED_ESCAPE,
    STATE_SINGLE_QUOTED, STATE_SINGLE_QUOTED_ESCAPE,
    STATE_MINUS, STATE_ZERO, STATE_DIGITS,
    STATE_POINT, STATE_FRACTION, STATE_EXPONENT, STATE_EXPONENT_SIGN, STATE_EXPONENT_DIGITS,
    STATE_KEYWORD
} State;

/* What a byte does in a state. */
typedef enum {
    DO_GO = 0,                /* take the byte, go to the state */
    DO_TOKEN,                 /* take the byte: the token is complete */
    DO_TOKEN_BEFORE,          /* the token was complete before this byte, which is looked at again in the start state */
    DO_DROP,                  /* take the byte and forget it */
    DO_RESTART,               /* forget what was skipped; look at the byte again in the start state */
    DO_ERROR                  /* take the byte: no token begins like this */
} What;

typedef struct {
    What what;
    State next;
    MigTokenKind kind;
} Move;

#define GO(state) ((Move) { DO_GO, (state), MIG_TOKEN_ERROR })
#define TOKEN(token_kind) ((Move) { DO_TOKEN, STATE_START, (token_kind) })
#define TOKEN_BEFORE(token_kind) ((Move) { DO_TOKEN_BEFORE, STATE_START, (token_kind) })
#define DROP(state) ((Move) { DO_DROP, (state), MIG_TOKEN_ERROR })
#define RESTART ((Move) { DO_RESTART, STATE_START, MIG_TOKEN_ERROR })
#define ERROR ((Move) { DO_ERROR, STATE_RECOVERY, MIG_TOKEN_ERROR })

static gboolean is_digit(guint8 byte)
{
    return byte >= '0' && byte <= '9';
}

static gboolean is_lower(guint8 byte)
{
    return byte >= 'a' && byte <= 'z';
}

/* Bytes that may not stand in a string, and (TAB excepted) end a recovery. */
static gboolean is_control(guint8 byte)
{
    return byte < 0x20 || byte >= 0xFE;
}

static Move start(guint8 byte)
{
    switch (byte) {
    case ' ': case '\t': case '\r': case '\n':
        return DROP(STATE_START);
    case '{':
        return TOKEN(MIG_TOKEN_LEFT_BRACE);
    case '}':
        return TOKEN(MIG_TOKEN_RIGHT_BRACE);
    case '[':
        return TOKEN(MIG_TOKEN_LEFT_BRACKET);
    case ']':
        return TOKEN(MIG_TOKEN_RIGHT_BRACKET);
    case ':':
        return TOKEN(MIG_TOKEN_COLON);
    case ',':
        return TOKEN(MIG_TOKEN_COMMA);
    case '"':
        return GO(STATE_DOUBLE_QUOTED);
    case '\'':
        return GO(STATE_SINGLE_QUOTED);
    case '-':
        return GO(STATE_MINUS);
    case '0':
        return GO(STATE_ZERO);
    default:
        return is_digit(byte) ? GO(STATE_DIGITS) : is_lower(byte) ? GO(STATE_KEYWORD) : ERROR;
    }
}

static Move quoted(guint8 byte, char quote, State escape)
{
    if (byte == quote) {
        return TOKEN(MIG_TOKEN_STRING);
    }
    if (byte == '\\') {
        return GO(escape);
    }
    return is_control(byte) ? ERROR : GO(escape - 1);
}

static Move recovery(guint8 byte)
{
    if (byte == '\t') {
        return DROP(STATE_RECOVERY);
    }
    return is_control(byte) || strchr("{}[]:,", byte) ? RESTART : DROP(STATE_RECOVERY);
}

static Move move(State state, guint8 byte)
{
    switch (state) {
    case STATE_START:
        return start(byte);
    case STATE_RECOVERY:
        return recovery(byte);
    case STATE_DOUBLE_QUOTED:
        return quoted(byte, '"', STATE_DOUBLE_QUOTED_ESCAPE);
    case STATE_SINGLE_QUOTED:
        return quoted(byte, '\'', STATE_SINGLE_QUOTED_ESCAPE);
    case STATE_DOUBLE_QUOTED_ESCAPE:
        return is_control(byte) ? ERROR : GO(STATE_DOUBLE_QUOTED);
    case STATE_SINGLE_QUOTED_ESCAPE:
        return is_control(byte) ? ERROR : GO(STATE_SINGLE_QUOTED);
    case STATE_MINUS:
        return byte == '0' ? GO(STATE_ZERO) : is_digit(byte) ? GO(STATE_DIGITS) : ERROR;
    case STATE_ZERO:
        /* No exponent directly behind a zero: 0e1 is three tokens. */
        return byte == '.' ? GO(STATE_POINT) : is_digit(byte) ? ERROR : TOKEN_BEFORE(MIG_TOKEN_INTEGER);
    case STATE_DIGITS:
        if (byte == '.') {
            return GO(STATE_POINT);
        }
        if (byte == 'e' || byte == 'E') {
            return GO(STATE_EXPONENT);
        }
        return is_digit(byte) ? GO(STATE_DIGITS) : TOKEN_BEFORE(MIG_TOKEN_INTEGER);
    case STATE_POINT:
        return is_digit(byte) ? GO(STATE_FRACTION) : ERROR;
    case STATE_FRACTION:
        if (byte == 'e' || byte == 'E') {
            return GO(STATE_EXPONENT);
        }
        return is_digit(byte) ? GO(STATE_FRACTION) : TOKEN_BEFORE(MIG_TOKEN_FLOAT);
    case STATE_EXPONENT:
        if (byte == '+' || byte == '-') {
            return GO(STATE_EXPONENT_SIGN);
        }
        return is_digit(byte) ? GO(STATE_EXPONENT_DIGITS) : ERROR;
    case STATE_EXPONENT_SIGN:
        return is_digit(byte) ? GO(STATE_EXPONENT_DIGITS) : ERROR;
    case STATE_EXPONENT_DIGITS:
        return is_digit(byte) ? GO(STATE_EXPONENT_DIGITS) : TOKEN_BEFORE(MIG_TOKEN_FLOAT);
    case STATE_KEYWORD:
        return is_lower(byte) ? GO(STATE_KEYWORD) : TOKEN_BEFORE(MIG_TOKEN_KEYWORD);
    }
    return ERROR;
}

void mig_lexer_init(MigLexer *lexer, MigTokenSink *sink, gpointer data)
{
    memset(lexer, 0, sizeof(*lexer));
    lexer->text = g_string_new(NULL);
    lexer->line = lexer->start_line = 1;
    lexer->column = 0;
    lexer->start_column = 1;
    lexer->sink = sink;
    lexer->data = data;
}

void mig_lexer_clear(MigLexer *lexer)
{
    if (lexer->text) {
        g_string_free(lexer->text, TRUE);
        lexer->text = NULL;
    }
}

static void emit(MigLexer *lexer, MigTokenKind kind)
{
    MigToken token = {
        .kind = kind, .text = lexer->text->str, .size = lexer->text->len,
        .line = lexer->start_line, .column = lexer->start_column,
    };

    lexer->sink(lexer->data, &token);
    /* A large token does not keep its memory. */
    if (lexer->text->allocated_len > 65536) {
        g_string_free(lexer->text, TRUE);
        lexer->text = g_string_new(NULL);
    } else {
        g_string_truncate(lexer->text, 0);
    }
}

/* The byte at hand is counted already, also where it is looked at again: that is why a token that begins with the byte
 * that ended another one is reported one column too far right (5.6). */
static void enter_start(MigLexer *lexer)
{
    lexer->state = STATE_START;
    lexer->start_line = lexer->line;
    lexer->start_column = lexer->column + 1;
}

void mig_lexer_feed(MigLexer *lexer, guint8 byte)
{
    gboolean again;

    lexer->column++;
    if (byte == '\n') {
        lexer->line++;
        lexer->column = 0;
    }
    do {
        Move step = move(lexer->state, byte);

        again = FALSE;
        switch (step.what) {
        case DO_GO:
            g_string_append_c(lexer->text, (char) byte);
            lexer->state = step.next;
            break;
        case DO_TOKEN:
            g_string_append_c(lexer->text, (char) byte);
            emit(lexer, step.kind);
            enter_start(lexer);
            break;
        case DO_TOKEN_BEFORE:
            emit(lexer, step.kind);
            enter_start(lexer);
            again = TRUE;
            break;
        case DO_DROP:
            if (step.next == STATE_START) {
                enter_start(lexer);
            }
            break;
        case DO_RESTART:
            enter_start(lexer);
            again = TRUE;
            break;
        case DO_ERROR:
            g_string_append_c(lexer->text, (char) byte);
            emit(lexer, MIG_TOKEN_ERROR);
            lexer->state = STATE_RECOVERY;
            break;
        }
    } while (again);
    if (lexer->text->len > MIG_TOKEN_SIZE_MAX) {
        emit(lexer, MIG_TOKEN_TOO_LONG);
        enter_start(lexer);
    }
}
