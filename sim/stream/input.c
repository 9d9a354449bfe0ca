/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/input.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <lzma.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK(sim-stream-input-error-quark, sim_stream_input_error)

enum {
    XZ_MEMORY_MAX = 256 << 20,       /* of the decoder; xz -9 needs 65 MiB */
    CAPTURE_SIZE_MAX = 16 << 20,
    DEVICE_SIZES_MAX = 4096
};
/* What is read into memory (pipes, .xz): a packed file of a few bytes must not fill the machine. */
static const guint64 memory_max = (guint64) 4 << 30;

static void free_file(gpointer data)
{
    SimStreamFile *file = data;

    g_free(file->channel);
    g_free(file->path);
    g_clear_pointer(&file->bytes, g_bytes_unref);
    g_free(file);
}

static void clear_device_size(gpointer data)
{
    g_free(((SimDeviceSize *) data)->name);
}

static void clear_opts(SimStreamOpts *opts)
{
    g_clear_pointer(&opts->colo_rp, g_free);
    g_clear_pointer(&opts->huge_blocks, g_strfreev);
    g_clear_pointer(&opts->device_sizes, g_array_unref);
}

static void add_device_size(SimStreamOpts *opts, const char *name, guint64 size)
{
    SimDeviceSize entry = { g_strdup(name), size };

    if (!opts->device_sizes) {
        opts->device_sizes = g_array_new(FALSE, FALSE, sizeof(SimDeviceSize));
        g_array_set_clear_func(opts->device_sizes, clear_device_size);
    }
    g_array_append_val(opts->device_sizes, entry);
}

void sim_stream_input_free(SimStreamInput *input)
{
    if (!input) {
        return;
    }
    g_clear_pointer(&input->files, g_ptr_array_unref);
    clear_opts(&input->opts);
    g_free(input->version);
    g_free(input->what);
    g_free(input);
}

SimStreamOptions *sim_stream_options_new(void)
{
    SimStreamOptions *options = g_new0(SimStreamOptions, 1);
    const GOptionEntry entries[] = {
        { "page-size", 0, 0, G_OPTION_ARG_INT, &options->opts.page_size, "bytes of a target page, if the stream does not say",
          "BYTES" },
        { "huge-page", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->huge_page,
          "this block has a page size in the block list", "BLOCK" },
        { "offset", 0, 0, G_OPTION_ARG_INT64, &options->opts.base, "the stream begins at this byte of the file", "BYTES" },
        { "without", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->without, "what the sender leaves out, separated by commas",
          "configuration,footer,description" },
        { "device-size", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->device_size,
          "bytes of a device's state, where neither description nor footer tell", "NAME=N" },
        { "colo", 0, 0, G_OPTION_ARG_NONE, &options->opts.colo, "messages of COLO follow the stream", NULL },
        { NULL },
    };

    options->entries = g_memdup2(entries, sizeof entries);
    return options;
}

void sim_stream_options_free(SimStreamOptions *options)
{
    if (!options) {
        return;
    }
    clear_opts(&options->opts);
    g_strfreev(options->without);
    g_strfreev(options->device_size);
    g_strfreev(options->huge_page);
    g_free(options->entries);
    g_free(options);
}

static gboolean page_size_is_possible(gint64 size)
{
    return size >= 1024 && size <= 65536 && (size & (size - 1)) == 0;
}

gboolean sim_stream_options_finish(SimStreamOptions *options, GError **error)
{
    SimStreamOpts *opts = &options->opts;

    if (opts->page_size && !page_size_is_possible(opts->page_size)) {
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_USAGE,
                    "--page-size %d: a power of two from 1024 to 65536 is needed", opts->page_size);
        return FALSE;
    }
    if (opts->base < 0) {
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_USAGE, "--offset must not be negative");
        return FALSE;
    }
    for (char **each = options->without; each && *each; each++) {
        g_auto(GStrv) words = g_strsplit(*each, ",", -1);

        for (char **word = words; *word; word++) {
            if (strcmp(*word, "configuration") == 0) {
                opts->no_configuration = TRUE;
            } else if (strcmp(*word, "footer") == 0 || strcmp(*word, "footers") == 0) {
                opts->no_footer = TRUE;
            } else if (strcmp(*word, "description") == 0) {
                opts->no_description = TRUE;
            } else {
                g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_USAGE,
                            "--without %s: there are configuration, footer and description", *word);
                return FALSE;
            }
        }
    }
    for (char **each = options->device_size; each && *each; each++) {
        const char *equals = strrchr(*each, '=');
        g_autofree char *name = equals ? g_strndup(*each, equals - *each) : NULL;
        guint64 size;

        if (!equals || equals == *each || !g_ascii_string_to_unsigned(equals + 1, 10, 0, G_MAXUINT32, &size, NULL)) {
            g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_USAGE,
                        "--device-size %s: NAME=BYTES is needed", *each);
            return FALSE;
        }
        add_device_size(opts, name, size);
    }
    if (options->huge_page) {
        opts->huge_blocks = g_strdupv(options->huge_page);
    }
    return TRUE;
}

const SimStreamFile *sim_stream_input_channel(const SimStreamInput *input, const char *channel)
{
    for (guint i = 0; i < input->files->len; i++) {
        const SimStreamFile *file = g_ptr_array_index(input->files, i);

        if (strcmp(file->channel, channel) == 0) {
            return file;
        }
    }
    return NULL;
}

static gboolean is_channel(const char *name)
{
    static const char *const names[] = { "main", "main-2", "rp", "rp-2", "preempt" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], name) == 0) {
            return TRUE;
        }
    }
    if (g_str_has_prefix(name, "multifd")) {
        guint64 n;

        return g_ascii_string_to_unsigned(name + 7, 10, 0, 254, &n, NULL);
    }
    return FALSE;
}

/* Everything that can be read from a descriptor that cannot be mapped. */
static GBytes *read_all(int fd, const char *path, GError **error)
{
    g_autoptr(GByteArray) array = g_byte_array_new();

    for (;;) {
        guint old = array->len;
        gssize n;

        if (old >= MIN(memory_max, G_MAXINT32)) {
            g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_FILE,
                        "%s: more than 2 GiB on a pipe; put it into a file", path);
            return NULL;
        }
        g_byte_array_set_size(array, old + (1 << 20));
        do {
            n = read(fd, array->data + old, 1 << 20);
        } while (n < 0 && errno == EINTR);
        if (n < 0) {
            g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_FILE, "%s: %s", path, g_strerror(errno));
            return NULL;
        }
        g_byte_array_set_size(array, old + n);
        if (n == 0) {
            return g_byte_array_free_to_bytes(g_steal_pointer(&array));
        }
    }
}

static GBytes *open_bytes(const char *path, GError **error)
{
    struct stat st;
    GBytes *bytes = NULL;
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 || fstat(fd, &st) < 0) {
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_FILE, "%s: %s", path, g_strerror(errno));
    } else if (S_ISDIR(st.st_mode)) {
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_FILE, "%s: is a folder", path);
    } else if (S_ISREG(st.st_mode)) {
        g_autoptr(GMappedFile) map = g_mapped_file_new_from_fd(fd, FALSE, error);

        bytes = map ? g_mapped_file_get_bytes(map) : NULL;
    } else {
        bytes = read_all(fd, path, error);
    }
    if (fd >= 0) {
        close(fd);
    }
    return bytes;
}

static GBytes *unpack(const char *path, GBytes *packed, GError **error)
{
    lzma_stream xz = LZMA_STREAM_INIT;
    gsize in_size, size = 0, room = 1 << 20;
    guint8 *out;
    lzma_ret ret;

    if (lzma_stream_decoder(&xz, XZ_MEMORY_MAX, LZMA_CONCATENATED) != LZMA_OK) {
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_FILE, "%s: no memory to unpack it", path);
        return NULL;
    }
    out = g_malloc(room);
    xz.next_in = g_bytes_get_data(packed, &in_size);
    xz.avail_in = in_size;
    do {
        if (size == room) {
            if (room >= memory_max) {
                ret = LZMA_MEMLIMIT_ERROR;
                break;
            }
            room *= 2;
            out = g_realloc(out, room);
        }
        xz.next_out = out + size;
        xz.avail_out = room - size;
        ret = lzma_code(&xz, LZMA_FINISH);
        size = room - xz.avail_out;
    } while (ret == LZMA_OK);
    lzma_end(&xz);
    if (ret != LZMA_STREAM_END) {
        g_free(out);
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_FILE, "%s: %s", path,
                    ret == LZMA_MEMLIMIT_ERROR ? "too large to be unpacked (4 GiB)"
                    : ret == LZMA_BUF_ERROR    ? "the packed file is cut short"
                                               : "the packed file is damaged");
        return NULL;
    }
    return g_bytes_new_take(out, size);
}

static SimStreamFile *open_file(const char *channel, const char *path, GError **error)
{
    static const guint8 xz_magic[6] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
    g_autoptr(GBytes) bytes = open_bytes(path, error);
    SimStreamFile *file;
    gboolean packed;

    if (!bytes) {
        return NULL;
    }
    packed = g_bytes_get_size(bytes) >= 6 && memcmp(g_bytes_get_data(bytes, NULL), xz_magic, 6) == 0;
    if (packed) {
        GBytes *unpacked = unpack(path, bytes, error);

        if (!unpacked) {
            return NULL;
        }
        g_bytes_unref(bytes);
        bytes = unpacked;
    }
    file = g_new0(SimStreamFile, 1);
    file->channel = g_strdup(channel);
    file->path = g_strdup(path);
    file->packed = packed;
    file->bytes = g_steal_pointer(&bytes);
    file->data = g_bytes_get_data(file->bytes, &file->size);
    return file;
}

static gboolean verify(const SimStreamFile *file, json_t *entry, const char *name, GError **error)
{
    const char *want = json_string_value(json_object_get(entry, "sha256"));
    json_t *size = json_object_get(entry, "size");
    g_autofree char *sum = NULL;

    if (json_is_integer(size) && (guint64) json_integer_value(size) != file->size) {
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_CAPTURE,
                    "%s: %s has %" G_GSIZE_FORMAT " bytes, the capture says %" JSON_INTEGER_FORMAT, name, file->path,
                    file->size, json_integer_value(size));
        return FALSE;
    }
    if (!want) {
        return TRUE;
    }
    sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, file->data, file->size);
    if (g_ascii_strcasecmp(sum, want) != 0) {
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_CAPTURE,
                    "%s: the sha256 of %s is %s, the capture says %s", name, file->path, sum, want);
        return FALSE;
    }
    return TRUE;
}

static gboolean capture_error(GError **error, const char *path, const char *what)
{
    g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_CAPTURE, "%s: %s", path, what);
    return FALSE;
}

static gboolean capture_opts(SimStreamOpts *opts, json_t *json, const char *path, GError **error)
{
    json_t *value, *each;
    const char *key;

    if (json && !json_is_object(json)) {
        return capture_error(error, path, "opts is no object");
    }
    if (json_is_false(json_object_get(json, "config"))) {
        opts->no_configuration = TRUE;
    }
    if (json_is_false(json_object_get(json, "footer"))) {
        opts->no_footer = TRUE;
    }
    opts->no_description |= json_is_true(json_object_get(json, "novmdesc"));
    opts->truncated |= json_is_true(json_object_get(json, "truncated"));
    opts->colo |= json_is_true(json_object_get(json, "colo"));
    value = json_object_get(json, "colorp");
    if (json_is_string(value)) {
        g_free(opts->colo_rp);
        opts->colo_rp = g_strdup(json_string_value(value));
    }
    value = json_object_get(json, "page");
    if (value && !opts->page_size) {
        if (!page_size_is_possible(json_integer_value(value))) {
            return capture_error(error, path, "opts.page is no page size");
        }
        opts->page_size = json_integer_value(value);
    }
    value = json_object_get(json, "base");
    if (value && !opts->base) {
        if (json_integer_value(value) < 0) {
            return capture_error(error, path, "opts.base is negative");
        }
        opts->base = json_integer_value(value);
    }
    value = json_object_get(json, "hugepage");
    if (value && !opts->huge_blocks) {
        g_autoptr(GPtrArray) names = g_ptr_array_new();

        json_object_foreach(value, key, each) {
            if (json_is_true(each)) {
                g_ptr_array_add(names, g_strdup(key));
            }
        }
        g_ptr_array_add(names, NULL);
        opts->huge_blocks = (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
    }
    json_object_foreach(json_object_get(json, "devsizes"), key, each) {
        if (!json_is_integer(each) || json_integer_value(each) < 0 ||
            (opts->device_sizes && opts->device_sizes->len >= DEVICE_SIZES_MAX)) {
            return capture_error(error, path, "opts.devsizes holds something that is no size");
        }
        add_device_size(opts, key, json_integer_value(each));
    }
    return TRUE;
}

static gboolean open_capture(SimStreamInput *input, const char *path, GBytes *text, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    json_error_t where;
    json_t *json, *files, *entry;
    gsize size, i;
    const char *data = g_bytes_get_data(text, &size);
    gboolean ok = FALSE;

    json = json_loadb(data, size, JSON_REJECT_DUPLICATES, &where);
    if (!json) {
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_CAPTURE, "%s:%d:%d: %s", path, where.line,
                    where.column, where.text);
        return FALSE;
    }
    input->is_capture = TRUE;
    input->version = g_strdup(json_string_value(json_object_get(json, "version")));
    input->what = g_strdup(json_string_value(json_object_get(json, "what")));
    files = json_object_get(json, "files");
    if (!json_is_array(files) || json_array_size(files) == 0 || json_array_size(files) > 300) {
        capture_error(error, path, "a capture has a list `files` of channel files");
        goto out;
    }
    if (!capture_opts(&input->opts, json_object_get(json, "opts"), path, error)) {
        goto out;
    }
    json_array_foreach(files, i, entry) {
        const char *channel = json_string_value(json_object_get(entry, "channel"));
        const char *name = json_string_value(json_object_get(entry, "file"));
        g_autofree char *full = NULL;
        SimStreamFile *file;

        if (!channel || !name || !is_channel(channel) || sim_stream_input_channel(input, channel)) {
            capture_error(error, path, "each of `files` needs a channel of its own and a file");
            goto out;
        }
        /* The files lie beside the .json: a capture from elsewhere must not lead out of its folder. */
        if (strchr(name, '/')) {
            capture_error(error, path, "a file name in `files` contains '/'");
            goto out;
        }
        full = g_build_filename(folder, name, NULL);
        if (!g_file_test(full, G_FILE_TEST_EXISTS) && g_str_has_suffix(full, ".xz")) {
            full[strlen(full) - 3] = 0;          /* unpacked beside it */
        }
        file = open_file(channel, full, error);
        if (!file) {
            goto out;
        }
        g_ptr_array_add(input->files, file);
        if (!verify(file, entry, path, error)) {
            goto out;
        }
    }
    ok = TRUE;
out:
    json_decref(json);
    return ok;
}

static gint main_first(gconstpointer a, gconstpointer b)
{
    static const char *const order[] = { "main", "main-2", "multifd", "preempt", "rp", "rp-2" };
    const SimStreamFile *x = *(SimStreamFile *const *) a, *y = *(SimStreamFile *const *) b;
    gint rank[2] = { 0, 0 };

    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        for (guint k = 0; k < 2; k++) {
            const char *name = (k ? y : x)->channel;

            if (strcmp(name, order[i]) == 0 || (i == 2 && g_str_has_prefix(name, "multifd"))) {
                rank[k] = i;
            }
        }
    }
    if (rank[0] == 2 && rank[1] == 2) {
        return atoi(x->channel + 7) - atoi(y->channel + 7);
    }
    return rank[0] - rank[1];
}

SimStreamInput *sim_stream_input_open(char *const *args, const SimStreamOpts *said, GError **error)
{
    g_autoptr(SimStreamInput) input = g_new0(SimStreamInput, 1);

    input->files = g_ptr_array_new_with_free_func(free_file);
    if (said) {
        input->opts = *said;
        input->opts.colo_rp = g_strdup(said->colo_rp);
        input->opts.huge_blocks = g_strdupv(said->huge_blocks);
        input->opts.device_sizes = NULL;
        for (guint i = 0; said->device_sizes && i < said->device_sizes->len; i++) {
            const SimDeviceSize *entry = &g_array_index(said->device_sizes, SimDeviceSize, i);

            add_device_size(&input->opts, entry->name, entry->size);
        }
    }
    if (!args || !args[0]) {
        g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_USAGE,
                    "no stream given: [CHANNEL=]FILE… or CAPTURE.json");
        return NULL;
    }
    if (!args[1] && g_str_has_suffix(args[0], ".json")) {
        g_autoptr(GBytes) text = open_bytes(args[0], error);

        if (!text) {
            return NULL;
        }
        if (g_bytes_get_size(text) > CAPTURE_SIZE_MAX) {
            capture_error(error, args[0], "too large for a capture's description");
            return NULL;
        }
        if (!open_capture(input, args[0], text, error)) {
            return NULL;
        }
    } else {
        for (char *const *arg = args; *arg; arg++) {
            const char *equals = strchr(*arg, '=');
            g_autofree char *channel = equals ? g_strndup(*arg, equals - *arg) : NULL;
            const char *path = *arg;
            SimStreamFile *file;

            if (channel && is_channel(channel)) {
                path = equals + 1;
            } else if (channel && !strchr(channel, '/') && !g_file_test(*arg, G_FILE_TEST_EXISTS)) {
                g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_USAGE,
                            "'%s': there is no channel '%s'; there are main, main-2, rp, rp-2, preempt, multifd0 … 254",
                            *arg, channel);
                return NULL;
            } else {
                g_free(channel);
                channel = g_strdup("main");
            }
            if (sim_stream_input_channel(input, channel)) {
                g_set_error(error, SIM_STREAM_INPUT_ERROR, SIM_STREAM_INPUT_ERROR_USAGE, "'%s': channel %s comes twice",
                            *arg, channel);
                return NULL;
            }
            file = open_file(channel, path, error);
            if (!file) {
                return NULL;
            }
            g_ptr_array_add(input->files, file);
        }
    }
    g_ptr_array_sort(input->files, main_first);
    return g_steal_pointer(&input);
}

gboolean sim_stream_is_main(const guint8 *data, gsize size, const char **ret_looks_like)
{
    static const struct { const char *magic; gsize size; gsize offset; const char *what; } others[] = {
        { "QFI\xfb", 4, 0, "a qcow2 image" },
        { "\x11\x22\x33\x44", 4, 0, "a multifd channel" },
        { "\x7f" "ELF", 4, 0, "an ELF file" },
        { "\x1f\x8b", 2, 0, "a gzip file" },
        { "\x28\xb5\x2f\xfd", 4, 0, "a zstd file" },
        { "BZh", 3, 0, "a bzip2 file" },
        { "PK\x03\x04", 4, 0, "a zip file" },
        { "KDMV", 4, 0, "a VMDK image" },
        { "vhdxfile", 8, 0, "a VHDX image" },
        { "conectix", 8, 0, "a VHD image" },
        { "<<< ", 4, 0, "a VDI image" },
        { "LibvirtQemudSave", 16, 0, "a libvirt save image (skip its header with --offset)" },
        { "LibvirtQemudPart", 16, 0, "an unfinished libvirt save image" },
        { "\x16\x03", 2, 0, "a TLS session" },
        { "KDUMP   ", 8, 0, "a guest memory dump" },
        { "\xd4\xc3\xb2\xa1", 4, 0, "a packet capture" },
        { "\x0a\x0d\x0d\x0a", 4, 0, "a packet capture" },
        { "ustar", 5, 257, "a tar archive" },
        { "\0\2\0\4", 4, 0, "a return path (name it rp=FILE)" },
        { "\0\7\0\0", 4, 0, "a return path (name it rp=FILE)" },
        { "\0\1\0\4", 4, 0, "a return path (name it rp=FILE)" },
        { "\x08\0\x0a", 3, 0, "the second connection of a recovery (name it main-2=FILE)" },
        { "MEVQ", 4, 0, "a migration stream with its bytes swapped" },
    };
    gboolean text = TRUE;

    if (size >= 4 && memcmp(data, "QEVM", 4) == 0) {
        return TRUE;
    }
    *ret_looks_like = "no file format known here";
    if (size == 0) {
        *ret_looks_like = "an empty file";
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (size >= others[i].offset + others[i].size &&
            memcmp(data + others[i].offset, others[i].magic, others[i].size) == 0) {
            *ret_looks_like = others[i].what;
            return FALSE;
        }
    }
    for (gsize i = 0; i < MIN(size, 512); i++) {
        text &= (data[i] >= 0x20 && data[i] < 0x7f) || data[i] == '\n' || data[i] == '\t' || data[i] == '\r';
    }
    if (text) {
        *ret_looks_like = data[0] == '{' || data[0] == '[' ? "JSON" : "text";
    } else if (size >= 512) {
        gboolean zero = TRUE;

        for (gsize i = 0; i < 512; i++) {
            zero &= data[i] == 0;
        }
        if (zero) {
            *ret_looks_like = "zeros (does the stream begin later? then give --offset)";
        }
    }
    return FALSE;
}
