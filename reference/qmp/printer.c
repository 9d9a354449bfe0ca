/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/printer.h"

#include "reference/qmp/utf8.h"

#include <string.h>

typedef struct {
    GString *out;
    MigPrintFlags flags;
    guint level;
} Printer;

static void print_unit(GString *out, guint unit)
{
    g_string_append_printf(out, "\\u%04X", unit);
}

static void print_code_point(GString *out, int code_point)
{
    static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = code_point > 0 && code_point < 0x80 ? strchr(special, code_point) : NULL;

    if (found) {
        g_string_append_c(out, '\\');
        g_string_append_c(out, letters[found - special]);
    } else if (code_point < 0) {
        print_unit(out, 0xFFFD);
    } else if (code_point > 0xFFFF) {
        print_unit(out, 0xD800 | (guint) (code_point - 0x10000) >> 10);
        print_unit(out, 0xDC00 | ((guint) code_point & 0x3FF));
    } else if (code_point < 0x20 || code_point >= 0x7F) {
        print_unit(out, (guint) code_point);
    } else {
        g_string_append_c(out, (char) code_point);
    }
}

static void print_string(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    while (*text) {
        print_code_point(out, mig_utf8_decode(text, &text));
    }
    g_string_append_c(out, '"');
}

static void print_six_decimals(GString *out, double number)
{
    char buffer[400];         /* the largest double has 309 digits before the point */
    gsize length;

    g_ascii_formatd(buffer, sizeof(buffer), "%f", number);
    length = strlen(buffer);
    if (strchr(buffer, '.')) {
        while (buffer[length - 1] == '0') {
            length--;
        }
        if (buffer[length - 1] == '.') {
            length--;
        }
    }
    g_string_append_len(out, buffer, (gssize) length);
}

static void print_number(const Printer *printer, const MigValue *value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];
    gint64 i64 = 0;
    guint64 u64 = 0;

    switch (mig_value_number_kind(value)) {
    case MIG_NUMBER_INT64:
        mig_value_get_int(value, &i64);
        g_string_append_printf(printer->out, "%" G_GINT64_FORMAT, i64);
        break;
    case MIG_NUMBER_UINT64:
        mig_value_get_uint(value, &u64);
        g_string_append_printf(printer->out, "%" G_GUINT64_FORMAT, u64);
        break;
    case MIG_NUMBER_DOUBLE:
        if (printer->flags & MIG_PRINT_SIX_DECIMALS) {
            print_six_decimals(printer->out, mig_value_get_double(value));
        } else {
            g_string_append(printer->out, g_ascii_formatd(buffer, sizeof(buffer), "%.17g", mig_value_get_double(value)));
        }
        break;
    }
}

static void break_line(Printer *printer)
{
    if (printer->flags & MIG_PRINT_PRETTY) {
        g_string_append(printer->out, "\r\n");
        for (guint i = 0; i < printer->level; i++) {
            g_string_append(printer->out, "    ");
        }
    }
}

static void print_value(Printer *printer, const MigValue *value);

static void separate(Printer *printer, guint index)
{
    if (index > 0) {
        g_string_append(printer->out, printer->flags & MIG_PRINT_PRETTY ? "," : ", ");
    }
    break_line(printer);
}

static void print_list(Printer *printer, const MigValue *list)
{
    g_string_append_c(printer->out, '[');
    printer->level++;
    for (guint i = 0; i < mig_value_list_length(list); i++) {
        separate(printer, i);
        print_value(printer, mig_value_list_get(list, i));
    }
    printer->level--;
    break_line(printer);
    g_string_append_c(printer->out, ']');
}

static void print_dict(Printer *printer, const MigValue *dict)
{
    g_autofree guint *order = mig_value_dict_order(dict);

    g_string_append_c(printer->out, '{');
    printer->level++;
    for (guint i = 0; i < mig_value_dict_size(dict); i++) {
        separate(printer, i);
        print_string(printer->out, mig_value_dict_key(dict, order[i]));
        g_string_append(printer->out, ": ");
        print_value(printer, mig_value_dict_item(dict, order[i]));
    }
    printer->level--;
    break_line(printer);
    g_string_append_c(printer->out, '}');
}

static void print_value(Printer *printer, const MigValue *value)
{
    switch (mig_value_type(value)) {
    case MIG_VALUE_NULL:
        g_string_append(printer->out, "null");
        break;
    case MIG_VALUE_BOOL:
        g_string_append(printer->out, mig_value_get_bool(value) ? "true" : "false");
        break;
    case MIG_VALUE_NUMBER:
        print_number(printer, value);
        break;
    case MIG_VALUE_STRING:
        print_string(printer->out, mig_value_get_string(value));
        break;
    case MIG_VALUE_LIST:
        print_list(printer, value);
        break;
    case MIG_VALUE_DICT:
        print_dict(printer, value);
        break;
    }
}

void mig_value_print(const MigValue *value, MigPrintFlags flags, GString *out)
{
    Printer printer = { .out = out, .flags = flags };

    print_value(&printer, value);
}

char *mig_value_to_string(const MigValue *value)
{
    GString *out = g_string_new(NULL);

    mig_value_print(value, MIG_PRINT_COMPACT, out);
    return g_string_free(out, FALSE);
}
