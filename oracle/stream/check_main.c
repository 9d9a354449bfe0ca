/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The main channel: order of sections and commands (stream.md 2, 3, 7, 8), configuration, globalstate, description.
 */
#include "oracle/stream/check_private.h"

static const char *const run_states[] = {
    "debug", "inmigrate", "internal-error", "io-error", "paused", "postmigrate", "prelaunch", "finish-migrate", "restore-vm",
    "running", "save-vm", "shutdown", "suspended", "watchdog", "guest-panicked", "colo", "preconfig",
};

/* Sections that every machine may have and whose version never changed. */
static const struct {
    const char *idstr;
    guint32 version;
    gboolean live;
    gboolean alone;              /* instance 0 only */
} known_sections[] = {
    { "ram", 4, TRUE, TRUE },
    { "dirty-bitmap", 1, TRUE, TRUE },
    { "block", 1, TRUE, TRUE },
    { "globalstate", 1, FALSE, TRUE },
    { "timer", 2, FALSE, TRUE },
};

/* "pc-q35-10.0" is 1000; 0 where the name ends in no release. */
static int machine_release(const char *machine)
{
    const char *dash = strrchr(machine, '-');
    guint major = 0, minor = 0;
    int n = 0;

    if (!dash || sscanf(dash, "-%2u.%2u%n", &major, &minor, &n) != 2 || dash[n]) {
        return 0;
    }
    return ORA_RELEASE(major, minor);
}

static void configuration(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    g_autofree char *machine = g_strndup((const char *) record->head + 5, record->head_size - 5);
    int release = machine_release(machine);

    if (release) {
        g_autofree char *what = g_strdup_printf("machine type %s", machine);

        ora_check_element(check, ORA_SR_RELEASE_MACHINE, channel, record->offset + 5, release, 0, what);
    }
}

static void subsection(CheckChannel *channel, const OraStreamRecord *record)
{
    static const char *const names[] = { "configuration/target-page-bits", "configuration/capabilities", "configuration/uuid" };
    OraStreamCheck *check = channel->check;
    const guint8 *content = record->head + 2 + record->head[1] + 4;
    const guint64 at = record->offset + (content - record->head);
    guint which = 0;

    while (which < G_N_ELEMENTS(names) && strcmp(names[which], record->name) != 0) {
        which++;
    }
    if (which == G_N_ELEMENTS(names)) {
        return;
    }
    if (check->config_seen & 1 << which) {
        ora_check_add(check, ORA_SR_CONFIG_SUBSECTION_TWICE, channel, record->offset, "'%s' again", record->name);
        return;
    }
    check->config_seen |= 1 << which;
    if (which < check->config_order) {
        ora_check_add(check, ORA_SR_CONFIG_SUBSECTION_ORDER, channel, record->offset, "'%s' behind '%s'", record->name,
                      names[check->config_order]);
    }
    check->config_order = which;
    switch (which) {
    case 0:
        ora_check_element(check, ORA_SR_RELEASE_PAGE_BITS, channel, record->offset, 208, 0, record->name);
        check->config_page_bits = ora_be32(content);
        check->config_page_bits_at = at;
        if (check->config_page_bits < 10 || check->config_page_bits > 16) {
            ora_check_add(check, ORA_SR_CONFIG_PAGE_BITS, channel, at, "%u bits", ora_be32(content));
            check->config_page_bits = 0;
        }
        break;
    case 1: {
        guint32 count = ora_be32(content);
        gsize pos = 4;
        guint seen = 0;

        ora_check_element(check, ORA_SR_RELEASE_CAPABILITIES, channel, record->offset, 400, 0, record->name);
        if (count == 0) {
            ora_check_add(check, ORA_SR_CONFIG_CAPABILITIES, channel, at, "no capability at all");
        }
        for (guint i = 0; i < count; i++) {
            g_autofree char *name = g_strndup((const char *) content + pos + 1, content[pos]);
            guint bit = strcmp(name, "x-ignore-shared") == 0 ? 1 : strcmp(name, "mapped-ram") == 0 ? 2 : 0;

            if (bit == 0) {
                ora_check_add(check, ORA_SR_CONFIG_CAPABILITIES, channel, at + pos, "'%s'",
                              g_str_is_ascii(name) ? name : "?");
            } else if (seen & bit) {
                ora_check_add(check, ORA_SR_CONFIG_CAPABILITIES, channel, at + pos, "'%s' again", name);
            }
            if (bit == 2) {
                ora_check_element(check, ORA_SR_RELEASE_MAPPED, channel, at + pos, 900, 0, "capability mapped-ram");
            }
            seen |= bit;
            pos += 1 + content[pos];
        }
        break;
    }
    case 2:
        ora_check_element(check, ORA_SR_RELEASE_UUID, channel, record->offset, 402, 0, record->name);
        memcpy(check->uuid, content, 16);
        check->has_uuid = TRUE;
        break;
    default:
        break;
    }
}

static CheckLive *find_live(OraStreamCheck *check, guint32 id)
{
    return g_hash_table_lookup(check->live_by_id, GUINT_TO_POINTER(id));
}

static void section_head(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    g_autofree char *key = g_strdup_printf("%s:%u", record->idstr, record->instance);
    const guint64 version_at = record->offset + record->head_size - 4;

    if (!g_hash_table_add(check->instances, g_strdup(key)) && !ora_walker_colo(channel->walker)) {
        ora_check_add(check, ORA_SR_SECTION_DUPLICATE, channel, record->offset, "'%s' instance %u again", record->idstr,
                      record->instance);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(known_sections); i++) {
        if (strcmp(known_sections[i].idstr, record->idstr) != 0) {
            continue;
        }
        if (known_sections[i].version != record->version) {
            ora_check_add(check, ORA_SR_SECTION_VERSION, channel, version_at, "'%s' version %u", record->idstr,
                          record->version);
        }
        if (known_sections[i].alone && record->instance != 0) {
            ora_check_add(check, ORA_SR_SECTION_INSTANCE, channel, version_at - 4, "'%s' instance %u", record->idstr,
                          record->instance);
        }
        if (known_sections[i].live != (record->section_type == ORA_SECTION_START)) {
            ora_check_add(check, ORA_SR_SECTION_KIND, channel, record->offset, "'%s' as SECTION_%s", record->idstr,
                          ora_grammar_section_name(record->section_type));
        }
    }
    if (strcmp(record->idstr, "block") == 0) {
        ora_check_element(check, ORA_SR_RELEASE_BLOCK, channel, record->offset, 0, 900, "a section of block migration");
    } else if (strcmp(record->idstr, "dirty-bitmap") == 0) {
        ora_check_element(check, ORA_SR_RELEASE_BITMAP, channel, record->offset, 212, 0, "a dirty-bitmap section");
    } else if (strstr(record->idstr, "virtio-balloon") || strstr(record->idstr, "virtio-mem")) {
        check->free_pages = TRUE;
    }
}

static void section(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    CheckLive *live;

    if (ora_walker_colo(channel->walker) && check->eof) {
        /* Checkpoints repeat everything; only the form is looked at. */
        check->flush_here = 0;
        return;
    }
    check->flush_here = 0;
    check->first_in_start = record->section_type == ORA_SECTION_START;
    switch (record->section_type) {
    case ORA_SECTION_START:
        check->n_starts++;
        section_head(channel, record);
        if (check->phase > PHASE_SETUP || channel->channel == ORA_CHANNEL_MAIN_2 || record->depth) {
            ora_check_add(check, ORA_SR_SECTION_START_LATE, channel, record->offset, "SECTION_START of '%s'%s",
                          record->idstr, record->depth ? " in a package" : "");
        } else {
            check->phase = PHASE_SETUP;
        }
        if (check->live->len < 4096) {
            live = g_new0(CheckLive, 1);
            live->id = record->section_id;
            live->idstr = g_strdup(record->idstr);
            live->instance = record->instance;
            live->order = check->live->len;
            g_ptr_array_add(check->live, live);
            check->n_open++;
            g_hash_table_insert(check->live_by_id, GUINT_TO_POINTER(live->id), live);
        }
        break;
    case ORA_SECTION_PART:
        check->n_parts++;
        if (check->phase > PHASE_BODY && !check->listening) {
            ora_check_add(check, ORA_SR_SECTION_PART_LATE, channel, record->offset, "SECTION_PART of '%s'", record->idstr);
        } else if (check->phase < PHASE_BODY) {
            check->phase = PHASE_BODY;
        }
        break;
    case ORA_SECTION_END:
        check->n_ends++;
        live = find_live(check, record->section_id);
        if (live) {
            if (!live->ended && check->end_order >= (gint) live->order) {
                ora_check_add(check, ORA_SR_SECTION_END_ORDER, channel, record->offset,
                              "SECTION_END of '%s', which was started earlier", record->idstr);
            }
            check->end_order = MAX(check->end_order, (gint) live->order);
            check->n_open -= !live->ended;
            live->ended = TRUE;
        }
        if (check->full_early && !check->listening) {
            ora_check_add(check, ORA_SR_SECTION_FULL_EARLY, channel, check->full_early - 1, "SECTION_FULL of '%s'",
                          check->full_early_name);
            check->full_early = 0;
        }
        if (check->phase < PHASE_ENDS) {
            check->phase = PHASE_ENDS;
        }
        if (strcmp(record->idstr, "ram") == 0) {
            check->ram_ended = TRUE;
        }
        break;
    case ORA_SECTION_FULL: {
        gboolean setup = check->phase <= PHASE_SETUP && !record->depth && strstr(record->idstr, "early");

        check->n_fulls++;
        section_head(channel, record);
        if (check->devices->len < SECTIONS_MAX) {
            CheckDevice *device = g_new0(CheckDevice, 1);

            device->name = g_strdup(record->idstr);
            device->instance = record->instance;
            device->offset = record->offset;
            g_ptr_array_add(check->devices, device);
        }
        if (channel->channel == ORA_CHANNEL_MAIN_2) {
            ora_check_add(check, ORA_SR_COMMAND_PLACE, channel, record->offset, "SECTION_FULL of '%s' in a recovery",
                          record->idstr);
        }
        if (check->globalstate_at) {
            ora_check_add(check, ORA_SR_GLOBALSTATE_LAST, channel, record->offset, "'%s' behind globalstate", record->idstr);
        }
        if (strcmp(record->idstr, "globalstate") == 0) {
            check->globalstate_at = 1 + record->offset;
        }
        if (check->listening && !record->depth && !check->package_run) {
            ora_check_add(check, ORA_SR_SECTION_FULL_EARLY, channel, record->offset,
                          "SECTION_FULL of '%s' outside of the package", record->idstr);
        } else if (check->running) {
            ora_check_add(check, ORA_SR_SECTION_FULL_EARLY, channel, record->offset, "SECTION_FULL of '%s' behind RUN",
                          record->idstr);
        }
        if (setup) {
            /* In front of them: seen from 11.1, behind that of ram still on 10.0. */
            ora_check_element(check, ORA_SR_RELEASE_EARLY_FULL, channel, record->offset, check->n_starts ? 800 : 1001, 0,
                              check->n_starts ? "a SECTION_FULL among the starts" : "a SECTION_FULL in front of the starts");
        } else if (!check->full_early && !record->depth && !check->listening) {
            if (check->n_open) {
                check->full_early = 1 + record->offset;
                g_free(check->full_early_name);
                check->full_early_name = g_strdup(record->idstr);
            }
        }
        if (!setup && !record->depth) {
            check->phase = PHASE_DEVICES;
        }
        break;
    }
    default:
        break;
    }
}

void ora_check_globalstate(CheckChannel *channel, const OraStreamRecord *record, const guint8 *data, gsize size)
{
    OraStreamCheck *check = channel->check;
    const guint64 at = record->offset + record->head_size;
    gsize limit, name;
    gboolean known = FALSE, rest = FALSE;

    if (size != 104) {
        return;
    }
    limit = data[36] == 1 && (check->config.release == 0 || check->config.release >= 900) ? 32 : 100;
    name = strnlen((const char *) data + 4, limit);
    for (gsize i = 0; i < G_N_ELEMENTS(run_states); i++) {
        known |= strlen(run_states[i]) == name && memcmp(run_states[i], data + 4, name) == 0;
    }
    if (!known) {
        g_autofree char *text = g_strndup((const char *) data + 4, name);
        g_autofree char *printable = g_strescape(text, NULL);

        ora_check_add(check, ORA_SR_GLOBALSTATE_STATE, channel, at + 4, "'%s'", printable);
        return;
    }
    if (ora_be32(data) != name + 1) {
        ora_check_add(check, ORA_SR_GLOBALSTATE_SIZE, channel, at, "%u for '%.*s'", ora_be32(data), (int) name,
                      (const char *) data + 4);
    }
    if (data[36] == 1) {
        ora_check_element(check, ORA_SR_RELEASE_GLOBALSTATE, channel, at + 36, 900, 0, "globalstate with a suspended flag");
    } else if (data[36] == 0) {
        ora_check_element(check, ORA_SR_RELEASE_GLOBALSTATE, channel, at + 36, 0, 802,
                          "globalstate without a suspended flag");
    }
    for (gsize i = 4 + name; i < 104; i++) {
        rest |= i == 36 || i == 37 ? data[i] > 1 : data[i] != 0;
    }
    if (rest) {
        ora_check_add(check, ORA_SR_GLOBALSTATE_PADDING, channel, at + 4 + name, "bytes that are not 0");
    }
}

static void package_end(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;

    if (!check->in_package) {
        return;
    }
    check->in_package = FALSE;
    if (!check->package_run) {
        ora_check_add(check, ORA_SR_PACKAGE_RUN, channel, record->offset, "the end of the package");
    }
}

static void description(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;

    check->description_seen = TRUE;
    if (check->config.description == ORA_TELL_NO) {
        ora_check_add(check, ORA_SR_DESCRIPTION_UNEXPECTED, channel, record->offset, "a description of %u bytes",
                      (guint) (record->size - 5));
    }
    if (check->listening) {
        ora_check_add(check, ORA_SR_DESCRIPTION_POSTCOPY, channel, record->offset, "a description of %u bytes",
                      (guint) (record->size - 5));
    }
    if (check->description_text && check->description_text[0] == 1) {
        ora_check_add(check, ORA_SR_DESCRIPTION_JSON, channel, record->offset + 5, "%s", check->description_text + 1);
        return;
    }
    if (check->description && record->size > 5) {
        ora_check_description(channel, record->offset);
    }
}

/* What a description says, against the stream in front of it. */
void ora_check_description(CheckChannel *channel, guint64 offset)
{
    OraStreamCheck *check = channel->check;

    if (check->description->has_configuration) {
        ora_check_element(check, ORA_SR_RELEASE_DESCRIPTION, channel, offset, 802, 0,
                          "a description of the configuration");
    } else if (check->description->n_devices && ora_walker_has_configuration(channel->walker)) {
        ora_check_element(check, ORA_SR_RELEASE_DESCRIPTION, channel, offset, 0, 801,
                          "a description that leaves out the configuration");
    }
    if (check->config.page_size && check->description->page_size &&
        check->description->page_size != check->config.page_size) {
        ora_stream_check_say(check, "the description gives a page size of %u, which counts; %u was told",
                      check->description->page_size, check->config.page_size);
    }
    if (check->description->n_devices == 0) {
        return;
    }
    for (gsize i = 0; i < MAX(check->description->n_devices, check->devices->len); i++) {
        const OraDeviceSize *want = i < check->description->n_devices ? &check->description->devices[i] : NULL;
        const CheckDevice *have = i < check->devices->len ? g_ptr_array_index(check->devices, i) : NULL;

        if (want && have && strcmp(want->name, have->name) == 0 && want->instance == have->instance) {
            if (want->size != have->size && !want->unsure) {
                ora_check_add(check, ORA_SR_DESCRIPTION_SIZE, channel, offset + 5,
                              "'%s' has %" G_GUINT64_FORMAT " bytes in the description, %" G_GUINT64_FORMAT " in the stream",
                              want->name, want->size, have->size);
            }
            continue;
        }
        ora_check_add(check, ORA_SR_DESCRIPTION_DEVICES, channel, offset + 5,
                      "device %u is %s in the description, %s in the stream", (guint) i + 1,
                      want ? want->name : "missing", have ? have->name : "missing");
        break;
    }
}

static void eof(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;
    gboolean any_ended = FALSE, all_ended = TRUE;
    CheckLive *open = NULL;

    if (record->depth || check->eof) {
        return;
    }
    if (channel->channel == ORA_CHANNEL_MAIN) {
        check->eof = TRUE;
    }
    check->eof_at = record->offset;
    for (guint i = 0; i < check->live->len; i++) {
        CheckLive *live = g_ptr_array_index(check->live, i);

        any_ended |= live->ended;
        all_ended &= live->ended;
        if (!live->ended && !open) {
            open = live;
        }
    }
    if (!all_ended && check->listening) {
        /* Real destinations do without the END, sources send it. */
        ora_check_add(check, ORA_SR_SECTION_NOT_ENDED, channel, record->offset, "the end, '%s' has not ended", open->idstr);
    } else if (!all_ended) {
        gboolean snapshot = !any_ended && check->n_fulls && !check->switchover_seen && !check->rp_open && !check->advised &&
                            !check->has_uuid && check->n_multifd == 0;

        if (!snapshot) {
            ora_check_add(check, ORA_SR_SECTION_NOT_ENDED, channel, record->offset, "the end, '%s' has not ended",
                          open->idstr);
        } else {
            ora_stream_check_say(check, "a background snapshot: no section ends");
            ora_check_element(check, ORA_SR_RELEASE_SNAPSHOT, channel, record->offset, 600, 0, "a background snapshot");
            if (check->snapshot_twice) {
                ora_check_add(check, ORA_SR_RAM_SNAPSHOT_TWICE, channel, check->snapshot_twice - 1,
                              "a page for the second time");
            }
        }
    }
    check->phase = PHASE_OVER;
}

void ora_check_main(CheckChannel *channel, const OraStreamRecord *record)
{
    OraStreamCheck *check = channel->check;

    if (record->depth && check->in_package && record->kind != ORA_REC_PACKAGE_END) {
        if (check->package_run) {
            ora_check_add(check, ORA_SR_PACKAGE_CONTENT, channel, record->offset, "an element behind RUN in the package");
        } else if (check->package_elements == 0 && check->advised &&
                   !(record->kind == ORA_REC_COMMAND && record->number == 4)) {
            ora_check_add(check, ORA_SR_PACKAGE_CONTENT, channel, record->offset, "something else than LISTEN first");
        }
        check->package_elements++;
    }
    switch (record->kind) {
    case ORA_REC_CONFIGURATION:
        configuration(channel, record);
        break;
    case ORA_REC_CONFIG_SUBSECTION:
        subsection(channel, record);
        break;
    case ORA_REC_SECTION:
        if (channel->channel == ORA_CHANNEL_MAIN_2 && !check->resumed) {
            ora_check_add(check, ORA_SR_RESUME_MISSING, channel, record->offset, "SECTION_%s of '%s'",
                          ora_grammar_section_name(record->section_type), record->idstr);
            check->resumed = TRUE;
        }
        section(channel, record);
        break;
    case ORA_REC_COMMAND:
        ora_check_command(channel, record);
        break;
    case ORA_REC_PACKAGE_END:
        package_end(channel, record);
        break;
    case ORA_REC_EOF:
        eof(channel, record);
        break;
    case ORA_REC_DESCRIPTION:
        description(channel, record);
        break;
    case ORA_REC_COLO:
        if (channel->colo_any && !((channel->colo_last == 1 && record->value == 3) ||
                                   (channel->colo_last == 3 && record->value == 4) ||
                                   (channel->colo_last == 4 && record->value == 1))) {
            ora_check_add(check, ORA_SR_COLO_ORDER, channel, record->offset, "message %u behind message %u", record->value,
                          channel->colo_last);
        } else if (!channel->colo_any && record->value != 1) {
            ora_check_add(check, ORA_SR_COLO_ORDER, channel, record->offset, "message %u first", record->value);
        }
        channel->colo_any = TRUE;
        channel->colo_last = record->value;
        break;
    case ORA_REC_DEVICE_STATE:
        if (check->devices->len && record->section_type == ORA_SECTION_FULL) {
            ((CheckDevice *) g_ptr_array_index(check->devices, check->devices->len - 1))->size = record->size;
        }
        break;
    default:
        break;
    }
}

/* Of a block without a size of its own: the host's page, or the target's where that is larger. */
static gboolean is_host_page(guint64 size, guint32 page)
{
    return size == page || (size > page && (size == 4096 || size == 16384 || size == 65536));
}

void ora_check_main_end(OraStreamCheck *check)
{
    CheckChannel *channel = check->channels[ORA_CHANNEL_MAIN];
    const guint32 page = ora_walker_page_size(channel->walker);

    if (channel->stopped) {
        return;
    }
    if (check->config_page_bits && page != (guint32) 1 << check->config_page_bits) {
        ora_check_add(check, ORA_SR_CONFIG_PAGE_BITS, channel, check->config_page_bits_at, "%d bits, pages are %u bytes",
                      check->config_page_bits, page);
    }
    if (check->advised && check->advise_ram) {
        guint64 summary = 0, listed = 0;
        gboolean good;

        for (guint i = 0; i < ora_walker_n_blocks(channel->walker); i++) {
            const OraWalkerBlock *block = ora_walker_block(channel->walker, i);

            summary |= block->page_size;
            listed |= block->has_page_size ? block->page_size : 0;
        }
        good = summary == check->advise_summary ||
               (summary != listed && (check->advise_summary & listed) == listed && is_host_page(check->advise_summary & ~listed, page));
        /* Up to 2.8 the host's page size stood there. */
        if (summary && !good && !(check->config.release && check->config.release <= 208)) {
            ora_check_add(check, ORA_SR_ADVISE_SUMMARY, channel, check->advise_offset + 5,
                          "0x%" G_GINT64_MODIFIER "x, the blocks have 0x%" G_GINT64_MODIFIER "x", check->advise_summary,
                          summary);
        }
        if (check->advise_page != page) {
            ora_check_add(check, ORA_SR_ADVISE_PAGE_SIZE, channel, check->advise_offset + 13,
                          "%" G_GUINT64_FORMAT ", pages are %u bytes", check->advise_page, page);
        }
    }
    if (check->config.release >= 1000 && check->eof && check->n_ends && !check->switchover_seen) {
        const char *machine = ora_walker_machine(channel->walker);
        int release = machine ? machine_release(machine) : 0;

        if (machine && (release == 0 || release >= 1000)) {
            ora_check_add(check, ORA_SR_SWITCHOVER_MISSING, channel, check->eof_at, "the end");
        }
    }
}
