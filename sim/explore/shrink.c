/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Makes the text of a scenario smaller. It knows nothing of scenarios but that YAML nests by indentation and that { a: b, c: d }
 * has members: what does not read or does not fail the same way is put back.
 */
#include "sim/explore/explore.h"

#include <string.h>

typedef struct {
    GPtrArray *lines;          /* char*, owned */
    guint budget;
    SimExploreStillFails *still_fails;
    gpointer opaque;
} Shrinker;

static char *joined(const GPtrArray *lines)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < lines->len; i++) {
        g_string_append(text, g_ptr_array_index(lines, i));
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static gboolean fails(Shrinker *s, const GPtrArray *lines)
{
    g_autofree char *text = joined(lines);

    if (s->budget == 0) {
        return FALSE;
    }
    s->budget--;
    return s->still_fails(text, s->opaque);
}

static guint indent_of(const char *line) { return (guint) strspn(line, " "); }

/* The line and what is nested in it: deeper lines. */
static guint block_length(const GPtrArray *lines, guint at)
{
    guint indent = indent_of(g_ptr_array_index(lines, at)), n = 1;

    while (at + n < lines->len && indent_of(g_ptr_array_index(lines, at + n)) > indent) {
        n++;
    }
    return n;
}

/* Leaves lines [at, at + n) out if it still fails then. */
static gboolean without(Shrinker *s, guint at, guint n)
{
    g_autoptr(GPtrArray) fewer = g_ptr_array_new();

    for (guint i = 0; i < s->lines->len; i++) {
        if (i < at || i >= at + n) {
            g_ptr_array_add(fewer, g_ptr_array_index(s->lines, i));
        }
    }
    if (!fails(s, fewer)) {
        return FALSE;
    }
    g_ptr_array_remove_range(s->lines, at, n);
    return TRUE;
}

static gboolean is_kept(const char *line)
{
    return line[0] == '#' || g_str_has_prefix(line, "title:") || g_str_has_prefix(line, "steps:");
}

/* From the end: late steps depend on early ones, not the other way round. */
static gboolean drop_blocks(Shrinker *s)
{
    gboolean changed = FALSE;

    for (guint i = s->lines->len; i-- > 0;) {
        if (i < s->lines->len && !is_kept(g_ptr_array_index(s->lines, i))) {
            changed = without(s, i, block_length(s->lines, i)) || changed;
        }
    }
    return changed;
}

/* Several steps at once, so that hundreds of lines do not need hundreds of runs. */
static gboolean drop_runs(Shrinker *s)
{
    gboolean changed = FALSE;

    for (guint n = s->lines->len / 2; n >= 4; n /= 2) {
        for (guint at = 0; at + n <= s->lines->len;) {
            gboolean kept = FALSE;

            for (guint i = at; i < at + n; i++) {
                kept = kept || is_kept(g_ptr_array_index(s->lines, i));
            }
            if (!kept && without(s, at, n)) {
                changed = TRUE;
            } else {
                at += n;
            }
        }
    }
    return changed;
}

static gboolean try_line(Shrinker *s, guint at, char *line)
{
    char *old = g_ptr_array_index(s->lines, at);

    s->lines->pdata[at] = line;
    if (!g_str_equal(old, line) && fails(s, s->lines)) {
        g_free(old);
        return TRUE;
    }
    s->lines->pdata[at] = old;
    g_free(line);
    return FALSE;
}

/* Members of { … } and [ … ] that hold no brackets themselves. */
static gboolean drop_members(Shrinker *s, guint at)
{
    gboolean changed = FALSE;

    for (guint from = 0;;) {
        const char *line = g_ptr_array_index(s->lines, at);
        gsize length = strlen(line);
        guint begin, end;
        g_autoptr(GString) shorter = NULL;

        while (from < length && strchr("{[,", line[from]) == NULL) {
            from++;
        }
        if (from >= length || line[0] == '#') {
            return changed;
        }
        begin = from + 1;
        end = begin + (guint) strcspn(line + begin, "{[,]}");
        if (line[end] == '{' || line[end] == '[' || line[end] == '\0') {
            from = end;
            continue;
        }
        shorter = g_string_new_len(line, line[from] == ',' ? from : begin);
        if (line[from] != ',') {
            g_string_append_c(shorter, ' ');
        }
        g_string_append(shorter, line + end + (line[from] != ',' && line[end] == ',' ? 2 : 0));
        if (try_line(s, at, g_strdup(shorter->str))) {
            changed = TRUE;
        } else {
            from = end;
            if (from < length && line[from] != ',' ) {
                from++;
            }
        }
    }
}

/* Numbers, half as large as long as it fails. */
static gboolean halve_numbers(Shrinker *s, guint at)
{
    gboolean changed = FALSE;

    for (guint from = 0;;) {
        const char *line = g_ptr_array_index(s->lines, at);
        char *end;
        guint64 n;

        while (line[from] != '\0' && !(g_ascii_isdigit(line[from]) && from > 0 && strchr(" :", line[from - 1]) != NULL)) {
            from++;
        }
        if (line[from] == '\0' || line[0] == '#' || g_str_has_prefix(line, "title:")) {
            return changed;
        }
        n = g_ascii_strtoull(line + from, &end, 10);
        if (n >= 2 && *end != '.'
            && try_line(s, at, g_strdup_printf("%.*s%" G_GUINT64_FORMAT "%s", (int) from, line, n / 2, end))) {
            changed = TRUE;
            continue;
        }
        while (g_ascii_isdigit(((const char *) g_ptr_array_index(s->lines, at))[from])) {
            from++;
        }
    }
}

char *sim_explore_shrink(const char *text, guint budget, SimExploreStillFails *still_fails, gpointer opaque)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) words = g_strsplit(text, "\n", -1);
    Shrinker s = { lines, budget, still_fails, opaque };
    gboolean changed = TRUE;

    for (guint i = 0; words[i] != NULL; i++) {
        if (words[i + 1] != NULL || words[i][0] != '\0') {
            g_ptr_array_add(lines, g_strdup(words[i]));
        }
    }
    (void) drop_runs(&s);
    while (changed && s.budget > 0) {
        changed = drop_blocks(&s);
        for (guint i = 0; i < lines->len; i++) {
            changed = drop_members(&s, i) || changed;
        }
    }
    for (guint i = 0; i < lines->len; i++) {
        (void) halve_numbers(&s, i);
    }
    return joined(lines);
}
