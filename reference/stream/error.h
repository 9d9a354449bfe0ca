/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What can be wrong in a stream. Every refusal of the codec is one of these rules; the code of the GError is the rule and its
 * message begins with channel and offset and ends with the rule's id in brackets. The structured form is MigStreamFault.
 */
#ifndef MIG_STREAM_ERROR_H
#define MIG_STREAM_ERROR_H

#include <glib.h>

#define MIG_STREAM_ERROR (mig_stream_error_quark())
GQuark mig_stream_error_quark(void);

/* X(symbol, id, section of stream.md, what is legal) */
#define MIG_STREAM_RULES(X) \
    X(CUT,                 "stream.cut",               "2",     "the input ends inside an element") \
    X(MAGIC,               "header.magic",             "2.1",   "a main channel begins with 51 45 56 4d") \
    X(VERSION,             "header.version",           "2.1",   "version 3") \
    X(CONFIG_MISSING,      "config.missing",           "2.3",   "07 follows the header unless send-configuration is off") \
    X(CONFIG_NAME,         "config.machine-name",      "2.3",   "a machine name has 1 to 255 bytes and no NUL") \
    X(CONFIG_SUBSECTION,   "config.subsection",        "2.3",   "target-page-bits, capabilities, uuid; version 1") \
    X(CONFIG_TWICE,        "config.subsection-twice",  "2.3",   "each subsection at most once") \
    X(CONFIG_PAGE_BITS,    "config.page-bits",         "2.3",   "the page bits of both sides are equal") \
    X(CONFIG_CAPABILITIES, "config.capabilities",      "2.3",   "at most 64 names of 1 to 64 bytes") \
    X(SECTION_TYPE,        "section.type",             "2.2",   "00 01 02 03 04 or 08 begins a section") \
    X(SECTION_IDSTR,       "section.idstr",            "2.2",   "a name of 1 to 255 bytes without NUL") \
    X(SECTION_VERSION,     "section.version",          "2.2",   "ram 4, dirty-bitmap 1, block 1") \
    X(SECTION_UNKNOWN,     "section.unknown-id",       "2.2",   "PART and END name a section that START announced") \
    X(SECTION_TWICE,       "section.start-twice",      "2.2",   "START comes once for a section") \
    X(SECTION_ENDED,       "section.after-end",        "2.2",   "nothing comes for a section after its END") \
    X(SECTION_COUNT,       "section.count",            "16.5",  "at most 65536 sections") \
    X(FOOTER_MISSING,      "footer.missing",           "2.4",   "7e and the section's id behind every section") \
    X(FOOTER_ID,           "footer.id",                "2.4",   "the footer repeats the section's id") \
    X(COMMAND_UNKNOWN,     "command.unknown",          "3",     "commands 1 to 11, as the release has them") \
    X(COMMAND_LENGTH,      "command.length",           "3",     "the payload has the command's length") \
    X(COMMAND_PAYLOAD,     "command.payload",          "3",     "the payload has the command's form") \
    X(DISCARD,             "discard.form",             "7.2",   "version 0, block, NUL, ranges of 16 bytes inside the block") \
    X(PACKAGE_SIZE,        "package.size",             "7.3",   "a package is not larger than the limit") \
    X(PACKAGE_NESTED,      "package.nested",           "16.5",  "no package inside a package") \
    X(PACKAGE_END,         "package.end",              "7.3",   "a package ends where its length says, behind RUN or 00") \
    X(DESCRIPTION,         "description.expected",     "2.6",   "06, length and text, or nothing, behind 00") \
    X(DESCRIPTION_SIZE,    "description.size",         "16.5",  "at most 64 MiB of description") \
    X(DESCRIPTION_TEXT,    "description.text",         "12.3",  "JSON of devices and their fields") \
    X(TRAILING,            "stream.trailing",          "2.6",   "nothing behind the end of the stream") \
    X(DEVICE_SIZE,         "device.size",              "12.4",  "the length of a device's state can be found") \
    X(RAM_FLAGS,           "ram.flags",                "4.1",   "exactly one type flag that the release knows, CONT only with pages") \
    X(RAM_ADDRESS,         "ram.address",              "4.1",   "an offset below the block's length") \
    X(RAM_BLOCK,           "ram.block",                "4.1",   "the name of a block of the list") \
    X(RAM_CONT,            "ram.cont",                 "4.1",   "CONT needs a block named before on this channel") \
    X(RAM_TOTAL,           "ram.total",                "4.2",   "one list, first in START, whose lengths add up to its total") \
    X(RAM_LENGTH,          "ram.block-length",         "4.2",   "a block's length is a multiple of the page, above 0, within the limit") \
    X(RAM_TWICE,           "ram.block-twice",          "4.2",   "each block once in the list") \
    X(RAM_COUNT,           "ram.block-count",          "16.5",  "at most 4096 blocks") \
    X(RAM_PAGE_SIZE,       "ram.block-page-size",      "4.2",   "a power of two, multiple of the target page") \
    X(RAM_FILL,            "ram.fill",                 "4.1",   "the fill byte of a zero page is 0 {8.2-}") \
    X(RAM_HOOK,            "ram.hook",                 "4.7",   "no HOOK outside RDMA") \
    X(XBZRLE_FLAG,         "xbzrle.flag",              "4.5",   "the byte before the length is 1") \
    X(XBZRLE_SIZE,         "xbzrle.size",              "4.5",   "a delta is not longer than the page") \
    X(XBZRLE_DATA,         "xbzrle.data",              "4.5",   "runs that stay inside page and data") \
    X(COMPRESS_SIZE,       "compress.size",            "4.6",   "at most compressBound(page) bytes") \
    X(COMPRESS_DATA,       "compress.data",            "4.6",   "a zlib stream of exactly one page") \
    X(MAPPED_VERSION,      "mapped.version",           "10.1",  "version 1") \
    X(MAPPED_LAYOUT,       "mapped.layout",            "10.1",  "page size, bitmap and pages as the block has them, in ascending order") \
    X(BITMAP_FLAGS,        "bitmap.flags",             "11.1",  "flags of one byte that go together") \
    X(BITMAP_NAME,         "bitmap.name",              "11.1",  "node and bitmap are named before they are used") \
    X(BITMAP_START,        "bitmap.start",             "11.1",  "granularity 512 … 2 GiB, a power of two; reserved bits 0") \
    X(BITMAP_SIZE,         "bitmap.size",              "11.1",  "a chunk has at most 10240 bytes") \
    X(DISK_FLAGS,          "block.flags",              "11.2",  "DEVICE_BLOCK, with or without ZERO_BLOCK, EOS, PROGRESS") \
    X(DISK_SECTOR,         "block.sector",             "11.2",  "sectors in steps of 2048, percent up to 100") \
    X(RP_TYPE,             "rp.type",                  "6",     "messages 1 to 7, as the release has them") \
    X(RP_LENGTH,           "rp.length",                "6",     "the length of the message's type, at most 512") \
    X(RP_BLOCK,            "rp.block",                 "6.2",   "the name of a block") \
    X(RP_NO_BLOCK,         "rp.no-block",              "6.2",   "REQ_PAGES needs a REQ_PAGES_ID before it") \
    X(RP_RANGE,            "rp.range",                 "6.2",   "an aligned range inside the block") \
    X(RP_BITMAP,           "rp.bitmap",                "8.2",   "the size that the block's pages give, and the end mark") \
    X(RP_AFTER_SHUT,       "rp.after-shut",            "6.1",   "SHUT is the last message") \
    X(RP_VALUE,            "rp.value",                 "6.1",   "RESUME_ACK 1") \
    X(MULTIFD_MAGIC,       "multifd.magic",            "5.1",   "11 22 33 44") \
    X(MULTIFD_VERSION,     "multifd.version",          "5.1",   "version 1") \
    X(MULTIFD_UUID,        "multifd.uuid",             "5.1",   "the UUID of the VM") \
    X(MULTIFD_ID,          "multifd.id",               "5.1",   "an id below the number of channels, each once") \
    X(MULTIFD_RESERVED,    "multifd.reserved",         "5.1",   "reserved bytes are 0") \
    X(MULTIFD_FLAGS,       "multifd.flags",            "5.3",   "SYNC, one method, device state {10.0-}") \
    X(MULTIFD_METHOD,      "multifd.method",           "5.3",   "the method of multifd-compression") \
    X(MULTIFD_COUNT,       "multifd.count",            "5.2",   "normal + zero <= allocated <= pages of a packet") \
    X(MULTIFD_SIZE,        "multifd.data-size",        "5.2",   "the size that the pages and the method allow") \
    X(MULTIFD_BLOCK,       "multifd.block",            "5.2",   "the name of a block") \
    X(MULTIFD_OFFSET,      "multifd.offset",           "5.2",   "aligned offsets inside the block") \
    X(MULTIFD_NUMBER,      "multifd.number",           "5.2",   "packet numbers ascend on a channel") \
    X(MULTIFD_DATA,        "multifd.data",             "5.3",   "data that give exactly the packet's pages") \
    X(MULTIFD_DEVICE,      "multifd.device-state",     "5.6",   "a name with a NUL, 1 byte to 16 MiB") \
    X(MULTIFD_UNSUPPORTED, "multifd.unsupported",      "5.3",   "qpl, uadk and qatzip are recognised, not decoded") \
    X(COLO_MESSAGE,        "colo.message",             "13.1",  "messages 0 to 6 in their direction") \
    X(LIMIT,               "limit.memory",             "16.5",  "no more than the configured memory") \
    X(PAGE_REFERENCE,      "internal.page-reference",  "-",     "a page reference where its bytes cannot be made")

typedef enum {
#define MIG_STREAM_RULE_ENUM(symbol, id, section, legal) MIG_STREAM_ERROR_##symbol,
    MIG_STREAM_RULES(MIG_STREAM_RULE_ENUM)
#undef MIG_STREAM_RULE_ENUM
    MIG_STREAM_ERROR_COUNT
} MigStreamError;

/* Stable id ("ram.flags"), section of stream.md ("4.1"), and what is legal, as half a sentence. Static. */
const char *mig_stream_rule_id(MigStreamError rule);
const char *mig_stream_rule_section(MigStreamError rule);
const char *mig_stream_rule_legal(MigStreamError rule);

/* The same as the GError, taken apart. */
typedef struct {
    MigStreamError rule;
    guint64 offset;           /* of the record in its channel */
    const char *record;       /* static: what was being read, "ram record", "section head" */
    char *detail;             /* what was found there; owned */
    guint64 value;            /* the offending number, where there is one: flags, address, id … */
} MigStreamFault;

#endif
