/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/session.h"

#include "sim/stream/guess.h"

#include <stdio.h>
#include <string.h>

MigChannelKind sim_stream_channel_kind(const char *name)
{
    if (strcmp(name, "main") == 0) {
        return MIG_CHANNEL_MAIN;
    }
    if (strcmp(name, "main-2") == 0) {
        return MIG_CHANNEL_RESUMED;
    }
    if (g_str_has_prefix(name, "rp")) {
        return MIG_CHANNEL_RETURN_PATH;
    }
    return g_str_has_prefix(name, "preempt") ? MIG_CHANNEL_PREEMPT : MIG_CHANNEL_MULTIFD;
}

static void note(SimStreamSession *session, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void note(SimStreamSession *session, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(session->notes, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* Sizes come from the options first, then from the description, whose devices stand in the order of the stream. */
static gboolean device_size(gpointer data, const MigRecordSection *section, guint64 *ret_size)
{
    SimStreamSession *session = data;
    const SimStreamOptions *options = &session->set->options;

    session->device = NULL;
    if (session->description && section->kind == MIG_WIRE_SECTION_FULL) {
        session->device = sim_description_next(session->description, section->idstr, section->instance);
    }
    for (guint i = 0; i < options->device_names->len; i++) {
        if (strcmp(g_ptr_array_index(options->device_names, i), section->idstr) == 0) {
            *ret_size = g_array_index(options->device_sizes, guint64, i);
            return TRUE;
        }
    }
    if (session->device && !session->borrowed && !session->device->unsure) {
        *ret_size = session->device->size;
        return TRUE;
    }
    for (guint i = session->next_guessed; session->guessed && i < session->guessed->len; i++) {
        const SimGuessedSize *guessed = &g_array_index(session->guessed, SimGuessedSize, i);

        if (guessed->instance == section->instance && strcmp(guessed->name, section->idstr) == 0) {
            *ret_size = guessed->size;
            session->next_guessed = i + 1;
            return TRUE;
        }
    }
    return FALSE;
}

void sim_stream_session_rewind(SimStreamSession *session)
{
    session->device = NULL;
    session->next_guessed = 0;
    if (session->description) {
        sim_description_rewind(session->description);
    }
}

static MigReader *new_reader(SimStreamSession *session, MigStreamContext *context, const SimStreamChannel *channel)
{
    MigReader *reader = mig_reader_new(context, sim_stream_channel_kind(channel->name));
    gsize skip = strcmp(channel->name, "main") == 0 ? (gsize) session->config.base : 0;

    mig_reader_feed_bytes(reader, channel->data + skip, channel->size - skip);
    mig_reader_finish(reader);
    return reader;
}

MigReader *sim_stream_session_reader(SimStreamSession *session, const SimStreamChannel *channel)
{
    if (strcmp(channel->name, "main") == 0) {
        sim_stream_session_rewind(session);
    }
    return new_reader(session, session->context, channel);
}

/* ---- Looking ---- */

static void look_for_offset(SimStreamSession *session, const SimStreamChannel *main)
{
    static const guint8 magic[4] = { 'Q', 'E', 'V', 'M' };
    const SimStreamOptions *options = &session->set->options;
    gsize at = 0;

    if (options->has_offset) {
        session->config.base = MIN(options->offset, main->size);
        return;
    }
    while (at < main->size && main->data[at] == 0) {
        at++;
    }
    if (at > 0 && main->size - at >= 8 && memcmp(main->data + at, magic, sizeof magic) == 0) {
        session->config.base = at;
        note(session, "the stream begins at byte %" G_GSIZE_FORMAT " of the file", at);
    } else if (at == 0 && main->size > 16 && memcmp(main->data, "LibvirtQemudSave", 16) == 0) {
        const guint8 *found = memmem(main->data, MIN(main->size, 1 << 20), magic, sizeof magic);
        if (found) {
            session->config.base = (guint64) (found - main->data);
            note(session, "a file of 'virsh save': the stream begins at byte %" G_GUINT64_FORMAT, session->config.base);
        }
    }
}

static void look_for_description(SimStreamSession *session, const SimStreamChannel *main)
{
    g_autoptr(GError) error = NULL;
    const char *text;
    gsize size;

    if (session->set->options.without_description || !sim_description_find(main->data, main->size, &text, &size)) {
        return;
    }
    session->description = sim_description_parse(text, size, &error);
    if (!session->description) {
        note(session, "%s: device state is delimited by its footers", error->message);
    }
}

static void look_for_page_size(SimStreamSession *session, const SimStreamChannel *main)
{
    static const char subsection[] = "\x05\x1e" "configuration/target-page-bits\0\0\0\1\0\0\0";
    static const guint8 advise[5] = { MIG_WIRE_COMMAND, 0, MIG_COMMAND_POSTCOPY_ADVISE, 0, 16 };
    const SimStreamOptions *options = &session->set->options;
    gsize room = MIN(main->size - (gsize) session->config.base, 1024);
    const guint8 *start = main->data + session->config.base, *found;

    if (session->description && session->description->page_size) {
        session->config.page_size = session->description->page_size;
        if (options->page_size && options->page_size != session->config.page_size) {
            note(session, "the description says that a page has %u bytes, not %u", session->config.page_size, options->page_size);
        } else if (session->config.page_size != 4096) {
            note(session, "page size %u, from the description", session->config.page_size);
        }
        return;
    }
    if (options->page_size) {
        session->config.page_size = options->page_size;
        return;
    }
    found = memmem(start, room, subsection, sizeof subsection - 1);
    if (found && found + sizeof subsection <= start + room && found[sizeof subsection - 1] >= 9 && found[sizeof subsection - 1] <= 16) {
        session->config.page_size = 1u << found[sizeof subsection - 1];
        note(session, "page size %u, from configuration/target-page-bits", session->config.page_size);
        return;
    }
    found = memmem(start, room, advise, sizeof advise);
    if (found && found + sizeof advise + 16 <= start + room) {
        guint64 size = 0;

        for (gsize i = 0; i < 8; i++) {
            size = size << 8 | found[sizeof advise + 8 + i];
        }
        if (size >= MIG_WIRE_PAGE_MIN && size <= 65536 && (size & (size - 1)) == 0 && size != session->config.page_size) {
            session->config.page_size = (guint) size;
            note(session, "page size %u, from POSTCOPY_ADVISE", session->config.page_size);
        }
    }
}

/* Reads main until the first fault or `most` records; TRUE and the fault's rule if there was one within. */
static gboolean probe(SimStreamSession *session, const SimStreamChannel *main, guint most, MigStreamError *ret_rule)
{
    g_autoptr(MigStreamContext) context = mig_stream_context_new(&session->config);
    g_autoptr(MigReader) reader = new_reader(session, context, main);
    g_autoptr(GError) error = NULL;
    MigRecord record;
    MigRead step = MIG_READ_RECORD;

    sim_stream_session_rewind(session);
    for (guint i = 0; i < most; i++) {
        step = mig_reader_next(reader, &record, &error);
        if (step != MIG_READ_RECORD || record.kind == MIG_RECORD_FOOTER) {
            break;
        }
    }
    if (step == MIG_READ_ERROR) {
        *ret_rule = mig_reader_fault(reader)->rule;
    }
    return step == MIG_READ_ERROR;
}

/* With or without configuration section and footers: what can be read further is right. */
static void look_for_framing(SimStreamSession *session, const SimStreamChannel *main)
{
    const SimStreamOptions *options = &session->set->options;
    gsize base = (gsize) session->config.base;
    MigStreamError rule;

    session->config.configuration = !options->without_configuration;
    session->config.footers = !options->without_footer;
    session->config.description = !options->without_description;
    if (session->config.configuration && main->size - base > 8
        && ((main->data[base + 8] >= MIG_WIRE_SECTION_START && main->data[base + 8] <= MIG_WIRE_SECTION_FULL)
            || main->data[base + 8] == MIG_WIRE_COMMAND)) {
        session->config.configuration = FALSE;
        note(session, "no configuration section");
    }
    if (session->config.footers && probe(session, main, 10000, &rule) && rule == MIG_STREAM_ERROR_FOOTER_MISSING) {
        session->config.footers = FALSE;
        if (probe(session, main, 10000, &rule) && rule != MIG_STREAM_ERROR_DEVICE_SIZE) {
            session->config.footers = TRUE;
        } else {
            note(session, "no section footers");
        }
    }
}

/* Neither footers nor sizes: only what stands behind a state can tell where it ends. Reads main up to where sizes are needed. */
static void look_for_sizes(SimStreamSession *session, const SimStreamChannel *main)
{
    g_autoptr(MigStreamContext) context = mig_stream_context_new(&session->config);
    g_autoptr(MigReader) reader = new_reader(session, context, main);
    g_autoptr(GError) error = NULL;
    g_autofree char *idstr = NULL;
    guint32 instance = 0;
    MigRecord record;
    MigRead step;

    sim_stream_session_rewind(session);
    while ((step = mig_reader_next(reader, &record, &error)) == MIG_READ_RECORD) {
        if (record.kind == MIG_RECORD_SECTION && record.section.kind == MIG_WIRE_SECTION_FULL) {
            g_free(idstr);
            idstr = g_strdup(record.section.idstr);
            instance = record.section.instance;
        }
    }
    if (step == MIG_READ_ERROR && idstr && mig_reader_fault(reader)->rule == MIG_STREAM_ERROR_DEVICE_SIZE) {
        session->guessed = sim_device_sizes_guess(main->data, main->size, (gsize) mig_reader_fault(reader)->offset, idstr, instance);
    }
    if (session->guessed) {
        note(session, "neither footers nor a description: the state of a device, from %s on, is taken to end where the next section begins",
             idstr);
    }
    sim_stream_session_rewind(session);
}

/* pc-q35-9.2: at least 9.2. */
static int release_of_machine(const SimStreamSession *session, const SimStreamChannel *main)
{
    const guint8 *configuration = main->data + session->config.base + 8;
    gsize left = main->size - MIN(main->size, (gsize) session->config.base + 8);
    g_autofree char *name = NULL, *profile = NULL;
    const char *dash;

    if (left < 5 || configuration[0] != MIG_WIRE_CONFIGURATION || configuration[1] || configuration[2] || configuration[3]
        || left < 5 + (gsize) configuration[4]) {
        return 0;
    }
    name = g_strndup((const char *) configuration + 5, configuration[4]);
    dash = strrchr(name, '-');
    profile = g_strconcat("qemu-", dash ? dash + 1 : "", NULL);
    return sim_stream_profile_release(profile);
}

/* A channel without a magic (rp, preempt) can only be told from its first message. */
static gboolean look_at_others(const SimStreamSet *set, GError **error)
{
    static const guint8 hello[4] = { 0x11, 0x22, 0x33, 0x44 };

    for (guint i = 0; i < set->channels->len; i++) {
        const SimStreamChannel *channel = g_ptr_array_index(set->channels, i);
        const guint8 *data = channel->data;
        const char *missing = NULL;

        if (channel->size < 4) {
            continue;             /* cut, or nothing was sent: not for us to say */
        }
        switch (sim_stream_channel_kind(channel->name)) {
        case MIG_CHANNEL_MULTIFD:
            missing = memcmp(data, hello, sizeof hello) != 0 ? "multifd channel (it does not begin with 11 22 33 44)" : NULL;
            break;
        case MIG_CHANNEL_RETURN_PATH:
            missing = data[0] != 0 || data[1] >= MIG_RP_COUNT || (data[2] << 8 | data[3]) > (int) MIG_WIRE_RP_LENGTH_MAX
                      ? "return path (it does not begin with a message)" : NULL;
            break;
        default:
            break;
        }
        if (missing) {
            g_set_error(error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_NO_STREAM, "%s: is no %s; it looks like %s", channel->path,
                        missing, sim_stream_looks_like(data, channel->size));
            return FALSE;
        }
    }
    return TRUE;
}

/* With COLO the description stands in the middle: the messages and checkpoints follow it. Reading shows where. */
static void look_inside_for_description(SimStreamSession *session, const SimStreamChannel *main)
{
    g_autoptr(MigStreamContext) context = mig_stream_context_new(&session->config);
    g_autoptr(MigReader) reader = new_reader(session, context, main);
    g_autoptr(GError) error = NULL;
    MigRecord record;

    while (!session->description && mig_reader_next(reader, &record, &error) == MIG_READ_RECORD) {
        if (record.kind == MIG_RECORD_DESCRIPTION_TEXT && record.piece.last) {
            session->description = sim_description_parse((const char *) record.piece.bytes, record.piece.size, NULL);
            break;
        }
    }
    sim_stream_session_rewind(session);
}

/* A postcopy has no description, but the same machine has one when it is saved or migrated otherwise. Its sizes are not taken, only
 * names and types: a size that differs shows at once. */
static gboolean description_from(SimStreamSession *session, const char *path, GError **error)
{
    char *names[] = { (char *) path, NULL };
    g_autoptr(SimStreamSet) set = sim_stream_set_open(names, error);
    const SimStreamChannel *main = set ? sim_stream_set_channel(set, "main") : NULL;
    const char *text;
    const guint8 *data;
    gsize size;

    if (!set) {
        return FALSE;
    }
    data = main ? main->data : (const guint8 *) "";
    size = main ? main->size : 0;
    if (!sim_description_find(data, size, &text, &size)) {
        g_set_error(error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_NO_STREAM, "%s: has no description at its end", path);
        return FALSE;
    }
    session->description = sim_description_parse(text, size, error);
    session->borrowed = TRUE;
    return session->description != NULL;
}

SimStreamSession *sim_stream_session_new(const SimStreamSet *set, GError **error)
{
    g_autoptr(SimStreamSession) session = g_new0(SimStreamSession, 1);
    const SimStreamChannel *main = sim_stream_set_channel(set, "main");
    static const guint8 magic[4] = { 'Q', 'E', 'V', 'M' };

    session->set = set;
    session->notes = g_ptr_array_new_with_free_func(g_free);
    mig_stream_config_init(&session->config);
    session->config.device_size = device_size;
    session->config.device_size_data = session;
    session->config.release = sim_stream_profile_release(set->options.profile);
    session->config.ram_max = set->options.ram_max ? set->options.ram_max : G_GUINT64_CONSTANT(1) << 40;
    if (set->options.page_size) {
        session->config.page_size = set->options.page_size;
    }
    if (set->options.colo) {
        session->config.colo = MIG_SEE_ON;
    }
    if (main) {
        look_for_offset(session, main);
        if (main->size - session->config.base < 4 || memcmp(main->data + session->config.base, magic, sizeof magic) != 0) {
            g_set_error(error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_NO_STREAM,
                        "%s: is no migration stream (it does not begin with QEVM); it looks like %s", main->path,
                        sim_stream_looks_like(main->data + session->config.base, main->size - (gsize) session->config.base));
            return NULL;
        }
        look_for_description(session, main);
        look_for_page_size(session, main);
        look_for_framing(session, main);
        session->release = session->config.release ? (int) session->config.release : release_of_machine(session, main);
        if (!session->config.footers && !session->description && (!set->title || set->options.without_description)) {
            look_for_sizes(session, main);
        }
        if (!session->description && set->options.description_from) {
            if (!description_from(session, set->options.description_from, error)) {
                return NULL;
            }
        } else if (!session->description && (set->options.colo || set->options.partial)) {
            look_inside_for_description(session, main);
        }
    } else {
        session->config.base = 0;
    }
    if (!look_at_others(set, error)) {
        return NULL;
    }
    session->context = mig_stream_context_new(&session->config);
    return g_steal_pointer(&session);
}

void sim_stream_session_free(SimStreamSession *session)
{
    if (session) {
        mig_stream_context_unref(session->context);
        sim_description_free(session->description);
        g_clear_pointer(&session->guessed, g_array_unref);
        g_ptr_array_unref(session->notes);
        g_free(session);
    }
}

/* ---- Faults ---- */

SimStreamFault *sim_stream_fault_new(const SimStreamSession *session, const SimStreamChannel *channel, const MigReader *reader)
{
    const MigStreamFault *fault = mig_reader_fault(reader);
    SimStreamFault *copy = g_new0(SimStreamFault, 1);

    copy->channel = g_strdup(channel->name);
    copy->fault = *fault;
    copy->fault.detail = g_strdup(fault->detail);
    copy->excused = session->set->options.partial && fault->rule == MIG_STREAM_ERROR_CUT;
    return copy;
}

void sim_stream_fault_free(SimStreamFault *fault)
{
    if (fault) {
        g_free(fault->channel);
        g_free(fault->fault.detail);
        g_free(fault);
    }
}

void sim_stream_fault_print(const SimStreamFault *fault)
{
    fprintf(stderr, "%s: %s: 0x%" G_GINT64_MODIFIER "x: %s: %s\n    legal: %s [%s, stream.md %s]\n", fault->excused ? "note" : "fault",
            fault->channel, fault->fault.offset, fault->fault.record, fault->fault.detail, mig_stream_rule_legal(fault->fault.rule),
            mig_stream_rule_id(fault->fault.rule), mig_stream_rule_section(fault->fault.rule));
}
