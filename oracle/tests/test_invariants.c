/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every named invariant has something that notices a breach: rules that exist (each of which some test breaks), or a test.
 */
#include "oracle/invariants.h"
#include "oracle/rule.h"
#include "oracle/stream/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void every_invariant_is_watched(void **state)
{
    guint count, bare = 0;
    const OraInvariant *invariants = ora_invariants(&count);

    (void) state;
    assert_int_equal(count, 57);
    for (guint i = 0; i < count; i++) {
        g_auto(GStrv) rules = ora_invariant_rules(&invariants[i]);

        for (guint k = 0; rules[k] != NULL; k++) {
            OraStreamRuleId id;

            if (ora_rule_find(rules[k]) == NULL && ora_stream_rule_find(rules[k], &id) == NULL) {
                fail_msg("%s: there is no rule %s", invariants[i].name, rules[k]);
            }
        }
        if (invariants[i].elsewhere != NULL) {
            g_autofree char *path = g_build_filename(MIGLAB_SOURCE_DIR, invariants[i].elsewhere, NULL);

            assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
        }
        if (rules[0] == NULL && invariants[i].elsewhere == NULL) {
            print_message("nothing notices a breach of %s\n", invariants[i].name);
            bare++;
        }
    }
    assert_int_equal(bare, 0);
}

static void every_rule_names_a_known_one(void **state)
{
    guint n_rules, n_invariants;
    const OraRule *const *rules = ora_rules(&n_rules);
    const OraInvariant *invariants = ora_invariants(&n_invariants);

    (void) state;
    for (guint r = 0; r < n_rules; r++) {
        gboolean known = rules[r]->invariant == NULL;

        for (guint i = 0; i < n_invariants && !known; i++) {
            known = strcmp(invariants[i].name, rules[r]->invariant) == 0;
        }
        if (!known) {
            fail_msg("%s serves %s, which is none", rules[r]->id, rules[r]->invariant);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_invariant_is_watched),
        cmocka_unit_test(every_rule_names_a_known_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
