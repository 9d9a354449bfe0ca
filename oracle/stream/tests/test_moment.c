/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Moments are found in a small stream at the byte that a person would point at, however the bytes come.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "oracle/stream/moment.h"
#include "oracle/stream/walker.h"

/* Header and configuration, RAM of one page of 4 KiB, one device, end and description: offsets in the comments. */
static GByteArray *small_stream(void)
{
    static const guint8 front[] = {
        'Q', 'E', 'V', 'M', 0, 0, 0, 3,                                      /* 0 */
        7, 0, 0, 0, 4, 'n', 'o', 'n', 'e',                                   /* 8 */
        8, 0, 1, 0, 0,                                                       /* 17 OPEN_RETURN_PATH */
        8, 0, 2, 0, 4, 0, 0, 0, 1,                                           /* 22 PING 1 */
        1, 0, 0, 0, 2, 3, 'r', 'a', 'm', 0, 0, 0, 0, 0, 0, 0, 4,             /* 31 START */
        0, 0, 0, 0, 0, 0, 0x10, 4, 3, 'r', 'a', 'm', 0, 0, 0, 0, 0, 0, 0x10, 0, /* 48 list */
        0, 0, 0, 0, 0, 0, 0, 0x10, 0x7e, 0, 0, 0, 2,                         /* 68 EOS, 76 footer */
        3, 0, 0, 0, 2,                                                       /* 81 END */
        0, 0, 0, 0, 0, 0, 0, 8, 3, 'r', 'a', 'm',                            /* 86 page; 98 its bytes, to 4194 */
    };
    static const guint8 back[] = {
        0, 0, 0, 0, 0, 0, 0, 0x10, 0x7e, 0, 0, 0, 2,                         /* 4194, footer 4202 … 4207 */
        4, 0, 0, 0, 0, 5, 't', 'i', 'm', 'e', 'r', 0, 0, 0, 0, 0, 0, 0, 2,   /* 4207 */
        0, 0, 0x7e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 4226 state, 24 bytes */
        0x7e, 0, 0, 0, 0,                                                    /* 4250 */
        0,                                                                   /* 4255 */
        6, 0, 0, 0, 2, '{', '}',                                             /* 4256 */
    };
    GByteArray *bytes = g_byte_array_new();
    guint8 page[4096];

    memset(page, 0x7e, sizeof page);
    g_byte_array_append(bytes, front, sizeof front);
    g_byte_array_append(bytes, page, sizeof page);
    g_byte_array_append(bytes, back, sizeof back);
    return bytes;
}

typedef struct {
    OraMoment moment;
    gint64 found;
    guint records, violations;
} Watch;

static void on_record(void *user, const OraStreamRecord *record)
{
    Watch *watch = user;
    guint64 offset;

    watch->records++;
    if (ora_moment_match(&watch->moment, record, &offset)) {
        assert_true(watch->found < 0);
        watch->found = offset;
    }
}

static void on_violation(void *user, OraStreamRuleId rule, guint64 offset, const char *read)
{
    ((Watch *) user)->violations++;
    print_message("rule %d at %d: %s\n", rule, (int) offset, read);
}

static void moments_are_found_at_their_byte(void **state)
{
    static const struct { const char *text; gint64 want; } cases[] = {
        { "before header", 0 },
        { "after header", 8 },
        { "after configuration", 17 },
        { "after MIG_CMD_OPEN_RETURN_PATH", 22 },
        { "before ping 1", 22 },
        { "before PING 2", -1 },
        { "before SECTION_START of ram", 31 },
        { "before SECTION_END of ram", 81 },
        { "after SECTION_START of ram", 81 },
        { "after SECTION_END of ram", 4207 },
        { "before the 2nd eos", 4194 },
        { "before page", 86 },
        { "after the 1st page of ram", 4194 },
        { "before page 0x1000 of ram", -1 },
        { "after SECTION_FULL", 4255 },
        { "after SECTION_FULL of timer", 4255 },
        { "before eof", 4255 },
        { "after the description", 4263 },
        { "after SECTION_END of block", -1 },
    };
    static const gsize pieces[] = { 1, 7, 13, 4096, 1 << 20 };
    g_autoptr(GByteArray) bytes = small_stream();

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(pieces); k++) {
            Watch watch = { .found = -1 };
            OraWalkerSink sink = { .record = on_record, .violation = on_violation, .user = &watch };
            OraWalkerConfig config = { .channel = ORA_CHANNEL_MAIN };
            g_autoptr(OraWalker) walker = ora_walker_new(&config, &sink);
            g_autoptr(GError) error = NULL;

            assert_true(ora_moment_parse(cases[i].text, &watch.moment, &error));
            for (gsize at = 0; at < bytes->len; at += pieces[k]) {
                ora_walker_feed(walker, bytes->data + at, MIN(pieces[k], bytes->len - at));
            }
            ora_walker_finish(walker);
            if (watch.found != cases[i].want) {
                print_message("case: %s in pieces of %d\n", cases[i].text, (int) pieces[k]);
            }
            assert_int_equal(watch.found, cases[i].want);
            assert_int_equal(watch.violations, 0);
            assert_int_equal(watch.records, 18);
            assert_int_equal(ora_walker_settled(walker), bytes->len);
        }
    }
}

static void a_body_nobody_made_is_skipped(void **state)
{
    g_autoptr(GByteArray) bytes = small_stream();
    Watch watch = { .found = -1 };
    OraWalkerSink sink = { .record = on_record, .violation = on_violation, .user = &watch };
    OraWalkerConfig config = { .channel = ORA_CHANNEL_MAIN };
    g_autoptr(OraWalker) walker = ora_walker_new(&config, &sink);

    (void) state;
    assert_true(ora_moment_parse("after the description", &watch.moment, NULL));
    assert_false(ora_walker_skip(walker, 1));
    ora_walker_feed(walker, bytes->data, 98);
    assert_int_equal(ora_walker_body_left(walker), 4096);
    assert_false(ora_walker_skip(walker, 4097));
    assert_true(ora_walker_skip(walker, 4096));
    ora_walker_feed(walker, bytes->data + 98 + 4096, bytes->len - 98 - 4096);
    ora_walker_finish(walker);
    assert_int_equal(watch.found, 4263);
    assert_int_equal(watch.violations, 0);
}

static void wrong_texts_are_refused(void **state)
{
    static const char *const texts[] = { "", "before", "after the 0th page", "before SECTION_END of", "5 parsecs", "eof on mars",
                                         "eof eof", "MIG_CMD_BOGUS", "byte", "section_endx of ram" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        OraMoment moment;
        g_autoptr(GError) error = NULL;

        print_message("text: '%s'\n", texts[i]);
        assert_false(ora_moment_parse(texts[i], &moment, &error));
        assert_non_null(error);
    }
}

static void bytes_and_syncs(void **state)
{
    OraMoment moment;
    guint64 offset;

    (void) state;
    assert_true(ora_moment_parse("3 MiB", &moment, NULL));
    assert_true(ora_moment_offset(&moment, &offset));
    assert_int_equal(offset, 3 << 20);
    assert_true(ora_moment_parse("before byte 77 on rp", &moment, NULL));
    assert_true(ora_moment_offset(&moment, &offset));
    assert_int_equal(offset, 77);
    assert_int_equal(moment.channel, ORA_CHANNEL_RP);
    assert_true(ora_moment_parse("after the 3rd dirty sync", &moment, NULL));
    assert_false(ora_moment_match_dirty_sync(&moment, 2));
    assert_true(ora_moment_match_dirty_sync(&moment, 3));
    assert_false(ora_moment_match_dirty_sync(&moment, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_found_at_their_byte),
        cmocka_unit_test(a_body_nobody_made_is_skipped),
        cmocka_unit_test(wrong_texts_are_refused),
        cmocka_unit_test(bytes_and_syncs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
