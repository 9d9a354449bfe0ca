/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Seen on 7.2.22: leading blanks, a sign and the prefixes 0x and 0 are taken by integers; a negative integer counts modulo 2^64
 * before the range of the type is tested. Sizes are decimal or hexadecimal with one suffix letter of either case; a
 * fraction needs a suffix above B and is rounded to the nearest byte.
 */
#include "reference/options/property_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reference/options/enum.h"
#include "reference/options/profile_private.h"

/* Up to 5.1 in either case of letters but without y and n; later in small letters only. */
static MigRule read_bool(const MigProfile *profile, const char *text, guint64 *ret_value)
{
    static const char *const words[][2] = { { "on", "off" }, { "yes", "no" }, { "true", "false" }, { "y", "n" } };
    gboolean newer = profile->release >= R(5, 2);

    for (gsize i = 0; i < (newer ? 4 : 3); i++) {
        for (gsize side = 0; side < 2; side++) {
            if (newer ? strcmp(text, words[i][side]) == 0 : g_ascii_strcasecmp(text, words[i][side]) == 0) {
                *ret_value = side == 0;
                return MIG_RULE_NONE;
            }
        }
    }
    return MIG_RULE_PROPERTY_BOOL;
}

static MigRule read_integer(MigType type, const char *text, guint64 *ret_value)
{
    char *end;
    guint64 value;

    errno = 0;
    value = type == MIG_TYPE_INT ? (guint64) g_ascii_strtoll(text, &end, 0) : g_ascii_strtoull(text, &end, 0);
    if (end == text || *end != '\0' || errno != 0) {
        return type == MIG_TYPE_INT ? MIG_RULE_PROPERTY_INT : MIG_RULE_PROPERTY_UINT;
    }
    if (type == MIG_TYPE_UINT8 && value > 255) {
        return MIG_RULE_PROPERTY_UINT8;
    }
    if (type == MIG_TYPE_UINT32 && value > 4294967295u) {
        return MIG_RULE_PROPERTY_UINT32;
    }
    *ret_value = value;
    return MIG_RULE_NONE;
}

/* Power of 1024 of a suffix, -1 when it is none. */
static int power_of(char suffix)
{
    static const char suffixes[] = "BKMGTPE";
    const char *at = suffix != '\0' ? strchr(suffixes, g_ascii_toupper(suffix)) : NULL;

    return at != NULL ? (int) (at - suffixes) : -1;
}

/* The power that a suffix at *end says, which is then stepped over, or the one that no suffix means. */
static int take_power(char **end, int none)
{
    int power = power_of(**end);

    *end += power >= 0;
    return power >= 0 ? power : none;
}

/* {2.12-5.2} A floating point number. */
static MigSizeResult read_size_as_double(const char *text, int none, const char **ret_end, guint64 *ret_value)
{
    char *end;
    double value = g_ascii_strtod(text, &end);
    gboolean fraction = value > -1e15 && value < 1e15 && value != (double) (gint64) value;
    int power;

    *ret_end = end;
    if (end == text || value != value || value - value != 0) {
        return MIG_SIZE_WRONG;
    }
    power = take_power(&end, none);
    *ret_end = end;
    if (fraction && power == 0) {
        return MIG_SIZE_WRONG;
    }
    value *= (double) (G_GUINT64_CONSTANT(1) << (10 * power));
    if (value < 0 || value >= 18446744073709550592.0) {
        return MIG_SIZE_RANGE;
    }
    *ret_value = (guint64) value;
    return MIG_SIZE_GOOD;
}

/* {6.0-} Whole part exact, fraction in double. */
static MigSizeResult read_size(const MigProfile *profile, const char *text, int none, const char **ret_end, guint64 *ret_value)
{
    gboolean newer = profile->release >= R(8, 1);     /* leading point, no suffix behind hexadecimal digits */
    const char *p = text;
    gboolean hexadecimal, fractional = FALSE;
    double fraction = 0;
    guint64 value;
    int power;
    char *end;

    *ret_end = text;
    while (g_ascii_isspace(*p)) {
        p++;
    }
    if (*p == '-') {
        /* From 8.1 on only what is a number but for its sign is out of range. */
        gsize digits = strspn(p + 1, "0123456789");

        if (newer && digits > 0 && p[1 + digits] == '\0') {
            *ret_end = p + 1 + digits;
            return MIG_SIZE_RANGE;
        }
        return MIG_SIZE_WRONG;
    }
    p += *p == '+';
    hexadecimal = p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && g_ascii_isxdigit(p[2]);
    if (!g_ascii_isdigit(*p) && !(newer && *p == '.' && g_ascii_isdigit(p[1]))) {
        return MIG_SIZE_WRONG;
    }
    errno = 0;
    end = (char *) p;
    value = *p == '.' ? 0 : g_ascii_strtoull(p, &end, hexadecimal ? 16 : 10);
    *ret_end = end;
    if (errno == ERANGE) {
        return MIG_SIZE_RANGE;
    }
    if (*end == '.' && !hexadecimal) {
        const char *point = end++;

        while (g_ascii_isdigit(*end)) {
            end++;
        }
        if (end > point + 1) {
            g_autofree char *digits = g_strndup(point, (gsize) (end - point));

            fraction = g_ascii_strtod(digits, NULL);
        }
        fractional = fraction != 0;
    }
    if (hexadecimal && newer && power_of(*end) >= 0) {
        return MIG_SIZE_WRONG;
    }
    power = take_power(&end, none);
    *ret_end = end;
    if (fractional && power == 0) {
        return MIG_SIZE_WRONG;
    }
    fraction = fraction * (double) (G_GUINT64_CONSTANT(1) << (10 * power)) + 0.5;
    if (value > (G_MAXUINT64 - (guint64) fraction) >> (10 * power)) {
        return MIG_SIZE_RANGE;
    }
    *ret_value = (value << (10 * power)) + (guint64) fraction;
    return MIG_SIZE_GOOD;
}

MigSizeResult mig_size_value(const MigProfile *profile, const char *text, guint power, const char **ret_end, guint64 *ret_value)
{
    const char *end = text;
    MigSizeResult result = profile->release <= R(5, 2) ? read_size_as_double(text, (int) power, &end, ret_value)
        : read_size(profile, text, (int) power, &end, ret_value);

    if (ret_end != NULL) {
        *ret_end = end;
    } else if (*end != '\0') {
        result = MIG_SIZE_WRONG;         /* whatever else was wrong with it */
    }
    return result;
}

static MigRule read_size_property(const MigProfile *profile, const char *text, guint64 *ret_value)
{
    MigSizeResult result = mig_size_value(profile, text, 0, NULL, ret_value);

    if (result == MIG_SIZE_RANGE && profile->release >= R(8, 1) && strchr(text, '-')) {
        return MIG_RULE_PROPERTY_SIZE_NEGATIVE;
    }
    return result == MIG_SIZE_GOOD ? MIG_RULE_NONE : result == MIG_SIZE_RANGE ? MIG_RULE_PROPERTY_SIZE_RANGE : MIG_RULE_PROPERTY_SIZE;
}

MigRule mig_property_value(const MigProfile *profile, MigType type, const char *text, guint64 *ret_value)
{
    switch (type) {
    case MIG_TYPE_INT:
    case MIG_TYPE_UINT8:
    case MIG_TYPE_UINT32:
    case MIG_TYPE_UINT64:
        return read_integer(type, text, ret_value);
    case MIG_TYPE_SIZE:
        return read_size_property(profile, text, ret_value);
    case MIG_TYPE_BOOL:
        return read_bool(profile, text, ret_value);
    case MIG_TYPE_COMPRESSION:
    case MIG_TYPE_MODE:
    case MIG_TYPE_ZERO_PAGE:
        return mig_enum_value(profile, type, text, ret_value) ? MIG_RULE_NONE : MIG_RULE_PROPERTY_ENUM;
    case MIG_TYPE_STRING:
    case MIG_TYPE_STR_OR_NULL:
    case MIG_TYPE_MAPPING:
    case MIG_TYPE_STRINGS:
    case MIG_TYPE_COUNT:
        break;
    }
    g_return_val_if_reached(MIG_RULE_PROPERTY_UNKNOWN);
}
