/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Every rule has a stream that breaks it, and the fault names rule and offset.
 */
#include "reference/stream/reader.h"
#include "reference/stream/tests/common_hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define HEAD "51 45 56 4d 00 00 00 03 07 00 00 00 04 6e 6f 6e 65 "                       /* 0x11 bytes */
#define RAM "01 00000002 03 72616d 00000000 00000004 "                                     /* 0x11 bytes */
#define LIST "0000000000800004 03 72616d 0000000000800000 "                                /* 0x14 bytes */
#define EOS "0000000000000010 "
#define FOOT "7e 00000002 "
#define START RAM LIST EOS FOOT                                                           /* 0x32 bytes */
#define PART "02 00000002 "
#define TAIL "00 06 00000002 7b7d "
#define HELLO "11223344 00000001 ~16 00 ~39 "                                              /* 0x40 bytes */
#define NAME "03 72616d "

enum { LENIENT = 1, NO_CONFIG = 2, NO_FOOTER = 4, RELEASE_72 = 8, RELEASE_100 = 16, BLOCK = 32, EXPECTS = 64, RELEASE_111 = 128,
       NO_COLO = 256 };

typedef struct {
    const char *name;
    MigChannelKind kind;
    guint how;
    const char *hex;
    int rule;                     /* -1: no fault */
    guint64 offset;
} Case;

#define M MIG_CHANNEL_MAIN
#define R MIG_CHANNEL_RETURN_PATH
#define F MIG_CHANNEL_MULTIFD
#define P MIG_CHANNEL_PREEMPT
#define FAULT(rule) MIG_STREAM_ERROR_##rule

static const Case cases[] = {
    { "good", M, 0, HEAD START PART EOS FOOT TAIL, -1, 0 },
    { "empty", M, 0, "", FAULT(CUT), 0 },
    { "magic", M, 0, "51 45 56 4e 00 00 00 03", FAULT(MAGIC), 0 },
    { "magic, four bytes are enough", M, 0, "7f 45 4c 46", FAULT(MAGIC), 0 },
    { "version 2", M, 0, "51 45 56 4d 00 00 00 02", FAULT(VERSION), 0 },
    { "no configuration", M, 0, "51 45 56 4d 00 00 00 03 01", FAULT(CONFIG_MISSING), 8 },
    { "configuration unexpected", M, NO_CONFIG, HEAD, FAULT(SECTION_TYPE), 8 },
    { "machine name too long", M, 0, "51 45 56 4d 00 00 00 03 07 ffffffff", FAULT(CONFIG_NAME), 8 },
    { "machine name empty", M, 0, "51 45 56 4d 00 00 00 03 07 00000000 00", FAULT(CONFIG_NAME), 8 },
    { "machine name empty, lenient", M, LENIENT, "51 45 56 4d 00 00 00 03 07 00000000 " TAIL, -1, 0 },
    { "machine name with NUL", M, 0, "51 45 56 4d 00 00 00 03 07 00000002 6e00", FAULT(CONFIG_NAME), 8 },
    { "page bits", M, 0, HEAD "05 1e 636f6e66696775726174696f6e2f7461726765742d706167652d62697473 00000001 0000000d", FAULT(CONFIG_PAGE_BITS), 0x11 },
    { "capabilities: 65", M, 0, HEAD "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000041", FAULT(CONFIG_CAPABILITIES), 0x11 },
    { "capabilities: empty name", M, 0, HEAD "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000001 00", FAULT(CONFIG_CAPABILITIES), 0x11 },
    { "capabilities twice", M, 0, HEAD "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000000 05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001", FAULT(CONFIG_TWICE), 0x35 },
    { "unknown subsection", M, 0, HEAD "05 0f 636f6e66696775726174696f6e2f78 00000001", FAULT(CONFIG_SUBSECTION), 0x11 },
    { "subsection version 2", M, 0, HEAD "05 12 636f6e66696775726174696f6e2f75756964 00000002", FAULT(CONFIG_SUBSECTION), 0x11 },
    { "05 with another prefix", M, 0, HEAD "05 03 612f62", FAULT(SECTION_TYPE), 0x11 },
    { "section byte 9", M, 0, HEAD "09", FAULT(SECTION_TYPE), 0x11 },
    { "footer where a section begins", M, 0, HEAD "7e 00000002", FAULT(SECTION_TYPE), 0x11 },
    { "idstr empty", M, 0, HEAD "04 00000005 00", FAULT(SECTION_IDSTR), 0x11 },
    { "idstr with NUL", M, 0, HEAD "04 00000005 02 6100 00000000 00000001", FAULT(SECTION_IDSTR), 0x11 },
    { "ram version 3", M, 0, HEAD "01 00000002 03 72616d 00000000 00000003", FAULT(SECTION_VERSION), 0x11 },
    { "PART not started", M, 0, HEAD "02 00000002", FAULT(SECTION_UNKNOWN), 0x11 },
    { "START twice", M, 0, HEAD START RAM, FAULT(SECTION_TWICE), 0x43 },
    { "START twice, lenient", M, LENIENT, HEAD START RAM EOS FOOT TAIL, -1, 0 },
    { "PART behind END", M, 0, HEAD START "03 00000002 " EOS FOOT PART, FAULT(SECTION_ENDED), 0x55 },
    { "footer missing", M, 0, HEAD RAM LIST EOS "02", FAULT(FOOTER_MISSING), 0x3e },
    { "footer of another section", M, 0, HEAD RAM LIST EOS "7e 00000003", FAULT(FOOTER_ID), 0x3e },
    { "no footers, and one comes", M, NO_FOOTER, HEAD RAM LIST EOS FOOT, FAULT(SECTION_TYPE), 0x3e },
    { "no footers", M, NO_FOOTER, HEAD RAM LIST EOS PART EOS TAIL, -1, 0 },
    { "command 0", M, 0, HEAD "08 0000 0000", FAULT(COMMAND_UNKNOWN), 0x11 },
    { "command 12", M, 0, HEAD "08 000c 0000", FAULT(COMMAND_UNKNOWN), 0x11 },
    { "SWITCHOVER_START before 10.0", M, RELEASE_72, HEAD "08 000b 0000", FAULT(COMMAND_UNKNOWN), 0x11 },
    { "ENABLE_COLO on 11.1", M, RELEASE_111, HEAD "08 0008 0000", FAULT(COMMAND_UNKNOWN), 0x11 },
    { "PING of 3 bytes", M, 0, HEAD "08 0002 0003 000000", FAULT(COMMAND_LENGTH), 0x11 },
    { "ADVISE of 8 bytes", M, 0, HEAD "08 0003 0008 ~8", FAULT(COMMAND_LENGTH), 0x11 },
    { "RECV_BITMAP with a byte too many", M, BLOCK, HEAD "08 000a 0005 03 72616d 00", FAULT(COMMAND_LENGTH), 0x11 },
    { "RECV_BITMAP of an unknown block", M, BLOCK, HEAD "08 000a 0004 03 726f6d", FAULT(RAM_BLOCK), 0x11 },
    { "DISCARD of 19 bytes", M, BLOCK, HEAD "08 0006 0013 ~19", FAULT(DISCARD), 0x11 },
    { "DISCARD version 1", M, BLOCK, HEAD "08 0006 0016 01 03 72616d 00 ~16", FAULT(DISCARD), 0x11 },
    { "DISCARD without NUL", M, BLOCK, HEAD "08 0006 0016 00 03 72616d 01 ~16", FAULT(DISCARD), 0x11 },
    { "DISCARD, name longer than the command", M, BLOCK, HEAD "08 0006 0016 00 ff 72616d 01 ~16", FAULT(DISCARD), 0x11 },
    { "DISCARD, half a range", M, BLOCK, HEAD "08 0006 0017 00 03 72616d 00 ~17", FAULT(DISCARD), 0x11 },
    { "DISCARD, unaligned", M, BLOCK, HEAD "08 0006 0016 00 03 72616d 00 0000000000000800 0000000000001000", FAULT(DISCARD), 0x11 },
    { "DISCARD, overrun", M, BLOCK, HEAD "08 0006 0016 00 03 72616d 00 00000000007ff000 0000000000002000", FAULT(DISCARD), 0x11 },
    { "DISCARD, sum wraps", M, BLOCK, HEAD "08 0006 0016 00 03 72616d 00 0000000000001000 fffffffffffff000", FAULT(DISCARD), 0x11 },
    { "DISCARD of an unknown block", M, BLOCK, HEAD "08 0006 0016 00 03 726f6d 00 ~16", FAULT(RAM_BLOCK), 0x11 },
    { "package of 4 GiB", M, 0, HEAD "08 0007 0004 ffffffff", FAULT(PACKAGE_SIZE), 0x11 },
    { "package in a package", M, 0, HEAD "08 0007 0004 00000010 08 0007 0004 00000001", FAULT(PACKAGE_NESTED), 0x1a },
    { "package ends inside a command", M, 0, HEAD "08 0007 0004 00000003 08 0004 0000", FAULT(PACKAGE_END), 0x1a },
    { "package without RUN", M, 0, HEAD "08 0007 0004 00000005 08 0004 0000", FAULT(PACKAGE_END), 0x1f },
    { "package goes on behind RUN", M, 0, HEAD "08 0007 0004 00000006 08 0005 0000 00", FAULT(PACKAGE_END), 0x1a },
    { "package goes on behind 00", M, 0, HEAD "08 0007 0004 00000002 00 00", FAULT(PACKAGE_END), 0x1a },
    { "no description", M, NO_COLO, HEAD "00 51", FAULT(DESCRIPTION), 0x12 },
    { "description of 4 GiB", M, 0, HEAD "00 06 ffffffff", FAULT(DESCRIPTION_SIZE), 0x12 },
    { "description cut", M, 0, HEAD "00 06 00000003 7b7d", FAULT(CUT), 0x19 },
    { "bytes behind the description", M, 0, HEAD TAIL "51", FAULT(TRAILING), 0x19 },
    { "device of unknown size without footers", M, NO_FOOTER, HEAD "04 00000003 01 78 00000000 00000001 01 02", FAULT(DEVICE_SIZE), 0x20 },
    { "device found by its footer", M, 0, HEAD "04 00000003 01 78 00000000 00000001 01 7e 00000003 02 7e 00000003 " TAIL, -1, 0 },
    { "device that ends with 7e", M, 0, HEAD "04 00000003 01 78 00000000 00000001 01 7e 7e 00000003 " TAIL, -1, 0 },
    { "device without a footer", M, 0, HEAD "04 00000003 01 78 00000000 00000001 01 02 03", FAULT(CUT), 0x23 },
    { "flags 0xa", M, 0, HEAD START PART "000000000000000a", FAULT(RAM_FLAGS), 0x48 },
    { "flags 0", M, 0, HEAD START PART "0000000000000000", FAULT(RAM_FLAGS), 0x48 },
    { "flag 0x400", M, 0, HEAD START PART "0000000000000400", FAULT(RAM_FLAGS), 0x48 },
    { "FLUSH on 7.2", M, RELEASE_72, HEAD START PART "0000000000000200", FAULT(RAM_FLAGS), 0x48 },
    { "COMPRESS_PAGE on 10.0", M, RELEASE_100, HEAD START PART "0000000000000100", FAULT(RAM_FLAGS), 0x48 },
    { "EOS with an address", M, 0, HEAD START PART "0000000000001010", FAULT(RAM_FLAGS), 0x48 },
    { "EOS with an address, lenient", M, LENIENT, HEAD START PART "0000000000001010 " FOOT TAIL, -1, 0 },
    { "EOS with CONT", M, 0, HEAD START PART "0000000000000030", FAULT(RAM_FLAGS), 0x48 },
    { "HOOK", M, 0, HEAD START PART "0000000000000080", FAULT(RAM_HOOK), 0x48 },
    { "CONT first", M, 0, HEAD START PART "0000000000000022 00", FAULT(RAM_CONT), 0x48 },
    { "unknown block", M, 0, HEAD START PART "0000000000000002 03 726f6d 00", FAULT(RAM_BLOCK), 0x48 },
    { "offset = length", M, 0, HEAD START PART "0000000000800002 " NAME "00", FAULT(RAM_ADDRESS), 0x48 },
    { "offset 2^60", M, 0, HEAD START PART "1000000000000008 " NAME, FAULT(RAM_ADDRESS), 0x48 },
    { "fill byte", M, 0, HEAD START PART "0000000000000002 " NAME "41", FAULT(RAM_FILL), 0x48 },
    { "fill byte, 7.2 lenient", M, LENIENT | RELEASE_72, HEAD START PART "0000000000000002 " NAME "41 " EOS FOOT TAIL, -1, 0 },
    { "fill byte, 10.0 lenient", M, LENIENT | RELEASE_100, HEAD START PART "0000000000000002 " NAME "41", FAULT(RAM_FILL), 0x48 },
    { "list in PART", M, 0, HEAD START PART LIST, FAULT(RAM_TOTAL), 0x48 },
    { "total 0", M, 0, HEAD RAM "0000000000000004", FAULT(RAM_TOTAL), 0x22 },
    { "total too small", M, 0, HEAD RAM "0000000000001004 03 72616d 0000000000002000", FAULT(RAM_LENGTH), 0x2a },
    { "block of 0 bytes", M, 0, HEAD RAM "0000000000001004 03 72616d 0000000000000000", FAULT(RAM_LENGTH), 0x2a },
    { "block of half a page", M, 0, HEAD RAM "0000000000001004 03 72616d 0000000000000800", FAULT(RAM_LENGTH), 0x2a },
    { "block twice", M, 0, HEAD RAM "0000000000002004 03 72616d 0000000000001000 03 72616d 0000000000001000", FAULT(RAM_TWICE), 0x36 },
    { "block without a name", M, 0, HEAD RAM "0000000000002004 00 0000000000001000", FAULT(RAM_BLOCK), 0x2a },
    { "total beyond the limit", M, 0, HEAD RAM "8000000000000004", FAULT(LIMIT), 0x22 },
    { "huge page size that does not divide", M, 0, HEAD "08 0003 0010 0000000000201000 0000000000001000 " RAM "0000000000101004 01 61 0000000000101000 0000000000200000 " EOS, FAULT(RAM_PAGE_SIZE), 0x3f },
    { "xbzrle flag 2", M, 0, HEAD START PART "0000000000000040 " NAME "02 0001 00", FAULT(XBZRLE_FLAG), 0x48 },
    { "xbzrle of 4097 bytes", M, 0, HEAD START PART "0000000000000040 " NAME "01 1001", FAULT(XBZRLE_SIZE), 0x48 },
    { "compressed page of 4111 bytes", M, RELEASE_72, HEAD START PART "0000000000000100 " NAME "0000100f", FAULT(COMPRESS_SIZE), 0x48 },
    { "mapped-ram version 2", M, 0, HEAD "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000001 0a 6d61707065642d72616d " RAM "0000000000001004 01 61 0000000000001000 00000002 ~24", FAULT(MAPPED_VERSION), 0x59 },
    { "mapped-ram page size 0", M, 0, HEAD "05 1a 636f6e66696775726174696f6e2f6361706162696c6974696573 00000001 00000001 0a 6d61707065642d72616d " RAM "0000000000001004 01 61 0000000000001000 00000001 ~8 000000000000007e 0000000000100000", FAULT(MAPPED_LAYOUT), 0x59 },
    { "dirty bitmap flags", M, 0, HEAD "01 00000001 0c 64697274792d6269746d6170 00000000 00000001 80", FAULT(BITMAP_FLAGS), 0x2b },
    { "dirty bitmap without names", M, 0, HEAD "01 00000001 0c 64697274792d6269746d6170 00000000 00000001 10 00000200 00", FAULT(BITMAP_NAME), 0x2b },
    { "dirty bitmap granularity", M, 0, HEAD "01 00000001 0c 64697274792d6269746d6170 00000000 00000001 1c 01 61 01 62 00000300 00", FAULT(BITMAP_START), 0x2b },
    { "dirty bitmap chunk", M, 0, HEAD "01 00000001 0c 64697274792d6269746d6170 00000000 00000001 4c 01 61 01 62 ~8 00000001 0000000000002801", FAULT(BITMAP_SIZE), 0x2b },
    { "block flags", M, 0, HEAD "01 00000001 05 626c6f636b 00000000 00000001 0000000000000003", FAULT(DISK_FLAGS), 0x24 },
    { "block sector", M, 0, HEAD "01 00000001 05 626c6f636b 00000000 00000001 0000000000000201 01 61", FAULT(DISK_SECTOR), 0x24 },
    { "block progress 101", M, 0, HEAD "01 00000001 05 626c6f636b 00000000 00000001 000000000000ca04", FAULT(DISK_SECTOR), 0x24 },
    { "message 8", R, 0, "0008 0000", FAULT(RP_TYPE), 0 },
    { "message 0", R, NO_COLO, "0000 0000", FAULT(RP_TYPE), 0 },
    { "SWITCHOVER_ACK on 7.2", R, RELEASE_72, "0007 0000", FAULT(RP_TYPE), 0 },
    { "PONG of 3 bytes", R, 0, "0002 0003 000000", FAULT(RP_LENGTH), 0 },
    { "REQ_PAGES_ID of 513 bytes", R, 0, "0003 0201", FAULT(RP_LENGTH), 0 },
    { "REQ_PAGES_ID, name length off", R, BLOCK, "0003 0011 ~8 00001000 03 72616d 00", FAULT(RP_LENGTH), 0 },
    { "REQ_PAGES first", R, BLOCK, "0004 000c ~8 00001000", FAULT(RP_NO_BLOCK), 0 },
    { "request unaligned", R, BLOCK, "0003 0010 0000000000000001 00001000 03 72616d", FAULT(RP_RANGE), 0 },
    { "request overrun", R, BLOCK, "0003 0010 0000000000800000 00001000 03 72616d", FAULT(RP_RANGE), 0 },
    { "request of an unknown block", R, BLOCK, "0003 0010 0000000000000000 00001000 03 726f6d", FAULT(RP_BLOCK), 0 },
    { "recovery bitmap size", R, BLOCK, "0005 0004 03 72616d 0000000000000008", FAULT(RP_BITMAP), 0 },
    { "recovery bitmap end mark", R, BLOCK, "0005 0004 03 72616d 0000000000000100 ~256 0000000000001234", FAULT(RP_BITMAP), 0x110 },
    { "RESUME_ACK 2", R, 0, "0006 0004 00000002", FAULT(RP_VALUE), 0 },
    { "message behind SHUT", R, 0, "0001 0004 00000000 0002 0004 00000001", FAULT(RP_AFTER_SHUT), 8 },
    { "return path cut", R, 0, "0002 0004 0000", FAULT(CUT), 0 },
    { "hello magic", F, 0, "11223345 00000001 ~56", FAULT(MULTIFD_MAGIC), 0 },
    { "hello version", F, 0, "11223344 00000002 ~56", FAULT(MULTIFD_VERSION), 0 },
    { "hello UUID", F, EXPECTS, "11223344 00000001 ~15 01 00 ~39", FAULT(MULTIFD_UUID), 0 },
    { "hello id = count", F, EXPECTS, "11223344 00000001 ~16 02 ~39", FAULT(MULTIFD_ID), 0 },
    { "hello reserve", F, 0, "11223344 00000001 ~16 01 ~38 01", FAULT(MULTIFD_RESERVED), 0 },
    { "packet flags 0x80", F, 0, HELLO "11223344 00000001 00000080 ~1332", FAULT(MULTIFD_FLAGS), 0x40 },
    { "packet with two methods", F, 0, HELLO "11223344 00000001 00000006 ~1332", FAULT(MULTIFD_FLAGS), 0x40 },
    { "packet magic", F, 0, HELLO "11223345 00000001 00000000 ~1332", FAULT(MULTIFD_MAGIC), 0x40 },
    { "129 allocated", F, 0, HELLO "11223344 00000001 00000000 00000081 ~1328", FAULT(MULTIFD_COUNT), 0x40 },
    { "normal > allocated", F, 0, HELLO "11223344 00000001 00000000 00000001 00000002 ~1324", FAULT(MULTIFD_COUNT), 0x40 },
    { "normal + zero > allocated", F, 0, HELLO "11223344 00000001 00000000 00000001 00000001 ~12 00000001 ~1308", FAULT(MULTIFD_COUNT), 0x40 },
    { "packet of no block", F, 0, HELLO "11223344 00000001 00000000 00000080 00000001 00001000 ~1320", FAULT(MULTIFD_BLOCK), 0x40 },
    { "packet of an unknown block", F, BLOCK, HELLO "11223344 00000001 00000000 00000080 00000001 00001000 ~40 726f6d ~253 ~1024", FAULT(MULTIFD_BLOCK), 0x40 },
    { "packet offset not aligned", F, BLOCK, HELLO "11223344 00000001 00000000 00000080 00000001 00001000 ~40 72616d ~253 0000000000005001 ~1016", FAULT(MULTIFD_OFFSET), 0x40 },
    { "packet offset = length", F, BLOCK, HELLO "11223344 00000001 00000000 00000080 00000001 00001000 ~40 72616d ~253 0000000000800000 ~1016", FAULT(MULTIFD_OFFSET), 0x40 },
    { "packet data size", F, BLOCK, HELLO "11223344 00000001 00000000 00000080 00000001 00002000 ~40 72616d ~253 ~1024", FAULT(MULTIFD_SIZE), 0x40 },
    { "compressed data without end", F, BLOCK, HELLO "11223344 00000001 00000002 00000080 00000001 00800000 ~40 72616d ~253 ~1024", FAULT(MULTIFD_SIZE), 0x40 },
    { "another method", F, BLOCK | EXPECTS, HELLO "11223344 00000001 00000002 00000080 00000001 00000010 ~40 72616d ~253 ~1024", FAULT(MULTIFD_METHOD), 0x40 },
    { "packet number goes back", F, 0, HELLO "11223344 00000001 00000001 ~12 0000000000000005 ~1312 11223344 00000001 00000001 ~12 0000000000000004 ~1312", FAULT(MULTIFD_NUMBER), 0x580 },
    { "device state of 0 bytes", F, 0, HELLO "11223344 00000001 00000040 61 ~255 00000000 00000000", FAULT(MULTIFD_DEVICE), 0x40 },
    { "device state of 4 GiB", F, 0, HELLO "11223344 00000001 00000040 61 ~255 00000000 ffffffff", FAULT(MULTIFD_DEVICE), 0x40 },
    { "device state on 7.2", F, RELEASE_72, HELLO "11223344 00000001 00000040 61 ~255 00000000 00000001 00", FAULT(MULTIFD_FLAGS), 0x40 },
    { "packet cut", F, 0, HELLO "11223344 00000001 00000001", FAULT(CUT), 0x40 },
    { "preempt", P, BLOCK, "0000000000005002 " NAME "00 0000000000006022 00 " EOS, -1, 0 },
    { "preempt, CONT first", P, BLOCK, "0000000000005022 00", FAULT(RAM_CONT), 0 },
    { "preempt, list", P, BLOCK, LIST, FAULT(RAM_FLAGS), 0 },
    { "preempt, bytes behind EOS", P, BLOCK, EOS "00", FAULT(TRAILING), 8 },
    { "colo message in the wrong direction", M, 0, HEAD TAIL "00000001 00000002", FAULT(COLO_MESSAGE), 0x1d },
    { "colo vmstate of 16 EiB", M, 0, HEAD TAIL "00000001 00000004 ffffffffffffffff", FAULT(PACKAGE_SIZE), 0x1d },
    { "colo return path", R, 0, "00000000 00000002 00000001", FAULT(COLO_MESSAGE), 8 },
};

static void setup(const Case *c, MigStreamConfig *config)
{
    mig_stream_config_init(config);
    config->strict = !(c->how & LENIENT);
    config->configuration = !(c->how & NO_CONFIG);
    config->footers = !(c->how & NO_FOOTER);
    config->release = c->how & RELEASE_72 ? 702 : c->how & RELEASE_100 ? 1000 : c->how & RELEASE_111 ? 1101 : 0;
    config->colo = c->how & NO_COLO ? MIG_SEE_OFF : MIG_SEE_AUTO;
}

/* Cases that went wrong; all are shown before the test fails. */
static guint wrong;

static void run(const Case *c, gsize piece)
{
    static const guint8 no_uuid[16];
    MigStreamConfig config;
    g_autoptr(MigStreamContext) context = NULL;
    g_autoptr(MigReader) reader = NULL;
    g_autoptr(GByteArray) bytes = common_from_hex(c->hex);
    g_autoptr(GError) error = NULL;
    MigRecord record;
    MigRead step;
    gsize at = 0;

    setup(c, &config);
    context = mig_stream_context_new(&config);
    if (c->how & BLOCK) {
        mig_stream_context_add_block(context, &(MigStreamBlock) { .name = "ram", .length = 0x800000 });
    }
    reader = mig_reader_new(context, c->kind);
    if (c->how & EXPECTS) {
        mig_reader_expect_multifd(reader, no_uuid, 2, 0);
    }
    while ((step = mig_reader_next(reader, &record, &error)) == MIG_READ_RECORD || step == MIG_READ_INPUT) {
        if (step == MIG_READ_INPUT && at == bytes->len) {
            mig_reader_finish(reader);
        } else if (step == MIG_READ_INPUT) {
            gsize size = MIN(piece, bytes->len - at);
            mig_reader_feed_bytes(reader, bytes->data + at, size);
            at += size;
        }
    }
    if (c->rule < 0) {
        if (error || step != MIG_READ_END) {
            print_message("%s: wanted no fault, got %s\n", c->name, error ? error->message : "more input");
            wrong++;
        }
        return;
    }
    if (step != MIG_READ_ERROR || error->code != c->rule || mig_reader_fault(reader)->offset != c->offset) {
        print_message("%s: wanted %s at 0x%x, got %s\n", c->name, mig_stream_rule_id(c->rule), (guint) c->offset,
                      error ? error->message : "no fault");
        wrong++;
        return;
    }
    assert_non_null(strstr(error->message, mig_stream_rule_id(c->rule)));
    assert_int_equal(mig_reader_fault(reader)->rule, c->rule);
    /* It stays where it is. */
    g_clear_error(&error);
    assert_int_equal(mig_reader_next(reader, &record, &error), MIG_READ_ERROR);
}

static void names_the_rule_and_the_offset(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        run(&cases[i], 1 << 20);
        /* Byte by byte the end is reported when it is reached, before what is behind it has come. */
        if (cases[i].rule != FAULT(TRAILING)) {
            run(&cases[i], 1);
        }
    }
    assert_int_equal(wrong, 0);
}

static void every_rule_of_the_reader_has_a_case(void **state)
{
    /* Rules that others than the reader apply: the tools, the decoders; limits that need a long stream (below). */
    static const MigStreamError elsewhere[] = {
        FAULT(DESCRIPTION_TEXT), FAULT(XBZRLE_DATA), FAULT(COMPRESS_DATA), FAULT(MULTIFD_DATA), FAULT(MULTIFD_UNSUPPORTED),
        FAULT(PAGE_REFERENCE), FAULT(SECTION_COUNT), FAULT(RAM_COUNT), FAULT(COMMAND_PAYLOAD),
    };

    (void) state;
    for (guint rule = 0; rule < MIG_STREAM_ERROR_COUNT; rule++) {
        gboolean found = FALSE;

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            found |= cases[i].rule == (int) rule;
        }
        for (gsize i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
            found |= elsewhere[i] == rule;
        }
        if (!found) {
            print_message("no case: %s\n", mig_stream_rule_id(rule));
        }
        assert_true(found);
    }
}

/* 4097 blocks, 65537 sections: refused when the limit is passed. */
static void counts_are_limited(void **state)
{
    MigStreamConfig config;

    (void) state;
    mig_stream_config_init(&config);
    for (guint what = 0; what < 2; what++) {
        g_autoptr(MigStreamContext) context = mig_stream_context_new(&config);
        g_autoptr(MigReader) reader = mig_reader_new(context, MIG_CHANNEL_MAIN);
        g_autoptr(GByteArray) bytes = common_from_hex(what ? HEAD : HEAD RAM "0000000010000004");
        g_autoptr(GError) error = NULL;
        MigRecord record;
        MigRead step;

        for (guint i = 0; i < 65600; i++) {
            guint8 block[13] = { 4, 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676 % 26, 'a' + i / 17576, 0, 0, 0, 0, 0, 0, 0x10, 0 };
            guint8 section[15] = { 4, 0, (guint8) (i >> 16), (guint8) (i >> 8), (guint8) i, 1, 'x', 0, 0, 0, 0, 0, 0, 0, 1 };
            guint8 footer[5] = { 0x7e, 0, (guint8) (i >> 16), (guint8) (i >> 8), (guint8) i };

            if (what) {
                g_byte_array_append(bytes, section, sizeof section);
                g_byte_array_append(bytes, footer, sizeof footer);
            } else {
                g_byte_array_append(bytes, block, sizeof block);
            }
        }
        mig_reader_feed_bytes(reader, bytes->data, bytes->len);
        do {
            step = mig_reader_next(reader, &record, &error);
        } while (step == MIG_READ_RECORD);
        assert_int_equal(step, MIG_READ_ERROR);
        assert_int_equal(error->code, what ? MIG_STREAM_ERROR_SECTION_COUNT : MIG_STREAM_ERROR_RAM_COUNT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_rule_and_the_offset),
        cmocka_unit_test(every_rule_of_the_reader_has_a_case),
        cmocka_unit_test(counts_are_limited),
    };

    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
