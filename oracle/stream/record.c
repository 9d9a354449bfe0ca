/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/stream/record.h"

#include "oracle/stream/grammar.h"

static const char *const kind_names[ORA_KIND_COUNT] = {
    [ORA_KIND_HEADER] = "header",
    [ORA_KIND_CONFIGURATION] = "configuration",
    [ORA_KIND_CONFIG_SUBSECTION] = "configuration subsection",
    [ORA_KIND_SECTION] = "section",
    [ORA_KIND_FOOTER] = "footer",
    [ORA_KIND_DEVICE_STATE] = "device state",
    [ORA_KIND_COMMAND] = "command",
    [ORA_KIND_PACKAGE_END] = "package end",
    [ORA_KIND_EOF] = "eof",
    [ORA_KIND_DESCRIPTION] = "description",
    [ORA_KIND_TRAILING] = "trailing bytes",
    [ORA_KIND_RAM_LIST] = "ram list",
    [ORA_KIND_RAM_BLOCK] = "ram block",
    [ORA_KIND_RAM_AREA] = "ram area",
    [ORA_KIND_RAM_ZERO] = "zero page",
    [ORA_KIND_RAM_PAGE] = "page",
    [ORA_KIND_RAM_XBZRLE] = "xbzrle page",
    [ORA_KIND_RAM_COMPRESS] = "compressed page",
    [ORA_KIND_RAM_HOOK] = "hook",
    [ORA_KIND_RAM_FLUSH] = "flush",
    [ORA_KIND_RAM_EOS] = "eos",
    [ORA_KIND_BITMAP] = "dirty bitmap record",
    [ORA_KIND_BLOCK] = "block record",
    [ORA_KIND_COLO] = "colo message",
    [ORA_KIND_RP_MESSAGE] = "return path message",
    [ORA_KIND_RP_BITMAP] = "received bitmap",
    [ORA_KIND_MULTIFD_HELLO] = "multifd hello",
    [ORA_KIND_MULTIFD_PACKET] = "multifd packet",
    [ORA_KIND_MULTIFD_DEVICE] = "multifd device state packet",
};

static const char *const channel_names[ORA_CHANNEL_COUNT] = {
    [ORA_CHANNEL_MAIN] = "main",
    [ORA_CHANNEL_MAIN_2] = "main-2",
    [ORA_CHANNEL_RP] = "rp",
    [ORA_CHANNEL_RP_2] = "rp-2",
    [ORA_CHANNEL_PREEMPT] = "preempt",
    [ORA_CHANNEL_MULTIFD] = "multifd",
};

const char *ora_stream_kind_name(OraStreamKind kind)
{
    return kind < ORA_KIND_COUNT ? kind_names[kind] : "?";
}

const char *ora_stream_channel_name(OraStreamChannel channel)
{
    return channel < ORA_CHANNEL_COUNT ? channel_names[channel] : "?";
}

char *ora_stream_record_title(const OraStreamRecord *record)
{
    const char *kind = ora_stream_kind_name(record->kind);

    switch (record->kind) {
    case ORA_KIND_SECTION:
        return g_strdup_printf("SECTION_%s of %s", ora_grammar_section_name(record->section_type), record->idstr);
    case ORA_KIND_FOOTER:
        return g_strdup_printf("footer of %s (SECTION_%s)", record->idstr,
                               ora_grammar_section_name(record->section_type));
    case ORA_KIND_DEVICE_STATE:
        return g_strdup_printf("device state of %s", record->idstr);
    case ORA_KIND_COMMAND:
        if (record->number == 2 && record->head_size >= 9) {
            return g_strdup_printf("MIG_CMD_PING %u", record->value);
        }
        return g_strdup_printf("MIG_CMD_%s", record->name);
    case ORA_KIND_RP_MESSAGE:
        if (record->number == ORA_RP_PONG || record->number == ORA_RP_SHUT) {
            return g_strdup_printf("%s %u", record->name, record->value);
        }
        return g_strdup(record->name);
    case ORA_KIND_COLO:
        return g_strdup_printf("COLO message %u", record->value);
    case ORA_KIND_RAM_BLOCK:
        return g_strdup_printf("ram block %s", record->block);
    case ORA_KIND_RAM_ZERO:
    case ORA_KIND_RAM_PAGE:
    case ORA_KIND_RAM_XBZRLE:
    case ORA_KIND_RAM_COMPRESS:
        return g_strdup_printf("%s %s:0x%" G_GINT64_MODIFIER "x", kind, record->block, record->address);
    case ORA_KIND_HEADER:
    case ORA_KIND_CONFIGURATION:
    case ORA_KIND_CONFIG_SUBSECTION:
    case ORA_KIND_PACKAGE_END:
    case ORA_KIND_EOF:
    case ORA_KIND_DESCRIPTION:
    case ORA_KIND_TRAILING:
    case ORA_KIND_RAM_LIST:
    case ORA_KIND_RAM_AREA:
    case ORA_KIND_RAM_HOOK:
    case ORA_KIND_RAM_FLUSH:
    case ORA_KIND_RAM_EOS:
    case ORA_KIND_BITMAP:
    case ORA_KIND_BLOCK:
    case ORA_KIND_RP_BITMAP:
    case ORA_KIND_MULTIFD_HELLO:
    case ORA_KIND_MULTIFD_PACKET:
    case ORA_KIND_MULTIFD_DEVICE:
    case ORA_KIND_COUNT:
        break;
    }
    return g_strdup(kind);
}
