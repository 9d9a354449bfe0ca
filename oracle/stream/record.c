/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/stream/record.h"

#include "oracle/stream/grammar.h"

static const char *const kind_names[ORA_REC_COUNT] = {
    [ORA_REC_HEADER] = "header",
    [ORA_REC_CONFIGURATION] = "configuration",
    [ORA_REC_CONFIG_SUBSECTION] = "configuration subsection",
    [ORA_REC_SECTION] = "section",
    [ORA_REC_FOOTER] = "footer",
    [ORA_REC_DEVICE_STATE] = "device state",
    [ORA_REC_COMMAND] = "command",
    [ORA_REC_PACKAGE_END] = "package end",
    [ORA_REC_EOF] = "eof",
    [ORA_REC_DESCRIPTION] = "description",
    [ORA_REC_TRAILING] = "trailing bytes",
    [ORA_REC_RAM_LIST] = "ram list",
    [ORA_REC_RAM_BLOCK] = "ram block",
    [ORA_REC_RAM_AREA] = "ram area",
    [ORA_REC_RAM_ZERO] = "zero page",
    [ORA_REC_RAM_PAGE] = "page",
    [ORA_REC_RAM_XBZRLE] = "xbzrle page",
    [ORA_REC_RAM_COMPRESS] = "compressed page",
    [ORA_REC_RAM_HOOK] = "hook",
    [ORA_REC_RAM_FLUSH] = "flush",
    [ORA_REC_RAM_EOS] = "eos",
    [ORA_REC_BITMAP] = "dirty bitmap record",
    [ORA_REC_BLOCK] = "block record",
    [ORA_REC_COLO] = "colo message",
    [ORA_REC_RP_MESSAGE] = "return path message",
    [ORA_REC_RP_BITMAP] = "received bitmap",
    [ORA_REC_MULTIFD_HELLO] = "multifd hello",
    [ORA_REC_MULTIFD_PACKET] = "multifd packet",
    [ORA_REC_MULTIFD_DEVICE] = "multifd device state packet",
};

static const char *const channel_names[ORA_CHANNEL_COUNT] = {
    [ORA_CHANNEL_MAIN] = "main",
    [ORA_CHANNEL_MAIN_2] = "main-2",
    [ORA_CHANNEL_RP] = "rp",
    [ORA_CHANNEL_RP_2] = "rp-2",
    [ORA_CHANNEL_PREEMPT] = "preempt",
    [ORA_CHANNEL_PREEMPT_2] = "preempt-2",
    [ORA_CHANNEL_MULTIFD] = "multifd",
};

const char *ora_stream_kind_name(OraStreamKind kind)
{
    return kind < ORA_REC_COUNT ? kind_names[kind] : "?";
}

const char *ora_stream_channel_name(OraStreamChannel channel)
{
    return channel < ORA_CHANNEL_COUNT ? channel_names[channel] : "?";
}

char *ora_stream_record_title(const OraStreamRecord *record)
{
    const char *kind = ora_stream_kind_name(record->kind);

    switch (record->kind) {
    case ORA_REC_SECTION:
        return g_strdup_printf("SECTION_%s of %s", ora_grammar_section_name(record->section_type), record->idstr);
    case ORA_REC_FOOTER:
        return g_strdup_printf("footer of %s (SECTION_%s)", record->idstr,
                               ora_grammar_section_name(record->section_type));
    case ORA_REC_DEVICE_STATE:
        return g_strdup_printf("device state of %s", record->idstr);
    case ORA_REC_COMMAND:
        if (record->number == 2 && record->head_size >= 9) {
            return g_strdup_printf("MIG_CMD_PING %u", record->value);
        }
        return g_strdup_printf("MIG_CMD_%s", record->name);
    case ORA_REC_RP_MESSAGE:
        if (record->number == ORA_RP_PONG || record->number == ORA_RP_SHUT) {
            return g_strdup_printf("%s %u", record->name, record->value);
        }
        return g_strdup(record->name);
    case ORA_REC_COLO:
        return g_strdup_printf("COLO message %u", record->value);
    case ORA_REC_RAM_BLOCK:
        return g_strdup_printf("ram block %s", record->block);
    case ORA_REC_RAM_ZERO:
    case ORA_REC_RAM_PAGE:
    case ORA_REC_RAM_XBZRLE:
    case ORA_REC_RAM_COMPRESS:
        return g_strdup_printf("%s %s:0x%" G_GINT64_MODIFIER "x", kind, record->block, record->address);
    case ORA_REC_HEADER:
    case ORA_REC_CONFIGURATION:
    case ORA_REC_CONFIG_SUBSECTION:
    case ORA_REC_PACKAGE_END:
    case ORA_REC_EOF:
    case ORA_REC_DESCRIPTION:
    case ORA_REC_TRAILING:
    case ORA_REC_RAM_LIST:
    case ORA_REC_RAM_AREA:
    case ORA_REC_RAM_HOOK:
    case ORA_REC_RAM_FLUSH:
    case ORA_REC_RAM_EOS:
    case ORA_REC_BITMAP:
    case ORA_REC_BLOCK:
    case ORA_REC_RP_BITMAP:
    case ORA_REC_MULTIFD_HELLO:
    case ORA_REC_MULTIFD_PACKET:
    case ORA_REC_MULTIFD_DEVICE:
    case ORA_REC_COUNT:
        break;
    }
    return g_strdup(kind);
}
