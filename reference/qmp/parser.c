/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/parser.h"

#include "reference/qmp/error.h"
#include "reference/qmp/lexer.h"
#include "reference/qmp/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What the next token has to be. */
typedef enum {
    EXPECT_VALUE = 0,
    EXPECT_ELEMENT_OR_END,    /* behind "[" */
    EXPECT_LIST_SEPARATOR,
    EXPECT_KEY_OR_END,        /* behind "{" */
    EXPECT_KEY,               /* behind a comma in an object */
    EXPECT_COLON,
    EXPECT_MEMBER_SEPARATOR
} Expect;

typedef struct {
    MigValue *container;
    char *key;                /* of the member whose value is being read */
    gboolean is_key;          /* family A reads any value as a key before it complains */
    Expect after;             /* what to expect once the container is complete, where is_key */
} Level;

typedef struct {
    MigValue *value;
    GError *error;
} Message;

struct MigParser {
    MigParserFamily family;
    MigLexer lexer;
    GArray *levels;           /* of Level */
    Expect expect;
    gint braces, brackets;
    gsize token_size;
    guint token_count;
    GError *failure;          /* family A: the first syntax error, kept until the message is complete */
    gboolean skipping;        /* family B: the error is reported, the rest of the message is swallowed */
    gboolean done;            /* a whole value has been read */
    MigValue *result;
    GQueue messages;          /* of Message */
};

enum { TAIL_SIZE_MAX = 1023 };    /* bytes kept of the text of a syntax error */

static void level_clear(gpointer data)
{
    Level *level = data;

    mig_value_unref(level->container);
    g_free(level->key);
}

static void message_free(Message *message)
{
    mig_value_unref(message->value);
    g_clear_error(&message->error);
    g_free(message);
}

static void emit(MigParser *parser, MigValue *value, GError *error)
{
    Message *message = g_new(Message, 1);

    message->value = value;
    message->error = error;
    g_queue_push_tail(&parser->messages, message);
}

/* Forgets what was read of the message, not the counters. */
static void drop_values(MigParser *parser)
{
    g_array_set_size(parser->levels, 0);
    g_clear_pointer(&parser->result, mig_value_unref);
    parser->done = FALSE;
    parser->expect = EXPECT_VALUE;
}

static void start_message(MigParser *parser)
{
    drop_values(parser);
    g_clear_error(&parser->failure);
    parser->skipping = FALSE;
    parser->braces = parser->brackets = 0;
    parser->token_size = 0;
    parser->token_count = 0;
}

static gboolean has_failed(const MigParser *parser)
{
    return parser->failure || parser->skipping;
}

static GError *parse_error(const MigParser *parser, const MigToken *token, const char *tail, gsize tail_size_max)
{
    g_autofree char *cut = g_strndup(tail, MIN(strlen(tail), tail_size_max));

    if (parser->family == MIG_PARSER_FAMILY_B) {
        return g_error_new(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT
                           ": JSON parse error, %s", token->line, token->column, cut);
    }
    return g_error_new(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "JSON parse error, %s", cut);
}

static void syntax_error(MigParser *parser, const MigToken *token, const char *tail)
{
    GError *error = parse_error(parser, token, tail, TAIL_SIZE_MAX);

    drop_values(parser);
    if (parser->family == MIG_PARSER_FAMILY_B) {
        emit(parser, NULL, error);
        parser->skipping = TRUE;
    } else {
        parser->failure = error;
    }
}

/* ---- Single tokens ---- */

static int hex4(const char *text)
{
    int value = 0;

    for (int i = 0; i < 4; i++) {
        int digit = g_ascii_xdigit_value(text[i]);

        if (digit < 0) {
            return -1;
        }
        value = value << 4 | digit;
    }
    return value;
}

/* `at` is behind "\u" at `begin`; returns where to go on, or NULL after an error. */
static const char *read_unicode_escape(MigParser *parser, const MigToken *token, const char *begin, const char *at, GString *out)
{
    const char *end = token->text + token->size;
    int code_point = hex4(at);
    gsize shown;

    at = MIN(at + 4, end);
    if (code_point >= 0xD800 && code_point <= 0xDBFF && at[0] == '\\' && at[1] == 'u') {
        int trailing = hex4(at + 2);

        if (trailing >= 0xDC00 && trailing <= 0xDFFF) {
            code_point = 0x10000 + ((code_point & 0x3FF) << 10 | (trailing & 0x3FF));
            at += 6;
        } else {
            code_point = -1;
        }
    }
    if (!mig_utf8_append(out, code_point)) {
        g_autofree char *escape = NULL;
        g_autofree char *tail = NULL;

        shown = (gsize) (at - begin);
        escape = g_strndup(begin, shown);
        tail = g_strdup_printf("%s is not a valid Unicode character", escape);
        syntax_error(parser, token, tail);
        return NULL;
    }
    return at;
}

/* The text between the quotes, or NULL after an error. */
static char *read_string(MigParser *parser, const MigToken *token)
{
    static const char letters[] = "\"'\\/bfnrt", meanings[] = "\"'\\/\b\f\n\r\t";
    g_autoptr(GString) out = g_string_sized_new(token->size);
    const char *at = token->text + 1;
    char quote = token->text[0];

    while (*at != quote) {
        const char *begin = at;
        const char *known;

        if (*at != '\\') {
            int code_point = mig_utf8_decode(at, &at);

            if (code_point < 0) {
                syntax_error(parser, token, "invalid UTF-8 sequence in string");
                return NULL;
            }
            mig_utf8_append(out, code_point);
            continue;
        }
        at += 2;
        known = begin[1] ? strchr(letters, begin[1]) : NULL;
        if (known) {
            g_string_append_c(out, meanings[known - letters]);
        } else if (begin[1] == 'u') {
            at = read_unicode_escape(parser, token, begin, at, out);
            if (!at) {
                return NULL;
            }
        } else {
            syntax_error(parser, token, "invalid escape sequence in string");
            return NULL;
        }
    }
    return g_strdup(out->str);
}

static MigValue *read_number(const MigToken *token)
{
    if (token->kind == MIG_TOKEN_INTEGER) {
        gint64 i64;
        guint64 u64;

        if (g_ascii_string_to_signed(token->text, 10, G_MININT64, G_MAXINT64, &i64, NULL)) {
            return mig_value_int(i64);
        }
        if (token->text[0] != '-' && g_ascii_string_to_unsigned(token->text, 10, 0, G_MAXUINT64, &u64, NULL)) {
            return mig_value_uint(u64);
        }
    }
    return mig_value_double(g_ascii_strtod(token->text, NULL));
}

static MigValue *read_keyword(MigParser *parser, const MigToken *token)
{
    g_autofree char *tail = NULL;

    if (strcmp(token->text, "true") == 0) {
        return mig_value_bool(TRUE);
    }
    if (strcmp(token->text, "false") == 0) {
        return mig_value_bool(FALSE);
    }
    if (strcmp(token->text, "null") == 0) {
        return mig_value_null();
    }
    tail = g_strdup_printf("invalid keyword '%s'", token->text);
    syntax_error(parser, token, tail);
    return NULL;
}

/* ---- The grammar ---- */

static Level *top(MigParser *parser)
{
    return parser->levels->len ? &g_array_index(parser->levels, Level, parser->levels->len - 1) : NULL;
}

/* A value is complete: it goes where it belongs. */
static void complete_value(MigParser *parser, const MigToken *token, MigValue *value, gboolean is_key)
{
    Level *level = top(parser);

    if (is_key) {
        mig_value_unref(value);
        syntax_error(parser, token, "key is not a string in object");
        return;
    }
    if (!level) {
        parser->result = value;
        parser->done = TRUE;
        return;
    }
    if (mig_value_type(level->container) == MIG_VALUE_LIST) {
        mig_value_list_append(level->container, value);
        parser->expect = EXPECT_LIST_SEPARATOR;
        return;
    }
    if (mig_value_dict_get(level->container, level->key)) {
        mig_value_unref(value);
        syntax_error(parser, token, "duplicate key");
        return;
    }
    mig_value_dict_put(level->container, level->key, value);
    g_clear_pointer(&level->key, g_free);
    parser->expect = EXPECT_MEMBER_SEPARATOR;
}

static void open_container(MigParser *parser, MigValue *container, Expect expect, gboolean is_key)
{
    Level level = { .container = container, .is_key = is_key };

    g_array_append_val(parser->levels, level);
    parser->expect = expect;
}

static void close_container(MigParser *parser, const MigToken *token)
{
    Level *level = top(parser);
    MigValue *container = mig_value_ref(level->container);
    gboolean is_key = level->is_key;

    g_array_set_size(parser->levels, parser->levels->len - 1);
    complete_value(parser, token, container, is_key);
}

static void read_value(MigParser *parser, const MigToken *token, gboolean is_key)
{
    MigValue *value = NULL;
    char *text;

    switch (token->kind) {
    case MIG_TOKEN_LEFT_BRACE:
        open_container(parser, mig_value_dict(), EXPECT_KEY_OR_END, is_key);
        return;
    case MIG_TOKEN_LEFT_BRACKET:
        open_container(parser, mig_value_list(), EXPECT_ELEMENT_OR_END, is_key);
        return;
    case MIG_TOKEN_STRING:
        text = read_string(parser, token);
        if (text) {
            value = mig_value_string(text);
            g_free(text);
        }
        break;
    case MIG_TOKEN_INTEGER:
    case MIG_TOKEN_FLOAT:
        value = read_number(token);
        break;
    case MIG_TOKEN_KEYWORD:
        value = read_keyword(parser, token);
        break;
    default:
        syntax_error(parser, token, "expecting value");
        break;
    }
    if (value) {
        complete_value(parser, token, value, is_key);
    }
}

static void read_key(MigParser *parser, const MigToken *token)
{
    if (token->kind == MIG_TOKEN_STRING) {
        char *key = read_string(parser, token);

        if (key) {
            top(parser)->key = key;
            parser->expect = EXPECT_COLON;
        }
    } else if (parser->family == MIG_PARSER_FAMILY_B) {
        syntax_error(parser, token, "expecting key");
    } else {
        read_value(parser, token, TRUE);
    }
}

static void parse_token(MigParser *parser, const MigToken *token)
{
    gboolean family_b = parser->family == MIG_PARSER_FAMILY_B;

    switch (parser->expect) {
    case EXPECT_VALUE:
        read_value(parser, token, FALSE);
        break;
    case EXPECT_ELEMENT_OR_END:
        if (token->kind == MIG_TOKEN_RIGHT_BRACKET) {
            close_container(parser, token);
        } else {
            read_value(parser, token, FALSE);
        }
        break;
    case EXPECT_LIST_SEPARATOR:
        if (token->kind == MIG_TOKEN_RIGHT_BRACKET) {
            close_container(parser, token);
        } else if (token->kind == MIG_TOKEN_COMMA) {
            parser->expect = EXPECT_VALUE;
        } else {
            syntax_error(parser, token, family_b ? "expected ',' or ']'" : "expected separator in list");
        }
        break;
    case EXPECT_KEY_OR_END:
        if (token->kind == MIG_TOKEN_RIGHT_BRACE) {
            close_container(parser, token);
        } else {
            read_key(parser, token);
        }
        break;
    case EXPECT_KEY:
        read_key(parser, token);
        break;
    case EXPECT_COLON:
        if (token->kind == MIG_TOKEN_COLON) {
            parser->expect = EXPECT_VALUE;
        } else {
            syntax_error(parser, token, family_b ? "expecting ':'" : "missing : in object pair");
        }
        break;
    case EXPECT_MEMBER_SEPARATOR:
        if (token->kind == MIG_TOKEN_RIGHT_BRACE) {
            close_container(parser, token);
        } else if (token->kind == MIG_TOKEN_COMMA) {
            parser->expect = EXPECT_KEY;
        } else {
            syntax_error(parser, token, family_b ? "expected ',' or '}'" : "expected separator in dict");
        }
        break;
    }
}

/* ---- Messages ---- */

static gboolean is_complete(const MigParser *parser)
{
    return parser->braces < 0 || parser->brackets < 0 || (parser->braces == 0 && parser->brackets == 0);
}

static void lexical_error(MigParser *parser, const MigToken *token)
{
    /* A lexical error ends the message, and in family A hides a syntax error before it; in family B it is silent where
     * an error has been reported for the message. */
    if (!parser->skipping) {
        g_autofree char *tail = g_strdup_printf("stray '%s'", token->text);

        emit(parser, NULL, parse_error(parser, token, tail, G_MAXSIZE - 1));
    }
    start_message(parser);
}

static const char *exceeded_limit(const MigParser *parser, const MigToken *token)
{
    if (token->kind == MIG_TOKEN_TOO_LONG || parser->token_size + token->size + 1 > MIG_TOKEN_SIZE_MAX) {
        return "JSON token size limit exceeded";
    }
    if (parser->token_count + 1 > MIG_PARSER_TOKEN_COUNT_MAX) {
        return "JSON token count limit exceeded";
    }
    if (parser->braces + parser->brackets > MIG_PARSER_DEPTH_MAX) {
        return "JSON nesting depth limit exceeded";
    }
    return NULL;
}

static void limit_error(MigParser *parser, const char *text)
{
    emit(parser, NULL, g_error_new_literal(MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, text));
    if (parser->family == MIG_PARSER_FAMILY_A || is_complete(parser)) {
        start_message(parser);
        return;
    }
    drop_values(parser);
    parser->skipping = TRUE;
}

static void take_token(gpointer data, const MigToken *token)
{
    MigParser *parser = data;
    const char *limit;

    switch (token->kind) {
    case MIG_TOKEN_LEFT_BRACE:
        parser->braces++;
        break;
    case MIG_TOKEN_RIGHT_BRACE:
        parser->braces--;
        break;
    case MIG_TOKEN_LEFT_BRACKET:
        parser->brackets++;
        break;
    case MIG_TOKEN_RIGHT_BRACKET:
        parser->brackets--;
        break;
    case MIG_TOKEN_ERROR:
        lexical_error(parser, token);
        return;
    default:
        break;
    }
    if (!parser->skipping) {
        limit = exceeded_limit(parser, token);
        if (limit) {
            limit_error(parser, limit);
            return;
        }
        parser->token_size += token->size;
        parser->token_count++;
    }
    if (!has_failed(parser)) {
        parse_token(parser, token);
    }
    if (!is_complete(parser)) {
        return;
    }
    if (parser->failure) {
        emit(parser, NULL, g_steal_pointer(&parser->failure));
    } else if (parser->done) {
        emit(parser, g_steal_pointer(&parser->result), NULL);
    }
    start_message(parser);
}

MigParser *mig_parser_new(MigParserFamily family)
{
    MigParser *parser = g_new0(MigParser, 1);

    parser->family = family;
    parser->levels = g_array_new(FALSE, TRUE, sizeof(Level));
    g_array_set_clear_func(parser->levels, level_clear);
    g_queue_init(&parser->messages);
    mig_lexer_init(&parser->lexer, take_token, parser);
    return parser;
}

void mig_parser_free(MigParser *parser)
{
    if (!parser) {
        return;
    }
    start_message(parser);
    g_array_unref(parser->levels);
    g_queue_clear_full(&parser->messages, (GDestroyNotify) message_free);
    mig_lexer_clear(&parser->lexer);
    g_free(parser);
}

gsize mig_parser_feed(MigParser *parser, const guint8 *bytes, gsize size)
{
    gsize taken = 0;

    while (taken < size && g_queue_is_empty(&parser->messages)) {
        mig_lexer_feed(&parser->lexer, bytes[taken++]);
    }
    return taken;
}

gboolean mig_parser_take(MigParser *parser, MigValue **ret_value, GError **error)
{
    Message *message = g_queue_pop_head(&parser->messages);

    if (!message) {
        return FALSE;
    }
    *ret_value = g_steal_pointer(&message->value);
    if (message->error) {
        g_propagate_error(error, g_steal_pointer(&message->error));
    }
    message_free(message);
    return TRUE;
}

MigValue *mig_parser_parse_text(const char *text, GError **error)
{
    g_autoptr(MigParser) parser = mig_parser_new(MIG_PARSER_FAMILY_A);
    const guint8 *bytes = (const guint8 *) text;
    gsize size = strlen(text);
    MigValue *value = NULL;

    mig_parser_feed(parser, bytes, size);
    if (g_queue_is_empty(&parser->messages)) {
        mig_parser_feed(parser, (const guint8 *) "\n", 1);
    }
    if (!mig_parser_take(parser, &value, error)) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "JSON parse error, premature EOI");
        return NULL;
    }
    return value;
}
