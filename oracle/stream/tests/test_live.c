/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What passes a link is judged while it passes: findings come at once, a second main channel begins anew, a cut is no finding.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "oracle/stream/live.h"

static const guint8 head[] = {
    'Q', 'E', 'V', 'M', 0, 0, 0, 3, 7, 0, 0, 0, 4, 'n', 'o', 'n', 'e',
    1, 0, 0, 0, 2, 3, 'r', 'a', 'm', 0, 0, 0, 0, 0, 0, 0, 4,
    0, 0, 0, 0, 0, 0, 0x10, 4, 3, 'r', 'a', 'm', 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x7e, 0, 0, 0, 2,
    2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 8, 3, 'r', 'a', 'm',
};
static const guint8 wrong[] = { 0, 0, 0, 0, 0, 0, 0, 0x22, 0x41 };    /* a zero page filled with 41 */

typedef struct {
    guint records, findings;
    char *last;
} Seen;

static void on_record(void *user, const OraStreamRecord *record)
{
    ((Seen *) user)->records++;
}

static void on_finding(void *user, const OraStreamFinding *finding)
{
    Seen *seen = user;

    if (finding->grade == ORA_GRADE_FAIL) {
        seen->findings++;
        g_free(seen->last);
        seen->last = ora_stream_finding_text(finding);
    }
}

static void findings_come_at_once(void **state)
{
    Seen seen = { 0 };
    g_autoptr(OraStreamLive) live = ora_stream_live_new(on_finding, &seen);
    OraWalkerConfig config = { .channel = ORA_CHANNEL_MAIN, .release = 702 };
    OraWalkerSink sink = { .record = on_record, .user = &seen };

    (void) state;
    for (guint round = 1; round <= 2; round++) {
        OraWalker *walker = ora_stream_live_walker(live, &config, &sink);

        ora_walker_feed(walker, head, sizeof head);
        assert_true(ora_walker_skip(walker, 4096));
        assert_int_equal(seen.findings, round - 1);
        assert_int_equal(seen.records, 9 * round + (round - 1));
        ora_walker_feed(walker, wrong, sizeof wrong);
        assert_int_equal(seen.findings, round);
        assert_string_equal(seen.last, "stream.ram.zero-fill on main at 4188: fill byte 41");
        ora_walker_finish(walker);           /* in the middle of a section: links do that */
        assert_int_equal(seen.findings, round);
    }
    g_free(seen.last);
}

static void a_channel_that_comes_twice_is_only_walked(void **state)
{
    static const guint8 shut[] = { 0, 1, 0, 4, 0, 0, 0, 0 };
    Seen seen = { 0 };
    g_autoptr(OraStreamLive) live = ora_stream_live_new(on_finding, &seen);
    OraWalkerConfig main_config = { .channel = ORA_CHANNEL_MAIN }, config = { .channel = ORA_CHANNEL_RP_2 };
    OraWalkerSink sink = { .record = on_record, .user = &seen };

    (void) state;
    (void) ora_stream_live_walker(live, &main_config, &sink);
    for (guint i = 0; i < 3; i++) {
        OraWalker *walker = ora_stream_live_walker(live, &config, &sink);

        ora_walker_feed(walker, shut, sizeof shut);
        assert_int_equal(seen.records, i + 1);
    }
    assert_int_equal(seen.findings, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_come_at_once),
        cmocka_unit_test(a_channel_that_comes_twice_is_only_walked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
