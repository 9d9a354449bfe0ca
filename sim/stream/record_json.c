/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/record_json.h"

#include "reference/stream/page.h"

#include <string.h>
#include <zlib.h>

char *sim_page_summary(const guint8 *bytes, gsize size)
{
    if (size == 0 || !bytes) {
        return g_strdup("no bytes");
    }
    if (mig_page_is_zero(bytes, size)) {
        return g_strdup("zero");
    }
    if (size > 1 && memcmp(bytes, bytes + 1, size - 1) == 0) {
        return g_strdup_printf("repeated 0x%02x", bytes[0]);
    }
    return g_strdup_printf("crc32 %08lx", crc32(0, bytes, (uInt) size));
}

char *sim_wire_name(const char *name)
{
    return g_strescape(name ? name : "", NULL);
}

static void set_name(json_t *object, const char *key, const char *name)
{
    g_autofree char *text = sim_wire_name(name);

    (void) json_object_set_new(object, key, json_string(text));
}

static void set_text(json_t *object, const char *key, char *text)
{
    (void) json_object_set_new(object, key, json_string(text));
    g_free(text);
}

static void set_number(json_t *object, const char *key, guint64 value)
{
    /* JSON's integers are signed here: what does not fit is written as text. */
    if (value > G_MAXINT64) {
        set_text(object, key, g_strdup_printf("0x%" G_GINT64_MODIFIER "x", value));
    } else {
        (void) json_object_set_new(object, key, json_integer((json_int_t) value));
    }
}

static void set_command(json_t *object, const MigRecordCommand *c)
{
    set_name(object, "command", mig_command_name(c->command));
    set_number(object, "length", c->length);
    if (c->command == MIG_COMMAND_PING) {
        set_number(object, "value", c->ping);
    } else if (c->command == MIG_COMMAND_POSTCOPY_ADVISE && c->advise_ram) {
        set_number(object, "page_sizes", c->page_size_summary);
        set_number(object, "target_page_size", c->target_page_size);
    } else if (c->command == MIG_COMMAND_PACKAGED) {
        set_number(object, "package_size", c->package_size);
    } else if (c->block) {
        set_name(object, "block", c->block);
        if (c->command == MIG_COMMAND_POSTCOPY_RAM_DISCARD) {
            json_t *ranges = json_array();
            for (gsize i = 0; i < c->range_count; i++) {
                json_t *range = json_object();
                set_number(range, "offset", c->ranges[i].offset);
                set_number(range, "length", c->ranges[i].length);
                (void) json_array_append_new(ranges, range);
            }
            (void) json_object_set_new(object, "ranges", ranges);
        }
    }
}

static void set_packet(json_t *object, const MigRecordPacket *p)
{
    const char *method = mig_multifd_method_name(p->flags);
    json_t *offsets;

    set_number(object, "number", p->number);
    set_number(object, "flags", p->flags);
    (void) json_object_set_new(object, "sync", json_boolean(p->flags & MIG_MULTIFD_SYNC));
    set_number(object, "normal", p->normal);
    set_number(object, "zero", p->zero);
    set_number(object, "allocated", p->allocated);
    set_number(object, "data_size", p->data_size);
    if (p->normal + p->zero > 0) {
        g_autofree char *block = g_strndup(p->block, sizeof p->block);

        set_name(object, "method", method ? method : "?");
        set_name(object, "block", block);
        offsets = json_array();
        for (guint32 i = 0; i < p->normal + p->zero && i < p->offset_count; i++) {
            (void) json_array_append_new(offsets, json_integer((json_int_t) (p->offsets[i] & G_MAXINT64)));
        }
        (void) json_object_set_new(object, "offsets", offsets);
    }
}

json_t *sim_record_json(const MigRecord *r)
{
    json_t *object = json_object();

    set_number(object, "offset", r->offset);
    set_number(object, "size", r->size);
    (void) json_object_set_new(object, "kind", json_string(mig_record_kind_name(r->kind)));
    if (r->depth) {
        set_number(object, "depth", r->depth);
    }
    switch (r->kind) {
    case MIG_RECORD_HEADER:
        set_number(object, "version", r->header.version);
        break;
    case MIG_RECORD_CONFIGURATION:
        set_name(object, "machine", r->configuration.machine);
        break;
    case MIG_RECORD_CONFIG_PAGE_BITS:
        set_number(object, "page_bits", r->page_bits.bits);
        break;
    case MIG_RECORD_CONFIG_CAPABILITIES: {
        json_t *names = json_array();
        for (gsize i = 0; i < r->capabilities.count; i++) {
            g_autofree char *name = sim_wire_name(r->capabilities.names[i]);
            (void) json_array_append_new(names, json_string(name));
        }
        (void) json_object_set_new(object, "capabilities", names);
        break;
    }
    case MIG_RECORD_CONFIG_UUID: {
        char *text = mig_record_to_string(r);
        (void) json_object_set_new(object, "uuid", json_string(text + strlen("uuid ")));
        g_free(text);
        break;
    }
    case MIG_RECORD_SECTION:
        (void) json_object_set_new(object, "section", json_string(mig_section_kind_name(r->section.kind)));
        set_number(object, "id", r->section.id);
        set_name(object, "name", r->section.idstr);
        set_number(object, "instance", r->section.instance);
        set_number(object, "version", r->section.version);
        break;
    case MIG_RECORD_FOOTER:
        set_number(object, "id", r->footer.id);
        break;
    case MIG_RECORD_COMMAND:
        set_command(object, &r->command);
        break;
    case MIG_RECORD_DESCRIPTION:
        set_number(object, "length", r->description.length);
        break;
    case MIG_RECORD_RAM_MEM_SIZE:
        set_number(object, "total", r->mem_size.total);
        break;
    case MIG_RECORD_RAM_BLOCK:
        set_name(object, "block", r->block.name);
        set_number(object, "length", r->block.length);
        if (r->block.has_page_size) {
            set_number(object, "page_size", r->block.page_size);
        }
        if (r->block.has_address) {
            set_number(object, "address", r->block.address);
        }
        if (r->block.has_mapped) {
            set_number(object, "bitmap_offset", r->block.bitmap_offset);
            set_number(object, "pages_offset", r->block.pages_offset);
        }
        break;
    case MIG_RECORD_RAM_PAGE:
    case MIG_RECORD_RAM_ZERO:
    case MIG_RECORD_RAM_XBZRLE:
    case MIG_RECORD_RAM_COMPRESS:
        set_name(object, "block", r->page.block);
        set_number(object, "page", r->page.offset);
        (void) json_object_set_new(object, "cont", json_boolean(r->page.cont));
        if (r->kind == MIG_RECORD_RAM_ZERO) {
            set_number(object, "fill", r->page.fill);
        } else {
            set_number(object, "body", r->page.body.size);
            set_text(object, "summary", sim_page_summary(r->page.body.bytes, r->page.body.size));
        }
        break;
    case MIG_RECORD_RAM_EOS:
    case MIG_RECORD_RAM_FLUSH:
    case MIG_RECORD_RAM_HOOK:
    case MIG_RECORD_EOF:
    case MIG_RECORD_PACKAGE_END:
    case MIG_RECORD_COUNT:
        break;
    case MIG_RECORD_DESCRIPTION_TEXT:
    case MIG_RECORD_DEVICE_DATA:
    case MIG_RECORD_MAPPED_BITMAP:
    case MIG_RECORD_MAPPED_GAP:
    case MIG_RECORD_MAPPED_PAGES:
    case MIG_RECORD_RP_BITMAP:
    case MIG_RECORD_MULTIFD_DATA:
    case MIG_RECORD_MULTIFD_DEVICE_DATA:
        set_number(object, "bytes", r->piece.size);
        set_text(object, "summary", sim_page_summary(r->piece.bytes, r->piece.size));
        break;
    case MIG_RECORD_BITMAP:
        set_number(object, "flags", r->bitmap.flags);
        if (!(r->bitmap.flags & MIG_BITMAP_EOS)) {
            set_name(object, "node", r->bitmap.node);
            set_name(object, "bitmap", r->bitmap.bitmap);
        }
        if (r->bitmap.flags & MIG_BITMAP_START) {
            set_number(object, "granularity", r->bitmap.granularity);
            set_number(object, "start_flags", r->bitmap.start_flags);
        }
        if (r->bitmap.flags & MIG_BITMAP_BITS) {
            set_number(object, "first_sector", r->bitmap.first_sector);
            set_number(object, "sectors", r->bitmap.sector_count);
            set_number(object, "data_size", r->bitmap.data_size);
        }
        break;
    case MIG_RECORD_BLOCK:
        set_number(object, "flags", r->disk.flags);
        set_number(object, "value", r->disk.value);
        if (r->disk.drive) {
            set_name(object, "drive", r->disk.drive);
        }
        if (r->disk.data) {
            set_text(object, "summary", sim_page_summary(r->disk.data, MIG_WIRE_BLOCK_SIZE));
        }
        break;
    case MIG_RECORD_RP:
        set_name(object, "message", mig_rp_name(r->rp.type));
        set_number(object, "length", r->rp.length);
        if (r->rp.block) {
            set_name(object, "block", r->rp.block);
        }
        if (r->rp.type == MIG_RP_REQ_PAGES || r->rp.type == MIG_RP_REQ_PAGES_ID) {
            set_number(object, "start", r->rp.start);
            set_number(object, "request_length", r->rp.request_length);
        } else if (r->rp.type == MIG_RP_RECV_BITMAP) {
            set_number(object, "bitmap_size", r->rp.bitmap_size);
        } else if (r->rp.type != MIG_RP_SWITCHOVER_ACK) {
            set_number(object, "value", r->rp.value);
        }
        break;
    case MIG_RECORD_RP_BITMAP_END:
        set_number(object, "value", r->end_mark.value);
        break;
    case MIG_RECORD_MULTIFD_HELLO:
        set_number(object, "id", r->hello.id);
        break;
    case MIG_RECORD_MULTIFD_PACKET:
        set_packet(object, &r->packet);
        break;
    case MIG_RECORD_MULTIFD_PAGE:
        set_number(object, "page", r->packet_page.offset);
        set_text(object, "summary", sim_page_summary(r->packet_page.body.bytes, r->packet_page.body.size));
        break;
    case MIG_RECORD_MULTIFD_DEVICE: {
        g_autofree char *name = g_strndup(r->packet_device.idstr, sizeof r->packet_device.idstr);
        set_name(object, "name", name);
        set_number(object, "instance", r->packet_device.instance);
        set_number(object, "bytes", r->packet_device.data_size);
        break;
    }
    case MIG_RECORD_COLO:
        set_name(object, "message", mig_colo_name(r->colo.message));
        if (r->colo.message == MIG_COLO_VMSTATE_SIZE) {
            set_number(object, "vmstate_size", r->colo.size);
        }
        break;
    }
    return object;
}
