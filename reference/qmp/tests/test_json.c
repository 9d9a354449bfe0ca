/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The JSON dialect: tokens, errors and recovery of both families, limits, spelling of numbers and texts (spec/qmp.md 5, 7).
 */
#include "reference/qmp/parser.h"
#include "reference/qmp/printer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { PIECE_SIZE = 1024 * 1024 };

/* All messages of the input, a line each: the value as printed, or "! text". `piece`: bytes at a time. */
static char *messages(MigParserFamily family, const char *input, gsize size, gsize piece)
{
    g_autoptr(MigParser) parser = mig_parser_new(family);
    GString *out = g_string_new(NULL);

    for (gsize at = 0; at < size; ) {
        MigValue *value = NULL;
        GError *error = NULL;

        at += mig_parser_feed(parser, (const guint8 *) input + at, MIN(piece, size - at));
        while (mig_parser_take(parser, &value, &error)) {
            if (error) {
                g_string_append_printf(out, "! %s\n", error->message);
                g_clear_error(&error);
            } else {
                mig_value_print(value, MIG_PRINT_COMPACT, out);
                g_string_append_c(out, '\n');
                mig_value_unref(value);
            }
        }
    }
    return g_string_free(out, FALSE);
}

static void check(MigParserFamily family, const char *input, const char *want)
{
    for (gsize piece = 1; piece <= 64; piece *= 8) {
        g_autofree char *got = messages(family, input, strlen(input), piece);

        assert_string_equal(got, want);
    }
}

#define P "! JSON parse error, "

static void families_word_syntax_errors_differently(void **state)
{
    static const struct { const char *input, *a, *b; } rows[] = {
        { "{\"a\" 1, \"b\":2}\n", P "missing : in object pair\n", "! 1:6: JSON parse error, expecting ':'\n" },
        { "{,\"execute\":\"x\"}\n", P "expecting value\n", "! 1:2: JSON parse error, expecting key\n" },
        { "{execute:\"x\"}\n", P "invalid keyword 'execute'\n", "! 1:2: JSON parse error, expecting key\n" },
        { "{[]:1}\n", P "key is not a string in object\n", "! 1:2: JSON parse error, expecting key\n" },
        { "{[1 2]:1}\n", P "expected separator in list\n", "! 1:2: JSON parse error, expecting key\n" },
        { "{\"a\":1:2}\n", P "expected separator in dict\n", "! 1:8: JSON parse error, expected ',' or '}'\n" },
        { "[1 2]\n", P "expected separator in list\n", "! 1:4: JSON parse error, expected ',' or ']'\n" },
        { "{\"a\":1,\"a\":{}}\n", P "duplicate key\n", "! 1:13: JSON parse error, duplicate key\n" },
        { "{\"a\":1,}\n", P "expecting value\n", "! 1:8: JSON parse error, expecting key\n" },
        { "[1,]\n", P "expecting value\n", "! 1:4: JSON parse error, expecting value\n" },
        { "{\"x\":[}]}\n", P "expecting value\n" P "expecting value\n",
          "! 1:7: JSON parse error, expecting value\n! 1:9: JSON parse error, expecting value\n" },
        { "{\"id\":a-b}\n", P "stray '-b'\n" P "expecting value\n",
          "! 1:7: JSON parse error, invalid keyword 'a'\n! 1:11: JSON parse error, expecting value\n" },
        { "{\"id\":1@}\n", P "stray '@'\n" P "expecting value\n",
          "! 1:9: JSON parse error, stray '@'\n! 1:10: JSON parse error, expecting value\n" },
        { "[1 2\n\xff\n", P "stray '\xff'\n", "! 1:4: JSON parse error, expected ',' or ']'\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        check(MIG_PARSER_FAMILY_A, rows[i].input, rows[i].a);
        check(MIG_PARSER_FAMILY_B, rows[i].input, rows[i].b);
    }
}

static void numbers_keep_their_kind(void **state)
{
    check(MIG_PARSER_FAMILY_A, "[-0,-0.0,1.0,1e5,0.1,9223372036854775808,18446744073709551616,1e309,5e-324]\n",
          "[0, -0, 1, 100000, 0.10000000000000001, 9223372036854775808, 1.8446744073709552e+19, inf, 4.9406564584124654e-324]\n");
    check(MIG_PARSER_FAMILY_A, "0e1\n", "0\n" P "invalid keyword 'e'\n1\n");
    check(MIG_PARSER_FAMILY_A, "00}", P "stray '00'\n" P "expecting value\n");
    check(MIG_PARSER_FAMILY_A, "1.}", P "stray '1.}'\n");
    check(MIG_PARSER_FAMILY_A, "1e+}", P "stray '1e+}'\n");
    check(MIG_PARSER_FAMILY_A, "-}", P "stray '-}'\n");
    check(MIG_PARSER_FAMILY_A, "0.e1}", P "stray '0.e'\n" P "expecting value\n");
}

static void doubles_had_six_decimals_up_to_5_2(void **state)
{
    static const struct { double number; const char *text; } rows[] = {
        { 0.1, "0.1" }, { 3.141592653589793, "3.141593" }, { 1e5, "100000" }, { -0.0, "-0" }, { 1e-5, "0.00001" }, { 5e-324, "0" },
        { 1e17, "100000000000000000" }, { 10, "10" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(MigValue) value = mig_value_double(rows[i].number);
        g_autoptr(GString) out = g_string_new(NULL);

        mig_value_print(value, MIG_PRINT_SIX_DECIMALS, out);
        assert_string_equal(out->str, rows[i].text);
    }
}

static void texts_are_decoded_and_escaped(void **state)
{
    check(MIG_PARSER_FAMILY_A, "\"\\u0000\xc0\x80\\ud83d\\ude00\xf0\x9f\x98\x80\\/'\x7f\"", "\"\\u0000\\u0000\\uD83D\\uDE00\\uD83D\\uDE00/'\\u007F\"\n");
    check(MIG_PARSER_FAMILY_A, "'a\\'\"'", "\"a'\\\"\"\n");
    check(MIG_PARSER_FAMILY_A, "\"\\a\"", P "invalid escape sequence in string\n");
    check(MIG_PARSER_FAMILY_A, "\"\\u41\"", P "\\u41\" is not a valid Unicode character\n");
    check(MIG_PARSER_FAMILY_A, "\"\\u\"", P "\\u\" is not a valid Unicode character\n");
    check(MIG_PARSER_FAMILY_A, "\"\\uD83D\\u0041\"", P "\\uD83D is not a valid Unicode character\n");
    check(MIG_PARSER_FAMILY_A, "\"\\uD83F\\uDFFE\"", P "\\uD83F\\uDFFE is not a valid Unicode character\n");
    check(MIG_PARSER_FAMILY_A, "\"\xed\xa0\x80\"", P "invalid UTF-8 sequence in string\n");
    check(MIG_PARSER_FAMILY_A, "\"\xc3\"", P "invalid UTF-8 sequence in string\n");
}

static void invalid_bytes_print_as_one_replacement_each(void **state)
{
    g_autoptr(MigValue) value = mig_value_string("a\xff\xe2\x82z\x80");
    g_autofree char *text = mig_value_to_string(value);

    assert_string_equal(text, "\"a\\uFFFD\\uFFFDz\\uFFFD\"");
}

static void a_nul_is_an_error_of_its_own(void **state)
{
    g_autofree char *got = messages(MIG_PARSER_FAMILY_A, "\0{}", 3, 1);

    assert_string_equal(got, P "stray ''\n{}\n");
}

static char *repeat(const char *piece, guint count, const char *tail)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < count; i++) {
        g_string_append(out, piece);
    }
    g_string_append(out, tail);
    return g_string_free(out, FALSE);
}

static void depth_is_limited(void **state)
{
    g_autofree char *deep = repeat("[", 1024, ""), *closing = repeat("]", 1024, "\n"), *good = g_strconcat(deep, closing, NULL);
    g_autofree char *bad = repeat("[", 1025, "]\n"), *printed = messages(MIG_PARSER_FAMILY_A, good, strlen(good), 4096);

    assert_int_equal(strlen(printed), 2049);
    check(MIG_PARSER_FAMILY_A, bad, "! JSON nesting depth limit exceeded\n! JSON parse error, expecting value\n");
    check(MIG_PARSER_FAMILY_B, bad, "! JSON nesting depth limit exceeded\n");
}

static void tokens_are_counted(void **state)
{
    /* "[", then 1 and comma by turns: 2097152 tokens are allowed. */
    g_autofree char *good = repeat("1,", 1024 * 1024 - 1, "1]"), *bad = repeat("1,", 1024 * 1024, "1]");
    g_autofree char *good_list = g_strconcat("[", good, "\n", NULL), *bad_list = g_strconcat("[", bad, "\n", NULL);
    g_autofree char *failed = messages(MIG_PARSER_FAMILY_B, bad_list, strlen(bad_list), 65536);
    g_autoptr(MigParser) parser = mig_parser_new(MIG_PARSER_FAMILY_A);
    g_autoptr(MigValue) value = NULL;
    g_autoptr(GError) error = NULL;

    assert_int_equal(mig_parser_feed(parser, (const guint8 *) good_list, strlen(good_list)), strlen(good_list) - 1);
    assert_true(mig_parser_take(parser, &value, &error));
    assert_null(value);                  /* one more than allowed: bracket, 2 * 1048575 + 1, bracket */
    assert_string_equal(error->message, "JSON token count limit exceeded");
    assert_string_equal(failed, "! JSON token count limit exceeded\n");
}

static void a_long_token_is_cut_off(void **state)
{
    g_autoptr(MigParser) parser = mig_parser_new(MIG_PARSER_FAMILY_A);
    g_autofree guint8 *bytes = g_malloc(PIECE_SIZE);
    g_autoptr(GError) error = NULL;
    MigValue *value = NULL;
    gsize taken = 0;

    memset(bytes, 'x', PIECE_SIZE);
    taken = mig_parser_feed(parser, (const guint8 *) "\"", 1);
    for (int i = 0; i < 65 && !mig_parser_take(parser, &value, &error); i++) {
        taken += mig_parser_feed(parser, bytes, PIECE_SIZE);
    }
    assert_non_null(error);
    assert_string_equal(error->message, "JSON token size limit exceeded");
    assert_int_equal(taken, 64 * 1024 * 1024 + 1);
}

static void syntax_errors_keep_1023_bytes(void **state)
{
    g_autofree char *input = repeat("k", 2000, "\n"), *got = messages(MIG_PARSER_FAMILY_A, input, strlen(input), 100);

    assert_int_equal(strlen(got), strlen(P) + 1023 + 1);
}

static void pretty_form(void **state)
{
    g_autoptr(MigValue) value = mig_parser_parse_text("{\"return\":{},\"id\":[1,[2,{\"a\":{}}],\"x\",[]]}", NULL);
    g_autoptr(GString) out = g_string_new(NULL);

    mig_value_print(value, MIG_PRINT_PRETTY, out);
    assert_string_equal(out->str, "{\r\n    \"return\": {\r\n    },\r\n    \"id\": [\r\n        1,\r\n        [\r\n            2,\r\n            {\r\n"
                        "                \"a\": {\r\n                }\r\n            }\r\n        ],\r\n        \"x\",\r\n        [\r\n        ]\r\n    ]\r\n}");
}

/* Whatever comes, a control byte and a newline bring the parser back to its start. */
static void random_bytes_do_no_harm(void **state)
{
    static const char *const pieces[] = {
        "{", "}", "[", "]", ":", ",", "\"", "'", "\\", "\\u", "\\ud83d", "1", "0", "-", ".", "e", "true", "nul", "\"a\"", " ", "\n", "@",
        "\xff", "\xc3", "\xed\xa0\x80", "1e999", "{\"a\":", "\x01",
    };
    guint32 random = 1;

    for (int family = MIG_PARSER_FAMILY_A; family <= MIG_PARSER_FAMILY_B; family++) {
        for (int round = 0; round < 20000; round++) {
            g_autoptr(GString) input = g_string_new(NULL);
            g_autofree char *got = NULL;

            for (int i = 0; i < 12; i++) {
                random = random * 1664525 + 1013904223;
                if (random >> 28 == 0) {
                    g_string_append_c(input, (char) (random >> 20));
                } else {
                    g_string_append(input, pieces[(random >> 16) % G_N_ELEMENTS(pieces)]);
                }
            }
            g_string_append(input, "\x01\n{\"end\":1}");
            got = messages(family, input->str, input->len, 7);
            assert_true(g_str_has_suffix(got, "{\"end\": 1}\n"));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_word_syntax_errors_differently),
        cmocka_unit_test(numbers_keep_their_kind),
        cmocka_unit_test(doubles_had_six_decimals_up_to_5_2),
        cmocka_unit_test(texts_are_decoded_and_escaped),
        cmocka_unit_test(invalid_bytes_print_as_one_replacement_each),
        cmocka_unit_test(a_nul_is_an_error_of_its_own),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(tokens_are_counted),
        cmocka_unit_test(a_long_token_is_cut_off),
        cmocka_unit_test(syntax_errors_keep_1023_bytes),
        cmocka_unit_test(pretty_form),
        cmocka_unit_test(random_bytes_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
