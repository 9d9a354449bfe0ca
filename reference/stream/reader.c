/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The reader: bytes at hand, records out, and the framing of the main channel (stream.md 2). A step looks at the bytes from
 * the end of the last record on; if they do not suffice it is done again, from the same place, when more have come. So there
 * is no state inside a record, only between records.
 */
#include "reference/stream/reader_private.h"

#include <stdarg.h>
#include <string.h>

static const char *channel_name(MigChannelKind kind)
{
    switch (kind) {
    case MIG_CHANNEL_MAIN: return "main";
    case MIG_CHANNEL_RESUMED: return "main-2";
    case MIG_CHANNEL_RETURN_PATH: return "rp";
    case MIG_CHANNEL_MULTIFD: return "multifd";
    case MIG_CHANNEL_PREEMPT: return "preempt";
    }
    g_assert_not_reached();
}

static State first_state(const MigReader *reader)
{
    switch (reader->kind) {
    case MIG_CHANNEL_MAIN: return STATE_HEADER;
    case MIG_CHANNEL_RESUMED: return STATE_SECTION;
    case MIG_CHANNEL_RETURN_PATH: return STATE_RP;
    case MIG_CHANNEL_MULTIFD: return STATE_MULTIFD_HELLO;
    case MIG_CHANNEL_PREEMPT: return STATE_PREEMPT;
    }
    g_assert_not_reached();
}

/* Nothing to read. Never NULL: even an offset of 0 from NULL is undefined. */
static void empty_view(MigReader *reader)
{
    static const guint8 nothing[1];

    reader->view = nothing;
    reader->view_size = reader->at = 0;
}

MigReader *mig_reader_new(MigStreamContext *context, MigChannelKind kind)
{
    MigReader *reader = g_new0(MigReader, 1);

    reader->context = mig_stream_context_ref(context);
    reader->kind = kind;
    empty_view(reader);
    reader->state = first_state(reader);
    reader->offset = kind == MIG_CHANNEL_MAIN ? context->config.base : 0;
    reader->ranges = g_array_new(FALSE, FALSE, sizeof(MigRange));
    if (kind == MIG_CHANNEL_RESUMED) {
        context->seen.resumed = TRUE;
    }
    return reader;
}

void mig_reader_free(MigReader *reader)
{
    if (!reader) {
        return;
    }
    mig_stream_context_unref(reader->context);
    g_free(reader->hold);
    g_array_unref(reader->ranges);
    for (gsize i = 0; i < G_N_ELEMENTS(reader->names); i++) {
        g_free(reader->names[i]);
    }
    g_free(reader->offsets);
    g_free(reader->fault.detail);
    g_free(reader);
}

void mig_reader_expect_multifd(MigReader *reader, const guint8 uuid[16], guint channel_count, guint32 method_flags)
{
    reader->expects = TRUE;
    memcpy(reader->expect_uuid, uuid, 16);
    reader->expect_channels = channel_count;
    reader->expect_method = method_flags;
}

/* ---- Input ---- */

/* What is left of the view, and `more` bytes of room behind it, in memory of ours. */
static void keep(MigReader *reader, gsize more)
{
    gsize there = reader->view_size - reader->at;
    gboolean kept = reader->view == reader->hold;

    if (kept && reader->at > 0) {
        memmove(reader->hold, reader->hold + reader->at, there);
    }
    if (reader->hold_room < there + more) {
        reader->hold_room = MAX(there + more, MAX(reader->hold_room * 2, 256));
        reader->hold = g_realloc(reader->hold, reader->hold_room);
    }
    if (!kept) {
        memcpy(reader->hold, reader->view + reader->at, there);
    }
    reader->view = reader->hold;
    reader->view_size = there;
    reader->at = 0;
}

void mig_reader_feed_bytes(MigReader *reader, gconstpointer bytes, gsize size)
{
    if (reader->page_given) {
        /* Our own contract is broken: a page was fed and next() not called since. Its bytes come first. */
        reader->page_refused = TRUE;
        return;
    }
    if (size == 0) {
        return;
    }
    if (reader->at >= reader->view_size) {
        reader->view = bytes;
        reader->view_size = size;
        reader->at = 0;
        return;
    }
    keep(reader, size);
    memcpy(reader->hold + reader->view_size, bytes, size);
    reader->view_size += size;
}

/* A page where the grammar wants none, or not as a whole. */
static void feed_page_as_bytes(MigReader *reader, const MigSegment *segment)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    g_autofree guint8 *buffer = NULL;

    if (!config->page_bytes || segment->size > 65536) {
        reader->page_refused = TRUE;
        return;
    }
    buffer = g_malloc(segment->size);
    config->page_bytes(config->page_bytes_data, segment->page, buffer, segment->size);
    mig_reader_feed_bytes(reader, buffer, segment->size);
    /* The buffer goes away with this call: keep its bytes. */
    if (reader->view == buffer) {
        keep(reader, 0);
    }
}

void mig_reader_feed(MigReader *reader, const MigSegment *segment)
{
    if (segment->kind == MIG_SEGMENT_BYTES) {
        mig_reader_feed_bytes(reader, segment->bytes, segment->size);
    } else if (reader->wants_page && !reader->page_given && segment->size == mig_reader_config(reader)->page_size) {
        reader->page_given = TRUE;
        reader->page = segment->page;
    } else {
        feed_page_as_bytes(reader, segment);
    }
}

void mig_reader_finish(MigReader *reader)
{
    reader->finished = TRUE;
}

gsize mig_reader_wants(const MigReader *reader)
{
    return MAX(reader->wants, 1);
}

gboolean mig_reader_wants_page(const MigReader *reader)
{
    return reader->wants_page;
}

guint64 mig_reader_offset(const MigReader *reader)
{
    return reader->offset;
}

const MigStreamFault *mig_reader_fault(const MigReader *reader)
{
    return reader->failed ? &reader->fault : NULL;
}

/* ---- Cursor ---- */

gboolean mig_cursor_str8(Cursor *cursor, char *ret_name, gboolean *ret_valid)
{
    gsize size;

    if (!mig_cursor_need(cursor, 1) || !mig_cursor_need(cursor, 1 + (gsize) cursor->bytes[cursor->at])) {
        return FALSE;
    }
    size = mig_cursor_u8(cursor);
    memcpy(ret_name, mig_cursor_take(cursor, size), size);
    ret_name[size] = '\0';
    *ret_valid = size > 0 && memchr(ret_name, '\0', size) == NULL;
    return TRUE;
}

gboolean mig_cursor_page(Cursor *cursor, MigBody *ret_body)
{
    MigReader *reader = cursor->reader;
    gsize size = mig_reader_config(reader)->page_size;

    if (cursor->at == cursor->size && cursor->bytes + cursor->size == reader->view + reader->view_size) {
        if (reader->page_given) {
            *ret_body = (MigBody) { .is_page = TRUE, .size = size, .page = reader->page };
            reader->page_given = FALSE;
            reader->page_refused = FALSE;
            return TRUE;
        }
        reader->wants_page = TRUE;
    }
    if (!mig_cursor_need(cursor, size)) {
        return FALSE;
    }
    reader->wants_page = FALSE;
    *ret_body = (MigBody) { .size = size, .bytes = mig_cursor_take(cursor, size) };
    return TRUE;
}

/* ---- Failing ---- */

Step mig_reader_fail(MigReader *reader, MigStreamError rule, const char *record, guint64 value, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    reader->fault = (MigStreamFault) {
        .rule = rule, .offset = reader->offset, .record = record, .detail = g_strdup_vprintf(format, arguments), .value = value,
    };
    va_end(arguments);
    reader->failed = TRUE;
    return STEP_BAD;
}

static void fault_to_error(const MigReader *reader, GError **error)
{
    const MigStreamFault *fault = &reader->fault;

    g_set_error(error, MIG_STREAM_ERROR, fault->rule, "%s: offset 0x%" G_GINT64_MODIFIER "x: %s: %s [%s]",
                channel_name(reader->kind), fault->offset, fault->record, fault->detail, mig_stream_rule_id(fault->rule));
}

/* ---- Pieces ---- */

Step mig_reader_piece(MigReader *reader, Cursor *cursor, MigRecord *record, MigRecordKind kind, State next)
{
    gsize there = cursor->size - cursor->at;
    gsize size = (gsize) MIN((guint64) there, reader->left);

    if (reader->left > 0 && size == 0) {
        (void) mig_cursor_need(cursor, 1);
        reader->wants = (gsize) MIN(reader->left, 65536);
        return STEP_MORE;
    }
    record->kind = kind;
    record->piece = (MigPiece) {
        .bytes = mig_cursor_take(cursor, size), .size = size, .offset = reader->done, .total = reader->total,
    };
    reader->left -= size;
    reader->done += size;
    if (reader->left == 0) {
        record->piece.last = TRUE;
        reader->state = next;
    }
    return STEP_RECORD;
}

static void begin_pieces(MigReader *reader, guint64 total, State state)
{
    reader->left = total;
    reader->total = total;
    reader->done = 0;
    reader->total_known = TRUE;
    reader->state = state;
}

/* ---- Header and configuration ---- */

static Step step_header(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    if (!mig_cursor_need(cursor, 8)) {
        /* Say early what can be said early: four wrong bytes are enough. */
        if (cursor->size >= 4 && mig_cursor_u32(cursor) != MIG_WIRE_MAGIC) {
            cursor->at = 0;
            return mig_reader_fail(reader, MIG_STREAM_ERROR_MAGIC, "header", mig_cursor_u32(cursor),
                                   "magic %02x %02x %02x %02x", cursor->bytes[0], cursor->bytes[1], cursor->bytes[2],
                                   cursor->bytes[3]);
        }
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_HEADER;
    record->header.magic = mig_cursor_u32(cursor);
    record->header.version = mig_cursor_u32(cursor);
    if (record->header.magic != MIG_WIRE_MAGIC) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_MAGIC, "header", record->header.magic, "magic 0x%08x",
                               record->header.magic);
    }
    if (record->header.version != MIG_WIRE_VERSION) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_VERSION, "header", record->header.version, "version %u",
                               record->header.version);
    }
    reader->state = mig_reader_config(reader)->configuration ? STATE_CONFIGURATION : STATE_SECTION;
    return STEP_RECORD;
}

static Step step_configuration(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    guint8 byte;
    guint32 size;

    if (!mig_cursor_need(cursor, 1)) {
        return STEP_MORE;
    }
    byte = mig_cursor_u8(cursor);
    if (byte != MIG_WIRE_CONFIGURATION) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_CONFIG_MISSING, "configuration", byte, "section byte %02x", byte);
    }
    if (!mig_cursor_need(cursor, 4)) {
        return STEP_MORE;
    }
    size = mig_cursor_u32(cursor);
    if (size > 255 || (size == 0 && mig_reader_config(reader)->strict)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_CONFIG_NAME, "configuration", size, "machine name of %u bytes", size);
    }
    if (!mig_cursor_need(cursor, size)) {
        return STEP_MORE;
    }
    memcpy(reader->machine, mig_cursor_take(cursor, size), size);
    reader->machine[size] = '\0';
    if (memchr(reader->machine, '\0', size)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_CONFIG_NAME, "configuration", size, "machine name with a NUL");
    }
    record->kind = MIG_RECORD_CONFIGURATION;
    record->configuration.machine = reader->machine;
    reader->state = STATE_CONFIG_SUBSECTION;
    return STEP_RECORD;
}

static Step config_capabilities(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    guint32 count;

    if (!mig_cursor_need(cursor, 4)) {
        return STEP_MORE;
    }
    count = mig_cursor_u32(cursor);
    if (count > G_N_ELEMENTS(reader->names)) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_CONFIG_CAPABILITIES, "configuration/capabilities", count,
                               "%u capabilities", count);
    }
    for (guint32 i = 0; i < count; i++) {
        char name[256];
        gboolean valid;

        if (!mig_cursor_str8(cursor, name, &valid)) {
            return STEP_MORE;
        }
        if (!valid || strlen(name) > 64) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_CONFIG_CAPABILITIES, "configuration/capabilities", i,
                                   "name %u is empty, has a NUL or more than 64 bytes", i);
        }
        g_free(reader->names[i]);
        reader->names[i] = g_strdup(name);
    }
    record->kind = MIG_RECORD_CONFIG_CAPABILITIES;
    record->capabilities.names = (const char *const *) reader->names;
    record->capabilities.count = count;
    for (guint32 i = 0; i < count; i++) {
        if (mig_reader_config(reader)->ignore_shared == MIG_SEE_AUTO && strcmp(reader->names[i], "x-ignore-shared") == 0) {
            reader->context->seen.ignore_shared = TRUE;
        }
        if (mig_reader_config(reader)->mapped_ram == MIG_SEE_AUTO && strcmp(reader->names[i], "mapped-ram") == 0) {
            reader->context->seen.mapped_ram = TRUE;
        }
    }
    return STEP_RECORD;
}

static Step step_config_subsection(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    static const struct { const char *name; guint bit; int since; } known[] = {
        { "configuration/target-page-bits", 1, 208 },
        { "configuration/capabilities", 2, 400 },
        { "configuration/uuid", 4, 402 },
    };
    char name[256];
    gboolean valid;
    guint bit = 0;
    guint32 version;
    Step step = STEP_RECORD;

    if (!mig_cursor_need(cursor, 1)) {
        return STEP_MORE;
    }
    if (cursor->bytes[cursor->at] != MIG_WIRE_SUBSECTION) {
        reader->state = STATE_SECTION;
        return STEP_AGAIN;
    }
    cursor->at++;
    if (!mig_cursor_str8(cursor, name, &valid)) {
        return STEP_MORE;
    }
    if (!valid || !g_str_has_prefix(name, "configuration/")) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_SECTION_TYPE, "section", MIG_WIRE_SUBSECTION,
                               "05 with a name that is no subsection of the configuration");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(name, known[i].name) == 0 && mig_reader_release(reader, known[i].since, 0)) {
            bit = known[i].bit;
        }
    }
    if (!bit) {
        g_autofree char *escaped = g_strescape(name, NULL);
        return mig_reader_fail(reader, MIG_STREAM_ERROR_CONFIG_SUBSECTION, "configuration", 0, "subsection %s", escaped);
    }
    if (reader->config_seen & bit) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_CONFIG_TWICE, "configuration", 0, "%s again", name);
    }
    if (!mig_cursor_need(cursor, 4)) {
        return STEP_MORE;
    }
    version = mig_cursor_u32(cursor);
    if (version != 1) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_CONFIG_SUBSECTION, "configuration", version, "%s version %u", name, version);
    }
    switch (bit) {
    case 1:
        if (!mig_cursor_need(cursor, 4)) {
            return STEP_MORE;
        }
        record->kind = MIG_RECORD_CONFIG_PAGE_BITS;
        record->page_bits.bits = mig_cursor_u32(cursor);
        if (record->page_bits.bits > 16 || 1u << record->page_bits.bits != mig_reader_config(reader)->page_size) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_CONFIG_PAGE_BITS, "configuration/target-page-bits",
                                   record->page_bits.bits, "%u page bits, pages of %u bytes here", record->page_bits.bits,
                                   mig_reader_config(reader)->page_size);
        }
        break;
    case 2:
        step = config_capabilities(reader, cursor, record);
        break;
    default:
        if (!mig_cursor_need(cursor, 16)) {
            return STEP_MORE;
        }
        record->kind = MIG_RECORD_CONFIG_UUID;
        memcpy(record->uuid.bytes, mig_cursor_take(cursor, 16), 16);
        break;
    }
    if (step == STEP_RECORD) {
        reader->config_seen |= bit;
    }
    return step;
}

/* ---- Sections ---- */

static guint32 version_of(const char *idstr)
{
    if (strcmp(idstr, "ram") == 0) {
        return MIG_WIRE_RAM_VERSION;
    }
    return strcmp(idstr, "dirty-bitmap") == 0 || strcmp(idstr, "block") == 0 ? 1 : 0;
}

static void begin_device(MigReader *reader, const MigRecordSection *section)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    guint64 size = 0;
    gboolean known = config->device_size && config->device_size(config->device_size_data, section, &size);

    if (!known && section->kind == MIG_WIRE_SECTION_FULL) {
        if (strcmp(section->idstr, "globalstate") == 0 && section->version == 1) {
            size = MIG_WIRE_GLOBALSTATE_SIZE;
            known = TRUE;
        } else if (strcmp(section->idstr, "timer") == 0 && section->version == 2) {
            size = MIG_WIRE_TIMER_SIZE;
            known = TRUE;
        }
    }
    begin_pieces(reader, known ? size : 0, STATE_DEVICE);
    reader->total_known = known;
    reader->scanned = 0;
}

static Step begin_payload(MigReader *reader)
{
    const MigRecordSection *section = &reader->section;

    reader->section_first = TRUE;
    if (strcmp(section->idstr, "ram") == 0) {
        reader->state = STATE_RAM;
    } else if (strcmp(section->idstr, "dirty-bitmap") == 0) {
        reader->state = STATE_BITMAP;
    } else if (strcmp(section->idstr, "block") == 0) {
        reader->state = STATE_BLOCK;
    } else {
        begin_device(reader, section);
    }
    return STEP_RECORD;
}

static Step section_head(MigReader *reader, Cursor *cursor, MigRecord *record, guint8 kind)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    MigStreamContext *context = reader->context;
    MigRecordSection *section = &record->section;
    MigStreamSection *known;
    char name[256];
    gboolean valid;
    guint32 id, wanted;

    if (!mig_cursor_need(cursor, 4)) {
        return STEP_MORE;
    }
    id = mig_cursor_u32(cursor);
    known = mig_stream_context_section_mutable(context, id);
    if (kind == MIG_WIRE_SECTION_PART || kind == MIG_WIRE_SECTION_END) {
        if (!known || (config->strict && known->kind != MIG_WIRE_SECTION_START)) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_SECTION_UNKNOWN, "section", id, "%s of section %u, which was not started",
                                   mig_section_kind_name(kind), id);
        }
        /* The checkpoints of COLO repeat the END of ram (stream.md 13.1), and so does the end of a postcopy for bitmaps only:
         * ram ends before LISTEN, and once more with the others behind RUN (7.2.22, 11.1.3: dirty-bitmaps-postcopy). */
        if (config->strict && known->ended && !reader->colo_ram
            && !(kind == MIG_WIRE_SECTION_END && context->seen.running && !context->seen.advised_ram)) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_SECTION_ENDED, "section", id, "%s of %s behind its END",
                                   mig_section_kind_name(kind), known->idstr);
        }
        *section = (MigRecordSection) {
            .kind = kind, .id = id, .idstr = known->idstr, .instance = known->instance, .version = known->version,
        };
        if (kind == MIG_WIRE_SECTION_END) {
            known->ended = TRUE;
        }
    } else {
        if (!mig_cursor_str8(cursor, name, &valid)) {
            return STEP_MORE;
        }
        if (!valid) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_SECTION_IDSTR, "section", id, "name of section %u is empty or has a NUL", id);
        }
        if (!mig_cursor_need(cursor, 8)) {
            return STEP_MORE;
        }
        *section = (MigRecordSection) { .kind = kind, .id = id };
        section->instance = mig_cursor_u32(cursor);
        section->version = mig_cursor_u32(cursor);
        wanted = version_of(name);
        if (wanted && section->version != wanted) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_SECTION_VERSION, "section", section->version, "%s version %u", name,
                                   section->version);
        }
        if (kind == MIG_WIRE_SECTION_START && known && config->strict) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_SECTION_TWICE, "section", id, "START of id %u again", id);
        }
        if (!known && g_hash_table_size(context->sections) >= MIG_STREAM_SECTIONS_MAX) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_SECTION_COUNT, "section", id, "more than %u sections",
                                   MIG_STREAM_SECTIONS_MAX);
        }
        /* Ids may come again with other names (COLO repeats its FULLs): what is remembered stays bounded all the same. */
        if (g_hash_table_size(context->names) >= MIG_STREAM_SECTIONS_MAX + MIG_STREAM_BLOCKS_MAX
            && !g_hash_table_contains(context->names, name)) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_SECTION_COUNT, "section", id, "too many different names");
        }
        section->idstr = mig_stream_context_intern(context, name);
        mig_stream_context_add_section(context, &(MigStreamSection) {
            .id = id, .idstr = section->idstr, .instance = section->instance, .version = section->version, .kind = kind,
        });
    }
    record->kind = MIG_RECORD_SECTION;
    reader->section = *section;
    return begin_payload(reader);
}

static Step step_eof(MigReader *reader, MigRecord *record)
{
    const MigStreamSeen *seen = &reader->context->seen;

    record->kind = MIG_RECORD_EOF;
    if (reader->nested) {
        reader->nested_over = TRUE;
        if (reader->offset + 1 != reader->nested_end) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_PACKAGE_END, "package", 0, "00 with bytes of the package behind it");
        }
    } else if (reader->colo_ram) {
        reader->colo_ram = FALSE;
        reader->state = STATE_COLO;
    } else if (seen->listening || seen->running || reader->kind == MIG_CHANNEL_RESUMED) {
        reader->state = STATE_END;
    } else {
        reader->state = mig_reader_config(reader)->description ? STATE_DESCRIPTION : STATE_TAIL;
    }
    return STEP_RECORD;
}

static Step step_section(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    guint8 byte;

    if (!mig_cursor_need(cursor, 1)) {
        return STEP_MORE;
    }
    byte = mig_cursor_u8(cursor);
    switch (byte) {
    case MIG_WIRE_EOF:
        return step_eof(reader, record);
    case MIG_WIRE_SECTION_START:
    case MIG_WIRE_SECTION_PART:
    case MIG_WIRE_SECTION_END:
    case MIG_WIRE_SECTION_FULL:
        return section_head(reader, cursor, record, byte);
    case MIG_WIRE_COMMAND:
        if (mig_reader_release(reader, 205, 0)) {
            return mig_reader_step_command(reader, cursor, record);
        }
        break;
    default:
        break;
    }
    return mig_reader_fail(reader, MIG_STREAM_ERROR_SECTION_TYPE, "section", byte, "section byte %02x", byte);
}

static Step step_footer(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    guint8 byte;

    if (!mig_cursor_need(cursor, 1)) {
        return STEP_MORE;
    }
    byte = mig_cursor_u8(cursor);
    if (byte != MIG_WIRE_FOOTER) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_FOOTER_MISSING, "footer", byte, "byte %02x behind section %s", byte,
                               reader->section.idstr);
    }
    if (!mig_cursor_need(cursor, 4)) {
        return STEP_MORE;
    }
    record->kind = MIG_RECORD_FOOTER;
    record->footer.id = mig_cursor_u32(cursor);
    if (record->footer.id != reader->section.id) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_FOOTER_ID, "footer", record->footer.id, "id %u behind section %u (%s)",
                               record->footer.id, reader->section.id, reader->section.idstr);
    }
    reader->state = STATE_SECTION;
    return STEP_RECORD;
}

/* ---- Behind 00 ---- */

static Step step_description(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    guint8 byte;
    guint32 size;

    if (!mig_cursor_need(cursor, 1)) {
        return STEP_MORE;
    }
    byte = mig_cursor_u8(cursor);
    if (byte != MIG_WIRE_VMDESCRIPTION) {
        if (mig_reader_config(reader)->colo != MIG_SEE_OFF && byte == 0) {
            reader->state = STATE_TAIL;
            return STEP_AGAIN;
        }
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DESCRIPTION, "description", byte, "byte %02x behind the end of sections", byte);
    }
    if (!mig_cursor_need(cursor, 4)) {
        return STEP_MORE;
    }
    size = mig_cursor_u32(cursor);
    if (size > mig_reader_config(reader)->description_max) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_DESCRIPTION_SIZE, "description", size, "%u bytes", size);
    }
    record->kind = MIG_RECORD_DESCRIPTION;
    record->description.length = size;
    begin_pieces(reader, size, size > 0 ? STATE_DESCRIPTION_TEXT : STATE_TAIL);
    return STEP_RECORD;
}

static Step step_tail(MigReader *reader, Cursor *cursor)
{
    MigSee colo = mig_reader_config(reader)->colo;

    if (colo == MIG_SEE_OFF && !reader->context->seen.colo) {
        reader->state = STATE_END;
        return STEP_AGAIN;
    }
    if (colo == MIG_SEE_ON || reader->context->seen.colo) {
        reader->state = STATE_COLO;
        return STEP_AGAIN;
    }
    if (!mig_cursor_need(cursor, 4)) {
        if (reader->finished && cursor->size > 0) {
            reader->state = STATE_END;
            return STEP_AGAIN;
        }
        return STEP_MORE;
    }
    if (mig_cursor_u32(cursor) == MIG_COLO_CHECKPOINT_REQUEST) {
        reader->context->seen.colo = TRUE;
        reader->state = STATE_COLO;
    } else {
        reader->state = STATE_END;
    }
    return STEP_AGAIN;
}

Step mig_reader_step_colo(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    gboolean back = reader->kind == MIG_CHANNEL_RETURN_PATH;
    guint32 message;
    gboolean ours;

    if (!mig_cursor_need(cursor, 4)) {
        return STEP_MORE;
    }
    message = mig_cursor_u32(cursor);
    ours = message == MIG_COLO_CHECKPOINT_REQUEST || message == MIG_COLO_VMSTATE_SEND || message == MIG_COLO_VMSTATE_SIZE;
    if (message >= MIG_COLO_COUNT || ours == back) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_COLO_MESSAGE, "colo message", message, "message %u", message);
    }
    record->kind = MIG_RECORD_COLO;
    record->colo.message = message;
    record->colo.size = 0;
    if (message == MIG_COLO_VMSTATE_SEND) {
        reader->colo_ram = TRUE;
        reader->state = STATE_SECTION;
    } else if (message == MIG_COLO_VMSTATE_SIZE) {
        if (!mig_cursor_need(cursor, 8)) {
            return STEP_MORE;
        }
        record->colo.size = mig_cursor_u64(cursor);
        if (record->colo.size > mig_reader_config(reader)->package_max) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_PACKAGE_SIZE, "colo message", record->colo.size,
                                   "device state of %" G_GUINT64_FORMAT " bytes", record->colo.size);
        }
        reader->nested = TRUE;
        reader->nested_colo = TRUE;
        reader->nested_over = FALSE;
        reader->nested_end = reader->offset + cursor->at + record->colo.size;
        reader->state = STATE_SECTION;
    }
    return STEP_RECORD;
}

/* ---- The loop ---- */

static Step package_end(MigReader *reader, MigRecord *record)
{
    if (!reader->nested_over && mig_reader_config(reader)->strict) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_PACKAGE_END, "package", 0, "it ends without RUN and without 00");
    }
    record->kind = MIG_RECORD_PACKAGE_END;
    record->depth = 0;
    reader->state = reader->nested_colo ? STATE_COLO : STATE_SECTION;
    reader->nested = FALSE;
    reader->nested_colo = FALSE;
    return STEP_RECORD;
}

/* Direct I/O may leave zeros behind the end of a mapped-ram file (stream.md 10.1). */
static Step padding(Cursor *cursor, MigRecord *record)
{
    const guint8 *bytes = cursor->bytes;
    gsize size = 0;

    while (size < cursor->size && bytes[size] == 0) {
        size++;
    }
    record->kind = MIG_RECORD_MAPPED_GAP;
    record->piece = (MigPiece) { .bytes = mig_cursor_take(cursor, size), .size = size };
    return STEP_RECORD;
}

static Step step_once(MigReader *reader, Cursor *cursor, MigRecord *record)
{
    switch (reader->state) {
    case STATE_HEADER: return step_header(reader, cursor, record);
    case STATE_CONFIGURATION: return step_configuration(reader, cursor, record);
    case STATE_CONFIG_SUBSECTION: return step_config_subsection(reader, cursor, record);
    case STATE_SECTION: return step_section(reader, cursor, record);
    case STATE_PREEMPT:
    case STATE_RAM: return mig_reader_step_ram(reader, cursor, record);
    case STATE_RAM_LIST: return mig_reader_step_ram_list(reader, cursor, record);
    case STATE_MAPPED_BITMAP: {
        /* Between bitmap and pages there may be a gap; where the area ends, the list or the section goes on. */
        Step step = mig_reader_piece(reader, cursor, record, MIG_RECORD_MAPPED_BITMAP, STATE_MAPPED_GAP);
        if (step == STEP_RECORD && reader->state == STATE_MAPPED_GAP) {
            begin_pieces(reader, reader->mapped_block->pages_offset - (reader->offset + cursor->at), STATE_MAPPED_GAP);
            if (reader->left == 0) {
                begin_pieces(reader, reader->mapped_block->length, STATE_MAPPED_PAGES);
            }
        }
        return step;
    }
    case STATE_MAPPED_GAP: {
        Step step = mig_reader_piece(reader, cursor, record, MIG_RECORD_MAPPED_GAP, STATE_MAPPED_PAGES);
        if (step == STEP_RECORD && reader->state == STATE_MAPPED_PAGES) {
            begin_pieces(reader, reader->mapped_block->length, STATE_MAPPED_PAGES);
        }
        return step;
    }
    case STATE_MAPPED_PAGES:
        return mig_reader_piece(reader, cursor, record, MIG_RECORD_MAPPED_PAGES, reader->list_left ? STATE_RAM_LIST : STATE_RAM);
    case STATE_BITMAP: return mig_reader_step_bitmap(reader, cursor, record);
    case STATE_BLOCK: return mig_reader_step_block(reader, cursor, record);
    case STATE_DEVICE: return mig_reader_step_device(reader, cursor, record);
    case STATE_FOOTER: return step_footer(reader, cursor, record);
    case STATE_DESCRIPTION: return step_description(reader, cursor, record);
    case STATE_DESCRIPTION_TEXT:
        return mig_reader_piece(reader, cursor, record, MIG_RECORD_DESCRIPTION_TEXT, STATE_TAIL);
    case STATE_TAIL: return step_tail(reader, cursor);
    case STATE_COLO: return mig_reader_step_colo(reader, cursor, record);
    case STATE_RP: return mig_reader_step_rp(reader, cursor, record);
    case STATE_RP_BITMAP: return mig_reader_piece(reader, cursor, record, MIG_RECORD_RP_BITMAP, STATE_RP_BITMAP_END);
    case STATE_RP_BITMAP_END: return mig_reader_step_rp_bitmap_end(reader, cursor, record);
    case STATE_MULTIFD_HELLO: return mig_reader_step_hello(reader, cursor, record);
    case STATE_MULTIFD_PACKET: return mig_reader_step_packet(reader, cursor, record);
    case STATE_MULTIFD_PAGES: return mig_reader_step_packet_page(reader, cursor, record);
    case STATE_MULTIFD_DATA:
        /* In one piece: whoever decompresses wants it whole, and its size was checked. */
        if (!mig_cursor_need(cursor, (gsize) reader->left)) {
            return STEP_MORE;
        }
        return mig_reader_piece(reader, cursor, record, MIG_RECORD_MULTIFD_DATA, STATE_MULTIFD_PACKET);
    case STATE_MULTIFD_DEVICE:
        return mig_reader_piece(reader, cursor, record, MIG_RECORD_MULTIFD_DEVICE_DATA, STATE_MULTIFD_PACKET);
    case STATE_END:
        if (cursor->size > 0 && cursor->bytes[0] == 0 && reader->context->seen.mapped_ram) {
            return padding(cursor, record);
        }
        if (cursor->size > 0 && mig_reader_config(reader)->strict) {
            return mig_reader_fail(reader, MIG_STREAM_ERROR_TRAILING, "end", cursor->size, "byte %02x behind the end",
                                   cursor->bytes[0]);
        }
        return STEP_OVER;
    }
    g_assert_not_reached();
}

gboolean mig_reader_at_end(const MigReader *reader)
{
    if (reader->failed || reader->at < reader->view_size || reader->nested) {
        return FALSE;
    }
    switch (reader->state) {
    case STATE_DESCRIPTION:
    case STATE_TAIL:
    case STATE_COLO:
    case STATE_RP:
    case STATE_MULTIFD_PACKET:
    case STATE_PREEMPT:
    case STATE_END:
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean mig_reader_at_packet(const MigReader *reader)
{
    return !reader->failed && reader->state == STATE_MULTIFD_PACKET;
}

static Step fail_cut(MigReader *reader)
{
    gsize there = reader->view_size - reader->at;

    if (there == 0 && reader->state == STATE_SECTION) {
        return mig_reader_fail(reader, MIG_STREAM_ERROR_CUT, "section", 0, "the input ends without 00");
    }
    return mig_reader_fail(reader, MIG_STREAM_ERROR_CUT, "record", there, "the input ends %" G_GSIZE_FORMAT " bytes into an element, "
                           "%" G_GSIZE_FORMAT " more are missing at least", there, reader->wants);
}

/* A page of a plain section came as a reference behind its head: the record, without looking at the head once more. */
static gboolean page_behind_head(MigReader *reader, MigRecord *ret_record)
{
    if (!reader->page_given || reader->page_refused || reader->view_size - reader->at != reader->head_size) {
        return FALSE;
    }
    ret_record->kind = MIG_RECORD_RAM_PAGE;
    ret_record->offset = reader->offset;
    ret_record->depth = 0;
    ret_record->page = reader->head;
    ret_record->page.body = (MigBody) { .is_page = TRUE, .size = mig_reader_config(reader)->page_size, .page = reader->page };
    ret_record->size = reader->head_size + ret_record->page.body.size;
    reader->page_given = FALSE;
    reader->block = reader->head.block;
    reader->section_first = FALSE;
    reader->wants = 1;
    reader->wants_page = FALSE;
    reader->at += reader->head_size;
    reader->offset += ret_record->size;
    return TRUE;
}

G_GNUC_NO_INLINE static MigRead next_record(MigReader *reader, MigRecord *ret_record, GError **error)
{
    Step step;
    Cursor cursor;

    if (reader->failed) {
        fault_to_error(reader, error);
        return MIG_READ_ERROR;
    }
    do {
        gsize there = reader->view_size - reader->at;
        gboolean limited = FALSE;

        cursor = (Cursor) { .reader = reader, .bytes = reader->view + reader->at, .size = there };
        if (reader->nested) {
            guint64 inside = reader->nested_end - reader->offset;
            if (inside < there) {
                cursor.size = (gsize) inside;
            }
            limited = inside <= there;
        }
        /* Pages are most of a stream and most of a record is packets: only what a page record can use is cleared for it, in two
         * pieces, each small enough for a few stores in the place of a slow instruction for blocks. */
        if (reader->state == STATE_RAM || reader->state == STATE_PREEMPT) {
            memset(ret_record, 0, offsetof(MigRecord, page));
            ret_record->page = (MigRecordPage) { .cont = FALSE };
        } else {
            memset(ret_record, 0, sizeof *ret_record);
        }
        ret_record->offset = reader->offset;
        ret_record->depth = reader->nested;
        reader->wants = 1;
        reader->wants_page = FALSE;
        if (reader->page_refused) {
            step = mig_reader_fail(reader, MIG_STREAM_ERROR_PAGE_REFERENCE, "page", 0, "a page reference inside an element");
        } else if (reader->nested && reader->offset > reader->nested_end) {
            step = mig_reader_fail(reader, MIG_STREAM_ERROR_PACKAGE_END, "package", 0, "a page goes beyond its end");
        } else if (reader->nested && reader->state == STATE_SECTION && reader->offset == reader->nested_end) {
            step = package_end(reader, ret_record);
        } else {
            step = step_once(reader, &cursor, ret_record);
            if (step == STEP_MORE && limited) {
                step = mig_reader_fail(reader, MIG_STREAM_ERROR_PACKAGE_END, "package", 0, "it ends inside an element");
            }
        }
        if (step == STEP_RECORD) {
            ret_record->size = cursor.at + (ret_record->kind == MIG_RECORD_RAM_PAGE && ret_record->page.body.is_page
                                                ? ret_record->page.body.size
                                                : ret_record->kind == MIG_RECORD_MULTIFD_PAGE && ret_record->packet_page.body.is_page
                                                    ? ret_record->packet_page.body.size : 0);
            reader->at += cursor.at;
            reader->offset += ret_record->size;
            return MIG_READ_RECORD;
        }
    } while (step == STEP_AGAIN);

    if (step == STEP_MORE && reader->page_given) {
        /* Fed as a page, wanted as bytes after all (cannot happen by construction; refuse rather than lose it). */
        step = mig_reader_fail(reader, MIG_STREAM_ERROR_PAGE_REFERENCE, "page", 0, "a page reference inside an element");
    }
    if (step == STEP_MORE && reader->finished) {
        if (mig_reader_at_end(reader)) {
            return MIG_READ_END;
        }
        step = fail_cut(reader);
    }
    if (step == STEP_BAD) {
        fault_to_error(reader, error);
        return MIG_READ_ERROR;
    }
    if (step == STEP_OVER) {
        return MIG_READ_END;
    }
    if (reader->wants_page && reader->state == STATE_RAM && !reader->nested) {
        reader->head_ready = TRUE;
        reader->head_size = cursor.at;
        reader->head = ret_record->page;
    }
    /* The caller's bytes are his again. */
    if (reader->at < reader->view_size && reader->view != reader->hold) {
        keep(reader, 0);
    } else if (reader->at >= reader->view_size) {
        empty_view(reader);
    }
    return MIG_READ_INPUT;
}

/* The view is the head of one more page of the block before, as in nearly all of a stream, and the body comes in a feed of its own:
 * mig_reader_step_ram() would say the same. */
static gboolean head_alone(MigReader *reader)
{
    const MigStreamConfig *config = mig_reader_config(reader);
    const MigStreamBlock *block = reader->place;
    guint64 word, mask = config->page_size - 1;

    if (reader->state != STATE_RAM || reader->view_size - reader->at != sizeof word || !block || block->name != reader->block
        || reader->page_given || reader->page_refused || reader->nested || reader->finished || reader->failed
        || reader->context->seen.mapped_ram) {
        return FALSE;
    }
    memcpy(&word, reader->view + reader->at, sizeof word);
    word = GUINT64_FROM_BE(word);
    if ((word & mask) != (MIG_RAM_PAGE | MIG_RAM_CONT) || (word & ~mask) >= block->length
        || block->length - (word & ~mask) < config->page_size) {
        return FALSE;
    }
    reader->head = (MigRecordPage) { .cont = TRUE, .block = block->name, .offset = word & ~mask };
    reader->head_size = sizeof word;
    reader->head_ready = TRUE;
    reader->wants = config->page_size;
    reader->wants_page = TRUE;
    if (reader->view != reader->hold) {
        keep(reader, 0);
    }
    return TRUE;
}

/* The three calls that a page takes when its head and its body come one after the other. */
MigRead mig_reader_next(MigReader *reader, MigRecord *ret_record, GError **error)
{
    if (reader->head_ready) {
        reader->head_ready = FALSE;
        if (page_behind_head(reader, ret_record)) {
            return MIG_READ_RECORD;
        }
    }
    if (reader->state == STATE_RAM && reader->view_size == reader->at && !reader->page_given && !reader->page_refused
        && !reader->nested && !reader->finished && !reader->failed) {
        /* What next_record() would find out at more length, once a page. */
        reader->wants = 8;
        reader->wants_page = FALSE;
        empty_view(reader);
        return MIG_READ_INPUT;
    }
    if (head_alone(reader)) {
        return MIG_READ_INPUT;
    }
    return next_record(reader, ret_record, error);
}
