/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/conform/report.h"

#include <gio/gio.h>
#include <string.h>

/* What identifies a difference from run to run: its shortest dialogue and what the target answered. */
static char *identity_of(const SimConformDifference *difference)
{
    GString *text = g_string_new(sim_conform_area_name(difference->area));

    for (guint i = 0; i < difference->requests->len; i++) {
        g_string_append_printf(text, "\n%s", ((const SimConformRequest *) difference->requests->pdata[i])->members);
    }
    g_string_append_printf(text, "\n%s", difference->actual);
    return g_string_free(text, FALSE);
}

guint sim_conform_findings(const SimConformResult *result)
{
    guint count = 0;

    for (guint i = 0; i < result->differences->len; i++) {
        count += !((const SimConformDifference *) result->differences->pdata[i])->known;
    }
    return count;
}

static char *join(const GPtrArray *texts, const char *separator)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < texts->len; i++) {
        g_string_append_printf(out, "%s%s", i ? separator : "", (const char *) texts->pdata[i]);
    }
    return g_string_free(out, FALSE);
}

static void print_difference(const SimConformDifference *difference, guint number, FILE *out)
{
    g_autofree char *releases = join(difference->releases, " ");

    fprintf(out, "\n%s %u: %s%s", difference->known ? "known difference" : "difference", number, sim_conform_area_name(difference->area),
            difference->count > 1 ? "" : "\n");
    if (difference->count > 1) {
        fprintf(out, ", seen %u times; once like this:\n", difference->count);
    }
    for (guint i = 0; i < difference->requests->len; i++) {
        fprintf(out, "    -> {%s}\n", ((const SimConformRequest *) difference->requests->pdata[i])->members);
    }
    fprintf(out, "    expected  %s\n    got       %s\n", difference->expected, difference->actual);
    fprintf(out, "    releases that answer like this: %s\n", releases[0] ? releases : "none");
}

void sim_conform_print(const SimConformResult *result, const char *target, FILE *out)
{
    guint agreed = 0, differed = 0, untested = 0;

    fprintf(out, "%s reports version %s, judged as %s%s\n", target, result->version, result->profile,
            result->nearest ? " (the nearest release that is known)" : "");
    for (guint i = 0; i < result->facts->len; i++) {
        fprintf(out, "  build or host, by its answers: %s\n", (const char *) result->facts->pdata[i]);
    }
    fprintf(out, "\n%-30s %8s %8s %13s\n", "area", "agree", "differ", "not testable");
    for (int i = 0; i < SIM_AREA_COUNT; i++) {
        fprintf(out, "%-30s %8u %8u %13u\n", sim_conform_area_name(i), result->agreed[i], result->differed[i], result->untested[i]);
        agreed += result->agreed[i];
        differed += result->differed[i];
        untested += result->untested[i];
    }
    fprintf(out, "%-30s %8u %8u %13u\n", "all", agreed, differed, untested);
    if (untested) {
        fputs("not testable: the release itself dies of the request, or it came after a difference in the same dialogue\n", out);
    }
    for (guint i = 0; i < result->differences->len; i++) {
        print_difference(result->differences->pdata[i], i + 1, out);
    }
    fprintf(out, "\n%u of %u replies agree (%.3f %%), %" G_GUINT64_FORMAT " requests in %.1f s, %u processes restarted\n", agreed,
            agreed + differed, agreed + differed ? 100.0 * agreed / (agreed + differed) : 0.0, result->requests,
            (double) result->real_ns / 1e9, result->restarts);
}

json_t *sim_conform_to_json(const SimConformResult *result, const char *target)
{
    json_t *root = json_object(), *areas = json_array(), *differences = json_array(), *facts = json_array();

    for (guint i = 0; i < result->facts->len; i++) {
        json_array_append_new(facts, json_string(result->facts->pdata[i]));
    }
    for (int i = 0; i < SIM_AREA_COUNT; i++) {
        json_array_append_new(areas, json_pack("{s:s,s:i,s:i,s:i}", "area", sim_conform_area_name(i), "agree", (int) result->agreed[i],
                                               "differ", (int) result->differed[i], "not-testable", (int) result->untested[i]));
    }
    for (guint i = 0; i < result->differences->len; i++) {
        const SimConformDifference *difference = result->differences->pdata[i];
        json_t *requests = json_array(), *releases = json_array();

        for (guint k = 0; k < difference->requests->len; k++) {
            g_autofree char *text = g_strdup_printf("{%s}", ((const SimConformRequest *) difference->requests->pdata[k])->members);

            json_array_append_new(requests, json_string(text));
        }
        for (guint k = 0; k < difference->releases->len; k++) {
            json_array_append_new(releases, json_string(difference->releases->pdata[k]));
        }
        json_array_append_new(differences, json_pack("{s:s,s:i,s:b,s:o,s:s,s:s,s:o}", "area", sim_conform_area_name(difference->area), "count",
                                                     (int) difference->count, "known", (int) difference->known, "requests", requests,
                                                     "expected", difference->expected, "got", difference->actual, "releases", releases));
    }
    json_object_set_new(root, "target", json_string(target));
    json_object_set_new(root, "version", json_string(result->version));
    json_object_set_new(root, "profile", json_string(result->profile));
    json_object_set_new(root, "facts", facts);
    json_object_set_new(root, "areas", areas);
    json_object_set_new(root, "differences", differences);
    return root;
}

gboolean sim_conform_baseline_apply(SimConformResult *result, const char *path, GPtrArray **ret_gone, GError **error)
{
    json_error_t problem;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &problem), *item;
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
    size_t index;

    if (!root || !json_is_array(root)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s:%d:%d: %s; expected a baseline, a JSON array of strings", path,
                    root ? 1 : MAX(problem.line, 1), root ? 1 : MAX(problem.column, 1), root ? "not an array" : problem.text);
        json_decref(root);
        return FALSE;
    }
    json_array_foreach(root, index, item) {
        if (json_is_string(item)) {
            g_hash_table_insert(known, g_strdup(json_string_value(item)), GINT_TO_POINTER(FALSE));
        }
    }
    for (guint i = 0; i < result->differences->len; i++) {
        SimConformDifference *difference = result->differences->pdata[i];
        g_autofree char *identity = identity_of(difference);

        if (g_hash_table_contains(known, identity)) {
            difference->known = TRUE;
            g_hash_table_insert(known, g_steal_pointer(&identity), GINT_TO_POINTER(TRUE));
        }
    }
    json_array_foreach(root, index, item) {          /* in the order of the file */
        const char *text = json_string_value(item);

        if (text && !GPOINTER_TO_INT(g_hash_table_lookup(known, text))) {
            g_ptr_array_add(gone, g_strdup(text));
        }
    }
    json_decref(root);
    *ret_gone = g_steal_pointer(&gone);
    return TRUE;
}

gboolean sim_conform_baseline_write(const SimConformResult *result, const char *path, GError **error)
{
    json_t *root = json_array();
    g_autofree char *text = NULL;
    char *dump;

    for (guint i = 0; i < result->differences->len; i++) {
        g_autofree char *identity = identity_of(result->differences->pdata[i]);

        json_array_append_new(root, json_string(identity));
    }
    dump = json_dumps(root, JSON_INDENT(1));
    text = g_strconcat(dump, "\n", NULL);
    free(dump);
    json_decref(root);
    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}
