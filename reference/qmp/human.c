/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Seen on 5.2, 7.2, 10.0 and 11.1. Arguments are read from left to right by the types of the command; the first that does
 * not fit ends the line with its text and a hint how to get help. Strings may be quoted; expressions know C's operators in
 * an order of their own: * / % bind before & | ^ , those before + and -.
 */
#include "reference/qmp/human.h"

#include <errno.h>
#include <string.h>

#include "reference/options/property_value.h"

enum { WORD_MAX = 1023, NAME_MAX_BYTES = 255, HELP_WORDS_MAX = 16, EXPRESSION_DEPTH_MAX = 512 };

typedef struct {
    const MigProfile *profile;
    const MigHumanCommand *command;
    const char *at;
    GString *out;
    guint depth;
    gboolean failed;                     /* of the expression */
} Line;

static gboolean is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip(const char *p)
{
    while (is_space(*p)) {
        p++;
    }
    return p;
}

static gboolean matches(const char *word, const char *aliases)
{
    g_auto(GStrv) names = g_strsplit(aliases, "|", -1);

    return g_strv_contains((const char *const *) names, word);
}

static const MigHumanCommand *find(const MigProfile *profile, const MigHumanCommand *table, gsize count, const char *word)
{
    MigRelease release = mig_profile_release(profile);

    for (gsize i = 0; i < count; i++) {
        if (release >= table[i].from && release <= table[i].to && matches(word, table[i].name)) {
            return &table[i];
        }
    }
    return NULL;
}

static gboolean available(const MigHumanCommand *command, gboolean machine)
{
    return (machine || (command->flags & MIG_HUMAN_PRECONFIG)) && !(command->flags & MIG_HUMAN_OTHER_TARGET);
}

/* A word, quoted or not; at most WORD_MAX bytes of it are kept. NULL: nothing there, or a quote that does not end. */
static char *read_word(const char **at)
{
    GString *word = g_string_new(NULL);
    const char *p = skip(*at);
    gboolean good = *p != '\0';

    if (*p == '"') {
        for (p++; good && *p != '\0' && *p != '"'; p++) {
            char c = *p;

            if (c == '\\') {
                p++;
                c = *p == 'n' ? '\n' : *p == 'r' ? '\r' : *p;
                good = *p != '\0' && strchr("nr\\'\"", *p);
                if (!good) {
                    break;
                }
            }
            if (word->len < WORD_MAX) {
                g_string_append_c(word, c);
            }
        }
        good = good && *p == '"';
        p += good;
    } else {
        for (; *p != '\0' && !is_space(*p); p++) {
            if (word->len < WORD_MAX) {
                g_string_append_c(word, *p);
            }
        }
    }
    if (!good) {
        g_string_free(word, TRUE);
        return NULL;
    }
    *at = p;
    return g_string_free(word, FALSE);
}

/* ---- expressions ---- */

static gint64 read_sum(Line *line);

static void G_GNUC_PRINTF(2, 3) wrong(Line *line, const char *format, ...)
{
    va_list arguments;

    if (!line->failed) {
        va_start(arguments, format);
        g_string_append_vprintf(line->out, format, arguments);
        va_end(arguments);
        g_string_append_c(line->out, '\n');
    }
    line->failed = TRUE;
}

static void next(Line *line)
{
    if (*line->at != '\0') {
        line->at = skip(line->at + 1);
    }
}

static gint64 read_character(Line *line)
{
    gint64 value;

    line->at++;
    if (*line->at == '\0') {
        wrong(line, "character constant expected");
        return 0;
    }
    value = (signed char) *line->at++;
    if (*line->at != '\'') {
        wrong(line, "missing terminating ' character");
        return 0;
    }
    next(line);
    return value;
}

static gint64 read_number(Line *line)
{
    char *end;
    guint64 value;

    errno = 0;
    value = g_ascii_strtoull(line->at, &end, 0);
    if (errno == ERANGE) {
        wrong(line, "number too large");
        return 0;
    }
    if (end == line->at) {
        wrong(line, "invalid char '%c' in expression", *end);
        return 0;
    }
    line->at = skip(end);
    return (gint64) value;
}

static gint64 read_unary(Line *line)
{
    char sign = *line->at;
    gint64 value = 0;

    if (line->failed || ++line->depth > EXPRESSION_DEPTH_MAX) {
        wrong(line, "invalid char '%c' in expression", sign);
        return 0;
    }
    switch (sign) {
    case '+':
    case '-':
    case '~':
        next(line);
        value = read_unary(line);
        value = sign == '-' ? (gint64) (0 - (guint64) value) : sign == '~' ? ~value : value;
        break;
    case '(':
        next(line);
        value = read_sum(line);
        if (*line->at != ')') {
            wrong(line, "')' expected");
        }
        next(line);
        break;
    case '\'':
        value = read_character(line);
        break;
    case '$':
        wrong(line, "unknown register");     /* there is no CPU */
        break;
    case '\0':
        wrong(line, "unexpected end of expression");
        break;
    default:
        value = read_number(line);
    }
    line->depth--;
    return value;
}

static gint64 read_product(Line *line)
{
    gint64 value = read_unary(line);

    while (!line->failed && *line->at != '\0' && strchr("*/%", *line->at)) {
        char operator = *line->at;
        gint64 other;

        next(line);
        other = read_unary(line);
        if (operator == '*') {
            value = (gint64) ((guint64) value * (guint64) other);
        } else if (other == 0) {
            wrong(line, "division by zero");
        } else if (other == -1) {
            value = operator == '/' ? (gint64) (0 - (guint64) value) : 0;
        } else {
            value = operator == '/' ? value / other : value % other;
        }
    }
    return value;
}

static gint64 read_logic(Line *line)
{
    gint64 value = read_product(line);

    while (!line->failed && *line->at != '\0' && strchr("&|^", *line->at)) {
        char operator = *line->at;
        gint64 other;

        next(line);
        other = read_product(line);
        value = operator == '&' ? value & other : operator == '|' ? value | other : value ^ other;
    }
    return value;
}

static gint64 read_sum(Line *line)
{
    gint64 value = read_logic(line);

    while (!line->failed && (*line->at == '+' || *line->at == '-')) {
        char operator = *line->at;
        guint64 other;

        next(line);
        other = (guint64) read_logic(line);
        value = (gint64) (operator == '+' ? (guint64) value + other : (guint64) value - other);
    }
    return value;
}

/* ---- arguments by type ---- */

static gboolean read_string(Line *line, char type, const char *key, MigValue *arguments)
{
    g_autofree char *word = read_word(&line->at);

    if (!word) {
        g_string_append_printf(line->out, "%s: %s expected\n", line->command->name,
                               type == 'F' ? "filename" : type == 'B' ? "block device name" : "string");
        return FALSE;
    }
    mig_value_dict_put(arguments, key, mig_value_string(word));
    return TRUE;
}

static gboolean read_rest(Line *line, const char *key, MigValue *arguments)
{
    if (*line->at == '\0') {
        g_string_append_printf(line->out, "%s: string expected\n", line->command->name);
        return FALSE;
    }
    mig_value_dict_put(arguments, key, mig_value_string(line->at));
    line->at += strlen(line->at);
    return TRUE;
}

static gboolean read_expression(Line *line, char type, const char *key, MigValue *arguments)
{
    gint64 value;

    line->failed = FALSE;
    line->depth = 0;
    value = read_sum(line);
    if (line->failed) {
        return FALSE;
    }
    if (type == 'i' && ((guint64) value >> 32) != 0) {
        g_string_append_printf(line->out, "'%s' has failed: integer is for 32-bit values\n", line->command->name);
        return FALSE;
    }
    if (type == 'M' && value < 0) {
        g_string_append(line->out, "enter a positive value\n");
        return FALSE;
    }
    mig_value_dict_put(arguments, key, mig_value_int(type == 'M' ? (gint64) ((guint64) value << 20) : value));
    return TRUE;
}

static gboolean read_size(Line *line, const char *key, MigValue *arguments)
{
    guint64 value;
    const char *end;

    if (mig_size_value(line->profile, line->at, 2, &end, &value) != MIG_SIZE_GOOD || value > G_MAXINT64) {
        g_string_append(line->out, "invalid size\n");
        return FALSE;
    }
    line->at = end;
    mig_value_dict_put(arguments, key, mig_value_int((gint64) value));
    return TRUE;
}

static gboolean read_seconds(Line *line, const char *key, MigValue *arguments)
{
    static const struct { const char *unit; double factor; } units[] = { { "ms", 1e3 }, { "us", 1e6 }, { "ns", 1e9 } };
    char *end;
    double value = g_ascii_strtod(line->at, &end);

    if (end == line->at) {
        g_string_append(line->out, "Number expected\n");
        return FALSE;
    }
    if (value != value || value - value != 0) {
        g_string_append(line->out, "Bad number\n");
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_str_has_prefix(end, units[i].unit)) {
            value /= units[i].factor;
            end += 2;
            break;
        }
    }
    if (*end != '\0' && !is_space(*end)) {
        g_string_append(line->out, "Unknown unit suffix\n");
        return FALSE;
    }
    line->at = end;
    mig_value_dict_put(arguments, key, mig_value_double(value));
    return TRUE;
}

static gboolean read_switch(Line *line, const char *key, MigValue *arguments)
{
    const char *start = line->at;
    gsize size;

    while (*line->at > ' ' && *line->at < 0x7f) {
        line->at++;
    }
    size = (gsize) (line->at - start);
    if (!(size == 2 && memcmp(start, "on", 2) == 0) && !(size == 3 && memcmp(start, "off", 3) == 0)) {
        g_string_append(line->out, "Expected 'on' or 'off'\n");
        return FALSE;
    }
    mig_value_dict_put(arguments, key, mig_value_bool(size == 2));
    return TRUE;
}

/* One option; `rest` are the types behind it, which tell whether another letter is one that comes later. */
static gboolean read_option(Line *line, char letter, gboolean with_value, const char *rest, const char *key, MigValue *arguments)
{
    const char *start = line->at;

    line->at = skip(line->at);
    if (*line->at != '-') {
        return TRUE;
    }
    line->at++;
    if (*line->at != letter) {
        char option[] = { '-', *line->at, '\0' };

        if (!strstr(rest, option)) {
            g_string_append_printf(line->out, "%s: unsupported option -%c\n", line->command->name, *line->at);
            return FALSE;
        }
        line->at = start;
        return TRUE;
    }
    line->at++;
    if (with_value) {
        g_autofree char *word = read_word(&line->at);

        if (!word) {
            g_string_append_printf(line->out, "%s: value expected for -%c\n", line->command->name, letter);
            return FALSE;
        }
        mig_value_dict_put(arguments, key, mig_value_string(word));
        return TRUE;
    }
    mig_value_dict_put(arguments, key, mig_value_bool(TRUE));
    return TRUE;
}

/* /COUNT FORMAT SIZE of the commands that look at memory. */
static gboolean read_format(Line *line)
{
    if (*line->at != '/') {
        return TRUE;
    }
    line->at++;
    while (g_ascii_isdigit(*line->at)) {
        line->at++;
    }
    while (*line->at != '\0' && strchr("oduxicbhwgL", *line->at)) {
        line->at++;
    }
    if (*line->at != '\0' && !is_space(*line->at)) {
        g_string_append_printf(line->out, "invalid char in format: '%c'\n", *line->at);
        return FALSE;
    }
    return TRUE;
}

static gboolean read_argument(Line *line, const char *spec, const char *rest, MigValue *arguments)
{
    const char *colon = strchr(spec, ':'), *type = colon + 1;
    g_autofree char *key = g_strndup(spec, (gsize) (colon - spec));

    if (*type == '-') {
        return read_option(line, type[1], type[2] == 's', rest, key, arguments);
    }
    line->at = skip(line->at);
    if (type[1] == '?' && *line->at == '\0') {
        return TRUE;
    }
    if (type[1] == '.') {
        if (*line->at != '.') {
            return TRUE;
        }
        line->at = skip(line->at + 1);
    }
    switch (*type) {
    case 'S':
        return read_rest(line, key, arguments);
    case 'i':
    case 'l':
    case 'M':
        return read_expression(line, *type, key, arguments);
    case 'o':
        return read_size(line, key, arguments);
    case 'T':
        return read_seconds(line, key, arguments);
    case 'b':
        return read_switch(line, key, arguments);
    case '/':
        return read_format(line);
    case 'O':
        return *line->at == '\0' || read_string(line, 's', key, arguments);
    default:
        return read_string(line, *type, key, arguments);
    }
}

static gboolean read_arguments(Line *line, MigValue *arguments)
{
    g_auto(GStrv) specs = g_strsplit(line->command->arguments, ",", -1);
    const char *rest = line->command->arguments;

    for (guint i = 0; specs[i]; i++) {
        rest += strlen(specs[i]) + (specs[i + 1] != NULL);
        if (!read_argument(line, specs[i], rest, arguments)) {
            return FALSE;
        }
    }
    line->at = skip(line->at);
    if (*line->at != '\0') {
        g_string_append_printf(line->out, "%s: extraneous characters at the end of line\n", line->command->name);
        return FALSE;
    }
    return TRUE;
}

/* ---- the line ---- */

/* The name ends at a space or a slash. NULL at the end of the line. */
static char *read_name(const char **at)
{
    const char *start = skip(*at), *end = start;

    while (*end != '\0' && *end != '/' && !is_space(*end)) {
        end++;
    }
    if (*start == '\0') {
        return NULL;
    }
    *at = end;
    return g_strndup(start, MIN((gsize) (end - start), (gsize) NAME_MAX_BYTES));
}

gboolean mig_human_parse(const MigProfile *profile, gboolean machine, const char *line, GString *out,
                         const MigHumanCommand **ret_command, gboolean *ret_info, MigValue **ret_arguments)
{
    const char *at = line;
    g_autofree char *name = read_name(&at), *topic = NULL;
    const MigHumanCommand *command = name ? find(profile, mig_human_commands, mig_human_commands_count, name) : NULL;
    gboolean info = command && strcmp(command->name, "info") == 0;
    g_autoptr(MigValue) arguments = mig_value_dict();
    Line state = { .profile = profile, .out = out };

    *ret_command = NULL;
    if (!name) {
        *ret_info = FALSE;
        *ret_arguments = g_steal_pointer(&arguments);
        return TRUE;
    }
    if (command && available(command, machine) && info && (topic = read_name(&at)) != NULL) {
        command = find(profile, mig_human_info, mig_human_info_count, topic);
    }
    if (!command) {
        g_string_append_printf(out, "unknown command: '%.*s'\n", (int) (at - line), line);
        return FALSE;
    }
    if (!available(command, machine)) {
        g_string_append_printf(out, mig_profile_release(profile) < MIG_RELEASE(6, 0)
                               ? "Command '%.*s' not available with -preconfig until after exit_preconfig.\n"
                               : "Command '%.*s' not available until machine initialization has completed.\n", (int) (at - line), line);
        return FALSE;
    }
    state.command = command;
    state.at = at = skip(at);
    if (!read_arguments(&state, arguments)) {
        while (at > line && is_space(at[-1])) {
            at--;
        }
        g_string_append_printf(out, "Try \"help %.*s\" for more information\n", (int) (at - line), line);
        return FALSE;
    }
    *ret_command = command;
    *ret_info = topic != NULL;
    *ret_arguments = g_steal_pointer(&arguments);
    return TRUE;
}

static void help_one(const MigHumanCommand *command, const char *prefix, GString *out)
{
    g_string_append_printf(out, "%s%s %s -- %s\n", prefix, command->name, command->shown, command->help ? command->help : "");
}

static void help_all(const MigProfile *profile, gboolean machine, const MigHumanCommand *table, gsize count, const char *prefix,
                     GString *out)
{
    MigRelease release = mig_profile_release(profile);

    for (gsize i = 0; i < count; i++) {
        if (release >= table[i].from && release <= table[i].to && available(&table[i], machine)) {
            help_one(&table[i], prefix, out);
        }
    }
}

void mig_human_help(const MigProfile *profile, gboolean machine, const char *words, GString *out)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    const MigHumanCommand *command;
    gboolean info;

    for (const char *at = skip(words ? words : ""); *at != '\0'; at = skip(at)) {
        char *word = list->len < HELP_WORDS_MAX ? read_word(&at) : NULL;

        if (!word) {
            return;
        }
        g_ptr_array_add(list, word);
    }
    if (list->len == 0) {
        help_all(profile, machine, mig_human_commands, mig_human_commands_count, "", out);
        return;
    }
    command = find(profile, mig_human_commands, mig_human_commands_count, g_ptr_array_index(list, 0));
    info = command && strcmp(command->name, "info") == 0;
    if (info && list->len == 1) {
        help_all(profile, machine, mig_human_info, mig_human_info_count, "info ", out);
        return;
    }
    if (info) {
        command = find(profile, mig_human_info, mig_human_info_count, g_ptr_array_index(list, 1));
    }
    if (command && available(command, machine)) {
        help_one(command, info ? "info " : "", out);
    } else if (info) {
        g_string_append_printf(out, "unknown command: '%s %s'\n", (char *) g_ptr_array_index(list, 0), (char *) g_ptr_array_index(list, 1));
    } else {
        g_string_append_printf(out, "unknown command: '%s'\n", (char *) g_ptr_array_index(list, 0));
    }
}
