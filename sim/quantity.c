/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/quantity.h"

#include <string.h>

G_DEFINE_QUARK(sim-quantity-error, sim_quantity_error)

typedef unsigned __int128 Wide;

typedef struct {
    const char *name;
    guint64 factor;
} Unit;

/* A decimal number, value / scale; *ret_unit is what follows, without spaces. */
static gboolean read_number(const char *text, guint64 *ret_value, guint64 *ret_scale, const char **ret_unit)
{
    Wide value = 0;
    guint64 scale = 1;
    gboolean point = FALSE, digits = FALSE;

    for (; g_ascii_isdigit(*text) || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = TRUE;
            continue;
        }
        digits = TRUE;
        value = value * 10 + (guint) (*text - '0');
        if (value > G_MAXUINT64 || (point && scale > G_MAXUINT64 / 10)) {
            return FALSE;
        }
        scale *= point ? 10 : 1;
    }
    while (*text == ' ') {
        text++;
    }
    *ret_value = (guint64) value;
    *ret_scale = scale;
    *ret_unit = text;
    return digits;
}

static const Unit *find_unit(const Unit *units, gsize n, const char *name)
{
    for (gsize i = 0; i < n; i++) {
        if (strcmp(units[i].name, name) == 0) {
            return &units[i];
        }
    }
    return NULL;
}

static gboolean refuse(const char *text, const char *expected, GError **error)
{
    g_set_error(error, SIM_QUANTITY_ERROR, 0, "'%s': expected %s", text, expected);
    return FALSE;
}

/* A number with one of the units, as a whole number of the smallest, at most `max`. */
static gboolean read_whole(const char *text, const Unit *units, gsize n, guint64 max, const char *expected, guint64 *ret, GError **error)
{
    guint64 value, scale;
    const char *name;
    const Unit *unit;
    Wide whole;

    if (!read_number(text, &value, &scale, &name)) {
        return refuse(text, expected, error);
    }
    unit = find_unit(units, n, name);
    if (unit == NULL && !(name[0] == '\0' && value == 0)) {
        return refuse(text, expected, error);
    }
    whole = (Wide) value * (unit != NULL ? unit->factor : 1);
    if (whole % scale != 0 || whole / scale > max) {
        return refuse(text, expected, error);
    }
    *ret = (guint64) (whole / scale);
    return TRUE;
}

#define K1024 (G_GUINT64_CONSTANT(1) << 10)
#define M1024 (G_GUINT64_CONSTANT(1) << 20)
#define G1024 (G_GUINT64_CONSTANT(1) << 30)
#define T1024 (G_GUINT64_CONSTANT(1) << 40)
#define K1000 G_GUINT64_CONSTANT(1000)
#define M1000 G_GUINT64_CONSTANT(1000000)
#define G1000 G_GUINT64_CONSTANT(1000000000)

gboolean sim_quantity_size(const char *text, guint64 *ret_bytes, GError **error)
{
    static const Unit units[] = { { "", 1 },        { "B", 1 },      { "K", K1024 },   { "KiB", K1024 }, { "M", M1024 },  { "MiB", M1024 },
                                  { "G", G1024 },   { "GiB", G1024 }, { "T", T1024 },  { "TiB", T1024 }, { "kB", K1000 }, { "MB", M1000 },
                                  { "GB", G1000 } };

    return read_whole(text, units, G_N_ELEMENTS(units), G_MAXINT64, "a size such as 4096, 64K, 64M or 2G", ret_bytes, error);
}

gboolean sim_quantity_time(const char *text, gint64 *ret_ns, GError **error)
{
    static const Unit units[] = { { "ns", 1 },      { "us", K1000 },       { "ms", M1000 },
                                  { "s", G1000 },   { "min", 60 * G1000 }, { "h", 3600 * G1000 } };
    guint64 ns;

    /* A century is longer than any run, and leaves room for sums. */
    if (!read_whole(text, units, G_N_ELEMENTS(units), G1000 * 3600 * 24 * 36525, "a time such as 200us, 300ms, 5s or 2min", &ns, error)) {
        return FALSE;
    }
    *ret_ns = (gint64) ns;
    return TRUE;
}

gboolean sim_quantity_bandwidth(const char *text, guint64 *ret_ps_per_byte, GError **error)
{
    /* Bits per second. */
    static const Unit units[] = { { "bit/s", 1 },       { "kbit/s", K1000 },     { "Mbit/s", M1000 },     { "Gbit/s", G1000 },
                                  { "B/s", 8 },         { "kB/s", 8 * K1000 },   { "MB/s", 8 * M1000 },   { "GB/s", 8 * G1000 },
                                  { "KiB/s", 8 * K1024 }, { "MiB/s", 8 * M1024 }, { "GiB/s", 8 * G1024 } };
    static const char expected[] = "a bandwidth such as 100Mbit/s, 10Gbit/s, 125MB/s or 'unlimited'";
    guint64 value, scale;
    const char *name;
    const Unit *unit;
    Wide bits_scaled, ps;

    if (strcmp(text, "unlimited") == 0) {
        *ret_ps_per_byte = 0;
        return TRUE;
    }
    unit = read_number(text, &value, &scale, &name) ? find_unit(units, G_N_ELEMENTS(units), name) : NULL;
    if (unit == NULL || value == 0) {
        return refuse(text, expected, error);
    }
    bits_scaled = (Wide) value * unit->factor;
    ps = ((Wide) 8 * G1000 * K1000 * scale + bits_scaled - 1) / bits_scaled;
    if (ps > G_GUINT64_CONSTANT(1000000000000000)) {
        return refuse(text, expected, error);
    }
    *ret_ps_per_byte = (guint64) ps;
    return TRUE;
}

gboolean sim_quantity_probability(const char *text, guint32 *ret_ppm, GError **error)
{
    static const Unit units[] = { { "ppm", 1 }, { "%", 10000 } };
    guint64 ppm;

    if (!read_whole(text, units, G_N_ELEMENTS(units), M1000, "a probability such as 0.01% or 100ppm, at most 100%", &ppm, error)) {
        return FALSE;
    }
    *ret_ppm = (guint32) ppm;
    return TRUE;
}
