/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Recorded streams damaged by rule: one length, flag, offset, order, record, cut or foreign element at a time. Each damage
 * says which rules may name it (any of them must), or why nothing is to be found. MIGLAB_CAPTURES names another folder of
 * captures; every seventh damage is tried, MIGLAB_DAMAGES=all tries all, MIGLAB_DAMAGES=list also prints each.
 */
#include <stdlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/stream/tests/common_damage.h"

static const char *folder(void)
{
    const char *other = g_getenv("MIGLAB_CAPTURES");

    return other ? other : MIGLAB_SOURCE_DIR "/scenarios/captures";
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *captures(void)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder(), 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, ".json")) {
            g_ptr_array_add(paths, g_build_filename(folder(), name, NULL));
        }
    }
    g_ptr_array_sort(paths, by_name);
    return paths;
}

static void recorded_streams_are_clean(void **state)
{
    g_autoptr(GPtrArray) paths = captures();
    guint clean = 0;

    (void) state;
    assert_true(paths->len >= 50);
    for (guint i = 0; i < paths->len; i++) {
        /* With the release told, and with it found by looking. */
        for (guint told = 0; told < 2; told++) {
            g_autoptr(GError) error = NULL;
            char *args[2] = { g_ptr_array_index(paths, i), NULL };
            g_autoptr(SimStreamSet) set = sim_stream_set_open(args, &error);
            g_autoptr(OraStreamCheck) check = NULL;
            const GPtrArray *findings;

            assert_non_null(set);
            check = sim_stream_check_set(set, told ? ora_release_parse(set->options.profile) : 0, set->options.partial, FALSE, &error);
            assert_non_null(check);
            findings = ora_stream_check_findings(check);
            for (guint k = 0; k < findings->len; k++) {
                const OraStreamFinding *finding = g_ptr_array_index(findings, k);

                if (finding->grade == ORA_GRADE_FAIL) {
                    print_message("%s: %s at %d: %s\n", set->title, ora_stream_rule(finding->rule)->id, (int) finding->offset,
                                  finding->read);
                }
                assert_true(finding->grade != ORA_GRADE_FAIL);
            }
            clean++;
        }
    }
    print_message("%u checks without a finding\n", clean);
}

static void every_damage_is_found(void **state)
{
    g_autoptr(GPtrArray) paths = captures();
    guint done = 0, found = 0, nothing = 0, wrong = 0;

    (void) state;
    for (guint i = 0; i < paths->len; i++) {
        const char *which = g_getenv("MIGLAB_DAMAGES");
        Run run = { .list = g_strcmp0(which, "list") == 0, .stride = which ? 1 : 7, .counter = i };
        Chan *main, *rp;
        const OraWalker *walker;

        assert_true(damage_load(&run, g_ptr_array_index(paths, i)));
        main = chan(&run, "main");
        rp = chan(&run, "rp");
        walker = ora_stream_check_channel(run.check, ORA_CHANNEL_MAIN, 0);
        run.postcopy = ora_walker_postcopy(walker);
        run.multifd = chan(&run, "multifd0") != NULL;
        run.mapped = ora_walker_mapped_ram(walker);
        run.colo = run.set->options.colo;
        run.recovery = chan(&run, "main-2") != NULL;
        run.has_rp = rp != NULL || first_of(main, ORA_REC_COMMAND, 1);
        run.main = main;
        run.configuration = ora_walker_has_configuration(walker);
        run.snapshot = strstr(run.set->title, "snapshot") != NULL;
        run.set->options.page_size = ora_walker_page_size(walker);
        if (first_of(main, ORA_REC_COMMAND, 7)) {
            run.package = first_of(main, ORA_REC_COMMAND, 7)->record.offset;
            run.package_size = first_of(main, ORA_REC_COMMAND, 7)->record.value;
        }
        run.footers = ora_walker_has_footers(walker);
        run.description = first_of(main, ORA_REC_DESCRIPTION, 0) != NULL;
        damage_framing(&run, main);
        damage_sections(&run, main);
        damage_commands(&run, main);
        damage_ram_list(&run, main);
        damage_dirty_bitmaps(&run, main);
        damage_block_records(&run, main);
        if (run.postcopy) {
            damage_postcopy(&run, main);
        }
        damage_pages(&run, main);
        damage_lost_pages(&run, main);
        if (run.mapped) {
            damage_mapped(&run, main);
        }
        if (chan(&run, "preempt")) {
            damage_pages(&run, chan(&run, "preempt"));
        }
        if (run.recovery) {
            damage_recovery(&run, chan(&run, "main-2"));
            damage_pages(&run, chan(&run, "main-2"));
            damage_return_path(&run, chan(&run, "rp-2"));
        }
        if (run.multifd) {
            damage_multifd(&run, chan(&run, "multifd0"), main);
            damage_multifd(&run, chan(&run, "multifd1"), main);
        }
        if (rp) {
            damage_return_path(&run, rp);
            damage_colo(&run, rp);
        }
        if (run.colo) {
            damage_colo(&run, main);
        }
        done += run.done;
        found += run.found;
        nothing += run.nothing;
        wrong += run.wrong;
        damage_unload(&run);
    }
    print_message("%u damages: %u found with the right rule, %u that change nothing, %u wrong\n", done, found, nothing, wrong);
    assert_int_equal(wrong, 0);
    assert_true(found >= 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_streams_are_clean),
        cmocka_unit_test(every_damage_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
