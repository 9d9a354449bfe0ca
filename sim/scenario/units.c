/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario/units.h"

#include <string.h>

typedef struct { const char *unit; guint64 numerator, denominator; } Unit;

/* A decimal number with up to nine digits behind the point, then a unit. FALSE: not of this form, or too large. The
 * result is number * numerator / denominator. */
static gboolean parse(const char *text, const Unit *units, gsize count, guint64 *ret)
{
    unsigned __int128 number = 0;
    guint64 scale = 1;
    const char *c = text;
    gsize length;

    while (g_ascii_isspace(*c)) {
        c++;
    }
    if (!g_ascii_isdigit(*c)) {
        return FALSE;
    }
    for (; g_ascii_isdigit(*c); c++) {
        number = number * 10 + (guint) (*c - '0');
        if (number > G_MAXUINT64) {
            return FALSE;
        }
    }
    if (*c == '.') {
        if (!g_ascii_isdigit(*++c)) {
            return FALSE;
        }
        for (; g_ascii_isdigit(*c); c++) {
            if (scale == 1000000000) {
                return FALSE;
            }
            number = number * 10 + (guint) (*c - '0');
            scale *= 10;
        }
    }
    while (g_ascii_isspace(*c)) {
        c++;
    }
    length = strlen(c);
    while (length > 0 && g_ascii_isspace(c[length - 1])) {
        length--;
    }
    for (gsize i = 0; i < count; i++) {
        if (strlen(units[i].unit) == length && strncmp(units[i].unit, c, length) == 0) {
            unsigned __int128 value = number * units[i].numerator / units[i].denominator / scale;

            if (value > G_MAXINT64) {
                return FALSE;
            }
            *ret = (guint64) value;
            return TRUE;
        }
    }
    return FALSE;
}

#define K G_GUINT64_CONSTANT(1024)

static const Unit sizes[] = {
    { "", 1, 1 }, { "B", 1, 1 }, { "bytes", 1, 1 }, { "byte", 1, 1 }, { "page", 4096, 1 }, { "pages", 4096, 1 },
    { "k", K, 1 }, { "K", K, 1 }, { "M", K * K, 1 }, { "G", K * K * K, 1 }, { "T", K * K * K * K, 1 },
    { "KiB", K, 1 }, { "MiB", K * K, 1 }, { "GiB", K * K * K, 1 }, { "TiB", K * K * K * K, 1 },
    { "kB", 1000, 1 }, { "MB", 1000000, 1 }, { "GB", 1000000000, 1 }, { "TB", G_GUINT64_CONSTANT(1000000000000), 1 },
};

const char *sim_parse_size(const char *text, guint64 *ret_bytes)
{
    return parse(text, sizes, G_N_ELEMENTS(sizes), ret_bytes) ? NULL : "a size: 64M, 64 MiB, 100 kB, 20 pages or a number of bytes";
}

const char *sim_parse_duration(const char *text, gint64 *ret_ns)
{
    static const Unit durations[] = {
        { "ns", 1, 1 }, { "us", 1000, 1 }, { "ms", 1000000, 1 }, { "s", 1000000000, 1 }, { "min", G_GUINT64_CONSTANT(60000000000), 1 },
    };
    guint64 ns;

    if (!parse(text, durations, G_N_ELEMENTS(durations), &ns)) {
        return "a duration with its unit: 50ns, 200us, 300ms, 5s or 2min";
    }
    *ret_ns = (gint64) ns;
    return NULL;
}

const char *sim_parse_bandwidth(const char *text, guint64 *ret_ps_per_byte)
{
    static const Unit bits[] = {
        { "bit/s", 1, 8 }, { "kbit/s", 1000, 8 }, { "Mbit/s", 1000000, 8 }, { "Gbit/s", 1000000000, 8 },
        { "B/s", 1, 1 }, { "kB/s", 1000, 1 }, { "MB/s", 1000000, 1 }, { "GB/s", 1000000000, 1 },
        { "KiB/s", K, 1 }, { "MiB/s", K * K, 1 }, { "GiB/s", K * K * K, 1 },
    };
    guint64 bytes_per_second;

    if (strcmp(text, "unlimited") == 0) {
        *ret_ps_per_byte = 0;
        return NULL;
    }
    if (!parse(text, bits, G_N_ELEMENTS(bits), &bytes_per_second) || bytes_per_second == 0) {
        return "a bandwidth: 1Gbit/s, 100Mbit/s, 10MB/s, 32MiB/s or unlimited";
    }
    *ret_ps_per_byte = G_GUINT64_CONSTANT(1000000000000) / bytes_per_second;
    return NULL;
}

const char *sim_parse_write_rate(const char *text, guint64 *ret_pages_per_second)
{
    static const Unit rates[] = {
        { "pages/s", 1, 1 }, { "kB/s", 1000, 4096 }, { "MB/s", 1000000, 4096 }, { "GB/s", 1000000000, 4096 },
        { "KiB/s", K, 4096 }, { "MiB/s", K * K, 4096 }, { "GiB/s", K * K * K, 4096 },
    };

    return parse(text, rates, G_N_ELEMENTS(rates), ret_pages_per_second) ? NULL : "a rate of writes: 20000 pages/s or 80MiB/s";
}

const char *sim_parse_seed(const char *text, guint64 *ret_seed)
{
    return g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, ret_seed, NULL) ? NULL : "a whole number, 0 to 18446744073709551615";
}

const char *sim_parse_ratio(const char *text, guint32 *ret_ppm)
{
    static const Unit ratios[] = { { "%", 10000, 1 }, { "ppm", 1, 1 } };
    guint64 ppm;

    if (strcmp(text, "0") == 0) {
        *ret_ppm = 0;
        return NULL;
    }
    if (!parse(text, ratios, G_N_ELEMENTS(ratios), &ppm) || ppm > 1000000) {
        return "a share of packets: 0.01%, 5ppm, at most 100%";
    }
    *ret_ppm = (guint32) ppm;
    return NULL;
}

const char *sim_parse_share(const char *text, guint64 ram_bytes, guint64 *ret_bytes)
{
    static const Unit of_ram[] = { { "% of ram", 10000, 1 } };
    guint64 ppm;

    if (parse(text, of_ram, G_N_ELEMENTS(of_ram), &ppm) && ppm <= 1000000) {
        *ret_bytes = (guint64) ((unsigned __int128) ram_bytes * ppm / 1000000);
        return NULL;
    }
    return sim_parse_size(text, ret_bytes) == NULL ? NULL : "a share of memory: 10% of ram, or a size as 16M";
}
