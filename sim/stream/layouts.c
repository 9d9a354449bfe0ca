/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/layouts.h"

#include <lzma.h>
#include <string.h>

#define TEXT_MAX (64u << 20)
#define STEPS_MAX (1u << 20)          /* fields looked at for one device: a state is at most some hundred thousand bytes */
#define DEPTH_MAX 64
#define SUBSECTION 0x05

__asm__(".pushsection .rodata\n"
        ".global miglab_layouts_begin, miglab_layouts_end\n"
        "miglab_layouts_begin: .incbin \"" MIGLAB_LAYOUTS "\"\n"
        "miglab_layouts_end: .byte 0\n"
        ".popsection\n");
extern const guint8 miglab_layouts_begin[], miglab_layouts_end[];

typedef struct {
    const SimState *state;
    int release;                  /* major * 100 + minor */
} Layout;

/* Layout, in the order of the file; their states are owned by the descriptions, which live as long as the program. */
static GHashTable *by_device, *by_subsection;
static GPtrArray *descriptions;

static char *unpack(gsize *ret_size)
{
    const gsize packed = (gsize) (miglab_layouts_end - miglab_layouts_begin);
    gsize room = 1 << 20, in, out;
    lzma_ret result;
    char *text = NULL;

    do {
        guint64 limit = 256 << 20;

        room *= 2;
        text = g_realloc(text, room);
        in = out = 0;
        result = lzma_stream_buffer_decode(&limit, 0, NULL, miglab_layouts_begin, &in, packed, (guint8 *) text, &out, room);
    } while (result == LZMA_BUF_ERROR && room < TEXT_MAX);
    *ret_size = result == LZMA_OK ? out : 0;
    return text;
}

static void add(GHashTable *table, const char *name, const SimState *state, int release)
{
    g_autofree char *key = g_strdup_printf("%s %u", name, state->version);
    const Layout layout = { .state = state, .release = release };
    GArray *list = g_hash_table_lookup(table, key);

    if (!list) {
        list = g_array_new(FALSE, FALSE, sizeof(Layout));
        g_hash_table_insert(table, g_steal_pointer(&key), list);
    }
    g_array_append_val(list, layout);
}

static void add_subsections(const SimState *state, int release)
{
    for (guint i = 0; i < state->fields->len; i++) {
        const SimField *field = g_ptr_array_index(state->fields, i);
        if (field->state) {
            add_subsections(field->state, release);
        }
    }
    for (guint i = 0; i < state->subsections->len; i++) {
        const SimState *inner = g_ptr_array_index(state->subsections, i);
        add(by_subsection, inner->vmsd_name, inner, release);
        add_subsections(inner, release);
    }
}

/* "0000:00:1f.2/ich9_ahci": where a device sits is its own affair. */
static const char *base_name(const char *idstr)
{
    const char *slash = strrchr(idstr, '/');

    return slash ? slash + 1 : idstr;
}

static void load(void)
{
    gsize size;
    g_autofree char *text = unpack(&size);
    char *end = text + size;

    by_device = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
    by_subsection = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
    descriptions = g_ptr_array_new();
    for (char *line = text, *next; line < end; line = next) {
        char *stop = memchr(line, '\n', (gsize) (end - line));
        SimDescription *description;

        stop = stop ? stop : end;
        next = stop + 1;
        description = sim_description_parse(line, (gsize) (stop - line), NULL);
        if (!description) {
            continue;
        }
        g_ptr_array_add(descriptions, description);
        for (guint i = 0; i < description->devices->len; i++) {
            const SimDevice *device = g_ptr_array_index(description->devices, i);
            if (!device->unsure) {
                add(by_device, base_name(device->name), device->state, (int) description->release);
                add_subsections(device->state, (int) description->release);
            }
        }
    }
}

/* ---- Fitting ---- */

typedef struct {
    const guint8 *bytes;
    gsize size, at;
    SimFieldFunc *func;           /* NULL: only try */
    gpointer data;
    GString *path;
    guint depth, steps;
    int release;
} Fit;

static gboolean fit_state(Fit *fit, const SimState *state);

static gboolean take(Fit *fit, const char *name, const char *type, guint64 size)
{
    gsize mark = fit->path->len;

    if (size > fit->size - fit->at) {
        return FALSE;
    }
    if (fit->func) {
        if (name[0]) {
            g_string_append_printf(fit->path, "%s%s", mark ? "." : "", name);
        }
        fit->func(fit->data, fit->path->str, type, fit->at, fit->bytes + fit->at, (gsize) size);
        g_string_truncate(fit->path, mark);
    }
    fit->at += (gsize) size;
    return TRUE;
}

static gboolean fit_element(Fit *fit, const SimField *field, const char *name, guint64 number)
{
    gsize mark = fit->path->len;
    gboolean good;

    if (!field->state || field->state->fields->len == 0) {
        return take(fit, name, field->type, field->size);
    }
    g_string_append_printf(fit->path, "%s%s", mark ? "." : "", name);
    if (field->count > 1) {
        g_string_append_printf(fit->path, "[%" G_GUINT64_FORMAT "]", number);
    }
    /* What a structure has besides the fields that were described. */
    good = fit_state(fit, field->state)
           && (field->size <= field->state->size || take(fit, "(rest)", "?", field->size - field->state->size));
    g_string_truncate(fit->path, mark);
    return good;
}

static gboolean fit_field(Fit *fit, const SimField *field)
{
    g_autofree char *name = field->has_index ? g_strdup_printf("%s[%" G_GUINT64_FORMAT "]", field->name, field->index) : g_strdup(field->name);

    if (field->size == 0 || field->count == 0) {
        return TRUE;
    }
    if (field->count > (fit->size - fit->at) / field->size) {
        return FALSE;
    }
    if (field->count > 1 && !field->state) {
        g_autofree char *type = g_strdup_printf("%s[%" G_GUINT64_FORMAT "]", field->type, field->count);
        return take(fit, name, type, field->size * field->count);
    }
    for (guint64 i = 0; i < field->count; i++) {
        if (++fit->steps > STEPS_MAX || !fit_element(fit, field, name, i)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* The head of a subsection of `state`, whose name begins with that of the state; 0: none stands here. */
static gsize subsection_head(const Fit *fit, const SimState *state, char *ret_name, guint *ret_version)
{
    const guint8 *p = fit->bytes + fit->at;
    gsize left = fit->size - fit->at, prefix = strlen(state->vmsd_name);

    if (left < 2 || p[0] != SUBSECTION || left < 2 + (gsize) p[1] + 4 || prefix == 0 || p[1] <= prefix
        || memcmp(p + 2, state->vmsd_name, prefix) != 0 || memchr(p + 2, 0, p[1])) {
        return 0;
    }
    memcpy(ret_name, p + 2, p[1]);
    ret_name[p[1]] = '\0';
    *ret_version = (guint) p[2 + p[1]] << 24 | (guint) p[3 + p[1]] << 16 | (guint) p[4 + p[1]] << 8 | p[5 + p[1]];
    return 2 + (gsize) p[1] + 4;
}

/* The layouts of the list, those of releases near `release` first: each call gives the next. *distance is -1 and
 * *next 0 at first. */
static const SimState *nearest(const GArray *list, int release, int *distance, guint *next)
{
    const Layout *best = NULL;
    guint best_at = 0;
    int best_distance = G_MAXINT;

    for (guint i = 0; list && i < list->len; i++) {
        const Layout *layout = &g_array_index(list, Layout, i);
        int away = ABS(layout->release - (release ? release : G_MAXINT / 2));

        if ((away > *distance || (away == *distance && i >= *next)) && away < best_distance) {
            best = layout;
            best_at = i;
            best_distance = away;
        }
    }
    if (!best) {
        return NULL;
    }
    *distance = best_distance;
    *next = best_at + 1;
    return best->state;
}

/* The nearest layout of this subsection that can be read here. */
static gboolean fit_subsection(Fit *fit, const char *name, guint version, gsize head)
{
    g_autofree char *key = g_strdup_printf("%s %u", name, version);
    const GArray *layouts = g_hash_table_lookup(by_subsection, key);
    const SimState *layout;
    guint next = 0;
    int distance = -1;
    gsize mark = fit->path->len, begin = fit->at;
    SimFieldFunc *func = fit->func;

    g_string_append_printf(fit->path, "%s<%s>", mark ? "." : "", name);
    while ((layout = nearest(layouts, fit->release, &distance, &next))) {
        fit->func = NULL;
        fit->at = begin + head;
        if (fit_state(fit, layout)) {
            fit->func = func;
            if (func) {
                fit->at = begin;
                (void) take(fit, "", "subsection", head);
                (void) fit_state(fit, layout);
            }
            g_string_truncate(fit->path, mark);
            return TRUE;
        }
    }
    fit->func = func;
    g_string_truncate(fit->path, mark);
    return FALSE;
}

static gboolean fit_state(Fit *fit, const SimState *state)
{
    char name[256];
    guint version;
    gsize head;
    gboolean good = ++fit->depth < DEPTH_MAX;

    for (guint i = 0; good && i < state->fields->len; i++) {
        const SimField *field = g_ptr_array_index(state->fields, i);
        good = ++fit->steps < STEPS_MAX && fit_field(fit, field);
    }
    while (good && (head = subsection_head(fit, state, name, &version)) > 0) {
        good = ++fit->steps < STEPS_MAX && fit_subsection(fit, name, version, head);
    }
    fit->depth--;
    return good;
}

gboolean sim_layouts_walk(const char *idstr, guint version, int release, const guint8 *bytes, gsize size, SimFieldFunc *func, gpointer data)
{
    g_autofree char *key = g_strdup_printf("%s %u", base_name(idstr), version);
    const GArray *layouts;
    const SimState *layout;
    gboolean found = FALSE;
    guint next = 0;
    int distance = -1;

    if (!by_device) {
        load();
    }
    layouts = g_hash_table_lookup(by_device, key);
    while (!found && (layout = nearest(layouts, release, &distance, &next))) {
        Fit fit = { .release = release, .bytes = bytes, .size = size, .path = g_string_new(NULL) };

        found = fit_state(&fit, layout) && fit.at == size;
        if (found) {
            fit.at = 0;
            fit.steps = 0;
            fit.func = func;
            fit.data = data;
            g_string_truncate(fit.path, 0);
            (void) fit_state(&fit, layout);
        }
        g_string_free(fit.path, TRUE);
    }
    return found;
}
