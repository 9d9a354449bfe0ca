/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `miglab stream diff`: which sections, fields and pages of two migrations differ. Differences that mean nothing for the guest
 * (how many passes, what was in which section) are not shown: what counts is what the destination ends up with.
 */
#include "sim/stream/command_line.h"
#include "sim/stream/guess.h"
#include "sim/stream/image.h"
#include "sim/stream/record_json.h"
#include "sim/stream/stream.h"

#include <stdio.h>
#include <string.h>

#define LINES_MAX 20              /* per device and per block, unless --all */

typedef struct {
    char *name;                   /* idstr/instance#nth */
    guint version;
    const SimDevice *description;
    const guint8 *bytes;          /* in the channel's mapping */
    gsize size;
    char *idstr;                  /* as it stands on the wire */
    int release;                  /* of the stream, as far as it shows */
    gboolean matched;
} Device;

typedef struct {
    SimStreamSet *set;
    SimStreamSession *session;
    SimStreamImage *image;
    GPtrArray *devices;           /* Device */
    GHashTable *devices_by_name;  /* the same; never iterated */
    GHashTable *counts;           /* "idstr/instance" -> how many; never iterated */
    GPtrArray *faults;
    GPtrArray *setup;             /* lines: machine, capabilities, uuid, blocks */
} Side;

static void device_free(gpointer data)
{
    Device *device = data;

    g_free(device->name);
    g_free(device->idstr);
    g_free(device);
}

static void fault_free(gpointer data)
{
    sim_stream_fault_free(data);
}

static void side_done(Side *side)
{
    g_clear_pointer(&side->devices_by_name, g_hash_table_unref);
    g_clear_pointer(&side->counts, g_hash_table_unref);
    g_clear_pointer(&side->devices, g_ptr_array_unref);
    g_clear_pointer(&side->faults, g_ptr_array_unref);
    g_clear_pointer(&side->setup, g_ptr_array_unref);
    sim_stream_image_free(side->image);
    sim_stream_session_free(side->session);
    sim_stream_set_free(side->set);
}

static char *device_name(const Side *side, const MigRecordSection *section)
{
    g_autofree char *idstr = sim_wire_name(section->idstr);
    char *name = g_strdup_printf("%s/%u", idstr, section->instance);
    guint nth = GPOINTER_TO_UINT(g_hash_table_lookup(side->counts, name)) + 1;

    g_hash_table_insert(side->counts, g_strdup(name), GUINT_TO_POINTER(nth));
    if (nth > 1) {
        char *numbered = g_strdup_printf("%s (no. %u)", name, nth);
        g_free(name);
        name = numbered;
    }
    return name;
}

/* COLO repeats all devices with every checkpoint: the last state counts there, so a name that comes again in a later blob replaces
 * nothing here but is compared as number 2, 3 … */
static void collect(Side *side, const SimStreamChannel *channel)
{
    g_autoptr(MigReader) reader = sim_stream_session_reader(side->session, channel);
    MigRecordSection section = { 0 };

    for (;;) {
        g_autoptr(GError) error = NULL;
        MigRecord record;
        MigRead step = mig_reader_next(reader, &record, &error);

        if (step == MIG_READ_ERROR) {
            g_ptr_array_add(side->faults, sim_stream_fault_new(side->session, channel, reader));
        }
        if (step != MIG_READ_RECORD) {
            return;
        }
        switch (record.kind) {
        case MIG_RECORD_SECTION:
            section = record.section;
            break;
        case MIG_RECORD_CONFIGURATION:
        case MIG_RECORD_CONFIG_CAPABILITIES:
        case MIG_RECORD_CONFIG_PAGE_BITS:
        case MIG_RECORD_CONFIG_UUID:
            g_ptr_array_add(side->setup, mig_record_to_string(&record));
            break;
        case MIG_RECORD_RAM_BLOCK: {
            g_autofree char *name = sim_wire_name(record.block.name);
            g_ptr_array_add(side->setup, g_strdup_printf("block %s, length 0x%" G_GINT64_MODIFIER "x", name, record.block.length));
            break;
        }
        case MIG_RECORD_DEVICE_DATA: {
            Device *device = g_new0(Device, 1);
            device->name = device_name(side, &section);
            device->idstr = g_strdup(section.idstr);
            device->release = side->session->release;
            device->version = section.version;
            device->description = side->session->device;
            device->bytes = record.piece.bytes;
            device->size = record.piece.size;
            g_ptr_array_add(side->devices, device);
            g_hash_table_insert(side->devices_by_name, device->name, device);
            break;
        }
        default:
            break;
        }
    }
}

static gboolean side_open(Side *side, char *name, GError **error)
{
    char *names[] = { name, NULL };
    g_autoptr(SimStreamSession) scan = NULL;

    side->set = sim_stream_set_open(names, error);
    side->session = side->set ? sim_stream_session_new(side->set, error) : NULL;
    if (!side->session) {
        return FALSE;
    }
    side->devices = g_ptr_array_new_with_free_func(device_free);
    side->devices_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    side->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    side->faults = g_ptr_array_new_with_free_func(fault_free);
    side->setup = g_ptr_array_new_with_free_func(g_free);
    side->image = sim_stream_image_new(side->session, NULL, error);
    if (!side->image) {
        return FALSE;
    }
    /* A second session: contexts remember which sections have ended. The image's is kept for its blocks' names. */
    scan = side->session;
    side->session = sim_stream_session_new(side->set, error);
    if (!side->session) {
        side->session = g_steal_pointer(&scan);
        return FALSE;
    }
    for (guint i = 0; i < side->image->blocks->len; i++) {
        SimImageBlock *block = g_ptr_array_index(side->image->blocks, i);
        block->name = g_intern_string(block->name);
    }
    for (guint i = 0; i < side->set->channels->len; i++) {
        const SimStreamChannel *channel = g_ptr_array_index(side->set->channels, i);
        MigChannelKind kind = sim_stream_channel_kind(channel->name);
        if (kind == MIG_CHANNEL_MAIN || kind == MIG_CHANNEL_RESUMED) {
            collect(side, channel);
        }
    }
    return TRUE;
}

/* ---- Setup ---- */

static gboolean has_line(const GPtrArray *lines, const char *line)
{
    for (guint i = 0; i < lines->len; i++) {
        if (strcmp(g_ptr_array_index(lines, i), line) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static guint diff_setup(const Side *a, const Side *b)
{
    guint found = 0;

    for (guint i = 0; i < a->setup->len; i++) {
        if (!has_line(b->setup, g_ptr_array_index(a->setup, i))) {
            printf("- %s\n", (const char *) g_ptr_array_index(a->setup, i));
            found++;
        }
    }
    for (guint i = 0; i < b->setup->len; i++) {
        if (!has_line(a->setup, g_ptr_array_index(b->setup, i))) {
            printf("+ %s\n", (const char *) g_ptr_array_index(b->setup, i));
            found++;
        }
    }
    return found;
}

/* ---- Devices ---- */

typedef struct {
    char *path, *value;
    const guint8 *bytes;
    gsize size;
} Field;

static void field_clear(gpointer data)
{
    Field *field = data;

    g_free(field->path);
    g_free(field->value);
}

static void add_field(gpointer data, const char *path, const char *type, guint64 offset, const guint8 *bytes, gsize size)
{
    Field field = { .path = sim_wire_name(path), .value = sim_field_value(type, bytes, size), .bytes = bytes, .size = size };

    (void) offset;
    g_array_append_val((GArray *) data, field);
}

static GArray *fields_of(const Device *device)
{
    GArray *fields = g_array_new(FALSE, FALSE, sizeof(Field));

    g_array_set_clear_func(fields, field_clear);
    if (device->description) {
        sim_device_walk(device->description, device->bytes, device->size, add_field, fields);
    } else {
        (void) sim_device_guess(device->idstr, device->version, device->release, device->bytes, device->size, add_field, fields);
    }
    return fields;
}

/* By name; of fields with the same name (arrays of nameless elements) the one at the same place. */
static const Field *find_field(const GArray *fields, GHashTable *by_path, const char *path, guint near)
{
    guint first;

    if (near < fields->len && strcmp(g_array_index(fields, Field, near).path, path) == 0) {
        return &g_array_index(fields, Field, near);
    }
    first = GPOINTER_TO_UINT(g_hash_table_lookup(by_path, path));
    return first ? &g_array_index(fields, Field, first - 1) : NULL;
}

static GHashTable *paths_of(const GArray *fields)
{
    GHashTable *by_path = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = fields->len; i > 0; i--) {
        g_hash_table_insert(by_path, g_array_index(fields, Field, i - 1).path, GUINT_TO_POINTER(i));
    }
    return by_path;
}

static guint diff_fields(const Device *a, const Device *b, gboolean all)
{
    GArray *first = fields_of(a), *second = fields_of(b);
    g_autoptr(GHashTable) first_paths = paths_of(first), second_paths = paths_of(second);
    guint found = 0;

    for (guint i = 0; i < first->len; i++) {
        const Field *one = &g_array_index(first, Field, i), *other = find_field(second, second_paths, one->path, i);
        if (other && other->size == one->size && memcmp(one->bytes, other->bytes, one->size) == 0) {
            continue;
        }
        if (all || found < LINES_MAX) {
            printf("! %s %s: %s | %s\n", a->name, one->path, one->value, other ? other->value : "(not there)");
        }
        found++;
    }
    for (guint i = 0; i < second->len; i++) {
        const Field *one = &g_array_index(second, Field, i);
        if (!find_field(first, first_paths, one->path, i)) {
            if (all || found < LINES_MAX) {
                printf("! %s %s: (not there) | %s\n", a->name, one->path, one->value);
            }
            found++;
        }
    }
    if (!all && found > LINES_MAX) {
        printf("! %s: %u more fields; --all shows them\n", a->name, found - LINES_MAX);
    }
    g_array_unref(first);
    g_array_unref(second);
    return found;
}

static Device *find_device(const Side *side, const char *name)
{
    return g_hash_table_lookup(side->devices_by_name, name);
}

static guint diff_devices(const Side *a, const Side *b, gboolean all)
{
    guint found = 0;

    for (guint i = 0; i < a->devices->len; i++) {
        const Device *one = g_ptr_array_index(a->devices, i);
        Device *other = find_device(b, one->name);

        if (!other) {
            printf("- section %s version %u, %" G_GSIZE_FORMAT " bytes\n", one->name, one->version, one->size);
            found++;
            continue;
        }
        other->matched = TRUE;
        if (one->version != other->version) {
            printf("! section %s version: %u | %u\n", one->name, one->version, other->version);
            found++;
        }
        if (one->size != other->size || memcmp(one->bytes, other->bytes, one->size) != 0) {
            found += diff_fields(one, other, all);
        }
    }
    for (guint i = 0; i < b->devices->len; i++) {
        const Device *one = g_ptr_array_index(b->devices, i);
        if (!one->matched) {
            printf("+ section %s version %u, %" G_GSIZE_FORMAT " bytes\n", one->name, one->version, one->size);
            found++;
        }
    }
    return found;
}

/* ---- Pages ---- */

static guint64 diff_block(const SimImageBlock *a, const SimImageBlock *b, guint page_size, gboolean all)
{
    guint64 pages = MIN(a->pages, b->pages), found = 0, lines = 0;

    for (guint64 i = 0; i < pages;) {
        guint64 first = i;

        while (i < pages && memcmp(a->bytes + i * page_size, b->bytes + i * page_size, page_size) != 0) {
            i++;
        }
        if (i == first) {
            i++;
            continue;
        }
        found += i - first;
        if (all || lines++ < LINES_MAX) {
            printf("! ram %s 0x%" G_GINT64_MODIFIER "x-0x%" G_GINT64_MODIFIER "x: %" G_GUINT64_FORMAT " page%s\n", a->name,
                   first * page_size, i * page_size - 1, i - first, i - first == 1 ? "" : "s");
        }
    }
    if (!all && lines > LINES_MAX) {
        printf("! ram %s: %" G_GUINT64_FORMAT " pages in all; --all shows them\n", a->name, found);
    }
    return found;
}

static guint64 diff_ram(const Side *a, const Side *b, gboolean all)
{
    guint64 found = 0;

    if (a->image->page_size != b->image->page_size) {
        printf("! page size: %u | %u\n", a->image->page_size, b->image->page_size);
        return 1;
    }
    for (guint i = 0; i < a->image->blocks->len; i++) {
        const SimImageBlock *one = g_ptr_array_index(a->image->blocks, i), *other = sim_stream_image_block(b->image, one->name);
        if (other) {
            found += diff_block(one, other, a->image->page_size, all);
        }
    }
    return found;
}

int sim_stream_diff(int argc, char **argv)
{
    gboolean all = FALSE;
    const GOptionEntry entries[] = {
        { "all", 0, 0, G_OPTION_ARG_NONE, &all, "Every difference, not only the first of each section and block", NULL },
        { NULL }
    };
    Side a = { 0 }, b = { 0 };
    GError *error = NULL;
    guint64 found;
    int status;

    if (!sim_stream_parse(&argc, &argv, entries, "A B", "Which sections, fields and pages of two streams differ. Each is a FILE or a CAPTURE.json.")) {
        return SIM_EXIT_USAGE;
    }
    if (argc != 3) {
        fprintf(stderr, "miglab stream diff: two streams are needed\n");
        return SIM_EXIT_USAGE;
    }
    if (!side_open(&a, argv[1], &error) || !side_open(&b, argv[2], &error)) {
        side_done(&a);
        side_done(&b);
        return sim_stream_usage_error("diff", error);
    }
    status = MAX(sim_stream_print_faults(a.faults), sim_stream_print_faults(b.faults));
    status = MAX(status, sim_stream_print_told(a.session));
    status = MAX(status, sim_stream_print_told(b.session));
    found = diff_setup(&a, &b) + diff_devices(&a, &b, all) + diff_ram(&a, &b, all);
    if (found > 0) {
        status = SIM_EXIT_FINDINGS;
    } else if (status == SIM_EXIT_CLEAN) {
        printf("equal: %u sections, %u blocks\n", a.devices->len, a.image->blocks->len);
    }
    side_done(&a);
    side_done(&b);
    return status;
}
