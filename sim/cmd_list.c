/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab list: what there is.
 */
#include "sim/command.h"
#include "sim/file.h"

#include "oracle/invariants.h"
#include "oracle/rule.h"
#include "oracle/rules/stream_bytes.h"
#include "reference/options/profile.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_range(OraRelease since, OraRelease until, char *out, gsize size)
{
    if (until >= ORA_FOREVER) {
        g_snprintf(out, size, "%s-", ora_release_name(since));
    } else if (since == until) {
        g_snprintf(out, size, "%s", ora_release_name(since));
    } else {
        g_snprintf(out, size, "%s-%s", ora_release_name(since), ora_release_name(until));
    }
}

static int list_rules(void)
{
    guint count;
    const OraRule *const *rules = ora_rules(&count);

    for (guint i = 0; i < count; i++) {
        char range[32];

        print_range(rules[i]->since, rules[i]->until, range, sizeof(range));
        printf("%-28s %-10s %-22s %s\n", rules[i]->id, range, rules[i]->invariant != NULL ? rules[i]->invariant : "-",
               rules[i]->sentence);
    }
    for (guint i = 0; i < ORA_SR_COUNT; i++) {
        const OraStreamRule *rule = ora_stream_rule(i);
        char range[32] = "-";

        if (rule->since || rule->until) {
            print_range(rule->since ? rule->since : ORA_RELEASE(2, 4), rule->until ? rule->until : ORA_FOREVER, range, sizeof(range));
        }
        printf("%-28s %-10s %-22s %s\n", rule->id, range, "-", rule->sentence);
    }
    return SIM_EXIT_CLEAN;
}

static int list_invariants(void)
{
    guint count;
    const OraInvariant *invariants = ora_invariants(&count);

    for (guint i = 0; i < count; i++) {
        g_auto(GStrv) rules = ora_invariant_rules(&invariants[i]);
        g_autofree char *text = g_strjoinv(" ", rules);

        printf("%-22s %s%s%s\n", invariants[i].name, text, text[0] != '\0' && invariants[i].elsewhere != NULL ? " " : "",
               invariants[i].elsewhere != NULL ? invariants[i].elsewhere : "");
    }
    return SIM_EXIT_CLEAN;
}

static int list_quirks(void)
{
    guint count;
    const OraQuirk *quirks = ora_quirks(&count);

    for (guint i = 0; i < count; i++) {
        char range[32];

        print_range(quirks[i].since, quirks[i].until, range, sizeof(range));
        printf("%-38s %-10s %s\n", quirks[i].id, range, quirks[i].text);
    }
    return SIM_EXIT_CLEAN;
}

static int list_profiles(void)
{
    const char *const *names = mig_profile_names();

    for (guint i = 0; names[i] != NULL; i++) {
        printf("%s\n", names[i]);
    }
    return SIM_EXIT_CLEAN;
}

/* The first "title:" of a YAML file, or "". */
static char *title_of(const char *path)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!sim_file_read(path, SIM_FILE_TEXT_MAX, &text, NULL, NULL)) {
        return g_strdup("");
    }
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (g_str_has_prefix(lines[i], "title:")) {
            return g_strdup(g_strstrip(lines[i] + strlen("title:")));
        }
    }
    return g_strdup("");
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static void collect(const char *directory, const char *skip, guint depth, GPtrArray *paths)
{
    GDir *dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            /* A link to a folder may lead anywhere, also back. */
            if (depth < 8 && g_strcmp0(name, skip) != 0 && !g_file_test(path, G_FILE_TEST_IS_SYMLINK)) {
                collect(path, skip, depth + 1, paths);
            }
        } else if (g_str_has_suffix(name, ".yaml")) {
            g_ptr_array_add(paths, g_steal_pointer(&path));
        }
    }
    if (dir != NULL) {
        g_dir_close(dir);
    }
}

static int list_files(const char *what, const char *directory, const char *skip)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

    if (!g_file_test(directory, G_FILE_TEST_IS_DIR)) {
        fprintf(stderr, "miglab list %s: there is no directory '%s'; name one\n", what, directory);
        return SIM_EXIT_USAGE;
    }
    collect(directory, skip, 0, paths);
    if (paths->len > 1) {
        qsort(paths->pdata, paths->len, sizeof(gpointer), by_name);
    }
    for (guint i = 0; i < paths->len; i++) {
        g_autofree char *title = title_of(g_ptr_array_index(paths, i));

        printf("%-50s %s\n", (const char *) g_ptr_array_index(paths, i), title);
    }
    return SIM_EXIT_CLEAN;
}

int sim_cmd_list(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (argc < 2) {
        fprintf(stderr, "miglab list: what? rules, invariants, profiles, scenarios, targets or quirks\n");
        return SIM_EXIT_USAGE;
    }
    if (strcmp(what, "--help") == 0 || strcmp(what, "-h") == 0) {
        printf("Usage: miglab list rules|invariants|profiles|quirks\n       miglab list scenarios|targets [DIRECTORY]\n\n"
               "  rules      what the judge checks: id, releases, invariant, sentence\n"
               "  invariants what bugs of migration code break, and which rules (or tests) notice it\n"
               "  quirks     known ways in which real releases break rules\n"
               "  profiles   releases of QEMU that the engine can be\n"
               "  scenarios  scenario files below DIRECTORY (scenarios)\n"
               "  targets    target files below DIRECTORY (scenarios/targets)\n");
        return SIM_EXIT_CLEAN;
    }
    if (argc > 3 || (argc == 3 && strcmp(what, "scenarios") != 0 && strcmp(what, "targets") != 0)) {
        fprintf(stderr, "miglab list: too many arguments: %s\n", argv[argc > 3 ? 3 : 2]);
        return SIM_EXIT_USAGE;
    }
    if (strcmp(what, "rules") == 0) {
        return list_rules();
    }
    if (strcmp(what, "invariants") == 0) {
        return list_invariants();
    }
    if (strcmp(what, "quirks") == 0) {
        return list_quirks();
    }
    if (strcmp(what, "profiles") == 0) {
        return list_profiles();
    }
    if (strcmp(what, "scenarios") == 0) {
        return list_files(what, argc > 2 ? argv[2] : "scenarios", "targets");
    }
    if (strcmp(what, "targets") == 0) {
        return list_files(what, argc > 2 ? argv[2] : "scenarios/targets", NULL);
    }
    fprintf(stderr, "miglab list: what? rules, invariants, profiles, scenarios, targets or quirks, not '%s'\n", what);
    return SIM_EXIT_USAGE;
}
