/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Loading: what each record of the main (and preempt) channel does to the VM (spec/stream.md 2 to 4, 7 to 9).
 */
#include "reference/migration/incoming_private.h"

#include <errno.h>
#include <string.h>

#include "reference/stream/page.h"

static MigLoadError *in_section(MigIncoming *in, MigLoadError *error)
{
    error->handler = g_strdup(in->section.idstr);
    error->handler_id = in->section.id;
    error->handler_instance = in->section.instance;
    error->handler_version = in->section.version;
    error->handler_whole = in->section.kind == MIG_WIRE_SECTION_START || in->section.kind == MIG_WIRE_SECTION_FULL;
    error->passed_up = FALSE;
    return error;
}

/* ---- Configuration ---- */

static MigLoadError *post_load(MigLoadError *error, const char *of, int version)
{
    error->cause_new = g_strdup_printf("post load hook failed for: %s, version_id: %d, minimum_version: 0: %s", of, version, error->cause);
    return error;
}

static MigLoadError *check_machine(MigIncoming *in, const char *machine)
{
    if (strcmp(machine, in->vm->machine) == 0)
        return NULL;
    return post_load(mig_load_error_new(EINVAL, "Machine type received is '%s' and local is '%s'", machine, in->vm->machine), "configuration", 1);
}

static MigLoadError *capability_differs(MigIncoming *in, const char *name, gboolean local)
{
    MigLoadError *error = mig_load_error_new(EINVAL, "Capability %s is %s, but received capability is %s", name, local ? "on" : "off", local ? "off" : "on");

    if (in->vm->release >= MIG_R(11, 0)) {
        /* The line itself, then one that is passed up. */
        mig_vm_message(in->vm, "%s", error->cause);
        g_free(error->cause);
        error->cause = g_strdup("post load hook failed for: configuration, version_id: 1, minimum_version: 0: Failed to validate capabilities");
    }
    return error;
}

static MigLoadError *check_capabilities(MigIncoming *in, const char *const *names, gsize count)
{
    static const struct { const char *name; MigCap cap; MigRelease since; } checked[] = {
        { "x-ignore-shared", MIG_CAP_X_IGNORE_SHARED, MIG_RELEASE(4, 0) }, { "mapped-ram", MIG_CAP_MAPPED_RAM, MIG_RELEASE(9, 0) },
    };

    for (gsize i = 0; i < count; i++) {
        MigCap cap;

        if (!mig_cap_find(in->vm->profile, names[i], &cap))
            return mig_load_error_new(EINVAL, "Received unknown capability %s", names[i]);
    }
    for (gsize c = 0; c < G_N_ELEMENTS(checked); c++) {
        gboolean received = FALSE, local;

        if (in->vm->release < checked[c].since)
            continue;
        for (gsize i = 0; i < count; i++)
            received |= strcmp(names[i], checked[c].name) == 0;
        local = mig_vm_has_cap(in->vm, checked[c].cap);
        if (received != local)
            return capability_differs(in, checked[c].name, local);
    }
    return NULL;
}

static void uuid_text(const guint8 uuid[16], char text[37])
{
    static const char hex[] = "0123456789abcdef";

    for (guint i = 0, at = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[at++] = '-';
        text[at++] = hex[uuid[i] >> 4];
        text[at++] = hex[uuid[i] & 15];
        text[at] = 0;
    }
}

static MigLoadError *check_uuid(MigIncoming *in, const guint8 uuid[16])
{
    char received[37], local[37];
    MigLoadError *error;

    uuid_text(uuid, received);
    uuid_text(in->vm->uuid, local);
    if (!in->vm->uuid_set) {
        mig_vm_message(in->vm, "warning: UUID is received %s, but local uuid isn't set", received);
        return NULL;
    }
    if (memcmp(uuid, in->vm->uuid, 16) == 0)
        return NULL;
    error = mig_load_error_new(EINVAL, "UUID received is %s and local is %s", received, local);
    if (in->vm->release >= MIG_R(11, 0)) {
        mig_vm_message(in->vm, "%s", error->cause);
        g_free(error->cause);
        error->cause = g_strdup("Loading VM subsection 'configuration/uuid' in 'configuration' failed: post load hook failed for: "
                                "configuration/uuid, version_id: 1, minimum_version: 1, ret: -22");
    }
    return error;
}

/* ---- Sections ---- */

static MigDevice *find_device(MigIncoming *in, const char *idstr, guint32 instance)
{
    for (guint i = 0; i < in->vm->devices->len; i++) {
        MigDevice *device = in->vm->devices->pdata[i];

        if (device->instance == instance && strcmp(device->idstr, idstr) == 0)
            return device;
    }
    return NULL;
}

static gboolean is_ram(const MigRecordSection *section) { return section->instance == 0 && strcmp(section->idstr, "ram") == 0; }

static MigLoadError *begin_section(MigIncoming *in, const MigRecordSection *section)
{
    in->section = *section;
    in->in_section = TRUE;
    in->at_footer = FALSE;
    in->device = NULL;
    in->list_open = FALSE;
    if (is_ram(section)) {
        if (section->version > MIG_WIRE_RAM_VERSION)
            goto version;
        if ((section->kind == MIG_WIRE_SECTION_START || section->kind == MIG_WIRE_SECTION_FULL) && section->version != MIG_WIRE_RAM_VERSION)
            return in_section(in, mig_load_error_new(EINVAL, NULL));
        return NULL;
    }
    in->device = find_device(in, section->idstr, section->instance);
    if (in->device == NULL) {
        g_autofree char *rest = g_strdup_printf("section or instance '%s' %u. Make sure that your current VM setup matches your saved VM setup, "
                                                "including any hotplugged devices", section->idstr, section->instance);
        MigLoadError *error = mig_load_error_new(EINVAL, "Unknown savevm %s", rest);

        error->cause_new = g_strdup_printf("Unknown %s", rest);
        return error;
    }
    if (section->version > in->device->version)
        goto version;
    g_byte_array_set_size(in->device_bytes, 0);
    return NULL;
version: {
        MigLoadError *error = mig_load_error_new(EINVAL, "savevm: unsupported version %u for '%s' v%u", section->version, section->idstr,
                                                 is_ram(section) ? MIG_WIRE_RAM_VERSION : in->device->version);

        error->cause_new = g_strdup(error->cause + strlen("savevm: "));
        return error;
    }
}

static MigLoadError *load_global_state(MigIncoming *in)
{
    const char *name;
    gsize length;
    MigRunState state;
    MigLoadError *error;

    if (in->device_bytes->len < 104)
        return in_section(in, mig_load_error_new(EIO, NULL));
    if (!mig_global_state_name(in->vm->release, in->device_bytes->data, &name, &length)
        || !mig_run_state_parse(in->vm->release, name, length, &state)) {
        g_autofree char *text = g_strndup(name, length);
        g_autofree char *escaped = g_strescape(text, NULL);

        error = mig_load_error_new(EINVAL, "invalid parameter value: %s", escaped);
        if (in->vm->release < MIG_R(11, 0))
            return in_section(in, error);
        mig_vm_message(in->vm, "%s", error->cause);
        g_free(error->cause);
        error->cause = g_strdup("post load hook failed for: globalstate, version_id: 1, minimum_version: 0, ret: -22");
        return error;
    }
    in->global_state_received = TRUE;
    in->global_state = state;
    return NULL;
}

static MigLoadError *end_section(MigIncoming *in)
{
    MigDevice *device = in->device;
    MigLoadError *error = NULL;

    if (device && in->in_section) {
        if (device->fails_to_load)
            error = in_section(in, mig_load_error_new(EINVAL, NULL));
        else if (in->device_bytes->len != device->size)
            error = in_section(in, mig_load_error_new(EINVAL, "%s: state of %u bytes, not %" G_GSIZE_FORMAT, device->idstr, in->device_bytes->len,
                                                      device->size));
        else if (device->kind == MIG_DEVICE_GLOBALSTATE)
            error = load_global_state(in);
        else
            memcpy(device->state, in->device_bytes->data, device->size);
    }
    in->in_section = in->at_footer = FALSE;
    in->device = NULL;
    return error;
}

/* ---- RAM ---- */

static MigLoadError *load_block_entry(MigIncoming *in, const MigRecordRamBlock *entry)
{
    MigVm *vm = in->vm;
    MigRamBlock *block = mig_ram_find(vm->ram, entry->name, strlen(entry->name));
    g_autoptr(GError) error = NULL;

    if (block == NULL)
        return in_section(in, mig_load_error_new(EINVAL, "Unknown ramblock \"%s\", cannot accept migration", entry->name));
    if (entry->length != block->size && !mig_ram_block_resize(block, entry->length, &error))
        return in_section(in, mig_load_error_new(EINVAL, "Size mismatch: %s: 0x%" G_GINT64_MODIFIER "x != 0x%" G_GINT64_MODIFIER "x: Invalid argument",
                                                 entry->name, entry->length, block->size));
    if (entry->has_page_size ? entry->page_size != block->page_size : in->advised_ram && block->page_size != MIG_PAGE_SIZE)
        return in_section(in, mig_load_error_new(EINVAL, "Mismatched RAM page size %s (local) %" G_GUINT64_FORMAT " != %" G_GUINT64_FORMAT,
                                                 entry->name, block->page_size, entry->has_page_size ? entry->page_size : MIG_PAGE_SIZE));
    if (entry->has_address && block->shared && entry->address != block->guest_address)
        return in_section(in, mig_load_error_new(EINVAL, "Mismatched GPAs for block %s %" G_GUINT64_FORMAT "!= %" G_GUINT64_FORMAT, entry->name,
                                                 entry->address, block->guest_address));
    return NULL;
}

static MigLoadError *find_page(MigIncoming *in, const MigRecordPage *page, guint64 *ret_page)
{
    /* Names of a reader are interned: the pointer of the record before is nearly always the same. */
    if (page->block != in->block_name || in->block == NULL) {
        in->block = page->block ? mig_ram_find(in->vm->ram, page->block, strlen(page->block)) : NULL;
        in->block_name = page->block;
    }
    if (in->block == NULL)
        return in_section(in, mig_load_error_new(EINVAL, "Can't find block %s", page->block ? page->block : ""));
    if (in->block->shared && mig_vm_has_cap(in->vm, MIG_CAP_X_IGNORE_SHARED))
        return in_section(in, mig_load_error_new(EINVAL, "block %s should not be migrated !", in->block->idstr));
    if (page->offset >= in->block->size)
        return in_section(in, mig_load_error_new(EINVAL, "Illegal RAM offset %" G_GINT64_MODIFIER "x", page->offset));
    *ret_page = page->offset / MIG_PAGE_SIZE;
    return NULL;
}

static gboolean listening(MigIncoming *in) { return in->sub == MIG_SUB_LISTENING || in->sub == MIG_SUB_RUNNING; }

static MigLoadError *load_page(MigIncoming *in, const MigRecord *record)
{
    guint64 page;
    MigLoadError *error = find_page(in, &record->page, &page);

    if (error)
        return error;
    if (listening(in) && !mig_ram_is_missing(in->block, page))
        return in_section(in, mig_load_error_new(EEXIST, "postcopy_place_page: File exists"));
    switch (record->kind) {
    case MIG_RECORD_RAM_ZERO:
        if (record->page.fill == 0) {
            mig_ram_set_page(in->block, page, (MigPageRef) { 0, 0 });
        } else {
            guint8 bytes[MIG_PAGE_SIZE];

            if (in->vm->release >= MIG_R(8, 2))
                return in_section(in, mig_load_error_new(EINVAL, "Found a zero page with value %u", record->page.fill));
            memset(bytes, record->page.fill, sizeof(bytes));
            mig_ram_set_page_bytes(in->block, page, bytes);
        }
        break;
    case MIG_RECORD_RAM_PAGE:
        if (record->page.body.is_page)
            mig_ram_set_page(in->block, page, record->page.body.page);
        else
            mig_ram_set_page_bytes(in->block, page, record->page.body.bytes);
        break;
    case MIG_RECORD_RAM_XBZRLE: {
        guint8 bytes[MIG_PAGE_SIZE];

        if (listening(in))
            return in_section(in, mig_load_error_new(EINVAL, "Unknown combination of migration flags: 0x40 (postcopy mode)"));
        mig_ram_page_bytes(in->block, page, bytes);
        if (!mig_xbzrle_decode(record->page.body.bytes, record->page.body.size, bytes, MIG_PAGE_SIZE)) {
            mig_vm_message(in->vm, "Failed to load XBZRLE page - decode error!");
            return in_section(in, mig_load_error_new(EINVAL, "Failed to decompress XBZRLE page at %" G_GINT64_MODIFIER "x", record->page.offset));
        }
        mig_ram_set_page_bytes(in->block, page, bytes);
        break;
    }
    case MIG_RECORD_RAM_COMPRESS: {
        guint8 bytes[MIG_PAGE_SIZE];

        if (!mig_vm_has_cap(in->vm, MIG_CAP_COMPRESS))
            return in_section(in, mig_load_error_new(EINVAL, "Received an unexpected compressed page"));
        if (!mig_uncompress_page(record->page.body.bytes, record->page.body.size, bytes, MIG_PAGE_SIZE))
            return in_section(in, mig_load_error_new(EIO, "decompress data failed"));
        mig_ram_set_page_bytes(in->block, page, bytes);
        break;
    }
    default:
        g_assert_not_reached();
    }
    if (listening(in))
        mig_incoming_page_arrived(in, in->block, page);
    return NULL;
}

/* mapped-ram: the area of a block comes in pieces of any size. */
static void load_mapped(MigIncoming *in, const MigPiece *piece)
{
    gsize at = 0;

    while (in->mapped && at < piece->size) {
        guint64 offset = piece->offset + at, page = offset / MIG_PAGE_SIZE;
        gsize inside = offset % MIG_PAGE_SIZE, take = MIN(piece->size - at, MIG_PAGE_SIZE - inside);

        if (page >= in->mapped->page_count)
            return;
        memcpy(in->mapped_page + inside, piece->bytes + at, take);
        at += take;
        if (inside + take < MIG_PAGE_SIZE)
            return;
        if (page / 8 < in->mapped_bitmap->len && in->mapped_bitmap->data[page / 8] >> (page % 8) & 1)
            mig_ram_set_page_bytes(in->mapped, page, in->mapped_page);
        else
            mig_ram_set_page(in->mapped, page, (MigPageRef) { 0, 0 });
    }
}

static gboolean syncs_per_round(MigIncoming *in)
{
    return in->vm->release >= MIG_R(8, 1) && !mig_options_flush_each_section(in->vm->options);
}

/* ---- Commands ---- */

static MigLoadError *wrong_state(MigIncoming *in, const char *command)
{
    return mig_load_error_new(EPERM, "CMD_POSTCOPY_%s in wrong postcopy state (%d)", command, in->sub);
}

static guint64 local_summary(MigIncoming *in)
{
    guint64 summary = 0;

    if (in->vm->release < MIG_R(2, 9))
        return MIG_PAGE_SIZE;
    for (guint i = 0; i < mig_ram_block_count(in->vm->ram); i++)
        summary |= mig_ram_block(in->vm->ram, i)->page_size;
    return summary ? summary : MIG_PAGE_SIZE;
}

static MigLoadError *advise(MigIncoming *in, const MigRecordCommand *command)
{
    gboolean ram = mig_vm_has_cap(in->vm, MIG_CAP_POSTCOPY_RAM);
    guint64 local = local_summary(in);

    if (in->sub != MIG_SUB_NONE)
        return wrong_state(in, "ADVISE");
    if (command->advise_ram && !ram)
        return mig_load_error_new(EINVAL, "RAM postcopy is disabled but have 16 byte advise");
    if (!command->advise_ram && ram)
        return mig_load_error_new(EINVAL, "RAM postcopy is enabled but have 0 byte advise");
    in->sub = MIG_SUB_ADVISE;
    if (!command->advise_ram)
        return NULL;
    if (command->page_size_summary != local)
        return mig_load_error_new(EINVAL, "Postcopy needs matching RAM page sizes (s=%" G_GINT64_MODIFIER "x d=%" G_GINT64_MODIFIER "x)",
                                  command->page_size_summary, local);
    if (command->target_page_size != MIG_PAGE_SIZE)
        return mig_load_error_new(EINVAL, "Postcopy needs matching target page sizes (s=%" G_GUINT64_FORMAT " d=%u)", command->target_page_size, MIG_PAGE_SIZE);
    in->advised_ram = TRUE;
    return NULL;
}

static MigLoadError *discard(MigIncoming *in, const MigRecordCommand *command)
{
    MigRamBlock *block;

    if (in->sub != MIG_SUB_ADVISE && in->sub != MIG_SUB_DISCARD)
        return wrong_state(in, "RAM_DISCARD");
    in->sub = MIG_SUB_DISCARD;
    if (command->range_count == 0 && in->vm->release >= MIG_R(2, 5) && command->length < 20)
        return mig_load_error_new(EINVAL, "CMD_POSTCOPY_RAM_DISCARD invalid length (%u)", command->length);
    block = mig_ram_find(in->vm->ram, command->block, strlen(command->block));
    if (block == NULL)
        return mig_load_error_new(EPERM, "ram_discard_range: Failed to find block '%s'", command->block);
    for (gsize i = 0; i < command->range_count; i++) {
        MigRange range = command->ranges[i];

        if (range.offset % block->page_size)
            return mig_load_error_new(EPERM, "ram_block_discard_range: Unaligned start address: 0x%" G_GINT64_MODIFIER "x", range.offset);
        if (range.length % block->page_size)
            return mig_load_error_new(EPERM, "ram_block_discard_range: Unaligned length: %" G_GUINT64_FORMAT, range.length);
        if (range.offset > block->size || range.length > block->size - range.offset)
            return mig_load_error_new(EPERM, "ram_block_discard_range: Overrun block '%s' (%" G_GUINT64_FORMAT "/%" G_GINT64_MODIFIER "x/%" G_GINT64_MODIFIER "x)",
                                      block->idstr, range.offset, range.length, block->size);
        mig_ram_set_missing(block, range.offset / MIG_PAGE_SIZE, range.length / MIG_PAGE_SIZE);
    }
    return NULL;
}

static MigLoadError *listen_command(MigIncoming *in)
{
    if (in->sub != MIG_SUB_ADVISE && in->sub != MIG_SUB_DISCARD)
        return wrong_state(in, "LISTEN");
    /* Without any DISCARD RUN is refused later (spec/stream.md 7.2). */
    if (in->sub == MIG_SUB_DISCARD || !in->advised_ram)
        in->sub = MIG_SUB_LISTENING;
    else
        in->sub = MIG_SUB_DISCARD;
    mig_ram_on_fault(in->vm->ram, mig_incoming_fault, in);
    mig_incoming_set_status(in, MIG_STATUS_ACTIVE,
                            in->vm->release >= MIG_R(10, 2) && in->rp_open ? MIG_STATUS_POSTCOPY_DEVICE : MIG_STATUS_POSTCOPY_ACTIVE);
    return NULL;
}

static MigLoadError *recv_bitmap(MigIncoming *in, const char *name)
{
    MigRamBlock *block = mig_ram_find(in->vm->ram, name, strlen(name));
    g_autofree guint8 *bitmap = NULL;
    guint64 size;

    if (in->status != MIG_STATUS_POSTCOPY_RECOVER) {
        mig_vm_message(in->vm, "loadvm_handle_recv_bitmap: illegal state");
        return NULL;
    }
    if (block == NULL)
        return mig_load_error_new(EINVAL, "block '%s' not found", name);
    size = ((block->page_count + 7) / 8 + 7) / 8 * 8;
    bitmap = g_malloc0(size);
    for (guint64 page = 0; page < block->page_count; page++) {
        if (!mig_ram_is_missing(block, page))
            bitmap[page / 8] |= (guint8) (1u << (page % 8));
    }
    mig_writer_rp_recv_bitmap(in->rp, block->idstr, bitmap, size);
    return NULL;
}

static void ask_again(MigIncoming *in)
{
    for (GList *it = in->pending.head; it; it = it->next) {
        guint64 key = *(guint64 *) it->data;
        MigRamBlock *block = mig_ram_block(in->vm->ram, (guint) (key >> 40));
        guint64 page = key & ((G_GUINT64_CONSTANT(1) << 40) - 1);

        mig_writer_rp_req_pages(in->rp, block->idstr, page * MIG_PAGE_SIZE, (guint32) block->page_size);
    }
}

static MigLoadError *command(MigIncoming *in, const MigRecordCommand *c)
{
    switch (c->command) {
    case MIG_COMMAND_OPEN_RETURN_PATH:
        if (in->rp_open) {
            mig_vm_message(in->vm, "CMD_OPEN_RETURN_PATH called when RP already open");
            return NULL;
        }
        mig_incoming_rp_begin(in);
        if (in->vm->release >= MIG_R(8, 1) && mig_vm_has_cap(in->vm, MIG_CAP_SWITCHOVER_ACK)
            && (in->vm->release < MIG_R(11, 1) || mig_options_property(in->vm->options, MIG_PROPERTY_SWITCHOVER_ACK_LEGACY)))
            mig_writer_rp_switchover_ack(in->rp);
        return NULL;
    case MIG_COMMAND_PING:
        if (!in->rp_open)
            return mig_load_error_new(EINVAL, "CMD_PING (0x%x) received with no return path", c->ping);
        mig_writer_rp_pong(in->rp, c->ping);
        return NULL;
    case MIG_COMMAND_POSTCOPY_ADVISE:
        return advise(in, c);
    case MIG_COMMAND_POSTCOPY_RAM_DISCARD:
        return discard(in, c);
    case MIG_COMMAND_POSTCOPY_LISTEN:
        return listen_command(in);
    case MIG_COMMAND_POSTCOPY_RUN:
        if (in->sub != MIG_SUB_LISTENING)
            return wrong_state(in, "RUN");
        in->sub = MIG_SUB_RUNNING;
        mig_incoming_set_status(in, MIG_STATUS_POSTCOPY_DEVICE, MIG_STATUS_POSTCOPY_ACTIVE);
        in->run_wanted = TRUE;
        return NULL;
    case MIG_COMMAND_PACKAGED:
        return NULL;
    case MIG_COMMAND_ENABLE_COLO:
        return mig_load_error_new(EINVAL, "ENABLE_COLO command come in migration stream, but x-colo capability is not set");
    case MIG_COMMAND_POSTCOPY_RESUME:
        if (in->status != MIG_STATUS_POSTCOPY_RECOVER) {
            mig_vm_message(in->vm, "loadvm_postcopy_handle_resume: illegal resume received");
            return NULL;
        }
        mig_incoming_set_status(in, MIG_STATUS_POSTCOPY_RECOVER, MIG_STATUS_POSTCOPY_ACTIVE);
        mig_writer_rp_resume_ack(in->rp);
        ask_again(in);
        return NULL;
    case MIG_COMMAND_RECV_BITMAP:
        return recv_bitmap(in, c->block);
    case MIG_COMMAND_SWITCHOVER_START:
    case MIG_COMMAND_COUNT:
        break;
    }
    return NULL;
}

MigLoadError *mig_incoming_record(MigIncoming *in, const MigRecord *record, gboolean *ret_wait)
{
    *ret_wait = FALSE;
    switch (record->kind) {
    case MIG_RECORD_RAM_PAGE:
    case MIG_RECORD_RAM_ZERO:
    case MIG_RECORD_RAM_XBZRLE:
    case MIG_RECORD_RAM_COMPRESS:
        return load_page(in, record);
    case MIG_RECORD_CONFIGURATION: {
        MigLoadError *error = check_machine(in, record->configuration.machine);

        return error;
    }
    case MIG_RECORD_CONFIG_CAPABILITIES:
        return check_capabilities(in, record->capabilities.names, record->capabilities.count);
    case MIG_RECORD_CONFIG_UUID:
        return check_uuid(in, record->uuid.bytes);
    case MIG_RECORD_SECTION:
        return begin_section(in, &record->section);
    case MIG_RECORD_DEVICE_DATA:
        if (in->device && in->device_bytes->len + record->piece.size <= in->device->size + 65536)
            g_byte_array_append(in->device_bytes, record->piece.bytes, (guint) record->piece.size);
        in->at_footer = record->piece.last && in->config.footers;
        if (!in->config.footers && record->piece.last)
            return end_section(in);
        return NULL;
    case MIG_RECORD_FOOTER:
        return end_section(in);
    case MIG_RECORD_COMMAND:
        return command(in, &record->command);
    case MIG_RECORD_RAM_BLOCK:
        in->mapped = NULL;
        if (record->block.has_mapped) {
            in->mapped = mig_ram_find(in->vm->ram, record->block.name, strlen(record->block.name));
            g_byte_array_set_size(in->mapped_bitmap, 0);
        }
        return load_block_entry(in, &record->block);
    case MIG_RECORD_MAPPED_BITMAP:
        g_byte_array_append(in->mapped_bitmap, record->piece.bytes, (guint) record->piece.size);
        return NULL;
    case MIG_RECORD_MAPPED_PAGES:
        load_mapped(in, &record->piece);
        return NULL;
    case MIG_RECORD_RAM_EOS:
        if (in->multifd && !syncs_per_round(in) && !listening(in))
            *ret_wait = TRUE;
        in->at_footer = in->config.footers;
        if (!in->config.footers)
            in->in_section = FALSE;
        return NULL;
    case MIG_RECORD_RAM_FLUSH:
        if (listening(in) && in->vm->release >= MIG_R(10, 0))
            return in_section(in, mig_load_error_new(EINVAL, "Unknown combination of migration flags: 0x200 (postcopy mode)"));
        if (in->multifd && !listening(in) && syncs_per_round(in))
            *ret_wait = TRUE;
        return NULL;
    case MIG_RECORD_RAM_HOOK:
        return in->vm->release < MIG_R(8, 2) ? in_section(in, mig_load_error_new(EINVAL, NULL)) : NULL;
    default:
        return NULL;
    }
}
