/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab options diff: what a client that was written for one release meets on another. Besides names, types and texts it
 * compares behaviour: sets of capabilities that one accepts and the other refuses, found by trying them.
 */
#include "sim/options/call.h"

#include <string.h>

#include "reference/options/check.h"
#include "sim/command.h"
#include "sim/options/items.h"

/* Sets of at most this many capabilities are tried. Every rule of every release names fewer. */
#define SET_SIZE_MAX 3

typedef struct {
    const char *title;        /* static */
    const char *key;          /* of the JSON member; static */
    GPtrArray *lines;         /* of char * */
} Section;

static Section *begin(GPtrArray *sections, const char *title, const char *key)
{
    Section *section = g_new(Section, 1);

    *section = (Section) { title, key, g_ptr_array_new_with_free_func(g_free) };
    g_ptr_array_add(sections, section);
    return section;
}

static void section_free(gpointer data)
{
    g_ptr_array_unref(((Section *) data)->lines);
    g_free(data);
}

static void say(Section *section, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(Section *section, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(section->lines, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static void compare_names(const MigProfile *a, const MigProfile *b, GPtrArray *sections)
{
    g_autoptr(GArray) from = sim_items(a), to = sim_items(b);
    Section *gone = begin(sections, "Gone", "gone"), *renamed = begin(sections, "Renamed", "renamed"),
            *added = begin(sections, "New", "new");

    for (guint i = 0; i < from->len; i++) {
        const SimItem *item = &g_array_index(from, SimItem, i), *same = sim_items_find_index(to, item);
        g_autofree char *text = sim_item_to_string(item);

        if (same != NULL && strcmp(same->name, item->name) != 0) {
            say(renamed, "%s is now %s", text, same->name);
        } else if (same == NULL && sim_items_find(to, item) == NULL) {
            say(gone, "%s", text);
        }
    }
    for (guint i = 0; i < to->len; i++) {
        const SimItem *item = &g_array_index(to, SimItem, i);
        g_autofree char *text = sim_item_to_string(item);

        if (sim_items_find_index(from, item) == NULL && sim_items_find(from, item) == NULL) {
            say(added, "%s", text);
        }
    }
}

static void compare_standing(const MigProfile *a, const MigProfile *b, GPtrArray *sections)
{
    Section *section = begin(sections, "Now deprecated or unstable", "standing");

    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        MigCap cap = (MigCap) i;

        if (mig_cap_name(a, cap) == NULL || mig_cap_name(b, cap) == NULL) {
            continue;
        }
        if (mig_cap_deprecated(b, cap) && !mig_cap_deprecated(a, cap)) {
            say(section, "capability %s is deprecated", mig_cap_name(b, cap));
        }
        if (mig_cap_unstable(b, cap) && !mig_cap_unstable(a, cap)) {
            say(section, "capability %s is unstable", mig_cap_name(b, cap));
        }
    }
    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        MigParam param = (MigParam) i;

        if (mig_param_name(a, param) == NULL || mig_param_name(b, param) == NULL) {
            continue;
        }
        if (mig_param_deprecated(b, param) && !mig_param_deprecated(a, param)) {
            say(section, "parameter %s is deprecated", mig_param_name(b, param));
        }
        if (mig_param_unstable(b, param) && !mig_param_unstable(a, param)) {
            say(section, "parameter %s is unstable", mig_param_name(b, param));
        }
    }
}

static void compare_params(const MigProfile *a, const MigProfile *b, GPtrArray *sections)
{
    Section *section = begin(sections, "Parameters that changed", "parameters");

    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        MigParam param = (MigParam) i;
        const char *name = mig_param_name(b, param);
        g_autofree char *before = NULL, *after = NULL;

        if (mig_param_name(a, param) == NULL || name == NULL) {
            continue;
        }
        before = mig_param_value_to_string(a, param, mig_param_default(a, param));
        after = mig_param_value_to_string(b, param, mig_param_default(b, param));
        if (strcmp(before, after) != 0) {
            say(section, "%s: default %s, was %s", name, after, before);
        }
        if (mig_param_input_type(a, param) != mig_param_input_type(b, param)) {
            say(section, "%s: type %s, was %s", name, mig_type_name(mig_param_input_type(b, param)),
                mig_type_name(mig_param_input_type(a, param)));
        }
        if (strcmp(mig_param_limits(a, param), mig_param_limits(b, param)) != 0) {
            say(section, "%s: limits %s, were %s", name, mig_param_limits(b, param), mig_param_limits(a, param));
        }
        if (mig_param_forgotten(a, param) != mig_param_forgotten(b, param)) {
            say(section, "%s: migrate-set-parameters %s", name, mig_param_forgotten(b, param) ? "now drops it" : "now stores it");
        }
        if (mig_param_settable(a, param) != mig_param_settable(b, param)) {
            say(section, "%s: QMP %s", name, mig_param_settable(b, param) ? "can set it now" : "cannot set it any more");
        }
    }
}

typedef struct {
    const MigProfile *good, *bad;
    Section *section;
    GArray *found;            /* of MigCapSet: minimal sets so far */
} Search;

static void try_set(const Search *search, MigCapSet set)
{
    g_autofree char *names = NULL, *text = NULL;
    MigCapsVerdict verdict;

    for (guint i = 0; i < search->found->len; i++) {
        if ((g_array_index(search->found, MigCapSet, i) & ~set) == 0) {
            return;           /* says nothing new */
        }
    }
    if (!sim_options_valid(search->good, set) || sim_options_valid(search->bad, set)) {
        return;
    }
    g_array_append_val(search->found, set);
    names = mig_caps_to_string(search->bad, set);
    verdict = mig_caps_set(search->bad, sim_options_facts(search->bad), 0, set, set, MIG_COMPRESSION_NONE, FALSE);
    text = verdict.rule != MIG_RULE_NONE ? mig_rule_text(search->bad, verdict.rule, NULL) : g_strdup("taken back without an error");
    say(search->section, "%s: %s", names, text);
}

static void walk(const Search *search, MigCapSet common, MigCapSet set, int first, int left)
{
    if (left == 0) {
        try_set(search, set);
        return;
    }
    for (int i = first; i < MIG_CAP_COUNT; i++) {
        if (common & MIG_CAP_BIT(i)) {
            walk(search, common, set | MIG_CAP_BIT(i), i + 1, left - 1);
        }
    }
}

/* Smallest sets that `good` accepts and `bad` does not, of capabilities that both have. */
static void compare_sets(const MigProfile *good, const MigProfile *bad, Section *section)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(MigCapSet));
    Search search = { good, bad, section, found };

    for (int size = 1; size <= SET_SIZE_MAX; size++) {
        walk(&search, mig_profile_caps(good) & mig_profile_caps(bad), 0, 0, size);
    }
}

static const char *atomicity(const MigProfile *profile)
{
    MigRelease release = mig_profile_release(profile);

    return release < MIG_RELEASE(2, 5)    ? "stored without checks"
           : release < MIG_RELEASE(2, 10) ? "stored, then single capabilities are taken back without an error"
           : release < MIG_RELEASE(2, 12) ? "checked after storing; what is refused stays in force"
                                          : "all or nothing";
}

static char *busy(const MigProfile *profile, gboolean migrate)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < MIG_STATUS_COUNT; i++) {
        if (migrate ? mig_status_busy_migrate(profile, (MigStatus) i) : mig_status_busy_caps(profile, (MigStatus) i)) {
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", mig_status_name((MigStatus) i));
        }
    }
    return g_string_free(text, FALSE);
}

static void compare_behaviour(const MigProfile *a, const MigProfile *b, GPtrArray *sections)
{
    Section *section = begin(sections, "Behaviour", "behaviour");

    if (strcmp(atomicity(a), atomicity(b)) != 0) {
        say(section, "a list of capabilities is %s; was: %s", atomicity(b), atomicity(a));
    }
    for (int migrate = 0; migrate < 2; migrate++) {
        g_autofree char *before = busy(a, migrate), *after = busy(b, migrate);

        if (strcmp(before, after) != 0) {
            say(section, "%s is refused in %s; was: %s", migrate ? "migrate" : "migrate-set-capabilities", after, before);
        }
    }
}

static void compare_rules(const MigProfile *a, const MigProfile *b, GPtrArray *sections)
{
    Section *added = begin(sections, "New rules", "rules-new"), *gone = begin(sections, "Rules that are gone", "rules-gone"),
            *texts = begin(sections, "Texts that changed", "texts");

    for (int i = MIG_RULE_NONE + 1; i < MIG_RULE_COUNT; i++) {
        MigRule rule = (MigRule) i;
        const char *before = mig_rule_pattern(a, rule), *after = mig_rule_pattern(b, rule);

        if (mig_rule_exists(a, rule) && !mig_rule_exists(b, rule)) {
            say(gone, "%s: %s", mig_rule_id(a, rule), before != NULL ? before : "-");
        } else if (!mig_rule_exists(a, rule) && mig_rule_exists(b, rule)) {
            say(added, "%s: %s", mig_rule_id(b, rule), after != NULL ? after : "-");
        } else if (before != NULL && after != NULL && strcmp(before, after) != 0) {
            say(texts, "%s: %s, was: %s", mig_rule_id(b, rule), after, before);
        }
    }
}

static void print_json(const SimOptionsCall *call, const MigProfile *a, const MigProfile *b, const GPtrArray *sections)
{
    json_t *document = json_pack("{s:s, s:s}", "from", mig_profile_name(a), "to", mig_profile_name(b));

    for (guint i = 0; i < sections->len; i++) {
        const Section *section = g_ptr_array_index(sections, i);
        json_t *lines = json_array();

        for (guint j = 0; j < section->lines->len; j++) {
            json_array_append_new(lines, json_string(g_ptr_array_index(section->lines, j)));
        }
        json_object_set_new(document, section->key, lines);
    }
    sim_options_print_json(call, document);
}

int sim_options_diff(const SimOptionsCall *call)
{
    g_autoptr(MigProfile) a = sim_options_profile(call, call->arguments[0]);
    g_autoptr(MigProfile) b = a != NULL ? sim_options_profile(call, call->arguments[1]) : NULL;
    g_autoptr(GPtrArray) sections = g_ptr_array_new_with_free_func(section_free);

    if (b == NULL) {
        return SIM_EXIT_USAGE;
    }
    compare_names(a, b, sections);
    compare_standing(a, b, sections);
    compare_params(a, b, sections);
    compare_sets(a, b, begin(sections, "Refused now (smallest sets of capabilities)", "sets-refused"));
    compare_sets(b, a, begin(sections, "Accepted now (smallest sets of capabilities, with the old answer)", "sets-accepted"));
    compare_behaviour(a, b, sections);
    compare_rules(a, b, sections);
    if (call->json) {
        print_json(call, a, b, sections);
        return SIM_EXIT_CLEAN;
    }
    fprintf(call->out, "A client written for %s meets on %s:\n", mig_profile_name(a), mig_profile_name(b));
    for (guint i = 0; i < sections->len; i++) {
        const Section *section = g_ptr_array_index(sections, i);

        if (section->lines->len > 0) {
            fprintf(call->out, "\n%s (%u):\n", section->title, section->lines->len);
        }
        for (guint j = 0; j < section->lines->len; j++) {
            fprintf(call->out, "  %s\n", (const char *) g_ptr_array_index(section->lines, j));
        }
    }
    return SIM_EXIT_CLEAN;
}
