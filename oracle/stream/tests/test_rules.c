/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table of rules is whole: each has an id of its own, a sentence, a sane range; and those that recorded streams cannot show are
 * broken here by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "oracle/stream/check.h"

static void the_table_is_whole(void **state)
{
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

    (void) state;
    for (int i = 0; i < ORA_SR_COUNT; i++) {
        const OraStreamRule *rule = ora_stream_rule(i);
        OraStreamRuleId found;

        print_message("rule %d: %s\n", i, rule->id ? rule->id : "none");
        assert_non_null(rule->id);
        assert_true(g_str_has_prefix(rule->id, "stream."));
        assert_true(g_hash_table_add(ids, (gpointer) rule->id));
        assert_non_null(rule->sentence);
        assert_true(rule->sentence[0] && rule->sentence[strlen(rule->sentence) - 1] == '.');
        assert_true(!rule->until || rule->since <= rule->until);
        assert_ptr_equal(ora_stream_rule_find(rule->id, &found), rule);
        assert_int_equal(found, i);
    }
}

/* Streams as hexadecimal text; blanks are for the reader, "NxHH" repeats. */
static GByteArray *hex(const char *text)
{
    GByteArray *bytes = g_byte_array_new();
    g_auto(GStrv) words = g_strsplit(text, " ", -1);

    for (char **word = words; *word; word++) {
        const char *p = *word, *times = strchr(p, 'x');
        guint n = 1;

        if (times) {
            n = g_ascii_strtoull(p, NULL, 10);
            p = times + 1;
        }
        for (; n; n--) {
            for (const char *q = p; q[0] && q[1]; q += 2) {
                guint8 byte = g_ascii_xdigit_value(q[0]) << 4 | g_ascii_xdigit_value(q[1]);

                g_byte_array_append(bytes, &byte, 1);
            }
        }
    }
    return bytes;
}

#define HEADER "5145564d00000003 07000000046e6f6e65 "
#define LIST1 "01 00000002 0372616d 00000000 00000004 0000000000001004 0372616d 0000000000001000 "
#define EOS "0000000000000010 7e00000002 "
#define ZERO0 "0000000000000002 0372616d 00 "
#define TAIL "00 06000000027b7d"
#define RP "0800010000 0800020004 00000001 "
#define ADVISE "0800030010 0000000000001000 0000000000001000 "
#define PACKET(flags, allocated, number) "11223344 00000001 " flags " " allocated " 00000000 00000000 00000000000000" number " 1312x00 "
#define HELLO(id) "11223344 00000001 16x00 " id " 39x00 "

typedef struct {
    const char *name;
    int release;
    const char *main, *rp, *multifd0, *main2, *preempt;
    const char *want;             /* id; NULL: clean */
    OraTell description;          /* LOOK here: it has to come */
} Case;

static const Case cases[] = {
    { "the 25 bytes that a destination completes", 0, HEADER TAIL, .want = NULL },
    { "RAM of one page", 0, HEADER LIST1 EOS "0300000002 " ZERO0 EOS TAIL, .want = NULL },
    { "length 0 as description", 0, HEADER LIST1 EOS "0300000002 " ZERO0 EOS "00 0600000000", .want = NULL },
    { "return path", 702, HEADER RP LIST1 EOS "0300000002 " ZERO0 EOS TAIL, "0002000400000001 0001000400000000", .want = NULL },
    { "bare postcopy", 702,
      HEADER RP ADVISE LIST1 EOS "0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 " ZERO0 EOS "0300000002 " EOS "00",
      "0002000400000001 0001000400000000", .want = NULL },
    { "postcopy without END", 702,
      HEADER RP ADVISE LIST1 EOS "0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 " ZERO0 EOS "00",
      .want = "stream.section.not-ended" },
    { "xbzrle in postcopy", 702,
      HEADER RP ADVISE LIST1 EOS "0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 0000000000000040 0372616d 01 0003 000141 " EOS "0300000002 " EOS "00",
      .want = "stream.ram.postcopy-kind" },
    { "xbzrle for a page never sent", 702, HEADER LIST1 EOS "0300000002 0000000000000040 0372616d 01 0003 000141 " EOS TAIL,
      .want = "stream.ram.xbzrle-first" },
    { "a delta with no bytes in a run", 702, HEADER LIST1 EOS "0300000002 " ZERO0 "0000000000000060 01 0003 000041 " EOS TAIL,
      .want = "stream.ram.xbzrle-data" },
    { "a delta past the page", 702, HEADER LIST1 EOS "0300000002 " ZERO0 "0000000000000060 01 0004 ff1f0241 " EOS TAIL,
      .want = "stream.ram.xbzrle-data" },
    { "a delta that ends with equal bytes", 702, HEADER LIST1 EOS "0300000002 " ZERO0 "0000000000000060 01 0005 0001410505 " EOS TAIL,
      .want = "stream.ram.xbzrle-data" },
    { "a good delta", 702, HEADER LIST1 EOS "0300000002 " ZERO0 "0000000000000060 01 0006 000141050142 " EOS TAIL, .want = NULL },
    { "a compressed page that is none", 702, HEADER LIST1 EOS "0300000002 0000000000000100 0372616d 00000004 789c0300 " EOS TAIL,
      .want = "stream.ram.compress-data" },
    { "compressed in 9.1", 901, HEADER LIST1 EOS "0300000002 0000000000000100 0372616d 00000004 789c0300 " EOS TAIL,
      .want = "stream.release.compress" },
    { "a command in 2.4", 204, HEADER RP LIST1 EOS "0300000002 " ZERO0 EOS TAIL, .want = "stream.release.command" },
    { "target-page-bits in 2.7", 207,
      HEADER "05 1e 636f6e66696775726174696f6e2f7461726765742d706167652d62697473 00000001 0000000c " LIST1 EOS "0300000002 " ZERO0 EOS TAIL,
      .want = "stream.release.page-bits" },
    { "capabilities in 3.1", 301,
      HEADER "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000001 0f 782d69676e6f72652d736861726564 "
      "01 00000002 0372616d 00000000 00000004 0000000000001004 0372616d 0000000000001000 0000000000000000 " EOS "0300000002 " ZERO0 EOS TAIL,
      .want = "stream.release.capabilities" },
    { "subsections in another order", 702,
      HEADER "05 12 636f6e66696775726174696f6e2f75756964 00000001 16x11 "
      "05 1e 636f6e66696775726174696f6e2f7461726765742d706167652d62697473 00000001 0000000c " LIST1 EOS "0300000002 " ZERO0 EOS TAIL,
      .want = "stream.configuration.subsection-order" },
    { "uuid in 4.1", 401, HEADER "05 12 636f6e66696775726174696f6e2f75756964 00000001 16x11 " LIST1 EOS "0300000002 " ZERO0 EOS TAIL,
      .want = "stream.release.uuid" },
    { "recovery numbers of 3.0 elsewhere", 0, HEADER RP ADVISE LIST1 EOS, NULL, NULL, "0800080000 0200000002 " EOS "0300000002 " EOS "00",
      .want = NULL },
    { "ADVISE of 0 bytes in 2.11", 211, HEADER RP "0800030000 " LIST1 EOS "0300000002 " ZERO0 EOS TAIL, .want = "stream.release.advise-empty" },
    { "a machine of the future", 702, "5145564d00000003 070000000b 70632d7133352d31302e30 " LIST1 EOS "0300000002 " ZERO0 EOS TAIL,
      .want = "stream.release.machine" },
    { "a switchover of 10.0 with globalstate of 8.2", 0,
      HEADER LIST1 EOS "08000b0000 0300000002 " ZERO0 EOS
      "04 00000003 0b676c6f62616c7374617465 00000000 00000001 00000008 72756e6e696e67 93x00 7e00000003 " TAIL,
      .want = "stream.release.mixed" },
    { "PING 0x42 out of place", 1002, HEADER RP "0800020004 00000042 " LIST1 EOS "0300000002 " ZERO0 EOS TAIL, .want = "stream.command.ping-value" },
    { "DISCARD behind 12 ranges", 702,
      HEADER RP ADVISE "01 00000002 0372616d 00000000 00000004 000000000001a004 0372616d 000000000001a000 " EOS
      "08000600d6 00 0372616d 00 0000000000000000 0000000000001000 0000000000002000 0000000000001000 0000000000004000 0000000000001000 "
      "0000000000006000 0000000000001000 0000000000008000 0000000000001000 000000000000a000 0000000000001000 000000000000c000 0000000000001000 "
      "000000000000e000 0000000000001000 0000000000010000 0000000000001000 0000000000012000 0000000000001000 0000000000014000 0000000000001000 "
      "0000000000016000 0000000000001000 0000000000018000 0000000000001000 " TAIL,
      .want = "stream.postcopy.discard-count" },
    { "LISTEN without return path", 702,
      HEADER ADVISE LIST1 EOS "0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 " ZERO0 EOS "0300000002 " EOS "00",
      .want = "stream.postcopy.no-return-path" },
    { "a hook", 702, HEADER LIST1 "0000000000000080 " EOS "0300000002 " ZERO0 EOS TAIL, .want = "stream.ram.hook" },
    { "RAM not complete", 702, HEADER LIST1 EOS "0300000002 " EOS TAIL, .want = "stream.ram.missing" },
    { "RAM beyond all bounds", 702, HEADER "01 00000002 0372616d 00000000 00000004 4000000000000004 0372616d 4000000000000000 " EOS
      "0300000002 " EOS TAIL, .want = "stream.ram.list-limit" },
    { "block with a page size of nobody", 702,
      HEADER RP "0800030010 0000000000005000 0000000000001000 " "01 00000002 0372616d 00000000 00000004 0000000000001004 0372616d 0000000000001000 "
      "0000000000004000 " EOS "0300000002 " ZERO0 EOS TAIL, .want = "stream.ram.list-page-size" },
    { "preempt without end in 7.2", 702,
      HEADER RP ADVISE LIST1 EOS "0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 " EOS "0300000002 " EOS "00", NULL, NULL, NULL, ZERO0,
      .want = "stream.preempt.end" },
    { "preempt in 8.0 without end", 800,
      HEADER RP ADVISE LIST1 EOS "0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 " EOS "0300000002 " EOS "00", NULL, NULL, NULL, ZERO0,
      .want = NULL },
    { "preempt before its time", 700,
      HEADER RP ADVISE LIST1 EOS "0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 " EOS "0300000002 " EOS "00", NULL, NULL, NULL, ZERO0,
      .want = "stream.release.preempt" },
    { "pages on both channels", 800,
      HEADER RP ADVISE LIST1 EOS "0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 " ZERO0 EOS "0300000002 " EOS "00", NULL, NULL, NULL, ZERO0,
      .want = "stream.preempt.twice" },
    { "preempt pages in precopy", 800, HEADER LIST1 EOS "0300000002 " ZERO0 EOS TAIL, NULL, NULL, NULL, ZERO0, .want = "stream.preempt.place" },
    { "xbzrle on preempt", 800,
      HEADER RP ADVISE LIST1 EOS "0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 " EOS "0300000002 " EOS "00", NULL, NULL, NULL,
      "0000000000000040 0372616d 01 0003 000141", .want = "stream.preempt.kind" },
    { "multifd of 10.0", 1000, HEADER LIST1 "0000000000000200 " EOS "08000b0000 0300000002 " ZERO0 "0000000000000200 " EOS TAIL, NULL,
      HELLO("00") PACKET("00000001", "00000000", "00") PACKET("00000001", "00000000", "01"), .want = NULL },
    { "multifd of 7.2", 702, HEADER LIST1 EOS "0300000002 " ZERO0 EOS TAIL, NULL,
      HELLO("00") PACKET("00000001", "00000080", "00") PACKET("00000001", "00000080", "01"), .want = NULL },
    { "the last SYNC of 9.2", 902, HEADER LIST1 "0000000000000200 " EOS "0300000002 " ZERO0 "0000000000000200 " EOS TAIL, NULL,
      HELLO("00") PACKET("00000001", "00000000", "00") PACKET("00000001", "00000000", "01") PACKET("00000001", "00000000", "02"), .want = NULL },
    { "the last SYNC of 9.2 in 10.0", 1000, HEADER LIST1 "0000000000000200 " EOS "08000b0000 0300000002 " ZERO0 "0000000000000200 " EOS TAIL, NULL,
      HELLO("00") PACKET("00000001", "00000000", "00") PACKET("00000001", "00000000", "01") PACKET("00000001", "00000000", "02"),
      .want = "stream.multifd.sync-count" },
    { "a FLUSH in postcopy of 10.0", 1000,
      HEADER RP ADVISE LIST1 "0000000000000200 " EOS "08000b0000 0800060016 00 0372616d 00 0000000000000000 0000000000001000 "
      "0800070004 0000000a 0800040000 0800050000 0200000002 " ZERO0 "0000000000000200 " EOS "0300000002 " EOS "00", NULL,
      HELLO("00") PACKET("00000001", "00000000", "00"), .want = "stream.flush.postcopy" },
    { "pages behind the last SYNC", 702, HEADER LIST1 EOS "0300000002 " ZERO0 EOS TAIL, NULL,
      HELLO("00") PACKET("00000001", "00000080", "00") PACKET("00000001", "00000080", "01")
      "11223344 00000001 00000000 00000080 00000001 00001000 0000000000000002 32x00 72616d 253x00 1024x00 4096x41", .want = "stream.multifd.sync-last" },
    { "qatzip in 9.1", 901, HEADER LIST1 "0000000000000200 " EOS "0300000002 0000000000000200 " EOS TAIL, NULL,
      HELLO("00") PACKET("00000001", "00000000", "00")
      "11223344 00000001 00000020 00000080 00000001 00000010 0000000000000001 32x00 72616d 253x00 1024x00 16x41 "
      PACKET("00000001", "00000000", "02"), .want = "stream.release.multifd-method" },
    { "device state in 9.2", 902, HEADER LIST1 "0000000000000200 " EOS "0300000002 " ZERO0 "0000000000000200 " EOS TAIL, NULL,
      HELLO("00") PACKET("00000001", "00000000", "00") "11223344 00000001 00000040 6465766963 251x00 00000000 00000004 41414141 "
      PACKET("00000001", "00000000", "01"), .want = "stream.release.multifd-device" },
    { "device state of no length", 1000, HEADER LIST1 "0000000000000200 " EOS "08000b0000 0300000002 " ZERO0 "0000000000000200 " EOS TAIL, NULL,
      HELLO("00") PACKET("00000001", "00000000", "00") "11223344 00000001 00000040 6465766963 251x00 00000000 00000000 ",
      .want = "stream.multifd.device-state" },
    { "a device among the starts", 702, HEADER LIST1 EOS "04 00000009 0a7669727464656d6f2d65 00000000 00000001 41 7e00000009 0300000002 " ZERO0 EOS TAIL,
      .want = "stream.section.device-place" },
    { "early state before 8.0", 702, HEADER LIST1 EOS "04 00000009 056561726c79 00000000 00000001 41 7e00000009 0200000002 " EOS "0300000002 " ZERO0 EOS TAIL,
      .want = "stream.release.early-device" },
    { "END in another order", 702,
      HEADER "01 00000005 0c64697274792d6269746d6170 00000000 00000001 01 7e00000005 " LIST1 EOS "0300000002 " ZERO0 EOS "0300000005 01 7e00000005 " TAIL,
      .want = "stream.section.end-order" },
    { "block migration in 9.1", 901, HEADER "01 00000005 05626c6f636b 00000000 00000001 0000000000000002 7e00000005 " LIST1 EOS
      "0300000005 0000000000000002 7e00000005 0300000002 " ZERO0 EOS TAIL, .want = "stream.release.block" },
    { "COLO in another order", 702, HEADER "0800080000 " LIST1 EOS "0300000002 " ZERO0 EOS TAIL "00000001 00000004 0000000000000001 00",
      .want = "stream.colo.order" },
    { "header of 4.0 and nothing", 0, "5145564d00000003", .want = "stream.cut" },
    { "a nested package", 702, HEADER RP ADVISE LIST1 EOS "0800070004 00000012 0800040000 0800070004 00000000 0800050000", .want = "stream.package.nested" },
    { .name = "ADVISE behind START", .release = 702, .main = HEADER RP LIST1 EOS ADVISE "0300000002 " ZERO0 EOS TAIL, .want = "stream.command.place" },
    { .name = "a size that the description has wrong", .release = 702, .main = HEADER LIST1 EOS "0300000002 " ZERO0 EOS "04 00000000 0574696d6572 00000000 00000002 24x00 7e00000000 00 06 0000004b 7b2264657669636573223a205b7b226e616d65223a202274696d6572222c2022696e7374616e63655f6964223a20302c20226669656c6473223a205b7b2273697a65223a20387d5d7d5d7d", .want = "stream.description.size" },
    { .name = "sizes that the description has right", .release = 702, .main = HEADER LIST1 EOS "0300000002 " ZERO0 EOS "04 00000000 0574696d6572 00000000 00000002 24x00 7e00000000 00 06 0000005b 7b2264657669636573223a205b7b226e616d65223a202274696d6572222c2022696e7374616e63655f6964223a20302c20226669656c6473223a205b7b2273697a65223a20382c202261727261795f6c656e223a20337d5d7d5d7d", .want = NULL },
    { .name = "a configuration in the description of 7.2", .release = 702, .main = HEADER LIST1 EOS "0300000002 " ZERO0 EOS "04 00000000 0574696d6572 00000000 00000002 24x00 7e00000000 00 06 00000061 7b22636f6e66696775726174696f6e223a207b7d2c202264657669636573223a205b7b226e616d65223a202274696d6572222c2022696e7374616e63655f6964223a20302c20226669656c6473223a205b7b2273697a65223a2032347d5d7d5d7d", .want = "stream.release.description" },
    { .name = "a description that was not to come", .release = 702, .main = HEADER LIST1 EOS "0300000002 " ZERO0 EOS TAIL, .description = ORA_TELL_NO, .want = "stream.description.unexpected" },
    { .name = "FLUSH with pages on main in 10.0", .release = 1000, .main = HEADER LIST1 "0000000000000200 " EOS "08000b0000 0300000002 0000000000000008 0372616d 4096x41 0000000000000200 " EOS TAIL, .want = "stream.flush.multifd" },
    { .name = "the same in 8.1", .release = 801, .main = HEADER LIST1 "0000000000000200 " EOS "0300000002 0000000000000008 0372616d 4096x41 0000000000000200 " EOS TAIL, .want = NULL },
    { .name = "no magic", .release = 0, .main = "5145564e00000003", .want = "stream.header.magic" },
    { .name = "a page on main besides multifd", .release = 702, .main = HEADER LIST1 EOS "0300000002 0000000000000008 0372616d 4096x41 " EOS TAIL, .multifd0 = HELLO("00") PACKET("00000001", "00000080", "00") PACKET("00000001", "00000080", "01"), .want = "stream.ram.mixed" },
    { .name = "multifd besides mapped-ram", .release = 1000, .main = HEADER "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000001 0a 6d61707065642d72616d 01 00000002 0372616d 00000000 00000004 0000000000001004 0372616d 0000000000001000 00000001 0000000000001000 0000000000000081 0000000000100000 1052543x00 " EOS "08000b0000 0300000002 " EOS TAIL, .multifd0 = HELLO("00"), .want = "stream.multifd.mapped-ram" },
    { .name = "mapped-ram", .release = 1000, .main = HEADER "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000001 0a 6d61707065642d72616d 01 00000002 0372616d 00000000 00000004 0000000000001004 0372616d 0000000000001000 00000001 0000000000001000 0000000000000081 0000000000100000 1052543x00 " EOS "08000b0000 0300000002 " EOS TAIL, .want = NULL },
    { .name = "mapped-ram in 8.2", .release = 802, .main = HEADER "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000001 0a 6d61707065642d72616d 01 00000002 0372616d 00000000 00000004 0000000000001004 0372616d 0000000000001000 00000001 0000000000001000 0000000000000081 0000000000100000 1052543x00 " EOS "0300000002 " EOS TAIL, .want = "stream.release.mapped-ram" },
    { .name = "two host pages mixed", .release = 702, .main = HEADER RP "0800030010 0000000000002000 0000000000001000 01 00000002 0372616d 00000000 00000004 0000000000004004 0372616d 0000000000004000 0000000000002000 " EOS "0800060016 00 0372616d 00 0000000000000000 0000000000004000 0800070004 0000000a 0800040000 0800050000 0200000002 0000000000000002 0372616d 00 0000000000002022 00 0000000000001022 00 0000000000003022 00 " EOS "0300000002 " EOS "00", .want = "stream.ram.host-page" },
    { .name = "host pages whole", .release = 702, .main = HEADER RP "0800030010 0000000000002000 0000000000001000 01 00000002 0372616d 00000000 00000004 0000000000004004 0372616d 0000000000004000 0000000000002000 " EOS "0800060016 00 0372616d 00 0000000000000000 0000000000004000 0800070004 0000000a 0800040000 0800050000 0200000002 0000000000002002 0372616d 00 0000000000003022 00 0000000000000022 00 0000000000001022 00 " EOS "0300000002 " EOS "00", .want = NULL },
    { .name = "a page size in the list of 2.8", .release = 208, .main = HEADER RP "0800030010 0000000000002000 0000000000001000 01 00000002 0372616d 00000000 00000004 0000000000004004 0372616d 0000000000004000 0000000000002000 " EOS, .want = "stream.release.ram-page-size" },
    { .name = "a bitmap in 2.11", .release = 211, .main = HEADER "01 00000005 0c64697274792d6269746d6170 00000000 00000001 01 7e00000005 " LIST1 EOS "0300000005 01 7e00000005 0300000002 " ZERO0 EOS TAIL, .want = "stream.release.dirty-bitmap" },
    { .name = "x-ignore-shared in 3.1", .release = 301, .main = HEADER "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000001 0f 782d69676e6f72652d736861726564 01 00000002 0372616d 00000000 00000004 0000000000001004 0372616d 0000000000001000 0000000000000000 " EOS "0300000002 " ZERO0 EOS TAIL, .want = "stream.release.ignore-shared" },
    { .name = "recovery in 2.12", .release = 212, .main = HEADER RP ADVISE LIST1 EOS, .rp = "0005000403 72616d 0000000000000008 0100000000000000 0123456789abcdef", .want = "stream.release.recovery" },
    { .name = "a number of 3.0 in 7.2", .release = 702, .main = HEADER RP ADVISE LIST1 EOS, .main2 = "0800090004 0372616d", .want = "stream.release.recovery-numbers" },
};

static void feed(OraStreamCheck *check, OraStreamChannel channel, const char *text)
{
    if (text) {
        g_autoptr(GByteArray) bytes = hex(text);
        OraWalker *walker = ora_stream_check_channel(check, channel, 0);

        for (guint at = 0; at < bytes->len; at += 7) {
            ora_walker_feed(walker, bytes->data + at, MIN(7, bytes->len - at));
        }
    }
}

static void each_rule_is_found(void **state)
{
    guint wrong = 0;

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *each = &cases[i];
        OraStreamCheckConfig config = { .release = each->release, .description = each->description ? each->description : ORA_TELL_YES };
        g_autoptr(OraStreamCheck) check = ora_stream_check_new(&config);
        const GPtrArray *findings;
        gboolean found = each->want == NULL;

        feed(check, ORA_CHANNEL_MAIN, each->main);
        feed(check, ORA_CHANNEL_MAIN_2, each->main2);
        feed(check, ORA_CHANNEL_RP, each->rp);
        feed(check, ORA_CHANNEL_MULTIFD, each->multifd0);
        feed(check, ORA_CHANNEL_PREEMPT, each->preempt);
        ora_stream_check_finish(check);
        findings = ora_stream_check_findings(check);
        for (guint k = 0; k < findings->len; k++) {
            const OraStreamFinding *finding = g_ptr_array_index(findings, k);

            if (each->want) {
                found |= strcmp(ora_stream_rule(finding->rule)->id, each->want) == 0;
            } else if (finding->grade == ORA_GRADE_FAIL && each->main2 == NULL) {
                found = FALSE;
            }
        }
        if (!found) {
            wrong++;
            print_message("case: %s: expected %s\n", each->name, each->want ? each->want : "nothing");
            for (guint k = 0; k < findings->len; k++) {
                const OraStreamFinding *finding = g_ptr_array_index(findings, k);

                print_message("    found %s on %s at %d: %s\n", ora_stream_rule(finding->rule)->id,
                              ora_stream_channel_name(finding->channel), (int) finding->offset, finding->read);
            }
        }
    }
    assert_int_equal(wrong, 0);
}

/* What a stream announces must not cost memory or time. */
static void numbers_from_the_wire_are_bounded(void **state)
{
    OraStreamCheckConfig config = { .description = ORA_TELL_YES };
    g_autoptr(OraStreamCheck) check = ora_stream_check_new(&config);
    OraWalker *walker = ora_stream_check_channel(check, ORA_CHANNEL_MAIN, 0);
    g_autoptr(GByteArray) head = hex(HEADER LIST1 EOS);
    gboolean found = FALSE;

    (void) state;
    ora_walker_feed(walker, head->data, head->len);
    for (guint i = 0; i < 65540; i++) {
        guint8 device[] = { 4, 0, i >> 16, i >> 8, i, 1, 'd', 0, 0, 0, 0, 0, 0, 0, 1, 0x41, 0x7e, 0, i >> 16, i >> 8, i };

        device[1] = device[17] = 1;
        ora_walker_feed(walker, device, sizeof device);
    }
    ora_stream_check_finish(check);
    for (guint i = 0; i < ora_stream_check_findings(check)->len; i++) {
        found |= ((OraStreamFinding *) g_ptr_array_index(ora_stream_check_findings(check), i))->rule == ORA_SR_SECTION_COUNT;
    }
    assert_true(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_whole),
        cmocka_unit_test(each_rule_is_found),
        cmocka_unit_test(numbers_from_the_wire_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
