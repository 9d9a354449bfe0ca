/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Records as words: what a person or a trace sees of a record.
 */
#include "reference/stream/record.h"

static const char *const kind_names[MIG_RECORD_COUNT] = {
    [MIG_RECORD_HEADER] = "header",
    [MIG_RECORD_CONFIGURATION] = "configuration",
    [MIG_RECORD_CONFIG_PAGE_BITS] = "configuration-page-bits",
    [MIG_RECORD_CONFIG_CAPABILITIES] = "configuration-capabilities",
    [MIG_RECORD_CONFIG_UUID] = "configuration-uuid",
    [MIG_RECORD_SECTION] = "section",
    [MIG_RECORD_FOOTER] = "footer",
    [MIG_RECORD_COMMAND] = "command",
    [MIG_RECORD_PACKAGE_END] = "package-end",
    [MIG_RECORD_EOF] = "eof",
    [MIG_RECORD_DESCRIPTION] = "description",
    [MIG_RECORD_DESCRIPTION_TEXT] = "description-text",
    [MIG_RECORD_DEVICE_DATA] = "device-data",
    [MIG_RECORD_RAM_MEM_SIZE] = "ram-mem-size",
    [MIG_RECORD_RAM_BLOCK] = "ram-block",
    [MIG_RECORD_RAM_PAGE] = "ram-page",
    [MIG_RECORD_RAM_ZERO] = "ram-zero",
    [MIG_RECORD_RAM_XBZRLE] = "ram-xbzrle",
    [MIG_RECORD_RAM_COMPRESS] = "ram-compress",
    [MIG_RECORD_RAM_EOS] = "ram-eos",
    [MIG_RECORD_RAM_FLUSH] = "ram-flush",
    [MIG_RECORD_RAM_HOOK] = "ram-hook",
    [MIG_RECORD_MAPPED_BITMAP] = "mapped-bitmap",
    [MIG_RECORD_MAPPED_GAP] = "mapped-gap",
    [MIG_RECORD_MAPPED_PAGES] = "mapped-pages",
    [MIG_RECORD_BITMAP] = "dirty-bitmap",
    [MIG_RECORD_BLOCK] = "block",
    [MIG_RECORD_RP] = "rp",
    [MIG_RECORD_RP_BITMAP] = "rp-bitmap",
    [MIG_RECORD_RP_BITMAP_END] = "rp-bitmap-end",
    [MIG_RECORD_MULTIFD_HELLO] = "multifd-hello",
    [MIG_RECORD_MULTIFD_PACKET] = "multifd-packet",
    [MIG_RECORD_MULTIFD_PAGE] = "multifd-page",
    [MIG_RECORD_MULTIFD_DATA] = "multifd-data",
    [MIG_RECORD_MULTIFD_DEVICE] = "multifd-device",
    [MIG_RECORD_MULTIFD_DEVICE_DATA] = "multifd-device-data",
    [MIG_RECORD_COLO] = "colo",
};

static const char *const command_names[MIG_COMMAND_COUNT] = {
    [MIG_COMMAND_OPEN_RETURN_PATH] = "OPEN_RETURN_PATH",
    [MIG_COMMAND_PING] = "PING",
    [MIG_COMMAND_POSTCOPY_ADVISE] = "POSTCOPY_ADVISE",
    [MIG_COMMAND_POSTCOPY_LISTEN] = "POSTCOPY_LISTEN",
    [MIG_COMMAND_POSTCOPY_RUN] = "POSTCOPY_RUN",
    [MIG_COMMAND_POSTCOPY_RAM_DISCARD] = "POSTCOPY_RAM_DISCARD",
    [MIG_COMMAND_PACKAGED] = "PACKAGED",
    [MIG_COMMAND_ENABLE_COLO] = "ENABLE_COLO",
    [MIG_COMMAND_POSTCOPY_RESUME] = "POSTCOPY_RESUME",
    [MIG_COMMAND_RECV_BITMAP] = "RECV_BITMAP",
    [MIG_COMMAND_SWITCHOVER_START] = "SWITCHOVER_START",
};

static const char *const rp_names[MIG_RP_COUNT] = {
    [MIG_RP_SHUT] = "SHUT",
    [MIG_RP_PONG] = "PONG",
    [MIG_RP_REQ_PAGES_ID] = "REQ_PAGES_ID",
    [MIG_RP_REQ_PAGES] = "REQ_PAGES",
    [MIG_RP_RECV_BITMAP] = "RECV_BITMAP",
    [MIG_RP_RESUME_ACK] = "RESUME_ACK",
    [MIG_RP_SWITCHOVER_ACK] = "SWITCHOVER_ACK",
};

static const char *const colo_names[MIG_COLO_COUNT] = {
    [MIG_COLO_CHECKPOINT_READY] = "checkpoint-ready",
    [MIG_COLO_CHECKPOINT_REQUEST] = "checkpoint-request",
    [MIG_COLO_CHECKPOINT_REPLY] = "checkpoint-reply",
    [MIG_COLO_VMSTATE_SEND] = "vmstate-send",
    [MIG_COLO_VMSTATE_SIZE] = "vmstate-size",
    [MIG_COLO_VMSTATE_RECEIVED] = "vmstate-received",
    [MIG_COLO_VMSTATE_LOADED] = "vmstate-loaded",
};

const char *mig_record_kind_name(MigRecordKind kind)
{
    g_return_val_if_fail(kind < MIG_RECORD_COUNT, NULL);
    return kind_names[kind];
}

const char *mig_command_name(guint32 command)
{
    return command < MIG_COMMAND_COUNT ? command_names[command] : NULL;
}

const char *mig_rp_name(guint32 type)
{
    return type < MIG_RP_COUNT ? rp_names[type] : NULL;
}

const char *mig_colo_name(guint32 message)
{
    return message < MIG_COLO_COUNT ? colo_names[message] : NULL;
}

const char *mig_section_kind_name(guint8 kind)
{
    switch (kind) {
    case MIG_WIRE_SECTION_START: return "START";
    case MIG_WIRE_SECTION_PART: return "PART";
    case MIG_WIRE_SECTION_END: return "END";
    case MIG_WIRE_SECTION_FULL: return "FULL";
    default: return "?";
    }
}

const char *mig_multifd_method_name(guint32 flags)
{
    switch (flags & MIG_MULTIFD_METHOD_MASK) {
    case 0: return "none";
    case MIG_MULTIFD_ZLIB: return "zlib";
    case MIG_MULTIFD_ZSTD: return "zstd";
    case MIG_MULTIFD_QPL: return "qpl";
    case MIG_MULTIFD_UADK: return "uadk";
    case MIG_MULTIFD_QATZIP: return "qatzip";
    default: return NULL;
    }
}

/* Names come from the wire: what is not printable ASCII is escaped. */
static char *quoted(const char *name)
{
    return g_strescape(name ? name : "?", NULL);
}

static char *command_string(const MigRecordCommand *c)
{
    const char *name = mig_command_name(c->command);
    g_autofree char *block = quoted(c->block);

    switch (c->command) {
    case MIG_COMMAND_PING:
        return g_strdup_printf("PING 0x%x", c->ping);
    case MIG_COMMAND_POSTCOPY_ADVISE:
        if (!c->advise_ram) {
            return g_strdup("POSTCOPY_ADVISE without RAM");
        }
        return g_strdup_printf("POSTCOPY_ADVISE page sizes 0x%" G_GINT64_MODIFIER "x, target page %" G_GUINT64_FORMAT,
                               c->page_size_summary, c->target_page_size);
    case MIG_COMMAND_POSTCOPY_RAM_DISCARD: {
        GString *s = g_string_new(NULL);
        g_string_printf(s, "POSTCOPY_RAM_DISCARD %s:", block);
        for (gsize i = 0; i < c->range_count; i++) {
            if (i == 12) {
                g_string_append_printf(s, " and %" G_GSIZE_FORMAT " more", c->range_count - i);
                break;
            }
            g_string_append_printf(s, " 0x%" G_GINT64_MODIFIER "x+0x%" G_GINT64_MODIFIER "x", c->ranges[i].offset,
                                   c->ranges[i].length);
        }
        return g_string_free(s, FALSE);
    }
    case MIG_COMMAND_PACKAGED:
        return g_strdup_printf("PACKAGED %u bytes", c->package_size);
    case MIG_COMMAND_RECV_BITMAP:
        return g_strdup_printf("RECV_BITMAP %s", block);
    default:
        return name ? g_strdup(name) : g_strdup_printf("command %u", c->command);
    }
}

static char *rp_string(const MigRecordRp *rp)
{
    g_autofree char *block = quoted(rp->block);

    switch (rp->type) {
    case MIG_RP_SHUT:
    case MIG_RP_RESUME_ACK:
        return g_strdup_printf("%s %u", mig_rp_name(rp->type), rp->value);
    case MIG_RP_PONG:
        return g_strdup_printf("PONG 0x%x", rp->value);
    case MIG_RP_REQ_PAGES_ID:
    case MIG_RP_REQ_PAGES:
        return g_strdup_printf("%s %s:0x%" G_GINT64_MODIFIER "x+0x%x", mig_rp_name(rp->type), block, rp->start,
                               rp->request_length);
    case MIG_RP_RECV_BITMAP:
        return g_strdup_printf("RECV_BITMAP %s, %" G_GUINT64_FORMAT " bytes", block, rp->bitmap_size);
    case MIG_RP_SWITCHOVER_ACK:
    case MIG_RP_COUNT:
        break;
    }
    return g_strdup(mig_rp_name(rp->type) ? mig_rp_name(rp->type) : "message");
}

static char *packet_string(const MigRecordPacket *p)
{
    g_autofree char *raw = g_strndup(p->block, sizeof p->block);
    g_autofree char *block = quoted(raw);
    const char *method = mig_multifd_method_name(p->flags);

    if (p->normal == 0 && p->zero == 0) {
        return g_strdup_printf("packet %" G_GUINT64_FORMAT "%s, no pages", p->number, p->flags & MIG_MULTIFD_SYNC ? " SYNC" : "");
    }
    return g_strdup_printf("packet %" G_GUINT64_FORMAT "%s, %s, %u pages and %u zero pages, method %s, %u bytes", p->number,
                           p->flags & MIG_MULTIFD_SYNC ? " SYNC" : "", block, p->normal, p->zero, method ? method : "?",
                           p->data_size);
}

char *mig_record_to_string(const MigRecord *r)
{
    switch (r->kind) {
    case MIG_RECORD_HEADER:
        return g_strdup_printf("QEVM version %u", r->header.version);
    case MIG_RECORD_CONFIGURATION: {
        g_autofree char *name = quoted(r->configuration.machine);
        return g_strdup_printf("machine %s", name);
    }
    case MIG_RECORD_CONFIG_PAGE_BITS:
        return g_strdup_printf("target page bits %u", r->page_bits.bits);
    case MIG_RECORD_CONFIG_CAPABILITIES: {
        GString *s = g_string_new("capabilities");
        for (gsize i = 0; i < r->capabilities.count; i++) {
            g_autofree char *name = quoted(r->capabilities.names[i]);
            g_string_append_printf(s, " %s", name);
        }
        return g_string_free(s, FALSE);
    }
    case MIG_RECORD_CONFIG_UUID: {
        GString *s = g_string_new("uuid ");
        for (gsize i = 0; i < 16; i++) {
            g_string_append_printf(s, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", r->uuid.bytes[i]);
        }
        return g_string_free(s, FALSE);
    }
    case MIG_RECORD_SECTION: {
        g_autofree char *name = quoted(r->section.idstr);
        if (r->section.kind == MIG_WIRE_SECTION_START || r->section.kind == MIG_WIRE_SECTION_FULL) {
            return g_strdup_printf("%s %s instance %u version %u id %u", mig_section_kind_name(r->section.kind), name,
                                   r->section.instance, r->section.version, r->section.id);
        }
        return g_strdup_printf("%s %s id %u", mig_section_kind_name(r->section.kind), name, r->section.id);
    }
    case MIG_RECORD_FOOTER:
        return g_strdup_printf("footer id %u", r->footer.id);
    case MIG_RECORD_COMMAND:
        return command_string(&r->command);
    case MIG_RECORD_PACKAGE_END:
        return g_strdup("end of package");
    case MIG_RECORD_EOF:
        return g_strdup("EOF");
    case MIG_RECORD_DESCRIPTION:
        return g_strdup_printf("description, %u bytes", r->description.length);
    case MIG_RECORD_DESCRIPTION_TEXT:
    case MIG_RECORD_DEVICE_DATA:
    case MIG_RECORD_MAPPED_BITMAP:
    case MIG_RECORD_MAPPED_GAP:
    case MIG_RECORD_MAPPED_PAGES:
    case MIG_RECORD_RP_BITMAP:
    case MIG_RECORD_MULTIFD_DATA:
    case MIG_RECORD_MULTIFD_DEVICE_DATA:
        return g_strdup_printf("%" G_GSIZE_FORMAT " bytes", r->piece.size);
    case MIG_RECORD_RAM_MEM_SIZE:
        return g_strdup_printf("MEM_SIZE total 0x%" G_GINT64_MODIFIER "x", r->mem_size.total);
    case MIG_RECORD_RAM_BLOCK: {
        g_autofree char *name = quoted(r->block.name);
        GString *s = g_string_new(NULL);
        g_string_printf(s, "block %s, length 0x%" G_GINT64_MODIFIER "x", name, r->block.length);
        if (r->block.has_page_size) {
            g_string_append_printf(s, ", page size 0x%" G_GINT64_MODIFIER "x", r->block.page_size);
        }
        if (r->block.has_address) {
            g_string_append_printf(s, ", guest address 0x%" G_GINT64_MODIFIER "x", r->block.address);
        }
        if (r->block.has_mapped) {
            g_string_append_printf(s, ", mapped-ram: bitmap at 0x%" G_GINT64_MODIFIER "x, pages at 0x%" G_GINT64_MODIFIER "x",
                                   r->block.bitmap_offset, r->block.pages_offset);
        }
        return g_string_free(s, FALSE);
    }
    case MIG_RECORD_RAM_PAGE:
    case MIG_RECORD_RAM_ZERO:
    case MIG_RECORD_RAM_XBZRLE:
    case MIG_RECORD_RAM_COMPRESS: {
        static const char *const words[] = { "PAGE", "ZERO", "XBZRLE", "COMPRESS_PAGE" };
        g_autofree char *name = quoted(r->page.block);
        GString *s = g_string_new(NULL);
        g_string_printf(s, "%s%s %s:0x%" G_GINT64_MODIFIER "x", words[r->kind - MIG_RECORD_RAM_PAGE],
                        r->page.cont ? " CONT" : "", name, r->page.offset);
        if (r->kind == MIG_RECORD_RAM_ZERO && r->page.fill != 0) {
            g_string_append_printf(s, " fill 0x%02x", r->page.fill);
        }
        if (r->kind == MIG_RECORD_RAM_XBZRLE || r->kind == MIG_RECORD_RAM_COMPRESS) {
            g_string_append_printf(s, ", %" G_GSIZE_FORMAT " bytes", r->page.body.size);
        }
        return g_string_free(s, FALSE);
    }
    case MIG_RECORD_RAM_EOS:
        return g_strdup("EOS");
    case MIG_RECORD_RAM_FLUSH:
        return g_strdup("MULTIFD_FLUSH");
    case MIG_RECORD_RAM_HOOK:
        return g_strdup("HOOK");
    case MIG_RECORD_BITMAP: {
        g_autofree char *node = quoted(r->bitmap.node), *name = quoted(r->bitmap.bitmap);
        if (r->bitmap.flags & MIG_BITMAP_EOS) {
            return g_strdup("EOS");
        }
        if (r->bitmap.flags & MIG_BITMAP_START) {
            return g_strdup_printf("START %s/%s granularity %u flags 0x%x", node, name, r->bitmap.granularity, r->bitmap.start_flags);
        }
        if (r->bitmap.flags & MIG_BITMAP_BITS) {
            return g_strdup_printf("BITS %s/%s sectors %" G_GUINT64_FORMAT "+%u%s", node, name, r->bitmap.first_sector,
                                   r->bitmap.sector_count, r->bitmap.flags & MIG_BITMAP_ZEROES ? " all clean" : "");
        }
        return g_strdup_printf("%s %s/%s", r->bitmap.flags & MIG_BITMAP_COMPLETE ? "COMPLETE" : "names", node, name);
    }
    case MIG_RECORD_BLOCK: {
        g_autofree char *drive = quoted(r->disk.drive);
        if (r->disk.flags & MIG_BLOCK_EOS) {
            return g_strdup("EOS");
        }
        if (r->disk.flags & MIG_BLOCK_PROGRESS) {
            return g_strdup_printf("PROGRESS %" G_GUINT64_FORMAT " %%", r->disk.value);
        }
        return g_strdup_printf("%s sector %" G_GUINT64_FORMAT "%s", drive, r->disk.value,
                               r->disk.flags & MIG_BLOCK_ZERO ? " zero" : "");
    }
    case MIG_RECORD_RP:
        return rp_string(&r->rp);
    case MIG_RECORD_RP_BITMAP_END:
        return g_strdup_printf("end mark 0x%" G_GINT64_MODIFIER "x", r->end_mark.value);
    case MIG_RECORD_MULTIFD_HELLO:
        return g_strdup_printf("hello of channel %u", r->hello.id);
    case MIG_RECORD_MULTIFD_PACKET:
        return packet_string(&r->packet);
    case MIG_RECORD_MULTIFD_PAGE:
        return g_strdup_printf("page 0x%" G_GINT64_MODIFIER "x", r->packet_page.offset);
    case MIG_RECORD_MULTIFD_DEVICE: {
        g_autofree char *raw = g_strndup(r->packet_device.idstr, sizeof r->packet_device.idstr);
        g_autofree char *name = quoted(raw);
        return g_strdup_printf("device state of %s instance %u, %u bytes", name, r->packet_device.instance,
                               r->packet_device.data_size);
    }
    case MIG_RECORD_COLO:
        if (r->colo.message == MIG_COLO_VMSTATE_SIZE) {
            return g_strdup_printf("vmstate-size %" G_GUINT64_FORMAT, r->colo.size);
        }
        return g_strdup(mig_colo_name(r->colo.message) ? mig_colo_name(r->colo.message) : "?");
    case MIG_RECORD_COUNT:
        break;
    }
    return g_strdup("?");
}
