/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/source.h"

#include "reference/stream/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK(sim-stream-source-error-quark, sim_stream_source_error)

#define SPOOL_MAX (G_GUINT64_CONSTANT(64) << 30)   /* an .xz of a few bytes can unpack to anything */

static SimStreamOptions arg_options;
static gboolean arg_options_ready;

static void set_error(GError **error, SimStreamSourceError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void set_error(GError **error, SimStreamSourceError code, const char *format, ...)
{
    va_list arguments;
    g_autofree char *text = NULL;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, SIM_STREAM_SOURCE_ERROR, code, text);
}

/* ---- Options ---- */

void sim_stream_options_init(SimStreamOptions *options)
{
    *options = (SimStreamOptions) {
        .huge_blocks = g_ptr_array_new_with_free_func(g_free),
        .device_names = g_ptr_array_new_with_free_func(g_free),
        .device_sizes = g_array_new(FALSE, FALSE, sizeof(guint64)),
    };
}

void sim_stream_options_done(SimStreamOptions *options)
{
    g_clear_pointer(&options->huge_blocks, g_ptr_array_unref);
    g_clear_pointer(&options->device_names, g_ptr_array_unref);
    g_clear_pointer(&options->device_sizes, g_array_unref);
    g_clear_pointer(&options->profile, g_free);
    g_clear_pointer(&options->description_from, g_free);
}

static SimStreamOptions *arguments(void)
{
    if (!arg_options_ready) {
        sim_stream_options_init(&arg_options);
        arg_options_ready = TRUE;
    }
    return &arg_options;
}

static gboolean parse_u64(const char *text, guint64 max, guint64 *ret_value)
{
    char *end = NULL;
    guint64 value;

    errno = 0;
    value = g_ascii_strtoull(text, &end, 0);
    if (errno || end == text || *end || value > max || *text == '-') {
        return FALSE;
    }
    *ret_value = value;
    return TRUE;
}

static gboolean set_page_size(SimStreamOptions *options, guint64 value, GError **error)
{
    if (value < MIG_WIRE_PAGE_MIN || value > 65536 || (value & (value - 1))) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "page size %" G_GUINT64_FORMAT ": a power of two from 256 to 65536 is needed", value);
        return FALSE;
    }
    options->page_size = (guint) value;
    return TRUE;
}

static gboolean parse_without(SimStreamOptions *options, const char *text, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    for (gsize i = 0; words[i]; i++) {
        if (strcmp(words[i], "configuration") == 0) {
            options->without_configuration = TRUE;
        } else if (strcmp(words[i], "footer") == 0) {
            options->without_footer = TRUE;
        } else if (strcmp(words[i], "description") == 0) {
            options->without_description = TRUE;
        } else {
            set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "--without %s: configuration, footer and description are known", words[i]);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean parse_option(const char *name, const char *value, gpointer data, GError **error)
{
    SimStreamOptions *options = arguments();
    guint64 number;
    const char *equals;

    (void) data;
    if (strcmp(name, "--page-size") == 0) {
        if (!parse_u64(value, 65536, &number)) {
            number = 0;
        }
        return set_page_size(options, number, error);
    }
    if (strcmp(name, "--huge-page") == 0) {
        g_ptr_array_add(options->huge_blocks, g_strdup(value));
        return TRUE;
    }
    if (strcmp(name, "--offset") == 0) {
        if (!parse_u64(value, G_MAXINT64, &options->offset)) {
            set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "--offset %s: a number of bytes is needed", value);
            return FALSE;
        }
        options->has_offset = TRUE;
        return TRUE;
    }
    if (strcmp(name, "--without") == 0) {
        return parse_without(options, value, error);
    }
    if (strcmp(name, "--ram-max") == 0) {
        if (!parse_u64(value, G_GUINT64_CONSTANT(1) << 46, &options->ram_max) || options->ram_max == 0) {
            set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "--ram-max %s: a number of bytes up to 2^46 is needed", value);
            return FALSE;
        }
        return TRUE;
    }
    if (strcmp(name, "--description-from") == 0) {
        g_free(options->description_from);
        options->description_from = g_strdup(value);
        return TRUE;
    }
    if (strcmp(name, "--profile") == 0) {
        if (!sim_stream_profile_release(value)) {
            set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "--profile %s: qemu-MAJOR.MINOR is needed", value);
            return FALSE;
        }
        g_free(options->profile);
        options->profile = g_strdup(value);
        return TRUE;
    }
    equals = strrchr(value, '=');
    if (!equals || equals == value || !parse_u64(equals + 1, 1u << 30, &number)) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "--device-size %s: NAME=BYTES is needed", value);
        return FALSE;
    }
    g_ptr_array_add(options->device_names, g_strndup(value, equals - value));
    g_array_append_val(options->device_sizes, number);
    return TRUE;
}

const GOptionEntry *sim_stream_option_entries(void)
{
    static GOptionEntry entries[] = {
        { "page-size", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer) parse_option, "Target page size, if no description tells it (4096)", "BYTES" },
        { "huge-page", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer) parse_option, "This block has a page size field in the list; it is a fault if not", "BLOCK" },
        { "offset", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer) parse_option, "The stream begins at this byte of main's file", "BYTES" },
        { "without", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer) parse_option, "What the stream lacks: configuration, footer, description", "LIST" },
        { "device-size", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer) parse_option, "Bytes of a device's state that nothing else tells", "NAME=BYTES" },
        { "colo", 0, 0, G_OPTION_ARG_NONE, NULL, "Bare COLO messages follow the stream", NULL },
        { "partial", 0, 0, G_OPTION_ARG_NONE, NULL, "The stream was cut on purpose: its end is no fault", NULL },
        { "ram-max", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer) parse_option, "Refuse streams whose RAM blocks sum up to more (1 TiB)", "BYTES" },
        { "description-from", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer) parse_option,
          "Decode device state by the description of another stream (a file or a capture) of the same machine", "FILE" },
        { "profile", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer) parse_option, "The release that wrote it: qemu-2.4 … qemu-11.1", "PROFILE" },
        { NULL }
    };

    entries[5].arg_data = &arguments()->colo;
    entries[6].arg_data = &arguments()->partial;
    return entries;
}

int sim_stream_profile_release(const char *profile)
{
    guint64 major, minor;
    const char *dot;
    g_autofree char *first = NULL;

    if (!profile || !g_str_has_prefix(profile, "qemu-")) {
        return 0;
    }
    profile += strlen("qemu-");
    dot = strchr(profile, '.');
    if (!dot) {
        return 0;
    }
    first = g_strndup(profile, dot - profile);
    if (!parse_u64(first, 99, &major) || !parse_u64(dot + 1, 99, &minor)) {
        return 0;
    }
    return (int) (major * 100 + minor);
}

/* ---- Looks ---- */

static gboolean mostly_text(const guint8 *data, gsize size)
{
    for (gsize i = 0; i < MIN(size, 512); i++) {
        if (data[i] == 0 || (data[i] < 0x20 && data[i] != '\n' && data[i] != '\r' && data[i] != '\t')) {
            return FALSE;
        }
    }
    return TRUE;
}

/* A page record: an address, PAGE or ZERO in its low bits, the name of a block. */
static gboolean looks_like_preempt(const guint8 *data, gsize size)
{
    if (size < 10 || data[0] || data[1] || (data[7] != MIG_RAM_PAGE && data[7] != MIG_RAM_ZERO) || data[8] == 0 || size < 9 + (gsize) data[8]) {
        return FALSE;
    }
    for (gsize i = 0; i < data[8]; i++) {
        if (!g_ascii_isgraph(data[9 + i])) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Interned: it is said once, before the program ends. */
static const char *something_else(const guint8 *data, gsize size)
{
    g_autoptr(GString) text = g_string_new("nothing that is known here; its first bytes are");

    for (gsize i = 0; i < MIN(size, 8); i++) {
        g_string_append_printf(text, " %02x", data[i]);
    }
    return g_intern_string(text->str);
}

const char *sim_stream_looks_like(const guint8 *data, gsize size)
{
    static const struct { const char *magic; gsize at, size; const char *what; } magics[] = {
        { "\x7f" "ELF", 0, 4, "an ELF file" },
        { "\x1f\x8b", 0, 2, "gzip data" },
        { "\xfd" "7zXZ", 0, 5, "xz data" },
        { "\x28\xb5\x2f\xfd", 0, 4, "zstd data" },
        { "BZh", 0, 3, "bzip2 data" },
        { "QFI\xfb", 0, 4, "a qcow2 image" },
        { "KDMV", 0, 4, "a VMDK image" },
        { "ustar", 257, 5, "a tar archive" },
        { "PK\x03\x04", 0, 4, "a zip archive" },
        { "MVEQ", 0, 4, "a migration stream with its bytes swapped" },
        { "LibvirtQemudSave", 0, 16, "a file of 'virsh save' (the stream begins behind libvirt's header; see --offset)" },
        { "LibvirtQemudPart", 0, 16, "an unfinished file of 'virsh save'" },
        { "\x16\x03", 0, 2, "a TLS handshake (the stream is inside)" },
        { "\x11\x22\x33\x44", 0, 4, "a multifd channel (name it multifdN=FILE)" },
        { "{\"QMP\"", 0, 6, "a QMP dialogue" },
        { "\xd4\xc3\xb2\xa1", 0, 4, "a packet capture (pcap; the stream is in the payload of its TCP packets)" },
        { "\xa1\xb2\xc3\xd4", 0, 4, "a packet capture (pcap; the stream is in the payload of its TCP packets)" },
        { "\x0a\x0d\x0d\x0a", 0, 4, "a packet capture (pcapng; the stream is in the payload of its TCP packets)" },
        { "KDUMP   ", 0, 8, "a dump of guest memory (kdump)" },
        { "QED\0", 0, 4, "a QED image" },
        { "vhdxfile", 0, 8, "a VHDX image" },
        { "conectix", 0, 8, "a VHD image" },
        { "<<< ", 0, 4, "a VDI image" },
        { "CD001", 32769, 5, "an ISO 9660 image" },
        { "%PDF-", 0, 5, "a PDF document" },
        { "\x89PNG", 0, 4, "a PNG picture" },
        { "\x04\x22\x4d\x18", 0, 4, "lz4 data" },
        { "\x89LZO", 0, 4, "lzop data" },
        { "\x08\x00\x0a", 0, 3, "the second connection of a recovery (name it main-2=FILE, and give main, too)" },
    };

    if (size == 0) {
        return "an empty file";
    }
    for (gsize i = 0; i < G_N_ELEMENTS(magics); i++) {
        if (size >= magics[i].at + magics[i].size && memcmp(data + magics[i].at, magics[i].magic, magics[i].size) == 0) {
            return magics[i].what;
        }
    }
    if (data[0] == '{' || data[0] == '[') {
        return "JSON (a capture's name ends in .json)";
    }
    if (size >= 4 && memcmp(data, "QEV", 3) == 0) {
        return "a migration stream with a damaged magic";
    }
    if (mostly_text(data, size)) {
        return "text";
    }
    if (size >= 4 && data[0] == 0 && data[1] >= 1 && data[1] <= 7 && data[2] <= 2) {
        return "a return path (name it rp=FILE)";
    }
    if (looks_like_preempt(data, size)) {
        return "a preempt channel (name it preempt=FILE, and give main, too)";
    }
    for (gsize i = 0; i < MIN(size, 4096); i++) {
        if (data[i]) {
            return something_else(data, size);
        }
    }
    return "zeros";
}

/* ---- Bytes ---- */

static void unmap(gpointer data)
{
    struct { void *address; gsize size; } *map = data;

    (void) munmap(map->address, map->size);
    g_free(map);
}

static GBytes *map_descriptor(int fd, const char *path, GError **error)
{
    struct { void *address; gsize size; } *map;
    struct stat status;
    void *address;

    if (fstat(fd, &status) != 0) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    if (status.st_size == 0) {
        return g_bytes_new_static("", 0);
    }
    address = mmap(NULL, (size_t) status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (address == MAP_FAILED) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: cannot be mapped: %s", path, g_strerror(errno));
        return NULL;
    }
    (void) madvise(address, (size_t) status.st_size, MADV_SEQUENTIAL);
    map = g_malloc(sizeof *map);
    map->address = address;
    map->size = (gsize) status.st_size;
    return g_bytes_new_with_free_func(address, map->size, unmap, map);
}

static gboolean write_all(int fd, const guint8 *bytes, gsize size)
{
    while (size > 0) {
        ssize_t done = write(fd, bytes, size);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return FALSE;
        }
        bytes += done;
        size -= (gsize) done;
    }
    return TRUE;
}

static int open_spool(GError **error)
{
    g_autofree char *name = g_build_filename(g_get_tmp_dir(), "miglab-stream-XXXXXX", NULL);
    int fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: %s", name, g_strerror(errno));
        return -1;
    }
    (void) unlink(name);
    return fd;
}

/* Reads `in` to its end, through the xz decoder if `xz`, into a temporary file without a name. */
static GBytes *spool(int in, const guint8 *first, gsize first_size, gboolean xz, const char *path, GError **error)
{
    g_autofree guint8 *input = g_malloc(1 << 16), *output = g_malloc(1 << 16);
    lzma_stream lzma = LZMA_STREAM_INIT;
    guint64 total = 0;
    gboolean end = FALSE, good = TRUE;
    int out = open_spool(error);
    GBytes *bytes = NULL;

    if (out < 0) {
        return NULL;
    }
    if (xz && lzma_stream_decoder(&lzma, 256 << 20, LZMA_CONCATENATED) != LZMA_OK) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: the xz decoder cannot be set up", path);
        good = FALSE;
    }
    while (good && !end) {
        gsize size = first_size;
        lzma_ret result = LZMA_OK;

        if (first_size > 0) {
            memcpy(input, first, first_size);
            first_size = 0;
        } else {
            ssize_t got = read(in, input, 1 << 16);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0) {
                set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: %s", path, g_strerror(errno));
                good = FALSE;
                break;
            }
            size = (gsize) got;
            end = got == 0;
        }
        if (!xz) {
            total += size;
            good = write_all(out, input, size);
        } else {
            lzma.next_in = input;
            lzma.avail_in = size;
            do {
                lzma.next_out = output;
                lzma.avail_out = 1 << 16;
                result = lzma_code(&lzma, end ? LZMA_FINISH : LZMA_RUN);
                total += (1 << 16) - lzma.avail_out;
                good = write_all(out, output, (1 << 16) - lzma.avail_out) && total <= SPOOL_MAX;
            } while (good && result == LZMA_OK && (lzma.avail_in > 0 || lzma.avail_out == 0 || end));
            if (good && result != LZMA_OK && result != LZMA_STREAM_END) {
                set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: %s", path,
                          result == LZMA_BUF_ERROR ? "the xz data end too early" : result == LZMA_MEMLIMIT_ERROR
                          ? "the xz data need more than 256 MiB to unpack" : "damaged xz data");
                good = FALSE;
                break;
            }
        }
        if (!good || total > SPOOL_MAX) {
            set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: unpacked it does not fit into a temporary file", path);
            good = FALSE;
        }
    }
    lzma_end(&lzma);
    if (good) {
        bytes = map_descriptor(out, path, error);
    }
    (void) close(out);
    return bytes;
}

GBytes *sim_stream_load(const char *path, GError **error)
{
    static const guint8 magic[6] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    guint8 first[6];
    gsize have = 0;
    struct stat status;
    GBytes *bytes;
    gboolean xz;

    if (fd < 0 || fstat(fd, &status) != 0) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: %s", path, g_strerror(errno));
        if (fd >= 0) {
            (void) close(fd);
        }
        return NULL;
    }
    if (S_ISDIR(status.st_mode)) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: is a directory", path);
        (void) close(fd);
        return NULL;
    }
    while (have < sizeof first) {
        ssize_t got = read(fd, first + have, sizeof first - have);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        have += (gsize) got;
    }
    xz = have == sizeof first && memcmp(first, magic, sizeof magic) == 0;
    bytes = S_ISREG(status.st_mode) && !xz ? map_descriptor(fd, path, error) : spool(fd, first, have, xz, path, error);
    (void) close(fd);
    return bytes;
}

/* ---- Channels ---- */

static void channel_free(gpointer data)
{
    SimStreamChannel *channel = data;

    g_free(channel->name);
    g_free(channel->path);
    g_bytes_unref(channel->bytes);
    g_free(channel);
}

/* Place in the order of the set; -1: no channel has this name. */
static int channel_rank(const char *name)
{
    static const char *const fixed[] = { "main", "main-2", "rp", "rp-2", "preempt", "preempt-2" };
    guint64 number;

    for (gsize i = 0; i < G_N_ELEMENTS(fixed); i++) {
        if (strcmp(name, fixed[i]) == 0) {
            return (int) i;
        }
    }
    if (g_str_has_prefix(name, "multifd") && g_ascii_isdigit(name[7]) && parse_u64(name + 7, 254, &number)) {
        return 10 + (int) number;
    }
    return -1;
}

static gint by_rank(gconstpointer a, gconstpointer b)
{
    const SimStreamChannel *const *first = a, *const *second = b;

    return channel_rank((*first)->name) - channel_rank((*second)->name);
}

const SimStreamChannel *sim_stream_set_channel(const SimStreamSet *set, const char *name)
{
    for (guint i = 0; i < set->channels->len; i++) {
        const SimStreamChannel *channel = g_ptr_array_index(set->channels, i);
        if (strcmp(channel->name, name) == 0) {
            return channel;
        }
    }
    return NULL;
}

static gboolean add_channel(SimStreamSet *set, const char *name, const char *path, const char *sha256, GError **error)
{
    SimStreamChannel *channel;
    GBytes *bytes;

    if (channel_rank(name) < 0) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "'%s' is no channel: main, main-2, rp, rp-2, preempt, preempt-2, multifdN", name);
        return FALSE;
    }
    if (sim_stream_set_channel(set, name)) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "channel %s is given twice", name);
        return FALSE;
    }
    bytes = sim_stream_load(path, error);
    if (!bytes) {
        return FALSE;
    }
    if (sha256) {
        g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
        if (g_ascii_strcasecmp(sum, sha256) != 0) {
            set_error(error, SIM_STREAM_SOURCE_ERROR_CAPTURE, "%s: its sha256 is %s, the capture says %s", path, sum, sha256);
            g_bytes_unref(bytes);
            return FALSE;
        }
    }
    channel = g_new0(SimStreamChannel, 1);
    channel->name = g_strdup(name);
    channel->path = g_strdup(path);
    channel->bytes = bytes;
    channel->data = g_bytes_get_data(bytes, &channel->size);
    g_ptr_array_add(set->channels, channel);
    return TRUE;
}

/* ---- Captures ---- */

static gboolean capture_opts(SimStreamSet *set, json_t *opts, const char *path, GError **error)
{
    SimStreamOptions *options = &set->options;
    const char *key;
    json_t *value;

    json_object_foreach(opts, key, value) {
        const char *name;
        json_t *size;

        if (strcmp(key, "config") == 0) {
            options->without_configuration |= json_is_false(value);
        } else if (strcmp(key, "footer") == 0) {
            options->without_footer |= json_is_false(value);
        } else if (strcmp(key, "novmdesc") == 0) {
            options->without_description |= json_is_true(value);
        } else if (strcmp(key, "truncated") == 0) {
            options->partial |= json_is_true(value);
        } else if (strcmp(key, "colo") == 0) {
            options->colo |= json_is_true(value);
        } else if (strcmp(key, "colorp") == 0) {
            continue;             /* seen by looking: message 0 is none of the return path */
        } else if (strcmp(key, "page") == 0 && json_is_integer(value)) {
            if (options->page_size == 0 && !set_page_size(options, (guint64) json_integer_value(value), error)) {
                g_prefix_error(error, "%s: opts.page: ", path);
                return FALSE;
            }
        } else if ((strcmp(key, "base") == 0 || strcmp(key, "fileoffset") == 0) && json_is_integer(value) && json_integer_value(value) >= 0) {
            if (!options->has_offset) {
                options->offset = (guint64) json_integer_value(value);
            }
        } else if (strcmp(key, "hugepage") == 0 && json_is_object(value)) {
            json_object_foreach(value, name, size) {
                g_ptr_array_add(options->huge_blocks, g_strdup(name));
            }
        } else if (strcmp(key, "devsizes") == 0 && json_is_object(value)) {
            json_object_foreach(value, name, size) {
                guint64 bytes = (guint64) json_integer_value(size);
                if (!json_is_integer(size) || json_integer_value(size) < 0) {
                    set_error(error, SIM_STREAM_SOURCE_ERROR_CAPTURE, "%s: opts.devsizes.%s is no size", path, name);
                    return FALSE;
                }
                g_ptr_array_add(options->device_names, g_strdup(name));
                g_array_append_val(options->device_sizes, bytes);
            }
        } else {
            set_error(error, SIM_STREAM_SOURCE_ERROR_CAPTURE, "%s: opts.%s is unknown or has the wrong type", path, key);
            return FALSE;
        }
    }
    if (json_object_get(opts, "base") || json_object_get(opts, "fileoffset")) {
        options->has_offset = TRUE;
    }
    return TRUE;
}

static gboolean open_capture(SimStreamSet *set, const char *path, GError **error)
{
    json_error_t json_error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &json_error), *files, *file;
    g_autofree char *folder = g_path_get_dirname(path);
    const char *version, *what;
    gboolean good = FALSE;
    size_t index;

    if (!root && json_error.line < 0) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_FILE, "%s: %s", path, g_file_test(path, G_FILE_TEST_EXISTS) ? "cannot be read" : "No such file");
        return FALSE;
    }
    if (!root) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_CAPTURE, "%s:%d:%d: %s", path, json_error.line, json_error.column, json_error.text);
        return FALSE;
    }
    files = json_object_get(root, "files");
    if (!json_is_array(files) || json_array_size(files) == 0) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_CAPTURE, "%s: is no capture: it has no list `files`", path);
        goto out;
    }
    version = json_string_value(json_object_get(root, "version"));
    what = json_string_value(json_object_get(root, "what"));
    set->title = g_strdup_printf("%s-%s", version ? version : "?", what ? what : "?");
    set->shows = g_strdup(json_string_value(json_object_get(root, "shows")));
    if (version && !set->options.profile) {
        g_auto(GStrv) parts = g_strsplit(version, ".", 3);
        if (g_strv_length(parts) >= 2) {
            set->options.profile = g_strdup_printf("qemu-%s.%s", parts[0], parts[1]);
        }
    }
    if (json_object_get(root, "opts") && !capture_opts(set, json_object_get(root, "opts"), path, error)) {
        goto out;
    }
    json_array_foreach(files, index, file) {
        const char *name = json_string_value(json_object_get(file, "file"));
        const char *channel = json_string_value(json_object_get(file, "channel"));
        const char *sha256 = json_string_value(json_object_get(file, "sha256"));
        g_autofree char *full = NULL;

        if (!name || !channel) {
            set_error(error, SIM_STREAM_SOURCE_ERROR_CAPTURE, "%s: files[%u] lacks `file` or `channel`", path, (guint) index);
            goto out;
        }
        /* A capture names files beside itself, nothing else. */
        if (strchr(name, '/') || name[0] == '\0' || strcmp(name, "..") == 0 || strcmp(name, "-") == 0) {
            set_error(error, SIM_STREAM_SOURCE_ERROR_CAPTURE, "%s: files[%u]: '%s' is not the name of a file beside it", path,
                      (guint) index, name);
            goto out;
        }
        full = g_build_filename(folder, name, NULL);
        /* Unpacked copies beside the packed ones may be used as well. */
        if (!g_file_test(full, G_FILE_TEST_EXISTS) && g_str_has_suffix(full, ".xz")) {
            full[strlen(full) - 3] = '\0';
        }
        if (!add_channel(set, channel, full, sha256, error)) {
            goto out;
        }
    }
    good = TRUE;
out:
    json_decref(root);
    return good;
}

/* ---- Sets ---- */

void sim_stream_set_free(SimStreamSet *set)
{
    if (!set) {
        return;
    }
    g_ptr_array_unref(set->channels);
    sim_stream_options_done(&set->options);
    g_free(set->title);
    g_free(set->shows);
    g_free(set);
}

static void copy_options(SimStreamOptions *to, const SimStreamOptions *from)
{
    sim_stream_options_init(to);
    to->page_size = from->page_size;
    to->has_offset = from->has_offset;
    to->offset = from->offset;
    to->without_configuration = from->without_configuration;
    to->without_footer = from->without_footer;
    to->without_description = from->without_description;
    to->colo = from->colo;
    to->partial = from->partial;
    to->profile = g_strdup(from->profile);
    to->ram_max = from->ram_max;
    to->description_from = g_strdup(from->description_from);
    for (guint i = 0; i < from->huge_blocks->len; i++) {
        g_ptr_array_add(to->huge_blocks, g_strdup(g_ptr_array_index(from->huge_blocks, i)));
    }
    for (guint i = 0; i < from->device_names->len; i++) {
        g_ptr_array_add(to->device_names, g_strdup(g_ptr_array_index(from->device_names, i)));
    }
    g_array_append_vals(to->device_sizes, from->device_sizes->data, from->device_sizes->len);
}

SimStreamSet *sim_stream_set_open(char **names, GError **error)
{
    g_autoptr(SimStreamSet) set = g_new0(SimStreamSet, 1);

    set->channels = g_ptr_array_new_with_free_func(channel_free);
    copy_options(&set->options, arguments());
    if (!names || !names[0]) {
        set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "no stream is named: [CHANNEL=]FILE… or CAPTURE.json");
        return NULL;
    }
    for (gsize i = 0; names[i]; i++) {
        const char *equals = strchr(names[i], '=');
        g_autofree char *word = equals ? g_strndup(names[i], equals - names[i]) : NULL;

        if (word && channel_rank(word) >= 0) {
            if (!add_channel(set, word, equals + 1, NULL, error)) {
                return NULL;
            }
        } else if (word && !g_file_test(names[i], G_FILE_TEST_EXISTS) && !strchr(word, '/')) {
            set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "'%s' is no channel: main, main-2, rp, rp-2, preempt, preempt-2, multifdN", word);
            return NULL;
        } else if (g_str_has_suffix(names[i], ".json")) {
            if (i > 0 || names[1]) {
                set_error(error, SIM_STREAM_SOURCE_ERROR_USAGE, "%s: a capture stands alone", names[i]);
                return NULL;
            }
            if (!open_capture(set, names[i], error)) {
                return NULL;
            }
        } else if (!add_channel(set, "main", names[i], NULL, error)) {
            return NULL;
        }
    }
    g_ptr_array_sort(set->channels, by_rank);
    return g_steal_pointer(&set);
}
